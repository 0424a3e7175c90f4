/// A number as it stands in the text: C's forms, with a unit directly after it.
struct NumberLiteral {
  enum Problem {
    /// The unit that begins at this offset does not exist.
    case unknownUnit(Int)
    case tooLarge, octalDigit, fraction, noDigits
  }

  /// One past its last byte.
  private(set) var end: Int
  /// The value, multiplied by the unit; 0 when there is a problem.
  private(set) var value: Int64 = 0
  private(set) var unit: UnitSyntax?
  private(set) var problem: Problem?

  /// Reads the number that begins with the digit (or the quote of a character) at an offset.
  init(_ bytes: [UInt8], at start: Int) {
    if bytes[start] == UInt8(ascii: "'") {
      let literal = TextLiteral(bytes, at: start)
      end = literal.end
      value = Int64(literal.bytes.first ?? 0)
      return
    }
    func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    var radix: UInt64 = 10
    var index = start
    if bytes[start] == UInt8(ascii: "0") {
      let second = byte(start + 1)
      if second | 0x20 == UInt8(ascii: "x") {
        radix = 16
        index += 2
      } else if second == UInt8(ascii: "b"), byte(start + 2) & 0xFE == UInt8(ascii: "0") {
        radix = 2
        index += 2
      } else if second >= UInt8(ascii: "0"), second <= UInt8(ascii: "9") {
        radix = 8
      }
    }
    let firstDigit = index
    var magnitude: UInt64 = 0
    var isTooLarge = false
    var hasBadDigit = false
    while let digit = Self.digit(byte(index), hexadecimal: radix == 16) {
      if digit >= radix { hasBadDigit = true }
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      if overflow || carry { isTooLarge = true }
      magnitude = sum
      index += 1
    }
    if index == firstDigit { problem = .noDigits }
    if radix == 8 || radix == 2, hasBadDigit { problem = .octalDigit }
    if isTooLarge { problem = .tooLarge }
    if byte(index) == UInt8(ascii: "."), Self.digit(byte(index + 1), hexadecimal: false) != nil {
      index += 1
      while Self.digit(byte(index), hexadecimal: false) != nil { index += 1 }
      problem = .fraction
    }
    let unitStart = index
    while index < bytes.count, Lexer.isNameByte(bytes[index]) || bytes[index] >= 0x80 { index += 1 }
    end = index
    if index > unitStart {
      // A number that is wrong has its unit all the same, so that nobody misses it.
      unit = Self.unit(bytes, unitStart, index)
      if unit == nil, problem == nil { problem = .unknownUnit(unitStart) }
    }
    guard problem == nil else { return }
    guard let unit else {
      value = Int64(bitPattern: magnitude)
      return
    }
    guard let plain = Int64(exactly: magnitude) else {
      problem = .tooLarge
      return
    }
    let (product, overflow) = plain.multipliedReportingOverflow(by: unit.factor)
    if overflow { problem = .tooLarge } else { value = product }
  }

  private static func digit(_ byte: UInt8, hexadecimal: Bool) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f") where hexadecimal:
      UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F") where hexadecimal:
      UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  private static func unit(_ bytes: [UInt8], _ lower: Int, _ upper: Int) -> UnitSyntax? {
    func second(_ byte: Character) -> Bool { bytes[lower + 1] == byte.asciiValue }
    switch (upper - lower, bytes[lower]) {
    case (1, UInt8(ascii: "s")): return .s
    case (1, UInt8(ascii: "B")): return .B
    case (2, UInt8(ascii: "n")) where second("s"): return .ns
    case (2, UInt8(ascii: "u")) where second("s"): return .us
    case (2, UInt8(ascii: "m")) where second("s"): return .ms
    case (3, let first) where second("i") && bytes[lower + 2] == UInt8(ascii: "B"):
      switch first {
      case UInt8(ascii: "K"): return .KiB
      case UInt8(ascii: "M"): return .MiB
      case UInt8(ascii: "G"): return .GiB
      default: return nil
      }
    default: return nil
    }
  }
}

/// A string or character as it stands in the text: C's escapes, on one line.
struct TextLiteral {
  /// One past its last byte: behind the closing quote, or where the line ends.
  private(set) var end: Int
  /// What it stands for.
  private(set) var bytes: [UInt8] = []
  /// Whether the closing quote is there.
  private(set) var isClosed = false
  /// Escapes that mean nothing.
  private(set) var badEscapes: [Range<Int>] = []

  /// Reads the literal whose opening quote stands at an offset.
  init(_ source: [UInt8], at start: Int) {
    let quote = source[start]
    var index = start + 1
    while index < source.count, source[index] != quote, source[index] != 0x0A {
      guard source[index] == UInt8(ascii: "\\") else {
        bytes.append(source[index])
        index += 1
        continue
      }
      let escape = index
      index += 1
      guard index < source.count, source[index] != 0x0A, source[index] != 0x0D else { continue }
      let letter = source[index]
      index += 1
      switch letter {
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "a"): bytes.append(0x07)
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0C)
      case UInt8(ascii: "v"): bytes.append(0x0B)
      case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): bytes.append(letter)
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        var value = UInt16(letter - UInt8(ascii: "0"))
        var length = 1
        while length < 3, index < source.count, source[index] & 0xF8 == UInt8(ascii: "0") {
          value = value * 8 + UInt16(source[index] - UInt8(ascii: "0"))
          index += 1
          length += 1
        }
        if let byte = UInt8(exactly: value) {
          bytes.append(byte)
        } else {
          badEscapes.append(escape..<index)
        }
      case UInt8(ascii: "x"):
        var value: UInt8 = 0
        let first = index
        while index < first + 2, index < source.count, let digit = Self.digit(source[index]) {
          value = value << 4 | digit
          index += 1
        }
        if index > first { bytes.append(value) } else { badEscapes.append(escape..<index) }
      default:
        while index < source.count, source[index] & 0xC0 == 0x80 { index += 1 }
        badEscapes.append(escape..<index)
      }
    }
    if index < source.count, source[index] == quote {
      isClosed = true
      index += 1
    } else if index < source.count, source[index - 1] == 0x0D, index - 1 > start {
      index -= 1
      if bytes.last == 0x0D { bytes.removeLast() }
    }
    end = index
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// Well-formed UTF-8 (The Unicode Standard 15.0, table 3-7).
enum UTF8Run {
  /// How many bytes the scalar at an offset takes, or `nil` where the bytes are ill-formed.
  static func length(_ bytes: [UInt8], at index: Int, end: Int) -> Int? {
    func trails(_ offset: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
      index + offset < end && bytes[index + offset] >= low && bytes[index + offset] <= high
    }
    switch bytes[index] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return trails(1) ? 2 : nil
    case 0xE0: return trails(1, 0xA0) && trails(2) ? 3 : nil
    case 0xED: return trails(1, 0x80, 0x9F) && trails(2) ? 3 : nil
    case 0xE1...0xEF: return trails(1) && trails(2) ? 3 : nil
    case 0xF0: return trails(1, 0x90) && trails(2) && trails(3) ? 4 : nil
    case 0xF4: return trails(1, 0x80, 0x8F) && trails(2) && trails(3) ? 4 : nil
    case 0xF1...0xF3: return trails(1) && trails(2) && trails(3) ? 4 : nil
    default: return nil
    }
  }

  /// The length of a space beyond ASCII at an offset (no-break, thin, zero width); `nil` if none.
  static func spaceLength(_ bytes: [UInt8], at index: Int) -> Int? {
    let second = index + 1 < bytes.count ? bytes[index + 1] : 0
    let third = index + 2 < bytes.count ? bytes[index + 2] : 0
    switch (bytes[index], second, third) {
    case (0xC2, 0xA0, _): return 2  // U+00A0
    case (0xE2, 0x80, 0x80...0x8D), (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF): return 3
    case (0xE3, 0x80, 0x80), (0xEF, 0xBB, 0xBF): return 3  // U+3000, U+FEFF
    default: return nil
    }
  }

  /// Whether U+201C, U+201D or U+201E stands at an offset.
  static func isTypographicQuote(_ bytes: [UInt8], at index: Int) -> Bool {
    index + 2 < bytes.count && bytes[index] == 0xE2 && bytes[index + 1] == 0x80
      && bytes[index + 2] >= 0x9C && bytes[index + 2] <= 0x9E
  }
}

/// Names of bytes that cannot be shown.
enum ControlByte {
  /// `NUL` and the like, or the byte itself.
  static func name(_ byte: UInt8) -> String {
    switch byte {
    case 0: "NUL"
    case 0x1B: "ESC"
    case 0x7F: "DEL"
    case 0x01...0x1F: "control"
    default: String(decoding: CollectionOfOne(byte), as: UTF8.self)
    }
  }
}
