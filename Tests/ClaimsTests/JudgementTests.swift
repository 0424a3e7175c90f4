import Catalogue
import Program
import TestSupport
import Testing
import Trace

@testable import Claims

/// Every kind of claim with a trace that proves it, one that breaks it, and one that is empty.
@Suite struct JudgementTests {
  private static let editor = SampleTrace.editor
  private static let counter = SampleTrace.counter
  private static let sda = SampleTrace.sda

  private static let sleeps = EventSet.event(.sleeps, editor, waitDevice: sda)
  private static let wakes = EventSet.event(.wakes, editor)
  private static let interrupts = EventSet.event(.interrupts, object: sda.rawValue)
  private static let counterRuns = EventSet.event(.runs, counter)
  private static let overflow = StateExpression.compare(
    .compare(.number(.max), .add, .observable(.deviceReads(sda))), .greater, .number(0))
  private static let byZero = StateExpression.compare(
    .compare(.number(1), .divide, .observable(.taskExit(editor))), .equal, .number(0))
  private static let byNoDescriptor = StateExpression.compare(
    .compare(.number(1), .divide, .observable(.taskDescriptors(editor))), .equal, .number(0))
  private static let result = StateExpression.compare(
    .query(.result(call: SampleTrace.open, task: editor)), .equal, .number(3))

  @Test func `a pattern matches its own kind of event and no other`() {
    for kind in EventKind.allCases {
      let pattern = CompiledPattern(EventPattern([kind]), StringTable())
      let found = EventKind.allCases.filter { other in
        pattern.matches(
          TraceEvent(
            time: 0, kind: other, cpu: 0, task: 0, mode: .user, depth: 0,
            cause: TraceEvent.noCause, object: 0, a: 0, b: 0))
      }
      #expect(found == [kind])
    }
  }

  fileprivate static let holding: [Claim] = [
    .occurs(sleeps),
    .occurs(.event(.copiesString, editor, text: "foo")),
    .occurs(.during(interrupts, .condition(counter, .running))),
    .occurs(.because(wakes, interrupts)),
    .occurs(.because(wakes, .event(.callsSystemCall, editor))),
    .occurs(.within(wakes, nanoseconds: 7, of: interrupts)),
    .occurs(.either(.event(.faults), wakes)),
    .never(.event(.isKilled, editor)),
    .never(.returns(4)),
    .not(.occurs(.event(.faults, editor))),
    .sequence([interrupts, wakes, .returns(3)]),
    .before(counterRuns, interrupts),
    .count(.exactly, 2, counterRuns),
    .count(.atLeast, 1, counterRuns),
    .count(.atMost, 1, sleeps),
    .count(.exactly, 0, .event(.faults, editor)),
    .always(.compare(.observable(.deviceReads(sda)), .lessOrEqual, .number(1))),
    .eventually(.compare(.observable(.taskDescriptors(editor)), .equal, .number(1))),
    .atEnd(.compare(.observable(.taskExit(editor)), .equal, .number(0))),
    .atEnd(result),
    .when(sleeps, .mode(editor, .kernel)),
    .when(counterRuns, .observable(.time).isPositive),
    .not(.always(.mode(editor, .kernel))),
    .and(.occurs(sleeps), .occurs(wakes)),
    .or(.occurs(.event(.faults)), .occurs(wakes)),
    .implies(.occurs(sleeps), .occurs(wakes)),
  ]

  fileprivate static let failing: [Claim] = [
    .occurs(.returns(4)),
    .occurs(.returns(-2)),
    .occurs(.returns(3, counter)),
    .occurs(
      .event(.systemCallReturns, editor, object: SampleTrace.read.rawValue, a: 5...5)),
    .occurs(.event(.callsSystemCall, counter, object: SampleTrace.open.rawValue)),
    .occurs(.event(.copiesString, editor, text: "bar")),
    .occurs(.event(.sleeps, editor, waitDevice: DeviceID(rawValue: 2))),
    .occurs(.event(.faults, editor)),
    .occurs(.event(.exits, editor, a: 1...1)),
    .occurs(.during(interrupts, .condition(editor, .running))),
    .occurs(.because(interrupts, wakes)),
    .occurs(.within(wakes, nanoseconds: 6, of: interrupts)),
    .occurs(.event(.installsDescriptor, editor, a: 5...5)),
    .never(counterRuns),
    .not(.occurs(wakes)),
    .sequence([wakes, sleeps]),
    .sequence([sleeps, wakes, .returns(4)]),
    .sequence([.event(.faults, editor), sleeps]),
    .before(wakes, sleeps),
    .before(sleeps, sleeps),
    .before(.event(.faults, editor), sleeps),
    .before(sleeps, .event(.isKilled, editor)),
    .count(.exactly, 1, counterRuns),
    .count(.exactly, 3, counterRuns),
    .count(.atLeast, 1, .returns(4)),
    .count(.atMost, 3, .event(.runs)),
    .always(.mode(editor, .kernel)),
    .always(result),
    .always(overflow),
    .eventually(.compare(.observable(.deviceReads(sda)), .equal, .number(2))),
    .eventually(byZero),
    .atEnd(
      .binary(
        .and, .mode(editor, .kernel),
        .compare(.observable(.deviceReads(sda)), .greaterOrEqual, .number(2)))),
    .atEnd(.observable(.taskSleepsOn(editor, sda))),
    .atEnd(byZero),
    .atEnd(
      .compare(
        .query(.result(call: SampleTrace.read, task: editor)), .equal, .number(5))),
    .when(sleeps, .mode(editor, .user)),
    .never(.during(wakes, byNoDescriptor)),
    .not(.atEnd(byZero)),
    .not(.always(.compare(.observable(.deviceReads(sda)), .less, .number(2)))),
    .and(.occurs(wakes), .occurs(.returns(4))),
    .or(.occurs(.event(.faults)), .occurs(.returns(4))),
    .implies(.occurs(wakes), .occurs(.returns(4))),
  ]

  fileprivate static let vacuous: [Claim] = [
    .never(.event(.callsSystemCall, editor, object: SampleTrace.write.rawValue)),
    .never(.event(.systemCallReturns, counter, object: SampleTrace.open.rawValue)),
    .never(.event(.copiesString, counter, text: "foo")),
    .count(.exactly, 0, .event(.callsSystemCall, editor, object: SampleTrace.write.rawValue)),
    .count(.atMost, 2, .event(.callsSystemCall, editor, object: SampleTrace.write.rawValue)),
    .when(.event(.faults, editor), .mode(editor, .kernel)),
    .implies(.occurs(.event(.faults)), .occurs(.returns(4))),
  ]

  @Test(arguments: [Verdict.holds, .fails, .vacuous])
  func `every kind of claim gets its verdict and says why`(_ verdict: Verdict) throws {
    let claims =
      switch verdict {
      case .holds: Self.holding
      case .fails: Self.failing
      case .vacuous: Self.vacuous
      }
    let trace = SampleTrace.lesson
    let words = ClaimWords(header: trace.header)
    let judgements = ClaimJudge.judge(claims.map { ($0, trace.events.count) }, in: trace)
    var page = ""
    for (claim, judgement) in zip(claims, judgements) {
      #expect(judgement.verdict == verdict, "\(words.text(claim)): \(judgement.message)")
      page += "\(words.text(claim))\n"
      page += "  [\(judgement.step.map(String.init) ?? "-")] \(judgement.message)\n"
    }
    try expectGolden(page, "Claims/\(verdict.rawValue).txt")
  }

  @Test func `a claim sees only the events before its moment`() {
    let trace = SampleTrace.lesson
    let claims: [(claim: Claim, eventCount: Int)] = [
      (.occurs(Self.wakes), 12), (.occurs(Self.wakes), 13), (.never(Self.wakes), 12),
      (.occurs(.returns(4)), 5), (.atEnd(.condition(Self.editor, .sleeping)), 9),
      (.atEnd(.condition(Self.editor, .sleeping)), 20), (.occurs(Self.wakes), 99),
      (.occurs(Self.wakes), -1),
    ]
    let verdicts = ClaimJudge.judge(claims, in: trace).map(\.verdict)
    #expect(verdicts == [.fails, .holds, .holds, .fails, .holds, .fails, .holds, .fails])
  }

  @Test func `the nearest thing is not taken from after the claim's moment`() {
    let trace = SampleTrace.lesson
    let judgement = ClaimJudge.judge([(.occurs(.returns(4)), 5)], in: trace)[0]
    #expect(judgement.message.hasSuffix("Nearest: editor called `open` at step 4."))
  }

  @Test func `an empty trace proves nothing`() {
    let trace = SampleTrace().trace
    let claims: [Claim] = [
      .always(.mode(Self.editor, .kernel)), .never(Self.wakes), .occurs(Self.wakes),
      .eventually(.mode(Self.editor, .kernel)), .atEnd(.mode(Self.editor, .kernel)),
      .when(Self.wakes, .mode(Self.editor, .user)), .sequence([]),
    ]
    let verdicts = ClaimJudge.judge(claims.map { ($0, 0) }, in: trace).map(\.verdict)
    #expect(verdicts == [.vacuous, .vacuous, .fails, .fails, .holds, .vacuous, .holds])
  }

  @Test func `hostile arithmetic and unknown names are answered, not trapped`() {
    let trace = SampleTrace.lesson
    let nobody = TaskID(rawValue: 999)
    let least = StateExpression.number(.min)
    let states: [StateExpression] = [
      .negate(least), .compare(least, .divide, .number(-1)),
      .compare(least, .remainder, .number(-1)), .compare(.number(1), .remainder, .number(0)),
      .compare(.number(.max), .multiply, .number(2)), .compare(least, .subtract, .number(1)),
      .observable(.taskMode(nobody)), .observable(.deviceReads(DeviceID(rawValue: .max))),
      .observable(.cpuMode(255)), .query(.cpuTime(nobody, from: nil, until: nil)),
    ]
    for state in states {
      for claim in [Claim.atEnd(state), .always(state), .eventually(state)] {
        let judgement = ClaimJudge.judge([(claim, 20)], in: trace)[0]
        #expect(judgement.verdict == .fails)
        #expect(!judgement.message.isEmpty)
      }
    }
  }
}

extension StateExpression {
  fileprivate var isPositive: StateExpression { .compare(self, .greaterOrEqual, .number(0)) }
}

/// Patterns written back as words.
@Suite struct ClaimWordsTests {
  @Test func `every kind of event has words for a pattern and for an event`() throws {
    var header = SampleTrace.header
    let text = header.strings.intern("foo").rawValue
    let words = ClaimWords(header: header)
    var page = ""
    for kind in EventKind.allCases {
      var full = EventPattern([kind])
      full.task = SampleTrace.editor
      let object = kind.facts.object?.type == .string ? text : 1
      let event = TraceEvent(
        time: 0, kind: kind, cpu: 0, task: 1, mode: .kernel, depth: 0, cause: 0, object: object,
        a: 1, b: -13)
      page += "\(kind.facts.name)\n"
      page += "    \(words.text(EventPattern([kind]), .present))\n"
      page += "    \(words.text(full, .present))\n"
      page += "    \(words.text(event))\n"
    }
    try expectGolden(page, "Claims/words.txt")
  }
}

/// Judgements and patterns in German.
@Suite struct GermanJudgementTests {
  @Test(arguments: [Verdict.holds, .fails, .vacuous])
  func `every kind of claim is judged in German`(_ verdict: Verdict) throws {
    let claims =
      switch verdict {
      case .holds: JudgementTests.holding
      case .fails: JudgementTests.failing
      case .vacuous: JudgementTests.vacuous
      }
    let trace = SampleTrace.lesson
    let words = Language.german.bench(trace.header)
    let all = claims.map { (claim: $0, eventCount: trace.events.count) }
    let judgements = ClaimJudge.judge(all, in: trace, language: .german)
    let english = ClaimJudge.judge(all, in: trace)
    #expect(judgements.map(\.verdict) == english.map(\.verdict))
    #expect(judgements.map(\.step) == english.map(\.step))
    var page = ""
    for (claim, judgement) in zip(claims, judgements) {
      #expect(judgement.message.filter { $0 == "`" }.count.isMultiple(of: 2))
      page += "\(words.text(claim))\n"
      page += "  [\(judgement.step.map(String.init) ?? "-")] \(judgement.message)\n"
    }
    try expectGolden(page, "Claims/\(verdict.rawValue)-de.txt")
  }

  @Test func `every kind of event has German words for a pattern and for an event`() throws {
    var header = SampleTrace.header
    let text = header.strings.intern("foo").rawValue
    let words = GermanClaimWords(header: header)
    let english = ClaimWords(header: header)
    var page = ""
    for kind in EventKind.allCases {
      var full = EventPattern([kind])
      full.task = SampleTrace.editor
      let object = kind.facts.object?.type == .string ? text : 1
      let event = TraceEvent(
        time: 0, kind: kind, cpu: 0, task: 1, mode: .kernel, depth: 0, cause: 0, object: object,
        a: 1, b: -13)
      #expect(words.text(event) != english.text(event), "\(kind)")
      page += "\(kind.facts.name)\n"
      page += "    \(words.text(EventPattern([kind]), .present))\n"
      page += "    \(words.text(full, .present))\n"
      page += "    \(words.text(event))\n"
    }
    try expectGolden(page, "Claims/words-de.txt")
  }
}
