import ArgumentParser
import Catalogue
import Handout
import Lesson
import Program
import SourceText

/// `ringwalk mdbook`: a preprocessor of mdBook.
///
/// mdBook writes a context and the book to standard input, as JSON, and reads the book back from
/// standard output (mdBook's guide, "For Developers: Preprocessors").
struct MdBookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mdbook",
    abstract: "Run the walk fences of an mdBook's chapters.",
    discussion: """
      A preprocessor: put [preprocessor.ringwalk] with command = "ringwalk mdbook" into book.toml. \
      Chapters with walk fences become what `ringwalk build --format markdown` makes of them, with \
      their pictures inside; others stay as they are. A chapter that does not compile, or whose \
      expectations fail, ends the build of the book.
      """)

  @Argument(help: "supports, when mdBook asks whether a renderer is supported.")
  var question: String?

  @Argument(help: "The renderer that mdBook asks about.")
  var renderer: String?

  @OptionGroup var language: LanguageOptions
  @OptionGroup var limits: LimitOptions

  func validate() throws {
    if let question, question != "supports" {
      throw ValidationError("mdBook asks `supports RENDERER`, or nothing")
    }
  }

  func run() async throws {
    // Markdown goes to every renderer.
    if question != nil { return }
    guard let parts = try JSONValue.standardInput()?.array, parts.count == 2 else {
      throw ValidationError(
        "standard input is not what mdBook writes for a preprocessor: JSON, a context and a book")
    }
    let folder = Self.sourceFolder(parts[0])
    var book = parts[1]
    var status = ExitStatus.holds
    Self.visitChapters(in: &book) { chapter in
      status = max(
        status,
        Self.render(
          &chapter, folder: folder, limits: limits.limits, language: language.language))
    }
    try status.end()
    try book.print()
  }

  /// Where the chapters' files are.
  static func sourceFolder(_ context: JSONValue) -> String {
    let root = context["root"]?.string ?? "."
    let source = context["config"]?["book"]?["src"]?.string ?? "src"
    return "\(root)/\(source)"
  }

  /// Visits the chapters of a book in reading order, wherever this version of mdBook keeps them.
  static func visitChapters(in value: inout JSONValue, _ visit: (inout JSONValue) -> Void) {
    switch value {
    case .array(var values):
      for index in values.indices { visitChapters(in: &values[index], visit) }
      value = .array(values)
    case .object(var object):
      if var chapter = object["Chapter"] {
        visit(&chapter)
        if var below = chapter["sub_items"] {
          visitChapters(in: &below, visit)
          chapter["sub_items"] = below
        }
        object["Chapter"] = chapter
      } else {
        for key in ["sections", "items"] {
          guard var list = object[key] else { continue }
          visitChapters(in: &list, visit)
          object[key] = list
        }
      }
      value = .object(object)
    case .null, .bool, .integer, .number, .string: break
    }
  }

  /// Replaces a chapter's text by what its fences make of it.
  private static func render(
    _ chapter: inout JSONValue, folder: String, limits: RunLimits, language: LanguageChoice
  ) -> ExitStatus {
    guard let content = chapter["content"]?.string, Input.hasFence(Array(content.utf8)) else {
      return .holds
    }
    let name = chapter["path"]?.string ?? chapter["name"]?.string ?? "chapter.md"
    let lesson = LessonText(name: "\(folder)/\(name)", bytes: Array(content.utf8))
      .compileForOthers(limits: limits, language: language)
    guard lesson.exitStatus == .holds else { return lesson.exitStatus }
    let files = Handout.pages(of: lesson, format: .markdown, context: HandoutContext())
    guard let page = files.first else { return .holds }
    var text = String(decoding: page.bytes, as: UTF8.self)
    for picture in files.dropFirst() {
      text = text.replacing(
        "](\(picture.address))", with: "](\(picture.dataURI))")
    }
    chapter["content"] = .string(text)
    return .holds
  }
}
