import Catalogue
public import SourceText
import WalkSemantics

/// The numbers of this room's messages; each has an entry in ``LessonCatalogue``.
enum LessonCode {
  static let unreadable = DiagnosticCode(1)
  static let tooLarge = DiagnosticCode(2)
  static let nulByte = DiagnosticCode(3)
  static let notUTF8 = DiagnosticCode(4)
  static let unterminatedFrontMatter = DiagnosticCode(5)
  static let frontMatterSyntax = DiagnosticCode(6)
  static let frontMatterValue = DiagnosticCode(7)
  static let frontMatterBounds = DiagnosticCode(8)
  static let unknownFrontMatterKey = DiagnosticCode(9)
  static let unknownWord = DiagnosticCode(10)
  static let badValue = DiagnosticCode(11)
  static let conflictingWords = DiagnosticCode(12)
  static let unterminatedFence = DiagnosticCode(13)
  static let continueWithoutScenario = DiagnosticCode(14)
  static let duplicateScenario = DiagnosticCode(15)
  static let unknownPicture = DiagnosticCode(16)
  static let nothingToShow = DiagnosticCode(17)
  static let showWithStatements = DiagnosticCode(18)
  static let errorDiffers = DiagnosticCode(19)
  static let valueWithoutScenario = DiagnosticCode(20)
  static let noValue = DiagnosticCode(21)
  static let unterminatedValue = DiagnosticCode(22)
  static let includeOutside = DiagnosticCode(23)
  static let includeUnreadable = DiagnosticCode(24)
  static let includeCycle = DiagnosticCode(25)
  static let includeBounds = DiagnosticCode(26)
  static let samePage = DiagnosticCode(27)
  static let unwritable = DiagnosticCode(28)
  static let tooManyDiagnostics = DiagnosticCode(29)
  static let unknownMechanism = DiagnosticCode(30)
  static let unknownChapter = DiagnosticCode(31)
  static let cannotBeShown = DiagnosticCode(32)
  static let noKey = DiagnosticCode(33)
  static let outputDiffers = DiagnosticCode(34)
  static let tableDiffers = DiagnosticCode(35)
  static let unfitTranscript = DiagnosticCode(36)
  static let deadAnchor = DiagnosticCode(40)
  static let deadStep = DiagnosticCode(41)
  static let deadLesson = DiagnosticCode(42)
  static let deadFile = DiagnosticCode(43)
  static let unfitImage = DiagnosticCode(44)
  static let refusedAddress = DiagnosticCode(45)
  static let malformedTable = DiagnosticCode(46)
  static let footnote = DiagnosticCode(47)
  static let unknownCallout = DiagnosticCode(48)
  static let badTask = DiagnosticCode(49)
  static let limitReached = DiagnosticCode(501)
  static let deadlock = DiagnosticCode(502)
  static let conditionNeverMet = DiagnosticCode(503)
  static let internalError = DiagnosticCode(599)
}

// MARK: Files

extension Diagnostic {
  /// A file named in a command that cannot be had: it is missing, is a folder, may not be read.
  public static func unreadableFile(_ name: String, reason: String) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unreadable, severity: .error,
      message: "cannot read \(DiagnosticRenderer.printable(name)): \(reason)", primary: nil)
  }

  /// Two inputs whose pages would have the same name.
  public static func samePage(_ page: String, first: String, second: String) -> Diagnostic {
    Diagnostic(
      code: LessonCode.samePage, severity: .error,
      message: "\(DiagnosticRenderer.printable(second)) would overwrite the page "
        + "of \(DiagnosticRenderer.printable(first))",
      primary: nil,
      notes: [
        "both are called `\(DiagnosticRenderer.printable(page))`; pages are named after files"
      ])
  }

  /// A page that cannot be written.
  public static func unwritableFile(_ name: String, reason: String) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unwritable, severity: .error,
      message: "cannot write \(DiagnosticRenderer.printable(name)): \(reason)", primary: nil)
  }

  /// A file of more bytes than is read.
  public static func fileTooLarge(name: String, limit: Int) -> Diagnostic {
    Diagnostic(
      code: LessonCode.tooLarge, severity: .error,
      message: "\(DiagnosticRenderer.printable(name)) is larger than \(limit >> 20) MiB",
      primary: nil, notes: ["a file of a lesson may have \(limit) bytes"])
  }

  /// A chapter that a book's cover names and that is not there, or is named twice.
  public static func unknownChapter(_ chapter: Chapter, known: [String], isRepeated: Bool)
    -> Diagnostic
  {
    Diagnostic(
      code: LessonCode.unknownChapter, severity: .error,
      message: isRepeated
        ? "`\(chapter.name)` is in the order once already"
        : "the book has no lesson called `\(chapter.name)`",
      primary: Label(chapter.range),
      notes: isRepeated ? [] : ["lessons are named after their files, without folder and `.md`"],
      fixIts: isRepeated
        ? []
        : Nearest.name(to: chapter.name, among: known).map {
          [FixIt("write `\($0)`", edits: [SourceEdit(range: chapter.range, replacement: $0)])]
        } ?? [])
  }

  static func nulByte(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.nulByte, severity: .error, message: "the file has a NUL byte",
      primary: Label(range, "text has none"), notes: ["is this a text file, in UTF-8?"])
  }

  static func notUTF8(_ byte: UInt8, at range: SourceRange) -> Diagnostic {
    let hex = String(byte, radix: 16, uppercase: true)
    return Diagnostic(
      code: LessonCode.notUTF8, severity: .error, message: "the file is not UTF-8",
      primary: Label(range, "byte 0x\(byte < 16 ? "0" : "")\(hex) cannot stand here"),
      notes: ["save the file in the encoding UTF-8"])
  }

  static func tooManyDiagnostics(_ count: Int) -> Diagnostic {
    Diagnostic(
      code: LessonCode.tooManyDiagnostics, severity: .note,
      message: "\(count) more messages about this file are not shown", primary: nil)
  }
}

// MARK: Front matter

extension Diagnostic {
  static func unterminatedFrontMatter(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unterminatedFrontMatter, severity: .error,
      message: "the front matter is not closed",
      primary: Label(range, "it begins here; a line `---` must end it"),
      notes: ["a lesson that begins with a thematic break writes it as `***`"])
  }

  static func frontMatterSyntax(_ problem: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.frontMatterSyntax, severity: .error,
      message: "the front matter is not YAML: \(problem)", primary: Label(range),
      notes: ["a text with `:` or quotes in it stands in quotes itself: title: \"Open: a tour\""])
  }

  static func frontMatterNotAMapping(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.frontMatterValue, severity: .error,
      message: "the front matter has no keys", primary: Label(range),
      notes: ["it is written as lines of `key: value`, such as `title: Opening a file`"])
  }

  static func frontMatterValue(_ key: String, wanted: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.frontMatterValue, severity: .error,
      message: "`\(key)` must be \(wanted)", primary: Label(range))
  }

  static func unknownLanguage(_ name: String, at range: SourceRange, nearest: String?)
    -> Diagnostic
  {
    Diagnostic(
      code: LessonCode.frontMatterValue, severity: .error,
      message: "there are no words in a language called `\(name)`", primary: Label(range),
      notes: [
        "there are words in \(LanguageChoice.offer); `lang` says what the prose is in, whatever it is"
      ],
      fixIts: nearest.map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func unknownMechanism(_ name: String, at range: SourceRange, nearest: String?)
    -> Diagnostic
  {
    let all = Mechanism.all
    let known = all.first.flatMap { first in all.last.map { "\(first.id) to \($0.id)" } } ?? ""
    return Diagnostic(
      code: LessonCode.unknownMechanism, severity: .error,
      message: "no mechanism is called `\(name)`", primary: Label(range),
      notes: ["there are \(known); `ringwalk explain S1` says what one is"],
      fixIts: nearest.map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func repeatedMechanism(_ name: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unknownMechanism, severity: .error,
      message: "`\(name)` is covered once already", primary: Label(range))
  }

  static func frontMatterTooLarge(at range: SourceRange, limit: Int) -> Diagnostic {
    Diagnostic(
      code: LessonCode.frontMatterBounds, severity: .error,
      message: "the front matter is larger than \(limit >> 10) KiB",
      primary: Label(range, "it begins here"))
  }

  static func frontMatterAlias(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.frontMatterBounds, severity: .error,
      message: "front matter has no aliases", primary: Label(range, "write the value out"),
      notes: ["aliases of aliases could stand for more than fits into memory"])
  }

  static func unknownFrontMatterKey(_ key: String, at range: SourceRange, nearest: String)
    -> Diagnostic
  {
    Diagnostic(
      code: LessonCode.unknownFrontMatterKey, severity: .warning,
      message: "`\(key)` is not a key of the front matter",
      primary: Label(range, "looks like `\(nearest)`"),
      notes: ["keys that are like none of ours are left to other tools"],
      fixIts: [
        FixIt("write `\(nearest)`", edits: [SourceEdit(range: range, replacement: nearest)])
      ])
  }
}

// MARK: Fences

extension Diagnostic {
  static func unknownWord(_ word: String, at range: SourceRange, known: [String]) -> Diagnostic {
    let nearest = Nearest.name(to: word, among: known)
    return Diagnostic(
      code: LessonCode.unknownWord, severity: .error,
      message: "`\(word)` says nothing about a walk fence",
      primary: Label(range, "no role and no option has this name"),
      notes: ["roles: \(FenceRole.allCases.map(\.rawValue).joined(separator: ", "))"],
      fixIts: nearest.map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func valueMissing(_ word: String, example: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.badValue, severity: .error, message: "`\(word)` needs a value",
      primary: Label(range, "write it as in `\(example)`"))
  }

  static func valueNotWanted(_ word: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.badValue, severity: .error, message: "`\(word)` takes no value",
      primary: Label(range),
      fixIts: [FixIt("write `\(word)`", edits: [SourceEdit(range: range, replacement: word)])])
  }

  static func badName(_ name: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.badValue, severity: .error,
      message: "`\(name)` cannot be a name",
      primary: Label(range, "names are letters, digits, `-`, `_` and `.`, at most 64"))
  }

  static func badPoints(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.badValue, severity: .error, message: "`points` needs a whole number",
      primary: Label(range, "from 0 to 1000"))
  }

  static func unknownErrorCode(_ code: String, at range: SourceRange, nearest: String?)
    -> Diagnostic
  {
    Diagnostic(
      code: LessonCode.badValue, severity: .error,
      message: "no message has the code `\(code)`",
      primary: Label(range, "a code looks like W0204"),
      fixIts: nearest.map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func secondRole(_ word: String, first: SourceRange, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.conflictingWords, severity: .error, message: "a fence has one role",
      primary: Label(range, "a second role"), related: [Label(first, "the first one")])
  }

  static func repeatedWord(_ word: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.conflictingWords, severity: .error, message: "`\(word)` stands here twice",
      primary: Label(range))
  }

  static func optionOfOtherRole(_ option: String, role: String, at range: SourceRange)
    -> Diagnostic
  {
    let owners =
      switch option {
      case "points", "version": "`task` and `predict`"
      case "of": "pictures of scenarios and `claim`"
      case "arch", "call": "`show=compare`"
      case "part": "`show=reference`"
      case "address": "`show=pagetable`"
      default: "`show=maps`, `show=stack` and `show=pagetable`"
      }
    return Diagnostic(
      code: LessonCode.conflictingWords, severity: .error,
      message: "`\(option)` does not go with `\(role)`", primary: Label(range),
      notes: ["`\(option)` is for \(owners)"])
  }

  static func cannotBeShown(_ reason: String, at range: SourceRange, nearest: String?)
    -> Diagnostic
  {
    Diagnostic(
      code: LessonCode.cannotBeShown, severity: .error, message: reason,
      primary: Label(range, "so there is nothing to show"),
      fixIts: nearest.map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func unterminatedFence(_ marks: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unterminatedFence, severity: .error, message: "the fence is not closed",
      primary: Label(range, "it begins here; a line `\(marks)` must end it"),
      notes: ["all that follows was read as part of the script"])
  }

  static func continueWithoutScenario(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.continueWithoutScenario, severity: .error,
      message: "there is no scenario to continue",
      primary: Label(range, "no fence before it begins one"))
  }

  static func duplicateScenario(_ name: String, first: SourceRange, at range: SourceRange)
    -> Diagnostic
  {
    Diagnostic(
      code: LessonCode.duplicateScenario, severity: .error,
      message: "a scenario called `\(name)` exists already", primary: Label(range),
      related: [Label(first, "the first one")])
  }

  static func unknownPicture(_ name: String, at range: SourceRange, known: [String]) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unknownPicture, severity: .error, message: "no picture is called `\(name)`",
      primary: Label(range), notes: ["pictures: \(known.joined(separator: ", "))"],
      fixIts: Nearest.name(to: name, among: known).map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func nothingToShow(of name: String?, at range: SourceRange, known: [String]) -> Diagnostic
  {
    guard let name else {
      return Diagnostic(
        code: LessonCode.nothingToShow, severity: .error, message: "there is no scenario to show",
        primary: Label(range, "no fence before it begins one"))
    }
    return Diagnostic(
      code: LessonCode.nothingToShow, severity: .error,
      message: "no scenario is called `\(name)`", primary: Label(range),
      fixIts: Nearest.name(to: name, among: known).map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  static func showWithStatements(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.showWithStatements, severity: .error,
      message: "a fence that shows a picture has no statements",
      primary: Label(range, "this belongs into the scenario"))
  }

  static func errorDiffers(expected: DiagnosticCode, found: [Diagnostic], at range: SourceRange)
    -> Diagnostic
  {
    let others = found.map(\.code).filter { $0 != expected }
    if found.isEmpty {
      return Diagnostic(
        code: LessonCode.errorDiffers, severity: .error,
        message: "this fence was to fail with \(expected), but it compiles", primary: Label(range))
    }
    var named: [String] = []
    for diagnostic in found where diagnostic.code != expected {
      let line = "it says \(diagnostic.code): \(diagnostic.message)"
      if !named.contains(line), named.count < 5 { named.append(line) }
    }
    let message =
      others.count < found.count
      ? "this fence was to fail with \(expected) alone"
      : "this fence does not fail with \(expected)"
    return Diagnostic(
      code: LessonCode.errorDiffers, severity: .error, message: message,
      primary: Label(range), notes: named)
  }
}

// MARK: Questions

extension Diagnostic {
  /// A question whose answer the run does not give.
  static func noKey(
    _ message: String, at range: SourceRange, label: String = "", notes: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.noKey, severity: .error, message: message, primary: Label(range, label),
      notes: notes)
  }
}

// MARK: Inline values

extension Diagnostic {
  static func valueWithoutScenario(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.valueWithoutScenario, severity: .error,
      message: "there is no scenario that has this value",
      primary: Label(range, "no scenario stands before it"))
  }

  static func noValue(_ reason: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.noValue, severity: .error, message: "this has no value: \(reason)",
      primary: Label(range, "asked at the end of the fence above"))
  }

  static func unterminatedValue(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unterminatedValue, severity: .error,
      message: "the inline value is not closed",
      primary: Label(range, "it ends with `}`, before the backtick"),
      fixIts: [FixIt("write `}`", edits: [SourceEdit(range: range.end, replacement: "}")])])
  }
}

// MARK: Includes

extension Diagnostic {
  static func includeOutside(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.includeOutside, severity: .error,
      message: "only files below the lesson's own folder are included",
      primary: Label(range, "this leads out of it"))
  }

  static func includeUnreadable(_ reason: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.includeUnreadable, severity: .error,
      message: "the file cannot be included: \(reason)", primary: Label(range))
  }

  static func includeCycle(at range: SourceRange, files: [String]) -> Diagnostic {
    Diagnostic(
      code: LessonCode.includeCycle, severity: .error, message: "the file includes itself",
      primary: Label(range), notes: [files.joined(separator: " includes ")])
  }

  static func includeBounds(_ bound: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.includeBounds, severity: .error, message: "too much is included",
      primary: Label(range), notes: ["the limit is \(bound)"])
  }
}
