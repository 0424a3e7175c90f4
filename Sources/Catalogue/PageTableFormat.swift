/// One level of a page table: which bits of an address choose the entry.
public struct PageTableLevel: Sendable, Hashable {
  /// What manuals call the table: PML4, PDPT, PD, PT.
  public let name: String
  /// The lowest address bit of the index.
  public let shift: UInt8
  /// How many bits the index has.
  public let bits: UInt8
  /// Whether an entry may map a large page at this level.
  public let mayMapLargePage: Bool

  /// Makes a level.
  public init(_ name: String, shift: UInt8, bits: UInt8, mayMapLargePage: Bool) {
    self.name = name
    self.shift = shift
    self.bits = bits
    self.mayMapLargePage = mayMapLargePage
  }
}

/// What a page may be used for. Reading is permitted unless ``noRead`` says otherwise.
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
  /// It may not be read; only architectures that have pages for execution alone can say so.
  public static let noRead = PagePermission(rawValue: 8)

  /// Everything: what a level of a page table permits that has no rights of its own.
  public static let all: PagePermission = [.write, .execute, .user]
}

/// What one entry of a page table says, whatever bits the architecture says it with.
public enum TableEntry: Sendable, Hashable {
  /// Nothing was ever put here.
  case empty
  /// The next table lies at a physical address; pages below it have these rights at most.
  case table(Int64, limits: PagePermission)
  /// A page (or, above the last level, a large page) lies at a physical address.
  case page(Int64, PagePermission, isAccessed: Bool, isDirty: Bool)
  /// A page lies at a physical address, but nobody may use it (`PROT_NONE`): it is not present.
  case withheld(Int64)
  /// The page's content is in this slot of the swap area: it is not present.
  case swapped(Int64)
}

/// How an architecture writes the entries of its page tables: 8 bytes each.
public struct PageTableFormat: Sendable {
  /// The bits of an entry of a level.
  public let encode: @Sendable (_ entry: TableEntry, _ level: Int) -> UInt64
  /// What the bits of an entry of a level say.
  public let decode: @Sendable (_ bits: UInt64, _ level: Int) -> TableEntry
  /// The bits of an entry after the CPU has used it on its way: marked as accessed, and the last
  /// one, at a write, as dirty.
  public let touch: @Sendable (_ bits: UInt64, _ level: Int, _ isWrite: Bool) -> UInt64

  /// Makes a format.
  public init(
    encode: @escaping @Sendable (_ entry: TableEntry, _ level: Int) -> UInt64,
    decode: @escaping @Sendable (_ bits: UInt64, _ level: Int) -> TableEntry,
    touch: @escaping @Sendable (_ bits: UInt64, _ level: Int, _ isWrite: Bool) -> UInt64
  ) {
    self.encode = encode
    self.decode = decode
    self.touch = touch
  }

  /// The number that stands for a swap slot in an entry: page 0 of a swap area is its header, so
  /// that slots are counted from 1 and no swapped entry is empty.
  static func swapOffset(of slot: Int64) -> UInt64 { UInt64(truncatingIfNeeded: slot) &+ 1 }

  /// The swap slot that a number in an entry stands for.
  static func swapSlot(at offset: UInt64) -> Int64 { Int64(truncatingIfNeeded: offset) &- 1 }
}

/// What an access to memory wants.
public enum AccessKind: UInt32, Sendable, CaseIterable {
  case read
  case write
  case execute

  /// The name in sentences.
  public var name: String { "\(self)" }
}
