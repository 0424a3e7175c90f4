import Catalogue
import Trace

/// How the stepper looks in a terminal of some size.
///
/// No line is wider than the terminal and there are as many as it has, whatever the story holds;
/// marks, not colours alone, say what is current.
public enum StepperScreen {
  /// One line of the screen.
  public struct Line: Sendable, Hashable {
    /// How it stands out, where the terminal may show it.
    public enum Style: Sendable {
      case plain
      /// The bars at the top and the bottom.
      case bar
      /// What separates parts.
      case heading
      /// The current step.
      case current
    }

    /// What stands there.
    public var text: String
    /// How it stands out.
    public var style = Style.plain
  }

  /// The whole screen.
  public static func lines(_ model: StepperModel, width: Int, height: Int) -> [Line] {
    guard width > 0, height > 0 else { return [] }
    let bars = height >= 5 ? 2 : height >= 3 ? 1 : 0
    let body = height - bars
    var lines: [Line] = []
    if bars > 0 { lines.append(Line(text: title(model), style: .bar)) }
    let content = model.isHelpShown ? help(width) : story(model, width: width, height: body)
    lines += content.prefix(body)
    lines += [Line](repeating: Line(text: ""), count: max(0, body - content.count))
    if bars > 1 { lines.append(Line(text: footer(model, width), style: .bar)) }
    return lines.map { line in
      let text = TerminalText.clean(line.text)
      return Line(
        text: line.style == .bar ? TerminalText.pad(text, width) : TerminalText.fit(text, width),
        style: line.style)
    }
  }

  /// The keys and what they do.
  static let keys = [
    ("← →, h l", "a step back, a step forward"), ("Home End", "the first and the last step"),
    ("PgUp PgDn", "ten steps back, ten forward"),
    ("↑ ↓, + −", "look closer, look from further away"),
    ("Tab", "the next scenario; Shift-Tab the one before"),
    ("c", "go to the step that is the cause"),
    ("?", "this list"), ("q", "leave"),
  ]

  private static func title(_ model: StepperModel) -> String {
    guard let story = model.story else { return "nothing to step through" }
    var parts = [story.name]
    if model.stories.count > 1 {
      parts.append("scenario \(model.storyIndex + 1) of \(model.stories.count)")
    }
    if let step = model.step { parts.append("step \(step) of \(story.trace.events.count - 1)") }
    parts.append("zoom \(model.zoom.name)")
    return parts.joined(separator: " · ")
  }

  private static func footer(_ model: StepperModel, _ width: Int) -> String {
    if let notice = model.notice { return notice }
    if model.isHelpShown { return "any key goes on, q leaves" }
    let long = "←→ step  ↑↓ zoom  Home End  PgUp PgDn  Tab scenario  c cause  ? help  q quit"
    return TerminalText.width(long) <= width ? long : "? help  q quit"
  }

  private static func help(_ width: Int) -> [Line] {
    let margin = keys.map { TerminalText.width($0.0) }.max() ?? 0
    return [heading("keys", width)]
      + keys.map { Line(text: "  \(TerminalText.pad($0.0, margin))  \($0.1)") }
  }

  private static func heading(_ text: String, _ width: Int) -> Line {
    let head = "── \(TerminalText.clean(text)) "
    let rest = max(0, width - TerminalText.width(head))
    return Line(text: head + String(repeating: "─", count: rest), style: .heading)
  }

  // MARK: The parts of a story

  private static func story(_ model: StepperModel, width: Int, height: Int) -> [Line] {
    guard let story = model.story, let step = model.step else {
      return [Line(text: model.stories.isEmpty ? "There is no scenario." : "Nothing happened.")]
    }
    let account = account(of: step, in: story, model, width)
    // Without room for lists the sentence is what matters.
    guard height >= 8 else { return Array(account.dropFirst(height < 4 ? 1 : 0)) }
    let accountLines = min(account.count, max(3, height / 3))
    var state: [Line] = []
    if height - accountLines >= 8 {
      state = machine(at: step, in: story, width, room: (height - accountLines) / 2)
    }
    let room = height - accountLines - state.count
    return list(model, story, width, room: room) + account.prefix(accountLines) + state
  }

  /// The steps around the current one.
  private static func list(
    _ model: StepperModel, _ story: StepperModel.Story, _ width: Int, room: Int
  ) -> [Line] {
    let count = model.steps.count
    let first = max(0, min(model.place - room / 2, count - room))
    let numberWidth = String(story.trace.events.count).utf8.count
    let last = Quantity.microseconds(story.trace.events.last?.time ?? 0)
    let hasCPUs = story.trace.header.cpuCount > 1
    var lines: [Line] = []
    for place in first..<min(count, first + room) {
      let step = model.steps[place]
      let event = story.trace.events[step]
      let number = String(step)
      let time = Quantity.microseconds(event.time)
      var text = place == model.place ? "> " : "  "
      text += String(repeating: " ", count: max(0, numberWidth - number.utf8.count)) + number
      text += String(repeating: " ", count: max(1, 2 + last.utf8.count - time.utf8.count)) + time
      if hasCPUs { text += "  cpu\(event.cpu)" }
      text += "  " + String(repeating: "  ", count: Int(event.zoom.rawValue))
      text += story.narrator.sentence(event, at: step)
      lines.append(Line(text: text, style: place == model.place ? .current : .plain))
    }
    lines += [Line](repeating: Line(text: ""), count: max(0, room - lines.count))
    return lines
  }

  /// When and where the step happens, its sentence in full, and why.
  private static func account(
    of step: Int, in story: StepperModel.Story, _ model: StepperModel, _ width: Int
  ) -> [Line] {
    let event = story.trace.events[step]
    let name = story.trace.header.task(event.taskID).name
    var sentence = story.narrator.sentence(event, at: step)
    if let cause = story.narrator.cause(of: step, in: story.trace.events), sentence.hasSuffix(".") {
      sentence = "\(sentence.dropLast()), \(cause)."
    }
    let head =
      "step \(step) · \(Quantity.microseconds(event.time)) us · cpu\(event.cpu) · \(name) · "
      + "\(event.mode == .user ? "user" : "kernel") mode"
    var lines = [heading(head, width)]
    lines += TerminalText.wrap(TerminalText.clean(sentence), width).map { Line(text: $0) }
    let causes = model.causes(limit: 12).map { cause in
      "\(cause) \(words(story.trace.events[cause].kind))"
    }
    let chain =
      causes.isEmpty ? "causes: none at this zoom" : "causes: " + causes.joined(separator: " ← ")
    lines.append(Line(text: chain))
    return lines
  }

  private static func words(_ kind: EventKind) -> String {
    String(kind.facts.name.map { $0 == "_" ? " " : $0 })
  }

  /// The processes, and the kernel stack of the one that the step is about: side by side where the
  /// terminal is wide enough.
  private static func machine(
    at step: Int, in story: StepperModel.Story, _ width: Int, room: Int
  ) -> [Line] {
    let state = story.snapshots.state(after: step + 1)
    let event = story.trace.events[step]
    let processes = processes(state, event, story.trace.header)
    let stack = stack(of: event.taskID, state, story.trace.header)
    let title = "kernel stack of \(story.trace.header.task(event.taskID).name)"
    guard width >= 64 else {
      let half = room / 2
      return part("processes", processes, width, room: half)
        + part(title, stack, width, room: room - half)
    }
    let left = (width - 3) / 2
    let right = width - 3 - left
    let rows = min(room, 1 + max(processes.count, stack.count))
    let columns = (
      part("processes", processes, left, room: rows), part(title, stack, right, room: rows)
    )
    return (0..<rows).map { row in
      let one = row < columns.0.count ? columns.0[row].text : ""
      let other = row < columns.1.count ? columns.1[row].text : ""
      let bar = row == 0 ? "─┬─" : " │ "
      return Line(
        text: TerminalText.pad(one, left) + bar + TerminalText.fit(other, right),
        style: row == 0 ? .heading : .plain)
    }
  }

  /// A heading with lines below it; what has no room is counted.
  private static func part(_ title: String, _ lines: [String], _ width: Int, room: Int) -> [Line] {
    guard room > 1 else { return [] }
    var shown = lines.map { TerminalText.clean($0) }
    if shown.count > room - 1 {
      let left = shown.count - max(0, room - 2)
      shown = shown.prefix(max(0, room - 2)) + ["… \(left) more"]
    }
    return [heading(title, width)] + shown.map { Line(text: $0) }
  }

  /// What each process does that has begun and is not yet forgotten.
  private static func processes(
    _ state: MachineState, _ event: TraceEvent, _ header: TraceHeader
  ) -> [String] {
    var rows: [(mark: String, name: String, words: String)] = []
    for index in state.tasks.indices {
      let id = TaskID(rawValue: UInt16(truncatingIfNeeded: index))
      let task = state.tasks[index]
      guard !header.isIdle(id), task.condition != .absent, task.condition != .gone else { continue }
      let cpu = state.cpus.firstIndex { $0.current == id }.map { " on cpu\($0)" } ?? ""
      let words =
        switch task.condition {
        case .running: "running\(cpu), \(task.mode == .user ? "user" : "kernel") mode"
        case .sleeping: "sleeping" + (task.waitsFor.map { ", waits for \(header.text($0))" } ?? "")
        case .zombie:
          task.killedBy.map { "zombie, killed by \($0.name)" }
            ?? "zombie, exited with \(task.exitStatus ?? 0)"
        case .runnable, .stopped, .absent, .gone: task.condition.name
        }
      rows.append((id == event.taskID ? "* " : "  ", header.task(id).name, words))
    }
    let margin = min(16, rows.map { TerminalText.width(TerminalText.clean($0.name)) }.max() ?? 0)
    return rows.isEmpty
      ? ["none yet"]
      : rows.map {
        $0.mark + TerminalText.pad(TerminalText.clean($0.name), margin) + "  " + $0.words
      }
  }

  /// The frames, the top one first; or why there are none.
  private static func stack(
    of task: TaskID, _ state: MachineState, _ header: TraceHeader
  ) -> [String] {
    let index = Int(task.rawValue)
    guard state.tasks.indices.contains(index) else { return ["no such task"] }
    let account = StackAccount(
      state.tasks[index], name: header.task(task).name, header, .english)
    if account.frames.isEmpty { return [account.reason] }
    return account.frames.map { "\($0.depth) \($0.routine) \($0.purpose)" }
  }
}
