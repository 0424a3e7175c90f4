import Catalogue
import Claims
import Lesson
import Markdown
import Trace

/// A lesson in a format that has no pictures: CommonMark, LaTeX or a manual page.
///
/// What the HTML page draws is built here of ordinary nodes in the lesson's own tree, and libcmark
/// writes the whole of it; then the tree is made what it was.
struct TextPage {
  private let view: LessonView
  private let format: HandoutFormat
  private let chapters: [HandoutSummary]
  private let context: HandoutContext
  private var edits = TemporaryEdits()
  /// Whether pictures are files beside the page; else timelines are drawn in letters.
  private let drawsFiles: Bool
  /// Whether code is made fit for the format, which copies it as it is.
  private var escapes = true
  /// Pictures that lie beside the page.
  private var pictures: [HandoutFile] = []
  private var document: MarkdownDocument { view.document }

  /// The page and, in Markdown, the pictures beside it.
  ///
  /// - Parameter chapters: Lessons to be listed at the end.
  static func files(
    _ view: LessonView, name: String, format: HandoutFormat, chapters: [HandoutSummary] = [],
    context: HandoutContext = HandoutContext()
  ) -> [HandoutFile] {
    var page = TextPage(view: view, format: format, chapters: chapters, context: context)
    page.edit()
    defer { page.edits.undo() }
    let document = view.document
    let bytes =
      switch format {
      case .latex: Array((preamble + document.latex(width: 0) + "\n\\end{document}\n").utf8)
      case .man: Array((manHead(view) + document.man(width: 0)).utf8)
      case .markdown, .html: Array(document.commonMark(width: 0).utf8)
      }
    return [HandoutFile(name: name, bytes: bytes)] + page.pictures
  }

  /// Hands over the tree with everything in it, while it is so, and the pictures beside it.
  ///
  /// - Parameter escapes: Whether code is made fit for a format into which it is copied as it is.
  static func withTree<Result>(
    _ view: LessonView, format: HandoutFormat, chapters: [HandoutSummary] = [],
    escapes: Bool = true, context: HandoutContext = HandoutContext(),
    _ body: (MarkdownDocument, [HandoutFile]) -> Result
  ) -> Result {
    var page = TextPage(view: view, format: format, chapters: chapters, context: context)
    page.escapes = escapes
    page.edit()
    defer { page.edits.undo() }
    return body(view.document, page.pictures)
  }

  private init(
    view: LessonView, format: HandoutFormat, chapters: [HandoutSummary], context: HandoutContext
  ) {
    self.context = context
    self.view = view
    self.chapters = chapters
    self.format = format
    // An index is one file.
    drawsFiles = format == .markdown && chapters.isEmpty
  }

  // MARK: The tree

  private mutating func edit() {
    edits.removeTitle(view.title, of: view.document)
    _ = view.editCallouts(&edits, format: format)
    _ = view.edit(&edits, format: format, context: context)
    var ids = Identifiers()
    view.editFootnotes(&edits, format: format, ids: &ids)
    // Paper has no names of headings to link to.
    if format == .markdown { view.editTerms(&edits, format: format, context: context) }
    for table in view.tables { write(table, in: table.node) }
    for transcript in view.transcripts { write(transcript) }
    var headings: [MarkdownNode] = []
    var codeBlocks: [MarkdownNode] = []
    for node in document.root.blocks {
      switch node.kind {
      case .heading: headings.append(node)
      case .codeBlock: codeBlocks.append(node)
      default: break
      }
    }
    // The title is the only heading of the first level.
    if headings.contains(where: { $0.headingLevel == 1 }) {
      for node in headings { edits.setLevel(min(6, node.headingLevel + 1), of: node) }
    }
    for node in codeBlocks { mend(node) }
    for index in view.fences.indices { write(fence: index) }
    writeChapters()
    if let edition = Words.edition(view.edition, view.words) {
      edits.prepend(paragraph([.words(edition)]), to: document.root)
    }
    if let covers = Words.covers(view.covers, view.words) {
      edits.prepend(paragraph([.words(covers)]), to: document.root)
    }
    if !view.summary.isEmpty {
      edits.prepend(
        paragraph(SentencePart.parts(of: view.summary), emphasised: true), to: document.root)
    }
    let title = document.makeNode(.heading)
    title.headingLevel = 1
    add([.words(view.title)], to: title)
    edits.prepend(title, to: document.root)
    guard format == .markdown else { return }
    for list in document.listSeams {
      let comment = document.makeNode(.htmlBlock)
      comment.literal = "<!-- end list -->\n"
      edits.insert(comment, after: list)
    }
  }

  /// A table: as code forges have it, else in letters.
  private mutating func write(_ table: LessonTable, in node: MarkdownNode) {
    var blocks: [MarkdownNode] = []
    if !table.caption.isEmpty {
      blocks.append(paragraph(SentencePart.parts(of: table.caption + ":")))
    }
    if format == .markdown {
      let block = document.makeNode(.customBlock)
      block.onEnter = LessonView.pipes(table)
      blocks.append(block)
    } else {
      blocks.append(codeBlock(table.text.lines(width: 72).joined(separator: "\n"), info: "text"))
    }
    guard let first = blocks.first else { return }
    edits.replace(node, with: first)
    if blocks.count > 1 { edits.insert(blocks[1], after: first) }
  }

  /// Words of the machine, with an ellipsis where some were left out.
  private mutating func write(_ transcript: LessonTranscript) {
    switch transcript.content {
    case .table(let table): write(table, in: transcript.node)
    case .lines(let lines):
      let caption = paragraph(SentencePart.parts(of: transcript.caption + ":"))
      edits.replace(transcript.node, with: caption)
      edits.insert(
        codeBlock(lines.map(\.text).joined(separator: "\n"), info: "text"), after: caption)
    }
  }

  /// Keeps a code block from ending early, or from meaning more than text, where libcmark copies it
  /// as it is.
  private mutating func mend(_ node: MarkdownNode) {
    let text = node.literal
    let mended = mended(text)
    if mended != text { edits.setLiteral(mended, of: node) }
    guard format == .markdown else { return }
    let info = node.fenceInfo
    if info.utf8.contains(0x60) {
      edits.setInfo(String(info.map { $0 == "`" ? "'" : $0 }), of: node)
    }
  }

  private func mended(_ code: String) -> String {
    guard escapes else { return code }
    return switch format {
    case .latex: Self.verbatim(code)
    case .man: Self.withoutRequests(code)
    case .markdown, .html: code
    }
  }

  /// Text that does not end LaTeX's verbatim environment.
  private static func verbatim(_ text: String) -> String {
    let mark = Array("\\end{verbatim}".utf8)
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      out.append(byte)
      let word = index - 3
      if byte == 0x64, word >= 0, bytes[word...].starts(with: mark) { out.append(0x20) }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Lines of which none is a request to troff: libcmark does not mark those of code blocks.
  private static func withoutRequests(_ text: String) -> String {
    var out: [UInt8] = []
    var isLineStart = true
    for byte in text.utf8 {
      if isLineStart, byte == 0x2E || byte == 0x27 { out.append(0x20) }
      out.append(byte)
      isLineStart = byte == 0x0A
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The list of lessons at the end of an index.
  private mutating func writeChapters() {
    guard !chapters.isEmpty else { return }
    let heading = document.makeNode(.heading)
    heading.headingLevel = 2
    add([.words(view.words(.lessonsTitle))], to: heading)
    let items = chapters.map { chapter in
      let paragraph = document.makeNode(.paragraph)
      if format == .markdown {
        let link = document.makeNode(.link)
        link.url = Page.address(chapter.fileName)
        add([.words(chapter.title)], to: link)
        paragraph.append(link)
      } else {
        let strong = document.makeNode(.strong)
        add([.words(chapter.title)], to: strong)
        paragraph.append(strong)
      }
      let summary = chapter.summary.isEmpty ? "" : ": " + chapter.summary
      add(SentencePart.parts(of: summary), to: paragraph)
      return [paragraph]
    }
    let list = list(items)
    list.setList(.ordered(start: 1), isTight: true)
    var blocks = [heading, list]
    let covered = Mechanism.all.filter { mechanism in
      chapters.contains { $0.covers.contains(mechanism) }
    }
    if !covered.isEmpty {
      let heading = document.makeNode(.heading)
      heading.headingLevel = 2
      add([.words(view.words(.mechanismsTitle))], to: heading)
      blocks += [
        heading,
        self.list(
          covered.map { mechanism in
            let titles = chapters.filter { $0.covers.contains(mechanism) }.map(\.title)
            return [
              paragraph([
                .words(
                  "\(mechanism.id), \(mechanism.title(in: view.words.language)): "
                    + view.words.list(titles))
              ])
            ]
          }),
      ]
    }
    for block in blocks { edits.append(block, to: document.root) }
  }

  // MARK: Fences

  private mutating func write(fence index: Int) {
    let fence = view.fences[index]
    let scenario = fence.scenario.flatMap { view.scenarios.indices.contains($0) ? $0 : nil }
    var blocks: [MarkdownNode] = []
    switch fence.style {
    case .script:
      if !fence.verdicts.isEmpty { blocks.append(verdicts(fence)) }
      for trial in fence.trials { blocks += verdicts(trial) }
      if !fence.messages.isEmpty {
        blocks.append(list(fence.messages.map { [paragraph(SentencePart.parts(of: $0))] }))
      }
    case .task: blocks = exercise(Exercise(fence, for: view.edition, view.words))
    case .question:
      let question = fence.prediction.map {
        Question(
          $0, lesson: view.name, name: fence.words["predict"] ?? "", number: index,
          words: view.words)
      }
      blocks = exercise(
        question.map { Exercise(fence, $0, for: view.edition, view.words) }
          ?? Exercise(fence, view.words))
    case .exhibit: blocks = fence.exhibit.flatMap(nodes)
    case .still:
      if let scenario, let picture = fence.still,
        let still = view.scenarios[scenario].still(picture, id: "picture")
      {
        let title = "\(still.drawing.title): \(still.moment)"
        if drawsFiles {
          blocks = [
            image(
              still.file, name: "\(name(scenario))-\(picture.subject.rawValue)",
              text: "\(title): \(still.description)"),
            paragraph([.words(title + ".")]),
          ]
        } else {
          blocks = [paragraph([.words("\(title): \(still.description)")])]
        }
      }
    case .comparison:
      if let scenario { blocks = comparison(fence.comparison, of: scenario) }
    case .picture: break
    }
    if let scenario {
      let fences = view.fences.indices.filter { view.fences[$0].scenario == scenario }
      let picture = fences.first { view.fences[$0].style == .picture }
      if picture == index { blocks += timeline(scenario) }
      if fences.last(where: { view.fences[$0].style == .script }) == index {
        blocks.append(
          paragraph([.words(view.words(.whatHappensColon, name(scenario)))], emphasised: false))
        if picture == nil { blocks += timeline(scenario) }
        blocks += steps(scenario)
      }
    }
    guard var last = blocks.first else { return }
    if fence.style == .script {
      edits.insert(last, after: fence.node)
    } else {
      edits.replace(fence.node, with: last)
    }
    for block in blocks.dropFirst() {
      edits.insert(block, after: last)
      last = block
    }
  }

  private func name(_ scenario: Int) -> String {
    let name = view.scenarios[scenario].name
    return name.isEmpty ? view.words(.defaultScenario, "\(scenario + 1)") : name
  }

  private func verdicts(_ fence: FenceView) -> MarkdownNode {
    list(
      fence.verdicts.map { verdict in
        let paragraph = document.makeNode(.paragraph)
        let strong = document.makeNode(.strong)
        let sign = format == .markdown ? "\(verdict.verdict.sign) " : ""
        add([.words(sign + verdict.verdict.word(view.words))], to: strong)
        paragraph.append(strong)
        add([.words(": "), .code(verdict.claim), .words(". ")], to: paragraph)
        add(SentencePart.parts(of: verdict.message), to: paragraph)
        if let step = verdict.step, verdict.steps(view.words).count(where: { $0 == step }) < 2 {
          add([.words(" " + view.words(.seeStep, "\(step)"))], to: paragraph)
        }
        return [paragraph]
      })
  }

  /// A claim block: the sentence, its table in letters, and what settles each verdict.
  private func verdicts(_ trial: TrialView) -> [MarkdownNode] {
    let origin = trial.origin.map { " (\($0))" } ?? ""
    let explanations = trial.rows.flatMap { row in
      zip(trial.configurations, row.cells).compactMap { name, cell in
        cell.map { [explanation(row.claim, name, $0)] }
      }
    }
    return [
      paragraph([
        .words(view.words(.claimTested, view.words(.quoted, trial.title) + origin))
      ]),
      codeBlock(trial.text.joined(separator: "\n"), info: "text"), list(explanations),
    ]
  }

  private func explanation(_ claim: String, _ configuration: String, _ cell: TrialView.Cell)
    -> MarkdownNode
  {
    let paragraph = document.makeNode(.paragraph)
    let strong = document.makeNode(.strong)
    let sign = format == .markdown ? "\(cell.verdict.sign) " : ""
    add([.words(sign + cell.verdict.trialWord(view.words))], to: strong)
    add([.words("\(configuration): ")], to: paragraph)
    paragraph.append(strong)
    let surprise = cell.surprise.map { " (\($0))" } ?? ""
    add([.words("\(surprise): "), .code(claim), .words(". ")], to: paragraph)
    add(SentencePart.parts(of: cell.message), to: paragraph)
    if let step = cell.step, let sentence = cell.sentence {
      add(
        SentencePart.parts(of: " \(view.words(.stepTitle, "\(step)")): \(sentence)"), to: paragraph)
    }
    return paragraph
  }

  /// What an exhibit shows; its tables are drawn in letters.
  private func nodes(_ block: ExhibitBlock) -> [MarkdownNode] {
    switch block {
    case .heading(_, let text):
      return [paragraph(SentencePart.parts(of: text), strong: true)]
    case .paragraph(let text):
      return [paragraph(SentencePart.parts(of: text))]
    case .lines(let lines):
      return [codeBlock(lines.joined(separator: "\n"), info: "text")]
    case .table(let table):
      return [
        paragraph(SentencePart.parts(of: table.caption + ":")),
        codeBlock(table.text.lines(width: 72).joined(separator: "\n"), info: "text"),
      ]
    }
  }

  private func exercise(_ exercise: Exercise) -> [MarkdownNode] {
    var blocks = [paragraph([.words(exercise.title)], strong: true)]
    blocks += exercise.paragraphs.map { paragraph(SentencePart.parts(of: $0)) }
    for script in exercise.scripts {
      blocks.append(paragraph([.words("\(script.caption):")]))
      blocks.append(codeBlock(String(decoding: script.text.bytes, as: UTF8.self), info: "walk"))
    }
    if let offer = exercise.offer {
      blocks.append(paragraph([.words(offer.words)]))
      blocks.append(list(offer.items.map { [paragraph(SentencePart.parts(of: $0))] }))
    }
    if let table = exercise.table { blocks += nodes(.table(table)) }
    if let answer = exercise.answer {
      blocks.append(paragraph(SentencePart.parts(of: view.words(.answerIs, answer))))
    }
    if !exercise.checks.isEmpty {
      blocks.append(paragraph([.words(view.words(.isChecked))]))
      blocks.append(
        list(
          exercise.checks.map { check in
            let points = check.points.isEmpty ? "" : " (\(check.points))"
            return [paragraph([.words("\(check.title)\(points): "), .code(check.claim)])]
          }))
    }
    return blocks
  }

  private mutating func timeline(_ scenario: Int) -> [MarkdownNode] {
    let timeline = Timeline(view.scenarios[scenario].trace, words: view.words)
    guard timeline.columnCount > 0 else { return [] }
    let caption = view.words(.timelineText, name(scenario))
    let omissions = timeline.omissions.map { " " + $0 } ?? ""
    if drawsFiles {
      let picture = TimelinePicture(timeline, scenario: name(scenario), id: "timeline")
      return [
        paragraph([.words(caption + omissions)]),
        image(
          picture.file, name: "\(name(scenario))-timeline",
          text: "\(view.words(.timelineOf, name(scenario))). \(timeline.summary)"),
      ]
    }
    return [
      paragraph([.words(caption + omissions)]),
      codeBlock(TimelineText.text(timeline), info: "text"),
    ]
  }

  /// Where runs on other machines go another way.
  private func comparison(_ others: [ScenarioView], of scenario: Int) -> [MarkdownNode] {
    var own = view.scenarios[scenario]
    own.name = view.words(.asWritten)
    return others.flatMap { other -> [MarkdownNode] in
      let divergence = Divergence(own, other)
      let head = paragraph(
        SentencePart.parts(of: divergence.sentence(with: other.name, view.words)))
      guard let steps = divergence.steps else { return [head] }
      let items = [(own, steps.first), (other, steps.second)].compactMap { run, step in
        run.trace.events.indices.contains(step)
          ? [
            paragraph(
              [.words(view.words(.runAtStep, run.name, "\(step)"))]
                + SentencePart.parts(of: run.sentence(run.trace.events[step], step)))
          ] : nil
      }
      return [head, list(items)]
    }
  }

  /// A picture beside the page.
  private mutating func image(_ bytes: [UInt8], name: String, text: String) -> MarkdownNode {
    var ids = Identifiers()
    let slug = ids.take(name, otherwise: "picture")
    var fileName = "\(view.name).\(slug).svg"
    var number = 1
    while pictures.contains(where: { $0.name == fileName }) {
      number += 1
      fileName = "\(view.name).\(slug)-\(number).svg"
    }
    pictures.append(HandoutFile(name: fileName, bytes: bytes))
    let image = document.makeNode(.image)
    image.url = Page.address(fileName)
    add([.words(text)], to: image)
    let paragraph = document.makeNode(.paragraph)
    paragraph.append(image)
    return paragraph
  }

  /// The overview steps, and a word about the others.
  private func steps(_ index: Int) -> [MarkdownNode] {
    let scenario = view.scenarios[index]
    var items: [[MarkdownNode]] = []
    var omitted = 0
    var closer = 0
    for (step, event) in scenario.trace.events.enumerated() {
      guard event.zoom == .overview else {
        closer += 1
        continue
      }
      guard items.count < StepSelection.overviewLimit else {
        omitted += 1
        continue
      }
      let item = document.makeNode(.paragraph)
      let number = document.makeNode(.strong)
      add([.words("\(step)")], to: number)
      item.append(number)
      add([.words(" ")] + SentencePart.parts(of: scenario.sentence(event, step)), to: item)
      let origin = Int(event.cause)
      let cause =
        event.cause == TraceEvent.noCause
        ? "" : "; \(scenario.because(step)) \(view.words(.stepName, "\(origin)"))"
      let who = StepWords.who(event, scenario.trace.header, view.words)
      let place = " (\(view.words.duration(event.time)); \(who)\(cause))"
      add(SentencePart.parts(of: place), to: item)
      items.append([item])
    }
    guard !items.isEmpty else { return [] }
    var blocks = [list(items)]
    if let note = StopNote.text(scenario.stop, view.words) {
      blocks.append(paragraph([.words(note)]))
    }
    var notes: [SentencePart] = []
    let language = view.words.language
    if omitted > 0 {
      notes.append(.words(view.words(.furtherSteps, language.grouped(omitted))))
    }
    if omitted > 0 || closer > 0 {
      notes += [
        .words(view.words(.closerNotShown, language.grouped(closer))),
        .code("ringwalk run --detail hardware"), .words(view.words(.printsThem)),
      ]
      blocks.append(paragraph(notes))
    }
    return blocks
  }

  // MARK: Ordinary nodes

  private func paragraph(
    _ parts: [SentencePart], emphasised: Bool = false, strong: Bool = false
  ) -> MarkdownNode {
    let paragraph = document.makeNode(.paragraph)
    guard emphasised || strong else {
      add(parts, to: paragraph)
      return paragraph
    }
    let inner = document.makeNode(strong ? .strong : .emphasis)
    add(parts, to: inner)
    paragraph.append(inner)
    return paragraph
  }

  private func add(_ parts: [SentencePart], to node: MarkdownNode) {
    for part in parts {
      switch part {
      case .words(let words):
        let text = document.makeNode(.text)
        text.literal = Self.oneLine(words)
        node.append(text)
      case .code(let words):
        guard words.contains(where: { !$0.isWhitespace }) else { continue }
        let code = document.makeNode(.code)
        code.literal = Self.oneLine(words)
        node.append(code)
      }
    }
  }

  private func list(_ items: [[MarkdownNode]]) -> MarkdownNode {
    let list = document.makeNode(.list)
    list.setList(.bullet, isTight: true)
    for blocks in items {
      let item = document.makeNode(.item)
      for block in blocks { item.append(block) }
      list.append(item)
    }
    return list
  }

  private func codeBlock(_ text: String, info: String) -> MarkdownNode {
    let node = document.makeNode(.codeBlock)
    node.literal = mended(text) + "\n"
    node.fenceInfo = info
    return node
  }

  /// Line ends within a text node would begin other blocks; other control characters mean nothing.
  private static func oneLine(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: out.append(" ")
      case 0x00...0x1F: out.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
      case 0x7F: out.append("\u{2421}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  // MARK: Around the tree

  private static let preamble = """
    \\documentclass[11pt,a4paper]{article}
    \\usepackage[utf8]{inputenc}
    \\usepackage[T1]{fontenc}
    \\usepackage{textcomp}
    \\usepackage{graphicx}
    \\usepackage[hidelinks]{hyperref}
    \\setcounter{secnumdepth}{0}
    \\begin{document}


    """

  private static func manHead(_ view: LessonView) -> String {
    let words = oneLine(view.title).map { character -> String in
      switch character {
      case "\\": "\\e"
      case "\"": "\\(dq"
      default: String(character)
      }
    }
    return ".TH \"\(words.joined())\" \"7\" \"\" \"Ringwalk\" \"Lessons\"\n"
  }
}
