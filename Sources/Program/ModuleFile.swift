public import Catalogue

/// A module's file: a relocatable ELF object, as `insmod` hands it to the kernel.
///
/// Header, sections `.text` and `.data`, relocation entries for addresses in the text, a symbol table
/// with `init_module`, `cleanup_module` and the symbols wanted of the kernel, and `.modinfo`. What the
/// module provides stands in `.modinfo` too, where real modules call registration functions in their
/// init.
///
/// Source: System V ABI chapter 4 (object files); include/uapi/linux/elf.h and kernel/module/main.c
/// in torvalds/linux. All words are little-endian and 64 bits wide, whatever the architecture.
public struct ModuleFile: Sendable {
  /// Why a file is no module for this kernel; each of them is ENOEXEC.
  public enum Problem: String, Error, Sendable {
    case notELF = "no ELF file"
    case otherMachine = "not a relocatable file for this machine"
    case truncated = "cut off"
    case malformed = "its sections contradict each other"
    case otherKernel = "built for another kernel"
  }

  /// An entry of the symbol table.
  public struct Symbol: Sendable {
    /// Its name; empty for a section's.
    public var name: String
    /// The section it lies in; 0 for one that the kernel must have.
    public var section: Int
    /// Its offset there.
    public var value: Int64
  }

  /// A relocation entry: where in the text, which symbol, plus how much.
  public struct Relocation: Sendable {
    /// Offset in the text.
    public var offset: Int64
    /// Index into ``ModuleFile/symbols``.
    public var symbol: Int
    /// What is added.
    public var addend: Int64
  }

  /// The code.
  public var text: [UInt8]
  /// The variables.
  public var data: [UInt8]
  /// The symbols, in the order of the table.
  public var symbols: [Symbol]
  /// The addresses to be filled in.
  public var relocations: [Relocation]
  /// The lines of `.modinfo`, `key=value` each.
  public var information: [(key: String, value: String)]

  /// The first value of a key in `.modinfo`.
  public func value(of key: String) -> String? { information.first { $0.key == key }?.value }

  /// The module's name.
  public var name: String { value(of: "name") ?? "" }

  /// The kernel that modules are built for: what `vermagic` must say.
  public static let kernelVersion = "6.12.0 SMP mod_unload"

  /// Where a function of the module lies in the text.
  public func offset(of function: String) -> Int64? {
    symbols.first { $0.name == function && $0.section == Self.textSection }?.value
  }

  /// What it provides.
  public var provides: [ModuleImage.Provision] {
    information.compactMap { key, value in
      let parts = value.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      guard let name = parts.first else { return nil }
      var numbers: [String: Int64] = [:]
      for part in parts.dropFirst() {
        let pair = part.split(separator: "=")
        if pair.count == 2, let number = Int64(pair[1]) { numbers[String(pair[0])] = number }
      }
      switch key {
      case "filesystem": return .fileSystem(name, operations: Self.offsets(numbers))
      case "device":
        return .device(
          path: name, mode: (numbers["mode"] ?? 0o600) & 0o777, operations: Self.offsets(numbers))
      case "interrupt": return numbers["handler"].map { .interrupt(device: name, handler: $0) }
      default: return nil
      }
    }
  }

  private static func offsets<Operation: RawRepresentable & CaseIterable & Hashable>(
    _ numbers: [String: Int64]
  ) -> [Operation: Int64] where Operation.RawValue == String {
    var found: [Operation: Int64] = [:]
    for operation in Operation.allCases { found[operation] = numbers[operation.rawValue] }
    return found
  }

  /// The offsets of all functions that it provides.
  private var providedOffsets: [Int64] {
    provides.flatMap { provision -> [Int64] in
      switch provision {
      case .device(_, _, let operations): Array(operations.values)
      case .fileSystem(_, let operations): Array(operations.values)
      case .interrupt(_, let handler): [handler]
      }
    }
  }

  /// The position of the text section.
  public static let textSection = 1
  /// The position of the data section.
  public static let dataSection = 2
  fileprivate static let headerBytes = 64
  fileprivate static let sectionNames = [
    "", ".text", ".data", ".rela.text", ".modinfo", ".symtab", ".strtab", ".shstrtab",
  ]

  // MARK: - Reading

  /// Reads a file.
  /// - Parameter checksVersion: Whether `vermagic` must be this kernel's.
  public init(_ bytes: [UInt8], for architecture: Architecture, checksVersion: Bool = true)
    throws(Problem)
  {
    let reader = Reader(bytes: bytes)
    guard bytes.count >= Self.headerBytes, bytes.starts(with: ObjectFile.magic) else {
      throw .notELF
    }
    guard try reader.number(at: 16, 2) == 1,
      try reader.number(at: 18, 2) == Int64(architecture.elfMachine)
    else { throw .otherMachine }
    let table = try reader.number(at: 40, 8)
    let count = try reader.number(at: 60, 2)
    guard try reader.number(at: 58, 2) == 64 else { throw .malformed }
    guard count >= Self.sectionNames.count, table >= 0,
      table <= Int64(bytes.count) - count * 64
    else {
      throw .truncated
    }
    func section(_ index: Int) throws(Problem) -> ArraySlice<UInt8> {
      let entry = table + Int64(index) * 64
      let (offset, size) = (
        try reader.number(at: entry + 24, 8), try reader.number(at: entry + 32, 8)
      )
      return try reader.slice(at: offset, size)
    }
    text = Array(try section(1))
    data = Array(try section(2))
    let names = Array(try section(6))
    func title(at offset: Int64) throws(Problem) -> String {
      guard offset >= 0, offset < Int64(names.count),
        let end = names[Int(offset)...].firstIndex(of: 0)
      else { throw .malformed }
      return String(decoding: names[Int(offset)..<end], as: UTF8.self)
    }
    symbols = []
    let symbolTable = Reader(bytes: Array(try section(5)))
    for place in stride(from: Int64(0), to: Int64(symbolTable.bytes.count) - 23, by: 24) {
      symbols.append(
        Symbol(
          name: try title(at: symbolTable.number(at: place, 4)),
          section: Int(try symbolTable.number(at: place + 6, 2)),
          value: try symbolTable.number(at: place + 8, 8)))
    }
    relocations = []
    let entries = Reader(bytes: Array(try section(3)))
    for place in stride(from: Int64(0), to: Int64(entries.bytes.count) - 23, by: 24) {
      let information = UInt64(bitPattern: try entries.number(at: place + 8, 8))
      let relocation = Relocation(
        offset: try entries.number(at: place, 8), symbol: Int(information >> 32),
        addend: try entries.number(at: place + 16, 8))
      guard UInt32(truncatingIfNeeded: information) == architecture.absoluteRelocation,
        symbols.indices.contains(relocation.symbol), relocation.offset >= 0,
        relocation.offset & 7 == 0, relocation.offset <= Int64(text.count) - 8
      else { throw .malformed }
      relocations.append(relocation)
    }
    information = try section(4).split(separator: 0).map { line in
      let parts = line.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
      return (
        key: String(decoding: parts.first ?? [], as: UTF8.self),
        value: String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self)
      )
    }
    guard !self.name.isEmpty, !text.isEmpty else { throw .malformed }
    for function in ["init_module", "cleanup_module"] {
      guard let offset = offset(of: function) else { continue }
      guard offset >= 0, offset < Int64(text.count) else { throw .malformed }
    }
    guard providedOffsets.allSatisfy({ $0 >= 0 && $0 < Int64(text.count) }) else {
      throw .malformed
    }
    guard !checksVersion || value(of: "vermagic") == Self.kernelVersion else {
      throw .otherKernel
    }
  }

  /// Bytes that may be cut off anywhere.
  private struct Reader {
    let bytes: [UInt8]

    func number(at offset: Int64, _ count: Int) throws(Problem) -> Int64 {
      guard offset >= 0, offset <= Int64(bytes.count) - Int64(count) else { throw .truncated }
      var value: UInt64 = 0
      for index in 0..<count { value |= UInt64(bytes[Int(offset) + index]) << UInt64(index * 8) }
      return Int64(bitPattern: value)
    }

    func slice(at offset: Int64, _ count: Int64) throws(Problem) -> ArraySlice<UInt8> {
      guard offset >= 0, count >= 0, offset <= Int64(bytes.count),
        count <= Int64(bytes.count) - offset
      else { throw .truncated }
      return bytes[Int(offset)..<Int(offset + count)]
    }
  }
}

// MARK: - Writing

extension ModuleImage {
  private static func list<Operation: RawRepresentable & CaseIterable & Hashable>(
    _ operations: [Operation: Int64]
  ) -> String where Operation.RawValue == String {
    Operation.allCases.compactMap { operation in
      operations[operation].map { ";\(operation.rawValue)=\($0)" }
    }.joined()
  }

  /// The module's file.
  public func file(for architecture: Architecture) -> [UInt8] {
    func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
      Array(value.littleEndianBytes.prefix(count))
    }
    func word(_ value: Int64) -> [UInt8] { value.littleEndianBytes }

    var names: [UInt8] = [0]
    var symbols = [UInt8](repeating: 0, count: 24)
    func symbol(_ name: String, kind: UInt8, section: Int, value: Int64 = 0) {
      let offset = name.isEmpty ? 0 : names.count
      if !name.isEmpty { names += Array(name.utf8) + [0] }
      symbols += bytes(UInt64(offset), 4) + [kind, 0] + bytes(UInt64(section), 2)
      symbols += word(value) + word(0)
    }
    // Local section symbols, then global functions, then what the kernel must have.
    symbol("", kind: 3, section: ModuleFile.textSection)
    symbol("", kind: 3, section: ModuleFile.dataSection)
    if let initOffset {
      symbol("init_module", kind: 0x12, section: ModuleFile.textSection, value: initOffset)
    }
    if let exitOffset {
      symbol("cleanup_module", kind: 0x12, section: ModuleFile.textSection, value: exitOffset)
    }
    for name in imports { symbol(name, kind: 0x10, section: 0) }

    var entries: [UInt8] = []
    for relocation in relocations {
      let target = UInt64(relocation.section == .text ? 1 : 2)
      entries += word(relocation.offset)
      entries += bytes(target << 32 | UInt64(architecture.absoluteRelocation), 8)
      entries += word(relocation.addend)
    }
    var information = ["license=\(license)", "name=\(name)", "vermagic=\(version)"]
    for provision in provides {
      switch provision {
      case .fileSystem(let type, let operations):
        information.append("filesystem=\(type)\(Self.list(operations))")
      case .device(let path, let mode, let operations):
        information.append("device=\(path);mode=\(mode)\(Self.list(operations))")
      case .interrupt(let device, let handler):
        information.append("interrupt=\(device);handler=\(handler)")
      }
    }
    let lines = information.flatMap { line -> [UInt8] in Array(line.utf8) + [0] }
    let titles = ModuleFile.sectionNames.flatMap { name -> [UInt8] in Array(name.utf8) + [0] }
    let contents: [[UInt8]] = [[], text, data, entries, lines, symbols, names, titles]
    // Type and flags of each section: PROGBITS, RELA, SYMTAB, STRTAB; WRITE, ALLOC, EXECINSTR.
    let kinds: [(type: UInt64, flags: UInt64, link: UInt64, info: UInt64)] = [
      (0, 0, 0, 0), (1, 6, 0, 0), (1, 3, 0, 0), (4, 0, 5, 1), (1, 2, 0, 0), (2, 0, 6, 3),
      (3, 0, 0, 0), (3, 0, 0, 0),
    ]
    var body: [UInt8] = []
    var table: [UInt8] = []
    var title = 0
    for (index, content) in contents.enumerated() {
      while body.count % 8 != 0 { body.append(0) }
      let kind = kinds[index]
      table += bytes(UInt64(title), 4) + bytes(kind.type, 4) + bytes(kind.flags, 8) + word(0)
      table += word(Int64(ModuleFile.headerBytes + body.count)) + word(Int64(content.count))
      table += bytes(kind.link, 4) + bytes(kind.info, 4) + word(8)
      table += word(kind.type == 2 || kind.type == 4 ? 24 : 0)
      title += ModuleFile.sectionNames[index].utf8.count + 1
      body += content
    }
    while body.count % 8 != 0 { body.append(0) }
    var head = ObjectFile.identification + [UInt8](repeating: 0, count: 9)
    head += bytes(1, 2) + bytes(UInt64(architecture.elfMachine), 2) + bytes(1, 4)
    head += word(0) + word(0) + word(Int64(ModuleFile.headerBytes + body.count))
    head += bytes(0, 4) + bytes(64, 2) + bytes(0, 2) + bytes(0, 2)
    head += bytes(64, 2) + bytes(UInt64(contents.count), 2) + bytes(7, 2)
    return head + body + table
  }
}
