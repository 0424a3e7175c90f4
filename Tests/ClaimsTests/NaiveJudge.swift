import Catalogue
import Program
import Trace

@testable import Claims

/// The meaning of claims written the plain way: quantifiers over all events, nothing remembered.
///
/// Slow on purpose; the tests hold ``ClaimJudge`` against it.
struct NaiveJudge {
  let trace: Trace
  /// How many events the claim sees.
  let end: Int

  enum Value: Equatable {
    case number(Int64)
    case missing
    case wrongArithmetic

    var isTrue: Bool {
      if case .number(let value) = self { return value != 0 }
      return false
    }
    var isFalse: Bool { self == .number(0) }
  }

  // MARK: Sets

  func matches(_ set: EventSet, _ step: Int) -> Bool {
    let event = trace.events[step]
    switch set {
    case .pattern(let pattern): return matches(pattern, event)
    case .during(let inner, let state):
      return matches(inner, step) && value(state, after: step + 1).isTrue
    case .because(let inner, let origin):
      return matches(inner, step) && trace.causes(of: step).contains { matches(origin, $0) }
    case .within(let inner, let span, let origin):
      return matches(inner, step)
        && (0..<step).contains {
          matches(origin, $0) && event.time - trace.events[$0].time <= span
        }
    case .either(let left, let right): return matches(left, step) || matches(right, step)
    }
  }

  private func matches(_ pattern: EventPattern, _ event: TraceEvent) -> Bool {
    let text = pattern.text.map { trace.header.strings.find($0)?.rawValue == event.object }
    return pattern.kinds.contains(event.kind)
      && (pattern.task.map { $0.rawValue == event.task } ?? true)
      && (pattern.object.map { $0 == event.object } ?? true)
      && (pattern.a.map { $0.contains(event.a) } ?? true)
      && (pattern.b.map { $0.contains(event.b) } ?? true) && (text ?? true)
  }

  private func steps(_ set: EventSet, before end: Int) -> [Int] {
    (0..<end).filter { matches(set, $0) }
  }

  private func hasProblem(_ set: EventSet) -> Bool {
    switch set {
    case .pattern: return false
    case .during(let inner, let state):
      return hasProblem(inner)
        || steps(inner, before: end).contains {
          value(state, after: $0 + 1) == .wrongArithmetic
        }
    case .because(let left, let right), .within(let left, _, let right),
      .either(let left, let right):
      return hasProblem(left) || hasProblem(right)
    }
  }

  // MARK: Values

  func value(_ expression: StateExpression, after moment: Int) -> Value {
    switch expression {
    case .constant(let value, _): return .number(value)
    case .observable(let seen): return value(seen, trace.state(after: moment))
    case .not(let inner):
      guard case .number(let value) = value(inner, after: moment) else {
        return value(inner, after: moment)
      }
      return .number(value == 0 ? 1 : 0)
    case .negate(let inner):
      return value(.binary(.subtract, .constant(0, .integer), inner), after: moment)
    case .query(let query): return value(query, after: moment)
    case .binary(let symbol, let left, let right):
      let first = value(left, after: moment)
      guard case .number(let a) = first else { return first }
      if symbol == .and, a == 0 { return .number(0) }
      if symbol == .or, a != 0 { return .number(1) }
      if symbol == .implies, a == 0 { return .number(1) }
      let second = value(right, after: moment)
      guard case .number(let b) = second else { return second }
      return combine(symbol, a, b)
    }
  }

  private func combine(_ symbol: BinaryOperator, _ a: Int64, _ b: Int64) -> Value {
    func truth(_ value: Bool) -> Value { .number(value ? 1 : 0) }
    func exact(_ result: (partialValue: Int64, overflow: Bool)) -> Value {
      result.overflow ? .wrongArithmetic : .number(result.partialValue)
    }
    switch symbol {
    case .equal: return truth(a == b)
    case .notEqual: return truth(a != b)
    case .less: return truth(a < b)
    case .lessOrEqual: return truth(a <= b)
    case .greater: return truth(a > b)
    case .greaterOrEqual: return truth(a >= b)
    case .and, .or, .implies: return truth(b != 0)
    case .add: return exact(a.addingReportingOverflow(b))
    case .subtract: return exact(a.subtractingReportingOverflow(b))
    case .multiply: return exact(a.multipliedReportingOverflow(by: b))
    case .divide: return b == 0 ? .wrongArithmetic : exact(a.dividedReportingOverflow(by: b))
    case .remainder:
      return b == 0 ? .wrongArithmetic : b == -1 ? .number(0) : .number(a % b)
    }
  }

  private func value(_ seen: Observable, _ state: MachineState) -> Value {
    switch seen {
    case .taskMode(let id): .number(Int64(state.tasks[Int(id.rawValue)].mode.rawValue))
    case .taskCondition(let id): .number(Int64(state.tasks[Int(id.rawValue)].condition.rawValue))
    case .taskExit(let id): .number(state.tasks[Int(id.rawValue)].exitStatus ?? -1)
    case .deviceReads(let id): .number(state.devices[Int(id.rawValue)].reads)
    case .deviceWrites(let id): .number(state.devices[Int(id.rawValue)].writes)
    case .time: .number(state.time)
    default: .missing
    }
  }

  private func value(_ query: TraceQuery, after moment: Int) -> Value {
    func time(_ step: Int?) -> Value { step.map { .number(trace.events[$0].time) } ?? .missing }
    switch query {
    case .count(let set): return .number(Int64(steps(set, before: moment).count))
    case .time(let set): return time(steps(set, before: moment).first)
    case .between(let start, let finish):
      guard let first = steps(start, before: moment).first,
        let last = steps(finish, before: moment).first(where: { $0 > first })
      else { return .missing }
      return .number(trace.events[last].time - trace.events[first].time)
    case .result(let call, let task):
      let event = trace.events.prefix(moment).first {
        $0.kind == .systemCallReturns && $0.task == task.rawValue && $0.object == call.rawValue
      }
      return event.map { .number($0.a) } ?? .missing
    case .cpuTime(let task, let from, let until):
      func used(_ moment: Int) -> Int64 {
        let state = trace.state(after: moment)
        return state.tasks[Int(task.rawValue)].cpuTime(at: state.time)
      }
      let first = from.map { steps($0, before: moment).first }
      if case .some(nil) = first { return .missing }
      let start = first.flatMap { $0 }
      var stop = moment
      if let until {
        guard let last = steps(until, before: moment).first(where: { $0 > start ?? -1 }) else {
          return .missing
        }
        stop = last + 1
      }
      return .number(used(stop) - (start.map { used($0 + 1) } ?? 0))
    case .callDuration: return .missing
    }
  }

  // MARK: Claims

  func verdict(_ claim: Claim) -> Verdict {
    switch truth(claim) {
    case .holds: .holds
    case .vacuous: .vacuous
    case .fails, .unknown: .fails
    }
  }

  private func truth(_ claim: Claim) -> Truth {
    func decide(_ holds: Bool) -> Truth { holds ? .holds : .fails }
    func found(_ set: EventSet) -> [Int] { steps(set, before: end) }
    let moments = Array(stride(from: 1, through: end, by: 1))
    switch claim {
    case .occurs(let set): return hasProblem(set) ? .unknown : decide(!found(set).isEmpty)
    case .never(let set): return truth(.count(.exactly, 0, set))
    case .not(.occurs(let set)): return truth(.never(set))
    case .sequence(let sets):
      if sets.contains(where: hasProblem) { return .unknown }
      // Some choice of increasing steps; written as the recursion it is.
      func exists(_ rest: ArraySlice<EventSet>, after step: Int) -> Bool {
        guard let next = rest.first else { return true }
        return found(next).contains { $0 > step && exists(rest.dropFirst(), after: $0) }
      }
      return decide(exists(sets[...], after: -1))
    case .before(let left, let right):
      if hasProblem(left) || hasProblem(right) { return .unknown }
      guard let a = found(left).first, let b = found(right).first else { return .fails }
      return decide(a < b)
    case .count(let bound, let number, let set):
      if hasProblem(set) { return .unknown }
      let count = Int64(found(set).count)
      let holds =
        switch bound {
        case .exactly: count == number
        case .atLeast: count >= number
        case .atMost: count <= number
        }
      guard holds, count == 0, let subject = Vacuity.subject(of: set) else { return decide(holds) }
      return found(subject).isEmpty ? .vacuous : .holds
    case .always(let state):
      guard let broken = moments.map({ value(state, after: $0) }).first(where: { !$0.isTrue })
      else {
        return end == 0 ? .vacuous : .holds
      }
      return broken.isFalse ? .fails : .unknown
    case .eventually(let state):
      let settled = moments.map { value(state, after: $0) }.first {
        $0.isTrue || $0 == .wrongArithmetic
      }
      return settled.map { $0.isTrue ? .holds : .unknown } ?? .fails
    case .atEnd(let state):
      let last = value(state, after: end)
      return last.isTrue ? .holds : last.isFalse ? .fails : .unknown
    case .when(let set, let state):
      if hasProblem(set) { return .unknown }
      let values = found(set).map { value(state, after: $0 + 1) }
      guard let broken = values.first(where: { !$0.isTrue }) else {
        return values.isEmpty ? .vacuous : .holds
      }
      return broken.isFalse ? .fails : .unknown
    case .not(let inner):
      switch truth(inner) {
      case .holds, .vacuous: return .fails
      case .fails: return .holds
      case .unknown: return .unknown
      }
    case .and(let left, let right):
      let sides = [truth(left), truth(right)]
      if sides.contains(.fails) { return .fails }
      if sides.contains(.unknown) { return .unknown }
      return sides.contains(.holds) ? .holds : .vacuous
    case .or(let left, let right):
      let sides = [truth(left), truth(right)]
      for truth in [Truth.holds, .vacuous, .unknown] where sides.contains(truth) { return truth }
      return .fails
    case .implies(let left, let right):
      let second = truth(right)
      switch truth(left) {
      case .fails: return .vacuous
      case .unknown: return second.isTrue ? second : .unknown
      case .holds, .vacuous: return second
      }
    }
  }
}
