extension Architecture {
  /// i386 with PAE, entered by `int $0x80`: an interrupt that a program raises.
  ///
  /// Sources: Intel SDM vol. 2 (INT n) and vol. 3 ch. 4.4 (PAE paging), ch. 6; man:syscall(2);
  /// arch/x86/entry/entry_32.S (entry_INT80_32), Documentation/arch/x86/entry_64.rst.
  public static let i386 = machine(
    name: "i386", instruction: "int $0x80", vector: 0x80, holder: "IDT gate 0x80",
    saved: SavedState(.stack, .stack), back: "iret", entry: "entry_INT80_32",
    dispatcher: "do_int80_syscall_32", address: 0xC100_0080,
    stack: "the CPU itself loads esp from TSS.esp0")

  /// i386 with PAE, entered by `sysenter`, which the vDSO's `__kernel_vsyscall` executes.
  ///
  /// Nothing is saved by the hardware: the return address is a fixed place in the vDSO, and the
  /// user stack pointer is handed over in ebp, with the sixth argument on top of that stack.
  ///
  /// Sources: Intel SDM vol. 2 (SYSENTER); arch/x86/entry/entry_32.S (entry_SYSENTER_32),
  /// arch/x86/entry/vdso/vdso32/system_call.S.
  public static let i386Sysenter = machine(
    name: "i386_sysenter", instruction: "sysenter", vector: nil, holder: "MSR SYSENTER_EIP",
    saved: SavedState(.nowhere("fixed in the vDSO"), .nowhere("pushed by the vDSO's caller")),
    back: "sysexit", entry: "entry_SYSENTER_32", dispatcher: "do_SYSENTER_32",
    address: 0xC100_0480, stack: "the CPU itself loads esp from MSR SYSENTER_ESP")

  private static func machine(
    name: String, instruction: String, vector: UInt16?, holder: String, saved: SavedState,
    back: String, entry: String, dispatcher: String, address: UInt64, stack: String
  ) -> Architecture {
    Architecture(
      name: name,
      is64Bit: false,
      userModeName: "ring 3",
      kernelModeName: "ring 0",
      registers: ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"],
      programCounter: "eip",
      flagsRegister: "eflags",
      // Eight registers, and seven of them are taken by number and arguments: what waits in a
      // temporary or the frame pointer is pushed before a call that needs the register.
      roles: RegisterRoles(
        number: 0, result: 0, arguments: [3, 1, 2, 6, 7, 5], stackPointer: 4, framePointer: 5,
        temporaries: [6, 7], functionArguments: [3, 1, 2, 6, 7, 0]),
      clobberedBySyscall: [],
      syscallInstruction: instruction,
      syscallVector: vector,
      syscallStub: vector == nil ? SystemCallStub(pushed: [1, 2, 5], stackRegister: 5) : nil,
      entryPointHolder: holder,
      savedBySyscall: saved,
      syscallReturnInstruction: back,
      entrySyscallName: entry,
      dispatcherName: dispatcher,
      savedByException: SavedState(.stack, .stack),
      savedByInterrupt: SavedState(.stack, .stack),
      hardwareFrame: ["ss", "esp", "eflags", "cs", "eip"],
      hardwareFrameWordBytes: 4,
      causeRegister: nil,
      faultAddressRegister: "CR2",
      interruptMask: "eflags.IF, cleared by the gate or by `sysenter`",
      interruptReturnInstruction: "iret",
      stackSwitch: stack,
      interruptStackSwitch: "the CPU itself loads esp from TSS.esp0",
      interruptEntryName: "asm_common_interrupt",
      exceptions: X86.exceptions,
      faultStatus: X86.faultStatus,
      refusal: { _, _ in nil },
      privilegedException: .generalProtection,
      privilegedInstructions: X86.privilegedInstructions.filter {
        $0 != "swapgs" && $0 != "sysret"
      } + ["sysexit"],
      timerVector: 0xEC,
      deviceVector: 0x24,
      interProcessorVector: 0xFD,
      invalidationVector: 0xFC,
      // The local APIC serves the highest vector first.
      interruptOrder: [.interProcessor, .timer, .device],
      servesHighestDeviceFirst: true,
      pageTableBase: "CR3",
      pageTable: [
        PageTableLevel("PDPT", shift: 30, bits: 2, mayMapLargePage: false),
        PageTableLevel("PD", shift: 21, bits: 9, mayMapLargePage: true),
        PageTableLevel("PT", shift: 12, bits: 9, mayMapLargePage: false),
      ],
      entryFormat: .x86(lastLevel: 2, rootHasRights: false),
      kernelSpace: .sharedUpperHalf,
      kernelStackBytes: 8 << 10,
      userEnd: 0xC000_0000,
      directMapBase: 0xC000_0000,
      kernelTextBase: 0xC100_0000,
      modulesBase: 0xF800_0000,
      vmallocBase: 0xF000_0000,
      syscallEntry: address,
      exceptionEntry: 0xC100_0B00,
      interruptEntry: 0xC100_0D00,
      programBase: 0x0804_9000,
      libraryBase: 0xB7C0_0000,
      vvarBase: 0xB7FC_9000,
      vdsoBase: 0xB7FC_D000,
      mmapTop: 0xB7FF_F000,
      userStackTop: 0xBFFF_F000,
      signalTrampoline: .libc,
      elfMachine: 3,
      userFlags: 0x202,
      syscallFlagMask: 0x200,
      source: "Intel SDM; man:syscall(2); arch/x86 in torvalds/linux")
  }
}
