import Catalogue
@testable import Kernel
import Lesson
import Machine
import Program
import Testing
import Trace

/// The orders of events that Linux has, from section 9 of the facts: nothing in them is optional, and
/// all of it is seen at zoom mechanism.
@Suite struct SequenceTests {
  /// One event that must come: a kind, and what else must be true of it.
  struct Step {
    var name: String
    var matches: (TraceEvent) -> Bool

    init(
      _ kind: EventKind, task: UInt16? = nil, mode: PrivilegeMode? = nil, object: UInt32? = nil,
      a: Int64? = nil
    ) {
      name =
        "\(kind) task \(task.map(String.init) ?? "any") object \(object.map(String.init) ?? "any")"
      matches = { event in
        event.zoom <= .mechanism && event.kind == kind && (task ?? event.task) == event.task
          && (mode ?? event.mode) == event.mode && (object ?? event.object) == event.object
          && (a ?? event.a) == event.a
      }
    }

    static func routine(_ routine: KernelRoutine, task: UInt16) -> Step {
      Step(.callsRoutine, task: task, object: UInt32(routine.rawValue))
    }
  }

  /// The steps in this order, gaps allowed; gives the first that is missing.
  static func missing(_ steps: [Step], in trace: Trace, from start: Int = 0) -> String? {
    var index = start
    for step in steps {
      while index < trace.events.count, !step.matches(trace.events[index]) { index += 1 }
      if index == trace.events.count { return step.name }
      index += 1
    }
    return nil
  }

  /// `open("foo"); read; exit` beside a process that computes for 40 ms.
  static func founding() -> Scenario {
    var built = HandBuilt()
    built.addProcess(
      "editor",
      calls: [
        (2, [.text("foo"), .value(0)]), (0, [.result, .value(HandBuilt.bss), .value(5)]),
        (231, [.result]),
      ])
    built.addProcess("counter", calls: [(231, [.value(0)])], compute: 40_000_000)
    built.scenario.timeline.append(.run(.toEnd))
    return built.scenario
  }

  @Test func `9.1 getpid enters and leaves without a switch`() {
    var built = HandBuilt()
    built.addProcess("probe", calls: [(39, []), (231, [.value(0)])])
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    let call = trace.events.firstIndex { $0.kind == .callsSystemCall } ?? 0
    let back =
      trace.events.indices.first { $0 > call && trace.events[$0].kind == .returnsToUser } ?? 0
    #expect(
      Self.missing(
        [
          Step(.loadsRegister, task: 1, mode: .user, object: 0, a: 39),
          Step(.callsSystemCall, task: 1, mode: .user, a: 39),
          Step(.executesSyscall, task: 1, mode: .kernel),
          Step(.entersKernel, task: 1, object: EntryReason.syscall.rawValue),
          Step(.switchesStack, task: 1), Step(.savesRegisters, task: 1),
          Step(.unmasksInterrupts, task: 1), Step(.dispatches, task: 1, a: 39),
          .routine(.sysGetpid, task: 1), Step(.systemCallReturns, task: 1, a: 100),
          Step(.masksInterrupts, task: 1), Step(.checksExitWork, task: 1, a: 0),
          Step(.restoresRegisters, task: 1), Step(.executesReturn, task: 1, object: 0),
          Step(.returnsToUser, task: 1, mode: .user),
        ], in: trace) == nil)
    #expect(!trace.events[call...back].contains { $0.kind == .switchesContext })
  }

  @Test func `9.2 read of an uncached block: the other process runs, the disk interrupts it`() {
    let trace = ScenarioRun.run(Self.founding(), limits: RunLimits()).trace
    let read = trace.events.firstIndex {
      $0.kind == .callsSystemCall && $0.a == 0
    }
    #expect(read != nil)
    #expect(
      Self.missing(
        [
          Step(.executesSyscall, task: 1), .routine(.sysRead, task: 1),
          .routine(.vfsRead, task: 1), .routine(.fileRead, task: 1),
          Step(.looksUpPage, task: 1), .routine(.pageCacheRead, task: 1),
          Step(.allocatesPage, task: 1), Step(.locksPage, task: 1), Step(.mapsBlock, task: 1),
          .routine(.submitBio, task: 1), Step(.submitsRequest, task: 1),
          Step(.queuesRequest, task: 1), Step(.startsRequest, task: 1),
          .routine(.ioSchedule, task: 1), Step(.sleeps, task: 1, a: 0),
          .routine(.schedule, task: 1), Step(.switchesContext, task: 1, a: 1),
          Step(.writesPageTableBase), Step(.runs, task: 2),
          Step(.returnsToUser, task: 2, mode: .user),
          Step(.interrupts, task: 2, mode: .user, object: 1),
          Step(.entersKernel, task: 2, object: EntryReason.interrupt.rawValue),
          Step(.acknowledgesInterrupt, task: 2), Step(.raisesSoftirq, task: 2),
          Step(.runsSoftirq, task: 2), Step(.completesRequest, task: 2),
          Step(.unlocksPage, task: 2), Step(.wakes, task: 1), Step(.returnsToUser, task: 2),
          Step(.runs, task: 1, mode: .kernel), .routine(.copyToUser, task: 1),
          Step(.copiesToUser, task: 1), Step(.systemCallReturns, task: 1, a: 5),
          Step(.returnsToUser, task: 1, mode: .user),
        ], in: trace, from: read ?? 0) == nil)
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].voluntarySwitches == 3)
    #expect(state.tasks[1].minorFaults == 1, "the buffer in bss was untouched")
  }

  @Test func `9.5 a bad pointer kills with SIGSEGV and counts no fault`() {
    let cases: [(Int64, SignalCode, Int64)] = [
      (0x10, .SEGV_MAPERR, 0x10), (0x40_1000, .SEGV_ACCERR, 0x40_1000),
      (
        Int64(bitPattern: 0xFFFF_8880_0000_0000), .SEGV_MAPERR,
        Int64(bitPattern: 0xFFFF_8880_0000_0000)
      ),
      (0x1234_5678_9ABC_DEF0, .SI_KERNEL, 0),
    ]
    for (address, code, told) in cases {
      var built = HandBuilt()
      built.addProcess("probe", calls: [(39, [])])
      built.setCode(
        [Instruction(.loadConstant, a: 3, immediate: 0), Instruction(.store, a: 12, b: 3)],
        literals: [address], ofProgram: 0)
      built.scenario.timeline.append(.run(.toEnd))
      let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
      let signal = trace.events.first { $0.kind == .receivesSignal }
      #expect(signal?.a == Int64(code.rawValue))
      #expect(signal?.b == told)
      #expect(
        Self.missing(
          [
            Step(.faults, task: 1, mode: .user),
            Step(.entersKernel, task: 1, object: EntryReason.fault.rawValue),
            Step(.receivesSignal, task: 1, object: 11), Step(.checksExitWork, task: 1, a: 2),
            .routine(.doSignal, task: 1), Step(.isKilled, task: 1, object: 11),
          ], in: trace) == nil)
      let state = trace.state(after: trace.events.count)
      #expect(state.tasks[1].minorFaults == 0)
      #expect(state.tasks[1].killedBy == .SIGSEGV)
    }
  }

  @Test func `9.6 a bad pointer in a call is EFAULT by the exception table, no signal`() {
    let bad: Int64 = 0x10000
    var built = HandBuilt()
    built.addProcess(
      "probe",
      calls: [
        (2, [.text("foo"), .value(0)]), (0, [.result, .value(bad), .value(5)]), (231, [.value(0)]),
      ])
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    #expect(
      Self.missing(
        [
          .routine(.copyToUser, task: 1), Step(.faults, task: 1, mode: .kernel, a: bad),
          .routine(.pageFault, task: 1), .routine(.handleMmFault, task: 1),
          Step(.copyFaults, task: 1, a: bad),
          Step(.systemCallReturns, task: 1, a: Errno.EFAULT.returned), Step(.exits, task: 1),
        ], in: trace) == nil)
    let fault = trace.events.first { $0.kind == .faults }
    #expect(fault?.b == 2, "write, kernel mode, no page")
    #expect(!trace.events.contains { $0.kind == .receivesSignal })
  }

  @Test func `9.7 the tick takes the CPU away at the end of the quantum`() {
    var built = HandBuilt()
    built.addProcess("a", calls: [(231, [.value(0)])], compute: 20_000_000)
    built.addProcess("b", calls: [(231, [.value(0)])], compute: 20_000_000)
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    let tick: [Step] = [
      Step(.interrupts, task: 1, mode: .user, object: 0), Step(.pushesInterruptFrame, task: 1),
      Step(.entersKernel, task: 1, object: EntryReason.interrupt.rawValue),
      .routine(.timerTick, task: 1),
    ]
    #expect(
      Self.missing(
        tick + [Step(.accountsTick, task: 1, a: 1), Step(.returnsToUser, task: 1)]
          + tick + [
            Step(.accountsTick, task: 1, a: 0), Step(.setsNeedResched, task: 1),
            Step(.interruptReturns, task: 1), Step(.checksExitWork, task: 1, a: 1),
            Step(.isPreempted, task: 1), .routine(.schedule, task: 1),
            Step(.picksNext, task: 1, object: 2), Step(.switchesContext, task: 1),
            Step(.runs, task: 2), Step(.returnsToUser, task: 2, mode: .user),
          ], in: trace) == nil)
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].involuntarySwitches == 2)
    #expect(state.tasks[1].voluntarySwitches == 0)
  }

  @Test func `every event but the first has a cause that came before it`() {
    let trace = ScenarioRun.run(Self.founding(), limits: RunLimits()).trace
    for (index, event) in trace.events.enumerated().dropFirst() {
      #expect(event.cause < index, "step \(index) \(event.kind)")
    }
    let wake = trace.events.firstIndex { $0.kind == .wakes } ?? 0
    let kinds = trace.causes(of: wake).map { trace.events[$0].kind }
    var remaining = kinds[...]
    for kind in [
      EventKind.completesRequest, .runsSoftirq, .interrupts, .transfersData, .startsRequest,
      .submitsRequest, .looksUpName, .copiesString, .entersKernel, .callsSystemCall, .processStarts,
    ] {
      guard let place = remaining.firstIndex(of: kind) else {
        Issue.record("\(kind) is not among the causes of the wake-up: \(kinds)")
        return
      }
      remaining = remaining[(place + 1)...]
    }
  }

  @Test func `the stack of a sleeper is the frames that go on`() throws {
    let scenario = Self.founding()
    var kernel = Kernel(scenario, limits: RunLimits())
    kernel.actOut(scenario)
    var state = MachineState(header: kernel.header)
    var seen = 0
    var slept: [KernelRoutine] = []
    while kernel.step() == nil {
      while seen < kernel.trace.events.count {
        state.apply(kernel.trace.events[seen])
        seen += 1
      }
      // After every step, what replay rebuilds is what the kernel has, for every task.
      for task in 1...2 where state.tasks[task].condition != .zombie {
        #expect(state.tasks[task].frames == kernel.kernelStack(of: TaskID(rawValue: UInt16(task))))
      }
      if state.tasks[1].condition == .sleeping, slept.isEmpty { slept = state.tasks[1].frames }
    }
    #expect(
      slept == [
        .entrySyscall, .doSyscall, .sysOpen, .doSysOpenat2, .pathOpenat, .linkPathWalk, .lookup,
        .readBlock, .ioSchedule, .schedule,
      ]
        || slept == [
          .entrySyscall, .doSyscall, .sysOpen, .doSysOpenat2, .pathOpenat, .linkPathWalk, .lookup,
          .readBlock, .ioSchedule,
        ])
  }

  @Test func `the second open and read of a file do not sleep`() {
    var built = HandBuilt()
    let once: [ConformanceTests.Call] = [
      (2, [.text("foo"), .value(0)]), (0, [.result, .value(HandBuilt.bss), .value(5)]),
    ]
    built.addProcess("probe", calls: once + once + [(231, [.value(0)])])
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    let second = trace.events.lastIndex { $0.kind == .callsSystemCall && $0.a == 2 } ?? 0
    #expect(trace.events[..<second].count { $0.kind == .sleeps } == 3)
    #expect(trace.events[second...].count { $0.kind == .sleeps } == 0)
  }

  @Test func `two readers of one block wait for one request`() {
    var built = HandBuilt()
    for name in ["a", "b"] {
      built.addProcess(name, calls: [(2, [.text("foo"), .value(0)]), (231, [.result])])
    }
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    #expect(
      trace.events.count { $0.kind == .submitsRequest } == 2, "directory and inode, once each")
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].exitStatus == 3)
    #expect(state.tasks[2].exitStatus == 3)
  }

  @Test func `a woken task goes to the end of the queue, and its run is because of the wake-up`() {
    var built = HandBuilt()
    built.addProcess("sleeper", calls: [(2, [.text("foo"), .value(0)]), (231, [.result])])
    built.addProcess("a", calls: [(231, [.value(0)])], compute: 20_000_000)
    built.addProcess("b", calls: [(231, [.value(0)])], compute: 20_000_000)
    built.scenario.timeline.append(.run(.toEnd))
    let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
    // a runs from 0 to 8 ms; the sleeper wakes at 5 ms, when b has been waiting since the start.
    let order = trace.events.filter { $0.kind == .runs && $0.time >= 0 }.map(\.task)
    #expect(order.prefix(4) == [1, 2, 3, 1])
    let runs = trace.events.filter { $0.kind == .runs && $0.task == 1 }
    #expect(runs.dropFirst().allSatisfy { trace.events[Int($0.cause)].kind == .wakes })
  }

  @Test func `a disk works on one request at a time, first come, first served`() {
    var built = HandBuilt()
    built.scenario.nodes.append(
      ConformanceTests.node("/home/ada/other", .bytes([1, 2, 3]), mode: 0o644))
    for (name, file) in [("a", "foo"), ("b", "other"), ("c", "foo")] {
      built.addProcess(
        name,
        calls: [
          (2, [.text(file), .value(0)]), (0, [.result, .value(HandBuilt.bss), .value(3)]),
          (231, [.result]),
        ])
    }
    built.scenario.timeline.append(.run(.toEnd))
    let run = ScenarioRun.run(built.scenario, limits: RunLimits())
    #expect(run.stop == .finished)
    var working: Int64?
    var started: [Int64] = []
    for event in run.trace.events {
      switch event.kind {
      case .startsRequest:
        #expect(working == nil, "request \(event.a) starts while the disk is busy")
        working = event.a
        started.append(event.a)
      case .transfersData:
        #expect(working == event.a)
        working = nil
      default: break
      }
    }
    #expect(started == started.sorted())
    #expect(started.count == 4, "directory, inode table, and the two files' text")
    #expect(
      run.trace.state(after: run.trace.events.count).tasks[1...].allSatisfy { $0.exitStatus == 3 })
  }

  @Test func `registers come back as they were, except those the ABI gives away`() {
    var built = HandBuilt()
    built.addProcess("editor", calls: [])
    built.addProcess("counter", calls: [(231, [.value(0)])], compute: 40_000_000)
    let roles = Architecture.x86_64.roles
    built.scenario.programs[0].data = Array("foo".utf8) + [0]
    var code: [Instruction] = []
    for register in UInt8(0)..<16 where register != roles.stackPointer {
      code.append(Instruction(.loadImmediate, a: register, immediate: 1000 + Int32(register)))
    }
    code += [
      Instruction(.loadConstant, a: roles.arguments[0], immediate: 0),
      Instruction(.loadImmediate, a: roles.arguments[1], immediate: 0),
      Instruction(.loadImmediate, a: roles.number, immediate: 2),
      Instruction(.systemCall, immediate: -1), Instruction(.loadImmediate, a: 0, immediate: 231),
      Instruction(.systemCall, immediate: -1),
    ]
    built.setCode(code, literals: [built.scenario.programs[0].dataBase], ofProgram: 0)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    kernel.act(.start(process: 1), at: nil)

    func has(_ kind: EventKind) -> Bool {
      kernel.trace.events.contains { $0.kind == kind && $0.task == 1 }
    }
    while !has(.executesSyscall), kernel.step() == nil {}
    let next = kernel.trace.events.last { $0.kind == .executesSyscall }?.a
    while !has(.systemCallReturns), kernel.step() == nil {}
    #expect(has(.sleeps), "the call slept, and counter used the registers meanwhile")
    while !(kernel.machine.cpus[0].mode == .user && kernel.current == 1), kernel.step() == nil {}
    let registers = kernel.machine.cpus[0].registers
    for register in UInt8(0)..<16 {
      switch register {
      case roles.stackPointer: #expect(registers[4] == 0x7FFF_FFFF_E000 - 64)
      case roles.number: #expect(registers[0] == 3, "the result")
      case roles.arguments[0]: #expect(registers[7] == 0x50_0000)
      case roles.arguments[1]: #expect(registers[6] == 0)
      case 1: #expect(registers[1] == next, "rcx is the return address")
      case 11: #expect(registers[11] == 0x202, "r11 is the flags")
      default: #expect(registers[Int(register)] == 1000 + Int64(register))
      }
    }
    #expect(kernel.machine.cpus[0].programCounter == next)
    #expect(kernel.machine.cpus[0].flags == 0x202)
  }

  @Test func `the same scenario gives the same trace`() {
    let first = ScenarioRun.run(Self.founding(), limits: RunLimits()).trace
    let second = ScenarioRun.run(Self.founding(), limits: RunLimits()).trace
    #expect(first.events == second.events)
  }
}
