/// Writes the lexemes and comments of a script down again, with the house's space between them.
///
/// It goes through the lexemes once. What a lexeme's kind does not tell (whether a `-` is a sign,
/// whether braces hold items) the parser has noted as roles. Only blocks that are open over several
/// lines have a ``Frame``; one that fits on a line is written at once.
struct ScriptLayout {
  /// A block, or the script, that stands over several lines.
  private struct Frame {
    /// Where its statements begin.
    var indent: Int
    /// Whether it holds items and not statements.
    var holdsItems = false
    /// Whether its items were written on one line, which had no room for them.
    var isSpread = false
    /// Whether a statement of it has been written.
    var hasStatement = false
    /// Whether a separator was passed behind that statement.
    var isSeparated = false
    /// Whether that statement ends with a brace so far.
    var endsWithBrace = false
    /// Whether the blocks of that statement stand on its line, once that is known: all do, or none.
    var keepsLine: Bool?
    /// For each bracket of that statement that is open: where the line begins that it stands on.
    var brackets: [Int] = []
  }

  private let bytes: [UInt8]
  private let tokens: [Token]
  private let lexemes: [Lexeme]
  private let lineEnd: [UInt8]
  private var out: [UInt8] = []
  private var column = 0
  private var lineIndent = 0
  private var frames = [Frame(indent: 0)]
  /// Line feeds since a lexeme or comment was written.
  private var lineFeeds = 0
  /// Whether a comment was written since the last lexeme.
  private var hasComment = false
  /// Whether the last that was written is the brace of an open block.
  private var isOpened = false

  init(_ parser: Parser) {
    bytes = parser.bytes
    tokens = parser.tokens
    lexemes = parser.lexemes
    var counts = (all: 0, withReturn: 0)
    for token in parser.tokens where token.kind == .newline {
      counts.all += 1
      if token.lower > 0, bytes[token.lower - 1] == 0x0D { counts.withReturn += 1 }
    }
    lineEnd = counts.withReturn * 2 > counts.all ? [0x0D, 0x0A] : [0x0A]
  }

  /// The text.
  mutating func written() -> [UInt8] {
    out.reserveCapacity(bytes.count + bytes.count / 8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { out += bytes[..<3] }
    let mark = out.count
    var index = 0
    while index < lexemes.count {
      writeComments(before: index)
      index = write(index)
    }
    if out.count > mark { out += lineEnd }
    return out
  }

  // MARK: Comments

  /// The tokens between a lexeme and the one before it.
  private func gap(before index: Int) -> ArraySlice<Token> {
    let lower = index == 0 ? 0 : Int(lexemes[index - 1].token) + 1
    return tokens[lower..<Int(lexemes[index].token)]
  }

  private mutating func writeComments(before index: Int) {
    for token in gap(before: index) {
      if token.kind == .newline { lineFeeds += 1 }
      guard token.kind == .comment else { continue }
      if lineFeeds == 0, column > 0 {
        append([0x20])
      } else {
        let place = indent(before: index)
        startLine(indent: place.columns, mayBeBlank: place.isBetween)
        isOpened = false
      }
      var upper = token.upper
      while upper > token.lower, Lexer.isSpace(bytes[upper - 1]) { upper -= 1 }
      append(bytes[token.lower..<upper])
      lineFeeds = 0
      hasComment = true
    }
  }

  /// Where a line begins that stands before a lexeme, and whether it stands between statements.
  private func indent(before index: Int) -> (columns: Int, isBetween: Bool) {
    let lexeme = lexemes[index]
    let frame = frames[frames.count - 1]
    if lexeme.kind == .end || lexeme.kind == .rightBrace || lexeme.roles.contains(.begins)
      || lexeme.roles.contains(.separates)
    {
      return (frame.indent, true)
    }
    if lexeme.kind == .leftBrace || isElse(index) { return (frame.indent, false) }
    let isCloser = lexeme.kind == .rightParenthesis || lexeme.kind == .rightBracket
    let outer = frame.brackets.last ?? frame.indent
    return (outer + (isCloser ? 0 : WalkFormatter.indentColumns), false)
  }

  // MARK: Lexemes

  /// Writes a lexeme, or a block on one line; returns what comes next.
  private mutating func write(_ index: Int) -> Int {
    let lexeme = lexemes[index]
    let last = frames.count - 1
    switch lexeme.kind {
    case .end: return index + 1
    case _ where lexeme.roles.contains(.separates):
      frames[last].isSeparated = true
      return index + 1
    case .leftBrace: return openBlock(index)
    case .rightBrace: closeBlock()
    case _ where lexeme.roles.contains(.begins): beginStatement(index)
    default:
      let isJoined = isElse(index) || isElse(index - 1) && lexeme.word == .ifTrue
      if hasComment || lineFeeds > 0 && !isJoined {
        startLine(indent: indent(before: index).columns, mayBeBlank: false)
      } else if isSpaced(index) {
        append([0x20])
      }
    }
    append(text(index))
    switch lexeme.kind {
    case .leftParenthesis, .leftBracket: frames[frames.count - 1].brackets.append(lineIndent)
    case .rightParenthesis, .rightBracket: _ = frames[frames.count - 1].brackets.popLast()
    default: break
    }
    frames[frames.count - 1].endsWithBrace = lexeme.kind == .rightBrace
    finishLexeme()
    return index + 1
  }

  private mutating func finishLexeme() {
    lineFeeds = 0
    hasComment = false
    isOpened = false
  }

  private mutating func beginStatement(_ index: Int) {
    let frame = frames[frames.count - 1]
    if frame.holdsItems, frame.hasStatement, !frame.endsWithBrace, !frame.isSpread, lineFeeds == 0,
      !hasBlock(index)
    {
      append([UInt8(ascii: ","), 0x20])
    } else {
      startLine(indent: frame.indent, mayBeBlank: true)
      if frame.hasStatement, frame.isSeparated, mayContinue(index) {
        append([UInt8(ascii: ";"), 0x20])
      }
    }
    frames[frames.count - 1] = Frame(
      indent: frame.indent, holdsItems: frame.holdsItems, isSpread: frame.isSpread,
      hasStatement: true)
  }

  /// Whether an item has a block; one that has begins a line.
  private func hasBlock(_ index: Int) -> Bool {
    let end: [LexemeKind] = [.leftBrace, .rightBrace, .end]
    let next = lexemes[(index + 1)...].first {
      end.contains($0.kind) || $0.roles.contains(.begins) || $0.roles.contains(.separates)
    }
    return next?.kind == .leftBrace
  }

  /// Whether a statement would belong to the one before it if only a line feed stood between: one that
  /// begins with a name that joins claims elsewhere, or with `else`.
  private func mayContinue(_ index: Int) -> Bool {
    lexemes[index].word.isConnective || lexemes[index].word == .elseBranch
  }

  // MARK: Blocks

  private mutating func openBlock(_ index: Int) -> Int {
    let last = frames.count - 1
    if hasComment {
      startLine(indent: frames[last].indent, mayBeBlank: false)
    } else {
      append([0x20])
    }
    if frames[last].keepsLine != false {
      if let line = blocksOnOneLine(index) {
        append(line.text)
        frames[last].keepsLine = true
        frames[last].endsWithBrace = true
        finishLexeme()
        return line.end
      }
      frames[last].keepsLine = false
    }
    append(text(index))
    let close = Int(lexemes[index].partner)
    let isSpread = close > index && !lexemes[(index + 1)...close].contains(where: \.startsLine)
    frames.append(
      Frame(
        indent: frames[last].indent + WalkFormatter.indentColumns,
        holdsItems: lexemes[index].roles.contains(.items), isSpread: isSpread))
    finishLexeme()
    isOpened = true
    return index + 1
  }

  private mutating func closeBlock() {
    if frames.count > 1 { frames.removeLast() }
    startLine(indent: frames[frames.count - 1].indent, mayBeBlank: false)
  }

  /// The block that begins at a brace, with all further blocks of its statement (`else`), on one line;
  /// `nil` when they were not written so, or when the line has no room for them.
  private func blocksOnOneLine(_ brace: Int) -> (text: [UInt8], end: Int)? {
    var text = Array(self.text(brace))
    var open = [lexemes[brace].roles.contains(.items)]
    var isFirst = true
    var isSeparated = false
    var width = column + 1
    var index = brace + 1
    while index < lexemes.count {
      let lexeme = lexemes[index]
      if open.isEmpty {
        // Only a further block belongs to the statement.
        guard isElse(index) || isElse(index - 1) || !lexeme.roles.contains(.begins),
          lexeme.kind != .end, lexeme.kind != .rightBrace, !lexeme.roles.contains(.separates)
        else { break }
        if lexeme.startsLine {
          let isJoined = isElse(index) || isElse(index - 1) || lexeme.kind == .leftBrace
          guard isJoined, !gap(before: index).contains(where: { $0.kind == .comment }) else {
            return nil
          }
        }
      } else if lexeme.startsLine {
        return nil
      }
      let start = text.count
      if lexeme.roles.contains(.separates) {
        isSeparated = true
        index += 1
        continue
      }
      if lexeme.roles.contains(.begins) {
        if isSeparated, !isFirst { text.append(UInt8(ascii: open.last == true ? "," : ";")) }
        text.append(0x20)
        isSeparated = false
        isFirst = false
      } else if lexeme.kind == .rightBrace {
        text.append(0x20)
        open.removeLast()
        isFirst = false
        isSeparated = false
      } else if lexeme.kind == .leftBrace {
        text.append(0x20)
        open.append(lexeme.roles.contains(.items))
        isFirst = true
        isSeparated = false
      } else if isSpaced(index) {
        text.append(0x20)
      }
      text += self.text(index)
      width += text[start...].count { $0 & 0xC0 != 0x80 }
      guard width <= WalkFormatter.lineColumns else { return nil }
      index += 1
    }
    return open.isEmpty ? (text, index) : nil
  }

  /// Whether a lexeme is the `else` of an `if`.
  private func isElse(_ index: Int) -> Bool {
    index > 0 && lexemes[index].word == .elseBranch && lexemes[index].kind == .name
      && !lexemes[index].roles.contains(.begins) && lexemes[index - 1].kind == .rightBrace
  }

  // MARK: Space

  /// Whether a space stands between a lexeme and the one before it in its statement.
  private func isSpaced(_ index: Int) -> Bool {
    let lexeme = lexemes[index]
    let before = lexemes[index - 1]
    if lexeme.roles.contains(.joins) { return false }
    if before.roles.contains(.sign) {
      // `- -1` and `& &x` would be other signs without it.
      return lexeme.kind == before.kind && (lexeme.kind == .minus || lexeme.kind == .ampersand)
    }
    switch lexeme.kind {
    case .comma, .semicolon, .colon, .dot, .dots, .rightParenthesis, .rightBracket: return false
    default: break
    }
    switch before.kind {
    case .leftParenthesis, .leftBracket, .dot, .dots: return false
    default: return true
    }
  }

  // MARK: Writing

  private func text(_ index: Int) -> ArraySlice<UInt8> {
    bytes[Int(lexemes[index].lower)..<Int(lexemes[index].upper)]
  }

  private mutating func append(_ text: some Collection<UInt8>) {
    out += text
    column += text.count { $0 & 0xC0 != 0x80 }
  }

  /// Begins a line, behind a blank one if there was any and it may stay.
  private mutating func startLine(indent: Int, mayBeBlank: Bool) {
    if column > 0 {
      out += lineEnd
      if mayBeBlank, lineFeeds > 1, !isOpened { out += lineEnd }
    }
    out += repeatElement(0x20, count: indent)
    column = indent
    lineIndent = indent
  }
}
