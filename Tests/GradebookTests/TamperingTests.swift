import Foundation
import GRDB
@testable import Gradebook
import Grades
import SourceText
import TestSupport
import Testing

/// Threat 56: a book that was changed behind its back says so, and where.
@Suite("Threat 56: tampering with a book")
struct TamperingTests {
  let folder: Folder
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.path("grades.sqlite")
    try makeBook(at: path)
  }

  private func problem(head: String? = nil) throws -> Gradebook.Problem? {
    try Gradebook.open(path, .read).verify(head: head).problem
  }

  @Test func `a book that nobody touched is right, to its last entry`() throws {
    let book = try Gradebook.open(path, .read)
    let verification = try book.verify()
    #expect(verification.problem == nil)
    #expect(verification.entries == 9)
    #expect(verification.head == (try book.head().digest))
  }

  /// Every column of every entry, by a change that fits its type.
  @Test(arguments: [
    "previous", "kind", "time", "id", "student", "task", "attempt", "source_digest",
    "lesson_digest", "version", "seed", "status", "points", "maximum", "line", "refers", "mode",
    "old_digest", "reason", "author", "digest",
  ])
  func `a change of any column of any entry is found at the entry`(_ column: String) throws {
    let numbers: Set = ["time", "attempt", "points", "maximum", "refers"]
    let changes =
      numbers.contains(column)
      ? ["ifnull(\(column), 0) + 1"]
      : [
        "ifnull(\(column), '') || 'x'", "ifnull(\(column), '') || char(0)", "'result'", "''",
        "ifnull(\(column), '') || CAST(x'ff' AS TEXT)",
      ]
    let original = try Data(contentsOf: URL(filePath: path))
    for change in changes {
      for number in 1...9 {
        try original.write(to: URL(filePath: path))
        let before = try dump(path)
        try tamper(path, "UPDATE entry SET \(column) = \(change) WHERE number = \(number)")
        let hasChanged = try dump(path) != before
        let found = try problem()
        // What is changed to what it was is no change; a NUL at the end is one that a dump cannot show.
        if hasChanged || change.contains("char(0)") {
          #expect(
            found?.entry == Int64(number),
            "\(column) of \(number): \(change): \(String(describing: found))")
        } else {
          #expect(found == nil, "\(column) of \(number): \(change): \(String(describing: found))")
        }
      }
    }
  }

  @Test(arguments: 1...8)
  func `an entry that was taken out is missed`(_ number: Int64) throws {
    try tamper(path, "DELETE FROM entry WHERE number = \(number)")
    #expect(try problem() == Gradebook.Problem(entry: number, text: "it is missing"))
  }

  @Test func `two entries that changed places are found`() throws {
    try tamper(
      path,
      """
      UPDATE entry SET number = 100 WHERE number = 2;
      UPDATE entry SET number = 2 WHERE number = 4;
      UPDATE entry SET number = 4 WHERE number = 100;
      """)
    #expect(try problem()?.entry == 2)
  }

  @Test func `an entry that was exchanged for one with a right digest of its own is named`() throws
  {
    let queue = try DatabaseQueue(path: path)
    let row = try #require(
      try queue.read { try Row.fetchOne($0, sql: "SELECT * FROM entry WHERE number = 5") })
    try queue.close()
    var bytes = "ringwalk entry 1:"
    for (name, value) in row where name != "digest" {
      switch value.storage {
      case .int64(let number): bytes += "i\(name == "points" ? 9_000 : number),"
      case .string(let text): bytes += "\(text.utf8.count):\(text),"
      default: bytes += "-,"
      }
    }
    try tamper(
      path, "UPDATE entry SET points = 9000, digest = ? WHERE number = 5",
      [Digest(of: Array(bytes.utf8)).rawValue])
    let found = try problem()
    #expect(found?.entry == 5)
    #expect(found?.text.contains("entry 6 follows another one") == true)
  }

  @Test func `a log whose end was cut off no longer has the digest that was written down`() throws {
    let head = try Gradebook.open(path, .read).head().digest
    #expect(try problem(head: head) == nil)
    try tamper(path, "DELETE FROM entry WHERE number = 9")
    #expect(try problem() == nil)
    let found = try problem(head: head)
    #expect(found?.entry == nil)
    #expect(found?.text.contains("cut off") == true)
  }

  @Test func `the digest of any earlier end is still in a log that has grown`() throws {
    let book = try Gradebook.open(path, .write)
    let earlier = try book.head().digest
    try book.append([.submission(submission("carol"))])
    #expect(try book.verify(head: earlier).problem == nil)
    #expect(try book.verify(head: String(repeating: "0", count: 64)).problem == nil)
  }

  @Test func `a source that was changed or taken away is found at its submission`() throws {
    let original = try Data(contentsOf: URL(filePath: path))
    let bob = submission("bob").sourceDigest
    try tamper(
      path, "UPDATE source SET bytes = CAST(bytes || x'20' AS BLOB) WHERE digest = ?", [bob])
    #expect(
      try problem() == Gradebook.Problem(entry: 3, text: "what was handed in was changed"))
    try original.write(to: URL(filePath: path))
    try tamper(path, "DELETE FROM source WHERE digest = ?", [bob])
    #expect(try problem() == Gradebook.Problem(entry: 3, text: "what was handed in is gone"))
  }

  @Test(arguments: [
    "DROP TRIGGER entry_update", "DROP TRIGGER source_delete", "DROP INDEX entry_grade",
    "CREATE TRIGGER more AFTER INSERT ON entry BEGIN SELECT 1; END",
    "CREATE VIEW grades AS SELECT * FROM entry", "CREATE TABLE other (x)",
    "ALTER TABLE entry ADD COLUMN more TEXT",
  ])
  func `tables and triggers that are not those of the schema are found`(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
    let found = try problem()
    #expect(found?.entry == nil)
    #expect(found?.text.contains("tables, indexes or triggers were changed") == true)
  }

  /// Whatever the bytes, there is an answer: the book is as it was, or something is wrong with it.
  @Test(arguments: 0..<120)
  func `a file with bytes of chance in it never passes for another book`(_ seed: Int) throws {
    let before = try dump(path)
    var random = SeededGenerator(seed: UInt64(seed))
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
    }
    if seed % 10 == 0 { bytes.removeLast(Int.random(in: 1...bytes.count, using: &random)) }
    try Data(bytes).write(to: URL(filePath: path))
    do {
      let book = try Gradebook.open(path, .read)
      let found = try book.verify().problem
      // Also what does not verify may be asked for anything.
      do {
        try book.forEachGrade { _ in }
        try book.forEachEntry { _ in }
        _ = try book.submissions(limit: 10)
      } catch is BookError {}
      if found == nil { #expect(try dump(path) == before, "seed \(seed)") }
    } catch is BookError {
      // Told, in words of its own.
    }
  }
}
