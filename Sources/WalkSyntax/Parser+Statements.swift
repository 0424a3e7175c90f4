import SourceText

extension Parser {
  /// A whole script.
  mutating func script() -> [StatementSyntax] {
    var result: [StatementSyntax] = []
    while true {
      statements(into: &result, block: nil)
      guard current.kind == .rightBrace else { return result }
      let place = here
      note(.strayCloser("}", at: place))
      advance()
    }
  }

  /// The EXPR of `{= EXPR}`.
  mutating func wholeValue() -> ExpressionSyntax {
    brackets = 1
    let start = position
    let generic = claim()
    if !failed, kind != .end { failLeftover("value") }
    guard !failed else { return .missing(range(from: start)) }
    return state(from: generic)
  }

  /// Statements up to a `}` or the end.
  private mutating func statements(into result: inout [StatementSyntax], block: Block?) {
    while true {
      continueLine()
      switch current.kind {
      case .rightBrace, .end: return
      case .semicolon:
        takeSeparator()
        continue
      default: break
      }
      let start = position
      mark(.begins)
      let statement = statement()
      endStatement(from: start, "statement", endsItself: statement.isDeclaration)
      result.append(statement)
    }
  }

  private mutating func statement() -> StatementSyntax {
    let start = position
    guard kind == .name else {
      failLeading()
      return .missing(range(from: start))
    }
    switch word {
    case .include:
      takeKeyword()
      let path = string("a path in quotes")
      return .include(path, range(from: start))
    case .machine:
      takeKeyword()
      let name: Name
      if kind == .leftBrace {
        note(.expected("the machine's architecture", at: gap, found: nil, write: " x86_64"))
        name = Name("x86_64", gap)
      } else {
        name = self.name("the machine's architecture")
      }
      return .machine(name, optionalItems(), range(from: start))
    case .user, .disk, .nic, .serial, .keyboard, .module:
      let text = word.rawValue
      takeKeyword()
      let keyword = Name(text, range(of: lexemes[start]))
      let name = name("a name after `\(text)`")
      return .entity(keyword: keyword, name, optionalItems(), range(from: start))
    case .dir, .file:
      let text = word.rawValue
      takeKeyword()
      let keyword = Name(text, range(of: lexemes[start]))
      let path = string("a path in quotes")
      return .node(keyword: keyword, path, optionalItems(), range(from: start))
    case .symlink:
      takeKeyword()
      let path = string("a path in quotes")
      expect(.to)
      let target = string("a path in quotes")
      return .symlink(path, target, range(from: start))
    case .mount: return mountStatement()
    case .swap:
      takeKeyword()
      expect(.on)
      let device = name("a disk after `on`")
      return .swap(device, optionalItems(), range(from: start))
    case .program:
      takeKeyword()
      let name = name("a name after `program`")
      let body = programBlock(after: "the program's name")
      return .program(name, body, range(from: start))
    case .start: return startStatement()
    case .at: return timedStatement()
    case .load, .unload, .signal:
      let words = actWords(keyword: true)
      return .act(words, range(from: start))
    case .run: return runStatement()
    case .expect:
      takeKeyword()
      let claim = wholeClaim()
      return .expect(claim, range(from: start))
    case .claim: return claimStatement()
    case .student:
      takeKeyword()
      expect(.program)
      let name = name("a name after `program`")
      return .studentProgram(name, range(from: start))
    case .starter:
      takeKeyword()
      mark(.statements)
      guard let block = openBlock(after: "`starter`") else { return .missing(range(from: start)) }
      var inner: [StatementSyntax] = []
      statements(into: &inner, block: block)
      closeBlock(block)
      return .starter(inner, range(from: start))
    case .hidden, .check: return checkStatement()
    case .hint, .require, .forbid, .limit, .reveal: return taskStatement()
    case .ask:
      takeKeyword()
      let question = string("a question in quotes")
      return .ask(question, range(from: start))
    case .answer:
      takeKeyword()
      var name: Name?
      if kind == .name, nextKind == .assign {
        name = takeName()
        advance()
      }
      let value = value()
      return .answer(name, value, range(from: start))
    case .choice, .choices, .order, .table: return questionStatement()
    case .vary:
      takeKeyword()
      let name = name("a name after `vary`")
      expect(.inside)
      let first = expression(.program)
      let last: ExpressionSyntax? = accept(.dots) ? expression(.program) : nil
      return .vary(name, first, last, range(from: start))
    default: return otherStatement()
    }
  }

  /// A value for `answer`: what an inline value may be.
  mutating func value() -> ExpressionSyntax {
    let generic = claim()
    return failed ? .missing(gap) : state(from: generic)
  }

  /// A sign where a statement should begin.
  private mutating func failLeading() {
    let found = text(of: current)
    let place = here
    switch current.kind {
    case .bad: failed = true
    case .rightParenthesis, .rightBracket: fail(.strayCloser(found, at: place))
    case .leftBrace where current.partner < 0:
      knowsUnclosed = true
      fail(.unclosed(found, at: place, before: nil))
    default: fail(.unknownStatement(found, at: place, nearest: nil))
    }
  }

  /// A statement whose first word is none of a statement's: an act of a device, or a slip.
  private mutating func otherStatement() -> StatementSyntax {
    let start = position
    if nextWord.isActOfDevice {
      let words = actWords(keyword: false)
      return .act(words, range(from: start))
    }
    let found = text(of: current)
    let place = here
    if beginsClaim(at: position) {
      note(.claimWithoutExpect(found, at: place))
      let claim = wholeClaim()
      return .expect(claim, range(from: start))
    }
    let isProgramWord = Keywords.programWords.contains(current.word)
    let nearest = isProgramWord ? nil : Nearest.name(to: found, among: Keywords.statements)
    if isProgramWord || nextKind == .leftParenthesis || nextKind == .assign
      || Keywords.declaratorsOfC.contains(found)
    {
      fail(.outsideProgram(found, at: place))
      return .missing(place)
    }
    if nextKind == .name || nextKind == .dot, nearest == nil {
      // `editor sleeps`, `editor.mode == kernel`: claims.
      if nextKind == .dot || nextWord.isConnective || lexemes[position + 1].word == .plain {
        if nextKind == .dot || Self.looksLikeVerb(text(of: lexemes[position + 1])) {
          note(.claimWithoutExpect(found, at: place))
          let claim = wholeClaim()
          return .expect(claim, range(from: start))
        }
      }
    }
    fail(.unknownStatement(found, at: place, nearest: nearest))
    guard let nearest else { return .missing(place) }
    return retry(as: nearest)
  }

  /// Reads a statement with a misspelt first word as what was meant, so that what it declares is
  /// known to the checker; further errors in it are not told.
  private mutating func retry(as nearest: String) -> StatementSyntax {
    let start = position
    switch nearest {
    case "program" where nextKind == .name:
      failed = false
      advance()
      let name = name("a name")
      let body = programBlock(after: "the program's name")
      return .program(name, body, range(from: start))
    case "start" where nextKind == .name:
      failed = false
      return startStatement()
    case "disk" where nextKind == .name, "user" where nextKind == .name,
      "nic" where nextKind == .name, "serial" where nextKind == .name,
      "keyboard" where nextKind == .name, "module" where nextKind == .name:
      failed = false
      advance()
      let keyword = Name(nearest, range(of: lexemes[start]))
      let name = name("a name")
      return .entity(keyword: keyword, name, optionalItems(), range(from: start))
    default: return .missing(here)
    }
  }

  /// Third person singular: `sleeps`, `runs`, `is`.
  private static func looksLikeVerb(_ word: String) -> Bool {
    word.utf8.count > 1 && word.utf8.last == UInt8(ascii: "s")
  }

  // MARK: The world

  private mutating func mountStatement() -> StatementSyntax {
    let start = position
    takeKeyword()
    let path = string("a path in quotes")
    if word == .on || word == .from || word == .readOnly { failExpected("the type of file system") }
    let type = name("the type of file system")
    var device: Name?
    var server: StringSyntax?
    var readOnly: SourceRange?
    options: while !failed {
      let place = here
      switch word {
      case .on:
        if let device { note(.repeatedOption("on", at: place, first: device.range)) }
        takeKeyword()
        device = name("a device after `on`")
      case .from:
        if let server { note(.repeatedOption("from", at: place, first: server.range)) }
        takeKeyword()
        server = string("the name of a server in quotes")
      case .readOnly:
        if let readOnly { note(.repeatedOption("read_only", at: place, first: readOnly)) }
        readOnly = place
        takeKeyword()
      default: break options
      }
    }
    return .mount(
      path, type, device, server, isReadOnly: readOnly != nil, range(from: start))
  }

  /// The items of a declaration, if a block follows, also in the next line.
  private mutating func optionalItems() -> [ItemSyntax] {
    guard !failed, current.kind == .leftBrace else { return [] }
    return items()
  }

  // MARK: The timeline

  private mutating func startStatement() -> StatementSyntax {
    let start = position
    takeKeyword()
    let program = name("the name of a program")
    var options: [StartOptionSyntax] = []
    var seen: [(Word, SourceRange)] = []
    while !failed {
      let word = word
      let place = here
      switch word {
      case .named, .asUser, .inside, .nice, .at: break
      default: return .start(program, options, range(from: start))
      }
      if let first = seen.first(where: { $0.0 == word })?.1 {
        note(.repeatedOption(word.rawValue, at: place, first: first))
      }
      seen.append((word, place))
      takeKeyword()
      switch word {
      case .named: options.append(.named(name("a name after `named`")))
      case .asUser: options.append(.user(name("a user after `as`")))
      case .inside: options.append(.directory(string("a directory in quotes")))
      case .nice: options.append(.nice(expression(.item)))
      default: options.append(.time(expression(.item)))
      }
    }
    return .start(program, options, range(from: start))
  }

  private mutating func timedStatement() -> StatementSyntax {
    let start = position
    takeKeyword()
    let time = expression(.item)
    expect(.colon, ":")
    continueLine()
    let words = actWords(keyword: word == .load || word == .unload || word == .signal)
    return .at(time, words, range(from: start))
  }

  /// The words of something that happens from outside.
  private mutating func actWords(keyword: Bool) -> PatternSyntax {
    if keyword, kind == .name {
      tokens[Int(current.token)].kind = .keyword
    } else if nextWord.isActOfDevice {
      tokens[Int(lexemes[position + 1].token)].kind = .keyword
    }
    guard !failed, kind == .name else {
      failExpected("what happens")
      return PatternSyntax(words: [.word(Name("", gap))], range: gap)
    }
    return pattern(stopsAtConnective: false)
  }

  private mutating func runStatement() -> StatementSyntax {
    let start = position
    takeKeyword()
    if accept(.forTime) {
      let time = expression(.item)
      return .run(.duration(time), range(from: start))
    }
    if kind == .number {
      note(.expected("`for`", at: gap, found: nil, write: " for"))
      let time = expression(.item)
      return .run(.duration(time), range(from: start))
    }
    if accept(.until) {
      let generic = claim()
      let moment = failed ? ClaimSyntax.missing(gap) : moment(from: generic)
      return .run(.until(moment), range(from: start))
    }
    return .run(.toEnd, range(from: start))
  }

  // MARK: Claims and tasks

  private mutating func claimStatement() -> StatementSyntax {
    let start = position
    takeKeyword()
    let title = string("the claim in quotes")
    let origin: StringSyntax? = accept(.from) ? string("where it is from, in quotes") : nil
    mark(.statements)
    guard let block = openBlock(after: "the claim's text") else {
      return .missing(range(from: start))
    }
    var unders: [UnderSyntax] = []
    while true {
      continueLine()
      switch current.kind {
      case .rightBrace, .end:
        closeBlock(block)
        return .claimBlock(title, origin, unders, range(from: start))
      case .semicolon:
        takeSeparator()
        continue
      default: break
      }
      let start = position
      mark(.begins)
      if word == .under {
        unders.append(under())
      } else if word == .expect || word == .refute {
        let trial = trial()
        if unders.isEmpty {
          unders.append(UnderSyntax(configurations: [], trials: [trial], range: trial.range))
        } else {
          unders[unders.count - 1].trials.append(trial)
          unders[unders.count - 1].range = unders[unders.count - 1].range.union(trial.range)
        }
      } else if leavesUnclosed(block) {
        closeBlock(block)
        return .claimBlock(title, origin, unders, range(from: start))
      } else {
        failExpected("`under`, `expect` or `refute`")
      }
      endStatement(from: start, "claim")
    }
  }

  private mutating func under() -> UnderSyntax {
    let start = position
    takeKeyword()
    let configurations = configurations()
    expect(.colon, ":")
    continueLine()
    var trials: [TrialSyntax] = []
    if !failed, word == .expect || word == .refute {
      trials.append(trial())
    } else {
      failExpected("`expect` or `refute`")
    }
    return UnderSyntax(configurations: configurations, trials: trials, range: range(from: start))
  }

  /// Machines that differ from the one as written: `isolation kpti, machine arm64 and cpus 2`.
  mutating func configurations() -> [ConfigurationSyntax] {
    var configurations: [ConfigurationSyntax] = []
    repeat {
      let start = position
      let items = joinedItems()
      configurations.append(ConfigurationSyntax(items: items, range: range(from: start)))
    } while accept(.comma)
    return configurations
  }

  /// `expect C` and `refute C`; the word stands at hand.
  private mutating func trial() -> TrialSyntax {
    let start = position
    let isRefuted = word == .refute
    takeKeyword()
    let claim = wholeClaim()
    return TrialSyntax(claim: claim, isRefuted: isRefuted, range: range(from: start))
  }
}

extension StatementSyntax {
  /// Whether further statements may follow on the same line.
  fileprivate var isDeclaration: Bool {
    switch self {
    case .machine, .entity, .node, .symlink, .mount, .swap, .program: true
    default: false
    }
  }
}
