import SourceText

/// The codes of this room: W01xx, what is written in a way that cannot be read.
extension DiagnosticCode {
  // Letters and signs.
  static let strayBytes = DiagnosticCode(101)
  static let foreignLetters = DiagnosticCode(102)
  static let invalidUTF8 = DiagnosticCode(103)
  static let unterminatedString = DiagnosticCode(104)
  static let unknownEscape = DiagnosticCode(105)
  static let wrongQuotes = DiagnosticCode(106)
  static let unknownUnit = DiagnosticCode(107)
  static let numberTooLarge = DiagnosticCode(108)
  static let octalDigit = DiagnosticCode(109)
  static let fraction = DiagnosticCode(110)
  static let noDigits = DiagnosticCode(111)
  static let commentOfC = DiagnosticCode(112)
  // Bounds.
  static let sourceTooLarge = DiagnosticCode(115)
  static let nestingTooDeep = DiagnosticCode(116)
  static let expressionTooLong = DiagnosticCode(117)
  static let tooManyErrors = DiagnosticCode(118)
  // Shape.
  static let unclosed = DiagnosticCode(120)
  static let strayCloser = DiagnosticCode(121)
  static let missingBlock = DiagnosticCode(122)
  static let expected = DiagnosticCode(123)
  static let unfinishedLine = DiagnosticCode(124)
  // Statements.
  static let unknownStatement = DiagnosticCode(130)
  static let claimWithoutExpect = DiagnosticCode(131)
  static let outsideProgram = DiagnosticCode(132)
  static let insideProgram = DiagnosticCode(133)
  static let repeatedOption = DiagnosticCode(134)
  static let itemSign = DiagnosticCode(135)
  // Programs.
  static let assignmentInCondition = DiagnosticCode(140)
  static let declarationOfC = DiagnosticCode(141)
  static let statementOfC = DiagnosticCode(142)
  static let increment = DiagnosticCode(143)
  static let compoundAssignment = DiagnosticCode(144)
  static let notAssignable = DiagnosticCode(145)
  static let operatorOfC = DiagnosticCode(146)
  static let elseWithoutIf = DiagnosticCode(147)
  static let wordOperator = DiagnosticCode(148)
  // Claims.
  static let stateForEvents = DiagnosticCode(150)
  static let claimForState = DiagnosticCode(151)
  static let claimForEvents = DiagnosticCode(152)
  static let mixedOrder = DiagnosticCode(153)
}

extension FixIt {
  /// The advice to write something else in place of a range.
  fileprivate static func write(_ text: String, at range: SourceRange) -> FixIt {
    FixIt("write `\(text)`", edits: [SourceEdit(range: range, replacement: text)])
  }

  /// The advice to leave something out.
  fileprivate static func remove(_ text: String, at range: SourceRange) -> FixIt {
    FixIt("leave out `\(text)`", edits: [SourceEdit(range: range, replacement: "")])
  }
}

extension Diagnostic {
  private static func error(
    _ code: DiagnosticCode, _ message: String, _ primary: Label, related: [Label] = [],
    notes: [String] = [], fixIts: [FixIt] = []
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: .error, message: message, primary: primary, related: related,
      notes: notes, fixIts: fixIts)
  }

  // MARK: Letters and signs

  /// `@`, a NUL byte: nothing in the language is written with it.
  static func strayBytes(_ name: String, at range: SourceRange, count: Int) -> Diagnostic {
    let isControl = name.utf8.count > 1
    let what = isControl ? "a \(name) byte" : "`\(name)`"
    let notes = count > 1 && isControl ? ["\(count) such bytes follow each other here"] : []
    return error(
      .strayBytes, "\(what) has no meaning here", Label(range, "nothing is written with this"),
      notes: notes)
  }

  /// `café`: letters beyond ASCII outside of strings and comments.
  static func foreignLetters(_ text: String, at range: SourceRange) -> Diagnostic {
    var fixIts: [FixIt] = []
    let replacements = [
      "\u{2013}": "-", "\u{2212}": "-", "\u{2264}": "<=", "\u{2265}": ">=",
      "\u{2260}": "==", "\u{D7}": "*",
    ]
    if let replacement = replacements[text] { fixIts = [.write(replacement, at: range)] }
    return error(
      .foreignLetters, "`\(text)` cannot be a name",
      Label(range, "letters beyond a to z stand in strings and comments only"),
      notes: ["names are made of the letters a to z and A to Z, digits and `_`"], fixIts: fixIts)
  }

  /// A no-break space, or another that only looks like one.
  static func foreignSpace(at range: SourceRange) -> Diagnostic {
    error(
      .foreignLetters, "a special space stands where a plain one belongs",
      Label(range, "no-break, thin or zero-width: it only looks like a space"),
      fixIts: [FixIt("write a plain space", edits: [SourceEdit(range: range, replacement: " ")])])
  }

  /// Bytes that are no text.
  static func invalidUTF8(_ bytes: ArraySlice<UInt8>, at range: SourceRange) -> Diagnostic {
    let shown = bytes.prefix(4).map { "0x" + String($0, radix: 16) }.joined(separator: " ")
    return error(
      .invalidUTF8, "this is not UTF-8 text",
      Label(range, "\(bytes.count > 4 ? "\(shown) ..." : shown) is no letter"),
      notes: ["save the file as UTF-8, or write the byte as an escape such as `\\xff`"])
  }

  /// `"foo` up to the end of the line.
  static func unterminatedString(at range: SourceRange) -> Diagnostic {
    error(
      .unterminatedString, "this string is not closed",
      Label(range, "the line ends before a closing `\"`"),
      notes: ["a string stands on one line; write a line feed in it as `\\n`"],
      fixIts: [
        FixIt("add `\"`", edits: [SourceEdit(range: range.end, replacement: "\"")])
      ])
  }

  /// `"\q"`.
  static func unknownEscape(_ text: String, at range: SourceRange) -> Diagnostic {
    error(
      .unknownEscape, "`\(text)` is not an escape", Label(range, "means nothing in a string"),
      notes: [
        "the escapes are C's: `\\n` `\\t` `\\r` `\\0` `\\\\` `\\\"` `\\'` `\\a` `\\b` `\\f` `\\v`, "
          + "octal up to `\\377`, and `\\xNN`"
      ],
      fixIts: [
        FixIt(
          "write `\\\\` for a backslash",
          edits: [
            SourceEdit(
              range: SourceRange(file: range.file, lower: range.lower, upper: range.lower),
              replacement: "\\")
          ])
      ])
  }

  /// `'foo'`.
  static func singleQuotes(at range: SourceRange, inner: String?) -> Diagnostic {
    error(
      .wrongQuotes, "a string is written with double quotes",
      Label(
        range, inner == nil ? "no closing `'` on this line" : "single quotes hold one character"),
      fixIts: inner.map { [.write("\"\($0)\"", at: range)] } ?? [])
  }

  /// `“foo”`.
  static func typographicQuotes(at range: SourceRange, inner: String?) -> Diagnostic {
    error(
      .wrongQuotes, "a string is written with straight quotes",
      Label(range, "these quotes are a word processor's"),
      fixIts: inner.map { [.write("\"\($0)\"", at: range)] } ?? [])
  }

  /// `5 ms`: the unit stands apart from the number whose place is given.
  static func detachedUnit(
    _ unit: String, at range: SourceRange, number: SourceRange
  ) -> Diagnostic {
    let space = SourceRange(file: range.file, lower: number.upper, upper: range.lower)
    return error(
      .unknownUnit, "a unit is written directly after its number",
      Label(range, "the space before `\(unit)` is too much"),
      fixIts: [FixIt("leave out the space", edits: [SourceEdit(range: space, replacement: "")])])
  }

  /// `5mss`, `10L`, `1_000`.
  static func unknownUnit(_ unit: String, at range: SourceRange) -> Diagnostic {
    if unit == "\u{B5}s" || unit == "\u{3BC}s" {
      return error(
        .unknownUnit, "`\(unit)` is not a unit", Label(range, "microseconds are written `us`"),
        fixIts: [.write("us", at: range)])
    }
    let plain = unit.lowercased()
    if plain.utf8.allSatisfy({ $0 == UInt8(ascii: "u") || $0 == UInt8(ascii: "l") }) {
      return error(
        .unknownUnit, "`\(unit)` is not a unit",
        Label(range, "a number has no type suffix here; all are 64 bits wide"),
        fixIts: [.remove(unit, at: range)])
    }
    let aliases = [
      "b": "B", "k": "KiB", "kb": "KiB", "kib": "KiB", "m": "MiB", "mb": "MiB", "mib": "MiB",
      "g": "GiB", "gb": "GiB", "gib": "GiB", "sec": "s", "secs": "s", "seconds": "s", "msec": "ms",
      "usec": "us", "nsec": "ns", "millis": "ms", "byte": "B", "bytes": "B",
    ]
    let nearest =
      aliases[plain] ?? Nearest.name(to: unit, among: Keywords.units)
      ?? Nearest.name(to: plain, among: Keywords.units)
    var notes = ["times are written in ns us ms s, sizes in B KiB MiB GiB"]
    if unit.hasPrefix("_") { notes.append("a number has no `_` between its digits") }
    return error(
      .unknownUnit, "`\(unit)` is not a unit", Label(range, "no unit has this name"), notes: notes,
      fixIts: nearest.map { [.write($0, at: range)] } ?? [])
  }

  /// A number that 64 bits cannot hold.
  static func numberTooLarge(_ text: String, at range: SourceRange) -> Diagnostic {
    error(
      .numberTooLarge, "`\(text)` is too large", Label(range, "does not fit into 64 bits"),
      notes: [
        "a bare number goes up to 18446744073709551615, a time or size up to "
          + "9223372036854775807 ns or B"
      ])
  }

  /// `089`.
  static func octalDigit(_ text: String, at range: SourceRange) -> Diagnostic {
    let isBinary = text.hasPrefix("0b")
    var decimal = Substring(text)
    while decimal.hasPrefix("0"), decimal.utf8.count > 1 { decimal = decimal.dropFirst() }
    return error(
      .octalDigit,
      isBinary
        ? "`\(text)` has a digit that is not binary" : "`\(text)` has a digit that is not octal",
      Label(range, isBinary ? "`0b` begins a binary number" : "a leading 0 means octal, as in C"),
      fixIts: isBinary ? [] : [.write(String(decimal), at: range)])
  }

  /// `1.5ms`.
  static func fraction(_ text: String, at range: SourceRange) -> Diagnostic {
    error(
      .fraction, "`\(text)` has a fraction", Label(range, "numbers are whole"),
      notes: ["use a smaller unit: `1500us` for one and a half milliseconds"])
  }

  /// `0x`.
  static func noDigits(_ text: String, at range: SourceRange) -> Diagnostic {
    error(
      .noDigits, "`\(text)` has no digits", Label(range, "digits are missing behind the prefix"))
  }

  /// `//` and `/*`.
  static func commentOfC(at range: SourceRange, isBlock: Bool) -> Diagnostic {
    error(
      .commentOfC, "a comment begins with `#`", Label(range, "this is how C begins one"),
      notes: isBlock ? ["each line of a comment has its own `#`"] : [],
      fixIts: isBlock ? [] : [.write("#", at: range)])
  }

  // MARK: Bounds

  /// More text than anybody writes.
  static func sourceTooLarge(_ count: Int, at range: SourceRange) -> Diagnostic {
    error(
      .sourceTooLarge,
      "this script has \(count) bytes; the limit is \(WalkParser.maximumSourceBytes)",
      Label(range, "nothing of it was read"))
  }

  /// Brackets in brackets in brackets.
  static func nestingTooDeep(at range: SourceRange) -> Diagnostic {
    error(
      .nestingTooDeep, "this is nested too deeply",
      Label(range, "the limit is \(WalkParser.maximumNesting) levels"))
  }

  /// `a + a + a + …`.
  static func expressionTooLong(at range: SourceRange) -> Diagnostic {
    error(
      .expressionTooLong, "this has too many parts",
      Label(range, "the limit is \(WalkParser.maximumChain) operators in one row"))
  }

  /// The end of patience.
  static func tooManyErrors(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: .tooManyErrors, severity: .note,
      message: "there are more than \(WalkParser.maximumDiagnostics) errors",
      primary: Label(range, "the ones from here on are not listed"))
  }

  // MARK: Shape

  /// A bracket without a partner; `text` is the bracket.
  static func unclosed(_ text: String, at range: SourceRange, before: SourceRange?) -> Diagnostic {
    let partner = text == "{" ? "}" : text == "(" ? ")" : "]"
    return error(
      .unclosed, "this `\(text)` is not closed", Label(range, "its `\(partner)` is missing"),
      related: before.map { [Label($0, "a `\(partner)` should stand before this")] } ?? [])
  }

  /// `}` without a `{`.
  static func strayCloser(_ text: String, at range: SourceRange) -> Diagnostic {
    let partner = text == "}" ? "{" : text == ")" ? "(" : "["
    return error(
      .strayCloser, "this `\(text)` closes nothing", Label(range, "no `\(partner)` is open here"),
      fixIts: [.remove(text, at: range)])
  }

  /// `program x` without braces, `if (a) b()`.
  static func missingBlock(after head: String, at range: SourceRange) -> Diagnostic {
    error(
      .missingBlock, "a block in braces must follow \(head)", Label(range, "`{` expected here"),
      notes: ["the braces are needed even around a single line"])
  }

  /// Something is missing; `what` names it, `found` is the text that stands there instead.
  static func expected(
    _ what: String, at range: SourceRange, found: String?, notes: [String] = [],
    write: String? = nil
  ) -> Diagnostic {
    error(
      .expected, found.map { "expected \(what), not `\($0)`" } ?? "\(what) is missing",
      Label(range, "\(what) belongs here"), notes: notes,
      fixIts: write.map {
        [FixIt("add `\($0)`", edits: [SourceEdit(range: range.start, replacement: $0)])]
      }
        ?? [])
  }

  /// More on the line than the statement takes.
  static func unfinishedLine(
    _ found: String, after what: String, at range: SourceRange, beginsStatement: Bool = false
  ) -> Diagnostic {
    error(
      .unfinishedLine, "`\(found)` does not belong to this \(what)",
      Label(range, "the \(what) ends before this"),
      notes: ["a \(what) ends with its line or with `;`"],
      fixIts: beginsStatement
        ? [FixIt("write `;` before it", edits: [SourceEdit(range: range.start, replacement: "; ")])]
        : [])
  }

  // MARK: Statements

  /// `progam editor { }`.
  static func unknownStatement(
    _ word: String, at range: SourceRange, nearest: String?, note: String? = nil
  ) -> Diagnostic {
    error(
      .unknownStatement, "no statement begins with `\(word)`",
      Label(range, "a word such as `program`, `start`, `run` or `expect` belongs here"),
      notes: note.map { [$0] } ?? [], fixIts: nearest.map { [.write($0, at: range)] } ?? [])
  }

  /// `never editor sleeps` as a statement.
  static func claimWithoutExpect(_ word: String, at range: SourceRange) -> Diagnostic {
    error(
      .claimWithoutExpect, "a claim begins with `expect`",
      Label(range, "`expect` belongs before this"),
      fixIts: [
        FixIt(
          "write `expect \(word)`", edits: [SourceEdit(range: range.start, replacement: "expect ")])
      ])
  }

  /// `let x = 1` outside of a program.
  static func outsideProgram(_ word: String, at range: SourceRange) -> Diagnostic {
    error(
      .outsideProgram, "`\(word)` stands outside of a program",
      Label(range, "only a program can do this"),
      notes: ["write it between the braces of `program NAME { }`, then `start NAME`"])
  }

  /// `start x` inside a program.
  static func insideProgram(_ word: String, at range: SourceRange) -> Diagnostic {
    error(
      .insideProgram, "`\(word)` stands inside a program",
      Label(range, "a program cannot say this"),
      notes: ["it is a statement of the script: write it behind the program's `}`"])
  }

  /// `start x nice 1 nice 2`.
  static func repeatedOption(_ word: String, at range: SourceRange, first: SourceRange)
    -> Diagnostic
  {
    error(
      .repeatedOption, "`\(word)` is given twice", Label(range, "the second time"),
      related: [Label(first, "the first time")])
  }

  /// `latency = 5ms`, `latency: 5ms`.
  static func itemSign(_ sign: String, at range: SourceRange) -> Diagnostic {
    error(
      .itemSign, "an item is written without `\(sign)`",
      Label(range, "the value follows its name directly"), fixIts: [.remove(sign, at: range)])
  }

  // MARK: Programs

  /// `if x = 1 { }`, `expect a.mode = kernel`.
  static func assignmentInCondition(at range: SourceRange) -> Diagnostic {
    error(
      .assignmentInCondition, "`=` assigns; a comparison is written `==`",
      Label(range, "nothing can be assigned here"), fixIts: [.write("==", at: range)])
  }

  /// `int x = 1`, `char buf[16]`.
  static func declarationOfC(
    _ name: String, at range: SourceRange, replacement: String
  ) -> Diagnostic {
    error(
      .declarationOfC, "a variable is made with `let`", Label(range, "types are not written"),
      notes: ["every value is 64 bits wide; memory for a buffer is `bss buf 64`"],
      fixIts: [.write(replacement, at: range)])
  }

  /// `for (…)`, `break`.
  static func statementOfC(_ word: String, at range: SourceRange) -> Diagnostic {
    let advice =
      switch word {
      case "for", "do": "write `repeat N { }` or `while CONDITION { }`"
      case "switch", "case", "default": "write `if` and `else if`"
      case "break", "continue": "put the condition into the `while`, or `return` from a function"
      case "sizeof": "write the number of bytes"
      default: "write it with `if`, `while`, `repeat` and `fn`"
      }
    return error(
      .statementOfC, "programs have no `\(word)`", Label(range, "this is C's"), notes: [advice])
  }

  /// `x++`.
  static func increment(_ sign: String, of target: String?, at range: SourceRange) -> Diagnostic {
    let name = target ?? "x"
    let replacement = "\(name) = \(name) \(sign.prefix(1)) 1"
    return error(
      .increment, "programs have no `\(sign)`", Label(range, "write `\(replacement)`"),
      fixIts: target == nil ? [] : [.write(replacement, at: range)])
  }

  /// `x += 2`.
  static func compoundAssignment(
    _ sign: String, of target: String?, at range: SourceRange, edit: SourceRange
  ) -> Diagnostic {
    let name = target ?? "x"
    let replacement = "= \(name) \(sign.dropLast())"
    return error(
      .compoundAssignment, "programs have no `\(sign)`",
      Label(range, "write `\(name) \(replacement) ...`"),
      fixIts: target == nil ? [] : [.write(replacement, at: edit)])
  }

  /// `1 = x`.
  static func notAssignable(at range: SourceRange) -> Diagnostic {
    error(
      .notAssignable, "this cannot be assigned to", Label(range, "no place to keep a value"),
      notes: ["a variable `x`, memory `*p` or an element `p[i]` can stand before `=`"])
  }

  /// `p->x`, `a ? b : c`.
  static func operatorOfC(_ sign: String, at range: SourceRange) -> Diagnostic {
    error(
      .operatorOfC, "there is no operator `\(sign)`", Label(range, "this is C's"),
      notes: [
        sign == "?" ? "write it with `if` and `else`" : "memory is reached with `*p` and `p[i]`"
      ])
  }

  /// `else { }` alone.
  static func elseWithoutIf(at range: SourceRange) -> Diagnostic {
    error(.elseWithoutIf, "this `else` follows no `if`", Label(range, "no `if` ends before this"))
  }

  /// `if a and b { }`.
  static func wordOperator(_ word: String, sign: String, at range: SourceRange) -> Diagnostic {
    error(
      .wordOperator, "in a program `\(word)` is written `\(sign)`",
      Label(range, "a word of claims"), fixIts: [.write(sign, at: range)])
  }

  // MARK: Claims

  /// `never editor.mode == kernel`.
  static func stateForEvents(at range: SourceRange) -> Diagnostic {
    error(
      .stateForEvents, "events are wanted here, not a state",
      Label(range, "a state lasts; it does not happen"),
      notes: [
        "events are written `editor sleeps`; joined with `or`; of a state say `always`, "
          + "`eventually`, `at end` or `while`"
      ])
  }

  /// `always never a sleeps`.
  static func claimForState(at range: SourceRange) -> Diagnostic {
    error(
      .claimForState, "a state is wanted here, not a claim",
      Label(range, "this speaks of the whole run"),
      notes: ["a state is a comparison such as `editor.mode == kernel`, or `editor sleeps`"])
  }

  /// `never a sleeps then b wakes`.
  static func claimForEvents(at range: SourceRange) -> Diagnostic {
    error(
      .claimForEvents, "events are wanted here, not a claim",
      Label(range, "this is a claim itself"),
      notes: ["to deny a claim write `not ( )` around it"])
  }

  /// `a then b before c`.
  static func mixedOrder(at range: SourceRange) -> Diagnostic {
    error(
      .mixedOrder, "`then` and `before` do not mix in one row",
      Label(range, "which events this orders is not clear"),
      notes: ["join two claims with `and`, or use `then` throughout"])
  }
}

extension SourceRange {
  /// The empty range at the beginning.
  fileprivate var start: SourceRange { SourceRange(file: file, lower: lower, upper: lower) }
}
