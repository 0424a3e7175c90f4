import Claims
import Foundation
import Lesson
import Program
import SourceText
import TestSupport
import Testing
import Trace
import WalkSyntax

@Suite struct LessonFormatterTests {
  private func format(_ text: String, name: String = "a.md") -> FormattedLesson {
    LessonFormatter.format(SourceFile(name: name, bytes: Array(text.utf8)))
  }

  private func formatted(_ text: String) -> String {
    String(decoding: format(text).bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (
        "plain", "a  b\n\n```walk\nstart  p;run\n```\n\n\nc",
        "a  b\n\n```walk\nstart p\nrun\n```\n\n\nc"
      ),
      ("tildes", "~~~~walk world\nrun \n\n\nrun\n~~~~\n", "~~~~walk world\nrun\n\nrun\n~~~~\n"),
      (
        "a quote", "> ```walk\n> start  p\n>\n>\n> run\n> ```\n",
        "> ```walk\n> start p\n>\n> run\n> ```\n"
      ),
      (
        "a quote without space", ">```walk\n>program p {\n>exit(0)\n>}\n>```\n",
        ">```walk\n>program p {\n>     exit(0)\n>}\n>```\n"
      ),
      (
        "a list", "1. x\n\n   ```walk\n   run;start p\n\n   ```\n",
        "1. x\n\n   ```walk\n   run\n   start p\n   ```\n"
      ),
      ("a list's first line", "- ```walk\n  run;run\n  ```\n", "- ```walk\n  run\n  run\n  ```\n"),
      (
        "a quote in a list in a quote",
        "> 10. > ~~~walk\n>     > run;run\n>     >\n>     >\n>     > run\n>     > ~~~\n",
        "> 10. > ~~~walk\n>     > run\n>     > run\n>     >\n>     > run\n>     > ~~~\n"
      ),
      (
        "a tab behind a list's mark", "-\t```walk\n\trun;run\n\t```\n",
        "-\t```walk\n \trun\n \trun\n\t```\n"
      ),
      ("an indented fence", "  ```walk\nrun;run\n  ```\n", "  ```walk\n  run\n  run\n  ```\n"),
      (
        "CRLF", "a\r\n\r\n```walk\r\nrun;run\r\n```\r\n",
        "a\r\n\r\n```walk\r\nrun\r\nrun\r\n```\r\n"
      ),
      (
        "behind a byte-order mark", "\u{FEFF}```walk\nrun;run\n```\n",
        "\u{FEFF}```walk\nrun\nrun\n```\n"
      ),
      (
        "behind front matter", "---\ntitle:  a\n---\n\n```walk\nrun;run\n```\n",
        "---\ntitle:  a\n---\n\n```walk\nrun\nrun\n```\n"
      ),
      (
        "other fences", "```sh\nrun;run\n```\n\n```walker\nrun;run\n```\n\n    run;run\n",
        "```sh\nrun;run\n```\n\n```walker\nrun;run\n```\n\n    run;run\n"
      ),
      ("an empty fence", "```walk show=timeline\n```\n", "```walk show=timeline\n```\n"),
      (
        "a fence of blank lines", "```walk show=timeline\n\n\n```\n", "```walk show=timeline\n```\n"
      ),
      (
        "an error that is shown", "```walk error=W0123\nstart  \n```\n\n```walk\nrun;run\n```\n",
        "```walk error=W0123\nstart  \n```\n\n```walk\nrun\nrun\n```\n"
      ),
      (
        "a lone carriage return", "a\r\n\r```walk\nrun;run\n```\n", "a\r\n\r```walk\nrun;run\n```\n"
      ),
    ])
  func `a fence keeps its place`(_ name: String, _ text: String, _ expected: String) {
    let result = format(text)
    #expect(result.diagnostics == [], "\(name)")
    #expect(String(decoding: result.bytes, as: UTF8.self) == expected, "\(name)")
    #expect(formatted(expected) == expected, "\(name)")
  }

  @Test func `a lesson with a mistake is left alone, and the mistake is told`() {
    let text = "```walk\nrun;run\n```\n\n> ```walk\n> start (\n> ```\n"
    let result = format(text)
    #expect(String(decoding: result.bytes, as: UTF8.self) == text)
    #expect(result.edits == [])
    #expect(result.diagnostics.map(\.code.description) == ["W0123"])
    let place = result.diagnostics.first?.primary?.range.lower
    #expect(place == Array(text.utf8).firstIndex(of: UInt8(ascii: "(")))
    #expect(format("```walk\nrun;run\n").diagnostics.map(\.code.description) == ["W0013"])
    #expect(format("a\u{0}").diagnostics.map(\.code.description) == ["W0003"])
    #expect(format("run  (", name: "a.walk").diagnostics.count == 1)
    #expect(format("run;run", name: "a.walk").edits.count == 1)
  }

  /// All lessons and scripts of the checkout.
  private static let files: [URL] = {
    let root = Fixtures.directory.appending(path: "../..").standardizedFileURL
    return [
      "lessons", "lessons-de", "templates", "docs", "Tests/Fixtures", "Tests/Solutions",
      "Tests/Browser",
    ]
    .flatMap { folder -> [URL] in
      let place = root.appending(path: folder)
      let paths = FileManager.default.enumerator(atPath: place.path())?.compactMap { $0 as? String }
      return (paths ?? []).sorted().filter { $0.hasSuffix(".md") || $0.hasSuffix(".walk") }
        .map { place.appending(path: $0) }
    }
  }()

  @Test func `no byte outside of a fence is touched, and nothing is changed twice`() throws {
    for url in Self.files {
      let file = SourceFile(name: url.lastPathComponent, bytes: Array(try Data(contentsOf: url)))
      let result = LessonFormatter.format(file)
      let again = LessonFormatter.format(SourceFile(name: file.name, bytes: result.bytes))
      #expect(again.bytes == result.bytes, "\(url.path())")
      var limits = RunLimits()
      limits.steps = 1
      let fences = compile(file.bytes, name: file.name, limits: limits).fences
      var made: [UInt8] = []
      var copied = 0
      for edit in result.edits {
        made += file.bytes[copied..<edit.range.lower] + Array(edit.replacement.utf8)
        copied = edit.range.upper
        // A lesson's edit lies between the marks of a fence.
        let isInside = fences.contains {
          $0.range.lower < edit.range.lower && edit.range.upper <= $0.range.upper + 1
        }
        #expect(isInside || file.name.hasSuffix(".walk"), "\(url.path()): \(edit)")
      }
      #expect(made + file.bytes[copied...] == result.bytes, "\(url.path())")
    }
  }

  @Test func `a fence has the formatted text wherever it stands`() throws {
    let count = try (1...300).count { try isFormatted(seed: $0) }
    #expect(count > 200)
  }

  /// Formats a fence with random marks before it; `false` when these make no fence.
  private func isFormatted(seed: UInt64) throws -> Bool {
    var random = SeededGenerator(seed: seed)
    let code =
      "program p {\n\n\n    a()\n  if b { c()\n  }\n\td(  1 )\n}\nrun;run\n\n# x\nstart p   \n"
    // Marks before the opening of the fence, and before each line below it.
    var (first, other) = ("", "")
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let (mark, below) =
        [
          ("> ", "> "), (">", ">"), ("- ", "  "), ("* ", "  "), ("12. ", "    "), ("-\t", "\t"),
        ].randomElement(using: &random) ?? ("", "")
      first += mark
      other += below
    }
    let indent = String(repeating: " ", count: Int.random(in: 0...3, using: &random))
    let end = Bool.random(using: &random) ? "\n" : "\r\n"
    var text = "x\(end)\(end)\(first)\(indent)```walk\(end)"
    for line in code.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      text += other + indent + line + end
    }
    text += "\(other)\(indent)```\(end)\(end)y\(end)"
    let before = compile(text)
    // Some such marks make no fence, or end it early.
    guard let fence = before.fences.first, before.fences.count == 1,
      fence.script.diagnostics.isEmpty
    else { return false }
    let result = format(text)
    guard result.diagnostics.isEmpty else { return false }
    let after = compile(result.bytes)
    #expect(after.fences.count == 1, "seed \(seed)")
    let wanted = WalkFormatter.format(fence.script.fragment).bytes
    #expect(
      after.fences.first?.script.fragment.bytes.filter { $0 != 0x0D }
        == wanted.filter { $0 != 0x0D },
      "seed \(seed): \(text.debugDescription)")
    let written = String(decoding: result.bytes, as: UTF8.self)
    #expect(written.hasSuffix("\(indent)```\(end)\(end)y\(end)"), "seed \(seed)")
    #expect(written.hasPrefix("x\(end)\(end)\(first)\(indent)```walk\(end)"), "seed \(seed)")
    return true
  }

  /// The text with its code spread out: more space where there is some, and blank lines.
  private func spread(_ lesson: Lesson, _ bytes: [UInt8]) -> [UInt8] {
    var places: [(offset: Int, text: [UInt8])] = []
    for fence in lesson.fences {
      let script = fence.script
      guard script.diagnostics.isEmpty else { continue }
      for token in script.tokens where token.kind == .space {
        places.append((script.fragment.fileOffset(token.lower), [0x20, 0x20]))
      }
    }
    var spread: [UInt8] = []
    var place = 0
    for (offset, text) in places.sorted(by: { $0.offset < $1.offset }) {
      spread += bytes[place..<offset] + text
      place = offset
    }
    return spread + bytes[place...]
  }

  /// What happens in the runs of a lesson.
  private func traces(_ lesson: Lesson) -> [String] {
    lesson.scenarios.map { scenario in
      "\(scenario.name) \(scenario.run.trace.events.hashValue) \(scenario.run.trace.events.count) "
        + "\(scenario.run.judgements.map { "\($0.verdict) \($0.message)" })"
    }
  }

  @Test(
    arguments: files.filter {
      // Fences that are broken on purpose, and pages that are large on purpose, show nothing more.
      !$0.path().contains("Browser") && !$0.path().contains("WalkSyntax")
    })
  func `a formatted script does what it did`(_ url: URL) throws {
    let bytes = Array(try Data(contentsOf: url))
    let name = "course/\(url.lastPathComponent)"
    let before = compile(bytes, name: name)
    let spread = spread(before, bytes)
    let plain = LessonFormatter.format(SourceFile(name: name, bytes: bytes))
    // Some are broken on purpose.
    guard plain.diagnostics.isEmpty else { return }
    let result = LessonFormatter.format(SourceFile(name: name, bytes: spread))
    #expect(result.diagnostics == [])
    #expect(result.bytes == plain.bytes)
    let after = compile(result.bytes, name: name)
    #expect(traces(before) == traces(after))
    #expect(before.diagnostics.map(\.code) == after.diagnostics.map(\.code))
  }
}
