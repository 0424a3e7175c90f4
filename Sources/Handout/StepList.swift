import Catalogue
import Trace

/// Steps in words, as a flat list: each knows how close one must look to see it.
struct StepList {
  private let scenario: ScenarioView
  private let anchors: [Int: String]

  init(scenario: ScenarioView, anchors: [Int: String]) {
    self.scenario = scenario
    self.anchors = anchors
  }

  /// - Parameter linking: Whether a step that another follows from is in the list.
  func write(_ steps: [Int], linking: (Int) -> Bool, to html: inout HTML) {
    html.raw("<ol class=\"steps\">\n")
    for step in steps { write(step, linking: linking, to: &html) }
    html.raw("</ol>\n")
  }

  /// The same, a long list in chapters: each is named by the step of its overview of whose kind the run
  /// has the fewest, and folded.
  func writeChapters(_ steps: [Int], linking: (Int) -> Bool, to html: inout HTML) {
    let events = scenario.trace.events
    let chapters = Chapters(steps) { events[$0].zoom == .overview }
    guard !chapters.ranges.isEmpty else { return write(steps, linking: linking, to: &html) }
    var counts: [EventKind: Int] = [:]
    for event in events { counts[event.kind, default: 0] += 1 }
    func count(_ step: Int) -> Int { counts[events[step].kind] ?? 0 }
    for range in chapters.ranges {
      let part = steps[range]
      guard let first = part.first, let last = part.last else { continue }
      html.raw("<details class=\"chapter\"><summary>")
      let language = scenario.words.language
      html.text(
        scenario.words(.stepsFromTo, language.grouped(first), language.grouped(last)))
      let overview = part.filter { events[$0].zoom == .overview }
      if let name = overview.min(by: { count($0) < count($1) }) {
        html.text(": ")
        html.sentence(scenario.sentence(events[name], name))
      }
      html.raw("</summary>\n")
      write(Array(part), linking: linking, to: &html)
      html.raw("</details>\n")
    }
  }

  private func write(_ step: Int, linking: (Int) -> Bool, to html: inout HTML) {
    let event = scenario.trace.events[step]
    let id = anchors[step] ?? ""
    switch event.zoom {
    case .overview: html.open("li", .id(id))
    case .mechanism: html.open("li", .class("m"), .id(id))
    case .hardware: html.open("li", .class("h"), .id(id))
    }
    html.open("a", .anchor(id))
    html.number(step)
    html.raw("</a> ")
    html.sentence(scenario.sentence(event, step))
    html.raw(" <small>")
    html.text(scenario.words.duration(event.time))
    html.text(" · ")
    html.text(StepWords.who(event, scenario.trace.header, scenario.words))
    // That a step follows from the one before needs no word.
    if event.cause != TraceEvent.noCause, Int(event.cause) != step - 1 {
      let cause = Int(event.cause)
      html.text(" · ")
      html.sentence(scenario.because(step))
      html.text(" ")
      if linking(cause), let anchor = anchors[cause] {
        html.element("a", .anchor(anchor), text: scenario.words(.stepName, "\(cause)"))
      } else {
        html.text(scenario.words(.stepName, "\(cause)"))
      }
    }
    html.raw("</small></li>\n")
  }
}
