public import ArgumentParser
public import Handout
import Lesson
import Program
import SourceText

extension HandoutFormat: ExpressibleByArgument {}
extension HandoutEdition: ExpressibleByArgument {}

/// `ringwalk build [PATH…] -o DIR`.
struct BuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Render lessons into handouts.",
    discussion: """
      A folder stands for all .md files below it; without a path it is lessons. Pages are named after \
      their lessons and lie side by side in the output folder; index.html lists them. A file book.md \
      in the folder is the cover: its title, its introduction, and with `order:` the order of the \
      lessons. Of glossary.md each heading of the second level is a term, to which lessons link \
      where they first use it. A lesson that \
      does not compile gets no page, and all others are built.

      A hidden file .ringwalk-cache in the output folder remembers what the pages were made of; the \
      next build makes only what has changed, and its pages are the same as those of a full build.

      With --single-file everything becomes one HTML file, which can be mailed: a lesson, or a folder's \
      book with its lessons one behind another. Pictures and linked files are in it, links between its \
      lessons are links within it, and those to other lessons are their words alone. All steps in words \
      are left to the pages of a folder, and search to the browser.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [String] = ["lessons"]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder to write into; with --single-file, the file.", valueName: "path"))
  var output: String

  @Option(help: "html, markdown, latex or man.")
  var format: HandoutFormat = .html

  @Option(
    help: "student, or instructor: with the answers to questions and the hidden checks of tasks.")
  var edition: HandoutEdition = .student

  @Flag(
    name: .customLong("no-cache"),
    help: "Build everything anew, and keep nothing for the next build.")
  var isWithoutCache = false

  @Flag(name: .customLong("single-file"), help: "Write one HTML file that has everything in it.")
  var isSingleFile = false

  @Option(
    help: ArgumentHelp(
      "A folder with templates and a sheet; ringwalk theme makes one.", valueName: "dir"))
  var theme: String?

  @OptionGroup var input: InputOptions
  @OptionGroup var language: LanguageOptions
  @OptionGroup var limits: LimitOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("-o takes the name of a folder") }
    if theme != nil, format != .html {
      throw ValidationError("--theme is the look of HTML, not of \(format.rawValue)")
    }
    if isSingleFile, format != .html {
      throw ValidationError("--single-file writes HTML, not \(format.rawValue)")
    }
  }

  func run() async throws {
    let theme = try ThemeFolder.named(theme)
    if isSingleFile {
      let inputs = Input.all(paths, standardInputName: input.name, extensions: [".md"])
      var build = SingleFileBuild(
        output: output, edition: edition, theme: theme, limits: limits.limits,
        language: language.language)
      return try build.run(inputs, paths: paths).end()
    }
    do throws(FileFailure) {
      try FileSystem.makeFolder(output)
    } catch {
      Terminal.complain(.unwritableFile(output, reason: error.reason))
      throw ExitCode(ExitStatus.broken.rawValue)
    }
    let inputs = Input.all(
      paths, standardInputName: input.name, extensions: [".md"],
      excluding: FileSystem.realPath(output))
    let limits = limits.limits
    let book = Book(inputs, paths: paths, limits: limits, language: language.language)
    var site = Site(folder: output, format: format, inputs: inputs, book: book)
    try site.open()
    site.edition = edition
    site.theme = theme
    let context = site.context
    let settings =
      isWithoutCache
      ? nil : BuildCache.settings(format: format, limits: limits, context: context)
    let cache = settings.map { BuildCache(in: output, settings: $0) }
    let builder = LessonBuilder(
      format: format, limits: limits, context: context, folder: output, cache: cache)
    try await inOrder(book.chapters) { input in
      builder.build(input)
    } each: { built in
      try site.add(built, rebuild: builder.rebuild)
    }
    try site.finish(cache: cache, rebuild: builder.rebuild)
    try site.status.end()
  }
}
