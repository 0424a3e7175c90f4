import Gradebook
import Grades
import Grading
import Handout
import Lesson
import SourceText
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `ringwalk grade LESSON FOLDER`: everything that a folder holds, and what is made of it.
struct GradeCourse {
  let grader: CourseGrader
  let folder: String
  let output: String?
  let formats: [GradeFormat]
  let roster: Roster
  let situation: Situation
  let shard: Shard?
  var known: KnownResults?
  let jobs: Int
  let late: LatePolicy
  let attempts: AttemptsPolicy
  /// The gradebook that results are entered into before anything is made of them.
  var book: GradeBook?

  /// What the course says of its tasks.
  var tasks = CourseTaskTable()
  /// When submissions were received.
  var receipts = ReceiptTable()
  /// What formats of gradebooks want besides.
  var exportOptions = CourseFormat.Options()

  private var statistics = StatisticsBuilder()
  private var taken: [Attempt] = []
  /// The results of the student at hand, which formats for one student are made of.
  private var student: (name: String, results: [GradeResult])?
  private var status = ExitStatus.holds
  private var table = GradeTable()
  private var folders: [(student: String, folder: String)] = []

  init(
    grader: CourseGrader, folder: String, output: String?, formats: [GradeFormat], roster: Roster,
    situation: Situation, shard: Shard?, known: KnownResults?, jobs: Int, late: LatePolicy,
    attempts: AttemptsPolicy, book: GradeBook?
  ) {
    self.grader = grader
    self.folder = folder
    self.output = output
    self.formats = formats
    self.roster = roster
    self.situation = situation
    self.shard = shard
    self.known = known
    self.jobs = jobs
    self.late = late
    self.attempts = attempts
    self.book = book
  }

  /// One submission, with all that is made of it.
  private struct Graded: Sendable {
    var key: SubmissionKey
    /// What was handed in; `nil` when it could not be read.
    var source: [UInt8]?
    var result: GradeResult
    var files: [Feedback.File]

    func entry(_ receipts: ReceiptTable) -> GradeBook.Entry {
      let received = receipts.seconds(of: key.id)
      return GradeBook.Entry(
        submission: source.map { StoredSubmission(key: key, source: $0, received: received) },
        written: WrittenResult(result))
    }
  }

  /// Results of this many submissions are in memory at a time.
  private static let batch = 256

  mutating func run() async throws -> ExitStatus {
    let found: SubmissionFolder
    do throws(FileFailure) {
      found = try SubmissionFolder(folder, tasks: grader.grader.tasks.map(\.name))
    } catch {
      Terminal.complain(.unreadableFile(folder, reason: error.reason))
      return .broken
    }
    for problem in found.problems {
      Terminal.complain("ringwalk: \(DiagnosticRenderer.printable(problem))\n")
    }
    let entries = found.entries.filter { shard?.contains($0.key.id) ?? true }
    var results = try output.map { try ResultFile(in: $0) }
    if known == nil { known = results?.interrupted }
    let feedback = output == nil ? nil : Feedback(grader: grader, situation: situation)
    var progress = Progress(count: entries.count)
    for start in stride(from: 0, to: entries.count, by: Self.batch) {
      let batch = Array(entries[start..<min(start + Self.batch, entries.count)])
      let (grader, known, book) = (grader, known, book)
      let graded = try await GradeStream.map(batch, jobs: jobs) { entry in
        GradeStream.caught { () throws(BookError) in
          try Self.grade(entry, of: found, grader, known, book, feedback)
        }
      }.map { graded in try graded.get() }
      if let book { status = max(status, try book.record(graded.map { $0.entry(receipts) })) }
      for one in graded { try take(one, &results) }
      progress.advance(by: batch.count)
    }
    progress.end()
    try flush()
    try results?.finish()
    try Terminal.print(table.text)
    try writeCourse()
    return status
  }

  private static func grade(
    _ entry: SubmissionFolder.Entry, of folder: SubmissionFolder, _ grader: CourseGrader,
    _ known: KnownResults?,
    _ book: GradeBook?, _ feedback: Feedback?
  ) throws(BookError) -> Graded {
    guard let source = folder.read(entry) else {
      var result = GradeResult(submission: entry.key, status: .notGradable)
      result.submission.student = grader.name(of: entry.key.student)
      result.reason = .unreadable
      result.message = "The file cannot be read, or is no regular file."
      result.lessonDigest = grader.grader.lessonDigest
      result.version = Tool.version
      return Graded(key: entry.key, source: nil, result: result, files: [])
    }
    let submission = Submission(key: entry.key, source: source)
    var known = known?.result(for: submission, by: grader)
    if known == nil, let book { known = try book.result(for: submission, by: grader) }
    let result = known ?? grader.grade(submission)
    return Graded(
      key: entry.key, source: source, result: result,
      files: feedback?.files(submission, result) ?? [])
  }

  // MARK: One after the other

  private mutating func take(_ graded: Graded, _ results: inout ResultFile?) throws {
    let result = graded.result
    if result.status == .fault { status = .broken }
    try results?.add(result)
    statistics.add(result)
    taken.append(Attempt(result, receivedAt: receipts.seconds(of: result.submission.id)))
    table.add(result)
    guard let output else { return }
    if student?.name != graded.key.student {
      try flush()
      student = (graded.key.student, [])
    }
    student?.results.append(result)
    let name = Feedback.folder(graded.key.student, key: grader.grader.options.courseKey)
    if folders.last?.student != result.submission.student {
      folders.append((result.submission.student, name))
    }
    for file in graded.files {
      try GradeCommand.write(file.bytes, to: "\(output)/feedback/\(name)/\(file.name)")
    }
  }

  /// Writes the files that are made of all results of a student.
  private mutating func flush() throws {
    guard let student, let output else { return }
    let name = Feedback.folder(student.name, key: grader.grader.options.courseKey)
    for case .submission(let format) in formats {
      try GradeCommand.write(
        format.bytes(for: student.results, in: situation, at: exportOptions.seconds),
        to: "\(output)/\(format.rawValue)/\(name)/\(format.fileName)")
    }
    self.student = nil
  }

  // MARK: The course

  private func writeCourse() throws {
    guard let output else { return }
    var rows = CSVText()
    rows.row([.text("student"), .text("folder")])
    for row in folders { rows.row([.text(row.student), .text(row.folder)]) }
    try GradeCommand.write(rows.bytes, to: "\(output)/feedback/folders.csv")
    let summary = GradeSummary(statistics: statistics.statistics())
    try GradeCommand.write(Array(summary.text.utf8), to: "\(output)/summary.txt")
    try GradeCommand.write(summary.page, to: "\(output)/summary.html")
    let tasks = grader.grader.tasks.map { task in
      self.tasks.task(task.name, maximum: grader.grader.maximum(of: task))
    }
    let grades = CourseGrades(
      attempts: taken, tasks: tasks, late: late, attemptsPolicy: attempts)
    for message in grades.messages { Terminal.complain("ringwalk: \(message)\n") }
    for case .course(let format) in formats {
      let export = format.export(grades, roster: roster, options: exportOptions)
      for message in export.messages {
        Terminal.complain("ringwalk: \(format.rawValue): \(message)\n")
      }
      for file in export.files {
        try GradeCommand.write(file.bytes, to: "\(output)/\(format.rawValue)/\(file.name)")
      }
    }
  }
}

/// The result lines of a grading, which has its name when it is whole.
///
/// Until then it is called `results.jsonl.new`; what a killed grading has left under that name is taken over
/// by the next one.
struct ResultFile {
  private let path: String
  private let descriptor: FileDescriptor
  /// The results of a grading that was interrupted.
  let interrupted: KnownResults?
  private var buffer: [UInt8] = []

  init(in folder: String) throws {
    path = "\(folder)/results.jsonl"
    let (new, old) = ("\(path).new", "\(path).interrupted")
    do throws(FileFailure) {
      try FileSystem.makeFolder(folder)
      if rename(new, old) == 0 {
        interrupted = try KnownResults(old)
      } else {
        interrupted = nil
      }
      do {
        descriptor = try FileDescriptor.open(
          FilePath(new), .writeOnly, options: [.create, .truncate, .noFollow],
          permissions: [.ownerReadWrite, .groupRead, .otherRead])
      } catch {
        throw FileFailure(error)
      }
    } catch {
      Terminal.complain(.unwritableFile(path, reason: error.reason))
      throw ArgumentParserExit.broken
    }
  }

  /// Writes a result.
  mutating func add(_ result: GradeResult) throws {
    result.appendLine(to: &buffer)
    if buffer.last != 0x0A { buffer.append(0x0A) }
    if buffer.count > 1 << 16 { try write() }
  }

  private mutating func write() throws {
    do {
      _ = try descriptor.writeAll(buffer)
    } catch {
      Terminal.complain(.unwritableFile(path, reason: FileFailure(error).reason))
      throw ArgumentParserExit.broken
    }
    buffer = []
  }

  /// Gives the file its name.
  mutating func finish() throws {
    try write()
    _ = fsync(descriptor.rawValue)
    try? descriptor.close()
    guard rename("\(path).new", path) == 0 else {
      Terminal.complain(.unwritableFile(path, reason: FileFailure(errno: errno).reason))
      throw ArgumentParserExit.broken
    }
    unlink("\(path).interrupted")
  }
}
