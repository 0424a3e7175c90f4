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
      if let variable = lookUp(name.text) {
        return pointerCall(variable, name, values, range, depth)
      }
      return systemCall(name, values, range, depth)
    case .member where isModule:
      report(
        .notAValue(
          "library code", at: callee.range, note: "it is for user mode; a module is in the kernel"))
      return .poison
    case .member(.name(let library), let name):
      return libraryCall(library, name, values, range, depth)
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
    guard values.count <= roles.functionArguments.count else { return .poison }
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
      code.emit(Instruction(.pop, a: roles.functionArguments[position]), range)
    }
    if isLibrary {
      // Whoever calls from outside has no types: neither has the function.
    } else if let known = functions[index].types {
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

  /// A call of the function whose address a variable holds: `let f = &helper`, `f(1)`.
  private mutating func pointerCall(
    _ variable: Variable, _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange,
    _ depth: Int
  ) -> ProgramType {
    if variable.type == .duration {
      report(
        .typeMismatch("`\(name.text)` is a time span, not the address of code", at: name.range))
      return .poison
    }
    guard values.count <= min(roles.arguments.count, Limits.parameters) else {
      report(
        .limitReached(
          "`\(name.text)` is called with \(values.count) arguments", limit: "\(Limits.parameters)",
          at: range))
      return .poison
    }
    let live = min(depth, lastTemporary)
    for position in 0..<live {
      code.emit(Instruction(.push, a: roles.temporaries[position]), range)
    }
    for value in values {
      evaluate(value, 0)
      code.emit(Instruction(.push, a: register(0)), value.range)
    }
    for position in values.indices.reversed() {
      code.emit(Instruction(.pop, a: roles.arguments[position]), range)
    }
    loadSlot(0, variable.slot, range)
    code.emit(Instruction(.callRegister, a: register(0)), range)
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
    SystemCall.all.map(\.name) + ["exit"] + Self.statusMacros + functions.map(\.name.text)
  }

  private mutating func systemCall(
    _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    if isModule { return kernelCall(name, values, range, depth) }
    if name.text == "syscall" { return rawSystemCall(name, values, range, depth) }
    if Self.statusMacros.contains(name.text) { return statusMacro(name, values, range, depth) }
    if isLibrary, values.isEmpty, let opcode = Self.intrinsics[name.text] {
      code.emit(Instruction(opcode, a: register(depth)), range)
      return .integer
    }
    let written = name.text == "exit" ? "exit_group" : name.text
    guard let id = SystemCall.named(written), let call = SystemCall[id] else {
      // Arguments are still checked: each mistake in them is one of its own.
      for value in values { evaluate(value, depth) }
      reportOnce(
        "call", name.text,
        .unknownSystemCall(
          name, offered: SystemCall.all.filter(\.isServed).map(\.name),
          nearest: Nearest.name(to: name.text, among: callable)))
      return .poison
    }
    let counts = call.argumentCounts
    guard counts.contains(values.count) else {
      report(
        .wrongArgumentCount(
          name.text, given: values.count, wanted: Self.countWords(counts, "argument"),
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
    if !isServed(made) { reportOnce("gate", made, .notSimulated("`\(name.text)`", at: name.range)) }
    var checked: [Argument] = []
    for (value, parameter) in zip(values, call.parameters) {
      checked.append(argument(value, parameter, name.text))
    }
    // What is left out of a list of pointers is no pointer; other parameters are then not looked at.
    for parameter in call.parameters.dropFirst(values.count)
    where [.stringList, .outBuffer, .timespecOut].contains(parameter.type) {
      checked.append(.number(0))
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
        origins.append(values.indices.contains(position) ? position : nil)
      }
    }
    if flushesAtEnd, name.text == "exit", let value = values.first {
      return flushAndExit(value, call, range, depth)
    }
    let kept = keepRegisters(passed.count, depth, range)
    let types = load(passed, depth, range)
    for (type, origin) in zip(types, origins) {
      if let origin { check(type, values[origin], call.parameters[origin], name.text) }
    }
    let integers = keepIntegerPointer(call, range)
    trap(number, id, range)
    finishCall(canReturn: written != "exit_group", kept, depth, range)
    if let integers { widen(integers, depth, range) }
    return .integer
  }

  /// Whether the kernel serves a call; tests may look behind the gates.
  private func isServed(_ call: String) -> Bool {
    isLibrary || Gate.areOpen || SystemCall.named(call).flatMap { SystemCall[$0] }?.isServed == true
  }

  /// The macros of <sys/wait.h>: what a status word says.
  static let statusMacros = ["WIFEXITED", "WEXITSTATUS", "WIFSIGNALED", "WTERMSIG", "WCOREDUMP"]

  /// A few instructions, as in C: exit code in bits 8 to 15, signal in 0 to 6, core flag in 7.
  private mutating func statusMacro(
    _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    guard values.count == 1 else {
      report(
        .wrongArgumentCount(
          name.text, given: values.count, wanted: "1 argument", signature: "\(name.text)(status)",
          at: range))
      return .poison
    }
    let type = evaluate(values[0], depth)
    if !type.isNumber {
      report(
        .typeMismatch(
          "`\(name.text)` wants the status that `wait4` has stored, not \(type.words)",
          at: values[0].range))
    }
    let (value, other) = (register(depth), roles.result)
    func apply(_ opcode: Opcode, _ number: Int32, _ code: inout CodeBuffer) {
      code.emit(Instruction(.loadImmediate, a: other, immediate: number), range)
      code.emit(Instruction(opcode, a: value, b: value, c: other), range)
    }
    func not(_ code: inout CodeBuffer) {
      code.emit(Instruction(.logicalNot, a: value, b: value), range)
    }
    switch name.text {
    case "WEXITSTATUS":
      apply(.shiftRight, 8, &code)
      apply(.and, 0xFF, &code)
    case "WTERMSIG": apply(.and, 0x7F, &code)
    case "WCOREDUMP": apply(.and, 0x80, &code)
    case "WIFEXITED":
      apply(.and, 0x7F, &code)
      not(&code)
    default:
      // Neither 0 (exited) nor 0x7F (stopped).
      apply(.and, 0x7F, &code)
      code.emit(Instruction(.loadImmediate, a: other, immediate: 0x7E), range)
      code.emit(Instruction(.lessOrEqual, a: other, b: value, c: other), range)
      not(&code)
      not(&code)
      code.emit(Instruction(.and, a: value, b: value, c: other), range)
    }
    return .integer
  }

  /// Instructions that only library code is written with.
  private static let intrinsics: [String: Opcode] = [
    "__clock": .readClock, "__cpu": .readProcessor,
  ]

  /// `exit(status)` of a program that has printed: the buffer is written after the status is known.
  private mutating func flushAndExit(
    _ value: ExpressionSyntax, _ call: SystemCall, _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    let slot = makeSlot()
    let type = evaluate(value, depth)
    if let parameter = call.parameters.first { check(type, value, parameter, "exit") }
    storeSlot(depth, slot, range)
    flushBuffer(range)
    loadSlot(depth, slot, range)
    loadArgument(0, from: register(depth), range)
    exitGroup(range)
    return .integer
  }

  // MARK: Integers of four bytes

  /// Where the pointer to `int`s that the kernel writes is kept during a call.
  private struct IntegerPointer {
    var slot: Int
    var isPair: Bool
  }

  /// Puts the pointer to `int`s that a call will write, if it has one, into a slot of the frame.
  private mutating func keepIntegerPointer(_ call: SystemCall, _ range: SourceRange)
    -> IntegerPointer?
  {
    let position = call.parameters.firstIndex {
      $0.type == .intOut || $0.type == .descriptorPair
    }
    guard let position, roles.arguments.indices.contains(position) else { return nil }
    let kept = IntegerPointer(
      slot: makeSlot(), isPair: call.parameters[position].type == .descriptorPair)
    code.emit(
      Instruction(
        .store, a: roles.arguments[position], b: roles.framePointer,
        immediate: slotOffset(kept.slot)), range)
    return kept
  }

  /// Makes words of the `int`s that a call has written: a variable of this language has 8 bytes.
  private mutating func widen(_ integers: IntegerPointer, _ depth: Int, _ range: SourceRange) {
    let scratch = scratchRegisters
    let (pointer, value, shift) = (scratch[0], scratch[1], roles.result)
    let end = code.makeLabel()
    // wait4 returns 0 when it has written nothing, pipe when it has.
    code.emit(Instruction(.loadImmediate, a: shift, immediate: integers.isPair ? 0 : 1), range)
    code.emit(Instruction(.lessOrEqual, a: value, b: shift, c: register(depth)), range)
    code.jump(.branchIfZero, value, to: end, range)
    code.emit(
      Instruction(
        .load, a: pointer, b: roles.framePointer, immediate: slotOffset(integers.slot)), range)
    code.jump(.branchIfZero, pointer, to: end, range)
    code.emit(Instruction(.loadImmediate, a: shift, immediate: 32), range)
    if integers.isPair {
      code.emit(Instruction(.load, a: value, b: pointer), range)
      code.emit(Instruction(.shiftRight, a: value, b: value, c: shift), range)
      code.emit(Instruction(.store, a: value, b: pointer, immediate: 8), range)
    }
    code.emit(Instruction(.load, a: value, b: pointer), range)
    code.emit(Instruction(.shiftLeft, a: value, b: value, c: shift), range)
    code.emit(Instruction(.shiftRight, a: value, b: value, c: shift), range)
    code.emit(Instruction(.store, a: value, b: pointer), range)
    code.place(end)
  }

  /// A system call that a statement stands for, with what C would pass to it.
  mutating func make(_ call: String, _ arguments: [Argument], _ range: SourceRange) {
    guard let id = SystemCall.named(call), let number = SystemCall[id]?.numbers[architecture.name],
      isServed(call)
    else {
      reportOnce("gate", call, .notSimulated("`\(text(range, else: call))`", at: range))
      return
    }
    let kept = keepRegisters(arguments.count, 0, range)
    _ = load(arguments, 0, range)
    trap(number, id, range)
    finishCall(canReturn: true, kept, 0, range)
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
    let kept = keepRegisters(values.count - 1, depth, range)
    let types = load(
      values.map { argument($0, nil, "syscall") }, depth, range, firstIsNumber: true)
    for (type, value) in zip(types, values) where type == .duration {
      report(
        .wrongUnit("an argument of `syscall`", wanted: "a plain number", at: value.range))
    }
    execute(Instruction(.systemCall, immediate: -1), range)
    finishCall(canReturn: true, kept, depth, range)
    return .integer
  }

  /// Registers that hold something and that the arguments of a call will need: libc pushes them
  /// before the call and pops them behind it. Only architectures with few registers have any.
  private mutating func keepRegisters(
    _ argumentCount: Int, _ depth: Int, _ range: SourceRange
  ) -> [UInt8] {
    let held = [roles.framePointer] + roles.temporaries.prefix(min(depth, lastTemporary))
    let kept = held.filter(roles.arguments.prefix(argumentCount).contains)
    for register in kept { code.emit(Instruction(.push, a: register), range) }
    return kept
  }

  /// The system call instruction, with the call's number where the architecture wants it.
  ///
  /// - Parameter isBare: Leave out what the vDSO does around it, which needs the stack.
  mutating func trap(
    _ number: Int64, _ id: SystemCallID, isBare: Bool = false, _ range: SourceRange
  ) {
    let isHeld = architecture.numbersInInstruction?.contains(number) == true
    if !isHeld { loadArgument(roles.number, number: number, range) }
    let instruction = Instruction(
      .systemCall, c: isHeld ? UInt8(truncatingIfNeeded: number) : 0,
      immediate: Int32(truncatingIfNeeded: id.rawValue))
    if isBare {
      code.emit(instruction, range)
    } else {
      execute(instruction, range)
    }
  }

  /// Emits the instruction, with what the vDSO does around it.
  private mutating func execute(_ instruction: Instruction, _ range: SourceRange) {
    guard let stub = architecture.syscallStub else { return code.emit(instruction, range) }
    for register in stub.pushed { code.emit(Instruction(.push, a: register), range) }
    code.emit(Instruction(.move, a: stub.stackRegister, b: roles.stackPointer), range)
    code.emit(instruction, range)
    for register in stub.pushed.reversed() { code.emit(Instruction(.pop, a: register), range) }
  }

  private mutating func finishCall(
    canReturn: Bool, _ kept: [UInt8], _ depth: Int, _ range: SourceRange
  ) {
    guard canReturn else { return }
    // The vDSO belongs to the kernel, which has no `errno`.
    if !isLibrary || name == "libc" {
      let index = errnoAddress()
      code.emit(Instruction(.setErrno, a: roles.result, immediate: index), range)
    }
    code.emit(Instruction(.move, a: register(depth), b: roles.result), range)
    for register in kept.reversed() { code.emit(Instruction(.pop, a: register), range) }
  }

  /// `exit_group` with the argument that is loaded already.
  mutating func exitGroup(_ range: SourceRange) {
    guard let id = SystemCall.named("exit_group"),
      let number = SystemCall[id]?.numbers[architecture.name]
    else {
      report(.notSimulated("`exit_group` on \(architecture.name)", at: range))
      return
    }
    trap(number, id, range)
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
    /// Addresses of strings, of which these elements are to be worked out and stored, each at its
    /// place of the data segment, where the list begins.
    case list([(value: ExpressionSyntax, offset: Int64)], at: Int64)
  }

  private mutating func argument(
    _ value: ExpressionSyntax, _ parameter: Parameter?, _ call: String
  ) -> Argument {
    if parameter?.type == .timespec { return timespec(value) }
    if parameter?.type == .stringList, case .list(let elements, _) = value {
      return stringList(elements, call)
    }
    if case .string(let string) = value {
      return .address(code.address(.data, code.string(string.bytes)))
    }
    return .value(value)
  }

  /// Addresses of strings in memory, with a null pointer behind the last.
  private mutating func stringList(_ elements: [ExpressionSyntax], _ call: String) -> Argument {
    let words = [UInt8](repeating: 0, count: 8 * (elements.count + 1))
    let offset = code.appendData(words, alignment: 8)
    var open: [(value: ExpressionSyntax, offset: Int64)] = []
    for (index, element) in elements.enumerated() {
      let place = offset + 8 * Int64(index)
      if case .string(let string) = element {
        code.setAddress(.data, code.string(string.bytes), atData: place)
      } else {
        open.append((element, place))
      }
    }
    return .list(open, at: offset)
  }

  /// A time span in memory, as `struct timespec`: seconds, nanoseconds.
  private mutating func timespec(_ value: ExpressionSyntax) -> Argument {
    if let folded = ConstantFolder.fold(value) {
      guard folded.kind == .time else { return .value(value) }
      let second: Int64 = 1_000_000_000
      let bytes =
        (folded.value / second).littleEndianBytes + (folded.value % second).littleEndianBytes
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
      case .list(let open, _): !open.isEmpty
      case .value(let value), .pages(let value):
        ConstantFolder.fold(value) == nil
      case .timespec: true
      }
    }
    // Arguments wait in temporaries if there are enough, and none of them is an argument's register.
    let waiting = roles.temporaries.dropFirst(start).prefix(worked)
    let needed = roles.arguments.prefix(firstIsNumber ? arguments.count - 1 : arguments.count)
    let fits =
      start + worked <= lastTemporary + 1 && !waiting.contains(where: needed.contains)
    var next = start
    for argument in arguments {
      switch argument {
      case .number:
        types.append(.integer)
        places.append(nil)
      case .address:
        types.append(.bytePointer)
        places.append(nil)
      case .list(let open, _):
        for (value, offset) in open {
          let place = fits ? next : depth
          let type = evaluate(value, place)
          if type.isNumber, !mayBeAddress(value, type) {
            report(
              .typeMismatch(
                "an element of a list of strings is a string, not \(type.words)", at: value.range))
          }
          let address = code.address(.data, offset)
          code.emit(Instruction(.loadConstant, a: roles.result, immediate: address), value.range)
          code.emit(Instruction(.store, a: register(place), b: roles.result), value.range)
        }
        types.append(.bytePointer)
        places.append(nil)
      case .value(let value), .pages(let value):
        if let folded = ConstantFolder.fold(value) {
          types.append(folded.type)
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
      let index = firstIsNumber ? position - 1 : position
      guard roles.arguments.indices.contains(index) else { continue }
      move(
        arguments[position], places[position], isPushed: !fits, to: roles.arguments[index], range)
    }
    if firstIsNumber, let first = arguments.first {
      move(first, places[0], isPushed: !fits, to: roles.number, range)
    }
    return types
  }

  /// Moves one argument into its register.
  private mutating func move(
    _ argument: Argument, _ place: Int?, isPushed: Bool, to target: UInt8, _ range: SourceRange
  ) {
    switch argument {
    case .number(let value): loadArgument(target, number: value, range)
    case .address(let index):
      code.emit(Instruction(.loadArgument, a: target, b: 1, immediate: index), range)
    case .list(_, let offset):
      let index = code.address(.data, offset)
      code.emit(Instruction(.loadArgument, a: target, b: 1, immediate: index), range)
    case .value(let value), .pages(let value), .timespec(let value, _):
      if let place {
        let source = isPushed ? target : register(place)
        if isPushed { code.emit(Instruction(.pop, a: target), range) }
        code.emit(Instruction(.loadArgument, a: target, b: 2, c: source), range)
      } else if let folded = ConstantFolder.fold(value) {
        if case .pages = argument {
          loadArgument(target, number: folded.value / architecture.pageBytes, range)
        } else {
          loadArgument(target, number: folded.value, range)
        }
      }
    }
  }

  /// Puts a number into an argument's register.
  private mutating func loadArgument(_ target: UInt8, number value: Int64, _ range: SourceRange) {
    if let small = Int32(exactly: value) {
      code.emit(Instruction(.loadArgument, a: target, immediate: small), range)
    } else {
      let index = code.constant(value)
      code.emit(Instruction(.loadArgument, a: target, b: 1, immediate: index), range)
    }
  }

  /// Registers of arguments that hold nothing before and behind a call, besides the result's: three
  /// at least.
  var scratchRegisters: [UInt8] {
    roles.arguments.filter { $0 != roles.result && !roles.temporaries.contains($0) }
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
    loadArgument(roles.arguments[position], number: value, range)
  }

  mutating func loadArgument(_ position: Int, from register: UInt8, _ range: SourceRange) {
    guard roles.arguments.indices.contains(position) else { return }
    code.emit(
      Instruction(.loadArgument, a: roles.arguments[position], b: 2, c: register), range)
  }

  /// Splits the nanoseconds in a register into a timespec in the data segment; the register holds
  /// its address afterwards.
  private mutating func storeTimespec(_ depth: Int, _ offset: Int64, _ range: SourceRange) {
    let value = register(depth)
    // Two registers beside the value, the result's and an argument's, which hold nothing now.
    let scratch = roles.result
    let other = scratchRegisters[0]
    let second = code.constant(1_000_000_000)
    let address = code.address(.data, offset)
    code.emit(Instruction(.loadConstant, a: scratch, immediate: second), range)
    code.emit(Instruction(.divide, a: other, b: value, c: scratch), range)
    code.emit(Instruction(.remainder, a: scratch, b: value, c: scratch), range)
    code.emit(Instruction(.loadConstant, a: value, immediate: address), range)
    code.emit(Instruction(.store, a: other, b: value), range)
    code.emit(Instruction(.store, a: scratch, b: value, immediate: 8), range)
  }
}
