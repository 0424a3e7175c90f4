/// What one instruction does.
///
/// Registers are the machine's own numbers (see `Architecture.registers`); the compiler has put each
/// value into the register that its part in the architecture's convention demands.
///
/// Code means the same wherever it lies: jumps, branches and calls are relative to the instruction
/// that makes them, counted in instructions; numbers too large for an instruction, and addresses,
/// are literals behind the code, which an instruction names by their distance from itself in bytes
/// and the CPU reads like any other word of memory.
public enum Opcode: UInt8, Sendable, CaseIterable {
  /// `a = immediate`. No instruction begins with a zero byte: empty memory is no code.
  case loadImmediate = 1
  /// `a` = the literal at `immediate` bytes from this instruction.
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
  /// Goes `immediate` instructions on from this one, or back.
  case jump
  /// The same when `a` is zero.
  case branchIfZero
  /// The same when `a` is not zero.
  case branchIfNotZero
  /// Pushes the address of the next instruction and goes `immediate` instructions on.
  case call
  /// Pushes the address of the next instruction and goes to the address in `a`: how library code is
  /// called.
  case callRegister
  /// Goes to the address in `a`.
  case jumpRegister
  /// Pops an address and goes there.
  case ret
  /// Pushes the frame pointer, sets it to the stack pointer, makes room for `immediate` bytes.
  case enterFrame
  /// Undoes ``enterFrame``.
  case leaveFrame
  /// Works for the nanoseconds in `a`; negative ones count as none.
  case compute
  /// Like ``loadImmediate``/``loadConstant``/``move``, into an argument or number register just
  /// before a system call; recorded at zoom hardware. `b` says which: 0 immediate, 1 literal,
  /// 2 move from register `c`.
  case loadArgument
  /// Executes the architecture's system call instruction. `immediate` is the ``SystemCallID`` the
  /// author wrote, or -1 for `syscall(number, …)`; `c` is the call's number where the architecture's
  /// instruction holds it (`svc 5` on s390x), else 0.
  case systemCall
  /// libc's part of the return: the error in the result register `a`, if it says one in the
  /// architecture's way, is stored as a positive number where the literal at `immediate` bytes from
  /// this instruction points to (`errno`), and the register becomes -1.
  case setErrno
  /// Executes privileged instruction number `immediate` of the architecture's list.
  case privileged
  /// `a` = the nanoseconds that the clock has counted since the machine started: the counter that
  /// user mode may read (`rdtsc` on x86_64).
  case readClock
  /// `a` = the number of the CPU that executes it (`rdpid` on x86_64).
  case readProcessor
  /// Kernel mode only: asks for the ``KernelService`` `immediate`. It stands for a call into the
  /// kernel's text, which is not made of these instructions.
  case kernelCall
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

  /// How many bytes each instruction takes; its address is a multiple of this.
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
  /// The instruction that 8 bytes of memory hold; `nil` when no instruction begins with that byte.
  @inlinable
  public init?(encoded word: UInt64) {
    guard let opcode = Opcode(rawValue: UInt8(truncatingIfNeeded: word)) else { return nil }
    self.init(
      opcode, a: UInt8(truncatingIfNeeded: word >> 8), b: UInt8(truncatingIfNeeded: word >> 16),
      c: UInt8(truncatingIfNeeded: word >> 24),
      immediate: Int32(truncatingIfNeeded: Int64(bitPattern: word) >> 32))
  }

  /// The instruction as it lies in memory, little-endian: opcode, `a`, `b`, `c`, immediate.
  public var encoded: UInt64 {
    UInt64(opcode.rawValue) | UInt64(a) << 8 | UInt64(b) << 16 | UInt64(c) << 24
      | UInt64(UInt32(bitPattern: immediate)) << 32
  }
}
