import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Something that cannot be done with a file, in the system's words.
struct FileFailure: Error {
  /// Lower case, without the file's name and without a full stop: `no such file or directory`.
  let reason: String

  init(_ reason: String) { self.reason = reason }

  /// What the system said of the last call.
  init(errno number: CInt) {
    let words = SystemPackage.Errno(rawValue: number).description
    reason = words.prefix(1).lowercased() + words.dropFirst()
  }
}

/// Files and folders, by path.
enum FileSystem {
  /// What lies at a path; symbolic links are followed.
  enum Kind {
    case file
    case folder
  }

  static func kind(of path: String) throws(FileFailure) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileFailure(errno: errno) }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// The bytes of a file, at most `limit` and one more: enough to see that it is too large.
  static func read(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
    } catch {
      throw FileFailure(error)
    }
    defer { try? descriptor.close() }
    return try read(descriptor, limit: limit)
  }

  /// The bytes of an open file, at most `limit` and one more.
  static func read(_ descriptor: FileDescriptor, limit: Int) throws(FileFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var status = stat()
    if fstat(descriptor.rawValue, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { throw FileFailure("it is a folder") }
      bytes.reserveCapacity(min(max(Int(status.st_size), 0), limit) + 1)
    }
    do {
      while bytes.count <= limit {
        let chunk = min(1 << 18, limit + 1 - bytes.count)
        let part = try [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if part.isEmpty { break }
        bytes += part
      }
    } catch {
      throw FileFailure(error)
    }
    return bytes
  }

  /// The lessons and scripts below a folder, sorted by path; hidden entries and what symbolic links
  /// to folders hold are left out.
  ///
  /// - Parameter excluded: The real path of a folder that is not looked into.
  static func lessons(below folder: String, extensions: [String], excluding excluded: String?)
    throws(FileFailure) -> [String]
  {
    var found: [String] = []
    var pending = [folder]
    while let current = pending.popLast() {
      if let excluded, realPath(current) == excluded { continue }
      for name in try entries(of: current) where !name.hasPrefix(".") {
        let path = current.hasSuffix("/") ? current + name : "\(current)/\(name)"
        var status = stat()
        guard lstat(path, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          pending.append(path)
        } else if extensions.contains(where: { name.hasSuffix($0) }) {
          found.append(path)
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A folder and those below it in which ``lessons(below:extensions:excluding:)`` looks; those that
  /// cannot be read are left out.
  static func folders(below folder: String) -> Set<String> {
    var found: Set<String> = []
    var pending = [folder]
    while let current = pending.popLast() {
      guard let names = try? entries(of: current) else { continue }
      found.insert(current)
      for name in names where !name.hasPrefix(".") {
        let path = current.hasSuffix("/") ? current + name : "\(current)/\(name)"
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { pending.append(path) }
      }
    }
    return found
  }

  /// The names of the files in a folder, sorted, without hidden ones and folders; at most 1,000.
  static func files(in folder: String) throws(FileFailure) -> [String] {
    let names = try entries(of: folder).filter { name in
      var status = stat()
      return !name.hasPrefix(".") && stat("\(folder)/\(name)", &status) == 0
        && status.st_mode & S_IFMT == S_IFREG
    }
    return Array(names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(1_000))
  }

  static func entries(of folder: String) throws(FileFailure) -> [String] {
    guard let stream = opendir(folder) else { throw FileFailure(errno: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
        ) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The path without symbolic links, `.` and `..`; `nil` when nothing is there.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder of a path.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(FileFailure) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
      if mkdir(made, 0o777) != 0, errno != EEXIST, errno != EISDIR {
        throw FileFailure(errno: errno)
      }
    }
    guard try kind(of: path) == .folder else { throw FileFailure("it is a file, not a folder") }
  }

  /// Writes a file so that nobody ever sees half of it: beside its place, then renamed.
  ///
  /// A file that has these bytes already is left alone, with its date.
  ///
  /// - Returns: The stamp of the file with these bytes; `nil` when somebody else has been at it
  ///   meanwhile, or when a symbolic link lies in its place and leads to such a file.
  @discardableResult
  static func write(
    _ bytes: [UInt8], to name: String, in folder: String, isPrivate: Bool = false
  ) throws(FileFailure) -> FileStamp? {
    let path = "\(folder)/\(name)"
    // The stamp is taken first: whoever writes after that changes it.
    let oldStamp = FileStamp.of(path)
    if let old = try? read(path, limit: bytes.count), old == bytes { return oldStamp }
    let temporary = "\(folder)/.\(name).\(getpid()).new"
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .truncate, .noFollow],
        permissions: isPrivate ? [.ownerReadWrite] : [.ownerReadWrite, .groupRead, .otherRead])
      try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    } catch {
      unlink(temporary)
      throw FileFailure(error)
    }
    let written = FileStamp.of(temporary)
    guard rename(temporary, path) == 0 else {
      let number = errno
      unlink(temporary)
      throw FileFailure(errno: number)
    }
    // The renaming itself is a change of the file's entry, not of its content.
    guard let stamp = FileStamp.of(path), stamp.inode == written?.inode,
      stamp.modified == written?.modified, stamp.byteCount == Int64(bytes.count)
    else { return nil }
    return stamp
  }

  /// Puts other bytes into a file that is there, so that nobody ever sees half of them: beside its place,
  /// then renamed.
  ///
  /// The file keeps its owner and its permissions; of a symbolic link, the file that it leads to is
  /// replaced. What may not be written is not replaced either, though renaming would be allowed.
  static func replace(_ path: String, with bytes: [UInt8]) throws(FileFailure) {
    guard let real = realPath(path) else { throw FileFailure(errno: errno) }
    var status = stat()
    guard stat(real, &status) == 0, access(real, W_OK) == 0 else { throw FileFailure(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure("it is no regular file") }
    let slash = real.lastIndex(of: "/").map { real.index(after: $0) } ?? real.startIndex
    let temporary = "\(real[..<slash]).\(real[slash...]).\(getpid()).new"
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .truncate, .noFollow],
        permissions: [.ownerReadWrite])
      try descriptor.closeAfter {
        _ = try descriptor.writeAll(bytes)
        var made = stat()
        guard fstat(descriptor.rawValue, &made) == 0,
          made.st_uid == status.st_uid && made.st_gid == status.st_gid
            || fchown(descriptor.rawValue, status.st_uid, status.st_gid) == 0,
          fchmod(descriptor.rawValue, status.st_mode & 0o7777) == 0
        else { throw FileFailure(errno: errno) }
      }
    } catch {
      unlink(temporary)
      throw FileFailure(error)
    }
    guard rename(temporary, real) == 0 else {
      let number = errno
      unlink(temporary)
      throw FileFailure(errno: number)
    }
  }
}

extension FileFailure {
  /// The words of an error that a system call threw.
  init(_ error: any Error) {
    if let failure = error as? FileFailure {
      self = failure
    } else if let number = error as? SystemPackage.Errno {
      self.init(errno: number.rawValue)
    } else {
      self.init("\(error)")
    }
  }
}
