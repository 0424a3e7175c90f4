import Catalogue
import Machine
import Program
import SourceText
import Testing
import Trace

@testable import Kernel

/// Memory is full: which page leaves, where it goes, and how it comes back (mm/vmscan.c,
/// mm/swap_state.c, mm/memory.c `do_swap_page`).
@Suite struct SwapTests {
  /// A machine whose memory a few dozen pages fill, with a swap area of 1 MiB.
  static func world(
    replacement: ReplacementPolicy = .clock, cpus: Int = 1, swap: String = "1MiB"
  ) -> String {
    """
    machine x86_64 { memory 1MiB, cpus \(cpus), replacement \(replacement.rawValue) }
    disk sda { latency 1ms }
    swap on sda { size \(swap) }

    """
  }

  /// Fills 160 pages, more than there are frames, and looks whether all is as it was.
  static let hog = """
    program hog {
        bss pages 640KiB
        let i = 0
        while i < 160 { pages[i * 4096] = i % 100 + 1; i = i + 1 }
        i = 0
        while i < 160 {
            if pages[i * 4096] != i % 100 + 1 { exit(1) }
            i = i + 1
        }
        exit(0)
    }
    start hog
    run

    """

  static func count(_ kind: EventKind, _ trace: Trace) -> Int {
    trace.events.count { $0.kind == kind }
  }

  @Test(arguments: ReplacementPolicy.allCases)
  func `more pages than frames: all keep their content`(_ policy: ReplacementPolicy) throws {
    let trace = try Script.run(Self.world(replacement: policy) + Self.hog)
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].exitStatus == 0)
    #expect(state.tasks[1].majorFaults > 0)
    #expect(Self.count(.swapsOut, trace) > 0)
    #expect(state.devices[1].writes > 0)
    #expect(state.devices[1].reads == state.tasks[1].majorFaults)
    #expect(state.usedSwapSlots == 0, "slots go with the process")
    #expect(
      Self.count(.choosesVictim, trace) >= Self.count(.reclaimsPage, trace),
      "nothing is reclaimed that was not chosen")
  }

  @Test(arguments: ReplacementPolicy.allCases, [1, 2])
  func `parent and child share what is swapped out, and each keeps its own`(
    _ policy: ReplacementPolicy, _ cpus: Int
  ) throws {
    let trace = try Script.run(
      Self.world(replacement: policy, cpus: cpus) + """
        program hog {
            bss pages 500KiB
            let i = 0
            while i < 125 { pages[i * 4096] = i % 100 + 1; i = i + 1 }
            let child = fork()
            if child == 0 {
                i = 0
                while i < 125 {
                    if pages[i * 4096] != i % 100 + 1 { exit(1) }
                    pages[i * 4096] = 7
                    i = i + 1
                }
                i = 0
                while i < 125 { if pages[i * 4096] != 7 { exit(2) }; i = i + 1 }
                exit(0)
            }
            i = 0
            while i < 125 {
                if pages[i * 4096] != i % 100 + 1 { exit(1) }
                pages[i * 4096] = 5
                i = i + 1
            }
            i = 0
            while i < 125 { if pages[i * 4096] != 5 { exit(2) }; i = i + 1 }
            wait4(child, 0, 0, 0)
            exit(0)
        }
        start hog
        run

        """)
    let state = trace.state(after: trace.events.count)
    let processes = state.tasks.filter { $0.exitStatus != nil }
    #expect(processes.map(\.exitStatus) == [0, 0])
    #expect(Self.count(.swapsOut, trace) > 0)
    #expect(state.usedSwapSlots == 0)
  }

  // MARK: - The story of one page

  /// What happens to the page at the start of `pages` after its process has slept through a time in
  /// which another one needed all memory.
  static func story(_ rest: String, sleeper: String = "", disk: String = "") throws -> Trace {
    try Script.run(
      world(replacement: .fifo) + """
        program sleeper {
            bss pages 16KiB
            pages[0] = 42
            \(sleeper)
            nanosleep(1s)
            \(rest)
        }
        program hog {
            bss pages 640KiB
            let i = 0
            while i < 160 { pages[i * 4096] = 1; i = i + 1 }
            exit(0)
        }
        start sleeper
        start hog at 1ms
        \(disk)
        run

        """)
  }

  @Test func `a page goes out by a write request and comes back by a read: state D, major`() throws
  {
    let trace = try Self.story("if pages[0] == 42 { exit(0) }; exit(1)")
    let address = try #require(
      trace.events.last { $0.kind == .swapsIn && $0.task == 1 && $0.object == 0 }
    ).a
    let out = try #require(
      trace.events.firstIndex { $0.kind == .swapsOut && $0.task == 1 && $0.a == address })
    typealias Step = SequenceTests.Step
    #expect(
      SequenceTests.missing(
        [
          .routine(.shrink, task: 2), Step(.choosesVictim), Step(.swapsOut, task: 1),
          .routine(.submitBio, task: 2), Step(.submitsWrite, task: 2, object: 1),
          Step(.sleeps, task: 2, a: 0), Step(.interrupts, object: 1), Step(.completesRequest),
          Step(.wakes, task: 2), Step(.reclaimsPage, object: 1), Step(.allocatesPage, task: 2),
        ], in: trace) == nil)
    let back = try #require(
      trace.events.indices.last { trace.events[$0].kind == .swapsIn && trace.events[$0].task == 1 })
    #expect(
      SequenceTests.missing(
        [
          Step(.faults, task: 1), .routine(.handleMmFault, task: 1),
          .routine(.readSwapPage, task: 1), Step(.allocatesPage, task: 1),
          Step(.submitsRequest, task: 1, object: 1), Step(.sleeps, task: 1, a: 0),
          Step(.interrupts, object: 1), Step(.wakes, task: 1),
          Step(.swapsIn, task: 1, object: 0, a: address),
          Step(.resolvesPageFault, task: 1, object: PageFaultKind.major.rawValue),
          Step(.returnsToUser, task: 1),
        ], in: trace, from: out) == nil)
    #expect(back > out)
    #expect(trace.state(after: trace.events.count).tasks[1].exitStatus == 0)
  }

  @Test func `a copy of the kernel brings a page back`() throws {
    let trace = try Self.story(
      "let n = write(1, pages, 1); if n == 1 && pages[0] == 42 { exit(0) }; exit(1)")
    let write = try #require(trace.events.firstIndex { $0.kind == .writesConsole })
    let fault = try #require(
      trace.events.firstIndex {
        $0.kind == .swapsIn && $0.task == 1 && $0.depth > 4
      })
    #expect(fault < write)
    #expect(trace.state(after: trace.events.count).tasks[1].exitStatus == 0)
  }

  @Test func `what cannot be read back is SIGBUS`() throws {
    let trace = try Self.story("pages[0] = 1; exit(0)", disk: "at 900ms: sda fails")
    let state = trace.state(after: trace.events.count)
    // The first page that is fetched is text or stack or data: whichever, the process cannot go on.
    #expect(state.tasks[1].killedBy == .SIGBUS)
    #expect(state.usedSwapSlots == 0)
  }

  @Test func `munmap, fork and exit give slots back`() throws {
    for rest in [
      "munmap(pages, 16KiB)\nnanosleep(1s)\nexit(0)", "exit(0)",
      "let c = fork(); if c == 0 { exit(pages[0] - 42) }; wait4(c, 0, 0, 0); exit(pages[0] - 42)",
    ] {
      let trace = try Self.story(rest)
      let state = trace.state(after: trace.events.count)
      #expect(Self.count(.swapsOut, trace) > 0)
      #expect(state.usedSwapSlots == 0, "\(rest)")
      #expect(state.tasks[1].exitStatus == 0, "\(rest)")
    }
  }

  @Test func `without a swap area the process that asks for more than there is dies`() throws {
    let trace = try Script.run(
      "machine x86_64 { memory 1MiB }\n"
        + Self.hog.replacing("640KiB", with: "1MiB").replacing("< 160", with: "< 250"))
    #expect(trace.state(after: trace.events.count).tasks[1].killedBy == .SIGKILL)
    #expect(Self.count(.swapsOut, trace) == 0)
  }

  @Test func `a swap area that is full helps no further`() throws {
    let trace = try Script.run(Self.world(swap: "16KiB") + Self.hog)
    #expect(trace.state(after: trace.events.count).tasks[1].killedBy == .SIGKILL)
    #expect(trace.events.contains { $0.kind == .takesSwapSlot && $0.b == 4 })
    #expect(trace.events.allSatisfy { $0.kind != .takesSwapSlot || $0.b <= 4 })
    #expect(trace.state(after: trace.events.count).usedSwapSlots == 0)
  }

  // MARK: - Which page

  /// The order in which the pages of `pages` leave, as their positions.
  static func victims(_ policy: ReplacementPolicy, _ script: String) throws -> [Int64] {
    let trace = try Script.run(world(replacement: policy) + script)
    #expect(trace.state(after: trace.events.count).tasks[1].exitStatus == 0)
    let bss = try #require(
      trace.events.first { $0.kind == .resolvesPageFault && $0.task == 1 && $0.a & 0xFFF == 0 })
    return trace.events.filter { $0.kind == .swapsOut && $0.task == 1 }.map {
      ($0.a - bss.a) / 4096
    }
  }

  /// Touches 150 pages one after another, going back to the first after each; then needs some more.
  static let favourite = """
    program reader {
        bss pages 700KiB
        let i = 0
        while i < 160 { pages[i * 4096] = 1; pages[0] = 2; i = i + 1 }
        exit(0)
    }
    start reader
    run

    """

  @Test func `clock and lru keep the page that is always used, fifo does not`() throws {
    #expect(try !Self.victims(.lru, Self.favourite).contains(0))
    #expect(try !Self.victims(.clock, Self.favourite).contains(0))
    #expect(try Self.victims(.fifo, Self.favourite).contains(0))
  }

  @Test func `fifo takes pages in the order in which they came`() throws {
    let all = try Self.victims(.fifo, Self.favourite).filter { $0 >= 0 && $0 < 160 }
    // The favourite comes back at once, and is then the youngest.
    let others = all.filter { $0 > 0 }
    #expect(others.count > 5)
    #expect(others == others.sorted())
  }

  @Test func `lru takes the page that was unused for longest`() throws {
    // Pages 1 to 20 are used again before memory is full: 21 and those behind go first.
    let order = try Self.victims(
      .lru,
      """
      program reader {
          bss pages 700KiB
          let i = 0
          while i < 100 { pages[i * 4096] = 1; i = i + 1 }
          i = 0
          while i < 20 { let x = pages[i * 4096]; i = i + 1 }
          i = 100
          while i < 160 { pages[i * 4096] = 1; i = i + 1 }
          exit(0)
      }
      start reader
      run

      """
    ).filter { $0 >= 0 && $0 < 160 }
    #expect(order.count > 5)
    #expect(order.first == 20)
    #expect(order == order.sorted())
  }

  @Test func `the clock spares what was used and clears its accessed bit`() throws {
    let trace = try Script.run(Self.world() + Self.favourite)
    var spared: Int64 = 0
    var isTold = false
    for event in trace.events {
      switch event.kind {
      case .sparesPage: spared += 1
      case .choosesVictim:
        #expect(event.b == spared)
        #expect(event.object == VictimReason.notUsedSinceLastRound.rawValue)
        if spared > 0 { isTold = true }
        spared = 0
      default: break
      }
    }
    #expect(isTold)
  }

  @Test func `random replacement is the same in every run`() throws {
    let first = try Self.victims(.random, Self.favourite)
    #expect(first.count > 5)
    #expect(try Self.victims(.random, Self.favourite) == first)
  }

  // MARK: - Pages that stay

  @Test func `a page that a copy uses, or that is on its way, does not leave`() throws {
    let scenario = try Script.scenario(Self.world() + Self.hog)
    var kernel = Kernel(scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    var looked = 0
    while kernel.step() == nil {
      for slot in kernel.cache.pages.indices
      where kernel.cache.pages[slot].mapping != Int.min
        && (kernel.cache.pages[slot].pins > 0 || kernel.cache.pages[slot].isLocked
          || kernel.cache.pages[slot].isWriteback)
      {
        looked += 1
        let mayLeave = kernel.mayLeave(kernel.cache.pages[slot].frame, cleanOnly: false)
        #expect(!mayLeave)
      }
    }
    #expect(looked > 100)
  }

  @Test func `a page that is found in the swap cache is a minor fault`() throws {
    // Two CPUs: one process uses a page all the time while the other needs all memory, so that it
    // touches the page while it is on its way out.
    let trace = try Script.run(
      Self.world(replacement: .fifo, cpus: 2) + """
        program holder {
            bss page 4KiB
            let i = 0
            while i < 1000 { page[0] = 1; compute 200us; i = i + 1 }
            exit(0)
        }
        start holder

        """ + Self.hog)
    let cached = trace.events.indices.filter {
      trace.events[$0].kind == .swapsIn && trace.events[$0].object == 1
    }
    #expect(!cached.isEmpty)
    for index in cached {
      let settled = trace.events[index...].first {
        $0.kind == .resolvesPageFault && $0.task == trace.events[index].task
      }
      #expect(settled?.object != PageFaultKind.major.rawValue)
    }
  }
}
