import Catalogue
import Lesson
import Narration
import Program
import Testing
import Trace

@testable import Kernel

/// `/proc`: what a process reads there is what the kernel knows at that moment, in Linux's form
/// (proc_pid_maps(5), proc_pid_stat(5), proc_pid_status(5), proc_modules(5)).
@Suite struct ProcTests {
  /// What a script prints.
  static func output(_ text: String, on name: String = "x86_64") throws -> String {
    let (run, _, _) = try TenWaysTests.run(text, on: name)
    return output(of: run)
  }

  static func output(of run: ScenarioRun) -> String {
    run.trace.events.filter { $0.kind == .writesConsole }
      .map { run.trace.header.strings[$0.string] }.joined()
  }

  static let cat = """
    fn cat(path) {
        bss text 8KiB
        let fd = open(path, O_RDONLY)
        let n = read(fd, text, 4096)
        while n > 0 {
            write(1, text, n)
            n = read(fd, text, 4096)
        }
        close(fd)
    }
    """

  @Test(arguments: Architecture.all.map(\.name))
  func `maps prints the regions of the user half and no other`(_ name: String) throws {
    let text = """
      program p {
      bss text 8KiB
      let fd = open("/proc/self/maps", O_RDONLY)
      let n = read(fd, text, 4096)
      write(1, text, n)
      pause()
      }
      start p
      run
      """
    let (run, _, _) = try TenWaysTests.run(text, on: name)
    let lines = Self.output(of: run).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.last == "")
    #expect(lines.contains { $0.hasSuffix(" [stack]") })
    #expect(
      lines.contains { $0.hasSuffix(" [vdso]") } && lines.contains { $0.hasSuffix(" [vvar]") })
    #expect(lines.contains { $0.contains(" r-xp ") && $0.hasSuffix("/bin/p") })
    let architecture = try #require(Architecture.named(name))
    var last: UInt64 = 0
    for line in lines.dropLast() {
      let range = line.prefix { $0 != " " }.split(separator: "-").compactMap {
        UInt64($0, radix: 16)
      }
      let (start, end) = (try #require(range.first), try #require(range.last))
      #expect(last <= start && start < end && end <= architecture.userEnd, "\(line)")
      last = end
    }
    // The names stand in the column that fs/proc/task_mmu.c gives them.
    let column = architecture.is64Bit ? 73 : 49
    for line in lines.dropLast() {
      let name = line.utf8.split(separator: 0x20).last.map { String(decoding: $0, as: UTF8.self) }
      if let name, name.first == "[" || name.first == "/" {
        #expect(line.utf8.count - name.utf8.count == column, "\(line)")
      } else {
        #expect(line.hasSuffix(" 0 "), "\(line)")
      }
    }
    // What the trace tells of the map is the same, to the letter.
    let account = MapAccount(of: TaskID(rawValue: 1), in: run.trace, after: run.trace.events.count)
    #expect(account.lines == lines.dropLast().map(String.init))
  }

  @Test func `lines have Linux's form to the byte`() {
    var line = MapsLine(
      start: 0x562b_929b_5000, end: 0x562b_929b_a000, rights: "r-xp", name: "/usr/bin/cat")
    line.offset = 0x2000
    line.device = 0xFE00
    line.inode = 253_911
    // Copied from a running Linux 6.18.
    #expect(
      line.text(is64Bit: true)
        == "562b929b5000-562b929ba000 r-xp 00002000 fe:00 253911                     /usr/bin/cat")
    let bare = MapsLine(
      start: 0x7f99_0e08_7000, end: 0x7f99_0e14_b000, rights: "rw-p", name: "")
    #expect(bare.text(is64Bit: true) == "7f990e087000-7f990e14b000 rw-p 00000000 00:00 0 ")
    let heap = MapsLine(start: 0x40_0000, end: 0x40_1000, rights: "rw-p", name: "[heap]")
    #expect(
      heap.text(is64Bit: false)
        == "00400000-00401000 rw-p 00000000 00:00 0          [heap]")
  }

  @Test func `the map follows brk, mmap, mprotect and munmap`() throws {
    let text = """
      program p {
      \(Self.cat)
      let heap = brk(0)
      brk(heap + 8192)
      let page = mmap(0, 12288, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      mprotect(page + 4096, 4096, PROT_READ)
      let file = open("/etc/words", O_RDWR)
      mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 8192)
      cat("/proc/self/maps")
      munmap(page, 12288)
      write(1, "--\\n", 3)
      cat("/proc/self/maps")
      }
      disk sda { }
      mount "/etc" ext4 on sda
      file "/etc/words" { mode 0666, size 12KiB }
      start p
      run
      """
    let parts = try Self.output(text).split(separator: "--\n")
    #expect(parts.count == 2)
    let before = parts.first?.split(separator: "\n") ?? []
    let heap = before.first { $0.hasSuffix("[heap]") }
    #expect(heap?.contains(" rw-p 00000000 00:00 0 ") == true)
    #expect(before.contains { $0.contains(" rw-s 00002000 08:00 ") && $0.hasSuffix("/etc/words") })
    #expect(before.count { $0.contains(" r--p 00000000 00:00 0 ") && !$0.contains("[") } == 1)
    let after = parts.last?.split(separator: "\n") ?? []
    #expect(before.count - after.count == 3, "three parts of one mapping are gone")
  }

  @Test func `self is whoever asks, and everybody sees everybody's state`() throws {
    let text = """
      program p {
      \(Self.cat)
      cat("/proc/self/stat")
      cat("/proc/101/stat")
      exit(0)
      }
      program sleeper { nanosleep(1s) }
      user ada { uid 1001 }
      start p
      start sleeper as ada
      run
      """
    let lines = try Self.output(text).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("100 (p) R 1 ") == true)
    #expect(lines.last?.hasPrefix("101 (sleeper) R 1 ") == true)
    #expect(lines.allSatisfy { $0.split(separator: " ").count == 52 })
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var user: String
    var call: String
    var result: Int64

    init(_ what: String, as user: String, _ call: String, _ result: Int64) {
      testDescription = what
      self.user = user
      self.call = call
      self.result = result
    }
  }

  /// fs/proc/base.c, fs/proc/task_mmu.c, fs/proc/generic.c; all but the mapping tried on Linux 6.18.
  static let rows: [Row] = [
    Row("one's own map", as: "ada", "open(\"/proc/self/maps\", O_RDONLY)", 3),
    Row("one's own map by number", as: "ada", "open(\"/proc/101/maps\", O_RDONLY)", 3),
    Row(
      "another user's map", as: "ada", "open(\"/proc/100/maps\", O_RDONLY)", Errno.EACCES.returned),
    Row("anybody's map, for root", as: "root", "open(\"/proc/100/maps\", O_RDONLY)", 3),
    Row("another user's status", as: "ada", "open(\"/proc/100/status\", O_RDONLY)", 3),
    Row("nobody's map", as: "ada", "open(\"/proc/99/maps\", O_RDONLY)", Errno.ENOENT.returned),
    Row(
      "a name that is no number", as: "ada", "open(\"/proc/p\", O_RDONLY)", Errno.ENOENT.returned),
    Row(
      "zeros before a number", as: "ada", "open(\"/proc/0100\", O_RDONLY)", Errno.ENOENT.returned),
    Row(
      "init, which has no program here", as: "ada", "open(\"/proc/1/stat\", O_RDONLY)",
      Errno.ENOENT.returned),
    Row("a directory", as: "ada", "open(\"/proc/100\", O_RDONLY)", 3),
    Row(
      "a directory's contents", as: "ada", "read(open(\"/proc/100\", O_RDONLY), 0, 0)",
      Errno.EISDIR.returned),
    Row("writing", as: "ada", "open(\"/proc/self/maps\", O_WRONLY)", Errno.EACCES.returned),
    Row(
      "writing, as root", as: "root", "write(open(\"/proc/self/maps\", O_WRONLY), \"x\", 1)",
      Errno.EINVAL.returned),
    Row(
      "a new file", as: "root", "open(\"/proc/x\", O_WRONLY | O_CREAT, 0644)", Errno.ENOENT.returned
    ),
    Row("a new directory", as: "root", "mkdir(\"/proc/x\", 0755)", Errno.ENOENT.returned),
    Row("removing", as: "root", "unlink(\"/proc/modules\")", Errno.EPERM.returned),
    Row("removing, as somebody", as: "ada", "unlink(\"/proc/modules\")", Errno.EACCES.returned),
    Row(
      "the link itself", as: "ada", "open(\"/proc/self\", O_RDONLY | O_NOFOLLOW)",
      Errno.ELOOP.returned),
    Row("up again", as: "ada", "open(\"/proc/self/../100/stat\", O_RDONLY)", 3),
    Row("out of it", as: "ada", "open(\"/proc/../etc\", O_RDONLY)", 3),
    Row(
      "mapping it", as: "ada",
      "mmap(0, 4096, PROT_READ, MAP_PRIVATE, open(\"/proc/self/stat\", O_RDONLY), 0)",
      Errno.ENODEV.returned),
    Row(
      "from the end", as: "ada", "lseek(open(\"/proc/self/stat\", O_RDONLY), 0, SEEK_END)",
      Errno.EINVAL.returned),
    Row(
      "beyond the end", as: "ada", "pread64(open(\"/proc/self/stat\", O_RDONLY), buf, 8, 5000)", 0),
    Row(
      "a bad buffer", as: "ada", "read(open(\"/proc/self/stat\", O_RDONLY), 0x10, 8)",
      Errno.EFAULT.returned),
  ]

  @Test(arguments: rows) func `proc answers as Linux does`(_ row: Row) throws {
    let text = """
      user ada { uid 1001 }
      user bob { uid 1002 }
      program sleeper { nanosleep(1s) }
      program p {
      bss buf 64
      compute 1us
      \(row.call)
      }
      start sleeper as bob
      start p as \(row.user)
      run
      """
    let (run, _, _) = try TenWaysTests.run(text, on: "x86_64")
    let results = run.trace.events.filter { $0.kind == .systemCallReturns && $0.task == 2 }
    #expect(results.last?.a == row.result)
  }

  @Test func `a read in parts gives the same text, and status says so in words`() throws {
    let text = """
      program p {
      bss text 64
      let fd = open("/proc/self/status", O_RDONLY)
      let n = read(fd, text, 7)
      while n > 0 {
        write(1, text, n)
        n = read(fd, text, 7)
      }
      }
      user ada { uid 1001 }
      start p as ada
      run
      """
    let status = try Self.output(text)
    for line in [
      "Name:\tp\n", "Umask:\t0022\n", "State:\tR (running)\n", "Pid:\t100\nPPid:\t1\n",
      "Uid:\t1001\t1001\t1001\t1001\n", "VmStk:\t     132 kB\n", "Threads:\t1\n",
      "SigCgt:\t0000000000000000\n",
    ] {
      #expect(status.contains(line), "\(line)")
    }
  }

  @Test func `a kernel thread and a zombie have no map`() throws {
    let text = """
      program p {
      bss text 4KiB
      if fork() == 0 { exit(3) }
      nanosleep(1ms)
      let fd = open("/proc/101/maps", O_RDONLY)
      let n = read(fd, text, 4096)
      let other = open("/proc/101/stat", O_RDONLY)
      let m = read(other, text, 4096)
      write(1, text, m)
      exit(n)
      }
      start p as root
      run
      """
    let (run, _, _) = try TenWaysTests.run(text, on: "x86_64")
    #expect(Self.output(of: run).hasPrefix("101 (p) Z 100 "))
    #expect(run.trace.state(after: run.trace.events.count).tasks[1].exitStatus == 0)
  }
}
