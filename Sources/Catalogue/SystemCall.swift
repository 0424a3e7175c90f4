/// The number of a system call in this catalogue (not the number a CPU is given).
public struct SystemCallID: Hashable, Sendable {
  /// Position in ``SystemCall/all``.
  public let rawValue: UInt32

  /// Makes the identity of a position in the catalogue.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Stands in a trace for a number that is in no table.
  public static let unknown = SystemCallID(rawValue: .max)
}

/// What a parameter of a system call is; the checker and the loader read it.
public enum ParameterType: String, Sendable {
  /// A file descriptor.
  case descriptor
  /// A descriptor of a directory, or `AT_FDCWD`.
  case directoryDescriptor
  /// A pointer to a NUL-terminated path.
  case path
  /// A pointer to memory the kernel writes.
  case outBuffer
  /// A pointer to memory the kernel reads.
  case inBuffer
  /// A number of bytes.
  case byteCount
  /// `O_…`, combined with `|`.
  case openFlags
  /// File permission bits, octal by custom.
  case mode
  /// A signed distance in bytes.
  case offset
  /// `SEEK_…`.
  case whence
  /// An exit status; the low eight bits count.
  case status
  /// A time span. Scripts write `5ms`; the compiler places a `struct timespec` in the program's
  /// data and passes its address, as C code would.
  case timespec
}

/// One parameter of a system call.
public struct Parameter: Sendable {
  /// Its name in the manual page.
  public let name: String
  /// What it is.
  public let type: ParameterType
  /// Whether a script may leave it out (`open`'s mode).
  public let isOptional: Bool

  /// Makes a parameter.
  public init(_ name: String, _ type: ParameterType, isOptional: Bool = false) {
    self.name = name
    self.type = type
    self.isOptional = isOptional
  }
}

/// One system call: what scripts may call, what the checker checks, what the dispatcher finds.
public struct SystemCall: Sendable {
  /// Its Linux name.
  public let name: String
  /// Parameters in order.
  public let parameters: [Parameter]
  /// What it does, one sentence.
  public let summary: String
  /// The errors this kernel can return for it, with the condition of each.
  public let errors: [(errno: Errno, when: String)]
  /// The kernel routine that serves it.
  public let routine: KernelRoutine
  /// The manual page it follows.
  public let source: String
  /// Its number by architecture name; no entry means the architecture does not have it.
  public let numbers: [String: Int64]
  /// What libc does where the architecture lacks this call.
  public let replacement: Replacement?

  /// An entry of the catalogue; numbers and replacement are read off ``SystemCallNumbers``.
  init(
    name: String, parameters: [Parameter], summary: String, errors: [(errno: Errno, when: String)],
    routine: KernelRoutine, source: String
  ) {
    self.name = name
    self.parameters = parameters
    self.summary = summary
    self.errors = errors
    self.routine = routine
    self.source = source
    numbers = SystemCallNumbers.numbers(of: name)
    replacement = SystemCallNumbers.replacement(of: name)
  }

  /// How many arguments it may be given.
  public var argumentCounts: ClosedRange<Int> {
    parameters.count { !$0.isOptional }...parameters.count
  }

  /// All calls this kernel serves, by name.
  public static let all: [SystemCall] = [
    SystemCall(
      name: "close",
      parameters: [Parameter("fd", .descriptor)],
      summary: "gives a descriptor back; its number is free at once",
      errors: [(.EBADF, "fd is not open")],
      routine: .sysClose, source: "close(2)"),
    SystemCall(
      name: "exit_group",
      parameters: [Parameter("status", .status)],
      summary: "ends the process; never returns",
      errors: [],
      routine: .sysExitGroup, source: "exit_group(2)"),
    SystemCall(
      name: "getpid",
      parameters: [],
      summary: "returns the number of the calling process",
      errors: [],
      routine: .sysGetpid, source: "getpid(2)"),
    SystemCall(
      name: "lseek",
      parameters: [
        Parameter("fd", .descriptor), Parameter("offset", .offset), Parameter("whence", .whence),
      ],
      summary: "moves the offset of an open file and returns it",
      errors: [
        (.EBADF, "fd is not open"),
        (
          .EINVAL, "whence is none of SEEK_SET, SEEK_CUR, SEEK_END, or the offset would be negative"
        ),
        (.EOVERFLOW, "the offset would not fit into 63 bits"),
        (.ESPIPE, "fd is the console, a pipe or a socket"),
      ],
      routine: .sysLseek, source: "lseek(2)"),
    SystemCall(
      name: "nanosleep",
      parameters: [Parameter("duration", .timespec)],
      summary: "sleeps for a time span",
      errors: [
        (.EFAULT, "the timespec is not in readable user memory"),
        (.EINVAL, "the seconds are negative or the nanoseconds are not in 0..999999999"),
      ],
      routine: .sysNanosleep, source: "nanosleep(2)"),
    SystemCall(
      name: "open",
      parameters: [
        Parameter("pathname", .path), Parameter("flags", .openFlags),
        Parameter("mode", .mode, isOptional: true),
      ],
      summary: "looks a path up, checks permission and returns the lowest free descriptor",
      errors: openErrors,
      routine: .sysOpen, source: "open(2)"),
    SystemCall(
      name: "openat",
      parameters: [
        Parameter("dirfd", .directoryDescriptor), Parameter("pathname", .path),
        Parameter("flags", .openFlags), Parameter("mode", .mode, isOptional: true),
      ],
      summary: "like open, with relative paths starting at a directory's descriptor",
      errors: openErrors + [(.EBADF, "the path is relative and dirfd is not open")],
      routine: .sysOpenat, source: "openat(2)"),
    SystemCall(
      name: "read",
      parameters: [
        Parameter("fd", .descriptor), Parameter("buf", .outBuffer), Parameter("count", .byteCount),
      ],
      summary: "copies bytes from an open file into user memory; 0 at the end of the file",
      errors: [
        (.EBADF, "fd is not open for reading"),
        (.EFAULT, "buf is outside the memory the process may write, and nothing was copied"),
        (.EIO, "the device reported an error"),
        (.EISDIR, "fd is a directory"),
      ],
      routine: .sysRead, source: "read(2)"),
    SystemCall(
      name: "sched_yield",
      parameters: [],
      summary: "lets the next runnable process have the CPU; the caller stays runnable",
      errors: [],
      routine: .sysSchedYield, source: "sched_yield(2)"),
    SystemCall(
      name: "write",
      parameters: [
        Parameter("fd", .descriptor), Parameter("buf", .inBuffer), Parameter("count", .byteCount),
      ],
      summary: "copies bytes from user memory into an open file",
      errors: [
        (.EBADF, "fd is not open for writing"),
        (.EFAULT, "buf is outside the memory the process may read, and nothing was copied"),
        (.EFBIG, "the file would grow past the largest size"),
        (.EIO, "the device reported an error"),
        (.ENOSPC, "the file system has no free block"),
      ],
      routine: .sysWrite, source: "write(2)"),
  ]

  private static let openErrors: [(errno: Errno, when: String)] = [
    (.EACCES, "a directory on the way may not be searched, or the file's mode forbids the access"),
    (.EEXIST, "O_CREAT|O_EXCL and the path exists"),
    (.EFAULT, "pathname is outside the memory the process may read"),
    (.EINVAL, "the flags contradict each other"),
    (.EIO, "the device reported an error"),
    (.EISDIR, "a directory was to be opened for writing"),
    (.ELOOP, "more than 40 symbolic links, or O_NOFOLLOW and the last component is one"),
    (.EMFILE, "the process has no free descriptor (1024)"),
    (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
    (.ENOENT, "a component does not exist, or the path is empty"),
    (.ENOSPC, "the file was to be created and the file system is full"),
    (.ENOTDIR, "a component on the way is not a directory, or O_DIRECTORY on a file"),
  ]

  /// The call with a name.
  public static func named(_ name: String) -> SystemCallID? { idByName[name] }

  /// The call behind an identity; `nil` for ``SystemCallID/unknown``.
  public static subscript(id: SystemCallID) -> SystemCall? {
    let index = Int(id.rawValue)
    return all.indices.contains(index) ? all[index] : nil
  }

  private static let idByName = Dictionary(
    all.enumerated().map { ($1.name, SystemCallID(rawValue: UInt32($0))) },
    uniquingKeysWith: { first, _ in first })
}
