import Catalogue
import Program
import Testing
import Trace

@testable import Kernel

/// The orders of events of processes that wait for each other: 9.8 and 9.10 of the facts.
@Suite struct ProcessSequenceTests {
  typealias Step = SequenceTests.Step
  private static let bss = HandBuilt.bss
  private static let pair = bss + 60_000

  /// A parent that reads from a pipe, and a child that does something at its other end later.
  private static func reader(_ child: @escaping (inout SmallProgram) -> Void) -> Trace {
    SignalTests.run {
      $0.call(22, .value(pair))
      $0.call(57)
      $0.ifZero { program in
        program.compute(1_000_000)
        child(&program)
        program.exit(0)
      }
      $0.call(3, .value(4))
      $0.call(0, .value(3), .value(bss), .value(64))
      $0.exit(5)
    }
  }

  /// What comes before the other end does anything: the reader sleeps interruptibly, and the child has
  /// the CPU.
  private static var waits: [Step] {
    [
      Step(.callsSystemCall, task: 1, a: 0), .routine(.sysRead, task: 1),
      .routine(.vfsRead, task: 1), .routine(.pipeRead, task: 1),
      Step(.sleeps, task: 1, mode: .kernel, a: 1), .routine(.schedule, task: 1),
      Step(.switchesContext, task: 1, a: 1), Step(.runs, task: 2),
    ]
  }

  @Test func `9.8 an empty pipe: the reader sleeps, a write wakes it, and it copies by itself`() {
    let trace = Self.reader { $0.call(1, .value(4), .text("ping"), .value(4)) }
    #expect(
      SequenceTests.missing(
        Self.waits + [
          Step(.callsSystemCall, task: 2, a: 1), .routine(.sysWrite, task: 2),
          .routine(.vfsWrite, task: 2), .routine(.pipeWrite, task: 2),
          .routine(.copyFromUser, task: 2), Step(.copiesFromUser, task: 2),
          Step(.fillsPipe, task: 2, a: 4), Step(.wakes, task: 1),
          Step(.systemCallReturns, task: 2, a: 4), Step(.returnsToUser, task: 2, mode: .user),
          Step(.runs, task: 1, mode: .kernel), .routine(.copyToUser, task: 1),
          Step(.copiesToUser, task: 1), Step(.drainsPipe, task: 1, a: 4),
          Step(.systemCallReturns, task: 1, a: 4), Step(.returnsToUser, task: 1, mode: .user),
        ], in: trace) == nil)
    // The writer goes on from where it was; the reader's wake-up is because of the write.
    let wake = trace.events.firstIndex { $0.kind == .wakes && $0.task == 1 } ?? 0
    let causes = trace.causes(of: wake).map { trace.events[$0] }
    #expect(causes.contains { $0.kind == .callsSystemCall && $0.task == 2 && $0.a == 1 })
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].voluntarySwitches == 1)
  }

  @Test func `9.8 the last writer closes instead: the reader wakes, and read returns 0`() {
    let trace = Self.reader { $0.call(3, .value(4)) }
    #expect(
      SequenceTests.missing(
        Self.waits + [
          Step(.callsSystemCall, task: 2, a: 3), .routine(.sysClose, task: 2),
          Step(.closesDescriptor, task: 2, a: 4), Step(.systemCallReturns, task: 2, a: 0),
          Step(.runs, task: 1, mode: .kernel), Step(.systemCallReturns, task: 1, a: 0),
          Step(.returnsToUser, task: 1, mode: .user),
        ], in: trace) == nil)
    let wake = trace.events.firstIndex { $0.kind == .wakes && $0.task == 1 } ?? 0
    #expect(trace.causes(of: wake).contains { trace.events[$0].kind == .callsSystemCall })
    #expect(!trace.events[wake...].contains { $0.kind == .copiesToUser && $0.task == 1 })
  }

  /// A shell that forks, a child that becomes `hello`, and the shell that waits for it.
  private static func shell() -> Trace {
    SignalTests.run([
      (
        "shell", 2,
        SignalTests.program {
          $0.handle(.SIGUSR1) { $0.call(39) }
          $0.set(.SIGUSR2, to: SignalHandler.ignore)
          // A descriptor that the new program does not get, and one that it does.
          $0.call(2, .text("foo"), .value(OpenFlags.closeOnExec))
          $0.call(2, .text("foo"), .value(0))
          $0.touch(bss, writes: true)
          $0.call(57)
          $0.ifZero { program in
            program.call(59, .text("/bin/hello"), .words([SmallProgram.dataBase, 0]), .value(0))
            program.exit(127)
          }
          $0.keep()
          $0.call(61, .kept, .value(bss), .value(0), .value(0))
          $0.exit(9)
        }
      ),
      ("hello", 2, SignalTests.program { $0.exit(42) }),
    ])
  }

  @Test func `9.10 fork: a copy with shared pages that first runs in ret_from_fork`() {
    let trace = Self.shell()
    let child = trace.events.first { $0.kind == .forks }.map { UInt16($0.a) } ?? 0
    #expect(child == 3)
    #expect(
      SequenceTests.missing(
        [
          Step(.callsSystemCall, task: 1, a: 57), .routine(.sysFork, task: 1),
          .routine(.kernelClone, task: 1), .routine(.copyProcess, task: 1),
          .routine(.dupMm, task: 1), Step(.sharesPages, task: 1),
          Step(.forks, task: 1, a: Int64(child)), Step(.systemCallReturns, task: 1),
          Step(.returnsToUser, task: 1), Step(.runs, task: child, mode: .kernel),
          .routine(.retFromFork, task: child), Step(.systemCallReturns, task: child, a: 0),
          .routine(.exitToUser, task: child), Step(.restoresRegisters, task: child),
          Step(.returnsToUser, task: child, mode: .user),
        ], in: trace) == nil)
    let pid = trace.events.first { $0.kind == .forks }?.b
    #expect(
      trace.events.first { $0.kind == .systemCallReturns && $0.task == 1 && ($0.a == pid) } != nil)
  }

  @Test func `9.10 execve: checked first, then the old program goes, and it does not return`() {
    let trace = Self.shell()
    let call = trace.events.firstIndex { $0.kind == .callsSystemCall && $0.a == 59 } ?? 0
    #expect(
      SequenceTests.missing(
        [
          Step(.executesSyscall, task: 3), .routine(.sysExecve, task: 3),
          .routine(.getname, task: 3), .routine(.linkPathWalk, task: 3),
          Step(.checksPermission, task: 3), Step(.copiesString, task: 3),
          Step(.unmapsRegion, task: 3), Step(.mapsRegion, task: 3),
          Step(.writesPageTableBase, task: 3), Step(.closesDescriptor, task: 3, a: 3),
          Step(.execs, task: 3), Step(.copiesToUser, task: 3), .routine(.exitToUser, task: 3),
          Step(.returnsToUser, task: 3, mode: .user),
          // Demand paging: not one page of the text is there yet.
          Step(.faults, task: 3, mode: .user, a: SmallProgram.textBase),
          Step(.resolvesPageFault, task: 3), Step(.callsSystemCall, task: 3, a: 231),
        ], in: trace, from: call) == nil)
    let execs = trace.events.firstIndex { $0.kind == .execs } ?? 0
    let enters = trace.events.indices.first {
      $0 > execs && trace.events[$0].kind == .returnsToUser && trace.events[$0].task == 3
    }
    #expect(enters.map { trace.events[$0].a } == SmallProgram.textBase, "the new program's entry")
    #expect(
      !trace.events.contains {
        $0.kind == .systemCallReturns && $0.task == 3 && $0.b == Int64(call)
      }, "execve does not return")
    let closes = trace.events.firstIndex {
      $0.kind == .closesDescriptor && $0.task == 3 && $0.a == 4
    }
    #expect(closes ?? 0 > execs, "the other descriptor stays open until exit")
  }

  @Test func `9.10 exit and wait: files, memory, zombie, SIGCHLD, the parent wakes and reaps`() {
    let trace = Self.shell()
    let call = trace.events.firstIndex { $0.kind == .callsSystemCall && $0.a == 231 } ?? 0
    #expect(
      SequenceTests.missing(
        [
          .routine(.sysExitGroup, task: 3), .routine(.doExit, task: 3),
          Step(.closesDescriptor, task: 3), Step(.freesMemory, task: 3),
          Step(.exits, task: 3, a: 42),
          // SIGCHLD is ignored by default, and the parent is woken all the same.
          Step(.discardsSignal, task: 1, object: UInt32(Signal.SIGCHLD.rawValue)),
          Step(.wakes, task: 1), Step(.switchesContext, task: 3), Step(.runs, task: 1),
          Step(.isReaped, task: 3), .routine(.copyToUser, task: 1),
          Step(.systemCallReturns, task: 1, a: 102), Step(.returnsToUser, task: 1),
        ], in: trace, from: call) == nil)
    let wait = trace.events.firstIndex { $0.kind == .callsSystemCall && $0.a == 61 } ?? 0
    #expect(
      SequenceTests.missing(
        [.routine(.sysWait4, task: 1), Step(.sleeps, task: 1, a: 1), Step(.exits, task: 3)],
        in: trace, from: wait) == nil)
    let reaped = trace.events.first { $0.kind == .isReaped && $0.task == 3 }
    #expect(reaped?.b == 42 << 8)
  }
}
