import Catalogue

/// What a signal does to a process: `struct sigaction`.
struct SignalAction: Sendable, Hashable {
  /// The handler's address, or one of the two numbers in ``SignalHandler``.
  var handler = SignalHandler.byDefault
  /// `SA_…`.
  var flags: Int64 = 0
  /// Where the handler returns to.
  var restorer: Int64 = 0
  /// What is blocked besides while the handler runs.
  var mask: UInt64 = 0
}

/// What is known about a signal that was sent: `siginfo_t`.
struct SignalInfo: Sendable, Hashable {
  var signal: Signal
  var code: SignalCode
  /// `si_addr` of a fault.
  var address: Int64 = 0
  /// `si_pid`, `si_uid` and `si_status` of signals from processes and about children.
  var pid: Int64 = 0
  var uid: Int64 = 0
  var status: Int64 = 0

  /// The 128 bytes that a handler gets.
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 128)
    func put(_ value: Int64, at offset: Int, count: Int) {
      for index in 0..<count {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> Int64(index * 8))
      }
    }
    put(Int64(signal.rawValue), at: 0, count: 4)
    put(code.number, at: 8, count: 4)
    switch code {
    case .SI_USER, .CLD_EXITED, .CLD_KILLED, .CLD_DUMPED, .CLD_STOPPED, .CLD_CONTINUED:
      put(pid, at: 16, count: 4)
      put(uid, at: 20, count: 4)
      put(status, at: 24, count: 4)
    default: put(address, at: 16, count: 8)
    }
    return bytes
  }
}

/// A process's signals: what is pending, what is blocked, and what each one does.
struct SignalState: Sendable {
  /// Those that are pending, a bit each: a signal sent twice is pending once.
  var pending: UInt64 = 0
  /// What is known of each that is pending: of the first one sent.
  var infos: [SignalInfo] = []
  /// Those that wait until they are unblocked.
  var blocked: UInt64 = 0
  /// By number; 0 is not used.
  var actions = [SignalAction](repeating: SignalAction(), count: 32)
  /// The alternate stack: lowest address and size; 0 bytes: none.
  var alternateStack: Int64 = 0
  var alternateBytes: Int64 = 0
  /// The signal whose frame is being built.
  var taken: SignalInfo?

  subscript(signal: Signal) -> SignalAction {
    get { actions[Int(signal.rawValue)] }
    set { actions[Int(signal.rawValue)] = newValue }
  }

  /// Whether one is pending that is not blocked.
  var hasDeliverable: Bool { pending & ~blocked != 0 }

  /// Whether a signal would do nothing.
  func ignores(_ signal: Signal) -> Bool {
    switch self[signal].handler {
    case SignalHandler.ignore: true
    case SignalHandler.byDefault:
      signal.defaultAction == .ignore || signal.defaultAction == .resume
    default: false
    }
  }

  /// Whether a signal would end the process, without a core file and without its say.
  func isFatal(_ signal: Signal) -> Bool {
    signal == .SIGKILL
      || self[signal].handler == SignalHandler.byDefault
        && signal.defaultAction == .terminate
  }

  /// Makes one pending; of one that already is, the first information stays.
  mutating func add(_ info: SignalInfo) {
    guard pending & info.signal.bit == 0 else { return }
    pending |= info.signal.bit
    infos.append(info)
  }

  /// Drops those of a set.
  mutating func discard(_ set: UInt64) {
    pending &= ~set
    infos.removeAll { $0.signal.bit & set != 0 }
  }

  /// Takes the next one that is not blocked: those that an instruction raised come first, then the
  /// lowest number (dequeue_signal).
  mutating func take() -> SignalInfo? {
    let ready = infos.filter { $0.signal.bit & ~blocked != 0 }
    let next = ready.min { left, right in
      left.signal.isSynchronous != right.signal.isSynchronous
        ? left.signal.isSynchronous : left.signal.rawValue < right.signal.rawValue
    }
    guard let next else { return nil }
    discard(next.signal.bit)
    return next
  }
}

/// What a routine returns when a signal interrupts it. No program sees these: on the way to user
/// mode the call is made again, or fails with EINTR (include/linux/errno.h).
enum Interrupted {
  /// Made again when the handler has SA_RESTART, or when there is none.
  static let restart: Int64 = -512
  /// Made again whatever the handler says.
  static let always: Int64 = -513
  /// Made again only when no handler runs.
  static let withoutHandler: Int64 = -514
  /// The same, but it goes on where it was, by `restart_syscall`.
  static let block: Int64 = -516

  /// Whether a result is one of them.
  static func contains(_ result: Int64) -> Bool { (-516 ... -512).contains(result) }
}
