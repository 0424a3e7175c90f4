/// The exceptions a program of this language can raise.
public enum ExceptionKind: UInt8, Sendable, CaseIterable {
  case divideError
  case invalidOpcode
  case generalProtection
  case pageFault
}

/// How an architecture presents one exception.
public struct ExceptionFacts: Sendable {
  /// What manuals call it, such as `#PF`.
  public let name: String
  /// Its number, where the architecture numbers exceptions.
  public let vector: UInt8
  /// Whether the hardware pushes an error code.
  public let hasErrorCode: Bool
  /// The kernel's entry routine.
  public let entryName: String
  /// The signal Linux forces on a process that raises it, when nothing mends it.
  public let signal: Signal
  /// That signal's code; ``SignalCode/SEGV_MAPERR`` and ``SignalCode/SEGV_ACCERR`` are chosen by
  /// the fault handler instead.
  public let code: SignalCode

  /// Makes the facts of one exception.
  public init(
    name: String, vector: UInt8, hasErrorCode: Bool, entryName: String, signal: Signal,
    code: SignalCode
  ) {
    self.name = name
    self.vector = vector
    self.hasErrorCode = hasErrorCode
    self.entryName = entryName
    self.signal = signal
    self.code = code
  }
}

/// Everything the machine, the kernel and the narrator must know of a CPU architecture, as data.
///
/// To add an architecture is to add a file under `Architectures` and its line in ``all``.
public struct Architecture: Sendable {
  /// Its name in scripts.
  public let name: String
  /// What manuals call user mode.
  public let userModeName: String
  /// What manuals call kernel mode.
  public let kernelModeName: String
  /// General registers in the machine's numbering, then none else; index is the register number.
  public let registers: [String]
  /// What the program counter is called.
  public let programCounter: String
  /// What the flags register is called.
  public let flagsRegister: String
  /// Which register has which part in Walk's compiled code.
  public let roles: RegisterRoles
  /// Registers that are not as before when a system call returns, besides the result.
  public let clobberedBySyscall: [UInt8]
  /// The system call instruction.
  public let syscallInstruction: String
  /// Where the entry address of the system call instruction is held (MSR, vector table).
  public let entryPointHolder: String
  /// The register that gets the return address; `nil` where it goes elsewhere.
  public let returnAddressRegister: UInt8?
  /// The register that gets the flags; `nil` where they go elsewhere.
  public let savedFlagsRegister: UInt8?
  /// The fast way back to user mode after a system call.
  public let syscallReturnInstruction: String
  /// The way back from an exception or interrupt.
  public let interruptReturnInstruction: String
  /// How entry code finds the kernel stack.
  public let stackSwitch: String
  /// Names of the entry routines.
  public let entrySyscallName: String
  /// The dispatcher's name.
  public let dispatcherName: String
  /// The interrupt entry's name.
  public let interruptEntryName: String
  /// What the page-table base register is called.
  public let pageTableBase: String
  /// Page-table levels, from the root.
  public let pageTable: [PageTableLevel]
  /// How entries are written.
  public let entryFormat: PageTableFormat
  /// Bytes of a page.
  public let pageBytes: Int64
  /// Bits of a virtual address that translate; the rest must copy the highest (canonical form).
  public let virtualAddressBits: UInt8
  /// One past the last user address.
  public let userEnd: UInt64
  /// Where the direct map of all physical memory begins.
  public let directMapBase: UInt64
  /// Where kernel modules are loaded.
  public let modulesBase: UInt64
  /// Where the kernel's text begins.
  public let kernelTextBase: UInt64
  /// The system call entry point's address.
  public let syscallEntry: UInt64
  /// Where exceptions enter the kernel.
  public let exceptionEntry: UInt64
  /// Where interrupts enter the kernel.
  public let interruptEntry: UInt64
  /// Where programs are loaded.
  public let programBase: UInt64
  /// Where libc is mapped.
  public let libraryBase: UInt64
  /// Where the page is mapped that the kernel keeps the time in for the vDSO.
  public let vvarBase: UInt64
  /// Where the vDSO is mapped.
  public let vdsoBase: UInt64
  /// Who brings the code that a signal handler returns to, and that makes the `rt_sigreturn` call.
  public let signalTrampoline: SignalTrampoline
  /// The number of the architecture in ELF files: `e_machine`.
  public let elfMachine: UInt16
  /// One past the highest byte of the first user stack.
  public let userStackTop: UInt64
  /// Flags in user mode: interrupts on.
  public let userFlags: UInt64
  /// The flag bits that the system call instruction clears (SFMASK on x86_64).
  public let syscallFlagMask: UInt64
  /// The bits of a page fault's error code.
  public let faultCode: FaultCodeBits
  /// How the exceptions are presented, in the order of ``ExceptionKind``.
  public let exceptions: [ExceptionFacts]
  /// What an address with wrong upper bits raises.
  public let nonCanonicalException: ExceptionKind
  /// What a privileged instruction raises in user mode.
  public let privilegedException: ExceptionKind
  /// The quotient of a division by zero; `nil` where it raises an exception instead.
  public let quotientByZero: Int64?
  /// Instructions that only kernel mode may execute, as scripts write them after `privileged`.
  public let privilegedInstructions: [String]
  /// The vector of the timer interrupt and of the first device.
  public let timerVector: UInt8
  /// The vector of the first device.
  public let deviceVector: UInt8
  /// The vector with which one CPU makes another look at its run queue.
  public let interProcessorVector: UInt8
  /// Where these facts are from.
  public let source: String

  /// All architectures, the default first.
  public static let all: [Architecture] = [x86_64]

  /// Names that the language knows but this version does not simulate yet.
  public static let planned = [
    "i386", "arm64", "arm", "riscv64", "mips", "powerpc64", "s390x", "loongarch64",
  ]

  /// The architecture with a name.
  public static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }

  /// The facts of one exception.
  public func facts(of kind: ExceptionKind) -> ExceptionFacts { exceptions[Int(kind.rawValue)] }

  /// An address inside a kernel routine: where an interrupt finds the program counter. Routines lie
  /// a page apart from each other behind the entry code, in the order of their numbers.
  public func address(in routine: KernelRoutine, step: UInt8) -> UInt64 {
    (syscallEntry & ~0xFFFF) &+ 0x1_0000 &+ UInt64(routine.rawValue) &* 0x1000
      &+ UInt64(step) &* 16
  }

  /// What a routine is called on this architecture.
  public func name(of routine: KernelRoutine) -> String {
    if let name = routine.linuxName { return name }
    switch routine {
    case .entrySyscall: return entrySyscallName
    case .doSyscall: return dispatcherName
    case .interrupt: return interruptEntryName
    case .pageFault: return facts(of: .pageFault).entryName
    case .exception: return facts(of: .generalProtection).entryName
    default: return "\(routine)"
    }
  }
}

/// The bits of a page fault's error code.
public struct FaultCodeBits: Sendable {
  /// The page was present: a protection fault.
  public let present: UInt64
  /// The access was a write.
  public let write: UInt64
  /// The CPU was in user mode.
  public let user: UInt64
  /// The access was an instruction fetch.
  public let instruction: UInt64

  /// Makes the set of bits.
  public init(present: UInt64, write: UInt64, user: UInt64, instruction: UInt64) {
    self.present = present
    self.write = write
    self.user = user
    self.instruction = instruction
  }
}

/// Where the code lies that a signal handler returns to.
public enum SignalTrampoline: String, Sendable {
  /// libc passes its own with each `rt_sigaction` (`SA_RESTORER`).
  case libc
  /// The kernel lets handlers return into the vDSO.
  case vdso
}

/// Which register has which part in compiled code. Numbers index ``Architecture/registers``.
public struct RegisterRoles: Sendable {
  /// Holds the number of the system call.
  public let number: UInt8
  /// Holds the result of a system call or function.
  public let result: UInt8
  /// The six argument registers of system calls, which functions of a program use as well.
  public let arguments: [UInt8]
  /// The stack pointer.
  public let stackPointer: UInt8
  /// The frame pointer.
  public let framePointer: UInt8
  /// Registers for intermediate values; the callee keeps them.
  public let temporaries: [UInt8]

  /// Makes the table of roles.
  public init(
    number: UInt8, result: UInt8, arguments: [UInt8], stackPointer: UInt8, framePointer: UInt8,
    temporaries: [UInt8]
  ) {
    self.number = number
    self.result = result
    self.arguments = arguments
    self.stackPointer = stackPointer
    self.framePointer = framePointer
    self.temporaries = temporaries
  }
}
