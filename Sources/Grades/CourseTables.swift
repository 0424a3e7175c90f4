/// What a course says about its tasks: titles, due dates, numbers in Canvas.
///
/// A table with a header; columns are `task`, and any of `title`, `due` and `canvas`.
public struct CourseTaskTable: Sendable, Hashable {
  /// What is said of a task.
  public struct Row: Sendable, Hashable {
    /// Its title in gradebooks; empty for its name.
    public var title = ""
    /// When it is due, in seconds since 1970.
    public var dueAt: Int64?
    /// Canvas's number.
    public var canvasID = ""
  }

  private var rows: [ByteKey: Row] = [:]
  /// What is wrong with the table, line by line.
  public private(set) var messages: [LineMessage] = []

  /// A course that says nothing.
  public init() {}

  /// Reads a table.
  ///
  /// - Parameter tasks: The names of the tasks that there are; others are told.
  public init(csv bytes: [UInt8], tasks: [String]) {
    let columns = ["task", "title", "due", "canvas"]
    let table = NamedColumns(bytes, columns: columns, needed: ["task"])
    messages = table.messages
    for row in table.rows {
      let name = row.values["task"] ?? ""
      guard tasks.contains(where: { ByteKey($0) == ByteKey(name) }) else {
        fail(row.line, "there is no task \(PlainText.line(name))")
        continue
      }
      var made = Row(title: row.values["title"] ?? "", canvasID: row.values["canvas"] ?? "")
      if let due = row.values["due"], !due.isEmpty {
        made.dueAt = Timestamp.seconds(of: due)
        if made.dueAt == nil { fail(row.line, Timestamp.complaint(due)) }
      }
      if rows.updateValue(made, forKey: ByteKey(name)) != nil {
        fail(row.line, "\(PlainText.line(name)) is there twice")
      }
    }
  }

  private mutating func fail(_ line: Int, _ text: String) {
    messages.append(LineMessage(line: line, isError: true, text: text))
  }

  /// A task as gradebooks have it.
  public func task(_ name: String, maximum: Points) -> CourseTask {
    let row = rows[ByteKey(name)] ?? Row()
    return CourseTask(
      name: name, title: row.title.isEmpty ? nil : row.title, maximum: maximum, dueAt: row.dueAt,
      canvasID: row.canvasID)
  }
}

/// When submissions were received, by their ids.
///
/// A table with a header and the columns `submission` and `received`. The time of a file says nothing: it
/// changes when files are copied.
public struct ReceiptTable: Sendable, Hashable {
  private var times: [ByteKey: Int64] = [:]
  /// What is wrong with the table, line by line.
  public private(set) var messages: [LineMessage] = []

  /// A course that knows no times.
  public init() {}

  /// Reads a table.
  public init(csv bytes: [UInt8]) {
    let table = NamedColumns(
      bytes, columns: ["submission", "received"], needed: ["submission", "received"])
    messages = table.messages
    for row in table.rows {
      let (id, text) = (row.values["submission"] ?? "", row.values["received"] ?? "")
      guard let seconds = Timestamp.seconds(of: text) else {
        messages.append(
          LineMessage(line: row.line, isError: true, text: Timestamp.complaint(text)))
        continue
      }
      if let other = times.updateValue(seconds, forKey: ByteKey(id)), other != seconds {
        messages.append(
          LineMessage(
            line: row.line, isError: true,
            text: "\(PlainText.line(id)) was received at two times"))
      }
    }
  }

  /// When a submission was received, in seconds since 1970; `nil` when nobody says.
  ///
  /// A file that is for several tasks has ids such as `ada.walk#task`; its name is enough.
  public func seconds(of id: String) -> Int64? {
    if let time = times[ByteKey(id)] { return time }
    guard let mark = id.lastIndex(of: "#") else { return nil }
    return times[ByteKey(String(id[..<mark]))]
  }
}

/// A table whose header names its columns.
private struct NamedColumns {
  var rows: [(line: Int, values: [String: String])] = []
  var messages: [LineMessage]

  init(_ bytes: [UInt8], columns known: [String], needed: [String]) {
    let table = CSVTable(bytes)
    messages = table.messages
    guard let header = table.rows.first else {
      messages.append(LineMessage(line: 1, isError: true, text: "the table has no header"))
      return
    }
    let names = header.fields.map { $0.lowercased() }
    for name in names where !known.contains(name) {
      messages.append(
        LineMessage(
          line: header.line, isError: false,
          text: "the column \(PlainText.line(name)) is not known and is not read"))
    }
    for name in needed where !names.contains(name) {
      messages.append(
        LineMessage(line: header.line, isError: true, text: "there is no column `\(name)`"))
    }
    guard needed.allSatisfy(names.contains) else { return }
    for row in table.rows.dropFirst() {
      guard row.fields.count == names.count else {
        messages.append(
          LineMessage(
            line: row.line, isError: true,
            text: "there are \(row.fields.count) fields where the header has \(names.count)"))
        continue
      }
      rows.append(
        (row.line, Dictionary(zip(names, row.fields), uniquingKeysWith: { first, _ in first })))
    }
  }
}

extension Timestamp {
  /// The seconds since 1970 of a moment as people write it: `2026-09-01T23:59:00+02:00` (seconds may be left
  /// out, `Z` is +00:00), or of the number itself. A time without a zone is none: nobody knows when it was.
  static func seconds(of text: String) -> Int64? {
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int64(text) }
    guard
      let match = text.wholeMatch(
        of:
          /([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))? ?(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2}))/
      )
    else { return nil }
    func number(_ digits: Substring?) -> Int64 { digits.flatMap { Int64($0) } ?? 0 }
    let (year, month, day) = (number(match.1), number(match.2), number(match.3))
    let (hour, minute, second) = (number(match.4), number(match.5), number(match.6))
    let lengths: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1970, (1...12).contains(month), day >= 1, day <= lengths[Int(month) - 1],
      hour < 24, minute < 60, second < 60, number(match.9) < 24, number(match.10) < 60
    else { return nil }
    var days = (1970..<year).reduce(Int64(0)) { $0 + (isLeap($1) ? 366 : 365) }
    days += lengths.prefix(Int(month) - 1).reduce(0, +) + day - 1
    let offset = number(match.9) * 3600 + number(match.10) * 60
    let local = days * 86_400 + hour * 3600 + minute * 60 + second
    return local - (match.8 == "-" ? -offset : offset)
  }

  private static func isLeap(_ year: Int64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  static func complaint(_ text: String) -> String {
    "\(PlainText.line(text)) is no moment such as 2026-09-01T23:59:00+02:00"
  }
}

/// The seconds since 1970 of a moment as people write it: `2026-09-01T23:59:00+02:00`, or of a number of
/// seconds; `nil` for anything else, and for a time without a zone.
public func secondsSince1970(of text: String) -> Int64? { Timestamp.seconds(of: text) }
