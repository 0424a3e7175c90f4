/// How large the parts of a scenario may grow. Each bound has the diagnostic W0311 or W0303.
enum Limits {
  /// Nesting of expressions, claims and blocks.
  static let expressionDepth = 100
  /// Instructions of one program.
  static let instructions = 65_536
  /// Bytes of one program's data segment.
  static let dataBytes = 4 << 20
  /// Variables of one function at the same time.
  static let locals = 1_000
  /// Parameters of a function, as many as there are argument registers.
  static let parameters = 6
  /// Files, directories and links.
  static let nodes = 10_000
  /// Bytes of all files together.
  static let fileBytes: Int64 = 64 << 20
  /// Accounts, disks, mounts, programs.
  static let entities = 256
  /// Bytes of a module's text or data.
  static let moduleBytes: Int64 = 1 << 20
  /// Bytes of the swap area.
  static let swapBytes: Int64 = 1 << 30
  /// Bytes that a device receives at once.
  static let receivedBytes = 65_536
  /// Processes that a timeline starts.
  static let processes = 1_000
  /// Statements of a timeline.
  static let timeline = 10_000
  /// Configurations that the claim blocks of one scenario name.
  static let variants = 24
  /// What a question offers: choices, events to bring into order, cells of a table.
  static let choices = 24
  /// Names that a task varies.
  static let varied = 16
  /// Checks of a task, and parts of a check.
  static let checks = 100
  /// Diagnostics of one scenario.
  static let diagnostics = 200
  /// Memory of the machine.
  static let memory: ClosedRange<Int64> = (1 << 20)...(1 << 30)
  /// Time spans of the world: ticks, quanta, latencies, in nanoseconds.
  static let longestTime: Int64 = 3_600_000_000_000
}
