extension PageTableFormat {
  /// The descriptors of arm64, and of arm with LPAE: 8 bytes, valid 0, table 1, AP[1] (user) 6,
  /// AP[2] (read-only) 7, AF 10, DBM 51, PXN 53, UXN 54.
  ///
  /// A writable page that is clean is read-only with DBM set; the CPU clears AP[2] at the first
  /// write (FEAT_HAFDBS, Linux's PTE_WRITE). Bit 55 keeps the mark of a page that may not be written
  /// any more. A descriptor that is not valid is Linux's: bit 58 keeps a page for `PROT_NONE`, and
  /// the number of a swap slot stands from bit 8 on.
  ///
  /// Sources: Arm ARM D8.3 (VMSAv8-64 descriptor formats), G5.5 (long-descriptor format);
  /// arch/arm64/include/asm/pgtable-hwdef.h and pgtable-prot.h, arch/arm/include/asm/pgtable-3level.h.
  static func longDescriptors(lastLevel: Int) -> PageTableFormat {
    let valid: UInt64 = 1 << 0
    let table: UInt64 = 1 << 1
    let user: UInt64 = 1 << 6
    let readOnly: UInt64 = 1 << 7
    let accessed: UInt64 = 1 << 10
    let mayWrite: UInt64 = 1 << 51
    let kernelNoExecute: UInt64 = 1 << 53
    let userNoExecute: UInt64 = 1 << 54
    let wasDirty: UInt64 = 1 << 55
    let protNone: UInt64 = 1 << 58
    let addressMask: UInt64 = 0x0000_FFFF_FFFF_F000

    return PageTableFormat(
      encode: { entry, level in
        switch entry {
        case .empty: return 0
        case .table(let address, _):
          return UInt64(bitPattern: address) & addressMask | valid | table
        case .page(let address, let permission, let isAccessed, let isDirty):
          var bits = UInt64(bitPattern: address) & addressMask | valid
          if level == lastLevel { bits |= table }
          if permission.contains(.user) {
            // What a user page holds is not for the kernel to execute.
            bits |= user | kernelNoExecute
            if !permission.contains(.execute) { bits |= userNoExecute }
          } else {
            bits |= userNoExecute
            if !permission.contains(.execute) { bits |= kernelNoExecute }
          }
          if permission.contains(.write) { bits |= mayWrite }
          if !(permission.contains(.write) && isDirty) { bits |= readOnly }
          if isDirty, !permission.contains(.write) { bits |= wasDirty }
          if isAccessed { bits |= accessed }
          return bits
        case .withheld(let address): return UInt64(bitPattern: address) & addressMask | protNone
        case .swapped(let slot): return swapOffset(of: slot) << 8 & (1 << 58 - 1)
        }
      },
      decode: { bits, level in
        guard bits & valid != 0 else {
          if bits == 0 { return .empty }
          if bits & protNone != 0 { return .withheld(Int64(bitPattern: bits & addressMask)) }
          return .swapped(swapSlot(at: bits >> 8))
        }
        let address = Int64(bitPattern: bits & addressMask)
        if level < lastLevel, bits & table != 0 { return .table(address, limits: .all) }
        var permission: PagePermission = []
        if bits & mayWrite != 0 { permission.insert(.write) }
        if bits & user != 0 { permission.insert(.user) }
        if bits & (bits & user != 0 ? userNoExecute : kernelNoExecute) == 0 {
          permission.insert(.execute)
        }
        let isDirty = bits & mayWrite != 0 && bits & readOnly == 0 || bits & wasDirty != 0
        return .page(address, permission, isAccessed: bits & accessed != 0, isDirty: isDirty)
      },
      touch: { bits, level, isWrite in
        if level < lastLevel, bits & table != 0 { return bits }
        let used = bits | accessed
        return isWrite && bits & mayWrite != 0 ? used & ~readOnly : used
      })
  }
}
