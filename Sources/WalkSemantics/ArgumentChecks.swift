import Catalogue
import SourceText
import WalkSyntax

// Whether arguments fit the parameters of what is called.
extension ProgramCompiler {
  /// Flags, access modes and file modes, which are checked as written.
  mutating func checkFlags(
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
  mutating func check(
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
    if case .constant(let family) = type {
      if let accepted = parameter.type.constants {
        guard family == accepted || parameter.type == .cloneFlags && family == .signal else {
          let fitting = NamedConstant.all.filter { $0.family == accepted }.map(\.name)
          return wrongFamily("wants \(accepted.rawValue)", family, choices: fitting)
        }
      } else if let wanted = Self.withoutConstants(parameter.type), family != .errno {
        return wrongFamily("wants \(wanted)", family, choices: [])
      }
    }
    func wrongFamily(_ wants: String, _ family: NamedConstant.Family, choices: [String]) {
      report(
        .wrongFlagFamily(
          "`\(parameter.name)` of `\(call)` \(wants)", at: value.range,
          family: "one of the \(family.rawValue)", choices: choices))
    }
    switch parameter.type {
    case .descriptor, .directoryDescriptor:
      if type.isPointer {
        kind(
          "a descriptor, a small number",
          note: "a descriptor is what `open` returned; 0, 1 and 2 are open from the start")
      }
    case .path:
      if type.isNumber, !mayBeAddress(value, type) {
        kind("the address of a path", note: "write the path in quotes: `\"foo\"`")
      }
    case .text:
      if type.isNumber, !mayBeAddress(value, type) {
        kind("the address of a text", note: "write the text in quotes")
      }
    case .stringList:
      if case .string = value {
        kind("a list of strings", note: "write it in brackets: `[\"child\", \"arg\"]`")
      } else if type.isNumber, !mayBeAddress(value, type) {
        kind("a list of strings", note: "write strings in brackets: `[\"child\", \"arg\"]`")
      }
    case .outBuffer, .intOut, .descriptorPair, .timespecOut:
      let note =
        switch parameter.type {
        case .intOut: "pass the address of a variable: `&status`"
        case .descriptorPair: "make room with `data fds 0, 0`, and pass `fds`"
        case .timespecOut: "make room with `data now 0, 0`, and pass `now`"
        default: "make room for it with `bss buf 4KiB`"
        }
      if case .string = value {
        kind("memory that the kernel writes into", note: note)
      } else if type.isNumber, !mayBeAddress(value, type) {
        let isBuffer = parameter.type == .outBuffer
        kind("an address", note: isBuffer ? "make room with `bss buf 4KiB`, and pass `buf`" : note)
      }
    case .inBuffer:
      if type.isNumber, !mayBeAddress(value, type) {
        kind("an address", note: "a string, or a name of `data` or `bss`")
      }
    case .address:
      if type.isNumber, !mayBeAddress(value, type) {
        kind("an address", note: "0 leaves the choice to the kernel; addresses are hexadecimal")
      }
    case .byteCount: if type.isPointer { kind("a number of bytes") }
    case .processID:
      if type.isPointer { kind("the number of a process", note: "`fork` returned it, or `getpid`") }
    case .openFlags, .pathFlags, .mode, .offset, .whence, .controlCommand, .mountFlags,
      .protection, .mapFlags, .advice, .status, .userID, .cloneFlags, .waitOptions, .usage,
      .signal, .maskHow, .clock, .moduleFlags:
      if type.isPointer { kind("a number") }
    case .number: break
    case .timespec:
      switch type {
      case .duration, .bytePointer, .wordPointer, .any, .poison: break
      case .constant: kind("a time span")
      case .integer:
        if !mayBeAddress(value, type) || value.isVariable {
          reportMissingTimeUnit("`\(parameter.name)` of `\(call)`", value)
        }
      }
    }
  }

  /// What a parameter wants for which no constants are meant; `nil` where some may make sense.
  private static func withoutConstants(_ type: ParameterType) -> String? {
    switch type {
    case .descriptor: "a descriptor"
    case .byteCount: "a number of bytes"
    case .processID: "the number of a process"
    default: nil
    }
  }

  /// Numbers are given for addresses on purpose, to see EFAULT: hexadecimal ones, 0 (NULL), and
  /// whatever a variable holds. A plain decimal number is a slip.
  func mayBeAddress(_ value: ExpressionSyntax, _ type: ProgramType) -> Bool {
    if case .constant = type { return false }
    switch value {
    case .number(let number, let unit, let range):
      return number == 0 || unit == nil && texts.isHexadecimal(range)
    case .parenthesised(let inner, _): return mayBeAddress(inner, type)
    case .prefix(.negate, .number, _): return false
    default: return true
    }
  }

  /// A time was wanted, and a number without a unit is there.
  mutating func reportMissingTimeUnit(_ what: String, _ value: ExpressionSyntax) {
    let literal = literalText(value)
    report(
      .missingTimeUnit(
        what, at: value.range, literal: literal,
        note: literal == nil
          ? "a number becomes a time by its unit: `\(text(value, else: "n")) * 1ms`" : nil))
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
