import Catalogue
import Program
import SourceText
import WalkSyntax

// Expressions. The value of `evaluate(e, depth)` lies in `register(depth)` afterwards; the registers
// of smaller depths are kept.
extension ProgramCompiler {
  @discardableResult
  mutating func evaluate(_ expression: ExpressionSyntax, _ depth: Int) -> ProgramType {
    guard nesting < Limits.expressionDepth else {
      reportOnce(
        "limit", "nesting",
        .limitReached(
          "too deeply nested", limit: "\(Limits.expressionDepth) levels", at: expression.range))
      return .poison
    }
    nesting += 1
    defer { nesting -= 1 }
    if let folded = ConstantFolder.fold(expression) {
      loadNumber(folded.value, depth, expression.range)
      return folded.type
    }
    switch expression {
    case .number(let value, let unit, let range):
      loadNumber(value, depth, range)
      return unit?.isTime == true ? .duration : .integer
    case .string(let string):
      let offset = code.string(string.bytes)
      loadAddress(.data, offset, depth, string.range)
      return .bytePointer
    case .name(let name): return nameValue(name, depth)
    case .parenthesised(let inner, _): return evaluate(inner, depth)
    case .prefix(let op, let operand, let range): return prefix(op, operand, depth, range)
    case .infix(let left, let op, let opRange, let right):
      return infix(left, op, opRange, right, depth, expression.range)
    case .index(let base, let index, let range):
      let type = elementAddress(base, index, depth)
      load(type, depth, range)
      return type == .poison ? .poison : .integer
    case .call(let callee, let arguments, let range):
      return call(callee, arguments, range, depth)
    case .member(_, let name):
      report(
        .notAValue(
          "`\(text(expression, else: name.text))`", at: expression.range,
          note: "what can be seen of the machine is for claims; programs see only their memory"))
      return .poison
    case .list(_, let range):
      report(.notAValue("a list", at: range, note: "data of several values: `data table 1, 2, 3`"))
      return .poison
    case .lasting(let pattern):
      report(
        .notAValue(
          "what a process does", at: pattern.range,
          note: "what can be seen of the machine is for claims; programs see only their memory"))
      return .poison
    case .missing:
      isBroken = true
      return .poison
    }
  }

  // MARK: Loading

  mutating func loadNumber(_ value: Int64, _ depth: Int, _ range: SourceRange) {
    if let small = Int32(exactly: value) {
      code.emit(Instruction(.loadImmediate, a: register(depth), immediate: small), range)
    } else {
      let index = code.constant(value)
      code.emit(Instruction(.loadConstant, a: register(depth), immediate: index), range)
    }
  }

  mutating func loadAddress(
    _ segment: CodeBuffer.Segment, _ offset: Int64, _ depth: Int, _ range: SourceRange
  ) {
    let index = code.address(segment, offset)
    code.emit(Instruction(.loadConstant, a: register(depth), immediate: index), range)
  }

  /// Loads what the address in a register points to.
  private mutating func load(_ pointer: ProgramType, _ depth: Int, _ range: SourceRange) {
    code.emit(
      Instruction(
        pointer == .wordPointer ? .load : .loadByte, a: register(depth), b: register(depth)), range)
  }

  private mutating func nameValue(_ name: Name, _ depth: Int) -> ProgramType {
    if let variable = lookUp(name.text) {
      loadSlot(depth, variable.slot, name.range)
      return variable.type
    }
    if name.text == "errno", !isModule {
      let index = errnoAddress()
      code.emit(Instruction(.loadConstant, a: register(depth), immediate: index), name.range)
      code.emit(Instruction(.load, a: register(depth), b: register(depth)), name.range)
      return .constant(.errno)
    }
    if let global = globals[name.text] {
      loadAddress(global.segment, global.offset, depth, name.range)
      return global.type
    }
    if !isModule, name.text == "argc" || name.text == "argv" { return programArgument(name, depth) }
    if isLibrary, name.text == "__vvar" {
      loadNumber(Int64(truncatingIfNeeded: architecture.vvarBase), depth, name.range)
      return .wordPointer
    }
    if name.text.hasPrefix("__NR_"), !isModule {
      // <asm/unistd.h>'s names of numbers, for `syscall`.
      let call = String(name.text.dropFirst(5))
      if let number = SystemCallNumbers.numbers(of: call)[architecture.name] {
        loadNumber(number, depth, name.range)
        return .integer
      }
      if SystemCallNumbers.contains(call) {
        report(.notSimulated("`\(call)` on \(architecture.name)", at: name.range))
        return .poison
      }
    }
    if functionIndex[name.text] != nil {
      report(
        .notAValue(
          "the function `\(name.text)`", at: name.range, note: "call it: `\(name.text)(…)`"))
      return .poison
    }
    if !isModule, SystemCall.named(name.text) != nil || name.text == "exit" {
      report(
        .notAValue(
          "the system call `\(name.text)`", at: name.range, note: "call it: `\(name.text)(…)`"))
      return .poison
    }
    reportUnknown(name)
    return .poison
  }

  /// What execve has put on the stack: the number of arguments, then the address of each.
  private mutating func programArgument(_ name: Name, _ depth: Int) -> ProgramType {
    guard !isInFunction, !isLibrary else {
      reportUnknown(name)
      return .poison
    }
    // The frame pointer of the top level was pushed just below them.
    if name.text == "argc" {
      code.emit(
        Instruction(.load, a: register(depth), b: roles.framePointer, immediate: 8), name.range)
      return .integer
    }
    code.emit(Instruction(.loadImmediate, a: register(depth), immediate: 16), name.range)
    code.emit(
      Instruction(.add, a: register(depth), b: register(depth), c: roles.framePointer), name.range)
    return .wordPointer
  }

  // MARK: Prefixes

  private mutating func prefix(
    _ op: PrefixOperator, _ operand: ExpressionSyntax, _ depth: Int, _ range: SourceRange
  ) -> ProgramType {
    switch op {
    case .negate, .complement:
      let type = evaluate(operand, depth)
      code.emit(
        Instruction(
          op == .negate ? .negate : .complement, a: register(depth), b: register(depth)), range)
      if op == .negate, type == .duration { return .duration }
      guard type.isNumber else {
        report(
          .typeMismatch("`\(op.rawValue)` wants a number, not \(type.words)", at: range))
        return .poison
      }
      return type.isOpen ? type : .integer
    case .logicalNot, .not:
      let type = evaluate(operand, depth)
      code.emit(Instruction(.logicalNot, a: register(depth), b: register(depth)), range)
      return type == .poison ? .poison : .integer
    case .dereference:
      let type = evaluate(operand, depth)
      requirePointer(type, operand)
      load(type, depth, range)
      return type == .poison ? .poison : .integer
    case .addressOf:
      return address(of: operand, depth, range)
    }
  }

  private mutating func address(
    of operand: ExpressionSyntax, _ depth: Int, _ range: SourceRange
  ) -> ProgramType {
    switch operand {
    case .parenthesised(let inner, _): return address(of: inner, depth, range)
    case .name(let name):
      if let variable = lookUp(name.text) {
        loadNumber(Int64(offset(of: variable)), depth, range)
        code.emit(
          Instruction(.add, a: register(depth), b: register(depth), c: roles.framePointer), range)
        return .wordPointer
      }
      if name.text == "errno", !isModule {
        let index = errnoAddress()
        code.emit(Instruction(.loadConstant, a: register(depth), immediate: index), range)
        return .wordPointer
      }
      if let index = functionIndex[name.text] {
        // Whoever calls through the address has no types.
        functions[index].types =
          functions[index].types ?? functions[index].parameters.map { _ in .any }
        callQueue.append(index)
        let address = code.address(of: functions[index].label)
        code.emit(Instruction(.loadConstant, a: register(depth), immediate: address), range)
        return .any
      }
      // An array's name is its address already, and so is the address of the array.
      return nameValue(name, depth)
    case .prefix(.dereference, let pointer, _):
      let type = evaluate(pointer, depth)
      requirePointer(type, pointer)
      return type
    case .index(let base, let index, _): return elementAddress(base, index, depth)
    case .missing:
      isBroken = true
      return .poison
    default:
      report(
        .notAssignable(
          "only what lies in memory has an address", at: operand.range,
          note: "write `&` before a variable, `*p` or `p[i]`"))
      return .poison
    }
  }

  /// The address of `base[index]`; the type is that of the pointer.
  mutating func elementAddress(
    _ base: ExpressionSyntax, _ index: ExpressionSyntax, _ depth: Int
  ) -> ProgramType {
    let type = evaluate(base, depth)
    requirePointer(type, base)
    let indexType = binaryRight(index, depth) { compiler, left, right in
      if type == .wordPointer { compiler.scale(right, index.range) }
      compiler.code.emit(
        Instruction(.add, a: compiler.register(depth), b: left, c: right), index.range)
    }
    if !indexType.isNumber {
      report(.typeMismatch("an index is a number, not \(indexType.words)", at: index.range))
      return .poison
    }
    return type
  }

  /// Multiplies an index by the size of a word.
  private mutating func scale(_ index: UInt8, _ range: SourceRange) {
    // index + index, three times: no register is needed for the 8.
    for _ in 0..<3 { code.emit(Instruction(.add, a: index, b: index, c: index), range) }
  }

  mutating func requirePointer(_ type: ProgramType, _ expression: ExpressionSyntax) {
    switch type {
    case .duration:
      report(.typeMismatch("a time span is no address", at: expression.range))
    case .constant(let family):
      report(
        .typeMismatch(
          "this is one of the \(family.rawValue), not an address", at: expression.range))
    default: break
    }
  }

  // MARK: Two operands

  /// Evaluates the right operand of something whose left operand is in `register(depth)`, then lets
  /// `body` combine the two registers; the right one may be overwritten.
  @discardableResult
  mutating func binaryRight(
    _ right: ExpressionSyntax, _ depth: Int,
    _ body: (inout ProgramCompiler, _ left: UInt8, _ right: UInt8) -> Void
  ) -> ProgramType {
    if depth < lastTemporary {
      let type = evaluate(right, depth + 1)
      body(&self, register(depth), register(depth + 1))
      return type
    }
    // No register is left: the left operand waits on the stack; the result register, which holds
    // nothing between two instructions, takes the right one.
    code.emit(Instruction(.push, a: register(depth)), right.range)
    let type = evaluate(right, depth)
    code.emit(Instruction(.move, a: roles.result, b: register(depth)), right.range)
    code.emit(Instruction(.pop, a: register(depth)), right.range)
    body(&self, register(depth), roles.result)
    return type
  }

  private mutating func infix(
    _ left: ExpressionSyntax, _ op: InfixOperator, _ opRange: SourceRange,
    _ right: ExpressionSyntax, _ depth: Int, _ range: SourceRange
  ) -> ProgramType {
    switch op {
    case .logicalAnd, .logicalOr, .and, .or:
      let isAnd = op == .logicalAnd || op == .and
      let short = code.makeLabel()
      let end = code.makeLabel()
      let leftType = evaluate(left, depth)
      code.jump(isAnd ? .branchIfZero : .branchIfNotZero, register(depth), to: short, opRange)
      let rightType = evaluate(right, depth)
      code.jump(isAnd ? .branchIfZero : .branchIfNotZero, register(depth), to: short, opRange)
      code.emit(
        Instruction(.loadImmediate, a: register(depth), immediate: isAnd ? 1 : 0), opRange)
      code.jump(.jump, to: end, opRange)
      code.place(short)
      code.emit(
        Instruction(.loadImmediate, a: register(depth), immediate: isAnd ? 0 : 1), opRange)
      code.place(end)
      if case .constant(let family) = leftType, case .constant(family) = rightType,
        family.isCombined
      {
        report(
          .wrongFlagFamily(
            "flags are combined with `|`", at: opRange,
            family: "`\(op.rawValue)` gives only 0 or 1", choices: [],
            fixIts: [
              FixIt("write `|`", edits: [SourceEdit(range: opRange, replacement: "|")])
            ]))
        return .poison
      }
      return .integer
    case .implies:
      report(
        .notAValue("`implies`", at: opRange, note: "it is for claims; write `!a || b` here"))
      return .poison
    default: break
    }
    let leftType = evaluate(left, depth)
    // The type of the right operand is needed before the registers are combined: pointers scale.
    var result = ProgramType.poison
    if depth < lastTemporary {
      let rightType = evaluate(right, depth + 1)
      result = resultType(left, leftType, op, opRange, right, rightType, range)
      combine(op, leftType, rightType, depth, register(depth), register(depth + 1), range)
    } else {
      code.emit(Instruction(.push, a: register(depth)), right.range)
      let rightType = evaluate(right, depth)
      code.emit(Instruction(.move, a: roles.result, b: register(depth)), right.range)
      code.emit(Instruction(.pop, a: register(depth)), right.range)
      result = resultType(left, leftType, op, opRange, right, rightType, range)
      combine(op, leftType, rightType, depth, register(depth), roles.result, range)
    }
    return result
  }

  private mutating func combine(
    _ op: InfixOperator, _ leftType: ProgramType, _ rightType: ProgramType, _ depth: Int,
    _ left: UInt8, _ right: UInt8, _ range: SourceRange
  ) {
    let target = register(depth)
    func emit(_ opcode: Opcode, _ b: UInt8, _ c: UInt8, _ code: inout CodeBuffer) {
      code.emit(Instruction(opcode, a: target, b: b, c: c), range)
    }
    switch op {
    case .add, .subtract:
      // C's pointer arithmetic counts in elements.
      if leftType == .wordPointer, !rightType.isPointer { scale(right, range) }
      if rightType == .wordPointer, !leftType.isPointer { scale(left, range) }
      emit(op == .add ? .add : .subtract, left, right, &code)
      if leftType == .wordPointer, rightType == .wordPointer, op == .subtract {
        code.emit(Instruction(.loadImmediate, a: right, immediate: 3), range)
        emit(.shiftRight, target, right, &code)
      }
    case .multiply: emit(.multiply, left, right, &code)
    case .divide: emit(.divide, left, right, &code)
    case .remainder: emit(.remainder, left, right, &code)
    case .shiftLeft: emit(.shiftLeft, left, right, &code)
    case .shiftRight: emit(.shiftRight, left, right, &code)
    case .less: emit(.less, left, right, &code)
    case .lessOrEqual: emit(.lessOrEqual, left, right, &code)
    case .greater: emit(.less, right, left, &code)
    case .greaterOrEqual: emit(.lessOrEqual, right, left, &code)
    case .equal: emit(.equal, left, right, &code)
    case .notEqual: emit(.notEqual, left, right, &code)
    case .bitAnd: emit(.and, left, right, &code)
    case .bitXor: emit(.xor, left, right, &code)
    case .bitOr: emit(.or, left, right, &code)
    case .logicalAnd, .logicalOr, .and, .or, .implies: break  // Not combined in registers.
    }
  }

  /// Jumps when a condition does not hold, without making a value of `&&`, `||` and `!`.
  mutating func branch(_ condition: ExpressionSyntax, ifFalse label: CodeBuffer.LabelID) {
    guard nesting < Limits.expressionDepth else {
      evaluate(condition, 0)
      return
    }
    nesting += 1
    defer { nesting -= 1 }
    switch condition {
    case .parenthesised(let inner, _):
      branch(inner, ifFalse: label)
    case .infix(let left, .logicalAnd, _, let right):
      branch(left, ifFalse: label)
      branch(right, ifFalse: label)
    default:
      evaluate(condition, 0)
      code.jump(.branchIfZero, register(0), to: label, condition.range)
    }
  }

  // MARK: Types

  /// The type of `left op right`; reports what does not fit.
  private mutating func resultType(
    _ leftSyntax: ExpressionSyntax, _ left: ProgramType, _ op: InfixOperator,
    _ opRange: SourceRange, _ rightSyntax: ExpressionSyntax, _ right: ProgramType,
    _ range: SourceRange
  ) -> ProgramType {
    if left == .poison || right == .poison { return .poison }
    let comparisons: Set<InfixOperator> = [
      .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual,
    ]
    let isComparison = comparisons.contains(op)
    if left == .duration || right == .duration {
      return durationType(
        leftSyntax, left, op, rightSyntax, right, range, isComparison: isComparison)
    }
    if isComparison { return .integer }
    switch op {
    case .add:
      if left.isPointer, right.isPointer {
        report(.typeMismatch("two addresses cannot be added", at: range))
        return .poison
      }
      if left.isPointer { return left }
      if right.isPointer { return right }
    case .subtract:
      if left.isPointer, right.isPointer {
        guard left == right else {
          report(
            .typeMismatch(
              "the distance of bytes and words is not counted in either", at: range))
          return .poison
        }
        return .integer
      }
      if left.isPointer { return left }
      if right.isPointer {
        report(.typeMismatch("an address cannot be taken from a number", at: range))
        return .poison
      }
    case .bitOr:
      switch (left, right) {
      case (.constant(let a), .constant(let b)):
        guard let combined = a.combined(with: b) else {
          report(
            .wrongFlagFamily(
              "`|` combines flags of one kind", at: rightSyntax.range,
              family: "one of the \(b.rawValue)",
              choices: NamedConstant.all.filter { $0.family == a }.map(\.name)))
          return .poison
        }
        return .constant(combined)
      case (.constant, _): return left
      case (_, .constant): return right
      default: return left == .any && right == .any ? .any : .integer
      }
    case .bitAnd:
      // `p & ~0xfff` is still an address.
      if left.isPointer != right.isPointer { return left.isPointer ? left : right }
    default: break
    }
    if left.isPointer || right.isPointer {
      report(
        .typeMismatch("`\(op.rawValue)` wants numbers, not addresses", at: range))
      return .poison
    }
    return left == .any && right == .any ? .any : .integer
  }

  private mutating func durationType(
    _ leftSyntax: ExpressionSyntax, _ left: ProgramType, _ op: InfixOperator,
    _ rightSyntax: ExpressionSyntax, _ right: ProgramType, _ range: SourceRange,
    isComparison: Bool
  ) -> ProgramType {
    let both = (left == .duration || left.isOpen) && (right == .duration || right.isOpen)
    if isComparison {
      if both || isZero(leftSyntax) || isZero(rightSyntax) { return .integer }
    } else {
      switch op {
      case .add, .subtract, .remainder:
        if both { return .duration }
      case .multiply:
        if left == .duration && right.isNumber || right == .duration && left.isNumber {
          return .duration
        }
      case .divide:
        if left == .duration, right == .duration { return .integer }
        if left == .duration, right.isNumber { return .duration }
      default: break
      }
    }
    let other = left == .duration ? rightSyntax : leftSyntax
    if op != .multiply, op != .divide, let literal = literalText(other) {
      report(.missingTimeUnit("a number beside a time span", at: other.range, literal: literal))
    } else {
      report(
        .typeMismatch(
          "`\(op.rawValue)` does not fit \(left.words) and \(right.words)", at: range,
          note: "a time can be added to a time, multiplied or divided by a number"))
    }
    return .poison
  }
}
