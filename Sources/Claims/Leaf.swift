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
  mutating func observe(_ step: Int, _ monitor: borrowing EventMonitor, _ words: any Bench) {
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
    _ step: Int, _ monitor: borrowing EventMonitor, _ words: any Bench
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
  func finish(_ monitor: EventMonitor, _ trace: Trace, _ words: any Bench) -> Finding {
    let expected = words.say(.expected(claim))
    if let problem = cells.compactMap(monitor.problem).min(by: { $0.step < $1.step }) {
      return Finding(
        truth: .unknown, step: problem.step,
        message: "\(expected) \(words.say(.notJudged(after: problem.step, problem.absence)))")
    }
    func told(_ step: Int) -> Told { Told(event: trace.events[step], step: step) }
    func holds(_ step: Int?, _ remark: Remark) -> Finding {
      Finding(truth: .holds, step: step, message: words.say(remark))
    }
    func fails(_ step: Int?, _ remark: Remark, nearest: EventSet? = nil) -> Finding {
      Finding(
        truth: .fails, step: step, message: "\(expected) \(words.say(remark))", nearest: nearest)
    }
    func broken(_ remark: Remark) -> Finding {
      Finding(
        truth: isUnknown ? .unknown : .fails, step: step,
        message: "\(expected) \(words.say(remark))")
    }

    switch (shape, claim) {
    case (.occurs(let cell), .occurs(let set)):
      if let step = monitor.records[cell].first { return holds(step, .found(told(step))) }
      return fails(nil, .notFound(upTo: eventCount), nearest: set)

    case (.never(let cell), .never(let set)):
      let record = monitor.records[cell]
      guard let step = record.first else {
        var finding = holds(nil, .neverFound(set, upTo: eventCount))
        finding.needs = Vacuity.subject(of: set)
        return finding
      }
      return fails(step, .foundAfterAll(told(step), again: record.count - 1))

    case (.sequence(let cells), .sequence(let sets)):
      let way = steps.map(told)
      guard steps.count < cells.count else { return holds(steps.last, .way(way)) }
      let missing = sets[steps.count]
      guard let last = steps.last else {
        return fails(nil, .wayWithoutBeginning(missing, upTo: eventCount), nearest: missing)
      }
      let earlier = monitor.records[cells[steps.count]].last
      return fails(
        last, .wayStops(way, missing: missing, after: last, earlier: earlier),
        nearest: earlier == nil ? missing : nil)

    case (.before(let left, let right), .before(let first, let second)):
      switch (monitor.records[left].first, monitor.records[right].first) {
      case (let a?, let b?) where a < b: return holds(b, .inOrder(told(a), told(b)))
      case (let a?, let b?) where a == b: return fails(a, .sameEvent(told(a)))
      case (let a?, let b?): return fails(b, .wrongOrder(told(b), told(a)))
      case (nil, let b):
        return fails(
          b, .firstMissing(first, upTo: eventCount, second: b.map(told)), nearest: first)
      case (let a?, nil):
        return fails(a, .secondMissing(told(a), second, upTo: eventCount), nearest: second)
      }

    case (.count(let bound, let number, _), .count(_, _, let set)):
      let isMet =
        switch bound {
        case .exactly: total == number
        case .atLeast: total >= number
        case .atMost: total <= number
        }
      guard !isMet else {
        var finding = holds(
          bound == .atMost ? nil : step, .counted(set, total, places, upTo: eventCount))
        if total == 0 { finding.needs = Vacuity.subject(of: set) }
        return finding
      }
      return fails(
        total > number ? step : steps.last, .countedOtherwise(total, places, upTo: eventCount),
        nearest: total == 0 ? set : nil)

    case (.always(_), .always(let state)):
      guard let step else {
        return eventCount == 0
          ? Finding(truth: .vacuous, step: nil, message: words.say(.nothingYet(state)))
          : holds(nil, .heldAlways(state, upTo: eventCount))
      }
      return broken(.brokenAfter(told(step), seen: seen))

    case (.eventually(_), .eventually(let state)):
      if isUnknown { return broken(.undefinedAfter(step ?? 0, seen: seen)) }
      if let step { return holds(step, .heldAfter(state, step)) }
      guard eventCount > 0 else { return fails(nil, .nothingHadHappened) }
      let values = StateExplainer.text(state, monitor, words)
      return fails(eventCount - 1, .neverTrue(last: eventCount - 1, values: values))

    case (.atEnd(let expression), .atEnd(let state)):
      let last = eventCount == 0 ? nil : eventCount - 1
      let values = StateExplainer.text(state, monitor, words)
      do throws(Absence) {
        if try monitor.value(expression) != 0 {
          return holds(last, .endIs(last: last, values: values))
        }
        return fails(last, .endIsNot(last: last, values: values))
      } catch {
        return Finding(
          truth: .unknown, step: last,
          message: "\(expected) \(words.say(.endIsNot(last: last, values: values)))")
      }

    case (.when(_, _), .when(let set, let state)):
      if let step { return broken(.brokenAt(told(step), seen: seen)) }
      guard let last = steps.last else {
        return Finding(truth: .vacuous, step: nil, message: words.say(.notMet(set)))
      }
      return holds(
        total <= Int64(Self.stepsKept) ? last : nil, .heldWhenever(state, places))

    default:
      return Finding(truth: .holds, step: nil, message: words.say(.itself(claim)))
    }
  }

  private var cells: [Int] {
    switch shape {
    case .occurs(let cell), .never(let cell), .count(_, _, let cell), .when(let cell, _): [cell]
    case .sequence(let cells): cells
    case .before(let left, let right): [left, right]
    case .always, .eventually, .atEnd: []
    }
  }

  private var places: Places { Places(steps: steps, hasMore: total > Int64(steps.count)) }
}
