/// The number of a page frame: physical address divided by the page size.
@frozen
public struct FrameNumber: Hashable, Sendable {
  /// The number, from 0.
  public var rawValue: Int32

  /// Makes the identity of a frame.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
}

/// The machine's memory: page frames of 8-byte words, little-endian.
///
/// Frames are backed by host memory only once they are used: the backing grows with the highest
/// frame that was ever handed out, so a machine with 1 GiB costs what its programs touch.
public struct PhysicalMemory: Sendable {
  /// Bytes of a frame.
  public let pageBytes: Int
  /// How many frames the machine has.
  public let frameCount: Int
  /// How many of them are free.
  public private(set) var freeCount: Int
  private var words: [UInt64] = []
  /// One bit a frame, set when it is taken.
  private var taken: [UInt64]
  /// No frame below this one is free.
  private var lowestFree: Int
  /// When each frame was used last, counted in uses; empty while nobody wants to know.
  private var lastUses: [Int64] = []
  private var useCount: Int64 = 0

  /// A memory whose first `reserved` frames hold the kernel and are never handed out.
  public init(byteCount: Int64, pageBytes: Int64, reservedFrames reserved: Int) {
    self.pageBytes = Int(pageBytes)
    frameCount = max(reserved + 1, Int(byteCount / pageBytes))
    freeCount = frameCount - reserved
    taken = [UInt64](repeating: 0, count: (frameCount + 63) / 64)
    lowestFree = reserved
    for frame in 0..<reserved { taken[frame >> 6] |= 1 << UInt64(frame & 63) }
    // A small run needs no more: its memory is never moved.
    words.reserveCapacity(min(frameCount, reserved + 128) * wordsPerFrame)
  }

  private func isFree(_ frame: Int) -> Bool { taken[frame >> 6] >> UInt64(frame & 63) & 1 == 0 }

  private mutating func take(_ frame: Int) {
    taken[frame >> 6] |= 1 << UInt64(frame & 63)
    freeCount -= 1
    let first = frame * wordsPerFrame
    // What is backed now is zero.
    clear(first..<max(first, min(words.count, first + wordsPerFrame)))
    back(upTo: frame)
  }

  private var wordsPerFrame: Int { pageBytes / 8 }

  private mutating func clear(_ range: Range<Int>) {
    var words = words.mutableSpan
    for index in range { words[index] = 0 }
  }

  private mutating func back(upTo frame: Int) {
    let needed = (frame + 1) * wordsPerFrame
    if words.count < needed {
      words.append(contentsOf: repeatElement(0, count: needed - words.count))
    }
  }

  /// Takes the lowest free frame, filled with zeros; `nil` when memory is full.
  public mutating func allocate() -> FrameNumber? {
    var frame = lowestFree
    while frame < frameCount {
      if taken[frame >> 6] == UInt64.max {
        frame = (frame >> 6 + 1) << 6
      } else if isFree(frame) {
        lowestFree = frame + 1
        take(frame)
        return FrameNumber(rawValue: Int32(frame))
      } else {
        frame += 1
      }
    }
    lowestFree = frameCount
    return nil
  }

  /// Takes the lowest run of free frames that follow each other, the first one's number being a
  /// multiple of `alignment`; `nil` when there is none.
  public mutating func allocate(contiguous count: Int, alignment: Int = 1) -> FrameNumber? {
    var run = 0
    for frame in lowestFree..<max(lowestFree, frameCount) {
      let mayGoOn = run > 0 || frame % alignment == 0
      run = isFree(frame) && mayGoOn ? run + 1 : 0
      if run == count {
        let first = frame - count + 1
        for member in first...frame { take(member) }
        return FrameNumber(rawValue: Int32(first))
      }
    }
    return nil
  }

  /// Gives a frame back.
  public mutating func free(_ frame: FrameNumber) {
    let index = Int(frame.rawValue)
    guard index >= 0, index < frameCount, !isFree(index) else { return }
    taken[index >> 6] &= ~(1 << UInt64(index & 63))
    freeCount += 1
    lowestFree = min(lowestFree, index)
  }

  /// Whether a frame is taken.
  public func isTaken(_ frame: FrameNumber) -> Bool {
    let index = Int(frame.rawValue)
    return index >= 0 && index < frameCount && !isFree(index)
  }

  /// From now on remembers which frame was used after which. No hardware does; a policy that is
  /// defined by it (least recently used) needs it.
  mutating func rememberUses() { lastUses = [Int64](repeating: 0, count: frameCount) }

  /// Whether uses are remembered.
  var remembersUses: Bool { !lastUses.isEmpty }

  /// A byte of the frame at a physical address is used now.
  public mutating func noteUse(at address: Int64) {
    let frame = Int(address / Int64(pageBytes))
    guard lastUses.indices.contains(frame) else { return }
    useCount += 1
    lastUses[frame] = useCount
  }

  /// Greater for a frame that was used later; 0 for one that was never used, and for all of them
  /// while uses are not remembered.
  public func lastUse(of frame: FrameNumber) -> Int64 {
    let index = Int(frame.rawValue)
    return lastUses.indices.contains(index) ? lastUses[index] : 0
  }

  /// The physical address of a frame's first byte.
  public func address(of frame: FrameNumber) -> Int64 { Int64(frame.rawValue) * Int64(pageBytes) }

  /// The frame that holds a physical address.
  public func frame(at address: Int64) -> FrameNumber {
    FrameNumber(rawValue: Int32(truncatingIfNeeded: address / Int64(pageBytes)))
  }

  /// The 8 bytes at a physical address that is a multiple of 8; 0 outside of the memory in use.
  public func word(at address: Int64) -> UInt64 {
    let index = Int(address >> 3)
    return words.indices.contains(index) ? words[index] : 0
  }

  /// Stores 8 bytes at a physical address that is a multiple of 8; nothing outside of the memory.
  public mutating func store(_ word: UInt64, at address: Int64) {
    let index = Int(address >> 3)
    if words.indices.contains(index) { words[index] = word }
  }

  /// The byte at a physical address.
  public func byte(at address: Int64) -> UInt8 {
    UInt8(truncatingIfNeeded: word(at: address & ~7) >> UInt64((address & 7) * 8))
  }

  /// Stores one byte.
  public mutating func store(byte: UInt8, at address: Int64) {
    let shift = UInt64((address & 7) * 8)
    let old = word(at: address & ~7)
    store(old & ~(0xFF << shift) | UInt64(byte) << shift, at: address & ~7)
  }

  /// `count` bytes from a physical address on.
  public func bytes(at address: Int64, count: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(max(0, count))
    var place = address
    let end = address + Int64(max(0, count))
    while place < end {
      guard place & 7 == 0, end - place >= 8 else {
        out.append(byte(at: place))
        place += 1
        continue
      }
      var rest = word(at: place)
      for _ in 0..<8 {
        out.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
      place += 8
    }
    return out
  }

  /// Stores bytes from a physical address on.
  public mutating func store(bytes: [UInt8], at address: Int64) {
    store(bytes.span, at: address)
  }

  /// Stores bytes from a physical address on.
  public mutating func store(bytes: ArraySlice<UInt8>, at address: Int64) {
    store(bytes.span, at: address)
  }

  /// Eight at a time where the address allows it.
  private mutating func store(_ bytes: Span<UInt8>, at address: Int64) {
    var index = 0
    let (first, whole) = (Int(address >> 3), bytes.count >> 3)
    if address & 7 == 0, first >= 0, first + whole <= self.words.count {
      // All words that are whole are in the memory: there is nothing to be asked for each.
      var words = self.words.mutableSpan
      for word in 0..<whole {
        // Within the span, as a check of its own makes sure; any bits are an integer.
        words[first + word] = UInt64(
          littleEndian: bytes.bytes.unsafeLoadUnaligned(
            fromByteOffset: word << 3, as: UInt64.self))
      }
      index = whole << 3
    }
    while index < bytes.count {
      let place = address + Int64(index)
      guard place & 7 == 0, bytes.count - index >= 8 else {
        store(byte: bytes[index], at: place)
        index += 1
        continue
      }
      // Within the span, as a check of its own makes sure; any bits are an integer.
      let word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      store(UInt64(littleEndian: word), at: place)
      index += 8
    }
  }

  /// Fills a frame: with bytes as far as they go, and zeros after them.
  mutating func fill(_ frame: FrameNumber, with bytes: [UInt8]) {
    let first = Int(frame.rawValue) * wordsPerFrame
    guard first >= 0, first + wordsPerFrame <= words.count else { return }
    clear(first..<first + wordsPerFrame)
    store(bytes.span.extracting(first: min(bytes.count, pageBytes)), at: address(of: frame))
  }

  /// Copies one frame's content to another.
  public mutating func copy(_ source: FrameNumber, to target: FrameNumber) {
    let (from, to) = (Int(source.rawValue) * wordsPerFrame, Int(target.rawValue) * wordsPerFrame)
    guard from >= 0, to >= 0, from + wordsPerFrame <= words.count,
      to + wordsPerFrame <= words.count
    else { return }
    for index in 0..<wordsPerFrame { words[to + index] = words[from + index] }
  }
}
