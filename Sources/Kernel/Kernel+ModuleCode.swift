import Catalogue
import Machine
import Program
import Trace

/// Code of modules: executed from memory like a program's, but in kernel mode and on the kernel stack
/// of whoever called.
///
/// While it runs, the CPU's registers are its own. Whenever it stops (an interrupt, a call into the
/// kernel, a sleep) they are stored on the kernel stack below what it has pushed there.
extension Kernel {
  /// Bytes of a kernel stack (THREAD_SIZE).
  private static let kernelStackBytes: Int64 = 16 << 10
  /// Bytes that each frame of a kernel routine is taken to use.
  private static let frameBytes: Int64 = 96
  /// Bytes of a line in the kernel's log (LOG_LINE_MAX).
  private static let logLineBytes = 1024
  /// Bytes of the largest kmalloc (KMALLOC_MAX_SIZE).
  private static let allocationLimit: Int64 = 4 << 20

  /// x0: address, x1...x3: arguments, x4: module; x5: where its registers are kept, x6: time it still
  /// works. 0: begin. 1: go on. 2: the kernel has done what it asked for. 3: a page fault was handled.
  /// 4: it is halted. 5: it works for a while. 9: it has oopsed and does not go on.
  mutating func stepModuleCode(_ f: Int) {
    switch frames[f].step {
    case 0:
      beginModuleCode(f)
      frames[f].step = 1
    case 1: runModuleCode(f)
    case 2:
      storeContext(f, register: machine.architecture.roles.result, tasks[current].returned)
      frames[f].step = 1
    case 3:
      guard tasks[current].returned == 0 else {
        return oops(f, .pageFault, address: frames[f].x6, pc: contextCounter(f))
      }
      frames[f].step = 1
    case 4:
      // An interrupt has come: the instruction behind the one that waited is next.
      frames[f].step = 1
    case 9:
      // The frames of a task that ended badly; it sleeps for ever.
      call(f, then: 9, .schedule, 0)
    default:
      let until = burstEnd()
      let length = max(1, min(frames[f].x6, max(1, until - trace.now)))
      trace.spent &+= length
      frames[f].x6 -= length
      if frames[f].x6 <= 0 { frames[f].step = 1 }
    }
  }

  /// Until when code may run on this CPU without looking up: something is due, or another CPU's turn.
  private func burstEnd() -> Int64 {
    var until = min(deadline, limits.time + 1)
    if machine.cpus[cpu].takesInterrupts { until = min(until, machine.queues[cpu].earliestTime) }
    for other in processors.indices where other != cpu { until = min(until, nextMoment(of: other)) }
    return max(until, trace.now + 1)
  }

  // MARK: - Registers

  /// How many words a context takes: all registers that instructions can name, and the counter.
  private var contextWords: Int64 { Int64(machine.architecture.registers.count + 1) }

  private func contextPlace(_ f: Int, word: Int64) -> Int64 {
    Int64(
      bitPattern: UInt64(bitPattern: frames[f].x5 + word * 8) &- machine.architecture.directMapBase)
  }

  /// The program counter of code that does not run just now.
  func contextCounter(_ f: Int) -> Int64 {
    Int64(bitPattern: machine.memory.word(at: contextPlace(f, word: contextWords - 1)))
  }

  private mutating func storeContext(_ f: Int, register: UInt8, _ value: Int64) {
    machine.memory.store(
      UInt64(bitPattern: value), at: contextPlace(f, word: Int64(register)))
  }

  private func context(_ f: Int, register: UInt8) -> Int64 {
    Int64(bitPattern: machine.memory.word(at: contextPlace(f, word: Int64(register))))
  }

  private mutating func beginModuleCode(_ f: Int) {
    let roles = machine.architecture.roles
    var top = savedRegistersAddress(current) - Int64(tasks[current].depth) * Self.frameBytes
    for index in current * Self.stackFrames..<f
    where frames[index].routine == .moduleCode && frames[index].step > 0 {
      // An interrupt's handler begins below the module code that was interrupted.
      top = min(top, frames[index].x5 - Int64(f - index) * Self.frameBytes)
    }
    let pointer = top & ~15
    frames[f].x5 = (pointer - contextWords * 8) & ~15
    for register in machine.architecture.registers.indices {
      storeContext(f, register: UInt8(register), 0)
    }
    storeContext(f, register: roles.stackPointer, pointer)
    for (register, value) in zip(
      roles.arguments, [frames[f].x1, frames[f].x2, frames[f].x3])
    {
      storeContext(f, register: register, value)
    }
    machine.memory.store(
      UInt64(bitPattern: frames[f].x0), at: contextPlace(f, word: contextWords - 1))
    let name = trace.strings.intern(function(at: frames[f].x0, of: Int(frames[f].x4)))
    trace.record(.runsModuleCode, object: name.rawValue, a: frames[f].x0, b: pointer)
  }

  /// What the function at an address of a module is called.
  private func function(at address: Int64, of slot: Int) -> String {
    guard let module = modules.indices.contains(slot) ? modules[slot] : nil else { return "" }
    let offset = address - module.text.lowerBound
    for provision in module.file.provides {
      switch provision {
      case .device(_, _, let operations):
        if let operation = DeviceOperation.allCases.first(where: { operations[$0] == offset }) {
          return "\(module.name).\(operation.rawValue)"
        }
      case .fileSystem(_, let operations):
        if let operation = FileSystemOperation.allCases.first(where: { operations[$0] == offset }) {
          return "\(module.name).\(operation.rawValue)"
        }
      case .interrupt(_, let handler):
        if handler == offset { return "\(module.name).interrupt" }
      }
    }
    return module.file.offset(of: "cleanup_module") == offset
      ? "\(module.name).exit" : "\(module.name).init"
  }

  private mutating func loadContext(_ f: Int) {
    for register in machine.architecture.registers.indices {
      machine.cpus[cpu].registers[register] = context(f, register: UInt8(register))
    }
    machine.cpus[cpu].programCounter = contextCounter(f)
    let words = contextWords * 8 + 16
    machine.cpus[cpu].stackFloor = tasks[current].kernelStackTop - Self.kernelStackBytes + words
  }

  /// Puts the registers away; the stack pointer then points below them, as kernel code leaves it.
  private mutating func saveContext(_ f: Int) {
    let pointer = Int(machine.architecture.roles.stackPointer)
    let lowest = tasks[current].kernelStackTop - Self.kernelStackBytes
    let stack = machine.cpus[cpu].registers[pointer]
    // Code that has lost its stack keeps its registers where they were.
    if stack <= tasks[current].kernelStackTop, stack - contextWords * 8 - 16 >= lowest {
      frames[f].x5 = (stack - contextWords * 8) & ~15
    }
    for register in machine.architecture.registers.indices {
      storeContext(f, register: UInt8(register), machine.cpus[cpu].registers[register])
      machine.cpus[cpu].registers[register] = 0
    }
    machine.memory.store(
      UInt64(bitPattern: machine.cpus[cpu].programCounter),
      at: contextPlace(f, word: contextWords - 1))
    machine.cpus[cpu].registers[pointer] = frames[f].x5
    machine.cpus[cpu].stackFloor = Int64.min
  }

  // MARK: - Running

  private mutating func runModuleCode(_ f: Int) {
    loadContext(f)
    let (stop, used) = machine.executeUser(
      cpu: cpu, deadline: burstEnd(), budget: max(1, min(10_000, limits.steps - steps)),
      cost: scenario.machine.costs.instruction, &trace)
    steps &+= used
    let pc = machine.cpus[cpu].programCounter
    let floor = machine.cpus[cpu].stackFloor
    saveContext(f)
    switch stop {
    case .timeUp: break
    case .compute(let nanoseconds):
      trace.record(.computes, a: nanoseconds)
      frames[f].x6 = nanoseconds
      if nanoseconds > 0 { frames[f].step = 5 }
    case .kernelCall(let service): serve(f, KernelService(rawValue: service), pc: pc)
    case .privileged(let instruction): executePrivileged(f, Int(instruction), pc: pc)
    case .systemCall: oops(f, .invalidOpcode, address: pc, pc: pc)
    case .exception(let kind, let fault):
      trace.spent &+= scenario.machine.costs.interrupt
      trace.record(
        .faults, object: UInt32(kind.rawValue), a: fault?.address ?? pc,
        b: Int64(bitPattern: fault?.errorCode ?? 0))
      guard let fault, kind == .pageFault else {
        return oops(f, kind, address: fault?.address ?? pc, pc: pc)
      }
      if fault.address < floor, fault.address >= floor - Self.kernelStackBytes {
        return panic("kernel stack overflow (double-fault)")
      }
      // A user page that is not there may be brought, if kernel mode may use user memory at all;
      // executing it never goes through here (do_user_addr_fault).
      guard leadsToUser(fault.address), fault.access != .execute, mayUseUserMemory, !isInInterrupt
      else {
        return oops(f, kind, address: fault.address, pc: pc, access: fault.access)
      }
      frames[f].x6 = fault.address
      call(f, then: 3, .pageFault, fault.address, Int64(fault.access.rawValue), 0)
    }
  }

  /// Whether kernel mode may use user memory without asking: SMAP and its like forbid it.
  private var mayUseUserMemory: Bool {
    if case .separate = machine.architecture.kernelSpace { return false }
    return !machine.barsUserAccess
  }

  /// What `kernelCall` asks for.
  private mutating func serve(_ f: Int, _ service: KernelService?, pc: Int64) {
    let arguments = machine.architecture.roles.arguments.map { context(f, register: $0) }
    func argument(_ index: Int) -> Int64 {
      arguments.indices.contains(index) ? arguments[index] : 0
    }
    func answer(_ value: Int64, _ kernel: inout Kernel) {
      kernel.storeContext(f, register: kernel.machine.architecture.roles.result, value)
    }
    switch service {
    case nil: oops(f, .invalidOpcode, address: pc, pc: pc)
    case .done: finish(context(f, register: machine.architecture.roles.result))
    case .printk:
      guard let text = kernelString(at: argument(0)) else {
        return oops(f, .pageFault, address: argument(0), pc: pc)
      }
      let line = Self.format(text, Array(arguments.dropFirst()))
      log(bytes: line)
      answer(Int64(line.count), &self)
    case .panic:
      panic(
        kernelString(at: argument(0)).map { String(decoding: $0, as: UTF8.self) } ?? "")
    case .msleep: call(f, then: 2, .msleep, argument(0))
    case .copyFromUser: call(f, then: 2, .moduleCopy, argument(0), argument(1), argument(2), 0, 0)
    case .copyToUser: call(f, then: 2, .moduleCopy, argument(1), argument(0), argument(2), 0, 1)
    case .kmalloc: answer(allocate(argument(0)), &self)
    case .kfree:
      guard argument(0) != 0 else { return }
      guard let frames = allocations.removeValue(forKey: argument(0)) else {
        return oops(f, .invalidOpcode, address: argument(0), pc: pc)
      }
      for frame in frames { machine.memory.free(frame) }
      trace.record(
        .freesMemory, a: Int64(frames.count), b: Int64(machine.memory.freeCount))
    case .currentPID: answer(tasks[current].pid, &self)
    }
  }

  /// Whole pages that follow each other, at their address in the direct map; 0 without memory.
  private mutating func allocate(_ count: Int64) -> Int64 {
    guard count > 0, count <= Self.allocationLimit else { return 0 }
    let pages = Int((count + machine.architecture.pageBytes - 1) / machine.architecture.pageBytes)
    guard let first = machine.memory.allocate(contiguous: pages) else { return 0 }
    let frames = (0..<Int32(pages)).map { FrameNumber(rawValue: first.rawValue + $0) }
    for (index, frame) in frames.enumerated() {
      trace.record(
        .allocatesPage, a: machine.memory.address(of: frame),
        b: Int64(machine.memory.freeCount + pages - 1 - index))
    }
    let address = Int64(
      bitPattern: machine.architecture.directMapBase
        &+ UInt64(machine.memory.address(of: first)))
    allocations[address] = frames
    return address
  }

  /// A string in kernel memory, up to its NUL byte; `nil` when a byte of it is not mapped.
  private mutating func kernelString(at address: Int64) -> [UInt8]? {
    var text: [UInt8] = []
    var place: Int64 = 0
    let mask = machine.architecture.pageBytes - 1
    for offset in 0..<Int64(Self.logLineBytes) {
      let byte = address &+ offset
      if offset == 0 || byte & mask == 0 {
        guard !leadsToUser(byte),
          case .physical(let found) = machine.translate(byte, .read, cpu: cpu, &trace)
        else { return nil }
        place = found & ~mask
      }
      let value = machine.memory.byte(at: place | byte & mask)
      if value == 0 { break }
      text.append(value)
    }
    return text
  }

  /// `%d` and `%x` stand for the values in their order, `%%` for a percent sign.
  private static func format(_ text: [UInt8], _ values: [Int64]) -> [UInt8] {
    var line: [UInt8] = []
    var next = 0
    var index = 0
    while index < text.count {
      let follower = index + 1 < text.count ? text[index + 1] : 0
      guard text[index] == 0x25, [0x64, 0x78, 0x25].contains(follower) else {
        line.append(text[index])
        index += 1
        continue
      }
      index += 2
      if follower == 0x25 {
        line.append(0x25)
        continue
      }
      let value = next < values.count ? values[next] : 0
      next += 1
      let digits =
        follower == 0x64 ? String(value) : String(UInt64(bitPattern: value), radix: 16)
      line += Array(digits.utf8)
    }
    return line
  }

  /// Writes a line to the kernel's log.
  mutating func log(_ line: String) { log(bytes: Array(line.utf8)) }

  private mutating func log(bytes: [UInt8]) {
    let text = trace.strings.intern(bytes)
    outputBytes += Int64(bytes.count)
    trace.record(.logsMessage, object: text.rawValue)
  }

  /// x0: nanoseconds. 0: set the timer and sleep, whatever signal comes. 1: awake again.
  mutating func stepMsleep(_ f: Int) {
    guard frames[f].step == 0 else { return finish(0) }
    if !machine.cpus[cpu].takesInterrupts {
      log(
        "BUG: sleeping function called from invalid context, in_atomic(): 0, irqs_disabled(): 1, "
          + "pid: \(tasks[current].pid), name: \(taskNames[current].name)")
    }
    let (time, overflow) = trace.now.addingReportingOverflow(max(0, frames[f].x0))
    let end = overflow ? Int64.max - 1 : time
    let timer = trace.record(.startsTimer, a: end)
    machine.queues[cpu].schedule(.timer, at: end, payload: UInt32(current))
    sleep(on: WaitObject(.timer, device: .timer), key: -Int64(current), interruptible: false)
    call(f, then: 1, .schedule, 0)
    tasks[current].timerEvent = timer
  }

  /// x0: kernel address, x1: user address, x2: bytes, x4: 1 to the user; x3: bytes done. Returns the
  /// bytes that were not copied. 0: next page of the kernel's. 1: copied.
  mutating func stepModuleCopy(_ f: Int) {
    let isToUser = frames[f].x4 == 1
    if frames[f].step == 1 {
      let left = tasks[current].returned
      frames[f].x3 += frames[f].x5 - left
      if left > 0 { return finish(frames[f].x2 - frames[f].x3) }
      frames[f].step = 0
    }
    let left = frames[f].x2 - frames[f].x3
    guard left > 0 else { return finish(0) }
    let pageBytes = machine.architecture.pageBytes
    let own = frames[f].x0 &+ frames[f].x3
    let user = frames[f].x1 &+ frames[f].x3
    // A fault on either side ends the copy: the exception table covers both.
    guard !leadsToUser(own),
      case .physical(let place) = machine.translate(
        own, isToUser ? .read : .write, cpu: cpu, &trace)
    else { return finish(left) }
    var chunk = min(left, pageBytes - (own & (pageBytes - 1)))
    if isInInterrupt {
      // Nobody may sleep for a page here: one that is not there ends the copy (pagefault_disabled).
      chunk = min(chunk, pageBytes - (user & (pageBytes - 1)))
      guard case .physical = translateUser(user, isToUser ? .write : .read), isUserRange(user, 1)
      else { return finish(left) }
    }
    frames[f].x5 = chunk
    if isToUser {
      call(f, then: 1, .copyToUser, user, place, chunk)
    } else {
      call(f, then: 1, .copyFromUser, user, chunk, place)
    }
  }

  // MARK: - Privileged instructions

  private mutating func executePrivileged(_ f: Int, _ number: Int, pc: Int64) {
    let names = machine.architecture.privilegedInstructions
    guard names.indices.contains(number) else {
      return oops(f, .invalidOpcode, address: pc, pc: pc)
    }
    let effect = machine.architecture.effect(ofPrivileged: names[number])
    let name = trace.strings.intern(names[number])
    trace.record(
      .executesPrivileged, object: name.rawValue, a: Int64(effect.rawValue), b: pc)
    switch effect {
    case .masksInterrupts: mask()
    case .unmasksInterrupts: unmask()
    case .waits:
      guard machine.cpus[cpu].takesInterrupts else {
        // Nothing but a reset gets this CPU going again; the watchdog of another would say so.
        return panic("Watchdog detected hard LOCKUP on cpu \(cpu)")
      }
      processors[cpu].isHalted = true
      frames[f].step = 4
    case .flushesTranslations: machine.flushTLB(cpu: cpu, &trace)
    case .usesControlRegister, .usesPort: break
    case .leavesKernel: oops(f, machine.architecture.privilegedException, address: 0, pc: pc)
    }
  }
}
