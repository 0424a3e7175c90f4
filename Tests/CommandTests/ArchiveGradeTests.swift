import Foundation
import TestSupport
import Testing

@Suite("Grading archives")
struct ArchiveGradeTests {
  let folder: Folder
  private static let long = String(repeating: "x", count: 180)

  init() throws {
    folder = try Folder()
    let task = """
      points=3
      student program reader
      starter { program reader { } }
      start reader
      run
      check "it ends cleanly" 1 points: reader exits 0
      check "it sleeps" 2 points: exactly 2 of reader sleeps
      ```


      """
    try folder.write(
      "lesson.md", "# Tasks\n\n```walk task=two_sleeps \(task)```walk task=fork \(task)")
    for (name, text) in [
      ("ada/two_sleeps.walk", "program reader { exit(0) }\n"),
      ("bob/two_sleeps.walk", "program reader { exit(1) }\n"),
      ("bob/fork.walk", String(repeating: "# long\n", count: 2_000)), ("empty.walk", ""),
      ("zoë.walk", "program reader { exit(0) }\n"),
    ] { try folder.write("subs/\(name)", text) }
  }

  private func fixture(_ name: String) -> String {
    Fixtures.directory.appending(path: "Archives/\(name)").path()
  }

  @Test(arguments: [
    "python-stored.zip", "python-deflated.zip", "python-zip64.zip", "python-streamed.zip",
    "info-zip.zip", "gnu-gnu.tar", "gnu-pax.tar", "gnu-ustar.tar", "gnu-v7.tar",
    "gnu-pax.tar.gz",
  ])
  func `an archive is graded like the folder that was packed`(_ name: String) throws {
    if !["gnu-ustar.tar", "gnu-v7.tar"].contains(name) {
      try folder.write("subs/\(Self.long).walk", "program reader { exit(0) }\n")
    }
    let expected = try folder.run("grade", "lesson.md", "subs", "--book", "folder.sqlite")
    #expect(expected.status == 0, "\(expected.errors)")
    let outcome = try folder.run("grade", "lesson.md", fixture(name), "--book", "archive.sqlite")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == expected.output)
    #expect(try folder.head(of: "archive.sqlite") == folder.head(of: "folder.sqlite"))
    // Nothing was unpacked.
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path()).sorted()
    #expect(files == ["archive.sqlite", "folder.sqlite", "lesson.md", "subs"])
  }

  @Test func `what is no archive, and what is no file, is told`() throws {
    try folder.write("text.zip", "program reader { }\n")
    try folder.write(
      "torn.zip", [UInt8](Data(contentsOf: URL(filePath: fixture("info-zip.zip"))).dropLast(9)))
    #expect(mkfifo(folder.path("pipe.tar"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.zip"), withDestinationPath: fixture("info-zip.zip"))
    for (name, words) in [
      ("text.zip", "neither a zip nor a tar"), ("torn.zip", "it is not complete"),
      ("pipe.tar", "it is no regular file"), ("link.zip", "it is no regular file"),
    ] {
      let outcome = try folder.run("grade", "lesson.md", name)
      #expect(outcome.status == 2, "\(name): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(name): \(outcome.errors)")
    }
  }

  @Test func `threats 20-24: what is wrong with entries is told, and the others are graded`() throws
  {
    // A tar by hand: a path that leads out, a link, two files of one name, a wrong name, a good one.
    func entry(_ name: String, _ content: String, _ type: Character = "0") -> [UInt8] {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, _ offset: Int) {
        for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
      }
      let size = String(content.utf8.count, radix: 8)
      put(name, 0)
      put(String(repeating: "0", count: 11 - size.count) + size, 124)
      header[156] = type.asciiValue ?? 0
      put("        ", 148)
      let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
      put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", 148)
      let content = Array(content.utf8)
      return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
    let good = "program reader { exit(0) }\n"
    try folder.write(
      "all.tar",
      entry("../evil.walk", good) + entry("eve/fork.walk", "", "2") + entry("ada/fork.walk", good)
        + entry("ada/fork.walk", "twice") + entry("bob/Fork.walk", good)
        + entry("bob/notes.txt", "hello") + entry("a/b/c.walk", good))
    let outcome = try folder.run("grade", "lesson.md", "all.tar")
    for words in [
      "../evil.walk: its name leads out of the folder", "eve/fork.walk: it is a link",
      "ada/fork.walk: there is another entry with this name",
      "bob/Fork.walk: there is no task `Fork`; is it for `fork`?",
      "bob/notes.txt: a submission is a file whose name ends in `.walk`",
      "a/b/c.walk: it lies too deep for a submission",
    ] { #expect(outcome.errors.contains(words), "\(words): \(outcome.errors)") }
    #expect(outcome.output.contains("ada"))
    #expect(outcome.output.contains("eve"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("../evil.walk")))
  }
}
