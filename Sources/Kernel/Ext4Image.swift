import Program

/// The on-disk format: the part of ext4 that this kernel reads.
///
/// Superblock, group descriptor, bitmaps, inode table with 256-byte inodes, linear directories,
/// extents inside the inode, fast symbolic links. Block size is the page size. Sources:
/// Documentation/filesystems/ext4 (inodes, directory entries, extents) in torvalds/linux.
enum Ext4 {
  static let inodeBytes = 256
  static let rootNumber: Int64 = 2
  static let firstNumber: Int64 = 12
  static let extentsFlag: UInt32 = 0x8_0000
  static let extentMagic: UInt16 = 0xF30A
  /// A longer target gets a block of its own.
  static let fastLinkBytes = 59
  static let modeDirectory: Int64 = 0o040000
  static let modeFile: Int64 = 0o100000
  static let modeLink: Int64 = 0o120000
  static let modeMask: Int64 = 0o170000

  /// What an inode's 256 bytes say.
  struct Record {
    var mode: Int64
    var uid: Int64
    var gid: Int64
    var size: Int64
    var extents: [Extent]
    var target: [UInt8]
    /// How many directory entries lead to it; for a directory also its own "." and the ".." of those
    /// in it.
    var links: Int64 = 1
  }

  /// Reads an inode; `nil` when the bytes are none.
  static func decode(_ bytes: some RandomAccessCollection<UInt8>) -> Record? {
    let bytes = Array(bytes)
    guard bytes.count == inodeBytes else { return nil }
    func read(_ offset: Int, _ count: Int) -> Int64 {
      (0..<count).reduce(0) { $0 | Int64(bytes[offset + $1]) << Int64($1 * 8) }
    }
    let mode = read(0, 2)
    guard mode != 0 else { return nil }
    let size = read(4, 4) | read(108, 4) << 32
    var record = Record(
      mode: mode, uid: read(2, 2) | read(120, 2) << 16, gid: read(24, 2) | read(122, 2) << 16,
      size: size, extents: [], target: [], links: read(26, 2))
    if read(32, 4) & Int64(extentsFlag) != 0 {
      guard read(40, 2) == Int64(extentMagic) else { return nil }
      for index in 0..<min(4, Int(read(42, 2))) {
        let base = 52 + index * 12
        record.extents.append(
          Extent(
            page: read(base, 4), block: read(base + 8, 4) | read(base + 6, 2) << 32,
            count: read(base + 4, 2)))
      }
    } else if mode & modeMask == modeLink {
      record.target = Array(bytes[40..<40 + min(Int(size), fastLinkBytes)])
    }
    return record
  }

  /// Writes an inode.
  static func encode(_ record: Record) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: inodeBytes)
    func write(_ value: Int64, _ offset: Int, _ count: Int) {
      for byte in 0..<count {
        bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> Int64(byte * 8))
      }
    }
    write(record.mode, 0, 2)
    write(record.uid, 2, 2)
    write(record.uid >> 16, 120, 2)
    write(record.gid, 24, 2)
    write(record.gid >> 16, 122, 2)
    write(record.links, 26, 2)
    write(record.size, 4, 4)
    write(record.size >> 32, 108, 4)
    if record.mode & modeMask == modeLink, record.target.count <= fastLinkBytes {
      bytes.replaceSubrange(40..<40 + record.target.count, with: record.target)
    } else {
      write(Int64(extentsFlag), 32, 4)
      write(Int64(extentMagic), 40, 2)
      write(Int64(record.extents.count), 42, 2)
      write(4, 44, 2)
      for (index, extent) in record.extents.prefix(4).enumerated() {
        write(extent.page, 52 + index * 12, 4)
        write(extent.count, 56 + index * 12, 2)
        write(extent.block >> 32, 58 + index * 12, 2)
        write(extent.block, 60 + index * 12, 4)
      }
    }
    return bytes
  }

  /// Goes through one directory block, entry by entry, up to its end or to what is no entry.
  private struct Entries: Sequence, IteratorProtocol {
    let block: [UInt8]
    let blockBytes: Int
    private var offset = 0

    init(of block: [UInt8], blockBytes: Int) {
      self.block = block
      self.blockBytes = blockBytes
    }

    /// Where the next name stands, and the number of its inode.
    mutating func next() -> (name: Range<Int>, number: Int64)? {
      while offset + 8 <= block.count {
        let place = offset
        let length = Int(block[place + 4]) | Int(block[place + 5]) << 8
        let nameLength = Int(block[place + 6])
        guard length >= 8, place + length <= blockBytes, 8 + nameLength <= length,
          place + 8 + nameLength <= block.count
        else { return nil }
        offset += length
        let low = Int64(block[place]) | Int64(block[place + 1]) << 8
        let number = low | Int64(block[place + 2]) << 16 | Int64(block[place + 3]) << 24
        if number != 0 { return (place + 8..<place + 8 + nameLength, number) }
      }
      return nil
    }
  }

  /// The entries of one directory block, in order.
  static func entries(_ block: [UInt8]) -> [(name: ArraySlice<UInt8>, number: Int64)] {
    Entries(of: block, blockBytes: block.count).map { (block[$0.name], $0.number) }
  }

  /// The number of the inode that a name leads to; `nil` when the directory block does not have it.
  /// Zeros at the block's end may be missing.
  static func number(of name: [UInt8], in block: [UInt8], blockBytes: Int) -> Int64? {
    for entry in Entries(of: block, blockBytes: blockBytes)
    where entry.name.count == name.count
      && name.indices.allSatisfy({ block[entry.name.lowerBound + $0] == name[$0] })
    {
      return entry.number
    }
    return nil
  }

  /// A directory block with one more entry; `nil` when it has no room. An entry's length reaches to
  /// the next one, so that room is found behind each name.
  static func adding(
    _ name: [UInt8], number: Int64, kind: UInt8, to block: [UInt8]
  ) -> [UInt8]? {
    let needed = (8 + name.count + 3) & ~3
    var changed = block
    var offset = 0
    while offset + 8 <= block.count {
      let length = Int(block[offset + 4]) | Int(block[offset + 5]) << 8
      guard length >= 8, offset + length <= block.count else { return nil }
      let isFree = block[offset..<offset + 4].allSatisfy { $0 == 0 }
      let used = isFree ? 0 : (8 + Int(block[offset + 6]) + 3) & ~3
      if length >= used + needed {
        func setLength(_ length: Int, at place: Int) {
          changed[place + 4] = UInt8(truncatingIfNeeded: length)
          changed[place + 5] = UInt8(truncatingIfNeeded: length >> 8)
        }
        if used > 0 { setLength(used, at: offset) }
        let place = offset + used
        setLength(length - used, at: place)
        for byte in 0..<4 {
          changed[place + byte] = UInt8(truncatingIfNeeded: number >> Int64(byte * 8))
        }
        changed[place + 6] = UInt8(truncatingIfNeeded: name.count)
        changed[place + 7] = kind
        changed.replaceSubrange(place + 8..<place + 8 + name.count, with: name)
        return changed
      }
      offset += length
    }
    return nil
  }

  /// A directory block without an entry; `nil` when it does not have it.
  static func removing(_ name: [UInt8], from block: [UInt8]) -> [UInt8]? {
    var changed = block
    var offset = 0
    while offset + 8 <= block.count {
      let length = Int(block[offset + 4]) | Int(block[offset + 5]) << 8
      let nameLength = Int(block[offset + 6])
      guard length >= 8, offset + length <= block.count, 8 + nameLength <= length else {
        return nil
      }
      let isUsed = block[offset..<offset + 4].contains { $0 != 0 }
      if isUsed, block[offset + 8..<offset + 8 + nameLength].elementsEqual(name) {
        for byte in 0..<4 { changed[offset + byte] = 0 }
        return changed
      }
      offset += length
    }
    return nil
  }

  /// Packs entries into whole blocks.
  static func directoryBlocks(
    _ entries: [(name: [UInt8], number: Int64, kind: UInt8)], blockBytes: Int
  ) -> [[UInt8]] {
    packed(entries, blockBytes: blockBytes).map { block in
      block + [UInt8](repeating: 0, count: blockBytes - block.count)
    }
  }

  /// Packs entries into blocks, each without the zeros at its end; the last entry of a block reaches to
  /// its end.
  private static func packed(
    _ entries: [(name: [UInt8], number: Int64, kind: UInt8)], blockBytes: Int
  ) -> [[UInt8]] {
    var blocks: [[UInt8]] = []
    var block: [UInt8] = []
    var lastStart = 0
    func close() {
      let length = blockBytes - lastStart
      block[lastStart + 4] = UInt8(truncatingIfNeeded: length)
      block[lastStart + 5] = UInt8(truncatingIfNeeded: length >> 8)
      blocks.append(block)
      block = []
    }
    for entry in entries {
      let name = entry.name.prefix(255)
      let length = (8 + name.count + 3) & ~3
      if block.count + length > blockBytes { close() }
      lastStart = block.count
      for byte in 0..<4 { block.append(UInt8(truncatingIfNeeded: entry.number >> Int64(byte * 8))) }
      block.append(UInt8(truncatingIfNeeded: length))
      block.append(UInt8(truncatingIfNeeded: length >> 8))
      block.append(UInt8(truncatingIfNeeded: name.count))
      block.append(entry.kind)
      block.append(contentsOf: name)
      while block.count % 4 != 0 { block.append(0) }
    }
    if block.isEmpty {
      block = [0, 0, 0, 0, 8, 0, 0, 0]
      lastStart = 0
    }
    close()
    return blocks
  }

  /// A new file system: the disk's first blocks, each without the zeros at its end, and its geometry.
  struct Image {
    var content: [[UInt8]]
    var inodeTable: Int64
    var nextNumber: Int64
    var inodeCapacity: Int64
    var freeBlocks: Int64
  }

  /// How many blocks a disk has: 1 GiB of 4 KiB blocks.
  static let diskBlocks: Int64 = 1 << 18

  /// What lies in what, by the positions of nodes.
  private struct Tree {
    /// The number that each node's inode gets.
    var numbers: [Int64] = []
    /// That of the directory it lies in; the root lies in itself.
    var parentNumbers: [Int64] = []
    /// The entries of each directory besides its own and its parent's.
    var children: [[(name: [UInt8], number: Int64, kind: UInt8)]]
    /// The number that the next inode gets.
    var nextNumber = firstNumber

    init(_ nodes: [NodeConfiguration]) {
      children = Array(repeating: [], count: nodes.count)
      var positions: [String: Int] = [:]
      positions.reserveCapacity(nodes.count)
      for (position, node) in nodes.enumerated() {
        positions[node.path] = position
        if node.path.isEmpty {
          numbers.append(rootNumber)
          parentNumbers.append(rootNumber)
          continue
        }
        let path = node.path.utf8
        let slash = path.lastIndex(of: 0x2F)
        // Parents come before children.
        let parent = positions[slash.map { String(node.path[..<$0]) } ?? ""]
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let kind: UInt8 =
          switch node.content {
          case .directory: 2
          case .bytes, .zeros: 1
          case .link: 7
          }
        if let parent { children[parent].append((Array(name), nextNumber, kind)) }
        parentNumbers.append(parent.map { numbers[$0] } ?? rootNumber)
        numbers.append(nextNumber)
        nextNumber += 1
      }
    }
  }

  /// Makes a file system that holds some nodes; `nodes` are paths relative to its root, parents
  /// before children, the root itself first (empty path).
  static func make(_ nodes: [NodeConfiguration], blockBytes: Int) -> Image {
    let perBlock = Int64(blockBytes / inodeBytes)
    let capacity = (firstNumber + Int64(nodes.count) + 1024 + perBlock) / perBlock * perBlock
    let inodeTable: Int64 = 4
    var nextBlock = inodeTable + capacity / perBlock
    let tree = Tree(nodes)
    let nextNumber = tree.nextNumber

    var blocks: [(block: Int64, bytes: [UInt8])] = []
    var records: [(number: Int64, record: Record)] = []
    var zeros: [(place: Int, size: Int64)] = []
    for (position, node) in nodes.enumerated() {
      let number = tree.numbers[position]
      var record = Record(
        mode: node.mode & 0o7777, uid: node.uid, gid: node.gid, size: 0, extents: [], target: [])
      var pages: [[UInt8]] = []
      switch node.content {
      case .directory:
        record.mode |= modeDirectory
        let children = tree.children[position]
        record.links = 2 + Int64(children.count { $0.kind == 2 })
        pages = packed(
          [(Array(".".utf8), number, 2), (Array("..".utf8), tree.parentNumbers[position], 2)]
            + children, blockBytes: blockBytes)
        record.size = Int64(pages.count * blockBytes)
      case .bytes(let bytes):
        record.mode |= modeFile
        record.size = Int64(bytes.count)
        pages = stride(from: 0, to: bytes.count, by: blockBytes).map {
          Array(bytes[$0..<min($0 + blockBytes, bytes.count)])
        }
      case .zeros(let size):
        record.mode |= modeFile
        record.size = size
        zeros.append((records.count, size))
      case .link(let target):
        record.mode |= modeLink
        record.target = Array(target.utf8)
        record.size = Int64(record.target.count)
        if record.target.count > fastLinkBytes { pages = [record.target] }
      }
      if !pages.isEmpty {
        record.extents = [Extent(page: 0, block: nextBlock, count: Int64(pages.count))]
        for page in pages {
          blocks.append((nextBlock, page))
          nextBlock += 1
        }
      }
      records.append((number, record))
    }
    let contentBlocks = nextBlock
    // Files of zeros get their blocks last: the content need not be kept.
    for (place, size) in zeros {
      var remaining = (size + Int64(blockBytes) - 1) / Int64(blockBytes)
      var page: Int64 = 0
      while remaining > 0, records[place].record.extents.count < 4 {
        let count = min(remaining, 32_768)
        records[place].record.extents.append(Extent(page: page, block: nextBlock, count: count))
        page += count
        nextBlock += count
        remaining -= count
      }
    }

    var content = [[UInt8]](repeating: [], count: Int(contentBlocks))
    // The superblock's magic number, 0xEF53, at byte 56 of the superblock at byte 1024.
    content[0] = [UInt8](repeating: 0, count: 1024 + 56) + [0x53, 0xEF]
    for (block, bytes) in blocks { content[Int(block)] = bytes }
    // Blocks are not shared by two inodes: their size is a multiple of an inode's.
    for (number, record) in records.sorted(by: { $0.number < $1.number }) {
      let block = Int(inodeTable + (number - 1) / perBlock)
      let offset = Int((number - 1) % perBlock) * inodeBytes
      content[block].append(
        contentsOf: repeatElement(0, count: max(0, offset - content[block].count)))
      content[block] += encode(record)
    }
    return Image(
      content: content, inodeTable: inodeTable, nextNumber: nextNumber, inodeCapacity: capacity,
      freeBlocks: max(0, diskBlocks - nextBlock))
  }
}
