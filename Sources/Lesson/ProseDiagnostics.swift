import SourceText

// MARK: Tables, footnotes and callouts

extension Diagnostic {
  static func malformedTable(_ problem: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.malformedTable, severity: .error, message: problem, primary: Label(range))
  }

  static func unknownFootnote(_ name: String, at range: SourceRange, nearest: String?) -> Diagnostic
  {
    Diagnostic(
      code: LessonCode.footnote, severity: .error, message: "no footnote is called `\(name)`",
      primary: Label(range),
      notes: [
        "a footnote stands at the beginning of a line: `[^\(name)]: words`; "
          + "what is none goes into backquotes"
      ],
      fixIts: nearest.map {
        [FixIt("write `[^\($0)]`", edits: [SourceEdit(range: range, replacement: "[^\($0)]")])]
      } ?? [])
  }

  static func unknownCallout(_ mark: String, at range: SourceRange) -> Diagnostic {
    let marks = LessonCallout.allCases.map(\.mark)
    return Diagnostic(
      code: LessonCode.unknownCallout, severity: .error,
      message: "no callout begins with `\(mark)`", primary: Label(range),
      notes: ["there are \(marks.joined(separator: ", "))"],
      fixIts: Nearest.name(to: mark.uppercased(), among: marks).map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func footnote(
    _ problem: String, severity: Severity = .error, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.footnote, severity: severity, message: problem, primary: Label(range))
  }
}

extension LessonCatalogue {
  /// The long forms of messages about tables and footnotes.
  static let prose: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.malformedTable, "a table that cannot be read",
      explanation: """
        A fence `table` holds comma-separated values; its first line names the columns, and each row \
        has as many cells. A cell with a comma or a quotation mark in it stands in quotation marks, \
        and quotation marks in it are doubled. Behind `table` there may be `caption=\"words\"`. A \
        table has at most 32 columns and 1,000 rows.
        """,
      failing: "```table\ncall, number\nread\n```", mended: "```table\ncall, number\nread, 0\n```"),
    DiagnosticEntry(
      LessonCode.footnote, "a footnote that is missing, or that nobody reads",
      explanation: """
        `[^name]` in the text refers to the footnote that begins a line with `[^name]: `. Names are \
        letters, digits and hyphens, and each is used for one footnote. A footnote that nothing \
        refers to is a warning: readers do not find it.
        """,
      failing: "It sleeps.[^why]", mended: "It sleeps.[^why]\n\n[^why]: The disk is slow."),
    DiagnosticEntry(
      LessonCode.unknownCallout, "a callout of no known kind",
      explanation: """
        A block quote that begins with a line such as `[!NOTE]` is a callout: [!NOTE], [!TIP], \
        [!IMPORTANT], [!WARNING] or [!CAUTION], in capitals. [!INSTRUCTOR] is a note that only the \
        instructor's edition shows.
        """,
      failing: "> [!NOET]\n> It sleeps.", mended: "> [!NOTE]\n> It sleeps."),
    DiagnosticEntry(
      LessonCode.badTask, "a task that cannot be graded as it is written",
      explanation: """
        Submissions say by a name which task or question they are for, so each has its own. The \
        points behind `points=` are those that the checks have together.
        """,
      failing:
        "```walk task=two points=3\nstudent program p\nstarter { program p { exit(0) } }\n"
        + "start p\nrun\ncheck \"it ends\" 2 points: p exits\n```",
      mended:
        "```walk task=two points=2\nstudent program p\nstarter { program p { exit(0) } }\n"
        + "start p\nrun\ncheck \"it ends\" 2 points: p exits\n```"),
  ]
}
