import Catalogue
import Lesson

/// The page that lists all lessons.
enum IndexPage {
  static func html(
    _ lessons: [HandoutSummary], cover: LessonView?, context: HandoutContext
  ) -> [UInt8] {
    var page = Page(
      title: cover?.title ?? context.site, description: cover?.summary ?? "", site: context.site,
      language: cover?.language ?? context.language.tag, index: nil, previous: nil, next: nil)
    let words = cover?.words ?? InterfaceWords(language: context.language.words)
    page.words = words
    page.search = context.search
    page.theme = context.theme
    if let cover {
      page.hasScript = !cover.fences.isEmpty
      return LessonPage.html(cover, page: page, context: context) { html, ids in
        html.element("h2", .id(ids.take("lessons")), text: words(.lessonsTitle))
        html.raw("\n")
        write(lessons, words, isNumbered: true, ids: &ids, theme: context.theme, to: &html)
      }.page
    }
    var html = HTML()
    page.write(to: &html) { html in
      html.element("p", .class("lead"), text: words.count(.lessonCount, lessons.count))
      html.raw("\n")
      var ids = Identifiers()
      write(lessons, words, isNumbered: false, ids: &ids, theme: context.theme, to: &html)
    }
    return html.bytes
  }

  /// The list of lessons, and where each mechanism is explained.
  static func write(
    _ lessons: [HandoutSummary], _ words: InterfaceWords, isNumbered: Bool,
    ids: inout Identifiers,
    theme: HandoutTheme?, address: (HandoutSummary) -> String = { Page.address($0.fileName) },
    to html: inout HTML
  ) {
    let list = lessons.enumerated().map { index, lesson in
      var summary = HTML()
      summary.sentence(lesson.summary)
      return TemplateValues(values: [
        "heading": .text(isNumbered ? "h3" : "h2"),
        "number": .text(isNumbered ? "\(index + 1). " : ""), "address": .text(address(lesson)),
        "title": .text(lesson.title), "summary": .markup(summary),
        "counts": .text(counts(lesson, words)),
      ])
    }
    (theme ?? .builtIn).lessons.write(
      TemplateValues(values: ["lessons": .group(list)]), to: &html)
    writeMechanisms(lessons, words, ids: &ids, address: address, to: &html)
  }

  /// Each mechanism with the lessons that cover it; nothing where no lesson says so.
  private static func writeMechanisms(
    _ lessons: [HandoutSummary], _ words: InterfaceWords, ids: inout Identifiers,
    address: (HandoutSummary) -> String,
    to html: inout HTML
  ) {
    let covered = Mechanism.all.filter { mechanism in
      lessons.contains { $0.covers.contains(mechanism) }
    }
    guard !covered.isEmpty else { return }
    html.element("h2", .id(ids.take("mechanisms")), text: words(.mechanismsTitle))
    html.raw("\n<dl class=\"where\">\n")
    for mechanism in covered {
      html.element("dt", text: "\(mechanism.id) \(mechanism.title(in: words.language))")
      html.raw("\n")
      for lesson in lessons where lesson.covers.contains(mechanism) {
        html.element("dd") { html in
          html.element("a", .attribute("href", address(lesson)), text: lesson.title)
        }
        html.raw("\n")
      }
    }
    html.raw("</dl>\n")
  }

  /// The scenarios and verdicts of a lesson in one line.
  static func counts(_ lesson: HandoutSummary, _ words: InterfaceWords) -> String {
    var parts = [words.count(.scenarioCount, lesson.scenarioCount)]
    let total = lesson.holdCount + lesson.failCount + lesson.vacuousCount
    if total > 0 {
      let verdicts = [
        (Phrase.holdCount, lesson.holdCount), (.failCount, lesson.failCount),
        (.vacuousCount, lesson.vacuousCount),
      ].filter { $0.1 > 0 }.map { words.count($0.0, $0.1, as: "\($0.1)") }
      parts.append(
        words.count(.expectationCount, total) + ": " + verdicts.joined(separator: ", "))
    }
    return parts.joined(separator: " · ")
  }
}
