extension Architecture {
  /// arm64: 4-level paging of 48 bits in two tables, `svc` and `eret`, EL0 and EL1.
  ///
  /// Sources: Arm ARM D1 (exceptions), D8 (VMSAv8-64), D24 (ESR_EL1); arch/arm64/kernel/entry.S and
  /// entry-common.c, arch/arm64/include/asm/esr.h, arch/arm64/kernel/traps.c,
  /// Documentation/arch/arm64/memory.rst; man:syscall(2).
  public static let arm64 = Architecture(
    name: "arm64",
    userModeName: "EL0",
    kernelModeName: "EL1",
    registers: (0...30).map { "x\($0)" } + ["sp"],
    programCounter: "pc",
    flagsRegister: "pstate",
    roles: RegisterRoles(
      number: 8, result: 0, arguments: [0, 1, 2, 3, 4, 5], stackPointer: 31, framePointer: 29,
      temporaries: [19, 20, 21, 22, 23]),
    clobberedBySyscall: [],
    syscallInstruction: "svc #0",
    entryPointHolder: "VBAR_EL1 + 0x400",
    savedBySyscall: SavedState("ELR_EL1", "SPSR_EL1"),
    syscallCause: "ESR_EL1 ← 0x56000000 (EC 0x15, SVC)",
    syscallReturnInstruction: "eret",
    entrySyscallName: "el0t_64_sync",
    dispatcherName: "do_el0_svc",
    savedByException: SavedState("ELR_EL1", "SPSR_EL1"),
    savedByInterrupt: SavedState("ELR_EL1", "SPSR_EL1"),
    causeRegister: "ESR_EL1",
    faultAddressRegister: "FAR_EL1",
    interruptMask: "pstate.DAIF, set by the CPU",
    interruptReturnInstruction: "eret",
    stackSwitch: "SP_EL1 is the stack pointer as soon as the CPU is in EL1",
    interruptEntryName: "el0t_64_irq",
    exceptions: [
      // Integer division by zero gives 0 and no exception; the entry stands for brk #1000.
      ExceptionFacts(
        "BRK", vector: 0x3C, entryName: "do_el0_brk64", signal: .SIGFPE, code: .FPE_INTDIV,
        address: .instruction),
      ExceptionFacts(
        "undefined instruction (EC 0x00)", vector: 0x00, entryName: "do_el0_undef",
        signal: .SIGILL, code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "trapped system instruction (EC 0x18)", vector: 0x18, entryName: "do_el0_sys",
        signal: .SIGILL, code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "data or instruction abort", vector: 0x24, entryName: "do_mem_abort", signal: .SIGSEGV,
        code: .SEGV_MAPERR, address: .access),
      ExceptionFacts(
        "alignment fault", vector: 0x24, entryName: "do_alignment_fault", signal: .SIGBUS,
        code: .BUS_ADRALN, address: .access),
    ],
    faultStatus: FaultStatusFormat(
      encode: { cause in
        // EC: 0x20/0x21 instruction abort from EL0/EL1, 0x24/0x25 data abort. FSC: 0b0001LL
        // translation, 0b0011LL permission fault at level LL.
        let kind: UInt64 = cause.access == .execute ? 0x20 : 0x24
        let status: UInt64 = cause.isPresent ? 0b00_1100 : 0b00_0100
        return (kind | (cause.isUser ? 0 : 1)) << 26 | 1 << 25
          | (cause.access == .write ? 1 << 6 : 0) | status
          | UInt64(truncatingIfNeeded: cause.level & 3)
      },
      decode: { status in
        let isFetch = status >> 26 & ~1 == 0x20
        return FaultReport(
          isFetch ? "instruction abort" : "data abort",
          isFetch ? .execute : status & 1 << 6 != 0 ? .write : .read,
          isPresent: status & 0b11_1100 == 0b00_1100)
      }),
    refusal: { address, _ in
      // Bits 63 to 48 choose between TTBR0 and TTBR1; what is between them is a translation fault.
      let upper = address >> 48
      return upper == 0 || upper == 0xFFFF ? nil : .pageFault
    },
    privilegedException: .generalProtection,
    quotientByZero: 0,
    privilegedInstructions: [
      "msr_ttbr0_el1", "msr_vbar_el1", "msr_sctlr_el1", "mrs_esr_el1", "msr_daifset", "eret",
      "tlbi", "hvc", "smc",
    ],
    timerVector: 27,
    deviceVector: 33,
    interProcessorVector: 0,
    // The GIC serves the lowest number first among equal priorities; TLBI reaches all CPUs.
    interruptOrder: [.interProcessor, .timer, .device],
    pageTableBase: "TTBR0_EL1",
    pageTable: [
      PageTableLevel("PGD", shift: 39, bits: 9, mayMapLargePage: false),
      PageTableLevel("PUD", shift: 30, bits: 9, mayMapLargePage: true),
      PageTableLevel("PMD", shift: 21, bits: 9, mayMapLargePage: true),
      PageTableLevel("PTE", shift: 12, bits: 9, mayMapLargePage: false),
    ],
    entryFormat: .longDescriptors(lastLevel: 3),
    kernelSpace: .ownTable(base: "TTBR1_EL1"),
    userEnd: 0x0001_0000_0000_0000,
    directMapBase: 0xFFFF_0000_0000_0000,
    kernelTextBase: 0xFFFF_8000_8000_0000,
    modulesBase: 0xFFFF_8000_0000_0000,
    vmallocBase: 0xFFFF_8000_8800_0000,
    syscallEntry: 0xFFFF_8000_8000_1400,
    exceptionEntry: 0xFFFF_8000_8000_1400,
    interruptEntry: 0xFFFF_8000_8000_1480,
    programBase: 0x40_1000,
    libraryBase: 0xFFFF_F7C0_0000,
    vvarBase: 0xFFFF_F7FC_9000,
    vdsoBase: 0xFFFF_F7FC_D000,
    mmapTop: 0xFFFF_F7FF_F000,
    userStackTop: 0xFFFF_FFFF_F000,
    signalTrampoline: .vdso,
    elfMachine: 183,
    userFlags: 0,
    source: "Arm ARM; man:syscall(2); arch/arm64 in torvalds/linux")
}
