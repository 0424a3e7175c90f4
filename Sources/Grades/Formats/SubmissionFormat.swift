/// Formats of tools that look at what one student has handed in.
///
/// All of them are made of what is seen in a situation. Where a tool takes the score of a file as the grade,
/// hidden checks count in it, and all that is said of them is how many there are and what they bring
/// together.
public enum SubmissionFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// Gradescope's `results.json`.
  case gradescope
  /// PrairieLearn's `results.json`.
  case prairielearn
  /// What a step of a GitHub workflow gives to the autograding reporter.
  case githubClassroom = "github-classroom"
  /// What Autolab reads from standard output.
  case autolab
  /// JUnit's XML.
  case junit
  /// The Test Anything Protocol, version 14.
  case tap

  /// The name that a file of this format has by custom.
  public var fileName: String {
    switch self {
    case .gradescope, .prairielearn: "results.json"
    case .githubClassroom: "github-output.txt"
    case .autolab: "autolab.txt"
    case .junit: "junit.xml"
    case .tap: "results.tap"
    }
  }

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - results: A student's results, one for each task, in the order in which they are to be shown.
  ///   - situation: Who looks, and when.
  ///   - seconds: When it was graded, in seconds since 1970, for JUnit; other formats have no time.
  public func bytes(
    for results: [GradeResult], in situation: Situation, at seconds: Int64 = 0
  ) -> [UInt8] {
    switch self {
    case .gradescope: Gradescope.bytes(results, in: situation)
    case .prairielearn: PrairieLearn.bytes(results, in: situation)
    case .githubClassroom: GitHubClassroom.bytes(results, in: situation)
    case .autolab: Autolab.bytes(results, in: situation)
    case .junit: JUnit.bytes(results, in: situation, at: seconds)
    case .tap: TestAnything.bytes(results, in: situation)
    }
  }
}

/// A result as it is seen in a situation, with the sum of what is not seen.
struct SeenResult {
  let result: GradeResult
  let report: StudentReport
  /// How many checks there are whose points are not shown, and what these bring and can bring together.
  private(set) var unseenCount = 0
  private(set) var unseen = Points.zero
  private(set) var unseenMaximum = Points.zero
  /// Whether the points of the checks add up to the result's; they do not when a rule took them away.
  let addsUp: Bool

  init(_ result: GradeResult, in situation: Situation) {
    self.result = result
    report = StudentReport(result, in: situation)
    var sum = Points.zero
    for check in result.checks {
      sum += check.points
      guard !check.visibility.fields(in: situation).contains(.points) else { continue }
      unseenCount += 1
      unseen += check.points
      unseenMaximum += check.maximum
    }
    addsUp = sum == result.points
  }

  var isGraded: Bool { result.status == .graded }

  /// The task's name on one line, never empty.
  var task: String { Self.name(result.submission.task, or: "task") }

  /// What is called `name`, on one line; `other` if nothing is left of it.
  static func name(_ name: String, or other: String) -> String {
    let line = PlainText.line(name)
    return line.isEmpty ? other : line
  }

  /// "2 hidden checks".
  var unseenName: String { LatePolicy.counted(unseenCount, "hidden check") }

  /// Why there are no points, or what is special; then what the compiler says, and how much is hidden.
  var summary: String {
    var lines: [String] = []
    switch report.status {
    case .graded: break
    case .notGradable: lines.append("This could not be graded, and no attempt is lost.")
    case .fault: lines.append("The grader failed. The submission is not to blame.")
    }
    if !report.message.isEmpty { lines.append(PlainText.lines(report.message)) }
    lines += report.messages.map(\.summary)
    if report.hiddenCount > 0 {
      lines.append("\(LatePolicy.counted(report.hiddenCount, "check")) not shown.")
    }
    return lines.joined(separator: "\n")
  }
}

extension SourceMessage {
  /// "error W0101 in line 1, column 2: …".
  var summary: String {
    "\(isError ? "error" : "warning") \(PlainText.line(code)) in line \(line), column \(column): "
      + PlainText.lines(text)
  }
}

extension StudentReport.Check {
  /// The title on one line.
  var name: String { SeenResult.name(title, or: "Check \(number)") }

  /// What came of it, in words; empty where that is not shown.
  var verdictText: String {
    switch outcome {
    case nil: ""
    case .passed: "passed"
    case .partial: "passed in part"
    case .failed: "failed: \(reason?.text ?? "")"
    case .notRun: "not run: \(reason?.text ?? "")"
    }
  }

  /// What was needed and seen, why, and a hint, as far as each is shown; a line each.
  var explanation: String {
    var lines: [String] = []
    func add(_ label: String, _ text: String?) {
      guard let text, !text.isEmpty else { return }
      lines.append("\(label)\(PlainText.lines(text))")
    }
    add("needed: ", needed)
    add("on: ", configuration)
    add("seen: ", seen)
    if let step { lines.append("step: \(step)") }
    for (index, cause) in causes.enumerated() {
      add(index == 0 ? "how: " : "then: ", cause)
    }
    add("hint: ", hint)
    return lines.joined(separator: "\n")
  }
}

extension CheckResult.Reason {
  /// In words.
  var text: String {
    switch self {
    case .holds: "it holds"
    case .doesNotHold: "it does not hold"
    case .partly: "some of it holds"
    case .dependency: "a check that it depends on was not passed"
    case .forbidden: "something is used that must not be"
    case .required: "something is not used that must be"
    case .rightAnswer: "the answer is right"
    case .wrongAnswer: "the answer is wrong"
    case .noAnswer: "there is no answer"
    case .deadlock: "everybody waits for ever"
    case .stepLimit: "the run took too many steps"
    case .timeLimit: "the run took too much simulated time"
    case .eventLimit: "too much happened"
    case .outputLimit: "too much was written"
    case .otherLimit: "the run had too many processes or too little memory to go on"
    case .doesNotCompile: "it does not compile on this machine"
    }
  }

  /// Whether the run was cut off, so that it is not known what would have come.
  var isLimit: Bool {
    switch self {
    case .stepLimit, .timeLimit, .eventLimit, .outputLimit, .otherLimit, .doesNotCompile: true
    case .holds, .doesNotHold, .partly, .dependency, .forbidden, .required, .rightAnswer,
      .wrongAnswer, .noAnswer, .deadlock:
      false
    }
  }
}
