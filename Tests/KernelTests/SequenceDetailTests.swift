import Catalogue
import Lesson
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// What section 9 of the facts has in brackets, or says of other cases: isolation in 9.1, the handler in
/// 9.5, what is not copied in 9.6, a tick in kernel mode in 9.7, a receiver that runs elsewhere in 9.9.
@Suite struct SequenceDetailTests {
  typealias Step = SequenceTests.Step
  private static let bss = HandBuilt.bss

  @Test func `9.1 under isolation kpti the page table is the first thing changed, and the last`() {
    var built = HandBuilt()
    built.scenario.machine.isolation = .kpti
    built.addProcess("probe", calls: [(39, []), (231, [.value(0)])])
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    let call = trace.events.firstIndex { $0.kind == .executesSyscall } ?? 0
    #expect(
      SequenceTests.missing(
        [
          Step(.executesSyscall, task: 1, mode: .kernel),
          Step(.entersKernel, task: 1, object: EntryReason.syscall.rawValue),
          Step(.writesPageTableBase, task: 1, object: PageTableChange.kernel.rawValue),
          Step(.switchesStack, task: 1), Step(.savesRegisters, task: 1),
          Step(.unmasksInterrupts, task: 1), Step(.dispatches, task: 1, a: 39),
          Step(.systemCallReturns, task: 1, a: 100), Step(.masksInterrupts, task: 1),
          Step(.checksExitWork, task: 1, a: 0), Step(.restoresRegisters, task: 1),
          Step(.writesPageTableBase, task: 1, object: PageTableChange.user.rawValue),
          Step(.executesReturn, task: 1), Step(.returnsToUser, task: 1, mode: .user),
        ], in: trace, from: call) == nil)
    // rcx is the address behind the instruction, r11 the flags.
    let site = trace.events.first { $0.kind == .callsSystemCall }?.b ?? 0
    #expect(trace.events[call].a == site + Instruction.byteCount)
    #expect(trace.events[call].b == 0x202)
  }

  @Test func `9.5 with a handler: frame, handler, sigreturn, and the same instruction again`() {
    let trace = SignalTests.run {
      $0.handle(.SIGSEGV, flags: SignalActionFlags.resetHandler) { _ in }
      $0.touch(0x10)
    }
    let fault = trace.events.firstIndex { $0.kind == .faults && $0.a == 0x10 } ?? 0
    #expect(trace.events[fault].b == 4, "user mode, no page, reading")
    #expect(
      SequenceTests.missing(
        [
          Step(.faults, task: 1, mode: .user, a: 0x10), Step(.pushesInterruptFrame, task: 1),
          Step(.entersKernel, task: 1, object: EntryReason.fault.rawValue),
          .routine(.pageFault, task: 1), Step(.switchesStack, task: 1),
          Step(.savesRegisters, task: 1), Step(.unmasksInterrupts, task: 1),
          .routine(.handleMmFault, task: 1),
          Step(.receivesSignal, task: 1, object: 11, a: Int64(SignalCode.SEGV_MAPERR.rawValue)),
          Step(.checksExitWork, task: 1, a: 2), .routine(.deliverSignals, task: 1),
          Step(.takesSignal, task: 1, object: 11), .routine(.setupFrame, task: 1),
          Step(.copiesToUser, task: 1), Step(.entersHandler, task: 1, object: 11),
          Step(.returnsToUser, task: 1, mode: .user), .routine(.sysRtSigreturn, task: 1),
          Step(.leavesHandler, task: 1), Step(.returnsToUser, task: 1, mode: .user),
          // The handler was for one time.
          Step(.faults, task: 1, mode: .user, a: 0x10), Step(.isKilled, task: 1, object: 11),
        ], in: trace, from: fault) == nil)
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].killedBy == .SIGSEGV)
    let faults = trace.events.filter { $0.kind == .faults && $0.a == 0x10 }
    let entries = trace.events.filter {
      $0.kind == .entersKernel && $0.object == EntryReason.fault.rawValue
    }
    #expect(faults.count == 2)
    #expect(Set(entries.suffix(2).map(\.a)).count == 1, "the same instruction")
  }

  @Test func `9.5 without one: a zombie, and SIGCHLD to the parent`() {
    let trace = SignalTests.run {
      $0.call(57)
      $0.ifZero { $0.touch(0) }
      $0.compute(20_000_000)
      $0.exit(0)
    }
    #expect(
      SequenceTests.missing(
        [
          Step(.faults, task: 2, mode: .user, a: 0), Step(.receivesSignal, task: 2, object: 11),
          .routine(.doSignal, task: 2), .routine(.doExit, task: 2), Step(.freesMemory, task: 2),
          Step(.isKilled, task: 2, object: 11),
          Step(.discardsSignal, task: 1, object: UInt32(Signal.SIGCHLD.rawValue)),
          Step(.switchesContext, task: 2),
        ], in: trace) == nil)
    let killed = trace.events.firstIndex { $0.kind == .isKilled } ?? 0
    #expect(trace.state(after: killed + 1).tasks[2].condition == .zombie)
  }

  @Test func `9.6 the fixup: all five bytes are not copied`() {
    let trace = SignalTests.run {
      $0.call(2, .text("foo"), .value(0))
      $0.call(0, .result, .value(0x10000), .value(5))
    }
    let copy = trace.events.first { $0.kind == .copyFaults }
    #expect(copy?.a == 0x10000 && copy?.b == 5)
    #expect(SignalTests.results(trace) == [3, Errno.EFAULT.returned])
  }

  @Test func `9.7 a tick in kernel mode: the task goes on in the kernel until it leaves`() {
    var built = HandBuilt()
    built.scenario.machine.tick = 1_000_000
    built.scenario.machine.quantum = 1_000_000
    // Each step of the kernel takes long: ticks come in the midst of a call.
    built.scenario.machine.costs = Costs(
      instruction: 1, kernelStep: 200_000, syscall: 1, interrupt: 1, contextSwitch: 1, tlbMiss: 0,
      pageTableSwitch: 1)
    built.addProcess("a", calls: [(39, []), (39, []), (39, []), (231, [.value(0)])])
    built.addProcess("b", calls: [(231, [.value(0)])], compute: 9_000_000)
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    let marks = trace.events.indices.filter {
      trace.events[$0].kind == .setsNeedResched && trace.events[$0].task == 1
    }
    let inKernel = marks.first { mark in
      let interrupt = trace.events[..<mark].last { $0.kind == .interrupts }
      return interrupt?.mode == .kernel && interrupt?.task == 1
    }
    #expect(inKernel != nil, "a tick has come in kernel mode")
    #expect(
      SequenceTests.missing(
        [
          Step(.setsNeedResched, task: 1), Step(.interruptReturns, task: 1),
          .routine(.exitToUser, task: 1), Step(.checksExitWork, task: 1, a: 1),
          Step(.isPreempted, task: 1), .routine(.schedule, task: 1),
          Step(.switchesContext, task: 1, a: 1), Step(.runs, task: 2),
        ], in: trace, from: inKernel ?? 0) == nil)
    // Between the tick and the way out nobody else has had the CPU.
    let from = inKernel ?? 0
    let out = trace.events.indices.first { $0 > from && trace.events[$0].kind == .checksExitWork }
    #expect(!trace.events[from...(out ?? from)].contains { $0.kind == .switchesContext })
  }

  @Test func `an interrupt in kernel mode leaves alone what a routine has returned`() {
    var built = HandBuilt()
    built.addProcess("probe", calls: [(2, [.text("/tmp"), .value(0)]), (231, [.result])])
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    func hasReturned(_ kernel: borrowing Kernel) -> Bool {
      kernel.trace.events.last {
        $0.kind == .routineReturns && $0.object == UInt32(KernelRoutine.allocFd.rawValue)
      } != nil
    }
    while !hasReturned(kernel), kernel.step() == nil {}
    #expect(kernel.tasks[1].returned == 3)
    // The timer interrupts between the return and the caller's next step.
    kernel.machine.queues[0].schedule(.tick, at: kernel.trace.now, payload: 0)
    _ = kernel.run()
    let trace = kernel.finish()
    let returned = trace.events.firstIndex {
      $0.kind == .routineReturns && $0.object == UInt32(KernelRoutine.allocFd.rawValue)
    }
    #expect(
      SequenceTests.missing(
        [
          Step(.interrupts, task: 1, mode: .kernel, object: 0), Step(.interruptReturns, task: 1),
          .routine(.pathOpenat, task: 1), Step(.systemCallReturns, task: 1, a: 3),
          Step(.exits, task: 1, a: 3),
        ], in: trace, from: returned ?? trace.events.count) == nil)
  }

  @Test func `9.9 a receiver that runs on another CPU is kicked by an interrupt`() {
    let trace = SignalTests.run([
      (
        "receiver", 2,
        SignalTests.program {
          $0.handle(.SIGUSR1) { _ in }
          $0.compute(30_000_000)
        }
      ),
      (
        "sender", 2,
        SignalTests.program {
          $0.compute(2_000_000)
          $0.call(62, .value(100), .value(10))
        }
      ),
    ]) { $0.scenario.machine.cpuCount = 2 }
    let kill = trace.events.firstIndex { $0.kind == .callsSystemCall && $0.a == 62 } ?? 0
    #expect(
      SequenceTests.missing(
        [
          .routine(.sysKill, task: 2), Step(.sendsSignal, task: 2, a: 1),
          Step(.receivesSignal, task: 1, object: 10),
          Step(.sendsInterProcessorInterrupt, task: 2, a: 0),
          Step(.receivesInterProcessorInterrupt, task: 1, mode: .user, a: 1),
          Step(.entersKernel, task: 1, object: EntryReason.interrupt.rawValue),
          Step(.acknowledgesInterProcessorInterrupt, task: 1),
          Step(.checksExitWork, task: 1, a: 2), Step(.takesSignal, task: 1, object: 10),
          Step(.entersHandler, task: 1, object: 10), Step(.returnsToUser, task: 1, mode: .user),
        ], in: trace, from: kill) == nil)
    #expect(
      SequenceTests.missing(
        [
          Step(.sendsSignal, task: 2), Step(.systemCallReturns, task: 2, a: 0),
          Step(.returnsToUser, task: 2, mode: .user),
        ], in: trace, from: kill) == nil)
  }

  @Test func `9.9 a receiver that blocks the signal is not woken`() {
    let trace = SignalTests.run([
      (
        "receiver", 2,
        SignalTests.program {
          $0.call(14, .value(0), .words([0x200]), .value(0), .value(8))
          $0.call(35, .words([0, 20_000_000]), .value(0))
        }
      ),
      ("sender", 2, SignalTests.program { $0.call(62, .value(100), .value(10)) }),
    ])
    let wakes = trace.events.filter { $0.kind == .wakes && $0.task == 1 }
    #expect(wakes.count == 1 && (wakes.first?.time ?? 0) >= 20_000_000)
    #expect(SignalTests.results(trace).last == 0)
    #expect(trace.events.contains { $0.kind == .receivesSignal && $0.task == 1 })
  }
}
