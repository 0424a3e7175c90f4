import SourceText

/// In what the columns of a position count.
public enum PositionEncoding: String, Sendable, CaseIterable {
  /// Bytes.
  case utf8 = "utf-8"
  /// Units of UTF-16: what every editor knows.
  case utf16 = "utf-16"
  /// Unicode scalars.
  case utf32 = "utf-32"
}

/// A place in a text as editors count it: both numbers from 0.
public struct TextPosition: Hashable, Sendable, Comparable {
  /// The line.
  public var line: Int
  /// The column, in units of a ``PositionEncoding``.
  public var character: Int

  /// Makes a place.
  public init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  /// Places compare in the order of the text.
  public static func < (left: TextPosition, right: TextPosition) -> Bool {
    (left.line, left.character) < (right.line, right.character)
  }
}

/// The lines of a text: from byte offsets to places and back.
///
/// Lines end at LF, CRLF or CR, as the language server protocol has it. Whatever is asked, the answer lies in
/// the text: a place behind the end of a line is its end, one within a character is before it.
public struct TextLines: Sendable {
  private let bytes: [UInt8]
  private let starts: [Int]
  private let encoding: PositionEncoding

  /// Reads the lines of UTF-8 text.
  public init(_ bytes: [UInt8], encoding: PositionEncoding) {
    self.bytes = bytes
    self.encoding = encoding
    var starts = [0]
    for (index, byte) in bytes.enumerated() {
      let endsLine =
        byte == 0x0A || byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
      if endsLine { starts.append(index + 1) }
    }
    self.starts = starts
  }

  /// How many lines there are, at least one.
  public var count: Int { starts.count }

  /// The line that holds an offset.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line, without its end.
  public func range(ofLine line: Int) -> Range<Int> {
    guard starts.indices.contains(line) else { return bytes.count..<bytes.count }
    let lower = starts[line]
    var upper = line + 1 < starts.count ? starts[line + 1] : bytes.count
    if line + 1 < starts.count {
      upper -= 1
      if upper > lower, bytes[upper] == 0x0A, bytes[upper - 1] == 0x0D { upper -= 1 }
    }
    return lower..<max(lower, upper)
  }

  /// The place of an offset.
  public func position(at offset: Int) -> TextPosition {
    let offset = min(max(0, offset), bytes.count)
    let line = line(at: offset)
    let lower = starts[line]
    let upper = min(offset, range(ofLine: line).upperBound)
    return TextPosition(line: line, character: width(lower..<max(lower, upper)))
  }

  /// The offset of a place.
  public func offset(of position: TextPosition) -> Int {
    guard position.line >= 0 else { return 0 }
    let line = range(ofLine: position.line)
    var offset = line.lowerBound
    var left = position.character
    while offset < line.upperBound, left > 0 {
      let (length, units) = scalar(at: offset, before: line.upperBound)
      left -= units
      if left < 0 { break }
      offset += length
    }
    return offset
  }

  /// How many units some bytes of one line have.
  public func width(_ range: Range<Int>) -> Int {
    if encoding == .utf8 { return range.count }
    var offset = range.lowerBound
    var width = 0
    while offset < range.upperBound {
      let (length, units) = scalar(at: offset, before: range.upperBound)
      offset += length
      width += units
    }
    return width
  }

  /// The bytes and units of the scalar at an offset; a byte that begins none counts as one of each, as the
  /// replacement character does that stands for it.
  private func scalar(at offset: Int, before end: Int) -> (length: Int, units: Int) {
    let wanted =
      switch bytes[offset] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    let isWhole =
      offset + wanted <= end
      && bytes[(offset + 1)..<(offset + max(1, wanted))].allSatisfy { $0 & 0xC0 == 0x80 }
    let length = isWhole ? wanted : 1
    switch encoding {
    case .utf8: return (length, length)
    case .utf16: return (length, length == 4 ? 2 : 1)
    case .utf32: return (length, 1)
    }
  }
}

extension SourceRange {
  /// Whether an offset lies in it, or at its end.
  func touches(_ offset: Int) -> Bool { lower <= offset && offset <= upper }

  /// Whether it holds all of another range.
  func holds(_ other: SourceRange) -> Bool {
    file == other.file && lower <= other.lower && other.upper <= upper
  }
}
