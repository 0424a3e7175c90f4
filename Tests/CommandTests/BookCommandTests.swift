import Foundation
import Grades
import TestSupport
import Testing

@testable import ringwalk

@Suite("Gradebooks on the command line")
struct BookCommandTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write(
      "results.jsonl", [resultLine("ada"), resultLine("bob", 10), ""].joined(separator: "\n"))
    let outcome = try folder.run("book", "import", "grades.sqlite", "results.jsonl")
    #expect(outcome.output == "2 results entered, 0 were there already\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `grades are listed, adjusted, and taken back, and nothing is lost`() throws {
    #expect(
      try folder.run("book", "list", "grades.sqlite").output == """
            points       of  attempts  student                   task
                 7       10         1  ada                       sleep
                10       10         1  bob                       sleep

        """)
    let adjusted = try folder.run(
      "book", "adjust", "grades.sqlite", "ada", "sleep", "--add", "1.5", "--reason", "a neat loop",
      "--by", "Eve")
    #expect(adjusted.output == "entry 3: ada, sleep: 8.5 of 10 points\n")
    #expect(
      try folder.run("book", "list", "grades.sqlite", "--student", "ada").output.hasSuffix(
        "       8.5*      10         1  ada                       sleep\n"))
    let undone = try folder.run(
      "book", "undo", "grades.sqlite", "3", "--reason", "not that neat", "--by", "Eve")
    #expect(undone.output == "entry 4: entry 3 no longer counts\n")
    let shown = try folder.run("book", "show", "grades.sqlite", "ada")
    let lines = shown.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 6)
    #expect(
      lines[0] == "     1                        graded: ada, sleep, attempt 1: 7 of 10 points, "
        + "lesson aaaaaaaaaaaa, 1.0")
    #expect(
      lines[1].contains(
        /^     3  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  adjusted: ada, sleep: \+1.5 points, by Eve: a neat loop$/
      ))
    #expect(lines[2].hasSuffix("undone: entry 3, by Eve: not that neat"))
    #expect(lines[4] == "now: ada, sleep: 7 of 10 points")
    #expect(try folder.run("book", "verify", "grades.sqlite").status == 0)
  }

  @Test func `results that are there already are not entered again`() throws {
    let outcome = try folder.run("book", "import", "grades.sqlite", "results.jsonl")
    #expect(outcome.output == "0 results entered, 2 were there already\n")
    #expect(outcome.status == 0)
  }

  @Test func `a result that contradicts the book is an alarm with both lines`() throws {
    let head = try folder.head(of: "grades.sqlite")
    try folder.write("other.jsonl", resultLine("ada", 9) + "\n" + resultLine("carol") + "\n")
    let outcome = try folder.run("book", "import", "grades.sqlite", "other.jsonl")
    #expect(outcome.status == 1)
    #expect(outcome.output == "1 results entered, 0 were there already\n")
    #expect(
      outcome.errors == """
        ringwalk: entry 1 has another result of `ada/sleep/1`, which stays:
          \(resultLine("ada"))
          \(resultLine("ada", 9))

        """)
    #expect(try folder.run("book", "verify", "grades.sqlite", "--head", head).status == 0)
  }

  @Test func `lines that are no results are told with their place, and the others are read`() throws
  {
    try folder.write(
      "torn.jsonl",
      """
      \(resultLine("carol"))

      {"id": "x"}
      [1, 2]
      \(resultLine("dave"))
      \(resultLine("erin").dropLast(20))
      """)
    let outcome = try folder.run("book", "import", "grades.sqlite", "torn.jsonl", "nowhere.jsonl")
    #expect(outcome.status == 2)
    #expect(outcome.output == "2 results entered, 0 were there already\n")
    for line in [3, 4, 6] {
      #expect(outcome.errors.contains("torn.jsonl:\(line): this is no result"), "\(outcome.errors)")
    }
    #expect(outcome.errors.contains("nowhere.jsonl: no such file"))
  }

  @Test func `mistakes in a command are told and change nothing`() throws {
    let head = try folder.head(of: "grades.sqlite")
    let reason = ["--reason", "r", "--by", "e"]
    for arguments in [
      ["adjust", "grades.sqlite", "nobody", "sleep", "--add", "1"] + reason,
      ["adjust", "grades.sqlite", "ada", "sleep"] + reason,
      ["adjust", "grades.sqlite", "ada", "sleep", "--add", "1", "--set", "2"] + reason,
      ["adjust", "grades.sqlite", "ada", "sleep", "--add", "1", "--reason", "r"],
      ["adjust", "grades.sqlite", "ada", "sleep", "--add", "1", "--reason", " ", "--by", "e"],
      ["undo", "grades.sqlite", "1"] + reason, ["undo", "grades.sqlite", "99"] + reason,
      ["show", "grades.sqlite", "nobody"], ["show", "grades.sqlite", "--entry", "99"],
      ["show", "grades.sqlite", "--source"], ["list", "grades.sqlite", "--attempts", "worst"],
      ["export", "grades.sqlite", "--format", "pdf"],
      ["export", "grades.sqlite", "--format", "lti"],
    ] {
      let outcome = try folder.run(arguments: ["book"] + arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty, "\(arguments)")
    }
    #expect(try folder.head(of: "grades.sqlite") == head)
    let new = try folder.run(
      arguments: ["book", "adjust", "grades.sqlite", "nobody", "sleep", "--set", "1", "--new"]
        + reason)
    #expect(new.output == "entry 3: nobody, sleep: 1 points by hand\n")
  }

  @Test func `files that are no books are told`() throws {
    for (name, words) in [
      ("nowhere.sqlite", "no such file"), ("results.jsonl", "it is no gradebook"),
      (".", "it is no regular file"),
    ] {
      for command in ["list", "show", "verify", "export"] {
        let outcome = try folder.run("book", command, name)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("cannot read \(name): \(words)"), "\(outcome.errors)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("nowhere.sqlite")))
  }

  @Test func `threat 56: a book that was changed is told with the entry`() throws {
    let adjusted = try folder.run(
      "book", "adjust", "grades.sqlite", "ada", "sleep", "--add", "1", "--reason", "very neat",
      "--by", "Eve")
    #expect(adjusted.status == 0)
    var data = try Data(contentsOf: folder.url.appending(path: "grades.sqlite"))
    let place = try #require(data.range(of: Data("very neat".utf8)))
    data.replaceSubrange(place, with: Data("very sour".utf8))
    try data.write(to: folder.url.appending(path: "grades.sqlite"))
    let outcome = try folder.run("book", "verify", "grades.sqlite")
    #expect(outcome.status == 1)
    #expect(outcome.output == "grades.sqlite: 2 entries are right\n")
    #expect(
      outcome.errors
        == "ringwalk: grades.sqlite: entry 3: its digest is not that of what it says: it was changed\n"
    )
  }

  @Test func `threats 39, 40: names of others command neither terminals nor spreadsheets`() throws {
    let names = ["\u{1B}]0;title\u{7}", "=1+1", "a\nb", "\u{202E}evil", "::error::x"]
    try folder.write("hostile.jsonl", names.map { resultLine($0) + "\n" }.joined())
    #expect(try folder.run("book", "import", "grades.sqlite", "hostile.jsonl").status == 0)
    for arguments in [
      ["list", "grades.sqlite"], ["show", "grades.sqlite"], ["show", "grades.sqlite", names[0]],
      ["export", "grades.sqlite", "--format", "results"],
      ["export", "grades.sqlite", "--format", "json"],
      [
        "adjust", "grades.sqlite", names[0], "sleep", "--set", "1", "--reason", names[0], "--by",
        names[3],
      ],
    ] {
      let outcome = try folder.run(arguments: ["book"] + arguments)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
      for forbidden: Character in ["\u{1B}", "\u{7}", "\u{202E}"] {
        #expect(!outcome.output.contains(forbidden), "\(arguments)")
        #expect(!outcome.errors.contains(forbidden), "\(arguments)")
      }
      #expect(
        !outcome.output.split(separator: "\n").contains { $0.hasPrefix("::") || $0.hasPrefix("=") })
    }
  }

  @Test func `results come out as they went in`() throws {
    let outcome = try folder.run("book", "export", "grades.sqlite", "--format", "results")
    #expect(outcome.output == resultLine("ada") + "\n" + resultLine("bob", 10) + "\n")
    // So the export of one book makes another one with the same log.
    try folder.write("again.jsonl", outcome.output)
    #expect(try folder.run("book", "import", "second.sqlite", "again.jsonl").status == 0)
    #expect(try folder.head(of: "second.sqlite") == folder.head(of: "grades.sqlite"))
  }

  @Test func `grades come out for other programs, adjustments in them`() throws {
    let adjusted = try folder.run(
      "book", "adjust", "grades.sqlite", "ada", "sleep", "--set", "9", "--reason", "r", "--by", "e")
    #expect(adjusted.status == 0)
    try folder.write(
      "roster.csv", "id,name,username\nada,\"Lovelace, Ada\",lovelace\nbob,Bob,bob\n")
    try folder.write("tasks.csv", "task,title,canvas\nsleep,Sleep well,1234\n")
    let canvas = try folder.run(
      "book", "export", "grades.sqlite", "--format", "canvas", "--roster", "roster.csv",
      "--tasks", "tasks.csv")
    #expect(canvas.status == 0, "\(canvas.errors)")
    #expect(
      canvas.output == """
        Student,ID,SIS User ID,SIS Login ID,Section,Sleep well (1234)
        "    Points Possible",,,,,10.00
        "Lovelace, Ada",,,lovelace,,9.00
        Bob,,,bob,,10.00

        """)
    let lti = try folder.run("book", "export", "grades.sqlite", "--format", "lti", "-o", "out")
    #expect(lti.status == 0, "\(lti.errors)")
    #expect(lti.output.split(separator: "\n").count == 1)
    let csv = try folder.run("book", "export", "grades.sqlite").output
    #expect(csv.contains("ada,,,,sleep,graded,1,1,0,7,0,9,10,"), "\(csv)")
    let missing = try folder.run("book", "export", "grades.sqlite", "--roster", "nowhere.csv")
    #expect(missing.status == 64)
  }

  @Test(
    arguments: [
      ("0", 0), ("8", 8_000), ("8.5", 8_500), ("0.125", 125), ("08", 8_000),
      ("1000000000", 1_000_000_000_000),
    ] as [(String, Int64)])
  func `threat 52: points are read as people write them`(_ text: String, _ millipoints: Int64) {
    #expect(PointsArgument(argument: text)?.points.millipoints == millipoints)
  }

  @Test(arguments: [
    "", ".", "1.", ".5", "+1", "-1", "1e3", "0x10", "1,5", "1.2345", "٣", "１", "1 ", " 1", "NaN",
    "inf",
    "99999999999999999999", "10000000000", "1.5.5", "1\0",
  ])
  func `threat 52: what is no number of points is refused`(_ text: String) {
    #expect(PointsArgument(argument: text) == nil)
  }
}
