/// Statistics as text for a terminal.
extension TaskStatistics {
  /// Lines of ASCII layout, 100 columns wide as a rule, with a line break at the end.
  ///
  /// - Parameter misconceptionCount: How many mistakes are listed at most.
  public func text(misconceptionCount: Int = 10) -> String {
    var lines = [heading]
    if lessonCount > 1 {
      lines.append("These are results of \(lessonCount) versions of the lesson.")
    }
    if gradedCount > 0 {
      lines.append(
        "points: mean \(mean.text), median \(median.text), lowest \(lowest.text), "
          + "highest \(highest.text), of \(maximum.text)")
      lines += histogram
      lines += table
      lines += remarks
      lines += mistakes(misconceptionCount)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: String {
    var parts = ["\(gradedCount) graded"]
    let broken = notGradable.reduce(0) { $0 + $1.count }
    if broken > 0 {
      let reasons = notGradable.map { "\($0.count) \($0.reason?.rawValue ?? "without a reason")" }
      parts.append("\(broken) not gradable (\(reasons.joined(separator: ", ")))")
    }
    if faultCount > 0 { parts.append(LatePolicy.counted(faultCount, "fault") + " of the grader") }
    return "\(SeenResult.name(task, or: "task")): \(parts.joined(separator: ", "))"
  }

  private var histogram: [String] {
    guard let most = distribution.max(), most > 0 else { return [] }
    let width = 50
    return [""]
      + distribution.enumerated().map { index, count in
        let label = index == 10 ? "100%" : "\(index * 10)-\(index * 10 + 9)%"
        // Rounded up, so that nobody is without a mark.
        let marks = (count * width + most - 1) / most
        let bar = String(repeating: "#", count: marks)
        let line = "\(Self.left(label, 7)) \(Self.right(bar, width)) \(Self.left("\(count)", 6))"
        return line
      }
  }

  private var table: [String] {
    let width = min(max(checks.map { Self.width(title($0)) }.max() ?? 0, 12), 40)
    let header =
      "\(Self.right("check", width + 4))  passed  partly  failed  not run  difficulty  discrimination"
    return ["", header]
      + checks.map { check in
        let title = Self.right(Self.shortened(title(check), width), width)
        return [
          "\(Self.left("\(check.number)", 3)) \(title)", Self.left("\(check.passedCount)", 6),
          Self.left("\(check.partialCount)", 6), Self.left("\(check.failedCount)", 6),
          Self.left("\(check.notRunCount)", 7),
          Self.left(Self.decimal(check.difficulty), 10),
          Self.left(Self.decimal(check.discrimination), 14),
        ].joined(separator: "  ")
      }
  }

  /// What an author should look at.
  private var remarks: [String] {
    var lines: [String] = []
    let certain = checks.filter(\.neverFails)
    if !certain.isEmpty {
      let names = certain.map { "\($0.number)" }.joined(separator: ", ")
      lines.append("Nobody failed \(certain.count == 1 ? "check" : "checks") \(names).")
    }
    let odd = checks.filter { ($0.discrimination ?? 0) < 0 }
    if !odd.isEmpty {
      let names = odd.map { "\($0.number)" }.joined(separator: ", ")
      lines.append(
        "Who does well otherwise does worse in \(odd.count == 1 ? "check" : "checks") \(names).")
    }
    return lines.isEmpty ? [] : [""] + lines
  }

  private func mistakes(_ most: Int) -> [String] {
    guard !misconceptions.isEmpty, most > 0 else { return [] }
    var lines = ["", "most frequent mistakes"]
    for mistake in misconceptions.prefix(most) {
      let place = mistake.anchorKind.isEmpty ? "" : " (at \(mistake.anchorKind))"
      lines.append(
        "\(Self.left("\(mistake.count)", 6))  check \(mistake.check): \(PlainText.line(mistake.seen))\(place)"
      )
      let examples = mistake.examples.map { PlainText.cut(PlainText.line($0), toBytes: 60) }
      lines.append("        such as \(examples.joined(separator: ", "))")
    }
    let rest =
      misconceptions.dropFirst(most).reduce(0) { $0 + $1.count } + otherFailureCount
    if rest > 0 { lines.append("\(Self.left("\(rest)", 6))  in other ways") }
    return lines
  }

  private func title(_ check: Check) -> String {
    SeenResult.name(check.title, or: "Check \(check.number)")
  }

  /// `0.417`, `-0.050`, `-` for nothing.
  static func decimal(_ thousandths: Int?) -> String {
    guard let thousandths else { return "-" }
    let points = Points(millipoints: Int64(thousandths.magnitude))
    return (thousandths < 0 ? "-" : "") + points.text(decimals: 3)
  }

  private static func width(_ text: String) -> Int { text.unicodeScalars.count }

  private static func shortened(_ text: String, _ most: Int) -> String {
    guard width(text) > most else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(most - 1))) + "…"
  }

  private static func left(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - Self.width(text), 0)) + text
  }

  private static func right(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - Self.width(text), 0))
  }
}
