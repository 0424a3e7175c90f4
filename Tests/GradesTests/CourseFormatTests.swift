import Foundation
import TestSupport
import Testing

@testable import Grades

@Suite struct CourseFormatTests {
  static let tasks = [
    CourseTask(
      name: "lab1", title: "Lab 1", maximum: Points(whole: 10), dueAt: 1_788_264_000,
      canvasID: "1234"),
    CourseTask(name: "lab2", title: "Lab 2", maximum: Points(whole: 3), canvasID: "1235"),
  ]

  static let roster = Roster(
    csv: Array(
      """
      id,name,sortable name,email,username,idnumber,section,canvas id,sis id,sis login,orgdefinedid,lti id
      s1,Jane Doe,"Doe, Jane",jane@example.org,jdoe,001,Section 1,77,S001,jdoe,O1,lti-1
      s2,=Eve,,eve@example.org,eve,002,Section 2,78,S002,eve,O2,lti-2
      s3,No Grades,,n@example.org,n,003,Section 2,79,S003,n,O3,lti-3
      """.utf8))

  static let grades = CourseGrades(
    attempts: [
      Attempt(
        student: "s1", task: "lab1", number: 1, points: Points(millipoints: 8_500),
        receivedAt: 1_788_264_000),
      Attempt(student: "s1", task: "lab2", number: 1, points: Points(millipoints: 333)),
      Attempt(
        student: "s2", task: "lab1", number: 1, points: Points(whole: 10),
        receivedAt: 1_788_264_001),
      Attempt(student: "s2", task: "lab2", number: 1, status: .notGradable),
    ], tasks: tasks, late: LatePolicy(.perDay(Percentage(10), of: .maximum)))

  private static func export(
    _ format: CourseFormat, _ grades: CourseGrades = grades, _ roster: Roster = roster,
    _ options: CourseFormat.Options = CourseFormat.Options(seconds: 1_788_300_000)
  ) throws -> (files: [String], messages: [String]) {
    let export = format.export(grades, roster: roster, options: options)
    return (export.files.map { String(decoding: $0.bytes, as: UTF8.self) }, export.messages)
  }

  /// Fields by RFC 4180.
  static func table(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var afterQuote = false
    for scalar in text.unicodeScalars {
      if isQuoted {
        if scalar == "\"" {
          isQuoted = false
          afterQuote = true
        } else {
          field.append(scalar)
        }
        continue
      }
      if scalar == "\"" {
        if afterQuote { field.append(scalar) }
        isQuoted = true
      } else if scalar == "," || scalar == "\n" {
        row.append(String(field))
        field = String.UnicodeScalarView()
        if scalar == "\n" {
          rows.append(row)
          row = []
        }
      } else {
        field.append(scalar)
      }
      afterQuote = false
    }
    #expect(!isQuoted && row.isEmpty && field.isEmpty)
    return rows
  }

  /// Reads a file as Canvas's importer does: who gets what for which assignment.
  static func readCanvas(_ text: String) throws -> [String: [String: String]] {
    let lines = text.split(separator: "\n").prefix(3).joined()
    #expect(lines.count { $0 == "," } >= lines.count { $0 == ";" })
    let rows = table(text)
    let header = try #require(rows.first)
    #expect(header.count > 3)
    #expect(header[0].contains("Student") && header[1].contains("ID"))
    #expect(Array(header[2...4]) == ["SIS User ID", "SIS Login ID", "Section"])
    #expect(rows[1][0].contains("Points Possible"))
    var read: [String: [String: String]] = [:]
    for row in rows.dropFirst(2) {
      #expect(row.count == header.count)
      // Whatever looks like a number is normalised, the last of its points is the decimal one.
      let cells = row.map { cell -> String in
        guard cell.wholeMatch(of: /-?[0-9.,]+%?/) != nil,
          let place = cell.lastIndex(where: { $0 == "." || $0 == "," })
        else { return cell }
        return cell[..<place].filter { $0.isNumber || $0 == "-" } + "."
          + cell[place...].filter(\.isNumber)
      }
      let key = try #require(cells[1...3].first { !$0.isEmpty })
      for (title, cell) in zip(header, cells).dropFirst(5) {
        let number = try #require(title.firstMatch(of: /\(([0-9]+)\)$/), "makes a new assignment")
        if cell.isEmpty || cell == "-" { continue }
        #expect(Double(cell) != nil)
        read[key, default: [:]][String(number.1)] = cell
      }
    }
    return read
  }

  @Test func `Canvas finds students and assignments, and makes none`() throws {
    let (files, messages) = try Self.export(.canvas)
    try expectGolden(files[0], "Grades/canvas.csv")
    #expect(messages == [])
    #expect(
      try Self.readCanvas(files[0]) == [
        "77": ["1234": "8.50", "1235": "0.33"], "78": ["1234": "9.00"],
      ])
  }

  @Test func `what Canvas would take for something else is told`() throws {
    let tasks = [
      CourseTask(name: "a", title: "Final Score", maximum: Points(whole: 1)),
      CourseTask(name: "b", title: "Lab (5)", maximum: Points(whole: 1)),
      CourseTask(
        name: "c", title: String(repeating: "a;", count: 30), maximum: .zero,
        canvasID: "9"),
    ]
    var odd = Roster.Student(id: "odd")
    odd.canvasID = "1.2.3"
    odd.sisLogin = "login"
    var none = Roster.Student(id: "none")
    none.sisID = "1,5"
    let grades = CourseGrades(
      attempts: ["odd", "none", "stranger"].map { Attempt(student: $0, task: "a") }, tasks: tasks)
    let (files, messages) = try Self.export(.canvas, grades, Roster([odd, none]))
    #expect(
      messages == [
        "`stranger` has grades and is not in the roster: left out",
        "`Final Score` has no Canvas id: Canvas makes a new assignment of it",
        "`Lab (5)` has no Canvas id: Canvas makes a new assignment of it",
        "`Final Score` has the name of one of Canvas's totals: Canvas drops it",
        "Canvas would read the id `1.2.3` as another one: not written",
        "Canvas would read the id `1,5` as another one: not written",
        "`none` has no id that Canvas can read: left out",
        "there are more semicolons than commas: Canvas takes these for the separator",
      ])
    #expect(
      Self.table(files[0]).map { $0.prefix(7).joined(separator: "|") } == [
        "Student|ID|SIS User ID|SIS Login ID|Section|Final Score|Lab [5]",
        "    Points Possible|||||1.00|1.00", "odd|||login||0.00|",
      ])
  }

  /// Reads a file as Moodle does: all of it, or nothing and why.
  static func readMoodle(
    _ text: String, users: Set<String>, highest: Double = 100, comma: Bool = false
  ) -> Result<[String: [String: Double]], MoodleRefusal> {
    let rows = table(text)
    guard let header = rows.first, header.prefix(3) == ["username", "idnumber", "email"] else {
      return .failure(MoodleRefusal(why: "header"))
    }
    var grades: [String: [String: Double]] = [:]
    for row in rows.dropFirst() {
      guard users.contains(row[0]) else { return .failure(MoodleRefusal(why: row[0])) }
      for index in stride(from: 3, to: header.count, by: 2) {
        guard header[index + 1] == "\(header[index]) (Feedback)" else {
          return .failure(MoodleRefusal(why: "feedback"))
        }
        if row[index] == "-" || row[index].isEmpty {
          if !row[index + 1].isEmpty { return .failure(MoodleRefusal(why: "feedback alone")) }
          continue
        }
        let number = comma ? row[index].replacing(",", with: ".") : row[index]
        guard let grade = Double(number), grade <= highest else {
          return .failure(MoodleRefusal(why: row[index]))
        }
        grades[row[0], default: [:]][header[index]] = grade
      }
    }
    return .success(grades)
  }

  struct MoodleRefusal: Error, Equatable {
    var why: String
  }

  @Test func `Moodle takes all of the file`() throws {
    let (files, messages) = try Self.export(.moodle)
    try expectGolden(files[0], "Grades/moodle.csv")
    #expect(messages == [])
    let expected = ["jdoe": ["Lab 1": 8.5, "Lab 2": 0.333], "eve": ["Lab 1": 9]]
    #expect(try Self.readMoodle(files[0], users: ["jdoe", "eve"]).get() == expected)
    let comma = CourseFormat.Options(hasDecimalComma: true)
    let (german, _) = try Self.export(.moodle, Self.grades, Self.roster, comma)
    #expect(german[0].contains("\"8,5\""))
    #expect(
      try Self.readMoodle(german[0], users: ["jdoe", "eve"], comma: true).get() == expected)
  }

  @Test func `what would make Moodle refuse a file is told or left out`() throws {
    let options = CourseFormat.Options(highestGrade: Points(whole: 9))
    let grades = CourseGrades(
      attempts: [
        Attempt(student: "s1", task: "lab1", points: Points(whole: 10)),
        Attempt(student: "stranger", task: "lab1", points: Points(whole: 10)),
      ], tasks: Self.tasks)
    let (files, messages) = try Self.export(.moodle, grades, Self.roster, options)
    #expect(
      messages == [
        "`stranger` has grades and is not in the roster: left out",
        "`s1` has 10 points for `Lab 1`, and Moodle allows 9: it will refuse the file",
      ])
    #expect(!files[0].contains("stranger"))
    #expect(
      Self.readMoodle(files[0], users: ["jdoe"], highest: 9)
        == .failure(MoodleRefusal(why: "10")))
    let download = CourseGrades(
      attempts: [],
      tasks: [CourseTask(name: "x", title: "Last downloaded from this course", maximum: .zero)])
    #expect(
      try !Self.table(Self.export(.moodle, download).files[0])[0].contains(
        "Last downloaded from this course"))
  }

  @Test func `Brightspace gets ids and points and nothing else`() throws {
    let (files, messages) = try Self.export(.brightspace)
    try expectGolden(files[0], "Grades/brightspace.csv")
    #expect(messages == [])
    let rows = Self.table(files[0])
    #expect(
      rows == [
        [
          "OrgDefinedId", "Username", "Lab 1 Points Grade", "Lab 2 Points Grade",
          "End-of-Line Indicator",
        ],
        ["O1", "jdoe", "8.5", "0.333", "#"], ["O2", "eve", "9", "", "#"],
      ])
    #expect(!files[0].contains("Jane") && !files[0].contains("example.org"))
  }

  @Test func `LTI gets a file for each task and a score for each line`() throws {
    let export = CourseFormat.lti.export(
      Self.grades, roster: Self.roster, options: CourseFormat.Options(seconds: 1_788_300_000))
    #expect(export.files.map(\.name) == ["lti-lab1.jsonl", "lti-lab2.jsonl"])
    #expect(export.messages == [])
    let text = export.files.map { String(decoding: $0.bytes, as: UTF8.self) }
    try expectGolden(text.joined(), "Grades/lti.jsonl")
    var progress: [String] = []
    for line in text.joined().split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let score = try #require(object as? [String: Any])
      #expect(
        Set(score.keys).isSubset(of: [
          "userId", "scoreGiven", "scoreMaximum", "comment", "timestamp", "activityProgress",
          "gradingProgress",
        ]))
      #expect(score["timestamp"] as? String == "2026-09-01T22:00:00.000Z")
      #expect((score["scoreGiven"] == nil) == (score["scoreMaximum"] == nil))
      if let maximum = score["scoreMaximum"] as? Double { #expect(maximum > 0) }
      #expect(["Completed", "Submitted"].contains(score["activityProgress"] as? String))
      progress.append("\(score["userId"] ?? "") \(score["gradingProgress"] ?? "")")
    }
    #expect(
      progress == [
        "lti-1 FullyGraded", "lti-2 FullyGraded", "lti-1 FullyGraded", "lti-2 NotReady",
      ])
  }

  @Test func `rows 20 and 44: no name is a path, and nothing has no score`() throws {
    let tasks = ["../../etc", "../..?etc", "", "LAB", "lab"].map {
      CourseTask(name: $0, maximum: .zero)
    }
    let grades = CourseGrades(
      attempts: tasks.map { Attempt(student: "a", task: $0.name) }, tasks: tasks)
    let export = CourseFormat.lti.export(grades)
    #expect(
      export.files.map(\.name) == [
        "lti-______etc.jsonl", "lti-______etc-2.jsonl", "lti-task.jsonl", "lti-LAB.jsonl",
        "lti-lab-5.jsonl",
      ])
    for file in export.files {
      #expect(!String(decoding: file.bytes, as: UTF8.self).contains("score"))
    }
    #expect(export.messages.count == 6)
    for format in CourseFormat.allCases {
      _ = format.export(grades)
      _ = format.export(CourseGrades(attempts: [], tasks: []))
    }
  }

  @Test func `plain CSV has a row for each student and task`() throws {
    let (files, _) = try Self.export(.csv)
    try expectGolden(files[0], "Grades/grades.csv")
    let rows = Self.table(files[0])
    #expect(rows.count == 7)
    #expect(rows.allSatisfy { $0.count == rows[0].count })
    #expect(
      rows.map { $0[5] } == [
        "status", "graded", "graded", "graded", "not_gradable", "missing", "missing",
      ])
  }

  @Test func `plain JSON has everything`() throws {
    struct Course: Decodable {
      struct Student: Decodable {
        struct Grade: Decodable {
          var task: String
          var raw, penalty, points, maximum: Points
        }
        var id: String
        var grades: [Grade]
      }
      var students: [Student]
    }
    let (files, _) = try Self.export(.json)
    try expectGolden(files[0], "Grades/grades.json")
    let course = try JSONDecoder().decode(Course.self, from: Data(files[0].utf8))
    #expect(course.students.map(\.id) == ["s1", "s2", "s3"])
    #expect(course.students[1].grades[0].points == Points(whole: 9))
    #expect(course.students[1].grades[0].penalty == Points(whole: 1))
  }

  @Test(arguments: [CourseFormat.canvas, .moodle, .brightspace, .csv])
  func `row 39: formulas in names stay text`(_ format: CourseFormat) throws {
    let formulas = [
      "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\";\"y\")",
    ]
    let students = formulas.enumerated().map { index, formula in
      var student = Roster.Student(id: "s\(index)")
      student.name = formula
      student.sortableName = formula
      student.section = formula
      student.email = formula
      return student
    }
    let tasks = formulas.map { CourseTask(name: $0, title: $0, maximum: Points(whole: 5)) }
    let grades = CourseGrades(
      tasks: tasks,
      grades: students.flatMap { student in
        tasks.map {
          TaskGrade(
            student: student.id, task: $0.name, raw: Points(whole: 1), maximum: Points(whole: 5),
            explanation: $0.name)
        }
      })
    let (files, _) = try Self.export(format, grades, Roster(students))
    for row in Self.table(files[0]) {
      for cell in row where CSVText.isFormula(cell) {
        // Moodle's sign for no grade is all that may begin so.
        #expect(cell == "-" && format == .moodle, "\(cell)")
      }
    }
    // A number is a number: no apostrophe before it.
    #expect(!files[0].contains("'1.00") && !files[0].contains("'1,"))
  }

  @Test(arguments: CourseFormat.allCases)
  func `rows 24, 26 and 53: hostile and confusable names stay apart`(
    _ format: CourseFormat
  ) throws {
    let names = ["é", "e\u{301}", "'; DROP TABLE students;--", "00123", Sample.attack]
    let tasks = [CourseTask(name: "t", title: Sample.attack, maximum: Points(whole: 1))]
    let grades = CourseGrades(
      attempts: names.map { Attempt(student: $0, task: "t", points: Points(whole: 1)) },
      tasks: tasks)
    let (files, _) = try Self.export(format, grades, Roster())
    let text = files.joined()
    if format == .json || format == .lti {
      for line in text.split(separator: "\n") {
        _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
      }
    } else {
      let rows = Self.table(text)
      #expect(Set(rows.map(\.count)).count == 1)
      let cells = rows.joined().map { Array($0.utf8) }
      for name in names.prefix(4) { #expect(cells.contains(Array(name.utf8))) }
    }
  }

  @Test(arguments: CourseFormat.allCases)
  func `row 46: the same grades give the same bytes`(_ format: CourseFormat) throws {
    let first = format.export(Self.grades, roster: Self.roster)
    for _ in 0..<5 { #expect(format.export(Self.grades, roster: Self.roster) == first) }
  }
}
