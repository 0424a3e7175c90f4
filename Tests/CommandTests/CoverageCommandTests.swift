import Foundation
import TestSupport
import Testing

@Suite struct CoverageCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Two lessons: one with an error, a fault and a child, one that only sleeps.
  private func write() throws {
    try folder.write(
      "course/a.md",
      """
      # A

      ```walk
      program parent {
          bss page 4KiB
          page[0] = 1
          let fd = open("/nowhere", O_RDONLY)
          if fork() == 0 { exit(3) }
          wait4(-1, 0, 0)
          *0x10 = 1
      }
      start parent
      run
      expect parent.child exits 3
      ```

      """)
    try folder.write(
      "course/b.walk",
      """
      program napper { nanosleep(5ms) }
      start napper
      run

      """)
    try folder.write("course/book.md", "# Cover\n")
  }

  @Test func `coverage lists what runs show and what they never do`() throws {
    try write()
    let outcome = try folder.run("coverage", "course")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output == (try folder.run("coverage", "course").output))
    for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    try expectGolden(outcome.output, "Command/coverage.txt")
  }

  /// What is there without all that no run shows.
  private func shown(_ value: Any) -> Any {
    func isShown(_ value: Any) -> Bool {
      guard let row = value as? [String: Any] else { return true }
      return (row["call"].map(isShown) ?? true) && row["count"] as? Int != 0
    }
    if let values = value as? [Any] { return values.filter(isShown).map(shown) }
    return (value as? [String: Any])?.mapValues(shown) ?? value
  }

  @Test func `coverage has the lessons for each line in JSON`() throws {
    try write()
    let outcome = try folder.run("coverage", "course", "--format", "json")
    #expect(outcome.status == 0)
    #expect(outcome.output == (try folder.run("coverage", "course", "--format", "json").output))
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let shown = try JSONSerialization.data(
      withJSONObject: shown(object), options: [.prettyPrinted, .sortedKeys])
    try expectGolden(String(decoding: shown, as: UTF8.self) + "\n", "Command/coverage.json")
    let report = try #require(object as? [String: Any])
    #expect(report["lessons"] as? [String] == ["a", "b"])
    let calls = try #require(report["systemCalls"] as? [[String: Any]])
    let open = try #require(
      calls.first { ($0["call"] as? [String: Any])?["name"] as? String == "open" })
    let errors = try #require(open["errors"] as? [[String: Any]])
    let missing = try #require(errors.first { $0["name"] as? String == "ENOENT" })
    #expect(missing["count"] as? Int == 1)
    #expect(missing["lessons"] as? [String] == ["a"])
  }

  @Test func `coverage tells what does not compile, and counts the rest`() throws {
    try write()
    try folder.write("course/c.walk", "start (\n")
    let outcome = try folder.run("coverage", "course")
    #expect(outcome.status == 2)
    #expect(outcome.codes.contains("W0123"))
    #expect(outcome.output.hasPrefix("2 lessons\n"))
  }
}
