import Handout
import Lesson
import Program
import SourceText
import Trace

/// What holds of lessons made of any bytes at all: what the fuzzer looks for the opposite of.
package enum Laws {
  /// What the lesson may include and link to.
  static let files: [String: String] = [
    "x.walk": "program q { exit(0) }\n", "a.svg": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    "loop.walk": "include \"loop.walk\"\n", "part.walk": "include \"x.walk\"\nstart q\n",
  ]

  /// Runs are short: it is not the kernel that is tried here.
  static var limits: RunLimits {
    var limits = RunLimits()
    limits.steps = 4_000
    limits.events = 1_000
    limits.outputBytes = 4_096
    return limits
  }

  /// What is wrong with what becomes of a lesson, from reading it to its pages; `nil` when nothing is.
  package static func lessonFlaw(_ bytes: [UInt8]) -> String? {
    let file = SourceFile(name: "course/lesson.md", bytes: bytes)
    let lesson = Lesson.compile(
      file,
      includes: { path throws(IncludeFailure) in
        guard let text = files[path] else { throw .unreadable("no such file") }
        return Array(text.utf8)
      }, limits: limits)
    if let flaw = messageFlaw(lesson) { return flaw }
    if let flaw = structureFlaw(lesson, bytes) { return flaw }
    if let flaw = formatFlaw(file) { return "formatted: \(flaw)" }
    return pageFlaw(lesson, bytes)
  }

  private static func messageFlaw(_ lesson: Lesson) -> String? {
    guard lesson.diagnostics.count <= 201 else { return "\(lesson.diagnostics.count) messages" }
    for diagnostic in lesson.diagnostics {
      let labels = [diagnostic.primary].compactMap { $0 } + diagnostic.related
      let ranges = labels.map(\.range) + diagnostic.fixIts.flatMap { $0.edits.map(\.range) }
      for range in ranges {
        guard let source = lesson.sources[range.file] else {
          return "\(diagnostic.code) is about a file that is not there"
        }
        guard range.lower >= 0, range.upper <= source.bytes.count else {
          return "\(diagnostic.code) at \(range.lower)-\(range.upper) of \(source.bytes.count)"
        }
      }
      let text = DiagnosticRenderer().render(diagnostic, in: lesson.sources)
      guard !text.isEmpty, text.utf8.count < 64 << 10 else {
        return "\(diagnostic.code) is printed in \(text.utf8.count) bytes"
      }
      let lines = text.split(separator: "\n").map(String.init)
      guard lines.allSatisfy({ DiagnosticRenderer.printable($0) == $0 }) else {
        return "\(diagnostic.code) brings a control character to the terminal"
      }
    }
    return nil
  }

  private static func structureFlaw(_ lesson: Lesson, _ bytes: [UInt8]) -> String? {
    for fence in lesson.fences {
      guard fence.range.lower >= 0, fence.range.upper <= bytes.count else {
        return "a fence at \(fence.range.lower)-\(fence.range.upper) of \(bytes.count) bytes"
      }
      if let scenario = fence.scenario {
        guard lesson.scenarios.indices.contains(scenario),
          fence.statements.upperBound <= lesson.scenarios[scenario].scenario.timeline.count
        else { return "a fence belongs to a scenario that is not there" }
      }
    }
    for scenario in lesson.scenarios {
      guard scenario.judgements.count == scenario.scenario.expectations.count else {
        return "\(scenario.name) has not as many verdicts as expectations"
      }
      // What one step does may be recorded to its end.
      guard scenario.run.trace.events.count <= limits.events + 4_096 else {
        return "\(scenario.name) has \(scenario.run.trace.events.count) events"
      }
    }
    return nil
  }

  /// What is wrong with formatting the fences.
  private static func formatFlaw(_ file: SourceFile) -> String? {
    let result = LessonFormatter.format(file)
    guard result.diagnostics.isEmpty else {
      return result.bytes == file.bytes && result.edits.isEmpty ? nil : "changed in spite of errors"
    }
    var made: [UInt8] = []
    var copied = 0
    for edit in result.edits {
      guard copied <= edit.range.lower, edit.range.upper <= file.bytes.count else {
        return "edits overlap or lie outside"
      }
      made += file.bytes[copied..<edit.range.lower]
      made += Array(edit.replacement.utf8)
      copied = edit.range.upper
    }
    guard made + file.bytes[copied...] == result.bytes else { return "the edits make another text" }
    let again = LessonFormatter.format(SourceFile(name: file.name, bytes: result.bytes))
    return again.bytes == result.bytes ? nil : "formatted again it differs"
  }

  /// What is wrong with the pages, which are made in one of the four formats.
  private static func pageFlaw(_ lesson: Lesson, _ bytes: [UInt8]) -> String? {
    let formats = HandoutFormat.allCases
    let format = formats[bytes.count % formats.count]
    let pages = Handout.pages(of: lesson, format: format, context: HandoutContext())
    guard pages.first?.bytes.isEmpty == false else { return "there is no page" }
    let events = lesson.scenarios.reduce(0) { $0 + $1.run.trace.events.count }
    let total = pages.reduce(0) { $0 + $1.bytes.count }
    // Frame, sheet and script; the text; stories, stills and steps, of which each event has some.
    let bound = (1 << 20) + 1_000 * bytes.count + 4_000 * events
    guard total <= bound else {
      return "\(total) bytes of pages from \(bytes.count) bytes and \(events) events"
    }
    for page in pages where page.name.hasSuffix(".\(format.fileExtension)") {
      guard String(validating: page.bytes, as: UTF8.self) != nil else {
        return "\(page.name) is no UTF-8"
      }
      if format == .html, let flaw = Markup.flaw(page.bytes) { return "\(page.name): \(flaw)" }
    }
    return nil
  }
}
