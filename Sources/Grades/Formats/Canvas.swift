/// Canvas's gradebook as CSV.
///
/// Canvas normalises whatever looks like a number, ids too, guesses the separator, makes a new assignment of
/// a title without its number, and drops columns that have the names of its own totals.
enum Canvas {
  static func export(_ sheet: GradeSheet) -> CourseExport {
    var messages = sheet.messages()
    var csv = CSVText()
    let titles = zip(sheet.titles, sheet.tasks).map { title, task in
      let number = PlainText.line(task.canvasID)
      guard !number.isEmpty, number.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        messages.append("`\(title)` has no Canvas id: Canvas makes a new assignment of it")
        // `Lab (5)` would be taken for the assignment with the id 5.
        return title.replacing("(", with: "[").replacing(")", with: "]")
      }
      return "\(title) (\(number))"
    }
    for title in titles where isOwnTotal(title) {
      messages.append("`\(title)` has the name of one of Canvas's totals: Canvas drops it")
    }
    csv.row(
      ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"].map { .text($0) }
        + titles.map { .text($0) })
    csv.row(
      [.number("    Points Possible"), .text(""), .text(""), .text(""), .text("")]
        + sheet.tasks.map { .number($0.maximum.text(decimals: 2)) })
    for student in sheet.graded {
      var ids = [student.canvasID, student.sisID, student.sisLogin]
      if ids.allSatisfy(\.isEmpty) {
        ids[2] = student.username.isEmpty ? student.id : student.username
      }
      for index in ids.indices {
        let id = ids[index]
        guard isMangled(id) || CSVText.isFormula(id) else { continue }
        messages.append(
          "Canvas would read the id `\(PlainText.visible(id))` as another one: not written")
        ids[index] = ""
      }
      guard ids.contains(where: { !$0.isEmpty }) else {
        messages.append(
          "`\(PlainText.visible(student.id))` has no id that Canvas can read: left out")
        continue
      }
      csv.row(
        [.text(student.listedName)] + ids.map { .text($0) }
          + [.text(PlainText.line(student.section))]
          + sheet.tasks.indices.map {
            .number(sheet.points(of: student, for: $0)?.text(decimals: 2) ?? "")
          })
    }
    if guessesSemicolon(csv.bytes) {
      messages.append("there are more semicolons than commas: Canvas takes these for the separator")
    }
    return CourseExport(
      files: [ExportFile(name: "canvas.csv", bytes: csv.bytes)], messages: messages)
  }

  /// Whether Canvas rewrites an id, because it looks like a number with decimals.
  private static func isMangled(_ id: String) -> Bool {
    id.wholeMatch(of: /-?[0-9.,]+%?/) != nil && id.contains { ".,%".contains($0) }
  }

  private static func isOwnTotal(_ title: String) -> Bool {
    title.contains(/(Current|Final|Override) (Score|Points|Grade|Status)/)
  }

  private static func guessesSemicolon(_ bytes: [UInt8]) -> Bool {
    let lines = bytes.split(separator: 0x0A, maxSplits: 3).prefix(3).joined()
    return lines.count { $0 == UInt8(ascii: ";") } > lines.count { $0 == UInt8(ascii: ",") }
  }
}
