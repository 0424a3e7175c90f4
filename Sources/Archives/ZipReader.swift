/// The directory of a zip (PKWARE's APPNOTE 6.3.10). Only what it says at its end counts; what stands in
/// front of the entries must agree.
struct ZipReader {
  private let reader: ByteReader
  private let limits: ArchiveLimits

  init(_ reader: ByteReader, _ limits: ArchiveLimits) {
    self.reader = reader
    self.limits = limits
  }

  private static let endMark: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
  private static let end64Mark: [UInt8] = [0x50, 0x4B, 0x06, 0x06]
  private static let locatorMark: [UInt8] = [0x50, 0x4B, 0x06, 0x07]
  private static let entryMark: [UInt8] = [0x50, 0x4B, 0x01, 0x02]
  private static let localMark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  private struct Directory {
    var offset: Int
    var byteCount: Int
    var entryCount: Int
  }

  /// All files, in the order of the directory.
  func entries() throws(ArchiveProblem) -> [Archive.Entry] {
    let directory = try directory()
    guard directory.entryCount <= limits.entries else { throw .tooManyEntries }
    guard directory.offset <= reader.count, directory.byteCount <= reader.count - directory.offset
    else { throw .truncated }
    let end = directory.offset + directory.byteCount
    var offset = directory.offset
    var entries: [Archive.Entry] = []
    for _ in 0..<directory.entryCount {
      let (entry, next) = try entry(at: offset, before: directory.offset)
      guard next <= end else { throw .malformed("its directory is shorter than it says") }
      offset = next
      if let entry { entries.append(entry) }
    }
    guard offset == end else { throw .malformed("its directory is longer than it says") }
    markOverlaps(&entries)
    return entries
  }

  // MARK: The directory

  private func directory() throws(ArchiveProblem) -> Directory {
    let end = try endOfDirectory()
    let disks = (try reader.number16(end + 4), try reader.number16(end + 6))
    let here = try reader.number16(end + 8)
    var directory = Directory(
      offset: try reader.number32(end + 16), byteCount: try reader.number32(end + 12),
      entryCount: try reader.number16(end + 10))
    if reader.has(Self.locatorMark, at: end - 20) {
      // A zip64: the numbers are in a record of their own.
      let record = try reader.number64(end - 20 + 8)
      guard reader.has(Self.end64Mark, at: record) else {
        throw .malformed("its zip64 record is not where it says")
      }
      guard try reader.number32(record + 16) == 0, try reader.number32(record + 20) == 0 else {
        throw .severalParts
      }
      directory.entryCount = try reader.number64(record + 32)
      directory.byteCount = try reader.number64(record + 40)
      directory.offset = try reader.number64(record + 48)
    } else {
      guard disks == (0, 0), here == directory.entryCount else { throw .severalParts }
    }
    return directory
  }

  /// The record at the end, behind which there is only a comment.
  private func endOfDirectory() throws(ArchiveProblem) -> Int {
    let first = max(reader.count - 22 - 0xFFFF, 0)
    var offset = reader.count - 22
    while offset >= first {
      if reader.has(Self.endMark, at: offset),
        try reader.number16(offset + 20) == reader.count - offset - 22
      {
        return offset
      }
      offset -= 1
    }
    throw .truncated
  }

  /// An entry of the directory, `nil` for a folder, and where the next one begins.
  private func entry(
    at offset: Int, before directory: Int
  ) throws(ArchiveProblem) -> (Archive.Entry?, next: Int) {
    guard reader.has(Self.entryMark, at: offset) else {
      throw .malformed("its directory has something else in it than entries")
    }
    let system = try reader.number16(offset + 4) >> 8
    let flags = try reader.number16(offset + 8)
    let method = try reader.number16(offset + 10)
    let nameCount = try reader.number16(offset + 28)
    let extraCount = try reader.number16(offset + 30)
    let commentCount = try reader.number16(offset + 32)
    let attributes = try reader.number32(offset + 38)
    guard let name = reader.slice(offset + 46, nameCount),
      let extra = reader.slice(offset + 46 + nameCount, extraCount)
    else { throw .truncated }
    let next = offset + 46 + nameCount + extraCount + commentCount
    var sizes = Sizes(
      count: try reader.number32(offset + 24), packedCount: try reader.number32(offset + 20),
      local: try reader.number32(offset + 42), disk: try reader.number16(offset + 34))
    var problem: ArchiveProblem?
    do throws(ArchiveProblem) { try sizes.widen(by: extra) } catch { problem = error }
    let isFolder = name.last == 0x2F
    // Unix and macOS say what it is in the upper half.
    let kind = system == 3 || system == 19 ? attributes >> 16 & 0o170000 : 0
    if isFolder || kind == 0o040000 { return (nil, next) }
    var place = Archive.Place(
      offset: 0, packedCount: sizes.packedCount, count: sizes.count, method: method,
      checksum: try reader.number32(offset + 16))
    if problem == nil {
      do throws(ArchiveProblem) {
        place.offset = try dataOffset(sizes, name: name, before: directory)
      } catch {
        problem = error
      }
    }
    if kind == 0o120000 {
      problem = .link
    } else if kind != 0, kind != 0o100000 {
      problem = .special
    } else if flags & 0b1 != 0 || flags & 0b100_0000 != 0 || method == 99 {
      problem = .encrypted
    } else if method != 0, method != 8 {
      problem = .method(method)
    } else if method == 0, place.packedCount != place.count {
      problem = problem ?? .malformed("it has two sizes")
    }
    return (Archive.Entry(name: Array(name), problem: problem, place: place), next)
  }

  /// What an entry says of its bytes.
  private struct Sizes {
    var count: Int
    var packedCount: Int
    var local: Int
    var disk: Int

    /// Takes what does not fit into 32 bits from the field of zip64.
    mutating func widen(by extra: ArraySlice<UInt8>) throws(ArchiveProblem) {
      let fields = ByteReader(bytes: Array(extra))
      var offset = 0
      while offset + 4 <= fields.count {
        let (kind, size) = (try fields.number16(offset), try fields.number16(offset + 2))
        offset += 4
        guard let field = fields.slice(offset, size) else { break }
        offset += size
        guard kind == 1 else { continue }
        let wide = ByteReader(bytes: Array(field))
        var place = 0
        func next() throws(ArchiveProblem) -> Int {
          defer { place += 8 }
          return try wide.number64(place)
        }
        if count == 0xFFFF_FFFF { count = try next() }
        if packedCount == 0xFFFF_FFFF { packedCount = try next() }
        if local == 0xFFFF_FFFF { local = try next() }
        if disk == 0xFFFF { disk = try wide.number32(place) }
      }
      if disk != 0 { throw .severalParts }
    }
  }

  /// Where the bytes of an entry begin: behind a header that must have the same name.
  private func dataOffset(
    _ sizes: Sizes, name: ArraySlice<UInt8>, before directory: Int
  ) throws(ArchiveProblem) -> Int {
    guard reader.has(Self.localMark, at: sizes.local) else {
      throw .malformed("it is not where the directory says")
    }
    let nameCount = try reader.number16(sizes.local + 26)
    let extraCount = try reader.number16(sizes.local + 28)
    guard reader.slice(sizes.local + 30, nameCount)?.elementsEqual(name) == true else {
      throw .malformed("it has two names")
    }
    let offset = sizes.local + 30 + nameCount + extraCount
    guard offset <= directory, sizes.packedCount <= directory - offset else { throw .truncated }
    return offset
  }

  /// Bytes that are packed once and named a thousand times are a bomb (D. Fifield, "A better zip bomb").
  private func markOverlaps(_ entries: inout [Archive.Entry]) {
    let order = entries.indices.filter { entries[$0].problem == nil }.sorted { left, right in
      (entries[left].place.offset, left) < (entries[right].place.offset, right)
    }
    var end = 0
    for index in order {
      let place = entries[index].place
      // An entry without bytes may lie at the end of another one.
      if place.offset < end, place.packedCount > 0 { entries[index].problem = .overlap }
      end = max(end, place.offset + place.packedCount)
    }
  }

  // MARK: Bytes

  func bytes(_ place: Archive.Place) throws(ArchiveProblem) -> [UInt8] {
    guard let packed = reader.slice(place.offset, place.packedCount) else { throw .truncated }
    let bytes: [UInt8]
    if place.method == 0 {
      bytes = Array(packed)
    } else {
      bytes = try Inflate.bytes(packed, .raw, limit: min(place.count, limits.entryBytes))
    }
    guard bytes.count == place.count else { throw .malformed("it has two sizes") }
    guard Inflate.checksum(bytes) == place.checksum else { throw .checksum }
    return bytes
  }
}
