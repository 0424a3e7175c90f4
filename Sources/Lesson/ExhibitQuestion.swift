import SourceText

/// What a fence wants to be shown, whatever kind of fence it is.
struct ExhibitQuestion {
  /// The `key=value` words of its info string.
  var words: [String: String]
  /// Where each value stands.
  var ranges: [String: SourceRange]
  /// Where messages point to that are about none of them.
  var place: SourceRange

  /// A word that has a value.
  subscript(word: String) -> String? { words[word].flatMap { $0.isEmpty ? nil : $0 } }

  /// Where a word's value stands, else the fence's own place.
  func range(of word: String) -> SourceRange { ranges[word] ?? place }
}
