import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

// What happens from outside: devices receive and fail, signals are sent, modules come and go.
extension Checker {
  private static let forms = [
    "DISK fails", "SERIAL receives \"text\"", "KEYBOARD types \"text\"", "signal SIG to P",
    "load module NAME [as USER]", "unload module NAME [as USER]",
  ]

  mutating func action(_ pattern: PatternSyntax) -> TimelineAction? {
    let words = pattern.words
    func name(_ index: Int) -> Name? {
      guard words.indices.contains(index), case .word(let name) = words[index] else { return nil }
      return name
    }
    guard let first = name(0) else { return unknownAct(pattern) }
    switch (first.text, name(1)?.text) {
    case ("signal", _): return sendSignal(pattern)
    case ("load", "module"), ("unload", "module"):
      // The process that loads it was made with the others.
      guard !loaders.isEmpty else { return nil }
      return loaders.removeFirst().map { .start(process: $0) }
    case (_, "fails") where words.count == 2:
      guard let device = scope.device(first.text), device.kind == .disk || device.kind == .nic
      else {
        reportUnknownDevice(first, scope.device(first.text) == nil ? nil : .disk)
        return nil
      }
      return .fail(device.id)
    case (_, "receives"): return receive(pattern, first, .serial, "receives")
    case (_, "types"): return receive(pattern, first, .keyboard, "types")
    default: return unknownAct(pattern)
    }
  }

  private mutating func unknownAct(_ pattern: PatternSyntax) -> TimelineAction? {
    var names: [Name] = []
    for case .word(let name) in pattern.words { names.append(name) }
    let planned = ["kill", "plug", "unplug", "rename", "write"]
    if let verb = names.prefix(2).first(where: { planned.contains($0.text) }) {
      report(.notSimulated("`\(verb.text)`", at: pattern.range))
      return nil
    }
    let verb = names.dropFirst().first ?? names.first ?? Name("", pattern.range)
    report(
      .unknownVerb(
        texts.line(pattern.range), subject: "a timeline", at: verb.range, forms: Self.forms,
        nearest: Nearest.name(to: verb.text, among: ["fails", "receives", "types"])))
    return nil
  }

  /// `ttyS0 receives "x"`, `kbd types "x"`.
  private mutating func receive(
    _ pattern: PatternSyntax, _ name: Name, _ kind: DeviceKind, _ verb: String
  ) -> TimelineAction? {
    guard pattern.words.count == 3, case .string(let text) = pattern.words[2], !text.bytes.isEmpty
    else {
      report(
        .wrongItemValue(
          "\(name.text) \(verb)", wanted: "text in quotes",
          at: pattern.words.last?.range
            ?? pattern.range))
      return nil
    }
    guard let device = scope.device(name.text), device.kind == kind else {
      reportUnknownDevice(name, kind)
      return nil
    }
    guard text.bytes.count <= Limits.receivedBytes else {
      report(
        .limitReached("text for a device", limit: "\(Limits.receivedBytes) bytes", at: text.range))
      return nil
    }
    return .receive(device.id, text.bytes)
  }

  /// `signal SIGINT to editor`.
  private mutating func sendSignal(_ pattern: PatternSyntax) -> TimelineAction? {
    let words = pattern.words
    guard words.count == 4, case .word(let signalName) = words[1],
      case .word(let to) = words[2], to.text == "to", case .word(let process) = words[3]
    else {
      report(
        .wrongItemValue(
          "signal", wanted: "a signal and a process: `signal SIGINT to editor`", at: pattern.range))
      return nil
    }
    guard Gate.sentSignals.isOpen else {
      report(.notSimulated("`signal`", at: pattern.range))
      return nil
    }
    let signal = Signal(name: signalName.text)
    if signal == nil, isNews("signal", signalName.text) {
      let known = Signal.allCases.map(\.name)
      report(
        .unknownSignal(
          signalName, known: known, nearest: Nearest.name(to: signalName.text, among: known)))
    }
    guard let target = scope.process(process.text) else {
      var checker = ClaimChecker(scope: scope, reported: reported)
      checker.reportSubject(process)
      adopt(checker)
      return nil
    }
    return signal.map { .signal($0, to: target.id) }
  }

  // MARK: Loading modules

  /// `load module hello as root`: what the process does that is made for it.
  struct LoaderAct {
    var isLoad: Bool
    var user: Name?
    /// Position of its program among the images; `nil` when something is wrong.
    var program: Int?
    var range: SourceRange
  }

  /// Compiles the programs that load and unload modules: `insmod` and `rmmod`.
  mutating func compileLoaders() {
    for (_, statement) in statements {
      guard let pattern = Self.loaderPattern(of: statement) else { continue }
      loaderActs.append(loaderAct(pattern))
    }
  }

  /// The words of a statement that loads or unloads a module; `nil` for any other statement.
  static func loaderPattern(of statement: StatementSyntax) -> PatternSyntax? {
    let pattern: PatternSyntax
    switch statement {
    case .act(let words, _), .at(_, let words, _): pattern = words
    default: return nil
    }
    guard case .word(let verb)? = pattern.words.first, verb.text == "load" || verb.text == "unload",
      pattern.words.count > 1, case .word(let what) = pattern.words[1], what.text == "module"
    else { return nil }
    return pattern
  }

  private mutating func loaderAct(_ pattern: PatternSyntax) -> LoaderAct {
    var names: [String] = []
    for case .word(let name) in pattern.words { names.append(name.text) }
    let isLoad = names.first == "load"
    var act = LoaderAct(isLoad: isLoad, user: nil, program: nil, range: pattern.range)
    guard names.count == pattern.words.count, names.count == 3 || names.count == 5,
      names.count == 3 || names[3] == "as", case .word(let module) = pattern.words[2]
    else {
      report(
        .wrongItemValue(
          names.first ?? "load", wanted: "`module NAME`, and perhaps `as USER`", at: pattern.range))
      return act
    }
    if names.count == 5, case .word(let user) = pattern.words[4] { act.user = user }
    guard Gate.modules.isOpen else {
      report(.notSimulated("`\(names[0])`", at: pattern.range))
      return act
    }
    guard modules.contains(where: { $0.name.text == module.text }) else {
      if isNews("module", module.text) {
        let known = modules.map(\.name.text)
        report(
          .unknownModule(
            module, known: known, nearest: Nearest.name(to: module.text, among: known)))
      }
      return act
    }
    guard images.count < 2 * Limits.entities else {
      report(.limitReached("programs", limit: "\(2 * Limits.entities)", at: pattern.range))
      return act
    }
    act.program = images.count
    images.append(loaderImage(isLoad: isLoad, module.text, pattern.range))
    return act
  }

  /// A small program of the system, whose source is the act itself.
  private func loaderImage(isLoad: Bool, _ module: String, _ range: SourceRange) -> ProgramImage {
    let name = freeName(isLoad ? "insmod" : "rmmod") { name in images.contains { $0.name == name } }
    let source =
      isLoad
      ? """
      let fd = open("/lib/modules/\(module).ko", O_RDONLY | O_CLOEXEC)
      if fd < 0 { exit(1) }
      let result = finit_module(fd, "", 0)
      exit(result != 0)
      """
      : "exit(delete_module(\"\(module)\", O_NONBLOCK) != 0)"
    let bytes = Array("program p {\n\(source)\n}".utf8)
    let fragment = SourceFragment(SourceFile(name: name, bytes: bytes), id: range.file)
    var compiler = ProgramCompiler(
      name: name, range: range, architecture: machine.architecture,
      memoryBytes: machine.memoryBytes, texts: SourceTexts([fragment]),
      libraries: libraries)
    var body: [ProgramStatementSyntax] = []
    if case .program(_, let statements, _)? = WalkParser.parse(fragment).statements.first {
      body = statements
    }
    var image = compiler.compile(body)
    image.ranges = image.ranges.map { _ in range }
    return image
  }

  /// A name, with a number behind it when it is taken: `insmod`, `insmod2`.
  func freeName(_ name: String, isTaken: (String) -> Bool) -> String {
    guard isTaken(name) else { return name }
    var number = 2
    while isTaken("\(name)\(number)"), number < 10_000 { number += 1 }
    return "\(name)\(number)"
  }

  /// Makes the process of a load or unload.
  mutating func startLoader(_ act: LoaderAct) {
    var user = 1
    if let name = act.user {
      guard let index = self.user(name) else { return loaders.append(nil) }
      user = index
    }
    guard let program = act.program, processes.count < Limits.processes else {
      return loaders.append(nil)
    }
    let name = freeName(act.isLoad ? "insmod" : "rmmod") { name in
      processes.contains { $0.name == name } || declaredDevices.contains { $0.name == name }
    }
    loaders.append(processes.count)
    processes.append(
      ScenarioScope.Process(
        name: name, id: TaskID(rawValue: UInt16(processes.count + 1)), program: nil,
        range: act.range))
    processConfigurations.append(
      ProcessConfiguration(name: name, program: program, user: user, directory: "/"))
  }
}
