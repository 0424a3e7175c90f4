/// The SHA-256 of some bytes (FIPS 180-4), by which a build knows a lesson's text again and a grade the
/// submission that it was given for; and, with a key, the HMAC that students' variants are made by.
///
/// A page of our own instead of a library of cryptography: it is held to the vectors of the standards,
/// no attacker can measure its time, and such a library takes longer to build than all of Ringwalk.
public struct Digest: RawRepresentable, Hashable, Sendable, Codable {
  /// 64 hexadecimal digits, in lower case.
  public let rawValue: String

  /// A digest that was written down.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The digest of bytes.
  /// - Complexity: O(*n*), some 5 ns for each byte.
  public init(of bytes: [UInt8]) {
    var state = Self.start
    let span = bytes.span
    let wholeBytes = span.count & ~63
    var offset = 0
    while offset < wholeBytes {
      Self.mix(span, at: offset, into: &state)
      offset += 64
    }
    // The rest, a one bit, zeros, and the number of bits: one block or two.
    var rest = Array(bytes[wholeBytes...]) + [0x80]
    rest += [UInt8](repeating: 0, count: (120 - rest.count) & 63)
    let bitCount = UInt64(bytes.count) &* 8
    for shift in stride(from: 56, through: 0, by: -8) {
      rest.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    for offset in stride(from: 0, to: rest.count, by: 64) {
      Self.mix(rest.span, at: offset, into: &state)
    }
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    for index in state.indices {
      for shift in stride(from: UInt32(28), through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: state[index] >> shift) & 15
        digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
      }
    }
    rawValue = String(decoding: digits, as: UTF8.self)
  }

  /// The HMAC of bytes with a key (RFC 2104).
  public init(of bytes: [UInt8], key: [UInt8]) {
    var key = key.count > 64 ? Digest(of: key).bytes : key
    key += [UInt8](repeating: 0, count: 64 - key.count)
    let inner = Digest(of: key.map { $0 ^ 0x36 } + bytes)
    self.init(of: key.map { $0 ^ 0x5C } + inner.bytes)
  }

  /// Its 32 bytes; fewer when ``rawValue`` is no digest.
  public var bytes: [UInt8] {
    let digits = rawValue.utf8.compactMap { byte in
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x61...0x66: byte - 0x57
      default: nil as UInt8?
      }
    }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// The digest of several texts; where one ends and the next begins counts as well.
  public init(of texts: [String]) {
    var bytes: [UInt8] = []
    for text in texts { bytes += Array("\(text.utf8.count):".utf8) + Array(text.utf8) }
    self.init(of: bytes)
  }

  private static func mix(
    _ bytes: Span<UInt8>, at offset: Int, into state: inout InlineArray<8, UInt32>
  ) {
    var words = InlineArray<16, UInt32>(repeating: 0)
    for index in words.indices {
      // Within the span, as a check of its own makes sure; any bits are an integer.
      words[index] = UInt32(
        bigEndian: bytes.bytes.unsafeLoadUnaligned(
          fromByteOffset: offset + 4 * index, as: UInt32.self))
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    // Sixteen rounds at a time bring each variable and each word back to its place.
    for first in stride(from: 0, to: 64, by: 16) {
      @inline(__always)
      func input(_ index: Int) -> UInt32 {
        if first > 0 { extend(&words, to: index) }
        return constants[first + index] &+ words[index]
      }
      round(a, b, c, &d, e, f, g, &h, input(0))
      round(h, a, b, &c, d, e, f, &g, input(1))
      round(g, h, a, &b, c, d, e, &f, input(2))
      round(f, g, h, &a, b, c, d, &e, input(3))
      round(e, f, g, &h, a, b, c, &d, input(4))
      round(d, e, f, &g, h, a, b, &c, input(5))
      round(c, d, e, &f, g, h, a, &b, input(6))
      round(b, c, d, &e, f, g, h, &a, input(7))
      round(a, b, c, &d, e, f, g, &h, input(8))
      round(h, a, b, &c, d, e, f, &g, input(9))
      round(g, h, a, &b, c, d, e, &f, input(10))
      round(f, g, h, &a, b, c, d, &e, input(11))
      round(e, f, g, &h, a, b, c, &d, input(12))
      round(d, e, f, &g, h, a, b, &c, input(13))
      round(c, d, e, &f, g, h, a, &b, input(14))
      round(b, c, d, &e, f, g, h, &a, input(15))
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  /// Puts a word of the message's schedule into the place of the one that is 16 before it.
  @inline(__always)
  private static func extend(_ words: inout InlineArray<16, UInt32>, to index: Int) {
    let (early, late) = (words[(index + 1) & 15], words[(index + 14) & 15])
    let first = turn(early, 7) ^ turn(early, 18) ^ (early >> 3)
    let second = turn(late, 17) ^ turn(late, 19) ^ (late >> 10)
    words[index & 15] = words[index & 15] &+ first &+ words[(index + 9) & 15] &+ second
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ input: UInt32
  ) {
    let sum = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    let choice = g ^ (e & (f ^ g))
    let first = h &+ sum &+ choice &+ input
    let otherSum = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    let majority = (a & b) | (c & (a | b))
    d = d &+ first
    h = first &+ otherSum &+ majority
  }

  @inline(__always)
  private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    word >> bits | word << (32 - bits)
  }

  /// The first 32 bits of the fractions of the square roots of the first 8 primes.
  private static var start: InlineArray<8, UInt32> {
    [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
      0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
  }

  /// The same of the cube roots of the first 64 primes.
  private static let constants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
