import Catalogue
import Program
import Testing
import Trace

@testable import Kernel

/// Pipes and descriptors: one process at both ends. Sources: section 4 of the facts, pipe(7), dup(2),
/// fcntl(2), fs/pipe.c.
@Suite struct PipeTests {
  static let page: Int64 = 4096
  static let bss = HandBuilt.bss
  static let nonBlocking = OpenFlags.nonBlocking

  /// `pipe2(&fds, flags)`: descriptors 3 and 4.
  static func pipe(_ program: inout SmallProgram, flags: Int64 = 0) {
    program.call(293, .value(bss + 60_000), .value(flags))
  }

  static func results(_ body: (inout SmallProgram) -> Void) -> [Int64] {
    SignalTests.results(SignalTests.run(body))
  }

  @Test func `what is written comes out in its order, in pieces of any size`() {
    let trace = SignalTests.run {
      Self.pipe(&$0)
      $0.call(1, .value(4), .text("hello "), .value(6))
      $0.call(1, .value(4), .text("world"), .value(5))
      $0.call(0, .value(3), .value(Self.bss), .value(4))
      $0.call(0, .value(3), .value(Self.bss + 4), .value(100))
      $0.call(1, .value(1), .value(Self.bss), .value(11))
    }
    #expect(SignalTests.results(trace) == [0, 6, 5, 4, 7, 11])
    let output = trace.events.first { $0.kind == .writesConsole }
    #expect(output.map { trace.header.strings[$0.string] } == "hello world")
  }

  @Test func `two small writes share a page, and a pipe has 16 of them`() {
    let found = Self.results {
      Self.pipe(&$0, flags: Self.nonBlocking)
      // 65536 bytes fit, and not one more.
      for _ in 0..<16 { $0.call(1, .value(4), .value(Self.bss), .value(Self.page)) }
      $0.call(1, .value(4), .value(Self.bss), .value(1))
      // A byte less is no room: only a whole page is.
      $0.call(0, .value(3), .value(Self.bss), .value(1))
      $0.call(1, .value(4), .value(Self.bss), .value(1))
      $0.call(0, .value(3), .value(Self.bss), .value(Self.page - 1))
      $0.call(1, .value(4), .value(Self.bss), .value(1))
      $0.call(1, .value(4), .value(Self.bss), .value(2))
    }
    let again = Errno.EAGAIN.returned
    #expect(
      found == [0] + [Int64](repeating: Self.page, count: 16) + [
        again, 1, again, Self.page - 1, 1, 2,
      ])
  }

  @Test func `a write of more than fits is cut, one of PIPE_BUF bytes or less is not`() {
    let found = Self.results {
      Self.pipe(&$0, flags: Self.nonBlocking)
      $0.call(1, .value(4), .value(Self.bss), .value(15 * Self.page))
      $0.call(1, .value(4), .value(Self.bss), .value(2 * Self.page))
      $0.call(1, .value(4), .value(Self.bss), .value(Self.page))
    }
    #expect(found == [0, 15 * Self.page, Self.page, Errno.EAGAIN.returned])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var calls: [[Int64]]
    var gives: [Int64]

    init(_ what: String, _ calls: [[Int64]], gives: [Int64]) {
      testDescription = what
      self.calls = calls
      self.gives = gives
    }

    init(_ what: String, _ calls: [[Int64]], gives error: Errno) {
      self.init(what, calls, gives: [error.returned])
    }
  }

  static let kernelAddress = Int64(bitPattern: 0xFFFF_8880_0000_0000)
  static let opened = [293, bss + 60_000, nonBlocking]
  static let one: [Int64] = [1, 4, bss, 1]

  /// The results of the last calls; those before prepare.
  static let cases: [Case] = [
    Case("pipe2: an unknown flag", [[293, bss, 1]], gives: .EINVAL),
    Case("pipe2: the flag comes before the pointer", [[293, 0x1000, 1]], gives: .EINVAL),
    Case("pipe2: a bad pointer", [[293, 0x1000, 0]], gives: .EFAULT),
    Case("pipe: a bad pointer leaves no descriptor", [[22, 0x1000], [32, 0]], gives: [3]),
    Case("pipe: the lowest two descriptors", [[22, bss], [32, 0]], gives: [5]),
    Case("an empty pipe with a writer: EAGAIN", [opened, [0, 3, bss, 1]], gives: .EAGAIN),
    Case("an empty pipe without one: the end", [opened, [3, 4], [0, 3, bss, 1]], gives: [0]),
    Case(
      "what is there comes before the end",
      [opened, one, [3, 4], [0, 3, bss, 9], [0, 3, bss, 9]], gives: [1, 0]),
    Case("reading nothing from an empty pipe", [opened, [0, 3, bss, 0]], gives: [0]),
    Case("reading the end for writing", [opened, [0, 4, bss, 1]], gives: .EBADF),
    Case("writing the end for reading", [opened, [1, 3, bss, 1]], gives: .EBADF),
    Case("the end comes before the pointer", [opened, [0, 4, kernelAddress, 1]], gives: .EBADF),
    Case("a kernel pointer", [opened, [0, 3, kernelAddress, 1]], gives: .EFAULT),
    Case(
      "an empty pipe does not look at the buffer", [opened, [0, 3, 0x1000, 1]], gives: .EAGAIN),
    Case("a full one does", [opened, one, [0, 3, 0x1000, 1]], gives: .EFAULT),
    Case("writing from nowhere", [opened, [1, 4, 0x1000, 1]], gives: .EFAULT),
    Case("writing nothing from nowhere", [opened, [1, 4, 0x1000, 0]], gives: [0]),
    Case("writing nothing without readers", [opened, [3, 3], [1, 4, bss, 0]], gives: [0]),
    Case("a pipe has no positions", [opened, [8, 3, 0, 0]], gives: .ESPIPE),
    Case("a wrong origin comes first", [opened, [8, 3, 0, 9]], gives: .EINVAL),
    Case("pread64 needs positions", [opened, [17, 3, bss, 1, 0]], gives: .ESPIPE),
    Case("dup: the lowest descriptor", [[32, 1]], gives: [3]),
    Case("dup of what is closed", [[32, 9]], gives: .EBADF),
    Case("dup of a negative number", [[32, -1]], gives: .EBADF),
    Case("dup2 to any number", [[33, 1, 900], [1, 900, bss, 1]], gives: [900, 1]),
    Case("dup2 to itself", [[33, 1, 1]], gives: [1]),
    Case("dup2 of what is closed to itself", [[33, 9, 9]], gives: .EBADF),
    Case("dup2 out of range", [[33, 1, 1024]], gives: .EBADF),
    Case("dup2 to a negative number", [[33, 1, -1]], gives: .EBADF),
    Case("dup2 closes what was there", [opened, [33, 1, 4], [0, 3, bss, 1]], gives: [4, 0]),
    Case("dup2 of what is closed closes nothing", [[33, 9, 1], [1, 1, bss, 1]], gives: [-9, 1]),
    Case("dup3 to itself", [[292, 1, 1, 0]], gives: .EINVAL),
    Case("dup3 with an unknown flag", [[292, 1, 5, 1]], gives: .EINVAL),
    Case("dup3 with a bad flag and number", [[292, 99, 5000, 1]], gives: .EINVAL),
    Case("dup3 with O_CLOEXEC", [[292, 1, 5, 0o2000000], [72, 5, 1, 0]], gives: [5, 1]),
    Case(
      "dup clears FD_CLOEXEC", [[292, 1, 5, 0o2000000], [32, 5], [72, 3, 1, 0]], gives: [3, 0]),
    Case("pipe2 with O_CLOEXEC", [[293, bss, 0o2000000], [72, 4, 1, 0]], gives: [0, 1]),
    Case("F_DUPFD from a number on", [[72, 1, 0, 10]], gives: [10]),
    Case("F_DUPFD out of range", [[72, 1, 0, 1024]], gives: .EINVAL),
    Case("F_DUPFD of a negative number", [[72, 1, 0, -1]], gives: .EINVAL),
    Case("F_DUPFD_CLOEXEC", [[72, 1, 1030, 10], [72, 10, 1, 0]], gives: [10, 1]),
    Case("F_SETFD and F_GETFD", [[72, 1, 2, 1], [72, 1, 1, 0]], gives: [0, 1]),
    Case("F_GETFL of the end for writing", [opened, [72, 4, 3, 0]], gives: [0o4001]),
    Case(
      "F_SETFL changes no access mode", [opened, [72, 3, 4, 2], [72, 3, 3, 0]], gives: [0, 0]),
    Case("an unknown command", [[72, 1, 77, 0]], gives: .EINVAL),
    Case("EBADF comes before an unknown command", [[72, 9, 77, 0]], gives: .EBADF),
    Case("F_GETPIPE_SZ", [opened, [72, 3, 1032, 0]], gives: [65_536]),
    Case("F_GETPIPE_SZ of what is no pipe", [[72, 1, 1032, 0]], gives: .EBADF),
    Case("F_SETPIPE_SZ rounds up", [opened, [72, 3, 1031, 5000]], gives: [8192]),
    Case(
      "F_SETPIPE_SZ below what is in use",
      [opened, [1, 4, bss, 4096], [1, 4, bss, 4096], [72, 3, 1031, 1]], gives: .EBUSY),
    Case("more than pipe-max-size", [opened, [72, 3, 1031, 2 << 20]], gives: .EPERM),
    Case("getppid: init", [[110]], gives: [1]),
    Case("getuid", [[102]], gives: [1001]),
    Case("gettid is getpid", [[186]], gives: [100]),
    Case("setuid to oneself", [[105, 1001]], gives: [0]),
    Case("setuid to somebody else", [[105, 0]], gives: .EPERM),
    Case("setuid to nobody at all", [[105, -1]], gives: .EINVAL),
    Case("umask returns the old mask", [[95, 0o77], [95, 0]], gives: [0o22, 0o77]),
    Case("umask keeps nine bits", [[95, 0o7777], [95, 0]], gives: [0o22, 0o777]),
    Case("chdir: a bad pointer", [[80, 0x1000]], gives: .EFAULT),
  ]

  @Test(arguments: cases) func answers(_ item: Case) {
    let found = Self.results { program in
      for call in item.calls {
        let arguments = call.dropFirst().map { SmallProgram.Argument.value($0) }
        program.call(call[0], list: arguments)
      }
    }
    #expect(Array(found.suffix(item.gives.count)) == item.gives)
  }

  @Test func `chdir: relative paths begin elsewhere`() {
    let found = Self.results {
      $0.call(80, .text("/home"))
      $0.call(2, .text("ada/foo"), .value(0))
      $0.call(80, .text("ada/foo"))
      $0.call(80, .text("nowhere"))
      $0.call(80, .text(""))
    }
    #expect(
      found == [0, 3, Errno.ENOTDIR.returned, Errno.ENOENT.returned, Errno.ENOENT.returned])
  }

  @Test func `a new file gets the mode without the umask`() {
    let trace = SignalTests.run {
      $0.call(95, .value(0o27))
      $0.call(2, .text("new"), .value(OpenFlags.create), .value(0o666))
    }
    #expect(trace.events.first { $0.kind == .createsFile }?.b == 0o640)
  }

  @Test func `writing without readers: EPIPE, and SIGPIPE from oneself`() {
    let killed = SignalTests.run {
      Self.pipe(&$0)
      $0.call(3, .value(3))
      $0.call(1, .value(4), .value(Self.bss), .value(1))
    }
    #expect(killed.events.last { $0.kind == .isKilled }?.object == 13)
    let received = killed.events.first { $0.kind == .receivesSignal }
    #expect(received?.a == Int64(SignalCode.SI_USER.rawValue))
    #expect(received?.b == 100)
    let told = Self.results {
      $0.set(.SIGPIPE, to: SignalHandler.ignore)
      Self.pipe(&$0)
      $0.call(3, .value(3))
      $0.call(1, .value(4), .value(Self.bss), .value(1))
    }
    #expect(told == [0, 0, 0, Errno.EPIPE.returned])
  }

  @Test(arguments: [0, SignalActionFlags.restart])
  func `a signal interrupts who waits for a pipe`(_ flags: Int64) {
    let trace = SignalTests.run([
      (
        "probe", 2,
        SignalTests.program {
          $0.handle(.SIGUSR1, flags: flags) { $0.raw(Instruction(.move, a: 0, b: 0)) }
          Self.pipe(&$0)
          $0.call(0, .value(3), .value(Self.bss), .value(1))
        }
      )
    ]) { built in
      built.scenario.timeline.append(
        .act(.signal(.SIGUSR1, to: TaskID(rawValue: 1)), at: 5_000_000))
    }
    #expect(
      SignalTests.results(trace)
        == (flags == 0 ? [0, 0, Errno.EINTR.returned] : [0, 0]))
    #expect(trace.events.contains { $0.kind == .restartsSystemCall } == (flags != 0))
  }

  @Test func `duplicates share the offset of their open file`() {
    let found = Self.results {
      $0.call(2, .text("foo"), .value(0))
      $0.call(32, .value(3))
      $0.call(8, .value(3), .value(2), .value(0))
      $0.call(0, .value(4), .value(Self.bss), .value(2))
      $0.call(8, .value(3), .value(0), .value(1))
      $0.call(3, .value(3))
      $0.call(8, .value(4), .value(0), .value(1))
    }
    #expect(found == [3, 4, 2, 2, 4, 0, 4])
  }
}
