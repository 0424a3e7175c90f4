/// Gradescope's `results.json`.
///
/// Gradescope keeps the file and decides itself what a student sees: each row says when it may be shown.
/// What is shown of a check at once and what only after the task is due are two rows, and points that are
/// never shown are a row that is hidden, which also makes Gradescope keep the total to itself. A row never has
/// more than may be seen when it is shown.
enum Gradescope {
  static func bytes(_ results: [GradeResult], in situation: Situation) -> [UInt8] {
    var json = JSONText()
    let seen = results.map { SeenResult($0, in: situation) }
    json.object { json in
      // With it the sum of rows does not matter, which may lack points or add up otherwise.
      json.member("score", results.reduce(.zero) { $0 + $1.points })
      json.member("output", output(seen))
      json.member("output_format", "text")
      json.member("test_output_format", "text")
      json.member("test_name_format", "text")
      json.member("visibility", "visible")
      json.member("stdout_visibility", "hidden")
      json.key("extra_data")
      json.object { json in
        json.key("results")
        json.array { json in for result in results { provenance(result, to: &json) } }
      }
      json.key("tests")
      json.array { json in
        for (index, result) in results.enumerated() {
          for check in result.checks {
            for row in rows(of: check, in: situation) {
              write(
                row, of: seen[index], number: "\(index + 1).\(check.number)",
                isAlone: results.count == 1, to: &json)
            }
          }
        }
      }
    }
    return json.bytes + [0x0A]
  }

  private static func output(_ seen: [SeenResult]) -> String {
    let isAlone = seen.count == 1
    return seen.compactMap { seen in
      let summary = seen.summary
      guard !summary.isEmpty else { return nil }
      return isAlone ? summary : "\(seen.task):\n\(summary)"
    }.joined(separator: "\n\n")
  }

  private static func provenance(_ result: GradeResult, to json: inout JSONText) {
    json.object { json in
      json.member("id", result.submission.id)
      json.member("task", result.submission.task)
      json.member("attempt", result.submission.attempt)
      json.member("status", result.status.rawValue)
      json.member("reason", result.reason?.rawValue)
      json.member("seed", result.seed)
      json.member("lesson", result.lessonDigest)
      json.member("source", result.sourceDigest)
      json.member("version", result.version)
    }
  }

  private struct Row {
    var fields: [CheckField]
    var visibility: String
    var hasPoints: Bool
    var check: CheckResult
  }

  /// The rows of a check: at most one for each time of being shown.
  private static func rows(of check: CheckResult, in situation: Situation) -> [Row] {
    let now = check.visibility.now
    let later = check.visibility.afterDue
    let parts: [([CheckField], String)]
    switch situation {
    case .now:
      // A title that is known is said again, so that a row can be told.
      let more = later.filter { !now.contains($0) }
      parts = [
        (now, "visible"),
        (more.isEmpty ? [] : more + (now.contains(.title) ? [.title] : []), "after_due_date"),
      ]
    case .afterDue: parts = [(later, "visible")]
    case .staff:
      let all = CheckField.allCases
      parts = [(all, now == all ? "visible" : later == all ? "after_due_date" : "hidden")]
    }
    var rows: [Row] = []
    var hasPoints = false
    for (fields, visibility) in parts where !fields.isEmpty {
      rows.append(
        Row(
          fields: fields, visibility: visibility,
          hasPoints: fields.contains(.points), check: check))
      hasPoints = hasPoints || fields.contains(.points)
    }
    if !hasPoints {
      rows.append(Row(fields: [.points], visibility: "hidden", hasPoints: true, check: check))
    }
    return rows
  }

  private static func write(
    _ row: Row, of seen: SeenResult, number: String, isAlone: Bool, to json: inout JSONText
  ) {
    var check = row.check
    check.visibility = Visibility(now: row.fields, afterDue: [])
    var result = seen.result
    result.checks = [check]
    guard let shown = StudentReport(result, in: .now).checks.first else { return }
    json.object { json in
      json.member("name", isAlone ? shown.name : "\(seen.task): \(shown.name)")
      json.member("number", number)
      if row.hasPoints, let points = shown.points, let maximum = shown.maximum {
        json.member("score", points)
        json.member("max_score", maximum)
      }
      if let outcome = shown.outcome {
        json.member("status", outcome == .passed ? "passed" : "failed")
      }
      let output = [shown.verdictText, shown.explanation].filter { !$0.isEmpty }
      if !output.isEmpty { json.member("output", output.joined(separator: "\n")) }
      json.member("tags", [seen.task])
      json.member("visibility", row.visibility)
      if let reason = shown.reason {
        json.key("extra_data")
        json.object { $0.member("reason", reason.rawValue) }
      }
    }
  }
}
