/// The signals this kernel knows, with Linux's numbers on x86, arm and riscv (signal(7)).
public enum Signal: UInt8, Sendable, CaseIterable {
  case SIGHUP = 1
  case SIGINT = 2
  case SIGQUIT = 3
  case SIGILL = 4
  case SIGTRAP = 5
  case SIGABRT = 6
  case SIGBUS = 7
  case SIGFPE = 8
  case SIGKILL = 9
  case SIGUSR1 = 10
  case SIGSEGV = 11
  case SIGUSR2 = 12
  case SIGPIPE = 13
  case SIGALRM = 14
  case SIGTERM = 15
  case SIGCHLD = 17
  case SIGCONT = 18
  case SIGSTOP = 19

  /// The name, as in `signal.h`.
  public var name: String { "\(self)" }

  /// The signal with a name such as `SIGSEGV`.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}

/// Why the kernel forced a signal: `si_code` (sigaction(2)).
public enum SignalCode: UInt8, Sendable, CaseIterable {
  /// Sent by the kernel for a reason without an address (#GP on x86).
  case SI_KERNEL
  /// No mapping at the address.
  case SEGV_MAPERR
  /// A mapping is there, but it does not permit the access.
  case SEGV_ACCERR
  /// An integer was divided by zero.
  case FPE_INTDIV
  /// An operand or operation that does not exist.
  case ILL_ILLOPN

  /// The name, as in `siginfo.h`.
  public var name: String { "\(self)" }

  /// Its number on Linux; numbers repeat, since they count anew for each signal.
  public var number: Int64 {
    switch self {
    case .SI_KERNEL: 128
    case .SEGV_MAPERR, .FPE_INTDIV: 1
    case .SEGV_ACCERR, .ILL_ILLOPN: 2
    }
  }
}
