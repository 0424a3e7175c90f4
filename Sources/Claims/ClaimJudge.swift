public import Catalogue
public import Program
public import Trace

/// Judges claims about traces.
public enum ClaimJudge {
  /// Judges claims about the same trace in one pass over it.
  ///
  /// Each claim sees the first `eventCount` events only; a count outside of the trace is moved to
  /// its nearest end. A second pass looks for what came nearest to the claims that fail, and for
  /// whether those that hold without any event could have met one.
  ///
  /// - Returns: One judgement per claim, in the same order.
  /// - Complexity: O(events × distinct event sets and states of all claims).
  public static func judge(
    _ claims: [(claim: Claim, eventCount: Int)], in trace: Trace, language: Language = .english
  ) -> [Judgement] {
    var court = Court(trace: trace, language: language)
    return court.judge(claims)
  }

  /// The value of an expression at the moment after the first `eventCount` events.
  ///
  /// Booleans are 0 and 1, times nanoseconds, modes, conditions and tasks their numbers;
  /// ``ValueFormatter`` writes them.
  ///
  /// - Returns: The value, or why there is none: "`open` by editor has not returned".
  /// - Complexity: O(`eventCount`).
  public static func value(
    _ expression: StateExpression, in trace: Trace, eventCount: Int,
    language: Language = .english
  ) -> Result<Int64, ValueError> {
    var monitor = EventMonitor(header: trace.header)
    let compiled = monitor.compile(expression, trace.header.strings)
    for event in trace.events.prefix(max(0, eventCount)) { monitor.observe(event) }
    do throws(Absence) {
      return .success(try monitor.value(compiled))
    } catch {
      return .failure(ValueError(message: language.bench(trace.header).text(error)))
    }
  }
}

extension ClaimJudge {
  /// The value of an expression when all of a trace has happened, and what settled it.
  ///
  /// - Returns: The value with the step since which it is that, `nil` when it was so from the
  ///   beginning; or why there is none.
  /// - Complexity: O(events × parts of the expression).
  public static func outcome(
    of expression: StateExpression, in trace: Trace
  ) -> Result<(value: Int64, step: Int?), ValueError> {
    var monitor = EventMonitor(header: trace.header)
    let compiled = monitor.compile(expression, trace.header.strings)
    var known: Int64?
    var step: Int?
    var absence: Absence?
    func look() -> Int64? {
      do throws(Absence) {
        absence = nil
        return try monitor.value(compiled)
      } catch {
        absence = error
        return nil
      }
    }
    known = look()
    for (index, event) in trace.events.enumerated() {
      monitor.observe(event)
      let now = look()
      if now != known {
        known = now
        step = index
      }
    }
    if let known { return .success((known, step)) }
    let words = absence.map(ClaimWords(header: trace.header).text) ?? "nothing has happened"
    return .failure(ValueError(message: words))
  }

  /// The first event of a set.
  ///
  /// - Returns: Its step; `nil` when none happens.
  public static func first(_ set: EventSet, in trace: Trace) -> Int? {
    var monitor = EventMonitor(header: trace.header)
    let cell = monitor.add(set, trace.header.strings)
    for (index, event) in trace.events.enumerated() {
      monitor.observe(event)
      if monitor.records[cell].matches { return index }
    }
    return nil
  }
}

/// What is known of a claim: a verdict, or that it has no value that could be true or false.
enum Truth {
  case holds
  case vacuous
  case fails
  case unknown

  var isTrue: Bool { self == .holds || self == .vacuous }
}

/// The finding on a claim or a part of one.
struct Finding {
  var truth: Truth
  var step: Int?
  /// Sentences, complete but for the nearest thing.
  var message: String
  /// The set whose nearest event is to be told after the message.
  var nearest: EventSet?
  /// It is vacuous unless an event of this set happened.
  var needs: EventSet?
}

/// A claim whose parts without `and`, `or`, `not`, `implies` are leaves, by position.
private indirect enum Tree {
  case leaf(Int)
  case not(Tree, Claim)
  case and(Tree, Tree)
  case or(Tree, Tree)
  case implies(Tree, Tree)
}

/// The evaluation of some claims over one trace.
private struct Court {
  let trace: Trace
  let words: any Bench
  var monitor: EventMonitor
  var leaves: [Leaf] = []
  var findings: [Finding?] = []

  init(trace: Trace, language: Language) {
    self.trace = trace
    words = language.bench(trace.header)
    monitor = EventMonitor(header: trace.header)
  }

  mutating func judge(_ claims: [(claim: Claim, eventCount: Int)]) -> [Judgement] {
    var trees: [Tree] = []
    for (claim, eventCount) in claims {
      trees.append(build(claim, eventCount: min(max(0, eventCount), trace.events.count)))
    }
    run()
    let clerk = Clerk(
      trace: trace, words: words, findings: findings, eventCounts: leaves.map(\.eventCount))
    return trees.map { tree in
      let finding = combine(tree, clerk.findings)
      let verdict: Verdict =
        switch finding.truth {
        case .holds: .holds
        case .vacuous: .vacuous
        case .fails, .unknown: .fails
        }
      return Judgement(verdict: verdict, step: finding.step, message: finding.message)
    }
  }

  private mutating func build(_ claim: Claim, eventCount: Int) -> Tree {
    switch claim {
    case .not(.occurs(let set)): return leaf(.never(set), eventCount)
    case .not(let inner): return .not(build(inner, eventCount: eventCount), claim)
    case .and(let left, let right):
      let first = build(left, eventCount: eventCount)
      return .and(first, build(right, eventCount: eventCount))
    case .or(let left, let right):
      let first = build(left, eventCount: eventCount)
      return .or(first, build(right, eventCount: eventCount))
    case .implies(let left, let right):
      let first = build(left, eventCount: eventCount)
      return .implies(first, build(right, eventCount: eventCount))
    default: return leaf(claim, eventCount)
    }
  }

  private mutating func leaf(_ claim: Claim, _ eventCount: Int) -> Tree {
    leaves.append(Leaf(claim, eventCount: eventCount, in: &monitor, trace.header.strings))
    return .leaf(leaves.count - 1)
  }

  /// The pass: every leaf is finished when its last event has been observed.
  private mutating func run() {
    findings = [Finding?](repeating: nil, count: leaves.count)
    let order = leaves.indices.sorted {
      (leaves[$0].eventCount, $0) < (leaves[$1].eventCount, $1)
    }
    var active = order.filter { leaves[$0].isDrivenByEvents }
    var next = 0
    for step in 0...trace.events.count {
      while next < order.count, leaves[order[next]].eventCount == step {
        let index = order[next]
        findings[index] = leaves[index].finish(monitor, trace, words)
        next += 1
      }
      guard next < order.count, step < trace.events.count else { break }
      monitor.observe(trace.events[step])
      var settled = false
      for index in active {
        leaves[index].observe(step, monitor, words)
        settled = settled || leaves[index].isSettled
      }
      // A leaf whose count is reached is finished before it could see the event after it.
      if settled || leaves[order[next]].eventCount == step + 1 {
        active.removeAll { leaves[$0].isSettled || leaves[$0].eventCount == step + 1 }
      }
    }
  }

  private func combine(_ tree: Tree, _ findings: [Finding]) -> Finding {
    switch tree {
    case .leaf(let index): return findings[index]
    case .not(let inner, let claim):
      var finding = combine(inner, findings)
      switch finding.truth {
      case .holds, .vacuous:
        finding.truth = .fails
        finding.message = words.say(.holdsAfterAll(claim, finding.message))
      case .fails:
        finding.truth = .holds
        finding.message = words.say(.notSo(finding.message))
      case .unknown: break
      }
      return finding
    case .and(let left, let right):
      let (first, second) = (combine(left, findings), combine(right, findings))
      for truth in [Truth.fails, .unknown] {
        let broken = [first, second].filter { $0.truth == truth }
        guard !broken.isEmpty else { continue }
        let step = broken.compactMap(\.step).first
        return Finding(truth: truth, step: step, message: Self.join(broken))
      }
      let truth: Truth =
        first.truth == .vacuous && second.truth == .vacuous ? .vacuous : .holds
      let step = [first.step, second.step].compactMap { $0 }.max()
      return Finding(truth: truth, step: step, message: Self.join([first, second]))
    case .or(let left, let right):
      let (first, second) = (combine(left, findings), combine(right, findings))
      for truth in [Truth.holds, .vacuous] {
        if first.truth == truth { return first }
        if second.truth == truth { return second }
      }
      let truth: Truth =
        first.truth == .unknown || second.truth == .unknown ? .unknown : .fails
      return Finding(
        truth: truth, step: first.step ?? second.step, message: Self.join([first, second]))
    case .implies(let left, let right):
      let (first, second) = (combine(left, findings), combine(right, findings))
      switch first.truth {
      case .fails:
        return Finding(
          truth: .vacuous, step: nil, message: words.say(.nothingClaimed(first.message)))
      case .unknown: return second.truth.isTrue ? second : first
      case .holds, .vacuous: return second
      }
    }
  }

  private static func join(_ findings: [Finding]) -> String {
    findings.map(\.message).joined(separator: " ")
  }
}
