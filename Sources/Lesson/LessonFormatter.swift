import Markdown
public import SourceText
import WalkSemantics
import WalkSyntax

/// A lesson or script with its Walk code in the house's style.
public struct FormattedLesson: Sendable {
  /// The file's text; as it was where something cannot be read.
  public var bytes: [UInt8]
  /// What was changed, in order and without overlaps; empty when nothing was.
  public var edits: [SourceEdit]
  /// What is wrong with the syntax; if anything is, nothing is changed.
  public var diagnostics: [Diagnostic]
  /// The file that the diagnostics speak of.
  public var sources: SourceSet
}

/// Brings the Walk code of a file into the house's style: a script, or the fences of a lesson.
public enum LessonFormatter {
  /// Formats a file; one whose name ends in `.walk` is a script, any other a lesson.
  ///
  /// Outside of fences no byte is touched. The lines of a fence keep what stands before them: the marks
  /// of quotes, the indentation of lists. A fence whose role is `error` and that cannot be read is left
  /// as it is, since it shows just that; so is a lesson with lone carriage returns, where CommonMark and
  /// Walk do not agree on what a line is.
  ///
  /// - Complexity: O(*n*) in the bytes of the file.
  public static func format(_ file: SourceFile) -> FormattedLesson {
    var sources = SourceSet()
    let id = sources.add(file)
    var result = FormattedLesson(bytes: file.bytes, edits: [], diagnostics: [], sources: sources)
    if let problem = FileChecks.problem(in: file, id: id) {
      result.diagnostics = [problem]
    } else if file.name.hasSuffix(".walk") {
      let script = WalkFormatter.format(SourceFragment(file, id: id))
      result.bytes = script.bytes
      result.diagnostics = script.diagnostics
      result.edits = script.isChanged ? WalkFormatter.edits(file, id: id) : []
    } else if !FileChecks.hasLoneCarriageReturn(file.bytes) {
      formatFences(of: file, id: id, in: &result)
    }
    return result
  }

  private static func formatFences(
    of file: SourceFile, id: FileID, in result: inout FormattedLesson
  ) {
    // Included files are not this file's; whoever asks for them is told nothing here.
    var expander = IncludeExpander(sources: result.sources, name: file.name) {
      _ throws(IncludeFailure) in throw IncludeFailure.outside
    }
    var reader = FenceReader(file, id: id)
    let document = LessonCompiler.document(of: file, FrontMatter.read(file, id: id))
    let items = reader.read(document, expander: &expander)
    var diagnostics = reader.diagnostics.filter { $0.code == LessonCode.unterminatedFence }
    var edits: [SourceEdit] = []
    for case .fence(let fence) in items {
      let script = WalkFormatter.format(fence.script.fragment)
      if fence.info.role != .error { diagnostics += script.diagnostics }
      if script.isChanged { edits += Self.edits(of: fence, to: script.bytes, reader) }
    }
    result.diagnostics = diagnostics
    guard diagnostics.isEmpty, !edits.isEmpty else { return }
    result.edits = edits
    var bytes: [UInt8] = []
    var copied = 0
    for edit in edits {
      bytes += file.bytes[copied..<edit.range.lower]
      bytes += Array(edit.replacement.utf8)
      copied = edit.range.upper
    }
    result.bytes = bytes + file.bytes[copied...]
  }

  /// What makes a fence's lines those of a text, each with its prefix and its line end.
  private static func edits(
    of fence: FoundFence, to bytes: [UInt8], _ reader: FenceReader
  ) -> [SourceEdit] {
    let opening = fence.node.startLine - 1
    let starts = reader.lineStarts
    guard starts.indices.contains(opening + 1) else { return [] }
    let prefix = prefix(reader.file.bytes[starts[opening]..<fence.range.lower])
    let emptyPrefix = trimmed(prefix[...])
    let lineEnd = reader.file.bytes[reader.line(opening).upperBound..<starts[opening + 1]]
    let old = LineDifference.lines(of: fence.script.fragment.bytes).map(trimmedEnd)
    let new = LineDifference.lines(of: bytes).map(trimmedEnd)
    return LineDifference.changes(from: old, to: new).map { change in
      var text: [UInt8] = []
      for line in new[change.new] {
        text += line.isEmpty ? emptyPrefix : prefix[...]
        text += line
        text += lineEnd
      }
      func offset(_ line: Int) -> Int {
        let index = opening + 1 + line
        return starts.indices.contains(index) ? starts[index] : reader.file.bytes.count
      }
      return SourceEdit(
        range: SourceRange(
          file: fence.range.file, lower: offset(change.old.lowerBound),
          upper: offset(change.old.upperBound)),
        replacement: String(decoding: text, as: UTF8.self))
    }
  }

  /// What stands before the lines of a fence, from what stands before its opening: the marks of quotes
  /// are repeated, those of lists have spaces below them.
  private static func prefix(_ opening: ArraySlice<UInt8>) -> [UInt8] {
    var prefix: [UInt8] = []
    var rest = opening
    if rest.startIndex == 0, rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    for (index, byte) in zip(rest.indices, rest) where byte & 0xC0 != 0x80 {
      switch byte {
      case 0x20, 0x09: prefix.append(byte)
      case 0x3E:
        prefix.append(byte)
        // A space behind it is taken for the mark's; the code must not lose one of its own.
        let next = index + 1 < rest.endIndex ? rest[index + 1] : 0
        if next != 0x20, next != 0x09 { prefix.append(0x20) }
      default: prefix.append(0x20)
      }
    }
    return prefix
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
  }

  private static func trimmedEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    if line.last == 0x0A { line.removeLast() }
    if line.last == 0x0D { line.removeLast() }
    return line
  }
}
