import Grades
import Grading
import SourceText
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What lies in a folder of submissions: `STUDENT.walk`, `STUDENT/TASK.walk` or `STUDENT/TASK.2.walk`, the
/// second attempt.
///
/// Only regular files are opened, and no symbolic link is followed. Names are data: a student's id is
/// what the file's name says, byte for byte.
struct SubmissionFolder {
  /// The submissions, in the order of the bytes of their names; their sources are read when they are wanted.
  private(set) var entries: [Entry] = []
  /// What lies there and is no submission.
  private(set) var problems: [String] = []

  /// The most files.
  static let limit = 1_000_000

  /// A file, for a task.
  struct Entry: Sendable {
    var path: String
    var key: SubmissionKey
  }

  /// Looks at a folder.
  ///
  /// - Parameter tasks: The lesson's tasks: a file that is named after its student alone is for each of
  ///   them.
  init(_ folder: String, tasks: [String]) throws(FileFailure) {
    for name in try Self.names(folder) {
      let path = "\(folder)/\(name)"
      switch Self.kind(path) {
      case .regular where name.hasSuffix(".walk"):
        let student = String(name.dropLast(".walk".count))
        for task in tasks {
          add(path, id: "\(name)#\(task)", student: student, task: task, attempt: 1)
        }
      case .folder: try addStudent(folder, name, tasks)
      case .regular: problems.append("\(name): a submission's name ends in `.walk`")
      case .other: problems.append("\(name): it is neither a file nor a folder")
      }
    }
  }

  private mutating func addStudent(
    _ folder: String, _ student: String, _ tasks: [String]
  ) throws(FileFailure) {
    for name in try Self.names("\(folder)/\(student)") {
      let path = "\(folder)/\(student)/\(name)"
      guard case .regular = Self.kind(path), name.hasSuffix(".walk") else {
        problems.append("\(student)/\(name): a submission is a file whose name ends in `.walk`")
        continue
      }
      var task = String(name.dropLast(".walk".count))
      var attempt = 1
      if !tasks.contains(task), let dot = task.lastIndex(of: "."),
        let number = Int(task[task.index(after: dot)...]), number > 0, number < 100_000
      {
        task = String(task[..<dot])
        attempt = number
      }
      if !tasks.contains(task) {
        let near =
          tasks.first { $0.lowercased() == task.lowercased() }
          ?? Nearest.name(to: task, among: tasks)
        problems.append(
          "\(student)/\(name): there is no task `\(task)`"
            + (near.map { "; is it for `\($0)`?" } ?? ""))
      }
      add(path, id: "\(student)/\(name)", student: student, task: task, attempt: attempt)
    }
  }

  private mutating func add(
    _ path: String, id: String, student: String, task: String, attempt: Int
  ) {
    guard entries.count < Self.limit else { return }
    entries.append(
      Entry(
        path: path, key: SubmissionKey(id: id, student: student, task: task, attempt: attempt)))
  }

  // MARK: Files

  private enum Kind {
    case regular
    case folder
    case other
  }

  private static func kind(_ path: String) -> Kind {
    var status = stat()
    guard lstat(path, &status) == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// The names in a folder by their bytes, hidden ones left out.
  private static func names(_ folder: String) throws(FileFailure) -> [String] {
    try FileSystem.entries(of: folder).filter { !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The bytes of a submission, one more than are allowed at most; what cannot be read has none.
  static func read(_ path: String) -> [UInt8]? {
    // Whoever puts a link or a pipe in the file's place now is refused here.
    let number = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return nil }
    let descriptor = FileDescriptor(rawValue: number)
    defer { try? descriptor.close() }
    var status = stat()
    guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return try? FileSystem.read(descriptor, limit: SubmissionLimits.bytes)
  }
}
