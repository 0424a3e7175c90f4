public import Grades

/// How two results of one submission differ.
public struct GradeChange: Sendable, Hashable {
  /// Whose submission.
  public var submission: SubmissionKey
  /// What it was before.
  public var before: Outcome
  /// What it is then.
  public var after: Outcome
  /// The checks that came out in another way, in the order of the new task; then those that are gone.
  public var checks: [Check]

  /// What came of a submission as a whole.
  public struct Outcome: Sendable, Hashable {
    /// Whether it has points.
    public var status: GradeResult.Status
    /// Its points.
    public var points: Points
    /// What could be had.
    public var maximum: Points
  }

  /// A check on both sides.
  public struct Check: Sendable, Hashable {
    /// Its title.
    public var title: String
    /// The machine that it was checked on; empty for the task's own.
    public var configuration: String
    /// What came of it before; `nil` for one that was not there.
    public var before: Side?
    /// What came of it then; `nil` for one that is gone.
    public var after: Side?

    /// What came of a check.
    public struct Side: Sendable, Hashable {
      /// Passed, failed and so on.
      public var outcome: CheckResult.Outcome
      /// Why.
      public var reason: CheckResult.Reason
      /// Its points.
      public var points: Points
      /// What it could bring.
      public var maximum: Points

      init(_ check: CheckResult) {
        outcome = check.outcome
        reason = check.reason
        points = check.points
        maximum = check.maximum
      }
    }
  }

  /// By how many thousandths of a point the points differ; negative for fewer.
  public var difference: Int64 { after.points.millipoints - before.points.millipoints }

  /// Compares two results; `nil` when neither the whole nor a check came out in another way.
  ///
  /// Checks are the same when title and machine are, by their bytes; of several alike the first belongs to
  /// the first and so on. So a rubric may change its order without everything being called changed.
  public init?(from old: GradeResult, to new: GradeResult) {
    submission = new.submission
    before = Outcome(status: old.status, points: old.points, maximum: old.maximum)
    after = Outcome(status: new.status, points: new.points, maximum: new.maximum)
    checks = []
    var rest = old.checks
    for check in new.checks {
      let place = rest.firstIndex { other in
        other.title.hasSameBytes(as: check.title)
          && other.configuration.hasSameBytes(as: check.configuration)
      }
      let old = place.map { Check.Side(rest.remove(at: $0)) }
      let now = Check.Side(check)
      if old != now {
        checks.append(
          Check(title: check.title, configuration: check.configuration, before: old, after: now))
      }
    }
    for check in rest {
      checks.append(
        Check(
          title: check.title, configuration: check.configuration, before: Check.Side(check),
          after: nil))
    }
    if before == after, checks.isEmpty { return nil }
  }
}
