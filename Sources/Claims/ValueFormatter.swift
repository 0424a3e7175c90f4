import Catalogue
public import Program
public import Trace

/// Values of state expressions as words.
public enum ValueFormatter {
  /// A value in the words of its type: `5 ms`, `4 KiB`, `kernel`, `softirq`, `0x1000`, `counter`, `ENOENT`, `yes`.
  public static func text(_ value: Int64, _ type: ValueType, header: TraceHeader) -> String {
    switch type {
    case .integer: String(value)
    case .boolean: value == 0 ? "no" : "yes"
    case .duration: Quantity.duration(value)
    case .bytes: Quantity.bytes(value)
    case .address: Quantity.hexadecimal(value)
    case .mode:
      switch UInt8(exactly: value).flatMap(PrivilegeMode.init(rawValue:)) {
      case .user: "user"
      case .kernel: "kernel"
      case nil: String(value)
      }
    case .condition:
      UInt8(exactly: value).flatMap(TaskCondition.init(rawValue:))?.name ?? String(value)
    case .context:
      UInt8(exactly: value).flatMap(ExecutionContext.init(rawValue:))?.name ?? String(value)
    case .task: header.text(value, .task)
    case .text: header.text(value, .string)
    case .result: header.text(value, .result)
    }
  }
}
