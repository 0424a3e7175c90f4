internal import GRDB
internal import Grades
internal import SourceText

extension Gradebook {
  /// What looking through a book found.
  public struct Verification: Sendable, Hashable {
    /// How many entries are right, from the first on.
    public var entries: Int64 = 0
    /// The digest of the last of them.
    public var head: String = EntryColumns.beginning
    /// The first thing that is wrong.
    public var problem: Problem?
  }

  /// Something wrong in a book.
  public struct Problem: Sendable, Hashable {
    /// The entry; `nil` when it is not about one.
    public var entry: Int64?
    /// What is wrong, lower case and without a full stop.
    public var text: String
  }

  /// Works all digests out again, from the first entry on, and looks at everything they cover.
  ///
  /// Whoever can write the file can also work a whole new chain out, or cut its end off. That shows when
  /// the digest of an earlier last entry was written down elsewhere: it is no longer in the chain.
  ///
  /// - Parameters:
  ///   - head: The digest of an entry that must be there.
  ///   - progress: Is called now and then with the number of entries that were looked at.
  public func verify(
    head: String? = nil, _ progress: (Int64) -> Void = { _ in }
  ) throws(BookError) -> Verification {
    var verification = Verification()
    do {
      try BookError.translating {
        try read { database in
          verification.problem = try Self.schemaProblem(database)
          if verification.problem != nil { return }
          try Self.chain(database, head: head, &verification, progress)
          if verification.problem != nil { return }
          verification.problem = try Self.fileProblem(database)
        }
      }
    } catch {
      guard case .corrupt(let words) = error else { throw error }
      verification.problem =
        verification.problem
        ?? Problem(
          entry: verification.entries + 1, text: BookError.corrupt(words).description)
    }
    return verification
  }

  private static func chain(
    _ database: Database, head: String?, _ verification: inout Verification,
    _ progress: (Int64) -> Void
  ) throws {
    var isHeadThere = head == nil || head == EntryColumns.beginning
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT \(EntryColumns.reading), CAST(digest AS BLOB) FROM entry ORDER BY number")
    while let row = try rows.next() {
      let expected = verification.entries + 1
      do throws(BookError) {
        let digest = try entryProblem(row, expected, after: verification.head, in: database)
        verification.head = digest
      } catch {
        guard case .unreadableEntry(let number, let text) = error else { throw error }
        verification.problem = Problem(entry: number, text: text)
        return
      }
      verification.entries = expected
      if let head, verification.head.hasSameBytes(as: head) { isHeadThere = true }
      if expected % 1_000 == 0 { progress(expected) }
    }
    if !isHeadThere {
      verification.problem = Problem(
        entry: nil,
        text: "no entry has the digest \(head ?? ""): the log was cut off or written anew")
    }
  }

  /// The digest of an entry, when everything about it is right.
  private static func entryProblem(
    _ row: Row, _ expected: Int64, after previous: String, in database: Database
  ) throws(BookError) -> String {
    let columns: EntryColumns
    do throws(BookError) {
      columns = try EntryColumns(row)
    } catch {
      guard case .unreadableEntry(let number, let text) = error else { throw error }
      // An entry in front of it may be missing as well; that comes first.
      throw .unreadableEntry(number == expected ? number : expected, text)
    }
    func wrong(_ text: String, _ number: Int64 = expected) -> BookError {
      .unreadableEntry(number, text)
    }
    guard columns.number == expected else { throw wrong("it is missing") }
    guard case .blob(let bytes) = (row[EntryColumns.names.count] as DatabaseValue).storage else {
      throw wrong("it has no digest")
    }
    let digest = String(decoding: bytes, as: UTF8.self)
    guard columns.digest.hasSameBytes(as: digest) else {
      throw wrong("its digest is not that of what it says: it was changed")
    }
    guard columns.previous.hasSameBytes(as: previous) else {
      // It is sound in itself and names another entry before it: that one was exchanged.
      throw wrong(
        "entry \(expected) follows another one than this: it was changed", max(expected - 1, 1))
    }
    _ = try columns.entry(digest: digest)
    switch columns.kind {
    case .submission:
      let wanted = columns.sourceDigest ?? ""
      let source = try BookError.translating { try Self.source(wanted, in: database) }
      guard let source else { throw wrong("what was handed in is gone") }
      guard Digest(of: source).rawValue.hasSameBytes(as: wanted) else {
        throw wrong("what was handed in was changed")
      }
    case .result:
      let stored = try columns.storedResult()
      var same = try EntryColumns(.result(try stored.result(), regrading: stored.regrading))
      // A later version may write more into a line, but what it reads of an older one is the same.
      (same.number, same.previous, same.line) = (columns.number, columns.previous, columns.line)
      guard same.digest.hasSameBytes(as: digest) else {
        throw wrong("its line says something else than its columns")
      }
    case .undo:
      guard let refers = columns.refers, refers > 0, refers < expected else {
        throw wrong("it undoes no earlier entry")
      }
    case .adjustment, .regrade: break
    }
    return digest
  }

  /// Whether tables, indexes and triggers are those of the schema: a trigger that is gone would let
  /// entries be changed.
  private static func schemaProblem(_ database: Database) throws -> Problem? {
    let expected = try DatabaseQueue().write { fresh in
      try BookSchema.current.migrate(fresh)
      return try BookSchema.objects(of: fresh)
    }
    let found = try BookSchema.objects(of: database)
    guard found != expected else { return nil }
    let missing = Set(expected).subtracting(found).count
    let foreign = Set(found).subtracting(expected).count
    return Problem(
      entry: nil,
      text: "tables, indexes or triggers were changed: \(missing) missing, \(foreign) not known")
  }

  /// Whether SQLite finds the pages and the indexes in order.
  private static func fileProblem(_ database: Database) throws -> Problem? {
    let words = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
    return words == "ok" ? nil : Problem(entry: nil, text: "the file is damaged: \(words)")
  }
}
