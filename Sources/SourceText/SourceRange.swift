/// The number of a file within one ``SourceSet``.
public struct FileID: Hashable, Sendable, Comparable {
  /// Position in the set, from 0.
  public let rawValue: UInt32

  /// Makes the identity of the file at a position in its set.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Files compare in the order in which they were added.
  public static func < (left: FileID, right: FileID) -> Bool { left.rawValue < right.rawValue }
}

/// A run of bytes in one file: `lower` is the first, `upper` is one past the last.
public struct SourceRange: Hashable, Sendable {
  /// The file the offsets count in.
  public var file: FileID
  /// Offset of the first byte, from 0.
  public var lower: Int
  /// Offset one past the last byte; never below `lower`.
  public var upper: Int

  /// Makes a range; an `upper` below `lower` is raised to it.
  public init(file: FileID, lower: Int, upper: Int) {
    self.file = file
    self.lower = lower
    self.upper = Swift.max(lower, upper)
  }

  /// How many bytes the range spans.
  public var byteCount: Int { upper - lower }

  /// The smallest range that holds both; `other` must be of the same file, else `self` is returned.
  public func union(_ other: SourceRange) -> SourceRange {
    guard other.file == file else { return self }
    return SourceRange(
      file: file, lower: Swift.min(lower, other.lower), upper: Swift.max(upper, other.upper))
  }

  /// The empty range at the end.
  public var end: SourceRange { SourceRange(file: file, lower: upper, upper: upper) }
}

/// A place as people count it.
public struct SourcePosition: Hashable, Sendable {
  /// Line, from 1.
  public let line: Int
  /// Column, from 1, in Unicode scalars.
  public let column: Int

  /// Makes a place from its line and column, both from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
