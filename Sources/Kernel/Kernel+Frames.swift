import Catalogue
import Machine
import Program
import Trace

/// Where a frame is mapped: a page of a task's user half.
struct FrameUser: Sendable, Hashable {
  var task: Int
  var page: Int64
}

/// How many hold each frame, and which pages show it.
///
/// Each mapping in a page table counts one, so does the page cache, and so does whoever has just
/// taken the frame. Frames of page tables and kernel stacks have one owner for all their life and
/// are not counted; neither is the shared page of zeros.
struct FrameTable: Sendable {
  private(set) var references: [Int32] = []
  /// The reverse mapping.
  private(set) var users: [[FrameUser]] = []
  /// All frames that somebody holds, in the order in which they were taken: a list that goes both
  /// ways, by the numbers of the frames, -1 at its ends.
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var firstIndex: Int32 = -1
  private var lastIndex: Int32 = -1
  /// How many frames are in the list.
  private(set) var listedCount = 0
  /// Where the clock of page replacement stands in it: the frame that it looks at next.
  var hand: FrameNumber?
  /// Counts changes, for who watches.
  private(set) var changes = 0

  /// An entry of a page table has changed without a change of who holds a frame.
  mutating func noteChange() { changes &+= 1 }

  private mutating func grow(to index: Int) {
    guard index >= references.count else { return }
    let missing = index + 1 - references.count
    references.append(contentsOf: repeatElement(0, count: missing))
    next.append(contentsOf: repeatElement(-1, count: missing))
    previous.append(contentsOf: repeatElement(-1, count: missing))
    users.append(contentsOf: repeatElement([], count: missing))
  }

  func count(of frame: FrameNumber) -> Int {
    let index = Int(frame.rawValue)
    return references.indices.contains(index) ? Int(references[index]) : 0
  }

  func users(of frame: FrameNumber) -> [FrameUser] {
    let index = Int(frame.rawValue)
    return users.indices.contains(index) ? users[index] : []
  }

  mutating func retain(_ frame: FrameNumber) {
    let index = Int(frame.rawValue)
    guard index >= 0 else { return }
    grow(to: index)
    changes &+= 1
    references[index] += 1
    if references[index] == 1 { append(index) }
  }

  /// Whether that was the last one.
  mutating func release(_ frame: FrameNumber) -> Bool {
    let index = Int(frame.rawValue)
    guard references.indices.contains(index), references[index] > 0 else { return false }
    changes &+= 1
    references[index] -= 1
    guard references[index] == 0 else { return false }
    unlink(index)
    return true
  }

  // MARK: The order of coming

  /// The frame that was taken before all others.
  var first: FrameNumber? { firstIndex < 0 ? nil : FrameNumber(rawValue: firstIndex) }

  /// The one that was taken next.
  func frame(after frame: FrameNumber) -> FrameNumber? {
    let index = Int(frame.rawValue)
    guard next.indices.contains(index), next[index] >= 0 else { return nil }
    return FrameNumber(rawValue: next[index])
  }

  private mutating func append(_ index: Int) {
    previous[index] = lastIndex
    next[index] = -1
    if lastIndex >= 0 { next[Int(lastIndex)] = Int32(index) } else { firstIndex = Int32(index) }
    lastIndex = Int32(index)
    listedCount += 1
  }

  private mutating func unlink(_ index: Int) {
    if hand?.rawValue == Int32(index) {
      hand = next[index] < 0 ? nil : FrameNumber(rawValue: next[index])
    }
    if previous[index] >= 0 {
      next[Int(previous[index])] = next[index]
    } else {
      firstIndex = next[index]
    }
    if next[index] >= 0 {
      previous[Int(next[index])] = previous[index]
    } else {
      lastIndex = previous[index]
    }
    listedCount -= 1
  }

  // MARK: Who maps them

  mutating func add(_ user: FrameUser, to frame: FrameNumber) {
    let index = Int(frame.rawValue)
    guard index >= 0 else { return }
    grow(to: index)
    users[index].append(user)
  }

  mutating func remove(_ user: FrameUser, from frame: FrameNumber) {
    let index = Int(frame.rawValue)
    guard users.indices.contains(index), let place = users[index].firstIndex(of: user) else {
      return
    }
    users[index].remove(at: place)
  }
}

/// Page frames: taken, counted, mapped, given back.
extension Kernel {
  /// Takes a page frame, held once by the caller; drops a clean page when none is free.
  ///
  /// - Parameter forProcesses: Whether the page is a process's or a file's: then some frames stay
  ///   for the kernel itself, and who gets none calls `try_to_free_pages` first.
  mutating func takeFrame(forProcesses: Bool = false) -> FrameNumber? {
    if forProcesses, swap != nil, !hasFrameForProcesses, current != flusherTask { return nil }
    guard let frame = takeFrameUntold() else { return nil }
    trace.record(
      .allocatesPage, a: machine.memory.address(of: frame), b: Int64(machine.memory.freeCount))
    return frame
  }

  /// The same for what is told as a whole, such as the loading of a program.
  mutating func takeFrameUntold() -> FrameNumber? {
    if machine.memory.freeCount == 0 { _ = dropCleanPage() }
    guard let frame = machine.memory.allocate() else { return nil }
    pageFrames.retain(frame)
    return frame
  }

  /// One more holds a frame.
  mutating func retain(_ frame: FrameNumber) {
    guard frame != zeroFrame else { return }
    pageFrames.retain(frame)
  }

  /// One less holds a frame; the last one gives it back.
  mutating func release(_ frame: FrameNumber) {
    guard frame != zeroFrame else { return }
    if pageFrames.release(frame) { machine.memory.free(frame) }
  }

  // MARK: - Page tables

  /// The page that an address lies in.
  func page(of address: Int64) -> Int64 { address & ~(machine.architecture.pageBytes - 1) }

  /// How many pages bytes take.
  func pageCount(_ bytes: Int64) -> Int64 {
    (bytes + machine.architecture.pageBytes - 1) / machine.architecture.pageBytes
  }

  func pageTable(of task: Int) -> PageTable {
    PageTable(architecture: machine.architecture, root: tasks[task].root)
  }

  /// What a task's page table says of a page.
  func entry(_ page: Int64, of task: Int) -> PageEntry? {
    pageTable(of: task).lookup(UInt64(bitPattern: page), in: machine.memory)
  }

  /// The right that a region gives the entries of its pages.
  func permission(of region: Region) -> PagePermission {
    var permission: PagePermission = [.user]
    if region.protection.contains(.write) { permission.insert(.write) }
    if region.protection.contains(.execute) { permission.insert(.execute) }
    // Where a page can be executed without being readable, PROT_EXEC alone means that.
    if region.protection == .execute { permission.insert(.noRead) }
    return permission
  }

  /// What an entry said before it was written.
  struct Replaced {
    var old: PageEntry?
  }

  /// Writes an entry, making page tables where needed. The caller keeps the books.
  ///
  /// - Returns: What was there, if anything; `nil` when memory is full.
  mutating func writeEntry(
    _ page: Int64, _ entry: PageEntry, of task: Int, isTold: Bool = true
  ) -> Replaced? {
    let table = pageTable(of: task)
    // Page tables may need memory that must first be made free.
    for _ in 0...machine.architecture.pageTable.count {
      let old = self.entry(page, of: task)
      if let made = table.set(UInt64(bitPattern: page), entry, in: &machine.memory) {
        for table in made where isTold {
          trace.record(
            .allocatesPage, a: machine.memory.address(of: table),
            b: Int64(machine.memory.freeCount))
        }
        return Replaced(old: old)
      }
      guard dropCleanPage() else { return nil }
    }
    return nil
  }

  /// Maps a page of a task; the mapping holds the frame. What was mapped there before is let go.
  ///
  /// - Parameter isDirty: Whether a CPU has already written to the page, by another entry.
  /// - Returns: `false` when memory for page tables is missing; nothing has changed then.
  mutating func mapPage(
    _ page: Int64, to frame: FrameNumber, _ permission: PagePermission, of task: Int,
    isDirty: Bool = false, isTold: Bool = true
  ) -> Bool {
    // Held first: making room for page tables must not take this very frame away.
    retain(frame)
    let new = PageEntry(
      frameAddress: machine.memory.address(of: frame), permission: permission.union(.user),
      isDirty: isDirty)
    guard let written = writeEntry(page, new, of: task, isTold: isTold) else {
      release(frame)
      return false
    }
    if let old = written.old { forget(old, page, of: task) }
    if frame != zeroFrame {
      pageFrames.add(FrameUser(task: task, page: page), to: frame)
      tasks[task].space.residentPages += 1
    }
    return true
  }

  /// Takes a page out of a task's page table and lets its frame or swap slot go.
  mutating func unmapPage(_ page: Int64, of task: Int) {
    guard let old = pageTable(of: task).clear(UInt64(bitPattern: page), in: &machine.memory) else {
      return
    }
    forget(old, page, of: task)
  }

  /// The books and the TLBs after an entry has gone.
  private mutating func forget(_ old: PageEntry, _ page: Int64, of task: Int) {
    if let slot = old.swapSlot { return releaseEntry(ofSlot: slot) }
    let frame = machine.memory.frame(at: old.frameAddress)
    if frame != zeroFrame {
      pageFrames.remove(FrameUser(task: task, page: page), from: frame)
      tasks[task].space.residentPages -= 1
    }
    if old.isPresent { forgetTranslation(page, of: task) }
    releaseMapped(frame)
  }

  /// One page-table entry less maps a frame. A page of the swap cache that nobody maps any more and
  /// no other entry names goes with it.
  mutating func releaseMapped(_ frame: FrameNumber) {
    release(frame)
    if let place = cache.slot(of: frame) { dropUnusedSwap(place) }
  }

  /// Changes what a page that is in memory may be used for.
  mutating func setPermission(_ page: Int64, _ permission: PagePermission, of task: Int) {
    guard var changed = entry(page, of: task), changed.swapSlot == nil else { return }
    let old = changed
    changed.permission = permission.union(.user)
    changed.isPresent = true
    guard changed != old else { return }
    _ = pageTable(of: task).set(UInt64(bitPattern: page), changed, in: &machine.memory)
    if old.isPresent { forgetTranslation(page, of: task) }
  }

  /// Takes a frame out of all page tables that map it.
  mutating func unmapEverywhere(_ frame: FrameNumber) {
    for user in pageFrames.users(of: frame) { unmapPage(user.page, of: user.task) }
  }

  /// Makes a frame read-only wherever it is mapped: the next write will be seen.
  mutating func protectEverywhere(_ frame: FrameNumber) {
    for user in pageFrames.users(of: frame) {
      guard let known = entry(user.page, of: user.task), known.isPresent else { continue }
      setPermission(user.page, known.permission.subtracting(.write), of: user.task)
    }
  }

  /// Every CPU that uses a task's page table forgets one page, the others by an interrupt.
  mutating func forgetTranslation(_ page: Int64, of task: Int) {
    pageFrames.noteChange()
    for other in machine.cpus.indices where uses(tasks[task].root, cpu: other) {
      guard other == cpu else {
        makeForget(page, cpu: other)
        continue
      }
      machine.invalidatePage(page, cpu: other)
      trace.record(.invalidatesTranslation, object: UInt32(other), a: page)
    }
  }

  /// Whether a CPU has a page table in use, or the one that user mode has in its place.
  func uses(_ root: FrameNumber, cpu: Int) -> Bool {
    let used = machine.cpus[cpu].root
    return used == root || used == machine.userTable(of: root)
  }

  /// What a task's page table says of a range, in order of the addresses.
  func entries(in range: Range<Int64>, of task: Int) -> [(page: Int64, entry: PageEntry)] {
    var found: [(page: Int64, entry: PageEntry)] = []
    pageTable(of: task).forEachEntry(
      in: UInt64(bitPattern: range.lowerBound)..<UInt64(bitPattern: range.upperBound),
      machine.memory
    ) { address, entry in
      found.append((Int64(bitPattern: address), entry))
    }
    return found
  }

  /// Gives all pages of a range back; the regions stay as they are.
  ///
  /// - Returns: How many frames became free.
  @discardableResult
  mutating func zap(_ range: Range<Int64>, of task: Int) -> Int {
    let before = machine.memory.freeCount
    for (page, _) in entries(in: range, of: task) { unmapPage(page, of: task) }
    return machine.memory.freeCount - before
  }

  /// A file becomes shorter: its pages from one on are taken from whoever maps them, private copies
  /// too (`unmap_mapping_range`). To be called before the page cache drops them.
  mutating func unmapFile(_ inode: Int, from first: Int64) {
    let pageBytes = machine.architecture.pageBytes
    for task in tasks.indices {
      for region in tasks[task].space.regions where region.inode == inode {
        guard case .file(_, let page) = region.backing else { continue }
        let skipped = max(0, first - page)
        guard skipped < (region.end - region.start) / pageBytes else { continue }
        zap(region.start + skipped * pageBytes..<region.end, of: task)
      }
    }
  }

  /// Whether a region of any process maps a file.
  func isMapped(_ inode: Int) -> Bool {
    tasks.contains { task in task.space.regions.contains { $0.inode == inode } }
  }
}
