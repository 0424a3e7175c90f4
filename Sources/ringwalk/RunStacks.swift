import Lesson
import Narration
import SourceText
import Trace

/// The kernel stacks of a scenario's processes at a step, as plain text for 80 columns.
enum RunStacks {
  /// Every process that has begun and not ended, with its frames, the top one first: on a process
  /// that sleeps, they are the frames that will go on when it is woken.
  static func text(_ scenario: LessonScenario, step: Int) -> String {
    let trace = scenario.run.trace
    var out = "\n\(DiagnosticRenderer.printable(scenario.name))\n\n"
    guard let last = trace.events.indices.last, step <= last else {
      return out + "it ends before step \(step): its steps are 0 to \(trace.events.count - 1)\n"
    }
    out += "kernel stacks after step \(step), the top frame first\n"
    for account in StackAccount.all(in: trace, after: step + 1) {
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
