import Foundation
import Grades
import TestSupport
import Testing

@Suite("Results of shards put together")
struct ResultMergeTests {
  private static func result(_ id: String, _ points: Int64 = 1) -> GradeResult {
    GradeResult(
      submission: SubmissionKey(id: id, student: id, task: "t"), status: .graded,
      points: Points(whole: points), maximum: Points(whole: 10))
  }

  private static func merge(_ results: [GradeResult]) -> ResultMerge {
    var merge = ResultMerge()
    for result in results { merge.add(result) }
    return merge
  }

  /// What can be seen of one.
  private static func view(_ merge: ResultMerge) -> [[[UInt8]]] {
    [merge.lines] + merge.contradictions.map { [Array($0.id.utf8)] + $0.lines }
  }

  private static func sum(_ left: ResultMerge, _ right: ResultMerge) -> [[[UInt8]]] {
    var sum = left
    sum.add(right)
    return view(sum)
  }

  @Test func `lines come in the order of the bytes of ids`() {
    let merge = Self.merge(["b", "é", "a", "e\u{301}", "B", "10", "9"].map { Self.result($0) })
    let ids = merge.lines.compactMap { line in
      try? JSONDecoder().decode(GradeResult.self, from: Data(line)).submission.id
    }
    #expect(
      ids.map { Array($0.utf8) }
        == ["10", "9", "B", "a", "b", "e\u{301}", "é"].map { Array($0.utf8) })
    #expect(merge.contradictions.isEmpty)
  }

  @Test func `the same result twice is one, and another one for the same id is an alarm`() {
    let merge = Self.merge([
      Self.result("a"), Self.result("b"), Self.result("a"), Self.result("b", 2),
    ])
    #expect(merge.lines.count == 3)
    #expect(merge.contradictions.map(\.id) == ["b"])
    #expect(merge.contradictions.map(\.lines.count) == [2])
  }

  /// Random shards, with duplicates and contradictions among them.
  @Test(arguments: 0..<60)
  func `merging is associative, commutative and idempotent`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let names = ["a", "b", "é", "e\u{301}", "", "\n", "z"]
    func shard() -> [GradeResult] {
      (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Self.result(
          names.randomElement(using: &random) ?? "", Int64.random(in: 0...1, using: &random))
      }
    }
    let shards = [shard(), shard(), shard()]
    let (a, b, c) = (Self.merge(shards[0]), Self.merge(shards[1]), Self.merge(shards[2]))
    var (ab, bc) = (a, b)
    ab.add(b)
    bc.add(c)
    #expect(Self.sum(ab, c) == Self.sum(a, bc))
    #expect(Self.sum(a, b) == Self.sum(b, a))
    #expect(Self.sum(a, a) == Self.view(a))
    #expect(Self.sum(a, ResultMerge()) == Self.view(a))
    // Whatever the shards, the whole is the same.
    let all = shards.flatMap { $0 }.shuffled(using: &random)
    #expect(Self.view(Self.merge(all)) == Self.sum(ab, c))
  }
}
