import SourceText

/// A recursive-descent parser over lexemes: the cursor, and how it gets over errors.
///
/// The first error of a statement is reported and sets ``failed``; from then on nothing is
/// consumed and nothing else reported, every function returns, and the loop over the statements
/// goes to the next one. So one mistake gives one message. Functions are kept from recursing deeper
/// than the limits by ``depth`` (brackets) and ``height`` (operators on the way to the root).
struct Parser {
  let fragment: SourceFragment
  let bytes: [UInt8]
  private(set) var lexemes: [Lexeme]
  private let strayBraces: [Int]
  var tokens: [Token]
  private let diagnostics: DiagnosticList

  /// The lexeme at hand.
  var position = 0
  /// A lexeme whose line feed before it ends nothing: the first of a statement.
  var barrier = 0
  /// How many parentheses and brackets are open, in which line feeds are space.
  var brackets = 0
  /// How many blocks and brackets are open.
  var depth = 0
  /// How many operators stand above the expression at hand.
  var height = 0
  /// Whether the statement at hand is given up.
  var failed = false
  /// Whether an unclosed brace has been reported already.
  var knowsUnclosed = false
  private var nextStray = 0

  /// Lexes a fragment; `nil` when it is larger than the limit.
  init?(_ fragment: SourceFragment, limit: Int = WalkParser.maximumSourceBytes) {
    guard fragment.bytes.count <= min(limit, Int(Int32.max)) else { return nil }
    var lexer = Lexer(fragment)
    lexer.run()
    self.fragment = fragment
    bytes = fragment.bytes
    lexemes = lexer.lexemes
    strayBraces = lexer.strayBraces
    tokens = lexer.tokens
    diagnostics = lexer.diagnostics
    knowsUnclosed = lexer.stringHoldsBrace
  }

  /// What lexer and parser found, in order of place, cut at the limit.
  func allDiagnostics() -> [Diagnostic] {
    let limit = WalkParser.maximumDiagnostics
    var all = diagnostics.all.enumerated().sorted {
      let left = $0.element.primary?.range.lower ?? 0
      let right = $1.element.primary?.range.lower ?? 0
      return (left, $0.offset) < (right, $1.offset)
    }.map(\.element)
    if all.count > limit, let range = all[limit].primary?.range {
      all.removeSubrange(limit...)
      all.append(.tooManyErrors(at: range))
    }
    return all
  }

  // MARK: The cursor

  /// The lexeme at hand, with its line feed ignored.
  var current: Lexeme { lexemes[position] }

  /// What stands at hand; `.lineEnd` where the statement's line is over.
  var kind: LexemeKind {
    let lexeme = lexemes[position]
    return lexeme.startsLine && brackets == 0 && position != barrier ? .lineEnd : lexeme.kind
  }

  /// What stands after the lexeme at hand, on the same line.
  var nextKind: LexemeKind {
    guard position + 1 < lexemes.count else { return .end }
    let lexeme = lexemes[position + 1]
    return lexeme.startsLine && brackets == 0 ? .lineEnd : lexeme.kind
  }

  /// The keyword at hand; `.plain` where there is none.
  var word: Word { kind == .name ? lexemes[position].word : .plain }

  /// The keyword after the lexeme at hand, on the same line.
  var nextWord: Word { nextKind == .name ? lexemes[position + 1].word : .plain }

  /// Goes on by one lexeme; stays at the end.
  mutating func advance() { if position + 1 < lexemes.count { position += 1 } }

  /// Notes what the lexeme at hand is.
  mutating func mark(_ role: LexemeRoles) { lexemes[position].roles.insert(role) }

  /// Takes the `;` or `,` at hand, which ends a statement or item.
  mutating func takeSeparator() {
    mark(.separates)
    advance()
  }

  /// Takes the sign at hand if it is this one.
  mutating func accept(_ wanted: LexemeKind) -> Bool {
    guard !failed, kind == wanted else { return false }
    advance()
    return true
  }

  /// Takes the keyword at hand if it is this one.
  mutating func accept(_ wanted: Word) -> Bool {
    guard !failed, word == wanted else { return false }
    takeKeyword()
    return true
  }

  /// Takes the word at hand as a keyword, and colours it as one.
  mutating func takeKeyword() {
    tokens[Int(lexemes[position].token)].kind = .keyword
    advance()
  }

  /// Lets the statement go on in the next line: the line feed at hand ends nothing.
  mutating func continueLine() { barrier = position }

  /// Lets the line end behind an operator or connective, unless a statement begins there.
  mutating func continueOperand() {
    switch current.word {
    case .run, .expect, .start, .program, .check, .hidden, .claim, .ask, .answer, .choice, .choices,
      .order, .table, .vary, .starter, .student, .include, .machine, .mount, .symlink, .swap, .load,
      .unload, .letName, .ifTrue,
      .whileTrue, .returnValue, .repeatTimes, .function:
      if current.startsLine { return }
    default: break
    }
    continueLine()
  }

  /// The place of a lexeme.
  func range(of lexeme: Lexeme) -> SourceRange {
    // A lexeme stands on one line, so its two ends are moved by the same amount.
    let lower = fragment.fileOffset(Int(lexeme.lower))
    return SourceRange(
      file: fragment.file, lower: lower, upper: lower + Int(lexeme.upper - lexeme.lower))
  }

  /// The place of the lexeme at hand.
  var here: SourceRange { range(of: current) }

  /// From the first byte of a lexeme to the last one taken.
  func range(from start: Int) -> SourceRange {
    let lower = Int(lexemes[start].lower)
    let upper = position > start ? Int(lexemes[position - 1].upper) : lower
    return fragment.range(lower, max(lower, upper))
  }

  /// The empty place behind what was taken last.
  var gap: SourceRange {
    guard position > 0 else { return fragment.range(0, 0) }
    let last = lexemes[position - 1]
    return fragment.range(Int(last.lower), Int(last.upper)).end
  }

  /// The text of a lexeme, cut when it is very long.
  func text(of lexeme: Lexeme) -> String {
    let upper = min(Int(lexeme.upper), Int(lexeme.lower) + 80)
    return String(decoding: bytes[Int(lexeme.lower)..<upper], as: UTF8.self)
  }

  // MARK: Errors

  /// Reports something and reads on: what was meant is clear.
  func note(_ diagnostic: @autoclosure () -> Diagnostic) {
    diagnostics.add(diagnostic, limit: 2 * WalkParser.maximumDiagnostics + 2)
  }

  /// Reports something and gives the statement up, unless it is given up already.
  mutating func fail(_ diagnostic: @autoclosure () -> Diagnostic) {
    guard !failed else { return }
    failed = true
    note(diagnostic())
  }

  /// Gives the statement up since `what` does not stand here. Silent where the lexer has already
  /// complained.
  mutating func failExpected(_ what: String, notes: [String] = [], write: String? = nil) {
    guard !failed else { return }
    var kind = kind
    if kind == .rightBrace, current.startsLine { kind = .lineEnd }
    switch kind {
    case .bad: failed = true
    case .lineEnd, .end:
      let place = gap
      fail(.expected(what, at: place, found: nil, notes: notes, write: write))
    case .increment, .compoundAssign, .arrow, .question:
      let sign = text(of: current)
      let place = here
      if kind == .increment {
        fail(.increment(sign, of: nil, at: place))
      } else if kind == .compoundAssign {
        fail(.compoundAssignment(sign, of: nil, at: place, edit: place))
      } else {
        fail(.operatorOfC(sign, at: place))
      }
    default:
      let found = text(of: current)
      let place = here
      fail(.expected(what, at: place, found: found, notes: notes, write: write))
    }
  }

  /// Takes a sign or gives the statement up.
  mutating func expect(_ wanted: LexemeKind, _ text: String) {
    if !accept(wanted) { failExpected("`\(text)`", write: nil) }
  }

  /// Takes a keyword or gives the statement up.
  mutating func expect(_ wanted: Word) {
    if !accept(wanted) { failExpected("`\(wanted.rawValue)`") }
  }

  /// Takes any word as a name or gives the statement up.
  mutating func name(_ what: String) -> Name {
    guard !failed, kind == .name else {
      failExpected(what)
      return Name("", gap)
    }
    return takeName()
  }

  /// Takes the word at hand as a name.
  mutating func takeName() -> Name {
    let lexeme = current
    advance()
    let text = String(decoding: bytes[Int(lexeme.lower)..<Int(lexeme.upper)], as: UTF8.self)
    return Name(text, range(of: lexeme))
  }

  /// Takes a string or gives the statement up.
  mutating func string(_ what: String) -> StringSyntax {
    guard !failed, kind == .string else {
      failExpected(what)
      return StringSyntax(bytes: [], range: gap)
    }
    return takeString()
  }

  /// Takes the string at hand.
  mutating func takeString() -> StringSyntax {
    let lexeme = current
    advance()
    let literal = TextLiteral(bytes, at: Int(lexeme.lower))
    return StringSyntax(bytes: literal.bytes, range: range(of: lexeme))
  }

  /// Takes the number at hand; a unit that stands apart is taken too, with a message.
  mutating func takeNumber() -> (Int64, UnitSyntax?, SourceRange) {
    let lexeme = current
    let start = position
    let literal = NumberLiteral(bytes, at: Int(lexeme.lower))
    advance()
    if literal.unit == nil, kind == .name, lexemes[position].word == .plain,
      lexemes[position].upper - lexemes[position].lower <= 3,
      let unit = UnitSyntax(rawValue: text(of: current))
    {
      let place = here
      note(.detachedUnit(unit.rawValue, at: place, number: range(of: lexeme)))
      advance()
      let (value, overflow) = literal.value.multipliedReportingOverflow(by: unit.factor)
      return (overflow ? 0 : value, unit, range(from: start))
    }
    return (literal.value, literal.unit, range(of: lexeme))
  }

  // MARK: Getting over errors

  /// Leaves the statement that began at a lexeme: goes to the end of its line, its `;` or (in a
  /// list of items) its comma, past blocks that belong to it, never past a `}` that does not.
  mutating func recover(from start: Int, stopsAtComma: Bool = false) {
    failed = false
    brackets = 0
    while true {
      let lexeme = lexemes[position]
      switch lexeme.kind {
      case .end, .rightBrace: return
      case _ where lexeme.startsLine && position > start: return
      case .semicolon: return
      case .comma where stopsAtComma: return
      case .leftBrace, .leftParenthesis, .leftBracket:
        guard lexeme.partner > position else {
          position += 1
          continue
        }
        position = Int(lexeme.partner)
        advance()
        if lexeme.kind == .leftBrace { return }
      default: position += 1
      }
    }
  }

  /// Ends a statement: its line must be over, or a `;`, a `}` or (after a `}` or a declaration) a
  /// further statement must follow.
  mutating func endStatement(from start: Int, _ what: String, endsItself: Bool = false) {
    if failed {
      recover(from: start)
      if position == start { advance() }
      return
    }
    switch kind {
    case .lineEnd, .end, .rightBrace: return
    case .semicolon: takeSeparator()
    default:
      if lexemes[max(0, position - 1)].kind == .rightBrace { return }
      if endsItself, word.beginsStatement { return }
      if endsItself, kind == .name, lexemes[start].word != .mount, lexemes[start].word != .symlink,
        lexemes[start].word != .swap
      {
        let place = here
        fail(.missingBlock(after: "the name", at: place))
        return recover(from: start)
      }
      failLeftover(what)
      recover(from: start)
    }
  }

  /// Complains of what stands behind the end of a statement.
  mutating func failLeftover(_ what: String) {
    let found = text(of: current)
    let place = here
    switch kind {
    case .bad: failed = true
    case .rightParenthesis, .rightBracket:
      fail(.strayCloser(found, at: place))
    case .leftParenthesis, .leftBracket:
      if current.partner < 0 {
        fail(.unclosed(found, at: place, before: nil))
      } else {
        fail(.unfinishedLine(found, after: what, at: place))
      }
    case .increment, .compoundAssign, .arrow, .question: failExpected("the end of the \(what)")
    case .assign: fail(.assignmentInCondition(at: place))
    default:
      let isNext = word.beginsStatement
      fail(.unfinishedLine(found, after: what, at: place, beginsStatement: isNext))
    }
  }

  // MARK: Brackets and blocks

  /// Takes an opening parenthesis or bracket; `false` when the statement is given up.
  mutating func openBracket() -> Bool {
    let lexeme = current
    let place = here
    guard lexeme.partner >= 0 else {
      let found = text(of: lexeme)
      if holdsOpenString { failed = true }  // the closing bracket is in it, and it is told
      fail(.unclosed(found, at: place, before: nil))
      return false
    }
    guard depth < WalkParser.maximumNesting else {
      fail(.nestingTooDeep(at: place))
      return false
    }
    depth += 1
    brackets += 1
    advance()
    return true
  }

  /// Whether the line at hand ends in a string that is not closed.
  private var holdsOpenString: Bool {
    var last = position
    while last + 1 < lexemes.count, !lexemes[last + 1].startsLine { last += 1 }
    if lexemes[last].kind == .end { last -= 1 }
    return last > position && lexemes[last].kind == .string
      && !TextLiteral(bytes, at: Int(lexemes[last].lower)).isClosed
  }

  /// Takes the closing bracket that belongs to an opened one.
  mutating func closeBracket(_ wanted: LexemeKind, _ text: String, orComma: Bool = false) {
    if !failed {
      if kind == wanted {
        advance()
      } else {
        failExpected(orComma ? "`,` or `\(text)`" : "`\(text)`")
      }
    }
    depth -= 1
    brackets = max(0, brackets - 1)
  }

  /// A block that has been opened.
  struct Block {
    /// The lexeme of its brace.
    var brace: Int
    /// Whether its `}` exists.
    var isMatched: Bool
  }

  /// Takes an opening brace, also one in the next line; `nil` when there is none to be taken.
  ///
  /// Where it is missing but a `}` without partner follows, the block is read all the same: only
  /// the brace was forgotten.
  mutating func openBlock(after head: String) -> Block? {
    guard !failed else { return nil }
    let brace = position
    if lexemes[brace].kind == .leftBrace {
      let lexeme = current
      guard depth < WalkParser.maximumNesting else {
        let place = here
        if lexeme.partner >= 0 {
          position = Int(lexeme.partner)
          advance()
        } else {
          position = lexemes.count - 1
          knowsUnclosed = true
        }
        fail(.nestingTooDeep(at: place))
        return nil
      }
      depth += 1
      advance()
      return Block(brace: brace, isMatched: lexeme.partner >= 0)
    }
    if kind == .bad {
      failed = true
      return nil
    }
    let place = gap
    while nextStray < strayBraces.count, strayBraces[nextStray] < position { nextStray += 1 }
    guard kind == .lineEnd, nextStray < strayBraces.count, depth < WalkParser.maximumNesting else {
      fail(.missingBlock(after: head, at: place))
      return nil
    }
    nextStray += 1
    note(.missingBlock(after: head, at: place))
    depth += 1
    return Block(brace: brace, isMatched: true)
  }

  /// Takes the closing brace of a block, or says that it is missing.
  mutating func closeBlock(_ block: Block) {
    depth -= 1
    if lexemes[position].kind == .rightBrace {
      advance()
    } else if !knowsUnclosed {
      knowsUnclosed = true
      let place = range(of: lexemes[block.brace])
      let before = lexemes[position].kind == .end ? nil : here
      note(.unclosed("{", at: place, before: before))
    }
  }

  /// Whether the block cannot go on here: its brace was never closed, and a statement of the script
  /// begins in a new line.
  func leavesUnclosed(_ block: Block) -> Bool {
    guard !block.isMatched, current.startsLine, looksLikeScriptStatement else { return false }
    return true
  }

  /// Whether what stands here can only be a statement of a script: `start x`, `program x`.
  var looksLikeScriptStatement: Bool {
    guard current.kind == .name, current.word.beginsStatement,
      position + 1 < lexemes.count
    else { return false }
    if current.word == .run { return nextKind == .lineEnd || nextKind == .name || nextKind == .end }
    switch nextKind {
    case .name, .string, .number: return true
    default: return false
    }
  }
}
