import Claims
import Program
import Testing
import Trace

/// Inline values, their words, and `run until`.
@Suite struct ValueTests {
  private static let editor = SampleTrace.editor
  private static let counter = SampleTrace.counter

  private func text(_ expression: StateExpression, after eventCount: Int = 20) -> String {
    let trace = SampleTrace.lesson
    switch ClaimJudge.value(expression, in: trace, eventCount: eventCount) {
    case .success(let value):
      return ValueFormatter.text(value, expression.valueType, header: trace.header)
    case .failure(let error): return "no value: \(error)"
    }
  }

  @Test func `queries answer with their units`() {
    let wakes = EventSet.event(.wakes, Self.editor)
    let sleeps = EventSet.event(.sleeps, Self.editor)
    #expect(text(.query(.result(call: SampleTrace.open, task: Self.editor))) == "3")
    #expect(text(.query(.callDuration(call: SampleTrace.open, task: Self.editor))) == "7.999993 ms")
    #expect(text(.query(.count(.event(.runs)))) == "4")
    #expect(text(.query(.time(wakes))) == "5.00002 ms")
    #expect(text(.query(.between(sleeps, wakes))) == "5.000006 ms")
    #expect(text(.query(.cpuTime(Self.counter, from: nil, until: wakes))) == "5.000005 ms")
    #expect(text(.query(.cpuTime(Self.counter, from: wakes, until: nil))) == "2.999981 ms")
    #expect(text(.query(.cpuTime(Self.editor, from: nil, until: nil))) == "23 ns")
    #expect(text(.observable(.memoryFree)) == "16 MiB")
    #expect(text(.observable(.cpuCurrent(0))) == "counter")
    #expect(text(.observable(.taskMode(Self.editor)), after: 9) == "kernel")
    #expect(text(.observable(.taskCondition(Self.editor)), after: 9) == "sleeping")
    #expect(text(.observable(.taskSleepsOn(Self.editor, SampleTrace.sda)), after: 9) == "yes")
  }

  @Test func `a missing value says why`() {
    let read = StateExpression.query(.result(call: SampleTrace.read, task: Self.editor))
    #expect(text(read) == "no value: `read` by editor has not returned")
    #expect(
      text(.query(.time(.event(.faults, Self.editor))))
        == "no value: editor faults: this has not happened")
    #expect(
      text(.compare(.number(1), .divide, .number(0))) == "no value: a number is divided by zero")
  }

  @Test func `an error is shown by its name`() {
    #expect(ValueFormatter.text(-2, .result, header: SampleTrace.header) == "ENOENT")
    #expect(ValueFormatter.text(7, .mode, header: SampleTrace.header) == "7")
    #expect(ValueFormatter.text(4096, .bytes, header: SampleTrace.header) == "4 KiB")
  }

  /// The step at which a watcher that was made after `recorded` events is met.
  private func firstMet(
    recorded: Int, _ make: (TraceHeader, [TraceEvent]) -> TraceWatcher?
  ) -> Int? {
    let trace = SampleTrace.lesson
    var header = trace.header
    header.strings = StringTable()  // strings come up while the trace grows
    guard var watcher = make(header, Array(trace.events.prefix(recorded))) else { return nil }
    if watcher.isMetAlready { return -1 }
    for index in recorded..<trace.events.count
    where watcher.observe(trace.events[index], at: index, strings: trace.header.strings) {
      return index
    }
    return nil
  }

  @Test func `run until an event waits for a new one`() {
    let runs = EventSet.event(.runs, Self.editor)
    #expect(firstMet(recorded: 0) { TraceWatcher(event: runs, header: $0, after: $1) } == 3)
    #expect(firstMet(recorded: 4) { TraceWatcher(event: runs, header: $0, after: $1) } == 14)
    #expect(firstMet(recorded: 15) { TraceWatcher(event: runs, header: $0, after: $1) } == nil)
  }

  @Test func `run until a state ends at once when it holds`() {
    let asleep = StateExpression.condition(Self.editor, .sleeping)
    #expect(firstMet(recorded: 0) { TraceWatcher(state: asleep, header: $0, after: $1) } == 8)
    #expect(firstMet(recorded: 10) { TraceWatcher(state: asleep, header: $0, after: $1) } == -1)
  }

  @Test func `run until follows causes and texts that come up later`() {
    let wakes = EventSet.because(
      .event(.wakes, Self.editor), .event(.callsSystemCall, Self.editor))
    #expect(firstMet(recorded: 0) { TraceWatcher(.event(wakes), header: $0, after: $1) } == 12)
    #expect(firstMet(recorded: 10) { TraceWatcher(.event(wakes), header: $0, after: $1) } == 12)
    let copies = EventSet.event(.copiesString, text: "foo")
    #expect(firstMet(recorded: 2) { TraceWatcher(.event(copies), header: $0, after: $1) } == 6)
    #expect(firstMet(recorded: 0) { TraceWatcher(.toEnd, header: $0, after: $1) } == nil)
  }
}
