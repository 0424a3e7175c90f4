import Catalogue
import Handout
import Lesson
import Program
import SourceText

/// `ringwalk build --single-file`: a lesson or a book as one file.
struct SingleFileBuild {
  /// The path of the file.
  let output: String
  let edition: HandoutEdition
  let limits: RunLimits
  let theme: HandoutTheme?
  let language: LanguageChoice
  private var status = ExitStatus.holds

  init(
    output: String, edition: HandoutEdition, theme: HandoutTheme?, limits: RunLimits,
    language: LanguageChoice = .english
  ) {
    self.theme = theme
    self.output = output
    self.edition = edition
    self.limits = limits
    self.language = language
  }

  /// Builds the inputs that paths mean, and writes the file unless nothing of them compiles.
  ///
  /// Lessons are made one after the other, since the file's steppers share their tables; none is kept.
  mutating func run(_ inputs: [Input], paths: [String]) throws -> ExitStatus {
    let book = Book(inputs, paths: paths, limits: limits, language: language)
    let names = book.chapters.map(\.lessonName)
    let isLesson = book.cover == nil && inputs.count == 1 && inputs[0].path == paths.first
    Terminal.complain(book.renderedDiagnostics)
    if !book.diagnostics.isEmpty { status = .broken }
    if let cover = book.cover { try tell(cover) }
    var linked: [LinkedLesson] = []
    var pages = HandoutBook(
      cover: book.cover.flatMap { $0.isBroken ? nil : $0 }, lessons: names, context: context(book))
    var alone: [UInt8]?
    var sources: [String: String] = [:]
    for (input, name) in zip(book.chapters, names) {
      let lesson = input.compile(limits: limits, language: book.language)
      try tell(lesson)
      linked.append(LinkedLesson(lesson))
      guard !lesson.isBroken else { continue }
      if let first = sources[name] {
        fail(.samePage("\(name).html", first: first, second: input.path))
        continue
      }
      sources[name] = input.path
      if isLesson {
        alone = Handout.singleFile(of: lesson, context: context(book))
      } else {
        pages.add(lesson)
      }
    }
    if let cover = book.cover { linked.append(LinkedLesson(cover)) }
    for (diagnostic, sources) in LinkedLesson.problems(of: linked).joined() {
      Terminal.complain(diagnostic, in: sources)
      if diagnostic.severity == .error { status = .broken }
    }
    if !sources.isEmpty || book.cover.map({ !$0.isBroken }) ?? false {
      write(alone ?? pages.bytes(), over: inputs)
    }
    let count = sources.count
    try Terminal.print(
      DiagnosticRenderer.printable("\(output): \(count) \(count == 1 ? "lesson" : "lessons")")
        + "\n")
    return status
  }

  private func context(_ book: Book) -> HandoutContext {
    var context = HandoutContext()
    context.edition = edition
    context.theme = theme
    context.language = book.language
    context.cover = book.coverName
    context.glossary = book.glossary
    return context
  }

  private mutating func tell(_ lesson: Lesson) throws {
    Terminal.complain(lesson.renderedDiagnostics)
    if lesson.hasFailures { try Terminal.print(VerdictReport.text(lesson)) }
    status = max(status, lesson.exitStatus)
  }

  private mutating func write(_ bytes: [UInt8], over inputs: [Input]) {
    let slash = output.lastIndex(of: "/")
    let folder = slash.map { $0 == output.startIndex ? "/" : String(output[..<$0]) } ?? "."
    let name = slash.map { String(output[output.index(after: $0)...]) } ?? output
    do throws(FileFailure) {
      if let real = FileSystem.realPath(output) {
        if try FileSystem.kind(of: real) == .folder { throw FileFailure("it is a folder") }
        if inputs.contains(where: { FileSystem.realPath($0.path) == real }) {
          throw FileFailure("it is one of the lessons")
        }
      }
      if name.isEmpty { throw FileFailure("it is the name of a folder") }
      try FileSystem.makeFolder(folder)
      try FileSystem.write(bytes, to: name, in: folder)
    } catch {
      fail(.unwritableFile(output, reason: error.reason))
    }
  }

  private mutating func fail(_ diagnostic: Diagnostic) {
    Terminal.complain(diagnostic)
    status = .broken
  }
}
