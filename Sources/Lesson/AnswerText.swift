/// What a reader types as an answer, in one spelling for all that mean the same.
///
/// The script of a page (`PredictionScript`) does the same.
public enum AnswerText {
  /// The normal form of an answer: small letters, single spaces; a number in decimal, a time in
  /// nanoseconds with a `t` behind it, bytes as a bare number.
  ///
  /// Numbers are C's (`0x1f`, `0644`, `0b101`), decimals may have a point or a comma, and a unit may stand
  /// apart: `5 ms`, `5ms`, `5000us` and `0.005 s` are the same. What is no such number, or larger
  /// than 64 bits, stays words.
  public static func normal(_ text: String) -> String {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return number(Array(words.unicodeScalars)) ?? words
  }

  private static func factor(_ unit: String) -> UInt64? {
    switch unit {
    case "", "b", "ns": 1
    case "us", "\u{B5}s": 1_000
    case "ms": 1_000_000
    case "s": 1_000_000_000
    case "kib": 1 << 10
    case "mib": 1 << 20
    case "gib": 1 << 30
    default: nil
    }
  }

  private static func number(_ scalars: [Unicode.Scalar]) -> String? {
    var rest = scalars[...]
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    guard rest.first.map({ ("0"..."9").contains($0) }) == true else { return nil }
    func run(_ from: ArraySlice<Unicode.Scalar>, _ isDigit: (Unicode.Scalar) -> Bool)
      -> ArraySlice<Unicode.Scalar>
    {
      from.prefix(while: isDigit)
    }
    func isDecimal(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    var digits: ArraySlice<Unicode.Scalar> = []
    var radix: UInt64 = 10
    var places = 0
    let marked = rest.dropFirst(2)
    let hexadecimal = run(marked) { $0.isASCII && $0.properties.isASCIIHexDigit }
    let binary = run(marked) { $0 == "0" || $0 == "1" }
    if rest.starts(with: "0x".unicodeScalars), !hexadecimal.isEmpty {
      (digits, radix) = (hexadecimal, 16)
      rest = rest.dropFirst(2 + digits.count)
    } else if rest.starts(with: "0b".unicodeScalars), !binary.isEmpty {
      (digits, radix) = (binary, 2)
      rest = rest.dropFirst(2 + digits.count)
    } else {
      digits = run(rest, isDecimal)
      rest = rest.dropFirst(digits.count)
      if digits.first == "0", digits.count > 1 {
        guard digits.allSatisfy({ ("0"..."7").contains($0) }) else { return nil }
        radix = 8
      } else if rest.first == "." || rest.first == "," {
        let fraction = run(rest.dropFirst(), isDecimal)
        guard (1...18).contains(fraction.count) else { return nil }
        digits += fraction
        places = fraction.count
        rest = rest.dropFirst(1 + places)
      }
    }
    if rest.first == " " { rest.removeFirst() }
    var unit = ""
    unit.unicodeScalars.append(contentsOf: rest)
    guard let factor = factor(unit), let value = value(digits, radix) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    var divisor: UInt64 = 1
    for _ in 0..<places { divisor *= 10 }
    guard !overflow, product % divisor == 0 else { return nil }
    let size = product / divisor
    return (isNegative && size > 0 ? "-" : "") + String(size) + (unit.hasSuffix("s") ? "t" : "")
  }

  private static func value(_ digits: ArraySlice<Unicode.Scalar>, _ radix: UInt64) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      let letter: UInt32 = digit.value >= 0x61 ? digit.value - 0x61 + 10 : digit.value - 0x30
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, overflow) = product.addingReportingOverflow(UInt64(letter))
      guard !isTooLarge, !overflow else { return nil }
      value = sum
    }
    return value
  }
}
