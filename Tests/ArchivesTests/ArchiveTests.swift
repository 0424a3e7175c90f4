import Archives
import Foundation
import TestSupport
import Testing

@Suite("Archives")
struct ArchiveTests {
  static let fixtures = [
    "python-stored.zip", "python-deflated.zip", "python-zip64.zip", "python-streamed.zip",
    "info-zip.zip", "gnu-gnu.tar", "gnu-pax.tar", "gnu-ustar.tar", "gnu-v7.tar",
    "gnu-pax.tar.gz",
  ]

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Fixtures.directory.appending(path: "Archives/\(name)")))
  }

  @Test(arguments: fixtures)
  func `what real programs pack is read`(_ name: String) throws {
    let archive = try Archive(try Self.bytes(name))
    var expected = [
      "ada/two_sleeps.walk: program reader { exit(0) }\n",
      "bob/fork.walk: " + String(repeating: "# long\n", count: 2_000),
      "bob/two_sleeps.walk: program reader { exit(1) }\n", "empty.walk: ",
      String(repeating: "x", count: 180) + ".walk: program reader { exit(0) }\n",
      "zoë.walk: program reader { exit(0) }\n",
    ]
    if name == "gnu-ustar.tar" || name == "gnu-v7.tar" { expected.remove(at: 4) }
    #expect(archive.view == expected)
  }

  @Test func `an archive without anything is one`() throws {
    #expect(try Archive(ZipBuilder().bytes).entries.isEmpty)
    #expect(try Archive(TarBuilder().finished).entries.isEmpty)
  }

  @Test(
    arguments: [
      [], [0x50], [0x50, 0x4B], Array("PK\u{3}\u{4}".utf8), Array("program reader { }\n".utf8),
      [0x1F, 0x8B], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], [UInt8](repeating: 0x78, count: 5_000),
    ] as [[UInt8]])
  func `what is no archive is told`(_ bytes: [UInt8]) {
    #expect(throws: ArchiveProblem.self) { try Archive(bytes) }
  }

  /// Names of entries, and what becomes of them.
  static let names: [(name: [UInt8], problem: ArchiveProblem?)] = [
    (Array("ada.walk".utf8), nil), (Array("ada/sleep.walk".utf8), nil),
    (Array("-rf.walk".utf8), nil), (Array(" ada .walk".utf8), nil), (Array("é.walk".utf8), nil),
    (Array("con.walk".utf8), nil), (Array("'; DROP TABLE x; --.walk".utf8), nil),
    (Array("../ada.walk".utf8), .pathOutside), (Array("a/../../b.walk".utf8), .pathOutside),
    (Array("/etc/passwd".utf8), .pathOutside), (Array("..".utf8), .pathOutside),
    (Array("a\\..\\b.walk".utf8), .badName), (Array("C:\\b.walk".utf8), .badName),
    (Array("a//b.walk".utf8), .badName), (Array("a/./b.walk".utf8), .badName),
    (Array("a\nb.walk".utf8), .badName), (Array("a\u{1B}[2Jb.walk".utf8), .badName),
    (Array("a\u{7F}.walk".utf8), .badName), ([0x61, 0xE9, 0x2E], .nameEncoding),
    ([0xFF, 0xFE], .nameEncoding), ([UInt8](repeating: 0x61, count: 1_025), .badName),
  ]

  @Test(arguments: names.indices)
  func `threats 20, 23: names that lead somewhere are problems and the rest is data`(_ index: Int)
    throws
  {
    let (name, problem) = Self.names[index]
    var item = ZipBuilder.Item("")
    item.name = name
    let zip = try Archive(ZipBuilder(items: [item, ZipBuilder.Item("good.walk")]).bytes)
    #expect(zip.entries.first { $0.name == name }?.problem == problem)
    #expect(zip.view.contains("good.walk: x"))
    var tar = TarBuilder()
    if name.count > 100 { tar.add(Array("././@LongLink".utf8), name + [0], type: "L") }
    tar.add(name)
    tar.add(Array("good.walk".utf8))
    let other = try Archive(tar.finished)
    #expect(other.entries.first { $0.name == name }?.problem == problem)
    #expect(other.view.contains("good.walk: x"))
  }

  @Test func `threat 20: a NUL in the name of a zip's entry is a problem`() throws {
    let zip = ZipBuilder(items: [ZipBuilder.Item("a.walk\0.exe")])
    #expect(try Archive(zip.bytes).entries.map(\.problem) == [.badName])
  }

  @Test
  func
    `threat 24: of two entries with one name the first stays, and names that look alike are two`()
    throws
  {
    let contents = ["first", "second", "other"]
    let zip = ZipBuilder(
      items: zip(["é.walk", "é.walk", "e\u{301}.walk"], contents).map {
        ZipBuilder.Item($0, Array($1.utf8))
      })
    let archive = try Archive(zip.bytes)
    #expect(archive.entries.map(\.problem) == [nil, nil, .duplicateName])
    #expect(archive.view[0].hasSuffix("other"))
    #expect(archive.view[1].hasSuffix("first"))
  }

  @Test func `folders and what systems leave beside files are not entries`() throws {
    let names = [
      "ada/", "ada/sleep.walk", "__MACOSX/ada/._sleep.walk", ".DS_Store", "ada/.git/config",
    ]
    let zip = ZipBuilder(items: names.map { ZipBuilder.Item($0) })
    #expect(try Archive(zip.bytes).entries.map(\.shownName) == ["ada/sleep.walk"])
  }

  @Test func `threat 22: links and devices are problems`() throws {
    let kinds: [(Int, ArchiveProblem?)] = [
      (0o120777, .link), (0o020666, .special), (0o060660, .special), (0o010644, .special),
      (0o140777, .special), (0o100644, nil), (0, nil),
    ]
    for (kind, problem) in kinds {
      var item = ZipBuilder.Item("a.walk", Array("/etc/passwd".utf8))
      item.attributes = kind << 16
      #expect(try Archive(ZipBuilder(items: [item]).bytes).entries[0].problem == problem)
    }
    for (type, problem) in [
      ("1", .link), ("2", .link), ("3", .special), ("4", .special), ("6", .special),
      ("S", .malformed("it has holes, which are not read")), ("V", .special), ("7", nil),
      ("\0", nil),
    ] as [(Character, ArchiveProblem?)] {
      var tar = TarBuilder()
      // Links and devices have no bytes.
      tar.add(Array("a.walk".utf8), "12346".contains(type) ? [] : Array("x".utf8), type: type)
      tar.add(Array("good.walk".utf8))
      let archive = try Archive(tar.finished)
      #expect(archive.entries.map(\.problem) == [problem, nil], "\(type)")
      #expect(archive.view[1] == "good.walk: x")
    }
  }

  @Test func `encryption and other methods are problems`() throws {
    for (flags, method, problem) in [
      (1, 8, .encrypted), (0x41, 8, .encrypted), (0, 99, .encrypted), (0, 12, .method(12)),
      (0, 14, .method(14)), (8, 8, nil), (0x800, 8, nil),
    ] as [(Int, Int, ArchiveProblem?)] {
      var item = ZipBuilder.Item("a.walk")
      (item.flags, item.method) = (flags, method)
      let archive = try Archive(ZipBuilder(items: [item, ZipBuilder.Item("good.walk")]).bytes)
      #expect(archive.entries.map(\.problem) == [problem, nil])
    }
  }

  @Test func `bytes that are not those that were packed are a problem`() throws {
    var item = ZipBuilder.Item("a.walk")
    item.checksum = 1
    #expect(try Archive(ZipBuilder(items: [item]).bytes).view == ["a.walk: its checksum is wrong"])
    item = ZipBuilder.Item("a.walk")
    item.localName = Array("b.walk".utf8)
    #expect(try Archive(ZipBuilder(items: [item]).bytes).view == ["a.walk: it has two names"])
    for count in [0, 2, 5_000] {
      item = ZipBuilder.Item("a.walk")
      item.count = count
      #expect(throws: ArchiveProblem.self) {
        let archive = try Archive(ZipBuilder(items: [item]).bytes)
        _ = try archive.bytes(of: archive.entries[0])
      }
    }
    var tar = TarBuilder()
    tar.add(Array("a.walk".utf8))
    tar.add(Array("b.walk".utf8), breaks: true)
    #expect(throws: ArchiveProblem.self) { try Archive(tar.finished) }
  }

  // MARK: Bombs

  @Test func `threat 21: a bomb of zeros is told before it is unpacked, and when it lies`() throws {
    let zeros = [UInt8](repeating: 0, count: 50_000_000)
    var item = ZipBuilder.Item("bomb.walk", zeros)
    let honest = try Archive(ZipBuilder(items: [item]).bytes)
    #expect(honest.entries[0].problem == .tooLarge)
    item.count = 1_000
    let lying = try Archive(ZipBuilder(items: [item]).bytes)
    #expect(lying.view == ["bomb.walk: there is too much in it"])
  }

  @Test func `threat 21: all entries together are bounded, and so is their number`() throws {
    var limits = ArchiveLimits()
    limits.totalBytes = 250
    limits.entries = 5
    let items = (0..<5).map { ZipBuilder.Item("\($0).walk", [UInt8](repeating: 0x61, count: 100)) }
    let archive = try Archive(ZipBuilder(items: items).bytes, limits: limits)
    #expect(archive.entries.map(\.problem) == [nil, nil, .tooLarge, .tooLarge, .tooLarge])
    let more = ZipBuilder(items: items + [ZipBuilder.Item("more")])
    #expect(throws: ArchiveProblem.tooManyEntries) { try Archive(more.bytes, limits: limits) }
    var tar = TarBuilder()
    for index in 0..<6 { tar.add(Array("\(index)".utf8)) }
    #expect(throws: ArchiveProblem.tooManyEntries) { try Archive(tar.finished, limits: limits) }
    // Headers in front of nothing are counted as well.
    var headers = TarBuilder()
    for _ in 0..<50 { headers.add(Array("x".utf8), Array("10 a=bcde\n".utf8), type: "x") }
    #expect(throws: ArchiveProblem.tooManyEntries) { try Archive(headers.finished, limits: limits) }
  }

  @Test func `threat 21: entries that lie on top of each other are told`() throws {
    var second = ZipBuilder.Item("b.walk")
    second.localName = Array("a.walk".utf8)
    second.name = Array("a.walk".utf8)
    second.offset = 0
    let archive = try Archive(ZipBuilder(items: [ZipBuilder.Item("a.walk"), second]).bytes)
    #expect(archive.entries.map(\.problem) == [nil, .duplicateName])
    // The quine of one kernel under many names: a stored entry whose bytes are the next one's header.
    let inner = ZipBuilder.Item("in.walk", Array("payload".utf8))
    let innerBytes = ZipBuilder(items: [inner]).bytes
    var outer = ZipBuilder.Item("out.walk", Array(innerBytes.prefix(60)))
    outer.method = 0
    var named = inner
    named.offset = 30 + 8
    let nested = try Archive(ZipBuilder(items: [outer, named]).bytes)
    #expect(nested.entries.map(\.problem) == [.overlap, nil])
  }

  @Test func `threat 21: a tar that gzip has packed is bounded`() throws {
    var limits = ArchiveLimits()
    limits.totalBytes = 10_000
    let packed = try Self.bytes("gnu-pax.tar.gz")
    #expect(throws: ArchiveProblem.tooLarge) { try Archive(packed, limits: limits) }
  }

  // MARK: Corners of the formats

  @Test func `sizes of zip64 are read, and nonsense in them is told`() throws {
    var item = ZipBuilder.Item("a.walk", Array("hello".utf8))
    item.method = 0
    func zip(_ extra: [UInt8]) throws -> Archive.Entry? {
      var bytes = ZipBuilder(items: [item]).bytes
      // The directory's sizes become those of zip64.
      let place = try #require(
        bytes.indices.first { Array(bytes[$0...].prefix(4)) == [0x50, 0x4B, 1, 2] })
      bytes.replaceSubrange(place + 20..<place + 28, with: u32(0xFFFF_FFFF) + u32(0xFFFF_FFFF))
      bytes.replaceSubrange(place + 30..<place + 32, with: u16(extra.count))
      bytes.insert(contentsOf: extra, at: place + 46 + 6)
      let end = bytes.count - 22
      let size = Int(bytes[end + 12]) + extra.count
      bytes.replaceSubrange(end + 12..<end + 16, with: u32(size))
      return try Archive(bytes).entries.first
    }
    let good = u16(1) + u16(16) + u64(5) + u64(5)
    #expect(try zip(good)?.problem == nil)
    #expect(try zip(u16(0x5455) + u16(1) + [0] + good)?.problem == nil)
    for bad in [
      [], u16(1) + u16(8) + u64(5), u16(1) + u16(16) + u64(-1) + u64(5),
      u16(1) + u16(16) + u64(1 << 62) + u64(1 << 62), u16(1) + u16(200) + u64(5),
    ] {
      #expect(try zip(bad)?.problem != nil, "\(bad)")
    }
  }

  @Test func `a comment behind the directory is no archive of its own`() throws {
    let inner = ZipBuilder(items: [ZipBuilder.Item("inner.walk")]).bytes
    let outer = ZipBuilder(items: [ZipBuilder.Item("outer.walk")], comment: inner + [0])
    #expect(try Archive(outer.bytes).view == ["outer.walk: x"])
  }

  @Test func `a directory that has more or fewer entries than it says is told`() throws {
    for count in [0, 1, 3, 65_535] {
      let zip = ZipBuilder(
        items: [ZipBuilder.Item("a.walk"), ZipBuilder.Item("b.walk")], entryCount: count)
      #expect(throws: ArchiveProblem.self) { try Archive(zip.bytes) }
    }
  }

  @Test func `long names of tars are put together`() throws {
    let long = Array((String(repeating: "d/", count: 100) + "a.walk").utf8)
    var tar = TarBuilder()
    tar.add(Array("a.walk".utf8), prefix: "student")
    tar.add(Array("././@LongLink".utf8), long + [0], type: "L")
    tar.add(Array("short".utf8))
    let record = " path=" + String(decoding: long, as: UTF8.self) + "x\n"
    let count = record.utf8.count + 3
    tar.add(Array("pax".utf8), Array("\(count)\(record)".utf8), type: "x")
    tar.add(Array("short".utf8))
    tar.add(Array("b.walk".utf8), prefix: "noise", magic: "ustar  ")
    #expect(
      try Archive(tar.finished).entries.map(\.name)
        == [Array("b.walk".utf8), long, long + [0x78], Array("student/a.walk".utf8)])
  }

  @Test(arguments: [
    Array("77777777777\0".utf8), [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7),
    [UInt8](repeating: 0xFF, count: 12), [0x80] + [UInt8](repeating: 0xFF, count: 11),
    Array("00000000009\0".utf8), Array("-0000000001\0".utf8),
  ])
  func `sizes of tars that cannot be are told`(_ size: [UInt8]) {
    var tar = TarBuilder()
    tar.add(Array("a.walk".utf8), size: size)
    #expect(throws: ArchiveProblem.self) { try Archive(tar.finished) }
  }

  @Test(arguments: [
    "x", "5 a=b", "999999999 path=x\n", "3 \n", "0 a=b\n", "6 ab\n", "10 size=-1\n",
    "99999999999999999999 a=b\n",
  ])
  func `records of pax that cannot be are told`(_ record: String) {
    var tar = TarBuilder()
    tar.add(Array("pax".utf8), Array(record.utf8), type: "x")
    tar.add(Array("a.walk".utf8))
    #expect(throws: ArchiveProblem.self) { try Archive(tar.finished) }
  }

  // MARK: Anything

  /// Real archives with bytes of chance: an answer within bounds, whatever it is.
  @Test(arguments: fixtures)
  func `no change of an archive's bytes crashes the reader`(_ name: String) throws {
    let original = try Self.bytes(name)
    var random = SeededGenerator(seed: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    var limits = ArchiveLimits()
    limits.totalBytes = 200_000
    for _ in 0..<600 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
          bytes[Int.random(in: bytes.indices, using: &random)] =
            [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        case 1:
          bytes[Int.random(in: bytes.indices, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        case 2:
          let start = Int.random(in: bytes.indices, using: &random)
          for index in start..<min(start + 4, bytes.count) { bytes[index] = 0xFF }
        case 3 where bytes.count > 600: bytes.removeLast(Int.random(in: 1...500, using: &random))
        default:
          let from = Int.random(in: bytes.indices, using: &random)
          let to = Int.random(in: bytes.indices, using: &random)
          for index in 0..<min(46, bytes.count - max(from, to)) {
            bytes[to + index] = bytes[from + index]
          }
        }
      }
      guard let archive = try? Archive(bytes, limits: limits) else { continue }
      var total = 0
      for entry in archive.entries {
        if let content = try? archive.bytes(of: entry) { total += content.count }
      }
      #expect(total <= limits.totalBytes)
    }
  }

  /// Random files in, the same files out.
  @Test(arguments: 0..<30)
  func `what is packed comes out`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var files: [String: [UInt8]] = [:]
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      let name = "s\(Int.random(in: 0...30, using: &random))/t.walk"
      let count = Int.random(in: 0...3_000, using: &random)
      files[name] = (0..<count).map { _ in UInt8.random(in: 0...3, using: &random) }
    }
    let order = files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.shuffled(
      using: &random)
    let items = order.map { name, content in
      var item = ZipBuilder.Item(name, content)
      item.method = Bool.random(using: &random) ? 8 : 0
      return item
    }
    var tar = TarBuilder()
    for (name, content) in order { tar.add(Array(name.utf8), content) }
    for archive in [try Archive(ZipBuilder(items: items).bytes), try Archive(tar.finished)] {
      #expect(archive.entries.count == files.count)
      for entry in archive.entries {
        #expect(try archive.bytes(of: entry) == files[entry.shownName])
      }
    }
  }
}
