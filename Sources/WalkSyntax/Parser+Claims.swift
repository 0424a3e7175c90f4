import SourceText

/// What a claim's text is before it is known what is wanted of it.
///
/// `counter runs` is an event set in one place and a state in another, and the parentheses of
/// `( … )` may hold a claim, an event set or a state. So a claim is read once, in one grammar, and
/// then taken for what its place wants; nothing is read twice.
indirect enum GenericClaim {
  /// A state without a pattern at its top.
  case expression(ExpressionSyntax)
  case pattern(PatternSyntax)
  case parenthesised(GenericClaim, SourceRange)
  case combined(GenericClaim, InfixOperator, SourceRange, GenericClaim)
  case not(GenericClaim, SourceRange)
  case during(GenericClaim, ExpressionSyntax)
  case because(GenericClaim, GenericClaim)
  case within(GenericClaim, ExpressionSyntax, GenericClaim)
  case sequence([GenericClaim], SourceRange)
  case before(GenericClaim, GenericClaim, SourceRange)
  /// What can only be a claim: `never`, `always`, …
  case claim(ClaimSyntax)

  var range: SourceRange {
    switch self {
    case .expression(let expression): expression.range
    case .pattern(let pattern): pattern.range
    case .parenthesised(_, let range), .not(_, let range), .sequence(_, let range),
      .before(_, _, let range):
      range
    case .combined(let left, _, _, let right), .because(let left, let right),
      .within(let left, _, let right):
      left.range.union(right.range)
    case .during(let left, let state): left.range.union(state.range)
    case .claim(let claim): claim.range
    }
  }
}

// MARK: Reading

extension Parser {
  /// A claim for `expect`, `check` and `under`.
  mutating func wholeClaim() -> ClaimSyntax {
    let start = position
    let generic = claim()
    return failed ? .missing(range(from: start)) : claim(from: generic)
  }

  /// `implies` binds weakest and to the right.
  mutating func claim() -> GenericClaim {
    let outerHeight = height
    defer { height = outerHeight }
    let first = disjunction()
    guard connective == .implies else { return first }
    var parts = [first]
    var places: [SourceRange] = []
    while !failed, connective == .implies, rise() {
      places.append(takeConnective())
      parts.append(disjunction())
    }
    return foldRight(parts, places)
  }

  private func foldRight(_ parts: [GenericClaim], _ places: [SourceRange]) -> GenericClaim {
    var result = parts[parts.count - 1]
    for index in places.indices.reversed() {
      result = .combined(parts[index], .implies, places[index], result)
    }
    return result
  }

  private mutating func disjunction() -> GenericClaim {
    let outerHeight = height
    defer { height = outerHeight }
    var left = conjunction()
    while !failed, connective == .or, rise() {
      let place = takeConnective()
      left = .combined(left, .or, place, conjunction())
    }
    return left
  }

  private mutating func conjunction() -> GenericClaim {
    let outerHeight = height
    defer { height = outerHeight }
    var left = prefixed()
    while !failed, connective == .and, rise() {
      let place = takeConnective()
      left = .combined(left, .and, place, prefixed())
    }
    return left
  }

  /// The connective at hand. It may begin a line, since no statement begins with one.
  var connective: Word {
    let lexeme = current
    return lexeme.kind == .name && lexeme.word.isConnective ? lexeme.word : .plain
  }

  /// Takes the connective at hand; the line may end behind it.
  private mutating func takeConnective() -> SourceRange {
    let place = here
    takeKeyword()
    continueOperand()
    return place
  }

  /// Whether a claim's own word stands at a lexeme: `never`, `at end`, `in every` …
  func beginsClaim(at index: Int) -> Bool {
    let next = index + 1 < lexemes.count ? lexemes[index + 1] : lexemes[index]
    switch lexemes[index].word {
    case .never, .always, .eventually, .exactly, .when: return true
    case .at: return next.word == .least || next.word == .most || next.word == .end
    case .inside: return next.word == .every || next.word == .some
    default: return false
    }
  }

  private mutating func prefixed() -> GenericClaim {
    guard word == .not else { return unnegated() }
    let outerHeight = height
    defer { height = outerHeight }
    var starts: [Int] = []
    while !failed, word == .not, rise() {
      starts.append(position)
      takeKeyword()
    }
    var operand = unnegated()
    for start in starts.reversed() {
      operand = .not(operand, range(of: lexemes[start]).union(operand.range))
    }
    return operand
  }

  private mutating func unnegated() -> GenericClaim {
    guard !failed else { return .expression(.missing(gap)) }
    guard kind == .name, beginsClaim(at: position) else { return sequence() }
    let start = position
    switch word {
    case .never:
      takeKeyword()
      let events = operandEvents()
      return .claim(.never(events, range(from: start)))
    case .always:
      takeKeyword()
      let state = state()
      return .claim(.always(state, range(from: start)))
    case .eventually:
      takeKeyword()
      let state = state()
      return .claim(.eventually(state, range(from: start)))
    case .exactly:
      takeKeyword()
      return count("exactly", from: start)
    case .when:
      takeKeyword()
      return whenClaim(from: start)
    case .inside:
      takeKeyword()
      let isEvery = word == .every
      takeKeyword()
      expect(.schedule)
      expect(.colon, ":")
      continueLine()
      guard enter() else { return .expression(.missing(gap)) }
      let generic = claim()
      leave()
      let inner = failed ? ClaimSyntax.missing(gap) : claim(from: generic)
      return .claim(.schedules(every: isEvery, inner, range(from: start)))
    default:
      takeKeyword()
      let word = word
      takeKeyword()
      if word == .end {
        let state = state()
        return .claim(.state(state, atEnd: true, range(from: start)))
      }
      return count("at \(word.rawValue)", from: start)
    }
  }

  /// Counts a level of nesting that has no bracket.
  private mutating func enter() -> Bool {
    guard !failed else { return false }
    guard depth < WalkParser.maximumNesting else {
      let place = here
      fail(.nestingTooDeep(at: place))
      return false
    }
    depth += 1
    return true
  }

  private mutating func leave() { depth -= 1 }

  private mutating func count(_ bound: String, from start: Int) -> GenericClaim {
    let number = expression(.item)
    expect(.of)
    let events = operandEvents()
    return .claim(.count(bound, number, events, range(from: start)))
  }

  private mutating func whenClaim(from start: Int) -> GenericClaim {
    let generic = disjunction()
    let events = failed ? nothing : events(from: generic)
    expect(.colon, ":")
    continueLine()
    let state = state()
    return .claim(.when(events, state, range(from: start)))
  }

  /// The event set after `never` and `of`; a `then` behind it is a slip.
  private mutating func operandEvents() -> EventSetSyntax {
    let generic = sequence()
    return failed ? nothing : events(from: generic)
  }

  private var nothing: EventSetSyntax {
    let place = gap
    return .pattern(PatternSyntax(words: [.word(Name("", place))], range: place))
  }

  /// `E`, `E then E then E`, `E before E`.
  private mutating func sequence() -> GenericClaim {
    let start = position
    let first = eventSet()
    let joint = connective
    guard !failed, joint == .then || joint == .before else { return first }
    var parts = [first]
    var isMixed = false
    while !failed, connective == .then || connective == .before {
      if !isMixed, connective != joint || (joint == .before && parts.count == 2) {
        isMixed = true
        let place = here
        note(.mixedOrder(at: place))
      }
      _ = takeConnective()
      parts.append(eventSet())
    }
    let place = range(from: start)
    if isMixed { return .claim(.missing(place)) }
    return joint == .then ? .sequence(parts, place) : .before(parts[0], parts[1], place)
  }

  /// An operand with `while`, `because`, `within` behind it, from left to right.
  private mutating func eventSet() -> GenericClaim {
    let outerHeight = height
    defer { height = outerHeight }
    var left = operand()
    while !failed {
      switch connective {
      case .whileTrue:
        guard rise() else { return left }
        _ = takeConnective()
        left = .during(left, condition())
      case .because:
        guard rise() else { return left }
        _ = takeConnective()
        left = .because(left, operand())
      case .within:
        guard rise() else { return left }
        _ = takeConnective()
        let time = expression(.item)
        expect(.of)
        left = .within(left, time, operand())
      default: return left
      }
    }
    return left
  }

  /// The state of `while`: one comparison or lasting pattern, or a state in parentheses.
  private mutating func condition() -> ExpressionSyntax {
    let outerHeight = height
    defer { height = outerHeight }
    var starts: [Int] = []
    while !failed, word == .not, rise() {
      starts.append(position)
      takeKeyword()
    }
    return negated(expression(.state), starts)
  }

  private func negated(_ state: ExpressionSyntax, _ starts: [Int]) -> ExpressionSyntax {
    var result = state
    for start in starts.reversed() {
      result = .prefix(.not, result, range(of: lexemes[start]).union(result.range))
    }
    return result
  }

  /// A pattern, something in parentheses, or a state.
  private mutating func operand() -> GenericClaim {
    guard !failed else { return .expression(.missing(gap)) }
    let start = position
    switch kind {
    case .name where beginsClaim(at: position):
      let place = here
      fail(.claimForEvents(at: place))
      return .expression(.missing(place))
    case .name where beginsPattern && !word.isConnective && word != .not:
      let pattern = pattern()
      guard kind.infix != nil || kind == .assign else { return .pattern(pattern) }
      return .expression(binaryRest(.lasting(pattern), 1, .state))
    case .leftParenthesis:
      guard openBracket() else { return .expression(.missing(gap)) }
      let inner = claim()
      closeBracket(.rightParenthesis, ")")
      let place = range(from: start)
      switch kind {
      case .dot, .leftBracket, .assign: break
      case let kind where kind.infix != nil: break
      default: return .parenthesised(inner, place)
      }
      let state = failed ? .missing(place) : state(from: inner)
      let base = postfixRest(.parenthesised(state, place), from: start, .state)
      return .expression(binaryRest(base, 1, .state))
    default: return .expression(expression(.state))
    }
  }

  // MARK: States

  /// A state: `or`, `and`, `not` over C's expressions. It leaves alone a connective behind which a
  /// claim begins.
  mutating func state() -> ExpressionSyntax {
    let outerHeight = height
    defer { height = outerHeight }
    let first = stateDisjunction()
    guard connective == .implies else { return first }
    var parts = [first]
    var places: [SourceRange] = []
    while !failed, connective == .implies, !leadsClaim, rise() {
      places.append(takeConnective())
      parts.append(stateDisjunction())
    }
    var result = parts[parts.count - 1]
    for index in places.indices.reversed() {
      result = .infix(parts[index], .implies, places[index], result)
    }
    return result
  }

  private mutating func stateDisjunction() -> ExpressionSyntax {
    let outerHeight = height
    defer { height = outerHeight }
    var left = stateConjunction()
    while !failed, connective == .or, !leadsClaim, rise() {
      let place = takeConnective()
      left = .infix(left, .or, place, stateConjunction())
    }
    return left
  }

  private mutating func stateConjunction() -> ExpressionSyntax {
    let outerHeight = height
    defer { height = outerHeight }
    var left = condition()
    while !failed, connective == .and, !leadsClaim, rise() {
      let place = takeConnective()
      left = .infix(left, .and, place, condition())
    }
    return left
  }

  /// Whether a claim's word follows the connective at hand, with any `not` between.
  private var leadsClaim: Bool {
    var index = position + 1
    while index < lexemes.count - 1, lexemes[index].word == .not { index += 1 }
    return index < lexemes.count && beginsClaim(at: index)
  }

  /// A claim where a state is wanted: told, and read over.
  mutating func claimAsState() -> ExpressionSyntax {
    let place = here
    fail(.claimForState(at: place))
    return .missing(place)
  }

  /// One argument of a call in a state.
  mutating func stateArgument() -> ArgumentSyntax {
    let isBound = word == .until || word == .from
    if isBound, nextKind == .name || nextKind == .leftParenthesis, !nextWord.isConnective {
      let isUntil = word == .until
      takeKeyword()
      let generic = claim()
      let events = failed ? nothing : events(from: generic)
      return isUntil ? .until(events) : .from(events)
    }
    let generic = claim()
    guard !failed else { return .expression(.missing(gap)) }
    if Self.holdsEvents(generic) { return .events(events(from: generic)) }
    return .expression(state(from: generic))
  }

  // MARK: Patterns

  /// Whether the word at hand begins a pattern: another word, a string or a number follows.
  var beginsPattern: Bool {
    var last = position
    while let child = childName(after: last) { last = child }
    guard last + 1 < lexemes.count else { return false }
    let next = lexemes[last + 1]
    guard !next.startsLine || brackets > 0 else { return false }
    switch next.kind {
    case .string, .number: return true
    case .name: return !next.word.isConnective && next.word != .of
    default: return false
    }
  }

  /// Where `.child` or `.child2` ends behind a name; `nil` when none follows.
  private func childName(after position: Int) -> Int? {
    guard position + 2 < lexemes.count, lexemes[position + 1].kind == .dot,
      lexemes[position + 2].kind == .name,
      brackets > 0 || !lexemes[position + 1].startsLine && !lexemes[position + 2].startsLine
    else { return nil }
    let name = lexemes[position + 2]
    let text = bytes[Int(name.lower)..<Int(name.upper)]
    guard text.starts(with: "child".utf8),
      text.dropFirst(5).allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return position + 2
  }

  /// Takes a word of a pattern; a process's child is one name: `shell.child`.
  private mutating func takeWord() -> Name {
    var name = takeName()
    while let child = childName(after: position - 1) {
      position = child
      let part = takeName()
      name = Name("\(name.text).\(part.text)", name.range.union(part.range))
    }
    return name
  }

  /// Whether a part of what stands at a position is meant, `3[0]` or `3.x`: no word of a pattern.
  private func hasPart(at position: Int) -> Bool {
    guard position + 1 < lexemes.count else { return false }
    let next = lexemes[position + 1]
    return (next.kind == .leftBracket || next.kind == .dot) && (!next.startsLine || brackets > 0)
  }

  /// The words of a pattern: those up to a connective, or to the end of the line.
  mutating func pattern(stopsAtConnective: Bool = true) -> PatternSyntax {
    let start = position
    var words: [PatternWordSyntax] = []
    words.reserveCapacity(4)
    while !failed {
      switch kind {
      case .name:
        if stopsAtConnective, !words.isEmpty, current.word.isConnective {
          return PatternSyntax(words: words, range: range(from: start))
        }
        words.append(.word(takeWord()))
      case .string: words.append(.string(takeString()))
      case .number:
        let (value, unit, place) = takeNumber()
        words.append(.number(value, unit, place))
      case .minus where nextKind == .number && !words.isEmpty && !hasPart(at: position + 1):
        let sign = here
        mark(.sign)
        advance()
        let (value, unit, place) = takeNumber()
        words.append(.number(0 &- value, unit, sign.union(place)))
      default:
        if words.isEmpty {
          failExpected("a word")
          words.append(.word(Name("", gap)))
        }
        return PatternSyntax(words: words, range: range(from: start))
      }
    }
    if words.isEmpty { words.append(.word(Name("", gap))) }
    return PatternSyntax(words: words, range: range(from: start))
  }
}

// MARK: Taking for what is wanted

extension Parser {
  /// Whether this is an event set and can be nothing but one, a single word aside.
  static func holdsEvents(_ generic: GenericClaim) -> Bool {
    switch generic {
    case .pattern, .during, .because, .within: true
    case .parenthesised(let inner, _): holdsEvents(inner)
    case .combined(let left, .or, _, let right): holdsEvents(left) && holdsEvents(right)
    case .expression, .combined, .not, .sequence, .before, .claim: false
    }
  }

  /// The claim that this is.
  mutating func claim(from generic: GenericClaim) -> ClaimSyntax {
    switch generic {
    case .expression(.missing(let range)): return .missing(range)
    case .expression(let state): return .state(state, atEnd: false, state.range)
    case .pattern, .during, .because, .within: return .occurs(events(from: generic))
    case .parenthesised(let inner, let range):
      if case .expression(let state) = inner {
        return .state(.parenthesised(state, range), atEnd: false, range)
      }
      return claim(from: inner)
    case .combined(let left, let infix, _, let right):
      let left = claim(from: left)
      return .combined(left, infix, claim(from: right))
    case .not(let inner, let range): return .not(claim(from: inner), range)
    case .sequence(let parts, let range):
      var sets: [EventSetSyntax] = []
      for part in parts { sets.append(events(from: part)) }
      return .sequence(sets, range)
    case .before(let left, let right, let range):
      let left = events(from: left)
      return .before(left, events(from: right), range)
    case .claim(let claim): return claim
    }
  }

  /// The event set that this is; what is none is told.
  mutating func events(from generic: GenericClaim) -> EventSetSyntax {
    switch generic {
    case .pattern(let pattern): return .pattern(pattern)
    case .parenthesised(let inner, _): return events(from: inner)
    case .combined(let left, .or, _, let right):
      let left = events(from: left)
      return .either(left, events(from: right))
    case .during(let left, let state): return .during(events(from: left), state)
    case .because(let left, let right):
      let left = events(from: left)
      return .because(left, events(from: right))
    case .within(let left, let time, let right):
      let left = events(from: left)
      return .within(left, time, events(from: right))
    case .expression(.name(let name)):
      return .pattern(PatternSyntax(words: [.word(name)], range: name.range))
    case .expression, .combined, .not:
      note(.stateForEvents(at: generic.range))
    case .claim(.missing): break
    case .sequence, .before, .claim:
      note(.claimForEvents(at: generic.range))
    }
    return .pattern(PatternSyntax(words: [.word(Name("", generic.range))], range: generic.range))
  }

  /// The state that this is; what is none is told.
  mutating func state(from generic: GenericClaim) -> ExpressionSyntax {
    switch generic {
    case .expression(let state): return state
    case .pattern(let pattern): return .lasting(pattern)
    case .parenthesised(let inner, let range): return .parenthesised(state(from: inner), range)
    case .combined(let left, let infix, let place, let right):
      let left = state(from: left)
      return .infix(left, infix, place, state(from: right))
    case .not(let inner, let range): return .prefix(.not, state(from: inner), range)
    case .claim(.missing): break
    case .during, .because, .within, .sequence, .before, .claim:
      note(.claimForState(at: generic.range))
    }
    return .missing(generic.range)
  }

  /// What `run until` waits for: events, else a state.
  mutating func moment(from generic: GenericClaim) -> ClaimSyntax {
    switch generic {
    case .claim, .sequence, .before:
      note(.claimForEvents(at: generic.range))
      return .missing(generic.range)
    default:
      if Self.holdsEvents(generic) { return .occurs(events(from: generic)) }
      let state = state(from: generic)
      return .state(state, atEnd: false, generic.range)
    }
  }
}
