import Catalogue
import Lesson
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// Interrupts: who is hit, in which order, and what must not happen meanwhile. Sources: section 5 of
/// the facts; Intel SDM 3A, 11.8.4 (priority of vectors); GIC architecture specification, 4.8; RISC-V
/// privileged specification, 3.1.9; arch/mips/kernel/irq.c; Power ISA III, 7.9; z/Architecture
/// Principles of Operation, chapter 6; drivers/irqchip/irq-loongarch-cpu.c.
@Suite struct InterruptTests {
  static let atOnce = """
    keyboard kbd
    serial ttyS0
    program counter { compute 30ms }
    start counter
    at 4ms: ttyS0 receives "x"
    at 4ms: kbd types "y"
    run

    """

  /// The devices whose interrupts have come, in order, from the moment at which three are due.
  static func order(on machine: String) throws -> [String] {
    let trace = try Script.run("machine \(machine) { cpus 1, tick 4ms }\n" + atOnce)
    return trace.events.filter { $0.kind == .interrupts && $0.time >= 4_000_000 }
      .prefix(3).map { trace.header.text(Int64($0.object), .device) }
  }

  static let orders: [(machine: String, order: [String])] = [
    ("x86_64", ["timer", "kbd", "ttyS0"]), ("i386", ["timer", "kbd", "ttyS0"]),
    ("arm64", ["timer", "ttyS0", "kbd"]), ("arm", ["timer", "ttyS0", "kbd"]),
    ("riscv64", ["ttyS0", "kbd", "timer"]), ("mips", ["timer", "kbd", "ttyS0"]),
    ("powerpc64", ["ttyS0", "kbd", "timer"]), ("s390x", ["timer", "ttyS0", "kbd"]),
    ("loongarch64", ["ttyS0", "kbd", "timer"]),
  ]

  @Test(arguments: orders)
  func `of several pending interrupts the architecture's most urgent comes first`(
    _ item: (machine: String, order: [String])
  ) throws {
    #expect(try Self.order(on: item.machine) == item.order)
  }

  @Test
  func `interrupts of other CPUs come before the timer's on x86_64, behind devices' on riscv64`() {
    func ranks(_ architecture: Architecture) -> [Int] {
      let scenario = Scenario(machine: MachineConfiguration(architecture: architecture))
      let ranks = InterruptRanks(scenario)
      let kinds: [PendingKind] = [.timeline, .interProcessor, .tick, .deviceDone]
      return kinds.map { kind in
        var queue = EventQueue()
        queue.schedule(kind, at: 0, payload: 0)
        return queue.popEarliest().map(ranks.rank(of:)) ?? .min
      }
    }
    let x86 = ranks(.x86_64)
    #expect(x86 == x86.sorted() && Set(x86).count == 4)
    let riscv = ranks(.riscv64)
    #expect(riscv[0] < riscv[3] && riscv[3] < riscv[1] && riscv[1] < riscv[2])
  }

  /// A machine on which much happens at the same time.
  static let busy = """
    machine x86_64 { cpus 2, tick 1ms }
    disk sda { latency 1ms }
    nic eth0 { latency 1ms }
    serial ttyS0
    keyboard kbd
    mount "/" ext4 on sda
    mount "/net" nfs on eth0 from "server"
    file "/net/a" { mode 0644, size 64KiB }
    file "/home/student/b" { owner student, mode 0644, size 256KiB }
    program reader {
        bss buf 64KiB
        let a = open("/net/a", O_RDONLY)
        let b = open("/home/student/b", O_RDONLY)
        repeat 4 {
            read(a, buf, 16KiB)
            read(b, buf, 64KiB)
        }
    }
    program typist {
        bss line 64
        let fd = open("/dev/kbd", O_RDONLY)
        read(fd, line, 64)
        let port = open("/dev/ttyS0", O_RDONLY)
        read(port, line, 64)
    }
    program counter {
        let sum = 0
        repeat 2000 { sum = sum + 3 }
        compute 200ms
        repeat 2000 { sum = sum + 3 }
        if sum == 12000 { exit(0) }
        exit(1)
    }
    start reader
    start typist
    start counter named one
    start counter named two
    at 5ms: kbd types "ls\\n"
    at 5ms: ttyS0 receives "0123456789abcdef0123456789"
    run

    """

  @Test func `hard interrupts break into softirqs and never into each other`() throws {
    let trace = try Script.run(Self.busy)
    var hard = [Int](repeating: 0, count: 2)
    var soft = [Int](repeating: 0, count: 2)
    var nested = 0
    let handlers: Set<KernelRoutine> = [
      .diskInterrupt, .nicInterrupt, .inputInterrupt, .timerTick, .hrtimerInterrupt,
      .rescheduleInterrupt, .callFunctionInterrupt,
    ]
    for event in trace.events {
      guard event.kind == .callsRoutine || event.kind == .routineReturns,
        let routine = KernelRoutine(rawValue: UInt8(truncatingIfNeeded: event.object))
      else {
        if event.kind == .sleeps {
          #expect(hard[Int(event.cpu)] == 0 && soft[Int(event.cpu)] == 0)
        }
        continue
      }
      let change = event.kind == .callsRoutine ? 1 : -1
      if handlers.contains(routine) {
        hard[Int(event.cpu)] += change
        if change > 0, soft[Int(event.cpu)] > 0 { nested += 1 }
      } else if routine == .softirq {
        soft[Int(event.cpu)] += change
      }
      #expect((0...1).contains(hard[Int(event.cpu)]) && (0...1).contains(soft[Int(event.cpu)]))
    }
    #expect(nested > 0)
    #expect(hard == [0, 0] && soft == [0, 0])
  }

  @Test func `who is interrupted a hundred times goes on with all registers`() throws {
    let trace = try Script.run(Self.busy)
    let entries = trace.events.count {
      $0.kind == .entersKernel && $0.object == EntryReason.interrupt.rawValue
    }
    #expect(entries > 100)
    let ends = trace.events.filter { $0.kind == .exits }.map(\.a)
    #expect(ends == [0, 0, 0, 0])
  }

  @Test func `what a CPU does at each step is read off its kernel stack`() throws {
    let trace = try Script.run(Self.busy)
    var state = MachineState(header: trace.header)
    var seen: Set<ExecutionContext> = []
    for event in trace.events {
      state.apply(event)
      let context = state.context(ofCPU: Int(event.cpu)) ?? .process
      seen.insert(context)
      switch event.kind {
      case .interrupts, .acknowledgesInterrupt, .raisesSoftirq: #expect(context == .interrupt)
      case .runsSoftirq, .completesRequest, .handsUpPacket, .completesLine:
        #expect(context == .softirq)
      case .returnsToUser, .isPreempted, .sleeps, .callsSystemCall: #expect(context == .process)
      default: break
      }
    }
    #expect(seen == Set(ExecutionContext.allCases))
    #expect(state.cpus.reduce(0) { $0 + $1.interrupts } > 100)
    #expect(state.context(ofCPU: 2) == nil)
  }

  static let shootdown = """
    file "/tmp/data" { owner student, mode 0666, size 64KiB }
    program mapper {
        let fd = open("/tmp/data", O_RDWR)
        let p = mmap(0, 64KiB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
        let i = 0
        while i < 16 {
            p[i * 4096] = 1
            i = i + 1
        }
        compute 30ms
        exit(p[0])
    }
    program cutter {
        nanosleep(10ms)
        let fd = open("/tmp/data", O_RDWR)
        ftruncate(fd, 0)
    }
    start mapper
    start cutter
    run

    """

  static let broadcasting: [(machine: String, isBroadcast: Bool)] = [
    ("x86_64", false), ("i386", false), ("riscv64", false), ("mips", false),
    ("loongarch64", false), ("arm64", true), ("arm", true), ("powerpc64", true), ("s390x", true),
  ]

  @Test(arguments: broadcasting)
  func `other CPUs forget translations by an interrupt, or by an instruction that reaches them all`(
    _ item: (machine: String, isBroadcast: Bool)
  ) throws {
    let trace = try Script.run("machine \(item.machine) { cpus 2 }\n" + Self.shootdown)
    let cut = trace.events.firstIndex { $0.kind == .truncatesFile } ?? 0
    let sends = trace.events.indices.filter {
      trace.events[$0].kind == .sendsInterProcessorInterrupt
        && trace.events[$0].object == InterProcessorPurpose.invalidate.rawValue
    }
    // Sixteen pages of one mapping go at once: one interrupt tells of all of them.
    #expect(sends.count == (item.isBroadcast ? 0 : 1))
    let forgotten = trace.events.filter { $0.kind == .invalidatesTranslation && $0.object == 0 }
    #expect(forgotten.count { $0.cpu == (item.isBroadcast ? 1 : 0) } == 16)
    #expect(cut > 0)
    #expect(trace.events.contains { $0.kind == .isKilled && $0.object == 7 })
    if let first = sends.first {
      let received = trace.events.first { $0.kind == .receivesInterProcessorInterrupt }
      #expect(received?.cause == UInt32(first) && received?.cpu == 0)
      #expect(
        received?.b
          == Architecture.all.first { $0.name == item.machine }?.invalidationVector
          .map(Int64.init))
    }
  }

  @Test func `an idle CPU is not disturbed for translations that it does not use`() throws {
    let trace = try Script.run(
      """
      machine x86_64 { cpus 2 }
      program mapper {
          let p = mmap(0, 64KiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
          p[0] = 1
          nanosleep(5ms)
          p[4096] = 1
          munmap(p, 64KiB)
      }
      program short { compute 1ms }
      start short
      start mapper
      run
      """)
    #expect(
      !trace.events.contains {
        $0.kind == .sendsInterProcessorInterrupt
          && $0.object == InterProcessorPurpose.invalidate.rawValue
      })
  }
}
