/// Grades for whoever wants to reckon with them: a row for each student and task, or one JSON object.
enum PlainGrades {
  private static let columns = [
    "id", "name", "email", "section", "task", "status", "attempt", "attempts", "late_days", "raw",
    "penalty", "points", "maximum", "explanation",
  ]

  /// Points are decimals; a task that somebody has not tried is `missing`.
  static func csv(_ sheet: GradeSheet) -> CourseExport {
    var csv = CSVText()
    csv.row(columns.map { .text($0) })
    for student in sheet.everybody {
      for (index, task) in sheet.tasks.enumerated() {
        let grade = sheet.grade(of: student, for: index)
        let isGraded = grade?.status == .graded
        func number(_ value: String?) -> CSVText.Cell { .number(isGraded ? value ?? "" : "") }
        csv.row([
          .text(student.id), .text(PlainText.line(student.name)),
          .text(PlainText.line(student.email)),
          .text(PlainText.line(student.section)), .text(PlainText.line(task.name)),
          .text(grade?.status.rawValue ?? "missing"), number(grade?.attempt.map(String.init)),
          .number(grade.map { "\($0.attemptCount)" } ?? "0"),
          number(grade.map { "\($0.lateDays)" }), number(grade?.raw.text),
          number(grade?.penalty.text), number(grade?.points.text), .number(task.maximum.text),
          .text(PlainText.line(grade?.explanation ?? "")),
        ])
      }
    }
    return CourseExport(files: [ExportFile(name: "grades.csv", bytes: csv.bytes)], messages: [])
  }

  /// Points are whole thousandths, as in lines of results.
  static func json(_ sheet: GradeSheet) -> CourseExport {
    var json = JSONText()
    json.object { json in
      json.key("tasks")
      json.array { json in
        for task in sheet.tasks {
          json.object { json in
            json.member("name", task.name)
            json.member("title", task.title)
            json.member("maximum", Int(task.maximum.millipoints))
            json.member("due", task.dueAt.map { Timestamp($0).withZone })
          }
        }
      }
      json.key("students")
      json.array { json in for student in sheet.everybody { write(student, sheet, to: &json) } }
    }
    return CourseExport(
      files: [ExportFile(name: "grades.json", bytes: json.bytes + [0x0A])], messages: [])
  }

  private static func write(
    _ student: Roster.Student, _ sheet: GradeSheet, to json: inout JSONText
  ) {
    json.object { json in
      json.member("id", student.id)
      json.member("name", student.name)
      json.member("email", student.email)
      json.member("section", student.section)
      json.key("grades")
      json.array { json in
        for index in sheet.tasks.indices {
          guard let grade = sheet.grade(of: student, for: index) else { continue }
          json.object { json in
            json.member("task", grade.task)
            json.member("status", grade.status.rawValue)
            json.member("attempt", grade.attempt)
            json.member("attempts", grade.attemptCount)
            json.member("late_days", grade.lateDays)
            json.member("raw", Int(grade.raw.millipoints))
            json.member("penalty", Int(grade.penalty.millipoints))
            json.member("points", Int(grade.points.millipoints))
            json.member("maximum", Int(grade.maximum.millipoints))
            json.member("explanation", grade.explanation)
          }
        }
      }
    }
  }
}
