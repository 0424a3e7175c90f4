import Catalogue
import Claims
import Narration
import Program
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

// What `show` fences show.
extension LessonCompiler {
  /// Works out what all `show` fences show that is not drawn by the page itself.
  mutating func makeExhibits() {
    for index in fences.indices where fences[index].info.role == .show {
      let info = fences[index].info
      guard let picture = info.subject.flatMap(Picture.init(rawValue:)) else { continue }
      let (draft, question) = (draftOfFence[index], info.question)
      switch picture {
      case .timeline: continue
      case .reference: exhibits[index] = reference(question)
      case .verdicts: exhibits[index] = verdicts(before: index)
      case .compare:
        guard let draft else { continue }
        if question["under"] != nil {
          comparisons[index] = runs(question, of: draft)
        } else {
          exhibits[index] = comparison(question, of: draft)
        }
      case .maps: if let draft { exhibits[index] = maps(question, at: index, of: draft) }
      case .pagetable: if let draft { exhibits[index] = pageTable(question, at: index, of: draft) }
      case .stack: if let draft { exhibits[index] = stacks(question, at: index, of: draft) }
      case .processes, .kernelStack, .registers, .descriptors, .diskQueue, .pageTableWalk,
        .addressSpace, .processTree:
        guard let draft, let subject = picture.subject else { continue }
        pictures[index] = drawn(subject, question, at: index, of: draft)
      }
    }
  }

  /// What is to be drawn; `nil`, with a message, when there is no such process or moment.
  private mutating func drawn(
    _ subject: LessonPicture.Subject, _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> LessonPicture? {
    guard let eventCount = moment(question, at: fence, of: draft) else { return nil }
    var task: TaskID?
    if processName(question) != nil {
      guard let named = process(question, of: draft) else { return nil }
      task = named
    }
    return LessonPicture(subject: subject, process: task, eventCount: eventCount)
  }

  /// How many events of a scenario had happened at the moment that a fence speaks of: just after the
  /// event that it names with `at`, else at its own place in the lesson. `nil`, with a message, when
  /// there is no such moment.
  ///
  /// - Parameter fence: How many `walk` fences stand before it.
  mutating func moment(_ question: ExhibitQuestion, at fence: Int, of draft: Int) -> Int? {
    guard let text = question["at"],
      let range = question.ranges["at"], let scope = drafts[draft].checked?.scope,
      let run = drafts[draft].result?.run
    else { return place(of: fence, in: draft) }
    // `time(E)` is the value that asks for an event; what it finds is wanted here.
    let opening = Array("time(".utf8)
    let fragment = SourceFragment(
      file: range.file, bytes: opening + Array(text.utf8) + [UInt8(ascii: ")")],
      segments: [
        .init(fragmentOffset: 0, fileOffset: Int(range.lower)),
        .init(fragmentOffset: opening.count, fileOffset: Int(range.lower)),
      ])
    let parsed = WalkParser.parseValue(fragment)
    diagnostics += parsed.diagnostics
    guard parsed.diagnostics.isEmpty else { return nil }
    let checked = WalkChecker.checkValue(parsed.value, in: scope)
    diagnostics += checked.diagnostics
    guard case .query(.time(let events)) = checked.expression,
      var watcher = TraceWatcher(.event(events), header: run.trace.header, after: [])
    else { return nil }
    for (step, event) in run.trace.events.enumerated()
    where watcher.observe(event, at: step, strings: run.trace.header.strings) {
      return step + 1
    }
    diagnostics.append(
      .cannotBeShown("`\(text)` does not happen in the scenario", at: range, nearest: nil))
    return nil
  }

  /// The name of the process that a fence speaks of.
  func processName(_ question: ExhibitQuestion) -> String? {
    if let name = question["process"] { return name }
    guard let name = question["of"], !drafts.contains(where: { $0.name == name }) else {
      return nil
    }
    return name
  }

  /// How many events of a scenario had happened at the place of a fence of the lesson.
  private func place(of fence: Int, in draft: Int) -> Int {
    guard let run = drafts[draft].result?.run,
      let position = drafts[draft].fences.lastIndex(where: { $0 < fence }),
      drafts[draft].statements.indices.contains(position)
    else { return 0 }
    return run.moment(after: drafts[draft].statements[position].upperBound)
  }

  /// The process that a fence names, or the first one; reports one that is not there.
  mutating func process(_ question: ExhibitQuestion, of draft: Int) -> TaskID? {
    guard let tasks = drafts[draft].result?.run.trace.header.tasks else { return nil }
    guard let name = processName(question) else {
      return tasks.count > 1 ? TaskID(rawValue: 1) : nil
    }
    if let index = tasks.indices.dropFirst().first(where: { tasks[$0].name == name }) {
      return TaskID(rawValue: UInt16(truncatingIfNeeded: index))
    }
    let known = tasks.dropFirst().map(\.name)
    diagnostics.append(
      .cannotBeShown(
        "there is no process called `\(name)`",
        at: question.ranges["process"] ?? question.range(of: "of"),
        nearest: Nearest.name(to: name, among: known)))
    return nil
  }

  // MARK: Moments

  private mutating func maps(
    _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> [ExhibitBlock] {
    guard let task = process(question, of: draft), let trace = drafts[draft].result?.run.trace,
      let moment = moment(question, at: fence, of: draft)
    else { return [] }
    let name = trace.header.task(task).name
    let lines = MapAccount(of: task, in: trace, after: moment).lines
    guard !lines.isEmpty else {
      return [.paragraph(words(.noMemoryMap, name, when(moment)))]
    }
    return [.paragraph(words(.memoryMap, name, when(moment))), .lines(lines)]
  }

  mutating func stacks(
    _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> [ExhibitBlock] {
    let names = processName(question) != nil
    let task = names ? process(question, of: draft) : nil
    guard !names || task != nil, let trace = drafts[draft].result?.run.trace,
      let moment = moment(question, at: fence, of: draft)
    else { return [] }
    let accounts = StackAccount.all(in: trace, after: moment, of: task, language: words)
    guard !accounts.isEmpty else {
      return [.paragraph(words(.noStack, when(moment)))]
    }
    return accounts.map { account in
      let caption = words(.stackCaption, account.task, when(moment), account.condition)
      guard !account.frames.isEmpty else {
        return .paragraph(words(.emptyStack, caption, account.reason))
      }
      return .table(
        ExhibitTable(
          caption: caption,
          head: [words(.frameColumn), words(.routineColumn), words(.purposeColumn)],
          rows: account.frames.map { frame in
            let isTop = frame.depth == account.frames.count
            return ExhibitTable.Row(
              isTop ? words(.topFrame, "\(frame.depth)") : "\(frame.depth)",
              [["`\(frame.routine)`"], [words(.purpose, frame.purpose)]])
          }))
    }
  }

  /// The entries that the MMU read when it last looked for an address.
  mutating func pageTable(
    _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> [ExhibitBlock] {
    guard let task = process(question, of: draft), let result = drafts[draft].result else {
      return []
    }
    var wanted: UInt64?
    if let text = question["address"] {
      wanted = Self.address(text)
      guard wanted != nil else {
        diagnostics.append(
          .cannotBeShown(
            "`\(text)` is no address", at: question.range(of: "address"), nearest: nil))
        return []
      }
    }
    let trace = result.run.trace
    guard let moment = moment(question, at: fence, of: draft) else { return [] }
    let name = trace.header.task(task).name
    let page = UInt64(clamping: max(1, trace.header.architecture.pageBytes))
    let walk = trace.events.prefix(moment).lastIndex { event in
      event.kind == .missesTLB && event.taskID == task
        && (wanted == nil || UInt64(bitPattern: event.a) / page == (wanted ?? 0) / page)
    }
    let place = wanted.map { words(.forAddress, Quantity.hexadecimal($0)) } ?? ""
    guard let walk else {
      return [
        .paragraph(words(.noWalk, name, place, when(moment)))
      ]
    }
    let narrator = Narrator(
      trace: trace.header, scenario: result.scenario, sources: expander.sources,
      language: words)
    let steps = trace.events.indices[walk...].dropFirst().prefix {
      [.readsPageTableEntry, .fillsTLB].contains(trace.events[$0].kind)
    }
    let address = Quantity.hexadecimal(trace.events[walk].a)
    return [
      .table(
        ExhibitTable(
          caption: words(.walkCaption, address, name, "\(walk)"),
          head: [words(.stepColumn), words(.actColumn)],
          rows: ([walk] + steps).map { step in
            ExhibitTable.Row("\(step)", [[narrator.sentence(trace.events[step], at: step)]])
          }))
    ]
  }

  /// A number in C's decimal or hexadecimal form.
  private static func address(_ text: String) -> UInt64? {
    guard text.hasPrefix("0x") || text.hasPrefix("0X") else { return UInt64(text) }
    return UInt64(text.dropFirst(2), radix: 16)
  }

  func when(_ moment: Int) -> String {
    moment > 0 ? words(.afterStep, "\(moment - 1)") : words(.atTheBeginning)
  }

  // MARK: Verdicts

  /// All claims above a fence in one table: a row for each sentence.
  func verdicts(before fence: Int) -> [ExhibitBlock] {
    let trials = drafts.compactMap(\.result).flatMap(\.trials).filter { $0.fence < fence }
      .sorted { $0.range.lower < $1.range.lower }
    guard !trials.isEmpty else { return [.paragraph(words(.noClaims))] }
    var names: [String] = []
    for name in trials.flatMap(\.configurations) where !names.contains(name) { names.append(name) }
    let rows = trials.map { trial in
      ExhibitTable.Row(
        words(.quoted, trial.title) + (trial.origin.map { " (\($0))" } ?? ""),
        names.map { name in
          guard let column = trial.configurations.firstIndex(of: name),
            let verdict = trial.verdict(under: column)
          else { return ["–"] }
          let steps = trial.steps(under: column)
          let place =
            steps.isEmpty
            ? ""
            : words(
              steps.count == 1 ? .inStep : .inSteps,
              steps.map(String.init).joined(separator: ", "))
          switch verdict {
          case .holds: return ["✓ \(words(.holds))\(place)"]
          case .fails: return ["✗ \(words(.doesNotHold))\(place)"]
          case .vacuous: return ["○ \(words(.vacuous))"]
          }
        })
    }
    return [
      .table(
        ExhibitTable(
          caption: words(.verdictsCaption),
          head: [words(.claimColumn)] + names.map { LessonTrial.name(of: $0, in: words) },
          rows: rows))
    ]
  }

  // MARK: Reference

  private mutating func reference(_ question: ExhibitQuestion) -> [ExhibitBlock] {
    let name = question.words["part"] ?? ""
    if let part = Reference(rawValue: name) { return part.blocks }
    let known = Reference.allCases.map(\.rawValue)
    diagnostics.append(
      .cannotBeShown(
        (name.isEmpty ? "the reference has parts" : "the reference has no part called `\(name)`")
          + ": there is \(known.joined(separator: ", "))",
        at: question.range(of: "part"), nearest: Nearest.name(to: name, among: known)))
    return []
  }

  // MARK: Other machines

  /// Runs a scenario on the machines that a fence names, as claim blocks do.
  private mutating func runs(_ question: ExhibitQuestion, of draft: Int) -> [LessonScenario] {
    guard let text = question.words["under"],
      let range = question.ranges["under"], let own = drafts[draft].result
    else { return [] }
    // A claim block is what runs a scenario on other machines; this one claims what is always so.
    let opening = Array("claim \"\" { under ".utf8)
    let closing = Array(": expect at end time >= 0ns }".utf8)
    let script = WalkParser.parse(
      SourceFragment(
        file: range.file, bytes: opening + Array(text.utf8) + closing,
        segments: [
          .init(fragmentOffset: 0, fileOffset: Int(range.lower)),
          .init(fragmentOffset: opening.count, fileOffset: Int(range.lower)),
          .init(fragmentOffset: opening.count + text.utf8.count, fileOffset: Int(range.upper)),
        ]))
    guard script.diagnostics.isEmpty else {
      diagnostics += script.diagnostics
      return []
    }
    let parts = parts(of: draft) + [ScenarioPart(role: .claim, script: script)]
    let checked = checked(parts)
    diagnostics += checked.diagnostics.filter { found in
      !diagnostics.contains {
        $0.code == found.code && $0.primary?.range == found.primary?.range
      }
    }
    let chosen = checked.trials.last?.claims.first?.pins.map(\.variant) ?? []
    return chosen.compactMap { position in
      guard checked.variants.indices.contains(position),
        let scenario = checked.variants[position].scenario,
        case let name = checked.variants[position].configuration,
        let run = run(scenario, of: parts, for: .comparison, under: name)
      else { return nil }
      return LessonScenario(name: name, scenario: scenario, run: run, fences: own.fences)
    }
  }

  // MARK: Architectures

  mutating func comparison(_ question: ExhibitQuestion, of draft: Int) -> [ExhibitBlock] {
    guard let result = drafts[draft].result, let chosen = architectures(question) else {
      return []
    }
    let own = result.run.trace
    let name = question["call"]
    guard let call = Self.call(named: name, in: own) else {
      diagnostics.append(
        .cannotBeShown(
          name.map { "nobody in the scenario calls `\($0)`" }
            ?? "the scenario makes no system call",
          at: question.range(of: "call"), nearest: nil))
      return []
    }
    let parts = parts(of: draft)
    var columns: [(name: String, account: CallAccount?)] = []
    for architecture in chosen {
      let name = architecture.name
      if name == own.header.architecture.name {
        columns.append((name, account(of: call, in: result.run, result.scenario)))
        continue
      }
      let checked = WalkChecker.check(parts, architecture: name)
      adopt(checked.diagnostics, under: "machine \(name)")
      guard let scenario = checked.scenario else {
        columns.append((name, nil))
        continue
      }
      guard
        let run = run(
          scenario, of: parts, for: .comparison, under: "machine \(name)")
      else { continue }
      columns.append((name, account(of: call, in: run, scenario)))
    }
    let title = columns.lazy.compactMap(\.account?.title).first ?? ""
    return [
      .table(
        ExhibitTable(
          caption: words(.comparisonCaption, title),
          head: [""] + columns.map(\.name),
          rows: CallAccount.Part.allCases.map { part in
            ExhibitTable.Row(
              part.title(in: words),
              columns.map { column in
                let lines = column.account?[part] ?? []
                return lines.isEmpty ? ["–"] : lines
              })
          }))
    ]
  }

  /// The architectures that `arch=` names; `nil`, with a message, when one of them is none.
  private mutating func architectures(_ question: ExhibitQuestion) -> [Architecture]? {
    let text = question.words["arch"] ?? ""
    if text.isEmpty || text == "all" { return Architecture.all }
    var chosen: [Architecture] = []
    for name in text.split(separator: ",") {
      guard let architecture = Architecture.named(String(name)) else {
        let known = Architecture.all.map(\.name)
        diagnostics.append(
          .cannotBeShown(
            "no architecture is called `\(name)`; there is \(known.joined(separator: ", "))",
            at: question.range(of: "arch"),
            nearest: text == name ? Nearest.name(to: text, among: known) : nil))
        return nil
      }
      if !chosen.contains(where: { $0.name == architecture.name }) { chosen.append(architecture) }
    }
    return chosen
  }

  /// A call that can be found again in the runs of other machines: who makes it, and how many calls
  /// that task makes before it. Its own name may be another one there.
  private static func call(named name: String?, in trace: Trace) -> (task: TaskID, ordinal: Int)? {
    var counts: [TaskID: Int] = [:]
    for event in trace.events where event.kind == .callsSystemCall {
      if name == nil || trace.header.callName(Int64(event.object)) == name {
        return (event.taskID, counts[event.taskID, default: 0])
      }
      counts[event.taskID, default: 0] += 1
    }
    return nil
  }

  private func account(
    of call: (task: TaskID, ordinal: Int), in run: ScenarioRun, _ scenario: Scenario
  ) -> CallAccount? {
    CallAccount.step(ofCall: call.ordinal, by: call.task, in: run.trace).map { step in
      CallAccount(
        call: step, in: run.trace,
        narrator: Narrator(
          trace: run.trace.header, scenario: scenario, sources: expander.sources,
          language: words))
    }
  }
}
