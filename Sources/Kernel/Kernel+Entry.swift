import Catalogue
import Machine
import Program
import Trace

/// In and out: system calls, exceptions, interrupts, and the way back to user mode.
extension Kernel {
  // MARK: - Saved registers

  /// How many words `struct pt_regs` takes here: the registers, program counter and flags.
  private var savedWords: Int64 { Int64(machine.architecture.registers.count + 2) }

  /// Where a task's user registers are saved: at the top of its kernel stack.
  func savedRegistersAddress(_ task: Int) -> Int64 {
    tasks[task].kernelStackTop &- savedWords * 8
  }

  private func physical(_ task: Int, word: Int64) -> Int64 {
    Int64(
      bitPattern: UInt64(bitPattern: savedRegistersAddress(task) + word * 8)
        &- machine.architecture.directMapBase)
  }

  /// A user register as it was saved.
  func savedRegister(_ task: Int, _ register: UInt8) -> Int64 {
    Int64(bitPattern: machine.memory.word(at: physical(task, word: Int64(register))))
  }

  mutating func setSavedRegister(_ task: Int, _ register: UInt8, _ value: Int64) {
    machine.memory.store(
      UInt64(bitPattern: value), at: physical(task, word: Int64(register)))
  }

  /// Where the task goes on in user mode.
  func savedProgramCounter(_ task: Int) -> Int64 {
    let count = Int64(machine.architecture.registers.count)
    return Int64(bitPattern: machine.memory.word(at: physical(task, word: count)))
  }

  mutating func setSavedProgramCounter(_ task: Int, _ pc: Int64) {
    let count = Int64(machine.architecture.registers.count)
    machine.memory.store(UInt64(bitPattern: pc), at: physical(task, word: count))
  }

  /// The flags that user mode goes on with.
  func savedFlags(_ task: Int) -> UInt64 {
    let count = Int64(machine.architecture.registers.count)
    return machine.memory.word(at: physical(task, word: count + 1))
  }

  /// Writes a whole set of user registers to where they are saved.
  mutating func save(_ registers: RegisterFrame, of task: Int) {
    for (index, value) in registers.registers.prefix(machine.architecture.registers.count)
      .enumerated()
    {
      setSavedRegister(task, UInt8(index), value)
    }
    let count = Int64(machine.architecture.registers.count)
    machine.memory.store(
      UInt64(bitPattern: registers.programCounter), at: physical(task, word: count))
    machine.memory.store(registers.flags, at: physical(task, word: count + 1))
  }

  /// Entry code: user registers go to the top of the kernel stack, and the CPU's are cleared, so
  /// that nothing of the user's stays in them.
  private mutating func saveUserRegisters(_ reason: EntryReason) {
    enterKernelTable()
    let pointer = Int(machine.architecture.roles.stackPointer)
    let top = savedRegistersAddress(current)
    trace.record(
      .switchesStack, object: reason.rawValue, a: machine.cpus[cpu].registers[pointer],
      b: tasks[current].kernelStackTop)
    // The stack is written through the page table like any memory, in kernel mode. Without it a fault
    // cannot even be told of: the CPU gives up.
    if case .fault = machine.translate(top, .write, cpu: cpu, &trace) {
      return panic("Fatal exception: double fault")
    }
    save(
      RegisterFrame(
        registers: machine.cpus[cpu].registers, programCounter: machine.cpus[cpu].programCounter,
        flags: machine.cpus[cpu].flags),
      of: current)
    for register in machine.cpus[cpu].registers.indices {
      machine.cpus[cpu].registers[register] = 0
    }
    machine.cpus[cpu].registers[pointer] = top
    trace.record(.savesRegisters, a: top, b: savedWords)
  }

  /// Exit code: the other way round.
  private mutating func restoreUserRegisters() {
    let count = machine.architecture.registers.count
    for register in 0..<count {
      machine.cpus[cpu].registers[register] = savedRegister(current, UInt8(register))
    }
    machine.cpus[cpu].programCounter = Int64(
      bitPattern: machine.memory.word(at: physical(current, word: Int64(count))))
    machine.cpus[cpu].flags = machine.memory.word(at: physical(current, word: Int64(count) + 1))
    trace.record(
      .restoresRegisters, a: savedRegistersAddress(current), b: savedWords)
  }

  private mutating func setMode(_ mode: PrivilegeMode) {
    machine.cpus[cpu].mode = mode
    trace.mode = mode
  }

  mutating func mask() {
    guard machine.cpus[cpu].takesInterrupts else { return }
    machine.cpus[cpu].takesInterrupts = false
    trace.record(.masksInterrupts)
  }

  mutating func unmask() {
    guard !machine.cpus[cpu].takesInterrupts else { return }
    machine.cpus[cpu].takesInterrupts = true
    trace.record(.unmasksInterrupts)
  }

  /// The last instructions of every way out: registers back, mode back, and on with the program.
  private mutating func leaveKernel(by kind: ReturnKind) {
    restoreUserRegisters()
    enterUserTable()
    let pointer = Int(machine.architecture.roles.stackPointer)
    let pc = machine.cpus[cpu].programCounter
    if limits.sabotage != .modeFlagStays { setMode(.user) }
    machine.cpus[cpu].takesInterrupts = true
    trace.record(
      .executesReturn, object: kind.rawValue, a: pc, b: machine.cpus[cpu].registers[pointer])
    finish(0)
    trace.record(.returnsToUser, object: kind.rawValue, a: pc)
  }

  // MARK: - System calls

  /// The CPU has executed the system call instruction.
  mutating func enterBySyscall() {
    let architecture = machine.architecture
    let next = machine.cpus[cpu].programCounter
    let site = next &- Instruction.byteCount
    // Some instructions hold the number themselves.
    let held = Int64(machine.cpus[cpu].numberInInstruction)
    let register = machine.cpus[cpu].registers[Int(architecture.roles.number)]
    let number = tasks[current].restartNumber ?? (held != 0 ? held : register)
    tasks[current].restartNumber = nil
    let found = systemCall(number: number)
    tasks[current].call = found
    tasks[current].callEvent = trace.record(
      .callsSystemCall, object: found.rawValue, a: number, b: site)

    // What the instruction itself does.
    let back = architecture.savesOwnAddress ? site : next
    machine.cpus[cpu].programCounter = back
    let userFlags = machine.cpus[cpu].flags
    if case .register(let register) = architecture.savedBySyscall.programCounter {
      machine.cpus[cpu].registers[Int(register)] = back
    }
    if case .register(let register) = architecture.savedBySyscall.flags {
      machine.cpus[cpu].registers[Int(register)] = Int64(bitPattern: userFlags)
    }
    setMode(.kernel)
    machine.cpus[cpu].takesInterrupts = false
    trace.record(
      .executesSyscall, object: UInt32(clamping: held), a: back, b: Int64(bitPattern: userFlags))
    if let vector = architecture.syscallVector {
      saveByHardware(.syscall, vector: vector, stack: tasks[current].kernelStackTop, pc: back)
    }
    trace.record(
      .entersKernel, object: EntryReason.syscall.rawValue, a: site,
      b: Int64(bitPattern: architecture.syscallEntry))
    trace.spent &+= scenario.machine.costs.syscall
    push(.entrySyscall, number)
  }

  /// The call that a number stands for. The number counts with its low 32 bits only.
  private func systemCall(number: Int64) -> SystemCallID {
    let low = Int64(Int32(truncatingIfNeeded: number))
    return systemCallTable[low] ?? .unknown
  }

  /// x0: number. 0: save registers and dispatch. 1: store the result. 2: leave.
  mutating func stepEntrySyscall(_ f: Int) {
    switch frames[f].step {
    case 0:
      saveUserRegisters(.syscall)
      tasks[current].callNumber = frames[f].x0
      tasks[current].resultAtEntry = savedRegister(current, machine.architecture.roles.result)
      tasks[current].leavesBySlowPath = false
      machine.cpus[cpu].flags &= ~machine.architecture.syscallFlagMask
      if machine.architecture.savesOwnAddress { stepOverSyscall() }
      unmask()
      call(f, then: 1, .doSyscall, frames[f].x0)
    case 1:
      let result = tasks[current].returned
      if tasks[current].keepsRegisters {
        tasks[current].keepsRegisters = false
      } else if Interrupted.contains(result) {
        tasks[current].interruptedCall = result
      } else {
        storeResult(result)
      }
      call(f, then: 2, .exitToUser)
    default:
      trace.spent &+= scenario.machine.costs.syscall
      leaveKernel(by: tasks[current].leavesBySlowPath ? .interruptReturn : .syscallReturn)
    }
  }

  /// The hardware has saved the address of the system call instruction itself: the user goes on
  /// behind it.
  private mutating func stepOverSyscall() {
    let site = savedProgramCounter(current)
    setSavedProgramCounter(current, site &+ Instruction.byteCount)
    trace.record(.advancesReturnAddress, a: site, b: site &+ Instruction.byteCount)
  }

  /// Puts the result of a system call where the program will find it, in the architecture's way.
  mutating func storeResult(_ result: Int64) {
    let isError = (-4095 ... -1).contains(result)
    let register = machine.architecture.roles.result
    func put(_ register: UInt8, _ value: Int64, _ kernel: inout Kernel) {
      kernel.setSavedRegister(kernel.current, register, value)
      kernel.trace.record(.storesResult, object: UInt32(register), a: value)
    }
    switch machine.architecture.errorConvention {
    case .negative: put(register, result, &self)
    case .flagRegister(let flag):
      put(register, isError ? -result : result, &self)
      put(flag, isError ? 1 : 0, &self)
    case .conditionBit(let condition, let mask, _):
      put(register, isError ? -result : result, &self)
      let bits = UInt64(bitPattern: savedRegister(current, condition))
      put(condition, Int64(bitPattern: isError ? bits | mask : bits & ~mask), &self)
    }
    trace.record(
      .systemCallReturns, object: tasks[current].call.rawValue, a: result,
      b: Int64(tasks[current].callEvent))
  }

  /// x0: number. 0: find the routine. 1: return what it returned.
  mutating func stepDoSyscall(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    let id = tasks[current].call
    trace.record(.dispatches, object: id.rawValue, a: frames[f].x0)
    guard let routine = SystemCall[id]?.routine else {
      return finish(limits.sabotage == .unknownCallSucceeds ? 0 : Errno.ENOSYS.returned)
    }
    // What the other registers hold is the program's own affair: a routine's locals begin as 0.
    let count = SystemCall[id]?.parameters.count ?? 0
    var arguments: InlineArray<5, Int64> = [0, 0, 0, 0, 0]
    for index in 0..<min(count, arguments.count) { arguments[index] = systemCallArgument(index) }
    call(
      f, then: 1, routine, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])
  }

  /// An argument of the running task's system call, from 0, as it was in its register at entry.
  mutating func systemCallArgument(_ index: Int) -> Int64 {
    let registers = machine.architecture.roles.arguments
    let index = limits.sabotage == .argumentsAreShifted ? index + 1 : index
    guard registers.indices.contains(index) else { return 0 }
    let value = savedRegister(current, registers[index])
    guard let stub = machine.architecture.syscallStub, stub.stackRegister == registers[index] else {
      return value
    }
    // The register holds the user stack pointer; the argument was pushed there a moment ago.
    guard case .physical(let place) = translateUser(value, .read) else { return 0 }
    return Int64(bitPattern: machine.memory.word(at: place))
  }

  // MARK: - The way back

  /// 0: look for work; go round until there is none.
  mutating func stepExitToUser(_ f: Int) {
    mask()
    // An interrupted call is settled even when the signal has been taken back meanwhile.
    let hasSignal = signalIsPending || tasks[current].interruptedCall != 0
    if limits.sabotage == .reschedulingIsForgotten { needsReschedule = false }
    let hasTaskWork = !tasks[current].releases.isEmpty
    let work = (needsReschedule ? 1 : 0) | (hasSignal ? 2 : 0) | (hasTaskWork ? 4 : 0)
    trace.record(.checksExitWork, a: Int64(work))
    if needsReschedule {
      unmask()
      trace.record(.isPreempted)
      tasks[current].involuntarySwitches += 1
      tasks[current].condition = .runnable
      processors[cpu].runQueue.append(current)
      call(f, then: 0, .schedule, 1)
    } else if hasSignal {
      unmask()
      call(f, then: 0, .deliverSignals)
    } else if hasTaskWork {
      unmask()
      call(f, then: 0, .fput)
    } else {
      finish(0)
    }
  }

  /// A new process's first moments. 0: look for work. 1: leave.
  mutating func stepRetFromFork(_ f: Int) {
    if tasks[current].isKernelThread { return call(f, then: 0, .flusher) }
    if tasks[current].isForked {
      tasks[current].isForked = false
      storeResult(0)
    }
    if frames[f].step == 0 {
      call(f, then: 1, .exitToUser)
    } else {
      leaveKernel(by: .interruptReturn)
    }
  }

  // MARK: - Exceptions

  /// A user instruction raised an exception.
  mutating func raise(_ kind: ExceptionKind, _ fault: MemoryFault?) {
    let facts = machine.architecture.facts(of: kind)
    let pc = machine.cpus[cpu].programCounter
    let address =
      switch facts.address {
      case .none: Int64(0)
      case .instruction: pc
      case .access: fault?.address ?? pc
      }
    let code = Int64(bitPattern: fault?.errorCode ?? 0)
    trace.record(.faults, object: UInt32(kind.rawValue), a: address, b: code)
    setMode(.kernel)
    machine.cpus[cpu].takesInterrupts = false
    trace.spent &+= scenario.machine.costs.interrupt
    saveByHardware(.fault, vector: facts.vector, stack: interruptStackTop, pc: pc)
    trace.record(
      .entersKernel, object: EntryReason.fault.rawValue, a: pc,
      b: Int64(bitPattern: machine.architecture.entry(of: kind)))
    let access = Int64(fault?.access.rawValue ?? AccessKind.read.rawValue)
    push(kind == .pageFault ? .pageFault : .exception, address, access, 1, Int64(kind.rawValue))
  }

  /// How many bytes the CPU pushes at an interrupt.
  private var hardwareFrameBytes: Int64 {
    Int64(machine.architecture.hardwareFrame.count) * machine.architecture.hardwareFrameWordBytes
  }

  /// What the CPU does at an exception or interrupt so that it can be left again.
  private mutating func saveByHardware(
    _ reason: EntryReason, vector: UInt16, stack: Int64, pc: Int64
  ) {
    if machine.architecture.hardwareFrame.isEmpty {
      trace.record(
        .savesReturnState, object: UInt32(vector), a: pc, b: Int64(reason.rawValue))
    } else {
      trace.record(
        .pushesInterruptFrame, object: UInt32(vector), a: stack &- hardwareFrameBytes, b: pc)
    }
  }

  /// x0: address, x1: access, x2: 1 from user mode, x3: 1 if user pages were open to kernel mode.
  /// 0: find a page. 1: judge. 2: leave.
  mutating func stepPageFault(_ f: Int) {
    let isUser = frames[f].x2 != 0
    switch frames[f].step {
    case 0:
      // In kernel mode interrupts stay as they were.
      if isUser {
        saveUserRegisters(.fault)
        unmask()
      }
      call(f, then: 1, .handleMmFault, frames[f].x0, frames[f].x1)
    case 1:
      let outcome = tasks[current].returned
      guard isUser else {
        if outcome != 0, limits.sabotage == .fixupIsMissing {
          return oops(f, .pageFault, address: frames[f].x0, pc: 0)
        }
        // Kernel mode: the copy routine goes on, or its exception-table entry makes it stop short.
        resumeUserAccess(frames[f].x3)
        finish(outcome == 0 ? 0 : Errno.EFAULT.returned)
        return
      }
      if outcome != 0, tasks[current].signals.pending & Signal.SIGKILL.bit == 0 {
        let code = SignalCode(rawValue: UInt8(truncatingIfNeeded: outcome)) ?? .SEGV_MAPERR
        force(code == .BUS_ADRERR ? .SIGBUS : .SIGSEGV, code, address: frames[f].x0)
      }
      call(f, then: 2, .exitToUser)
    default:
      leaveKernel(by: .interruptReturn)
    }
  }

  /// x0: address, x3: kind. 0: force the signal. 1: leave, if it did not kill.
  mutating func stepException(_ f: Int) {
    if frames[f].step == 0 {
      saveUserRegisters(.fault)
      unmask()
      let kind = ExceptionKind(rawValue: UInt8(truncatingIfNeeded: frames[f].x3)) ?? .invalidOpcode
      let facts = machine.architecture.facts(of: kind)
      force(facts.signal, facts.code, address: frames[f].x0)
      call(f, then: 1, .exitToUser)
    } else {
      leaveKernel(by: .interruptReturn)
    }
  }

  // MARK: - Interrupts

  /// Something pending has come due.
  mutating func deliver(_ event: PendingEvent) {
    switch event.kind {
    case .timeline:
      let index = Int(event.payload)
      if timelineActions.indices.contains(index) { perform(timelineActions[index]) }
    case .deviceDone:
      deviceDone(Int(event.payload))
    case .tick:
      processors[cpu].tickIsPending = false
      guard current != idleTask else { return }
      armTick()
      takeInterrupt(device: .timer, payload: 0, cause: 0)
    case .timer:
      let task = Int(event.payload)
      guard tasks.indices.contains(task), tasks[task].condition == .sleeping else { return }
      processors[cpu].dueTimers.append(task)
      takeInterrupt(device: .timer, payload: 1, cause: tasks[task].timerEvent)
    case .input:
      let line = Int(event.payload)
      guard lines.indices.contains(line) else { return }
      lines[line].interruptIsPending = false
      takeInterrupt(
        device: lines[line].device, payload: Int64(lines[line].arriving.count),
        cause: lines[line].cause)
    case .packet: answerArrives(event.payload)
    case .packetSent: packetSent(Int(event.payload))
    case .kernelTimer:
      processors[cpu].dueKernelTimers.append(event.payload)
      takeInterrupt(device: .timer, payload: 2, cause: TraceEvent.noCause)
    case .alarm:
      let task = Int(event.payload)
      guard tasks.indices.contains(task), tasks[task].alarm != nil else { return }
      tasks[task].alarm = nil
      processors[cpu].dueAlarms.append(task)
      takeInterrupt(device: .timer, payload: 1, cause: tasks[task].alarmEvent)
    case .interProcessor: interProcessorInterruptArrives(event.payload)
    }
  }

  /// A device's line is up and the CPU takes interrupts: whoever runs is borrowed.
  mutating func takeInterrupt(device: DeviceID, payload: Int64, cause: UInt32) {
    let architecture = machine.architecture
    let vector =
      device == .timer
      ? architecture.timerVector
      : architecture.deviceVector &+ UInt16(truncatingIfNeeded: device.rawValue &- 1)
    let flow = trace.cause
    trace.cause = cause
    trace.record(.interrupts, object: device.rawValue, a: Int64(vector), b: payload)
    borrow(vector: vector, flow: flow, handler: Int64(device.rawValue), payload)
  }

  /// Another CPU interrupts this one.
  mutating func takeInterrupt(
    from sender: Int, for purpose: InterProcessorPurpose, cause: UInt32
  ) {
    let common = machine.architecture.interProcessorVector
    let vector =
      purpose == .invalidate ? machine.architecture.invalidationVector ?? common : common
    let flow = trace.cause
    trace.cause = cause
    trace.record(
      .receivesInterProcessorInterrupt, object: purpose.rawValue, a: Int64(sender),
      b: Int64(vector))
    borrow(
      vector: vector, flow: flow, handler: Self.interProcessorHandler, Int64(purpose.rawValue))
  }

  /// Stands for the device of an interrupt that another CPU has sent.
  static let interProcessorHandler: Int64 = -1

  /// What the CPU does at an interrupt, whoever runs.
  private mutating func borrow(vector: UInt16, flow: UInt32, handler: Int64, _ payload: Int64) {
    processors[cpu].isHalted = false
    let wasUser = machine.cpus[cpu].mode == .user
    var pc = machine.cpus[cpu].programCounter
    if !wasUser, tasks[current].depth > 0 {
      let frame = frames[current * Self.stackFrames + tasks[current].depth - 1]
      let inside = current * Self.stackFrames + tasks[current].depth - 1
      pc =
        frame.routine == .moduleCode && frame.step > 0
        ? contextCounter(inside)
        : Int64(bitPattern: machine.architecture.address(in: frame.routine, step: frame.step))
    }
    setMode(.kernel)
    machine.cpus[cpu].takesInterrupts = false
    trace.spent &+= scenario.machine.costs.interrupt
    let stack =
      wasUser
      ? interruptStackTop
      : machine.cpus[cpu].registers[Int(machine.architecture.roles.stackPointer)]
    saveByHardware(.interrupt, vector: vector, stack: stack, pc: pc)
    if wasUser {
      trace.record(
        .entersKernel, object: EntryReason.interrupt.rawValue, a: pc,
        b: Int64(bitPattern: machine.architecture.interruptEntry))
    }
    let wasOpen = suspendUserAccess()
    // What a routine has just returned is still to be looked at by its caller.
    let returned = tasks[current].returned
    push(.interrupt, handler, payload, Int64(flow), wasUser ? 1 : wasOpen * 2)
    frames[current * Self.stackFrames + tasks[current].depth - 1].x5 = returned
  }

  /// x0: device, x1: payload, x2: the flow of events interrupted, x3: 1 from user mode, 2 if user pages
  /// were open to kernel mode; x4: handlers of modules called, x5: what the routine below had returned.
  /// 0: call the handler. 1: deferred work. 2: return. 3: leave to user mode.
  mutating func stepInterrupt(_ f: Int) {
    let isFromUser = frames[f].x3 == 1
    switch frames[f].step {
    case 0:
      if isFromUser { saveUserRegisters(.interrupt) }
      processors[cpu].interruptDepth += 1
      let device = DeviceID(rawValue: UInt32(truncatingIfNeeded: frames[f].x0))
      if frames[f].x0 == Self.interProcessorHandler {
        let invalidates = frames[f].x1 == Int64(InterProcessorPurpose.invalidate.rawValue)
        call(f, then: 1, invalidates ? .callFunctionInterrupt : .rescheduleInterrupt)
      } else if nics.contains(where: { $0.device == device }) {
        call(f, then: 1, .nicInterrupt, frames[f].x0)
      } else if lines.contains(where: { $0.device == device }) {
        call(f, then: 1, .inputInterrupt, frames[f].x0)
      } else if device != .timer {
        call(f, then: 1, .diskInterrupt, frames[f].x0)
      } else if frames[f].x1 == 0 {
        call(f, then: 1, .timerTick)
      } else {
        call(f, then: 1, .hrtimerInterrupt)
      }
    case 1:
      let device = DeviceID(rawValue: UInt32(truncatingIfNeeded: frames[f].x0))
      if let handler = moduleHandlers(of: device).dropFirst(Int(frames[f].x4)).first {
        frames[f].x4 += 1
        return call(
          f, then: 1, .moduleCode, handler.address, frames[f].x0, 0, 0, Int64(handler.module))
      }
      processors[cpu].interruptDepth -= 1
      if limits.sabotage == .softirqsAreForgotten { processors[cpu].raisedSoftirqs = 0 }
      if processors[cpu].raisedSoftirqs != 0, !isInInterrupt {
        // From now on: an interrupt that comes before the first step leaves its work to this one.
        processors[cpu].isInSoftirq = true
        unmask()
        call(f, then: 2, .softirq)
      } else {
        frames[f].step = 2
      }
    case 2:
      mask()
      if frames[f].x0 != Self.interProcessorHandler {
        trace.record(.interruptReturns, object: UInt32(truncatingIfNeeded: frames[f].x0))
      }
      if isFromUser {
        call(f, then: 3, .exitToUser)
      } else {
        let flow = UInt32(truncatingIfNeeded: frames[f].x2)
        resumeUserAccess(frames[f].x3)
        let returned = frames[f].x5
        finish(0)
        tasks[current].returned = returned
        machine.cpus[cpu].takesInterrupts = true
        trace.cause = flow
      }
    default:
      let flow = UInt32(truncatingIfNeeded: frames[f].x2)
      leaveKernel(by: .interruptReturn)
      trace.cause = flow
    }
  }

  /// 0: acknowledge, let the device go on, leave the rest for later.
  mutating func stepDiskInterrupt(_ f: Int) {
    let device = DeviceID(rawValue: UInt32(truncatingIfNeeded: frames[f].x0))
    trace.record(.acknowledgesInterrupt, object: device.rawValue)
    raise(.block)
    startNextRequest(disk: Int(device.rawValue) - 1)
    finish(0)
  }

  /// Leaves work to the deferred half of interrupts.
  mutating func raise(_ softirq: SoftirqKind) {
    processors[cpu].raisedSoftirqs |= 1 << softirq.rawValue
    trace.record(.raisesSoftirq, object: softirq.rawValue)
  }

  /// x0: the kind that runs. 0: the next kind raised, in the order of their numbers, until none is.
  /// 1: go on with this kind until its work is done.
  mutating func stepSoftirq(_ f: Int) {
    if frames[f].step == 0 {
      let raised = processors[cpu].raisedSoftirqs
      guard let kind = SoftirqKind.allCases.first(where: { raised >> $0.rawValue & 1 == 1 }) else {
        processors[cpu].isInSoftirq = false
        return finish(0)
      }
      processors[cpu].raisedSoftirqs &= ~(1 << kind.rawValue)
      processors[cpu].isInSoftirq = true
      frames[f].x0 = Int64(kind.rawValue)
      trace.record(.runsSoftirq, object: kind.rawValue)
      frames[f].step = 1
      return
    }
    switch SoftirqKind(rawValue: UInt32(truncatingIfNeeded: frames[f].x0)) {
    case .block where !processors[cpu].finishedRequests.isEmpty: call(f, then: 1, .endRequest)
    case .networkTransmit where processors[cpu].sentPackets > 0: call(f, then: 1, .netTransmit)
    case .networkReceive where !processors[cpu].receivedPackets.isEmpty:
      call(f, then: 1, .netReceive)
    case .tasklet where lines.contains { !$0.flip.isEmpty }: call(f, then: 1, .lineReceive)
    case .timer where !processors[cpu].dueKernelTimers.isEmpty: call(f, then: 1, .runTimers)
    default: frames[f].step = 0
    }
  }
}
