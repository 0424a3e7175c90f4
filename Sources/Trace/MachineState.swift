public import Catalogue

/// Where a task is in its life.
public enum TaskCondition: UInt8, Sendable, CaseIterable {
  /// It does not exist yet.
  case absent
  /// It is on a CPU.
  case running
  /// It could run and waits for a CPU.
  case runnable
  /// It waits for something; state S or D.
  case sleeping
  /// It has ended, and its parent has not fetched its status; state Z.
  case zombie
  /// A signal has stopped it; state T.
  case stopped
  /// It has ended and nothing is left of it.
  case gone

  /// The name in scripts.
  public var name: String { "\(self)" }
}

/// What kind of work a CPU does.
public enum ExecutionContext: UInt8, Sendable, CaseIterable {
  /// Work of the task it runs: user code, or the kernel on the task's behalf. It may sleep.
  case process
  /// The deferred half of an interrupt, on borrowed time.
  case softirq
  /// A device's, the timer's or another CPU's interrupt, on borrowed time, interrupts switched off.
  case interrupt

  /// The name in scripts.
  public var name: String { "\(self)" }
}

/// A region of a process's memory map, as far as the trace tells it.
public struct RegionState: Sendable, Hashable {
  /// First address.
  public var start: Int64
  /// One past the last address.
  public var end: Int64
  /// The last column of `/proc/PID/maps`.
  public var name: StringID
  /// What it may be used for, and where in its file it begins.
  public var rights: RegionRights
  /// The inode number of the file that it shows; 0 for none.
  public var inode: Int64 = 0
  /// The device that has the file: major number in the upper bits, minor one in 8.
  public var device: UInt32 = 0
}

/// One task's state at a step, as far as the trace tells it.
public struct TaskState: Sendable, Hashable {
  /// Where it is in its life.
  public var condition = TaskCondition.absent
  /// The mode it is in, or was in when it left its CPU: a sleeping task is in kernel mode.
  public var mode = PrivilegeMode.kernel
  /// Whether its sleep can be ended by a signal.
  public var sleepsInterruptibly = false
  /// What it sleeps on, while it sleeps.
  public var waitsFor: WaitObject?
  /// The frames on its kernel stack, the outermost first.
  public var frames: [KernelRoutine] = []
  /// The system call it is in, if any.
  public var call: SystemCallID?
  /// Its exit status, once it has exited.
  public var exitStatus: Int64?
  /// The signal that killed it, if one did.
  public var killedBy: Signal?
  /// The signals that are pending for it, a bit each; signal 1 is the lowest.
  public var pendingSignals: UInt64 = 0
  /// How many children it has, zombies among them.
  public var children: Int64 = 0
  /// Its parent, if a process of the trace forked it.
  public var parent: TaskID?
  /// How many descriptors it has open.
  public var openDescriptors: Int64 = 0
  /// Page faults that were settled without the disk.
  public var minorFaults: Int64 = 0
  /// Page faults that had to wait for the disk.
  public var majorFaults: Int64 = 0
  /// Its memory map, in order of addresses.
  public var regions: [RegionState] = []
  /// Addresses that claims have had looked up in its page tables.
  public var inspectedPages: [Int64: PageView] = [:]
  /// The end of its heap; 0 before it was ever moved.
  public var breakEnd: Int64 = 0
  /// How many of its pages are in memory.
  public var residentPages: Int64 = 0
  /// Times it left its CPU by sleeping.
  public var voluntarySwitches: Int64 = 0
  /// Times it left its CPU although it could have gone on.
  public var involuntarySwitches: Int64 = 0
  /// Time on a CPU up to `onCPUSince`, in nanoseconds.
  var cpuTime: Int64 = 0
  /// When it got its CPU, while it has one.
  var onCPUSince: Int64?

  /// Time it has spent on a CPU by a moment, in nanoseconds, user and kernel mode together, with
  /// the interrupts that borrowed it.
  public func cpuTime(at time: Int64) -> Int64 { cpuTime + (onCPUSince.map { time - $0 } ?? 0) }
}

/// One CPU's state at a step.
public struct CPUState: Sendable, Hashable {
  /// Who has the CPU.
  public var current = TaskID.idle
  /// The mode it is in.
  public var mode = PrivilegeMode.kernel
  /// Whose stack it pushes on.
  public var stack = PrivilegeMode.kernel
  /// Interrupts it has taken: those of devices and those of other CPUs.
  public var interrupts: Int64 = 0
  /// Whether it has taken one whose frame is not yet on a kernel stack.
  var isEnteringInterrupt = false
}

/// What the page tables said of an address when a claim had it looked up.
public struct PageView: Sendable, Hashable {
  /// The physical address; -1 when they lead to no page.
  public var frameAddress: Int64
  /// What the page may be used for.
  public var permission: PagePermission
}

/// One device's state at a step.
public struct DeviceState: Sendable, Hashable {
  /// Requests to read begun so far.
  public var reads: Int64 = 0
  /// Requests to write begun so far.
  public var writes: Int64 = 0
  /// Interrupts raised so far.
  public var interrupts: Int64 = 0
  /// Requests handed in and not yet completed.
  public var outstanding: Int64 = 0
  /// Packets that a network card was told to send.
  public var sent: Int64 = 0
  /// Packets that a network card has put into memory.
  public var received: Int64 = 0
  /// Bytes that have reached a line or keyboard from outside.
  public var receivedBytes: Int64 = 0
}

/// The whole machine at a step, rebuilt from the trace alone: each event is applied in order.
///
/// Sendable and a value: a copy is a snapshot.
public struct MachineState: Sendable, Hashable {
  /// How many events have been applied: the state is the one after event `step - 1`.
  public private(set) var step = 0
  /// Time of the last event applied, in nanoseconds.
  public private(set) var time: Int64 = 0
  /// The tasks, by ``TaskID``.
  public private(set) var tasks: [TaskState]
  /// The CPUs.
  public private(set) var cpus: [CPUState]
  /// The devices, by ``DeviceID``.
  public private(set) var devices: [DeviceState]
  /// Page frames that are free.
  public private(set) var freeFrames: Int64
  /// Slots of the swap area that hold a page.
  public private(set) var usedSwapSlots: Int64 = 0
  /// Modules that are live.
  public private(set) var liveModules: Int64 = 0

  /// Bytes of a page.
  private let pageBytes: Int64

  /// The state before the first event.
  public init(header: TraceHeader) {
    pageBytes = header.architecture.pageBytes
    tasks = [TaskState](repeating: TaskState(), count: max(1, header.tasks.count))
    cpus = [CPUState](repeating: CPUState(), count: max(1, header.cpuCount))
    devices = [DeviceState](repeating: DeviceState(), count: max(1, header.devices.count))
    freeFrames = Int64(header.frameCount)
    tasks[0].condition = .running
  }

  /// Goes one event on.
  /// - Complexity: O(1), apart from the kernel stack's growth.
  public mutating func apply(_ event: TraceEvent) {
    step += 1
    time = event.time
    let cpu = Int(event.cpu)
    let task = Int(event.task)
    if task >= tasks.count {
      // A task that a process has forked.
      tasks += [TaskState](repeating: TaskState(), count: task + 1 - tasks.count)
    }
    guard cpus.indices.contains(cpu), tasks.indices.contains(task) else { return }
    switch event.kind {
    case .machineStarts:
      freeFrames = Int64(event.object)
    case .processStarts, .kernelThreadStarts:
      tasks[task].condition = .runnable
    case .runs, .idles:
      let previous = Int(cpus[cpu].current.rawValue)
      if previous != task, tasks.indices.contains(previous) {
        leaveCPU(previous, at: event.time)
        if tasks[previous].condition == .running { tasks[previous].condition = .runnable }
      }
      cpus[cpu].current = event.taskID
      cpus[cpu].mode = event.mode
      tasks[task].condition = .running
      tasks[task].onCPUSince = event.time
    case .isPreempted, .yields:
      tasks[task].involuntarySwitches += 1
    case .sleeps:
      tasks[task].condition = .sleeping
      tasks[task].sleepsInterruptibly = event.a != 0
      tasks[task].waitsFor = WaitObject(rawValue: event.object)
      tasks[task].voluntarySwitches += 1
      leaveCPU(task, at: event.time)
    case .wakes:
      // A wake-up is recorded on the CPU that wakes, about the task that is woken.
      // One that has not left its CPU yet goes on there.
      let isOnCPU = cpus.contains { Int($0.current.rawValue) == task }
      tasks[task].condition = isOnCPU ? .running : .runnable
      if isOnCPU { tasks[task].onCPUSince = event.time }
      tasks[task].waitsFor = nil
      return
    case .receivesSignal:
      tasks[task].pendingSignals |= Self.bit(event.object)
      return
    case .discardsSignal:
      tasks[task].pendingSignals &= ~Self.bit(event.object)
      return
    case .takesSignal:
      tasks[task].pendingSignals &= ~Self.bit(event.object)
    case .stops:
      tasks[task].condition = .stopped
      leaveCPU(task, at: event.time)
    case .continues:
      let isOnCPU = cpus.contains { Int($0.current.rawValue) == task }
      tasks[task].condition = isOnCPU ? .running : .runnable
      if isOnCPU { tasks[task].onCPUSince = event.time }
      return
    case .restartsSystemCall, .leavesHandler:
      tasks[task].call = nil
    case .execs:
      tasks[task].call = nil
      tasks[task].breakEnd = 0
    case .forks:
      let child = Int(truncatingIfNeeded: event.a)
      guard (0...Int(UInt16.max)).contains(child) else { break }
      if child >= tasks.count {
        tasks += [TaskState](repeating: TaskState(), count: child + 1 - tasks.count)
      }
      tasks[task].children += 1
      tasks[child].condition = .runnable
      tasks[child].parent = event.taskID
      tasks[child].openDescriptors = tasks[task].openDescriptors
      tasks[child].call = tasks[task].call
      tasks[child].breakEnd = tasks[task].breakEnd
    case .isReparented:
      tasks[task].parent = nil
      return
    case .isReaped:
      tasks[task].condition = .gone
      if let parent = tasks[task].parent.map({ Int($0.rawValue) }), tasks.indices.contains(parent) {
        tasks[parent].children -= 1
      }
      return
    case .exits:
      tasks[task].exitStatus = event.a
      end(task, at: event.time)
    case .isKilled:
      tasks[task].killedBy = Signal(rawValue: UInt8(truncatingIfNeeded: event.object))
      end(task, at: event.time)
    case .callsSystemCall:
      tasks[task].call = SystemCallID(rawValue: event.object)
    case .systemCallReturns:
      tasks[task].call = nil
    case .resolvesPageFault:
      if event.object == PageFaultKind.major.rawValue {
        tasks[task].majorFaults += 1
      } else {
        tasks[task].minorFaults += 1
      }
    case .installsDescriptor:
      tasks[task].openDescriptors += 1
    case .closesDescriptor:
      tasks[task].openDescriptors = event.b
    case .callsRoutine:
      cpus[cpu].isEnteringInterrupt = false
      if let routine = KernelRoutine(rawValue: UInt8(truncatingIfNeeded: event.object)) {
        tasks[task].frames.append(routine)
      }
    case .routineReturns:
      _ = tasks[task].frames.popLast()
    case .allocatesPage, .loadsProgram, .reclaimsPage, .sharesPages, .freesMemory:
      freeFrames = event.b
    case .mapsRegion:
      tasks[task].map(event)
    case .switchesStack, .pushesInterruptFrame: cpus[cpu].stack = .kernel
    case .executesReturn: cpus[cpu].stack = .user
    case .inspectsAddress:
      tasks[task].inspectedPages[event.a] = PageView(
        frameAddress: event.b,
        permission: PagePermission(rawValue: UInt8(truncatingIfNeeded: event.object)))
      return
    case .backsRegion:
      for index in tasks[task].regions.indices where tasks[task].regions[index].start == event.a {
        tasks[task].regions[index].inode = Int64(event.object)
        tasks[task].regions[index].device = UInt32(truncatingIfNeeded: event.b)
      }
    case .setsProtection:
      tasks[task].protect(event, pageBytes: pageBytes)
    case .unmapsRegion:
      tasks[task].cut(event.a..<max(event.a, event.b), pageBytes: pageBytes)
    case .growsStack:
      for index in tasks[task].regions.indices where tasks[task].regions[index].start == event.b {
        tasks[task].regions[index].start = event.a
      }
    case .movesBreak:
      tasks[task].breakEnd = event.a
    case .countsResidentPages:
      tasks[task].residentPages = event.a
    case .takesSwapSlot, .freesSwapSlot:
      usedSwapSlots = event.b
    case .loadsModule: liveModules += 1
    case .unloadsModule:
      // One that is refused while it loads was never live.
      freeFrames = event.a
      if event.b == 0 { liveModules -= 1 }
    case .startsRequest:
      if devices.indices.contains(Int(event.object)) { devices[Int(event.object)].reads += 1 }
    case .startsWrite:
      if devices.indices.contains(Int(event.object)) { devices[Int(event.object)].writes += 1 }
    case .queuesRequest:
      if devices.indices.contains(Int(event.object)) { devices[Int(event.object)].outstanding += 1 }
    case .completesRequest:
      if devices.indices.contains(Int(event.object)) { devices[Int(event.object)].outstanding -= 1 }
    case .transmitsPacket:
      if devices.indices.contains(Int(event.object)) { devices[Int(event.object)].sent += 1 }
    case .receivesPacket:
      if devices.indices.contains(Int(event.object)) { devices[Int(event.object)].received += 1 }
    case .lineReceives:
      if devices.indices.contains(Int(event.object)) {
        devices[Int(event.object)].receivedBytes += event.b
      }
    case .receivesInterProcessorInterrupt:
      cpus[cpu].interrupts += 1
      cpus[cpu].isEnteringInterrupt = true
    case .interrupts:
      cpus[cpu].interrupts += 1
      cpus[cpu].isEnteringInterrupt = true
      if devices.indices.contains(Int(event.object)) { devices[Int(event.object)].interrupts += 1 }
    default:
      break
    }
    if cpus[cpu].current.rawValue == event.task {
      cpus[cpu].mode = event.mode
      tasks[task].mode = event.mode
    }
  }

  /// What kind of work a CPU does; `nil` when there is no such CPU.
  ///
  /// An interrupt's frame lies on the stack of whoever was running, so the innermost frame that tells
  /// decides. On the way back to user mode the work is the task's own again: there it may be
  /// preempted.
  public func context(ofCPU cpu: Int) -> ExecutionContext? {
    guard cpus.indices.contains(cpu) else { return nil }
    if cpus[cpu].isEnteringInterrupt { return .interrupt }
    let task = Int(cpus[cpu].current.rawValue)
    guard tasks.indices.contains(task) else { return nil }
    for (position, routine) in tasks[task].frames.enumerated().reversed() {
      switch routine {
      case .softirq: return .softirq
      case .interrupt:
        let above = position + 1
        return above < tasks[task].frames.count && tasks[task].frames[above] == .exitToUser
          ? .process : .interrupt
      default: continue
      }
    }
    return .process
  }

  private static func bit(_ signal: UInt32) -> UInt64 {
    (1...64).contains(signal) ? 1 << UInt64(signal - 1) : 0
  }

  private mutating func leaveCPU(_ task: Int, at time: Int64) {
    if let since = tasks[task].onCPUSince { tasks[task].cpuTime += time - since }
    tasks[task].onCPUSince = nil
  }

  private mutating func end(_ task: Int, at time: Int64) {
    tasks[task].condition = .zombie
    tasks[task].frames = []
    tasks[task].openDescriptors = 0
    tasks[task].pendingSignals = 0
    tasks[task].regions = []
    tasks[task].residentPages = 0
    leaveCPU(task, at: time)
  }
}

extension TaskState {
  /// A new region, whose rights come with the next event.
  fileprivate mutating func map(_ event: TraceEvent) {
    let index = regions.firstIndex { $0.start >= event.b } ?? regions.count
    regions.insert(
      RegionState(
        start: event.a, end: event.b, name: event.string, rights: RegionRights(rawValue: 0)),
      at: index)
  }

  /// Other rights for what lies between two addresses; equal neighbours become one, as the kernel
  /// makes them.
  fileprivate mutating func protect(_ event: TraceEvent, pageBytes: Int64) {
    split(at: event.a, pageBytes: pageBytes)
    split(at: event.b, pageBytes: pageBytes)
    for index in regions.indices where event.a <= regions[index].start {
      guard regions[index].end <= event.b else { break }
      regions[index].rights = RegionRights(rawValue: event.object)
    }
    var index = max(1, regions.firstIndex { $0.start >= event.a } ?? 1)
    while index < regions.count,
      regions[index - 1].start < event.b || regions[index].start <= event.b
    {
      let (left, right) = (regions[index - 1], regions[index])
      let pages = (left.end - left.start) / max(1, pageBytes)
      let isFile = left.inode != 0 || right.inode != 0
      if left.end == right.start, left.name == right.name, left.inode == right.inode,
        left.device == right.device,
        left.rights.rawValue & 15 == right.rights.rawValue & 15,
        !isFile || left.rights.page + pages == right.rights.page
      {
        regions[index - 1].end = right.end
        regions.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  fileprivate mutating func cut(_ range: Range<Int64>, pageBytes: Int64) {
    split(at: range.lowerBound, pageBytes: pageBytes)
    split(at: range.upperBound, pageBytes: pageBytes)
    regions.removeAll { range.lowerBound <= $0.start && $0.end <= range.upperBound }
  }

  private mutating func split(at address: Int64, pageBytes: Int64) {
    guard let index = regions.firstIndex(where: { $0.start < address && address < $0.end }) else {
      return
    }
    var upper = regions[index]
    upper.start = address
    if upper.inode != 0 {
      let pages = (address - regions[index].start) / max(1, pageBytes)
      upper.rights.rawValue &+= UInt32(truncatingIfNeeded: pages) << 4
    }
    regions[index].end = address
    regions.insert(upper, at: index + 1)
  }
}

extension Trace {
  /// The machine's state after the first `step` events.
  /// - Complexity: O(`step`); to go through many steps, apply events to one state instead.
  public func state(after step: Int) -> MachineState {
    var state = MachineState(header: header)
    for event in events.prefix(max(0, step)) { state.apply(event) }
    return state
  }
}
