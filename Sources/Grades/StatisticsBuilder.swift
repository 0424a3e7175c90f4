/// Takes results one by one and keeps only sums of them.
///
/// What it keeps grows with the number of different points and mistakes, not with that of results.
public struct StatisticsBuilder: Sendable {
  /// As many kinds of mistakes of a task are told apart.
  static let mostMisconceptions = 10_000

  private var tasks: [ByteKey: Sums] = [:]

  /// Begins without results.
  public init() {}

  /// Counts a result.
  public mutating func add(_ result: GradeResult) {
    tasks[ByteKey(result.submission.task), default: Sums()].add(result)
  }

  /// The statistics of each task, ordered by the bytes of the tasks' names.
  public func statistics() -> [TaskStatistics] {
    tasks.sorted { $0.key < $1.key }.map { $0.value.statistics(of: $0.key.text) }
  }

  /// The sums of a task.
  fileprivate struct Sums: Sendable {
    var reasons: [String: Int] = [:]
    var faultCount = 0
    var lessons: Set<ByteKey> = []
    /// How often each number of millipoints came.
    var points: [Int64: Int] = [:]
    var maximum = Points.zero
    var distribution = [Int](repeating: 0, count: 11)
    var checks: [Int: CheckSums] = [:]
    var misconceptions: [MisconceptionKey: MisconceptionSums] = [:]
    var otherFailureCount = 0
  }

  /// The sums of a check. Whole numbers, so that the order of results makes no difference.
  fileprivate struct CheckSums: Sendable {
    var title: ByteKey
    var count = 0
    var outcomes: [CheckResult.Outcome: Int] = [:]
    var maximumSum: Int128 = 0
    /// Sums of the check's points, of those of all others, of their squares and of their products.
    var own: Int128 = 0
    var others: Int128 = 0
    var ownSquared: Int128 = 0
    var othersSquared: Int128 = 0
    var product: Int128 = 0
  }

  fileprivate struct MisconceptionKey: Hashable, Sendable {
    var check: Int
    var seen: ByteKey
    var anchorKind: ByteKey
  }

  fileprivate struct MisconceptionSums: Sendable {
    var count = 0
    var examples: [ByteKey] = []
  }
}

extension StatisticsBuilder.Sums {
  mutating func add(_ result: GradeResult) {
    switch result.status {
    case .notGradable: reasons[result.reason?.rawValue ?? "", default: 0] += 1
    case .fault: faultCount += 1
    case .graded:
      if lessons.count < 1_000 { lessons.insert(ByteKey(result.lessonDigest)) }
      points[result.points.millipoints, default: 0] += 1
      maximum = max(maximum, result.maximum)
      if result.maximum > .zero {
        let part = min(result.points, result.maximum).millipoints * 10
        distribution[Int(part / result.maximum.millipoints)] += 1
      }
      let total = result.checks.reduce(Int128(0)) { $0 + Int128($1.points.millipoints) }
      for check in result.checks { add(check, total: total, result.submission.id) }
    }
  }

  private mutating func add(_ check: CheckResult, total: Int128, _ id: String) {
    let title = ByteKey(check.title)
    var sums = checks[check.number] ?? StatisticsBuilder.CheckSums(title: title)
    // With two versions of a title one of them is taken, whichever came first.
    sums.title = min(sums.title, title)
    sums.count += 1
    sums.outcomes[check.outcome, default: 0] += 1
    sums.maximumSum += Int128(check.maximum.millipoints)
    let own = Int128(check.points.millipoints)
    let others = total - own
    sums.own += own
    sums.others += others
    sums.ownSquared += own * own
    sums.othersSquared += others * others
    sums.product += own * others
    checks[check.number] = sums
    guard check.outcome == .failed || check.outcome == .partial else { return }
    let key = StatisticsBuilder.MisconceptionKey(
      check: check.number, seen: ByteKey(Self.normalised(check)),
      anchorKind: ByteKey(Self.kind(ofAnchor: check.anchor ?? "")))
    guard misconceptions[key] != nil || misconceptions.count < StatisticsBuilder.mostMisconceptions
    else {
      otherFailureCount += 1
      return
    }
    misconceptions[key, default: StatisticsBuilder.MisconceptionSums()].add(ByteKey(id))
  }

  /// What was seen, or else why the check failed, on one line.
  private static func normalised(_ check: CheckResult) -> String {
    let seen = PlainText.line(check.seen)
    return PlainText.cut(
      StatisticsBuilder.withoutNumbers(seen.isEmpty ? check.reason.text : seen), toBytes: 300)
  }

  /// `reader-sleeps` of `reader-sleeps-2`.
  private static func kind(ofAnchor anchor: String) -> String {
    let anchor = PlainText.cut(PlainText.line(anchor), toBytes: 100)
    guard let dash = anchor.lastIndex(of: "-"), dash > anchor.startIndex else { return anchor }
    let rest = anchor[dash...].utf8.dropFirst()
    return !rest.isEmpty && rest.allSatisfy { (0x30...0x39).contains($0) }
      ? String(anchor[..<dash]) : anchor
  }

  func statistics(of task: String) -> TaskStatistics {
    var statistics = TaskStatistics(task: task)
    statistics.notGradable = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      TaskStatistics.ReasonCount(reason: GradeResult.Reason(rawValue: $0.key), count: $0.value)
    }
    statistics.faultCount = faultCount
    statistics.lessonCount = lessons.count
    statistics.maximum = maximum
    statistics.distribution = distribution
    let sorted = points.sorted { $0.key < $1.key }
    let count = sorted.reduce(0) { $0 + $1.value }
    statistics.gradedCount = count
    if let first = sorted.first, let last = sorted.last {
      statistics.lowest = Points(millipoints: first.key)
      statistics.highest = Points(millipoints: last.key)
      let sum = sorted.reduce(Int128(0)) { $0 + Int128($1.key) * Int128($1.value) }
      statistics.mean = Self.quotient(sum, Int128(count))
      let middle = Self.value(at: (count - 1) / 2, of: sorted)
      statistics.median = Self.quotient(
        Int128(middle) + Int128(Self.value(at: count / 2, of: sorted)), 2)
    }
    statistics.checks = checks.sorted { $0.key < $1.key }.map { $0.value.statistics(of: $0.key) }
    statistics.misconceptions = misconceptions.map { key, sums in
      TaskStatistics.Misconception(
        check: key.check, title: checks[key.check]?.title.text ?? "", seen: key.seen.text,
        anchorKind: key.anchorKind.text, count: sums.count, examples: sums.examples.map(\.text))
    }
    .sorted { left, right in
      if left.count != right.count { return left.count > right.count }
      if left.check != right.check { return left.check < right.check }
      let (seen, other) = (ByteKey(left.seen), ByteKey(right.seen))
      return seen == other
        ? ByteKey(left.anchorKind) < ByteKey(right.anchorKind) : seen < other
    }
    statistics.otherFailureCount = otherFailureCount
    return statistics
  }

  /// Rounded to the nearest thousandth, halves up.
  private static func quotient(_ sum: Int128, _ count: Int128) -> Points {
    Points(millipoints: Int64(clamping: (sum + count / 2) / count))
  }

  private static func value(at index: Int, of sorted: [(key: Int64, value: Int)]) -> Int64 {
    var seen = 0
    for (value, count) in sorted {
      seen += count
      if index < seen { return value }
    }
    return 0
  }
}

extension StatisticsBuilder.CheckSums {
  func statistics(of number: Int) -> TaskStatistics.Check {
    TaskStatistics.Check(
      number: number, title: title.text, count: count, passedCount: outcomes[.passed, default: 0],
      partialCount: outcomes[.partial, default: 0], failedCount: outcomes[.failed, default: 0],
      notRunCount: outcomes[.notRun, default: 0],
      difficulty: maximumSum > 0
        ? Int(clamping: (own * 1_000 + maximumSum / 2) / maximumSum) : nil,
      discrimination: discrimination)
  }

  /// Pearson's correlation. All up to the last step is whole; roots are exact to the last bit on every
  /// machine, so the thousandths are the same everywhere.
  private var discrimination: Int? {
    func spread(_ sumOfProducts: Int128, _ left: Int128, _ right: Int128) -> Int128? {
      let (scaled, isTooLarge) = sumOfProducts.multipliedReportingOverflow(by: Int128(count))
      let (product, overflows) = left.multipliedReportingOverflow(by: right)
      let (difference, underflows) = scaled.subtractingReportingOverflow(product)
      return isTooLarge || overflows || underflows ? nil : difference
    }
    guard let own = spread(ownSquared, own, own), own > 0,
      let others = spread(othersSquared, others, others), others > 0,
      let both = spread(product, self.own, self.others)
    else { return nil }
    let correlation =
      Double(both) / (Double(own).squareRoot() * Double(others).squareRoot())
    return Int((min(max(correlation, -1), 1) * 1_000).rounded())
  }
}

extension StatisticsBuilder.MisconceptionSums {
  mutating func add(_ id: ByteKey) {
    count += 1
    guard examples.count < 3 || id < examples[2], !examples.contains(id) else { return }
    examples.append(id)
    examples.sort()
    if examples.count > 3 { examples.removeLast() }
  }
}

extension StatisticsBuilder {
  /// A text with `N` for each number; digits within words, as in `arm64`, are no numbers.
  static func withoutNumbers(_ text: String) -> String {
    var kept: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    func isHexadecimal(_ byte: UInt8?) -> Bool {
      guard let byte else { return false }
      return isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
    func isWord(_ byte: UInt8?) -> Bool {
      guard let byte else { return false }
      return isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
        || (0x61...0x7A).contains(byte | 0x20)
    }
    while let byte = bytes.first {
      guard isDigit(byte), !isWord(kept.last) else {
        kept.append(byte)
        bytes.removeFirst()
        continue
      }
      if byte == 0x30, bytes.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "x"),
        isHexadecimal(bytes.dropFirst(2).first)
      {
        bytes = bytes.dropFirst(2).drop(while: isHexadecimal)
      } else {
        bytes = bytes.drop(while: isDigit)
        if bytes.first == UInt8(ascii: "."), isDigit(bytes.dropFirst().first) {
          bytes = bytes.dropFirst().drop(while: isDigit)
        }
      }
      kept.append(UInt8(ascii: "N"))
      // A unit or the rest of a word is kept as it is.
      while let next = bytes.first, isWord(next) {
        kept.append(next)
        bytes.removeFirst()
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
