/// What many results say about a task: how it went, which checks are hard, which tell the good from the
/// weak, and which mistakes many make.
///
/// It does not depend on the order of results.
public struct TaskStatistics: Sendable, Hashable {
  /// The task's name.
  public var task: String
  /// How many results have points.
  public var gradedCount = 0
  /// How many could not be graded, and why, the most frequent reason first.
  public var notGradable: [ReasonCount] = []
  /// How often the grader failed.
  public var faultCount = 0
  /// How many versions of the lesson the results are of; more than one cannot be compared well.
  public var lessonCount = 0
  /// What can be had.
  public var maximum = Points.zero
  /// The mean of the points, rounded to the nearest thousandth.
  public var mean = Points.zero
  /// Half of the results have these points or less; the mean of two where two are in the middle.
  public var median = Points.zero
  /// The fewest points.
  public var lowest = Points.zero
  /// The most points.
  public var highest = Points.zero
  /// How many results have 0 to under 10%, 10 to under 20%, …, 90 to under 100%, and 100%; all zero for a
  /// task that is worth nothing.
  public var distribution = [Int](repeating: 0, count: 11)
  /// The checks in the order of their numbers.
  public var checks: [Check] = []
  /// What went wrong, the most frequent first.
  public var misconceptions: [Misconception] = []
  /// How many failed checks are not among ``misconceptions``, because there were too many kinds.
  public var otherFailureCount = 0

  /// A reason and how often it came.
  public struct ReasonCount: Sendable, Hashable {
    /// Why.
    public var reason: GradeResult.Reason?
    /// How often.
    public var count: Int
  }

  /// What many results say about a check.
  public struct Check: Sendable, Hashable {
    /// Its number in the task.
    public var number: Int
    /// Its title.
    public var title: String
    /// How many results have it.
    public var count: Int
    /// How many passed it.
    public var passedCount: Int
    /// How many passed it in part.
    public var partialCount: Int
    /// How many failed it.
    public var failedCount: Int
    /// How many times it was not looked at.
    public var notRunCount: Int
    /// The mean share of its points, in thousandths: its difficulty in the theory of tests, where easy
    /// checks have a high one. `nil` when it is worth nothing.
    public var difficulty: Int?
    /// How its points go with those of all other checks, in thousandths from -1000 to 1000: the corrected
    /// item-total correlation. `nil` when either are the same for everybody.
    public var discrimination: Int?

    /// Whether nobody who got to it lost points by it, so that it tells nothing.
    public var neverFails: Bool { partialCount + failedCount == 0 && passedCount > 0 }
  }

  /// A way of failing a check.
  public struct Misconception: Sendable, Hashable {
    /// The number of the check.
    public var check: Int
    /// Its title.
    public var title: String
    /// What was seen, with `N` for each number.
    public var seen: String
    /// The kind of the step where it went another way: its anchor without a number; may be empty.
    public var anchorKind: String
    /// How many results have it.
    public var count: Int
    /// The ids of up to three such submissions, the first by their bytes.
    public var examples: [String]
  }

  /// The statistics of each task that results are of, ordered by the bytes of the tasks' names.
  public static func all(of results: some Sequence<GradeResult>) -> [TaskStatistics] {
    var builder = StatisticsBuilder()
    for result in results { builder.add(result) }
    return builder.statistics()
  }
}
