import Catalogue
import Program
import SourceText
import WalkSyntax

// Statements.
extension ProgramCompiler {
  /// Compiles a block; its variables end with it.
  mutating func block(_ body: [ProgramStatementSyntax], isTopLevel: Bool = false) {
    guard nesting < Limits.expressionDepth else {
      if let first = body.first {
        reportOnce(
          "limit", "nesting",
          .limitReached(
            "too deeply nested", limit: "\(Limits.expressionDepth) levels", at: first.range)
        )
      }
      return
    }
    nesting += 1
    let slot = nextSlot
    scopes.append([:])
    for statement in body { self.statement(statement, isTopLevel: isTopLevel) }
    scopes.removeLast()
    nextSlot = slot
    nesting -= 1
  }

  private mutating func statement(_ statement: ProgramStatementSyntax, isTopLevel: Bool) {
    let range = statement.range
    switch statement {
    case .letBinding(let name, let value, _):
      pendingLet = name
      let type = evaluate(value, 0)
      pendingLet = nil
      declare(name, type, letRange: range)
      if let variable = lookUp(name.text), variable.range == name.range {
        storeSlot(0, variable.slot, range)
      }
    case .assignment(let target, let value, _):
      assign(target, value, range)
    case .ifElse(let condition, let yes, let no, _):
      let otherwise = code.makeLabel()
      branch(condition, ifFalse: otherwise)
      block(yes)
      if let no {
        let end = code.makeLabel()
        code.jump(.jump, to: end, range)
        code.place(otherwise)
        block(no)
        code.place(end)
      } else {
        code.place(otherwise)
      }
    case .whileLoop(let condition, let body, _):
      let start = code.makeLabel()
      let end = code.makeLabel()
      code.place(start)
      branch(condition, ifFalse: end)
      block(body)
      code.jump(.jump, to: start, condition.range)
      code.place(end)
    case .repeatLoop(let count, let body, _):
      repeatLoop(count, body)
    case .function(let name, _, _, _):
      if !isTopLevel || isInFunction { report(.nestedFunction(name)) }
    case .returnStatement(let value, _):
      returnStatement(value, range)
    case .compute(let value, _):
      compute(value, range)
    case .data, .bss:
      break  // Their memory is there from the beginning; see collectGlobals.
    case .touch(let pointer, _):
      let type = evaluate(pointer, 0)
      requirePointer(type, pointer)
      code.emit(Instruction(.loadByte, a: register(0), b: register(0)), range)
    case .privileged(let name, _):
      let known = architecture.privilegedInstructions
      guard let number = known.firstIndex(of: name.text) else {
        report(
          .unknownPrivilegedInstruction(
            name, architecture: architecture.name, known: known,
            nearest: Nearest.name(to: name.text, among: known)))
        return
      }
      code.emit(
        Instruction(.privileged, immediate: Int32(truncatingIfNeeded: number)), range)
    case .onSignal(let name, _, _, _) where isModule, .signalAction(_, let name, _) where isModule:
      report(
        .notAValue(
          "what `\(name.text)` does", at: range, note: "signals are for processes; a module is none"
        ))
    case .onSignal(let name, let restarts, let body, _):
      installHandler(name, restarts: restarts, body, range)
    case .signalAction(let action, let name, _):
      signalAction(action, name, range)
    case .lock(let name, let isLock, _):
      report(.notSimulated("`\(isLock ? "lock" : "unlock") \(name.text)`", at: range))
    case .spawn(_, _):
      report(.notSimulated("`spawn`", at: range))
    case .expression(let expression, _):
      _ = evaluate(expression, 0)
    case .missing:
      isBroken = true
    }
  }

  private mutating func repeatLoop(_ count: ExpressionSyntax, _ body: [ProgramStatementSyntax]) {
    let type = evaluate(count, 0)
    if !type.isNumber {
      report(
        type == .duration
          ? .wrongUnit("how often to repeat", wanted: "a plain number", at: count.range)
          : .typeMismatch("`repeat` wants a number, not \(type.words)", at: count.range))
    }
    let range = count.range
    let slot = makeSlot()
    let start = code.makeLabel()
    let end = code.makeLabel()
    storeSlot(0, slot, range)
    code.place(start)
    loadSlot(0, slot, range)
    code.emit(Instruction(.loadImmediate, a: register(1), immediate: 1), range)
    // Nothing to do once the count is below 1.
    code.emit(Instruction(.lessOrEqual, a: register(1), b: register(1), c: register(0)), range)
    code.jump(.branchIfZero, register(1), to: end, range)
    code.emit(Instruction(.loadImmediate, a: register(1), immediate: 1), range)
    code.emit(Instruction(.subtract, a: register(0), b: register(0), c: register(1)), range)
    storeSlot(0, slot, range)
    block(body)
    code.jump(.jump, to: start, range)
    code.place(end)
    nextSlot = slot
  }

  private mutating func returnStatement(_ value: ExpressionSyntax?, _ range: SourceRange) {
    if let value {
      _ = evaluate(value, 0)
    } else {
      code.emit(Instruction(.loadImmediate, a: register(0), immediate: 0), range)
    }
    if isModule, !isInFunction {
      code.emit(Instruction(.move, a: roles.result, b: register(0)), range)
      finishPart(range)
    } else if isInFunction {
      code.emit(Instruction(.move, a: roles.result, b: register(0)), range)
      code.emit(Instruction(.leaveFrame), range)
      code.emit(Instruction(.ret), range)
    } else {
      // The end of the program's top level is the end of the process, as in C's main.
      if flushesAtEnd {
        let slot = makeSlot()
        storeSlot(0, slot, range)
        flushBuffer(range)
        loadSlot(0, slot, range)
      }
      loadArgument(0, from: register(0), range)
      exitGroup(range)
    }
  }

  private mutating func compute(_ value: ExpressionSyntax, _ range: SourceRange) {
    let type = evaluate(value, 0)
    switch type {
    case .duration, .any, .poison: break
    default:
      reportMissingTimeUnit("`compute`", value)
    }
    code.emit(Instruction(.compute, a: register(0)), range)
  }

  // MARK: Assignment

  private mutating func assign(
    _ target: ExpressionSyntax, _ value: ExpressionSyntax, _ range: SourceRange
  ) {
    switch target {
    case .parenthesised(let inner, _):
      assign(inner, value, range)
    case .name(let name):
      if let variable = lookUp(name.text) {
        let type = evaluate(value, 0)
        checkStored(type, in: variable.type, name: name.text, value)
        storeSlot(0, variable.slot, range)
      } else if name.text == "errno", !isModule {
        let type = evaluate(value, 0)
        checkStored(type, in: .integer, name: name.text, value)
        code.emit(
          Instruction(.loadConstant, a: register(1), immediate: errnoAddress()), range)
        code.emit(Instruction(.store, a: register(0), b: register(1)), range)
      } else if let global = globals[name.text] {
        _ = evaluate(value, 0)
        report(
          .notAssignable(
            "`\(name.text)` is an address, like an array in C", at: name.range,
            note: global.type == .wordPointer
              ? "its first word is `*\(name.text)`" : "its first byte is `\(name.text)[0]`"))
      } else if functionIndex[name.text] != nil || meaning(of: name.text) != nil {
        _ = evaluate(value, 0)
        report(
          .notAssignable(
            "`\(name.text)` is not a variable", at: name.range,
            note: "choose another name, and declare it with `let`"))
      } else {
        _ = evaluate(value, 0)
        reportUnknown(name)
      }
    case .prefix(.dereference, let pointer, _):
      let valueType = evaluate(value, 0)
      let type = evaluate(pointer, 1)
      requirePointer(type, pointer)
      checkInMemory(valueType, value)
      code.emit(
        Instruction(type == .wordPointer ? .store : .storeByte, a: register(0), b: register(1)),
        range)
    case .index(let base, let index, _):
      let valueType = evaluate(value, 0)
      let type = elementAddress(base, index, 1)
      checkInMemory(valueType, value)
      code.emit(
        Instruction(type == .wordPointer ? .store : .storeByte, a: register(0), b: register(1)),
        range)
    case .missing:
      isBroken = true
      _ = evaluate(value, 0)
    default:
      // The parser has said that this is no place.
      isBroken = true
      _ = evaluate(value, 0)
    }
  }

  /// A variable keeps the type of its first value, since `*p` and `p[i]` hang on it.
  private mutating func checkStored(
    _ type: ProgramType, in declared: ProgramType, name: String, _ value: ExpressionSyntax
  ) {
    guard !type.isOpen, !declared.isOpen, type != declared else { return }
    if type.isNumber, declared.isNumber || declared.isPointer { return }
    if type == .bytePointer, declared.isNumber { return }
    if declared == .duration, type.isNumber, isZero(value) { return }
    if declared == .duration, type.isNumber, let literal = literalText(value) {
      report(.missingTimeUnit("`\(name)`", at: value.range, literal: literal))
      return
    }
    report(
      .typeMismatch(
        "`\(name)` is \(declared.words) since its `let`, and this is \(type.words)",
        at: value.range, note: "use another variable"))
  }

  /// Time spans are stored only in variables, which keep their unit.
  private mutating func checkInMemory(_ type: ProgramType, _ value: ExpressionSyntax) {
    guard type == .duration else { return }
    report(
      .typeMismatch(
        "a time span is kept in a variable, not behind a pointer", at: value.range,
        note: "memory holds plain numbers: store `t / 1ns`"))
  }

  // MARK: Slots

  mutating func storeSlot(_ depth: Int, _ slot: Int, _ range: SourceRange) {
    code.emit(
      Instruction(
        .store, a: register(depth), b: roles.framePointer, immediate: slotOffset(slot)), range)
  }

  mutating func loadSlot(_ depth: Int, _ slot: Int, _ range: SourceRange) {
    code.emit(
      Instruction(
        .load, a: register(depth), b: roles.framePointer, immediate: slotOffset(slot)), range)
  }

  // MARK: Text

  /// The text of a number; `nil` for anything else.
  func literalText(_ expression: ExpressionSyntax) -> String? {
    guard case .number(let value, nil, let range) = expression else { return nil }
    let text = texts.text(range)
    return text.isEmpty ? String(value) : text
  }

  /// The text of an expression.
  func text(_ expression: ExpressionSyntax, else fallback: String) -> String {
    text(expression.range, else: fallback)
  }

  /// The text of a range, unless it is long.
  func text(_ range: SourceRange, else fallback: String) -> String {
    let text = texts.line(range)
    return text.isEmpty || text.utf8.count > 40 ? fallback : text
  }

  /// Whether it is the number 0, which fits every type.
  func isZero(_ expression: ExpressionSyntax) -> Bool {
    ConstantFolder.fold(expression)?.value == 0
  }
}
