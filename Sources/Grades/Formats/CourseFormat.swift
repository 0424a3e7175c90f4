/// Formats of gradebooks: the grades of a whole course.
///
/// Platforms find students by what a ``Roster`` knows of them. Students without grades are not in files for
/// platforms; in plain CSV and JSON everybody is.
public enum CourseFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// Canvas's gradebook.
  case canvas
  /// Moodle's import of grades.
  case moodle
  /// Brightspace's import of grades.
  case brightspace
  /// Scores of LTI 1.3, one JSON object a line, a file for each task.
  case lti
  /// A row for each student and task.
  case csv
  /// Everything, as one JSON object.
  case json

  /// What a course can choose.
  public struct Options: Sendable, Hashable {
    /// The moment that LTI scores carry, in seconds since 1970; it must be later than that of the last ones.
    public var seconds: Int64
    /// Whether Moodle's language writes `8,5`.
    public var hasDecimalComma: Bool
    /// The highest grade that Moodle allows.
    public var highestGrade: Points

    /// Makes options.
    public init(
      seconds: Int64 = 0, hasDecimalComma: Bool = false, highestGrade: Points = Points(whole: 100)
    ) {
      self.seconds = seconds
      self.hasDecimalComma = hasDecimalComma
      self.highestGrade = highestGrade
    }
  }

  /// Makes the files of a course.
  ///
  /// - Parameters:
  ///   - grades: The grades.
  ///   - roster: Who the students are. Without any, students are known by their ids alone; else those that
  ///     it does not have are left out of files for platforms, which is told.
  ///   - options: What the course has chosen.
  public func export(
    _ grades: CourseGrades, roster: Roster = Roster(), options: Options = Options()
  ) -> CourseExport {
    let sheet = GradeSheet(grades, roster)
    switch self {
    case .canvas: return Canvas.export(sheet)
    case .moodle: return Moodle.export(sheet, options)
    case .brightspace: return Brightspace.export(sheet)
    case .lti: return LTI.export(sheet, options)
    case .csv: return PlainGrades.csv(sheet)
    case .json: return PlainGrades.json(sheet)
    }
  }
}

/// What an export has made.
public struct CourseExport: Sendable, Hashable {
  /// The files, with the names that they have by custom.
  public var files: [ExportFile]
  /// What was left out or will be refused, a sentence each.
  public var messages: [String]
}

/// A file.
public struct ExportFile: Sendable, Hashable {
  /// Its name: ASCII letters, digits, `-`, `_` and a dot.
  public var name: String
  /// What is in it.
  public var bytes: [UInt8]
}

/// Grades beside the students they belong to.
struct GradeSheet {
  let tasks: [CourseTask]
  /// Who has grades and is in the roster, in its order.
  let graded: [Roster.Student]
  /// Everybody: the roster, then whoever has grades and is not in it.
  let everybody: [Roster.Student]
  /// Who has grades and is not in the roster.
  let strangers: [String]
  private let grades: CourseGrades

  init(_ grades: CourseGrades, _ roster: Roster) {
    self.grades = grades
    tasks = grades.tasks
    let students = grades.students
    if roster.students.isEmpty {
      graded = students.map { Roster.Student(id: $0) }
      everybody = graded
      strangers = []
    } else {
      let known = Set(students.map { ByteKey($0) })
      graded = roster.students.filter { known.contains(ByteKey($0.id)) }
      strangers = students.filter { roster.place(of: $0) == nil }
      everybody = roster.students + strangers.map { Roster.Student(id: $0) }
    }
  }

  func grade(of student: Roster.Student, for task: Int) -> TaskGrade? {
    grades.grade(of: student.id, for: task)
  }

  /// The points that a platform gets; `nil` for none.
  func points(of student: Roster.Student, for task: Int) -> Points? {
    grade(of: student, for: task).flatMap { $0.status == .graded ? $0.points : nil }
  }

  /// The titles of the tasks: on one line, none empty, none twice, none a formula.
  var titles: [String] {
    var taken: Set<String> = []
    return tasks.map { task in
      let title = CSVText.neutralised(SeenResult.name(task.title, or: "Task"))
      var unique = title
      var number = 1
      // Platforms ignore capitals at least in places.
      while !taken.insert(unique.lowercased()).inserted {
        number += 1
        unique = "\(title) (copy \(number))"
      }
      return unique
    }
  }

  /// That students are not in a file.
  func messages(leavingOut others: [(Roster.Student, String)] = []) -> [String] {
    strangers.map { "`\(PlainText.visible($0))` has grades and is not in the roster: left out" }
      + others.map { "`\(PlainText.visible($0.id))` \($1): left out" }
  }
}

extension Roster.Student {
  /// The name as it is sorted, on one line.
  var listedName: String {
    for name in [sortableName, name] where !PlainText.line(name).isEmpty {
      return PlainText.line(name)
    }
    return PlainText.line(id)
  }
}
