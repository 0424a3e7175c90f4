import Catalogue
import Program
import SourceText
import Trace
import WalkSyntax

// States: what can be seen of the machine at a moment, with types.
extension ClaimChecker {
  /// The expression with its type; `nil` when it is wrong, which is reported.
  mutating func state(_ syntax: ExpressionSyntax) -> (StateExpression?, ValueType) {
    guard descend(syntax.range) else { return (nil, .integer) }
    defer { ascend() }
    switch syntax {
    case .number(let value, let unit, _):
      return (
        .constant(value, unit.map { $0.isTime ? .duration : .bytes } ?? .integer),
        unit.map { $0.isTime ? .duration : .bytes } ?? .integer
      )
    case .name(let name): return nameState(name)
    case .member(let base, let member): return memberState(base, member)
    case .parenthesised(let inner, _): return state(inner)
    case .lasting(let pattern): return (lastingState(pattern), .boolean)
    case .prefix(let op, let operand, let range): return prefixState(op, operand, range)
    case .infix(let left, let op, let opRange, let right):
      return infixState(left, op, opRange, right)
    case .call(let callee, let arguments, let range): return callState(callee, arguments, range)
    case .string(let string):
      report(
        .incomparable(
          "nothing that can be seen is text", at: string.range,
          note: "text stands in events: `kernel copies \"foo\" from P`, `P writes \"hi\"`"))
      return (nil, .text)
    case .index(_, _, let range), .list(_, let range):
      report(
        .incomparable("this is no state of the machine", at: range))
      return (nil, .integer)
    case .missing:
      isBroken = true
      return (nil, .integer)
    }
  }

  // MARK: Names

  /// The words that stand for a value by themselves.
  static let valueWords: [(String, Int64, ValueType)] =
    [
      ("user", Int64(PrivilegeMode.user.rawValue), .mode),
      ("kernel", Int64(PrivilegeMode.kernel.rawValue), .mode),
      ("idle", Int64(TaskID.idle.rawValue), .task),
      ("true", 1, .boolean), ("false", 0, .boolean),
    ]
    + TaskCondition.allCases.map { ($0.name, Int64($0.rawValue), .condition) }
    + ExecutionContext.allCases.map { ($0.name, Int64($0.rawValue), .context) }

  private mutating func nameState(_ name: Name) -> (StateExpression?, ValueType) {
    if let (_, value, type) = Self.valueWords.first(where: { $0.0 == name.text }) {
      return (.constant(value, type), type)
    }
    if name.text == "time" { return (.observable(.time), .duration) }
    if let process = scope.process(name.text) {
      return (.constant(Int64(process.id.rawValue), .task), .task)
    }
    if let constant = NamedConstant.named(name.text) {
      return (.constant(constant.value, .integer), .integer)
    }
    if scope.program(name.text) != nil {
      reportSubject(name)
      return (nil, .task)
    }
    isBroken = true
    if scope.device(name.text) != nil || scope.cpu(name.text) != nil || name.text == "memory" {
      report(
        .incomparable(
          "`\(name.text)` alone is no value", at: name.range,
          note:
            "say what of it: \(members(of: name.text).map { "`\(name.text).\($0)`" }.joined(separator: ", "))"
        ))
      return (nil, .integer)
    }
    if reported.insert("state \(name.text)").inserted {
      let known =
        scope.processNames.map { "\($0)" } + Self.valueWords.map(\.0) + ["time"]
      report(
        .unknownStateName(
          name, known: known, nearest: Nearest.name(to: name.text, among: known)))
    }
    return (nil, .integer)
  }

  // MARK: Members

  private static let taskMembers: [(String, @Sendable (TaskID) -> Observable, ValueType)] = [
    ("mode", { .taskMode($0) }, .mode),
    ("state", { .taskCondition($0) }, .condition),
    ("exit", { .taskExit($0) }, .integer),
    ("signal", { .taskSignal($0) }, .integer),
    ("fds", { .taskDescriptors($0) }, .integer),
    ("pid", { .taskPID($0) }, .integer),
    ("cputime", { .taskCPUTime($0) }, .duration),
    ("faults.minor", { .taskMinorFaults($0) }, .integer),
    ("faults.major", { .taskMajorFaults($0) }, .integer),
    ("switches.voluntary", { .taskVoluntarySwitches($0) }, .integer),
    ("switches.involuntary", { .taskInvoluntarySwitches($0) }, .integer),
    ("stack.depth", { .taskStackDepth($0) }, .integer),
    ("maps", { .taskRegions($0) }, .integer),
    ("rss", { .taskResident($0) }, .bytes),
    ("brk", { .taskBreak($0) }, .address),
    ("children", { .taskChildren($0) }, .integer),
    ("pending", { .taskPending($0) }, .integer),
  ]

  private typealias DeviceMember = (String, @Sendable (DeviceID) -> Observable, ValueType)

  /// What can be seen of a device.
  private static func deviceMembers(of kind: DeviceKind) -> [DeviceMember] {
    let interrupts: DeviceMember = ("interrupts", { .deviceInterrupts($0) }, .integer)
    switch kind {
    case .disk:
      return [
        ("reads", { .deviceReads($0) }, .integer), ("writes", { .deviceWrites($0) }, .integer),
        interrupts, ("queue", { .deviceQueue($0) }, .integer),
      ]
    case .nic:
      return [
        ("sent", { .deviceSent($0) }, .integer), ("received", { .deviceReceived($0) }, .integer),
        interrupts,
      ]
    case .serial, .keyboard: return [("received", { .lineReceived($0) }, .bytes), interrupts]
    case .timer, .console: return [interrupts]
    }
  }

  private static let cpuMembers: [(String, @Sendable (UInt8) -> Observable, ValueType)] = [
    ("mode", { .cpuMode($0) }, .mode),
    ("current", { .cpuCurrent($0) }, .task),
    ("stack", { .cpuStack($0) }, .mode),
    ("context", { .cpuContext($0) }, .context),
    ("interrupts", { .cpuInterrupts($0) }, .integer),
  ]

  private static let plannedMembers = ["modules", "threads", "cwd", "memory"]

  /// What can be seen of something.
  func members(of name: String) -> [String] {
    if scope.process(name) != nil { return Self.taskMembers.map(\.0) }
    if let device = scope.device(name) { return Self.deviceMembers(of: device.kind).map(\.0) }
    if scope.cpu(name) != nil { return Self.cpuMembers.map(\.0) }
    return name == "memory" ? ["free", "swapped"] : []
  }

  /// `a.b.c` as names; `nil` for anything else before a dot.
  private func path(_ base: ExpressionSyntax, _ member: Name) -> [Name]? {
    var names = [member]
    var current = base
    while names.count <= 8 {
      switch current {
      case .name(let name): return joined([name] + names)
      case .member(let inner, let name):
        names.insert(name, at: 0)
        current = inner
      default: return nil
      }
    }
    return nil
  }

  /// A process's child is one name: `shell.child.exit` is `exit` of `shell.child`.
  private func joined(_ names: [Name]) -> [Name] {
    var names = names
    while names.count > 1, Checker.isChild(names[1].text),
      scope.process("\(names[0].text).\(names[1].text)") != nil
    {
      let child = names.remove(at: 1)
      names[0] = Name("\(names[0].text).\(child.text)", names[0].range.union(child.range))
    }
    return names
  }

  private mutating func memberState(_ base: ExpressionSyntax, _ member: Name) -> (
    StateExpression?, ValueType
  ) {
    if case .missing = base {
      isBroken = true
      return (nil, .integer)
    }
    guard let names = path(base, member), let owner = names.first else {
      report(
        .incomparable(
          "only processes, CPUs, devices and memory have something to see", at: base.range))
      return (nil, .integer)
    }
    if names.count == 1 { return nameState(owner) }
    let tail = names.dropFirst().map(\.text).joined(separator: ".")
    let known = members(of: owner.text)
    if let process = scope.process(owner.text),
      let (_, make, type) = Self.taskMembers.first(where: { $0.0 == tail })
    {
      return (.observable(make(process.id)), type)
    }
    if let device = scope.device(owner.text),
      let (_, make, type) = Self.deviceMembers(of: device.kind).first(where: { $0.0 == tail })
    {
      return (.observable(make(device.id)), type)
    }
    if let cpu = scope.cpu(owner.text),
      let (_, make, type) = Self.cpuMembers.first(where: { $0.0 == tail })
    {
      return (.observable(make(cpu)), type)
    }
    if owner.text == "memory", tail == "free" { return (.observable(.memoryFree), .bytes) }
    if owner.text == "memory", tail == "swapped" { return (.observable(.memorySwapped), .bytes) }
    if owner.text == "kernel", let address = kernelAddress(tail) {
      return (.constant(address, .address), .address)
    }
    if owner.text == "kernel", tail == "modules" { return (.observable(.liveModules), .integer) }
    isBroken = true
    let last = names[names.count - 1]
    let all = SourceRange(
      file: last.range.file, lower: names[1].range.lower, upper: last.range.upper)
    if owner.text == "kernel" || Self.plannedMembers.contains(names[1].text) && !known.isEmpty {
      report(.notSimulated("`\(owner.text).\(tail)`", at: owner.range.union(all)))
      return (nil, .integer)
    }
    guard !known.isEmpty else {
      if owner.text.hasPrefix("cpu"), ReservedWords.meaning(of: owner.text) == "a CPU" {
        report(
          .unknownStateName(
            owner, known: (0..<scope.cpuCount).map { "cpu\($0)" },
            nearest: Nearest.name(to: owner.text, among: ["cpu0"])))
      } else {
        reportOwner(owner)
      }
      return (nil, .integer)
    }
    report(
      .unknownMember(
        Name(tail, all), of: owner.text, known: known,
        nearest: Nearest.name(to: tail, among: known)))
    return (nil, .integer)
  }

  /// A name before a dot that nothing has.
  private mutating func reportOwner(_ name: Name) {
    if scope.program(name.text) != nil {
      reportSubject(name)
      return
    }
    guard reported.insert("subject \(name.text)").inserted else { return }
    let known =
      scope.processNames + scope.devices.filter { $0.kind != .console }.map(\.name)
      + (0..<scope.cpuCount).map { "cpu\($0)" } + ["memory"]
    report(
      .unknownSubject(
        name, known: known, nearest: Nearest.name(to: name.text, among: known)))
  }

  // MARK: Operators

  private mutating func prefixState(
    _ op: PrefixOperator, _ operand: ExpressionSyntax, _ range: SourceRange
  ) -> (StateExpression?, ValueType) {
    switch op {
    case .not, .logicalNot: return (condition(operand).map(StateExpression.not), .boolean)
    case .negate:
      let (value, type) = state(operand)
      guard let value else { return (nil, type) }
      guard Self.isQuantity(type) else {
        report(.incomparable("`-` wants a number, not \(Self.words(type))", at: range))
        return (nil, .integer)
      }
      if case .constant(let number, let type) = value, number != Int64.min {
        return (.constant(-number, type), type)
      }
      return (.negate(value), type)
    case .complement, .addressOf, .dereference:
      report(
        .incomparable(
          "`\(op.rawValue)` is for programs", at: range,
          note: "a claim sees the machine from outside, not its memory"))
      return (nil, .integer)
    }
  }

  private mutating func infixState(
    _ left: ExpressionSyntax, _ op: InfixOperator, _ opRange: SourceRange,
    _ right: ExpressionSyntax
  ) -> (StateExpression?, ValueType) {
    switch op {
    case .and, .logicalAnd, .or, .logicalOr, .implies:
      let (leftState, rightState) = (condition(left), condition(right))
      guard let leftState, let rightState else { return (nil, .boolean) }
      let made: BinaryOperator =
        op == .implies ? .implies : op == .and || op == .logicalAnd ? .and : .or
      return (.binary(made, leftState, rightState), .boolean)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return comparison(left, op, opRange, right)
    case .add, .subtract, .multiply, .divide, .remainder:
      return arithmetic(left, op, opRange, right)
    case .shiftLeft, .shiftRight, .bitAnd, .bitXor, .bitOr:
      // Numbers known beforehand may be combined; what is seen has no bits.
      let whole = ExpressionSyntax.infix(left, op, opRange, right)
      if let folded = ConstantFolder.fold(whole) {
        return (.constant(folded.value, .integer), .integer)
      }
      report(
        .incomparable(
          "`\(op.rawValue)` is for programs", at: opRange,
          note: "claims compare values: `==`, `!=`, `<`, `<=`, `>`, `>=`"))
      return (nil, .integer)
    }
  }

  private mutating func comparison(
    _ left: ExpressionSyntax, _ op: InfixOperator, _ opRange: SourceRange,
    _ right: ExpressionSyntax
  ) -> (StateExpression?, ValueType) {
    let (leftState, leftType) = state(left)
    let (rightState, rightType) = state(right)
    guard let leftState, let rightState, let made = BinaryOperator(rawValue: op.rawValue) else {
      return (nil, .boolean)
    }
    guard fit(left, leftType, right, rightType, opRange) else { return (nil, .boolean) }
    let isOrder = op != .equal && op != .notEqual
    if isOrder, !Self.isQuantity(leftType) {
      report(
        .incomparable(
          "\(Self.words(leftType)) is not more or less than another", at: opRange,
          note: "compare it with `==` or `!=`"))
      return (nil, .boolean)
    }
    return (.binary(made, leftState, rightState), .boolean)
  }

  /// Whether two values may stand beside each other; reports it if not.
  private mutating func fit(
    _ left: ExpressionSyntax, _ leftType: ValueType, _ right: ExpressionSyntax,
    _ rightType: ValueType, _ opRange: SourceRange
  ) -> Bool {
    if leftType == rightType { return true }
    let plain: Set<ValueType> = [.integer, .bytes, .result, .address]
    if plain.contains(leftType), plain.contains(rightType) { return true }
    for (type, other, syntax) in [(leftType, rightType, right), (rightType, leftType, left)]
    where type == .duration && other == .integer {
      if ConstantFolder.fold(syntax)?.value == 0 { return true }
      report(
        .missingTimeUnit(
          "a number beside a time span", at: syntax.range, literal: literal(syntax)))
      return false
    }
    report(
      .incomparable(
        "\(Self.words(leftType)) cannot be compared with \(Self.words(rightType))", at: opRange,
        note: Self.hint(leftType) ?? Self.hint(rightType)))
    return false
  }

  private mutating func arithmetic(
    _ left: ExpressionSyntax, _ op: InfixOperator, _ opRange: SourceRange,
    _ right: ExpressionSyntax
  ) -> (StateExpression?, ValueType) {
    let (leftState, leftType) = state(left)
    let (rightState, rightType) = state(right)
    guard let leftState, let rightState, let made = BinaryOperator(rawValue: op.rawValue) else {
      return (nil, .integer)
    }
    guard Self.isQuantity(leftType), Self.isQuantity(rightType) else {
      let wrong = Self.isQuantity(leftType) ? rightType : leftType
      report(
        .incomparable(
          "`\(op.rawValue)` wants numbers, not \(Self.words(wrong))", at: opRange))
      return (nil, .integer)
    }
    let times = (leftType == .duration, rightType == .duration)
    let type: ValueType
    switch (op, times) {
    case (.multiply, (true, true)):
      report(.incomparable("a time span times a time span is no time span", at: opRange))
      return (nil, .duration)
    case (.multiply, (true, _)), (.multiply, (_, true)): type = .duration
    case (.divide, (true, true)): type = .integer
    case (.divide, (true, false)): type = .duration
    case (_, (true, true)): type = .duration
    case (.divide, (false, true)):
      report(.incomparable("a number divided by a time span is no time span", at: opRange))
      return (nil, .integer)
    case (_, (true, false)), (_, (false, true)):
      guard fit(left, leftType, right, rightType, opRange) else { return (nil, .duration) }
      type = .duration
    case (_, (false, false)):
      type = leftType == .bytes || rightType == .bytes ? .bytes : .integer
    }
    return (.binary(made, leftState, rightState), type)
  }

  private static func isQuantity(_ type: ValueType) -> Bool {
    switch type {
    case .integer, .duration, .bytes, .result: true
    case .boolean, .mode, .condition, .context, .task, .address, .text: false
    }
  }

  private static func words(_ type: ValueType) -> String {
    switch type {
    case .integer: "a number"
    case .boolean: "a truth value"
    case .duration: "a time span"
    case .bytes: "a number of bytes"
    case .mode: "a mode"
    case .condition: "a process's state"
    case .context: "what a CPU does"
    case .task: "a process"
    case .address: "an address"
    case .text: "text"
    case .result: "the result of a call"
    }
  }

  private static func hint(_ type: ValueType) -> String? {
    switch type {
    case .mode: "a mode is `user` or `kernel`"
    case .condition:
      "a process's state is \(TaskCondition.allCases.map { "`\($0.name)`" }.joined(separator: ", "))"
    case .context:
      "a CPU does the work of a \(ExecutionContext.allCases.map { "`\($0.name)`" }.joined(separator: ", "))"
    case .task: "compare it with the name of a process, or with `idle`"
    default: nil
    }
  }

  // MARK: Functions

  static let signatures: [(name: String, text: String)] = [
    ("count", "count(EVENT)"), ("time", "time(EVENT)"), ("result", "result(CALL by P)"),
    ("duration", "duration(CALL by P), or duration(EVENT, EVENT)"),
    ("mapped", "mapped(P, ADDRESS)"), ("accessible", "accessible(P, ADDRESS)"),
    ("frame", "frame(P, ADDRESS)"), ("region", "region(P, ADDRESS)"),
    ("cputime", "cputime(P), cputime(P, from EVENT), cputime(P, until EVENT)"),
  ]

  private mutating func callState(
    _ callee: ExpressionSyntax, _ arguments: [ArgumentSyntax], _ range: SourceRange
  ) -> (StateExpression?, ValueType) {
    guard case .name(let name) = callee else {
      if case .missing = callee {
        isBroken = true
        return (nil, .integer)
      }
      report(.incomparable("this cannot be asked of a trace", at: callee.range))
      return (nil, .integer)
    }
    guard let (_, signature) = Self.signatures.first(where: { $0.name == name.text }) else {
      let known = Self.signatures.map(\.name)
      report(
        .unknownFunction(name, known: known, nearest: Nearest.name(to: name.text, among: known)))
      return (nil, .integer)
    }
    func wrong() -> (StateExpression?, ValueType) {
      report(.wrongFunctionArgument(name.text, signature: signature, at: range))
      return (nil, .integer)
    }
    switch name.text {
    case "count", "time":
      guard arguments.count == 1, let set = Self.eventSet(arguments[0]) else { return wrong() }
      let type: ValueType = name.text == "count" ? .integer : .duration
      guard let events = events(set) else { return (nil, type) }
      return (.query(name.text == "count" ? .count(events) : .time(events)), type)
    case "result", "duration":
      guard (1...(name.text == "result" ? 1 : 2)).contains(arguments.count),
        let first = Self.eventSet(arguments[0])
      else { return wrong() }
      if arguments.count == 2 {
        guard let second = Self.eventSet(arguments[1]) else { return wrong() }
        let (from, to) = (events(first), events(second))
        guard let from, let to else { return (nil, .duration) }
        return (.query(.between(from, to)), .duration)
      }
      let type: ValueType = name.text == "result" ? .result : .duration
      // The pattern is checked as an event first: a misspelt name is told as everywhere.
      guard case .pattern(let pattern) = first else { return wrong() }
      guard events(first) != nil else { return (nil, type) }
      guard let (call, task) = callPattern(pattern) else { return wrong() }
      return (
        .query(
          name.text == "result"
            ? .result(call: call, task: task) : .callDuration(call: call, task: task)), type
      )
    case "mapped", "accessible", "frame", "region":
      return pageState(name.text, arguments, signature, range)
    default: return cpuTime(arguments, signature, range)
    }
  }

  /// `kernel.text` and the like: where things of the kernel lie on this machine.
  private func kernelAddress(_ name: String) -> Int64? {
    let address: UInt64? =
      switch name {
      // Behind the entry code, which has pages of its own.
      case "text": scope.architecture.address(in: .entrySyscall, step: 0)
      case "entry": scope.architecture.syscallEntry
      case "memory": scope.architecture.directMapBase
      default: nil
      }
    return address.map { Int64(bitPattern: $0) }
  }

  /// `mapped(P, ADDRESS)` and its kin: the address is a number, `kernel.text`, or a name of P's
  /// program.
  private mutating func pageState(
    _ function: String, _ arguments: [ArgumentSyntax], _ signature: String, _ range: SourceRange
  ) -> (StateExpression?, ValueType) {
    let type = function == "frame" ? ValueType.address : .boolean
    func wrong() -> (StateExpression?, ValueType) {
      report(.wrongFunctionArgument(function, signature: signature, at: range))
      return (nil, type)
    }
    guard arguments.count == 2, let name = Self.name(arguments[0]) else { return wrong() }
    guard let process = scope.process(name.text) else {
      reportSubject(name)
      return (nil, type)
    }
    let address: Int64
    if let symbol = Self.name(arguments[1]), let known = scope.address(of: symbol.text, in: process)
    {
      address = known
    } else {
      guard case .expression(let syntax) = arguments[1] else { return wrong() }
      let (value, valueType) = state(syntax)
      guard let value else { return (nil, type) }
      guard case .constant(let number, _) = value,
        [.integer, .address, .bytes].contains(valueType)
      else { return wrong() }
      address = number
    }
    let page = InspectedPage(task: process.id, address: address)
    let seen: Observable =
      switch function {
      case "mapped": .pageIsMapped(page)
      case "accessible": .pageIsAccessible(page)
      case "frame": .pageFrame(page)
      default: .addressHasRegion(process.id, address)
      }
    return (.observable(seen), type)
  }

  private mutating func cpuTime(
    _ arguments: [ArgumentSyntax], _ signature: String, _ range: SourceRange
  ) -> (StateExpression?, ValueType) {
    func wrong() -> (StateExpression?, ValueType) {
      report(.wrongFunctionArgument("cputime", signature: signature, at: range))
      return (nil, .duration)
    }
    guard let first = arguments.first, let name = Self.name(first) else { return wrong() }
    var from: EventSet?
    var until: EventSet?
    var isFine = true
    var seen: Set<String> = []
    for argument in arguments.dropFirst() {
      switch argument {
      case .from(let set):
        guard seen.insert("from").inserted else { return wrong() }
        from = events(set)
        if from == nil { isFine = false }
      case .until(let set):
        guard seen.insert("until").inserted else { return wrong() }
        until = events(set)
        if until == nil { isFine = false }
      case .expression, .events: return wrong()
      }
    }
    guard let process = scope.process(name.text) else {
      reportSubject(name)
      return (nil, .duration)
    }
    guard isFine else { return (nil, .duration) }
    return (.query(.cpuTime(process.id, from: from, until: until)), .duration)
  }

  /// An argument that is events, however the parser has read it.
  private static func eventSet(_ argument: ArgumentSyntax) -> EventSetSyntax? {
    switch argument {
    case .events(let set): return set
    case .expression(.lasting(let pattern)): return .pattern(pattern)
    case .expression(.name(let name)):
      return .pattern(PatternSyntax(words: [.word(name)], range: name.range))
    case .expression, .until, .from: return nil
    }
  }

  /// An argument that is one name, however the parser has read it.
  private static func name(_ argument: ArgumentSyntax) -> Name? {
    switch argument {
    case .expression(.name(let name)): return name
    case .events(.pattern(let pattern)):
      guard pattern.words.count == 1, case .word(let name) = pattern.words[0] else { return nil }
      return name
    case .expression, .events, .until, .from: return nil
    }
  }
}
