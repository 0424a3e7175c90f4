import TestSupport
import Testing

@testable import Lesson

/// Whether a pattern fits a text, by trying everything.
private struct ReferenceMatcher {
  static func fits(
    _ lines: ArraySlice<TranscriptPattern.Line>, _ text: ArraySlice<[UInt8]>,
    _ words: [String: [UInt8]] = [:]
  ) -> Bool {
    guard let line = lines.first else { return text.isEmpty }
    switch line {
    case .elision:
      return (0...text.count).contains { fits(lines.dropFirst(), text.dropFirst($0), words) }
    case .tokens(let tokens):
      guard let first = text.first else { return false }
      return ways(tokens[...], first, 0, words, isBehindElision: false).contains {
        fits(lines.dropFirst(), text.dropFirst(), $0)
      }
    }
  }

  /// What the holes may stand for when the parts fit a line from a place on.
  private static func ways(
    _ tokens: ArraySlice<TranscriptPattern.Token>, _ line: [UInt8], _ start: Int,
    _ words: [String: [UInt8]], isBehindElision: Bool
  ) -> [[String: [UInt8]]] {
    guard let token = tokens.first else { return start == line.count ? [words] : [] }
    let rest = tokens.dropFirst()
    switch token {
    case .text(let text):
      guard line[start...].starts(with: text) else { return [] }
      return ways(rest, line, start + text.count, words, isBehindElision: false)
    case .elision:
      return (start...line.count).filter { !line[start..<$0].contains(0x1F) }.flatMap {
        ways(rest, line, $0, words, isBehindElision: true)
      }
    case .hole(let name):
      if isBehindElision, start > 0, isLetter(line[start - 1]) { return [] }
      // The longest of all that are words.
      let ends = (start...line.count).filter { isWord(Array(line[start..<$0])) }
      guard let end = ends.last else { return [] }
      let word = Array(line[start..<end])
      guard words[name] == nil || words[name] == word else { return [] }
      return ways(rest, line, end, words.merging([name: word]) { $1 }, isBehindElision: false)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { "0123456789".utf8.contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool {
    isDigit(byte) || "abcdefghijklmnopqrstuvwxyz_".utf8.contains(byte)
  }

  /// A sign before a digit may begin it; points are between digits; all else is letters and digits.
  private static func isWord(_ text: [UInt8]) -> Bool {
    guard !text.isEmpty else { return false }
    return text.indices.allSatisfy { index in
      if isLetter(text[index]) { return true }
      let next = index + 1 < text.count && isDigit(text[index + 1])
      if "+-".utf8.contains(text[index]) { return index == 0 && next }
      return text[index] == 0x2E && index > 0 && isDigit(text[index - 1]) && next
    }
  }
}

@Suite("What an author leaves open")
struct TranscriptPatternTests {
  private static func lines(_ text: String) -> [TranscriptPattern.Line] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      TranscriptPattern.Line(written: Array($0.utf8)[...])
    }
  }

  private static func text(_ text: String) -> [[UInt8]] {
    text.isEmpty
      ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
  }

  private static func outcome(_ pattern: String, _ text: String) -> TranscriptMatcher.Outcome {
    var budget = 100_000
    return TranscriptMatcher(lines(pattern)).match(Self.text(text), budget: &budget)
  }

  private static func fits(_ pattern: String, _ text: String) -> Bool {
    if case .matches = outcome(pattern, text) { true } else { false }
  }

  @Test(arguments: [
    ("hi", "hi", true), ("hi", "ho", false), ("hi  ", "hi", true), (" hi", "hi", false),
    ("hi", "hi\nho", false), ("", "", false), ("...", "", true), ("...", "a\nb", true),
    ("  ...  ", "a\nb", true), ("a\n...", "a", true), ("a\n...\nc", "a\nb\nb\nc", true),
    ("a\n...\nc", "a\nb\nb\nd", false), ("...\n...", "a", true), ("... b", "a b", true),
    ("a ...", "a ", true), ("a... c", "a b\n c", false), ("a......b", "ab", true),
    ("fd {n}", "fd 3", true), ("fd {n}", "fd -3", true), ("fd {n}", "fd ", false),
    ("fd {n}", "fd 3 4", false), ("fd{n}.", "fd1.5ms.", true), ("{a} {b}", "x y", true),
    ("{a}-{b}", "08-0f", true), ("{a} {a}", "x y", false), ("{a} {a}", "x x", true),
    ("{a}\n...\n{a}", "x\ny\nx", true), ("...{a}", "abc", true), ("...\n{a}\n{a}", "1\n2\n2", true),
    ("{a}", "a b", false), ("{a}", "größe", true), ("{}", "{}", true), ("{1}", "{1}", true),
    ("{a b}", "{a b}", true),
  ])
  func `elisions and holes stand for what they should`(
    _ pattern: String, _ text: String, _ fits: Bool
  ) {
    #expect(Self.fits(pattern, text) == fits)
  }

  @Test func `a hole has the word that the run gave`() {
    #expect(
      Self.outcome("open {fd} {name}\n...\nclose {fd}", "open 3 foo\nread\nclose 3")
        == .matches(["fd": Array("3".utf8), "name": Array("foo".utf8)]))
  }

  @Test(arguments: [
    ("\\...", "..."), ("a \\... b", "a ... b"), ("\\{fd}", "{fd}"), ("\\\\\\...", "\\..."),
    ("C:\\dir\\x", "C:\\dir\\x"), ("\\```", "```"), ("  \\~~~~", "  ~~~~"),
    ("\\...\\...", "......"),
    ("\\....", "...."), ("a```", "a```"), ("\\\\\\```", "\\```"),
  ])
  func `what a program prints can be written, whatever it is`(_ written: String, _ text: String) {
    #expect(
      TranscriptPattern.Line(written: Array(written.utf8)[...]) == .init(literal: Array(text.utf8)))
    #expect(
      String(decoding: TranscriptPattern.Line(literal: Array(text.utf8)).written, as: UTF8.self)
        == written)
    #expect(!Self.fits(written, text + "x"))
  }

  @Test func `backslashes before something open are halved`() {
    #expect(Self.fits("a\\\\...", "a\\b"))
    #expect(Self.fits("a\\\\{n}", "a\\7"))
    #expect(!Self.fits("a\\\\...", "ab"))
  }

  /// A line of a few letters, in which much is the same.
  private static func line(_ random: inout SeededGenerator) -> String {
    let pieces = ["a", "b", "a", " ", "0", ".", "-1", "\\", "{", "}", "_", "{a}", "..."]
    return (0..<Int.random(in: 0...5, using: &random)).map { _ in
      pieces.randomElement(using: &random) ?? ""
    }.joined()
  }

  /// A text, and a pattern that was one of a text that is not far from it.
  private static func pair(
    _ random: inout SeededGenerator
  ) -> (pattern: [TranscriptPattern.Line], text: [[UInt8]]) {
    let count = Int.random(in: 0...4, using: &random)
    let text = (0..<count).map { _ in TranscriptPattern.trimmedEnd(Array(line(&random).utf8)[...]) }
      .map { Array($0) }
    var pattern: [TranscriptPattern.Line] = []
    for line in text {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: pattern.append(.elision)
      case 1: pattern += [.elision, TranscriptPattern.Line(literal: line)]
      case 2: continue
      case 3...5:
        // Some of it is left open.
        var tokens: [TranscriptPattern.Token] = []
        for byte in line {
          switch Int.random(in: 0..<6, using: &random) {
          case 0: tokens.append(.elision)
          case 1: tokens.append(.hole(["x", "y"].randomElement(using: &random) ?? ""))
          default:
            if case .text(let text)? = tokens.last {
              tokens[tokens.count - 1] = .text(text + [byte])
            } else {
              tokens.append(.text([byte]))
            }
          }
        }
        pattern.append(.tokens(tokens))
      default: pattern.append(TranscriptPattern.Line(literal: line))
      }
    }
    return (pattern, text)
  }

  @Test func `the matcher says what trying everything says`() {
    var random = SeededGenerator(seed: 2_026)
    var fitting = 0
    for _ in 0..<20_000 {
      let (pattern, text) = Self.pair(&random)
      var budget = 1_000_000
      let outcome = TranscriptMatcher(pattern).match(text, budget: &budget)
      let fits = ReferenceMatcher.fits(pattern[...], text[...])
      if fits { fitting += 1 }
      switch outcome {
      case .matches: #expect(fits, "\(pattern) \(text)")
      case .differs: #expect(!fits, "\(pattern) \(text)")
      case .tooManyWays: Issue.record("\(pattern) \(text)")
      }
    }
    #expect(fitting > 2_000 && fitting < 18_000)
  }

  @Test func `what is written is read as what it was`() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<20_000 {
      let text = TranscriptPattern.trimmedEnd(Array(Self.line(&random).utf8)[...])
      let line = TranscriptPattern.Line(literal: Array(text))
      #expect(TranscriptPattern.Line(written: line.written[...]) == line, "\(line)")
    }
  }

  @Test(arguments: [50, 100, 200])
  func `many elisions take no longer than pattern and text multiplied`(_ count: Int) {
    let pattern = Self.lines(
      Array(repeating: "...", count: count).joined(separator: "\na\n") + "\nb\n"
        + Array(repeating: "...", count: count).joined(separator: "a") + "b")
    let text = Self.text(
      Array(repeating: "a", count: 4 * count).joined(separator: "\n") + "\nb\n"
        + String(repeating: "a", count: 4 * count))
    let allowed = 20 * count * 4 * count
    var budget = allowed
    #expect(TranscriptMatcher(pattern).match(text, budget: &budget) == .differs)
    #expect(budget > 0)
  }

  @Test func `holes that could be filled in too many ways are given up`() {
    let names = (0..<12).map { "{n\($0)}" }
    let pattern = Self.lines((names + names.reversed()).joined(separator: "\n...\n") + "\nno")
    let text = Self.text((0..<400).map { "w\($0 % 20)" }.joined(separator: "\n"))
    var budget = 300_000
    #expect(TranscriptMatcher(pattern).match(text, budget: &budget) == .tooManyWays)
  }

  // MARK: Mending

  private static func mended(_ pattern: String, _ text: String) -> String {
    let lines = pattern.isEmpty ? [] : lines(pattern)
    var budget = 1_000_000
    let alignment = TranscriptAlignment(lines, Self.text(text), budget: &budget)
    return alignment.result(of: lines).map { String(decoding: $0.written, as: UTF8.self) }
      .joined(separator: "\n")
  }

  @Test(arguments: [
    ("", "a\nb", "a\nb"), ("a\nb", "a\nc", "a\nc"), ("a\n...\nb", "a\nx\ny\nc", "a\n...\nc"),
    ("a\n...\nlast line", "a\nx\nLast line", "a\n...\nLast line"),
    ("a\n...\ngone\nb", "a\nx\ny\nb", "a\n...\nb"), ("...", "", "..."),
    ("read {n} bytes", "wrote 5 bytes", "wrote {n} bytes"),
    ("pid ... says hi", "pid 12 says hello", "pid ... says hello"),
    ("open {fd}\nclose {fd}", "open 3\nclose 4", "open {fd}\nclose 4"),
    (
      "open {fd}\nread {fd}\nclose {fd}", "open 3\nwrite 3\nclose 3",
      "open {fd}\nwrite {fd}\nclose {fd}"
    ),
    ("fd{n} old", "fd7 new", "fd{n} new"), ("a", "...\n{x}", "\\...\n\\{x}"),
    ("a\nb\nc", "a\nc", "a\nc"), ("x ...\n...\nend", "y\nend", "...\nend"),
  ])
  func `what does not fit is changed as little as can be`(
    _ pattern: String, _ text: String, _ mended: String
  ) {
    #expect(Self.mended(pattern, text) == mended)
  }

  @Test func `a mended pattern fits, has all its elisions of lines, and is not mended again`() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<10_000 {
      let (pattern, _) = Self.pair(&random)
      let (_, text) = Self.pair(&random)
      var budget = 1_000_000
      let alignment = TranscriptAlignment(pattern, text, budget: &budget)
      let written = alignment.result(of: pattern).map {
        TranscriptPattern.Line(written: $0.written[...])
      }
      guard case .matches = TranscriptMatcher(written).match(text, budget: &budget) else {
        Issue.record("\(pattern) \(text) \(written)")
        continue
      }
      let elisions = { (lines: [TranscriptPattern.Line]) in lines.count { $0 == .elision } }
      #expect(elisions(written) >= elisions(pattern))
      let again = TranscriptAlignment(written, text, budget: &budget)
      #expect(again.result(of: written) == written, "\(pattern) \(text)")
    }
  }

  @Test func `within a line that stays, elisions stay`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<5_000 {
      let words = (0..<6).map { _ in ["ab", "cd", "7", "x."].randomElement(using: &random) ?? "" }
      var other = words
      other[Int.random(in: 0..<6, using: &random)] = "new"
      var pattern = words
      let place = Int.random(in: 0..<6, using: &random)
      pattern[place] = "..."
      let mended = Self.mended(pattern.joined(separator: " "), other.joined(separator: " "))
      #expect(mended.contains("..."), "\(pattern) \(other) \(mended)")
    }
  }

  @Test func `too many lines are not compared line by line`() {
    let lines = (0..<1_500).map { TranscriptPattern.Line(literal: Array("p\($0)".utf8)) }
    let text = (0..<1_500).map { Array("t\($0)".utf8) }
    var budget = 10_000_000
    #expect(TranscriptAlignment(lines, text, budget: &budget).steps == nil)
  }
}
