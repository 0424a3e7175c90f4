import Catalogue
import Machine
import Program
import Trace

/// `mount` and `umount2`: file systems that come and go while the machine runs.
///
/// Order of checks as in fs/namespace.c: strings, target, capability, type; what is mounted keeps the
/// module pinned that its type came with.
extension Kernel {
  /// File systems that there can be (sysctl fs.mount-max is larger).
  private static let mountLimit = 1000
  private static let isReadOnly: Int64 = 1
  /// MS_REMOUNT, MS_BIND, MS_MOVE, and those that change how mounts propagate.
  private static let changesMounts: Int64 = 32 | 4096 | 8192 | 0x1E_0000
  /// MNT_FORCE, MNT_DETACH, MNT_EXPIRE, UMOUNT_NOFOLLOW.
  private static let unmountFlags: Int64 = 15
  private static let leavesLater: Int64 = 2 | 4
  private static let followsNothing: Int64 = 8

  /// Whether the running task may mount.
  private mutating func mayMount() -> Bool { isCapable("CAP_SYS_ADMIN") }

  // MARK: - mount

  /// x0: source, x1: target, x2: type, x3: flags, x4: data; x5: bytes asked for. The strings' addresses
  /// become their numbers, -1 for NULL. 0: the type. 1: it is here. 2: the source. 3: it is here.
  /// 4: the data. 5: they are here. 6: the target. 7: its path is here. 8: walked. 9: done.
  mutating func stepSysMount(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0, 2:
      let isType = frames[f].step == 0
      let address = isType ? frames[f].x2 : frames[f].x0
      guard address != 0 else {
        if isType { frames[f].x2 = -1 } else { frames[f].x0 = -1 }
        frames[f].step += 2
        return
      }
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: frames[f].step + 1, .strncpyFromUser, address, Int64(Self.pathBytes))
    case 1, 3:
      guard returned >= 0 else {
        return finish(returned == Errno.EFAULT.returned ? .EFAULT : .EINVAL)
      }
      let text = Int64(trace.strings.intern(tasks[current].buffer).rawValue)
      if frames[f].step == 1 { frames[f].x2 = text } else { frames[f].x0 = text }
      frames[f].step += 1
    case 4:
      guard frames[f].x4 != 0 else {
        frames[f].step = 6
        return
      }
      // A page of options is fetched, as far as it is there; nothing here has any.
      let pageBytes = machine.architecture.pageBytes
      frames[f].x5 = pageBytes - frames[f].x4 & (pageBytes - 1)
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: 5, .copyFromUser, frames[f].x4, frames[f].x5)
    case 5:
      guard returned < frames[f].x5 else { return finish(.EFAULT) }
      frames[f].step = 6
    case 6: call(f, then: 7, .getname, frames[f].x1)
    case 7:
      guard returned >= 0 else { return finish(returned) }
      guard let start = startWalk(from: Self.currentDirectory) else { return }
      call(f, then: 8, .linkPathWalk, Int64(start), 1)
    case 8:
      guard returned >= 0 else { return finish(returned) }
      call(f, then: 9, .doNewMount, returned, frames[f].x2, frames[f].x3, frames[f].x0)
    default: finish(returned)
    }
  }

  /// x0: target, x1: type, x2: flags, x3: source; x4: module, -1 for none. 0: permission and type.
  /// 1: the source was looked for. 2: the module has made the file system. 3: it was made in vain.
  mutating func stepDoNewMount(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0: chooseFileSystem(f)
    case 1:
      // No file stands for a disk here.
      if returned < 0 { finish(returned) } else { finish(.ENOTBLK) }
    case 2:
      guard returned >= 0 else {
        unpin(Int(frames[f].x4))
        return finish(returned)
      }
      attach(f)
    default:
      unpin(Int(frames[f].x4))
      finish(.ENOTDIR)
    }
  }

  private mutating func chooseFileSystem(_ f: Int) {
    guard mayMount() else { return finish(.EPERM) }
    guard frames[f].x2 & Self.changesMounts == 0, frames[f].x1 >= 0 else { return finish(.EINVAL) }
    let id = StringID(rawValue: UInt32(truncatingIfNeeded: frames[f].x1))
    let name = trace.strings[id]
    let own = MountConfiguration.FileSystem(rawValue: name)
    let type = fileSystemTypes.first { $0.name == name }
    let isKnown = own != nil || type != nil
    trace.record(
      .looksUpFileSystem, object: id.rawValue, a: type == nil ? 0 : 1,
      b: isKnown ? 0 : Errno.ENODEV.returned)
    frames[f].x4 = -1
    switch own {
    case .tmpfs: return attach(f)
    case .nfs: return finish(.EINVAL)
    case .ext4:
      guard frames[f].x3 >= 0 else { return finish(.EINVAL) }
      let source = StringID(rawValue: UInt32(truncatingIfNeeded: frames[f].x3))
      tasks[current].buffer = Array(trace.strings[bytes: source])
      guard !tasks[current].buffer.isEmpty else { return finish(.ENOENT) }
      guard let start = startWalk(from: Self.currentDirectory) else { return }
      return call(f, then: 1, .linkPathWalk, Int64(start), 1)
    case nil: break
    }
    guard let type, pin(type.module) else { return finish(.ENODEV) }
    frames[f].x4 = Int64(type.module)
    guard let mount = type.operations[.mount] else { return attach(f) }
    call(f, then: 2, .moduleCode, mount, 0, 0, 0, frames[f].x4)
  }

  /// Puts a new file system, empty and in memory, on the target.
  private mutating func attach(_ f: Int) {
    let target = Int(frames[f].x0)
    let module = Int(frames[f].x4)
    guard inodes[target].kind == .directory, fileSystems.count < Self.mountLimit else {
      let type = fileSystemTypes.first { $0.module == module && isType($0, frames[f].x1) }
      if let unmount = type?.operations[.unmount] {
        return call(f, then: 3, .moduleCode, unmount, 0, 0, 0, frames[f].x4)
      }
      unpin(module)
      return finish(inodes[target].kind == .directory ? .ENOSPC : .ENOTDIR)
    }
    let position = fileSystems.count
    var system = FileSystem(disk: nil)
    system.root = inodes.count
    system.nextNumber = 2
    system.inodeCapacity = Int64.max
    system.freeBlocks = Int64.max
    system.isReadOnly = frames[f].x2 & Self.isReadOnly != 0
    system.covers = target
    system.module = module
    system.type = StringID(rawValue: UInt32(truncatingIfNeeded: frames[f].x1))
    fileSystems.append(system)
    // tmpfs's root may be written by anybody, as /tmp; others make theirs as ramfs does.
    inodes.append(
      Inode(
        fileSystem: position, number: 1, kind: .directory, mode: module < 0 ? 0o1777 : 0o755,
        uid: 0, gid: 0, size: 0, parent: system.root))
    inodes[target].mountedRoot = system.root
    trace.record(
      .mountsFileSystem, object: UInt32(truncatingIfNeeded: frames[f].x1),
      a: inodes[target].number)
    finish(0)
  }

  private func isType(_ type: FileSystemType, _ name: Int64) -> Bool {
    trace.strings[StringID(rawValue: UInt32(truncatingIfNeeded: name))] == type.name
  }

  // MARK: - umount

  /// x0: path, x1: flags; x2: file system. 0: fetch the path. 1: walk. 2: check. 3: the module has
  /// ended the file system.
  mutating func stepSysUmount2(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0:
      let flags = Int64(Int32(truncatingIfNeeded: frames[f].x1))
      guard flags & ~Self.unmountFlags == 0 else { return finish(.EINVAL) }
      frames[f].x1 = flags
      call(f, then: 1, .getname, frames[f].x0)
    case 1:
      guard returned >= 0 else { return finish(returned) }
      guard let start = startWalk(from: Self.currentDirectory) else { return }
      let follows = frames[f].x1 & Self.followsNothing == 0
      call(f, then: 2, .linkPathWalk, Int64(start), follows ? 1 : 0)
    case 2:
      guard returned >= 0 else { return finish(returned) }
      guard mayMount() else { return finish(.EPERM) }
      guard let system = fileSystems.firstIndex(where: { $0.root == Int(returned) }),
        frames[f].x1 & Self.leavesLater == 0
      else { return finish(.EINVAL) }
      let isBusy = isBusy(system)
      trace.record(
        .checksMountUse, a: inodes[Int(returned)].number, b: isBusy ? Errno.EBUSY.returned : 0)
      if isBusy { return finish(.EBUSY) }
      frames[f].x2 = Int64(system)
      let module = fileSystems[system].module
      let name = trace.strings[fileSystems[system].type]
      let type = fileSystemTypes.first { $0.module == module && $0.name == name }
      guard let unmount = type?.operations[.unmount] else {
        frames[f].step = 3
        return
      }
      call(f, then: 3, .moduleCode, unmount, 0, 0, 0, Int64(module))
    default:
      detach(Int(frames[f].x2))
      finish(0)
    }
  }

  /// Whether somebody would miss a file system. Those on disks and servers stay.
  private func isBusy(_ system: Int) -> Bool {
    func isInside(_ inode: Int) -> Bool {
      inodes.indices.contains(inode) && inodes[inode].fileSystem == system
    }
    return fileSystems[system].covers < 0 || fileSystems[system].disk != nil
      || fileSystems[system].nic != nil || system == deviceFileSystem
      || openFiles.contains { $0.references > 0 && isInside($0.inode) }
      || tasks.indices.contains {
        isThere($0) && tasks[$0].condition != .zombie && isInside(tasks[$0].directory)
      }
      || fileSystems.contains { $0.covers >= 0 && isInside($0.covers) }
      || inodes.indices.contains { isInside($0) && isMapped($0) }
  }

  /// Takes a file system out of the tree, with all that was in it.
  private mutating func detach(_ system: Int) {
    let (covers, module) = (fileSystems[system].covers, fileSystems[system].module)
    inodes[covers].mountedRoot = -1
    fileSystems[system].covers = -1
    fileSystems[system].root = -1
    let before = machine.memory.freeCount
    for inode in inodes.indices where inodes[inode].fileSystem == system {
      inodes[inode].links = 0
      evictIfUnused(inode)
    }
    dentries = dentries.filter { inodes[$0.key.directory].fileSystem != system }
    trace.record(.unmountsFileSystem, object: fileSystems[system].type.rawValue)
    if machine.memory.freeCount > before {
      trace.record(
        .freesMemory, a: Int64(machine.memory.freeCount - before),
        b: Int64(machine.memory.freeCount))
    }
    if module >= 0 { unpin(module) }
  }
}
