public import Catalogue
public import Trace

/// The state of one CPU.
public struct CPU: Sendable {
  /// The privilege mode: the mode flag this whole project is about.
  public var mode = PrivilegeMode.kernel
  /// Whether interrupts are taken.
  public var takesInterrupts = true
  /// Registers by their number in the architecture; room for the 32 that instructions can name, and
  /// for those that only system calls touch.
  public var registers = [Int64](repeating: 0, count: 40)
  /// The program counter.
  public var programCounter: Int64 = 0
  /// Where the stack must not reach: below a kernel stack lies a page that nothing is mapped in.
  public var stackFloor = Int64.min
  /// The flags register.
  public var flags: UInt64 = 0
  /// The root of the page table in use.
  public var root = FrameNumber(rawValue: 0)
  /// The number that the last system call instruction held itself; 0 when it held none.
  public var numberInInstruction: UInt8 = 0
  /// Whether kernel mode may use user pages just now, where a protection bars them: copies between
  /// the two halves open this window.
  public var mayAccessUser = false
  /// Where kernel mode has an address space of its own: whether addresses mean the user's just now.
  public var usesUserSpace = false
  var tlb = TLB()

  /// A CPU as it is when the machine is switched on: kernel mode.
  public init() {}
}

/// What the registers of a task held when it entered the kernel: `struct pt_regs`.
public struct RegisterFrame: Sendable, Hashable {
  /// General registers.
  public var registers: [Int64]
  /// Program counter to return to.
  public var programCounter: Int64
  /// Flags to return with.
  public var flags: UInt64

  /// Makes a frame.
  public init(registers: [Int64], programCounter: Int64, flags: UInt64) {
    self.registers = registers
    self.programCounter = programCounter
    self.flags = flags
  }
}

/// What a translation failed on.
public struct MemoryFault: Sendable, Hashable {
  /// The virtual address.
  public var address: Int64
  /// The exception it raises: a page fault, or what the architecture has for an address that no page
  /// table is asked about.
  public var exception: ExceptionKind
  /// The status, as the architecture reports page faults; 0 for other exceptions.
  public var errorCode: UInt64
  /// What was wanted.
  public var access: AccessKind
}

/// The outcome of a translation.
public enum Translation: Sendable {
  /// The physical address.
  case physical(Int64)
  /// Refused.
  case fault(MemoryFault)
}
