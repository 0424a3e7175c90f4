import Catalogue
import Program
import Trace

/// Descriptors as such, and the small calls about the running process.
extension Kernel {
  // MARK: - Descriptors

  /// Sets the lowest free descriptor from a number on aside; `nil` when none is free.
  mutating func reserveDescriptor(from first: Int) -> Int? {
    var number = first
    while number < tasks[current].descriptors.count, tasks[current].descriptors[number] != -1 {
      number += 1
    }
    guard number < Self.descriptorLimit else { return nil }
    while tasks[current].descriptors.count <= number { tasks[current].descriptors.append(-1) }
    tasks[current].descriptors[number] = -2
    return number
  }

  /// FD_CLOEXEC of a descriptor.
  mutating func setCloseOnExec(_ descriptor: Int, _ isSet: Bool) {
    if isSet {
      tasks[current].closesOnExec.insert(descriptor)
    } else {
      tasks[current].closesOnExec.remove(descriptor)
    }
  }

  /// Closes a descriptor of the running task that stands for an open file.
  mutating func close(descriptor: Int) {
    let file = Int(tasks[current].descriptors[descriptor])
    guard file >= 0 else { return }
    tasks[current].descriptors[descriptor] = -1
    tasks[current].closesOnExec.remove(descriptor)
    trace.record(
      .closesDescriptor, a: Int64(descriptor), b: tasks[current].openCount)
    let inode = openFiles[file].inode
    release(file: file)
    evictIfUnused(inode)
  }

  /// Lets a descriptor, which is reserved, stand for the same open file as another.
  private mutating func install(_ file: Int, as descriptor: Int, closesOnExec: Bool) {
    openFiles[file].references += 1
    tasks[current].descriptors[descriptor] = Int32(truncatingIfNeeded: file)
    setCloseOnExec(descriptor, closesOnExec)
    trace.record(
      .installsDescriptor, object: number(of: openFiles[file].inode), a: Int64(descriptor),
      b: Int64(file))
    finish(Int64(descriptor))
  }

  /// x0: descriptor.
  mutating func stepSysDup(_ f: Int) {
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    guard let new = reserveDescriptor(from: 0) else { return finish(.EMFILE) }
    install(file, as: new, closesOnExec: false)
  }

  /// x0: descriptor, x1: the new one. The same twice is no error, if it is open.
  mutating func stepSysDup2(_ f: Int) {
    let (old, new) = (
      Int32(truncatingIfNeeded: frames[f].x0), Int32(truncatingIfNeeded: frames[f].x1)
    )
    if old == new {
      if openFile(frames[f].x0) == nil { finish(.EBADF) } else { finish(Int64(new)) }
      return
    }
    duplicate(f, flags: 0)
  }

  /// x0: descriptor, x1: the new one, x2: flags. The order is that of ksys_dup3.
  mutating func stepSysDup3(_ f: Int) {
    let flags = Int64(Int32(truncatingIfNeeded: frames[f].x2))
    guard flags & ~OpenFlags.closeOnExec == 0,
      Int32(truncatingIfNeeded: frames[f].x0) != Int32(truncatingIfNeeded: frames[f].x1)
    else { return finish(.EINVAL) }
    duplicate(f, flags: flags)
  }

  private mutating func duplicate(_ f: Int, flags: Int64) {
    let new = Int(Int32(truncatingIfNeeded: frames[f].x1))
    guard (0..<Self.descriptorLimit).contains(new), let file = openFile(frames[f].x0) else {
      return finish(.EBADF)
    }
    while tasks[current].descriptors.count <= new { tasks[current].descriptors.append(-1) }
    // Another call is about to open this very number (only threads could see that).
    if tasks[current].descriptors[new] == -2 { return finish(.EBUSY) }
    close(descriptor: new)
    tasks[current].descriptors[new] = -2
    install(file, as: new, closesOnExec: flags & OpenFlags.closeOnExec != 0)
  }

  /// x0: descriptor, x1: command, x2: argument (do_fcntl).
  mutating func stepSysFcntl(_ f: Int) {
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    let descriptor = Int(Int32(truncatingIfNeeded: frames[f].x0))
    let argument = frames[f].x2
    let inode = openFiles[file].inode
    switch Int64(Int32(truncatingIfNeeded: frames[f].x1)) {
    case 0, 1030:
      guard (0..<Int64(Self.descriptorLimit)).contains(argument) else { return finish(.EINVAL) }
      guard let new = reserveDescriptor(from: Int(argument)) else { return finish(.EMFILE) }
      install(file, as: new, closesOnExec: Int32(truncatingIfNeeded: frames[f].x1) == 1030)
    case 1: finish(tasks[current].closesOnExec.contains(descriptor) ? 1 : 0)
    case 2:
      setCloseOnExec(descriptor, argument & 1 != 0)
      finish(0)
    case 3: finish(openFiles[file].flags & ~Self.openingFlags)
    case 4:
      let changeable = OpenFlags.append | OpenFlags.nonBlocking
      openFiles[file].flags = openFiles[file].flags & ~changeable | argument & changeable
      finish(0)
    case 1031:
      guard inodes[inode].kind == .pipe else { return finish(.EBADF) }
      resizePipe(inode, to: argument)
    case 1032:
      guard inodes[inode].kind == .pipe else { return finish(.EBADF) }
      finish(pipeBytes(inode))
    default: finish(.EINVAL)
    }
  }

  /// Flags that only say how to open; the open file does not keep them.
  private static let openingFlags =
    OpenFlags.create | OpenFlags.exclusive | OpenFlags.truncate | OpenFlags.closeOnExec

  // MARK: - The process

  /// The parent's number; init is the parent of what the timeline starts.
  mutating func stepSysGetppid(_ f: Int) {
    let parent = tasks[current].parent
    finish(tasks.indices.contains(parent) ? tasks[parent].pid : Self.initPID)
  }

  /// x0: user. Root may become anybody; others may only stay who they are (sys_setuid).
  mutating func stepSysSetuid(_ f: Int) {
    let uid = Int64(UInt32(truncatingIfNeeded: frames[f].x0))
    guard uid != Int64(UInt32.max) else { return finish(.EINVAL) }
    guard tasks[current].uid == 0 || tasks[current].uid == uid else { return finish(.EPERM) }
    tasks[current].uid = uid
    finish(0)
  }

  /// x0: path. 0: fetch it. 1: walk. 2: walked.
  mutating func stepSysChdir(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0: call(f, then: 1, .getname, frames[f].x0)
    case 1:
      guard returned >= 0 else { return finish(returned) }
      guard let start = startWalk(from: Self.currentDirectory) else { return }
      call(f, then: 2, .linkPathWalk, Int64(start), 1)
    default:
      guard returned >= 0 else { return finish(returned) }
      let directory = Int(returned)
      guard inodes[directory].kind == .directory else { return finish(.ENOTDIR) }
      let denied = permission(current, directory, wants: 1)
      trace.record(
        .checksPermission, object: number(of: directory), a: 1, b: denied?.returned ?? 0)
      if let denied { return finish(denied) }
      tasks[current].directory = directory
      finish(0)
    }
  }
}
