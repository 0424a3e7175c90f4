import Catalogue
import Claims
import Grades
import Lesson
import Narration
import Program
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// The grading of one submission to a task of programs.
struct Examination {
  let grader: Grader
  let task: LessonTask
  let checked: CheckedTask
  let script: ScriptSyntax
  let sources: SourceSet
  let seed: VariantSeed
  let attempt: Int
  /// What was run so far.
  private var runs: [Setting: Outcome] = [:]

  init(
    grader: Grader, task: LessonTask, checked: CheckedTask, script: ScriptSyntax,
    sources: SourceSet, seed: VariantSeed, attempt: Int
  ) {
    self.grader = grader
    self.task = task
    self.checked = checked
    self.script = script
    self.sources = sources
    self.seed = seed
    self.attempt = attempt
  }

  /// Where a check is made: a machine, and which of the fresh variants; 0 is the student's own.
  struct Setting: Hashable {
    var configuration: Int
    var fresh: Int64
  }

  /// A scenario with its run: large, and looked at by each check, so that it is kept in one place.
  final class Ran {
    let scenario: Scenario
    let run: ScenarioRun

    init(_ scenario: Scenario, _ run: ScenarioRun) {
      self.scenario = scenario
      self.run = run
    }
  }

  /// What became of a run.
  struct Outcome {
    /// The scenario with its run; `nil` where it does not compile.
    var run: Ran?
    /// For each check, the expectations of its parts.
    var expectations: [Int: Range<Int>] = [:]
    var diagnostics: [Diagnostic] = []
  }

  // MARK: Grading

  mutating func grade(_ result: inout GradeResult) {
    if let name = missingProgram() {
      result.reason = .missingProgram
      result.message = missing(name)
      return
    }
    if isStarter {
      result.reason = .unchangedStarter
      result.message = "It is the starter as it was handed out."
      return
    }
    let own = Setting(configuration: 0, fresh: 0)
    let outcome = outcome(own)
    // The parser's messages are there already.
    result.messages += Grader.messages(outcome.diagnostics, in: sources)
    result.messages.removeLast(max(0, result.messages.count - SubmissionLimits.messages))
    guard outcome.run != nil else {
      result = Grader.uncompiled(result)
      return
    }
    var results: [CheckResult] = demands()
    let areMet = results.allSatisfy { $0.outcome == .passed }
    let offset = results.count
    for (index, check) in checked.checks.enumerated() {
      let dependency = check.dependencies.first { results[offset + $0].outcome != .passed }
      var found: CheckResult
      if !areMet {
        found = notRun(check, after: results.first { $0.outcome != .passed }?.title ?? "")
      } else if let dependency {
        found = notRun(check, after: checked.checks[dependency].title)
      } else {
        found = self.check(index, check)
      }
      found.number = results.count + 1
      results.append(found)
    }
    if let words = fault {
      result.status = .fault
      result.reason = .internalError
      result.message = "The grader made a mistake, and the submission is not to blame: \(words)."
      return
    }
    result.status = .graded
    result.checks = results
    result.points = results.reduce(.zero) { $0 + $1.points }
  }

  /// What the simulator says of a mistake of its own.
  private var fault: String? {
    for setting in runs.keys.sorted(by: {
      ($0.configuration, $0.fresh) < ($1.configuration, $1.fresh)
    }) {
      for case .internalError(let words)? in runs[setting]?.run?.run.stops ?? [] { return words }
    }
    return nil
  }

  // MARK: What is there

  private var programNames: [String] {
    script.statements.compactMap { statement in
      if case .program(let name, _, _) = statement { name.text } else { nil }
    }
  }

  private func missingProgram() -> String? {
    checked.programs.first { !programNames.contains($0) }
  }

  private func missing(_ name: String) -> String {
    let there = programNames
    var words = "The task asks for `program \(name)`, which is not there."
    if let near = there.first(where: { $0.lowercased() == name.lowercased() }) {
      words += " `\(near)` is: names are case-sensitive."
    } else if !there.isEmpty {
      words += " There is \(there.map { "`\($0)`" }.joined(separator: ", "))."
    }
    return words
  }

  /// Whether it is what students begin with, give or take spaces and comments.
  private var isStarter: Bool {
    let words = script.words
    return grader.worlds.starters(of: task, values: seed.values(of: task.varied))
      .contains { $0 == words }
  }

  /// The words of the starters in a task's fences.
  static func starters(in parts: [ScenarioPart]) -> [[ArraySlice<UInt8>]] {
    var found: [[ArraySlice<UInt8>]] = []
    for part in parts where part.role == .task {
      for case .starter(_, let range) in part.script.statements {
        guard let text = inside(range, of: part.script) else { continue }
        let starter = WalkParser.parse(
          SourceFragment(file: part.script.fragment.file, bytes: text, segments: []))
        found.append(starter.words)
      }
    }
    return found
  }

  /// The text between the braces of a starter.
  static func inside(_ range: SourceRange, of script: ScriptSyntax) -> [UInt8]? {
    let inner = script.tokens.filter { token in
      let place = script.fragment.fileOffset(token.lower)
      return place >= range.lower && place < range.upper
    }
    guard let open = inner.first(where: { script.fragment.bytes[$0.lower] == 0x7B }),
      let close = inner.last(where: { script.fragment.bytes[$0.lower] == 0x7D }),
      open.upper <= close.lower
    else { return nil }
    return Array(script.fragment.bytes[open.upper..<close.lower])
  }

  // MARK: Demands

  /// What the submission must and must not use, as checks without points.
  private func demands() -> [CheckResult] {
    guard !checked.demands.isEmpty else { return [] }
    let used = Constructs(script)
    let called = calledByStudent
    return checked.demands.enumerated().map { index, demand in
      let isUsed = used.contains(demand.construct) || called.contains(demand.construct)
      let isMet = isUsed != demand.isForbidden
      let name = "`\(demand.construct)`"
      return CheckResult(
        number: index + 1, title: demand.isForbidden ? "without \(name)" : "with \(name)",
        outcome: isMet ? .passed : .failed,
        reason: isMet ? .holds : demand.isForbidden ? .forbidden : .required, points: .zero,
        maximum: .zero,
        needed: demand.isForbidden ? "\(name) is not used" : "\(name) is used",
        seen: isUsed ? "It uses \(name)." : "It does not use \(name).", visibility: .open)
    }
  }

  /// The system calls that the student's programs make, also by the code of libraries.
  private var calledByStudent: Set<String> {
    guard let ran = runs[Setting(configuration: 0, fresh: 0)]?.run else { return [] }
    let names = Set(programNames)
    let own = ran.scenario.programs.indices.filter {
      names.contains(ran.scenario.programs[$0].name)
    }
    let header = ran.run.trace.header
    var called: Set<String> = []
    for event in ran.run.trace.events where event.kind == .callsSystemCall {
      guard own.contains(header.task(event.taskID).program) else { continue }
      let number = Int(event.object)
      guard SystemCall.all.indices.contains(number) else { continue }
      called.insert(SystemCall.all[number].name)
    }
    return called
  }

  // MARK: Checks

  private func notRun(_ check: CheckedTask.Check, after title: String) -> CheckResult {
    CheckResult(
      number: 0, title: check.title, isHidden: check.isHidden, outcome: .notRun,
      reason: .dependency, points: .zero, maximum: Points(whole: check.points),
      needed: check.claim, seen: "It was not looked at, since “\(title)” was not passed.",
      configuration: checked.configurations[check.configuration].name,
      visibility: Self.visibility(of: check))
  }

  private mutating func check(_ index: Int, _ check: CheckedTask.Check) -> CheckResult {
    let maximum = Points(whole: check.points)
    var worst: CheckResult?
    for setting in Self.settings(of: check) {
      let outcome = outcome(setting)
      var found = CheckResult(
        number: 0, title: check.title, isHidden: check.isHidden, outcome: .failed,
        reason: .doesNotCompile, points: .zero, maximum: maximum, needed: check.claim,
        configuration: configurationName(check, setting.fresh),
        visibility: Self.visibility(of: check))
      if let ran = outcome.run, let range = outcome.expectations[index] {
        // As it is in this variant, with its values in it.
        let texts = ran.scenario.expectations[range].map(\.text)
        found.needed =
          check.isSequence ? texts.last ?? check.claim : texts.joined(separator: " and ")
        judge(check, ran, range, &found)
      } else if outcome.run != nil {
        found.reason = .doesNotHold
        found.seen = "What is checked does not exist in this program."
      } else {
        found.seen = "The script does not compile on this machine."
      }
      if worst == nil || found.points < worst?.points ?? .zero
        || worst?.outcome == .passed && found.outcome != .passed
      {
        worst = found
      }
      // One variant on which nothing is right is enough.
      if found.outcome == .failed { break }
    }
    guard var result = worst else { return notRun(check, after: check.title) }
    if result.outcome != .passed {
      result.hint = check.hints.last { $0.attempts < attempt }?.text
    }
    return result
  }

  private func configurationName(_ check: CheckedTask.Check, _ fresh: Int64) -> String {
    let name = checked.configurations[check.configuration].name
    guard fresh > 0 else { return name }
    let values = seed.fresh(fresh).values(of: checked.varied)
    let told = checked.varied.compactMap { varied in
      values[varied.name].map { "\(varied.name) = \($0)" }
    }
    return ([name] + told).filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// What the run says of a check.
  private func judge(
    _ check: CheckedTask.Check, _ ran: Ran,
    _ range: Range<Int>, _ result: inout CheckResult
  ) {
    for case .limit(let limit)? in ran.run.stops {
      // A claim is about a whole run, and this one has no end.
      result.reason = Self.reason(limit)
      result.seen =
        "The run did not come to its end: it reached the limit of \(limit.rawValue)."
      return
    }
    let judgements = range.compactMap { index in
      ran.run.judgements.indices.contains(index) ? ran.run.judgements[index] : nil
    }
    guard judgements.count == range.count, let first = judgements.first else {
      result.reason = .doesNotHold
      result.seen = "The run ended before it could be looked at."
      return
    }
    let isMet = judgements.map { $0.verdict != .fails }
    var met = isMet.count(where: \.self)
    if check.isSequence { met = isMet.firstIndex(of: false) ?? isMet.count }
    let deciding = isMet.firstIndex(of: false).map { judgements[$0] } ?? judgements.last ?? first
    result.points = result.maximum.times(Int64(met), of: Int64(isMet.count))
    result.seen = deciding.message
    result.step = deciding.step
    if met == isMet.count {
      result.outcome = .passed
      result.reason = .holds
    } else {
      result.outcome = met > 0 ? .partial : .failed
      result.reason = met > 0 ? .partly : .doesNotHold
      if ran.run.stop == .deadlock {
        if met == 0 { result.reason = .deadlock }
        result.seen +=
          " Nobody can go on: \(ran.run.waiting.joined(separator: "; "))."
      }
      if isMet.count > 1 {
        result.seen = "\(met) of \(isMet.count) parts hold. \(result.seen)"
      }
      explain(ran, &result)
    }
    if let step = result.step { result.anchor = StepAnchors.anchor(of: step, in: ran.run.trace) }
  }

  private static func reason(_ limit: RunLimit) -> CheckResult.Reason {
    switch limit {
    case .steps: .stepLimit
    case .time: .timeLimit
    case .events: .eventLimit
    case .output: .outputLimit
    default: .otherLimit
    }
  }

  /// How it came to the step that settles a check: the steps of the story along its causes.
  private func explain(
    _ ran: Ran, _ result: inout CheckResult
  ) {
    guard let step = result.step, ran.run.trace.events.indices.contains(step) else { return }
    let events = ran.run.trace.events
    let narrator = Narrator(
      trace: ran.run.trace.header, scenario: ran.scenario, sources: sources,
      language: grader.language)
    let chain = ran.run.trace.causes(of: step).filter { events[$0].kind.facts.zoom == .overview }
    result.causes = (chain.prefix(5).reversed() + [step]).map { cause in
      narrator.sentence(events[cause], at: cause)
    }
  }

  /// What students see of a check.
  static func visibility(of check: CheckedTask.Check) -> Visibility {
    let usual: Visibility = check.isHidden ? .hidden : .open
    func fields(_ words: [String]?, _ usual: [CheckField]) -> [CheckField] {
      words.map { $0.compactMap(CheckField.init(rawValue:)) } ?? usual
    }
    return Visibility(
      now: fields(check.revealed, usual.now),
      afterDue: fields(check.revealedAfterDue, usual.afterDue))
  }

  // MARK: Runs

  /// Runs the submission somewhere, once.
  private mutating func outcome(_ setting: Setting) -> Outcome {
    if let known = runs[setting] { return known }
    let wanted = checked.checks.indices.filter { index in
      let check = checked.checks[index]
      return check.configuration == setting.configuration
        && (check.freshSeeds == 0) == (setting.fresh == 0)
    }
    let seed = setting.fresh == 0 ? seed : seed.fresh(setting.fresh)
    let submission = grader.worlds.world(
      of: checked, task, values: seed.values(of: checked.varied),
      configuration: setting.configuration, checks: Set(wanted)
    ).check(script)
    var outcome = Outcome(
      expectations: submission.expectations, diagnostics: submission.checked.diagnostics)
    if let scenario = submission.checked.scenario {
      outcome.run = Ran(
        scenario, ScenarioRun.run(scenario, limits: limits, language: grader.language))
    }
    runs[setting] = outcome
    return outcome
  }

  /// Where a check is made.
  private static func settings(of check: CheckedTask.Check) -> [Setting] {
    let variants = check.freshSeeds > 0 ? Array(1...check.freshSeeds) : [0]
    return variants.map { Setting(configuration: check.configuration, fresh: $0) }
  }

  /// What the processes do in all places where a check is made, and in a dozen variants more.
  mutating func behaviours() -> [Behaviour?] {
    var settings: [Setting] = [Setting(configuration: 0, fresh: 0)]
    for check in checked.checks {
      settings += Self.settings(of: check)
    }
    if !checked.varied.isEmpty {
      settings += (1...12).map { Setting(configuration: 0, fresh: $0) }
    }
    return settings.map { outcome($0).run.map { Behaviour($0.run.trace) } }
  }

  /// The scenario with the checks of the task's own machine that are shown, claim and verdict.
  func scenario(seenIn situation: Situation) -> Scenario? {
    let shown = checked.checks.indices.filter { index in
      let check = checked.checks[index]
      let fields = Self.visibility(of: check).fields(in: situation)
      return check.configuration == 0 && check.freshSeeds == 0 && fields.contains(.claim)
        && fields.contains(.verdict)
    }
    return grader.worlds.world(
      of: checked, task, values: seed.values(of: checked.varied), configuration: 0,
      checks: Set(shown)
    ).check(script).checked.scenario
  }

  var limits: RunLimits {
    var limits = grader.options.limits
    if let steps = checked.stepLimit { limits.steps = min(limits.steps, steps) }
    if let time = checked.timeLimit { limits.time = min(limits.time, time) }
    if let events = checked.eventLimit { limits.events = min(limits.events, Int(events)) }
    return limits
  }
}
