#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Gradebook
import Grades
import Grading
import Lesson
import SourceText
import SystemPackage

/// `ringwalk grade LESSON -`: lines with submissions in, a line with a result out for each, in their order.
///
/// Memory does not grow with the stream, and a result is written as soon as those before it are, without
/// waiting for more input.
struct GradeStream {
  let grader: CourseGrader
  /// Which part of the stream; other lines are passed over.
  var shard: Shard?
  /// Results that are known already.
  var known: KnownResults?
  /// How many at the same time.
  var jobs: Int
  /// The gradebook that results are entered into before they are written.
  var book: GradeBook?

  /// The longest line: the largest submission with each byte escaped.
  static let lineLimit = 6 * SubmissionLimits.bytes + (64 << 10)

  /// A line of input.
  private struct Request: Decodable {
    var id: String
    var student: String?
    var task: String?
    var attempt: Int?
    var source: String
    /// When it was received, as people or clocks write it.
    var received: String?
  }

  private struct Answer: Sendable {
    var submission: Submission
    var written: WrittenResult
    /// What is written out; a line that was known already stays as it is.
    var line: [UInt8]
    var received: Int64?

    init(
      _ submission: Submission, _ result: GradeResult, line: [UInt8]? = nil, received: Int64? = nil
    ) {
      self.submission = submission
      written = WrittenResult(result)
      self.line = (line ?? written.line) + [0x0A]
      self.received = received
    }

    /// What is entered into a gradebook; a line that could not be read is no submission.
    var entry: GradeBook.Entry? {
      guard written.result.reason != .malformedLine else { return nil }
      return GradeBook.Entry(
        submission: StoredSubmission(
          key: submission.key, source: submission.source, received: received),
        written: written)
    }
  }

  /// Grades what a descriptor gives, until it ends.
  mutating func run(_ descriptor: FileDescriptor) async throws -> ExitStatus {
    var reader = LineReader(descriptor, limit: Self.lineLimit)
    var number = 0
    var status = ExitStatus.holds
    // The results before, on their way into the book and out, while the next ones are worked out.
    var writing: Task<ExitStatus, any Error>?
    func settle() async throws {
      guard let pending = writing else { return }
      writing = nil
      status = max(status, try await pending.value)
    }
    while true {
      // Nothing waits for lines that somebody has not written yet.
      if jobs == 1 || !reader.isReady { try await settle() }
      let lines: [LineReader.Line]
      do throws(FileFailure) {
        lines = try reader.next()
      } catch {
        try await settle()
        Terminal.complain(.unreadableFile("standard input", reason: error.reason))
        return .broken
      }
      guard !lines.isEmpty else {
        try await settle()
        return status
      }
      let first = number
      number += lines.count
      // An empty line asks for nothing.
      let requests = lines.enumerated().compactMap { offset, line -> (Int, LineReader.Line)? in
        if case .text(let bytes) = line, bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
          return nil
        }
        return (first + offset + 1, line)
      }
      let (grader, shard, known, book) = (grader, shard, known, book)
      let found = await Self.map(requests, jobs: jobs) { number, line in
        Self.caught { () throws(BookError) in
          try Self.answer(line, number: number, grader, shard, known, book)
        }
      }
      try await settle()
      let answers = try found.compactMap { answer in try answer.get() }
      writing = Task { try Self.write(answers, book) }
    }
  }

  /// Enters results into the book, and writes them when they are in it.
  private static func write(_ answers: [Answer], _ book: GradeBook?) throws -> ExitStatus {
    var status = ExitStatus.holds
    var output: [UInt8] = []
    for answer in answers {
      if answer.written.result.status == .fault { status = .broken }
      output += answer.line
    }
    if let book { status = max(status, try book.record(answers.compactMap(\.entry))) }
    if !output.isEmpty { try Terminal.print(output) }
    return status
  }

  /// What a line is answered with; `nil` for one of another part.
  private static func answer(
    _ line: LineReader.Line, number: Int, _ grader: CourseGrader, _ shard: Shard?,
    _ known: KnownResults?, _ book: GradeBook?
  ) throws(BookError) -> Answer? {
    guard case .text(let bytes) = line else {
      return malformed("It is longer than \(lineLimit) bytes.", number, grader, shard)
    }
    let request: Request
    do {
      request = try JSONDecoder().decode(Request.self, from: Data(bytes))
    } catch {
      return malformed(
        "It is no JSON object with `id` and `source` as strings.", number, grader, shard)
    }
    if let shard, !shard.contains(request.id) { return nil }
    let received = request.received.flatMap(secondsSince1970(of:))
    if request.received != nil, received == nil {
      return malformed(
        "`received` is no moment such as 2026-09-01T23:59:00+02:00.", number, grader, shard)
    }
    let submission = Submission(
      key: SubmissionKey(
        id: request.id, student: request.student ?? "", task: request.task ?? "",
        attempt: max(1, request.attempt ?? 1)),
      source: Array(request.source.utf8))
    if let line = known?.line(for: submission, by: grader),
      let result = try? JSONDecoder().decode(GradeResult.self, from: Data(line))
    {
      return Answer(submission, result, line: line, received: received)
    }
    let known = try book?.result(for: submission, by: grader)
    let result = known ?? grader.grade(submission)
    return Answer(submission, result, received: received)
  }

  private static func malformed(
    _ message: String, _ number: Int, _ grader: CourseGrader, _ shard: Shard?
  ) -> Answer? {
    // Nobody knows its id, so the first part tells of it.
    if let shard, shard.number > 0 { return nil }
    let key = SubmissionKey(id: "line \(number)", student: "", task: "")
    var result = GradeResult(submission: key, status: .notGradable)
    result.reason = .malformedLine
    result.message = message
    result.lessonDigest = grader.grader.lessonDigest
    result.version = Tool.version
    return Answer(Submission(key: key, source: []), result)
  }

  /// A value or the error of a book, to be had from another thread.
  static func caught<Value>(
    _ work: () throws(BookError) -> Value
  ) -> Result<Value, BookError> {
    do throws(BookError) { return .success(try work()) } catch { return .failure(error) }
  }

  /// Does work on all elements at the same time; the results are in their order.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], jobs: Int, _ work: @escaping @Sendable (Element) -> Result
  ) async -> [Result] {
    guard elements.count > 1, jobs > 1 else { return elements.map(work) }
    // In small portions, so that all are done at about the same time, whatever else there is to do beside.
    let portion = max(1, min(16, elements.count / jobs))
    return await withTaskGroup(of: (Int, [Result]).self) { group in
      var next = 0
      func start() {
        guard next < elements.count else { return }
        let range = next..<min(next + portion, elements.count)
        next = range.upperBound
        group.addTask { (range.lowerBound, range.map { work(elements[$0]) }) }
      }
      for _ in 0..<jobs { start() }
      var results = [Result?](repeating: nil, count: elements.count)
      for await (first, part) in group {
        start()
        for (offset, result) in part.enumerated() { results[first + offset] = result }
      }
      return results.compactMap(\.self)
    }
  }
}

/// A grader with what a course wants besides.
struct CourseGrader: Sendable {
  let grader: Grader
  /// Whether everything is graded twice and compared.
  var isTwice = false
  /// The key by which students' names are replaced; `nil`: they are not.
  var anonymity: [UInt8]?

  /// Grades a submission.
  func grade(_ submission: Submission) -> GradeResult {
    var result = grader.grade(submission)
    if isTwice, grader.grade(submission) != result {
      result.status = .fault
      result.reason = .notDeterministic
      result.message = "Grading twice gave two results."
      result.points = .zero
      result.checks = []
    }
    result.submission.student = name(of: submission.key.student)
    return result
  }

  /// What a student is called in results.
  func name(of student: String) -> String {
    guard let anonymity else { return student }
    return String(Digest(of: Array(student.utf8), key: anonymity).rawValue.prefix(16))
  }
}
