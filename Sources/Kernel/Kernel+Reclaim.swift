import Catalogue
import Machine
import Program
import Trace

/// Memory is short: which page leaves it, and how (mm/vmscan.c).
///
/// A clean page of a file is just dropped. A page that no file holds goes to the swap area, if there
/// is one. A dirty page of a file must first be written back by the flusher.
extension Kernel {
  /// What those wait for who need a page that is clean.
  static let shrinkKey = Int64.min + 2
  /// Frames that are left to the kernel itself when processes have used up the others: reclaim needs
  /// memory, too (the "min" watermark). Without a swap area the last frame may be used.
  static let reservedFrames = 16
  /// How often reclaim waits for the disk, and how many pages it takes, before it gives up.
  private static let waitLimit: Int64 = 16
  private static let pageLimit: Int64 = 256

  /// Whether processes may have a frame without anything being reclaimed first.
  var hasFrameForProcesses: Bool {
    machine.memory.freeCount > (swap == nil ? 0 : Self.reservedFrames)
  }

  // MARK: - Which page

  /// Whether a page could leave memory: with `cleanOnly`, at once and without the disk.
  func mayLeave(_ frame: FrameNumber, cleanOnly: Bool) -> Bool {
    let users = pageFrames.users(of: frame)
    guard let slot = cache.slot(of: frame) else {
      // No file holds it: mapped memory of processes, and nobody is at work on it.
      guard !cleanOnly, let swap, swap.hasFree else { return false }
      return !users.isEmpty && pageFrames.count(of: frame) == users.count
    }
    guard cache.isSettled(slot), pageFrames.count(of: frame) == users.count + 1 else {
      return false
    }
    guard cache.pages[slot].mapping == PageCache.swapMapping else {
      return !cache.pages[slot].isDirty
    }
    return !cleanOnly || !(cache.pages[slot].isDirty || hasDirtyEntry(frame))
  }

  /// Whether a CPU has written to a page through any of the entries that map it.
  private func hasDirtyEntry(_ frame: FrameNumber) -> Bool {
    pageFrames.users(of: frame).contains { entry($0.page, of: $0.task)?.isDirty ?? false }
  }

  /// Asks the policy for the page that is to leave, and tells its answer.
  private mutating func chooseVictim(cleanOnly: Bool) -> FrameNumber? {
    guard let rule = ReplacementRule.rule(of: scenario.machine.replacement),
      let (frame, spared) = rule.choose(&self, cleanOnly)
    else { return nil }
    tell(
      .choosesVictim, of: owner(of: frame), object: rule.reason.rawValue,
      a: machine.memory.address(of: frame), b: Int64(spared))
    return frame
  }

  /// Whose page it is: the first process that maps it; the running one for a page that nobody maps.
  func owner(of frame: FrameNumber) -> Int { pageFrames.users(of: frame).first?.task ?? current }

  /// Records what happens to a page of some process, in the flow of what runs.
  mutating func tell(_ kind: EventKind, of task: Int, object: UInt32 = 0, a: Int64, b: Int64 = 0) {
    trace.record(
      kind, about: TaskID(rawValue: UInt16(truncatingIfNeeded: task)),
      depth: UInt8(truncatingIfNeeded: tasks[task].depth), object: object, a: a, b: b)
  }

  // MARK: - At once

  /// Drops a clean page of the page cache or the swap cache that the policy chooses, also from the
  /// page tables that map it; `false` when there is none.
  mutating func dropCleanPage() -> Bool {
    guard let frame = chooseVictim(cleanOnly: true) else { return false }
    drop(frame)
    return true
  }

  /// Drops a page whose content is on a disk.
  private mutating func drop(_ frame: FrameNumber) {
    guard let slot = cache.slot(of: frame) else { return }
    let owner = owner(of: frame)
    let isSwapped = cache.pages[slot].mapping == PageCache.swapMapping
    if isSwapped {
      replaceEntries(of: frame, cacheSlot: slot)
      dropFromSwapCache(slot)
    } else {
      unmapEverywhere(frame)
      cache.remove(slot)
      release(frame)
    }
    tell(
      .reclaimsPage, of: owner, object: isSwapped ? 1 : 0, a: machine.memory.address(of: frame),
      b: Int64(machine.memory.freeCount))
  }

  // MARK: - With the disk

  /// x0: how often it has waited, x1: frames wanted besides; x2: slot in the cache of the page that
  /// is on its way, x3: its frame, x4: whose it was; x5: pages taken. Makes frames free until
  /// processes may have one; ENOMEM when none ever will be.
  /// 0: the next victim. 1: its write was submitted. 2: it is on the disk.
  mutating func stepShrink(_ f: Int) {
    switch frames[f].step {
    case 1: call(f, then: 2, .waitOnWriteback, frames[f].x2)
    case 2:
      frames[f].step = 0
      finishSwapOut(f)
    default: nextVictim(f)
    }
  }

  private mutating func nextVictim(_ f: Int) {
    if hasFrameForProcesses, Int64(machine.memory.freeCount) > frames[f].x1 { return finish(0) }
    guard current != flusherTask else {
      // Who writes pages to the disk must not wait for that: it may have what is left.
      if machine.memory.freeCount > 0 || dropCleanPage() { finish(0) } else { finish(.ENOMEM) }
      return
    }
    guard frames[f].x5 < Self.pageLimit else { return finish(.ENOMEM) }
    guard let frame = chooseVictim(cleanOnly: false) else { return waitForCleanPage(f) }
    frames[f].x5 += 1
    if mayLeave(frame, cleanOnly: true) { drop(frame) } else { swapOut(f, frame) }
  }

  /// Nothing may leave now: waits for a page that is on its way to a disk, or for the flusher.
  private mutating func waitForCleanPage(_ f: Int) {
    guard frames[f].x0 < Self.waitLimit else { return finish(.ENOMEM) }
    frames[f].x0 += 1
    if let slot = cache.writebackSlot {
      return call(f, then: 0, .waitOnWriteback, Int64(slot))
    }
    guard let mapping = dirtyMappings.first, let device = backingDevice(ofMapping: mapping) else {
      return finish(.ENOMEM)
    }
    wakeFlusher()
    sleep(on: WaitObject(.device, device: device), key: Self.shrinkKey, interruptible: false)
    call(f, then: 0, .schedule, 0)
  }
}
