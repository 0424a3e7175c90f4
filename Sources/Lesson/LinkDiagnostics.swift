import SourceText

// MARK: Links

extension Diagnostic {
  /// `#x` on the same page, or behind the name of a lesson (`page`).
  static func deadAnchor(
    _ anchor: String, of page: String?, at range: SourceRange, write nearest: String?
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.deadAnchor, severity: .error,
      message: "\(page.map { "`\(printable($0))`" } ?? "this lesson") has no heading "
        + "`#\(printable(anchor))`",
      primary: Label(range, "nothing has this name"),
      notes: nearest == nil
        ? ["a heading's name is its text in small letters, with hyphens for spaces"] : [],
      fixIts: linkFix(nearest, at: range))
  }

  /// `#scenario/step`.
  static func deadStep(
    _ anchor: String, of page: String?, at range: SourceRange, write nearest: String?,
    known: [String]
  ) -> Diagnostic {
    let scenarios = known.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      code: LessonCode.deadStep, severity: .error,
      message: "\(page.map { "`\(printable($0))`" } ?? "this lesson") has no step "
        + "`#\(printable(anchor))`",
      primary: Label(range, "no step of a run has this name"),
      notes: [
        known.isEmpty
          ? "it has no scenario that was run"
          : "steps are named as in `#\(known[0])/editor-sleeps`; scenarios: \(scenarios)"
      ], fixIts: linkFix(nearest, at: range))
  }

  /// A link to a lesson's file that is not there, or that the build leaves out.
  static func deadLesson(
    _ path: String, exists: Bool, at range: SourceRange, write nearest: String?
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.deadLesson, severity: exists ? .warning : .error,
      message: exists
        ? "`\(printable(path))` is not among the lessons of this command"
        : "there is no lesson `\(printable(path))`",
      primary: Label(range, exists ? "the page of this one is not made" : ""),
      notes: exists ? [] : ["lessons are named by their files, from the folder of this one"],
      fixIts: linkFix(nearest, at: range))
  }

  /// A file or picture that cannot be had.
  static func deadFile(
    _ path: String, isImage: Bool, reason: String, at range: SourceRange, write nearest: String?
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.deadFile, severity: .error,
      message: "the \(isImage ? "picture" : "file") `\(printable(path))` cannot be had: \(reason)",
      primary: Label(range), fixIts: linkFix(nearest, at: range))
  }

  /// A picture that no page shows.
  static func unfitImage(
    _ reason: String, severity: Severity = .error, note: String, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unfitImage, severity: severity, message: reason, primary: Label(range),
      notes: [note])
  }

  /// An address that a page does not link to.
  static func refusedAddress(_ reason: String, note: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.refusedAddress, severity: .error, message: reason, primary: Label(range),
      notes: [note])
  }

  private static func linkFix(_ nearest: String?, at range: SourceRange) -> [FixIt] {
    nearest.map { [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])] }
      ?? []
  }

  private static func printable(_ text: String) -> String { DiagnosticRenderer.printable(text) }
}
