import Catalogue
import Machine
import Program
import SourceText
import TestSupport
import Testing
import Trace

@testable import Kernel

/// Programs that nobody would write, over all calls, and what must be true at every step of them.
@Suite struct RandomProgramTests {
  static func scenario(_ seed: UInt64) -> Scenario {
    var random = SeededGenerator(seed: seed)
    var built = HandBuilt(text: String(repeating: "text ", count: 2000))
    built.scenario.machine.memoryBytes =
      [1 << 20, 2 << 20, 16 << 20].randomElement(using: &random) ?? 0
    built.scenario.machine.cpuCount = [1, 1, 2, 3].randomElement(using: &random) ?? 1
    built.scenario.machine.tick = [1_000_000, 4_000_000].randomElement(using: &random) ?? 0
    built.scenario.nodes += [
      ConformanceTests.node("/home/ada/link", .link("foo"), mode: 0o777),
      ConformanceTests.node("/home/ada/big", .zeros(200_000), mode: 0o644),
      ConformanceTests.node("/home/ada/locked", .directory, uid: 0, mode: 0o700),
      ConformanceTests.node("/net", .directory, uid: 0, mode: 0o755),
      ConformanceTests.node("/net/motd", .bytes(Array("Welcome\n".utf8)), uid: 0, mode: 0o644),
    ]
    built.scenario.nics = [NICConfiguration(name: "eth0", latency: 2_000_000)]
    built.scenario.serials = [InputConfiguration(name: "ttyS0")]
    built.scenario.keyboards = [InputConfiguration(name: "kbd")]
    built.scenario.mounts.append(
      MountConfiguration(path: "/net", fileSystem: .nfs, disk: nil, nic: 0, server: "server"))
    let range = SourceRange(file: FileID(rawValue: 0), lower: 0, upper: 0)
    for device in [2, 3, 4, 4] as [UInt32] {
      let id = DeviceID(rawValue: device)
      built.scenario.timeline.append(
        .act(
          device == 2 ? .fail(id) : .receive(id, Array("typed\n".utf8)),
          at: Int64.random(in: 0..<60_000_000, using: &random)))
      built.scenario.timelineRanges.append(range)
    }
    let paths = [
      "foo", "link", "big", "/home/ada/foo", "none", "locked/x", "..", "", "foo/", "new", "d",
      "d/x",
      "/net/motd", "/net/none", "/dev/null", "/dev/zero", "/dev/ttyS0", "/dev/kbd",
    ]
    let numbers: [Int64] = [
      0, 0, 1, 1, 2, 2, 2, 3, 8, 17, 18, 24, 35, 39, 74, 77, 83, 87, 95, 162, 257, 231, 777,
      13, 14, 22, 22, 32, 33, 34, 37, 62, 62, 72, 80, 127, 131, 293,
    ]
    for process in 0..<Int.random(in: 1...5, using: &random) {
      var calls: [ConformanceTests.Call] = []
      for _ in 0..<Int.random(in: 0..<25, using: &random) {
        let number = numbers.randomElement(using: &random) ?? 0
        // Most programs should live a while.
        if number == 231, Int.random(in: 0..<8, using: &random) > 0 { continue }
        let arguments: [HandBuilt.Argument] = (0..<4).map { position in
          switch Int.random(in: 0..<7, using: &random) {
          case 0: return .text(paths.randomElement(using: &random) ?? "")
          case 1: return .result
          case 2: return .value(HandBuilt.bss + Int64.random(in: 0..<70_000, using: &random))
          case 3: return .value(Int64.random(in: -5..<10, using: &random))
          case 4: return .value([0x42, 0x241, 0x401, 0o644].randomElement(using: &random) ?? 0)
          case 5: return .value(Int64.random(in: 0..<9000, using: &random))
          default:
            if number == 2 { return position == 0 ? .text("foo") : .value(0) }
            return .value(Int64(bitPattern: random.next()))
          }
        }
        calls.append((number, arguments))
      }
      built.addProcess(
        "p\(process)", user: Int.random(in: 0..<3, using: &random), calls: calls,
        compute: Bool.random(using: &random) ? Int64.random(in: 0..<9_000_000, using: &random) : 0)
    }
    built.scenario.machine.isolation = seed % 3 == 0 ? .kpti : .shared
    return built.scenario
  }

  /// What must be true between any two steps; empty when it is.
  static func broken(_ kernel: borrowing Kernel) -> String? {
    let idle = Set(kernel.processors.map(\.idle))
    for task in kernel.tasks.indices where !idle.contains(task) {
      let inQueues = kernel.processors.reduce(0) { $0 + $1.runQueue.count { $0 == task } }
      let onCPUs = kernel.processors.count { $0.current == task }
      if onCPUs > 1 { return "task \(task) is on \(onCPUs) CPUs" }
      switch kernel.tasks[task].condition {
      case .runnable where inQueues != 1:
        return "runnable task \(task) is \(inQueues) times in the queues"
      case .running where onCPUs != 1: return "task \(task) runs without a CPU"
      case .running, .sleeping, .zombie, .absent:
        // A task that sleeps or stays runnable is still on the CPU until `schedule` has run.
        if inQueues != 0 { return "task \(task) is in a queue" }
      default: break
      }
    }
    for cpu in kernel.processors.indices {
      if !kernel.machine.memory.isTaken(kernel.machine.cpus[cpu].root) {
        return "the page table in use on cpu\(cpu) lies in free memory"
      }
      let mode = kernel.machine.cpus[cpu].mode
      let current = kernel.processors[cpu].current
      let (root, own) = (kernel.machine.cpus[cpu].root, kernel.tasks[current].root)
      if mode == .user, root != kernel.machine.userTable(of: own) ?? own {
        return "user mode on cpu\(cpu) has the wrong page table"
      }
      if mode == .user, kernel.scenario.machine.isolation == .kpti, kernel.steps % 64 == 0,
        IsolationTests.kernelPages(root, kernel.machine).count > 5 * kernel.processors.count
      {
        return "user mode on cpu\(cpu) reaches more of the kernel than the trampoline"
      }
      let depth = kernel.tasks[current].depth
      if (mode == .user) != (depth == 0 && current != kernel.processors[cpu].idle) {
        return "\(mode) with \(depth) frames on the stack of task \(current) on cpu\(cpu)"
      }
    }
    var references = [Int](repeating: 0, count: kernel.openFiles.count)
    references[0] = 1
    for task in kernel.tasks {
      for descriptor in task.descriptors where descriptor >= 0 { references[Int(descriptor)] += 1 }
    }
    // A file just opened is in the hands of who opens it, and has no descriptor yet.
    let opening = kernel.tasks.indices.count { task in
      (0..<kernel.tasks[task].depth).contains {
        let frame = kernel.frames[task * Kernel.stackFrames + $0]
        return frame.routine == .doSysOpenat2 && frame.step >= 3
      }
    }
    var inHand = 0
    for (file, count) in references.enumerated() {
      inHand += kernel.openFiles[file].references - count
      if kernel.openFiles[file].references < count || inHand > opening {
        return "open file \(file) has \(count) descriptors"
      }
    }
    return nil
  }

  /// What the page cache has of files and the disk has not, after everything was written back.
  static func lost(_ kernel: borrowing Kernel) -> String? {
    if !kernel.dirtyMappings.isEmpty { return "\(kernel.dirtyMappings) stay dirty" }
    for page in kernel.cache.pages where page.mapping >= 0 && page.isUpToDate {
      let inode = kernel.inodes[page.mapping]
      guard let disk = kernel.fileSystems[inode.fileSystem].disk else { continue }
      if page.isDirty { return "page \(page.index) of inode \(inode.number) stays dirty" }
      let stored =
        inode.block(ofPage: page.index).map { kernel.machine.disks[disk].bytes(ofBlock: $0) }
        ?? [UInt8](repeating: 0, count: 4096)
      let cached = kernel.machine.memory.bytes(
        at: kernel.machine.memory.address(of: page.frame), count: 4096)
      if cached != stored {
        return "page \(page.index) of inode \(inode.number) is not on the disk"
      }
    }
    for inode in kernel.inodes where inode.kind == .file && inode.links > 0 {
      guard let disk = kernel.fileSystems[inode.fileSystem].disk else { continue }
      let (block, offset) = kernel.inodePlace(fileSystem: inode.fileSystem, number: inode.number)
      let bytes = kernel.machine.disks[disk].bytes(ofBlock: block)
      guard let record = Ext4.decode(bytes[offset..<offset + Ext4.inodeBytes]),
        record.size == inode.size, record.extents == Array(inode.extents.prefix(4))
      else { return "inode \(inode.number) on the disk is another" }
    }
    return nil
  }

  @Test(arguments: 0..<300) func `invariants hold at every step`(_ seed: Int) {
    let scenario = Self.scenario(UInt64(seed))
    var limits = RunLimits()
    limits.steps = 200_000
    var kernel = Kernel(scenario, limits: limits)
    let freeAtBoot = kernel.machine.memory.freeCount
    kernel.actOut(scenario)
    var time: Int64 = 0
    var changes = 0
    var reason: StopReason?
    while reason == nil {
      reason = kernel.step()
      #expect(kernel.trace.now >= time, "seed \(seed)")
      time = kernel.trace.now
      // Looking at all of memory takes long: only when something there has changed, and not always.
      if kernel.pageFrames.changes != changes, kernel.steps % 7 == 0 {
        changes = kernel.pageFrames.changes
        if let broken = MemoryInvariants.broken(kernel) {
          Issue.record("seed \(seed), step \(kernel.steps): \(broken)")
          return
        }
      }
      if let broken = Self.broken(kernel) {
        Issue.record("seed \(seed), step \(kernel.steps): \(broken)")
        return
      }
    }
    // Reading the console sleeps for ever, and a random timespec may be of years; everything else
    // must come to an end.
    #expect(
      reason == .finished || reason == .deadlock || reason == .limit(.time),
      "seed \(seed): \(String(describing: reason))")
    #expect(kernel.cache.pages.allSatisfy { $0.pins == 0 }, "seed \(seed): a page stays pinned")
    if reason == .finished || reason == .deadlock {
      #expect(
        kernel.cache.pages.allSatisfy { $0.mapping == Int.min || !$0.isLocked && !$0.isWriteback },
        "seed \(seed): a page stays locked")
      #expect(kernel.lockHolders.isEmpty, "seed \(seed): a lock is never given back")
    }
    let idle = Set(kernel.processors.map(\.idle))
    let living = kernel.tasks.indices.contains {
      !idle.contains($0) && !kernel.tasks[$0].isKernelThread
        && kernel.tasks[$0].condition != .zombie
    }
    if !living {
      let cached = kernel.cache.pages.count { $0.mapping != Int.min }
      #expect(
        kernel.machine.memory.freeCount == freeAtBoot - cached, "seed \(seed): a frame leaked")
    }
    if reason != .limit(.time) {
      // The flusher's time comes, and then the disk has all that memory has.
      let mayGoOn = kernel.trace.now + 20_000_000_000
      _ = kernel.run(deadline: mayGoOn)
      if let lost = Self.lost(kernel) { Issue.record("seed \(seed): \(lost)") }
    }
    let trace = kernel.finish()
    for (index, event) in trace.events.enumerated()
    where event.kind == .fillsTLB && event.mode == .user {
      #expect(
        UInt64(bitPattern: event.a) < Architecture.x86_64.userEnd, "seed \(seed), event \(index)")
    }
  }
}
