import SourceText

extension SemanticsCatalogue {
  static let claimEntries: [DiagnosticEntry] = []
}
