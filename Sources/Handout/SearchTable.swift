/// Words, and the sections in which each of them stands, packed as text.
///
/// A word is a capital letter, which says how many of the code units of UTF-16 it shares with the word
/// before (`A` none, `B` one), and its rest; no word has capital letters itself.
///
/// The places are bits, six to a character. For each word they have the number of its sections in Elias's
/// gamma code, and the gaps between them in Rice's code, whose parameter follows from how common the word
/// is: about as few bits as there can be for places that know nothing of each other.
struct SearchTable: Sendable, Hashable, Codable {
  /// The words, front-coded.
  private(set) var words = ""
  /// Their sections.
  private(set) var places = ""

  /// A table without words.
  init() {}

  /// Packs words with their sections, which are ascending and below a count.
  init(_ sections: [String: [Int]], sectionCount: Int) {
    var words: [UInt8] = []
    var places = BitWriter()
    var before: [UInt16] = []
    for word in sections.keys.sorted() {
      let units = Array(word.utf16)
      let shared = Self.shared(before, units)
      words.append(0x41 + UInt8(shared))
      words += Array(String(decoding: units[shared...], as: UTF16.self).utf8)
      before = units
      let list = sections[word] ?? []
      places.gamma(list.count)
      let width = Self.width(of: list.count, in: sectionCount)
      var next = 0
      for section in list {
        places.rice(section - next, width: width)
        next = section + 1
      }
    }
    self.words = String(decoding: words, as: UTF8.self)
    self.places = String(decoding: places.digits, as: UTF8.self)
  }

  /// How many code units two words begin with alike: at most 25, and no half of a character.
  private static func shared(_ first: [UInt16], _ second: [UInt16]) -> Int {
    var count = 0
    while count < min(25, first.count, second.count), first[count] == second[count] { count += 1 }
    if count > 0, UTF16.isLeadSurrogate(second[count - 1]) { count -= 1 }
    return count
  }

  /// How many low bits of a gap are written as they are: gaps are as long as sections are many for a word,
  /// and of those 11/16 is near enough to the logarithm of 2 that theory asks for.
  private static func width(of count: Int, in sectionCount: Int) -> Int {
    let typical = sectionCount &* 11 / 16 / max(1, count)
    return typical > 0 ? Int.bitWidth - 1 - typical.leadingZeroBitCount : 0
  }

  /// Hands out each word with its sections; nothing more after a mistake.
  ///
  /// What it reads may come from a cache that somebody has written by hand, so nothing in it is believed.
  func forEach(sectionCount: Int, _ body: (String, [Int]) -> Void) {
    var bits = BitReader(places)
    var before: [UInt16] = []
    var rest = Array(words.utf8)[...]
    while let first = rest.popFirst() {
      let shared = Int(first) - 0x41
      guard (0...25).contains(shared), shared <= before.count else { return }
      let end = rest.firstIndex { (0x41...0x5A).contains($0) } ?? rest.endIndex
      before.removeSubrange(shared...)
      // Most words are ASCII, and this is done for all of a book's words whenever it is built.
      let tail = rest[..<end]
      if tail.allSatisfy({ $0 < 0x80 }) {
        before.append(contentsOf: tail.lazy.map(UInt16.init))
      } else {
        before += Array(String(decoding: tail, as: UTF8.self).utf16)
      }
      rest = rest[end...]
      guard let count = bits.gamma(), count <= sectionCount else { return }
      let width = Self.width(of: count, in: sectionCount)
      var sections: [Int] = []
      var next = 0
      for _ in 0..<count {
        guard let gap = bits.rice(width: width, below: sectionCount - next) else { return }
        sections.append(next + gap)
        next += gap + 1
      }
      if before.allSatisfy({ $0 < 0x80 }) {
        let bytes = before.map { UInt8(truncatingIfNeeded: $0) }
        body(String(decoding: bytes, as: UTF8.self), sections)
      } else {
        body(String(decoding: before, as: UTF16.self), sections)
      }
    }
  }
}

/// Bits as characters of base64 without padding (RFC 4648, section 5), the first bit highest.
private struct BitWriter {
  private(set) var finished: [UInt8] = []
  private var group = 0
  private var count = 0

  static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// The characters so far.
  var digits: [UInt8] {
    count == 0 ? finished : finished + [Self.alphabet[group << (6 - count)]]
  }

  private mutating func bit(_ isSet: Bool) {
    group = group << 1 | (isSet ? 1 : 0)
    count += 1
    if count == 6 {
      finished.append(Self.alphabet[group])
      (group, count) = (0, 0)
    }
  }

  private mutating func bits(_ number: Int, _ width: Int) {
    for place in (0..<width).reversed() { bit(number >> place & 1 == 1) }
  }

  /// Writes a number from 1: as many zeros as bits follow the first one, then its bits.
  mutating func gamma(_ number: Int) {
    let width = Int.bitWidth - max(1, number).leadingZeroBitCount
    bits(0, width - 1)
    bits(max(1, number), width)
  }

  /// Writes a number from 0: ones for the high part, a zero, the low bits.
  mutating func rice(_ number: Int, width: Int) {
    for _ in 0..<max(0, number) >> width { bit(true) }
    bit(false)
    bits(number, width)
  }
}

private struct BitReader {
  private let digits: [UInt8]
  private var place = 0

  init(_ text: String) { digits = Array(text.utf8) }

  private mutating func bit() -> Int? {
    guard place / 6 < digits.count else { return nil }
    let group: Int
    switch digits[place / 6] {
    case let digit where (0x41...0x5A).contains(digit): group = Int(digit) - 0x41
    case let digit where (0x61...0x7A).contains(digit): group = Int(digit) - 0x61 + 26
    case let digit where (0x30...0x39).contains(digit): group = Int(digit) - 0x30 + 52
    case 0x2D: group = 62
    case 0x5F: group = 63
    default: return nil
    }
    defer { place += 1 }
    return group >> (5 - place % 6) & 1
  }

  mutating func gamma() -> Int? {
    var width = 0
    while true {
      guard let bit = bit(), width < 32 else { return nil }
      if bit == 1 { break }
      width += 1
    }
    return low(width, after: 1)
  }

  mutating func rice(width: Int, below limit: Int) -> Int? {
    var high = 0
    while true {
      guard let bit = bit(), high << width < limit else { return nil }
      if bit == 0 { break }
      high += 1
    }
    return low(width, after: high).flatMap { $0 < limit ? $0 : nil }
  }

  private mutating func low(_ width: Int, after high: Int) -> Int? {
    var number = high
    for _ in 0..<width {
      guard let bit = bit() else { return nil }
      number = number << 1 | bit
    }
    return number
  }
}
