import Catalogue
import Lesson
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// Kernel modules, and code of theirs in kernel mode (facts 4, 9.11).
@Suite struct ModuleTests {
  typealias Step = SequenceTests.Step
  static let x86 = Architecture.x86_64

  /// Loads a module as root, then makes more calls; returns the run.
  static func run(
    _ module: ModuleImage, then calls: [ConformanceTests.Call] = [],
    prepare: (inout HandBuilt) -> Void = { _ in }
  ) -> ScenarioRun {
    var built = HandBuilt()
    built.add(module)
    built.addProcess(
      "insmod", user: HandBuilt.root,
      calls: HandBuilt.load(module.name) + calls + [(231, [.value(0)])])
    prepare(&built)
    built.scenario.timeline.append(.run(.toEnd))
    return ScenarioRun.run(built.scenario, limits: RunLimits())
  }

  static func results(_ run: ScenarioRun, of task: UInt16 = 1) -> [Int64] {
    run.trace.events.filter { $0.kind == .systemCallReturns && $0.task == task }.map(\.a)
  }

  static func log(_ run: ScenarioRun) -> [String] {
    run.trace.events.filter { $0.kind == .logsMessage }.map { run.trace.header.strings[$0.string] }
  }

  // MARK: - Sequence

  @Test func `9.11 insmod: examined, copied, resolved, relocated, protected, run, live`() {
    let run = Self.run(ModuleBuilder.hello(), then: [HandBuilt.unload("hello")])
    let call = run.trace.events.firstIndex { $0.kind == .callsSystemCall && $0.a == 313 } ?? 0
    #expect(
      SequenceTests.missing(
        [
          Step(.executesSyscall, task: 1, mode: .kernel), .routine(.sysFinitModule, task: 1),
          Step(.checksCapability, task: 1), .routine(.kernelReadFile, task: 1),
          Step(.looksUpPage, task: 1), Step(.submitsRequest, task: 1), Step(.sleeps, task: 1),
          .routine(.loadModule, task: 1), Step(.checksModule, task: 1),
          Step(.allocatesPage, task: 1), Step(.mapsModule, task: 1),
          Step(.resolvesSymbol, task: 1), Step(.relocatesModule, task: 1),
          Step(.protectsModule, task: 1), .routine(.strncpyFromUser, task: 1),
          .routine(.doInitModule, task: 1), .routine(.moduleCode, task: 1),
          Step(.runsModuleCode, task: 1, mode: .kernel),
          Step(.logsMessage, task: 1, mode: .kernel), Step(.loadsModule, task: 1),
          Step(.systemCallReturns, task: 1, a: 0), Step(.returnsToUser, task: 1, mode: .user),
          .routine(.sysDeleteModule, task: 1), Step(.runsModuleCode, task: 1),
          Step(.logsMessage, task: 1), Step(.unloadsModule, task: 1),
        ], in: run.trace, from: call) == nil)
    #expect(Self.log(run) == ["hello from kernel mode", "bye"])
    #expect(Self.results(run) == [3, 0, 0])
    let state = run.trace.state(after: run.trace.events.count)
    #expect(state.liveModules == 0)
  }

  @Test func `init runs on the caller's kernel stack, below the saved registers`() {
    let trace = Self.run(ModuleBuilder.hello()).trace
    let save = trace.events.last { $0.kind == .savesRegisters }?.a ?? 0
    let begin = trace.events.first { $0.kind == .runsModuleCode }
    #expect((begin?.b ?? 0) < save && (begin?.b ?? 0) > save - 16384)
    #expect(begin?.task == 1 && begin?.mode == .kernel)
    #expect(UInt64(bitPattern: begin?.a ?? 0) == Self.x86.modulesBase)
  }

  // MARK: - Conformance

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var user = HandBuilt.root
    var calls: @Sendable () -> [ConformanceTests.Call]
    var expected: Int64

    init(
      _ what: String, user: Int = HandBuilt.root, gives error: Errno?,
      _ calls: @autoclosure @escaping @Sendable () -> [ConformanceTests.Call]
    ) {
      testDescription = what
      self.user = user
      expected = error?.returned ?? 0
      self.calls = calls
    }
  }

  static func open(_ name: String, _ flags: Int64 = 0) -> ConformanceTests.Call {
    (2, [.text("/lib/modules/\(name).ko"), .value(flags)])
  }

  static let bad: Int64 = 0x10_0000

  /// init_module(2), delete_module(2), kernel/module/main.c and kernel/kernel_read_file.c; [R] where
  /// the facts' section 4 has them recorded.
  static let cases: [Case] = [
    Case("root loads a module", gives: nil, HandBuilt.load("hello")),
    Case(
      "finit: no capability comes before everything", user: 2, gives: .EPERM,
      [(313, [.value(99), .value(bad), .value(0x100)])]),
    Case(
      "finit: unknown flags come before the descriptor", gives: .EINVAL,
      [(313, [.value(99), .text(""), .value(8)])]),
    Case(
      "finit: flags count with their low 32 bits", gives: .EBADF,
      [(313, [.value(99), .text(""), .value(1 << 32)])]),
    Case(
      "finit: a descriptor that is not open", gives: .EBADF,
      [(313, [.value(99), .text(""), .value(0)])]),
    Case(
      "finit: a descriptor that was closed", gives: .EBADF,
      [open("hello"), (3, [.value(3)]), (313, [.value(3), .text(""), .value(0)])]),
    Case(
      "finit: a file open for writing alone cannot be read", gives: .EBADF,
      [open("hello", 1), (313, [.result, .text(""), .value(0)])]),
    Case(
      "finit: a file open for reading and writing is busy", gives: .ETXTBSY,
      [open("hello", 2), (313, [.result, .text(""), .value(0)])]),
    Case(
      "finit: a file that another descriptor may write is busy", gives: .ETXTBSY,
      [open("hello", 1), open("hello"), (313, [.result, .text(""), .value(0)])]),
    Case(
      "finit: a directory is no regular file", gives: .EINVAL,
      [(2, [.text("/lib"), .value(0)]), (313, [.result, .text(""), .value(0)])]),
    Case("finit: nor is the console", gives: .EINVAL, [(313, [.value(0), .text(""), .value(0)])]),
    Case(
      "finit: an empty file", gives: .EINVAL,
      [open("empty"), (313, [.result, .text(""), .value(0)])]),
    Case(
      "finit: busy comes before empty", gives: .ETXTBSY,
      [open("empty", 2), (313, [.result, .text(""), .value(0)])]),
    Case(
      "finit: text is no ELF file", gives: .ENOEXEC,
      [open("text"), (313, [.result, .text(""), .value(0)])]),
    Case("finit: a file cut off in its header", gives: .ENOEXEC, HandBuilt.load("short")),
    Case("finit: a file cut off in its sections", gives: .ENOEXEC, HandBuilt.load("cut")),
    Case("finit: a module for another machine", gives: .ENOEXEC, HandBuilt.load("foreign")),
    Case("finit: an executable is not relocatable", gives: .ENOEXEC, HandBuilt.load("program")),
    Case("finit: built for another kernel", gives: .ENOEXEC, HandBuilt.load("old")),
    Case(
      "finit: the version is not looked at when told so", gives: nil,
      [open("old"), (313, [.result, .text(""), .value(2)])]),
    Case(
      "finit: ignoring symbol versions does not help against vermagic", gives: .ENOEXEC,
      [open("old"), (313, [.result, .text(""), .value(1)])]),
    Case(
      "finit: format comes before the parameters' pointer", gives: .ENOEXEC,
      [open("text"), (313, [.result, .value(bad), .value(0)])]),
    Case(
      "finit: a bad pointer to the parameters", gives: .EFAULT,
      [open("hello"), (313, [.result, .value(bad), .value(0)])]),
    Case(
      "finit: NULL is one", gives: .EFAULT,
      [open("hello"), (313, [.result, .value(0), .value(0)])]),
    Case(
      "finit: a kernel pointer is one", gives: .EFAULT,
      [open("hello"), (313, [.result, .value(Int64(bitPattern: x86.directMapBase)), .value(0)])]),
    Case(
      "finit: an unknown parameter is only warned of", gives: nil,
      [open("hello"), (313, [.result, .text("answer=42"), .value(0)])]),
    Case(
      "finit: the name is taken", gives: .EEXIST, HandBuilt.load("hello") + HandBuilt.load("hello")),
    Case(
      "finit: the name is taken, though the file is another", gives: .EEXIST,
      HandBuilt.load("hello") + HandBuilt.load("twin")),
    Case(
      "finit: the name comes before the symbols", gives: .EEXIST,
      HandBuilt.load("hello") + HandBuilt.load("wanting_twin")),
    Case("finit: an unknown symbol", gives: .ENOENT, HandBuilt.load("wanting")),
    Case(
      "finit: symbols come before the parameters' pointer", gives: .ENOENT,
      [open("wanting"), (313, [.result, .value(bad), .value(0)])]),
    Case("finit: init's error is the call's", gives: .ENODEV, HandBuilt.load("failing")),
    Case(
      "finit: after a failed init the name is free again", gives: .ENODEV,
      HandBuilt.load("failing") + HandBuilt.load("failing")),
    Case(
      "finit: a positive result of init counts as success", gives: nil,
      HandBuilt.load("positive")),
    Case("finit: a module without init just becomes live", gives: nil, HandBuilt.load("quiet")),
    Case(
      "init: no capability comes first", user: 2, gives: .EPERM,
      [(175, [.value(bad), .value(0), .value(bad)])]),
    Case(
      "init: too short for a header", gives: .ENOEXEC,
      [(175, [.value(bad), .value(63), .text("")])]),
    Case("init: a bad pointer", gives: .EFAULT, [(175, [.value(bad), .value(64), .text("")])]),
    Case(
      "init: no memory for an endless image", gives: .ENOMEM,
      [(175, [.value(HandBuilt.bss), .value(1 << 40), .text("")])]),
    Case(
      "init: a negative length is an endless one", gives: .ENOMEM,
      [(175, [.value(HandBuilt.bss), .value(-1), .text("")])]),
    Case(
      "init: zeros are no ELF file", gives: .ENOEXEC,
      [(175, [.value(HandBuilt.bss), .value(4096), .text("")])]),
    Case(
      "init: an image in memory is as good as a file", gives: nil,
      [
        open("hello"), (0, [.result, .value(HandBuilt.bss), .value(4096)]),
        (175, [.value(HandBuilt.bss), .result, .text("")]),
      ]),
    Case(
      "delete: no capability comes before the pointer", user: 2, gives: .EPERM,
      [(176, [.value(bad), .value(0)])]),
    Case("delete: a bad pointer", gives: .EFAULT, [(176, [.value(bad), .value(0)])]),
    Case("delete: no such module", gives: .ENOENT, [HandBuilt.unload("hello")]),
    Case("delete: an empty name", gives: .ENOENT, [HandBuilt.unload("")]),
    Case(
      "delete: a name longer than any", gives: .ENOENT,
      [HandBuilt.unload(String(repeating: "x", count: 60))]),
    Case(
      "delete: a module that is live", gives: nil,
      HandBuilt.load("hello") + [HandBuilt.unload("hello")]),
    Case(
      "delete: twice", gives: .ENOENT,
      HandBuilt.load("hello") + [HandBuilt.unload("hello"), HandBuilt.unload("hello")]),
    Case(
      "delete: and load again", gives: nil,
      HandBuilt.load("hello") + [HandBuilt.unload("hello")] + HandBuilt.load("hello")),
    Case(
      "delete: init without exit makes it permanent", gives: .EBUSY,
      HandBuilt.load("permanent") + [HandBuilt.unload("permanent")]),
    Case(
      "delete: neither init nor exit can be removed", gives: nil,
      HandBuilt.load("quiet") + [HandBuilt.unload("quiet")]),
    Case(
      "delete: one whose init failed is not there", gives: .ENOENT,
      HandBuilt.load("failing") + [HandBuilt.unload("failing")]),
  ]

  @Test(arguments: cases) func `modules answer as Linux does`(_ item: Case) {
    let found = ConformanceTests.results(item.calls(), user: item.user, prepare: Self.prepare)
    #expect(found.last == item.expected)
  }

  static func prepare(_ built: inout HandBuilt) {
    let hello = ModuleBuilder.hello()
    let file = hello.file(for: .x86_64)
    built.add(hello)
    built.addModuleFile("empty", [])
    built.addModuleFile("text", Array(String(repeating: "no module ", count: 20).utf8))
    built.addModuleFile("short", Array(file.prefix(50)))
    built.addModuleFile("cut", Array(file.dropLast(70)))
    var foreign = file
    foreign[18] = 183
    built.addModuleFile("foreign", foreign)
    var program = file
    program[16] = 2
    built.addModuleFile("program", program)
    var old = hello
    old.version = "5.10.0 SMP mod_unload"
    built.addModuleFile("old", old.file(for: .x86_64))
    built.addModuleFile("twin", ModuleBuilder.hello(result: -1).file(for: .x86_64))
    var wanting = ModuleBuilder.hello("wanting")
    wanting.imports.append("no_such_symbol")
    built.add(wanting)
    var twin = ModuleBuilder.hello()
    twin.imports.append("no_such_symbol")
    built.addModuleFile("wanting_twin", twin.file(for: .x86_64))
    built.add(ModuleBuilder.hello("failing", result: Errno.ENODEV.returned))
    built.add(ModuleBuilder.hello("positive", result: 5))
    var permanent = ModuleBuilder.hello("permanent")
    permanent.exitOffset = nil
    built.add(permanent)
    var quiet = permanent
    quiet.name = "quiet"
    quiet.initOffset = nil
    built.add(quiet)
  }

  // MARK: - Memory

  @Test(arguments: Isolation.allCases)
  func `a module is the same frames in every process's table, and user mode cannot use it`(
    _ isolation: Isolation
  ) throws {
    var built = HandBuilt()
    built.scenario.machine.isolation = isolation
    built.add(ModuleBuilder.hello())
    built.addProcess("insmod", user: HandBuilt.root, calls: HandBuilt.load("hello") + [(231, [])])
    built.addProcess("sleeper", calls: [(0, [.value(0), .value(HandBuilt.bss), .value(1)])])
    built.addProcess("thief", calls: [], compute: 1)
    var code = Assembler()
    code.emit(Instruction(.loadConstant, a: 3, immediate: code.literal(300_000_000)), Self.here)
    code.emit(Instruction(.compute, a: 3), Self.here)
    let base = Int64(bitPattern: Self.x86.modulesBase)
    code.emit(Instruction(.loadConstant, a: 3, immediate: code.literal(base)), Self.here)
    code.emit(Instruction(.load, a: 0, b: 3), Self.here)
    built.setCode(code, ofProgram: 2)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.actOut(built.scenario)
    _ = kernel.run(deadline: 150_000_000)
    #expect(kernel.modules.first??.state == .live)
    let module = try #require(kernel.modules.first ?? nil)
    let frames = module.frames.map { kernel.machine.memory.address(of: $0) }
    for task in [2, 3] {
      let table = PageTable(architecture: Self.x86, root: kernel.tasks[task].root)
      let text = table.lookup(UInt64(bitPattern: module.text.lowerBound), in: kernel.machine.memory)
      let data = table.lookup(UInt64(bitPattern: module.data.lowerBound), in: kernel.machine.memory)
      #expect(text?.frameAddress == frames[0] && text?.permission == [.execute])
      #expect(data?.frameAddress == frames[1] && data?.permission == [.write])
      if let user = kernel.machine.userTable(of: kernel.tasks[task].root) {
        let own = PageTable(architecture: Self.x86, root: user)
        #expect(
          own.lookup(UInt64(bitPattern: module.text.lowerBound), in: kernel.machine.memory) == nil)
      }
    }
    _ = kernel.run()
    let trace = kernel.finish()
    let fault = trace.events.first { $0.kind == .faults && $0.task == 3 }
    #expect(fault?.a == base && fault?.b == (isolation == .kpti ? 4 : 5))
    #expect(
      trace.events.contains {
        $0.kind == .receivesSignal && $0.task == 3
          && $0.a == Int64(SignalCode.SEGV_MAPERR.rawValue)
      })
  }

  private static let here = ModuleBuilder("x").image.range

  @Test(arguments: ["hello", "failing"])
  func `a module that goes gives all its frames back`(_ name: String) {
    func free(_ calls: [ConformanceTests.Call]) -> [Int64] {
      var built = HandBuilt()
      Self.prepare(&built)
      built.addProcess("insmod", user: HandBuilt.root, calls: calls + [(231, [.value(0)])])
      built.scenario.timeline.append(.run(.toEnd))
      let trace = ScenarioRun.run(built.scenario, limits: RunLimits()).trace
      return [trace.state(after: trace.events.count).freeFrames]
    }
    let once = HandBuilt.load(name) + [HandBuilt.unload(name)]
    // The first time the page cache and the kernel's page tables grow; after that nothing does.
    #expect(free(once) == free(once + once + once))
  }

  /// kernel/module/procfs.c; proc(5).
  @Test func `the text of /proc/modules tells size, users, state and address, the newest first`() {
    var built = HandBuilt()
    Self.prepare(&built)
    built.add(ModuleBuilder.toy(handling: []))
    var closed = ModuleBuilder.with("slow") { $0.call(.msleep, .value(10_000_000_000)) }
    closed.license = "Proprietary"
    built.add(closed)
    built.addProcess(
      "holder", user: HandBuilt.root,
      calls: HandBuilt.load("hello") + HandBuilt.load("permanent") + HandBuilt.load("toy") + [
        (2, [.text("/dev/toy"), .value(0)]), (0, [.value(0), .value(HandBuilt.bss), .value(1)]),
      ])
    built.addProcess(
      "insmod", user: HandBuilt.root, calls: HandBuilt.load("slow"), compute: 400_000_000)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.actOut(built.scenario)
    _ = kernel.run(deadline: 1_000_000_000)
    #expect(
      kernel.modulesText(showsAddresses: true) == """
        slow 4096 0 - Loading 0xffffffffa0009000 (P)
        toy 8192 1 - Live 0xffffffffa0006000
        permanent 8192 0 [permanent], Live 0xffffffffa0003000
        hello 8192 0 - Live 0xffffffffa0000000

        """)
    let lines = kernel.modulesText(showsAddresses: false).split(separator: "\n")
    #expect(lines.last == "hello 8192 0 - Live 0x0000000000000000")
  }

  // MARK: - Kernel mode

  /// What a process may see of a module's end.
  enum End: Sendable, Equatable {
    case loaded
    case oops(String)
    case panic(String)
  }

  static func end(_ run: ScenarioRun) -> End {
    if case .panic(let words) = run.stop { return .panic(words) }
    if let oops = run.trace.events.first(where: { $0.kind == .oopses }) {
      return .oops(run.trace.header.strings[oops.string])
    }
    return .loaded
  }

  struct CodeCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var expected: End
    var body: @Sendable (inout ModuleBuilder) -> Void

    init(_ what: String, _ expected: End, _ body: @escaping @Sendable (inout ModuleBuilder) -> Void)
    {
      testDescription = what
      self.expected = expected
      self.body = body
    }
  }

  static func load(from address: Int64, _ builder: inout ModuleBuilder) {
    builder.set(3, .value(address))
    builder.emit(Instruction(.load, a: 0, b: 3))
  }

  static func store(to address: Int64, _ builder: inout ModuleBuilder) {
    builder.set(3, .value(address))
    builder.emit(Instruction(.store, a: 3, b: 3))
  }

  static let direct = Int64(bitPattern: x86.directMapBase)

  /// arch/x86/mm/fault.c, arch/x86/kernel/traps.c, arch/x86/kernel/dumpstack.c (oops_end),
  /// kernel/exit.c (make_task_dead).
  static let codeCases: [CodeCase] = [
    CodeCase("kernel mode reads any memory", .loaded) { load(from: direct + 0x5_0000, &$0) },
    CodeCase("kernel mode writes any memory", .loaded) { store(to: direct + 0x3_0000, &$0) },
    CodeCase("a NULL pointer", .oops("BUG: kernel NULL pointer dereference, address: 0x10")) {
      load(from: 0x10, &$0)
    },
    CodeCase(
      "a user address that nothing is mapped at",
      .oops("BUG: unable to handle page fault for address: 0x100000")
    ) { load(from: 0x10_0000, &$0) },
    CodeCase(
      "a kernel address that nothing is mapped at",
      .oops("BUG: unable to handle page fault for address: 0xfffff00000000000")
    ) { load(from: Int64(bitPattern: 0xFFFF_F000_0000_0000), &$0) },
    CodeCase(
      "the kernel's text cannot be written",
      .oops("BUG: unable to handle page fault for address: 0xffffffff81000000")
    ) { store(to: Int64(bitPattern: 0xFFFF_FFFF_8100_0000), &$0) },
    CodeCase(
      "nor a module's own",
      .oops("BUG: unable to handle page fault for address: 0xffffffffa0000000")
    ) {
      $0.setToText(3)
      $0.emit(Instruction(.store, a: 3, b: 3))
    },
    CodeCase(
      "data is not executed",
      .oops("BUG: unable to handle page fault for address: 0xffffffffa0001000")
    ) {
      $0.set(3, .data($0.reserve([UInt8](repeating: 1, count: 8))))
      $0.emit(Instruction(.jumpRegister, a: 3))
    },
    CodeCase("a non-canonical address", .oops("general protection fault")) {
      load(from: 0x1234_5678_9ABC_DEF0, &$0)
    },
    CodeCase("a division by zero", .oops("divide error")) {
      $0.set(3, .value(0))
      $0.emit(Instruction(.divide, a: 0, b: 3, c: 3))
    },
    CodeCase("the end of the code", .oops("invalid opcode")) {
      $0.emit(Instruction(.jump, immediate: 200))
    },
    CodeCase("a service that does not exist", .oops("invalid opcode")) {
      $0.emit(Instruction(.kernelCall, immediate: 999))
    },
    CodeCase("an instruction that leaves the kernel", .oops("general protection fault")) {
      $0.privileged("sysret")
    },
    CodeCase("endless recursion", .panic("kernel stack overflow (double-fault)")) {
      $0.emit(Instruction(.call, immediate: 0))
    },
    CodeCase("a frame larger than the stack", .panic("kernel stack overflow (double-fault)")) {
      $0.emit(Instruction(.enterFrame, immediate: 20_000))
    },
    CodeCase("panic", .panic("that is all")) { $0.call(.panic, .text("that is all")) },
    CodeCase("cli, then hlt", .panic("Watchdog detected hard LOCKUP on cpu 0")) {
      $0.privileged("cli")
      $0.privileged("hlt")
    },
    CodeCase("cli, then sti, then hlt", .loaded) {
      $0.privileged("cli")
      $0.privileged("sti")
      $0.privileged("hlt")
    },
    CodeCase("privileged instructions are executed", .loaded) {
      for name in ["in", "out", "mov_cr3", "rdmsr", "wrmsr", "lgdt", "lidt", "invlpg", "swapgs"] {
        $0.privileged(name)
      }
    },
    CodeCase(
      "printk of an address that is not mapped",
      .oops("BUG: kernel NULL pointer dereference, address: 0x0")
    ) { $0.call(.printk, .value(0)) },
    CodeCase("kfree of what kmalloc gave", .loaded) {
      $0.call(.kmalloc, .value(100))
      $0.call(.kfree, .register(0))
    },
    CodeCase("kfree of NULL", .loaded) { $0.call(.kfree, .value(0)) },
    CodeCase("kfree of something else", .oops("invalid opcode")) {
      $0.call(.kfree, .value(direct))
    },
    CodeCase("kmalloc's memory can be written", .loaded) {
      $0.call(.kmalloc, .value(8192))
      $0.emit(Instruction(.store, a: 0, b: 0, immediate: 8184))
    },
  ]

  @Test(arguments: codeCases) func `kernel mode ends as on Linux`(_ item: CodeCase) {
    let run = Self.run(ModuleBuilder.with { item.body(&$0) }) { built in
      built.addProcess("bystander", calls: [(39, []), (231, [.value(7)])], compute: 200_000_000)
    }
    #expect(Self.end(run) == item.expected)
    let killed = run.trace.events.first { $0.kind == .isKilled && $0.task == 1 }
    let state = run.trace.state(after: run.trace.events.count)
    switch item.expected {
    case .loaded: #expect(Self.results(run) == [3, 0])
    case .oops:
      #expect(killed?.object == UInt32(Signal.SIGKILL.rawValue))
      #expect(state.tasks[2].exitStatus == 7, "the system goes on")
    case .panic:
      #expect(run.trace.events.last?.kind == .panics)
      #expect(state.tasks[2].exitStatus == nil, "nobody goes on")
    }
  }

  @Test func `a module that oopses in init stays Loading, and cannot be removed or replaced`() {
    let module = ModuleBuilder.with("bad") { Self.load(from: 0, &$0) }
    let run = Self.run(module) { built in
      built.addProcess(
        "other", user: HandBuilt.root,
        calls: [HandBuilt.unload("bad")] + HandBuilt.load("bad") + [(231, [.value(0)])],
        compute: 60_000_000)
    }
    #expect(
      Self.results(run, of: 2) == [Errno.EBUSY.returned, 3, Errno.EBUSY.returned])
    let log = Self.log(run)
    #expect(log.contains { $0.hasPrefix("Oops: [#1] CPU: 0 PID: 100 Comm: insmod") })
    #expect(log.contains { $0.hasPrefix("RIP: bad+0x8") })
    #expect(
      log.contains {
        $0.hasPrefix("Call Trace: module_code do_init_module load_module sys_finit_module")
      })
  }

  @Test func `a process asleep in init lets others run, and its module is Loading meanwhile`() {
    let module = ModuleBuilder.with("slow") { $0.call(.msleep, .value(100_000_000)) }
    let run = Self.run(module) { built in
      built.addProcess(
        "other", user: HandBuilt.root, calls: [HandBuilt.unload("slow"), (231, [.value(0)])],
        compute: 60_000_000)
    }
    #expect(Self.results(run, of: 2) == [Errno.EBUSY.returned])
    #expect(Self.results(run) == [3, 0])
    let sleep = run.trace.events.last { $0.kind == .sleeps && $0.task == 1 }
    #expect(sleep?.a == 0, "msleep is not ended by signals")
    #expect(Self.end(run) == .loaded)
  }

  @Test func `msleep with interrupts off is reported, and sleeps`() {
    let run = Self.run(
      ModuleBuilder.with {
        $0.privileged("cli")
        $0.call(.msleep, .value(1_000_000))
      })
    #expect(Self.end(run) == .loaded)
    #expect(
      Self.log(run).contains {
        $0.hasPrefix("BUG: sleeping function called from invalid context")
      })
  }

  @Test func `an oops with interrupts off lets them on again`() {
    let run = Self.run(
      ModuleBuilder.with {
        $0.privileged("cli")
        Self.load(from: 0, &$0)
      }
    ) { built in built.addProcess("bystander", calls: [], compute: 200_000_000) }
    #expect(Self.log(run).contains("note: insmod[100] exited with irqs disabled"))
    let oops = run.trace.events.firstIndex { $0.kind == .oopses } ?? 0
    #expect(run.trace.events[oops...].contains { $0.kind == .interrupts })
  }

  @Test func `interrupts come between a module's instructions, unless it has switched them off`() {
    func ticks(_ isMasked: Bool) -> [Int64] {
      let module = ModuleBuilder.with {
        if isMasked { $0.privileged("cli") }
        // 60 ms, one tick in each 4 ms.
        $0.set(3, .value(0))
        $0.set(12, .value(20_000))
        $0.emit(Instruction(.loadImmediate, a: 13, immediate: 1))
        $0.emit(Instruction(.add, a: 3, b: 3, c: 13))
        $0.emit(Instruction(.less, a: 0, b: 3, c: 12))
        $0.emit(Instruction(.branchIfNotZero, a: 0, immediate: -2))
      }
      let trace = Self.run(module) { $0.scenario.machine.costs.instruction = 1000 }.trace
      let begin = trace.events.firstIndex { $0.kind == .runsModuleCode } ?? 0
      let end = trace.events.firstIndex { $0.kind == .loadsModule } ?? 0
      return trace.events[begin..<end].filter { $0.kind == .pushesInterruptFrame }.map(\.b)
    }
    let found = ticks(false)
    #expect(found.count >= 3)
    let area = Int64(bitPattern: Self.x86.modulesBase)
    #expect(
      found.allSatisfy { $0 >= area && $0 < area + 4096 }, "it is the module that is borrowed")
    #expect(ticks(true).isEmpty)
  }

  @Test func `registers survive interrupts and sleeps`() {
    let module = ModuleBuilder.with {
      $0.set(3, .value(42))
      $0.set(12, .value(0x1234))
      $0.emit(Instruction(.push, a: 12))
      $0.call(.msleep, .value(30_000_000))
      $0.emit(Instruction(.pop, a: 13))
      $0.call(.printk, .text("%d %x %% %q"), .register(3), .register(13))
    }
    let run = Self.run(module) { built in
      built.addProcess("other", calls: [(39, []), (39, [])], compute: 40_000_000)
    }
    #expect(Self.log(run) == ["42 1234 % %q"])
  }

  @Test func `copies between module and user memory count what they left out`() {
    let module = ModuleBuilder.with {
      let place = $0.reserve([UInt8](repeating: 0, count: 16))
      $0.set(3, .text("kernel says %d %d %d"))
      $0.call(
        .copyToUser, .value(HandBuilt.bss), .data($0.reserve(Array("abcdefgh".utf8))), .value(8))
      $0.set(12, .register(0))
      $0.call(.copyFromUser, .data(place), .value(HandBuilt.bss), .value(8))
      $0.set(13, .register(0))
      // Four bytes short of the end of bss.
      $0.call(.copyFromUser, .data(place), .value(HandBuilt.bss + 65_532), .value(8))
      $0.set(14, .register(0))
      $0.set(15, .data(place))
      $0.emit(Instruction(.loadByte, a: 15, b: 15, immediate: 7))
      $0.call(.printk, .register(3), .register(12), .register(13), .register(14))
    }
    let run = Self.run(module)
    #expect(Self.log(run) == ["kernel says 0 0 4"])
    #expect(Self.end(run) == .loaded)
    #expect(run.trace.events.contains { $0.kind == .copiesToUser && $0.b == 8 })
  }

  @Test func `an unknown symbol and a strange result are told in the log`() {
    var wanting = ModuleBuilder.hello("wanting")
    wanting.imports.append("no_such_symbol")
    #expect(Self.log(Self.run(wanting)) == ["wanting: Unknown symbol no_such_symbol (err -2)"])
    let positive = Self.log(Self.run(ModuleBuilder.hello("positive", result: 5)))
    #expect(positive.last?.contains("suspiciously returned 5") == true)
  }

  @Test func `sleeping in an interrupt stops the machine`() {
    var built = HandBuilt()
    built.addProcess("probe", calls: [(35, [.value(HandBuilt.bss)]), (231, [.value(0)])])
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    while kernel.tasks[1].depth == 0
      || kernel.frames[Kernel.stackFrames + kernel.tasks[1].depth - 1].routine != .hrtimerSleep
    {
      guard kernel.step() == nil else { break }
    }
    kernel.processors[0].interruptDepth = 1
    #expect(kernel.run() == .panic("Fatal exception in interrupt"))
    let trace = kernel.finish()
    let line = trace.events.last { $0.kind == .logsMessage }.map { trace.header.strings[$0.string] }
    #expect(line == "BUG: scheduling while atomic: probe/100/0x00010000")
  }

  @Test func `a fault of the kernel's in an interrupt stops the machine`() {
    var built = HandBuilt()
    built.add(ModuleBuilder.with { Self.load(from: 0, &$0) })
    built.addProcess("insmod", user: HandBuilt.root, calls: HandBuilt.load("probe"))
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    while kernel.frames[Kernel.stackFrames + max(0, kernel.tasks[1].depth - 1)].routine
      != .moduleCode
    {
      guard kernel.step() == nil else { break }
    }
    kernel.processors[0].interruptDepth = 1
    #expect(kernel.run() == .panic("Fatal exception in interrupt"))
  }
}
