import Catalogue
import Lesson
import Program
import Testing
import Trace

@testable import Kernel

/// A program of system calls, handlers and children, put together without the language.
///
/// Every result of a call is stored in a word of bss, so that tests can compare them in their order:
/// ``results`` reads them off the trace instead. Handlers lie behind the main code.
struct SmallProgram {
  private var code = Assembler()
  private var data: [UInt8] = []
  private let architecture: Architecture
  private let roles: RegisterRoles
  private let range = HandBuilt.noRange
  private var handlers: [(literal: Int32, body: (inout SmallProgram) -> Void)] = []
  private var restorers: [Int32] = []
  /// First address of the data segment.
  static let dataBase: Int64 = 0x50_0000
  static let textBase = Int64(Architecture.x86_64.programBase)

  init(_ architecture: Architecture = .x86_64) {
    self.architecture = architecture
    roles = architecture.roles
  }

  /// A register of the program's own; some architectures have few.
  private func temporary(_ index: Int) -> UInt8 {
    roles.temporaries[index % roles.temporaries.count]
  }

  private mutating func emit(_ instruction: Instruction) { code.emit(instruction, range) }

  /// An argument of a call.
  enum Argument {
    case value(Int64)
    case text(String)
    /// The words at this place in data.
    case words([Int64])
    /// The result of the call before.
    case result
    /// What `keep` kept.
    case kept
  }

  /// Makes a system call.
  mutating func call(_ number: Int64, _ arguments: Argument...) {
    call(number, list: arguments)
  }

  /// Makes a system call.
  mutating func call(_ number: Int64, list arguments: [Argument]) {
    for (register, argument) in zip(roles.arguments, arguments) {
      switch argument {
      case .value(let value):
        emit(Instruction(.loadArgument, a: register, b: 1, immediate: code.literal(value)))
      case .text(let text):
        let address = place(Array(text.utf8) + [0])
        emit(Instruction(.loadArgument, a: register, b: 1, immediate: code.literal(address)))
      case .words(let words):
        let address = place(words.flatMap(\.littleEndianBytes))
        emit(Instruction(.loadArgument, a: register, b: 1, immediate: code.literal(address)))
      case .result:
        emit(Instruction(.loadArgument, a: register, b: 2, c: temporary(1)))
      case .kept:
        emit(Instruction(.loadArgument, a: register, b: 2, c: temporary(2)))
      }
    }
    trap(number)
    emit(Instruction(.move, a: temporary(1), b: roles.result))
  }

  /// Makes a system call by its name, where the architecture has it.
  mutating func call(_ name: String, _ arguments: Argument...) {
    guard let id = SystemCall.named(name), let number = SystemCall[id]?.numbers[architecture.name]
    else { return }
    call(number, list: arguments)
  }

  /// The system call instruction, with the number and what the vDSO does around it.
  private mutating func trap(_ number: Int64) {
    let isHeld = architecture.numbersInInstruction?.contains(number) == true
    if !isHeld {
      emit(Instruction(.loadArgument, a: roles.number, b: 1, immediate: code.literal(number)))
    }
    let pushed = architecture.syscallStub?.pushed ?? []
    for register in pushed { emit(Instruction(.push, a: register)) }
    if let stub = architecture.syscallStub {
      emit(Instruction(.move, a: stub.stackRegister, b: roles.stackPointer))
    }
    emit(
      Instruction(
        .systemCall, c: isHeld ? UInt8(truncatingIfNeeded: number) : 0, immediate: -1))
    for register in pushed.reversed() { emit(Instruction(.pop, a: register)) }
  }

  private mutating func place(_ bytes: [UInt8]) -> Int64 {
    while data.count % 8 != 0 { data.append(0) }
    let address = Self.dataBase + Int64(data.count)
    data += bytes
    return address
  }

  /// Keeps the result of the last call for later arguments.
  mutating func keep() {
    emit(Instruction(.move, a: temporary(2), b: temporary(1)))
  }

  /// Works for some nanoseconds.
  mutating func compute(_ nanoseconds: Int64) {
    emit(Instruction(.loadConstant, a: temporary(0), immediate: code.literal(nanoseconds)))
    emit(Instruction(.compute, a: temporary(0)))
  }

  /// Reads or writes a word.
  mutating func touch(_ address: Int64, writes: Bool = false) {
    emit(Instruction(.loadConstant, a: temporary(0), immediate: code.literal(address)))
    emit(Instruction(writes ? .store : .load, a: temporary(3), b: temporary(0)))
  }

  /// Instructions as they are.
  mutating func raw(_ instructions: Instruction...) { for each in instructions { emit(each) } }

  /// `sigaction`: the handler's code comes behind the program.
  mutating func handle(
    _ signal: Signal, flags: Int64 = 0, mask: UInt64 = 0,
    with body: @escaping (inout SmallProgram) -> Void
  ) {
    let address = place([UInt8](repeating: 0, count: 32))
    let handler = code.reserveLiteral()
    let restorer = code.reserveLiteral()
    handlers.append((handler, body))
    restorers.append(restorer)
    let (base, value) = (temporary(0), temporary(3))
    func store(_ literal: Int32, at offset: Int32) {
      code.emit(Instruction(.loadConstant, a: value, immediate: literal), range)
      code.emit(Instruction(.store, a: value, b: base, immediate: offset), range)
    }
    emit(Instruction(.loadConstant, a: base, immediate: code.literal(address)))
    store(handler, at: 0)
    store(code.literal(flags | SignalActionFlags.restorer), at: 8)
    store(restorer, at: 16)
    store(code.literal(Int64(bitPattern: mask)), at: 24)
    call(
      "rt_sigaction", .value(Int64(signal.rawValue)), .value(address), .value(0), .value(8))
  }

  /// `SIG_IGN` or `SIG_DFL`.
  mutating func set(_ signal: Signal, to handler: Int64, flags: Int64 = 0) {
    call(
      "rt_sigaction", .value(Int64(signal.rawValue)),
      .words([handler, flags | SignalActionFlags.restorer, 0, 0]), .value(0), .value(8))
  }

  /// `if (result == 0) { body }`.
  mutating func ifZero(_ body: (inout SmallProgram) -> Void) {
    let end = code.makeLabel()
    code.jump(.branchIfNotZero, temporary(1), to: end, range)
    body(&self)
    code.place(end)
  }

  /// Everything again so many times.
  mutating func `repeat`(_ count: Int64, _ body: (inout SmallProgram) -> Void) {
    let top = code.makeLabel()
    let counter = temporary(4)
    emit(Instruction(.loadConstant, a: counter, immediate: code.literal(count)))
    code.place(top)
    body(&self)
    emit(Instruction(.loadImmediate, a: temporary(0), immediate: 1))
    emit(Instruction(.subtract, a: counter, b: counter, c: temporary(0)))
    code.jump(.branchIfNotZero, counter, to: top, range)
  }

  /// `exit_group`.
  mutating func exit(_ status: Int64 = 0) { call("exit_group", .value(status)) }

  /// Adds the program to a scenario, and a process that runs it.
  consuming func add(to built: inout HandBuilt, as name: String, user: Int = 2) {
    var program = self
    program.exit()
    var done = 0
    while done < program.handlers.count {
      let (literal, body) = program.handlers[done]
      program.code.setLiteral(literal, program.here)
      body(&program)
      program.emit(Instruction(.ret))
      done += 1
    }
    let restorer = program.here
    program.call("rt_sigreturn")
    for literal in program.restorers { program.code.setLiteral(literal, restorer) }
    built.addProcess(name, user: user, calls: [])
    let index = built.scenario.programs.count - 1
    built.scenario.programs[index].data = program.data
    built.setCode(program.code, ofProgram: index)
  }

  /// The address of the next instruction.
  private var here: Int64 {
    Int64(architecture.programBase) + Int64(code.ranges.count) * Instruction.byteCount
  }
}

/// Signals: what is sent, what is delivered, and what happens then. Sources: section 7 of the facts,
/// signal(7), kernel/signal.c.
@Suite struct SignalTests {
  /// Runs one or more programs; the results of the calls of one task.
  static func run(
    _ programs: [(name: String, user: Int, program: SmallProgram)],
    prepare: (inout HandBuilt) -> Void = { _ in }
  ) -> Trace {
    var built = HandBuilt()
    prepare(&built)
    for (name, user, program) in programs { program.add(to: &built, as: name, user: user) }
    built.scenario.timeline.append(.run(.toEnd))
    return trace(of: built.scenario)
  }

  static func trace(of scenario: Scenario) -> Trace {
    var limits = RunLimits()
    limits.steps = 2_000_000
    return ScenarioRun.run(scenario, limits: limits).trace
  }

  static func program(_ body: (inout SmallProgram) -> Void) -> SmallProgram {
    var program = SmallProgram()
    body(&program)
    return program
  }

  static func run(_ body: (inout SmallProgram) -> Void) -> Trace {
    run([("probe", 2, program(body))])
  }

  static func results(_ trace: Trace, task: UInt16 = 1) -> [Int64] {
    trace.events.filter { $0.kind == .systemCallReturns && $0.task == task }.map(\.a)
  }

  static func handled(_ trace: Trace, task: UInt16 = 1) -> [Signal] {
    trace.events.filter { $0.kind == .entersHandler && $0.task == task }.compactMap {
      Signal(rawValue: UInt8($0.object))
    }
  }

  static let usr1 = Int64(Signal.SIGUSR1.rawValue)
  static let usr2 = Int64(Signal.SIGUSR2.rawValue)

  @Test func `a handler runs on the user stack, and the program goes on where it was`() throws {
    let trace = Self.run {
      $0.handle(.SIGUSR1) { $0.call(186) }
      $0.call(39)
      $0.keep()
      $0.call(62, .kept, .value(Self.usr1))
      $0.call(39)
      $0.exit(7)
    }
    #expect(Self.handled(trace) == [.SIGUSR1])
    // rt_sigaction, getpid, kill, then gettid in the handler (not served yet or served), getpid.
    let results = Self.results(trace)
    #expect(results.first == 0 && results.last == 100)
    let handler = try #require(trace.events.first { $0.kind == .entersHandler })
    let top = Int64(Architecture.x86_64.userStackTop)
    #expect(handler.b < top && handler.b > top - 8192, "the frame lies on the user stack")
    #expect((handler.b + 8) % 16 == 0, "the stack is aligned as after a call")
    #expect(trace.events.contains { $0.kind == .leavesHandler })
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].exitStatus == 7)
  }

  @Test func `all registers are as before when the handler returns`() {
    // The handler destroys every register that a function may use; the program then adds them up.
    let trace = Self.run {
      $0.handle(.SIGUSR1) { program in
        for register in Architecture.x86_64.registers.indices
        where register != Int(Architecture.x86_64.roles.stackPointer) {
          program.raw(Instruction(.loadImmediate, a: UInt8(register), immediate: -1))
        }
      }
      $0.call(39)
      $0.keep()
      $0.raw(
        Instruction(.loadImmediate, a: 8, immediate: 40),
        Instruction(.loadImmediate, a: 9, immediate: 2))
      $0.call(62, .kept, .value(Self.usr1))
      $0.raw(Instruction(.add, a: 13, b: 8, c: 9), Instruction(.move, a: 12, b: 13))
      $0.call(231, .kept)
    }
    #expect(trace.events.last { $0.kind == .exits }?.a == 42)
  }

  @Test func `several pending at once: the lowest is taken first, the last pushed runs first`() {
    func order(mask: UInt64) -> [Signal] {
      let trace = Self.run {
        let both: [Signal] = [.SIGUSR1, .SIGUSR2]
        for signal in both { $0.handle(signal, mask: mask) { $0.call(39) } }
        $0.call(14, .value(0), .words([0x200 | 0x800]), .value(0), .value(8))
        $0.call(39)
        $0.keep()
        $0.call(62, .kept, .value(Self.usr2))
        $0.call(62, .kept, .value(Self.usr1))
        $0.call(62, .kept, .value(Self.usr1))
        $0.call(14, .value(1), .words([0x200 | 0x800]), .value(0), .value(8))
      }
      // In the order of their first instruction: the frames' handlers, last pushed first.
      let pushed = Self.handled(trace)
      let left = trace.events.filter { $0.kind == .leavesHandler }.count
      #expect(left == pushed.count)
      return pushed
    }
    #expect(order(mask: 0) == [.SIGUSR1, .SIGUSR2], "both frames at once, USR2 runs first")
    let both = Signal.SIGUSR1.bit | Signal.SIGUSR2.bit
    #expect(order(mask: both) == [.SIGUSR1, .SIGUSR2], "one after the other")
  }

  @Test func `frames of several signals nest, unless the mask forbids it`() throws {
    func depth(mask: UInt64) throws -> Int {
      let trace = Self.run {
        for signal in [Signal.SIGUSR1, .SIGUSR2] { $0.handle(signal, mask: mask) { $0.call(39) } }
        $0.call(14, .value(0), .words([0x200 | 0x800]), .value(0), .value(8))
        $0.call(39)
        $0.keep()
        $0.call(62, .kept, .value(Self.usr1))
        $0.call(62, .kept, .value(Self.usr2))
        $0.call(14, .value(1), .words([0x200 | 0x800]), .value(0), .value(8))
      }
      var (depth, deepest) = (0, 0)
      for event in trace.events {
        if event.kind == .entersHandler { depth += 1 }
        if event.kind == .leavesHandler { depth -= 1 }
        deepest = max(deepest, depth)
      }
      #expect(depth == 0)
      return deepest
    }
    #expect(try depth(mask: 0) == 2)
    #expect(try depth(mask: Signal.SIGUSR1.bit | Signal.SIGUSR2.bit) == 1)
  }

  struct Interruption: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var flags: Int64
    var number: Int64
    var arguments: [Int64]
    var gives: [Int64]
  }

  static let interruptions: [Interruption] = [
    Interruption(
      testDescription: "read without SA_RESTART", flags: 0, number: 0,
      arguments: [0, HandBuilt.bss, 5], gives: [Errno.EINTR.returned]),
    Interruption(
      testDescription: "read with SA_RESTART", flags: SignalActionFlags.restart, number: 0,
      arguments: [0, HandBuilt.bss, 5], gives: []),
    Interruption(
      testDescription: "pause", flags: 0, number: 34, arguments: [],
      gives: [Errno.EINTR.returned]),
    Interruption(
      testDescription: "pause with SA_RESTART", flags: SignalActionFlags.restart, number: 34,
      arguments: [], gives: [Errno.EINTR.returned]),
  ]

  @Test(arguments: interruptions)
  func `a handler interrupts a sleeping call`(_ item: Interruption) {
    let trace = Self.run(
      [
        (
          "probe", 2,
          Self.program {
            $0.handle(.SIGUSR1, flags: item.flags) { $0.raw(Instruction(.move, a: 0, b: 0)) }
            let arguments = item.arguments.map { SmallProgram.Argument.value($0) }
            switch arguments.count {
            case 0: $0.call(item.number)
            default: $0.call(item.number, arguments[0], arguments[1], arguments[2])
            }
          }
        )
      ]
    ) { built in
      built.scenario.timeline.append(
        .act(.signal(.SIGUSR1, to: TaskID(rawValue: 1)), at: 5_000_000))
    }
    #expect(Self.handled(trace) == [.SIGUSR1])
    #expect(Array(Self.results(trace).dropFirst()).prefix(1) == item.gives.prefix(1))
    #expect(trace.events.contains { $0.kind == .restartsSystemCall } == item.gives.isEmpty)
  }

  @Test func `an interrupted nanosleep tells the time left, even with SA_RESTART`() {
    let trace = Self.run(
      [
        (
          "probe", 2,
          Self.program {
            $0.handle(.SIGUSR1, flags: SignalActionFlags.restart) {
              $0.raw(Instruction(.move, a: 0, b: 0))
            }
            $0.call(35, .words([0, 20_000_000]), .value(HandBuilt.bss))
            // The seconds and nanoseconds left are a time span again.
            $0.call(35, .value(HandBuilt.bss), .value(0))
          }
        )
      ]
    ) { built in
      built.scenario.timeline.append(
        .act(.signal(.SIGUSR1, to: TaskID(rawValue: 1)), at: 5_000_000))
    }
    #expect(Self.results(trace) == [0, Errno.EINTR.returned, 0])
    let exit = trace.events.last { $0.kind == .exits }?.time ?? 0
    #expect((20_000_000..<20_100_000).contains(exit), "slept 20 ms in all: \(exit)")
  }

  @Test func `stop and continue: nanosleep goes on by restart_syscall`() {
    let trace = Self.run(
      [("probe", 2, Self.program { $0.call(35, .words([0, 20_000_000]), .value(0)) })]
    ) { built in
      for (signal, time) in [(Signal.SIGSTOP, 5_000_000), (.SIGCONT, 8_000_000)] {
        built.scenario.timeline.append(
          .act(.signal(signal, to: TaskID(rawValue: 1)), at: Int64(time)))
      }
    }
    #expect(trace.events.contains { $0.kind == .stops && $0.task == 1 })
    #expect(trace.events.contains { $0.kind == .continues && $0.task == 1 })
    #expect(trace.events.contains { $0.kind == .callsSystemCall && $0.a == 219 })
    #expect(Self.results(trace) == [0])
    #expect((20_000_000..<20_100_000).contains(trace.events.last { $0.kind == .exits }?.time ?? 0))
  }

  struct DefaultCase: Sendable, CustomTestStringConvertible {
    var testDescription: String { signal.name }
    var signal: Signal
  }

  @Test(arguments: Signal.allCases.map { DefaultCase(signal: $0) })
  func `the default action of every signal`(_ item: DefaultCase) {
    let trace = Self.run(
      [("probe", 2, Self.program { $0.compute(50_000_000) })]
    ) { built in
      built.scenario.timeline.append(
        .act(.signal(item.signal, to: TaskID(rawValue: 1)), at: 5_000_000))
    }
    let state = trace.state(after: trace.events.count).tasks[1]
    // signal(7), "Standard signals".
    switch item.signal {
    case .SIGCHLD, .SIGURG, .SIGWINCH, .SIGCONT:
      #expect(state.exitStatus == 0)
    case .SIGSTOP, .SIGTSTP, .SIGTTIN, .SIGTTOU: #expect(state.condition == .stopped)
    default: #expect(state.killedBy == item.signal)
    }
  }

  @Test func `a computing process is interrupted at once, not at the next tick`() {
    for cpus in [1, 2] {
      let trace = Self.run(
        [
          ("probe", 2, Self.program { $0.compute(50_000_000) }),
          ("other", 2, Self.program { $0.compute(50_000_000) }),
        ]
      ) { built in
        built.scenario.machine.cpuCount = cpus
        built.scenario.machine.policy = .fifo
        for task in 1...2 {
          built.scenario.timeline.append(
            .act(.signal(.SIGTERM, to: TaskID(rawValue: UInt16(task))), at: 5_000_000))
        }
      }
      #expect(trace.events.filter { $0.kind == .isKilled }.count == 2)
      let last = trace.events.last { $0.kind == .isKilled }?.time ?? 0
      #expect((5_000_000..<5_100_000).contains(last), "\(last)")
    }
  }

  @Test func `SIGKILL ends what sleeps interruptibly, and waits for what sleeps in state D`() {
    let trace = Self.run(
      [
        ("reader", 2, Self.program { $0.call(2, .text("foo"), .value(0)) }),
        ("waiter", 2, Self.program { $0.call(34) }),
      ]
    ) { built in
      for task in 1...2 {
        built.scenario.timeline.append(
          .act(.signal(.SIGKILL, to: TaskID(rawValue: UInt16(task))), at: 1_000_000))
      }
    }
    let kills = trace.events.filter { $0.kind == .isKilled }
    #expect(kills.map(\.task) == [2, 1])
    #expect(kills[0].time < 1_100_000)
    #expect(kills[1].time >= 5_000_000, "the disk needs 5 ms")
  }

  @Test func `a handler reads the address of the fault in siginfo`() {
    let trace = Self.run {
      $0.handle(.SIGSEGV, flags: SignalActionFlags.withInfo) { program in
        // Register rsi points to siginfo; si_addr is 16 bytes into it.
        program.raw(Instruction(.load, a: 13, b: 6, immediate: 16))
        program.call(231, .kept)
      }
      $0.touch(0x77)
    }
    #expect(trace.events.last { $0.kind == .exits }?.a == 0x77)
  }

  @Test func `a SIGSEGV handler that only returns meets the same instruction again`() {
    let trace = Self.run {
      $0.handle(.SIGSEGV) { program in
        program.set(.SIGSEGV, to: SignalHandler.byDefault)
      }
      $0.touch(0x1230)
    }
    #expect(Self.handled(trace) == [.SIGSEGV])
    let faults = trace.events.filter { $0.kind == .faults && $0.a == 0x1230 }
    #expect(faults.count == 2, "the second time nobody handles it")
    #expect(trace.events.last { $0.kind == .isKilled }?.object == 11)
  }

  @Test func `a fault while SIGSEGV is blocked or ignored kills all the same`() {
    for prepare: (inout SmallProgram) -> Void in [
      { $0.call(14, .value(0), .words([1 << 10]), .value(0), .value(8)) },
      { $0.set(.SIGSEGV, to: SignalHandler.ignore) },
      { $0.handle(.SIGSEGV) { $0.touch(0x10) } },
    ] {
      let trace = Self.run {
        prepare(&$0)
        $0.touch(0x10)
        $0.exit(3)
      }
      #expect(trace.events.last { $0.kind == .isKilled }?.object == 11)
    }
  }

  @Test func `a frame that cannot be written kills with SIGSEGV`() {
    let trace = Self.run {
      $0.handle(.SIGUSR1) { $0.call(39) }
      $0.call(39)
      $0.keep()
      $0.raw(Instruction(.loadImmediate, a: 4, immediate: 0x2000))
      $0.call(62, .kept, .value(Self.usr1))
    }
    #expect(Self.handled(trace) == [])
    #expect(trace.events.last { $0.kind == .isKilled }?.object == 11)
  }

  @Test func `the alternate stack carries the frame when the user stack is no good`() {
    let trace = Self.run {
      $0.call(131, .words([HandBuilt.bss, 0, 8192]), .value(0))
      $0.handle(.SIGUSR1, flags: SignalActionFlags.onStack) { $0.call(39) }
      $0.call(39)
      $0.keep()
      $0.raw(Instruction(.loadImmediate, a: 4, immediate: 0x2000))
      $0.call(62, .kept, .value(Self.usr1))
      $0.exit(4)
    }
    let frame = trace.events.first { $0.kind == .entersHandler }?.b ?? 0
    #expect(frame > HandBuilt.bss && frame < HandBuilt.bss + 8192)
    #expect(trace.events.last { $0.kind == .exits }?.a == 4)
  }

  @Test func `SA_RESETHAND is for one time, SA_NODEFER lets a handler interrupt itself`() {
    let once = Self.run {
      $0.handle(.SIGUSR1, flags: SignalActionFlags.resetHandler) { $0.call(39) }
      $0.call(39)
      $0.keep()
      for _ in 0..<2 { $0.call(62, .kept, .value(Self.usr1)) }
    }
    #expect(Self.handled(once) == [.SIGUSR1])
    #expect(once.events.last { $0.kind == .isKilled }?.object == 10)
    func nested(_ flags: Int64) -> Bool {
      let trace = Self.run {
        $0.handle(.SIGUSR1, flags: flags | SignalActionFlags.resetHandler) { program in
          program.handle(.SIGUSR1) { $0.call(39) }
          program.call(62, .kept, .value(Self.usr1))
        }
        $0.call(39)
        $0.keep()
        $0.call(62, .kept, .value(Self.usr1))
      }
      var depth = 0
      for event in trace.events {
        if event.kind == .entersHandler { depth += 1 }
        if event.kind == .leavesHandler { depth -= 1 }
        if depth == 2 { return true }
      }
      return false
    }
    #expect(!nested(0))
    #expect(nested(SignalActionFlags.noDefer))
  }

  @Test func `alarm sends SIGALRM, a second one replaces it, 0 takes it back`() {
    let trace = Self.run {
      $0.handle(.SIGALRM) { $0.call(39) }
      $0.call(37, .value(10))
      $0.call(37, .value(2))
      $0.call(34)
      $0.call(37, .value(5))
      $0.call(37, .value(0))
    }
    #expect(Self.results(trace) == [0, 0, 10, Errno.EINTR.returned, 100, 0, 5])
    let handler = trace.events.first { $0.kind == .entersHandler }
    #expect((2_000_000_000..<2_001_000_000).contains(handler?.time ?? 0))
    let info = trace.events.first { $0.kind == .receivesSignal }
    #expect(info?.a == Int64(SignalCode.SI_KERNEL.rawValue))
  }

  @Test func `a system call, a fault and an interrupt all use the task's own kernel stack`() {
    let trace = Self.run([
      (
        "probe", 2,
        Self.program {
          $0.touch(HandBuilt.bss, writes: true)
          $0.call(39)
          $0.compute(20_000_000)
        }
      ),
      ("other", 2, Self.program { $0.compute(20_000_000) }),
    ])
    let userTop = Int64(Architecture.x86_64.userStackTop)
    var tops: [UInt16: Set<Int64>] = [:]
    for event in trace.events where event.kind == .switchesStack {
      #expect(event.a > 0 && event.a <= userTop, "from the user stack")
      #expect(UInt64(bitPattern: event.b) >= Architecture.x86_64.directMapBase)
      tops[event.task, default: []].insert(event.b)
    }
    #expect(tops.keys.sorted() == [1, 2])
    #expect(tops.values.allSatisfy { $0.count == 1 }, "one kernel stack for all ways in")
    #expect(tops[1] != tops[2])
    var reasons: Set<UInt32> = []
    for event in trace.events {
      guard let top = tops[event.task]?.first else { continue }
      switch event.kind {
      case .savesRegisters, .restoresRegisters:
        #expect((top - 16_384..<top).contains(event.a), "in the 16 KiB of the kernel stack")
      case .pushesInterruptFrame: #expect((top - 16_384..<top).contains(event.a))
      case .entersKernel: reasons.insert(event.object)
      default: break
      }
    }
    #expect(reasons == Set(EntryReason.allCases.map(\.rawValue)))
  }

  @Test func `9.9 kill makes pending, and the receiver sees to it on its way to user mode`() {
    let told = Self.run([
      (
        "receiver", 2,
        Self.program {
          $0.handle(.SIGUSR1) { $0.call(39) }
          $0.call(34)
        }
      ),
      (
        "sender", 2,
        Self.program { $0.call(62, .value(100), .value(Self.usr1)) }
      ),
    ]) { $0.scenario.machine.policy = .fifo }
    #expect(
      SequenceTests.missing(
        [
          .init(.sleeps, task: 1, a: 1),
          .routine(.sysKill, task: 2),
          .init(.sendsSignal, task: 2, a: 1), .init(.receivesSignal, task: 1, object: 10),
          .init(.wakes, task: 1), .init(.systemCallReturns, task: 2, a: 0),
          .init(.returnsToUser, task: 2), .init(.runs, task: 1),
          .routine(.exitToUser, task: 1), .init(.checksExitWork, task: 1, a: 2),
          .routine(.deliverSignals, task: 1), .routine(.doSignal, task: 1),
          .init(.takesSignal, task: 1, object: 10),
          .init(.systemCallReturns, task: 1, a: Errno.EINTR.returned),
          .routine(.setupFrame, task: 1), .init(.copiesToUser, task: 1),
          .init(.entersHandler, task: 1, object: 10),
          .init(.returnsToUser, task: 1, mode: .user),
          .routine(.sysRtSigreturn, task: 1), .init(.leavesHandler, task: 1),
          .init(.returnsToUser, task: 1, mode: .user),
        ], in: told) == nil)
  }
}
