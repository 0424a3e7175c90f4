import Catalogue
import Machine
import Trace

/// Readahead: who reads a file in order finds its next pages in memory.
///
/// The windows are those of mm/readahead.c with ra_pages = 32 (128 KiB): a first window of four
/// times what the read wants, then doubled; one page of each window is marked, and whoever reads
/// that page asks for the next window, without waiting.
extension Kernel {
  /// Pages of a window at most.
  static let readAheadLimit: Int64 = 32

  /// Pages to ask for at once.
  struct ReadAheadWindow {
    var start: Int64
    /// One past the last.
    var end: Int64
    /// The page whose reader is to ask for more; -1 for none.
    var marker: Int64
  }

  private static func firstSize(_ wanted: Int64) -> Int64 {
    var size: Int64 = 1
    while size < wanted, size < readAheadLimit { size *= 2 }
    if size <= readAheadLimit / 32 { return size * 4 }
    if size <= readAheadLimit / 4 { return size * 2 }
    return readAheadLimit
  }

  private static func nextSize(_ size: Int64) -> Int64 {
    size < readAheadLimit / 16 ? size * 4 : min(readAheadLimit, size * 2)
  }

  private func pageCount(_ inode: Int) -> Int64 {
    let pageBytes = machine.architecture.pageBytes
    return inodes[inode].size / pageBytes + (inodes[inode].size % pageBytes > 0 ? 1 : 0)
  }

  /// What to ask for when a page is not in memory; `nil` for that page alone.
  mutating func windowForMiss(file: Int, page: Int64, wantedBytes: Int64) -> ReadAheadWindow? {
    let inode = openFiles[file].inode
    let state = openFiles[file].readAhead
    let pageBytes = machine.architecture.pageBytes
    let wanted = min(Self.readAheadLimit, (wantedBytes - 1) / pageBytes + 1)
    let size: Int64
    if state.size > 0, page == state.start + state.size {
      size = Self.nextSize(state.size)
    } else if page == 0 || page == state.previous + 1 {
      size = Self.firstSize(wanted)
    } else {
      return nil
    }
    openFiles[file].readAhead.start = page
    openFiles[file].readAhead.size = size
    let end = min(page + size, pageCount(inode))
    guard end > page + 1 else { return nil }
    let marker = size > wanted ? page + wanted : page
    return ReadAheadWindow(start: page, end: end, marker: marker)
  }

  /// What to ask for when the marked page is read; `nil` at the end of the file.
  mutating func windowForMarker(file: Int) -> ReadAheadWindow? {
    let state = openFiles[file].readAhead
    guard state.size > 0 else { return nil }
    let start = state.start + state.size
    let size = Self.nextSize(state.size)
    let end = min(start + size, pageCount(openFiles[file].inode))
    guard end > start else { return nil }
    openFiles[file].readAhead.start = start
    openFiles[file].readAhead.size = size
    return ReadAheadWindow(start: start, end: end, marker: start)
  }

  /// x0: inode, x1: next page, x2: one past the last, x3: the page to mark. Asks for all that are not
  /// there, a request for each run of blocks, and waits for none. 0: the next run.
  mutating func stepReadAhead(_ f: Int) {
    let inode = Int(frames[f].x0)
    guard let disk = fileSystems[inodes[inode].fileSystem].disk else { return finish(0) }
    var parts: [DiskRequest.Part] = []
    var firstBlock: Int64 = 0
    while frames[f].x1 < frames[f].x2, parts.count < Self.requestBlocks {
      let page = frames[f].x1
      guard cache.find(mapping: inode, index: page) == nil,
        let block = inodes[inode].block(ofPage: page)
      else {
        if !parts.isEmpty { break }
        frames[f].x1 += 1
        continue
      }
      if parts.isEmpty { firstBlock = block }
      guard block == firstBlock + Int64(parts.count) else { break }
      // Pages that nobody asked for are not worth dropping others.
      guard machine.memory.freeCount > 0, let slot = insertLockedPage(mapping: inode, index: page)
      else {
        frames[f].x1 = frames[f].x2
        break
      }
      if page == frames[f].x3 { cache.markReadAhead(slot, true) }
      trace.record(.mapsBlock, object: number(of: inode), a: page, b: block)
      parts.append(DiskRequest.Part(frame: cache.pages[slot].frame, slot: slot))
      frames[f].x1 += 1
    }
    guard !parts.isEmpty else { return finish(0) }
    submit(f, then: 0, disk: disk, block: firstBlock, parts)
  }
}
