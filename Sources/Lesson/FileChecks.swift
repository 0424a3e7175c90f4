import SourceText

/// Looks whether bytes are text at all, before anything reads them.
enum FileChecks {
  /// The first thing that is wrong with a file: too large, a NUL byte, not UTF-8.
  /// - Complexity: O(*n*); a file that is too large is not looked at.
  static func problem(in file: SourceFile, id: FileID) -> Diagnostic? {
    guard file.bytes.count <= LessonLimits.fileBytes else {
      return .fileTooLarge(name: file.name, limit: LessonLimits.fileBytes)
    }
    if let offset = file.bytes.firstIndex(of: 0) {
      return .nulByte(at: SourceRange(file: id, lower: offset, upper: offset + 1))
    }
    guard String(validating: file.bytes, as: UTF8.self) == nil else { return nil }
    let offset = firstIllFormed(file)
    return .notUTF8(
      file.bytes[offset], at: SourceRange(file: id, lower: offset, upper: offset + 1))
  }

  /// Whether carriage returns stand somewhere else than before a line feed: CommonMark ends a line
  /// there, other tools do not.
  static func hasLoneCarriageReturn(_ bytes: [UInt8]) -> Bool {
    var search = bytes[...]
    while let index = search.firstIndex(of: 0x0D) {
      if index + 1 >= bytes.count || bytes[index + 1] != 0x0A { return true }
      search = bytes[(index + 1)...]
    }
    return false
  }

  /// The offset of the first byte that is no part of well-formed UTF-8.
  private static func firstIllFormed(_ file: SourceFile) -> Int {
    // No scalar crosses a line's end, so the lines can be looked at one by one.
    for line in file.lineStarts.indices {
      let bytes = file.line(line)
      if String(validating: bytes, as: UTF8.self) != nil { continue }
      var decoder = UTF8()
      var iterator = bytes.makeIterator()
      var offset = bytes.startIndex
      while case .scalarValue(let scalar) = decoder.decode(&iterator) {
        offset += UTF8.width(scalar)
      }
      return min(offset, max(bytes.startIndex, bytes.endIndex - 1))
    }
    return 0
  }
}
