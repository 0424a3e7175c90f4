import Catalogue
import Program

/// Executes a program's instructions over flat memory, in the plainest way: what the compiler's code
/// means, without a machine or kernel around it.
struct ReferenceInterpreter {
  /// Why it ended.
  enum End: Equatable {
    case exited(Int64)
    case divideError
    case badAddress(Int64)
    case outOfSteps
    case outOfCode(Int)
  }

  /// One system call as it was made: the number and the six argument registers.
  struct Call: Equatable {
    var written: Int
    var number: Int64
    var arguments: [Int64]
  }

  let image: ProgramImage
  let architecture: Architecture
  var registers = [Int64](repeating: 0, count: 32)
  var memory: [Int64: UInt8] = [:]
  var calls: [Call] = []
  var computed: [Int64] = []
  /// Answers system calls other than `exit_group`.
  var answer: (Call) -> Int64 = { _ in 0 }

  init(_ image: ProgramImage, _ architecture: Architecture = .x86_64) {
    self.image = image
    self.architecture = architecture
    for (offset, byte) in image.data.enumerated() {
      memory[image.dataBase &+ Int64(offset)] = byte
    }
    registers[Int(roles.stackPointer)] = Int64(architecture.userStackTop)
  }

  var roles: RegisterRoles { architecture.roles }

  func byte(_ address: Int64) -> UInt8? {
    if let byte = memory[address] { return byte }
    let isBSS = address >= image.bssBase && address < image.bssBase + image.bssByteCount
    let top = Int64(architecture.userStackTop)
    return isBSS || address < top && address > top - 1_000_000 ? 0 : nil
  }

  func word(_ address: Int64) -> Int64? {
    var value: Int64 = 0
    for index in 0..<8 {
      guard let byte = byte(address &+ Int64(index)) else { return nil }
      value |= Int64(byte) << (Int64(index) * 8)
    }
    return value
  }

  /// The NUL-terminated text at an address.
  func text(_ address: Int64) -> String {
    var bytes: [UInt8] = []
    var at = address
    while let byte = byte(at), byte != 0, bytes.count < 1000 {
      bytes.append(byte)
      at += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func storeWord(_ address: Int64, _ value: Int64) {
    for index in 0..<8 {
      memory[address &+ Int64(index)] = UInt8(truncatingIfNeeded: value >> (Int64(index) * 8))
    }
  }

  mutating func run(steps: Int = 200_000) -> End {
    var pc = 0
    let base = Int64(architecture.programBase)
    let instructions = image.instructions
    for _ in 0..<steps {
      guard instructions.indices.contains(pc) else { return .outOfCode(pc) }
      let i = instructions[pc]
      let here = pc
      func literal() -> Int64 {
        image.literal(at: here * Int(Instruction.byteCount) + Int(i.immediate)) ?? 0
      }
      let target = here + Int(i.immediate)
      pc += 1
      let (b, c) = (registers[Int(i.b)], registers[Int(i.c)])
      func set(_ value: Int64) { registers[Int(i.a)] = value }
      let sp = Int(roles.stackPointer)
      let fp = Int(roles.framePointer)
      switch i.opcode {
      case .loadImmediate: set(Int64(i.immediate))
      case .loadConstant: set(literal())
      case .move: set(b)
      case .add: set(b &+ c)
      case .subtract: set(b &- c)
      case .multiply: set(b &* c)
      case .divide, .remainder:
        guard c != 0 else { return .divideError }
        set(
          i.opcode == .divide
            ? b.dividedReportingOverflow(by: c).partialValue
            : b.remainderReportingOverflow(dividingBy: c).partialValue)
      case .and: set(b & c)
      case .or: set(b | c)
      case .xor: set(b ^ c)
      case .shiftLeft: set(b &<< c)
      case .shiftRight: set(b &>> c)
      case .equal: set(b == c ? 1 : 0)
      case .notEqual: set(b != c ? 1 : 0)
      case .less: set(b < c ? 1 : 0)
      case .lessOrEqual: set(b <= c ? 1 : 0)
      case .logicalNot: set(b == 0 ? 1 : 0)
      case .negate: set(0 &- b)
      case .complement: set(~b)
      case .load:
        guard let value = word(b &+ Int64(i.immediate)) else { return .badAddress(b) }
        set(value)
      case .loadByte:
        guard let value = byte(b &+ Int64(i.immediate)) else { return .badAddress(b) }
        set(Int64(value))
      case .store:
        guard word(b &+ Int64(i.immediate)) != nil else { return .badAddress(b) }
        storeWord(b &+ Int64(i.immediate), registers[Int(i.a)])
      case .storeByte:
        guard byte(b &+ Int64(i.immediate)) != nil else { return .badAddress(b) }
        memory[b &+ Int64(i.immediate)] = UInt8(truncatingIfNeeded: registers[Int(i.a)])
      case .push:
        registers[sp] -= 8
        storeWord(registers[sp], registers[Int(i.a)])
      case .pop:
        set(word(registers[sp]) ?? 0)
        registers[sp] += 8
      case .jump: pc = target
      case .branchIfZero: if registers[Int(i.a)] == 0 { pc = target }
      case .branchIfNotZero: if registers[Int(i.a)] != 0 { pc = target }
      case .call, .callRegister:
        let address = registers[Int(i.a)]
        registers[sp] -= 8
        storeWord(registers[sp], base + Int64(pc) * Instruction.byteCount)
        pc = i.opcode == .call ? target : Int((address - base) / Instruction.byteCount)
      case .jumpRegister: pc = Int((registers[Int(i.a)] - base) / Instruction.byteCount)
      case .ret:
        pc = Int(((word(registers[sp]) ?? 0) - base) / Instruction.byteCount)
        registers[sp] += 8
      case .enterFrame:
        registers[sp] -= 8
        storeWord(registers[sp], registers[fp])
        registers[fp] = registers[sp]
        registers[sp] -= Int64(i.immediate)
      case .leaveFrame:
        registers[sp] = registers[fp]
        registers[fp] = word(registers[sp]) ?? 0
        registers[sp] += 8
      case .compute: computed.append(registers[Int(i.a)])
      case .loadArgument:
        set(i.b == 0 ? Int64(i.immediate) : i.b == 1 ? literal() : c)
      case .systemCall:
        let call = Call(
          written: Int(i.immediate), number: registers[Int(roles.number)],
          arguments: roles.arguments.map { registers[Int($0)] })
        calls.append(call)
        if call.number == 231 { return .exited(call.arguments[0]) }
        registers[Int(roles.result)] = answer(call)
        for register in architecture.clobberedBySyscall {
          registers[Int(register)] = 0x5A5A_5A5A
        }
      case .setErrno:
        let result = registers[Int(i.a)]
        if (-4095 ... -1).contains(result) {
          storeWord(literal(), -result)
          set(-1)
        }
      case .privileged, .kernelCall: return .outOfCode(pc)
      case .readClock, .readProcessor: set(0)
      }
    }
    return .outOfSteps
  }
}
