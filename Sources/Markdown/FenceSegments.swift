public import SourceText

extension MarkdownNode {
  /// The content of a code block as a fragment of the file that the document was parsed from.
  ///
  /// The document must have been parsed from the file's bytes, or from bytes of the same length and
  /// lines (front matter blanked out). Prefixes of quotes and list items are not in the content, so
  /// each line is mapped by itself. Spaces that come of a tab which indentation used up in part
  /// stand for that tab; U+FFFD stands for the byte it replaced. A line feed of the content stands
  /// for the line's end, of which CRLF has two bytes.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - id: Its number, for the ranges.
  /// - Returns: A fragment whose bytes are the node's literal; for other kinds, and for blocks that
  ///   were made, an empty fragment at the file's beginning.
  public func fenceSegments(in source: SourceFile, id: FileID) -> SourceFragment {
    guard kind == .codeBlock, startLine > 0 else {
      return SourceFragment(file: id, bytes: [], segments: [])
    }
    let content = literalBytes
    let lines = FileLines(bytes: source.bytes, starts: document.lineStarts)
    var segments: [SourceFragment.Segment] = []
    var line = startLine - 1 + (isFenced(content, lines) ? 1 : 0)
    var lower = 0
    while lower < content.count {
      let upper = content[lower...].firstIndex(of: 0x0A) ?? content.count
      Self.map(content, lower..<upper, onto: lines.range(line), of: source.bytes, into: &segments)
      line += 1
      lower = upper + 1
    }
    if segments.isEmpty {
      // An empty fence: what is missing is missing below its opening line.
      let place = lines.range(startLine).lowerBound
      segments.append(.init(fragmentOffset: 0, fileOffset: place))
    }
    return SourceFragment(file: id, bytes: content, segments: segments)
  }

  /// Whether the block's first line is a fence; the content of an indented block begins there.
  private func isFenced(_ content: [UInt8], _ lines: FileLines) -> Bool {
    guard fenceInfo.isEmpty else { return true }
    let range = lines.range(startLine - 1)
    let start = min(range.lowerBound + max(0, startColumn - 1), range.upperBound)
    let opening = lines.bytes[start..<range.upperBound]
    guard let first = opening.first, first == 0x60 || first == 0x7E else { return false }
    // A fence's content cannot begin with a copy of its opening line: that would close it.
    return !opening.elementsEqual(content.prefix { $0 != 0x0A })
  }

  /// Maps one line of content onto a line of the file, from their ends backwards.
  private static func map(
    _ content: [UInt8], _ part: Range<Int>, onto line: Range<Int>, of bytes: [UInt8],
    into segments: inout [SourceFragment.Segment]
  ) {
    var inContent = part.upperBound
    var inFile = line.upperBound
    var found: [SourceFragment.Segment] = []
    func note() { found.append(.init(fragmentOffset: inContent, fileOffset: inFile)) }
    scan: while inContent > part.lowerBound {
      let byte = content[inContent - 1]
      let hasByte = inFile > line.lowerBound
      if hasByte, bytes[inFile - 1] == byte {
        inContent -= 1
        inFile -= 1
      } else if hasByte, isReplacement(content, endingAt: inContent, from: part.lowerBound),
        bytes[inFile - 1] == 0 || bytes[inFile - 1] >= 0x80
      {
        note()
        inContent -= 3
        inFile -= 1
        note()
      } else {
        // Spaces of a tab that indentation has used in part; or a line that is not this file's.
        note()
        let tab = max(line.lowerBound, inFile - 1)
        for offset in (part.lowerBound..<inContent).reversed() {
          found.append(.init(fragmentOffset: offset, fileOffset: tab))
        }
        inContent = part.lowerBound
        break scan
      }
    }
    if found.last?.fragmentOffset != part.lowerBound { note() }
    for segment in found.reversed() where segments.last != segment { segments.append(segment) }
  }

  private static func isReplacement(_ content: [UInt8], endingAt end: Int, from start: Int) -> Bool
  {
    end - start >= 3 && content[end - 3] == 0xEF && content[end - 2] == 0xBF
      && content[end - 1] == 0xBD
  }
}

/// The lines of a file as CommonMark counts them.
private struct FileLines {
  let bytes: [UInt8]
  let starts: [Int]

  /// The bytes of a line, from 0, without its end; empty at the file's end for lines past it.
  func range(_ index: Int) -> Range<Int> {
    guard starts.indices.contains(index) else { return bytes.count..<bytes.count }
    let lower = min(starts[index], bytes.count)
    var upper = index + 1 < starts.count ? min(starts[index + 1], bytes.count) : bytes.count
    while upper > lower, bytes[upper - 1] == 0x0A || bytes[upper - 1] == 0x0D { upper -= 1 }
    return lower..<upper
  }
}
