import Markdown
import SourceText
import WalkSemantics
import WalkSyntax

/// A fence as it was found, before anything is checked.
struct FoundFence {
  var node: MarkdownNode
  var info: InfoString
  /// From the opening fence to the end of the content.
  var range: SourceRange
  var script: ScriptSyntax
  /// The script with what it includes.
  var parts: [ScenarioPart]
  /// What is wrong with the syntax and the includes.
  var diagnostics: [Diagnostic]
}

/// An inline value as it was found.
struct FoundValue {
  var node: MarkdownNode
  /// The text between `{=` and `}`.
  var fragment: SourceFragment
  /// Where all of it stands, braces included.
  var range: SourceRange
  /// Whether `}` is there.
  var isClosed: Bool
}

/// What a lesson is made of besides prose, in the order of the document.
enum FoundItem {
  case fence(FoundFence)
  case value(FoundValue)
  case transcript(FoundTranscript)
}

/// Finds the `walk` fences and inline values of a document.
struct FenceReader {
  let file: SourceFile
  let id: FileID
  /// Where each line begins as CommonMark counts them: a lone CR ends a line, too.
  let lineStarts: [Int]
  private var items: [FoundItem] = []
  /// How many `walk` fences were read.
  private var fenceCount = 0
  /// What is wrong with the fences themselves.
  private(set) var diagnostics: [Diagnostic] = []
  /// The block whose inline values are being looked for, and how far its source has been searched.
  private var valueBlock: MarkdownNode?
  private var valueCursor = 0

  init(_ file: SourceFile, id: FileID) {
    self.file = file
    self.id = id
    lineStarts =
      FileChecks.hasLoneCarriageReturn(file.bytes)
      ? Self.commonMarkLines(file.bytes) : file.lineStarts
  }

  /// All fences and values, in order.
  mutating func read(_ document: MarkdownDocument, expander: inout IncludeExpander) -> [FoundItem] {
    // Most files of a site are prose: they are not walked at all.
    let hasValues = contains("{=")
    guard hasValues || contains("walk") else { return [] }
    let walk = hasValues ? document.root.descendants : document.root.blocks
    var codeBlockLines: Set<Int> = []
    for node in document.root.blocks where node.kind == .codeBlock {
      codeBlockLines.insert(node.startLine)
    }
    for node in walk {
      switch node.kind {
      case .codeBlock:
        if InfoString.isWalk(node.fenceInfo) {
          readFence(node, codeBlockLines: codeBlockLines, expander: &expander)
        } else if let kind = TranscriptInfo.kind(of: node.fenceInfo) {
          readTranscript(node, kind, codeBlockLines: codeBlockLines)
        }
      case .code:
        guard let value = readValue(node) else { continue }
        items.append(.value(value))
      default:
        continue
      }
    }
    return items
  }

  // MARK: Fences

  /// Where the parts of a fence stand.
  private struct FencePlace {
    /// Its opening marks.
    var marks: Range<Int>
    /// The words behind them.
    var info: Range<Int>
    /// Where its content ends.
    var end: Int
  }

  /// Finds the parts of a fence, and tells when it is not closed.
  ///
  /// - Returns: Its place, and whether it is closed.
  private mutating func place(
    of node: MarkdownNode, _ fragment: SourceFragment, codeBlockLines: Set<Int>
  ) -> (place: FencePlace, isClosed: Bool) {
    let opening = line(node.startLine - 1)
    var start = min(opening.lowerBound + max(0, node.startColumn - 1), opening.upperBound)
    while start < opening.upperBound, !Self.isFenceMark(file.bytes[start]) { start += 1 }
    var marks = start
    while marks < opening.upperBound, file.bytes[marks] == file.bytes[start] { marks += 1 }
    var words = marks
    while words < opening.upperBound, Self.isBlank(file.bytes[words]) { words += 1 }
    let contentLines = fragment.bytes.count { $0 == 0x0A }
    let last = node.startLine - 1 + contentLines
    let isClosed = closes(
      last + 1, marks: file.bytes[start..<marks], codeBlockLines: codeBlockLines)
    if !isClosed {
      diagnostics.append(
        .unterminatedFence(
          file.text(start..<marks), at: SourceRange(file: id, lower: start, upper: marks)))
    }
    return (
      FencePlace(
        marks: start..<marks, info: words..<opening.upperBound,
        end: max(marks, line(last).upperBound)),
      isClosed
    )
  }

  private mutating func readFence(
    _ node: MarkdownNode, codeBlockLines: Set<Int>, expander: inout IncludeExpander
  ) {
    let fragment = node.fenceSegments(in: file, id: id)
    let (place, _) = place(of: node, fragment, codeBlockLines: codeBlockLines)
    let info = InfoString(file, id: id, place.info)
    diagnostics += info.diagnostics
    let range = SourceRange(file: id, lower: place.marks.lowerBound, upper: place.end)
    items.append(.fence(fence(node, info: info, range: range, fragment, expander: &expander)))
    fenceCount += 1
  }

  private mutating func readTranscript(
    _ node: MarkdownNode, _ kind: TranscriptKind, codeBlockLines: Set<Int>
  ) {
    let fragment = node.fenceSegments(in: file, id: id)
    let before = diagnostics.count
    let (place, isClosed) = place(of: node, fragment, codeBlockLines: codeBlockLines)
    let info = TranscriptInfo(kind, file, id: id, place.info)
    let found = Array(diagnostics[before...]) + info.diagnostics
    diagnostics.removeSubrange(before...)
    items.append(
      .transcript(
        FoundTranscript(
          node: node, info: info, fence: fenceCount,
          opening: SourceRange(
            file: id, lower: place.marks.lowerBound,
            upper: max(place.marks.upperBound, place.info.upperBound)),
          range: SourceRange(file: id, lower: place.marks.lowerBound, upper: place.end),
          fragment: fragment, isClosed: isClosed, diagnostics: found,
          editor: FenceEditor(node, at: place.marks.lowerBound, reader: self))))
  }

  /// A fence from its parts; used for whole scripts, too.
  func fence(
    _ node: MarkdownNode, info: InfoString, range: SourceRange, _ fragment: SourceFragment,
    expander: inout IncludeExpander
  ) -> FoundFence {
    let script = WalkParser.parse(fragment)
    let before = expander.diagnostics.count
    let parts = expander.parts(script, role: info.role)
    let read = ScenarioPart(role: info.role, script: script).readScript
    let found = read.diagnostics + expander.diagnostics[before...]
    return FoundFence(
      node: node, info: info, range: range, script: script, parts: parts, diagnostics: found)
  }

  /// Whether a line closes a fence: after the prefixes of quotes and lists it has at least as many
  /// marks and nothing else. Where the fence's container ended instead, such a line opens the next.
  private func closes(_ index: Int, marks: ArraySlice<UInt8>, codeBlockLines: Set<Int>) -> Bool {
    guard lineStarts.indices.contains(index), !codeBlockLines.contains(index + 1),
      let mark = marks.first
    else { return false }
    var bytes = file.bytes[line(index)]
    while let last = bytes.last, Self.isBlank(last) { bytes.removeLast() }
    var count = 0
    while bytes.last == mark {
      bytes.removeLast()
      count += 1
    }
    return count >= marks.count && bytes.allSatisfy { Self.isBlank($0) || $0 == 0x3E }
  }

  // MARK: Inline values

  private mutating func readValue(_ node: MarkdownNode) -> FoundValue? {
    let literal = node.literalBytes
    guard literal.starts(with: [0x7B, 0x3D]) else { return nil }
    var block: MarkdownNode? = node
    while let here = block, !here.kind.isBlock { block = here.parent }
    guard let block else { return nil }
    if block != valueBlock {
      valueBlock = block
      valueCursor = line(block.startLine - 1).lowerBound
    }
    let blockEnd = line(max(block.endLine, block.startLine) - 1).upperBound
    var segments: [SourceFragment.Segment] = [
      .init(fragmentOffset: 0, fileOffset: valueCursor)
    ]
    var range = SourceRange(file: id, lower: valueCursor, upper: valueCursor)
    if let found = find(literal, in: valueCursor..<blockEnd) {
      segments = found.segments
      range = found.range
      valueCursor = range.upper
    }
    var end = literal.count
    while end > 2, literal[end - 1] == 0x20 { end -= 1 }
    let isClosed = literal[end - 1] == 0x7D
    if isClosed { end -= 1 }
    // The fragment begins behind `{=`, so its offsets are two less.
    let inner = segments.map {
      let skipped = max(0, 2 - $0.fragmentOffset)
      return SourceFragment.Segment(
        fragmentOffset: max(0, $0.fragmentOffset - 2), fileOffset: $0.fileOffset + skipped)
    }
    return FoundValue(
      node: node,
      fragment: SourceFragment(
        file: id, bytes: Array(literal[min(2, end)..<max(2, end)]), segments: inner),
      range: range, isClosed: isClosed)
  }

  /// Where the content of a code span stands in the source of its block.
  ///
  /// A space of the content may be a line end with the prefixes of the next line.
  private func find(_ literal: [UInt8], in bounds: Range<Int>) -> (
    range: SourceRange, segments: [SourceFragment.Segment]
  )? {
    var start = bounds.lowerBound
    while start < bounds.upperBound {
      defer { start += 1 }
      guard file.bytes[start] == literal[0], isBehindBacktick(start, from: bounds.lowerBound),
        let segments = match(literal, at: start, before: bounds.upperBound),
        let last = segments.last
      else { continue }
      let end = last.fileOffset + (literal.count - last.fragmentOffset)
      return (SourceRange(file: id, lower: start, upper: end), segments)
    }
    return nil
  }

  private func match(_ literal: [UInt8], at start: Int, before end: Int) -> [SourceFragment
    .Segment]?
  {
    var segments = [SourceFragment.Segment(fragmentOffset: 0, fileOffset: start)]
    var place = start
    for (offset, byte) in literal.enumerated() {
      guard place < end else { return nil }
      if file.bytes[place] == byte {
        place += 1
      } else if byte == 0x20, file.bytes[place] == 0x0A || file.bytes[place] == 0x0D {
        while place < end,
          [0x0A, 0x0D, 0x20, 0x09, 0x3E].contains(file.bytes[place])
        {
          place += 1
        }
        segments.append(.init(fragmentOffset: offset + 1, fileOffset: place))
      } else {
        return nil
      }
    }
    return segments
  }

  private func isBehindBacktick(_ offset: Int, from lower: Int) -> Bool {
    var before = offset - 1
    while before > lower, [0x20, 0x0A, 0x0D].contains(file.bytes[before]) { before -= 1 }
    return before >= lower && file.bytes[before] == 0x60
  }

  // MARK: Lines

  /// The bytes of a line, from 0, without its end; empty at the file's end for others.
  func line(_ index: Int) -> Range<Int> {
    guard lineStarts.indices.contains(index) else { return file.bytes.count..<file.bytes.count }
    let lower = lineStarts[index]
    var upper = index + 1 < lineStarts.count ? lineStarts[index + 1] : file.bytes.count
    while upper > lower, file.bytes[upper - 1] == 0x0A || file.bytes[upper - 1] == 0x0D {
      upper -= 1
    }
    return lower..<upper
  }

  private func contains(_ word: StaticString) -> Bool {
    word.withUTF8Buffer { word in
      guard let first = word.first else { return true }
      return file.bytes.withUnsafeBufferPointer { bytes in
        guard bytes.count >= word.count else { return false }
        var index = 0
        while index <= bytes.count - word.count {
          if bytes[index] == first,
            (1..<word.count).allSatisfy({ bytes[index + $0] == word[$0] })
          {
            return true
          }
          index += 1
        }
        return false
      }
    }
  }

  private static func commonMarkLines(_ bytes: [UInt8]) -> [Int] {
    var starts = [0]
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0A || (byte == 0x0D && (index + 1 >= bytes.count || bytes[index + 1] != 0x0A)) {
        starts.append(index + 1)
      }
    }
    return starts
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  private static func isFenceMark(_ byte: UInt8) -> Bool { byte == 0x60 || byte == 0x7E }
}
