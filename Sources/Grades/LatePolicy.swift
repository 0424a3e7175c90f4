/// What being late costs.
public struct LatePolicy: Sendable, Hashable {
  /// What is taken off.
  public var rule: Rule
  /// For so many minutes after a task is due nothing is late. What comes later is late from the moment
  /// the task was due.
  public var graceMinutes: Int
  /// After so many started days there are no points at all; `nil` for never.
  public var lastDay: Int?

  /// What is taken off.
  public enum Rule: Sendable, Hashable {
    /// Nothing.
    case none
    /// So many points, however late it is.
    case constant(Points)
    /// A share for each day that has started.
    case perDay(Percentage, of: Base)
    /// A number of days that students may be late, over the whole course. Beyond these each started day
    /// costs a share of what the task is worth; with `nil` there are no points.
    case bank(days: Int, beyond: Percentage?)
  }

  /// What a share is taken of.
  public enum Base: String, Sendable, Hashable {
    /// What the task is worth.
    case maximum
    /// What the attempt has got.
    case score
  }

  /// Makes a policy.
  public init(_ rule: Rule = .none, graceMinutes: Int = 0, lastDay: Int? = nil) {
    self.rule = rule
    self.graceMinutes = max(graceMinutes, 0)
    self.lastDay = lastDay.map { max($0, 0) }
  }

  /// The days that have started since a task was due; 0 when nothing is late.
  ///
  /// - Parameters:
  ///   - dueAt: Seconds since 1970; `nil` when it is never late.
  ///   - receivedAt: Likewise; `nil` when nobody knows, which is not held against a student.
  public func startedDays(dueAt: Int64?, receivedAt: Int64?) -> Int {
    guard let dueAt, let receivedAt else { return 0 }
    let (seconds, overflow) = receivedAt.subtractingReportingOverflow(dueAt)
    if overflow { return receivedAt > dueAt ? Self.mostDays : 0 }
    let (grace, isForEver) = Int64(graceMinutes).multipliedReportingOverflow(by: 60)
    guard seconds > 0, !isForEver, seconds > grace else { return 0 }
    return Int(min((seconds - 1) / 86_400 + 1, Int64(Self.mostDays)))
  }

  private static let mostDays = 1_000_000

  /// What an attempt loses.
  struct Penalty {
    /// What is taken off, what the attempt has got at most.
    var points: Points
    /// The days that it takes from the bank.
    var bankDays: Int
    /// Why, to follow a number of points: "2 started days late: 1 point less".
    var explanation: String?
  }

  /// What an attempt loses that is so many days late.
  func penalty(points: Points, maximum: Points, days: Int, bankLeft: Int) -> Penalty {
    guard days > 0 else { return Penalty(points: .zero, bankDays: 0) }
    let late = "\(Self.counted(days, "started day")) late"
    if let lastDay, days > lastDay {
      return Penalty(
        points: points, bankDays: 0,
        explanation: "\(late), and after \(Self.counted(lastDay, "day")) nothing counts")
    }
    switch rule {
    case .none: return Penalty(points: .zero, bankDays: 0, explanation: nil)
    case .constant(let loss): return taking(loss, from: points, late)
    case .perDay(let share, let base):
      let whole = base == .maximum ? maximum : points
      return taking(share.times(days).of(whole), from: points, late)
    case .bank(_, let beyond):
      // Nothing is gained by spending days on an attempt without points.
      guard points > .zero else { return Penalty(points: .zero, bankDays: 0) }
      let covered = min(days, max(bankLeft, 0))
      let fromBank = "\(covered) of \(Self.counted(max(bankLeft, 0), "late day")) left"
      if covered == days {
        return Penalty(points: .zero, bankDays: covered, explanation: "\(late), \(fromBank) used")
      }
      guard let beyond else {
        return Penalty(
          points: points, bankDays: 0,
          explanation: "\(late), with \(Self.counted(max(bankLeft, 0), "late day")) left")
      }
      var penalty = taking(
        beyond.times(days - covered).of(maximum), from: points,
        covered > 0 ? "\(late), \(fromBank) used" : late)
      penalty.bankDays = covered
      return penalty
    }
  }

  private func taking(_ loss: Points, from points: Points, _ why: String) -> Penalty {
    let loss = min(loss, points)
    let unit = loss == Points(whole: 1) ? "point" : "points"
    return Penalty(points: loss, bankDays: 0, explanation: "\(why): \(loss.text) \(unit) less")
  }

  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

/// Policies as they are written in a command.
extension LatePolicy {
  /// Reads what ``text`` writes: `10% a day, grace 15 minutes, at most 3 days`.
  ///
  /// The first part is `none`, `2 points`, `10% a day`, `10% of the score a day`, `bank 4 days` or
  /// `bank 4 days then 10% a day`.
  public init?(_ text: String) {
    var rule: Rule?
    var grace: Int?
    var last: Int?
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: " ").map(String.init)
      switch words.count {
      case 3 where words[0] == "grace" && ["minute", "minutes"].contains(words[2]):
        guard grace == nil, let minutes = Self.number(words[1]) else { return nil }
        grace = minutes
      case 4 where words[0] == "at" && words[1] == "most" && ["day", "days"].contains(words[3]):
        guard last == nil, let days = Self.number(words[2]) else { return nil }
        last = days
      default:
        guard rule == nil, let read = Self.rule(words) else { return nil }
        rule = read
      }
    }
    guard let rule else { return nil }
    self.init(rule, graceMinutes: grace ?? 0, lastDay: last)
  }

  private static func number(_ word: String) -> Int? {
    Decimal.read(word, decimals: 0).flatMap { $0 <= 1_000_000 ? Int($0) : nil }
  }

  private static func rule(_ words: [String]) -> Rule? {
    if words == ["none"] { return Rule.none }
    if words.count == 2, ["point", "points"].contains(words[1]) {
      return Decimal.read(words[0], decimals: 3).map { .constant(Points(millipoints: $0)) }
    }
    if let share = words.first.flatMap({ Percentage($0) }) {
      switch Array(words.dropFirst()) {
      case ["a", "day"]: return .perDay(share, of: .maximum)
      case ["of", "the", "score", "a", "day"]: return .perDay(share, of: .score)
      default: return nil
      }
    }
    guard words.count >= 3, words[0] == "bank", ["day", "days"].contains(words[2]),
      let days = number(words[1])
    else { return nil }
    if words.count == 3 { return .bank(days: days, beyond: nil) }
    guard words.count == 7, words[3] == "then", words[5] == "a", words[6] == "day",
      let beyond = Percentage(words[4])
    else { return nil }
    return .bank(days: days, beyond: beyond)
  }

  /// The policy as it is written in a command.
  public var text: String {
    var parts: [String] = []
    switch rule {
    case .none: parts.append("none")
    case .constant(let points):
      parts.append("\(points.text) \(points == Points(whole: 1) ? "point" : "points")")
    case .perDay(let share, .maximum): parts.append("\(share.text) a day")
    case .perDay(let share, .score): parts.append("\(share.text) of the score a day")
    case .bank(let days, let beyond):
      parts.append("bank \(Self.counted(days, "day"))")
      if let beyond { parts[0] += " then \(beyond.text) a day" }
    }
    if graceMinutes > 0 { parts.append("grace \(Self.counted(graceMinutes, "minute"))") }
    if let lastDay { parts.append("at most \(Self.counted(lastDay, "day"))") }
    return parts.joined(separator: ", ")
  }
}
