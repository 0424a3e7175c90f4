/// What all pages share: head, landmarks, skip link, navigation.
struct Page {
  var title: String
  var description: String
  var site: String
  var language = "en"
  /// Where to go from here; `nil` on the index itself.
  var index: String?
  /// The page that searches the site; `nil` on that page itself, and when there is none.
  var search: String?
  var previous: HandoutLink?
  var next: HandoutLink?
  /// Whether it has what the script works on.
  var hasScript = false
  /// Whether it has what the second sheet is for.
  var hasProseSheet = false
  /// Whether it asks questions, for which there is a script and a sheet.
  var hasQuestions = false
  /// Whether it has several lessons, one behind another.
  var hasParts = false
  /// Whether it is the page that searches, which has a script and a sheet of its own.
  var hasSearch = false

  /// A sheet or script of ours, and the digest by which the policy knows it.
  private typealias Part = (text: StaticString, digest: StaticString)

  private var sheets: [Part] {
    var sheets: [Part] = [(Stylesheet.text, Stylesheet.digest)]
    if hasProseSheet { sheets.append((ProseSheet.text, ProseSheet.digest)) }
    if hasQuestions { sheets.append((PredictionSheet.text, PredictionSheet.digest)) }
    if hasParts { sheets.append((PartSheet.text, PartSheet.digest)) }
    if hasSearch { sheets.append((SearchSheet.text, SearchSheet.digest)) }
    return sheets
  }

  private var scripts: [Part] {
    var scripts: [Part] = []
    if hasScript {
      scripts.append((StepperScript.text, StepperScript.digest))
      if hasQuestions { scripts.append((PredictionScript.text, PredictionScript.digest)) }
    }
    if hasSearch { scripts.append((SearchScript.text, SearchScript.digest)) }
    return scripts
  }

  /// Writes the page around what `content` writes into its `main`, below the title.
  func write(to html: inout HTML, _ content: (inout HTML) -> Void) {
    html.raw("<!DOCTYPE html>\n")
    html.open("html", .attribute("lang", language))
    html.raw("\n<head>\n<meta charset=\"utf-8\">\n")
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
    html.raw("style-src '")
    Self.write(sheets.map(\.digest), between: "' '", to: &html)
    if !scripts.isEmpty {
      html.raw("'; script-src '")
      Self.write(scripts.map(\.digest), between: "' '", to: &html)
    }
    html.raw("'; img-src 'self' data:; base-uri 'none'; form-action 'none'\">\n")
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    html.element("title", text: title == site ? title : "\(title) · \(site)")
    html.raw("\n")
    if !description.isEmpty {
      html.open("meta", .attribute("name", "description"), .attribute("content", description))
      html.raw("\n")
    }
    html.raw("<style>")
    Self.write(sheets.map(\.text), between: "</style>\n<style>", to: &html)
    html.raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#text\">Skip to the text</a>\n")
    if index != nil || search != nil {
      html.raw("<header>\n<nav aria-label=\"Site\">")
      if let index { html.element("a", .attribute("href", Self.address(index)), text: site) }
      if index != nil, search != nil { html.text(" · ") }
      if let search {
        html.element("a", .attribute("href", Self.address(search)), text: BookWords.search)
      }
      html.raw("</nav>\n</header>\n")
    }
    html.raw("<main id=\"text\">\n")
    html.element("h1", text: title)
    html.raw("\n")
    content(&html)
    if hasScript { Stepper.writeTemplate(to: &html) }
    html.raw("</main>\n")
    if !scripts.isEmpty {
      html.raw("<script>")
      Self.write(scripts.map(\.text), between: "</script>\n<script>", to: &html)
      html.raw("</script>\n")
    }
    html.raw(Self.turns(previous: previous, next: next))
    html.raw(Self.end)
  }

  private static func write(
    _ parts: [StaticString], between separator: StaticString, to html: inout HTML
  ) {
    for (index, part) in parts.enumerated() {
      if index > 0 { html.raw(separator) }
      html.raw(part)
    }
  }

  private static let end: StaticString = "</body>\n</html>\n"
  /// How many bytes of a page come after the place of its ``turns(previous:next:)``.
  static var endByteCount: Int { end.utf8CodeUnitCount }

  /// The links to the lessons before and after; nothing when there is neither.
  static func turns(previous: HandoutLink?, next: HandoutLink?) -> HTML {
    var html = HTML()
    guard previous != nil || next != nil else { return html }
    html.raw("<footer>\n<nav class=\"turn\" aria-label=\"Lessons before and after\">")
    if let previous {
      html.open(
        "a", .attribute("rel", "prev"), .attribute("href", Self.address(previous.fileName)))
      html.text("← \(previous.title)")
      html.close("a")
    }
    if let next {
      html.open("a", .attribute("rel", "next"), .attribute("href", Self.address(next.fileName)))
      html.text("\(next.title) →")
      html.close("a")
    }
    html.raw("</nav>\n</footer>\n")
    return html
  }

  /// A file name as a relative address: everything that an address could misread is escaped.
  static func address(_ fileName: String) -> String {
    "./" + percentEncoded(Array(fileName.utf8), keeping: [])
  }

  /// Bytes as a part of an address: letters, digits and `-._~` stay (RFC 3986, 2.3), and what is named.
  fileprivate static func percentEncoded(_ bytes: [UInt8], keeping kept: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for byte in bytes {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
      case _ where kept.contains(byte): out.append(byte)
      default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension HandoutFile {
  /// An SVG file as an address that holds all of it, and that may stand between the parentheses of a
  /// Markdown image.
  public var dataURI: String {
    "data:image/svg+xml," + Page.percentEncoded(bytes, keeping: Array("=:/;,".utf8))
  }
}
