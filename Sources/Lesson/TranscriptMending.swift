import SourceText

/// What changes a fence so that it is what the run gave, and how a message tells it.
struct TranscriptMending {
  /// Where the first line stands that is not right.
  private(set) var place: SourceRange
  /// What is wrong with it.
  private(set) var label = ""
  /// The lines that go and those that come, with `-` and `+`.
  private(set) var difference: [String] = []
  /// What changes the fence; nothing when there is too much to be compared line by line, or to be written.
  private(set) var edits: [SourceEdit] = []
  /// Whether the fence would have more lines than one may have.
  private(set) var isTooLong = false

  /// - Parameters:
  ///   - lines: The lines of the fence as a pattern.
  ///   - contentLines: For each, which line of the content it is.
  ///   - end: The line of the content before which lines come that follow all others.
  ///   - alignment: What becomes of them.
  ///   - writes: Writes a line, given the line of the pattern in whose place it comes.
  init(
    _ found: FoundTranscript, lines: [TranscriptPattern.Line], contentLines: [Int], end: Int,
    alignment: TranscriptAlignment,
    writes: (TranscriptPattern.Line, _ old: Int?) -> [UInt8] = { line, _ in line.written }
  ) {
    place = found.opening
    guard let steps = alignment.steps else { return }
    isTooLong = alignment.result(of: lines).count > LessonTranscript.lineLimit
    let content = found.lines
    func range(_ index: Int) -> SourceRange {
      guard contentLines.indices.contains(index), content.indices.contains(contentLines[index])
      else { return found.opening }
      let line = content[contentLines[index]]
      return found.fragment.range(line.lowerBound, line.upperBound)
    }
    func contentLine(_ index: Int) -> Int { index < contentLines.count ? contentLines[index] : end }
    var isFirst = true
    func tell(_ words: String, at index: Int) {
      if isFirst { (place, label) = (range(index), words) }
      isFirst = false
    }
    var next = 0
    var old = 0..<0
    var new: [[UInt8]] = []
    var goes: [String] = []
    var comes: [String] = []
    func flush() {
      difference += goes + comes
      if !isTooLong, !old.isEmpty || !new.isEmpty, let editor = found.editor {
        edits.append(editor.edit(old, to: new.map { $0[...] }))
      }
      (old, new, goes, comes) = (0..<0, [], [], [])
    }
    func take(_ index: Int) {
      let line = contentLine(index)
      if old.isEmpty, new.isEmpty {
        old = line..<line + 1
      } else if line == old.upperBound {
        old = old.lowerBound..<line + 1
      } else {
        flush()
        old = line..<line + 1
      }
      goes.append("- " + String(decoding: writes(lines[index], index), as: UTF8.self))
    }
    func put(_ line: TranscriptPattern.Line, _ index: Int?) {
      let bytes = writes(line, index)
      new.append(bytes)
      comes.append("+ " + String(decoding: bytes, as: UTF8.self))
    }
    for step in steps {
      switch step {
      case .keep(let index):
        flush()
        next = index + 1
      case .remove(let index):
        tell("the run does not give this line", at: index)
        take(index)
        next = index + 1
      case .change(let index, let line):
        tell("the run gives this line in another form", at: index)
        take(index)
        put(line, index)
        next = index + 1
      case .add(let line):
        if next < lines.count {
          tell("the run gives more before this line", at: next)
        } else {
          tell(
            lines.isEmpty ? "nothing stands here yet" : "the run gives more behind this line",
            at: lines.count - 1)
        }
        if old.isEmpty, new.isEmpty { old = contentLine(next)..<contentLine(next) }
        put(line, nil)
      }
    }
    flush()
  }
}

extension Diagnostic {
  /// How many lines of a difference are shown, and how long.
  private static let differenceLines = 20
  private static let differenceScalars = 160

  /// An `output` fence that is not what processes printed.
  static func outputDiffers(_ mending: TranscriptMending, by name: String?) -> Diagnostic {
    transcriptDiffers(
      LessonCode.outputDiffers, "this is not what \(name.map { "`\($0)`" } ?? "the run") printed",
      mending)
  }

  /// A `table` fence that is not what the run gives.
  static func tableDiffers(_ mending: TranscriptMending) -> Diagnostic {
    transcriptDiffers(LessonCode.tableDiffers, "this is not the table that the run gives", mending)
  }

  private static func transcriptDiffers(
    _ code: DiagnosticCode, _ message: String, _ mending: TranscriptMending
  ) -> Diagnostic {
    var notes = mending.difference.prefix(differenceLines).map { line in
      let shown = line.unicodeScalars.prefix(differenceScalars)
      let isCut = shown.endIndex < line.unicodeScalars.endIndex
      return DiagnosticRenderer.printable(String(shown)) + (isCut ? " …" : "")
    }
    let rest = mending.difference.count - notes.count
    if rest > 0 { notes.append("and \(rest) more \(rest == 1 ? "line" : "lines")") }
    if mending.isTooLong {
      notes.append(
        "the fence would have more than \(LessonTranscript.lineLimit) lines; `...` leaves some out")
    } else if mending.edits.isEmpty {
      notes.append("there is too much to be compared line by line: an empty fence is written anew")
    }
    return Diagnostic(
      code: code, severity: .error, message: message, primary: Label(mending.place, mending.label),
      notes: notes,
      fixIts: mending.edits.isEmpty
        ? []
        : [
          FixIt(
            "write what the run gives, as `ringwalk check --accept` does", edits: mending.edits)
        ])
  }

  /// A fence that cannot be held against a run.
  static func unfitTranscript(
    _ message: String, at range: SourceRange, label: String = "", notes: [String] = [],
    nearest: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unfitTranscript, severity: .error, message: message,
      primary: Label(range, label), notes: notes,
      fixIts: nearest.map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }

  /// A fence of which nobody knows in time whether it fits.
  static func tooManyWays(at range: SourceRange) -> Diagnostic {
    unfitTranscript(
      "there are too many ways in which this may be what the run gave", at: range,
      notes: ["fewer elisions and holes, or a smaller part of the run, can be compared"])
  }

  static func unknownWord(
    _ word: String, of kind: TranscriptKind, at range: SourceRange, known: [String]
  ) -> Diagnostic {
    Diagnostic(
      code: LessonCode.unknownWord, severity: .error,
      message: "`\(word)` says nothing about a fence `\(kind.rawValue)`",
      primary: Label(range, "no option has this name"),
      notes: ["options: \(known.map { "\($0)=" }.joined(separator: ", "))"],
      fixIts: Nearest.name(to: word, among: known).map {
        [FixIt("write `\($0)`", edits: [SourceEdit(range: range, replacement: $0)])]
      } ?? [])
  }
}
