/// Bytes of which numbers are read by their places; nothing is read behind their end.
struct ByteReader: Sendable {
  let bytes: [UInt8]

  var count: Int { bytes.count }

  /// The bytes from a place on; `nil` when there are not so many.
  func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
      return nil
    }
    return bytes[offset..<offset + count]
  }

  /// Two bytes, the lowest first.
  func number16(_ offset: Int) throws(ArchiveProblem) -> Int { Int(try number(offset, 2)) }

  /// Four bytes, the lowest first.
  func number32(_ offset: Int) throws(ArchiveProblem) -> Int { Int(try number(offset, 4)) }

  /// Eight bytes, the lowest first; more than a file can have is refused.
  func number64(_ offset: Int) throws(ArchiveProblem) -> Int {
    guard let number = Int(exactly: try number(offset, 8)) else {
      throw .malformed("a size or a place in it is larger than any file")
    }
    return number
  }

  private func number(_ offset: Int, _ count: Int) throws(ArchiveProblem) -> UInt64 {
    guard let slice = slice(offset, count) else { throw .truncated }
    return slice.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Whether these bytes stand at a place.
  func has(_ mark: [UInt8], at offset: Int) -> Bool {
    slice(offset, mark.count)?.elementsEqual(mark) ?? false
  }
}
