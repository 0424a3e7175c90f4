import ArgumentParser
import Gradebook
import Grades
import Lesson
import SourceText

/// `ringwalk book export BOOK`.
struct BookExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write grades for other programs.",
    discussion: """
      results: the result lines that count, one for each attempt, as they were entered; adjustments by \
      hand are not in them. The other formats have what list shows: csv and json for whoever reckons on, \
      canvas, moodle and brightspace as these import them, lti a score a line. They know students by what \
      the roster says of them. What a platform would refuse is told on standard error.
      """)

  /// What is written.
  enum Format: ExpressibleByArgument, CaseIterable {
    case results
    case grades(CourseFormat)

    static var allCases: [Format] { [.results] + CourseFormat.allCases.map { .grades($0) } }

    init?(argument: String) {
      if argument == "results" {
        self = .results
      } else if let format = CourseFormat(rawValue: argument) {
        self = .grades(format)
      } else {
        return nil
      }
    }

    var defaultValueDescription: String {
      switch self {
      case .results: "results"
      case .grades(let format): format.rawValue
      }
    }

    static var allValueStrings: [String] { allCases.map(\.defaultValueDescription) }
  }

  @OptionGroup var options: BookOptions

  @Option(help: "What is written.")
  var format = Format.grades(.csv)

  @Option(name: .shortAndLong, help: ArgumentHelp("A folder for the files.", valueName: "dir"))
  var output: String?

  @Option(help: ArgumentHelp("Only this task.", valueName: "name"))
  var task: String?

  @Option(help: "Which attempts count: best, last, average, or \"declining 100% 80%\".")
  var attempts = AttemptsArgument(.best)

  @Option(help: ArgumentHelp("A table of students as CSV.", valueName: "file"))
  var roster: String?

  @Option(
    help: ArgumentHelp(
      "Titles, due dates and Canvas numbers of tasks, as CSV with the header task,title,due,canvas.",
      valueName: "file"))
  var tasks: String?

  @Option(
    help: ArgumentHelp(
      "What being late costs, such as \"10% a day, grace 15 minutes\"; needs --tasks, and a book that knows when submissions were received.",
      valueName: "policy"))
  var late: String?

  @Flag(help: "Write 8,5 for Moodle.")
  var decimalComma = false

  func validate() throws {
    if let late, LatePolicy(late) == nil {
      throw ValidationError("--late wants a policy such as \"10% a day, grace 15 minutes\"")
    }
    if late != nil, tasks == nil { throw ValidationError("--late needs due dates, --tasks") }
    if case .grades(.lti) = format, output == nil {
      throw ValidationError("lti makes a file for each task: say where, with -o")
    }
  }

  func run() throws {
    let roster = try readRoster()
    try options.use(.read) { book in
      switch format {
      case .results: try writeResults(of: book)
      case .grades(let format): try write(format, of: book, roster)
      }
    }
  }

  private func writeResults(of book: Gradebook) throws {
    var lines: [UInt8] = []
    func flush() throws {
      if let output {
        try write([("results.jsonl", lines)], to: output)
      } else {
        try Terminal.print(lines)
        lines = []
      }
    }
    try book.forEachStanding(task: task) { standing in
      for result in standing.results {
        guard case .result(let stored)? = try book.entry(result.entry)?.content else { continue }
        lines += Array(stored.line.utf8)
        lines.append(0x0A)
      }
      // Without a folder there is no need to hold more than this.
      if output == nil, lines.count > 1 << 16 { try flush() }
    }
    try flush()
  }

  private func write(_ format: CourseFormat, of book: Gradebook, _ roster: Roster) throws {
    var standings: [TaskStanding] = []
    var maxima: [String: (name: String, maximum: Points)] = [:]
    try book.forEachStanding(task: task) { standing in
      standings.append(standing)
      let key = Self.key(standing.task)
      let maximum = standing.results.map(\.maximum).max() ?? .zero
      maxima[key] = (standing.task, max(maxima[key]?.maximum ?? .zero, maximum))
    }
    // In the order of the keys, which is that of the bytes of the names.
    let order = maxima.sorted { $0.key < $1.key }
    var table = CourseTaskTable()
    if let path = tasks {
      let names = order.map(\.value.name)
      table = try GradeCommand.table(path) { bytes in
        let table = CourseTaskTable(csv: bytes, tasks: names)
        return (table, table.messages)
      }
    }
    let courseTasks = order.map { table.task($0.value.name, maximum: $0.value.maximum) }
    let places = Dictionary(
      order.enumerated().map { ($0.element.key, $0.offset) }, uniquingKeysWith: { $1 })
    let judged = CourseGrades(
      attempts: standings.flatMap { $0.results.map(\.attempt) }, tasks: courseTasks,
      late: late.flatMap { LatePolicy($0) } ?? LatePolicy(), attemptsPolicy: attempts.policy)
    let grades = standings.map { standing in
      standing.adjusting(
        places[Self.key(standing.task)].flatMap { judged.grade(of: standing.student, for: $0) })
    }
    let course = CourseGrades(tasks: courseTasks, grades: grades)
    let export = format.export(
      course, roster: roster,
      options: CourseFormat.Options(seconds: AuthorOptions.now, hasDecimalComma: decimalComma))
    for message in judged.messages + course.messages + export.messages {
      Terminal.complain("ringwalk: \(BookText.name(message))\n")
    }
    if let output {
      try write(export.files.map { ($0.name, $0.bytes) }, to: output)
    } else {
      for file in export.files { try Terminal.print(file.bytes) }
    }
  }

  /// A name by its bytes: Swift's strings are equal when they look alike.
  private static func key(_ name: String) -> String {
    name.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func write(_ files: [(name: String, bytes: [UInt8])], to folder: String) throws {
    do throws(FileFailure) {
      try FileSystem.makeFolder(folder)
      // Grades are nobody else's business.
      for file in files {
        try FileSystem.write(file.bytes, to: file.name, in: folder, isPrivate: true)
      }
    } catch {
      Terminal.complain(.unwritableFile(folder, reason: error.reason))
      try ExitStatus.broken.end()
    }
    for file in files { try Terminal.print(BookText.name("\(folder)/\(file.name)") + "\n") }
  }

  private func readRoster() throws -> Roster {
    guard let roster else { return Roster() }
    // Whoever a mistake leaves out would be missing from the grades, so a mistake ends it.
    return try GradeCommand.table(roster) { bytes in
      let found = Roster(csv: bytes)
      return (found, found.messages)
    }
  }
}
