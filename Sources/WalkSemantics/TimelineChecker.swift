import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

// The timeline: what starts, happens, runs and is expected.
extension Checker {
  /// Collects the processes, which claims above their `start` may speak of.
  mutating func startProcesses() {
    var nextLoader = 0
    for (_, statement) in statements {
      if Self.loaderPattern(of: statement) != nil, loaderActs.indices.contains(nextLoader) {
        startLoader(loaderActs[nextLoader])
        nextLoader += 1
      }
      guard case .start(let program, let options, let range) = statement else { continue }
      let before = processes.count
      startProcess(program, options, range)
      startedProcesses.append(processes.count > before ? before : nil)
    }
  }

  private mutating func startProcess(
    _ programName: Name, _ options: [StartOptionSyntax], _ range: SourceRange
  ) {
    let program = programs.firstIndex { $0.name.text == programName.text }
    if program == nil, isNews("program", programName.text) {
      let known = programs.map(\.name.text)
      report(
        .unknownProgram(
          programName, known: known, nearest: Nearest.name(to: programName.text, among: known)))
    }
    var name = programName
    var userIndex = 1
    var directory: StringSyntax?
    var seen: Set<String> = []
    for option in options {
      // The parser has told of options that are given twice; the first one counts.
      func once(_ word: String) -> Bool { seen.insert(word).inserted }
      switch option {
      case .named(let own): if once("named") { name = own }
      case .user(let user):
        if once("as"), let index = self.user(user) { userIndex = index }
      case .directory(let path): if once("in") { directory = path }
      case .nice(let value):
        if case .missing = value {
          isBroken = true
        } else {
          report(.notSimulated("`nice`", at: value.range))
        }
      case .time: _ = once("at")
      }
    }
    if let meaning = ReservedWords.meaning(of: name.text) {
      report(.nameTaken(name, meaning: meaning))
      return
    }
    if let device = declaredDevices.first(where: { $0.name == name.text }) {
      report(.nameTaken(name, meaning: device.kind.words))
      return
    }
    if let first = processes.first(where: { $0.name == name.text }) {
      var number = 2
      while processes.contains(where: { $0.name == "\(name.text)\(number)" }) { number += 1 }
      report(
        .startedTwice(
          name, first: first.range, freeName: "\(name.text)\(number)",
          insertAt: programName.range.end))
      return
    }
    guard processes.count < Limits.processes else {
      if reported.insert("processes").inserted {
        report(.limitReached("processes", limit: "\(Limits.processes)", at: range))
      }
      return
    }
    processes.append(
      ScenarioScope.Process(
        name: name.text, id: TaskID(rawValue: UInt16(processes.count + 1)), program: program,
        range: name.range))
    let user = accounts.users[userIndex]
    var place = AccountTable.home(of: user)
    if let directory {
      guard let path = checkedPath(directory) else { return }
      place = path
    }
    if !nodes.isDirectory(place) {
      let at = directory?.range ?? range
      if let node = nodes.node(place), node.content != .directory {
        report(.notADirectory(place, at: at, declared: nodes.declared[place]?.range))
      } else {
        let known = nodes.finished.filter { $0.content == .directory }.map(\.path)
        report(
          .missingDirectory(place, at: at, nearest: Nearest.name(to: place, among: known)))
      }
    }
    processConfigurations.append(
      ProcessConfiguration(
        name: name.text, program: program ?? 0, user: userIndex, directory: place))
  }

  /// Goes through the statements that happen in time, in order.
  mutating func checkTimeline() {
    var nextStart = 0
    var block = 0
    for part in parts {
      for statement in part.script.statements {
        guard timeline.count < Limits.timeline else {
          report(
            .limitReached("timeline", limit: "\(Limits.timeline) statements", at: statement.range))
          return
        }
        switch statement {
        case .start(_, let options, let range):
          let process =
            startedProcesses.indices.contains(nextStart)
            ? startedProcesses[nextStart] : nil
          nextStart += 1
          var moment: Int64?
          for case .time(let value) in options {
            moment = time(value, "`at`", in: 0...Limits.longestTime, "between 0ns and 1 hour")
          }
          // A start that was refused has no process.
          if let process { add(.act(.start(process: process), at: moment), range) }
        case .at(let moment, let words, let range):
          let nanoseconds = time(
            moment, "`at`", in: 0...Limits.longestTime, "between 0ns and 1 hour")
          if let action = action(words) { add(.act(action, at: nanoseconds), range) }
        case .act(let words, let range):
          if let action = action(words) { add(.act(action, at: nil), range) }
        case .run(let extent, let range):
          if let extent = runExtent(extent) { add(.run(extent), range) }
        case .expect(let claim, let range):
          if variant == nil { expect(claim, range) }
        case .check(let check, _):
          self.check(check)
        case .claimBlock(_, _, let unders, _):
          guard Self.objection(to: statement, in: part.role) == nil else { continue }
          checkTrials(unders, block: block)
          block += 1
        default: break
        }
      }
    }
  }

  mutating func add(_ statement: TimelineStatement, _ range: SourceRange) {
    timeline.append(statement)
    timelineRanges.append(range)
  }

  private mutating func runExtent(_ extent: RunExtentSyntax) -> RunExtent? {
    switch extent {
    case .toEnd: return .toEnd
    case .duration(let value):
      return time(value, "`run for`", in: 1...Limits.longestTime, "between 1ns and 1 hour")
        .map(RunExtent.duration)
    case .until(let claim):
      var checker = ClaimChecker(scope: scope, reported: reported)
      defer { adopt(checker) }
      switch claim {
      case .occurs(let events): return checker.events(events).map(RunExtent.event)
      case .state(let state, atEnd: false, _): return checker.condition(state).map(RunExtent.state)
      case .missing:
        checker.isBroken = true
        return nil
      default:
        checker.report(
          .misplaced(
            "this claim", "`run until` waits for an event or a state", at: claim.range))
        return nil
      }
    }
  }

  /// Takes over what a claim's checker found.
  mutating func adopt(_ checker: ClaimChecker) {
    for diagnostic in checker.diagnostics { report(diagnostic) }
    if checker.isBroken { isBroken = true }
    reported = checker.reported
  }

  mutating func checkClaim(_ claim: ClaimSyntax) -> Claim? {
    var checker = ClaimChecker(scope: scope, reported: reported)
    let checked = checker.claim(claim)
    adopt(checker)
    return checked
  }

  private mutating func expect(_ claim: ClaimSyntax, _ range: SourceRange) {
    guard let checked = checkClaim(claim) else { return }
    var text = texts.line(range)
    if text.hasPrefix("expect") {
      text = String(text.dropFirst("expect".count).drop { $0 == " " || $0 == "\t" })
    }
    expectations.append(Expectation(claim: checked, text: text, range: claim.range))
    add(.expect(expectations.count - 1), range)
  }

  // MARK: Tasks and predictions

  /// A task's check is compiled like an expectation. It is one only when a submission is graded; else
  /// only its claim is looked at, and `TaskChecker` sees to the rest.
  private mutating func check(_ check: CheckSyntax) {
    let number = nextCheck()
    guard let wantedChecks else {
      _ = checkClaim(check.claim)
      return
    }
    guard wantedChecks.contains(number) else { return }
    // A claim about what this submission does not have is none, and no fault of its other checks. What is
    // said of it would tell students what is checked.
    var made: [Expectation] = []
    for part in TaskChecker.parts(of: check, texts) {
      var checker = ClaimChecker(scope: scope, reported: [])
      guard let claim = checker.claim(part.claim), !checker.isBroken else {
        claimDiagnostics += checker.diagnostics
        return
      }
      made.append(Expectation(claim: claim, text: part.text, range: part.claim.range))
    }
    checkClaims[number] = expectations.count..<expectations.count + made.count
    for expectation in made {
      expectations.append(expectation)
      add(.expect(expectations.count - 1), check.claim.range)
    }
  }

  /// The question of a `predict` fence with statements of its own, or of an example.
  mutating func checkPrediction() -> CheckedPrediction? {
    let own = parts.filter { [.predict, .example, .error].contains($0.role) }
    guard variant == nil, own.contains(where: { $0.script.statements.contains(where: \.isAsked) })
    else { return nil }
    var checker = PredictionChecker(parts: own, scope: scope, reported: reported)
    let prediction = checker.check(isWhole: own.contains { $0.role != .example })
    adopt(checker.claims)
    return prediction
  }
}
