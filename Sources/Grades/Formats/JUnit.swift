/// JUnit's XML, in the form that the schemas of Ant and of Jenkins both accept.
///
/// A failure is a wrong answer, an error is a run that could not be made to its end, and a check that was
/// not looked at is skipped. Points have no place in this format; they are properties of the suite.
enum JUnit {
  static func bytes(_ results: [GradeResult], in situation: Situation, at seconds: Int64) -> [UInt8]
  {
    var xml = XMLText()
    xml.element("testsuites") { xml in
      for (index, result) in results.enumerated() {
        suite(SeenResult(result, in: situation), number: index, at: seconds, to: &xml)
      }
    }
    return xml.bytes
  }

  private enum Verdict {
    case passed
    case failure(type: String, message: String, text: String)
    case error(type: String, message: String, text: String)
    case skipped(message: String)
  }

  private static func suite(
    _ seen: SeenResult, number: Int, at seconds: Int64, to xml: inout XMLText
  ) {
    var cases = seen.report.checks.map { (name: $0.name, verdict: verdict($0)) }
    if !seen.isGraded {
      let reason = seen.result.reason?.rawValue ?? seen.result.status.rawValue
      cases = [
        (
          "submission",
          .error(type: reason, message: PlainText.line(seen.result.message), text: seen.summary)
        )
      ]
    }
    // Readers take two cases of the same name for one.
    var names: Set<ByteKey> = []
    for index in cases.indices where !names.insert(ByteKey(cases[index].name)).inserted {
      cases[index].name += " (\(index + 1))"
      names.insert(ByteKey(cases[index].name))
    }
    var (failures, errors, skipped) = (0, 0, 0)
    for (_, verdict) in cases {
      switch verdict {
      case .passed: break
      case .failure: failures += 1
      case .error: errors += 1
      case .skipped: skipped += 1
      }
    }
    xml.element(
      "testsuite",
      [
        ("name", seen.task), ("id", "\(number)"), ("package", seen.task),
        ("timestamp", Timestamp(seconds).withoutZone), ("hostname", "localhost"),
        ("tests", "\(cases.count)"), ("failures", "\(failures)"), ("errors", "\(errors)"),
        ("skipped", "\(skipped)"), ("time", "0.000"),
      ]
    ) { xml in
      xml.element("properties") { xml in
        for (name, value) in properties(seen) {
          xml.element("property", [("name", name), ("value", value)])
        }
      }
      for (name, verdict) in cases {
        write(verdict, [("classname", seen.task), ("name", name), ("time", "0.000")], to: &xml)
      }
      xml.element("system-out", text: seen.isGraded ? seen.summary : "")
      xml.element("system-err", text: "")
    }
  }

  private static func properties(_ seen: SeenResult) -> [(String, String)] {
    let result = seen.result
    var properties: [(String, String)] = [
      ("student", result.submission.student), ("attempt", "\(result.submission.attempt)"),
      ("status", result.status.rawValue), ("seed", result.seed), ("lesson", result.lessonDigest),
      ("source", result.sourceDigest), ("version", result.version),
    ]
    if let points = seen.report.points, let maximum = seen.report.maximum {
      properties += [("points", points.text), ("maximum", maximum.text)]
    }
    for check in seen.report.checks {
      guard let points = check.points, let maximum = check.maximum else { continue }
      properties.append(("points of \(check.number)", "\(points.text) of \(maximum.text)"))
    }
    if seen.report.hiddenCount > 0 {
      properties.append(("checks not shown", "\(seen.report.hiddenCount)"))
    }
    return properties
  }

  private static func verdict(_ check: StudentReport.Check) -> Verdict {
    guard let (outcome, reason) = check.verdict else {
      return .skipped(message: "what came of it is not shown")
    }
    switch outcome {
    case .passed: return .passed
    case .notRun: return .skipped(message: reason.text)
    case .partial, .failed:
      let (type, message) = (reason.rawValue, check.verdictText)
      return reason.isLimit
        ? .error(type: type, message: message, text: check.explanation)
        : .failure(type: type, message: message, text: check.explanation)
    }
  }

  private static func write(
    _ verdict: Verdict, _ attributes: [(name: String, value: String)], to xml: inout XMLText
  ) {
    switch verdict {
    case .passed: xml.element("testcase", attributes)
    case .failure(let type, let message, let text):
      xml.element("testcase", attributes) {
        $0.element("failure", [("type", type), ("message", message)], text: text)
      }
    case .error(let type, let message, let text):
      xml.element("testcase", attributes) {
        $0.element("error", [("type", type), ("message", message)], text: text)
      }
    case .skipped(let message):
      xml.element("testcase", attributes) { $0.element("skipped", [("message", message)]) }
    }
  }
}
