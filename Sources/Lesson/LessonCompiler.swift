public import Catalogue
import Claims
import Markdown
public import Program
public import SourceText
import Trace
import WalkSemantics
import WalkSyntax

extension Lesson {
  /// Compiles, runs and judges a lesson, or a script when the file's name ends in `.walk`.
  ///
  /// Never fails: see ``Lesson/diagnostics``. Work and memory are bounded by ``LessonLimits`` and by
  /// the limits of the runs, however the file was made.
  ///
  /// - Parameters:
  ///   - file: The file; its name is printed in diagnostics.
  ///   - includes: Reads files below the folder of the lesson.
  ///   - limits: The limits of each run.
  ///   - language: What it is in unless its front matter says so.
  public static func compile(
    _ file: SourceFile, includes: @escaping IncludeReader, limits: RunLimits = RunLimits(),
    language: LanguageChoice = .english
  ) -> Lesson {
    var compiler = LessonCompiler(file, includes: includes, limits: limits, language: language)
    return compiler.compile()
  }

  /// The same for a text that changes by a letter at a time: what is known of the texts before is taken over,
  /// and runs that are not known are left out.
  ///
  /// - Parameters:
  ///   - file: The file; its name is printed in diagnostics.
  ///   - includes: Reads files below the folder of the lesson.
  ///   - limits: The limits of each run.
  ///   - language: What it is in unless its front matter says so.
  ///   - memory: What the compilations before have left. Runs that it wants afterwards are to be made and added;
  ///     when it wants none, the lesson is what ``compile(_:includes:limits:language:)`` makes.
  public static func compile(
    _ file: SourceFile, includes: @escaping IncludeReader, limits: RunLimits = RunLimits(),
    language: LanguageChoice = .english, memory: inout LessonMemory
  ) -> Lesson {
    var compiler = LessonCompiler(file, includes: includes, limits: limits, language: language)
    memory.begin()
    compiler.memory = memory
    let lesson = compiler.compile()
    memory = compiler.memory ?? memory
    memory.end()
    return lesson
  }

  /// A lesson of a file that cannot be read.
  public static func unreadable(_ name: String, _ diagnostic: Diagnostic) -> Lesson {
    var sources = SourceSet()
    _ = sources.add(SourceFile(name: name, bytes: []))
    let page = LessonCompiler.pageName(name)
    return Lesson(
      name: page, title: page, summary: "", language: "en", covers: [], sources: sources,
      document: MarkdownDocument(), fences: [], scenarios: [], diagnostics: [diagnostic])
  }
}

/// Goes from a file to a lesson.
struct LessonCompiler {
  let file: SourceFile
  private let id: FileID
  /// What the lesson is in unless it says so itself.
  private let defaultLanguage: LanguageChoice
  /// The language of what is said besides the prose.
  private(set) var words: Language
  let limits: RunLimits
  var budget: RunBudget
  var expander: IncludeExpander
  var diagnostics: [Diagnostic] = []
  var fences: [FoundFence] = []
  var drafts: [ScenarioDraft] = []
  /// Of each fence: the draft that it belongs to or shows.
  var draftOfFence: [Int?] = []
  /// Of `show` fences: what they show.
  var exhibits: [Int: [ExhibitBlock]] = [:]
  /// Of `predict` fences: the question with its key.
  var predictions: [Int: LessonPrediction] = [:]
  /// Of `task` fences: the task.
  var checkedTasks: [Int: CheckedTask] = [:]
  /// Of `show` fences: what the page draws of a moment.
  var pictures: [Int: LessonPicture] = [:]
  /// Of `show` fences: runs on other machines.
  var comparisons: [Int: [LessonScenario]] = [:]
  /// Of fences that are scenarios of their own and are not run: their names.
  var scopes: [Int: ScenarioScope] = [:]
  /// The inline values, in order.
  private var values: [LessonValue] = []
  /// How many steps are left for comparing what lessons and runs say.
  var transcriptSteps = LessonTranscript.stepLimit
  /// What is known of the texts before; `nil` when each text is the first.
  var memory: LessonMemory?

  init(
    _ file: SourceFile, includes: @escaping IncludeReader, limits: RunLimits,
    language: LanguageChoice
  ) {
    self.file = file
    defaultLanguage = language
    words = language.words
    self.limits = limits
    budget = RunBudget(limits)
    var sources = SourceSet()
    id = sources.add(file)
    expander = IncludeExpander(sources: sources, name: file.name, reader: includes)
  }

  /// Works out questions of a lesson that was compiled before.
  init(words: Language, sources: SourceSet, limits: RunLimits) {
    self.init(
      SourceFile(name: "", bytes: []),
      includes: { _ throws(IncludeFailure) in throw .unreadable("") },
      limits: limits, language: .english)
    self.words = words
    expander.sources = sources
  }

  /// A file's name without its folder and extension.
  static func pageName(_ path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return last }
    return String(last[..<dot])
  }

  mutating func compile() -> Lesson {
    let name = Self.pageName(file.name)
    if let problem = FileChecks.problem(in: file, id: id) {
      var lesson = Lesson.unreadable(file.name, problem)
      lesson.sources = expander.sources
      return lesson
    }
    let isScript = file.name.hasSuffix(".walk")
    let matter = isScript ? FrontMatter() : FrontMatter.read(file, id: id)
    diagnostics += matter.diagnostics
    let tag = matter.language ?? matter.words?.tag
    words = matter.words?.words ?? tag.flatMap(LanguageChoice.language(ofTag:)) ?? words
    let document = isScript ? MarkdownDocument() : Self.document(of: file, matter)
    var reader = FenceReader(file, id: id)
    let items = isScript ? [script(document, reader)] : reader.read(document, expander: &expander)
    diagnostics += reader.diagnostics

    for case .fence(let fence) in items { fences.append(fence) }
    group()
    checkWorlds()
    for index in drafts.indices { check(index) }
    for index in fences.indices { checkAlone(index) }
    runDrafts()
    if !isPartial { makeExhibits() }
    makePredictions()
    let tasks = makeTasks()
    let transcripts = readTranscripts(items)
    replaceValues(items, in: document)
    let heading = matter.title ?? firstHeading(document)
    var lesson = Lesson(
      name: name, title: heading ?? name, summary: matter.summary ?? "",
      language: tag ?? defaultLanguage.tag, words: words, covers: matter.covers,
      order: matter.order,
      sources: expander.sources,
      document: document, fences: lessonFences(), scenarios: drafts.compactMap(\.result),
      diagnostics: [], work: budget.work)
    lesson.tasks = tasks
    lesson.transcripts = transcripts
    lesson.values = values
    if !isScript { readProse(of: &lesson) }
    lesson.diagnostics = sorted(diagnostics)
    return lesson
  }

  /// Reads tables and footnotes, and works out where links lead. Headings have their values by now.
  private mutating func readProse(of lesson: inout Lesson) {
    let tables = TableReader(
      file, id: id, document: lesson.document, transcripts: Set(lesson.transcripts.map(\.node)))
    lesson.tables = tables.tables
    let notes = FootnoteReader(file, id: id, document: lesson.document)
    lesson.footnotes = notes.footnotes
    diagnostics += tables.diagnostics + notes.diagnostics
    diagnostics += LessonCallout.diagnostics(of: lesson.document, file, id: id)
    // Without `[` and `<` there are no links, and nothing to walk for.
    guard !isPartial, file.bytes.contains(where: { $0 == 0x5B || $0 == 0x3C }) else { return }
    let checker = LinkChecker(
      file, id: id, document: lesson.document, anchors: lesson.anchors,
      scenarios: lesson.scenarios, lines: notes.lines, reader: expander.reader)
    lesson.links = checker.links
    lesson.files = checker.files
    diagnostics += checker.diagnostics
  }

  // MARK: Reading

  /// The tree of a lesson's file, in which fences and values are looked for.
  static func document(of file: SourceFile, _ matter: FrontMatter) -> MarkdownDocument {
    let prose = prose(file, matter)
    let document = MarkdownDocument(parsing: prose)
    guard let marked = FootnoteReader.marked(prose, document) else { return document }
    return MarkdownDocument(parsing: marked)
  }

  /// The bytes with the front matter blanked out, so that lines and columns stay true.
  private static func prose(_ file: SourceFile, _ matter: FrontMatter) -> [UInt8] {
    guard let range = matter.range else { return file.bytes }
    var bytes = file.bytes
    for index in 0..<range.upperBound where bytes[index] != 0x0A && bytes[index] != 0x0D {
      bytes[index] = 0x20
    }
    return bytes
  }

  private func firstHeading(_ document: MarkdownDocument) -> String? {
    for node in document.root.children where node.kind == .heading {
      let text = node.plainText
      if !text.isEmpty { return text }
    }
    return nil
  }

  /// A script as one fence over the whole file.
  private mutating func script(_ document: MarkdownDocument, _ reader: FenceReader) -> FoundItem {
    let node = document.makeNode(.codeBlock)
    node.fenceInfo = "walk"
    node.literal = file.text(0..<file.bytes.count)
    document.root.append(node)
    let range = SourceRange(file: id, lower: 0, upper: file.bytes.count)
    return .fence(
      reader.fence(
        node, info: InfoString(file, id: id, 0..<0), range: range, SourceFragment(file, id: id),
        expander: &expander))
  }

  // MARK: Grouping fences into scenarios

  /// A scenario while it is made.
  struct ScenarioDraft {
    var name: String
    var place: SourceRange
    /// How many fences of the lesson stand before it: the worlds among them are its own.
    var start: Int
    var fences: [Int]
    var checked: CheckedScenario?
    var isBroken = false
    /// For each fence of `fences`: its statements of the timeline.
    var statements: [Range<Int>] = []
    var result: LessonScenario?
  }

  private mutating func group() {
    draftOfFence = Array(repeating: nil, count: fences.count)
    for (index, fence) in fences.enumerated() {
      switch fence.info.role {
      case .scenario: begin(index)
      case .claim:
        // Claims alone are about the scenario above.
        if isOfNothing(index) { continue }
        if let draft = claimed(index) {
          draftOfFence[index] = draft
          drafts[draft].fences.append(index)
        } else {
          begin(index)
        }
      case .continue:
        guard !drafts.isEmpty else {
          diagnostics.append(.continueWithoutScenario(at: fence.info.place))
          continue
        }
        draftOfFence[index] = drafts.count - 1
        drafts[drafts.count - 1].fences.append(index)
      case .world, .task, .predict, .show, .example, .error:
        continue
      }
    }
    for index in fences.indices where fences[index].info.role == .show { resolveShow(index) }
    for index in fences.indices where fences[index].info.role == .predict {
      resolvePrediction(index)
    }
  }

  /// Begins a scenario with a fence.
  private mutating func begin(_ index: Int) {
    let info = fences[index].info
    let name = info.subject ?? freeName()
    if let first = drafts.first(where: { $0.name == name }) {
      diagnostics.append(.duplicateScenario(name, first: first.place, at: info.place))
    }
    draftOfFence[index] = drafts.count
    drafts.append(ScenarioDraft(name: name, place: info.place, start: index, fences: [index]))
  }

  /// Whether a fence names a scenario that is not there; reports it.
  mutating func isOfNothing(_ index: Int) -> Bool {
    let info = fences[index].info
    guard let name = info.words["of"], !name.isEmpty, !drafts.contains(where: { $0.name == name })
    else { return false }
    diagnostics.append(
      .nothingToShow(of: name, at: info.ranges["of"] ?? info.place, known: drafts.map(\.name)))
    return true
  }

  /// The scenario that a fence of claims alone speaks of; `nil` when it is one of its own.
  private func claimed(_ index: Int) -> Int? {
    if let name = fences[index].info.words["of"], !name.isEmpty {
      return drafts.firstIndex { $0.name == name }
    }
    let isAlone = fences[index].parts.allSatisfy { part in
      part.script.statements.allSatisfy { if case .claimBlock = $0 { true } else { false } }
    }
    return isAlone ? drafts.indices.last : nil
  }

  private func freeName() -> String {
    var number = drafts.count + 1
    while drafts.contains(where: { $0.name == "scenario-\(number)" }) { number += 1 }
    return "scenario-\(number)"
  }

  private mutating func resolveShow(_ index: Int) {
    let info = fences[index].info
    if let picture = info.subject, Picture(rawValue: picture) == nil {
      diagnostics.append(
        .unknownPicture(picture, at: info.place, known: Picture.allCases.map(\.rawValue)))
      return
    }
    if let first = fences[index].script.statements.first {
      diagnostics.append(.showWithStatements(at: first.range))
    }
    guard info.subject.flatMap(Picture.init(rawValue:))?.needsScenario != false else { return }
    // `of` may name a process of the scenario above as well, where a picture is one process's.
    let isOfProcess =
      info.subject.flatMap(Picture.init(rawValue:))?.options.contains("at") == true
      && !drafts.contains { $0.name == info.words["of"] }
    if !isOfProcess {
      if isOfNothing(index) { return }
      if let name = info.words["of"], !name.isEmpty {
        draftOfFence[index] = drafts.firstIndex { $0.name == name }
        return
      }
    }
    draftOfFence[index] = drafts.lastIndex { $0.start < index }
    if draftOfFence[index] == nil {
      diagnostics.append(.nothingToShow(of: nil, at: info.place, known: []))
    }
  }

  // MARK: Checking

  /// The parts of the world fences before a fence.
  func world(before index: Int) -> [ScenarioPart] {
    fences[..<index].filter { $0.info.role == .world }.flatMap(\.parts)
  }

  /// Checks world fences that no later fence uses: they would not be looked at else.
  private mutating func checkWorlds() {
    for fence in fences where fence.info.role != .error { diagnostics += fence.diagnostics }
    guard let last = fences.lastIndex(where: { $0.info.role == .world }),
      !drafts.contains(where: { $0.start > last }),
      !fences.indices[last...].contains(where: {
        [.task, .predict, .example, .error].contains(fences[$0].info.role)
          && draftOfFence[$0] == nil
      })
    else { return }
    diagnostics += checked(world(before: last + 1)).diagnostics
  }

  private mutating func check(_ index: Int) {
    var draft = drafts[index]
    let own = draft.fences.flatMap { fences[$0].parts }
    let checked = checked(world(before: draft.start) + own)
    diagnostics += checked.diagnostics
    let used =
      fences[..<draft.start].filter { $0.info.role == .world } + draft.fences.map { fences[$0] }
    draft.isBroken =
      checked.scenario == nil
      || used.contains { $0.diagnostics.contains { $0.severity == .error } }
    draft.checked = checked
    if let scenario = checked.scenario {
      draft.statements = statements(of: scenario, in: draft.fences)
    }
    drafts[index] = draft
  }

  /// Checks a fence that is a scenario of its own and is not run.
  private mutating func checkAlone(_ index: Int) {
    let fence = fences[index]
    switch fence.info.role {
    case .world, .scenario, .continue, .claim, .show, .predict:
      return
    case .task:
      let checked = checked(world(before: index) + fence.parts)
      diagnostics += checked.diagnostics
      scopes[index] = checked.scope
      let isBroken = fence.diagnostics.contains { $0.severity == .error }
      checkedTasks[index] = isBroken ? nil : checked.task
    case .example:
      let checked = checked(world(before: index) + fence.parts)
      diagnostics += checked.diagnostics
      scopes[index] = checked.scope
    case .error:
      checkError(index)
    }
  }

  /// Holds what a fence does wrong against the code that it names.
  private mutating func checkError(_ index: Int) {
    let info = fences[index].info
    guard let subject = info.subject else { return }
    let known =
      LessonCatalogue.diagnostics + SyntaxCatalogue.diagnostics + SemanticsCatalogue.diagnostics
    guard let code = DiagnosticCode(subject), known.contains(where: { $0.code == code }) else {
      diagnostics.append(
        .unknownErrorCode(
          subject, at: info.place,
          nearest: Nearest.name(to: subject, among: known.map(\.code.description))))
      return
    }
    let checked = checked(world(before: index) + fences[index].parts)
    scopes[index] = checked.scope
    let worldDiagnostics = self.checked(world(before: index)).diagnostics
    diagnostics += worldDiagnostics
    let found =
      fences[index].diagnostics + checked.diagnostics.filter { !worldDiagnostics.contains($0) }
    taught[index] = found
    guard found.isEmpty || found.contains(where: { $0.code != code }) else { return }
    diagnostics.append(.errorDiffers(expected: code, found: found, at: info.place))
  }

  /// What each `error` fence does wrong.
  private var taught: [Int: [Diagnostic]] = [:]

  /// The statements of a timeline that come from each of its fences, which follow each other.
  private func statements(of scenario: Scenario, in fenceIndices: [Int]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var next = 0
    for index in fenceIndices {
      let fence = fences[index]
      let included = Set(fence.parts.map(\.script.fragment.file)).subtracting([id])
      let start = next
      while next < scenario.timelineRanges.count {
        let range = scenario.timelineRanges[next]
        let isOwn =
          range.file == id
          ? range.lower >= fence.range.lower && range.lower <= fence.range.upper
          : included.contains(range.file)
        guard isOwn else { break }
        next += 1
      }
      ranges.append(start..<next)
    }
    return ranges
  }

  // MARK: Inline values

  private mutating func replaceValues(_ items: [FoundItem], in document: MarkdownDocument) {
    var fence = -1
    /// The draft that values speak of, and which of its fences was the last.
    var nearest: (draft: Int, position: Int)?
    for item in items {
      switch item {
      case .fence(let found):
        fence += 1
        guard [.scenario, .continue, .claim].contains(found.info.role),
          let draft = draftOfFence[fence],
          let position = drafts[draft].fences.firstIndex(of: fence)
        else { continue }
        nearest = (draft, position)
      case .value(let value):
        replace(value, with: nearest, in: document)
      case .transcript: continue
      }
    }
  }

  private mutating func replace(
    _ value: FoundValue, with nearest: (draft: Int, position: Int)?, in document: MarkdownDocument
  ) {
    guard value.isClosed else {
      diagnostics.append(.unterminatedValue(at: value.range))
      return
    }
    let parsed = WalkParser.parseValue(value.fragment)
    diagnostics += parsed.diagnostics
    guard let nearest else {
      diagnostics.append(.valueWithoutScenario(at: value.range))
      return
    }
    let draft = drafts[nearest.draft]
    values.append(
      LessonValue(
        range: value.range, expression: parsed.value,
        fence: draft.fences.indices.contains(nearest.position)
          ? draft.fences[nearest.position] : 0))
    guard parsed.diagnostics.isEmpty, let scope = draft.checked?.scope else { return }
    let checked = WalkChecker.checkValue(parsed.value, in: scope)
    diagnostics += checked.diagnostics
    guard let expression = checked.expression, let run = draft.result?.run else { return }
    // The moment is the end of the fence above: after its last statement, or the last before it.
    let eventCount = run.moment(after: draft.statements[nearest.position].upperBound)
    switch ClaimJudge.value(expression, in: run.trace, eventCount: eventCount) {
    case .success(let number):
      let text = document.makeNode(.text)
      text.literal = ValueFormatter.text(
        number, checked.type, header: run.trace.header, language: words)
      values[values.count - 1].text = text.literal
      value.node.replace(with: text)
    case .failure(let error):
      diagnostics.append(.noValue(error.message, at: value.range))
    }
  }

  // MARK: The result

  private func lessonFences() -> [LessonFence] {
    // Positions of drafts that were run among those that are in the lesson.
    var positions: [Int?] = []
    var count = 0
    for draft in drafts {
      positions.append(draft.result == nil ? nil : count)
      if draft.result != nil { count += 1 }
    }
    return fences.enumerated().map { index, fence in
      let draft = draftOfFence[index]
      let place = draft.flatMap { drafts[$0].fences.firstIndex(of: index) }
      let ranges = draft.map { drafts[$0].statements } ?? []
      return LessonFence(
        node: fence.node, role: fence.info.role, words: fence.info.words, range: fence.range,
        script: fence.script, scenario: draft.flatMap { positions[$0] },
        statements: place.flatMap { ranges.indices.contains($0) ? ranges[$0] : nil } ?? 0..<0,
        taught: taught[index] ?? [], exhibit: exhibits[index] ?? [],
        prediction: predictions[index], picture: pictures[index],
        comparison: comparisons[index] ?? [], parts: fence.parts,
        scope: draft.flatMap { drafts[$0].checked?.scope } ?? scopes[index], draft: draft)
    }
  }

  /// Diagnostics in order of place, each once, and not more than anybody would read.
  private func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    let unique = diagnostics.filter { seen.insert($0).inserted }
    let ordered = unique.enumerated().sorted { left, right in
      let (a, b) = (left.element.primary?.range, right.element.primary?.range)
      switch (a, b) {
      case (nil, nil): return left.offset < right.offset
      case (nil, _): return true
      case (_, nil): return false
      case (let a?, let b?):
        if a.file != b.file { return a.file < b.file }
        if a.lower != b.lower { return a.lower < b.lower }
        return left.offset < right.offset
      }
    }.map(\.element)
    guard ordered.count > LessonLimits.diagnostics else { return ordered }
    // Errors must not fall off the end behind warnings.
    var kept = Array(ordered.prefix(LessonLimits.diagnostics))
    if !kept.contains(where: { $0.severity == .error }),
      let error = ordered.first(where: { $0.severity == .error })
    {
      kept.append(error)
    }
    return kept + [.tooManyDiagnostics(ordered.count - kept.count)]
  }
}
