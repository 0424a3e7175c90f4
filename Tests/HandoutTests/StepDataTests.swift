import Foundation
import Lesson
import Testing
import Trace

@testable import Handout

/// What the page's script does with a scenario's data, in Swift.
private struct Unpacked: Equatable {
  struct Step: Equatable {
    var number: Int
    var time: Int64
    var cause: Int?
    var who: String
    var zoom: Int
    var anchor: String
    var sentence: String
    var slots: [String]
  }

  var steps: [Step] = []

  private struct Tables: Decodable {
    let w: [String]
    let t: [String]
    let d: [[Mark]]
  }

  private enum Mark: Decodable {
    case text(String)
    case number(Int)
    case mark([Mark])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let number = try? container.decode(Int.self) {
        self = .number(number)
      } else {
        self = .mark(try container.decode([Mark].self))
      }
    }

    /// Whether it is a place whose content changes.
    var isSlot: Bool {
      guard case .mark(let parts) = self else { return false }
      if parts.count == 2 { return true }
      if parts.count == 3, case .number = parts[2] { return true }
      return false
    }
  }

  private struct Run: Decodable {
    let n: String
    let d: [Int]
    let x: [Int]
    let p: String
  }

  init(_ data: StepData, _ tables: StepTables) throws {
    let tables = try JSONDecoder().decode(Tables.self, from: Data(tables.json.bytes))
    let run = try JSONDecoder().decode(Run.self, from: Data(data.json.bytes))
    let slotCount = run.d.reduce(0) { $0 + tables.d[$1].count(where: \.isSlot) }
    var slots = [String](repeating: "", count: slotCount)
    var (time, who, step) = (Int64(0), "", -1)
    var counts: [String: Int] = [:]
    guard !run.p.isEmpty else { return }
    for record in run.p.split(separator: ";", omittingEmptySubsequences: false) {
      let fields = record.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      func field(_ index: Int) -> String { fields.indices.contains(index) ? fields[index] : "" }
      func number(_ text: some StringProtocol) throws -> Int {
        text.isEmpty ? 0 : try #require(Int(text, radix: 36))
      }
      let words = try field(0).split(separator: ".").map { try number($0) }
      let template = tables.t[words[0]].split(separator: "\t", omittingEmptySubsequences: false)
      var holes = words.dropFirst(2)
      var sentence = String(template[2])
      for part in template.dropFirst(3) {
        let hole = try #require(holes.first)
        holes = holes.dropFirst()
        sentence += tables.w[hole] + part
      }
      #expect(holes.isEmpty)
      time += Int64(try number(field(1)))
      if !field(3).isEmpty { who = tables.w[try number(field(3))] }
      let place = field(5).split(separator: ".", omittingEmptySubsequences: false)
      step = place.first.map { !$0.isEmpty } == true ? try number(place[0]) : step + 1
      let name = template[1].replacingOccurrences(of: "~", with: tables.w[words[1]])
      let count = place.count > 1 ? try number(place[1]) : counts[name, default: 0] + 1
      counts[name] = count
      let changes = field(4).split(separator: ".", omittingEmptySubsequences: false)
      var slot = -1
      for index in stride(from: 0, to: changes.count - 1, by: 2) {
        slot += try number(changes[index]) + 1
        slots[slot] = tables.w[try number(changes[index + 1])]
      }
      let back = field(2).isEmpty ? 1 : try number(field(2))
      steps.append(
        Step(
          number: step, time: time, cause: back == 0 ? nil : step - back, who: who,
          zoom: try #require(Int(template[0])),
          anchor: "\(run.n)/\(name)" + (count > 1 ? "-\(count)" : ""), sentence: sentence,
          slots: slots))
    }
  }
}

@Suite struct StepDataTests {
  /// All scenarios of a lesson of the book, as its page has them.
  private func scenarios(_ name: String) throws -> [ScenarioView] {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "lessons/\(name).md")
    let text = try String(contentsOf: path, encoding: .utf8)
    return LessonView(CompiledLessonTests.compile("\(name).md", text)).scenarios
  }

  @Test(arguments: ["03-opening-a-file", "10-processes"])
  func `a page's data say at every step what the run says`(_ name: String) throws {
    var tables = StepTables()
    var packed: [(ScenarioView, StepSelection, StepData)] = []
    for (index, scenario) in try scenarios(name).enumerated() {
      let selection = StepSelection(scenario.trace, required: [])
      let data = StepData(
        scenario, selection: selection, columns: [], prefix: "s\(index)", tables: &tables)
      packed.append((scenario, selection, data))
    }
    #expect(!packed.isEmpty)
    for (scenario, selection, data) in packed {
      let trace = scenario.trace
      let steps = try Unpacked(data, tables).steps
      #expect(steps.map(\.number) == selection.steps)
      var scene = Scene(trace.header)
      var gallery = Gallery(trace)
      var next = 0
      for step in steps {
        while next <= step.number {
          scene.apply(trace.events[next])
          next += 1
        }
        let event = trace.events[step.number]
        #expect(step.sentence == scenario.sentence(event, step.number))
        #expect(step.time == event.time)
        #expect(step.cause == (event.cause == TraceEvent.noCause ? nil : Int(event.cause)))
        #expect(step.who == StepWords.who(event, trace.header))
        #expect(step.zoom == Int(event.zoom.rawValue))
        #expect(step.anchor == data.anchors[step.number])
        // All pictures, worked out afresh; at some of the steps, since that takes its time.
        guard step.zoom == 0 || step.number % 7 == 0 else { continue }
        let slots = gallery.slots(scene, changed: Set(Gallery.Subject.allCases))
        #expect(step.slots == slots.map(\.packed), "step \(step.number)")
      }
      #expect(Set(steps.map(\.anchor)).count == steps.count)
    }
  }

  @Test func `steps that are left out change neither names nor pictures of the others`() throws {
    let scenario = try #require(try scenarios("03-opening-a-file").first)
    var all = StepTables()
    let whole = StepData(
      scenario, selection: StepSelection(scenario.trace, required: []), columns: [], prefix: "s",
      tables: &all)
    var some = StepTables()
    let few = StepData(
      scenario, selection: StepSelection(scenario.trace, required: [], closer: 40), columns: [],
      prefix: "s", tables: &some)
    let steps = try Unpacked(whole, all).steps
    let kept = try Unpacked(few, some).steps
    #expect(kept.count < steps.count && kept.count > 40)
    for step in kept { #expect(steps.contains(step)) }
  }

  @Test func `a template with its holes filled is the sentence`() {
    let sentences = [
      "editor calls `open(\"foo\", O_RDONLY)`.", "", "7", "a \"quote that never ends",
      "\"a\\\"b\" and 0x7ffff7c00000 to 12", "naïve cafés: 3 µs — „x“", "~ and ~2",
      "counter2 and counter", "\"<script>\"",
    ]
    for sentence in sentences {
      let (template, holes) = SentenceTemplate.split(sentence, names: ["editor", "counter"])
      var parts = template.split(separator: "\t", omittingEmptySubsequences: false)[...]
      var text = String(parts.removeFirst())
      #expect(parts.count == holes.count)
      for (hole, part) in zip(holes, parts) { text += hole + part }
      #expect(text == sentence)
    }
    #expect(SentenceTemplate.split("editor has 3.", names: ["editor"]).holes == ["editor", "3"])
  }
}
