import Catalogue
import Handout
import Lesson
import Program
import SourceText

/// The site of a folder in memory, kept up to date.
actor LiveSite {
  private let folder: String
  /// The folder of the theme.
  private let themeFolder: String?
  private let limits: RunLimits
  private let language: LanguageChoice
  /// Begins the revisions of this server, so that pages of an earlier one load themselves again.
  private let session: String
  private(set) var snapshot = SiteSnapshot()
  private var lessons: [String: LiveLesson] = [:]
  /// What the pages were made with; that of a broken cover is not taken over.
  private var context = HandoutContext()
  private var buildNumber = 0
  private var keys: [String: PageKey] = [:]
  /// The theme as it was when nothing was wrong with it, and what is wrong now.
  private var theme: HandoutTheme?
  private var themeProblems: [LiveProblem] = []
  private var themeText = ""
  /// What was told of the cover last.
  private var coverText = ""
  /// What was told of links between lessons last.
  private var linkText = ""
  private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  private var waiterCount = 0

  /// How many messages the index shows of all lessons.
  private static let problemLimit = 20
  /// How long a page waits for a change before it asks again.
  private static let waitingTime = Duration.seconds(20)

  init(
    folder: String, theme: String?, limits: RunLimits, language: LanguageChoice = .english,
    session: String
  ) {
    self.folder = folder
    themeFolder = theme
    self.limits = limits
    self.language = language
    context.language = language
    self.session = session
    context.search = Book.searchName
  }

  /// What a page depends on: when it is the same, the page is.
  private struct PageKey: Hashable {
    var build: Int
    var bytes: [UInt8] = []
    var previous: HandoutLink?
    var next: HandoutLink?
    var problems: [LiveProblem]
  }

  /// What a look at the folder has found.
  struct Changes: Sendable {
    /// The lessons that were made, by their paths.
    var made: [String] = []
    /// What is wrong with them, for the terminal.
    var diagnostics = ""
    /// The folders whose changes matter.
    var folders: Set<String> = []
  }

  // MARK: Making

  /// Looks at the folder, and makes what has changed.
  ///
  /// Called by one task only.
  func refresh() async throws -> Changes {
    buildNumber += 1
    let inputs = Input.all([folder], standardInputName: nil, extensions: [".md"])
    let book = Book(inputs, paths: [folder], limits: limits, language: language)
    var changes = Changes()
    changes.diagnostics = readTheme()
    if let cover = book.cover, !cover.isBroken {
      var wanted = HandoutContext()
      wanted.theme = theme
      wanted.search = Book.searchName
      wanted.language = book.language
      wanted.site = cover.title
      wanted.cover = book.coverName
      wanted.glossary = book.glossary
      use(wanted)
    } else if book.cover == nil {
      var wanted = HandoutContext()
      wanted.theme = theme
      wanted.search = Book.searchName
      wanted.language = book.language
      wanted.glossary = book.glossary
      use(wanted)
    }
    let text = book.renderedDiagnostics + (book.cover?.renderedDiagnostics ?? "")
    if text != coverText { changes.diagnostics += text }
    coverText = text
    let maker = LiveMaker(limits: limits, context: context, buildNumber: buildNumber)
    let stale = book.chapters.map { ($0, lessons[$0.path]) }.filter { input, lesson in
      lesson.map { !$0.isCurrent } ?? true
    }
    var found: [LiveLesson] = []
    try await inOrder(stale) { input, lesson in
      maker.make(input, after: lesson)
    } each: { lesson in
      found.append(lesson)
    }
    for lesson in found {
      lessons[lesson.input.path] = lesson
      guard lesson.build == buildNumber else { continue }
      changes.made.append(lesson.input.path)
      changes.diagnostics += lesson.diagnostics
    }
    let paths = Set(book.chapters.map(\.path))
    lessons = lessons.filter { paths.contains($0.key) }
    changes.folders = FileSystem.folders(below: folder)
    if let themeFolder { changes.folders.insert(themeFolder) }
    for lesson in lessons.values { changes.folders.formUnion(lesson.folders) }
    let linkText = await compose(book)
    if linkText != self.linkText { changes.diagnostics += linkText }
    self.linkText = linkText
    return changes
  }

  /// Reads the theme again; one with mistakes is not taken over. Returns what is wrong, when that is news.
  private func readTheme() -> String {
    guard let themeFolder else { return "" }
    let found = ThemeFolder(themeFolder)
    if found.diagnostics.isEmpty { theme = found.theme }
    themeProblems = found.diagnostics.map { LiveProblem($0, in: found.sources) }
    let text = found.renderedDiagnostics
    defer { themeText = text }
    return text == themeText ? "" : text
  }

  /// Another name of the site stands on each page.
  private func use(_ wanted: HandoutContext) {
    guard wanted != context else { return }
    context = wanted
    for path in lessons.keys { lessons[path]?.origin = nil }
  }

  // MARK: Putting together

  /// Puts the site together out of its lessons; returns what is wrong with links between them.
  ///
  /// The lessons go out first, for whoever waits for one of them; the index and the search, which are made of
  /// all lessons, a moment later.
  private func compose(_ book: Book) async -> String {
    var site = SiteSnapshot()
    site.theme = context.theme
    var summaries: [HandoutSummary] = []
    var problems = themeProblems
    problems +=
      book.cover.map { cover in
        (book.diagnostics + cover.diagnostics).map { LiveProblem($0, in: cover.sources) }
      } ?? []
    let index = "index.html"
    let own = [index: "the index", Book.searchName: "the search"]
    let (linkProblems, linkText) = checkLinks(book)
    problems += linkProblems[Book.coverName, default: []]
    var order: [[String]] = []
    var builds: [String: Int] = [:]
    for input in book.chapters {
      guard let lesson = lessons[input.path] else { continue }
      let lessonProblems = lesson.problems + linkProblems[input.path, default: []]
      problems += lessonProblems
      let files = lesson.made?.pages ?? []
      let names = files.isEmpty ? ["\(input.lessonName).html"] : files.map(\.name)
      if let taken = names.first(where: { own[$0] != nil || site.pages[$0] != nil }) {
        let first = own[taken] ?? taken
        problems.append(
          LiveProblem(
            .samePage(taken, first: first, second: input.path), in: SourceSet()))
        continue
      }
      for (position, name) in names.enumerated() {
        site.pages[name] = SiteSnapshot.Page(
          file: files.indices.contains(position) ? files[position] : nil, title: lesson.title,
          problems: lessonProblems, revision: "")
        builds[name] = lesson.build
      }
      guard let summary = lesson.made?.summary else { continue }
      summaries.append(summary)
      order.append(names)
    }
    for (position, names) in order.enumerated() {
      for name in names {
        site.pages[name]?.previous = position > 0 ? link(summaries[position - 1]) : nil
        site.pages[name]?.next =
          position + 1 < summaries.count ? link(summaries[position + 1]) : nil
      }
    }
    if !snapshot.pages.isEmpty {
      var early = site
      for (name, page) in snapshot.pages where own[name] != nil && early.pages[name] == nil {
        early.pages[name] = page
      }
      publish(&early, builds: builds)
      await Task.yield()
    }
    let cover = book.cover.flatMap { $0.isBroken ? nil : $0 }
    let indexFiles = Handout.indexFiles(summaries, of: cover, format: .html, context: context)
    site.pages[index] = SiteSnapshot.Page(
      file: summaries.isEmpty && cover == nil
        ? nil : indexFiles.first, title: context.site,
      problems: Array(problems.prefix(Self.problemLimit)), revision: "")
    for file in indexFiles.dropFirst() where site.pages[file.name] == nil {
      site.pages[file.name] = SiteSnapshot.Page(
        file: file, title: context.site, problems: [], revision: "")
    }
    publish(&site, builds: builds)
    return linkText
  }

  /// Serves a site from now on, and wakes whoever waits for a change.
  private func publish(_ site: inout SiteSnapshot, builds: [String: Int]) {
    number(&site, builds: builds)
    snapshot = site
    let resumed = waiting
    waiting = [:]
    for continuation in resumed.values { continuation.resume() }
  }

  /// Checks the links between the lessons: what is wrong in each, by its path (the cover's name for the
  /// cover), and all of it as a terminal shows it.
  private func checkLinks(_ book: Book) -> (problems: [String: [LiveProblem]], text: String) {
    var paths = book.chapters.map(\.path)
    var linked = paths.map { LinkedLesson(path: $0, summary: lessons[$0]?.links) }
    if let cover = book.cover {
      paths.append(Book.coverName)
      linked.append(LinkedLesson(cover))
    }
    var problems: [String: [LiveProblem]] = [:]
    var text = ""
    let renderer = DiagnosticRenderer(isColoured: Terminal.isColoured)
    for (path, found) in zip(paths, LinkedLesson.problems(of: linked)) {
      for (diagnostic, sources) in found {
        problems[path, default: []].append(LiveProblem(diagnostic, in: sources))
        text += renderer.render(diagnostic, in: sources) + "\n"
      }
    }
    return (problems, text)
  }

  private func link(_ summary: HandoutSummary) -> HandoutLink {
    HandoutLink(title: summary.title, fileName: summary.fileName)
  }

  /// Gives each page its revision: the old one when nothing of it has changed.
  private func number(_ site: inout SiteSnapshot, builds: [String: Int]) {
    var newKeys: [String: PageKey] = [:]
    for (name, page) in site.pages {
      let key = PageKey(
        build: builds[name] ?? 0, bytes: builds[name] == nil ? page.file?.bytes ?? [] : [],
        previous: page.previous, next: page.next, problems: page.problems)
      newKeys[name] = key
      let old = keys[name] == key ? snapshot.pages[name]?.revision : nil
      site.pages[name]?.revision = old ?? "\(session)-\(buildNumber)"
    }
    keys = newKeys
  }

  // MARK: Waiting

  /// Waits until a page has another revision; `false` when it has not for a while.
  func awaitChange(of page: String, revision: String) async -> Bool {
    let deadline = ContinuousClock.now + Self.waitingTime
    while snapshot.revision(of: page) == revision {
      guard !Task.isCancelled, ContinuousClock.now < deadline else { return false }
      await nextBuild(before: deadline)
    }
    return true
  }

  private func nextBuild(before deadline: ContinuousClock.Instant) async {
    waiterCount += 1
    let waiter = waiterCount
    let timer = Task {
      try await Task.sleep(until: deadline, clock: .continuous)
      wake(waiter)
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiting[waiter] = $0 }
    } onCancel: {
      Task { await self.wake(waiter) }
    }
    timer.cancel()
  }

  private func wake(_ waiter: Int) { waiting.removeValue(forKey: waiter)?.resume() }
}

/// A lesson of a live site.
private struct LiveLesson: Sendable {
  let input: Input
  /// What it was made from; `nil` when it must be made anew.
  var origin: LessonOrigin?
  /// The files that were read, as they were just before.
  var stamps: [String: FileStamp?]
  /// Whether the stamps are old enough for a change to show in them.
  var isSettled: Bool
  /// The number of the build that made it.
  var build: Int
  var title: String
  var problems: [LiveProblem]
  var diagnostics: String
  /// Its pages, of the last time that it compiled.
  var made: (pages: [HandoutFile], summary: HandoutSummary)?
  /// What links between lessons need to know of it; `nil` when it does not compile.
  var links: LinkSummary?

  /// Whether none of its files has changed, by their stamps.
  var isCurrent: Bool {
    origin != nil && isSettled && stamps.allSatisfy { FileStamp.ofTarget($0.key) == $0.value }
  }

  /// The folders of the files that it was made from.
  var folders: Set<String> {
    Set(
      stamps.keys.map { path in
        FileSystem.folder(of: path)
      }.filter { !$0.isEmpty })
  }
}

/// Makes a lesson of a live site; many at the same time.
private struct LiveMaker: Sendable {
  let limits: RunLimits
  let context: HandoutContext
  let buildNumber: Int
  private let now = FileStamp.now

  init(limits: RunLimits, context: HandoutContext, buildNumber: Int) {
    self.limits = limits
    self.context = context
    self.buildNumber = buildNumber
  }

  func make(_ input: Input, after old: LiveLesson?) -> LiveLesson {
    var stamps = [input.path: FileStamp.ofTarget(input.path)]
    let text: LessonText
    do throws(FileFailure) {
      text = try input.read()
    } catch {
      let lesson = made(
        input.unreadable(error), of: input, after: old, origin: nil, stamps: stamps)
      // It is tried at every look, and told once.
      if let old, old.origin == nil, old.problems == lesson.problems { return old }
      return lesson
    }
    let oldIncludes = old?.origin?.includes.map(\.path) ?? []
    for path in oldIncludes { stamps[text.folder + path] = FileStamp.ofTarget(text.folder + path) }
    if var old, let origin = old.origin, origin.matches(text) {
      (old.stamps, old.isSettled) = (stamps, isSettled(stamps))
      return old
    }
    let log = IncludeLog()
    let lesson = text.compile(limits: limits, language: context.language, log: log)
    for read in log.reads where stamps[text.folder + read.path] == nil {
      // It was read a moment ago, so it counts as new until the next look.
      stamps[text.folder + read.path] = .some(nil)
    }
    let origin = LessonOrigin(path: input.path, text: text.digest, includes: log.reads)
    return made(lesson, of: input, after: old, origin: origin, stamps: stamps)
  }

  private func made(
    _ lesson: Lesson, of input: Input, after old: LiveLesson?, origin: LessonOrigin?,
    stamps: [String: FileStamp?]
  ) -> LiveLesson {
    LiveLesson(
      input: input, origin: origin, stamps: stamps, isSettled: isSettled(stamps),
      build: buildNumber, title: lesson.title,
      problems: lesson.diagnostics.map { LiveProblem($0, in: lesson.sources) },
      diagnostics: lesson.renderedDiagnostics,
      made: lesson.isBroken
        ? old?.made
        : (
          Handout.pages(of: lesson, format: .html, context: context),
          Handout.summary(of: lesson, format: .html)
        ), links: lesson.isBroken ? nil : lesson.linkSummary)
  }

  /// A file may change again in the tick of the clock in which it was read, with the same stamp.
  private func isSettled(_ stamps: [String: FileStamp?]) -> Bool {
    stamps.values.allSatisfy { stamp in stamp.map { $0.changed < now - 50_000_000 } ?? true }
  }
}
