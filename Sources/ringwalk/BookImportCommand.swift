import ArgumentParser
import Gradebook
import Grades
import SourceText

/// `ringwalk book import BOOK FILES…`.
struct BookImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Enter results that were made elsewhere, by shards for example.",
    discussion: """
      Reads result lines, as grade and merge write them, and enters those that the book does not have \
      yet; so the same files can be imported again after an interruption. A book that is not there is \
      begun. A result that says something else than the book about the same bytes, lesson, version and \
      seed is not entered: both are shown on standard error, and the exit status is 1. Result lines do not \
      have what was handed in, so such results cannot be graded again out of the book.
      """)

  @OptionGroup var options: BookOptions

  @Argument(help: "Files of result lines; - is standard input.")
  var files: [String]

  /// So many results are entered at a time.
  private static let portion = 256

  func run() throws {
    var status = ExitStatus.holds
    try options.use(.create) { book in
      var pending: [(submission: StoredSubmission?, result: GradeResult)] = []
      var (added, known) = (0, 0)
      func enter() throws {
        let recorded = try book.record(pending)
        pending = []
        added += recorded.added
        known += recorded.known
        status = max(status, try GradeBook.complain(recorded, book))
      }
      let read = try ResultLines.read(files) { result in
        pending.append((nil, result))
        if pending.count == Self.portion { try enter() }
      }
      try enter()
      status = max(status, read)
      try Terminal.print("\(added) results entered, \(known) were there already\n")
    }
    try status.end()
  }
}
