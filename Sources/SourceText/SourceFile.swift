/// One file as bytes, with the table of its lines.
///
/// Lines end at LF or CRLF. Offsets are bytes from the beginning of the file as it lies on disk.
public struct SourceFile: Sendable {
  /// The name that diagnostics print: the path as the user typed it.
  public let name: String
  /// The content.
  public let bytes: [UInt8]
  /// Offset of the first byte of each line; the first is 0.
  public let lineStarts: [Int]

  /// Reads the line table off the bytes, once.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// The line that holds an offset, from 0; offsets past the end belong to the last line.
  public func lineIndex(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The place of a byte offset; offsets outside the file are moved to its nearest end.
  public func position(at offset: Int) -> SourcePosition {
    let clamped = Swift.min(Swift.max(offset, 0), bytes.count)
    let line = lineIndex(at: clamped)
    let scalars = bytes[lineStarts[line]..<clamped].count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: line + 1, column: scalars + 1)
  }

  /// The bytes of a line, without its line ending; `index` counts from 0.
  public func line(_ index: Int) -> ArraySlice<UInt8> {
    guard lineStarts.indices.contains(index) else { return [] }
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[start..<Swift.max(start, end)]
  }

  /// The text of a byte range; ill-formed UTF-8 is repaired with U+FFFD.
  public func text(_ range: Range<Int>) -> String {
    let lower = Swift.min(Swift.max(range.lowerBound, 0), bytes.count)
    let upper = Swift.min(Swift.max(range.upperBound, lower), bytes.count)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }
}

/// The files of one compilation: the lesson and what it includes.
public struct SourceSet: Sendable {
  /// The files in the order they were added; a ``FileID`` is a position here.
  public private(set) var files: [SourceFile] = []

  /// Makes an empty set.
  public init() {}

  /// Adds a file and returns its identity.
  public mutating func add(_ file: SourceFile) -> FileID {
    files.append(file)
    return FileID(rawValue: UInt32(truncatingIfNeeded: files.count - 1))
  }

  /// The file with an identity that this set gave out; `nil` for another set's.
  public subscript(id: FileID) -> SourceFile? {
    let index = Int(id.rawValue)
    return files.indices.contains(index) ? files[index] : nil
  }

  /// The text under a range, empty when the file is not of this set.
  public func text(_ range: SourceRange) -> String {
    self[range.file]?.text(range.lower..<range.upper) ?? ""
  }
}

/// Text taken out of a file (a fence of a lesson), which still knows where each line stood.
///
/// A fence inside a list or a quote loses the prefix of each line, so the offsets of fragment and
/// file differ by another amount on each line. ``fileOffset(_:)`` maps one to the other; a lexer
/// maps each token once, and all ranges after it are places in the lesson.
public struct SourceFragment: Sendable {
  /// Where a run of fragment bytes stands in the file; runs follow each other without gaps.
  public struct Segment: Sendable, Hashable {
    /// First byte of the run in the fragment.
    public var fragmentOffset: Int
    /// The same byte in the file.
    public var fileOffset: Int

    /// Makes a segment from its two first bytes.
    public init(fragmentOffset: Int, fileOffset: Int) {
      self.fragmentOffset = fragmentOffset
      self.fileOffset = fileOffset
    }
  }

  /// The file it was taken from.
  public let file: FileID
  /// The text itself.
  public let bytes: [UInt8]
  /// The runs in order; the first begins at fragment offset 0.
  public let segments: [Segment]

  /// Makes a fragment; with no segments, offsets are those of the file.
  public init(file: FileID, bytes: [UInt8], segments: [Segment]) {
    self.file = file
    self.bytes = bytes
    self.segments = segments.isEmpty ? [Segment(fragmentOffset: 0, fileOffset: 0)] : segments
  }

  /// A whole file as one fragment.
  public init(_ file: SourceFile, id: FileID) {
    self.init(file: id, bytes: file.bytes, segments: [])
  }

  /// The place in the file of a place in the fragment.
  /// - Complexity: O(log *n*) in the number of segments.
  public func fileOffset(_ offset: Int) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].fragmentOffset <= offset { low = middle } else { high = middle }
    }
    return segments[low].fileOffset + (offset - segments[low].fragmentOffset)
  }

  /// The file range of a fragment range.
  public func range(_ lower: Int, _ upper: Int) -> SourceRange {
    guard upper > lower else {
      let place = fileOffset(lower)
      return SourceRange(file: file, lower: place, upper: place)
    }
    return SourceRange(file: file, lower: fileOffset(lower), upper: fileOffset(upper - 1) + 1)
  }
}
