/// Strings met in a simulation, each kept once.
///
/// Bytes lie one after another in one buffer; a hash table finds them again. Numbers are given in
/// the order of first meeting, so they do not hang on hashing.
public struct StringTable: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var slots: [UInt32] = [UInt32](repeating: .max, count: 64)

  /// An empty table.
  public init() {}

  /// How many strings it holds.
  public var count: Int { ends.count }

  /// The number of a string, new or known.
  /// - Complexity: O(length), amortised.
  public mutating func intern(_ string: [UInt8]) -> StringID {
    if (ends.count + 1) * 2 > slots.count { grow() }
    var slot = Self.hash(string) & (slots.count - 1)
    while slots[slot] != .max {
      let known = StringID(rawValue: slots[slot])
      if holds(string, at: known) { return known }
      slot = (slot + 1) & (slots.count - 1)
    }
    let id = UInt32(truncatingIfNeeded: ends.count)
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
    slots[slot] = id
    return StringID(rawValue: id)
  }

  /// The number of a Swift string.
  public mutating func intern(_ string: String) -> StringID { intern(Array(string.utf8)) }

  /// The number of a string that was interned before; `nil` when it never was.
  public func find(_ string: String) -> StringID? {
    let wanted = Array(string.utf8)
    var slot = Self.hash(wanted) & (slots.count - 1)
    while slots[slot] != .max {
      let known = StringID(rawValue: slots[slot])
      if holds(wanted, at: known) { return known }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The bytes behind a number; empty for a number of another table.
  public subscript(bytes id: StringID) -> ArraySlice<UInt8> {
    let index = Int(id.rawValue)
    guard ends.indices.contains(index) else { return [] }
    return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// The text behind a number; ill-formed UTF-8 is repaired with U+FFFD.
  public subscript(id: StringID) -> String { String(decoding: self[bytes: id], as: UTF8.self) }

  /// Whether a string of the table is a certain one.
  private func holds(_ string: [UInt8], at id: StringID) -> Bool {
    let index = Int(id.rawValue)
    let start = index == 0 ? 0 : ends[index - 1]
    guard ends[index] - start == string.count else { return false }
    return string.indices.allSatisfy { bytes[start + $0] == string[$0] }
  }

  /// FNV-1a: the same on every machine and in every run, unlike `Hasher`.
  private static func hash(_ string: some Collection<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in string { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt32](repeating: .max, count: old.count * 2)
    for id in old where id != .max {
      var slot = Self.hash(self[bytes: StringID(rawValue: id)]) & (slots.count - 1)
      while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = id
    }
  }
}
