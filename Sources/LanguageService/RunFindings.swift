import Catalogue
import Claims
import Lesson
import Narration
import Program
public import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// What a run says beside the text.
public struct RunHint: Sendable, Hashable {
  /// Where; the words stand behind it.
  public var offset: Int
  /// The words.
  public var text: String
  /// More words, for who asks; may be empty.
  public var explanation: String
}

/// What has become of something that was expected.
public struct RunVerdict: Sendable, Hashable {
  /// Where it is written.
  public var range: SourceRange
  /// In a few words: `holds (step 12)`.
  public var title: String
  /// Whether it is as the author says.
  public var isAsSaid: Bool
  /// What proves or breaks it.
  public var message: String
}

extension LanguageDocument {
  /// The number of the timeline's statement that a range belongs to.
  private func statement(of scenario: Scenario, at range: SourceRange) -> Int? {
    scenario.timelineRanges.firstIndex { $0.holds(range) }
  }

  /// How many events had happened when a statement was over.
  private func moment(of run: ScenarioRun, after statement: Int) -> Int? {
    run.marks.indices.contains(statement) ? run.marks[statement] : nil
  }

  // MARK: Verdicts

  /// Everything that is expected, with its verdict, in order of place. What was not run has none.
  public var verdicts: [RunVerdict] {
    var found: [RunVerdict] = []
    for scenario in lesson.scenarios {
      for outcome in scenario.outcomes where outcome.range.file == Self.id {
        let judgement = outcome.judgement
        let word =
          switch judgement.verdict {
          case .holds: "holds"
          case .fails: "fails"
          case .vacuous: "vacuous"
          }
        let step = judgement.step.map { " (step \($0))" } ?? ""
        found.append(
          RunVerdict(
            range: outcome.range, title: word + step, isAsSaid: judgement.verdict != .fails,
            message: judgement.message))
      }
    }
    return found.sorted { ($0.range.lower, $0.range.upper) < ($1.range.lower, $1.range.upper) }
  }

  /// The verdicts that are worth a message: claims that fail, and those that nothing could break.
  public var verdictMessages: [RunVerdict] {
    verdicts.filter { !$0.isAsSaid || $0.title.hasPrefix("vacuous") }
  }

  /// The scenarios that can be run, with their names and the place of their first fence.
  public var runnableScenarios: [(name: String, range: SourceRange)] {
    lesson.scenarios.compactMap { scenario in
      guard let first = scenario.fences.first, lesson.fences.indices.contains(first) else {
        return nil
      }
      let range = lesson.fences[first].range
      return (
        scenario.name, SourceRange(file: Self.id, lower: range.lower, upper: range.lower)
      )
    }
  }

  /// The story of a scenario at zoom overview, a sentence a line, and its verdicts; `nil` when there is no
  /// such scenario, or it has not been run.
  public func story(of name: String) -> String? {
    guard let scenario = lesson.scenarios.first(where: { $0.name == name }) else { return nil }
    let narrator = narrator(of: scenario)
    var out = ""
    var lineCount = 0
    for (step, event) in scenario.run.trace.events.enumerated() where event.zoom == .overview {
      guard lineCount < Self.storyLimit else {
        out += "...\n"
        break
      }
      out += "\(step): \(narrator.sentence(event, at: step))\n"
      lineCount += 1
    }
    for outcome in scenario.outcomes {
      out += "\(outcome.judgement.verdict.rawValue): \(outcome.text)\n"
    }
    return out
  }

  /// The most sentences of a story.
  private static let storyLimit = 500

  private func narrator(of scenario: LessonScenario) -> Narrator {
    Narrator(
      trace: scenario.run.trace.header, scenario: scenario.scenario, sources: lesson.sources,
      language: lesson.words)
  }

  // MARK: Hints

  /// What runs say beside the text: results of calls, the time that a `run` has taken, values in prose.
  public var hints: [RunHint] {
    var found: [Int: RunHint] = [:]
    for scenario in lesson.scenarios {
      addCalls(scenario, to: &found)
      addDurations(scenario, to: &found)
    }
    for value in lesson.values where value.range.file == Self.id {
      guard let text = value.text else { continue }
      let offset = value.range.upper
      found[offset] = RunHint(offset: offset, text: "= \(text)", explanation: "")
    }
    return found.values.sorted { $0.offset < $1.offset }
  }

  /// The results of the system calls of a run, beside the calls; the first scenario that makes one counts.
  private func addCalls(_ scenario: LessonScenario, to found: inout [Int: RunHint]) {
    let trace = scenario.run.trace
    let base = Int64(truncatingIfNeeded: trace.header.architecture.programBase)
    var results: [SourceRange: [(value: Int64, time: Int64)]] = [:]
    var order: [SourceRange] = []
    for event in trace.events where event.kind == .systemCallReturns {
      guard let step = Int(exactly: event.b), trace.events.indices.contains(step) else { continue }
      let call = trace.events[step]
      let program = trace.header.task(call.taskID).program
      let (distance, overflow) = call.b.subtractingReportingOverflow(base)
      guard call.kind == .callsSystemCall, !overflow, distance >= 0,
        scenario.scenario.programs.indices.contains(program),
        let index = Int(exactly: distance / Instruction.byteCount),
        case let ranges = scenario.scenario.programs[program].ranges,
        ranges.indices.contains(index),
        ranges[index].file == Self.id, file.bytes.indices.contains(ranges[index].upper - 1),
        file.bytes[ranges[index].upper - 1] == UInt8(ascii: ")")
      else { continue }
      if results[ranges[index]] == nil { order.append(ranges[index]) }
      results[ranges[index], default: []].append((event.a, event.time - call.time))
    }
    for range in order where found[range.upper] == nil {
      guard let all = results[range], let first = all.first else { continue }
      let words = all.map { ValueFormatter.text($0.value, .result, header: trace.header) }
      let isSame = words.allSatisfy { $0 == words[0] }
      let count = all.count > 1 ? isSame ? " (\(all.count) times)" : ", ..." : ""
      found[range.upper] = RunHint(
        offset: range.upper, text: "= \(words[0])\(count)",
        explanation: "In scenario `\(scenario.name)` the call took \(Quantity.duration(first.time))"
          + (all.count > 1 ? " the first time; it was made \(all.count) times." : "."))
    }
  }

  /// How long each `run` of a timeline went on.
  private func addDurations(_ scenario: LessonScenario, to found: inout [Int: RunHint]) {
    let events = scenario.run.trace.events
    func time(_ count: Int) -> Int64 {
      count > 0 && count <= events.count ? events[count - 1].time : 0
    }
    var before = 0
    for (index, statement) in scenario.scenario.timeline.enumerated() {
      guard let after = moment(of: scenario.run, after: index) else { break }
      defer { before = after }
      guard case .run = statement, scenario.scenario.timelineRanges.indices.contains(index) else {
        continue
      }
      let range = scenario.scenario.timelineRanges[index]
      guard range.file == Self.id else { continue }
      found[range.upper] = RunHint(
        offset: range.upper,
        text: "\(Quantity.duration(time(after) - time(before))), to step \(max(0, after - 1))",
        explanation: "The machine's clock is at \(Quantity.duration(time(after))).")
    }
  }

  // MARK: Values

  /// What an expression of a claim or an inline value is worth.
  struct FoundValue {
    /// Where the expression stands.
    var range: SourceRange
    /// Lines of Markdown.
    var lines: [String]
  }

  /// The value of the innermost expression at an offset, at the moment at which the text asks for it and at
  /// the end of the run.
  func value(at offset: Int) -> FoundValue? {
    for value in lesson.values
    where value.range.file == Self.id && value.range.touches(offset) {
      guard
        let fence = lesson.fences.indices.contains(value.fence) ? lesson.fences[value.fence] : nil
      else { continue }
      var parts = ClaimParts()
      parts.add(value.expression)
      let found = Self.innermost(parts.expressions, at: offset) ?? value.expression
      return self.value(of: found, in: fence, moment: fence.statements.upperBound - 1)
    }
    guard let (_, fence, _) = fence(at: offset) else { return nil }
    for statement in fence.script.statements
    where statement.range.file == Self.id && statement.range.touches(offset) {
      var parts = ClaimParts()
      parts.add(statement)
      guard let found = Self.innermost(parts.expressions, at: offset) else { continue }
      let moment = scenario(of: fence).flatMap {
        self.statement(of: $0.scenario, at: statement.range)
      }
      return value(of: found, in: fence, moment: moment)
    }
    return nil
  }

  private static func innermost(_ expressions: [ExpressionSyntax], at offset: Int)
    -> ExpressionSyntax?
  {
    expressions.filter { $0.range.file == id && $0.range.touches(offset) }
      .min { $0.range.byteCount < $1.range.byteCount }
  }

  func scenario(of fence: LessonFence) -> LessonScenario? {
    guard let position = fence.scenario, lesson.scenarios.indices.contains(position) else {
      return nil
    }
    return lesson.scenarios[position]
  }

  func value(
    of expression: ExpressionSyntax, in fence: LessonFence, moment: Int?
  ) -> FoundValue? {
    guard let scenario = scenario(of: fence), let scope = fence.scope else { return nil }
    let checked = WalkChecker.checkValue(expression, in: scope)
    guard let state = checked.expression else { return nil }
    // A name or number by itself says what it is worth already.
    if case .constant = state, checked.type == .integer || checked.type == .task { return nil }
    let trace = scenario.run.trace
    func words(_ eventCount: Int) -> String {
      switch ClaimJudge.value(state, in: trace, eventCount: eventCount) {
      case .success(let number):
        "`\(ValueFormatter.text(number, checked.type, header: trace.header, language: lesson.words))`"
      case .failure(let error): "no value: \(error.message)"
      }
    }
    let end = words(trace.events.count)
    var found = ["at the end of the run: \(end)"]
    if let moment, let count = self.moment(of: scenario.run, after: moment) {
      let here = words(count)
      if here != end { found.insert("here, after step \(max(0, count - 1)): \(here)", at: 0) }
    }
    return FoundValue(range: expression.range, lines: found)
  }

  /// The sentence of the first event of a run that a pattern means, with its step.
  func sentence(of pattern: PatternSyntax, in fence: LessonFence) -> String? {
    guard let scenario = scenario(of: fence), let scope = fence.scope else { return nil }
    let question = ExpressionSyntax.call(
      .name(Name("time", pattern.range)), [.events(.pattern(pattern))], pattern.range)
    guard case .query(.time(let set))? = WalkChecker.checkValue(question, in: scope).expression
    else {
      return nil
    }
    let trace = scenario.run.trace
    guard let step = ClaimJudge.first(set, in: trace) else {
      return "No such event happens in scenario `\(scenario.name)`."
    }
    return "Step \(step): \(narrator(of: scenario).sentence(trace.events[step], at: step))"
  }
}
