import Foundation
import TestSupport
import Testing

/// What other programs read of `ringwalk check`, and checking again and again.
@Suite("ringwalk check --format and --watch")
struct CheckFormatTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write(
      "a lesson.md",
      """
      # One

      > ```walk
      > program p { reed(0, 0, 1) }
      > program p { exit(0) }
      > ```

      ```walk scenario=two
      program hello { exit(3) }
      start hello
      run
      expect hello exits 4
      expect never nanosleep by hello
      expect hello exits 3
      ```

      [nowhere](missing.md)

      """)
    try folder.write("b.walk", "program p { exit(0) }\nstart p\nrun\nexpect p exits 0\n")
  }

  @Test func `messages, verdicts, places and mendings are one document of JSON`() throws {
    let outcome = try folder.run("check", "a lesson.md", "b.walk", "--format", "json")
    #expect(outcome.status == 2)
    #expect(outcome.errors == "")
    try expectGolden(outcome.output, "Command/check.json")
    let again = try folder.run("check", "a lesson.md", "b.walk", "--format", "json")
    #expect(again.output == outcome.output)
  }

  @Test func `code forges get SARIF whose indices, places and mendings are right`() throws {
    let outcome = try folder.run("check", "a lesson.md", "b.walk", "--format", "sarif")
    #expect(outcome.status == 2)
    try expectGolden(outcome.output, "Command/check.sarif")
    let log = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: [String: Any]])?["driver"])
    let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(rules == rules.sorted() && Set(rules).count == rules.count)
    #expect(results.count >= 4)
    let source = try folder.text("a lesson.md")
    var mended: String?
    for result in results {
      let rule = try #require(result["ruleId"] as? String)
      #expect(rules[try #require(result["ruleIndex"] as? Int)] == rule)
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
      for case let location as [String: [String: Any]] in result["locations"] as? [Any] ?? [] {
        let physical = try #require(location["physicalLocation"])
        // A space in a name is none in a reference.
        let artifact = try #require(physical["artifactLocation"] as? [String: String])
        #expect(artifact["uri"] == "a%20lesson.md")
        let region = try #require(physical["region"] as? [String: Int])
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines[try #require(region["startLine"]) - 1]
        #expect(line.count >= (try #require(region["startColumn"])) - 1)
        if rule == "W0204", let fixes = result["fixes"] as? [[String: Any]],
          let change = (fixes.first?["artifactChanges"] as? [[String: Any]])?.first,
          let replacement = (change["replacements"] as? [[String: Any]])?.first,
          let deleted = replacement["deletedRegion"] as? [String: Int],
          let text = (replacement["insertedContent"] as? [String: String])?["text"],
          let from = deleted["startColumn"], let to = deleted["endColumn"]
        {
          mended = String(line.prefix(from - 1)) + text + line.dropFirst(to - 1)
        }
      }
    }
    #expect(mended == "> program p { read(0, 0, 1) }")
  }

  @Test func `a course without findings has none`() throws {
    let json = try folder.run("check", "b.walk", "--format", "json")
    #expect(json.status == 0)
    #expect(json.output.contains("\"holds\" : 1") && json.output.contains("\"findings\" : ["))
    let sarif = try folder.run("check", "b.walk", "--format", "sarif")
    #expect(sarif.status == 0 && sarif.output.contains("\"results\" : ["))
  }

  @Test func `with --strict, what is vacuous is an error`() throws {
    let loose = try folder.run("check", "a lesson.md", "--format", "sarif").output
    let strict = try folder.run("check", "a lesson.md", "--format", "sarif", "--strict").output
    func levels(_ text: String) -> Int { text.matches(of: /"level" : "warning"/).count }
    #expect(levels(loose) == levels(strict) + 1)
  }

  @Test func `what is saved is checked again, includes as well`() throws {
    try folder.write("watched/part.walk", "program p { exit(0) }\n")
    try folder.write(
      "watched/one.walk", "include \"part.walk\"\nstart p\nrun\nexpect p exits 0\n")
    try folder.write("out", "")
    let process = Process()
    process.executableURL = try Folder.binary
    process.arguments = ["check", "watched/one.walk", "--watch"]
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: folder.url.appending(path: "out"))
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }
    func wait(for words: String) throws {
      let start = ContinuousClock.now
      while try !folder.text("out").contains(words) {
        guard ContinuousClock.now - start < .seconds(60) else {
          Issue.record("no `\(words)`: \(try folder.text("out"))")
          return
        }
        usleep(10_000)
      }
    }
    try wait(for: "1 holds")
    try folder.write("watched/part.walk", "program p { exit(7) }\n")
    try wait(for: "1 fails")
    try folder.write(
      "watched/one.walk",
      "include \"part.walk\"\nstart p\nrun\nexpect p exits 7\nexpect p exits\n")
    try wait(for: "2 hold")
  }

  @Test func `what makes no sense together is told`() throws {
    #expect(try folder.run("check", "b.walk", "--watch", "--format", "json").status == 64)
    #expect(try folder.run("check", "-", "--watch", input: "").status == 64)
  }
}
