public import Markdown
import SourceText

/// A footnote of a lesson: `[^name]` in the text, `[^name]: words` at the beginning of a line.
public struct LessonFootnote {
  /// What the author calls it.
  public var name: String
  /// Its number in the text, from 1.
  public var number: Int
  /// The paragraph that says it, in the last block of the document.
  public var node: MarkdownNode
  /// Where it is referred to, in order: empty nodes of the text.
  public var references: [MarkdownNode]
}

/// Finds footnotes, which CommonMark has none of.
///
/// To cmark `[^a]: one` is the definition of a link, and it would be gone from the tree. So a mark
/// takes the place of the colon before the document is parsed again; then the words are moved to a
/// block at the document's end.
struct FootnoteReader {
  private(set) var footnotes: [LessonFootnote] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// The lines on which paragraphs stood that are now new ones.
  private(set) var lines: [MarkdownNode: ClosedRange<Int>] = [:]

  /// Stands for the colon of a definition; no text has it.
  private static let mark: UInt8 = 0x1F

  private let file: SourceFile
  private let id: FileID
  private var places: [String: ArraySlice<SourceRange>] = [:]
  private var definitions: [(name: String, range: SourceRange)] = []

  /// The bytes to parse instead; `nil` when the lesson has no footnotes.
  static func marked(_ bytes: [UInt8], _ document: MarkdownDocument) -> [UInt8]? {
    guard hasReference(bytes), !bytes.contains(mark) else { return nil }
    var marked = bytes
    var hasSome = false
    for line in proseLines(document) {
      guard let (_, colon) = definition(bytes, from: document.lineStarts[line - 1]) else {
        continue
      }
      marked[colon] = mark
      hasSome = true
    }
    return hasSome ? marked : nil
  }

  init(_ file: SourceFile, id: FileID, document: MarkdownDocument) {
    self.file = file
    self.id = id
    guard Self.hasReference(file.bytes) else { return }
    findPlaces(document)
    read(document)
  }

  /// Whether `[^` stands in some bytes. The search of the standard library takes 100 times as long.
  private static func hasReference(_ bytes: [UInt8]) -> Bool {
    let span = bytes.span
    var isOpen = false
    for index in span.indices {
      if isOpen, span[index] == 0x5E { return true }
      isOpen = span[index] == 0x5B
    }
    return false
  }

  // MARK: The source

  /// The lines, from 1, that are not in code and not in HTML.
  private static func proseLines(_ document: MarkdownDocument) -> [Int] {
    var isCode = [Bool](repeating: false, count: document.lineStarts.count + 2)
    for node in document.root.blocks where node.kind == .codeBlock || node.kind == .htmlBlock {
      guard node.startLine > 0, node.endLine >= node.startLine else { continue }
      for line in node.startLine...node.endLine where isCode.indices.contains(line) {
        isCode[line] = true
      }
    }
    return (1...document.lineStarts.count).filter { !isCode[$0] }
  }

  /// The name of a definition that begins on a line, and the place of its colon.
  private static func definition(_ bytes: [UInt8], from start: Int) -> (Range<Int>, Int)? {
    var index = start
    while index < bytes.count, [0x20, 0x3E, 0x09].contains(bytes[index]) { index += 1 }
    guard let name = name(bytes, from: index), name.upperBound + 1 < bytes.count,
      bytes[name.upperBound + 1] == 0x3A
    else { return nil }
    return (name, name.upperBound + 1)
  }

  /// The name in `[^name]`: letters of ASCII, digits and hyphens.
  private static func name(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
    guard start + 2 < bytes.count, bytes[start] == 0x5B, bytes[start + 1] == 0x5E else {
      return nil
    }
    var end = start + 2
    while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
    guard end > start + 2, end < bytes.count, bytes[end] == 0x5D else { return nil }
    return start + 2..<end
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D
  }

  /// Finds where references and definitions stand.
  private mutating func findPlaces(_ document: MarkdownDocument) {
    let bytes = file.bytes
    for line in Self.proseLines(document) {
      let start = document.lineStarts[line - 1]
      let end = line < document.lineStarts.count ? document.lineStarts[line] : bytes.count
      var index = start
      if let (name, colon) = Self.definition(bytes, from: start) {
        definitions.append(
          (file.text(name), SourceRange(file: id, lower: name.lowerBound - 2, upper: colon)))
        index = colon
      }
      while index < end {
        if bytes[index] == 0x60 {
          // Code on one line has no references.
          let run = bytes[index..<end].prefix { $0 == 0x60 }.count
          var close = index + run
          while close < end {
            let length = bytes[close..<end].prefix { $0 == 0x60 }.count
            if length == run { break }
            close += max(1, length)
          }
          index = close < end ? close + run : index + run
        } else if bytes[index] == 0x5B, let name = Self.name(bytes, from: index) {
          places[file.text(name), default: []].append(
            SourceRange(file: id, lower: index, upper: name.upperBound + 1))
          index = name.upperBound + 1
        } else {
          index += 1
        }
      }
    }
  }

  // MARK: The tree

  private mutating func read(_ document: MarkdownDocument) {
    var paragraphs: [String: MarkdownNode] = [:]
    var order: [String] = []
    for node in document.root.blocks where node.kind == .paragraph {
      for (name, paragraph) in split(node, document) {
        if paragraphs[name] == nil {
          paragraphs[name] = paragraph
          order.append(name)
        } else if let second = definitions.filter({ $0.name == name }).dropFirst().first {
          diagnostics.append(.footnote("there are two footnotes `\(name)`", at: second.range))
        }
      }
    }
    // What looked like a definition and stands in code or a heading is what it was.
    for node in Array(document.root.descendants) where node.kind == .text || node.kind == .code {
      guard !definitions.isEmpty, node.literalBytes.contains(Self.mark) else { continue }
      node.literal = String(
        decoding: node.literalBytes.map { $0 == Self.mark ? 0x3A : $0 }, as: UTF8.self)
    }
    var numbers: [String: Int] = [:]
    replaceReferences(in: document.root, document, known: paragraphs, &numbers)
    // What a footnote refers to comes behind what the text does.
    var next = 0
    while next < footnotes.count {
      replaceReferences(in: footnotes[next].node, document, known: paragraphs, &numbers)
      next += 1
    }
    for name in order where numbers[name] == nil {
      guard let place = definitions.first(where: { $0.name == name }) else { continue }
      diagnostics.append(
        .footnote("nothing refers to the footnote `\(name)`", severity: .warning, at: place.range))
    }
    guard !footnotes.isEmpty else { return }
    let block = document.makeNode(.customBlock)
    for footnote in footnotes { block.append(footnote.node) }
    document.root.append(block)
  }

  /// Takes the definitions out of a paragraph, each as a paragraph of its own.
  private mutating func split(_ node: MarkdownNode, _ document: MarkdownDocument) -> [(
    String, MarkdownNode
  )] {
    var found: [(String, MarkdownNode)] = []
    var current: MarkdownNode?
    var lineBreak: MarkdownNode?
    for child in Array(node.children) {
      let isBreak = child.kind == .softBreak || child.kind == .lineBreak
      let isStart = child.previous == nil || lineBreak != nil
      if child.kind == .text, isStart, let (name, rest) = Self.definition(child.literal) {
        lineBreak?.unlink()
        let paragraph = document.makeNode(.paragraph)
        lines[paragraph] = node.startLine...max(node.startLine, node.endLine)
        child.literal = rest
        found.append((name, paragraph))
        current = paragraph
      }
      if let current { current.append(child) }
      lineBreak = isBreak ? child : nil
    }
    if !found.isEmpty, node.firstChild == nil { node.unlink() }
    return found
  }

  /// The name and the other words of a text that begins a definition.
  private static func definition(_ text: String) -> (String, String)? {
    let bytes = Array(text.utf8)
    guard let name = name(bytes, from: 0), name.upperBound + 1 < bytes.count,
      bytes[name.upperBound + 1] == mark
    else { return nil }
    let rest = bytes[(name.upperBound + 2)...].drop { $0 == 0x20 }
    return (String(decoding: bytes[name], as: UTF8.self), String(decoding: rest, as: UTF8.self))
  }

  /// Puts an empty node in the place of each reference.
  private mutating func replaceReferences(
    in root: MarkdownNode, _ document: MarkdownDocument, known: [String: MarkdownNode],
    _ numbers: inout [String: Int]
  ) {
    for node in Array(root.descendants) where node.kind == .text {
      let bytes = Array(node.literal.utf8)
      guard Self.hasReference(bytes), !Self.isInLink(node) else { continue }
      var text: [UInt8] = []
      var pieces: [MarkdownNode] = []
      func flush() {
        guard !text.isEmpty else { return }
        let piece = document.makeNode(.text)
        piece.literal = String(decoding: text, as: UTF8.self)
        pieces.append(piece)
        text = []
      }
      var index = 0
      while index < bytes.count {
        guard let range = Self.name(bytes, from: index) else {
          text.append(bytes[index])
          index += 1
          continue
        }
        let name = String(decoding: bytes[range], as: UTF8.self)
        let place = places[name]?.popFirst()
        if let paragraph = known[name] {
          flush()
          let reference = document.makeNode(.customInline)
          pieces.append(reference)
          if let number = numbers[name] {
            footnotes[number - 1].references.append(reference)
          } else {
            numbers[name] = footnotes.count + 1
            footnotes.append(
              LessonFootnote(
                name: name, number: footnotes.count + 1, node: paragraph, references: [reference]))
          }
        } else {
          text += bytes[index...range.upperBound]
          if let place {
            let nearest = Nearest.name(to: name, among: known.keys.sorted())
            diagnostics.append(.unknownFootnote(name, at: place, nearest: nearest))
          }
        }
        index = range.upperBound + 1
      }
      guard !pieces.isEmpty else { continue }
      flush()
      for piece in pieces { node.insertBefore(piece) }
      node.unlink()
    }
  }

  private static func isInLink(_ node: MarkdownNode) -> Bool {
    var here = node.parent
    while let parent = here, !parent.kind.isBlock {
      if parent.kind == .link || parent.kind == .image { return true }
      here = parent.parent
    }
    return false
  }
}
