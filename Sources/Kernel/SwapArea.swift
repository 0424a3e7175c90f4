/// Where pages go that memory has no room for: slots of one page each, behind the file system of a
/// disk.
///
/// A slot is held by each page-table entry that names it, in whatever process, and by the swap cache
/// while a page in memory stands for it. The last one to let go frees it.
struct SwapArea: Sendable {
  /// Position of its disk.
  let disk: Int
  /// The block of slot 0.
  let firstBlock: Int64
  /// How many hold each slot.
  private(set) var uses: [Int32]
  /// How many slots are in use.
  private(set) var usedCount: Int64 = 0
  /// Whether the page had one user, who might write it, when it left: nobody but that user may then
  /// claim it, and gets it back writable.
  private var isExclusive: [Bool]
  /// No slot below this one is free.
  private var lowestFree = 0

  init(disk: Int, firstBlock: Int64, slotCount: Int) {
    self.disk = disk
    self.firstBlock = firstBlock
    uses = [Int32](repeating: 0, count: slotCount)
    isExclusive = [Bool](repeating: false, count: slotCount)
  }

  /// Whether a slot can be taken.
  var hasFree: Bool { usedCount < Int64(uses.count) }

  /// Whether so many slots are in use that those which also lie in memory are better given back.
  var isHalfFull: Bool { usedCount * 2 > Int64(uses.count) }

  /// The block of a slot.
  func block(of slot: Int64) -> Int64 { firstBlock + slot }

  /// How many hold a slot.
  func count(of slot: Int64) -> Int {
    let index = Int(truncatingIfNeeded: slot)
    return uses.indices.contains(index) ? Int(uses[index]) : 0
  }

  /// Takes the lowest free slot, held once by the caller; `nil` when all are in use.
  mutating func take() -> Int64? {
    while lowestFree < uses.count {
      if uses[lowestFree] == 0 {
        uses[lowestFree] = 1
        isExclusive[lowestFree] = false
        usedCount += 1
        return Int64(lowestFree)
      }
      lowestFree += 1
    }
    return nil
  }

  /// One more holds a slot that is in use.
  mutating func retain(_ slot: Int64) {
    let index = Int(truncatingIfNeeded: slot)
    guard uses.indices.contains(index), uses[index] > 0 else { return }
    uses[index] += 1
  }

  /// One less holds a slot.
  ///
  /// - Returns: Whether it is free now.
  mutating func release(_ slot: Int64) -> Bool {
    let index = Int(truncatingIfNeeded: slot)
    guard uses.indices.contains(index), uses[index] > 0 else { return false }
    uses[index] -= 1
    guard uses[index] == 0 else { return false }
    usedCount -= 1
    lowestFree = min(lowestFree, index)
    return true
  }

  /// Whether one user alone, who may write it, has the page of a slot.
  func isExclusive(_ slot: Int64) -> Bool {
    let index = Int(truncatingIfNeeded: slot)
    return isExclusive.indices.contains(index) && isExclusive[index]
  }

  mutating func setExclusive(_ slot: Int64, _ value: Bool) {
    let index = Int(truncatingIfNeeded: slot)
    if isExclusive.indices.contains(index) { isExclusive[index] = value }
  }
}
