public import Catalogue
import Program
public import Trace

/// Why a CPU stopped executing user instructions.
public enum ExecutionStop: Sendable {
  /// The time or number of instructions allowed is used up.
  case timeUp
  /// It executed the system call instruction; the program counter is at the next one.
  case systemCall(site: Int32)
  /// An instruction raised an exception; the program counter is at that instruction.
  case exception(ExceptionKind, MemoryFault?)
  /// A `compute` instruction wants this many nanoseconds.
  case compute(Int64)
  /// Kernel mode asks for the `KernelService` with this number; the program counter is at the next
  /// instruction.
  case kernelCall(service: Int32)
  /// Kernel mode executed privileged instruction number `instruction` of the architecture's list;
  /// the program counter is at the next one.
  case privileged(instruction: Int32)
}

extension Machine {
  /// Executes user instructions on a CPU until one traps, the clock reaches `deadline`, or `budget`
  /// instructions are done.
  ///
  /// In kernel mode it executes the code of modules in the same way.
  /// - Returns: Why it stopped, and how many instructions were executed.
  /// - Complexity: O(instructions); no allocation except in page-table walks.
  public mutating func executeUser(
    cpu: Int, deadline: Int64, budget: Int64, cost: Int64, _ trace: inout TraceRecorder
  ) -> (stop: ExecutionStop, used: Int64) {
    let offsetMask = architecture.pageBytes - 1
    // The page of the program counter is translated when it is entered, not for each instruction:
    // nobody but the kernel, which is not running, takes it away.
    var fetchPage = Int64.max
    var fetchFrame: Int64 = 0
    var used: Int64 = 0
    while trace.now < deadline, used < budget {
      let pc = cpus[cpu].programCounter
      if pc & ~offsetMask != fetchPage {
        switch translate(pc, .execute, cpu: cpu, &trace) {
        case .physical(let place):
          fetchPage = pc & ~offsetMask
          fetchFrame = place & ~offsetMask
        case .fault(let fault): return (.exception(fault.exception, fault), used)
        }
      }
      // Memory is read each time: a program may have written the instruction a moment ago.
      let word = memory.word(at: fetchFrame | pc & offsetMask & ~7)
      guard pc & 7 == 0, let instruction = Instruction(encoded: word) else {
        return (.exception(.invalidOpcode, nil), used)
      }
      used += 1
      trace.spent &+= cost
      if let stop = execute(instruction, cpu: cpu, &trace) {
        // The code was in use up to here, although its page was translated only once.
        if remembersUses { memory.noteUse(at: fetchFrame) }
        return (stop, used)
      }
      trace.now &+= trace.spent
      trace.spent = 0
    }
    return (.timeUp, used)
  }

  /// Executes one instruction; `nil` when the next one may follow.
  private mutating func execute(
    _ instruction: Instruction, cpu: Int, _ trace: inout TraceRecorder
  ) -> ExecutionStop? {
    let a = Int(instruction.a & 31)
    let b = Int(instruction.b & 31)
    let c = Int(instruction.c & 31)
    let immediate = Int64(instruction.immediate)
    let here = cpus[cpu].programCounter
    let next = here &+ Instruction.byteCount
    let stackPointer = Int(architecture.roles.stackPointer)
    let framePointer = Int(architecture.roles.framePointer)
    var target = next

    func value(_ register: Int) -> Int64 { cpus[cpu].registers[register] }
    func address(at distance: Int64) -> Int64 { here &+ distance &* Instruction.byteCount }

    switch instruction.opcode {
    case .loadImmediate: cpus[cpu].registers[a] = immediate
    case .loadConstant:
      switch load(here &+ immediate, byteCount: 8, cpu: cpu, &trace) {
      case .success(let loaded): cpus[cpu].registers[a] = loaded
      case .failure(let error): return .exception(error.fault.exception, error.fault)
      }
    case .move: cpus[cpu].registers[a] = value(b)
    case .add: cpus[cpu].registers[a] = value(b) &+ value(c)
    case .subtract: cpus[cpu].registers[a] = value(b) &- value(c)
    case .multiply: cpus[cpu].registers[a] = value(b) &* value(c)
    case .divide, .remainder:
      let (left, right) = (value(b), value(c))
      // The most negative number divided by -1 does not fit; it goes the way of a zero divisor.
      if right == 0 || left == Int64.min && right == -1 {
        guard let quotient = architecture.quotientByZero else {
          return .exception(.divideError, nil)
        }
        let isDivision = instruction.opcode == .divide
        cpus[cpu].registers[a] =
          right == 0 ? (isDivision ? quotient : left) : (isDivision ? left : 0)
      } else {
        cpus[cpu].registers[a] = instruction.opcode == .divide ? left / right : left % right
      }
    case .and: cpus[cpu].registers[a] = value(b) & value(c)
    case .or: cpus[cpu].registers[a] = value(b) | value(c)
    case .xor: cpus[cpu].registers[a] = value(b) ^ value(c)
    case .shiftLeft: cpus[cpu].registers[a] = value(b) &<< (value(c) & 63)
    case .shiftRight: cpus[cpu].registers[a] = value(b) &>> (value(c) & 63)
    case .equal: cpus[cpu].registers[a] = value(b) == value(c) ? 1 : 0
    case .notEqual: cpus[cpu].registers[a] = value(b) != value(c) ? 1 : 0
    case .less: cpus[cpu].registers[a] = value(b) < value(c) ? 1 : 0
    case .lessOrEqual: cpus[cpu].registers[a] = value(b) <= value(c) ? 1 : 0
    case .logicalNot: cpus[cpu].registers[a] = value(b) == 0 ? 1 : 0
    case .negate: cpus[cpu].registers[a] = 0 &- value(b)
    case .complement: cpus[cpu].registers[a] = ~value(b)

    case .load, .loadByte:
      let bytes = instruction.opcode == .load ? 8 : 1
      switch load(value(b) &+ immediate, byteCount: bytes, cpu: cpu, &trace) {
      case .success(let loaded): cpus[cpu].registers[a] = loaded
      case .failure(let error): return .exception(error.fault.exception, error.fault)
      }
    case .store, .storeByte:
      let bytes = instruction.opcode == .store ? 8 : 1
      if let error = store(value(a), value(b) &+ immediate, byteCount: bytes, cpu: cpu, &trace) {
        return .exception(error.fault.exception, error.fault)
      }
    case .push:
      let top = value(stackPointer) &- 8
      if top < cpus[cpu].stackFloor { return stackOverflow(top) }
      if let error = store(value(a), top, byteCount: 8, cpu: cpu, &trace) {
        return .exception(error.fault.exception, error.fault)
      }
      cpus[cpu].registers[stackPointer] = top
    case .pop:
      let top = value(stackPointer)
      switch load(top, byteCount: 8, cpu: cpu, &trace) {
      case .success(let loaded):
        cpus[cpu].registers[stackPointer] = top &+ 8
        cpus[cpu].registers[a] = loaded
      case .failure(let error): return .exception(error.fault.exception, error.fault)
      }

    case .jump: target = address(at: immediate)
    case .branchIfZero: if value(a) == 0 { target = address(at: immediate) }
    case .branchIfNotZero: if value(a) != 0 { target = address(at: immediate) }
    case .jumpRegister: target = value(a)
    case .call, .callRegister:
      // Read first: the stack pointer itself may hold the address.
      target = instruction.opcode == .call ? address(at: immediate) : value(a)
      let top = value(stackPointer) &- 8
      if top < cpus[cpu].stackFloor { return stackOverflow(top) }
      if let error = store(next, top, byteCount: 8, cpu: cpu, &trace) {
        return .exception(error.fault.exception, error.fault)
      }
      cpus[cpu].registers[stackPointer] = top
    case .ret:
      let top = value(stackPointer)
      switch load(top, byteCount: 8, cpu: cpu, &trace) {
      case .success(let loaded):
        cpus[cpu].registers[stackPointer] = top &+ 8
        target = loaded
      case .failure(let error): return .exception(error.fault.exception, error.fault)
      }
    case .enterFrame:
      let top = value(stackPointer) &- 8
      if top &- immediate < cpus[cpu].stackFloor { return stackOverflow(top &- immediate) }
      if let error = store(value(framePointer), top, byteCount: 8, cpu: cpu, &trace) {
        return .exception(error.fault.exception, error.fault)
      }
      cpus[cpu].registers[framePointer] = top
      cpus[cpu].registers[stackPointer] = top &- immediate
    case .leaveFrame:
      let frame = value(framePointer)
      switch load(frame, byteCount: 8, cpu: cpu, &trace) {
      case .success(let loaded):
        cpus[cpu].registers[stackPointer] = frame &+ 8
        cpus[cpu].registers[framePointer] = loaded
      case .failure(let error): return .exception(error.fault.exception, error.fault)
      }

    case .compute:
      cpus[cpu].programCounter = next
      return .compute(max(0, value(a)))
    case .loadArgument:
      var loaded = instruction.b == 0 ? immediate : value(c)
      if instruction.b == 1 {
        switch load(here &+ immediate, byteCount: 8, cpu: cpu, &trace) {
        case .success(let literal): loaded = literal
        case .failure(let error): return .exception(error.fault.exception, error.fault)
        }
      }
      cpus[cpu].registers[a] = loaded
      trace.record(.loadsRegister, object: UInt32(a), a: loaded)
    case .systemCall:
      cpus[cpu].programCounter = next
      cpus[cpu].numberInInstruction = instruction.c
      return .systemCall(site: instruction.immediate)
    case .setErrno:
      let result = value(a)
      let error: Int64? =
        switch architecture.errorConvention {
        case .negative: (-4095 ... -1).contains(result) ? -result : nil
        case .flagRegister(let flag): value(Int(flag)) != 0 ? result : nil
        case .conditionBit(let register, let mask, _):
          UInt64(bitPattern: value(Int(register))) & mask != 0 ? result : nil
        }
      if let error {
        switch load(here &+ immediate, byteCount: 8, cpu: cpu, &trace) {
        case .success(let place):
          if let failure = store(error, place, byteCount: 8, cpu: cpu, &trace) {
            return .exception(failure.fault.exception, failure.fault)
          }
        case .failure(let error): return .exception(error.fault.exception, error.fault)
        }
        cpus[cpu].registers[a] = -1
      }
    case .privileged:
      // Whatever the instruction would do, user mode may not do it; root or not.
      guard cpus[cpu].mode == .kernel, sabotage != .kernelModeIsRefused else {
        if sabotage == .privilegedInstructionIsSkipped { break }
        return .exception(architecture.privilegedException, nil)
      }
      cpus[cpu].programCounter = next
      return .privileged(instruction: instruction.immediate)
    case .kernelCall:
      guard cpus[cpu].mode == .kernel else { return .exception(.invalidOpcode, nil) }
      cpus[cpu].programCounter = next
      return .kernelCall(service: instruction.immediate)
    case .readClock: cpus[cpu].registers[a] = trace.now
    case .readProcessor: cpus[cpu].registers[a] = Int64(cpu)
    }
    cpus[cpu].programCounter = target & Int64(bitPattern: addressMask)
    return nil
  }

  /// A kernel stack is used up: the page below it faults.
  private func stackOverflow(_ address: Int64) -> ExecutionStop {
    .exception(
      .pageFault,
      fault(
        UInt64(bitPattern: address), .write, .pageFault, isUser: false, isPresent: false,
        level: architecture.pageTable.count - 1))
  }
}
