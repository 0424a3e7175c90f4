extension PageTableFormat {
  /// The 64-bit entries of x86: x86_64's four levels, and i386's three with PAE.
  ///
  /// Bits: P 0, R/W 1, U/S 2, A 5, D 6, PS 7, XD 63, address 51:12. An entry without P is Linux's:
  /// bit 8 keeps a page for `PROT_NONE`; a swapped page has its offset inverted in bits 58:14, which
  /// keeps speculation away from real frames (L1TF).
  ///
  /// Sources: Intel SDM vol. 3 ch. 4 (tables 4-11, 4-20); arch/x86/include/asm/pgtable_64.h.
  ///
  /// - Parameters:
  ///   - lastLevel: The level whose entries map ordinary pages.
  ///   - rootHasRights: Whether entries of the root say R/W, U/S and A; PAE's four do not.
  static func x86(lastLevel: Int, rootHasRights: Bool) -> PageTableFormat {
    let present: UInt64 = 1 << 0
    let writable: UInt64 = 1 << 1
    let user: UInt64 = 1 << 2
    let accessed: UInt64 = 1 << 5
    let dirty: UInt64 = 1 << 6
    let large: UInt64 = 1 << 7
    let protNone: UInt64 = 1 << 8
    let noExecute: UInt64 = 1 << 63
    let addressMask: UInt64 = 0x000F_FFFF_FFFF_F000
    let swapMask: UInt64 = (1 << 59 - 1) & ~(1 << 14 - 1)

    return PageTableFormat(
      encode: { entry, level in
        switch entry {
        case .empty: return 0
        case .table(let address, let limits):
          var bits = UInt64(bitPattern: address) & addressMask | present
          guard level > 0 || rootHasRights else { return bits }
          if limits.contains(.write) { bits |= writable }
          if limits.contains(.user) { bits |= user }
          if !limits.contains(.execute) { bits |= noExecute }
          return bits
        case .page(let address, let permission, let isAccessed, let isDirty):
          var bits = UInt64(bitPattern: address) & addressMask | present
          if level < lastLevel { bits |= large }
          if permission.contains(.write) { bits |= writable }
          if permission.contains(.user) { bits |= user }
          if !permission.contains(.execute) { bits |= noExecute }
          if isAccessed { bits |= accessed }
          if isDirty { bits |= dirty }
          return bits
        case .withheld(let address):
          return UInt64(bitPattern: address) & addressMask | protNone
        case .swapped(let slot): return ~(swapOffset(of: slot) << 14) & swapMask
        }
      },
      decode: { bits, level in
        guard bits & present != 0 else {
          if bits == 0 { return .empty }
          if bits & protNone != 0 { return .withheld(Int64(bitPattern: bits & addressMask)) }
          return .swapped(swapSlot(at: (~bits & swapMask) >> 14))
        }
        let address = Int64(bitPattern: bits & addressMask)
        var permission: PagePermission = []
        if bits & writable != 0 { permission.insert(.write) }
        if bits & user != 0 { permission.insert(.user) }
        if bits & noExecute == 0 { permission.insert(.execute) }
        if level < lastLevel, bits & large == 0 {
          return .table(address, limits: level > 0 || rootHasRights ? permission : .all)
        }
        return .page(
          address, permission, isAccessed: bits & accessed != 0, isDirty: bits & dirty != 0)
      },
      touch: { bits, level, isWrite in
        guard level > 0 || rootHasRights else { return bits }
        return bits | accessed | (isWrite ? dirty : 0)
      })
  }
}
