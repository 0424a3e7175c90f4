import Foundation
import TestSupport
import Testing

@Suite("--language and language:")
struct LanguageTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private let script = "program p { write(1, \"hi\\n\", 3) }\nstart p\nrun\nexpect p exits 0\n"

  private func lesson(_ matter: String) -> String {
    "\(matter)# One\n\n```walk\nprogram p { compute 1500us }\nstart p\nrun\n"
      + "expect p exits 0\n```\n\nIt took `{= cputime(p)}`.\n"
  }

  @Test func `run tells a script in the language that is asked for`() throws {
    try folder.write("a.walk", script)
    let german = try folder.run("run", "a.walk", "--language", "de")
    #expect(german.status == 0, "\(german.errors)")
    try expectGolden(german.output, "Command/run-de.txt")
    let english = try folder.run("run", "a.walk")
    #expect(english.output == (try folder.run("run", "a.walk", "--language", "en").output))
    #expect(english.output.contains("hello") == false && english.output.contains("p exits with"))
    let table = try folder.run("run", "a.walk", "--language", "german", "--format", "markdown")
    #expect(table.output.contains("Schritt 0, 0 ns: Die Maschine startet"))
    let stacks = try folder.run("run", "a.walk", "--language", "de", "--stacks", "40")
    #expect(stacks.output.contains("Kernstapel nach Schritt 40"))
  }

  @Test func `a lesson's own language comes before that of the command`() throws {
    try folder.write("in/en.md", lesson("---\nlanguage: en\n---\n"))
    try folder.write("in/at.md", lesson("---\nlang: de-AT\n---\n"))
    try folder.write("in/none.md", lesson(""))
    let outcome = try folder.run("build", "in", "-o", "out", "--language", "de")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.text("out/en.html").contains("<html lang=\"en\">"))
    #expect(try folder.text("out/en.html").contains("✓ holds"))
    #expect(try folder.text("out/at.html").contains("<html lang=\"de-AT\">"))
    for name in ["at", "none", "index"] {
      let page = try folder.text("out/\(name).html")
      #expect(page.contains("Zum Text springen") && !page.contains("Skip to"), "\(name)")
    }
    #expect(try folder.text("out/none.html").contains("<html lang=\"de\">"))
    #expect(try folder.text("out/at.html").contains("aria-label=\"Vorige und nächste Lektion\""))
    // The value of the prose is the lesson's.
    #expect(try folder.text("out/none.html").firstMatch(of: #/It took 1,5\d* ms\./#) != nil)
    #expect(try folder.text("out/en.html").firstMatch(of: #/It took 1\.5\d* ms\./#) != nil)
  }

  @Test func `another language makes all pages anew, and neighbours keep theirs`() throws {
    try folder.write("in/1.md", lesson("---\nlanguage: de\n---\n"))
    try folder.write("in/2.md", lesson(""))
    _ = try folder.run("build", "in", "-o", "out")
    let first = try folder.text("out/1.html")
    #expect(first.contains("Vorige und nächste Lektion"))
    #expect(try folder.text("out/2.html").contains("Lessons before and after"))
    // A new neighbour: the German page is taken over, and gets a new link.
    try folder.write("in/0.md", lesson(""))
    _ = try folder.run("build", "in", "-o", "out")
    let again = try folder.text("out/1.html")
    #expect(again.contains("aria-label=\"Vorige und nächste Lektion\"><a rel=\"prev\""))
    _ = try folder.run("build", "in", "-o", "full", "--no-cache")
    #expect(again == (try folder.text("full/1.html")))
    _ = try folder.run("build", "in", "-o", "out", "--language", "de")
    #expect(try folder.text("out/2.html").contains("Vorige und nächste Lektion"))
  }

  @Test func `a language that nobody has words in is refused with its nearest name`() throws {
    try folder.write("a.md", lesson("---\nlanguage: germn\n---\n"))
    let outcome = try folder.run("check", "a.md")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0007"])
    #expect(outcome.errors.contains("there are no words in a language called `germn`"))
    #expect(outcome.errors.contains("`en` (english) and `de` (german)"))
    #expect(outcome.errors.contains("write `german`"))
    let flag = try folder.run("run", "a.md", "--language", "klingon")
    #expect(flag.status == 64)
    #expect(flag.errors.contains("klingon"))
  }

  @Test func `the German lessons hold, and become pages`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let lessons = root.appending(path: "lessons-de").path()
    let check = try folder.run("check", "--strict", lessons)
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let build = try folder.run("build", lessons, "-o", "de")
    #expect(build.status == 0 && build.errors.isEmpty, "\(build.errors)")
    let index = try folder.text("de/index.html")
    #expect(index.contains("<html lang=\"de\">") && index.contains("Die Lektionen"))
  }
}
