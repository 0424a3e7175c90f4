import Catalogue
import Lesson

// Tasks and questions, and what a page conceals until a question is answered.
extension LessonPage {
  func open(concealedBy questions: [(fence: Int, id: String)], to html: inout HTML) {
    html.open("div", .attribute("data-after", questions.map(\.id).joined(separator: " ")))
    html.raw("\n")
  }

  /// The question of a fence; `nil` where there is none whose answer is known.
  func question(_ index: Int) -> Question? {
    let fence = view.fences[index]
    return fence.prediction.map {
      Question(
        $0, lesson: view.name, name: fence.words["predict"] ?? "", number: index, words: view.words)
    }
  }

  mutating func write(
    _ question: Question, fence index: Int, headingLevel: Int, to html: inout HTML
  ) {
    let fence = view.fences[index]
    let plan = fence.scenario.flatMap { scenarios.indices.contains($0) ? scenarios[$0] : nil }
    let id =
      plan?.questions.first { $0.fence == index }?.id
      ?? anchors.identifiers.take("ask-" + (fence.words["predict"] ?? ""))
    html.raw("<section class=\"task\">\n")
    html.element(Self.heading(headingLevel), text: Exercise(fence, view.words).title)
    html.raw("\n")
    question.write(
      id: id, anchor: { plan?.data.anchors[$0] }, hasSteps: plan != nil, to: &html)
    if view.edition == .instructor {
      html.raw("<details>")
      html.element("summary", text: view.words(.answer))
      html.raw("\n<p>")
      _ = write(message: question.prediction.outcome, plan, to: &html)
      html.raw("</p>\n</details>\n")
    }
    html.raw("</section>\n")
  }

  func write(_ exercise: Exercise, headingLevel: Int, to html: inout HTML) {
    html.raw("<section class=\"task\">\n")
    html.element(Self.heading(headingLevel), text: exercise.title)
    html.raw("\n")
    for paragraph in exercise.paragraphs {
      html.raw("<p>")
      html.sentence(paragraph)
      html.raw("</p>\n")
    }
    for script in exercise.scripts {
      html.element("figure", .class("script")) { html in
        html.element("figcaption", text: script.caption)
        html.raw("<pre><code>")
        script.text.write(to: &html)
        html.raw("</code></pre>")
      }
      html.raw("\n")
    }
    if !exercise.checks.isEmpty {
      html.element("p", text: view.words(.isChecked))
      html.raw("\n<ul>\n")
      for check in exercise.checks {
        html.raw("<li>")
        html.text(check.title)
        if !check.points.isEmpty { html.text(" (\(check.points))") }
        html.text(": ")
        html.element("code", text: check.claim)
        html.raw("</li>\n")
      }
      html.raw("</ul>\n")
    }
    html.raw("</section>\n")
  }
}
