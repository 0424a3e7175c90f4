public import SourceText

/// How pages look: mustache templates and a sheet.
///
/// The built-in pages are made of the built-in one, so a copy that nobody has changed makes the same pages.
/// What pages hold (text, steps, pictures) is no part of a theme, nor are scripts: the policy of a page lets
/// only ours run.
public struct HandoutTheme: Sendable, Hashable {
  /// The frame of all pages.
  private(set) var page = Template()
  /// The links to the lessons before and after.
  private(set) var turns = Template()
  /// The list of lessons.
  private(set) var lessons = Template()
  /// The sheet of all pages.
  private(set) var sheet = PagePart(Stylesheet.text, digest: Stylesheet.digest)

  /// The names of the templates and of the sheet.
  public static let fileNames = ["page.mustache", "turns.mustache", "lessons.mustache", sheetName]
  private static let sheetName = "theme.css"
  /// How large a file of a theme may be.
  public static let byteLimit = 1 << 18

  /// The built-in file of a name; empty for other names.
  public static func builtInFile(_ name: String) -> [UInt8] {
    var html = HTML()
    switch name {
    case "page.mustache": html.raw(ThemeFiles.page)
    case "turns.mustache": html.raw(ThemeFiles.turns)
    case "lessons.mustache": html.raw(ThemeFiles.lessons)
    case sheetName:
      html.raw(Stylesheet.text)
      return ThemeSheet.readable(html.bytes)
    default: break
    }
    return html.bytes
  }

  /// The theme of pages that have no other.
  static let builtIn = read([], digest: { _ in "" }).theme

  /// Reads a theme. What it has no file for is as in the built-in one.
  ///
  /// - Parameters:
  ///   - files: Its files, whose names may have folders in front.
  ///   - digest: Works out the SHA-256 of a sheet, in hexadecimal digits.
  /// - Returns: The theme, which is not to be used when something is wrong with it; what that is; and the
  ///   sources that messages speak of.
  public static func read(
    _ files: [SourceFile], digest: ([UInt8]) -> String
  ) -> (theme: HandoutTheme, diagnostics: [Diagnostic], sources: SourceSet) {
    var theme = HandoutTheme()
    var sources = SourceSet()
    var ids: [String: FileID] = [:]
    var diagnostics: [Diagnostic] = []
    for file in files {
      let id = sources.add(file)
      let name = file.name.split(separator: "/").last.map(String.init) ?? file.name
      if file.bytes.count > byteLimit {
        diagnostics.append(
          .themeFile("the file is too large", "at most 256 KiB", at: id, 0..<0))
      } else if String(validating: file.bytes, as: UTF8.self) == nil {
        diagnostics.append(.themeFile("the file is not UTF-8 text", "", at: id, 0..<0))
      } else {
        ids[name] = id
      }
      guard name == sheetName else { continue }
      let sheet = ThemeSheet.compact(file.bytes)
      theme.sheet = PagePart(sheet, sha256: digest(sheet))
      let small = file.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
      if let end = small.firstRange(of: Array("</style".utf8)) {
        diagnostics.append(
          .themeFile("a sheet cannot have `</style`", "its element would end here", at: id, end))
      }
    }
    for name in fileNames where ids[name] == nil {
      ids[name] = sources.add(SourceFile(name: name, bytes: builtInFile(name)))
    }
    var reader = TemplateReader(files: ids, sources: sources)
    theme.page = reader.read("page.mustache", names: PageNames.page)
    theme.turns = reader.read("turns.mustache", names: PageNames.turns)
    theme.lessons = reader.read("lessons.mustache", names: PageNames.lessons)
    diagnostics += reader.diagnostics
    for (name, id) in ids.sorted(by: { $0.value < $1.value })
    where isPart(name) && name != sheetName && !reader.used.contains(name) {
      diagnostics.append(
        .themeFile(
          "no page is made of `\(DiagnosticRenderer.printable(name))`", "", at: id, 0..<0,
          nearest: Nearest.name(to: name, among: fileNames)))
    }
    return (theme, diagnostics, sources)
  }

  /// Whether a file of a folder is one that a theme may have.
  public static func isPart(_ name: String) -> Bool {
    name.hasSuffix(".mustache") || name.hasSuffix(".css")
  }
}

/// A sheet or script that stands in a page, and the digest by which the page's policy knows it.
struct PagePart: Sendable, Hashable {
  let text: [UInt8]
  let digest: String

  /// A part of ours; a test computes its digest.
  init(_ text: StaticString, digest: StaticString) {
    var html = HTML()
    html.raw(text)
    self.text = html.bytes
    self.digest = "\(digest)"
  }

  /// A part of somebody else's, with its SHA-256 in hexadecimal digits.
  init(_ text: [UInt8], sha256: String) {
    self.text = text
    var bytes: [UInt8] = []
    var digits = sha256.utf8[...]
    while let byte = UInt8(String(digits.prefix(2)) ?? "", radix: 16) {
      bytes.append(byte)
      digits = digits.dropFirst(2)
    }
    digest = "sha256-\(Base64.text(bytes))"
  }
}

/// The names that templates may use.
enum PageNames {
  private static let link = TemplateNames(kinds: ["address": .text, "name": .text])

  static let page = TemplateNames(
    kinds: [
      "language": .text, "isRightToLeft": .flag, "policy": .markup, "windowTitle": .text,
      "description": .text, "sheets": .group(TemplateNames(kinds: ["sheet": .markup])),
      "skip": .text, "hasNavigation": .flag, "navigation": .text, "site": .text,
      "index": .group(link), "search": .group(link), "title": .text, "content": .markup,
      "scripts": .group(TemplateNames(kinds: ["script": .markup])),
    ], place: "turns",
    required: ["policy", "sheets", "sheet", "title", "content", "scripts", "script"])

  static let turns: TemplateNames = {
    let turn = TemplateNames(kinds: ["address": .text, "name": .text, "arrow": .text])
    return TemplateNames(
      kinds: ["navigation": .text, "previous": .group(turn), "next": .group(turn)],
      required: ["previous", "next"])
  }()

  static let lessons = TemplateNames(
    kinds: [
      "lessons": .group(
        TemplateNames(kinds: [
          "heading": .text, "number": .text, "address": .text, "title": .text, "summary": .markup,
          "counts": .text,
        ]))
    ], required: ["lessons", "address", "title"])
}
