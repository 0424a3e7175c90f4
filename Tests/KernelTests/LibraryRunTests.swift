import Catalogue
import Program
import Testing
import Trace

/// Library code in processes: at its own addresses, in user mode.
@Suite struct LibraryRunTests {
  private static func exit(_ body: String, _ machine: String = "machine x86_64") throws -> Int64? {
    let trace = try Script.run("\(machine)\nprogram p {\n\(body)\n}\nstart p\nrun\n")
    return trace.state(after: trace.events.count).tasks[1].exitStatus
  }

  private static func calls(_ trace: Trace) -> [String] {
    trace.events.filter { $0.kind == .callsSystemCall }.map {
      trace.header.callName(Int64($0.object)) ?? "?"
    }
  }

  @Test func `a function that needs nothing of the kernel never enters it`() throws {
    let trace = try Script.run(
      "program p {\n  exit(libc.strlen(\"hello\") + (vdso.clock_gettime() > 0ns))\n}\nstart p\nrun\n"
    )
    #expect(trace.state(after: trace.events.count).tasks[1].exitStatus == 6)
    #expect(Self.calls(trace) == ["exit_group"])
    #expect(!trace.events.contains { $0.kind == .faults })
  }

  @Test func `printf enters the kernel when its buffer is written`() throws {
    let trace = try Script.run(
      """
      program p {
        call libc.printf("one ")
        call libc.printf("two\\n")
        call libc.printf("three")
        exit(0)
      }
      start p
      run
      """)
    let written = trace.events.filter { $0.kind == .writesConsole }.map {
      String(decoding: trace.header.strings[bytes: $0.string], as: UTF8.self)
    }
    #expect(written == ["one two\n", "three"])
    #expect(Self.calls(trace) == ["write", "write", "exit_group"])
  }

  @Test func `errno lies in libc's data, which each process has for itself`() throws {
    let trace = try Script.run(
      """
      program p { close(99)
        exit(errno == EBADF) }
      program q { exit(errno) }
      start p
      start q
      run
      """)
    let state = trace.state(after: trace.events.count)
    #expect(state.tasks[1].exitStatus == 1 && state.tasks[2].exitStatus == 0)
  }

  @Test func `a process has libc, vdso and vvar in its map, with their permissions`() throws {
    let trace = try Script.run("program p { exit(0) }\nstart p\nrun\n")
    let regions = trace.events.filter { $0.kind == .mapsRegion && $0.task == 1 }
    let names = regions.map {
      String(decoding: trace.header.strings[bytes: $0.string], as: UTF8.self)
    }
    for name in ["/lib/libc.so", "[vvar]", "[vdso]"] { #expect(names.contains(name)) }
    #expect(regions.first { $0.a == Int64(Architecture.x86_64.vdsoBase) } != nil)
    let libc = Architecture.x86_64.libraryBase
    let vvar = Architecture.x86_64.vvarBase
    for address in [libc, vvar, Architecture.x86_64.vdsoBase] {
      let trace = try Script.run(
        "program p { let p = \(address)\n  *p = 1 }\nstart p\nrun\nexpect p faults\n")
      let signal = try #require(trace.events.first { $0.kind == .receivesSignal })
      #expect(signal.object == UInt32(Signal.SIGSEGV.rawValue))
      #expect(signal.a == Int64(SignalCode.SEGV_ACCERR.rawValue), "\(address)")
    }
    #expect(try Self.exit("exit(*\(vvar))") == 0, "the page of the time can be read")
  }
}
