public import SourceText

/// The long form of every message of this room, for `ringwalk explain` and the manual.
public enum SemanticsCatalogue {
  /// All entries, by code.
  public static let diagnostics: [DiagnosticEntry] = nameEntries + unitEntries + claimEntries
}
