import Catalogue
import Kernel
import Lesson
import Program
import Testing
import Trace

/// Linux's answers, call by call; sources are the sections of the project's facts on Linux and the
/// manual pages named there.
@Suite struct ConformanceTests {
  typealias Call = (number: Int64, arguments: [HandBuilt.Argument])

  /// Runs calls in one process and returns the raw result of each, negative for errors.
  static func results(_ calls: [Call], user: Int = 2, prepare: (inout HandBuilt) -> Void = { _ in })
    -> [Int64]
  {
    var built = HandBuilt()
    prepare(&built)
    built.addProcess("probe", user: user, calls: calls + [(231, [.value(0)])])
    built.scenario.timeline.append(.run(.toEnd))
    let run = ScenarioRun.run(built.scenario, limits: RunLimits())
    return run.trace.events.filter { $0.kind == .systemCallReturns }.map(\.a)
  }

  static func open(_ path: String, _ flags: Int64 = 0, _ mode: Int64 = 0) -> Call {
    (2, [.text(path), .value(flags), .value(mode)])
  }

  static func node(
    _ path: String, _ content: NodeConfiguration.Content, uid: Int64 = 1001, mode: Int64
  )
    -> NodeConfiguration
  {
    NodeConfiguration(path: path, content: content, uid: uid, gid: uid, mode: mode)
  }

  struct OpenCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var path: String
    var flags: Int64 = 0
    var user = 2
    var expected: Int64

    init(_ what: String, _ path: String, _ flags: Int64 = 0, user: Int = 2, gives error: Errno?) {
      testDescription = what
      self.path = path
      self.flags = flags
      self.user = user
      expected = error?.returned ?? 3
    }
  }

  static let long = String(repeating: "x", count: 256)
  static let create = OpenFlags.create
  static let exclusive = OpenFlags.exclusive

  static let openCases: [OpenCase] = [
    OpenCase("the lowest free descriptor is 3", "foo", gives: nil),
    OpenCase("an absolute path starts at the root", "/home/ada/foo", gives: nil),
    OpenCase("dots and doubled slashes are walked", "..//ada/.//foo", gives: nil),
    OpenCase("dot dot stops at the root", "/../../home/ada/foo", gives: nil),
    OpenCase("the working directory itself can be opened", ".", gives: nil),
    OpenCase("a missing name", "bar", gives: Errno.ENOENT),
    OpenCase("an empty path", "", gives: Errno.ENOENT),
    OpenCase("a file used as a directory", "foo/bar", gives: Errno.ENOTDIR),
    OpenCase("a trailing slash on a file", "foo/", gives: Errno.ENOTDIR),
    OpenCase(
      "a component of 255 bytes may exist", String(repeating: "y", count: 255), gives: Errno.ENOENT),
    OpenCase("a component of 256 bytes is too long", long, gives: Errno.ENAMETOOLONG),
    OpenCase(
      "a missing directory comes before a long name in it", "/nope/" + long, gives: Errno.ENOENT),
    OpenCase(
      "4095 bytes are a path", String(repeating: "/", count: 4092) + "etc", gives: Errno.ENOENT),
    OpenCase(
      "4096 bytes are not", String(repeating: "/", count: 4093) + "etc", gives: Errno.ENAMETOOLONG),
    OpenCase("a directory cannot be written", "/tmp", OpenFlags.writeOnly, gives: Errno.EISDIR),
    OpenCase("O_DIRECTORY on a file", "foo", OpenFlags.directory, gives: Errno.ENOTDIR),
    OpenCase("O_CREAT with O_DIRECTORY", "foo", create | OpenFlags.directory, gives: Errno.EINVAL),
    OpenCase(
      "O_CREAT|O_EXCL on a file that exists", "foo", create | exclusive, gives: Errno.EEXIST),
    OpenCase(
      "O_CREAT|O_EXCL on a dangling link", "dangling", create | exclusive, gives: Errno.EEXIST),
    OpenCase("O_CREAT with a trailing slash", "new/", create, gives: Errno.EISDIR),
    OpenCase("O_CREAT in a directory that may not be written", "/new", create, gives: Errno.EACCES),
    OpenCase("O_CREAT in one's own directory", "new", create | OpenFlags.writeOnly, gives: nil),
    OpenCase(
      "a missing name in a directory without x is EACCES", "/locked/none", gives: Errno.EACCES),
    OpenCase("search permission comes before a long name", "/locked/" + long, gives: Errno.EACCES),
    OpenCase("root searches any directory", "/locked/none", user: 0, gives: Errno.ENOENT),
    OpenCase(
      "a stranger may not read a private file", "/home/ada/secret", user: 1, gives: Errno.EACCES),
    OpenCase("root may", "/home/ada/secret", user: 0, gives: nil),
    OpenCase("the owner may write", "foo", OpenFlags.readWrite, gives: nil),
    OpenCase(
      "a stranger may not", "/home/ada/foo", OpenFlags.readWrite, user: 1, gives: Errno.EACCES),
    OpenCase(
      "exactly one class counts: the owner without r is refused though others have it", "odd",
      gives: Errno.EACCES),
    OpenCase("the same file is readable for others", "/home/ada/odd", user: 1, gives: nil),
    OpenCase("a link is followed", "link", gives: nil),
    OpenCase("a link with a target too long for the inode is followed", "far", gives: nil),
    OpenCase("O_NOFOLLOW on a link", "link", OpenFlags.noFollow, gives: Errno.ELOOP),
    OpenCase("a dangling link", "dangling", gives: Errno.ENOENT),
    OpenCase("a link to itself", "loop", gives: Errno.ELOOP),
    OpenCase("unknown flag bits are dropped", "foo", 1 << 30, gives: nil),
    OpenCase(
      "O_TRUNC on a file that may not be written", "/home/ada/foo", OpenFlags.truncate, user: 1,
      gives: Errno.EACCES),
  ]

  @Test(arguments: openCases) func open(_ item: OpenCase) {
    let found = Self.results([Self.open(item.path, item.flags, 0o644)], user: item.user) { built in
      built.scenario.nodes += [
        Self.node("/locked", .directory, uid: 0, mode: 0o700),
        Self.node("/home/ada/secret", .bytes([1]), mode: 0o600),
        Self.node("/home/ada/odd", .bytes([1]), mode: 0o044),
        Self.node("/home/ada/link", .link("foo"), mode: 0o777),
        Self.node(
          "/home/ada/far", .link(String(repeating: "./", count: 40) + "foo"), mode: 0o777),
        Self.node("/home/ada/dangling", .link("nowhere"), mode: 0o777),
        Self.node("/home/ada/loop", .link("loop"), mode: 0o777),
      ]
    }
    #expect(found == [item.expected])
  }

  @Test func `40 links are followed and 41 are not`() {
    func chain(_ count: Int) -> [Int64] {
      Self.results([Self.open("l1")]) { built in
        for index in 1...count {
          built.scenario.nodes.append(
            Self.node(
              "/home/ada/l\(index)", .link(index == count ? "foo" : "l\(index + 1)"), mode: 0o777))
        }
      }
    }
    #expect(chain(40) == [3])
    #expect(chain(41) == [Errno.ELOOP.returned])
  }

  static let badPointers: [Int64] = [
    0, 0x1000, Int64(bitPattern: 0xFFFF_8880_0000_0000), 0x8000_0000_0000, 0x7FFF_FFFF_F000,
  ]

  @Test(arguments: badPointers)
  func `a path pointer outside readable user memory is EFAULT`(_ pointer: Int64) {
    #expect(Self.results([(2, [.value(pointer), .value(0)])]) == [Errno.EFAULT.returned])
  }

  @Test func `descriptors: lowest first, freed at once, EMFILE before the file is looked for`() {
    let many = [Call](repeating: Self.open("foo"), count: 1021)
    let found = Self.results(
      many + [
        Self.open("nothing"), (3, [.value(7)]), Self.open("nothing"), Self.open("foo"),
        Self.open("foo"),
      ])
    #expect(Array(found.prefix(3)) == [3, 4, 5])
    #expect(found[1020] == 1023)
    #expect(
      Array(found.suffix(5)) == [
        Errno.EMFILE.returned, 0, Errno.ENOENT.returned, 7, Errno.EMFILE.returned,
      ])
  }

  @Test func `read stops at the end of the file and then returns 0`() {
    let found = Self.results([
      Self.open("foo"), (0, [.value(3), .value(HandBuilt.bss), .value(100)]),
      (0, [.value(3), .value(HandBuilt.bss), .value(100)]),
    ])
    #expect(found == [3, 6, 0])
  }

  @Test func `errors of read in their order`() {
    let kernel = Int64(bitPattern: 0xFFFF_8880_0000_0000)
    let found = Self.results([
      (0, [.value(9), .value(kernel), .value(1)]),  // EBADF before EFAULT
      Self.open("foo", OpenFlags.writeOnly),
      (0, [.value(3), .value(kernel), .value(1)]),  // not open for reading: EBADF as well
      Self.open("foo"),
      (0, [.value(4), .value(kernel), .value(0)]),  // the range is checked with count 0, too
      (0, [.value(4), .value(0x1000), .value(5)]),  // bad user memory
      (0, [.value(4), .value(HandBuilt.bss), .value(-1)]),  // no range of that size is the user's
      Self.open("/home/ada"),
      (0, [.value(5), .value(HandBuilt.bss), .value(5)]),
    ])
    #expect(
      found == [
        Errno.EBADF.returned, 3, Errno.EBADF.returned, 4, Errno.EFAULT.returned,
        Errno.EFAULT.returned, Errno.EFAULT.returned, 5, Errno.EISDIR.returned,
      ])
  }

  @Test func `at the end of the file an unmapped user pointer is not touched`() {
    let found = Self.results([
      Self.open("foo"), (8, [.value(3), .value(0), .value(2)]),
      (0, [.value(3), .value(0x1000), .value(5)]),
    ])
    #expect(found == [3, 6, 0])
  }

  @Test func `a read into a half-mapped buffer returns what was copied`() {
    // bss is 16 pages long; its last 3 bytes are all that is mapped.
    let found = Self.results([
      Self.open("foo"), (0, [.value(3), .value(HandBuilt.bss + 65_536 - 3), .value(6)]),
      (0, [.value(3), .value(HandBuilt.bss), .value(6)]),
    ])
    #expect(found == [3, 3, 3])
  }

  @Test func `lseek`() {
    let found = Self.results([
      Self.open("foo"),
      (8, [.value(3), .value(2), .value(0)]), (8, [.value(3), .value(2), .value(1)]),
      (8, [.value(3), .value(-1), .value(2)]), (8, [.value(3), .value(-9), .value(0)]),
      (8, [.value(3), .value(0), .value(9)]), (8, [.value(1), .value(0), .value(0)]),
      (8, [.value(8), .value(0), .value(9)]), (8, [.value(3), .value(Int64.max), .value(2)]),
      (8, [.value(3), .value(1 << 40), .value(0)]),
    ])
    #expect(
      found == [
        3, 2, 4, 5, Errno.EINVAL.returned, Errno.EINVAL.returned, Errno.ESPIPE.returned,
        Errno.EBADF.returned, Errno.EOVERFLOW.returned, 1 << 40,
      ])
  }

  @Test func `write goes where read finds it, and a hole reads as zeros`() {
    let found = Self.results([
      Self.open("new", Self.create | OpenFlags.readWrite, 0o600),
      (1, [.value(3), .text("abc"), .value(3)]), (8, [.value(3), .value(9000), .value(0)]),
      (1, [.value(3), .text("z"), .value(1)]), (8, [.value(3), .value(0), .value(2)]),
      (8, [.value(3), .value(1), .value(0)]),
      (0, [.value(3), .value(HandBuilt.bss), .value(20_000)]),
      (3, [.value(3)]), (3, [.value(3)]),
    ])
    #expect(found == [3, 3, 9000, 1, 9001, 1, 9000, 0, Errno.EBADF.returned])
  }

  @Test func `errors of write`() {
    let found = Self.results([
      Self.open("foo"), (1, [.value(3), .text("x"), .value(1)]),
      (1, [.value(1), .value(0x1000), .value(4)]), (1, [.value(1), .text("hi"), .value(2)]),
      (1, [.value(77), .text("x"), .value(1)]), (1, [.value(1), .value(0x1000), .value(0)]),
    ])
    #expect(
      found == [
        3, Errno.EBADF.returned, Errno.EFAULT.returned, 2, Errno.EBADF.returned, 0,
      ])
  }

  @Test func `O_APPEND writes at the end, O_TRUNC empties`() {
    let found = Self.results([
      Self.open("foo", OpenFlags.writeOnly | OpenFlags.append),
      (1, [.value(3), .text("!!"), .value(2)]), (8, [.value(3), .value(0), .value(1)]),
      Self.open("foo", OpenFlags.readWrite | OpenFlags.truncate),
      (8, [.value(4), .value(0), .value(2)]),
    ])
    #expect(found == [3, 2, 8, 4, 0])
  }

  @Test func `the number counts with its low 32 bits, and an unknown one is ENOSYS`() {
    let found = Self.results([
      (39, []), (0x1_0000_0027, []), (9999, []), (-1, []), (0x4000_0027, []),
    ])
    #expect(
      found == [100, 100, Errno.ENOSYS.returned, Errno.ENOSYS.returned, Errno.ENOSYS.returned])
  }

  @Test func `openat starts at a directory's descriptor`() {
    let found = Self.results([
      Self.open("/home"), (257, [.value(3), .text("ada/foo"), .value(0)]),
      (257, [.value(9), .text("foo"), .value(0)]),
      (257, [.value(9), .text("/home/ada/foo"), .value(0)]),
      (257, [.value(4), .text("foo"), .value(0)]), (257, [.value(-100), .text("foo"), .value(0)]),
    ])
    #expect(found == [3, 4, Errno.EBADF.returned, 5, Errno.ENOTDIR.returned, 6])
  }

  @Test func `a timespec that is none is EINVAL, an unreadable one EFAULT`() {
    let found = Self.results([
      (35, [.value(0)]),
      (
        35,
        [
          .text(
            "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}")
        ]
      ),
      (35, [.value(HandBuilt.bss)]),
    ])
    #expect(found == [Errno.EFAULT.returned, Errno.EINVAL.returned, 0])
  }

  @Test func `a disk that fails gives EIO, and the next try succeeds`() {
    var built = HandBuilt()
    built.scenario.timeline.append(.act(.fail(DeviceID(rawValue: 1)), at: nil))
    built.addProcess("probe", calls: [Self.open("foo"), Self.open("foo"), (231, [.value(0)])])
    built.scenario.timeline.append(.run(.toEnd))
    let run = ScenarioRun.run(built.scenario, limits: RunLimits())
    #expect(
      run.trace.events.filter { $0.kind == .systemCallReturns }.map(\.a)
        == [Errno.EIO.returned, 3])
  }
}
