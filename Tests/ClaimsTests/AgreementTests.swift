import Catalogue
import Program
import Testing
import Trace

@testable import Claims

/// SplitMix64, so that a seed gives the same claims everywhere.
private struct Dice {
  var state: UInt64

  mutating func roll(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(max(1, bound)))
  }

  mutating func pick<T>(_ choices: [T]) -> T { choices[roll(choices.count)] }

  // MARK: Traces

  private static let kinds: [EventKind] = [
    .processStarts, .runs, .idles, .callsSystemCall, .systemCallReturns, .sleeps, .wakes,
    .interrupts, .startsRequest, .copiesString, .exits,
  ]

  mutating func trace() -> Trace {
    var header = SampleTrace.header
    _ = header.strings.intern("foo")
    _ = header.strings.intern("bar")
    var events: [TraceEvent] = []
    var time: Int64 = 0
    for step in 0..<roll(18) {
      time += Int64(roll(4))
      events.append(
        TraceEvent(
          time: time, kind: pick(Self.kinds), cpu: 0, task: UInt16(roll(3)),
          mode: roll(2) == 0 ? .user : .kernel, depth: 0,
          cause: step == 0 || roll(4) == 0 ? TraceEvent.noCause : UInt32(roll(step)),
          object: UInt32(roll(3)), a: Int64(roll(3)), b: Int64(roll(2))))
    }
    return Trace(header: header, events: events)
  }

  // MARK: Claims

  private mutating func task() -> TaskID { TaskID(rawValue: UInt16(roll(3))) }

  mutating func set(_ depth: Int) -> EventSet {
    guard depth > 0, roll(3) > 0 else {
      var pattern = EventPattern(
        roll(5) == 0 ? [pick(Self.kinds), pick(Self.kinds)] : [pick(Self.kinds)])
      if roll(2) == 0 { pattern.task = task() }
      if roll(4) == 0 { pattern.object = UInt32(roll(3)) }
      if roll(4) == 0 { pattern.a = 0...Int64(roll(3)) }
      if roll(5) == 0 { pattern.text = pick(["foo", "bar", "absent"]) }
      return .pattern(pattern)
    }
    switch roll(4) {
    case 0: return .during(set(depth - 1), state(depth - 1))
    case 1: return .because(set(depth - 1), set(depth - 1))
    case 2: return .within(set(depth - 1), nanoseconds: Int64(roll(5)), of: set(depth - 1))
    default: return .either(set(depth - 1), set(depth - 1))
    }
  }

  mutating func state(_ depth: Int) -> StateExpression {
    guard depth > 0, roll(3) > 0 else {
      switch roll(6) {
      case 0: return .constant(Int64(roll(3)), .integer)
      case 1: return .observable(.taskMode(task()))
      case 2: return .observable(.taskCondition(task()))
      case 3: return .observable(.deviceReads(DeviceID(rawValue: UInt32(roll(3)))))
      case 4: return .observable(.time)
      default: return .observable(.taskExit(task()))
      }
    }
    switch roll(8) {
    case 0: return .not(state(depth - 1))
    case 1: return .negate(state(depth - 1))
    case 2:
      switch roll(5) {
      case 0: return .query(.count(set(depth - 1)))
      case 1: return .query(.time(set(depth - 1)))
      case 2: return .query(.between(set(depth - 1), set(depth - 1)))
      case 3:
        return .query(.result(call: SystemCallID(rawValue: UInt32(roll(3))), task: task()))
      default:
        let from = roll(2) == 0 ? nil : set(depth - 1)
        return .query(.cpuTime(task(), from: from, until: roll(2) == 0 ? nil : set(depth - 1)))
      }
    default:
      let symbols: [BinaryOperator] = [
        .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .add, .subtract,
        .multiply, .divide, .remainder, .and, .or, .implies,
      ]
      return .binary(pick(symbols), state(depth - 1), state(depth - 1))
    }
  }

  mutating func claim(_ depth: Int) -> Claim {
    if depth > 1, roll(3) == 0 {
      switch roll(4) {
      case 0: return .not(claim(depth - 1))
      case 1: return .and(claim(depth - 1), claim(depth - 1))
      case 2: return .or(claim(depth - 1), claim(depth - 1))
      default: return .implies(claim(depth - 1), claim(depth - 1))
      }
    }
    switch roll(9) {
    case 0: return .occurs(set(2))
    case 1: return .never(set(2))
    case 2: return .sequence((0...roll(3)).map { _ in set(1) })
    case 3: return .before(set(1), set(1))
    case 4: return .count(pick([.exactly, .atLeast, .atMost]), Int64(roll(4)), set(2))
    case 5: return .always(state(2))
    case 6: return .eventually(state(2))
    case 7: return .atEnd(state(3))
    default: return .when(set(1), state(2))
    }
  }
}

@Suite struct AgreementTests {
  @Test func `one pass agrees with quantifiers written out`() {
    var verdicts: [Verdict: Int] = [:]
    for seed in 0..<400 as Range<UInt64> {
      var dice = Dice(state: seed)
      let trace = dice.trace()
      var claims: [(claim: Claim, eventCount: Int)] = []
      for _ in 0..<12 {
        let end = dice.roll(3) == 0 ? dice.roll(trace.events.count + 1) : trace.events.count
        claims.append((dice.claim(3), end))
      }
      let judgements = ClaimJudge.judge(claims, in: trace)
      for ((claim, end), judgement) in zip(claims, judgements) {
        let expected = NaiveJudge(trace: trace, end: end).verdict(claim)
        verdicts[expected, default: 0] += 1
        #expect(
          judgement.verdict == expected,
          "seed \(seed): \(ClaimWords(header: trace.header).text(claim)), \(judgement.message)")
        // A step named is one that the claim could see.
        if let step = judgement.step { #expect((0..<end).contains(step), "seed \(seed)") }
      }
    }
    // The dice must meet all three, or the test shows little.
    for verdict in [Verdict.holds, .fails, .vacuous] {
      #expect(verdicts[verdict, default: 0] > 200)
    }
  }

  @Test func `run until stops at the first event of a set, and when a state comes true`() {
    for seed in 1_000..<1_300 as Range<UInt64> {
      var dice = Dice(state: seed)
      let trace = dice.trace()
      let recorded = dice.roll(trace.events.count + 1)
      let (set, state) = (dice.set(2), dice.state(2))
      let naive = NaiveJudge(trace: trace, end: trace.events.count)
      let before = Array(trace.events.prefix(recorded))

      var watcher = TraceWatcher(event: set, header: trace.header, after: before)
      let met = (recorded..<trace.events.count).first {
        watcher.observe(trace.events[$0], at: $0, strings: trace.header.strings)
      }
      let expected = (recorded..<trace.events.count).first { naive.matches(set, $0) }
      #expect(met == expected, "seed \(seed)")

      var other = TraceWatcher(state: state, header: trace.header, after: before)
      #expect(other.isMetAlready == naive.value(state, after: recorded).isTrue, "seed \(seed)")
      let came = (recorded..<trace.events.count).first {
        other.observe(trace.events[$0], at: $0, strings: trace.header.strings)
      }
      let first = (recorded..<trace.events.count).first {
        naive.value(state, after: $0 + 1).isTrue
      }
      #expect(came == first, "seed \(seed)")
    }
  }
}
