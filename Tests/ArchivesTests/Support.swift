import CZlib
import Foundation
import TestSupport

@testable import Archives

/// Zips made by hand, so that every field can be wrong.
struct ZipBuilder {
  struct Item {
    var name: [UInt8]
    var content: [UInt8]
    var method = 8
    var flags = 0
    var attributes = 0o100644 << 16
    var system = 3
    /// What the directory says instead.
    var count: Int?
    var checksum: Int?
    var localName: [UInt8]?
    var offset: Int?
    var extra: [UInt8] = []

    init(_ name: String, _ content: [UInt8] = Array("x".utf8)) {
      self.name = Array(name.utf8)
      self.content = content
    }
  }

  var items: [Item] = []
  var comment: [UInt8] = []
  var entryCount: Int?

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for item in items {
      let packed = item.method == 8 ? Self.deflated(item.content) : item.content
      let checksum = item.checksum ?? Inflate.checksum(item.content)
      let count = item.count ?? item.content.count
      let offset = item.offset ?? bytes.count
      let localName = item.localName ?? item.name
      let facts =
        u16(item.flags) + u16(item.method) + u32(0) + u32(checksum) + u32(packed.count)
        + u32(count)
      bytes += [0x50, 0x4B, 3, 4] + u16(20) + facts + u16(localName.count) + u16(0) + localName
      bytes += packed
      directory += [0x50, 0x4B, 1, 2] + u16(item.system << 8 | 20) + u16(20) + facts
      directory += u16(item.name.count) + u16(item.extra.count) + u16(0) + u16(0) + u16(0)
      directory += u32(item.attributes) + u32(offset) + item.name + item.extra
    }
    let start = bytes.count
    let entries = entryCount ?? items.count
    bytes += directory
    bytes += [0x50, 0x4B, 5, 6] + u16(0) + u16(0) + u16(entries) + u16(entries)
    return bytes + u32(directory.count) + u32(start) + u16(comment.count) + comment
  }

  /// What zlib makes of bytes, without its header and its checksum.
  static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(UInt(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(count))
    compress2(&packed, &count, bytes, UInt(bytes.count), 9)
    return Array(packed[2..<Int(count) - 4])
  }
}

func u16(_ number: Int) -> [UInt8] { little(number, 2) }
func u32(_ number: Int) -> [UInt8] { little(number, 4) }
func u64(_ number: Int) -> [UInt8] { little(number, 8) }
private func little(_ number: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// Tars made by hand.
struct TarBuilder {
  var bytes: [UInt8] = []

  mutating func add(
    _ name: [UInt8], _ content: [UInt8] = Array("x".utf8), type: Character = "0",
    size: [UInt8]? = nil, prefix: String = "", magic: String = "ustar\0", breaks: Bool = false
  ) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], _ offset: Int) {
      for (index, byte) in bytes.enumerated() { header[offset + index] = byte }
    }
    put(Array(name.prefix(100)), 0)
    put(Array("0000644\0".utf8), 100)
    put(size ?? Array(octal(content.count).utf8), 124)
    put(Array(magic.utf8), 257)
    put(Array(prefix.utf8), 345)
    header[156] = type.asciiValue ?? 0
    put([UInt8](repeating: 0x20, count: 8), 148)
    let sum = header.reduce(breaks ? 1 : 0) { $0 + Int($1) }
    put(Array((octal(sum).suffix(6) + "\0 ").utf8), 148)
    bytes += header + content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  private func octal(_ number: Int) -> String {
    let digits = String(number, radix: 8)
    return String(repeating: "0", count: max(0, 11 - digits.count)) + digits
  }

  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }
}

extension Archive {
  /// What can be had of it: names with contents or with problems.
  var view: [String] {
    entries.map { entry in
      do throws(ArchiveProblem) {
        return "\(entry.shownName): \(String(decoding: try bytes(of: entry), as: UTF8.self))"
      } catch {
        return "\(entry.shownName): \(error)"
      }
    }
  }
}
