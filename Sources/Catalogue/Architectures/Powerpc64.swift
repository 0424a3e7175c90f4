extension Architecture {
  /// powerpc64 (POWER9, radix tables): 4 levels, `sc` and `rfid`, MSR.PR.
  ///
  /// Errors are shown by the SO bit of condition register field 0, with a positive number in r3.
  ///
  /// Sources: Power ISA 3.0 book III ch. 6 (radix translation, quadrants) and 7 (interrupts);
  /// Documentation/arch/powerpc/syscall64-abi.rst; arch/powerpc/kernel/interrupt_64.S,
  /// exceptions-64s.S, traps.c, arch/powerpc/include/asm/book3s/64/pgtable.h and radix.h.
  public static let powerpc64 = Architecture(
    name: "powerpc64",
    userModeName: "problem state",
    kernelModeName: "privileged state",
    registers: (0...31).map { "r\($0)" } + ["cr"],
    programCounter: "nip",
    flagsRegister: "MSR",
    roles: RegisterRoles(
      number: 0, result: 3, arguments: [3, 4, 5, 6, 7, 8], stackPointer: 1, framePointer: 31,
      temporaries: [14, 15, 16, 17, 18]),
    clobberedBySyscall: [32],
    syscallInstruction: "sc",
    entryPointHolder: "vector 0xC00",
    savedBySyscall: SavedState("SRR0", "SRR1"),
    errorConvention: .conditionBit(32, mask: 1 << 28, name: "CR0.SO"),
    syscallReturnInstruction: "rfid",
    entrySyscallName: "system_call_common",
    dispatcherName: "system_call_exception",
    savedByException: SavedState("SRR0", "SRR1"),
    savedByInterrupt: SavedState("SRR0", "SRR1"),
    causeRegister: "DSISR or SRR1",
    faultAddressRegister: "DAR",
    interruptMask: "MSR.EE, cleared by the CPU",
    interruptReturnInstruction: "rfid",
    stackSwitch: "r1 is loaded from the PACA, the per-CPU area that an SPRG points to",
    interruptEntryName: "hardware_interrupt_common",
    exceptions: [
      // Division by zero leaves an undefined quotient and raises nothing.
      ExceptionFacts(
        "program check (0x700)", vector: 0x700, entryName: "program_check_trap",
        entry: 0xC000_0000_0000_4700, signal: .SIGFPE, code: .FPE_INTDIV, address: .instruction),
      ExceptionFacts(
        "program check (0x700), illegal instruction", vector: 0x700,
        entryName: "program_check_illegal", entry: 0xC000_0000_0000_4700, signal: .SIGILL,
        code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "program check (0x700), privileged instruction", vector: 0x700,
        entryName: "program_check_exception", entry: 0xC000_0000_0000_4700, signal: .SIGILL,
        code: .ILL_PRVOPC, address: .instruction),
      ExceptionFacts(
        "storage interrupt (0x300 or 0x400)", vector: 0x300, entryName: "do_page_fault",
        signal: .SIGSEGV, code: .SEGV_MAPERR, address: .access),
      ExceptionFacts(
        "data segment interrupt (0x380)", vector: 0x380, entryName: "do_bad_segment_interrupt",
        entry: 0xC000_0000_0000_4380, signal: .SIGSEGV, code: .SEGV_BNDERR, address: .access),
    ],
    faultStatus: FaultStatusFormat(
      encode: { cause in
        // DSISR: 0x40000000 no translation, 0x08000000 protection, 0x02000000 store. A fetch has
        // the first two in SRR1, and 0x10000000 for a page that may not be executed.
        let reason: UInt64 =
          cause.isPresent ? (cause.access == .execute ? 0x1000_0000 : 0x0800_0000) : 0x4000_0000
        return reason | (cause.access == .write ? 0x0200_0000 : 0)
          | (cause.access == .execute ? 1 << 32 : 0)
      },
      decode: { status in
        let isFetch = status & 1 << 32 != 0
        return FaultReport(
          isFetch ? "instruction storage interrupt" : "data storage interrupt",
          isFetch ? .execute : status & 0x0200_0000 != 0 ? .write : .read,
          isPresent: status & 0x4000_0000 == 0)
      }),
    refusal: { address, _ in
      // Quadrants 0 and 3, and 52 bits within them.
      let upper = address >> 52
      return upper == 0 || upper == 0xC00 ? nil : .addressError
    },
    privilegedException: .generalProtection,
    quotientByZero: 0,
    privilegedInstructions: [
      "mtmsrd", "mfmsr", "mtspr_lpcr", "mfspr_dar", "tlbie", "rfid", "hrfid", "slbia",
    ],
    timerVector: 0x900,
    deviceVector: 16,
    interProcessorVector: 0xA00,
    // Book III: external, then decrementer, then doorbell; tlbie reaches all CPUs.
    interruptOrder: [.device, .timer, .interProcessor],
    pageTableBase: "PIDR",
    pageTable: [
      PageTableLevel("PGD", shift: 39, bits: 13, mayMapLargePage: false),
      PageTableLevel("PUD", shift: 30, bits: 9, mayMapLargePage: true),
      PageTableLevel("PMD", shift: 21, bits: 9, mayMapLargePage: true),
      PageTableLevel("PTE", shift: 12, bits: 9, mayMapLargePage: false),
    ],
    entryFormat: .radix,
    kernelSpace: .ownTable(base: "process table entry 0"),
    userEnd: 0x8000_0000_0000,
    directMapBase: 0xC000_0000_0000_0000,
    kernelTextBase: 0xC000_0000_0000_0000,
    modulesBase: 0xC008_0000_0000_0000,
    vmallocBase: 0xC008_0000_4000_0000,
    syscallEntry: 0xC000_0000_0000_4C00,
    exceptionEntry: 0xC000_0000_0000_4300,
    interruptEntry: 0xC000_0000_0000_4500,
    programBase: 0x1000_1000,
    libraryBase: 0x7FFF_F7C0_0000,
    vvarBase: 0x7FFF_F7FC_9000,
    vdsoBase: 0x7FFF_F7FC_D000,
    mmapTop: 0x7FFF_F7FF_F000,
    userStackTop: 0x7FFF_FFFF_F000,
    signalTrampoline: .vdso,
    elfMachine: 21,
    userFlags: 0x8000_0000_0280_F033,
    source: "Power ISA; syscall64-abi.rst; man:syscall(2); arch/powerpc in torvalds/linux")
}

extension PageTableFormat {
  /// Radix tables of POWER9: valid 63, leaf 62, R (accessed) 8, C (dirty) 7, and the access rights
  /// privileged 3, read 2, write 1, execute 0. A directory entry has the bits of the next level's
  /// index in its lowest five.
  ///
  /// A page without any right is kept for `PROT_NONE`; a swapped one has the leaf bit alone.
  ///
  /// Sources: Power ISA 3.0 book III 6.7 (figures of PDE and PTE);
  /// arch/powerpc/include/asm/book3s/64/pgtable.h.
  static let radix: PageTableFormat = {
    let valid: UInt64 = 1 << 63
    let leaf: UInt64 = 1 << 62
    let accessed: UInt64 = 1 << 8
    let dirty: UInt64 = 1 << 7
    let privileged: UInt64 = 1 << 3
    let readable: UInt64 = 1 << 2
    let writable: UInt64 = 1 << 1
    let executable: UInt64 = 1 << 0
    let addressMask: UInt64 = 0x01FF_FFFF_FFFF_F000
    let nextLevelBits: UInt64 = 9

    return PageTableFormat(
      encode: { entry, _ in
        switch entry {
        case .empty: return 0
        case .table(let address, _):
          return UInt64(bitPattern: address) & addressMask | valid | nextLevelBits
        case .page(let address, let permission, let isAccessed, let isDirty):
          var bits = UInt64(bitPattern: address) & addressMask | valid | leaf
          if !permission.contains(.user) { bits |= privileged }
          if permission.contains(.write) { bits |= writable | readable }
          if permission.contains(.execute) { bits |= executable }
          if !permission.contains(.noRead) || !permission.contains(.execute) { bits |= readable }
          if isAccessed { bits |= accessed }
          if isDirty { bits |= dirty }
          return bits
        case .withheld(let address):
          return UInt64(bitPattern: address) & addressMask | valid | leaf | privileged
        case .swapped(let slot): return swapOffset(of: slot) << 12 & addressMask | leaf
        }
      },
      decode: { bits, _ in
        guard bits & valid != 0 else {
          return bits == 0 ? .empty : .swapped(swapSlot(at: (bits & addressMask) >> 12))
        }
        let address = Int64(bitPattern: bits & addressMask)
        guard bits & leaf != 0 else { return .table(address, limits: .all) }
        guard bits & (readable | writable | executable) != 0 else { return .withheld(address) }
        var permission: PagePermission = []
        if bits & readable == 0 { permission.insert(.noRead) }
        if bits & writable != 0 { permission.insert(.write) }
        if bits & executable != 0 { permission.insert(.execute) }
        if bits & privileged == 0 { permission.insert(.user) }
        return .page(
          address, permission, isAccessed: bits & accessed != 0, isDirty: bits & dirty != 0)
      },
      touch: { bits, _, isWrite in
        guard bits & leaf != 0 else { return bits }
        return bits | accessed | (isWrite ? dirty : 0)
      })
  }()
}
