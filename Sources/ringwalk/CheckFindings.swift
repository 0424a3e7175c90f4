import Claims
import Lesson
import SourceText

/// What `check` has found in a file, as plain values: for reports that other programs read.
struct CheckedFile: Codable, Sendable {
  /// The file's name, as it was given.
  var file: String
  /// How many expectations hold, fail, and are vacuous.
  var holds = 0
  var fails = 0
  var vacuous = 0
  /// Messages, and expectations that do not simply hold, in order of place.
  var findings: [Finding] = []

  /// A message, or the verdict on an expectation.
  struct Finding: Codable, Sendable {
    /// The code of a message; `fails` or `vacuous` of an expectation.
    var rule: String
    /// `error`, `warning` or `note`.
    var level: String
    var message: String
    /// Further sentences.
    var notes: [String] = []
    /// Where; `nil` for what is about a whole file.
    var place: Place?
    /// The claim of an expectation.
    var claim: String?
    /// The step that settles it.
    var step: Int?
    /// Other places, each with what is said of it.
    var related: [Related] = []
    /// What would mend it, the best first.
    var fixes: [Fix] = []
  }

  /// A range of a file. Lines and columns are counted from 1, columns in code points; the end lies behind the
  /// last one.
  struct Place: Codable, Sendable, Hashable {
    var file: String
    var line: Int
    var column: Int
    var endLine: Int
    var endColumn: Int

    init?(_ range: SourceRange, in sources: SourceSet) {
      guard let source = sources[range.file] else { return nil }
      let (start, end) = (source.position(at: range.lower), source.position(at: range.upper))
      file = source.name
      (line, column, endLine, endColumn) = (start.line, start.column, end.line, end.column)
    }
  }

  struct Related: Codable, Sendable {
    var place: Place
    var message: String
  }

  struct Fix: Codable, Sendable {
    var message: String
    var edits: [Edit]
  }

  struct Edit: Codable, Sendable {
    var place: Place
    var text: String
  }

  /// - Parameter strict: Whether a vacuous claim counts as one that fails.
  init(_ lesson: Lesson, strict: Bool) {
    file = lesson.sources.files.first?.name ?? lesson.name
    findings = lesson.diagnostics.map { Finding($0, in: lesson.sources) }
    for scenario in lesson.scenarios {
      for outcome in scenario.outcomes {
        let judgement = outcome.judgement
        switch judgement.verdict {
        case .holds:
          holds += 1
          continue
        case .fails: fails += 1
        case .vacuous: vacuous += 1
        }
        let isError = judgement.verdict == .fails || strict
        findings.append(
          Finding(
            rule: judgement.verdict.rawValue, level: isError ? "error" : "warning",
            message: judgement.message, place: Place(outcome.range, in: lesson.sources),
            claim: outcome.text, step: judgement.step))
      }
    }
    // Messages of one place stay in the order in which they were found.
    findings = findings.enumerated().sorted { left, right in
      let (a, b) = (left.element.place, right.element.place)
      return (a?.line ?? 0, a?.column ?? 0, left.offset) < (
        b?.line ?? 0, b?.column ?? 0, right.offset
      )
    }.map(\.element)
  }

  /// Messages that are about no file of their own.
  init(name: String, _ diagnostics: [(Diagnostic, SourceSet)]) {
    file = name
    findings = diagnostics.map { Finding($0.0, in: $0.1) }
  }
}

extension CheckedFile.Finding {
  init(_ diagnostic: Diagnostic, in sources: SourceSet) {
    rule = diagnostic.code.description
    level = diagnostic.severity.rawValue
    message = diagnostic.message
    if let label = diagnostic.primary {
      if !label.text.isEmpty { message += ": \(label.text)" }
      place = CheckedFile.Place(label.range, in: sources)
    }
    notes = diagnostic.notes
    related = diagnostic.related.compactMap { label in
      CheckedFile.Place(label.range, in: sources).map {
        CheckedFile.Related(place: $0, message: label.text)
      }
    }
    fixes = diagnostic.fixIts.map { fix in
      CheckedFile.Fix(
        message: fix.message,
        edits: fix.edits.compactMap { edit in
          CheckedFile.Place(edit.range, in: sources).map {
            CheckedFile.Edit(place: $0, text: edit.replacement)
          }
        })
    }
  }
}
