import Lesson
import SourceText

/// A lesson of a command as far as links between lessons go: it can cross threads, and is small.
struct LinkedLesson: Sendable {
  let page: BookLinks.Page
  /// Its text, where that cannot be read again.
  private let text: [UInt8]?

  /// A lesson that was compiled.
  init(_ lesson: Lesson) {
    let file = lesson.sources.files.first
    page = BookLinks.Page(
      path: file?.name ?? lesson.name, summary: lesson.isBroken ? nil : lesson.linkSummary)
    text = file?.bytes
  }

  /// A lesson on its way into a site.
  init(_ built: BuiltLesson) {
    page = BookLinks.Page(path: built.source, summary: built.links)
    text = built.text
  }

  /// A lesson of a live site.
  init(path: String, summary: LinkSummary?) {
    page = BookLinks.Page(path: path, summary: summary)
    text = nil
  }

  /// What is wrong with the links between lessons: of each lesson, each with its source.
  static func problems(of lessons: [LinkedLesson]) -> [[(Diagnostic, SourceSet)]] {
    let found = BookLinks.diagnostics(of: lessons.map(\.page)) { path in
      (try? FileSystem.kind(of: path)) == .file
    }
    return zip(lessons, found).map { lesson, diagnostics in
      guard !diagnostics.isEmpty else { return [] }
      let sources = lesson.sources
      return diagnostics.map { ($0, sources) }
    }
  }

  /// The lesson's file, for messages about it.
  private var sources: SourceSet {
    var sources = SourceSet()
    let name = page.path
    let bytes = text ?? (try? FileSystem.read(name, limit: LessonLimits.fileBytes)) ?? []
    _ = sources.add(SourceFile(name: name, bytes: bytes))
    return sources
  }
}
