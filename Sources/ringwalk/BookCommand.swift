import ArgumentParser
import Gradebook
import Grades
import Lesson
import SourceText

/// `ringwalk book …`.
struct BookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book",
    abstract: "Look at a gradebook, adjust and export grades.",
    discussion: """
      A gradebook is one SQLite file. It keeps what was handed in, what came of it, and what was changed \
      by hand and why, in a log that is only ever added to: each entry carries the digest of the one \
      before, and verify finds whatever was changed behind its back.
      """,
    subcommands: [
      BookListCommand.self, BookShowCommand.self, BookAdjustCommand.self, BookUndoCommand.self,
      BookRegradeCommand.self, BookImportCommand.self, BookExportCommand.self,
      BookVerifyCommand.self,
    ])
}

/// The gradebook that a command is about.
struct BookOptions: ParsableArguments {
  @Argument(help: "The gradebook.")
  var book: String

  /// Does something with the book.
  ///
  /// What cannot be done with the file is told and ends the command with status 2; what the user cannot
  /// have meant is a mistake in the command.
  func use(_ mode: Gradebook.Mode, _ body: (Gradebook) throws -> Void) throws {
    do {
      try body(try Gradebook.open(book, mode))
    } catch let error as BookError {
      try end(error, mode)
    }
  }

  /// The same with work that may be done on several threads.
  func useAsync(_ mode: Gradebook.Mode, _ body: (Gradebook) async throws -> Void) async throws {
    do {
      try await body(try Gradebook.open(book, mode))
    } catch let error as BookError {
      try end(error, mode)
    }
  }

  private func end(_ error: BookError, _ mode: Gradebook.Mode) throws {
    if case .invalid(let words) = error {
      throw ValidationError(DiagnosticRenderer.printable(words))
    }
    Self.complain(error, book, mode)
    try ExitStatus.broken.end()
  }

  /// Tells what cannot be done with a book.
  static func complain(_ error: BookError, _ book: String, _ mode: Gradebook.Mode) {
    let words = DiagnosticRenderer.printable(error.description)
    Terminal.complain(
      mode == .read
        ? .unreadableFile(book, reason: words) : .unwritableFile(book, reason: words))
  }
}

/// Which attempts count.
struct AttemptsArgument: ExpressibleByArgument {
  let policy: AttemptsPolicy

  init?(argument: String) {
    guard let policy = AttemptsPolicy(argument) else { return nil }
    self.policy = policy
  }

  init(_ policy: AttemptsPolicy) { self.policy = policy }

  var defaultValueDescription: String { policy.text }
}

/// Points as people write them, `8` or `0.125`, with three decimals at most.
struct PointsArgument: ExpressibleByArgument {
  let points: Points

  init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, (1...10).contains(whole.utf8.count) else {
      return nil
    }
    let decimals = parts.count == 2 ? parts[1] : "0"
    guard (1...3).contains(decimals.utf8.count),
      (Array(whole.utf8) + Array(decimals.utf8)).allSatisfy({ (0x30...0x39).contains($0) }),
      let units = Int64(whole), units <= 1_000_000_000,
      let thousandths = Int64(decimals + String(repeating: "0", count: 3 - decimals.utf8.count))
    else { return nil }
    points = Points(millipoints: units * 1_000 + thousandths)
  }
}

/// How commands about books write things.
enum BookText {
  /// A name of others on one line.
  static func name(_ text: String) -> String { DiagnosticRenderer.printable(text) }

  /// Text in a column, with two spaces behind it at least.
  static func column(_ text: String, _ width: Int, isNumber: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(width - text.unicodeScalars.count, 0))
    return isNumber ? padding + text : text + padding + "  "
  }

  /// `8.5 of 10 points`
  static func points(_ points: Points, of maximum: Points) -> String {
    "\(points.text) of \(maximum.text) points"
  }

  /// What a student has: `ada, sleep: 8.5 of 10 points`.
  static func grade(_ grade: Grade) -> String {
    var text = "\(name(grade.student)), \(name(grade.task)): "
    switch grade.status {
    case .graded?: text += points(grade.points, of: grade.maximum)
    case nil: text += "\(grade.points.text) points by hand"
    case .notGradable? where grade.adjustments.isEmpty: text += "not gradable"
    case .fault? where grade.adjustments.isEmpty: text += "the grader failed"
    case .notGradable?, .fault?: text += points(grade.points, of: grade.maximum) + " by hand"
    }
    return text
  }

  /// The first digits of a digest.
  static func digest(_ text: String) -> String { name(String(text.prefix(12))) }

  /// A difference in points with its sign: `+1.5`, `-3`.
  static func difference(_ millipoints: Int64) -> String {
    let size = Int64(clamping: millipoints.magnitude)
    return (millipoints < 0 ? "-" : "+") + Points(millipoints: size).text
  }
}
