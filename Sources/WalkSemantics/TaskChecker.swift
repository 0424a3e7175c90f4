import Catalogue
import Program
import SourceText
public import WalkSyntax

/// Checks what tasks ask for: points, dependencies, machines, hints, demands, limits.
struct TaskChecker {
  private let parts: [ScenarioPart]
  private let texts: SourceTexts
  private var task = CheckedTask()
  private var diagnostics: [Diagnostic] = []
  /// What is revealed of hidden checks, unless they say so themselves.
  private var revealed: [String]?
  private var revealedAfterDue: [String]?

  init(_ parts: [ScenarioPart]) {
    self.parts = parts
    texts = SourceTexts(parts.map(\.script.fragment))
  }

  /// Adds the task to what was checked, when there is one.
  static func check(_ parts: [ScenarioPart], varied: [VariedName], _ checked: inout CheckedScenario)
  {
    let isTask = parts.contains { part in
      !part.isSubmission
        && (part.role == .task
          || [.example, .error].contains(part.role)
            && part.script.statements.contains(where: isOfTask))
    }
    guard isTask else { return }
    var checker = TaskChecker(parts)
    checker.task.varied = varied
    checker.read()
    checker.checkConfigurations(besides: checked.diagnostics)
    checked.diagnostics = Array(
      (checked.diagnostics + checker.diagnostics).prefix(Limits.diagnostics))
    if checker.diagnostics.contains(where: { $0.severity == .error }) { checked.scenario = nil }
    if checked.scenario != nil { checked.task = checker.task }
  }

  private static func isOfTask(_ statement: StatementSyntax) -> Bool {
    switch statement {
    case .check, .hint, .demand, .limits, .reveal: true
    default: false
    }
  }

  /// The claims of a check that are judged apart: all of it, or what `and` joins, or ever more of a
  /// sequence.
  static func parts(of check: CheckSyntax, _ texts: SourceTexts) -> [(
    claim: ClaimSyntax, text: String
  )] {
    guard check.isInParts else { return [(check.claim, texts.line(check.claimRange))] }
    if case .sequence(let events, _) = check.claim {
      return events.indices.map { last in
        let range = events[0].range.union(events[last].range)
        let claim: ClaimSyntax =
          last == 0 ? .occurs(events[0]) : .sequence(Array(events[...last]), range)
        return (claim, texts.line(range))
      }
    }
    var found: [(claim: ClaimSyntax, text: String)] = []
    var rest = [check.claim]
    while let claim = rest.popLast(), found.count <= Limits.checks {
      if case .combined(let left, .and, let right) = claim {
        rest.append(right)
        rest.append(left)
      } else {
        found.append((claim, texts.line(claim.range)))
      }
    }
    return found
  }

  // MARK: Statements

  private mutating func bad(
    _ message: String, _ range: SourceRange, label: String = "", notes: [String] = [],
    nearest: String? = nil
  ) {
    diagnostics.append(
      .badTask(
        message, at: range, label: label, notes: notes,
        fixIts: Diagnostic.suggestion(nearest, at: range)))
  }

  private mutating func read() {
    for part in parts where !part.isSubmission && part.role != .world {
      for statement in part.script.statements {
        switch statement {
        case .studentProgram(let name, _):
          if !task.programs.contains(name.text) { task.programs.append(name.text) }
        case .starter(_, let range): task.starters.append(range)
        case .check(let check, let range): read(check, range)
        case .hint(let text, let attempts, let range): hint(text, attempts, range)
        case .demand(let isForbidden, let names, _): demand(isForbidden, names)
        case .limits(let items, _): limits(items)
        case .reveal(let names, let isAfterDue, _): reveal(names, isAfterDue)
        default: break
        }
      }
    }
    for index in task.checks.indices where task.checks[index].isHidden {
      if task.checks[index].revealed == nil { task.checks[index].revealed = revealed }
      if task.checks[index].revealedAfterDue == nil {
        task.checks[index].revealedAfterDue = revealedAfterDue
      }
    }
  }

  private mutating func read(_ check: CheckSyntax, _ range: SourceRange) {
    guard task.checks.count < Limits.checks else {
      diagnostics.append(
        .limitReached("checks", limit: "\(Limits.checks)", at: range))
      return
    }
    if let first = task.checks.first(where: { $0.title == check.title.text }) {
      bad(
        "two checks have the title \"\(check.title.text)\"", check.title.range,
        notes: ["`after` and results name checks by their titles"])
      _ = first
    }
    var dependencies: [Int] = []
    for title in check.dependencies {
      if let index = task.checks.firstIndex(where: { $0.title == title.text }) {
        dependencies.append(index)
      } else {
        bad(
          "no check above has the title \"\(title.text)\"", title.range,
          notes: Diagnostic.list("there is", task.checks.map { "\"\($0.title)\"" }),
          nearest: Nearest.name(to: title.text, among: task.checks.map(\.title)).map { "\"\($0)\"" }
        )
      }
    }
    let claims = Self.parts(of: check, texts)
    if check.isInParts, claims.count < 2 || claims.count > Limits.checks {
      bad(
        "this claim has no parts", check.claim.range,
        notes: ["`in parts` is for claims that `and` or `then` join, 100 at most"])
    }
    var isSequence = false
    if case .sequence = check.claim { isSequence = check.isInParts }
    let (configuration, seeds) = machine(check)
    task.checks.append(
      CheckedTask.Check(
        title: check.title.text, points: points(check.points), isHidden: check.isHidden,
        isInParts: check.isInParts, isSequence: isSequence, dependencies: dependencies,
        configuration: configuration, freshSeeds: seeds, claim: texts.line(check.claimRange),
        parts: claims.map(\.text), range: range))
  }

  private mutating func points(_ syntax: ExpressionSyntax?) -> Int64 {
    guard let syntax else { return 0 }
    if case .missing = syntax { return 0 }
    guard let folded = ConstantFolder.fold(syntax), folded.kind == .plain else {
      diagnostics.append(.wrongItemValue("points", wanted: "a number", at: syntax.range))
      return 0
    }
    guard (0...1_000_000).contains(folded.value) else {
      diagnostics.append(
        .outOfRange("points", bounds: "between 0 and 1000000", at: syntax.range))
      return 0
    }
    return folded.value
  }

  /// What `with` asks for.
  private mutating func machine(_ check: CheckSyntax) -> (configuration: Int, seeds: Int64) {
    var seeds: Int64 = 0
    var items: [ItemSyntax] = []
    for item in check.variations {
      guard item.key.text == "seeds" else {
        items.append(item)
        continue
      }
      if item.values.count == 1, let folded = ConstantFolder.fold(item.values[0]),
        folded.kind == .plain, (1...100).contains(folded.value)
      {
        seeds = folded.value
      } else {
        bad("`seeds` wants a number between 1 and 100", item.range)
      }
      if task.varied.isEmpty {
        bad(
          "nothing varies in this task, so all seeds are alike", item.range,
          notes: ["say what does: `vary n in 2..5`"])
      }
    }
    let name = items.map { texts.line($0.range) }.joined(separator: ", ")
    if let known = task.configurations.firstIndex(where: { $0.name == name }) {
      return (known, seeds)
    }
    guard task.configurations.count < Limits.variants else {
      diagnostics.append(
        .limitReached(
          "configurations", limit: "\(Limits.variants)", at: items.first?.range ?? check.claim.range
        ))
      return (0, seeds)
    }
    task.configurations.append(TaskConfiguration(name: name, items: items))
    return (task.configurations.count - 1, seeds)
  }

  private mutating func hint(
    _ text: StringSyntax, _ attempts: ExpressionSyntax?, _ range: SourceRange
  ) {
    guard !task.checks.isEmpty else {
      bad("there is no check above that this hint could be for", range)
      return
    }
    var count: Int64 = 0
    if let attempts {
      if case .missing = attempts { return }
      guard let folded = ConstantFolder.fold(attempts), folded.kind == .plain,
        (0...1_000).contains(folded.value)
      else {
        bad("`after` wants a number of attempts, between 0 and 1000", attempts.range)
        return
      }
      count = folded.value
    }
    let last = task.checks.count - 1
    task.checks[last].hints.append(CheckedTask.Hint(text: text.text, attempts: count))
    task.checks[last].hints.sort { $0.attempts < $1.attempts }
  }

  private mutating func demand(_ isForbidden: Bool, _ names: [Name]) {
    for name in names where name.text != "" {
      if !Self.constructs.contains(name.text) {
        bad(
          "`\(name.text)` is nothing that a program could use", name.range,
          notes: ["write a system call, a word of programs, or a function such as `libc.printf`"],
          nearest: Nearest.name(to: name.text, among: Self.constructs))
      } else if let other = task.demands.first(where: { $0.construct == name.text }) {
        bad(
          "`\(name.text)` is \(other.isForbidden ? "forbidden" : "required") already", name.range)
      } else {
        task.demands.append(
          CheckedTask.Demand(isForbidden: isForbidden, construct: name.text))
      }
    }
  }

  /// What programs can use.
  private static let constructs: [String] =
    SystemCall.all.map(\.name) + ["exit", "syscall"] + Keywords.programs
    + LibraryFunction.all.map { "\($0.library).\($0.name)" }

  private mutating func limits(_ items: [ItemSyntax]) {
    for item in items {
      let folded = item.values.count == 1 ? ConstantFolder.fold(item.values[0]) : nil
      let wanted: (kind: FoldedConstant.Kind, bound: Int64, words: String)
      switch item.key.text {
      case "steps": wanted = (.plain, 20_000_000, "between 1 and 20000000")
      case "events": wanted = (.plain, 500_000, "between 1 and 500000")
      case "time": wanted = (.time, 600_000_000_000, "between 1ns and 600s")
      default:
        bad(
          "`\(item.key.text)` is no limit", item.key.range,
          notes: ["there is steps, events, time"],
          nearest: Nearest.name(to: item.key.text, among: ["steps", "events", "time"]))
        continue
      }
      guard let folded, folded.kind == wanted.kind, (1...wanted.bound).contains(folded.value) else {
        bad("the limit of \(item.key.text) is \(wanted.words)", item.range)
        continue
      }
      switch item.key.text {
      case "steps": task.stepLimit = folded.value
      case "events": task.eventLimit = folded.value
      default: task.timeLimit = folded.value
      }
    }
  }

  private mutating func reveal(_ names: [Name], _ isAfterDue: Bool) {
    var fields: [String] = []
    for name in names where name.text != "" {
      if TaskWords.fields.contains(name.text) {
        fields.append(name.text)
      } else if name.text != "nothing" || names.count > 1 {
        bad(
          "`\(name.text)` is nothing that could be seen of a check", name.range,
          notes: Diagnostic.list("there is", TaskWords.fields + ["nothing"]),
          nearest: Nearest.name(to: name.text, among: TaskWords.fields))
      }
    }
    // Before the first check it is for all that are hidden, behind one it is for that one.
    if task.checks.isEmpty {
      if isAfterDue { revealedAfterDue = fields } else { revealed = fields }
    } else if isAfterDue {
      task.checks[task.checks.count - 1].revealedAfterDue = fields
    } else {
      task.checks[task.checks.count - 1].revealed = fields
    }
  }

  // MARK: Machines

  /// Checks the task on each machine that a check asks for, with the starter's programs.
  private mutating func checkConfigurations(besides known: [Diagnostic]) {
    for (number, configuration) in task.configurations.enumerated().dropFirst() {
      let wanted = task.checks.indices.filter { task.checks[$0].configuration == number }
      var checker = Checker(
        parts: parts, architecture: nil,
        variant: Variant(configuration: configuration.name, items: configuration.items),
        checks: Set(wanted))
      let found = checker.check().diagnostics + checker.claimDiagnostics
      for diagnostic in found
      where !(known + diagnostics).contains(where: { $0.isLike(diagnostic) }) {
        var diagnostic = diagnostic
        diagnostic.notes.append("so it is with `\(configuration.name)`")
        diagnostics.append(diagnostic)
      }
    }
  }
}

/// A task on one of its machines, checked as far as no submission can change it: what all submissions
/// have in common is gone through once.
public struct TaskWorld: Sendable {
  private let checker: Checker

  fileprivate init(_ checker: Checker) {
    var checker = checker
    checker.checkWorld()
    self.checker = checker
  }

  /// Checks a submission in this world.
  public func check(_ submission: ScriptSyntax) -> CheckedSubmission {
    var checker = checker
    checker.add(submission: submission)
    let checked = checker.finish()
    return CheckedSubmission(checked: checked, expectations: checker.checkClaims)
  }
}

extension WalkChecker {
  /// Checks the world of a task on one of the machines that its checks ask for.
  ///
  /// - Parameters:
  ///   - task: What ``check(_:architecture:)`` made of the parts.
  ///   - parts: The world fences and the task's, as they were checked.
  ///   - values: For each name that varies, the literal in its place; a missing one is the first.
  ///   - configuration: A position in ``CheckedTask/configurations``; one that is not there has no
  ///     scenario.
  ///   - checks: Positions of the checks that are wanted, all of them on that machine.
  public static func world(
    of task: CheckedTask, in parts: [ScenarioPart], values: [String: String], configuration: Int,
    checks: Set<Int>
  ) -> TaskWorld {
    var literals = values
    for name in task.varied where literals[name.name] == nil {
      literals[name.name] = name.literal(at: 0)
    }
    let machine =
      task.configurations.indices.contains(configuration)
      ? task.configurations[configuration] : TaskConfiguration(name: "", items: [])
    return TaskWorld(
      Checker(
        parts: Variation.applied(literals, to: parts), architecture: nil,
        variant: Variant(configuration: machine.name, items: machine.items), checks: checks))
  }

  /// The names that a task or question lets vary.
  public static func varied(in parts: [ScenarioPart]) -> [VariedName] {
    Variation.names(in: parts)
  }

  /// The parts of a task or question with a value for each name that varies.
  public static func variant(
    of parts: [ScenarioPart], values: [String: String]
  ) -> [ScenarioPart] {
    Variation.applied(values, to: parts)
  }
}
