import SourceText
import TestSupport
import Testing
import WalkSyntax

@Suite struct `Hostile input` {
  static let many = 10_000

  /// Texts that would break a parser which recurses, tries twice or looks ahead without bound.
  static let towers = towers(many)

  static func towers(_ count: Int) -> [(name: String, text: String)] {
    func row(_ text: String) -> String { String(repeating: text, count: count) }
    return [
      ("closed braces", "program p " + row("{ ") + row("} ")),
      ("open braces", "program p " + row("{ ")),
      ("open braces on lines", "program p " + row("while 1 {\n")),
      ("bare open braces", row("{\n")),
      ("closing braces", row("}\n")),
      ("nested loops", "program p {" + row("while 1 {") + row("}") + "}"),
      ("nested items", "machine x " + row("{ a ") + row("}")),
      ("nested starters", row("starter {") + row("}")),
      ("parentheses", "program p { let x = " + row("(") + "1" + row(")") + "}"),
      ("open parentheses", "program p { let x = " + row("(") + "}"),
      ("open parentheses on lines", "expect " + row("(\n")),
      ("brackets", "vary n in " + row("[") + row("]")),
      ("mixed brackets", "expect " + row("([") + row(")]")),
      ("elements", "program p { let x = a" + row("[0]") + "}"),
      ("nested elements", "program p { let x = " + row("a[") + "0" + row("]") + "}"),
      ("nested calls", "expect " + row("f(") + "a sleeps" + row(")") + " == 1"),
      ("members", "expect a" + row(".b") + " == 1"),
      ("not", "expect " + row("not ") + "a sleeps"),
      ("not in a state", "expect always " + row("not ") + "a sleeps"),
      ("not in a program", "program p { if " + row("not ") + "a { } }"),
      ("minus", "program p { let x = " + row("- ") + "1 }"),
      ("minus in an item", "disk sda { latency " + row("- ") + "1ms }"),
      ("sums", "program p { let x = 1" + row(" + 1") + "}"),
      ("and", "expect a sleeps" + row(" and b sleeps")),
      ("or in a state", "expect always a" + row(" or b")),
      ("implies", "expect a sleeps" + row(" implies b sleeps")),
      ("implies in a state", "expect always a" + row(" implies b")),
      ("and before not", "expect always a" + row(" and not not not b")),
      ("while", "expect a sleeps" + row(" while b runs")),
      ("because", "expect a sleeps" + row(" because b runs")),
      ("before", "expect a sleeps" + row(" before b runs")),
      ("schedules", "expect " + row("in every schedule: ") + "a sleeps"),
      ("never", "expect " + row("never ") + "a sleeps"),
      ("when", "expect " + row("when a sleeps: ") + "b"),
      ("else if", "program p { if 1 { }" + row(" else if 2 { }") + "}"),
      ("ifs without braces", "program p { " + row("if 1 ") + " x() }"),
      ("elses", "program p { " + row("else ") + "}"),
      ("loops of C", "program p { " + row("for (;;) ") + "}"),
      ("nested loops of C", "program p { " + row("for (;;) { ") + row("}") + "}"),
      ("strings", row("\"\n")),
      ("comments of C", row("/* ")),
      ("quotes", row("\u{201C}")),
      ("single quotes", row("'\n")),
      ("letters", row("\u{E9} ")),
      ("stray bytes", row("@ $ ")),
      ("equals signs", "expect a" + row(" = b")),
      ("commas", "program p { f(" + row(",") + ") }"),
      ("missing braces", row("program p\n") + row("}\n")),
    ]
  }

  @Test(arguments: towers.map(\.name))
  func `is refused with few words`(_ name: String) throws {
    let text = try #require(Self.towers.first { $0.name == name }).text
    let script = parse(text)
    #expect(!script.diagnostics.isEmpty)
    #expect(script.diagnostics.count <= WalkParser.maximumDiagnostics + 1)
    #expect(isLossless(script))
  }

  @Test func `is no input that is only long`() {
    func row(_ text: String) -> String { String(repeating: text, count: 100_000) }
    for text in [
      "expect a sleeps" + row(" then b wakes"),
      "program p { data t 1" + row(", 2") + "}",
      "program p { f(1" + row(", 2") + ") }",
      "user ada { groups [a" + row(", b") + "] }",
      "expect kernel logs" + row(" \"x\""),
      row("run\n"), row("run;"), row("# comment\n"), row("disk a { b 1 } "),
      "program p {" + row("exit(0)\n") + "}",
      "user ada { groups" + row(" [a]") + "}",
    ] {
      let script = parse(text)
      #expect(complaints(script) == [], "\(text.prefix(40))")
      #expect(isLossless(script))
    }
  }

  /// A parser that is not linear would not come back from these within the limit, whatever the
  /// machine; how fast it is, the benchmarks say.
  @Test(.timeLimit(.minutes(1)), arguments: towers.map(\.name))
  func `comes back from a tower of any height`(_ name: String) throws {
    let text = try #require(Self.towers(40_000).first { $0.name == name }).text
    #expect(isLossless(parse(text)))
  }

  @Test(arguments: 1...6)
  func `of random bytes loses nothing and stops nobody`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces: [[UInt8]] =
      (Keywords.all + Keywords.punctuation + Keywords.units).map { Array($0.utf8) }
      + [
        "\n", " ", "\t", "\r\n", "\"", "'", "\\", "#", "0", "9", "0x", "a", "\0", "/*", "*/", "++",
      ]
      .map { Array($0.utf8) } + [[0xFF], [0xC3], [0xC3, 0xA9], [0xE2, 0x80, 0x9C], [0xC2, 0xA0]]
    for round in 0..<300 {
      var bytes: [UInt8] = []
      let isText = round % 3 != 0
      for _ in 0..<Int.random(in: 0..<200, using: &random) {
        if isText {
          bytes += pieces[Int.random(in: 0..<pieces.count, using: &random)]
          if Bool.random(using: &random) { bytes.append(0x20) }
        } else {
          bytes.append(UInt8.random(in: 0...255, using: &random))
        }
      }
      let script = parse(bytes)
      guard isLossless(script) else {
        Issue.record("seed \(seed), round \(round): tokens do not cover the text")
        return
      }
      let file = SourceFile(name: "test.walk", bytes: bytes)
      var last = 0
      for diagnostic in script.diagnostics {
        guard let range = diagnostic.primary?.range, range.lower >= last, range.upper <= bytes.count
        else {
          Issue.record("seed \(seed), round \(round): \(diagnostic)")
          return
        }
        last = range.lower
        _ = file.position(at: range.lower)
      }
    }
  }

  @Test(arguments: 1...4)
  func `made from the lesson by deletion keeps its other statements`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let whole = Array(`The language's page`.world.utf8)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...9, using: &random)))
      }
      let script = parse(bytes)
      guard isLossless(script) else {
        Issue.record("seed \(seed): tokens do not cover the text")
        return
      }
      // A statement that is not read has a message; the tree and the messages agree.
      let isBroken = script.statements.contains { if case .missing = $0 { true } else { false } }
      if isBroken { #expect(!script.diagnostics.isEmpty, "seed \(seed)") }
    }
  }

  @Test func `of bytes that are no text has one message a run`() {
    #expect(
      complaints(parse([0, 0, 0] + Array("run\n".utf8))) == [
        "1:1 W0101 a NUL byte has no meaning here"
      ])
    #expect(
      complaints(parse(Array("run # \0\0\n".utf8))) == [
        "1:7 W0101 a NUL byte has no meaning here"
      ])
    #expect(
      complaints(parse(Array("ask \"".utf8) + [0xFF, 0xFE] + Array("\"\n".utf8))) == [
        "1:6 W0103 this is not UTF-8 text"
      ])
    #expect(complaints(parse([0xEF, 0xBB, 0xBF] + Array("run\r\nrun\r\n".utf8))) == [])
    #expect(
      complaints(parse(Array("run\n".utf8) + [0xEF, 0xBB, 0xBF] + Array("run".utf8))) == [
        "2:1 W0102 a special space stands where a plain one belongs"
      ])
    let utf16: [UInt8] = [0xFF, 0xFE] + "run\n".utf8.flatMap { [$0, 0] }
    #expect(complaints(parse(utf16)).first == "1:1 W0103 this is not UTF-8 text")
    #expect(
      complaints(parse(Array("ask \"a".utf8) + [0x0D, 0x0A])) == [
        "1:5 W0104 this string is not closed"
      ])
  }
}
