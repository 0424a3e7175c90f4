import Catalogue
import Machine
import Program
import Trace

/// `read`: descriptor, open file, page cache, copy to the user.
extension Kernel {
  /// No call moves more at once (MAX_RW_COUNT).
  static let countLimit: Int64 = 0x7FFF_F000

  /// What `read` and `write` check first, in Linux's order: that the file is open in a mode that
  /// allows it, then that the buffer lies in the user half (a negative count is a range that does
  /// not). Ends the routine with the error and gives `nil` when one of them fails.
  ///
  /// - Returns: The open file, and how many bytes one call moves at most.
  mutating func transfer(_ f: Int, mode: Int64) -> (file: OpenFile, count: Int64)? {
    let file = openFiles[Int(frames[f].x0)]
    let access = file.flags & OpenFlags.accessModeMask
    guard access == mode || access == OpenFlags.readWrite else {
      finish(.EBADF)
      return nil
    }
    guard isUserRange(frames[f].x1, frames[f].x2) else {
      finish(.EFAULT)
      return nil
    }
    return (file, min(frames[f].x2, Self.countLimit))
  }

  /// x0: descriptor, x1: buffer, x2: count.
  mutating func stepSysRead(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    call(f, then: 1, .vfsRead, Int64(file), frames[f].x1, frames[f].x2)
  }

  /// x0: open file, x1: buffer, x2: count. 0: check. 1: done, or awake with nothing to read.
  mutating func stepVfsRead(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    guard let (file, count) = transfer(f, mode: OpenFlags.readOnly) else { return }
    switch inodes[file.inode].kind {
    case .directory: finish(.EISDIR)
    case .link: finish(.EINVAL)
    case .console:
      if count == 0 { return finish(0) }
      // Nobody types on this console: the reader sleeps, and may do so for ever.
      let console = DeviceID(rawValue: UInt32(scenario.disks.count + 1))
      sleep(on: WaitObject(.device, device: console), key: Int64.min, interruptible: true)
      call(f, then: 1, .schedule, 0)
    case .file:
      call(f, then: 1, .fileRead, frames[f].x0, frames[f].x1, count)
    }
  }

  /// x0: open file, x1: buffer, x2: bytes still wanted; x3: bytes done, x4: slot of the page.
  /// 0: look the page up. 1: it was read from the disk. 2: copy. 3: copied.
  mutating func stepFileRead(_ f: Int) {
    let file = Int(frames[f].x0)
    let inode = openFiles[file].inode
    let pageBytes = machine.architecture.pageBytes
    let offset = openFiles[file].offset
    let page = offset / pageBytes
    switch frames[f].step {
    case 0:
      guard frames[f].x2 > 0, offset < inodes[inode].size else { return finish(frames[f].x3) }
      let found = cache.find(mapping: inode, index: page)
      let isCached = found.map { cache.pages[$0].isUpToDate } ?? false
      trace.record(
        .looksUpPage, object: number(of: inode), a: page, b: isCached ? 1 : 0)
      if let found, isCached {
        frames[f].x4 = Int64(found)
        frames[f].step = 2
      } else if fileSystems[inodes[inode].fileSystem].disk == nil {
        frames[f].x4 = -1
        frames[f].step = 2
      } else {
        call(f, then: 1, .pageCacheRead, Int64(inode), page)
      }
    case 1:
      let slot = tasks[current].returned
      guard slot >= 0 else { return finish(frames[f].x3 > 0 ? frames[f].x3 : slot) }
      frames[f].x4 = slot
      frames[f].step = 2
    case 2:
      let within = offset % pageBytes
      let count = min(frames[f].x2, pageBytes - within, inodes[inode].size - offset)
      // A hole of a file in memory reads as the page of zeros.
      let frame = frames[f].x4 >= 0 ? cache.pages[Int(frames[f].x4)].frame : zeroFrame
      frames[f].x5 = count
      // The copy may fault, and the fault may need memory: not this page's.
      if frames[f].x4 >= 0 { cache.pin(Int(frames[f].x4)) }
      call(
        f, then: 3, .copyToUser, frames[f].x1, machine.memory.address(of: frame) + within, count)
    default:
      if frames[f].x4 >= 0 { cache.unpin(Int(frames[f].x4)) }
      let left = tasks[current].returned
      let copied = frames[f].x5 - left
      frames[f].x1 += copied
      frames[f].x2 -= copied
      frames[f].x3 += copied
      openFiles[file].offset += copied
      if left > 0 {
        if frames[f].x3 > 0 { finish(frames[f].x3) } else { finish(.EFAULT) }
      } else {
        frames[f].step = 0
      }
    }
  }
}
