import Catalogue
import Claims
import Foundation
import Markdown
import SourceText
import TestSupport
import Testing
import Trace
import WalkSyntax

@testable import Handout

@Suite struct HandoutTests {
  static func html(_ view: LessonView) -> String {
    let files = Handout.render(view, format: .html, context: SampleLesson.context)
    for file in files.dropFirst() { expectSound(String(decoding: file.bytes, as: UTF8.self)) }
    return String(decoding: files.first?.bytes ?? [], as: UTF8.self)
  }

  /// The step of a story that a page links to with some words.
  static func step(_ words: String, in page: String) -> String? {
    page.ranges(of: ">\(words)").first.flatMap { found in
      values(of: "href", in: String(page[..<found.lowerBound]) + ">").last
    }
  }

  /// The values of an attribute, in order.
  static func values(of attribute: String, in page: String) -> [String] {
    // Bytes: characters of a large page take seconds.
    let bytes = Array(page.utf8)
    let mark = Array(" \(attribute)=\"".utf8)
    var found: [String] = []
    var index = 0
    while let start = bytes[index...].firstIndex(of: 0x20) {
      index = start + 1
      guard bytes[start...].starts(with: mark),
        let end = bytes[(start + mark.count)...].firstIndex(of: 0x22)
      else { continue }
      found.append(String(decoding: bytes[(start + mark.count)..<end], as: UTF8.self))
      index = end
    }
    return found
  }

  static func expectSound(_ page: String) {
    let all = values(of: "id", in: page)
    let ids = Set(all)
    #expect(all.count == ids.count, "ids are unique")
    for link in values(of: "href", in: page) where link.hasPrefix("#") && link != "#" {
      #expect(ids.contains(String(link.dropFirst())), "\(link) leads nowhere")
    }
    // Only the page's own script and data are script elements, and nothing in them can end them.
    var rest = page[...]
    var scripts: [Substring] = []
    while let start = rest.range(of: "<script") {
      guard let end = rest[start.upperBound...].range(of: "</script>") else { break }
      scripts.append(rest[start.lowerBound..<end.lowerBound])
      rest = rest[end.upperBound...]
    }
    for script in scripts {
      if script.hasPrefix("<script>") {
        #expect(
          script.dropFirst(8) == "\(StepperScript.text)"
            || script.dropFirst(8) == "\(PredictionScript.text)"
            || script.dropFirst(8) == "\(SearchScript.text)")
      } else {
        #expect(script.hasPrefix("<script type=\"application/json\""))
        #expect(!script.dropFirst().contains("<"))
        let json = Data(script.drop { $0 != ">" }.dropFirst().utf8)
        #expect((try? JSONSerialization.jsonObject(with: json)) != nil)
      }
    }
    #expect(page.lowercased().components(separatedBy: "<script").count - 1 == scripts.count)
    #expect(!page.contains(" style="))
    #expect(!page.contains("javascript:"))
    #expect(page.components(separatedBy: "<h1").count == 2, "one h1")
  }

  @Test func `the page of a small lesson`() throws {
    let page = Self.html(SampleLesson.view())
    if let path = ProcessInfo.processInfo.environment["HANDOUT_PAGE"] {
      try page.write(toFile: path, atomically: true, encoding: .utf8)
    }
    Self.expectSound(page)
    // The sheet has a test of its own.
    let start = try #require(page.range(of: "<style>"))
    let end = try #require(page.range(of: "</style>"))
    let body = String(page[..<start.upperBound] + page[end.lowerBound...])
      .replacing("\(Stylesheet.digest)", with: "DIGEST")
      .replacing("\(StepperScript.digest)", with: "DIGEST")
      .replacing("\(StepperScript.text)", with: "SCRIPT")
    try expectGolden(body, "Handout/01-opening-a-file.html")
  }

  @Test(arguments: [HandoutFormat.markdown, .latex, .man])
  func `the small lesson in other formats`(_ format: HandoutFormat) throws {
    let files = Handout.render(
      SampleLesson.view(), format: format, context: SampleLesson.context)
    let file = try #require(files.first)
    #expect(file.name == "01-opening-a-file.\(format.fileExtension)")
    try expectGolden(String(decoding: file.bytes, as: UTF8.self), "Handout/\(file.name)")
  }

  @Test func `a page's verdicts stand below their script and lead to their steps`() throws {
    let page = Self.html(SampleLesson.view())
    let ids = Self.values(of: "id", in: page)
    for (step, anchor) in [
      (7, "editor-enters-kernel-syscall"), (18, "editor-sleeps"), (28, "sda-interrupts"),
      (41, "editor-system-call-returns-alarm"),
    ] {
      let id = "first-half/" + anchor
      #expect(Self.step("See step \(step).", in: page) == "#\(id)")
      #expect(ids.contains(id))
    }
    #expect(page.contains("<b>✓ holds</b>"))
    #expect(page.contains("<li class=\"fails\"><b>✗ fails</b>"))
    #expect(page.contains("<li class=\"vacuous\"><b>○ vacuous</b>"))
    let script = try #require(page.range(of: "Scenario first-half</figcaption>"))
    let verdict = try #require(page.range(of: "✓ holds"))
    let later = try #require(page.range(of: "Scenario first-half, continued"))
    #expect(script.lowerBound < verdict.lowerBound && verdict.lowerBound < later.lowerBound)
  }

  @Test func `hidden checks and answers are in no format`() {
    for format in HandoutFormat.allCases {
      let files = Handout.render(SampleLesson.view(), format: format, context: HandoutContext())
      let text = String(decoding: files.flatMap(\.bytes), as: UTF8.self)
      #expect(text.contains("ends cleanly"))
      #expect(text.contains("open two files so that"))
      #expect(!text.contains("arm64"))
      #expect(!text.contains("exactly 2"))
      #expect(!text.contains("answer 4"))
      #expect(!text.contains("the submission must define it"))
    }
  }

  @Test func `the picture has a name, a description and a legend`() throws {
    let page = Self.html(SampleLesson.view())
    let start = try #require(page.range(of: "<svg role=\"img\""))
    let picture = page[start.lowerBound...]
    #expect(
      picture.contains("<title id=\"first-half-timeline-title\">Timeline of first-half</title>"))
    #expect(picture.contains("editor: user mode"))
    #expect(picture.contains("<ul class=\"legend\">"))
    for word in ["user mode", "kernel mode", "interrupt", "asleep", "waiting for a CPU"] {
      #expect(picture.contains(word))
    }
  }

  @Test(arguments: HandoutFormat.allCases)
  func `a lesson is rendered alike again and its tree is left as it was`(_ format: HandoutFormat) {
    let view = SampleLesson.view()
    let before = view.document.commonMark(width: 0)
    let first = Handout.render(view, format: format, context: SampleLesson.context)
    #expect(view.document.commonMark(width: 0) == before)
    for other in HandoutFormat.allCases {
      _ = Handout.render(view, format: other, context: SampleLesson.context)
    }
    #expect(Handout.render(view, format: format, context: SampleLesson.context) == first)
    #expect(
      Handout.render(SampleLesson.view(), format: format, context: SampleLesson.context) == first)
  }

  @Test func `hostile text stays text`() throws {
    // The last character turns the words behind it around.
    let evil = "</script><img src=x onerror=alert(1)>\"'&\u{0}\u{1B}\u{202E}"
    let source = """
      # \(evil)

      <script>alert(1)</script> [a](javascript:alert(1)) <img onerror=x>

      \u{2066}turned

      ```walk scenario=a
      start editor as "</code></pre><script>alert(1)</script>"  # --> <!-- \(evil)
      ```

      ```walk predict=<b> points=<i>
      ask "<script>alert(1)</script>"
      ```
      """
    var view = SampleLesson.view(source)
    view.title = evil
    view.summary = evil + "`" + evil + "`"
    view.fences[0].verdicts = [
      VerdictView(verdict: .fails, claim: evil, message: evil, step: 3)
    ]
    view.fences[0].messages = [evil]
    view.scenarios[0].name = evil
    view.scenarios[0].sentence = { _, _ in evil }
    view.scenarios[0].trace.header.tasks[1].name = evil
    let context = HandoutContext(
      site: evil, index: evil, previous: HandoutLink(title: evil, fileName: "\"><script>.html"))
    let files = Handout.render(view, format: .html, context: context)
    #expect(files.count == 2)
    for file in files {
      let page = String(decoding: file.bytes, as: UTF8.self)
      Self.expectSound(page)
      #expect(!page.contains("<img"))
      #expect(!page.contains("onerror=x>"))
      #expect(!page.utf8.contains(0) && !page.utf8.contains(0x1B))
      #expect(!page.contains("\u{202E}") && !page.contains("\u{2066}"))
      #expect(page.contains("&amp;\u{2400}\u{241B}\\u202e"))
    }
    let first = String(decoding: files[0].bytes, as: UTF8.self)
    #expect(first.contains("\\u2066turned"))
    // In the stepper's data the backslash is JSON's own twice.
    #expect(first.contains("\\u001b\\\\u202e"))
    // In text formats it must not break out of its block either.
    for format in [HandoutFormat.markdown, .latex, .man] {
      _ = Handout.render(view, format: format, context: context)
    }
  }

  @Test func `prose headings get ids, and never a second h1`() {
    let view = SampleLesson.view(
      "# Top\n\n## A `b` & C\n\n## A b & C\n\n### \n\n## text\n\nEnd\n===\n")
    let page = Self.html(view)
    Self.expectSound(page)
    #expect(
      Self.values(of: "id", in: page).filter { !$0.hasPrefix("pat-") && $0 != "text" } == [
        "top", "a-b--c", "a-b--c-1", "section", "text-1", "end",
      ])
    #expect(page.contains("<h2 id=\"top\">"))
    #expect(page.contains("<h3 id=\"a-b--c\">"))
  }

  @Test func `a title that the prose begins with stands there once`() throws {
    for format in HandoutFormat.allCases {
      var view = SampleLesson.view("# Opening a file\n\n## Next\n\ntext\n")
      view.scenarios = []
      let before = view.document.commonMark(width: 0)
      let file = try #require(
        Handout.render(view, format: format, context: HandoutContext()).first)
      let page = String(decoding: file.bytes, as: UTF8.self)
      let end = page.range(of: "</title>")?.upperBound ?? page.range(of: "Lessons\"")?.upperBound
      let text = page[(end ?? page.startIndex)...]
      #expect(text.components(separatedBy: "Opening a file").count == 2, "\(format)")
      #expect(view.document.commonMark(width: 0) == before)
      if format == .html { #expect(page.contains("<h2 id=\"next\">")) }
    }
  }

  @Test func `a heading cannot take the id of a step`() {
    let page = Self.html(
      SampleLesson.view(
        "## first-half/editor-sleeps\n\n## First-half now\n\n```walk scenario=a\nrun\n```\n"))
    Self.expectSound(page)
    #expect(page.contains("id=\"first-halfeditor-sleeps\""))
    #expect(page.contains("id=\"first-half-now-1\""))
    #expect(page.contains("<li id=\"first-half/editor-sleeps\">"))
  }

  @Test func `a long trace is cut, says so, and keeps the steps that verdicts name`() throws {
    var view = SampleLesson.view("```walk scenario=a\nrun\nexpect x\n```\n")
    var events: [TraceEvent] = []
    for step in 0..<21_000 {
      let kinds: [EventKind] = [.runs, .callsRoutine, .missesTLB]
      events.append(
        TraceEvent(
          time: Int64(step), kind: kinds[step % 3], cpu: 0, task: UInt16(step / 3 % 2 + 1),
          mode: step % 2 == 0 ? .user : .kernel, depth: 0,
          cause: step == 0 ? TraceEvent.noCause : UInt32(step - 1)))
    }
    view.scenarios[0].trace.events = events
    view.fences[0].verdicts = [
      VerdictView(verdict: .holds, claim: "x", message: "y", step: 20_999)
    ]
    let page = Self.html(view)
    Self.expectSound(page)
    if let path = ProcessInfo.processInfo.environment["HANDOUT_PAGE"] {
      try page.write(toFile: path + "-long.html", atomically: true, encoding: .utf8)
    }
    #expect(Self.step("See step 20999.", in: page) == "#first-half/counter-misses-tlb-3500")
    #expect(page.contains("12,600 closer steps:"))
    #expect(
      page.contains(
        "6,000 further overview steps, 1,000 further mechanism steps and 999 further hardware steps"
          + " are not shown here; <code>ringwalk run --detail hardware</code> prints them."))
    #expect(page.contains("The picture ends after 200 changes"))
  }

  @Test func `an empty trace and an empty lesson have pages`() {
    var view = SampleLesson.view("```walk scenario=a\n```\n\n```walk show=timeline\n```\n")
    view.scenarios[0].trace.events = []
    for format in HandoutFormat.allCases {
      _ = Handout.render(view, format: format, context: HandoutContext())
    }
    Self.expectSound(Self.html(view))
    let empty = LessonView(
      name: "empty", title: "", summary: "", document: MarkdownDocument(), fences: [],
      scenarios: [])
    for format in HandoutFormat.allCases {
      #expect(!Handout.render(empty, format: format, context: HandoutContext()).isEmpty)
    }
  }

  @Test func `a fence in a list or quote is rendered where it stands`() {
    let page = Self.html(
      SampleLesson.view(
        "1. one\n\n   ```walk scenario=a\n   run\n   ```\n\n> ```walk world\n> disk sda\n> ```\n"))
    Self.expectSound(page)
    #expect(page.contains("<span class=\"k\">run</span>"))
    #expect(page.contains("<span class=\"k\">disk</span>"))
  }

  @Test func `the index lists lessons with their counts`() throws {
    var first = HandoutSummary(
      title: "Opening <a> file", summary: "What `open` does.", fileName: "01 open?.html")
    first.scenarioCount = 2
    first.holdCount = 11
    first.failCount = 1
    first.vacuousCount = 2
    first.covers = ["S13", "S2"].compactMap(Mechanism.named)
    var second = HandoutSummary(title: "Reading", summary: "", fileName: "02.html")
    second.covers = ["S13"].compactMap(Mechanism.named)
    let file = Handout.index([first, second], context: HandoutContext(site: "Walks"))
    #expect(file.name == "index.html")
    let page = String(decoding: file.bytes, as: UTF8.self)
    Self.expectSound(page)
    #expect(page.contains("<a href=\"./01%20open%3F.html\">Opening &lt;a&gt; file</a>"))
    #expect(page.contains("What <code>open</code> does."))
    #expect(
      page.contains("2 scenarios · 14 expectations: ✓ 11 hold, ✗ 1 fails, ○ 2 vacuous"))
    #expect(page.contains(">0 scenarios<"))
    // Each mechanism once, in the catalogue's order, with all of its lessons.
    let start = try #require(page.range(of: "<dl class=\"where\">")).upperBound
    #expect(page[start...].matches(of: #/<dt>(S\d+) /#).map { String($0.1) } == ["S2", "S13"])
    #expect(
      page[start...].matches(of: #/<dd><a href="([^"]*)"/#).map { String($0.1) } == [
        "./01%20open%3F.html", "./01%20open%3F.html", "./02.html",
      ])
    if let path = ProcessInfo.processInfo.environment["HANDOUT_INDEX"] {
      try page.write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  @Test func `links to neighbours may be put in later`() throws {
    let whole = Handout.render(
      SampleLesson.view(), format: .html, context: SampleLesson.context)
    var alone = SampleLesson.context
    alone.previous = nil
    alone.next = nil
    let page = try #require(
      Handout.render(SampleLesson.view(), format: .html, context: alone).first)
    let context = SampleLesson.context
    let turned = page.between(previous: context.previous, next: context.next)
    #expect(turned == whole.first)
    #expect(turned.between(previous: context.previous, next: nil) == turned)
    let other = Handout.render(SampleLesson.view(), format: .man, context: alone)
    #expect(other.map { $0.between(previous: context.previous, next: nil) } == other)
  }

  @Test func `the sheet is small, and the policy knows its digest`() throws {
    let text = "\(Stylesheet.text)"
    #expect(text.utf8.count <= 8_192)
    #expect(!text.replacing("url(#", with: "").contains("url("))
    #expect(!text.contains("@import") && !text.contains("<"))
    #expect("\(Stylesheet.digest)" == (try Self.digest(text)))
  }

  @Test func `timelines can be drawn larger, and pages without any do not carry the sheet for it`()
    throws
  {
    #expect("\(TimelineSheet.digest)" == (try Self.digest("\(TimelineSheet.text)")))
    let page = Self.html(SampleLesson.view())
    #expect(page.contains("'\(TimelineSheet.digest)'"))
    #expect(page.contains("<label class=\"zoom\">Zoom <select"))
    let plain = Self.html(SampleLesson.view("Prose.\n"))
    #expect(!plain.contains("\(TimelineSheet.digest)") && !plain.contains("class=\"zoom\""))
  }

  @Test func `the script is small, and the policy knows its digest`() throws {
    let text = "\(StepperScript.text)"
    #expect(text.utf8.count <= 8_192)
    #expect(!text.contains("</script") && !text.contains("<!--"))
    #expect("\(StepperScript.digest)" == (try Self.digest(text)))
    let page = Self.html(SampleLesson.view())
    #expect(page.contains("script-src '\(StepperScript.digest)'"))
    #expect(!text.contains("eval") && !text.contains("Function("))
  }

  /// The digest of a text as a Content-Security-Policy writes it, worked out by the system's tool.
  static func digest(_ text: String) throws -> String {
    let tool = Process()
    tool.executableURL = URL(filePath: "/usr/bin/env")
    #if os(macOS)
      tool.arguments = ["shasum", "-a", "256"]
    #else
      tool.arguments = ["sha256sum"]
    #endif
    let input = Pipe()
    let output = Pipe()
    tool.standardInput = input
    tool.standardOutput = output
    try tool.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let printed = try #require(try output.fileHandleForReading.readToEnd())
    tool.waitUntilExit()
    let hex = String(decoding: printed.prefix(64), as: UTF8.self)
    var digest = Data()
    var rest = hex[...]
    while rest.count >= 2 {
      digest.append(try #require(UInt8(rest.prefix(2), radix: 16)))
      rest = rest.dropFirst(2)
    }
    #expect(digest.count == 32)
    return "sha256-\(digest.base64EncodedString())"
  }
}
