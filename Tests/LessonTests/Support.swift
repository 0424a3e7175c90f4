import Lesson
import Program
import SourceText

/// Compiles a text as a lesson or script in the folder `course`.
func compile(
  _ text: String, name: String = "course/lesson.md", files: [String: String] = [:],
  limits: RunLimits = RunLimits()
) -> Lesson {
  compile(Array(text.utf8), name: name, files: files, limits: limits)
}

/// Compiles bytes as a lesson or script in the folder `course`.
func compile(
  _ bytes: [UInt8], name: String = "course/lesson.md", files: [String: String] = [:],
  limits: RunLimits = RunLimits()
) -> Lesson {
  Lesson.compile(
    SourceFile(name: name, bytes: bytes),
    includes: { path throws(IncludeFailure) in
      guard let text = files[path] else { throw .unreadable("no such file") }
      return Array(text.utf8)
    }, limits: limits)
}

extension Lesson {
  /// The diagnostics as `file:line:column CODE`, without the file where it is the lesson's own.
  var places: [String] {
    diagnostics.map { diagnostic in
      guard let range = diagnostic.primary?.range, let file = sources[range.file] else {
        return "\(diagnostic.code)"
      }
      let place = file.position(at: range.lower)
      let name = range.file.rawValue == 0 ? "" : "\(file.name):"
      return "\(name)\(place.line):\(place.column) \(diagnostic.code)"
    }
  }

  /// The text under the first diagnostic's range.
  var underlined: String? { diagnostics.first?.primary.map { sources.text($0.range) } }

  /// The diagnostics as a terminal shows them.
  var messages: String {
    diagnostics.map { DiagnosticRenderer().render($0, in: sources) }.joined(separator: "\n")
  }
}

/// A program that runs, in a fence.
let hello = """
  ```walk
  program hello { write(1, "hi\\n", 3) }
  start hello
  run
  expect hello exits 0
  ```
  """
