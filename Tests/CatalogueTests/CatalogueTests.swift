import Catalogue
import Testing

/// System calls, errors, signals and architectures against Linux's tables.
@Suite struct CatalogueTests {
  @Test func `mechanisms are numbered from S1 without gaps`() {
    #expect(Mechanism.all.map(\.id) == (1...Mechanism.all.count).map { "S\($0)" })
    #expect(Set(Mechanism.all.map(\.title)).count == Mechanism.all.count)
  }

  /// asm/unistd_64.h, asm/unistd_32.h and asm-generic/unistd.h (arm64 and riscv64), of calls that
  /// all of these have, or the two of x86 alone.
  private static let numbers: [(name: String, x86_64: Int64, i386: Int64, generic: Int64?)] = [
    ("read", 0, 3, 63), ("write", 1, 4, 64), ("open", 2, 5, nil), ("openat", 257, 295, 56),
    ("close", 3, 6, 57), ("lseek", 8, 19, 62), ("sched_yield", 24, 158, 124),
    ("nanosleep", 35, 162, 101), ("getpid", 39, 20, 172), ("exit_group", 231, 252, 94),
    ("fork", 57, 2, nil), ("vfork", 58, 190, nil), ("clone", 56, 120, 220),
    ("execve", 59, 11, 221), ("wait4", 61, 114, 260), ("kill", 62, 37, 129),
    ("tgkill", 234, 270, 131), ("rt_sigaction", 13, 174, 134), ("rt_sigprocmask", 14, 175, 135),
    ("rt_sigreturn", 15, 173, 139), ("sigaltstack", 131, 186, 132), ("brk", 12, 45, 214),
    ("munmap", 11, 91, 215), ("mprotect", 10, 125, 226), ("madvise", 28, 219, 233),
    ("pipe", 22, 42, nil), ("pipe2", 293, 331, 59), ("dup", 32, 41, 23), ("dup2", 33, 63, nil),
    ("dup3", 292, 330, 24), ("fcntl", 72, 55, 25), ("newfstatat", 262, 300, 79),
    ("fstat", 5, 108, 80), ("pread64", 17, 180, 67), ("init_module", 175, 128, 105),
    ("finit_module", 313, 350, 273), ("delete_module", 176, 129, 106),
    ("getrusage", 98, 77, 165), ("getuid", 102, 24, 174), ("setuid", 105, 23, 146),
    ("getppid", 110, 64, 173), ("gettid", 186, 224, 178), ("clock_gettime", 228, 265, 113),
    ("umask", 95, 60, 166), ("chdir", 80, 12, 49), ("ftruncate", 77, 93, 46),
    ("mount", 165, 21, 40), ("unlink", 87, 10, nil), ("mkdir", 83, 39, nil),
  ]

  @Test func `system calls have Linux's numbers`() {
    for row in Self.numbers {
      guard let id = SystemCall.named(row.name), let call = SystemCall[id] else {
        Issue.record("\(row.name) is missing")
        continue
      }
      #expect(call.numbers["x86_64"] == row.x86_64, "\(row.name)")
      #expect(call.numbers["i386"] == row.i386, "\(row.name)")
      #expect(call.numbers["arm64"] == row.generic, "\(row.name)")
      #expect(call.numbers["riscv64"] == row.generic, "\(row.name)")
    }
  }

  @Test func `numbers are unique per architecture`() {
    let architectures = Set(SystemCall.all.flatMap(\.numbers.keys))
    #expect(architectures.isSubset(of: Architecture.all.map(\.name)))
    for architecture in architectures {
      let numbers = SystemCall.all.compactMap { $0.numbers[architecture] }
      #expect(Set(numbers).count == numbers.count, "\(architecture)")
    }
  }

  @Test func `where a call is missing, libc makes one that is served there`() {
    for call in SystemCall.all {
      #expect(SystemCallNumbers.contains(call.name), "\(call.name) has no row of numbers")
      for machine in Architecture.all where call.numbers[machine.name] == nil {
        guard let replacement = call.replacement else {
          // mmap2 is what mmap becomes on i386 and arm. The others are about I/O ports, and about a
          // timer that libc makes of another one with a structure in memory.
          #expect(
            ["iopl", "mmap2", "alarm"].contains(call.name),
            "\(call.name) is neither there nor replaced")
          continue
        }
        #expect(SystemCall.named(replacement.call) != nil, "\(replacement.call) is not served")
        #expect(
          SystemCallNumbers.numbers(of: replacement.call)[machine.name] != nil,
          "\(machine.name) has no \(replacement.call)")
      }
    }
  }

  @Test func `calls stand by name, and are found by it`() {
    #expect(SystemCall.all.map(\.name) == SystemCall.all.map(\.name).sorted())
    for (index, call) in SystemCall.all.enumerated() {
      #expect(SystemCall.named(call.name)?.rawValue == UInt32(index))
      #expect(call.summary.hasSuffix(".") == false)
      #expect(call.parameters.count <= 6)
      // Optional parameters come last.
      let firstOptional = call.parameters.firstIndex { $0.isOptional } ?? call.parameters.count
      #expect(call.parameters[firstOptional...].allSatisfy { $0.isOptional })
    }
    #expect(SystemCall.named("reed") == nil)
    #expect(SystemCall[.unknown] == nil)
  }

  @Test func `each error of a call is listed once, by name`() {
    for call in SystemCall.all {
      let names = call.errors.map(\.errno.name)
      #expect(Set(names).count == names.count, "\(call.name)")
      #expect(call.errors.allSatisfy { !$0.when.isEmpty }, "\(call.name)")
      // `openat` adds its own error after the ones it shares with `open`.
      if call.name != "openat" { #expect(names == names.sorted(), "\(call.name)") }
    }
  }

  @Test func `errors have the generic numbers and are returned negated`() {
    let known: [(Errno, Int64)] = [
      (.EPERM, 1), (.ENOENT, 2), (.EINTR, 4), (.EIO, 5), (.EBADF, 9), (.EAGAIN, 11), (.ENOMEM, 12),
      (.EACCES, 13), (.EFAULT, 14), (.EEXIST, 17), (.ENOTDIR, 20), (.EISDIR, 21), (.EINVAL, 22),
      (.EMFILE, 24), (.EFBIG, 27), (.ENOSPC, 28), (.ESPIPE, 29), (.EPIPE, 32), (.ENAMETOOLONG, 36),
      (.ENOSYS, 38), (.ELOOP, 40), (.EOVERFLOW, 75), (.ETIMEDOUT, 110),
    ]
    for (errno, number) in known { #expect(errno.rawValue == number) }
    for errno in Errno.allCases {
      #expect(Errno(returned: errno.returned) == errno)
      #expect(Errno(name: errno.name) == errno)
      #expect(!errno.meaning.isEmpty)
    }
    #expect(Errno(returned: 3) == nil)
    #expect(Errno(returned: 0) == nil)
    #expect(Errno(returned: -4096) == nil)
    #expect(Errno(returned: .min) == nil)
  }

  @Test func `signals have the numbers of x86, arm and riscv`() {
    let known: [(Signal, UInt8)] = [
      (.SIGHUP, 1), (.SIGINT, 2), (.SIGQUIT, 3), (.SIGILL, 4), (.SIGTRAP, 5), (.SIGABRT, 6),
      (.SIGBUS, 7), (.SIGFPE, 8), (.SIGKILL, 9), (.SIGUSR1, 10), (.SIGSEGV, 11), (.SIGUSR2, 12),
      (.SIGPIPE, 13), (.SIGALRM, 14), (.SIGTERM, 15), (.SIGSTKFLT, 16), (.SIGCHLD, 17),
      (.SIGCONT, 18), (.SIGSTOP, 19), (.SIGTSTP, 20), (.SIGTTIN, 21), (.SIGTTOU, 22),
      (.SIGURG, 23), (.SIGXCPU, 24), (.SIGXFSZ, 25), (.SIGVTALRM, 26), (.SIGPROF, 27),
      (.SIGWINCH, 28), (.SIGIO, 29), (.SIGPWR, 30), (.SIGSYS, 31),
    ]
    #expect(known.count == Signal.allCases.count)
    for (signal, number) in known { #expect(signal.rawValue == number) }
    #expect(Signal(name: "SIGSEGV") == .SIGSEGV)
    #expect(SignalCode.SI_KERNEL.number == 128)
    #expect(SignalCode.SEGV_MAPERR.number == 1)
    #expect(SignalCode.SEGV_ACCERR.number == 2)
    #expect(SignalCode.FPE_INTDIV.number == 1)
    #expect(SignalCode.ILL_ILLOPN.number == 2)
    #expect(SignalCode.SI_USER.number == 0)
    let children: [SignalCode] = [
      .CLD_EXITED, .CLD_KILLED, .CLD_DUMPED, .CLD_STOPPED, .CLD_CONTINUED,
    ]
    #expect(children.map(\.number) == [1, 2, 3, 5, 6])
  }

  @Test func `constants have one name each, and the flags of open do not overlap`() {
    let names = NamedConstant.all.map(\.name)
    #expect(Set(names).count == names.count)
    for constant in NamedConstant.all { #expect(NamedConstant.named(constant.name) == constant) }
    var seen = OpenFlags.accessModeMask
    for flag in NamedConstant.openFlags where flag.value & ~OpenFlags.accessModeMask != 0 {
      #expect(seen & flag.value == 0, "\(flag.name)")
      #expect(flag.value.nonzeroBitCount == 1, "\(flag.name)")
      seen |= flag.value
    }
    // O_TMPFILE has no name here: the kernel refuses it, as file systems do that cannot serve it.
    #expect(seen | OpenFlags.temporary == OpenFlags.known)
    #expect(NamedConstant.named("O_CREAT")?.value == 0o100)
    #expect(NamedConstant.named("AT_FDCWD")?.value == -100)
  }
}
