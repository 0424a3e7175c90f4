import SourceText
public import WalkSyntax

/// A name that `vary` lets stand for one of several values.
public struct VariedName: Sendable, Hashable {
  /// The name.
  public var name: String
  /// What it can stand for.
  public var values: Values

  /// Values, in the order in which they are written.
  public enum Values: Sendable, Hashable {
    /// Whole numbers from the first to the second.
    case range(Int64, Int64)
    /// Numbers with their units, and strings in quotes, as written.
    case list([String])
  }

  /// How many values there are; 1 or more.
  public var count: UInt64 {
    switch values {
    case .range(let first, let last): UInt64(bitPattern: last &- first) &+ 1
    case .list(let literals): UInt64(literals.count)
    }
  }

  /// A value as it is written in a script; a position outside of them is taken modulo their number.
  public func literal(at position: UInt64) -> String {
    let position = position % count
    switch values {
    case .range(let first, _): return "\(first &+ Int64(bitPattern: position))"
    case .list(let literals): return literals[Int(position)]
    }
  }
}

/// Puts values in the places of names that vary, in the text itself: so they can stand wherever a value
/// can, in a file's name as well as in a claim, and what is told of a run has the values in it.
enum Variation {
  /// What the fences of a task or question vary; statements that are wrong are left out.
  static func names(in parts: [ScenarioPart]) -> [VariedName] {
    var names: [VariedName] = []
    for part in parts where part.varies {
      let texts = SourceTexts([part.script.fragment])
      for case .vary(let name, let from, let to, _) in part.script.statements
      where !names.contains(where: { $0.name == name.text }) && names.count < Limits.varied {
        guard let values = values(from, to, texts) else { continue }
        names.append(VariedName(name: name.text, values: values))
      }
    }
    return names
  }

  private static func values(
    _ from: ExpressionSyntax, _ to: ExpressionSyntax?, _ texts: SourceTexts
  ) -> VariedName.Values? {
    if let to {
      guard let first = ConstantFolder.fold(from), let last = ConstantFolder.fold(to),
        first.kind == .plain, last.kind == .plain, first.value <= last.value,
        !last.value.subtractingReportingOverflow(first.value).overflow,
        last.value - first.value < Int64.max
      else { return nil }
      return .range(first.value, last.value)
    }
    guard case .list(let choices, _) = from, !choices.isEmpty, choices.allSatisfy(isLiteral)
    else { return nil }
    return .list(choices.map { texts.line($0.range) })
  }

  /// Whether an expression can stand in the place of a name: a number or a string.
  static func isLiteral(_ expression: ExpressionSyntax) -> Bool {
    switch expression {
    case .number, .string: true
    case .prefix(.negate, .number, _): true
    default: false
    }
  }

  /// The parts with a value for each name, in the fences that vary them.
  static func applied(_ values: [String: String], to parts: [ScenarioPart]) -> [ScenarioPart] {
    guard !values.isEmpty else { return parts }
    return parts.map { part in
      guard part.varies else { return part }
      var part = part
      part.script = part.script.replacing(values)
      return part
    }
  }

  /// The first value of each name.
  static func first(of names: [VariedName]) -> [String: String] {
    Dictionary(names.map { ($0.name, $0.literal(at: 0)) }, uniquingKeysWith: { first, _ in first })
  }
}

extension ScenarioPart {
  /// The script as it is read: with the first value of each name that varies. What the parser says is
  /// said of this one, since a value may stand where no name can.
  public var readScript: ScriptSyntax {
    let names = Variation.names(in: [self])
    return names.isEmpty ? script : script.replacing(Variation.first(of: names))
  }

  /// Whether names may vary in it.
  fileprivate var varies: Bool {
    !isSubmission && [.task, .predict, .example, .error].contains(role)
  }
}
