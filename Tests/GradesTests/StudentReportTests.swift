import Testing

@testable import Grades

@Suite struct StudentReportTests {
  private static let secret = "xyzzy"

  private static func check(_ number: Int, _ visibility: Visibility) -> CheckResult {
    CheckResult(
      number: number, title: "\(secret) title", outcome: .failed, reason: .doesNotHold,
      points: .zero, maximum: Points(whole: 5), needed: "\(secret) needed",
      seen: "\(secret) seen", step: 7, anchor: secret, causes: ["\(secret) cause"],
      configuration: secret, hint: "\(secret) hint", visibility: visibility)
  }

  private static func report(_ visibility: Visibility, _ situation: Situation) -> StudentReport {
    let open = CheckResult(
      number: 1, title: "open", outcome: .passed, reason: .holds, points: Points(whole: 2),
      maximum: Points(whole: 2), visibility: .open)
    return StudentReport(
      GradeResult(
        submission: SubmissionKey(id: "a", student: "s", task: "t"), status: .graded,
        points: Points(whole: 2), maximum: Points(whole: 7),
        checks: [open, check(2, visibility)]), in: situation)
  }

  @Test func `what is hidden is in no part of a student's report`() {
    let report = Self.report(.hidden, .now)
    #expect(!"\(report)".contains(Self.secret))
    #expect(report.checks.map(\.number) == [1])
    #expect(report.hiddenCount == 1)
    // The sum would tell what the hidden check brought.
    #expect(report.points == nil && report.maximum == nil)
  }

  @Test func `each field shows itself alone`() {
    for field in CheckField.allCases {
      let report = Self.report(Visibility(now: [field], afterDue: []), .now)
      let shown =
        "\(report)".split(separator: Self.secret, omittingEmptySubsequences: false).count - 1
      let expected: [CheckField: Int] = [
        .title: 1, .verdict: 0, .points: 0, .claim: 2, .explanation: 3, .hint: 1,
      ]
      #expect(shown == expected[field], "\(field)")
      #expect((report.checks.last?.verdict != nil) == (field == .verdict))
      #expect((report.points != nil) == (field == .points))
    }
  }

  @Test func `staff see all`() {
    let report = Self.report(.hidden, .staff)
    #expect(report.points == Points(whole: 2))
    #expect(report.checks.last?.seen == "\(Self.secret) seen")
    #expect(report.hiddenCount == 0)
  }
}
