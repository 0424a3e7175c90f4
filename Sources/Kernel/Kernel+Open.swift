import Catalogue
import Machine
import Program
import Trace

/// `open` all the way down.
///
/// Order of checks as in fs/open.c and fs/namei.c: flags, path string, descriptor, walk (search
/// permission on each directory before its name), the file's own permission, truncation.
extension Kernel {
  static let pathBytes = 4096
  static let nameBytes = 255
  static let linkLimit: Int64 = 40
  static let currentDirectory = NamedConstant.named("AT_FDCWD")?.value ?? -100

  /// x0: path, x1: flags, x2: mode.
  mutating func stepSysOpen(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(
      f, then: 1, .doSysOpenat2, Self.currentDirectory, frames[f].x0, frames[f].x1, frames[f].x2)
  }

  /// x0: directory, x1: path, x2: flags, x3: mode.
  mutating func stepSysOpenat(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(
      f, then: 1, .doSysOpenat2, frames[f].x0, frames[f].x1, frames[f].x2, frames[f].x3)
  }

  /// x0: directory, x1: path, x2: flags, x3: mode; x4: descriptor.
  /// 0: flags. 1: path is here. 2: descriptor is reserved. 3: walked and opened. 4: installed.
  mutating func stepDoSysOpenat2(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0:
      // Unknown bits are dropped; the access mode 3 is kept and means neither read nor write.
      frames[f].x2 = Int64(Int32(truncatingIfNeeded: frames[f].x2)) & OpenFlags.known
      let flags = frames[f].x2
      let writes = flags & OpenFlags.accessModeMask != OpenFlags.readOnly
      let isTemporary = flags & OpenFlags.temporary != 0
      let contradicts =
        flags & OpenFlags.create != 0 && flags & OpenFlags.directory != 0
        || isTemporary && (flags & OpenFlags.directory == 0 || !writes)
        || isTemporary && flags & OpenFlags.create != 0
      trace.record(
        .checksFlags, a: flags, b: contradicts ? Errno.EINVAL.returned : 0)
      if contradicts { return finish(.EINVAL) }
      call(f, then: 1, .getname, frames[f].x1)
    case 1:
      guard returned >= 0 else { return finish(returned) }
      call(f, then: 2, .allocFd)
    case 2:
      guard returned >= 0 else { return finish(returned) }
      frames[f].x4 = returned
      call(f, then: 3, .pathOpenat, frames[f].x0, frames[f].x2, frames[f].x3)
    case 3:
      let descriptor = Int(frames[f].x4)
      guard returned >= 0 else {
        // The reserved number is given back: nobody has seen it.
        tasks[current].descriptors[descriptor] = -1
        return finish(returned)
      }
      call(f, then: 4, .fdInstall, frames[f].x4, returned)
    default:
      finish(frames[f].x4)
    }
  }

  /// x0: address. 0: copy the string. 1: is it a path?
  mutating func stepGetname(_ f: Int) {
    guard frames[f].step == 0 else {
      let count = tasks[current].returned
      return count == 0 ? finish(.ENOENT) : finish(count)
    }
    tasks[current].buffer.removeAll(keepingCapacity: true)
    call(f, then: 1, .strncpyFromUser, frames[f].x0, Int64(Self.pathBytes))
  }

  /// x0: address, x1: limit. Copies one page's worth a step, up to the NUL; returns the length.
  /// 0: next page. 1: a page fault was handled.
  mutating func stepStrncpyFromUser(_ f: Int) {
    if frames[f].step == 1 {
      guard tasks[current].returned == 0 else {
        closeUserAccess()
        trace.record(
          .copyFaults, a: frames[f].x0 &+ Int64(tasks[current].buffer.count), b: 0)
        return finish(.EFAULT)
      }
      frames[f].step = 0
    }
    let done = Int64(tasks[current].buffer.count)
    let address = frames[f].x0 &+ done
    let room = frames[f].x1 - done
    guard isUserRange(address, 1) else {
      closeUserAccess()
      trace.record(.copyFaults, a: address, b: 0)
      return finish(.EFAULT)
    }
    guard room > 0 else {
      closeUserAccess()
      return finish(.ENAMETOOLONG)
    }
    openUserAccess()
    switch translateUser(address, .read) {
    case .fault(let fault):
      faultInCopy(f, fault)
    case .physical(let physical):
      let pageBytes = machine.architecture.pageBytes
      let chunk = min(room, pageBytes - (address & (pageBytes - 1)))
      for offset in 0..<chunk {
        let byte = machine.memory.byte(at: physical + offset)
        if byte == 0 {
          let text = trace.strings.intern(tasks[current].buffer)
          trace.record(
            .copiesString, object: text.rawValue, a: frames[f].x0,
            b: Int64(tasks[current].buffer.count))
          closeUserAccess()
          return finish(Int64(tasks[current].buffer.count))
        }
        tasks[current].buffer.append(byte)
      }
    }
  }

  /// Reserves the lowest free descriptor.
  mutating func stepAllocFd(_ f: Int) {
    let free = tasks[current].descriptors.firstIndex(of: -1) ?? tasks[current].descriptors.count
    guard free < Self.descriptorLimit else {
      trace.record(.reservesDescriptor, a: Errno.EMFILE.returned)
      return finish(.EMFILE)
    }
    // -2 keeps the number from others while no open file is behind it.
    if free == tasks[current].descriptors.count {
      tasks[current].descriptors.append(-2)
    } else {
      tasks[current].descriptors[free] = -2
    }
    trace.record(.reservesDescriptor, a: Int64(free))
    finish(Int64(free))
  }

  /// x0: directory, x1: flags, x2: mode; x3: inode. Returns the open file.
  /// 0: walk. 1: walked. 2: created. 3: permitted. 4: opened. 5: truncated.
  mutating func stepPathOpenat(_ f: Int) {
    let flags = frames[f].x1
    let returned = tasks[current].returned
    let isCreating = flags & OpenFlags.create != 0
    switch frames[f].step {
    case 0:
      guard let start = startWalk(from: frames[f].x0) else { return }
      let follows =
        flags & OpenFlags.noFollow == 0
        && !(isCreating && flags & OpenFlags.exclusive != 0)
      call(f, then: 1, .linkPathWalk, Int64(start), follows ? 1 : 0)
    case 1:
      if returned == Errno.ENOENT.returned, isCreating, tasks[current].walkIsLast {
        if tasks[current].walkHasTrailingSlash { return finish(.EISDIR) }
        return call(
          f, then: 2, .createInode, Int64(tasks[current].walkDirectory),
          frames[f].x2 & 0o7777 & ~tasks[current].umask)
      }
      guard returned >= 0 else { return finish(returned) }
      if flags & OpenFlags.temporary != 0 {
        let isDirectory = inodes[Int(returned)].kind == .directory
        return finish(isDirectory ? .EOPNOTSUPP : .ENOTDIR)
      }
      if isCreating {
        if flags & OpenFlags.exclusive != 0 { return finish(.EEXIST) }
        if inodes[Int(returned)].kind == .directory { return finish(.EISDIR) }
        if tasks[current].walkHasTrailingSlash { return finish(.EISDIR) }
      }
      frames[f].x3 = returned
      call(f, then: 3, .mayOpen, returned, flags)
    case 2:
      // A file just made may be opened in any mode by who made it.
      guard returned >= 0 else { return finish(returned) }
      if returned & Self.existed != 0 {
        // Somebody else has made it since this task looked.
        tasks[current].returned = returned & ~Self.existed
        frames[f].step = 1
        return
      }
      frames[f].x3 = returned
      call(f, then: 4, .vfsOpen, returned, flags)
    case 3:
      guard returned >= 0 else { return finish(returned) }
      let inode = Int(frames[f].x3)
      let truncates = flags & OpenFlags.truncate != 0 && inodes[inode].kind == .file
      // Linux truncates with O_RDONLY too, when writing is permitted (open(2)).
      if truncates, let error = permission(current, inode, wants: 2) { return finish(error) }
      let writes = flags & OpenFlags.accessModeMask != OpenFlags.readOnly
      if writes || truncates, isRunning(inode) { return finish(.ETXTBSY) }
      if truncates {
        return call(f, then: 5, .truncateInode, frames[f].x3, 0)
      }
      call(f, then: 4, .vfsOpen, frames[f].x3, flags)
    case 5:
      guard returned >= 0 else { return finish(returned) }
      call(f, then: 4, .vfsOpen, frames[f].x3, flags)
    default:
      finish(returned)
    }
  }

  /// Where a path walk begins: the root, the working directory, or the directory behind a descriptor.
  /// Ends the routine with the error and gives `nil` when there is none.
  mutating func startWalk(from descriptor: Int64) -> Int? {
    let isAbsolute = tasks[current].buffer.first == 0x2F
    var start = tasks[current].directory
    if isAbsolute {
      start = fileSystems.first?.root ?? 0
    } else if Int64(Int32(truncatingIfNeeded: descriptor)) != Self.currentDirectory {
      guard let file = openFile(descriptor) else {
        finish(.EBADF)
        return nil
      }
      start = openFiles[file].inode
      guard inodes[start].kind == .directory else {
        finish(.ENOTDIR)
        return nil
      }
    }
    let path = trace.strings.intern(tasks[current].buffer)
    trace.record(
      .startsPathWalk, object: path.rawValue, a: inodes[start].number, b: isAbsolute ? 1 : 0)
    return start
  }

  /// x0: directory, x1: 1 to follow a link in the last component; x2: place in the path, x3: links
  /// followed, x4: the component's name, x5: 1 when it is the last. Returns the inode.
  /// 0: next component. 1: the directory was searched. 2: a link's target was read.
  mutating func stepLinkPathWalk(_ f: Int) {
    switch frames[f].step {
    case 0: walkComponent(f)
    case 1: arrive(f, at: tasks[current].returned)
    default:
      let slot = tasks[current].returned
      guard slot >= 0 else { return finish(slot) }
      let link = Int(frames[f].x6)
      let address = machine.memory.address(of: cache.pages[Int(slot)].frame)
      inodes[link].target = machine.memory.bytes(at: address, count: Int(inodes[link].size))
      frames[f].step = 0
      follow(f, link: link)
    }
  }

  private mutating func walkComponent(_ f: Int) {
    let path = tasks[current].buffer
    var place = Int(frames[f].x2)
    while place < path.count, path[place] == 0x2F { place += 1 }
    let directory = Int(frames[f].x0)
    guard place < path.count else {
      // The path ended, as "/" or "." does: where the walk stands is what it names.
      tasks[current].walkIsLast = false
      return finish(Int64(directory))
    }
    guard inodes[directory].kind == .directory else { return finish(.ENOTDIR) }
    let end = path[place...].firstIndex(of: 0x2F) ?? path.count
    let component = Array(path[place..<end])
    let rest = path[end...].firstIndex { $0 != 0x2F }
    let name = trace.strings.intern(component)
    let denied = permission(current, directory, wants: 1)
    trace.record(
      .checksSearch, object: name.rawValue, a: inodes[directory].number,
      b: denied?.returned ?? 0)
    if let denied { return finish(denied) }
    if component.count > Self.nameBytes { return finish(.ENAMETOOLONG) }

    frames[f].x2 = Int64(end)
    frames[f].x4 = Int64(name.rawValue)
    frames[f].x5 = rest == nil ? 1 : 0
    tasks[current].walkIsLast = rest == nil
    tasks[current].walkHasTrailingSlash = rest == nil && end < path.count
    tasks[current].walkDirectory = directory
    tasks[current].walkName = name
    if component.elementsEqual([0x2E]) {
      tasks[current].walkIsLast = false
      return
    }
    if component.elementsEqual([0x2E, 0x2E]) {
      tasks[current].walkIsLast = false
      frames[f].x0 = Int64(parent(of: directory))
      return
    }
    if isProc(directory) {
      // Processes come and go: no name is kept.
      let found = lookUpProc(component, in: directory)
      trace.record(
        .findsName, object: name.rawValue,
        a: found.map { inodes[$0].number } ?? Errno.ENOENT.returned)
      return arrive(f, at: found.map(Int64.init) ?? Errno.ENOENT.returned)
    }
    let known = dentries[DentryKey(directory: directory, name: name)]
    trace.record(
      .looksUpName, object: name.rawValue, a: inodes[directory].number, b: known == nil ? 0 : 1)
    if let known {
      arrive(f, at: known >= 0 ? Int64(known) : Errno.ENOENT.returned)
    } else if fileSystems[inodes[directory].fileSystem].nic != nil {
      call(f, then: 1, .nfsLookup, frames[f].x0, frames[f].x4)
    } else if fileSystems[inodes[directory].fileSystem].disk == nil {
      // A file system in memory keeps all its names in the dentry cache: a miss is an answer.
      dentries[DentryKey(directory: directory, name: name)] = -1
      arrive(f, at: Errno.ENOENT.returned)
    } else {
      call(f, then: 1, .lookup, frames[f].x0, frames[f].x4)
    }
  }

  /// The parent of a directory, out of a mounted root and into what it covers; the root of all is
  /// its own parent.
  private func parent(of directory: Int) -> Int {
    var directory = directory
    while true {
      let system = inodes[directory].fileSystem
      guard fileSystems[system].root == directory, fileSystems[system].covers >= 0 else { break }
      directory = fileSystems[system].covers
    }
    return inodes[directory].parent
  }

  /// A component has been looked up.
  private mutating func arrive(_ f: Int, at outcome: Int64) {
    frames[f].step = 0
    guard outcome >= 0 else { return finish(outcome) }
    let isLast = frames[f].x5 != 0
    var inode = Int(outcome)
    while inodes[inode].mountedRoot >= 0 {
      inode = inodes[inode].mountedRoot
      trace.record(
        .crossesMount, object: UInt32(truncatingIfNeeded: frames[f].x4), a: inodes[inode].number)
    }
    let hasSlash = tasks[current].walkHasTrailingSlash
    if inodes[inode].kind == .link {
      if !isLast || frames[f].x1 != 0 || hasSlash {
        guard frames[f].x3 < Self.linkLimit else { return finish(.ELOOP) }
        if inodes[inode].target.isEmpty, inodes[inode].size > 0 {
          frames[f].x6 = Int64(inode)
          return call(f, then: 2, .pageCacheRead, Int64(inode), 0)
        }
        return follow(f, link: inode)
      }
    }
    if isLast {
      if hasSlash, inodes[inode].kind != .directory { return finish(.ENOTDIR) }
      return finish(Int64(inode))
    }
    guard inodes[inode].kind == .directory else { return finish(.ENOTDIR) }
    frames[f].x0 = Int64(inode)
  }

  /// Puts a link's target in front of the rest of the path.
  private mutating func follow(_ f: Int, link: Int) {
    frames[f].x3 += 1
    let target = inodes[link].target
    let text = trace.strings.intern(target)
    trace.record(.followsLink, object: text.rawValue, a: frames[f].x3)
    guard !target.isEmpty else { return finish(.ENOENT) }
    let rest = tasks[current].buffer[min(Int(frames[f].x2), tasks[current].buffer.count)...]
    let path = target + rest
    guard path.count < Self.pathBytes else { return finish(.ENAMETOOLONG) }
    tasks[current].buffer = path
    frames[f].x2 = 0
    if target.first == 0x2F { frames[f].x0 = Int64(fileSystems.first?.root ?? 0) }
  }

  /// x0: inode, x1: flags. Checks what the caller wants against what the inode allows.
  mutating func stepMayOpen(_ f: Int) {
    let inode = Int(frames[f].x0)
    let flags = frames[f].x1
    let access = flags & OpenFlags.accessModeMask
    let writes = access != OpenFlags.readOnly
    switch inodes[inode].kind {
    case .link: return finish(.ELOOP)
    case .directory:
      if writes || flags & OpenFlags.truncate != 0 { return finish(.EISDIR) }
    case .file, .console, .null, .zero, .line, .pipe, .device, .proc:
      if flags & OpenFlags.directory != 0 { return finish(.ENOTDIR) }
    }
    // The access mode 3 asks for both permissions and gives neither right (open(2)).
    let wanted: Int64 =
      switch access {
      case OpenFlags.readOnly: 4
      case OpenFlags.writeOnly: 2
      default: 6
      }
    let denied = permission(current, inode, wants: wanted)
    trace.record(
      .checksPermission, object: number(of: inode), a: wanted, b: denied?.returned ?? 0)
    if let denied { finish(denied) } else { finish(0) }
  }

  /// x0: inode, x1: flags. Makes an open file description; returns its place. 0: let a driver open it.
  /// 1: it has.
  mutating func stepVfsOpen(_ f: Int) {
    let inode = Int(frames[f].x0)
    if inodes[inode].kind == .device {
      guard frames[f].step == 1 else { return call(f, then: 1, .chrdevOpen, frames[f].x0) }
      guard tasks[current].returned >= 0 else { return finish(tasks[current].returned) }
    }
    if fileSystems[inodes[inode].fileSystem].nic != nil, !attributesAreFresh(f, inode) { return }
    if let denied = procDenial(inode) {
      trace.record(.checksPermission, object: number(of: inode), a: 4, b: denied.returned)
      return finish(denied)
    }
    // It is the opener's from now on, or another CPU would think its place free (`alloc_empty_file`).
    let file = OpenFile(
      inode: inode, flags: frames[f].x1, references: 1, writeErrorsSeen: inodes[inode].writeErrors)
    trace.record(.opensFile, object: number(of: file.inode), a: file.flags)
    finish(Int64(addOpenFile(file)))
  }

  /// x0: descriptor, x1: open file, whose first user it becomes.
  mutating func stepFdInstall(_ f: Int) {
    let file = Int(frames[f].x1)
    tasks[current].descriptors[Int(frames[f].x0)] = Int32(truncatingIfNeeded: file)
    setCloseOnExec(Int(frames[f].x0), openFiles[file].flags & OpenFlags.closeOnExec != 0)
    trace.record(
      .installsDescriptor, object: number(of: openFiles[file].inode), a: frames[f].x0,
      b: Int64(file))
    finish(0)
  }

  /// The open file behind a descriptor of the running task.
  func openFile(_ descriptor: Int64) -> Int? {
    let number = Int64(Int32(truncatingIfNeeded: descriptor))
    guard number >= 0, number < tasks[current].descriptors.count else { return nil }
    let file = tasks[current].descriptors[Int(number)]
    return file >= 0 ? Int(file) : nil
  }

  /// Whether some process runs the program that is in a file (`deny_write_access`).
  private func isRunning(_ inode: Int) -> Bool {
    tasks.contains { $0.space.executable == inode }
  }

  /// x0: descriptor, x1: 1 when a write to a server has failed. 0: what was written to a server's file
  /// is sent (close-to-open consistency). 1: close. 2: a driver was told.
  mutating func stepSysClose(_ f: Int) {
    if frames[f].step == 2 { return finish(frames[f].x1 == 0 ? 0 : Errno.EIO.returned) }
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    if frames[f].step == 0, let inode = unsentFile(file) {
      return call(f, then: 1, .nfsWritePages, Int64(inode))
    }
    let errors = inodes[openFiles[file].inode].writeErrors
    let hasFailed = frames[f].step == 1 && openFiles[file].writeErrorsSeen < errors
    frames[f].x1 = hasFailed ? 1 : 0
    openFiles[file].writeErrorsSeen = errors
    close(descriptor: Int(Int32(truncatingIfNeeded: frames[f].x0)))
    if tasks[current].releases.isEmpty {
      finish(frames[f].x1 == 0 ? 0 : Errno.EIO.returned)
    } else {
      call(f, then: 2, .fput)
    }
  }

  /// x0: descriptor, x1: distance, x2: origin.
  mutating func stepSysLseek(_ f: Int) {
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    let inode = openFiles[file].inode
    let origin = Int64(Int32(truncatingIfNeeded: frames[f].x2))
    guard (0...2).contains(origin) else { return finish(.EINVAL) }
    if !inodes[inode].hasPositions || inodes[inode].kind == .device { return finish(.ESPIPE) }
    if inodes[inode].kind == .null || inodes[inode].kind == .zero {
      // null_lseek: the offset is 0 and stays so.
      return finish(0)
    }
    // seq_lseek knows no end.
    if inodes[inode].kind == .proc, origin == 2 { return finish(.EINVAL) }
    let base: Int64 =
      switch origin {
      case 0: 0
      case 1: openFiles[file].offset
      default: inodes[inode].size
      }
    let (offset, overflow) = base.addingReportingOverflow(frames[f].x1)
    if overflow { return finish(frames[f].x1 > 0 ? .EOVERFLOW : .EINVAL) }
    guard offset >= 0 else { return finish(.EINVAL) }
    openFiles[file].offset = offset
    trace.record(
      .movesOffset, object: UInt32(truncatingIfNeeded: frames[f].x0), a: offset)
    finish(offset)
  }
}
