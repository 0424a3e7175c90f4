import SourceText

extension LessonCatalogue {
  /// The long forms of messages about links.
  static let links: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.deadAnchor, "a link to a heading that is not there",
      explanation: """
        `#name` leads to a heading of the page, `02-calls.md#name` to one of another lesson. The name \
        is the heading's text in small letters, with hyphens for spaces and without punctuation; when \
        a name is taken, the next one gets a number: `#example-1`. A scenario's name leads to its \
        steps.
        """,
      failing: "## How it began\n\nSee [above](#how-it-begun).",
      mended: "## How it began\n\nSee [above](#how-it-began)."),
    DiagnosticEntry(
      LessonCode.deadStep, "a link to a step that is not there",
      explanation: """
        `#open/editor-sleeps` leads to the step of scenario `open` at which `editor` sleeps, and \
        `#open/editor-sleeps-2` to the second one. The stepper of a page has the name of its step in \
        \"Link to this step\". A step that is linked to is among those that the page tells in words, so \
        that the link also leads somewhere without a script.
        """,
      failing:
        "```walk scenario=a\nprogram p { exit(3) }\nstart p\nrun\n```\n\nSee [there](#a/p-exit).",
      mended:
        "```walk scenario=a\nprogram p { exit(3) }\nstart p\nrun\n```\n\nSee [there](#a/p-exits)."),
    DiagnosticEntry(
      LessonCode.deadLesson, "a link to a lesson that is not there",
      explanation: """
        Lessons link to each other by their files, `[errors](04-errors.md)`; pages have the links to \
        each other's pages. `build` and `check` know all lessons that they are given, and hold links \
        and anchors against them. A lesson that exists and is not among them is a warning: the page \
        is not in the site.
        """,
      failing: "[how errors come back](04-erors.md)", mended: "[how errors come back](04-errors.md)"
    ),
    DiagnosticEntry(
      LessonCode.deadFile, "a picture or file of a link cannot be had",
      explanation: """
        Pictures and files are named by their paths below the folder of the lesson: no absolute \
        paths, no `..` that leads out, no symbolic links to elsewhere; at most 2 MiB each. Pictures \
        become part of the page, other files are copied beside it.
        """,
      failing: "![the ring](pictures/rign.svg)", mended: "The ring, in words."),
    DiagnosticEntry(
      LessonCode.unfitImage, "a picture that a page does not show",
      explanation: """
        Pages work without a network and travel as one file: pictures become part of them, as PNG, \
        JPEG, GIF, WebP, AVIF or SVG of at most 512 KiB each and 4 MiB in a lesson. A picture of \
        another site is not shown.
        """,
      failing: "![a cat](https://example.org/cat.png)",
      mended: "[a cat](https://example.org/cat.png)"),
    DiagnosticEntry(
      LessonCode.refusedAddress, "an address that no page links to",
      explanation: """
        Links lead to `http:`, `https:` and `mailto:` addresses, to headings, steps and lessons, and \
        to files below the lesson's folder. Others are refused: `javascript:` and the like would run \
        programs on the reader's machine, and paths that begin with `/` mean something else wherever \
        the page lies.
        """,
      failing: "[run](javascript:alert(1))", mended: "[run](https://example.org/run)"),
  ]
}
