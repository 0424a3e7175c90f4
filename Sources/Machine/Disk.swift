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
  private var content: [UInt8]
  /// Blocks that were written since the machine was switched on.
  private var written: [Int64: [UInt8]] = [:]

  /// A disk with its content; blocks past the end of `content` read as zeros.
  public init(_ configuration: DiskConfiguration, blockBytes: Int, content: [UInt8]) {
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
    if let bytes = written[block] {
      memory.store(bytes: bytes, at: memory.address(of: frame))
      return
    }
    let target = memory.address(of: frame)
    let (first, overflow) = block.multipliedReportingOverflow(by: Int64(blockBytes))
    for offset in stride(from: 0, to: blockBytes, by: 8) {
      var word: UInt64 = 0
      for byte in 0..<8 where !overflow && first >= 0 {
        let index = first + Int64(offset + byte)
        if index < Int64(content.count) {
          word |= UInt64(content[Int(index)]) << UInt64(byte * 8)
        }
      }
      memory.store(word, at: target + Int64(offset))
    }
  }
}

extension Disk {
  /// One block's bytes, without the machine noticing: for what happened before it was switched on,
  /// and for tests.
  public func bytes(ofBlock block: Int64) -> [UInt8] {
    if let bytes = written[block] { return bytes }
    let (first, overflow) = block.multipliedReportingOverflow(by: Int64(blockBytes))
    guard !overflow, first >= 0, first < Int64(content.count) else {
      return [UInt8](repeating: 0, count: blockBytes)
    }
    let end = min(content.count, Int(first) + blockBytes)
    return Array(content[Int(first)..<end])
      + [UInt8](repeating: 0, count: blockBytes - (end - Int(first)))
  }
}
