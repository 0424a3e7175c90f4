import Catalogue
import Trace

/// What pictures show of the machine at a step, beyond ``MachineState``: descriptors, requests,
/// registers, the last page-table walk, the run queue. Rebuilt from the trace alone.
struct Scene {
  private(set) var state: MachineState
  /// What each task's descriptors stand for.
  private(set) var descriptors: [[Int64: OpenFileView]] = []
  /// What each task's registers hold, as far as the trace tells it.
  private(set) var registers: [RegisterView]
  /// Requests that each device has, the oldest first.
  private(set) var requests: [[RequestView]]
  /// The last access that missed the TLB.
  private(set) var walk = WalkView()
  /// Who waits for a CPU, the longest waiting first.
  private(set) var ready: [TaskID] = []
  /// The physical address of the page table that each CPU uses; 0 while the trace has not told it.
  private(set) var tableBase: [Int64]
  /// Whether each CPU uses the small table that kpti gives to user mode; `nil` without kpti.
  private(set) var usesUserTable: [Bool?]
  /// The names of files, by inode number.
  private(set) var fileNames: [UInt32: String] = [:]
  /// Who acts: the task that has the CPU of the last event.
  private(set) var actor = TaskID.idle
  /// The CPU of the last event.
  private(set) var cpu = 0

  /// The pictures that the last event may have changed.
  private(set) var changes = Set(Gallery.Subject.allCases)

  let header: TraceHeader
  let words: InterfaceWords
  /// The flags of the open file that a task has just made and that has no descriptor yet.
  private var openedFlags: [UInt16: Int64] = [:]
  private var conditions: [TaskCondition] = []
  private var contexts: [ExecutionContext?]

  /// An open file description, as a descriptor leads to it.
  struct OpenFileView: Equatable {
    /// Its number in the kernel's table.
    var number: Int64
    var inode: UInt32
    /// The flags it was opened with; `nil` when the trace does not tell.
    var flags: Int64?
  }

  struct RequestView: Equatable {
    var number: Int64
    var block: Int64 = 0
    var isWrite: Bool
    var isStarted = false
    /// On whose behalf.
    var owner: TaskID
  }

  struct RegisterView: Equatable {
    /// The user's program counter, as last seen.
    var userCounter: Int64?
    /// The user's stack pointer.
    var userStack: Int64?
    /// General registers by number, as user mode has them.
    var general: [UInt8: Int64] = [:]
    /// Whether they lie saved on the kernel stack.
    var areSaved = false
    /// The top of the kernel stack, once it was seen.
    var kernelStack: Int64?
  }

  struct WalkView: Equatable {
    var address: Int64?
    var access: UInt32 = 0
    /// The entries read: the level, where the entry lies, what it says.
    var entries: [Entry] = []
    /// The frame found.
    var frame: Int64?

    struct Entry: Equatable {
      var level: UInt32
      var place: Int64
      var value: Int64
    }
  }

  init(_ header: TraceHeader, words: InterfaceWords = .english) {
    self.header = header
    self.words = words
    state = MachineState(header: header)
    let cpus = max(1, header.cpuCount)
    registers = [RegisterView](repeating: RegisterView(), count: max(1, header.tasks.count))
    descriptors = [[Int64: OpenFileView]](repeating: [:], count: max(1, header.tasks.count))
    requests = [[RequestView]](repeating: [], count: header.devices.count)
    tableBase = [Int64](repeating: 0, count: cpus)
    usesUserTable = [Bool?](repeating: nil, count: cpus)
    conditions = state.tasks.map(\.condition)
    contexts = [ExecutionContext?](repeating: nil, count: cpus)
  }

  /// Goes one event on.
  mutating func apply(_ event: TraceEvent) {
    let before = (cpus: state.cpus, actor: actor, cpu: cpu)
    state.apply(event)
    changes = Self.subjects(of: event.kind)
    while registers.count < state.tasks.count { registers.append(RegisterView()) }
    while descriptors.count < state.tasks.count { descriptors.append([:]) }
    let task = Int(event.task)
    cpu = min(Int(event.cpu), state.cpus.count - 1)
    actor = state.cpus[cpu].current
    updateQueue()
    let now = state.cpus.indices.map { state.context(ofCPU: $0) }
    if now != contexts || state.cpus != before.cpus {
      changes.formUnion([.processes, .registers, .tree])
    }
    contexts = now
    if actor != before.actor || cpu != before.cpu { changes = Set(Gallery.Subject.allCases) }
    guard registers.indices.contains(task) else { return }
    applyRegisters(event, task)
    applyFiles(event, task)
    applyDevices(event)
    applyMemory(event)
  }

  /// Who became runnable joins the end of the queue; who is no more leaves it.
  private mutating func updateQueue() {
    for index in state.tasks.indices {
      let now = state.tasks[index].condition
      if index < conditions.count, conditions[index] == now { continue }
      while conditions.count <= index { conditions.append(.absent) }
      conditions[index] = now
      changes.formUnion([.processes, .tree])
      let id = TaskID(rawValue: UInt16(truncatingIfNeeded: index))
      if now == .runnable, !header.isIdle(id) {
        ready.append(id)
      } else {
        ready.removeAll { $0 == id }
      }
    }
  }

  private mutating func applyRegisters(_ event: TraceEvent, _ task: Int) {
    switch event.kind {
    case .callsSystemCall: registers[task].userCounter = event.b
    case .loadsRegister:
      registers[task].general[UInt8(truncatingIfNeeded: event.object)] = event.a
    case .executesSyscall:
      registers[task].userCounter = event.a
      let saved = header.architecture.savedBySyscall
      if case .register(let number) = saved.programCounter {
        registers[task].general[number] = event.a
      }
      if case .register(let number) = saved.flags { registers[task].general[number] = event.b }
    case .entersKernel: registers[task].userCounter = event.a
    case .switchesStack:
      registers[task].userStack = event.a
      registers[task].kernelStack = event.b
    case .savesRegisters: registers[task].areSaved = true
    case .advancesReturnAddress: registers[task].userCounter = event.b
    case .storesResult:
      registers[task].general[UInt8(truncatingIfNeeded: event.object)] = event.a
    case .restoresRegisters: registers[task].areSaved = false
    case .executesReturn:
      registers[task].userCounter = event.a
      registers[task].userStack = event.b
    case .execs:
      registers[task].userCounter = event.a
      registers[task].userStack = event.b
      registers[task].general = [:]
    default: break
    }
  }

  private mutating func applyFiles(_ event: TraceEvent, _ task: Int) {
    switch event.kind {
    case .findsName, .createsFile:
      if event.a > 0, let inode = UInt32(exactly: event.a) {
        fileNames[inode] = header.strings[event.string]
      }
    case .opensFile: openedFlags[event.task] = event.a
    case .installsDescriptor:
      // A second descriptor for an open file has the flags of the first.
      let known = descriptors.lazy.flatMap(\.values).first {
        $0.number == event.b && $0.inode == event.object
      }
      let flags = openedFlags.removeValue(forKey: event.task) ?? known?.flags
      descriptors[task][event.a] = OpenFileView(
        number: event.b, inode: event.object, flags: flags)
    case .closesDescriptor: descriptors[task][event.a] = nil
    case .forks:
      guard let child = Int(exactly: event.a), descriptors.indices.contains(child) else { return }
      descriptors[child] = descriptors[task]
      registers[child] = registers[task]
    case .exits, .isKilled: descriptors[task] = [:]
    default: break
    }
  }

  private mutating func applyDevices(_ event: TraceEvent) {
    let device = Int(event.object)
    guard requests.indices.contains(device) else { return }
    switch event.kind {
    case .submitsRequest, .submitsWrite:
      requests[device].append(
        RequestView(
          number: event.a, block: event.b, isWrite: event.kind == .submitsWrite,
          owner: event.taskID))
    case .startsRequest, .startsWrite:
      if let index = requests[device].firstIndex(where: { $0.number == event.a }) {
        requests[device][index].isStarted = true
      }
    case .completesRequest: requests[device].removeAll { $0.number == event.a }
    default: break
    }
  }

  private mutating func applyMemory(_ event: TraceEvent) {
    switch event.kind {
    case .missesTLB: walk = WalkView(address: event.a, access: event.object)
    case .readsPageTableEntry:
      walk.entries.append(.init(level: event.object, place: event.a, value: event.b))
    case .fillsTLB: if event.a == walk.address { walk.frame = event.b }
    case .writesPageTableBase:
      tableBase[cpu] = event.a
      switch PageTableChange(rawValue: event.object) {
      case .user: usesUserTable[cpu] = true
      case .kernel: usesUserTable[cpu] = false
      case .process, nil: break
      }
    default: break
    }
  }

  /// The pictures that an event of a kind changes whoever acts.
  private static func subjects(of kind: EventKind) -> Set<Gallery.Subject> {
    switch kind {
    case .callsRoutine, .routineReturns: [.stack, .registers]
    case .loadsRegister, .executesSyscall, .switchesStack, .savesRegisters, .restoresRegisters,
      .storesResult, .advancesReturnAddress, .executesReturn, .callsSystemCall, .entersKernel,
      .returnsToUser:
      [.registers, .tree]
    case .execs: [.registers, .addressSpace, .tree]
    case .findsName, .createsFile, .opensFile, .installsDescriptor, .closesDescriptor:
      [.descriptors]
    case .submitsRequest, .submitsWrite, .startsRequest, .startsWrite, .completesRequest:
      [.devices]
    case .missesTLB, .readsPageTableEntry, .fillsTLB: [.walk]
    case .writesPageTableBase: [.registers, .addressSpace]
    case .mapsRegion, .setsProtection, .unmapsRegion, .movesBreak, .growsStack,
      .countsResidentPages:
      [.addressSpace]
    case .exits, .isKilled: Set(Gallery.Subject.allCases)
    default: []
    }
  }

  /// Turns to a task, whoever acts: the pictures show it, on its CPU if it has one.
  mutating func turn(to task: TaskID) {
    actor = task
    cpu = state.cpus.firstIndex { $0.current == task } ?? cpu
  }

  // MARK: Words

  /// What a task is called in pictures.
  func name(_ task: TaskID) -> String {
    header.isIdle(task) ? words(.idle) : header.task(task).name
  }

  /// What a file is called in pictures.
  func fileName(_ inode: UInt32) -> String {
    guard inode != 0 else { return words(.console) }
    guard let name = fileNames[inode] else { return words(.inode, "\(inode)") }
    return words(.namedInode, name, "\(inode)")
  }
}
