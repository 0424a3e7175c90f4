import Foundation
import TestSupport
import Testing

@testable import Grades

@Suite struct SubmissionFormatTests {
  /// Reads `results.json` as Gradescope does, and says what it would refuse.
  struct GradescopeFile {
    var score: Double
    var output: String
    var tests: [[String: Any]]
    var problems: [String] = []

    /// What a student is shown before the task is due.
    var visibleTests: [[String: Any]] { tests.filter { $0["visibility"] as? String == "visible" } }
    var showsTotal: Bool { visibleTests.count == tests.count }

    init(_ bytes: [UInt8]) throws {
      let object = try JSONSerialization.jsonObject(with: Data(bytes))
      let file = try #require(object as? [String: Any])
      score = try #require(file["score"] as? Double)
      output = try #require(file["output"] as? String)
      tests = try #require(file["tests"] as? [[String: Any]])
      let known: Set = [
        "score", "execution_time", "output", "output_format", "test_output_format",
        "test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard",
      ]
      let formats: Set = ["text", "html", "simple_format", "md", "ansi"]
      let visibilities: Set = ["visible", "hidden", "after_due_date", "after_published"]
      for name in file.keys where !known.contains(name) { problems.append("unknown \(name)") }
      for name in ["output_format", "test_output_format", "test_name_format"] {
        // Left out, the output would be taken for HTML.
        if file[name] as? String != "text" { problems.append("\(name) is not text") }
        if !formats.contains(file[name] as? String ?? "") { problems.append("bad \(name)") }
      }
      for test in tests {
        let known: Set = [
          "score", "max_score", "status", "name", "name_format", "number", "output",
          "output_format", "tags", "visibility", "extra_data",
        ]
        for name in test.keys where !known.contains(name) { problems.append("unknown \(name)") }
        if !visibilities.contains(test["visibility"] as? String ?? "") {
          problems.append("bad visibility")
        }
        if !(test["number"] is String) { problems.append("number is no string") }
        if let status = test["status"] as? String, !["passed", "failed"].contains(status) {
          problems.append("bad status")
        }
        if test["score"] == nil, test["status"] == nil, test["output"] == nil,
          test["name"] == nil
        {
          problems.append("an empty row")
        }
        if (test["output"] as? String)?.contains("\r") == true { problems.append("a CR") }
        if (test["score"] == nil) != (test["max_score"] == nil) { problems.append("half a score") }
      }
    }
  }

  @Test func `Gradescope gets rows with the time at which they may be shown`() throws {
    let bytes = SubmissionFormat.gradescope.bytes(for: [Sample.result, Sample.second], in: .now)
    try expectGolden(String(decoding: bytes, as: UTF8.self), "Grades/gradescope.json")
    let file = try GradescopeFile(bytes)
    #expect(file.problems == [])
    #expect(file.score == 9.5)
    #expect(file.tests.compactMap { $0["score"] as? Double }.reduce(0, +) == 9.5)
    #expect(
      file.tests.map { "\($0["number"] ?? "") \($0["visibility"] ?? "")" } == [
        "1.1 visible", "1.2 visible", "1.3 after_due_date", "2.1 visible", "2.2 visible",
        "2.3 visible", "2.4 visible",
      ])
    #expect(!file.showsTotal)
  }

  @Test func `Gradescope is told what is shown at once and what later, and points once`() throws {
    func rows(_ visibility: Visibility, _ situation: Situation) throws -> [String] {
      let result = Sample.result(showing: visibility)
      let file = try GradescopeFile(SubmissionFormat.gradescope.bytes(for: [result], in: situation))
      #expect(file.problems == [])
      #expect(file.score == 8.5)
      return file.tests.dropFirst(2).map { row in
        "\(row["name"] ?? ""), \(row["visibility"] ?? ""), \(row["score"] ?? "-")"
      }
    }
    #expect(try rows(.open, .now) == ["xyzzy title, visible, 3"])
    #expect(
      try rows(Visibility(now: [.title, .verdict], afterDue: [.title, .verdict, .points]), .now)
        == ["xyzzy title, visible, -", "xyzzy title, after_due_date, 3"])
    #expect(
      try rows(Visibility(now: [.verdict], afterDue: [.verdict]), .now)
        == ["Hidden check 3, visible, -", "Hidden check 3, hidden, 3"])
    #expect(
      try rows(Visibility(now: [], afterDue: []), .now) == ["Hidden check 3, hidden, 3"])
    #expect(try rows(.hidden, .afterDue) == ["xyzzy title, visible, 3"])
    #expect(try rows(.hidden, .staff) == ["xyzzy title, hidden, 3"])
  }

  @Test func `rows 37 and 38: Gradescope is told that nothing is HTML or Markdown`() throws {
    let bytes = SubmissionFormat.gradescope.bytes(for: [Sample.hostile], in: .staff)
    let file = try GradescopeFile(bytes)
    // The formats of output and names are `text`, and no row has another one.
    #expect(file.problems == [])
    #expect(file.tests.count == 1)
    for test in file.tests {
      #expect(test["output_format"] == nil && test["name_format"] == nil)
      let output = try #require(test["output"] as? String)
      #expect(output.contains("<script>alert(1)</script>") && output.contains("```"))
    }
  }

  @Test func `Gradescope gets a valid file also without points`() throws {
    for results in [[Sample.notGradable], [Sample.fault], [Sample.worthless], []] {
      let file = try GradescopeFile(SubmissionFormat.gradescope.bytes(for: results, in: .now))
      #expect(file.problems == [])
      #expect(file.score == 0)
    }
    let file = try GradescopeFile(
      SubmissionFormat.gradescope.bytes(for: [Sample.notGradable], in: .now))
    #expect(
      file.output
        == "This could not be graded, and no attempt is lost.\nThere is nothing in it.\nerror W0101 in line 1, column 1: a program is expected"
    )
  }

  /// Reads `results.json` as PrairieLearn does; throws what makes a job fail.
  struct PrairieLearnFile {
    var isGradable: Bool
    var score: Double?
    var tests: [[String: Any]]
    var errors: [String]

    init(_ bytes: [UInt8]) throws {
      #expect(bytes.count <= 1_048_576)
      #expect(!bytes.contains(0))
      let object = try JSONSerialization.jsonObject(with: Data(bytes))
      let file = try #require(object as? [String: Any])
      isGradable = file["gradable"] as? Bool ?? true
      score = file["score"] as? Double
      tests = file["tests"] as? [[String: Any]] ?? []
      errors = file["format_errors"] as? [String] ?? []
      if isGradable {
        let score = try #require(score)
        #expect(score.isFinite && score >= 0 && score <= 1)
      }
      // If one lacks its points, none are shown.
      for test in tests {
        #expect(test["points"] is Double && test["max_points"] is Double)
        #expect(test["name"] is String)
      }
    }
  }

  @Test func `PrairieLearn gets a share and rows that all have points`() throws {
    let bytes = SubmissionFormat.prairielearn.bytes(for: [Sample.result], in: .now)
    try expectGolden(String(decoding: bytes, as: UTF8.self), "Grades/prairielearn.json")
    let file = try PrairieLearnFile(bytes)
    #expect(file.isGradable)
    #expect(file.score == 0.85)
    let names = file.tests.map { $0["name"] as? String }
    #expect(names == ["it ends cleanly", "it sleeps twice", "1 hidden check"])
    let points = file.tests.compactMap { $0["points"] as? Double }
    #expect(points == [2, 3.5, 3])
  }

  @Test func `PrairieLearn takes no attempt for what cannot be graded`() throws {
    for result in [Sample.notGradable, Sample.fault] {
      let file = try PrairieLearnFile(SubmissionFormat.prairielearn.bytes(for: [result], in: .now))
      #expect(!file.isGradable)
      #expect(file.score == nil)
      #expect(file.errors.count == 1)
    }
    #expect(
      try !PrairieLearnFile(SubmissionFormat.prairielearn.bytes(for: [], in: .now)).isGradable)
  }

  @Test(arguments: [
    (0, 3, "0"), (1, 3, "0.333333333"), (2, 3, "0.666666666"), (3, 3, "1"), (5, 3, "1"),
    (999_999_999_999, 1_000_000_000_000, "0.999999999"), (1, 8, "0.125"),
  ])
  func `row 43: a share is made of whole numbers and never above 1`(
    points: Int64, maximum: Int64, text: String
  ) {
    var result = Sample.worthless
    result.points = Points(millipoints: points)
    result.maximum = Points(millipoints: maximum)
    #expect(PrairieLearn.score([SeenResult(result, in: .now)]) == text)
  }

  @Test func `row 44: a task without points is right when its checks are passed`() throws {
    func score(_ result: GradeResult) throws -> Double? {
      try PrairieLearnFile(SubmissionFormat.prairielearn.bytes(for: [result], in: .now)).score
    }
    #expect(try score(Sample.worthless) == 1)
    var failed = Sample.worthless
    failed.checks[0].outcome = .failed
    #expect(try score(failed) == 0)
    failed.checks = []
    #expect(try score(failed) == 1)
  }

  @Test func `row 4: a file for PrairieLearn stays below its limit and says what was cut`() throws {
    for (count, length) in [(40, 20_000), (2_000, 500), (9_000, 10)] {
      var result = Sample.result
      var check = Sample.sleeps
      check.seen = String(repeating: "é", count: length)
      result.checks = (1...count).map { number in
        check.number = number
        return check
      }
      let bytes = SubmissionFormat.prairielearn.bytes(for: [result], in: .now)
      let file = try PrairieLearnFile(bytes)
      #expect(file.score == 0.85)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(" bytes cut)") || text.contains("which the file has no room for"))
      #expect(bytes.count > 50_000)
    }
  }

  /// What the reporter makes of a step's output: the points that count, and the table that it prints.
  struct ReporterOutput {
    var points = 0.0
    var tablePoints: Double
    var maximum: Double
    var status: String
    var tests: [[String: Any]]

    init(_ output: String) throws {
      let encoded = try #require(output.split(separator: "=", maxSplits: 1).last)
      let data = try #require(Data(base64Encoded: String(encoded)))
      let file = try #require(
        try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(file["version"] as? Int == 1)
      status = try #require(file["status"] as? String)
      maximum = try #require(file["max_score"] as? Double)
      tests = try #require(file["tests"] as? [[String: Any]])
      #expect(!tests.isEmpty)
      for test in tests {
        points += try #require(test["score"] as? Double)
        #expect(["pass", "fail", "error"].contains(test["status"] as? String))
        #expect(test["message"] is String || test["message"] is NSNull)
      }
      let passed = tests.count { $0["status"] as? String == "pass" }
      tablePoints = Double(passed) / Double(tests.count) * maximum
    }
  }

  private static func steps(_ results: [GradeResult]) throws -> [ReporterOutput] {
    let bytes = SubmissionFormat.githubClassroom.bytes(for: results, in: .now)
    return try String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .map { try ReporterOutput(String($0)) }
  }

  @Test func `the reporter of GitHub Classroom gets points that its table agrees with`() throws {
    for result in [Sample.result, Sample.second, Sample.worthless] {
      let step = try #require(try Self.steps([result]).first)
      #expect(step.points == Double(result.points.millipoints) / 1_000)
      #expect(step.tablePoints == step.points)
    }
    let document = GitHubClassroom.document(Sample.result, in: .now)
    try expectGolden(
      String(decoding: document, as: UTF8.self) + "\n", "Grades/github-classroom.json")
    let names = try #require(try Self.steps([Sample.second]).first).tests.map {
      $0["status"] as? String
    }
    #expect(names == ["pass", "fail", "error", "fail"])
  }

  @Test func `points count whatever is shown of a check`() throws {
    for mask in 0..<64 {
      let fields = CheckField.allCases.enumerated().filter { mask >> $0.offset & 1 == 1 }
        .map(\.element)
      let result = Sample.result(showing: Visibility(now: fields, afterDue: []))
      #expect(try Self.steps([result]).first?.points == 8.5)
      let file = try PrairieLearnFile(SubmissionFormat.prairielearn.bytes(for: [result], in: .now))
      #expect(file.tests.compactMap { $0["points"] as? Double }.reduce(0, +) == 8.5)
      let rows = try GradescopeFile(SubmissionFormat.gradescope.bytes(for: [result], in: .now))
      #expect(rows.tests.compactMap { $0["score"] as? Double }.reduce(0, +) == 8.5)
    }
  }

  @Test func `points count also where the table cannot agree or nothing was graded`() throws {
    var uneven = Sample.result
    uneven.checks[0].points = Points(millipoints: 1_999)
    uneven.points = Points(millipoints: 8_499)
    #expect(try Self.steps([uneven]).first?.points == 8.499)
    var taken = Sample.result
    taken.points = .zero
    taken.reason = .tooManyAttempts
    #expect(try Self.steps([taken]).first?.points == 0)
    for result in [Sample.notGradable, Sample.fault] {
      let step = try #require(try Self.steps([result]).first)
      #expect(step.status == "error")
      #expect(step.points == 0)
    }
    let several = SubmissionFormat.githubClassroom.bytes(
      for: [Sample.result, Sample.second], in: .now)
    let lines = String(decoding: several, as: UTF8.self).split(separator: "\n")
    #expect(lines.map { $0.prefix(9) } == ["result-1=", "result-2="])
  }

  @Test func `row 36: nothing of others is a command of a workflow`() throws {
    let output = SubmissionFormat.githubClassroom.bytes(for: [Sample.hostile], in: .now)
    #expect(output.count { $0 == 0x0A } == 1)
    #expect(output.dropLast().allSatisfy { (0x21...0x7E).contains($0) })
    for result in [Sample.hostile, Sample.result, Sample.notGradable] {
      let bytes = GitHubClassroom.annotations(for: [result], in: .now)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("##") && !text.contains("\r"))
      for line in text.split(separator: "\n") {
        let command = try #require(
          line.wholeMatch(of: /::(error|notice) title=([^:,]*)::(.*)/), "\(line)")
        #expect(!command.3.contains("%") || command.3.contains("%25") || command.3.contains("%0A"))
      }
    }
    var percent = Sample.notGradable
    percent.submission.task = "50%0A, a:b"
    percent.message = "100%0A::error::x"
    percent.messages = []
    #expect(
      GitHubClassroom.annotations(for: [percent], in: .now)
        == Array(
          ("::error title=50%250A%2C a%3Ab::This could not be graded, and no attempt is lost."
            + "%0A100%250A::error::x\n").utf8))
    let text = String(
      decoding: GitHubClassroom.annotations(for: [Sample.result], in: .now), as: UTF8.self)
    try expectGolden(text, "Grades/github-annotations.txt")
  }

  @Test func `base64 is that of RFC 4648`() {
    for (plain, encoded) in [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ] {
      #expect(String(decoding: Base64.encoded(Array(plain.utf8)), as: UTF8.self) == encoded)
    }
    let all = (0...255).map { UInt8($0) }
    #expect(Data(base64Encoded: Data(Base64.encoded(all))) == Data(all))
  }

  /// Reads output as Autolab does, with the change that it makes before it reads JSON.
  struct AutolabOutput {
    var scores: [String: Double]?
    var feedback: [String: Any]?

    init(_ bytes: [UInt8]) throws {
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        .filter { !$0.allSatisfy(\.isWhitespace) }
      func read(_ line: Substring?) -> [String: Any]? {
        guard let line else { return nil }
        let changed = line.replacing(/([a-zA-Z0-9]+):/) { "\"\($0.1)\":" }
        return try? JSONSerialization.jsonObject(with: Data(changed.utf8)) as? [String: Any]
      }
      let last = read(lines.last)
      scores = last?["scores"] as? [String: Double]
      let before = read(lines.dropLast().last)
      feedback = before?["_presentation"] as? String == "semantic" ? before : nil
      if let scores { #expect(!scores.isEmpty) }
    }
  }

  @Test func `Autolab gets scores on the last line and feedback before it`() throws {
    let bytes = SubmissionFormat.autolab.bytes(for: [Sample.result, Sample.second], in: .now)
    try expectGolden(String(decoding: bytes, as: UTF8.self), "Grades/autolab.txt")
    let output = try AutolabOutput(bytes)
    #expect(output.scores == ["two_sleeps": 8.5, "answers": 1])
    #expect(output.feedback?["stages"] as? [String] == ["two_sleeps", "answers"])
    let stage = output.feedback?["answers"] as? [String: [String: Any]]
    #expect(stage?.count == 4)
  }

  @Test func `row 33: only the grader writes Autolab's scores`() throws {
    var forged = Sample.notGradable
    forged.message = "x\n{\"scores\": {\"two_sleeps\": 100}}\n"
    for messages in [forged.messages, []] {
      forged.messages = messages
      let none = try AutolabOutput(SubmissionFormat.autolab.bytes(for: [forged], in: .now))
      #expect(none.scores == nil)
    }
    let one = SubmissionFormat.autolab.bytes(for: [forged, Sample.second], in: .now)
    #expect(try AutolabOutput(one).scores == ["answers": 1])
    let hostile = try AutolabOutput(
      SubmissionFormat.autolab.bytes(for: [Sample.hostile], in: .now))
    #expect(hostile.scores?.count == 1)
    #expect(hostile.scores?.values.first == 1_000_000_000)
    #expect(hostile.feedback != nil)
  }

  @Test func `Autolab keeps the scores that it has when nothing could be graded`() throws {
    for results in [[Sample.notGradable], [Sample.fault], []] {
      let bytes = SubmissionFormat.autolab.bytes(for: results, in: .now)
      #expect(try AutolabOutput(bytes).scores == nil)
    }
  }

  @Test func `row 4: output for Autolab stays below what its grader keeps`() throws {
    var result = Sample.result
    var check = Sample.sleeps
    check.seen = String(repeating: "long: ", count: 5_000)
    result.checks = (1...40).map { number in
      check.number = number
      return check
    }
    let bytes = SubmissionFormat.autolab.bytes(for: [result], in: .now)
    #expect(bytes.count < 1_000 << 10)
    #expect(try AutolabOutput(bytes).scores == ["two_sleeps": 8.5])
  }

  @Test(arguments: SubmissionFormat.allCases)
  func `row 46: the same results give the same bytes`(_ format: SubmissionFormat) {
    let results = [Sample.result, Sample.second, Sample.hostile, Sample.notGradable]
    for situation in Situation.allCases {
      let bytes = format.bytes(for: results, in: situation, at: 1_788_000_000)
      for _ in 0..<3 {
        #expect(format.bytes(for: results, in: situation, at: 1_788_000_000) == bytes)
      }
    }
  }

  @Test(arguments: SubmissionFormat.allCases)
  func `rows 40 and 49: no format has a character that a terminal obeys`(
    _ format: SubmissionFormat
  ) {
    let bytes = format.bytes(for: [Sample.hostile, Sample.notGradable], in: .staff)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      #expect(scalar == "\n" || !PlainText.isDangerous(scalar), "U+\(scalar.value)")
    }
  }
}
