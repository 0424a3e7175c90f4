import Foundation
import Grades
import SystemPackage
import TestSupport
import Testing

@testable import ringwalk

@Suite("Merging shards")
struct MergeTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func `shards in any order and grouping are the whole`() throws {
    var random = SeededGenerator(seed: 7)
    let lines = (0..<200).map { resultLine("student\($0)", Int64($0 % 11)) + "\n" }
    try folder.write("whole", lines.joined())
    let whole = try folder.run("merge", "whole")
    #expect(whole.status == 0 && whole.errors.isEmpty)
    let sorted = lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(whole.output == sorted.joined())
    for count in [2, 7] {
      var shards = [[String]](repeating: [], count: count)
      for line in lines.shuffled(using: &random) {
        shards[Int.random(in: 0..<count, using: &random)].append(line)
        // Some are in two shards.
        if Bool.random(using: &random) {
          shards[Int.random(in: 0..<count, using: &random)].append(line)
        }
      }
      let names = try shards.enumerated().map {
        try folder.write("shard\($0.offset)", $0.element.joined())
      }
      #expect(
        try folder.run(arguments: ["merge"] + names.shuffled(using: &random)).output == whole.output
      )
      try folder.write("half", try folder.run(arguments: ["merge"] + names.dropFirst()).output)
      #expect(
        try folder.run("merge", "-", names[0], input: folder.text("half")).output == whole.output)
    }
  }

  @Test func `contradictions are an alarm with all lines, and stay in the output`() throws {
    try folder.write("a", resultLine("ada", 7) + "\n" + resultLine("bob") + "\n")
    try folder.write("b", resultLine("ada", 8) + "\n")
    let outcome = try folder.run("merge", "a", "b")
    #expect(outcome.status == 1)
    #expect(
      outcome.output
        == [resultLine("ada", 7), resultLine("ada", 8), resultLine("bob"), ""].joined(
          separator: "\n"))
    #expect(
      outcome.errors == """
        ringwalk: different results of `ada/sleep/1`:
          \(resultLine("ada", 7))
          \(resultLine("ada", 8))

        """)
    try folder.write("c", outcome.output)
    #expect(try folder.run("merge", "c", "a").output == outcome.output)
  }

  @Test func `a shard that was torn off is told, and the rest is merged`() throws {
    try folder.write("a", resultLine("ada") + "\n" + resultLine("bob").dropLast(9))
    let outcome = try folder.run("merge", "a", "nowhere")
    #expect(outcome.status == 2)
    #expect(outcome.output == resultLine("ada") + "\n")
    #expect(outcome.errors.contains("a:2: this is no result"))
    #expect(outcome.errors.contains("cannot read nowhere"))
  }

  /// Against splitting the whole; portions of the reader are much larger, so lines cross their ends.
  @Test(arguments: 0..<12)
  func `lines are read one by one as they would be all at once`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let limit = 50_000
    var bytes: [UInt8] = []
    while bytes.count < 400_000 {
      let length = [0, 1, 10, 1_000, limit, limit + 1, 90_000].randomElement(using: &random) ?? 0
      bytes +=
        [UInt8](repeating: UInt8.random(in: 32...126, using: &random), count: length) + [0x0A]
    }
    if seed % 2 == 0 { bytes.removeLast() }
    try folder.write("lines", bytes)
    let descriptor = try FileDescriptor.open(FilePath(folder.path("lines")), .readOnly)
    defer { try? descriptor.close() }
    var reader = LineReader(descriptor, limit: limit)
    var found: [[UInt8]?] = []
    while case let lines = try reader.next(), !lines.isEmpty {
      for line in lines {
        switch line {
        case .text(let bytes): found.append(bytes)
        case .tooLong: found.append(nil)
        }
      }
    }
    var expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      $0.count > limit ? nil : Array($0)
    }
    if expected.last?.map(\.isEmpty) == true { expected.removeLast() }
    #expect(found == expected)
  }
}
