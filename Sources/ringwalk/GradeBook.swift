import Gradebook
import Grades
import Grading
import Lesson
import SourceText

/// A gradebook while submissions are graded into it: what is in it already is not graded again.
final class GradeBook: Sendable {
  private let path: String
  private let book: Gradebook
  /// Whether there was anything in it at the beginning; else there is nothing to look up.
  private let hasEntries: Bool

  /// A submission with what came of it; without a source where none could be read.
  struct Entry: Sendable {
    var submission: StoredSubmission?
    var written: WrittenResult
  }

  /// Opens a book, or begins one.
  init(_ path: String) throws(BookError) {
    self.path = path
    book = try Gradebook.open(path, .create)
    hasEntries = try book.head().entries > 0
  }

  /// What the book has of a submission, by the same lesson, version and seed.
  func result(for submission: Submission, by grader: CourseGrader) throws(BookError) -> GradeResult?
  {
    guard hasEntries else { return nil }
    let grader = grader.grader
    let seed = grader.tasks.first { $0.name == submission.key.task }.map {
      grader.seed(of: $0, for: submission.key.student).text
    }
    let key = GradingKey(
      submission: submission.key, sourceDigest: Digest(of: submission.source).rawValue,
      lessonDigest: grader.lessonDigest, version: grader.options.version, seed: seed ?? "")
    // A name that no book can hold is told when its result is to be entered.
    let found: [Int64?]
    do throws(BookError) {
      found = try book.results(of: [key])
    } catch {
      guard case .invalid = error else { throw error }
      return nil
    }
    guard let number = found.first ?? nil else { return nil }
    return try book.gradeResult(entry: number)
  }

  /// Enters results, all or none, and forces them to the disk.
  ///
  /// - Returns: ``ExitStatus/broken`` when a result cannot be entered, or when the book says something else
  ///   of the same submission; both are told.
  func record(_ entries: [Entry]) throws(BookError) -> ExitStatus {
    let recorded = try book.record(entries.map { ($0.submission, $0.written) })
    return try Self.complain(recorded, book)
  }

  /// Tells what was not entered.
  static func complain(
    _ recorded: Gradebook.Recorded, _ book: Gradebook
  ) throws(BookError) -> ExitStatus {
    var status = ExitStatus.holds
    for contradiction in recorded.contradictions {
      let id = BookText.name(contradiction.result.submission.id)
      Terminal.complain(
        "ringwalk: entry \(contradiction.entry) has another result of `\(id)`, which stays:\n")
      if case .result(let stored)? = try book.entry(contradiction.entry)?.content {
        Terminal.complain("  \(stored.line)\n")
      }
      Terminal.complain(
        "  " + String(decoding: contradiction.result.line, as: UTF8.self) + "\n")
      status = .fails
    }
    for refusal in recorded.refusals {
      let id = BookText.name(refusal.result.submission.id)
      Terminal.complain("ringwalk: `\(id)` cannot be entered: \(BookText.name(refusal.reason))\n")
      status = .broken
    }
    return status
  }
}
