import Catalogue
import Program
import Testing
import Trace

@testable import Kernel

/// Several CPUs at once.
@Suite struct ProcessorTests {
  static func run(cpus: Int, _ fill: (inout HandBuilt) -> Void) -> Trace {
    var built = HandBuilt()
    built.scenario.machine.cpuCount = cpus
    fill(&built)
    var limits = RunLimits()
    limits.steps = 100_000
    var kernel = Kernel(built.scenario, limits: limits)
    kernel.actOut(built.scenario)
    #expect(kernel.run() == .finished)
    return kernel.finish()
  }

  static func computing(cpus: Int, processes: Int) -> Trace {
    run(cpus: cpus) { built in
      for process in 0..<processes {
        built.addProcess("p\(process)", calls: [(231, [.value(0)])], compute: 20_000_000)
      }
    }
  }

  @Test func `two processes on two CPUs take the time of one`() {
    let alone = Self.computing(cpus: 1, processes: 1).events.last?.time ?? 0
    let onOne = Self.computing(cpus: 1, processes: 2).events.last?.time ?? 0
    let onTwo = Self.computing(cpus: 2, processes: 2).events.last?.time ?? 0
    #expect(onTwo < alone + 1_000_000)
    #expect(onOne > 2 * alone - 1_000_000)
  }

  @Test func `who opens a file at the same moment as another CPU has an open file of its own`() {
    let trace = Self.run(cpus: 2) { built in
      for process in 0..<2 {
        built.addProcess(
          "p\(process)",
          calls: [(2, [.text("foo"), .value(0)]), (24, []), (231, [.value(0)])], compute: 3_000_000)
      }
    }
    let opened = trace.events.filter { $0.kind == .installsDescriptor && $0.a == 3 }
    #expect(Set(opened.map(\.cpu)).count == 2)
    #expect(Set(opened.map(\.b)).count == 2)
  }

  @Test(arguments: [1, 2, 3, 8]) func `time never goes back, and each CPU has its own flow`(
    _ cpus: Int
  ) {
    let trace = Self.run(cpus: cpus) { built in
      for process in 0..<6 {
        built.addProcess(
          "p\(process)",
          calls: [
            (2, [.text("foo"), .value(0)]), (0, [.result, .value(HandBuilt.bss), .value(5)]),
            (24, []), (231, [.value(0)]),
          ], compute: 3_000_000)
      }
    }
    for (earlier, later) in zip(trace.events, trace.events.dropFirst()) {
      #expect(earlier.time <= later.time)
    }
    for (index, event) in trace.events.enumerated().dropFirst() {
      // Two acts of two CPUs follow from each other only across a wake-up or an interrupt.
      guard event.cause != TraceEvent.noCause else { continue }
      let cause = trace.events[Int(event.cause)]
      #expect(Int(event.cause) < index)
      if cause.cpu != event.cpu {
        #expect(
          [
            .wakes, .sendsInterProcessorInterrupt, .startsRequest, .transfersData, .queuesRequest,
            .completesRequest, .loadsProgram, .installsDescriptor, .machineStarts,
          ]
          .contains(cause.kind), "event \(index) \(event.kind) follows \(cause.kind)")
      }
    }
    #expect(Set(trace.events.filter { $0.kind == .runs }.map(\.cpu)).count == min(cpus, 6))
  }

  @Test func `a wake-up on another CPU is told by an interrupt between CPUs`() {
    let trace = Self.run(cpus: 2) { built in
      built.addProcess("counter", calls: [(231, [.value(0)])], compute: 50_000_000)
      built.addProcess("reader", calls: [(2, [.text("foo"), .value(0)]), (231, [.value(0)])])
    }
    let events = trace.events
    let wakes = events.firstIndex { $0.kind == .wakes && $0.task == 2 } ?? 0
    let sends = events.firstIndex { $0.kind == .sendsInterProcessorInterrupt } ?? 0
    let receives = events.firstIndex { $0.kind == .receivesInterProcessorInterrupt } ?? 0
    #expect(events[wakes].cpu == 0 && events[wakes].task == 2)
    #expect(sends == wakes + 1 && events[sends].a == 1)
    #expect(events[receives].cpu == 1 && events[receives].cause == UInt32(sends))
    let runs = events.indices.first { $0 > receives && events[$0].kind == .runs }
    #expect(runs.map { events[$0].cpu } == 1)
    // The counter was interrupted and went on; it never lost its CPU.
    #expect(!events.contains { $0.kind == .isPreempted })
  }

  @Test func `an idle CPU takes a task that waits for another`() {
    let trace = Self.run(cpus: 2) { built in
      for process in 0..<3 {
        built.addProcess(
          "p\(process)", calls: [(231, [.value(0)])], compute: process == 1 ? 1_000_000 : 30_000_000
        )
      }
    }
    let starved = trace.events.filter { $0.kind == .runs && $0.task == 3 }
    #expect(starved.first?.cpu == 1)
    #expect((starved.first?.time ?? 0) < 2_000_000)
  }
}
