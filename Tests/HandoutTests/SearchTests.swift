import Foundation
import Lesson
import SourceText
import TestSupport
import Testing

@testable import Handout

@Suite("The search") struct SearchTests {
  private static func text(_ text: String) -> HandoutSearchText? {
    let lesson = CompiledLessonTests.compile("one.md", text)
    return Handout.summary(of: lesson, format: .html).search
  }

  /// The sections in which each word stands.
  private static func words(_ text: HandoutSearchText?) -> [String: [Int]] {
    var found: [String: [Int]] = [:]
    text?.table.forEach(sectionCount: text?.sections.count ?? 0) { found[$0] = $1 }
    return found
  }

  @Test(
    arguments: [
      ("The kernel's stack_top, twice.", ["the", "kernel", "s", "stack_top", "twice"]),
      ("GERÄT Straße E\u{301}tat", ["gerät", "straße", "e\u{301}tat"]),
      // Long numbers, as addresses are, are nothing that anybody looks for.
      ("0644 4096 0x403000 12345 x86_64 2nd", ["0644", "4096", "x86_64", "2nd"]),
      ("copy-on-write", ["copy", "on", "write"]), ("…", []), ("", []),
    ])
  func `words are runs of letters and digits`(_ text: String, _ words: [String]) {
    #expect(SearchWords.words(of: text) == words)
  }

  @Test func `a word that never ends has an end`() {
    let words = SearchWords.words(of: String(repeating: "a", count: 100_000) + " b")
    #expect(words == [String(repeating: "a", count: SearchWords.scalarLimit), "b"])
  }

  @Test(
    arguments: [
      ("One two  three", 99, "One two three"), ("One two three", 8, "One two …"),
      ("One two three", 3, "One …"), ("Wonderful", 3, ""), (" \n", 9, ""),
    ])
  func `a beginning ends with a word`(_ text: String, _ limit: Int, _ beginning: String) {
    #expect(SearchWords.beginning(of: text, byteLimit: limit) == beginning)
    // The index cuts what has single spaces in the same places.
    let whole = SearchWords.beginning(of: text, byteLimit: 1_000)
    #expect(SearchPage.beginning(of: whole, byteLimit: limit) == beginning)
  }

  // MARK: The table

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `a table reads back as it was packed`(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let letters = ["a", "b", "é", "ß", "1", "_", "\u{10400}", "\u{10450}", "e\u{301}"]
    let count = Int.random(in: 1...400, using: &generator)
    var sections: [String: [Int]] = [:]
    for _ in 0..<Int.random(in: 0...60, using: &generator) {
      let length = Int.random(in: 1...40, using: &generator)
      let word = (0..<length).map { _ in letters.randomElement(using: &generator) ?? "" }.joined()
      let common = Int.random(in: 1...count, using: &generator)
      let list = (0..<count).filter { _ in Int.random(in: 0..<count, using: &generator) < common }
      if !list.isEmpty { sections[word] = list }
    }
    let table = SearchTable(sections, sectionCount: count)
    var back: [String: [Int]] = [:]
    table.forEach(sectionCount: count) { back[$0] = $1 }
    #expect(back == sections, "seed \(seed)")
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `a table that somebody has changed gives no place that is not there`(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let good = SearchTable(
      ["one": [0, 3, 5], "only": [2], "two": [0, 1, 2, 3, 4, 5]], sectionCount: 6)
    var json = Array(try JSONEncoder().encode(good))
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
      let index = Int.random(in: 0..<json.count, using: &generator)
      json[index] = UInt8.random(in: 0x20...0x7E, using: &generator)
    }
    guard let changed = try? JSONDecoder().decode(SearchTable.self, from: Data(json)) else {
      return
    }
    for count in [0, 1, 6, 7] {
      changed.forEach(sectionCount: count) { _, sections in
        #expect(sections.allSatisfy { (0..<count).contains($0) }, "seed \(seed)")
        #expect(sections == sections.sorted(), "seed \(seed)")
      }
    }
  }

  // MARK: What is found

  @Test func `sections are found by their prose, tables, questions and reference, not by scripts`()
  {
    let text = Self.text(
      """
      ---
      title: Calls
      summary: How `read` sleeps.
      ---

      First words.[^a]

      ## The *disk*

      - an item

      > quoted

      > [!NOTE]
      > noted

      ```c
      int plain;
      ```

      ```table caption="Times"
      name,ms
      seek,5
      ```

      ## The disk

      ```walk scenario=one
      program sleeper { exit(3) }
      start sleeper
      run
      expect sleeper exits 3
      ```

      ```walk predict=n of=one
      ask "Which status?"
      answer sleeper.exit
      ```

      ```walk task=later points=2
      student program reader
      starter { program reader { } }
      start reader
      run
      hidden check "secret" 2 points: reader exits 77
      ```

      <p>raw</p>

      [^a]: A remark.
      """)
    #expect(text?.sections.map(\.heading) == ["Calls", "The disk", "The disk"])
    #expect(text?.sections.map(\.anchor) == ["", "the-disk", "the-disk-1"])
    #expect(text?.sections.first?.lead == "How read sleeps. First words.")
    let words = Self.words(text)
    for (word, place) in [
      ("read", 0), ("words", 0), ("item", 1), ("quoted", 1), ("noted", 1), ("note", 1),
      ("plain", 1), ("seek", 1), ("ms", 1),
      ("times", 1), ("status", 2), ("reader", 2), ("remark", 2),
    ] {
      #expect(words[word] == [place], "\\(word)")
    }
    for word in ["sleeper", "secret", "77", "raw", "hidden", "disk"] {
      #expect(words[word] == nil, "\\(word)")
    }
  }

  @Test func `each section leads to an id of its page`() {
    let lesson = CompiledLessonTests.compile(
      "one.md",
      "# One\n\n## What? “So”\n\n## Über\n\n### What? “So”\n\n## text\n\n## \u{202E}x\n\n"
        + "```walk show=reference part=calls\n```\n")
    #expect(!lesson.isBroken)
    let page = String(
      decoding: Handout.pages(of: lesson, format: .html, context: HandoutContext())[0].bytes,
      as: UTF8.self)
    let ids = Set(HandoutTests.values(of: "id", in: page))
    let sections = Handout.summary(of: lesson, format: .html).search?.sections ?? []
    #expect(sections.count > 40)
    for section in sections.dropFirst() { #expect(ids.contains(section.anchor), "\(section)") }
    #expect(SearchPage.plainAnchor("A B-c_d: e?") == "a-b-c_d-e")
    #expect(SearchPage.plainAnchor("Über") == nil)
  }

  @Test func `formats without a page that searches keep no text for it`() {
    let lesson = CompiledLessonTests.compile("one.md", "# One\n\ntext\n")
    #expect(Handout.summary(of: lesson, format: .markdown).search == nil)
  }

  // MARK: The page

  private static func page(_ text: String) -> String {
    var context = HandoutContext(site: "A tour")
    context.search = "search.html"
    let summary = Handout.summary(
      of: CompiledLessonTests.compile("one.md", text), format: .html)
    let files = Handout.indexFiles([summary], of: nil, format: .html, context: context)
    #expect(files.map(\.name) == ["index.html", "search.html"])
    #expect(
      String(decoding: files[0].bytes, as: UTF8.self).contains(
        "<nav aria-label=\"Site\"><a href=\"./search.html\">Search</a></nav>"))
    return String(decoding: files.last?.bytes ?? [], as: UTF8.self)
  }

  @Test func `the page that searches, of a small lesson`() throws {
    let page = Self.page(
      "# One\n\nA process.\n\n## The kernel\n\nA process calls.\n\n## Geräte\n\nEin Prozess.\n")
    HandoutTests.expectSound(page)
    let body = page.replacing("\(Stylesheet.text)", with: "SHEET")
      .replacing("\(Stylesheet.digest)", with: "DIGEST")
      .replacing("\(SearchSheet.text)", with: "SHEET")
      .replacing("\(SearchSheet.digest)", with: "DIGEST")
      .replacing("\(SearchScript.text)", with: "SCRIPT")
      .replacing("\(SearchScript.digest)", with: "DIGEST")
    try expectGolden(body, "Handout/search.html")
  }

  @Test func `hostile text in the index is text`() {
    let page = Self.page(
      "# </script><b onclick=alert(1)>\n\n## \u{202E}<!-- `\"\\`\n\n</script> &lt;/script> \u{202E}\n"
    )
    HandoutTests.expectSound(page)
    #expect(!page.contains("<b onclick") && !page.contains("\u{202E}"))
    #expect(page.contains("\\u003c/script>"))
  }

  @Test func `its sheet and script are small, and the policy knows their digests`() throws {
    let sheet = "\(SearchSheet.text)"
    #expect(sheet.utf8.count <= 1_024)
    #expect(!sheet.contains("url(") && !sheet.contains("@import") && !sheet.contains("<"))
    #expect("\(SearchSheet.digest)" == (try HandoutTests.digest(sheet)))
    let script = "\(SearchScript.text)"
    #expect(script.utf8.count <= 4_096)
    #expect(!script.contains("</script") && !script.contains("<!--"))
    #expect("\(SearchScript.digest)" == (try HandoutTests.digest(script)))
  }

  /// The prose of the book and its reference; running the scripts as well would take too long here.
  private static func book() throws -> [SearchPage.Entry] {
    let folder = Fixtures.directory.appending(path: "../../lessons")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
    return try names.filter { $0.hasSuffix(".md") }.map { name in
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      var lines: [Substring] = []
      var isScript = false
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("```walk"), !line.contains("show=reference") { isScript = true }
        if !isScript { lines.append(line) }
        if line == "```" { isScript = false }
      }
      let prose = lines.joined(separator: "\n").replacing("{=", with: "{ ")
      let lesson = CompiledLessonTests.compile(name, prose)
      return SearchPage.Entry(
        title: lesson.title, fileName: "\(lesson.name).html",
        text: HandoutSearchText(LessonView(lesson), anchors: lesson.anchors))
    }
  }

  @Test func `the index has at most a quarter of the text that it finds`() throws {
    let entries = try Self.book()
    let text = entries.reduce(0) { $0 + $1.text.byteCount }
    #expect(text > 150_000)
    let index = SearchPage.index(entries).bytes
    #expect(index.count * 4 <= text, "\(index.count) of \(text)")
    // There is room for more of each section than the least.
    let lead = try #require(
      entries.first { $0.fileName == "03-opening-a-file.html" }?.text.sections[1].lead)
    let most = SearchPage.beginning(of: lead, byteLimit: SearchPage.leastLeadBytes)
    #expect(!String(decoding: index, as: UTF8.self).contains("\"\(most)\""))
    #expect(SearchPage.index(entries).bytes == index)
  }
}
