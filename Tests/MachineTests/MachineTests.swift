import Catalogue
import Program
import SourceText
import TestSupport
import Testing
import Trace

@testable import Machine

@Suite struct EventQueueTests {
  @Test func `of what is due the lowest rank comes first, then the earliest`() {
    var queue = EventQueue()
    queue.schedule(.tick, at: 5, payload: 1)
    queue.schedule(.input, at: 3, payload: 2)
    queue.schedule(.input, at: 4, payload: 3)
    queue.schedule(.interProcessor, at: 9, payload: 4)
    func next(_ now: Int64) -> UInt32? {
      queue.popDue(by: now) { $0.kind == .interProcessor ? 0 : $0.kind == .tick ? 1 : 2 }?.payload
    }
    #expect(next(2) == nil)
    #expect(next(5) == 1)
    #expect(next(5) == 2)
    #expect(next(20) == 4)
    #expect(next(20) == 3)
    #expect(next(20) == nil && queue.count == 0)
  }

  @Test(arguments: 1...20) func `events come by time, then in the order of scheduling`(
    _ seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var queue = EventQueue()
    var model: [(time: Int64, payload: UInt32)] = []
    for step in UInt32(0)..<400 {
      if Bool.random(using: &random) || model.isEmpty {
        let time = Int64.random(in: 0..<20, using: &random)
        queue.schedule(.tick, at: time, payload: step)
        let place = model.firstIndex { $0.time > time } ?? model.count
        model.insert((time, step), at: place)
      } else {
        let expected = model.removeFirst()
        #expect(queue.earliestTime == expected.time)
        let found = queue.popEarliest()
        #expect(found?.payload == expected.payload && found?.time == expected.time, "seed \(seed)")
      }
      #expect(queue.count == model.count)
    }
  }

  @Test func `removing keeps the order of the rest`() {
    var queue = EventQueue()
    for payload in UInt32(0)..<50 {
      queue.schedule(payload % 3 == 0 ? .tick : .timer, at: Int64(payload % 5), payload: payload)
    }
    queue.remove { $0.kind == .tick }
    var found: [UInt32] = []
    while let event = queue.popEarliest() { found.append(event.payload) }
    let expected = (UInt32(0)..<50).filter { $0 % 3 != 0 }.sorted { ($0 % 5, $0) < ($1 % 5, $1) }
    #expect(found == expected)
  }
}

@Suite struct PhysicalMemoryTests {
  @Test(arguments: 1...3) func `frames are taken lowest first, zeroed, and never twice`(
    _ seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    var memory = PhysicalMemory(byteCount: 1 << 20, pageBytes: 4096, reservedFrames: 8)
    var taken: Set<Int32> = []
    for _ in 0..<400 {
      if Int.random(in: 0..<3, using: &random) > 0 {
        let lowest = (8..<Int32(256)).first { !taken.contains($0) }
        let frame = memory.allocate()
        #expect(frame?.rawValue == lowest, "seed \(seed)")
        guard let frame else { continue }
        taken.insert(frame.rawValue)
        #expect(memory.bytes(at: memory.address(of: frame), count: 4096).allSatisfy { $0 == 0 })
        memory.store(byte: 0xAA, at: memory.address(of: frame) + 77)
      } else if let frame = taken.sorted().randomElement(using: &random) {
        memory.free(FrameNumber(rawValue: frame))
        taken.remove(frame)
      }
      #expect(memory.freeCount == 248 - taken.count)
    }
  }

  @Test func `bytes and words are the same memory, little-endian`() {
    var memory = PhysicalMemory(byteCount: 1 << 20, pageBytes: 4096, reservedFrames: 1)
    let base: Int64 = 4096
    #expect(memory.allocate()?.rawValue == 1)
    memory.store(bytes: [1, 2, 3, 4, 5, 6, 7, 8, 9], at: base + 3)
    #expect(memory.word(at: base) == 0x0504_0302_0100_0000)
    #expect(memory.bytes(at: base + 3, count: 9) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
  }
}

@Suite struct TranslationTests {
  let architecture = Architecture.x86_64

  /// Nothing bars kernel mode from user pages here: `ProtectionTests` see to that.
  func machine() -> Machine {
    var configuration = MachineConfiguration(architecture: .x86_64)
    configuration.chosenProtections = []
    return Machine(configuration, disks: [])
  }

  @Test func `the kernel half is the same frames through every page table`() throws {
    var machine = machine()
    let firstMade = machine.makeAddressSpace()
    let first = try #require(firstMade)
    let secondMade = machine.makeAddressSpace()
    let second = try #require(secondMade)
    for address in [architecture.directMapBase + 0x5_1234, architecture.syscallEntry] {
      let tables = [first, second, machine.kernelRoot].map {
        PageTable(architecture: architecture, root: $0)
      }
      let entries = tables.map { $0.lookup(address, in: machine.memory) }
      let places = tables.map { $0.place(of: address, in: machine.memory)?.address }
      #expect(entries[0]?.isPresent == true && entries[0] == entries[1])
      #expect(places[0] == places[2], "the very same entry in memory")
      #expect(entries[0]?.permission.contains(.user) == false, "supervisor only")
    }
  }

  @Test(arguments: [AccessKind.read, .write, .execute], [PrivilegeMode.user, .kernel])
  func `who may do what with which page`(_ access: AccessKind, _ mode: PrivilegeMode) throws {
    for permission in (UInt8(0)..<8).map(PagePermission.init(rawValue:)) {
      var machine = machine()
      var trace = TraceRecorder(limit: 10_000)
      let rootMade = machine.makeAddressSpace()
      let root = try #require(rootMade)
      let allocated = machine.memory.allocate()
      let frame = try #require(allocated)
      let table = PageTable(architecture: architecture, root: root)
      _ = table.set(
        0x7000_1000,
        PageEntry(frameAddress: machine.memory.address(of: frame), permission: permission),
        in: &machine.memory)
      machine.setPageTable(root, cpu: 0, &trace)
      machine.cpus[0].mode = mode
      // Twice: the walk and the TLB must agree.
      for _ in 0..<2 {
        let isAllowed =
          (mode == .kernel || permission.contains(.user))
          && (access != .write || permission.contains(.write))
          && (access != .execute || permission.contains(.execute))
        switch machine.translate(0x7000_1ABC, access, cpu: 0, &trace) {
        case .physical(let physical):
          #expect(isAllowed)
          #expect(physical == machine.memory.address(of: frame) + 0xABC)
        case .fault(let fault):
          #expect(!isAllowed)
          var code: UInt64 = 1
          if access == .write { code |= 2 }
          if mode == .user { code |= 4 }
          if access == .execute { code |= 16 }
          #expect(fault.errorCode == code)
          #expect(fault.exception == .pageFault)
        }
      }
    }
  }

  @Test func `a missing page has the present bit clear, a wrong address is no page fault`() {
    var machine = machine()
    var trace = TraceRecorder(limit: 10_000)
    machine.cpus[0].mode = .user
    guard case .fault(let missing) = machine.translate(0x1000, .write, cpu: 0, &trace) else {
      Issue.record("translated")
      return
    }
    #expect(missing.errorCode == 6)
    for address: Int64 in [0x8000_0000_0000, 0x7FFF_0000_0000_0000, Int64.min] {
      guard case .fault(let wrong) = machine.translate(address, .read, cpu: 0, &trace) else {
        Issue.record("translated")
        return
      }
      #expect(wrong.exception == .generalProtection)
    }
    #expect(architecture.refusal(0xFFFF_8000_0000_0000, true) == nil)
    #expect(architecture.refusal(0x7FFF_FFFF_FFFF, true) == nil)
  }

  @Test(arguments: 1...10) func `translation agrees with a dictionary`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var machine = machine()
    var trace = TraceRecorder(limit: 1_000_000)
    let rootMade = machine.makeAddressSpace()
    let root = try #require(rootMade)
    machine.setPageTable(root, cpu: 0, &trace)
    machine.cpus[0].mode = .user
    let table = PageTable(architecture: architecture, root: root)
    var model: [UInt64: Int64] = [:]
    for _ in 0..<300 {
      // Few enough pages to collide, spread over all levels of the table.
      let page =
        UInt64.random(in: 0..<3, using: &random) << 39 | UInt64.random(in: 0..<3, using: &random)
        << 30
        | UInt64.random(in: 0..<3, using: &random) << 21 | UInt64.random(in: 0..<70, using: &random)
        << 12
      if Bool.random(using: &random), model[page] == nil {
        guard let frame = machine.memory.allocate() else { continue }
        let physical = machine.memory.address(of: frame)
        _ = table.set(
          page, PageEntry(frameAddress: physical, permission: [.user, .write]), in: &machine.memory)
        model[page] = physical
      }
      let offset = UInt64.random(in: 0..<4096, using: &random)
      switch machine.translate(Int64(page | offset), .write, cpu: 0, &trace) {
      case .physical(let physical): #expect(model[page].map { $0 + Int64(offset) } == physical)
      case .fault: #expect(model[page] == nil, "seed \(seed)")
      }
    }
    let used = machine.memory.freeCount
    table.freeTables(userEnd: architecture.userEnd, in: &machine.memory)
    #expect(machine.memory.freeCount > used)
    #expect(!machine.memory.isTaken(root))
    for physical in model.values {
      #expect(machine.memory.isTaken(machine.memory.frame(at: physical)), "pages are not tables")
    }
    #expect(machine.memory.isTaken(machine.kernelRoot), "the shared half is not given back")
  }

  @Test func `a walk sets accessed and dirty, and another page table empties the TLB`() throws {
    var machine = machine()
    var trace = TraceRecorder(limit: 10_000)
    let rootMade = machine.makeAddressSpace()
    let root = try #require(rootMade)
    let allocated = machine.memory.allocate()
    let frame = try #require(allocated)
    let table = PageTable(architecture: architecture, root: root)
    _ = table.set(
      0x40_0000,
      PageEntry(frameAddress: machine.memory.address(of: frame), permission: [.user, .write]),
      in: &machine.memory)
    machine.setPageTable(root, cpu: 0, &trace)
    func marks() -> [Bool?] {
      let entry = table.lookup(0x40_0000, in: machine.memory)
      return [entry?.isAccessed, entry?.isDirty]
    }
    #expect(marks() == [false, false])
    _ = machine.translate(0x40_0000, .read, cpu: 0, &trace)
    #expect(marks() == [true, false])
    _ = machine.translate(0x40_0000, .write, cpu: 0, &trace)
    #expect(marks() == [true, true])
    let walks = trace.events.count { $0.kind == .missesTLB }
    _ = machine.translate(0x40_0008, .write, cpu: 0, &trace)
    #expect(trace.events.count { $0.kind == .missesTLB } == walks, "a hit walks nothing")
    machine.setPageTable(machine.kernelRoot, cpu: 0, &trace)
    machine.setPageTable(root, cpu: 0, &trace)
    _ = machine.translate(0x40_0008, .write, cpu: 0, &trace)
    #expect(trace.events.count { $0.kind == .missesTLB } == walks + 1)
  }
}

@Suite struct ExecutionTests {
  /// Runs instructions in user mode with one page of data at 0x500000.
  ///
  /// Instructions that use literals have their positions in `constants`.
  func run(_ instructions: [Instruction], constants: [Int64] = []) throws -> (
    Machine, ExecutionStop
  ) {
    var code = Assembler()
    for constant in constants { code.setLiteral(code.reserveLiteral(), constant) }
    for instruction in instructions {
      code.emit(instruction, .init(file: .init(rawValue: 0), lower: 0, upper: 0))
    }
    return try run(text: code.finish())
  }

  /// Runs what lies in the bytes of a text segment.
  func run(text: [UInt8]) throws -> (Machine, ExecutionStop) {
    var machine = Machine(MachineConfiguration(architecture: .x86_64), disks: [])
    var trace = TraceRecorder(limit: 100_000)
    let rootMade = machine.makeAddressSpace()
    let root = try #require(rootMade)
    let table = PageTable(architecture: machine.architecture, root: root)
    for (address, permission) in [(0x40_1000, [.user, .execute]), (0x50_0000, [.user, .write])]
      as [(UInt64, PagePermission)]
    {
      let allocated = machine.memory.allocate()
      let frame = try #require(allocated)
      _ = table.set(
        address,
        PageEntry(frameAddress: machine.memory.address(of: frame), permission: permission),
        in: &machine.memory)
      if address == 0x40_1000 {
        machine.memory.store(bytes: text, at: machine.memory.address(of: frame))
      }
    }
    machine.setPageTable(root, cpu: 0, &trace)
    machine.cpus[0].mode = .user
    machine.cpus[0].programCounter = 0x40_1000
    machine.cpus[0].registers[4] = 0x50_1000
    let (stop, _) = machine.executeUser(
      cpu: 0, deadline: 1_000_000, budget: 10_000, cost: 1, &trace)
    return (machine, stop)
  }

  @Test func `dividing by zero, and the one quotient that does not fit, raise the exception`()
    throws
  {
    for (left, right) in [(1, 0), (Int64.min, -1)] as [(Int64, Int64)] {
      let (_, stop) = try run(
        [
          Instruction(.loadConstant, a: 0, immediate: 0),
          Instruction(.loadConstant, a: 1, immediate: 1), Instruction(.divide, a: 2, b: 0, c: 1),
        ], constants: [left, right])
      guard case .exception(.divideError, nil) = stop else {
        Issue.record("\(stop)")
        continue
      }
    }
  }

  @Test func `a privileged instruction is refused in user mode`() throws {
    let (machine, stop) = try run([Instruction(.privileged, immediate: 0)])
    guard case .exception(.generalProtection, nil) = stop else {
      Issue.record("\(stop)")
      return
    }
    #expect(machine.cpus[0].programCounter == 0x40_1000, "at the instruction itself")
  }

  @Test func `text cannot be written and data cannot be executed`() throws {
    let (_, write) = try run(
      [Instruction(.loadConstant, a: 0, immediate: 0), Instruction(.store, a: 1, b: 0)],
      constants: [0x40_1000])
    guard case .exception(.pageFault, let fault?) = write else {
      Issue.record("\(write)")
      return
    }
    #expect(fault.errorCode == 7)
    let (_, jump) = try run(
      [
        Instruction(.loadConstant, a: 0, immediate: 0), Instruction(.push, a: 0),
        Instruction(.ret),
      ], constants: [0x50_0000])
    guard case .exception(.pageFault, let fetch?) = jump else {
      Issue.record("\(jump)")
      return
    }
    #expect(fetch.errorCode == 21, "present, user, instruction fetch")
  }

  @Test func `a byte that begins no instruction is an invalid opcode`() throws {
    for text in [[UInt8](repeating: 0xFF, count: 8), [], [UInt8(Opcode.allCases.count + 1)]] {
      let (machine, stop) = try run(text: text)
      guard case .exception(.invalidOpcode, nil) = stop else {
        Issue.record("\(stop)")
        continue
      }
      #expect(machine.cpus[0].programCounter == 0x40_1000, "at the instruction itself")
    }
  }

  @Test func `an instruction begins at a multiple of eight`() throws {
    let (_, stop) = try run(
      [Instruction(.loadConstant, a: 0, immediate: 0), Instruction(.jumpRegister, a: 0)],
      constants: [0x40_1004])
    guard case .exception(.invalidOpcode, nil) = stop else {
      Issue.record("\(stop)")
      return
    }
  }

  @Test func `every instruction is the same after a stay in memory`() {
    for opcode in Opcode.allCases {
      for immediate in [0, 1, -1, Int32.max, Int32.min] {
        let instruction = Instruction(opcode, a: 31, b: 7, c: 255, immediate: immediate)
        #expect(Instruction(encoded: instruction.encoded) == instruction)
      }
    }
  }

  @Test func `code reached through a register returns behind the call`() throws {
    let target = Int64(0x40_1000 + 4 * 8)
    let (machine, stop) = try run(
      [
        Instruction(.loadConstant, a: 0, immediate: 0), Instruction(.callRegister, a: 0),
        Instruction(.loadImmediate, a: 3, immediate: 9), Instruction(.systemCall, immediate: -1),
        Instruction(.loadImmediate, a: 2, immediate: 7), Instruction(.ret),
      ], constants: [target])
    guard case .systemCall = stop else {
      Issue.record("\(stop)")
      return
    }
    #expect(machine.cpus[0].registers[2] == 7 && machine.cpus[0].registers[3] == 9)
    #expect(machine.cpus[0].registers[4] == 0x50_1000)
  }

  @Test func `user mode reads the clock and the number of its CPU by itself`() throws {
    let (machine, stop) = try run([
      Instruction(.readClock, a: 1), Instruction(.readClock, a: 2), Instruction(.move, a: 3, b: 2),
      Instruction(.loadImmediate, a: 6, immediate: 5), Instruction(.readProcessor, a: 6),
      Instruction(.systemCall, immediate: -1),
    ])
    guard case .systemCall = stop else {
      Issue.record("\(stop)")
      return
    }
    #expect(machine.cpus[0].registers[2] == machine.cpus[0].registers[1] + 1)
    #expect(machine.cpus[0].registers[6] == 0)
  }

  @Test func `calls nest and return, and the stack is memory`() throws {
    let (machine, stop) = try run([
      Instruction(.loadImmediate, a: 0, immediate: 5), Instruction(.call, immediate: 2),
      Instruction(.systemCall, immediate: -1),
      Instruction(.enterFrame, immediate: 16), Instruction(.loadImmediate, a: 1, immediate: 37),
      Instruction(.store, a: 1, b: 5, immediate: -8), Instruction(.load, a: 2, b: 5, immediate: -8),
      Instruction(.add, a: 0, b: 0, c: 2), Instruction(.leaveFrame), Instruction(.ret),
    ])
    guard case .systemCall = stop else {
      Issue.record("\(stop)")
      return
    }
    #expect(machine.cpus[0].registers[0] == 42)
    #expect(machine.cpus[0].registers[4] == 0x50_1000)
  }
}
