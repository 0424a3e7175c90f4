extension Architecture {
  /// x86_64: 4-level paging, `syscall`/`sysret`, ring 3 and ring 0.
  ///
  /// Sources: Intel SDM vol. 2 (SYSCALL) and vol. 3 ch. 4 (paging), ch. 6 (exceptions);
  /// arch/x86/entry/entry_64.S, arch/x86/kernel/cpu/common.c (syscall_init),
  /// arch/x86/include/asm/trap_pf.h, Documentation/arch/x86/x86_64/mm.rst in torvalds/linux.
  public static let x86_64 = Architecture(
    name: "x86_64",
    userModeName: "ring 3",
    kernelModeName: "ring 0",
    registers: [
      "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
      "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    ],
    programCounter: "rip",
    flagsRegister: "rflags",
    roles: RegisterRoles(
      number: 0, result: 0, arguments: [7, 6, 2, 10, 8, 9], stackPointer: 4, framePointer: 5,
      temporaries: [3, 12, 13, 14, 15]),
    clobberedBySyscall: [1, 11],
    syscallInstruction: "syscall",
    entryPointHolder: "MSR LSTAR",
    savedBySyscall: SavedState(.register(1), .register(11)),
    syscallReturnInstruction: "sysretq",
    entrySyscallName: "entry_SYSCALL_64",
    dispatcherName: "do_syscall_64",
    savedByException: SavedState(.stack, .stack),
    savedByInterrupt: SavedState(.stack, .stack),
    hardwareFrame: ["ss", "rsp", "rflags", "cs", "rip"],
    causeRegister: nil,
    faultAddressRegister: "CR2",
    interruptMask: "rflags.IF, cleared by SFMASK or the gate",
    interruptReturnInstruction: "iretq",
    stackSwitch: "`swapgs`, then rsp is loaded from the per-CPU top_of_stack",
    interruptStackSwitch: "the CPU itself loads rsp from TSS.sp0",
    interruptEntryName: "asm_common_interrupt",
    exceptions: X86.exceptions,
    faultStatus: X86.faultStatus,
    refusal: { address, _ in
      // Bits 63 to 47 must be equal: the canonical form of 48 bits.
      let upper = address >> 47
      return upper == 0 || upper == 0x1_FFFF ? nil : .generalProtection
    },
    privilegedException: .generalProtection,
    privilegedInstructions: X86.privilegedInstructions,
    timerVector: 0xEC,
    deviceVector: 0x24,
    interProcessorVector: 0xFD,
    invalidationVector: 0xFC,
    // The local APIC serves the highest vector first.
    interruptOrder: [.interProcessor, .timer, .device],
    servesHighestDeviceFirst: true,
    pageTableBase: "CR3",
    pageTable: [
      PageTableLevel("PML4", shift: 39, bits: 9, mayMapLargePage: false),
      PageTableLevel("PDPT", shift: 30, bits: 9, mayMapLargePage: true),
      PageTableLevel("PD", shift: 21, bits: 9, mayMapLargePage: true),
      PageTableLevel("PT", shift: 12, bits: 9, mayMapLargePage: false),
    ],
    entryFormat: .x86(lastLevel: 3, rootHasRights: true),
    kernelSpace: .sharedUpperHalf,
    userEnd: 0x0000_7FFF_FFFF_F000,
    directMapBase: 0xFFFF_8880_0000_0000,
    kernelTextBase: 0xFFFF_FFFF_8100_0000,
    modulesBase: 0xFFFF_FFFF_A000_0000,
    vmallocBase: 0xFFFF_C900_0000_0000,
    syscallEntry: 0xFFFF_FFFF_8100_0080,
    exceptionEntry: 0xFFFF_FFFF_8100_0B00,
    interruptEntry: 0xFFFF_FFFF_8100_0D00,
    programBase: 0x40_1000,
    libraryBase: 0x7FFF_F7C0_0000,
    vvarBase: 0x7FFF_F7FC_9000,
    vdsoBase: 0x7FFF_F7FC_D000,
    mmapTop: 0x7FFF_F7FF_F000,
    userStackTop: 0x7FFF_FFFF_E000,
    signalTrampoline: .libc,
    elfMachine: 62,
    userFlags: 0x202,
    syscallFlagMask: 0x4_7700,
    source: "Intel SDM; arch/x86 in torvalds/linux")
}
