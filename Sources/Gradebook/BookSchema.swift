internal import GRDB

/// The tables of a book, as steps from each version to the next.
struct BookSchema: Sendable {
  /// `ring` in ASCII, which says in the header of an SQLite file whose it is.
  static let applicationID: Int64 = 0x7269_6E67

  /// What leads from version *n* to version *n* + 1. A step that has been released is never changed.
  var steps: [String]

  /// The one that this version of Ringwalk writes.
  static let current = BookSchema(steps: [log])

  /// One table of entries, one of the sources that they name, and triggers that let both only grow.
  ///
  /// The triggers on INSERT are there because `INSERT OR REPLACE` deletes without asking those on
  /// DELETE (unless `recursive_triggers` is on), and because numbers must have no gaps.
  private static let log = """
    CREATE TABLE source (
      digest TEXT NOT NULL PRIMARY KEY,
      bytes BLOB NOT NULL
    ) STRICT;

    CREATE TABLE entry (
      number INTEGER NOT NULL PRIMARY KEY,
      previous TEXT NOT NULL,
      kind TEXT NOT NULL
        CHECK (kind IN ('submission', 'result', 'adjustment', 'undo', 'regrade')),
      time INTEGER,
      id TEXT,
      student TEXT,
      task TEXT,
      attempt INTEGER,
      source_digest TEXT,
      lesson_digest TEXT,
      version TEXT,
      seed TEXT,
      status TEXT,
      points INTEGER,
      maximum INTEGER,
      line TEXT,
      refers INTEGER REFERENCES entry (number),
      mode TEXT,
      old_digest TEXT,
      reason TEXT,
      author TEXT,
      digest TEXT NOT NULL
    ) STRICT;

    CREATE INDEX entry_submission ON entry (id, student, task, attempt) WHERE kind = 'submission';
    CREATE INDEX entry_result ON entry (id, student, task, attempt) WHERE kind = 'result';
    CREATE INDEX entry_grade ON entry (student, task, number)
      WHERE kind IN ('result', 'adjustment');
    CREATE INDEX entry_undo ON entry (refers) WHERE kind = 'undo';
    CREATE INDEX entry_regrade ON entry (lesson_digest) WHERE kind = 'regrade';

    CREATE TRIGGER entry_update BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'the log is only ever added to: no entry is changed'); END;
    CREATE TRIGGER entry_delete BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'the log is only ever added to: no entry is taken away'); END;
    CREATE TRIGGER entry_insert BEFORE INSERT ON entry
    WHEN NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM entry)
      OR NEW.previous IS NOT ifnull(
        (SELECT digest FROM entry ORDER BY number DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000')
    BEGIN SELECT RAISE(ABORT, 'the log is only ever added to: this is not the next entry'); END;

    CREATE TRIGGER source_update BEFORE UPDATE ON source
    BEGIN SELECT RAISE(ABORT, 'the log is only ever added to: no source is changed'); END;
    CREATE TRIGGER source_delete BEFORE DELETE ON source
    BEGIN SELECT RAISE(ABORT, 'the log is only ever added to: no source is taken away'); END;
    CREATE TRIGGER source_insert BEFORE INSERT ON source
    WHEN EXISTS (SELECT 1 FROM source WHERE digest = NEW.digest)
    BEGIN SELECT RAISE(ABORT, 'the log is only ever added to: this source is there already'); END;
    """

  /// Looks whether a file that was opened is a book, before anything is written to it.
  func check(_ database: Database) throws {
    guard try Int64.fetchOne(database, sql: "PRAGMA application_id") == Self.applicationID else {
      throw BookError.notABook
    }
    let version = try Self.version(of: database)
    if version > steps.count { throw BookError.newer(version) }
  }

  /// Takes the steps that are missing. Must be in a transaction that holds the lock for writing: then
  /// of two programs that open an old book at a time one takes them and the other finds them taken.
  func migrate(_ database: Database) throws {
    let version = try Self.version(of: database)
    if version > steps.count { throw BookError.newer(version) }
    guard version < steps.count else { return }
    for step in steps[max(version, 0)...] { try database.execute(sql: step) }
    // Pragmas take no arguments; both are numbers of our own.
    try database.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
    try database.execute(sql: "PRAGMA user_version = \(steps.count)")
  }

  /// How many steps were taken.
  static func version(of database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
  }

  /// All that a database has besides rows, for comparison with what it should have.
  static func objects(of database: Database) throws -> [String] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT type, name, CAST(ifnull(sql, '') AS BLOB) FROM sqlite_schema
        WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name
        """
    ).map { row in
      let sql: DatabaseValue = row[2]
      let (type, name): (DatabaseValue, DatabaseValue) = (row[0], row[1])
      return "\(type) \(name) \(sql)"
    }
  }
}
