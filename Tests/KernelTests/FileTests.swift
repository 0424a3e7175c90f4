import Catalogue
import Lesson
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// Linux's answers about files, directories and device files, each with its source, and bytes that
/// come in from outside.
@Suite struct FileTests {
  typealias Call = ConformanceTests.Call

  /// Calls of one process (user ada unless said), and what each returns.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var source: String
    var calls: [Call]
    var expected: [Int64]
    var user: Int

    init(_ what: String, _ source: String, user: Int = 2, _ pairs: (Call, Int64)...) {
      testDescription = what
      self.source = source
      calls = pairs.map(\.0)
      expected = pairs.map(\.1)
      self.user = user
    }
  }

  static func no(_ error: Errno) -> Int64 { error.returned }
  static func open(_ path: String, _ flags: Int64 = 0, _ mode: Int64 = 0o644) -> Call {
    ConformanceTests.open(path, flags, mode)
  }
  static func read(_ fd: Int64, _ count: Int64, at address: Int64 = HandBuilt.bss) -> Call {
    (0, [.value(fd), .value(address), .value(count)])
  }
  static func write(_ fd: Int64, _ text: String) -> Call {
    (1, [.value(fd), .text(text), .value(Int64(text.utf8.count))])
  }
  static func pread(_ fd: Int64, _ count: Int64, _ position: Int64) -> Call {
    (17, [.value(fd), .value(HandBuilt.bss), .value(count), .value(position)])
  }
  static func pwrite(_ fd: Int64, _ text: String, _ position: Int64) -> Call {
    (18, [.value(fd), .text(text), .value(Int64(text.utf8.count)), .value(position)])
  }
  static func unlink(_ path: String) -> Call { (87, [.text(path)]) }
  static func mkdir(_ path: String, _ mode: Int64 = 0o755) -> Call {
    (83, [.text(path), .value(mode)])
  }
  static func seek(_ fd: Int64, _ offset: Int64, _ whence: Int64 = 0) -> Call {
    (8, [.value(fd), .value(offset), .value(whence)])
  }
  static func close(_ fd: Int64) -> Call { (3, [.value(fd)]) }
  static func truncate(_ fd: Int64, _ size: Int64) -> Call { (77, [.value(fd), .value(size)]) }
  static func umask(_ mask: Int64) -> Call { (95, [.value(mask)]) }

  static let create = OpenFlags.create | OpenFlags.readWrite
  static let temporary = OpenFlags.temporary | OpenFlags.directory

  static let cases: [Case] = [
    // Flags, in the order of build_open_flags (fs/open.c).
    Case(
      "O_TMPFILE without O_DIRECTORY", "open(2)",
      (open("/tmp", OpenFlags.temporary | 2), no(.EINVAL))),
    Case("O_TMPFILE read-only", "open(2)", (open("/tmp", temporary), no(.EINVAL))),
    Case("O_TMPFILE with O_CREAT", "open(2)", (open("/tmp", temporary | create), no(.EINVAL))),
    Case(
      "O_TMPFILE where the file system has none", "open(2)",
      (open("/tmp", temporary | 2), no(.EOPNOTSUPP))),
    Case(
      "O_TMPFILE on a file is no directory", "open(2)", (open("foo", temporary | 2), no(.ENOTDIR))),
    Case(
      "flags come before the path", "fs/open.c",
      ((2, [.value(0x1000), .value(temporary)]), no(.EINVAL)),
      ((2, [.value(0x1000), .value(0)]), no(.EFAULT))),
    Case(
      "O_EXCL alone means nothing for a file", "open(2)", (open("foo", OpenFlags.exclusive), 3)),
    Case("O_NONBLOCK means nothing for a file", "open(2)", (open("foo", OpenFlags.nonBlocking), 3)),
    Case("O_DIRECTORY on a directory", "open(2)", (open("/tmp", OpenFlags.directory), 3)),
    Case(
      "O_TRUNC with O_RDONLY empties the file", "open(2), NOTES",
      (open("foo", OpenFlags.truncate), 3), (seek(3, 0, 2), 0)),
    Case(
      "O_TRUNC on a directory", "fs/namei.c may_open",
      (open("/tmp", OpenFlags.truncate), no(.EISDIR))),
    Case(
      "the access mode 3 wants both permissions and gives neither right", "open(2), NOTES",
      (open("foo", 3), 3), (read(3, 1), no(.EBADF)), (write(3, "x"), no(.EBADF))),
    Case(
      "O_EXCL comes before the file's permission", "fs/namei.c do_open",
      (open("/home/ada/foo", create | OpenFlags.exclusive), no(.EEXIST))),
    Case(
      "O_APPEND is looked at for each write", "open(2)",
      (open("foo", OpenFlags.writeOnly | OpenFlags.append), 3), (open("foo", 1), 4),
      (seek(4, 0, 2), 6), (write(4, "xyz"), 3), (write(3, "!"), 1), (seek(3, 0, 1), 10)),
    // umask(2)
    Case(
      "umask returns the mask before", "umask(2)", (umask(0o77), 0o22), (umask(0o22), 0o77)),
    Case("umask keeps nine bits", "umask(2)", (umask(0o7777), 0o22), (umask(0), 0o777)),
    Case(
      "a file that nobody may read can be made and used", "open(2)",
      (umask(0o777), 0o22), (open("new", create), 3), (write(3, "abc"), 3),
      (open("new"), no(.EACCES))),
    // unlink(2), in the order of do_unlinkat and may_delete.
    Case(
      "a name that is removed is gone", "unlink(2)", (unlink("foo"), 0), (open("foo"), no(.ENOENT)),
      (unlink("foo"), no(.ENOENT))),
    Case(
      "an open file outlives its name", "unlink(2)", (open("foo"), 3), (unlink("foo"), 0),
      (read(3, 10), 6), (close(3), 0), (open("foo"), no(.ENOENT))),
    Case(
      "a name can be used again", "unlink(2)", (unlink("foo"), 0), (open("foo", create), 3),
      (read(3, 10), 0)),
    Case("a directory is not unlinked", "unlink(2)", (unlink("dir"), no(.EISDIR))),
    Case("the working directory is no name", "do_unlinkat", (unlink("."), no(.EISDIR))),
    Case("the root is no name", "do_unlinkat", (unlink("/"), no(.EISDIR))),
    Case("a slash behind a file's name", "do_unlinkat", (unlink("foo/"), no(.ENOTDIR))),
    Case("a link is removed, not its target", "unlink(2)", (unlink("link"), 0), (open("foo"), 3)),
    Case(
      "a missing name comes before the directory's permission", "do_unlinkat",
      (unlink("/nothing"), no(.ENOENT)), (unlink("/top"), no(.EACCES))),
    Case(
      "the directory's permission comes before the kind", "may_delete",
      (unlink("/home"), no(.EACCES))),
    Case(
      "the permission of the file does not matter", "unlink(2)", (unlink("locked"), 0)),
    Case(
      "in a sticky directory only one's own", "unlink(2)", user: 1,
      (unlink("/sticky/hers"), no(.EPERM)), (unlink("/sticky/his"), 0)),
    Case("root removes from a sticky directory", "unlink(2)", user: 0, (unlink("/sticky/hers"), 0)),
    Case(
      "unlinkat with an unknown flag", "unlink(2)",
      ((263, [.value(-100), .text("foo"), .value(1)]), no(.EINVAL))),
    Case("a bad path pointer", "unlink(2)", ((87, [.value(0x1000)]), no(.EFAULT))),
    // mkdir(2)
    Case(
      "a new directory can be filled", "mkdir(2)", (mkdir("d"), 0), (open("d/f", create), 3),
      (open("d", OpenFlags.directory), 4), (open("d/../d/f"), 5)),
    Case("a trailing slash is well", "mkdir(2)", (mkdir("d/"), 0), (open("d"), 3)),
    Case(
      "what exists exists", "mkdir(2)", (mkdir("foo"), no(.EEXIST)), (mkdir("dir"), no(.EEXIST)),
      (mkdir("/"), no(.EEXIST)), (mkdir("."), no(.EEXIST)), (mkdir("dangling"), no(.EEXIST))),
    Case(
      "existing comes before permission", "filename_create", (mkdir("/home"), no(.EEXIST)),
      (mkdir("/new"), no(.EACCES))),
    Case(
      "what is on the way must be there", "mkdir(2)", (mkdir("x/y"), no(.ENOENT)),
      (mkdir("foo/y"), no(.ENOTDIR)), (mkdir(""), no(.ENOENT))),
    Case(
      "umask counts", "mkdir(2)", (umask(0o777), 0o22), (mkdir("d", 0o777), 0),
      (open("d/x"), no(.EACCES))),
    // pread(2), pwrite(2)
    Case(
      "a position leaves the offset alone", "pread(2)", (open("foo", 2), 3), (pread(3, 3, 2), 3),
      (seek(3, 0, 1), 0), (pwrite(3, "J", 0), 1), (seek(3, 0, 1), 0), (read(3, 100), 6)),
    Case("past the end there is nothing", "pread(2)", (open("foo"), 3), (pread(3, 3, 6), 0)),
    Case(
      "a negative position comes before the descriptor", "fs/read_write.c",
      (pread(99, 1, -1), no(.EINVAL)), (pread(99, 1, 0), no(.EBADF)),
      (pwrite(99, "x", -1), no(.EINVAL))),
    Case("the console has no positions", "pread(2)", (pread(0, 1, 0), no(.ESPIPE))),
    Case(
      "O_APPEND wins over the position", "pwrite(2), BUGS",
      (open("foo", OpenFlags.writeOnly | OpenFlags.append), 3), (pwrite(3, "xx", 0), 2),
      (seek(3, 0, 2), 8)),
    Case(
      "pwrite past the end leaves a hole", "lseek(2)", (open("foo", 2), 3),
      (pwrite(3, "x", 9000), 1),
      (seek(3, 0, 2), 9001), (pread(3, 9001, 0), 9001)),
    // ftruncate(2)
    Case(
      "ftruncate makes longer and shorter", "truncate(2)", (open("foo", 2), 3),
      (truncate(3, 100), 0),
      (seek(3, 0, 2), 100), (truncate(3, 2), 0), (seek(3, 0, 2), 2)),
    Case(
      "a negative length comes before the descriptor", "fs/open.c",
      (truncate(99, -1), no(.EINVAL)), (truncate(99, 1), no(.EBADF))),
    Case(
      "a file that is not open for writing", "truncate(2)", (open("foo"), 3),
      (truncate(3, 0), no(.EINVAL))),
    Case("the console has no length", "truncate(2)", (truncate(1, 0), no(.EINVAL))),
    Case(
      "a length past the largest", "truncate(2)", (open("foo", 2), 3),
      (truncate(3, (16 << 40) + 1), no(.EFBIG))),
    // lseek(2), read(2), write(2), close(2)
    Case("lseek on a directory is well", "lseek(2)", (open("dir"), 3), (seek(3, 5), 5)),
    Case(
      "reading past the end gives 0, and writing there fills with zeros", "read(2)",
      (open("foo", 2), 3), (seek(3, 10), 10), (read(3, 5), 0), (write(3, "x"), 1),
      (pread(3, 20, 0), 11)),
    Case("read with count 0", "read(2)", (open("foo"), 3), (read(3, 0), 0)),
    Case("write with count 0", "write(2)", (open("foo", 1), 3), (write(3, ""), 0)),
    Case("closing twice", "close(2)", (open("foo"), 3), (close(3), 0), (close(3), no(.EBADF))),
    Case("a negative descriptor", "close(2)", (close(-1), no(.EBADF))),
    Case(
      "two descriptions have two offsets", "open(2)", (open("foo"), 3), (open("foo"), 4),
      (read(3, 4), 4), (read(4, 6), 6)),
    // null(4), zero(4), console(4)
    Case(
      "/dev/null takes all and gives nothing", "null(4)", (open("/dev/null", 2), 3),
      (write(3, "abc"), 3), (read(3, 5), 0), (seek(3, 77), 0)),
    Case(
      "/dev/null does not look at what it takes", "drivers/char/mem.c",
      (open("/dev/null", 1), 3), ((1, [.value(3), .value(0x1000), .value(9)]), 9)),
    Case(
      "/dev/zero gives zeros", "zero(4)", (open("/dev/zero"), 3), (read(3, 10_000), 10_000),
      (read(3, 1, at: 0x1000), no(.EFAULT))),
    Case(
      "device files are not written back or cut", "fsync(2), truncate(2)",
      (open("/dev/null", 2), 3), ((74, [.value(3)]), no(.EINVAL)), (truncate(3, 0), no(.EINVAL))),
    Case(
      "/dev is a directory with entries", "open(2)", (open("/dev/", OpenFlags.directory), 3),
      (open("/dev/none"), no(.ENOENT)), (open("/dev/null/x"), no(.ENOTDIR)),
      (open("/dev/../home/ada/foo"), 4)),
    Case(
      "/dev/console is root's, /dev/tty everybody's", "console(4), tty(4)",
      (open("/dev/console", 2), no(.EACCES)), (open("/dev/tty", 2), 3), (write(3, "hi"), 2)),
    Case(
      "O_TRUNC and O_APPEND mean nothing for a device", "open(2)",
      (open("/dev/null", OpenFlags.writeOnly | OpenFlags.truncate | OpenFlags.append), 3),
      (write(3, "x"), 1)),
    Case(
      "O_DIRECTORY on a device", "open(2)", (open("/dev/null", OpenFlags.directory), no(.ENOTDIR))),
    Case(
      "a console without input is EAGAIN with O_NONBLOCK", "read(2)",
      (open("/dev/tty", OpenFlags.nonBlocking), 3), (read(3, 5), no(.EAGAIN)), (read(3, 0), 0)),
    Case("fsync of a directory", "fsync(2)", (open("dir"), 3), ((74, [.value(3)]), 0)),
    Case("sync always succeeds", "sync(2)", ((162, []), 0)),
  ]

  @Test(arguments: cases) func answers(_ item: Case) {
    let found = ConformanceTests.results(item.calls, user: item.user) { built in
      built.scenario.nodes += [
        ConformanceTests.node("/home/ada/dir", .directory, mode: 0o755),
        ConformanceTests.node("/home/ada/link", .link("foo"), mode: 0o777),
        ConformanceTests.node("/home/ada/dangling", .link("nowhere"), mode: 0o777),
        ConformanceTests.node("/home/ada/locked", .bytes([1]), uid: 0, mode: 0),
        ConformanceTests.node("/top", .bytes([1]), mode: 0o644),
        ConformanceTests.node("/sticky", .directory, uid: 0, mode: 0o1777),
        ConformanceTests.node("/sticky/hers", .bytes([1]), mode: 0o666),
        ConformanceTests.node("/sticky/his", .bytes([1]), uid: 1000, mode: 0o666),
      ]
    }
    #expect(found == item.expected, "\(item.source)")
  }

  @Test func `names made and removed are so on the disk after sync`() {
    let kernel = WritebackTests.kernel([
      Self.open("new", Self.create), Self.mkdir("d"), Self.open("d/inner", Self.create),
      Self.unlink("foo"), (162, []),
    ])
    #expect(WritebackTests.results(kernel) == [3, 0, 4, 0, 0])
    func names(_ path: String) -> Set<String> {
      guard let directory = kernel.resolvedForTests(path) else { return [] }
      var found: Set<String> = []
      for extent in kernel.inodes[directory].extents {
        for block in extent.block..<extent.block + extent.count {
          for entry in Ext4.entries(kernel.machine.disks[0].bytes(ofBlock: block)) {
            found.insert(String(decoding: entry.name, as: UTF8.self))
          }
        }
      }
      return found
    }
    #expect(names("home/ada") == [".", "..", "new", "d"])
    #expect(names("home/ada/d") == [".", "..", "inner"])
  }

  @Test func `many names need further blocks of their directory`() {
    var calls: [Call] = []
    for index in 0..<120 {
      calls += [
        Self.open("a-rather-long-name-for-a-file-number-\(index)", Self.create), Self.close(3),
      ]
    }
    let kernel = WritebackTests.kernel(calls + [(162, [])])
    let home = kernel.resolvedForTests("home/ada") ?? 0
    #expect(kernel.inodes[home].size == 2 * 4096)
    var count = 0
    for extent in kernel.inodes[home].extents {
      for block in extent.block..<extent.block + extent.count {
        count += Ext4.entries(kernel.machine.disks[0].bytes(ofBlock: block)).count
      }
    }
    #expect(count == 123)
  }

  @Test func `the blocks of a file without name and reader are free again`() {
    let text = String(repeating: "z", count: 20_000)
    func free(_ calls: [Call]) -> Int64 { WritebackTests.kernel(calls).fileSystems[0].freeBlocks }
    // The program's own file has the text in it, too.
    let before = free([Self.write(9, text)])
    let made = [Self.open("new", Self.create), Self.write(3, text), (74, [.value(3)])] as [Call]
    #expect(free(made) == before - 5)
    #expect(free(made + [Self.unlink("new")]) == before, "the end of the process closed it")
    let kernel = WritebackTests.kernel(made + [Self.unlink("new"), Self.pread(3, 5, 0)])
    #expect(WritebackTests.results(kernel).last == 5)
  }

  @Test(arguments: 0..<20) func `of two who make one name on two CPUs, one does`(_ delay: Int64) {
    var built = HandBuilt()
    built.scenario.machine.cpuCount = 2
    for (index, name) in ["a", "b"].enumerated() {
      built.addProcess(
        name,
        calls: [
          Self.open("new", Self.create | OpenFlags.exclusive), (231, [.result]),
        ], compute: 1 + Int64(index) * delay * 7)
    }
    built.scenario.timeline.append(.run(.toEnd))
    let run = ScenarioRun.run(built.scenario, limits: RunLimits())
    let results = run.trace.events.filter { $0.kind == .systemCallReturns }.map(\.a)
    #expect(results.sorted() == [Errno.EEXIST.returned, 3])
  }

  // MARK: - Bytes from outside

  static func machine(_ calls: [Call], compute: Int64 = 0) -> Kernel {
    var built = HandBuilt()
    built.scenario.serials = [InputConfiguration(name: "ttyS0")]
    built.scenario.keyboards = [InputConfiguration(name: "kbd")]
    built.addProcess("reader", calls: calls + [(231, [.value(0)])])
    if compute > 0 {
      built.addProcess("counter", calls: [(231, [.value(0)])], compute: compute)
    }
    var kernel = Kernel(built.scenario, limits: RunLimits())
    for process in built.scenario.processes.indices {
      kernel.act(.start(process: process), at: nil)
    }
    return kernel
  }

  static let serial = DeviceID(rawValue: 2)
  static let keyboard = DeviceID(rawValue: 3)

  @Test func `a byte at the serial line: interrupt, top half, tasklet, reader`() {
    var kernel = Self.machine([Self.open("/dev/ttyS0"), Self.read(3, 10)], compute: 50_000_000)
    kernel.act(.receive(Self.serial, Array("x".utf8)), at: 20_000_000)
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, 1])
    let trace = kernel.finish()
    typealias Step = SequenceTests.Step
    #expect(
      SequenceTests.missing(
        [
          .routine(.ttyRead, task: 1), Step(.sleeps, task: 1, a: 1), Step(.runs, task: 2),
          Step(.lineReceives, object: 2), Step(.interrupts, task: 2, mode: .user, object: 2),
          Step(.entersKernel, task: 2, object: EntryReason.interrupt.rawValue),
          .routine(.inputInterrupt, task: 2), Step(.acknowledgesInterrupt, task: 2),
          Step(.takesByte, task: 2, a: 0x78),
          Step(.raisesSoftirq, object: SoftirqKind.tasklet.rawValue),
          Step(.runsSoftirq, task: 2, object: SoftirqKind.tasklet.rawValue),
          .routine(.lineReceive, task: 2), Step(.completesLine), Step(.wakes, task: 1),
          Step(.returnsToUser, task: 2), Step(.runs, task: 1, mode: .kernel),
          Step(.copiesToUser, task: 1), Step(.systemCallReturns, task: 1, a: 1),
        ], in: trace) == nil)
    let wake = trace.events.firstIndex { $0.kind == .wakes && $0.task == 1 } ?? 0
    #expect(trace.causes(of: wake).contains { trace.events[$0].kind == .lineReceives })
  }

  @Test func `a serial line gives what has come, 16 bytes an interrupt`() {
    var kernel = Self.machine([Self.open("/dev/ttyS0"), Self.read(3, 100), Self.read(3, 100)])
    kernel.act(.receive(Self.serial, [UInt8](repeating: 0x61, count: 20)), at: 50_000_000)
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, 16, 4])
    #expect(WritebackTests.count(kernel, .takesByte) == 20)
  }

  @Test func `a keyboard gives lines, to who reads it and to the console's readers`() {
    var kernel = Self.machine([
      Self.read(0, 100), Self.open("/dev/kbd"), Self.read(3, 2), Self.read(3, 100), Self.read(3, 9),
    ])
    kernel.act(.receive(Self.keyboard, Array("ab".utf8)), at: 10_000_000)
    #expect(kernel.run() == .deadlock, "half a line is none")
    #expect(WritebackTests.results(kernel) == [])
    kernel.act(.receive(Self.keyboard, Array("\u{7F}c\nxyz\n\u{04}".utf8)), at: nil)
    #expect(kernel.run() == .finished)
    // "ac\n"; then "xyz\n" in two pieces; then the end of the file.
    #expect(WritebackTests.results(kernel) == [3, 3, 2, 2, 0])
    let texts = kernel.trace.events.filter { $0.kind == .copiesToUser }
      .map { String(decoding: kernel.trace.strings[bytes: $0.string], as: UTF8.self) }
    #expect(texts == ["ac\n", "xy", "z\n"])
  }

  @Test func `each key is an interrupt of its own`() {
    var kernel = Self.machine([Self.read(0, 100)])
    kernel.act(.receive(Self.keyboard, Array("ls\n".utf8)), at: 10_000_000)
    #expect(kernel.run() == .finished)
    #expect(
      kernel.trace.events.count { $0.kind == .interrupts && $0.device == Self.keyboard } == 3)
  }

  @Test func `Control-C interrupts who reads, and throws the line away`() {
    var kernel = Self.machine([Self.read(0, 100)])
    kernel.act(.receive(Self.keyboard, Array("ls\u{03}".utf8)), at: 10_000_000)
    #expect(kernel.run() == .finished)
    #expect(kernel.trace.events.contains { $0.kind == .isKilled && $0.object == 2 })
  }

  @Test func `nobody types: the reader sleeps, and that is a deadlock`() {
    var kernel = Self.machine([Self.open("/dev/ttyS0"), Self.read(3, 1)])
    #expect(kernel.run() == .deadlock)
  }

  @Test func `a reader whose buffer is bad gets EFAULT and the bytes stay`() {
    var kernel = Self.machine([
      Self.open("/dev/ttyS0"), Self.read(3, 5, at: 0x1000), Self.read(3, 5),
    ])
    kernel.act(.receive(Self.serial, Array("abc".utf8)), at: 10_000_000)
    #expect(kernel.run() == .finished)
    #expect(WritebackTests.results(kernel) == [3, Errno.EFAULT.returned, 3])
  }

  // MARK: - Interrupt context

  @Test func `a hard interrupt nests in a softirq, softirqs do not nest, and none of them sleeps`()
  {
    // Bytes come all the time while the disk works: some interrupt arrives within a softirq.
    var nested = false
    for moment in 0..<40 {
      var kernel = Self.machine(
        [Self.open("foo"), Self.read(3, 5)], compute: 30_000_000)
      let first = 5_000_000 + Int64(moment)
      kernel.act(.receive(Self.serial, Array("abcdefgh".utf8)), at: first)
      kernel.act(.receive(Self.keyboard, Array("x\n".utf8)), at: first + 5)
      _ = kernel.run()
      var depth = 0
      var softirqs = 0
      for event in kernel.trace.events {
        let routine = KernelRoutine(rawValue: UInt8(truncatingIfNeeded: event.object))
        switch event.kind {
        case .callsRoutine where routine == .softirq:
          softirqs += 1
          #expect(softirqs == 1)
        case .interruptReturns: depth -= 1
        case .routineReturns where routine == .softirq: softirqs -= 1
        case .interrupts:
          depth += 1
          if softirqs > 0 { nested = true }
        case .sleeps: #expect(depth == 0 && softirqs == 0)
        default: break
        }
      }
    }
    #expect(nested)
  }
}

extension Kernel {
  /// The inode behind names that are known, for tests.
  func resolvedForTests(_ path: String) -> Int? {
    var handle = fileSystems[0].root
    for name in path.split(separator: "/") {
      guard
        let found = dentries.first(where: {
          $0.key.directory == handle
            && trace.strings[bytes: $0.key.name].elementsEqual(name.utf8)
        })
      else { return nil }
      handle = found.value
    }
    return handle
  }
}
