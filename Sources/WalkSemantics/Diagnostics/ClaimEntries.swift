import SourceText

// W04xx: claims, states and checks.
extension SemanticsCatalogue {
  static let claimEntries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unknownSubject, "a claim about a process or device that does not exist",
      explanation: """
        A claim about nobody would hold or fail for the wrong reason; so it is an error. Processes
        have the names that `start` gives them.
        """,
      failing: "program editor { exit(0) }\nstart editor\nrun\nexpect editr exits\n",
      mended: "program editor { exit(0) }\nstart editor\nrun\nexpect editor exits\n"),
    DiagnosticEntry(
      .neverStarted, "a claim about a program that is never started",
      explanation: """
        A program is text; only a process that was started from it can do something.
        """,
      failing: "program editor { exit(0) }\nrun\nexpect editor exits\n",
      mended: "program editor { exit(0) }\nstart editor\nrun\nexpect editor exits\n"),
    DiagnosticEntry(
      .unknownVerb, "words that fit no event",
      explanation: """
        An event reads subject, verb, object, details. The message lists what can be said of the
        subject; `ringwalk explain` prints the whole table.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect p slepps\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect never p sleeps\n"),
    DiagnosticEntry(
      .unknownMember, "something that cannot be seen of a process or device",
      explanation: "The message lists what can be seen.",
      failing: "program p { exit(0) }\nstart p\nrun\nexpect p.exitt == 0\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect p.exit == 0\n"),
    DiagnosticEntry(
      .incomparable, "two values that cannot be compared or combined",
      explanation: """
        Each thing that can be seen has a type: a mode is `user` or `kernel`, a state `running`,
        `runnable`, `sleeping`, `zombie` or `absent`, `cpu0.current` a process, times have units.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect p.mode == 3\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect p.mode == kernel\n"),
    DiagnosticEntry(
      .unknownCallInPattern, "an event of a system call that this kernel does not have",
      explanation: """
        Such an event can never happen, so a claim about it would say nothing.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect never p calls opn\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect never p calls open\n"),
    DiagnosticEntry(
      .wrongDetail, "a detail of an event that it cannot have",
      explanation: "The message says what the event's form wants in this place.",
      failing: "program p { close(9) }\nstart p\nrun\nexpect close by p fails with EBAD\n",
      mended: "program p { close(9) }\nstart p\nrun\nexpect close by p fails with EBADF\n"),
    DiagnosticEntry(
      .unknownFunction, "a function over the trace that does not exist",
      explanation: """
        There are count(EVENT), time(EVENT), result(CALL by P), duration(CALL by P),
        duration(EVENT, EVENT) and cputime(P) with `from EVENT` and `until EVENT`.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect cont(p runs) >= 1\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect count(p runs) >= 1\n"),
    DiagnosticEntry(
      .wrongFunctionArgument, "a function over the trace with something it cannot be asked about",
      explanation: "The message shows how the function is written.",
      failing: "program p { exit(0) }\nstart p\nrun\nexpect result(p runs) == 0\n",
      mended: "program p { close(9) }\nstart p\nrun\nexpect result(close by p) == -EBADF\n"),
    DiagnosticEntry(
      .badCount, "a number of events that is no number from 0",
      explanation: "Events are counted: `exactly 2 of E`, `at least 1 of E`, `at most 0 of E`.",
      failing: "program p { exit(0) }\nstart p\nrun\nexpect exactly 2ms of p runs\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect at least 1 of p runs\n"),
    DiagnosticEntry(
      .notABoolean, "a state that is neither true nor false",
      explanation: """
        A number alone claims nothing; as in no other place a 0 counts as false here.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect at end p.exit\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect at end p.exit == 0\n"),
    DiagnosticEntry(
      .eventWhereStateIsWanted, "an event where a state is wanted",
      explanation: """
        `always`, `eventually`, `at end`, `while` and `when E:` speak of states, which last. Some
        verbs are both: `runs`, `sleeps`, `is in kernel`. To say that an instant comes some time,
        name the event alone.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect at end p exits\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect at end not p runs\n"),
    DiagnosticEntry(
      .notRun, "something that is checked and not run by this version",
      explanation: """
        The statement's names and types are right. Its evaluation belongs to a later version; until
        then nothing is claimed about it.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect in every schedule: p exits\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect p exits\n"),
    DiagnosticEntry(
      .unknownStateName, "a word in a state that names nothing",
      explanation: """
        A state speaks of what can be seen: `P.mode`, `cpu0.current`, `sda.reads`, `memory.free`,
        `time`, and the values these can have.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nexpect p.mode == kernal\n",
      mended: "program p { exit(0) }\nstart p\nrun\nexpect p.mode == kernel\n"),
    DiagnosticEntry(
      .emptyClaimBlock, "a `claim` that is not put to any test",
      explanation: """
        A sentence proves nothing. Between the braces of its `claim` stands what must hold if it is
        true (`expect`) or must not (`refute`), if you like for certain machines only:
        `under isolation kpti: refute …`.
        """,
      failing: "program p { exit(0) }\nstart p\nrun\nclaim \"it ends\" { }\n",
      mended: "program p { exit(0) }\nstart p\nrun\nclaim \"it ends\" { expect p exits }\n"),
    DiagnosticEntry(
      .pinnedTwice, "a claim that has two verdicts under one configuration",
      explanation: """
        In the table of a `claim` block each claim is a row and each configuration a column, so
        there is one place for its verdict: either `expect` or `refute`, once.
        """,
      failing:
        "program p { exit(0) }\nstart p\nrun\n"
        + "claim \"it ends\" {\n  expect p exits\n  refute p exits\n}\n",
      mended: "program p { exit(0) }\nstart p\nrun\nclaim \"it ends\" { expect p exits }\n"),
    DiagnosticEntry(
      .badQuestion, "a question without an answer, or with two",
      explanation: """
        A `predict` fence asks one question with `ask` and says in one way what is right:
        `answer E` is a value that is typed, or chosen among `choice` lines, or, with `choices` or
        `choices under A, B`, among what the same expression is worth on other machines and values
        that are wrong by one; `choice "text" if C` is right where the claim holds; `order E, E, E`
        wants the events in the order in which they first happen; `table when E, E: STATE, STATE`
        wants the states just after the first such events.
        """,
      failing: "program p { exit(3) }\nstart p\nrun\nask \"Which status?\"\n",
      mended: "program p { exit(3) }\nstart p\nrun\nask \"Which status?\"\nanswer p.exit\n"),
    DiagnosticEntry(
      .badTask, "something of a task that cannot be graded",
      explanation: """
        Checks of a task have titles of their own, by which `after` names the checks above that must
        have been passed. `in parts` shares the points of a claim that `and` or `then` joins.
        `with machine arm64` and such items ask for another machine, `with seeds 3` for fresh
        variants of what `vary` lets vary. `hint "…" after 2 attempts` belongs to the check above.
        `require` and `forbid` name system calls, words of programs and functions such as
        `libc.printf`; `limit steps 10000, time 2s, events 5000` bounds a run; `reveal title,
        verdict` says what students see of hidden checks, or of the check above.
        """,
      failing:
        "student program p\nstarter { program p { exit(0) } }\nstart p\nrun\n"
        + "check \"it ends\" 2 points: p exits\n"
        + "check \"with 0\" 1 point after \"it end\": p exits 0\n",
      mended:
        "student program p\nstarter { program p { exit(0) } }\nstart p\nrun\n"
        + "check \"it ends\" 2 points: p exits\n"
        + "check \"with 0\" 1 point after \"it ends\": p exits 0\n"),
    DiagnosticEntry(
      .notOfSubmission, "a statement that students cannot hand in",
      explanation: """
        A submission defines the programs that its task asks for, and says what a question's answer
        is: `answer fd = 4`. The machine and its files, what happens on it and what is checked are
        the task's, whatever a submission says.
        """,
      failing: "program p { exit(0) }\nmachine arm64\n",
      mended: "program p { exit(0) }\n"),
  ]
}
