import Catalogue
import Machine
import Program
import Trace

/// Parents and children: `fork`, `wait4`, the end of a process, orphans.
extension Kernel {
  /// Processes that there can be at once, and tasks in one run of the machine.
  private static let processLimit = 512
  private static let taskLimit = 4096
  /// The flags of `clone` that are understood: a fork, and vfork's.
  private static let vforkFlags: Int64 = 0x4100

  /// What a parent waits for in wait4, and one that has called vfork.
  private static func childKey(_ parent: Int) -> Int64 { Int64.min / 16 - Int64(parent) }
  private static func vforkKey(_ child: Int) -> Int64 { Int64.min / 32 - Int64(child) }

  // MARK: - fork

  /// 0: make the copy. 1: done.
  mutating func stepSysFork(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .kernelClone, Int64(Signal.SIGCHLD.rawValue))
  }

  /// 0: make the copy. 1: done.
  mutating func stepSysVfork(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .kernelClone, Self.vforkFlags | Int64(Signal.SIGCHLD.rawValue))
  }

  /// x0: flags. Only what `fork` and `vfork` are made of is known. 1: done.
  mutating func stepSysClone(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    let flags = frames[f].x0
    let sharing = flags & ~0xFF
    guard flags & 0xFF == Int64(Signal.SIGCHLD.rawValue), frames[f].x1 == 0,
      sharing == 0 || sharing == Self.vforkFlags
    else { return finish(.EINVAL) }
    call(f, then: 1, .kernelClone, flags)
  }

  /// x0: flags; x1: the child. 0: copy. 1: let the child run. 2: with vfork, it has let go. 3: memory
  /// was made free for the copy, as far as possible.
  mutating func stepKernelClone(_ f: Int) {
    switch frames[f].step {
    case 0 where !hasFrameForProcesses: call(f, then: 3, .shrink)
    case 0, 3: call(f, then: 1, .copyProcess, frames[f].x0)
    case 1:
      let child = Int(tasks[current].returned)
      guard child > 0 else { return finish(tasks[current].returned) }
      frames[f].x1 = Int64(child)
      let pid = tasks[child].pid
      tasks[child].condition = .runnable
      let forked = trace.record(.forks, a: Int64(child), b: pid)
      tasks[child].flow = forked
      tasks[child].wakeEvent = forked
      enqueue(child, isNew: true)
      guard frames[f].x0 & Self.vforkFlags != 0 else { return finish(pid) }
      tasks[child].vforkParent = current
      frames[f].step = 2
    default:
      let child = Int(frames[f].x1)
      if tasks[child].vforkParent == current, !fatalSignalIsPending {
        sleep(
          on: WaitObject(.child), key: Self.vforkKey(child), interruptible: false, killable: true)
        return call(f, then: 2, .schedule, 0)
      }
      tasks[child].vforkParent = -1
      finish(tasks[child].pid)
    }
  }

  /// x0: flags; x1: the child. Returns the child, or an error.
  /// 0: everything but memory. 1: memory is copied.
  mutating func stepCopyProcess(_ f: Int) {
    guard frames[f].step == 0 else {
      let child = Int(frames[f].x1)
      guard tasks[current].returned == 0 else {
        for file in tasks[child].descriptors where file >= 0 { release(file: Int(file)) }
        tasks[child].descriptors = []
        freeMemory(of: child)
        tasks[child].condition = .gone
        return finish(tasks[current].returned)
      }
      return finish(Int64(child))
    }
    let alive = tasks.indices.count { tasks[$0].pid > 0 && isThere($0) }
    guard alive < Self.processLimit, tasks.count < Self.taskLimit else { return finish(.EAGAIN) }
    guard let stack = machine.memory.allocate(contiguous: Self.kernelStackFrames) else {
      return finish(.ENOMEM)
    }
    let child = makeChild()
    let parent = tasks[current]
    tasks[child].pid = nextPID
    nextPID += 1
    taskNames[child].pid = tasks[child].pid
    tasks[child].kernelStack = stack
    tasks[child].kernelStackTop =
      Int64(
        bitPattern: machine.architecture.directMapBase &+ UInt64(machine.memory.address(of: stack)))
      &+ Int64(Self.kernelStackFrames) * machine.architecture.pageBytes
    tasks[child].parent = current
    tasks[child].group = parent.group
    tasks[child].uid = parent.uid
    tasks[child].gids = parent.gids
    tasks[child].program = parent.program
    tasks[child].directory = parent.directory
    tasks[child].umask = parent.umask
    tasks[child].cpu = cpu
    tasks[child].closesOnExec = parent.closesOnExec
    // Descriptors stand for the same open files; one that a call is still reserving for nothing.
    tasks[child].descriptors = parent.descriptors.map { max($0, -1) }
    for file in tasks[child].descriptors where file >= 0 { openFiles[Int(file)].references += 1 }
    // Handlers and mask are copied; what is pending is not, nor are alarms.
    tasks[child].signals = parent.signals
    tasks[child].signals.pending = 0
    tasks[child].signals.infos = []
    tasks[child].signals.taken = nil
    // The child returns from the same call.
    tasks[child].call = parent.call
    tasks[child].callEvent = parent.callEvent
    tasks[child].callNumber = parent.callNumber
    tasks[child].isForked = true
    tasks[child].wasForked = true
    let registers = machine.architecture.registers.indices.map {
      savedRegister(current, UInt8($0))
    }
    save(
      RegisterFrame(
        registers: registers, programCounter: savedProgramCounter(current),
        flags: savedFlags(current)),
      of: child)
    frames[f].x1 = Int64(child)
    call(f, then: 1, .dupMm, Int64(child))
  }

  /// The place of the next child of the running task: the one that claims speak of, or a new one.
  private mutating func makeChild() -> Int {
    tasks[current].forks += 1
    let ordinal = tasks[current].forks
    let parent = TaskID(rawValue: UInt16(truncatingIfNeeded: current))
    let known = scenario.children.first { $0.parent == parent && $0.ordinal == ordinal }
    if let known, tasks.indices.contains(Int(known.id.rawValue)),
      tasks[Int(known.id.rawValue)].condition == .absent
    {
      return Int(known.id.rawValue)
    }
    let suffix = ordinal == 1 ? "child" : "child\(ordinal)"
    tasks.append(KernelTask())
    taskNames.append(
      TraceTask(
        name: "\(taskNames[current].name).\(suffix)", pid: 0, program: tasks[current].program))
    frames += [KernelFrame](repeating: KernelFrame(), count: Self.stackFrames)
    return tasks.count - 1
  }

  // MARK: - The end

  /// The status word that wait4 gives: an exit status, or a signal with the core flag (wait(2)).
  static func statusWord(exit status: Int64, signal number: Int64) -> Int64 {
    guard let signal = Signal(rawValue: UInt8(truncatingIfNeeded: number)) else {
      return (status & 0xFF) << 8
    }
    return number | (signal.defaultAction == .core ? 0x80 : 0)
  }

  /// The last acts of a process: its children get another parent, and its own parent is told.
  ///
  /// - Returns: Whether nobody will ask for its status, so that nothing stays of it.
  mutating func leaveFamily(status: Int64, signal number: Int64) -> Bool {
    let word = Self.statusWord(exit: status, signal: number)
    tasks[current].exitWord = word
    for child in tasks.indices where tasks[child].parent == current && isThere(child) {
      tasks[child].parent = -1
      let about = TaskID(rawValue: UInt16(truncatingIfNeeded: child))
      let flow = trace.cause
      trace.record(
        .isReparented, about: about, depth: UInt8(truncatingIfNeeded: tasks[child].depth),
        a: Self.initPID)
      // Init waits for nothing else.
      if tasks[child].condition == .zombie { reap(child, by: Self.initPID) }
      trace.cause = flow
    }
    letGoOfParent()
    let parent = tasks[current].parent
    guard tasks.indices.contains(parent), isThere(parent), tasks[parent].condition != .zombie else {
      return tasks[current].wasForked
    }
    let signal = Signal(rawValue: UInt8(truncatingIfNeeded: number))
    let code: SignalCode =
      signal == nil ? .CLD_EXITED : signal?.defaultAction == .core ? .CLD_DUMPED : .CLD_KILLED
    let action = tasks[parent].signals[.SIGCHLD]
    let isUnwanted =
      limits.sabotage == .zombieIsForgotten || action.handler == SignalHandler.ignore
      || action.flags & SignalActionFlags.noChildWait != 0
    tellParent(of: current, code, status: signal == nil ? status : number)
    wakeParent(of: current)
    return isUnwanted
  }

  /// A parent that has called vfork goes on.
  mutating func letGoOfParent() {
    guard tasks[current].vforkParent >= 0 else { return }
    tasks[current].vforkParent = -1
    wake(key: Self.vforkKey(current))
  }

  /// Wakes who waits in wait4 for a task.
  mutating func wakeParent(of task: Int) {
    guard tasks[task].parent >= 0 else { return }
    wake(key: Self.childKey(tasks[task].parent))
  }

  /// Takes the last of a zombie away.
  mutating func reap(_ zombie: Int, by pid: Int64) {
    tasks[zombie].condition = .gone
    trace.record(
      .isReaped, about: TaskID(rawValue: UInt16(truncatingIfNeeded: zombie)), depth: 0, a: pid,
      b: tasks[zombie].exitWord)
  }

  // MARK: - wait4

  /// x0: which child, x1: where the status goes, x2: options, x3: usage; x4: the result.
  /// 0: look. 1: the status is written. 2: awake again.
  mutating func stepSysWait4(_ f: Int) {
    let (noHang, stopped, continued): (Int64, Int64, Int64) = (1, 2, 8)
    if frames[f].step == 1 {
      return finish(tasks[current].returned == 0 ? frames[f].x4 : Errno.EFAULT.returned)
    }
    frames[f].step = 0
    let options = Int64(Int32(truncatingIfNeeded: frames[f].x2))
    guard options & ~(noHang | stopped | continued) == 0 else { return finish(.EINVAL) }
    let pid = Int64(Int32(truncatingIfNeeded: frames[f].x0))
    guard pid != Int64(Int32.min) else { return finish(.ESRCH) }
    let children = tasks.indices.filter { child in
      guard tasks[child].parent == current, isThere(child) else { return false }
      switch pid {
      case 1...: return tasks[child].pid == pid
      case -1: return true
      case 0: return tasks[child].group == tasks[current].group
      default: return tasks[child].group == -pid
      }
    }
    guard !children.isEmpty else { return finish(.ECHILD) }
    if let zombie = children.first(where: { tasks[$0].condition == .zombie }) {
      let flow = trace.cause
      // RUSAGE_CHILDREN: children that were waited for, and theirs (wait_task_zombie).
      tasks[current].childMinorFaults += tasks[zombie].minorFaults + tasks[zombie].childMinorFaults
      tasks[current].childMajorFaults += tasks[zombie].majorFaults + tasks[zombie].childMajorFaults
      reap(zombie, by: tasks[current].pid)
      trace.cause = flow
      return report(f, zombie, tasks[zombie].exitWord)
    }
    if options & stopped != 0, let child = children.first(where: { tasks[$0].stopToTell > 0 }) {
      let word = tasks[child].stopToTell << 8 | 0x7F
      tasks[child].stopToTell = 0
      return report(f, child, word)
    }
    if options & continued != 0, let child = children.first(where: { tasks[$0].hasContinued }) {
      tasks[child].hasContinued = false
      return report(f, child, 0xFFFF)
    }
    if options & noHang != 0 { return finish(0) }
    if signalIsPending { return finish(Interrupted.restart) }
    sleep(on: WaitObject(.child), key: Self.childKey(current), interruptible: true)
    call(f, then: 2, .schedule, 0)
  }

  private mutating func report(_ f: Int, _ child: Int, _ word: Int64) {
    guard frames[f].x1 != 0 else { return finish(tasks[child].pid) }
    frames[f].x4 = tasks[child].pid
    copyStructure(f, then: 1, [word], to: frames[f].x1, count: 4)
  }
}
