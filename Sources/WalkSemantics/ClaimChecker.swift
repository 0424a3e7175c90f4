import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

/// Checks claims, events and states against the names of a scenario.
struct ClaimChecker {
  let scope: ScenarioScope
  var diagnostics: [Diagnostic] = []
  var isBroken = false
  /// Unknown names that were reported, so that each is reported once.
  var reported: Set<String> = []
  private var nesting = 0

  init(scope: ScenarioScope, reported: Set<String> = []) {
    self.scope = scope
    self.reported = reported
  }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { isBroken = true }
    if diagnostics.count < Limits.diagnostics { diagnostics.append(diagnostic) }
  }

  /// Goes one level down; reports and returns `false` when it is too deep.
  mutating func descend(_ range: SourceRange) -> Bool {
    guard nesting < Limits.expressionDepth else {
      isBroken = true
      if reported.insert("limit nesting").inserted {
        report(
          .limitReached(
            "too deeply nested", limit: "\(Limits.expressionDepth) levels", at: range))
      }
      return false
    }
    nesting += 1
    return true
  }

  mutating func ascend() { nesting -= 1 }

  // MARK: Claims

  /// The claim; `nil` when it is wrong, or is not run by this version.
  mutating func claim(_ claim: ClaimSyntax) -> Claim? {
    guard descend(claim.range) else { return nil }
    defer { ascend() }
    switch claim {
    case .occurs(let set): return events(set).map(Claim.occurs)
    case .state(let state, _, _): return condition(state).map(Claim.atEnd)
    case .never(let set, _): return events(set).map(Claim.never)
    case .sequence(let sets, _):
      let checked = sets.map { events($0) }
      let found = checked.compactMap { $0 }
      return found.count == checked.count && !found.isEmpty ? .sequence(found) : nil
    case .before(let first, let second, _):
      let (first, second) = (events(first), events(second))
      guard let first, let second else { return nil }
      return .before(first, second)
    case .count(let bound, let number, let set, _):
      let count = self.count(number)
      let set = events(set)
      guard let bound = CountBound(rawValue: bound) else {
        isBroken = true
        return nil
      }
      guard let count, let set else { return nil }
      return .count(bound, count, set)
    case .always(let state, _): return condition(state).map(Claim.always)
    case .eventually(let state, _): return condition(state).map(Claim.eventually)
    case .when(let set, let state, _):
      let (set, state) = (events(set), condition(state))
      guard let set, let state else { return nil }
      return .when(set, state)
    case .not(let inner, _): return self.claim(inner).map(Claim.not)
    case .combined(let left, let op, let right):
      let (left, right) = (self.claim(left), self.claim(right))
      guard let left, let right else { return nil }
      switch op {
      case .and, .logicalAnd: return .and(left, right)
      case .or, .logicalOr: return .or(left, right)
      case .implies: return .implies(left, right)
      default:
        isBroken = true
        return nil
      }
    case .schedules(let every, let inner, let range):
      _ = self.claim(inner)
      report(.notRun("a claim about \(every ? "every" : "some") schedule", at: range))
      return nil
    case .missing:
      isBroken = true
      return nil
    }
  }

  private mutating func count(_ number: ExpressionSyntax) -> Int64? {
    if case .missing = number {
      isBroken = true
      return nil
    }
    guard let folded = ConstantFolder.fold(number), folded.kind == .plain,
      folded.value >= 0
    else {
      report(.badCount(at: number.range))
      return nil
    }
    return folded.value
  }

  // MARK: Event sets

  mutating func events(_ set: EventSetSyntax) -> EventSet? {
    guard descend(set.range) else { return nil }
    defer { ascend() }
    switch set {
    case .pattern(let pattern): return self.pattern(pattern).map(EventSet.pattern)
    case .during(let inner, let state):
      let (inner, state) = (events(inner), condition(state))
      guard let inner, let state else { return nil }
      return .during(inner, state)
    case .because(let effect, let cause):
      let (effect, cause) = (events(effect), events(cause))
      guard let effect, let cause else { return nil }
      return .because(effect, cause)
    case .within(let inner, let span, let other):
      let inner = events(inner)
      let nanoseconds = self.span(span)
      let other = events(other)
      guard let inner, let nanoseconds, let other else { return nil }
      return .within(inner, nanoseconds: nanoseconds, of: other)
    case .either(let left, let right):
      let (left, right) = (events(left), events(right))
      guard let left, let right else { return nil }
      return .either(left, right)
    }
  }

  private mutating func span(_ value: ExpressionSyntax) -> Int64? {
    if case .missing = value {
      isBroken = true
      return nil
    }
    guard let folded = ConstantFolder.fold(value) else {
      report(.notConstant("`within`", at: value.range))
      return nil
    }
    switch folded.kind {
    case .time where folded.value >= 0: return folded.value
    case .time:
      report(.outOfRange("`within`", bounds: "0ns or more", at: value.range))
    case .plain:
      report(
        .missingTimeUnit("`within`", at: value.range, literal: literal(value)))
    default:
      report(.wrongUnit("`within`", wanted: "a time span", at: value.range))
    }
    return nil
  }

  /// The text of a number without a unit.
  func literal(_ value: ExpressionSyntax) -> String? {
    switch value {
    case .number(let number, nil, let range):
      let text = scope.texts.text(range)
      return text.isEmpty ? String(number) : text
    default: return nil
    }
  }

  // MARK: States

  /// A state that is true or false.
  mutating func condition(_ state: ExpressionSyntax) -> StateExpression? {
    let (expression, type) = self.state(state)
    guard let expression else { return nil }
    guard type == .boolean else {
      let text = scope.texts.line(state.range)
      report(.notABoolean(text.isEmpty ? "this" : "`\(text)`", at: state.range))
      return nil
    }
    return expression
  }
}
