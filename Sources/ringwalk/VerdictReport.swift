import Claims
import Program
import Lesson
import SourceText

/// Verdicts in plain text, for `check` and `build`.
enum VerdictReport {
  /// One line about the file, and below it each claim that does not simply hold, with its place.
  static func text(_ lesson: Lesson) -> String {
    var counts: [Verdict: Int] = [:]
    var details = ""
    for scenario in lesson.scenarios {
      for (expectation, judgement) in zip(scenario.scenario.expectations, scenario.judgements) {
        counts[judgement.verdict, default: 0] += 1
        guard judgement.verdict != .holds else { continue }
        details += detail(expectation.text, judgement, place(expectation.range, lesson))
      }
    }
    let name = lesson.sources.files.first?.name ?? lesson.name
    let parts = [(Verdict.holds, "hold"), (.fails, "fail"), (.vacuous, "vacuous")].compactMap {
      verdict, word in
      counts[verdict].map { "\($0) \(verdict == .fails && $0 == 1 ? "fails" : word)" }
    }
    var summary = parts.isEmpty ? "no expectations" : parts.joined(separator: ", ")
    if counts[.holds] == 1 {
      summary = summary.replacing("1 hold", with: "1 holds", maxReplacements: 1)
    }
    if lesson.isBroken { summary += "; it has errors" }
    return DiagnosticRenderer.printable("\(name): \(summary)") + "\n" + details
  }

  private static func place(_ range: SourceRange, _ lesson: Lesson) -> String {
    guard let file = lesson.sources[range.file] else { return "" }
    let place = file.position(at: range.lower)
    return "\(file.name):\(place.line):\(place.column)"
  }

  private static func detail(_ claim: String, _ judgement: Judgement, _ place: String) -> String {
    var out = ""
    let head = "\(place): \(judgement.verdict.rawValue): \(claim)"
    for line in TextLayout.wrap(DiagnosticRenderer.printable(head), width: 76) {
      out += "  \(line)\n"
    }
    var message = judgement.message
    if let step = judgement.step { message = "step \(step): \(message)" }
    for line in TextLayout.wrap(DiagnosticRenderer.printable(message), width: 74) {
      out += "    \(line)\n"
    }
    return out
  }
}
