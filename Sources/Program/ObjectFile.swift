public import Catalogue

/// The head of an executable or module file, as it lies on a disk.
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

  /// The file: header, name, then the sections one after another.
  public func encoded(sections: [[UInt8]]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.headerBytes)
    // e_ident: magic, 64 bits, little-endian, version 1.
    bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
    func put(_ value: UInt16, at offset: Int) {
      bytes[offset] = UInt8(truncatingIfNeeded: value)
      bytes[offset + 1] = UInt8(truncatingIfNeeded: value >> 8)
    }
    put(kind.rawValue, at: 16)
    put(machine, at: 18)
    put(1, at: 20)  // e_version
    put(UInt16(Self.headerBytes), at: 52)  // e_ehsize
    bytes += Array(name.utf8) + [0]
    while bytes.count % 8 != 0 { bytes.append(0) }
    for section in sections { bytes += section }
    return bytes
  }

  /// Reads the head of a file; `nil` when it is no ELF file of a kind known here, or is cut off.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count > Self.headerBytes, Array(bytes[0..<4]) == [0x7F, 0x45, 0x4C, 0x46],
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

  /// The program's file.
  public func file(for architecture: Architecture) -> [UInt8] {
    ObjectFile(kind: .executable, machine: architecture.elfMachine, name: name)
      .encoded(sections: [text, data])
  }
}

extension LibraryImage {
  /// The library's file; the vDSO has none, since the kernel itself brings it.
  public func file(for architecture: Architecture) -> [UInt8] {
    ObjectFile(kind: .shared, machine: architecture.elfMachine, name: name)
      .encoded(sections: [text, data])
  }
}

extension ModuleImage {
  /// The module's file.
  public func file(for architecture: Architecture) -> [UInt8] {
    ObjectFile(kind: .relocatable, machine: architecture.elfMachine, name: name)
      .encoded(sections: [text, data])
  }
}
