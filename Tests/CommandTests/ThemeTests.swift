import Foundation
import TestSupport
import Testing

/// The look of pages from a folder.
@Suite("ringwalk theme, and --theme")
struct ThemeTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("lessons/01-one.md", "# One\n\n```walk\n\(holding)\n```\n")
    try folder.write("lessons/02-two.md", "# Two\n\nSo.\n")
  }

  /// Adds a line to a file of the theme.
  private func change(_ name: String, _ old: String, _ new: String) throws {
    let text = try folder.text("look/\(name)")
    #expect(text.contains(old))
    try folder.write("look/\(name)", text.replacing(old, with: new))
  }

  private func pages(_ site: String) throws -> [String: Data] {
    var pages: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path(site))
    where name != ".ringwalk-cache" {
      pages[name] = FileManager.default.contents(atPath: folder.path("\(site)/\(name)"))
    }
    return pages
  }

  @Test func `the built-in theme can be copied, and makes the built-in pages`() throws {
    let outcome = try folder.run("theme", "look")
    #expect(outcome.status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("look")).sorted()
    #expect(names == ["lessons.mustache", "page.mustache", "theme.css", "turns.mustache"])
    #expect(
      outcome.output.split(separator: "\n").map(String.init).sorted() == names.map { "look/\($0)" })
    #expect(try folder.run("build", "lessons", "-o", "site").status == 0)
    #expect(try folder.run("build", "lessons", "-o", "themed", "--theme", "look").status == 0)
    #expect(try pages("site") == pages("themed"))
    // Nothing is overwritten.
    try change("theme.css", "body{", "body{color:red;")
    let again = try folder.run("theme", "look")
    #expect(again.status == 2)
    #expect(again.codes == ["W0028"])
    #expect(try folder.text("look/theme.css").contains("color:red"))
  }

  @Test func `a changed theme changes all pages, and the next build takes none over`() throws {
    try folder.write("look/theme.css", "p{color:red}\n")
    let arguments = ["build", "lessons", "-o", "site", "--theme", "look"]
    #expect(try folder.run(arguments: arguments).status == 0)
    for (name, page) in try pages("site") {
      #expect(
        String(decoding: page, as: UTF8.self).contains("<style>p{color:red}</style>"), "\(name)")
    }
    #expect(try folder.run("theme", "look").status == 2)
    #expect(try folder.run("theme", "copy").status == 0)
    for name in ["page.mustache", "turns.mustache"] {
      try folder.write("look/\(name)", try folder.text("copy/\(name)"))
    }
    try change("page.mustache", "</main>", "</main>\n<p>Course 101</p>")
    try change("turns.mustache", "class=\"turn\"", "class=\"turn\" id=\"turns\"")
    #expect(try folder.run(arguments: arguments).status == 0)
    let incremental = try pages("site")
    try FileManager.default.removeItem(at: folder.url.appending(path: "site"))
    #expect(try folder.run(arguments: arguments).status == 0)
    #expect(try pages("site") == incremental)
    for (name, page) in incremental {
      #expect(String(decoding: page, as: UTF8.self).contains("<p>Course 101</p>"), "\(name)")
    }
    // The title of a neighbour goes through the theme as well.
    try folder.write("lessons/02-two.md", "# Zwei\n\nSo.\n")
    #expect(try folder.run(arguments: arguments).status == 0)
    let one = try folder.text("site/01-one.html")
    #expect(one.contains("<nav class=\"turn\" id=\"turns\""))
    #expect(one.contains("Zwei →</a></nav>"))
  }

  @Test func `mistakes are told with their places, and nothing is built`() throws {
    #expect(try folder.run("theme", "look").status == 0)
    try change("page.mustache", "<title>{{windowTitle}}", "<title>{{{windowTitle}}}{{titel}}")
    try folder.write("look/more.css", "p{}\n")
    let outcome = try folder.run("build", "lessons", "-o", "site", "--theme", "look")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0061", "W0062", "W0060"])
    #expect(outcome.errors.contains("look/page.mustache:7:8"))
    #expect(outcome.errors.contains("7 | <title>{{{windowTitle}}}{{titel}}</title>"))
    #expect(outcome.errors.contains("= fix: write `title`"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("site")))
    for code in outcome.codes {
      #expect(try folder.run("explain", code).output.contains("emplate"))
    }
  }

  @Test(arguments: ["missing", "lessons", "lessons/01-one.md"])
  func `what is no theme is told`(_ theme: String) throws {
    let outcome = try folder.run("build", "lessons", "-o", "site", "--theme", theme)
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0060"])
  }

  @Test func `other formats have no look`() throws {
    #expect(
      try folder.run("build", "lessons", "-o", "x", "--format", "man", "--theme", "y").status == 64)
  }

  @Test func `a single file has the theme`() throws {
    try folder.write("look/theme.css", "p{color:red}\n")
    #expect(
      try folder.run("build", "lessons", "--single-file", "-o", "a.html", "--theme", "look").status
        == 0)
    #expect(try folder.text("a.html").contains("<style>p{color:red}</style>"))
  }

  @Test func `served pages change with the theme, and keep the last good one`() throws {
    #expect(try folder.run("theme", "look").status == 0)
    let server = try Server(in: folder, "--theme", "look")
    try server.wait(for: "/01-one.html") { $0.text.contains("<h1>One</h1>") }
    try change("page.mustache", "</main>", "</main>\n<p>Course 101</p>")
    for name in ["01-one.html", "index.html", "search.html"] {
      try server.wait(for: "/\(name)") { $0.text.contains("<p>Course 101</p>") }
    }
    try change("turns.mustache", "{{arrow}}", "{{arow}}")
    try server.wait(for: "/") {
      $0.text.contains("look/turns.mustache:2") && $0.text.contains("W0062")
    }
    #expect(try server.get("/01-one.html").text.contains("<p>Course 101</p>"))
    #expect(try server.get("/01-one.html").text.contains("Two →"))
    try change("turns.mustache", "{{arow}}", "!")
    try server.wait(for: "/01-one.html") { $0.text.contains("Two !") }
    #expect(try !server.get("/").text.contains("W0062"))
    #expect(try server.stop() == 0)
  }
}
