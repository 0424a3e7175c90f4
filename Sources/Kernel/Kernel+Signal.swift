import Catalogue
import Machine
import Program
import Trace

/// Signals: sending them, taking them on the way to user mode, handlers on the user stack.
extension Kernel {
  /// What no process can block.
  private static let unblockable = Signal.SIGKILL.bit | Signal.SIGSTOP.bit
  private static let stopSignals = Signal.allCases.filter { $0.defaultAction == .stop }
    .reduce(UInt64(0)) { $0 | $1.bit }
  /// `sizeof(sigset_t)` in the kernel.
  private static let maskBytes: Int64 = 8
  /// The number of init, which every system starts by itself.
  static let initPID: Int64 = 1

  /// Whether the running task has a signal to see to: what an interruptible sleeper asks when it
  /// wakes, and before it sleeps.
  var signalIsPending: Bool { tasks[current].signals.hasDeliverable }

  /// Whether one of them will end it (`fatal_signal_pending`): what a killable sleeper asks.
  var fatalSignalIsPending: Bool {
    let signals = tasks[current].signals
    return signals.infos.contains {
      $0.signal.bit & signals.blocked == 0 && signals.isFatal($0.signal)
    }
  }

  /// Whether a task is there for signals: a zombie is, and does nothing with them.
  func isThere(_ task: Int) -> Bool {
    switch tasks[task].condition {
    case .absent, .gone: false
    case .running, .runnable, .sleeping, .stopped, .zombie: tasks[task].pid > 0
    }
  }

  // MARK: - Sending

  /// Makes a signal pending for a task, and wakes it where it waits for such a thing.
  ///
  /// The sender goes on from where it was: nothing has happened in the receiver yet.
  mutating func send(_ info: SignalInfo, to task: Int) {
    guard isThere(task), tasks[task].condition != .zombie, !tasks[task].isKernelThread else {
      return
    }
    let signal = info.signal
    let flow = trace.cause
    defer { trace.cause = flow }
    if signal == .SIGCONT || signal == .SIGKILL {
      tasks[task].signals.discard(signal == .SIGCONT ? Self.stopSignals : 0)
      resume(task, tellsParent: signal == .SIGCONT)
    } else if Self.stopSignals & signal.bit != 0 {
      tasks[task].signals.discard(Signal.SIGCONT.bit)
    }
    let about = TaskID(rawValue: UInt16(truncatingIfNeeded: task))
    let depth = UInt8(truncatingIfNeeded: tasks[task].depth)
    let isBlocked = tasks[task].signals.blocked & signal.bit != 0
    if tasks[task].signals.ignores(signal), !isBlocked {
      trace.record(
        .discardsSignal, about: about, depth: depth, object: UInt32(signal.rawValue))
      return
    }
    let isNew = tasks[task].signals.pending & signal.bit == 0
    tasks[task].signals.add(info)
    if isNew {
      trace.record(
        .receivesSignal, about: about, depth: depth, object: UInt32(signal.rawValue),
        a: Int64(info.code.rawValue), b: told(info))
    }
    guard !isBlocked else { return }
    notice(task, isFatal: tasks[task].signals.isFatal(signal))
  }

  /// What the trace tells of a signal's origin: an address, or a process number.
  private func told(_ info: SignalInfo) -> Int64 {
    switch info.code {
    case .SI_USER, .CLD_EXITED, .CLD_KILLED, .CLD_DUMPED, .CLD_STOPPED, .CLD_CONTINUED: info.pid
    default: info.address
    }
  }

  /// Makes a task look at its signals: wakes it, or interrupts the CPU that it runs on.
  private mutating func notice(_ task: Int, isFatal: Bool) {
    switch tasks[task].condition {
    case .sleeping:
      if tasks[task].isInterruptible || isFatal && tasks[task].isKillable { wake(task: task) }
    case .running:
      let other = processors.firstIndex { $0.current == task }
      // The timeline acts from outside: not even the CPU that is being stepped knows of it.
      if let other, other != cpu || machine.cpus[cpu].mode == .user {
        sendInterProcessorInterrupt(to: other, for: .signal)
      }
    case .absent, .runnable, .zombie, .stopped, .gone: break
    }
  }

  /// Lets a stopped task go on.
  private mutating func resume(_ task: Int, tellsParent: Bool) {
    guard tasks[task].condition == .stopped else { return }
    trace.record(
      .continues, about: TaskID(rawValue: UInt16(truncatingIfNeeded: task)),
      depth: UInt8(truncatingIfNeeded: tasks[task].depth))
    makeRunnable(task)
    guard tellsParent else { return }
    tasks[task].stopToTell = 0
    tasks[task].hasContinued = true
    wakeParent(of: task)
    tellParent(of: task, .CLD_CONTINUED, status: Int64(Signal.SIGCONT.rawValue))
  }

  /// Sends the running task a signal for what its own instruction did. It cannot be put off: when
  /// it is blocked or ignored, its default action is restored and ends the process.
  mutating func force(_ signal: Signal, _ code: SignalCode, address: Int64 = 0) {
    let handler = tasks[current].signals[signal].handler
    if tasks[current].signals.blocked & signal.bit != 0
      || handler == SignalHandler.ignore
    {
      tasks[current].signals[signal].handler = SignalHandler.byDefault
      tasks[current].signals.blocked &= ~signal.bit
    }
    let isNew = tasks[current].signals.pending & signal.bit == 0
    tasks[current].signals.add(SignalInfo(signal: signal, code: code, address: address))
    if isNew {
      trace.record(
        .receivesSignal, object: UInt32(signal.rawValue), a: Int64(code.rawValue), b: address)
    }
  }

  /// A signal of the timeline: a terminal's, or that of some process outside of the story.
  mutating func signalFromOutside(_ signal: Signal, to id: TaskID) {
    let task = Int(id.rawValue)
    guard tasks.indices.contains(task), isThere(task) else { return }
    let flow = trace.cause
    trace.cause = TraceEvent.noCause
    send(SignalInfo(signal: signal, code: .SI_KERNEL), to: task)
    trace.cause = flow
  }

  /// x0: process number, x1: signal. ESRCH comes before EINVAL, and that before EPERM.
  mutating func stepSysKill(_ f: Int) {
    let pid = Int64(Int32(truncatingIfNeeded: frames[f].x0))
    let number = Int64(Int32(truncatingIfNeeded: frames[f].x1))
    let targets: [Int]
    switch pid {
    case 1...: targets = tasks.indices.filter { tasks[$0].pid == pid && isThere($0) }
    case -1:
      targets = tasks.indices.filter {
        isThere($0) && $0 != current && tasks[$0].pid > Self.initPID
      }
    default:
      let group = pid == 0 ? tasks[current].group : -pid
      targets = tasks.indices.filter { isThere($0) && tasks[$0].group == group }
    }
    let isInit = pid == Self.initPID
    guard !targets.isEmpty || isInit else { return finish(.ESRCH) }
    guard number == 0 || Signal(rawValue: UInt8(exactly: number) ?? 0) != nil
    else { return finish(.EINVAL) }
    if isInit {
      // Nothing can be sent to init that it has no handler for, not even by root.
      if tasks[current].uid == 0 { finish(0) } else { finish(.EPERM) }
      return
    }
    let permitted = targets.filter { maySignal($0) }
    // With -1, being refused by all is no error (kill_something_info).
    if permitted.isEmpty { return pid == -1 ? finish(0) : finish(.EPERM) }
    guard let signal = Signal(rawValue: UInt8(exactly: number) ?? 0) else { return finish(0) }
    for task in permitted {
      trace.record(.sendsSignal, object: UInt32(signal.rawValue), a: Int64(task))
      send(
        SignalInfo(
          signal: signal, code: .SI_USER, pid: tasks[current].pid, uid: tasks[current].uid),
        to: task)
    }
    finish(0)
  }

  /// Whether the running task may send a signal to another: root may, and whoever has its user.
  private func maySignal(_ task: Int) -> Bool {
    tasks[current].uid == 0 || tasks[current].uid == tasks[task].uid
  }

  // MARK: - What signals do

  /// x0: signal, x1: new action, x2: where the old one goes, x3: size of a mask.
  /// 0: fetch the new action. 1: set it. 2: the old one is written.
  mutating func stepSysRtSigaction(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard frames[f].x3 == Self.maskBytes else { return finish(.EINVAL) }
      fetchStructure(f, then: 1, from: frames[f].x1, count: 32)
    case 1:
      guard tasks[current].returned == 0 else { return finish(.EFAULT) }
      let number = Int64(Int32(truncatingIfNeeded: frames[f].x0))
      guard let signal = Signal(rawValue: UInt8(exactly: number) ?? 0),
        signal.canBeCaught || frames[f].x1 == 0
      else { return finish(.EINVAL) }
      let old = tasks[current].signals[signal]
      if frames[f].x1 != 0 {
        let words = bufferWords()
        let action = SignalAction(
          handler: words[0], flags: words[1], restorer: words[2],
          mask: UInt64(bitPattern: words[3]) & ~Self.unblockable)
        tasks[current].signals[signal] = action
        trace.record(
          .setsSignalAction, object: UInt32(signal.rawValue), a: action.handler, b: action.flags)
        if tasks[current].signals.ignores(signal),
          tasks[current].signals.pending & signal.bit != 0
        {
          tasks[current].signals.discard(signal.bit)
          trace.record(.discardsSignal, object: UInt32(signal.rawValue))
        }
      }
      guard frames[f].x2 != 0 else { return finish(0) }
      copyStructure(
        f, then: 2,
        [old.handler, old.flags, old.restorer, Int64(bitPattern: old.mask)], to: frames[f].x2)
    default:
      finish(tasks[current].returned == 0 ? 0 : Errno.EFAULT.returned)
    }
  }

  /// x0: how, x1: new set, x2: where the old one goes, x3: its size.
  /// 0: fetch the set. 1: change the mask. 2: the old one is written.
  mutating func stepSysRtSigprocmask(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard frames[f].x3 == Self.maskBytes else { return finish(.EINVAL) }
      frames[f].x4 = Int64(bitPattern: tasks[current].signals.blocked)
      fetchStructure(f, then: 1, from: frames[f].x1, count: Self.maskBytes)
    case 1:
      guard tasks[current].returned == 0 else { return finish(.EFAULT) }
      if frames[f].x1 != 0 {
        let set = UInt64(bitPattern: bufferWords()[0]) & ~Self.unblockable
        let old = tasks[current].signals.blocked
        switch Int32(truncatingIfNeeded: frames[f].x0) {
        case 0: setMask(old | set)
        case 1: setMask(old & ~set)
        case 2: setMask(set)
        default: return finish(.EINVAL)
        }
      }
      guard frames[f].x2 != 0 else { return finish(0) }
      copyStructure(f, then: 2, [frames[f].x4], to: frames[f].x2)
    default:
      finish(tasks[current].returned == 0 ? 0 : Errno.EFAULT.returned)
    }
  }

  private mutating func setMask(_ mask: UInt64) {
    let old = tasks[current].signals.blocked
    guard mask != old else { return }
    tasks[current].signals.blocked = mask
    trace.record(.setsSignalMask, a: Int64(bitPattern: mask), b: Int64(bitPattern: old))
  }

  /// x0: where the set goes, x1: its size. 0: write it. 1: written.
  mutating func stepSysRtSigpending(_ f: Int) {
    guard frames[f].step == 0 else {
      return finish(tasks[current].returned == 0 ? 0 : Errno.EFAULT.returned)
    }
    guard (0...Self.maskBytes).contains(frames[f].x1) else { return finish(.EINVAL) }
    let set = tasks[current].signals.pending & tasks[current].signals.blocked
    copyStructure(f, then: 1, [Int64(bitPattern: set)], to: frames[f].x0, count: frames[f].x1)
  }

  /// x0: new stack, x1: where the old one goes. 0: fetch. 1: set it. 2: the old one is written.
  mutating func stepSysSigaltstack(_ f: Int) {
    let isInUse = isOnAlternateStack(
      savedRegister(current, machine.architecture.roles.stackPointer))
    switch frames[f].step {
    case 0:
      frames[f].x3 = tasks[current].signals.alternateStack
      frames[f].x4 = tasks[current].signals.alternateBytes
      fetchStructure(f, then: 1, from: frames[f].x0, count: 24)
    case 1:
      guard tasks[current].returned == 0 else { return finish(.EFAULT) }
      if frames[f].x0 != 0 {
        let words = bufferWords()
        let flags = Int32(truncatingIfNeeded: words[1])
        if isInUse { return finish(.EPERM) }
        guard flags == 0 || flags == Self.stackDisabled else { return finish(.EINVAL) }
        if flags == 0 {
          guard words[2] >= Self.smallestStack else { return finish(.ENOMEM) }
          tasks[current].signals.alternateStack = words[0]
          tasks[current].signals.alternateBytes = words[2]
        } else {
          tasks[current].signals.alternateBytes = 0
        }
      }
      guard frames[f].x1 != 0 else { return finish(0) }
      let flags: Int64 = frames[f].x4 == 0 ? Int64(Self.stackDisabled) : isInUse ? 1 : 0
      copyStructure(f, then: 2, [frames[f].x3, flags, frames[f].x4], to: frames[f].x1)
    default:
      finish(tasks[current].returned == 0 ? 0 : Errno.EFAULT.returned)
    }
  }

  /// SS_DISABLE and MINSIGSTKSZ.
  private static let stackDisabled: Int32 = 2
  private static let smallestStack: Int64 = 2048

  private func isOnAlternateStack(_ pointer: Int64) -> Bool {
    let signals = tasks[current].signals
    return signals.alternateBytes > 0 && pointer > signals.alternateStack
      && pointer &- signals.alternateStack <= signals.alternateBytes
  }

  // MARK: - Waiting for signals

  /// 0: sleep until a signal comes. 1: one has come.
  mutating func stepSysPause(_ f: Int) {
    if signalIsPending { return finish(Interrupted.withoutHandler) }
    sleep(
      on: WaitObject(.signal), key: Self.signalKey(current), interruptible: true)
    call(f, then: 1, .schedule, 0)
  }

  /// What a task that waits for signals sleeps on.
  private static func signalKey(_ task: Int) -> Int64 { Int64.min / 2 - Int64(task) }

  /// x0: descriptors, x1: how many, x2: time, x3: mask. Only the form that waits for signals alone.
  mutating func stepSysPpoll(_ f: Int) {
    guard frames[f].x1 == 0, frames[f].x2 == 0, frames[f].x3 == 0 else { return finish(.EINVAL) }
    stepSysPause(f)
  }

  /// x0: seconds. Returns the seconds that were left of the alarm before.
  mutating func stepSysAlarm(_ f: Int) {
    let second: Int64 = 1_000_000_000
    var left: Int64 = 0
    if let old = tasks[current].alarm, old > trace.now {
      // Rounded, but never to nothing (alarm_setitimer).
      left = max(1, (old - trace.now + second / 2) / second)
    }
    cancelAlarm(of: current)
    let seconds = Int64(UInt32(truncatingIfNeeded: frames[f].x0))
    if seconds > 0 {
      let (deadline, overflow) = trace.now.addingReportingOverflow(seconds * second)
      let time = overflow ? Int64.max - 1 : deadline
      tasks[current].alarm = time
      tasks[current].alarmEvent = trace.record(.startsTimer, a: time)
      machine.queues[cpu].schedule(
        .alarm, at: time, payload: UInt32(truncatingIfNeeded: current))
    }
    finish(left)
  }

  /// Takes an alarm back.
  mutating func cancelAlarm(of task: Int) {
    guard tasks[task].alarm != nil else { return }
    tasks[task].alarm = nil
    let payload = UInt32(truncatingIfNeeded: task)
    for queue in machine.queues.indices {
      machine.queues[queue].remove { $0.kind == .alarm && $0.payload == payload }
    }
  }

  // MARK: - Delivery

  /// On the way to user mode. 0: take a signal. 1: build its frame, and see to the call that it
  /// interrupted. 2: the frame is there, or could not be written.
  mutating func stepDeliverSignals(_ f: Int) {
    switch frames[f].step {
    case 0: call(f, then: 1, .doSignal)
    case 1:
      let number = tasks[current].returned
      guard number > 0, let info = tasks[current].signals.taken else {
        settleInterruptedCall(handler: nil)
        return finish(0)
      }
      settleInterruptedCall(handler: tasks[current].signals[info.signal])
      call(f, then: 2, .setupFrame, number)
    default:
      if tasks[current].returned != 0, let info = tasks[current].signals.taken {
        // The handler cannot run: a segmentation fault, and of that one there is no handling.
        if info.signal == .SIGSEGV {
          tasks[current].signals[.SIGSEGV].handler = SignalHandler.byDefault
        }
        force(.SIGSEGV, .SI_KERNEL)
      } else if let info = tasks[current].signals.taken {
        let action = tasks[current].signals[info.signal]
        var mask = tasks[current].signals.blocked | action.mask
        if action.flags & SignalActionFlags.noDefer == 0 { mask |= info.signal.bit }
        if action.flags & SignalActionFlags.resetHandler != 0 {
          tasks[current].signals[info.signal].handler = SignalHandler.byDefault
        }
        setMask(mask)
      }
      tasks[current].signals.taken = nil
      finish(0)
    }
  }

  /// Decides about a system call that a signal interrupted: it fails with EINTR, or is made again.
  private mutating func settleInterruptedCall(handler: SignalAction?) {
    let result = tasks[current].interruptedCall
    guard result != 0 else { return }
    tasks[current].interruptedCall = 0
    let architecture = machine.architecture
    let isRestarted =
      switch (result, handler) {
      case (_, nil), (Interrupted.always, _): true
      case (Interrupted.restart, let handler?): handler.flags & SignalActionFlags.restart != 0
      default: false
      }
    guard isRestarted else { return storeResult(Errno.EINTR.returned) }
    setSavedRegister(current, architecture.roles.result, tasks[current].resultAtEntry)
    var number = tasks[current].callNumber
    if result == Interrupted.block, let restart = SystemCall.named("restart_syscall"),
      let known = SystemCall[restart]?.numbers[architecture.name]
    {
      number = known
    }
    if architecture.numbersInInstruction == nil {
      setSavedRegister(current, architecture.roles.number, number)
    } else if number != tasks[current].callNumber {
      // The instruction says a number itself: the kernel remembers which call is meant.
      tasks[current].restartNumber = number
    }
    let pc = savedProgramCounter(current) &- Instruction.byteCount
    setSavedProgramCounter(current, pc)
    trace.record(.restartsSystemCall, object: tasks[current].call.rawValue, a: pc)
  }

  /// Takes the next signal and does what it does by default. Returns the number of one that has a
  /// handler, or 0. 0: next signal. 1: goes on after a stop.
  mutating func stepDoSignal(_ f: Int) {
    frames[f].step = 0
    guard let info = tasks[current].signals.take() else { return finish(0) }
    let signal = info.signal
    trace.record(
      .takesSignal, object: UInt32(signal.rawValue),
      a: Int64(bitPattern: tasks[current].signals.pending))
    switch tasks[current].signals[signal].handler {
    case SignalHandler.ignore: return
    case SignalHandler.byDefault: break
    default:
      tasks[current].signals.taken = info
      return finish(Int64(signal.rawValue))
    }
    switch signal.defaultAction {
    case .ignore, .resume: return
    case .stop:
      trace.record(.stops, object: UInt32(signal.rawValue))
      tasks[current].condition = .stopped
      tasks[current].stopToTell = Int64(signal.rawValue)
      tasks[current].hasContinued = false
      wakeParent(of: current)
      tellParent(of: current, .CLD_STOPPED, status: Int64(signal.rawValue))
      call(f, then: 1, .schedule, 0)
    case .terminate, .core: call(f, then: 1, .doExit, 0, Int64(signal.rawValue))
    }
  }

  /// Offsets in a signal frame (struct rt_sigframe): the handler's return address, the context, the
  /// information. The registers are words from ``registersOffset`` on.
  private static let registersOffset = 48
  private var maskOffset: Int {
    Self.registersOffset + 8 * (machine.architecture.registers.count + 2)
  }
  private var informationOffset: Int { maskOffset + 8 }
  private var frameBytes: Int { informationOffset + 128 }

  /// x0: signal; x1: the frame's address. Returns 0, or EFAULT.
  /// 0: write the frame. 1: let the registers point to it.
  mutating func stepSetupFrame(_ f: Int) {
    let architecture = machine.architecture
    guard let info = tasks[current].signals.taken else { return finish(.EFAULT) }
    let action = tasks[current].signals[info.signal]
    let roles = architecture.roles
    guard frames[f].step == 0 else {
      guard tasks[current].returned == 0 else { return finish(.EFAULT) }
      let frame = frames[f].x1
      setSavedRegister(current, roles.stackPointer, frame)
      setSavedProgramCounter(current, action.handler)
      setSavedRegister(current, roles.arguments[0], Int64(info.signal.rawValue))
      setSavedRegister(current, roles.arguments[1], frame &+ Int64(informationOffset))
      setSavedRegister(current, roles.arguments[2], frame &+ 8)
      tasks[current].leavesBySlowPath = true
      trace.record(
        .entersHandler, object: UInt32(info.signal.rawValue), a: action.handler, b: frame)
      return finish(0)
    }
    guard let restorer = restorer(of: action) else { return finish(.EFAULT) }
    var pointer = savedRegister(current, roles.stackPointer)
    if action.flags & SignalActionFlags.onStack != 0, tasks[current].signals.alternateBytes > 0,
      !isOnAlternateStack(pointer)
    {
      pointer =
        tasks[current].signals.alternateStack &+ tasks[current].signals.alternateBytes
    } else {
      // The 128 bytes below the stack pointer belong to the function that runs (System V ABI).
      pointer = pointer &- 128
    }
    // As after a call: the stack is at a multiple of 16 before the return address.
    let frame = ((pointer &- Int64(frameBytes)) & ~15) &- 8
    frames[f].x1 = frame
    var words: [Int64] = [restorer, 0, 0]
    let signals = tasks[current].signals
    words += [
      signals.alternateStack, signals.alternateBytes == 0 ? Int64(Self.stackDisabled) : 0,
      signals.alternateBytes,
    ]
    for register in architecture.registers.indices {
      words.append(savedRegister(current, UInt8(register)))
    }
    words.append(savedProgramCounter(current))
    words.append(Int64(bitPattern: savedFlags(current)))
    words.append(Int64(bitPattern: signals.blocked))
    var bytes = words.flatMap(\.littleEndianBytes)
    bytes += info.bytes
    copyStructure(f, then: 1, bytes: bytes, to: frame)
  }

  /// Where a handler returns to: libc's code where that passes it, else the vDSO's.
  private func restorer(of action: SignalAction) -> Int64? {
    if action.flags & SignalActionFlags.restorer != 0 { return action.restorer }
    guard machine.architecture.signalTrampoline == .vdso else { return nil }
    return scenario.libraries.lazy.filter { $0.name == "vdso" }
      .compactMap { $0.address(of: "rt_sigreturn") }.first
  }

  /// 0: fetch the frame, which lies where the handler's return has left the stack pointer.
  /// 1: registers and mask from it.
  mutating func stepSysRtSigreturn(_ f: Int) {
    let architecture = machine.architecture
    if frames[f].step == 0 {
      tasks[current].leavesBySlowPath = true
      let frame = savedRegister(current, architecture.roles.stackPointer) &- 8
      return copyStructure(f, then: 1, from: frame, count: Int64(informationOffset))
    }
    guard tasks[current].returned == 0 else {
      force(.SIGSEGV, .SI_KERNEL)
      return finish(0)
    }
    let words = bufferWords()
    let first = Self.registersOffset / 8
    let count = architecture.registers.count
    for register in 0..<count where limits.sabotage != .sigreturnRestoresNothing {
      setSavedRegister(current, UInt8(register), words[first + register])
    }
    let pc = words[first + count]
    setSavedProgramCounter(current, pc)
    // Of the flags a program may change none here: interrupts stay on in user mode.
    let mask = UInt64(bitPattern: words[maskOffset / 8]) & ~Self.unblockable
    tasks[current].signals.blocked = mask
    tasks[current].keepsRegisters = true
    trace.record(.leavesHandler, a: pc, b: Int64(bitPattern: mask))
    finish(0)
  }

  // MARK: - Structures in user memory

  /// A page of the task's kernel stack, below all else, where structures are put together.
  func workspace(_ task: Int) -> Int64 {
    guard let stack = tasks[task].kernelStack else { return 0 }
    return machine.memory.address(of: stack)
  }

  /// Copies words to user memory; the caller goes on with the bytes not copied in `returned`.
  mutating func copyStructure(
    _ f: Int, then step: UInt8, _ words: [Int64], to address: Int64, count: Int64? = nil
  ) {
    let bytes = words.flatMap(\.littleEndianBytes)
    let wanted = count.map { Int(max(0, min($0, Int64(bytes.count)))) } ?? bytes.count
    copyStructure(f, then: step, bytes: Array(bytes.prefix(wanted)), to: address)
  }

  /// Copies bytes to user memory, at most a page of them.
  mutating func copyStructure(
    _ f: Int, then step: UInt8, bytes: [UInt8], to address: Int64
  ) {
    let place = workspace(current)
    let bytes = bytes.prefix(machine.memory.pageBytes)
    machine.memory.store(bytes: bytes, at: place)
    call(f, then: step, .copyToUser, address, place, Int64(bytes.count), 0, 1)
  }

  /// Copies a structure from user memory into the task's buffer.
  mutating func copyStructure(_ f: Int, then step: UInt8, from address: Int64, count: Int64) {
    tasks[current].buffer.removeAll(keepingCapacity: true)
    call(f, then: step, .copyFromUser, address, count)
    let top = current * Self.stackFrames + tasks[current].depth - 1
    if frames[top].routine == .copyFromUser { frames[top].x5 = 1 }
  }

  /// The same where the program may pass 0 for "none": nothing is copied then.
  private mutating func fetchStructure(
    _ f: Int, then step: UInt8, from address: Int64, count: Int64
  ) {
    guard address == 0 else { return copyStructure(f, then: step, from: address, count: count) }
    frames[f].step = step
    tasks[current].returned = 0
  }

  /// The words of a structure in the task's buffer; enough zeros behind them.
  func bufferWords() -> [Int64] {
    let buffer = tasks[current].buffer
    var words = [Int64](repeating: 0, count: max(4, (buffer.count + 7) / 8))
    for (index, byte) in buffer.enumerated() {
      words[index / 8] |= Int64(byte) << Int64(index % 8 * 8)
    }
    return words
  }
}
