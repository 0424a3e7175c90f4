/// The errors a system call can return, with Linux's numbers (generic table, x86 and arm alike).
///
/// Source: include/uapi/asm-generic/errno-base.h and errno.h in torvalds/linux; errno(3).
public enum Errno: Int64, Sendable, CaseIterable {
  case EPERM = 1
  case ENOENT = 2
  case ESRCH = 3
  case EINTR = 4
  case EIO = 5
  case ENXIO = 6
  case E2BIG = 7
  case ENOEXEC = 8
  case EBADF = 9
  case ECHILD = 10
  case EAGAIN = 11
  case ENOMEM = 12
  case EACCES = 13
  case EFAULT = 14
  case ENOTBLK = 15
  case EBUSY = 16
  case EEXIST = 17
  case EXDEV = 18
  case ENODEV = 19
  case ENOTDIR = 20
  case EISDIR = 21
  case EINVAL = 22
  case ENFILE = 23
  case EMFILE = 24
  case ENOTTY = 25
  case ETXTBSY = 26
  case EFBIG = 27
  case ENOSPC = 28
  case ESPIPE = 29
  case EROFS = 30
  case EMLINK = 31
  case EPIPE = 32
  case ERANGE = 34
  case ENAMETOOLONG = 36
  case ENOSYS = 38
  case ENOTEMPTY = 39
  case ELOOP = 40
  case EOVERFLOW = 75
  case EOPNOTSUPP = 95
  case ETIMEDOUT = 110

  /// The name, as in `errno.h`.
  public var name: String { "\(self)" }

  /// What `strerror` says, in glibc's words and lower case.
  public var meaning: String {
    switch self {
    case .EPERM: "operation not permitted"
    case .ENOENT: "no such file or directory"
    case .ESRCH: "no such process"
    case .EINTR: "interrupted system call"
    case .EIO: "input/output error"
    case .ENXIO: "no such device or address"
    case .E2BIG: "argument list too long"
    case .ENOEXEC: "exec format error"
    case .EBADF: "bad file descriptor"
    case .ECHILD: "no child processes"
    case .EAGAIN: "resource temporarily unavailable"
    case .ENOMEM: "cannot allocate memory"
    case .EACCES: "permission denied"
    case .EFAULT: "bad address"
    case .ENOTBLK: "block device required"
    case .EBUSY: "device or resource busy"
    case .EEXIST: "file exists"
    case .EXDEV: "invalid cross-device link"
    case .ENODEV: "no such device"
    case .ENOTDIR: "not a directory"
    case .EISDIR: "is a directory"
    case .EINVAL: "invalid argument"
    case .ENFILE: "too many open files in system"
    case .EMFILE: "too many open files"
    case .ENOTTY: "inappropriate ioctl for device"
    case .ETXTBSY: "text file busy"
    case .EFBIG: "file too large"
    case .ENOSPC: "no space left on device"
    case .ESPIPE: "illegal seek"
    case .EROFS: "read-only file system"
    case .EMLINK: "too many links"
    case .EPIPE: "broken pipe"
    case .ERANGE: "numerical result out of range"
    case .ENAMETOOLONG: "file name too long"
    case .ENOSYS: "function not implemented"
    case .ENOTEMPTY: "directory not empty"
    case .ELOOP: "too many levels of symbolic links"
    case .EOVERFLOW: "value too large for defined data type"
    case .EOPNOTSUPP: "operation not supported"
    case .ETIMEDOUT: "connection timed out"
    }
  }

  /// What the kernel puts into the result register: the negated number.
  public var returned: Int64 { -rawValue }

  /// The error in a raw result: those in -4095..-1 are errors (syscall(2)); `nil` for a value, and
  /// for an error that is not in this catalogue.
  public init?(returned result: Int64) {
    guard (-4095 ... -1).contains(result) else { return nil }
    self.init(rawValue: -result)
  }

  /// The error with a name such as `ENOENT`.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}
