import Handout
import Lesson
import SourceText

/// The folder that a build writes.
struct Site {
  let folder: String
  let format: HandoutFormat
  let book: Book
  /// Whom the pages are for.
  var edition = HandoutEdition.student
  /// Takes the pages, of which none is written then.
  var reader: ((HandoutFile) -> Void)?
  /// What they look like.
  var theme: HandoutTheme?
  private(set) var status = ExitStatus.holds
  private let realFolder: String
  /// The real paths of the lessons, which no page may overwrite.
  private let inputs: Set<String>
  /// The pages so far, with the lesson of each.
  private var sources: [String: String] = [:]
  private var summaries: [HandoutSummary] = []
  /// The lessons as far as links between them go.
  private var linked: [LinkedLesson] = []
  /// The last lesson; its page waits until it is known what comes after it.
  private var last: BuiltLesson?
  private var previous: HandoutLink?
  /// What the next build may take over.
  private var kept: [CachedLesson] = []

  init(folder: String, format: HandoutFormat, inputs: [Input], book: Book) {
    self.book = book
    self.folder = folder
    self.format = format
    realFolder = FileSystem.realPath(folder) ?? folder
    self.inputs = Set(inputs.compactMap { FileSystem.realPath($0.path) })
  }

  /// What the pages must know of the site.
  var context: HandoutContext {
    var context = HandoutContext()
    context.edition = edition
    context.theme = theme
    context.language = book.language
    if let cover = book.cover { context.site = cover.title }
    context.search = search
    context.cover = book.coverName
    context.glossary = book.glossary
    return context
  }

  /// Tells what is wrong with the cover.
  mutating func open() throws {
    Terminal.complain(book.renderedDiagnostics)
    if !book.diagnostics.isEmpty { status = .broken }
    guard let cover = book.cover else { return }
    Terminal.complain(cover.renderedDiagnostics)
    if cover.hasFailures { try Terminal.print(VerdictReport.text(cover)) }
    status = max(status, cover.exitStatus)
  }

  /// Adds the next lesson.
  ///
  /// - Parameter rebuild: Makes a lesson anew whose pages somebody changes meanwhile.
  mutating func add(_ built: BuiltLesson, rebuild: (Input) -> BuiltLesson) throws {
    Terminal.complain(built.diagnostics)
    try Terminal.print(built.report)
    status = max(status, built.status)
    linked.append(LinkedLesson(built))
    guard let summary = built.summary else {
      if let cached = built.cached([]) { kept.append(cached) }
      return
    }
    for page in built.pages {
      if let first = sources[page.name] ?? ownPage(page.name) {
        fail(.samePage(page.name, first: first, second: built.source))
        return
      }
    }
    for page in built.pages { sources[page.name] = built.source }
    writeLast(next: HandoutLink(title: summary.title, fileName: summary.fileName), rebuild)
    last = built
  }

  /// Writes what is left, and the index.
  ///
  /// - Parameter cache: What the build began with; `nil` when nothing is kept for the next one.
  mutating func finish(cache: BuildCache?, rebuild: (Input) -> BuiltLesson) throws {
    writeLast(next: nil, rebuild)
    if index != nil, !summaries.isEmpty {
      let cover = book.cover.flatMap { $0.isBroken ? nil : $0 }
      for file in Handout.indexFiles(summaries, of: cover, format: format, context: context) {
        _ = write(file)
      }
    }
    if let cover = book.cover { linked.append(LinkedLesson(cover)) }
    for (diagnostic, sources) in LinkedLesson.problems(of: linked).joined() {
      Terminal.complain(diagnostic, in: sources)
      if diagnostic.severity == .error { status = .broken }
    }
    if let cache,
      kept.count != cache.lessons.count
        || !kept.allSatisfy({ cache.lessons[$0.origin.path] == $0 })
    {
      do throws(FileFailure) {
        try BuildCache.write(kept, settings: cache.settings, in: folder)
      } catch {
        fail(.unwritableFile("\(folder)/\(BuildCache.fileName)", reason: error.reason))
      }
    }
    guard reader == nil else { return }
    let count = summaries.count
    try Terminal.print(
      DiagnosticRenderer.printable("\(folder): \(count) \(count == 1 ? "page" : "pages")") + "\n")
  }

  /// The page that searches the site.
  private var search: String? { format == .html ? Book.searchName : nil }

  /// What a page is that no lesson has.
  private func ownPage(_ name: String) -> String? {
    name == index ? "the index" : name == search ? "the search" : nil
  }

  /// The index's file; of formats without links, only a book has one.
  private var index: String? {
    format == .html || book.cover != nil ? "index.\(format.fileExtension)" : nil
  }

  private mutating func writeLast(next: HandoutLink?, _ rebuild: (Input) -> BuiltLesson) {
    guard var built = last else { return }
    last = nil
    // When a page is not there that was there a moment ago, somebody is writing at the same time.
    if built.pages.contains(where: { needsWriting($0, next: next) && readBack($0) == nil }) {
      built = rebuild(built.input)
    }
    guard let summary = built.summary else { return }
    var records: [PageRecord] = []
    for page in built.pages {
      if case .kept(let record) = page, !needsWriting(page, next: next) {
        records.append(record)
        continue
      }
      guard let file = readBack(page) else { continue }
      let finished = file.between(previous: previous, next: next, theme: theme)
      guard let written = write(finished) else { return }
      guard let stamp = written.stamp else { continue }
      records.append(
        PageRecord(
          name: file.name, stamp: stamp, turnOffset: file.turnOffset,
          turnByteCount: finished.bytes.count - file.bytes.count, language: file.language,
          previous: previous, next: next))
    }
    if records.count == built.pages.count, let cached = built.cached(records) {
      kept.append(cached)
    }
    previous = HandoutLink(title: summary.title, fileName: summary.fileName)
    summaries.append(summary)
  }

  /// Whether a page is not yet in the folder with the right neighbours.
  private func needsWriting(_ page: BuiltLesson.Page, next: HandoutLink?) -> Bool {
    guard case .kept(let record) = page else { return true }
    let hasOtherTurns = record.previous != previous || record.next != next
    return record.turnOffset != nil && hasOtherTurns
      || inputs.contains("\(realFolder)/\(page.name)")
  }

  /// A page without links to its neighbours; `nil` when it was kept and somebody has touched it.
  private func readBack(_ page: BuiltLesson.Page) -> HandoutFile? {
    switch page {
    case .made(let file): file
    case .kept(let record): record.page(in: folder)
    }
  }

  /// A file that was written.
  private struct Written {
    /// Its stamp; `nil` when somebody else has been at it meanwhile.
    let stamp: FileStamp?
  }

  private mutating func write(_ file: HandoutFile) -> Written? {
    if let reader {
      reader(file)
      return Written(stamp: nil)
    }
    let path = "\(folder)/\(file.name)"
    do throws(FileFailure) {
      if let real = FileSystem.realPath(path), inputs.contains(real) {
        throw FileFailure("it is one of the lessons")
      }
      return Written(stamp: try FileSystem.write(file.bytes, to: file.name, in: folder))
    } catch {
      fail(.unwritableFile(path, reason: error.reason))
      return nil
    }
  }

  private mutating func fail(_ diagnostic: Diagnostic) {
    Terminal.complain(diagnostic)
    status = .broken
  }
}
