import Foundation
import Lesson
import SourceText
import TestSupport
import Testing

@testable import Handout

@Suite("A theme") struct ThemeTests {
  /// What is wrong with some files: place and code of each.
  private static func places(_ files: [String: String]) -> [String] {
    let (_, diagnostics, sources) = read(files)
    return diagnostics.map { diagnostic in
      guard let range = diagnostic.primary?.range, let file = sources[range.file] else {
        return "\(diagnostic.code)"
      }
      let place = file.position(at: range.lower)
      return "\(file.name):\(place.line):\(place.column) \(diagnostic.code)"
    }
  }

  private static func read(_ files: [String: String]) -> (
    HandoutTheme, [Diagnostic], SourceSet
  ) {
    HandoutTheme.read(
      files.sorted { $0.key < $1.key }.map {
        SourceFile(name: $0.key, bytes: Array($0.value.utf8))
      },
      digest: { String(repeating: "0", count: 62) + ($0.count < 16 ? "0" : "1") + "f" })
  }

  private static var page: String {
    String(decoding: HandoutTheme.builtInFile("page.mustache"), as: UTF8.self)
  }

  /// A page with another frame, sheet or list.
  private static func index(_ files: [String: String], title: String = "One") -> String {
    let (theme, diagnostics, _) = read(files)
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    var context = HandoutContext(site: "A <tour>")
    context.theme = theme
    context.search = "search.html"
    let lesson = CompiledLessonTests.compile("one.md", "---\ntitle: '\(title)'\n---\n\nSo.\n")
    let summary = Handout.summary(of: lesson, format: .html)
    return String(
      decoding: Handout.index([summary], context: context).bytes, as: UTF8.self)
  }

  // MARK: Templates

  @Test func `the built-in theme has no mistakes, and a copy of it makes the same pages`() {
    let files = Dictionary(
      uniqueKeysWithValues: HandoutTheme.fileNames.map {
        ($0, String(decoding: HandoutTheme.builtInFile($0), as: UTF8.self))
      })
    #expect(files.values.allSatisfy { !$0.isEmpty })
    #expect(Self.places(files) == [] && Self.places([:]) == [])
    let digest = "\(Stylesheet.digest)"
    let (theme, _, _) = HandoutTheme.read(
      files.sorted { $0.key < $1.key }.map {
        SourceFile(name: $0.key, bytes: Array($0.value.utf8))
      },
      digest: { bytes in
        let tool = (try? HandoutTests.digest(String(decoding: bytes, as: UTF8.self))) ?? ""
        #expect(tool == digest)
        let data = Data(base64Encoded: String(tool.dropFirst(7))) ?? Data()
        return data.map { String(format: "%02x", $0) }.joined()
      })
    #expect(theme == .builtIn)
  }

  @Test(
    arguments: [
      // Variables.
      ("{{title}}", "&lt;b&gt; &amp;"), ("{{ title }}", "&lt;b&gt; &amp;"),
      ("a{{{content}}}b", "a<p>b"), ("{{&content}}", "<p>"), ("{{&  content }}", "<p>"),
      // Sections.
      ("{{#index}}[{{name}}]{{/index}}", "[home]"), ("{{^index}}none{{/index}}", ""),
      ("{{#search}}x{{/search}}{{^search}}none{{/search}}", "none"),
      ("{{#hasNavigation}}yes{{/hasNavigation}}", "yes"),
      ("{{^isRightToLeft}}no{{/isRightToLeft}}", "no"), ("{{#site}}s{{/site}}", ""),
      ("{{#description}}<{{description}}>{{/description}}", "<d>"),
      ("{{#scripts}}{{{script}}},{{/scripts}}", "1,2,"),
      // Outer names are seen inside.
      ("{{#index}}{{title}}{{/index}}", "&lt;b&gt; &amp;"),
      // Remarks, and tags alone on their lines.
      ("a{{! no }}b", "ab"), ("a\n  {{! no }}  \nb", "a\nb"), ("{{!\n no\n}}\nb", "b"),
      ("a\n{{#index}}\nb\n{{/index}}\nc\n", "a\nb\nc\n"),
      ("{{#index}}\r\nb\r\n{{/index}}\r\n", "b\r\n"),
      (" {{title}} \n", " &lt;b&gt; &amp; \n"), ("| {{#index}}{{/index}}\n", "| \n"),
      ("a\n{{#index}}\n{{/index}}", "a\n"),
      ("{ {{title}} } } }}", "{ &lt;b&gt; &amp; } } }}"),
    ])
  func `templates mean what mustache says`(_ template: String, _ expected: String) {
    var sources = SourceSet()
    let id = sources.add(SourceFile(name: "t", bytes: Array(template.utf8)))
    var names = PageNames.page
    (names.required, names.place) = ([], nil)
    var reader = TemplateReader(files: ["t": id], sources: sources)
    let parsed = reader.read("t", names: names)
    #expect(reader.diagnostics.isEmpty)
    func markup(_ text: String) -> TemplateValues.Value { .markup(HTML(ours: Array(text.utf8))) }
    var html = HTML()
    parsed.write(
      TemplateValues(values: [
        "title": .text("<b> &"), "content": markup("<p>"), "hasNavigation": .flag(true),
        "isRightToLeft": .flag(false), "site": .text(""), "description": .text("d"),
        "index": .group([TemplateValues(values: ["name": .text("home")])]), "search": .group([]),
        "scripts": .group(["1", "2"].map { TemplateValues(values: ["script": markup($0)]) }),
      ]), to: &html)
    #expect(String(decoding: html.bytes, as: UTF8.self) == expected)
  }

  @Test(
    arguments: [
      ("{{titel}}", "1:1 W0062"), ("\n é{{#indx}}{{/indx}}", "2:3 W0062"),
      ("{{#index}}{{text}}{{/index}}", "1:11 W0062"), ("{{name}}", "1:1 W0062"),
      ("{{>foter}}", "1:1 W0062"), ("{{{title}}}", "1:1 W0061"), ("{{&title}}", "1:1 W0061"),
      ("{{content}}", "1:1 W0061"), ("{{index}}", "1:1 W0061"),
      ("{{{hasNavigation}}}", "1:1 W0061"),
      ("{{title", "1:1 W0061"), ("{{{content}}", "1:1 W0061"), ("{{}}", "1:1 W0061"),
      ("{{=<% %>=}}", "1:1 W0061"), ("{{a.b}}", "1:1 W0061"), ("{{$block}}{{/block}}", "1:1 W0061"),
      ("{{/index}}", "1:1 W0061"), ("{{#index}}", "1:1 W0061"),
      ("{{#index}}{{/search}}{{/index}}", "1:11 W0061"),
      ("{{#index}}{{>turns}}{{/index}}", "1:11 W0061"),
      ("{{>turns}}", "1:1 W0061"),
    ])
  func `a mistake in a template is told with its place`(_ mistake: String, _ place: String) {
    let found = Self.places(["page.mustache": Self.page.replacing("<h1>", with: "<h1>") + mistake])
    let line = Self.page.split(separator: "\n", omittingEmptySubsequences: false).count
    let parts = place.split(separator: ":")
    let expected = "page.mustache:\(line - 1 + (Int(parts[0]) ?? 0)):\(parts[1])"
    #expect(found.contains(expected), "\(found)")
  }

  @Test func `mistakes name what was probably meant`() {
    let (_, diagnostics, _) = Self.read(["page.mustache": Self.page + "{{titel}}{{>turn}}"])
    #expect(diagnostics.flatMap(\.fixIts).map(\.message) == ["write `title`", "write `turns`"])
    #expect(diagnostics[0].notes.first?.contains("windowTitle") == true)
  }

  @Test(
    arguments: [
      "{{{policy}}}", "{{#sheets}}\n<style>{{{sheet}}}</style>\n{{/sheets}}", "{{{content}}}",
      "{{>turns}}",
      "{{#scripts}}\n<script>{{{script}}}</script>\n{{/scripts}}",
    ])
  func `a page cannot do without its parts`(_ part: String) {
    #expect(Self.page.contains(part))
    let found = Self.places(["page.mustache": Self.page.replacing(part, with: "")])
    #expect(!found.isEmpty && found.allSatisfy { $0 == "page.mustache:1:1 W0061" }, "\(found)")
  }

  @Test func `templates include others, but not themselves`() {
    #expect(
      Self.index([
        "page.mustache": Self.page.replacing("<main", with: "{{>banner}}\n<main"),
        "banner.mustache": "<p>{{site}}{{>deeper}}</p>\n", "deeper.mustache": "!",
      ]).contains("<p>A &lt;tour&gt;!</p>\n<main"))
    for banner in ["{{>banner}}", "{{>other}}{{>other}}"] {
      let found = Self.places([
        "page.mustache": Self.page + "{{>banner}}", "banner.mustache": banner,
        "other.mustache": "{{>banner}}",
      ])
      #expect(found.contains { $0.hasSuffix("W0061") })
      #expect(found.count < 40)
    }
  }

  @Test func `deep and large templates have an end`() {
    let deep = String(repeating: "{{#index}}", count: 10_000)
    #expect(Self.places(["page.mustache": Self.page + deep]).contains { $0.hasSuffix("W0061") })
    let bomb = String(repeating: "{{>b}}", count: 1_000)
    let found = Self.places([
      "page.mustache": Self.page + bomb, "b.mustache": String(repeating: "x", count: 1_000),
    ])
    #expect(found.contains { $0.hasSuffix("W0061") })
  }

  // MARK: Files

  @Test func `files that no page is made of, or that cannot be used, are told`() {
    #expect(Self.places(["pages.mustache": ""]) == ["pages.mustache:1:1 W0060"])
    #expect(
      Self.read(["pages.mustache": ""]).1.first?.fixIts.first?.message == "call it `page.mustache`")
    #expect(Self.places(["x/style.css": ""]) == ["x/style.css:1:1 W0060"])
    #expect(Self.places(["theme.css": "p{}\n</STYLE>"]) == ["theme.css:2:1 W0060"])
    let (_, diagnostics, _) = HandoutTheme.read(
      [SourceFile(name: "theme.css", bytes: [0xFF])], digest: { _ in "" })
    #expect(diagnostics.map { "\($0.code)" } == ["W0060"])
    let large = SourceFile(
      name: "page.mustache", bytes: [UInt8](repeating: 0x20, count: HandoutTheme.byteLimit + 1))
    #expect(
      HandoutTheme.read([large], digest: { _ in "" }).diagnostics.map { "\($0.code)" } == ["W0060"])
  }

  @Test func `each message has an example, and a mended one`() {
    for entry in ThemeCatalogue.diagnostics {
      #expect(!entry.explanation.isEmpty && !entry.title.isEmpty)
      for (example, isBroken) in [(entry.failing, true), (entry.mended, false)] {
        let files =
          example.hasSuffix(".mustache")
          ? [example: Self.page] : ["page.mustache": Self.page + example]
        let codes = Self.read(files).1.map(\.code)
        #expect(codes == (isBroken ? [entry.code] : []), "\(entry.code)")
      }
    }
    #expect(ThemeCatalogue.diagnostics.map { "\($0.code)" } == ["W0060", "W0061", "W0062"])
  }

  // MARK: Pages

  @Test func `a sheet has a digest of its own in the policy`() {
    let page = Self.index(["theme.css": "p{color:red}\n"])
    #expect(page.contains("<style>p{color:red}</style>"))
    #expect(!page.contains("\(Stylesheet.digest)") && !page.contains("--paper"))
    let zeros = Data(repeating: 0, count: 31).base64EncodedString().prefix(40)
    #expect(page.contains("style-src 'sha256-\(zeros)"))
  }

  @Test(
    arguments: [
      ("a{b:c;d:e}f{}", "a{b:c;d:e}f{}"), ("a {\n  b: c;\n  d: e\n}\nf { }\n", "a {b: c;d: e}f {}"),
      ("a{b:c}\n\nd{e:f}", "a{b:c}\nd{e:f}"), ("\n\na{}\n\n", "a{}"),
      ("a{b:\"; \\\"} \"; c:d}", "a{b:\"; \\\"} \";c:d}"), ("a{b:'\n; }", "a{b:'\n;}"),
      ("/* a; { */ b{c:d}", "/* a; { */ b{c:d}"), ("a{b:url(x; y)}", "a{b:url(x; y)}"),
      ("a b , c > d{e:calc(1px + 2px)}", "a b , c > d{e:calc(1px + 2px)}"),
      ("a{b:c;\r\n\td:e}", "a{b:c;d:e}"), ("}}}{{;;", "}}}{{;;"),
    ])
  func `line breaks of a sheet that say nothing are left out of pages`(
    _ sheet: String, _ compact: String
  ) {
    let bytes = ThemeSheet.compact(Array(sheet.utf8))
    #expect(String(decoding: bytes, as: UTF8.self) == compact)
    // A compact sheet that was made readable comes back.
    #expect(ThemeSheet.compact(ThemeSheet.readable(bytes)) == bytes)
  }

  @Test func `the sheet of the built-in theme can be read`() {
    let sheet = String(decoding: HandoutTheme.builtInFile("theme.css"), as: UTF8.self)
    let lines = sheet.split(separator: "\n")
    #expect(lines.count > 400)
    #expect(lines.allSatisfy { $0.count < 200 })
    #expect(sheet.contains("\nbody{\n  margin:0;\n  background:var(--paper);\n"))
    #expect(
      String(decoding: ThemeSheet.compact(Array(sheet.utf8)), as: UTF8.self) == "\(Stylesheet.text)"
    )
  }

  @Test func `a title with markup appears as text, whatever the template`() {
    let page = Self.index(
      [
        "page.mustache": Self.page.replacing("<h1>", with: "<h1 title=\"{{title}}{{site}}\">"),
        "lessons.mustache":
          "{{#lessons}}<a title='{{title}}' href=\"{{address}}\">{{number}}</a>{{/lessons}}\n",
      ],
      title: "</script><b onclick=alert(1)> '' \" &lt;")
    #expect(!page.contains("<b ") && !page.contains("</script><"))
    #expect(page.contains("<h1 title=\"A &lt;tour&gt;A &lt;tour&gt;\">"))
    #expect(
      page.contains("<a title='&lt;/script&gt;&lt;b onclick=alert(1)&gt; &#39; &quot; &amp;lt;'"))
  }

  @Test func `links to neighbours are put in where the template says`() throws {
    let (theme, diagnostics, _) = Self.read([
      "page.mustache": Self.page.replacing("{{>turns}}\n", with: "").replacing(
        "<main", with: "{{>turns}}\n<main"),
      "turns.mustache": "{{#previous}}<{{name}}{{/previous}}{{#next}}>{{name}}{{/next}}\n",
    ])
    #expect(diagnostics.isEmpty)
    var context = HandoutContext()
    context.theme = theme
    let lesson = CompiledLessonTests.compile("one.md", "# One\n")
    let alone = Handout.pages(of: lesson, format: .html, context: context)[0]
    let previous = HandoutLink(title: "<&", fileName: "a.html")
    let turned = alone.between(previous: previous, next: previous, theme: theme)
    context.previous = previous
    context.next = previous
    #expect(Handout.pages(of: lesson, format: .html, context: context)[0].bytes == turned.bytes)
    #expect(String(decoding: turned.bytes, as: UTF8.self).contains("<&lt;&amp;>&lt;&amp;\n<main"))
  }
}
