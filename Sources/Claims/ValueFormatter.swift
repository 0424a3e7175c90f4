public import Catalogue
public import Program
public import Trace

/// Values of state expressions as words.
public enum ValueFormatter {
  /// A value in the words of its type: `5 ms`, `4 KiB`, `kernel`, `softirq`, `0x1000`, `counter`, `ENOENT`, `yes`.
  ///
  /// In other languages modes and conditions have that language's names.
  public static func text(
    _ value: Int64, _ type: ValueType, header: TraceHeader, language: Language = .english
  ) -> String {
    switch type {
    case .integer: String(value)
    case .boolean: language.truth(value != 0)
    case .duration: Quantity.duration(value, in: language)
    case .bytes: Quantity.bytes(value, in: language)
    case .address: Quantity.hexadecimal(value)
    case .mode:
      switch UInt8(exactly: value).flatMap(PrivilegeMode.init(rawValue:)) {
      case let mode?: mode.word(in: language)
      case nil: String(value)
      }
    case .condition:
      UInt8(exactly: value).flatMap(TaskCondition.init(rawValue:))?.name(in: language)
        ?? String(value)
    case .context:
      UInt8(exactly: value).flatMap(ExecutionContext.init(rawValue:))?.name(in: language)
        ?? String(value)
    case .task: header.text(value, .task, in: language)
    case .text: header.text(value, .string, in: language)
    case .result: header.text(value, .result, in: language)
    }
  }
}
