import Catalogue
public import Lesson

/// What pages must know when there is one file and nothing beside it.
struct SingleFile: Sendable, Hashable {
  /// The ids of the lessons' titles, by the lessons' names; a lesson that stands alone has none.
  var parts: [String: String] = [:]

  /// The id of the text as a whole, which is the cover's.
  static let textID = "text"

  /// An id inside of a picture, which must be a name of XML: without the slash that ends a prefix, and not
  /// beginning with a digit.
  static func xmlName(_ id: String) -> String {
    id.utf8.contains(0x2F) ? "p." + id.replacing("/", with: ".") : id
  }

  /// What the ids of a lesson begin with, so that those of different lessons do not meet.
  func prefix(of lesson: String) -> String { parts[lesson].map { $0 + "/" } ?? "" }

  /// By how many levels the headings of a lesson are lower than on a page of its own.
  func headingShift(of lesson: String) -> Int {
    parts[lesson].map { $0 == Self.textID ? 0 : 1 } ?? 0
  }
}

extension Handout {
  /// A lesson as one file, which can be mailed: pictures and files that it links to are in it. Links to
  /// other lessons are their words alone.
  ///
  /// Closer steps, which a site has on a page beside the lesson's, are left to the stepper.
  public static func singleFile(of lesson: Lesson, context: HandoutContext) -> [UInt8] {
    var context = context
    context.singleFile = SingleFile()
    context.site = lesson.title
    (context.index, context.search) = (nil, nil)
    return pages(of: lesson, format: .html, context: context).first?.bytes ?? []
  }
}

/// A book as one file: its cover, the list of its lessons, and these one behind another, as sections.
///
/// Lessons are added in reading order and need not be kept. Each has its own part of the ids, named after its
/// file: `03-opening-a-file/the-machine`.
public struct HandoutBook {
  private let cover: Lesson?
  private var context: HandoutContext
  private var names = SingleFile()
  private var summaries: [HandoutSummary] = []
  private var sections = HTML()
  private var tables = StepTables()
  private var page: Page
  private var hasScenarios = false

  /// Begins a book.
  ///
  /// - Parameters:
  ///   - cover: Its introduction, which is in front.
  ///   - lessons: The names of all lessons that will be added: links to them are links within the file.
  ///   - context: The book's name, its glossary, the edition.
  public init(cover: Lesson?, lessons: [String], context: HandoutContext) {
    self.cover = cover
    var ids = Identifiers()
    for id in PageAnchors.fixed + ["lessons", "mechanisms"] { _ = ids.take(id) }
    if let name = context.cover { names.parts[name] = SingleFile.textID }
    for name in lessons where names.parts[name] == nil {
      names.parts[name] = ids.take(name, otherwise: "lesson")
    }
    self.context = context
    self.context.singleFile = names
    let title = cover?.title ?? context.site
    page = Page(
      title: title, description: cover?.summary ?? "", site: title,
      language: cover?.language ?? "",
      words: InterfaceWords(language: cover?.words ?? context.language.words), index: nil,
      previous: nil, next: nil)
    page.hasParts = true
    page.theme = context.theme
  }

  /// Adds the next lesson.
  public mutating func add(_ lesson: Lesson) {
    var view = LessonView(lesson)
    view.edition = context.edition
    let language = view.language
    // The language of a book without a cover is that of its first lesson.
    if page.language.isEmpty {
      page.language = language
      page.words = view.words
    }
    let isMirrored = LanguageChoice.isRightToLeft(language)
    if isMirrored { page.hasMirroredParts = true }
    var marks: [HTML.Attribute] = []
    if language != page.language { marks.append(.attribute("lang", language)) }
    if isMirrored != LanguageChoice.isRightToLeft(page.language) {
      marks.append(.attribute("dir", isMirrored ? "rtl" : "ltr"))
    }
    let id = names.parts[view.name] ?? SingleFile.textID
    sections.open(
      "section",
      [.class("part"), .attribute("aria-labelledby", id)] + marks)
    sections.raw("\n")
    sections.element("h2", .id(id), text: view.title)
    sections.raw("\n")
    let text = text(of: view)
    sections.raw(text)
    sections.raw("</section>\n")
    summaries.append(Handout.summary(of: lesson, format: .html))
  }

  private mutating func text(of view: LessonView) -> HTML {
    var html = HTML()
    if !view.fences.isEmpty { page.hasScript = true }
    if !view.scenarios.isEmpty { hasScenarios = true }
    if view.fences.contains(where: { $0.prediction != nil }) { page.hasQuestions = true }
    if !view.transcripts.isEmpty { page.hasTranscripts = true }
    if LessonPage.write(view, context: context, tables: &tables, to: &html) {
      page.hasProseSheet = true
    }
    return html
  }

  /// The file, once all lessons were added.
  public consuming func bytes() -> [UInt8] {
    if page.language.isEmpty { page.language = context.language.tag }
    var front = HTML()
    if let cover {
      var view = LessonView(cover)
      view.edition = context.edition
      view.name = context.cover ?? view.name
      front = text(of: view)
    }
    let parts = names.parts
    func address(_ lesson: HandoutSummary) -> String {
      "#" + (parts[String(lesson.fileName.dropLast(".html".utf8.count))] ?? SingleFile.textID)
    }
    front.element("h2", .id("lessons"), text: page.words(.lessonsTitle))
    front.raw("\n")
    var ids = Identifiers()
    IndexPage.write(
      summaries, page.words, isNumbered: true, ids: &ids, theme: context.theme, address: address,
      to: &front)
    var html = HTML()
    html.reserve(sections.bytes.count + (1 << 16))
    page.write(to: &html) { html in
      if hasScenarios { TimelinePicture.writePatterns(to: &html) }
      html.raw(front)
      html.raw(sections)
      if page.hasScript { Stepper.write(tables, to: &html) }
    }
    return html.bytes
  }
}

/// What parts of a book look like that stand one behind another.
enum PartSheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-0g/53pr6EGekZwcosTf6vlk+5nUDnGu4YX4uMXD5A8Y="

  /// The colours are those of ``Stylesheet``.
  static let text: StaticString = """
    .part{border-top:4px double var(--line);margin-top:4rem;padding-top:1rem}
    .part>h2:first-child{font-size:1.9rem;margin-top:.6em}
    @media print{.part{break-before:page;border:0;margin:0;padding:0}}
    """
}
