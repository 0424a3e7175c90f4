import Catalogue
import Lesson
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// One page table or two: what user mode can reach of the kernel, and what the second table costs.
@Suite struct IsolationTests {
  static let x86 = Architecture.x86_64

  static func getpid(_ isolation: Isolation, costs: Costs = .ideal) -> Scenario {
    var built = HandBuilt()
    built.scenario.machine.isolation = isolation
    built.scenario.machine.costs = costs
    built.addProcess("probe", calls: [(39, []), (39, []), (231, [.value(0)])])
    built.scenario.timeline.append(.run(.toEnd))
    return built.scenario
  }

  /// A process that reads one address.
  static func reader(of address: Int64, _ isolation: Isolation) -> Trace {
    var built = HandBuilt()
    built.scenario.machine.isolation = isolation
    built.addProcess("probe", calls: [])
    built.setCode(
      [
        Instruction(.loadConstant, a: 3, immediate: 0), Instruction(.load, a: 0, b: 3),
      ], literals: [address], ofProgram: 0)
    built.scenario.timeline.append(.run(.toEnd))
    return ScenarioRun.run(built.scenario, limits: RunLimits()).trace
  }

  @Test func `the page table is changed on the way in and on the way out`() {
    let trace = ScenarioRun.run(Self.getpid(.kpti), limits: RunLimits()).trace
    let call = trace.events.firstIndex { $0.kind == .callsSystemCall } ?? 0
    typealias Step = SequenceTests.Step
    #expect(
      SequenceTests.missing(
        [
          Step(.executesSyscall, task: 1, mode: .kernel), Step(.entersKernel, task: 1),
          .routine(.entrySyscall, task: 1),
          Step(.writesPageTableBase, task: 1, object: PageTableChange.kernel.rawValue),
          Step(.switchesStack, task: 1),
          Step(.savesRegisters, task: 1), Step(.dispatches, task: 1),
          Step(.restoresRegisters, task: 1),
          Step(.writesPageTableBase, task: 1, object: PageTableChange.user.rawValue),
          Step(.executesReturn, task: 1),
          Step(.returnsToUser, task: 1, mode: .user),
        ], in: trace, from: call) == nil)
    let shared = ScenarioRun.run(Self.getpid(.shared), limits: RunLimits()).trace
    #expect(
      !shared.events.contains {
        $0.kind == .writesPageTableBase && $0.object != PageTableChange.process.rawValue
      })
  }

  @Test func `each way in and each way out costs the time of one change`() {
    var costs = Costs.ideal
    costs.tlbMiss = 0
    func length(_ isolation: Isolation, _ change: Int64) -> Int64 {
      costs.pageTableSwitch = change
      let trace = ScenarioRun.run(Self.getpid(isolation, costs: costs), limits: RunLimits()).trace
      return trace.events.last?.time ?? 0
    }
    // Into the program, twice in and out, and in again to exit.
    #expect(length(.kpti, 1000) - length(.kpti, 0) == 6000)
    #expect(length(.kpti, 0) == length(.shared, 1000))
    costs.tlbMiss = 30
    #expect(length(.kpti, 0) > length(.shared, 0), "an empty TLB must be filled again")
  }

  struct AddressCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var address: UInt64
    var sharedCode: Int64
    var isolatedCode: Int64
    /// Entries that the CPU reads under isolation before it gives up.
    var isolatedReads: Int
  }

  /// Facts 2.2 step 1 and 6.3: SIGSEGV with SEGV_MAPERR whatever is mapped; the hardware's error code
  /// says with its bit P whether something is.
  static let addresses = [
    AddressCase(
      testDescription: "the direct map", address: x86.directMapBase + 0x1000, sharedCode: 5,
      isolatedCode: 4, isolatedReads: 1),
    AddressCase(
      testDescription: "kernel text behind the trampoline",
      address: (x86.syscallEntry & ~0xFFF) + 0x1000, sharedCode: 5, isolatedCode: 4,
      isolatedReads: 4),
    AddressCase(
      testDescription: "the trampoline's text", address: x86.syscallEntry, sharedCode: 5,
      isolatedCode: 5, isolatedReads: 4),
    AddressCase(
      testDescription: "an entry stack", address: 0xFFFF_FE00_0000_2000, sharedCode: 4,
      isolatedCode: 5, isolatedReads: 4),
    AddressCase(
      testDescription: "a hole", address: 0xFFFF_F000_0000_0000, sharedCode: 4, isolatedCode: 4,
      isolatedReads: 1),
  ]

  @Test(arguments: addresses) func `a kernel address kills alike`(_ item: AddressCase) {
    for isolation in Isolation.allCases {
      let trace = Self.reader(of: Int64(bitPattern: item.address), isolation)
      let fault = trace.events.first { $0.kind == .faults }
      #expect(fault?.b == (isolation == .kpti ? item.isolatedCode : item.sharedCode))
      let signal = trace.events.first { $0.kind == .receivesSignal }
      #expect(signal?.a == Int64(SignalCode.SEGV_MAPERR.rawValue))
      #expect(signal?.b == Int64(bitPattern: item.address))
      #expect(trace.events.contains { $0.kind == .isKilled && $0.object == 11 })
      guard isolation == .kpti else { continue }
      let at = trace.events.firstIndex { $0.kind == .faults } ?? 0
      let miss = trace.events[..<at].lastIndex { $0.kind == .missesTLB } ?? 0
      let reads = trace.events[miss..<at].count { $0.kind == .readsPageTableEntry }
      #expect(reads == item.isolatedReads)
    }
  }

  @Test func `the CPU pushes on the entry stack first, and the rest is on the task's own`() {
    for isolation in Isolation.allCases {
      let trace = Self.reader(of: 0, isolation)
      let push = trace.events.first { $0.kind == .pushesInterruptFrame }
      let save = trace.events.first { $0.kind == .savesRegisters }
      let area: ClosedRange<UInt64> = 0xFFFF_FE00_0000_2000...0xFFFF_FE00_0000_2FFF
      #expect(area.contains(UInt64(bitPattern: push?.a ?? 0)) == (isolation == .kpti))
      #expect(!area.contains(UInt64(bitPattern: save?.a ?? 0)))
    }
  }

  /// All kernel-half addresses that a table leads to, ordinary pages alone.
  static func kernelPages(
    _ root: FrameNumber, _ machine: borrowing Machine
  ) -> [UInt64: PageEntry] {
    var found: [UInt64: PageEntry] = [:]
    PageTable(architecture: machine.architecture, root: root)
      .forEachUserEntry(userEnd: .max, in: machine.memory) { address, entry in
        let wide = UInt64(bitPattern: (Int64(bitPattern: address) << 16) >> 16)
        if wide > machine.architecture.userEnd { found[wide] = entry }
      }
    return found
  }

  @Test(arguments: [1, 3])
  func `a user-mode table leads to the trampoline and to no other kernel page`(_ cpus: Int) throws {
    var configuration = MachineConfiguration(architecture: .x86_64)
    configuration.isolation = .kpti
    configuration.cpuCount = cpus
    var machine = Machine(configuration, disks: [])
    let free = machine.memory.freeCount
    let made = (machine.makeAddressSpace(), machine.makeAddressSpace())
    let (first, second) = (try #require(made.0), try #require(made.1))
    let facts = try #require(Self.x86.kernelIsolation)
    var expected: Set<UInt64> = []
    for page in facts.pages {
      for cpu in 0..<cpus { expected.insert(page.address(ofCPU: cpu)) }
    }
    for root in [first, second] {
      let user = try #require(machine.userTable(of: root))
      let pages = Self.kernelPages(user, machine)
      #expect(Set(pages.keys) == expected)
      let kernel = PageTable(architecture: .x86_64, root: root)
      for (address, entry) in pages {
        #expect(!entry.permission.contains(.user), "supervisor only")
        #expect(
          kernel.lookup(address, in: machine.memory)?.frameAddress == entry.frameAddress,
          "the same frame through both tables")
      }
    }
    // One kernel mapping for all: the kernel-mode tables lead through the very same entries.
    let tables = [first, second, machine.kernelRoot].map {
      PageTable(architecture: .x86_64, root: $0)
    }
    for address in [Self.x86.directMapBase + 0x5_1000, Self.x86.syscallEntry + 0x1000] {
      let entries = tables.map { $0.lookup(address, in: machine.memory) }
      #expect(entries[0]?.isPresent == true)
      #expect(entries[0] == entries[1] && entries[1] == entries[2])
    }
    machine.freeAddressSpace(first)
    machine.freeAddressSpace(second)
    #expect(machine.memory.freeCount == free)
  }

  @Test func `the kernel-mode table executes nothing of the user half, the user-mode one does`()
    throws
  {
    var configuration = MachineConfiguration(architecture: .x86_64)
    configuration.isolation = .kpti
    var machine = Machine(configuration, disks: [])
    var trace = TraceRecorder(limit: 1000)
    let made = machine.makeAddressSpace()
    let root = try #require(made)
    let page = machine.memory.allocate()
    let frame = try #require(page)
    _ = PageTable(architecture: .x86_64, root: root).set(
      0x40_0000,
      PageEntry(
        frameAddress: machine.memory.address(of: frame), permission: [.user, .write, .execute]),
      in: &machine.memory)
    machine.setPageTable(root, cpu: 0, &trace)
    func allows(_ access: AccessKind) -> Bool {
      if case .physical = machine.translate(0x40_0000, access, cpu: 0, &trace) { return true }
      return false
    }
    #expect(machine.enterUserTable(cpu: 0, &trace))
    machine.cpus[0].mode = .user
    #expect(allows(.execute) && allows(.read) && allows(.write))
    machine.cpus[0].mode = .kernel
    #expect(machine.enterKernelTable(root, cpu: 0, &trace))
    #expect(!allows(.execute))
    #expect(!allows(.read), "SMAP")
    machine.cpus[0].mayAccessUser = true
    #expect(allows(.read) && allows(.write), "copies still reach user memory")
    // What is unmapped in one is unmapped in the other.
    _ = PageTable(architecture: .x86_64, root: root).clear(0x40_0000, in: &machine.memory)
    _ = machine.enterUserTable(cpu: 0, &trace)
    #expect(!allows(.read))
  }
}
