import SourceText

extension SemanticsCatalogue {
  static let unitEntries: [DiagnosticEntry] = []
}
