public import Catalogue

/// The head of an executable file, as it lies on a disk.
///
/// The first 64 bytes are an ELF header: magic, class, type and machine at their real places, so
/// that what is no ELF file, or one of another machine, is seen as Linux sees it. Behind it stands
/// the name of the program or module whose code follows; it says which of the scenario's images this
/// is. (ELF: System V ABI, chapter 4; include/uapi/linux/elf.h.)
public struct ObjectFile: Sendable, Hashable {
  /// What the file holds: `e_type`.
  public enum Kind: UInt16, Sendable {
    /// A module: ET_REL.
    case relocatable = 1
    /// A program: ET_EXEC.
    case executable = 2
    /// A library: ET_DYN.
    case shared = 3
  }

  /// What it holds.
  public var kind: Kind
  /// The architecture it is for, as its ELF number.
  public var machine: UInt16
  /// The name of the program or module.
  public var name: String

  /// Makes a head.
  public init(kind: Kind, machine: UInt16, name: String) {
    self.kind = kind
    self.machine = machine
    self.name = name
  }

  /// Bytes of the ELF header.
  public static let headerBytes = 64

  /// What every ELF file begins with.
  static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
  /// The beginning of `e_ident`: magic, 64 bits, little-endian, version 1.
  static let identification = magic + [2, 1, 1]

  /// The file: header, name, then the sections one after another.
  public func encoded(sections: [[UInt8]]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.headerBytes)
    func put(_ field: [UInt8], at offset: Int) {
      bytes.replaceSubrange(offset..<offset + field.count, with: field)
    }
    put(Self.identification, at: 0)
    put(kind.rawValue.littleEndianBytes, at: 16)
    put(machine.littleEndianBytes, at: 18)
    put([1], at: 20)  // e_version
    put(UInt16(Self.headerBytes).littleEndianBytes, at: 52)  // e_ehsize
    bytes += Array(name.utf8) + [0]
    while bytes.count % 8 != 0 { bytes.append(0) }
    for section in sections { bytes += section }
    return bytes
  }

  /// Reads the head of a file; `nil` when it is no ELF file of a kind known here, or is cut off.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count > Self.headerBytes, bytes.starts(with: Self.magic),
      let kind = Kind(rawValue: UInt16(bytes[16]) | UInt16(bytes[17]) << 8),
      let end = bytes[Self.headerBytes...].firstIndex(of: 0)
    else { return nil }
    self.kind = kind
    machine = UInt16(bytes[18]) | UInt16(bytes[19]) << 8
    name = String(decoding: bytes[Self.headerBytes..<end], as: UTF8.self)
  }
}

extension ProgramImage {
  /// Where the program's file lies; `execve` finds it there.
  public static func path(ofProgram name: String) -> String { "/bin/\(name)" }

  /// Where its segments lie in its file.
  public func fileLayout(pageBytes: Int64) -> SegmentLayout {
    SegmentLayout(textBytes: text.count, pageBytes: pageBytes)
  }

  /// The program's file.
  public func file(for architecture: Architecture) -> [UInt8] {
    ObjectFile(kind: .executable, machine: architecture.elfMachine, name: name).encoded(
      text: text, at: Int64(truncatingIfNeeded: architecture.programBase), data: data,
      at: dataBase, zeroBytes: bssBase + bssByteCount - dataBase - Int64(data.count),
      pageBytes: architecture.pageBytes)
  }
}

extension LibraryImage {
  /// Where its segments lie in its file.
  public func fileLayout(pageBytes: Int64) -> SegmentLayout {
    SegmentLayout(textBytes: text.count, pageBytes: pageBytes)
  }

  /// The library's file; the vDSO has none, since the kernel itself brings it.
  public func file(for architecture: Architecture) -> [UInt8] {
    ObjectFile(kind: .shared, machine: architecture.elfMachine, name: name).encoded(
      text: text, at: textBase, data: data, at: dataBase, zeroBytes: 0,
      pageBytes: architecture.pageBytes)
  }
}

/// Where text and data lie in the file of a program or library: page 0 holds the headers, so that
/// each segment can be mapped as it is.
public struct SegmentLayout: Sendable, Hashable {
  /// First page of the text.
  public let textPage: Int64 = 1
  /// First page of the data.
  public let dataPage: Int64

  /// The layout for a text of this size.
  public init(textBytes: Int, pageBytes: Int64) {
    dataPage = 1 + max(1, (Int64(textBytes) + pageBytes - 1) / pageBytes)
  }
}

extension ObjectFile {
  /// The file of a program: ELF header, name and program headers on the first page, then text and
  /// data, each on pages of its own.
  func encoded(
    text: [UInt8], at textBase: Int64, data: [UInt8], at dataBase: Int64, zeroBytes: Int64,
    pageBytes: Int64
  ) -> [UInt8] {
    var bytes = encoded(sections: [])
    let headers = bytes.count
    func append(_ value: Int64, _ count: Int) {
      bytes += value.littleEndianBytes.prefix(count)
    }
    func put(_ value: Int64, _ count: Int, at offset: Int) {
      bytes.replaceSubrange(offset..<offset + count, with: value.littleEndianBytes.prefix(count))
    }
    let layout = SegmentLayout(textBytes: text.count, pageBytes: pageBytes)
    let segments: [(flags: Int64, page: Int64, base: Int64, bytes: Int64, memory: Int64)] = [
      (5, layout.textPage, textBase, Int64(text.count), Int64(text.count)),
      (6, layout.dataPage, dataBase, Int64(data.count), Int64(data.count) + max(0, zeroBytes)),
    ]
    for segment in segments {
      append(1, 4)  // PT_LOAD
      append(segment.flags, 4)
      append(segment.page * pageBytes, 8)
      append(segment.base, 8)
      append(segment.base, 8)
      append(segment.bytes, 8)
      append(segment.memory, 8)
      append(pageBytes, 8)
    }
    put(textBase, 8, at: 24)  // e_entry
    put(Int64(headers), 8, at: 32)  // e_phoff
    put(56, 2, at: 54)  // e_phentsize
    put(Int64(segments.count), 2, at: 56)  // e_phnum
    func pad(to page: Int64) {
      let missing = Int(page * pageBytes) - bytes.count
      if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
    }
    pad(to: layout.textPage)
    bytes += text
    if !data.isEmpty {
      pad(to: layout.dataPage)
      bytes += data
    }
    return bytes
  }
}
