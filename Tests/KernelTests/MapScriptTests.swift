import Catalogue
import Lesson
import Program
import Testing
import Trace

@testable import Kernel

/// Memory maps changed by scripts, on every architecture (mmap(2), brk(2), mprotect(2), vdso(7)).
@Suite struct MapScriptTests {
  static let names = Architecture.all.map(\.name)

  @Test(arguments: names)
  func `the sixth argument of mmap reaches the call`(_ name: String) throws {
    try ModuleScriptTests.run(
      """
      file "/tmp/pages" { text "\(String(repeating: "a", count: 4096))\(String(repeating: "b", count: 4096))c" }
      program p {
        let fd = open("/tmp/pages", O_RDONLY)
        let m = mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 4096)
        let n = mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 8192)
        exit(m[0] + n[0] - 'a')
      }
      start p
      run
      expect at end p.exit == \(98 + 99 - 97)
      expect p.faults.major == 0
      """, on: name)
  }

  @Test(arguments: names)
  func `brk, mmap, mprotect and munmap change the map as far as they say`(_ name: String) throws {
    try ModuleScriptTests.run(
      """
      program p {
        let heap = brk(0)
        brk(heap + 8192)
        *(heap + 8000) = 5
        let m = mmap(0, 12288, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        *(m + 4096) = 6
        mprotect(m + 4096, 4096, PROT_READ)
        compute 1us
        let six = *(m + 4096)
        munmap(m, 4096)
        munmap(m + 8192, 4096)
        compute 2us
        exit(*(heap + 8000) + six)
      }
      start p
      run until p computes
      expect p.maps == 10
      run until p computes
      run
      expect kernel unmaps region for p
      expect at end p.exit == 11
      """, on: name)
  }

  @Test(arguments: names)
  func `what MAP_SHARED writes others see, what MAP_PRIVATE writes nobody`(_ name: String) throws {
    try ModuleScriptTests.run(
      """
      program p {
        let shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        let own = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        *shared = 1
        *own = 1
        if fork() == 0 {
          *shared = 20
          *own = 20
          exit(0)
        }
        wait4(-1, 0, 0, 0)
        exit(*shared + *own)
      }
      start p
      run
      expect at end p.exit == 21
      expect page_fault by p.child cow
      """, on: name)
  }

  @Test(arguments: names)
  func `the vDSO reads the clock and the CPU's number without entering the kernel`(
    _ name: String
  ) throws {
    try ModuleScriptTests.run(
      """
      program p {
        compute 1ms
        let before = vdso.clock_gettime()
        compute 3ms
        let after = vdso.clock_gettime()
        exit(after - before >= 3ms && vdso.getcpu() == 0)
      }
      start p
      run
      expect at end p.exit == 1
      expect exactly 1 of p enters kernel by syscall
      """, on: name)
  }

  @Test(arguments: names)
  func `no map has the kernel in it, and each process has the same kernel behind it`(
    _ name: String
  ) throws {
    // s390x has an address space for each side: what user mode has at these addresses is its own.
    let isSeparate = name == "s390x"
    try ModuleScriptTests.run(
      """
      machine \(name) { cpus 2 }
      program a { bss page 4KiB; page[0] = 1; compute 1ms }
      program b { bss page 4KiB; page[0] = 2; compute 1ms }
      start a
      start b
      run until b computes
      run for 10us
      expect a.mode == user and b.mode == user
      expect not region(a, kernel.memory) and not region(b, kernel.text)
      expect \(isSeparate ? "not mapped(a, kernel.memory)" : "not accessible(a, kernel.memory)")
      expect frame(a, page) != frame(b, page)
      """, on: name)
  }

  @Test func `without isolation the frames behind the kernel's addresses are the same for all`()
    throws
  {
    for name in Self.names where name != "s390x" {
      // The mips kernel's own addresses are no matter of page tables, and user mode may not use them.
      let isDirect = Architecture.named(name)?.directSegments.isEmpty == false
      guard !isDirect else { continue }
      try ModuleScriptTests.run(
        """
        machine \(name) { cpus 2 }
        program a { compute 1ms }
        program b { compute 1ms }
        start a
        start b
        run until b computes
        run for 10us
        expect mapped(a, kernel.memory) and mapped(b, kernel.memory)
        expect frame(a, kernel.memory) == frame(b, kernel.memory)
        expect frame(a, kernel.text) == frame(b, kernel.text)
        expect not accessible(a, kernel.memory) and not accessible(b, kernel.text)
        """, on: name)
    }
  }
}
