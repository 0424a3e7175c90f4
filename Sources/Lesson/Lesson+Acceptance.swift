import SourceText

extension Lesson {
  /// Whether something is wrong besides fences that do not say what the runs give.
  public var hasOtherErrors: Bool {
    diagnostics.contains {
      $0.severity == .error && $0.code != LessonCode.outputDiffers
        && $0.code != LessonCode.tableDiffers
    }
  }

  /// The lesson's text with what its runs give in the fences of the machine's words; as it is where they say
  /// that already, and where it cannot be written.
  ///
  /// Only lines that have changed are others; what stands before them and how they end is as it was.
  public var accepted: [UInt8] {
    guard let file = sources.files.first else { return [] }
    let edits = transcripts.flatMap(\.edits).sorted { $0.range.lower < $1.range.lower }
    var bytes: [UInt8] = []
    var copied = 0
    for edit in edits where edit.range.lower >= copied && edit.range.upper <= file.bytes.count {
      bytes += file.bytes[copied..<edit.range.lower]
      bytes += Array(edit.replacement.utf8)
      copied = edit.range.upper
    }
    return bytes + file.bytes[copied...]
  }
}
