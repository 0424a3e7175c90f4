/// The machine's state after any step, found quickly.
///
/// A copy of the state is kept now and then; the events since the nearest one are replayed.
public struct StateSnapshots: Sendable {
  private let trace: Trace
  private let distance: Int
  private var kept: [MachineState]

  /// Goes once through a trace.
  ///
  /// At most 128 copies are kept, and fewer where there are so many tasks that they would fill the
  /// memory.
  public init(_ trace: Trace) {
    self.trace = trace
    let most = max(1, min(128, 1_000_000 / max(1, trace.header.tasks.count)))
    distance = max(256, trace.events.count / most + 1)
    var state = MachineState(header: trace.header)
    kept = [state]
    for event in trace.events {
      state.apply(event)
      if state.step.isMultiple(of: distance) { kept.append(state) }
    }
  }

  /// The state after so many events; at most all there are.
  /// - Complexity: O(events ÷ 128), at least 256 of them.
  public func state(after eventCount: Int) -> MachineState {
    let wanted = min(max(0, eventCount), trace.events.count)
    var state = kept[min(kept.count - 1, wanted / distance)]
    for event in trace.events[state.step..<wanted] { state.apply(event) }
    return state
  }
}
