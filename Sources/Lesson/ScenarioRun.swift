public import Catalogue
public import Claims
import Kernel
public import Program
public import Trace

/// A scenario that has been run: the record and the verdicts.
public struct ScenarioRun: Sendable {
  /// What happened.
  public var trace: Trace
  /// For each statement of the timeline, the moment after it: how many events had happened. After
  /// `run until E` that is the event which met it, even if the machine's same step did more.
  public var marks: [Int]
  /// For each statement of the timeline that is a `run`, why it ended; `nil` for the others.
  public var stops: [StopReason?]
  /// Why the last `run` ended; `StopReason.finished` when there was none.
  public var stop: StopReason
  /// One verdict for each expectation, about the trace up to the moment of its statement.
  public var judgements: [Judgement]
  /// User instructions and kernel steps that it took.
  public var steps: Int64

  /// How many events had happened after so many statements of the timeline.
  func moment(after statements: Int) -> Int {
    statements > 0 && marks.indices.contains(statements - 1) ? marks[statements - 1] : 0
  }

  /// Runs a scenario from the machine's start to the end of its timeline, and judges its claims.
  ///
  /// A limit or an internal error ends all further running; claims are judged all the same, about
  /// what was recorded.
  public static func run(_ scenario: Scenario, limits: RunLimits, language: Language = .english)
    -> ScenarioRun
  {
    var kernel = Kernel(scenario, limits: limits)
    var marks: [Int] = []
    var stops: [StopReason?] = []
    var stop = StopReason.finished
    var moments = [Int](repeating: 0, count: scenario.expectations.count)
    var moment = kernel.trace.events.count
    for statement in scenario.timeline {
      var reason: StopReason?
      switch statement {
      case .act(let action, let time):
        kernel.act(action, at: time)
        moment = kernel.trace.events.count
      case .run(let extent):
        let ended = go(&kernel, extent, &moment)
        reason = ended
        stop = ended
      case .expect(let index):
        guard moments.indices.contains(index) else { break }
        let pages = scenario.expectations[index].claim.inspectedPages
        let isUpToDate = moment == kernel.trace.events.count
        for page in pages { kernel.inspect(page.address, of: page.task) }
        moments[index] = pages.isEmpty ? moment : kernel.trace.events.count
        // What the machine has done beyond this moment is still to be seen by the next `run`.
        if isUpToDate { moment = kernel.trace.events.count }
      }
      marks.append(moment)
      stops.append(reason)
    }
    let steps = kernel.steps
    let trace = kernel.finish()
    let claims = zip(scenario.expectations, moments).map { (claim: $0.claim, eventCount: $1) }
    return ScenarioRun(
      trace: trace, marks: marks, stops: stops, stop: stop,
      judgements: ClaimJudge.judge(claims, in: trace, language: language), steps: steps)
  }

  /// Executes one `run` from a moment on, and sets the moment at which it ends.
  private static func go(
    _ kernel: inout Kernel, _ extent: RunExtent, _ moment: inout Int
  ) -> StopReason {
    switch extent {
    case .toEnd:
      defer { moment = kernel.trace.events.count }
      return kernel.run()
    case .duration(let nanoseconds):
      defer { moment = kernel.trace.events.count }
      let (deadline, overflow) = kernel.trace.now.addingReportingOverflow(max(0, nanoseconds))
      return kernel.run(deadline: overflow ? Int64.max : deadline)
    case .event, .state:
      let recorded = Array(kernel.trace.events.prefix(moment))
      guard var watcher = TraceWatcher(extent, header: kernel.header, after: recorded)
      else { return .finished }
      if watcher.isMetAlready { return .conditionMet }
      while true {
        while moment < kernel.trace.events.count {
          let isMet = watcher.observe(
            kernel.trace.events[moment], at: moment, strings: kernel.trace.strings)
          moment += 1
          if isMet { return .conditionMet }
        }
        if let reason = kernel.step(), moment == kernel.trace.events.count { return reason }
      }
    }
  }
}
