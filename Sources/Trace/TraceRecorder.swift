/// What the kernel writes into while it runs: the events so far and the circumstances of the next.
///
/// The circumstances (time, CPU, task, mode, depth, cause) are set by whoever changes them, so that
/// recording an event is one store of 40 bytes. Each event becomes the cause of the next, until the
/// flow of control goes elsewhere and ``cause`` is set anew.
@frozen
public struct TraceRecorder: ~Copyable {
  /// The events recorded.
  public private(set) var events: [TraceEvent] = []
  /// The strings they speak of.
  public var strings = StringTable()
  /// Simulated nanoseconds since the machine started: the machine's clock.
  public var now: Int64 = 0
  /// Nanoseconds that what is being done takes; they pass when it is done, so that events of
  /// several CPUs stand in the order of their time.
  public var spent: Int64 = 0
  /// The CPU that runs.
  public var cpu: UInt8 = 0
  /// Its task.
  public var task: UInt16 = 0
  /// Its mode.
  public var mode = PrivilegeMode.kernel
  /// Frames on the task's kernel stack.
  public var depth: UInt8 = 0
  /// The event that the next one follows from.
  public var cause = TraceEvent.noCause
  /// Whether events were lost because the limit was reached.
  public private(set) var isFull = false
  /// How many events may be recorded.
  public let limit: Int

  /// An empty recorder for at most so many events.
  public init(limit: Int) {
    self.limit = Swift.max(1, limit)
    events.reserveCapacity(Swift.min(self.limit, 4096))
  }

  /// The number that the next event will have.
  public var nextIndex: UInt32 { UInt32(truncatingIfNeeded: events.count) }

  /// Records an event under the present circumstances and makes it the cause of the next.
  /// - Returns: The event's number.
  @discardableResult
  public mutating func record(
    _ kind: EventKind, object: UInt32 = 0, a: Int64 = 0, b: Int64 = 0
  ) -> UInt32 {
    guard events.count < limit else {
      isFull = true
      return cause
    }
    let index = UInt32(truncatingIfNeeded: events.count)
    events.append(
      TraceEvent(
        time: now, kind: kind, cpu: cpu, task: task, mode: mode, depth: depth, cause: cause,
        object: object, a: a, b: b))
    cause = index
    return index
  }

  /// Records an event about another task than the one on the CPU, or with another cause.
  @discardableResult
  public mutating func record(
    _ kind: EventKind, about other: TaskID, depth otherDepth: UInt8, object: UInt32 = 0,
    a: Int64 = 0, b: Int64 = 0
  ) -> UInt32 {
    let (own, ownDepth) = (task, depth)
    task = other.rawValue
    depth = otherDepth
    defer {
      task = own
      depth = ownDepth
    }
    return record(kind, object: object, a: a, b: b)
  }

  /// Ends the recording.
  public consuming func finish(header: TraceHeader) -> Trace {
    var header = header
    header.strings = strings
    return Trace(header: header, events: events)
  }
}
