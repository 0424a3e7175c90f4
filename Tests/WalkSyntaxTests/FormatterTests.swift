import Foundation
import SourceText
import TestSupport
import Testing

@testable import WalkSyntax

/// Formats text as a file of its own.
func format(_ text: String) -> String {
  String(decoding: format(Array(text.utf8)).bytes, as: UTF8.self)
}

/// The scripts that come with Ringwalk, and the fences of its lessons, by where they stand.
enum Corpus {
  static let folders = [
    "lessons", "lessons-de", "manual", "templates", "docs", "Tests/Fixtures", "Tests/Solutions",
  ]

  static let scripts: [(name: String, bytes: [UInt8])] = {
    let root = Fixtures.directory.appending(path: "../..").standardizedFileURL
    var found: [(String, [UInt8])] = []
    for folder in folders {
      let walk = FileManager.default.enumerator(atPath: root.appending(path: folder).path())
      for case let path as String in walk ?? .init() {
        guard let data = try? Data(contentsOf: root.appending(path: "\(folder)/\(path)")) else {
          continue
        }
        if path.hasSuffix(".walk") { found.append(("\(folder)/\(path)", Array(data))) }
        if path.hasSuffix(".md") { found += fences(Array(data), "\(folder)/\(path)") }
      }
    }
    return found.sorted { $0.0 < $1.0 }
  }()

  /// What stands between lines that begin with a fence's marks.
  private static func fences(_ bytes: [UInt8], _ name: String) -> [(String, [UInt8])] {
    var found: [(String, [UInt8])] = []
    var open: (marks: ArraySlice<UInt8>, isWalk: Bool, text: [UInt8])?
    for (index, line) in LineDifference.lines(of: bytes).enumerated() {
      let marks = line.prefix { $0 == line.first && ($0 == 0x60 || $0 == 0x7E) }
      if let fence = open {
        if marks.count >= fence.marks.count, marks.first == fence.marks.first {
          if fence.isWalk { found.append(("\(name):\(index)", fence.text)) }
          open = nil
        } else {
          open?.text += line
        }
      } else if marks.count >= 3 {
        let info = String(decoding: line[marks.endIndex...], as: UTF8.self)
        open = (marks, info.hasPrefix("walk"), [])
      }
    }
    return found
  }
}

@Suite struct `The formatter` {
  static let constructs = ["world", "module", "program", "timeline", "claims", "task", "questions"]

  @Test(arguments: constructs)
  func `writes every construct in one style`(_ name: String) throws {
    let text = try Fixtures.text("WalkSyntax/format/\(name).walk")
    #expect(complaints(parse(text)) == [])
    #expect(flaw(Array(text.utf8)) == nil)
    try expectGolden(format(text), "WalkSyntax/format/\(name).formatted.walk")
  }

  @Test(arguments: [
    ("", ""), ("\n\n  \n", ""), (" # a  ", "# a\n"), ("run", "run\n"), ("\n\nrun\n\n\n", "run\n"),
    ("run;run", "run\nrun\n"), ("run;;\n;run;", "run\nrun\n"),
    ("run # a\n# b\n\n\n# c\nrun", "run # a\n# b\n\n# c\nrun\n"),
    ("\u{FEFF}run", "\u{FEFF}run\n"), ("\u{FEFF}", "\u{FEFF}"),
    ("run\r\n\r\n\r\nrun # a \r\n", "run\r\n\r\nrun # a\r\n"),
    ("run\r\nrun\nrun\n", "run\nrun\nrun\n"), ("run\n\u{B}\tstart\u{C}p", "run\nstart p\n"),
    ("disk sda\n\n\n{\nlatency 5ms }", "disk sda {\n    latency 5ms\n}\n"),
    ("disk sda # a\n{ latency 5ms }", "disk sda # a\n{ latency 5ms }\n"),
    ("program p {\n\n\n# a\n\n}", "program p {\n    # a\n}\n"),
    ("program p { # a\n\n exit(0) }", "program p { # a\n    exit(0)\n}\n"),
    ("program p { ; a() ; ; b() ; }", "program p { a(); b() }\n"),
    ("disk sda { ; latency 5ms , }", "disk sda { latency 5ms }\n"),
    ("expect a sleeps ; then receives \"x\"", "expect a sleeps\n; then receives \"x\"\n"),
    (
      "program p { if a { b() } ; else = 3\n}",
      "program p {\n    if a { b() }\n    ; else = 3\n}\n"
    ),
    ("program p { if a { b() } ; else = 3 }", "program p { if a { b() }; else = 3 }\n"),
    (
      "program p {\nif a { b()\n} else { c() } }",
      "program p {\n    if a {\n        b()\n    } else {\n        c()\n    }\n}\n"
    ),
    ("expect é", "expect é"), ("run \"", "run \""),
  ])
  func `knows what to do at the edges`(_ text: String, _ expected: String) {
    #expect(format(text) == expected)
    #expect(flaw(Array(text.utf8)) == nil)
  }

  @Test func `keeps a block on its line up to the last column, and no further`() {
    for length in 60...90 {
      let name = String(repeating: "n", count: length)
      let line = "program \(name) { exit(0) }"
      let isKept = format(line) == line + "\n"
      #expect(isKept == (line.count <= 100), "\(line.count) columns")
      #expect(flaw(Array(line.utf8)) == nil)
    }
  }

  @Test func `changes nothing that a script says, and nothing the second time`() {
    #expect(Corpus.scripts.count > 300)
    for script in Corpus.scripts {
      if let flaw = flaw(script.bytes) { Issue.record("\(script.name): \(flaw)") }
    }
  }

  /// The manual shows other ways to write things as well.
  @Test func `finds the book and the templates as it writes them`() {
    let ours = Corpus.scripts.filter {
      $0.name.hasPrefix("lessons") || $0.name.hasPrefix("templates")
    }
    #expect(ours.count > 100)
    for script in ours { #expect(!format(script.bytes).isChanged, "\(script.name)") }
  }

  @Test func `has edits that make the same text, line by line`() throws {
    for name in Self.constructs {
      let bytes = Array(try Fixtures.text("WalkSyntax/format/\(name).walk").utf8)
      let file = SourceFile(name: "a.walk", bytes: bytes)
      var text: [UInt8] = []
      var copied = 0
      for edit in WalkFormatter.edits(file, id: FileID(rawValue: 0)) {
        text += bytes[copied..<edit.range.lower] + Array(edit.replacement.utf8)
        copied = edit.range.upper
      }
      #expect(text + bytes[copied...] == format(bytes).bytes)
    }
    let done = SourceFile(name: "a.walk", bytes: Array("run\n".utf8))
    #expect(WalkFormatter.edits(done, id: FileID(rawValue: 0)) == [])
  }

  @Test func `leaves what is too large or cannot be read`() {
    let large = [UInt8](repeating: 0x20, count: WalkParser.maximumSourceBytes + 1)
    #expect(format(large).diagnostics.map(\.code.description) == ["W0115"])
    #expect(!format(large).isChanged)
    #expect(format(Array("run  (".utf8)).diagnostics.count == 1)
  }
}
