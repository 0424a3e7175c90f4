import TestSupport
import Testing

@testable import Grades

@Suite struct StatisticsTests {
  /// A result with these points of 5 for each check; `nil` for one that was not run.
  private static func result(
    _ number: Int, _ points: [Int64?], seen: String = "reader sleeps once."
  )
    -> GradeResult
  {
    let checks = points.enumerated().map { index, points in
      CheckResult(
        number: index + 1, title: "check \(index + 1)",
        outcome: points == nil
          ? .notRun : points == 5 ? .passed : points == 0 ? .failed : .partial,
        reason: points == nil ? .dependency : points == 5 ? .holds : .doesNotHold,
        points: Points(whole: points ?? 0), maximum: Points(whole: 5), seen: seen,
        anchor: "reader-sleeps-\(number)", visibility: .open)
    }
    return GradeResult(
      submission: SubmissionKey(id: "s\(number)", student: "s\(number)", task: "t"),
      status: .graded, points: checks.reduce(.zero) { $0 + $1.points },
      maximum: Points(whole: 5 * Int64(points.count)), checks: checks, lessonDigest: "ab")
  }

  private static func statistics(_ results: [GradeResult]) throws -> TaskStatistics {
    let all = TaskStatistics.all(of: results)
    #expect(all.count == 1)
    return try #require(all.first)
  }

  @Test func `the middle, the ends and the shape of the points are told`() throws {
    let statistics = try Self.statistics([
      Self.result(1, [5, 5]), Self.result(2, [5, 0]), Self.result(3, [0, 0]),
      Self.result(4, [5, 4]),
    ])
    #expect(statistics.gradedCount == 4)
    #expect(statistics.mean == Points(whole: 6))
    #expect(statistics.median == Points(whole: 7))
    #expect(statistics.lowest == .zero)
    #expect(statistics.highest == Points(whole: 10))
    #expect(statistics.maximum == Points(whole: 10))
    #expect(statistics.distribution == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1])
    let odd = try Self.statistics([Self.result(1, [5]), Self.result(2, [1]), Self.result(3, [2])])
    #expect(odd.median == Points(whole: 2))
    #expect(odd.mean.millipoints == 2_667)
  }

  @Test func `a check has the mean share of its points and its correlation with the others`() throws
  {
    // By hand: points of check 1 are 5 5 0 5, of check 2 are 5 0 0 4, of both others for each.
    let statistics = try Self.statistics([
      Self.result(1, [5, 5, 5]), Self.result(2, [5, 0, 5]), Self.result(3, [0, 0, 5]),
      Self.result(4, [5, 4, 5]),
    ])
    #expect(statistics.checks.map(\.difficulty) == [750, 450, 1_000])
    // cov(5 5 0 5, 10 5 5 9) = 11.25, spreads 4.330 and 4.555; of the second likewise.
    #expect(statistics.checks.map(\.discrimination) == [570, 570, nil])
    #expect(statistics.checks.map(\.neverFails) == [false, false, true])
    #expect(statistics.checks.map(\.passedCount) == [3, 1, 4])
    #expect(statistics.checks.map(\.partialCount) == [0, 1, 0])
    #expect(statistics.checks.map(\.failedCount) == [1, 2, 0])
  }

  @Test func `a correlation is from -1 to 1`() throws {
    let opposite = try Self.statistics([Self.result(1, [5, 0]), Self.result(2, [0, 5])])
    #expect(opposite.checks.map(\.discrimination) == [-1_000, -1_000])
    let same = try Self.statistics([Self.result(1, [5, 5]), Self.result(2, [0, 0])])
    #expect(same.checks.map(\.discrimination) == [1_000, 1_000])
    #expect(
      try Self.statistics([Self.result(1, [5, 5])]).checks.map(\.discrimination) == [nil, nil])
  }

  /// Compares with the formula as it stands in books, in floating point.
  @Test func `a correlation agrees with that of a plain reckoning`() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20 {
      let points = (0..<40).map { _ in
        (0..<4).map { _ in Int64.random(in: 0...5, using: &random) }
      }
      let statistics = try Self.statistics(
        points.enumerated().map { Self.result($0.offset, $0.element.map { $0 }) })
      for (index, check) in statistics.checks.enumerated() {
        let own = points.map { Double($0[index]) }
        let others = points.map { Double($0.reduce(0, +) - $0[index]) }
        let (a, b) = (own.reduce(0, +) / 40, others.reduce(0, +) / 40)
        let both = zip(own, others).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
        let first = own.reduce(0) { $0 + ($1 - a) * ($1 - a) }
        let second = others.reduce(0) { $0 + ($1 - b) * ($1 - b) }
        let expected = both / (first * second).squareRoot() * 1_000
        #expect(abs(Double(try #require(check.discrimination)) - expected) <= 0.5001)
      }
    }
  }

  @Test(arguments: [
    ("reader sleeps 3 times", "reader sleeps N times"), ("12ms and 1.5ms", "Nms and Nms"),
    ("at 0xffff8000 on arm64", "at N on arm64"), ("x86_64 fd3 sda2", "x86_64 fd3 sda2"),
    ("-1.", "-N."), ("0x", "Nx"), ("é5 5é", "é5 Né"), ("1..5", "N..N"), ("", ""),
  ])
  func `numbers make no other mistake`(text: String, normalised: String) {
    #expect(StatisticsBuilder.withoutNumbers(text) == normalised)
  }

  @Test func `mistakes are grouped by what was seen and by the kind of the step`() throws {
    var other = Self.result(9, [0])
    other.checks[0].anchor = "writer-exits"
    var silent = Self.result(8, [0], seen: "")
    silent.checks[0].anchor = nil
    let statistics = try Self.statistics([
      Self.result(3, [0], seen: "it slept 3 times"), Self.result(1, [2], seen: "it slept 1 times"),
      Self.result(5, [0], seen: "it slept 5 times"), Self.result(2, [0], seen: "it slept 2 times"),
      Self.result(4, [5]), Self.result(6, [nil]), other, silent,
    ])
    #expect(
      statistics.misconceptions == [
        .init(
          check: 1, title: "check 1", seen: "it slept N times", anchorKind: "reader-sleeps",
          count: 4, examples: ["s1", "s2", "s3"]),
        .init(
          check: 1, title: "check 1", seen: "it does not hold", anchorKind: "", count: 1,
          examples: ["s8"]),
        .init(
          check: 1, title: "check 1", seen: "reader sleeps once.", anchorKind: "writer-exits",
          count: 1, examples: ["s9"]),
      ])
    #expect(statistics.checks.first?.notRunCount == 1)
  }

  @Test func `row 46: the order of results does not matter`() {
    var random = SeededGenerator(seed: 2)
    var results = (0..<200).map { number in
      Self.result(
        number % 150, (0..<3).map { _ in [nil, 0, 2, 5].randomElement(using: &random) ?? nil },
        seen: "seen \("abc".randomElement(using: &random) ?? "d")")
    }
    results += [Sample.notGradable, Sample.fault, Sample.result, Sample.hostile]
    let first = TaskStatistics.all(of: results)
    #expect(
      first.map(\.task) == ["t", "two_sleeps", Sample.attack].sorted { ByteKey($0) < ByteKey($1) })
    for _ in 0..<5 {
      results.shuffle(using: &random)
      #expect(TaskStatistics.all(of: results) == first)
    }
  }

  @Test func `rows 43 and 44: nothing overflows and nothing is divided by zero`() throws {
    #expect(TaskStatistics.all(of: []) == [])
    let worthless = try Self.statistics([Sample.worthless, Sample.worthless])
    #expect(worthless.checks.map(\.difficulty) == [nil])
    #expect(worthless.distribution.allSatisfy { $0 == 0 })
    #expect(worthless.text().hasPrefix("warm_up: 2 graded\npoints: mean 0,"))
    var results: [GradeResult] = []
    for number in 0..<50 {
      var result = Self.result(number, [5, 5])
      result.points = .most
      result.maximum = .most
      result.checks[0].points = number % 2 == 0 ? .most : .zero
      result.checks[1].points = number % 3 == 0 ? .most : .zero
      result.checks[0].maximum = .most
      results.append(result)
    }
    let large = try Self.statistics(results)
    #expect(large.mean == .most)
    #expect(large.median == .most)
    #expect(large.checks.map(\.difficulty) != [nil, nil])
    #expect(
      try Self.statistics([Sample.notGradable]).text()
        == "two_sleeps: 0 graded, 1 not gradable (1 empty)\n")
  }

  @Test func `a title that was changed is the first by its bytes, and versions are told`() throws {
    var first = Self.result(1, [5])
    first.checks[0].title = "b"
    var second = Self.result(2, [5])
    second.checks[0].title = "a"
    second.lessonDigest = "cd"
    for results in [[first, second], [second, first]] {
      let statistics = try Self.statistics(results)
      #expect(statistics.checks.map(\.title) == ["a"])
      #expect(statistics.lessonCount == 2)
    }
  }

  @Test func `kinds of mistakes are bounded`() throws {
    // Letters make words of which each is another one.
    let results = (0..<10_050).map { number in
      let word = String(decoding: String(number).utf8.map { $0 + 49 }, as: UTF8.self)
      return Self.result(1, [0], seen: word)
    }
    let statistics = try Self.statistics(results)
    #expect(statistics.misconceptions.count == 10_000)
    #expect(statistics.otherFailureCount == 50)
    #expect(statistics.text(misconceptionCount: 1).hasSuffix("\n 10049  in other ways\n"))
  }

  @Test func `statistics are text`() throws {
    var random = SeededGenerator(seed: 4)
    var results = (0..<60).map { number in
      let skill = Int.random(in: 0...9, using: &random)
      return Self.result(
        number,
        [
          5, skill > 2 ? 5 : 0, skill > 6 ? 5 : skill > 4 ? 2 : 0,
          skill < 2 ? 5 : skill > 8 ? 0 : 3,
        ],
        seen: skill > 3 ? "reader sleeps \(skill) times." : "reader exits 1.")
    }
    for index in results.indices {
      results[index].checks[1].title =
        "a title that is longer than a column of a terminal has room for"
      results[index].lessonDigest = index == 0 ? "cd" : "ab"
    }
    var broken = Sample.notGradable
    broken.submission.task = "t"
    var fault = Sample.fault
    fault.submission.task = "t"
    results += [broken, broken, fault]
    try expectGolden(
      try Self.statistics(results).text(misconceptionCount: 3), "Grades/statistics.txt")
  }

  @Test func `row 40: statistics have nothing that a terminal obeys`() throws {
    let text = try Self.statistics([Sample.hostile, Sample.hostile]).text()
    #expect(!text.unicodeScalars.contains { $0 != "\n" && PlainText.isDangerous($0) })
  }
}
