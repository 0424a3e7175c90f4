import Catalogue
import TestSupport
import Testing
import Trace

@testable import Narration

/// The stepper: what keys do, and what the terminal shows.
@Suite struct StepperTests {
  static func story(_ name: String = "story", _ trace: Trace = TraceEventTests.story)
    -> StepperModel.Story
  {
    StepperModel.Story(
      name: name, trace: trace,
      narrator: Narrator(trace: trace.header, scenario: Sample.scenario, sources: Sample.sources))
  }

  static func model(_ zoom: Zoom = .overview) -> StepperModel {
    StepperModel([story("down"), story("up")], zoom: zoom)
  }

  /// The screen as text; a letter in front of each line tells its style.
  static func screen(_ model: StepperModel, _ width: Int, _ height: Int) -> String {
    StepperScreen.lines(model, width: width, height: height).map { line in
      let style =
        switch line.style {
        case .plain: " "
        case .bar: "B"
        case .heading: "H"
        case .current: "C"
        }
      return style + "|" + line.text + "|\n"
    }.joined()
  }

  // MARK: Keys

  @Test func `steps of the zoom are walked in order, and no further than they go`() {
    var model = Self.model()
    #expect(model.step == 0)
    model.press(.back)
    #expect(model.step == 0 && model.notice == "this is the first step")
    model.press(.forward)
    #expect(model.step == 1 && model.notice == nil)
    model.press(.last)
    #expect(model.step == Self.story().trace.events.count - 1)
    model.press(.pageForward)
    #expect(model.notice == "this is the last step")
    let last = model.place
    model.press(.pageBack)
    #expect(model.place == last - StepperModel.pageSteps)
    model.press(.pageForward)
    #expect(model.place == last)
    model.press(.first)
    #expect(model.step == 0)
  }

  @Test func `a closer look keeps the step, and one from away goes to the last that is seen`() {
    var model = Self.model(.hardware)
    while let step = model.step, step < 20 { model.press(.forward) }
    model.press(.closer)
    #expect(model.notice == "there is no closer look" && model.step == 20)
    model.press(.away)
    #expect(model.zoom == .mechanism && model.step == 19)
    model.press(.away)
    #expect(model.zoom == .overview && model.step == 16)
    model.press(.away)
    #expect(model.notice == "this is the overview already")
    model.press(.closer)
    #expect(model.zoom == .mechanism && model.step == 16)
  }

  @Test func `the cause is the nearest that the zoom shows`() {
    var model = Self.model()
    let events = Self.story().trace.events
    while let step = model.step, events[step].kind != .wakes { model.press(.forward) }
    model.press(.cause)
    #expect(model.step.map { events[$0].kind } == .interrupts)
    model.press(.closer)
    model.press(.cause)
    // The transfer is seen in the hardware only; what began it is the request.
    #expect(model.step.map { events[$0].kind } == .startsRequest)
    model.press(.first)
    model.press(.cause)
    #expect(model.step == 0 && model.notice?.hasPrefix("no step") == true)
  }

  @Test func `each scenario keeps its place`() {
    var model = Self.model()
    model.press(.forward)
    model.press(.nextStory)
    #expect(model.storyIndex == 1 && model.step == 0)
    model.press(.last)
    model.press(.nextStory)
    #expect(model.storyIndex == 0 && model.step == 1)
    model.press(.previousStory)
    #expect(model.storyIndex == 1 && model.step == Self.story().trace.events.count - 1)
    var one = StepperModel([Self.story()], zoom: .overview)
    one.press(.nextStory)
    #expect(one.notice == "there is no other scenario")
  }

  @Test func `any key ends the help, and q ends the stepper`() {
    var model = Self.model()
    model.press(.help)
    #expect(model.isHelpShown)
    model.press(.forward)
    #expect(!model.isHelpShown && model.step == 0)
    model.press(.help)
    model.press(.quit)
    #expect(model.isDone)
  }

  @Test func `keys are read from what terminals send`() {
    let cases: [(String, [StepperKey])] = [
      ("hl+-=c?q\t", [.back, .forward, .closer, .away, .closer, .cause, .help, .quit, .nextStory]),
      ("\u{1B}[D\u{1B}[C\u{1B}[A\u{1B}[B", [.back, .forward, .closer, .away]),
      ("\u{1B}OD\u{1B}OC\u{1B}OH\u{1B}OF", [.back, .forward, .first, .last]),
      (
        "\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~",
        [.first, .last, .first, .last, .first, .last]
      ),
      ("\u{1B}[5~\u{1B}[6~\u{1B}[Z", [.pageBack, .pageForward, .previousStory]),
      // With control or shift pressed as well; a mouse; a function key; a paste mark.
      ("\u{1B}[1;5C\u{1B}[<0;3;4M\u{1B}[15~\u{1B}[200~l", [.forward, .forward]),
      // The escape key alone, and two of them.
      ("\u{1B}q\u{1B}\u{1B}[C", [.quit, .forward]),
      ("\u{3}\u{4}", [.quit, .quit]), ("é日xyz\u{0}", []),
      ("\u{1B}[99999999999999999999~c", [.cause]),
    ]
    for (text, keys) in cases {
      var reader = StepperKeyReader()
      #expect(reader.keys(in: Array(text.utf8)) == keys, "\(text.debugDescription)")
      // In parts as well.
      var slow = StepperKeyReader()
      #expect(text.utf8.flatMap { slow.keys(in: [$0]) } == keys, "\(text.debugDescription)")
    }
  }

  // MARK: The screen

  @Test func `screens of a story`() throws {
    var page = ""
    func show(_ title: String, _ model: StepperModel, _ width: Int, _ height: Int) {
      page += "# \(title), \(width) × \(height)\n" + Self.screen(model, width, height) + "\n"
    }
    var model = Self.model()
    show("the beginning", model, 80, 24)
    let events = Self.story().trace.events
    while let step = model.step, events[step].kind != .wakes { model.press(.forward) }
    show("a wake-up", model, 80, 24)
    show("a wake-up", model, 40, 24)
    model.press(.closer)
    show("closer", model, 100, 30)
    for (width, height) in [(30, 9), (20, 5), (12, 3), (5, 1)] {
      show("small", model, width, height)
    }
    model.press(.last)
    model.press(.forward)
    show("the end", model, 80, 16)
    model.press(.help)
    show("help", model, 60, 12)
    show("nothing", StepperModel([], zoom: .overview), 40, 6)
    try expectGolden(page, "Narration/stepper.txt")
  }

  @Test func `the screen is as large as the terminal, whatever is shown`() {
    var header = Sample.header
    header.cpuCount = 2
    let names = [
      "\u{1B}[2J\u{1B}[31mred", "\u{202E}evil", "日本語日本語日本語日本語", "e\u{301}\u{301}", "a\nb\tc", "",
    ]
    for name in names {
      for index in header.tasks.indices { header.tasks[index].name = name }
      let story = Self.story(name, Trace(header: header, events: TraceEventTests.story.events))
      var model = StepperModel([story, story], zoom: .hardware)
      for key in [StepperKey.first, .last, .cause, .away, .help] {
        model.press(key)
        for width in [0, 1, 2, 3, 10, 31, 64, 80, 200] {
          for height in [0, 1, 2, 3, 4, 5, 7, 8, 11, 24, 60] {
            let lines = StepperScreen.lines(model, width: width, height: height)
            #expect(lines.count == (width == 0 ? 0 : height))
            for line in lines {
              #expect(TerminalText.width(line.text) <= width, "\(line.text)")
              #expect(line.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
            }
          }
        }
      }
    }
  }

  @Test func `the current step is on the screen`() {
    var model = StepperModel([Self.story()], zoom: .hardware)
    for _ in Self.story().trace.events {
      for height in [10, 12, 24, 50] {
        let lines = StepperScreen.lines(model, width: 80, height: height)
        let current = lines.filter { $0.style == .current }
        #expect(current.count == 1)
        let number = model.step.map { " \($0) " } ?? ""
        #expect(current.first?.text.hasPrefix(">") == true)
        #expect(current.first?.text.contains(number) == true)
      }
      model.press(.forward)
    }
  }

  @Test func `text is broken and cut by the columns it takes`() {
    #expect(TerminalText.wrap("ab cd ef", 5) == ["ab cd", "ef"])
    #expect(TerminalText.wrap("abcdefgh ij", 3) == ["abc", "def", "gh", "ij"])
    #expect(TerminalText.wrap("", 3) == [""])
    #expect(TerminalText.wrap("日本 語", 2) == ["日", "本", "語"])
    #expect(TerminalText.wrap("日本", 1) == ["", ""])
    #expect(TerminalText.wrap("ab", 0) == [])
    #expect(TerminalText.fit("日本語", 5) == "日本…")
    #expect(TerminalText.fit("日本語", 6) == "日本語")
    #expect(TerminalText.fit("abc", 1) == "…")
    #expect(TerminalText.pad("e\u{301}", 3) == "e\u{301}  ")
  }

  @Test(arguments: [1, 300, 40_000])
  func `a state by snapshots is the state by replay`(_ count: Int) {
    let events = TraceEventTests.story.events
    let trace = Trace(
      header: TraceEventTests.story.header,
      events: (0..<count).map { events[$0 % events.count] })
    let snapshots = StateSnapshots(trace)
    var replayed = MachineState(header: trace.header)
    #expect(snapshots.state(after: -1) == replayed)
    for (step, event) in trace.events.enumerated() {
      replayed.apply(event)
      guard step % 97 == 0 || step > count - 3 else { continue }
      #expect(snapshots.state(after: step + 1) == replayed)
    }
    #expect(snapshots.state(after: count + 5) == replayed)
  }
}
