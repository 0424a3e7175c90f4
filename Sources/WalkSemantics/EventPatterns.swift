import Catalogue
import Program
public import Trace

/// The details that the words of a pattern give.
struct PatternDetails {
  /// Tasks by placeholder (`P`, `A`, `B`); no entry stands for anyone.
  var tasks: [String: TaskID] = [:]
  var device: DeviceID?
  /// CPUs by placeholder (`CPU`, `OTHER`).
  var cpus: [String: UInt8] = [:]
  var call: SystemCallID?
  var number: Int64?
  var errno: Errno?
  var signal: Signal?
  var addresses: ClosedRange<Int64>?
  var routine: KernelRoutine?
  var text: String?
  /// The word chosen where the form offers several.
  var choice: String?
  /// What each word was read as.
  var pieces: [EventPatternForm.Piece] = []
}

/// One way to write an event: *subject verb [object] [details]*.
///
/// The written form is the rule itself: words stand for themselves, `[…]` may be left out, `a|b` is
/// a choice, and capital words are placeholders, explained in ``placeholders``.
public struct EventPatternForm: Sendable {
  /// The form as the manual prints it, such as `P sleeps [on D]`.
  public let text: String
  /// When such an event happens, one sentence without full stop.
  public let meaning: String
  /// The kinds of events it matches.
  public let kinds: [EventKind]
  /// Whether it lasts, so that it may also be used as a state (`while counter runs`).
  public var isLasting: Bool { state != nil }

  let pieces: [Piece]
  let refine: @Sendable (PatternDetails, inout EventPattern) -> Void
  let state: (@Sendable (TaskID, PatternDetails) -> StateExpression)?

  /// What the capital words of forms stand for.
  public static let placeholders: [(name: String, meaning: String)] = [
    ("P", "the name of a process; A and B likewise"),
    ("D", "the name of a device: a disk, a network card, a line, a keyboard, or `timer`"),
    ("DISK", "the name of a disk"),
    ("CPU", "`cpu0`, `cpu1` and so on; OTHER likewise"),
    ("CALL", "the name of a system call"),
    ("N", "a number"),
    ("ERRNO", "an error such as ENOENT"),
    ("SIG", "a signal such as SIGSEGV"),
    ("ADDR", "an address"),
    ("NAME", "a name of `data` or `bss` of P's program: any of its bytes"),
    ("ROUTINE", "a kernel routine by its Linux name"),
    ("MODULE", "the name of a kernel module"),
    ("\"text\"", "a string"),
  ]

  /// One part of a form.
  indirect enum Piece: Sendable, Hashable {
    case word(String)
    case choice([String])
    case optional([Piece])
    /// `P`, `A`, `B`.
    case process(String)
    /// `CPU`, `OTHER`.
    case cpu(String)
    case device, disk, call, number, errno, signal, address, symbol, routine, text, module
  }

  /// A form for events at an instant; `refine` adds what its details say.
  private init(
    _ text: String, _ kinds: [EventKind], _ meaning: String,
    refine: @escaping @Sendable (PatternDetails, inout EventPattern) -> Void = { _, _ in }
  ) {
    self.init(text, kinds, meaning, lasting: nil, refine)
  }

  /// A form that is also a state.
  private init(
    _ text: String, _ kinds: [EventKind], _ meaning: String,
    lasting state: (@Sendable (TaskID, PatternDetails) -> StateExpression)?,
    _ refine: @escaping @Sendable (PatternDetails, inout EventPattern) -> Void
  ) {
    self.text = text
    self.kinds = kinds
    self.meaning = meaning
    self.state = state
    self.refine = refine
    pieces = Self.parse(text)
  }

  /// The pattern for details that were read by this form.
  func pattern(_ details: PatternDetails) -> EventPattern {
    var pattern = EventPattern(kinds)
    pattern.task = details.tasks["P"]
    refine(details, &pattern)
    return pattern
  }

  /// Reads a written form.
  private static func parse(_ text: String) -> [Piece] {
    var stack: [[Piece]] = [[]]
    for word in text.split(separator: " ") {
      var word = word
      while word.first == "[" {
        stack.append([])
        word.removeFirst()
      }
      var closing = 0
      while word.last == "]" {
        closing += 1
        word.removeLast()
      }
      stack[stack.count - 1].append(piece(String(word)))
      for _ in 0..<closing where stack.count > 1 {
        let inner = stack.removeLast()
        stack[stack.count - 1].append(.optional(inner))
      }
    }
    return stack[0]
  }

  private static func piece(_ word: String) -> Piece {
    switch word {
    case "P", "A", "B": .process(word)
    case "D": .device
    case "DISK": .disk
    case "CPU", "OTHER": .cpu(word)
    case "CALL": .call
    case "N": .number
    case "ERRNO": .errno
    case "SIG": .signal
    case "ADDR": .address
    case "NAME": .symbol
    case "ROUTINE": .routine
    case "MODULE": .module
    case "\"text\"": .text
    default:
      word.contains("|") ? .choice(word.split(separator: "|").map(String.init)) : .word(word)
    }
  }
}

// The table. What may be said of the machine's events is said here and nowhere else.
extension EventPatternForm {
  /// All forms, by subject. Of two that fit, the first is meant.
  public static let all: [EventPatternForm] =
    processForms + callForms + deviceForms + cpuForms + kernelForms
  /// The same by their first piece.
  static let byFirstPiece: [Piece: [EventPatternForm]] = Dictionary(
    grouping: all.filter { !$0.pieces.isEmpty }, by: { $0.pieces[0] })

  private static let processForms: [EventPatternForm] = [
    EventPatternForm("P starts", [.processStarts], "the process is made and becomes runnable"),
    EventPatternForm(
      "P runs [on CPU]", [.runs], "the process gets a CPU",
      lasting: { task, details in
        guard let cpu = details.cpus["CPU"] else { return condition(task, .running) }
        return .binary(
          .equal, .observable(.cpuCurrent(cpu)), .constant(Int64(task.rawValue), .task))
      }, { $1.cpu = $0.cpus["CPU"] }),
    EventPatternForm(
      "P computes", [.computes], "the process begins to work in user mode for a time"),
    EventPatternForm(
      "P is preempted", [.isPreempted], "the process loses its CPU although it could go on"),
    EventPatternForm("P yields", [.yields], "the process gives its CPU away with sched_yield"),
    EventPatternForm(
      "P sleeps [on D]", [.sleeps], "the process leaves its CPU until something wakes it",
      lasting: { task, details in
        details.device.map { .observable(.taskSleepsOn(task, $0)) } ?? condition(task, .sleeping)
      }, { $1.waitDevice = $0.device }),
    EventPatternForm("P wakes", [.wakes], "the process becomes runnable again"),
    EventPatternForm("P exits [N]", [.exits], "the process ends by its own call") {
      $1.a = exactly($0.number)
    },
    EventPatternForm("P is killed [by SIG]", [.isKilled], "the kernel ends the process") {
      $1.object = $0.signal.map { UInt32($0.rawValue) }
    },
    EventPatternForm("P receives SIG", [.receivesSignal], "a signal is made pending") {
      $1.object = $0.signal.map { UInt32($0.rawValue) }
    },
    EventPatternForm(
      "P has SIG pending", [.receivesSignal], "a signal is made pending, and stays so for a while",
      lasting: { task, details in
        .observable(.taskHasPending(task, details.signal ?? .SIGKILL))
      }, { $1.object = $0.signal.map { UInt32($0.rawValue) } }),
    EventPatternForm(
      "P sends SIG [to B]", [.sendsSignal], "the process makes a signal pending for another"
    ) { details, pattern in
      pattern.object = details.signal.map { UInt32($0.rawValue) }
      pattern.a = exactly(details.tasks["B"].map { Int64($0.rawValue) })
    },
    EventPatternForm(
      "P handles SIG", [.entersHandler],
      "a frame is on the process's user stack, and user mode goes on in the handler"
    ) { $1.object = $0.signal.map { UInt32($0.rawValue) } },
    EventPatternForm(
      "P ignores SIG", [.discardsSignal], "a signal is dropped, since the process ignores it"
    ) { $1.object = $0.signal.map { UInt32($0.rawValue) } },
    EventPatternForm(
      "P returns from handler", [.leavesHandler],
      "rt_sigreturn has restored registers and mask from the user stack"),
    EventPatternForm(
      "P restarts CALL", [.restartsSystemCall], "an interrupted call is to be made again"
    ) { $1.object = $0.call?.rawValue },
    EventPatternForm("P stops", [.stops], "a signal stops the process"),
    EventPatternForm("P continues", [.continues], "a stopped process goes on"),
    EventPatternForm("P forks [B]", [.forks], "the process makes a copy of itself") {
      $1.a = exactly($0.tasks["B"].map { Int64($0.rawValue) })
    },
    EventPatternForm(
      "P execs [\"text\"]", [.execs], "the process has another program from now on"
    ) { $1.text = $0.text },
    EventPatternForm(
      "P becomes zombie", [.exits, .isKilled],
      "the process has ended; its status waits for its parent"),
    EventPatternForm(
      "P is reaped", [.isReaped], "the status has been fetched, and nothing is left of P"),
    EventPatternForm(
      "P is reparented", [.isReparented], "the process gets another parent, since its own ended"),
    EventPatternForm(
      "P calls CALL", [.callsSystemCall], "the process is about to enter the kernel with this call"
    ) { $1.object = $0.call?.rawValue },
    EventPatternForm(
      "P executes syscall", [.executesSyscall],
      "the CPU executes the system call instruction (zoom hardware)"),
    EventPatternForm(
      "P enters kernel [by syscall|fault|interrupt]", [.entersKernel],
      "the CPU goes from user mode to kernel mode"
    ) { details, pattern in
      pattern.object = EntryReason.allCases.first { $0.name == details.choice }?.rawValue
    },
    EventPatternForm(
      "P returns to user", [.returnsToUser], "the CPU goes back to user mode"),
    EventPatternForm(
      "P is in kernel", [.entersKernel], "the process comes into kernel mode",
      lasting: { task, _ in mode(task, .kernel) }, { _, _ in }),
    EventPatternForm(
      "P is in user", [.returnsToUser], "the process comes into user mode",
      lasting: { task, _ in mode(task, .user) }, { _, _ in }),
    EventPatternForm("P faults", [.faults], "an instruction raises an exception"),
    EventPatternForm("P faults at ADDR", [.faults], "… at this address") {
      $1.a = $0.addresses
    },
    EventPatternForm("P faults on NAME", [.faults], "… at a byte of this name") {
      $1.a = $0.addresses
    },
    EventPatternForm("P writes [\"text\"]", [.writesConsole], "bytes reach the console") {
      $1.text = $0.text
    },
    EventPatternForm(
      "page_fault by P [minor|major|cow|stack] [on NAME]", [.resolvesPageFault],
      "the page that was missing is there now; on NAME: for one of its bytes"
    ) { details, pattern in
      pattern.object = PageFaultKind.allCases.first { $0.name == details.choice }?.rawValue
      pattern.a = details.addresses
    },
    EventPatternForm(
      "page_fault by P [minor|major|cow|stack] at ADDR", [.resolvesPageFault], "… at this address"
    ) { details, pattern in
      pattern.object = PageFaultKind.allCases.first { $0.name == details.choice }?.rawValue
      pattern.a = details.addresses
    },
  ]

  private static let callForms: [EventPatternForm] = [
    EventPatternForm("CALL by P", [.callsSystemCall], "the call begins") {
      $1.object = $0.call?.rawValue
    },
    EventPatternForm(
      "CALL by P returns [N]", [.systemCallReturns],
      "the call has its result, as the program sees it: -1 for any error"
    ) { details, pattern in
      pattern.object = details.call?.rawValue
      pattern.a = details.number == -1 ? errors : exactly(details.number)
    },
    EventPatternForm(
      "CALL by P fails [with ERRNO]", [.systemCallReturns], "the call has an error as its result"
    ) { details, pattern in
      pattern.object = details.call?.rawValue
      pattern.a = details.errno.map { $0.returned...$0.returned } ?? errors
    },
  ]

  private static let deviceForms: [EventPatternForm] = [
    EventPatternForm(
      "D interrupts [on CPU]", [.interrupts], "the device's interrupt reaches a CPU"
    ) {
      $1.object = $0.device?.rawValue
      $1.cpu = $0.cpus["CPU"]
    },
    EventPatternForm("timer fires [for P]", [.timerFires], "a timer that was set has run out"),
    EventPatternForm(
      "DISK starts request", [.startsRequest, .startsWrite], "the disk begins with a request"
    ) {
      $1.object = $0.device?.rawValue
    },
    EventPatternForm(
      "DISK transfers data", [.transfersData, .fetchesData],
      "the disk moves a block by DMA (zoom hardware)"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "DISK completes request", [.completesRequest], "a request is done, or has failed"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "DISK starts write", [.startsWrite], "the disk begins with a request to write"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "D receives bytes", [.lineReceives], "bytes arrive from outside at a line or a keyboard"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "D completes line", [.completesLine], "the line discipline has a whole line for its reader"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "D transmits packet", [.transmitsPacket], "the network card is told to send a packet"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "D receives packet", [.receivesPacket],
      "the network card has put a packet into memory (zoom hardware)"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm("D loses packet", [.losesPacket], "a packet is lost on its way") {
      $1.object = $0.device?.rawValue
    },
    EventPatternForm(
      "DISK fails", [.deviceFails], "the timeline breaks the disk: its next request ends in EIO"
    ) { $1.object = $0.device?.rawValue },
  ]

  private static let cpuForms: [EventPatternForm] = [
    EventPatternForm(
      "CPU interrupts [OTHER]", [.sendsInterProcessorInterrupt],
      "a CPU interrupts another one (an inter-processor interrupt)"
    ) { details, pattern in
      pattern.cpu = details.cpus["CPU"]
      pattern.a = exactly(details.cpus["OTHER"].map(Int64.init))
    },
    EventPatternForm(
      "CPU interrupts OTHER to reschedule|signal|invalidate", [.sendsInterProcessorInterrupt],
      "… because a task waits there, a signal does, or a translation must be forgotten"
    ) { details, pattern in
      pattern.cpu = details.cpus["CPU"]
      pattern.a = exactly(details.cpus["OTHER"].map(Int64.init))
      pattern.object = InterProcessorPurpose.allCases.first { $0.name == details.choice }?.rawValue
    },
    EventPatternForm(
      "CPU is interrupted [by OTHER]", [.receivesInterProcessorInterrupt],
      "another CPU's interrupt reaches this one"
    ) { details, pattern in
      pattern.cpu = details.cpus["CPU"]
      pattern.a = exactly(details.cpus["OTHER"].map(Int64.init))
    },
    EventPatternForm(
      "CPU forgets translation", [.invalidatesTranslation],
      "the CPU's TLB forgets one page (zoom hardware)"
    ) { $1.object = $0.cpus["CPU"].map(UInt32.init) },
    EventPatternForm("CPU idles", [.idles], "the CPU finds nobody who could run") {
      $1.cpu = $0.cpus["CPU"]
    },
    EventPatternForm(
      "CPU masks interrupts", [.masksInterrupts], "the CPU takes no interrupts from now on"
    ) { $1.cpu = $0.cpus["CPU"] },
    EventPatternForm(
      "CPU unmasks interrupts", [.unmasksInterrupts], "the CPU takes interrupts again"
    ) { $1.cpu = $0.cpus["CPU"] },
  ]

  private static let kernelForms: [EventPatternForm] = [
    EventPatternForm(
      "kernel runs softirq [timer|net_tx|net_rx|block|tasklet|sched]", [.runsSoftirq],
      "the deferred half of an interrupt runs"
    ) { $1.object = softirq($0.choice) },
    EventPatternForm(
      "kernel raises softirq [timer|net_tx|net_rx|block|tasklet|sched]", [.raisesSoftirq],
      "an interrupt handler leaves the rest of the work for later"
    ) { $1.object = softirq($0.choice) },
    EventPatternForm(
      "kernel runs ROUTINE [for P]", [.callsRoutine], "a routine begins: its frame is pushed"
    ) { $1.object = $0.routine.map { UInt32($0.rawValue) } },
    EventPatternForm(
      "kernel dispatches CALL [for P]", [.dispatches],
      "the call's number is looked up in the system call table"
    ) { $1.object = $0.call?.rawValue },
    EventPatternForm(
      "kernel returns ERRNO [to P]", [.systemCallReturns], "some call has this error as its result"
    ) { $1.a = exactly($0.errno?.returned) },
    EventPatternForm(
      "kernel checks flags [for P]", [.checksFlags], "the flags of open are checked"),
    EventPatternForm(
      "kernel copies [\"text\"] from P", [.copiesString, .copiesFromUser],
      "bytes have been copied from user memory"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel copies [\"text\"] to P", [.copiesToUser], "bytes have been copied into user memory"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel walks [\"text\"] [for P]", [.startsPathWalk], "the walk along a path begins"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel checks search [\"text\"] [for P]", [.checksSearch],
      "search permission on a directory is checked"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel looks up \"text\" [for P]", [.looksUpName],
      "a name is looked up in the dentry cache"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel finds \"text\" [for P]", [.findsName], "a directory's block has the name"
    ) {
      $1.text = $0.text
      $1.a = 0...Int64.max
    },
    EventPatternForm(
      "kernel misses \"text\" [for P]", [.findsName], "a directory's block does not have the name"
    ) {
      $1.text = $0.text
      $1.a = errors
    },
    EventPatternForm(
      "kernel crosses mount [\"text\"] [for P]", [.crossesMount],
      "the walk goes on in another file system"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel follows link [\"text\"] [for P]", [.followsLink],
      "a symbolic link is replaced by its target"
    ) { $1.text = $0.text },
    EventPatternForm(
      "page cache hits [for P]", [.looksUpPage], "a page of a file is in memory already"
    ) { $1.b = 1...Int64.max },
    EventPatternForm(
      "page cache misses [for P]", [.looksUpPage], "a page of a file must be read"
    ) { $1.b = 0...0 },
    EventPatternForm(
      "kernel checks permission [for P]", [.checksPermission],
      "the wanted access is held against owner, group and mode"),
    EventPatternForm(
      "kernel refuses permission [to P]", [.checksPermission, .checksSearch],
      "a check of permission ends in an error"
    ) {
      $1.task = $0.tasks["P"]
      $1.b = errors
    },
    EventPatternForm(
      "kernel reserves descriptor [N] [for P]", [.reservesDescriptor],
      "the lowest free descriptor is set aside"
    ) { $1.a = exactly($0.number) },
    EventPatternForm(
      "kernel opens file [for P]", [.opensFile], "an open file description is made"),
    EventPatternForm(
      "kernel installs descriptor [N] [for P]", [.installsDescriptor],
      "the descriptor stands for the open file from now on"
    ) { $1.a = exactly($0.number) },
    EventPatternForm(
      "kernel closes descriptor [N] [for P]", [.closesDescriptor], "the descriptor is free again"
    ) { $1.a = exactly($0.number) },
    EventPatternForm(
      "kernel creates \"text\" [for P]", [.createsFile], "a new file is made in a directory"
    ) { $1.text = $0.text },
    EventPatternForm("kernel truncates file [for P]", [.truncatesFile], "a file is emptied"),
    EventPatternForm(
      "kernel moves offset [to N] [for P]", [.movesOffset], "the offset of an open file is set"
    ) { $1.a = exactly($0.number) },
    EventPatternForm("kernel creates pipe [for P]", [.createsPipe], "a pipe is made"),
    EventPatternForm("kernel fills pipe [for P]", [.fillsPipe], "bytes are put into a pipe"),
    EventPatternForm("kernel drains pipe [for P]", [.drainsPipe], "bytes are taken out of a pipe"),
    EventPatternForm(
      "kernel takes SIG [for P]", [.takesSignal],
      "a pending signal is taken on the way to user mode"
    ) { $1.object = $0.signal.map { UInt32($0.rawValue) } },
    EventPatternForm(
      "kernel delivers SIG to P", [.takesSignal],
      "the process is on its way to user mode, and what the signal does is done now"
    ) { $1.object = $0.signal.map { UInt32($0.rawValue) } },
    EventPatternForm(
      "kernel checks exit work [for P]", [.checksExitWork],
      "before user mode: must somebody else run, is a signal pending"),
    EventPatternForm(
      "kernel returns from interrupt [of D]", [.interruptReturns],
      "the interrupt is over, its deferred half too: what was interrupted goes on"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "kernel submits request to DISK [for P]", [.submitsRequest, .submitsWrite],
      "a request is handed to the block layer"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "kernel queues request to DISK [for P]", [.queuesRequest],
      "the driver puts the request into the disk's queue"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "kernel acknowledges D", [.acknowledgesInterrupt],
      "the handler tells the device that its interrupt was seen"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm("kernel locks page [for P]", [.locksPage], "a page's content is on the way"),
    EventPatternForm("kernel unlocks page", [.unlocksPage], "a page's content is there"),
    EventPatternForm(
      "kernel allocates page [for P]", [.allocatesPage], "a page frame is taken from free memory"),
    EventPatternForm(
      "kernel copy faults [for P]", [.copyFaults],
      "a copy met memory that the process may not use"),
    EventPatternForm(
      "kernel maps \"text\" [for P]", [.mapsRegion], "a region is added to a memory map"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel unmaps region [for P]", [.unmapsRegion],
      "a range is taken out of a process's memory map"),
    EventPatternForm(
      "kernel protects region [for P]", [.setsProtection],
      "the rights of a region of a memory map are set"),
    EventPatternForm("kernel moves break [for P]", [.movesBreak], "the end of the heap moves"),
    EventPatternForm("kernel grows stack [for P]", [.growsStack], "the stack's region grows"),
    EventPatternForm(
      "kernel copies page [for P]", [.copiesPage],
      "a page that others use too is copied before it is written"),
    EventPatternForm(
      "kernel reuses page [for P]", [.reusesPage],
      "a page that was shared has one user left and becomes writable without a copy"),
    EventPatternForm(
      "kernel maps around [for P]", [.mapsAround],
      "cached pages around the one that was read are mapped as well"),
    EventPatternForm(
      "kernel shares pages [for P]", [.sharesPages],
      "a new process gets its parent's address space"),
    EventPatternForm("kernel frees memory [for P]", [.freesMemory], "page frames become free"),
    EventPatternForm(
      "kernel chooses victim [of P]", [.choosesVictim],
      "memory is full, and the replacement policy says which page is to leave"),
    EventPatternForm(
      "kernel spares page [of P]", [.sparesPage],
      "a page was used since the clock's hand came by last: it gets a second chance (zoom hardware)"
    ),
    EventPatternForm(
      "kernel reclaims page [of P]", [.reclaimsPage],
      "a page frame is taken back: what was in it is on a disk"),
    EventPatternForm(
      "kernel swaps out [P]", [.swapsOut],
      "a page of the process is in the swap area from now on: its entry names a slot"),
    EventPatternForm(
      "kernel swaps in [P]", [.swapsIn],
      "a page of the process that was in the swap area is mapped again"),
    EventPatternForm(
      "kernel kills P [with SIG]", [.isKilled], "the kernel ends a process because of a signal"
    ) { $1.object = $0.signal.map { UInt32($0.rawValue) } },
    EventPatternForm("kernel wakes P", [.wakes], "a sleeping process becomes runnable again"),
    EventPatternForm("kernel picks P", [.picksNext], "the scheduler chooses who runs next") {
      $1.task = nil
      $1.object = $0.tasks["P"].map { UInt32($0.rawValue) }
    },
    EventPatternForm(
      "kernel switches [from A] to B", [.switchesContext],
      "kernel stack and address space change from one task to another"
    ) { details, pattern in
      pattern.a = exactly(details.tasks["A"].map { Int64($0.rawValue) })
      pattern.b = exactly(details.tasks["B"].map { Int64($0.rawValue) })
    },
    EventPatternForm("kernel switches from A", [.switchesContext], "… away from this task") {
      $1.a = exactly($0.tasks["A"].map { Int64($0.rawValue) })
    },
    EventPatternForm("kernel marks P", [.setsNeedResched], "the process is to give up its CPU"),
    EventPatternForm(
      "kernel accounts tick [to P]", [.accountsTick], "a tick is charged to the running process"),
    EventPatternForm(
      "kernel starts thread [\"text\"]", [.kernelThreadStarts],
      "the kernel starts a thread of its own, which has no user half"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel starts timer [for P]", [.startsTimer], "a timer is set for a sleeping process"),
    EventPatternForm(
      "kernel reads ahead [for P]", [.readsAhead], "pages that will be wanted soon are asked for"),
    EventPatternForm(
      "kernel allocates block [for P]", [.allocatesBlock],
      "the file system chooses a disk block for a page"),
    EventPatternForm(
      "kernel dirties page [for P]", [.dirtiesPage],
      "a page of a file was changed in memory and must reach the disk"),
    EventPatternForm(
      "kernel writes back page [for P]", [.writesBackPage], "write-back of a dirty page begins"),
    EventPatternForm(
      "kernel finishes writeback", [.finishesWriteback],
      "a page has reached the disk or the server"),
    EventPatternForm(
      "kernel updates inode [for P]", [.updatesInode],
      "size and blocks of a file are written into its inode's block"),
    EventPatternForm(
      "kernel removes \"text\" [for P]", [.removesName], "a name is taken out of its directory"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel takes byte from D", [.takesByte], "the handler reads a byte from the device"
    ) { $1.object = $0.device?.rawValue },
    EventPatternForm(
      "kernel marshals \"text\" [for P]", [.marshalsCall],
      "a remote procedure call such as LOOKUP is packed into a message"
    ) { $1.text = $0.text },
    EventPatternForm(
      "server answers [\"text\"]", [.serverAnswers], "the file server sends its answer"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel hands \"text\" up", [.handsUpPacket],
      "a layer, IP, UDP or RPC, hands a packet up"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel retransmits", [.retransmits], "no answer has come in time: a call is sent again"),
    EventPatternForm(
      "kernel checks attributes [for P]", [.checksAttributes],
      "what is known of a file on a server is used if it is not too old"),
    EventPatternForm(
      "module MODULE loads", [.loadsModule], "the module's init has succeeded: it is live"
    ) { $1.text = $0.text },
    EventPatternForm(
      "module MODULE unloads", [.unloadsModule],
      "the module is taken out of the kernel: removed, or refused while it was loading"
    ) { $1.text = $0.text },
    EventPatternForm(
      "module MODULE is busy [for P]", [.checksModuleUse],
      "delete_module refuses to remove the module: it is used, not live, or has no exit"
    ) {
      $1.text = $0.text
      $1.b = errors
    },
    EventPatternForm(
      "module MODULE is pinned [by P]", [.pinsModule],
      "an open file or a mount uses the module from now on"
    ) { $1.text = $0.text },
    EventPatternForm(
      "module MODULE is unpinned [by P]", [.unpinsModule],
      "an open file or a mount uses the module no more"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel registers \"text\" [for P]", [.registers],
      "a module makes a device file, a type of file system or a handler known"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel unregisters \"text\" [for P]", [.unregisters],
      "what a module had made known is taken back"
    ) { $1.text = $0.text },
    EventPatternForm(
      "P mounts [\"text\"]", [.mountsFileSystem], "a file system of this type is on a directory"
    ) { $1.text = $0.text },
    EventPatternForm(
      "P unmounts [\"text\"]", [.unmountsFileSystem], "a file system is off its directory"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel logs \"text\" [for P]", [.logsMessage], "a line is written to the kernel's log"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel runs module code [\"text\"] [for P]", [.runsModuleCode],
      "a function of a module, such as \"hello.init\", begins on a process's kernel stack"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel executes \"text\" [for P]", [.executesPrivileged],
      "kernel mode executes an instruction that user mode may not"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel resolves \"text\" [for P]", [.resolvesSymbol],
      "a symbol that a module wants is looked up"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel relocates module [for P]", [.relocatesModule],
      "the addresses in a module's code are filled in"),
    EventPatternForm(
      "kernel oopses [for P]", [.oopses],
      "kernel-mode code faults and nothing mends it: the running process is ended"),
    EventPatternForm("kernel panics", [.panics], "the kernel gives up: the machine stops"),
    EventPatternForm("kernel idles", [.idles], "a CPU finds nobody who could run"),
    EventPatternForm(
      "kernel deadlocks", [.deadlocks], "everybody sleeps and nothing could wake anybody"),
    EventPatternForm(
      "kernel saves registers [of P]", [.savesRegisters],
      "the user registers are stored on the kernel stack (zoom hardware)"),
    EventPatternForm(
      "kernel restores registers [of P]", [.restoresRegisters],
      "the user registers are loaded again (zoom hardware)"),
    EventPatternForm(
      "kernel changes page table [for process|kernel|user]", [.writesPageTableBase],
      "the CPU is given another page table: another process's, or, under isolation kpti, the one for "
        + "kernel mode or user mode of the same process"
    ) {
      $1.object = $0.choice.flatMap { name in
        PageTableChange.allCases.first { $0.name == name }?.rawValue
      }
    },
    EventPatternForm(
      "kernel generates \"text\" [for P]", [.writesProcFile],
      "a file of /proc is read, such as \"/proc/100/maps\": its text is made at this moment"
    ) { $1.text = $0.text },
    EventPatternForm(
      "kernel opens user access [for P]", [.opensUserAccess],
      "kernel mode may touch user pages, for a copy or again after an interrupt (zoom hardware)"),
    EventPatternForm(
      "kernel closes user access [for P]", [.closesUserAccess],
      "kernel mode may not touch user pages any more (zoom hardware)"),
    EventPatternForm(
      "TLB misses [for P]", [.missesTLB], "a translation is not in the TLB (zoom hardware)"),
  ]

  /// Verbs of later versions: a pattern with one is not a mistake, it cannot be simulated yet.
  static let plannedVerbs = [
    "receives", "spawns", "locks", "unlocks",
    "blocks", "waits", "connects", "types", "evicts", "migrates",
  ]

  // MARK: Values

  /// The range of raw results that are errors (syscall(2)).
  private static let errors: ClosedRange<Int64> = -4095 ... -1

  private static func exactly(_ value: Int64?) -> ClosedRange<Int64>? { value.map { $0...$0 } }

  private static func softirq(_ name: String?) -> UInt32? {
    SoftirqKind.allCases.first { $0.name.lowercased() == name }?.rawValue
  }

  private static func condition(_ task: TaskID, _ condition: TaskCondition) -> StateExpression {
    .binary(
      .equal, .observable(.taskCondition(task)),
      .constant(Int64(condition.rawValue), .condition))
  }

  private static func mode(_ task: TaskID, _ mode: PrivilegeMode) -> StateExpression {
    .binary(
      .equal, .observable(.taskMode(task)), .constant(Int64(mode.rawValue), .mode))
  }
}
