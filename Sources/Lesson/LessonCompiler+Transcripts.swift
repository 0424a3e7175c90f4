import Catalogue
import Markdown
import Program
import SourceText
import Trace

// Fences with words of the machine, held against the runs.
extension LessonCompiler {
  /// Compares all `output` fences, and `table` fences with `show=`, with the runs that they speak of.
  ///
  /// A file in which nothing is run is none of ours, and its fences are left to whom they are meant for.
  mutating func readTranscripts(_ items: [FoundItem]) -> [LessonTranscript] {
    guard !fences.isEmpty else { return [] }
    var transcripts: [LessonTranscript] = []
    for case .transcript(let found) in items {
      diagnostics += found.diagnostics
      var transcript = LessonTranscript(
        node: found.node, kind: found.info.kind, caption: found.info.question["caption"] ?? "",
        content: .lines(
          found.lines.map { line in
            .parts([.words(String(decoding: found.fragment.bytes[line], as: UTF8.self))])
          }), fence: found.fence, range: found.range)
      if let draft = draft(of: found) {
        transcript.scenario = position(of: draft)
        let isWhole =
          found.isClosed && !found.diagnostics.contains { $0.severity == .error } && !isPartial
        if isWhole, drafts[draft].result != nil { read(found, of: draft, into: &transcript) }
      }
      transcripts.append(transcript)
    }
    return transcripts
  }

  /// The scenario that a fence speaks of: the one that it names, else the last one above.
  private mutating func draft(of found: FoundTranscript) -> Int? {
    let question = found.info.question
    if let name = question["of"] {
      if let draft = drafts.firstIndex(where: { $0.name == name }) { return draft }
      diagnostics.append(
        .nothingToShow(of: name, at: question.range(of: "of"), known: drafts.map(\.name)))
      return nil
    }
    if let draft = drafts.lastIndex(where: { $0.start < found.fence }) { return draft }
    diagnostics.append(.nothingToShow(of: nil, at: question.place, known: []))
    return nil
  }

  /// The position of a draft among the scenarios that were run.
  private func position(of draft: Int) -> Int? {
    drafts[draft].result == nil ? nil : drafts[..<draft].count { $0.result != nil }
  }

  private mutating func read(
    _ found: FoundTranscript, of draft: Int, into transcript: inout LessonTranscript
  ) {
    // Each fence looks through its run again, so their number is bounded by what all of them may take.
    guard transcriptSteps > 0 else {
      diagnostics.append(
        .unfitTranscript(
          "the fences of this lesson together take too long to be compared", at: found.opening,
          notes: ["this one and those behind it are not; a smaller run takes less"]))
      return
    }
    guard found.lines.count <= LessonTranscript.lineLimit else {
      diagnostics.append(
        .unfitTranscript(
          "the fence has more than \(LessonTranscript.lineLimit) lines", at: found.opening,
          notes: ["leave lines out: `...` stands for any number of them"]))
      return
    }
    switch found.info.kind {
    case .output: readOutput(found, of: draft, into: &transcript)
    case .table: readTable(found, of: draft, into: &transcript)
    }
  }

  // MARK: Output

  private mutating func readOutput(
    _ found: FoundTranscript, of draft: Int, into transcript: inout LessonTranscript
  ) {
    let question = found.info.question
    var name: String?
    if question["process"] != nil {
      guard let task = process(question, of: draft) else { return }
      name = drafts[draft].result?.run.trace.header.task(task).name
    }
    guard let moment = moment(question, at: found.fence, of: draft),
      let trace = drafts[draft].result?.run.trace
    else { return }
    if transcript.caption.isEmpty {
      transcript.caption = name.map { words(.printedBy, $0) } ?? words(.printed)
    }
    let text = Self.printed(in: trace, before: moment, by: name)
    transcriptSteps -= moment + text.reduce(0) { $0 + $1.count }
    let lines = found.lines.map {
      TranscriptPattern.Line(written: found.fragment.bytes[$0])
    }
    let comparison = compare(lines, text)
    let known: [String: [UInt8]]
    switch comparison {
    case .matches(let words): known = words
    case .differs(let alignment):
      known = [:]
      let mending = TranscriptMending(
        found, lines: lines, contentLines: Array(lines.indices), end: lines.count,
        alignment: alignment)
      transcript.edits = mending.edits
      diagnostics.append(.outputDiffers(mending, by: name))
    case .tooManyWays:
      diagnostics.append(.tooManyWays(at: found.opening))
      return
    }
    transcript.content = .lines(lines.map { LessonTranscript.Line($0, words: known) })
  }

  /// What came of a comparison.
  enum TranscriptComparison {
    case matches([String: [UInt8]])
    case differs(TranscriptAlignment)
    case tooManyWays
  }

  /// Holds a pattern against what a run gave, within what is left for all.
  mutating func compare(
    _ lines: [TranscriptPattern.Line], _ text: [[UInt8]]
  ) -> TranscriptComparison {
    var budget = min(transcriptSteps, LessonTranscript.stepLimitOfOne)
    let allowed = budget
    defer { transcriptSteps -= allowed - budget }
    switch TranscriptMatcher(lines).match(text, budget: &budget) {
    case .matches(let words): return .matches(words)
    case .tooManyWays: return .tooManyWays
    case .differs: return .differs(TranscriptAlignment(lines, text, budget: &budget))
    }
  }

  /// What processes printed before a moment, line by line.
  ///
  /// What a terminal would obey is shown as a picture of it, blanks at the end of a line are left out, and
  /// nobody can see whether the last line has an end.
  static func printed(in trace: Trace, before moment: Int, by name: String?) -> [[UInt8]] {
    var bytes: [UInt8] = []
    for event in trace.events.prefix(moment) where event.kind == .writesConsole {
      guard name == nil || trace.header.task(event.taskID).name == name else { continue }
      bytes += trace.header.strings[bytes: event.string]
    }
    if bytes.last == 0x0A { bytes.removeLast() }
    guard !bytes.isEmpty else { return [] }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(line)
  }

  private static func line(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let trimmed = TranscriptPattern.trimmedEnd(bytes)
    guard trimmed.contains(where: { !(0x20..<0x7F).contains($0) }) else { return Array(trimmed) }
    let parts = trimmed.split(separator: 0x09, omittingEmptySubsequences: false).map { part in
      DiagnosticRenderer.printable(String(decoding: part, as: UTF8.self))
    }
    return Array(parts.joined(separator: "\t").utf8)
  }
}
