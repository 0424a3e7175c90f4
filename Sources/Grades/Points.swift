/// Points in thousandths of a point: what is added up is always a whole number, so that no sum depends
/// on its order and none ends in 100.0000001.
public struct Points: Sendable, Hashable, Comparable, Codable {
  /// Thousandths of a point; 0 or more.
  public let millipoints: Int64

  /// The most that there can be: a billion points.
  public static let most = Points(millipoints: 1_000_000_000_000)
  /// No points.
  public static let zero = Points(millipoints: 0)

  /// Makes points; what is outside of 0 to ``most`` is moved to the nearest of these.
  public init(millipoints: Int64) {
    self.millipoints = min(max(millipoints, 0), 1_000_000_000_000)
  }

  /// Whole points.
  public init(whole points: Int64) {
    let (millipoints, overflow) = points.multipliedReportingOverflow(by: 1_000)
    self.init(millipoints: overflow ? (points < 0 ? 0 : .max) : millipoints)
  }

  /// Reads thousandths as a number, as results have them.
  public init(from decoder: any Decoder) throws {
    self.init(millipoints: try decoder.singleValueContainer().decode(Int64.self))
  }

  /// Writes thousandths as a number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(millipoints)
  }

  /// Their sum, ``most`` at most.
  public static func + (left: Points, right: Points) -> Points {
    Points(millipoints: left.millipoints + right.millipoints)
  }

  /// What is left, 0 at least.
  public static func - (left: Points, right: Points) -> Points {
    Points(millipoints: left.millipoints - right.millipoints)
  }

  /// Adds points.
  public static func += (left: inout Points, right: Points) { left = left + right }

  /// Whether there are fewer.
  public static func < (left: Points, right: Points) -> Bool {
    left.millipoints < right.millipoints
  }

  /// A part of them, such as 2 of 3, rounded to the nearest thousandth, halves up.
  ///
  /// - Parameters:
  ///   - part: From 0 to `whole`; what is outside is moved to the nearest of these.
  ///   - whole: More than 0; a part of nothing is nothing.
  public func times(_ part: Int64, of whole: Int64) -> Points {
    guard whole > 0 else { return .zero }
    let part = min(max(part, 0), whole)
    let (high, low) = millipoints.multipliedFullWidth(by: part)
    let (quotient, remainder) = whole.dividingFullWidth((high, low))
    // Half of the whole, rounded up, without doubling the remainder.
    let isMore = remainder >= whole - remainder
    return Points(millipoints: quotient + (isMore && remainder > 0 ? 1 : 0))
  }

  /// As people write them: `8`, `8.5`, `0.125`.
  public var text: String {
    let rest = millipoints % 1_000
    var text = "\(millipoints / 1_000)"
    guard rest > 0 else { return text }
    var digits = String(rest + 1_000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    text += ".\(digits)"
    return text
  }

  /// With so many decimals, from 0 to 3, halves up: `8.50`.
  public func text(decimals: Int) -> String {
    let decimals = min(max(decimals, 0), 3)
    var unit: Int64 = 1
    for _ in decimals..<3 { unit *= 10 }
    let rounded = (millipoints + unit / 2) / unit
    guard decimals > 0 else { return "\(rounded)" }
    let scale = 1_000 / unit
    return "\(rounded / scale).\(String(rounded % scale + scale).dropFirst())"
  }
}
