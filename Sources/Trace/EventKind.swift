/// How closely one looks.
public enum Zoom: UInt8, Sendable, CaseIterable, Comparable {
  /// A process's life.
  case overview
  /// The kernel's functions, and what the CPU does between the modes: the registers of a call, the
  /// instructions in and out, the stack, what is saved and restored.
  case mechanism
  /// Page-table walks, the TLB, DMA; and the ends of the kernel's functions.
  case hardware

  /// The name in commands and scripts.
  public var name: String { "\(self)" }

  /// The zoom with a name.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// A closer look compares greater.
  public static func < (left: Zoom, right: Zoom) -> Bool { left.rawValue < right.rawValue }
}

/// What can happen. The catalogue below says for each kind how closely one must look to see it
/// and what its fields mean; parser, claims, narrator, JSON and the manual read that one table.
public enum EventKind: UInt8, Sendable, CaseIterable {
  // The machine and the lives of processes.
  case machineStarts
  case processStarts
  case runs
  case idles
  case computes
  case isPreempted
  case yields
  case sleeps
  case wakes
  case exits
  case isKilled
  case receivesSignal
  case writesConsole
  case deadlocks

  // In and out of the kernel.
  case callsSystemCall
  case systemCallReturns
  case entersKernel
  case returnsToUser
  case faults
  case resolvesPageFault
  case interrupts
  case interruptReturns

  // What the CPU does.
  case loadsRegister
  case executesSyscall
  case switchesStack
  case savesRegisters
  case restoresRegisters
  case executesReturn
  case pushesInterruptFrame
  case savesReturnState
  case advancesReturnAddress
  case storesResult
  case masksInterrupts
  case unmasksInterrupts
  case writesPageTableBase
  case flushesTLB
  case missesTLB
  case readsPageTableEntry
  case fillsTLB
  case opensUserAccess
  case closesUserAccess

  // What the kernel's routines do.
  case callsRoutine
  case routineReturns
  case dispatches
  case checksFlags
  case copiesString
  case copiesFromUser
  case copiesToUser
  case copyFaults
  case reservesDescriptor
  case startsPathWalk
  case checksSearch
  case looksUpName
  case findsName
  case crossesMount
  case followsLink
  case looksUpPage
  case allocatesPage
  case locksPage
  case unlocksPage
  case mapsBlock
  case dirtiesPage
  case checksPermission
  case createsFile
  case truncatesFile
  case opensFile
  case installsDescriptor
  case closesDescriptor
  case movesOffset
  case writesProcFile
  case mapsRegion
  case backsRegion
  case loadsProgram
  case freesMemory
  case reclaimsPage
  case runsOutOfMemory

  // Block layer and disk.
  case submitsRequest
  case queuesRequest
  case startsRequest
  case transfersData
  case acknowledgesInterrupt
  case raisesSoftirq
  case runsSoftirq
  case completesRequest

  // Scheduling.
  case startsTimer
  case timerFires
  case accountsTick
  case setsNeedResched
  case checksExitWork
  case picksNext
  case switchesContext

  // Between CPUs.
  case sendsInterProcessorInterrupt
  case receivesInterProcessorInterrupt
  case acknowledgesInterProcessorInterrupt

  // Write-back and readahead.
  case kernelThreadStarts
  case readsAhead
  case submitsWrite
  case startsWrite
  case fetchesData
  case allocatesBlock
  case writesBackPage
  case finishesWriteback
  case updatesInode
  case removesName

  // Bytes from outside: serial lines and keyboards.
  case lineReceives
  case takesByte
  case completesLine

  // A file server behind a network card.
  case marshalsCall
  case transmitsPacket
  case losesPacket
  case serverAnswers
  case receivesPacket
  case handsUpPacket
  case retransmits
  case checksAttributes
  // Signals.
  case sendsSignal
  case discardsSignal
  case takesSignal
  case setsSignalAction
  case setsSignalMask
  case entersHandler
  case leavesHandler
  case restartsSystemCall
  case stops
  case continues

  // Parents and children, pipes.
  case forks
  case execs
  case isReparented
  case isReaped
  case createsPipe
  case fillsPipe
  case drainsPipe
  // Memory.
  case setsProtection
  case unmapsRegion
  case movesBreak
  case growsStack
  case copiesPage
  case reusesPage
  case mapsAround
  case sharesPages
  case invalidatesTranslation
  case countsResidentPages
  case choosesVictim
  case sparesPage
  case swapsOut
  case swapsIn
  case takesSwapSlot
  case freesSwapSlot

  // Modules and code of theirs in kernel mode.
  case checksCapability
  case checksModule
  case mapsModule
  case resolvesSymbol
  case relocatesModule
  case protectsModule
  case loadsModule
  case unloadsModule
  case checksModuleUse
  case pinsModule
  case unpinsModule
  case registers
  case unregisters
  case looksUpFileSystem
  case mountsFileSystem
  case checksMountUse
  case unmountsFileSystem
  case runsModuleCode
  case executesPrivileged
  case logsMessage
  case oopses
  case panics

  // The timeline's own acts.
  case deviceFails
  case inspectsAddress
}

/// What a field of an event holds, so that every reader prints it alike.
public enum FieldType: String, Sendable {
  /// A plain number.
  case integer
  /// A number of bytes.
  case bytes
  /// A time span in nanoseconds.
  case nanoseconds
  /// A virtual address.
  case address
  /// A physical address.
  case physicalAddress
  /// A register's content or a set of bits, printed in hexadecimal.
  case bits
  /// An octal number: permission bits.
  case octal
  /// A value, or a negated error number.
  case result
  /// Yes (not 0) or no (0).
  case flag
  /// The index of another event.
  case event
  /// Index into ``TraceHeader/tasks``.
  case task
  /// Index into ``TraceHeader/devices``.
  case device
  /// Index into the ``StringTable``.
  case string
  /// A `SystemCallID`.
  case systemCall
  /// A `KernelRoutine`.
  case routine
  /// Number of a register of the architecture.
  case register
  /// A `Signal`.
  case signal
  /// A `SignalCode`.
  case signalCode
  /// An ``EntryReason``.
  case entryReason
  /// A `WaitReason` with its device in the upper bits; see ``WaitObject``.
  case waitObject
  /// An `ExceptionKind`.
  case exception
  /// A ``PageFaultKind``.
  case pageFaultKind
  /// A `PageTableLevel`'s position, from the root.
  case pageTableLevel
  /// Which page table walks, copies and caches belong to: an `AccessKind`.
  case access
  /// The rights of a region: ``RegionRights``.
  case protection
  /// A ``SoftirqKind``.
  case softirq
  /// A ``ReturnKind``.
  case returnKind
  /// A ``PageTableChange``.
  case pageTableChange
  /// A `PrivilegedEffect`.
  case privilegedEffect
  /// A ``VictimReason``.
  case victimReason
  /// An ``InterProcessorPurpose``.
  case interProcessorPurpose
}

/// How the kernel was entered.
public enum EntryReason: UInt32, Sendable, CaseIterable {
  case syscall
  case fault
  case interrupt

  /// The name in scripts.
  public var name: String { "\(self)" }
}

/// How the CPU went back to user mode.
public enum ReturnKind: UInt32, Sendable, CaseIterable {
  /// The fast return of a system call.
  case syscallReturn
  /// The return from an exception or interrupt.
  case interruptReturn
}

/// What a CPU is given another page table for.
public enum PageTableChange: UInt32, Sendable, CaseIterable {
  /// Another process runs, or the one that ran has none any more.
  case process
  /// Under isolation kpti: the same process enters the kernel, and the whole kernel is mapped again.
  case kernel
  /// Under isolation kpti: the same process returns to user mode, and of the kernel only the
  /// trampoline stays mapped.
  case user

  /// The name in scripts.
  public var name: String { "\(self)" }
}

/// How a page fault was settled.
public enum PageFaultKind: UInt32, Sendable, CaseIterable {
  case minor
  case major
  case cow
  case stack

  /// The name in scripts.
  public var name: String { "\(self)" }
}

/// Why this page is the one to leave memory.
public enum VictimReason: UInt32, Sendable, CaseIterable {
  /// It is the next in the round that was not used since the last one.
  case notUsedSinceLastRound
  /// It came before all others.
  case cameFirst
  /// All others were used after it.
  case unusedForLongest
  /// A number was drawn.
  case drawnAtRandom

  /// The name in JSON.
  public var name: String {
    switch self {
    case .notUsedSinceLastRound: "not_used_since_last_round"
    case .cameFirst: "came_first"
    case .unusedForLongest: "unused_for_longest"
    case .drawnAtRandom: "drawn_at_random"
    }
  }
}

/// What a region of a memory map may be used for, as an event holds it.
public struct RegionRights: Sendable, Hashable {
  /// Bits of `PROT_…`; 8 when the region is shared; from bit 4 on the page of the file that it begins
  /// with.
  public var rawValue: UInt32

  /// Unpacks what an event holds.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Packs rights.
  public init(protection: UInt8, isShared: Bool, page: Int64) {
    rawValue =
      UInt32(protection & 7) | (isShared ? 8 : 0) | UInt32(truncatingIfNeeded: page) << 4
  }

  /// The first page of the file.
  public var page: Int64 { Int64(rawValue >> 4) }

  /// As `/proc/PID/maps` has it: `rw-p`.
  public var text: String {
    (rawValue & 1 != 0 ? "r" : "-") + (rawValue & 2 != 0 ? "w" : "-")
      + (rawValue & 4 != 0 ? "x" : "-") + (rawValue & 8 != 0 ? "s" : "p")
  }
}

/// The deferred halves of interrupts that this kernel has.
///
/// They run in this order, which is Linux's (include/linux/interrupt.h).
public enum SoftirqKind: UInt32, Sendable, CaseIterable {
  case timer
  case networkTransmit
  case networkReceive
  case block
  case tasklet
  case sched

  /// Linux's name.
  public var name: String {
    switch self {
    case .timer: "TIMER"
    case .networkTransmit: "NET_TX"
    case .networkReceive: "NET_RX"
    case .block: "BLOCK"
    case .tasklet: "TASKLET"
    case .sched: "SCHED"
    }
  }
}

/// Why one CPU interrupts another.
public enum InterProcessorPurpose: UInt32, Sendable, CaseIterable {
  /// A task has been put on its run queue.
  case reschedule
  /// The task that it runs has a signal, which it will look at on its way to user mode.
  case signal
  /// It must forget translations, since a page table that it uses has changed.
  case invalidate

  /// The name in scripts.
  public var name: String { "\(self)" }
}

/// What a sleeping task waits for.
@frozen
public struct WaitObject: Hashable, Sendable {
  /// The kind of thing.
  public enum Reason: UInt32, Sendable, CaseIterable {
    /// A request to a device, named by ``WaitObject/device``.
    case device
    /// A page that another task is reading from a device, named by ``WaitObject/device``.
    case page
    /// A timer of its own.
    case timer
    /// A lock that another task has: on an open file's offset, or on a file or directory.
    case lock
    /// A signal.
    case signal
    /// The end of a child.
    case child
    /// The other end of a pipe.
    case pipe
    /// Nothing that could ever come.
    case nothing
  }

  /// The packed form: reason in the upper 8 bits, device below.
  public var rawValue: UInt32

  /// Unpacks what an event holds.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Packs a reason and a device.
  public init(_ reason: Reason, device: DeviceID) {
    rawValue = reason.rawValue << 24 | device.rawValue & 0xFF_FFFF
  }

  /// Packs a reason that has no device.
  public init(_ reason: Reason) { self.init(reason, device: DeviceID(rawValue: 0xFF_FFFF)) }

  /// The kind of thing waited for.
  public var reason: Reason { Reason(rawValue: rawValue >> 24) ?? .device }
  /// The device waited for; the timer for sleeps.
  public var device: DeviceID { DeviceID(rawValue: rawValue & 0xFF_FFFF) }
}

/// One field of a kind: its name in JSON and what it holds.
public struct EventField: Sendable {
  /// Name in JSON, snake case.
  public let name: String
  /// What it holds.
  public let type: FieldType

  init(_ name: String, _ type: FieldType) {
    self.name = name
    self.type = type
  }
}

/// The catalogue's entry for one kind.
public struct EventFacts: Sendable {
  /// Name in JSON and `explain`, snake case.
  public let name: String
  /// How closely one must look.
  public let zoom: Zoom
  /// What `a` holds; `nil` when unused.
  public let a: EventField?
  /// What `b` holds; `nil` when unused.
  public let b: EventField?
  /// What `object` holds; `nil` when unused.
  public let object: EventField?
  /// When the kernel records it, one sentence for the manual.
  public let meaning: String
}

extension EventKind {
  /// The catalogue's entry.
  public var facts: EventFacts {
    func entry(
      _ name: String, _ zoom: Zoom, object: EventField? = nil, a: EventField? = nil,
      b: EventField? = nil, _ meaning: String
    ) -> EventFacts {
      EventFacts(name: name, zoom: zoom, a: a, b: b, object: object, meaning: meaning)
    }
    func field(_ name: String, _ type: FieldType) -> EventField { EventField(name, type) }

    switch self {
    case .machineStarts:
      return entry(
        "machine_starts", .overview, object: field("free_frames", .integer),
        a: field("memory", .bytes), b: field("cpus", .integer),
        "the machine is switched on; always the first event")
    case .processStarts:
      return entry(
        "process_starts", .overview, object: field("program", .string),
        a: field("new_pid", .integer), b: field("uid", .integer),
        "a process is made and becomes runnable")
    case .runs:
      return entry(
        "runs", .overview, a: field("previous", .task), "a task gets a CPU")
    case .idles:
      return entry(
        "idles", .overview, a: field("previous", .task), "a CPU finds nobody who could run")
    case .computes:
      return entry(
        "computes", .overview, a: field("duration", .nanoseconds),
        "a process begins to work in user mode for a time; interrupts may stretch it")
    case .isPreempted:
      return entry(
        "is_preempted", .overview, "a task loses its CPU although it could go on")
    case .yields:
      return entry("yields", .overview, "a task gives its CPU away with sched_yield")
    case .sleeps:
      return entry(
        "sleeps", .overview, object: field("on", .waitObject),
        a: field("interruptible", .flag), b: field("key", .integer),
        "a task leaves its CPU until it is woken; its kernel stack is kept")
    case .wakes:
      return entry(
        "wakes", .overview, object: field("on", .waitObject), a: field("slept", .nanoseconds),
        "a sleeping task becomes runnable again; the event's task is the woken one")
    case .exits:
      return entry(
        "exits", .overview, a: field("status", .integer), "a process ends by its own call")
    case .isKilled:
      return entry(
        "is_killed", .overview, object: field("signal", .signal),
        "the kernel ends a process because of a signal")
    case .receivesSignal:
      return entry(
        "receives_signal", .overview, object: field("signal", .signal),
        a: field("code", .signalCode), b: field("address", .address),
        "a signal is made pending for a process")
    case .writesConsole:
      return entry(
        "writes_console", .overview, object: field("content", .string), a: field("count", .bytes),
        "bytes reach the console")
    case .deadlocks:
      return entry(
        "deadlocks", .overview, a: field("sleepers", .integer),
        "everybody sleeps and nothing is pending that could wake anybody")
    case .callsSystemCall:
      return entry(
        "calls_system_call", .overview, object: field("call", .systemCall),
        a: field("number", .integer), b: field("pc", .address),
        "a program is about to execute the system call instruction")
    case .systemCallReturns:
      return entry(
        "system_call_returns", .overview, object: field("call", .systemCall),
        a: field("result", .result), b: field("call_step", .event),
        "a system call has its result; the way back to user mode begins")
    case .entersKernel:
      return entry(
        "enters_kernel", .overview, object: field("reason", .entryReason),
        a: field("user_pc", .address), b: field("entry", .address),
        "the CPU goes from user mode to kernel mode")
    case .returnsToUser:
      return entry(
        "returns_to_user", .overview, object: field("return", .returnKind),
        a: field("pc", .address), "the CPU goes from kernel mode back to user mode")
    case .faults:
      return entry(
        "faults", .overview, object: field("exception", .exception), a: field("address", .address),
        b: field("error_code", .bits), "an instruction cannot complete and raises an exception")
    case .resolvesPageFault:
      return entry(
        "resolves_page_fault", .overview, object: field("fault", .pageFaultKind),
        a: field("address", .address), b: field("frame", .physicalAddress),
        "the page that was missing is there now")
    case .interrupts:
      return entry(
        "interrupts", .overview, object: field("device", .device), a: field("vector", .integer),
        b: field("request", .integer),
        "a device's interrupt reaches a CPU; the task is whoever runs there")
    case .interruptReturns:
      return entry(
        "interrupt_returns", .mechanism, object: field("device", .device),
        "the interrupt handler is done")
    case .loadsRegister:
      return entry(
        "loads_register", .mechanism, object: field("register", .register),
        a: field("value", .bits),
        "a program puts an argument or the number of a system call into its register")
    case .executesSyscall:
      return entry(
        "executes_syscall", .mechanism, object: field("immediate", .integer),
        a: field("return_pc", .address),
        b: field("flags", .bits), "the CPU executes the system call instruction")
    case .switchesStack:
      return entry(
        "switches_stack", .mechanism, object: field("reason", .entryReason),
        a: field("from", .address), b: field("to", .address),
        "the stack pointer leaves the user stack for the kernel stack")
    case .savesRegisters:
      return entry(
        "saves_registers", .mechanism, a: field("at", .address), b: field("count", .integer),
        "the user registers are stored at the top of the kernel stack")
    case .restoresRegisters:
      return entry(
        "restores_registers", .mechanism, a: field("at", .address), b: field("count", .integer),
        "the user registers are loaded from the top of the kernel stack")
    case .executesReturn:
      return entry(
        "executes_return", .mechanism, object: field("return", .returnKind),
        a: field("pc", .address), b: field("sp", .address),
        "the CPU executes the instruction that leaves the kernel")
    case .pushesInterruptFrame:
      return entry(
        "pushes_interrupt_frame", .mechanism, object: field("vector", .integer),
        a: field("at", .address), b: field("pc", .address),
        "the CPU itself pushes stack pointer, flags and program counter")
    case .savesReturnState:
      return entry(
        "saves_return_state", .mechanism, object: field("vector", .integer),
        a: field("pc", .address), b: field("reason", .entryReason),
        "the CPU itself keeps program counter and status in registers of its own")
    case .advancesReturnAddress:
      return entry(
        "advances_return_address", .mechanism, a: field("from", .address),
        b: field("to", .address),
        "the kernel moves the saved program counter behind the system call instruction")
    case .storesResult:
      return entry(
        "stores_result", .mechanism, object: field("register", .register),
        a: field("value", .bits),
        "the kernel puts the result of a system call into a saved user register")
    case .masksInterrupts:
      return entry("masks_interrupts", .mechanism, "the CPU stops taking interrupts")
    case .unmasksInterrupts:
      return entry("unmasks_interrupts", .mechanism, "the CPU takes interrupts again")
    case .writesPageTableBase:
      return entry(
        "writes_page_table_base", .mechanism, object: field("for", .pageTableChange),
        a: field("root", .physicalAddress),
        b: field("old_root", .physicalAddress), "the CPU is given another page table")
    case .flushesTLB:
      return entry(
        "flushes_tlb", .hardware, a: field("entries", .integer),
        "the CPU forgets the translations of the old address space")
    case .missesTLB:
      return entry(
        "misses_tlb", .hardware, object: field("access", .access), a: field("address", .address),
        "a translation is not in the TLB; the page table is walked")
    case .readsPageTableEntry:
      return entry(
        "reads_page_table_entry", .hardware, object: field("level", .pageTableLevel),
        a: field("at", .physicalAddress), b: field("entry", .bits),
        "the MMU reads one entry on its way down")
    case .fillsTLB:
      return entry(
        "fills_tlb", .hardware, object: field("access", .access), a: field("address", .address),
        b: field("frame", .physicalAddress), "the translation found is kept in the TLB")
    case .opensUserAccess:
      return entry(
        "opens_user_access", .hardware, object: field("resumed", .flag),
        "kernel mode may touch user pages from now on: for a copy, or again after an interrupt or fault"
      )
    case .closesUserAccess:
      return entry(
        "closes_user_access", .hardware, object: field("suspended", .flag),
        "kernel mode may not touch user pages any more: a copy is done, or an interrupt or fault comes"
      )
    case .callsRoutine:
      return entry(
        "calls_routine", .mechanism, object: field("routine", .routine),
        a: field("frames", .integer), b: field("argument", .integer),
        "a kernel routine begins: its frame is pushed on the task's kernel stack")
    case .routineReturns:
      return entry(
        "routine_returns", .hardware, object: field("routine", .routine),
        a: field("value", .result), b: field("frames", .integer),
        "a kernel routine ends: its frame is popped")
    case .dispatches:
      return entry(
        "dispatches", .mechanism, object: field("call", .systemCall), a: field("number", .integer),
        "the number is looked up in the system call table")
    case .checksFlags:
      return entry(
        "checks_flags", .mechanism, a: field("flags", .octal), b: field("result", .result),
        "the flags of open are checked")
    case .copiesString:
      return entry(
        "copies_string", .mechanism, object: field("content", .string), a: field("from", .address),
        b: field("count", .bytes), "a string has been copied from user memory, without its NUL")
    case .copiesFromUser:
      return entry(
        "copies_from_user", .mechanism, object: field("content", .string),
        a: field("from", .address),
        b: field("count", .bytes), "bytes have been copied from user memory")
    case .copiesToUser:
      return entry(
        "copies_to_user", .mechanism, object: field("content", .string), a: field("to", .address),
        b: field("count", .bytes), "bytes have been copied into user memory")
    case .copyFaults:
      return entry(
        "copy_faults", .mechanism, a: field("address", .address), b: field("not_copied", .bytes),
        "a copy met memory the process may not use; the exception table makes it an error")
    case .reservesDescriptor:
      return entry(
        "reserves_descriptor", .mechanism, a: field("fd", .result),
        "the lowest free descriptor is set aside")
    case .startsPathWalk:
      return entry(
        "starts_path_walk", .mechanism, object: field("path", .string), a: field("inode", .integer),
        b: field("absolute", .flag), "the walk begins at the root or at a directory")
    case .checksSearch:
      return entry(
        "checks_search", .mechanism, object: field("name", .string), a: field("inode", .integer),
        b: field("result", .result), "search permission (x) on a directory is checked")
    case .looksUpName:
      return entry(
        "looks_up_name", .mechanism, object: field("name", .string), a: field("inode", .integer),
        b: field("cached", .flag), "a name is looked up in the dentry cache")
    case .findsName:
      return entry(
        "finds_name", .mechanism, object: field("name", .string), a: field("inode", .result),
        "the directory's block says which inode has the name, or that none has")
    case .crossesMount:
      return entry(
        "crosses_mount", .mechanism, object: field("name", .string), a: field("inode", .integer),
        "another file system is mounted on the directory; the walk goes on in its root")
    case .followsLink:
      return entry(
        "follows_link", .mechanism, object: field("target", .string), a: field("count", .integer),
        "a symbolic link is replaced by its target")
    case .looksUpPage:
      return entry(
        "looks_up_page", .mechanism, object: field("inode", .integer), a: field("page", .integer),
        b: field("cached", .flag), "a page of a file is looked up in the page cache")
    case .allocatesPage:
      return entry(
        "allocates_page", .mechanism, a: field("frame", .physicalAddress),
        b: field("free", .integer), "a page frame is taken from free memory")
    case .locksPage:
      return entry(
        "locks_page", .mechanism, a: field("frame", .physicalAddress),
        "a page is locked while its content is on the way")
    case .unlocksPage:
      return entry(
        "unlocks_page", .mechanism, a: field("frame", .physicalAddress),
        "a page's content is there; whoever waits for it may go on")
    case .mapsBlock:
      return entry(
        "maps_block", .mechanism, object: field("inode", .integer), a: field("page", .integer),
        b: field("block", .integer), "the file system finds the disk block behind a page of a file")
    case .dirtiesPage:
      return entry(
        "dirties_page", .mechanism, object: field("inode", .integer), a: field("page", .integer),
        "a page of a file was changed in memory and must reach the disk some day")
    case .checksPermission:
      return entry(
        "checks_permission", .mechanism, object: field("inode", .integer),
        a: field("wanted", .octal),
        b: field("result", .result), "the wanted access is held against owner, group and mode")
    case .createsFile:
      return entry(
        "creates_file", .mechanism, object: field("name", .string), a: field("inode", .integer),
        b: field("permissions", .octal), "a new file is made in a directory")
    case .truncatesFile:
      return entry(
        "truncates_file", .mechanism, object: field("inode", .integer), a: field("size", .bytes),
        "a file is emptied, or gets another size")
    case .opensFile:
      return entry(
        "opens_file", .mechanism, object: field("inode", .integer), a: field("flags", .octal),
        "an open file description is made for the inode")
    case .installsDescriptor:
      return entry(
        "installs_descriptor", .mechanism, object: field("inode", .integer),
        a: field("fd", .integer),
        b: field("open_file", .integer),
        "the descriptor stands for the open file description with this number from now on")
    case .closesDescriptor:
      return entry(
        "closes_descriptor", .mechanism, a: field("fd", .integer), b: field("open_files", .integer),
        "the descriptor is free again")
    case .movesOffset:
      return entry(
        "moves_offset", .mechanism, object: field("fd", .integer), a: field("offset", .bytes),
        "the offset of an open file is set")
    case .writesProcFile:
      return entry(
        "writes_proc_file", .mechanism, object: field("path", .string), a: field("size", .bytes),
        b: field("position", .integer),
        "a file of /proc is read: its text is made at this moment")
    case .backsRegion:
      return entry(
        "backs_region", .hardware, object: field("inode", .integer), a: field("start", .address),
        b: field("device", .bits),
        "the region that was just added shows a file: its device and inode")
    case .mapsRegion:
      return entry(
        "maps_region", .mechanism, object: field("name", .string), a: field("start", .address),
        b: field("end", .address), "a region is added to a process's memory map")
    case .loadsProgram:
      return entry(
        "loads_program", .mechanism, object: field("program", .string),
        a: field("frames", .integer), b: field("free", .integer),
        "a new process has its page table, kernel stack, text, data and first stack page")
    case .freesMemory:
      return entry(
        "frees_memory", .mechanism, a: field("frames", .integer), b: field("free", .integer),
        "a process's page frames go back to free memory")
    case .reclaimsPage:
      return entry(
        "reclaims_page", .mechanism, object: field("swapped", .flag),
        a: field("frame", .physicalAddress), b: field("free", .integer),
        "memory is short: a page whose content is on a disk gives its frame back")
    case .runsOutOfMemory:
      return entry(
        "runs_out_of_memory", .overview, a: field("free", .integer),
        "a page is needed, none is free and none can be dropped")
    case .submitsRequest:
      return entry(
        "submits_request", .mechanism, object: field("device", .device),
        a: field("request", .integer), b: field("block", .integer),
        "a block request is handed to the block layer")
    case .queuesRequest:
      return entry(
        "queues_request", .mechanism, object: field("device", .device),
        a: field("request", .integer), b: field("length", .integer),
        "the driver puts the request into the device's queue")
    case .startsRequest:
      return entry(
        "starts_request", .mechanism, object: field("device", .device),
        a: field("request", .integer), b: field("block", .integer),
        "the device begins with a request")
    case .transfersData:
      return entry(
        "transfers_data", .hardware, object: field("device", .device),
        a: field("request", .integer), b: field("frame", .physicalAddress),
        "the device moves the block by DMA, without a CPU")
    case .acknowledgesInterrupt:
      return entry(
        "acknowledges_interrupt", .mechanism, object: field("device", .device),
        "the handler tells the device that its interrupt was seen")
    case .raisesSoftirq:
      return entry(
        "raises_softirq", .mechanism, object: field("softirq", .softirq),
        "the handler leaves the rest of the work for later")
    case .runsSoftirq:
      return entry(
        "runs_softirq", .mechanism, object: field("softirq", .softirq),
        "the deferred half of an interrupt runs, with interrupts on")
    case .completesRequest:
      return entry(
        "completes_request", .mechanism, object: field("device", .device),
        a: field("request", .integer), b: field("result", .result),
        "a request is done, or has failed")
    case .startsTimer:
      return entry(
        "starts_timer", .mechanism, a: field("deadline", .nanoseconds),
        "a timer is set for a sleeping task")
    case .timerFires:
      return entry("timer_fires", .mechanism, "a timer has run out; the task is the one it wakes")
    case .accountsTick:
      return entry(
        "accounts_tick", .mechanism, a: field("ticks_left", .integer),
        "the tick is charged to the running task's time slice")
    case .setsNeedResched:
      return entry(
        "sets_need_resched", .mechanism,
        "the running task is marked: it is to give up the CPU before it returns to user mode")
    case .checksExitWork:
      return entry(
        "checks_exit_work", .mechanism, a: field("work", .bits),
        "before user mode the kernel looks for pending work: 1 reschedule, 2 signal, 4 task work")
    case .picksNext:
      return entry(
        "picks_next", .mechanism, object: field("next", .task), a: field("runnable", .integer),
        "the scheduler chooses who has the CPU next")
    case .switchesContext:
      return entry(
        "switches_context", .mechanism, a: field("from", .task), b: field("to", .task),
        "kernel stack and address space change from one task to another")
    case .sendsInterProcessorInterrupt:
      return entry(
        "sends_inter_processor_interrupt", .mechanism,
        object: field("purpose", .interProcessorPurpose), a: field("target", .integer),
        "a CPU interrupts another one: to look at its run queue or at a signal, or to forget "
          + "translations")
    case .receivesInterProcessorInterrupt:
      return entry(
        "receives_inter_processor_interrupt", .mechanism,
        object: field("purpose", .interProcessorPurpose), a: field("sender", .integer),
        b: field("vector", .integer), "another CPU's interrupt reaches this one")
    case .acknowledgesInterProcessorInterrupt:
      return entry(
        "acknowledges_inter_processor_interrupt", .mechanism,
        "the handler of another CPU's interrupt begins")
    case .kernelThreadStarts:
      return entry(
        "kernel_thread_starts", .mechanism, object: field("name", .string),
        a: field("new_pid", .integer),
        "the kernel makes a thread of its own, which has no user half")
    case .readsAhead:
      return entry(
        "reads_ahead", .mechanism, object: field("inode", .integer),
        a: field("first_page", .integer), b: field("pages", .integer),
        "a file is read in order: pages that will be wanted soon are asked for now")
    case .submitsWrite:
      return entry(
        "submits_write", .mechanism, object: field("device", .device),
        a: field("request", .integer), b: field("block", .integer),
        "a request to write is handed to the block layer")
    case .startsWrite:
      return entry(
        "starts_write", .mechanism, object: field("device", .device),
        a: field("request", .integer), b: field("block", .integer),
        "the device begins with a request to write")
    case .fetchesData:
      return entry(
        "fetches_data", .hardware, object: field("device", .device),
        a: field("request", .integer), b: field("frame", .physicalAddress),
        "the device fetches a block's new content by DMA, without a CPU")
    case .allocatesBlock:
      return entry(
        "allocates_block", .mechanism, object: field("inode", .integer),
        a: field("page", .integer), b: field("block", .integer),
        "the file system chooses a disk block for a page of a file (delayed allocation)")
    case .writesBackPage:
      return entry(
        "writes_back_page", .mechanism, object: field("inode", .integer),
        a: field("page", .integer), b: field("frame", .physicalAddress),
        "write-back of a dirty page begins; inode 0 stands for the file system's own blocks")
    case .finishesWriteback:
      return entry(
        "finishes_writeback", .mechanism, object: field("inode", .integer),
        a: field("page", .integer), b: field("result", .result),
        "a page has reached the disk or the server, or could not")
    case .updatesInode:
      return entry(
        "updates_inode", .mechanism, object: field("inode", .integer), a: field("size", .bytes),
        b: field("block", .integer),
        "size, owner and blocks of a file are written into the block that holds its inode")
    case .removesName:
      return entry(
        "removes_name", .mechanism, object: field("name", .string), a: field("inode", .integer),
        b: field("links", .integer), "a name is taken out of its directory")
    case .lineReceives:
      return entry(
        "line_receives", .overview, object: field("device", .device), a: field("content", .string),
        b: field("count", .bytes), "bytes arrive from outside at a serial line or a keyboard")
    case .takesByte:
      return entry(
        "takes_byte", .mechanism, object: field("device", .device), a: field("byte", .bits),
        b: field("left", .integer), "the handler reads one byte from the device's register")
    case .completesLine:
      return entry(
        "completes_line", .mechanism, object: field("device", .device), a: field("count", .bytes),
        "the line discipline has a whole line: whoever waits for input may read it")
    case .marshalsCall:
      return entry(
        "marshals_call", .mechanism, object: field("procedure", .string), a: field("xid", .integer),
        b: field("count", .bytes), "a remote procedure call is packed into a message")
    case .transmitsPacket:
      return entry(
        "transmits_packet", .mechanism, object: field("device", .device), a: field("xid", .integer),
        b: field("count", .bytes), "the network card is told to send a packet; it fetches it by DMA"
      )
    case .losesPacket:
      return entry(
        "loses_packet", .mechanism, object: field("device", .device), a: field("xid", .integer),
        "a packet is lost on its way, because the card was broken")
    case .serverAnswers:
      return entry(
        "server_answers", .mechanism, object: field("procedure", .string),
        a: field("xid", .integer), b: field("result", .result),
        "the file server, another machine, has carried a call out and sends its answer")
    case .receivesPacket:
      return entry(
        "receives_packet", .hardware, object: field("device", .device), a: field("xid", .integer),
        b: field("count", .bytes), "the network card has put a packet into memory by DMA")
    case .handsUpPacket:
      return entry(
        "hands_up_packet", .mechanism, object: field("layer", .string), a: field("xid", .integer),
        "a protocol layer has looked at its header and hands the packet up")
    case .retransmits:
      return entry(
        "retransmits", .mechanism, object: field("device", .device), a: field("xid", .integer),
        b: field("attempt", .integer), "no answer has come in time: the call is sent again")
    case .checksAttributes:
      return entry(
        "checks_attributes", .mechanism, object: field("inode", .integer),
        a: field("age", .nanoseconds), b: field("fresh", .flag),
        "what is known of a file on a server is used if it is not too old")
    case .sendsSignal:
      return entry(
        "sends_signal", .overview, object: field("signal", .signal), a: field("to", .task),
        "a process sends a signal; it is only made pending for the receiver")
    case .discardsSignal:
      return entry(
        "discards_signal", .mechanism, object: field("signal", .signal),
        "a signal is dropped, since the receiver ignores it; the event's task is the receiver")
    case .takesSignal:
      return entry(
        "takes_signal", .mechanism, object: field("signal", .signal), a: field("left", .bits),
        "on the way to user mode a pending signal is taken, and nothing of it stays pending")
    case .setsSignalAction:
      return entry(
        "sets_signal_action", .mechanism, object: field("signal", .signal),
        a: field("handler", .address), b: field("flags", .bits),
        "a process says what a signal does: 0 its default action, 1 nothing, else a handler")
    case .setsSignalMask:
      return entry(
        "sets_signal_mask", .mechanism, a: field("mask", .bits), b: field("old_mask", .bits),
        "another set of signals is blocked")
    case .entersHandler:
      return entry(
        "enters_handler", .overview, object: field("signal", .signal),
        a: field("handler", .address), b: field("frame", .address),
        "a frame lies on the user stack, and user mode will go on in the signal's handler")
    case .leavesHandler:
      return entry(
        "leaves_handler", .overview, a: field("pc", .address), b: field("mask", .bits),
        "rt_sigreturn has restored registers and signal mask from the frame on the user stack")
    case .restartsSystemCall:
      return entry(
        "restarts_system_call", .overview, object: field("call", .systemCall),
        a: field("pc", .address),
        "an interrupted system call is to be made again: the program counter goes back to it")
    case .stops:
      return entry(
        "stops", .overview, object: field("signal", .signal),
        "a signal stops the process (state T)")
    case .continues:
      return entry(
        "continues", .overview,
        "a stopped process goes on; the event's task is that process")
    case .forks:
      return entry(
        "forks", .overview, a: field("child", .task), b: field("child_pid", .integer),
        "a process makes a copy of itself")
    case .execs:
      return entry(
        "execs", .overview, object: field("path", .string), a: field("entry", .address),
        b: field("sp", .address),
        "a process has another program: the point of no return of execve is passed")
    case .isReparented:
      return entry(
        "is_reparented", .mechanism, a: field("parent", .integer),
        "a process whose parent has ended gets another one; the event's task is the child")
    case .isReaped:
      return entry(
        "is_reaped", .overview, a: field("by", .integer), b: field("status", .bits),
        "a zombie's status has been fetched, and its number is free; the event's task is the zombie"
      )
    case .createsPipe:
      return entry(
        "creates_pipe", .mechanism, object: field("inode", .integer), a: field("read_fd", .integer),
        b: field("write_fd", .integer), "a pipe is made, with a descriptor for each end")
    case .fillsPipe:
      return entry(
        "fills_pipe", .mechanism, object: field("inode", .integer), a: field("count", .bytes),
        b: field("held", .bytes), "bytes have been put into a pipe")
    case .drainsPipe:
      return entry(
        "drains_pipe", .mechanism, object: field("inode", .integer), a: field("count", .bytes),
        b: field("held", .bytes), "bytes have been taken out of a pipe")
    case .setsProtection:
      return entry(
        "sets_protection", .mechanism, object: field("rights", .protection),
        a: field("start", .address), b: field("end", .address),
        "a region of a memory map may be used in this way from now on")
    case .unmapsRegion:
      return entry(
        "unmaps_region", .mechanism, a: field("start", .address), b: field("end", .address),
        "a range is taken out of a process's memory map, with its pages")
    case .movesBreak:
      return entry(
        "moves_break", .mechanism, a: field("break", .address), b: field("old_break", .address),
        "the end of the heap moves")
    case .growsStack:
      return entry(
        "grows_stack", .mechanism, a: field("start", .address), b: field("old_start", .address),
        "the region of the stack is made to reach the address that was touched")
    case .copiesPage:
      return entry(
        "copies_page", .mechanism, a: field("from", .physicalAddress),
        b: field("to", .physicalAddress),
        "a page that others use too is copied before it is written")
    case .reusesPage:
      return entry(
        "reuses_page", .mechanism, a: field("frame", .physicalAddress),
        "a page that was shared has only one user left and is made writable without a copy")
    case .mapsAround:
      return entry(
        "maps_around", .mechanism, a: field("start", .address), b: field("pages", .integer),
        "cached pages of a file around the one that was read are mapped as well")
    case .sharesPages:
      return entry(
        "shares_pages", .mechanism, object: field("child", .task), a: field("entries", .integer),
        b: field("free", .integer),
        "a new process shares its parent's pages; private ones are read-only for both")
    case .invalidatesTranslation:
      return entry(
        "invalidates_translation", .hardware, object: field("target", .integer),
        a: field("address", .address),
        "a CPU's TLB forgets one page; another CPU is made to by an interrupt, or by a broadcast")
    case .countsResidentPages:
      return entry(
        "counts_resident_pages", .hardware, a: field("pages", .integer),
        "so many pages of a process are in memory now")
    case .choosesVictim:
      return entry(
        "chooses_victim", .mechanism, object: field("reason", .victimReason),
        a: field("frame", .physicalAddress), b: field("spared", .integer),
        "memory is short: the replacement policy says which page is to leave")
    case .sparesPage:
      return entry(
        "spares_page", .hardware, a: field("frame", .physicalAddress),
        "a page was used since the last round: its accessed bits are cleared, and it stays")
    case .swapsOut:
      return entry(
        "swaps_out", .mechanism, a: field("address", .address), b: field("slot", .integer),
        "a page-table entry names a slot of the swap area from now on, and no frame")
    case .swapsIn:
      return entry(
        "swaps_in", .mechanism, object: field("cached", .flag), a: field("address", .address),
        b: field("slot", .integer),
        "the content of a slot is in memory and mapped again")
    case .takesSwapSlot:
      return entry(
        "takes_swap_slot", .hardware, a: field("slot", .integer), b: field("used", .integer),
        "a slot of the swap area is set aside for a page")
    case .freesSwapSlot:
      return entry(
        "frees_swap_slot", .hardware, a: field("slot", .integer), b: field("used", .integer),
        "nobody needs what a slot of the swap area holds")
    case .checksCapability:
      return entry(
        "checks_capability", .mechanism, object: field("capability", .string),
        a: field("uid", .integer), b: field("result", .result),
        "what only a privileged process may ask for is asked for")
    case .checksModule:
      return entry(
        "checks_module", .mechanism, object: field("finding", .string), b: field("result", .result),
        "a module's file is examined: format, machine, kernel version, name")
    case .mapsModule:
      return entry(
        "maps_module", .mechanism, object: field("section", .string), a: field("start", .address),
        b: field("end", .address),
        "a section of a module is copied into frames that the kernel's page table maps")
    case .resolvesSymbol:
      return entry(
        "resolves_symbol", .mechanism, object: field("symbol", .string),
        a: field("address", .address), b: field("result", .result),
        "a symbol that a module wants is looked up among those the kernel exports")
    case .relocatesModule:
      return entry(
        "relocates_module", .mechanism, object: field("module", .string),
        a: field("count", .integer), "the addresses in a module's code are filled in")
    case .protectsModule:
      return entry(
        "protects_module", .mechanism, object: field("section", .string),
        a: field("start", .address), b: field("executable", .flag),
        "a section gets its rights: text is executed and not written, data the other way round")
    case .loadsModule:
      return entry(
        "loads_module", .overview, object: field("module", .string), a: field("start", .address),
        b: field("size", .bytes), "a module's init has succeeded: it is part of the kernel now")
    case .unloadsModule:
      return entry(
        "unloads_module", .overview, object: field("module", .string), a: field("free", .integer),
        b: field("reason", .result),
        "a module is taken out of the kernel: removed, or refused with an error while loading")
    case .checksModuleUse:
      return entry(
        "checks_module_use", .mechanism, object: field("module", .string),
        a: field("uses", .integer), b: field("result", .result),
        "a module is to be removed: the kernel looks at its state and at how many use it")
    case .pinsModule:
      return entry(
        "pins_module", .mechanism, object: field("module", .string), a: field("uses", .integer),
        "an open file or a mount uses a module from now on, so that it cannot be removed")
    case .unpinsModule:
      return entry(
        "unpins_module", .mechanism, object: field("module", .string), a: field("uses", .integer),
        "an open file or a mount uses a module no more")
    case .registers:
      return entry(
        "registers", .overview, object: field("what", .string), a: field("module", .string),
        "a module makes something known to the kernel: a device file, a type of file system, "
          + "a handler of interrupts")
    case .unregisters:
      return entry(
        "unregisters", .overview, object: field("what", .string),
        "what a module had made known to the kernel is taken back")
    case .looksUpFileSystem:
      return entry(
        "looks_up_file_system", .mechanism, object: field("type", .string),
        a: field("from_module", .flag), b: field("result", .result),
        "the type of a file system to be mounted is looked for among those the kernel knows")
    case .mountsFileSystem:
      return entry(
        "mounts_file_system", .overview, object: field("type", .string),
        a: field("target", .integer), "a file system is put on a directory")
    case .checksMountUse:
      return entry(
        "checks_mount_use", .mechanism, a: field("root", .integer), b: field("result", .result),
        "a file system is to be taken off its directory: the kernel looks whether it is in use")
    case .unmountsFileSystem:
      return entry(
        "unmounts_file_system", .overview, object: field("type", .string),
        "a file system is taken off its directory, with all that was in it")
    case .runsModuleCode:
      return entry(
        "runs_module_code", .overview, object: field("function", .string), a: field("at", .address),
        b: field("stack", .address),
        "a function of a module begins, in kernel mode, on the running task's kernel stack")
    case .executesPrivileged:
      return entry(
        "executes_privileged", .overview, object: field("instruction", .string),
        a: field("effect", .privilegedEffect), b: field("next_pc", .address),
        "kernel mode executes an instruction that user mode may not")
    case .logsMessage:
      return entry(
        "logs_message", .overview, object: field("content", .string),
        "a line is written to the kernel's log")
    case .oopses:
      return entry(
        "oopses", .overview, object: field("message", .string), a: field("address", .address),
        b: field("pc", .address),
        "kernel-mode code faults and nothing mends it: the running task is ended")
    case .panics:
      return entry(
        "panics", .overview, object: field("message", .string),
        "the kernel gives up: the machine stops")
    case .inspectsAddress:
      return entry(
        "inspects_address", .hardware, object: field("rights", .bits),
        a: field("address", .address),
        b: field("frame", .physicalAddress),
        "a claim wants to know what a process's page tables say of an address: they are looked at from outside, and nothing in the machine changes"
      )
    case .deviceFails:
      return entry(
        "device_fails", .overview, object: field("device", .device),
        "the timeline breaks a device: its next request ends in EIO")
    }
  }
}
