import Catalogue
import WalkSyntax

/// A value that is known before anything runs.
struct FoldedConstant: Equatable {
  /// What the number counts.
  enum Kind: Equatable {
    case plain
    case time
    case size
    case named(NamedConstant.Family)
  }

  var value: Int64
  var kind: Kind

  /// The type of the expression.
  var type: ProgramType {
    switch kind {
    case .plain, .size: .integer
    case .time: .duration
    case .named(.address): .bytePointer
    case .named(let family): .constant(family)
    }
  }
}

/// Works out expressions made of numbers and named constants.
///
/// Anything else, and anything whose units do not fit, has no constant value: the checker that asked
/// says why in its own words.
enum ConstantFolder {
  /// The value; `nil` when there is none. `depth` bounds the nesting.
  static func fold(
    _ expression: ExpressionSyntax, depth: Int = 0
  ) -> FoldedConstant? {
    guard depth < Limits.expressionDepth else { return nil }
    switch expression {
    case .number(let value, let unit, _):
      return FoldedConstant(
        value: value, kind: unit.map { $0.isTime ? .time : .size } ?? .plain)
    case .name(let name):
      return NamedConstant.named(name.text).map {
        FoldedConstant(value: $0.value, kind: .named($0.family))
      }
    case .parenthesised(let inner, _):
      return fold(inner, depth: depth + 1)
    case .prefix(let op, let operand, _):
      guard let operand = fold(operand, depth: depth + 1) else { return nil }
      switch op {
      case .negate:
        let kind = operand.kind == .time ? FoldedConstant.Kind.time : .plain
        return FoldedConstant(value: 0 &- operand.value, kind: kind)
      case .complement where operand.kind != .time:
        return FoldedConstant(value: ~operand.value, kind: .plain)
      default: return nil
      }
    case .infix(let left, let op, _, let right):
      guard let left = fold(left, depth: depth + 1),
        let right = fold(right, depth: depth + 1)
      else { return nil }
      return combine(left, op, right)
    default: return nil
    }
  }

  private static func combine(
    _ left: FoldedConstant, _ op: InfixOperator, _ right: FoldedConstant
  ) -> FoldedConstant? {
    let isTime = (left.kind == .time, right.kind == .time)
    let plain: FoldedConstant.Kind =
      left.kind == .size || right.kind == .size ? .size : .plain
    func exact(_ result: (partialValue: Int64, overflow: Bool), _ kind: FoldedConstant.Kind)
      -> FoldedConstant?
    {
      result.overflow ? nil : FoldedConstant(value: result.partialValue, kind: kind)
    }
    switch op {
    case .add where isTime.0 == isTime.1:
      return exact(left.value.addingReportingOverflow(right.value), isTime.0 ? .time : plain)
    case .subtract where isTime.0 == isTime.1:
      return exact(left.value.subtractingReportingOverflow(right.value), isTime.0 ? .time : plain)
    case .multiply where !(isTime.0 && isTime.1):
      return exact(
        left.value.multipliedReportingOverflow(by: right.value),
        isTime.0 || isTime.1 ? .time : plain)
    case .divide where right.value != 0 && !(isTime.1 && !isTime.0):
      return exact(
        left.value.dividedReportingOverflow(by: right.value),
        isTime.0 && !isTime.1 ? .time : isTime.0 ? .plain : plain)
    case .remainder where right.value != 0 && isTime.0 == isTime.1:
      return exact(
        left.value.remainderReportingOverflow(dividingBy: right.value), isTime.0 ? .time : plain)
    case .shiftLeft where !isTime.0 && !isTime.1 && (0..<64).contains(right.value):
      return FoldedConstant(value: left.value << right.value, kind: plain)
    case .bitOr where !isTime.0 && !isTime.1:
      if case .named(let family) = left.kind, case .named(let other) = right.kind {
        return family.combined(with: other).map {
          FoldedConstant(value: left.value | right.value, kind: .named($0))
        }
      }
      if case .named = right.kind {
        return FoldedConstant(value: left.value | right.value, kind: right.kind)
      }
      if case .named = left.kind {
        return FoldedConstant(value: left.value | right.value, kind: left.kind)
      }
      return FoldedConstant(value: left.value | right.value, kind: plain)
    default: return nil
    }
  }
}
