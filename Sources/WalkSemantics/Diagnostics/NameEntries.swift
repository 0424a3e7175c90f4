import SourceText

extension SemanticsCatalogue {
  static let nameEntries: [DiagnosticEntry] = []
}
