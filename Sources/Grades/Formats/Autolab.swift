/// What Autolab reads from standard output: text, a line that formats feedback, and a last line of scores.
///
/// Before Autolab reads these lines it puts quotation marks around every word with a colon after it, also
/// within strings; so no colon may follow a letter or a digit. Without a result there is no line of
/// scores, and Autolab keeps those that it has.
enum Autolab {
  /// Output above 1,000 KiB is cut by Tango, in the middle; the text has room for half of that.
  static let mostTextBytes = 500 << 10

  static func bytes(_ results: [GradeResult], in situation: Situation) -> [UInt8] {
    let seen = results.map { SeenResult($0, in: situation) }
    var bytes = Array(PlainText.cut(text(seen), toBytes: mostTextBytes).utf8)
    bytes.append(0x0A)
    let graded = seen.filter(\.isGraded)
    guard !graded.isEmpty else {
      // The last line must not be one of a student.
      bytes += Array("No scores: nothing could be graded.\n".utf8)
      return bytes
    }
    // With too many checks for the feedback the scores still come.
    let feedback = feedback(graded)
    if feedback.count <= 400 << 10 { bytes += feedback }
    bytes += scores(graded)
    return bytes
  }

  private static func text(_ seen: [SeenResult]) -> String {
    var lines: [String] = []
    for seen in seen {
      let points =
        seen.isGraded ? " (\(seen.result.points.text) of \(seen.result.maximum.text) points)" : ""
      lines.append(seen.task + points)
      if !seen.summary.isEmpty { lines.append(indented(seen.summary, by: "  ")) }
      for check in seen.report.checks {
        let verdict = check.verdictText.isEmpty ? "" : " - \(check.verdictText)"
        lines.append("  \(check.number). \(check.name)\(verdict)")
        let explanation = check.explanation
        if !explanation.isEmpty { lines.append(indented(explanation, by: "     ")) }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Indented text cannot be taken for a line of results.
  private static func indented(_ text: String, by indent: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "\(indent)\($0)" }.joined(separator: "\n")
  }

  private static func feedback(_ graded: [SeenResult]) -> [UInt8] {
    // Two of the same name would be one.
    var stages: [(String, [(String, StudentReport.Check)])] = []
    for seen in graded {
      let stage = unique(seen.task, among: ["_presentation", "stages"] + stages.map(\.0))
      var names: Set<ByteKey> = []
      var checks: [(String, StudentReport.Check)] = []
      for check in seen.report.checks where check.outcome != nil {
        var name = check.name
        if !names.insert(ByteKey(name)).inserted {
          name = "\(check.number). \(name)"
          guard names.insert(ByteKey(name)).inserted else { continue }
        }
        checks.append((name, check))
      }
      stages.append((stage, checks))
    }
    var json = JSONText()
    json.object { json in
      json.member("_presentation", "semantic")
      json.member("stages", stages.map(\.0))
      for (stage, checks) in stages {
        json.key(stage)
        json.object { json in
          for (name, check) in checks {
            json.key(name)
            json.object { json in
              json.member("passed", check.outcome == .passed)
              let hint = check.outcome == .passed ? "" : check.explanation
              if !hint.isEmpty { json.member("hint", hint) }
            }
          }
        }
      }
    }
    return unmangled(json.bytes) + [0x0A]
  }

  private static func scores(_ graded: [SeenResult]) -> [UInt8] {
    var names: [String] = []
    var json = JSONText()
    json.object { json in
      json.key("scores")
      json.object { json in
        for seen in graded {
          let name = unique(seen.task, among: names)
          names.append(name)
          json.member(name, seen.result.points)
        }
      }
    }
    return unmangled(json.bytes) + [0x0A]
  }

  private static func unique(_ name: String, among others: [String]) -> String {
    var name = name
    while others.contains(where: { ByteKey($0) == ByteKey(name) }) { name += "_" }
    return name
  }

  /// Text of JSON with a space before each colon that would follow a letter or a digit; such a colon is
  /// always within a string, because names have quotation marks.
  static func unmangled(_ json: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.count)
    for byte in json {
      if byte == UInt8(ascii: ":"), let last = bytes.last {
        switch last {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          bytes.append(UInt8(ascii: " "))
        default: break
        }
      }
      bytes.append(byte)
    }
    return bytes
  }
}
