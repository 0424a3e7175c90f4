import SourceText

extension Parser {
  /// The statements between the braces of a program, function, loop or branch.
  mutating func programBlock(after head: String) -> [ProgramStatementSyntax] {
    if !failed, head == "the condition" || head == "`else`", kind != .leftBrace, kind != .lineEnd,
      kind != .end, kind != .bad, kind != .rightBrace, kind != .semicolon,
      lexemes[position].kind != .leftBrace, depth < WalkParser.maximumNesting,
      !Self.endsExpression(kind)
    {
      // `if (a) b()`: C's body without braces.
      note(.missingBlock(after: head, at: here))
      depth += 1
      defer { depth -= 1 }
      continueLine()
      return [programStatement()]
    }
    mark(.statements)
    guard let block = openBlock(after: head) else { return [] }
    var statements: [ProgramStatementSyntax] = []
    while true {
      continueLine()
      switch current.kind {
      case .rightBrace, .end:
        closeBlock(block)
        return statements
      case .semicolon:
        takeSeparator()
        continue
      default: break
      }
      if leavesUnclosed(block) {
        closeBlock(block)
        return statements
      }
      let start = position
      mark(.begins)
      statements.append(programStatement())
      endStatement(from: start, "statement")
    }
  }

  /// Whether this cannot begin a statement, so that a condition must have ended too early.
  private static func endsExpression(_ kind: LexemeKind) -> Bool {
    switch kind {
    case .name, .star, .increment: false
    default: true
    }
  }

  /// Whether the word at hand acts as a keyword, and is not a variable or function of that name.
  private var isKeywordHere: Bool {
    if word == .letName { return true }
    switch nextKind {
    case .assign, .dot, .compoundAssign, .increment, .leftBracket: return false
    case .leftParenthesis:
      switch word {
      case .ifTrue, .whileTrue, .repeatTimes, .returnValue, .compute, .touch: return true
      default: return false
      }
    default:
      switch word {
      case .ignore, .restoreDefault, .block, .unblock: return nextKind == .name
      default: return true
      }
    }
  }

  mutating func programStatement() -> ProgramStatementSyntax {
    let start = position
    guard kind == .name else { return expressionStatement() }
    if looksLikeScriptStatement {
      let place = here
      let found = text(of: current)
      fail(.insideProgram(found, at: place))
      return .missing(place)
    }
    guard current.word != .plain, isKeywordHere else {
      let mayBeC =
        current.word == .plain || current.word == .forTime || current.word == .restoreDefault
      if mayBeC, let statement = slipFromC() {
        return statement
      }
      return expressionStatement()
    }
    switch word {
    case .letName:
      takeKeyword()
      let name = name("a name after `let`")
      expect(.assign, "=")
      let value = expression(.program)
      return .letBinding(name, value, range(from: start))
    case .ifTrue: return ifStatement()
    case .elseBranch:
      let place = here
      note(.elseWithoutIf(at: place))
      takeKeyword()
      if kind == .name, word == .ifTrue { return ifStatement() }
      _ = programBlock(after: "`else`")
      return .missing(range(from: start))
    case .whileTrue:
      takeKeyword()
      let condition = expression(.condition)
      let body = programBlock(after: "the condition")
      return .whileLoop(condition, body, range(from: start))
    case .repeatTimes:
      takeKeyword()
      let count = expression(.program)
      let body = programBlock(after: "the count")
      return .repeatLoop(count, body, range(from: start))
    case .function: return functionStatement()
    case .returnValue:
      takeKeyword()
      switch kind {
      case .lineEnd, .end, .semicolon, .rightBrace: return .returnStatement(nil, range(from: start))
      default:
        let value = expression(.program)
        return .returnStatement(value, range(from: start))
      }
    case .compute:
      takeKeyword()
      let time = expression(.program)
      return .compute(time, range(from: start))
    case .data:
      takeKeyword()
      let name = name("a name after `data`")
      _ = accept(.assign)
      var values: [ExpressionSyntax] = []
      repeat {
        if !values.isEmpty { continueLine() }
        values.append(expression(.program))
      } while accept(.comma)
      return .data(name, values, range(from: start))
    case .bss:
      takeKeyword()
      let name = name("a name after `bss`")
      let size = expression(.program)
      return .bss(name, size, range(from: start))
    case .touch:
      takeKeyword()
      let address = expression(.program)
      return .touch(address, range(from: start))
    case .privileged:
      takeKeyword()
      let name = name("an instruction such as `hlt`")
      return .privileged(name, range(from: start))
    case .on:
      takeKeyword()
      let name = name("a signal such as `SIGSEGV`")
      let restarts = accept(.restart)
      let body = programBlock(after: "the signal")
      return .onSignal(name, restarts: restarts, body, range(from: start))
    case .ignore, .restoreDefault, .block, .unblock:
      let action = SignalAction(rawValue: word.rawValue) ?? .ignore
      takeKeyword()
      let name = name("a signal such as `SIGINT`")
      return .signalAction(action, name, range(from: start))
    case .lock, .unlock:
      let isLock = word == .lock
      takeKeyword()
      let name = name("the name of a lock")
      return .lock(name, isLock: isLock, range(from: start))
    case .spawn:
      takeKeyword()
      let call = expression(.program)
      return .spawn(call, range(from: start))
    case .call:
      takeKeyword()
      let call = expression(.program)
      return .expression(call, range(from: start))
    case .forTime: return slipFromC() ?? expressionStatement()
    default: return expressionStatement()
    }
  }

  /// `if`, with all its `else if`: read in a loop and folded from the end.
  private mutating func ifStatement() -> ProgramStatementSyntax {
    let outerHeight = height
    defer { height = outerHeight }
    var arms: [(start: Int, condition: ExpressionSyntax, body: [ProgramStatementSyntax])] = []
    var last: [ProgramStatementSyntax]?
    while !failed {
      let start = position
      takeKeyword()
      let condition = expression(.condition)
      let body = programBlock(after: "the condition")
      arms.append((start, condition, body))
      guard !failed, current.kind == .name, current.word == .elseBranch else { break }
      guard rise() else { break }
      takeKeyword()
      if current.kind == .name, current.word == .ifTrue {
        continueLine()
        continue
      }
      last = programBlock(after: "`else`")
      break
    }
    var statement: ProgramStatementSyntax?
    let end = range(from: arms.first?.start ?? position)
    for arm in arms.reversed() {
      let rest = statement.map { [$0] } ?? last
      statement = .ifElse(
        arm.condition, arm.body, rest, range(of: lexemes[arm.start]).union(end.end))
    }
    return statement ?? .missing(gap)
  }

  private mutating func functionStatement() -> ProgramStatementSyntax {
    let start = position
    takeKeyword()
    let name = name("a name after `fn`")
    var parameters: [Name] = []
    if !failed, kind == .leftParenthesis {
      mark(.joins)
      if openBracket() {
        while !failed, kind != .rightParenthesis {
          parameters.append(self.name("the name of a parameter"))
          if !accept(.comma) { break }
        }
        closeBracket(.rightParenthesis, ")", orComma: true)
      }
    } else {
      failExpected("`(`")
    }
    let body = programBlock(after: "the parameters")
    return .function(name, parameters, body, range(from: start))
  }

  /// An assignment, a call, or another expression.
  private mutating func expressionStatement() -> ProgramStatementSyntax {
    let start = position
    if kind == .increment {
      let sign = text(of: current)
      advance()
      let target = expression(.program)
      let place = range(from: start)
      note(.increment(sign, of: source(of: target), at: place))
      return .missing(place)
    }
    let first = expression(.program)
    guard !failed else { return .missing(range(from: start)) }
    switch kind {
    case .assign:
      if !Self.isPlace(first) { note(.notAssignable(at: first.range)) }
      advance()
      let value = expression(.program)
      return .assignment(first, value, range(from: start))
    case .increment:
      let sign = text(of: current)
      advance()
      let place = range(from: start)
      note(.increment(sign, of: source(of: first), at: place))
      return .missing(place)
    case .compoundAssign:
      let sign = text(of: current)
      let place = here
      note(.compoundAssignment(sign, of: source(of: first), at: place, edit: place))
      advance()
      let value = expression(.program)
      return .assignment(first, value, range(from: start))
    default: return .expression(first, range(from: start))
    }
  }

  private static func isPlace(_ expression: ExpressionSyntax) -> Bool {
    switch expression {
    case .name, .index, .prefix(.dereference, _, _), .missing: true
    case .parenthesised(let inner, _): isPlace(inner)
    default: false
    }
  }

  /// The name that an expression is, for a fix-it.
  private func source(of expression: ExpressionSyntax) -> String? {
    guard case .name(let name) = expression else { return nil }
    return name.text
  }

  // MARK: Habits from C

  /// `int x = 1`, `for (…) { }`, `break`: told and read as what was meant; `nil` for anything else.
  private mutating func slipFromC() -> ProgramStatementSyntax? {
    let word = text(of: current)
    if nextKind == .name || nextKind == .star, Keywords.declaratorsOfC.contains(word) {
      return declarationOfC()
    }
    guard Keywords.statementsOfC.contains(word), nextKind != .assign, nextKind != .dot else {
      return nil
    }
    let start = position
    let place = here
    note(.statementOfC(word, at: place))
    advance()
    if kind == .leftParenthesis, current.partner > position {
      position = Int(current.partner)
      advance()
    } else {
      while kind != .lineEnd, kind != .end, kind != .semicolon, kind != .rightBrace,
        kind != .leftBrace
      {
        advance()
      }
    }
    if kind == .leftBrace, word != "switch" {
      // What it holds is looked at, but a loop without its variable is not handed on.
      _ = programBlock(after: "the condition")
    }
    // `do { } while (c);` has its condition behind the block; other bodies stand on the line.
    recoverLine(from: start)
    return .missing(range(from: start))
  }

  /// Goes to the end of the line, not past a block's end.
  private mutating func recoverLine(from start: Int) {
    guard !failed else { return }
    while kind != .lineEnd, kind != .end, kind != .semicolon, kind != .rightBrace {
      if current.kind == .leftBrace, current.partner > position {
        position = Int(current.partner)
      }
      advance()
    }
  }

  /// `int x = 1`, `char *p`, `char buf[16]`, `const unsigned long n = 3`.
  private mutating func declarationOfC() -> ProgramStatementSyntax? {
    let start = position
    var end = position
    // Types and stars up to the last word before something else.
    while end + 1 < lexemes.count, !lexemes[end + 1].startsLine {
      let kind = lexemes[end + 1].kind
      guard kind == .name || kind == .star else { break }
      end += 1
    }
    guard lexemes[end].kind == .name else { return nil }
    let types = fragment.range(Int(lexemes[start].lower), Int(lexemes[end].lower))
    let whole = range(of: lexemes[start]).union(range(of: lexemes[end]))
    position = end
    let name = takeName()
    switch kind {
    case .assign:
      note(.declarationOfC(name.text, at: types.trimmed, replacement: "let"))
      advance()
      let value = expression(.program)
      return .letBinding(name, value, range(from: start))
    case .leftBracket:
      note(.declarationOfC(name.text, at: whole, replacement: "bss \(name.text)"))
      guard openBracket() else { return .missing(whole) }
      let size: ExpressionSyntax =
        kind == .rightBracket ? .missing(gap) : expression(.program)
      closeBracket(.rightBracket, "]")
      recoverLine(from: start)
      return .bss(name, size, range(from: start))
    case .lineEnd, .end, .semicolon, .rightBrace:
      note(.declarationOfC(name.text, at: whole, replacement: "let \(name.text) = 0"))
      return .letBinding(name, .missing(gap), range(from: start))
    default:
      note(.declarationOfC(name.text, at: whole, replacement: "let \(name.text) = 0"))
      recoverLine(from: start)
      return .missing(range(from: start))
    }
  }
}

extension SourceRange {
  /// Without the space that follows a run of types.
  fileprivate var trimmed: SourceRange {
    SourceRange(file: file, lower: lower, upper: upper > lower ? upper - 1 : upper)
  }
}
