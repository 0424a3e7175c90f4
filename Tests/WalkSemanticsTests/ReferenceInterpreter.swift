import Catalogue
import Program

/// Executes a program's instructions, and those of libraries, over flat memory, in the plainest way:
/// what the compiler's code means, without a machine or kernel around it.
struct ReferenceInterpreter {
  /// Why it ended.
  enum End: Equatable {
    case exited(Int64)
    case divideError
    case badAddress(Int64)
    case outOfSteps
    /// A module's block is done, with this result.
    case returned(Int64)
    case outOfCode(Int64)
  }

  /// One system call as it was made: the number and the six argument registers.
  struct Call: Equatable {
    var written: Int
    var number: Int64
    var arguments: [Int64]
  }

  let image: ProgramImage
  let libraries: [LibraryImage]
  let architecture: Architecture
  var registers = [Int64](repeating: 0, count: 32)
  var memory: [Int64: UInt8] = [:]
  var calls: [Call] = []
  var computed: [Int64] = []
  private var code: [Int64: Instruction] = [:]
  var clock: Int64 = 0
  /// What was passed to `write`, one element a call.
  var written: [String] = []
  /// Memory besides the program's, the libraries' and the stack.
  var mapped: [Range<Int64>] = []
  /// How many instructions of libraries were executed.
  var libraryInstructions = 0
  /// What module code has asked the kernel for.
  var services: [(service: Int32, arguments: [Int64])] = []
  /// Answers it.
  var serve: (Int32, [Int64]) -> Int64 = { _, _ in 0 }
  /// Answers system calls other than `exit_group`.
  var answer: (Call) -> Int64 = { _ in 0 }

  init(
    _ image: ProgramImage, libraries: [LibraryImage] = [], _ architecture: Architecture = .x86_64
  ) {
    self.image = image
    self.libraries = libraries
    self.architecture = architecture
    let base = Int64(architecture.programBase)
    put(image.data, at: image.dataBase)
    put(image.text, at: base)
    for (index, instruction) in image.instructions.enumerated() {
      code[base + Int64(index) * Instruction.byteCount] = instruction
    }
    for library in libraries {
      put(library.data, at: library.dataBase)
      put(library.text, at: library.textBase)
      for offset in stride(from: Int64(0), to: Int64(library.text.count), by: 8) {
        let word = UInt64(bitPattern: self.word(library.textBase + offset) ?? 0)
        guard let instruction = Instruction(encoded: word) else { break }
        code[library.textBase + offset] = instruction
      }
    }
    for offset in Int64(0)..<32 { memory[Int64(architecture.vvarBase) + offset] = 0 }
    registers[Int(roles.stackPointer)] = Int64(architecture.userStackTop)
  }

  /// A module as the loader leaves it: text and data at two places, addresses filled in.
  init(_ module: ModuleImage, text: Int64, data: Int64, _ architecture: Architecture = .x86_64) {
    image = ProgramImage(name: module.name, range: module.range)
    libraries = []
    self.architecture = architecture
    put(module.text, at: text)
    put(module.data, at: data)
    for relocation in module.relocations {
      let section = relocation.section == .text ? text : data
      storeWord(text + relocation.offset, section + relocation.addend)
    }
    for index in module.ranges.indices {
      let place = text + Int64(index) * Instruction.byteCount
      code[place] = Instruction(encoded: UInt64(bitPattern: word(place) ?? 0))
    }
    registers[Int(roles.stackPointer)] = Int64(architecture.userStackTop)
  }

  private mutating func put(_ bytes: [UInt8], at address: Int64) {
    for (offset, byte) in bytes.enumerated() { memory[address &+ Int64(offset)] = byte }
  }

  var roles: RegisterRoles { architecture.roles }

  func byte(_ address: Int64) -> UInt8? {
    if let byte = memory[address] { return byte }
    let isBSS = address >= image.bssBase && address < image.bssBase + image.bssByteCount
    let top = Int64(architecture.userStackTop)
    let isMapped = mapped.contains { $0.contains(address) }
    return isBSS || isMapped || address < top && address > top - 1_000_000 ? 0 : nil
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
    run(from: Int64(architecture.programBase), steps: steps)
  }

  /// Runs from an address on.
  mutating func run(from start: Int64, steps: Int = 200_000) -> End {
    var pc = start
    for _ in 0..<steps {
      guard let i = code[pc] else { return .outOfCode(pc) }
      if pc >= Int64(architecture.libraryBase) { libraryInstructions += 1 }
      clock += 1
      let here = pc
      func literal() -> Int64 { word(here &+ Int64(i.immediate)) ?? 0 }
      let target = here &+ Int64(i.immediate) &* Instruction.byteCount
      pc += Instruction.byteCount
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
        storeWord(registers[sp], pc)
        pc = i.opcode == .call ? target : address
      case .jumpRegister: pc = registers[Int(i.a)]
      case .ret:
        pc = word(registers[sp]) ?? 0
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
        if call.number == SystemCallNumbers.numbers(of: "write")[architecture.name] {
          let bytes = (0..<call.arguments[2]).map { byte(call.arguments[1] + $0) ?? 0 }
          written.append(String(decoding: bytes, as: UTF8.self))
        }
        if call.number == SystemCallNumbers.numbers(of: "exit_group")[architecture.name] {
          return .exited(call.arguments[0])
        }
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
      case .kernelCall:
        let arguments = roles.arguments.map { registers[Int($0)] }
        guard i.immediate != 0 else { return .returned(registers[Int(roles.result)]) }
        services.append((i.immediate, arguments))
        registers[Int(roles.result)] = serve(i.immediate, arguments)
      case .privileged: return .outOfCode(pc)
      case .readClock: set(clock)
      case .readProcessor: set(3)
      }
    }
    return .outOfSteps
  }
}
