import Catalogue
import Program
import SourceText
import Testing

@testable import WalkSemantics

/// libc and the vDSO, executed by the reference interpreter.
@Suite struct LibraryTests {
  private func interpreter(_ body: String, _ architecture: Architecture = .x86_64) throws
    -> ReferenceInterpreter
  {
    let checked = Gate.$areOpen.withValue(true) {
      check("machine \(architecture.name)\nprogram p {\n\(body)\n}\nstart p\n")
    }
    #expect(checked.diagnostics.isEmpty, "\(checked.report)\n\(body)")
    let image = try #require(checked.scenario).programs[0]
    var interpreter = ReferenceInterpreter(
      image, libraries: Libraries.images(for: architecture), architecture)
    interpreter.answer = { call in
      // `write` writes everything; other calls are given by each test.
      call.number == SystemCallNumbers.numbers(of: "write")[architecture.name]
        ? call.arguments[2] : 0
    }
    return interpreter
  }

  @Test func `they compile on every architecture without a word`() {
    for architecture in Architecture.all {
      let (images, diagnostics) = Libraries.build(architecture)
      #expect(diagnostics.isEmpty, "\(architecture.name): \(diagnostics.map(\.message))")
      #expect(images.map(\.name) == LibraryFunction.libraries)
      for image in images {
        #expect(image.textBase % architecture.pageBytes == 0)
        #expect(image.text.count < 16_384)
        #expect(image.data.isEmpty == (image.name == "vdso"))
      }
    }
  }

  @Test func `they have the functions that the catalogue names, and no others`() {
    for architecture in Architecture.all {
      for image in Libraries.images(for: architecture) {
        let functions = Set(
          image.symbols.map(\.name).filter { $0 != "errno" && !$0.hasPrefix("__") })
        let listed = LibraryFunction.all.filter { $0.library == image.name }.map(\.name)
        #expect(functions == Set(listed), "\(image.name) on \(architecture.name)")
        #expect(listed == listed.sorted())
      }
    }
  }

  @Test func `the trampoline for signals is where the architecture has it`() {
    for architecture in Architecture.all {
      let images = Libraries.images(for: architecture)
      let holder = architecture.signalTrampoline
      for image in images {
        #expect(
          (image.address(of: holder.symbol) != nil) == (image.name == holder.rawValue),
          "\(architecture.name)")
      }
    }
  }

  private static let values: [(String, Int64)] = [
    ("exit(libc.strlen(\"hello\"))", 5), ("exit(libc.strlen(\"\"))", 0),
    ("exit(libc.strcmp(\"abc\", \"abc\") == 0)", 1),
    ("exit(libc.strcmp(\"abc\", \"abd\") < 0)", 1), ("exit(libc.strcmp(\"b\", \"abd\") > 0)", 1),
    ("exit(libc.strcmp(\"ab\", \"a\") > 0)", 1),
    ("bss a 8\nlet b = libc.memcpy(a, \"xyz\", 2)\nexit(a[0] * 1000 + a[1] + a[2])", 120_121),
    ("bss a 8\ncall libc.memset(a + 1, 7, 3)\nexit(a[0] + a[1] + a[3] + a[4])", 14),
    ("exit(libc.atoi(\"-1234x\"))", -1234), ("exit(libc.atoi(\"77\") + 1)", 78),
    // Values that wait in temporaries while the library runs.
    ("exit(1 + libc.strlen(\"ab\") * 10 + libc.strlen(\"abc\") * 100)", 321),
    ("exit(vdso.getcpu())", 3),
    ("data cpu 9\nlet r = vdso.getcpu(cpu, NULL)\nexit(*cpu * 10 + r)", 30),
    (
      "data now 0, 0\nlet r = vdso.clock_gettime(CLOCK_REALTIME, now)\nexit(r * 10 + now[0])", 0
    ),
    (
      "let a = vdso.clock_gettime()\nlet b = vdso.clock_gettime()\nexit(b > a && b < a + 1us)", 1
    ),
  ]

  @Test(arguments: values)
  func `functions that never enter the kernel do their work`(_ row: (body: String, value: Int64))
    throws
  {
    var interpreter = try interpreter(row.body)
    #expect(interpreter.run() == .exited(row.value))
    #expect(interpreter.calls.count == 1, "exit_group alone")
    #expect(interpreter.libraryInstructions > 0)
  }

  private static let texts: [(String, [String])] = [
    ("call libc.puts(\"hello\")", ["hello\n"]),
    ("call libc.printf(\"one\")\ncall libc.printf(\" line\\n\")", ["one line\n"]),
    ("call libc.printf(\"no end\")\nexit(3)", ["no end"]),
    ("call libc.printf(\"no end\")\nreturn 3", ["no end"]),
    ("call libc.printf(\"no end\")", ["no end"]),
    ("call libc.printf(\"a\\nb\")\nexit_group(0)", ["a\n"]),
    ("call libc.printf(\"lost\")\nexit_group(0)", []),
    ("call libc.putchar('x')\ncall libc.fflush()\ncall libc.fflush()", ["x"]),
    ("call libc.printf(\"%d %d %u\\n\", 0, -120, 99)", ["0 -120 99\n"]),
    ("call libc.printf(\"%x %s%c %%\\n\", 0xbeef, \"ok\", '!')", ["beef ok! %\n"]),
    ("call libc.printf(\"%u %x\\n\", -1, -1)", ["18446744073709551615 ffffffffffffffff\n"]),
    ("call libc.printf(\"%d %q %\\n\", 1 << 63)", ["-9223372036854775808 %q %\n"]),
    (
      "repeat 600 { call libc.printf(\"ab\") }",
      [String(repeating: "ab", count: 512), String(repeating: "ab", count: 88)]
    ),
  ]

  @Test(arguments: texts)
  func `text reaches write when the buffer is full, has a line, or the process ends`(
    _ row: (body: String, writes: [String])
  ) throws {
    var interpreter = try interpreter(row.body)
    let end = interpreter.run()
    #expect(interpreter.written == row.writes)
    #expect(end == .exited(row.body.contains(" 3") || row.body.contains("(3)") ? 3 : 0))
  }

  @Test func `what cannot be written is lost, and the number of bytes is -1`() throws {
    var interpreter = try interpreter(
      "let n = libc.puts(\"x\")\nif errno == EPIPE { exit(n == -1) }\nexit(7)")
    interpreter.answer = { _ in -32 }
    #expect(interpreter.run() == .exited(1))
    #expect(interpreter.written.count == 1)
  }

  @Test func `abort sends SIGABRT to itself, whatever was done to the signal`() throws {
    var interpreter = try interpreter("call libc.abort()")
    #expect(interpreter.run() == .exited(127))
    let tgkill = SystemCallNumbers.numbers(of: "tgkill")["x86_64"]
    #expect(interpreter.calls.filter { $0.number == tgkill }.map { $0.arguments[2] } == [6, 6])
  }

  @Test func `malloc asks for 132 KiB once, then cuts pieces off it`() throws {
    var interpreter = try interpreter(
      """
      let a = libc.malloc(100)
      let b = libc.malloc(1)
      let c = libc.calloc(3, 8)
      call libc.free(a)
      exit((a & 15) * 1000 + (b - a) * 100 + (c - b))
      """)
    interpreter.mapped = [0x60_0000..<0x70_0000]
    interpreter.answer = { $0.arguments[0] == 0 ? 0x60_0010 : $0.arguments[0] }
    #expect(interpreter.run() == .exited(128 * 100 + 32))
    let brk = SystemCallNumbers.numbers(of: "brk")["x86_64"]
    let requests = interpreter.calls.filter { $0.number == brk }.map { $0.arguments[0] }
    #expect(requests == [0, 0x62_1000], "the break, then 33 pages more")
  }

  @Test func `malloc gives a large block a mapping of its own, and free unmaps it`() throws {
    var interpreter = try interpreter(
      "let a = libc.malloc(200000)\nlet r = libc.free(a)\nexit(a == 0x70000010 && r == 0)")
    interpreter.mapped = [0x7000_0000..<0x7004_0000]
    let munmap = SystemCallNumbers.numbers(of: "munmap")["x86_64"]
    interpreter.answer = { $0.number == munmap ? 0 : 0x7000_0000 }
    #expect(interpreter.run() == .exited(1))
    #expect(interpreter.calls.map(\.number) == [9, 11, 231])
    #expect(interpreter.calls[0].arguments == [0, 200_704, 3, 0x22, -1, 0])
    #expect(Array(interpreter.calls[1].arguments[0...1]) == [0x7000_0000, 200_704])
  }

  @Test func `malloc returns 0 and ENOMEM when the kernel gives nothing`() throws {
    for size in ["100", "200000", "-1"] {
      var interpreter = try interpreter(
        "let a = libc.malloc(\(size))\nif a == NULL && errno == ENOMEM { exit(1) }\nexit(0)")
      interpreter.answer = { $0.number == 12 ? 0x60_0000 : -12 }
      #expect(interpreter.run() == .exited(1), "\(size)")
    }
  }

  @Test func `the vDSO asks the kernel about a clock that it does not know`() throws {
    var interpreter = try interpreter("data now 0, 0\nexit(vdso.clock_gettime(99, now))")
    interpreter.answer = { _ in -22 }
    #expect(interpreter.run() == .exited(-22), "the vDSO knows no errno")
    #expect(interpreter.calls.map(\.number) == [228, 231])
    #expect(interpreter.calls[0].arguments[0] == 99)
  }

  @Test func `the vDSO adds the count since the last update`() throws {
    var interpreter = try interpreter(
      """
      data now 0, 0
      call vdso.clock_gettime(CLOCK_REALTIME, now)
      exit(now[0] * 1000000 + now[1] / 1000)
      """)
    // 5 s at count -2000000000, and 7 s more make a time of day of it.
    let page = Int64(Architecture.x86_64.vvarBase)
    interpreter.storeWord(page, 5_000_000_000)
    interpreter.storeWord(page + 8, -2_000_000_000)
    interpreter.storeWord(page + 24, 7_000_000_000)
    #expect(interpreter.run() == .exited(14_000_000))
  }
}
