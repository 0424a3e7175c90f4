public import SourceText

/// A compiled program: what lies in its segments when it starts.
///
/// Layout in user space (the loader's rules): text begins at the architecture's `programBase`, one
/// ``Instruction/byteCount`` per instruction, its literals behind the last one; data begins at
/// ``dataBase``, bss at ``bssBase``; each segment begins on a page of its own; the stack ends at
/// `userStackTop`.
public struct ProgramImage: Sendable, Hashable {
  /// Something that a name of the script stands for in memory.
  public struct Symbol: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its address.
    public var address: Int64
    /// Its size in bytes.
    public var byteCount: Int64

    /// Makes a symbol.
    public init(name: String, address: Int64, byteCount: Int64) {
      self.name = name
      self.address = address
      self.byteCount = byteCount
    }
  }

  /// Its name in the script.
  public var name: String
  /// Where its declaration stands.
  public var range: SourceRange
  /// The bytes of the text segment: the instructions, then their literals. Execution begins with
  /// the first.
  public var text: [UInt8]
  /// The source that each instruction was compiled from; as many as instructions.
  public var ranges: [SourceRange]
  /// The initial content of the data segment.
  public var data: [UInt8]
  /// First address of the data segment; a multiple of the page size.
  public var dataBase: Int64
  /// First address of the bss segment; a multiple of the page size, at or after the data's end.
  public var bssBase: Int64
  /// Size of the bss segment: zeroed memory that has no page until it is touched.
  public var bssByteCount: Int64
  /// The names that stand for memory, in order of address.
  public var symbols: [Symbol]

  /// Makes an image.
  public init(
    name: String, range: SourceRange, text: [UInt8] = [], ranges: [SourceRange] = [],
    data: [UInt8] = [], dataBase: Int64 = 0, bssBase: Int64 = 0, bssByteCount: Int64 = 0,
    symbols: [Symbol] = []
  ) {
    self.name = name
    self.range = range
    self.text = text
    self.ranges = ranges
    self.data = data
    self.dataBase = dataBase
    self.bssBase = bssBase
    self.bssByteCount = bssByteCount
    self.symbols = symbols
  }

  /// The instructions of the text, read back from its bytes.
  public var instructions: [Instruction] {
    let size = Int(Instruction.byteCount)
    return (0..<min(ranges.count, text.count / size)).compactMap { index in
      Instruction(encoded: word(at: index * size))
    }
  }

  /// The literal at an offset in the text.
  public func literal(at offset: Int) -> Int64? {
    guard offset >= 0, offset + 8 <= text.count else { return nil }
    return Int64(bitPattern: word(at: offset))
  }

  private func word(at offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(text[offset + $1]) << UInt64($1 * 8) }
  }
}
