import Catalogue
import Program
import Testing
import Trace

/// Linux's answers to calls about signals, with the order of checks where two errors apply.
@Suite struct SignalCallTests {
  typealias Argument = HandBuilt.Argument

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var number: Int64
    var arguments: [Int64]
    var user = 2
    var gives: Int64

    init(
      _ what: String, _ number: Int64, _ arguments: [Int64], user: Int = 2, gives value: Int64
    ) {
      testDescription = what
      self.number = number
      self.arguments = arguments
      self.user = user
      gives = value
    }

    init(
      _ what: String, _ number: Int64, _ arguments: [Int64], user: Int = 2, gives error: Errno
    ) {
      self.init(what, number, arguments, user: user, gives: error.returned)
    }
  }

  static let kernelAddress = Int64(bitPattern: 0xFFFF_8880_0000_0000)
  static let bss = HandBuilt.bss

  /// kill(2), kernel/signal.c (kill_something_info, check_kill_permission); [R] in the facts.
  static let kill: [Case] = [
    Case("kill of oneself with 0 only checks", 62, [100, 0], gives: 0),
    Case("kill of nobody", 62, [4711, 0], gives: .ESRCH),
    Case("nobody comes before a bad signal", 62, [4711, 99], gives: .ESRCH),
    Case("a bad signal", 62, [100, 65], gives: .EINVAL),
    Case("a negative signal", 62, [100, -1], gives: .EINVAL),
    Case("a bad signal comes before permission", 62, [101, 99], gives: .EINVAL),
    Case("somebody else's process", 62, [101, 15], gives: .EPERM),
    Case("signal 0 needs permission as well", 62, [101, 0], gives: .EPERM),
    Case("root may", 62, [101, 0], user: 0, gives: 0),
    Case("init: a user may not", 62, [1, 15], gives: .EPERM),
    Case("init: root may, and nothing happens", 62, [1, 9], user: 0, gives: 0),
    Case("init: a bad signal comes first", 62, [1, 99], gives: .EINVAL),
    Case("a group that is not there", 62, [-4711, 0], gives: .ESRCH),
    Case("one's own group", 62, [0, 0], gives: 0),
    Case("the group by its number", 62, [-100, 0], gives: 0),
    Case("the group of somebody else", 62, [-101, 0], gives: .EPERM),
    Case("all of them: being refused by all is no error", 62, [-1, 0], gives: 0),
    Case("the smallest number is no group", 62, [Int64(Int32.min), 0], gives: .ESRCH),
    Case("the number counts with its low 32 bits", 62, [1 << 32 | 100, 0], gives: 0),
  ]

  /// rt_sigaction(2), kernel/signal.c (sys_rt_sigaction, do_sigaction).
  static let sigaction: [Case] = [
    Case("a question about SIGINT", 13, [2, 0, bss, 8], gives: 0),
    Case("a set of another size", 13, [2, 0, 0, 4], gives: .EINVAL),
    Case("the size comes before the pointer", 13, [2, kernelAddress, 0, 4], gives: .EINVAL),
    Case("a bad pointer comes before a bad signal", 13, [0, 0x1000, 0, 8], gives: .EFAULT),
    Case("signal 0", 13, [0, 0, 0, 8], gives: .EINVAL),
    Case("signal 65", 13, [65, 0, 0, 8], gives: .EINVAL),
    Case("SIGKILL cannot be caught", 13, [9, bss, 0, 8], gives: .EINVAL),
    Case("SIGSTOP cannot be caught", 13, [19, bss, 0, 8], gives: .EINVAL),
    Case("asking about SIGKILL is allowed", 13, [9, 0, bss, 8], gives: 0),
    Case("an old action that cannot be written", 13, [2, 0, 0x1000, 8], gives: .EFAULT),
    Case("a kernel pointer", 13, [2, kernelAddress, 0, 8], gives: .EFAULT),
  ]

  /// sigprocmask(2), kernel/signal.c (sys_rt_sigprocmask).
  static let sigprocmask: [Case] = [
    Case("a question", 14, [0, 0, bss, 8], gives: 0),
    Case("a question does not mind how it is asked", 14, [77, 0, bss, 8], gives: 0),
    Case("another way to change it", 14, [3, bss, 0, 8], gives: .EINVAL),
    Case("a bad pointer comes before a bad way", 14, [3, 0x1000, 0, 8], gives: .EFAULT),
    Case("a set of another size", 14, [0, bss, 0, 16], gives: .EINVAL),
    Case("the size comes before the pointer", 14, [0, 0x1000, 0, 16], gives: .EINVAL),
    Case("blocking everything", 14, [2, bss, 0, 8], gives: 0),
    Case("an old set that cannot be written", 14, [0, 0, 0x1000, 8], gives: .EFAULT),
  ]

  /// sigpending(2), sigaltstack(2), alarm(2), restart_syscall(2), poll(2).
  static let others: [Case] = [
    Case("what is pending", 127, [bss, 8], gives: 0),
    Case("a smaller set", 127, [bss, 4], gives: 0),
    Case("a larger set", 127, [bss, 9], gives: .EINVAL),
    Case("a set that cannot be written", 127, [0x1000, 8], gives: .EFAULT),
    Case("a question about the alternate stack", 131, [0, bss], gives: 0),
    Case("an alternate stack of no size", 131, [bss, 0], gives: .ENOMEM),
    Case("an alternate stack that cannot be read", 131, [0x1000, 0], gives: .EFAULT),
    Case("an alarm where none was", 37, [5], gives: 0),
    Case("an alarm of 0", 37, [0], gives: 0),
    Case("restart_syscall with nothing to restart", 219, [], gives: .EINTR),
    Case("ppoll with descriptors is not simulated", 271, [bss, 1, 0, 0], gives: .EINVAL),
  ]

  @Test(arguments: kill + sigaction + sigprocmask + others) func answers(_ item: Case) {
    var built = HandBuilt()
    built.addProcess(
      "probe", user: item.user,
      calls: [(item.number, item.arguments.map { .value($0) }), (231, [.value(0)])])
    built.addProcess("other", user: 1, calls: [(231, [.value(0)])], compute: 1_000_000)
    built.scenario.timeline.append(.run(.toEnd))
    let trace = SignalTests.trace(of: built.scenario)
    let first = trace.events.first { $0.kind == .systemCallReturns && $0.task == 1 }
    #expect(first?.a == item.gives)
  }

  @Test func `the bits of SIGKILL and SIGSTOP are dropped from a mask without a word`() {
    let trace = SignalTests.run {
      $0.call(14, .value(2), .words([-1]), .value(0), .value(8))
    }
    let mask = trace.events.first { $0.kind == .setsSignalMask }
    let expected = ~(Signal.SIGKILL.bit | Signal.SIGSTOP.bit)
    #expect(mask.map { UInt64(bitPattern: $0.a) } == expected)
  }

  @Test func `a signal that is ignored is dropped when it is sent, unless it is blocked`() {
    func pending(blocked: Bool) -> Bool {
      let trace = SignalTests.run {
        $0.set(.SIGUSR1, to: SignalHandler.ignore)
        if blocked { $0.call(14, .value(0), .words([0x200]), .value(0), .value(8)) }
        $0.call(62, .value(100), .value(10))
      }
      return trace.events.contains { $0.kind == .receivesSignal }
    }
    #expect(!pending(blocked: false))
    #expect(pending(blocked: true))
  }

  @Test func `a signal sent twice while it is blocked is delivered once`() {
    let trace = SignalTests.run {
      $0.handle(.SIGUSR1) { $0.call(39) }
      $0.call(14, .value(0), .words([0x200]), .value(0), .value(8))
      for _ in 0..<3 { $0.call(62, .value(100), .value(10)) }
      $0.call(14, .value(1), .words([0x200]), .value(0), .value(8))
    }
    #expect(SignalTests.handled(trace) == [.SIGUSR1])
  }

  @Test func `ignoring a pending signal drops it, SIGCONT drops pending stops`() {
    let ignored = SignalTests.run {
      $0.call(14, .value(0), .words([0x200]), .value(0), .value(8))
      $0.call(62, .value(100), .value(10))
      $0.set(.SIGUSR1, to: SignalHandler.ignore)
      $0.call(14, .value(1), .words([0x200]), .value(0), .value(8))
      $0.exit(5)
    }
    #expect(ignored.events.last { $0.kind == .exits }?.a == 5)
    let stop = Int64(bitPattern: Signal.SIGTSTP.bit)
    let continued = SignalTests.run {
      $0.call(14, .value(0), .words([stop]), .value(0), .value(8))
      $0.call(62, .value(100), .value(20))
      $0.call(62, .value(100), .value(18))
      $0.call(14, .value(1), .words([stop]), .value(0), .value(8))
      $0.exit(6)
    }
    #expect(continued.events.last { $0.kind == .exits }?.a == 6)
  }
}
