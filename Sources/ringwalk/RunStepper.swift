import Lesson
import Narration
import Trace

/// `run --tui`: the scenarios of a file, step by step in the terminal.
enum RunStepper {
  /// Steps through scenarios until the reader leaves; `false` when the terminal cannot be taken over.
  static func run(_ lesson: Lesson, _ scenarios: [LessonScenario], zoom: Zoom) -> Bool {
    let stories = scenarios.map { scenario in
      let trace = scenario.run.trace
      return StepperModel.Story(
        name: scenario.name, trace: trace,
        narrator: Narrator(
          trace: trace.header, scenario: scenario.scenario, sources: lesson.sources,
          language: lesson.words))
    }
    guard let terminal = RawTerminal() else { return false }
    var model = StepperModel(stories, zoom: zoom)
    var reader = StepperKeyReader()
    var signal: Int32?
    loop: while !model.isDone {
      guard terminal.write(frame(model, terminal.size)) else { break }
      switch terminal.wait() {
      case .bytes(let bytes):
        for key in reader.keys(in: bytes) where !model.isDone { model.press(key) }
      case .resized: continue
      case .ends(let number):
        signal = number
        break loop
      case .closed: break loop
      }
    }
    terminal.restore()
    if let signal { RawTerminal.end(by: signal) }
    return true
  }

  /// A whole screen, written over the one before.
  private static func frame(_ model: StepperModel, _ size: (width: Int, height: Int)) -> String {
    // A line is erased before it is written: after a full one the cursor stands on its last letter.
    let lines = StepperScreen.lines(model, width: size.width, height: size.height).map {
      "\u{1B}[2K" + (Terminal.allowsColour ? painted($0) : $0.text)
    }
    return "\u{1B}[H" + lines.joined(separator: "\r\n")
  }

  private static func painted(_ line: StepperScreen.Line) -> String {
    let code: String
    switch line.style {
    case .plain: return line.text
    case .bar: code = "7"
    case .heading: code = "36"
    case .current: code = "1;33"
    }
    return "\u{1B}[\(code)m\(line.text)\u{1B}[0m"
  }
}
