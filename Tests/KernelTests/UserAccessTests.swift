import Catalogue
import Lesson
import Program
import Testing
import Trace

@testable import Kernel

/// Kernel mode and user pages: copies open the way and close it, and nothing else finds it open
/// (facts 2.2 step 3, 6.3).
@Suite struct UserAccessTests {
  static let names = Architecture.all.map(\.name)

  static let copies = """
    program p {
        bss buf 8KiB
        let fd = open("/etc/words", O_RDONLY)
        read(fd, buf, 6000)
        write(1, buf, 3)
        open(0x10, O_RDONLY)
        write(1, buf + 8190, 8)
        read(fd, 0x10, 4)
        exit(0)
    }
    file "/etc/words" { text "\(String(repeating: "word ", count: 1300))" }
    start p
    run
    """

  @Test(arguments: names)
  func `user pages are open during copies and closed whenever else`(_ name: String) throws {
    let (run, scenario, _) = try TenWaysTests.run(Self.copies, on: name)
    let bars = scenario.machine.protections.contains { !$0.isForExecution }
    var isOpen = false
    var opened = 0
    for (step, event) in run.trace.events.enumerated() {
      switch event.kind {
      case .opensUserAccess:
        #expect(!isOpen && event.mode == .kernel, "step \(step)")
        isOpen = true
        opened += 1
      case .closesUserAccess:
        #expect(isOpen, "step \(step)")
        isOpen = false
      case .copiesToUser, .copiesFromUser, .copiesString:
        #expect(isOpen == bars, "step \(step): \(event.kind)")
      case .returnsToUser, .switchesContext, .sleeps, .resolvesPageFault, .receivesSignal:
        #expect(!isOpen, "step \(step): \(event.kind)")
      default: break
      }
    }
    #expect(!isOpen)
    #expect(bars ? opened >= 8 : opened == 0)
    #expect(bars == (Architecture.named(name)?.userAccessWindow != nil))
    #expect(run.trace.state(after: run.trace.events.count).tasks[1].exitStatus == 0)
  }

  @Test func `without protection nothing is opened and all goes as before`() throws {
    let text = "machine x86_64 { protection [] }\n" + Self.copies
    let (bare, _, _) = try TenWaysTests.run(text, on: "x86_64")
    let (barred, _, _) = try TenWaysTests.run(Self.copies, on: "x86_64")
    #expect(!bare.trace.events.contains { $0.kind == .opensUserAccess })
    func calls(_ run: ScenarioRun) -> [Int64] {
      run.trace.events.filter { $0.kind == .systemCallReturns }.map(\.a)
    }
    #expect(calls(bare) == calls(barred))
    #expect(bare.trace.events.last?.time == barred.trace.events.last?.time)
  }

  @Test func `a page fault inside a copy finds user pages closed and opens them again`() throws {
    let (run, _, _) = try TenWaysTests.run(Self.copies, on: "x86_64")
    let events = run.trace.events
    let read = try #require(
      events.firstIndex { $0.kind == .callsSystemCall && $0.a == 0 })
    let kinds: [EventKind] = [
      .opensUserAccess, .faults, .closesUserAccess, .resolvesPageFault, .opensUserAccess,
      .copiesToUser, .closesUserAccess,
    ]
    let found = events[read...].filter { kinds.contains($0.kind) }
    #expect(found.prefix(5).map(\.kind) == Array(kinds.prefix(5)))
    #expect(found.prefix(5).map(\.object).suffix(3) == [1, found[3].object, 1])
    let copied = try #require(events[read...].firstIndex { $0.kind == .copiesToUser })
    #expect(events[copied...].first { $0.kind == .closesUserAccess }?.object == 0)
  }

  @Test func `an interrupt inside a copy finds user pages closed`() throws {
    // The disk's interrupt comes at 1 us, while p is copying.
    var met = 0
    for latency in stride(from: 200, to: 900, by: 7) {
      let text = """
        machine x86_64 { costs { kernel_step 5ns } }
        disk sda { latency \(latency)ns }
        mount "/mnt" ext4 on sda
        file "/mnt/f" { text "x" }
        program reader { open("/mnt/f", O_RDONLY) }
        program p { bss buf 64KiB
          repeat 6 { write(1, buf, 200) } }
        start reader
        start p
        run
        """
      let (run, _, _) = try TenWaysTests.run(text, on: "x86_64")
      let events = run.trace.events
      for step in events.indices
      where events[step].kind == .closesUserAccess && events[step].object == 1 {
        guard
          events[..<step].last(where: { $0.kind == .interrupts || $0.kind == .faults })?.kind
            == .interrupts
        else { continue }
        met += 1
        let again = events[step...].first { $0.kind == .opensUserAccess }
        #expect(again?.object == 1 && again?.task == events[step].task)
        let between = events[step...].prefix { $0.kind != .opensUserAccess }
        #expect(between.contains { $0.kind == .acknowledgesInterrupt })
      }
    }
    #expect(met > 0)
  }

  // MARK: - Code of modules

  /// A module whose init reads the user memory of the process that loads it, and one that jumps to it.
  static func run(
    _ protections: [MemoryProtection]?, isolation: Isolation = .shared, jumps: Bool
  ) -> ScenarioRun {
    let x86 = Architecture.x86_64
    return ModuleTests.run(
      ModuleBuilder.with { module in
        if jumps {
          module.set(3, .value(Int64(x86.programBase) + Instruction.byteCount))
          module.emit(Instruction(.jumpRegister, a: 3))
        } else {
          ModuleTests.load(from: Int64(x86.programBase), &module)
        }
      }
    ) { built in
      built.scenario.machine.chosenProtections = protections
      built.scenario.machine.isolation = isolation
      guard jumps else { return }
      // In front of the program, user code that hands the CPU back as a function of a module does.
      let skip = Instruction(.jump, immediate: 2)
      let done = Instruction(.kernelCall, immediate: KernelService.done.rawValue)
      built.scenario.programs[0].text.insert(
        contentsOf: skip.encoded.littleEndianBytes + done.encoded.littleEndianBytes, at: 0)
    }
  }

  @Test func `kernel mode reads user memory directly unless SMAP forbids it`() {
    let address = "0x" + String(Architecture.x86_64.programBase, radix: 16)
    #expect(ModuleTests.end(Self.run([], jumps: false)) == .loaded)
    #expect(ModuleTests.end(Self.run([.smep], jumps: false)) == .loaded)
    for protections in [[.smap], nil] as [[MemoryProtection]?] {
      #expect(
        ModuleTests.end(Self.run(protections, jumps: false))
          == .oops("BUG: unable to handle page fault for address: \(address)"))
    }
    let run = Self.run([.smap], jumps: false)
    let fault = run.trace.events.last { $0.kind == .faults }
    #expect(fault?.b == 1, "present, a read, in kernel mode")
    #expect(!run.trace.events.contains { $0.kind == .loadsModule })
  }

  @Test func `kernel mode executes user code unless SMEP or the second page table forbids it`() {
    let address = "0x" + String(Architecture.x86_64.programBase + 8, radix: 16)
    #expect(ModuleTests.end(Self.run([], jumps: true)) == .loaded)
    #expect(ModuleTests.end(Self.run([.smap], jumps: true)) == .loaded)
    for protections in [[.smep], nil] as [[MemoryProtection]?] {
      #expect(
        ModuleTests.end(Self.run(protections, jumps: true))
          == .oops("unable to execute userspace code (SMEP?), address: \(address)"))
    }
    let isolated = Self.run([], isolation: .kpti, jumps: true)
    #expect(isolated.trace.events.contains { $0.kind == .oopses })
    let run = Self.run([.smep], jumps: true)
    #expect(run.trace.events.last { $0.kind == .faults }?.b == 0x11, "present, a fetch")
  }
}
