import Catalogue
import Lesson
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// Dirty pages on their way to the disk, and pages that come before they are wanted. Sources: fsync(2),
/// sync(2), Documentation/filesystems/ext4 (delayed allocation), mm/readahead.c, lib/errseq.c.
@Suite struct WritebackTests {
  typealias Call = ConformanceTests.Call

  /// A kernel that has run some calls of one process, up to a moment.
  static func kernel(
    _ calls: [Call], until deadline: Int64 = Int64.max, text: String = "hello\n",
    prepare: (inout HandBuilt) -> Void = { _ in }
  ) -> Kernel {
    var built = HandBuilt(text: text)
    prepare(&built)
    built.addProcess("probe", calls: calls + [(231, [.value(0)])])
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.actOut(built.scenario)
    _ = kernel.run(deadline: deadline)
    return kernel
  }

  static func results(_ kernel: borrowing Kernel) -> [Int64] {
    kernel.trace.events.filter { $0.kind == .systemCallReturns }.map(\.a)
  }

  static func count(_ kernel: borrowing Kernel, _ kind: EventKind) -> Int {
    kernel.trace.events.count { $0.kind == kind }
  }

  /// What the disk itself holds of a file, as its inode there says.
  static func onDisk(_ kernel: borrowing Kernel, _ inode: Int) -> [UInt8] {
    let node = kernel.inodes[inode]
    let (block, offset) = kernel.inodePlace(fileSystem: node.fileSystem, number: node.number)
    let bytes = kernel.machine.disks[0].bytes(ofBlock: block)
    guard let record = Ext4.decode(bytes[offset..<offset + Ext4.inodeBytes]) else { return [] }
    var found: [UInt8] = []
    for page in 0..<(record.size + 4095) / 4096 {
      let extent = record.extents.first { $0.page <= page && page < $0.page + $0.count }
      found +=
        extent.map { kernel.machine.disks[0].bytes(ofBlock: $0.block + page - $0.page) }
        ?? [UInt8](repeating: 0, count: 4096)
    }
    return Array(found.prefix(Int(record.size)))
  }

  static func inode(_ kernel: borrowing Kernel, size: Int64) -> Int {
    kernel.inodes.indices.first {
      kernel.inodes[$0].kind == .file && kernel.inodes[$0].size == size
    } ?? 0
  }

  static let new = ConformanceTests.open("new", OpenFlags.create | OpenFlags.readWrite, 0o600)
  static func write(_ text: String, fd: Int64 = 3) -> Call {
    (1, [.value(fd), .text(text), .value(Int64(text.utf8.count))])
  }
  static func fsync(_ fd: Int64 = 3) -> Call { (74, [.value(fd)]) }

  @Test func `what is written stays in memory until fsync, and then is on the disk`() {
    let before = Self.kernel([Self.new, Self.write("abc")])
    #expect(Self.count(before, .startsWrite) == 0)
    #expect(Self.onDisk(before, Self.inode(before, size: 3)) == [])
    let after = Self.kernel([Self.new, Self.write("abc"), Self.fsync()])
    #expect(Self.results(after) == [3, 3, 0])
    #expect(Self.onDisk(after, Self.inode(after, size: 3)) == Array("abc".utf8))
  }

  @Test func `fsync: block chosen, page sent, inode updated, its block sent, then the answer`() {
    let trace = Self.kernel([Self.new, Self.write("abc"), Self.fsync()]).finish()
    let start = trace.events.firstIndex { $0.kind == .callsSystemCall && $0.a == 74 } ?? 0
    typealias Step = SequenceTests.Step
    #expect(
      SequenceTests.missing(
        [
          .routine(.sysFsync, task: 1), .routine(.writePages, task: 1), Step(.allocatesBlock),
          Step(.writesBackPage), Step(.submitsWrite), Step(.queuesRequest), Step(.startsWrite),
          Step(.sleeps, task: 1, a: 0), Step(.interrupts, object: 1), Step(.raisesSoftirq),
          Step(.runsSoftirq, object: SoftirqKind.block.rawValue), Step(.completesRequest),
          Step(.finishesWriteback), Step(.wakes, task: 1), .routine(.writeInode, task: 1),
          Step(.updatesInode), Step(.writesBackPage, object: 0), Step(.startsWrite),
          Step(.sleeps, task: 1), Step(.finishesWriteback, object: 0), Step(.wakes, task: 1),
          Step(.systemCallReturns, task: 1, a: 0),
        ], in: trace, from: start) == nil)
  }

  @Test func `a write over old bytes that falls short leaves them as they were`() throws {
    let kernel = Self.kernel([
      ConformanceTests.open("foo", OpenFlags.readWrite),
      (1, [.value(3), .value(0x1000), .value(6)]),
      (0, [.value(3), .value(HandBuilt.bss), .value(6)]),
    ])
    #expect(Self.results(kernel) == [3, Errno.EFAULT.returned, 6])
    let inode = Self.inode(kernel, size: 6)
    let slot = try #require(kernel.cache.find(mapping: inode, index: 0))
    let address = kernel.machine.memory.address(of: kernel.cache.pages[slot].frame)
    #expect(kernel.machine.memory.bytes(at: address, count: 6) == Array("hello\n".utf8))
  }

  @Test func `a file that is not dirty costs fsync nothing`() {
    let kernel = Self.kernel([ConformanceTests.open("foo"), Self.fsync(), Self.fsync()])
    #expect(Self.results(kernel) == [3, 0, 0])
    #expect(Self.count(kernel, .startsWrite) == 0)
  }

  @Test func `a failed write-back is told once to each description, and the page stays clean`() {
    // The failure is set when everything is read already and the write is what comes next.
    var built = HandBuilt()
    built.addProcess(
      "probe",
      calls: [
        Self.new, Self.new, Self.write("abc"), (35, [.text("\u{1}")]), Self.fsync(), Self.fsync(),
        Self.fsync(4), Self.fsync(4), (231, [.value(0)]),
      ])
    built.scenario.programs[0].data += [UInt8](repeating: 0, count: 16)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    while kernel.step() == nil, Self.count(kernel, .dirtiesPage) == 0 {}
    kernel.act(.fail(DeviceID(rawValue: 1)), at: nil)
    _ = kernel.run()
    let results = Self.results(kernel)
    #expect(Array(results.prefix(3)) == [3, 4, 3])
    #expect(
      Array(results.suffix(4)) == [Errno.EIO.returned, 0, Errno.EIO.returned, 0], "\(results)")
    #expect(!kernel.cache.pages.contains { $0.mapping >= 0 && $0.isDirty && $0.index == 0 })
  }

  @Test func `fsync of the console is EINVAL, of no descriptor EBADF`() {
    #expect(
      Self.results(Self.kernel([Self.fsync(1), Self.fsync(9)])) == [
        Errno.EINVAL.returned, Errno.EBADF.returned,
      ])
  }

  @Test func `the flusher writes after five seconds, when the run lasts so long`() {
    let calls = [Self.new, Self.write("abc")]
    let ended = Self.kernel(calls)
    #expect(ended.trace.now < 1_000_000_000, "dirty pages do not keep a run alive")
    #expect(ended.flusherTask == nil)
    let later = Self.kernel(calls, until: 10_000_000_000)
    #expect(later.flusherTask != nil)
    #expect(Self.onDisk(later, Self.inode(later, size: 3)) == Array("abc".utf8))
    #expect(later.dirtyMappings.isEmpty)
    let events = later.trace.events
    let start = events.first { $0.kind == .kernelThreadStarts }
    #expect(start.map { $0.time >= 5_000_000_000 } == true)
    #expect(later.header.tasks.last?.name == "kworker/flush")
    #expect(
      SequenceTests.missing(
        [
          .init(.interrupts, object: 0), .init(.raisesSoftirq, object: 0),
          .init(.runsSoftirq, object: 0), .init(.kernelThreadStarts), .init(.writesBackPage),
          .init(.startsWrite), .init(.updatesInode), .init(.sleeps),
        ], in: later.finish()) == nil)
  }

  @Test func `a kernel thread never enters user mode and is no deadlock`() {
    var built = HandBuilt()
    built.addProcess(
      "probe", calls: [Self.new, Self.write("abc"), (231, [.value(0)])])
    built.addProcess("other", calls: [(231, [.value(0)])], compute: 6_000_000_000)
    built.scenario.timeline.append(.run(.toEnd))
    let run = ScenarioRun.run(built.scenario, limits: RunLimits())
    #expect(run.stop == .finished)
    let thread = run.trace.events.first { $0.kind == .kernelThreadStarts }?.task
    #expect(thread != nil)
    #expect(!run.trace.events.contains { $0.task == thread && $0.mode == .user })
    let state = run.trace.state(after: run.trace.events.count)
    #expect(state.devices[1].writes == 3, "the page, the inode's block, the directory's")
  }

  @Test func `sync writes what everybody made dirty`() {
    let kernel = Self.kernel([
      Self.new, Self.write("abc"), ConformanceTests.open("foo", OpenFlags.writeOnly),
      Self.write("HE", fd: 4), (162, []),
    ])
    #expect(Self.results(kernel) == [3, 3, 4, 2, 0])
    #expect(kernel.dirtyMappings.isEmpty)
    #expect(Self.onDisk(kernel, Self.inode(kernel, size: 3)) == Array("abc".utf8))
    #expect(Self.onDisk(kernel, Self.inode(kernel, size: 6)) == Array("HEllo\n".utf8))
  }

  @Test func `pages whose blocks follow each other go in one request`() {
    let text = String(repeating: "0123456789abcdef", count: 1024)
    let kernel = Self.kernel([Self.new, Self.write(text), Self.fsync()])
    #expect(Self.count(kernel, .allocatesBlock) == 4)
    #expect(
      Self.count(kernel, .startsWrite) == 3,
      "four pages at once, the inode's block and the directory's")
    #expect(Self.onDisk(kernel, Self.inode(kernel, size: 16_384)) == Array(text.utf8))
  }

  @Test func `ftruncate cuts pages and blocks, and what is cut does not come back`() {
    let text = String(repeating: "x", count: 10_000)
    let kernel = Self.kernel([
      Self.new, Self.write(text), Self.fsync(), (77, [.value(3), .value(5)]),
      (77, [.value(3), .value(8000)]),
      (17, [.value(3), .value(HandBuilt.bss), .value(10_000), .value(0)]),
      Self.fsync(),
    ])
    #expect(Self.results(kernel) == [3, 10_000, 0, 0, 0, 8000, 0])
    let bytes = Self.onDisk(kernel, Self.inode(kernel, size: 8000))
    #expect(bytes == [UInt8](repeating: 0x78, count: 5) + [UInt8](repeating: 0, count: 7995))
  }

  @Test func `memory full of dirty pages is written back to make room`() {
    let page = String(repeating: "y", count: 4096)
    // The page's text lies in data behind the name, for all calls.
    let address = 0x50_0000 + Int64("new".utf8.count) + 1
    var calls = [Self.new, Self.write(page)]
    for _ in 0..<299 { calls.append((1, [.value(3), .value(address), .value(4096)])) }
    let kernel = Self.kernel(calls + [Self.fsync()]) { $0.scenario.machine.memoryBytes = 1 << 20 }
    let results = Self.results(kernel)
    #expect(results.count == 302 && results.dropFirst().dropLast().allSatisfy { $0 == 4096 })
    #expect(Self.count(kernel, .reclaimsPage) > 100)
    let bytes = Self.onDisk(kernel, Self.inode(kernel, size: 300 * 4096))
    let node = kernel.inodes[Self.inode(kernel, size: 300 * 4096)]
    #expect(node.extents.count == 1, "blocks are chosen in the order of the pages")
    #expect(bytes.count == 300 * 4096)
    #expect(bytes.firstIndex { $0 != 0x79 } == nil)
  }

  // MARK: - Readahead

  static func reads(_ pages: [Int64], of size: Int64) -> Kernel {
    kernel(
      [ConformanceTests.open("big")]
        + pages.map { (17, [.value(3), .value(HandBuilt.bss), .value(4096), .value($0 * 4096)]) }
    ) {
      $0.scenario.nodes.append(ConformanceTests.node("/home/ada/big", .zeros(size), mode: 0o644))
    }
  }

  @Test func `windows of a file read in order double from 4 pages to 32`() {
    let kernel = Self.reads(Array(0..<128), of: 128 * 4096)
    let windows = kernel.trace.events.filter { $0.kind == .readsAhead }.map { [$0.a, $0.b] }
    #expect(windows == [[0, 4], [4, 8], [12, 16], [28, 32], [60, 32], [92, 32], [124, 4]])
    // 128 pages, 7 requests, and two for name and inode.
    #expect(Self.count(kernel, .startsRequest) == 9)
    #expect(Self.results(kernel).dropFirst().allSatisfy { $0 == 4096 })
  }

  @Test
  func `who reads in order sleeps for the first window only, when it is slower than the disk`() {
    let kernel = Self.reads([0], of: 4 * 4096)
    let sleeps = Self.count(kernel, .sleeps)
    let more = Self.reads([0, 1, 2, 3], of: 4 * 4096)
    #expect(Self.count(more, .sleeps) == sleeps)
    #expect(Self.count(more, .startsRequest) == Self.count(kernel, .startsRequest))
  }

  @Test func `reading here and there asks for one page at a time`() {
    let kernel = Self.reads([50, 3, 90, 20], of: 128 * 4096)
    #expect(Self.count(kernel, .readsAhead) == 0)
    #expect(Self.count(kernel, .startsRequest) == 6)
  }

  @Test func `a file of one page is not read ahead`() {
    let kernel = Self.kernel([
      ConformanceTests.open("foo"), (0, [.value(3), .value(HandBuilt.bss), .value(5)]),
    ])
    #expect(Self.count(kernel, .readsAhead) == 0)
    #expect(Self.results(kernel) == [3, 5])
  }
}
