import Machine

/// One page of a file, or one block of a disk, in memory.
struct CachedPage: Sendable {
  /// The file's inode, or `PageCache.deviceMapping` of a disk.
  var mapping: Int
  /// Page of the file, or block of the disk.
  var index: Int64
  var frame: FrameNumber
  /// Its content is there.
  var isUpToDate: Bool
  /// Its content is on the way.
  var isLocked: Bool
  /// It differs from the disk, or has no place there: it cannot be dropped.
  var isDirty: Bool
  /// The last attempt to read it failed.
  var hasError = false
  /// How many copies are reading from it right now: it must not be dropped under them.
  var pins = 0
}

/// The page cache: all pages of files and blocks of disks that are in memory.
struct PageCache: Sendable {
  private struct Key: Hashable {
    var mapping: Int
    var index: Int64
  }

  private(set) var pages: [CachedPage] = []
  private var places: [Key: Int] = [:]
  private var freeSlots: [Int] = []
  /// Where the search for a page to drop goes on: first in, first out.
  private var hand = 0

  /// The mapping under which the blocks of a disk are kept.
  static func deviceMapping(_ disk: Int) -> Int { -1 - disk }

  /// The slot of a page, if it is in the cache.
  func find(mapping: Int, index: Int64) -> Int? { places[Key(mapping: mapping, index: index)] }

  /// Adds a page and returns its slot.
  mutating func insert(_ page: CachedPage) -> Int {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      pages[slot] = page
    } else {
      slot = pages.count
      pages.append(page)
    }
    places[Key(mapping: page.mapping, index: page.index)] = slot
    return slot
  }

  /// Removes a page; its frame is the caller's again.
  mutating func remove(_ slot: Int) {
    let page = pages[slot]
    guard places.removeValue(forKey: Key(mapping: page.mapping, index: page.index)) != nil else {
      return
    }
    pages[slot].mapping = Int.min
    freeSlots.append(slot)
  }

  mutating func setUpToDate(_ slot: Int, hasError: Bool) {
    pages[slot].isLocked = false
    pages[slot].isUpToDate = !hasError
    pages[slot].hasError = hasError
  }

  mutating func setDirty(_ slot: Int) {
    pages[slot].isDirty = true
    pages[slot].isUpToDate = true
  }

  /// Keeps a page from being dropped until it is unpinned as often.
  mutating func pin(_ slot: Int) { pages[slot].pins += 1 }

  mutating func unpin(_ slot: Int) { pages[slot].pins -= 1 }

  mutating func lock(_ slot: Int) {
    pages[slot].isLocked = true
    pages[slot].hasError = false
  }

  /// The slot of the next page that can be dropped, going round from where the last search ended.
  mutating func victim() -> Int? {
    for step in 0..<pages.count {
      let slot = (hand + step) % pages.count
      let page = pages[slot]
      if page.mapping != Int.min, page.isUpToDate || page.hasError, !page.isLocked, !page.isDirty,
        page.pins == 0
      {
        hand = slot + 1
        return slot
      }
    }
    return nil
  }

  /// The slots of a file's pages from one on, in order of the page.
  func slots(mapping: Int, from index: Int64) -> [Int] {
    pages.indices.filter { pages[$0].mapping == mapping && pages[$0].index >= index }
      .sorted { pages[$0].index < pages[$1].index }
  }
}
