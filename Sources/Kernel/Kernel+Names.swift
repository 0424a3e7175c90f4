import Catalogue
import Machine
import Program
import Trace

/// Names that come and go: files and directories made, names of files removed, directories' blocks.
///
/// Who changes a directory holds its lock, so that of two who make the same name on two CPUs one
/// finds the other's.
extension Kernel {
  /// Marks what ``stepCreateInode(_:)`` returns when the name exists by now.
  static let existed: Int64 = 1 << 40

  /// x0: new mask.
  mutating func stepSysUmask(_ f: Int) {
    let old = tasks[current].umask
    tasks[current].umask = frames[f].x0 & 0o777
    finish(old)
  }

  // MARK: - Making

  /// x0: directory, x1: permission bits, x2: 1 for a directory, x3: block of a new directory. Makes
  /// what the walk did not find; returns it. 0: check. 1: the name is in the directory.
  mutating func stepCreateInode(_ f: Int) {
    let directory = Int(frames[f].x0)
    let system = inodes[directory].fileSystem
    let key = DentryKey(directory: directory, name: tasks[current].walkName)
    let isDirectory = frames[f].x2 != 0
    let isOnDisk = fileSystems[system].disk != nil
    let isRemote = fileSystems[system].nic != nil
    guard lock(f, .inode(directory)) else { return }
    if frames[f].step == 0 {
      if let known = dentries[key], known >= 0 {
        unlock(.inode(directory))
        return finish(Int64(known) | Self.existed)
      }
      // In /proc a name that is not found is an error, not a place for a new one.
      let isGone = inodes[directory].links == 0 || isProc(directory)
      let denied = isGone ? Errno.ENOENT : denial(directory)
      trace.record(
        .checksPermission, object: number(of: directory), a: 3, b: denied?.returned ?? 0)
      if let denied {
        unlock(.inode(directory))
        return finish(denied)
      }
      guard fileSystems[system].nextNumber < fileSystems[system].inodeCapacity,
        !isOnDisk || !isDirectory || fileSystems[system].freeBlocks > 0
      else {
        unlock(.inode(directory))
        return finish(.ENOSPC)
      }
      frames[f].x4 = fileSystems[system].nextNumber
      fileSystems[system].nextNumber += 1
      if isOnDisk {
        call(
          f, then: 1, .addEntry, frames[f].x0, Int64(key.name.rawValue), frames[f].x4,
          isDirectory ? 2 : 1)
      } else if isRemote {
        let procedure = isDirectory ? RemoteProcedure.mkdir : .create
        call(
          f, then: 1, .rpcCall, frames[f].x0, procedure.rawValue,
          Int64(key.name.rawValue) | frames[f].x1 << 32, -1)
      } else {
        tasks[current].returned = 0
        frames[f].step = 1
      }
      return
    }
    unlock(.inode(directory))
    guard tasks[current].returned >= 0 else { return finish(tasks[current].returned) }
    let mode = frames[f].x1
    if isRemote {
      let handle = remoteInode(
        fileSystem: system, file: Int(tasks[current].returned), parent: directory)
      guard handle >= 0 else { return finish(.EIO) }
      dentries[key] = handle
      trace.record(.createsFile, object: key.name.rawValue, a: inodes[handle].number, b: mode)
      return finish(Int64(handle))
    }
    let handle = inodes.count
    inodes.append(
      Inode(
        fileSystem: system, number: frames[f].x4, kind: isDirectory ? .directory : .file,
        mode: mode, uid: tasks[current].uid, gid: tasks[current].gids.first ?? 0, size: 0,
        parent: directory, links: isDirectory ? 2 : 1))
    if isDirectory { inodes[directory].links += 1 }
    inodeHandles[InodeKey(fileSystem: system, number: frames[f].x4)] = handle
    dentries[key] = handle
    trace.record(.createsFile, object: key.name.rawValue, a: inodes[handle].number, b: mode)
    if isDirectory, isOnDisk { giveFirstBlock(handle, parent: directory) }
    if isDirectory { markInodeDirty(directory) }
    markInodeDirty(handle)
    finish(Int64(handle))
  }

  /// Why the running task may not change a directory; `nil` when it may.
  func denial(_ directory: Int) -> Errno? {
    fileSystems[inodes[directory].fileSystem].isReadOnly
      ? .EROFS : permission(current, directory, wants: 3)
  }

  /// The block of a new directory, with its two first names, "." and "..".
  private mutating func giveFirstBlock(_ directory: Int, parent: Int) {
    let blocks = Ext4.directoryBlocks(
      [
        (Array(".".utf8), inodes[directory].number, 2),
        (Array("..".utf8), inodes[parent].number, 2),
      ], blockBytes: machine.memory.pageBytes)
    if let bytes = blocks.first { _ = addBlock(directory, bytes) }
  }

  /// Puts one more block at the end of a directory, in memory; `false` without a block or a frame.
  private mutating func addBlock(_ directory: Int, _ bytes: [UInt8]) -> Bool {
    let system = inodes[directory].fileSystem
    guard let disk = fileSystems[system].disk, fileSystems[system].freeBlocks > 0,
      let frame = takeFrame()
    else { return false }
    fileSystems[system].freeBlocks -= 1
    let block = fileSystems[system].takeBlock()
    let page = inodes[directory].size / machine.architecture.pageBytes
    machine.memory.store(bytes: bytes, at: machine.memory.address(of: frame))
    let mapping = PageCache.deviceMapping(disk)
    if let old = cache.find(mapping: mapping, index: block), cache.pages[old].pins == 0 {
      release(cache.pages[old].frame)
      cache.remove(old)
    }
    let slot = cache.insert(
      CachedPage(
        mapping: mapping, index: block, frame: frame, isUpToDate: true, isLocked: false,
        isDirty: false))
    markDirty(slot)
    inodes[directory].setBlock(block, ofPage: page)
    inodes[directory].size += machine.architecture.pageBytes
    trace.record(.allocatesBlock, object: number(of: directory), a: page, b: block)
    markInodeDirty(directory)
    return true
  }

  /// x0: directory, x1: name, x2: inode number, x3: kind; x4: block of the directory.
  /// 0: the next block, or a new one. 1: room in this one?
  mutating func stepAddEntry(_ f: Int) {
    let directory = Int(frames[f].x0)
    let name = trace.strings[bytes: StringID(rawValue: UInt32(truncatingIfNeeded: frames[f].x1))]
    let kind = UInt8(truncatingIfNeeded: frames[f].x3)
    let pageBytes = machine.memory.pageBytes
    if frames[f].step == 0 {
      if let block = inodes[directory].block(ofPage: frames[f].x4) {
        return call(f, then: 1, .readBlock, Int64(inodes[directory].fileSystem), block)
      }
      let blocks = Ext4.directoryBlocks(
        [(Array(name), frames[f].x2, kind)], blockBytes: pageBytes)
      guard let bytes = blocks.first, addBlock(directory, bytes) else { return finish(.ENOSPC) }
      return finish(0)
    }
    let slot = tasks[current].returned
    guard slot >= 0 else { return finish(slot) }
    let number = frames[f].x2
    changeBlock(f, Int(slot), next: \.x4) {
      Ext4.adding(Array(name), number: number, kind: kind, to: $0)
    }
  }

  /// Changes the directory's block that has been read and ends the routine; where there is nothing
  /// to change, the routine goes on with the next block.
  private mutating func changeBlock(
    _ f: Int, _ slot: Int, next block: WritableKeyPath<KernelFrame, Int64>,
    _ change: ([UInt8]) -> [UInt8]?
  ) {
    let address = machine.memory.address(of: cache.pages[slot].frame)
    guard let changed = change(machine.memory.bytes(at: address, count: machine.memory.pageBytes))
    else {
      frames[f][keyPath: block] += 1
      frames[f].step = 0
      return
    }
    machine.memory.store(bytes: changed, at: address)
    markDirty(slot)
    finish(0)
  }

  /// x0: directory, x1: name; x2: block of the directory. 0: the next block. 1: is it here?
  mutating func stepRemoveEntry(_ f: Int) {
    let directory = Int(frames[f].x0)
    if frames[f].step == 0 {
      guard let block = inodes[directory].block(ofPage: frames[f].x2) else { return finish(0) }
      return call(f, then: 1, .readBlock, Int64(inodes[directory].fileSystem), block)
    }
    let slot = tasks[current].returned
    guard slot >= 0 else { return finish(slot) }
    let name = trace.strings[bytes: StringID(rawValue: UInt32(truncatingIfNeeded: frames[f].x1))]
    changeBlock(f, Int(slot), next: \.x2) { Ext4.removing(Array(name), from: $0) }
  }

  /// x0: path, x1: mode.
  mutating func stepSysMkdir(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .doMkdirat, Self.currentDirectory, frames[f].x0, frames[f].x1)
  }

  /// x0: directory, x1: path, x2: mode.
  mutating func stepSysMkdirat(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .doMkdirat, frames[f].x0, frames[f].x1, frames[f].x2)
  }

  /// x0: directory, x1: path, x2: mode. 0: the path. 1: walk. 2: make. 3: made.
  mutating func stepDoMkdirat(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0: call(f, then: 1, .getname, frames[f].x1)
    case 1:
      guard returned >= 0 else { return finish(returned) }
      guard let start = startWalk(from: frames[f].x0) else { return }
      call(f, then: 2, .linkPathWalk, Int64(start), 0)
    case 2:
      if returned >= 0 { return finish(.EEXIST) }
      guard returned == Errno.ENOENT.returned, tasks[current].walkIsLast else {
        // A file with a slash behind its name exists all the same.
        let isThere = returned == Errno.ENOTDIR.returned && tasks[current].walkIsLast
        return finish(
          isThere && tasks[current].walkHasTrailingSlash ? Errno.EEXIST.returned : returned)
      }
      // S_ISVTX may be asked for, set-user-ID and set-group-ID not (mkdir(2)).
      call(
        f, then: 3, .createInode, Int64(tasks[current].walkDirectory),
        frames[f].x2 & 0o1777 & ~tasks[current].umask, 1)
    default:
      if returned & Self.existed != 0, returned >= 0 { return finish(.EEXIST) }
      finish(min(returned, 0))
    }
  }

  // MARK: - Removing

  /// x0: path.
  mutating func stepSysUnlink(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .doUnlinkat, Self.currentDirectory, frames[f].x0)
  }

  /// x0: directory, x1: path, x2: flags.
  mutating func stepSysUnlinkat(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    let flags = Int64(Int32(truncatingIfNeeded: frames[f].x2))
    guard flags & ~PathFlags.removeDirectory == 0 else { return finish(.EINVAL) }
    call(f, then: 1, flags == 0 ? .doUnlinkat : .doRmdir, frames[f].x0, frames[f].x1)
  }

  /// x0: directory, x1: path; x3: inode. 0: the path. 1: walk. 2: check. 3: it is out of its block.
  /// The order is that of do_unlinkat and may_delete.
  mutating func stepDoUnlinkat(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0: call(f, then: 1, .getname, frames[f].x1)
    case 1:
      guard returned >= 0 else { return finish(returned) }
      guard let start = startWalk(from: frames[f].x0) else { return }
      call(f, then: 2, .linkPathWalk, Int64(start), 0)
    case 2:
      if frames[f].x4 == 0 {
        guard returned >= 0 else { return finish(returned) }
        guard tasks[current].walkIsLast, !tasks[current].walkHasTrailingSlash else {
          return finish(.EISDIR)
        }
        frames[f].x3 = returned
        frames[f].x4 = 1
      }
      checkUnlink(f)
    default:
      let directory = tasks[current].walkDirectory
      unlock(.inode(directory))
      guard returned >= 0 else { return finish(returned) }
      let inode = Int(frames[f].x3)
      dentries[DentryKey(directory: directory, name: tasks[current].walkName)] = -1
      inodes[inode].links -= 1
      trace.record(
        .removesName, object: tasks[current].walkName.rawValue, a: inodes[inode].number,
        b: inodes[inode].links)
      markInodeDirty(inode)
      evictIfUnused(inode)
      finish(0)
    }
  }

  private mutating func checkUnlink(_ f: Int) {
    let directory = tasks[current].walkDirectory
    let inode = Int(frames[f].x3)
    let name = tasks[current].walkName
    guard lock(f, .inode(directory)) else { return }
    func refuse(_ error: Errno) {
      unlock(.inode(directory))
      finish(error)
    }
    if isProc(directory) { return refuse(denial(directory) ?? .EPERM) }
    // A mounted root covers the name's own inode; a name that is gone by now names nothing.
    guard let known = dentries[DentryKey(directory: directory, name: name)], known >= 0 else {
      return refuse(.ENOENT)
    }
    if inodes[known].mountedRoot >= 0 { return refuse(.EISDIR) }
    guard known == inode else { return refuse(.ENOENT) }
    let denied = denial(directory)
    trace.record(
      .checksPermission, object: number(of: directory), a: 3, b: denied?.returned ?? 0)
    if let denied { return refuse(denied) }
    let uid = tasks[current].uid
    if inodes[directory].mode & 0o1000 != 0, uid != 0, uid != inodes[inode].uid,
      uid != inodes[directory].uid
    {
      return refuse(.EPERM)
    }
    if inodes[inode].kind == .directory { return refuse(.EISDIR) }
    takeOut(f, then: 3, .remove)
  }

  /// Takes the name that the walk found out of its directory, where that is kept: on a disk, at a
  /// server, or in memory alone.
  mutating func takeOut(_ f: Int, then step: UInt8, _ procedure: RemoteProcedure) {
    let directory = tasks[current].walkDirectory
    let name = Int64(tasks[current].walkName.rawValue)
    let system = fileSystems[inodes[directory].fileSystem]
    if system.disk != nil {
      call(f, then: step, .removeEntry, Int64(directory), name)
    } else if system.nic != nil {
      call(f, then: step, .rpcCall, Int64(directory), procedure.rawValue, name, -1)
    } else {
      tasks[current].returned = 0
      frames[f].step = step
    }
  }

  /// A file without a name and without anybody who has it open or maps it is gone: its pages and blocks are
  /// free. While one of its pages is on its way that must wait; the end of write-back comes back.
  mutating func evictIfUnused(_ inode: Int) {
    guard inodes[inode].links == 0, inodes[inode].kind == .file, !isMapped(inode),
      !openFiles.contains(where: { $0.references > 0 && $0.inode == inode }),
      !cache.slots(mapping: inode, from: 0).contains(where: {
        cache.pages[$0].isLocked || cache.pages[$0].isWriteback
      })
    else { return }
    drop(inode, fromPage: 0)
    inodes[inode].size = 0
  }
}
