import Catalogue
import Foundation
import Program
import SourceText
import TestSupport
import Testing
import Trace

@testable import Narration

@Suite struct TraceJSONTests {
  private func document(_ zoom: Zoom, name: String = "first-half") -> [UInt8] {
    var header = Sample.header
    var events: [TraceEvent] = []
    for kind in EventKind.allCases {
      for var event in Sample.events(kind, &header.strings) {
        event.cause = events.isEmpty ? TraceEvent.noCause : UInt32(events.count - 1)
        events.append(event)
      }
    }
    let trace = Trace(header: header, events: events)
    let range = SourceRange(file: FileID(rawValue: 0), lower: 9, upper: 30)
    let strange = SourceRange(file: FileID(rawValue: 9), lower: 0, upper: 0)
    let claim = Claim.sequence([])
    var scenario: [UInt8] = []
    TraceJSON.write(
      scenario: name, trace: trace, stop: .finished, zoom: zoom,
      expectations: [
        TraceJSON.Outcome(
          expectation: Expectation(claim: claim, text: "editor sleeps on sda", range: range),
          verdict: "holds", step: 8, message: "editor slept on sda at step 8."),
        TraceJSON.Outcome(
          expectation: Expectation(claim: claim, text: "never \"x\"\n", range: strange),
          verdict: "vacuous", step: nil, message: "Nothing."),
      ],
      narrator: Narrator(trace: header, scenario: Sample.scenario, sources: Sample.sources),
      sources: Sample.sources, into: &scenario)
    return TraceJSON.document([scenario])
  }

  @Test func `the schema is the one that is committed`() throws {
    try expectGolden(TraceJSON.schema(), "../../grammar/trace.schema.json")
  }

  @Test func `a trace of every kind of event`() throws {
    try expectGolden(
      String(decoding: document(.hardware), as: UTF8.self), "Narration/trace.json")
  }

  @Test func `an overview keeps the numbers of its steps`() throws {
    let parsed = try JSONSerialization.jsonObject(with: Data(document(.overview)))
    let scenarios = (parsed as? [String: Any])?["scenarios"] as? [[String: Any]]
    let events = scenarios?.first?["events"] as? [[String: Any]] ?? []
    #expect(events.count > 20)
    let kinds = Set(events.compactMap { $0["kind"] as? String })
    let overview = EventKind.allCases.filter { $0.facts.zoom == .overview }.map(\.facts.name)
    #expect(kinds == Set(overview))
    let steps = events.compactMap { $0["step"] as? Int }
    #expect(steps == steps.sorted() && steps.last ?? 0 > events.count)
  }

  @Test func `strings of any bytes stay valid JSON`() throws {
    let name = "\"\\\u{0}\u{1F}\u{7F}\n\r\t\u{2028}é😀"
    let parsed = try JSONSerialization.jsonObject(with: Data(document(.overview, name: name)))
    let scenarios = (parsed as? [String: Any])?["scenarios"] as? [[String: Any]]
    #expect(scenarios?.first?["scenario"] as? String == name)
  }

  @Test func `no field of a kind hides a member that all events have`() {
    for kind in EventKind.allCases {
      let facts = kind.facts
      let fields = [facts.object, facts.a, facts.b].compactMap { $0?.name }
      #expect(Set(fields).count == fields.count, "\(facts.name)")
      #expect(Set(fields).isDisjoint(with: TraceJSON.commonMembers), "\(facts.name)")
    }
  }

  @Test func `no scenarios are a document too`() throws {
    let parsed = try JSONSerialization.jsonObject(with: Data(TraceJSON.document([])))
    #expect(((parsed as? [String: Any])?["scenarios"] as? [Any])?.isEmpty == true)
  }
}
