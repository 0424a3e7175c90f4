import SourceText
import WalkSyntax

/// A script, or a part of one, as coloured text.
struct ScriptText {
  /// Text of one colour.
  struct Run: Equatable {
    var kind: TokenKind
    var bytes: [UInt8]
  }

  /// The runs in order; neighbours differ in colour.
  private(set) var runs: [Run] = []

  /// All of a script, without the line feed at its end.
  init(_ script: ScriptSyntax) {
    self.init(script, tokens: script.tokens[...])
    trimEnd()
  }

  /// The parts of a script that stand in some ranges of its file, each on lines of its own and
  /// without common indentation.
  init(_ script: ScriptSyntax, ranges: [SourceRange]) {
    for range in ranges {
      var part = ScriptText(script, tokens: script.tokens(in: range))
      part.trimEnd()
      guard !part.runs.isEmpty else { continue }
      if !runs.isEmpty { add(.newline, [0x0A]) }
      for run in part.outdented().runs { add(run.kind, run.bytes[...]) }
    }
  }

  /// What stands between the braces of a block.
  init(_ script: ScriptSyntax, insideBracesOf range: SourceRange) {
    let tokens = script.tokens(in: range)
    func isBrace(_ token: Token, _ byte: UInt8) -> Bool {
      token.kind == .punctuation && token.upper - token.lower == 1
        && script.fragment.bytes.indices.contains(token.lower)
        && script.fragment.bytes[token.lower] == byte
    }
    guard let opening = tokens.firstIndex(where: { isBrace($0, 0x7B) }) else { return }
    let closing = tokens.lastIndex { isBrace($0, 0x7D) } ?? tokens.endIndex
    guard closing > opening else { return }
    var inside = tokens[(opening + 1)..<closing]
    // The rest of the opening line is not a line of the block when nothing stands there.
    if let first = inside.firstIndex(where: { $0.kind != .space }), inside[first].kind == .newline {
      inside = inside[(first + 1)...]
    }
    var part = ScriptText(script, tokens: inside)
    part.trimEnd()
    runs = part.outdented().runs
  }

  private init(_ script: ScriptSyntax, tokens: ArraySlice<Token>) {
    let bytes = script.fragment.bytes
    guard var place = tokens.first?.lower else { return }
    place = min(max(0, place), bytes.count)
    for token in tokens {
      // A token may end within a character where the text is no script; markup must not.
      var end = min(max(place, token.upper), bytes.count)
      while end > place, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      guard end > place else { continue }
      add(token.kind, bytes[place..<end])
      place = end
    }
  }

  /// The text alone.
  var bytes: [UInt8] { runs.flatMap(\.bytes) }

  private mutating func add(_ kind: TokenKind, _ bytes: ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { return }
    if let last = runs.indices.last, Self.isSameColour(runs[last].kind, kind) {
      runs[last].bytes.append(contentsOf: bytes)
    } else {
      runs.append(Run(kind: kind, bytes: Array(bytes)))
    }
  }

  /// Takes white space off the end.
  private mutating func trimEnd() {
    while let last = runs.indices.last {
      while let byte = runs[last].bytes.last, [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
        runs[last].bytes.removeLast()
      }
      guard runs[last].bytes.isEmpty else { return }
      runs.removeLast()
    }
  }

  /// The same text with the indentation that all its lines share taken away.
  private func outdented() -> ScriptText {
    var common = Int.max
    var indent = 0
    var isInIndent = true
    for byte in bytes {
      switch byte {
      case 0x0A:
        indent = 0
        isInIndent = true
      case 0x20 where isInIndent, 0x09 where isInIndent: indent += 1
      default:
        if isInIndent { common = min(common, indent) }
        isInIndent = false
      }
    }
    guard common > 0, common < Int.max else { return self }
    var out = self
    out.runs = []
    var column = 0
    for run in runs {
      var kept: [UInt8] = []
      for byte in run.bytes {
        if byte == 0x0A {
          column = 0
          kept.append(byte)
        } else {
          if column >= common || (byte != 0x20 && byte != 0x09) { kept.append(byte) }
          column += 1
        }
      }
      out.add(run.kind, kept[...])
    }
    return out
  }

  /// The class that colours a kind of token; `nil`: the colour of text.
  private static func colour(_ kind: TokenKind) -> StaticString? {
    switch kind {
    case .keyword: "k"
    case .number: "n"
    case .string: "s"
    case .comment: "c"
    case .invalid: "x"
    case .space, .newline, .name, .punctuation: nil
    }
  }

  private static func isSameColour(_ left: TokenKind, _ right: TokenKind) -> Bool {
    left == right || (colour(left) == nil && colour(right) == nil)
  }

  /// Writes the text with its colours.
  func write(to html: inout HTML) {
    for run in runs {
      guard let colour = Self.colour(run.kind) else {
        html.text(run.bytes)
        continue
      }
      html.open("span", .class(colour))
      html.text(run.bytes)
      html.close("span")
    }
  }
}

extension ScriptSyntax {
  /// The tokens that lie in a range of the file.
  fileprivate func tokens(in range: SourceRange) -> ArraySlice<Token> {
    func isBefore(_ token: Token, _ offset: Int) -> Bool {
      fragment.fileOffset(token.lower) < offset
    }
    let lower = tokens.firstIndex { !isBefore($0, range.lower) } ?? tokens.endIndex
    let upper = tokens[lower...].firstIndex { !isBefore($0, range.upper) } ?? tokens.endIndex
    return tokens[lower..<upper]
  }
}
