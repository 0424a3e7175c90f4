public import Program
public import Trace

/// Follows a growing trace until what `run until` waits for is met.
///
/// The kernel feeds it every event, in order. An event set is met by an event after those already
/// recorded when it was made; a state is met at once when it already holds.
public struct TraceWatcher: Sendable {
  private enum Condition: Sendable {
    case set(Int)
    case state(CompiledExpression)
  }

  private var monitor: EventMonitor
  private let condition: Condition
  private var stringCount: Int
  /// Whether the condition was met before any further event: only a state can be.
  public private(set) var isMetAlready = false

  /// Watches for an event of a set, among those that come after the recorded ones.
  public init(event set: EventSet, header: TraceHeader, after recorded: [TraceEvent]) {
    monitor = EventMonitor(header: header)
    condition = .set(monitor.add(set, header.strings))
    stringCount = header.strings.count
    for event in recorded { monitor.observe(event) }
  }

  /// Watches for a state; see ``isMetAlready``.
  public init(state: StateExpression, header: TraceHeader, after recorded: [TraceEvent]) {
    monitor = EventMonitor(header: header)
    condition = .state(monitor.compile(state, header.strings))
    stringCount = header.strings.count
    for event in recorded { monitor.observe(event) }
    isMetAlready = isMet
  }

  /// Watches for the condition of a `run`; `nil` for one without a condition.
  public init?(_ extent: RunExtent, header: TraceHeader, after recorded: [TraceEvent]) {
    switch extent {
    case .toEnd, .duration: return nil
    case .event(let set): self.init(event: set, header: header, after: recorded)
    case .state(let state): self.init(state: state, header: header, after: recorded)
    }
  }

  /// Goes one event on; `true` when this event meets the condition.
  ///
  /// - Parameters:
  ///   - event: What has happened.
  ///   - index: The event's step; an event that was observed already is passed over.
  ///   - strings: The trace's strings with those of this event.
  /// - Complexity: O(parts of the condition).
  public mutating func observe(
    _ event: TraceEvent, at index: Int, strings: borrowing StringTable
  ) -> Bool {
    guard index >= monitor.eventCount else { return false }
    if strings.count != stringCount {
      monitor.resolveTexts(strings)
      stringCount = strings.count
    }
    monitor.observe(event)
    return isMet
  }

  private var isMet: Bool {
    switch condition {
    case .set(let cell): return monitor.records[cell].matches
    case .state(let expression):
      do throws(Absence) {
        return try monitor.value(expression) != 0
      } catch {
        return false
      }
    }
  }
}
