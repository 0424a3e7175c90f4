/// What libc does where an architecture lacks a system call: it makes another one.
public struct Replacement: Sendable, Hashable {
  /// One argument of the call that is made.
  public enum Argument: Sendable, Hashable {
    /// A fixed number.
    case constant(Int64)
    /// An argument of the call that was wanted, by position; left out where it was left out.
    case given(Int)
    /// Such an argument, a number of bytes, counted in pages of 4 KiB.
    case givenInPages(Int)
  }

  /// The call that is made.
  public let call: String
  /// Its arguments.
  public let arguments: [Argument]

  init(_ call: String, _ arguments: Argument...) {
    self.call = call
    self.arguments = arguments
  }
}

/// The numbers of system calls on every architecture: one row a call, whether or not this kernel
/// serves it yet. To add a call to ``SystemCall/all`` is to see that its row is here.
///
/// Sources: arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl, arch/arm/tools/syscall.tbl,
/// scripts/syscall.tbl (arm64, riscv64, loongarch64: one table), arch/mips/kernel/syscalls/
/// syscall_n64.tbl (counted from 5000), arch/powerpc/kernel/syscalls/syscall.tbl,
/// arch/s390/kernel/syscalls/syscall.tbl in torvalds/linux.
public enum SystemCallNumbers {
  /// The number of a call by the names of architectures; those that lack it have no entry.
  public static func numbers(of call: String) -> [String: Int64] { rows[call]?.numbers ?? [:] }

  /// What libc does where a call has no number; `nil` where it can do nothing.
  public static func replacement(of call: String) -> Replacement? { rows[call]?.libc }

  /// Whether a call is in the table at all.
  public static func contains(_ call: String) -> Bool { rows[call] != nil }

  private struct Row {
    var name: String
    var numbers: [String: Int64]
    var libc: Replacement?
  }

  private static func row(
    _ name: String, _ x86_64: Int64?, _ i386: Int64?, _ arm: Int64?, _ generic: Int64?,
    _ mips: Int64?, _ powerpc64: Int64?, _ s390x: Int64?, libc: Replacement? = nil
  ) -> Row {
    let numbers: [String: Int64?] = [
      "x86_64": x86_64, "i386": i386, "i386_sysenter": i386, "arm64": generic, "arm": arm,
      "riscv64": generic, "mips": mips, "powerpc64": powerpc64, "s390x": s390x,
      "loongarch64": generic,
    ]
    return Row(name: name, numbers: numbers.compactMapValues { $0 }, libc: libc)
  }

  private static let rows = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// x86_64, i386 (by either instruction), arm EABI, the generic table, mips n64, powerpc64, s390x.
  ///
  /// i386 and arm have mmap2, which takes pages; i386's own mmap (90) wants its arguments in memory,
  /// and so does that of s390x, which is simpler here. CLONE_VM|CLONE_VFORK|SIGCHLD is 0x4111,
  /// AT_FDCWD is -100.
  private static let all: [Row] = [
    row("read", 0, 3, 3, 63, 5000, 3, 3),
    row("write", 1, 4, 4, 64, 5001, 4, 4),
    row(
      "open", 2, 5, 5, nil, 5002, 5, 5,
      libc: Replacement("openat", .constant(-100), .given(0), .given(1), .given(2))),
    row("openat", 257, 295, 322, 56, 5247, 286, 288),
    row("close", 3, 6, 6, 57, 5003, 6, 6),
    row("lseek", 8, 19, 19, 62, 5008, 19, 19),
    row(
      "stat", 4, 106, 106, nil, 5004, 106, 106,
      libc: Replacement("newfstatat", .constant(-100), .given(0), .given(1), .constant(0))),
    row("newfstatat", 262, 300, 327, 79, 5252, 291, 293),
    row("fstat", 5, 108, 108, 80, 5005, 108, 108),
    row(
      "mmap", 9, nil, nil, 222, 5009, 90, 90,
      libc: Replacement(
        "mmap2", .given(0), .given(1), .given(2), .given(3), .given(4), .givenInPages(5))),
    row("mmap2", nil, 192, 192, nil, nil, nil, nil),
    row("munmap", 11, 91, 91, 215, 5011, 91, 91),
    row("mprotect", 10, 125, 125, 226, 5010, 125, 125),
    row("brk", 12, 45, 45, 214, 5012, 45, 45),
    row("mremap", 25, 163, 163, 216, 5024, 163, 163),
    row("madvise", 28, 219, 220, 233, 5027, 205, 219),
    row("mincore", 27, 218, 219, 232, 5026, 206, 218),
    row("pread64", 17, 180, 180, 67, 5016, 179, 180),
    row("pwrite64", 18, 181, 181, 68, 5017, 180, 181),
    row("readv", 19, 145, 145, 65, 5018, 145, 145),
    row("writev", 20, 146, 146, 66, 5019, 146, 146),
    row(
      "pipe", 22, 42, 42, nil, 5021, 42, 42,
      libc: Replacement("pipe2", .given(0), .constant(0))),
    row("pipe2", 293, 331, 359, 59, 5287, 317, 325),
    row("dup", 32, 41, 41, 23, 5031, 41, 41),
    row(
      "dup2", 33, 63, 63, nil, 5032, 63, 63,
      libc: Replacement("dup3", .given(0), .given(1), .constant(0))),
    row("dup3", 292, 330, 358, 24, 5286, 316, 326),
    row("fcntl", 72, 55, 55, 25, 5070, 55, 55),
    row("ioctl", 16, 54, 54, 29, 5015, 54, 54),
    row("poll", 7, 168, 168, nil, 5007, 167, 168),
    row("ppoll", 271, 309, 336, 73, 5261, 281, 302),
    row("sched_yield", 24, 158, 158, 124, 5023, 158, 158),
    row("nanosleep", 35, 162, 162, 101, 5034, 162, 162),
    row("clock_nanosleep", 230, 267, 265, 115, 5224, 248, 262),
    row("clock_gettime", 228, 265, 263, 113, 5222, 246, 260),
    row("getpid", 39, 20, 20, 172, 5038, 20, 20),
    row("getppid", 110, 64, 64, 173, 5108, 64, 64),
    row("gettid", 186, 224, 224, 178, 5178, 207, 236),
    row(
      "fork", 57, 2, 2, nil, 5056, 2, 2,
      libc: Replacement(
        "clone", .constant(17), .constant(0), .constant(0), .constant(0), .constant(0))),
    row(
      "vfork", 58, 190, 190, nil, nil, 189, 190,
      libc: Replacement(
        "clone", .constant(0x4111), .constant(0), .constant(0), .constant(0), .constant(0))),
    row("clone", 56, 120, 120, 220, 5055, 120, 120),
    row("clone3", 435, 435, 435, 435, 5435, 435, 435),
    row("execve", 59, 11, 11, 221, 5057, 11, 11),
    row("exit", 60, 1, 1, 93, 5058, 1, 1),
    row("exit_group", 231, 252, 248, 94, 5205, 234, 248),
    row("wait4", 61, 114, 114, 260, 5059, 114, 114),
    row("waitid", 247, 284, 280, 95, 5237, 272, 281),
    row("kill", 62, 37, 37, 129, 5060, 37, 37),
    row("tgkill", 234, 270, 268, 131, 5225, 250, 241),
    row("rt_sigaction", 13, 174, 174, 134, 5013, 173, 174),
    row("rt_sigprocmask", 14, 175, 175, 135, 5014, 174, 175),
    row("rt_sigpending", 127, 176, 176, 136, 5125, 175, 176),
    row("rt_sigsuspend", 130, 179, 179, 133, 5128, 178, 179),
    row("rt_sigreturn", 15, 173, 173, 139, 5211, 172, 173),
    row("restart_syscall", 219, 0, 0, 128, 5213, 0, 7),
    row("sigaltstack", 131, 186, 186, 132, 5129, 185, 186),
    row(
      "pause", 34, 29, 29, nil, 5033, 29, 29,
      libc: Replacement("ppoll", .constant(0), .constant(0), .constant(0), .constant(0))),
    row("alarm", 37, 27, nil, nil, 5037, 27, 27),
    row("setitimer", 38, 104, 104, 103, 5036, 104, 104),
    row("futex", 202, 240, 240, 98, 5194, 221, 238),
    row("init_module", 175, 128, 128, 105, 5168, 128, 128),
    row("finit_module", 313, 350, 379, 273, 5307, 353, 344),
    row("delete_module", 176, 129, 129, 106, 5169, 129, 129),
    row("getrusage", 98, 77, 77, 165, 5096, 77, 77),
    row("prlimit64", 302, 340, 369, 261, 5297, 325, 334),
    row("getuid", 102, 24, 24, 174, 5100, 24, 199),
    row("setuid", 105, 23, 23, 146, 5103, 23, 213),
    row("geteuid", 107, 49, 49, 175, 5105, 49, 201),
    row("getgid", 104, 47, 47, 176, 5102, 47, 200),
    row("umask", 95, 60, 60, 166, 5093, 60, 60),
    row("chdir", 80, 12, 12, 49, 5078, 12, 12),
    row("fchdir", 81, 133, 133, 50, 5079, 133, 133),
    row("getcwd", 79, 183, 183, 17, 5077, 182, 183),
    row(
      "unlink", 87, 10, 10, nil, 5085, 10, 10,
      libc: Replacement("unlinkat", .constant(-100), .given(0), .constant(0))),
    row(
      "rmdir", 84, 40, 40, nil, 5082, 40, 40,
      libc: Replacement("unlinkat", .constant(-100), .given(0), .constant(0x200))),
    row("unlinkat", 263, 301, 328, 35, 5253, 292, 294),
    row(
      "mkdir", 83, 39, 39, nil, 5081, 39, 39,
      libc: Replacement("mkdirat", .constant(-100), .given(0), .given(1))),
    row("mkdirat", 258, 296, 323, 34, 5248, 287, 289),
    row("truncate", 76, 92, 92, 45, 5074, 92, 92),
    row("ftruncate", 77, 93, 93, 46, 5075, 93, 93),
    row("fsync", 74, 118, 118, 82, 5072, 118, 118),
    row("sync", 162, 36, 36, 81, 5157, 36, 36),
    row("mount", 165, 21, 21, 40, 5160, 21, 21),
    row(
      "umount", nil, 22, nil, nil, nil, 22, 22,
      libc: Replacement("umount2", .given(0), .constant(0))),
    row("umount2", 166, 52, 52, 39, 5161, 52, 52),
    row("swapon", 167, 87, 87, 224, 5162, 87, 87),
    row("getcpu", 309, 318, 345, 168, 5271, 302, 311),
    row("getpriority", 140, 96, 96, 141, 5137, 96, 96),
    row("setpriority", 141, 97, 97, 140, 5138, 97, 97),
    row("sched_setscheduler", 144, 156, 156, 119, 5141, 156, 156),
    row("iopl", 172, 110, nil, nil, nil, nil, nil),
    row("socket", 41, 359, 281, 198, 5040, 326, 359),
    row("connect", 42, 362, 283, 203, 5041, 328, 362),
  ]
}
