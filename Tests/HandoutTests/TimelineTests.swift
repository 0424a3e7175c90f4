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
    let timeline = Timeline(Trace(header: header, events: SampleLesson.trace.events))
    #expect(timeline.lanes.count == 48)
    #expect(timeline.omittedProcesses == 78)
    #expect(timeline.omittedCPUs == 16)
    #expect(timeline.omissions { "\($0)" }?.contains("78 further processes have no lane.") == true)
  }

  @Test func `events about unknown CPUs and tasks do no harm`() {
    let events = (0..<255).map { index in
      TraceEvent(
        time: Int64.max - Int64(index), kind: EventKind.allCases[index % EventKind.allCases.count],
        cpu: UInt8(index), task: UInt16(index) &* 200, mode: .user, depth: 255,
        cause: UInt32(index) &* 7)
    }
    let timeline = Timeline(Trace(header: SampleLesson.header, events: events))
    #expect(timeline.lanes.count == 3)
  }
}
