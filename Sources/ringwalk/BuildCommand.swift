public import ArgumentParser
public import Handout
import Claims
import Lesson
import Program
import SourceText

extension HandoutFormat: ExpressibleByArgument {}

/// `ringwalk build [PATH…] -o DIR`.
struct BuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Render lessons into handouts.",
    discussion: """
      A folder stands for all .md files below it; without a path it is lessons. Pages are named after \
      their lessons and lie side by side in the output folder; index.html lists them. A file book.md \
      in the folder is the cover: its title, its introduction, and with `order:` the order of the \
      lessons. A lesson that \
      does not compile gets no page, and all others are built.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [String] = ["lessons"]

  @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write into.", valueName: "dir"))
  var output: String

  @Option(help: "html, markdown, latex or man.")
  var format: HandoutFormat = .html

  @OptionGroup var input: InputOptions
  @OptionGroup var limits: LimitOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("-o takes the name of a folder") }
  }

  func run() async throws {
    do throws(FileFailure) {
      try FileSystem.makeFolder(output)
    } catch {
      Terminal.complain(.unwritableFile(output, reason: error.reason))
      throw ExitCode(ExitStatus.broken.rawValue)
    }
    let inputs = Input.all(
      paths, standardInputName: input.name, extensions: [".md"],
      excluding: FileSystem.realPath(output))
    let (limits, format) = (limits.limits, format)
    let book = Book(inputs, paths: paths, limits: limits)
    var site = Site(folder: output, format: format, inputs: inputs, book: book)
    try site.open()
    let context = site.context
    try await inOrder(book.chapters) { input in
      let lesson = input.compile(limits: limits)
      return BuiltLesson(lesson, format: format, context: context)
    } each: { built in
      try site.add(built)
    }
    try site.finish()
    try site.status.end()
  }
}

/// What remains of a lesson when its pages are made: it can cross threads, and is small.
private struct BuiltLesson: Sendable {
  let name: String
  let source: String
  let pages: [HandoutFile]
  let summary: HandoutSummary?
  let report: String
  let diagnostics: String
  let status: ExitStatus

  init(_ lesson: Lesson, format: HandoutFormat, context: HandoutContext) {
    name = lesson.name
    source = lesson.sources.files.first?.name ?? lesson.name
    status = lesson.exitStatus
    diagnostics = lesson.renderedDiagnostics
    report = lesson.hasFailures ? VerdictReport.text(lesson) : ""
    guard !lesson.isBroken else {
      pages = []
      summary = nil
      return
    }
    pages = Handout.pages(of: lesson, format: format, context: context)
    summary = Handout.summary(of: lesson, format: format)
  }
}

/// The folder that is written.
private struct Site {
  let folder: String
  let format: HandoutFormat
  let book: Book
  private(set) var status = ExitStatus.holds
  /// The real paths of the lessons, which no page may overwrite.
  private let inputs: Set<String>
  /// The pages so far, with the lesson of each.
  private var sources: [String: String] = [:]
  private var summaries: [HandoutSummary] = []
  /// The last lesson; its page waits until it is known what comes after it.
  private var last: (pages: [HandoutFile], summary: HandoutSummary)?
  private var previous: HandoutLink?

  init(folder: String, format: HandoutFormat, inputs: [Input], book: Book) {
    self.book = book
    self.folder = folder
    self.format = format
    self.inputs = Set(inputs.compactMap { FileSystem.realPath($0.path) })
  }

  /// What the pages must know of the site.
  var context: HandoutContext {
    var context = HandoutContext()
    if let cover = book.cover { context.site = cover.title }
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

  mutating func add(_ built: BuiltLesson) throws {
    Terminal.complain(built.diagnostics)
    try Terminal.print(built.report)
    status = max(status, built.status)
    guard let summary = built.summary else { return }
    for page in built.pages {
      if let first = sources[page.name] ?? (page.name == index ? "the index" : nil) {
        fail(.samePage(page.name, first: first, second: built.source))
        return
      }
    }
    for page in built.pages { sources[page.name] = built.source }
    writeLast(next: HandoutLink(title: summary.title, fileName: summary.fileName))
    last = (built.pages, summary)
  }

  mutating func finish() throws {
    writeLast(next: nil)
    if index != nil, !summaries.isEmpty {
      _ = write(
        Handout.index(
          summaries, of: book.cover.flatMap { $0.isBroken ? nil : $0 }, format: format,
          context: context))
    }
    let count = summaries.count
    try Terminal.print(
      DiagnosticRenderer.printable("\(folder): \(count) \(count == 1 ? "page" : "pages")") + "\n")
  }

  /// The index's file; of formats without links, only a book has one.
  private var index: String? {
    format == .html || book.cover != nil ? "index.\(format.fileExtension)" : nil
  }

  private mutating func writeLast(next: HandoutLink?) {
    guard let (pages, summary) = last else { return }
    last = nil
    for page in pages {
      guard write(page.between(previous: previous, next: next)) else { return }
    }
    previous = HandoutLink(title: summary.title, fileName: summary.fileName)
    summaries.append(summary)
  }

  private mutating func write(_ file: HandoutFile) -> Bool {
    let path = "\(folder)/\(file.name)"
    do throws(FileFailure) {
      if let real = FileSystem.realPath(path), inputs.contains(real) {
        throw FileFailure("it is one of the lessons")
      }
      try FileSystem.write(file.bytes, to: file.name, in: folder)
      return true
    } catch {
      fail(.unwritableFile(path, reason: error.reason))
      return false
    }
  }

  private mutating func fail(_ diagnostic: Diagnostic) {
    Terminal.complain(diagnostic)
    status = .broken
  }
}
