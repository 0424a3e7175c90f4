import Catalogue
import Machine
import Program
import SourceText
import TestSupport
import Testing
import Trace

@testable import Kernel

/// Programs that nobody would write, over the calls and accesses of memory, with little of it.
@Suite struct RandomMemoryTests {
  typealias Memory = MemoryProgram

  /// A process that maps, protects, forks and touches, over and over.
  static func steps(_ random: inout SeededGenerator) -> [MemoryProgram.Step] {
    let free = Memory.free
    func page() -> Int64 { free + Int64.random(in: 0..<90, using: &random) * 4096 }
    func place() -> Int64 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: return 0x60_0000 + Int64.random(in: 0..<16, using: &random) * 4096
      case 1: return 0x61_0000 + Int64.random(in: 0..<16, using: &random) * 4096
      default: return page()
      }
    }
    func pages(_ most: Int64) -> Int64 { Int64.random(in: 1...most, using: &random) * 4096 }
    var steps: [MemoryProgram.Step] = [
      Memory.mmap(free, 90 * 4096, 3, Memory.at), Memory.open("foo", OpenFlags.readWrite),
      Memory.brk(0x61_0000 + pages(16)),
    ]
    for _ in 0..<Int.random(in: 5..<80, using: &random) {
      switch Int.random(in: 0..<20, using: &random) {
      case 0: steps.append(Memory.mmap(page(), pages(8), 3, Memory.at))
      case 1: steps.append(Memory.mmap(page(), pages(4), 3, 0x11, .value(3)))
      case 2: steps.append(Memory.mmap(page(), pages(4), 3, 0x12, .value(3)))
      case 3: steps.append(Memory.mmap(page(), pages(4), 3, 0x31))
      case 4: steps.append(Memory.munmap(page(), pages(3)))
      case 5:
        // Taken away, and mostly given back.
        let (start, length) = (page(), pages(6))
        steps.append(Memory.mprotect(start, length, Int64.random(in: 0...3, using: &random)))
        if Int.random(in: 0..<6, using: &random) > 0 {
          steps.append(Memory.mprotect(start, length, 3))
        }
      case 6: steps.append(Memory.brk(0x61_0000 + pages(16)))
      case 7: steps.append(.call(28, [.value(page()), .value(pages(4)), .value(4)]))
      case 8 where Int.random(in: 0..<3, using: &random) == 0: steps.append(.call(57, []))
      case 9: steps.append(.call(0, [.value(3), .value(place()), .value(5000)]))
      case 10: steps.append(.call(1, [.value(3), .value(place()), .value(300)]))
      case 11:
        steps.append(.call(77, [.value(3), .value(Int64.random(in: 0..<9000, using: &random))]))
      case 12: steps.append(.call(61, [.value(-1), .value(place()), .value(1), .value(0)]))
      case 13...16:
        // A run of pages, as loops touch them.
        let start = page()
        for offset in 0..<Int64.random(in: 1..<80, using: &random)
        where start + offset * 4096 < free + 90 * 4096 {
          steps.append(
            Bool.random(using: &random)
              ? .write(start + offset * 4096, UInt8(offset)) : .read(start + offset * 4096))
        }
      default: steps.append(Bool.random(using: &random) ? .write(place()) : .read(place()))
      }
    }
    return steps
  }

  static func scenario(_ seed: UInt64) -> Scenario {
    var random = SeededGenerator(seed: seed)
    var built = HandBuilt(text: String(repeating: "text ", count: 3000))
    built.scenario.machine.memoryBytes = 1 << 20
    built.scenario.machine.cpuCount = [1, 1, 2, 3].randomElement(using: &random) ?? 1
    built.scenario.machine.replacement =
      ReplacementPolicy.allCases.randomElement(using: &random) ?? .clock
    if seed % 7 != 0 {
      built.scenario.swap = SwapConfiguration(
        disk: 0, byteCount: ([4, 40, 400].randomElement(using: &random) ?? 4) * 4096)
    }
    for process in 0..<Int.random(in: 2...5, using: &random) {
      Memory.add(steps(&random), to: &built, name: "p\(process)")
    }
    let range = SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)
    if seed % 5 == 0 {
      for _ in 0..<3 {
        built.scenario.timeline.append(
          .act(
            .fail(DeviceID(rawValue: 1)), at: Int64.random(in: 0..<900_000_000, using: &random)))
        built.scenario.timelineRanges.append(range)
      }
    }
    built.scenario.machine.isolation = seed % 3 == 0 ? .kpti : .shared
    return built.scenario
  }

  @Test(arguments: 0..<200) func `invariants hold at every step, with little memory`(_ seed: Int) {
    let scenario = Self.scenario(UInt64(seed))
    var limits = RunLimits()
    limits.steps = 100_000
    var kernel = Kernel(scenario, limits: limits)
    let freeAtBoot = kernel.machine.memory.freeCount
    kernel.actOut(scenario)
    var changes = 0
    var reason: StopReason?
    while reason == nil {
      reason = kernel.step()
      if kernel.pageFrames.changes != changes, kernel.steps % 11 == 0 || reason != nil {
        changes = kernel.pageFrames.changes
        if let broken = MemoryInvariants.broken(kernel) {
          Issue.record("seed \(seed), step \(kernel.steps): \(broken)")
          return
        }
      }
      if let broken = RandomProgramTests.broken(kernel) {
        Issue.record("seed \(seed), step \(kernel.steps): \(broken)")
        return
      }
    }
    #expect(
      reason == .finished || reason == .deadlock || reason == .limit(.steps),
      "seed \(seed): \(String(describing: reason))")
    guard reason == .finished else { return }
    // Processes are gone; what is left in memory is files.
    let cached = kernel.cache.pages.count { $0.mapping != Int.min }
    #expect(!kernel.cache.pages.contains { $0.mapping == PageCache.swapMapping }, "seed \(seed)")
    #expect(kernel.swap?.usedCount ?? 0 == 0, "seed \(seed): a slot leaked")
    let zombies = kernel.tasks.count { $0.condition == .zombie && $0.kernelStack != nil }
    #expect(
      kernel.machine.memory.freeCount == freeAtBoot - cached - zombies * Kernel.kernelStackFrames,
      "seed \(seed): a frame leaked")
  }

  @Test func `the random programs swap in and out, share, fail and are killed`() {
    var kinds: [EventKind: Int] = [:]
    var signals: [Signal: Int] = [:]
    for seed in 0..<40 {
      var limits = RunLimits()
      limits.steps = 100_000
      let scenario = Self.scenario(UInt64(seed))
      var kernel = Kernel(scenario, limits: limits)
      kernel.actOut(scenario)
      _ = kernel.run()
      for event in kernel.trace.events {
        kinds[event.kind, default: 0] += 1
        if event.kind == .isKilled,
          let signal = Signal(rawValue: UInt8(truncatingIfNeeded: event.object))
        {
          signals[signal, default: 0] += 1
        }
      }
    }
    for kind in [
      EventKind.swapsOut, .swapsIn, .forks, .copiesPage, .reusesPage, .choosesVictim, .sharesPages,
      .deviceFails, .movesBreak,
    ] {
      #expect(kinds[kind, default: 0] > 0, "\(kind)")
    }
    for signal in [Signal.SIGSEGV, .SIGBUS, .SIGKILL] {
      #expect(signals[signal, default: 0] > 0, "\(signal)")
    }
  }

  // MARK: - A model of maps

  /// The window of pages that the calls below change.
  static let windowPages: Int64 = 16

  /// What a page of the window may be used for; no entry for one that is not mapped.
  struct Model {
    var rights: [Int64: Int64] = [:]

    mutating func map(_ pages: Range<Int64>, _ protection: Int64) -> Int64 {
      for page in pages { rights[page] = protection }
      return MemoryProgram.free + pages.lowerBound * 4096
    }

    mutating func unmap(_ pages: Range<Int64>) -> Int64 {
      for page in pages { rights[page] = nil }
      return 0
    }

    /// mprotect(2): what lies before a hole is changed, and then the call fails.
    mutating func protect(_ pages: Range<Int64>, _ protection: Int64) -> Int64 {
      for page in pages {
        guard rights[page] != nil else { return Errno.ENOMEM.returned }
        rights[page] = protection
      }
      return 0
    }

    /// How an access ends: `nil` when it may be done.
    func refusal(_ page: Int64, isWrite: Bool) -> SignalCode? {
      guard let rights = rights[page] else { return .SEGV_MAPERR }
      // x86_64: whatever can be written or executed can be read (facts 2.2.6).
      return rights & 2 != 0 || !isWrite && rights != 0 ? nil : .SEGV_ACCERR
    }
  }

  @Test(arguments: 0..<150)
  func `mmap, munmap and mprotect do to a map what they do to a dictionary`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var model = Model()
    var steps: [MemoryProgram.Step] = []
    var results: [Int64] = []
    for _ in 0..<Int.random(in: 1..<25, using: &random) {
      let first = Int64.random(in: 0..<Self.windowPages, using: &random)
      let last = Int64.random(in: first..<Self.windowPages, using: &random) + 1
      let (address, length) = (Memory.free + first * 4096, (last - first) * 4096)
      let protection = Int64.random(in: 0...7, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        steps.append(Memory.mmap(address, length, protection, Memory.at))
        results.append(model.map(first..<last, protection))
      case 2:
        steps.append(Memory.munmap(address, length))
        results.append(model.unmap(first..<last))
      default:
        steps.append(Memory.mprotect(address, length, protection))
        results.append(model.protect(first..<last, protection))
      }
      // Some pages are touched on the way, so that there is something to lose and to keep.
      let page = Int64.random(in: 0..<Self.windowPages, using: &random)
      if model.refusal(page, isWrite: true) == nil {
        steps.append(.write(Memory.free + page * 4096))
      }
    }
    let page = Int64.random(in: 0..<Self.windowPages, using: &random)
    let isWrite = Bool.random(using: &random)
    let address = Memory.free + page * 4096 + 8
    steps.append(isWrite ? .write(address) : .read(address))

    var built = HandBuilt()
    Memory.add(steps, to: &built)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    var regions: [Region] = []
    while kernel.step() == nil {
      if !kernel.tasks[1].space.regions.isEmpty { regions = kernel.tasks[1].space.regions }
    }
    let outcome = Memory.outcome(of: kernel.finish(), task: 1)
    #expect(Array(outcome.results.prefix(results.count)) == results, "seed \(seed)")
    for page in 0..<Self.windowPages {
      let address = Memory.free + page * 4096
      let region = regions.first { $0.start <= address && address < $0.end }
      #expect(
        region.map { Int64($0.protection.rawValue) } == model.rights[page],
        "seed \(seed), page \(page)")
    }
    // Equal neighbours are one region.
    for (left, right) in zip(regions, regions.dropFirst()) {
      #expect(!left.canMerge(with: right, pageBytes: 4096), "seed \(seed)")
    }
    let refusal = model.refusal(page, isWrite: isWrite)
    #expect(outcome.code == refusal, "seed \(seed)")
    #expect(outcome.signal == (refusal == nil ? nil : .SIGSEGV), "seed \(seed)")
  }
}
