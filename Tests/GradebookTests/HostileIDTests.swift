import GRDB
import Gradebook
import Grades
import TestSupport
import Testing

/// Names that other programs have stumbled over.
@Suite("Hostile names in a book")
struct HostileIDTests {
  let folder: Folder
  let book: Gradebook

  init() throws {
    folder = try Folder()
    book = try Gradebook.open(folder.path("grades.sqlite"), .create)
  }

  /// Enters a result for each and says what the book has afterwards.
  private func grades(of names: [String]) throws -> [(String, Int64)] {
    for (index, name) in names.enumerated() {
      let submission = submission(name)
      try book.record([(submission, result(of: submission, Int64(index)))])
    }
    var found: [(String, Int64)] = []
    try book.forEachGrade { found.append(($0.student, $0.points.millipoints / 1_000)) }
    #expect(try book.verify().problem == nil)
    return found
  }

  private func expectApart(_ names: [String]) throws {
    let found = try grades(of: names)
    let expected = names.enumerated().map { (Array($0.element.utf8), Int64($0.offset)) }
      .sorted { $0.0.lexicographicallyPrecedes($1.0) }
    #expect(found.map { Array($0.0.utf8) } == expected.map(\.0))
    #expect(found.map(\.1) == expected.map(\.1))
    for (index, name) in names.enumerated() {
      var points: [Int64] = []
      try book.forEachGrade(student: name) { points.append($0.points.millipoints / 1_000) }
      #expect(points == [Int64(index)], "\(name.debugDescription)")
    }
  }

  @Test func `threat 24: names that look alike are told apart by their bytes`() throws {
    try expectApart([
      "é", "e\u{301}", "É", "ﬁ", "fi", "a", "A", "а", "Å", "\u{212B}", "A\u{30A}", "ß", "ss", "ı",
      "i",
      "\u{AC00}", "\u{1100}\u{1161}",
    ])
  }

  @Test func `threat 26: names that look like numbers stay as they are`() throws {
    try expectApart([
      "00123", "123", "0123", "1e5", "100000", "1E5", "+1", "-1", "1.0", "1", "0x10", "16", " 123",
      "123 ", "NaN", "inf", "NULL", "null", "", " ", "9223372036854775808", "9223372036854775807",
      "true", "1_000",
    ])
  }

  @Test func `threat 52: numbers at the edge neither overflow nor wrap`() throws {
    let key = SubmissionKey(id: "x", student: "ada", task: "sleep", attempt: .max)
    let early = SubmissionKey(id: "y", student: "ada", task: "sleep", attempt: .min)
    for key in [key, early] {
      let submission = StoredSubmission(key: key, source: [], received: .min)
      try book.record([(submission, result(of: submission, .max))])
    }
    try book.append([
      .adjustment(
        Adjustment(
          student: "ada", task: "sleep", change: .add(millipoints: 1_000_000_000_000), reason: "r",
          author: "e"), time: .max)
    ])
    var grade: Grade?
    try book.forEachGrade(policy: .last) { grade = $0 }
    #expect(grade?.points == .most)
    #expect(grade?.result?.key.attempt == .max)
    for tooMuch in [Int64.max, .min, 1_000_000_000_001, -1_000_000_000_001] {
      #expect(throws: BookError.self) {
        try book.append([
          .adjustment(
            Adjustment(
              student: "ada", task: "sleep", change: .add(millipoints: tooMuch), reason: "r",
              author: "e"))
        ])
      }
    }
    try book.append([
      .adjustment(
        Adjustment(
          student: "ada", task: "sleep", change: .add(millipoints: -1_000_000_000_000),
          reason: "r", author: "e"))
    ])
    try book.forEachGrade(policy: .last) { grade = $0 }
    #expect(grade?.points == .zero)
    #expect(try book.verify().problem == nil)
  }

  @Test func `threat 53: names that are SQL are only names`() throws {
    try expectApart([
      "'; DROP TABLE entry; --", "\"; DELETE FROM entry; --", "x' OR '1'='1", "%", "_", "*", "?1",
      ":student", "@student", "$student", "\\'", "--", "/*", "x'00'", "`", ";", "${HOME}", "$(id)",
      "entry", "\u{1B}[2J", "a\nb", "a\r\nb", "a\tb", "../../etc/passwd", "\u{202E}ada",
    ])
  }

  @Test func `threat 16: a name with a NUL is refused, not cut off`() throws {
    let ada = submission("ada")
    try book.record([(ada, result(of: ada))])
    for place in 0..<3 {
      var key = SubmissionKey("ada")
      switch place {
      case 0: key.id += "\0x"
      case 1: key.student += "\0x"
      default: key.task += "\0"
      }
      let submission = StoredSubmission(key: key, source: ada.source)
      let recorded = try book.record([(submission, result(of: submission))])
      #expect(recorded.known == 0 && recorded.added == 0 && recorded.refusals.count == 1)
      #expect(throws: BookError.self) { try book.append([.submission(submission)]) }
      #expect(throws: BookError.self) {
        try book.results(of: [GradingKey(result(of: submission))])
      }
    }
    #expect(throws: BookError.self) { try book.forEachGrade(student: "ada\0x") { _ in } }
    #expect(throws: BookError.self) {
      try book.append([
        .adjustment(
          Adjustment(
            student: "ada", task: "sleep", change: .set(.zero), reason: "a\0b", author: "eve"))
      ])
    }
    #expect(try book.head().entries == 2)
  }

  @Test func `names of a thousand bytes are kept, longer ones are refused`() throws {
    let longest = String(repeating: "ä", count: 500)
    #expect(try grades(of: [longest]).map { $0.0.utf8.count } == [1_000])
    let tooLong = submission(String(repeating: "x", count: 1_025))
    #expect(throws: BookError.self) { try book.append([.submission(tooLong)]) }
  }

  /// Random names from the parts that are dangerous, against a plain dictionary by bytes.
  @Test(arguments: 0..<20)
  func `any names are told apart`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let parts = [
      "e\u{301}", "é", "'", "\"", "\n", "\u{1F468}\u{200D}\u{1F469}", "0", "A", "a", "\u{FEFF}",
      "\\", "-",
    ]
    var names: Set<[UInt8]> = []
    while names.count < 12 {
      let count = Int.random(in: 0...4, using: &random)
      names.insert((0..<count).flatMap { _ in Array(parts.randomElement(using: &random)!.utf8) })
    }
    try expectApart(
      names.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) })
  }
}
