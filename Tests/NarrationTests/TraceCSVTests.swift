import Catalogue
import Program
import TestSupport
import Testing
import Trace

@testable import Narration

/// Traces as tables, read back by a reader of RFC 4180.
@Suite struct TraceCSVTests {
  struct NotTheForm: Error {}

  /// The rows of a document.
  static func rows(_ document: [UInt8]) throws -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var rest = document[...]
    func next(_ text: String) -> Bool { rest.starts(with: text.utf8) }
    while !rest.isEmpty {
      cell = []
      if next("\"") {
        rest = rest.dropFirst()
        while !next("\"") || next("\"\"") {
          guard let byte = rest.first else { throw NotTheForm() }
          cell.append(byte)
          rest = rest.dropFirst(next("\"\"") ? 2 : 1)
        }
        rest = rest.dropFirst()
      } else {
        while !rest.isEmpty, !next(","), !next("\r\n") {
          if next("\"") || next("\n") || next("\r") { throw NotTheForm() }
          cell.append(rest.removeFirst())
        }
      }
      row.append(String(decoding: cell, as: UTF8.self))
      if next(",") {
        rest = rest.dropFirst()
        continue
      }
      guard next("\r\n") else { throw NotTheForm() }
      rest = rest.dropFirst(2)
      rows.append(row)
      row = []
    }
    return rows
  }

  /// What stood in a cell of text before it was guarded.
  static func unguarded(_ cell: String) -> String {
    cell.utf8.first == UInt8(ascii: "'") ? String(cell.dropFirst()) : cell
  }

  /// The names and values of a cell `fields`; escapes are resolved.
  static func fields(_ cell: String) throws -> [(name: String, value: String)] {
    var found: [(String, String)] = []
    var rest = Array(cell.unicodeScalars)[...]
    func character(_ digits: Int) throws -> Unicode.Scalar {
      let text = String(String.UnicodeScalarView(rest.prefix(digits)))
      rest = rest.dropFirst(digits)
      guard let number = UInt32(text, radix: 16), let scalar = Unicode.Scalar(number) else {
        throw NotTheForm()
      }
      return scalar
    }
    while !rest.isEmpty {
      let name = String(String.UnicodeScalarView(rest.prefix { $0 != "=" }))
      rest = rest.dropFirst(name.unicodeScalars.count + 1)
      var value = String.UnicodeScalarView()
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let scalar = rest.popFirst(), scalar != "\"" {
          guard scalar == "\\" else {
            value.append(scalar)
            continue
          }
          switch rest.popFirst() {
          case "n": value.append("\n")
          case "t": value.append("\t")
          case "r": value.append("\r")
          case "0": value.append("\0")
          case "x": value.append(try character(2))
          case "u": value.append(try character(4))
          case let other?: value.append(other)
          case nil: throw NotTheForm()
          }
        }
      } else {
        value = String.UnicodeScalarView(rest.prefix { $0 != ";" })
        rest = rest.dropFirst(value.count)
      }
      found.append((name, String(value)))
      guard rest.isEmpty || rest.starts(with: "; ".unicodeScalars) else { throw NotTheForm() }
      rest = rest.dropFirst(2)
    }
    return found
  }

  static func document(_ name: String, _ trace: Trace, _ zoom: Zoom = .hardware) -> [UInt8] {
    var bytes = TraceCSV.head
    TraceCSV.write(
      scenario: name, trace: trace, zoom: zoom,
      narrator: Narrator(trace: trace.header, scenario: Sample.scenario, sources: Sample.sources),
      to: { bytes += $0 })
    return bytes
  }

  @Test func `a story's table`() throws {
    let document = Self.document("story", TraceEventTests.story)
    try expectGolden(String(decoding: document, as: UTF8.self), "Narration/trace.csv")
  }

  /// Texts that are commas, quotes, formulas, escapes and worse.
  private static let hostile = [
    "", "a", "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r", "\n=", "'", "''=1", "'=cmd|' /C calc'!A0",
    "a,b", "say \"hi\"", "\"", "\",\"", "a\r\nb", "x=1; y=\"2\"", "\\", "\\n", "\u{1B}[31mred",
    "\u{202E}evil", "\u{0}", "é😀", "＝1", String(repeating: "long;", count: 100),
  ]

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `what is read back is what was written`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func any() -> String { Self.hostile.randomElement(using: &random) ?? "" }
    var header = Sample.header
    for index in header.tasks.indices.dropFirst() { header.tasks[index].name = any() }
    let strings = Self.hostile.map { header.strings.intern($0) }
    let events = (0..<100).map { step in
      let object =
        Bool.random(using: &random)
        ? strings.randomElement(using: &random)?.rawValue ?? 0
        : UInt32.random(in: 0...9, using: &random)
      return TraceEvent(
        time: Int64(step), kind: EventKind.allCases.randomElement(using: &random) ?? .runs,
        cpu: UInt8.random(in: 0...3, using: &random),
        task: UInt16.random(in: 0...4, using: &random),
        mode: Bool.random(using: &random) ? .user : .kernel, depth: 3,
        cause: step == 0 ? TraceEvent.noCause : UInt32(step - 1), object: object,
        a: Int64.random(in: -3...9, using: &random),
        b: Bool.random(using: &random) ? .min : Int64.random(in: -3...9, using: &random))
    }
    let trace = Trace(header: header, events: events)
    let name = any()
    let narrator = Narrator(trace: header, scenario: Sample.scenario, sources: Sample.sources)
    var rows = try Self.rows(Self.document(name, trace))
    #expect(rows.removeFirst() == TraceCSV.columns)
    #expect(rows.count == events.count)
    for (step, (row, event)) in zip(rows, events).enumerated() {
      try #require(row.count == TraceCSV.columns.count)
      let task = header.task(event.taskID)
      let facts = event.kind.facts
      #expect(Self.unguarded(row[0]) == name)
      #expect(row[1...3] == ["\(step)", "\(event.time)", "\(event.cpu)"])
      #expect(Self.unguarded(row[4]) == task.name)
      #expect(row[5] == "\(task.pid)")
      #expect(row[6...8] == ["\(event.mode)", facts.name, event.zoom.name])
      #expect(row[9] == (step == 0 ? "" : "\(step - 1)") && row[10] == "3")
      #expect(Self.unguarded(row[12]) == narrator.sentence(event, at: step))
      let fields = try Self.fields(Self.unguarded(row[11]))
      let expected = [
        (facts.object, Int64(event.object)), (facts.a, event.a), (facts.b, event.b),
      ].compactMap { field, value in field.map { ($0.name, $0.type, value) } }
      #expect(fields.map(\.name) == expected.map(\.0))
      for (field, (_, type, value)) in zip(fields, expected) {
        let written =
          switch TraceJSON.shape(of: type) {
          case .number: "\(value)"
          case .boolean: value == 0 ? "false" : "true"
          case .hexadecimal: Quantity.hexadecimal(value)
          case .text:
            type == .string
              ? header.strings[StringID(rawValue: UInt32(truncatingIfNeeded: value))]
              : header.text(value, type)
          }
        #expect(field.value == written, "\(facts.name) \(field.name), seed \(seed)")
      }
    }
  }

  @Test func `no cell of text begins as a formula does`() throws {
    for text in Self.hostile where !text.isEmpty {
      var header = Sample.header
      header.tasks[1].name = text
      let trace = Trace(header: header, events: [Sample.event(.yields)])
      let row = try #require(try Self.rows(Self.document(text, trace)).last)
      for cell in [row[0], row[4], row[11], row[12]] {
        let first = cell.unicodeScalars.first ?? "a"
        #expect(!"=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first), "\(cell)")
      }
    }
    // A number keeps its sign: it is no formula.
    var header = Sample.header
    header.tasks[1].pid = -7
    let trace = Trace(header: header, events: [Sample.event(.yields)])
    #expect(try Self.rows(Self.document("a", trace)).last?[5] == "-7")
  }

  @Test func `an overview keeps the numbers of its steps`() throws {
    let rows = try Self.rows(Self.document("a", TraceEventTests.story, .overview)).dropFirst()
    #expect(rows.allSatisfy { $0[8] == "overview" })
    let steps = rows.compactMap { Int($0[1]) }
    #expect(steps.count == rows.count && steps == steps.sorted() && steps.count < steps.last ?? 0)
  }
}
