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
  case SIGSTKFLT = 16
  case SIGCHLD = 17
  case SIGCONT = 18
  case SIGSTOP = 19
  case SIGTSTP = 20
  case SIGTTIN = 21
  case SIGTTOU = 22
  case SIGURG = 23
  case SIGXCPU = 24
  case SIGXFSZ = 25
  case SIGVTALRM = 26
  case SIGPROF = 27
  case SIGWINCH = 28
  case SIGIO = 29
  case SIGPWR = 30
  case SIGSYS = 31

  /// What happens to a process that has not said otherwise (signal(7)).
  public enum DefaultAction: Sendable {
    /// It ends.
    case terminate
    /// It ends, and its memory is kept in a core file.
    case core
    /// Nothing.
    case ignore
    /// It stops until it is told to go on.
    case stop
    /// It goes on, if it was stopped.
    case resume
  }

  /// The name, as in `signal.h`.
  public var name: String { "\(self)" }

  /// The signal with a name such as `SIGSEGV`.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// What happens to a process that has not said otherwise.
  public var defaultAction: DefaultAction {
    switch self {
    case .SIGQUIT, .SIGILL, .SIGTRAP, .SIGABRT, .SIGBUS, .SIGFPE, .SIGSEGV, .SIGXCPU, .SIGXFSZ,
      .SIGSYS:
      .core
    case .SIGCHLD, .SIGURG, .SIGWINCH: .ignore
    case .SIGSTOP, .SIGTSTP, .SIGTTIN, .SIGTTOU: .stop
    case .SIGCONT: .resume
    case .SIGHUP, .SIGINT, .SIGKILL, .SIGUSR1, .SIGUSR2, .SIGPIPE, .SIGALRM, .SIGTERM,
      .SIGSTKFLT, .SIGVTALRM, .SIGPROF, .SIGIO, .SIGPWR:
      .terminate
    }
  }

  /// Whether an instruction of the process itself raises it: such signals are taken before others.
  public var isSynchronous: Bool {
    switch self {
    case .SIGSEGV, .SIGBUS, .SIGILL, .SIGTRAP, .SIGFPE, .SIGSYS: true
    default: false
    }
  }

  /// Whether a process may catch, block or ignore it.
  public var canBeCaught: Bool { self != .SIGKILL && self != .SIGSTOP }

  /// Its bit in a set of signals: signal 1 is the lowest.
  public var bit: UInt64 { 1 << UInt64(rawValue - 1) }
}

/// Why a signal was sent: `si_code` (sigaction(2)).
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
  /// Sent by a process with `kill`.
  case SI_USER
  /// A child has exited.
  case CLD_EXITED
  /// A child was killed.
  case CLD_KILLED
  /// A child was killed by a signal that leaves a core file.
  case CLD_DUMPED
  /// A child has stopped.
  case CLD_STOPPED
  /// A stopped child goes on.
  case CLD_CONTINUED
  /// An instruction that does not exist, or that only the kernel may execute.
  case ILL_ILLOPC
  /// An instruction that only the kernel may execute.
  case ILL_PRVOPC
  /// An address that is outside of what may be used at all.
  case SEGV_BNDERR
  /// An address that is not aligned as it must be.
  case BUS_ADRALN
  /// A mapping is there, but what it maps is not: behind the end of a file; or nothing is behind the
  /// address at all.
  case BUS_ADRERR

  /// The name, as in `siginfo.h`.
  public var name: String { "\(self)" }

  /// Its number on Linux; numbers repeat, since they count anew for each signal.
  public var number: Int64 {
    switch self {
    case .SI_KERNEL: 128
    case .SI_USER: 0
    case .SEGV_MAPERR, .FPE_INTDIV, .CLD_EXITED, .ILL_ILLOPC, .BUS_ADRALN: 1
    case .SEGV_ACCERR, .ILL_ILLOPN, .CLD_KILLED, .BUS_ADRERR: 2
    case .CLD_DUMPED, .SEGV_BNDERR: 3
    case .CLD_STOPPED, .ILL_PRVOPC: 5
    case .CLD_CONTINUED: 6
    }
  }
}
