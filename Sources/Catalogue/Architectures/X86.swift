/// What x86_64 and i386 have in common.
enum X86 {
  static let privilegedInstructions = [
    "hlt", "cli", "sti", "in", "out", "mov_cr3", "rdmsr", "wrmsr", "lgdt", "lidt", "invlpg",
    "swapgs", "sysret", "clts",
  ]

  static let exceptions = [
    ExceptionFacts(
      "#DE", vector: 0, entryName: "exc_divide_error", signal: .SIGFPE, code: .FPE_INTDIV,
      address: .instruction),
    ExceptionFacts(
      "#UD", vector: 6, entryName: "exc_invalid_op", signal: .SIGILL, code: .ILL_ILLOPN,
      address: .instruction),
    ExceptionFacts(
      "#GP", vector: 13, hasErrorCode: true, entryName: "exc_general_protection", signal: .SIGSEGV,
      code: .SI_KERNEL, address: .none),
    ExceptionFacts(
      "#PF", vector: 14, hasErrorCode: true, entryName: "exc_page_fault", signal: .SIGSEGV,
      code: .SEGV_MAPERR, address: .access),
    ExceptionFacts(
      "#AC", vector: 17, hasErrorCode: true, entryName: "exc_alignment_check", signal: .SIGBUS,
      code: .BUS_ADRALN, address: .none),
  ]

  /// The error code of #PF (arch/x86/include/asm/trap_pf.h): P 0, W 1, U 2, I 4.
  static let faultStatus = FaultStatusFormat(
    encode: { cause in
      (cause.isPresent ? 1 : 0) | (cause.access == .write ? 2 : 0) | (cause.isUser ? 4 : 0)
        | (cause.access == .execute ? 16 : 0)
    },
    decode: { code in
      FaultReport(
        "#PF", code & 16 != 0 ? .execute : code & 2 != 0 ? .write : .read,
        isPresent: code & 1 != 0)
    })
}
