public import Program

/// One block request, on its way through queue and device.
public struct DiskRequest: Sendable, Hashable {
  /// Its number, counted over all disks from 1.
  public var id: Int64
  /// The first block on the disk.
  public var block: Int64
  /// Whether memory goes to the disk; else the disk goes to memory.
  public var isWrite: Bool
  /// One part for each block, in their order on the disk.
  public var parts: [Part]
  /// The event with which the driver queued it.
  public var cause: UInt32

  /// One block of a request.
  public struct Part: Sendable, Hashable {
    /// Where the data goes, or comes from.
    public var frame: FrameNumber
    /// Where the block layer keeps the page; the disk hands it back as it is. -1 for a page that is
    /// in no cache.
    public var slot: Int

    /// Makes a part.
    public init(frame: FrameNumber, slot: Int) {
      self.frame = frame
      self.slot = slot
    }
  }

  /// Makes a request.
  public init(id: Int64, block: Int64, isWrite: Bool = false, parts: [Part], cause: UInt32) {
    self.id = id
    self.block = block
    self.isWrite = isWrite
    self.parts = parts
    self.cause = cause
  }
}

/// A disk: blocks of one page each, a latency, one request at a time.
public struct Disk: Sendable {
  /// Name and latency.
  public let configuration: DiskConfiguration
  /// Bytes of a block.
  public let blockBytes: Int
  /// The request it works on.
  public var current: DiskRequest?
  /// Whether its next request will fail.
  public var failsNext = false
  /// Whether the request it works on fails.
  public var currentFails = false
  /// The first blocks; zeros follow the bytes of each.
  private var content: [[UInt8]]
  /// Blocks that were written since the machine was switched on.
  private var written: [Int64: [UInt8]] = [:]

  /// A disk with what its first blocks hold; where bytes are missing, it reads as zeros.
  public init(_ configuration: DiskConfiguration, blockBytes: Int, content: [[UInt8]]) {
    self.configuration = configuration
    self.blockBytes = blockBytes
    self.content = content
  }

  /// Moves a block out of memory, as its DMA engine does.
  public mutating func store(
    block: Int64, from frame: FrameNumber, in memory: borrowing PhysicalMemory
  ) {
    written[block] = memory.bytes(at: memory.address(of: frame), count: blockBytes)
  }

  /// Moves a block into memory, as its DMA engine does.
  public func transfer(
    block: Int64, to frame: FrameNumber, in memory: inout PhysicalMemory
  ) {
    memory.fill(frame, with: content(ofBlock: block))
  }

  /// What was put into a block, without the machine noticing; where bytes are missing, it reads as
  /// zeros.
  public func content(ofBlock block: Int64) -> [UInt8] {
    if let bytes = written[block] { return bytes }
    guard let index = Int(exactly: block), content.indices.contains(index) else { return [] }
    return content[index]
  }
}

extension Disk {
  /// One block's bytes, without the machine noticing: for what happened before it was switched on,
  /// and for tests.
  public func bytes(ofBlock block: Int64) -> [UInt8] {
    let bytes = content(ofBlock: block)
    // Most blocks are whole: their bytes need no copy.
    if bytes.count == blockBytes { return bytes }
    return bytes.prefix(blockBytes)
      + [UInt8](repeating: 0, count: max(0, blockBytes - bytes.count))
  }

  /// Some of a block's bytes, as ``bytes(ofBlock:)`` has them.
  public func bytes(ofBlock block: Int64, from offset: Int, count: Int) -> [UInt8] {
    let bytes = content(ofBlock: block).prefix(blockBytes).dropFirst(offset).prefix(count)
    if bytes.count == count { return Array(bytes) }
    return bytes + [UInt8](repeating: 0, count: max(0, count - bytes.count))
  }
}
