import Claims
import LanguageService
import Lesson
import SourceText
import Testing
import WalkSyntax

@Suite("A text that changes")
struct IncrementTests {
  /// A lesson that asks the same script about other machines in three ways, with a task and a question.
  static let lesson =
    sample + """

      ```walk claim
      claim "it reads on every machine" {
        under machine arm64, machine x86_64: expect one exits
        under scheduler fifo: refute one exits 1
      }
      ```

      ```walk show=compare arch=arm64 call=exit_group
      ```

      ```walk show=compare under="machine arm64"
      ```

      ```walk predict=time
      ask "When does it end?"
      answer time(one exits)
      choices under scheduler fifo
      ```

      ```walk predict=varied
      vary n in 1..3
      program v { repeat n { compute 1ms } }
      start v
      run
      ask "How long does it compute?"
      answer cputime(v)
      ```

      ```walk task=ends points=2
      student program p
      starter { program p { exit(1) } }
      start p
      run
      check "it ends well" 2 points: p exits 0
      ```

      See [the step](#other/one-exits).
      """

  /// What a lesson comes to, in words.
  private func summary(_ lesson: Lesson) -> [String] {
    lesson.diagnostics.map { "\($0)" }
      + lesson.scenarios.flatMap { scenario in
        scenario.outcomes.map { "\(scenario.name) \($0.range.lower) \($0.judgement)" }
      } + lesson.values.map { "\($0.range.lower) \($0.text ?? "nothing")" }
      + lesson.fences.map { "\($0.prediction != nil) \($0.comparison.count) \($0.exhibit.count)" }
      + lesson.tasks.map { "\($0.name)" }
  }

  private func compiled(_ text: [UInt8]) -> Lesson {
    Lesson.compile(
      SourceFile(name: "test.md", bytes: text),
      includes: { _ throws(IncludeFailure) in throw .unreadable("it is not there") })
  }

  @Test func `the lesson of these tests is right`() {
    #expect(compiled(Array(Self.lesson.utf8)).diagnostics.isEmpty)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `whatever was there before, a text is what it is on its own`(_ seed: UInt64) {
    var random = Lottery(seed: seed)
    let document = open(Self.lesson)
    document.finish()
    #expect(summary(document.lesson) == summary(compiled(Array(Self.lesson.utf8))))
    for number in 0..<25 {
      let count = document.lines.count
      let line = random.draw(count)
      let start = TextPosition(line: line, character: random.draw(20))
      switch random.draw(6) {
      case 0: document.replace(start, start, with: Array("x".utf8))
      case 1: document.replace(start, start, with: Array(" ".utf8))
      case 2: document.replace(start, start, with: Array("\n".utf8))
      case 3:
        document.replace(
          start, TextPosition(line: line, character: start.character + 1), with: [])
      case 4:
        // Back to what it was: what is remembered of it must still be true.
        document.replace(with: Array(Self.lesson.utf8))
      default:
        let digits = document.lines.range(ofLine: line).filter {
          (0x30...0x39).contains(document.file.bytes[$0])
        }
        guard let digit = digits.first else { continue }
        let place = document.lines.position(at: digit)
        document.replace(
          place, TextPosition(line: place.line, character: place.character + 1),
          with: [UInt8(0x30 + random.draw(10))])
      }
      document.finish()
      let expected = summary(compiled(document.file.bytes))
      guard summary(document.lesson) != expected else { continue }
      Issue.record(
        "seed \(seed), change \(number): \(document.file.text(0..<document.file.bytes.count))")
      #expect(summary(document.lesson) == expected)
      return
    }
  }
}

/// Numbers by chance that are the same each time (SplitMix64).
struct Lottery {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A number below a bound, which is positive.
  mutating func draw(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(max(1, bound)))
  }
}
