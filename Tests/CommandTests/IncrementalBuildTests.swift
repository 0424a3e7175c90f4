import Foundation
import TestSupport
import Testing

/// A build that finds what an earlier one has left, compared with one that finds nothing.
@Suite("ringwalk build, once more")
struct IncrementalBuildTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func lesson(_ title: String, _ script: String = holding) -> String {
    "# \(title)\n\n```walk\n\(script)\n```\n\n```walk show=timeline\n```\n"
  }

  /// Four lessons, one of them with an include.
  private func writeLessons() throws {
    for (name, title) in [("01-one", "One"), ("02-two", "Two"), ("03-three", "Three")] {
      try folder.write("lessons/\(name).md", lesson(title))
    }
    try folder.write("lessons/parts/hello.walk", holding)
    try folder.write("lessons/04-four.md", lesson("Four", "include \"parts/hello.walk\""))
  }

  /// Builds into the folder of the last build.
  private func build(_ more: String...) throws -> Outcome {
    try folder.run(arguments: ["build", "lessons", "-o", "site"] + more)
  }

  /// The pages in a folder.
  private func pages(_ place: String) throws -> [String: Data] {
    let site = folder.url.appending(path: place)
    var pages: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: site.path())
    where name != ".ringwalk-cache" {
      pages[name] = try Data(contentsOf: site.appending(path: name))
    }
    return pages
  }

  /// When the files in the site's folder were last written.
  private func dates() throws -> [String: Date] {
    var dates: [String: Date] = [:]
    for name in try pages("site").keys {
      let values = try FileManager.default.attributesOfItem(atPath: folder.path("site/\(name)"))
      dates[name] = try #require(values[.modificationDate] as? Date)
    }
    return dates
  }

  /// Builds once more, and expects what a full build of another folder gives: pages, words, status.
  @discardableResult
  private func expectAsFull(
    _ more: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let again = try folder.run(arguments: ["build", "lessons", "-o", "site"] + more)
    try? FileManager.default.removeItem(at: folder.url.appending(path: "full"))
    let full = try folder.run(
      arguments: ["build", "lessons", "-o", "full", "--no-cache"] + more)
    #expect(try pages("site") == pages("full"), sourceLocation: sourceLocation)
    #expect(again.status == full.status, sourceLocation: sourceLocation)
    #expect(again.errors == full.errors, sourceLocation: sourceLocation)
    #expect(
      again.output == full.output.replacing("full:", with: "site:"), sourceLocation: sourceLocation)
    return again
  }

  @Test func `what has not changed is not written again`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    let before = try dates()
    try expectAsFull()
    #expect(try dates() == before)
    #expect(before.count == 10)
  }

  @Test func `a changed line is one changed page and the search`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    let before = try dates()
    try folder.write("lessons/02-two.md", lesson("Two") + "\nMore.\n")
    try expectAsFull()
    let changed = try dates().filter { before[$0.key] != $0.value }.keys.sorted()
    #expect(changed == ["02-two.html", "search.html"])
    #expect(try folder.text("site/search.html").contains("\"Two\",\"./02-two.html\",\"More.\""))
    #expect(try folder.text("site/02-two.html").contains("<p>More.</p>"))
  }

  @Test func `a new title changes the neighbours and the index`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    let before = try dates()
    try folder.write("lessons/02-two.md", lesson("Deux"))
    try expectAsFull()
    let changed = try dates().filter { before[$0.key] != $0.value }.keys.sorted()
    #expect(
      changed == [
        "01-one.html", "02-two.html", "02-two.steps.html", "03-three.html", "index.html",
        "search.html",
      ])
    for page in ["01-one", "03-three"] {
      #expect(try folder.text("site/\(page).html").contains("Deux"))
    }
  }

  @Test func `lessons come, go and change places`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    try folder.write("lessons/02-two-and-a-half.md", lesson("Two and a half"))
    try expectAsFull()
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons/03-three.md"))
    for page in ["03-three.html", "03-three.steps.html"] {
      try FileManager.default.removeItem(at: folder.url.appending(path: "site/\(page)"))
    }
    try expectAsFull()
    try folder.write("lessons/book.md", "---\ntitle: A tour\norder: [04-four, 01-one]\n---\n")
    try expectAsFull()
    try folder.write("lessons/book.md", "---\ntitle: A tour\norder: [01-one]\n---\n")
    try expectAsFull()
  }

  @Test func `a link to a heading is held against another lesson that has changed`() throws {
    try writeLessons()
    try folder.write("lessons/02-two.md", lesson("Two") + "\n## Why\n\nSo.\n")
    try folder.write("lessons/01-one.md", lesson("One") + "\n[two](02-two.md#why)\n")
    #expect(try build().status == 0)
    try folder.write("lessons/02-two.md", lesson("Two") + "\n## Whence\n\nSo.\n")
    #expect(try expectAsFull().codes == ["W0040"])
    #expect(try expectAsFull().status == 2)
    try folder.write("lessons/02-two.md", lesson("Two") + "\n## Why\n\nSo.\n")
    #expect(try expectAsFull().status == 0)
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons/02-two.md"))
    for page in ["02-two.html", "02-two.steps.html"] {
      try FileManager.default.removeItem(at: folder.url.appending(path: "site/\(page)"))
    }
    #expect(try expectAsFull().codes == ["W0042"])
  }

  @Test func `a new term is linked on all pages`() throws {
    try writeLessons()
    try folder.write("lessons/01-one.md", lesson("One") + "\nTraps and page tables.\n")
    try folder.write("lessons/glossary.md", "# Glossary\n\n## Trap\n\nA way in.\n")
    try expectAsFull()
    let trap = "<a href=\"./glossary.html#trap\">Traps</a>"
    #expect(try folder.text("site/01-one.html").contains("<p>\(trap) and page tables.</p>"))
    try folder.write(
      "lessons/glossary.md", "# Glossary\n\n## Trap\n\nA way in.\n\n## Page table\n\nA map.\n")
    try expectAsFull()
    #expect(
      try folder.text("site/01-one.html").contains(
        "\(trap) and <a href=\"./glossary.html#page-table\">page tables</a>."))
    try folder.write("lessons/glossary.md", "# Glossary\n\n`{= time}`\n")
    try FileManager.default.removeItem(at: folder.url.appending(path: "site/glossary.html"))
    #expect(try expectAsFull().status == 2)
    #expect(try folder.text("site/01-one.html").contains("<p>Traps and page tables.</p>"))
  }

  @Test func `a picture counts as the lesson's own text`() throws {
    try folder.write("lessons/a.png", "PNG")
    try folder.write("lessons/01-one.md", "![x](a.png) [y](b.csv)\n")
    #expect(try build().status == 2)
    try folder.write("lessons/b.csv", "1")
    #expect(try expectAsFull().status == 0)
    try folder.write("lessons/a.png", "GNP")
    try folder.write("lessons/b.csv", "2")
    try expectAsFull()
    #expect(try folder.text("site/01-one.file.b.csv") == "2")
  }

  @Test func `an included file counts as the lesson's own text`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    try folder.write("lessons/parts/hello.walk", holding.replacing("hi", with: "ho"))
    try expectAsFull()
    #expect(try folder.text("site/04-four.html").contains("ho"))
    // One that is missing is waited for.
    try FileManager.default.removeItem(at: folder.url.appending(path: "lessons/parts/hello.walk"))
    #expect(try build().status == 2)
    #expect(try build().codes == ["W0024"])
    try folder.write("lessons/parts/hello.walk", holding)
    try expectAsFull()
  }

  @Test func `what is wrong is told again by every build`() throws {
    try writeLessons()
    try folder.write("lessons/05-broken.md", lesson("Broken", broken))
    try folder.write("lessons/06-fails.md", lesson("Fails", failing))
    let first = try build()
    #expect(first.status == 2)
    let again = try expectAsFull()
    #expect(again.errors == first.errors)
    #expect(again.output == first.output)
    #expect(again.errors.contains("lessons/05-broken.md:7:8"))
    #expect(again.output.contains("fails: hello exits 1"))
    try folder.write("lessons/05-broken.md", lesson("Mended"))
    try expectAsFull()
  }

  @Test func `a page that was edited, replaced or removed is made again`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    let page = folder.url.appending(path: "site/02-two.html")
    let good = try Data(contentsOf: page)
    let date = try FileManager.default.attributesOfItem(atPath: page.path())
    // Of the same length, in the same file, and with the old date.
    var edited = good
    edited[edited.count / 2] ^= 1
    let handle = try FileHandle(forWritingTo: page)
    try handle.write(contentsOf: edited)
    try handle.close()
    try FileManager.default.setAttributes(
      [.modificationDate: try #require(date[.modificationDate])], ofItemAtPath: page.path())
    try expectAsFull()
    #expect(try Data(contentsOf: page) == good)
    try FileManager.default.removeItem(at: page)
    try expectAsFull()
    try folder.write("site/other.html", "other")
    try FileManager.default.removeItem(at: page)
    try FileManager.default.createSymbolicLink(
      at: page, withDestinationURL: folder.url.appending(path: "site/other.html"))
    try FileManager.default.removeItem(at: folder.url.appending(path: "full"))
    #expect(try build().status == 0)
    #expect(try Data(contentsOf: page) == good)
    #expect(try folder.text("site/other.html") == "other")
  }

  @Test func `options count as well`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    let limited = try build("--limit-steps", "20")
    #expect(limited.status == 2)
    #expect(limited.codes == ["W0501", "W0501", "W0501", "W0501"])
    try expectAsFull("--limit-steps", "100000")
    for format in ["markdown", "html", "man"] {
      try FileManager.default.removeItem(at: folder.url.appending(path: "site"))
      #expect(try build().status == 0)
      for name in try pages("site").keys {
        try FileManager.default.removeItem(at: folder.url.appending(path: "site/\(name)"))
      }
      try expectAsFull("--format", format)
    }
  }

  @Test func `a cache that is damaged or not a cache is none`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    let cache = folder.url.appending(path: "site/.ringwalk-cache")
    let good = try Data(contentsOf: cache)
    // A title that was changed in it would otherwise reach the index and the neighbours.
    var forged = String(decoding: good, as: UTF8.self)
    #expect(forged.contains("\"title\":\"Two\""))
    forged = forged.replacing("\"title\":\"Two\"", with: "\"title\":\"Owt\"")
    let others = [
      Data(forged.utf8), good.dropLast(10), good.prefix(64), good.prefix(65), Data(),
      Data(repeating: 0, count: 5_000), Data(repeating: 0xFF, count: 100),
      Data("not a cache\n{}".utf8), good + good,
    ]
    for bytes in others {
      try Data(bytes).write(to: cache)
      try expectAsFull()
      #expect(try Data(contentsOf: cache).count == good.count)
    }
  }

  @Test func `nothing is kept when it is not wanted`() throws {
    try writeLessons()
    #expect(try build("--no-cache").status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("site"))
    #expect(!names.contains(".ringwalk-cache"))
    #expect(names.count == 10)
    // A cache that is there is not believed either.
    #expect(try build().status == 0)
    try folder.write("lessons/01-one.md", lesson("Uno"))
    #expect(try build("--no-cache").status == 0)
    #expect(try folder.text("site/02-two.html").contains("Uno"))
    try expectAsFull()
  }

  @Test func `only the owner may read what is kept`() throws {
    try writeLessons()
    #expect(try build().status == 0)
    let values = try FileManager.default.attributesOfItem(
      atPath: folder.path("site/.ringwalk-cache"))
    #expect(try #require(values[.posixPermissions] as? Int) & 0o077 == 0)
  }

  @Test func `standard input is never taken from a cache`() throws {
    for title in ["One", "Two"] {
      let outcome = try folder.run(
        "build", "-", "-o", "site", "--stdin-name", "x.md", input: lesson(title))
      #expect(outcome.status == 0)
      #expect(try folder.text("site/x.html").contains("<h1>\(title)</h1>"))
    }
  }
}
