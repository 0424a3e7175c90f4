extension Architecture {
  /// s390x: separate address spaces for kernel and user, `svc` and `lpswe`, the state bit of the PSW.
  ///
  /// The instruction holds numbers up to 255 itself; greater ones are in r1.
  ///
  /// Sources: z/Architecture Principles of Operation ch. 3 (dynamic address translation) and 6
  /// (interruptions); arch/s390/kernel/entry.S, syscall.c, traps.c, arch/s390/mm/fault.c,
  /// arch/s390/include/asm/pgtable.h, arch/s390/boot/startup.c; man:syscall(2).
  public static let s390x = Architecture(
    name: "s390x",
    userModeName: "problem state",
    kernelModeName: "supervisor state",
    registers: (0...15).map { "r\($0)" },
    programCounter: "psw.addr",
    flagsRegister: "psw.mask",
    roles: RegisterRoles(
      number: 1, result: 2, arguments: [2, 3, 4, 5, 6, 7], stackPointer: 15, framePointer: 11,
      temporaries: [8, 9, 10, 12, 13]),
    clobberedBySyscall: [],
    syscallInstruction: "svc",
    numbersInInstruction: 1...255,
    entryPointHolder: "the SVC new PSW in lowcore (0x1C0)",
    savedBySyscall: SavedState(
      "the SVC old PSW (lowcore 0x140)", "the SVC old PSW (lowcore 0x140)"),
    syscallCause: "lowcore 0x8A ← the number in the instruction",
    syscallReturnInstruction: "lpswe",
    entrySyscallName: "system_call",
    dispatcherName: "__do_syscall",
    savedByException: SavedState(
      "the program old PSW (lowcore 0x150)", "the program old PSW (lowcore 0x150)"),
    savedByInterrupt: SavedState(
      "the I/O or external old PSW (lowcore 0x170, 0x130)",
      "the I/O or external old PSW (lowcore 0x170, 0x130)"),
    causeRegister: "lowcore 0x8E",
    faultAddressRegister: "the TEID (lowcore 0xA8)",
    interruptMask: "the I/O and external masks of the new PSW",
    interruptReturnInstruction: "lpswe",
    stackSwitch: "r15 is loaded from `kernel_stack` in lowcore",
    interruptEntryName: "io_int_handler",
    exceptions: [
      ExceptionFacts(
        "fixed-point-divide exception", vector: 0x09, entryName: "divide_exception",
        signal: .SIGFPE, code: .FPE_INTDIV, address: .instruction),
      ExceptionFacts(
        "operation exception", vector: 0x01, entryName: "illegal_op", signal: .SIGILL,
        code: .ILL_ILLOPC, address: .instruction),
      ExceptionFacts(
        "privileged-operation exception", vector: 0x02, entryName: "privileged_op",
        signal: .SIGILL, code: .ILL_PRVOPC, address: .instruction),
      ExceptionFacts(
        "translation or protection exception", vector: 0x11, entryName: "do_dat_exception",
        signal: .SIGSEGV, code: .SEGV_MAPERR, address: .access),
      ExceptionFacts(
        "specification exception", vector: 0x06, entryName: "specification_exception",
        signal: .SIGILL, code: .ILL_ILLOPN, address: .instruction),
    ],
    faultStatus: FaultStatusFormat(
      encode: { cause in
        // Program interruption code: protection 4, region third translation 0x3B, segment 0x10,
        // page 0x11. The TEID's fetch and store bits (0x800, 0x400) stand above it here.
        let code: UInt64 =
          cause.isPresent ? 0x04 : cause.level == 0 ? 0x3B : cause.level == 1 ? 0x10 : 0x11
        return code
          | (cause.access == .write ? 0x400 << 8 : cause.access == .read ? 0x800 << 8 : 1 << 24)
      },
      decode: { status in
        let name =
          switch status & 0xFF {
          case 0x04: "protection exception"
          case 0x10: "segment-translation exception"
          case 0x11: "page-translation exception"
          default: "region-third-translation exception"
          }
        let access: AccessKind =
          status & 0x400 << 8 != 0 ? .write : status & 1 << 24 != 0 ? .execute : .read
        return FaultReport(name, access, isPresent: status & 0xFF == 0x04)
      }),
    refusal: { address, _ in
      // A region-third table spans 4 TiB; beyond lies the ASCE-type exception, a fault like others.
      address < 1 << 42 ? nil : .pageFault
    },
    privilegedException: .generalProtection,
    privilegedInstructions: ["lctlg", "lpswe", "ssm", "stosm", "sske", "ipte", "sigp", "ssch"],
    timerVector: 0x1004,
    deviceVector: 1,
    interProcessorVector: 0x1202,
    // External interruptions come before those of devices; IPTE reaches all CPUs.
    interruptOrder: [.interProcessor, .timer, .device],
    pageTableBase: "the primary ASCE (CR1)",
    pageTable: [
      PageTableLevel("region-third table", shift: 31, bits: 11, mayMapLargePage: false),
      PageTableLevel("segment table", shift: 20, bits: 11, mayMapLargePage: true),
      PageTableLevel("page table", shift: 12, bits: 8, mayMapLargePage: false),
    ],
    entryFormat: .s390,
    kernelSpace: .separate(base: "the kernel ASCE"),
    userEnd: 0x400_0000_0000,
    directMapBase: 0,
    kernelTextBase: 0x3FF_E010_0000,
    modulesBase: 0x3FF_6000_0000,
    vmallocBase: 0x37F_6000_0000,
    syscallEntry: 0x3FF_E010_1000,
    exceptionEntry: 0x3FF_E010_1200,
    interruptEntry: 0x3FF_E010_1400,
    programBase: 0x100_1000,
    libraryBase: 0x3FF_F7C0_0000,
    vvarBase: 0x3FF_F7FC_9000,
    vdsoBase: 0x3FF_F7FC_D000,
    mmapTop: 0x3FF_F7FF_F000,
    userStackTop: 0x3FF_FFFF_F000,
    signalTrampoline: .vdso,
    elfMachine: 22,
    userFlags: 0x0705_0001_8000_0000,
    source: "z/Architecture Principles of Operation; man:syscall(2); arch/s390 in torvalds/linux")
}

extension PageTableFormat {
  /// s390x: region-third, segment and page-table entries. There is no bit for user mode: a process's
  /// table holds its own pages and nothing else.
  ///
  /// Of a page-table entry the hardware sees invalid 0x400, protected 0x200 and no-execute 0x100;
  /// present 0x1, young 0x4, dirty 0x8, read 0x10 and write 0x20 are Linux's. A page that is not young
  /// is invalid, and one that is not dirty is protected, until the first use is noticed.
  ///
  /// Sources: Principles of Operation ch. 3; arch/s390/include/asm/pgtable.h.
  static let s390: PageTableFormat = {
    let invalid: UInt64 = 0x400
    let protected: UInt64 = 0x200
    let noExecute: UInt64 = 0x100
    let present: UInt64 = 0x1
    let young: UInt64 = 0x4
    let dirty: UInt64 = 0x8
    let read: UInt64 = 0x10
    let write: UInt64 = 0x20
    let tableInvalid: UInt64 = 0x20
    let largeSegment: UInt64 = 0x400
    let regionThird: UInt64 = 0x7
    let origin: UInt64 = ~0xFFF

    @Sendable func empty(_ level: Int) -> UInt64 {
      level == 0 ? tableInvalid | 0x4 : level == 1 ? tableInvalid : invalid
    }
    return PageTableFormat(
      encode: { entry, level in
        switch entry {
        case .empty: return empty(level)
        case .table(let address, _):
          return UInt64(bitPattern: address) & origin | (level == 0 ? regionThird : 0)
        case .page(let address, let permission, let isAccessed, let isDirty):
          var bits = UInt64(bitPattern: address) & origin
          if !permission.contains(.execute) { bits |= noExecute }
          if level < 2 {
            // A large page of the kernel's: the marks are those of a page that is in use.
            return bits | largeSegment | (permission.contains(.write) ? 0 : protected)
          }
          bits |= present | read
          if permission.contains(.write) { bits |= write }
          if isAccessed { bits |= young } else { bits |= invalid }
          if isDirty { bits |= dirty }
          if !(isDirty && permission.contains(.write)) { bits |= protected }
          return bits
        case .withheld(let address):
          return UInt64(bitPattern: address) & origin | present | invalid | protected
        case .swapped(let slot): return swapOffset(of: slot) << 12 | invalid | protected
        }
      },
      decode: { bits, level in
        if bits == 0 || bits == empty(level) { return .empty }
        let address = Int64(bitPattern: bits & origin)
        if level < 2 {
          guard level == 1, bits & largeSegment != 0 else { return .table(address, limits: .all) }
          var permission: PagePermission = [.user]
          if bits & protected == 0 { permission.insert(.write) }
          if bits & noExecute == 0 { permission.insert(.execute) }
          return .page(address, permission, isAccessed: true, isDirty: true)
        }
        guard bits & present != 0 else { return .swapped(swapSlot(at: bits >> 12)) }
        guard bits & read != 0 else { return .withheld(address) }
        var permission: PagePermission = [.user]
        if bits & write != 0 { permission.insert(.write) }
        if bits & noExecute == 0 { permission.insert(.execute) }
        return .page(
          address, permission, isAccessed: bits & young != 0, isDirty: bits & dirty != 0)
      },
      touch: { bits, level, isWrite in
        guard level == 2 else { return bits }
        let used = bits & ~invalid | young
        return isWrite ? used & ~protected | dirty : used
      })
  }()
}
