public import Catalogue

/// Numbers with their units, in the form that all sentences, values and tables print.
///
/// The form hangs on the language of the words alone, never on where a program runs; digits are not
/// grouped.
public enum Quantity {
  /// A time span, exactly, in the largest unit that it fills: `5 ms`, `1.000002 ms`, `120 ns`, `0 ns`.
  ///
  /// In German `1,000002 ms` and `5 µs`.
  public static func duration(_ nanoseconds: Int64, in language: Language = .english) -> String {
    let size = nanoseconds.magnitude
    let (unit, place): (UInt64, Int) =
      switch size {
      case ..<1_000: (1, 0)
      case ..<1_000_000: (1_000, 1)
      case ..<1_000_000_000: (1_000_000, 2)
      default: (1_000_000_000, 3)
      }
    let number = decimal(size, over: unit, mark: language.decimalMark)
    return "\(nanoseconds < 0 ? "-" : "")\(number) \(language.timeUnits[place])"
  }

  /// A moment in microseconds, exactly: `5000.018`, always with three decimals and without the unit.
  public static func microseconds(
    _ nanoseconds: Int64, in language: Language = .english
  ) -> String {
    let size = nanoseconds.magnitude
    let decimals = String(1_000 + size % 1_000).dropFirst()
    return "\(nanoseconds < 0 ? "-" : "")\(size / 1_000)\(language.decimalMark)\(decimals)"
  }

  /// A number of bytes: a whole number of KiB, MiB or GiB where it is one, else `17 bytes`, in German
  /// `17 Byte`.
  public static func bytes(_ count: Int64, in language: Language = .english) -> String {
    let size = count.magnitude
    let sign = count < 0 ? "-" : ""
    for (shift, name) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] as [(UInt64, String)]
    where size >= 1 << shift && size & (1 << shift - 1) == 0 {
      return "\(sign)\(size >> shift) \(name)"
    }
    let unit =
      switch language {
      case .english: size == 1 ? "byte" : "bytes"
      case .german: "Byte"
      }
    return "\(sign)\(size) \(unit)"
  }

  /// An address or a set of bits: `0x401028`, in lower case without leading zeros.
  public static func hexadecimal(_ bits: UInt64) -> String { "0x" + String(bits, radix: 16) }

  /// The same for a field of an event, whose bits are kept as a signed number.
  public static func hexadecimal(_ bits: Int64) -> String {
    hexadecimal(UInt64(bitPattern: bits))
  }

  /// Permission bits as C writes them: `0644`, and `0` for none.
  public static func octal(_ bits: Int64) -> String {
    (bits < 0 ? "-" : "") + (bits == 0 ? "0" : "0" + String(bits.magnitude, radix: 8))
  }

  /// Text in double quotes with C's escapes, so that it stays on one line.
  ///
  /// Ill-formed UTF-8 shows as U+FFFD; text longer than `limit` scalars ends in `…` inside the
  /// quotes.
  public static func quoted(_ bytes: ArraySlice<UInt8>, limit: Int = 60) -> String {
    var out = "\""
    // A scalar has at most four bytes: only the part that is shown is decoded.
    let shown = bytes.prefix(max(0, limit) &* 4 &+ 4)
    var count = 0
    for scalar in String(decoding: shown, as: UTF8.self).unicodeScalars {
      guard count < limit else { return out + "…\"" }
      count += 1
      switch scalar.value {
      case 0x0A: out += "\\n"
      case 0x09: out += "\\t"
      case 0x0D: out += "\\r"
      case 0x00: out += "\\0"
      case 0x22: out += "\\\""
      case 0x5C: out += "\\\\"
      case 0x00...0x1F, 0x7F:
        let digits = String(scalar.value, radix: 16)
        out += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
      case 0x80...0x9F, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
        out +=
          "\\u" + String(repeating: "0", count: scalar.value < 0x100 ? 2 : 0)
          + String(scalar.value, radix: 16)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// The same for text at hand.
  public static func quoted(_ text: String, limit: Int = 60) -> String {
    quoted(Array(text.utf8)[...], limit: limit)
  }

  /// `size / unit` with as many decimals as it takes; `unit` is a power of ten.
  private static func decimal(_ size: UInt64, over unit: UInt64, mark: String) -> String {
    let rest = size % unit
    guard rest != 0 else { return String(size / unit) }
    var digits = String(unit + rest).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(size / unit)\(mark)\(digits)"
  }
}
