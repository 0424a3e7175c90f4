import Catalogue
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// Files of a server behind a network card. Sources: RFC 1813 (NFS), nfs(5) for timeouts and
/// close-to-open consistency, net/core/dev.c for the softirqs.
@Suite struct NetworkTests {
  typealias Call = ConformanceTests.Call
  typealias Step = SequenceTests.Step

  static let card = DeviceID(rawValue: 2)

  static func kernel(
    _ calls: [Call], compute: Int64 = 0, user: Int = 2,
    prepare: (inout HandBuilt) -> Void = { _ in }
  ) -> Kernel {
    var built = HandBuilt()
    built.scenario.nics = [NICConfiguration(name: "eth0", latency: 2_000_000)]
    built.scenario.nodes += [
      ConformanceTests.node("/net", .directory, uid: 0, mode: 0o755),
      ConformanceTests.node("/net/motd", .bytes(Array("Welcome\n".utf8)), uid: 0, mode: 0o644),
      ConformanceTests.node(
        "/net/big", .bytes([UInt8](repeating: 0x62, count: 9000)), uid: 0, mode: 0o666),
      ConformanceTests.node("/net/private", .bytes([1]), uid: 0, mode: 0o600),
      ConformanceTests.node("/net/sub", .directory, uid: 0, mode: 0o755),
      ConformanceTests.node("/net/sub/leaf", .bytes([7]), uid: 0, mode: 0o644),
      ConformanceTests.node("/net/link", .link("sub/leaf"), uid: 0, mode: 0o777),
    ]
    built.scenario.mounts.append(
      MountConfiguration(
        path: "/net", fileSystem: .nfs, disk: nil, nic: 0, server: "fileserver"))
    prepare(&built)
    built.addProcess("probe", user: user, calls: calls + [(231, [.value(0)])])
    if compute > 0 {
      built.addProcess("counter", calls: [(231, [.value(0)])], compute: compute)
    }
    var kernel = Kernel(built.scenario, limits: RunLimits())
    for process in built.scenario.processes.indices {
      kernel.act(.start(process: process), at: nil)
    }
    return kernel
  }

  static func calls(_ kernel: borrowing Kernel) -> [String] {
    kernel.trace.events.filter { $0.kind == .marshalsCall }.map { kernel.trace.strings[$0.string] }
  }

  @Test func `open and read of a server's file: each protocol step in its order`() {
    var kernel = Self.kernel(
      [FileTests.open("/net/motd"), FileTests.read(3, 100)], compute: 60_000_000)
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, 8])
    #expect(Self.calls(kernel) == ["LOOKUP", "READ"])
    #expect(kernel.remoteCalls.isEmpty)
    let trace = kernel.finish()
    let read = trace.events.firstIndex { $0.kind == .callsSystemCall && $0.a == 0 } ?? 0
    #expect(
      SequenceTests.missing(
        [
          .routine(.pageCacheRead, task: 1), Step(.locksPage, task: 1), .routine(.rpcCall, task: 1),
          Step(.marshalsCall, task: 1), .routine(.netTransmitPacket, task: 1),
          Step(.transmitsPacket, task: 1), Step(.sleeps, task: 1, a: 0),
          Step(.interrupts, object: 2),
          Step(.raisesSoftirq, object: SoftirqKind.networkTransmit.rawValue),
          Step(.runsSoftirq, object: SoftirqKind.networkTransmit.rawValue),
          Step(.serverAnswers), Step(.interrupts, task: 2, mode: .user, object: 2),
          Step(.acknowledgesInterrupt, task: 2),
          Step(.raisesSoftirq, task: 2, object: SoftirqKind.networkReceive.rawValue),
          Step(.runsSoftirq, task: 2, object: SoftirqKind.networkReceive.rawValue),
          .routine(.netReceive, task: 2), Step(.handsUpPacket), Step(.handsUpPacket),
          Step(.handsUpPacket), Step(.wakes, task: 1), Step(.returnsToUser, task: 2),
          Step(.runs, task: 1, mode: .kernel), Step(.unlocksPage, task: 1),
          Step(.copiesToUser, task: 1), Step(.systemCallReturns, task: 1, a: 8),
        ], in: trace, from: read) == nil)
    let layers = trace.events.filter { $0.kind == .handsUpPacket }.suffix(3)
    #expect(layers.map { trace.header.strings[$0.string] } == ["IP", "UDP", "RPC"])
    let wake = trace.events.lastIndex { $0.kind == .wakes && $0.task == 1 } ?? 0
    let causes = trace.causes(of: wake).map { trace.events[$0].kind }
    #expect(causes.contains(.serverAnswers) && causes.contains(.transmitsPacket))
  }

  @Test func `what was read stays in the page cache, and each open asks for attributes`() {
    var kernel = Self.kernel([
      FileTests.open("/net/motd"), FileTests.read(3, 4), FileTests.read(3, 4),
      FileTests.open("/net/motd"), FileTests.read(4, 100),
    ])
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, 4, 4, 4, 8])
    #expect(Self.calls(kernel) == ["LOOKUP", "READ", "GETATTR"])
  }

  @Test func `a file of three pages is three calls, and its bytes are the server's`() {
    var kernel = Self.kernel([FileTests.open("/net/big"), FileTests.read(3, 20_000)])
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, 9000])
    #expect(Self.calls(kernel) == ["LOOKUP", "READ", "READ", "READ"])
    let inode = WritebackTests.inode(kernel, size: 9000)
    let slot = kernel.cache.find(mapping: inode, index: 2) ?? 0
    let bytes = kernel.machine.memory.bytes(
      at: kernel.machine.memory.address(of: kernel.cache.pages[slot].frame), count: 4096)
    #expect(bytes == [UInt8](repeating: 0x62, count: 808) + [UInt8](repeating: 0, count: 3288))
  }

  @Test func `a lost packet is sent again after 1.1 s, a second one after twice that`() {
    for (lost, expected) in [(1, 1_100_000_000), (2, 3_300_000_000)] as [(Int, Int64)] {
      var kernel = Self.kernel([FileTests.open("/net/motd")])
      kernel.act(.fail(Self.card), at: nil)
      if lost == 2 { kernel.act(.fail(Self.card), at: 1_000_000_000) }
      #expect(kernel.run() == .finished)
      #expect(WritebackTests.results(kernel) == [3], "a hard mount does not give up")
      #expect(WritebackTests.count(kernel, .losesPacket) == lost)
      #expect(WritebackTests.count(kernel, .retransmits) == lost)
      let wake = kernel.trace.events.last { $0.kind == .wakes }?.time ?? 0
      #expect((expected...expected + 10_000_000).contains(wake), "\(wake)")
      #expect(kernel.remoteCalls.isEmpty)
    }
  }

  @Test func `the answers of a server's file system`() {
    let cases: [(Call, Int64)] = [
      (FileTests.open("/net/none"), Errno.ENOENT.returned),
      (FileTests.open("/net/motd/x"), Errno.ENOTDIR.returned),
      (FileTests.open("/net/private"), Errno.EACCES.returned),
      (FileTests.open("/net/motd", 2), Errno.EACCES.returned),
      (FileTests.open("/net/new", FileTests.create), Errno.EACCES.returned),
      (FileTests.open("/net/motd", OpenFlags.truncate), Errno.EACCES.returned),
      (FileTests.unlink("/net/big"), Errno.EACCES.returned),
      (FileTests.mkdir("/net/d"), Errno.EACCES.returned),
      (FileTests.mkdir("/net/sub"), Errno.EEXIST.returned),
      (FileTests.open("/net/sub/leaf"), 3), (FileTests.open("/net/link"), 4),
      (FileTests.open("/net/sub/../../home/ada/foo"), 5),
      (FileTests.open("/net", OpenFlags.directory), 6),
      ((74, [.value(3)]), 0),
    ]
    var kernel = Self.kernel(cases.map(\.0))
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == cases.map(\.1))
  }

  @Test func `a read-only file system refuses root, too`() {
    var kernel = Self.kernel(
      [
        FileTests.open("/net/motd", 2), FileTests.open("/net/new", FileTests.create),
        FileTests.open("/net/big", OpenFlags.truncate), FileTests.unlink("/net/big"),
        FileTests.mkdir("/net/d"), FileTests.open("/net/big"),
      ], user: 0
    ) { built in
      built.scenario.mounts[1].isReadOnly = true
    }
    #expect(kernel.run() == .finished)
    let refused = Errno.EROFS.returned
    #expect(
      WritebackTests.results(kernel) == [refused, refused, refused, refused, refused, 3])
  }

  /// A server's directory in which the process may do everything.
  static func writing(_ calls: [Call], prepare: (inout HandBuilt) -> Void = { _ in }) -> Kernel {
    kernel(calls) { built in
      built.scenario.nodes += [
        ConformanceTests.node("/net/own", .directory, uid: 1001, mode: 0o755),
        ConformanceTests.node(
          "/net/own/file", .bytes(Array("hello\n".utf8)), uid: 1001, mode: 0o644),
      ]
      prepare(&built)
    }
  }

  @Test func `what is written is sent by WRITE and kept by COMMIT, at close`() {
    var kernel = Self.writing([
      FileTests.open("/net/own/file", 2), FileTests.seek(3, 0, 2), FileTests.write(3, "world\n"),
      FileTests.close(3), FileTests.open("/net/own/file"), FileTests.read(3, 100),
    ])
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, 6, 6, 0, 3, 12])
    // The page was not in memory: its old bytes are read before it is changed.
    #expect(Self.calls(kernel) == ["LOOKUP", "LOOKUP", "READ", "WRITE", "COMMIT", "GETATTR"])
    let file = kernel.fileSystems[1].remote.last
    #expect(file?.size == 12)
    #expect(file?.page(0, pageBytes: 4096).prefix(12) == ArraySlice("hello\nworld\n".utf8))
    let events = kernel.trace.events
    let sent = events.filter { $0.kind == .marshalsCall }.map(\.b)
    #expect(sent[3] == 128 + 12 && sent[4] == 128)
  }

  @Test func `names at a server are made and removed by calls of their own`() {
    var kernel = Self.writing([
      FileTests.mkdir("/net/own/d"), FileTests.open("/net/own/d/x", FileTests.create),
      FileTests.write(3, "abc"), ((74, [.value(3)])), ((84, [.text("/net/own/d")])),
      FileTests.unlink("/net/own/d/x"), ((84, [.text("/net/own/d")])),
      FileTests.open("/net/own/d"), FileTests.open("/net/own/file", 2 | OpenFlags.truncate),
      FileTests.truncate(4, 5000), FileTests.seek(4, 0, 2),
    ])
    #expect(kernel.run() == .finished)
    #expect(
      WritebackTests.results(kernel) == [
        0, 3, 3, 0, Errno.ENOTEMPTY.returned, 0, 0, Errno.ENOENT.returned, 4, 0, 5000,
      ])
    #expect(
      Self.calls(kernel) == [
        "LOOKUP", "LOOKUP", "MKDIR", "LOOKUP", "CREATE", "WRITE", "COMMIT", "RMDIR", "REMOVE",
        "RMDIR", "LOOKUP", "SETATTR", "SETATTR",
      ])
    let made = kernel.fileSystems[1].remote.last
    #expect(made?.node.uid == 1001 && made?.node.mode == 0o644 && made?.size == 3)
  }

  @Test func `who exits without closing has its files sent all the same`() {
    var kernel = Self.writing([
      FileTests.open("/net/own/file", 1), FileTests.write(3, "HELLO"),
    ])
    #expect(kernel.run() == .finished)
    #expect(Self.calls(kernel).suffix(2) == ["WRITE", "COMMIT"])
    let page = kernel.fileSystems[1].remote.last?.page(0, pageBytes: 4096)
    #expect(page?.prefix(6) == ArraySlice("HELLO\n".utf8))
  }

  @Test func `a call that is sent twice is carried out once`() {
    var kernel = Self.writing([
      FileTests.open("/net/own/new", FileTests.create), FileTests.write(3, "x"),
      FileTests.close(3),
    ]) { built in
      // The server answers later than the client's patience lasts.
      built.scenario.nics[0].latency = 1_500_000_000
    }
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, 1, 0])
    #expect(WritebackTests.count(kernel, .retransmits) > 0)
    let names = kernel.fileSystems[1].remote.flatMap(\.names).map(\.name)
    #expect(names.count { $0 == Array("new".utf8) } == 1)
    #expect(kernel.remoteCalls.isEmpty)
  }

  @Test func `several who read one page make one call`() {
    var kernel = Self.kernel([FileTests.open("/net/motd"), FileTests.read(3, 8)]) { built in
      built.scenario.machine.cpuCount = 2
      for name in ["second", "third"] {
        built.addProcess(
          name, calls: [FileTests.open("/net/motd"), FileTests.read(3, 8), (231, [.value(0)])])
      }
    }
    #expect(kernel.run() == .finished)
    #expect(Self.calls(kernel).count { $0 == "READ" } == 1)
    #expect(WritebackTests.results(kernel).sorted() == [3, 3, 3, 8, 8, 8])
  }

  @Test func `disk, card, line and keyboard interrupt one process, and it goes on each time`() {
    var kernel = Self.kernel(
      [FileTests.open("/net/motd"), FileTests.open("foo"), FileTests.read(0, 10)],
      compute: 80_000_000
    ) { built in
      built.scenario.serials = [InputConfiguration(name: "ttyS0")]
      built.scenario.keyboards = [InputConfiguration(name: "kbd")]
    }
    kernel.act(.receive(DeviceID(rawValue: 3), [0x61]), at: 30_000_000)
    kernel.act(.receive(DeviceID(rawValue: 4), [0x0A]), at: 31_000_000)
    #expect(kernel.run() == .finished)
    let trace = kernel.finish()
    for device in 0...4 as ClosedRange<UInt32> {
      #expect(
        SequenceTests.missing(
          [
            Step(.interrupts, task: 2, mode: .user, object: device),
            Step(.entersKernel, task: 2, object: EntryReason.interrupt.rawValue),
            Step(.savesRegisters, task: 2), Step(.interruptReturns, task: 2, object: device),
            Step(.restoresRegisters, task: 2), Step(.returnsToUser, task: 2, mode: .user),
          ], in: trace) == nil, "device \(device)")
    }
  }
}
