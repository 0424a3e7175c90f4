import Catalogue
import Lesson
import Machine
import Narration
import Program
import SourceText
import TestSupport
import Testing
import Trace
import WalkSemantics
import WalkSyntax

@testable import Kernel

/// One script on all ten ways into the kernel, against a table typed from man:syscall(2), the tables of
/// numbers and arch/*/kernel/entry*, not read off the catalogue.
@Suite struct TenWaysTests {
  /// What the `open` of the script looks like on one architecture.
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    /// `open`, or `openat` with AT_FDCWD where there is no `open`.
    var call: String
    var number: Int64
    /// The register that the number is loaded into; `nil` where the instruction holds it.
    var numberRegister: String?
    /// The registers of path and flags.
    var path: String
    var flags: String
    /// What the instruction is, and what is told of what it saves.
    var instruction: String
    var saves: [String]
    var result: String
    /// Where else an error shows, with its value after success and after failure.
    var error: (register: String, good: Int64, bad: Int64)?
    var back: String

    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(
      name: "x86_64", call: "open", number: 2, numberRegister: "rax", path: "rdi", flags: "rsi",
      instruction: "`syscall`", saves: ["rcx ← rip", "r11 ← rflags", "MSR LSTAR"], result: "rax",
      back: "`sysretq`"),
    Row(
      name: "i386", call: "open", number: 5, numberRegister: "eax", path: "ebx", flags: "ecx",
      instruction: "`int $0x80`", saves: ["IDT gate 0x80"], result: "eax", back: "`iret`"),
    Row(
      name: "i386_sysenter", call: "open", number: 5, numberRegister: "eax", path: "ebx",
      flags: "ecx", instruction: "`sysenter`", saves: ["no return address", "SYSENTER_EIP"],
      result: "eax", back: "`sysexit`"),
    Row(
      name: "arm64", call: "openat", number: 56, numberRegister: "x8", path: "x1", flags: "x2",
      instruction: "`svc #0`", saves: ["ELR_EL1 ← pc", "SPSR_EL1 ← pstate", "VBAR_EL1 + 0x400"],
      result: "x0", back: "`eret`"),
    Row(
      name: "arm", call: "open", number: 5, numberRegister: "r7", path: "r0", flags: "r1",
      instruction: "`svc #0`", saves: ["LR_svc ← pc", "SPSR_svc ← cpsr"], result: "r0",
      back: "`movs pc, lr`"),
    Row(
      name: "riscv64", call: "openat", number: 56, numberRegister: "a7", path: "a1", flags: "a2",
      instruction: "`ecall`", saves: ["sepc ← pc", "its own address", "scause ← 8", "stvec"],
      result: "a0", back: "`sret`"),
    Row(
      name: "mips", call: "open", number: 5002, numberRegister: "v0", path: "a0", flags: "a1",
      instruction: "`syscall`", saves: ["EPC ← pc", "its own address", "EBase + 0x180"],
      result: "v0", error: ("a3", 0, 1), back: "`eret`"),
    Row(
      name: "powerpc64", call: "open", number: 5, numberRegister: "r0", path: "r3", flags: "r4",
      instruction: "`sc`", saves: ["SRR0 ← nip", "SRR1 ← MSR", "vector 0xC00"], result: "r3",
      error: ("cr", 0, 0x1000_0000), back: "`rfid`"),
    Row(
      name: "s390x", call: "open", number: 5, numberRegister: nil, path: "r2", flags: "r3",
      instruction: "`svc 5`", saves: ["0x140", "lowcore 0x8A", "0x1C0"], result: "r2",
      back: "`lpswe`"),
    Row(
      name: "loongarch64", call: "openat", number: 56, numberRegister: "a7", path: "a1",
      flags: "a2", instruction: "`syscall 0`", saves: ["ERA ← pc", "its own address", "PRMD"],
      result: "a0", back: "`ertn`"),
  ]

  static let script = """
    disk sda { latency 5ms }
    mount "/" ext4 on sda
    user ada { uid 1000 }
    file "/home/ada/foo" { owner ada, mode 0644, text "hello\\n" }
    program editor {
        bss buf 4KiB
        let fd = open("foo", O_RDWR)
        let n = read(fd, buf, 5)
        write(1, buf, n)
        let bad = open("nope", O_RDWR)
        if bad == -1 && errno == ENOENT { exit(fd + 40) }
        exit(1)
    }
    program counter { repeat 20 { compute 1ms } }
    start editor as ada in "/home/ada"
    start counter
    run
    """

  static func run(_ text: String, on name: String) throws -> (ScenarioRun, Scenario, SourceSet) {
    var sources = SourceSet()
    let file = SourceFile(name: "script.walk", bytes: Array(text.utf8))
    let id = sources.add(file)
    let part = ScenarioPart(
      role: .scenario, script: WalkParser.parse(SourceFragment(file, id: id)))
    let checked = WalkChecker.check([part], architecture: name)
    let found = (part.script.diagnostics + checked.diagnostics).map {
      DiagnosticRenderer().render($0, in: sources)
    }
    let scenario = try #require(checked.scenario, "\(found)")
    return (ScenarioRun.run(scenario, limits: RunLimits()), scenario, sources)
  }

  @Test func `each architecture has a row`() {
    #expect(Self.rows.map(\.name) == Architecture.all.map(\.name))
  }

  @Test(arguments: rows)
  func `opening a file goes the architecture's way`(_ row: Row) throws {
    let (run, scenario, sources) = try Self.run(Self.script, on: row.name)
    let trace = run.trace
    let header = trace.header
    let end = trace.state(after: trace.events.count)
    #expect(run.stop == .finished)
    #expect(end.tasks[1].exitStatus == 43, "descriptor 3, and ENOENT in errno")
    let output = trace.events.filter { $0.kind == .writesConsole }.map {
      String(decoding: header.strings[bytes: $0.string], as: UTF8.self)
    }
    #expect(output == ["hello"])

    let narrator = Narrator(trace: header, scenario: scenario, sources: sources)
    func sentence(_ event: TraceEvent) -> String { narrator.sentence(event, at: 0) }
    func register(_ event: TraceEvent) -> String { header.text(Int64(event.object), .register) }
    let id = try #require(SystemCall.named(row.call))
    let calls = trace.events.indices.filter {
      trace.events[$0].kind == .callsSystemCall && trace.events[$0].object == id.rawValue
    }
    #expect(calls.count == 2)
    for (position, call) in calls.enumerated() {
      let isGood = position == 0
      #expect(trace.events[call].a == row.number)
      // Before the instruction: the registers.
      var loads: [String: Int64] = [:]
      for event in trace.events[..<call].reversed() {
        if event.kind == .systemCallReturns { break }
        if event.kind == .loadsRegister, event.task == 1 { loads[register(event)] = event.a }
      }
      if let number = row.numberRegister {
        #expect(loads[number] == row.number)
      } else {
        #expect(!loads.values.contains(row.number), "the instruction holds the number")
      }
      #expect(loads[row.flags] == 2)
      #expect(loads[row.path] != nil)
      if row.call == "openat" { #expect(loads.values.contains(-100), "AT_FDCWD") }
      // The instruction and what the hardware saves.
      let after = trace.events[call...]
      let executes = try #require(after.first { $0.kind == .executesSyscall })
      #expect(sentence(executes).hasPrefix(row.instruction + ":"))
      for word in row.saves { #expect(sentence(executes).contains(word), "\(sentence(executes))") }
      // The results as the user will see them.
      let returns = try #require(after.firstIndex { $0.kind == .systemCallReturns })
      #expect(trace.events[returns].a == (isGood ? 3 : -2))
      let stored = trace.events[call..<returns].filter { $0.kind == .storesResult }
      let isNegative = row.error == nil
      var expected = [(row.result, isGood ? 3 : isNegative ? -2 : 2)] as [(String, Int64)]
      if let error = row.error {
        expected.append((error.register, isGood ? error.good : error.bad))
      }
      #expect(stored.map(register) == expected.map(\.0))
      #expect(stored.map(\.a) == expected.map(\.1))
      let back = try #require(after.first { $0.kind == .executesReturn && $0.task == 1 })
      #expect(sentence(back).hasPrefix(row.back))
      #expect(back.a == trace.events[call].b + Instruction.byteCount, "behind the instruction")
    }
  }

  /// The way in and out in sentences, for all ten, as a page to be read.
  @Test func `the ten ways are told in the words of each`() throws {
    var page = ""
    let kinds: Set<EventKind> = [
      .callsSystemCall, .loadsRegister, .executesSyscall, .pushesInterruptFrame,
      .savesReturnState, .entersKernel, .switchesStack, .savesRegisters, .advancesReturnAddress,
      .dispatches, .storesResult, .systemCallReturns, .restoresRegisters, .executesReturn,
      .returnsToUser,
    ]
    for row in Self.rows {
      let (run, scenario, sources) = try Self.run(
        "program p { let x = open(\"nope\", O_RDONLY); *0x20 = x }\nstart p\nrun\n", on: row.name)
      let narrator = Narrator(trace: run.trace.header, scenario: scenario, sources: sources)
      page += "# \(row.name)\n\n"
      let start = run.trace.events.firstIndex { $0.kind == .loadsRegister } ?? 0
      for event in run.trace.events[start...]
      where kinds.contains(event.kind) || event.kind == .faults || event.kind == .receivesSignal {
        page += "- \(narrator.sentence(event, at: 0))\n"
        if event.kind == .receivesSignal { break }
      }
      page += "\n"
    }
    try expectGolden(page, "Kernel/ten-ways.txt")
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `registers come back as they were, except those the ABI gives away`(_ name: String) throws {
    let machine = try #require(Architecture.named(name))
    let roles = machine.roles
    var built = HandBuilt()
    built.scenario.machine = MachineConfiguration(architecture: machine)
    built.addProcess("probe", calls: [])
    let getpid = try #require(SystemCall.named("getpid").flatMap { SystemCall[$0] }?.numbers[name])
    let settable = (UInt8(0)..<UInt8(min(32, machine.registers.count))).filter {
      $0 != roles.stackPointer && machine.registers[Int($0)] != "zero"
    }
    var code = settable.map {
      Instruction(.loadImmediate, a: $0, immediate: 1000 + Int32($0))
    }
    code += [
      Instruction(.loadImmediate, a: roles.number, immediate: Int32(getpid)),
      Instruction(.systemCall, immediate: -1), Instruction(.jump, immediate: 0),
    ]
    built.setCode(code, ofProgram: 0)
    var limits = RunLimits()
    limits.steps = 10_000
    var kernel = Kernel(built.scenario, limits: limits)
    kernel.act(.start(process: 0), at: nil)
    func returns() -> Bool {
      kernel.trace.events.contains { $0.kind == .systemCallReturns }
    }
    while !returns(), kernel.step() == nil {}
    while kernel.machine.cpus[0].mode == .kernel, kernel.step() == nil {}
    let registers = kernel.machine.cpus[0].registers
    let site = kernel.trace.events.first { $0.kind == .callsSystemCall }?.b ?? 0
    var given: [UInt8: Int64] = [roles.result: kernel.tasks[1].pid]
    if roles.number != roles.result { given[roles.number] = getpid }
    if name == "x86_64" {
      given[1] = site + 8
      given[11] = 0x202
    }
    if name == "mips" { given[7] = 0 }
    for register in settable {
      #expect(
        registers[Int(register)] == given[register] ?? 1000 + Int64(register),
        "\(machine.registers[Int(register)])")
    }
    #expect(kernel.machine.cpus[0].programCounter == site + 8)
    #expect(kernel.machine.cpus[0].flags == machine.userFlags)
  }

  /// Signals: arch/*/kernel/traps.c; the first privileged instruction of each list.
  @Test func `a privileged instruction kills with the architecture's signal`() throws {
    let expected: [(String, String, Signal, SignalCode)] = [
      ("x86_64", "cli", .SIGSEGV, .SI_KERNEL), ("i386", "hlt", .SIGSEGV, .SI_KERNEL),
      ("i386_sysenter", "in", .SIGSEGV, .SI_KERNEL),
      ("arm64", "msr_daifset", .SIGILL, .ILL_ILLOPC), ("arm", "mcr_ttbr0", .SIGILL, .ILL_ILLOPC),
      ("riscv64", "sret", .SIGILL, .ILL_ILLOPC), ("mips", "mtc0", .SIGILL, .SI_KERNEL),
      ("powerpc64", "mtmsrd", .SIGILL, .ILL_PRVOPC), ("s390x", "lpswe", .SIGILL, .ILL_PRVOPC),
      ("loongarch64", "ertn", .SIGILL, .SI_KERNEL),
    ]
    for (name, instruction, signal, code) in expected {
      // Root runs in user mode too.
      let (run, _, _) = try Self.run(
        "program p { privileged \(instruction); exit(0) }\nstart p as root\nrun\n", on: name)
      let event = try #require(run.trace.events.first { $0.kind == .receivesSignal })
      #expect(event.object == UInt32(signal.rawValue), "\(name)")
      #expect(event.a == Int64(code.rawValue), "\(name)")
      #expect(run.trace.events.contains { $0.kind == .isKilled }, "\(name)")
    }
  }

  /// man pages of the instructions; gcc's code around them for mips and loongarch64.
  @Test func `dividing by zero raises SIGFPE, or gives what the architecture says`() throws {
    let quotients: [String: Int64] = ["arm64": 0, "arm": 0, "riscv64": 255, "powerpc64": 0]
    for machine in Architecture.all {
      let (run, _, _) = try Self.run(
        "program p { let z = getpid() - getpid(); exit((7 / z) & 255) }\nstart p\nrun\n",
        on: machine.name)
      let end = run.trace.state(after: run.trace.events.count)
      if let quotient = quotients[machine.name] {
        #expect(end.tasks[1].exitStatus == quotient, "\(machine.name)")
      } else {
        let event = try #require(
          run.trace.events.first { $0.kind == .receivesSignal }, "\(machine.name)")
        #expect(event.object == UInt32(Signal.SIGFPE.rawValue), "\(machine.name)")
        #expect(event.a == Int64(SignalCode.FPE_INTDIV.rawValue), "\(machine.name)")
      }
    }
  }

  /// arch/*/mm/fault.c: MAPERR for what is the kernel's, whether it is mapped or not; an address error
  /// where user mode may not even name it.
  @Test func `a kernel address is out of reach everywhere`() throws {
    let expected: [(String, String, Signal, SignalCode)] = [
      ("x86_64", "0xffff888000001000", .SIGSEGV, .SEGV_MAPERR),
      ("x86_64", "0x800000000000", .SIGSEGV, .SI_KERNEL),
      ("i386", "0xc0100000", .SIGSEGV, .SEGV_MAPERR),
      ("i386_sysenter", "0xc0100000", .SIGSEGV, .SEGV_MAPERR),
      ("arm64", "0xffff000000001000", .SIGSEGV, .SEGV_MAPERR),
      ("arm64", "0x8000000000000000", .SIGSEGV, .SEGV_MAPERR),
      ("arm", "0xc0008000", .SIGSEGV, .SEGV_MAPERR),
      ("riscv64", "0xffffffd600001000", .SIGSEGV, .SEGV_MAPERR),
      ("riscv64", "0x800000000000", .SIGSEGV, .SEGV_MAPERR),
      ("mips", "0x9800000000001000", .SIGBUS, .SI_KERNEL),
      ("mips", "0xffffffff80100000", .SIGBUS, .SI_KERNEL),
      ("powerpc64", "0xc000000000001000", .SIGSEGV, .SEGV_MAPERR),
      ("powerpc64", "0x4000000000001000", .SIGSEGV, .SEGV_BNDERR),
      ("s390x", "0x3ffe0100000", .SIGSEGV, .SEGV_MAPERR),
      ("loongarch64", "0x9000000000200000", .SIGBUS, .BUS_ADRERR),
      ("loongarch64", "0xffff800000001000", .SIGSEGV, .SEGV_MAPERR),
    ]
    for (name, address, signal, code) in expected {
      for access in ["let x = *\(address)", "*\(address) = 1"] {
        let (run, _, _) = try Self.run(
          "program p { \(access) }\nstart p\nrun\n", on: name)
        let event = try #require(run.trace.events.first { $0.kind == .receivesSignal }, "\(name)")
        #expect(event.object == UInt32(signal.rawValue), "\(name) \(address)")
        #expect(event.a == Int64(code.rawValue), "\(name) \(address)")
      }
      // Handed to a system call, the same address is EFAULT and no signal.
      let (run, _, _) = try Self.run(
        """
        program p {
            let n = write(1, \(address), 4)
            if n == -1 && errno == EFAULT { exit(14) }
            exit(1)
        }
        start p
        run
        """, on: name)
      let end = run.trace.state(after: run.trace.events.count)
      #expect(end.tasks[1].exitStatus == 14, "\(name) \(address)")
      #expect(!run.trace.events.contains { $0.kind == .receivesSignal })
    }
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `functions, recursion and many arguments work with the registers there are`(
    _ name: String
  ) throws {
    let (run, _, _) = try Self.run(
      """
      program p {
          fn six(a, b, c, d, e, f) { return a + 2*b + 3*c + 4*d + 5*e + 6*f }
          fn fib(n) { if n < 2 { return n }  return fib(n - 1) + fib(n - 2) }
          data text "x"
          let a = 1
          let deep = ((a+1)*((a+2)*((a+3)*(a+4)) - (a+5)*((a+6)-(a+7)*(a+8)))) - 700
          let sum = 1000 + six(a, a+1, a+2, a+3, a+4, a+5) - 1000
          let nested = a + (a + (a + (a + (a + lseek(1, 0, SEEK_SET)))))
          let raw = 5 + syscall(0x7fff, a, a+1, a+2, a+3, a+4, a+5)
          if raw != 4 || errno != ENOSYS { exit(1) }
          if sum != 91 { exit(2) }
          if nested != 4 { exit(3) }
          if fib(10) != 55 { exit(4) }
          if deep != 200 { exit(deep & 255) }
          exit(77)
      }
      start p
      run
      """, on: name)
    let end = run.trace.state(after: run.trace.events.count)
    #expect(end.tasks[1].exitStatus == 77, "\(name)")
  }

  @Test(arguments: Architecture.all.map(\.name))
  func `ticks and disk interrupts preempt and resume on every architecture`(
    _ name: String
  ) throws {
    let (run, _, _) = try Self.run(
      """
      machine x86_64 { cpus 2, tick 1ms, scheduler round_robin { quantum 1ms } }
      disk sda { latency 2ms }
      mount "/" ext4 on sda
      file "/data" { size 12KiB }
      program reader {
          bss buf 8KiB
          let fd = open("/data", O_RDONLY)
          let sum = 0
          repeat 3 { sum = sum + read(fd, buf, 4096) }
          if sum != 12288 { exit(1) }
          exit(9)
      }
      program spinner { repeat 6 { compute 1ms } exit(9) }
      program worker { repeat 6 { compute 1ms } exit(9) }
      start reader
      start spinner
      start worker
      run
      """, on: name)
    let end = run.trace.state(after: run.trace.events.count)
    #expect(run.stop == .finished)
    #expect(end.tasks[1...3].allSatisfy { $0.exitStatus == 9 })
    #expect(run.trace.events.contains { $0.kind == .interrupts })
  }
}
