public import ArgumentParser
import CAllocator
import Gradebook
public import Grades
import Grading
import Handout
import Lesson
import SourceText
import SystemPackage
import WalkSemantics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Situation: ExpressibleByArgument {}

/// A format of another tool, or one of ours.
enum GradeFormat: Equatable, ExpressibleByArgument {
  case submission(SubmissionFormat)
  case course(CourseFormat)

  init?(argument: String) {
    if let format = SubmissionFormat(rawValue: argument) {
      self = .submission(format)
    } else if let format = CourseFormat(rawValue: argument) {
      self = .course(format)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] {
    SubmissionFormat.allCases.map(\.rawValue) + CourseFormat.allCases.map(\.rawValue)
  }
}

/// `ringwalk grade LESSON SUBMISSIONS`.
struct GradeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Grade what students hand in for the tasks of a lesson.",
    discussion: """
      SUBMISSIONS is a folder with STUDENT.walk or STUDENT/TASK.walk (STUDENT/TASK.2.walk for a second \
      attempt), a .zip, .tar or .tar.gz of one, of which nothing is unpacked to a disk, one .walk file with \
      --task and --student, or - for lines of JSON: objects with id, \
      student, task, attempt and source, each answered by one line in the same order.

      Standard output has results as lines of JSON for -, what the student may read for one file, and a \
      table for a folder. With --output, a folder gets results.jsonl, a summary, feedback for each \
      student, and the formats that are asked for.
      """)

  @Argument(help: "The lesson with the tasks.")
  var lesson: String

  @Argument(help: "A folder, an archive, a .walk file, or - for lines of JSON.")
  var submissions: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder for all that is written.", valueName: "dir")
  )
  var output: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Formats of other tools that --output gets as well.")
  var format: [GradeFormat] = []

  @Option(help: ArgumentHelp("The task of a single file.", valueName: "name"))
  var task: String?

  @Option(help: ArgumentHelp("Whose a single file is.", valueName: "id"))
  var student = ""

  @Option(help: ArgumentHelp("Which attempt a single file is.", valueName: "number"))
  var attempt = 1

  @Option(help: "Whom feedback is for: now or after_due (students), or staff.")
  var situation: Situation = .now

  @Option(
    help: ArgumentHelp(
      "The file with the course's key, by which students' variants are made.", valueName: "file"))
  var key: String?

  @Option(
    help: ArgumentHelp("The students of the course, as CSV with a header.", valueName: "file"))
  var roster: String?

  @Option(
    help: ArgumentHelp(
      "Of several parts the one with a number from 0, such as 2/7; auto: what Slurm, Kubernetes or AWS Batch say.",
      valueName: "i/n"))
  var shard: String?

  @Option(
    help: ArgumentHelp(
      "Take results over from a file that an interrupted grading has written.", valueName: "file"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "A gradebook to enter submissions and results into; what it has already is not graded again.",
      valueName: "file"))
  var book: String?

  @Flag(help: "Grade everything twice, and let a difference be a fault.")
  var twice = false

  @Flag(help: "Replace students' names by keyed digests; needs --key.")
  var anonymous = false

  @Option(name: .shortAndLong, help: "How many submissions to grade at the same time.")
  var jobs = GradeCommand.cores

  @Option(
    help: ArgumentHelp(
      "What being late costs, such as \"10% a day, grace 15 minutes\"; needs times of receipt.",
      valueName: "policy"))
  var late: String?

  @Option(
    help: ArgumentHelp(
      "Which attempt counts: best, last, average, or declining shares.", valueName: "policy"))
  var attempts: String?

  @Option(
    help: ArgumentHelp(
      "Titles, due dates and Canvas numbers of tasks, as CSV with the header task,title,due,canvas.",
      valueName: "file"))
  var tasks: String?

  @Option(
    help: ArgumentHelp(
      "When submissions were received, as CSV with the header submission,received.",
      valueName: "file"))
  var received: String?

  @Option(
    help: ArgumentHelp(
      "The moment that LTI scores and JUnit carry, such as 2026-09-01T12:00:00Z.",
      valueName: "moment"))
  var at: String?

  @Flag(help: "Write 8,5 for Moodle.")
  var decimalComma = false

  @OptionGroup var limits: LimitOptions

  func validate() throws {
    guard attempt >= 1 else { throw ValidationError("attempts are counted from 1") }
    guard jobs >= 1 else { throw ValidationError("at least one submission is graded at a time") }
    if let shard, Shard(shard) == nil {
      throw ValidationError(
        shard == "auto"
          ? "no engine says which part this is; set RINGWALK_SHARDS beside JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX"
          : "--shard wants a number and a count, such as 2/7, the number from 0")
    }
    if let late, LatePolicy(late) == nil {
      throw ValidationError("--late wants a policy such as \"10% a day, grace 15 minutes\"")
    }
    if let attempts, AttemptsPolicy(attempts) == nil {
      throw ValidationError("--attempts wants best, last, average or declining shares")
    }
    if let at, secondsSince1970(of: at) == nil {
      throw ValidationError("--at wants a moment with its zone, such as 2026-09-01T12:00:00Z")
    }
    if at == nil, format.contains(.course(.lti)) {
      throw ValidationError("LTI scores carry a moment, later than that of the last ones: --at")
    }
    if late != nil, tasks == nil || received == nil {
      throw ValidationError("--late needs due dates, --tasks, and times of receipt, --received")
    }
    if anonymous, key == nil { throw ValidationError("--anonymous needs --key") }
    if submissions == "-", output != nil || !format.isEmpty {
      throw ValidationError("lines of JSON are answered by lines: leave --output and --format away")
    }
    if anonymous, book != nil {
      throw ValidationError("a book keeps students' own names, by which variants are made again")
    }
    if !format.isEmpty, output == nil { throw ValidationError("--format needs --output") }
  }

  func run() async throws {
    keepMemory()
    let grader = try courseGrader()
    var known: KnownResults?
    if let resume {
      do throws(FileFailure) {
        known = try KnownResults(resume)
      } catch {
        // Nothing was graded yet.
        if error.reason != FileFailure(errno: ENOENT).reason {
          throw ValidationError("\(resume) cannot be read: \(error.reason)")
        }
      }
    }
    do {
      try await grade(grader, known, try book.map { try GradeBook($0) })
    } catch let error as BookError {
      BookOptions.complain(error, book ?? "", .create)
      try ExitStatus.broken.end()
    }
  }

  private func grade(
    _ grader: CourseGrader, _ known: KnownResults?, _ book: GradeBook?
  ) async throws {
    let shard = shard.flatMap { Shard($0) }
    if submissions == "-" {
      var stream = GradeStream(grader: grader, shard: shard, known: known, jobs: jobs, book: book)
      return try await stream.run(.standardInput).end()
    }
    switch try kind(of: submissions) {
    case .file where !SubmissionFolder.isArchive(submissions): try gradeFile(grader, book)
    case .file, .folder:
      var course = GradeCourse(
        grader: grader, folder: submissions, output: output, formats: format,
        roster: try students(),
        situation: situation, shard: shard, known: known, jobs: jobs,
        late: late.flatMap { LatePolicy($0) } ?? LatePolicy(),
        attempts: attempts.flatMap { AttemptsPolicy($0) } ?? .best, book: book)
      let names = grader.grader.tasks.map(\.name)
      if let tasks {
        course.tasks = try Self.table(tasks) { bytes in
          let table = CourseTaskTable(csv: bytes, tasks: names)
          return (table, table.messages)
        }
      }
      if let received {
        course.receipts = try Self.table(received) { bytes in
          let table = ReceiptTable(csv: bytes)
          return (table, table.messages)
        }
      }
      course.exportOptions = CourseFormat.Options(
        seconds: at.flatMap(secondsSince1970(of:)) ?? 0, hasDecimalComma: decimalComma)
      try await course.run().end()
    }
  }

  /// Lets memory that a run has given back serve the next one: machines are made and thrown away by the
  /// thousand, and asking the system for the memory of each takes a third of the time.
  private func keepMemory() {
    #if canImport(Glibc)
      _ = mallopt(M_MMAP_THRESHOLD, 1 << 26)
      _ = mallopt(M_TRIM_THRESHOLD, 1 << 27)
    #endif
  }

  private func kind(of path: String) throws -> FileSystem.Kind {
    do throws(FileFailure) {
      return try FileSystem.kind(of: path)
    } catch {
      throw ValidationError("\(path) cannot be read: \(error.reason)")
    }
  }

  private func courseGrader() throws -> CourseGrader {
    let grader = try Self.grader(of: lesson, key: key, limits: limits)
    return CourseGrader(
      grader: grader, isTwice: twice, anonymity: anonymous ? grader.options.courseKey : nil)
  }

  /// A lesson, ready to grade; told is when anybody can work out students' variants.
  static func grader(of path: String, key: String?, limits: LimitOptions) throws -> Grader {
    let grader = try quietGrader(of: path, key: key, limits: limits)
    if key == nil, let varied = grader.tasks.first(where: \.varies) {
      Terminal.complain(
        "ringwalk: `\(varied.name)` varies from student to student, and without --key anybody can work out how\n"
      )
    }
    return grader
  }

  /// A lesson, ready to grade.
  static func quietGrader(of path: String, key: String?, limits: LimitOptions) throws -> Grader {
    let lesson = Input(path: path).compile(limits: limits.limits)
    lesson.complain()
    guard !lesson.isBroken else { throw ExitCode(ExitStatus.broken.rawValue) }
    guard !lesson.tasks.isEmpty else {
      throw ValidationError("\(path) has no tasks and no questions")
    }
    var options = GradingOptions(version: Tool.version)
    if let key { options.courseKey = try Self.key(key) }
    return Grader(lesson, options: options)
  }

  /// How many processors there are.
  static let cores = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))

  /// The course's key: the bytes of a file, without a line end behind them.
  static func key(_ path: String) throws -> [UInt8] {
    do throws(FileFailure) {
      var bytes = try FileSystem.read(path, limit: 1 << 16)
      while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
      guard bytes.count >= 8 else {
        throw FileFailure("a key has 8 bytes or more")
      }
      return bytes
    } catch {
      throw ValidationError("\(path) is no key: \(error.reason)")
    }
  }

  private func students() throws -> Roster {
    guard let roster else { return Roster() }
    return try Self.table(roster) { bytes in
      let found = Roster(csv: bytes)
      return (found, found.messages)
    }
  }

  /// Reads a table, and tells what is wrong with it.
  static func table<Table>(
    _ path: String, _ read: ([UInt8]) -> (Table, [LineMessage])
  ) throws -> Table {
    do throws(FileFailure) {
      let (table, messages) = read(try FileSystem.read(path, limit: 64 << 20))
      for message in messages {
        let place = "\(DiagnosticRenderer.printable(path)):\(message.line)"
        Terminal.complain("\(place): \(DiagnosticRenderer.printable(message.text))\n")
      }
      guard !messages.contains(where: \.isError) else { throw FileFailure("it has mistakes") }
      return table
    } catch {
      throw ValidationError("\(path) cannot be read: \(error.reason)")
    }
  }

  // MARK: One file

  private func gradeFile(_ grader: CourseGrader, _ book: GradeBook?) throws {
    let names = grader.grader.tasks.map(\.name)
    guard let task = task ?? (names.count == 1 ? names[0] : nil) else {
      throw ValidationError("name the task with --task: \(names.joined(separator: ", "))")
    }
    guard let source = SubmissionFolder.read(submissions) else {
      throw ValidationError("\(submissions) is no regular file that can be read")
    }
    let submission = Submission(
      key: SubmissionKey(id: submissions, student: student, task: task, attempt: attempt),
      source: source)
    let result = try book?.result(for: submission, by: grader) ?? grader.grade(submission)
    let entry = GradeBook.Entry(
      submission: StoredSubmission(key: submission.key, source: submission.source),
      written: WrittenResult(result))
    let status = try book?.record([entry]) ?? .holds
    let feedback = FeedbackText(report: StudentReport(result, in: situation))
    try Terminal.print(feedback.text)
    if let output {
      let files = Feedback(grader: grader, situation: situation).files(submission, result)
      for file in files { try Self.write(file.bytes, to: "\(output)/\(file.name)") }
      for case .submission(let format) in format {
        let bytes = format.bytes(for: [result], in: situation)
        try Self.write(bytes, to: "\(output)/\(format.rawValue)/\(format.fileName)")
      }
    }
    switch result.status {
    case .graded: try max(status, result.points < result.maximum ? .fails : .holds).end()
    case .notGradable, .fault: try ExitStatus.broken.end()
    }
  }

  /// Writes a file whole or not at all, and makes its folder.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do throws(FileFailure) {
      let place = FilePath(path)
      let folder = place.removingLastComponent().string
      try FileSystem.makeFolder(folder)
      try FileSystem.write(bytes, to: place.lastComponent?.string ?? "", in: folder)
    } catch {
      Terminal.complain(.unwritableFile(path, reason: error.reason))
      throw ExitCode(ExitStatus.broken.rawValue)
    }
  }
}

extension LessonTask {
  /// Whether students have variants of their own.
  var varies: Bool {
    if case .programs(let checked) = kind { !checked.varied.isEmpty } else { false }
  }
}
