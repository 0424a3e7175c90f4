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
    guard let editor = FenceEditor(fence.node, at: fence.range.lower, reader: reader) else {
      return []
    }
    let old = LineDifference.lines(of: fence.script.fragment.bytes).map(trimmedEnd)
    let new = LineDifference.lines(of: bytes).map(trimmedEnd)
    return LineDifference.changes(from: old, to: new).map { change in
      editor.edit(change.old, to: new[change.new])
    }
  }

  private static func trimmedEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    if line.last == 0x0A { line.removeLast() }
    if line.last == 0x0D { line.removeLast() }
    return line
  }
}
