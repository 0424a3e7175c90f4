import Trace

/// What an inode is.
enum InodeKind: Sendable {
  case directory
  case file
  case link
  case console
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

  /// The disk block behind a page; `nil` in a hole or past the end.
  func block(ofPage page: Int64) -> Int64? {
    for extent in extents where page >= extent.page && page < extent.page + extent.count {
      return extent.block + (page - extent.page)
    }
    return nil
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
}

/// A name in a directory, as the dentry cache keeps it.
struct DentryKey: Hashable, Sendable {
  var directory: Int
  var name: StringID
}
