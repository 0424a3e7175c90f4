/// Results as lines of JSON. A decoder that reads JSON reads what ``GradeResult/line`` writes.
///
/// The members of a submission's key stand beside the rest, so that a line reads like the one it answers.
extension GradeResult {
  private enum CodingKeys: String, CodingKey {
    case id, student, task, attempt, status, reason, message, points, maximum, checks, messages
    case seed
    case lessonDigest = "lesson"
    case sourceDigest = "source"
    case version
  }

  /// Reads an object as ``line`` writes it; members that it does not know are passed over.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    submission = SubmissionKey(
      id: try values.decode(String.self, forKey: .id),
      student: try values.decode(String.self, forKey: .student),
      task: try values.decode(String.self, forKey: .task),
      attempt: try values.decode(Int.self, forKey: .attempt))
    status = try values.decode(Status.self, forKey: .status)
    reason = try values.decodeIfPresent(Reason.self, forKey: .reason)
    message = try values.decode(String.self, forKey: .message)
    points = try values.decode(Points.self, forKey: .points)
    maximum = try values.decode(Points.self, forKey: .maximum)
    checks = try values.decode([CheckResult].self, forKey: .checks)
    messages = try values.decode([SourceMessage].self, forKey: .messages)
    seed = try values.decode(String.self, forKey: .seed)
    lessonDigest = try values.decode(String.self, forKey: .lessonDigest)
    sourceDigest = try values.decode(String.self, forKey: .sourceDigest)
    version = try values.decode(String.self, forKey: .version)
  }

  /// Writes the same members as ``line``.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(submission.id, forKey: .id)
    try values.encode(submission.student, forKey: .student)
    try values.encode(submission.task, forKey: .task)
    try values.encode(submission.attempt, forKey: .attempt)
    try values.encode(status, forKey: .status)
    try values.encode(reason, forKey: .reason)
    try values.encode(message, forKey: .message)
    try values.encode(points, forKey: .points)
    try values.encode(maximum, forKey: .maximum)
    try values.encode(checks, forKey: .checks)
    try values.encode(messages, forKey: .messages)
    try values.encode(seed, forKey: .seed)
    try values.encode(lessonDigest, forKey: .lessonDigest)
    try values.encode(sourceDigest, forKey: .sourceDigest)
    try values.encode(version, forKey: .version)
  }

  /// The result as a line of JSON in UTF-8, without the line break at its end.
  ///
  /// The same result gives the same bytes: members stand in a fixed order, points are whole thousandths.
  /// There is no line break within, and nothing that a terminal or a build log would obey.
  public var line: [UInt8] {
    var bytes: [UInt8] = []
    appendLine(to: &bytes)
    return bytes
  }

  /// Appends ``line``, so that one buffer serves many results.
  public func appendLine(to bytes: inout [UInt8]) {
    var json = JSONText(continuing: bytes)
    bytes = []
    json.object { json in
      json.member("id", submission.id)
      json.member("student", submission.student)
      json.member("task", submission.task)
      json.member("attempt", submission.attempt)
      json.member("status", status.rawValue)
      json.member("reason", reason?.rawValue)
      json.member("message", message)
      json.key("points")
      json.number(points.millipoints)
      json.key("maximum")
      json.number(maximum.millipoints)
      json.key("checks")
      json.array { json in for check in checks { check.write(to: &json) } }
      json.key("messages")
      json.array { json in for message in messages { message.write(to: &json) } }
      json.member("seed", seed)
      json.member("lesson", lessonDigest)
      json.member("source", sourceDigest)
      json.member("version", version)
    }
    bytes = json.bytes
  }
}

extension CheckResult {
  enum CodingKeys: String, CodingKey {
    case number, title
    case isHidden = "hidden"
    case outcome, reason, points, maximum, needed, seen, step, anchor, causes, configuration, hint
    case visibility
  }

  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("number", number)
      json.member("title", title)
      json.member("hidden", isHidden)
      json.member("outcome", outcome.rawValue)
      json.member("reason", reason.rawValue)
      json.key("points")
      json.number(points.millipoints)
      json.key("maximum")
      json.number(maximum.millipoints)
      json.member("needed", needed)
      json.member("seen", seen)
      json.member("step", step)
      json.member("anchor", anchor)
      json.member("causes", causes)
      json.member("configuration", configuration)
      json.member("hint", hint)
      json.key("visibility")
      json.object { json in
        json.member("now", visibility.now.map(\.rawValue))
        json.member("after_due", visibility.afterDue.map(\.rawValue))
      }
    }
  }
}

extension Visibility {
  private enum CodingKeys: String, CodingKey {
    case now
    case afterDue = "after_due"
  }

  /// Reads both lists; order and repetitions do not matter.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      now: try values.decode([CheckField].self, forKey: .now),
      afterDue: try values.decode([CheckField].self, forKey: .afterDue))
  }

  /// Writes both lists.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(now, forKey: .now)
    try values.encode(afterDue, forKey: .afterDue)
  }
}

extension SourceMessage {
  enum CodingKeys: String, CodingKey {
    case code
    case isError = "error"
    case line, column, text
  }

  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("code", code)
      json.member("error", isError)
      json.member("line", line)
      json.member("column", column)
      json.member("text", text)
    }
  }
}
