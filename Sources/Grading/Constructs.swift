import SourceText
import WalkSyntax

/// What a script uses of the language: system calls, words of programs, functions of libraries.
struct Constructs {
  private var found: Set<String> = []

  /// What stands in the tokens of a script.
  init(_ script: ScriptSyntax) {
    let bytes = script.fragment.bytes
    let tokens = script.tokens.filter { ![.space, .newline, .comment].contains($0.kind) }
    func text(_ index: Int) -> String {
      guard tokens.indices.contains(index) else { return "" }
      return String(decoding: bytes[tokens[index].lower..<tokens[index].upper], as: UTF8.self)
    }
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .keyword: found.insert(text(index))
      case .name where text(index + 1) == "(":
        let isMember = text(index - 1) == "."
        found.insert(isMember ? "\(text(index - 2)).\(text(index))" : text(index))
      default: break
      }
    }
  }

  /// Whether something is used.
  func contains(_ construct: String) -> Bool { found.contains(construct) }
}

extension ScriptSyntax {
  /// The texts of its tokens without spaces, line ends and comments: two scripts with the same are the
  /// same script.
  var words: [ArraySlice<UInt8>] {
    tokens.filter { ![.space, .newline, .comment].contains($0.kind) }
      .map { fragment.bytes[$0.lower..<$0.upper] }
  }
}
