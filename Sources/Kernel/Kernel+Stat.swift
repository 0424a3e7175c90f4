import Catalogue
import Machine
import Program
import Trace

/// `stat` and its kin: what an inode says of its file.
extension Kernel {
  private static let statFlags =
    PathFlags.noFollow | PathFlags.noAutomount | PathFlags.emptyPath

  /// x0: path, x1: where the structure goes.
  mutating func stepSysStat(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .vfsStatx, Self.currentDirectory, frames[f].x0, frames[f].x1, 0, 1)
  }

  /// x0: directory, x1: path, x2: where the structure goes, x3: flags.
  mutating func stepSysNewfstatat(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .vfsStatx, frames[f].x0, frames[f].x1, frames[f].x2, frames[f].x3, 0)
  }

  /// x0: descriptor, x1: where the structure goes. 0: tell. 1: told.
  mutating func stepSysFstat(_ f: Int) {
    guard frames[f].step == 0 else {
      return finish(tasks[current].returned == 0 ? 0 : Errno.EFAULT.returned)
    }
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    tellStat(f, then: 1, of: openFiles[file].inode, to: frames[f].x1, isOld: true)
  }

  /// x0: directory, x1: path, x2: where the structure goes, x3: flags, x4: 1 for the old structure.
  /// 0: the path. 1: walk. 2: tell. 3: told. The order is that of vfs_statx: flags, path, walk.
  mutating func stepVfsStatx(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0:
      frames[f].x3 = Int64(Int32(truncatingIfNeeded: frames[f].x3))
      guard frames[f].x3 & ~Self.statFlags == 0 else { return finish(.EINVAL) }
      call(f, then: 1, .getname, frames[f].x1)
    case 1:
      if returned == Errno.ENOENT.returned, frames[f].x3 & PathFlags.emptyPath != 0 {
        return tellStatOfDescriptor(f)
      }
      guard returned >= 0 else { return finish(returned) }
      guard let start = startWalk(from: frames[f].x0) else { return }
      let follows: Int64 = frames[f].x3 & PathFlags.noFollow == 0 ? 1 : 0
      call(f, then: 2, .linkPathWalk, Int64(start), follows)
    case 2:
      guard returned >= 0 else { return finish(returned) }
      tellStat(f, then: 3, of: Int(returned), to: frames[f].x2, isOld: frames[f].x4 != 0)
    default:
      finish(returned == 0 ? 0 : Errno.EFAULT.returned)
    }
  }

  /// An empty path with AT_EMPTY_PATH: the descriptor's own file, or the working directory.
  private mutating func tellStatOfDescriptor(_ f: Int) {
    var inode = tasks[current].directory
    if Int64(Int32(truncatingIfNeeded: frames[f].x0)) != Self.currentDirectory {
      guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
      inode = openFiles[file].inode
    }
    tellStat(f, then: 3, of: inode, to: frames[f].x2, isOld: frames[f].x4 != 0)
  }

  /// Copies an inode's `struct stat` to user memory.
  private mutating func tellStat(
    _ f: Int, then step: UInt8, of inode: Int, to address: Int64, isOld: Bool
  ) {
    let layout = StatLayout.layout(of: machine.architecture.name, isOld: isOld)
    guard let bytes = layout.bytes(statValues(of: inode)) else { return finish(.EOVERFLOW) }
    copyStructure(f, then: step, bytes: bytes, to: address)
  }

  /// What there is to tell of an inode.
  func statValues(of inode: Int) -> [StatLayout.Field: Int64] {
    let node = inodes[inode]
    let (kind, special) = Self.kindBits(node)
    return [
      .device: deviceNumber(ofFileSystem: node.fileSystem), .inode: node.number,
      .mode: kind | node.mode, .links: node.links, .uid: node.uid, .gid: node.gid,
      .specialDevice: special, .size: node.kind == .pipe ? 0 : node.size,
      .blockSize: machine.architecture.pageBytes, .blocks: sectors(of: inode),
    ]
  }

  /// `S_IF…`, and the number of a device file (major << 8 | minor).
  private static func kindBits(_ node: Inode) -> (Int64, Int64) {
    switch node.kind {
    case .directory: (Ext4.modeDirectory, 0)
    case .file, .proc: (Ext4.modeFile, 0)
    case .link: (Ext4.modeLink, 0)
    case .console: (0o020000, 5 << 8 | 1)
    case .null: (0o020000, 1 << 8 | 3)
    case .zero: (0o020000, 1 << 8 | 5)
    case .line: (0o020000, 4 << 8 | Int64(64 + node.line))
    case .pipe: (0o010000, 0)
    // A number of those that are given out as drivers come (Documentation/admin-guide/devices.txt).
    case .device: (0o020000, 240 << 8 | node.number & 0xFF)
    }
  }

  /// Disks are 8:0, 8:16 and so on; file systems without a disk have numbers with major 0.
  private func deviceNumber(ofFileSystem system: Int) -> Int64 {
    guard fileSystems.indices.contains(system) else { return 0 }
    return fileSystems[system].disk.map { 8 << 8 | Int64($0) * 16 } ?? Int64(system) + 20
  }

  /// What a file takes in blocks of 512 bytes: on a disk what it has there or has been promised, in
  /// memory its pages.
  private func sectors(of inode: Int) -> Int64 {
    let node = inodes[inode]
    let onDisk = node.extents.reduce(0) { $0 + $1.count }
    let inMemory = cache.slots(mapping: inode, from: 0).count { slot in
      fileSystems[node.fileSystem].disk == nil || cache.pages[slot].hasPromise
    }
    return (onDisk + Int64(inMemory)) * machine.architecture.pageBytes / 512
  }
}
