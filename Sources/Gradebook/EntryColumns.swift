#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import GRDB
internal import Grades
internal import SourceText

/// A row of the log, as it is stored and as its digest covers it.
struct EntryColumns: Sendable {
  var number: Int64
  var previous: String
  var kind: Kind
  var time: Int64?
  var id: String?
  var student: String?
  var task: String?
  var attempt: Int64?
  var sourceDigest: String?
  var lessonDigest: String?
  var version: String?
  var seed: String?
  var status: String?
  var points: Int64?
  var maximum: Int64?
  var line: String?
  var refers: Int64?
  var mode: String?
  var oldDigest: String?
  var reason: String?
  var author: String?

  enum Kind: String, Sendable {
    case submission, result, adjustment, undo, regrade
  }

  init(_ kind: Kind, time: Int64? = nil) {
    number = 0
    previous = Self.beginning
    self.kind = kind
    self.time = time
  }

  /// What stands in the place of a digest before the first entry.
  static let beginning = String(repeating: "0", count: 64)

  /// The columns that the digest covers, in its order; the digest itself is one more.
  static let names = [
    "number", "previous", "kind", "time", "id", "student", "task", "attempt", "source_digest",
    "lesson_digest", "version", "seed", "status", "points", "maximum", "line", "refers", "mode",
    "old_digest", "reason", "author",
  ]

  /// The same for reading. Text is read as bytes: SQLite's text may have a NUL inside, behind which a C
  /// string ends, and bytes that are no UTF-8; neither may go unnoticed.
  static let reading = names.map { name in
    integers.contains(name) ? name : "CAST(\(name) AS BLOB)"
  }.joined(separator: ", ")

  private static let integers: Set<String> = [
    "number", "time", "attempt", "points", "maximum", "refers",
  ]

  static let insertion = """
    INSERT INTO entry (\(names.joined(separator: ", ")), digest)
    VALUES (\(Array(repeating: "?", count: names.count + 1).joined(separator: ", ")))
    """

  /// In the order of ``names``.
  var values: [(any DatabaseValueConvertible)?] {
    [
      number, previous, kind.rawValue, time, id, student, task, attempt, sourceDigest,
      lessonDigest, version, seed, status, points, maximum, line, refers, mode, oldDigest, reason,
      author,
    ]
  }

  /// The bytes that the digest covers: `ringwalk entry 1:`, then each column as `-,` for nothing,
  /// `i8,` for the number 8, `3:abc,` for a text of so many bytes. No two rows have the same bytes.
  var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1_024 + (line?.utf8.count ?? 0))
    func put(_ text: String) {
      // As one piece where it lies in one.
      let isPut: Void? = text.utf8.withContiguousStorageIfAvailable { bytes.append(contentsOf: $0) }
      if isPut == nil { bytes.append(contentsOf: text.utf8) }
    }
    put("ringwalk entry 1:")
    func append(_ value: Int64?) {
      put(value.map { "i\($0)" } ?? "-")
      bytes.append(0x2C)
    }
    func append(_ text: String?) {
      if let text {
        put("\(text.utf8.count):")
        put(text)
      } else {
        bytes.append(0x2D)
      }
      bytes.append(0x2C)
    }
    append(number)
    append(previous)
    append(kind.rawValue)
    append(time)
    append(id)
    append(student)
    append(task)
    append(attempt)
    append(sourceDigest)
    append(lessonDigest)
    append(version)
    append(seed)
    append(status)
    append(points)
    append(maximum)
    append(line)
    append(refers)
    append(mode)
    append(oldDigest)
    append(reason)
    append(author)
    return bytes
  }

  /// 64 hexadecimal digits.
  var digest: String { Digest(of: canonicalBytes).rawValue }

  /// Reads a row of ``reading``.
  init(_ row: Row) throws(BookError) {
    var reader = RowReader(row)
    let number = try reader.number() ?? 0
    reader.entry = number
    self.number = number
    previous = try reader.text() ?? ""
    guard let kind = Kind(rawValue: try reader.text() ?? "") else {
      throw .unreadableEntry(number, "its kind is not known")
    }
    self.kind = kind
    time = try reader.number()
    id = try reader.text()
    student = try reader.text()
    task = try reader.text()
    attempt = try reader.number()
    sourceDigest = try reader.text()
    lessonDigest = try reader.text()
    version = try reader.text()
    seed = try reader.text()
    status = try reader.text()
    points = try reader.number()
    maximum = try reader.number()
    line = try reader.text()
    refers = try reader.number()
    mode = try reader.text()
    oldDigest = try reader.text()
    reason = try reader.text()
    author = try reader.text()
  }
}

/// Reads the columns of a row one after the other, without ever trusting what stands there.
struct RowReader {
  private let row: Row
  private var index = 0
  /// The entry that messages name.
  var entry: Int64 = 0

  init(_ row: Row) { self.row = row }

  private mutating func next() throws(BookError) -> DatabaseValue {
    guard index < row.count else { throw .unreadableEntry(entry, "a column is missing") }
    defer { index += 1 }
    return row[index]
  }

  mutating func number() throws(BookError) -> Int64? {
    switch try next().storage {
    case .null: return nil
    case .int64(let number): return number
    case .double, .string, .blob:
      throw .unreadableEntry(entry, "text stands where a number belongs")
    }
  }

  mutating func text() throws(BookError) -> String? {
    guard let bytes = try bytes() else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadableEntry(entry, "a text is no UTF-8")
    }
    return text
  }

  mutating func bytes() throws(BookError) -> [UInt8]? {
    switch try next().storage {
    case .null: return nil
    case .blob(let data): return Array(data)
    case .int64, .double, .string:
      throw .unreadableEntry(entry, "a number stands where a text belongs")
    }
  }
}
