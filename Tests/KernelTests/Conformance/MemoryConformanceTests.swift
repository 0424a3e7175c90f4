import Catalogue
import Program
import Testing
import Trace

@testable import Kernel

/// Linux's answers about memory; sources are the sections of the project's facts on Linux and the
/// manual pages named there.
@Suite struct MemoryConformanceTests {
  typealias Memory = MemoryProgram
  static let free = MemoryProgram.free
  static let page = MemoryProgram.page
  static let end: Int64 = 0x7FFF_FFFF_F000

  // MARK: - Results of calls

  struct CallCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: [MemoryProgram.Step]
    var user: Int
    var expected: Int64

    init(
      _ what: String, _ steps: [MemoryProgram.Step], user: Int = 2, gives expected: Int64
    ) {
      testDescription = what
      self.steps = steps
      self.user = user
      self.expected = expected
    }

    init(_ what: String, _ steps: [MemoryProgram.Step], user: Int = 2, gives error: Errno) {
      self.init(what, steps, user: user, gives: error.returned)
    }
  }

  /// mmap(2), facts 4: the errors, and which of two comes first.
  static let mmapCases: [CallCase] = [
    CallCase("length 0", [Memory.mmap(0, 0)], gives: Errno.EINVAL),
    CallCase("neither shared nor private", [Memory.mmap(0, 4096, 3, 0x20)], gives: Errno.EINVAL),
    CallCase(
      "an offset within a page", [Memory.mmap(0, 4096, 3, Memory.fresh, .value(-1), 100)],
      gives: Errno.EINVAL),
    CallCase("no descriptor", [Memory.mmap(0, 4096, 1, 2, .value(9))], gives: Errno.EBADF),
    CallCase(
      "a bad offset comes before a bad descriptor", [Memory.mmap(0, 4096, 1, 2, .value(9), 1)],
      gives: Errno.EINVAL),
    CallCase(
      "a bad descriptor comes before length 0", [Memory.mmap(0, 0, 1, 2, .value(9))],
      gives: Errno.EBADF),
    CallCase(
      "a file not open for reading",
      [Memory.open("foo", OpenFlags.writeOnly), Memory.mmap(0, 4096, 1, 2, .result)],
      gives: Errno.EACCES),
    CallCase(
      "shared and writable of a file open for reading",
      [Memory.open("foo"), Memory.mmap(0, 4096, 3, 1, .result)], gives: Errno.EACCES),
    CallCase(
      "shared and writable of a file open for writing alone",
      [Memory.open("foo", OpenFlags.writeOnly), Memory.mmap(0, 4096, 3, 1, .result)],
      gives: Errno.EACCES),
    CallCase(
      "a directory", [Memory.open("/tmp"), Memory.mmap(0, 4096, 1, 2, .result)],
      gives: Errno.ENODEV),
    CallCase("the console", [Memory.mmap(0, 4096, 1, 2, .value(0))], gives: Errno.ENODEV),
    CallCase(
      "a directory, neither shared nor private",
      [Memory.open("/tmp"), Memory.mmap(0, 4096, 1, 0, .result)], gives: Errno.EINVAL),
    CallCase(
      "more than the user half", [Memory.mmap(0, 1 << 48)], gives: Errno.ENOMEM),
    CallCase("a negative length", [Memory.mmap(0, -1)], gives: Errno.ENOMEM),
    CallCase(
      "more than memory in one piece", [Memory.mmap(0, 64 << 20)], gives: Errno.ENOMEM),
    CallCase(
      "fixed at a kernel address", [Memory.mmap(Int64.min, 4096, 3, Memory.at)],
      gives: Errno.ENOMEM),
    CallCase(
      "fixed within a page", [Memory.mmap(free + 1, 4096, 3, Memory.at)], gives: Errno.EINVAL),
    CallCase("fixed below 64 KiB", [Memory.mmap(4096, 4096, 3, Memory.at)], gives: Errno.EPERM),
    CallCase(
      "root may", [Memory.mmap(4096, 4096, 3, Memory.at)], user: 0, gives: 4096),
    CallCase("fixed where nothing is", [Memory.mmap(free, 4096, 3, Memory.at)], gives: free),
    CallCase(
      "fixed without replacing, where something is",
      [Memory.mmap(0x60_0000, 4096, 3, Memory.fresh | MapFlags.fixedNoReplace)],
      gives: Errno.EEXIST),
    CallCase(
      "fixed without replacing, where nothing is",
      [Memory.mmap(free, 4096, 3, Memory.fresh | MapFlags.fixedNoReplace)], gives: free),
    CallCase("a hint where nothing is", [Memory.mmap(free + 5, 4096)], gives: free),
    CallCase(
      "a hint that is taken", [Memory.mmap(0x60_0000, 4096)], gives: end - (128 << 20) - 4096),
    CallCase(
      "the first place is the highest", [Memory.mmap(0, 1)], gives: end - (128 << 20) - 4096),
    CallCase(
      "the next lies below", [Memory.mmap(0, 4096), Memory.mmap(0, 8192)],
      gives: end - (128 << 20) - 3 * 4096),
    CallCase(
      "a hole is used again",
      [
        Memory.mmap(0, 4096), Memory.mmap(0, 8192),
        Memory.munmap(end - (128 << 20) - 4096, 4096), Memory.mmap(0, 4096),
      ], gives: end - (128 << 20) - 4096),
  ]

  @Test(arguments: mmapCases) func mmap(_ item: CallCase) {
    #expect(Memory.run(item.steps, user: item.user).results.last == item.expected)
  }

  /// munmap(2), mprotect(2), madvise(2), mincore(2), brk(2), getrusage(2).
  static let otherCases: [CallCase] = [
    CallCase("munmap of nothing", [Memory.munmap(free, 4096)], gives: 0),
    CallCase("munmap of length 0", [Memory.munmap(free, 0)], gives: Errno.EINVAL),
    CallCase("munmap within a page", [Memory.munmap(free + 8, 4096)], gives: Errno.EINVAL),
    CallCase("munmap of kernel memory", [Memory.munmap(Int64.min, 4096)], gives: Errno.EINVAL),
    CallCase(
      "munmap reaching into kernel memory", [Memory.munmap(end - 4096, 8192)],
      gives: Errno.EINVAL),
    CallCase("munmap of a length within a page", [Memory.munmap(0x60_0000, 1)], gives: 0),
    CallCase("mprotect within a page", [Memory.mprotect(0x60_0001, 4096, 1)], gives: Errno.EINVAL),
    CallCase("mprotect of length 0, even of nothing", [Memory.mprotect(free, 0, 1)], gives: 0),
    CallCase("mprotect of nothing", [Memory.mprotect(free, 4096, 1)], gives: Errno.ENOMEM),
    CallCase(
      "mprotect with unknown bits, even of nothing", [Memory.mprotect(free, 4096, 64)],
      gives: Errno.EINVAL),
    CallCase(
      "mprotect of kernel memory", [Memory.mprotect(Int64.min, 4096, 1)], gives: Errno.ENOMEM),
    CallCase(
      "mprotect over a hole", [Memory.mprotect(0x60_F000, 8192, 1)], gives: Errno.ENOMEM),
    CallCase("mprotect of bss", [Memory.mprotect(0x60_0000, 4096, 1)], gives: 0),
    CallCase(
      "mprotect to write a shared mapping of a file open for reading",
      [
        Memory.open("foo"), Memory.mmap(free, 4096, 1, 0x11, .result),
        Memory.mprotect(free, 4096, 3),
      ], gives: Errno.EACCES),
    CallCase(
      "mprotect to write a private one",
      [
        Memory.open("foo"), Memory.mmap(free, 4096, 1, 0x12, .result),
        Memory.mprotect(free, 4096, 3),
      ], gives: 0),
    CallCase(
      "madvise with unknown advice comes before a bad address",
      [.call(28, [.value(1), .value(4096), .value(77)])], gives: Errno.EINVAL),
    CallCase(
      "madvise within a page", [.call(28, [.value(1), .value(4096), .value(4)])],
      gives: Errno.EINVAL),
    CallCase(
      "madvise of nothing", [.call(28, [.value(free), .value(4096), .value(4)])],
      gives: Errno.ENOMEM),
    CallCase(
      "madvise of bss", [.call(28, [.value(0x60_0000), .value(8192), .value(4)])], gives: 0),
    CallCase("madvise of length 0", [.call(28, [.value(free), .value(0), .value(4)])], gives: 0),
    CallCase(
      "mincore within a page", [.call(27, [.value(1), .value(1), .value(0x60_0000)])],
      gives: Errno.EINVAL),
    CallCase(
      "mincore of nothing", [.call(27, [.value(free), .value(1), .value(0x60_0000)])],
      gives: Errno.ENOMEM),
    CallCase(
      "mincore of kernel memory",
      [.call(27, [.value(Int64.min), .value(1), .value(0x60_0000)])], gives: Errno.ENOMEM),
    CallCase(
      "mincore into kernel memory", [.call(27, [.value(0x60_0000), .value(1), .value(-4096)])],
      gives: Errno.EFAULT),
    CallCase(
      "mincore into nothing", [.call(27, [.value(0x60_0000), .value(1), .value(free)])],
      gives: Errno.EFAULT),
    CallCase(
      "mincore of bss", [.call(27, [.value(0x60_0000), .value(8192), .value(0x60_0000)])],
      gives: 0),
    CallCase("brk(0) tells the end of bss", [Memory.brk(0)], gives: 0x61_0000),
    CallCase("brk moves by bytes", [Memory.brk(0x61_0005)], gives: 0x61_0005),
    CallCase(
      "brk below the start is refused without an error", [Memory.brk(0x40_0000)], gives: 0x61_0000),
    CallCase("brk to a kernel address is refused", [Memory.brk(-1)], gives: 0x61_0000),
    CallCase(
      "brk over a mapping is refused",
      [Memory.mmap(0x61_2000, 4096, 3, Memory.at), Memory.brk(0x61_3000)], gives: 0x61_0000),
    CallCase(
      "brk up to a page before a mapping",
      [Memory.mmap(0x61_2000, 4096, 3, Memory.at), Memory.brk(0x61_1000)], gives: 0x61_1000),
    CallCase(
      "brk of more than memory is refused", [Memory.brk(0x61_0000 + (64 << 20))], gives: 0x61_0000),
    CallCase("brk goes back", [Memory.brk(0x61_5000), Memory.brk(0x61_0000)], gives: 0x61_0000),
    CallCase(
      "getrusage of nobody", [.call(98, [.value(5), .value(0x60_0000)])], gives: Errno.EINVAL),
    CallCase(
      "getrusage of nobody into nothing", [.call(98, [.value(5), .value(0)])],
      gives: Errno.EINVAL),
    CallCase("getrusage into nothing", [.call(98, [.value(0), .value(0)])], gives: Errno.EFAULT),
    CallCase("getrusage", [.call(98, [.value(0), .value(0x60_0000)])], gives: 0),
    CallCase(
      "getrusage of the children", [.call(98, [.value(-1), .value(0x60_0000)])], gives: 0),
  ]

  @Test(arguments: otherCases) func `munmap, mprotect, madvise, mincore, brk, getrusage`(
    _ item: CallCase
  ) {
    #expect(Memory.run(item.steps, user: item.user).results.last == item.expected)
  }

  // MARK: - Accesses that kill

  struct DeathCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: [MemoryProgram.Step]
    var signal: Signal
    var code: SignalCode
    var address: Int64

    init(
      _ what: String, _ steps: [MemoryProgram.Step], _ signal: Signal, _ code: SignalCode,
      at address: Int64
    ) {
      testDescription = what
      self.steps = steps
      self.signal = signal
      self.code = code
      self.address = address
    }
  }

  /// Facts 2.2: what each access that fails is told as.
  static let deaths: [DeathCase] = [
    DeathCase("reading nothing", [.read(free)], .SIGSEGV, .SEGV_MAPERR, at: free),
    DeathCase("writing nothing", [.write(free + 5)], .SIGSEGV, .SEGV_MAPERR, at: free + 5),
    DeathCase("executing nothing", [.jump(free)], .SIGSEGV, .SEGV_MAPERR, at: free),
    DeathCase("writing text", [.write(0x40_1000)], .SIGSEGV, .SEGV_ACCERR, at: 0x40_1000),
    DeathCase("executing data", [.jump(0x60_0000)], .SIGSEGV, .SEGV_ACCERR, at: 0x60_0000),
    DeathCase(
      "executing data that is there", [.write(0x60_0000), .jump(0x60_0000)], .SIGSEGV,
      .SEGV_ACCERR, at: 0x60_0000),
    DeathCase(
      "reading PROT_NONE", [Memory.mmap(free, 4096, 0, Memory.at), .read(free)], .SIGSEGV,
      .SEGV_ACCERR, at: free),
    DeathCase(
      "reading PROT_NONE that has a page",
      [.write(0x60_0000), Memory.mprotect(0x60_0000, 4096, 0), .read(0x60_0000)], .SIGSEGV,
      .SEGV_ACCERR, at: 0x60_0000),
    DeathCase(
      "writing PROT_READ", [Memory.mmap(free, 4096, 1, Memory.at), .write(free)], .SIGSEGV,
      .SEGV_ACCERR, at: free),
    DeathCase(
      "writing what mprotect took away, with the TLB full of it",
      [.write(0x60_0000), Memory.mprotect(0x60_0000, 4096, 1), .write(0x60_0000)], .SIGSEGV,
      .SEGV_ACCERR, at: 0x60_0000),
    DeathCase(
      "after munmap, with the TLB full of it",
      [.write(0x60_0000), Memory.munmap(0x60_0000, 4096), .read(0x60_0000)], .SIGSEGV,
      .SEGV_MAPERR, at: 0x60_0000),
    DeathCase(
      "after brk went back",
      [Memory.brk(0x61_1000), .write(0x61_0000), Memory.brk(0x61_0000), .read(0x61_0000)],
      .SIGSEGV, .SEGV_MAPERR, at: 0x61_0000),
    DeathCase(
      "a page of a file past its end",
      [Memory.open("foo"), Memory.mmap(free, 8192, 1, 0x12, .result), .read(free + 4096)],
      .SIGBUS, .BUS_ADRERR, at: free + 4096),
    DeathCase(
      "writing a private page of a file past its end",
      [Memory.open("foo"), Memory.mmap(free, 8192, 3, 0x12, .result), .write(free + 4096)],
      .SIGBUS, .BUS_ADRERR, at: free + 4096),
    DeathCase(
      "a page of a file that became shorter",
      [
        Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 4096, 1, 0x12, .result),
        .read(free), Memory.open("foo", OpenFlags.readWrite | OpenFlags.truncate), .read(free),
      ], .SIGBUS, .BUS_ADRERR, at: free),
    DeathCase(
      "the stack past 8 MiB", [.write(0x7FFF_FFFF_E000 - (8 << 20) - 1)], .SIGSEGV, .SEGV_MAPERR,
      at: 0x7FFF_FFFF_E000 - (8 << 20) - 1),
    DeathCase(
      "the stack within 256 pages of a mapping",
      [
        Memory.mmap(0x7FFF_FFFF_E000 - (4 << 20) - 4096, 4096, 3, Memory.at),
        .write(0x7FFF_FFFF_E000 - (3 << 20) - 4096),
      ], .SIGSEGV, .SEGV_MAPERR, at: 0x7FFF_FFFF_E000 - (3 << 20) - 4096),
    DeathCase(
      "kernel memory", [.read(-0x7F_8000_0000 << 8)], .SIGSEGV, .SEGV_MAPERR,
      at: -0x7F_8000_0000 << 8),
  ]

  @Test(arguments: deaths) func `an access that kills`(_ item: DeathCase) {
    let outcome = Memory.run(item.steps)
    #expect(outcome.signal == item.signal)
    #expect(outcome.code == item.code)
    #expect(outcome.address == item.address)
    // A fault that ends in a signal is not counted (facts 2.2, 8).
    #expect(Int64(outcome.kinds.count) == outcome.minor + outcome.major)
  }

  // MARK: - Counts

  struct CountCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: [MemoryProgram.Step]
    var text: String
    var minor: Int64
    var major: Int64

    init(
      _ what: String, _ steps: [MemoryProgram.Step], text: String = "hello\n", minor: Int64,
      major: Int64 = 0
    ) {
      testDescription = what
      self.steps = steps
      self.text = text
      self.minor = minor
      self.major = major
    }
  }

  static func touches(_ count: Int64, writing: Bool) -> [MemoryProgram.Step] {
    (0..<count).map { writing ? .write(free + $0 * 4096) : .read(free + $0 * 4096) }
  }

  static let fresh16 = Memory.mmap(free, 16 * 4096, 3, Memory.at)
  /// 20 pages of a file; page n of it begins with the letter n.
  static let longText = (0..<20).map { number in
    String(repeating: Character(UnicodeScalar(UInt8(65 + number))), count: 4096)
  }.joined()
  static let mapFile: [MemoryProgram.Step] = [
    Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 20 * 4096, 3, 0x12, .result),
  ]
  static let mapShared: [MemoryProgram.Step] = [
    Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 20 * 4096, 3, 0x11, .result),
  ]
  /// Reads the file through a descriptor, so that the page cache has it.
  static let cached: [MemoryProgram.Step] = [
    Memory.open("foo"), .call(0, [.result, .value(0x60_0000), .value(60_000)]),
  ]

  /// getrusage(2), facts 2.2.7: minor and major faults.
  static let counts: [CountCase] = [
    CountCase("16 fresh pages written", [fresh16] + touches(16, writing: true), minor: 16),
    CountCase("16 fresh pages read", [fresh16] + touches(16, writing: false), minor: 16),
    CountCase(
      "16 fresh pages read, then written: two faults each",
      [fresh16] + touches(16, writing: false) + touches(16, writing: true), minor: 32),
    CountCase(
      "16 fresh pages written, then read",
      [fresh16] + touches(16, writing: true) + touches(16, writing: false), minor: 16),
    CountCase("mapping alone costs nothing", [fresh16], minor: 0),
    CountCase(
      "written, withheld, given back: no more faults",
      [fresh16, .write(free), Memory.mprotect(free, 4096, 0), Memory.mprotect(free, 4096, 3)]
        + [.write(free)], minor: 1),
    CountCase(
      "MADV_DONTNEED: the page is fresh again",
      [fresh16, .write(free), .call(28, [.value(free), .value(4096), .value(4)]), .write(free)],
      minor: 2),
    CountCase("a page of the heap", [Memory.brk(0x61_1000), .write(0x61_0000)], minor: 1),
    CountCase("the stack, 4 MiB down", [.write(0x7FFF_FFFF_E000 - (4 << 20))], minor: 1),
    CountCase(
      "the stack, exactly 256 pages above a mapping",
      [
        Memory.mmap(0x7FFF_FFFF_E000 - (4 << 20) - 4096, 4096, 3, Memory.at),
        .write(0x7FFF_FFFF_E000 - (3 << 20)),
      ], minor: 1),
    CountCase(
      "a page of a file that is not cached", mapFile + [.read(free)], text: longText, minor: 0,
      major: 1),
    CountCase(
      "writing a private page of a file that is not cached: one fault",
      mapFile + [.write(free)], text: longText, minor: 0, major: 1),
    CountCase(
      "reading, then writing a private page of a file", mapFile + [.read(free), .write(free)],
      text: longText, minor: 1, major: 1),
    CountCase(
      "cached pages around are mapped as well: 14 pages in the aligned 64 KiB, one fault",
      cached + mapFile + (0..<14).map { .read(free + $0 * 4096) }, text: longText,
      minor: 16, major: 0),
    CountCase(
      "a second mapping of a cached file: no major fault",
      mapFile + [.read(free), Memory.mmap(2 * free, 4096, 1, 0x12, .value(3)), .read(2 * free)],
      text: longText, minor: 1, major: 1),
    CountCase(
      "a shared page: read, then written", mapShared + [.read(free), .write(free)],
      text: longText, minor: 1, major: 1),
    CountCase(
      "a shared page written twice", mapShared + [.write(free), .write(free + 1)],
      text: longText, minor: 0, major: 1),
    CountCase(
      "memory shared without a file",
      [Memory.mmap(free, 8192, 3, 0x31), .write(free), .read(free), .read(free + 4096)],
      minor: 2),
    CountCase(
      "a fault in the middle of a copy counts as well",
      [Memory.open("foo"), .call(0, [.result, .value(0x60_0000), .value(6)])], minor: 1),
  ]

  @Test(arguments: counts) func `page faults are counted as Linux counts them`(_ item: CountCase) {
    let outcome = Memory.run(item.steps, text: item.text)
    #expect(outcome.signal == nil)
    #expect(outcome.minor == item.minor)
    #expect(outcome.major == item.major)
  }

  // MARK: - Content

  struct ContentCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: [MemoryProgram.Step]
    var status: Int64

    init(_ what: String, _ steps: [MemoryProgram.Step], is status: Int64) {
      testDescription = what
      self.steps = steps
      self.status = status
    }
  }

  static let contents: [ContentCase] = [
    ContentCase("fresh memory is zero", [fresh16, .status(free + 77)], is: 0),
    ContentCase("what was written", [fresh16, .write(free, 7), .status(free)], is: 7),
    ContentCase(
      "read first, then written", [fresh16, .read(free), .write(free, 7), .status(free)], is: 7),
    ContentCase("a page of a file", mapFile + [.status(free + 3 * 4096)], is: 65 + 3),
    ContentCase(
      "a mapping that begins in the middle of a file",
      [
        Memory.open("foo"), Memory.mmap(free, 8192, 1, 0x12, .result, 5 * 4096),
        .status(free + 4096),
      ], is: 65 + 6),
    ContentCase(
      "a private write leaves the other mapping alone",
      mapFile + [
        .write(free, 7), Memory.mmap(2 * free, 4096, 1, 0x12, .value(3)), .status(2 * free),
      ], is: 65),
    ContentCase(
      "a shared write is seen by the other mapping",
      mapShared + [
        .write(free, 7), Memory.mmap(2 * free, 4096, 1, 0x12, .value(3)), .status(2 * free),
      ], is: 7),
    ContentCase(
      "a shared write is seen by read",
      mapShared + [
        .write(free, 7), .call(0, [.value(3), .value(0x60_0000), .value(1)]), .status(0x60_0000),
      ], is: 7),
    ContentCase(
      "write is seen by a mapping",
      mapShared + [
        .read(free), .write(0x60_0000, 9), .call(1, [.value(3), .value(0x60_0000), .value(1)]),
        .status(free),
      ], is: 9),
    ContentCase(
      "memory shared without a file",
      [Memory.mmap(free, 4096, 3, 0x31), .write(free, 5)]
        + [.status(free)], is: 5),
    ContentCase(
      "MADV_DONTNEED loses it",
      [
        fresh16, .write(free, 7), .call(28, [.value(free), .value(4096), .value(4)]),
        .status(free),
      ], is: 0),
    ContentCase(
      "a split leaves the rest",
      [
        fresh16, .write(free, 7), .write(free + 8192, 8), Memory.munmap(free + 4096, 4096),
        .status(free + 8192),
      ], is: 8),
    ContentCase(
      "MAP_FIXED replaces", [fresh16, .write(free, 7), fresh16, .status(free)], is: 0),
    ContentCase(
      "a file's last page ends in zeros",
      [
        Memory.open("bar"), Memory.mmap(free, 4096, 1, 0x12, .result), .status(free + 100),
      ], is: 0),
    ContentCase(
      "PROT_NONE keeps the content",
      [
        fresh16, .write(free, 7), Memory.mprotect(free, 4096, 0), Memory.mprotect(free, 4096, 1),
        .status(free),
      ], is: 7),
    ContentCase(
      "mprotect over a hole has changed the part before it",
      [
        .write(0x60_F000, 3), Memory.mprotect(0x60_F000, 8192, 0),
        // The call fails with ENOMEM, and yet the page cannot be read into.
        .call(0, [.value(0), .value(0x60_F000), .value(0)]), Memory.mprotect(0x60_F000, 4096, 1),
        .status(0x60_F000),
      ], is: 3),
    ContentCase(
      "mincore tells what is there",
      [
        .write(0x60_1000), .call(27, [.value(0x60_0000), .value(3 * 4096), .value(0x60_8000)]),
        .status(0x60_8001),
      ], is: 1),
    ContentCase(
      "mincore tells what is not there",
      [
        .write(0x60_1000), .call(27, [.value(0x60_0000), .value(3 * 4096), .value(0x60_8000)]),
        .status(0x60_8000),
      ], is: 0),
    ContentCase(
      "getrusage tells minor faults: this one and one before, and the copy's own comes too late",
      [
        .write(0x60_1000), .write(0x60_2000), .call(98, [.value(0), .value(0x60_8000)]),
        .status(0x60_8000 + 64),
      ], is: 2),
    ContentCase(
      "getrusage tells major faults",
      mapFile + [.read(free), .call(98, [.value(0), .value(0x60_8000)]), .status(0x60_8000 + 72)],
      is: 1),
  ]

  @Test(arguments: contents) func `memory holds what Linux says`(_ item: ContentCase) {
    let outcome = Memory.run(item.steps, text: Self.longText) { built in
      built.scenario.nodes.append(
        ConformanceTests.node("/home/ada/bar", .bytes([1, 2, 3]), mode: 0o644))
    }
    #expect(outcome.signal == nil)
    #expect(outcome.status == item.status)
  }

  @Test func `the map that events tell is the map that the kernel has`() throws {
    let steps: [MemoryProgram.Step] =
      [
        Self.fresh16, Memory.mprotect(Self.free + 4096, 4096, 1),
        Memory.mprotect(Self.free + 4096, 4096, 3), Memory.munmap(Self.free + 8192, 4096),
        Memory.brk(0x61_3000), Memory.brk(0x61_1000),
        .write(0x7FFF_FFFF_E000 - (1 << 20)),
      ] + Self.mapFile + [
        Memory.mprotect(2 * Self.free, 4096, 1), Memory.mprotect(Self.free + 3 * 4096, 4096, 1),
        .read(0x10),
      ]
    var built = HandBuilt(text: Self.longText)
    Memory.add(steps, to: &built)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    var state = MachineState(header: kernel.header)
    var compared = 0
    while kernel.step() == nil {
      for event in kernel.trace.events[state.step...] { state.apply(event) }
      guard kernel.tasks[1].hasRun, !kernel.tasks[1].space.regions.isEmpty else { continue }
      let own = kernel.tasks[1].space.regions.map {
        "\($0.start)-\($0.end) \(RegionRights(rawValue: kernel.rights(of: $0)).text) \($0.name)"
      }
      let told = state.tasks[1].regions.map {
        "\($0.start)-\($0.end) \($0.rights.text) \(kernel.trace.strings[$0.name])"
      }
      #expect(own == told, "step \(kernel.steps)")
      #expect(state.tasks[1].residentPages <= kernel.tasks[1].space.residentPages)
      compared += 1
      if own != told { break }
    }
    #expect(compared > 100)
  }
}
