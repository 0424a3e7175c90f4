public import SourceText

/// The long explanations of this room's codes.
public enum SyntaxCatalogue {
  /// Every code of W01xx with its explanation, in order of code. The failing example has exactly
  /// that one diagnostic, the mended one none; where an example cannot be written down (too much
  /// text, bytes that are no text), `failing` says so in a comment.
  public static let diagnostics: [DiagnosticEntry] =
    signs + bounds + shape + statements + programs
    + claims

  private static let signs: [DiagnosticEntry] = [
    DiagnosticEntry(
      .strayBytes, "a sign has no meaning here",
      explanation: """
        Nothing in the language is written with this sign, or the file holds a byte that is no
        text at all, such as NUL. It often comes from copying a prompt (`$`) or from a file that
        was saved in another encoding, such as UTF-16.
        """,
      failing: "start editor @\n", mended: "start editor\n"),
    DiagnosticEntry(
      .foreignLetters, "letters beyond a to z stand outside of strings and comments",
      explanation: """
        Names are made of the letters a to z and A to Z, digits and `_`, as in C. Any other letter
        may stand in strings and comments.
        """,
      failing: "disk café { latency 5ms }\n", mended: "disk cafe { latency 5ms }\n"),
    DiagnosticEntry(
      .invalidUTF8, "this is not UTF-8 text",
      explanation: """
        Scripts and lessons are UTF-8. Some bytes here form no letter in it; the file was probably
        saved as Latin-1 or Windows-1252. Save it as UTF-8. To put a single byte into a string,
        write an escape: `\\xff`.
        """,
      failing: "# a comment or string that holds, for example, the byte 0xff\n",
      mended: "file \"/data\" { text \"\\xff\" }\n"),
    DiagnosticEntry(
      .unterminatedString, "a string is not closed",
      explanation: """
        A string begins and ends with `"` on the same line. A line feed in it is written `\\n`, a
        quote `\\"`.
        """,
      failing: "file \"/home/ada/foo { owner ada }\n",
      mended: "file \"/home/ada/foo\" { owner ada }\n"),
    DiagnosticEntry(
      .unknownEscape, "an escape means nothing",
      explanation: """
        Behind a backslash stand C's escapes: `\\n` `\\t` `\\r` `\\0` `\\\\` `\\"` `\\'` `\\a` `\\b`
        `\\f` `\\v`, an octal number of up to three digits no larger than `\\377`, or `\\x` and one
        or two hexadecimal digits. A backslash itself is written twice.
        """,
      failing: "file \"/tmp/x\" { text \"50 \\% of it\" }\n",
      mended: "file \"/tmp/x\" { text \"50 % of it\" }\n"),
    DiagnosticEntry(
      .wrongQuotes, "a string has the wrong quotes",
      explanation: """
        Strings are written with straight double quotes. Single quotes hold one character and mean
        its number, as in C: `'a'` is 97. Curly quotes come from word processors.
        """,
      failing: "program p { open('foo', O_RDONLY) }\n",
      mended: "program p { open(\"foo\", O_RDONLY) }\n"),
    DiagnosticEntry(
      .unknownUnit, "a number has a unit that does not exist",
      explanation: """
        Times are written in `ns` `us` `ms` `s`, sizes in `B` `KiB` `MiB` `GiB` (powers of 1024),
        directly after the number: `5ms`, `4KiB`. Numbers have no type suffix as in C (`10UL`) and
        no `_` between their digits.
        """,
      failing: "disk sda { latency 5msec }\n", mended: "disk sda { latency 5ms }\n"),
    DiagnosticEntry(
      .numberTooLarge, "a number is too large",
      explanation: """
        Numbers are 64 bits wide. A bare number may use all of them (up to 18446744073709551615,
        for addresses such as 0xffff800000000000); a time or size must stay below 2^63 nanoseconds
        or bytes.
        """,
      failing: "disk sda { latency 9999999999999s }\n", mended: "disk sda { latency 9999s }\n"),
    DiagnosticEntry(
      .octalDigit, "a digit does not belong to the number's base",
      explanation: """
        As in C, a number with a leading 0 is octal, so that `0644` is the mode everybody knows;
        8 and 9 are no octal digits. `0b` begins a binary number, `0x` a hexadecimal one.
        """,
      failing: "file \"/tmp/x\" { mode 0688 }\n", mended: "file \"/tmp/x\" { mode 0644 }\n"),
    DiagnosticEntry(
      .fraction, "a number has a fraction",
      explanation: """
        All numbers are whole, since a kernel has no floating point. Choose a smaller unit:
        `1500us` instead of `1.5ms`.
        """,
      failing: "program p { compute 1.5ms }\n", mended: "program p { compute 1500us }\n"),
    DiagnosticEntry(
      .noDigits, "a number has no digits",
      explanation: "Behind `0x` at least one hexadecimal digit must follow.",
      failing: "program p { let mask = 0x }\n", mended: "program p { let mask = 0xff }\n"),
    DiagnosticEntry(
      .commentOfC, "a comment is written as in C",
      explanation: """
        A comment begins with `#` and ends with its line. The text behind `//` or between `/*` and
        `*/` was skipped, so that nothing else is reported about it.
        """,
      failing: "start editor // the first one\n", mended: "start editor # the first one\n"),
  ]

  private static let bounds: [DiagnosticEntry] = [
    DiagnosticEntry(
      .sourceTooLarge, "a script is too large",
      explanation: """
        A script, or a fence of a lesson, has at most \(WalkParser.maximumSourceBytes) bytes. Such a
        file is usually no script at all, or the output of a program that went wrong.
        """,
      failing: "# a file of more than \(WalkParser.maximumSourceBytes) bytes\n",
      mended: "start editor\n"),
    DiagnosticEntry(
      .nestingTooDeep, "blocks or brackets are nested too deeply",
      explanation: """
        Blocks, parentheses and brackets may stand in each other up to
        \(WalkParser.maximumNesting) levels. What lies deeper was skipped. Give inner parts a name
        with `let` or `fn`.
        """,
      failing: "program p { let x = "
        + String(repeating: "(", count: WalkParser.maximumNesting) + "1"
        + String(repeating: ")", count: WalkParser.maximumNesting) + " }\n",
      mended: "program p { let x = ((1)) }\n"),
    DiagnosticEntry(
      .expressionTooLong, "an expression has too many operators in a row",
      explanation: """
        One expression or claim may have up to \(WalkParser.maximumChain) operators in a row, and
        one `if` as many `else if`. Give parts of it a name with `let`, or write several claims.
        """,
      failing: "program p { let x = 1"
        + String(repeating: " + 1", count: WalkParser.maximumChain + 1) + " }\n",
      mended: "program p { let x = 257 + 1 }\n"),
    DiagnosticEntry(
      .tooManyErrors, "there are too many errors to list",
      explanation: """
        Only the first \(WalkParser.maximumDiagnostics) errors of a script are listed. When there
        are so many, the first ones usually explain the others.
        """,
      failing: String(repeating: "start @\n", count: WalkParser.maximumDiagnostics + 1),
      mended: "start editor\n"),
  ]

  private static let shape: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unclosed, "a bracket is not closed",
      explanation: """
        The message points at the opening bracket; where a statement of the script begins in a new
        line although the block is still open, that place is shown too, since the bracket is most
        likely missing before it.
        """,
      failing: "program editor {\n  exit(0)\nstart editor\n",
      mended: "program editor {\n  exit(0)\n}\nstart editor\n"),
    DiagnosticEntry(
      .strayCloser, "a closing bracket closes nothing",
      explanation:
        "No bracket of this kind is open here: one is too much, or one before is missing.",
      failing: "program editor { exit(0) } }\n", mended: "program editor { exit(0) }\n"),
    DiagnosticEntry(
      .missingBlock, "a block in braces is missing",
      explanation: """
        Programs, functions, branches and loops have their statements in braces, even a single
        one. The condition needs no parentheses.
        """,
      failing: "program p {\n  if (fd < 0) exit(1)\n}\n",
      mended: "program p {\n  if fd < 0 { exit(1) }\n}\n"),
    DiagnosticEntry(
      .expected, "something is missing or something else stands in its place",
      explanation: """
        The statement began well, but what must come next does not stand there. The message names
        it; the rest of the statement was skipped.
        """,
      failing: "disk { latency 5ms }\n", mended: "disk sda { latency 5ms }\n"),
    DiagnosticEntry(
      .unfinishedLine, "there is more on the line than belongs to the statement",
      explanation: """
        A statement ends with its line, with `;` or with a `}`. The items of a block are separated
        by line ends, commas or `;`. What stands behind the end was skipped.
        """,
      failing: "start editor start counter\n", mended: "start editor; start counter\n"),
  ]

  private static let statements: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unknownStatement, "no statement begins with this word",
      explanation: """
        A script is made of declarations (`machine`, `user`, `disk`, `nic`, `serial`, `keyboard`,
        `module`, `mount`, `dir`, `file`, `symlink`, `program`), the timeline (`start`, `at`,
        `load`, `unload`, `signal`, `run`), claims (`expect`, `claim`) and tasks (`student`,
        `starter`, `check`, `ask`, `answer`, `vary`).
        """,
      failing: "progam editor { exit(0) }\n", mended: "program editor { exit(0) }\n"),
    DiagnosticEntry(
      .claimWithoutExpect, "a claim stands without `expect`",
      explanation: """
        A claim about what happens is a statement only behind `expect` (or in a `check`). The text
        was read as if `expect` stood there.
        """,
      failing: "never editor sleeps\n", mended: "expect never editor sleeps\n"),
    DiagnosticEntry(
      .outsideProgram, "a statement of a program stands outside of one",
      explanation: """
        Calls, assignments, loops and branches are done by a program, which runs in user mode as a
        process. Write them between the braces of `program NAME { }` and start it.
        """,
      failing: "let fd = open(\"foo\", O_RDONLY)\n",
      mended: "program reader { let fd = open(\"foo\", O_RDONLY) }\nstart reader\n"),
    DiagnosticEntry(
      .insideProgram, "a statement of the script stands inside a program",
      explanation: """
        Declarations, the timeline and claims speak of the whole machine; a program cannot say
        them. Write them behind the closing brace of the program.
        """,
      failing: "program p {\n  expect p sleeps\n  exit(0)\n}\n",
      mended: "program p {\n  exit(0)\n}\nexpect p exits 0\n"),
    DiagnosticEntry(
      .repeatedOption, "an option is given twice",
      explanation: "`named`, `as`, `in`, `nice` and `at` may each stand once, in any order.",
      failing: "start editor as ada as root\n", mended: "start editor as ada\n"),
    DiagnosticEntry(
      .itemSign, "an item has a sign between its name and its value",
      explanation:
        "The items of a block are written `latency 5ms`: name and value, nothing between.",
      failing: "disk sda { latency = 5ms }\n", mended: "disk sda { latency 5ms }\n"),
  ]

  private static let programs: [DiagnosticEntry] = [
    DiagnosticEntry(
      .assignmentInCondition, "`=` stands where values are compared",
      explanation: """
        `=` gives a variable a value and is a statement of its own; `==` compares. In C the slip
        compiles and assigns, which is one of its best known traps.
        """,
      failing: "program p { if fd = 3 { exit(1) } }\n",
      mended: "program p { if fd == 3 { exit(1) } }\n"),
    DiagnosticEntry(
      .declarationOfC, "a variable is declared as in C",
      explanation: """
        Every value is a number of 64 bits, so variables have no type: `let x = 1`. Memory for a
        buffer is `bss buf 64`, with values in it `data table 1, 2, 3`.
        """,
      failing: "program p { int fd = 3 }\n", mended: "program p { let fd = 3 }\n"),
    DiagnosticEntry(
      .statementOfC, "programs do not have this statement of C",
      explanation: """
        Programs have `if`, `else`, `while`, `repeat N`, `fn` and `return`, which is enough to
        show what a kernel does. The statement, with its body, was skipped.
        """,
      failing: "program p {\n  for (i = 0; i < 3; i++) { compute 1ms }\n}\n",
      mended: "program p {\n  repeat 3 { compute 1ms }\n}\n"),
    DiagnosticEntry(
      .increment, "programs have no `++` and `--`",
      explanation:
        "Write the assignment out: `x = x + 1`. It is then one load, one sum, one store.",
      failing: "program p {\n  let x = 1\n  x++\n}\n",
      mended: "program p {\n  let x = 1\n  x = x + 1\n}\n"),
    DiagnosticEntry(
      .compoundAssignment, "programs have no `+=` and the like",
      explanation: "Write the assignment out: `x = x + 2`.",
      failing: "program p {\n  let x = 1\n  x += 2\n}\n",
      mended: "program p {\n  let x = 1\n  x = x + 2\n}\n"),
    DiagnosticEntry(
      .notAssignable, "this cannot be assigned to",
      explanation: """
        Before `=` stands a place that can keep a value: a variable `x`, the memory at an address
        `*p`, or an element `p[i]`.
        """,
      failing: "program p { 3 = fd }\n", mended: "program p { let fd = 3 }\n"),
    DiagnosticEntry(
      .operatorOfC, "there is no such operator",
      explanation: """
        C's `?:` and `->` are missing: write a choice with `if` and `else`, and reach memory with
        `*p` and `p[i]`.
        """,
      failing: "program p { let x = y ? 1 : 2 }\n",
      mended: "program p {\n  let x = 2\n  if y { x = 1 }\n}\n"),
    DiagnosticEntry(
      .elseWithoutIf, "an `else` follows no `if`",
      explanation: "`else` stands directly behind the `}` of its `if`, or in the line after it.",
      failing: "program p { else { exit(1) } }\n",
      mended: "program p { if fd < 0 { exit(0) } else { exit(1) } }\n"),
    DiagnosticEntry(
      .wordOperator, "a word of claims stands in a program",
      explanation: """
        Programs are written in C's expressions: `&&`, `||` and `!`. The words `and`, `or` and
        `not` belong to claims.
        """,
      failing: "program p { if a and b { exit(1) } }\n",
      mended: "program p { if a && b { exit(1) } }\n"),
  ]

  private static let claims: [DiagnosticEntry] = [
    DiagnosticEntry(
      .stateForEvents, "a state stands where events are wanted",
      explanation: """
        Events happen (`editor sleeps`), states last (`editor.mode == kernel`). `never`, `then`,
        `before`, `because`, `within`, `when` and `exactly 2 of` speak of events; `always`,
        `eventually`, `at end` and `while` of states. Several events are joined with `or`.
        """,
      failing: "expect never editor.mode == kernel\n",
      mended: "expect always editor.mode != kernel\n"),
    DiagnosticEntry(
      .claimForState, "a claim stands where a state is wanted",
      explanation: """
        `always`, `eventually`, `at end`, `while` and the right side of `when` want a state, which
        is true or false at one moment. A claim such as `never a sleeps` speaks of the whole run.
        """,
      failing: "expect always never editor sleeps\n", mended: "expect never editor sleeps\n"),
    DiagnosticEntry(
      .claimForEvents, "a claim stands where events are wanted",
      explanation: """
        `never`, `exactly 2 of`, `then` and the like take events. A sequence `a then b`, or a claim
        such as `always s`, is no event. To deny a claim put `not ( )` around it.
        """,
      failing: "expect never editor sleeps then editor wakes\n",
      mended: "expect not (editor sleeps then editor wakes)\n"),
    DiagnosticEntry(
      .mixedOrder, "`then` and `before` stand in one row",
      explanation: """
        `a then b then c` wants a, later b, later c. `a before b` wants that no b happens before
        an a. What a row of both would want is not clear, so `before` stands between exactly two.
        """,
      failing: "expect a wakes then b wakes before c wakes\n",
      mended: "expect a wakes then b wakes and b wakes before c wakes\n"),
  ]
}
