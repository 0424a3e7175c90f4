#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import GRDB
public import Grades

extension Gradebook {
  /// What a regrading did.
  public struct RegradingSummary: Sendable, Hashable {
    /// Its entry; `nil` when nothing was entered.
    public var entry: Int64?
    /// How many submissions it is about.
    public var submissions = 0
    /// How many of them were graded now; the rest had been before an interruption.
    public var graded = 0
    /// How many came out in another way.
    public var changed = 0
    /// How many could not be graded again because the grader failed; their old results count.
    public var faults = 0

    /// One of nothing.
    public init() {}
  }

  /// Grades submissions again.
  ///
  /// It is about the submissions whose result that counts was made by the old lesson. An entry says that
  /// they are graded again and which result counts from then on; then come the results. When that is
  /// interrupted, the same call goes on where it stopped. Nothing of what was there before is lost, and
  /// undoing the entry makes the old results count again.
  ///
  /// - Parameters:
  ///   - regrading: From which lesson to which one, and what is to count.
  ///   - time: When, in seconds since 1970; kept with the entry.
  ///   - isRecorded: Whether results are entered; else the book stays as it is.
  ///   - batch: So many results are entered at a time.
  ///   - grade: Grades submissions and answers in their order; an error of its ends the regrading, with
  ///     what was entered kept.
  ///   - change: Gets what differs, in the order of submissions.
  public func regrade(
    _ regrading: Regrading, time: Int64? = nil, isRecorded: Bool = true, batch: Int = 256,
    grade: ([StoredSubmission]) async throws -> [GradeResult],
    change: (GradeChange) throws -> Void
  ) async throws -> RegradingSummary {
    var summary = RegradingSummary()
    summary.entry = try openRegrading(regrading)
    var last: SubmissionKey?
    while true {
      let submissions = try submissions(after: last, limit: max(batch, 1))
      guard let final = submissions.last else { return summary }
      last = final.key
      var comparisons = try comparisons(of: submissions, regrading, summary.entry)
      let missing = comparisons.indices.filter { comparisons[$0].new == nil }
      let wanted = missing.map { comparisons[$0].submission }
      let graded = wanted.isEmpty ? [] : try await grade(wanted)
      guard graded.count == wanted.count else {
        throw BookError.invalid("the grader did not answer for every submission")
      }
      for (index, result) in zip(missing, graded) {
        try Self.check(result, against: comparisons[index].submission, regrading)
        comparisons[index].new = result
      }
      summary.submissions += comparisons.count
      summary.graded += graded.count
      if isRecorded, !graded.isEmpty {
        let entry = try summary.entry ?? append([.regrading(regrading, time: time)]).lowerBound
        summary.entry = entry
        let recorded = try record(graded.map { (nil, $0) }, regrading: entry)
        if let refusal = recorded.refusals.first { throw BookError.invalid(refusal.reason) }
      }
      for comparison in comparisons {
        guard let new = comparison.new else { continue }
        if new.status == .fault {
          summary.faults += 1
        } else if let found = GradeChange(from: comparison.old, to: new) {
          summary.changed += 1
          try change(found)
        }
      }
    }
  }

  /// A submission that a regrading is about.
  private struct Comparison {
    var submission: StoredSubmission
    /// The result that counts without the regrading.
    var old: GradeResult
    /// The one that the regrading has brought; `nil` as long as there is none.
    var new: GradeResult?
  }

  /// Those of some submissions that a regrading is about.
  private func comparisons(
    of submissions: [StoredSubmission], _ regrading: Regrading, _ entry: Int64?
  ) throws(BookError) -> [Comparison] {
    var comparisons: [Comparison] = []
    for submission in submissions {
      guard let old = try standingResult(of: submission.key, without: entry),
        old.lessonDigest.hasSameBytes(as: regrading.oldLesson)
      else { continue }
      var comparison = Comparison(submission: submission, old: old)
      if let entry { comparison.new = try result(of: submission, regrading, entry: entry) }
      comparisons.append(comparison)
    }
    return comparisons
  }

  /// A grader that answers something else than it was asked would put results under wrong names.
  private static func check(
    _ result: GradeResult, against submission: StoredSubmission, _ regrading: Regrading
  ) throws(BookError) {
    let (key, other) = (submission.key, result.submission)
    guard key.id.hasSameBytes(as: other.id), key.student.hasSameBytes(as: other.student),
      key.task.hasSameBytes(as: other.task), key.attempt == other.attempt
    else { throw .invalid("the grader answered for another submission") }
    guard result.status == .fault || result.lessonDigest.hasSameBytes(as: regrading.newLesson)
    else {
      throw .invalid("the grader graded by another lesson")
    }
  }

  /// The entry of the same regrading when it was begun before and not undone.
  private func openRegrading(_ regrading: Regrading) throws(BookError) -> Int64? {
    try BookError.translating {
      try read { database in
        try Int64.fetchOne(
          database,
          sql: """
            SELECT number FROM entry e WHERE kind = 'regrade'
            AND lesson_digest = ? AND old_digest = ? AND version = ? AND mode = ?
            AND NOT EXISTS (SELECT 1 FROM entry u WHERE u.kind = 'undo' AND u.refers = e.number)
            ORDER BY number DESC LIMIT 1
            """,
          arguments: [
            regrading.newLesson, regrading.oldLesson, regrading.version, regrading.policy.rawValue,
          ])
      }
    }
  }

  /// The result that a regrading has for a submission already.
  private func result(
    of submission: StoredSubmission, _ regrading: Regrading, entry: Int64
  ) throws(BookError) -> GradeResult? {
    let key = GradingKey(
      submission: submission.key, sourceDigest: submission.sourceDigest,
      lessonDigest: regrading.newLesson, version: regrading.version, regrading: entry)
    guard let number = try results(of: [key])[0] else { return nil }
    return try gradeResult(entry: number)
  }

  private func standingResult(
    of key: SubmissionKey, without regrading: Int64?
  ) throws(BookError) -> GradeResult? {
    let standing = try BookError.translating {
      try read { database in
        try Self.standing(of: key, without: regrading, in: database)
      }
    }
    return try standing.flatMap { standing throws(BookError) in
      try gradeResult(entry: standing.entry)
    }
  }

  /// The whole result that an entry holds; `nil` when it holds none.
  public func gradeResult(entry number: Int64) throws(BookError) -> GradeResult? {
    guard case .result(let stored)? = try entry(number)?.content else { return nil }
    return try stored.result()
  }

  /// The lessons by which results that count were made, by their digests, in the order of their bytes.
  ///
  /// - Parameter tasks: Only results of these tasks.
  public func lessons(ofTasks tasks: [String]) throws(BookError) -> [String] {
    var found: [String] = []
    for task in tasks { _ = try EntryColumns.checked(task, "task") }
    return try BookError.translating {
      try read { database in
        for task in tasks {
          found += try String.fetchAll(
            database,
            sql: """
              SELECT DISTINCT lesson_digest FROM entry WHERE kind = 'result' AND task = ?
              AND status <> 'fault'
              """, arguments: [task])
        }
        return Set(found).sorted { $0.precedesInBytes($1) }
      }
    }
  }
}

extension StoredResult {
  /// The whole result.
  public func result() throws(BookError) -> GradeResult {
    do {
      return try JSONDecoder().decode(GradeResult.self, from: Data(line.utf8))
    } catch {
      throw .unreadableEntry(entry, "its line is no result")
    }
  }
}
