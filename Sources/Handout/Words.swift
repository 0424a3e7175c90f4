import Catalogue
import Lesson
import SourceText
import Trace
import WalkSyntax

/// Sentences about a lesson.
enum Words {
  /// What stands above a lesson that students are not to see.
  static func edition(_ edition: HandoutEdition, _ words: InterfaceWords) -> String? {
    switch edition {
    case .student: nil
    case .instructor: words(.instructorEdition)
    }
  }

  /// What a lesson covers; `nil` when it does not say.
  static func covers(_ mechanisms: [Mechanism], _ words: InterfaceWords) -> String? {
    guard !mechanisms.isEmpty else { return nil }
    let parts = mechanisms.map { "\($0.title(in: words.language)) (\($0.id))" }
    return words(.covers, words.list(parts, separator: "; "))
  }
}

/// Captions of scripts.
enum Caption {
  /// What a fence is, in words.
  static func text(
    _ fence: FenceView, scenarios: [ScenarioView], _ words: InterfaceWords
  ) -> String {
    let name = fence.scenario.flatMap { scenarios.indices.contains($0) ? scenarios[$0].name : nil }
    let title = name.flatMap { $0.isEmpty ? nil : $0 }
    switch fence.role {
    case "world": return words(.worldCaption)
    case "scenario":
      return title.map { words(.namedScenarioCaption, $0) } ?? words(.scenarioCaption)
    case "continue":
      return title.map { words(.namedScenarioContinued, $0) } ?? words(.scenarioContinued)
    case "claim": return words(.claimCaption)
    case "example": return words(.exampleCaption)
    case "error":
      let code = fence.words["error"] ?? fence.words["code"]
      return code.map { words(.namedErrorCaption, $0) } ?? words(.errorCaption)
    default: return fence.role.isEmpty ? words(.scriptCaption) : fence.role
    }
  }
}

/// The words around a step's sentence.
enum StepWords {
  /// Who is on the CPU, and in which mode it is.
  static func who(
    _ event: TraceEvent, _ header: TraceHeader, _ words: InterfaceWords = .english
  ) -> String {
    let name = header.isIdle(event.taskID) ? words(.idle) : header.task(event.taskID).name
    let place = header.cpuCount > 1 ? words(.onCPU, name, "\(event.cpu)") : name
    return words(event.mode == .user ? .inUserMode : .inKernelMode, place)
  }
}

extension RunLimit {
  /// What a run may take no more of.
  fileprivate func name(in language: Language) -> String {
    switch language {
    case .english: rawValue
    case .german:
      switch self {
      case .steps: "Schritte"
      case .time: "Zeit"
      case .events: "Ereignisse"
      case .memory: "Speicher"
      case .output: "Ausgabe"
      }
    }
  }
}

/// Why a run ended, where that is worth a sentence.
enum StopNote {
  static func text(_ stop: StopReason, _ words: InterfaceWords) -> String? {
    switch stop {
    case .finished: nil
    case .conditionMet, .timeReached: words(.endedByScript)
    case .deadlock: words(.endedByDeadlock)
    case .panic(let reason): words(.endedByPanic, reason)
    case .limit(let limit): words(.endedByLimit, limit.name(in: words.language))
    case .internalError(let reason): words(.endedByFault, reason)
    }
  }
}

/// What a page shows of a task or prediction. A student sees neither its hidden checks nor the answer.
struct Exercise {
  struct Script {
    var caption: String
    var text: ScriptText
  }

  struct Check {
    var title: String
    var points: String
    var claim: String
  }

  var title: String
  var paragraphs: [String] = []
  var scripts: [Script] = []
  var checks: [Check] = []
  /// What a question offers, and how it is to be answered.
  var offer: (words: String, items: [String])?
  /// What is right, and why; only for instructors.
  var answer: String?
  /// What a question wants to be filled in.
  var table: ExhibitTable?

  init(_ fence: FenceView, for edition: HandoutEdition = .student, _ words: InterfaceWords) {
    let isTask = fence.style == .task
    let name = fence.words[isTask ? "task" : "predict"] ?? ""
    let points = fence.words["points"].map { Self.points($0, words) }
    title = words(isTask ? .task : .question)
    if !name.isEmpty { title += ": " + name }
    if let points { title += " (\(points))" }

    var programs: [String] = []
    var starter: [Script] = []
    var setting: [SourceRange] = []
    for statement in fence.script.statements {
      switch statement {
      case .studentProgram(let name, _): programs.append("`\(name.text)`")
      case .starter(_, let range):
        let text = ScriptText(fence.script, insideBracesOf: range)
        if !text.runs.isEmpty { starter.append(Script(caption: words(.toBeginWith), text: text)) }
      case .ask(let question, _): paragraphs.append(question.text)
      case .check(let check, _) where !check.isHidden || edition == .instructor:
        checks.append(
          Check(
            title: check.isHidden ? words(.hidden, check.title.text) : check.title.text,
            points: check.points.map { Self.points(fence.script.text($0.range), words) } ?? "",
            claim: fence.script.text(check.claimRange)))
      case .demand(let isForbidden, let names, _):
        let told = names.map { "`\($0.text)`" }
        paragraphs.append(words(isForbidden ? .mustNotUse : .mustUse, words.list(told)))
      case .check, .hint, .limits, .reveal, .answer, .choice, .choices, .order, .table,
        .vary, .missing, .expect,
        .claimBlock:
        break
      case .include, .machine, .entity, .node, .symlink, .mount, .swap, .program, .start, .at, .act,
        .run:
        setting.append(statement.range)
      }
    }
    if !programs.isEmpty {
      paragraphs.insert(words(.writeProgram, words.list(programs)), at: 0)
    }
    scripts = starter
    let text = ScriptText(fence.script, ranges: setting)
    if isTask, !text.runs.isEmpty {
      scripts.append(Script(caption: words(.howItIsRun), text: text))
    }
  }

  /// A question in a format that has no forms.
  init(
    _ fence: FenceView, _ question: Question, for edition: HandoutEdition,
    _ words: InterfaceWords
  ) {
    self.init(fence, words)
    if edition == .instructor { answer = question.prediction.outcome }
    paragraphs = question.prediction.questions
    switch question.prediction.form {
    case .typed: break
    case .choice(let choices):
      let isOne = choices.count(where: \.isRight) == 1
      offer = (words(isOne ? .oneOfThese : .moreThanOne), choices.map(\.text))
    case .order(let moments):
      offer = (
        words(.bringIntoOrder),
        question.offered(moments).map { "`\(moments[$0].text)`" }
      )
    case .table(let moments, let rows):
      table = ExhibitTable(
        caption: words(.toBeFilledIn), head: [""] + moments.map { words(.whenMoment, $0.text) },
        rows: rows.map { row in
          ExhibitTable.Row(row.text, row.cells.map { _ in [row.options.isEmpty ? "…" : "?"] })
        })
    }
  }

  private static func points(_ count: String, _ words: InterfaceWords) -> String {
    words.count(.points, count == "1" ? 1 : 2, as: count)
  }
}

extension ScriptSyntax {
  /// The script's text under a range of its file, without the prefixes of quotes and lists, on one
  /// line.
  func text(_ range: SourceRange) -> String {
    let text = ScriptText(self, ranges: [range])
    let words = String(decoding: text.bytes, as: UTF8.self)
    return words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
