import Catalogue
import Lesson
import Narration
import SourceText
import Trace

/// The kernel stacks of a scenario's processes at a step, as plain text for 80 columns.
enum RunStacks {
  /// Every process that has begun and not ended, with its frames, the top one first: on a process
  /// that sleeps, they are the frames that will go on when it is woken.
  static func text(
    _ scenario: LessonScenario, step: Int, language: Language = .english
  ) -> String {
    let trace = scenario.run.trace
    var out = "\n\(DiagnosticRenderer.printable(scenario.name))\n\n"
    guard let last = trace.events.indices.last, step <= last else {
      let steps = "\(trace.events.count - 1)"
      return out + language(.endsBefore, "\(step)", steps) + "\n"
    }
    out += language(.stacksAfter, "\(step)") + "\n"
    for account in StackAccount.all(in: trace, after: step + 1, language: language) {
      out += "\n\(DiagnosticRenderer.printable(account.task)): \(account.condition)\n"
      if account.frames.isEmpty { out += "  (\(account.reason))\n" }
      for frame in account.frames {
        let lines = TextLayout.wrap("\(frame.routine) \(frame.purpose)", width: 72)
        for (position, line) in lines.enumerated() {
          let number = String(frame.depth)
          let head = String(repeating: " ", count: max(0, 4 - number.utf8.count)) + number + "  "
          out += (position == 0 ? head : "      ") + line + "\n"
        }
      }
    }
    return out
  }
}
