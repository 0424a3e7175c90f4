import Catalogue
import Claims
import Lesson
import Program
import Testing
import Trace
import WalkSemantics

/// Two programs that compete for one CPU: who is preempted depends on the scheduler.
private let rivals = """
  ```walk world
  machine x86_64 { tick 1ms, scheduler round_robin { quantum 1ms } }
  program p { compute 5ms
    exit(0) }
  program q { compute 5ms
    exit(0) }
  ```

  ```walk scenario=race
  start p
  start q
  run
  expect at end p.exit == 0
  ```

  """

private func lesson(_ claims: String) -> Lesson {
  compile(rivals + "```walk claim\n\(claims)\n```\n")
}

@Suite("Claim blocks")
struct TrialTests {
  @Test func `a claim is judged on each machine named, by that machine's run`() throws {
    let lesson = lesson(
      """
      claim "Everybody runs until it is done" from "answer 2" {
        refute never p is preempted
        under scheduler fifo, scheduler fifo and costs typical: expect never p is preempted
      }
      """)
    #expect(lesson.diagnostics.isEmpty, "\(lesson.messages)")
    #expect(lesson.scenarios.count == 1)
    let trial = try #require(lesson.scenarios.first?.trials.first)
    #expect(trial.title == "Everybody runs until it is done")
    #expect(trial.origin == "answer 2")
    #expect(trial.configurations == ["", "scheduler fifo", "scheduler fifo and costs typical"])
    #expect(trial.claims.map(\.text) == ["never p is preempted"])
    let verdicts = trial.claims[0].verdicts.map { $0?.judgement.verdict }
    #expect(verdicts == [.fails, .holds, .holds])
    #expect(trial.verdicts.map(\.isSaidToHold) == [false, true, true])
    #expect(trial.verdicts.map(\.isAsSaid) == [true, true, true])
    // Only the machine as written did what the scenario's own did; its step can be shown.
    #expect(trial.verdicts.map(\.isLikeScenario) == [true, false, false])
    let first = try #require(trial.verdicts.first)
    let step = try #require(first.judgement.step)
    #expect(first.sentence?.hasPrefix("p ") == true)
    #expect(lesson.scenarios[0].run.trace.events[step].kind == .isPreempted)
    #expect(!lesson.hasFailures)
    #expect(lesson.fences[trial.fence].role == .claim)
    #expect(lesson.fences[trial.fence].scenario == 0)
  }

  @Test(arguments: [
    ("under scheduler fifo: refute never p is preempted", "But it holds: "),
    ("expect never p is preempted", "Expected: "),
  ])
  func `a verdict that is not the pinned one is a failed expectation`(
    _ claim: String, _ message: String
  ) throws {
    let lesson = lesson("claim \"c\" { \(claim) }")
    #expect(lesson.diagnostics.isEmpty, "\(lesson.messages)")
    #expect(lesson.hasFailures)
    let outcomes = try #require(lesson.scenarios.first?.outcomes)
    #expect(outcomes.map(\.judgement.verdict) == [.holds, .fails])
    #expect(outcomes[1].text == claim)
    #expect(outcomes[1].judgement.message.hasPrefix(message))
  }

  @Test func `a claim that nothing could break is vacuous and does not count as refuted`() throws {
    let lesson = lesson("claim \"c\" { expect never p calls open\n refute never p calls read }")
    let trial = try #require(lesson.scenarios.first?.trials.first)
    #expect(trial.verdicts.map(\.judgement.verdict) == [.vacuous, .vacuous])
    #expect(trial.verdicts.map(\.isAsSaid) == [true, false])
    #expect(lesson.scenarios[0].outcomes.map(\.judgement.verdict) == [.holds, .vacuous, .fails])
    #expect(trial.verdict(under: 0) == .vacuous)
  }

  @Test func `a sentence holds where all that it means holds`() throws {
    let lesson = lesson(
      """
      claim "c" {
        under scheduler fifo, scheduler round_robin: expect p exits
        under scheduler fifo: expect never p is preempted
        under scheduler round_robin: refute never p is preempted
        under tick 2ms: expect q exits
      }
      """)
    let trial = try #require(lesson.scenarios.first?.trials.first)
    #expect(trial.claims.count == 3)
    #expect((0..<3).map { trial.verdict(under: $0) } == [.holds, .fails, .holds])
    #expect(trial.claims[2].verdicts.map { $0 == nil } == [true, true, false])
  }

  @Test func `claims stand at a moment of the timeline`() throws {
    let lesson = compile(
      rivals.replacing(
        "run\n",
        with:
          "run until p computes\nclaim \"c\" { expect p.exit == 0\n refute at end p.exit == -1 }\nrun\n"
      ))
    #expect(lesson.diagnostics.isEmpty, "\(lesson.messages)")
    let trial = try #require(lesson.scenarios.first?.trials.first)
    #expect(trial.verdicts.map(\.judgement.verdict) == [.fails, .holds])
  }

  @Test func `claims with a timeline are a scenario of their own`() throws {
    let lesson = lesson("start p\nrun\nclaim \"c\" { expect p exits }")
    try #require(lesson.scenarios.count == 2)
    #expect(lesson.scenarios[0].trials.isEmpty)
    let trial = try #require(lesson.scenarios[1].trials.first)
    #expect(lesson.fences[trial.fence].scenario == 1)
  }

  @Test func `claims alone may name the scenario that they speak of`() throws {
    let text =
      rivals + "```walk scenario=alone\nstart p\nrun\n```\n"
      + "```walk claim of=race\nclaim \"c\" { expect q exits }\n```\n"
    let lesson = compile(text)
    #expect(lesson.diagnostics.isEmpty, "\(lesson.messages)")
    #expect(lesson.scenarios.map(\.trials.count) == [1, 0])
    #expect(compile(text.replacing("of=race", with: "of=rice")).places == ["19:18 W0017"])
  }

  @Test func `what is wrong under one configuration names it, once`() throws {
    let lesson = lesson("claim \"c\" {\n under tick 1ms, tick 2ms: expect r exits\n}")
    #expect(lesson.places == ["17:35 W0401"])
    #expect(lesson.messages.contains("so it is under `tick 1ms`"))
    #expect(lesson.isBroken)
    #expect(lesson.scenarios.isEmpty)
  }

  @Test func `a run that goes wrong under one configuration says so`() throws {
    let lesson = compile(
      """
      ```walk scenario=a
      program p { while 1 { compute 1ms } }
      program q { exit(0) }
      start p
      start q
      run until q exits
      claim "c" { under scheduler fifo: refute q exits }
      ```
      """,
      limits: {
        var limits = RunLimits(); limits.time = 1_000_000_000; return limits
      }())
    #expect(lesson.places == ["6:1 W0501"], "\(lesson.messages)")
    #expect(lesson.messages.contains("so it is under `scheduler fifo`"))
  }

  @Test func `an example's claims are checked and not run`() {
    let text = rivals + "```walk example\nstart p\nclaim \"c\" { expect q exits }\n```\n"
    #expect(compile(text).places == ["17:20 W0402"])
  }

  @Test func `tables in letters are no wider than asked`() throws {
    let lesson = lesson(
      """
      claim "c" {
        under scheduler fifo, scheduler round_robin, tick 2ms, tick 3ms, costs typical: expect p exits then q exits
      }
      """)
    let table = try #require(lesson.scenarios.first?.trials.first?.table(in: .english))
    for width in [30, 40, 60, 76, 120, 200] {
      let lines = table.lines(width: width)
      #expect(lines.allSatisfy { $0.count <= width }, "\(width)\n\(lines.joined(separator: "\n"))")
      let text = lines.joined(separator: " ")
      for name in ["fifo", "round_robin", "2ms", "typical"] { #expect(text.contains(name)) }
    }
    #expect(TextTable(head: [], rows: []).lines(width: 10).isEmpty)
  }
}
