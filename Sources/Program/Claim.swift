public import Catalogue
public import Trace

/// The words of an event pattern, checked: which events it matches.
///
/// All conditions that are not `nil` must hold. What a pattern leaves open, it leaves open.
public struct EventPattern: Sendable, Hashable {
  /// The kinds it may be; never empty.
  public var kinds: [EventKind]
  /// The event's task.
  public var task: TaskID?
  /// The event's CPU.
  public var cpu: UInt8?
  /// The event's `object`.
  public var object: UInt32?
  /// The event's `object` as text of the string table: strings are known only when it has run.
  public var text: String?
  /// Bounds of the event's `a`.
  public var a: ClosedRange<Int64>?
  /// Bounds of the event's `b`.
  public var b: ClosedRange<Int64>?
  /// For ``EventKind/sleeps`` and ``EventKind/wakes``: the device of the ``WaitObject``.
  public var waitDevice: DeviceID?

  /// A pattern for all events of some kinds.
  public init(_ kinds: [EventKind]) { self.kinds = kinds }
}

/// A set of events of a trace.
public indirect enum EventSet: Sendable, Hashable {
  /// Those that match a pattern.
  case pattern(EventPattern)
  /// Those at which a state holds, just after the event.
  case during(EventSet, StateExpression)
  /// Those of the first set that have one of the second among their causes, however far back.
  case because(EventSet, EventSet)
  /// Those of the first set that happen at most so many nanoseconds after one of the second.
  case within(EventSet, nanoseconds: Int64, of: EventSet)
  /// Those of either.
  case either(EventSet, EventSet)
}

/// Something that can be seen of the machine at a moment.
public enum Observable: Sendable, Hashable {
  /// `NAME.mode`: user or kernel.
  case taskMode(TaskID)
  /// `NAME.state`: absent, running, runnable, sleeping, stopped, zombie, gone.
  case taskCondition(TaskID)
  /// `NAME.exit`: the status; -1 before it has exited, and when a signal killed it.
  case taskExit(TaskID)
  /// `NAME.signal`: the number of the signal that killed it, else 0.
  case taskSignal(TaskID)
  /// `NAME.fds`: how many descriptors are open.
  case taskDescriptors(TaskID)
  /// `NAME.pid`.
  case taskPID(TaskID)
  /// `NAME.cputime`, a time span.
  case taskCPUTime(TaskID)
  /// `NAME.faults.minor`.
  case taskMinorFaults(TaskID)
  /// `NAME.faults.major`.
  case taskMajorFaults(TaskID)
  /// `NAME.switches.voluntary`.
  case taskVoluntarySwitches(TaskID)
  /// `NAME.switches.involuntary`.
  case taskInvoluntarySwitches(TaskID)
  /// `NAME.maps`: how many regions its memory map has.
  case taskRegions(TaskID)
  /// `region(NAME, ADDRESS)`: whether a region of its memory map holds an address.
  case addressHasRegion(TaskID, Int64)
  /// `mapped(NAME, ADDRESS)`: whether the page tables that are in use while it runs, in its present
  /// mode, lead from an address to a page.
  case pageIsMapped(InspectedPage)
  /// `accessible(NAME, ADDRESS)`: whether user mode may use that page.
  case pageIsAccessible(InspectedPage)
  /// `frame(NAME, ADDRESS)`: the physical address that they lead to.
  case pageFrame(InspectedPage)
  /// `NAME.stack.depth`: frames on its kernel stack.
  case taskStackDepth(TaskID)
  /// `NAME.rss`: its pages that are in memory, in bytes.
  case taskResident(TaskID)
  /// `NAME.brk`: the end of its heap, an address; 0 before it was ever moved.
  case taskBreak(TaskID)
  /// `NAME.children`: how many children it has, zombies among them.
  case taskChildren(TaskID)
  /// `NAME.pending`: how many signals are pending for it.
  case taskPending(TaskID)
  /// `NAME has SIG pending`.
  case taskHasPending(TaskID, Signal)
  /// `cpuN.mode`.
  case cpuMode(UInt8)
  /// `cpuN.stack`: whose stack it pushes on, the user's or the kernel's.
  case cpuStack(UInt8)
  /// `cpuN.current`: a task.
  case cpuCurrent(UInt8)
  /// `cpuN.interrupts`: interrupts it has taken, those of devices and of other CPUs.
  case cpuInterrupts(UInt8)
  /// `cpuN.context`: what kind of work it does: a process's, an interrupt's, its deferred half's.
  case cpuContext(UInt8)
  /// `DISK.reads`.
  case deviceReads(DeviceID)
  /// `DISK.writes`.
  case deviceWrites(DeviceID)
  /// `DEVICE.interrupts`.
  case deviceInterrupts(DeviceID)
  /// `DISK.queue`: requests not yet completed.
  case deviceQueue(DeviceID)
  /// `NIC.sent`: packets handed to it.
  case deviceSent(DeviceID)
  /// `NIC.received`: packets that it has put into memory.
  case deviceReceived(DeviceID)
  /// `LINE.received`, in bytes.
  case lineReceived(DeviceID)
  /// `memory.free`, in bytes.
  case memoryFree
  /// `memory.swapped`: bytes of the swap area that hold pages.
  case memorySwapped
  /// `kernel.modules`: how many modules are live.
  case liveModules
  /// `time`: nanoseconds since the machine started.
  case time
  /// What a lasting verb says as a state: `counter runs`, `editor sleeps on sda`.
  case taskSleepsOn(TaskID, DeviceID)
}

/// The type of a state expression's value; tells how it is printed and what it may be compared to.
public enum ValueType: String, Sendable, Hashable {
  case integer
  case boolean
  case duration
  case bytes
  case mode
  case condition
  /// What kind of work a CPU does: an ``ExecutionContext``.
  case context
  case address
  case task
  case text
  /// A result of a system call: printed as the number, or as the error's name.
  case result
}

/// An operator between two values.
public enum BinaryOperator: String, Sendable, Hashable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case and
  case or
  case implies
}

/// An expression over what can be seen at a moment, or over the trace up to it.
///
/// All values are integers underneath: booleans 0 and 1, modes, conditions and contexts their raw
/// values, tasks their numbers, times nanoseconds. Overflow and division by zero make a claim fail with
/// those words; they never trap.
public indirect enum StateExpression: Sendable, Hashable {
  /// A fixed value.
  case constant(Int64, ValueType)
  /// Something seen.
  case observable(Observable)
  /// `not x`.
  case not(StateExpression)
  /// `-x`.
  case negate(StateExpression)
  /// Two values combined.
  case binary(BinaryOperator, StateExpression, StateExpression)
  /// A value taken from the trace up to the moment.
  case query(TraceQuery)
}

/// A question to the whole trace up to a moment.
public indirect enum TraceQuery: Sendable, Hashable {
  /// `count(E)`: how many events.
  case count(EventSet)
  /// `time(E)`: when the first one happened; no value when none did.
  case time(EventSet)
  /// `result(open by editor)`: what the kernel returned from the first such call that returned: a
  /// value, or a negated error number, which equals `-ENOENT`. (The program sees -1 and `errno`.)
  case result(call: SystemCallID, task: TaskID)
  /// `duration(open by editor)`: from the event of the first such call that
  /// returned to the event of its result.
  case callDuration(call: SystemCallID, task: TaskID)
  /// `duration(A, B)`: from the first A to the first B after it.
  case between(EventSet, EventSet)
  /// `cputime(NAME)`, `cputime(NAME, until E)`, `cputime(NAME, from E)`, both.
  case cpuTime(TaskID, from: EventSet?, until: EventSet?)
}

/// A claim about a finite trace; true or false of the trace up to the moment it is made.
public indirect enum Claim: Sendable, Hashable {
  /// `E`: at least one such event happens.
  case occurs(EventSet)
  /// `never E`.
  case never(EventSet)
  /// `E then E then E`: there are such events at increasing steps.
  case sequence([EventSet])
  /// `E before E`: both happen, and the first of the one set comes before the first of the other.
  case before(EventSet, EventSet)
  /// `exactly|at least|at most N of E`.
  case count(CountBound, Int64, EventSet)
  /// `always STATE`: after every event.
  case always(StateExpression)
  /// `eventually STATE`: after some event.
  case eventually(StateExpression)
  /// `at end STATE`, and a STATE on its own: at the moment the claim is made.
  case atEnd(StateExpression)
  /// `when E: STATE`: just after each such event.
  case when(EventSet, StateExpression)
  /// `not C`.
  case not(Claim)
  /// `C and C`.
  case and(Claim, Claim)
  /// `C or C`.
  case or(Claim, Claim)
  /// `C implies C`.
  case implies(Claim, Claim)
}

/// The bound of a counting claim.
public enum CountBound: String, Sendable, Hashable {
  case exactly
  case atLeast = "at least"
  case atMost = "at most"
}
