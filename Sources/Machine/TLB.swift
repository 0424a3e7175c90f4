import Catalogue

/// One cached translation of a page.
struct TLBEntry: Sendable {
  /// Page number plus one; 0 means the slot is empty.
  var tag: UInt64 = 0
  var frameAddress: Int64 = 0
  var permission: PagePermission = []
  /// Whether the dirty bit is known to be set in the table.
  var isDirty = false
}

/// The translation lookaside buffer of one CPU: 64 slots, directly mapped, without address-space
/// tags, so that a change of page table empties it.
struct TLB: Sendable {
  private var slots = [TLBEntry](repeating: TLBEntry(), count: 64)
  /// How many slots are in use.
  private(set) var count = 0

  /// Everything that is cached: page numbers and what is known of them. For tests.
  var filled: [(page: UInt64, entry: TLBEntry)] {
    slots.filter { $0.tag != 0 }.map { (page: $0.tag &- 1, entry: $0) }
  }

  @inline(__always)
  func find(_ page: UInt64) -> TLBEntry? {
    let slot = slots[Int(page & 63)]
    return slot.tag == page &+ 1 ? slot : nil
  }

  mutating func fill(_ page: UInt64, _ entry: TLBEntry) {
    let slot = Int(page & 63)
    if slots[slot].tag == 0 { count += 1 }
    slots[slot] = entry
    slots[slot].tag = page &+ 1
  }

  mutating func drop(_ page: UInt64) {
    let slot = Int(page & 63)
    guard slots[slot].tag == page &+ 1 else { return }
    slots[slot] = TLBEntry()
    count -= 1
  }

  mutating func flush() {
    guard count > 0 else { return }
    for slot in slots.indices { slots[slot] = TLBEntry() }
    count = 0
  }
}
