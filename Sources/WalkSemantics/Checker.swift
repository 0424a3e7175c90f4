import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

/// The work of checking one scenario: world first, then programs, then the timeline.
///
/// Names of world and programs may be used above their declaration; so each part is gone through
/// several times, once for each kind of thing.
struct Checker: Sendable {
  private(set) var parts: [ScenarioPart]
  private(set) var texts: SourceTexts
  /// What students hand in, which is added when the world was checked.
  private let handedIn: [ScriptSyntax]
  let architectureOverride: String?
  /// The configuration of claim blocks that is checked; `nil` for the scenario itself.
  let variant: Variant?
  /// The checks of a task that are to be expectations; `nil` outside of grading.
  let wantedChecks: Set<Int>?
  /// For each wanted check, the positions of its claims in `expectations`.
  var checkClaims: [Int: Range<Int>] = [:]
  private(set) var checkCount = 0
  /// What is wrong with the claims of wanted checks.
  var claimDiagnostics: [Diagnostic] = []
  var diagnostics: [Diagnostic] = []
  /// Whether something could not be read or checked, with or without a message of ours.
  var isBroken = false

  /// The number of the check at hand, from 0.
  mutating func nextCheck() -> Int {
    defer { checkCount += 1 }
    return checkCount
  }

  var machine: MachineConfiguration
  var accounts = AccountTable()
  var disks: [(disk: DiskConfiguration, range: SourceRange)] = []
  var nics: [(nic: NICConfiguration, range: SourceRange)] = []
  var serials: [(input: InputConfiguration, range: SourceRange)] = []
  var keyboards: [(input: InputConfiguration, range: SourceRange)] = []
  var swap: SwapConfiguration?
  var swapRange: SourceRange?
  var modules: [DeclaredModule] = []
  var moduleImages: [ModuleImage] = []
  var mounts: [(mount: MountConfiguration, range: SourceRange)] = []
  var nodes = NodeTable()
  var programs: [DeclaredProgram] = []
  var images: [ProgramImage] = []
  var processes: [ScenarioScope.Process] = []
  var processConfigurations: [ProcessConfiguration] = []
  var children: [ChildConfiguration] = []
  /// For each act that loads or unloads a module, in order, the position of the process that does.
  var loaders: [Int?] = []
  var loaderActs: [LoaderAct] = []
  /// For each `start` in order, the position of its process; `nil` when it was refused.
  var startedProcesses: [Int?] = []
  var timeline: [TimelineStatement] = []
  var timelineRanges: [SourceRange] = []
  var expectations: [Expectation] = []
  /// Where the claims of claim blocks stand in `expectations`; only in a variant.
  var trialClaims: [ClaimPlace: Int] = [:]
  var studentPrograms: [(name: Name, isDefined: Bool)] = []
  /// Unknown names that were reported, so that each is reported once.
  var reported: Set<String> = []

  /// A program as it was declared.
  struct DeclaredProgram: Sendable {
    var name: Name
    var body: [ProgramStatementSyntax]
    var range: SourceRange
    /// Whether it stands in a `starter`.
    var isStarter: Bool
  }

  init(
    parts: [ScenarioPart], architecture: String?, variant: Variant? = nil, checks: Set<Int>? = nil
  ) {
    self.parts = parts.filter { !$0.isSubmission }
    handedIn = parts.filter(\.isSubmission).map(\.script)
    self.variant = variant
    wantedChecks = checks
    texts = SourceTexts(self.parts.map(\.script.fragment))
    architectureOverride = architecture
    machine = MachineConfiguration(
      architecture: architecture.flatMap(Architecture.named) ?? Self.defaultArchitecture)
  }

  /// The first of the catalogue.
  static var defaultArchitecture: Architecture { Architecture.all.first ?? .x86_64 }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { isBroken = true }
    diagnostics.append(diagnostic)
  }

  /// Whether a name is to be reported as unknown; only the first time in a scenario.
  mutating func isNews(_ kind: String, _ name: String) -> Bool {
    isBroken = true
    return reported.insert("\(kind) \(name)").inserted
  }

  mutating func check() -> CheckedScenario {
    checkWorld()
    for script in handedIn { add(submission: script) }
    return finish()
  }

  /// Checks what no submission can change, the first part of the work.
  mutating func checkWorld() {
    for part in parts { checkPlaces(of: part) }
    checkMachine()
    checkDeclarations()
    checkVaried()
    declareNodes()
  }

  /// Adds what a student hands in, after ``checkWorld()``. Statements that cannot be handed in are
  /// reported, and nothing else is looked at of them.
  mutating func add(submission script: ScriptSyntax) {
    var part = ScenarioPart(role: .task, script: script, isSubmission: true)
    part.script.statements = script.statements.filter { statement in
      switch statement {
      case .program, .missing: return true
      case .answer(.some, _, _): return false
      default:
        report(.notOfSubmission(at: statement.range))
        return false
      }
    }
    checkPlaces(of: part)
    parts.append(part)
    texts.append(script.fragment)
  }

  /// The rest of the work.
  mutating func finish() -> CheckedScenario {
    compilePrograms()
    compileModules()
    compileLoaders()
    addSystemFiles()
    checkNodes()
    startProcesses()
    reserveChildren()
    checkTimeline()
    let prediction = checkPrediction()

    // In order of place; messages of one place stay in the order in which they were found.
    let sorted = diagnostics.enumerated().sorted { left, right in
      let a = left.element.primary?.range
      let b = right.element.primary?.range
      guard let a, let b else {
        return (a == nil ? 0 : 1, left.offset) < (b == nil ? 0 : 1, right.offset)
      }
      return (a.file, a.lower, left.offset) < (b.file, b.lower, right.offset)
    }.map(\.element)

    var scenario: Scenario?
    if !isBroken {
      var made = Scenario(machine: machine)
      made.users = accounts.users
      made.disks = disks.map(\.disk)
      made.nics = nics.map(\.nic)
      made.serials = serials.map(\.input)
      made.keyboards = keyboards.map(\.input)
      made.swap = swap
      made.modules = moduleImages
      made.children = children
      made.mounts = mounts.map(\.mount)
      made.nodes = nodes.finished
      made.programs = images
      made.libraries = libraries
      made.processes = processConfigurations
      made.timeline = timeline
      made.timelineRanges = timelineRanges
      made.expectations = expectations
      scenario = made
    }
    var checked = CheckedScenario(
      scenario: scenario, diagnostics: Array(sorted.prefix(Limits.diagnostics)), scope: scope)
    checked.prediction = prediction
    return checked
  }

  /// The names known so far.
  var scope: ScenarioScope {
    ScenarioScope(
      architecture: machine.architecture, cpuCount: machine.cpuCount, processes: processes,
      programs: programs.enumerated().map { index, program in
        ScenarioScope.ProgramNames(
          name: program.name.text, range: program.name.range,
          symbols: images.indices.contains(index) ? images[index].symbols : [])
      },
      devices: deviceTable, modules: modules.map(\.name.text), texts: texts)
  }

  /// All statements with the role of their fence, in order.
  var statements: [(role: FenceRole, statement: StatementSyntax)] {
    parts.flatMap { part in part.script.statements.map { (part.role, $0) } }
  }

  // MARK: Places

  /// Reports statements that stand in a fence which has no use for them.
  private mutating func checkPlaces(of part: ScenarioPart) {
    // The parser has said what is wrong; here it only means that nothing can be run.
    if part.script.diagnostics.contains(where: { $0.severity == .error }) { isBroken = true }
    for statement in part.script.statements {
      if let (what, why) = Self.objection(to: statement, in: part.role) {
        report(.misplaced(what, why, at: statement.range))
      }
      if case .missing = statement { isBroken = true }
      if case .starter(let inner, _) = statement {
        for statement in inner {
          switch statement {
          case .program: break
          case .missing: isBroken = true
          default:
            report(
              .misplaced(
                "this statement", "a starter holds the programs that students begin with",
                at: statement.range))
          }
        }
      }
    }
  }

  static func objection(to statement: StatementSyntax, in role: FenceRole)
    -> (what: String, why: String)?
  {
    func only(_ what: String, _ roles: Set<FenceRole>, _ why: String) -> (String, String)? {
      roles.contains(role) ? nil : (what, why)
    }
    let running = "the machine of a `continue` fence is running already; declare it before"
    let declaredBefore = role == .continue ? running : "a `\(role.rawValue)` fence declares nothing"
    switch statement {
    case .machine: return only("`machine`", fresh, declaredBefore)
    case .entity(let keyword, _, _, _):
      return only("`\(keyword.text)`", fresh, declaredBefore)
    case .node(let keyword, _, _, _): return only("`\(keyword.text)`", fresh, declaredBefore)
    case .symlink: return only("`symlink`", fresh, declaredBefore)
    case .mount: return only("`mount`", fresh, declaredBefore)
    case .swap: return only("`swap`", fresh, declaredBefore)
    case .include, .program: return role == .show ? ("this statement", declaredBefore) : nil
    case .start, .at, .act, .run, .expect:
      return only(
        "this statement", runs,
        "a `\(role.rawValue)` fence only declares; what happens stands in a scenario")
    case .claimBlock:
      return only(
        "`claim`", [.claim, .scenario, .continue, .example, .error],
        "it stands in a scenario, or in a `claim` fence")
    case .studentProgram: return only("`student program`", [.task, .example, .error], taskWhy)
    case .starter: return only("`starter`", [.task, .example, .error], taskWhy)
    case .check: return only("`check`", [.task, .example, .error], taskWhy)
    case .hint, .demand, .limits, .reveal:
      return only("this statement", [.task, .example, .error], taskWhy)
    case .ask:
      return only("`ask`", [.predict, .example, .error], "it stands in a `predict` fence")
    case .answer(let name, _, _):
      if name != nil, role == .scenario { return nil }
      return only("`answer`", [.predict, .example, .error], "it stands in a `predict` fence")
    case .choice, .choices, .order, .table:
      return only(
        "this statement", [.predict, .example, .error],
        "what a question offers stands in a `predict` fence")
    case .vary:
      return only(
        "`vary`", [.task, .predict, .example, .error], "it stands in a `task` or `predict` fence")
    case .missing: return nil
    }
  }

  /// The fences in which something happens.
  private static let runs: Set<FenceRole> = [
    .scenario, .continue, .task, .predict, .claim, .example, .error,
  ]
  /// Those that begin with a machine of their own.
  private static let fresh = runs.subtracting([.continue]).union([.world])
  private static let taskWhy = "it stands in a `task` fence"

  // MARK: Variants

  /// Checks what `vary` says; the values have been put in the places of the names before.
  private mutating func checkVaried() {
    var seen: [String: SourceRange] = [:]
    for (role, statement) in statements {
      guard case .vary(let name, let from, let to, let range) = statement,
        Self.objection(to: statement, in: role) == nil
      else { continue }
      if let meaning = ReservedWords.meaning(of: name.text) {
        report(.nameTaken(name, meaning: meaning))
        continue
      }
      if let first = seen[name.text] {
        report(.duplicate("`vary \(name.text)`", at: name.range, first: first))
        continue
      }
      seen[name.text] = name.range
      if seen.count > Limits.varied {
        report(.limitReached("varied names", limit: "\(Limits.varied)", at: range))
      }
      if let to {
        guard let first = ConstantFolder.fold(from), let last = ConstantFolder.fold(to),
          first.kind == .plain, last.kind == .plain
        else {
          report(.notConstant("a range of `vary`", at: range))
          continue
        }
        if first.value > last.value || last.value.subtractingReportingOverflow(first.value).overflow
        {
          report(.outOfRange("the end of the range", bounds: "at or after its begin", at: to.range))
        }
      } else if case .list(let choices, let listRange) = from {
        if choices.isEmpty {
          report(.wrongItemValue("vary", wanted: "at least one value", at: listRange))
        }
        for choice in choices where !Variation.isLiteral(choice) {
          if case .missing = choice {
            isBroken = true
          } else {
            report(.wrongItemValue("vary", wanted: "a number or a string", at: choice.range))
          }
        }
      } else if case .missing = from {
        isBroken = true
      } else {
        report(.wrongItemValue("vary", wanted: "a range or a list", at: from.range))
      }
    }
  }

  // MARK: Programs

  private mutating func compilePrograms() {
    // What a student hands in stands in the place of what the starter has.
    var handedIn: Set<String> = []
    for part in parts where part.isSubmission {
      for case .program(let name, _, _) in part.script.statements { handedIn.insert(name.text) }
    }
    for (_, statement) in statements {
      switch statement {
      case .program(let name, let body, let range):
        declare(name, body, range, isStarter: false)
      case .starter(let inner, _):
        for case .program(let name, let body, let range) in inner
        where !handedIn.contains(name.text) {
          declare(name, body, range, isStarter: true)
        }
      case .studentProgram(let name, let range):
        if let first = studentPrograms.first(where: { $0.name.text == name.text }) {
          report(
            .duplicate("student program `\(name.text)`", at: range, first: first.name.range))
        } else {
          studentPrograms.append((name, false))
        }
      default: break
      }
    }
    for (name, _) in studentPrograms where !programs.contains(where: { $0.name.text == name.text })
    {
      report(.missingStudentProgram(name))
    }
    for program in programs {
      var compiler = makeCompiler(program, flushesAtEnd: false)
      var image = compiler.compile(program.body)
      if compiler.usesBuffer {
        // Only now it is known that whatever ends the process has to write libc's buffer before.
        compiler = makeCompiler(program, flushesAtEnd: true)
        image = compiler.compile(program.body)
      }
      for diagnostic in compiler.diagnostics { report(diagnostic) }
      if compiler.isBroken { isBroken = true }
      images.append(image)
    }
  }

  /// Puts the files of programs and libraries where Linux has them.
  private mutating func addSystemFiles() {
    let architecture = machine.architecture
    for image in images {
      nodes.addSystemFile(
        ProgramImage.path(ofProgram: image.name), image.file(for: architecture), mode: 0o755,
        users: accounts.users)
    }
    for image in moduleImages {
      nodes.addSystemFile(
        image.path, image.file(for: architecture), mode: 0o644, users: accounts.users)
    }
    for file in Libraries.files(for: architecture) {
      nodes.addSystemFile(file.path, file.bytes, mode: 0o755, users: accounts.users)
    }
  }

  private func makeCompiler(_ program: DeclaredProgram, flushesAtEnd: Bool) -> ProgramCompiler {
    ProgramCompiler(
      name: program.name.text, range: program.range, architecture: machine.architecture,
      memoryBytes: machine.memoryBytes, texts: texts, libraries: libraries,
      flushesAtEnd: flushesAtEnd)
  }

  /// What every process has in its address space besides its program.
  var libraries: [LibraryImage] {
    Libraries.images(for: machine.architecture)
  }

  private mutating func declare(
    _ name: Name, _ body: [ProgramStatementSyntax], _ range: SourceRange, isStarter: Bool
  ) {
    if let first = programs.first(where: { $0.name.text == name.text }) {
      report(
        .duplicate("program `\(name.text)`", at: name.range, first: first.name.range))
      return
    }
    guard programs.count < Limits.entities else {
      report(.limitReached("programs", limit: "\(Limits.entities)", at: name.range))
      return
    }
    programs.append(DeclaredProgram(name: name, body: body, range: range, isStarter: isStarter))
  }
}
