import Foundation
import GRDB
import Gradebook
import Grades
import SourceText
import TestSupport
import Testing

@Suite("The log of a book")
struct LogTests {
  let folder: Folder
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.path("grades.sqlite")
    try makeBook(at: path)
  }

  @Test func `entries have numbers without gaps and each names the one before`() throws {
    let book = try Gradebook.open(path, .read)
    var previous = String(repeating: "0", count: 64)
    var next: Int64 = 1
    try book.forEachEntry { entry in
      #expect(entry.number == next)
      #expect(entry.previous == previous)
      previous = entry.digest
      next += 1
    }
    #expect(next == 10)
    #expect(try book.head().entries == 9)
    #expect(try book.head().digest == previous)
  }

  /// Digests that were written down must stay those of the same entries for ever.
  @Test func `the log of a small book is the accepted one`() throws {
    try expectGolden(try dump(path), "Gradebook/log.txt")
  }

  /// The README tells how to check the chain without Ringwalk; this does it.
  @Test func `the chain can be worked out from the README alone`() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.read { database in
      var previous = String(repeating: "0", count: 64)
      for row in try Row.fetchAll(database, sql: "SELECT * FROM entry ORDER BY number") {
        var bytes = "ringwalk entry 1:"
        for (name, value) in row where name != "digest" {
          switch value.storage {
          case .null: bytes += "-,"
          case .int64(let number): bytes += "i\(number),"
          case .string(let text): bytes += "\(text.utf8.count):\(text),"
          case .double, .blob: Issue.record("\(name) is \(value)")
          }
        }
        #expect(row["previous"] == previous)
        previous = Digest(of: Array(bytes.utf8)).rawValue
        #expect(row["digest"] == previous)
      }
    }
  }

  @Test(arguments: [
    "UPDATE entry SET points = 10000 WHERE number = 2",
    "UPDATE entry SET number = 100 WHERE number = 9",
    "DELETE FROM entry WHERE number = 9",
    "DELETE FROM entry",
    "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE number = 2",
    "INSERT OR REPLACE INTO entry (number, previous, kind, digest) VALUES (2, 'x', 'result', 'y')",
    "INSERT INTO entry (number, previous, kind, digest) VALUES (11, 'x', 'result', 'y')",
    "INSERT INTO entry (previous, kind, digest) VALUES ('x', 'result', 'y')",
    """
    INSERT INTO entry (number, previous, kind, digest)
    SELECT 10, previous, 'result', 'y' FROM entry WHERE number = 9
    """,
    "UPDATE source SET bytes = x'00'",
    "UPDATE OR REPLACE source SET digest = 'x'",
    "DELETE FROM source",
    "INSERT OR REPLACE INTO source SELECT digest, x'00' FROM source",
  ])
  func `threat 56: the database itself refuses to change what was entered`(_ sql: String) throws {
    let before = try dump(path)
    let queue = try DatabaseQueue(path: path)
    let error = #expect(throws: DatabaseError.self) {
      try queue.write { try $0.execute(sql: sql) }
    }
    #expect(error?.message?.contains("only ever added to") == true, "\(String(describing: error))")
    try queue.close()
    #expect(try dump(path) == before)
  }

  @Test func `a book that was opened to be read refuses entries`() throws {
    let book = try Gradebook.open(path, .read)
    #expect(throws: BookError.readOnly) {
      try book.append([.submission(submission("carol"))])
    }
  }

  @Test func `reading leaves the file's bytes alone and nothing beside it`() throws {
    let before = try Data(contentsOf: URL(filePath: path))
    do {
      let book = try Gradebook.open(path, .read)
      #expect(try book.verify().problem == nil)
      try book.forEachGrade { _ in }
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path()) == ["grades.sqlite"])
  }

  @Test func `a book is readable by its owner alone`() throws {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `what was handed in comes back byte for byte, and is kept once`() throws {
    let bytes = (0...255).map { UInt8($0) }
    let book = try Gradebook.open(path, .write)
    for student in ["carol", "dave"] {
      try book.append([
        .submission(StoredSubmission(key: SubmissionKey(student), source: bytes, received: 5))
      ])
    }
    try book.append([.submission(StoredSubmission(key: SubmissionKey("empty"), source: []))])
    let digest = Digest(of: bytes).rawValue
    #expect(try book.source(withDigest: digest) == bytes)
    #expect(try book.source(withDigest: Digest(of: [UInt8]()).rawValue) == [])
    #expect(try book.source(withDigest: "nothing") == nil)
    #expect(try dump(path).components(separatedBy: "digest=\"\(digest)\" bytes").count == 2)
    let stored = try book.submissions(limit: 100)
    #expect(stored.map(\.key.student) == ["ada", "bob", "carol", "dave", "empty"])
    #expect(stored[2].source == bytes)
    #expect(stored[2].received == 5)
  }

  @Test func `submissions come in portions, of each what was handed in last`() throws {
    let book = try Gradebook.open(path, .write)
    try book.append([.submission(submission("ada", source: "second\n"))])
    let first = try book.submissions(limit: 1)
    #expect(first.map(\.source) == [Array("second\n".utf8)])
    let second = try book.submissions(after: first[0].key, limit: 1)
    #expect(second.map(\.key.student) == ["bob"])
    #expect(try book.submissions(after: second[0].key, limit: 1).isEmpty)
  }

  @Test func `a transaction enters all or nothing`() throws {
    let book = try Gradebook.open(path, .write)
    let before = try book.head()
    #expect(throws: BookError.self) {
      try book.append([
        .submission(submission("carol")), .undo(of: 1, reason: "no", author: "eve"),
      ])
    }
    #expect(try book.head() == before)
    #expect(try book.source(withDigest: submission("carol").sourceDigest) == nil)
  }

  @Test func `only an adjustment or a regrading can be undone, and only once`() throws {
    let book = try Gradebook.open(path, .write)
    for (number, words) in [
      (1, "neither an adjustment"), (2, "neither an adjustment"), (6, "neither an adjustment"),
      (5, "undone already, by entry 6"), (99, "no entry 99"), (0, "no entry 0"),
      (Int64.min, "no entry"),
    ] as [(Int64, String)] {
      let error = #expect(throws: BookError.self) {
        try book.append([.undo(of: number, reason: "why not", author: "eve")])
      }
      #expect(error?.description.contains(words) == true, "\(number): \(String(describing: error))")
    }
    #expect(try book.append([.undo(of: 7, reason: "key was right", author: "eve")]) == 10..<11)
  }

  @Test func `an entry without a reason or without a name is refused`() throws {
    let book = try Gradebook.open(path, .write)
    for (reason, author) in [("", "eve"), ("late", ""), (" \n\t", "eve"), ("late", "  ")] {
      let adjustment = Adjustment(
        student: "ada", task: "sleep", change: .set(.zero), reason: reason, author: author)
      #expect(throws: BookError.self) { try book.append([.adjustment(adjustment)]) }
      #expect(throws: BookError.self) {
        try book.append([.undo(of: 9, reason: reason, author: author)])
      }
    }
    #expect(try book.head().entries == 9)
  }

  @Test func `what is recorded again is not entered again`() throws {
    let before = try dump(path)
    let book = try Gradebook.open(path, .write)
    let (ada, bob) = (submission("ada"), submission("bob", received: nil))
    let recorded = try book.record([(ada, result(of: ada, 7)), (bob, result(of: bob, 10))])
    #expect(recorded.added == 0 && recorded.known == 2)
    #expect(recorded.contradictions.isEmpty && recorded.refusals.isEmpty)
    #expect(try dump(path) == before)
  }

  @Test func `a result that contradicts one that is there is told and not entered`() throws {
    let before = try dump(path)
    let book = try Gradebook.open(path, .write)
    let ada = submission("ada")
    let recorded = try book.record([(ada, result(of: ada, 8))])
    #expect(recorded.added == 0)
    #expect(recorded.contradictions.map(\.entry) == [2])
    #expect(try dump(path) == before)
    // Another seed, another version or another lesson is another grading.
    for other in [
      result(of: ada, 8, seed: "fedcba9876543210"), result(of: ada, 8, version: "1.2"),
      result(of: ada, 8, lesson: String(repeating: "c", count: 64)),
    ] {
      #expect(try book.record([(ada, other)]).added == 1)
    }
  }

  @Test func `threat 57: what no book can hold does not keep its neighbours out`() throws {
    let book = try Gradebook.open(path, .write)
    let (good, bad) = (submission("carol"), submission("da\0ve"))
    let recorded = try book.record([
      (bad, result(of: bad)), (good, result(of: good)),
    ])
    #expect(recorded.added == 1)
    #expect(recorded.refusals.map(\.reason) == ["the id has a NUL in it"])
    #expect(try book.head().entries == 11)
  }

  @Test func `an interrupted grading finds what is graded already, faults not among it`() throws {
    let book = try Gradebook.open(path, .write)
    let (ada, carol) = (submission("ada"), submission("carol"))
    let fault = result(of: carol, 0, status: .fault)
    try book.record([(carol, fault)])
    #expect(try book.record([(carol, fault)]).known == 1)
    func key(_ submission: StoredSubmission, lesson: String = lesson) -> GradingKey {
      GradingKey(
        submission: submission.key, sourceDigest: submission.sourceDigest, lessonDigest: lesson,
        version: "1.0")
    }
    var otherSeed = key(ada)
    otherSeed.seed = "another"
    let changed = submission("ada", source: "something else")
    #expect(
      try book.results(of: [
        key(ada), key(carol), key(changed), key(ada, lesson: mendedLesson), otherSeed,
      ]) == [2, nil, nil, nil, nil])
    #expect(try book.record([(carol, result(of: carol))]).added == 1)
    #expect(try book.results(of: [key(carol)]) == [12])
  }
}
