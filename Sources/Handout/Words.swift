import Catalogue
import Lesson
import SourceText
import Trace
import WalkSyntax

/// Sentences about a lesson.
enum Words {
  /// What stands above a lesson that students are not to see.
  static func edition(_ edition: HandoutEdition) -> String? {
    switch edition {
    case .student: nil
    case .instructor: "The instructor’s edition: it has the answers and the hidden checks."
    }
  }

  /// What a lesson covers; `nil` when it does not say.
  static func covers(_ mechanisms: [Mechanism]) -> String? {
    guard !mechanisms.isEmpty else { return nil }
    let parts = mechanisms.map { "\($0.title) (\($0.id))" }
    return "This lesson covers \(list(parts, separator: "; "))."
  }

  /// "a, b and c".
  static func list(_ parts: [String], separator: String = ", ") -> String {
    guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: separator)
      + (separator == ", " ? " and " : "\(separator)and ") + last
  }
}

/// Captions of scripts.
enum Caption {
  /// What a fence is, in words.
  static func text(_ fence: FenceView, scenarios: [ScenarioView]) -> String {
    let name = fence.scenario.flatMap { scenarios.indices.contains($0) ? scenarios[$0].name : nil }
    let title = name.flatMap { $0.isEmpty ? nil : $0 }
    switch fence.role {
    case "world": return "The world"
    case "scenario": return title.map { "Scenario \($0)" } ?? "Scenario"
    case "continue": return title.map { "Scenario \($0), continued" } ?? "Scenario, continued"
    case "claim": return "A claim, put to the test"
    case "example": return "Example"
    case "error":
      let code = fence.words["error"] ?? fence.words["code"]
      return code.map { "This must not compile: \($0)" } ?? "This must not compile"
    default: return fence.role.isEmpty ? "Script" : fence.role
    }
  }
}

/// The words around a step's sentence.
enum StepWords {
  /// Who is on the CPU, and in which mode it is.
  static func who(_ event: TraceEvent, _ header: TraceHeader) -> String {
    let name = header.isIdle(event.taskID) ? "idle" : header.task(event.taskID).name
    let place = header.cpuCount > 1 ? " on cpu\(event.cpu)" : ""
    return "\(name)\(place), \(event.mode == .user ? "user" : "kernel") mode"
  }
}

/// Why a run ended, where that is worth a sentence.
enum StopNote {
  static func text(_ stop: StopReason) -> String? {
    switch stop {
    case .finished: nil
    case .conditionMet, .timeReached: "The run was ended here by the script."
    case .deadlock: "Everybody sleeps, and nothing is pending that could wake anybody: a deadlock."
    case .panic(let words): "The machine stopped here: kernel panic: \(words)"
    case .limit(let limit): "The run was ended here by its limit on \(limit.rawValue)."
    case .internalError(let words): "The run was ended here by a fault of Ringwalk: \(words)"
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

  init(_ fence: FenceView, for edition: HandoutEdition = .student) {
    let isTask = fence.style == .task
    let name = fence.words[isTask ? "task" : "predict"] ?? ""
    let points = fence.words["points"].map { Self.points($0) }
    title = isTask ? "Task" : "Question"
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
        if !text.runs.isEmpty { starter.append(Script(caption: "To begin with", text: text)) }
      case .ask(let question, _): paragraphs.append(question.text)
      case .check(let check, _) where !check.isHidden || edition == .instructor:
        checks.append(
          Check(
            title: check.title.text + (check.isHidden ? ", hidden" : ""),
            points: check.points.map { Self.points(fence.script.text($0.range)) } ?? "",
            claim: fence.script.text(check.claim.range)))
      case .check, .answer, .choice, .choices, .order, .table, .vary, .missing, .expect,
        .claimBlock:
        break
      case .include, .machine, .entity, .node, .symlink, .mount, .swap, .program, .start, .at, .act,
        .run:
        setting.append(statement.range)
      }
    }
    if !programs.isEmpty {
      let last = programs.removeLast()
      let list = programs.isEmpty ? last : programs.joined(separator: ", ") + " and " + last
      paragraphs.insert("Write the program \(list).", at: 0)
    }
    scripts = starter
    let text = ScriptText(fence.script, ranges: setting)
    if isTask, !text.runs.isEmpty {
      scripts.append(Script(caption: "How it is run", text: text))
    }
  }

  /// A question in a format that has no forms.
  init(_ fence: FenceView, _ question: Question, for edition: HandoutEdition) {
    self.init(fence)
    if edition == .instructor { answer = question.prediction.outcome }
    paragraphs = question.prediction.questions
    switch question.prediction.form {
    case .typed: break
    case .choice(let choices):
      let isOne = choices.count(where: \.isRight) == 1
      offer = (isOne ? "One of these:" : "More than one is right:", choices.map(\.text))
    case .order(let moments):
      offer = (
        "Bring these into the order in which they first happen:",
        question.offered(moments).map { "`\(moments[$0].text)`" }
      )
    case .table(let moments, let rows):
      table = ExhibitTable(
        caption: "To be filled in", head: [""] + moments.map { "when \($0.text)" },
        rows: rows.map { row in
          ExhibitTable.Row(row.text, row.cells.map { _ in [row.options.isEmpty ? "…" : "?"] })
        })
    }
  }

  private static func points(_ count: String) -> String {
    "\(count) \(count == "1" ? "point" : "points")"
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
