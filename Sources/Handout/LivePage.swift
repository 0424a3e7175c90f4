public import SourceText

/// What is wrong with a lesson, for the page that `ringwalk serve` shows meanwhile.
public struct LiveProblem: Sendable, Hashable {
  /// How bad it is.
  public let severity: Severity
  /// The first line: code and message.
  let head: String
  /// The place, the source line with the range underlined, notes.
  let details: String

  /// What a diagnostic says, as a terminal would show it.
  public init(_ diagnostic: Diagnostic, in sources: SourceSet) {
    severity = diagnostic.severity
    let text = DiagnosticRenderer(isColoured: false).render(diagnostic, in: sources)
    let end = text.firstIndex(of: "\n") ?? text.endIndex
    head = DiagnosticRenderer.printable(String(text[..<end]))
    details = text[end...].split(separator: "\n").map { DiagnosticRenderer.printable(String($0)) }
      .joined(separator: "\n")
  }
}

/// Pages as `ringwalk serve` shows them: those that a build writes, and with them what only a server
/// can do. Nothing of this is in a page that is built.
public enum LivePage {
  /// Where the script is, which loads a page again when it has changed.
  public static let scriptPath = "/.ringwalk/live.js"
  /// Where the sheet is for what only a server shows.
  public static let sheetPath = "/.ringwalk/live.css"
  /// Where the script asks whether a page has changed; `page` and `revision` are its parameters.
  public static let changesPath = "/.ringwalk/changes"

  /// A page with the script, and above it what is wrong with its lesson.
  ///
  /// - Parameters:
  ///   - bytes: The page as a build would write it.
  ///   - name: Its file name.
  ///   - revision: What the page says when it asks whether it has changed.
  ///   - problems: What is wrong; the page is then the last one that could be made.
  public static func page(
    _ bytes: [UInt8], name: String, revision: String, problems: [LiveProblem]
  ) -> [UInt8] {
    var end = HTML()
    end.raw("<nav class=\"live-links\" aria-label=\"Server\">")
    end.element("a", .attribute("href", PlaygroundPage.path), text: "Playground")
    end.raw("</nav>\n")
    writeScript(name: name, revision: revision, to: &end)
    let policy = allow(["script-src", "style-src", "connect-src"], in: bytes)
    return insert(
      banner(problems, broken: "This does not compile; below is the page as it was"), end,
      into: policy)
  }

  /// What happened in the playground: a page of its own, in a frame.
  public static func result(_ bytes: [UInt8], problems: [LiveProblem]) -> [UInt8] {
    var end = HTML()
    writeSheet(to: &end)
    return insert(
      banner(problems, broken: "It did not come to its end"), end,
      into: allow(["style-src"], in: bytes))
  }

  private static func banner(_ problems: [LiveProblem], broken title: String) -> HTML {
    var html = HTML()
    guard !problems.isEmpty else { return html }
    let isBroken = problems.contains { $0.severity == .error }
    write(problems, title: isBroken ? title : "Worth a look", to: &html)
    return html
  }

  /// A page that stands where there is none: what is wrong, or what was not found.
  public static func notice(
    title: String, text: String, problems: [LiveProblem] = [], name: String? = nil,
    revision: String = ""
  ) -> [UInt8] {
    let page = Page(
      title: title, description: "", site: title, index: nil, previous: nil, next: nil)
    var html = HTML()
    page.write(to: &html) { html in
      html.element("p", text: text)
      html.raw("\n")
      html.element("p") { html in
        html.element("a", .attribute("href", "/"), text: "To the lessons")
      }
      html.raw("\n")
      if !problems.isEmpty { write(problems, title: "What is wrong", to: &html) }
    }
    var end = HTML()
    if let name { writeScript(name: name, revision: revision, to: &end) }
    return insert(
      HTML(), end, into: allow(["script-src", "style-src", "connect-src"], in: html.bytes))
  }

  private static func writeScript(name: String, revision: String, to html: inout HTML) {
    writeSheet(to: &html)
    html.open(
      "script", .attribute("src", scriptPath), .attribute("data-page", name),
      .attribute("data-revision", revision), .attribute("data-changes", changesPath))
    html.close("script")
    html.raw("\n")
  }

  static func writeSheet(to html: inout HTML) {
    html.open("link", .attribute("rel", "stylesheet"), .attribute("href", sheetPath))
    html.raw("\n")
  }

  /// A list of messages.
  static func write(_ problems: [LiveProblem], title: String, to html: inout HTML) {
    // It stays in view while the page below scrolls, and scrolls itself; so it takes the focus.
    html.raw("<section class=\"live-problems\" role=\"alert\" aria-label=\"Problems\" ")
    html.raw("tabindex=\"0\">\n")
    html.element("p") { html in html.element("b", text: title) }
    html.raw("\n<ul>\n")
    for problem in problems {
      html.raw("<li>")
      html.element("b", text: problem.head)
      html.raw("\n")
      html.element("pre", text: problem.details)
      html.raw("</li>\n")
    }
    html.raw("</ul>\n</section>\n")
  }

  /// Puts something at the beginning and at the end of a page's body.
  private static func insert(_ first: HTML, _ last: HTML, into page: [UInt8]) -> [UInt8] {
    let head = page.firstRange(of: Array("</head>".utf8))?.upperBound ?? 0
    let body = page[head...].firstRange(of: Array("<body".utf8))
    let start =
      body.flatMap { page[$0.upperBound...].firstIndex(of: UInt8(ascii: ">")) }.map { $0 + 1 }
    let end = lastRange(of: Array("</body>".utf8), in: page) ?? page.count
    guard let start, start <= end else { return page + first.bytes + last.bytes }
    var out: [UInt8] = []
    out.reserveCapacity(page.count + first.bytes.count + last.bytes.count)
    out += page[..<start]
    out += first.bytes
    out += page[start..<end]
    out += last.bytes
    out += page[end...]
    return out
  }

  private static func lastRange(of word: [UInt8], in page: [UInt8]) -> Int? {
    var place = page.count - word.count
    while place >= 0 {
      if page[place..<place + word.count].elementsEqual(word) { return place }
      place -= 1
    }
    return nil
  }

  /// A page whose Content-Security-Policy lets more come from the page's own server.
  ///
  /// A policy in a header could not loosen the one that stands in the page.
  static func allow(_ directives: [String], in page: [UInt8]) -> [UInt8] {
    let start = Array("http-equiv=\"Content-Security-Policy\" content=\"".utf8)
    guard let opening = page.firstRange(of: start)?.upperBound,
      let closing = page[opening...].firstIndex(of: UInt8(ascii: "\""))
    else { return page }
    var policy = String(decoding: page[opening..<closing], as: UTF8.self).split(separator: ";").map
    {
      $0.split(separator: " ").map(String.init)
    }.filter { !$0.isEmpty }
    for directive in directives {
      if let index = policy.firstIndex(where: { $0[0] == directive }) {
        policy[index].removeAll { $0 == "'none'" }
        policy[index].append("'self'")
      } else {
        policy.append([directive, "'self'"])
      }
    }
    let text = policy.map { $0.joined(separator: " ") }.joined(separator: "; ")
    return Array(page[..<opening]) + Array(text.utf8) + page[closing...]
  }
}
