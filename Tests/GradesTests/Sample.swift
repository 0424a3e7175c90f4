import Grades

/// Results that the tests of formats share.
enum Sample {
  /// What no student may read before the task is due.
  static let secrets = ["xyzzy title", "xyzzy needed", "xyzzy seen", "xyzzy cause", "xyzzy hint"]

  /// Scalars that terminals, editors, line readers or browsers obey.
  static let trouble: [Unicode.Scalar] = [
    "\u{0}", "\u{1}", "\u{7}", "\u{8}", "\u{A}", "\u{B}", "\u{C}", "\u{D}", "\u{1B}", "\u{7F}",
    "\u{85}", "\u{9B}",
    "\u{061C}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{FEFF}",
    "\u{FFFE}", "\u{FFFF}", "\u{E0041}", "\u{10FFFF}",
  ]

  static let ends = CheckResult(
    number: 1, title: "it ends cleanly", outcome: .passed, reason: .holds, points: Points(whole: 2),
    maximum: Points(whole: 2), needed: "reader exits 0", seen: "reader exits 0 at step 41.",
    step: 41, anchor: "reader-exits", visibility: .open)

  static let sleeps = CheckResult(
    number: 2, title: "it sleeps twice", outcome: .partial, reason: .partly,
    points: Points(millipoints: 3_500), maximum: Points(whole: 5),
    needed: "exactly 2 of reader sleeps", seen: "reader sleeps once.", step: 17,
    anchor: "reader-sleeps", causes: ["reader calls read.", "reader sleeps on sda."],
    hint: "Open a second file.", visibility: .open)

  static let onOther = CheckResult(
    number: 3, title: "xyzzy title", isHidden: true, outcome: .passed, reason: .holds,
    points: Points(whole: 3), maximum: Points(whole: 3), needed: "xyzzy needed",
    seen: "xyzzy seen", step: 9, anchor: "xyzzy-anchor", causes: ["xyzzy cause"],
    configuration: "machine arm64", hint: "xyzzy hint", visibility: .hidden)

  static let result = GradeResult(
    submission: SubmissionKey(
      id: "ada-two_sleeps-2", student: "ada", task: "two_sleeps", attempt: 2),
    status: .graded, points: Points(millipoints: 8_500), maximum: Points(whole: 10),
    checks: [ends, sleeps, onOther],
    messages: [
      SourceMessage(
        code: "W0223", isError: false, line: 3, column: 5, text: "`n` is never read\nnote: here")
    ],
    seed: "00f1e2d3c4b5a697", lessonDigest: String(repeating: "ab", count: 32),
    sourceDigest: String(repeating: "cd", count: 32), version: "1.2.0")

  static let notGradable = GradeResult(
    submission: SubmissionKey(id: "bob-two_sleeps-1", student: "bob", task: "two_sleeps"),
    status: .notGradable, reason: .empty, message: "There is nothing in it.",
    maximum: Points(whole: 10),
    messages: [
      SourceMessage(code: "W0101", isError: true, line: 1, column: 1, text: "a program is expected")
    ],
    seed: "0123456789abcdef", lessonDigest: String(repeating: "ab", count: 32),
    sourceDigest: String(repeating: "00", count: 32), version: "1.2.0")

  static let fault = GradeResult(
    submission: SubmissionKey(id: "cy-two_sleeps-1", student: "cy", task: "two_sleeps"),
    status: .fault, reason: .internalError, message: "The simulator found a mistake of its own.",
    version: "1.2.0")

  /// What is done to a CSV cell, an HTML page, an XML document, a shell and a log, all at once.
  static let attack =
    "=HYPERLINK(\"http://x\") ]]> <script>alert(1)</script> ' OR 1=1;-- $(rm) `x` &amp; | ``` \r\n"
    + "::error::x ##[error]y Grade :=>>100 # \\ % {\"scores\":{}} é e\u{301} \u{10FFFF} "
    + String(String.UnicodeScalarView(trouble))

  static let hostile = GradeResult(
    submission: SubmissionKey(id: attack, student: attack, task: attack, attempt: .max),
    status: .graded, reason: .tooManyAttempts, message: attack, points: .most, maximum: .most,
    checks: [
      CheckResult(
        number: .max, title: attack, outcome: .failed, reason: .doesNotHold, points: .zero,
        maximum: .most, needed: attack, seen: attack, step: .max, anchor: attack,
        causes: [attack, attack], configuration: attack, hint: attack, visibility: .open)
    ],
    messages: [
      SourceMessage(code: attack, isError: true, line: .max, column: .max, text: attack)
    ],
    seed: attack, lessonDigest: attack, sourceDigest: attack, version: attack)
}

extension Sample {
  /// A second task of the same student, with equal weights, one check not run and one cut off.
  static let second = GradeResult(
    submission: SubmissionKey(id: "ada-answers-1", student: "ada", task: "answers"),
    status: .graded, points: Points(whole: 1), maximum: Points(whole: 4),
    checks: [
      CheckResult(
        number: 1, title: "the descriptor", outcome: .passed, reason: .rightAnswer,
        points: Points(whole: 1), maximum: Points(whole: 1), visibility: .open),
      CheckResult(
        number: 2, title: "the order", outcome: .failed, reason: .wrongAnswer, points: .zero,
        maximum: Points(whole: 1), seen: "The answer is b, a.", visibility: .open),
      CheckResult(
        number: 3, title: "it ends", outcome: .failed, reason: .stepLimit, points: .zero,
        maximum: Points(whole: 1), needed: "writer exits 0",
        seen: "After 100000 steps writer still runs.", visibility: .open),
      CheckResult(
        number: 4, title: "the order", outcome: .notRun, reason: .dependency, points: .zero,
        maximum: Points(whole: 1), visibility: .open),
    ],
    seed: "00f1e2d3c4b5a697", lessonDigest: String(repeating: "ab", count: 32),
    sourceDigest: String(repeating: "ef", count: 32), version: "1.2.0")

  /// A task that is worth nothing.
  static let worthless = GradeResult(
    submission: SubmissionKey(id: "ada-warm_up-1", student: "ada", task: "warm_up"),
    status: .graded,
    checks: [
      CheckResult(
        number: 1, title: "it runs", outcome: .passed, reason: .holds, points: .zero,
        maximum: .zero, visibility: .open)
    ])

  /// The result with its hidden check shown as `visibility` says.
  static func result(showing visibility: Visibility) -> GradeResult {
    var result = result
    result.checks[2].visibility = visibility
    return result
  }
}
