import Archives
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

/// What lies in a folder of submissions or in an archive: `STUDENT.walk`, `STUDENT/TASK.walk` or
/// `STUDENT/TASK.2.walk`, the second attempt.
///
/// Only regular files are opened, and no symbolic link is followed; nothing of an archive is unpacked to a
/// disk. Names are data: a student's id is what the file's name says, byte for byte.
struct SubmissionFolder: Sendable {
  /// The submissions, in the order of the bytes of their names; their sources are read when they are wanted.
  private(set) var entries: [Entry] = []
  /// What lies there and is no submission.
  private(set) var problems: [String] = []
  private var archive: Archive?
  private var isFull = false

  /// The most files.
  static let limit = 1_000_000
  /// The bytes of an archive, at most.
  private static let archiveBytes = 256 << 20

  /// A file, for a task.
  struct Entry: Sendable {
    fileprivate var place: Place
    var key: SubmissionKey
  }

  /// Where the bytes of a submission are.
  fileprivate enum Place: Sendable {
    case file(String)
    case archived(Archive.Entry)
  }

  /// Whether a file's name is that of an archive.
  static func isArchive(_ path: String) -> Bool {
    let name = path.lowercased()
    return [".zip", ".tar", ".tar.gz", ".tgz"].contains { name.hasSuffix($0) }
  }

  /// Looks at a folder, or at an archive by its name.
  ///
  /// - Parameter tasks: The lesson's tasks: a file that is named after its student alone is for each of
  ///   them.
  init(_ path: String, tasks: [String]) throws(FileFailure) {
    if Self.isArchive(path), try FileSystem.kind(of: path) == .file {
      try addArchive(path, tasks)
      return
    }
    for name in try Self.names(path) {
      let place = "\(path)/\(name)"
      switch Self.kind(place) {
      case .regular: addFile(name, .file(place), tasks)
      case .folder: try addStudent(path, name, tasks)
      case .other: problems.append("\(name): it is neither a file nor a folder")
      }
    }
  }

  /// A file that is named after its student.
  private mutating func addFile(_ name: String, _ place: Place, _ tasks: [String]) {
    guard name.hasSuffix(".walk") else {
      problems.append("\(name): a submission's name ends in `.walk`")
      return
    }
    let student = String(name.dropLast(".walk".count))
    for task in tasks {
      add(place, id: "\(name)#\(task)", student: student, task: task, attempt: 1)
    }
  }

  private mutating func addStudent(
    _ folder: String, _ student: String, _ tasks: [String]
  ) throws(FileFailure) {
    for name in try Self.names("\(folder)/\(student)") {
      let path = "\(folder)/\(student)/\(name)"
      guard case .regular = Self.kind(path) else {
        problems.append("\(student)/\(name): a submission is a file whose name ends in `.walk`")
        continue
      }
      addFile(name, of: student, .file(path), tasks)
    }
  }

  /// A file in the folder of its student, named after its task.
  private mutating func addFile(
    _ name: String, of student: String, _ place: Place, _ tasks: [String]
  ) {
    guard let (task, attempt) = Self.task(name, tasks) else {
      problems.append("\(student)/\(name): a submission is a file whose name ends in `.walk`")
      return
    }
    if !tasks.contains(task) {
      let near =
        tasks.first { $0.lowercased() == task.lowercased() }
        ?? Nearest.name(to: task, among: tasks)
      problems.append(
        "\(student)/\(name): there is no task `\(task)`"
          + (near.map { "; is it for `\($0)`?" } ?? ""))
    }
    add(place, id: "\(student)/\(name)", student: student, task: task, attempt: attempt)
  }

  /// The task and the attempt that a file's name says; `nil` for one that does not end in `.walk`.
  private static func task(_ name: String, _ tasks: [String]) -> (task: String, attempt: Int)? {
    guard name.hasSuffix(".walk") else { return nil }
    let task = String(name.dropLast(".walk".count))
    if !tasks.contains(task), let dot = task.lastIndex(of: "."),
      let number = Int(task[task.index(after: dot)...]), number > 0, number < 100_000
    {
      return (known(String(task[..<dot]), tasks), number)
    }
    return (known(task, tasks), 1)
  }

  /// A task's name in the bytes of the lesson: a file system may have put its letters together in another
  /// way.
  private static func known(_ task: String, _ tasks: [String]) -> String {
    tasks.first { $0 == task } ?? task
  }

  private mutating func add(
    _ place: Place, id: String, student: String, task: String, attempt: Int
  ) {
    guard entries.count < Self.limit else {
      if !isFull {
        problems.append("\(id): more than \(Self.limit) submissions; from here on none is read")
      }
      isFull = true
      return
    }
    entries.append(
      Entry(
        place: place, key: SubmissionKey(id: id, student: student, task: task, attempt: attempt)))
  }

  // MARK: Archives

  private mutating func addArchive(_ path: String, _ tasks: [String]) throws(FileFailure) {
    guard let bytes = Self.read(path, limit: Self.archiveBytes) else {
      throw FileFailure("it is no regular file, or cannot be read")
    }
    guard bytes.count <= Self.archiveBytes else {
      throw FileFailure("it is larger than \(Self.archiveBytes >> 20) MiB")
    }
    let found: Archive
    do throws(ArchiveProblem) {
      found = try Archive(bytes)
    } catch {
      throw FileFailure(error.description)
    }
    archive = found
    // Whose names are sound is known only by these.
    var named: [(parts: [String], entry: Archive.Entry)] = []
    for entry in found.entries {
      if let problem = entry.problem { problems.append("\(entry.shownName): \(problem)") }
      switch entry.problem {
      case .pathOutside, .badName, .nameEncoding, .duplicateName: continue
      default: named.append((entry.shownName.split(separator: "/").map(String.init), entry))
      }
    }
    if Self.hasFolderAround(named.map(\.parts), tasks) {
      named = named.map { (Array($0.parts.dropFirst()), $0.entry) }
    }
    // In the order in which the folder would be read.
    named.sort { left, right in
      left.parts.lexicographicallyPrecedes(right.parts) {
        $0.utf8.lexicographicallyPrecedes($1.utf8)
      }
    }
    for (parts, entry) in named {
      switch parts.count {
      case 1: addFile(parts[0], .archived(entry), tasks)
      case 2: addFile(parts[1], of: parts[0], .archived(entry), tasks)
      default: problems.append("\(entry.shownName): it lies too deep for a submission")
      }
    }
  }

  /// Whether all of an archive lies in one folder that is no student's, as when a folder was packed: if
  /// something lies deeper than a student's submission, or nothing in it is called after a task.
  private static func hasFolderAround(_ names: [[String]], _ tasks: [String]) -> Bool {
    guard let first = names.first, first.count > 1,
      names.allSatisfy({ $0.count > 1 && $0[0].utf8.elementsEqual(first[0].utf8) })
    else { return false }
    return names.contains { $0.count > 2 }
      || !names.contains { parts in task(parts[1], tasks).map { tasks.contains($0.task) } ?? false }
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
  func read(_ entry: Entry) -> [UInt8]? {
    switch entry.place {
    case .file(let path): Self.read(path)
    case .archived(let entry): try? archive?.bytes(of: entry)
    }
  }

  /// The same of a file.
  static func read(_ path: String, limit: Int = SubmissionLimits.bytes) -> [UInt8]? {
    // Whoever puts a link or a pipe in the file's place now is refused here.
    let number = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return nil }
    let descriptor = FileDescriptor(rawValue: number)
    defer { try? descriptor.close() }
    var status = stat()
    guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return try? FileSystem.read(descriptor, limit: limit)
  }
}
