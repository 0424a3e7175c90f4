import TestSupport
import Testing

@testable import Handout

@Suite("Chapters of a long run")
struct ChapterTests {
  @Test func `a run that is not long is told in one piece`() {
    let steps = Array(0..<Chapters.pieceLimit)
    #expect(Chapters(steps) { _ in true }.ranges.isEmpty)
    #expect(Chapters([]) { _ in true }.ranges.isEmpty)
  }

  @Test(arguments: 0..<100)
  func `chapters are all steps in order, and none is short or endless`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let rarity = Int.random(in: 1...2_000, using: &random)
    let count = Int.random(in: Chapters.pieceLimit + 1...9_000, using: &random)
    var next = 0
    let steps = (0..<count).map { _ in
      next += Int.random(in: 1...3, using: &random)
      return next
    }
    let overview = Set(steps.filter { _ in Int.random(in: 0..<rarity, using: &random) == 0 })
    let ranges = Chapters(steps, isOverview: overview.contains).ranges
    #expect(ranges.flatMap { $0 } == Array(steps.indices))
    for (place, range) in ranges.enumerated() {
      #expect(range.count >= Chapters.least)
      let isLast = place == ranges.count - 1
      #expect(range.count < Chapters.most + (isLast ? Chapters.least : 1))
      // It begins with a step of the overview where the chapter before could wait for one.
      let before = place == 0 ? 0 : ranges[place - 1].count
      if place > 0, before < Chapters.most {
        #expect(overview.contains(steps[range.lowerBound]))
      }
    }
  }
}
