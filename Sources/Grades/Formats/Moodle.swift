/// Moodle's import of grades from CSV.
///
/// Moodle takes all of a file or nothing: one unknown student, or one grade that is too high, and the whole
/// import is refused. Each grade has its feedback beside it, because feedback alone can blank a grade.
enum Moodle {
  static func export(_ sheet: GradeSheet, _ options: CourseFormat.Options) -> CourseExport {
    var messages = sheet.messages()
    var csv = CSVText()
    // Moodle takes a column of this name for the time of its own export.
    let titles = sheet.titles.map {
      $0.hasPrefix("Last downloaded from this course") ? "Task: \($0)" : $0
    }
    csv.row(
      ["username", "idnumber", "email"].map { .text($0) }
        + titles.flatMap { [.text($0), .text("\($0) (Feedback)")] })
    for student in sheet.graded {
      var keys = [student.username, student.idNumber, student.email]
      if keys.allSatisfy(\.isEmpty) { keys[0] = student.id }
      if keys.contains(where: CSVText.isFormula) {
        messages.append(
          "`\(PlainText.visible(student.id))` has a name that a spreadsheet would run: left out")
        continue
      }
      var cells = keys.map { CSVText.Cell.text($0) }
      for index in sheet.tasks.indices {
        guard let points = sheet.points(of: student, for: index) else {
          cells += [.number("-"), .text("")]
          continue
        }
        if points > options.highestGrade {
          messages.append(
            "`\(PlainText.visible(student.id))` has \(points.text) points for `\(titles[index])`, and Moodle allows \(options.highestGrade.text): it will refuse the file"
          )
        }
        cells += [
          .number(number(points, options)),
          .text(PlainText.line(sheet.grade(of: student, for: index)?.explanation ?? "")),
        ]
      }
      csv.row(cells)
    }
    return CourseExport(
      files: [ExportFile(name: "moodle.csv", bytes: csv.bytes)], messages: messages)
  }

  private static func number(_ points: Points, _ options: CourseFormat.Options) -> String {
    guard options.hasDecimalComma else { return points.text }
    return points.text.replacing(".", with: ",")
  }
}
