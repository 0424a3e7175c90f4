import Catalogue
import Machine
import Program
import Trace

/// `write`: to the console, or into the page cache.
extension Kernel {
  /// The largest file: ext4's with 4 KiB blocks.
  static let fileLimit: Int64 = 16 << 40
  /// Bytes that go to the console at once.
  private static let consoleChunk: Int64 = 1024

  /// x0: descriptor, x1: buffer, x2: count.
  mutating func stepSysWrite(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    call(f, then: 1, .vfsWrite, Int64(file), frames[f].x1, frames[f].x2)
  }

  /// x0: open file, x1: buffer, x2: count.
  mutating func stepVfsWrite(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    guard let (file, count) = transfer(f, mode: OpenFlags.writeOnly) else { return }
    guard count > 0 else { return finish(0) }
    if inodes[file.inode].kind == .console {
      call(f, then: 1, .consoleWrite, frames[f].x1, count)
    } else {
      if file.flags & OpenFlags.append != 0 {
        openFiles[Int(frames[f].x0)].offset = inodes[file.inode].size
      }
      call(f, then: 1, .fileWrite, frames[f].x0, frames[f].x1, count)
    }
  }

  /// x0: buffer, x1: bytes wanted; x2: bytes done. 0: fetch a chunk. 1: print it.
  mutating func stepConsoleWrite(_ f: Int) {
    let chunk = min(frames[f].x1 - frames[f].x2, Self.consoleChunk)
    if frames[f].step == 0 {
      guard chunk > 0 else { return finish(frames[f].x2) }
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: 1, .copyFromUser, frames[f].x0 &+ frames[f].x2, chunk)
      return
    }
    let left = tasks[current].returned
    let copied = chunk - left
    if copied > 0 {
      let text = trace.strings.intern(tasks[current].buffer)
      trace.record(.writesConsole, object: text.rawValue, a: copied)
      outputBytes += copied
    }
    frames[f].x2 += copied
    frames[f].step = 0
    if left > 0 {
      if frames[f].x2 > 0 { finish(frames[f].x2) } else { finish(.EFAULT) }
    }
  }

  /// x0: open file, x1: buffer, x2: bytes still to write; x3: bytes done, x4: slot of the page,
  /// x5: bytes of this page. 0: look the page up. 1: it was read from the disk. 2: copy. 3: copied.
  mutating func stepFileWrite(_ f: Int) {
    let file = Int(frames[f].x0)
    let inode = openFiles[file].inode
    let pageBytes = machine.architecture.pageBytes
    let offset = openFiles[file].offset
    let page = offset / pageBytes
    let within = offset % pageBytes
    func partial(_ error: Errno) -> Int64 { frames[f].x3 > 0 ? frames[f].x3 : error.returned }
    switch frames[f].step {
    case 0:
      guard frames[f].x2 > 0 else { return finish(frames[f].x3) }
      guard offset < Self.fileLimit else { return finish(partial(.EFBIG)) }
      let count = min(frames[f].x2, pageBytes - within, Self.fileLimit - offset)
      frames[f].x5 = count
      let found = cache.find(mapping: inode, index: page)
      let isCached = found.map { cache.pages[$0].isUpToDate } ?? false
      trace.record(
        .looksUpPage, object: number(of: inode), a: page, b: isCached ? 1 : 0)
      let pageStart = page * pageBytes
      let keepsOldBytes =
        pageStart < inodes[inode].size
        && (within > 0 || offset + count < min(inodes[inode].size, pageStart + pageBytes))
      if let found, isCached {
        frames[f].x4 = Int64(found)
        frames[f].step = 2
      } else if let found, cache.pages[found].isLocked || keepsOldBytes {
        // Somebody is reading it, or part of it stays as it is: its old content is needed.
        call(f, then: 1, .pageCacheRead, Int64(inode), page)
      } else if keepsOldBytes, inodes[inode].block(ofPage: page) != nil {
        call(f, then: 1, .pageCacheRead, Int64(inode), page)
      } else {
        newPage(f, inode: inode, page: page, found: found)
      }
    case 1:
      let slot = tasks[current].returned
      guard slot >= 0 else { return finish(frames[f].x3 > 0 ? frames[f].x3 : slot) }
      frames[f].x4 = slot
      frames[f].step = 2
    case 2:
      let frame = cache.pages[Int(frames[f].x4)].frame
      // A page that is being filled from user memory must not be dropped meanwhile.
      cache.setDirty(Int(frames[f].x4))
      call(
        f, then: 3, .copyFromUser, frames[f].x1, frames[f].x5,
        machine.memory.address(of: frame) + within)
    default:
      let left = tasks[current].returned
      let copied = frames[f].x5 - left
      if copied > 0 {
        trace.record(.dirtiesPage, object: number(of: inode), a: page)
        frames[f].x1 += copied
        frames[f].x2 -= copied
        frames[f].x3 += copied
        openFiles[file].offset += copied
        inodes[inode].size = max(inodes[inode].size, openFiles[file].offset)
      }
      if left > 0 { return finish(partial(.EFAULT)) }
      frames[f].step = 0
    }
  }

  /// A page of which nothing old is needed: zeros, in memory only. Its block on the disk is
  /// promised now and chosen when it is written back (delayed allocation).
  private mutating func newPage(_ f: Int, inode: Int, page: Int64, found: Int?) {
    let system = inodes[inode].fileSystem
    if let found {
      frames[f].x4 = Int64(found)
      frames[f].step = 2
      return
    }
    let needsBlock = fileSystems[system].disk != nil && inodes[inode].block(ofPage: page) == nil
    if needsBlock, fileSystems[system].freeBlocks <= 0 {
      if frames[f].x3 > 0 { return finish(frames[f].x3) }
      return finish(.ENOSPC)
    }
    guard let frame = takeFrame() else {
      if frames[f].x3 > 0 { return finish(frames[f].x3) }
      return finish(.ENOMEM)
    }
    if needsBlock { fileSystems[system].freeBlocks -= 1 }
    let slot = cache.insert(
      CachedPage(
        mapping: inode, index: page, frame: frame, isUpToDate: true, isLocked: false,
        isDirty: true))
    frames[f].x4 = Int64(slot)
    frames[f].step = 2
  }
}
