/// What a parameter of a system call or library function is; the checker and the loader read it.
public enum ParameterType: String, Sendable, CaseIterable {
  /// A file descriptor.
  case descriptor
  /// A descriptor of a directory, or `AT_FDCWD`.
  case directoryDescriptor
  /// A pointer to two `int`s (4 bytes each) that the kernel writes descriptors into. Scripts give
  /// two words; libc's part of the call puts one descriptor into each.
  case descriptorPair
  /// A pointer to a NUL-terminated path.
  case path
  /// A pointer to a NUL-terminated text that is no path.
  case text
  /// A pointer to pointers to such texts, with a null pointer behind the last.
  case stringList
  /// A pointer to memory the kernel writes.
  case outBuffer
  /// A pointer to memory the kernel reads.
  case inBuffer
  /// A pointer to an `int` (4 bytes) the kernel writes, or 0. Scripts give a word; libc's part of
  /// the call clears its other half.
  case intOut
  /// A place in the address space, which need not hold anything.
  case address
  /// A number of bytes.
  case byteCount
  /// `O_…`, combined with `|`.
  case openFlags
  /// `AT_…` flags.
  case pathFlags
  /// File permission bits, octal by custom.
  case mode
  /// A signed distance in bytes.
  case offset
  /// `SEEK_…`.
  case whence
  /// `F_…`.
  case controlCommand
  /// `MS_…`, combined with `|`.
  case mountFlags
  /// `PROT_…`, combined with `|`.
  case protection
  /// `MAP_…`, combined with `|`.
  case mapFlags
  /// `MADV_…`.
  case advice
  /// An exit status; the low eight bits count.
  case status
  /// The number of a process.
  case processID
  /// The number of a user.
  case userID
  /// `CLONE_…`, combined with `|`, and the signal for the end.
  case cloneFlags
  /// `W…` options of wait4, combined with `|`.
  case waitOptions
  /// `RUSAGE_…`.
  case usage
  /// A signal.
  case signal
  /// `SIG_BLOCK`, `SIG_UNBLOCK` or `SIG_SETMASK`.
  case maskHow
  /// `CLOCK_…`.
  case clock
  /// `MODULE_…` flags.
  case moduleFlags
  /// Any number.
  case number
  /// A time span. Scripts write `5ms`; the compiler places a `struct timespec` in the program's
  /// data and passes its address, as C code would.
  case timespec
  /// A pointer to a `struct timespec` the kernel writes: two words, seconds and nanoseconds.
  case timespecOut

  /// What it is, for people.
  public var words: String { facts.words }

  /// The constants that are meant for it, where there are any.
  public var constants: NamedConstant.Family? { facts.constants }

  private var facts: (words: String, constants: NamedConstant.Family?) {
    switch self {
    case .descriptor: ("a file descriptor", nil)
    case .directoryDescriptor: ("a descriptor of a directory, or AT_FDCWD", .directory)
    case .descriptorPair: ("a pointer to two words that get a descriptor each", nil)
    case .path: ("a pointer to a path", nil)
    case .text: ("a pointer to a text", nil)
    case .stringList: ("a list of strings", nil)
    case .outBuffer: ("a pointer to memory that the kernel writes", nil)
    case .inBuffer: ("a pointer to memory that the kernel reads", nil)
    case .intOut: ("a pointer to a word that the kernel writes, or 0", nil)
    case .address: ("an address", nil)
    case .byteCount: ("a number of bytes", nil)
    case .openFlags: ("O_… constants, combined with |", .openFlags)
    case .pathFlags: ("0, or AT_… constants", .pathFlags)
    case .mode: ("permission bits, octal", nil)
    case .offset: ("a distance in bytes, with sign", nil)
    case .whence: ("SEEK_SET, SEEK_CUR or SEEK_END", .whence)
    case .controlCommand: ("an F_… constant", .controlCommand)
    case .mountFlags: ("0, or MS_… constants, combined with |", .mountFlags)
    case .protection: ("PROT_… constants, combined with |", .protection)
    case .mapFlags: ("MAP_… constants, combined with |", .mapFlags)
    case .advice: ("an MADV_… constant", .advice)
    case .status: ("an exit status, 0...255", nil)
    case .processID: ("the number of a process", nil)
    case .userID: ("the number of a user", nil)
    case .cloneFlags: ("CLONE_… constants and a signal, combined with |", .cloneFlags)
    case .waitOptions: ("0, or W… constants, combined with |", .waitOptions)
    case .usage: ("RUSAGE_SELF or RUSAGE_CHILDREN", .usage)
    case .signal: ("a signal such as SIGUSR1", .signal)
    case .maskHow: ("SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK", .maskHow)
    case .clock: ("CLOCK_REALTIME or CLOCK_MONOTONIC", .clock)
    case .moduleFlags: ("0, or MODULE_… constants", .moduleFlags)
    case .number: ("a number", nil)
    case .timespec: ("a time span, such as 5ms", nil)
    case .timespecOut: ("a pointer to two words: seconds and nanoseconds", nil)
    }
  }
}
