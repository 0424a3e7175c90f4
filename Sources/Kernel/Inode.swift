import Trace

/// What an inode is.
enum InodeKind: Sendable {
  case directory
  case file
  case link
  case console
  /// `/dev/null`: takes everything and gives nothing.
  case null
  /// `/dev/zero`: takes everything and gives zeros.
  case zero
  /// A serial line or a keyboard.
  case line
  case pipe
  /// A device whose driver is a module.
  case device
  /// A file of `/proc`.
  case proc
}

/// A run of blocks of a file that follow each other on the disk.
struct Extent: Sendable, Hashable {
  /// First page of the file.
  var page: Int64
  /// First block on the disk.
  var block: Int64
  /// How many.
  var count: Int64
}

/// An inode in memory; its number here (its *handle*) is its position in the table of inodes.
struct Inode: Sendable {
  /// Position of its file system.
  var fileSystem: Int
  /// Its number in the file system.
  var number: Int64
  var kind: InodeKind
  var mode: Int64
  var uid: Int64
  var gid: Int64
  var size: Int64
  var extents: [Extent] = []
  /// A link's target; empty when it is in a block of its own and that was not read yet.
  var target: [UInt8] = []
  /// The directory it was found in; a root is its own parent.
  var parent: Int
  /// The root of the file system mounted on this directory, or -1.
  var mountedRoot = -1
  /// Which line it stands for, for a ``InodeKind/line``: a position in the kernel's `lines`.
  var line = 0
  /// What it tells, for a file of `/proc`.
  var proc: ProcFile?
  /// When a server last told of it, for files of servers.
  var attributesTime: Int64 = 0
  /// How many directory entries lead to it.
  var links: Int64 = 1
  /// Whether size, blocks or owner differ from what the disk says.
  var isDirty = false
  /// How many of its pages could not be written back so far.
  var writeErrors: Int64 = 0

  /// Whether reading and writing happen at a position that can be moved.
  var hasPositions: Bool { kind != .console && kind != .line && kind != .pipe }

  /// The disk block behind a page; `nil` in a hole or past the end.
  func block(ofPage page: Int64) -> Int64? {
    for extent in extents where page >= extent.page && page < extent.page + extent.count {
      return extent.block + (page - extent.page)
    }
    return nil
  }

  /// Says which block is behind a page that had none.
  mutating func setBlock(_ block: Int64, ofPage page: Int64) {
    let place = extents.firstIndex { $0.page > page } ?? extents.count
    if place > 0, extents[place - 1].page + extents[place - 1].count == page,
      extents[place - 1].block + extents[place - 1].count == block
    {
      extents[place - 1].count += 1
    } else {
      extents.insert(Extent(page: page, block: block, count: 1), at: place)
    }
  }

  /// Takes away the blocks behind the pages from one on, and returns them, the last first.
  mutating func removeBlocks(fromPage page: Int64) -> [Extent] {
    var removed: [Extent] = []
    while var last = extents.last, last.page + last.count > page {
      extents.removeLast()
      let kept = max(0, page - last.page)
      if kept > 0 { extents.append(Extent(page: last.page, block: last.block, count: kept)) }
      last.page += kept
      last.block += kept
      last.count -= kept
      removed.append(last)
    }
    return removed
  }
}

/// A mounted file system.
struct FileSystem: Sendable {
  /// Position of its disk; `nil` in memory.
  var disk: Int?
  /// Handle of its root directory.
  var root = -1
  /// First block of the inode table, on a disk.
  var inodeTable: Int64 = 0
  /// The number that the next new inode gets.
  var nextNumber: Int64 = 0
  /// How many inodes there can be.
  var inodeCapacity: Int64 = 0
  /// Blocks that no file has, nor has been promised.
  var freeBlocks: Int64 = 0
  /// The first block that no file ever had.
  var nextBlock: Int64 = 0
  /// Blocks that files had and gave back; the last run is used first.
  var returnedBlocks: [Extent] = []

  /// Chooses a block for a page. It was promised before: ``freeBlocks`` has been counted down.
  mutating func takeBlock() -> Int64 {
    if var last = returnedBlocks.popLast() {
      last.count -= 1
      if last.count > 0 {
        returnedBlocks.append(Extent(page: 0, block: last.block + 1, count: last.count))
      }
      return last.block
    }
    nextBlock += 1
    return nextBlock - 1
  }

  /// Position of the network card to its server; `nil` without one.
  var nic: Int?
  /// The server's files, for one with a network card; a file's number is its position plus 1.
  var remote: [RemoteFile] = []
  /// Whether nothing in it can be changed.
  var isReadOnly = false
  /// What it was mounted as, and the module that its type came with; -1 for none.
  var type = StringID(rawValue: 0)
  var module = -1
  /// Where a mount hangs: the handle of the directory covered; -1 for the root file system.
  var covers = -1
}

/// An open file description: what descriptors stand for.
struct OpenFile: Sendable {
  var inode: Int
  var flags: Int64
  var offset: Int64 = 0
  /// How many descriptors stand for it; 0 marks a free entry.
  var references: Int
  /// How many failed write-backs of the file it knows of: the others are news for `fsync`.
  var writeErrorsSeen: Int64 = 0
  /// What readahead remembers.
  var readAhead = ReadAheadState()
}

/// How a file is being read, as far as one open file description tells.
struct ReadAheadState: Sendable {
  /// First page of the last window asked for, and its size; none yet when the size is 0.
  var start: Int64 = 0
  var size: Int64 = 0
  /// The page read last; -1 before the first read.
  var previous: Int64 = -1
}

/// A name in a directory, as the dentry cache keeps it.
struct DentryKey: Hashable, Sendable {
  var directory: Int
  var name: StringID
}
