public import Program
public import SourceText
public import WalkSyntax

/// A question, checked: what is asked, and what is right once a scenario has been run.
public struct CheckedPrediction: Sendable {
  /// What is asked, each a paragraph.
  public var questions: [String]
  /// What is wanted, and what is right.
  public var form: Form

  /// The kinds of questions.
  public enum Form: Sendable {
    /// A value that is typed.
    case value(Value)
    /// One or more of some choices.
    case choice([Choice])
    /// A value among others that are worked out: on other machines, and wrong by one.
    case alternatives(Value, under: [PredictionConfiguration])
    /// Events in the order in which they first happen.
    case order([Event])
    /// States just after the first of some events.
    case table([Event], [Value])
  }

  /// Something that a run gives a value.
  public struct Value: Sendable {
    /// As written.
    public var text: String
    /// What is worked out.
    public var key: Key
    /// Where it stands.
    public var range: SourceRange
  }

  /// What is right.
  public enum Key: Sendable {
    /// These letters.
    case text(String)
    /// The value of an expression, printed by its type.
    case state(StateExpression, ValueType)
  }

  /// One of the answers that are offered.
  public struct Choice: Sendable {
    /// What makes it right.
    public var rule: Rule
    /// Where it stands.
    public var range: SourceRange

    /// What makes a choice right.
    public enum Rule: Sendable {
      /// The letters; right where the claim holds, never where there is none.
      case text(String, if: Claim?)
      /// A value; right where it is the answer's.
      case value(Value, isRightIf: Value)
    }
  }

  /// Events of which the first one counts.
  public struct Event: Sendable {
    /// As written.
    public var text: String
    /// The events.
    public var events: EventSet
    /// Where they are written.
    public var range: SourceRange
  }
}

/// Another machine, on which a wrong answer would be right.
public struct PredictionConfiguration: Sendable {
  /// As written, such as `scheduler fifo and cpus 2`.
  public var name: String
  /// Where it is written.
  public var range: SourceRange
  var items: [ItemSyntax]
}

extension StatementSyntax {
  /// Whether it belongs to a question alone and lets nothing happen.
  public var isAsked: Bool {
    switch self {
    case .ask, .answer, .choice, .choices, .order, .table: true
    default: false
    }
  }
}

/// Checks the question of a fence.
struct PredictionChecker {
  let parts: [ScenarioPart]
  var claims: ClaimChecker
  private let texts: SourceTexts

  init(parts: [ScenarioPart], scope: ScenarioScope, reported: Set<String>) {
    self.parts = parts
    texts = SourceTexts(parts.map(\.script.fragment))
    claims = ClaimChecker(scope: scope, reported: reported)
  }

  private mutating func bad(_ message: String, _ range: SourceRange, _ note: String? = nil) {
    claims.report(.badQuestion(message, at: range, note: note))
  }

  /// Checks all of it; `nil` when something is wrong, here or in the parser's reading.
  ///
  /// - Parameters:
  ///   - isWhole: Whether it must be a whole question; examples may show a part.
  ///   - range: Where to say that nothing is asked; else at the first statement.
  mutating func check(isWhole: Bool, at range: SourceRange? = nil) -> CheckedPrediction? {
    let statements = parts.flatMap(\.script.statements)
    var questions: [String] = []
    var place = range
    var answer: CheckedPrediction.Value?
    var answerRange: SourceRange?
    var choices: [(ExpressionSyntax, ClaimSyntax?, SourceRange)] = []
    var form: CheckedPrediction.Form?
    var formRange: SourceRange?
    var offer: (configurations: [PredictionConfiguration], range: SourceRange)?
    func isSecond(_ first: SourceRange?) -> Bool { first != nil }
    for statement in statements where statement.isAsked {
      let range = statement.range
      place = place ?? range
      switch statement {
      case .ask(let question, _): questions.append(question.text)
      case .answer(_, let expression, _):
        if isSecond(answerRange) || isSecond(formRange) { secondKey(range) }
        answerRange = range
        answer = value(expression)
      case .choice(let expression, let claim, _): choices.append((expression, claim, range))
      case .choices(let configurations, _):
        if offer != nil { bad("the question has `choices` already", range) }
        offer = (self.configurations(configurations), range)
      case .order(let sets, _):
        if isSecond(answerRange) || isSecond(formRange) { secondKey(range) }
        formRange = range
        if sets.count < 2, !claims.isBroken {
          bad("one event alone has no order", range, "write two or more, with commas between")
        }
        form = .order(events(sets, at: range))
      case .table(let moments, let states, _):
        if isSecond(answerRange) || isSecond(formRange) { secondKey(range) }
        formRange = range
        let moments = events(moments, at: range)
        let states = states.compactMap { value($0) }
        if moments.count * states.count > Limits.choices { tooMany("cells", range) }
        form = .table(moments, states)
      default: break
      }
    }
    if choices.count > Limits.choices { tooMany("choices", choices[0].2) }
    if let first = choices.first {
      if isSecond(formRange) || offer != nil { secondKey(first.2) }
      form = choice(choices, answer: answer, hasAnswer: answerRange != nil)
      formRange = first.2
    } else if let offer {
      formRange = formRange ?? (answerRange == nil ? nil : offer.range)
      if answerRange == nil {
        bad(
          "`choices` works out what else the answer could be, and there is none", offer.range,
          "write `answer` and an expression")
      } else if let answer {
        if case .text = answer.key {
          bad(
            "`choices` works out what else a value could be; this answer is a text", offer.range,
            "write the wrong ones as `choice` lines")
        }
        form = .alternatives(answer, under: offer.configurations)
      }
    } else if let answer {
      form = .value(answer)
      formRange = answerRange
    }
    if isWhole, let place, !claims.isBroken {
      if questions.isEmpty {
        bad("nothing is asked here", place, "write `ask` and a question in quotes")
      } else if form == nil {
        bad(
          "the question has no answer", place,
          "write `answer` and an expression, `choice` lines, `order` or `table`")
      }
    }
    guard !claims.isBroken, let form, !questions.isEmpty else { return nil }
    return CheckedPrediction(questions: questions, form: form)
  }

  private mutating func secondKey(_ range: SourceRange) {
    bad(
      "the question has an answer already", range,
      "a question has one form; ask in a fence of its own for more")
  }

  private mutating func tooMany(_ what: String, _ range: SourceRange) {
    claims.report(.limitReached(what, limit: "\(Limits.choices)", at: range))
  }

  // MARK: Parts

  private mutating func value(_ syntax: ExpressionSyntax) -> CheckedPrediction.Value? {
    let text = texts.line(syntax.range)
    switch syntax {
    case .missing:
      claims.isBroken = true
      return nil
    case .string(let string):
      return CheckedPrediction.Value(text: text, key: .text(string.text), range: syntax.range)
    case .list(_, let range):
      bad("a list is no value", range, "`order` asks for an order, `table` for several values")
      return nil
    default:
      let (expression, type) = claims.state(syntax)
      guard let expression else { return nil }
      // Page tables are looked up at the moment of an `expect` only; here it is over.
      guard Claim.atEnd(expression).inspectedPages.isEmpty else {
        bad(
          "page tables cannot be looked up after the run", syntax.range,
          "an `expect` looks at them when it stands in the timeline")
        return nil
      }
      return CheckedPrediction.Value(
        text: text, key: .state(expression, type), range: syntax.range)
    }
  }

  private mutating func events(
    _ sets: [EventSetSyntax], at range: SourceRange
  ) -> [CheckedPrediction.Event] {
    if sets.count > Limits.choices { tooMany("events", range) }
    if sets.isEmpty { claims.isBroken = true }
    return sets.prefix(Limits.choices).compactMap { set in
      claims.events(set).map {
        CheckedPrediction.Event(text: texts.line(set.range), events: $0, range: set.range)
      }
    }
  }

  private mutating func configurations(
    _ syntax: [ConfigurationSyntax]
  ) -> [PredictionConfiguration] {
    var found: [PredictionConfiguration] = []
    for configuration in syntax where !configuration.items.isEmpty {
      let name = TrialChecker.name(of: configuration, texts)
      if found.contains(where: { $0.name == name }) {
        claims.report(.duplicate("`\(name)`", at: configuration.range, first: nil))
      } else if found.count < Limits.variants {
        found.append(
          PredictionConfiguration(
            name: name, range: configuration.range, items: configuration.items))
      } else {
        tooMany("configurations", configuration.range)
      }
    }
    return found
  }

  private mutating func choice(
    _ choices: [(ExpressionSyntax, ClaimSyntax?, SourceRange)],
    answer: CheckedPrediction.Value?, hasAnswer: Bool
  ) -> CheckedPrediction.Form? {
    if choices.count < 2 {
      bad("one choice alone is no question", choices[0].2, "offer two or more")
    }
    if !hasAnswer, choices.allSatisfy({ $0.1 == nil }) {
      bad(
        "nothing says which choice is right", choices[0].2,
        "write `if` and a claim behind it, or `answer` and an expression below")
    }
    var made: [CheckedPrediction.Choice] = []
    for (expression, condition, range) in choices {
      if let condition {
        if hasAnswer {
          bad("the answer says which choice is right; this one says it, too", range)
        }
        guard let claim = claims.claim(condition) else { continue }
        guard claim.inspectedPages.isEmpty else {
          bad(
            "page tables cannot be looked up after the run", condition.range,
            "an `expect` looks at them when it stands in the timeline")
          continue
        }
        guard let value = value(expression), case .text(let text) = value.key else { continue }
        made.append(CheckedPrediction.Choice(rule: .text(text, if: claim), range: range))
        continue
      }
      guard let value = value(expression) else { continue }
      switch (value.key, answer?.key) {
      case (.text, .text?), (.state, .state?):
        guard let answer else { continue }
        if case .state(_, let type) = value.key, case .state(_, let wanted) = answer.key,
          type != wanted, !(type == .integer && [.bytes, .address, .result].contains(wanted))
        {
          bad("the answer is another kind of value than this choice", value.range)
        }
        made.append(
          CheckedPrediction.Choice(rule: .value(value, isRightIf: answer), range: range))
      case (.text(let text), nil):
        if !hasAnswer {
          made.append(CheckedPrediction.Choice(rule: .text(text, if: nil), range: range))
        }
      case (.state, nil):
        if !hasAnswer, !claims.isBroken {
          bad(
            "nothing says whether this choice is right", range,
            "write it in quotes, with `if` and a claim behind it")
        }
      default: bad("the answer is another kind of value than this choice", value.range)
      }
    }
    return .choice(made)
  }
}
