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
    if inodes[file.inode].kind == .device,
      driverFunction(mode == OpenFlags.readOnly ? .read : .write, of: file) == nil
    {
      finish(.EINVAL)
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
    call(f, then: 1, .vfsRead, Int64(file), frames[f].x1, frames[f].x2, -1)
  }

  /// x0: descriptor, x1: buffer, x2: count, x3: position.
  mutating func stepSysPread64(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    guard let file = positionedFile(f) else { return }
    call(f, then: 1, .vfsRead, Int64(file), frames[f].x1, frames[f].x2, frames[f].x3)
  }

  /// What `pread64` and `pwrite64` check first, in Linux's order: the position, the descriptor, and
  /// whether the file has positions at all.
  mutating func positionedFile(_ f: Int) -> Int? {
    guard frames[f].x3 >= 0 else {
      finish(.EINVAL)
      return nil
    }
    guard let file = openFile(frames[f].x0) else {
      finish(.EBADF)
      return nil
    }
    guard inodes[openFiles[file].inode].hasPositions else {
      finish(.ESPIPE)
      return nil
    }
    return file
  }

  /// x0: open file, x1: buffer, x2: count, x3: position, -1 for the open file's own. 0: check.
  /// 1: done.
  mutating func stepVfsRead(_ f: Int) {
    guard frames[f].step == 0 else { return endTransfer(f) }
    guard let (file, count) = transfer(f, mode: OpenFlags.readOnly) else { return }
    switch inodes[file.inode].kind {
    case .directory: finish(.EISDIR)
    case .link: finish(.EINVAL)
    case .console:
      // Who types on the first keyboard types on the console.
      let keyboard = lines.firstIndex { $0.isCanonical } ?? -1
      call(
        f, then: 1, .ttyRead, Int64(keyboard), frames[f].x1, count,
        file.flags & OpenFlags.nonBlocking)
    case .line:
      call(
        f, then: 1, .ttyRead, Int64(inodes[file.inode].line), frames[f].x1, count,
        file.flags & OpenFlags.nonBlocking)
    case .null: finish(0)
    case .zero: call(f, then: 1, .readZero, frames[f].x1, count)
    case .device: callDriver(f, .read, file, count)
    case .pipe:
      call(f, then: 1, .pipeRead, frames[f].x0, frames[f].x1, count)
    case .file, .proc:
      if limits.sabotage == .pageCacheForgets { while dropCleanPage() {} }
      if frames[f].x3 < 0, !lock(f, .position(Int(frames[f].x0))) { return }
      frames[f].x4 = frames[f].x3 < 0 ? openFiles[Int(frames[f].x0)].offset : frames[f].x3
      let routine = inodes[file.inode].kind == .proc ? KernelRoutine.seqRead : .fileRead
      call(f, then: 1, routine, frames[f].x0, frames[f].x1, count, frames[f].x4)
    }
  }

  /// Lets a driver read or write: its function is the next frame on the caller's kernel stack.
  mutating func callDriver(_ f: Int, _ operation: DeviceOperation, _ file: OpenFile, _ count: Int64)
  {
    guard let function = driverFunction(operation, of: file) else { return finish(.EINVAL) }
    frames[f].x4 = frames[f].x3 < 0 ? file.offset : frames[f].x3
    call(
      f, then: 1, .moduleCode, function.address, frames[f].x1, count, frames[f].x4,
      Int64(function.module))
  }

  /// The end of `read` and `write`: the open file's offset has moved by what was done since the
  /// position in x4, and the locks are free again.
  mutating func endTransfer(_ f: Int) {
    let result = tasks[current].returned
    let file = Int(frames[f].x0)
    if inodes[openFiles[file].inode].kind == .device, frames[f].x3 < 0, result > 0 {
      openFiles[file].offset = frames[f].x4.addingReportingOverflow(result).partialValue
    }
    if [.file, .proc].contains(inodes[openFiles[file].inode].kind) {
      if frames[f].x3 < 0 {
        if result > 0 { openFiles[file].offset = frames[f].x4 + result }
        unlock(.position(file))
      }
      unlock(.inode(openFiles[file].inode))
    }
    finish(result)
  }

  /// x0: open file, x1: buffer, x2: bytes still wanted, x3: position; x4: slot of the page, x5: bytes
  /// of this page, x6: bytes done. 0: look the page up. 1: it was read from the disk. 2: copy.
  /// 3: copied. 4: pages were asked for, this one among them. 5: the next pages were asked for.
  mutating func stepFileRead(_ f: Int) {
    let file = Int(frames[f].x0)
    let inode = openFiles[file].inode
    let pageBytes = machine.architecture.pageBytes
    let offset = frames[f].x3
    let page = offset / pageBytes
    switch frames[f].step {
    case 0:
      guard frames[f].x2 > 0, offset < inodes[inode].size else { return finish(frames[f].x6) }
      let found = cache.find(mapping: inode, index: page)
      let isCached = found.map { cache.pages[$0].isUpToDate } ?? false
      trace.record(
        .looksUpPage, object: number(of: inode), a: page, b: isCached ? 1 : 0)
      if let found, isCached {
        frames[f].x4 = Int64(found)
        frames[f].step = 2
        if cache.pages[found].marksReadAhead {
          cache.markReadAhead(found, false)
          guard let window = windowForMarker(file: file) else { return }
          cache.pin(found)
          readAhead(f, then: 5, inode, window)
        }
      } else if !hasBackingStore(inode) {
        frames[f].x4 = -1
        frames[f].step = 2
      } else if found == nil, fileSystems[inodes[inode].fileSystem].disk != nil,
        let window = windowForMiss(file: file, page: page, wantedBytes: frames[f].x2)
      {
        readAhead(f, then: 4, inode, window)
      } else {
        call(f, then: 1, .pageCacheRead, Int64(inode), page)
      }
    case 1:
      let slot = tasks[current].returned
      guard slot >= 0 else { return finish(frames[f].x6 > 0 ? frames[f].x6 : slot) }
      frames[f].x4 = slot
      frames[f].step = 2
    case 2:
      copyPageToUser(f)
    case 4:
      call(f, then: 1, .pageCacheRead, Int64(inode), page)
    case 5:
      if unpinPage(Int(frames[f].x4)) { copyPageToUser(f) } else { frames[f].step = 0 }
    default:
      if frames[f].x4 >= 0 { _ = unpinPage(Int(frames[f].x4)) }
      let left = tasks[current].returned
      let copied = frames[f].x5 - left
      if copied > 0 { openFiles[file].readAhead.previous = page }
      frames[f].x1 += copied
      frames[f].x2 -= copied
      frames[f].x3 += copied
      frames[f].x6 += copied
      if left > 0 {
        if frames[f].x6 > 0 { finish(frames[f].x6) } else { finish(.EFAULT) }
      } else {
        frames[f].step = 0
      }
    }
  }

  private mutating func copyPageToUser(_ f: Int) {
    let inode = openFiles[Int(frames[f].x0)].inode
    let pageBytes = machine.architecture.pageBytes
    let offset = frames[f].x3
    let within = offset % pageBytes
    let count = min(frames[f].x2, pageBytes - within, inodes[inode].size - offset)
    // The file may have become shorter meanwhile.
    guard count > 0 else { return finish(frames[f].x6) }
    let slot = Int(frames[f].x4)
    if slot >= 0 {
      // It may have been dropped again before this task had the CPU.
      guard cache.find(mapping: inode, index: offset / pageBytes) == slot,
        cache.pages[slot].isUpToDate
      else {
        frames[f].step = 0
        return
      }
      // The copy may fault, and the fault may need memory: not this page's.
      cache.pin(slot)
      noteUse(ofCached: slot)
    }
    // A hole of a file in memory reads as the page of zeros.
    let frame = slot >= 0 ? cache.pages[slot].frame : zeroFrame
    frames[f].x5 = count
    call(
      f, then: 3, .copyToUser, frames[f].x1, machine.memory.address(of: frame) + within, count)
  }

  private mutating func readAhead(
    _ f: Int, then step: UInt8, _ inode: Int, _ window: ReadAheadWindow
  ) {
    trace.record(
      .readsAhead, object: number(of: inode), a: window.start, b: window.end - window.start)
    call(f, then: step, .readAhead, Int64(inode), window.start, window.end, window.marker)
  }
}
