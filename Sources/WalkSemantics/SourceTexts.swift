import SourceText

/// The fragments of a scenario, to read again what a range of a node says.
struct SourceTexts: Sendable {
  private var fragments: [SourceFragment] = []

  init(_ fragments: [SourceFragment] = []) { self.fragments = fragments }

  /// Adds the text of one more part.
  mutating func append(_ fragment: SourceFragment) { fragments.append(fragment) }

  /// The text of a range; empty when no fragment holds it (trees made by hand).
  func text(_ range: SourceRange) -> String {
    for fragment in fragments where fragment.file == range.file {
      guard let lower = Self.offset(of: range.lower, in: fragment, isFirst: true),
        let upper = Self.offset(of: max(range.lower, range.upper - 1), in: fragment),
        lower <= upper, upper < fragment.bytes.count, range.upper > range.lower
      else { continue }
      return String(decoding: fragment.bytes[lower...upper], as: UTF8.self)
    }
    return ""
  }

  /// Whether a number is written in hexadecimal.
  func isHexadecimal(_ range: SourceRange) -> Bool {
    let text = text(range)
    return text.hasPrefix("0x") || text.hasPrefix("0X")
  }

  /// The text on one line: a line end and the blanks around it become one space.
  func line(_ range: SourceRange) -> String {
    let text = text(range)
    guard text.contains(where: \.isNewline) else { return text }
    return text.split(whereSeparator: \.isNewline).map { line in
      var line = line
      while line.first == " " || line.first == "\t" { line.removeFirst() }
      while line.last == " " || line.last == "\t" { line.removeLast() }
      return String(line)
    }.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The place in a fragment of a place in its file; `nil` when it lies outside.
  ///
  /// A literal in the place of a name has all of its bytes in that place: `isFirst` asks for the first of them.
  /// They are runs of one byte each, which what stands before a text that was put together is not.
  private static func offset(
    of fileOffset: Int, in fragment: SourceFragment, isFirst: Bool = false
  ) -> Int? {
    var low = 0
    var high = fragment.segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if fragment.segments[middle].fileOffset <= fileOffset { low = middle } else { high = middle }
    }
    guard low < fragment.segments.count else { return nil }
    while isFirst, low > 0, fragment.segments[low].fileOffset == fileOffset,
      fragment.segments[low - 1].fileOffset == fileOffset,
      fragment.segments[low].fragmentOffset == fragment.segments[low - 1].fragmentOffset + 1
    {
      low -= 1
    }
    let segment = fragment.segments[low]
    let offset = segment.fragmentOffset + (fileOffset - segment.fileOffset)
    let end =
      low + 1 < fragment.segments.count
      ? fragment.segments[low + 1].fragmentOffset : fragment.bytes.count
    return fileOffset >= segment.fileOffset && offset < end ? offset : nil
  }
}
