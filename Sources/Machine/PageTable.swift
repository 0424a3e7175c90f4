public import Catalogue

/// What a page may be used for.
@frozen
public struct PagePermission: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8
  /// Makes a set from its bits.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// It may be written.
  public static let write = PagePermission(rawValue: 1)
  /// Instructions may be fetched from it.
  public static let execute = PagePermission(rawValue: 2)
  /// User mode may use it.
  public static let user = PagePermission(rawValue: 4)
}

/// Builds and reads page tables that lie in physical memory, entry by entry, in the format that the
/// architecture describes.
public struct PageTable: Sendable {
  /// The levels from the root.
  public let levels: [PageTableLevel]
  /// The bits of an entry.
  public let format: PageTableEntryFormat
  /// The frame of the root table.
  public let root: FrameNumber

  /// Looks at the table with a root.
  public init(architecture: Architecture, root: FrameNumber) {
    levels = architecture.pageTable
    format = architecture.entryFormat
    self.root = root
  }

  /// The physical address of the entry that an address chooses in a table of a level.
  func entryAddress(table: Int64, level: Int, address: UInt64) -> Int64 {
    let shape = levels[level]
    let index = address >> UInt64(shape.shift) & (1 << UInt64(shape.bits) - 1)
    return table + Int64(index) * 8
  }

  /// The entry bits for a permission.
  func bits(_ permission: PagePermission) -> UInt64 {
    var bits = format.present
    if permission.contains(.write) { bits |= format.writable }
    if permission.contains(.user) { bits |= format.user }
    if !permission.contains(.execute) { bits |= format.noExecute }
    return bits
  }

  /// Maps the page of an address to a frame, making the tables on the way.
  ///
  /// - Parameter largeLevel: The level at which to map a large page; `nil` for an ordinary one.
  /// - Returns: The frames taken for tables, in order; `nil` when memory is full: tables made on the
  ///   way stay, empty.
  public func map(
    _ address: UInt64, to physical: Int64, _ permission: PagePermission, largeLevel: Int? = nil,
    in memory: inout PhysicalMemory
  ) -> [FrameNumber]? {
    var made: [FrameNumber] = []
    var table = memory.address(of: root)
    let last = largeLevel ?? levels.count - 1
    for level in 0..<last {
      let place = entryAddress(table: table, level: level, address: address)
      var entry = memory.word(at: place)
      if entry & format.present == 0 {
        guard let frame = memory.allocate() else { return nil }
        made.append(frame)
        // Upper levels permit everything that a page below may want; the last entry decides.
        entry = UInt64(memory.address(of: frame)) | format.present | format.writable
        if permission.contains(.user) { entry |= format.user }
        memory.store(entry, at: place)
      }
      table = Int64(entry & format.addressMask)
    }
    let place = entryAddress(table: table, level: last, address: address)
    var entry = UInt64(physical) & format.addressMask | bits(permission)
    if largeLevel != nil { entry |= format.large }
    memory.store(entry, at: place)
    return made
  }

  /// The last entry that an address leads to, whether or not it is present, and where it lies;
  /// `nil` when a table on the way is missing.
  public func entry(
    for address: UInt64, in memory: borrowing PhysicalMemory
  ) -> (entry: UInt64, place: Int64, level: Int)? {
    var table = memory.address(of: root)
    for level in levels.indices {
      let place = entryAddress(table: table, level: level, address: address)
      let entry = memory.word(at: place)
      if level == levels.count - 1 || entry & format.large != 0 && levels[level].mayMapLargePage {
        return (entry, place, level)
      }
      guard entry & format.present != 0 else { return nil }
      table = Int64(entry & format.addressMask)
    }
    return nil
  }

  /// Gives back all page frames and tables below the user half of the root, and the root itself.
  ///
  /// - Parameter isOwned: Whether a mapped page frame belongs to this address space alone.
  /// - Returns: How many frames were given back.
  public func free(
    userEnd: UInt64, in memory: inout PhysicalMemory, isOwned: (FrameNumber) -> Bool
  ) -> Int {
    let before = memory.freeCount
    let rootShift = UInt64(levels[0].shift)
    let userEntries = Int(userEnd >> rootShift) + 1
    freeEntries(
      table: memory.address(of: root), level: 0, count: userEntries, in: &memory, isOwned: isOwned)
    memory.free(root)
    return memory.freeCount - before
  }

  private func freeEntries(
    table: Int64, level: Int, count: Int, in memory: inout PhysicalMemory,
    isOwned: (FrameNumber) -> Bool
  ) {
    // Depth is the number of levels, four or five: recursion is bounded by the architecture.
    for index in 0..<count {
      let place = table + Int64(index) * 8
      let entry = memory.word(at: place)
      guard entry & format.present != 0 else { continue }
      let target = memory.frame(at: Int64(entry & format.addressMask))
      if level == levels.count - 1 {
        if isOwned(target) { memory.free(target) }
      } else {
        freeEntries(
          table: memory.address(of: target), level: level + 1,
          count: 1 << Int(levels[level + 1].bits), in: &memory, isOwned: isOwned)
        memory.free(target)
      }
      memory.store(0, at: place)
    }
  }
}
