import Handout
import Lesson
import Program
import SourceText

/// What remains of a lesson when its pages are made: it can cross threads, and is small.
struct BuiltLesson: Sendable {
  /// A page on its way into the folder.
  enum Page: Sendable {
    /// It was made, and the links to its neighbours are still missing.
    case made(HandoutFile)
    /// It lies in the folder as an earlier build has left it.
    case kept(PageRecord)

    var name: String {
      switch self {
      case .made(let file): file.name
      case .kept(let record): record.name
      }
    }
  }

  /// What it was made from.
  let input: Input
  /// What messages call the lesson's file.
  let source: String
  /// Its text, where that cannot be read again.
  let text: [UInt8]?
  let pages: [Page]
  let summary: HandoutSummary?
  /// What other lessons may link to in it, and its links to them; `nil` when it does not compile.
  let links: LinkSummary?
  let report: String
  let diagnostics: String
  let status: ExitStatus
  /// What its pages depend on; `nil` when it can be read only once or not at all.
  let origin: LessonOrigin?

  /// Makes the pages of a compiled lesson.
  init(
    _ lesson: Lesson, of input: Input, format: HandoutFormat, context: HandoutContext,
    origin: LessonOrigin?
  ) {
    self.input = input
    self.origin = origin
    let file = lesson.sources.files.first
    source = file?.name ?? lesson.name
    text = origin == nil ? file?.bytes : nil
    status = lesson.exitStatus
    diagnostics = lesson.renderedDiagnostics
    report = lesson.hasFailures ? VerdictReport.text(lesson) : ""
    guard !lesson.isBroken else {
      pages = []
      summary = nil
      links = nil
      return
    }
    pages = Handout.pages(of: lesson, format: format, context: context).map { .made($0) }
    summary = Handout.summary(of: lesson, format: format)
    links = lesson.linkSummary
  }

  /// Takes a lesson over from an earlier build; its pages lie in the folder.
  init(_ cached: CachedLesson, of input: Input) {
    self.input = input
    source = cached.origin.path
    pages = cached.pages.map { .kept($0) }
    summary = cached.summary
    links = cached.links
    text = nil
    report = cached.report
    diagnostics = cached.diagnostics
    status = cached.status
    origin = cached.origin
  }

  /// What the cache keeps of it once its pages are written.
  func cached(_ pages: [PageRecord]) -> CachedLesson? {
    origin.map {
      CachedLesson(
        origin: $0, summary: summary, links: links, report: report, diagnostics: diagnostics,
        isColoured: Terminal.isColoured, status: status, pages: pages)
    }
  }
}

/// Makes lessons into pages, or takes over what an earlier build has made of them.
struct LessonBuilder: Sendable {
  let format: HandoutFormat
  let limits: RunLimits
  let context: HandoutContext
  /// The folder that an earlier build has written.
  let folder: String
  /// What that build has left; `nil` when nothing is kept.
  let cache: BuildCache?

  /// Builds a lesson.
  func build(_ input: Input) -> BuiltLesson {
    do throws(FileFailure) {
      let text = try input.read()
      if let cached = cache?.lessons[input.path], isCurrent(cached, for: text) {
        return BuiltLesson(cached, of: input)
      }
      return make(input, text)
    } catch {
      return BuiltLesson(
        input.unreadable(error), of: input, format: format, context: context, origin: nil)
    }
  }

  /// Builds a lesson anew, whatever the cache says.
  func rebuild(_ input: Input) -> BuiltLesson {
    do throws(FileFailure) {
      return make(input, try input.read())
    } catch {
      return BuiltLesson(
        input.unreadable(error), of: input, format: format, context: context, origin: nil)
    }
  }

  private func isCurrent(_ cached: CachedLesson, for text: LessonText) -> Bool {
    cached.origin.matches(text)
      && (cached.diagnostics.isEmpty || cached.isColoured == Terminal.isColoured)
      && cached.pages.allSatisfy { $0.isUntouched(in: folder) }
  }

  private func make(_ input: Input, _ text: LessonText) -> BuiltLesson {
    let log = IncludeLog()
    let lesson = text.compile(limits: limits, language: context.language, log: log)
    // Standard input is gone when it has been read.
    let origin =
      input.path == "-"
      ? nil : LessonOrigin(path: input.path, text: text.digest, includes: log.reads)
    return BuiltLesson(lesson, of: input, format: format, context: context, origin: origin)
  }
}
