public import Catalogue

/// The last entry that an address leads to, decoded.
public struct PageEntry: Sendable, Hashable {
  /// Physical address of the page; 0 when its content is not in memory.
  public var frameAddress: Int64
  /// What the page may be used for.
  public var permission: PagePermission
  /// Whether the page may be used at all. A page that is in memory and not present is withheld from
  /// everybody (`PROT_NONE`).
  public var isPresent: Bool
  /// Whether the CPU has used it.
  public var isAccessed: Bool
  /// Whether the CPU has written to it.
  public var isDirty: Bool
  /// Where the page's content lies in the swap area, when it is not in memory.
  public var swapSlot: Int64?

  /// An entry for a page in memory.
  public init(
    frameAddress: Int64, permission: PagePermission, isPresent: Bool = true,
    isAccessed: Bool = false, isDirty: Bool = false
  ) {
    self.frameAddress = frameAddress
    self.permission = permission
    self.isPresent = isPresent
    self.isAccessed = isAccessed
    self.isDirty = isDirty
  }

  /// An entry for a page whose content is in a slot of the swap area.
  public init(swapSlot: Int64) {
    self.init(frameAddress: 0, permission: [], isPresent: false)
    self.swapSlot = swapSlot
  }

  /// What an entry says; `nil` for one that says nothing, and for one that leads to another table.
  init?(_ entry: TableEntry) {
    switch entry {
    case .empty, .table: return nil
    case .page(let address, let permission, let isAccessed, let isDirty):
      self.init(
        frameAddress: address, permission: permission, isAccessed: isAccessed, isDirty: isDirty)
    case .withheld(let address):
      self.init(frameAddress: address, permission: [], isPresent: false)
    case .swapped(let slot): self.init(swapSlot: slot)
    }
  }

  /// The entry as formats know it.
  var tableEntry: TableEntry {
    if isPresent {
      return .page(frameAddress, permission, isAccessed: isAccessed, isDirty: isDirty)
    }
    return swapSlot.map(TableEntry.swapped) ?? .withheld(frameAddress)
  }
}

/// Builds and reads page tables that lie in physical memory, entry by entry, in the format that the
/// architecture describes.
public struct PageTable: Sendable {
  /// The levels from the root.
  public let levels: [PageTableLevel]
  /// How entries are written.
  let format: PageTableFormat
  /// The frame of the root table, or the first of its frames.
  public let root: FrameNumber

  private static let entryBytes: Int64 = 8

  /// Looks at the table with a root.
  public init(architecture: Architecture, root: FrameNumber) {
    levels = architecture.pageTable
    format = architecture.entryFormat
    self.root = root
  }

  /// A new table without any mapping; `nil` when memory is full.
  static func make(
    architecture: Architecture, in memory: inout PhysicalMemory
  ) -> PageTable? {
    let shape = PageTable(architecture: architecture, root: FrameNumber(rawValue: 0))
    guard let root = shape.makeTable(level: 0, in: &memory) else { return nil }
    return PageTable(architecture: architecture, root: root)
  }

  /// Takes memory for a table of a level and fills it with entries that say nothing.
  private func makeTable(level: Int, in memory: inout PhysicalMemory) -> FrameNumber? {
    guard let frame = Self.allocate(frames(ofTablesAt: level), in: &memory) else { return nil }
    let empty = format.encode(.empty, level)
    if empty != 0 {
      let start = memory.address(of: frame)
      for index in 0..<entryCount(ofLevel: level) {
        memory.store(empty, at: start + Int64(index) * Self.entryBytes)
      }
    }
    return frame
  }

  // MARK: - One address

  /// What the table says of an address; `nil` when a table on the way is missing, or nothing was
  /// ever mapped there.
  public func lookup(_ address: UInt64, in memory: borrowing PhysicalMemory) -> PageEntry? {
    guard let place = place(of: address, in: memory),
      var found = PageEntry(format.decode(memory.word(at: place.address), place.level))
    else { return nil }
    // Within a large page, the ordinary page of the address.
    if place.level < levels.count - 1, found.isPresent {
      let offset = address & (span(of: place.level) - 1) & ~(span(of: levels.count - 1) - 1)
      found.frameAddress = found.frameAddress &+ Int64(truncatingIfNeeded: offset)
    }
    return found
  }

  /// Writes the entry of an address, making the tables on the way.
  ///
  /// A CPU that may have cached the old entry must be told: ``Machine/invalidatePage(_:cpu:)``.
  ///
  /// - Returns: The frames taken for tables, in order; `nil` when memory is full: tables made on the
  ///   way stay, empty.
  public func set(
    _ address: UInt64, _ entry: PageEntry, in memory: inout PhysicalMemory
  ) -> [FrameNumber]? {
    set(
      address, entry.tableEntry, level: levels.count - 1,
      limits: entry.isPresent && !entry.permission.contains(.user) ? [.write, .execute] : .all,
      in: &memory)
  }

  /// Takes the entry of an address out; the tables stay.
  ///
  /// - Returns: What was there; `nil` when nothing was.
  public func clear(_ address: UInt64, in memory: inout PhysicalMemory) -> PageEntry? {
    guard let place = place(of: address, in: memory), place.level == levels.count - 1,
      let old = PageEntry(format.decode(memory.word(at: place.address), place.level))
    else { return nil }
    memory.store(format.encode(.empty, place.level), at: place.address)
    return old
  }

  /// Maps a large page of the kernel: all tables on the way, and the entry at a level above the
  /// last.
  ///
  /// - Returns: The frames taken for tables; `nil` when memory is full.
  func setLarge(
    _ address: UInt64, to physical: Int64, _ permission: PagePermission, level: Int,
    in memory: inout PhysicalMemory
  ) -> [FrameNumber]? {
    set(
      address, .page(physical, permission, isAccessed: false, isDirty: false), level: level,
      limits: [.write, .execute], in: &memory)
  }

  /// Makes the tables on the way to an address, down to those of a level.
  func makeTables(
    to address: UInt64, level last: Int, limits: PagePermission, in memory: inout PhysicalMemory
  ) -> (table: Int64, made: [FrameNumber])? {
    var made: [FrameNumber] = []
    var table = memory.address(of: root)
    for level in 0..<last {
      let place = entryAddress(table: table, level: level, address: address)
      if case .table(let next, _) = format.decode(memory.word(at: place), level) {
        table = next
        continue
      }
      guard let frame = makeTable(level: level + 1, in: &memory) else { return nil }
      for offset in 0..<Int32(frames(ofTablesAt: level + 1)) {
        made.append(FrameNumber(rawValue: frame.rawValue + offset))
      }
      // Upper levels permit everything that a page below may want; the last entry decides.
      table = memory.address(of: frame)
      memory.store(format.encode(.table(table, limits: limits), level), at: place)
    }
    return (table, made)
  }

  private func set(
    _ address: UInt64, _ entry: TableEntry, level: Int, limits: PagePermission,
    in memory: inout PhysicalMemory
  ) -> [FrameNumber]? {
    guard
      let (table, made) = makeTables(to: address, level: level, limits: limits, in: &memory)
    else { return nil }
    memory.store(
      format.encode(entry, level),
      at: entryAddress(table: table, level: level, address: address))
    return made
  }

  // MARK: - All addresses

  /// Visits every entry below an address that says something, in order of addresses: pages that are
  /// present, withheld or swapped out.
  public func forEachUserEntry(
    userEnd: UInt64, in memory: borrowing PhysicalMemory, _ body: (UInt64, PageEntry) -> Void
  ) {
    forEachEntry(in: 0..<max(1, userEnd), memory, body)
  }

  /// The same for a range of the user half.
  public func forEachEntry(
    in range: Range<UInt64>, _ memory: borrowing PhysicalMemory, _ body: (UInt64, PageEntry) -> Void
  ) {
    visit(
      table: memory.address(of: root), level: 0, base: 0,
      count: rootEntries(below: range.upperBound), range: range, in: memory, body)
  }

  /// Gives back all tables below an address, and the root. Pages are not given back: their entries
  /// were cleared before, or somebody else holds them.
  public func freeTables(userEnd: UInt64, in memory: inout PhysicalMemory) {
    freeTables(
      table: memory.address(of: root), level: 0, count: rootEntries(below: userEnd), in: &memory)
    Self.free(root, frames(ofTablesAt: 0), in: &memory)
  }

  private func visit(
    table: Int64, level: Int, base: UInt64, count: Int, range: Range<UInt64>,
    in memory: borrowing PhysicalMemory, _ body: (UInt64, PageEntry) -> Void
  ) {
    // Depth is the number of levels, at most five: recursion is bounded by the architecture.
    let shift = UInt64(levels[level].shift)
    let empty = format.encode(.empty, level)
    let skipped =
      range.lowerBound > base ? min(UInt64(count), (range.lowerBound - base) >> shift) : 0
    for index in Int(skipped)..<count {
      let address = base | UInt64(index) << shift
      guard address < range.upperBound else { break }
      let bits = memory.word(at: table + Int64(index) * Self.entryBytes)
      // Most entries are; decoding takes a call.
      if bits == empty { continue }
      switch format.decode(bits, level) {
      case .table(let next, _):
        guard level + 1 < levels.count else { continue }
        visit(
          table: next, level: level + 1, base: address, count: entryCount(ofLevel: level + 1),
          range: range, in: memory, body)
      case let entry:
        if let found = PageEntry(entry) { body(address, found) }
      }
    }
  }

  private func freeTables(
    table: Int64, level: Int, count: Int, in memory: inout PhysicalMemory
  ) {
    guard level + 1 < levels.count else { return }
    let empty = format.encode(.empty, level)
    for index in 0..<count {
      let place = table + Int64(index) * Self.entryBytes
      let bits = memory.word(at: place)
      guard bits != empty, case .table(let next, _) = format.decode(bits, level) else { continue }
      freeTables(
        table: next, level: level + 1, count: entryCount(ofLevel: level + 1), in: &memory)
      Self.free(memory.frame(at: next), frames(ofTablesAt: level + 1), in: &memory)
      memory.store(empty, at: place)
    }
  }

  // MARK: - Places

  /// The physical address of the entry that an address chooses in a table of a level.
  func entryAddress(table: Int64, level: Int, address: UInt64) -> Int64 {
    let shape = levels[level]
    let index = address >> UInt64(shape.shift) & (1 << UInt64(shape.bits) - 1)
    return table + Int64(index) * Self.entryBytes
  }

  /// Where the last entry that an address leads to lies; `nil` when a table on the way is missing.
  func place(
    of address: UInt64, in memory: borrowing PhysicalMemory
  ) -> (address: Int64, level: Int)? {
    var table = memory.address(of: root)
    for level in levels.indices {
      let place = entryAddress(table: table, level: level, address: address)
      guard level < levels.count - 1 else { return (place, level) }
      switch format.decode(memory.word(at: place), level) {
      case .table(let next, _): table = next
      case .page: return (place, level)
      case .empty, .withheld, .swapped: return nil
      }
    }
    return nil
  }

  /// How many bytes an entry of a level spans.
  func span(of level: Int) -> UInt64 { 1 << UInt64(levels[level].shift) }

  /// How many frames, one after the other, a table of a level takes.
  func frames(ofTablesAt level: Int) -> Int {
    let bytes = Self.entryBytes << Int64(levels[level].bits)
    return max(1, Int(bytes >> Int64(levels.last?.shift ?? 12)))
  }

  /// How many entries a table of a level has.
  func entryCount(ofLevel level: Int) -> Int { 1 << Int(levels[level].bits) }

  /// How many entries of the root are needed for the addresses below one.
  func rootEntries(below end: UInt64) -> Int {
    guard end > 0 else { return 0 }
    return min(Int((end - 1) >> UInt64(levels[0].shift)), entryCount(ofLevel: 0) - 1) + 1
  }

  /// Takes the frames of a table; they follow each other, and the first one's number is a multiple
  /// of their count.
  static func allocate(_ count: Int, in memory: inout PhysicalMemory) -> FrameNumber? {
    count == 1 ? memory.allocate() : memory.allocate(contiguous: count, alignment: count)
  }

  private static func free(_ first: FrameNumber, _ count: Int, in memory: inout PhysicalMemory) {
    for offset in 0..<Int32(count) {
      memory.free(FrameNumber(rawValue: first.rawValue + offset))
    }
  }
}
