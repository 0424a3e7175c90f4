public import Grades
internal import SourceText

/// A submission as a book keeps it: what was handed in, byte for byte.
public struct StoredSubmission: Sendable {
  /// Whose it is, and for which task.
  public var key: SubmissionKey
  /// What was handed in.
  public var source: [UInt8]
  /// When it was received, in seconds since 1970 in UTC; `nil` when nobody said.
  public var received: Int64?

  /// SHA-256 of ``source``, 64 hexadecimal digits.
  public var sourceDigest: String { Digest(of: source).rawValue }

  /// Makes one.
  public init(key: SubmissionKey, source: [UInt8], received: Int64? = nil) {
    self.key = key
    self.source = source
    self.received = received
  }
}

/// A change of a grade by hand.
public struct Adjustment: Sendable, Hashable {
  /// Whose grade.
  public var student: String
  /// For which task.
  public var task: String
  /// What becomes of the points.
  public var change: Change
  /// Why; never empty.
  public var reason: String
  /// Who says so; never empty.
  public var author: String

  /// What an adjustment does to the points that stand before it.
  public enum Change: Sendable, Hashable {
    /// So many thousandths of a point more, or fewer when negative; never below 0.
    case add(millipoints: Int64)
    /// So many points, whatever stood there.
    case set(Points)

    /// The points after it.
    public func applied(to points: Points) -> Points {
      switch self {
      case .add(let millipoints):
        let (sum, overflow) = points.millipoints.addingReportingOverflow(millipoints)
        return Points(millipoints: overflow ? .max : sum)
      case .set(let points): return points
      }
    }
  }

  /// Makes one.
  public init(student: String, task: String, change: Change, reason: String, author: String) {
    self.student = student
    self.task = task
    self.change = change
    self.reason = reason
    self.author = author
  }
}

/// That submissions are graded again, because the lesson or the tool has changed.
public struct Regrading: Sendable, Hashable {
  /// The lesson that the results were made by; its digest.
  public var oldLesson: String
  /// The one that new results are made by.
  public var newLesson: String
  /// The version of the tool that makes them.
  public var version: String
  /// Which of two results counts.
  public var policy: RegradePolicy
  /// Why; may be empty.
  public var reason: String
  /// Who says so; may be empty.
  public var author: String

  /// Makes one.
  public init(
    oldLesson: String, newLesson: String, version: String, policy: RegradePolicy,
    reason: String = "", author: String = ""
  ) {
    self.oldLesson = oldLesson
    self.newLesson = newLesson
    self.version = version
    self.policy = policy
    self.reason = reason
    self.author = author
  }
}

/// Which result counts when a submission was graded again.
public enum RegradePolicy: String, Sendable, Hashable, CaseIterable {
  /// The new one.
  case replace
  /// The new one, unless it has fewer points.
  case neverLower = "never-lower"
  /// The old one; the new one is only there to be looked at.
  case reportOnly = "report-only"
}

/// What is to be entered into a book.
public enum NewEntry: Sendable {
  /// A submission was received.
  case submission(StoredSubmission)
  /// A submission was graded; as part of a regrading where the number of its entry is given.
  case result(GradeResult, regrading: Int64? = nil)
  /// A grade was changed by hand, at a time in seconds since 1970.
  case adjustment(Adjustment, time: Int64? = nil)
  /// An adjustment or a regrading no longer counts.
  case undo(of: Int64, reason: String, author: String, time: Int64? = nil)
  /// Submissions are graded again.
  case regrading(Regrading, time: Int64? = nil)
}

/// An entry of a book's log.
public struct BookEntry: Sendable {
  /// Its number, from 1 without gaps.
  public let number: Int64
  /// When it was received or entered, in seconds since 1970 in UTC; `nil` when nobody said.
  public let time: Int64?
  /// What it says.
  public let content: Content
  /// The digest of the entry before.
  public let previous: String
  /// The digest of this one.
  public let digest: String

  /// What an entry says.
  public enum Content: Sendable {
    /// A submission was received; ``Gradebook/source(withDigest:)`` has its bytes.
    case submission(SubmissionKey, sourceDigest: String)
    /// A submission was graded.
    case result(StoredResult)
    /// A grade was changed by hand.
    case adjustment(Adjustment)
    /// An entry no longer counts.
    case undo(of: Int64, reason: String, author: String)
    /// Submissions are graded again.
    case regrading(Regrading)
  }
}

/// A result as a book keeps it.
public struct StoredResult: Sendable {
  /// The number of its entry.
  public var entry: Int64
  /// Whose it is.
  public var key: SubmissionKey
  /// Whether there are points.
  public var status: GradeResult.Status
  /// What they got.
  public var points: Points
  /// What can be had.
  public var maximum: Points
  /// Of the submission's bytes.
  public var sourceDigest: String
  /// Of the lesson that it was graded by.
  public var lessonDigest: String
  /// The tool's version.
  public var version: String
  /// Of the student's variant.
  public var seed: String
  /// The entry of the regrading that it is part of; `nil` for the first grading.
  public var regrading: Int64?
  /// The whole result, a line of JSON without its end.
  public var line: String
}

/// By what a result is known again: a grading that was interrupted goes on where there is none.
public struct GradingKey: Sendable {
  /// Whose submission.
  public var submission: SubmissionKey
  /// Of its bytes.
  public var sourceDigest: String
  /// Of the lesson.
  public var lessonDigest: String
  /// The tool's version.
  public var version: String
  /// The variant's seed; `nil` where any will do.
  public var seed: String?
  /// The regrading that the result must be part of; `nil` for any grading.
  public var regrading: Int64?

  /// Makes a key.
  public init(
    submission: SubmissionKey, sourceDigest: String, lessonDigest: String, version: String,
    seed: String? = nil, regrading: Int64? = nil
  ) {
    self.submission = submission
    self.sourceDigest = sourceDigest
    self.lessonDigest = lessonDigest
    self.version = version
    self.seed = seed
    self.regrading = regrading
  }

  /// The key that a result answers to.
  public init(_ result: GradeResult, regrading: Int64? = nil) {
    self.init(
      submission: result.submission, sourceDigest: result.sourceDigest,
      lessonDigest: result.lessonDigest, version: result.version, seed: result.seed,
      regrading: regrading)
  }
}

extension String {
  /// Whether two texts have the same bytes. Swift's `==` takes the two ways of writing `é` for one,
  /// but two students may be told apart by just that.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether the bytes come before others.
  func precedesInBytes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
