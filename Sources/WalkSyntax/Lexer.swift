import SourceText

/// Cuts a fragment into tokens: every byte into exactly one.
///
/// - Complexity: O(*n*) in the bytes of the fragment.
struct Lexer {
  let fragment: SourceFragment
  let bytes: [UInt8]
  private let words = WordTable.shared
  private(set) var tokens: [Token] = []
  private(set) var lexemes: [Lexeme] = []
  /// Closing braces without an opening one, by lexeme, in order.
  private(set) var strayBraces: [Int] = []
  let diagnostics = DiagnosticList()
  private var position = 0
  private var startsLine = true
  /// Whether a string that is not closed has a `}` in it, which is then missing elsewhere.
  private(set) var stringHoldsBrace = false
  /// Set behind a `\` that ends a line: it was meant to join the next one.
  private var joinsLine = false
  /// Set when a `/*` was not closed, so that the next one is not searched for again.
  private var knowsNoCommentEnd = false

  init(_ fragment: SourceFragment) {
    self.fragment = fragment
    bytes = fragment.bytes
  }

  /// Lexes everything.
  mutating func run() {
    tokens.reserveCapacity(bytes.count / 3 + 1)
    lexemes.reserveCapacity(bytes.count / 6 + 2)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { add(.space, to: 3) }
    while position < bytes.count { next() }
    lexemes.append(
      Lexeme(
        kind: .end, word: .plain, startsLine: startsLine, lower: Int32(bytes.count),
        upper: Int32(bytes.count), token: Int32(tokens.count), partner: -1))
    matchBrackets()
  }

  private mutating func next() {
    let first = bytes[position]
    switch first {
    case 0x20, 0x09, 0x0B, 0x0C, 0x0D:
      var end = position + 1
      while end < bytes.count, Self.isSpace(bytes[end]) { end += 1 }
      add(.space, to: end)
    case 0x0A:
      add(.newline, to: position + 1)
      startsLine = !joinsLine
      joinsLine = false
    case UInt8(ascii: "#"): comment(to: endOfLine(from: position))
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      name()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case UInt8(ascii: "\""): string()
    case UInt8(ascii: "'"): character()
    case 0x80...: foreign(from: position)
    default: punctuation(first)
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || (byte >= 0x0B && byte <= 0x0D)
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: "_")
  }

  /// The byte some places on, or 0 past the end.
  private func byte(_ ahead: Int) -> UInt8 {
    position + ahead < bytes.count ? bytes[position + ahead] : 0
  }

  /// The offset of the line feed (or of the CR before it) that ends the line, or of the end.
  private func endOfLine(from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    if end > start, end < bytes.count, bytes[end - 1] == 0x0D { end -= 1 }
    return end
  }

  private mutating func add(_ kind: TokenKind, to end: Int) {
    tokens.append(Token(kind, lower: position, upper: end))
    position = end
  }

  private mutating func add(
    _ kind: TokenKind, _ lexeme: LexemeKind, to end: Int, word: Word = .plain
  ) {
    lexemes.append(
      Lexeme(
        kind: lexeme, word: word, startsLine: startsLine, lower: Int32(position), upper: Int32(end),
        token: Int32(tokens.count), partner: -1))
    startsLine = false
    add(kind, to: end)
  }

  private func report(_ diagnostic: @autoclosure () -> Diagnostic) {
    diagnostics.add(diagnostic, limit: WalkParser.maximumDiagnostics + 1)
  }

  private func text(_ lower: Int, _ upper: Int) -> String {
    String(decoding: bytes[lower..<min(upper, lower + 80)], as: UTF8.self)
  }

  // MARK: Words and numbers

  private mutating func name() {
    var end = position + 1
    while end < bytes.count, Self.isNameByte(bytes[end]) { end += 1 }
    if end < bytes.count, bytes[end] >= 0x80, UTF8Run.spaceLength(bytes, at: end) == nil {
      return foreign(from: end)
    }
    add(.name, .name, to: end, word: words.word(bytes, position, end))
  }

  private mutating func number() {
    let number = NumberLiteral(bytes, at: position)
    if let problem = number.problem {
      let whole = text(position, number.end)
      let range = fragment.range(position, number.end)
      switch problem {
      case .unknownUnit(let lower):
        report(
          .unknownUnit(
            text(lower, number.end), at: fragment.range(lower, number.end)))
      case .tooLarge: report(.numberTooLarge(whole, at: range))
      case .octalDigit: report(.octalDigit(whole, at: range))
      case .fraction: report(.fraction(whole, at: range))
      case .noDigits: report(.noDigits(whole, at: range))
      }
    }
    add(.number, .number, to: number.end)
  }

  // MARK: Text

  private mutating func comment(to end: Int) {
    checkText(position, end)
    add(.comment, to: end)
  }

  private mutating func string() {
    let literal = TextLiteral(bytes, at: position)
    checkText(position, literal.end)
    if !literal.isClosed {
      report(.unterminatedString(at: fragment.range(position, literal.end)))
      if literal.bytes.contains(UInt8(ascii: "}")) { stringHoldsBrace = true }
    }
    for escape in literal.badEscapes.prefix(WalkParser.maximumDiagnostics) {
      report(
        .unknownEscape(
          text(escape.lowerBound, escape.upperBound),
          at: fragment.range(escape.lowerBound, escape.upperBound)))
    }
    add(.string, .string, to: literal.end)
  }

  /// `'c'` is a number, as in C; `'foo'` is told to be a string.
  private mutating func character() {
    let literal = TextLiteral(bytes, at: position)
    let range = fragment.range(position, literal.end)
    checkText(position, literal.end)
    if literal.isClosed, literal.bytes.count == 1, literal.badEscapes.isEmpty {
      return add(.number, .number, to: literal.end)
    }
    if let escape = literal.badEscapes.first {
      report(
        .unknownEscape(
          text(escape.lowerBound, escape.upperBound),
          at: fragment.range(escape.lowerBound, escape.upperBound)))
    } else {
      let inner = literal.isClosed ? text(position + 1, literal.end - 1) : nil
      report(.singleQuotes(at: range, inner: inner))
    }
    add(.string, .string, to: literal.end)
  }

  /// Complains of NUL bytes and ill-formed UTF-8 in a comment or string, once per run.
  private func checkText(_ lower: Int, _ upper: Int) {
    var index = lower
    while index < upper {
      if bytes[index] == 0 {
        let start = index
        while index < upper, bytes[index] == 0 { index += 1 }
        report(.strayBytes("NUL", at: fragment.range(start, index), count: index - start))
      } else if bytes[index] < 0x80 {
        index += 1
      } else if let length = UTF8Run.length(bytes, at: index, end: upper) {
        index += length
      } else {
        let start = index
        while index < upper, bytes[index] >= 0x80,
          UTF8Run.length(bytes, at: index, end: upper) == nil
        {
          index += 1
        }
        report(.invalidUTF8(bytes[start..<index], at: fragment.range(start, index)))
      }
    }
  }

  /// Letters and signs beyond ASCII outside of strings, with the word around them.
  private mutating func foreign(from first: Int) {
    if first == position, let length = UTF8Run.spaceLength(bytes, at: first) {
      // It separates words as a space does, so nothing else is wrong with it.
      report(.foreignSpace(at: fragment.range(first, first + length)))
      return add(.invalid, to: first + length)
    }
    // “…” is one mistake, though it may hold many words.
    if first == position, UTF8Run.isTypographicQuote(bytes, at: first) {
      var end = first + 3
      while end < bytes.count, bytes[end] != 0x0A, bytes[end] != UInt8(ascii: "\""),
        !UTF8Run.isTypographicQuote(bytes, at: end)
      {
        end += 1
      }
      if end < bytes.count, bytes[end] != 0x0A {
        end += bytes[end] == UInt8(ascii: "\"") ? 1 : 3
        checkText(position, end)
        let closed = bytes[end - 1] == UInt8(ascii: "\"") ? end - 1 : end - 3
        let inner = String(decoding: bytes[(first + 3)..<max(first + 3, closed)], as: UTF8.self)
        report(
          .typographicQuotes(
            at: fragment.range(position, end), inner: inner.utf8.count > 200 ? nil : inner))
        return add(.invalid, .bad, to: end)
      }
    }
    var end = first
    var illFormed: Range<Int>?
    while end < bytes.count, bytes[end] >= 0x80 || Self.isNameByte(bytes[end]),
      UTF8Run.spaceLength(bytes, at: end) == nil
    {
      if let length = UTF8Run.length(bytes, at: end, end: bytes.count) {
        end += length
      } else {
        illFormed = (illFormed?.lowerBound ?? end)..<(end + 1)
        end += 1
      }
    }
    if let illFormed {
      let lower = illFormed.lowerBound
      var upper = lower
      while upper < end, bytes[upper] >= 0x80 { upper += 1 }
      report(.invalidUTF8(bytes[lower..<upper], at: fragment.range(lower, upper)))
    } else {
      report(.foreignLetters(text(position, end), at: fragment.range(position, end)))
    }
    add(.invalid, .bad, to: end)
  }

  // MARK: Signs

  private mutating func punctuation(_ first: UInt8) {
    let second = byte(1)
    let third = byte(2)
    switch first {
    case UInt8(ascii: "("): sign(.leftParenthesis, 1)
    case UInt8(ascii: ")"): sign(.rightParenthesis, 1)
    case UInt8(ascii: "["): sign(.leftBracket, 1)
    case UInt8(ascii: "]"): sign(.rightBracket, 1)
    case UInt8(ascii: "{"): sign(.leftBrace, 1)
    case UInt8(ascii: "}"): sign(.rightBrace, 1)
    case UInt8(ascii: ","): sign(.comma, 1)
    case UInt8(ascii: ";"): sign(.semicolon, 1)
    case UInt8(ascii: ":"): sign(.colon, 1)
    case UInt8(ascii: "."): second == first ? sign(.dots, 2) : sign(.dot, 1)
    case UInt8(ascii: "~"): sign(.tilde, 1)
    case UInt8(ascii: "?"): sign(.question, 1)
    case UInt8(ascii: "="): second == first ? sign(.equal, 2) : sign(.assign, 1)
    case UInt8(ascii: "!"): withEquals(.notEqual, else: .exclamation)
    case UInt8(ascii: "<"):
      if second == first {
        third == UInt8(ascii: "=") ? sign(.compoundAssign, 3) : sign(.shiftLeft, 2)
      } else {
        withEquals(.lessOrEqual, else: .less)
      }
    case UInt8(ascii: ">"):
      if second == first {
        third == UInt8(ascii: "=") ? sign(.compoundAssign, 3) : sign(.shiftRight, 2)
      } else {
        withEquals(.greaterOrEqual, else: .greater)
      }
    case UInt8(ascii: "+"):
      second == first ? sign(.increment, 2) : withEquals(.compoundAssign, else: .plus)
    case UInt8(ascii: "-"):
      if second == UInt8(ascii: ">") {
        sign(.arrow, 2)
      } else {
        second == first ? sign(.increment, 2) : withEquals(.compoundAssign, else: .minus)
      }
    case UInt8(ascii: "*"): withEquals(.compoundAssign, else: .star)
    case UInt8(ascii: "%"): withEquals(.compoundAssign, else: .percent)
    case UInt8(ascii: "^"): withEquals(.compoundAssign, else: .caret)
    case UInt8(ascii: "&"):
      second == first ? sign(.logicalAnd, 2) : withEquals(.compoundAssign, else: .ampersand)
    case UInt8(ascii: "|"):
      second == first ? sign(.logicalOr, 2) : withEquals(.compoundAssign, else: .bar)
    case UInt8(ascii: "/"):
      if second == first {
        let end = endOfLine(from: position)
        report(.commentOfC(at: fragment.range(position, position + 2), isBlock: false))
        comment(to: end)
      } else if second == UInt8(ascii: "*") {
        blockComment()
      } else {
        withEquals(.compoundAssign, else: .slash)
      }
    default: stray(first)
    }
  }

  private mutating func sign(_ kind: LexemeKind, _ length: Int) {
    add(.punctuation, kind, to: position + length)
  }

  private mutating func withEquals(_ joined: LexemeKind, else single: LexemeKind) {
    byte(1) == UInt8(ascii: "=") ? sign(joined, 2) : sign(single, 1)
  }

  /// A comment of C: told to be one and then read as one, line by line.
  private mutating func blockComment() {
    report(.commentOfC(at: fragment.range(position, position + 2), isBlock: true))
    var end = position + 2
    if !knowsNoCommentEnd {
      while end + 1 < bytes.count,
        !(bytes[end] == UInt8(ascii: "*") && bytes[end + 1] == UInt8(ascii: "/"))
      {
        end += 1
      }
      knowsNoCommentEnd = end + 1 >= bytes.count
    }
    end = knowsNoCommentEnd ? endOfLine(from: position) : end + 2
    while position < end {
      if bytes[position] == 0x0A {
        add(.newline, to: position + 1)
        startsLine = true
      } else {
        comment(to: max(position + 1, min(endOfLine(from: position), end)))
      }
    }
  }

  private mutating func stray(_ first: UInt8) {
    var end = position + 1
    if first < 0x20 || first == 0x7F {
      while end < bytes.count,
        bytes[end] == 0x7F || (bytes[end] < 0x20 && bytes[end] != 0x0A && !Self.isSpace(bytes[end]))
      {
        end += 1
      }
    } else {
      while end < bytes.count, bytes[end] == first { end += 1 }
    }
    if first == UInt8(ascii: "\\") {
      var next = end
      while next < bytes.count, Self.isSpace(bytes[next]) { next += 1 }
      joinsLine = next < bytes.count && bytes[next] == 0x0A
    }
    report(
      .strayBytes(
        ControlByte.name(first), at: fragment.range(position, end), count: end - position))
    add(.invalid, .bad, to: end)
  }

  // MARK: Brackets

  /// Finds each bracket's partner. Parentheses and square brackets never hold braces, so a brace
  /// ends what is open inside it.
  private mutating func matchBrackets() {
    var open: [Int] = []
    for index in lexemes.indices {
      switch lexemes[index].kind {
      case .leftParenthesis, .leftBracket, .leftBrace: open.append(index)
      case .rightParenthesis: close(.leftParenthesis, index, &open)
      case .rightBracket: close(.leftBracket, index, &open)
      case .rightBrace:
        while let last = open.last, lexemes[last].kind != .leftBrace { open.removeLast() }
        if let last = open.popLast() { pair(last, index) } else { strayBraces.append(index) }
      default: break
      }
    }
  }

  private mutating func close(_ kind: LexemeKind, _ index: Int, _ open: inout [Int]) {
    if let last = open.last, lexemes[last].kind == kind {
      open.removeLast()
      pair(last, index)
    } else if open.count > 1, lexemes[open[open.count - 2]].kind == kind {
      // One bracket was forgotten, or closed with the wrong sign.
      open.removeLast()
      pair(open.removeLast(), index)
    }
  }

  private mutating func pair(_ left: Int, _ right: Int) {
    lexemes[left].partner = Int32(right)
    lexemes[right].partner = Int32(left)
  }
}
