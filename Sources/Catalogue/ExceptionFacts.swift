/// The exceptions a program of this language can raise.
public enum ExceptionKind: UInt8, Sendable, CaseIterable {
  case divideError
  case invalidOpcode
  /// What only the kernel may do; on x86 also an address that cannot be.
  case generalProtection
  case pageFault
  /// An address that no page table is asked about.
  case addressError
}

/// What a signal tells about the place: `si_addr`.
public enum SignalAddress: Sendable, Hashable {
  /// Nothing: 0.
  case none
  /// The instruction.
  case instruction
  /// The address that was to be accessed.
  case access
}

/// How an architecture presents one exception.
public struct ExceptionFacts: Sendable {
  /// What manuals call it, such as `#PF`.
  public let name: String
  /// Its number, where the architecture numbers exceptions: vector, cause or code.
  public let vector: UInt16
  /// Whether the hardware pushes an error code.
  public let hasErrorCode: Bool
  /// The kernel's entry routine.
  public let entryName: String
  /// Where it enters the kernel; `nil` where all exceptions do.
  public let entry: UInt64?
  /// The signal Linux forces on a process that raises it, when nothing mends it.
  public let signal: Signal
  /// That signal's code; ``SignalCode/SEGV_MAPERR`` and ``SignalCode/SEGV_ACCERR`` are chosen by
  /// the fault handler instead.
  public let code: SignalCode
  /// What the signal says about the place.
  public let address: SignalAddress

  /// Makes the facts of one exception.
  init(
    _ name: String, vector: UInt16, hasErrorCode: Bool = false, entryName: String,
    entry: UInt64? = nil, signal: Signal, code: SignalCode, address: SignalAddress
  ) {
    self.name = name
    self.vector = vector
    self.hasErrorCode = hasErrorCode
    self.entryName = entryName
    self.entry = entry
    self.signal = signal
    self.code = code
    self.address = address
  }
}

/// Why a translation was refused.
public struct FaultCause: Sendable, Hashable {
  /// What was wanted.
  public var access: AccessKind
  /// Whether user mode wanted it.
  public var isUser: Bool
  /// Whether a page is there that does not permit it.
  public var isPresent: Bool
  /// The level of the page table that said no, from the root.
  public var level: Int

  /// Makes a cause.
  public init(access: AccessKind, isUser: Bool, isPresent: Bool, level: Int) {
    self.access = access
    self.isUser = isUser
    self.isPresent = isPresent
    self.level = level
  }
}

/// What the kernel can read off a page fault's status.
public struct FaultReport: Sendable, Hashable {
  /// What manuals call the exception.
  public let name: String
  /// What was wanted.
  public let access: AccessKind
  /// Whether a page is there that does not permit it; `nil` where the hardware does not tell.
  public let isPresent: Bool?

  init(_ name: String, _ access: AccessKind, isPresent: Bool?) {
    self.name = name
    self.access = access
    self.isPresent = isPresent
  }
}

/// How an architecture reports page faults: error code, syndrome or cause.
public struct FaultStatusFormat: Sendable {
  /// The status of a refused translation.
  public let encode: @Sendable (FaultCause) -> UInt64
  /// What a status says.
  public let decode: @Sendable (UInt64) -> FaultReport

  init(
    encode: @escaping @Sendable (FaultCause) -> UInt64,
    decode: @escaping @Sendable (UInt64) -> FaultReport
  ) {
    self.encode = encode
    self.decode = decode
  }
}
