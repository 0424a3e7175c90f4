import Catalogue
import Lesson
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
    let state = trace.state(after: step + 1)
    out += "kernel stacks after step \(step), the top frame first\n"
    let architecture = trace.header.architecture
    for (index, task) in state.tasks.enumerated().dropFirst() {
      if task.condition == .absent || task.condition == .zombie { continue }
      let name = trace.header.task(TaskID(rawValue: UInt16(truncatingIfNeeded: index))).name
      let mode = task.mode == .user ? "user" : "kernel"
      var waits = ""
      if task.condition == .sleeping, let object = task.waitsFor {
        waits = ", waiting for \(trace.header.text(object))"
      }
      out +=
        "\n\(DiagnosticRenderer.printable(name)): \(task.condition.name), \(mode) mode\(waits)\n"
      if task.frames.isEmpty {
        let why = mode == "user" ? "empty: it is in user mode" : "empty: it has not run yet"
        out += "  (\(why))\n"
      }
      for (depth, frame) in task.frames.enumerated().reversed() {
        let lines = TextLayout.wrap(
          "\(architecture.name(of: frame)) \(frame.purpose)", width: 72)
        for (position, line) in lines.enumerated() {
          let number = String(depth + 1)
          let head = String(repeating: " ", count: max(0, 4 - number.utf8.count)) + number + "  "
          out += (position == 0 ? head : "      ") + line + "\n"
        }
      }
    }
    return out
  }
}
