extension Architecture {
  /// loongarch64: 4-level paging with a table for either half, `syscall` and `ertn`, PLV3 and PLV0.
  ///
  /// The kernel's text and all memory are in a direct mapping window, without page tables.
  ///
  /// Sources: LoongArch Reference Manual vol. 1 ch. 5 (memory), 6 (exceptions), 7 (CSRs);
  /// arch/loongarch/kernel/entry.S, genex.S and traps.c, arch/loongarch/mm/fault.c,
  /// arch/loongarch/include/asm/loongarch.h, addrspace.h and pgtable-bits.h; man:syscall(2).
  public static let loongarch64 = Architecture(
    name: "loongarch64",
    userModeName: "PLV3",
    kernelModeName: "PLV0",
    registers: [
      "zero", "ra", "tp", "sp", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2",
      "t3", "t4", "t5", "t6", "t7", "t8", "u0", "fp", "s0", "s1", "s2", "s3", "s4", "s5", "s6",
      "s7", "s8",
    ],
    programCounter: "pc",
    flagsRegister: "CRMD",
    roles: RegisterRoles(
      number: 11, result: 4, arguments: [4, 5, 6, 7, 8, 9], stackPointer: 3, framePointer: 22,
      temporaries: [23, 24, 25, 26, 27]),
    clobberedBySyscall: [],
    syscallInstruction: "syscall 0",
    entryPointHolder: "CSR EENTRY + 0x1600",
    savedBySyscall: SavedState("ERA", "PRMD"),
    savesOwnAddress: true,
    syscallCause: "ESTAT.Ecode ← 0xB (SYS)",
    syscallReturnInstruction: "ertn",
    entrySyscallName: "handle_syscall",
    dispatcherName: "do_syscall",
    savedByException: SavedState("ERA", "PRMD"),
    savedByInterrupt: SavedState("ERA", "PRMD"),
    causeRegister: "ESTAT",
    faultAddressRegister: "BADV",
    interruptMask: "CRMD.IE, cleared by the CPU",
    interruptReturnInstruction: "ertn",
    stackSwitch: "a KS CSR leads to the per-CPU area, and that to `kernelsp`",
    interruptEntryName: "do_vint",
    exceptions: [
      // Division itself raises nothing: compilers put a test and `break 7` beside it.
      ExceptionFacts(
        "BRK", vector: 0x0C, entryName: "do_bp", signal: .SIGFPE, code: .FPE_INTDIV,
        address: .instruction),
      ExceptionFacts(
        "INE", vector: 0x0D, entryName: "handle_ri", signal: .SIGILL, code: .SI_KERNEL,
        address: .none),
      ExceptionFacts(
        "IPE", vector: 0x0E, entryName: "do_ri", signal: .SIGILL, code: .SI_KERNEL,
        address: .none),
      ExceptionFacts(
        "page exception", vector: 0x01, entryName: "do_page_fault", signal: .SIGSEGV,
        code: .SEGV_MAPERR, address: .access),
      ExceptionFacts(
        "ADE", vector: 0x08, entryName: "do_ade", signal: .SIGBUS, code: .BUS_ADRERR,
        address: .access),
    ],
    faultStatus: FaultStatusFormat(
      encode: { cause in
        // ESTAT.Ecode, bits 21 to 16: PIL 1, PIS 2, PIF 3, PME 4, PNR 5, PNX 6, PPI 7.
        let code: UInt64 =
          switch (cause.access, cause.isPresent) {
          case (.read, false): 1
          case (.write, false): 2
          case (.execute, false): 3
          case (.write, true): 4
          case (.read, true): 5
          case (.execute, true): 6
          }
        return code << 16
      },
      decode: { status in
        switch status >> 16 & 0x3F {
        case 2: FaultReport("PIS", .write, isPresent: false)
        case 3: FaultReport("PIF", .execute, isPresent: false)
        case 4: FaultReport("PME", .write, isPresent: true)
        case 5: FaultReport("PNR", .read, isPresent: true)
        case 6: FaultReport("PNX", .execute, isPresent: true)
        default: FaultReport("PIL", .read, isPresent: false)
        }
      }),
    refusal: { address, isUser in
      // Bits 63 to 47 must be equal; the windows are the kernel's.
      let upper = address >> 47
      if upper == 0 || upper == 0x1_FFFF { return nil }
      return !isUser && address >> 60 == 0x9 ? nil : .addressError
    },
    privilegedException: .generalProtection,
    privilegedInstructions: [
      "csrwr_pgdl", "csrrd_estat", "csrwr_eentry", "csrxchg_crmd", "tlbwr", "invtlb", "ertn",
      "idle", "iocsrrd", "cacop",
    ],
    timerVector: 11,
    deviceVector: 2,
    interProcessorVector: 12,
    invalidationVector: 12,
    // handle_cpu_irq takes the lowest bit of ESTAT.IS.
    interruptOrder: [.device, .timer, .interProcessor],
    pageTableBase: "PGDL",
    tableWalker: "the page-table walker",
    pageTable: [
      PageTableLevel("PGD", shift: 39, bits: 9, mayMapLargePage: false),
      PageTableLevel("PUD", shift: 30, bits: 9, mayMapLargePage: false),
      PageTableLevel("PMD", shift: 21, bits: 9, mayMapLargePage: true),
      PageTableLevel("PTE", shift: 12, bits: 9, mayMapLargePage: false),
    ],
    entryFormat: .loongarch,
    kernelSpace: .ownTable(base: "PGDH"),
    directSegments: [
      DirectSegment("DMW1", 0x9000_0000_0000_0000...0x9000_FFFF_FFFF_FFFF)
    ],
    userEnd: 0x8000_0000_0000,
    directMapBase: 0x9000_0000_0000_0000,
    kernelTextBase: 0x9000_0000_0020_0000,
    modulesBase: 0xFFFF_8000_0200_2000,
    vmallocBase: 0xFFFF_8000_1200_2000,
    syscallEntry: 0x9000_0000_0150_1600,
    exceptionEntry: 0x9000_0000_0150_0200,
    interruptEntry: 0x9000_0000_0150_8000,
    programBase: 0x1_2000_1000,
    libraryBase: 0x7FFF_F7C0_0000,
    vvarBase: 0x7FFF_F7FC_9000,
    vdsoBase: 0x7FFF_F7FC_D000,
    mmapTop: 0x7FFF_F7FF_F000,
    userStackTop: 0x7FFF_FFFF_F000,
    signalTrampoline: .vdso,
    elfMachine: 258,
    userFlags: 0x7,
    source: "LoongArch Reference Manual; man:syscall(2); arch/loongarch in torvalds/linux")
}

extension PageTableFormat {
  /// LoongArch: V 0, D 1, PLV 3:2, cache 5:4, P 7, W 8, M 9, address 47:12, NR 61, NX 62; HUGE 6 in upper
  /// levels, which hold plain physical addresses otherwise.
  ///
  /// V marks a page as accessed, D and M as modified; the page-table walker of newer CPUs sets them.
  /// Without P, bit 10 keeps a page for `PROT_NONE`, and a swap slot's number stands from bit 24 on.
  ///
  /// Sources: LoongArch Reference Manual vol. 1, 5.4.5; arch/loongarch/include/asm/pgtable-bits.h.
  static let loongarch: PageTableFormat = {
    let valid: UInt64 = 1 << 0
    let dirty: UInt64 = 1 << 1
    let user: UInt64 = 3 << 2
    let cached: UInt64 = 1 << 4
    let huge: UInt64 = 1 << 6
    let present: UInt64 = 1 << 7
    let writable: UInt64 = 1 << 8
    let modified: UInt64 = 1 << 9
    let protNone: UInt64 = 1 << 10
    let noRead: UInt64 = 1 << 61
    let noExecute: UInt64 = 1 << 62
    let addressMask: UInt64 = 0x0000_FFFF_FFFF_F000
    let lastLevel = 3

    return PageTableFormat(
      encode: { entry, level in
        switch entry {
        case .empty: return 0
        case .table(let address, _): return UInt64(bitPattern: address) & addressMask
        case .page(let address, let permission, let isAccessed, let isDirty):
          var bits = UInt64(bitPattern: address) & addressMask | present | cached
          if level < lastLevel { bits |= huge }
          if permission.contains(.user) { bits |= user }
          if permission.contains(.write) { bits |= writable }
          if permission.contains(.noRead) { bits |= noRead }
          if !permission.contains(.execute) { bits |= noExecute }
          if isAccessed { bits |= valid }
          if isDirty { bits |= modified }
          if isDirty, permission.contains(.write) { bits |= dirty }
          return bits
        case .withheld(let address):
          return UInt64(bitPattern: address) & addressMask | protNone | noRead | user | cached
        case .swapped(let slot): return swapOffset(of: slot) << 24
        }
      },
      decode: { bits, level in
        if bits == 0 { return .empty }
        let address = Int64(bitPattern: bits & addressMask)
        if level < lastLevel, bits & huge == 0 { return .table(address, limits: .all) }
        guard bits & present != 0 else {
          return bits & protNone != 0 ? .withheld(address) : .swapped(swapSlot(at: bits >> 24))
        }
        var permission: PagePermission = []
        if bits & user == user { permission.insert(.user) }
        if bits & writable != 0 { permission.insert(.write) }
        if bits & noRead != 0 { permission.insert(.noRead) }
        if bits & noExecute == 0 { permission.insert(.execute) }
        return .page(
          address, permission, isAccessed: bits & valid != 0, isDirty: bits & modified != 0)
      },
      touch: { bits, level, isWrite in
        if level < lastLevel, bits & huge == 0 { return bits }
        return bits | valid | (isWrite ? modified | dirty : 0)
      })
  }()
}
