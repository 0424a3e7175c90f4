import Catalogue
import Program

/// An item of the `machine` statement, for the manual; ``all`` is what the checker knows.
public struct MachineItem: Sendable {
  /// Its name.
  public let name: String
  /// How it is written.
  public let form: String
  /// What it sets, one sentence without full stop.
  public let meaning: String
  /// What holds without it.
  public let standard: String

  private static let plain = MachineConfiguration(architecture: .x86_64)

  /// All items, in the order of the manual.
  public static let all: [MachineItem] = [
    MachineItem(
      name: "cpus", form: "cpus 2", meaning: "how many CPUs there are, from 1 to 64",
      standard: "\(plain.cpuCount)"),
    MachineItem(
      name: "memory", form: "memory 64MiB", meaning: "how much memory there is",
      standard: "\(plain.memoryBytes >> 20)MiB"),
    MachineItem(
      name: "page", form: "page 4KiB",
      meaning: "the size of a page; only the architecture's own is possible", standard: "4KiB"),
    MachineItem(
      name: "tick", form: "tick 1ms", meaning: "the time between two timer interrupts",
      standard: "\(plain.tick / 1_000_000)ms"),
    MachineItem(
      name: "scheduler", form: "scheduler round_robin { quantum 8ms }",
      meaning: "who runs next: \(choices(SchedulerPolicy.allCases.map(\.rawValue))); "
        + "the quantum is how long one may run while others wait",
      standard: "\(plain.policy.rawValue), \(plain.quantum / 1_000_000)ms"),
    MachineItem(
      name: "isolation", form: "isolation kpti",
      meaning: "whether the kernel is mapped while user mode runs (shared) or not (kpti)",
      standard: plain.isolation.rawValue),
    MachineItem(
      name: "protection", form: "protection [smep, smap]",
      meaning: "what the CPU refuses even to the kernel: executing user pages, and touching them "
        + "outside of the copy routines; x86 has smep and smap, arm64 and arm pxn and pan, riscv64 "
        + "sum, powerpc64 kuep and kuap; `[]` for nothing",
      standard: "what the architecture has"),
    MachineItem(
      name: "replacement", form: "replacement clock",
      meaning: "which page leaves memory when it is full: "
        + choices(ReplacementPolicy.allCases.map(\.rawValue)),
      standard: plain.replacement.rawValue),
    MachineItem(
      name: "costs", form: "costs typical",
      meaning: "what work costs: almost nothing (ideal), about what it costs on a current machine "
        + "(typical), or a block such as `{ syscall 120ns, tlb_miss 30ns }`",
      standard: "ideal"),
  ]

  private static func choices(_ names: [String]) -> String {
    names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }
}
