import Catalogue
import Narration
import TestSupport
import Testing
import Trace

/// Traces for viewers of the trace-event format.
@Suite struct TraceEventTests {
  /// A call that sleeps on the disk while another process computes, a fault in a copy, a child, and a
  /// signal between processes.
  static let story: Trace = {
    var header = Sample.header
    header.tasks.append(TraceTask(name: "child", pid: 3, program: 0))
    var events: [TraceEvent] = []
    func add(
      _ kind: EventKind, _ task: UInt16, _ time: Int64, _ mode: PrivilegeMode = .kernel,
      object: UInt32 = 0, a: Int64 = 0, b: Int64 = 0, cause: Int? = nil
    ) {
      events.append(
        TraceEvent(
          time: time, kind: kind, cpu: 0, task: task, mode: mode, depth: 0,
          cause: events.isEmpty ? TraceEvent.noCause : UInt32(cause ?? events.count - 1),
          object: object, a: a, b: b))
    }
    func routine(_ kind: EventKind, _ routine: KernelRoutine, _ task: UInt16, _ time: Int64) {
      add(kind, task, time, object: UInt32(routine.rawValue))
    }
    let open = SystemCall.named("open")?.rawValue ?? 0
    let kill = SystemCall.named("kill")?.rawValue ?? 0
    let sda = WaitObject(.device, device: DeviceID(rawValue: 1)).rawValue
    let signal = UInt32(Signal.SIGUSR1.rawValue)
    let fault = UInt32(ExceptionKind.pageFault.rawValue)
    add(.machineStarts, 0, 0, object: 4000, a: 16 << 20, b: 1)
    add(.processStarts, 1, 0, a: 1, b: 1000)
    add(.processStarts, 2, 0, a: 2, b: 1000)
    add(.runs, 1, 2, .user)
    add(.callsSystemCall, 1, 4, .user, object: open, a: 2, b: 0x401028)
    add(.entersKernel, 1, 7)
    routine(.callsRoutine, .entrySyscall, 1, 8)
    add(.faults, 1, 9, object: fault, a: 0x403000)
    routine(.callsRoutine, .pageFault, 1, 10)
    add(.allocatesPage, 1, 11, a: 0x5000, b: 3999)
    add(.countsResidentPages, 1, 11, a: 5)
    routine(.routineReturns, .pageFault, 1, 12)
    routine(.callsRoutine, .readBlock, 1, 13)
    add(.queuesRequest, 1, 17, object: 1, a: 1)
    add(.startsRequest, 1, 18, object: 1, a: 1, b: 37)
    add(.sleeps, 1, 20, object: sda)
    add(.runs, 2, 24, .user)
    add(.interrupts, 2, 4_000_000, object: 0, cause: 0)
    routine(.callsRoutine, .interrupt, 2, 4_000_001)
    add(.interruptReturns, 2, 4_000_003)
    routine(.routineReturns, .interrupt, 2, 4_000_004)
    add(.returnsToUser, 2, 4_000_004, .user)
    add(.transfersData, 2, 5_000_018, .user, object: 1, a: 1, cause: 14)
    add(.interrupts, 2, 5_000_018, object: 1, b: 1)
    routine(.callsRoutine, .interrupt, 2, 5_000_019)
    add(.completesRequest, 2, 5_000_021, object: 1, a: 1)
    add(.wakes, 1, 5_000_022, object: sda, a: 5_000_002)
    add(.interruptReturns, 2, 5_000_024)
    routine(.routineReturns, .interrupt, 2, 5_000_025)
    add(.returnsToUser, 2, 5_000_025, .user)
    add(.callsSystemCall, 2, 5_000_030, .user, object: kill, a: 62, b: 0x401028)
    add(.entersKernel, 2, 5_000_031)
    add(.sendsSignal, 2, 5_000_032, object: signal, a: 1)
    add(.receivesSignal, 1, 5_000_032, object: signal)
    add(.systemCallReturns, 2, 5_000_033, object: kill, a: 0, b: 30)
    add(.forks, 2, 5_000_034, a: 3, b: 3)
    add(.runs, 1, 5_000_040)
    add(.isKilled, 1, 5_000_050, object: signal)
    add(.runs, 3, 5_000_060, .user)
    add(.exits, 3, 5_000_065)
    add(.idles, 0, 5_000_066)
    return Trace(header: header, events: events)
  }()

  /// The document of some traces.
  static func document(
    _ traces: [(name: String, trace: Trace)], zoom: Zoom = .overview
  ) -> String {
    var bytes: [UInt8] = []
    var document = TraceEventJSON(zoom: zoom, areScenariosNamed: traces.count > 1)
    for (name, trace) in traces {
      document.add(
        scenario: name, trace: trace,
        narrator: Narrator(
          trace: trace.header, scenario: Sample.scenario, sources: Sample.sources),
        to: { bytes += $0 })
    }
    document.finish(to: { bytes += $0 })
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `a story's document`() throws {
    let document = Self.document([("story", Self.story)])
    let checker = TraceEventChecker(document)
    #expect(checker.problems == [])
    try expectGolden(document, "Narration/trace-events.json")
  }

  @Test func `slices lie within what they are part of`() throws {
    let slices = TraceEventChecker(Self.document([("story", Self.story)])).slices
    func only(_ name: String, in tid: Int) throws -> TraceEventChecker.Slice {
      try #require(slices.first { $0.name == name && $0.tid == tid }, "\(name)")
    }
    let stack = 400_001
    let call = try only("open", in: stack)
    #expect(call.arguments["call"] as? String == "open(\"foo\", O_RDONLY)")
    let entry = try only("entry_SYSCALL_64", in: stack)
    let fault = try only("exception #PF", in: stack)
    let handler = try only("exc_page_fault", in: stack)
    #expect([call, entry, fault, handler].map(\.depth) == [0, 1, 2, 3])
    #expect(fault.start == 9 && fault.end == 12)
    // The call lasts until the process is killed: it never returned.
    #expect(call.start == 4 && call.end == 5_000_050)
    #expect(
      slices.filter { $0.tid == 1 && $0.depth == 0 }.map(\.name) == [
        "runnable", "user", "kernel", "asleep", "runnable", "kernel",
      ])
    let sleep = try only("asleep", in: 1)
    #expect(sleep.start == 20 && sleep.end == 5_000_022)
    #expect(sleep.arguments["on"] as? String == "sda")
    let killed = try only("kill", in: 400_002)
    #expect(killed.arguments["result"] as? String == "0")
    let disk = try only("read", in: 910_001)
    #expect(disk.start == 18 && disk.end == 5_000_018)
    #expect(
      slices.filter { $0.tid == 900_001 && $0.depth == 0 }.map(\.name) == [
        "idle", "editor", "counter", "editor", "child", "idle",
      ])
  }

  @Test func `arrows lead from causes to effects`() {
    let checker = TraceEventChecker(Self.document([("story", Self.story)]))
    let arrows = checker.arrows.map {
      "\($0.name): \($0.fromProcess) \($0.from) → \($0.toProcess) \($0.to)"
    }
    // The tick follows from nothing but the machine's start: it has no arrow.
    #expect(
      arrows == [
        "interrupt: editor kernel → counter interrupt",
        "wake-up: counter interrupt → editor runnable",
        "signal: counter kernel → editor runnable",
        "fork: counter kernel → child runnable",
      ])
    #expect(checker.counters["900000 free frames"] == 3999)
    #expect(checker.counters["900000 sda outstanding requests"] == 0)
    #expect(checker.counters["1 resident pages"] == 0)
  }

  @Test func `scenarios are kept apart`() {
    let checker = TraceEventChecker(
      Self.document([("down", Self.story), ("up \"\u{1B}[2J", Self.story)]))
    #expect(checker.problems == [])
    #expect(
      checker.processes == [
        1: "down: editor", 2: "down: counter", 3: "down: child", 900_000: "down: machine",
        1_000_001: "up \"\u{1B}[2J: editor", 1_000_002: "up \"\u{1B}[2J: counter",
        1_000_003: "up \"\u{1B}[2J: child", 1_900_000: "up \"\u{1B}[2J: machine",
      ])
    #expect(checker.arrows.count == 8)
    #expect(TraceEventChecker(Self.document([])).problems == [])
  }

  @Test func `a process number that is given again is another row`() {
    var trace = Self.story
    for index in trace.header.tasks.indices { trace.header.tasks[index].pid = 7 }
    trace.header.tasks[2].pid = -5
    let checker = TraceEventChecker(Self.document([("a", trace)]))
    #expect(checker.problems == [])
    #expect(
      checker.processes == [
        7: "editor", 200_002: "counter", 200_003: "child", 900_000: "machine",
      ])
  }

  @Test func `a closer look has more instants and the same slices`() {
    let all = Zoom.allCases.map {
      TraceEventChecker(Self.document([("a", Self.story)], zoom: $0))
    }
    #expect(all[0].instants.count < all[1].instants.count)
    #expect(all[1].instants.count < all[2].instants.count)
    #expect(all[2].instants.count == Self.story.events.count)
    #expect(all[0].slices.count == all[2].slices.count)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `events in any order make a document without a mistake`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var header = Sample.header
    header.cpuCount = Int.random(in: 0...3, using: &random)
    header.tasks.append(TraceTask(name: "idle1", pid: 0, program: -1))
    let kinds: [EventKind] = [
      .callsRoutine, .routineReturns, .runs, .sleeps, .wakes, .interrupts, .faults, .forks,
      .callsSystemCall, .returnsToUser, .exits, .startsRequest, .idles, .receivesSignal,
    ]
    let events = (0..<150).map { step in
      TraceEvent(
        time: Int64.random(in: -50...5_000, using: &random),
        kind: (Bool.random(using: &random) ? kinds : EventKind.allCases).randomElement(
          using: &random) ?? .runs,
        cpu: UInt8.random(in: 0...3, using: &random),
        task: UInt16.random(in: 0...5, using: &random),
        mode: Bool.random(using: &random) ? .user : .kernel, depth: 0,
        cause: UInt32.random(in: 0...UInt32(step + 2), using: &random),
        object: UInt32.random(in: 0...9, using: &random),
        a: Int64.random(in: -2...5, using: &random), b: Int64.random(in: -2...5, using: &random))
    }
    let checker = TraceEventChecker(
      Self.document([("a", Trace(header: header, events: events))], zoom: .hardware))
    #expect(checker.problems == [], "seed \(seed)")
  }
}
