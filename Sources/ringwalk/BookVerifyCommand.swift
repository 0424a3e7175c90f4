import ArgumentParser
import Gradebook
import Grades
import SourceText

/// `ringwalk book verify BOOK`.
struct BookVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Look whether a gradebook is what was entered.",
    discussion: """
      Works all digests out again and names the first entry that is wrong; the exit status is then 1. \
      Whoever can write the file could also write a whole new log. So write the last digest down \
      somewhere else, in a mail to a colleague for example, and give it to --head later: it must still \
      be in the log.
      """)

  @OptionGroup var options: BookOptions

  @Option(help: ArgumentHelp("The digest of an entry that must be there.", valueName: "digest"))
  var head: String?

  func run() throws {
    try options.use(.read) { book in
      let found = try book.verify(head: head)
      let name = BookText.name(options.book)
      if let problem = found.problem {
        let place = problem.entry.map { "entry \($0): " } ?? ""
        Terminal.complain("ringwalk: \(name): \(place)\(BookText.name(problem.text))\n")
        try Terminal.print("\(name): \(found.entries) entries are right\n")
        return try ExitStatus.fails.end()
      }
      try Terminal.print(
        "\(name): all \(found.entries) entries are right; last digest \(found.head)\n")
    }
  }
}
