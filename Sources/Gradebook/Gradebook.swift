internal import GRDB
public import Grades

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A gradebook: an SQLite file with a log of all that happened to submissions and grades.
///
/// The log is only ever added to. Each entry carries the digest of the one before, so that whoever knows
/// the digest of the last one can tell whether anything before it was changed (``verify(head:_:)``).
/// What grades are now is worked out of the log whenever somebody asks.
///
/// What is entered is on the disk when ``append(_:)`` or ``record(_:regrading:)`` returns, all of it or
/// nothing. Several programs can read while one writes; writers wait for each other for some seconds.
public final class Gradebook: Sendable {
  /// What is to be done with a book.
  public enum Mode: Sendable {
    /// Only looked at. The file's bytes stay as they are.
    case read
    /// Added to.
    case write
    /// Added to; begun, readable by its owner alone, when nothing lies at the path.
    case create
  }

  /// Where everything is read.
  let reader: any DatabaseReader
  /// Where entries are added; `nil` when the book was opened to be read.
  let writer: DatabasePool?

  private init(reader: any DatabaseReader, writer: DatabasePool?) {
    self.reader = reader
    self.writer = writer
  }

  /// Opens a book.
  ///
  /// A book that an older Ringwalk wrote gets what is new in the schema; its entries stay as they are.
  public static func open(_ path: String, _ mode: Mode) throws(BookError) -> Gradebook {
    try open(path, mode, schema: .current)
  }

  /// - Parameters:
  ///   - pages: How many pages the file may have; a disk that is full, for tests.
  ///   - patience: For how many seconds others are waited for.
  static func open(
    _ path: String, _ mode: Mode, schema: BookSchema, pages: Int? = nil, patience: Double = 10
  ) throws(BookError) -> Gradebook {
    do throws(BookError) {
      try checkFile(at: path)
    } catch {
      guard error == .missing, mode == .create else { throw error }
      try begin(path, schema)
    }
    return try BookError.translating {
      if mode != .read {
        return try openForWriting(path, schema, pages: pages, patience: patience)
      }
      if let book = try openForReading(path, schema, patience: patience) { return book }
      // It is older than the program: a writer brings it up to date, and goes.
      try openForWriting(path, schema, pages: pages, patience: patience).writer?.close()
      guard let book = try openForReading(path, schema, patience: patience) else {
        throw BookError.notABook
      }
      return book
    }
  }

  /// SQLite opens whatever it is told to, a pipe without an end for example, and makes what is not there.
  private static func checkFile(at path: String) throws(BookError) {
    if path.utf8.contains(0) { throw .unopenable("its name has a NUL in it") }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT && !path.isEmpty ? .missing : .unopenable(words(errno))
    }
    if status.st_mode & S_IFMT != S_IFREG { throw .notAFile }
  }

  /// Makes an empty book under another name and gives it its own when it is whole: nobody ever opens half
  /// of one, and of several who begin it at a time one does.
  private static func begin(_ path: String, _ schema: BookSchema) throws(BookError) {
    var name = Array("\(path).XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw .unopenable(words(errno)) }
    close(descriptor)
    let temporary = name.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    defer { unlink(temporary) }
    try BookError.translating {
      let configuration = configuration(schema, patience: 0, isNew: true)
      let pool = try DatabasePool(path: temporary, configuration: configuration)
      try pool.write { database in try schema.migrate(database) }
      try pool.close()
    }
    if link(temporary, path) != 0, errno != EEXIST { throw .unopenable(words(errno)) }
  }

  private static func words(_ number: Int32) -> String {
    String(cString: strerror(number)).lowercased()
  }

  private static func configuration(
    _ schema: BookSchema, patience: Double, isNew: Bool = false
  ) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    configuration.label = "gradebook"
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
      if !isNew { try schema.check(database) }
    }
    return configuration
  }

  /// `nil` for a book that is older than the schema.
  ///
  /// The connection may write as far as SQLite is concerned, so that it can tidy the log of a writer that
  /// was killed, but it refuses to be asked to.
  private static func openForReading(
    _ path: String, _ schema: BookSchema, patience: Double
  ) throws -> Gradebook? {
    var configuration = configuration(schema, patience: patience)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA query_only = ON")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let version = try queue.read { database in try BookSchema.version(of: database) }
    guard version == schema.steps.count else { return nil }
    return Gradebook(reader: queue, writer: nil)
  }

  private static func openForWriting(
    _ path: String, _ schema: BookSchema, pages: Int?, patience: Double
  ) throws -> Gradebook {
    var configuration = configuration(schema, patience: patience)
    configuration.prepareDatabase { database in
      if let pages { try database.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }
    let pool = try openPool(path, configuration)
    try pool.writeWithoutTransaction { database in
      // Grades that were said to be entered are there after a power failure as well.
      try database.execute(sql: "PRAGMA synchronous = FULL")
      // An entry's places in the indexes are anywhere: their pages stay in memory, 16 MiB of them, and
      // go from the write-ahead log into the file only when as much has been written.
      try database.execute(sql: "PRAGMA cache_size = -16384")
      try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
    }
    try pool.write { database in try schema.migrate(database) }
    return Gradebook(reader: pool, writer: pool)
  }

  /// A pool writes a little when it opens. When another program writes at that very moment, SQLite does
  /// not wait, as it does for locks, but says that what it has just read is old.
  private static func openPool(_ path: String, _ configuration: Configuration) throws
    -> DatabasePool
  {
    for _ in 0..<200 {
      do {
        return try DatabasePool(path: path, configuration: configuration)
      } catch let error as DatabaseError
        where error.extendedResultCode == .SQLITE_BUSY_SNAPSHOT
      {
        usleep(5_000)
      }
    }
    throw BookError.locked
  }

  /// Reads in one transaction, so that everything is of one moment; what is asked for within belongs to it.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try reader.unsafeReentrantRead { database in
      if database.isInsideTransaction { return try body(database) }
      var value: Value?
      try database.inTransaction(.deferred) {
        value = try body(database)
        return .commit
      }
      guard let value else { throw BookError.other("nothing was read") }
      return value
    }
  }

  /// Does something in one transaction that holds the lock for writing.
  func write<Value>(_ body: (Database) throws -> Value) throws(BookError) -> Value {
    guard let writer else { throw .readOnly }
    return try BookError.translating { try writer.write(body) }
  }

  /// Adds entries, all of them or none.
  ///
  /// - Returns: Their numbers.
  @discardableResult
  public func append(_ entries: [NewEntry]) throws(BookError) -> Range<Int64> {
    try write { database in
      var log = try LogWriter(database)
      let first = log.next
      for entry in entries { try log.append(entry) }
      return first..<log.next
    }
  }

  /// Adds what came of a grading, all of it or nothing: each submission and each result, unless the book
  /// has them already. So a grading that was interrupted can be done again from its beginning.
  ///
  /// A result is there when one of the same submission's bytes by the same lesson, version and seed is; a
  /// fault of the grader does not count as one. If what is there says something else, it stays, and is
  /// told. So is what cannot be entered at all, a name with a NUL in it for example; the others are.
  ///
  /// - Parameter regrading: The entry of the regrading that the results are part of.
  @discardableResult
  public func record(
    _ results: [(submission: StoredSubmission?, result: GradeResult)], regrading: Int64? = nil
  ) throws(BookError) -> Recorded {
    try record(results.map { ($0.submission, WrittenResult($0.result)) }, regrading: regrading)
  }

  /// The same of results whose lines are made already.
  @discardableResult
  public func record(
    _ results: [(submission: StoredSubmission?, written: WrittenResult)], regrading: Int64? = nil
  ) throws(BookError) -> Recorded {
    try write { database in
      var log = try LogWriter(database)
      var recorded = Recorded()
      for (submission, written) in results {
        let handedIn: EntryColumns?
        let columns: EntryColumns
        do throws(BookError) {
          if let submission {
            handedIn = try EntryColumns(.submission(submission))
          } else {
            handedIn = nil
          }
          columns = try EntryColumns(written, regrading: regrading)
        } catch {
          recorded.refusals.append(Refusal(result: written.result, reason: error.description))
          continue
        }
        if let submission, let handedIn, try !log.hasSubmission(handedIn) {
          try log.append(handedIn, source: submission.source)
        }
        switch try log.known(columns) {
        case nil:
          try log.append(columns)
          recorded.added += 1
        case .same: recorded.known += 1
        case .different(let entry):
          recorded.contradictions.append(Contradiction(entry: entry, result: written.result))
        }
      }
      return recorded
    }
  }

  /// What became of results that were to be entered.
  public struct Recorded: Sendable {
    /// How many were entered.
    public var added = 0
    /// How many were there already.
    public var known = 0
    /// Those that say something else than what was there; they were not entered.
    public var contradictions: [Contradiction] = []
    /// Those that no book can hold.
    public var refusals: [Refusal] = []
  }

  /// A result that cannot be entered.
  public struct Refusal: Sendable {
    /// The result.
    public var result: GradeResult
    /// Why, in words as those of ``BookError``.
    public var reason: String
  }

  /// Two results of which there can be only one.
  public struct Contradiction: Sendable {
    /// The entry that was there.
    public var entry: Int64
    /// What was to be entered.
    public var result: GradeResult
  }
}
