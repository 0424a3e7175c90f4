import Program
import SourceText
import Trace

extension ScenarioRun {
  /// What there is to say about the way the runs ended: at most one message of a kind, at the first
  /// `run` that it speaks of.
  func diagnostics(of scenario: Scenario, limits: RunLimits) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for (index, stop) in stops.enumerated() {
      guard let stop, scenario.timelineRanges.indices.contains(index) else { continue }
      let place = scenario.timelineRanges[index]
      switch stop {
      case .conditionMet, .timeReached:
        continue
      case .finished, .panic:
        switch scenario.timeline[index] {
        case .run(.event), .run(.state): found.append(.conditionNeverMet(at: place))
        case .run, .act, .expect: continue
        }
      case .deadlock:
        let end = marks.indices.contains(index) ? marks[index] : trace.events.count
        found.append(.deadlock(waiting: waiting(after: end), at: place))
      case .limit(let limit):
        found.append(
          .limitReached(
            limit, bound: Self.bound(limit, limits: limits, machine: scenario.machine), at: place))
      case .internalError(let words):
        found.append(.internalError(words, at: place))
      }
    }
    var codes: Set<DiagnosticCode> = []
    return found.filter { codes.insert($0.code).inserted }
  }

  /// Who sleeps at the end, and on what: why a deadlock is one.
  public var waiting: [String] { waiting(after: trace.events.count) }

  /// Who sleeps at a moment, and on what.
  private func waiting(after eventCount: Int) -> [String] {
    let state = trace.state(after: eventCount)
    var lines: [String] = []
    for (index, task) in state.tasks.enumerated().dropFirst()
    where task.condition == .sleeping || task.condition == .stopped {
      let name = trace.header.task(TaskID(rawValue: UInt16(truncatingIfNeeded: index))).name
      guard task.condition == .sleeping else {
        lines.append("\(name) is stopped")
        continue
      }
      switch task.waitsFor?.reason {
      case .device: lines.append("\(name) waits for \(device(task.waitsFor))")
      case .page: lines.append("\(name) waits for a page from \(device(task.waitsFor))")
      case .timer: lines.append("\(name) waits for a timer")
      case .lock: lines.append("\(name) waits for a lock that another task has")
      case .signal: lines.append("\(name) waits for a signal")
      case .child: lines.append("\(name) waits for the end of a child")
      case .pipe: lines.append("\(name) waits for the other end of a pipe")
      case .nothing: lines.append("\(name) can never go on")
      case nil: lines.append("\(name) sleeps")
      }
    }
    return lines
  }

  private func device(_ object: WaitObject?) -> String {
    object.map { trace.header.device($0.device).name } ?? "a device"
  }

  /// A limit in words: what it counts and how far it goes.
  private static func bound(
    _ limit: RunLimit, limits: RunLimits, machine: MachineConfiguration
  ) -> (what: String, flag: String?) {
    switch limit {
    case .steps: ("\(limits.steps) instructions and kernel steps", "--limit-steps")
    case .time: ("\(limits.time / 1_000_000) ms of simulated time", "--limit-time")
    case .events: ("\(limits.events) recorded events", "--limit-events")
    case .output: ("\(limits.outputBytes) bytes of output", "--limit-output")
    case .memory: ("\(machine.memoryBytes >> 10) KiB of memory", nil)
    }
  }
}

extension Diagnostic {
  static func limitReached(
    _ limit: RunLimit, bound: (what: String, flag: String?), at range: SourceRange
  ) -> Diagnostic {
    let advice =
      bound.flag.map { "does something go on for ever? \($0) raises the limit" }
      ?? "the machine statement can give it more: machine x86_64 { memory 64MiB }"
    return Diagnostic(
      code: LessonCode.limitReached, severity: .error,
      message: "the run was stopped at its limit of \(bound.what)",
      primary: Label(range, "this run reached the limit"), notes: [advice])
  }

  static func deadlock(waiting: [String], at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.deadlock, severity: .warning,
      message: "everybody sleeps, and nothing is pending that could wake anybody",
      primary: Label(range, "this run ends in a deadlock"),
      notes: Array(waiting.prefix(20)))
  }

  static func conditionNeverMet(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.conditionNeverMet, severity: .warning,
      message: "what this run waits for never happens",
      primary: Label(range, "the machine ran to its end"),
      notes: ["what follows speaks of the end of the run"])
  }

  static func internalError(_ words: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.internalError, severity: .error,
      message: "an internal error of Ringwalk: \(words)", primary: Label(range),
      notes: ["this is no fault of the lesson; please report it with the script"])
  }
}
