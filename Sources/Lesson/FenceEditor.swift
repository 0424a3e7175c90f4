import Markdown
import SourceText

/// Puts lines into a fence, each with what stands before the lines of that fence and with its line end.
struct FenceEditor {
  private let id: FileID
  /// The first line of the content, from 0.
  private let first: Int
  private let starts: [Int]
  private let end: Int
  private let prefix: [UInt8]
  private let emptyPrefix: ArraySlice<UInt8>
  private let lineEnd: ArraySlice<UInt8>

  /// The editor of a fence; `nil` when no line follows its opening one.
  ///
  /// - Parameter lower: Where its marks begin.
  init?(_ node: MarkdownNode, at lower: Int, reader: FenceReader) {
    let opening = node.startLine - 1
    starts = reader.lineStarts
    guard opening >= 0, starts.indices.contains(opening + 1), starts[opening] <= lower else {
      return nil
    }
    id = reader.id
    first = opening + 1
    end = reader.file.bytes.count
    prefix = Self.prefix(reader.file.bytes[starts[opening]..<lower])
    emptyPrefix = Self.trimmed(prefix[...])
    lineEnd = reader.file.bytes[reader.line(opening).upperBound..<starts[opening + 1]]
  }

  /// What puts lines into the place of some lines of the content.
  func edit(_ old: Range<Int>, to lines: some Sequence<ArraySlice<UInt8>>) -> SourceEdit {
    var text: [UInt8] = []
    for line in lines {
      text += line.isEmpty ? emptyPrefix : prefix[...]
      text += line
      text += lineEnd
    }
    return SourceEdit(
      range: SourceRange(file: id, lower: offset(old.lowerBound), upper: offset(old.upperBound)),
      replacement: String(decoding: text, as: UTF8.self))
  }

  private func offset(_ line: Int) -> Int {
    starts.indices.contains(first + line) ? starts[first + line] : end
  }

  /// What stands before the lines of a fence, from what stands before its opening: the marks of quotes
  /// are repeated, those of lists have spaces below them.
  private static func prefix(_ opening: ArraySlice<UInt8>) -> [UInt8] {
    var prefix: [UInt8] = []
    var rest = opening
    if rest.startIndex == 0, rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    for (index, byte) in zip(rest.indices, rest) where byte & 0xC0 != 0x80 {
      switch byte {
      case 0x20, 0x09: prefix.append(byte)
      case 0x3E:
        prefix.append(byte)
        // A space behind it is taken for the mark's; the code must not lose one of its own.
        let next = index + 1 < rest.endIndex ? rest[index + 1] : 0
        if next != 0x20, next != 0x09 { prefix.append(0x20) }
      default: prefix.append(0x20)
      }
    }
    return prefix
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
  }
}
