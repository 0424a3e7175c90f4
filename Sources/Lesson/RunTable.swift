import Catalogue
import Narration
import Program
import SourceText
import Trace

/// What a `table` fence can show of a run; the raw value is the word behind `show=`.
enum RunTable: String, CaseIterable {
  /// What happens, an event a row.
  case events
  /// System calls with their results.
  case calls
  /// A process's memory map at a moment.
  case maps
  /// Where each process is in its life at a moment.
  case processes
  /// Kernel stacks at a moment.
  case stack
  /// The last walk through a page table.
  case pagetable
  /// One system call on several architectures.
  case compare
  /// The verdicts on all claims so far.
  case verdicts

  /// The words that may stand beside it, besides those that go with all.
  var options: [String] {
    switch self {
    case .events: ["of", "process", "at", "zoom"]
    case .calls, .maps, .stack: ["of", "process", "at"]
    case .processes: ["of", "at"]
    case .pagetable: ["of", "process", "at", "address"]
    case .compare: ["of", "arch", "call"]
    case .verdicts: []
    }
  }

  /// The words that go with all tables.
  static let commonOptions = ["show", "caption"]

  /// What telling one row is reckoned as, beside looking at an event.
  static let stepsOfRow = 50

  /// How many rows one may have.
  static let rowLimit = 20_000
}

/// A table as a run gives it: cells are plain text, in which parts in backquotes are code.
struct TranscriptTable {
  var caption: String
  var head: [String]
  var rows: [[String]]

  init(caption: String, head: [String], rows: [[String]]) {
    self.caption = caption
    self.head = head
    self.rows = rows
  }

  /// A table of an exhibit.
  init(_ table: ExhibitTable) {
    caption = table.caption
    head = table.head
    rows = table.rows.map { row in [row.title] + row.cells.map { $0.joined(separator: " ") } }
  }
}

extension LessonCompiler {
  /// The table that a fence asks for; `nil`, with a message, when there is none.
  mutating func runTable(_ found: FoundTranscript, of draft: Int) -> TranscriptTable? {
    let question = found.info.question
    let name = question["show"] ?? ""
    let known = RunTable.allCases.map(\.rawValue)
    guard let subject = RunTable(rawValue: name) else {
      diagnostics.append(
        .unfitTranscript(
          "no table of a run is called `\(name)`", at: question.range(of: "show"),
          notes: ["tables: \(known.joined(separator: ", "))"],
          nearest: Nearest.name(to: name, among: known)))
      return nil
    }
    let options = subject.options + RunTable.commonOptions
    for word in TranscriptInfo.options(of: .table)
    where question.words[word] != nil && !options.contains(word) {
      diagnostics.append(
        .unfitTranscript(
          "`\(word)` does not go with `show=\(name)`", at: question.range(of: word)))
      return nil
    }
    switch subject {
    case .events: return events(question, at: found.fence, of: draft)
    case .calls: return calls(question, at: found.fence, of: draft)
    case .maps: return map(question, at: found.fence, of: draft)
    case .processes: return processes(question, at: found.fence, of: draft)
    case .stack: return table(of: stacks(question, at: found.fence, of: draft), question)
    case .pagetable: return table(of: pageTable(question, at: found.fence, of: draft), question)
    case .compare: return table(of: comparison(question, of: draft), question)
    case .verdicts: return table(of: verdicts(before: found.fence), question)
    }
  }

  /// The one table of an exhibit; says what the exhibit says where it has none.
  private mutating func table(
    of blocks: [ExhibitBlock], _ question: ExhibitQuestion
  ) -> TranscriptTable? {
    let tables = blocks.compactMap { block in
      if case .table(let table) = block { table } else { nil }
    }
    if tables.count == 1, let table = tables.first { return TranscriptTable(table) }
    if tables.count > 1 {
      diagnostics.append(
        .unfitTranscript(
          "there are \(tables.count) tables, and a fence has room for one", at: question.place,
          notes: ["`process=` says whose it is"]))
    } else if case .paragraph(let reason)? = blocks.first {
      diagnostics.append(.unfitTranscript(reason.filter { $0 != "`" }, at: question.place))
    }
    return nil
  }

  // MARK: Events

  /// The name of the process that a fence names; `nil` when it names none, `.some(nil)` with a message when
  /// there is no such process.
  private mutating func actor(_ question: ExhibitQuestion, of draft: Int) -> (
    isKnown: Bool, name: String?
  ) {
    guard question["process"] != nil else { return (true, nil) }
    guard let task = process(question, of: draft) else { return (false, nil) }
    return (true, drafts[draft].result?.run.trace.header.task(task).name)
  }

  private mutating func events(
    _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> TranscriptTable? {
    var zoom = Zoom.overview
    if let name = question["zoom"] {
      guard let named = Zoom(name: name) else {
        let known = Zoom.allCases.map(\.name)
        diagnostics.append(
          .unfitTranscript(
            "`zoom` is \(known.joined(separator: ", "))", at: question.range(of: "zoom"),
            nearest: Nearest.name(to: name, among: known)))
        return nil
      }
      zoom = named
    }
    let (isKnown, name) = actor(question, of: draft)
    guard isKnown, let moment = moment(question, at: fence, of: draft),
      let result = drafts[draft].result
    else { return nil }
    let (trace, language) = (result.run.trace, words)
    let narrator = Narrator(
      trace: trace.header, scenario: result.scenario, sources: expander.sources,
      language: language)
    transcriptSteps -= moment
    var state = MachineState(header: trace.header)
    var rows: [[String]] = []
    for (step, event) in trace.events.prefix(moment).enumerated() {
      state.apply(event)
      guard event.zoom <= zoom, name == nil || trace.header.task(event.taskID).name == name else {
        continue
      }
      guard rows.count < RunTable.rowLimit else {
        diagnostics.append(
          .unfitTranscript(
            "the table has more than \(RunTable.rowLimit) rows", at: question.place,
            notes: ["`process=`, `at=` and `zoom=` make it smaller"]))
        return nil
      }
      let cpu = Int(event.cpu)
      let mode = state.cpus.indices.contains(cpu) ? state.cpus[cpu].mode : .kernel
      rows.append([
        "\(step)", Quantity.duration(event.time, in: language), "\(cpu)",
        trace.header.task(event.taskID).name, mode.word(in: language),
        narrator.sentence(event, at: step),
      ])
    }
    transcriptSteps -= RunTable.stepsOfRow * rows.count
    return TranscriptTable(
      caption: name.map { words(.eventsOf, $0) } ?? words(.eventsCaption, result.name),
      head: [
        words(.stepColumn), words(.timeColumn), words(.cpuColumn), words(.processColumn),
        words(.modeColumn), words(.eventColumn),
      ], rows: rows)
  }

  private mutating func calls(
    _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> TranscriptTable? {
    let (isKnown, name) = actor(question, of: draft)
    guard isKnown, let moment = moment(question, at: fence, of: draft),
      let result = drafts[draft].result
    else { return nil }
    let trace = result.run.trace
    let narrator = Narrator(
      trace: trace.header, scenario: result.scenario, sources: expander.sources, language: words)
    transcriptSteps -= moment
    var rows: [[String]] = []
    var rowOfCall: [Int: Int] = [:]
    for (step, event) in trace.events.prefix(moment).enumerated() {
      guard name == nil || trace.header.task(event.taskID).name == name else { continue }
      if event.kind == .callsSystemCall {
        guard rows.count < RunTable.rowLimit else { break }
        rowOfCall[step] = rows.count
        rows.append([
          "\(step)", trace.header.task(event.taskID).name, "`\(narrator.callAsWritten(event))`",
          "–", "–",
        ])
      } else if event.kind == .systemCallReturns, let call = Int(exactly: event.b),
        // A child returns from its parent's fork, too.
        let row = rowOfCall[call], trace.events[call].taskID == event.taskID
      {
        rows[row][3] = TraceHeader.resultText(event.a)
        rows[row][4] = Quantity.duration(event.time - trace.events[call].time, in: words)
      }
    }
    transcriptSteps -= RunTable.stepsOfRow * rows.count
    return TranscriptTable(
      caption: name.map { words(.callsOf, $0) } ?? words(.callsCaption, result.name),
      head: [
        words(.stepColumn), words(.processColumn), words(.callColumn), words(.resultColumn),
        words(.durationColumn),
      ], rows: rows)
  }

  // MARK: Moments

  private mutating func map(
    _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> TranscriptTable? {
    guard let task = process(question, of: draft), let trace = drafts[draft].result?.run.trace,
      let moment = moment(question, at: fence, of: draft)
    else { return nil }
    let name = trace.header.task(task).name
    let tasks = trace.state(after: moment).tasks
    let index = Int(task.rawValue)
    let regions = tasks.indices.contains(index) ? tasks[index].regions : []
    let pageBytes = trace.header.architecture.pageBytes
    guard !regions.isEmpty else {
      diagnostics.append(
        .unfitTranscript(
          "`\(name)` has no memory map \(when(moment))", at: question.place,
          notes: ["`at=` names an event after which it is looked at"]))
      return nil
    }
    return TranscriptTable(
      caption: words(.mapCaption, name, when(moment)),
      head: [
        words(.startColumn), words(.endColumn), words(.rightsColumn), words(.offsetColumn),
        words(.nameColumn),
      ],
      rows: regions.map { region in
        let offset = region.inode == 0 ? 0 : region.rights.page &* pageBytes
        return [
          Quantity.hexadecimal(region.start), Quantity.hexadecimal(region.end),
          region.rights.text, Quantity.hexadecimal(offset), trace.header.strings[region.name],
        ]
      })
  }

  private mutating func processes(
    _ question: ExhibitQuestion, at fence: Int, of draft: Int
  ) -> TranscriptTable? {
    guard let moment = moment(question, at: fence, of: draft),
      let trace = drafts[draft].result?.run.trace
    else { return nil }
    let state = trace.state(after: moment)
    // Task 0 is the idle loop, which is nobody's process.
    let alive = state.tasks.indices.dropFirst().filter { state.tasks[$0].condition != .absent }
    return TranscriptTable(
      caption: words(.processesCaption, when(moment)),
      head: [
        words(.processColumn), words(.numberColumn), words(.conditionColumn),
        words(.modeColumn), words(.waitsColumn), words(.exitColumn),
      ],
      rows: alive.map { index in
        let task = state.tasks[index]
        let header = trace.header.task(TaskID(rawValue: UInt16(truncatingIfNeeded: index)))
        let isOver = task.condition == .zombie || task.condition == .gone
        let end = task.killedBy.map { "\($0.name)" } ?? task.exitStatus.map(String.init)
        return [
          header.name, "\(header.pid)", task.condition.name(in: words),
          isOver ? "–" : task.mode.word(in: words),
          task.waitsFor.map { trace.header.text($0, in: words) } ?? "–", end ?? "–",
        ]
      })
  }
}
