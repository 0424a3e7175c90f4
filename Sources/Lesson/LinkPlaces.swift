import Markdown
import SourceText

/// Finds where the destinations of links and images stand in a file: cmark tells only the lines of
/// the block around them.
///
/// All destinations that a block's text has are read, code spans left out, and each link takes the
/// first one with its address that no other has taken. Links by reference are found at the definition.
struct LinkPlaces {
  private let file: SourceFile
  private let id: FileID
  private let lineStarts: [Int]
  private var block: MarkdownNode?
  private var ofBlock: [String: ArraySlice<Range<Int>>] = [:]
  private var definitions: [String: Range<Int>]?
  private let lines: [MarkdownNode: ClosedRange<Int>]
  private let codeBlocks: [ClosedRange<Int>]

  /// - Parameter lines: Of paragraphs that were made, the lines on which they stood.
  init(
    _ file: SourceFile, id: FileID, document: MarkdownDocument,
    lines: [MarkdownNode: ClosedRange<Int>]
  ) {
    self.lines = lines
    self.file = file
    self.id = id
    lineStarts = document.lineStarts
    codeBlocks = document.root.blocks.compactMap { node in
      node.kind == .codeBlock && node.startLine > 0 && node.endLine >= node.startLine
        ? node.startLine...node.endLine : nil
    }
  }

  /// Where the destination of a link or image stands; the first line of its block when it is not found.
  mutating func range(of node: MarkdownNode) -> SourceRange {
    var here: MarkdownNode? = node
    while let block = here, !block.kind.isBlock { here = block.parent }
    guard let around = here else { return SourceRange(file: id, lower: 0, upper: 0) }
    let place = lines[around] ?? around.startLine...max(around.startLine, around.endLine)
    if around != block {
      block = around
      ofBlock = [:]
      for found in destinations(bytes(from: place.lowerBound, to: place.upperBound)) {
        ofBlock[found.address, default: []].append(found.range)
      }
    }
    let url = node.url
    if let range = ofBlock[url]?.popFirst() ?? definition(url) {
      return SourceRange(file: id, lower: range.lowerBound, upper: range.upperBound)
    }
    let line = bytes(from: place.lowerBound, to: place.lowerBound)
    return SourceRange(file: id, lower: line.lowerBound, upper: line.upperBound)
  }

  // MARK: Reading

  private struct Found {
    var address: String
    var range: Range<Int>
  }

  /// What stands behind `](`, and between `<` and `>`.
  private func destinations(_ range: Range<Int>) -> [Found] {
    var found: [Found] = []
    var index = range.lowerBound
    while index < range.upperBound {
      switch file.bytes[index] {
      case 0x5C: index += 2
      case 0x60: index = behindCode(index, before: range.upperBound)
      case 0x5D where index + 1 < range.upperBound && file.bytes[index + 1] == 0x28:
        if let place = destination(index + 2, before: range.upperBound, isInline: true) {
          found.append(place)
        }
        index += 2
      case 0x3C:
        if let place = autolink(index, before: range.upperBound) {
          found.append(place)
          index = place.range.upperBound
        } else {
          index += 1
        }
      default: index += 1
      }
    }
    return found
  }

  /// The place behind a code span, or behind marks that begin none.
  private func behindCode(_ start: Int, before end: Int) -> Int {
    var marks = start
    while marks < end, file.bytes[marks] == 0x60 { marks += 1 }
    var index = marks
    while index < end {
      guard file.bytes[index] == 0x60 else {
        index += 1
        continue
      }
      let run = index
      while index < end, file.bytes[index] == 0x60 { index += 1 }
      if index - run == marks - start { return index }
    }
    return marks
  }

  /// A destination, with or without pointed brackets; `nil` when there is none.
  private func destination(_ start: Int, before end: Int, isInline: Bool) -> Found? {
    var lower = start
    var isNewLine = false
    while lower < end {
      let byte = file.bytes[lower]
      if byte == 0x0A || byte == 0x0D { isNewLine = true }
      guard Self.isSpace(byte) || isNewLine && byte == 0x3E else { break }
      lower += 1
    }
    guard lower < end else { return nil }
    var upper = lower
    if file.bytes[lower] == 0x3C {
      lower += 1
      upper = lower
      while upper < end, file.bytes[upper] != 0x3E, file.bytes[upper] != 0x0A {
        upper += file.bytes[upper] == 0x5C ? 2 : 1
      }
    } else {
      var depth = 0
      scan: while upper < end, file.bytes[upper] > 0x20, file.bytes[upper] != 0x7F {
        switch file.bytes[upper] {
        case 0x5C where upper + 1 < end && file.bytes[upper + 1] > 0x20: upper += 1
        case 0x28: depth += 1
        case 0x29:
          if depth == 0, isInline { break scan }
          depth -= 1
        default: break
        }
        upper += 1
      }
    }
    upper = min(upper, end)
    return Found(address: address(lower..<upper), range: lower..<upper)
  }

  /// `<scheme:rest>`.
  private func autolink(_ start: Int, before end: Int) -> Found? {
    var index = start + 1
    while index < end, Self.isSchemeByte(file.bytes[index]) { index += 1 }
    guard index < end, index > start + 2, file.bytes[index] == 0x3A else { return nil }
    while index < end, file.bytes[index] > 0x20, file.bytes[index] != 0x3C,
      file.bytes[index] != 0x3E
    {
      index += 1
    }
    guard index < end, file.bytes[index] == 0x3E else { return nil }
    return Found(address: file.text(start + 1..<index), range: start + 1..<index)
  }

  /// The first definition with an address.
  private mutating func definition(_ url: String) -> Range<Int>? {
    if definitions == nil { definitions = readDefinitions() }
    return definitions?[url]
  }

  /// All lines `[label]: destination` outside of code.
  private func readDefinitions() -> [String: Range<Int>] {
    var found: [String: Range<Int>] = [:]
    var blocks = codeBlocks[...]
    for line in lineStarts.indices {
      while let first = blocks.first, first.upperBound < line + 1 { blocks.removeFirst() }
      if let first = blocks.first, first.contains(line + 1) { continue }
      let range = bytes(from: line + 1, to: line + 1)
      var index = range.lowerBound
      while index < range.upperBound, Self.isSpace(file.bytes[index]) || file.bytes[index] == 0x3E {
        index += 1
      }
      guard index < range.upperBound, file.bytes[index] == 0x5B,
        let close = (index..<range.upperBound).first(where: {
          file.bytes[$0] == 0x5D && file.bytes[$0 - 1] != 0x5C
        }), close + 1 < range.upperBound, file.bytes[close + 1] == 0x3A
      else { continue }
      // The destination may stand on the next line.
      let end = bytes(from: line + 1, to: line + 2).upperBound
      if let place = destination(close + 2, before: end, isInline: false),
        found[place.address] == nil
      {
        found[place.address] = place.range
      }
    }
    return found
  }

  /// The address that a destination means: cmark itself takes escapes and entities away.
  private func address(_ range: Range<Int>) -> String {
    let text = file.text(range)
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x26 }) else { return text }
    let document = MarkdownDocument(parsing: Array("[x](<\(text)>)".utf8))
    return document.root.firstChild?.firstChild.map(\.url) ?? text
  }

  /// The bytes of lines, counted from 1, without the last one's end.
  private func bytes(from first: Int, to last: Int) -> Range<Int> {
    let count = file.bytes.count
    func start(_ line: Int) -> Int {
      lineStarts.indices.contains(line - 1) ? min(lineStarts[line - 1], count) : count
    }
    let lower = start(max(first, 1))
    var upper = max(lower, start(max(last, 1) + 1))
    while upper > lower, [0x0A, 0x0D].contains(file.bytes[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || byte == 0x2B || byte == 0x2D || byte == 0x2E
  }
}
