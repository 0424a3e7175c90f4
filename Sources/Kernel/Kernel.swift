public import Catalogue
import Machine
public import Program
public import Trace

/// One kernel on one machine, shared by all processes of a scenario.
///
/// The kernel runs in small steps: a user instruction burst, one step of the routine on top of the
/// running task's kernel stack, or the arrival of an interrupt. ``step(deadline:)`` does one of
/// them; nothing is ever in progress between two steps except what lies on kernel stacks.
public struct Kernel: ~Copyable {
  /// Frames that a kernel stack can hold here; Linux's 16 KiB hold more than any path needs.
  static let stackFrames = 40
  /// Descriptors that a process can have: RLIMIT_NOFILE's default.
  static let descriptorLimit = 1024

  let scenario: Scenario
  let limits: RunLimits
  /// The architecture's system call table.
  let systemCallTable: [Int64: SystemCallID]
  /// The tables of all architectures by name, read off the catalogue once.
  private static let systemCallTables: [String: [Int64: SystemCallID]] = Dictionary(
    Architecture.all.map { architecture in
      let numbers = SystemCall.all.enumerated().compactMap { index, call in
        call.numbers[architecture.name].map { ($0, SystemCallID(rawValue: UInt32(index))) }
      }
      return (architecture.name, Dictionary(numbers, uniquingKeysWith: { first, _ in first }))
    }, uniquingKeysWith: { first, _ in first })
  var machine: Machine
  /// What has happened so far.
  public internal(set) var trace: TraceRecorder
  var tasks: [KernelTask]
  var frames: [KernelFrame]
  /// The tasks as readers of the trace know them.
  var taskNames: [TraceTask]
  /// The CPUs.
  var processors: [Processor]
  /// The CPU that is being stepped.
  var cpu = 0
  /// Which of several pending interrupts is taken first.
  let interruptRanks: InterruptRanks

  var inodes: [Inode] = []
  var inodeHandles: [InodeKey: Int] = [:]
  var dentries: [DentryKey: Int] = [:]
  var fileSystems: [FileSystem] = []
  var openFiles: [OpenFile] = []
  /// The number that the next forked process gets.
  var nextPID: Int64 = 0
  /// Pipes by their inodes, and inodes of pipes that are gone.
  var pipes: [Int: Pipe] = [:]
  var freePipeInodes: [Int] = []
  var cache = PageCache()
  var consoleInode = 0
  var zeroFrame = FrameNumber(rawValue: 0)
  /// The network cards.
  var nics: [NetworkCard] = []
  /// Remote procedure calls that wait for their answers, in the order in which they were made.
  var remoteCalls: [RemoteCall] = []
  /// The number of the next one (xid).
  var nextRemoteCall: UInt32 = 1
  /// Serial lines and keyboards, in this order.
  var lines: [InputLine] = []
  /// The file system of device files, mounted on `/dev`.
  var deviceFileSystem = 0
  /// The file system mounted on `/proc`, and the inodes that were looked for in it.
  var procFileSystem = -1
  var procInodes: [ProcFile: Int] = [:]
  /// Who holds which page frame.
  var pageFrames = FrameTable()
  /// Where pages go that memory has no room for; `nil` without `swap`.
  var swap: SwapArea?
  /// Where the generator of random replacement is.
  var randomState: UInt64 = 0x5EED
  /// The frames of the vDSO and of the page of time that goes with it: one set for all processes.
  var vdsoFrames: [FrameNumber] = []
  var vvarFrames: [FrameNumber] = []
  /// The file system of memory that is shared without a file, once there is such memory.
  var unnamedFileSystem: Int?

  var nextRequest: Int64 = 1
  /// Who has which lock, by ``SleepingLock/key``.
  var lockHolders: [Int64: Int] = [:]
  /// What has dirty pages or a changed inode: handles of inodes, or disks as in
  /// ``PageCache/deviceMapping(_:)``; in the order in which they became dirty.
  var dirtyMappings: [Int] = []
  /// The thread that writes dirty pages; made when the first page becomes dirty.
  var flusherTask: Int?
  /// When it is to look for dirty pages; `nil` while there is no reason to.
  var flushDeadline: Int64?
  /// Whether that time is among the pending events already.
  var flushTimerIsPending = false
  var diskQueues: [[DiskRequest]]

  /// Modules; the position of one that is loaded does not change.
  var modules: [KernelModule?] = []
  /// Memory that modules have asked for, by address: it is theirs until they give it back.
  var allocations: [Int64: [FrameNumber]] = [:]
  var oopsCount = 0
  /// How many modules were ever laid out: says which is the newest.
  var moduleCount: Int64 = 0
  /// What modules have registered: drivers by the inodes of their device files, types of file
  /// systems, handlers of interrupts.
  var drivers: [Int: DeviceDriver] = [:]
  var fileSystemTypes: [FileSystemType] = []
  var interruptHandlers: [InterruptHandler] = []

  /// User instructions and kernel steps so far.
  public internal(set) var steps: Int64 = 0
  /// Until when the present `run` goes on.
  var deadline = Int64.max
  var outputBytes: Int64 = 0
  var timelineActions: [TimelineAction] = []
  /// Why nothing goes on; set by a limit, a deadlock or an inconsistency.
  var stopped: StopReason?

  struct InodeKey: Hashable {
    var fileSystem: Int
    var number: Int64
  }

  /// Boots: the kernel is in memory, file systems are mounted, nobody runs yet.
  public init(_ scenario: Scenario, limits: RunLimits) {
    self.scenario = scenario
    // Far enough from the last nanosecond that adding any cost or latency cannot overflow.
    self.limits = {
      var bounded = limits
      bounded.time = min(bounded.time, 1 << 60)
      return bounded
    }()
    let architecture = scenario.machine.architecture.name
    systemCallTable = Self.systemCallTables[architecture] ?? [:]
    interruptRanks = InterruptRanks(scenario)
    trace = TraceRecorder(limit: limits.events)
    let blockBytes = Int(scenario.machine.architecture.pageBytes)
    var images: [Ext4.Image?] = []
    let nodes = scenario.nodes + Self.systemNodes(of: scenario)
    for mount in scenario.mounts {
      images.append(
        mount.disk == nil
          ? nil
          : Ext4.make(
            Self.nodes(of: mount, in: scenario, nodes: nodes), blockBytes: blockBytes))
    }
    var contents = [[[UInt8]]](repeating: [], count: scenario.disks.count)
    for (mount, image) in zip(scenario.mounts, images) {
      if let disk = mount.disk, contents.indices.contains(disk), let image {
        contents[disk] = image.content
      }
    }
    machine = Machine(
      scenario.machine,
      disks: zip(scenario.disks, contents).map {
        Disk($0, blockBytes: blockBytes, content: $1)
      })
    machine.sabotage = limits.sabotage
    swap = Self.swapArea(of: scenario)
    diskQueues = [[DiskRequest]](repeating: [], count: scenario.disks.count)
    taskNames = scenario.tasks
    nextPID = Scenario.firstPID + Int64(scenario.processes.count)
    processors = [Processor(current: 0, idle: 0)]
    for cpu in machine.cpus.indices.dropFirst() {
      processors.append(Processor(current: taskNames.count, idle: taskNames.count))
      taskNames.append(TraceTask(name: "idle\(cpu)", pid: 0, program: -1))
    }
    tasks = [KernelTask](repeating: KernelTask(), count: taskNames.count)
    frames = [KernelFrame](
      repeating: KernelFrame(), count: tasks.count * Self.stackFrames)
    for (cpu, processor) in processors.enumerated() {
      tasks[processor.idle].condition = .running
      tasks[processor.idle].hasRun = true
      tasks[processor.idle].root = machine.kernelRoot
      tasks[processor.idle].cpu = cpu
    }
    zeroFrame = machine.memory.allocate() ?? FrameNumber(rawValue: 0)
    mountFileSystems(images, nodes: nodes)
    makeSpecialPages()
    trace.record(
      .machineStarts, object: UInt32(clamping: machine.memory.freeCount),
      a: scenario.machine.memoryBytes, b: Int64(scenario.machine.cpuCount))
    guard stopped == nil else { return }
    for processor in processors.indices {
      select(processor)
      trace.cause = 0
      trace.record(.idles, a: Int64(current))
    }
    select(0)
  }

  /// The header that goes with the trace.
  public var header: TraceHeader {
    TraceHeader(
      architecture: machine.architecture, cpuCount: machine.cpus.count,
      frameCount: machine.memory.frameCount, tasks: taskNames, devices: scenario.devices)
  }

  /// Ends the run and gives its record away.
  public consuming func finish() -> Trace {
    let header = header
    return trace.finish(header: header)
  }

  /// The routines on a task's kernel stack right now, the outermost first.
  public func kernelStack(of task: TaskID) -> [KernelRoutine] {
    let index = Int(task.rawValue)
    guard tasks.indices.contains(index) else { return [] }
    let base = index * Self.stackFrames
    return (0..<tasks[index].depth).map { frames[base + $0].routine }
  }

  // MARK: - Driving

  /// Does something from the timeline, now or at a time in nanoseconds.
  public mutating func act(_ action: TimelineAction, at time: Int64?) {
    guard let time, time > trace.now else { return perform(action) }
    machine.queues[0].schedule(
      .timeline, at: time, payload: UInt32(clamping: timelineActions.count))
    timelineActions.append(action)
  }

  mutating func perform(_ action: TimelineAction) {
    switch action {
    case .start(let process): startProcess(process)
    case .signal(let signal, let task): signalFromOutside(signal, to: task)
    case .receive(let device, let bytes): receive(bytes, on: device)
    case .fail(let device):
      let disk = Int(device.rawValue) - 1
      let nic = disk - machine.disks.count
      if machine.disks.indices.contains(disk) {
        machine.disks[disk].failsNext = true
      } else if nics.indices.contains(nic) {
        nics[nic].losesNext = true
      } else {
        return
      }
      let cause = trace.cause
      trace.cause = TraceEvent.noCause
      trace.record(.deviceFails, object: device.rawValue)
      trace.cause = cause
    }
  }

  /// Records what the page tables in use say of an address while a task runs, in its present mode;
  /// the machine does not notice.
  public mutating func inspect(_ address: Int64, of task: TaskID) {
    let index = Int(task.rawValue)
    guard tasks.indices.contains(index) else { return }
    let place = processors.firstIndex { $0.current == index }
    // Who is not on a CPU has left it in kernel mode.
    let mode = place.map { machine.cpus[$0].mode } ?? .kernel
    let found = machine.view(of: address, root: tasks[index].root, isUser: mode == .user)
    let (cause, ownMode) = (trace.cause, trace.mode)
    trace.cause = TraceEvent.noCause
    trace.mode = mode
    trace.record(
      .inspectsAddress, about: task, depth: UInt8(truncatingIfNeeded: tasks[index].depth),
      object: UInt32(found?.permission.rawValue ?? 0), a: address, b: found?.address ?? -1)
    trace.cause = cause
    trace.mode = ownMode
  }

  /// Runs until nothing can happen any more or the clock reaches `deadline`.
  public mutating func run(deadline: Int64 = Int64.max) -> StopReason {
    while true {
      if let reason = step(deadline: deadline) { return reason }
    }
  }

  /// Lets one CPU do one thing: the one that is furthest behind.
  /// - Returns: Why nothing was done: the run has ended or the deadline is reached; else `nil`.
  public mutating func step(deadline: Int64 = Int64.max) -> StopReason? {
    if let stopped { return stopped }
    self.deadline = deadline
    steps &+= 1
    if let limit = limitReached() {
      stopped = .limit(limit)
      return stopped
    }
    var (next, moment) = earliestProcessor()
    if let due = flushDeadline, moment < Int64.max ? due <= moment : due < deadline,
      deadline < Int64.max || moment < Int64.max
    {
      armFlushTimer(at: due)
      (next, moment) = earliestProcessor()
    }
    guard moment < Int64.max else { return nothingPending(deadline: deadline) }
    if moment >= deadline {
      trace.now = max(trace.now, deadline)
      return .timeReached
    }
    if moment > limits.time {
      trace.now = limits.time + 1
      stopped = .limit(.time)
      return stopped
    }
    select(next)
    if tasks[current].depth == 0, tasks[current].burst > 0 {
      tasks[current].burst = max(0, tasks[current].burst - (moment - processors[cpu].clock))
    }
    trace.now = moment
    advance(deadline: deadline)
    processors[cpu].clock = trace.now &+ trace.spent
    trace.spent = 0
    return nil
  }

  /// One thing on the CPU selected: what is due, a step of the kernel, or user instructions.
  private mutating func advance(deadline: Int64) {
    if machine.queues[cpu].earliestTime <= trace.now, machine.cpus[cpu].takesInterrupts,
      let event = takeDue()
    {
      deliver(event)
    } else if tasks[current].depth > 0 {
      stepKernel()
    } else if current == idleTask {
      push(.schedule, 0)
    } else if tasks[current].burst == 0 {
      runUser(deadline: deadline)
    }
  }

  /// What is served first of all that has come due for the CPU that is being stepped.
  private mutating func takeDue() -> PendingEvent? {
    let ranks = interruptRanks
    return machine.queues[cpu].popDue(by: trace.now) { ranks.rank(of: $0) }
  }

  private func limitReached() -> RunLimit? {
    if trace.isFull { return .events }
    if steps > limits.steps { return .steps }
    if outputBytes > limits.outputBytes { return .output }
    return nil
  }

  /// All CPUs idle, and no interrupt can come.
  private mutating func nothingPending(deadline: Int64) -> StopReason {
    if let halted = processors.indices.first(where: { processors[$0].isHalted }) {
      // A CPU waits for an interrupt that nothing will send.
      select(halted)
      panic("Watchdog detected hard LOCKUP on cpu \(halted)")
      return stopped ?? .finished
    }
    let sleepers = tasks.count {
      ($0.condition == .sleeping || $0.condition == .stopped) && !$0.isKernelThread
    }
    if sleepers > 0 {
      if trace.events.last?.kind != .deadlocks {
        trace.cause = TraceEvent.noCause
        trace.record(.deadlocks, a: Int64(sleepers))
      }
      // A deadlock ends this `run`; a later act of the timeline may still change something.
      return .deadlock
    }
    return .finished
  }

  /// Runs user-mode instructions until another CPU is further behind or something is due.
  private mutating func runUser(deadline: Int64) {
    var until = min(machine.queues[cpu].earliestTime, deadline, limits.time + 1)
    for other in processors.indices where other != cpu { until = min(until, nextMoment(of: other)) }
    let (stop, used) = machine.executeUser(
      cpu: cpu, deadline: max(until, trace.now + 1),
      budget: max(1, min(10_000, limits.steps - steps)),
      cost: scenario.machine.costs.instruction, &trace)
    steps &+= used
    switch stop {
    case .timeUp: break
    case .systemCall: enterBySyscall()
    case .exception(let kind, let fault): raise(kind, fault)
    case .kernelCall, .privileged: inconsistent("user mode used an instruction of kernel mode")
    case .compute(let nanoseconds):
      trace.record(.computes, a: nanoseconds)
      tasks[current].burst = nanoseconds
    }
  }

  // MARK: - Kernel stacks

  /// Pushes a frame on the running task's kernel stack.
  mutating func push(
    _ routine: KernelRoutine, _ x0: Int64 = 0, _ x1: Int64 = 0, _ x2: Int64 = 0, _ x3: Int64 = 0,
    _ x4: Int64 = 0
  ) {
    let depth = tasks[current].depth
    guard depth < Self.stackFrames else {
      stopped = .internalError("kernel stack of task \(current) is full")
      return
    }
    frames[current * Self.stackFrames + depth] = KernelFrame(
      routine: routine, x0: x0, x1: x1, x2: x2, x3: x3, x4: x4)
    tasks[current].depth = depth + 1
    trace.depth = UInt8(depth + 1)
    trace.record(.callsRoutine, object: UInt32(routine.rawValue), a: Int64(depth + 1), b: x0)
  }

  /// Pushes a frame and says at which step the caller goes on.
  mutating func call(
    _ caller: Int, then step: UInt8, _ routine: KernelRoutine, _ x0: Int64 = 0, _ x1: Int64 = 0,
    _ x2: Int64 = 0, _ x3: Int64 = 0, _ x4: Int64 = 0
  ) {
    frames[caller].step = step
    push(routine, x0, x1, x2, x3, x4)
  }

  /// Pops the frame on top; its caller finds the value in `returned`.
  mutating func finish(_ value: Int64) {
    let depth = tasks[current].depth
    guard depth > 0 else {
      stopped = .internalError("kernel stack of task \(current) is empty")
      return
    }
    let routine = frames[current * Self.stackFrames + depth - 1].routine
    tasks[current].depth = depth - 1
    tasks[current].returned = value
    trace.depth = UInt8(depth - 1)
    trace.record(
      .routineReturns, object: UInt32(routine.rawValue), a: value, b: Int64(depth - 1))
  }

  mutating func finish(_ error: Errno) { finish(error.returned) }

  /// Runs one step of the routine on top of the running task's kernel stack.
  private mutating func stepKernel() {
    trace.spent &+= scenario.machine.costs.kernelStep
    let f = current * Self.stackFrames + tasks[current].depth - 1
    switch frames[f].routine {
    case .entrySyscall: stepEntrySyscall(f)
    case .doSyscall: stepDoSyscall(f)
    case .sysOpen: stepSysOpen(f)
    case .sysOpenat: stepSysOpenat(f)
    case .doSysOpenat2: stepDoSysOpenat2(f)
    case .getname: stepGetname(f)
    case .strncpyFromUser: stepStrncpyFromUser(f)
    case .allocFd: stepAllocFd(f)
    case .pathOpenat: stepPathOpenat(f)
    case .linkPathWalk: stepLinkPathWalk(f)
    case .lookup: stepLookup(f)
    case .readInode: stepReadInode(f)
    case .readBlock: stepReadBlock(f)
    case .pageCacheRead: stepPageCacheRead(f)
    case .submitBio: stepSubmitBio(f)
    case .ioSchedule: stepIoSchedule(f)
    case .mayOpen: stepMayOpen(f)
    case .createInode: stepCreateInode(f)
    case .vfsOpen: stepVfsOpen(f)
    case .fdInstall: stepFdInstall(f)
    case .sysRead: stepSysRead(f)
    case .vfsRead: stepVfsRead(f)
    case .fileRead: stepFileRead(f)
    case .copyToUser: stepCopyToUser(f)
    case .sysWrite: stepSysWrite(f)
    case .vfsWrite: stepVfsWrite(f)
    case .fileWrite: stepFileWrite(f)
    case .consoleWrite: stepConsoleWrite(f)
    case .copyFromUser: stepCopyFromUser(f)
    case .sysClose: stepSysClose(f)
    case .sysLseek: stepSysLseek(f)
    case .sysGetpid: finish(tasks[current].pid)
    case .sysSchedYield: stepSysSchedYield(f)
    case .sysNanosleep: stepSysNanosleep(f)
    case .hrtimerSleep: stepHrtimerSleep(f)
    case .sysExitGroup: stepSysExitGroup(f)
    case .doExit: stepDoExit(f)
    case .schedule: stepSchedule(f)
    case .exitToUser: stepExitToUser(f)
    case .pageFault: stepPageFault(f)
    case .exception: stepException(f)
    case .handleMmFault: stepHandleMmFault(f)
    case .dupMm: stepDupMm(f)
    case .readSwapPage: stepReadSwapPage(f)
    case .sysMmap: stepSysMmap(f)
    case .sysMunmap: stepSysMunmap(f)
    case .sysMprotect: stepSysMprotect(f)
    case .sysMadvise: stepSysMadvise(f)
    case .sysBrk: stepSysBrk(f)
    case .sysMincore: stepSysMincore(f)
    case .sysGetrusage: stepSysGetrusage(f)
    case .doSignal: stepDoSignal(f)
    case .interrupt: stepInterrupt(f)
    case .diskInterrupt: stepDiskInterrupt(f)
    case .timerTick: stepTimerTick(f)
    case .hrtimerInterrupt: stepHrtimerInterrupt(f)
    case .softirq: stepSoftirq(f)
    case .endRequest: stepEndRequest(f)
    case .retFromFork: stepRetFromFork(f)
    case .rescheduleInterrupt: stepRescheduleInterrupt(f)
    case .callFunctionInterrupt: stepCallFunctionInterrupt(f)
    case .sysUmask: stepSysUmask(f)
    case .sysUnlink: stepSysUnlink(f)
    case .sysUnlinkat: stepSysUnlinkat(f)
    case .doUnlinkat: stepDoUnlinkat(f)
    case .sysRmdir: stepSysRmdir(f)
    case .doRmdir: stepDoRmdir(f)
    case .sysStat: stepSysStat(f)
    case .sysNewfstatat: stepSysNewfstatat(f)
    case .sysFstat: stepSysFstat(f)
    case .vfsStatx: stepVfsStatx(f)
    case .nfsWritePages: stepNfsWritePages(f)
    case .sysMkdir: stepSysMkdir(f)
    case .sysMkdirat: stepSysMkdirat(f)
    case .doMkdirat: stepDoMkdirat(f)
    case .addEntry: stepAddEntry(f)
    case .removeEntry: stepRemoveEntry(f)
    case .ttyRead: stepTtyRead(f)
    case .inputInterrupt: stepInputInterrupt(f)
    case .lineReceive: stepLineReceive(f)
    case .readZero: stepReadZero(f)
    case .seqRead: stepSeqRead(f)
    case .nfsLookup: stepNfsLookup(f)
    case .rpcCall: stepRpcCall(f)
    case .netTransmitPacket: stepNetTransmitPacket(f)
    case .nicInterrupt: stepNicInterrupt(f)
    case .netReceive: stepNetReceive(f)
    case .netTransmit: stepNetTransmit(f)
    case .sysPread64: stepSysPread64(f)
    case .sysPwrite64: stepSysPwrite64(f)
    case .sysFtruncate: stepSysFtruncate(f)
    case .sysFsync: stepSysFsync(f)
    case .sysSync: stepSysSync(f)
    case .writePages: stepWritePages(f)
    case .waitOnWriteback: stepWaitOnWriteback(f)
    case .writeInode: stepWriteInode(f)
    case .writebackAll: stepWritebackAll(f)
    case .flusher: stepFlusher(f)
    case .readAhead: stepReadAhead(f)
    case .shrink: stepShrink(f)
    case .truncateInode: stepTruncateInode(f)
    case .runTimers: stepRunTimers(f)
    case .sysKill: stepSysKill(f)
    case .sysRtSigaction: stepSysRtSigaction(f)
    case .sysRtSigprocmask: stepSysRtSigprocmask(f)
    case .sysRtSigpending: stepSysRtSigpending(f)
    case .sysRtSigreturn: stepSysRtSigreturn(f)
    case .sysSigaltstack: stepSysSigaltstack(f)
    case .sysPause: stepSysPause(f)
    case .sysPpoll: stepSysPpoll(f)
    case .sysAlarm: stepSysAlarm(f)
    case .sysRestartSyscall: stepSysRestartSyscall(f)
    case .deliverSignals: stepDeliverSignals(f)
    case .setupFrame: stepSetupFrame(f)
    case .sysPipe: stepSysPipe(f)
    case .sysPipe2: stepSysPipe2(f)
    case .doPipe2: stepDoPipe2(f)
    case .pipeRead: stepPipeRead(f)
    case .pipeWrite: stepPipeWrite(f)
    case .sysDup: stepSysDup(f)
    case .sysDup2: stepSysDup2(f)
    case .sysDup3: stepSysDup3(f)
    case .sysFcntl: stepSysFcntl(f)
    case .sysGetppid: stepSysGetppid(f)
    case .sysGetuid: finish(tasks[current].uid)
    case .sysGettid: finish(tasks[current].pid)
    case .sysSetuid: stepSysSetuid(f)
    case .sysChdir: stepSysChdir(f)
    case .sysInitModule: stepSysInitModule(f)
    case .sysFinitModule: stepSysFinitModule(f)
    case .sysDeleteModule: stepSysDeleteModule(f)
    case .kernelReadFile: stepKernelReadFile(f)
    case .loadModule: stepLoadModule(f)
    case .doInitModule: stepDoInitModule(f)
    case .moduleCode: stepModuleCode(f)
    case .moduleCopy: stepModuleCopy(f)
    case .msleep: stepMsleep(f)
    case .sysFork: stepSysFork(f)
    case .sysVfork: stepSysVfork(f)
    case .sysClone: stepSysClone(f)
    case .kernelClone: stepKernelClone(f)
    case .copyProcess: stepCopyProcess(f)
    case .sysWait4: stepSysWait4(f)
    case .sysExecve: stepSysExecve(f)
    case .chrdevOpen: stepChrdevOpen(f)
    case .fput: stepFput(f)
    case .sysMount: stepSysMount(f)
    case .doNewMount: stepDoNewMount(f)
    case .sysUmount2: stepSysUmount2(f)
    }
  }

  /// Reports a state that cannot be. The frame is dropped so that nothing loops.
  mutating func inconsistent(_ what: String) {
    stopped = .internalError(what)
  }
}
