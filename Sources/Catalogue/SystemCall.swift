/// The number of a system call in this catalogue (not the number a CPU is given).
public struct SystemCallID: Hashable, Sendable {
  /// Position in ``SystemCall/all``.
  public let rawValue: UInt32

  /// Makes the identity of a position in the catalogue.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Stands in a trace for a number that is in no table.
  public static let unknown = SystemCallID(rawValue: .max)
}

/// One parameter of a system call.
public struct Parameter: Sendable {
  /// Its name in the manual page.
  public let name: String
  /// What it is.
  public let type: ParameterType
  /// Whether a script may leave it out (`open`'s mode).
  public let isOptional: Bool

  /// Makes a parameter.
  public init(_ name: String, _ type: ParameterType, isOptional: Bool = false) {
    self.name = name
    self.type = type
    self.isOptional = isOptional
  }
}

/// One system call: what scripts may call, what the checker checks, what the dispatcher finds.
public final class SystemCall: Sendable {
  /// Its Linux name.
  public let name: String
  /// Parameters in order.
  public let parameters: [Parameter]
  /// What it does, one sentence.
  public let summary: String
  /// The errors this kernel can return for it, with the condition of each.
  public let errors: [(errno: Errno, when: String)]
  /// The kernel routine that serves it; `nil` while this kernel answers ENOSYS.
  public let routine: KernelRoutine?
  /// The manual page it follows.
  public let source: String
  /// Its number by architecture name; no entry means the architecture does not have it.
  public let numbers: [String: Int64]
  /// What libc does where the architecture lacks this call.
  public let replacement: Replacement?

  /// An entry of the catalogue; numbers and replacement are read off ``SystemCallNumbers``.
  init(
    name: String, parameters: [Parameter], summary: String, errors: [(errno: Errno, when: String)],
    routine: KernelRoutine? = nil, source: String
  ) {
    self.name = name
    self.parameters = parameters
    self.summary = summary
    self.errors = errors
    self.routine = routine
    self.source = source
    numbers = SystemCallNumbers.numbers(of: name)
    replacement = SystemCallNumbers.replacement(of: name)
  }

  /// How many arguments it may be given.
  public var argumentCounts: ClosedRange<Int> {
    parameters.count { !$0.isOptional }...parameters.count
  }

  /// All calls that scripts may name, in order of their names.
  public static let all: [SystemCall] =
    (files + memory + processes + signals + system).sorted { $0.name < $1.name }

  /// Whether this kernel serves it.
  public var isServed: Bool { routine != nil }

  /// The call with a name.
  public static func named(_ name: String) -> SystemCallID? { idByName[name] }

  /// The call behind an identity; `nil` for ``SystemCallID/unknown``.
  public static subscript(id: SystemCallID) -> SystemCall? {
    let index = Int(id.rawValue)
    return all.indices.contains(index) ? all[index] : nil
  }

  private static let idByName = Dictionary(
    all.enumerated().map { ($1.name, SystemCallID(rawValue: UInt32($0))) },
    uniquingKeysWith: { first, _ in first })
}
