/// The headers of a tar (POSIX.1-2017, pax; and GNU's long names), each in front of its file.
struct TarReader {
  private let reader: ByteReader
  private let limits: ArchiveLimits

  init(_ reader: ByteReader, _ limits: ArchiveLimits) {
    self.reader = reader
    self.limits = limits
  }

  /// Blocks have so many bytes.
  private static let block = 512

  /// What a header says that stands in front of another one.
  private struct Attributes {
    var name: [UInt8]?
    var count: Int?
    var isSparse = false
  }

  /// All files, in their order.
  func entries() throws(ArchiveProblem) -> [Archive.Entry] {
    var entries: [Archive.Entry] = []
    var attributes = Attributes()
    var offset = 0
    var headers = 0
    while let header = reader.slice(offset, Self.block).map({ ByteReader(bytes: Array($0)) }) {
      if header.bytes.allSatisfy({ $0 == 0 }) { break }
      guard Self.hasChecksum(header) else {
        throw headers == 0 ? .notAnArchive : .malformed("a header of it is damaged")
      }
      headers += 1
      // Each file may have two headers in front of its own.
      guard headers <= 3 * limits.entries else { throw .tooManyEntries }
      let type = header.bytes[156]
      let isExtension = [0x78, 0x67, 0x4C, 0x4B].contains(type)
      let size = try Self.number(header.bytes[124..<136])
      let count = isExtension ? size : attributes.count ?? size
      let data = offset + Self.block
      // Links and devices have no bytes, whatever their size says; folders may have a number there.
      let hasData = isExtension || ![0x31, 0x32, 0x33, 0x34, 0x35, 0x36].contains(type)
      let stored = hasData ? count : 0
      guard stored <= reader.count - data else { throw .truncated }
      let (padded, overflow) = stored.addingReportingOverflow(Self.block - 1)
      guard !overflow else { throw .truncated }
      offset = data + padded / Self.block * Self.block
      if isExtension {
        guard let content = reader.slice(data, count) else { throw .truncated }
        try Self.extend(&attributes, type, content)
        continue
      }
      let name = attributes.name ?? Self.name(header)
      let place = Archive.Place(offset: data, packedCount: stored, count: stored)
      let problem = problem(type, attributes)
      attributes = Attributes()
      guard type != 0x35, name.last != 0x2F else { continue }
      guard entries.count < limits.entries else { throw .tooManyEntries }
      entries.append(Archive.Entry(name: Self.withoutDot(name), problem: problem, place: place))
    }
    guard reader.count >= Self.block else { throw .notAnArchive }
    return entries
  }

  private func problem(_ type: UInt8, _ attributes: Attributes) -> ArchiveProblem? {
    switch type {
    case 0, 0x30, 0x37: attributes.isSparse ? .malformed("it has holes, which are not read") : nil
    case 0x31, 0x32: .link
    case 0x33, 0x34, 0x36: .special
    case 0x53: .malformed("it has holes, which are not read")
    default: .special
    }
  }

  /// `tar -c .` begins all names with `./`.
  private static func withoutDot(_ name: [UInt8]) -> [UInt8] {
    name.starts(with: [0x2E, 0x2F]) ? Array(name.dropFirst(2)) : name
  }

  private static func name(_ header: ByteReader) -> [UInt8] {
    let name = text(header.bytes[0..<100])
    // GNU's older format has other things in the place of the prefix.
    let isPosix = header.has(Array("ustar\0".utf8), at: 257)
    let prefix = isPosix ? text(header.bytes[345..<500]) : []
    return prefix.isEmpty ? name : prefix + [0x2F] + name
  }

  /// Up to the first NUL.
  private static func text(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    Array(bytes.prefix { $0 != 0 })
  }

  /// Octal digits, or a number in base 256.
  private static func number(_ field: ArraySlice<UInt8>) throws(ArchiveProblem) -> Int {
    if let first = field.first, first & 0x80 != 0 {
      guard first == 0x80 else {
        throw .malformed("a size in it is below zero or above all limits")
      }
      var number = 0
      for byte in field.dropFirst() {
        let (shifted, overflow) = number.multipliedReportingOverflow(by: 256)
        guard !overflow else { throw .malformed("a size in it is above all limits") }
        number = shifted | Int(byte)
      }
      return number
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else {
      throw .malformed("a number in it is not octal")
    }
    // Twelve digits at most: 36 bits.
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }

  /// The sum of a header's bytes, its own field taken for spaces; old programs added signed bytes.
  private static func hasChecksum(_ header: ByteReader) -> Bool {
    guard let expected = try? number(header.bytes[148..<156]) else { return false }
    var (unsigned, signed) = (0, 0)
    for (index, byte) in header.bytes.enumerated() {
      let byte = (148..<156).contains(index) ? 0x20 : byte
      unsigned += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    return expected == unsigned || expected == signed
  }

  /// What stands in front of a file: a longer name, or pax's records.
  private static func extend(
    _ attributes: inout Attributes, _ type: UInt8, _ content: ArraySlice<UInt8>
  ) throws(ArchiveProblem) {
    switch type {
    case 0x4C: attributes.name = text(content)
    case 0x78:
      // A record is `27 path=some/name` and a line's end; the number counts all of it.
      var rest = content
      while !rest.isEmpty {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count), rest.dropFirst(digits.count).first == 0x20 else {
          throw .malformed("a header of it is damaged")
        }
        let count = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard count > digits.count + 1, count <= rest.count else {
          throw .malformed("a header of it is damaged")
        }
        let whole = rest.prefix(count)
        let record = whole.dropFirst(digits.count + 1).dropLast()
        rest = rest.dropFirst(count)
        guard whole.last == 0x0A, let equals = record.firstIndex(of: 0x3D) else {
          throw .malformed("a header of it is damaged")
        }
        try take(record[..<equals], record[record.index(after: equals)...], &attributes)
      }
    // What holds for all files, and where links lead to.
    default: break
    }
  }

  private static func take(
    _ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, _ attributes: inout Attributes
  ) throws(ArchiveProblem) {
    switch String(decoding: key, as: UTF8.self) {
    case "path": attributes.name = Array(value)
    case "size":
      guard (1...18).contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw .malformed("a size in it is no number")
      }
      attributes.count = value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    case let key where key.hasPrefix("GNU.sparse."): attributes.isSparse = true
    default: break
    }
  }
}
