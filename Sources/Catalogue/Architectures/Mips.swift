extension Architecture {
  /// mips (MIPS64 release 2, n64): 3-level page tables that software walks, `syscall` and `eret`,
  /// user and kernel mode.
  ///
  /// Errors are shown by a3, with a positive number in v0. Kernel memory is not in any page table:
  /// addresses of xkphys and CKSEG0 are physical addresses with something added.
  ///
  /// Sources: MIPS64 PRA (vol. III) ch. 4 (address space) and 6 (exceptions);
  /// arch/mips/kernel/scall64-n64.S, genex.S, traps.c (do_cpu, do_ri, do_tr), unaligned.c (do_ade),
  /// arch/mips/mm/fault.c, arch/mips/include/asm/pgtable-64.h and spaces.h; man:syscall(2).
  public static let mips = Architecture(
    name: "mips",
    userModeName: "user mode",
    kernelModeName: "kernel mode",
    registers: [
      "zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2",
      "t3", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp",
      "fp", "ra",
    ],
    programCounter: "pc",
    flagsRegister: "Status",
    roles: RegisterRoles(
      number: 2, result: 2, arguments: [4, 5, 6, 7, 8, 9], stackPointer: 29, framePointer: 30,
      temporaries: [16, 17, 18, 19, 20]),
    clobberedBySyscall: [7],
    syscallInstruction: "syscall",
    entryPointHolder: "EBase + 0x180",
    savedBySyscall: SavedState(.special("EPC"), .nowhere("Status.EXL is set")),
    savesOwnAddress: true,
    syscallCause: "Cause.ExcCode ← 8 (Sys)",
    errorConvention: .flagRegister(7),
    syscallReturnInstruction: "eret",
    entrySyscallName: "handle_sys64",
    dispatcherName: "syscall_common",
    savedByException: SavedState(.special("EPC"), .nowhere("Status.EXL is set")),
    savedByInterrupt: SavedState(.special("EPC"), .nowhere("Status.EXL is set")),
    causeRegister: "Cause",
    faultAddressRegister: "BadVAddr",
    interruptMask: "Status.EXL, set by the CPU",
    interruptReturnInstruction: "eret",
    stackSwitch: "sp is loaded from the per-CPU `kernelsp`",
    interruptEntryName: "handle_int",
    exceptions: [
      // Division itself raises nothing: compilers put `teq divisor, zero, 7` beside it.
      ExceptionFacts(
        "Tr", vector: 13, entryName: "do_tr", signal: .SIGFPE, code: .FPE_INTDIV,
        address: .instruction),
      ExceptionFacts(
        "RI", vector: 10, entryName: "do_ri", signal: .SIGILL, code: .SI_KERNEL, address: .none),
      ExceptionFacts(
        "CpU", vector: 11, entryName: "do_cpu", signal: .SIGILL, code: .SI_KERNEL,
        address: .none),
      ExceptionFacts(
        "TLB exception", vector: 2, entryName: "do_page_fault", signal: .SIGSEGV,
        code: .SEGV_MAPERR, address: .access),
      ExceptionFacts(
        "AdEL or AdES", vector: 4, entryName: "do_ade", signal: .SIGBUS, code: .SI_KERNEL,
        address: .none),
    ],
    faultStatus: FaultStatusFormat(
      encode: { cause in
        // Cause.ExcCode, bits 6 to 2: Mod 1, TLBL 2, TLBS 3, TLBRI 19, TLBXI 20.
        let code: UInt64 =
          switch (cause.access, cause.isPresent) {
          case (.write, true): 1
          case (.write, false): 3
          case (.read, true): 19
          case (.execute, true): 20
          case (_, false): 2
          }
        // TLBL stands for loads and fetches; bit 31 is where this model tells them apart, as the
        // kernel does by comparing BadVAddr with EPC.
        return code << 2 | (cause.access == .execute && !cause.isPresent ? 1 << 31 : 0)
      },
      decode: { status in
        switch status >> 2 & 31 {
        case 1: FaultReport("Mod", .write, isPresent: true)
        case 3: FaultReport("TLBS", .write, isPresent: false)
        case 19: FaultReport("TLBRI", .read, isPresent: true)
        case 20: FaultReport("TLBXI", .execute, isPresent: true)
        default:
          FaultReport("TLBL", status & 1 << 31 != 0 ? .execute : .read, isPresent: false)
        }
      }),
    refusal: { address, isUser in
      // User mode may name xuseg alone, 40 bits of it; the kernel's segments are its own.
      if address < 1 << 40 { return nil }
      if isUser { return .addressError }
      return address >= 0x8000_0000_0000_0000 ? nil : .addressError
    },
    privilegedException: .generalProtection,
    privilegedInstructions: ["mtc0", "mfc0", "tlbwr", "tlbwi", "cache", "eret", "wait", "di"],
    timerVector: 7,
    deviceVector: 2,
    interProcessorVector: 1,
    invalidationVector: 1,
    // plat_irq_dispatch takes the highest bit of Cause.IP.
    interruptOrder: [.timer, .device, .interProcessor],
    servesHighestDeviceFirst: true,
    pageTableBase: "PWBase",
    tableWalker: "the TLB refill handler",
    pageTable: [
      PageTableLevel("PGD", shift: 30, bits: 10, mayMapLargePage: false),
      PageTableLevel("PMD", shift: 21, bits: 9, mayMapLargePage: true),
      PageTableLevel("PTE", shift: 12, bits: 9, mayMapLargePage: false),
    ],
    entryFormat: .mips,
    kernelSpace: .ownTable(base: "swapper_pg_dir"),
    directSegments: [
      DirectSegment("xkphys", 0x9800_0000_0000_0000...0x9800_00FF_FFFF_FFFF),
      DirectSegment("CKSEG0", 0xFFFF_FFFF_8000_0000...0xFFFF_FFFF_9FFF_FFFF),
    ],
    userEnd: 0x100_0000_0000,
    directMapBase: 0x9800_0000_0000_0000,
    kernelTextBase: 0xFFFF_FFFF_8010_0000,
    modulesBase: 0xFFFF_FFFF_C000_0000,
    vmallocBase: 0xC000_0000_0000_0000,
    syscallEntry: 0xFFFF_FFFF_8000_0180,
    exceptionEntry: 0xFFFF_FFFF_8000_0180,
    interruptEntry: 0xFFFF_FFFF_8000_0180,
    programBase: 0x1_2000_1000,
    libraryBase: 0xFF_F7C0_0000,
    vvarBase: 0xFF_F7FC_9000,
    vdsoBase: 0xFF_F7FC_D000,
    mmapTop: 0xFF_F7FF_F000,
    userStackTop: 0xFF_FFFF_F000,
    signalTrampoline: .vdso,
    elfMachine: 8,
    userFlags: 0xF1,
    source: "MIPS64 PRA; man:syscall(2); arch/mips in torvalds/linux")
}

extension PageTableFormat {
  /// mips with RI and XI: P 0, W 1, A 2, M 3, H 4, XI 6, RI 7, G 8, V 9, D 10, page number from bit 14
  /// on. The hardware sees what is right of nothing: V, D, G, RI and XI; the rest is Linux's. Only
  /// kernel pages are global. Upper levels hold addresses of tables in xkphys.
  ///
  /// Sources: arch/mips/include/asm/pgtable-bits.h, pgtable-64.h.
  static let mips: PageTableFormat = {
    let present: UInt64 = 1 << 0
    let writable: UInt64 = 1 << 1
    let accessed: UInt64 = 1 << 2
    let modified: UInt64 = 1 << 3
    let huge: UInt64 = 1 << 4
    let noExecute: UInt64 = 1 << 6
    let noRead: UInt64 = 1 << 7
    let global: UInt64 = 1 << 8
    let valid: UInt64 = 1 << 9
    let dirty: UInt64 = 1 << 10
    let xkphys: UInt64 = 0x9800_0000_0000_0000
    let physicalMask: UInt64 = 0xFF_FFFF_F000
    let lastLevel = 2

    return PageTableFormat(
      encode: { entry, level in
        switch entry {
        case .empty: return 0
        case .table(let address, _): return xkphys | UInt64(bitPattern: address) & physicalMask
        case .page(let address, let permission, let isAccessed, let isDirty):
          var bits = (UInt64(bitPattern: address) & physicalMask) << 2 | present
          if level < lastLevel { bits |= huge }
          if permission.contains(.write) { bits |= writable }
          if permission.contains(.noRead), permission.contains(.execute) { bits |= noRead }
          if !permission.contains(.execute) { bits |= noExecute }
          if !permission.contains(.user) { bits |= global }
          if isAccessed { bits |= accessed | valid }
          if isDirty { bits |= modified }
          if isDirty, permission.contains(.write) { bits |= dirty }
          return bits
        case .withheld(let address):
          return (UInt64(bitPattern: address) & physicalMask) << 2 | present | noRead | noExecute
        case .swapped(let slot): return swapOffset(of: slot) << 24
        }
      },
      decode: { bits, level in
        if bits == 0 { return .empty }
        if level < lastLevel, bits & huge == 0 {
          return .table(Int64(bitPattern: bits & physicalMask), limits: .all)
        }
        guard bits & present != 0 else { return .swapped(swapSlot(at: bits >> 24)) }
        let address = Int64(bitPattern: bits >> 2 & physicalMask)
        if bits & noRead != 0, bits & noExecute != 0 { return .withheld(address) }
        var permission: PagePermission = []
        if bits & writable != 0 { permission.insert(.write) }
        if bits & noRead != 0 { permission.insert(.noRead) }
        if bits & noExecute == 0 { permission.insert(.execute) }
        if bits & global == 0 { permission.insert(.user) }
        return .page(
          address, permission, isAccessed: bits & accessed != 0, isDirty: bits & modified != 0)
      },
      touch: { bits, level, isWrite in
        if level < lastLevel, bits & huge == 0 { return bits }
        return bits | accessed | valid | (isWrite ? modified | dirty : 0)
      })
  }()
}
