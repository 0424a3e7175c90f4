/// The named constants that scripts may use as arguments of system calls.
///
/// Values are those of x86_64 and of asm-generic (include/uapi/asm-generic/fcntl.h, mman-common.h,
/// signal-defs.h; include/uapi/linux/{wait,mount,time,resource,sched,module,fcntl}.h).
public struct NamedConstant: Sendable, Hashable {
  /// What kind of argument it is for.
  public enum Family: String, Sendable, CaseIterable {
    /// The flags of `open`: exactly one access mode, any of the others.
    case openFlags = "flags of open"
    /// The third argument of `lseek`.
    case whence = "origins of lseek"
    /// The directory descriptor of `openat`.
    case directory = "directory descriptors"
    /// Error numbers, to be compared with `errno`.
    case errno = "error numbers"
    /// Signal numbers.
    case signal = "signals"
    /// The flags of `newfstatat` and its kin.
    case pathFlags = "flags of paths"
    /// What `fcntl` is to do.
    case controlCommand = "commands of fcntl"
    /// The fourth argument of `mount`.
    case mountFlags = "flags of mount"
    /// The third argument of `mmap` and `mprotect`.
    case protection = "memory protections"
    /// The fourth argument of `mmap`.
    case mapFlags = "flags of mmap"
    /// The third argument of `madvise`.
    case advice = "advices of madvise"
    /// The first argument of `clone`.
    case cloneFlags = "flags of clone"
    /// The third argument of `wait4`.
    case waitOptions = "options of wait4"
    /// The first argument of `getrusage`.
    case usage = "parties of getrusage"
    /// The first argument of `rt_sigprocmask`.
    case maskHow = "ways of rt_sigprocmask"
    /// The first argument of `clock_gettime`.
    case clock = "clocks"
    /// The third argument of `finit_module`.
    case moduleFlags = "flags of finit_module"
    /// No address: `NULL`.
    case address = "addresses"

    /// Whether several of them are combined with `|`.
    public var isCombined: Bool {
      switch self {
      case .openFlags, .pathFlags, .mountFlags, .protection, .mapFlags, .cloneFlags, .waitOptions,
        .moduleFlags:
        true
      case .whence, .directory, .errno, .signal, .controlCommand, .advice, .usage, .maskHow,
        .clock, .address:
        false
      }
    }

    /// What one of these and one of others are together; `nil` where that makes no sense. The
    /// flags of `clone` have the signal for the end among them.
    public func combined(with other: Family) -> Family? {
      if self == other { return self }
      let both: Set<Family> = [self, other]
      return both == [.cloneFlags, .signal] ? .cloneFlags : nil
    }
  }

  /// The name, as in the C headers.
  public let name: String
  /// The number behind it.
  public let value: Int64
  /// What it may be used for.
  public let family: Family

  /// All constants, in the order of the headers.
  public static let all: [NamedConstant] =
    openFlags
    + [
      NamedConstant(name: "SEEK_SET", value: 0, family: .whence),
      NamedConstant(name: "SEEK_CUR", value: 1, family: .whence),
      NamedConstant(name: "SEEK_END", value: 2, family: .whence),
      NamedConstant(name: "AT_FDCWD", value: -100, family: .directory),
      NamedConstant(name: "NULL", value: 0, family: .address),
    ]
    + others.map { NamedConstant(name: $0, value: $1, family: $2) }
    + Errno.allCases.map { NamedConstant(name: $0.name, value: $0.rawValue, family: .errno) }
    + Signal.allCases.map {
      NamedConstant(name: $0.name, value: Int64($0.rawValue), family: .signal)
    }

  private static let others: [(String, Int64, Family)] = [
    ("AT_SYMLINK_NOFOLLOW", PathFlags.noFollow, .pathFlags),
    ("AT_REMOVEDIR", PathFlags.removeDirectory, .pathFlags),
    ("AT_NO_AUTOMOUNT", PathFlags.noAutomount, .pathFlags),
    ("AT_EMPTY_PATH", PathFlags.emptyPath, .pathFlags),
    ("F_DUPFD", 0, .controlCommand), ("F_GETFD", 1, .controlCommand),
    ("F_SETFD", 2, .controlCommand), ("F_GETFL", 3, .controlCommand),
    ("F_SETFL", 4, .controlCommand), ("F_DUPFD_CLOEXEC", 1030, .controlCommand),
    ("F_SETPIPE_SZ", 1031, .controlCommand), ("F_GETPIPE_SZ", 1032, .controlCommand),
    ("MS_RDONLY", 1, .mountFlags), ("MS_NOSUID", 2, .mountFlags), ("MS_NODEV", 4, .mountFlags),
    ("MS_NOEXEC", 8, .mountFlags), ("MS_REMOUNT", 32, .mountFlags),
    ("PROT_NONE", Protection.none, .protection), ("PROT_READ", Protection.read, .protection),
    ("PROT_WRITE", Protection.write, .protection), ("PROT_EXEC", Protection.execute, .protection),
    ("MAP_SHARED", MapFlags.shared, .mapFlags), ("MAP_PRIVATE", MapFlags.isPrivate, .mapFlags),
    ("MAP_FIXED", MapFlags.fixed, .mapFlags), ("MAP_ANONYMOUS", MapFlags.anonymous, .mapFlags),
    ("MAP_GROWSDOWN", MapFlags.growsDown, .mapFlags),
    ("MAP_FIXED_NOREPLACE", MapFlags.fixedNoReplace, .mapFlags),
    ("MAP_POPULATE", MapFlags.populate, .mapFlags),
    ("MADV_NORMAL", 0, .advice), ("MADV_RANDOM", 1, .advice), ("MADV_SEQUENTIAL", 2, .advice),
    ("MADV_WILLNEED", 3, .advice), ("MADV_DONTNEED", 4, .advice), ("MADV_FREE", 8, .advice),
    ("CLONE_VM", 0x100, .cloneFlags), ("CLONE_FS", 0x200, .cloneFlags),
    ("CLONE_FILES", 0x400, .cloneFlags), ("CLONE_SIGHAND", 0x800, .cloneFlags),
    ("CLONE_VFORK", 0x4000, .cloneFlags), ("CLONE_THREAD", 0x1_0000, .cloneFlags),
    ("WNOHANG", 1, .waitOptions), ("WUNTRACED", 2, .waitOptions),
    ("WCONTINUED", 8, .waitOptions), ("RUSAGE_SELF", 0, .usage), ("RUSAGE_CHILDREN", -1, .usage),
    ("RUSAGE_THREAD", 1, .usage), ("SIG_BLOCK", SignalMaskChange.block, .maskHow),
    ("SIG_UNBLOCK", SignalMaskChange.unblock, .maskHow),
    ("SIG_SETMASK", SignalMaskChange.set, .maskHow), ("CLOCK_REALTIME", 0, .clock),
    ("CLOCK_MONOTONIC", 1, .clock), ("MODULE_INIT_IGNORE_MODVERSIONS", 1, .moduleFlags),
    ("MODULE_INIT_IGNORE_VERMAGIC", 2, .moduleFlags),
  ]

  /// The flags of `open`, access modes first.
  public static let openFlags: [NamedConstant] = [
    NamedConstant(name: "O_RDONLY", value: OpenFlags.readOnly, family: .openFlags),
    NamedConstant(name: "O_WRONLY", value: OpenFlags.writeOnly, family: .openFlags),
    NamedConstant(name: "O_RDWR", value: OpenFlags.readWrite, family: .openFlags),
    NamedConstant(name: "O_CREAT", value: OpenFlags.create, family: .openFlags),
    NamedConstant(name: "O_EXCL", value: OpenFlags.exclusive, family: .openFlags),
    NamedConstant(name: "O_TRUNC", value: OpenFlags.truncate, family: .openFlags),
    NamedConstant(name: "O_APPEND", value: OpenFlags.append, family: .openFlags),
    NamedConstant(name: "O_NONBLOCK", value: OpenFlags.nonBlocking, family: .openFlags),
    NamedConstant(name: "O_DIRECTORY", value: OpenFlags.directory, family: .openFlags),
    NamedConstant(name: "O_NOFOLLOW", value: OpenFlags.noFollow, family: .openFlags),
    NamedConstant(name: "O_CLOEXEC", value: OpenFlags.closeOnExec, family: .openFlags),
  ]

  /// The constant with a name.
  public static func named(_ name: String) -> NamedConstant? { byName[name] }

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

/// The numbers behind `O_…` (x86_64 and asm-generic).
public enum OpenFlags {
  /// The two bits that hold the access mode.
  public static let accessModeMask: Int64 = 0o3
  /// The name of the access mode among the flags of an open file.
  public static func accessModeName(_ flags: Int64) -> String {
    switch flags & accessModeMask {
    case readOnly: "O_RDONLY"
    case writeOnly: "O_WRONLY"
    case readWrite: "O_RDWR"
    default: "neither to read nor to write"
    }
  }
  /// Read only.
  public static let readOnly: Int64 = 0o0
  /// Write only.
  public static let writeOnly: Int64 = 0o1
  /// Read and write.
  public static let readWrite: Int64 = 0o2
  /// Create the file if it is not there.
  public static let create: Int64 = 0o100
  /// With `O_CREAT`: it must not be there.
  public static let exclusive: Int64 = 0o200
  /// Empty the file.
  public static let truncate: Int64 = 0o1000
  /// Each write goes to the end.
  public static let append: Int64 = 0o2000
  /// Do not sleep.
  public static let nonBlocking: Int64 = 0o4000
  /// Must be a directory.
  public static let directory: Int64 = 0o200000
  /// The last component must not be a symbolic link.
  public static let noFollow: Int64 = 0o400000
  /// Close the descriptor on execve.
  public static let closeOnExec: Int64 = 0o2000000
  /// An unnamed file in a directory; comes with `O_DIRECTORY`.
  public static let temporary: Int64 = 0o20000000
  /// All bits the kernel knows; `open` drops others silently (open(2)).
  public static let known: Int64 =
    accessModeMask | create | exclusive | truncate | append | nonBlocking | directory | noFollow
    | closeOnExec | temporary
}

/// The numbers behind `PROT_…`.
public enum Protection {
  /// Nothing is allowed.
  public static let none: Int64 = 0
  /// Reading.
  public static let read: Int64 = 1
  /// Writing.
  public static let write: Int64 = 2
  /// Fetching instructions.
  public static let execute: Int64 = 4
}

/// The numbers behind `MAP_…` (x86_64 and asm-generic).
public enum MapFlags {
  /// Writes reach the file, and whoever else maps it.
  public static let shared: Int64 = 0x1
  /// Writes make a copy.
  public static let isPrivate: Int64 = 0x2
  /// Exactly there, whatever was there before.
  public static let fixed: Int64 = 0x10
  /// No file: fresh memory.
  public static let anonymous: Int64 = 0x20
  /// Grows downwards like a stack.
  public static let growsDown: Int64 = 0x100
  /// Exactly there, or not at all.
  public static let fixedNoReplace: Int64 = 0x10_0000
  /// All pages at once, without faults later.
  public static let populate: Int64 = 0x8000
}

/// The numbers behind `SIG_BLOCK` and its kin (x86 and asm-generic).
public enum SignalMaskChange {
  /// These signals have to wait, too.
  public static let block: Int64 = 0
  /// These need not wait any more.
  public static let unblock: Int64 = 1
  /// These and no others.
  public static let set: Int64 = 2
}

/// The numbers behind `SA_…` (x86 and asm-generic).
public enum SignalActionFlags {
  /// No SIGCHLD when a child stops or goes on.
  public static let noChildStop: Int64 = 1
  /// Children leave no zombies.
  public static let noChildWait: Int64 = 2
  /// The handler gets `siginfo` and the saved registers.
  public static let withInfo: Int64 = 4
  /// `sa_restorer` is where the handler returns to.
  public static let restorer: Int64 = 0x0400_0000
  /// The handler runs on the alternative stack.
  public static let onStack: Int64 = 0x0800_0000
  /// Interrupted calls are made again.
  public static let restart: Int64 = 0x1000_0000
  /// The signal does not wait while its own handler runs.
  public static let noDefer: Int64 = 0x4000_0000
  /// The handler is for one time.
  public static let resetHandler: Int64 = 0x8000_0000
}

/// A signal's handler that is no address.
public enum SignalHandler {
  /// `SIG_DFL`: what the signal does by itself.
  public static let byDefault: Int64 = 0
  /// `SIG_IGN`: nothing.
  public static let ignore: Int64 = 1
}
