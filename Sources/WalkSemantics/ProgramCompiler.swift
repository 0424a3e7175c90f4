import Catalogue
import Program
import SourceText
import WalkSyntax

/// What code is compiled for.
enum CompilerTarget: Equatable {
  /// A program at the architecture's `programBase`.
  case program
  /// A library at an address of its own: functions without a main program.
  case library(base: Int64)
  /// A kernel module: blocks of code for kernel mode, at an address that the loader chooses.
  case module
}

/// Compiles one program to user-mode instructions, and checks it on the way.
///
/// The code is plain: every variable has an 8-byte slot below the frame pointer; expressions are
/// worked out in the temporary registers, the `depth`-th value in the `depth`-th register; when
/// they run out, values wait on the user stack.
struct ProgramCompiler {
  let name: String
  let range: SourceRange
  let architecture: Architecture
  let memoryBytes: Int64
  let texts: SourceTexts
  let target: CompilerTarget
  /// What the program may call in libraries.
  let libraries: [LibraryImage]
  /// Whether libc's buffer is written before the process ends.
  let flushesAtEnd: Bool
  /// The symbols of the kernel that a module wants.
  var imports: Set<String> = []
  /// Whether the program may leave something in libc's buffer.
  var usesBuffer = false

  var diagnostics: [Diagnostic] = []
  var isBroken = false
  var code = CodeBuffer()

  /// A `data` or `bss` name, or `errno`.
  struct Global {
    var segment: CodeBuffer.Segment
    var offset: Int64
    var byteCount: Int64
    var type: ProgramType
    var range: SourceRange
  }

  /// A function of the program.
  struct Function {
    var name: Name
    var parameters: [Name]
    var body: [ProgramStatementSyntax]
    var range: SourceRange
    var label: CodeBuffer.LabelID
    /// The types of the parameters, from the first call.
    var types: [ProgramType]?
    var isCompiled = false
  }

  /// A variable of the function that is being compiled.
  struct Variable {
    var slot: Int
    var type: ProgramType
    var range: SourceRange
  }

  var globals: [String: Global] = [:]
  var globalOrder: [String] = []
  var functions: [Function] = []
  var functionIndex: [String: Int] = [:]
  /// Functions in the order of their first call.
  var callQueue: [Int] = []
  var handlers: [Handler] = []
  var compiledHandlers = 0
  /// Open blocks, the innermost last.
  var scopes: [[String: Variable]] = []
  /// All `let`s of the function that is being compiled, wherever they stand.
  var allLets: [String: [SourceRange]] = [:]
  var nextSlot = 0
  var highestSlot = 0
  var isInFunction = false
  var reported: Set<String> = []
  /// The name whose first value is being worked out.
  var pendingLet: Name?
  var nesting = 0
  var errnoOffset: Int64?

  init(
    name: String, range: SourceRange, architecture: Architecture, memoryBytes: Int64,
    texts: SourceTexts, target: CompilerTarget = .program,
    libraries: [LibraryImage] = [], flushesAtEnd: Bool = false
  ) {
    self.name = name
    self.range = range
    self.architecture = architecture
    self.memoryBytes = memoryBytes
    self.texts = texts
    self.target = target
    self.libraries = libraries
    self.flushesAtEnd = flushesAtEnd
  }

  /// Whether this is code that belongs to the system, and may use names that programs have not.
  var isLibrary: Bool {
    if case .library = target { return true }
    return false
  }

  private var kindOfCode: String { isModule ? "module" : "program" }

  /// Whether this is code for kernel mode.
  var isModule: Bool { target == .module }

  var roles: RegisterRoles { architecture.roles }

  /// The register of the value at a depth.
  func register(_ depth: Int) -> UInt8 { roles.temporaries[min(depth, lastTemporary)] }

  var lastTemporary: Int { roles.temporaries.count - 1 }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { isBroken = true }
    if diagnostics.count < Limits.diagnostics { diagnostics.append(diagnostic) }
  }

  /// Reports something about a name, once per name and kind.
  mutating func reportOnce(_ kind: String, _ name: String, _ diagnostic: Diagnostic) {
    isBroken = true
    if reported.insert("\(kind) \(name)").inserted { report(diagnostic) }
  }

  // MARK: The whole program

  mutating func compile(_ body: [ProgramStatementSyntax]) -> ProgramImage {
    collectGlobals(body)
    collectFunctions(body)
    if !isLibrary { compileMain(body) }
    compileFunctions()
    checkSize()
    var symbols = globalOrder.compactMap { name in
      globals[name].map {
        CodeBuffer.Symbol(
          name: name, segment: $0.segment, offset: $0.offset, byteCount: $0.byteCount)
      }
    }
    if let errnoOffset {
      symbols.append(
        CodeBuffer.Symbol(name: "errno", segment: .data, offset: errnoOffset, byteCount: 8))
    }
    var exported: [CodeBuffer.FunctionSymbol] = []
    var base = Int64(truncatingIfNeeded: architecture.programBase)
    if case .library(let address) = target {
      base = address
      exported = functions.map { CodeBuffer.FunctionSymbol(name: $0.name.text, label: $0.label) }
      exported += appendTrampolines()
    }
    return code.finish(
      name: name, range: range, base: base, pageBytes: architecture.pageBytes, symbols: symbols,
      functions: exported)
  }

  /// Compiles the functions that are called, in the order of their first call, then the others.
  mutating func compileFunctions() {
    var next = 0
    while true {
      while next < callQueue.count {
        let index = callQueue[next]
        next += 1
        if !functions[index].isCompiled { compileFunction(index) }
      }
      if compiledHandlers < handlers.count {
        compileHandlers()
        continue
      }
      guard let index = functions.firstIndex(where: { !$0.isCompiled }) else { break }
      compileFunction(index)
    }
  }

  /// Reports code and data that are too large.
  mutating func checkSize() {
    if code.count > Limits.instructions {
      report(
        .limitReached(
          "\(kindOfCode) `\(name)` is too long", limit: "\(Limits.instructions) instructions",
          at: range))
    }
    if code.data.count > Limits.dataBytes {
      report(
        .limitReached(
          "the data of \(kindOfCode) `\(name)` is too large", limit: "\(Limits.dataBytes >> 20)MiB",
          at: range))
    }
  }

  /// Where `errno` lies: in libc's data, as in C; without libc, in the program's own.
  mutating func errnoAddress() -> Int32 {
    if let address = libraries.first(where: { $0.name == "libc" })?.address(of: "errno") {
      return code.constant(address)
    }
    let offset = errnoOffset ?? code.appendData([UInt8](repeating: 0, count: 8), alignment: 8)
    errnoOffset = offset
    return code.address(.data, offset)
  }

  private mutating func compileMain(_ body: [ProgramStatementSyntax]) {
    beginFrame(body)
    let enter = code.count
    code.emit(Instruction(.enterFrame), startOf(range))
    block(body, isTopLevel: true)
    endProgram(range.lastByte)
    endFrame(enter)
  }

  private mutating func compileFunction(_ index: Int) {
    functions[index].isCompiled = true
    let function = functions[index]
    beginFrame(function.body)
    isInFunction = true
    code.place(function.label)
    let enter = code.count
    code.emit(Instruction(.enterFrame), function.name.range)
    scopes.append([:])
    for (position, parameter) in function.parameters.prefix(Limits.parameters).enumerated() {
      let types = function.types ?? []
      let type = types.indices.contains(position) && !isLibrary ? types[position] : .any
      declare(parameter, type, letRange: nil)
      guard let variable = lookUp(parameter.text),
        roles.functionArguments.indices.contains(position)
      else {
        continue
      }
      code.emit(
        Instruction(
          .store, a: roles.functionArguments[position], b: roles.framePointer,
          immediate: offset(of: variable)), parameter.range)
    }
    block(function.body, isTopLevel: false)
    scopes.removeLast()
    let end = function.range.lastByte
    code.emit(Instruction(.loadImmediate, a: roles.result, immediate: 0), end)
    code.emit(Instruction(.leaveFrame), end)
    code.emit(Instruction(.ret), end)
    endFrame(enter)
    isInFunction = false
  }

  mutating func beginFrame(_ body: [ProgramStatementSyntax]) {
    scopes = []
    nextSlot = 0
    highestSlot = 0
    allLets = [:]
    collectLets(body, depth: 0)
  }

  mutating func endFrame(_ enter: Int) {
    code.patch(enter, immediate: Int32(truncatingIfNeeded: highestSlot * 8))
  }

  /// `exit_group(0)`.
  private mutating func endProgram(_ range: SourceRange) {
    flushBuffer(range)
    loadArgument(0, value: 0, range)
    exitGroup(range)
  }

  /// The first byte of a range; long ranges would hide what an instruction is about.
  private func startOf(_ range: SourceRange) -> SourceRange {
    SourceRange(
      file: range.file, lower: range.lower, upper: min(range.upper, range.lower + name.utf8.count))
  }

  // MARK: Names

  mutating func collectGlobals(_ body: [ProgramStatementSyntax], depth: Int = 0) {
    guard depth < Limits.expressionDepth else { return }
    for statement in body {
      switch statement {
      case .data(let name, let values, let range): declareData(name, values, range)
      case .bss(let name, let size, let range): declareBSS(name, size, range)
      case .ifElse(_, let yes, let no, _):
        collectGlobals(yes, depth: depth + 1)
        collectGlobals(no ?? [], depth: depth + 1)
      case .whileLoop(_, let body, _), .repeatLoop(_, let body, _), .function(_, _, let body, _),
        .onSignal(_, _, let body, _):
        collectGlobals(body, depth: depth + 1)
      default: break
      }
    }
  }

  mutating func collectFunctions(_ body: [ProgramStatementSyntax]) {
    for case .function(let name, let parameters, let body, let range) in body {
      if let first = functionIndex[name.text] {
        report(
          .declaredTwice(
            name, first: functions[first].name.range, canAssign: false, letRange: nil))
        continue
      }
      if let global = globals[name.text] {
        report(.declaredTwice(name, first: global.range, canAssign: false, letRange: nil))
        continue
      }
      if let meaning = meaning(of: name.text), !isLibrary {
        report(.nameTaken(name, meaning: meaning))
        continue
      }
      if parameters.count > Limits.parameters {
        report(
          .limitReached(
            "`\(name.text)` has \(parameters.count) parameters", limit: "\(Limits.parameters)",
            at: parameters[Limits.parameters].range))
      }
      functionIndex[name.text] = functions.count
      functions.append(
        Function(
          name: name, parameters: parameters, body: body, range: range, label: code.makeLabel()))
    }
  }

  private mutating func collectLets(_ body: [ProgramStatementSyntax], depth: Int) {
    guard depth < Limits.expressionDepth else { return }
    for statement in body {
      switch statement {
      case .letBinding(let name, _, _): allLets[name.text, default: []].append(name.range)
      case .ifElse(_, let yes, let no, _):
        collectLets(yes, depth: depth + 1)
        collectLets(no ?? [], depth: depth + 1)
      case .whileLoop(_, let body, _), .repeatLoop(_, let body, _):
        collectLets(body, depth: depth + 1)
      default: break
      }
    }
  }

  /// What a name means already, for programs: constants, `errno`, system calls.
  func meaning(of name: String) -> String? {
    if isModule {
      if KernelService.named(name) != nil { return "a function of the kernel" }
      return NamedConstant.named(name).map { "one of the \($0.family.rawValue)" }
    }
    if name == "errno" { return "the last error" }
    if name == "exit" || name == "syscall" || SystemCall.named(name) != nil {
      return "a system call"
    }
    if Self.statusMacros.contains(name) { return "what a status says" }
    return NamedConstant.named(name).map { "one of the \($0.family.rawValue)" }
  }

  /// Whether a data or bss name is free; reports it if not.
  private mutating func isFree(_ name: Name) -> Bool {
    if let first = globals[name.text] {
      report(.declaredTwice(name, first: first.range, canAssign: false, letRange: nil))
      return false
    }
    if let meaning = meaning(of: name.text) {
      report(.nameTaken(name, meaning: meaning))
      return false
    }
    return true
  }

  private mutating func declareGlobal(_ name: Name, _ global: Global) {
    globals[name.text] = global
    globalOrder.append(name.text)
  }

  private mutating func declareData(
    _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange
  ) {
    guard isFree(name) else { return }
    var bytes: [UInt8] = []
    var isText: Bool?
    for value in values {
      if case .missing = value {
        isBroken = true
        continue
      }
      if case .string(let string) = value {
        if isText == false {
          report(
            .typeMismatch(
              "`\(name.text)` cannot hold text and numbers", at: value.range,
              note: "text is stored as bytes, numbers as 8-byte words; use two names"))
          return
        }
        isText = true
        bytes += string.bytes + [0]
        continue
      }
      guard let folded = ConstantFolder.fold(value) else {
        report(.notConstant("a value of `data \(name.text)`", at: value.range))
        continue
      }
      if isText == true {
        report(
          .typeMismatch(
            "`\(name.text)` cannot hold text and numbers", at: value.range,
            note: "text is stored as bytes, numbers as 8-byte words; use two names"))
        return
      }
      isText = false
      bytes += folded.value.littleEndianBytes
    }
    if code.data.count + bytes.count > Limits.dataBytes {
      report(
        .limitReached(
          "the data of \(kindOfCode) `\(self.name)` is too large",
          limit: "\(Limits.dataBytes >> 20)MiB",
          at: range))
      bytes = []
    }
    if values.isEmpty {
      report(.wrongItemValue("data", wanted: "a string or numbers", at: range))
    }
    let offset = code.appendData(bytes, alignment: isText == true ? 1 : 8)
    declareGlobal(
      name,
      Global(
        segment: .data, offset: offset, byteCount: Int64(bytes.count),
        type: isText == true ? .bytePointer : .wordPointer, range: name.range))
  }

  private mutating func declareBSS(
    _ name: Name, _ size: ExpressionSyntax, _ range: SourceRange
  ) {
    guard isFree(name) else { return }
    var byteCount: Int64 = 0
    let most = memoryBytes * 4
    if case .missing = size {
      isBroken = true
    } else if let folded = ConstantFolder.fold(size) {
      switch folded.kind {
      case .plain, .size:
        if folded.value < 1 || folded.value > most {
          report(
            .outOfRange(
              "the size of `\(name.text)`",
              bounds: "between 1 byte and \(most >> 20)MiB, four times the machine's memory",
              at: size.range))
        } else if code.bssByteCount + folded.value > most {
          report(
            .limitReached(
              "the bss of \(kindOfCode) `\(self.name)` is too large",
              limit: "\(most >> 20)MiB, four times the machine's memory", at: size.range))
        } else {
          byteCount = folded.value
        }
      default:
        report(
          .wrongUnit("the size of `\(name.text)`", wanted: "a number of bytes", at: size.range))
      }
    } else {
      report(.notConstant("the size of `\(name.text)`", at: size.range))
    }
    let offset = code.reserveBSS(byteCount)
    declareGlobal(
      name,
      Global(
        segment: .bss, offset: offset, byteCount: byteCount, type: .bytePointer, range: name.range))
  }

  // MARK: Variables

  func lookUp(_ name: String) -> Variable? {
    for scope in scopes.reversed() {
      if let found = scope[name] { return found }
    }
    return nil
  }

  func offset(of variable: Variable) -> Int32 { slotOffset(variable.slot) }

  func slotOffset(_ slot: Int) -> Int32 { Int32(truncatingIfNeeded: -8 * (slot + 1)) }

  /// A slot of the frame.
  mutating func makeSlot() -> Int {
    let slot = nextSlot
    nextSlot += 1
    highestSlot = max(highestSlot, nextSlot)
    return slot
  }

  mutating func declare(_ name: Name, _ type: ProgramType, letRange: SourceRange?) {
    if let first = lookUp(name.text)?.range ?? globals[name.text]?.range
      ?? functionIndex[name.text].map({ functions[$0].name.range })
    {
      report(
        .declaredTwice(
          name, first: first, canAssign: lookUp(name.text) != nil, letRange: letRange))
      return
    }
    if let meaning = meaning(of: name.text) {
      report(.nameTaken(name, meaning: meaning))
      return
    }
    guard nextSlot < Limits.locals else {
      reportOnce(
        "limit", "locals",
        .limitReached(
          "too many variables in one function", limit: "\(Limits.locals)", at: name.range)
      )
      return
    }
    let slot = makeSlot()
    if scopes.isEmpty { scopes.append([:]) }
    scopes[scopes.count - 1][name.text] = Variable(slot: slot, type: type, range: name.range)
  }

  /// All names that an expression here may use.
  var visibleNames: [String] {
    scopes.reversed().flatMap { $0.sorted { $0.value.slot < $1.value.slot }.map(\.key) }
      + globalOrder + (isModule ? [] : ["errno", "argc", "argv"]) + NamedConstant.all.map(\.name)
  }

  /// Reports a name that nothing has.
  mutating func reportUnknown(_ name: Name) {
    let lets = allLets[name.text] ?? []
    let before = lets.filter { $0.file == name.range.file && $0.lower < name.range.lower }
    if let pending = pendingLet, pending.text == name.text {
      reportOnce("variable", name.text, .usedBeforeDeclaration(name, declared: pending.range))
      return
    }
    if let later = lets.first, before.isEmpty {
      reportOnce("variable", name.text, .usedBeforeDeclaration(name, declared: later))
      return
    }
    let related = before.last.map {
      [Label($0, "this one ends with the block around it")]
    }
    reportOnce(
      "variable", name.text,
      .undeclaredVariable(
        name, nearest: Nearest.name(to: name.text, among: visibleNames), related: related ?? [],
        isInFunction: isInFunction))
  }
}
