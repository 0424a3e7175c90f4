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
  /// A request that writes it to the disk is on its way.
  var isWriteback = false
  /// A block has been promised to it, but not chosen yet.
  var hasPromise = false
  /// Whoever reads it is to ask for the next pages (PG_readahead).
  var marksReadAhead = false
  /// The last attempt to read it failed.
  var hasError = false
  /// How many copies use it right now: it must not be dropped under them.
  var pins = 0
  /// A copy has used it since the replacement policy looked last: what the accessed bit is for pages
  /// that are mapped.
  var isReferenced = false
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
  /// The slots of the frames in the cache, -1 for frames that are not.
  private var slotsOfFrames: [Int32] = []

  /// The mapping under which the blocks of a disk are kept.
  static func deviceMapping(_ disk: Int) -> Int { -1 - disk }

  /// The mapping of pages that are in the swap area, or on their way: the swap cache.
  static let swapMapping = Int.min + 2

  /// The slot of the page in a frame, if it is in the cache.
  func slot(of frame: FrameNumber) -> Int? {
    let index = Int(frame.rawValue)
    guard slotsOfFrames.indices.contains(index), slotsOfFrames[index] >= 0 else { return nil }
    return Int(slotsOfFrames[index])
  }

  private mutating func note(_ frame: FrameNumber, isIn slot: Int32) {
    let index = Int(frame.rawValue)
    guard index >= 0 else { return }
    if index >= slotsOfFrames.count {
      slotsOfFrames += [Int32](repeating: -1, count: index + 1 - slotsOfFrames.count)
    }
    slotsOfFrames[index] = slot
  }

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
    note(page.frame, isIn: Int32(clamping: slot))
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
    note(page.frame, isIn: -1)
  }

  /// Takes a page that copies still use out of its file: nobody finds it any more, and the last
  /// `unpin` says that its frame is free.
  mutating func detach(_ slot: Int) {
    let page = pages[slot]
    places[Key(mapping: page.mapping, index: page.index)] = nil
    pages[slot].mapping = Self.detachedMapping
    pages[slot].isDirty = false
  }

  /// The mapping of pages that were taken out of their file while a copy used them.
  static let detachedMapping = Int.min + 1

  mutating func setUpToDate(_ slot: Int, hasError: Bool) {
    pages[slot].isLocked = false
    pages[slot].isUpToDate = !hasError
    pages[slot].hasError = hasError
  }

  mutating func setReferenced(_ slot: Int, _ isReferenced: Bool) {
    pages[slot].isReferenced = isReferenced
  }

  mutating func setDirty(_ slot: Int) {
    pages[slot].isDirty = true
    pages[slot].isUpToDate = true
  }

  /// Keeps a page from being dropped until it is unpinned as often.
  mutating func pin(_ slot: Int) { pages[slot].pins += 1 }

  /// - Returns: Whether the page is in no file any more, and its frame is the caller's.
  @discardableResult mutating func unpin(_ slot: Int) -> Bool {
    pages[slot].pins -= 1
    guard pages[slot].pins == 0, pages[slot].mapping == Self.detachedMapping else { return false }
    pages[slot].mapping = Int.min
    freeSlots.append(slot)
    note(pages[slot].frame, isIn: -1)
    return true
  }

  /// The page's content begins its way to the disk: changes from now on make it dirty again.
  mutating func beginWriteback(_ slot: Int) {
    pages[slot].isDirty = false
    pages[slot].isWriteback = true
  }

  mutating func endWriteback(_ slot: Int) { pages[slot].isWriteback = false }

  mutating func setPromise(_ slot: Int, _ isPromised: Bool) { pages[slot].hasPromise = isPromised }

  mutating func markReadAhead(_ slot: Int, _ marks: Bool) { pages[slot].marksReadAhead = marks }

  mutating func lock(_ slot: Int) {
    pages[slot].isLocked = true
    pages[slot].hasError = false
  }

  /// Whether a page is settled: its content is there or could not be read, and nobody is at work on
  /// it.
  func isSettled(_ slot: Int) -> Bool {
    let page = pages[slot]
    return page.mapping != Int.min && (page.isUpToDate || page.hasError) && !page.isLocked
      && !page.isWriteback && page.pins == 0
  }

  /// A page that is on its way to a disk, if there is one.
  var writebackSlot: Int? { pages.firstIndex { $0.mapping != Int.min && $0.isWriteback } }

  /// The same, of one file or disk.
  func writebackSlot(ofMapping mapping: Int) -> Int? {
    pages.firstIndex { $0.mapping == mapping && $0.isWriteback }
  }

  /// Whether a file or disk has dirty pages.
  func hasDirtyPages(_ mapping: Int) -> Bool {
    pages.contains { $0.mapping == mapping && $0.isDirty }
  }

  /// The dirty pages of a file or disk.
  func dirtyIndices(_ mapping: Int) -> [Int64] {
    pages.filter { $0.mapping == mapping && $0.isDirty }.map(\.index)
  }

  /// The slots of a file's pages from one on, in order of the page.
  func slots(mapping: Int, from index: Int64) -> [Int] {
    pages.indices.filter { pages[$0].mapping == mapping && pages[$0].index >= index }
      .sorted { pages[$0].index < pages[$1].index }
  }
}
