import SourceText
import TestSupport
import Testing
import WalkSemantics

@Suite struct CorpusTests {
  /// The page with the comments that its scripts deserve.
  ///
  /// Comments of an earlier run are taken out; then each section's fences are checked together, and
  /// each diagnostic becomes a comment above its line: severity, first and last column, code, words.
  private func annotated(_ page: String) -> (text: String, errorCount: Int) {
    var out = ""
    var errorCount = 0
    var section: [Substring] = []
    func finish() {
      let (text, count) = annotatedSection(section)
      out += text
      errorCount += count
      section = []
    }
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") { finish() }
      section.append(line)
    }
    finish()
    return (String(out.dropLast()), errorCount)
  }

  private func annotatedSection(_ lines: [Substring]) -> (String, Int) {
    let isComment: (Substring) -> Bool = { line in
      let text = line.drop { $0 == " " }
      return ["# error:", "# warning:", "# note:"].contains { text.hasPrefix($0) }
    }
    let plain = lines.filter { !isComment($0) }
    let checked = check(walkFences(in: plain.joined(separator: "\n")))
    var comments: [Int: [Int: [String]]] = [:]
    for diagnostic in checked.diagnostics {
      guard let range = diagnostic.primary?.range, let file = checked.sources[range.file] else {
        continue
      }
      let start = file.position(at: range.lower)
      let end = file.position(at: max(range.lower, range.upper - 1))
      let last = end.line == start.line ? "\(end.column)" : "\(end.column) of line \(end.line)"
      let fixes = diagnostic.fixIts.map { "; \($0.message)" }.joined()
      comments[Int(range.file.rawValue), default: [:]][start.line, default: []].append(
        "# \(diagnostic.severity.rawValue): \(start.column)-\(last) \(diagnostic.code) "
          + "\(diagnostic.message)\(fixes)")
    }
    var out = ""
    var fence = -1
    var lineInFence: Int?
    for line in plain {
      if line.hasPrefix("```") {
        if lineInFence != nil {
          lineInFence = nil
        } else if line.hasPrefix("```walk") {
          fence += 1
          lineInFence = 0
        }
      } else if let number = lineInFence {
        lineInFence = number + 1
        let indentation = line.prefix { $0 == " " }
        for comment in comments[fence]?[number + 1] ?? [] { out += indentation + comment + "\n" }
      }
      out += line + "\n"
    }
    return (out, checked.diagnostics.count { $0.severity == .error })
  }

  @Test(arguments: [("programs.md", 50), ("world.md", 60), ("claims.md", 50)])
  func `the checker says what the page says`(_ page: (name: String, atLeast: Int)) throws {
    let path = "WalkSemantics/\(page.name)"
    let (text, errorCount) = annotated(try Fixtures.text(path))
    try expectGolden(text, path)
    #expect(errorCount >= page.atLeast)
  }
}
