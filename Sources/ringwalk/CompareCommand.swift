import ArgumentParser
import Grades
import Grading
import Lesson
import SourceText

/// `ringwalk compare LESSON SUBMISSIONS`.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Show which submissions have much in common.",
    discussion: """
      Compared is what scripts consist of, whatever their names, comments and order, and what their runs ask \
      of the kernel; what the starter has is left out. For variants, values of other students are looked \
      for. It shows what is alike side by side. Why it is alike is for people to find out.
      """)

  @OptionGroup var options: TaskOptions

  @Argument(help: "A folder as for grade.")
  var submissions: String

  @Option(help: "Only pairs that share at least this much of their structure, in percent.")
  var least = 50

  @Option(help: "How many pairs to show.")
  var count = 50

  func validate() throws {
    guard (0...100).contains(least) else { throw ValidationError("--least is a percentage") }
    guard count >= 1 else { throw ValidationError("--count is 1 or more") }
  }

  func run() async throws {
    let grader = try options.grader()
    let found: SubmissionFolder
    do throws(FileFailure) {
      found = try SubmissionFolder(submissions, tasks: grader.tasks.map(\.name))
    } catch {
      throw ValidationError("\(submissions) cannot be read: \(error.reason)")
    }
    for problem in found.problems {
      Terminal.complain("ringwalk: \(DiagnosticRenderer.printable(problem))\n")
    }
    let prints = await GradeStream.map(found.entries, jobs: GradeCommand.cores) { entry in
      found.read(entry).flatMap { source in
        Similarity.fingerprint(Submission(key: entry.key, source: source), by: grader)
      }
    }.compactMap(\.self)
    let pairs = Similarity.pairs(prints, least: least * 10)
    try Terminal.print(
      "\(prints.count) submissions compared, \(pairs.count == 1 ? "1 pair" : "\(pairs.count) pairs") with much in common\n"
    )
    for pair in pairs.prefix(count) { try Terminal.print(Self.text(pair)) }
    if pairs.count > count { try Terminal.print("\n… and \(pairs.count - count) more: --count\n") }
  }

  /// What a pair shares, side by side.
  static func text(_ pair: Similarity.Pair) -> String {
    func shown(_ text: String) -> String { DiagnosticRenderer.printable(text) }
    var out =
      "\n\(shown(pair.first.id)) and \(shown(pair.second.id)) (\(shown(pair.first.task))): "
      + "\(pair.structure / 10) % of the structure, \(pair.run / 10) % of the calls\n"
    for stranger in pair.strangers { out += "  \(shown(stranger))\n" }
    let width = 36
    for line in pair.lines {
      var left = String(shown(line.first).prefix(width))
      left += String(repeating: " ", count: max(0, width - left.unicodeScalars.count))
      out += "  \(left) | \(shown(line.second).prefix(width))\n"
    }
    return out
  }
}
