/// Where the fields of `struct stat` lie, which differs between architectures and between calls.
///
/// Sources: arch/x86/include/uapi/asm/stat.h, arch/arm/include/uapi/asm/stat.h,
/// include/uapi/asm-generic/stat.h (arm64, riscv64, loongarch64), arch/mips/include/uapi/asm/stat.h
/// (n64), arch/powerpc/include/uapi/asm/stat.h, arch/s390/include/uapi/asm/stat.h. Memory here holds
/// numbers with their lowest byte first on every architecture.
public struct StatLayout: Sendable, Hashable {
  /// What is told of a file.
  public enum Field: Sendable, CaseIterable {
    case device, inode, mode, links, uid, gid, specialDevice, size, blockSize, blocks
  }

  /// A field's first byte and its size.
  public struct Place: Sendable, Hashable {
    /// Offset from the beginning of the structure.
    public var offset: Int
    /// How many bytes it has.
    public var byteCount: Int

    init(_ offset: Int, _ byteCount: Int) {
      self.offset = offset
      self.byteCount = byteCount
    }
  }

  /// Bytes of the structure.
  public let byteCount: Int
  private let places: [Field: Place]
  /// A second place of the inode number, behind the others.
  private let lastInode: Place?

  private init(
    bytes: Int, device: Place, inode: Place, mode: Place, links: Place, uid: Place, gid: Place,
    special: Place, size: Place, blockSize: Place, blocks: Place, lastInode: Place? = nil
  ) {
    byteCount = bytes
    self.lastInode = lastInode
    places = [
      .device: device, .inode: inode, .mode: mode, .links: links, .uid: uid, .gid: gid,
      .specialDevice: special, .size: size, .blockSize: blockSize, .blocks: blocks,
    ]
  }

  /// The layout that a call uses: `stat`, `fstat` and `newfstatat` have the same one, except that
  /// 32-bit machines keep an old one with small fields for the first two.
  public static func layout(of architecture: String, isOld: Bool) -> StatLayout {
    switch architecture {
    case "x86_64", "powerpc64": wide
    case "s390x": s390x
    case "mips": mips
    case "i386", "i386_sysenter": isOld ? old : i386
    case "arm": isOld ? old : arm
    default: generic
    }
  }

  /// The structure's bytes; `nil` when a value does not fit into its field (EOVERFLOW).
  public func bytes(_ values: [Field: Int64]) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var all = places.map { ($0.value, values[$0.key] ?? 0) }
    if let lastInode { all.append((lastInode, values[.inode] ?? 0)) }
    for (place, value) in all {
      if place.byteCount < 8, value >> Int64(place.byteCount * 8) != 0 { return nil }
      for byte in 0..<place.byteCount {
        bytes[place.offset + byte] = UInt8(truncatingIfNeeded: value >> Int64(byte * 8))
      }
    }
    return bytes
  }

  /// Where a field lies.
  public func place(of field: Field) -> Place { places[field] ?? Place(0, 0) }

  private static let wide = StatLayout(
    bytes: 144, device: Place(0, 8), inode: Place(8, 8), mode: Place(24, 4), links: Place(16, 8),
    uid: Place(28, 4), gid: Place(32, 4), special: Place(40, 8), size: Place(48, 8),
    blockSize: Place(56, 8), blocks: Place(64, 8))
  private static let s390x = StatLayout(
    bytes: 144, device: Place(0, 8), inode: Place(8, 8), mode: Place(24, 4), links: Place(16, 8),
    uid: Place(28, 4), gid: Place(32, 4), special: Place(40, 8), size: Place(48, 8),
    blockSize: Place(104, 8), blocks: Place(112, 8))
  private static let generic = StatLayout(
    bytes: 128, device: Place(0, 8), inode: Place(8, 8), mode: Place(16, 4), links: Place(20, 4),
    uid: Place(24, 4), gid: Place(28, 4), special: Place(32, 8), size: Place(48, 8),
    blockSize: Place(56, 4), blocks: Place(64, 8))
  private static let mips = StatLayout(
    bytes: 104, device: Place(0, 4), inode: Place(16, 8), mode: Place(24, 4), links: Place(28, 4),
    uid: Place(32, 4), gid: Place(36, 4), special: Place(40, 4), size: Place(56, 8),
    blockSize: Place(88, 4), blocks: Place(96, 8))
  private static let old = StatLayout(
    bytes: 64, device: Place(0, 4), inode: Place(4, 4), mode: Place(8, 2), links: Place(10, 2),
    uid: Place(12, 2), gid: Place(14, 2), special: Place(16, 4), size: Place(20, 4),
    blockSize: Place(24, 4), blocks: Place(28, 4))
  private static let i386 = StatLayout(
    bytes: 96, device: Place(0, 8), inode: Place(12, 4), mode: Place(16, 4), links: Place(20, 4),
    uid: Place(24, 4), gid: Place(28, 4), special: Place(32, 8), size: Place(44, 8),
    blockSize: Place(52, 4), blocks: Place(56, 8), lastInode: Place(88, 8))
  private static let arm = StatLayout(
    bytes: 104, device: Place(0, 8), inode: Place(12, 4), mode: Place(16, 4), links: Place(20, 4),
    uid: Place(24, 4), gid: Place(28, 4), special: Place(32, 8), size: Place(48, 8),
    blockSize: Place(56, 4), blocks: Place(64, 8), lastInode: Place(96, 8))
}

/// The numbers behind `AT_…`.
public enum PathFlags {
  /// A symbolic link in the last component is not followed.
  public static let noFollow: Int64 = 0x100
  /// With `unlinkat`: a directory is to be removed.
  public static let removeDirectory: Int64 = 0x200
  /// Nothing is mounted on the way (there is no automounter here).
  public static let noAutomount: Int64 = 0x800
  /// An empty path means the descriptor's own file.
  public static let emptyPath: Int64 = 0x1000
}
