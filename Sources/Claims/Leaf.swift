import Program
import Trace

/// The automaton of one claim without `and`, `or`, `not`, `implies`.
struct Leaf {
  /// The claim's sets as cells of the monitor, its states compiled.
  private enum Shape {
    case occurs(Int)
    case never(Int)
    case sequence([Int])
    case before(Int, Int)
    case count(CountBound, Int64, Int)
    case always(CompiledExpression)
    case eventually(CompiledExpression)
    case atEnd(CompiledExpression)
    case when(Int, CompiledExpression)
  }

  let claim: Claim
  /// How many events it sees.
  let eventCount: Int
  private let shape: Shape
  /// Whether no further event can change the finding.
  private(set) var isSettled = false
  /// Steps met on the way: of a sequence's parts, the first few of a count or a `when`.
  private var steps: [Int] = []
  /// Events counted.
  private var total: Int64 = 0
  /// The step that proves or breaks it.
  private var step: Int?
  /// What was seen there.
  private var seen: String?
  /// The state had no value there.
  private var isUnknown = false

  init(
    _ claim: Claim, eventCount: Int, in monitor: inout EventMonitor,
    _ strings: borrowing StringTable
  ) {
    self.claim = claim
    self.eventCount = eventCount
    switch claim {
    case .occurs(let set): shape = .occurs(monitor.add(set, strings))
    case .never(let set): shape = .never(monitor.add(set, strings))
    case .sequence(let sets):
      var cells: [Int] = []
      for set in sets { cells.append(monitor.add(set, strings)) }
      shape = .sequence(cells)
    case .before(let left, let right):
      let first = monitor.add(left, strings)
      shape = .before(first, monitor.add(right, strings))
    case .count(let bound, let number, let set):
      shape = .count(bound, number, monitor.add(set, strings))
    case .always(let state): shape = .always(monitor.compile(state, strings))
    case .eventually(let state): shape = .eventually(monitor.compile(state, strings))
    case .atEnd(let state): shape = .atEnd(monitor.compile(state, strings))
    case .when(let set, let state):
      let cell = monitor.add(set, strings)
      shape = .when(cell, monitor.compile(state, strings))
    case .not, .and, .or, .implies:
      // The court takes these apart; an empty sequence holds of every trace.
      shape = .sequence([])
    }
  }

  /// Whether it must see each event; the others read the monitor's records at the end.
  var isDrivenByEvents: Bool {
    switch shape {
    case .occurs, .never, .before, .atEnd: false
    case .sequence, .count, .always, .eventually, .when: true
    }
  }

  private static let stepsKept = 5

  /// Goes on with the event at `step`, which the monitor has just observed.
  mutating func observe(_ step: Int, _ monitor: borrowing EventMonitor, _ words: ClaimWords) {
    switch shape {
    case .occurs, .never, .before, .atEnd: break
    case .sequence(let cells):
      guard steps.count < cells.count else { return isSettled = true }
      if monitor.records[cells[steps.count]].matches { steps.append(step) }
      isSettled = steps.count == cells.count
    case .count(_, let number, let cell):
      guard monitor.records[cell].matches else { return }
      total += 1
      if steps.count < Self.stepsKept { steps.append(step) }
      // The event that reaches the number proves "at least", the one after it breaks the others.
      if total == number { self.step = step }
      if case .count(let bound, _, _) = shape, bound != .atLeast, total == number &+ 1 {
        self.step = step
      }
    case .always(let expression):
      do throws(Absence) {
        guard try monitor.value(expression) == 0 else { return }
      } catch {
        isUnknown = true
      }
      settle(step, monitor, words)
    case .eventually(let expression):
      do throws(Absence) {
        guard try monitor.value(expression) != 0 else { return }
      } catch {
        // It may still get a value; arithmetic that fails does not become right.
        guard error.isArithmetic else { return }
        isUnknown = true
      }
      settle(step, monitor, words)
    case .when(let cell, let expression):
      guard monitor.records[cell].matches else { return }
      total += 1
      if steps.count < Self.stepsKept { steps.append(step) }
      do throws(Absence) {
        guard try monitor.value(expression) == 0 else { return }
      } catch {
        isUnknown = true
      }
      settle(step, monitor, words)
    }
  }

  private mutating func settle(
    _ step: Int, _ monitor: borrowing EventMonitor, _ words: ClaimWords
  ) {
    self.step = step
    if let state { seen = StateExplainer.text(state, monitor, words) }
    isSettled = true
  }

  private var state: StateExpression? {
    switch claim {
    case .always(let state), .eventually(let state), .atEnd(let state), .when(_, let state): state
    default: nil
    }
  }

  // MARK: The finding

  /// The finding once all its events have been observed.
  func finish(_ monitor: EventMonitor, _ trace: Trace, _ words: ClaimWords) -> Finding {
    let expected = "Expected: \(words.text(claim))."
    if let problem = cells.compactMap(monitor.problem).min(by: { $0.step < $1.step }) {
      return Finding(
        truth: .unknown, step: problem.step,
        message:
          "\(expected) This cannot be judged: after step \(problem.step), "
          + "\(words.text(problem.absence)).")
    }
    let upTo = eventCount == 0 ? "" : " up to step \(eventCount - 1)"
    func told(_ step: Int) -> String { "\(words.text(trace.events[step])) at step \(step)" }
    func holds(_ step: Int?, _ message: String) -> Finding {
      Finding(truth: .holds, step: step, message: Self.capitalised(message))
    }
    func fails(_ step: Int?, _ message: String, nearest: EventSet? = nil) -> Finding {
      Finding(truth: .fails, step: step, message: "\(expected) \(message)", nearest: nearest)
    }

    switch (shape, claim) {
    case (.occurs(let cell), .occurs(let set)):
      if let step = monitor.records[cell].first { return holds(step, "\(told(step)).") }
      return fails(nil, "It did not happen\(upTo).", nearest: set)

    case (.never(let cell), .never(let set)):
      let record = monitor.records[cell]
      guard let step = record.first else {
        var finding = holds(nil, "\(words.text(set)): this never happened\(upTo).")
        finding.needs = Vacuity.subject(of: set)
        return finding
      }
      let more = record.count - 1
      let again = more == 0 ? "" : ", and \(more) more \(more == 1 ? "time" : "times") after that"
      return fails(step, "But \(told(step))\(again).")

    case (.sequence(let cells), .sequence(let sets)):
      let way = steps.map(told).joined(separator: ", then ")
      guard steps.count < cells.count else { return holds(steps.last, "\(way).") }
      let missing = sets[steps.count]
      guard let last = steps.last else {
        return fails(
          nil, "But \(words.text(missing)): this did not happen\(upTo).", nearest: missing)
      }
      let reached = Self.capitalised("\(way); but \(words.text(missing)): this did not happen")
      if let earlier = monitor.records[cells[steps.count]].last {
        let place = earlier == last ? "at that very step" : "before, at step \(earlier)"
        return fails(last, "\(reached) after step \(last), only \(place).")
      }
      return fails(last, "\(reached) after step \(last).", nearest: missing)

    case (.before(let left, let right), .before(let first, let second)):
      switch (monitor.records[left].first, monitor.records[right].first) {
      case (let a?, let b?) where a < b:
        return holds(b, "\(told(a)), before \(told(b)).")
      case (let a?, let b?) where a == b:
        return fails(a, "But the first of both is one event: \(told(a)).")
      case (let a?, let b?): return fails(b, "But \(told(b)), before \(told(a)).")
      case (nil, let b):
        let other = b.map { "; \(told($0))" } ?? ""
        return fails(
          b, "But \(words.text(first)): this did not happen\(upTo)\(other).", nearest: first)
      case (let a?, nil):
        return fails(
          a, "\(Self.capitalised(told(a))); but \(words.text(second)): this did not happen\(upTo).",
          nearest: second)
      }

    case (.count(let bound, let number, _), .count(_, _, let set)):
      let isMet =
        switch bound {
        case .exactly: total == number
        case .atLeast: total >= number
        case .atMost: total <= number
        }
      let there =
        total == 0
        ? "there was none\(upTo)" : "there \(total == 1 ? "was 1" : "were \(total)"), \(places)"
      guard !isMet else {
        var finding = holds(bound == .atMost ? nil : step, "\(words.text(set)): \(there).")
        if total == 0 { finding.needs = Vacuity.subject(of: set) }
        return finding
      }
      return fails(
        total > number ? step : steps.last, "But \(there).", nearest: total == 0 ? set : nil)

    case (.always(_), .always(let state)):
      guard let step else {
        return eventCount == 0
          ? Finding(
            truth: .vacuous, step: nil,
            message: "\(Self.capitalised(words.text(state))): nothing had happened yet.")
          : holds(nil, "\(words.text(state)): this held after every step\(upTo).")
      }
      return broken(expected, "But after step \(step), where \(words.text(trace.events[step]))")

    case (.eventually(_), .eventually(let state)):
      if isUnknown { return broken(expected, "After step \(step ?? 0)") }
      if let step { return holds(step, "\(words.text(state)): this held after step \(step).") }
      guard eventCount > 0 else { return fails(nil, "But nothing had happened yet.") }
      let last = StateExplainer.text(state, monitor, words)
      return fails(
        eventCount - 1, "It never came true; after the last step, \(eventCount - 1), \(last).")

    case (.atEnd(let expression), .atEnd(let state)):
      let last = eventCount == 0 ? nil : eventCount - 1
      let moment = last.map { "after step \($0)" } ?? "before the first step"
      let values = StateExplainer.text(state, monitor, words)
      do throws(Absence) {
        if try monitor.value(expression) != 0 { return holds(last, "\(moment), \(values).") }
        return fails(last, "But \(moment), \(values).")
      } catch {
        return Finding(
          truth: .unknown, step: last, message: "\(expected) But \(moment), \(values).")
      }

    case (.when(_, _), .when(let set, let state)):
      if let step {
        return broken(expected, "But at step \(step), where \(words.text(trace.events[step]))")
      }
      guard let last = steps.last else {
        return Finding(
          truth: .vacuous, step: nil,
          message: Self.capitalised(
            "\(words.text(set)): this did not happen, so nothing is claimed."))
      }
      return holds(
        total <= Int64(Self.stepsKept) ? last : nil,
        "\(words.text(state)): this held \(places).")

    default:
      return Finding(truth: .holds, step: nil, message: Self.capitalised(words.text(claim)))
    }
  }

  private func broken(_ expected: String, _ moment: String) -> Finding {
    Finding(
      truth: isUnknown ? .unknown : .fails, step: step,
      message: "\(expected) \(moment), \(seen ?? "it is not so").")
  }

  private var cells: [Int] {
    switch shape {
    case .occurs(let cell), .never(let cell), .count(_, _, let cell), .when(let cell, _): [cell]
    case .sequence(let cells): cells
    case .before(let left, let right): [left, right]
    case .always, .eventually, .atEnd: []
    }
  }

  /// `at step 4`, `at steps 4, 9 and 12`, `at steps 1, 2, 3, 4, 5 and so on`.
  private var places: String {
    guard let last = steps.last, steps.count > 1 else {
      return "at step \(steps.first ?? 0)"
    }
    if total > Int64(steps.count) {
      return "at steps \(steps.map(String.init).joined(separator: ", ")) and so on"
    }
    return "at steps \(steps.dropLast().map(String.init).joined(separator: ", ")) and \(last)"
  }

  /// A sentence's first letter; names of tasks and code keep theirs.
  static func capitalised(_ sentence: String) -> String {
    for start in ["the ", "a ", "after ", "before ", "at "] where sentence.hasPrefix(start) {
      return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }
    return sentence
  }
}
