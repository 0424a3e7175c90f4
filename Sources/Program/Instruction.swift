/// What one user-mode instruction does.
///
/// Registers are the machine's own numbers (see `Architecture.registers`); the compiler has put each
/// value into the register that its part in the architecture's convention demands.
public enum Opcode: UInt8, Sendable, CaseIterable {
  /// `a = immediate`.
  case loadImmediate
  /// `a = constants[immediate]`.
  case loadConstant
  /// `a = b`.
  case move
  /// `a = b + c`, and so on, wrapping at 64 bits.
  case add
  case subtract
  case multiply
  /// Signed; a zero divisor raises the divide exception.
  case divide
  case remainder
  case and
  case or
  case xor
  case shiftLeft
  /// Arithmetic.
  case shiftRight
  /// `a = b == c ? 1 : 0`, and so on, signed.
  case equal
  case notEqual
  case less
  case lessOrEqual
  /// `a = b == 0 ? 1 : 0`.
  case logicalNot
  /// `a = -b`.
  case negate
  /// `a = ~b`.
  case complement
  /// `a` = the 8 bytes at `b + immediate`.
  case load
  /// `a` = the byte at `b + immediate`, zero-extended.
  case loadByte
  /// The 8 bytes at `b + immediate` = `a`.
  case store
  /// The byte at `b + immediate` = the low byte of `a`.
  case storeByte
  /// Pushes `a` on the user stack.
  case push
  /// Pops into `a`.
  case pop
  /// Goes to instruction `immediate` of the program.
  case jump
  /// Goes to `immediate` when `a` is zero.
  case branchIfZero
  /// Goes to `immediate` when `a` is not zero.
  case branchIfNotZero
  /// Pushes the address of the next instruction and goes to `immediate`.
  case call
  /// Pops an address and goes there.
  case ret
  /// Pushes the frame pointer, sets it to the stack pointer, makes room for `immediate` bytes.
  case enterFrame
  /// Undoes ``enterFrame``.
  case leaveFrame
  /// Works for the nanoseconds in `a`; negative ones count as none.
  case compute
  /// Like ``loadImmediate``/``loadConstant``/``move``, into an argument or number register just
  /// before a system call; recorded at zoom hardware. `b` says which: 0 immediate, 1 constant,
  /// 2 move from register `c`.
  case loadArgument
  /// Executes the architecture's system call instruction. `immediate` is the ``SystemCallID`` the
  /// author wrote, or -1 for `syscall(number, …)`.
  case systemCall
  /// libc's part of the return: a result in -4095..-1 is stored, negated, at the address
  /// `constants[immediate]` (`errno`), and becomes -1. `a` is the result register.
  case setErrno
  /// Executes privileged instruction number `immediate` of the architecture's list.
  case privileged
}

/// One instruction: 8 bytes, as it lies in the text segment.
@frozen
public struct Instruction: Sendable, Hashable {
  /// What to do.
  public var opcode: Opcode
  /// First register.
  public var a: UInt8
  /// Second register.
  public var b: UInt8
  /// Third register.
  public var c: UInt8
  /// Immediate value, index or target.
  public var immediate: Int32

  /// How many bytes of address space each instruction takes.
  public static let byteCount: Int64 = 8

  /// Makes an instruction.
  @inlinable
  public init(_ opcode: Opcode, a: UInt8 = 0, b: UInt8 = 0, c: UInt8 = 0, immediate: Int32 = 0) {
    self.opcode = opcode
    self.a = a
    self.b = b
    self.c = c
    self.immediate = immediate
  }
}
