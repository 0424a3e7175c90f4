import Catalogue
import Claims
import Lesson
import Markdown
import Trace
import WalkSyntax

/// A lesson as an HTML page.
///
/// The prose is libcmark's HTML. Each compiled fence becomes a custom node that holds the script,
/// its verdicts and, once per scenario, picture and steps; each heading one that has an id.
struct LessonPage {
  let view: LessonView
  var anchors: PageAnchors
  private let context: HandoutContext
  var scenarios: [ScenarioPlan] = []
  private var compared: [ComparedRun] = []
  private var tables: StepTables
  private var edits = TemporaryEdits()
  /// Whether there is something that the second sheet is for.
  private var hasProse = false

  /// What the page needs to know about a scenario before it is written.
  struct ScenarioPlan {
    /// Begins the ids of its steps.
    var prefix: String
    var title: String
    var selection: StepSelection
    var timeline: TimelinePicture
    var data: StepData
    /// The fence behind which its steps stand.
    var lastFence: Int?
    /// The questions about it: their fences and the ids of their forms.
    var questions: [(fence: Int, id: String)] = []
    /// The fence that is replaced by its picture; `nil`: the picture stands with the steps.
    var pictureFence: Int?
  }

  /// A run that stands beside others, for the page of all steps.
  private struct ComparedRun {
    var run: ScenarioView
    var title: String
    var prefix: String
    var selection: StepSelection
    var data: StepData
  }

  /// The page of a lesson.
  ///
  /// - Parameters:
  ///   - context: The site that the page stands in.
  ///   - end: Writes what stands below the lesson, with ids that the page has not.
  static func html(
    _ view: LessonView, page: Page, context: HandoutContext,
    end: (inout HTML, inout Identifiers) -> Void = { _, _ in }
  ) -> (page: [UInt8], steps: [UInt8]?, place: Int?) {
    var lesson = LessonPage(view, context: context)
    lesson.edit()
    var page = page
    page.hasProseSheet = lesson.hasProse
    page.hasTranscripts = !view.transcripts.isEmpty
    defer { lesson.edits.undo() }
    var html = HTML()
    let place = page.write(to: &html) { html in
      lesson.writeLead(to: &html)
      if !view.scenarios.isEmpty { TimelinePicture.writePatterns(to: &html) }
      html.document(view.document)
      end(&html, &lesson.anchors.identifiers)
      if page.hasScript { Stepper.write(lesson.tables, to: &html) }
    }
    guard lesson.hasCloserSteps else { return (html.bytes, nil, place) }
    page.hasScript = false
    page.hasProseSheet = false
    page.hasTranscripts = false
    page.hasQuestions = false
    page.title = view.words(.allStepsOf, view.title)
    page.description = ""
    return (html.bytes, lesson.stepsPage(page), place)
  }

  /// Writes a lesson into a page that has others, whose steppers share their tables. Says whether there is
  /// something that the second sheet is for.
  static func write(
    _ view: LessonView, context: HandoutContext, tables: inout StepTables, to html: inout HTML
  ) -> Bool {
    var lesson = LessonPage(view, context: context, tables: tables)
    lesson.edit()
    defer { lesson.edits.undo() }
    lesson.writeLead(to: &html)
    html.document(view.document)
    tables = lesson.tables
    return lesson.hasProse
  }

  /// What stands in front of the text: what the lesson is about, and for whom.
  private func writeLead(to html: inout HTML) {
    if !view.summary.isEmpty {
      html.open("p", .class("lead"))
      html.sentence(view.summary)
      html.raw("</p>\n")
    }
    if let edition = Words.edition(view.edition, view.words) {
      html.element("p", .class("meta"), text: edition)
      html.raw("\n")
    }
    if let covers = Words.covers(view.covers, view.words) {
      html.element("p", .class("meta"), text: covers)
      html.raw("\n")
    }
  }

  private init(_ view: LessonView, context: HandoutContext, tables: StepTables = StepTables()) {
    self.view = view
    self.context = context
    self.tables = tables
    anchors = PageAnchors(
      document: view.document, title: view.title, scenarios: view.scenarios.map(\.name),
      fences: view.fences.map {
        PageAnchors.Fence(
          node: $0.node, headings: $0.exhibit.compactMap(\.headingText),
          compares: $0.scenario, runs: $0.comparison.map(\.name))
      }, prefix: context.singleFile?.prefix(of: view.name) ?? "")
    for (index, scenario) in view.scenarios.enumerated() {
      let prefix = anchors.scenarios[index]
      let fences = view.fences.indices.filter { view.fences[$0].scenario == index }
      let required = Set(
        fences.flatMap {
          view.fences[$0].verdicts.flatMap { $0.steps(view.words) }
            + view.fences[$0].trials.flatMap { $0.steps(view.words) }
        }
          + fences.flatMap { question($0)?.steps ?? [] }
      ).union(scenario.linked)
      let scripts = fences.filter { view.fences[$0].style == .script }
      // Steps stand behind the questions that follow their scenario.
      var last = scripts.last
      while let next = last.map({ $0 + 1 }), fences.contains(next),
        view.fences[next].prediction != nil
      {
        last = next
      }
      let questions = fences.filter { view.fences[$0].prediction != nil }.map {
        (fence: $0, id: anchors.identifiers.take("ask-" + (view.fences[$0].words["predict"] ?? "")))
      }
      let title =
        scenario.name.isEmpty ? view.words(.defaultScenario, "\(index + 1)") : scenario.name
      let selection = StepSelection(scenario.trace, required: required)
      let timeline = TimelinePicture(
        Timeline(scenario.trace, words: view.words), scenario: title, id: prefix + "-timeline")
      scenarios.append(
        ScenarioPlan(
          prefix: prefix, title: title, selection: selection, timeline: timeline,
          data: StepData(
            scenario, selection: selection, columns: timeline.columns, prefix: prefix,
            tables: &self.tables),
          lastFence: last, questions: questions,
          pictureFence: fences.first { view.fences[$0].style == .picture }))
    }
  }

  // MARK: The tree

  private mutating func edit() {
    edits.removeTitle(view.title, of: view.document)
    let hasCallouts = view.editCallouts(&edits, format: .html)
    let hasFigures = view.edit(&edits, format: .html, context: context)
    view.editFootnotes(&edits, format: .html, ids: &anchors.identifiers)
    view.editTerms(&edits, format: .html, context: context)
    hasProse =
      hasCallouts || hasFigures || !view.tables.isEmpty || !view.footnotes.isEmpty
      || view.transcripts.contains { if case .table = $0.content { true } else { false } }
    for table in view.tables {
      var html = HTML()
      view.write(table, to: &html)
      let custom = view.document.makeNode(.customBlock)
      custom.setOnEnter(html.bytes)
      edits.replace(table.node, with: custom)
    }
    for transcript in view.transcripts {
      let custom = view.document.makeNode(.customBlock)
      custom.setOnEnter(html(transcript).bytes)
      edits.replace(transcript.node, with: custom)
    }
    var fenceOf: [MarkdownNode: Int] = [:]
    for (index, fence) in view.fences.enumerated() { fenceOf[fence.node] = index }
    var places: [(node: MarkdownNode, level: Int, fence: Int)] = []
    let base = context.singleFile?.headingShift(of: view.name) ?? 0
    var shift = base
    for node in view.document.root.blocks {
      let level = node.headingLevel
      if level > 0 {
        places.append((node, level, 0))
        // The title is the page's only h1.
        if level == 1 { shift = base + 1 }
      } else if !fenceOf.isEmpty, let fence = fenceOf[node] {
        places.append((node, 0, fence))
      }
    }
    var level = 1 + base
    for place in places {
      if place.level > 0 {
        level = min(6, place.level + shift)
        wrap(place.node, level: level)
      } else {
        var html = HTML()
        write(fence: place.fence, headingLevel: min(6, level + 1), to: &html)
        let custom = view.document.makeNode(.customBlock)
        custom.setOnEnter(html.bytes)
        edits.replace(place.node, with: custom)
      }
    }
  }

  /// Words of the machine; what stands below a question is concealed until it is answered.
  private func html(_ transcript: LessonTranscript) -> HTML {
    let plan = transcript.scenario.flatMap { scenarios.indices.contains($0) ? scenarios[$0] : nil }
    let asked = plan?.questions.filter { $0.fence < transcript.fence } ?? []
    var html = HTML()
    if !asked.isEmpty { open(concealedBy: asked, to: &html) }
    view.write(transcript, to: &html)
    if !asked.isEmpty { html.raw("</div>\n") }
    return html
  }

  private mutating func wrap(_ heading: MarkdownNode, level: Int) {
    let wrapper = view.document.makeNode(.customBlock)
    var html = HTML()
    html.open(Self.heading(level), .id(anchors.headings[heading] ?? ""))
    wrapper.setOnEnter(html.bytes)
    var end = HTML()
    end.close(Self.heading(level))
    wrapper.onExit = String(decoding: end.bytes, as: UTF8.self)
    edits.replace(heading, keepingChildrenIn: wrapper)
  }

  static func heading(_ level: Int) -> StaticString {
    switch level {
    case 1: "h1"
    case 2: "h2"
    case 3: "h3"
    case 4: "h4"
    case 5: "h5"
    default: "h6"
    }
  }

  // MARK: Fences

  private mutating func write(fence index: Int, headingLevel: Int, to html: inout HTML) {
    let fence = view.fences[index]
    let plan = fence.scenario.flatMap { scenarios.indices.contains($0) ? $0 : nil }
    // What follows a question is concealed until it is answered.
    let asked = plan.map { scenarios[$0].questions.filter { $0.fence <= index } } ?? []
    let isConcealed = asked.contains { $0.fence < index } && fence.style != .question
    if isConcealed { open(concealedBy: asked, to: &html) }
    switch fence.style {
    case .script:
      writeScript(fence, to: &html)
      writeVerdicts(fence, to: &html)
      for trial in fence.trials { write(trial, of: plan.map { scenarios[$0] }, to: &html) }
      writeMessages(fence, to: &html)
    case .task:
      write(Exercise(fence, for: view.edition, view.words), headingLevel: headingLevel, to: &html)
    case .question:
      if let question = question(index) {
        write(question, fence: index, headingLevel: headingLevel, to: &html)
      } else {
        write(Exercise(fence, view.words), headingLevel: headingLevel, to: &html)
      }
    case .exhibit: writeExhibit(index, headingLevel: headingLevel, to: &html)
    case .still:
      if let plan, let picture = fence.still {
        let id = anchors.identifiers.take("\(scenarios[plan].prefix)-\(picture.subject.rawValue)")
        view.scenarios[plan].still(picture, id: id)?.write(to: &html)
      }
    case .comparison:
      if let plan {
        write(comparison: index, of: plan, headingLevel: headingLevel, to: &html)
      }
    case .picture: break
    }
    if let plan, scenarios[plan].pictureFence == index { writePicture(plan, to: &html) }
    if isConcealed { html.raw("</div>\n") }
    guard let plan, scenarios[plan].lastFence == index else { return }
    if !asked.isEmpty { open(concealedBy: asked, to: &html) }
    writeSteps(plan, headingLevel: headingLevel, to: &html)
    if !asked.isEmpty { html.raw("</div>\n") }
  }

  private func writeScript(_ fence: FenceView, to html: inout HTML) {
    html.element("figure", .class("script")) { html in
      html.element("figcaption", text: Caption.text(fence, scenarios: view.scenarios, view.words))
      html.raw("<pre><code>")
      ScriptText(fence.script).write(to: &html)
      html.raw("</code></pre>")
    }
    html.raw("\n")
  }

  private func writeVerdicts(_ fence: FenceView, to html: inout HTML) {
    guard !fence.verdicts.isEmpty else { return }
    let plan = fence.scenario.flatMap { scenarios.indices.contains($0) ? scenarios[$0] : nil }
    html.open("ul", .class("verdicts"), .attribute("aria-label", view.words(.expectations)))
    html.raw("\n")
    for verdict in fence.verdicts {
      open("li", verdict.verdict, to: &html)
      html.raw("<b>")
      html.text("\(verdict.verdict.sign) \(verdict.verdict.word(view.words))")
      html.raw("</b>")
      html.element("code", text: verdict.claim)
      html.raw(" <span>")
      let named = write(message: verdict.message, plan, to: &html)
      if let step = verdict.step, !named.contains(step) {
        html.raw(" ")
        write(view.words(.seeStep, "\(step)"), linkedTo: step, plan, to: &html)
      }
      html.raw("</span></li>\n")
    }
    html.raw("</ul>\n")
  }

  /// Writes a judge's words with links to the steps that they name, and returns these.
  func write(
    message: String, _ plan: ScenarioPlan?, to html: inout HTML
  ) -> Set<Int> {
    var named: Set<Int> = []
    for part in StepMention.parts(of: message, view.words.language) {
      switch part {
      case .words(let words): html.sentence(words)
      case .step(let step, let words):
        named.insert(step)
        write(words, linkedTo: step, plan, to: &html)
      }
    }
    return named
  }

  private func write(
    _ words: String, linkedTo step: Int, _ plan: ScenarioPlan?, to html: inout HTML
  ) {
    if let plan, plan.selection.tells(step), let id = plan.data.anchors[step] {
      html.element("a", .anchor(id), text: words)
    } else {
      html.text(words)
    }
  }

  /// A claim block's table: a row for each claim, a column for each configuration.
  private func write(_ trial: TrialView, of plan: ScenarioPlan?, to html: inout HTML) {
    let title =
      view.words(.quoted, trial.title) + (trial.origin.map { " (\($0))" } ?? "")
    html.element(
      "div", .class("scroll"), .attribute("tabindex", "0"), .attribute("role", "group"),
      .attribute("aria-label", view.words(.verdictsOn, title))
    ) { html in
      html.raw("<table>\n")
      html.element("caption", text: title)
      html.raw("\n<thead><tr>")
      html.element("th", .attribute("scope", "col"), text: view.words(.claimColumn))
      for name in trial.configurations {
        html.element("th", .attribute("scope", "col"), text: name)
      }
      html.raw("</tr></thead>\n<tbody>\n")
      for row in trial.rows {
        html.raw("<tr><th scope=\"row\">")
        html.element("code", text: row.claim)
        html.raw("</th>")
        for cell in row.cells {
          guard let cell else {
            html.raw("<td>–</td>")
            continue
          }
          openCell(cell.verdict, to: &html)
          if let surprise = cell.surprise { html.text(" (\(surprise))") }
          html.raw(" ")
          let place = cell.isLikeScenario ? plan : nil
          _ = write(message: cell.message, place, to: &html)
          if let step = cell.step, let sentence = cell.sentence {
            html.raw(" <small>")
            write(view.words(.stepTitle, "\(step)"), linkedTo: step, place, to: &html)
            html.text(": ")
            html.sentence(sentence)
            html.raw("</small>")
          }
          html.raw("</td>")
        }
        html.raw("</tr>\n")
      }
      if trial.rows.count > 1 {
        html.raw("<tr>")
        html.element("th", .attribute("scope", "row"), text: view.words(.allOfIt))
        for total in trial.totals {
          guard let total else {
            html.raw("<td>–</td>")
            continue
          }
          openCell(total, to: &html)
          html.raw("</td>")
        }
        html.raw("</tr>\n")
      }
      html.raw("</tbody>\n</table>")
    }
    html.raw("\n")
  }

  /// A start tag that tells a verdict which is no plain "holds" by its class.
  private func open(_ name: StaticString, _ verdict: Verdict, to html: inout HTML) {
    switch verdict {
    case .holds: html.open(name)
    case .fails: html.open(name, .class("fails"))
    case .vacuous: html.open(name, .class("vacuous"))
    }
  }

  private func openCell(_ verdict: Verdict, to html: inout HTML) {
    open("td", verdict, to: &html)
    html.raw("<b>")
    html.text("\(verdict.sign) \(verdict.trialWord(view.words))")
    html.raw("</b>")
  }

  private func writeMessages(_ fence: FenceView, to html: inout HTML) {
    guard !fence.messages.isEmpty else { return }
    html.open("ul", .class("verdicts"), .attribute("aria-label", view.words(.messages)))
    html.raw("\n")
    for message in fence.messages {
      html.raw("<li class=\"vacuous\">")
      html.sentence(message)
      html.raw("</li>\n")
    }
    html.raw("</ul>\n")
  }

  // MARK: Exhibits

  private func writeExhibit(_ index: Int, headingLevel: Int, to html: inout HTML) {
    var ids = anchors.exhibits[index][...]
    for block in view.fences[index].exhibit {
      switch block {
      case .heading(let level, let text):
        let name = Self.heading(min(6, headingLevel + level - 1))
        html.open(name, .id(ids.popFirst() ?? ""))
        html.sentence(text)
        html.close(name)
      case .paragraph(let text):
        html.raw("<p>")
        html.sentence(text)
        html.raw("</p>")
      case .lines(let lines):
        html.element("pre") { html in
          html.element("code", text: lines.joined(separator: "\n"))
        }
      case .table(let table): write(table, to: &html)
      }
      html.raw("\n")
    }
  }

  private func write(_ table: ExhibitTable, to html: inout HTML) {
    // A table that is as wide as text stays in the column of the text.
    let isWide = table.head.count > 4
    html.element(
      "div", isWide ? .class("scroll wide") : .class("scroll"), .attribute("tabindex", "0"),
      .attribute("role", "group"), .attribute("aria-label", SentencePart.plain(table.caption))
    ) { html in
      html.raw("<table>\n<caption>")
      html.sentence(table.caption)
      html.raw("</caption>\n<thead><tr>")
      for (column, name) in table.head.enumerated() {
        if column == 0, name.isEmpty {
          html.raw("<td></td>")
        } else {
          html.element("th", .attribute("scope", "col")) { $0.sentence(name) }
        }
      }
      html.raw("</tr></thead>\n<tbody>\n")
      for row in table.rows {
        html.raw("<tr><th scope=\"row\">")
        html.sentence(row.title)
        html.raw("</th>")
        for cell in row.cells {
          html.raw("<td>")
          for (index, line) in cell.enumerated() {
            if cell.count > 1 { html.raw(index == 0 ? "<p>" : "</p><p>") }
            html.sentence(line)
          }
          if cell.count > 1 { html.raw("</p>") }
          html.raw("</td>")
        }
        html.raw("</tr>\n")
      }
      html.raw("</tbody>\n</table>")
    }
  }

  // MARK: Scenarios

  private func writePicture(_ index: Int, to html: inout HTML) {
    let picture = scenarios[index].timeline
    guard picture.timeline.columnCount > 0 else { return }
    picture.write(to: &html)
  }

  private func writeSteps(_ index: Int, headingLevel: Int, to html: inout HTML) {
    let plan = scenarios[index]
    html.element(
      Self.heading(headingLevel), .id(plan.prefix), text: view.words(.whatHappens, plan.title))
    html.raw("\n")
    if plan.pictureFence == nil { writePicture(index, to: &html) }
    let scenario = view.scenarios[index]
    if !plan.selection.steps.isEmpty { Stepper.write(plan.data, to: &html) }
    html.raw("<details class=\"all\" open>")
    html.element("summary", text: view.words(.story))
    html.raw("\n")
    StepList(scenario: scenario, anchors: plan.data.anchors)
      .write(plan.selection.story, linking: plan.selection.tells, to: &html)
    if plan.selection.closerCount > 0 {
      html.raw("<p class=\"left\">")
      let count = view.words.language.grouped(plan.selection.closerCount)
      if context.singleFile == nil {
        html.text(view.words(.closerSteps, count))
        html.element(
          "a", .attribute("href", Page.address(stepsFileName) + "#" + plan.prefix),
          text: view.words(.allStepsInWords))
        html.text(".")
      } else {
        html.text(view.words(.closerStepsInStepper, count))
      }
      html.raw("</p>\n")
    }
    html.raw("</details>\n")
    if let note = StopNote.text(scenario.stop, view.words) {
      html.element("p", .class("left"), text: note)
      html.raw("\n")
    }
    if let omissions = plan.selection.omissions(view.words) {
      html.raw("<p class=\"left\">… ")
      html.sentence(omissions)
      html.raw("</p>\n")
    }
  }

  // MARK: Other machines

  /// Steppers side by side: the scenario as written, and each of its runs on other machines.
  private mutating func write(
    comparison fence: Int, of plan: Int, headingLevel: Int, to html: inout HTML
  ) {
    let others = view.fences[fence].comparison
    var ids = anchors.exhibits[fence][...]
    let title = scenarios[plan].title
    var own = view.scenarios[plan]
    own.name = view.words(.asWritten)
    let divergences = others.map { Divergence(own, $0) }
    // The steps at which runs part are told in words, so that links to them lead somewhere.
    let required =
      [Set(divergences.compactMap(\.steps?.first))]
      + divergences.map { Set([$0.steps?.second].compactMap(\.self)) }
    var data: [StepData] = []
    html.element(
      Self.heading(headingLevel), .id(ids.popFirst() ?? ""),
      text: view.words(.comparedTitle, title))
    html.raw("\n")
    var columns = HTML()
    for (run, required) in zip([own] + others, required) {
      let prefix = ids.popFirst() ?? ""
      _ = anchors.identifiers.take("\(prefix)-now")
      let selection = StepSelection(run.trace, required: required)
      let steps = StepData(run, selection: selection, columns: [], prefix: prefix, tables: &tables)
      data.append(steps)
      compared.append(
        ComparedRun(
          run: run, title: "\(title), \(run.name)", prefix: prefix, selection: selection,
          data: steps
        ))
      columns.raw("<section>\n")
      columns.element(Self.heading(min(6, headingLevel + 1)), .id(prefix), text: run.name)
      columns.raw("\n")
      if !selection.steps.isEmpty { Stepper.write(steps, to: &columns) }
      columns.raw("<details class=\"all\" open>")
      columns.element("summary", text: view.words(.story))
      columns.raw("\n")
      StepList(scenario: run, anchors: steps.anchors)
        .write(selection.story, linking: selection.tells, to: &columns)
      columns.raw("</details>\n</section>\n")
    }
    for (index, (run, divergence)) in zip(others, divergences).enumerated() {
      html.raw("<p>")
      html.sentence(divergence.sentence(with: run.name, self.view.words))
      html.raw("</p>\n")
      guard let steps = divergence.steps else { continue }
      html.raw("<ul>\n")
      let sides = [(own, data[0], steps.first), (run, data[index + 1], steps.second)]
      for (view, data, step) in sides {
        // A run that has ended has no such step.
        guard let anchor = data.anchors[step] else { continue }
        html.raw("<li>")
        html.text("\(view.name): ")
        html.element("a", .anchor(anchor), text: view.words(.stepName, "\(step)"))
        html.text(": ")
        html.sentence(view.sentence(view.trace.events[step], step))
        html.raw("</li>\n")
      }
      html.raw("</ul>\n")
    }
    html.raw("<div class=\"compare\">\n")
    html.raw(columns)
    html.raw("</div>\n")
  }

  // MARK: All steps

  /// The name of the page with all steps.
  private var stepsFileName: String { Handout.stepsFileName(view.name) }

  /// Whether there are steps that the page itself does not tell in words.
  private var hasCloserSteps: Bool {
    context.singleFile == nil
      && (scenarios.contains { $0.selection.closerCount > 0 }
        || compared.contains { $0.selection.closerCount > 0 })
  }

  /// The page of all steps in words, for readers without a script.
  private func stepsPage(_ page: Page) -> [UInt8] {
    var html = HTML()
    page.write(to: &html) { html in
      html.raw("<p class=\"lead\">")
      html.text(view.words(.everyStepBefore))
      html.element(
        "a", .attribute("href", Page.address("\(view.name).html")), text: view.words(.lessonsPage))
      html.text(view.words(.everyStepAfter))
      html.raw("</p>\n")
      let runs =
        zip(view.scenarios, scenarios).map { run, plan in
          (plan.prefix, view.words(.whatHappens, plan.title), run, plan.data, plan.selection)
        } + compared.map { ($0.prefix, $0.title, $0.run, $0.data, $0.selection) }
      for (id, title, run, data, selection) in runs {
        html.element("h2", .id(id), text: title)
        html.raw("\n")
        StepList(scenario: run, anchors: data.anchors)
          .writeChapters(selection.steps, linking: { data.anchors[$0] != nil }, to: &html)
        if let omissions = selection.omissions(view.words) {
          html.raw("<p class=\"left\">… ")
          html.sentence(omissions)
          html.raw("</p>\n")
        }
      }
    }
    return html.bytes
  }
}
