import Foundation
import Grades
import TestSupport

/// Result lines as shards write them.
func resultLine(
  _ student: String, _ points: Int64 = 7, task: String = "sleep", attempt: Int = 1,
  status: GradeResult.Status = .graded
) -> String {
  let check = CheckResult(
    number: 1, title: "it sleeps twice", outcome: points >= 10 ? .passed : .partial,
    reason: points >= 10 ? .holds : .partly, points: Points(whole: points),
    maximum: Points(whole: 10), needed: "exactly 2 of reader sleeps", visibility: .open)
  let result = GradeResult(
    submission: SubmissionKey(
      id: "\(student)/\(task)/\(attempt)", student: student, task: task, attempt: attempt),
    status: status, points: Points(whole: points), maximum: Points(whole: 10),
    checks: status == .graded ? [check] : [], seed: "0123456789abcdef",
    lessonDigest: String(repeating: "a", count: 64),
    sourceDigest: String(repeating: "b", count: 64), version: "1.0")
  return String(decoding: result.line, as: UTF8.self)
}

extension Folder {
  /// Begins to run `ringwalk` here and does not wait.
  ///
  /// - Parameter shell: What a shell does before it becomes `ringwalk`.
  func start(_ arguments: String..., shell: String = "") throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "\(shell) exec \"$@\"", "sh", try Self.binary.path()] + arguments
    process.currentDirectoryURL = url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The digest of a book's last entry; equal ones are those of equal logs.
  func head(of book: String) throws -> String {
    let outcome = try run("book", "verify", book)
    return outcome.status == 0
      ? outcome.output.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
      : outcome.errors
  }
}
