/// Scores of LTI 1.3's Assignment and Grade Services: each line is the body of one request to a task's
/// `scores`, so there is a file for each task.
enum LTI {
  static func export(_ sheet: GradeSheet, _ options: CourseFormat.Options) -> CourseExport {
    var messages = sheet.messages()
    let unknown = sheet.graded.count { $0.ltiID.isEmpty }
    if unknown > 0 {
      messages.append(
        "\(LatePolicy.counted(unknown, "student")) without an LTI user id: their own ids are written"
      )
    }
    var files: [ExportFile] = []
    var names: Set<String> = []
    for (index, task) in sheet.tasks.enumerated() {
      var bytes: [UInt8] = []
      for student in sheet.graded {
        guard let grade = sheet.grade(of: student, for: index) else { continue }
        var json = JSONText(continuing: bytes)
        write(grade, of: student, at: options.seconds, to: &json)
        bytes = json.bytes + [0x0A]
      }
      if task.maximum == .zero {
        messages.append(
          "`\(PlainText.line(task.title))` is worth nothing: its lines have no scores")
      }
      var name = "lti-\(fileName(task.name)).jsonl"
      if !names.insert(name.lowercased()).inserted {
        name = "lti-\(fileName(task.name))-\(index + 1).jsonl"
        names.insert(name.lowercased())
      }
      files.append(ExportFile(name: name, bytes: bytes))
    }
    return CourseExport(files: files, messages: messages)
  }

  private static func write(
    _ grade: TaskGrade, of student: Roster.Student, at seconds: Int64, to json: inout JSONText
  ) {
    json.object { json in
      json.member("userId", student.ltiID.isEmpty ? student.id : student.ltiID)
      let isGraded = grade.status == .graded
      // A maximum must be above zero, and a score has one.
      if isGraded, grade.maximum > .zero {
        json.member("scoreGiven", grade.points)
        json.member("scoreMaximum", grade.maximum)
      }
      json.member("comment", PlainText.lines(grade.explanation))
      json.member("timestamp", Timestamp(seconds).withZone)
      json.member("activityProgress", isGraded ? "Completed" : "Submitted")
      switch grade.status {
      case .graded: json.member("gradingProgress", "FullyGraded")
      case .notGradable: json.member("gradingProgress", "NotReady")
      case .fault: json.member("gradingProgress", "Failed")
      }
    }
  }

  /// What a task's name leaves of a file's name; no name of others is a path.
  private static func fileName(_ name: String) -> String {
    var kept = ""
    for scalar in name.unicodeScalars.prefix(64) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_": kept.unicodeScalars.append(scalar)
      default: kept += "_"
      }
    }
    return kept.isEmpty ? "task" : kept
  }
}
