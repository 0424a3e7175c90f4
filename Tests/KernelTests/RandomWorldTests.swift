import Catalogue
import Foundation
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// Random programs over the whole world: `make test` runs the first few hundred numbers, `make fuzz`
/// ten thousand of them, in a release build.
@Suite struct RandomWorldTests {
  /// How many numbers are tried.
  private static let seeds =
    ProcessInfo.processInfo.environment["RINGWALK_SEEDS"].flatMap { Int($0) } ?? 400
  /// The only number to be tried, to look at what was found.
  private static let only = ProcessInfo.processInfo.environment["RINGWALK_WORLD"]
    .flatMap { Int($0) }
  /// Tests run side by side: each takes every so many-th number.
  private static let lanes = 16
  /// How many steps of a world are taken before all of its processes are killed.
  private static let steps = 6_000
  /// A look at all of memory is taken at one in so many steps that have changed something in it: at each of
  /// them in `make fuzz`, or if only one world is tried.
  private static let frameInterval =
    only == nil && ProcessInfo.processInfo.environment["RINGWALK_SEEDS"] == nil ? 31 : 1

  @Test(arguments: 0..<lanes) func `invariants hold in every world, at every step`(_ lane: Int) {
    if let only = Self.only, only % Self.lanes != lane { return }
    for seed in Self.only.map({ [$0] })
      ?? Array(stride(from: lane, to: Self.seeds, by: Self.lanes))
    {
      if let failure = Self.failure(UInt64(seed)) {
        Issue.record("world \(seed): \(failure)")
        return
      }
    }
  }

  @Test func `worlds run short of memory, and their processes are written to the swap area`() {
    var kinds: Set<EventKind> = []
    for seed in 0..<60 {
      var limits = RunLimits()
      limits.events = 300_000
      let scenario = RandomWorld.scenario(UInt64(seed))
      var kernel = Kernel(scenario, limits: limits)
      kernel.actOut(scenario)
      for _ in 0..<Self.steps where kernel.step(deadline: 20_000_000_000) == nil {}
      kinds.formUnion(kernel.trace.events.map(\.kind))
    }
    let wanted: Set<EventKind> = [.choosesVictim, .reclaimsPage, .swapsOut, .swapsIn]
    let missing = wanted.subtracting(kinds)
    #expect(missing.isEmpty)
  }

  /// Runs a world, kills everybody, and looks at what is left.
  ///
  /// - Returns: What was broken.
  static func failure(_ seed: UInt64) -> String? {
    let scenario = RandomWorld.scenario(seed)
    var limits = RunLimits()
    limits.events = 3_000_000
    var kernel = Kernel(scenario, limits: limits)
    let freeAtBoot = kernel.machine.memory.freeCount
    kernel.actOut(scenario)
    var watch = Watch(interval: frameInterval)
    var reason: StopReason?
    for _ in 0..<steps where reason == nil {
      reason = kernel.step(deadline: 20_000_000_000)
      if let broken = watch.broken(kernel) { return "step \(kernel.steps): \(broken)" }
    }
    switch reason {
    case nil, .timeReached, .finished: break
    case .deadlock:
      if let lost = WorldInvariants.lostSleeper(kernel) { return lost }
    case .panic:
      // A module that oopses in an interrupt stops the machine; nothing can be asked of it then.
      return kernel.oopsCount > 0 ? nil : "a panic without an oops"
    case .conditionMet, .limit, .internalError: return "\(String(describing: reason))"
    }
    let idle = Set(kernel.processors.map(\.idle))
    for task in kernel.tasks.indices where !idle.contains(task) {
      kernel.signalFromOutside(.SIGKILL, to: TaskID(rawValue: UInt16(task)))
    }
    let end = kernel.trace.now + 60_000_000_000
    var count = 0
    reason = nil
    while reason == nil, count < 200_000 {
      count += 1
      reason = kernel.step(deadline: end)
      if let broken = watch.broken(kernel) { return "dying, step \(kernel.steps): \(broken)" }
      // Whoever was started or forked meanwhile goes the same way.
      if count % 500 == 0 || reason == .deadlock {
        var isAlive = false
        for task in kernel.tasks.indices where !idle.contains(task) {
          let condition = kernel.tasks[task].condition
          guard !kernel.tasks[task].isKernelThread, kernel.isThere(task), condition != .zombie
          else { continue }
          if condition == .sleeping || condition == .stopped || count % 500 == 0 {
            isAlive = true
            kernel.signalFromOutside(.SIGKILL, to: TaskID(rawValue: UInt16(task)))
          }
        }
        if reason == .deadlock, isAlive, count < 199_000 {
          count += 1_000
          reason = nil
        }
      }
    }
    guard reason == .finished || reason == .timeReached || reason == .deadlock else {
      return "after SIGKILL for all: \(String(describing: reason))"
    }
    if let leak = WorldInvariants.leak(
      kernel, freeAtBoot: freeAtBoot, usedModules: watch.usedModules)
    {
      return leak
    }
    // What a broken disk did not take is lost, as fsync says.
    return watch.brokeDevice ? nil : RandomProgramTests.lost(kernel)
  }

  /// Follows a world step by step.
  struct Watch {
    let interval: Int
    private var time: Int64 = 0
    private var seen = 0
    private var changes = 0
    private var changed = 0
    private(set) var usedModules = false
    private(set) var brokeDevice = false

    init(interval: Int) { self.interval = interval }

    mutating func broken(_ kernel: borrowing Kernel) -> String? {
      if kernel.trace.now < time { return "time goes back" }
      time = kernel.trace.now
      if let broken = RandomProgramTests.broken(kernel) { return broken }
      var concerns = false
      while seen < kernel.trace.events.count {
        let event = kernel.trace.events[seen]
        if WorldInvariants.concernsTranslations(event) { concerns = true }
        if event.kind == .mapsModule { usedModules = true }
        if event.kind == .deviceFails { brokeDevice = true }
        seen += 1
      }
      if concerns {
        for cpu in kernel.machine.cpus.indices {
          if let broken = WorldInvariants.brokenTranslations(kernel, cpu: cpu) { return broken }
        }
      }
      if kernel.steps % 8 == 0, let lost = WorldInvariants.lostSleeper(kernel) { return lost }
      if kernel.pageFrames.changes != changes {
        changes = kernel.pageFrames.changes
        changed += 1
        if changed % interval == 0, let broken = MemoryInvariants.broken(kernel) { return broken }
      }
      return nil
    }
  }
}
