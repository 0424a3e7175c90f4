#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import GRDB
public import Grades

// What stands in the log. Nothing here holds more than one entry at a time.
extension Gradebook {
  /// How long the log is, and the digest of its last entry: who writes both down elsewhere can prove
  /// later that the log up to there is what it was.
  public struct Head: Sendable, Hashable {
    /// How many entries there are.
    public var entries: Int64
    /// The digest of the last one; 64 zeros for an empty log.
    public var digest: String
  }

  /// The length of the log and the digest of its last entry.
  public func head() throws(BookError) -> Head {
    try BookError.translating {
      try read { database in
        let log = try LogWriter(database)
        return Head(entries: log.next - 1, digest: log.previous)
      }
    }
  }

  /// Goes through the log in its order.
  ///
  /// - Parameters:
  ///   - student: Only entries about this student, by the bytes of the name; those that undo something
  ///     are among them.
  ///   - task: Only entries about this task.
  public func forEachEntry(
    student: String? = nil, task: String? = nil, _ body: (BookEntry) throws -> Void
  ) throws {
    let student = try student.map { try EntryColumns.checked($0, "student") }
    let task = try task.map { try EntryColumns.checked($0, "task") }
    try BookError.translatingRest {
      try read { database in
        let query = try database.makeStatement(
          sql: """
            SELECT \(EntryColumns.reading), CAST(digest AS BLOB) FROM entry e
            WHERE (?1 IS NULL OR student = ?1 OR EXISTS (
              SELECT 1 FROM entry u WHERE u.number = e.refers AND e.kind = 'undo'
              AND (u.student = ?1 OR u.kind = 'regrade')) OR kind = 'regrade')
            AND (?2 IS NULL OR task = ?2 OR kind IN ('undo', 'regrade'))
            ORDER BY number
            """)
        let rows = try Row.fetchCursor(query, arguments: [student, task])
        while let row = try rows.next() { try body(try Self.entry(row)) }
      }
    }
  }

  /// An entry by its number; `nil` when there is none.
  public func entry(_ number: Int64) throws(BookError) -> BookEntry? {
    try BookError.translating {
      try read { database in
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT \(EntryColumns.reading), CAST(digest AS BLOB) FROM entry WHERE number = ?
            """, arguments: [number])
        return try row.map { try Self.entry($0) }
      }
    }
  }

  private static func entry(_ row: Row) throws(BookError) -> BookEntry {
    let columns = try EntryColumns(row)
    guard case .blob(let digest) = (row[EntryColumns.names.count] as DatabaseValue).storage else {
      throw .unreadableEntry(columns.number, "it has no digest")
    }
    return try columns.entry(digest: String(decoding: digest, as: UTF8.self))
  }

  /// The bytes with a digest; `nil` when the book has none.
  public func source(withDigest digest: String) throws(BookError) -> [UInt8]? {
    let digest = try EntryColumns.checked(digest, "digest of a source")
    return try BookError.translating {
      try read { database in try Self.source(digest, in: database) }
    }
  }

  static func source(_ digest: String, in database: Database) throws -> [UInt8]? {
    let query = try database.cachedStatement(sql: "SELECT bytes FROM source WHERE digest = ?")
    return try Data.fetchOne(query, arguments: [digest]).map { Array($0) }
  }

  /// For each key the latest result that answers to it, by its entry; a fault of the grader is none.
  ///
  /// A grading that was interrupted asks for what it is about to grade, and goes on with the rest.
  public func results(of keys: [GradingKey]) throws(BookError) -> [Int64?] {
    for key in keys {
      _ = try EntryColumns.checked(key.submission.id, "id")
      _ = try EntryColumns.checked(key.submission.student, "student")
      _ = try EntryColumns.checked(key.submission.task, "task")
    }
    return try BookError.translating {
      try read { database in try keys.map { try LogWriter.entry(of: $0, in: database) } }
    }
  }

  /// Goes through all results of the log in its order, those that no longer count as well.
  public func forEachResult(_ body: (StoredResult) throws -> Void) throws {
    try BookError.translatingRest {
      try read { database in
        let query = try database.makeStatement(
          sql: "SELECT \(EntryColumns.reading) FROM entry WHERE kind = 'result' ORDER BY number")
        let rows = try Row.fetchCursor(query)
        while let row = try rows.next() { try body(try EntryColumns(row).storedResult()) }
      }
    }
  }

  /// Submissions in the order of the bytes of their keys (id, student, task), attempts by number; of each
  /// what was handed in last.
  ///
  /// - Parameters:
  ///   - key: Only those behind this one.
  ///   - limit: At most so many. Asking again with the last key gives the next ones, so that nothing
  ///     stays open between, however long grading takes.
  public func submissions(
    after key: SubmissionKey? = nil, limit: Int
  ) throws(BookError) -> [StoredSubmission] {
    try BookError.translating {
      try read { database in
        let query = try database.cachedStatement(
          sql: """
            SELECT CAST(id AS BLOB), CAST(student AS BLOB), CAST(task AS BLOB), attempt,
              CAST(source_digest AS BLOB), time, max(number) FROM entry
            WHERE kind = 'submission' AND (?1 IS NULL OR (id, student, task, attempt) > (?1, ?2, ?3, ?4))
            GROUP BY id, student, task, attempt ORDER BY id, student, task, attempt LIMIT ?5
            """)
        let rows = try Row.fetchCursor(
          query, arguments: [key?.id, key?.student, key?.task, key?.attempt, max(limit, 0)])
        var found: [StoredSubmission] = []
        while let row = try rows.next() {
          var reader = RowReader(row)
          let key = SubmissionKey(
            id: try reader.text() ?? "", student: try reader.text() ?? "",
            task: try reader.text() ?? "", attempt: Int(try reader.number() ?? 0))
          let digest = try reader.text() ?? ""
          let received = try reader.number()
          let entry = try reader.number() ?? 0
          guard let source = try Self.source(digest, in: database) else {
            throw BookError.unreadableEntry(entry, "what was handed in is not in the book")
          }
          found.append(StoredSubmission(key: key, source: source, received: received))
        }
        return found
      }
    }
  }
}
