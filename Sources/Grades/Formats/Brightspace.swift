/// Brightspace's import of grades from CSV. Names and addresses are not for it.
enum Brightspace {
  static func export(_ sheet: GradeSheet) -> CourseExport {
    var messages = sheet.messages()
    var csv = CSVText()
    csv.row(
      [.text("OrgDefinedId"), .text("Username")]
        + sheet.titles.map { .text("\($0) Points Grade") } + [.text("End-of-Line Indicator")])
    for student in sheet.graded {
      var keys = [
        student.organisationID.isEmpty ? student.idNumber : student.organisationID,
        student.username,
      ]
      if keys.allSatisfy(\.isEmpty) { keys[1] = student.id }
      if keys.contains(where: CSVText.isFormula) {
        messages.append(
          "`\(PlainText.visible(student.id))` has a name that a spreadsheet would run: left out")
        continue
      }
      csv.row(
        keys.map { .text($0) }
          + sheet.tasks.indices.map { .number(sheet.points(of: student, for: $0)?.text ?? "") }
          + [.text("#")])
    }
    return CourseExport(
      files: [ExportFile(name: "brightspace.csv", bytes: csv.bytes)], messages: messages)
  }
}
