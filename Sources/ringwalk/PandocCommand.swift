import ArgumentParser
import Catalogue
import Handout
import Lesson
import SourceText

/// `ringwalk pandoc`: a filter of Pandoc.
///
/// Pandoc writes a document to standard input, as JSON, and reads it back from standard output; the format
/// that it will write is the argument (Pandoc's manual, "Filters").
struct PandocCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pandoc",
    abstract: "Run the walk fences of a document that Pandoc reads.",
    discussion: """
      A JSON filter: pandoc -t json book.md | ringwalk pandoc html | pandoc -f json -o book.html. \
      Pandoc's --filter takes the name of a program alone; a link to ringwalk that is called \
      ringwalk-pandoc is one. Code blocks of the class walk, ``` {.walk scenario=first}, are run as in \
      a lesson, together; what they show stands behind them, and values, `{= count(…)}`, become text. \
      All else stays as it is. Pictures are SVG where the output is HTML or EPUB, else they are drawn \
      in letters. A document whose fences do not compile, or whose expectations fail, is not written. \
      Pandoc does not say where in the file a fence stood: lines in messages count in the fences.
      """)

  @Argument(help: "The format that Pandoc will write.")
  var format = "html"

  @Option(
    help: "student, or instructor: with the answers to questions and the hidden checks of tasks.")
  var edition: HandoutEdition = .student

  @OptionGroup var language: LanguageOptions
  @OptionGroup var limits: LimitOptions

  func run() async throws {
    guard let json = try JSONValue.standardInput(), var document = PandocDocument(json) else {
      throw ValidationError("standard input is not a document of Pandoc in JSON, `pandoc -t json`")
    }
    if document.fenceCount > 0 { try render(&document) }
    try document.json.print()
  }

  private func render(_ document: inout PandocDocument) throws {
    let lesson = LessonText(name: "fences.md", bytes: Array(document.lesson.utf8))
      .compileForOthers(limits: limits.limits, language: language.language)
    try lesson.exitStatus.end()
    var context = HandoutContext()
    context.edition = edition
    document.replace(
      by: Handout.parts(
        of: lesson, drawsPictures: Self.showsSVG(format), context: context))
  }

  /// Whether what is read in the end is a browser or a reader of EPUB. A format may have extensions behind
  /// it, `html+smart`.
  static func showsSVG(_ format: String) -> Bool {
    let name = format.prefix { $0 != "+" && $0 != "-" }
    return [
      "html", "html4", "html5", "epub", "epub2", "epub3", "chunkedhtml", "revealjs", "slidy",
      "slideous", "s5", "dzslides",
    ].contains(String(name))
  }
}
