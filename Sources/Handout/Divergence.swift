import Trace

/// Where two runs of one script first go different ways.
struct Divergence {
  /// The first step of each that is not like the other's; `nil` when the runs are alike. A run that
  /// ends earlier has one step more than it has events.
  let steps: (first: Int, second: Int)?

  init(_ first: ScenarioView, _ second: ScenarioView) {
    let (left, right) = (first.trace, second.trace)
    let count = min(left.events.count, right.events.count)
    let place = (0..<count).first { step in
      !Self.isAlike(left.events[step], right.events[step], left.header, right.header)
    }
    if let place {
      steps = (place, place)
    } else if left.events.count != right.events.count {
      steps = (count, count)
    } else {
      steps = nil
    }
  }

  /// Whether two events are the same act of the same actor. Addresses, times and the names of
  /// registers differ from machine to machine without anything going another way.
  private static func isAlike(
    _ left: TraceEvent, _ right: TraceEvent, _ leftHeader: TraceHeader, _ rightHeader: TraceHeader
  ) -> Bool {
    guard left.kind == right.kind, left.cpu == right.cpu,
      leftHeader.task(left.taskID).name == rightHeader.task(right.taskID).name
    else { return false }
    switch left.kind.facts.object?.type {
    case .systemCall, .routine, .signal, .pageFaultKind, .device, .task, .waitObject, .entryReason:
      return left.object == right.object
    default: return true
    }
  }

  /// What is to be said in front of the two steps.
  func sentence(with name: String, _ words: InterfaceWords) -> String {
    guard let steps else { return words(.sameThroughout, name) }
    return steps.first == 0
      ? words(.otherFromStart, name) : words(.otherFromStep, name, "\(steps.first - 1)")
  }
}
