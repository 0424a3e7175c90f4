import Foundation
import GRDB
import Grades
import Gradebook
import TestSupport

/// A temporary folder that goes away with its last user.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "ringwalk-book-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path() }
}

extension SubmissionKey {
  /// The first attempt of somebody at `sleep`.
  init(_ student: String, _ task: String = "sleep", attempt: Int = 1) {
    self.init(id: "\(student)/\(task)/\(attempt)", student: student, task: task, attempt: attempt)
  }
}

let lesson = String(repeating: "a", count: 64)
let mendedLesson = String(repeating: "b", count: 64)

func submission(
  _ student: String, _ task: String = "sleep", attempt: Int = 1, source: String? = nil,
  received: Int64? = 1_700_000_000
) -> StoredSubmission {
  StoredSubmission(
    key: SubmissionKey(student, task, attempt: attempt),
    source: Array((source ?? "program \(student) { exit(0) }\n").utf8), received: received)
}

/// What a grader could say of a submission.
func result(
  of submission: StoredSubmission, _ points: Int64 = 7, lesson: String = lesson,
  version: String = "1.0", seed: String = "0123456789abcdef",
  status: GradeResult.Status = .graded
) -> GradeResult {
  let check = CheckResult(
    number: 1, title: "it sleeps twice", outcome: points >= 10 ? .passed : .partial,
    reason: points >= 10 ? .holds : .partly, points: Points(whole: points),
    maximum: Points(whole: 10), needed: "exactly 2 of reader sleeps", visibility: .open)
  return GradeResult(
    submission: submission.key, status: status, points: Points(whole: points),
    maximum: Points(whole: 10), checks: status == .graded ? [check] : [], seed: seed,
    lessonDigest: lesson, sourceDigest: submission.sourceDigest, version: version)
}

/// A book with an entry of each kind.
func makeBook(at path: String) throws {
  let book = try Gradebook.open(path, .create)
  let (ada, bob) = (submission("ada"), submission("bob", received: nil))
  try book.record([(ada, result(of: ada, 7)), (bob, result(of: bob, 10))])
  try book.append([
    .adjustment(
      Adjustment(
        student: "ada", task: "sleep", change: .add(millipoints: 1_500), reason: "neat",
        author: "eve"), time: 1_700_000_100),
    .undo(of: 5, reason: "not so neat", author: "eve", time: 1_700_000_200),
    .regrading(
      Regrading(
        oldLesson: lesson, newLesson: mendedLesson, version: "1.1", policy: .neverLower,
        reason: "the key was wrong", author: "eve"), time: 1_700_000_300),
    .result(result(of: ada, 9, lesson: mendedLesson, version: "1.1"), regrading: 7),
    .adjustment(
      Adjustment(
        student: "bob", task: "sleep", change: .set(Points(whole: 3)), reason: "copied",
        author: "eve")),
  ])
}

/// All rows of the log with all columns, a line each.
func dump(_ path: String) throws -> String {
  let queue = try DatabaseQueue(path: path)
  return try queue.read { database in
    let rows = try Row.fetchAll(database, sql: "SELECT * FROM entry ORDER BY number")
    let sources = try Row.fetchAll(
      database, sql: "SELECT digest, hex(bytes) AS bytes FROM source ORDER BY digest")
    return (rows + sources).map { row in
      row.map { name, value in "\(name)=\(value)" }.joined(separator: " ") + "\n"
    }.joined()
  }
}

/// Does something to a file behind the book's back, without triggers.
func tamper(_ path: String, _ sql: String, _ arguments: StatementArguments = []) throws {
  let queue = try DatabaseQueue(path: path)
  try queue.writeWithoutTransaction { database in
    let triggers = try Row.fetchAll(
      database, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    try database.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
    for trigger in triggers {
      try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)")
    }
    try database.execute(sql: sql, arguments: arguments)
    for trigger in triggers { try database.execute(sql: trigger["sql"]) }
  }
}
