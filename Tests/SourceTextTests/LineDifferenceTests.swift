import SourceText
import TestSupport
import Testing

@Suite struct `The difference of two texts` {
  private func unified(_ old: String, _ new: String) -> String {
    LineDifference.unified(
      from: Array(old.utf8), to: Array(new.utf8), oldName: "a", newName: "b")
  }

  @Test func `is written as diff -u writes it`() {
    #expect(unified("a\nb\n", "a\nb\n") == "")
    #expect(
      unified("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n")
        == "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n")
    #expect(unified("", "a\n") == "--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n")
    #expect(unified("a\n", "") == "--- a\n+++ b\n@@ -1 +0,0 @@\n-a\n")
    #expect(
      unified("a", "a\n")
        == "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")
  }

  @Test func `shows changes that are near to each other together`() {
    let old = (1...30).map { "\($0)\n" }
    var new = old
    new[4] = "x\n"
    new[11] = "y\n"
    new.remove(at: 25)
    let text = unified(old.joined(), new.joined())
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("@@") }.count == 2)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `makes one of the other`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func text() -> [UInt8] {
      (0..<Int.random(in: 0...200, using: &random)).flatMap { _ in
        [UInt8.random(in: 0x61...0x66, using: &random), 0x0A]
      }
    }
    let (old, new) = (LineDifference.lines(of: text()), LineDifference.lines(of: text()))
    var made: [ArraySlice<UInt8>] = []
    var copied = 0
    for change in LineDifference.changes(from: old, to: new) {
      made += old[copied..<change.old.lowerBound]
      made += new[change.new]
      copied = change.old.upperBound
    }
    #expect(made + old[copied...] == new, "seed \(seed)")
    // A text without any line of the other: no end of looking.
    let other = [ArraySlice<UInt8>](repeating: [0x7A], count: 500)
    #expect(LineDifference.changes(from: old + new, to: other).count <= 1)
  }
}
