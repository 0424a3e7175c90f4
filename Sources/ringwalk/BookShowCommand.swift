#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import ArgumentParser
import Gradebook
import Grades
import SourceText
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `ringwalk book show BOOK`.
struct BookShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "How a grade came about: all entries about a student, or one entry.",
    discussion: """
      Without a student, all entries are shown. With --source, what was handed in is written instead, as \
      it is; on a terminal, control characters are shown as pictures.
      """)

  @OptionGroup var options: BookOptions

  @Argument(help: "The student.")
  var student: String?

  @Argument(help: "The task.")
  var task: String?

  @Option(help: ArgumentHelp("Only the entry with this number.", valueName: "n"))
  var entry: Int64?

  @Flag(help: "Write what was handed in last, or by the entry.")
  var source = false

  func validate() throws {
    if entry != nil, student != nil {
      throw ValidationError("say either a student or an entry")
    }
    if source, entry == nil, student == nil {
      throw ValidationError("--source needs a student or an entry")
    }
  }

  func run() throws {
    try options.use(.read) { book in
      if source {
        try writeSource(of: book)
      } else if let number = entry {
        guard let entry = try book.entry(number) else {
          throw BookError.invalid("there is no entry \(number)")
        }
        try Terminal.print(try Self.text(entry, of: book, withChecks: true))
      } else {
        try showHistory(of: book)
      }
    }
  }

  private func showHistory(of book: Gradebook) throws {
    var isEmpty = true
    try book.forEachEntry(student: student, task: task) { entry in
      isEmpty = false
      try Terminal.print(try Self.text(entry, of: book, withChecks: false))
    }
    guard let student else { return }
    var grades: [String] = []
    try book.forEachGrade(student: student, task: task) {
      grades.append("now: " + BookText.grade($0) + "\n")
    }
    if isEmpty || grades.isEmpty {
      throw BookError.invalid("the book has nothing of `\(student)`")
    }
    try Terminal.print("\n" + grades.joined())
  }

  private func writeSource(of book: Gradebook) throws {
    var digest: String?
    func take(_ entry: BookEntry) {
      switch entry.content {
      case .submission(_, let source): digest = source
      case .result(let result): digest = result.sourceDigest
      case .adjustment, .undo, .regrading: break
      }
    }
    if let entry {
      try book.entry(entry).map(take)
    } else {
      try book.forEachEntry(student: student, task: task, take)
    }
    guard let digest, let bytes = try book.source(withDigest: digest) else {
      throw BookError.invalid("the book does not have what was handed in")
    }
    guard isatty(FileDescriptor.standardOutput.rawValue) == 1 else {
      return try Terminal.print(bytes)
    }
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      try Terminal.print(
        DiagnosticRenderer.printable(String(decoding: line, as: UTF8.self)) + "\n")
    }
  }

  /// An entry on a line, with what belongs to it below.
  static func text(
    _ entry: BookEntry, of book: Gradebook, withChecks: Bool
  ) throws -> String {
    let head =
      BookText.column("\(entry.number)", 6, isNumber: true) + "  "
      + BookText.column(entry.time.map(time) ?? "", 20)
    var text = head + what(entry.content) + "\n"
    if case .result(let stored) = entry.content, withChecks || stored.status != .graded {
      let result = try stored.result()
      if !result.message.isEmpty { text += below(result.message) }
      for message in result.messages {
        text += below("\(message.line):\(message.column) \(message.code) \(message.text)")
      }
      for check in result.checks {
        text += below(
          "\(check.number). \(check.title): \(check.outcome.rawValue.replacing("_", with: " ")), "
            + BookText.points(check.points, of: check.maximum))
      }
    }
    if withChecks { text += below("digest \(entry.digest)") }
    return text
  }

  private static func below(_ text: String) -> String {
    String(repeating: " ", count: 30) + BookText.name(text) + "\n"
  }

  private static func what(_ content: BookEntry.Content) -> String {
    let name = BookText.name
    switch content {
    case .submission(let key, let source):
      return "handed in: \(about(key)), digest \(BookText.digest(source))"
    case .result(let result):
      let outcome =
        switch result.status {
        case .graded: BookText.points(result.points, of: result.maximum)
        case .notGradable: "not gradable"
        case .fault: "the grader failed"
        }
      let part = result.regrading.map { ", as part of \($0)" } ?? ""
      return
        "graded: \(about(result.key)): \(outcome), lesson \(BookText.digest(result.lessonDigest)), "
        + "\(name(result.version))\(part)"
    case .adjustment(let adjustment):
      let change =
        switch adjustment.change {
        case .add(let millipoints): "\(BookText.difference(millipoints)) points"
        case .set(let points): "set to \(points.text) points"
        }
      return "adjusted: \(name(adjustment.student)), \(name(adjustment.task)): \(change), "
        + "by \(name(adjustment.author)): \(name(adjustment.reason))"
    case .undo(let number, let reason, let author):
      return "undone: entry \(number), by \(name(author)): \(name(reason))"
    case .regrading(let regrading):
      let author = regrading.author.isEmpty ? "" : ", by \(name(regrading.author))"
      let reason = regrading.reason.isEmpty ? "" : ": \(name(regrading.reason))"
      return "graded again: lesson \(BookText.digest(regrading.oldLesson)) → "
        + "\(BookText.digest(regrading.newLesson)), \(name(regrading.version)), "
        + regrading.policy.rawValue + author + reason
    }
  }

  private static func about(_ key: SubmissionKey) -> String {
    "\(BookText.name(key.student)), \(BookText.name(key.task)), attempt \(key.attempt)"
  }

  /// `2026-09-01T12:00:00Z`; the bare number where no calendar has such a year.
  static func time(_ seconds: Int64) -> String {
    guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return "\(seconds)" }
    return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
