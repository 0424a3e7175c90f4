import Foundation
import Testing

@Suite struct FmtCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static let messy = "program  p {exit(0)}\nstart p;run\n"
  private static let tidy = "program p { exit(0) }\nstart p\nrun\n"

  @Test func `fmt writes what changes, and only that`() throws {
    try folder.write("a/messy.walk", Self.messy)
    try folder.write("a/tidy.walk", Self.tidy)
    try folder.write("a/lesson.md", "# A  title\n\n> ```walk\n> start  p\n> ```\n")
    let date = Date(timeIntervalSince1970: 1_000_000_000)
    for name in ["a/messy.walk", "a/tidy.walk"] {
      try FileManager.default.setAttributes(
        [.modificationDate: date, .posixPermissions: 0o640], ofItemAtPath: folder.path(name))
    }
    let outcome = try folder.run("fmt", "a")
    #expect(outcome.status == 0)
    #expect(outcome.output + outcome.errors == "")
    #expect(try folder.text("a/messy.walk") == Self.tidy)
    #expect(try folder.text("a/lesson.md") == "# A  title\n\n> ```walk\n> start p\n> ```\n")
    func attributes(_ name: String) throws -> [FileAttributeKey: Any] {
      try FileManager.default.attributesOfItem(atPath: folder.path(name))
    }
    #expect(try attributes("a/tidy.walk")[.modificationDate] as? Date == date)
    #expect(try attributes("a/messy.walk")[.modificationDate] as? Date != date)
    #expect(try attributes("a/messy.walk")[.posixPermissions] as? Int == 0o640)
    #expect(try folder.content().keys.sorted().filter { $0.hasSuffix(".new") } == [])
  }

  @Test func `fmt --check names what would change and writes nothing`() throws {
    try folder.write("b.walk", Self.messy)
    try folder.write("a.walk", Self.tidy)
    let outcome = try folder.run("fmt", "--check", "a.walk", "b.walk")
    #expect(outcome.status == 1)
    #expect(outcome.output == "b.walk\n")
    #expect(try folder.text("b.walk") == Self.messy)
    #expect(try folder.run("fmt", "--check", "a.walk").status == 0)
  }

  @Test func `fmt --diff prints what would change`() throws {
    try folder.write("b.walk", Self.messy)
    let outcome = try folder.run("fmt", "--diff", "b.walk")
    #expect(outcome.status == 0)
    #expect(
      outcome.output == """
        --- b.walk
        +++ b.walk
        @@ -1,2 +1,3 @@
        -program  p {exit(0)}
        -start p;run
        +program p { exit(0) }
        +start p
        +run

        """)
    #expect(try folder.text("b.walk") == Self.messy)
    let checked = try folder.run("fmt", "--diff", "--check", "b.walk")
    #expect(checked.status == 1)
    #expect(checked.output == outcome.output)
  }

  @Test func `fmt leaves a file with mistakes alone, tells them, and does the others`() throws {
    try folder.write("a.walk", "start  (\n")
    try folder.write("b.walk", Self.messy)
    let outcome = try folder.run("fmt", "a.walk", "missing.walk", "b.walk")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0123", "W0001"])
    #expect(outcome.errors.contains("--> a.walk:1:8"))
    #expect(try folder.text("a.walk") == "start  (\n")
    #expect(try folder.text("b.walk") == Self.tidy)
  }

  @Test func `fmt - is a filter`() throws {
    let script = try folder.run("fmt", "-", input: Self.messy)
    #expect(script.status == 0)
    #expect(script.output == Self.tidy)
    let lesson = try folder.run("fmt", "-", input: "a\n\n```walk\nrun;run\n```\n")
    #expect(lesson.output == "a\n\n```walk\nrun\nrun\n```\n")
    let named = try folder.run("fmt", "-", "--stdin-name", "x.md", input: "start p;run\n")
    #expect(named.output == "start p;run\n")
    let broken = try folder.run("fmt", "-", input: "start (\n")
    #expect(broken.status == 2)
    #expect(broken.output == "start (\n")
    let checked = try folder.run("fmt", "--check", "-", input: Self.messy)
    #expect(checked.status == 1)
    #expect(checked.output == "stdin.walk\n")
  }

  @Test func `fmt writes through a symbolic link`() throws {
    try folder.write("a/real.walk", Self.messy)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.walk"), withDestinationPath: "a/real.walk")
    #expect(try folder.run("fmt", "link.walk").status == 0)
    #expect(try folder.text("a/real.walk") == Self.tidy)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link.walk"))
        == "a/real.walk")
  }

  @Test(.enabled(if: getuid() != 0)) func `fmt does not write what may not be written`() throws {
    try folder.write("a.walk", Self.messy)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o444], ofItemAtPath: folder.path("a.walk"))
    let outcome = try folder.run("fmt", "a.walk")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0028"])
    #expect(try folder.text("a.walk") == Self.messy)
  }
}
