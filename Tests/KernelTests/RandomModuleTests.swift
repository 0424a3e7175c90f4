import Catalogue
import Program
import TestSupport
import Testing
import Trace

@testable import Kernel

/// Modules that are loaded and removed by several processes at once, among them some that oops.
@Suite struct RandomModuleTests {
  static func scenario(_ seed: UInt64) -> Scenario {
    var random = SeededGenerator(seed: seed)
    var built = HandBuilt()
    built.scenario.machine.cpuCount = Int.random(in: 1...3, using: &random)
    built.scenario.machine.isolation = seed % 2 == 0 ? .kpti : .shared
    built.scenario.machine.memoryBytes = seed % 5 == 0 ? 1 << 20 : 16 << 20
    ModuleTests.prepare(&built)
    built.add(ModuleBuilder.with("slow") { $0.call(.msleep, .value(7_000_000)) })
    built.add(ModuleBuilder.with("leaky") { $0.call(.kmalloc, .value(20_000)) })
    built.add(ModuleBuilder.with("bad") { ModuleTests.load(from: 0x10, &$0) })
    let names = [
      "hello", "slow", "leaky", "bad", "failing", "permanent", "quiet", "wanting", "text", "none",
    ]
    for process in 0..<Int.random(in: 1...4, using: &random) {
      var calls: [ConformanceTests.Call] = []
      for _ in 0..<Int.random(in: 1..<8, using: &random) {
        let name = names.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1: calls += HandBuilt.load(name) + [(3, [.value(3)])]
        case 2, 3: calls.append(HandBuilt.unload(name))
        default:
          calls.append(
            (
              [175, 176, 313].randomElement(using: &random) ?? 0,
              (0..<3).map { _ in .value(Int64(bitPattern: random.next() >> UInt64(process * 16))) }
            ))
        }
      }
      built.addProcess(
        "p\(process)", user: Int.random(in: 0..<4, using: &random) == 0 ? 2 : HandBuilt.root,
        calls: calls + [(231, [.value(0)])],
        compute: Int64.random(in: 1..<9_000_000, using: &random))
    }
    return built.scenario
  }

  @Test(arguments: 0..<60) func `invariants hold while modules come and go`(_ seed: Int) {
    let scenario = Self.scenario(UInt64(seed))
    var limits = RunLimits()
    limits.steps = 200_000
    var kernel = Kernel(scenario, limits: limits)
    kernel.actOut(scenario)
    var reason: StopReason?
    while reason == nil {
      reason = kernel.step()
      if let broken = RandomProgramTests.broken(kernel) {
        Issue.record("seed \(seed), step \(kernel.steps): \(broken)")
        return
      }
    }
    #expect(reason == .finished, "seed \(seed)")
    // Names are unique, and live modules lie apart from each other.
    let modules = kernel.modules.compactMap { $0 }
    #expect(Set(modules.map(\.name)).count == modules.count)
    let spans = modules.map { $0.text.lowerBound..<$0.data.upperBound }
      .sorted { $0.lowerBound < $1.lowerBound }
    for (left, right) in zip(spans, spans.dropFirst()) {
      #expect(left.upperBound < right.lowerBound, "a page lies between")
    }
    let live = Int64(modules.count { $0.state == .live })
    let trace = kernel.finish()
    #expect(trace.state(after: trace.events.count).liveModules == live)
  }
}
