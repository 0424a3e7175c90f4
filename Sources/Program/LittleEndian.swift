extension FixedWidthInteger {
  /// Its bytes as they lie in memory, the least significant first.
  public var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
  }
}
