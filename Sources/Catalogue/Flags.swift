/// The named constants that scripts may use as arguments of system calls.
///
/// Values are those of x86_64 and of asm-generic (include/uapi/asm-generic/fcntl.h).
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
    ]
    + Errno.allCases.map { NamedConstant(name: $0.name, value: $0.rawValue, family: .errno) }
    + Signal.allCases.map {
      NamedConstant(name: $0.name, value: Int64($0.rawValue), family: .signal)
    }

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
  /// All bits the kernel knows; `open` drops others silently (open(2)).
  public static let known: Int64 =
    accessModeMask | create | exclusive | truncate | append | nonBlocking | directory | noFollow
    | closeOnExec
}
