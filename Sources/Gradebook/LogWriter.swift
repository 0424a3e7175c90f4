#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import GRDB
internal import Grades

/// Adds entries to a log within one transaction, which holds the lock for writing.
struct LogWriter {
  private let database: Database
  /// The number that the next entry gets.
  private(set) var next: Int64
  /// The digest of the last entry.
  private(set) var previous: String
  /// What is executed for each entry; to look for it by its text each time takes as long as to do it.
  private let insertion: Statement
  private let sourceInsertion: Statement
  private let submissionQuery: Statement

  init(_ database: Database) throws {
    self.database = database
    insertion = try database.cachedStatement(sql: EntryColumns.insertion)
    sourceInsertion = try database.cachedStatement(
      sql: """
        INSERT INTO source (digest, bytes)
        SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM source WHERE digest = ?1)
        """)
    submissionQuery = try database.cachedStatement(
      sql: """
        SELECT 1 FROM entry WHERE kind = 'submission'
        AND id = ? AND student = ? AND task = ? AND attempt = ? AND source_digest = ?
        """)
    let last = try Row.fetchOne(
      database,
      sql: "SELECT number, CAST(digest AS BLOB) FROM entry ORDER BY number DESC LIMIT 1")
    guard let last else {
      next = 1
      previous = EntryColumns.beginning
      return
    }
    var reader = RowReader(last)
    next = (try reader.number() ?? 0) + 1
    previous = try reader.text() ?? EntryColumns.beginning
  }

  mutating func append(_ entry: NewEntry) throws {
    var source: [UInt8]?
    if case .submission(let submission) = entry { source = submission.source }
    try append(try EntryColumns(entry), source: source)
  }

  /// - Parameter source: What a submission's digest is of.
  mutating func append(_ entry: EntryColumns, source: [UInt8]? = nil) throws {
    var columns = entry
    if let source { try store(source, columns) }
    if columns.kind == .undo { try checkUndo(columns.refers ?? 0) }
    if columns.kind == .result, let regrading = columns.refers { try checkRegrading(regrading) }
    columns.number = next
    columns.previous = previous
    let digest = columns.digest
    // There are as many values as the statement has places for.
    insertion.setUncheckedArguments(StatementArguments(columns.values + [digest]))
    try insertion.execute()
    next += 1
    previous = digest
  }

  /// Sources are kept once, however often they are handed in.
  private func store(_ source: [UInt8], _ columns: EntryColumns) throws {
    try sourceInsertion.execute(arguments: [columns.sourceDigest ?? "", Data(source)])
  }

  private func checkUndo(_ number: Int64) throws {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT CAST(kind AS BLOB),
          (SELECT number FROM entry u WHERE u.kind = 'undo' AND u.refers = e.number)
        FROM entry e WHERE number = ?
        """, arguments: [number])
    guard let row else { throw BookError.invalid("there is no entry \(number)") }
    var reader = RowReader(row)
    let kind = EntryColumns.Kind(rawValue: try reader.text() ?? "")
    guard kind == .adjustment || kind == .regrade else {
      throw BookError.invalid(
        "entry \(number) is neither an adjustment nor a regrading; only these can be undone")
    }
    if let undo = try reader.number() {
      throw BookError.invalid("entry \(number) was undone already, by entry \(undo)")
    }
  }

  private func checkRegrading(_ number: Int64) throws {
    let query = try database.cachedStatement(
      sql: "SELECT 1 FROM entry WHERE number = ? AND kind = 'regrade'")
    if try Int.fetchOne(query, arguments: [number]) == nil {
      throw BookError.invalid("entry \(number) is no regrading")
    }
  }

  func hasSubmission(_ columns: EntryColumns) throws -> Bool {
    try Int.fetchOne(
      submissionQuery,
      arguments: [
        columns.id, columns.student, columns.task, columns.attempt, columns.sourceDigest,
      ]) != nil
  }

  enum Known {
    case same
    case different(Int64)
  }

  /// Whether the log has this result, or one that speaks of the same thing.
  func known(_ columns: EntryColumns) throws -> Known? {
    guard columns.status != GradeResult.Status.fault.rawValue else {
      // The same fault again says nothing new.
      let query = try database.cachedStatement(
        sql: """
          SELECT 1 FROM entry WHERE kind = 'result'
          AND id = ? AND student = ? AND task = ? AND attempt = ? AND refers IS ? AND line = ?
          """)
      return try Int.fetchOne(
        query,
        arguments: [
          columns.id, columns.student, columns.task, columns.attempt, columns.refers, columns.line,
        ]) == nil ? nil : .same
    }
    let key = GradingKey(
      submission: try columns.key(), sourceDigest: columns.sourceDigest ?? "",
      lessonDigest: columns.lessonDigest ?? "", version: columns.version ?? "",
      seed: columns.seed, regrading: columns.refers)
    guard let entry = try Self.entry(of: key, in: database) else { return nil }
    let query = try database.cachedStatement(
      sql: "SELECT 1 FROM entry WHERE number = ? AND line = ?")
    return try Int.fetchOne(query, arguments: [entry, columns.line]) == nil
      ? .different(entry) : .same
  }

  /// The latest result that answers to a key.
  ///
  /// What a regrading brought that was undone or only reported is no result for anything but itself.
  static func entry(of key: GradingKey, in database: Database) throws -> Int64? {
    let query = try database.cachedStatement(
      sql: """
        SELECT number FROM entry e WHERE kind = 'result'
        AND id = ?1 AND student = ?2 AND task = ?3 AND attempt = ?4
        AND source_digest = ?5 AND lesson_digest = ?6 AND version = ?7
        AND (?8 IS NULL OR seed = ?8) AND status <> 'fault'
        AND CASE WHEN ?9 IS NULL THEN refers IS NULL OR (
          NOT EXISTS (SELECT 1 FROM entry u WHERE u.kind = 'undo' AND u.refers = e.refers)
          AND EXISTS (SELECT 1 FROM entry r WHERE r.number = e.refers AND r.mode <> 'report-only'))
        ELSE refers = ?9 END
        ORDER BY number DESC LIMIT 1
        """)
    let submission = key.submission
    return try Int64.fetchOne(
      query,
      arguments: [
        submission.id, submission.student, submission.task, submission.attempt, key.sourceDigest,
        key.lessonDigest, key.version, key.seed, key.regrading,
      ])
  }
}
