import Foundation
import TestSupport
import Testing

@Suite("ringwalk build")
struct BuildTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// The file by which a build knows what has not changed.
  private let cache = ".ringwalk-cache"

  private func lesson(_ title: String, _ script: String = holding) -> String {
    "# \(title)\n\n```walk\n\(script)\n```\n\n```walk show=timeline\n```\n"
  }

  @Test func `a folder becomes pages and an index`() throws {
    try folder.write("lessons/01-one.md", lesson("One"))
    try folder.write("lessons/deep/02-two.md", lesson("Two"))
    try folder.write("lessons/.hidden.md", lesson("Hidden", broken))
    try folder.write("lessons/notes.txt", "no lesson")
    let outcome = try folder.run("build", "lessons", "-o", "out/site")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path("out/site")))
    #expect(
      names == [
        cache, "01-one.html", "01-one.steps.html", "02-two.html", "02-two.steps.html",
        "index.html", "search.html",
      ])
    #expect(try folder.text("out/site/index.html").contains("01-one.html"))
  }

  @Test func `a cover gives the book its title, introduction and order`() throws {
    for (name, title) in [("01-one", "One"), ("02-two", "Two"), ("03-three", "Three")] {
      try folder.write("lessons/\(name).md", "---\ncovers: S2\n---\n" + lesson(title))
    }
    try folder.write(
      "lessons/book.md",
      "---\ntitle: A tour\nsummary: In three steps.\norder: [02-two]\n---\n\nRead *all* of it.\n\n"
        + "## Lessons\n\nThere are some.\n")
    let outcome = try folder.run("build", "lessons/", "-o", "site")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("site"))
    let pages = names.filter { !$0.hasSuffix(".steps.html") }
    #expect(
      pages.sorted() == [
        cache, "01-one.html", "02-two.html", "03-three.html", "index.html", "search.html",
      ])
    #expect(names.count == 9)
    let index = try folder.text("site/index.html")
    #expect(index.contains("<h1>A tour</h1>"))
    #expect(index.contains("Read <em>all</em> of it."))
    let links = index.matches(of: #/<h3><a href="([^"]*)">(\d)\. /#).map { "\($0.2) \($0.1)" }
    #expect(links == ["1 ./02-two.html", "2 ./01-one.html", "3 ./03-three.html"])
    #expect(index.contains("S2 user mode and kernel mode"))
    let one = try folder.text("site/01-one.html")
    #expect(one.contains("rel=\"prev\" href=\"./02-two.html\""))
    #expect(one.contains("rel=\"next\" href=\"./03-three.html\""))
    #expect(one.contains("<a href=\"./index.html\">A tour</a>"))
  }

  @Test(arguments: [("markdown", "md"), ("latex", "tex"), ("man", "7")])
  func `a book has an index in each format`(_ format: String, _ ending: String) throws {
    try folder.write("lessons/one.md", "---\nsummary: The first.\n---\n" + lesson("One"))
    try folder.write("lessons/book.md", "---\ntitle: A tour\n---\n\nRead it.\n")
    #expect(try folder.run("build", "-o", "site", "--format", format).status == 0)
    let index = try folder.text("site/index.\(ending)")
    for words in ["A tour", "Read it.", "One", "The first."] { #expect(index.contains(words)) }
    #expect(format != "markdown" || index.contains("[One](./one.md)"))
  }

  @Test func `an order that names what is not there is told by build and check`() throws {
    try folder.write("lessons/01-one.md", lesson("One"))
    try folder.write("lessons/book.md", "---\norder: [01-one, 02-tow, 01-one]\n---\n")
    for isBuild in [true, false] {
      let outcome =
        isBuild
        ? try folder.run("build", "lessons", "-o", "site") : try folder.run("check", "lessons")
      #expect(outcome.status == 2)
      #expect(outcome.codes == ["W0031", "W0031"])
      #expect(outcome.errors.contains("lessons/book.md:2:17"))
    }
    #expect(try folder.text("site/index.html").contains("01-one.html"))
    try folder.write("other/book.md", "# Another\n")
    let two = try folder.run("build", "lessons", "other", "-o", "site")
    #expect(two.codes.contains("W0027"))
  }

  @Test(arguments: [("html", "html"), ("markdown", "md"), ("latex", "tex"), ("man", "7")])
  func `each format has its files`(_ format: String, _ ending: String) throws {
    try folder.write("lessons/one.md", lesson("One"))
    #expect(try folder.run("build", "-o", "site", "--format", format).status == 0)
    #expect(try !folder.text("site/one.\(ending)").isEmpty)
  }

  @Test func `links between lessons lead to their pages, and dead ones are told`() throws {
    try folder.write("lessons/book.md", "# A tour\n\nBegin with [one](01-one.md#why).\n")
    try folder.write(
      "lessons/01-one.md",
      lesson("One") + "\n## Why\n\n[two](deep/02-two.md#what) [all](book.md) [data](a.csv)\n")
    try folder.write("lessons/deep/02-two.md", lesson("Two") + "\n## What\n\n[x](../01-one.md)\n")
    try folder.write("lessons/a.csv", "a,b\n")
    let good = try folder.run("build", "lessons", "-o", "site")
    #expect(good.status == 0, "\(good.errors)")
    let one = try folder.text("site/01-one.html")
    #expect(one.contains("<a href=\"./02-two.html#what\">two</a> <a href=\"./index.html\">all</a>"))
    #expect(one.contains("<a href=\"./01-one.file.a.csv\">data</a>"))
    #expect(try folder.text("site/01-one.file.a.csv") == "a,b\n")
    #expect(try folder.text("site/02-two.html").contains("<a href=\"./01-one.html\">x</a>"))
    #expect(try folder.text("site/index.html").contains("<a href=\"./01-one.html#why\">one</a>"))

    try folder.write("lessons/book.md", "# A tour\n\nBegin with [one](01-one.md#wy).\n")
    try folder.write("lessons/deep/02-two.md", lesson("Two") + "\n## Where\n\n[x](../01-on.md)\n")
    for command in [["build", "lessons", "-o", "site"], ["check", "lessons"]] {
      let outcome = try folder.run(arguments: command)
      #expect(outcome.status == 2)
      #expect(outcome.codes.sorted() == ["W0040", "W0040", "W0042"])
      for place in [
        "lessons/01-one.md:15:7", "lessons/deep/02-two.md:15:5", "lessons/book.md:3:18",
      ] {
        #expect(outcome.errors.contains(place), "\(outcome.errors)")
      }
      #expect(outcome.errors.contains("fix: write `../01-one.md`"))
    }
  }

  @Test func `a file whose name is misspelt is found beside it`() throws {
    try folder.write("lessons/pictures/ring.png", "PNG")
    try folder.write("lessons/one.md", "![x](pictures/rign.png) ![y](../outside.png)\n")
    try folder.write("outside.png", "PNG")
    let outcome = try folder.run("check", "lessons/one.md")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0043", "W0043"])
    #expect(outcome.errors.contains("fix: write `pictures/ring.png`"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("lessons/link.png"), withDestinationPath: folder.path("outside.png"))
    try folder.write("lessons/one.md", "![y](link.png)\n")
    #expect(try folder.run("check", "lessons/one.md").codes == ["W0043"])
  }

  @Test func `a broken lesson stops no other`() throws {
    try folder.write("lessons/a.md", lesson("A", broken))
    try folder.write("lessons/b.md", lesson("B", failing))
    try folder.write("lessons/c.md", lesson("C"))
    let outcome = try folder.run("build", "lessons", "missing.md", "-o", "site")
    #expect(outcome.status == 2)
    #expect(outcome.codes.contains("W0001"))
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path("site")))
    #expect(
      names == [
        cache, "b.html", "b.steps.html", "c.html", "c.steps.html", "index.html", "search.html",
      ])
    #expect(outcome.output.contains("fails: hello exits 1"))
  }

  @Test func `a failing claim builds its page and ends with 1`() throws {
    try folder.write("lessons/b.md", lesson("B", failing))
    #expect(try folder.run("build", "lessons", "-o", "site").status == 1)
    #expect(try folder.text("site/b.html").contains("fails"))
  }

  @Test func `two files of one name are one page too many`() throws {
    try folder.write("x/intro.md", lesson("First"))
    try folder.write("y/intro.md", lesson("Second"))
    let outcome = try folder.run("build", "x", "y", "-o", "site")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0027"])
    #expect(try folder.text("site/intro.html").contains("First"))
  }

  @Test func `no lesson takes the place of the search`() throws {
    try folder.write("lessons/search.md", lesson("Search"))
    let outcome = try folder.run("build", "lessons", "-o", "site")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0027"])
    #expect(outcome.errors.contains("the search"))
    // Other formats have none.
    #expect(
      try folder.run("build", "lessons", "-o", "text", "--format", "markdown").status == 0)
  }

  @Test func `the search finds lessons and the cover, and all pages lead to it`() throws {
    try folder.write("lessons/01-one.md", lesson("One") + "\nAn unusual word.\n\n## Über\n")
    try folder.write("lessons/book.md", "# A tour\n\nOf cabbages.\n\n## Kings\n")
    #expect(try folder.run("build", "lessons", "-o", "site").status == 0)
    let search = try folder.text("site/search.html")
    #expect(search.contains("[\"A tour\",\"./index.html\",\"Of cabbages.\",\"\",\"Kings\",\"\"]"))
    #expect(search.contains("[\"One\",\"./01-one.html\",\"An unusual word.\",\"über\",\"Über\""))
    #expect(search.contains("<a href=\"./index.html\">A tour</a></nav>"))
    for name in ["01-one.html", "01-one.steps.html"] {
      #expect(
        try folder.text("site/\(name)").contains(
          "<a href=\"./index.html\">A tour</a> · <a href=\"./search.html\">Search</a></nav>"))
    }
    #expect(
      try folder.text("site/index.html").contains(
        "<nav aria-label=\"Site\"><a href=\"./search.html\">Search</a></nav>"))
  }

  @Test func `no page overwrites a lesson`() throws {
    let text = lesson("One")
    try folder.write("lessons/one.md", text)
    let outcome = try folder.run("build", "lessons/one.md", "-o", "lessons", "--format", "markdown")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0028"])
    #expect(try folder.text("lessons/one.md") == text)
  }

  @Test func `an output that cannot be written is told`() throws {
    try folder.write("lessons/one.md", lesson("One"))
    try folder.write("taken", "a file")
    let outcome = try folder.run("build", "lessons", "-o", "taken")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0028"])
    #expect(try folder.run("build", "lessons").status == 64)
  }

  @Test func `nothing is left beside the pages`() throws {
    try folder.write("lessons/one.md", lesson("One"))
    for _ in 0..<2 { #expect(try folder.run("build", "lessons", "-o", "site").status == 0) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("site"))
    #expect(names.sorted() == [cache, "index.html", "one.html", "one.steps.html", "search.html"])
  }

  @Test func `two builds are the same to the byte, wherever and whenever`() throws {
    let text = try Fixtures.text("Lesson/complete.md")
    var sites: [[String: Data]] = []
    for (place, zone, locale) in [
      ("here", "Pacific/Auckland", "C"), ("some/where/else", "America/New_York", "tr_TR.UTF-8"),
    ] {
      for number in 0..<6 {
        try folder.write("\(place)/lessons/\(number).md", text)
      }
      let outcome = try folder.run(
        "build", "\(place)/lessons", "-o", "\(place)/site",
        environment: ["TZ": zone, "LC_ALL": locale])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let site = try Folder()
      try FileManager.default.removeItem(at: site.url)
      try FileManager.default.copyItem(
        at: folder.url.appending(path: "\(place)/site"), to: site.url)
      try FileManager.default.removeItem(at: site.url.appending(path: cache))
      sites.append(try site.content())
    }
    #expect(sites[0].count == 14)
    #expect(sites[0] == sites[1])
    for page in sites[0].values {
      #expect(!String(decoding: page, as: UTF8.self).contains(folder.url.path()))
    }
  }
}
