/// The number of a task in one simulation; 0 is the idle task of the first CPU.
@frozen
public struct TaskID: Hashable, Sendable, Comparable {
  /// Position in ``TraceHeader/tasks``.
  public var rawValue: UInt16

  /// Makes the identity of a position in the task table.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The first CPU's idle task, which runs when nobody else can.
  public static let idle = TaskID(rawValue: 0)

  /// Tasks compare in the order in which they were declared to start.
  @inlinable public static func < (left: TaskID, right: TaskID) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// The number of a device in one simulation; 0 is the timer.
@frozen
public struct DeviceID: Hashable, Sendable {
  /// Position in ``TraceHeader/devices``.
  public var rawValue: UInt32

  /// Makes the identity of a position in the device table.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The timer, which every machine has.
  public static let timer = DeviceID(rawValue: 0)
}

/// The number of an interned string.
@frozen
public struct StringID: Hashable, Sendable {
  /// Position in the ``StringTable``.
  public var rawValue: UInt32

  /// Makes the identity of a position in the string table.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// The privilege mode of a CPU.
@frozen
public enum PrivilegeMode: UInt8, Sendable {
  case user
  case kernel
}

/// One thing that happened: 40 bytes of plain integers.
///
/// What `a`, `b` and `object` mean is said by the ``EventKind``'s entry in the catalogue.
@frozen
public struct TraceEvent: Sendable, Hashable {
  /// Simulated time in nanoseconds since the machine started.
  public var time: Int64
  /// First field of the kind.
  public var a: Int64
  /// Second field of the kind.
  public var b: Int64
  /// Third field of the kind: a name, device, routine, system call...
  public var object: UInt32
  /// Index of the event that made this one happen; ``noCause`` for the first.
  public var cause: UInt32
  /// Who was on the CPU (0: the idle task), or whom the event is about where the kind says so.
  public var task: UInt16
  /// What happened.
  public var kind: EventKind
  /// On which CPU.
  public var cpu: UInt8
  /// The mode of that CPU just after the event.
  public var mode: PrivilegeMode
  /// How many frames lie on the task's kernel stack just after the event.
  public var depth: UInt8

  /// The cause of an event that nothing in the machine made happen.
  public static let noCause = UInt32.max

  /// Makes an event from all its fields.
  @inlinable
  public init(
    time: Int64, kind: EventKind, cpu: UInt8, task: UInt16, mode: PrivilegeMode, depth: UInt8,
    cause: UInt32, object: UInt32 = 0, a: Int64 = 0, b: Int64 = 0
  ) {
    self.time = time
    self.a = a
    self.b = b
    self.object = object
    self.cause = cause
    self.task = task
    self.kind = kind
    self.cpu = cpu
    self.mode = mode
    self.depth = depth
  }

  /// The task as an identity.
  @inlinable public var taskID: TaskID { TaskID(rawValue: task) }
  /// The object as a device.
  @inlinable public var device: DeviceID { DeviceID(rawValue: object) }
  /// The object as an interned string.
  @inlinable public var string: StringID { StringID(rawValue: object) }
}

extension TraceEvent {
  /// How closely one must look to see this event: its kind's zoom, except that what ticks and
  /// interrupts do to whoever happens to run is no part of the story of a process's life. Ticks, and
  /// going into the kernel and out of it for an interrupt, are seen at zoom mechanism.
  public var zoom: Zoom {
    let zoom = Self.zooms[Int(kind.rawValue)]
    guard zoom == .overview else { return zoom }
    let isIncidental =
      switch kind {
      case .interrupts: device == .timer && b == 0
      case .entersKernel: object == EntryReason.interrupt.rawValue
      case .returnsToUser: object == ReturnKind.interruptReturn.rawValue
      default: false
      }
    return isIncidental ? .mechanism : .overview
  }

  /// The catalogue's zooms, read once: its entries are made on each call.
  private static let zooms: [Zoom] = EventKind.allCases.map { $0.facts.zoom }
}
