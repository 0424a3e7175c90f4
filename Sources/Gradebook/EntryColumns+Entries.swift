internal import Grades

/// From what is entered to columns, and back.
extension EntryColumns {
  /// A name may have so many bytes.
  private static let nameBytes = 1_024
  /// A reason may.
  private static let reasonBytes = 16_384
  /// An adjustment may change so many thousandths of a point.
  private static let mostMillipoints = Points.most.millipoints

  /// The columns of a new entry; number and digest of the entry before are filled in later.
  init(_ entry: NewEntry) throws(BookError) {
    switch entry {
    case .submission(let submission):
      self.init(.submission, time: submission.received)
      if submission.source.count > BookLimits.sourceBytes {
        throw .invalid("a submission has more than \(BookLimits.sourceBytes) bytes")
      }
      try set(submission.key)
      sourceDigest = submission.sourceDigest
    case .result(let result, let regrading):
      try self.init(WrittenResult(result), regrading: regrading)
    case .adjustment(let adjustment, let time):
      self.init(.adjustment, time: time)
      student = try Self.checked(adjustment.student, "student", allowsEmpty: false)
      task = try Self.checked(adjustment.task, "task", allowsEmpty: false)
      switch adjustment.change {
      case .add(let millipoints):
        guard millipoints.magnitude <= Self.mostMillipoints.magnitude else {
          throw .invalid("an adjustment changes a billion points at most")
        }
        mode = "add"
        points = millipoints
      case .set(let points):
        mode = "set"
        self.points = points.millipoints
      }
      try set(reason: adjustment.reason, author: adjustment.author, allowsEmpty: false)
    case .undo(let number, let reason, let author, let time):
      self.init(.undo, time: time)
      refers = number
      try set(reason: reason, author: author, allowsEmpty: false)
    case .regrading(let regrading, let time):
      self.init(.regrade, time: time)
      oldDigest = try Self.checked(regrading.oldLesson, "digest of a lesson")
      lessonDigest = try Self.checked(regrading.newLesson, "digest of a lesson")
      version = try Self.checked(regrading.version, "version")
      mode = regrading.policy.rawValue
      try set(reason: regrading.reason, author: regrading.author, allowsEmpty: true)
    }
  }

  /// The columns of a new entry about a result.
  init(_ written: WrittenResult, regrading: Int64?) throws(BookError) {
    let result = written.result
    self.init(.result)
    try set(result.submission)
    sourceDigest = try Self.checked(result.sourceDigest, "digest of a source")
    lessonDigest = try Self.checked(result.lessonDigest, "digest of a lesson")
    version = try Self.checked(result.version, "version")
    seed = try Self.checked(result.seed, "seed")
    status = result.status.rawValue
    points = result.points.millipoints
    maximum = result.maximum.millipoints
    line = try Self.checked(
      String(decoding: written.line, as: UTF8.self), "result", limit: BookLimits.lineBytes)
    refers = regrading
  }

  private mutating func set(_ key: SubmissionKey) throws(BookError) {
    id = try Self.checked(key.id, "id")
    student = try Self.checked(key.student, "student")
    task = try Self.checked(key.task, "task")
    attempt = Int64(key.attempt)
  }

  private mutating func set(reason: String, author: String, allowsEmpty: Bool) throws(BookError) {
    self.reason = try Self.checked(
      reason, "reason", limit: Self.reasonBytes, allowsEmpty: allowsEmpty)
    self.author = try Self.checked(author, "name of who says so", allowsEmpty: allowsEmpty)
  }

  private static func hasNUL(_ text: String) -> Bool {
    // To the end in any case, which is many bytes at a time.
    text.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.reduce(UInt8.max) { min($0, $1) } == 0
    } ?? text.utf8.contains(0)
  }

  /// Refuses what a database would cut off or could not hold.
  static func checked(
    _ text: String, _ what: String, limit: Int = nameBytes, allowsEmpty: Bool = true
  ) throws(BookError) -> String {
    if hasNUL(text) { throw .invalid("the \(what) has a NUL in it") }
    if text.utf8.count > limit {
      throw .invalid("the \(what) has more than \(limit) bytes")
    }
    if !allowsEmpty, text.utf8.allSatisfy({ $0 == 0x20 || (9...13).contains($0) }) {
      throw .invalid("the \(what) is empty")
    }
    return text
  }

  /// The entry that the columns stand for.
  func entry(digest: String) throws(BookError) -> BookEntry {
    BookEntry(
      number: number, time: time, content: try content(), previous: previous, digest: digest)
  }

  private func content() throws(BookError) -> BookEntry.Content {
    switch kind {
    case .submission:
      return .submission(try key(), sourceDigest: try present(sourceDigest))
    case .result:
      return .result(try storedResult())
    case .adjustment:
      let amount = try present(points)
      let change: Adjustment.Change
      switch try present(mode) {
      case "add": change = .add(millipoints: amount)
      case "set": change = .set(Points(millipoints: amount))
      default: throw .unreadableEntry(number, "it neither adds nor sets points")
      }
      return .adjustment(
        Adjustment(
          student: try present(student), task: try present(task), change: change,
          reason: try present(reason), author: try present(author)))
    case .undo:
      return .undo(
        of: try present(refers), reason: try present(reason), author: try present(author))
    case .regrade:
      guard let policy = RegradePolicy(rawValue: try present(mode)) else {
        throw .unreadableEntry(number, "its policy is not known")
      }
      return .regrading(
        Regrading(
          oldLesson: try present(oldDigest), newLesson: try present(lessonDigest),
          version: try present(version), policy: policy, reason: try present(reason),
          author: try present(author)))
    }
  }

  /// The result that a row of this kind holds.
  func storedResult() throws(BookError) -> StoredResult {
    guard let status = GradeResult.Status(rawValue: try present(status)) else {
      throw .unreadableEntry(number, "its status is not known")
    }
    return StoredResult(
      entry: number, key: try key(), status: status,
      points: Points(millipoints: try present(points)),
      maximum: Points(millipoints: try present(maximum)), sourceDigest: try present(sourceDigest),
      lessonDigest: try present(lessonDigest), version: try present(version),
      seed: try present(seed), regrading: refers, line: try present(line))
  }

  func key() throws(BookError) -> SubmissionKey {
    SubmissionKey(
      id: try present(id), student: try present(student), task: try present(task),
      attempt: Int(try present(attempt)))
  }

  private func present<Value>(_ value: Value?) throws(BookError) -> Value {
    guard let value else { throw .unreadableEntry(number, "a column is empty") }
    return value
  }
}

/// How large what is entered may be.
public enum BookLimits {
  /// A submission's bytes.
  public static let sourceBytes = 16 << 20
  /// A result's line.
  public static let lineBytes = 16 << 20
}
