#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import ArgumentParser
import Gradebook
import Grades

/// Who changes a book, and why.
struct AuthorOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Why; it stays in the book.", valueName: "text"))
  var reason: String

  @Option(help: ArgumentHelp("Who says so; it stays in the book.", valueName: "name"))
  var by: String

  /// Now, in seconds since 1970.
  static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}

/// `ringwalk book adjust BOOK STUDENT TASK`.
struct BookAdjustCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adjust",
    abstract: "Change a grade by hand, with a reason.",
    discussion: """
      Adjustments apply in their order on top of the result that counts, also after a regrading: --add \
      and --subtract change it, --set replaces it. Nothing is lost: undo takes an adjustment back. Points \
      have three decimals at most.
      """)

  @OptionGroup var options: BookOptions

  @Argument(help: "The student.")
  var student: String

  @Argument(help: "The task.")
  var task: String

  @Option(help: ArgumentHelp("So many points more.", valueName: "points"))
  var add: PointsArgument?

  @Option(help: ArgumentHelp("So many points fewer, down to 0.", valueName: "points"))
  var subtract: PointsArgument?

  @Option(help: ArgumentHelp("So many points, whatever was there.", valueName: "points"))
  var set: PointsArgument?

  @OptionGroup var author: AuthorOptions

  @Flag(help: "Allow a student and task of which the book has nothing.")
  var new = false

  func validate() throws {
    if [add, subtract, set].compactMap({ $0 }).count != 1 {
      throw ValidationError("say one of --add, --subtract and --set")
    }
  }

  func run() throws {
    let change: Adjustment.Change
    if let add {
      change = .add(millipoints: add.points.millipoints)
    } else if let subtract {
      change = .add(millipoints: -subtract.points.millipoints)
    } else {
      change = .set(set?.points ?? .zero)
    }
    try options.use(.write) { book in
      func grade() throws -> Grade? {
        var found: Grade?
        try book.forEachGrade(student: student, task: task) { found = $0 }
        return found
      }
      if !new, try grade() == nil {
        throw BookError.invalid(
          "the book has nothing of `\(student)` for `\(task)`; --new adjusts it all the same")
      }
      let adjustment = Adjustment(
        student: student, task: task, change: change, reason: author.reason, author: author.by)
      let entry = try book.append([.adjustment(adjustment, time: AuthorOptions.now)]).lowerBound
      try Terminal.print("entry \(entry): \(try grade().map(BookText.grade) ?? "")\n")
    }
  }
}

/// `ringwalk book undo BOOK ENTRY`.
struct BookUndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take an adjustment or a regrading back.",
    discussion: """
      A new entry says that the other one no longer counts; both stay in the book. After a regrading is \
      undone, the results before it count again. show tells the numbers of entries.
      """)

  @OptionGroup var options: BookOptions

  @Argument(help: "The number of the entry.")
  var entry: Int64

  @OptionGroup var author: AuthorOptions

  func run() throws {
    try options.use(.write) { book in
      let number = try book.append([
        .undo(of: entry, reason: author.reason, author: author.by, time: AuthorOptions.now)
      ]).lowerBound
      try Terminal.print("entry \(number): entry \(entry) no longer counts\n")
    }
  }
}
