/// Where an interrupt comes from.
public enum InterruptSource: Sendable, Hashable {
  /// Another CPU.
  case interProcessor
  /// The CPU's own timer.
  case timer
  /// A device.
  case device
}

/// Everything the machine, the kernel and the narrator must know of a CPU architecture, as data.
///
/// To add an architecture is to add a file under `Architectures` and its line in ``all``. Where a
/// property has a default, it says what most architectures do. There is one object for each, so that
/// what speaks of an architecture - a machine, a scenario, a trace - holds a reference to it and no
/// copy.
public final class Architecture: Sendable {
  // MARK: Names and registers

  /// Its name in scripts.
  public let name: String
  /// Whether addresses have 64 bits; on 32-bit machines they count modulo 2^32.
  public let is64Bit: Bool
  /// What manuals call user mode.
  public let userModeName: String
  /// What manuals call kernel mode.
  public let kernelModeName: String
  /// Registers by number: general ones as instructions number them, then what else a system call
  /// touches.
  public let registers: [String]
  /// What the program counter is called.
  public let programCounter: String
  /// What the register is called that holds mode, interrupt mask and flags.
  public let flagsRegister: String
  /// Which register has which part in Walk's compiled code.
  public let roles: RegisterRoles

  // MARK: System calls

  /// Registers that are not as before when a system call returns, besides the result.
  public let clobberedBySyscall: [UInt8]
  /// The system call instruction.
  public let syscallInstruction: String
  /// The numbers that the instruction holds itself, so that no register is needed.
  public let numbersInInstruction: ClosedRange<Int64>?
  /// Whether the instruction is an interrupt that a program raises: its vector.
  public let syscallVector: UInt16?
  /// What code in the vDSO does around the instruction; `nil` where programs execute it themselves.
  public let syscallStub: SystemCallStub?
  /// Where the entry address of the system call instruction is held (MSR, vector table).
  public let entryPointHolder: String
  /// Where the instruction puts the return address and the flags.
  public let savedBySyscall: SavedState
  /// Whether what it saves is the address of the instruction itself, which the kernel must step
  /// over.
  public let savesOwnAddress: Bool
  /// What else the instruction tells the kernel, such as the cause in a register.
  public let syscallCause: String?
  /// How a result says that it is an error.
  public let errorConvention: ErrorConvention
  /// The way back to user mode after a system call.
  public let syscallReturnInstruction: String
  /// Names of the entry routines.
  public let entrySyscallName: String
  /// The dispatcher's name.
  public let dispatcherName: String

  // MARK: Exceptions and interrupts

  /// Where exceptions keep program counter and flags.
  public let savedByException: SavedState
  /// Where interrupts keep them.
  public let savedByInterrupt: SavedState
  /// What the hardware pushes, the last first; empty where it uses no stack.
  public let hardwareFrame: [String]
  /// Bytes of each word that it pushes.
  public let hardwareFrameWordBytes: Int64
  /// The register that tells the kernel what happened; `nil` where it is pushed.
  public let causeRegister: String?
  /// The register that holds the address of a page fault.
  public let faultAddressRegister: String
  /// What masks interrupts.
  public let interruptMask: String
  /// The way back from an exception or interrupt.
  public let interruptReturnInstruction: String
  /// How the kernel stack is found at a system call.
  public let stackSwitch: String
  /// How it is found at an exception or interrupt; `nil`: in the same way.
  public let interruptStackSwitch: String?
  /// The interrupt entry's name.
  public let interruptEntryName: String
  /// How the exceptions are presented, in the order of ``ExceptionKind``.
  public let exceptions: [ExceptionFacts]
  /// How page faults are reported.
  public let faultStatus: FaultStatusFormat
  /// What an address raises that no page table is asked about, by the mode of the access; `nil` for
  /// one that is looked up.
  public let refusal: @Sendable (_ address: UInt64, _ isUser: Bool) -> ExceptionKind?
  /// What a privileged instruction raises in user mode.
  public let privilegedException: ExceptionKind
  /// The quotient of a division by zero; `nil` where it raises an exception instead.
  public let quotientByZero: Int64?
  /// Instructions that only kernel mode may execute, as scripts write them after `privileged`.
  public let privilegedInstructions: [String]
  /// The number that the timer interrupt comes with.
  public let timerVector: UInt16
  /// The number of the first device.
  public let deviceVector: UInt16
  /// The number with which one CPU makes another look at its run queue or at a signal.
  public let interProcessorVector: UInt16
  /// The number with which one CPU makes another forget translations; `nil` where an instruction
  /// reaches the TLBs of all CPUs, without an interrupt.
  public let invalidationVector: UInt16?
  /// Which of several interrupts that are pending at once is taken first: by their sources, the most
  /// urgent one first. On most machines that is the interrupt controller's doing, on some the order
  /// in which Linux's entry code looks at the pending ones.
  public let interruptOrder: [InterruptSource]
  /// Whether of two devices the one with the higher number comes first, else the lower.
  public let servesHighestDeviceFirst: Bool

  // MARK: Memory

  /// What the page-table base register is called.
  public let pageTableBase: String
  /// Who walks the page table after a TLB miss.
  public let tableWalker: String
  /// Page-table levels, from the root.
  public let pageTable: [PageTableLevel]
  /// How entries are written.
  public let entryFormat: PageTableFormat
  /// Where the kernel's own mappings are.
  public let kernelSpace: KernelSpace
  /// Addresses that kernel mode uses without any page table, and where they lie in memory.
  public let directSegments: [DirectSegment]
  /// Bytes of a page.
  public let pageBytes: Int64
  /// Bytes of a task's kernel stack on Linux.
  public let kernelStackBytes: Int64
  /// One past the last user address.
  public let userEnd: UInt64
  /// Where the direct map of all physical memory begins.
  public let directMapBase: UInt64
  /// Where the kernel's text begins.
  public let kernelTextBase: UInt64
  /// Where kernel modules are loaded.
  public let modulesBase: UInt64
  /// Where the kernel maps memory that need not be contiguous.
  public let vmallocBase: UInt64
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
  /// Below this address the kernel places what programs map, downwards.
  public let mmapTop: UInt64
  /// One past the highest byte of the first user stack.
  public let userStackTop: UInt64
  /// Who brings the code that a signal handler returns to, and that makes the `rt_sigreturn` call.
  public let signalTrampoline: SignalTrampoline
  /// The number of the architecture in ELF files: `e_machine`.
  public let elfMachine: UInt16
  /// Flags in user mode: interrupts on.
  public let userFlags: UInt64
  /// The flag bits that entering the kernel clears (SFMASK on x86_64).
  public let syscallFlagMask: UInt64
  /// Where these facts are from.
  public let source: String

  // MARK: -

  /// An architecture; what has a default here is so on most.
  init(
    name: String,
    is64Bit: Bool = true,
    userModeName: String,
    kernelModeName: String,
    registers: [String],
    programCounter: String,
    flagsRegister: String,
    roles: RegisterRoles,
    clobberedBySyscall: [UInt8],
    syscallInstruction: String,
    numbersInInstruction: ClosedRange<Int64>? = nil,
    syscallVector: UInt16? = nil,
    syscallStub: SystemCallStub? = nil,
    entryPointHolder: String,
    savedBySyscall: SavedState,
    savesOwnAddress: Bool = false,
    syscallCause: String? = nil,
    errorConvention: ErrorConvention = .negative,
    syscallReturnInstruction: String,
    entrySyscallName: String,
    dispatcherName: String,
    savedByException: SavedState,
    savedByInterrupt: SavedState,
    hardwareFrame: [String] = [],
    hardwareFrameWordBytes: Int64 = 8,
    causeRegister: String?,
    faultAddressRegister: String,
    interruptMask: String,
    interruptReturnInstruction: String,
    stackSwitch: String,
    interruptStackSwitch: String? = nil,
    interruptEntryName: String,
    exceptions: [ExceptionFacts],
    faultStatus: FaultStatusFormat,
    refusal: @escaping @Sendable (_ address: UInt64, _ isUser: Bool) -> ExceptionKind?,
    privilegedException: ExceptionKind,
    quotientByZero: Int64? = nil,
    privilegedInstructions: [String],
    timerVector: UInt16,
    deviceVector: UInt16,
    interProcessorVector: UInt16,
    invalidationVector: UInt16? = nil,
    interruptOrder: [InterruptSource],
    servesHighestDeviceFirst: Bool = false,
    pageTableBase: String,
    tableWalker: String = "the MMU",
    pageTable: [PageTableLevel],
    entryFormat: PageTableFormat,
    kernelSpace: KernelSpace,
    directSegments: [DirectSegment] = [],
    pageBytes: Int64 = 4096,
    kernelStackBytes: Int64 = 16 << 10,
    userEnd: UInt64,
    directMapBase: UInt64,
    kernelTextBase: UInt64,
    modulesBase: UInt64,
    vmallocBase: UInt64,
    syscallEntry: UInt64,
    exceptionEntry: UInt64,
    interruptEntry: UInt64,
    programBase: UInt64,
    libraryBase: UInt64,
    vvarBase: UInt64,
    vdsoBase: UInt64,
    mmapTop: UInt64,
    userStackTop: UInt64,
    signalTrampoline: SignalTrampoline,
    elfMachine: UInt16,
    userFlags: UInt64,
    syscallFlagMask: UInt64 = 0,
    source: String
  ) {
    self.name = name
    self.is64Bit = is64Bit
    self.userModeName = userModeName
    self.kernelModeName = kernelModeName
    self.registers = registers
    self.programCounter = programCounter
    self.flagsRegister = flagsRegister
    self.roles = roles
    self.clobberedBySyscall = clobberedBySyscall
    self.syscallInstruction = syscallInstruction
    self.numbersInInstruction = numbersInInstruction
    self.syscallVector = syscallVector
    self.syscallStub = syscallStub
    self.entryPointHolder = entryPointHolder
    self.savedBySyscall = savedBySyscall
    self.savesOwnAddress = savesOwnAddress
    self.syscallCause = syscallCause
    self.errorConvention = errorConvention
    self.syscallReturnInstruction = syscallReturnInstruction
    self.entrySyscallName = entrySyscallName
    self.dispatcherName = dispatcherName
    self.savedByException = savedByException
    self.savedByInterrupt = savedByInterrupt
    self.hardwareFrame = hardwareFrame
    self.hardwareFrameWordBytes = hardwareFrameWordBytes
    self.causeRegister = causeRegister
    self.faultAddressRegister = faultAddressRegister
    self.interruptMask = interruptMask
    self.interruptReturnInstruction = interruptReturnInstruction
    self.stackSwitch = stackSwitch
    self.interruptStackSwitch = interruptStackSwitch
    self.interruptEntryName = interruptEntryName
    self.exceptions = exceptions
    self.faultStatus = faultStatus
    self.refusal = refusal
    self.privilegedException = privilegedException
    self.quotientByZero = quotientByZero
    self.privilegedInstructions = privilegedInstructions
    self.timerVector = timerVector
    self.deviceVector = deviceVector
    self.interProcessorVector = interProcessorVector
    self.invalidationVector = invalidationVector
    self.interruptOrder = interruptOrder
    self.servesHighestDeviceFirst = servesHighestDeviceFirst
    self.pageTableBase = pageTableBase
    self.tableWalker = tableWalker
    self.pageTable = pageTable
    self.entryFormat = entryFormat
    self.kernelSpace = kernelSpace
    self.directSegments = directSegments
    self.pageBytes = pageBytes
    self.kernelStackBytes = kernelStackBytes
    self.userEnd = userEnd
    self.directMapBase = directMapBase
    self.kernelTextBase = kernelTextBase
    self.modulesBase = modulesBase
    self.vmallocBase = vmallocBase
    self.syscallEntry = syscallEntry
    self.exceptionEntry = exceptionEntry
    self.interruptEntry = interruptEntry
    self.programBase = programBase
    self.libraryBase = libraryBase
    self.vvarBase = vvarBase
    self.vdsoBase = vdsoBase
    self.mmapTop = mmapTop
    self.userStackTop = userStackTop
    self.signalTrampoline = signalTrampoline
    self.elfMachine = elfMachine
    self.userFlags = userFlags
    self.syscallFlagMask = syscallFlagMask
    self.source = source
  }

  /// All architectures, the default first.
  public static let all: [Architecture] = [
    x86_64, i386, i386Sysenter, arm64, arm, riscv64, mips, powerpc64, s390x, loongarch64,
  ]

  /// The architecture with a name.
  public static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }

  /// The bits of an address that count.
  public var addressMask: UInt64 { is64Bit ? .max : 0xFFFF_FFFF }

  /// Whether an address that cannot be raises what a privileged instruction raises.
  public var protectsAddresses: Bool { refusal(1 << 62, true) == .generalProtection }

  /// The facts of one exception.
  public func facts(of kind: ExceptionKind) -> ExceptionFacts { exceptions[Int(kind.rawValue)] }

  /// Where an exception enters the kernel.
  public func entry(of kind: ExceptionKind) -> UInt64 { facts(of: kind).entry ?? exceptionEntry }

  /// An address inside a kernel routine: where an interrupt finds the program counter. Routines lie
  /// a page apart from each other behind the entry code, in the order of their numbers.
  public func address(in routine: KernelRoutine, step: UInt8) -> UInt64 {
    kernelTextBase &+ 0x1_0000 &+ UInt64(routine.rawValue) &* 0x1000 &+ UInt64(step) &* 16
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

/// A place that the hardware saves something in.
public enum SavedPlace: Sendable, Hashable {
  /// A general register, by number.
  case register(UInt8)
  /// A register or memory place of its own, by name.
  case special(String)
  /// The kernel stack.
  case stack
  /// No place of its own: what happens instead.
  case nowhere(String)
}

/// Where the hardware saves the state that it leaves.
public struct SavedState: Sendable, Hashable {
  /// Where the program counter goes.
  public let programCounter: SavedPlace
  /// Where mode, mask and flags go.
  public let flags: SavedPlace

  init(_ programCounter: SavedPlace, _ flags: SavedPlace) {
    self.programCounter = programCounter
    self.flags = flags
  }

  /// The names of two registers of their own.
  init(_ programCounter: String, _ flags: String) {
    self.init(.special(programCounter), .special(flags))
  }
}

/// How the result of a system call says that it is an error.
public enum ErrorConvention: Sendable, Hashable {
  /// The result itself is in -4095..-1.
  case negative
  /// A register other than 0, by number; the result is the positive error number then.
  case flagRegister(UInt8)
  /// A bit in a register, by number; the result is the positive error number then.
  case conditionBit(UInt8, mask: UInt64, name: String)
}

/// Code around a system call instruction that saves nothing itself (`__kernel_vsyscall`).
public struct SystemCallStub: Sendable, Hashable {
  /// Registers that are pushed before and popped behind it; the last one is the sixth argument's, so
  /// that this argument lies on top of the stack.
  public let pushed: [UInt8]
  /// The register that hands the stack pointer over.
  public let stackRegister: UInt8
}

/// Where the kernel's mappings are, as seen from a process.
public enum KernelSpace: Sendable, Hashable {
  /// In the upper part of every page table, the same entries in all of them.
  case sharedUpperHalf
  /// In a table of its own, which the upper bits of an address choose; what its base register is
  /// called.
  case ownTable(base: String)
  /// In another address space, whatever the address; what its base register is called.
  case separate(base: String)
}

/// Addresses that are physical addresses with something added, in kernel mode alone.
public struct DirectSegment: Sendable, Hashable {
  /// What manuals call it.
  public let name: String
  /// The addresses; the first one is physical address 0.
  public let addresses: ClosedRange<UInt64>

  init(_ name: String, _ addresses: ClosedRange<UInt64>) {
    self.name = name
    self.addresses = addresses
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
  /// The six argument registers of system calls.
  public let arguments: [UInt8]
  /// The stack pointer.
  public let stackPointer: UInt8
  /// The frame pointer.
  public let framePointer: UInt8
  /// Registers for intermediate values; the callee keeps them. Where registers are few, some of
  /// them are arguments as well.
  public let temporaries: [UInt8]
  /// The six registers that functions of a program get their arguments in.
  public let functionArguments: [UInt8]

  /// Makes the table of roles.
  public init(
    number: UInt8, result: UInt8, arguments: [UInt8], stackPointer: UInt8, framePointer: UInt8,
    temporaries: [UInt8], functionArguments: [UInt8]? = nil
  ) {
    self.number = number
    self.result = result
    self.arguments = arguments
    self.stackPointer = stackPointer
    self.framePointer = framePointer
    self.temporaries = temporaries
    self.functionArguments = functionArguments ?? arguments
  }
}
