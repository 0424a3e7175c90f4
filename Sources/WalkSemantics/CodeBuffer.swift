import Program
import SourceText

/// Instructions, literals and data of a program that is being compiled.
///
/// Addresses are not known before the code is complete: they go into the pool of literals by
/// segment and offset, and are filled in by ``finish(name:range:base:pageBytes:symbols:functions:)``.
struct CodeBuffer {
  typealias LabelID = Assembler.Label

  /// Where something lies.
  enum Segment: Hashable { case text, data, bss }

  private struct Address: Hashable {
    var segment: Segment
    var offset: Int64
  }

  private var assembler = Assembler()
  private var addressIndex: [Address: Int32] = [:]
  private var addresses: [(index: Int32, address: Address)] = []
  private(set) var data: [UInt8] = []
  private(set) var bssByteCount: Int64 = 0
  private var strings: [[UInt8]: Int64] = [:]
  /// Words of the data segment that hold addresses.
  private var dataAddresses: [(offset: Int64, address: Address)] = []
  /// Words of data and literals that hold the addresses of labels.
  private var dataLabels: [(offset: Int64, label: LabelID)] = []
  private var literalLabels: [LabelID: Int32] = [:]

  /// How many instructions there are.
  var count: Int { assembler.instructions.count }

  mutating func emit(_ instruction: Instruction, _ range: SourceRange) {
    // Past the limit the program is reported and thrown away; nothing more needs to be kept.
    guard count <= Limits.instructions else { return }
    assembler.emit(instruction, range)
  }

  /// Sets the immediate value of an instruction that was emitted earlier.
  mutating func patch(_ index: Int, immediate: Int32) {
    assembler.patch(index, immediate: immediate)
  }

  mutating func makeLabel() -> LabelID { assembler.makeLabel() }

  /// The next instruction is the one that the label means.
  mutating func place(_ label: LabelID) { assembler.place(label) }

  mutating func jump(
    _ opcode: Opcode, _ register: UInt8 = 0, to label: LabelID, _ range: SourceRange
  ) {
    guard count <= Limits.instructions else { return }
    assembler.jump(opcode, register, to: label, range)
  }

  /// The index of a number in the pool.
  mutating func constant(_ value: Int64) -> Int32 { assembler.literal(value) }

  /// The index of an address in the pool.
  mutating func address(_ segment: Segment, _ offset: Int64) -> Int32 {
    let key = Address(segment: segment, offset: offset)
    if let known = addressIndex[key] { return known }
    let index = assembler.reserveLiteral()
    addressIndex[key] = index
    addresses.append((index, key))
    return index
  }

  /// The index in the pool of a label's address.
  mutating func address(of label: LabelID) -> Int32 {
    if let known = literalLabels[label] { return known }
    let index = assembler.reserveLiteral()
    literalLabels[label] = index
    return index
  }

  /// Puts an address into a word of the data segment.
  mutating func setAddress(_ segment: Segment, _ offset: Int64, atData place: Int64) {
    dataAddresses.append((place, Address(segment: segment, offset: offset)))
  }

  /// Puts a label's address into a word of the data segment.
  mutating func setAddress(of label: LabelID, atData place: Int64) {
    dataLabels.append((place, label))
  }

  /// Appends bytes to the data segment and returns their offset.
  mutating func appendData(_ bytes: [UInt8], alignment: Int = 1) -> Int64 {
    while data.count % alignment != 0 { data.append(0) }
    let offset = Int64(data.count)
    data += bytes
    return offset
  }

  /// The offset of a string with its NUL; equal strings lie in one place.
  mutating func string(_ bytes: [UInt8]) -> Int64 {
    if let known = strings[bytes] { return known }
    let offset = appendData(bytes + [0])
    strings[bytes] = offset
    return offset
  }

  /// Makes room in the bss segment and returns its offset.
  mutating func reserveBSS(_ byteCount: Int64) -> Int64 {
    let offset = (bssByteCount + 7) / 8 * 8
    bssByteCount = offset + byteCount
    return offset
  }

  /// A name that stands for memory.
  struct Symbol {
    var name: String
    var segment: Segment
    var offset: Int64
    var byteCount: Int64
  }

  /// Where a label lies in the text.
  func offset(of label: LabelID) -> Int64? { assembler.offset(of: label) }

  /// Fills in jumps; addresses become relocations, since only the loader knows them. The bss lies
  /// behind the data.
  func finishModule(name: String, range: SourceRange) -> ModuleImage {
    let bssOffset = (Int64(data.count) + 7) / 8 * 8
    let size = bssOffset + bssByteCount
    var image = ModuleImage(
      name: name, range: range, ranges: assembler.ranges,
      data: data + [UInt8](repeating: 0, count: Int(size) - data.count))
    func relocate(_ literal: Int32, _ section: ModuleImage.Section, _ addend: Int64) {
      image.relocations.append(
        ModuleImage.Relocation(
          offset: assembler.offset(ofLiteral: literal), section: section, addend: addend))
    }
    for (index, address) in addresses {
      switch address.segment {
      case .text: relocate(index, .text, address.offset)
      case .data: relocate(index, .data, address.offset)
      case .bss: relocate(index, .data, bssOffset + address.offset)
      }
    }
    for (label, index) in literalLabels {
      relocate(index, .text, assembler.offset(of: label) ?? 0)
    }
    image.relocations.sort { $0.offset < $1.offset }
    image.text = assembler.finish()
    return image
  }

  /// A function that is known outside of its code.
  struct FunctionSymbol {
    var name: String
    var label: LabelID
  }

  /// Fills in jumps and addresses of code that lies at `base`.
  consuming func finish(
    name: String, range: SourceRange, base: Int64, pageBytes page: Int64, symbols: [Symbol],
    functions: [FunctionSymbol]
  ) -> ProgramImage {
    func aligned(_ address: Int64) -> Int64 { (address + page - 1) / page * page }
    let dataBase = aligned(base + assembler.byteCount)
    let bssBase = aligned(dataBase + Int64(data.count))
    func place(_ segment: Segment, _ offset: Int64) -> Int64 {
      switch segment {
      case .text: base + offset
      case .data: dataBase + offset
      case .bss: bssBase + offset
      }
    }
    func put(_ address: Int64, at offset: Int64) {
      for (index, byte) in address.littleEndianBytes.enumerated()
      where data.indices.contains(Int(offset) + index) {
        data[Int(offset) + index] = byte
      }
    }
    for (offset, address) in dataAddresses {
      put(place(address.segment, address.offset), at: offset)
    }
    for (offset, label) in dataLabels { put(base + (assembler.offset(of: label) ?? 0), at: offset) }
    for (label, index) in literalLabels {
      assembler.setLiteral(index, base + (assembler.offset(of: label) ?? 0))
    }
    for (index, address) in addresses {
      assembler.setLiteral(index, place(address.segment, address.offset))
    }
    var placed = symbols.map {
      ProgramImage.Symbol(
        name: $0.name, address: place($0.segment, $0.offset), byteCount: $0.byteCount)
    }
    for function in functions {
      placed.append(
        ProgramImage.Symbol(
          name: function.name, address: base + (assembler.offset(of: function.label) ?? 0),
          byteCount: 0))
    }
    placed.sort { ($0.address, $0.name) < ($1.address, $1.name) }
    let ranges = assembler.ranges
    return ProgramImage(
      name: name, range: range, text: assembler.finish(), ranges: ranges, data: data,
      dataBase: dataBase, bssBase: bssBase, bssByteCount: bssByteCount, symbols: placed)
  }
}
