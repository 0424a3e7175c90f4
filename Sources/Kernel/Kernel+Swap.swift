import Catalogue
import Machine
import Program
import Trace

/// The swap area: pages of processes that memory has no room for (mm/swapfile.c, mm/swap_state.c,
/// mm/page_io.c).
///
/// A page on its way out or in is in the swap cache: the page cache under
/// ``PageCache/swapMapping``, by slot. Whoever touches it meanwhile finds it there.
extension Kernel {
  /// The swap area that a scenario declares: it lies behind the file system of its disk.
  static func swapArea(of scenario: Scenario) -> SwapArea? {
    guard let given = scenario.swap, scenario.disks.indices.contains(given.disk) else { return nil }
    let pages = given.byteCount / scenario.machine.architecture.pageBytes
    return SwapArea(disk: given.disk, firstBlock: Ext4.diskBlocks, slotCount: Int(pages))
  }

  /// How many pages the swap area has.
  var swapPageCount: Int64 { Int64(swap?.uses.count ?? 0) }

  // MARK: - Slots

  /// How many page-table entries name a slot.
  func entryCount(ofSlot slot: Int64) -> Int {
    let isCached = cache.find(mapping: PageCache.swapMapping, index: slot) != nil
    return (swap?.count(of: slot) ?? 0) - (isCached ? 1 : 0)
  }

  /// A page-table entry more names a slot.
  mutating func retainSlot(_ slot: Int64) { swap?.retain(slot) }

  private mutating func releaseSlot(_ slot: Int64) {
    guard swap?.release(slot) == true else { return }
    trace.record(.freesSwapSlot, a: slot, b: swap?.usedCount ?? 0)
  }

  /// A page-table entry less names a slot. When it was the last, and nobody maps or uses the page
  /// that stands for it in memory, that page goes, too.
  mutating func releaseEntry(ofSlot slot: Int64) {
    releaseSlot(slot)
    if let place = cache.find(mapping: PageCache.swapMapping, index: slot) {
      dropUnusedSwap(place)
    }
  }

  /// Drops a page of the swap cache that no entry names and nobody maps.
  mutating func dropUnusedSwap(_ place: Int) {
    let page = cache.pages[place]
    guard page.mapping == PageCache.swapMapping, !page.isLocked, !page.isWriteback,
      page.pins == 0, pageFrames.count(of: page.frame) == 1,
      entryCount(ofSlot: page.index) == 0
    else { return }
    dropFromSwapCache(place)
  }

  /// Takes a page out of the swap cache: its slot and its frame are held once less.
  mutating func dropFromSwapCache(_ place: Int) {
    let page = cache.pages[place]
    cache.remove(place)
    release(page.frame)
    releaseSlot(page.index)
  }

  /// Whether only one process has a page and no slot holds it for others.
  func isSole(_ frame: FrameNumber) -> Bool {
    guard let place = cache.slot(of: frame), cache.pages[place].mapping == PageCache.swapMapping
    else { return pageFrames.count(of: frame) == 1 }
    return pageFrames.count(of: frame) == 2 && entryCount(ofSlot: cache.pages[place].index) == 0
  }

  /// A page that is about to be written needs no copy in the swap area: its slot is given back
  /// (`folio_free_swap`), unless it is just being written there.
  mutating func freeSwap(of frame: FrameNumber) {
    guard isSole(frame), let place = cache.slot(of: frame),
      cache.pages[place].mapping == PageCache.swapMapping, !cache.pages[place].isWriteback
    else { return }
    dropFromSwapCache(place)
  }

  // MARK: - Out

  /// Sends a page of processes to the swap area: into the swap cache, out of all page tables, and
  /// to the disk.
  mutating func swapOut(_ f: Int, _ frame: FrameNumber) {
    let place: Int
    if let known = cache.slot(of: frame) {
      place = known
    } else {
      guard let slot = swap?.take() else { return finish(.ENOMEM) }
      trace.record(.takesSwapSlot, a: slot, b: swap?.usedCount ?? 0)
      retain(frame)
      place = cache.insert(
        CachedPage(
          mapping: PageCache.swapMapping, index: slot, frame: frame, isUpToDate: true,
          isLocked: false, isDirty: true))
    }
    frames[f].x2 = Int64(place)
    frames[f].x3 = Int64(frame.rawValue)
    frames[f].x4 = Int64(owner(of: frame))
    replaceEntries(of: frame, cacheSlot: place)
    guard let swap, cache.pages[place].isDirty else { return finishSwapOut(f) }
    cache.beginWriteback(place)
    submit(
      f, then: 1, disk: swap.disk, block: swap.block(of: cache.pages[place].index), isWrite: true,
      [DiskRequest.Part(frame: frame, slot: place)])
  }

  /// Makes the entries that map a page name its slot (`try_to_unmap`).
  mutating func replaceEntries(of frame: FrameNumber, cacheSlot place: Int) {
    let slot = cache.pages[place].index
    let users = pageFrames.users(of: frame)
    var isWritable = false
    let wasNamed = entryCount(ofSlot: slot) > 0
    for user in users {
      guard let known = entry(user.page, of: user.task),
        pageTable(of: user.task).set(
          UInt64(bitPattern: user.page), PageEntry(swapSlot: slot), in: &machine.memory) != nil
      else { continue }
      if known.isDirty { cache.setDirty(place) }
      isWritable = known.permission.contains(.write)
      retainSlot(slot)
      pageFrames.remove(user, from: frame)
      tasks[user.task].space.residentPages -= 1
      if known.isPresent { forgetTranslation(user.page, of: user.task) }
      release(frame)
      tell(.swapsOut, of: user.task, a: user.page, b: slot)
      tellResident(user.task)
    }
    if !users.isEmpty { swap?.setExclusive(slot, users.count == 1 && isWritable && !wasNamed) }
  }

  /// The page is on the disk, or could not be written: unless somebody has touched it again, its
  /// frame is free now.
  mutating func finishSwapOut(_ f: Int) {
    let place = Int(frames[f].x2)
    let frame = FrameNumber(rawValue: Int32(truncatingIfNeeded: frames[f].x3))
    guard cache.slot(of: frame) == place,
      cache.pages[place].mapping == PageCache.swapMapping, !cache.pages[place].isDirty,
      cache.isSettled(place), pageFrames.count(of: frame) == 1
    else { return }
    dropFromSwapCache(place)
    tell(
      .reclaimsPage, of: Int(frames[f].x4), object: 1, a: machine.memory.address(of: frame),
      b: Int64(machine.memory.freeCount))
  }

  /// A request to the swap area has ended. What could not be written stays in memory.
  mutating func endSwapRequest(_ place: Int, isWrite: Bool, failed: Bool) {
    if isWrite {
      cache.endWriteback(place)
      if failed { cache.setDirty(place) }
    } else {
      cache.setUpToDate(place, hasError: failed)
      trace.record(
        .unlocksPage, a: machine.memory.address(of: cache.pages[place].frame))
    }
    let frame = cache.pages[place].frame
    dropUnusedSwap(place)
    guard !machine.memory.isTaken(frame) else { return }
    trace.record(
      .reclaimsPage, object: 1, a: machine.memory.address(of: frame),
      b: Int64(machine.memory.freeCount))
  }

  // MARK: - In

  /// x0: slot of the swap area; x2: slot in the cache. Returns the slot of the page in the cache.
  /// 0: look for it. 1: submitted. 2: it is there, or failed. 3: memory was short.
  mutating func stepReadSwapPage(_ f: Int) {
    guard let swap else { return inconsistent("page of a swap area that is not there") }
    let slot = frames[f].x0
    switch frames[f].step {
    case 0:
      let found = cache.find(mapping: PageCache.swapMapping, index: slot)
      readThrough(
        f, found: found, disk: swap.disk, mapping: PageCache.swapMapping, index: slot,
        block: swap.block(of: slot))
    case 1: call(f, then: 2, .ioSchedule, frames[f].x2, Int64(swap.disk), 0)
    case 3: tryAgain(f)
    default: finishRead(f, mapping: PageCache.swapMapping, index: slot)
    }
  }
}
