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
    call(f, then: 1, .vfsWrite, Int64(file), frames[f].x1, frames[f].x2, -1)
  }

  /// x0: descriptor, x1: buffer, x2: count, x3: position.
  mutating func stepSysPwrite64(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    guard let file = positionedFile(f) else { return }
    call(f, then: 1, .vfsWrite, Int64(file), frames[f].x1, frames[f].x2, frames[f].x3)
  }

  /// x0: descriptor, x1: length. 0: check. 1: done. The order is that of do_sys_ftruncate.
  mutating func stepSysFtruncate(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    let length = frames[f].x1
    guard length >= 0 else { return finish(.EINVAL) }
    guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
    let inode = openFiles[file].inode
    let access = openFiles[file].flags & OpenFlags.accessModeMask
    guard inodes[inode].kind == .file,
      access == OpenFlags.writeOnly || access == OpenFlags.readWrite
    else { return finish(.EINVAL) }
    guard length <= Self.fileLimit else { return finish(.EFBIG) }
    call(f, then: 1, .truncateInode, Int64(inode), length)
  }

  /// x0: open file, x1: buffer, x2: count, x3: position, -1 for the open file's own. 0: check.
  /// 1: done.
  mutating func stepVfsWrite(_ f: Int) {
    guard frames[f].step == 0 else { return endTransfer(f) }
    guard let (file, count) = transfer(f, mode: OpenFlags.writeOnly) else { return }
    guard count > 0 || inodes[file.inode].kind == .device else { return finish(0) }
    switch inodes[file.inode].kind {
    case .console: call(f, then: 1, .consoleWrite, frames[f].x1, count)
    case .line: call(f, then: 1, .consoleWrite, frames[f].x1, count, 0, 1)
    case .null, .zero: finish(count)
    case .device: callDriver(f, .write, file, count)
    case .proc: finish(inodes[file.inode].proc?.kind == .modules ? .EIO : .EINVAL)
    case .pipe: call(f, then: 1, .pipeWrite, frames[f].x0, frames[f].x1, count)
    case .file, .directory, .link:
      if frames[f].x3 < 0, !lock(f, .position(Int(frames[f].x0))) { return }
      // One writer at a time, so that each O_APPEND finds the end that the other has left.
      guard lock(f, .inode(file.inode)) else { return }
      // O_APPEND wins over the position that pwrite64 is given, as Linux has it (pwrite(2), BUGS).
      let own = frames[f].x3 < 0 ? openFiles[Int(frames[f].x0)].offset : frames[f].x3
      frames[f].x4 = file.flags & OpenFlags.append != 0 ? inodes[file.inode].size : own
      call(f, then: 1, .fileWrite, frames[f].x0, frames[f].x1, count, frames[f].x4)
    }
  }

  /// x0: buffer, x1: bytes wanted; x2: bytes done, x3: 1 when they leave over a line and nobody sees
  /// them. 0: fetch a chunk. 1: print it.
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
    if copied > 0, frames[f].x3 == 0 {
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

  /// x0: open file, x1: buffer, x2: bytes still to write, x3: position; x4: slot of the page, x5:
  /// bytes of this page, x6: bytes done. 0: look the page up. 1: it was read from the disk. 2: copy.
  /// 3: copied. 4: memory was short.
  mutating func stepFileWrite(_ f: Int) {
    let inode = openFiles[Int(frames[f].x0)].inode
    let pageBytes = machine.architecture.pageBytes
    let offset = frames[f].x3
    let page = offset / pageBytes
    let within = offset % pageBytes
    func partial(_ error: Errno) -> Int64 { frames[f].x6 > 0 ? frames[f].x6 : error.returned }
    switch frames[f].step {
    case 0:
      guard frames[f].x2 > 0 else { return finish(frames[f].x6) }
      guard offset < Self.fileLimit else { return finish(partial(.EFBIG)) }
      let count = min(frames[f].x2, pageBytes - within, Self.fileLimit - offset)
      frames[f].x5 = count
      let found = cache.find(mapping: inode, index: page)
      let isCached = found.map { cache.pages[$0].isUpToDate } ?? false
      trace.record(
        .looksUpPage, object: number(of: inode), a: page, b: isCached ? 1 : 0)
      // Even of a page that the write covers: the copy may fall short, and then they are the file's.
      let keepsOldBytes = page * pageBytes < inodes[inode].size
      if let found, isCached {
        frames[f].x4 = Int64(found)
        frames[f].step = 2
      } else if found != nil {
        // Somebody is reading it, or it could not be read: its old content is needed.
        call(f, then: 1, .pageCacheRead, Int64(inode), page)
      } else if keepsOldBytes, hasOldBytes(inode, page) {
        call(f, then: 1, .pageCacheRead, Int64(inode), page)
      } else {
        newPage(f, inode: inode, page: page)
      }
    case 1:
      let slot = tasks[current].returned
      guard slot >= 0 else { return finish(frames[f].x6 > 0 ? frames[f].x6 : slot) }
      frames[f].x4 = slot
      frames[f].step = 2
    case 2:
      let slot = Int(frames[f].x4)
      guard cache.find(mapping: inode, index: page) == slot, cache.pages[slot].isUpToDate else {
        frames[f].step = 0
        return
      }
      guard reserve(slot) else { return finish(partial(.ENOSPC)) }
      // A page that is being filled from user memory must not be dropped meanwhile.
      cache.pin(slot)
      noteUse(ofCached: slot)
      call(
        f, then: 3, .copyFromUser, frames[f].x1, frames[f].x5,
        machine.memory.address(of: cache.pages[slot].frame) + within)
    case 4:
      guard tasks[current].returned >= 0 else { return finish(partial(.ENOMEM)) }
      frames[f].step = 0
    default:
      let slot = Int(frames[f].x4)
      guard unpinPage(slot) else {
        frames[f].step = 0
        return
      }
      let left = tasks[current].returned
      let copied = frames[f].x5 - left
      if copied > 0 {
        markDirty(slot)
        trace.record(.dirtiesPage, object: number(of: inode), a: page)
        frames[f].x1 += copied
        frames[f].x2 -= copied
        frames[f].x3 += copied
        frames[f].x6 += copied
        if frames[f].x3 > inodes[inode].size {
          inodes[inode].size = frames[f].x3
          markInodeDirty(inode)
        }
      }
      if left > 0 { return finish(partial(.EFAULT)) }
      frames[f].step = 0
    }
  }

  /// Whether a page that is not in memory has bytes that are to be kept.
  func hasOldBytes(_ inode: Int, _ page: Int64) -> Bool {
    inodes[inode].block(ofPage: page) != nil || fileSystems[inodes[inode].fileSystem].nic != nil
  }

  /// A page of which nothing old is needed: zeros, in memory only. Its block on the disk is
  /// promised and chosen when it is written back (delayed allocation).
  private mutating func newPage(_ f: Int, inode: Int, page: Int64) {
    guard let frame = takeFrame(forProcesses: true) else {
      return call(f, then: 4, .shrink)
    }
    let slot = cache.insert(
      CachedPage(
        mapping: inode, index: page, frame: frame, isUpToDate: true, isLocked: false,
        isDirty: false))
    frames[f].x4 = Int64(slot)
    frames[f].step = 2
  }
}
