import Program
import Trace

/// Event sets like a claimed one, each with a condition less: the closest first.
enum Weakening {
  /// A set to look for, and what it lacks.
  struct Candidate {
    let set: EventSet
    /// The state of a `while` that the event did not meet.
    var state: StateExpression?
    /// What the event itself lacks.
    var lack: Lack?
  }

  /// What an event lacks to be in a set.
  enum Lack {
    case because(EventSet)
    case within(Int64, EventSet)
  }

  /// At most a few dozen candidates, whatever the set.
  static func candidates(_ set: EventSet) -> [Candidate] { Array(all(set).prefix(32)) }

  private static func all(_ set: EventSet) -> [Candidate] {
    switch set {
    case .pattern(let pattern): return weaker(pattern).map { Candidate(set: .pattern($0)) }
    case .during(let inner, let state):
      return [Candidate(set: inner, state: state)] + all(inner)
    case .because(let inner, let origin):
      return [Candidate(set: inner, lack: .because(origin))] + all(inner)
    case .within(let inner, let span, let origin):
      return [Candidate(set: inner, lack: .within(span, origin))] + all(inner)
    case .either(let left, let right):
      // Taken in turn, so that neither side hides the other.
      let (first, second) = (all(left), all(right))
      return (0..<max(first.count, second.count)).flatMap { index in
        [first, second].compactMap { $0.indices.contains(index) ? $0[index] : nil }
      }
    }
  }

  /// The pattern without one of its details, then without all, then for any task.
  private static func weaker(_ pattern: EventPattern) -> [EventPattern] {
    var found: [EventPattern] = []
    func offer(_ change: (inout EventPattern) -> Void) {
      var weaker = pattern
      change(&weaker)
      if weaker != pattern, !found.contains(weaker) { found.append(weaker) }
    }
    let isCall = Vacuity.isCall(pattern)
    offer { $0.a = nil }
    offer { $0.b = nil }
    offer { $0.cpu = nil }
    offer { $0.waitDevice = nil }
    if !isCall {
      offer {
        $0.text = nil; $0.object = nil
      }
    }
    func bare(_ pattern: inout EventPattern) {
      pattern.a = nil
      pattern.b = nil
      pattern.cpu = nil
      pattern.waitDevice = nil
      pattern.text = nil
      if !isCall { pattern.object = nil }
    }
    offer(bare)
    offer { $0.task = nil }
    offer {
      bare(&$0)
      $0.task = nil
    }
    // What was called, where it has not returned; what else was called, where it was not.
    if isCall {
      if pattern.kinds != [.callsSystemCall] {
        offer {
          bare(&$0)
          $0.kinds = [.callsSystemCall]
        }
      }
      offer {
        bare(&$0)
        $0.object = nil
      }
    }
    return found
  }
}

/// Which claims without any event say nothing.
enum Vacuity {
  /// The set that must not be empty for `never` a set to say something; `nil` when it always does.
  ///
  /// What a program does (calls, the copies and output of its calls, computing) must be in the
  /// trace with the same task and call, details dropped: a claim about a call that was never made
  /// is empty. What the machine does to it (sleeping, faults, signals, interrupts) is always worth
  /// denying, provided the task was there.
  static func subject(of set: EventSet) -> EventSet? {
    switch set {
    case .pattern(let pattern): return subject(of: pattern).map(EventSet.pattern)
    case .during(let inner, _), .because(let inner, _), .within(let inner, _, _):
      return subject(of: inner)
    case .either(let left, let right):
      guard let first = subject(of: left), let second = subject(of: right) else { return nil }
      return .either(first, second)
    }
  }

  private static func subject(of pattern: EventPattern) -> EventPattern? {
    if isCall(pattern) {
      var subject = EventPattern([.callsSystemCall])
      subject.task = pattern.task
      subject.object = pattern.object
      return subject
    }
    let isAct = pattern.kinds.allSatisfy {
      switch $0 {
      case .copiesString, .copiesFromUser, .copiesToUser, .writesConsole, .computes, .yields: true
      default: false
      }
    }
    if isAct {
      var subject = EventPattern(pattern.kinds)
      subject.task = pattern.task
      return subject
    }
    guard let task = pattern.task else { return nil }
    var subject = EventPattern(EventKind.allCases)
    subject.task = task
    return subject
  }

  /// Whether a pattern speaks of system calls: its object is the call.
  static func isCall(_ pattern: EventPattern) -> Bool {
    pattern.kinds.allSatisfy {
      $0 == .callsSystemCall || $0 == .systemCallReturns || $0 == .dispatches
    }
  }
}

/// Looks through the trace once more, for all findings that need it at the same time.
struct Clerk {
  private(set) var findings: [Finding]

  /// Adds to failing findings what came nearest, and marks the empty ones.
  init(trace: Trace, words: any Bench, findings unfinished: [Finding?], eventCounts: [Int]) {
    findings = unfinished.map {
      $0 ?? Finding(truth: .unknown, step: nil, message: words.say(.notJudgedAtAll))
    }
    var monitor = EventMonitor(header: trace.header)
    let strings = trace.header.strings
    var searches: [(finding: Int, cell: Int, candidate: Weakening.Candidate)] = []
    var needs: [(finding: Int, cell: Int)] = []
    var states: [Int: [StateExpression]] = [:]
    var explanations: [Int: [StateExpression: String]] = [:]
    for (index, finding) in findings.enumerated() {
      if let set = finding.needs { needs.append((index, monitor.add(set, strings))) }
      guard let set = finding.nearest else { continue }
      for candidate in Weakening.candidates(set) {
        let cell = monitor.add(candidate.set, strings)
        if let state = candidate.state {
          _ = monitor.compile(state, strings)
          states[cell, default: []].append(state)
        }
        searches.append((index, cell, candidate))
      }
    }
    guard !searches.isEmpty || !needs.isEmpty else { return }
    let watched = states.keys.sorted()
    for (step, event) in trace.events.enumerated() {
      monitor.observe(event)
      for cell in watched where monitor.records[cell].first == step {
        for state in states[cell] ?? [] {
          explanations[cell, default: [:]][state] = StateExplainer.text(state, monitor, words)
        }
      }
    }

    for (index, cell) in needs {
      if let first = monitor.records[cell].first, first < eventCounts[index] { continue }
      findings[index].truth = .vacuous
      findings[index].step = nil
      if let set = findings[index].needs {
        findings[index].message += " \(words.say(.unbreakable(set)))"
      }
    }
    var isTold = Set<Int>()
    for (index, cell, candidate) in searches where !isTold.contains(index) {
      guard let first = monitor.records[cell].first, first < eventCounts[index] else { continue }
      isTold.insert(index)
      let values = candidate.state.flatMap { explanations[cell]?[$0] }
      let nearest = Remark.nearest(
        Told(event: trace.events[first], step: first), without: candidate.state, values: values,
        lack: candidate.lack)
      findings[index].message += " \(words.say(nearest))"
      if findings[index].step == nil { findings[index].step = first }
    }
    for index in findings.indices where findings[index].nearest != nil && !isTold.contains(index) {
      findings[index].message += " \(words.say(.nothingAlike))"
    }
  }
}
