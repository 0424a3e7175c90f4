import Catalogue
import Program
import Testing
import Trace

@testable import Kernel

/// Linux's answers to calls that make, replace, end and await processes. Sources: sections 4 and 7 of
/// the facts, most of it recorded there; fork(2), execve(2), wait(2), exit_group(2), vfork(2), pipe(7).
@Suite struct ProcessConformanceTests {
  static let bss = HandBuilt.bss
  static let kernelAddress = Int64(bitPattern: 0xFFFF_8880_0000_0000)
  /// A call that does not exist: what its argument holds can be read off the trace.
  static let tell: Int64 = 777

  /// Runs programs; the first is task 1 with number 100.
  static func run(
    _ first: (inout SmallProgram) -> Void, and others: [(String, SmallProgram)] = [],
    prepare: (inout HandBuilt) -> Void = { _ in }
  ) -> Trace {
    SignalTests.run(
      [("probe", 2, SignalTests.program(first))] + others.map { ($0.0, 2, $0.1) },
      prepare: prepare)
  }

  static func program(_ body: (inout SmallProgram) -> Void) -> SmallProgram {
    SignalTests.program(body)
  }

  /// Loads a word of memory and tells it.
  static func tell(_ address: Int64, _ program: inout SmallProgram) {
    program.raw(
      Instruction(.loadImmediate, a: 3, immediate: Int32(address)),
      Instruction(.load, a: 12, b: 3))
    program.call(tell, .result)
  }

  /// What a task has told.
  static func told(_ trace: Trace, task: UInt16 = 1) -> [Int64] {
    let own = trace.events.filter { $0.task == task }
    return own.indices.compactMap { index in
      let event = own[index]
      guard event.kind == .callsSystemCall, event.a == tell else { return nil }
      return own[..<index].last { $0.kind == .loadsRegister && $0.object == 7 }?.a
    }
  }

  /// The task of the first child.
  static func child(_ trace: Trace, _ number: Int = 0) -> UInt16 {
    let forks = trace.events.filter { $0.kind == .forks }
    return forks.indices.contains(number) ? UInt16(truncatingIfNeeded: forks[number].a) : 0
  }

  static func results(_ trace: Trace, task: UInt16 = 1) -> [Int64] {
    SignalTests.results(trace, task: task)
  }

  // MARK: - wait4

  struct WaitCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var arguments: [Int64]
    var gives: Int64

    init(_ what: String, _ arguments: [Int64], gives value: Int64) {
      testDescription = what
      self.arguments = arguments
      gives = value
    }

    init(_ what: String, _ arguments: [Int64], gives error: Errno) {
      self.init(what, arguments, gives: error.returned)
    }
  }

  /// wait(2), kernel/exit.c (kernel_wait4). The child has number 102 and sleeps for a while.
  static let waits: [WaitCase] = [
    WaitCase("any child that has not ended, with WNOHANG", [-1, 0, 1, 0], gives: 0),
    WaitCase("this child, with WNOHANG", [102, 0, 1, 0], gives: 0),
    WaitCase("one's own group, with WNOHANG", [0, 0, 1, 0], gives: 0),
    WaitCase("the group by its number, with WNOHANG", [-100, 0, 1, 0], gives: 0),
    WaitCase("somebody who is no child", [101, 0, 0, 0], gives: .ECHILD),
    WaitCase("oneself", [100, 0, 0, 0], gives: .ECHILD),
    WaitCase("nobody", [4711, 0, 0, 0], gives: .ECHILD),
    WaitCase("a group without children of one's own", [-101, 0, 0, 0], gives: .ECHILD),
    WaitCase("an unknown option", [-1, 0, 0x100, 0], gives: .EINVAL),
    WaitCase("an unknown option comes before a missing child", [4711, 0, 4, 0], gives: .EINVAL),
    WaitCase("the smallest number is no group", [Int64(Int32.min), 0, 0, 0], gives: .ESRCH),
    WaitCase("WNOHANG does not look at the pointer", [-1, 0x1000, 1, 0], gives: 0),
    WaitCase("any child: it is waited for", [-1, 0, 0, 0], gives: 102),
    WaitCase("the status goes to memory that is there", [102, bss, 0, 0], gives: 102),
    WaitCase("a bad pointer", [102, 0x1000, 0, 0], gives: .EFAULT),
    WaitCase("a kernel pointer", [102, kernelAddress, 0, 0], gives: .EFAULT),
  ]

  @Test(arguments: waits) func wait4(_ item: WaitCase) {
    let trace = Self.run(
      {
        $0.call(57)
        $0.ifZero { program in
          program.compute(10_000_000)
          program.exit(3)
        }
        $0.call(61, list: item.arguments.map { .value($0) })
      }, and: [("other", Self.program { $0.compute(1_000_000) })])
    #expect(Self.results(trace).dropFirst().first == item.gives)
  }

  @Test func `without a child wait4 is ECHILD at once, with WNOHANG too`() {
    let trace = Self.run {
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      $0.call(61, .value(-1), .value(0), .value(1), .value(0))
    }
    #expect(Self.results(trace) == [Errno.ECHILD.returned, Errno.ECHILD.returned])
  }

  @Test func `a bad pointer for the status: the child is gone all the same`() {
    let trace = Self.run {
      $0.call(57)
      $0.ifZero { $0.exit(1) }
      $0.call(61, .value(-1), .value(0x1000), .value(0), .value(0))
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
    }
    #expect(
      Self.results(trace).dropFirst() == [Errno.EFAULT.returned, Errno.ECHILD.returned])
  }

  struct StatusCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var word: Int64
    var end: @Sendable (inout SmallProgram) -> Void
  }

  static let statuses: [StatusCase] = [
    StatusCase(testDescription: "exit status 42", word: 42 << 8) { $0.exit(42) },
    StatusCase(testDescription: "exit status 0", word: 0) { $0.exit(0) },
    StatusCase(testDescription: "of a status the low 8 bits count", word: 7 << 8) { $0.exit(263) },
    StatusCase(testDescription: "-1 becomes 255", word: 255 << 8) { $0.exit(-1) },
    StatusCase(testDescription: "SIGKILL: the number alone", word: 9) {
      $0.call(39)
      $0.call(62, .result, .value(9))
    },
    StatusCase(testDescription: "SIGTERM: the number alone", word: 15) {
      $0.call(39)
      $0.call(62, .result, .value(15))
    },
    StatusCase(testDescription: "SIGABRT: with the core flag", word: 6 | 0x80) {
      $0.call(39)
      $0.call(62, .result, .value(6))
    },
    StatusCase(testDescription: "a segmentation fault: with the core flag", word: 11 | 0x80) {
      $0.touch(0x10)
    },
    StatusCase(testDescription: "SIGPIPE: a writer without readers", word: 13) {
      $0.call(22, .value(bss + 60_000))
      $0.call(3, .value(3))
      $0.call(1, .value(4), .value(bss), .value(1))
    },
  ]

  /// wait(2): the macros of <sys/wait.h> take the word apart.
  @Test(arguments: statuses) func `the status word`(_ item: StatusCase) {
    let trace = Self.run {
      $0.call(57)
      $0.ifZero(item.end)
      $0.call(61, .value(-1), .value(Self.bss), .value(0), .value(0))
      Self.tell(Self.bss, &$0)
    }
    #expect(Self.told(trace) == [item.word])
  }

  @Test func `a stop and a continuation are told to who asks for them, and only once`() {
    let trace = Self.run {
      $0.call(57)
      $0.ifZero { program in
        program.compute(20_000_000)
        program.exit(1)
      }
      $0.keep()
      $0.call(62, .kept, .value(19))
      $0.call(61, .value(-1), .value(Self.bss), .value(2), .value(0))
      Self.tell(Self.bss, &$0)
      $0.call(61, .value(-1), .value(0), .value(3), .value(0))
      $0.call(62, .kept, .value(18))
      $0.call(61, .value(-1), .value(Self.bss), .value(8), .value(0))
      Self.tell(Self.bss, &$0)
      $0.call(61, .value(-1), .value(0), .value(1), .value(0))
    }
    #expect(Self.told(trace) == [0x137F, 0xFFFF])
    let nothing = Errno.ENOSYS.returned
    #expect(Self.results(trace) == [101, 0, 101, nothing, 0, 0, 101, nothing, 0])
  }

  @Test(arguments: [true, false])
  func `children of who ignores SIGCHLD are gone at once, and wait4 waits for the last`(
    _ ignores: Bool
  ) {
    let trace = Self.run {
      if ignores {
        $0.set(.SIGCHLD, to: SignalHandler.ignore)
      } else {
        $0.set(.SIGCHLD, to: SignalHandler.byDefault, flags: SignalActionFlags.noChildWait)
      }
      for time: Int64 in [1_000_000, 5_000_000] {
        $0.call(57)
        $0.ifZero { program in
          program.compute(time)
          program.exit(1)
        }
      }
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
    }
    #expect(Self.results(trace) == [0, 101, 102, Errno.ECHILD.returned])
    let ends = trace.events.filter { $0.kind == .exits && $0.task != 1 }.map(\.time)
    let answer = trace.events.last { $0.kind == .systemCallReturns && $0.task == 1 }?.time ?? 0
    #expect(ends.count == 2 && ends.allSatisfy { $0 < answer })
  }

  @Test func `a handler without SA_RESTART ends wait4 with EINTR, one with it does not`() {
    func result(flags: Int64) -> Int64? {
      let trace = Self.run {
        $0.handle(.SIGUSR1, flags: flags) { _ in }
        $0.call(57)
        $0.ifZero { program in
          program.call(110)
          program.call(62, .result, .value(10))
          program.call(35, .words([0, 5_000_000]), .value(0))
          program.exit(1)
        }
        $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      }
      return Self.results(trace).last
    }
    #expect(result(flags: 0) == Errno.EINTR.returned)
    #expect(result(flags: SignalActionFlags.restart) == 101)
  }

  // MARK: - fork

  @Test func `fork returns the child's number to the parent and 0 to the child`() {
    let trace = Self.run {
      $0.call(57)
      $0.ifZero { program in
        program.call(39)
        program.call(110)
        program.exit(0)
      }
      $0.call(39)
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
    }
    #expect(Self.results(trace) == [101, 100, 101])
    #expect(Self.results(trace, task: Self.child(trace)) == [0, 101, 100])
  }

  @Test func `parent and child share the open file and its offset, not the table`() {
    let trace = Self.run {
      $0.call(2, .text("foo"), .value(0))
      $0.call(57)
      $0.ifZero { program in
        program.call(0, .value(3), .value(Self.bss), .value(4))
        program.call(3, .value(3))
        program.call(2, .text("foo"), .value(0))
        program.exit(0)
      }
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      $0.call(0, .value(3), .value(Self.bss), .value(10))
      $0.call(3, .value(4))
    }
    #expect(Self.results(trace) == [3, 101, 101, 2, Errno.EBADF.returned])
    #expect(Self.results(trace, task: Self.child(trace)) == [0, 4, 0, 3])
  }

  @Test func `what the child writes to memory the parent does not see, nor the other way`() {
    let trace = Self.run {
      $0.raw(Instruction(.loadImmediate, a: 15, immediate: 1))
      $0.touch(Self.bss, writes: true)
      $0.call(57)
      $0.ifZero { program in
        program.raw(Instruction(.loadImmediate, a: 14, immediate: 5))
        program.touch(Self.bss, writes: true)
        Self.tell(Self.bss, &program)
        program.exit(0)
      }
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      Self.tell(Self.bss, &$0)
    }
    #expect(Self.told(trace) == [0])
    #expect(Self.told(trace, task: Self.child(trace)) == [5])
  }

  @Test func `a child has its parent's directory and umask, and changes only its own`() {
    let trace = Self.run {
      $0.call(95, .value(0o077))
      $0.call(57)
      $0.ifZero { program in
        program.call(95, .value(0))
        program.call(80, .text("/"))
        program.call(2, .text("home"), .value(0))
        program.exit(0)
      }
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      $0.call(95, .value(0))
      $0.call(2, .text("foo"), .value(0))
    }
    #expect(Self.results(trace) == [0o022, 101, 101, 0o077, 3])
    #expect(Self.results(trace, task: Self.child(trace)) == [0, 0o077, 0, 3])
  }

  @Test func `handlers and mask are copied, what is pending and the alarm are not`() {
    let trace = Self.run {
      $0.handle(.SIGUSR2) { $0.call(186) }
      $0.call(14, .value(0), .words([0x200]), .value(0), .value(8))
      $0.call(39)
      $0.call(62, .result, .value(10))
      $0.call(37, .value(50))
      $0.call(57)
      $0.ifZero { program in
        program.call(127, .value(Self.bss), .value(8))
        Self.tell(Self.bss, &program)
        program.call(14, .value(0), .value(0), .value(Self.bss), .value(8))
        Self.tell(Self.bss, &program)
        program.call(37, .value(0))
        program.call(39)
        program.call(62, .result, .value(12))
        program.exit(0)
      }
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      $0.call(127, .value(Self.bss), .value(8))
      Self.tell(Self.bss, &$0)
      $0.call(37, .value(0))
    }
    let child = Self.child(trace)
    #expect(Self.told(trace) == [0x200])
    #expect(Self.told(trace, task: child) == [0, 0x200])
    #expect(Self.results(trace).last == 50)
    #expect(SignalTests.handled(trace, task: child) == [.SIGUSR2])
    let nothing = Errno.ENOSYS.returned
    #expect(
      Self.results(trace, task: child).prefix(6) == [0, 0, nothing, 0, nothing, 0])
  }

  @Test func `the end of a pipe comes when the writers of both processes are closed`() {
    let trace = Self.run {
      $0.call(22, .value(Self.bss + 60_000))
      $0.call(57)
      $0.ifZero { program in
        program.compute(7_000_000)
        program.exit(0)
      }
      $0.call(3, .value(4))
      $0.call(0, .value(3), .value(Self.bss), .value(1))
    }
    #expect(Self.results(trace) == [0, 101, 0, 0])
    let end = trace.events.first { $0.kind == .exits && $0.task != 1 }?.time ?? Int64.max
    #expect(trace.events.last { $0.kind == .wakes && $0.task == 1 }?.time ?? 0 <= end)
    #expect(trace.events.contains { $0.kind == .sleeps && $0.task == 1 })
  }

  @Test func `SIGPIPE comes only when no process has the reading end`() {
    let trace = Self.run {
      $0.set(.SIGPIPE, to: SignalHandler.ignore)
      $0.call(22, .value(Self.bss + 60_000))
      $0.call(57)
      $0.ifZero { program in
        program.compute(3_000_000)
        program.exit(0)
      }
      $0.call(3, .value(3))
      $0.call(1, .value(4), .value(Self.bss), .value(1))
      $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      $0.call(1, .value(4), .value(Self.bss), .value(1))
    }
    #expect(Self.results(trace) == [0, 0, 101, 0, 1, 101, Errno.EPIPE.returned])
  }

  // MARK: - vfork

  @Test(arguments: [true, false])
  func `the parent of a vfork sleeps in state D until the child execs or exits`(_ execs: Bool) {
    let trace = Self.run(
      {
        $0.call(58)
        $0.ifZero { program in
          program.compute(2_000_000)
          if execs { program.call(59, .text("/bin/hello"), .value(0), .value(0)) }
          program.exit(0)
        }
        $0.call(61, .value(-1), .value(0), .value(0), .value(0))
      }, and: [("hello", Self.program { $0.compute(9_000_000) })])
    let sleep = trace.events.first { $0.kind == .sleeps && $0.task == 1 }
    #expect(sleep?.a == 0)
    let wake = trace.events.first { $0.kind == .wakes && $0.task == 1 }?.time ?? 0
    let child = Self.child(trace)
    let execsAt = trace.events.first { $0.kind == .execs }?.time
    let exitsAt = trace.events.first { $0.kind == .exits && $0.task == child }?.time ?? 0
    #expect(Self.results(trace).suffix(2) == [102, 102])
    if execs {
      #expect(abs(wake - (execsAt ?? 0)) < 100_000 && wake < exitsAt)
    } else {
      #expect(abs(wake - exitsAt) < 100_000)
    }
  }

  @Test func `vfork waits through a signal with a handler, and ends at one that is fatal`() {
    func trace(_ signal: Int64) -> Trace {
      Self.run {
        $0.handle(.SIGUSR1) { $0.call(39) }
        $0.call(58)
        $0.ifZero { program in
          program.call(110)
          program.call(62, .result, .value(signal))
          program.call(35, .words([0, 5_000_000]), .value(0))
          program.exit(0)
        }
        $0.exit(1)
      }
    }
    let handled = trace(10)
    let exits = handled.events.first { $0.kind == .exits && $0.task == 2 }?.time ?? Int64.max
    #expect(handled.events.first { $0.kind == .entersHandler }?.time ?? 0 > exits)
    for signal: Int64 in [9, 15] {
      let killed = trace(signal)
      let end = killed.events.first { $0.kind == .isKilled && $0.task == 1 }
      let exits = killed.events.first { $0.kind == .exits && $0.task == 2 }?.time ?? 0
      #expect(end?.object == UInt32(signal), "killed by \(signal)")
      #expect(end?.time ?? Int64.max < exits, "at once, not when the child is done")
    }
  }

  // MARK: - exit

  @Test func `an orphan's parent is init`() {
    let trace = Self.run {
      $0.call(57)
      $0.ifZero { program in
        program.call(110)
        program.compute(20_000_000)
        program.call(110)
        program.exit(0)
      }
      $0.compute(12_000_000)
    }
    #expect(Self.results(trace, task: Self.child(trace)) == [0, 100, 1])
    #expect(trace.events.contains { $0.kind == .isReparented && $0.task == Self.child(trace) })
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[Int(Self.child(trace))].condition == .gone, "init waits for it")
  }

  @Test func `a zombie can be signalled in vain, holds nothing, and is nobody once it is reaped`() {
    let trace = Self.run {
      $0.call(57)
      $0.ifZero { program in
        program.touch(Self.bss, writes: true)
        program.exit(0)
      }
      $0.keep()
      $0.compute(20_000_000)
      $0.call(62, .kept, .value(0))
      $0.call(62, .kept, .value(9))
      $0.call(61, .kept, .value(0), .value(0), .value(0))
      $0.call(62, .kept, .value(0))
    }
    #expect(Self.results(trace) == [101, 0, 0, 101, Errno.ESRCH.returned])
    let zombie = trace.events.firstIndex { $0.kind == .exits } ?? 0
    let state = trace.state(after: zombie + 1).tasks[Int(Self.child(trace))]
    #expect(state.condition == .zombie && state.openDescriptors == 0 && state.residentPages == 0)
  }

  @Test func `the zombies of who ends are reaped by init`() {
    let trace = Self.run {
      $0.call(57)
      $0.ifZero { $0.exit(4) }
      $0.compute(20_000_000)
    }
    let reaped = trace.events.first { $0.kind == .isReaped && $0.task == Self.child(trace) }
    #expect(reaped?.a == 1 && reaped?.b == 4 << 8)
  }

  struct ChildCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: SignalCode
    var end: @Sendable (inout SmallProgram) -> Void
  }

  static let ends: [ChildCase] = [
    ChildCase(testDescription: "it exits", code: .CLD_EXITED) { $0.exit(1) },
    ChildCase(testDescription: "it is killed", code: .CLD_KILLED) {
      $0.call(39)
      $0.call(62, .result, .value(9))
    },
    ChildCase(testDescription: "it dumps core", code: .CLD_DUMPED) { $0.touch(0x10) },
    ChildCase(testDescription: "it stops", code: .CLD_STOPPED) {
      $0.call(39)
      $0.call(62, .result, .value(19))
    },
  ]

  /// sigaction(2), the description of si_code for SIGCHLD.
  @Test(arguments: ends) func `SIGCHLD says what has become of the child`(_ item: ChildCase) {
    let trace = Self.run {
      $0.handle(.SIGCHLD) { $0.call(39) }
      $0.call(57)
      $0.ifZero(item.end)
      $0.call(34)
      $0.exit(0)
    }
    let signal = trace.events.first { $0.kind == .receivesSignal && $0.task == 1 }
    #expect(signal?.object == UInt32(Signal.SIGCHLD.rawValue))
    #expect(signal?.a == Int64(item.code.rawValue))
    #expect(signal?.b == 101, "si_pid")
    #expect(SignalTests.handled(trace) == [.SIGCHLD])
  }

  // MARK: - execve

  struct ExecCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var path: String
    var gives: Errno

    init(_ what: String, _ path: String, gives error: Errno) {
      testDescription = what
      self.path = path
      gives = error
    }
  }

  /// execve(2), fs/exec.c, fs/binfmt_script.c.
  static let execs: [ExecCase] = [
    ExecCase("a missing file", "/bin/helo", gives: .ENOENT),
    ExecCase("an empty path", "", gives: .ENOENT),
    ExecCase("a file used as a directory", "/bin/hello/x", gives: .ENOTDIR),
    ExecCase("a file with a trailing slash", "/bin/hello/", gives: .ENOTDIR),
    ExecCase("a component that is too long", ConformanceTests.long, gives: .ENAMETOOLONG),
    ExecCase("a directory", "/tmp", gives: .EACCES),
    ExecCase("a device", "/dev/null", gives: .EACCES),
    ExecCase("a file without x", "foo", gives: .EACCES),
    ExecCase("a directory that may not be searched", "/locked/hello", gives: .EACCES),
    ExecCase("a link to itself", "loop", gives: .ELOOP),
    ExecCase("a dangling link", "dangling", gives: .ENOENT),
    ExecCase("text that is no program", "text", gives: .ENOEXEC),
    ExecCase("an empty file", "empty", gives: .ENOEXEC),
    ExecCase("the first half of a program", "half", gives: .ENOEXEC),
    ExecCase("a script without an interpreter", "none.sh", gives: .ENOEXEC),
    ExecCase("a script whose interpreter is missing", "missing.sh", gives: .ENOENT),
    ExecCase("a script whose interpreter has no x", "plain.sh", gives: .EACCES),
    ExecCase("a script without x", "closed.sh", gives: .EACCES),
    ExecCase("a script that interprets itself", "self.sh", gives: .ELOOP),
    ExecCase("six scripts, each the next one's interpreter", "s6.sh", gives: .ELOOP),
  ]

  /// Files that cannot, or only just can, be executed.
  static func prepare(_ built: inout HandBuilt) {
    func file(_ name: String, _ bytes: [UInt8], mode: Int64 = 0o755) {
      built.scenario.nodes.append(
        ConformanceTests.node("/home/ada/\(name)", .bytes(bytes), mode: mode))
    }
    func script(_ name: String, _ interpreter: String, mode: Int64 = 0o755) {
      file(name, Array("#!\(interpreter)\nrest\n".utf8), mode: mode)
    }
    built.scenario.nodes += [
      ConformanceTests.node("/locked", .directory, uid: 0, mode: 0o700),
      ConformanceTests.node("/home/ada/loop", .link("loop"), mode: 0o777),
      ConformanceTests.node("/home/ada/dangling", .link("nowhere"), mode: 0o777),
    ]
    file("text", Array("just words\n".utf8))
    file("empty", [])
    file("half", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0])
    script("none.sh", "")
    script("missing.sh", "/bin/nothing")
    script("plain.sh", "/home/ada/foo")
    script("closed.sh", "/bin/hello", mode: 0o644)
    script("self.sh", "/home/ada/self.sh")
    script("s1.sh", "/bin/hello  one two ")
    for number in 2...6 { script("s\(number).sh", "/home/ada/s\(number - 1).sh") }
  }

  /// A program that prints the first bytes of its arguments and exits with their number.
  static func arguments(_ counts: [Int64]) -> SmallProgram {
    program {
      $0.raw(Instruction(.move, a: 13, b: 4))
      for (index, count) in counts.enumerated() {
        $0.raw(Instruction(.load, a: 12, b: 13, immediate: Int32(8 * (index + 1))))
        $0.call(1, .value(1), .result, .value(count))
      }
      $0.raw(Instruction(.load, a: 12, b: 13))
      $0.call(231, .result)
    }
  }

  @Test(arguments: execs) func execve(_ item: ExecCase) {
    let trace = Self.run(
      {
        $0.call(59, .text(item.path), .value(0), .value(0))
        $0.exit(5)
      }, and: [("hello", Self.program { $0.exit(0) })], prepare: Self.prepare)
    #expect(Self.results(trace) == [item.gives.returned])
    #expect(
      trace.events.first { $0.kind == .exits && $0.task == 1 }?.a == 5,
      "a call that fails leaves the process as it was")
  }

  @Test func `five scripts may interpret each other, and each puts itself into the arguments`() {
    let trace = Self.run(
      { $0.call(59, .text("s2.sh"), .words([SmallProgram.dataBase, 0]), .value(0)) },
      and: [("hello", Self.arguments([10, 7, 15, 5]))], prepare: Self.prepare)
    let output = trace.events.filter { $0.kind == .writesConsole && $0.task == 1 }
      .map { trace.header.strings[$0.string] }
    // The interpreter, its one argument, the script that named it, then the script that was asked for.
    #expect(output == ["/bin/hello", "one two", "/home/ada/s1.sh", "s2.sh"])
    #expect(trace.events.first { $0.kind == .exits && $0.task == 1 }?.a == 4)
    let five = Self.run(
      { $0.call(59, .text("s5.sh"), .value(0), .value(0)) },
      and: [("hello", Self.arguments([]))], prepare: Self.prepare)
    #expect(five.events.contains { $0.kind == .execs && $0.task == 1 })
  }

  @Test func `pointers that cannot be read: path, list, and what is in the list`() {
    let trace = Self.run(
      {
        $0.call(59, .value(0x1000), .value(0), .value(0))
        $0.call(59, .value(Self.kernelAddress), .value(0), .value(0))
        $0.call(59, .text("/bin/hello"), .value(0x1000), .value(0))
        $0.call(59, .text("/bin/hello"), .value(0), .value(0x1000))
        $0.call(59, .text("/bin/hello"), .words([0x1000, 0]), .value(0))
        $0.call(59, .text("/bin/hello"), .words([Self.kernelAddress, 0]), .value(0))
        // The file is looked for before the lists are read.
        $0.call(59, .text("/bin/helo"), .value(0x1000), .value(0))
      }, and: [("hello", Self.program { $0.exit(0) })])
    let fault = Errno.EFAULT.returned
    #expect(
      Self.results(trace) == [fault, fault, fault, fault, fault, fault, Errno.ENOENT.returned])
  }

  @Test func `a string of 131072 bytes is too long, as is everything above two mebibytes`() {
    let map: (inout SmallProgram) -> Void = {
      $0.call(2, .text("foo"), .value(0))
      // At a fixed place, so that a list can name it.
      $0.call(
        9, .value(0x1000_0000), .value(200_000), .value(1),
        .value(MapFlags.isPrivate | MapFlags.fixed), .result, .value(0))
    }
    func results(_ list: [Int64]) -> [Int64] {
      var built = HandBuilt(text: String(repeating: "x", count: 196_607))
      Self.program {
        map(&$0)
        $0.call(59, .text("/bin/hello"), .words(list + [0]), .value(0))
      }.add(to: &built, as: "probe")
      Self.program { $0.exit(0) }.add(to: &built, as: "hello")
      built.scenario.timeline.append(.run(.toEnd))
      return Self.results(SignalTests.trace(of: built.scenario))
    }
    let base: Int64 = 0x1000_0000
    // Behind the file's last byte its page has a zero: from here on there are 131071 bytes and a NUL.
    let last = base + 196_607 - 131_071
    #expect(results([last - 1]).last == Errno.E2BIG.returned)
    #expect(results([Int64](repeating: last, count: 17)).last == Errno.E2BIG.returned)
    #expect(results([base + 196_000]).count == 2, "and this one is run")
  }

  @Test func `a program that is open for writing is ETXTBSY, after permission`() {
    let trace = Self.run(
      {
        $0.call(2, .text("mine"), .value(OpenFlags.writeOnly))
        $0.call(59, .text("mine"), .value(0), .value(0))
        $0.call(2, .text("closed"), .value(OpenFlags.writeOnly))
        $0.call(59, .text("closed"), .value(0), .value(0))
        $0.call(3, .value(3))
        $0.call(59, .text("mine"), .value(0), .value(0))
      }, and: [("hello", Self.program { $0.exit(0) })],
      prepare: { built in
        built.scenario.nodes += [
          ConformanceTests.node("/home/ada/mine", .bytes(Array("words".utf8)), mode: 0o755),
          ConformanceTests.node("/home/ada/closed", .bytes(Array("words".utf8)), mode: 0o644),
        ]
      })
    #expect(
      Self.results(trace) == [
        3, Errno.ETXTBSY.returned, 4, Errno.EACCES.returned, 0, Errno.ENOEXEC.returned,
      ])
  }

  @Test func `after execve caught signals have their default action, ignored ones stay ignored`() {
    let trace = Self.run(
      {
        $0.handle(.SIGUSR1) { $0.call(39) }
        $0.set(.SIGUSR2, to: SignalHandler.ignore)
        $0.call(59, .text("/bin/next"), .value(0), .value(0))
      },
      and: [
        (
          "next",
          Self.program {
            $0.call(39)
            $0.keep()
            $0.call(62, .kept, .value(12))
            $0.call(62, .kept, .value(10))
            $0.exit(0)
          }
        )
      ])
    let own = trace.events.filter { $0.task == 1 }
    #expect(own.contains { $0.kind == .discardsSignal && $0.object == 12 })
    #expect(own.last { $0.kind == .isKilled }?.object == 10)
    #expect(!own.contains { $0.kind == .entersHandler })
  }

  @Test func `number, directory, umask, mask, what is pending and the alarm outlive execve`() {
    let trace = Self.run(
      {
        $0.call(95, .value(0o027))
        $0.call(37, .value(40))
        $0.call(14, .value(0), .words([0x200]), .value(0), .value(8))
        $0.call(39)
        $0.call(62, .result, .value(10))
        $0.call(59, .text("/bin/next"), .value(0), .value(0))
      },
      and: [
        (
          "next",
          Self.program {
            $0.call(39)
            $0.call(95, .value(0))
            $0.call(2, .text("foo"), .value(0))
            $0.call(37, .value(0))
            $0.call(127, .value(Self.bss), .value(8))
            Self.tell(Self.bss, &$0)
            $0.call(14, .value(0), .value(0), .value(Self.bss), .value(8))
            Self.tell(Self.bss, &$0)
            $0.exit(0)
          }
        )
      ])
    #expect(Self.results(trace).dropFirst(5).prefix(4) == [100, 0o027, 3, 40])
    #expect(Self.told(trace) == [0x200, 0x200])
  }

  @Test func `the new program has fresh memory, and the descriptors without FD_CLOEXEC`() {
    let trace = Self.run(
      {
        $0.raw(Instruction(.loadImmediate, a: 14, immediate: 9))
        $0.touch(Self.bss, writes: true)
        $0.call(2, .text("foo"), .value(0))
        $0.call(32, .value(3))
        // F_SETFD
        $0.call(72, .value(4), .value(2), .value(1))
        $0.call(59, .text("/bin/next"), .value(0), .value(0))
      },
      and: [
        (
          "next",
          Self.program {
            Self.tell(Self.bss, &$0)
            $0.call(3, .value(4))
            $0.call(0, .value(3), .value(Self.bss), .value(5))
            $0.exit(0)
          }
        )
      ])
    #expect(Self.told(trace) == [0])
    #expect(Self.results(trace).suffix(2) == [Errno.EBADF.returned, 5])
  }

  @Test func `the number of arguments and the strings are on the new stack`() {
    let trace = Self.run(
      {
        $0.call(21, .text("aaaa"))
        $0.call(21, .text("bbb"))
        $0.call(
          59, .text("/bin/next"), .words([SmallProgram.dataBase, SmallProgram.dataBase + 8, 0]),
          .value(0))
      }, and: [("next", Self.arguments([4, 3]))])
    let output = trace.events.filter { $0.kind == .writesConsole && $0.task == 1 }
      .map { trace.header.strings[$0.string] }
    #expect(output == ["aaaa", "bbb"])
    #expect(trace.events.first { $0.kind == .exits && $0.task == 1 }?.a == 2)
  }
}
