import Foundation
import Markdown
import SourceText
import TestSupport
import Testing

/// Kinds and nesting of all blocks, one line each.
func outline(_ document: MarkdownDocument) -> [String] {
  document.root.blocks.map { node in
    var depth = 0
    var place = node.parent
    while let here = place {
      depth += 1
      place = here.parent
    }
    return String(repeating: " ", count: depth) + "\(node.kind)"
  }
}

func parse(_ text: String) -> MarkdownDocument { MarkdownDocument(parsing: Array(text.utf8)) }

@Suite struct MarkdownTests {
  @Test func `a document is parsed, walked and written as HTML`() {
    let document = parse("# Hello\n\nA *fine* day.\n")
    #expect(
      document.root.descendants.map(\.kind) == [
        .heading, .text, .paragraph, .text, .emphasis, .text, .text,
      ])
    #expect(document.root.blocks.map(\.kind) == [.heading, .paragraph])
    #expect(document.html(allowRaw: false) == "<h1>Hello</h1>\n<p>A <em>fine</em> day.</p>\n")
    #expect(document.root.firstChild?.plainText == "Hello")
  }

  @Test func `positions are lines and columns of the file`() throws {
    let document = parse("text\n\n> 1. item\n>    ```walk x\n>    run\n>    ```\n")
    let fence = try #require(document.root.blocks.first { $0.kind == .codeBlock })
    #expect(fence.startLine == 4)
    #expect(fence.startColumn == 6)
    #expect(fence.fenceInfo == "walk x")
    #expect(fence.literal == "run\n")
  }

  @Test func `HTML written by the author is left out unless allowed`() {
    let document = parse("<script>x</script>\n\na <b>b</b> [c](javascript:d)\n")
    let safe = document.html(allowRaw: false)
    #expect(!safe.contains("script"))
    #expect(!safe.contains("<b>"))
    #expect(document.html(allowRaw: true).contains("<script>x</script>"))
    var bytes: [UInt8] = [0x21]
    document.appendHTML(allowRaw: false, to: &bytes)
    #expect(bytes == [0x21] + Array(safe.utf8))
  }

  @Test func `all four formats are written`() {
    let document = parse("# Calls\n\n- `open`\n- *read*\n")
    #expect(document.commonMark(width: 0) == "# Calls\n\n  - `open`\n  - *read*\n")
    #expect(document.latex(width: 0).contains("\\section{Calls}"))
    #expect(document.man(width: 0).contains(".SH\nCalls"))
  }

  @Test func `nodes are built through the tree`() {
    let document = MarkdownDocument()
    let list = document.makeNode(.list)
    #expect(list.setList(.ordered(start: 3), isTight: true))
    for word in ["three", "four"] {
      let item = document.makeNode(.item)
      let paragraph = document.makeNode(.paragraph)
      let text = document.makeNode(.text)
      text.literal = word
      #expect(paragraph.append(text))
      #expect(item.append(paragraph))
      #expect(list.append(item))
    }
    #expect(document.root.append(list))
    #expect(list.listStyle == .ordered(start: 3))
    #expect(document.commonMark(width: 0) == "3.  three\n4.  four\n")
    let link = document.makeNode(.link)
    link.url = "#step"
    link.title = "why"
    #expect(link.url == "#step" && link.title == "why")
    let heading = document.makeNode(.heading)
    heading.headingLevel = 4
    heading.headingLevel = 9
    #expect(heading.headingLevel == 4)
  }

  @Test func `a custom node writes what it is given`() {
    let document = parse("a\n\n```walk\nrun\n```\n\nb\n")
    for node in document.root.blocks where node.kind == .codeBlock {
      let custom = document.makeNode(.customBlock)
      custom.setOnEnter(Array("<i>".utf8))
      custom.onExit = "</i>"
      #expect(custom.onEnter == "<i>")
      #expect(node.replace(with: custom))
    }
    #expect(document.html(allowRaw: false) == "<p>a</p>\n<i>\n</i>\n<p>b</p>\n")
  }

  @Test func `impossible edits are refused and change nothing`() throws {
    let document = parse("> quote\n\nparagraph\n")
    let before = document.html(allowRaw: false)
    let quote = try #require(document.root.firstChild)
    let inner = try #require(quote.firstChild)
    let paragraph = try #require(document.root.lastChild)
    #expect(!inner.append(quote), "a block below itself")
    #expect(!quote.append(quote))
    #expect(!quote.insertBefore(quote))
    #expect(!quote.insertAfter(quote))
    #expect(!quote.replace(with: quote))
    #expect(!inner.replace(with: quote))
    #expect(!paragraph.append(quote), "a block in a paragraph")
    #expect(!quote.append(document.root))
    #expect(!document.root.unlink())
    #expect(!document.root.replace(with: document.makeNode(.paragraph)))
    #expect(!document.root.insertAfter(document.makeNode(.paragraph)))
    #expect(!document.root.append(document.makeNode(.item)), "an item outside of a list")
    #expect(!document.root.append(document.makeNode(.document)))
    #expect(!document.root.append(parse("x").root), "another document's node")
    let stranger = try #require(parse("x").root.firstChild)
    #expect(!document.root.append(stranger))
    #expect(document.html(allowRaw: false) == before)
  }

  @Test func `a node keeps its document alive`() throws {
    var node = try #require(parse("# kept\n").root.firstChild)
    #expect(node.plainText == "kept")
    node = try #require(node.firstChild)
    #expect(node.parent?.kind == .heading)
  }

  @Test func `a walk goes on after a node that was replaced`() {
    let document = parse("- a\n- b\n\n```\nc\n```\n\nd\n")
    var seen: [MarkdownNode.Kind] = []
    for node in document.root.blocks {
      seen.append(node.kind)
      if node.kind == .list || node.kind == .codeBlock {
        node.replace(with: document.makeNode(.thematicBreak))
      }
    }
    #expect(seen == [.list, .codeBlock, .paragraph])
    #expect(document.root.children.map(\.kind) == [.thematicBreak, .thematicBreak, .paragraph])
    var walk = document.root.blocks
    while walk.next() != nil {}
    #expect(walk.next() == nil)
  }

  @Test(arguments: [">", "[", "- ", "*a ", "1. ", "![", "(", "`a "])
  func `10,000 levels do not overflow the stack`(_ unit: String) {
    let document = parse(String(repeating: unit, count: 10_000) + "x\n")
    #expect(document.root.descendants.reduce(0) { count, _ in count + 1 } > 0)
    #expect(!document.html(allowRaw: false).isEmpty)
    #expect(document.root.plainText.contains("x"))
    #expect(!document.commonMark(width: 0).isEmpty)
    #expect(!document.latex(width: 0).isEmpty)
    #expect(!document.man(width: 0).isEmpty)
  }

  @Test func `NUL, CRLF, CR, byte-order mark and broken UTF-8 are survived`() {
    let bytes: [UInt8] =
      [0xEF, 0xBB, 0xBF] + Array("# a".utf8) + [0, 0xFF] + Array("\r\nb\rc\n".utf8)
    let document = MarkdownDocument(parsing: bytes)
    #expect(document.html(allowRaw: false) == "<h1>a\u{FFFD}\u{FFFD}</h1>\n<p>b\nc</p>\n")
    #expect(MarkdownDocument(parsing: []).html(allowRaw: false).isEmpty)
    let text = document.makeNode(.text)
    text.literal = "a\u{0}b"
    #expect(text.literal == "a\u{FFFD}b")
    let custom = document.makeNode(.customBlock)
    custom.setOnEnter([0x61, 0, 0x62])
    #expect(custom.onEnter == "a\u{FFFD}b")
  }

  @Test(arguments: [
    "# A\n\ntext\n\n- a\n- b\n  - c\n\n1. x\n\n   y\n2. z\n",
    "> q\n> > r\n> - s\n\n***\n\n    code\n\n~~~ walk\nrun\n~~~\n",
    "Setext\n======\n\n![i](u \"t\") [l](<a b>) `` ` ``\n\n<div>\nx\n</div>\n",
    "- ```walk scenario=a\n  run\n  ```\n- b\n\n  c\n\nline\\\nbreak\n",
    "10) ten\n11) eleven\n\n* * *\n\n+ plus\n\n\ttab\n",
  ])
  func `CommonMark written and parsed again has the same blocks`(_ text: String) {
    let document = parse(text)
    for list in document.listSeams {
      let comment = document.makeNode(.htmlBlock)
      comment.literal = "<!-- end list -->\n"
      #expect(list.insertAfter(comment))
    }
    #expect(outline(parse(document.commonMark(width: 0))) == outline(document))
    #expect(outline(parse(document.commonMark(width: 72))) == outline(document))
  }

  @Test func `only one file calls libcmark and no pointer is public`() throws {
    for name in ["MarkdownDocument", "MarkdownNode", "FenceSegments", "RawNode"] {
      let room = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Markdown")
      let text = try String(contentsOf: room.appending(path: "\(name).swift"), encoding: .utf8)
      #expect(!text.contains("public import CCommonMark"))
      #expect((name == "RawNode") == text.contains("import CCommonMark"))
      #expect((name == "RawNode") == text.contains("cmark_"))
      for line in text.split(separator: "\n") where line.contains("public ") {
        #expect(!line.contains("Pointer"), "\(line)")
      }
    }
  }
}
