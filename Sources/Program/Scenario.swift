public import Catalogue
public import SourceText
public import Trace

/// What simulated work costs, in nanoseconds.
public struct Costs: Sendable, Hashable {
  /// One user-mode instruction.
  public var instruction: Int64
  /// One step of a kernel routine.
  public var kernelStep: Int64
  /// The system call instruction with its entry code; the same again for the way back.
  public var syscall: Int64
  /// Taking an interrupt or exception.
  public var interrupt: Int64
  /// Switching from one task to another.
  public var contextSwitch: Int64
  /// Walking the page table after a TLB miss.
  public var tlbMiss: Int64
  /// Giving the CPU another page table on the way in or out of the kernel, under isolation kpti; what
  /// the emptied TLB costs comes on top.
  public var pageTableSwitch: Int64

  /// Makes a table of costs.
  public init(
    instruction: Int64, kernelStep: Int64, syscall: Int64, interrupt: Int64, contextSwitch: Int64,
    tlbMiss: Int64, pageTableSwitch: Int64
  ) {
    self.instruction = instruction
    self.kernelStep = kernelStep
    self.syscall = syscall
    self.interrupt = interrupt
    self.contextSwitch = contextSwitch
    self.tlbMiss = tlbMiss
    self.pageTableSwitch = pageTableSwitch
  }

  /// Only `compute` takes time that matters; the rest takes just enough for time to move.
  public static let ideal = Costs(
    instruction: 1, kernelStep: 1, syscall: 1, interrupt: 1, contextSwitch: 1, tlbMiss: 0,
    pageTableSwitch: 1)

  /// Orders of magnitude of a current machine.
  public static let typical = Costs(
    instruction: 1, kernelStep: 20, syscall: 50, interrupt: 500, contextSwitch: 1_500,
    tlbMiss: 30, pageTableSwitch: 100)
}

/// The scheduler policies that this version runs.
public enum SchedulerPolicy: String, Sendable, CaseIterable {
  /// Everybody in turn, a quantum each.
  case roundRobin = "round_robin"
  /// Everybody in turn, each until it sleeps, yields or ends.
  case fifo
}

/// The machine that a scenario runs on.
public struct MachineConfiguration: Sendable {
  /// The architecture.
  public var architecture: Architecture
  /// Number of CPUs, from 1.
  public var cpuCount = 1
  /// Bytes of memory; a multiple of the page size.
  public var memoryBytes: Int64 = 16 << 20
  /// Nanoseconds between two timer interrupts.
  public var tick: Int64 = 4_000_000
  /// Who runs next.
  public var policy = SchedulerPolicy.roundRobin
  /// Nanoseconds until a task must give way; counted in ticks, rounded up.
  public var quantum: Int64 = 8_000_000
  /// What things cost.
  public var costs = Costs.ideal
  /// Whether kernel and user mode share a page table.
  public var isolation = Isolation.shared
  /// What the CPU refuses even to kernel mode; `nil`: all that the architecture has.
  public var chosenProtections: [MemoryProtection]?
  /// Which page leaves memory when it is full.
  public var replacement = ReplacementPolicy.clock

  /// A machine with the defaults of an architecture.
  public init(architecture: Architecture) { self.architecture = architecture }

  /// What the CPU refuses even to kernel mode.
  public var protections: [MemoryProtection] { chosenProtections ?? architecture.protections }
}

/// The limits of a run, each with the default that the commands use.
public struct RunLimits: Sendable, Hashable {
  /// User instructions and kernel steps.
  public var steps: Int64 = 20_000_000
  /// Simulated nanoseconds.
  public var time: Int64 = 600_000_000_000
  /// Recorded events.
  public var events = 500_000
  /// Bytes written to the console.
  public var outputBytes: Int64 = 1 << 20
  /// What tests break on purpose; nothing else can set it.
  package var sabotage: Sabotage?

  /// The defaults.
  public init() {}
}

/// A user account.
public struct UserAccount: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its user id.
  public var uid: Int64
  /// Its group ids, the primary first.
  public var gids: [Int64]

  /// Makes an account.
  public init(name: String, uid: Int64, gids: [Int64]) {
    self.name = name
    self.uid = uid
    self.gids = gids
  }
}

/// A disk of the machine.
public struct DiskConfiguration: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Nanoseconds from the start of a request to its interrupt.
  public var latency: Int64

  /// Makes a disk.
  public init(name: String, latency: Int64) {
    self.name = name
    self.latency = latency
  }
}

/// A file system and where it is mounted.
public struct MountConfiguration: Sendable, Hashable {
  /// The file systems that this version has.
  public enum FileSystem: String, Sendable, CaseIterable {
    /// Blocks on a disk.
    case ext4
    /// Pages in memory, and nothing else.
    case tmpfs
    /// Files of a server behind a network card.
    case nfs
  }

  /// Absolute path of the directory it is mounted on.
  public var path: String
  /// Which file system.
  public var fileSystem: FileSystem
  /// Position of the disk in ``Scenario/disks``; `nil` for one in memory.
  public var disk: Int?
  /// Position of the network card in ``Scenario/nics``; only nfs has one.
  public var nic: Int?
  /// The name of the server; only nfs has one. Its files are the ``Scenario/nodes`` below ``path``.
  public var server: String?
  /// Whether nothing in it can be changed, by nobody.
  public var isReadOnly = false

  /// Makes a mount.
  public init(
    path: String, fileSystem: FileSystem, disk: Int?, nic: Int? = nil, server: String? = nil
  ) {
    self.path = path
    self.fileSystem = fileSystem
    self.disk = disk
    self.nic = nic
    self.server = server
  }
}

/// A file, directory or symbolic link that exists when the machine starts.
public struct NodeConfiguration: Sendable, Hashable {
  /// What it is.
  public enum Content: Sendable, Hashable {
    /// A directory.
    case directory
    /// A file with these bytes.
    case bytes([UInt8])
    /// A file of this size, all zero bytes.
    case zeros(Int64)
    /// A symbolic link to this path.
    case link(String)
  }

  /// Absolute path, normalised: no `.`, `..`, doubled or trailing slash.
  public var path: String
  /// What it is.
  public var content: Content
  /// The owner's user id.
  public var uid: Int64
  /// The owning group's id.
  public var gid: Int64
  /// Permission bits, 0...0o7777.
  public var mode: Int64
  /// Whether it is the file of one of the scenario's own programs, libraries or modules, with the bytes
  /// of its image; not one that a script puts in such a file's place.
  public var isImage: Bool

  /// Makes a node.
  public init(
    path: String, content: Content, uid: Int64, gid: Int64, mode: Int64, isImage: Bool = false
  ) {
    self.path = path
    self.content = content
    self.uid = uid
    self.gid = gid
    self.mode = mode
    self.isImage = isImage
  }
}

/// A process that the timeline starts.
public struct ProcessConfiguration: Sendable, Hashable {
  /// Its name: the program's, or the one after `named`.
  public var name: String
  /// Position of its program in ``Scenario/programs``.
  public var program: Int
  /// Position of its user in ``Scenario/users``.
  public var user: Int
  /// Absolute path of its working directory.
  public var directory: String

  /// Makes a process.
  public init(name: String, program: Int, user: Int, directory: String) {
    self.name = name
    self.program = program
    self.user = user
    self.directory = directory
  }
}

/// A process that a process of the scenario forks and that claims speak of: `shell.child`.
public struct ChildConfiguration: Sendable, Hashable {
  /// Its name: the parent's, a dot, and `child`, `child2`...
  public var name: String
  /// The parent: a process, or a child that stands before this one.
  public var parent: TaskID
  /// Which of the parent's children it is, in the order in which they are forked; from 1.
  public var ordinal: Int
  /// The task number that is kept for it.
  public var id: TaskID

  /// Makes a child.
  public init(name: String, parent: TaskID, ordinal: Int, id: TaskID) {
    self.name = name
    self.parent = parent
    self.ordinal = ordinal
    self.id = id
  }
}

/// Something that the timeline does to the machine.
public enum TimelineAction: Sendable, Hashable {
  /// Starts the process at this position of ``Scenario/processes``. `load module` and
  /// `unload module` start one as well, whose program makes the system call.
  case start(process: Int)
  /// Breaks a device: its next request ends in EIO.
  case fail(DeviceID)
  /// Bytes reach a serial line or a keyboard.
  case receive(DeviceID, [UInt8])
  /// A signal is sent to a process from outside, as a terminal does.
  case signal(Signal, to: TaskID)
}

/// How long a `run` goes on.
public enum RunExtent: Sendable {
  /// Until nothing can happen any more.
  case toEnd
  /// For so many nanoseconds.
  case duration(Int64)
  /// Until an event of this kind happens, which must be new.
  case event(EventSet)
  /// Until this becomes true; ends at once when it is.
  case state(StateExpression)
}

/// One statement of the timeline, in the order written.
public enum TimelineStatement: Sendable {
  /// Does something now, or at a time in nanoseconds from the machine's start.
  case act(TimelineAction, at: Int64?)
  /// Runs the machine.
  case run(RunExtent)
  /// Judges the claim at this position of ``Scenario/expectations`` about the trace so far.
  case expect(Int)
}

/// A claim that the author made.
public struct Expectation: Sendable {
  /// What is claimed.
  public var claim: Claim
  /// The claim as written, without `expect`.
  public var text: String
  /// Where it is written.
  public var range: SourceRange

  /// Makes an expectation.
  public init(claim: Claim, text: String, range: SourceRange) {
    self.claim = claim
    self.text = text
    self.range = range
  }
}

/// A checked scenario: everything a kernel needs to run it and a reader needs to judge it.
///
/// Task numbers in claims and traces: process *i* of ``processes`` is task *i + 1*, and behind them
/// come the ``children``. Device numbers: 0 is the timer; then disks, network cards, serial lines and
/// keyboards, each in their order; the console comes last.
public struct Scenario: Sendable {
  /// The machine.
  public var machine: MachineConfiguration
  /// Accounts; `root` is the first, `student` the second.
  public var users: [UserAccount] = []
  /// Disks.
  public var disks: [DiskConfiguration] = []
  /// Network cards.
  public var nics: [NICConfiguration] = []
  /// Serial lines.
  public var serials: [InputConfiguration] = []
  /// Keyboards.
  public var keyboards: [InputConfiguration] = []
  /// Where pages go that memory has no room for; `nil`: nowhere.
  public var swap: SwapConfiguration?
  /// Mounts; the first is the root, the others in order of declaration.
  public var mounts: [MountConfiguration] = []
  /// Files and directories, parents before children, with the usual directories of a system.
  public var nodes: [NodeConfiguration] = []
  /// Programs.
  public var programs: [ProgramImage] = []
  /// What every process has in its address space besides its program: libc and the vDSO.
  public var libraries: [LibraryImage] = []
  /// Kernel modules that may be loaded; the file of each is among `nodes`.
  public var modules: [ModuleImage] = []
  /// All processes that the timeline starts, in the order written.
  public var processes: [ProcessConfiguration] = []
  /// The children that claims speak of; parents before their own children.
  public var children: [ChildConfiguration] = []
  /// What happens, in order.
  public var timeline: [TimelineStatement] = []
  /// Where each timeline statement is written; as many as `timeline`.
  public var timelineRanges: [SourceRange] = []
  /// The claims.
  public var expectations: [Expectation] = []

  /// An empty scenario on a machine.
  public init(machine: MachineConfiguration) { self.machine = machine }

  /// The device table that traces of this scenario have.
  public var devices: [TraceDevice] {
    [TraceDevice(name: "timer", kind: .timer)]
      + disks.map { TraceDevice(name: $0.name, kind: .disk) }
      + nics.map { TraceDevice(name: $0.name, kind: .nic) }
      + serials.map { TraceDevice(name: $0.name, kind: .serial) }
      + keyboards.map { TraceDevice(name: $0.name, kind: .keyboard) }
      + [TraceDevice(name: "console", kind: .console)]
  }

  /// The number of the first process: those below belong to what every system starts by itself.
  public static let firstPID: Int64 = 100

  /// The task table that traces of this scenario begin with; further tasks are the idle tasks of
  /// further CPUs and what processes fork.
  public var tasks: [TraceTask] {
    [TraceTask(name: "idle", pid: 0, program: -1)]
      + processes.enumerated().map {
        TraceTask(name: $1.name, pid: Self.firstPID + Int64($0), program: $1.program)
      }
      + children.map { child in
        // A child runs its parent's program, until it has another.
        var ancestor = child
        while let parent = children.first(where: { $0.id == ancestor.parent }),
          parent.id < ancestor.id
        {
          ancestor = parent
        }
        let process = Int(ancestor.parent.rawValue) - 1
        let program = processes.indices.contains(process) ? processes[process].program : 0
        return TraceTask(name: child.name, pid: 0, program: program)
      }
  }
}
