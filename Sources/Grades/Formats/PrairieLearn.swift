/// PrairieLearn's `results.json` of an external grader.
///
/// The score is a share, made of whole numbers so that it is never above 1. Every row has points, because
/// PrairieLearn shows none if one of them lacks them. What could not be graded is `gradable: false`, which
/// costs neither points nor an attempt.
enum PrairieLearn {
  /// The most that a file may have; larger ones are refused.
  static let mostBytes = 1 << 20

  static func bytes(_ results: [GradeResult], in situation: Situation) -> [UInt8] {
    let seen = results.map { SeenResult($0, in: situation) }
    // The longest texts that fit; whatever is cut says so.
    for limit in [Int.max, 1 << 16, 1 << 14, 1 << 12, 1 << 10, 1 << 8, 1 << 6] {
      let bytes = write(seen, textBytes: limit, most: .max)
      if bytes.count <= mostBytes { return bytes }
    }
    // With so many checks that even short texts do not fit, only the first are listed.
    for most in [2_000, 200, 20] {
      let bytes = write(seen, textBytes: 1 << 6, most: most)
      if bytes.count <= mostBytes { return bytes }
    }
    return write(seen, textBytes: 1 << 6, most: 0)
  }

  private static func write(_ seen: [SeenResult], textBytes: Int, most: Int) -> [UInt8] {
    var json = JSONText()
    let isGradable = !seen.isEmpty && seen.allSatisfy(\.isGraded)
    func cut(_ text: String) -> String { PlainText.cut(text, toBytes: textBytes) }
    json.object { json in
      json.member("gradable", isGradable)
      if isGradable {
        json.key("score")
        json.raw(score(seen))
      }
      let summaries = seen.map(\.summary).filter { !$0.isEmpty }
      if isGradable {
        if !summaries.isEmpty { json.member("output", cut(summaries.joined(separator: "\n\n"))) }
        json.key("tests")
        json.array { json in write(seen, most: most, cut, to: &json) }
      } else {
        json.member(
          "message", cut(seen.isEmpty ? "Nothing was graded." : summaries.joined(separator: "\n\n"))
        )
        json.member("format_errors", formatErrors(seen).prefix(most).map(cut))
      }
    }
    return json.bytes + [0x0A]
  }

  private static func formatErrors(_ seen: [SeenResult]) -> [String] {
    seen.filter { !$0.isGraded }.flatMap { seen in
      let errors = seen.report.messages.filter(\.isError).map(\.summary)
      return errors.isEmpty ? [seen.summary] : errors
    }
  }

  private static func write(
    _ seen: [SeenResult], most: Int, _ cut: (String) -> String, to json: inout JSONText
  ) {
    var count = 0
    var leftOut = 0
    for result in seen {
      for check in result.report.checks {
        guard count < most else {
          leftOut += 1
          continue
        }
        count += 1
        json.object { json in
          json.member("name", cut(seen.count == 1 ? check.name : "\(result.task): \(check.name)"))
          // Zero of zero is shown without a mark of right or wrong.
          json.member("points", check.points ?? .zero)
          json.member("max_points", check.maximum ?? .zero)
          if check.outcome != nil { json.member("message", check.verdictText) }
          let explanation = check.explanation
          if !explanation.isEmpty { json.member("output", cut(explanation)) }
        }
      }
      if result.unseenCount > 0 {
        guard count < most else {
          leftOut += result.unseenCount
          continue
        }
        count += 1
        json.object { json in
          json.member(
            "name",
            cut(seen.count == 1 ? result.unseenName : "\(result.task): \(result.unseenName)"))
          json.member("points", result.unseen)
          json.member("max_points", result.unseenMaximum)
        }
      }
    }
    if leftOut > 0 {
      json.object { json in
        json.member(
          "name", "\(LatePolicy.counted(leftOut, "check")) more, which the file has no room for")
        json.member("points", .zero)
        json.member("max_points", .zero)
      }
    }
  }

  /// The share of the points in decimals that are cut off, so from 0 to 1. A task that is worth nothing is
  /// right when all of its checks are passed.
  static func score(_ seen: [SeenResult]) -> String {
    let points = seen.reduce(Points.zero) { $0 + $1.result.points }
    let maximum = seen.reduce(Points.zero) { $0 + $1.result.maximum }
    guard maximum > .zero else {
      let isRight = seen.allSatisfy { $0.result.checks.allSatisfy { $0.outcome == .passed } }
      return isRight ? "1" : "0"
    }
    guard points < maximum else { return "1" }
    var rest = points.millipoints
    var text = "0."
    for _ in 0..<9 {
      rest *= 10
      text += "\(rest / maximum.millipoints)"
      rest %= maximum.millipoints
    }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
