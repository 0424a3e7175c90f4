import Foundation
import GRDB
import Grades
import TestSupport
import Testing

@testable import Gradebook

@Suite("Opening a book")
struct OpeningTests {
  let folder: Folder
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.path("grades.sqlite")
  }

  @Test func `a book is begun only where that is asked for`() throws {
    for mode in [Gradebook.Mode.read, .write] {
      #expect(throws: BookError.missing) { try Gradebook.open(path, mode) }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    #expect(try Gradebook.open(path, .create).head().entries == 0)
    #expect(try Gradebook.open(path, .read).verify().problem == nil)
    // What is there is opened, not begun anew.
    try Gradebook.open(path, .write).append([.submission(submission("ada"))])
    #expect(try Gradebook.open(path, .create).head().entries == 1)
  }

  @Test(arguments: [Gradebook.Mode.read, .write, .create])
  func `files of others are told apart and left alone`(_ mode: Gradebook.Mode) throws {
    try Data().write(to: URL(filePath: path))
    #expect(throws: BookError.notABook) { try Gradebook.open(path, mode) }
    let text = Data("student,points\nada,7\n".utf8)
    try text.write(to: URL(filePath: path))
    #expect(throws: BookError.notABook) { try Gradebook.open(path, mode) }
    #expect(try Data(contentsOf: URL(filePath: path)) == text)

    let other = folder.path("other.sqlite")
    let queue = try DatabaseQueue(path: other)
    try queue.write { try $0.execute(sql: "CREATE TABLE pictures (x)") }
    try queue.close()
    let bytes = try Data(contentsOf: URL(filePath: other))
    #expect(throws: BookError.notABook) { try Gradebook.open(other, mode) }
    #expect(try Data(contentsOf: URL(filePath: other)) == bytes)

    // One with a version of its own is not ours either.
    let third = folder.path("third.sqlite")
    let versioned = try DatabaseQueue(path: third)
    try versioned.write { try $0.execute(sql: "CREATE TABLE x (x); PRAGMA user_version = 1") }
    try versioned.close()
    #expect(throws: BookError.notABook) { try Gradebook.open(third, mode) }
  }

  @Test(arguments: [Gradebook.Mode.read, .write, .create])
  func `threat 22: folders, pipes and devices are told and not waited for`(
    _ mode: Gradebook.Mode
  ) throws {
    #expect(throws: BookError.notAFile) { try Gradebook.open(folder.url.path(), mode) }
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: BookError.notAFile) { try Gradebook.open(path, mode) }
    #expect(throws: BookError.notAFile) { try Gradebook.open("/dev/null", mode) }
    #expect(throws: BookError.self) { try Gradebook.open("grades\0.sqlite", mode) }
    #expect(throws: BookError.self) { try Gradebook.open("", mode) }
    #expect(throws: BookError.self) {
      try Gradebook.open(folder.path("no/such/folder/grades.sqlite"), mode)
    }
  }

  /// The schema of a Ringwalk to come: one step more.
  private var newer: BookSchema {
    BookSchema(
      steps: BookSchema.current.steps + ["CREATE TABLE note (entry INTEGER, text TEXT) STRICT"])
  }

  @Test(arguments: [Gradebook.Mode.read, .write])
  func `an older book gets what is new, and its entries stay`(_ mode: Gradebook.Mode) throws {
    try makeBook(at: path)
    let before = try dump(path)
    let book = try Gradebook.open(path, mode, schema: newer)
    #expect(try dump(path) == before)
    #expect(try book.reader.read { try $0.tableExists("note") })
    #expect(try book.reader.read { try BookSchema.version(of: $0) } == 2)
    #expect(try book.head().entries == 9)
  }

  @Test(arguments: [Gradebook.Mode.read, .write, .create])
  func `a book of a newer Ringwalk is refused and left alone`(_ mode: Gradebook.Mode) throws {
    do { _ = try Gradebook.open(path, .create, schema: newer) }
    let bytes = try Data(contentsOf: URL(filePath: path))
    let error = #expect(throws: BookError.self) { try Gradebook.open(path, mode) }
    #expect(error == .newer(2))
    #expect(error?.description == "a newer ringwalk wrote it (schema 2)")
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
  }

  @Test func `a step that fails leaves the older book as it was`() throws {
    try makeBook(at: path)
    let before = try dump(path)
    let broken = BookSchema(
      steps: BookSchema.current.steps + ["CREATE TABLE note (x); CREATE TABLE entry (x)"])
    #expect(throws: BookError.self) { try Gradebook.open(path, .write, schema: broken) }
    #expect(try dump(path) == before)
    #expect(try Gradebook.open(path, .read).verify().problem == nil)
  }

  @Test func `many who begin one book at a time begin one`() async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<8 {
        group.addTask {
          let book = try Gradebook.open(path, .create)
          try book.append([.submission(submission("student\(index)"))])
        }
      }
      try await group.waitForAll()
    }
    let book = try Gradebook.open(path, .read)
    #expect(try book.head().entries == 8)
    #expect(try book.verify().problem == nil)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path()).allSatisfy {
        $0.hasPrefix("grades.sqlite") && !$0.contains(".sqlite.")
      })
  }

  @Test func `a book that another program is writing to says so`() throws {
    try makeBook(at: path)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: path, configuration: configuration)
    let book = try Gradebook.open(path, .write, schema: .current, patience: 0.1)
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    #expect(throws: BookError.locked) { try book.append([.submission(submission("carol"))]) }
    // It can be read meanwhile.
    #expect(try Gradebook.open(path, .read).head().entries == 9)
    try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
    try book.append([.submission(submission("carol"))])
    #expect(try book.head().entries == 10)
  }

  /// `max_page_count` is a disk that is full: SQLite is refused the next page.
  @Test func `threat 58: a full disk is told, and what was entered before is safe`() throws {
    let undisturbed = folder.path("undisturbed.sqlite")
    let students = (0..<200).map { "student\($0)" }
    func fill(_ book: Gradebook, _ students: [String]) throws {
      for student in students {
        let submission = submission(
          student, source: String(repeating: student, count: 100), received: nil)
        try book.record([(submission, result(of: submission))])
      }
    }
    try fill(try Gradebook.open(undisturbed, .create), students)
    var head: Gradebook.Head?
    do {
      let book = try Gradebook.open(path, .create, schema: .current, pages: 60)
      let error = #expect(throws: BookError.self) { try fill(book, students) }
      #expect(error == .full)
      #expect(error?.description.contains("no room left") == true)
      head = try book.head()
      #expect(try book.verify().problem == nil)
      // It stays full, and still answers.
      #expect(throws: BookError.full) { try fill(book, students) }
      #expect(try book.head() == head)
    }
    // With room again it goes on.
    let book = try Gradebook.open(path, .write)
    #expect(try book.head() == head)
    #expect((1..<400).contains(try #require(head).entries))
    try fill(book, students)
    #expect(try book.verify().problem == nil)
    #expect(try dump(path) == dump(undisturbed))
  }

  @Test func `readers see whole transactions while another writes`() async throws {
    let path = path
    let book = try Gradebook.open(path, .create)
    let pairs = 60
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for index in 0..<pairs {
          let submission = submission("student\(index)")
          try book.record([(submission, result(of: submission))])
        }
      }
      for _ in 0..<3 {
        group.addTask {
          var entries: Int64 = 0
          while entries < 2 * Int64(pairs) {
            // Another program's view, and this one's.
            for reader in [try Gradebook.open(path, .read), book] {
              let verification = try reader.verify()
              #expect(verification.problem == nil)
              #expect(verification.entries.isMultiple(of: 2))
              #expect(verification.entries >= entries)
              entries = verification.entries
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
