import Catalogue
import Program
import Trace

/// A short trace written by hand: `editor` opens a file and sleeps on `sda` while `counter` runs.
struct SampleTrace {
  static let editor = TaskID(rawValue: 1)
  static let counter = TaskID(rawValue: 2)
  static let sda = DeviceID(rawValue: 1)
  static let open = SystemCall.named("open") ?? .unknown
  static let read = SystemCall.named("read") ?? .unknown
  static let write = SystemCall.named("write") ?? .unknown

  static var header: TraceHeader {
    TraceHeader(
      architecture: .x86_64, cpuCount: 1, frameCount: 4096,
      tasks: [
        TraceTask(name: "idle", pid: 0, program: -1), TraceTask(name: "editor", pid: 1, program: 0),
        TraceTask(name: "counter", pid: 2, program: 1),
      ],
      devices: [
        TraceDevice(name: "timer", kind: .timer), TraceDevice(name: "sda", kind: .disk),
        TraceDevice(name: "console", kind: .console),
      ])
  }

  var header = Self.header
  var events: [TraceEvent] = []

  var trace: Trace { Trace(header: header, events: events) }

  @discardableResult
  mutating func add(
    _ kind: EventKind, _ task: TaskID = .idle, at time: Int64, mode: PrivilegeMode = .kernel,
    object: UInt32 = 0, a: Int64 = 0, b: Int64 = 0, cause: Int? = nil
  ) -> Int {
    events.append(
      TraceEvent(
        time: time, kind: kind, cpu: 0, task: task.rawValue, mode: mode, depth: 0,
        cause: cause.map(UInt32.init)
          ?? (events.isEmpty ? TraceEvent.noCause : UInt32(events.count - 1)),
        object: object, a: a, b: b))
    return events.count - 1
  }

  /// The lesson's trace in 20 events.
  static let lesson: Trace = {
    var sample = SampleTrace()
    let foo = sample.header.strings.intern("foo").rawValue
    let device = WaitObject(.device, device: sda).rawValue
    sample.add(.machineStarts, at: 0, object: 4096, a: 16 << 20, b: 1)
    sample.add(.processStarts, editor, at: 0, a: 1)
    sample.add(.processStarts, counter, at: 0, a: 2)
    sample.add(.runs, editor, at: 0, mode: .user)
    sample.add(.callsSystemCall, editor, at: 10, mode: .user, object: open.rawValue, a: 2)
    sample.add(.entersKernel, editor, at: 11, object: EntryReason.syscall.rawValue)
    sample.add(.copiesString, editor, at: 12, object: foo, a: 0x403008, b: 3)
    let request = sample.add(.startsRequest, editor, at: 13, object: sda.rawValue, a: 1)
    sample.add(.sleeps, editor, at: 14, object: device)
    sample.add(.runs, counter, at: 15, mode: .user, a: 1)
    sample.add(.computes, counter, at: 15, mode: .user, a: 20_000_000)
    let irq = sample.add(
      .interrupts, counter, at: 5_000_013, object: sda.rawValue, a: 0x24, cause: request)
    sample.add(.wakes, editor, at: 5_000_020, object: device, a: 5_000_006, cause: irq)
    sample.add(.isPreempted, counter, at: 8_000_000)
    sample.add(.runs, editor, at: 8_000_001, a: 2)
    sample.add(.installsDescriptor, editor, at: 8_000_002, a: 3, b: 4)
    sample.add(.systemCallReturns, editor, at: 8_000_003, object: open.rawValue, a: 3, b: 4)
    sample.add(.returnsToUser, editor, at: 8_000_004, mode: .user)
    sample.add(.exits, editor, at: 8_000_010, a: 0)
    sample.add(.runs, counter, at: 8_000_011, mode: .user, a: 1)
    return sample.trace
  }()
}

/// Shorter ways to write patterns in tests.
extension EventSet {
  static func event(
    _ kind: EventKind, _ task: TaskID? = nil, object: UInt32? = nil, a: ClosedRange<Int64>? = nil,
    text: String? = nil, waitDevice: DeviceID? = nil
  ) -> EventSet {
    var pattern = EventPattern([kind])
    pattern.task = task
    pattern.object = object
    pattern.a = a
    pattern.text = text
    pattern.waitDevice = waitDevice
    return .pattern(pattern)
  }

  static func returns(_ result: Int64, _ task: TaskID = SampleTrace.editor) -> EventSet {
    .event(.systemCallReturns, task, object: SampleTrace.open.rawValue, a: result...result)
  }
}

extension StateExpression {
  static func number(_ value: Int64) -> StateExpression { .constant(value, .integer) }
  static func compare(
    _ left: StateExpression, _ symbol: BinaryOperator, _ right: StateExpression
  ) -> StateExpression { .binary(symbol, left, right) }
  static func mode(_ task: TaskID, _ mode: PrivilegeMode) -> StateExpression {
    .binary(
      .equal, .observable(.taskMode(task)), .constant(Int64(mode.rawValue), .mode))
  }
  static func condition(_ task: TaskID, _ condition: TaskCondition) -> StateExpression {
    .binary(
      .equal, .observable(.taskCondition(task)), .constant(Int64(condition.rawValue), .condition))
  }
}
