import SourceText

// W03xx: units, types, arguments and limits.
extension SemanticsCatalogue {
  static let unitEntries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .missingTimeUnit, "a time without its unit",
      explanation: """
        A machine counts nanoseconds and people milliseconds: a time is written with its unit, `ns`,
        `us`, `ms` or `s`. In a program a number becomes a time by multiplication: `n * 1ms`.
        """,
      failing: "disk sda { latency 5 }\n",
      mended: "disk sda { latency 5ms }\n"),
    DiagnosticEntry(
      .wrongUnit, "a number has the unit of something else",
      explanation: "Times take `ns us ms s`, sizes `B KiB MiB GiB`, plain numbers no unit.",
      failing: "program p { bss buf 4ms }\nstart p\nrun\n",
      mended: "program p { bss buf 4KiB }\nstart p\nrun\n"),
    DiagnosticEntry(
      .outOfRange, "a number outside of its bounds",
      explanation: """
        The bounds are those of the real thing where it has any (permission bits, page sizes), else
        those that keep a simulation small enough to run anywhere.
        """,
      failing: "machine x86_64 { memory 1KiB }\n",
      mended: "machine x86_64 { memory 16MiB }\n"),
    DiagnosticEntry(
      .wrongArgumentCount, "a call with too few or too many arguments",
      explanation: """
        The message shows how the call is made. C would take what lies in the registers for missing
        arguments; here they are an error.
        """,
      failing: "program p { close() }\nstart p\nrun\n",
      mended: "program p { close(3) }\nstart p\nrun\n"),
    DiagnosticEntry(
      .wrongArgumentKind, "an argument is of another kind",
      explanation: """
        A descriptor is a small number, a path is the address of a string, a buffer the address of
        memory. To see what the kernel does with a bad address, write it in hexadecimal:
        `open(0x10, O_RDONLY)` fails with EFAULT.
        """,
      failing: "program p { close(\"foo\") }\nstart p\nrun\n",
      mended: "program p { close(3) }\nstart p\nrun\n"),
    DiagnosticEntry(
      .wrongFlagFamily, "a constant that is for another argument",
      explanation: """
        Constants are numbers, and the same number means one thing as a flag of `open` and another
        as the origin of `lseek`. Flags of one kind are combined with `|`, not with `||`.
        """,
      failing: "program p { let fd = open(\"foo\", SEEK_SET) }\nstart p\nrun\n",
      mended: "program p { let fd = open(\"foo\", O_RDONLY) }\nstart p\nrun\n"),
    DiagnosticEntry(
      .conflictingAccessModes, "two access modes are combined",
      explanation: """
        O_RDONLY is 0, O_WRONLY 1, O_RDWR 2: two bits that hold a number. O_RDONLY|O_WRONLY is
        O_WRONLY, and O_WRONLY|O_RDWR is no mode at all (open(2)).
        """,
      failing: "program p { let fd = open(\"foo\", O_RDONLY | O_WRONLY) }\nstart p\nrun\n",
      mended: "program p { let fd = open(\"foo\", O_RDWR) }\nstart p\nrun\n"),
    DiagnosticEntry(
      .missingMode, "O_CREAT without the new file's permission bits",
      explanation: """
        With O_CREAT, `open` takes a third argument. In C it may be left out, and the file gets the
        permission bits that happen to lie in a register (open(2)).
        """,
      failing: "program p { let fd = open(\"foo\", O_WRONLY | O_CREAT) }\nstart p\nrun\n",
      mended: "program p { let fd = open(\"foo\", O_WRONLY | O_CREAT, 0644) }\nstart p\nrun\n"),
    DiagnosticEntry(
      .decimalMode, "permission bits without the leading 0",
      explanation: """
        As in C, a number with a leading 0 is octal and others are decimal: 644 is 01204, which lets
        the owner do nothing but write.
        """,
      failing: "file \"/etc/motd\" { mode 644 }\n",
      mended: "file \"/etc/motd\" { mode 0644 }\n"),
    DiagnosticEntry(
      .limitReached, "something grows past what a scenario may hold",
      explanation: """
        Every part of a scenario has a limit, so that no script can bring down whoever compiles it.
        """,
      failing: "program p { fn f(a, b, c, d, e, g, h) { return a } }\n",
      mended: "program p { fn f(a, b, c, d, e, g) { return a } }\n"),
    DiagnosticEntry(
      .typeMismatch, "an operator or variable does not fit its value",
      explanation: """
        Numbers, time spans and addresses are told apart. Times are added to times; an address and a
        number give an address, counted in elements as in C; a variable keeps the kind of its first
        value.
        """,
      failing: "program p {\n    bss a 8\n    bss b 8\n    let n = a + b\n}\n",
      mended: "program p {\n    bss a 8\n    bss b 8\n    let n = b - a\n}\n"),
    DiagnosticEntry(
      .wrongItemValue, "an item with a value that it cannot have",
      explanation: "The message says what the item wants.",
      failing: "file \"/etc/motd\" { owner 5 }\n",
      mended: "file \"/etc/motd\" { owner root }\n"),
    DiagnosticEntry(
      .notConstant, "a value that must be known before the program runs",
      explanation: """
        Segments have their size before the first instruction is executed, and the world is there
        before anything runs. Such values are numbers, or numbers combined with + - * / << |.
        """,
      failing: "program p {\n    let n = 4\n    bss buf n\n}\n",
      mended: "program p {\n    let n = 4\n    bss buf 4 * 1KiB\n}\n"),
  ]
}
