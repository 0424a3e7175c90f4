import Catalogue
import Testing
import Trace

@testable import Handout

@Suite struct TimelineTests {
  @Test func `lanes follow the trace`() throws {
    let timeline = Timeline(SampleLesson.trace)
    #expect(timeline.lanes.map(\.name) == ["cpu0", "editor", "counter"])
    let editor = timeline.lanes[1].spans.map(\.activity)
    #expect(
      editor == [.absent, .runnable, .user, .kernel, .asleep, .runnable, .kernel, .user, .ended])
    let counter = timeline.lanes[2].spans.map(\.activity)
    #expect(counter.contains(.interrupt))
    #expect(counter.first == .absent)
    let sleep = try #require(timeline.lanes[1].spans.first { $0.activity == .asleep })
    #expect(timeline.moments[sleep.columns.lowerBound] == 20)
    #expect(timeline.moments[sleep.columns.upperBound] == 5_000_022)
    #expect(sleep.steps == 18..<30)
    #expect(!timeline.isCut)
    // The disk's interrupt, which comes to whoever runs, wakes the editor.
    let arrow = try #require(timeline.arrows.first)
    #expect(timeline.arrows.count == 1)
    #expect(arrow.from == 0 && arrow.to == 1)
    #expect(timeline.moments[arrow.column] == 5_000_022)
  }

  @Test func `the spans of a lane follow each other without gaps`() {
    let timeline = Timeline(SampleLesson.trace)
    for lane in timeline.lanes {
      for (left, right) in zip(lane.spans, lane.spans.dropFirst()) {
        #expect(left.columns.upperBound == right.columns.lowerBound)
        #expect(left.activity != right.activity || left.task != right.task)
      }
      #expect(lane.spans.first?.columns.lowerBound == 0)
      #expect(lane.spans.last?.columns.upperBound == timeline.columnCount)
    }
  }

  @Test func `many processes and CPUs are counted, not drawn`() {
    var header = SampleLesson.header
    header.cpuCount = 40
    header.tasks += (0..<100).map { TraceTask(name: "p\($0)", pid: 9, program: 0) }
    let start = SampleLesson.trace.events[1]
    let starts = (3..<103).map { (task: UInt16) in
      var event = start
      event.task = task
      return event
    }
    let events = SampleLesson.trace.events
    let timeline = Timeline(Trace(header: header, events: events[..<3] + starts + events[3...]))
    #expect(timeline.lanes.count == 48)
    #expect(timeline.omittedProcesses == 78)
    #expect(timeline.omittedCPUs == 16)
    #expect(timeline.omissions?.contains("78 further processes have no lane.") == true)
  }

  @Test func `each CPU has a lane, and its idle task has none`() throws {
    let header = TraceHeader(
      architecture: .x86_64, cpuCount: 2, frameCount: 16,
      tasks: [
        TraceTask(name: "idle", pid: 0, program: -1), TraceTask(name: "p", pid: 100, program: 0),
        TraceTask(name: "never", pid: 101, program: 0),
        TraceTask(name: "idle1", pid: 0, program: -1),
      ], devices: [TraceDevice(name: "timer", kind: .timer)])
    func event(
      _ kind: EventKind, cpu: UInt8, task: UInt16, at time: Int64, _ mode: PrivilegeMode = .kernel
    ) -> TraceEvent {
      TraceEvent(
        time: time, kind: kind, cpu: cpu, task: task, mode: mode, depth: 0,
        cause: TraceEvent.noCause)
    }
    let timeline = Timeline(
      Trace(
        header: header,
        events: [
          event(.machineStarts, cpu: 0, task: 0, at: 0), event(.idles, cpu: 0, task: 0, at: 0),
          event(.idles, cpu: 1, task: 3, at: 0), event(.processStarts, cpu: 0, task: 1, at: 1),
          event(.runs, cpu: 1, task: 1, at: 2),
          event(.returnsToUser, cpu: 1, task: 1, at: 4, .user),
          event(.exits, cpu: 1, task: 1, at: 9), event(.idles, cpu: 1, task: 3, at: 10),
        ]))
    #expect(timeline.lanes.map(\.name) == ["cpu0", "cpu1", "p"])
    #expect(timeline.lanes[0].spans.map(\.activity) == [.idle])
    #expect(timeline.lanes[1].spans.map(\.activity) == [.idle, .kernel, .user, .kernel, .idle])
    #expect(
      timeline.lanes[1].spans.map { timeline.owner($0.task) } == [
        "idle", "p", "p", "p", "idle",
      ])
  }

  @Test func `events about unknown CPUs and tasks do no harm`() {
    let events = (0..<255).map { index in
      TraceEvent(
        time: Int64.max - Int64(index), kind: EventKind.allCases[index % EventKind.allCases.count],
        cpu: UInt8(index), task: UInt16(index) &* 200, mode: .user, depth: 255,
        cause: UInt32(index) &* 7)
    }
    let timeline = Timeline(Trace(header: SampleLesson.header, events: events))
    // Of the tasks that events speak of, only the idle one is known.
    #expect(timeline.lanes.map(\.name) == ["cpu0"])
  }
}
