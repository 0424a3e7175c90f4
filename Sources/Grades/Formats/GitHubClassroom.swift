/// What a step of a GitHub workflow gives to GitHub Classroom's autograding reporter.
///
/// The reporter adds up the scores of tests, but prints a table of how many of them passed. Both say the same
/// when all tests are worth the same and are passed or not, so a check becomes several tests where that is
/// possible with a few. Nothing of others is written as it is: results are base64, and commands of the
/// workflow are escaped.
public enum GitHubClassroom {
  /// More tests than these nobody reads.
  static let mostUnits: Int64 = 30

  /// Lines for the file that `GITHUB_OUTPUT` names: `result=…` for one result, `result-1=…` and so on for
  /// several.
  static func bytes(_ results: [GradeResult], in situation: Situation) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, result) in results.enumerated() {
      let name = results.count == 1 ? "result" : "result-\(index + 1)"
      bytes += Array("\(name)=".utf8)
      bytes += Base64.encoded(document(result, in: situation))
      bytes.append(0x0A)
    }
    return bytes
  }

  /// What the reporter reads of a result.
  static func document(_ result: GradeResult, in situation: Situation) -> [UInt8] {
    let seen = SeenResult(result, in: situation)
    let tests = evened(tests(seen))
    var json = JSONText()
    json.object { json in
      json.member("version", 1)
      json.member(
        "status",
        !seen.isGraded ? "error" : tests.allSatisfy { $0.status == "pass" } ? "pass" : "fail")
      json.member("max_score", result.maximum)
      json.key("tests")
      json.array { json in
        for test in tests {
          json.object { json in
            json.member("name", test.name)
            json.member("status", test.status)
            json.member("score", test.points)
            json.member("message", test.message)
            json.member("test_code", test.code)
            json.member("filename", "")
            json.member("line_no", 0)
            json.member("execution_time", "0s")
          }
        }
      }
    }
    return json.bytes
  }

  private struct Test {
    var name: String
    var status: String
    var points: Points
    var maximum: Points
    var message: String?
    var code = ""
  }

  /// A test for each check that has points, and one for all that are hidden; never none.
  private static func tests(_ seen: SeenResult) -> [Test] {
    let result = seen.result
    let summary = seen.summary
    guard seen.isGraded, seen.addsUp, !result.checks.isEmpty else {
      let isFull = seen.isGraded && result.points == result.maximum
      return [
        Test(
          name: seen.task, status: !seen.isGraded ? "error" : isFull ? "pass" : "fail",
          points: result.points, maximum: result.maximum, message: summary.isEmpty ? nil : summary)
      ]
    }
    var tests = seen.report.checks.compactMap { check -> Test? in
      guard let points = check.points, let maximum = check.maximum else { return nil }
      let text = [check.verdictText, check.explanation].filter { !$0.isEmpty }
      let isPassed = check.outcome == .passed || (check.outcome == nil && points == maximum)
      return Test(
        name: check.name,
        status: isPassed ? "pass" : check.reason?.isLimit == true ? "error" : "fail",
        points: points, maximum: maximum,
        message: isPassed || text.isEmpty ? nil : text.joined(separator: "\n"),
        code: PlainText.lines(check.needed ?? ""))
    }
    if seen.unseenCount > 0 {
      tests.append(
        Test(
          name: seen.unseenName, status: seen.unseen == seen.unseenMaximum ? "pass" : "fail",
          points: seen.unseen, maximum: seen.unseenMaximum))
    }
    // What is worth nothing would count in the table; annotations have it.
    let worth = tests.filter { $0.maximum > .zero }
    return worth.isEmpty ? tests : worth
  }

  /// The same tests in parts that are worth the same and are passed or not, if there are not too many.
  private static func evened(_ tests: [Test]) -> [Test] {
    guard let first = tests.first else { return tests }
    let areEven = tests.allSatisfy {
      $0.maximum == first.maximum && ($0.points == .zero || $0.points == $0.maximum)
    }
    guard !areEven else { return tests }
    var unit: Int64 = 0
    var sum = Points.zero
    for test in tests {
      guard test.points <= test.maximum else { return tests }
      unit = greatestCommonDivisor(unit, test.maximum.millipoints)
      unit = greatestCommonDivisor(unit, test.points.millipoints)
      sum += test.maximum
    }
    guard unit > 0, sum.millipoints / unit <= mostUnits else { return tests }
    return tests.flatMap { test in
      let count = test.maximum.millipoints / unit
      let passed = test.points.millipoints / unit
      return (0..<count).map { index in
        var part = test
        if count > 1 { part.name += " (\(index + 1) of \(count))" }
        part.points = index < passed ? Points(millipoints: unit) : .zero
        part.maximum = Points(millipoints: unit)
        if index < passed { part.status = "pass" }
        // What is missing is explained once, at the first part of it.
        if index != passed { part.message = nil }
        if index != min(passed, count - 1) { part.code = "" }
        return part
      }
    }
  }

  private static func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
  }

  /// Commands for the log of a workflow, which shows them beside the commit: an error for each check that was
  /// not passed, and for what could not be graded.
  public static func annotations(for results: [GradeResult], in situation: Situation) -> [UInt8] {
    var text = ""
    for result in results {
      let seen = SeenResult(result, in: situation)
      if !seen.isGraded {
        text += command("error", title: seen.task, seen.summary)
      } else if !seen.summary.isEmpty {
        text += command("notice", title: seen.task, seen.summary)
      }
      for check in seen.report.checks where check.outcome != nil && check.outcome != .passed {
        let lines = [check.verdictText, check.explanation].filter { !$0.isEmpty }
        text += command(
          "error", title: "\(seen.task): \(check.name)", lines.joined(separator: "\n"))
      }
    }
    return Array(text.utf8)
  }

  private static func command(_ kind: String, title: String, _ message: String) -> String {
    "::\(kind) title=\(escaped(title, inProperty: true))::\(escaped(message, inProperty: false))\n"
  }

  /// As the runner takes it apart again. `##[` is an older command, which is obeyed in the middle of a line.
  private static func escaped(_ text: String, inProperty: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      case ":" where inProperty: escaped += "%3A"
      case "," where inProperty: escaped += "%2C"
      case "#" where escaped.utf8.last == UInt8(ascii: "#"): escaped += "\u{200B}#"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// Base64 with padding (RFC 4648).
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0) { $0 << 8 | Int($1) }
      bits <<= 8 * (3 - group.count)
      for place in 0..<4 {
        let isPadding = place > group.count
        text.append(isPadding ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * place) & 63])
      }
    }
    return text
  }
}
