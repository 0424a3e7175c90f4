import SourceText

extension LessonCatalogue {
  /// The long forms of messages about words of the machine.
  static let transcripts: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.outputDiffers, "a fence `output` is not what was printed",
      explanation: """
        A fence `output` holds what the programs of the scenario above have printed up to there, line by \
        line; `of=` names another scenario, `process=` whose lines alone, `at=` an event after which \
        nothing more is looked at, and `caption=` says what a page writes above it. A line `...` stands \
        for any number of lines, `...` within a line for any text of it, and `{name}` for one word or \
        number, the same one wherever the name stands in the fence. A backslash takes the meaning away: \
        `\\...` is three points, `\\{name}` has its braces. Blanks at the end of a line mean nothing.

        In the notes, lines with `-` stand in the lesson and lines with `+` would take their place. \
        `ringwalk check --accept` writes them: only lines that have changed, and never in the place of \
        an elision.
        """,
      failing:
        "```walk\nprogram p { write(1, \"hi\\n\", 3) }\nstart p\nrun\n```\n\n```output\nhello\n```",
      mended:
        "```walk\nprogram p { write(1, \"hi\\n\", 3) }\nstart p\nrun\n```\n\n```output\nhi\n```"),
    DiagnosticEntry(
      LessonCode.tableDiffers, "a fence `table show=` is not what the run gives",
      explanation: """
        A fence `table` with `show=` holds a table of the scenario above, or of the one that `of=` names: \
        `events` (what happens; `zoom=mechanism` or `hardware` looks closer), `calls` (system calls with \
        their results), `maps`, `processes`, `stack` and `pagetable` (at this place of the lesson, or after \
        the event that `at=` names), `compare` (one call on several architectures) and `verdicts`. Its \
        first line names the columns that are to be shown, in any order; the second one is hyphens. \
        `...`, alone in a row, in a cell or within one, and `{name}` mean what they mean in a fence \
        `output`; a bar in a cell is written `\\|`. A fence without a line is written by \
        `ringwalk check --accept`, with all columns.
        """,
      failing:
        "```walk\nprogram p { exit(0) }\nstart p\nrun\n```\n\n```table show=calls\n| Call | Result |\n| --- | --- |\n| `exit(1)` | – |\n```",
      mended:
        "```walk\nprogram p { exit(0) }\nstart p\nrun\n```\n\n```table show=calls\n| Call | Result |\n| --- | --- |\n| `exit(0)` | – |\n```"
    ),
    DiagnosticEntry(
      LessonCode.unfitTranscript, "a fence that cannot be held against a run",
      explanation: """
        Behind `table`, `show=` names a table that there is, and the first line of the fence names columns \
        of it; a line of hyphens follows, and each row has as many cells. A fence has at most 1,000 lines; \
        `...` stands for any number of them. Elisions and holes that could be filled in very many ways \
        are given up after some millions of steps.
        """,
      failing:
        "```walk\nprogram p { exit(0) }\nstart p\nrun\n```\n\n```table show=calls\n| Cal |\n| --- |\n| ... |\n```",
      mended:
        "```walk\nprogram p { exit(0) }\nstart p\nrun\n```\n\n```table show=calls\n| Call |\n| --- |\n| ... |\n```"
    ),
  ]
}
