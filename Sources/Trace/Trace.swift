public import Catalogue

/// A task as the trace's readers know it.
public struct TraceTask: Sendable, Hashable {
  /// Its name in the script.
  public var name: String
  /// Its process number; 0 for the idle task.
  public var pid: Int64
  /// The position of its program in the scenario; -1 for the idle task.
  public var program: Int

  /// Makes the entry of one task.
  public init(name: String, pid: Int64, program: Int) {
    self.name = name
    self.pid = pid
    self.program = program
  }
}

/// What a device is.
public enum DeviceKind: String, Sendable, CaseIterable {
  case timer
  case disk
  case nic
  case serial
  case keyboard
  case console
}

/// A device as the trace's readers know it.
public struct TraceDevice: Sendable, Hashable {
  /// Its name in the script.
  public var name: String
  /// What it is.
  public var kind: DeviceKind

  /// Makes the entry of one device.
  public init(name: String, kind: DeviceKind) {
    self.name = name
    self.kind = kind
  }
}

/// The names behind the numbers in a trace's events.
public struct TraceHeader: Sendable {
  /// The architecture it ran on.
  public var architecture: Architecture
  /// How many CPUs the machine has.
  public var cpuCount: Int
  /// How many page frames the machine has.
  public var frameCount: Int
  /// All tasks; the first is the idle task.
  public var tasks: [TraceTask]
  /// All devices; the first is the timer.
  public var devices: [TraceDevice]
  /// The strings that events speak of.
  public var strings: StringTable

  /// Makes a header.
  public init(
    architecture: Architecture, cpuCount: Int, frameCount: Int, tasks: [TraceTask],
    devices: [TraceDevice], strings: StringTable = StringTable()
  ) {
    self.architecture = architecture
    self.cpuCount = cpuCount
    self.frameCount = frameCount
    self.tasks = tasks
    self.devices = devices
    self.strings = strings
  }

  /// The task behind a number; the idle task for a number of another trace.
  public func task(_ id: TaskID) -> TraceTask {
    let index = Int(id.rawValue)
    return tasks.indices.contains(index)
      ? tasks[index] : TraceTask(name: "task \(index)", pid: 0, program: -1)
  }

  /// Whether a task is the idle task of some CPU.
  public func isIdle(_ id: TaskID) -> Bool {
    let index = Int(id.rawValue)
    return index == 0
      || tasks.indices.contains(index) && tasks[index].pid == 0 && tasks[index].program == -1
  }

  /// The device behind a number.
  public func device(_ id: DeviceID) -> TraceDevice {
    let index = Int(id.rawValue)
    return devices.indices.contains(index)
      ? devices[index] : TraceDevice(name: "device \(index)", kind: .timer)
  }
}

/// Why a run ended.
public enum StopReason: Sendable, Hashable {
  /// All processes have ended and nothing is pending.
  case finished
  /// The condition of `run until` came true.
  case conditionMet
  /// The time of `run for` is over.
  case timeReached
  /// Everybody sleeps and nothing can wake them.
  case deadlock
  /// The kernel gave the machine up; its words.
  case panic(String)
  /// A limit was reached.
  case limit(RunLimit)
  /// The kernel met a state that cannot be; a fault of Ringwalk, reported with its words.
  case internalError(String)
}

/// The limits of a run.
public enum RunLimit: String, Sendable, CaseIterable {
  /// Instructions and kernel steps.
  case steps
  /// Simulated time.
  case time
  /// Events recorded.
  case events
  /// Page frames: every process that needs memory finds none, and none can be freed.
  case memory
  /// Bytes printed to the console.
  case output
}

/// The record of a run: what the kernel wrote, for everybody else to read.
public struct Trace: Sendable {
  /// The names behind the numbers.
  public var header: TraceHeader
  /// What happened, in order; an event's index is its step.
  public var events: [TraceEvent]

  /// Makes a trace.
  public init(header: TraceHeader, events: [TraceEvent] = []) {
    self.header = header
    self.events = events
  }

  /// The causes of an event, nearest first, back to the one that nothing made happen.
  public func causes(of index: Int) -> [Int] {
    var chain: [Int] = []
    var current = index
    while events.indices.contains(current) {
      let cause = events[current].cause
      // A cause lies before its effect; anything else ends the chain rather than looping.
      guard cause != TraceEvent.noCause, Int(cause) < current else { break }
      chain.append(Int(cause))
      current = Int(cause)
    }
    return chain
  }
}
