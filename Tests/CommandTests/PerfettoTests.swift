import Foundation
import TestSupport
import Testing

/// `ringwalk run --format perfetto`.
@Suite struct PerfettoTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Scripts that use much of the machine: several CPUs, pipes, signals, disks, networks.
  static let stories = try? FileManager.default.contentsOfDirectory(
    atPath: Fixtures.directory.appending(path: "Kernel/stories").path()
  ).filter { $0.hasSuffix(".walk") }.sorted()

  @Test(arguments: stories ?? [])
  func `every slice ends, every arrow arrives, every row has a name`(_ name: String) throws {
    let path = Fixtures.directory.appending(path: "Kernel/stories/\(name)").path()
    let outcome = try folder.run("run", path, "--format", "perfetto")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let checker = TraceEventChecker(outcome.output)
    #expect(checker.problems == [])
    #expect(checker.slices.count > 20)
    #expect(checker.processes.values.contains("machine"))
    // In a kernel stack a routine lies within the one that called it, or what it was entered for.
    for slice in checker.slices where slice.name.hasPrefix("sys_") {
      #expect(slice.depth > 0, "\(slice.name) at \(slice.start)")
    }
  }

  @Test func `there are stories`() { #expect((Self.stories ?? []).count > 10) }

  @Test func `a script's document`() throws {
    try folder.write("hello.walk", holding)
    let outcome = try folder.run("run", "hello.walk", "--format", "perfetto")
    #expect(outcome.status == 0)
    try expectGolden(outcome.output, "Command/hello.perfetto.json")
  }

  @Test func `scenarios of a lesson have their names before those of processes`() throws {
    try folder.write(
      "two.md",
      """
      ```walk scenario=one
      program p { exit(0) }
      start p
      run
      ```

      ```walk scenario=two
      program p { exit(1) }
      start p
      run
      ```
      """)
    let all = TraceEventChecker(try folder.run("run", "two.md", "--format", "perfetto").output)
    #expect(all.problems == [])
    #expect(
      all.processes == [
        100: "one: p", 900_000: "one: machine", 1_000_100: "two: p", 1_900_000: "two: machine",
      ])
    let one = TraceEventChecker(
      try folder.run("run", "two.md", "--scenario", "two", "--format", "perfetto").output)
    #expect(one.processes == [100: "two: p", 900_000: "two: machine"])
  }

  @Test func `arrows lead from the CPU that wakes and interrupts to those concerned`() throws {
    let path = Fixtures.directory.appending(path: "Kernel/stories/two-cpus.walk").path()
    let checker = TraceEventChecker(try folder.run("run", path, "--format", "perfetto").output)
    let arrows = Set(checker.arrows.map { "\($0.name): \($0.fromProcess) → \($0.toProcess)" })
    #expect(arrows.contains("signal: stopper → counter"), "\(arrows)")
    #expect(arrows.contains { $0.hasPrefix("wake-up: ") && $0.hasSuffix(" → reader") })
    #expect(arrows.contains { $0.hasPrefix("interrupt: reader → ") })
    #expect(Set(checker.threads.values).isSuperset(of: ["cpu0", "cpu1", "sda", "kernel stack"]))
  }
}
