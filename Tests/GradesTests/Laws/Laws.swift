@testable import Grades

/// What holds of tables made of any bytes at all: what the fuzzer looks for the opposite of.
package enum Laws {
  /// Small, so that they are reached.
  static var limits: CSVTable.Limits {
    var limits = CSVTable.Limits()
    limits.rows = 200
    limits.fields = 20
    limits.fieldBytes = 200
    return limits
  }

  /// What is wrong with how some bytes are read as a table of students; `nil` when nothing is.
  package static func tableFlaw(_ bytes: [UInt8]) -> String? {
    let table = CSVTable(bytes, limits: limits)
    guard table.rows.count <= limits.rows else { return "\(table.rows.count) rows" }
    var text = CSVText()
    for row in table.rows {
      guard row.fields.count <= limits.fields else { return "\(row.fields.count) fields" }
      // A byte that is no UTF-8 is shown as three.
      if row.fields.contains(where: { $0.utf8.count > 3 * limits.fieldBytes }) {
        return "a field of \(row.fields.map(\.utf8.count)) bytes"
      }
      text.row(row.fields.map { .number($0) })
    }
    if let flaw = lineFlaw(table.messages, bytes) { return flaw }
    if let flaw = orderFlaw(table) { return flaw }
    let again = CSVTable(text.bytes)
    guard again.messages.isEmpty, again.rows.map(\.fields) == table.rows.map(\.fields) else {
      return "what is written of it is read as something else"
    }
    return rosterFlaw(bytes)
  }

  private static func orderFlaw(_ table: CSVTable) -> String? {
    var last = 0
    for row in table.rows {
      guard row.line > last else { return "the rows are not in order" }
      last = row.line
    }
    return nil
  }

  private static func lineFlaw(_ messages: [LineMessage], _ bytes: [UInt8]) -> String? {
    let count = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
    var last = 0
    for message in messages {
      guard message.line >= last, message.line <= count else {
        return "a message about line \(message.line) of \(count)"
      }
      last = message.line
      guard !message.text.isEmpty, message.text.utf8.count < 4_096 else {
        return "a message of \(message.text.utf8.count) bytes"
      }
      if message.text.unicodeScalars.contains(where: PlainText.isDangerous) {
        return "a message has characters that cannot be seen"
      }
    }
    return nil
  }

  private static func rosterFlaw(_ bytes: [UInt8]) -> String? {
    let roster = Roster(csv: bytes, limits: limits)
    if let flaw = lineFlaw(roster.messages, bytes) { return "roster: \(flaw)" }
    guard roster.students.count < max(1, limits.rows) else {
      return "\(roster.students.count) students"
    }
    for student in roster.students {
      guard !student.id.isEmpty, student.id.utf8.count <= 255 else {
        return "an id of \(student.id.utf8.count) bytes"
      }
      if student.id.unicodeScalars.contains(where: PlainText.isDangerous) {
        return "an id has characters that cannot be seen"
      }
      guard roster[student.id] == student else { return "\(student.id) is not found again" }
    }
    if roster.students.isEmpty, roster.messages.isEmpty, bytes.contains(0x0A) {
      let rows = CSVTable(bytes, limits: limits).rows
      if rows.count > 2 { return "nobody is in it, and nothing is said of that" }
    }
    return nil
  }
}
