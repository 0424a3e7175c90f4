import ArgumentParser
import Grades
import Handout
import Lesson
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a command ends that cannot go on.
enum ArgumentParserExit {
  static let broken = ExitCode(ExitStatus.broken.rawValue)
}

/// Results in columns, for a terminal.
struct GradeTable {
  private var rows: [[String]] = []

  /// Adds a row.
  mutating func add(_ result: GradeResult) {
    let key = result.submission
    let points =
      result.status == .graded ? "\(result.points.text)/\(result.maximum.text)" : "-"
    let failed = result.checks.filter { $0.outcome == .failed || $0.outcome == .partial }
    let note =
      result.status == .graded
      ? failed.map(\.title).joined(separator: "; ")
      : result.reason?.rawValue ?? result.status.rawValue
    let task = key.attempt == 1 ? key.task : "\(key.task), attempt \(key.attempt)"
    rows.append([key.student, task, points, note].map(DiagnosticRenderer.printable))
  }

  /// The rows under a head.
  var text: String {
    let all = [["student", "task", "points", "not passed"]] + rows
    let widths = (0..<3).map { column in all.map { $0[column].unicodeScalars.count }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for column in 0..<3 {
        let cell = row[column]
        let pad = String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
        line += (column == 2 ? pad + cell : cell + pad) + "  "
      }
      line += row[3]
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

/// How far a grading is, on a terminal.
struct Progress {
  private let count: Int
  private var done = 0
  private let isShown = isatty(2) == 1 && !Terminal.isDumb

  init(count: Int) { self.count = count }

  /// Tells that so many more are done.
  mutating func advance(by number: Int) {
    done += number
    guard isShown, count > 0 else { return }
    let width = 40
    let filled = width * done / count
    let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
    Terminal.complain("\r[\(bar)] \(done) of \(count)")
  }

  /// Takes the bar away.
  func end() {
    if isShown { Terminal.complain("\r\u{1B}[K") }
  }
}

/// What an instructor reads about a whole grading.
struct GradeSummary {
  let statistics: [TaskStatistics]

  /// As text.
  var text: String { statistics.map { $0.text() }.joined(separator: "\n") }

  /// As a page of its own.
  var page: [UInt8] {
    var prose = "# How it went\n"
    for task in statistics { prose += Self.section(task) }
    let file = SourceFile(name: "summary.md", bytes: Array(prose.utf8))
    let lesson = Lesson.compile(
      file, includes: { _ throws(IncludeFailure) in throw .outside })
    return Handout.singleFile(of: lesson, context: HandoutContext())
  }

  private static func section(_ task: TaskStatistics) -> String {
    var out = "\n## `\(code(task.task))`\n\n"
    out += "\(task.gradedCount) graded"
    for reason in task.notGradable {
      out += ", \(reason.count) not gradable (`\(reason.reason?.rawValue ?? "other")`)"
    }
    if task.faultCount > 0 { out += ", \(task.faultCount) faults of the grader" }
    out += ".\n"
    guard task.gradedCount > 0 else { return out }
    out +=
      "\n"
      + table(
        "Points of \(task.maximum.text)", ["mean", "median", "lowest", "highest"],
        [[task.mean.text, task.median.text, task.lowest.text, task.highest.text]])
    out += table(
      "How many have which share of the points", ["share", "submissions"],
      task.distribution.enumerated().map { ["\($0 * 10) %", "\($1)"] })
    out += table(
      "Checks",
      ["check", "passed", "in part", "failed", "not run", "difficulty", "discrimination"],
      task.checks.map { check in
        [
          "\(check.number). \(check.title)", "\(check.passedCount)", "\(check.partialCount)",
          "\(check.failedCount)", "\(check.notRunCount)", share(check.difficulty),
          share(check.discrimination),
        ]
      })
    if !task.misconceptions.isEmpty {
      out += table(
        "What went wrong most often", ["check", "what was seen", "submissions", "such as"],
        task.misconceptions.prefix(20).map { found in
          [
            "\(found.check). \(found.title)", found.seen, "\(found.count)",
            found.examples.prefix(3).joined(separator: ", "),
          ]
        })
    }
    return out
  }

  /// Thousandths with a decimal point.
  private static func share(_ thousandths: Int?) -> String {
    guard let thousandths else { return "" }
    let size = thousandths.magnitude
    let rest = String(size % 1_000 + 1_000).dropFirst()
    return "\(thousandths < 0 ? "-" : "")\(size / 1_000).\(rest)"
  }

  private static func table(_ caption: String, _ head: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = ([head] + rows.prefix(900)).map { row in
      row.map { cell in
        "\"" + line(cell).replacing("\"", with: "\"\"") + "\""
      }.joined(separator: ",")
    }
    // No run of backquotes in a cell ends the fence.
    let longest = lines.flatMap { $0.split { $0 != "`" } }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\n\(fence)table caption=\"\(caption)\"\n\(lines.joined(separator: "\n"))\n\(fence)\n"
  }

  /// Text on one line, without what a page could take for something else.
  private static func line(_ text: String) -> String {
    DiagnosticRenderer.printable(
      text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  private static func code(_ text: String) -> String { line(text).replacing("`", with: "'") }
}
