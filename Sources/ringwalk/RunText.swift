import Catalogue
import Claims
import Program
import Lesson
import Narration
import SourceText
import Trace

/// The story of a lesson's scenarios as plain text for 80 columns.
struct RunText {
  private let lesson: Lesson
  private let zoom: Zoom
  private var words: Language { lesson.words }

  init(_ lesson: Lesson, zoom: Zoom) {
    self.lesson = lesson
    self.zoom = zoom
  }

  /// Prints as it goes: a trace of many steps never stands in memory as text.
  func print(_ scenarios: [LessonScenario]) throws {
    if !scenarios.isEmpty { try Terminal.print(clean(lesson.title) + "\n") }
    for scenario in scenarios {
      try Terminal.print("\n\(clean(scenario.name))\n\n")
      try printSteps(scenario)
      try Terminal.print(console(scenario.run.trace))
      for (expectation, judgement) in zip(scenario.scenario.expectations, scenario.judgements) {
        try Terminal.print(verdict(expectation.text, judgement))
      }
      for trial in scenario.trials { try Terminal.print(trialText(trial)) }
      let index = lesson.scenarios.firstIndex { $0.name == scenario.name }
      for fence in lesson.fences where fence.scenario == index {
        for block in fence.exhibit { try Terminal.print(text(block)) }
      }
    }
  }

  private func printSteps(_ scenario: LessonScenario) throws {
    let trace = scenario.run.trace
    let narrator = Narrator(
      trace: trace.header, scenario: scenario.scenario, sources: lesson.sources,
      language: lesson.words)
    let stepWidth = max(words(.stepHead).count, String(trace.events.count).utf8.count)
    let timeWidth = max(
      8, String((trace.events.last?.time ?? 0) / 1_000).utf8.count + 4)
    // With several CPUs each step says on which of them it is.
    let cpuWidth = trace.header.cpuCount > 1 ? 5 : 0
    var out =
      pad(words(.stepHead), stepWidth) + "  " + pad(words.timeUnits[1], timeWidth)
      + (cpuWidth > 0 ? pad("cpu", cpuWidth) : "")
    out += "\n"
    for (step, event) in trace.events.enumerated() {
      let eventZoom = event.zoom
      guard eventZoom <= zoom else { continue }
      let indent = String(repeating: " ", count: 2 * Int(eventZoom.rawValue))
      let cpu = cpuWidth > 0 ? pad(String(event.cpu), cpuWidth) : ""
      let head =
        pad(String(step), stepWidth) + "  "
        + pad(Quantity.microseconds(event.time, in: words), timeWidth)
        + cpu + "  "
      var sentence = narrator.sentence(event, at: step)
      if let cause = narrator.cause(of: step, in: trace.events), sentence.hasSuffix(".") {
        sentence = "\(sentence.dropLast()), \(cause)."
      }
      let hang = String(repeating: " ", count: head.utf8.count)
      let width = max(24, 80 - head.utf8.count - indent.utf8.count)
      for (index, line) in TextLayout.wrap(clean(sentence), width: width).enumerated() {
        out += (index == 0 ? head : hang) + indent + line + "\n"
      }
      if out.utf8.count > 1 << 16 {
        try Terminal.print(out)
        out = ""
      }
    }
    try Terminal.print(out)
  }

  /// What was printed by the programs, line by line.
  private func console(_ trace: Trace) -> String {
    var bytes: [UInt8] = []
    for event in trace.events where event.kind == .writesConsole {
      bytes += trace.header.strings[bytes: event.string]
    }
    guard !bytes.isEmpty else { return "" }
    if bytes.last == 0x0A { bytes.removeLast() }
    var out = "\n\(words(.consoleHead))\n"
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      out += "  | \(clean(String(decoding: line, as: UTF8.self)))\n"
    }
    return out
  }

  private func verdict(_ claim: String, _ judgement: Judgement) -> String {
    let lines = TextLayout.wrap(
      "\(words(judgement.verdict.phrase)): expect \(clean(claim))", width: 80)
    var out = "\n" + lines.enumerated().map { $0 == 0 ? $1 : "    \($1)" }.joined(separator: "\n")
    out += "\n"
    let message = told(judgement)
    for line in TextLayout.wrap(clean(message), width: 76) { out += "    \(line)\n" }
    return out
  }

  /// The judge's words with the step in front, unless they begin with one.
  private func told(_ judgement: Judgement) -> String {
    guard let step = judgement.step else { return judgement.message }
    guard !judgement.message.hasPrefix(words(.stepHead) + " ") else { return judgement.message }
    return words(.stepLine, "\(step)", judgement.message)
  }

  /// A claim block: its table, and below it what settles each verdict.
  private func trialText(_ trial: LessonTrial) -> String {
    var out = "\n" + VerdictReport.table(trial, in: words)
    for claim in trial.claims {
      for (configuration, verdict) in zip(trial.configurations, claim.verdicts) {
        guard let verdict else { continue }
        let head =
          "\(LessonTrial.name(of: configuration, in: words)): \(verdict.words(in: words)): \(clean(claim.text))"
        for (index, line) in TextLayout.wrap(head, width: 72).enumerated() {
          out += (index == 0 ? "    " : "        ") + line + "\n"
        }
        for line in TextLayout.wrap(clean(verdict.explanation(in: words)), width: 72) {
          out += "        \(line)\n"
        }
      }
    }
    return out
  }

  /// A part of what a `show` fence shows.
  private func text(_ block: ExhibitBlock) -> String {
    switch block {
    case .heading(_, let words), .paragraph(let words):
      let text = clean(words.filter { $0 != "`" })
      return "\n" + TextLayout.wrap(text, width: 80).map { $0 + "\n" }.joined()
    case .lines(let lines):
      return lines.map { "    \(clean($0))\n" }.joined()
    case .table(let table):
      var letters = table.text
      letters.rows = letters.rows.map { $0.map(clean) }
      let caption = TextLayout.wrap(clean(table.caption.filter { $0 != "`" }), width: 80)
      return "\n"
        + (caption + letters.lines(width: 76).map { "    \($0)" })
        .map { $0 + "\n" }.joined()
    }
  }

  private func clean(_ text: String) -> String { DiagnosticRenderer.printable(text) }

  private func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
