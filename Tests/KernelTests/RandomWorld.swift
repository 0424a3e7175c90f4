import Catalogue
import Program
import TestSupport
import Trace

@testable import Kernel

/// A world that nobody would build, with programs that nobody would write, from a number.
///
/// One to four CPUs of any architecture, with or without isolation, memory from the least there can be
/// to plenty, with or without a swap area, a disk, a file server, a serial line, a keyboard, modules;
/// and programs over all calls that the kernel serves, with children, other programs, handlers and
/// memory of their own. Half of a program makes sense, so that it gets somewhere; the other half does
/// not.
struct RandomWorld {
  private var random: SeededGenerator
  private var built: HandBuilt
  private let architecture: Architecture
  /// How many programs there are, and what they are called.
  private let programCount: Int
  /// The calls that the kernel serves here.
  private let calls: [String]

  static func scenario(_ seed: UInt64) -> Scenario {
    var world = RandomWorld(seed)
    world.makePrograms()
    world.makeTimeline()
    return world.built.scenario
  }

  private init(_ seed: UInt64) {
    random = SeededGenerator(seed: seed)
    let others = Architecture.all
    let isPlain = Bool.random(using: &random)
    architecture =
      isPlain ? .x86_64 : others[Int.random(in: 0..<others.count, using: &random)]
    let name = architecture.name
    calls = SystemCall.all.filter { $0.routine != nil && $0.numbers[name] != nil }.map(\.name)
    programCount = Int.random(in: 1...4, using: &random)
    built = HandBuilt(text: String(repeating: "text ", count: 2000))
    makeMachine()
    makeFiles()
  }

  // MARK: - Chance

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func pick<Element>(_ choices: [Element], else other: Element) -> Element {
    choices.randomElement(using: &random) ?? other
  }

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    Int64.random(in: range, using: &random)
  }

  // MARK: - The machine

  private mutating func makeMachine() {
    var machine = MachineConfiguration(architecture: architecture)
    machine.cpuCount = pick([1, 1, 1, 2, 2, 3, 4], else: 1)
    machine.memoryBytes = pick([1 << 20, 1 << 20, 5 << 18, 2 << 20, 4 << 20, 16 << 20], else: 1)
    machine.tick = pick([1_000_000, 4_000_000], else: 1)
    machine.policy = chance(20) ? .fifo : .roundRobin
    machine.quantum = pick([1_000_000, 8_000_000], else: 1)
    machine.costs = chance(20) ? .typical : .ideal
    if architecture.kernelIsolation != nil, chance(40) { machine.isolation = .kpti }
    machine.replacement = ReplacementPolicy.allCases.randomElement(using: &random) ?? .clock
    built.scenario.machine = machine
    if chance(50) {
      built.scenario.swap = SwapConfiguration(
        disk: 0, byteCount: pick([4, 40, 400], else: 4) * architecture.pageBytes)
    }
  }

  private mutating func makeFiles() {
    built.scenario.nodes += [
      ConformanceTests.node("/home/ada/link", .link("foo"), mode: 0o777),
      ConformanceTests.node("/home/ada/big", .zeros(200_000), mode: 0o644),
      ConformanceTests.node("/home/ada/locked", .directory, uid: 0, mode: 0o700),
      ConformanceTests.node(
        "/home/ada/run.sh", .bytes(Array("#!/bin/p0 again\n".utf8)), mode: 0o755),
      ConformanceTests.node("/net", .directory, uid: 0, mode: 0o755),
      ConformanceTests.node("/net/motd", .bytes(Array("Welcome\n".utf8)), uid: 0, mode: 0o644),
    ]
    built.scenario.nics = [NICConfiguration(name: "eth0", latency: 2_000_000)]
    built.scenario.serials = [InputConfiguration(name: "ttyS0")]
    built.scenario.keyboards = [InputConfiguration(name: "kbd")]
    built.scenario.mounts.append(
      MountConfiguration(path: "/net", fileSystem: .nfs, disk: nil, nic: 0, server: "server"))
    if architecture.name == "x86_64" {
      ModuleTests.prepare(&built)
      built.add(ModuleBuilder.with("slow") { $0.call(.msleep, .value(7_000_000)) })
      built.add(ModuleBuilder.with("leaky") { $0.call(.kmalloc, .value(20_000)) })
      built.add(
        ModuleBuilder.toy(handling: pick([[], ["sda"], ["sda", "kbd"], ["ttyS0"]], else: [])))
      if chance(10) { built.add(ModuleBuilder.with("bad") { ModuleTests.load(from: 0x10, &$0) }) }
    }
  }

  private mutating func makeTimeline() {
    let range = HandBuilt.noRange
    func act(_ action: TimelineAction, at time: Int64?) {
      built.scenario.timeline.append(.act(action, at: time))
      built.scenario.timelineRanges.append(range)
    }
    for index in built.scenario.timeline.indices.dropFirst() where chance(30) {
      if case .act(let action, _) = built.scenario.timeline[index] {
        built.scenario.timeline[index] = .act(action, at: number(0...30_000_000))
      }
    }
    for _ in 0..<Int.random(in: 0..<6, using: &random) {
      let device = pick([1, 2, 3, 4], else: 1)
      let id = DeviceID(rawValue: UInt32(device))
      let time = number(0...60_000_000)
      act(device < 3 ? .fail(id) : .receive(id, Array("typed\n".utf8)), at: time)
    }
    for _ in 0..<Int.random(in: 0..<4, using: &random) {
      let signal = pick(Self.signals, else: .SIGTERM)
      let task = UInt16.random(in: 1...UInt16(programCount), using: &random)
      act(.signal(signal, to: TaskID(rawValue: task)), at: number(0...60_000_000))
    }
  }

  // MARK: - Programs

  private static let signals: [Signal] = [
    .SIGUSR1, .SIGUSR1, .SIGUSR2, .SIGALRM, .SIGCHLD, .SIGPIPE, .SIGTERM, .SIGKILL, .SIGSTOP,
    .SIGCONT, .SIGSEGV, .SIGTSTP,
  ]

  private static let paths = [
    "foo", "foo", "link", "big", "/home/ada/foo", "none", "locked/x", "..", "", "foo/", "new", "d",
    "d/x", "/net/motd", "/net/none", "/dev/null", "/dev/zero", "/dev/ttyS0", "/dev/kbd",
    "/dev/toy", "/dev/toy",
    "/proc/self/maps", "/lib/modules/hello.ko", "/bin/p0",
  ]

  private static let modules = [
    "hello", "slow", "leaky", "bad", "failing", "permanent", "quiet", "wanting", "text", "none",
    "toy", "toy", "toy",
  ]

  private mutating func makePrograms() {
    for index in 0..<programCount {
      var program = SmallProgram(architecture)
      if chance(60) { program.compute(number(0...3_000_000)) }
      for _ in 0..<Int.random(in: 0..<12, using: &random) { doSomething(&program, depth: 0) }
      let user = chance(30) ? HandBuilt.root : chance(15) ? 1 : 2
      program.add(to: &built, as: "p\(index)", user: user)
    }
  }

  /// One thing that a program does; in a child, nothing that makes ever more children.
  private mutating func doSomething(_ program: inout SmallProgram, depth: Int) {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<30: useFiles(&program)
    case 30..<50: useMemory(&program)
    case 50..<63: useSignals(&program)
    case 63..<75: if depth < 2 { useChildren(&program, depth: depth) }
    case 75..<80: useModules(&program)
    case 80..<87: program.compute(number(0...4_000_000))
    case 87..<90: program.call("sched_yield")
    default: anything(&program)
    }
  }

  private mutating func path() -> SmallProgram.Argument {
    .text(pick(Self.paths, else: ""))
  }

  private mutating func descriptor() -> SmallProgram.Argument {
    chance(30) ? .result : .value(pick([0, 1, 3, 3, 4, 4, 5, 6, -1], else: 3))
  }

  private mutating func buffer() -> SmallProgram.Argument {
    .value(HandBuilt.bss + number(0...70_000))
  }

  private mutating func open(_ program: inout SmallProgram) {
    let flags: Int64 = pick([0, 0, 2, 0x42, 0x241, 0x401, 0x802, 0x80000], else: 0)
    program.call("openat", .value(-100), path(), .value(flags), .value(0o644))
  }

  private mutating func useFiles(_ program: inout SmallProgram) {
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1, 2: open(&program)
    case 3, 4: program.call("read", descriptor(), buffer(), .value(number(0...9000)))
    case 5, 6: program.call("write", descriptor(), buffer(), .value(number(0...9000)))
    case 7: program.call("close", descriptor())
    case 8:
      program.call("pipe2", .value(HandBuilt.bss + 60_000), .value(pick([0, 0, 0x800], else: 0)))
    case 9: program.call("dup", descriptor())
    case 10: program.call("fsync", descriptor())
    default: program.call("lseek", descriptor(), .value(number(-5...20_000)), .value(number(0...2)))
    }
  }

  private mutating func place() -> Int64 { 0x1000_0000 + number(0...40) * 4096 }

  private mutating func useMemory(_ program: inout SmallProgram) {
    let length = SmallProgram.Argument.value(number(1...10) * 4096)
    let rights = SmallProgram.Argument.value(pick([3, 3, 1, 0, 5, 7], else: 3))
    switch Int.random(in: 0..<13, using: &random) {
    case 12: fillMemory(&program)
    case 0, 1, 2:
      let name = calls.contains("mmap") ? "mmap" : "mmap2"
      let fixed: Int64 = MapFlags.fixed
      if chance(30) {
        open(&program)
        program.call(
          name, .value(place()), length, rights,
          .value(fixed | pick([MapFlags.shared, MapFlags.isPrivate], else: 1)), .result, .value(0))
      } else {
        program.call(
          name, .value(place()), length, rights,
          .value(
            fixed | MapFlags.anonymous | pick([MapFlags.shared, MapFlags.isPrivate], else: 1)),
          .value(-1), .value(0))
      }
    case 3: program.call("munmap", .value(place()), length)
    case 4: program.call("mprotect", .value(place()), length, rights)
    case 5: program.call("brk", .value(HandBuilt.bss + number(0...200_000)))
    case 6: program.call("madvise", .value(place()), length, .value(number(0...8)))
    case 7: program.call("mincore", .value(place()), length, buffer())
    case 8, 9: program.touch(HandBuilt.bss + number(0...8190) * 8, writes: chance(70))
    case 10: if chance(40) { program.touch(place(), writes: chance(50)) }
    default:
      if chance(15) {
        program.touch(
          pick([0, 0x10, Int64(clamping: architecture.directMapBase), 1 << 40], else: 0))
      }
    }
  }

  /// Writes more pages than there may be frames, and looks at them again: the first have had to go.
  private mutating func fillMemory(_ program: inout SmallProgram) {
    let start: Int64 = 0x2000_0000
    let count = number(20...120)
    program.call(
      calls.contains("mmap") ? "mmap" : "mmap2", .value(start), .value(count * 4096), .value(3),
      .value(MapFlags.fixed | MapFlags.anonymous | MapFlags.isPrivate), .value(-1), .value(0))
    for page in 0..<count { program.touch(start + page * 4096, writes: true) }
    for page in 0..<count where chance(40) {
      program.touch(start + page * 4096, writes: chance(30))
    }
  }

  private mutating func useSignals(_ program: inout SmallProgram) {
    let signal = pick(Self.signals, else: .SIGUSR1)
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1:
      let flags: Int64 = pick(
        [0, SignalActionFlags.restart, SignalActionFlags.noDefer, SignalActionFlags.onStack],
        else: 0)
      let isLong = chance(20)
      program.handle(signal, flags: flags) {
        $0.call("getpid")
        if isLong { $0.compute(200_000) }
      }
    case 2: program.set(signal, to: chance(50) ? SignalHandler.ignore : SignalHandler.byDefault)
    case 3, 4:
      let pid: Int64 = pick([0, 100, 101, 102, 103, 104, 105, 1, -100], else: 0)
      program.call("kill", .value(pid), .value(Int64(signal.rawValue)))
    case 5:
      program.call(
        "rt_sigprocmask", .value(number(0...2)), .words([number(0...0xFFFF)]), .value(0), .value(8))
    case 6: program.call("alarm", .value(number(0...1)))
    case 7:
      program.call("nanosleep", .words([0, number(0...9_000_000)]), .value(0))
    default:
      program.call("sigaltstack", .words([HandBuilt.bss + 8192, 0, 8192]), .value(0))
    }
  }

  private mutating func useChildren(_ program: inout SmallProgram, depth: Int) {
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<5:
      let flags: Int64 = chance(25) ? 0x4111 : 17
      if calls.contains("fork"), chance(50) {
        program.call(flags == 17 ? "fork" : "vfork")
      } else {
        program.call("clone", .value(flags), .value(0), .value(0), .value(0), .value(0))
      }
      var world = self
      program.ifZero { child in
        for _ in 0..<Int.random(in: 0..<5, using: &world.random) {
          world.doSomething(&child, depth: depth + 1)
        }
        if world.chance(30) { world.execute(&child) }
        if world.chance(90) { child.exit(world.number(0...5)) }
      }
      self = world
    case 5, 6, 7:
      program.call(
        "wait4", .value(pick([-1, -1, 0, 101, 102], else: -1)),
        chance(70) ? .value(HandBuilt.bss) : .value(0x10), .value(pick([0, 1, 1, 3], else: 1)),
        .value(0))
    case 8: if chance(30) { execute(&program) }
    default: if chance(30) { program.exit(number(0...300)) }
    }
  }

  private mutating func execute(_ program: inout SmallProgram) {
    let last = programCount - 1
    program.call(
      "execve", .text(pick(["/bin/p\(last)", "/bin/p\(last)", "run.sh", "foo", "none"], else: "")),
      chance(50) ? .words([SmallProgram.dataBase, 0]) : .value(0), .value(0))
  }

  private mutating func useModules(_ program: inout SmallProgram) {
    let name = pick(Self.modules, else: "")
    if chance(60) {
      program.call(
        "openat", .value(-100), .text("/lib/modules/\(name).ko"), .value(0), .value(0))
      program.keep()
      program.call("finit_module", .result, .text(""), .value(0))
      program.call("close", .kept)
    } else if chance(60) {
      program.call("delete_module", .text(name), .value(pick([0, 0x800], else: 0)))
    } else if chance(60) {
      program.call(
        "mount", .value(0), .text(pick(["d", "/net", "/home/ada"], else: "d")),
        .text(pick(["toyfs", "toyfs", "tmpfs", "none"], else: "toyfs")),
        .value(pick([0, 0, 1, 32], else: 0)), .value(0))
    } else {
      program.call("umount2", .text(pick(["d", "/net", "/home/ada"], else: "d")), .value(0))
    }
  }

  /// Any call with any arguments.
  private mutating func anything(_ program: inout SmallProgram) {
    let arguments: [SmallProgram.Argument] = (0..<6).map { _ in
      switch Int.random(in: 0..<8, using: &random) {
      case 0: return path()
      case 1: return .result
      case 2: return buffer()
      case 3: return .value(number(-5...10))
      case 4: return .value(number(0...9000))
      case 5: return .value(place())
      default: return .value(Int64(bitPattern: random.next()))
      }
    }
    let name = pick(calls, else: "getpid")
    guard name != "exit_group" || chance(20), let id = SystemCall.named(name),
      let number = SystemCall[id]?.numbers[architecture.name]
    else { return }
    program.call(number, list: arguments)
  }
}
