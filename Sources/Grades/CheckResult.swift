/// What became of one check.
public struct CheckResult: Sendable, Hashable, Codable {
  /// Its number in the task, from 1.
  public var number: Int
  /// Its title.
  public var title: String
  /// Whether it is hidden from students as a rule; ``visibility`` says what exactly they see.
  public var isHidden: Bool
  /// What came of it.
  public var outcome: Outcome
  /// Why.
  public var reason: Reason
  /// What it brought.
  public var points: Points
  /// What it can bring.
  public var maximum: Points
  /// What was needed: the claim as the author wrote it.
  public var needed: String
  /// What was seen instead, or what proves it, in sentences.
  public var seen: String
  /// The step that settles it, in the run of ``configuration``; `nil` where no single step does.
  public var step: Int?
  /// The anchor of that step on the student's page, such as `reader-sleeps-2`; `nil` without one.
  public var anchor: String?
  /// How it came to that step: sentences along the chain of causes, the last is the step itself.
  public var causes: [String]
  /// The machine that it was checked on, as written: `machine arm64`; empty for the task's own.
  public var configuration: String
  /// A hint, when enough attempts have been made.
  public var hint: String?
  /// What students may see of it, and when.
  public var visibility: Visibility

  /// What comes of a check.
  public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// All of its points.
    case passed
    /// Some of them.
    case partial
    /// None of them.
    case failed
    /// A check that it depends on was not passed, so that it was not looked at.
    case notRun = "not_run"
  }

  /// Why it came so.
  public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
    /// The claim holds.
    case holds
    /// The claim does not hold.
    case doesNotHold = "does_not_hold"
    /// Some of its parts hold.
    case partly
    /// What it depends on was not passed.
    case dependency
    /// The submission uses what it must not.
    case forbidden
    /// The submission does not use what it must.
    case required
    /// The answer is right.
    case rightAnswer = "right_answer"
    /// The answer is wrong.
    case wrongAnswer = "wrong_answer"
    /// There is no answer.
    case noAnswer = "no_answer"
    /// Everybody waits for ever.
    case deadlock
    /// The run took too many steps.
    case stepLimit = "limit_steps"
    /// The run took too much simulated time.
    case timeLimit = "limit_time"
    /// Too much happened.
    case eventLimit = "limit_events"
    /// Too much was written.
    case outputLimit = "limit_output"
    /// There are too many processes or too little memory for the run to go on.
    case otherLimit = "limit"
    /// It does not compile on this machine.
    case doesNotCompile = "does_not_compile"
  }

  /// Makes a check's result.
  public init(
    number: Int, title: String, isHidden: Bool = false, outcome: Outcome, reason: Reason,
    points: Points, maximum: Points, needed: String = "", seen: String = "", step: Int? = nil,
    anchor: String? = nil, causes: [String] = [], configuration: String = "", hint: String? = nil,
    visibility: Visibility
  ) {
    self.number = number
    self.title = title
    self.isHidden = isHidden
    self.outcome = outcome
    self.reason = reason
    self.points = points
    self.maximum = maximum
    self.needed = needed
    self.seen = seen
    self.step = step
    self.anchor = anchor
    self.causes = causes
    self.configuration = configuration
    self.hint = hint
    self.visibility = visibility
  }
}

/// When somebody looks at a result, or who.
public enum Situation: String, Sendable, Hashable, Codable, CaseIterable {
  /// A student, before the task is due.
  case now
  /// A student, after it was due.
  case afterDue = "after_due"
  /// Staff.
  case staff
}

/// What of a check can be shown apart from the rest.
public enum CheckField: String, Sendable, Hashable, Codable, CaseIterable {
  /// Its title.
  case title
  /// Whether it was passed.
  case verdict
  /// Its points, what it brought and what it can bring.
  case points
  /// What was needed: the claim and the machine.
  case claim
  /// What was seen: sentences, step and causes.
  case explanation
  /// The hint.
  case hint
}

/// Which fields of a check students see, and when. Staff see all of them.
public struct Visibility: Sendable, Hashable, Codable {
  /// Before the task is due, in the order of ``CheckField``.
  public var now: [CheckField]
  /// After it was due.
  public var afterDue: [CheckField]

  /// Makes one; order and repetitions do not matter.
  public init(now: [CheckField], afterDue: [CheckField]) {
    self.now = CheckField.allCases.filter { now.contains($0) }
    self.afterDue = CheckField.allCases.filter { afterDue.contains($0) }
  }

  /// Everything, always.
  public static let open = Visibility(now: CheckField.allCases, afterDue: CheckField.allCases)
  /// Nothing before the task is due; afterwards what it was called and what it brought.
  public static let hidden = Visibility(now: [], afterDue: [.title, .verdict, .points])

  /// The fields that are shown.
  public func fields(in situation: Situation) -> [CheckField] {
    switch situation {
    case .now: now
    case .afterDue: afterDue
    case .staff: CheckField.allCases
    }
  }
}
