import Catalogue
import Machine
import Program
import Trace

/// `rmdir`: directories that go, when nothing is in them (fs/namei.c, fs/ext4/namei.c).
extension Kernel {
  /// Steps of ``stepDoRmdir(_:)``.
  private enum Step {
    static let walk: UInt8 = 1
    static let check: UInt8 = 2
    static let block: UInt8 = 3
    static let search: UInt8 = 4
    static let takenOut: UInt8 = 5
    static let drop: UInt8 = 6
  }

  /// x0: path.
  mutating func stepSysRmdir(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .doRmdir, Self.currentDirectory, frames[f].x0)
  }

  /// x0: directory, x1: path; x2: 1 when the walk is done, x3: what the name stands for, x4: the next
  /// block of it. 0: the path. walk. check: the order is that of do_rmdir and may_delete. block: the
  /// next block. search: is there a name in it? takenOut: its own name is gone. drop: its blocks go.
  mutating func stepDoRmdir(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0: call(f, then: Step.walk, .getname, frames[f].x1)
    case Step.walk:
      guard returned >= 0 else { return finish(returned) }
      // Slashes behind the name are allowed; they do not make a link be followed.
      while tasks[current].buffer.count > 1, tasks[current].buffer.last == 0x2F {
        tasks[current].buffer.removeLast()
      }
      frames[f].x4 = endsInDots()
      guard let start = startWalk(from: frames[f].x0) else { return }
      call(f, then: Step.check, .linkPathWalk, Int64(start), 0)
    case Step.check:
      if frames[f].x2 == 0 {
        guard returned >= 0 else { return finish(returned) }
        if frames[f].x4 < 0 { return finish(frames[f].x4) }
        guard tasks[current].walkIsLast else { return finish(.EBUSY) }
        frames[f].x2 = 1
        frames[f].x3 = returned
      }
      checkRmdir(f)
    case Step.block:
      let inode = Int(frames[f].x3)
      if let block = inodes[inode].block(ofPage: frames[f].x4) {
        call(f, then: Step.search, .readBlock, Int64(inodes[inode].fileSystem), block)
      } else {
        takeOut(f, then: Step.takenOut, .rmdir)
      }
    case Step.search:
      guard returned >= 0 else { return endRmdir(f, returned) }
      let address = machine.memory.address(of: cache.pages[Int(returned)].frame)
      let names = Ext4.entries(
        machine.memory.bytes(at: address, count: machine.memory.pageBytes)
      ).map(\.name)
      guard names.allSatisfy({ $0.elementsEqual([0x2E]) || $0.elementsEqual([0x2E, 0x2E]) })
      else { return endRmdir(f, Errno.ENOTEMPTY.returned) }
      frames[f].x4 += 1
      frames[f].step = Step.block
    case Step.takenOut:
      guard returned >= 0 else { return endRmdir(f, returned) }
      forgetDirectory(f)
    default: dropBlocks(f)
    }
  }

  /// The error for a path whose last component is "." or ".."; 0 for a name.
  private func endsInDots() -> Int64 {
    let last = tasks[current].buffer.split(separator: 0x2F).last ?? []
    if last.elementsEqual([0x2E]) { return Errno.EINVAL.returned }
    return last.elementsEqual([0x2E, 0x2E]) ? Errno.ENOTEMPTY.returned : 0
  }

  private mutating func checkRmdir(_ f: Int) {
    let directory = tasks[current].walkDirectory
    let inode = Int(frames[f].x3)
    guard lock(f, .inode(directory)), lock(f, .inode(inode)) else { return }
    let key = DentryKey(directory: directory, name: tasks[current].walkName)
    // A mounted root covers the name's own inode; a name that is gone by now names nothing.
    guard let known = dentries[key], known >= 0 else { return endRmdir(f, Errno.ENOENT.returned) }
    let denied = denial(directory)
    trace.record(
      .checksPermission, object: number(of: directory), a: 3, b: denied?.returned ?? 0)
    if let denied { return endRmdir(f, denied.returned) }
    let uid = tasks[current].uid
    if inodes[directory].mode & 0o1000 != 0, uid != 0, uid != inodes[known].uid,
      uid != inodes[directory].uid
    {
      return endRmdir(f, Errno.EPERM.returned)
    }
    guard inodes[known].kind == .directory else { return endRmdir(f, Errno.ENOTDIR.returned) }
    let isRoot = fileSystems[inodes[known].fileSystem].root == known
    guard known == inode, !isRoot, inodes[known].mountedRoot < 0 else {
      return endRmdir(f, Errno.EBUSY.returned)
    }
    let system = fileSystems[inodes[inode].fileSystem]
    if system.disk == nil, system.nic == nil,
      dentries.contains(where: { $0.key.directory == inode && $0.value >= 0 })
    {
      return endRmdir(f, Errno.ENOTEMPTY.returned)
    }
    frames[f].x4 = 0
    frames[f].step = Step.block
  }

  /// The directory has no name any more. Who is in it stays in it, and finds nothing.
  private mutating func forgetDirectory(_ f: Int) {
    let directory = tasks[current].walkDirectory
    let inode = Int(frames[f].x3)
    dentries[DentryKey(directory: directory, name: tasks[current].walkName)] = -1
    inodes[inode].links = 0
    inodes[directory].links -= 1
    trace.record(
      .removesName, object: tasks[current].walkName.rawValue, a: inodes[inode].number, b: 0)
    markInodeDirty(inode)
    markInodeDirty(directory)
    frames[f].step = Step.drop
  }

  /// What its blocks have in memory must not reach the disk any more: they will be somebody else's.
  private mutating func dropBlocks(_ f: Int) {
    let inode = Int(frames[f].x3)
    let system = inodes[inode].fileSystem
    guard let disk = fileSystems[system].disk else { return endRmdir(f, 0) }
    let mapping = PageCache.deviceMapping(disk)
    for extent in inodes[inode].extents {
      for block in extent.block..<extent.block + extent.count {
        guard let slot = cache.find(mapping: mapping, index: block) else { continue }
        if cache.pages[slot].isLocked || cache.pages[slot].isWriteback {
          return call(f, then: Step.drop, .waitOnWriteback, Int64(slot))
        }
        let frame = cache.pages[slot].frame
        if cache.pages[slot].pins > 0 {
          cache.detach(slot)
        } else {
          cache.remove(slot)
          release(frame)
        }
      }
    }
    drop(inode, fromPage: 0)
    inodes[inode].size = 0
    endRmdir(f, 0)
  }

  private mutating func endRmdir(_ f: Int, _ result: Int64) {
    unlock(.inode(Int(frames[f].x3)))
    unlock(.inode(tasks[current].walkDirectory))
    finish(result)
  }
}
