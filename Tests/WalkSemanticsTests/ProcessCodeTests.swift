import Catalogue
import Program
import Testing

@testable import WalkSemantics

/// What programs that fork, wait, run others and handle signals are compiled to.
@Suite struct ProcessCodeTests {
  private func image(_ body: String) throws -> (ProgramImage, Checked) {
    let checked = Gate.$areOpen.withValue(true) { check("program p {\n\(body)\n}\nstart p\n") }
    #expect(checked.diagnostics.isEmpty, "\(checked.report)\n\(body)")
    return (try #require(checked.scenario).programs[0], checked)
  }

  private func interpreter(_ body: String) throws -> ReferenceInterpreter {
    ReferenceInterpreter(try image(body).0, libraries: Libraries.images(for: .x86_64))
  }

  private func number(_ call: String) -> Int64? {
    SystemCallNumbers.numbers(of: call)["x86_64"]
  }

  @Test func `a list of strings is an array of addresses with a null at its end`() throws {
    var interpreter = try interpreter(
      """
      data name "two"
      let three = "three"
      execve("/bin/child", ["one", name, three], ["A=b"])
      execve("/bin/child", [])
      """)
    _ = interpreter.run()
    let calls = interpreter.calls
    func strings(_ address: Int64) -> [String] {
      var found: [String] = []
      var place = address
      while let pointer = interpreter.word(place), pointer != 0, found.count < 10 {
        found.append(interpreter.text(pointer))
        place += 8
      }
      return found
    }
    #expect(interpreter.text(calls[0].arguments[0]) == "/bin/child")
    #expect(strings(calls[0].arguments[1]) == ["one", "two", "three"])
    #expect(strings(calls[0].arguments[2]) == ["A=b"])
    #expect(strings(calls[1].arguments[1]) == [])
    #expect(calls[1].arguments[2] == 0, "no environment is a null pointer")
  }

  @Test func `the ints of wait4 and pipe become words`() throws {
    let body = """
      data fds -1, -1
      let status = -1
      let r = pipe(fds)
      let w = wait4(-1, &status, 0)
      exit(fds[0] * 1000000 + fds[1] * 10000 + status + r + w)
      """
    var interpreter = try interpreter(body)
    // What the kernel would have written: two ints, and one.
    let fds = interpreter.image.dataBase
    #expect(interpreter.word(fds) == -1)
    let isPair = number("pipe")
    interpreter.answer = { $0.number == isPair ? 0 : 7 }
    var second = interpreter
    #expect(second.run() == .exited(-1_000_000 - 10_000 - 1 + 7), "sign and all")
    interpreter.storeWord(fds, 3 | 4 << 32)
    #expect(interpreter.run() == .exited(3_000_000 + 40_000 - 1 + 7))
  }

  @Test func `a wait that finds nobody, or a call that fails, changes no memory`() throws {
    for answer in [Int64(0), -10] {
      var interpreter = try interpreter(
        "let status = 1 << 40\nwait4(-1, &status, WNOHANG)\nexit(status >> 40)")
      interpreter.answer = { _ in answer }
      #expect(interpreter.run() == .exited(1))
    }
    var pipe = try interpreter("data fds 1 << 40, 5\npipe(fds)\nexit((fds[0] >> 40) + fds[1])")
    pipe.answer = { _ in -24 }
    #expect(pipe.run() == .exited(6))
    var none = try interpreter("exit(wait4(-1, NULL, 0))")
    none.answer = { _ in 5 }
    #expect(none.run() == .exited(5))
  }

  private static let statuses: [(Int64, [Int64])] = [
    (0, [1, 0, 0, 0, 0]), (0x300, [1, 3, 0, 0, 0]), (0xFF00, [1, 255, 0, 0, 0]),
    (9, [0, 0, 1, 9, 0]), (0x8B, [0, 0, 1, 11, 0x80]), (0x137F, [0, 0x13, 0, 0x7F, 0]),
  ]

  @Test(arguments: statuses)
  func `a status is read as in C`(_ row: (status: Int64, parts: [Int64])) throws {
    let macros = ["WIFEXITED", "WEXITSTATUS", "WIFSIGNALED", "WTERMSIG", "WCOREDUMP"]
    for (name, expected) in zip(macros, row.parts) {
      var interpreter = try interpreter("let s = \(row.status)\nexit(\(name)(s))")
      #expect(interpreter.run() == .exited(expected), "\(name)(\(row.status))")
    }
  }

  @Test func `arguments of a program lie above its frame`() throws {
    var interpreter = try interpreter("exit(argc * 100 + libc.strlen(argv[1]))")
    // As execve leaves the stack: argc, argv, null, environment.
    let top = Int64(Architecture.x86_64.userStackTop) - 256
    let sp = Int(Architecture.x86_64.roles.stackPointer)
    interpreter.registers[sp] = top
    interpreter.storeWord(top, 2)
    for (index, text) in ["p", "hello"].enumerated() {
      let place = top + 64 + Int64(index) * 16
      interpreter.storeWord(top + 8 + Int64(index) * 8, place)
      for (offset, byte) in text.utf8.enumerated() {
        interpreter.memory[place + Int64(offset)] = byte
      }
    }
    #expect(interpreter.run() == .exited(205))
  }

  @Test func `functions have addresses, and are called through them`() throws {
    var interpreter = try interpreter(
      """
      fn double(n) { return n * 2 }
      fn apply(f, n) { return f(n) }
      let f = &double
      exit(f(4) + apply(&double, 16) + apply(f, 1))
      """)
    #expect(interpreter.run() == .exited(42))
  }

  @Test func `a handler is handed to the kernel with its trampoline`() throws {
    let body = """
      data seen 0, 0
      on SIGUSR1 restart {
        seen[0] = signo
        seen[1] = fault_address
        count_it()
      }
      ignore SIGINT
      block SIGTERM
      unblock SIGTERM
      default SIGINT
      fn count_it() { seen[0] = seen[0] + 100 }
      exit(seen[0])
      """
    var interpreter = try interpreter(body)
    #expect(interpreter.run() == .exited(0))
    let calls = interpreter.calls
    let libc = try #require(Libraries.images(for: .x86_64).first)
    #expect(
      calls.map(\.number) == [13, 13, 14, 14, 13, 231], "rt_sigaction and rt_sigprocmask")
    #expect(calls[0].arguments[0] == 10 && calls[0].arguments[2...3] == [0, 8])
    func words(_ address: Int64) -> [Int64?] {
      (0..<4).map { interpreter.word(address + Int64($0) * 8) }
    }
    let action = words(calls[0].arguments[1])
    #expect(Array(action[1...]) == [0x1400_0004, libc.address(of: "__restore_rt"), 0])
    #expect(calls[1].arguments[0] == 2 && words(calls[1].arguments[1])[0] == 1, "SIG_IGN")
    #expect(words(calls[4].arguments[1])[0] == 0, "SIG_DFL")
    #expect(calls[2].arguments[0] == 0 && interpreter.word(calls[2].arguments[1]) == 1 << 14)
    #expect(calls[3].arguments[0] == 1)

    // What the kernel does: a frame on the stack whose return address is the trampoline.
    let handler = try #require(action[0] ?? nil)
    let restorer = try #require(libc.address(of: "__restore_rt"))
    let roles = Architecture.x86_64.roles
    let frame = Int64(Architecture.x86_64.userStackTop) - 4096
    interpreter.storeWord(frame + 256 + 16, 0x1234)
    interpreter.storeWord(frame, restorer)
    interpreter.registers[Int(roles.stackPointer)] = frame
    interpreter.registers[Int(roles.arguments[0])] = 10
    interpreter.registers[Int(roles.arguments[1])] = frame + 256
    interpreter.calls = []
    _ = interpreter.run(from: handler)
    #expect(interpreter.calls.first?.number == 15, "rt_sigreturn")
    #expect(interpreter.registers[Int(roles.stackPointer)] == frame + 8, "as the kernel expects it")
    let data = interpreter.image.dataBase
    #expect(interpreter.word(data) == 110 && interpreter.word(data + 8) == 0x1234)
  }

  @Test func `numbers of system calls have the names of C's headers`() throws {
    var interpreter = try interpreter("exit(syscall(__NR_getpid) + __NR_close)")
    interpreter.answer = { $0.number }
    #expect(interpreter.run() == .exited(42))
  }

  private static let wrong: [(String, [String])] = [
    ("on SIGFOO { }", ["W0226"]), ("ignore SIGFOO\nblock SIGFOO", ["W0226"]),
    ("let n = signo", ["W0201"]), ("fn f() { return argc }\nexit(f())", ["W0201"]),
    ("call libc.strlne(\"x\")", ["W0225"]), ("call libm.sin(1)", ["W0225"]),
    ("call libc.strlen()", ["W0304"]), ("call libc.strlen(5)", ["W0305"]),
    ("data cpu 0\ncall vdso.getcpu(cpu)", ["W0304"]), ("exit(WIFEXITED())", ["W0304"]),
    ("exit(WEXITSTATUS(\"x\"))", ["W0312"]), ("kill(SIGINT, 5)", ["W0306"]),
    ("kill(5, O_RDONLY)", ["W0306"]), ("kill(5ms, SIGINT)", ["W0302"]),
    ("wait4(-1, 7, 0)", ["W0305"]), ("pipe(\"x\")", ["W0305"]),
    ("execve(\"/bin/x\", \"x\")", ["W0305"]), ("execve(\"/bin/x\", [1, 2])", ["W0312", "W0312"]),
    ("mmap(NULL, 4096, MAP_PRIVATE, PROT_READ, -1, 0)", ["W0306", "W0306"]),
    ("mmap(4096, 4096, PROT_READ, MAP_PRIVATE, -1, 0)", ["W0305"]),
    ("delete_module(5, 0)", ["W0305"]), ("let p = &fork", ["W0224"]),
    ("let t = 5ms\nexit(t(1))", ["W0312"]), ("exit(__NR_nothing)", ["W0201"]),
    ("exit(PROT_READ && PROT_WRITE)", ["W0306"]), ("exit(PROT_READ | MAP_SHARED)", ["W0306"]),
    ("call libc.printf(\"%d\", 5ms)", ["W0302"]),
    ("clock_gettime(CLOCK_MONOTONIC, \"x\")", ["W0305"]),
    ("let pid = 1\nkill(\"x\", SIGINT)", ["W0305"]), ("libc.malloc(O_RDWR)", ["W0306"]),
  ]

  @Test(arguments: wrong)
  func `what cannot be meant is told`(_ row: (body: String, codes: [String])) {
    let checked = Gate.$areOpen.withValue(true) { check("program p {\n\(row.body)\n}\nstart p\n") }
    #expect(checked.codes == row.codes, "\(checked.report)\n\(row.body)")
  }

  private static let right = [
    "kill(fork(), SIGKILL)", "kill(-1, 0)", "clone(CLONE_VM | SIGCHLD, NULL, NULL, NULL, NULL)",
    "let p = mmap(NULL, 4KiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)\np[0] = 1",
    "mprotect(0x400000, 4096, PROT_NONE)", "brk(NULL)", "let s = 0\nwait4(-1, &s, WNOHANG)",
    "let p = NULL\np = libc.malloc(4)\nif p == NULL { exit(1) }\n*p = 3",
    "fcntl(0, F_SETFD, 1)\nfcntl(0, F_GETFL)", "dup2(1, 5)\ndup(1)\npipe2(0x10, O_CLOEXEC)",
    "init_module(\"x\", 1, \"\")\nfinit_module(3, \"\", 0)\ndelete_module(\"hello\", O_NONBLOCK)",
    "data ru 0, 0\ngetrusage(RUSAGE_SELF, ru)\nsetuid(0)\numask(022)",
    "mount(\"none\", \"/mnt\", \"toyfs\", MS_RDONLY, NULL)\nmount(\"none\", \"/mnt\", \"toyfs\", 0, 0)",
    "let block = 1\nlet default = 2\nlet ignore = block + default\nexit(ignore)",
  ]

  @Test(arguments: right)
  func `what can be meant is not told`(_ body: String) {
    let checked = Gate.$areOpen.withValue(true) { check("program p {\n\(body)\n}\nstart p\n") }
    #expect(checked.codes == [], "\(checked.report)\n\(body)")
  }
}
