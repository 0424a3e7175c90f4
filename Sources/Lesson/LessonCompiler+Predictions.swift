import Catalogue
import Claims
import Narration
import Program
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

// What `predict` fences ask, and what runs say is right.
extension LessonCompiler {
  /// Finds the scenario that a question speaks of: the one that it names, else the last one above.
  /// A fence with statements of its own is a scenario of its own, and so is one with nothing above.
  mutating func resolvePrediction(_ index: Int) {
    let info = fences[index].info
    if isOfNothing(index) { return }
    if let name = info.words["of"], !name.isEmpty {
      draftOfFence[index] = drafts.firstIndex { $0.name == name }
    } else if isQuestionAlone(index) {
      draftOfFence[index] = drafts.lastIndex { $0.start < index }
    }
  }

  private func isQuestionAlone(_ index: Int) -> Bool {
    fences[index].parts.allSatisfy { $0.script.statements.allSatisfy(\.isAsked) }
  }

  /// Works out the keys of all questions.
  mutating func makePredictions() {
    for index in fences.indices where fences[index].info.role == .predict {
      if let draft = draftOfFence[index] {
        makePrediction(index, of: draft)
      } else if (fences[index].info.words["of"] ?? "").isEmpty {
        makePrediction(alone: index)
      }
    }
  }

  private mutating func makePrediction(_ index: Int, of draft: Int) {
    for part in fences[index].parts {
      for statement in part.script.statements where !statement.isAsked {
        if case .missing = statement { continue }
        diagnostics.append(.questionWithStatements(at: statement.range))
        return
      }
    }
    guard let checked = drafts[draft].checked else { return }
    let (prediction, found) = WalkChecker.checkPrediction(
      fences[index].parts, in: checked.scope, at: fences[index].info.place)
    // A broken scenario has few names; what a question cannot find in it has been said there.
    if !drafts[draft].isBroken { diagnostics += found }
    guard let prediction, !isBroken(index), let result = drafts[draft].result else { return }
    let parts = parts(of: draft)
    predictions[index] = key(
      prediction,
      PredictionRun(result.scenario, result.run, sources: expander.sources, parts, words))
  }

  /// A question with a scenario of its own, which no page shows.
  private mutating func makePrediction(alone index: Int) {
    let parts = world(before: index) + fences[index].parts
    let checked = checked(parts)
    diagnostics += checked.diagnostics
    scopes[index] = checked.scope
    let isAsked = fences[index].parts.contains { $0.script.statements.contains(where: \.isAsked) }
    if !isAsked, !isBroken(index) {
      diagnostics +=
        WalkChecker.checkPrediction(
          fences[index].parts, in: checked.scope, at: fences[index].info.place
        ).diagnostics
    }
    guard !isBroken(index) else { return }
    predictions[index] = key(of: checked, parts, under: "")
    let varied = WalkChecker.varied(in: parts)
    guard predictions[index] != nil, !varied.isEmpty else { return }
    // What has a key with the first values and none with the last ones would surprise a student.
    let last = varied.map { ($0.name, $0.literal(at: $0.count - 1)) }
    let told = last.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
    let known = diagnostics
    diagnostics = []
    _ = key(
      of: WalkChecker.variant(
        of: parts, values: Dictionary(last, uniquingKeysWith: { first, _ in first })), under: told)
    let found = diagnostics
    diagnostics = known
    adopt(found, under: told)
  }

  /// The key of a question with a scenario of its own, whose names that vary have been replaced; `nil`, with
  /// messages, where there is none.
  mutating func key(of parts: [ScenarioPart], under configuration: String) -> LessonPrediction? {
    let checked = checked(parts)
    diagnostics += checked.diagnostics
    return key(of: checked, parts, under: configuration)
  }

  private mutating func key(
    of checked: CheckedScenario, _ parts: [ScenarioPart], under configuration: String
  ) -> LessonPrediction? {
    guard let prediction = checked.prediction, let scenario = checked.scenario,
      let run = run(scenario, of: parts, for: .question, under: configuration)
    else { return nil }
    return key(
      prediction, PredictionRun(scenario, run, sources: expander.sources, parts, words))
  }

  private func isBroken(_ index: Int) -> Bool {
    fences[index].diagnostics.contains { $0.severity == .error }
  }

  // MARK: Keys

  /// A question with its key; `nil`, with a message, when the run does not give it.
  private mutating func key(
    _ prediction: CheckedPrediction, _ run: PredictionRun
  ) -> LessonPrediction? {
    let form: LessonPrediction.Form
    var outcome: String
    switch prediction.form {
    case .value(let value):
      guard let found = found(value, run) else { return nil }
      form = .typed(run.answer(found))
      outcome = run.sentence(of: found)
    case .choice(let choices):
      guard let found = self.choices(choices, run) else { return nil }
      form = .choice(found.choices)
      outcome = found.outcome
    case .alternatives(let value, let configurations):
      guard let found = found(value, run),
        let choices = alternatives(to: found, value, configurations, run)
      else { return nil }
      form = .choice(choices)
      outcome = run.sentence(of: found)
    case .order(let events):
      guard let moments = moments(events, run) else { return nil }
      for (index, moment) in moments.enumerated() {
        guard let tie = moments[..<index].first(where: { $0.step == moment.step }) else { continue }
        diagnostics.append(
          .noKey(
            "two events of the order happen first at the same step", at: events[index].range,
            label: "this one", notes: ["`\(tie.text)` and `\(moment.text)`: step \(tie.step)"]))
        return nil
      }
      form = .order(moments)
      let told = moments.sorted { $0.step < $1.step }.map { words(.atStep, "\($0.step)", $0.text) }
      outcome = words(.inOrder, told.joined(separator: ", "))
    case .table(let events, let values):
      guard let moments = moments(events, run), let rows = rows(values, at: moments, run)
      else { return nil }
      form = .table(moments, rows)
      outcome = moments.enumerated().map { column, moment in
        let cells = rows.map { words(.cellIs, $0.text, $0.cells[column].text) }
        return words(
          .afterEvent, "\(moment.step)", moment.text, cells.joined(separator: ", "))
      }.joined(separator: " ")
    }
    return LessonPrediction(questions: prediction.questions, form: form, outcome: outcome)
  }

  private mutating func found(
    _ value: CheckedPrediction.Value, _ run: PredictionRun
  ) -> FoundAnswer? {
    switch value.key {
    case .text(let text): return .text(text)
    case .state(let expression, let type):
      switch ClaimJudge.outcome(of: expression, in: run.trace) {
      case .success(let outcome): return .value(outcome.value, type, step: outcome.step)
      case .failure(let error):
        diagnostics.append(
          .noKey("the answer has no value: \(error.message)", at: value.range))
        return nil
      }
    }
  }

  private mutating func choices(
    _ choices: [CheckedPrediction.Choice], _ run: PredictionRun
  ) -> (choices: [LessonPrediction.Choice], outcome: String)? {
    let all = run.trace.events.count
    var made: [LessonPrediction.Choice] = []
    var outcome = ""
    for choice in choices {
      switch choice.rule {
      case .text(let text, let claim):
        let judgement = claim.flatMap {
          ClaimJudge.judge([(claim: $0, eventCount: all)], in: run.trace, language: words).first
        }
        let isRight = judgement.map { $0.verdict != .fails } ?? false
        let explanation = judgement.map { run.explanation($0) } ?? ""
        if isRight {
          outcome += (outcome.isEmpty ? "" : " ") + "\(words(.quoted, text)): \(explanation)"
        }
        made.append(
          LessonPrediction.Choice(
            text: text, isRight: isRight, explanation: isRight ? "" : explanation))
      case .value(let value, let key):
        guard let own = found(value, run), let right = found(key, run) else { return nil }
        let isRight = own.isSame(as: right)
        if outcome.isEmpty { outcome = run.sentence(of: right) }
        made.append(
          LessonPrediction.Choice(
            text: isRight ? run.text(right) : run.text(own, like: right), isRight: isRight,
            explanation: ""))
      }
    }
    let first = choices.first?.range ?? SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)
    for (index, choice) in made.enumerated() {
      guard made[..<index].contains(where: { $0.text == choice.text }) else { continue }
      diagnostics.append(.noKey("two choices say the same", at: choices[index].range))
      return nil
    }
    guard made.contains(where: \.isRight) else {
      diagnostics.append(
        .noKey(
          "none of the choices is right", at: first, label: "the first of them",
          notes: made.filter { !$0.explanation.isEmpty }.map { "“\($0.text)”: \($0.explanation)" }
            + (outcome.isEmpty ? [] : [outcome])))
      return nil
    }
    guard made.contains(where: { !$0.isRight }) else {
      diagnostics.append(
        .noKey("each of the choices is right", at: first, label: "the first of them"))
      return nil
    }
    return (made, outcome)
  }

  private mutating func moments(
    _ events: [CheckedPrediction.Event], _ run: PredictionRun
  ) -> [LessonPrediction.Moment]? {
    var moments: [LessonPrediction.Moment] = []
    for event in events {
      guard let step = ClaimJudge.first(event.events, in: run.trace) else {
        diagnostics.append(
          .noKey("`\(event.text)` does not happen in the scenario", at: event.range))
        continue
      }
      moments.append(LessonPrediction.Moment(text: event.text, step: step))
    }
    return moments.count == events.count ? moments : nil
  }

  private mutating func rows(
    _ values: [CheckedPrediction.Value], at moments: [LessonPrediction.Moment],
    _ run: PredictionRun
  ) -> [LessonPrediction.Row]? {
    var rows: [LessonPrediction.Row] = []
    for value in values {
      guard case .state(let expression, let type) = value.key else {
        diagnostics.append(.noKey("a text is the same at each moment", at: value.range))
        return nil
      }
      var cells: [LessonPrediction.Answer] = []
      for moment in moments {
        switch ClaimJudge.value(expression, in: run.trace, eventCount: moment.step + 1) {
        case .success(let number):
          cells.append(run.answer(.value(number, type, step: moment.step)))
        case .failure(let error):
          diagnostics.append(
            .noKey(
              "this has no value when \(moment.text): \(error.message)", at: value.range))
          return nil
        }
      }
      rows.append(
        LessonPrediction.Row(text: value.text, options: run.options(of: type), cells: cells))
    }
    return rows
  }

  // MARK: Wrong answers

  /// A value among those that the same expression has on other machines, and those that are wrong by
  /// one, in order of their size.
  private mutating func alternatives(
    to right: FoundAnswer, _ value: CheckedPrediction.Value,
    _ configurations: [PredictionConfiguration], _ run: PredictionRun
  ) -> [LessonPrediction.Choice]? {
    guard case .value(let number, let type, _) = right, case .state(let expression, _) = value.key
    else { return nil }
    var choices: [(value: Int64, choice: LessonPrediction.Choice)] = []
    func offer(_ value: Int64, _ explanation: String, limit: Int) {
      // Times that are the same but for a thousandth are no two answers.
      let shown =
        type == .duration ? PredictionRun.rounded(value, digits: 3) ?? value : value
      let text = run.text(.value(shown, type, step: nil))
      guard choices.count < limit, !choices.contains(where: { $0.choice.text == text }) else {
        return
      }
      choices.append(
        (
          value,
          LessonPrediction.Choice(
            text: text, isRight: value == number, explanation: explanation,
            isAboutItself: true)
        ))
    }
    offer(number, "", limit: 1)
    for configuration in configurations {
      let checked = WalkChecker.check(run.parts, under: configuration)
      adopt(checked.diagnostics, under: configuration.name)
      guard let scenario = checked.scenario,
        let other = self.run(
          scenario, of: run.parts, for: .question, under: configuration.name)
      else { return nil }
      // A run in which there is no such value has no wrong answer to give.
      guard case .success(let outcome) = ClaimJudge.outcome(of: expression, in: other.trace) else {
        continue
      }
      offer(outcome.value, words(.soUnder, configuration.name), limit: .max)
    }
    for (value, explanation) in run.neighbours(of: number, type) {
      offer(value, explanation, limit: 5)
    }
    guard choices.count > 1 else {
      diagnostics.append(
        .noKey(
          "there is nothing else that the answer could be", at: value.range,
          notes: ["write what is wrong as `choice` lines"]))
      return nil
    }
    return choices.sorted { $0.value < $1.value }.map(\.choice)
  }
}

extension Diagnostic {
  static func questionWithStatements(at range: SourceRange) -> Diagnostic {
    noKey(
      "a question about another scenario lets nothing happen", at: range,
      label: "this belongs into the scenario")
  }
}

/// What an answer is in a run.
private enum FoundAnswer {
  case text(String)
  /// With its type and the step since which it is so.
  case value(Int64, ValueType, step: Int?)

  func isSame(as other: FoundAnswer) -> Bool {
    switch (self, other) {
    case (.text(let left), .text(let right)): left == right
    case (.value(let left, _, _), .value(let right, _, _)): left == right
    default: false
    }
  }
}

/// A run, with what a question needs of it.
private struct PredictionRun {
  let scenario: Scenario
  let trace: Trace
  /// What the scenario is made of.
  let parts: [ScenarioPart]
  let narrator: Narrator
  let words: Language

  init(
    _ scenario: Scenario, _ run: ScenarioRun, sources: SourceSet, _ parts: [ScenarioPart],
    _ words: Language
  ) {
    self.words = words
    self.scenario = scenario
    self.parts = parts
    trace = run.trace
    narrator = Narrator(
      trace: run.trace.header, scenario: scenario, sources: sources, language: words)
  }

  func text(_ answer: FoundAnswer) -> String {
    switch answer {
    case .text(let text): text
    case .value(let value, let type, _):
      ValueFormatter.text(value, type, header: trace.header, language: words)
    }
  }

  /// A wrong answer, printed as the right one is: `choice 4` beside an answer in bytes.
  func text(_ answer: FoundAnswer, like other: FoundAnswer) -> String {
    guard case .value(let value, .integer, _) = answer, case .value(_, let type, _) = other
    else { return text(answer) }
    return text(.value(value, type, step: nil))
  }

  /// What is so, and the step that made it so.
  func sentence(of answer: FoundAnswer) -> String {
    let said = words(.itIs, text(answer))
    guard case .value(_, _, let step?) = answer, trace.events.indices.contains(step) else {
      return said
    }
    return words(.seeStep, said, "\(step)", narrator.sentence(trace.events[step], at: step))
  }

  /// A judge's words, with the sentence of the step that settles it.
  func explanation(_ judgement: Judgement) -> String {
    guard let step = judgement.step, trace.events.indices.contains(step),
      !judgement.message.split(whereSeparator: { !$0.isNumber }).contains("\(step)")
    else { return judgement.message }
    return words(
      .stepSays, judgement.message, "\(step)", narrator.sentence(trace.events[step], at: step))
  }

  /// An answer with all its spellings.
  func answer(_ answer: FoundAnswer) -> LessonPrediction.Answer {
    let text = text(answer)
    var accepted = [AnswerText.normal(text)]
    var hint: String?
    var nanoseconds: Int64?
    if case .value(let value, let type, _) = answer {
      switch type {
      case .integer, .bytes, .address, .result: accepted.append(AnswerText.normal("\(value)"))
      case .duration:
        nanoseconds = value
        accepted.append(AnswerText.normal("\(value)ns"))
        for digits in 1...3 {
          if let near = Self.rounded(value, digits: digits) {
            accepted.append(AnswerText.normal("\(near)ns"))
          }
        }
        if value == 0 { accepted.append("0") }
      case .boolean: accepted += value == 0 ? ["false", "0"] : ["true", "1"]
      case .mode, .condition, .context, .task, .text: break
      }
      hint = Self.hint(type).map { words($0) }
    }
    var unique: [String] = []
    for spelling in accepted where !unique.contains(spelling) { unique.append(spelling) }
    return LessonPrediction.Answer(
      text: text, accepted: unique, nanoseconds: nanoseconds, hint: hint)
  }

  /// A time with few digits, where that is less than a hundredth away: who says 5 ms of a sleep of
  /// 5.000018 ms has understood it.
  static func rounded(_ value: Int64, digits: Int) -> Int64? {
    var unit: Int64 = 1
    var bound: Int64 = 1
    for _ in 0..<digits { bound *= 10 }
    guard value > 0, value < Int64.max / 2 else { return nil }
    while value / unit >= bound { unit *= 10 }
    let near = (value + unit / 2) / unit * unit
    return (near - value).magnitude < value.magnitude / 100 + 1 ? near : nil
  }

  private static func hint(_ type: ValueType) -> LessonPhrase? {
    switch type {
    case .integer: .hintNumber
    case .duration: .hintTime
    case .bytes: .hintBytes
    case .address: .hintAddress
    case .boolean: .hintTruth
    case .mode: .hintMode
    case .result: .hintResult
    case .task: .hintTask
    case .condition, .context, .text: nil
    }
  }

  /// What a value of a type can be, where that is one of a few things.
  func options(of type: ValueType) -> [String] {
    func shown(_ values: some Sequence<Int64>) -> [String] {
      values.map { ValueFormatter.text($0, type, header: trace.header, language: words) }
    }
    switch type {
    case .boolean: return shown([1, 0])
    case .mode: return shown([0, 1])
    case .condition: return shown(TaskCondition.allCases.map { Int64($0.rawValue) })
    case .context: return shown(ExecutionContext.allCases.map { Int64($0.rawValue) })
    case .task: return shown((0..<Int64(trace.header.tasks.count)))
    case .integer, .duration, .bytes, .address, .text, .result: return []
    }
  }

  /// Values that somebody has who is wrong by one.
  func neighbours(of value: Int64, _ type: ValueType) -> [(value: Int64, explanation: String)] {
    func around(
      _ unit: Int64, _ less: LessonPhrase, _ more: LessonPhrase, _ muchMore: LessonPhrase
    ) -> [(value: Int64, explanation: String)] {
      let near = [(-1, less), (1, more), (2, muchMore)] as [(Int64, LessonPhrase)]
      let made = near.compactMap { count, phrase -> (value: Int64, explanation: String)? in
        let (other, overflow) = value.addingReportingOverflow(count &* unit)
        guard !overflow, other >= 0 || value < 0 else { return nil }
        return (other, words(phrase))
      }
      return Array(made.prefix(2))
    }
    switch type {
    case .integer, .result: return around(1, .offByOne, .offByOne, .offByOne)
    case .bytes, .address:
      return around(
        max(1, trace.header.architecture.pageBytes), .onePageLess, .onePageMore, .twoPagesMore)
    case .duration:
      return around(max(1, scenario.machine.tick), .oneTickLess, .oneTickMore, .twoTicksMore)
    case .boolean: return [(1 - value, "")]
    case .mode: return [(1 - value, "")]
    case .condition:
      let likely: [TaskCondition] = [.running, .runnable, .sleeping, .zombie]
      return likely.map { (Int64($0.rawValue), "") }
    case .context: return ExecutionContext.allCases.map { (Int64($0.rawValue), "") }
    case .task: return (1..<max(1, Int64(trace.header.tasks.count))).map { ($0, "") }
    case .text: return []
    }
  }
}
