import Catalogue
import Program
import SourceText
import WalkSyntax

// Calls: functions of the program, and system calls.
extension ProgramCompiler {
  mutating func call(
    _ callee: ExpressionSyntax, _ arguments: [ArgumentSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    var values: [ExpressionSyntax] = []
    for argument in arguments {
      switch argument {
      case .expression(let value): values.append(value)
      case .events(let events), .until(let events), .from(let events):
        report(
          .notAValue(
            "an event", at: events.range,
            note: "events are for claims; programs see only their memory"))
        return .poison
      }
    }
    switch callee {
    case .name(let name):
      if let index = functionIndex[name.text] {
        return functionCall(index, name, values, range, depth)
      }
      return systemCall(name, values, range, depth)
    case .member:
      report(.notSimulated("the library call `\(text(callee, else: "…"))`", at: callee.range))
      return .poison
    case .missing:
      isBroken = true
      return .poison
    default:
      report(
        .notAValue(
          "a call of something that is no name", at: callee.range,
          note: "what is called is a system call or a function, by its name"))
      return .poison
    }
  }

  // MARK: Functions

  private mutating func functionCall(
    _ index: Int, _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    let function = functions[index]
    let parameters = function.parameters
    if values.count != parameters.count {
      report(
        .wrongArgumentCount(
          name.text, given: values.count, wanted: Self.plural(parameters.count, "argument"),
          signature: "\(name.text)(\(parameters.map(\.text).joined(separator: ", ")))", at: range))
      return .poison
    }
    guard values.count <= roles.arguments.count else { return .poison }
    // The callee uses the temporaries as it likes: what is in use waits on the stack.
    let live = min(depth, lastTemporary)
    for position in 0..<live {
      code.emit(Instruction(.push, a: roles.temporaries[position]), range)
    }
    var types: [ProgramType] = []
    for value in values {
      let type = evaluate(value, 0)
      if case .constant = type { types.append(.integer) } else { types.append(type) }
      code.emit(Instruction(.push, a: register(0)), value.range)
    }
    for position in values.indices.reversed() {
      code.emit(Instruction(.pop, a: roles.arguments[position]), range)
    }
    if let known = functions[index].types {
      for (position, type) in types.enumerated()
      where known.indices.contains(position) && !Self.fits(type, known[position]) {
        report(
          .typeMismatch(
            "`\(parameters[position].text)` of `\(name.text)` is \(known[position].words) in its "
              + "first call, and \(type.words) here", at: values[position].range))
      }
    } else {
      functions[index].types = types
      callQueue.append(index)
    }
    code.jump(.call, to: function.label, range)
    code.emit(Instruction(.move, a: register(depth), b: roles.result), range)
    for position in (0..<live).reversed() {
      code.emit(Instruction(.pop, a: roles.temporaries[position]), range)
    }
    return .any
  }

  private static func fits(_ type: ProgramType, _ known: ProgramType) -> Bool {
    if type.isOpen || known.isOpen || type == known { return true }
    if type.isNumber, known.isNumber || known.isPointer { return true }
    return type == .bytePointer && known.isNumber
  }

  static func plural(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  // MARK: System calls

  /// Everything that may be called by name.
  private var callable: [String] {
    SystemCall.all.map(\.name) + ["exit"] + functions.map(\.name.text)
  }

  private mutating func systemCall(
    _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    if name.text == "syscall" { return rawSystemCall(name, values, range, depth) }
    let written = name.text == "exit" ? "exit_group" : name.text
    guard let id = SystemCall.named(written), let call = SystemCall[id] else {
      // Arguments are still checked: each mistake in them is one of its own.
      for value in values { evaluate(value, depth) }
      reportOnce(
        "call", name.text,
        .unknownSystemCall(
          name, offered: SystemCall.all.map(\.name),
          nearest: Nearest.name(to: name.text, among: callable)))
      return .poison
    }
    let counts = call.argumentCounts
    guard counts.contains(values.count) else {
      let wanted =
        counts.lowerBound == counts.upperBound
        ? Self.plural(counts.lowerBound, "argument")
        : "\(counts.lowerBound) to \(Self.plural(counts.upperBound, "argument"))"
      report(
        .wrongArgumentCount(
          name.text, given: values.count, wanted: wanted,
          signature: Self.signature(call, named: name.text), at: range))
      return .poison
    }
    // libc's part: where the architecture lacks the call, another one is made.
    let replacement = call.numbers[architecture.name] == nil ? call.replacement : nil
    let made = replacement?.call ?? call.name
    guard let number = SystemCallNumbers.numbers(of: made)[architecture.name] else {
      report(.notSimulated("`\(name.text)` on \(architecture.name)", at: name.range))
      return .poison
    }
    var checked: [Argument] = []
    for (value, parameter) in zip(values, call.parameters) {
      checked.append(argument(value, parameter, name.text))
    }
    checkFlags(values, call, name.text)
    var passed: [Argument] = []
    /// Which of the values given each argument is.
    var origins: [Int?] = []
    let forms = replacement?.arguments ?? checked.indices.map { .given($0) }
    for form in forms {
      switch form {
      case .constant(let value):
        passed.append(.number(value))
        origins.append(nil)
      case .given(let position), .givenInPages(let position):
        guard checked.indices.contains(position) else { continue }
        if case .givenInPages = form, case .value(let value) = checked[position] {
          passed.append(.pages(value))
        } else {
          passed.append(checked[position])
        }
        origins.append(position)
      }
    }
    let types = load(passed, depth, range)
    for (type, origin) in zip(types, origins) {
      if let origin { check(type, values[origin], call.parameters[origin], name.text) }
    }
    loadArgumentNumber(number, range)
    code.emit(
      Instruction(.systemCall, immediate: Int32(truncatingIfNeeded: id.rawValue)), range)
    finishCall(canReturn: written != "exit_group", depth, range)
    return .integer
  }

  private mutating func rawSystemCall(
    _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    guard (1...7).contains(values.count) else {
      report(
        .wrongArgumentCount(
          "syscall", given: values.count, wanted: "1 to 7 arguments",
          signature: "syscall(number, up to six arguments)", at: range))
      return .poison
    }
    // The number is worked out first, and moved last.
    let types = load(
      values.map { argument($0, nil, "syscall") }, depth, range, firstIsNumber: true)
    for (type, value) in zip(types, values) where type == .duration {
      report(
        .wrongUnit("an argument of `syscall`", wanted: "a plain number", at: value.range))
    }
    code.emit(Instruction(.systemCall, immediate: -1), range)
    finishCall(canReturn: true, depth, range)
    return .integer
  }

  private mutating func finishCall(canReturn: Bool, _ depth: Int, _ range: SourceRange) {
    guard canReturn else { return }
    let index = errnoAddress()
    code.emit(Instruction(.setErrno, a: roles.result, immediate: index), range)
    code.emit(Instruction(.move, a: register(depth), b: roles.result), range)
  }

  /// `exit_group` with the argument that is loaded already.
  mutating func exitGroup(_ range: SourceRange) {
    guard let id = SystemCall.named("exit_group"),
      let number = SystemCall[id]?.numbers[architecture.name]
    else {
      report(.notSimulated("`exit_group` on \(architecture.name)", at: range))
      return
    }
    loadArgumentNumber(number, range)
    code.emit(
      Instruction(.systemCall, immediate: Int32(truncatingIfNeeded: id.rawValue)), range)
  }

  /// `open(pathname, flags, [mode])`.
  static func signature(_ call: SystemCall, named name: String) -> String {
    let parameters = call.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
    return "\(name)(\(parameters.joined(separator: ", ")))"
  }

  // MARK: Arguments

  /// How an argument gets into its register.
  enum Argument {
    /// A number that is known now.
    case number(Int64)
    /// An address that is known when the program is laid out: index in the pool.
    case address(Int32)
    /// Something to be worked out.
    case value(ExpressionSyntax)
    /// Bytes to be worked out and counted in pages.
    case pages(ExpressionSyntax)
    /// A time span to be worked out and stored as a timespec at this place of the data segment.
    case timespec(ExpressionSyntax, Int64)
  }

  private mutating func argument(
    _ value: ExpressionSyntax, _ parameter: Parameter?, _ call: String
  ) -> Argument {
    if parameter?.type == .timespec { return timespec(value) }
    if case .string(let string) = value {
      return .address(code.address(.data, code.string(string.bytes)))
    }
    return .value(value)
  }

  /// A time span in memory, as `struct timespec`: seconds, nanoseconds.
  private mutating func timespec(_ value: ExpressionSyntax) -> Argument {
    if let folded = ConstantFolder.fold(value, varied: varied) {
      guard folded.kind == .time else { return .value(value) }
      let second: Int64 = 1_000_000_000
      let bytes =
        Self.littleEndian(folded.value / second) + Self.littleEndian(folded.value % second)
      return .address(code.address(.data, code.appendData(bytes, alignment: 8)))
    }
    guard isDuration(value) else { return .value(value) }
    let offset = code.appendData([UInt8](repeating: 0, count: 16), alignment: 8)
    return .timespec(value, offset)
  }

  /// Whether an expression is a time span, as far as it can be told without compiling it.
  private func isDuration(_ value: ExpressionSyntax, depth: Int = 0) -> Bool {
    guard depth < Limits.expressionDepth else { return false }
    switch value {
    case .number(_, let unit, _): return unit?.isTime == true
    case .name(let name): return lookUp(name.text)?.type == .duration
    case .parenthesised(let inner, _), .prefix(.negate, let inner, _):
      return isDuration(inner, depth: depth + 1)
    case .infix(let left, let op, _, let right):
      switch op {
      case .add, .subtract, .remainder, .multiply:
        return isDuration(left, depth: depth + 1) || isDuration(right, depth: depth + 1)
      case .divide:
        return isDuration(left, depth: depth + 1) && !isDuration(right, depth: depth + 1)
      default: return false
      }
    default: return false
    }
  }

  /// Works arguments out from left to right, then moves them into their registers.
  ///
  /// With `firstIsNumber`, the first one goes into the register of the call's number, last of all.
  /// - Returns: The types of the arguments.
  private mutating func load(
    _ arguments: [Argument], _ depth: Int, _ range: SourceRange, firstIsNumber: Bool = false
  ) -> [ProgramType] {
    var types: [ProgramType] = []
    /// Where each value waits: a temporary's depth, or `nil` for the stack.
    var places: [Int?] = []
    let start = min(depth, lastTemporary)
    let worked = arguments.count { argument in
      switch argument {
      case .number, .address: false
      case .value(let value), .pages(let value):
        ConstantFolder.fold(value, varied: varied) == nil
      case .timespec: true
      }
    }
    let fits = start + worked <= lastTemporary + 1
    var next = start
    for argument in arguments {
      switch argument {
      case .number:
        types.append(.integer)
        places.append(nil)
      case .address:
        types.append(.bytePointer)
        places.append(nil)
      case .value(let value), .pages(let value):
        if let folded = ConstantFolder.fold(value, varied: varied) {
          switch folded.kind {
          case .plain, .size: types.append(.integer)
          case .time: types.append(.duration)
          case .named(let family): types.append(.constant(family))
          }
          places.append(nil)
        } else {
          let place = fits ? next : depth
          types.append(evaluate(value, place))
          if case .pages = argument { countPages(place, value.range) }
          places.append(place)
          if fits { next += 1 } else { code.emit(Instruction(.push, a: register(depth)), range) }
        }
      case .timespec(let value, let offset):
        let place = fits ? next : depth
        types.append(evaluate(value, place))
        storeTimespec(place, offset, value.range)
        places.append(place)
        if fits { next += 1 } else { code.emit(Instruction(.push, a: register(depth)), range) }
      }
    }
    // The stack gives them back in the opposite order.
    let order = fits ? Array(arguments.indices) : arguments.indices.reversed()
    for position in order where !(firstIsNumber && position == 0) {
      move(arguments[position], places[position], depth, fits, range) { compiler, b, c, immediate in
        let index = firstIsNumber ? position - 1 : position
        guard compiler.roles.arguments.indices.contains(index) else { return }
        compiler.code.emit(
          Instruction(
            .loadArgument, a: compiler.roles.arguments[index], b: b, c: c, immediate: immediate),
          range)
      }
    }
    if firstIsNumber, let first = arguments.first {
      move(first, places[0], depth, fits, range) { compiler, b, c, immediate in
        compiler.code.emit(
          Instruction(
            .loadArgument, a: compiler.roles.number, b: b, c: c, immediate: immediate), range)
      }
    }
    return types
  }

  /// Moves one argument; `emit` is told the three forms of ``Opcode/loadArgument``.
  private mutating func move(
    _ argument: Argument, _ place: Int?, _ depth: Int, _ fits: Bool, _ range: SourceRange,
    _ emit: (inout ProgramCompiler, _ b: UInt8, _ c: UInt8, _ immediate: Int32) -> Void
  ) {
    func number(_ value: Int64, _ compiler: inout ProgramCompiler) {
      if let small = Int32(exactly: value) {
        emit(&compiler, 0, 0, small)
      } else {
        emit(&compiler, 1, 0, compiler.code.constant(value))
      }
    }
    switch argument {
    case .number(let value): number(value, &self)
    case .address(let index): emit(&self, 1, 0, index)
    case .value(let value), .pages(let value), .timespec(let value, _):
      if let place {
        if !fits { code.emit(Instruction(.pop, a: register(depth)), range) }
        emit(&self, 2, register(place), 0)
      } else if let folded = ConstantFolder.fold(value, varied: varied) {
        if case .pages = argument {
          number(folded.value / architecture.pageBytes, &self)
        } else {
          number(folded.value, &self)
        }
      }
    }
  }

  /// Turns the bytes in a register into pages.
  private mutating func countPages(_ depth: Int, _ range: SourceRange) {
    let value = register(depth)
    let shift = Int32(architecture.pageBytes.trailingZeroBitCount)
    code.emit(Instruction(.loadImmediate, a: roles.result, immediate: shift), range)
    code.emit(Instruction(.shiftRight, a: value, b: value, c: roles.result), range)
  }

  mutating func loadArgument(_ position: Int, value: Int64, _ range: SourceRange) {
    guard roles.arguments.indices.contains(position) else { return }
    move(.number(value), nil, 0, true, range) { compiler, b, c, immediate in
      compiler.code.emit(
        Instruction(
          .loadArgument, a: compiler.roles.arguments[position], b: b, c: c, immediate: immediate),
        range)
    }
  }

  mutating func loadArgument(_ position: Int, from register: UInt8, _ range: SourceRange) {
    guard roles.arguments.indices.contains(position) else { return }
    code.emit(
      Instruction(.loadArgument, a: roles.arguments[position], b: 2, c: register), range)
  }

  private mutating func loadArgumentNumber(_ number: Int64, _ range: SourceRange) {
    move(.number(number), nil, 0, true, range) { compiler, b, c, immediate in
      compiler.code.emit(
        Instruction(.loadArgument, a: compiler.roles.number, b: b, c: c, immediate: immediate),
        range)
    }
  }

  /// Splits the nanoseconds in a register into a timespec in the data segment; the register holds
  /// its address afterwards.
  private mutating func storeTimespec(_ depth: Int, _ offset: Int64, _ range: SourceRange) {
    let value = register(depth)
    // Two registers beside the value: the result's and the first argument's, which hold nothing now.
    let scratch = roles.result
    let other = roles.arguments[0]
    let second = code.constant(1_000_000_000)
    let address = code.address(.data, offset)
    code.emit(Instruction(.loadConstant, a: scratch, immediate: second), range)
    code.emit(Instruction(.divide, a: other, b: value, c: scratch), range)
    code.emit(Instruction(.remainder, a: scratch, b: value, c: scratch), range)
    code.emit(Instruction(.loadConstant, a: value, immediate: address), range)
    code.emit(Instruction(.store, a: other, b: value), range)
    code.emit(Instruction(.store, a: scratch, b: value, immediate: 8), range)
  }

  // MARK: Checks

  /// Flags, access modes and file modes, which are checked as written.
  private mutating func checkFlags(
    _ values: [ExpressionSyntax], _ call: SystemCall, _ name: String
  ) {
    guard let position = call.parameters.firstIndex(where: { $0.type == .openFlags }),
      values.indices.contains(position)
    else { return }
    let names = flagNames(values[position])
    let modes = names.filter {
      $0.text == "O_RDONLY" || $0.text == "O_WRONLY" || $0.text == "O_RDWR"
    }
    if Set(modes.map(\.text)).count > 1 {
      report(
        .conflictingAccessModes(
          modes.map { "`\($0.text)`" }, at: values[position].range))
    }
    guard let modePosition = call.parameters.firstIndex(where: { $0.type == .mode }) else { return }
    if values.indices.contains(modePosition) {
      checkModeText(values[modePosition])
    } else if names.contains(where: { $0.text == "O_CREAT" }), let last = values.last {
      report(.missingMode(at: values[position].range, insertAt: last.range.end, call: name))
    }
  }

  private mutating func checkModeText(_ mode: ExpressionSyntax) {
    guard case .number(let value, nil, let range) = mode else { return }
    if value < 0 || value > 0o7777 {
      report(.outOfRange("the mode of a file", bounds: "between 0 and 07777", at: range))
    } else if let slip = PermissionBits.decimalSlip(texts.text(range)) {
      report(.decimalMode(slip, at: range))
    }
  }

  /// The names combined with `|`.
  private func flagNames(_ value: ExpressionSyntax, depth: Int = 0) -> [Name] {
    guard depth < Limits.expressionDepth else { return [] }
    switch value {
    case .name(let name): return [name]
    case .parenthesised(let inner, _): return flagNames(inner, depth: depth + 1)
    case .infix(let left, .bitOr, _, let right), .infix(let left, .add, _, let right):
      return flagNames(left, depth: depth + 1) + flagNames(right, depth: depth + 1)
    default: return []
    }
  }

  /// Whether a value may be given for a parameter.
  private mutating func check(
    _ type: ProgramType, _ value: ExpressionSyntax, _ parameter: Parameter, _ call: String
  ) {
    guard !type.isOpen else { return }
    func kind(_ wanted: String, note: String? = nil) {
      report(
        .wrongArgumentKind(
          parameter.name, of: call, wanted: wanted, given: Self.given(value, type),
          at: value.range, note: note))
    }
    if parameter.type != .timespec, type == .duration {
      report(
        .wrongUnit(
          "`\(parameter.name)` of `\(call)`", wanted: "not a time span", at: value.range))
      return
    }
    if case .constant(let family) = type, let accepted = Self.family(of: parameter.type),
      family != accepted
    {
      let fitting = NamedConstant.all.filter { $0.family == accepted }.map(\.name)
      report(
        .wrongFlagFamily(
          "`\(parameter.name)` of `\(call)` wants \(accepted.rawValue)", at: value.range,
          family: "one of the \(family.rawValue)", choices: fitting))
      return
    }
    switch parameter.type {
    case .descriptor, .directoryDescriptor:
      if case .constant(let family) = type, parameter.type == .descriptor {
        report(
          .wrongFlagFamily(
            "`\(parameter.name)` of `\(call)` wants a descriptor", at: value.range,
            family: "one of the \(family.rawValue)", choices: []))
      } else if type.isPointer {
        kind(
          "a descriptor, a small number",
          note: "a descriptor is what `open` returned; 0, 1 and 2 are open from the start")
      }
    case .path:
      if type.isNumber, !mayBeAddress(value, type) {
        kind("the address of a path", note: "write the path in quotes: `\"foo\"`")
      }
    case .outBuffer:
      if case .string = value {
        kind("memory that the kernel writes into", note: "make room for it with `bss buf 4KiB`")
      } else if type.isNumber, !mayBeAddress(value, type) {
        kind("an address", note: "make room with `bss buf 4KiB`, and pass `buf`")
      }
    case .inBuffer:
      if type.isNumber, !mayBeAddress(value, type) {
        kind("an address", note: "a string, or a name of `data` or `bss`")
      }
    case .byteCount:
      if case .constant(let family) = type, family != .errno {
        report(
          .wrongFlagFamily(
            "`\(parameter.name)` of `\(call)` wants a number of bytes", at: value.range,
            family: "one of the \(family.rawValue)", choices: []))
      } else if type.isPointer {
        kind("a number of bytes")
      }
    case .openFlags, .whence, .mode, .offset, .status:
      if type.isPointer { kind("a number") }
    case .timespec:
      switch type {
      case .duration, .bytePointer, .wordPointer, .any, .poison: break
      case .constant: kind("a time span")
      case .integer:
        if !mayBeAddress(value, type) || value.isVariable {
          let literal = literalText(value)
          report(
            .missingTimeUnit(
              "`\(parameter.name)` of `\(call)`", at: value.range, literal: literal,
              note: literal == nil
                ? "a number becomes a time by its unit: `\(text(value, else: "n")) * 1ms`" : nil))
        }
      }
    }
  }

  /// The constants that a parameter takes, where only one kind fits.
  private static func family(of type: ParameterType) -> NamedConstant.Family? {
    switch type {
    case .openFlags: .openFlags
    case .whence: .whence
    case .directoryDescriptor: .directory
    default: nil
    }
  }

  /// Numbers are given for addresses on purpose, to see EFAULT: hexadecimal ones, 0 (NULL), and
  /// whatever a variable holds. A plain decimal number is a slip.
  private func mayBeAddress(_ value: ExpressionSyntax, _ type: ProgramType) -> Bool {
    if case .constant = type { return false }
    switch value {
    case .number(let number, let unit, let range):
      return number == 0 || unit == nil && texts.isHexadecimal(range)
    case .parenthesised(let inner, _): return mayBeAddress(inner, type)
    case .prefix(.negate, .number, _): return false
    default: return true
    }
  }

  private static func given(_ value: ExpressionSyntax, _ type: ProgramType) -> String {
    switch value {
    case .string: "a string"
    case .number: "a plain number"
    default: type.words
    }
  }
}

extension ExpressionSyntax {
  /// Whether it is a name, perhaps in parentheses.
  fileprivate var isVariable: Bool {
    switch self {
    case .name: true
    case .parenthesised(let inner, _): inner.isVariable
    default: false
    }
  }
}
