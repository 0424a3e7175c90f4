import ArgumentParser
import Grades
import SourceText

/// `ringwalk merge FILES…`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Put the results of several shards together.",
    discussion: """
      Reads result lines, as grade writes them, and writes them in the order of their ids, by bytes. The \
      same result twice is one; in which order files are named, and whether some were merged before, makes \
      no difference. When one id has two different results, both are shown on standard error, both stay \
      in the output, and the exit status is 1. A line that is no result is told with its place, and the \
      exit status is 2. All results are held in memory at a time: 1,000,000 of them take some gigabytes.
      """)

  @Argument(help: "Files of result lines; - is standard input.")
  var files: [String]

  func run() throws {
    var merge = ResultMerge()
    var status = try ResultLines.read(files) { merge.add($0) }
    var output: [UInt8] = []
    for line in merge.lines {
      output += line
      output.append(0x0A)
      if output.count > 1 << 16 {
        try Terminal.print(output)
        output = []
      }
    }
    try Terminal.print(output)
    for (id, lines) in merge.contradictions {
      Terminal.complain("ringwalk: different results of `\(DiagnosticRenderer.printable(id))`:\n")
      for line in lines { Terminal.complain("  " + String(decoding: line, as: UTF8.self) + "\n") }
      status = max(status, .fails)
    }
    try status.end()
  }
}
