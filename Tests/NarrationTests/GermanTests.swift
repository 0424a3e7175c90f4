import Catalogue
import Narration
import TestSupport
import Testing
import Trace

/// The German sentences, beside the English ones.
@Suite struct GermanTests {
  @Test func `every kind of event is told in a German sentence`() throws {
    var header = Sample.header
    let samples = EventKind.allCases.map { ($0, Sample.events($0, &header.strings)) }
    let german = Narrator(
      trace: header, scenario: Sample.scenario, sources: Sample.sources, language: .german)
    let english = Narrator(trace: header, scenario: Sample.scenario, sources: Sample.sources)
    var page = ""
    for zoom in Zoom.allCases {
      page += "# \(zoom.name)\n\n"
      for (kind, events) in samples where kind.facts.zoom == zoom {
        page += "\(kind.facts.name)\n"
        for event in events {
          let sentence = german.sentence(event, at: 0)
          #expect(sentence.hasSuffix("."))
          #expect(sentence.filter { $0 == "`" }.count.isMultiple(of: 2), "\(sentence)")
          // A register and its value are the same in both languages.
          if kind != .loadsRegister {
            #expect(sentence != english.sentence(event, at: 0), "\(sentence)")
          }
          let plain = sentence.replacing(/`[^`]*`/, with: "")
          let words = Set(plain.split { !$0.isLetter && $0 != "_" }.map(String.init))
          #expect(words.isDisjoint(with: Self.englishWords), "\(sentence)")
          page += "    \(sentence)\n"
        }
      }
      page += "\n"
    }
    try expectGolden(page, "Narration/sentences-de.txt")
  }

  /// Words that stand in many English sentences and in no German one.
  static let englishWords: Set<String> = [
    "the", "is", "of", "and", "to", "its", "kernel", "user", "page", "bytes", "byte", "for", "with",
    "from", "are", "frame", "frames", "because", "that", "has", "stack", "interrupt", "mode",
  ]

  @Test func `every cause that is told in English is told in German, with its verb at the end`() {
    var header = Sample.header
    let samples = EventKind.allCases.flatMap { Sample.events($0, &header.strings) }
    let english = Narrator(trace: header, scenario: Sample.scenario)
    let german = Narrator(trace: header, scenario: Sample.scenario, language: .german)
    var told = 0
    for var origin in samples {
      origin.cause = TraceEvent.noCause
      let events = [origin, Sample.event(.runs, task: 2, cause: 0)]
      let reason = german.cause(of: 1, in: events)
      #expect((reason == nil) == (english.cause(of: 1, in: events) == nil), "\(origin.kind)")
      guard let reason else { continue }
      told += 1
      #expect(reason.hasPrefix("weil ") && reason.hasSuffix(" (Schritt 0)"), "\(reason)")
      let verbs = ["hat", "ist", "sind", "wurde", "sollte"]
      let last = reason.dropLast(" (Schritt 0)".count).split(separator: " ").last ?? ""
      #expect(verbs.contains(String(last)) || reason.contains(", auf "), "\(reason)")
    }
    #expect(told > 30)
  }

  @Test func `numbers of another trace are told in German, not trapped`() {
    let narrator = Narrator(trace: Sample.header, scenario: Sample.scenario, language: .german)
    for kind in EventKind.allCases {
      for value in [Int64.min, -1, .max] {
        let event = TraceEvent(
          time: value, kind: kind, cpu: 255, task: .max, mode: .user, depth: 255, cause: 7,
          object: .max, a: value, b: value)
        #expect(!narrator.sentence(event, at: 0).isEmpty)
      }
    }
  }

  @Test func `German times, sizes and counts are written as Germans write them`() {
    #expect(Quantity.duration(1_500_000, in: .german) == "1,5 ms")
    #expect(Quantity.duration(250_000, in: .german) == "250 \u{B5}s")
    #expect(Quantity.bytes(4096, in: .german) == "4 KiB")
    #expect(Quantity.bytes(17, in: .german) == "17 Byte")
    #expect(Quantity.bytes(1, in: .german) == "1 Byte")
    #expect(Language.german.grouped(1_240_000) == "1.240.000")
    #expect(Language.german.list(["a", "b", "c"]) == "a, b und c")
  }
}
