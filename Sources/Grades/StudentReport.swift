/// What somebody may see of a result. Whatever is handed to students is made of this, so that what is
/// hidden from them is in no byte that they get.
public struct StudentReport: Sendable, Hashable {
  /// Whose it is.
  public var submission: SubmissionKey
  /// Whether there are points at all.
  public var status: GradeResult.Status
  /// Why it is not graded or is special.
  public var reason: GradeResult.Reason?
  /// A sentence about it; may be empty.
  public var message: String
  /// What they got; `nil` when the points of a check are not shown, of which it would tell.
  public var points: Points?
  /// What can be had; `nil` likewise.
  public var maximum: Points?
  /// The checks; those of which nothing is shown are not among them.
  public var checks: [Check]
  /// How many checks are not among them.
  public var hiddenCount: Int
  /// What the compiler says.
  public var messages: [SourceMessage]
  /// The seed of the student's variant.
  public var seed: String

  /// A check, as far as it is shown.
  public struct Check: Sendable, Hashable {
    /// Its number in the task, from 1.
    public var number: Int
    /// Its title; "Hidden check 3" where that is not shown.
    public var title: String
    /// What came of it and why.
    public var verdict: (outcome: CheckResult.Outcome, reason: CheckResult.Reason)? {
      guard let outcome, let reason else { return nil }
      return (outcome, reason)
    }
    /// What came of it.
    public var outcome: CheckResult.Outcome?
    /// Why.
    public var reason: CheckResult.Reason?
    /// What it brought.
    public var points: Points?
    /// What it can bring.
    public var maximum: Points?
    /// What was needed.
    public var needed: String?
    /// The machine that it was checked on; empty for the task's own.
    public var configuration: String?
    /// What was seen.
    public var seen: String?
    /// The step that settles it.
    public var step: Int?
    /// Its anchor on the student's page.
    public var anchor: String?
    /// How it came to that step.
    public var causes: [String]
    /// A hint.
    public var hint: String?
  }

  /// What may be seen of a result in a situation.
  public init(_ result: GradeResult, in situation: Situation) {
    submission = result.submission
    status = result.status
    reason = result.reason
    message = result.message
    messages = result.messages
    seed = result.seed
    checks = []
    hiddenCount = 0
    var showsPoints = true
    for check in result.checks {
      let fields = check.visibility.fields(in: situation)
      func shown<Value>(_ field: CheckField, _ value: @autoclosure () -> Value?) -> Value? {
        fields.contains(field) ? value() : nil
      }
      if !fields.contains(.points) { showsPoints = false }
      guard !fields.isEmpty else {
        hiddenCount += 1
        continue
      }
      checks.append(
        Check(
          number: check.number,
          title: shown(.title, check.title) ?? "Hidden check \(check.number)",
          outcome: shown(.verdict, check.outcome), reason: shown(.verdict, check.reason),
          points: shown(.points, check.points), maximum: shown(.points, check.maximum),
          needed: shown(.claim, check.needed), configuration: shown(.claim, check.configuration),
          seen: shown(.explanation, check.seen), step: shown(.explanation, check.step),
          anchor: shown(.explanation, check.anchor),
          causes: shown(.explanation, check.causes) ?? [], hint: shown(.hint, check.hint)))
    }
    points = showsPoints ? result.points : nil
    maximum = showsPoints ? result.maximum : nil
  }
}
