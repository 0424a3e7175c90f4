public import SourceText

/// The long forms of the messages about lessons (W00xx) and runs (W05xx).
public enum LessonCatalogue {
  /// One entry a code, in order.
  public static let diagnostics: [DiagnosticEntry] =
    files + frontMatter + fences + values + transcripts + links + prose + runs

  private static let files: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.unreadable, "a file cannot be read",
      explanation: """
        The file does not exist, is a folder where a file is wanted, or may not be read; the message \
        has the system's words. All other files of the command are done all the same.
        """,
      failing: "ringwalk run lessons", mended: "ringwalk run lessons/03-opening-a-file.md"),
    DiagnosticEntry(
      LessonCode.tooLarge, "a file is too large",
      explanation: """
        A lesson or script may have 2 MiB. Larger files are refused before they are read to the \
        end, so that no file can use up the memory.
        """,
      failing: "ringwalk check video.md", mended: "ringwalk check lesson.md"),
    DiagnosticEntry(
      LessonCode.nulByte, "a file has a NUL byte",
      explanation: """
        Text has no NUL bytes. The file is probably a program, a picture, or text in UTF-16: save it \
        as UTF-8.
        """,
      failing: "ringwalk check a.out", mended: "ringwalk check lesson.md"),
    DiagnosticEntry(
      LessonCode.notUTF8, "a file is not UTF-8",
      explanation: """
        The byte under the caret cannot stand there in UTF-8. The file is probably in an older \
        encoding such as ISO 8859-1; most editors can save it as UTF-8. A byte-order mark at the \
        beginning is accepted, as are line ends of Windows.
        """,
      failing: "iconv -f UTF-8 -t ISO-8859-1 lesson.md > old.md; ringwalk check old.md",
      mended: "iconv -f ISO-8859-1 -t UTF-8 old.md > lesson.md; ringwalk check lesson.md"),
  ]

  private static let frontMatter: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.unterminatedFrontMatter, "the front matter is not closed",
      explanation: """
        A lesson whose first line is `---` begins with front matter, which ends at the next line \
        `---`. There is none. If the line was meant as a thematic break, write `***`.
        """,
      failing: "---\ntitle: Opening a file\n\nYou said open.",
      mended: "---\ntitle: Opening a file\n---\n\nYou said open."),
    DiagnosticEntry(
      LessonCode.frontMatterSyntax, "the front matter is not YAML",
      explanation: """
        Front matter is YAML: lines of `key: value`. A value with a colon and a space, quotes or a \
        leading special character stands in quotes. Tabs do not indent.
        """,
      failing: "---\ntitle: open: a tour\n---", mended: "---\ntitle: \"open: a tour\"\n---"),
    DiagnosticEntry(
      LessonCode.frontMatterValue, "a key of the front matter has the wrong kind of value",
      explanation: """
        `title` and `summary` are texts, `covers` is a list of mechanisms. `language` is one that there \
        are words in: `en` or `de`, or their names, `english` and `german`. Sentences about events, \
        verdicts, values and all that a page says itself are in that language. `lang` is the \
        language tag of the prose, such as `de-AT`, where that is another one.
        """,
      failing: "---\ntitle: [Opening, a file]\n---", mended: "---\ntitle: Opening a file\n---"),
    DiagnosticEntry(
      LessonCode.frontMatterBounds, "front matter that could grow without end",
      explanation: """
        Front matter may have 16 KiB, and no aliases (`*name`): a few lines of aliases of aliases \
        can stand for more than fits into memory.
        """,
      failing: "---\ntitle: &t Opening a file\nsummary: *t\n---",
      mended: "---\ntitle: Opening a file\nsummary: Opening a file\n---"),
    DiagnosticEntry(
      LessonCode.unknownFrontMatterKey, "a key of the front matter looks misspelt",
      explanation: """
        Ringwalk reads `title`, `summary`, `language`, `lang`, `covers` and `order`. Keys of other tools are left alone; \
        this one is so near to one of ours that it is probably meant for us.
        """,
      failing: "---\ntitel: Opening a file\n---", mended: "---\ntitle: Opening a file\n---"),
  ]

  private static let fences: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.unknownWord, "a word behind `walk` means nothing",
      explanation: """
        Behind `walk` stand a role (world, scenario, continue, task, predict, claim, show, example, \
        error) and options (`points=`, `of=`, `arch=`, `call=`, `process=`, \
        `address=`, `part=`). The word under the caret is none of them.
        """,
      failing: "```walk wrold\nmachine x86_64\n```", mended: "```walk world\nmachine x86_64\n```"),
    DiagnosticEntry(
      LessonCode.badValue, "a word behind `walk` has a value that it cannot have, or lacks one",
      explanation: """
        `task=`, `predict=`, `show=` and `error=` need a value; `world`, `continue` and `example` take \
        none. Names are letters, digits, `-`, `_` and `.`; points are whole numbers from 0 to 1000; \
        `error=` names the code of a message that exists.
        """,
      failing: "```walk show\n```", mended: "```walk show=timeline\n```"),
    DiagnosticEntry(
      LessonCode.conflictingWords, "words behind `walk` that do not go together",
      explanation: """
        A fence has one role, and each option stands once. `points=` goes with `task` and `predict`, \
        `of=` with `show`, `claim` and `predict`, `arch=` and `call=` with `show=compare`, `process=` with \
        `show=maps`, `show=stack` and `show=pagetable`, `address=` with the last of them, `part=` with `show=reference`.
        """,
      failing: "```walk world scenario=first\n```", mended: "```walk scenario=first\n```"),
    DiagnosticEntry(
      LessonCode.unterminatedFence, "a fence is not closed",
      explanation: """
        A fence ends at a line with at least as many of the same marks as it began with, at the same \
        place of the quote or list. Without it, all the rest of the lesson is read as a script.
        """,
      failing: "```walk\nrun\n\nLater the answer comes in.",
      mended: "```walk\nrun\n```\n\nLater the answer comes in."),
    DiagnosticEntry(
      LessonCode.continueWithoutScenario, "a `continue` fence without a scenario",
      explanation: """
        `continue` goes on with the machine of the last `scenario` fence. There is none before it; \
        `world` fences only declare.
        """,
      failing: "```walk continue\nrun\n```", mended: "```walk scenario=first\nrun\n```"),
    DiagnosticEntry(
      LessonCode.duplicateScenario, "two scenarios have the same name",
      explanation: "The name stands in links, in `of=` and in `--scenario`, so each is used once.",
      failing: "```walk scenario=a\nrun\n```\n\n```walk scenario=a\nrun\n```",
      mended: "```walk scenario=a\nrun\n```\n\n```walk scenario=b\nrun\n```"),
    DiagnosticEntry(
      LessonCode.unknownPicture, "an unknown picture",
      explanation: """
        `show=` names a picture of the scenario above: `timeline`, `compare`, `maps`, `stack`, `pagetable`; or \
        `verdicts`, which shows those on all claims above, or `reference`.
        """,
      failing: "```walk\nrun\n```\n\n```walk show=timelien\n```",
      mended: "```walk\nrun\n```\n\n```walk show=timeline\n```"),
    DiagnosticEntry(
      LessonCode.nothingToShow, "a picture of no scenario",
      explanation: """
        A picture shows the scenario above it, or the one that `of=` names. There is no such scenario.
        """,
      failing: "```walk show=timeline\n```",
      mended: "```walk\nrun\n```\n\n```walk show=timeline\n```"),
    DiagnosticEntry(
      LessonCode.showWithStatements, "a picture with statements",
      explanation: "A fence that shows a picture stays empty; statements belong into a scenario.",
      failing: "```walk\nrun\n```\n\n```walk show=timeline\nrun\n```",
      mended: "```walk\nrun\n```\n\n```walk show=timeline\n```"),
    DiagnosticEntry(
      LessonCode.errorDiffers, "an `error` fence does not fail as it says",
      explanation: """
        A fence `error=W0101` teaches a mistake: it must fail to compile, with messages of that code \
        and no other. The notes say which messages it gives instead.
        """,
      failing: "```walk error=W0101\nrun\n```", mended: "```walk example\nrun\n```"),
  ]

  private static let values: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.valueWithoutScenario, "an inline value without a scenario",
      explanation: """
        `{= EXPR}` in inline code is replaced by its value in the scenario above it. There is none.
        """,
      failing: "It took `{= time}`.\n\n```walk\nrun\n```",
      mended: "```walk\nrun\n```\n\nIt took `{= time}`."),
    DiagnosticEntry(
      LessonCode.noValue, "an inline value that does not exist",
      explanation: """
        The expression is right, but nothing in the scenario gave it a value by the end of the fence \
        above: a call that never returned has no result. The message has the reason.
        """,
      failing:
        "```walk\nprogram p { getpid() }\nstart p\n```\n\nIts number is `{= result(getpid by p)}`.",
      mended:
        "```walk\nprogram p { getpid() }\nstart p\nrun\n```\n\nIts number is `{= result(getpid by p)}`."
    ),
    DiagnosticEntry(
      LessonCode.unterminatedValue, "an inline value is not closed",
      explanation: "Inline code that begins with `{=` ends with `}`.",
      failing: "```walk\nrun\n```\n\nIt took `{= time`.",
      mended: "```walk\nrun\n```\n\nIt took `{= time}`."),
    DiagnosticEntry(
      LessonCode.includeOutside, "an include leads out of the lesson's folder",
      explanation: """
        `include` reads files below the folder of the lesson or script that the command names, and \
        nothing else: no absolute paths, no `..` that leads out, no symbolic links to elsewhere. So \
        a lesson from someone else cannot show you your own files.
        """,
      failing: "include \"/etc/passwd\"", mended: "include \"common/world.walk\""),
    DiagnosticEntry(
      LessonCode.includeUnreadable, "an included file cannot be read",
      explanation: """
        The path is relative to the folder of the file in which the `include` stands; the message has \
        the system's words.
        """,
      failing: "include \"wrold.walk\"", mended: "include \"world.walk\""),
    DiagnosticEntry(
      LessonCode.includeCycle, "a file includes itself",
      explanation: "The note shows the way round. Move what both need into a file of its own.",
      failing: "include \"self.walk\"", mended: "include \"common.walk\""),
    DiagnosticEntry(
      LessonCode.includeBounds, "too much is included",
      explanation: """
        Files may include each other 16 deep; a lesson may have 256 includes and 64 MiB in all, \
        counting a file each time it comes in.
        """,
      failing: "include \"everything.walk\"", mended: "include \"world.walk\""),
    DiagnosticEntry(
      LessonCode.samePage, "two files would become the same page",
      explanation: """
        Pages are named after files, without folder and extension, so two files of one build cannot \
        have the same name.
        """,
      failing: "ringwalk build week1/intro.md week2/intro.md -o site",
      mended: "ringwalk build week1/intro.md week2/paging.md -o site"),
    DiagnosticEntry(
      LessonCode.unwritable, "a page cannot be written",
      explanation: """
        The folder cannot be made, or may not be written, or the disk is full; the message has the \
        system's words. A page is written beside its place first, so an older one stays whole.
        """,
      failing: "ringwalk build lessons -o /proc", mended: "ringwalk build lessons -o site"),
    DiagnosticEntry(
      LessonCode.tooManyDiagnostics, "more messages than anybody would read",
      explanation: "At most 200 messages about one file are shown. Mend the first ones.",
      failing: "ringwalk check poem.walk", mended: "ringwalk check poem.md"),
    DiagnosticEntry(
      LessonCode.unknownMechanism, "an unknown mechanism in `covers`",
      explanation: """
        `covers` lists the mechanisms that a lesson explains, each once, by their identifiers: \
        `covers: [S4, S13]`. `ringwalk explain S4` says what one is.
        """,
      failing: "---\ncovers: [paging]\n---", mended: "---\ncovers: [S13]\n---"),
    DiagnosticEntry(
      LessonCode.unknownChapter, "a book's order names a lesson that is not there",
      explanation: """
        A folder of lessons is a book when it has a file book.md: its title, its introduction and, if \
        the lessons are not to be read in the order of their file names, `order:` with their names. \
        Lessons that `order` does not name come after those it does.
        """,
      failing: "---\ntitle: A tour\norder: [01-modes, 02-cals]\n---",
      mended: "---\ntitle: A tour\norder: [01-modes, 02-calls]\n---"),
    DiagnosticEntry(
      LessonCode.cannotBeShown, "something that a picture is to show is not there",
      explanation: """
        `show=compare` puts one system call on several architectures side by side: `arch=` names \
        them (or says `all`), `call=` the call, else it is the scenario's first one. `show=maps`, \
        `show=stack` and `show=pagetable` show a process as it is at this place of the lesson: \
        `process=` names it, and `address=` what the page table was last walked for. \
        `show=reference` prints a part of the catalogues: `part=` names it.
        """,
      failing:
        "```walk\nprogram p { getpid() }\nstart p\nrun\n```\n\n```walk show=compare call=open\n```",
      mended:
        "```walk\nprogram p { getpid() }\nstart p\nrun\n```\n\n```walk show=compare call=getpid\n```"
    ),
    DiagnosticEntry(
      LessonCode.noKey, "a question that the run does not answer",
      explanation: """
        A `predict` fence speaks of the scenario above it, or of the one that `of=` names, and its \
        key is worked out when all of that has been run: `answer` must have a value then, one of the \
        choices must be right and one wrong, and each event of an `order` or a `table` must happen, \
        no two of an order first at the same step.
        """,
      failing:
        "```walk\nprogram p { exit(3) }\nstart p\nrun\n```\n\n"
        + "```walk predict=order\nask \"?\"\norder p runs, p sleeps\n```",
      mended:
        "```walk\nprogram p { exit(3) }\nstart p\nrun\n```\n\n"
        + "```walk predict=order\nask \"?\"\norder p runs, p exits\n```"),
  ]

  private static let runs: [DiagnosticEntry] = [
    DiagnosticEntry(
      LessonCode.limitReached, "a run was stopped at a limit",
      explanation: """
        Every run has limits: instructions and kernel steps, simulated time, recorded events, memory, \
        console output. A program that loops for ever reaches one of them. The flags --limit-steps, \
        --limit-time, --limit-events and --limit-output raise them; memory is an item of the machine \
        statement. All runs of one lesson together may take 8 times what one may.

        What was claimed after the limit is judged about the part that did happen, and the command \
        ends with status 2, since the story is not complete.
        """,
      failing: "program p { while 1 {} }\nstart p\nrun",
      mended: "program p { repeat 10 {} }\nstart p\nrun"),
    DiagnosticEntry(
      LessonCode.deadlock, "a run ends in a deadlock",
      explanation: """
        Every process that is left sleeps, and nothing is pending (no timer, no disk request) that \
        could wake one of them: the machine would idle for ever. The notes say who waits for what.
        """,
      failing: "program p { bss b 8\n read(0, b, 8) }\nstart p\nrun",
      mended: "program p { write(1, \"hi\", 2) }\nstart p\nrun"),
    DiagnosticEntry(
      LessonCode.conditionNeverMet, "what `run until` waits for never happens",
      explanation: """
        The machine ran until nothing could happen any more, and the event or state behind `until` \
        was not among what did. Statements after it speak of the end of the run, which is probably \
        not the moment that was meant.
        """,
      failing: "program p { exit(0) }\nstart p\nrun until p sleeps",
      mended: "program p { nanosleep(1ms) }\nstart p\nrun until p sleeps"),
    DiagnosticEntry(
      LessonCode.internalError, "an internal error",
      explanation: """
        The simulated kernel met a state that cannot be. This is a fault of Ringwalk, not of your \
        script. The other files of the command are done all the same.
        """,
      failing: "(a fault of Ringwalk)", mended: "(please report it)"),
  ]
}
