#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system says of a file: enough to see, without reading it, that nobody has touched it.
///
/// The time of the last change of the file's entry (`st_ctime`) is part of it, which no program can
/// set: so a file that was put back with its old date is seen too.
struct FileStamp: Codable, Hashable, Sendable {
  /// The number of the file in its file system; another one after it was replaced.
  let inode: UInt64
  let byteCount: Int64
  /// When its content changed last, in nanoseconds since 1970.
  let modified: Int64
  /// When anything about it changed last, in nanoseconds since 1970.
  let changed: Int64

  /// The stamp of the regular file at a path; `nil` for anything else, symbolic links included.
  static func of(_ path: String) -> FileStamp? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return FileStamp(status)
  }

  /// The stamp of the regular file that a path leads to, through symbolic links.
  static func ofTarget(_ path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileStamp(status)
  }

  /// The time by the clock that stamps are of, in nanoseconds since 1970.
  static var now: Int64 {
    var time = timespec()
    return clock_gettime(CLOCK_REALTIME, &time) == 0 ? nanoseconds(time) : 0
  }

  private init?(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    inode = UInt64(status.st_ino)
    byteCount = Int64(status.st_size)
    #if canImport(Darwin)
      modified = Self.nanoseconds(status.st_mtimespec)
      changed = Self.nanoseconds(status.st_ctimespec)
    #else
      modified = Self.nanoseconds(status.st_mtim)
      changed = Self.nanoseconds(status.st_ctim)
    #endif
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// Which program this is.
enum Tool {
  static let version = "ringwalk 0.1.0"

  /// The stamp of the running program; `nil` where the system does not tell.
  ///
  /// The version alone would not do: whoever works on Ringwalk has many programs of one version.
  static var stamp: FileStamp? {
    #if canImport(Darwin)
      var size = UInt32(PATH_MAX)
      var path = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&path, &size) == 0 else { return nil }
      let end = path.firstIndex(of: 0) ?? path.endIndex
      return .ofTarget(String(decoding: path[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    #else
      return .ofTarget("/proc/self/exe")
    #endif
  }
}
