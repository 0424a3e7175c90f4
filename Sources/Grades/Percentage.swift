/// A share in hundredths of a percent, so that policies reckon with whole numbers: 12.5% is 1,250.
public struct Percentage: Sendable, Hashable, Comparable, Codable {
  /// From 0 to 10,000.
  public let hundredths: Int

  /// All of it.
  public static let all = Percentage(hundredths: 10_000)
  /// Nothing of it.
  public static let none = Percentage(hundredths: 0)

  /// Makes a share; what is outside of 0 to 100% is moved to the nearest of these.
  public init(hundredths: Int) { self.hundredths = min(max(hundredths, 0), 10_000) }

  /// Whole percent.
  public init(_ percent: Int) { self.init(hundredths: min(max(percent, 0), 100) * 100) }

  /// Reads `10%`, `12.5%`, `0.25%`; `nil` if it is nothing like it.
  public init?(_ text: some StringProtocol) {
    guard text.last == "%",
      let hundredths = Decimal.read(text.dropLast(), decimals: 2), hundredths <= 10_000
    else { return nil }
    self.init(hundredths: Int(hundredths))
  }

  /// So many times as much, 100% at most.
  public func times(_ count: Int) -> Percentage {
    let (product, overflow) = hundredths.multipliedReportingOverflow(by: max(count, 0))
    return Percentage(hundredths: overflow ? 10_000 : product)
  }

  /// This share of points, rounded to the nearest thousandth, halves up.
  public func of(_ points: Points) -> Points { points.times(Int64(hundredths), of: 10_000) }

  /// As people write it: `12.5%`.
  public var text: String { "\(Points(millipoints: Int64(hundredths) * 10).text)%" }

  /// Whether it is less.
  public static func < (left: Percentage, right: Percentage) -> Bool {
    left.hundredths < right.hundredths
  }
}

/// Decimal numbers in ASCII digits.
enum Decimal {
  /// Reads `12`, `12.5`, as whole units of the last decimal; `nil` for anything else, also for more
  /// decimals than there are.
  static func read(_ text: some StringProtocol, decimals: Int) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, (1...12).contains(whole.utf8.count) else { return nil }
    let rest = parts.count > 1 ? parts[1] : nil
    guard rest.map({ (1...decimals).contains($0.utf8.count) }) ?? true else { return nil }
    var value: Int64 = 0
    let missing = decimals - (rest?.utf8.count ?? 0)
    for byte in Array(whole.utf8) + Array((rest ?? "").utf8)
      + Array(repeating: 0x30, count: missing)
    {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    return value
  }
}
