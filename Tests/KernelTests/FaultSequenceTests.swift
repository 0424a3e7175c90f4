import Catalogue
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// Page faults that succeed: sequences 9.3 and 9.4 of the facts, and what fork costs.
@Suite struct FaultSequenceTests {
  typealias Step = SequenceTests.Step
  static let pageFault = UInt32(ExceptionKind.pageFault.rawValue)

  @Test func `9.3 a write to a fresh anonymous page`() throws {
    let page = MemoryProgram.free
    var built = HandBuilt()
    MemoryProgram.add(
      [
        MemoryProgram.mmap(page, 4096, 3, MemoryProgram.at), .write(page + 5, 9),
        .call(39, []), .status(page + 5),
      ], to: &built)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    while kernel.step() == nil {
      if kernel.tasks[1].callNumber == 39, kernel.tasks[1].depth > 0 { break }
    }
    let found = kernel.entry(page, of: 1)
    let entry = try #require(found)
    #expect(entry.isPresent && entry.permission.contains([.write, .user]))
    #expect(entry.isAccessed && entry.isDirty, "the MMU has seen the store")
    let frame = kernel.machine.memory.frame(at: entry.frameAddress)
    let count = kernel.pageFrames.count(of: frame)
    #expect(count == 1)
    while kernel.step() == nil {}
    let trace = kernel.finish()
    let missing = SequenceTests.missing(
      [
        Step(.faults, task: 1, object: Self.pageFault, a: page + 5),
        Step(.entersKernel, task: 1, object: EntryReason.fault.rawValue),
        .routine(.pageFault, task: 1), Step(.savesRegisters, task: 1),
        .routine(.handleMmFault, task: 1), Step(.allocatesPage, task: 1),
        Step(.resolvesPageFault, task: 1, object: PageFaultKind.minor.rawValue, a: page + 5),
        Step(.restoresRegisters, task: 1), Step(.executesReturn, task: 1),
        Step(.returnsToUser, task: 1, mode: .user),
      ], in: trace)
    #expect(missing == nil)
    let fault = try #require(trace.events.first { $0.kind == .faults })
    #expect(fault.b == 6, "from user mode, a write, no page")
    #expect(trace.state(after: trace.events.count).tasks[1].exitStatus == 9)
    #expect(trace.state(after: trace.events.count).tasks[1].minorFaults == 1)
  }

  static let copyOnWrite = """
    program shell {
        bss page 4KiB
        page[0] = 1
        let child = fork()
        if child == 0 {
            page[0] = 2
            exit(page[0])
        }
        wait4(child, 0, 0, 0)
        page[0] = 3
        exit(page[0])
    }
    start shell
    run

    """

  @Test func `9.4 copy-on-write: the child copies, the parent, alone again, does not`() throws {
    let scenario = try Script.scenario(Self.copyOnWrite)
    let page = scenario.programs[0].bssBase
    var kernel = Kernel(scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    // The step that forks records what follows from it as well.
    while kernel.step() == nil,
      !kernel.trace.events.suffix(4).contains(where: { $0.kind == .forks })
    {
    }
    let child = kernel.tasks.count - 1
    for task in [1, child] {
      let found = kernel.entry(page, of: task)
      let entry = try #require(found)
      #expect(entry.isPresent && !entry.permission.contains(.write), "read-only for task \(task)")
      let count = kernel.pageFrames.count(of: kernel.machine.memory.frame(at: entry.frameAddress))
      #expect(count == 2)
    }
    while kernel.step() == nil {}
    let trace = kernel.finish()
    let number = UInt16(child)
    let forked = try #require(trace.events.firstIndex { $0.kind == .forks })
    let cow = PageFaultKind.cow.rawValue
    let missing = SequenceTests.missing(
      [
        Step(.faults, task: number, object: Self.pageFault, a: page),
        .routine(.handleMmFault, task: number), Step(.allocatesPage, task: number),
        Step(.copiesPage, task: number),
        Step(.resolvesPageFault, task: number, object: cow, a: page),
        Step(.exits, task: number, a: 2),
        Step(.faults, task: 1, object: Self.pageFault, a: page),
        Step(.reusesPage, task: 1), Step(.resolvesPageFault, task: 1, object: cow, a: page),
        Step(.exits, task: 1, a: 3),
      ], in: trace, from: forked)
    #expect(missing == nil)
    for event in trace.events[forked...] where event.kind == .faults && event.a == page {
      #expect(event.b == 7, "from user mode, a write, to a page that is there")
    }
    let last = try #require(trace.events.lastIndex { $0.kind == .faults && $0.a == page })
    #expect(!trace.events[last...].contains { $0.kind == .copiesPage })
  }

  // MARK: - What fork costs

  /// The child's faults when `before` runs in the parent and `after` in the child.
  static func childFaults(_ before: String, _ after: String) throws -> (minor: Int64, major: Int64)
  {
    let trace = try Script.run(
      """
      program shell {
          bss pages 256KiB
          let i = 0
          \(before)
          let child = fork()
          if child == 0 {
              i = 0
              \(after)
              exit(0)
          }
          wait4(child, 0, 0, 0)
          exit(0)
      }
      start shell
      run

      """)
    let forked = try #require(trace.events.first { $0.kind == .forks })
    let child = trace.state(after: trace.events.count).tasks[Int(forked.a)]
    #expect(child.exitStatus == 0)
    return (child.minorFaults, child.majorFaults)
  }

  @Test(arguments: [1, 7, 40] as [Int64])
  func `a forked child that writes M shared pages has M more minor faults`(_ count: Int64) throws {
    let fill = "while i < 40 { pages[i * 4096] = 1; i = i + 1 }"
    let none = try Self.childFaults(fill, "")
    let some = try Self.childFaults(
      fill, "while i < \(count) { pages[i * 4096] = 2; i = i + 1 }")
    #expect(some.minor - none.minor == count)
    #expect(some.major == 0)
  }

  @Test func `a child that only reads what its parent has written has no fault for it`() throws {
    let fill = "while i < 40 { pages[i * 4096] = 1; i = i + 1 }"
    let read = "while i < 40 { let x = pages[i * 4096]; i = i + 1 }"
    #expect(try Self.childFaults(fill, read).minor == Self.childFaults(fill, "").minor)
  }

  /// Facts 2.2: a region that was never written is not copied by fork.
  @Test func `pages that were only read are found again by the child, one fault each`() throws {
    let read = "while i < 40 { let x = pages[i * 4096]; i = i + 1 }"
    let none = try Self.childFaults(read, "")
    #expect(try Self.childFaults(read, read).minor == none.minor + 40)
  }

  @Test func `when the child is gone, each write of the parent is a fault still, but no copy`()
    throws
  {
    let trace = try Script.run(
      """
      program shell {
          bss pages 256KiB
          let i = 0
          while i < 40 { pages[i * 4096] = 1; i = i + 1 }
          let child = fork()
          if child == 0 { exit(0) }
          wait4(child, 0, 0, 0)
          getpid()
          i = 0
          while i < 40 { pages[i * 4096] = 2; i = i + 1 }
          exit(0)
      }
      start shell
      run

      """)
    let call = try #require(
      trace.events.firstIndex {
        $0.kind == .systemCallReturns && $0.task == 1
          && $0.object == SystemCall.named("getpid")?.rawValue
      })
    let later = trace.events[call...]
    #expect(later.count { $0.kind == .reusesPage } == 40)
    #expect(!later.contains { $0.kind == .copiesPage })
    #expect(
      later.count { $0.kind == .resolvesPageFault && $0.object == PageFaultKind.cow.rawValue } == 40
    )
  }

  @Test(arguments: [1, 9, 60] as [Int64])
  func `N fresh pages: N faults to write, N to read, 2N to read and then write`(_ count: Int64)
    throws
  {
    func faults(_ body: String) throws -> Int64 {
      let trace = try Script.run(
        "program p {\nbss pages 256KiB\nlet i = 0\n\(body)\nexit(0)\n}\nstart p\nrun\n")
      return trace.state(after: trace.events.count).tasks[1].minorFaults
    }
    let read = "i = 0; while i < \(count) { let x = pages[i * 4096]; i = i + 1 }\n"
    let write = "i = 0; while i < \(count) { pages[i * 4096] = 1; i = i + 1 }\n"
    let none = try faults("")
    #expect(try faults(write) == none + count)
    #expect(try faults(read) == none + count)
    #expect(try faults(read + write) == none + 2 * count)
    #expect(try faults(write + read) == none + count)
  }

  @Test func `getrusage tells the faults of children that were waited for`() throws {
    let trace = try Script.run(
      """
      program shell {
          bss pages 64KiB
          bss usage 144
          let child = fork()
          if child == 0 {
              let i = 0
              while i < 10 { pages[i * 4096] = 1; i = i + 1 }
              exit(0)
          }
          getrusage(RUSAGE_CHILDREN, usage)
          if usage[64] != 0 { exit(1) }
          wait4(child, 0, 0, 0)
          getrusage(RUSAGE_CHILDREN, usage)
          exit(usage[64])
      }
      start shell
      run

      """)
    let forked = try #require(trace.events.first { $0.kind == .forks })
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].exitStatus == state.tasks[Int(forked.a)].minorFaults)
    #expect(state.tasks[1].exitStatus ?? 0 >= 10)
  }
}
