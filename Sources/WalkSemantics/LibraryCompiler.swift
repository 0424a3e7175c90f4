import Catalogue
import Program
import SourceText
import WalkSyntax

// Calls of library code.
extension ProgramCompiler {
  /// `libc.strlen(p)`: goes to the library's address and comes back, in user mode all the way.
  mutating func libraryCall(
    _ library: Name, _ name: Name, _ values: [ExpressionSyntax], _ range: SourceRange, _ depth: Int
  ) -> ProgramType {
    guard let function = LibraryFunction.named(name.text, in: library.text) else {
      for value in values { evaluate(value, depth) }
      let isLibrary = LibraryFunction.libraries.contains(library.text)
      let offered =
        isLibrary
        ? LibraryFunction.all.filter { $0.library == library.text }.map(\.name)
        : LibraryFunction.libraries
      let unknown = isLibrary ? name : library
      reportOnce(
        "library", unknown.text,
        .unknownLibraryFunction(
          unknown, library: isLibrary ? library.text : nil, offered: offered,
          nearest: Nearest.name(to: unknown.text, among: offered)))
      return .poison
    }
    let counts = function.argumentCounts
    let givesValue = function.givesValue && values.isEmpty
    guard counts.contains(values.count), !function.givesValue || givesValue || values.count > 1
    else {
      let parameters = function.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
      report(
        .wrongArgumentCount(
          "\(library.text).\(name.text)", given: values.count,
          wanted: function.givesValue
            ? "no arguments, or \(counts.upperBound)" : Self.countWords(counts, "argument"),
          signature: "\(name.text)(\(parameters.joined(separator: ", ")))", at: range))
      return .poison
    }
    let live = min(depth, lastTemporary)
    for position in 0..<live {
      code.emit(Instruction(.push, a: roles.temporaries[position]), range)
    }
    for (value, parameter) in zip(values, function.parameters) {
      let type = evaluate(value, 0)
      if parameter.type != .number {
        check(type, value, parameter, "\(library.text).\(name.text)")
      } else if type == .duration {
        report(
          .wrongUnit(
            "`\(parameter.name)` of `\(library.text).\(name.text)`", wanted: "not a time span",
            at: value.range))
      }
      code.emit(Instruction(.push, a: register(0)), value.range)
    }
    let registers = roles.functionArguments
    for position in values.indices.reversed() where registers.indices.contains(position) {
      code.emit(Instruction(.pop, a: registers[position]), range)
    }
    let scratch = givesValue ? scratchWords(for: function, range) : nil
    callLibrary(function.library, function.name, range)
    if let scratch { loadValue(of: function, scratch, depth, range) }
    code.emit(Instruction(.move, a: register(depth), b: roles.result), range)
    for position in (0..<live).reversed() {
      code.emit(Instruction(.pop, a: roles.temporaries[position]), range)
    }
    if function.isBuffered { usesBuffer = true }
    if givesValue, function.name == "clock_gettime" { return .duration }
    return function.result == .number ? .integer : .any
  }

  /// Calls a function whose arguments are in their registers.
  private mutating func callLibrary(_ library: String, _ name: String, _ range: SourceRange) {
    let address = libraries.first { $0.name == library }?.address(of: name) ?? 0
    // The register of results holds nothing yet, unless it is an argument's; then a temporary does.
    let isArgument = roles.functionArguments.prefix(5).contains(roles.result)
    let target = isArgument ? roles.temporaries[0] : roles.result
    code.emit(Instruction(.loadConstant, a: target, immediate: code.constant(address)), range)
    code.emit(Instruction(.callRegister, a: target), range)
  }

  /// Passes room in the data segment for what C would want a pointer for.
  private mutating func scratchWords(for function: LibraryFunction, _ range: SourceRange) -> Int64 {
    let offset = code.appendData([UInt8](repeating: 0, count: 16), alignment: 8)
    let address = code.address(.data, offset)
    let isClock = function.name == "clock_gettime"
    let clock = NamedConstant.named("CLOCK_MONOTONIC")?.value ?? 1
    code.emit(
      isClock
        ? Instruction(
          .loadImmediate, a: roles.arguments[0], immediate: Int32(truncatingIfNeeded: clock))
        : Instruction(.loadImmediate, a: roles.arguments[1], immediate: 0), range)
    code.emit(
      Instruction(.loadConstant, a: roles.arguments[isClock ? 1 : 0], immediate: address), range)
    return offset
  }

  /// Puts what was stored there into the register of results: a time as nanoseconds.
  private mutating func loadValue(
    of function: LibraryFunction, _ scratch: Int64, _ depth: Int, _ range: SourceRange
  ) {
    let (pointer, value) = (scratchRegisters[0], scratchRegisters[1])
    code.emit(
      Instruction(.loadConstant, a: pointer, immediate: code.address(.data, scratch)), range)
    code.emit(Instruction(.load, a: roles.result, b: pointer), range)
    guard function.name == "clock_gettime" else { return }
    code.emit(
      Instruction(.loadConstant, a: value, immediate: code.constant(1_000_000_000)), range)
    code.emit(Instruction(.multiply, a: roles.result, b: roles.result, c: value), range)
    code.emit(Instruction(.load, a: value, b: pointer, immediate: 8), range)
    code.emit(Instruction(.add, a: roles.result, b: roles.result, c: value), range)
  }

  /// What the end of a process does in C before it: text that waits in libc's buffer is written.
  mutating func flushBuffer(_ range: SourceRange) {
    guard flushesAtEnd else { return }
    callLibrary("libc", "fflush", range)
  }

  /// `2 arguments`, `1 to 3 arguments`.
  static func countWords(_ counts: ClosedRange<Int>, _ noun: String) -> String {
    counts.lowerBound == counts.upperBound
      ? plural(counts.lowerBound, noun)
      : "\(counts.lowerBound) to \(plural(counts.upperBound, noun))"
  }
}
