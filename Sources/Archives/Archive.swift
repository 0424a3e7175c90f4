/// A zip or a tar, also one that gzip has packed, in memory.
///
/// Entries are in the order of the bytes of their names. Folders are not among them, nor what a Mac and
/// other systems leave beside files (`__MACOSX/`, names that begin with a dot).
public struct Archive: Sendable {
  /// What is in it.
  public let entries: [Entry]
  private let source: Source
  private let limits: ArchiveLimits

  /// A file in an archive.
  public struct Entry: Sendable {
    /// Its name, as bytes: never to be used as a path.
    public var name: [UInt8]
    /// Why it cannot be read, as far as that is known without reading it.
    public var problem: ArchiveProblem?
    /// Where its bytes are.
    var place: Place

    /// The name as text, with what is no UTF-8 replaced: to be shown, not to tell entries apart.
    public var shownName: String { String(decoding: name, as: UTF8.self) }
  }

  /// Where the bytes of an entry are.
  struct Place: Sendable {
    var offset: Int
    /// In the archive.
    var packedCount: Int
    /// Unpacked.
    var count: Int
    /// zip's method: 0 as they are, 8 deflated.
    var method = 0
    var checksum: Int?
  }

  private enum Source: Sendable {
    case zip(ByteReader)
    case tar(ByteReader)
  }

  /// Reads what is in an archive, without unpacking anything but a gzip around a tar.
  ///
  /// - Parameter bytes: The archive; whoever reads it bounds its size.
  public init(_ bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()) throws(ArchiveProblem) {
    self.limits = limits
    var found: [Entry]
    if bytes.starts(with: [0x50, 0x4B]) {
      let reader = ByteReader(bytes: bytes)
      found = try ZipReader(reader, limits).entries()
      source = .zip(reader)
    } else {
      var tar = bytes
      if bytes.starts(with: [0x1F, 0x8B]) {
        tar = try Inflate.bytes(bytes[...], .gzip, limit: limits.totalBytes)
      }
      let reader = ByteReader(bytes: tar)
      found = try TarReader(reader, limits).entries()
      source = .tar(reader)
    }
    found.removeAll { Self.isLeftAside($0.name) }
    Self.judge(&found, limits)
    entries = found
  }

  /// The bytes of an entry.
  public func bytes(of entry: Entry) throws(ArchiveProblem) -> [UInt8] {
    if let problem = entry.problem { throw problem }
    switch source {
    case .zip(let reader): return try ZipReader(reader, limits).bytes(entry.place)
    case .tar(let reader):
      guard let slice = reader.slice(entry.place.offset, entry.place.count) else {
        throw .truncated
      }
      return Array(slice)
    }
  }

  private static func isLeftAside(_ name: [UInt8]) -> Bool {
    let parts = name.split(separator: 0x2F)
    guard parts.first?.elementsEqual("__MACOSX".utf8) != true else { return true }
    // `.` and `..` are no hidden files, but attempts at something.
    return parts.contains { part in
      part.first == 0x2E && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
  }

  /// Sorts entries, and looks at their names and at all of them together.
  private static func judge(_ entries: inout [Entry], _ limits: ArchiveLimits) {
    // Of several with one name the first in the archive stays; sorting keeps no order of its own.
    let order = entries.enumerated().sorted { left, right in
      if left.element.name != right.element.name {
        return left.element.name.lexicographicallyPrecedes(right.element.name)
      }
      return left.offset < right.offset
    }
    entries = order.map(\.element)
    var total = 0
    for index in entries.indices {
      if let problem = nameProblem(entries[index].name, limits) {
        entries[index].problem = problem
      } else if index > 0, entries[index - 1].name == entries[index].name {
        entries[index].problem = .duplicateName
      }
      guard entries[index].problem == nil else { continue }
      let count = entries[index].place.count
      if count > limits.entryBytes || count > limits.totalBytes - total {
        entries[index].problem = .tooLarge
      } else {
        total += count
      }
    }
  }

  /// What is wrong with a name. Nobody here makes a path of it, but whoever comes later might.
  static func nameProblem(_ name: [UInt8], _ limits: ArchiveLimits) -> ArchiveProblem? {
    guard String(validating: name, as: UTF8.self) != nil else { return .nameEncoding }
    guard !name.isEmpty, name.count <= limits.nameBytes,
      name.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != 0x5C })
    else { return .badName }
    let parts = name.split(separator: 0x2F, omittingEmptySubsequences: false)
    if name.first == 0x2F || parts.contains(where: { $0.elementsEqual("..".utf8) }) {
      return .pathOutside
    }
    if parts.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) }) { return .badName }
    return nil
  }
}
