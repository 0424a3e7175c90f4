public import Claims
import Kernel
public import Program
public import Trace

/// A scenario that has been run: the record and the verdicts.
public struct ScenarioRun: Sendable {
  /// What happened.
  public var trace: Trace
  /// For each statement of the timeline, how many events were recorded when it had been executed.
  public var marks: [Int]
  /// For each statement of the timeline that is a `run`, why it ended; `nil` for the others.
  public var stops: [StopReason?]
  /// Why the last `run` ended; ``StopReason/finished`` when there was none.
  public var stop: StopReason
  /// One verdict for each expectation, about the trace up to the moment of its statement.
  public var judgements: [Judgement]

  /// Runs a scenario from the machine's start to the end of its timeline, and judges its claims.
  ///
  /// A limit or an internal error ends all further running; claims are judged all the same, about
  /// what was recorded.
  public static func run(_ scenario: Scenario, limits: RunLimits) -> ScenarioRun {
    var kernel = Kernel(scenario, limits: limits)
    var marks: [Int] = []
    var stops: [StopReason?] = []
    var stop = StopReason.finished
    var moments = [Int](repeating: 0, count: scenario.expectations.count)
    for statement in scenario.timeline {
      var reason: StopReason?
      switch statement {
      case .act(let action, let time):
        kernel.act(action, at: time)
      case .run(let extent):
        let ended = go(&kernel, extent)
        reason = ended
        stop = ended
      case .expect(let index):
        if moments.indices.contains(index) { moments[index] = kernel.trace.events.count }
      }
      marks.append(kernel.trace.events.count)
      stops.append(reason)
    }
    let trace = kernel.finish()
    let claims = zip(scenario.expectations, moments).map { (claim: $0.claim, eventCount: $1) }
    return ScenarioRun(
      trace: trace, marks: marks, stops: stops, stop: stop,
      judgements: ClaimJudge.judge(claims, in: trace))
  }

  private static func go(_ kernel: inout Kernel, _ extent: RunExtent) -> StopReason {
    switch extent {
    case .toEnd:
      return kernel.run()
    case .duration(let nanoseconds):
      let (deadline, overflow) = kernel.trace.now.addingReportingOverflow(max(0, nanoseconds))
      return kernel.run(deadline: overflow ? Int64.max : deadline)
    case .event, .state:
      guard var watcher = TraceWatcher(extent, header: kernel.header, after: kernel.trace.events)
      else { return .finished }
      if watcher.isMetAlready { return .conditionMet }
      var seen = kernel.trace.events.count
      while true {
        if let reason = kernel.step() { return reason }
        while seen < kernel.trace.events.count {
          let isMet = watcher.observe(
            kernel.trace.events[seen], at: seen, strings: kernel.trace.strings)
          seen += 1
          if isMet { return .conditionMet }
        }
      }
    }
  }
}
