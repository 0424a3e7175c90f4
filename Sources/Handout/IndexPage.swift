/// The page that lists all lessons.
enum IndexPage {
  static func html(_ lessons: [HandoutSummary], context: HandoutContext) -> [UInt8] {
    let page = Page(
      title: context.site, description: "", site: context.site, index: nil, previous: nil,
      next: nil)
    var html = HTML()
    page.write(to: &html) { html in
      html.element("p", .class("lead"), text: count(lessons.count, "lesson"))
      html.raw("\n<ol class=\"lessons\">\n")
      for lesson in lessons {
        html.raw("<li><h2>")
        html.element("a", .attribute("href", Page.address(lesson.fileName)), text: lesson.title)
        html.raw("</h2>\n")
        if !lesson.summary.isEmpty {
          html.raw("<p>")
          html.sentence(lesson.summary)
          html.raw("</p>\n")
        }
        html.element("p", .class("count"), text: counts(lesson))
        html.raw("</li>\n")
      }
      html.raw("</ol>\n")
    }
    return html.bytes
  }

  /// The scenarios and verdicts of a lesson in one line.
  static func counts(_ lesson: HandoutSummary) -> String {
    var parts = [count(lesson.scenarioCount, "scenario")]
    let total = lesson.holdCount + lesson.failCount + lesson.vacuousCount
    if total > 0 {
      var verdicts: [String] = []
      if lesson.holdCount > 0 {
        verdicts.append("✓ \(lesson.holdCount) \(lesson.holdCount == 1 ? "holds" : "hold")")
      }
      if lesson.failCount > 0 {
        verdicts.append("✗ \(lesson.failCount) \(lesson.failCount == 1 ? "fails" : "fail")")
      }
      if lesson.vacuousCount > 0 { verdicts.append("○ \(lesson.vacuousCount) vacuous") }
      parts.append(count(total, "expectation") + ": " + verdicts.joined(separator: ", "))
    }
    return parts.joined(separator: " · ")
  }

  private static func count(_ count: Int, _ word: String) -> String {
    "\(grouped(count)) \(word)\(count == 1 ? "" : "s")"
  }
}
