/// Which of a student's attempts at a task counts. Attempts that could not be graded are none.
public enum AttemptsPolicy: Sendable, Hashable {
  /// The one with the most points, after what being late costs; of several the first.
  case best
  /// The last one.
  case last
  /// The average of all.
  case average
  /// The best one, where the first attempt counts by the first share, the second by the second, and
  /// all that come after the last share by that.
  case declining([Percentage])

  /// Reads what ``text`` writes: `best`, `last`, `average`, `declining 100% 80% 60%`.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    switch words.first {
    case "best" where words.count == 1: self = .best
    case "last" where words.count == 1: self = .last
    case "average" where words.count == 1: self = .average
    case "declining" where (2...101).contains(words.count):
      let shares = words.dropFirst().compactMap { Percentage($0) }
      guard shares.count == words.count - 1 else { return nil }
      self = .declining(shares)
    default: return nil
    }
  }

  /// The policy as it is written in a command.
  public var text: String {
    switch self {
    case .best: "best"
    case .last: "last"
    case .average: "average"
    case .declining(let shares):
      (["declining"] + shares.map(\.text)).joined(separator: " ")
    }
  }

  /// By what share an attempt counts, from 1.
  func share(ofAttempt number: Int) -> Percentage {
    guard case .declining(let shares) = self, let last = shares.last else { return .all }
    return number >= 1 && number <= shares.count ? shares[number - 1] : last
  }
}
