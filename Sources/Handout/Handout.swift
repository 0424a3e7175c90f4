public import Catalogue
public import Lesson

/// What a handout may be written as.
public enum HandoutFormat: String, Sendable, CaseIterable {
  case html
  case markdown
  case latex
  case man

  /// The extension of its files, without the dot.
  public var fileExtension: String {
    switch self {
    case .html: "html"
    case .markdown: "md"
    case .latex: "tex"
    case .man: "7"
    }
  }
}

/// Whom pages are for.
public enum HandoutEdition: String, Sendable, CaseIterable {
  /// Without answers and hidden checks.
  case student
  /// With them.
  case instructor
}

/// A finished file.
public struct HandoutFile: Sendable, Hashable {
  /// Its name, without a folder.
  public var name: String
  /// Its content.
  public var bytes: [UInt8]
  /// How pages beside it link to it.
  public var address: String { Page.address(name) }
  /// Where links to the lessons before and after may still be put in; `nil` when nowhere.
  public let turnOffset: Int?
  /// How those links are written.
  public let language: HandoutLanguage

  /// Makes a file, also one that was read back.
  public init(
    name: String, bytes: [UInt8], turnOffset: Int? = nil,
    language: HandoutLanguage = .english
  ) {
    self.name = name
    self.bytes = bytes
    self.turnOffset = turnOffset
    self.language = language
  }

  /// The same page with links to the lessons before and after, for sites whose neighbours are not
  /// known before all lessons are; other formats, and pages that have such links, stay the same.
  public func between(
    previous: HandoutLink?, next: HandoutLink?, theme: HandoutTheme? = nil
  ) -> HandoutFile {
    guard let turnOffset, (0...bytes.count).contains(turnOffset) else { return self }
    let turns = Page.turns(previous: previous, next: next, language, theme: theme)
    return HandoutFile(
      name: name, bytes: bytes[..<turnOffset] + turns.bytes + bytes[turnOffset...])
  }
}

/// How the words of a page run.
public struct HandoutLanguage: Sendable, Hashable, Codable {
  /// What they are in.
  public let words: Language
  /// Whether the page runs from right to left.
  public let isRightToLeft: Bool

  /// English, from left to right.
  public static let english = HandoutLanguage(words: .english, isRightToLeft: false)

  init(words: Language, isRightToLeft: Bool) {
    self.words = words
    self.isRightToLeft = isRightToLeft
  }
}

/// A page that another one points to.
public struct HandoutLink: Sendable, Hashable, Codable {
  /// What the link says.
  public var title: String
  /// The file's name, without a folder.
  public var fileName: String

  /// Makes a link.
  public init(title: String, fileName: String) {
    self.title = title
    self.fileName = fileName
  }
}

/// What a page must know of the site that it stands in.
public struct HandoutContext: Sendable, Hashable {
  /// The site's name.
  public var site: String
  /// The file name of the index page; `nil` when there is none.
  public var index: String?
  /// The file name of the page that searches the site; `nil` when there is none.
  public var search: String?
  /// The name of the lesson that is the book's cover, whose page is the index; `nil` when there is none.
  public var cover: String?
  /// The terms that pages link to; `nil` when the book has no glossary.
  public var glossary: HandoutGlossary?
  /// The lesson before.
  public var previous: HandoutLink?
  /// The lesson after.
  public var next: HandoutLink?
  /// Whom the page is for.
  public var edition = HandoutEdition.student
  /// The look; the built-in one when `nil`.
  public var theme: HandoutTheme?
  /// What it must know when there is no other page.
  var singleFile: SingleFile?
  /// The language of pages and lessons that do not say another one.
  public var language = LanguageChoice.english

  /// Makes the context of a page.
  public init(
    site: String = "Lessons", index: String? = "index.html", previous: HandoutLink? = nil,
    next: HandoutLink? = nil
  ) {
    self.site = site
    self.index = index
    search = nil
    cover = nil
    glossary = nil
    self.previous = previous
    self.next = next
  }
}

/// What an index says of a lesson; small enough to keep for all lessons of a site.
public struct HandoutSummary: Sendable, Hashable, Codable {
  /// The lesson's title.
  public var title: String
  /// The lesson's summary; may be empty.
  public var summary: String
  /// The page's file name.
  public var fileName: String
  /// The mechanisms that the lesson covers.
  public var covers: [Mechanism] = []
  /// How many scenarios were run.
  public var scenarioCount = 0
  /// How many expectations hold.
  public var holdCount = 0
  /// How many expectations fail.
  public var failCount = 0
  /// How many expectations hold only because nothing matched.
  public var vacuousCount = 0
  /// What a search finds in it; `nil` of formats that have no page that searches.
  public var search: HandoutSearchText?

  init(title: String, summary: String, fileName: String) {
    self.title = title
    self.summary = summary
    self.fileName = fileName
  }
}

/// Writes lessons as pages. Values go in and bytes come out: the same for the same lesson, always.
public enum Handout {
  /// The index page of a site.
  ///
  /// - Parameters:
  ///   - lessons: What it lists, in this order.
  ///   - cover: The book's introduction, which stands above the list.
  ///   - format: How it is written.
  ///   - context: The site; its `index` is the file's name, with the format's own extension.
  public static func index(
    _ lessons: [HandoutSummary], of cover: Lesson? = nil, format: HandoutFormat = .html,
    context: HandoutContext
  ) -> HandoutFile {
    index(lessons, cover: cover.map(LessonView.init), format: format, context: context)
  }

  /// The index page of a site, the page that searches it, and the files that its introduction links to;
  /// parameters as for ``index(_:of:format:context:)``.
  public static func indexFiles(
    _ lessons: [HandoutSummary], of cover: Lesson?, format: HandoutFormat, context: HandoutContext
  ) -> [HandoutFile] {
    let view = cover.map(LessonView.init)
    return [index(lessons, cover: view, format: format, context: context)]
      + (format == .html ? searchFiles(lessons, of: cover, view, context: context) : [])
      + (view?.attachments(format) ?? [])
  }

  /// The page that searches the lessons and the introduction; none when the site has none.
  private static func searchFiles(
    _ lessons: [HandoutSummary], of cover: Lesson?, _ view: LessonView?, context: HandoutContext
  ) -> [HandoutFile] {
    guard let name = context.search else { return [] }
    var entries = lessons.compactMap { lesson in
      lesson.search.map {
        SearchPage.Entry(title: lesson.title, fileName: lesson.fileName, text: $0)
      }
    }
    if let cover, let view {
      entries.insert(
        SearchPage.Entry(
          title: view.title, fileName: context.index ?? "index.html",
          text: HandoutSearchText(view, anchors: cover.anchors)), at: 0)
    }
    return [HandoutFile(name: name, bytes: SearchPage.html(entries, context: context))]
  }

  static func index(
    _ lessons: [HandoutSummary], cover: LessonView?, format: HandoutFormat, context: HandoutContext
  ) -> HandoutFile {
    switch format {
    case .html:
      return HandoutFile(
        name: context.index ?? "index.html",
        bytes: IndexPage.html(lessons, cover: cover, context: context))
    case .markdown, .latex, .man:
      let view = cover ?? LessonView(empty: context.site, language: context.language)
      let name = "index.\(format.fileExtension)"
      let files = TextPage.files(
        view, name: name, format: format, chapters: lessons, context: context)
      return files.first ?? HandoutFile(name: name, bytes: [])
    }
  }

  /// The file with all steps of a lesson in words.
  static func stepsFileName(_ lesson: String) -> String { "\(lesson).steps.html" }

  static func render(
    _ view: LessonView, format: HandoutFormat, context: HandoutContext
  ) -> [HandoutFile] {
    var view = view
    view.edition = context.edition
    let name = "\(view.name).\(format.fileExtension)"
    switch format {
    case .html:
      var page = Page(
        title: view.title, description: view.summary, site: context.site,
        language: view.language, words: view.words, index: context.index,
        previous: context.previous,
        next: context.next)
      page.search = context.search
      page.theme = context.theme
      page.hasScript = !view.fences.isEmpty
      page.hasQuestions = view.fences.contains { $0.prediction != nil }
      let (bytes, steps, place) = LessonPage.html(view, page: page, context: context)
      let hasTurns = context.previous != nil || context.next != nil
      let main = HandoutFile(
        name: name, bytes: bytes, turnOffset: hasTurns ? nil : place,
        language: HandoutLanguage(
          words: view.words.language, isRightToLeft: LanguageChoice.isRightToLeft(view.language)))
      return [main] + (steps.map { [HandoutFile(name: stepsFileName(view.name), bytes: $0)] } ?? [])
        + view.attachments(format)
    case .markdown, .latex, .man:
      return TextPage.files(view, name: name, format: format, context: context)
        + view.attachments(format)
    }
  }
}
