/// The Test Anything Protocol, version 14: a test for each task, with its checks as subtests.
enum TestAnything {
  static func bytes(_ results: [GradeResult], in situation: Situation) -> [UInt8] {
    var lines = ["TAP version 14", "1..\(results.count)"]
    for (index, result) in results.enumerated() {
      let seen = SeenResult(result, in: situation)
      let checks = seen.report.checks
      if seen.isGraded, !checks.isEmpty {
        lines.append("# Subtest: \(escaped(seen.task))")
        lines.append("    1..\(checks.count)")
        for (place, check) in checks.enumerated() {
          lines += test(check, number: place + 1).map { "    \($0)" }
        }
      }
      lines += task(seen, number: index + 1)
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func task(_ seen: SeenResult, number: Int) -> [String] {
    let result = seen.result
    // What is hidden does not make the verdict, or it would tell.
    let isPassed =
      seen.isGraded
      && seen.report.checks.allSatisfy { $0.outcome == .passed || $0.outcome == nil }
      && (seen.report.points == nil || seen.report.points == seen.report.maximum)
    var facts = [("status", result.status.rawValue)]
    if let reason = result.reason { facts.append(("reason", reason.rawValue)) }
    if seen.isGraded, let points = seen.report.points, let maximum = seen.report.maximum {
      facts += [("points", points.text), ("maximum", maximum.text)]
    }
    if !seen.summary.isEmpty { facts.append(("message", seen.summary)) }
    return ["\(isPassed ? "ok" : "not ok") \(number) - \(escaped(seen.task))"] + block(facts)
  }

  private static func test(_ check: StudentReport.Check, number: Int) -> [String] {
    let name = escaped(check.name)
    guard let (outcome, reason) = check.verdict else {
      return ["ok \(number) - \(name) # SKIP what came of it is not shown"]
    }
    switch outcome {
    case .notRun: return ["ok \(number) - \(name) # SKIP \(reason.text)"]
    case .passed: return ["ok \(number) - \(name)"] + block(points(check))
    case .partial, .failed:
      var facts = [("message", check.verdictText), ("reason", reason.rawValue)]
      let explanation = check.explanation
      if !explanation.isEmpty { facts.append(("explanation", explanation)) }
      return ["not ok \(number) - \(name)"] + block(facts + points(check))
    }
  }

  private static func points(_ check: StudentReport.Check) -> [(String, String)] {
    guard let points = check.points, let maximum = check.maximum else { return [] }
    return [("points", points.text), ("maximum", maximum.text)]
  }

  /// A block of YAML. Strings of JSON are strings of YAML, and have no line breaks.
  private static func block(_ facts: [(String, String)]) -> [String] {
    guard !facts.isEmpty else { return [] }
    return ["  ---"]
      + facts.map { name, value in
        var json = JSONText()
        json.string(value)
        return "  \(name): \(json.text)"
      } + ["  ..."]
  }

  /// `#` begins a directive; nothing else on the line does anything.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar == "\\" || scalar == "#" { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }
}
