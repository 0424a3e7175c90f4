import Catalogue

/// What all pages share: head, landmarks, skip link, navigation.
struct Page {
  var title: String
  var description: String
  var site: String
  /// HTML's `lang`.
  var language = "en"
  /// The words of the page itself.
  var words = InterfaceWords.english
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
  /// Whether it has words of the machine, for which there is a sheet.
  var hasTranscripts = false
  /// Whether it runs from right to left.
  private var isRightToLeft: Bool { LanguageChoice.isRightToLeft(language) }
  /// Whether it asks questions, for which there is a script and a sheet.
  var hasQuestions = false
  /// Whether lessons in it run from right to left.
  var hasMirroredParts = false
  /// Whether it has several lessons, one behind another.
  var hasParts = false
  /// Whether it is the page that searches, which has a script and a sheet of its own.
  var hasSearch = false

  /// The look; that of the built-in pages when `nil`.
  var theme: HandoutTheme?

  private var look: HandoutTheme { theme ?? .builtIn }

  private var sheets: [PagePart] {
    var sheets = [look.sheet]
    if isRightToLeft || hasMirroredParts {
      sheets.append(PagePart(MirrorSheet.text, digest: MirrorSheet.digest))
    }
    if hasProseSheet { sheets.append(PagePart(ProseSheet.text, digest: ProseSheet.digest)) }
    if hasTranscripts {
      sheets.append(PagePart(TranscriptSheet.text, digest: TranscriptSheet.digest))
    }
    if hasScript { sheets.append(PagePart(TimelineSheet.text, digest: TimelineSheet.digest)) }
    if hasQuestions {
      sheets.append(PagePart(PredictionSheet.text, digest: PredictionSheet.digest))
    }
    if hasParts { sheets.append(PagePart(PartSheet.text, digest: PartSheet.digest)) }
    if hasSearch { sheets.append(PagePart(SearchSheet.text, digest: SearchSheet.digest)) }
    return sheets
  }

  private var scripts: [PagePart] {
    var scripts: [PagePart] = []
    if hasScript {
      scripts.append(PagePart(StepperScript.text, digest: StepperScript.digest))
      if hasQuestions {
        scripts.append(PagePart(PredictionScript.text, digest: PredictionScript.digest))
      }
    }
    if hasSearch { scripts.append(PagePart(SearchScript.text, digest: SearchScript.digest)) }
    return scripts
  }

  /// What the page may load and run: the sheets and scripts that stand in it.
  private var policy: HTML {
    var html = HTML()
    func write(_ parts: [PagePart]) {
      for part in parts {
        html.raw(" '")
        html.text(part.digest)
        html.raw("'")
      }
    }
    html.raw("default-src 'none'; style-src")
    write(sheets)
    let scripts = scripts
    if !scripts.isEmpty {
      html.raw("; script-src")
      write(scripts)
    }
    html.raw("; img-src 'self' data:; base-uri 'none'; form-action 'none'")
    return html
  }

  /// Writes the page around what `content` writes into its `main`, below the title.
  ///
  /// - Returns: Where links to the lessons before and after stand, or would.
  @discardableResult
  func write(to html: inout HTML, _ content: (inout HTML) -> Void) -> Int? {
    var main = HTML()
    content(&main)
    if hasScript { Stepper.writeTemplate(words, to: &main) }
    func link(_ name: String, _ fileName: String?) -> TemplateValues.Value {
      .group(
        fileName.map {
          [TemplateValues(values: ["address": .text(Self.address($0)), "name": .text(name)])]
        } ?? [])
    }
    func all(_ parts: [PagePart], _ name: String) -> TemplateValues.Value {
      .group(parts.map { TemplateValues(values: [name: .markup(HTML(ours: $0.text))]) })
    }
    let values = TemplateValues(values: [
      "language": .text(language), "isRightToLeft": .flag(isRightToLeft), "policy": .markup(policy),
      "windowTitle": .text(title == site ? title : "\(title) · \(site)"),
      "description": .text(description), "sheets": all(sheets, "sheet"),
      "skip": .text(words(.skipToText)), "hasNavigation": .flag(index != nil || search != nil),
      "navigation": .text(words(.site)), "site": .text(site),
      "index": link(site, index), "search": link(words(.search), search),
      "title": .text(title), "content": .markup(main), "scripts": all(scripts, "script"),
    ])
    guard let place = look.page.write(values, to: &html) else { return nil }
    html.insert(
      Self.turns(
        previous: previous, next: next,
        HandoutLanguage(words: words.language, isRightToLeft: isRightToLeft), theme: theme),
      at: place)
    return place
  }

  /// The links to the lessons before and after; nothing when there is neither.
  static func turns(
    previous: HandoutLink?, next: HandoutLink?, _ language: HandoutLanguage, theme: HandoutTheme?
  ) -> HTML {
    let words = InterfaceWords(language: language.words)
    let (back, forth) = language.isRightToLeft ? ("→", "←") : ("←", "→")
    var html = HTML()
    guard previous != nil || next != nil else { return html }
    func turn(_ link: HandoutLink?, _ arrow: String) -> TemplateValues.Value {
      .group(
        link.map {
          [
            TemplateValues(values: [
              "address": .text(address($0.fileName)), "name": .text($0.title),
              "arrow": .text(arrow),
            ])
          ]
        } ?? [])
    }
    (theme ?? .builtIn).turns.write(
      TemplateValues(values: [
        "navigation": .text(words(.turns)), "previous": turn(previous, back),
        "next": turn(next, forth),
      ]), to: &html)
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
