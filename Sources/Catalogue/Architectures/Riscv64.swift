extension Architecture {
  /// riscv64: 3-level paging (Sv39), `ecall` and `sret`, U and S mode.
  ///
  /// Sources: RISC-V privileged spec ch. 10 (supervisor CSRs, Sv39); arch/riscv/kernel/entry.S and
  /// traps.c, arch/riscv/include/asm/csr.h, Documentation/arch/riscv/vm-layout.rst; man:syscall(2).
  public static let riscv64 = Architecture(
    name: "riscv64",
    userModeName: "U mode",
    kernelModeName: "S mode",
    registers: [
      "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
      "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
      "t5", "t6",
    ],
    programCounter: "pc",
    flagsRegister: "sstatus",
    roles: RegisterRoles(
      number: 17, result: 10, arguments: [10, 11, 12, 13, 14, 15], stackPointer: 2,
      framePointer: 8, temporaries: [9, 18, 19, 20, 21]),
    clobberedBySyscall: [],
    syscallInstruction: "ecall",
    entryPointHolder: "stvec",
    savedBySyscall: SavedState(
      .special("sepc"), .nowhere("mode and mask go to sstatus.SPP and SPIE")),
    savesOwnAddress: true,
    syscallCause: "scause ← 8 (ecall from U mode)",
    syscallReturnInstruction: "sret",
    entrySyscallName: "handle_exception",
    dispatcherName: "do_trap_ecall_u",
    savedByException: SavedState(
      .special("sepc"), .nowhere("mode and mask go to sstatus.SPP and SPIE")),
    savedByInterrupt: SavedState(
      .special("sepc"), .nowhere("mode and mask go to sstatus.SPP and SPIE")),
    causeRegister: "scause",
    faultAddressRegister: "stval",
    interruptMask: "sstatus.SIE, cleared by the CPU",
    interruptReturnInstruction: "sret",
    stackSwitch: "sscratch, which holds the task while it is in user mode, leads to its stack",
    interruptEntryName: "do_irq",
    exceptions: [
      // Integer division by zero gives -1 and no exception; the entry stands for ebreak.
      ExceptionFacts(
        "breakpoint", vector: 3, entryName: "do_trap_break", signal: .SIGFPE, code: .FPE_INTDIV,
        address: .instruction),
      ExceptionFacts(
        "illegal instruction", vector: 2, entryName: "handle_illegal", signal: .SIGILL,
        code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "illegal instruction", vector: 2, entryName: "do_trap_insn_illegal", signal: .SIGILL,
        code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "page fault", vector: 13, entryName: "do_page_fault", signal: .SIGSEGV, code: .SEGV_MAPERR,
        address: .access),
      ExceptionFacts(
        "misaligned load", vector: 4, entryName: "do_trap_load_misaligned", signal: .SIGBUS,
        code: .BUS_ADRALN, address: .access),
    ],
    faultStatus: FaultStatusFormat(
      encode: { cause in
        switch cause.access {
        case .execute: 12
        case .read: 13
        case .write: 15
        }
      },
      decode: { status in
        switch status {
        case 12: FaultReport("instruction page fault", .execute, isPresent: nil)
        case 15: FaultReport("store page fault", .write, isPresent: nil)
        default: FaultReport("load page fault", .read, isPresent: nil)
        }
      }),
    refusal: { address, _ in
      // Bits 63 to 38 must be equal; otherwise it is a page fault like any other.
      let upper = address >> 38
      return upper == 0 || upper == 0x3FF_FFFF ? nil : .pageFault
    },
    privilegedException: .generalProtection,
    quotientByZero: -1,
    privilegedInstructions: [
      "csrw_satp", "csrr_sstatus", "csrw_stvec", "csrc_sie", "sret", "mret", "sfence_vma", "wfi",
    ],
    timerVector: 5,
    deviceVector: 1,
    interProcessorVector: 1,
    invalidationVector: 1,
    // Privileged spec: external before software before timer; the PLIC serves the lowest number first.
    interruptOrder: [.device, .interProcessor, .timer],
    pageTableBase: "satp",
    pageTable: [
      PageTableLevel("PGD", shift: 30, bits: 9, mayMapLargePage: true),
      PageTableLevel("PMD", shift: 21, bits: 9, mayMapLargePage: true),
      PageTableLevel("PTE", shift: 12, bits: 9, mayMapLargePage: false),
    ],
    entryFormat: .riscv,
    kernelSpace: .sharedUpperHalf,
    userEnd: 0x40_0000_0000,
    directMapBase: 0xFFFF_FFD6_0000_0000,
    kernelTextBase: 0xFFFF_FFFF_8000_0000,
    modulesBase: 0xFFFF_FFFF_0000_0000,
    vmallocBase: 0xFFFF_FFC6_0000_0000,
    syscallEntry: 0xFFFF_FFFF_8000_1000,
    exceptionEntry: 0xFFFF_FFFF_8000_1000,
    interruptEntry: 0xFFFF_FFFF_8000_1000,
    programBase: 0x1_1000,
    libraryBase: 0x3F_F7C0_0000,
    vvarBase: 0x3F_F7FC_9000,
    vdsoBase: 0x3F_F7FC_D000,
    mmapTop: 0x3F_F7FF_F000,
    userStackTop: 0x3F_FFFF_F000,
    signalTrampoline: .vdso,
    elfMachine: 243,
    userFlags: 0x20,
    source: "RISC-V privileged spec; man:syscall(2); arch/riscv in torvalds/linux")
}

extension PageTableFormat {
  /// RISC-V: V 0, R 1, W 2, X 3, U 4, G 5, A 6, D 7, page number from bit 10 on. An entry with any of
  /// R, W and X is a leaf, whatever its level; W without R is reserved.
  ///
  /// Without V, G keeps a page for `PROT_NONE` (Linux's _PAGE_PROT_NONE), and the number of a swap
  /// slot stands from bit 12 on.
  ///
  /// Sources: RISC-V privileged spec (Sv39); arch/riscv/include/asm/pgtable-bits.h.
  static let riscv: PageTableFormat = {
    let valid: UInt64 = 1 << 0
    let readable: UInt64 = 1 << 1
    let writable: UInt64 = 1 << 2
    let executable: UInt64 = 1 << 3
    let user: UInt64 = 1 << 4
    let global: UInt64 = 1 << 5
    let accessed: UInt64 = 1 << 6
    let dirty: UInt64 = 1 << 7
    @Sendable func number(_ address: Int64) -> UInt64 {
      (UInt64(bitPattern: address) >> 12) << 10 & (1 << 54 - 1)
    }
    @Sendable func address(_ bits: UInt64) -> Int64 {
      Int64(bitPattern: ((bits & (1 << 54 - 1)) >> 10) << 12)
    }

    return PageTableFormat(
      encode: { entry, _ in
        switch entry {
        case .empty: return 0
        case .table(let place, _): return number(place) | valid
        case .page(let place, let permission, let isAccessed, let isDirty):
          var bits = number(place) | valid
          if permission.contains(.write) { bits |= writable | readable }
          if permission.contains(.execute) { bits |= executable }
          if !permission.contains(.noRead) || !permission.contains(.execute) { bits |= readable }
          bits |= permission.contains(.user) ? user : global
          if isAccessed { bits |= accessed }
          if isDirty { bits |= dirty }
          return bits
        case .withheld(let place): return number(place) | global
        case .swapped(let slot): return swapOffset(of: slot) << 12
        }
      },
      decode: { bits, level in
        guard bits & valid != 0 else {
          if bits == 0 { return .empty }
          return bits & global != 0 ? .withheld(address(bits)) : .swapped(swapSlot(at: bits >> 12))
        }
        guard bits & (readable | writable | executable) != 0 else {
          return .table(address(bits), limits: .all)
        }
        var permission: PagePermission = []
        if bits & readable == 0 { permission.insert(.noRead) }
        if bits & writable != 0 { permission.insert(.write) }
        if bits & executable != 0 { permission.insert(.execute) }
        if bits & user != 0 { permission.insert(.user) }
        return .page(
          address(bits), permission, isAccessed: bits & accessed != 0, isDirty: bits & dirty != 0)
      },
      touch: { bits, _, isWrite in
        guard bits & (readable | writable | executable) != 0 else { return bits }
        return bits | accessed | (isWrite ? dirty : 0)
      })
  }()
}
