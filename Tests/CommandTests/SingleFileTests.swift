import Foundation
import TestSupport
import Testing

/// A lesson or a book as one file.
@Suite("ringwalk build --single-file")
struct SingleFileTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func lesson(_ title: String, _ script: String = holding) -> String {
    "# \(title)\n\n```walk\n\(script)\n```\n\n## Why\n\nSo.\n"
  }

  @Test func `a folder becomes one file, and nothing lies beside it`() throws {
    try folder.write("lessons/01-one.md", lesson("One") + "\n[two](02-two.md#why) [all](book.md)\n")
    try folder.write("lessons/02-two.md", lesson("Two"))
    try folder.write("lessons/book.md", "---\ntitle: A tour\norder: [02-two]\n---\n\nRead.\n")
    for name in ["out/tour.html", "again.html"] {
      let outcome = try folder.run("build", "lessons", "--single-file", "-o", name)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == "\(name): 2 lessons\n")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == ["tour.html"])
    let page = try folder.text("out/tour.html")
    #expect(try folder.text("again.html") == page)
    #expect(page.contains("<a href=\"#02-two/why\">two</a> <a href=\"#text\">all</a>"))
    let two = try #require(page.range(of: "<h2 id=\"02-two\">Two</h2>"))
    let one = try #require(page.range(of: "<h2 id=\"01-one\">One</h2>"))
    #expect(two.lowerBound < one.lowerBound)
  }

  @Test func `a lesson becomes one file`() throws {
    try folder.write("a.png", "PNG")
    try folder.write("one.md", lesson("One") + "\n![x](a.png) [two](two.md)\n")
    try folder.write("two.md", lesson("Two"))
    let outcome = try folder.run("build", "one.md", "--single-file", "-o", "one.html")
    #expect(outcome.status == 0)
    // The other lesson is there, and not in the file.
    #expect(outcome.codes == ["W0042"])
    #expect(outcome.output == "one.html: 1 lesson\n")
    let page = try folder.text("one.html")
    #expect(
      page.contains("<h1>One</h1>") && page.contains("base64,UE5H") && !page.contains("two.html"))
    let piped = try folder.run(
      arguments: ["build", "-", "--single-file", "-o", "piped.html"], input: lesson("Piped"))
    #expect(piped.status == 0)
    #expect(try folder.text("piped.html").contains("<h1>Piped</h1>"))
  }

  @Test func `what is wrong is told, and the rest is built`() throws {
    try folder.write("lessons/a.md", lesson("A", broken))
    try folder.write("lessons/b.md", lesson("B", failing) + "\n[x](a.md#nowhere) [y](c.md)\n")
    try folder.write("lessons/deep/b.md", lesson("Another"))
    let outcome = try folder.run("build", "lessons", "--single-file", "-o", "book.html")
    #expect(outcome.status == 2)
    #expect(Set(outcome.codes).isSuperset(of: ["W0027", "W0042"]))
    #expect(outcome.output.contains("fails: hello exits 1"))
    #expect(outcome.output.contains("book.html: 1 lesson\n"))
    let page = try folder.text("book.html")
    #expect(page.contains("<h2 id=\"b\">B</h2>") && !page.contains("Another"))
    try folder.write("lessons/b.md", lesson("B", failing))
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons/deep"))
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons/a.md"))
    #expect(try folder.run("build", "lessons", "--single-file", "-o", "book.html").status == 1)
  }

  @Test func `no file is made of nothing`() throws {
    try folder.write("a.md", lesson("A", broken))
    #expect(try folder.run("build", "a.md", "--single-file", "-o", "a.html").status == 2)
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.html")))
  }

  @Test(arguments: ["lessons", "lessons/", "lessons/one.md", "new/"])
  func `folders and lessons are not overwritten`(_ output: String) throws {
    let text = lesson("One")
    try folder.write("lessons/one.md", text)
    let outcome = try folder.run("build", "lessons", "--single-file", "-o", output)
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0028"])
    #expect(try folder.text("lessons/one.md") == text)
  }

  @Test func `other formats are no single file`() throws {
    try folder.write("one.md", lesson("One"))
    let outcome = try folder.run(
      "build", "one.md", "--single-file", "--format", "markdown", "-o", "x")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--single-file writes HTML"))
  }

  @Test func `instructors get the answers`() throws {
    try folder.write("one.md", lesson("One"))
    #expect(
      try folder.run(
        "build", "one.md", "--single-file", "--edition", "instructor", "-o", "one.html"
      ).status == 0)
    #expect(try folder.text("one.html").contains("The instructor’s edition"))
  }
}
