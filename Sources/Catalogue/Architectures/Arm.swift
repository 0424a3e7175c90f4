extension Architecture {
  /// arm (ARMv7-A with LPAE, EABI): 3-level paging, `svc`, USR and SVC mode with banked registers.
  ///
  /// Sources: Arm ARM (ARMv7-A) B1.8 (exceptions), B3.6 (long-descriptor format), B3.13 (fault
  /// status); arch/arm/kernel/entry-armv.S and entry-common.S (vector_swi), arch/arm/kernel/traps.c,
  /// arch/arm/mm/fsr-3level.c, Documentation/arch/arm/memory.rst; man:syscall(2).
  public static let arm = Architecture(
    name: "arm",
    is64Bit: false,
    userModeName: "USR mode",
    kernelModeName: "SVC mode",
    registers: (0...12).map { "r\($0)" } + ["sp", "lr"],
    programCounter: "pc",
    flagsRegister: "cpsr",
    roles: RegisterRoles(
      number: 7, result: 0, arguments: [0, 1, 2, 3, 4, 5], stackPointer: 13, framePointer: 11,
      temporaries: [6, 8, 9, 10]),
    clobberedBySyscall: [],
    syscallInstruction: "svc #0",
    entryPointHolder: "vector table + 8",
    savedBySyscall: SavedState("LR_svc", "SPSR_svc"),
    syscallReturnInstruction: "movs pc, lr",
    entrySyscallName: "vector_swi",
    dispatcherName: "invoke_syscall",
    savedByException: SavedState("LR_abt", "SPSR_abt"),
    savedByInterrupt: SavedState("LR_irq", "SPSR_irq"),
    causeRegister: "DFSR or IFSR",
    faultAddressRegister: "DFAR or IFAR",
    interruptMask: "cpsr.I, set by the CPU",
    interruptReturnInstruction: "movs pc, lr",
    stackSwitch: "SVC mode has a stack pointer of its own, SP_svc",
    interruptEntryName: "__irq_usr",
    exceptions: [
      // sdiv by zero gives 0 and no exception; the entry stands for __aeabi_ldiv0's raise(SIGFPE).
      ExceptionFacts(
        "division by zero", vector: 4, entryName: "__aeabi_ldiv0", entry: 0xFFFF_0004,
        signal: .SIGFPE, code: .FPE_INTDIV, address: .instruction),
      ExceptionFacts(
        "undefined instruction", vector: 0x04, entryName: "do_undef_handler", entry: 0xFFFF_0004,
        signal: .SIGILL, code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "undefined instruction", vector: 0x04, entryName: "do_undefinstr", entry: 0xFFFF_0004,
        signal: .SIGILL, code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "data or prefetch abort", vector: 0x10, entryName: "do_DataAbort", signal: .SIGSEGV,
        code: .SEGV_MAPERR, address: .access),
      ExceptionFacts(
        "alignment exception", vector: 0x10, entryName: "do_alignment", signal: .SIGBUS,
        code: .BUS_ADRALN, address: .access),
    ],
    faultStatus: FaultStatusFormat(
      encode: { cause in
        // Long-descriptor form: LPAE bit 9, WnR bit 11, STATUS 0b0001LL or 0b0011LL; the first of
        // LPAE's levels is level 1. Bit 31 is Linux's mark of a prefetch abort (FSR_LNX_PF).
        (cause.access == .execute ? 1 << 31 : 0) | (cause.access == .write ? 1 << 11 : 0) | 1 << 9
          | (cause.isPresent ? 0b1100 : 0b0100)
          | UInt64(truncatingIfNeeded: cause.level &+ 1 & 3)
      },
      decode: { status in
        let isFetch = status & 1 << 31 != 0
        return FaultReport(
          isFetch ? "prefetch abort" : "data abort",
          isFetch ? .execute : status & 1 << 11 != 0 ? .write : .read,
          isPresent: status & 0b11_1100 == 0b00_1100)
      }),
    refusal: { _, _ in nil },
    privilegedException: .generalProtection,
    quotientByZero: 0,
    // In user mode `cps` changes nothing and raises nothing: it is not in this list.
    privilegedInstructions: ["mcr_ttbr0", "mcr_sctlr", "mrc_dfsr", "mcr_tlbiall", "hvc", "smc"],
    timerVector: 27,
    deviceVector: 33,
    interProcessorVector: 0,
    // The GIC serves the lowest number first among equal priorities; TLB maintenance is broadcast.
    interruptOrder: [.interProcessor, .timer, .device],
    pageTableBase: "TTBR0",
    pageTable: [
      PageTableLevel("PGD", shift: 30, bits: 2, mayMapLargePage: false),
      PageTableLevel("PMD", shift: 21, bits: 9, mayMapLargePage: true),
      PageTableLevel("PTE", shift: 12, bits: 9, mayMapLargePage: false),
    ],
    entryFormat: .longDescriptors(lastLevel: 2),
    kernelSpace: .sharedUpperHalf,
    kernelStackBytes: 8 << 10,
    // The 16 MiB below the kernel's gigabyte are for modules on Linux. Here modules lie with
    // vmalloc (as with CONFIG_ARM_MODULE_PLTS), so that whole entries of the root are shared.
    userEnd: 0xBF00_0000,
    directMapBase: 0xC000_0000,
    kernelTextBase: 0xC030_0000,
    modulesBase: 0xF080_0000,
    vmallocBase: 0xF180_0000,
    syscallEntry: 0xFFFF_0008,
    exceptionEntry: 0xFFFF_0010,
    interruptEntry: 0xFFFF_0018,
    programBase: 0x1_1000,
    libraryBase: 0xB6C0_0000,
    vvarBase: 0xB6FC_9000,
    vdsoBase: 0xB6FC_D000,
    mmapTop: 0xB6FF_F000,
    userStackTop: 0xBEFF_F000,
    signalTrampoline: .libc,
    elfMachine: 40,
    userFlags: 0x10,
    source: "Arm ARM (ARMv7-A); man:syscall(2); arch/arm in torvalds/linux")
}
