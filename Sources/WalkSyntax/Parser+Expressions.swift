import SourceText

extension Parser {
  /// Where an expression stands, which decides about a few of its forms.
  enum Mode {
    /// In a program: C's expressions.
    case program
    /// The condition of `if` and `while`: `=` in it is a slip.
    case condition
    /// The value of an item, where several follow each other: no calls, no elements.
    case item
    /// In a claim: lasting patterns are operands, arguments may be event sets.
    case state
  }

  /// The precedence from which on an item's values take operators: sums and products.
  static let itemPrecedence = 9

  /// An expression with C's operators.
  mutating func expression(_ mode: Mode) -> ExpressionSyntax {
    binary(mode == .item ? Self.itemPrecedence : 1, mode)
  }

  mutating func binary(_ minimum: Int, _ mode: Mode) -> ExpressionSyntax {
    let first = unary(mode)
    return binaryRest(first, minimum, mode)
  }

  /// The operators that follow a first operand, by precedence climbing.
  mutating func binaryRest(
    _ first: ExpressionSyntax, _ minimum: Int, _ mode: Mode
  ) -> ExpressionSyntax {
    var left = first
    let outerHeight = height
    defer { height = outerHeight }
    while !failed {
      guard let (infix, precedence) = infix(mode), precedence >= minimum else { break }
      guard rise() else { break }
      let place = here
      advance()
      continueOperand()
      let right = binary(precedence + 1, mode)
      left = .infix(left, infix, place, right)
    }
    return left
  }

  /// The infix operator at hand; slips that clearly mean one are told and taken for it.
  private mutating func infix(_ mode: Mode) -> (InfixOperator, Int)? {
    let kind = kind
    if let infix = kind.infix { return infix }
    switch kind {
    case .assign where mode != .item && (mode != .program || brackets > 0):
      let place = here
      note(.assignmentInCondition(at: place))
      return (.equal, 6)
    case .name where mode == .program || mode == .condition:
      let (infix, sign, precedence): (InfixOperator, String, Int)
      switch current.word {
      case .and: (infix, sign, precedence) = (.logicalAnd, "&&", 2)
      case .or: (infix, sign, precedence) = (.logicalOr, "||", 1)
      default: return nil
      }
      let place = here
      note(.wordOperator(text(of: current), sign: sign, at: place))
      return (infix, precedence)
    default: return nil
    }
  }

  /// Counts one operator more on the way to the root; `false` at the limit.
  mutating func rise() -> Bool {
    guard height < WalkParser.maximumChain else {
      let place = here
      fail(.expressionTooLong(at: place))
      return false
    }
    height += 1
    return true
  }

  private mutating func unary(_ mode: Mode) -> ExpressionSyntax {
    guard prefix(mode) != nil || isWordNot(mode) else { return postfix(mode) }
    let outerHeight = height
    defer { height = outerHeight }
    var prefixes: [(PrefixOperator, Int)] = []
    while !failed {
      if let prefix = prefix(mode) {
        guard rise() else { break }
        prefixes.append((prefix, position))
        mark(.sign)
        advance()
      } else if isWordNot(mode) {
        guard rise() else { break }
        let place = here
        note(.wordOperator("not", sign: "!", at: place))
        prefixes.append((.logicalNot, position))
        advance()
      } else {
        break
      }
    }
    var operand = postfix(mode)
    for (prefix, start) in prefixes.reversed() {
      operand = .prefix(prefix, operand, range(of: lexemes[start]).union(operand.range))
    }
    return operand
  }

  /// The prefix operator at hand; the values of items have the signs of numbers only.
  private func prefix(_ mode: Mode) -> PrefixOperator? {
    guard let prefix = kind.prefix else { return nil }
    return mode != .item || prefix == .negate || prefix == .complement ? prefix : nil
  }

  /// Whether `not` stands where a program wants `!`.
  private func isWordNot(_ mode: Mode) -> Bool {
    guard mode == .program || mode == .condition, word == .not else { return false }
    switch nextKind {
    case .name, .number, .leftParenthesis, .exclamation: return true
    default: return false
    }
  }

  private mutating func postfix(_ mode: Mode) -> ExpressionSyntax {
    let start = position
    let first = primary(mode)
    // A pattern has no members and no elements.
    if case .lasting = first { return first }
    return postfixRest(first, from: start, mode)
  }

  /// Members, calls and elements behind a primary.
  mutating func postfixRest(
    _ first: ExpressionSyntax, from start: Int, _ mode: Mode
  ) -> ExpressionSyntax {
    var base = first
    let outerHeight = height
    defer { height = outerHeight }
    while !failed {
      switch kind {
      case .dot:
        guard rise() else { return base }
        advance()
        let member = name("a name after `.`")
        base = .member(base, member)
      case .leftParenthesis where mode != .item:
        switch base {
        case .name, .member: break
        default:
          let place = here
          fail(.unfinishedLine("(", after: "value", at: place))
          return base
        }
        guard rise() else { return base }
        mark(.joins)
        let arguments = arguments(mode)
        base = .call(base, arguments, range(from: start))
      case .leftBracket where mode != .item:
        mark(.joins)
        guard rise(), openBracket() else { return base }
        let index = expression(mode == .condition ? .condition : mode)
        closeBracket(.rightBracket, "]")
        base = .index(base, index, range(from: start))
      default: return base
      }
    }
    return base
  }

  private mutating func arguments(_ mode: Mode) -> [ArgumentSyntax] {
    guard openBracket() else { return [] }
    var arguments: [ArgumentSyntax] = []
    if kind != .rightParenthesis {
      repeat {
        arguments.append(mode == .state ? stateArgument() : .expression(expression(mode)))
      } while accept(.comma)
    }
    closeBracket(.rightParenthesis, ")", orComma: true)
    return arguments
  }

  private mutating func primary(_ mode: Mode) -> ExpressionSyntax {
    guard !failed else { return .missing(gap) }
    switch kind {
    case .number:
      let (value, unit, place) = takeNumber()
      return .number(value, unit, place)
    case .string: return .string(takeString())
    case .name:
      if mode == .state {
        if word.isConnective || word == .not {
          failExpected("an event or a value")
          return .missing(gap)
        }
        if beginsClaim(at: position) { return claimAsState() }
        if beginsPattern { return .lasting(pattern()) }
      }
      return .name(takeName())
    case .leftParenthesis: return parenthesised(mode)
    case .leftBracket: return list(mode)
    default:
      failExpected(mode == .state ? "an event or a value" : "a value")
      return .missing(gap)
    }
  }

  private mutating func parenthesised(_ mode: Mode) -> ExpressionSyntax {
    let start = position
    guard openBracket() else { return .missing(gap) }
    let inner: ExpressionSyntax
    switch mode {
    case .state:
      let generic = claim()
      inner = failed ? .missing(gap) : state(from: generic)
    case .item: inner = expression(.program)
    case .program, .condition: inner = expression(mode)
    }
    closeBracket(.rightParenthesis, ")")
    return .parenthesised(inner, range(from: start))
  }

  private mutating func list(_ mode: Mode) -> ExpressionSyntax {
    let start = position
    guard openBracket() else { return .missing(gap) }
    var elements: [ExpressionSyntax] = []
    while !failed, kind != .rightBracket {
      elements.append(expression(mode == .item ? .program : mode))
      if !accept(.comma) { break }
    }
    closeBracket(.rightBracket, "]", orComma: true)
    return .list(elements, range(from: start))
  }
}
