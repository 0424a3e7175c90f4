import Markdown
import SourceText
import Testing

@Suite struct FenceSegmentTests {
  /// Where each occurrence of `word` in the first code block stands in the file, by its own text.
  private func places(of word: String, in text: String) throws -> [(line: Int, column: Int)] {
    let file = SourceFile(name: "a.md", bytes: Array(text.utf8))
    let document = MarkdownDocument(parsing: file.bytes)
    let node = try #require(document.root.blocks.first { $0.kind == .codeBlock })
    let fragment = node.fenceSegments(in: file, id: FileID(rawValue: 0))
    #expect(fragment.bytes == node.literalBytes)
    #expect(fragment.segments.first?.fragmentOffset == 0)
    let wanted = Array(word.utf8)
    var found: [(line: Int, column: Int)] = []
    for offset in fragment.bytes.indices
    where fragment.bytes[offset...].starts(with: wanted) {
      let range = fragment.range(offset, offset + wanted.count)
      #expect(file.text(range.lower..<range.upper) == word)
      let position = file.position(at: range.lower)
      found.append((position.line, position.column))
    }
    return found
  }

  @Test(
    arguments: [
      ("plain", "```walk\nrun\n run\n```\n", [(2, 1), (3, 2)]),
      (
        "in a quote and a list", "> 1. x\n>\n>    ```walk\n>    run\n>\n>    run\n>    ```\n",
        [(4, 6), (6, 6)]
      ),
      ("CRLF", "a\r\n\r\n```walk\r\nrun\r\n  run\r\n```\r\n", [(4, 1), (5, 3)]),
      ("an indented fence", "  ```walk\n  run\n    run\n run\n  ```\n", [(2, 3), (3, 5), (4, 2)]),
      ("a tab used in part", "- ```walk\n\trun\n  \trun\n  ```\n", [(2, 2), (3, 4)]),
      ("an indented block", "a\n\n    run\n\n    run\n", [(3, 5), (5, 5)]),
      ("an indented block like a fence", "a\n\n    ```\n    run\n", [(4, 5)]),
      ("a fence without words", "~~~\nrun\n~~~\n", [(2, 1)]),
      ("blanked front matter", "   \n       \n   \n```walk\nrun\n```\n", [(5, 1)]),
      ("an unterminated fence", "> ```walk\n> run", [(2, 3)]),
      ("behind a byte-order mark", "\u{FEFF}```walk\nrun\n```\n", [(2, 1)]),
      ("behind NUL", "```walk\n\u{0}a\u{0} run\n```\n", [(2, 5)]),
      ("words beyond ASCII", "```walk\nä🙂 run\n```\n", [(2, 4)]),
    ] as [(String, String, [(Int, Int)])])
  func `each line is mapped to where it stands`(
    _ name: String, _ text: String, _ expected: [(Int, Int)]
  ) throws {
    let found = try places(of: "run", in: text)
    #expect(found.map(\.line) == expected.map(\.0), "\(name)")
    #expect(found.map(\.column) == expected.map(\.1), "\(name)")
  }

  @Test func `lone carriage returns end lines as in CommonMark`() throws {
    let file = SourceFile(name: "a.md", bytes: Array("a\rb\r\r```walk\rrun\r```\r".utf8))
    let document = MarkdownDocument(parsing: file.bytes)
    let node = try #require(document.root.blocks.first { $0.kind == .codeBlock })
    let fragment = node.fenceSegments(in: file, id: FileID(rawValue: 0))
    let range = fragment.range(0, 3)
    #expect(file.text(range.lower..<range.upper) == "run")
  }

  @Test func `an empty fence points below its opening line`() throws {
    let file = SourceFile(name: "a.md", bytes: Array("```walk\n```\n".utf8))
    let document = MarkdownDocument(parsing: file.bytes)
    let node = try #require(document.root.firstChild)
    #expect(node.fenceSegments(in: file, id: FileID(rawValue: 0)).fileOffset(0) == 8)
  }

  @Test func `a fence of another file maps into bounds`() throws {
    let document = MarkdownDocument(parsing: Array("x\n\n```walk\nrun until\n```\n".utf8))
    let node = try #require(document.root.blocks.first { $0.kind == .codeBlock })
    for text in ["", "a", "a\nb\nc\nd"] {
      let file = SourceFile(name: "b.md", bytes: Array(text.utf8))
      let fragment = node.fenceSegments(in: file, id: FileID(rawValue: 0))
      for segment in fragment.segments {
        #expect((0...file.bytes.count).contains(segment.fileOffset))
      }
    }
    let made = document.makeNode(.codeBlock)
    made.literal = "run\n"
    let file = SourceFile(name: "b.md", bytes: [])
    #expect(made.fenceSegments(in: file, id: FileID(rawValue: 0)).bytes.isEmpty)
  }
}
