import Gradebook
import Grades
import TestSupport
import Testing

@Suite("Grades in a book")
struct GradeTests {
  let folder: Folder
  let book: Gradebook

  init() throws {
    folder = try Folder()
    book = try Gradebook.open(folder.path("grades.sqlite"), .create)
  }

  private func grade(
    _ student: String = "ada", _ policy: AttemptsPolicy = .best
  ) throws -> Grade? {
    var found: Grade?
    try book.forEachGrade(student: student, task: "sleep", policy: policy) { found = $0 }
    return found
  }

  private func points(_ policy: AttemptsPolicy = .best) throws -> String? {
    try grade("ada", policy)?.points.text
  }

  private func add(_ points: Int64, attempt: Int = 1, status: GradeResult.Status = .graded) throws {
    let submission = submission("ada", attempt: attempt, source: "attempt \(attempt)")
    try book.record([(submission, result(of: submission, points, status: status))])
  }

  private func adjust(_ change: Adjustment.Change) throws -> Int64 {
    try book.append([
      .adjustment(
        Adjustment(student: "ada", task: "sleep", change: change, reason: "r", author: "e"))
    ]).lowerBound
  }

  private func undo(_ entry: Int64) throws {
    try book.append([.undo(of: entry, reason: "r", author: "e")])
  }

  @Test func `policies choose among attempts, and none is lost by what cannot be graded`() throws {
    try add(4, attempt: 1)
    try add(9, attempt: 2)
    try add(5, attempt: 3)
    try add(0, attempt: 4, status: .notGradable)
    try add(0, attempt: 5, status: .fault)
    #expect(try points(.best) == "9")
    #expect(try points(.last) == "5")
    #expect(try points(.average) == "6")
    let best = try #require(try grade("ada", .best))
    #expect(best.attemptCount == 3)
    #expect(best.result?.key.attempt == 2)
    #expect(best.result?.receivedAt == 1_700_000_000)
    #expect(best.maximum == Points(whole: 10))
  }

  @Test func `what cannot be graded is no zero`() throws {
    try add(0, status: .notGradable)
    let grade = try #require(try grade())
    #expect(grade.status == .notGradable)
    #expect(grade.attemptCount == 0)
    #expect(grade.points == .zero)
  }

  @Test func `a fault of the grader counts only until there is something else`() throws {
    try add(0, status: .fault)
    #expect(try grade()?.status == .fault)
    try add(6)
    #expect(try grade()?.status == .graded)
    try add(0, status: .fault)
    #expect(try points() == "6")
  }

  @Test func `adjustments apply in their order, on top of whatever counts`() throws {
    try add(4)
    let first = try adjust(.add(millipoints: 1_500))
    #expect(try points() == "5.5")
    let second = try adjust(.set(Points(whole: 2)))
    #expect(try points() == "2")
    let third = try adjust(.add(millipoints: -500))
    #expect(try points() == "1.5")
    #expect(try grade()?.adjustments == [first, second, third])
    // A better attempt later: the set points stay, as a person has said so.
    try add(9, attempt: 2)
    #expect(try points() == "1.5")
    try undo(second)
    #expect(try points() == "10")
    #expect(try grade()?.adjustments == [first, third])
    try undo(first)
    try undo(third)
    #expect(try points() == "9")
  }

  @Test func `adjustments never lead below zero, and may lead above the maximum`() throws {
    try add(4)
    let large = try adjust(.add(millipoints: -9_000))
    #expect(try points() == "0")
    try undo(large)
    _ = try adjust(.add(millipoints: 8_000))
    #expect(try points() == "12")
  }

  @Test func `a student with nothing but an adjustment has a grade`() throws {
    _ = try adjust(.set(Points(whole: 3)))
    let grade = try #require(try grade())
    #expect(grade.points == Points(whole: 3))
    #expect(grade.result == nil && grade.status == nil)
  }

  @Test func `grades come in the order of bytes, whatever the order of entries`() throws {
    for name in ["b", "é", "a", "Z", "e\u{301}", "aa"] {
      for task in ["two", "one"] {
        let submission = submission(name, task)
        try book.record([(submission, result(of: submission))])
      }
    }
    var found: [String] = []
    try book.forEachGrade { found.append("\($0.student)/\($0.task)") }
    let names = ["Z", "a", "aa", "b", "e\u{301}", "é"]
    #expect(
      found.map { Array($0.utf8) }
        == names.flatMap { ["\($0)/one", "\($0)/two"] }.map { Array($0.utf8) })
    found = []
    try book.forEachGrade(task: "one") { found.append($0.student) }
    #expect(found.count == 6)
  }

  @Test func `an error of a visitor ends the visit and comes out as it is`() throws {
    struct Enough: Error {}
    try add(4)
    #expect(throws: Enough.self) { try book.forEachGrade { _ in throw Enough() } }
    #expect(throws: Enough.self) { try book.forEachEntry { _ in throw Enough() } }
    #expect(try points() == "4")
  }

  @Test func `a visitor may ask for other things, of the same moment`() throws {
    try add(4)
    try add(5, attempt: 2)
    let path = folder.path("grades.sqlite")
    for reader in [book, try Gradebook.open(path, .read)] {
      var seen: [Int64] = []
      let total = try reader.head().entries
      try reader.forEachEntry { outer in
        try reader.forEachEntry { inner in
          if inner.number == outer.number { seen.append(inner.number) }
        }
        #expect(try reader.entry(outer.number)?.digest == outer.digest)
        #expect(try reader.head().entries == total)
        // Another program adds something meanwhile.
        try Gradebook.open(path, .write).append([.submission(submission("bob"))])
      }
      #expect(seen == Array(1...total))
    }
  }

  @Test func `what is adjusted by hand is graded, for exports too`() throws {
    try add(0, status: .notGradable)
    _ = try adjust(.set(Points(whole: 3)))
    var found: TaskGrade?
    try book.forEachStanding { found = $0.taskGrade() }
    #expect(found?.status == .graded)
    #expect(found?.points == Points(whole: 3))
    #expect(found?.explanation == "No attempt could be graded. Adjusted by hand to 3.")
  }

  /// Random histories against a plain model of what should come out.
  @Test(arguments: 0..<40)
  func `grades are what the history says`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var results: [Int: (status: GradeResult.Status, points: Int64)] = [:]
    var adjustments: [(entry: Int64, change: Adjustment.Change)] = []
    for step in 0..<30 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let attempt = Int.random(in: 1...3, using: &random)
        let amount = Int64.random(in: 0...10, using: &random)
        let status = GradeResult.Status.allCases.randomElement(using: &random) ?? .graded
        let submission = submission("ada", attempt: attempt, source: "step \(step)")
        try book.record([(submission, result(of: submission, amount, status: status))])
        if status != .fault || (results[attempt]?.status ?? .fault) == .fault {
          results[attempt] = (status, amount)
        }
      case 2:
        let amount = Int64.random(in: -3_000...3_000, using: &random)
        let change: Adjustment.Change =
          Bool.random(using: &random)
          ? .add(millipoints: amount) : .set(Points(millipoints: abs(amount)))
        adjustments.append((try adjust(change), change))
      default:
        guard let place = adjustments.indices.randomElement(using: &random) else { continue }
        try undo(adjustments.remove(at: place).entry)
      }
    }
    let graded = results.filter { $0.value.status == .graded }
    var expected = (graded.max { $0.key < $1.key }?.value.points ?? 0) * 1_000
    for (_, change) in adjustments {
      switch change {
      case .add(let millipoints): expected = max(0, expected + millipoints)
      case .set(let points): expected = points.millipoints
      }
    }
    let grade = try grade("ada", .last)
    #expect(grade?.points.millipoints ?? 0 == expected)
    #expect(grade?.attemptCount ?? 0 == graded.count)
    #expect(try book.verify().problem == nil)
  }
}
