import Catalogue
import Claims
import Lesson
import Markdown
import Narration
import Program
import Trace

/// The story of a lesson's scenarios as CommonMark: headings, steps as lists, verdicts.
enum RunMarkdown {
  /// The document, built as a tree, so that no text of a script can become markup.
  static func text(_ lesson: Lesson, _ scenarios: [LessonScenario], zoom: Zoom) -> String {
    let writer = Writer(document: MarkdownDocument(), words: lesson.words)
    writer.heading(1, lesson.title)
    for scenario in scenarios {
      writer.heading(2, scenario.name)
      writer.steps(scenario, of: lesson, zoom: zoom)
      writer.verdicts(scenario)
      for trial in scenario.trials { writer.verdicts(trial) }
    }
    return writer.document.commonMark(width: 0)
  }

  private struct Writer {
    let document: MarkdownDocument
    let words: Language

    func heading(_ level: Int, _ text: String) {
      let heading = document.makeNode(.heading)
      heading.headingLevel = level
      heading.append(node(.text, text))
      document.root.append(heading)
    }

    func steps(_ scenario: LessonScenario, of lesson: Lesson, zoom: Zoom) {
      let trace = scenario.run.trace
      let narrator = Narrator(
        trace: trace.header, scenario: scenario.scenario, sources: lesson.sources,
        language: lesson.words)
      list(
        trace.events.indices.filter { trace.events[$0].zoom <= zoom }.map {
          let event = trace.events[$0]
          return [
            node(.text, words(.stepTimeLine, "\($0)", Quantity.duration(event.time, in: words)))
          ]
            + sentence(narrator.sentence(event, at: $0))
        })
    }

    func verdicts(_ scenario: LessonScenario) {
      list(
        zip(scenario.scenario.expectations, scenario.judgements).map { expectation, judgement in
          let strong = document.makeNode(.strong)
          strong.append(node(.text, words(judgement.verdict.phrase)))
          let place = judgement.step.map { words(.inStep, "\($0)") } ?? ""
          return [
            strong, node(.text, "\(place): "), node(.code, expectation.text), node(.text, ". "),
          ]
            + sentence(judgement.message)
        })
    }

    /// A claim block: the sentence, its table in letters, and what settles each verdict.
    func verdicts(_ trial: LessonTrial) {
      let origin = trial.origin.map { " (\($0))" } ?? ""
      let paragraph = document.makeNode(.paragraph)
      paragraph.append(
        node(.text, "\(words(.claimColumn)): \(words(.quoted, trial.title))\(origin)"))
      document.root.append(paragraph)
      let code = document.makeNode(.codeBlock)
      code.fenceInfo = "text"
      code.literal = trial.table(in: words).lines(width: 100).map { $0 + "\n" }.joined()
      document.root.append(code)
      list(
        trial.claims.flatMap { claim in
          zip(trial.configurations, claim.verdicts).compactMap { configuration, verdict in
            guard let verdict else { return nil }
            let strong = document.makeNode(.strong)
            strong.append(node(.text, verdict.words(in: words)))
            return [
              node(.text, LessonTrial.name(of: configuration, in: words) + ": "), strong,
              node(.text, ": "),
              node(.code, claim.text), node(.text, ". "),
            ] + sentence(verdict.explanation(in: words))
          }
        })
    }

    private func list(_ items: [[MarkdownNode]]) {
      guard !items.isEmpty else { return }
      let list = document.makeNode(.list)
      list.setList(.bullet, isTight: true)
      document.root.append(list)
      for inlines in items {
        let item = document.makeNode(.item)
        let paragraph = document.makeNode(.paragraph)
        for inline in inlines { paragraph.append(inline) }
        item.append(paragraph)
        list.append(item)
      }
    }

    /// A sentence whose parts in backquotes are code.
    private func sentence(_ text: String) -> [MarkdownNode] {
      let parts = text.split(separator: "`", omittingEmptySubsequences: false)
      // An odd backquote at the end is one of the text's own.
      guard parts.count % 2 == 1 else { return [node(.text, text)] }
      return parts.enumerated().filter { !$1.isEmpty }.map {
        node($0 % 2 == 1 ? .code : .text, String($1))
      }
    }

    private func node(_ kind: MarkdownNode.Kind, _ text: String) -> MarkdownNode {
      let node = document.makeNode(kind)
      node.literal = text.split(whereSeparator: \.isNewline).joined(separator: " ")
      return node
    }
  }
}
