public import SourceText
import WalkSyntax

/// A task, checked: what students are to write, and how it is judged.
public struct CheckedTask: Sendable {
  /// The programs that a submission must define.
  public var programs: [String] = []
  /// Where the text between a starter's braces stands.
  public var starters: [SourceRange] = []
  /// The checks in order.
  public var checks: [Check] = []
  /// The machines that checks ask for; the first is the machine as written, with the name "".
  public var configurations: [TaskConfiguration] = [TaskConfiguration(name: "", items: [])]
  /// What a submission must or must not use.
  public var demands: [Demand] = []
  /// What varies from student to student.
  public var varied: [VariedName] = []
  /// The most user instructions and kernel steps; `nil` for the grader's own limit.
  public var stepLimit: Int64?
  /// The most simulated nanoseconds; `nil` for the grader's own limit.
  public var timeLimit: Int64?
  /// The most events; `nil` for the grader's own limit.
  public var eventLimit: Int64?

  /// One check.
  public struct Check: Sendable {
    /// Its title; each has its own.
    public var title: String
    /// Whole points; 0 or more.
    public var points: Int64
    /// Whether students do not see it.
    public var isHidden: Bool
    /// Whether each of ``parts`` that holds brings its share.
    public var isInParts: Bool
    /// Whether the parts follow each other, so that only those before the first that fails count.
    public var isSequence: Bool
    /// Positions of the checks that must have been passed; all of them smaller than its own.
    public var dependencies: [Int]
    /// The machine: a position in ``CheckedTask/configurations``.
    public var configuration: Int
    /// On how many fresh variants it must hold; 0: on the student's own.
    public var freshSeeds: Int64
    /// The claim as written.
    public var claim: String
    /// The claims that are judged: the claim itself, or its parts.
    public var parts: [String]
    /// What helps, each after a number of attempts, fewest first.
    public var hints: [Hint] = []
    /// What students see of it before the task is due: words of ``TaskWords/fields``; `nil`: as usual.
    public var revealed: [String]?
    /// What they see of it afterwards.
    public var revealedAfterDue: [String]?
    /// Where it stands.
    public var range: SourceRange
  }

  /// A hint.
  public struct Hint: Sendable, Hashable {
    /// What it says.
    public var text: String
    /// How many attempts must have been made before; 0 or more.
    public var attempts: Int64
  }

  /// Something that a submission must or must not use.
  public struct Demand: Sendable, Hashable {
    /// Whether it must not.
    public var isForbidden: Bool
    /// A system call, a word of programs, or `libc.printf`.
    public var construct: String
  }
}

/// A machine that differs in some items from the one as written.
public struct TaskConfiguration: Sendable {
  /// The items as written, such as `machine arm64, cpus 2`.
  public var name: String
  var items: [ItemSyntax]
}

/// The words that statements of tasks know.
public enum TaskWords {
  /// What of a check can be revealed.
  public static let fields = ["title", "verdict", "points", "claim", "explanation", "hint"]
}

/// A submission in the world of its task.
public struct CheckedSubmission: Sendable {
  /// The scenario, whose expectations are the checks' claims; and what is wrong.
  public var checked: CheckedScenario
  /// For each check that was asked for, by position, the expectations of its parts.
  public var expectations: [Int: Range<Int>]
}
