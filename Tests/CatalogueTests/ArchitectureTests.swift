import Catalogue
import Testing

/// The ten ways into the kernel, against what manuals and the kernel's sources say. The expectations
/// are typed here from those, not read off the catalogue.
@Suite struct ArchitectureTests {
  /// One row of man:syscall(2), with what arch/*/kernel/entry* says of the way in and out.
  struct Row: Sendable {
    var name: String
    var modes: [String]
    var instruction: String
    var number: String
    var arguments: [String]
    var result: String
    var errors: String
    var back: String
    var holder: String
    /// Where return address and flags go.
    var saved: [String]
    /// What an interrupt saves, and what masks the next one.
    var stackPointer: String
  }

  static let rows: [Row] = [
    Row(
      name: "x86_64", modes: ["ring 3", "ring 0"], instruction: "syscall", number: "rax",
      arguments: ["rdi", "rsi", "rdx", "r10", "r8", "r9"], result: "rax", errors: "negative",
      back: "sysretq", holder: "LSTAR", saved: ["rcx", "r11"], stackPointer: "rsp"),
    Row(
      name: "i386", modes: ["ring 3", "ring 0"], instruction: "int $0x80", number: "eax",
      arguments: ["ebx", "ecx", "edx", "esi", "edi", "ebp"], result: "eax", errors: "negative",
      back: "iret", holder: "IDT gate 0x80", saved: ["stack", "stack"], stackPointer: "esp"),
    Row(
      name: "i386_sysenter", modes: ["ring 3", "ring 0"], instruction: "sysenter", number: "eax",
      arguments: ["ebx", "ecx", "edx", "esi", "edi", "ebp"], result: "eax", errors: "negative",
      back: "sysexit", holder: "SYSENTER_EIP", saved: ["nowhere", "nowhere"], stackPointer: "esp"),
    Row(
      name: "arm64", modes: ["EL0", "EL1"], instruction: "svc #0", number: "x8",
      arguments: ["x0", "x1", "x2", "x3", "x4", "x5"], result: "x0", errors: "negative",
      back: "eret", holder: "VBAR_EL1 + 0x400", saved: ["ELR_EL1", "SPSR_EL1"],
      stackPointer: "sp"),
    Row(
      name: "arm", modes: ["USR", "SVC"], instruction: "svc #0", number: "r7",
      arguments: ["r0", "r1", "r2", "r3", "r4", "r5"], result: "r0", errors: "negative",
      back: "movs pc, lr", holder: "vector table + 8", saved: ["LR_svc", "SPSR_svc"],
      stackPointer: "sp"),
    Row(
      name: "riscv64", modes: ["U", "S"], instruction: "ecall", number: "a7",
      arguments: ["a0", "a1", "a2", "a3", "a4", "a5"], result: "a0", errors: "negative",
      back: "sret", holder: "stvec", saved: ["sepc", "sstatus"], stackPointer: "sp"),
    Row(
      name: "mips", modes: ["user", "kernel"], instruction: "syscall", number: "v0",
      arguments: ["a0", "a1", "a2", "a3", "a4", "a5"], result: "v0", errors: "a3",
      back: "eret", holder: "EBase + 0x180", saved: ["EPC", "Status.EXL"], stackPointer: "sp"),
    Row(
      name: "powerpc64", modes: ["problem", "privileged"], instruction: "sc", number: "r0",
      arguments: ["r3", "r4", "r5", "r6", "r7", "r8"], result: "r3", errors: "CR0.SO",
      back: "rfid", holder: "vector 0xC00", saved: ["SRR0", "SRR1"], stackPointer: "r1"),
    Row(
      name: "s390x", modes: ["problem", "supervisor"], instruction: "svc", number: "r1",
      arguments: ["r2", "r3", "r4", "r5", "r6", "r7"], result: "r2", errors: "negative",
      back: "lpswe", holder: "0x1C0", saved: ["0x140", "0x140"], stackPointer: "r15"),
    Row(
      name: "loongarch64", modes: ["PLV3", "PLV0"], instruction: "syscall 0", number: "a7",
      arguments: ["a0", "a1", "a2", "a3", "a4", "a5"], result: "a0", errors: "negative",
      back: "ertn", holder: "EENTRY", saved: ["ERA", "PRMD"], stackPointer: "sp"),
  ]

  @Test func `there are ten ways in, each with a row here`() {
    #expect(Architecture.all.map(\.name) == Self.rows.map(\.name))
    for machine in Architecture.all {
      #expect(Architecture.named(machine.name)?.name == machine.name)
    }
    #expect(Architecture.named("vax") == nil)
  }

  @Test(arguments: rows)
  func `registers, instructions and modes are those of the manual`(_ row: Row) throws {
    let machine = try #require(Architecture.named(row.name))
    func name(_ register: UInt8) -> String { machine.registers[Int(register)] }
    #expect(machine.userModeName.hasPrefix(row.modes[0]))
    #expect(machine.kernelModeName.hasPrefix(row.modes[1]))
    #expect(machine.syscallInstruction == row.instruction)
    #expect(name(machine.roles.number) == row.number)
    #expect(machine.roles.arguments.map(name) == row.arguments)
    #expect(name(machine.roles.result) == row.result)
    #expect(name(machine.roles.stackPointer) == row.stackPointer)
    #expect(machine.syscallReturnInstruction == row.back)
    #expect(machine.entryPointHolder.contains(row.holder))
    let errors =
      switch machine.errorConvention {
      case .negative: "negative"
      case .flagRegister(let register): name(register)
      case .conditionBit(_, _, let bit): bit
      }
    #expect(errors == row.errors)
    for (place, expected) in zip(
      [machine.savedBySyscall.programCounter, machine.savedBySyscall.flags], row.saved)
    {
      switch place {
      case .register(let register): #expect(name(register) == expected)
      case .special(let special): #expect(special.contains(expected))
      case .stack: #expect(expected == "stack")
      case .nowhere(let how): #expect(expected == "nowhere" || how.contains(expected))
      }
    }
  }

  @Test func `what is peculiar to one architecture is there`() {
    #expect(Architecture.x86_64.syscallVector == nil)
    #expect(Architecture.i386.syscallVector == 0x80)
    #expect(Architecture.i386Sysenter.syscallVector == nil)
    // ecall, and the syscall of mips and loongarch, save their own address.
    let own = Architecture.all.filter(\.savesOwnAddress).map(\.name)
    #expect(own == ["riscv64", "mips", "loongarch64"])
    // 32-bit machines, and who divides by zero without an exception.
    #expect(
      Architecture.all.filter { !$0.is64Bit }.map(\.name) == ["i386", "i386_sysenter", "arm"])
    #expect(Architecture.arm64.quotientByZero == 0)
    #expect(Architecture.riscv64.quotientByZero == -1)
    #expect(Architecture.x86_64.quotientByZero == nil)
    #expect(Architecture.s390x.numbersInInstruction == 1...255)
    #expect(Architecture.x86_64.clobberedBySyscall == [1, 11])
    #expect(Architecture.x86_64.hardwareFrame == ["ss", "rsp", "rflags", "cs", "rip"])
    #expect(Architecture.i386.hardwareFrameWordBytes == 4)
    #expect(Architecture.arm64.hardwareFrame.isEmpty)
    // The flags word with interrupts on; the mask clears IF among others.
    #expect(Architecture.x86_64.userFlags & 0x200 != 0)
    #expect(Architecture.x86_64.syscallFlagMask & 0x200 != 0)
    #expect(Architecture.x86_64.timerVector == 0xEC)
  }

  /// Signals of privileged instructions: arch/*/kernel/traps.c.
  @Test func `a privileged instruction raises the architecture's exception and signal`() {
    let expected: [(String, String, Signal, SignalCode, SignalAddress)] = [
      ("x86_64", "#GP", .SIGSEGV, .SI_KERNEL, .none),
      ("i386", "#GP", .SIGSEGV, .SI_KERNEL, .none),
      ("i386_sysenter", "#GP", .SIGSEGV, .SI_KERNEL, .none),
      ("arm64", "EC 0x18", .SIGILL, .ILL_ILLOPC, .instruction),
      ("arm", "undefined", .SIGILL, .ILL_ILLOPC, .instruction),
      ("riscv64", "illegal instruction", .SIGILL, .ILL_ILLOPC, .instruction),
      ("mips", "CpU", .SIGILL, .SI_KERNEL, .none),
      ("powerpc64", "0x700", .SIGILL, .ILL_PRVOPC, .instruction),
      ("s390x", "privileged-operation", .SIGILL, .ILL_PRVOPC, .instruction),
      ("loongarch64", "IPE", .SIGILL, .SI_KERNEL, .none),
    ]
    #expect(expected.map(\.0) == Architecture.all.map(\.name))
    for (machine, row) in zip(Architecture.all, expected) {
      let facts = machine.facts(of: machine.privilegedException)
      #expect(facts.name.contains(row.1), "\(machine.name)")
      #expect(facts.signal == row.2 && facts.code == row.3, "\(machine.name)")
      #expect(facts.address == row.4, "\(machine.name)")
      #expect(!machine.privilegedInstructions.isEmpty)
    }
  }

  /// Error code, ESR, scause and their like, worked out by hand from the manuals.
  @Test func `page faults are reported as the manuals say`() {
    func status(
      _ machine: Architecture, _ access: AccessKind, user: Bool, present: Bool, _ level: Int
    ) -> UInt64 {
      machine.faultStatus.encode(
        FaultCause(access: access, isUser: user, isPresent: present, level: level))
    }
    #expect(status(.x86_64, .write, user: true, present: false, 3) == 0b0110)
    #expect(status(.x86_64, .read, user: true, present: true, 3) == 0b0101)
    #expect(status(.x86_64, .execute, user: true, present: true, 3) == 0b1_0101)
    #expect(status(.x86_64, .write, user: false, present: false, 3) == 0b0010)
    // EC 0x24, IL, WnR, translation fault at level 3; then permission faults.
    #expect(status(.arm64, .write, user: true, present: false, 3) == 0x9200_0047)
    #expect(status(.arm64, .read, user: true, present: true, 3) == 0x9200_000F)
    #expect(status(.arm64, .execute, user: true, present: true, 3) == 0x8200_000F)
    #expect(status(.arm64, .read, user: false, present: false, 0) == 0x9600_0004)
    #expect(status(.arm, .write, user: true, present: false, 2) == 0xA07)
    #expect(status(.riscv64, .execute, user: true, present: false, 2) == 12)
    #expect(status(.riscv64, .read, user: true, present: true, 2) == 13)
    #expect(status(.riscv64, .write, user: true, present: true, 2) == 15)
    #expect(status(.mips, .read, user: true, present: false, 2) == 2 << 2)
    #expect(status(.mips, .write, user: true, present: false, 2) == 3 << 2)
    #expect(status(.mips, .write, user: true, present: true, 2) == 1 << 2)
    #expect(status(.powerpc64, .read, user: true, present: false, 3) == 0x4000_0000)
    #expect(status(.powerpc64, .write, user: true, present: true, 3) == 0x0A00_0000)
    #expect(status(.s390x, .read, user: true, present: false, 2) & 0xFF == 0x11)
    #expect(status(.s390x, .read, user: true, present: false, 1) & 0xFF == 0x10)
    #expect(status(.s390x, .write, user: true, present: true, 2) & 0xFF == 0x04)
    #expect(status(.loongarch64, .read, user: true, present: false, 3) == 1 << 16)
    #expect(status(.loongarch64, .write, user: true, present: true, 3) == 4 << 16)
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `a page fault's status says what was wanted`(_ name: String) throws {
    let machine = try #require(Architecture.named(name))
    for access in AccessKind.allCases {
      for isPresent in [false, true] {
        for isUser in [false, true] {
          for level in machine.pageTable.indices {
            let cause = FaultCause(
              access: access, isUser: isUser, isPresent: isPresent, level: level)
            let report = machine.faultStatus.decode(machine.faultStatus.encode(cause))
            #expect(report.access == access)
            #expect(report.isPresent == nil || report.isPresent == isPresent)
            #expect(!report.name.isEmpty)
          }
        }
      }
    }
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `an entry of a page table says what was written into it`(_ name: String) throws {
    let machine = try #require(Architecture.named(name))
    let format = machine.entryFormat
    let last = machine.pageTable.count - 1
    // s390x has no bit for user mode: what is in a process's table is the process's.
    let hasUserBit = machine.kernelSpace != .separate(base: "the kernel ASCE")
    let permissions: [PagePermission] =
      [[.user], [.user, .write], [.user, .execute], [.user, .write, .execute]]
      + (hasUserBit ? [[], [.write], [.execute]] : [])
    for address in [0x1000, 0xABC_D000, 0xF_FFFF_F000] as [Int64] {
      let table = TableEntry.table(0x1_0000 + (address & ~0xFFFF), limits: .all)
      for level in 0..<last {
        #expect(format.decode(0, level) == .empty, "fresh memory says nothing")
        #expect(format.decode(format.encode(.empty, level), level) == .empty)
        #expect(format.decode(format.encode(table, level), level) == table, "level \(level)")
      }
      for permission in permissions {
        for marks in [(false, false), (true, false), (true, true)] {
          let page = TableEntry.page(
            address, permission, isAccessed: marks.0, isDirty: marks.1)
          #expect(format.decode(format.encode(page, last), last) == page)
        }
        let fresh = TableEntry.page(address, permission, isAccessed: false, isDirty: false)
        let read = format.touch(format.encode(fresh, last), last, false)
        #expect(
          format.decode(read, last)
            == .page(address, permission, isAccessed: true, isDirty: false))
        guard permission.contains(.write) else { continue }
        let written = format.touch(read, last, true)
        #expect(
          format.decode(written, last)
            == .page(address, permission, isAccessed: true, isDirty: true))
      }
      let withheld = TableEntry.withheld(address)
      #expect(format.decode(format.encode(withheld, last), last) == withheld)
    }
    for slot in [0, 1, 2, 77, 0xF_FFFF] as [Int64] {
      let swapped = TableEntry.swapped(slot)
      #expect(format.decode(format.encode(swapped, last), last) == swapped, "slot \(slot)")
    }
    #expect(format.decode(0, last) == .empty)
    #expect(format.decode(format.encode(.empty, last), last) == .empty)
  }

  /// Entries worked out by hand from the manuals.
  @Test func `entries have the bits of the manuals`() {
    let page = TableEntry.page(0x1_2000, [.user, .write], isAccessed: true, isDirty: true)
    let code = TableEntry.page(0x1_2000, [.user, .execute], isAccessed: true, isDirty: false)
    func bits(_ machine: Architecture, _ entry: TableEntry) -> UInt64 {
      machine.entryFormat.encode(entry, machine.pageTable.count - 1)
    }
    #expect(bits(.x86_64, page) == 0x8000_0000_0001_2067)
    #expect(bits(.x86_64, code) == 0x1_2025)
    #expect(bits(.i386, code) == 0x1_2025)
    // Valid page, EL0, AF, DBM, PXN, UXN; code is read-only and has no UXN.
    #expect(bits(.arm64, page) == 0x0068_0000_0001_2443)
    #expect(bits(.arm64, code) == 0x0020_0000_0001_24C3)
    #expect(bits(.riscv64, page) == 0x12 << 10 | 0b1101_0111)
    #expect(bits(.riscv64, code) == 0x12 << 10 | 0b0101_1011)
    #expect(bits(.powerpc64, page) == 0xC000_0000_0001_2186)
    #expect(bits(.powerpc64, code) == 0xC000_0000_0001_2105)
    #expect(bits(.s390x, page) == 0x1_213D)
    #expect(bits(.s390x, code) == 0x1_2215)
    #expect(bits(.loongarch64, page) == 0x4000_0000_0001_239F)
    #expect(bits(.loongarch64, code) == 0x1_209D)
    #expect(bits(.mips, page) == 0x12 << 14 | 0x64F)
    // Upper levels.
    #expect(Architecture.x86_64.entryFormat.encode(.table(0x5000, limits: .all), 0) == 0x5007)
    #expect(Architecture.i386.entryFormat.encode(.table(0x5000, limits: .all), 0) == 0x5001)
    #expect(Architecture.arm64.entryFormat.encode(.table(0x5000, limits: .all), 0) == 0x5003)
    #expect(Architecture.riscv64.entryFormat.encode(.table(0x5000, limits: .all), 0) == 0x1401)
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `an architecture's facts fit together`(_ name: String) throws {
    let machine = try #require(Architecture.named(name))
    #expect(machine.exceptions.count == ExceptionKind.allCases.count)
    #expect(machine.pageBytes > 0 && machine.pageBytes & (machine.pageBytes - 1) == 0)
    // The levels' bits and the page offset follow each other without gaps.
    var shift = machine.pageTable[0].shift + machine.pageTable[0].bits
    #expect(machine.userEnd - 1 < UInt64(1) << UInt64(shift), "tables reach all user addresses")
    for level in machine.pageTable {
      #expect(level.shift + level.bits == shift, "\(level.name)")
      shift = level.shift
    }
    #expect(Int64(1) << Int64(shift) == machine.pageBytes)
    let page = UInt64(machine.pageBytes)
    for address in [
      machine.programBase, machine.libraryBase, machine.vvarBase, machine.vdsoBase, machine.mmapTop,
      machine.userStackTop, machine.modulesBase, machine.vmallocBase, machine.directMapBase,
    ] {
      #expect(address % page == 0)
      #expect(address & ~machine.addressMask == 0)
    }
    #expect(machine.programBase < machine.libraryBase)
    #expect(machine.libraryBase < machine.vvarBase && machine.vvarBase < machine.vdsoBase)
    #expect(machine.vdsoBase < machine.mmapTop)
    #expect(machine.mmapTop + (8 << 20) <= machine.userStackTop)
    #expect(machine.userStackTop <= machine.userEnd)
    #expect(machine.refusal(machine.programBase, true) == nil)
    for address in [machine.directMapBase, machine.kernelTextBase, machine.modulesBase] {
      #expect(machine.refusal(address, false) == nil, "the kernel may name its own addresses")
      if case .separate = machine.kernelSpace { continue }
      #expect(address >= machine.userEnd)
    }
    let roles = machine.roles
    let fixed = [roles.number, roles.stackPointer]
    let named = roles.arguments + roles.temporaries + fixed + [roles.framePointer, roles.result]
    #expect(Set(roles.arguments + fixed).count == 8, "number, stack pointer and six arguments")
    #expect(
      Set(roles.temporaries + fixed + [roles.framePointer, roles.result]).count
        == roles.temporaries.count + Set(fixed + [roles.framePointer, roles.result]).count)
    #expect(Set(roles.functionArguments).count == 6)
    #expect(
      Set(roles.functionArguments).isDisjoint(with: [roles.stackPointer, roles.framePointer]))
    #expect(named.allSatisfy { $0 < 32 && machine.registers.indices.contains(Int($0)) })
    #expect(Set(machine.registers).count == machine.registers.count)
    #expect(Set(roles.temporaries).isDisjoint(with: machine.clobberedBySyscall))
    let routines = KernelRoutine.allCases.map(machine.name(of:))
    #expect(Set(routines).count == routines.count, "no two routines share a name")
  }
}
