import Lesson
import Program
import SourceText
import TestSupport
import Testing

@Suite("Any bytes at all")
struct RandomLessonTests {
  /// SplitMix64: the same numbers on every machine.
  struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ (z >> 31)) % UInt64(sides))
    }
  }

  /// Pieces that lessons are made of, whole and half.
  static let pieces = [
    "```walk\n", "```\n", "~~~walk show=timeline\n", "---\n", "> ", "- ", "`{= time}`", "`{=",
    "{= ",
    "walk ", "scenario=a ", "continue", "error=W0204", "include \"x.walk\"\n", "run\n", "start p\n",
    "program p { exit(0) }\n", "}", "{", "\"", "\r", "\r\n", "\t", "\u{FEFF}", "é", "\\", "expect ",
    "title: x\n", "points=1 ", "of=a ", "# ", "*", "&a ", "`", "\n\n", "    ",
  ]

  @Test func `no mutation of a lesson crashes, and places lie in their file`() throws {
    let original = Array(try Fixtures.text("Lesson/complete.md").utf8)
    var limits = RunLimits()
    limits.steps = 20_000
    limits.events = 5_000
    for seed in 0..<300 {
      var dice = Dice(state: UInt64(seed))
      var bytes = original
      for _ in 0...dice.roll(6) {
        let place = dice.roll(bytes.count + 1)
        switch dice.roll(4) {
        case 0: bytes.insert(contentsOf: Self.pieces[dice.roll(Self.pieces.count)].utf8, at: place)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + dice.roll(40)))
        case 2: bytes.insert(UInt8(dice.roll(256)), at: place)
        default: bytes.removeSubrange(min(place, bytes.count)..<bytes.count)
        }
      }
      let lesson = compile(
        bytes, files: ["x.walk": "program q { exit(0) }\n"], limits: limits)
      for diagnostic in lesson.diagnostics {
        for label in [diagnostic.primary].compactMap({ $0 }) + diagnostic.related {
          let count = lesson.sources[label.range.file]?.bytes.count ?? -1
          #expect(
            label.range.lower >= 0 && label.range.upper <= count + 1,
            "seed \(seed): \(diagnostic.code) at \(label.range)")
        }
        #expect(!DiagnosticRenderer().render(diagnostic, in: lesson.sources).isEmpty)
      }
      for fence in lesson.fences {
        #expect(fence.range.upper <= bytes.count, "seed \(seed)")
        if let scenario = fence.scenario {
          #expect(
            fence.statements.upperBound <= lesson.scenarios[scenario].scenario.timeline.count,
            "seed \(seed)")
        }
      }
    }
  }
}
