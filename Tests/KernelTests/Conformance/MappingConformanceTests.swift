import Catalogue
import Machine
import Program
import Testing
import Trace

@testable import Kernel

/// More of Linux's answers about memory: files that become shorter or lose their names while they
/// are mapped, rights that one architecture has and another has not, which of two errors comes first.
/// Sources are the sections of the project's facts on Linux and the manual pages named there.
@Suite struct MappingConformanceTests {
  typealias Memory = MemoryProgram
  typealias Tests = MemoryConformanceTests
  static let free = MemoryProgram.free
  static let end = MemoryConformanceTests.end

  static func ftruncate(_ fd: Int64, _ length: Int64) -> MemoryProgram.Step {
    .call(77, [.value(fd), .value(length)])
  }

  static func pread(_ fd: Int64, _ address: Int64, _ count: Int64, _ at: Int64)
    -> MemoryProgram.Step
  {
    .call(17, [.value(fd), .value(address), .value(count), .value(at)])
  }

  // MARK: - Results

  /// mmap(2), munmap(2), mprotect(2), brk(2), facts 4.
  static let calls: [Tests.CallCase] = [
    .init(
      "a pipe cannot be mapped",
      [.call(22, [.value(0x60_0000)]), Memory.mmap(0, 4096, 1, 2, .value(3))],
      gives: Errno.ENODEV),
    .init(
      "the end of a pipe that is only written: EACCES comes before ENODEV",
      [.call(22, [.value(0x60_0000)]), Memory.mmap(0, 4096, 1, 2, .value(4))],
      gives: Errno.EACCES),
    .init(
      "MAP_SHARED_VALIDATE maps a file as MAP_SHARED does",
      [
        Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 4096, 3, 0x13, .result),
      ], gives: free),
    .init(
      "MAP_SHARED_VALIDATE without a file", [Memory.mmap(0, 4096, 3, 0x23)],
      gives: Errno.EINVAL),
    .init(
      "below 64 KiB comes before neither shared nor private", [Memory.mmap(4096, 4096, 3, 0x30)],
      gives: Errno.EPERM),
    .init(
      "something there comes before a file that may not be written",
      [
        Memory.open("foo"),
        Memory.mmap(0x60_0000, 4096, 3, 1 | MapFlags.fixedNoReplace, .value(3)),
      ], gives: Errno.EEXIST),
    .init(
      "a length that is no multiple of a page is rounded up: the next page is taken, too",
      [
        Memory.mmap(free, 4097, 3, Memory.at),
        Memory.mmap(free + 4096, 4096, 3, Memory.fresh | MapFlags.fixedNoReplace),
      ], gives: Errno.EEXIST),
    .init(
      "a hint at a kernel address is no hint", [Memory.mmap(Int64.min, 4096)],
      gives: end - (128 << 20) - 4096),
    .init(
      "munmap over several regions and holes",
      [
        Memory.mmap(free, 4096, 3, Memory.at), Memory.mmap(free + 3 * 4096, 4096, 1, Memory.at),
        Memory.munmap(free - 4096, 10 * 4096),
      ], gives: 0),
    .init(
      "munmap twice",
      [
        Memory.mmap(free, 4096, 3, Memory.at), Memory.munmap(free, 4096),
        Memory.munmap(free, 4096),
      ], gives: 0),
    .init(
      "munmap of the whole user half but its last page is nobody's error, and the end of the program",
      [Memory.munmap(free, end - free - (1 << 30))], gives: 0),
    .init(
      "mprotect over two regions and no hole",
      [
        Memory.mmap(free, 4096, 3, Memory.at), Memory.mmap(free + 4096, 4096, 1, Memory.at),
        Memory.mprotect(free, 8192, 1),
      ], gives: 0),
    .init(
      "mprotect that begins in a hole",
      [Memory.mmap(free + 4096, 4096, 3, Memory.at), Memory.mprotect(free, 8192, 1)],
      gives: Errno.ENOMEM),
    .init(
      "mprotect: unknown bits come before a hole, a bad address before unknown bits",
      [Memory.mprotect(free + 1, 4096, 64)], gives: Errno.EINVAL),
    .init(
      "mprotect of a length that overflows", [Memory.mprotect(free, -1, 1)],
      gives: Errno.ENOMEM),
    .init(
      "ftruncate of a file open for reading alone",
      [Memory.open("foo"), ftruncate(3, 0)], gives: Errno.EINVAL),
    .init(
      "ftruncate to a negative length comes before a bad descriptor", [ftruncate(9, -1)],
      gives: Errno.EINVAL),
    .init("ftruncate of no descriptor", [ftruncate(9, 0)], gives: Errno.EBADF),
    .init(
      "reading at the end of a file into nothing",
      [Memory.open("foo"), pread(3, free, 10, 6)], gives: 0),
    .init(
      "reading into a mapping that cannot be written",
      [Memory.open("foo"), Memory.mmap(free, 4096, 1, Memory.at), pread(3, free, 5, 0)],
      gives: Errno.EFAULT),
    .init(
      "reading into text", [Memory.open("foo"), pread(3, 0x40_1000, 5, 0)],
      gives: Errno.EFAULT),
    .init(
      "reading into PROT_NONE",
      [
        Memory.open("foo"), .write(0x60_0000), Memory.mprotect(0x60_0000, 4096, 0),
        pread(3, 0x60_0000, 5, 0),
      ], gives: Errno.EFAULT),
    .init(
      "reading into a private mapping of the same file",
      [
        Memory.open("foo"), Memory.mmap(free, 4096, 3, 0x12, .value(3)), pread(3, free, 5, 1),
      ], gives: 5),
    .init(
      "reading into a page beyond the end of a mapped file: no signal, EFAULT",
      [
        Memory.open("foo"), Memory.mmap(free, 8192, 3, 0x12, .value(3)),
        pread(3, free + 4096, 5, 0),
      ], gives: Errno.EFAULT),
    .init(
      "brk within the last page of the heap", [Memory.brk(0x61_0800), Memory.brk(0x61_0900)],
      gives: 0x61_0900),
    .init(
      "brk grows again over what munmap took",
      [
        Memory.brk(0x61_4000), Memory.munmap(0x61_0000, 0x4000), Memory.brk(0x61_6000),
      ], gives: 0x61_6000),
  ]

  @Test(arguments: calls) func `a call answers`(_ item: MemoryConformanceTests.CallCase) {
    #expect(Memory.run(item.steps, user: item.user).results.last == item.expected)
  }

  // MARK: - Accesses

  /// Facts 2.2.
  static let deaths: [Tests.DeathCase] = [
    .init(
      "writing kernel memory", [.write(-0x7F_8000_0000 << 8)], .SIGSEGV, .SEGV_MAPERR,
      at: -0x7F_8000_0000 << 8),
    .init(
      "executing kernel memory", [.jump(-0x7F_8000_0000 << 8)], .SIGSEGV, .SEGV_MAPERR,
      at: -0x7F_8000_0000 << 8),
    .init(
      "writing PROT_NONE", [Memory.mmap(free, 4096, 0, Memory.at), .write(free)], .SIGSEGV,
      .SEGV_ACCERR, at: free),
    .init(
      "executing PROT_NONE", [Memory.mmap(free, 4096, 0, Memory.at), .jump(free)], .SIGSEGV,
      .SEGV_ACCERR, at: free),
    .init(
      "executing the stack", [.jump(0x7FFF_FFFF_D000)], .SIGSEGV, .SEGV_ACCERR,
      at: 0x7FFF_FFFF_D000),
    .init(
      "writing a shared mapping that may only be read",
      [Memory.open("foo"), Memory.mmap(free, 4096, 1, 0x11, .result), .write(free)], .SIGSEGV,
      .SEGV_ACCERR, at: free),
    .init(
      "the page behind a mapping", [Memory.mmap(free, 4096, 3, Memory.at), .write(free + 4096)],
      .SIGSEGV, .SEGV_MAPERR, at: free + 4096),
    .init(
      "the middle of what munmap cut out",
      [
        Memory.mmap(free, 3 * 4096, 3, Memory.at), .write(free + 4096),
        Memory.munmap(free + 4096, 4096), .read(free + 4096),
      ], .SIGSEGV, .SEGV_MAPERR, at: free + 4096),
    .init(
      "where a region was that munmap took with another",
      [
        Memory.mmap(free, 4096, 3, Memory.at), Memory.mmap(free + 8192, 4096, 1, Memory.at),
        Memory.munmap(free, 3 * 4096), .read(free + 8192),
      ], .SIGSEGV, .SEGV_MAPERR, at: free + 8192),
    .init(
      "the page of a mapped file that ftruncate cut off",
      [
        Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 8192, 3, 0x11, .result),
        ftruncate(3, 8192), .write(free + 4096), ftruncate(3, 4096), .read(free + 4096),
      ], .SIGBUS, .BUS_ADRERR, at: free + 4096),
    .init(
      "a private copy of a page that ftruncate cut off goes, too",
      [
        Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 4096, 3, 0x12, .result),
        .write(free), ftruncate(3, 0), .read(free),
      ], .SIGBUS, .BUS_ADRERR, at: free),
    .init(
      "a file emptied by O_TRUNC, mapped before, with the TLB full of it",
      [
        Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 4096, 3, 0x11, .result),
        .write(free), .read(free), Memory.open("foo", OpenFlags.readWrite | OpenFlags.truncate),
        .write(free),
      ], .SIGBUS, .BUS_ADRERR, at: free),
    .init(
      "what mprotect could not reach behind a hole is as it was, what it reached is not",
      [
        Memory.mmap(free, 4096, 3, Memory.at), Memory.mmap(free + 8192, 4096, 3, Memory.at),
        .write(free), Memory.mprotect(free, 3 * 4096, 1), .write(free + 8192), .write(free),
      ], .SIGSEGV, .SEGV_ACCERR, at: free),
    .init(
      "a mapping that a second mmap has replaced by one that is read only",
      [
        Memory.mmap(free, 4096, 3, Memory.at), .write(free),
        Memory.mmap(free, 4096, 1, Memory.at), .write(free),
      ], .SIGSEGV, .SEGV_ACCERR, at: free),
  ]

  @Test(arguments: deaths) func `an access is refused`(_ item: MemoryConformanceTests.DeathCase) {
    let outcome = Memory.run(item.steps)
    #expect(outcome.signal == item.signal)
    #expect(outcome.code == item.code)
    #expect(outcome.address == item.address)
    #expect(Int64(outcome.kinds.count) == outcome.minor + outcome.major)
  }

  static let readWrite: [MemoryProgram.Step] = [
    Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 8192, 3, 0x11, .result),
  ]

  static let contents: [Tests.ContentCase] = [
    .init(
      "PROT_WRITE alone can be read on x86_64",
      [Memory.mmap(free, 4096, 2, Memory.at), .write(free, 9), .status(free)], is: 9),
    .init(
      "PROT_EXEC alone can be read on x86_64",
      [Memory.mmap(free, 4096, 4, Memory.at), .status(free)], is: 0),
    .init(
      "a mapping outlives its descriptor",
      [
        Memory.open("foo"), Memory.mmap(free, 4096, 1, 0x12, .result), .call(3, [.value(3)]),
        .status(free),
      ], is: Int64(UInt8(ascii: "A"))),
    .init(
      "a mapping outlives its file's name",
      [
        Memory.open("foo"), Memory.mmap(free, 4096, 1, 0x12, .result), .call(3, [.value(3)]),
        .call(87, [.text("/home/ada/foo")]), .status(free + 1),
      ], is: Int64(UInt8(ascii: "A"))),
    .init(
      "a file without a name is still written through its mapping, and read through a descriptor",
      readWrite + [
        .call(87, [.text("/home/ada/foo")]), .write(free, 5), pread(3, 0x60_0000, 1, 0),
        .status(0x60_0000),
      ], is: 5),
    .init(
      "what ftruncate cut off reads as zeros when the file has grown again",
      readWrite + [
        .write(free + 100, 7), ftruncate(3, 50), ftruncate(3, 4096), .status(free + 100),
      ], is: 0),
    .init(
      "what lies before the cut stays",
      readWrite + [
        .write(free + 10, 7), ftruncate(3, 50), ftruncate(3, 4096), .status(free + 10),
      ], is: 7),
    .init(
      "a page that the file has grown to",
      readWrite + [
        ftruncate(3, 0), ftruncate(3, 8192), .write(free + 4096, 6), pread(3, 0x60_0000, 1, 4096),
        .status(0x60_0000),
      ], is: 6),
    .init(
      "read into a shared mapping changes the file",
      readWrite + [
        pread(3, free + 1, 1, 2), pread(3, 0x60_0000, 2, 0), .status(0x60_0001),
      ], is: Int64(UInt8(ascii: "A"))),
    .init(
      "a private mapping that was written does not see what is written to the file",
      [
        Memory.open("foo", OpenFlags.readWrite), Memory.mmap(free, 4096, 3, 0x12, .result),
        .write(free, 3), .write(0x60_0000, 9), .call(1, [.value(3), .value(0x60_0000), .value(1)]),
        .status(free),
      ], is: 3),
  ]

  @Test(arguments: contents) func `memory holds`(_ item: MemoryConformanceTests.ContentCase) {
    let outcome = Memory.run(item.steps, text: Tests.longText)
    #expect(outcome.signal == nil)
    #expect(outcome.status == item.status)
  }

  @Test func `what was written through a shared mapping reaches the disk`() throws {
    let steps = Self.readWrite + [.write(Self.free + 4096 + 9, 77), .call(74, [.value(3)])]
    var built = HandBuilt(text: Tests.longText)
    Memory.add(steps, to: &built)
    var kernel = Kernel(built.scenario, limits: RunLimits())
    kernel.act(.start(process: 0), at: nil)
    _ = kernel.run()
    let files = kernel.inodes
    let inode = try #require(files.first { $0.kind == .file && $0.size == 20 * 4096 })
    let block = try #require(inode.block(ofPage: 1))
    let bytes = kernel.machine.disks[0].bytes(ofBlock: block)
    #expect(bytes[9] == 77)
    #expect(bytes[8] == UInt8(ascii: "B"))
    #expect(kernel.trace.events.contains { $0.kind == .dirtiesPage && $0.a == 1 })
  }

  @Test func `the blocks of a file without a name are free when nothing maps it any more`() {
    func freeBlocks(_ steps: [MemoryProgram.Step]) -> Int64 {
      var built = HandBuilt(text: Tests.longText)
      Memory.add(steps, to: &built)
      var kernel = Kernel(built.scenario, limits: RunLimits())
      kernel.act(.start(process: 0), at: nil)
      while kernel.step() == nil {
        if kernel.tasks[1].callNumber == 39, kernel.tasks[1].depth > 0 { break }
      }
      return kernel.fileSystems[0].freeBlocks
    }
    let mapped: [MemoryProgram.Step] = [
      Memory.open("foo"), Memory.mmap(Self.free, 8192, 1, 0x12, .result), .read(Self.free),
      .call(3, [.value(3)]), .call(87, [.text("/home/ada/foo")]),
    ]
    let held = freeBlocks(mapped + [.call(39, [])])
    let given = freeBlocks(mapped + [Memory.munmap(Self.free, 8192), .call(39, [])])
    #expect(given == held + 20)
  }

  /// man:mmap(2), facts 2.2.6: what an architecture cannot refuse, Linux does not refuse there.
  @Test(arguments: ["x86_64", "riscv64", "arm64"])
  func `execute-only memory`(_ name: String) throws {
    let trace = try Script.run(
      """
      machine \(name) { }
      program reader {
          let p = mmap(0, 4KiB, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
          let x = *p
          exit(0)
      }
      start reader
      run

      """)
    let state = trace.state(after: trace.events.count).tasks[1]
    // Of these only riscv can execute what it cannot read; arm64 has it with EPAN alone.
    #expect(state.exitStatus == (name == "riscv64" ? nil : 0))
    #expect(state.killedBy == (name == "riscv64" ? .SIGSEGV : nil))
  }
}
