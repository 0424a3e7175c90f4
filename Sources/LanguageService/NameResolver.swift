import Catalogue
import Lesson
import SourceText
import WalkSemantics
import WalkSyntax

/// Finds out what names mean: those that are declared first, then all that are used.
///
/// It goes by the same rules as the checker, and as far as it gets: a name that means nothing is left out.
struct NameResolver {
  let lesson: Lesson
  var index = NameIndex()
  /// The fence at hand.
  var fence = 0

  // The names of the scenario at hand.
  var programs: [String: Int] = [:]
  var processes: [String: Int] = [:]
  var processPrograms: [String: String] = [:]
  var users: [String: Int] = [:]
  var devices: [String: Int] = [:]
  var modules: [String: Int] = [:]
  var varied: [String: Int] = [:]
  var checks: [String: Int] = [:]
  /// The names of `data` and `bss`, by program.
  var memory: [String: [String: Int]] = [:]
  /// The names of functions, by program.
  var functions: [String: [String: Int]] = [:]
  // The program at hand.
  var owner = ""
  var scopes: [[String: Int]] = []

  init(lesson: Lesson) { self.lesson = lesson }

  /// The names that stand in the scenario of the fence at hand.
  var scope: ScenarioScope? {
    lesson.fences.indices.contains(fence) ? lesson.fences[fence].scope ?? groupScope : nil
  }

  /// Worlds whose names are resolved: what they say is the same for each scenario.
  private var resolvedWorlds: Set<Int> = []
  /// What a world's names stand in: the scenario that it is the world of.
  private var groupScope: ScenarioScope?

  /// Resolves the names of one scenario.
  mutating func resolve(_ fences: [Int]) {
    programs = [:]
    processes = [:]
    processPrograms = [:]
    users = [:]
    devices = [:]
    modules = [:]
    varied = [:]
    checks = [:]
    memory = [:]
    functions = [:]
    pendingProcesses = []
    groupScope = nil
    for index in fences { groupScope = lesson.fences[index].scope ?? groupScope }
    for index in fences {
      fence = index
      for part in lesson.fences[index].parts { declare(part.script.statements) }
    }
    for index in fences {
      if lesson.fences[index].role == .world, !resolvedWorlds.insert(index).inserted { continue }
      fence = index
      for part in lesson.fences[index].parts {
        for statement in part.script.statements { resolve(statement) }
      }
      // Values speak of the scenario of the fence above them.
      for value in lesson.values where value.fence == index { resolve(value.expression) }
    }
  }

  // MARK: Declarations

  private mutating func declare(_ statements: [StatementSyntax]) {
    for statement in statements {
      switch statement {
      case .program(let name, let body, let range):
        if programs[name.text] == nil {
          programs[name.text] = index.declare(.program, name.text, at: name.range, whole: range)
        }
        declareGlobals(body, of: name.text)
      case .starter(let inner, _): declare(inner)
      case .studentProgram(let name, let range):
        // A program of this name may stand in the starter, which comes before or behind.
        if programs[name.text] == nil, !startsProgram(name.text) {
          programs[name.text] = index.declare(.program, name.text, at: name.range, whole: range)
        }
      case .entity(let keyword, let name, let items, let range):
        switch keyword.text {
        case "user":
          if users[name.text] == nil {
            users[name.text] = index.declare(.user, name.text, at: name.range, whole: range)
          }
        case "module":
          if modules[name.text] == nil {
            modules[name.text] = index.declare(.module, name.text, at: name.range, whole: range)
          }
          declareGlobals(of: items, in: name.text)
        default:
          if devices[name.text] == nil {
            devices[name.text] = index.declare(.device, name.text, at: name.range, whole: range)
          }
        }
      case .start(let program, let options, let range): declareProcess(program, options, range)
      case .vary(let name, _, _, let range):
        if varied[name.text] == nil {
          varied[name.text] = index.declare(.varied, name.text, at: name.range, whole: range)
        }
      case .check(let check, let range):
        if checks[check.title.text] == nil {
          checks[check.title.text] = index.declare(
            .check, check.title.text, at: check.title.range.unquoted, whole: range)
        }
      default: break
      }
    }
  }

  /// Whether a starter of the fence at hand has a program.
  private func startsProgram(_ name: String) -> Bool {
    lesson.fences[fence].parts.contains { part in
      part.script.statements.contains { statement in
        guard case .starter(let inner, _) = statement else { return false }
        return inner.contains {
          if case .program(let own, _, _) = $0 { own.text == name } else { false }
        }
      }
    }
  }

  private mutating func declareProcess(
    _ program: Name, _ options: [StartOptionSyntax], _ range: SourceRange
  ) {
    for case .named(let name) in options {
      guard processes[name.text] == nil else { return }
      processes[name.text] = index.declare(.process, name.text, at: name.range, whole: range)
      processPrograms[name.text] = program.text
      return
    }
    // Without a name of its own it has its program's: one name, one thing.
    if processes[program.text] == nil, let thing = programs[program.text] {
      processes[program.text] = thing
      processPrograms[program.text] = program.text
    } else if processes[program.text] == nil {
      // The program may stand below, in a starter, or nowhere.
      pendingProcesses.append(program.text)
    }
  }

  private var pendingProcesses: [String] = []

  /// The process with a name: `shell` also for `shell.child2`, with the part of the range that it takes.
  func process(_ name: Name) -> (thing: Int, range: SourceRange)? {
    let text = String(name.text.prefix { $0 != "." })
    guard let thing = processes[text] ?? (isStarted(text) ? programs[text] : nil) else {
      return nil
    }
    var range = name.range
    range.upper = range.lower + text.utf8.count
    return (thing, range)
  }

  /// Whether a program is started under its own name, though it is declared below.
  private func isStarted(_ name: String) -> Bool { pendingProcesses.contains(name) }

  private mutating func declareGlobals(of items: [ItemSyntax], in owner: String) {
    for item in items {
      if let body = item.body { declareGlobals(body, of: owner) }
      declareGlobals(of: item.items ?? [], in: owner)
    }
  }

  private mutating func declareGlobals(_ body: [ProgramStatementSyntax], of owner: String) {
    for statement in body {
      switch statement {
      case .data(let name, _, let range), .bss(let name, _, let range):
        if memory[owner]?[name.text] == nil {
          memory[owner, default: [:]][name.text] = index.declare(
            .memory, name.text, at: name.range, whole: range, in: owner)
        }
      case .function(let name, _, let body, let range):
        if functions[owner]?[name.text] == nil {
          functions[owner, default: [:]][name.text] = index.declare(
            .function, name.text, at: name.range, whole: range, in: owner)
        }
        declareGlobals(body, of: owner)
      case .ifElse(_, let yes, let no, _):
        declareGlobals(yes, of: owner)
        declareGlobals(no ?? [], of: owner)
      case .whileLoop(_, let body, _), .repeatLoop(_, let body, _), .onSignal(_, _, let body, _):
        declareGlobals(body, of: owner)
      default: break
      }
    }
  }

  // MARK: Statements of scripts

  private mutating func resolve(_ statement: StatementSyntax) {
    switch statement {
    case .machine(let name, let items, _):
      index.note(.machine, at: name.range)
      resolve(items)
    case .entity(_, let name, let items, _):
      owner = name.text
      resolve(items)
    case .node(_, _, let items, _), .limits(let items, _): resolve(items)
    case .mount(_, let type, let device, _, _, _):
      index.note(.machine, at: type.range)
      if let device { use(devices[device.text], at: device.range) }
    case .swap(let device, let items, _):
      use(devices[device.text], at: device.range)
      resolve(items)
    case .program(let name, let body, _):
      use(programs[name.text], at: name.range)
      resolveProgram(body, of: name.text)
    case .start(let program, let options, _):
      use(programs[program.text], at: program.range)
      for option in options {
        switch option {
        case .named(let name): use(processes[name.text], at: name.range)
        case .user(let name): use(users[name.text], at: name.range)
        case .nice(let value), .time(let value): resolve(value)
        case .directory: break
        }
      }
    case .at(let time, let act, _):
      resolve(time)
      resolve(act: act)
    case .act(let act, _): resolve(act: act)
    case .run(let extent, _):
      switch extent {
      case .toEnd: break
      case .duration(let value): resolve(value)
      case .until(let claim): resolve(claim)
      }
    case .expect(let claim, _): resolve(claim)
    case .claimBlock(_, _, let unders, _):
      for under in unders {
        for configuration in under.configurations { resolve(configuration.items) }
        for trial in under.trials { resolve(trial.claim) }
      }
    case .studentProgram(let name, _): use(programs[name.text], at: name.range)
    case .starter(let inner, _): for statement in inner { resolve(statement) }
    case .check(let check, _):
      use(checks[check.title.text], at: check.title.range.unquoted)
      for title in check.dependencies { use(checks[title.text], at: title.range.unquoted) }
      if let points = check.points { resolve(points) }
      resolve(check.variations)
      resolve(check.claim)
    case .answer(let name, let value, let range):
      if let name {
        _ = index.declare(.answer, name.text, at: name.range, whole: range)
      }
      resolve(value)
    case .choice(let value, let claim, _):
      resolve(value)
      if let claim { resolve(claim) }
    case .choices(let configurations, _):
      for configuration in configurations { resolve(configuration.items) }
    case .order(let sets, _): for set in sets { resolve(set) }
    case .table(let sets, let states, _):
      for set in sets { resolve(set) }
      for state in states { resolve(state) }
    case .vary(_, let from, let to, _):
      resolve(from)
      if let to { resolve(to) }
    case .hint(_, let after, _): if let after { resolve(after) }
    case .demand(_, let names, _):
      for name in names { noteCall(name) }
    case .include, .symlink, .reveal, .ask, .missing: break
    }
  }

  private mutating func resolve(_ items: [ItemSyntax]) {
    for item in items {
      index.note(.item, at: item.key.range)
      for value in item.values {
        if case .name(let name) = value {
          if ["owner", "group"].contains(item.key.text), let user = users[name.text] {
            index.use(user, at: name.range)
            continue
          }
          if item.key.text == "interrupt", let device = devices[name.text] {
            index.use(device, at: name.range)
            continue
          }
          if let thing = varied[name.text] {
            index.use(thing, at: name.range)
            continue
          }
          index.note(.machine, at: name.range)
          continue
        }
        resolve(value)
      }
      if let inner = item.items { resolve(inner) }
      if let body = item.body { resolveProgram(body, of: owner) }
    }
  }

  // MARK: Claims

  private mutating func resolve(_ claim: ClaimSyntax) {
    switch claim {
    case .occurs(let set), .never(let set, _): resolve(set)
    case .state(let state, _, _), .always(let state, _), .eventually(let state, _): resolve(state)
    case .sequence(let sets, _): for set in sets { resolve(set) }
    case .before(let first, let second, _):
      resolve(first)
      resolve(second)
    case .count(_, let count, let set, _):
      resolve(count)
      resolve(set)
    case .when(let set, let state, _):
      resolve(set)
      resolve(state)
    case .not(let inner, _), .schedules(_, let inner, _): resolve(inner)
    case .combined(let left, _, let right):
      resolve(left)
      resolve(right)
    case .missing: break
    }
  }

  private mutating func resolve(_ set: EventSetSyntax) {
    switch set {
    case .pattern(let pattern): resolve(pattern)
    case .during(let events, let state):
      resolve(events)
      resolve(state)
    case .because(let left, let right), .either(let left, let right):
      resolve(left)
      resolve(right)
    case .within(let left, let time, let right):
      resolve(left)
      resolve(time)
      resolve(right)
    }
  }

  private mutating func resolve(_ pattern: PatternSyntax) {
    guard let reading = scope?.reading(of: pattern) else {
      // What is not understood may still begin with a name that is known.
      if case .word(let name)? = pattern.words.first { useName(name) }
      return
    }
    index.note(pattern, reading, fence: fence)
    var programOfSubject: String?
    for (word, part) in zip(pattern.words, reading.parts) {
      guard case .word(let name) = word else { continue }
      switch part {
      case .process:
        if let found = process(name) {
          index.use(found.thing, at: found.range)
          if programOfSubject == nil {
            programOfSubject = processPrograms[String(name.text.prefix { $0 != "." })]
          }
        } else {
          index.note(.machine, at: name.range)
        }
      case .device: useDevice(name)
      case .module: use(modules[name.text], at: name.range)
      case .memory: use(symbol(name.text, of: programOfSubject), at: name.range)
      case .call: index.note(.call, at: name.range)
      case .cpu: index.note(.machine, at: name.range)
      case .error, .signal: index.note(.constant, at: name.range)
      case .routine: index.note(.routine, at: name.range)
      case .word: index.note(.event, at: name.range)
      case .number, .text: break
      }
    }
  }

  /// The name of `data` or `bss`; of any program when none is given.
  func symbol(_ name: String, of program: String?) -> Int? {
    if let program { return memory[program]?[name] }
    for owner in memory.keys.sorted() {
      if let thing = memory[owner]?[name] { return thing }
    }
    return nil
  }

  /// An act of the timeline: its words are few.
  private mutating func resolve(act: PatternSyntax) {
    for (position, word) in act.words.enumerated() {
      guard case .word(let name) = word else { continue }
      if NamedConstant.named(name.text) != nil {
        index.note(.constant, at: name.range)
      } else if position > 0, case .word(let before) = act.words[position - 1] {
        switch before.text {
        case "module": use(modules[name.text], at: name.range)
        case "as": use(users[name.text], at: name.range)
        case "to": useName(name)
        default: break
        }
      } else if position == 0, devices[name.text] != nil {
        use(devices[name.text], at: name.range)
      }
    }
  }

  // MARK: Expressions of claims and values

  mutating func resolve(_ expression: ExpressionSyntax) {
    switch expression {
    case .name(let name): useName(name)
    case .member(let base, let member):
      resolve(base)
      index.note(.member, at: member.range)
    case .call(let callee, let arguments, _):
      if case .name(let name) = callee { index.note(.question, at: name.range) }
      var program: String?
      for (position, argument) in arguments.enumerated() {
        if position == 1, case .expression(.name(let name)) = argument,
          let thing = symbol(name.text, of: program)
        {
          index.use(thing, at: name.range)
          continue
        }
        if position == 0, let name = Self.name(argument) { program = processPrograms[name] }
        switch argument {
        case .expression(let value): resolve(value)
        case .events(.pattern(let pattern)) where pattern.words.count == 1:
          // One name, which the parser could not tell from an event.
          if case .word(let name) = pattern.words[0] { useName(name) }
        case .events(let set), .until(let set), .from(let set): resolve(set)
        }
      }
    case .index(let base, let inner, _):
      resolve(base)
      resolve(inner)
    case .prefix(_, let operand, _): resolve(operand)
    case .infix(let left, _, _, let right):
      resolve(left)
      resolve(right)
    case .list(let elements, _): for element in elements { resolve(element) }
    case .parenthesised(let inner, _): resolve(inner)
    case .lasting(let pattern): resolve(pattern)
    case .number, .string, .missing: break
    }
  }

  private static func name(_ argument: ArgumentSyntax) -> String? {
    switch argument {
    case .expression(.name(let name)): return name.text
    case .events(.pattern(let pattern)):
      guard pattern.words.count == 1, case .word(let name) = pattern.words[0] else { return nil }
      return name.text
    default: return nil
    }
  }

  // MARK: Names

  mutating func use(_ thing: Int?, at range: SourceRange) {
    if let thing { index.use(thing, at: range) }
  }

  private mutating func useDevice(_ name: Name) {
    if let thing = devices[name.text] {
      index.use(thing, at: name.range)
    } else {
      index.note(.machine, at: name.range)
    }
  }

  /// A name where a claim speaks of something.
  private mutating func useName(_ name: Name) {
    if let thing = varied[name.text] {
      index.use(thing, at: name.range)
    } else if let found = process(name) {
      index.use(found.thing, at: found.range)
    } else if let thing = devices[name.text] {
      index.use(thing, at: name.range)
    } else if ScenarioScope.valueWords.contains(name.text)
      || NamedConstant.named(name.text) != nil
    {
      index.note(.constant, at: name.range)
    } else if scope?.members(of: name.text).isEmpty == false {
      index.note(.machine, at: name.range)
    }
  }

  /// A call, or a word of the language, that a task demands.
  private mutating func noteCall(_ name: Name) {
    if SystemCall.named(name.text) != nil || name.text == "exit" {
      index.note(.call, at: name.range)
    }
  }
}

extension SourceRange {
  /// The range of a string without its quotes.
  var unquoted: SourceRange {
    byteCount >= 2 ? SourceRange(file: file, lower: lower + 1, upper: upper - 1) : self
  }
}
