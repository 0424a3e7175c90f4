import Catalogue
import Handout
import Lesson
import Program
import SourceText

/// The lessons of a command as chapters of a book.
///
/// A folder that a command names is a book when a file `book.md` lies in it: that is its cover, with
/// title, introduction and the order of the lessons.
struct Book {
  /// The cover, compiled; `nil` when there is none.
  private(set) var cover: Lesson?
  /// The lessons in reading order, without covers.
  private(set) var chapters: [Input]
  /// The glossary among the chapters; `nil` when there is none, or when it does not compile.
  private(set) var glossary: HandoutGlossary?
  /// What is wrong with the order.
  private(set) var diagnostics: [Diagnostic] = []

  /// The language of what does not say its own: the cover's, else that of the command.
  private(set) var language: LanguageChoice

  /// The name of a cover's file.
  static let coverName = "book.md"

  /// The name of the page that searches a site.
  static let searchName = "search.html"

  /// The name of a glossary's file.
  static let glossaryName = "glossary.md"

  /// Whether a path is that of the cover of one of the folders that a command names.
  private static func isCover(_ input: Input, of paths: [String]) -> Bool {
    isFile(coverName, input, of: paths)
  }

  /// Whether a path is that of a file right in one of the folders that a command names.
  private static func isFile(_ name: String, _ input: Input, of paths: [String]) -> Bool {
    paths.contains { input.path == ($0.hasSuffix("/") ? $0 + name : "\($0)/\(name)") }
  }

  /// - Parameters:
  ///   - inputs: All files of the command, in order of their names.
  ///   - paths: The paths that the command names.
  ///   - language: The language of lessons that do not say what they are in.
  ///   - wantsGlossary: Whether pages are made, which link to the terms.
  init(
    _ inputs: [Input], paths: [String], limits: RunLimits, language: LanguageChoice = .english,
    wantsGlossary: Bool = true
  ) {
    self.language = language
    chapters = inputs.filter { !Self.isCover($0, of: paths) }
    if wantsGlossary,
      let input = chapters.first(where: { Self.isFile(Self.glossaryName, $0, of: paths) })
    {
      let lesson = input.compile(limits: limits, language: language)
      glossary = lesson.isBroken ? nil : HandoutGlossary(lesson)
    }
    let covers = inputs.filter { Self.isCover($0, of: paths) }
    guard let first = covers.first else { return }
    let cover = first.compile(limits: limits, language: language)
    self.cover = cover
    self.language = LanguageChoice(cover.language) ?? language
    for other in covers.dropFirst() {
      diagnostics.append(.samePage("index.html", first: first.path, second: other.path))
    }
    sort(by: cover.order)
  }

  /// Puts the lessons that an order names first, in that order.
  private mutating func sort(by order: [Chapter]) {
    var sorted: [Input] = []
    var rest = chapters
    let names = chapters.map(\.lessonName)
    for chapter in order {
      if let index = rest.firstIndex(where: { $0.lessonName == chapter.name }) {
        sorted.append(rest.remove(at: index))
      } else {
        diagnostics.append(
          .unknownChapter(chapter, known: names, isRepeated: names.contains(chapter.name)))
      }
    }
    chapters = sorted + rest
  }

  /// The name of the cover as links name it; `nil` when there is none, or when it is a lesson's as well.
  var coverName: String? {
    let name = String(Self.coverName.dropLast(3))
    return cover == nil || chapters.contains { $0.lessonName == name } ? nil : name
  }

  /// The cover's file, which messages are about.
  var sources: SourceSet { cover?.sources ?? SourceSet() }

  /// What is wrong with cover and order, as standard error shows it.
  var renderedDiagnostics: String {
    let renderer = DiagnosticRenderer(isColoured: Terminal.isColoured)
    return diagnostics.map { renderer.render($0, in: sources) + "\n" }.joined()
  }
}
