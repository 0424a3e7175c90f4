import Grades
import SourceText

/// What a student reads back, as text for a terminal or as Markdown.
struct FeedbackText {
  let report: StudentReport
  /// How the page of the run is called; `nil` when there is none.
  var page: String?

  /// Plain text for 80 columns, without anything that a terminal would obey.
  var text: String {
    var out = "\(shown(report.submission.task)): \(total)\n"
    if !report.message.isEmpty { out += wrapped(report.message, "  ") }
    for message in report.messages {
      out += wrapped(
        "\(message.code), line \(message.line), column \(message.column): \(message.text)", "  ")
    }
    for check in report.checks {
      out += "\n\(mark(check)) \(shown(check.title))\(points(check))\n"
      for line in lines(check) { out += wrapped(line, "    ") }
    }
    if report.hiddenCount > 0 { out += "\n\(hidden)\n" }
    return out
  }

  /// Markdown: what is not ours is in code spans, where it means nothing.
  var markdown: String {
    var out = "# \(code(report.submission.task)): \(total)\n"
    if !report.message.isEmpty { out += "\n\(escaped(report.message))\n" }
    if !report.messages.isEmpty { out += "\n" }
    for message in report.messages {
      out +=
        "- \(code(message.code)), line \(message.line), column \(message.column): "
        + "\(escaped(message.text))\n"
    }
    for check in report.checks {
      out += "\n## \(mark(check)) \(escaped(check.title))\(points(check))\n\n"
      for line in lines(check) { out += "- \(escaped(line))\n" }
      if let anchor = check.anchor, let page, check.configuration?.isEmpty != false {
        out += "- [The step](\(page)#run/\(anchor))\n"
      }
    }
    if report.hiddenCount > 0 { out += "\n\(hidden)\n" }
    return out
  }

  // MARK: Parts

  /// The points of all, or what became of it.
  var total: String {
    switch report.status {
    case .graded:
      guard let points = report.points, let maximum = report.maximum else {
        return "graded; the points come later"
      }
      return "\(points.text) of \(maximum.text) points"
    case .notGradable: return "not graded, and no attempt lost"
    case .fault: return "the grader failed; nobody is to blame but Ringwalk"
    }
  }

  private var hidden: String {
    report.hiddenCount == 1
      ? "One more check is not shown." : "\(report.hiddenCount) more checks are not shown."
  }

  private func mark(_ check: StudentReport.Check) -> String {
    switch check.outcome {
    case .passed: "passed:"
    case .partial: "in part:"
    case .failed: "failed:"
    case .notRun: "not run:"
    case nil: "not shown:"
    }
  }

  private func points(_ check: StudentReport.Check) -> String {
    guard let points = check.points, let maximum = check.maximum, maximum > .zero else { return "" }
    return " (\(points.text) of \(maximum.text))"
  }

  private func lines(_ check: StudentReport.Check) -> [String] {
    var lines: [String] = []
    if check.outcome != .notRun, let needed = check.needed, !needed.isEmpty {
      let configuration = check.configuration ?? ""
      lines.append("Needed: \(needed)" + (configuration.isEmpty ? "" : ", with \(configuration)"))
    }
    if let seen = check.seen, !seen.isEmpty {
      lines.append(check.outcome == .passed ? seen : "Seen: \(seen)")
    }
    if check.outcome != .passed {
      for (index, cause) in check.causes.enumerated() {
        lines.append((index == 0 ? "How it came to that: " : "then ") + cause)
      }
    }
    if let hint = check.hint { lines.append("Hint: \(hint)") }
    return lines
  }

  // MARK: Safe text

  private func shown(_ text: String) -> String { DiagnosticRenderer.printable(text) }

  /// Lines of 80 columns behind a margin.
  private func wrapped(_ text: String, _ margin: String) -> String {
    var out = ""
    for paragraph in text.split(separator: "\n") {
      var line = ""
      for word in paragraph.split(separator: " ") {
        let word = shown(String(word))
        if !line.isEmpty, margin.utf8.count + line.utf8.count + word.utf8.count >= 80 {
          out += margin + line + "\n"
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
      }
      if !line.isEmpty { out += margin + line + "\n" }
    }
    return out
  }

  /// A code span that is longer than any run of backquotes in it.
  private func code(_ text: String) -> String {
    let text = shown(text)
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == 0x60 ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let pad = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    return fence + pad + text + pad + fence
  }

  /// Text in which no character means anything to Markdown, but that backquotes make code.
  private func escaped(_ text: String) -> String {
    let parts = shown(text.replacing("\n", with: " ")).split(
      separator: "`", omittingEmptySubsequences: false)
    // Without a partner a backquote is one.
    guard parts.count % 2 == 1 else { return plain(parts.joined(separator: "`")) }
    return parts.enumerated().map { index, part in
      index % 2 == 1 && !part.isEmpty ? code(String(part)) : plain(String(part))
    }.joined()
  }

  private func plain(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if "\\`*_{}[]()<>#+-.!|~&:@".unicodeScalars.contains(scalar), scalar.isASCII { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out
  }
}
