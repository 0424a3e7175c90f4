import SourceText

/// A table with bars between its cells, as code forges have it: a head, a line of hyphens, and rows.
///
/// A bar in a cell has a backslash before it. A row that is `...` alone stands for any number of rows.
struct PipeTable {
  /// A cell and where it stands.
  struct Cell {
    /// What it says, without the blanks around it.
    var bytes: [UInt8]
    var range: SourceRange
    /// How wide its column is here: all between two bars, less a blank at each side.
    var width: Int
  }

  /// A line of cells.
  struct Row {
    var cells: [Cell]
    /// Which line of the content it is.
    var line: Int
    var range: SourceRange

    /// Whether it stands for any number of rows.
    var isElision: Bool { cells.count == 1 && cells[0].bytes == TranscriptPattern.dots }
  }

  /// The first line; `nil` when there is nothing but blank lines.
  private(set) var head: Row?
  /// The line below; `nil` when there is none.
  private(set) var rule: Row?
  private(set) var rows: [Row] = []

  /// How wide its columns are written, where the bars stand below each other; the last column may be ragged.
  var widths: [Int] {
    guard let widths = head?.cells.map(\.width) else { return [] }
    let isAligned = ([rule].compactMap(\.self) + rows).allSatisfy { row in
      row.isElision || row.cells.map(\.width).dropLast() == widths.dropLast()
    }
    return isAligned ? widths : []
  }

  /// Which columns the line of hyphens has on the right.
  var isRightAligned: [Bool] {
    rule?.cells.map { $0.bytes.last == 0x3A && $0.bytes.first != 0x3A } ?? []
  }

  init(_ found: FoundTranscript) {
    for (line, bounds) in found.lines.enumerated() {
      guard let row = Self.row(bounds, line: line, of: found.fragment) else { continue }
      if head == nil {
        head = row
      } else if rule == nil {
        rule = row
      } else {
        rows.append(row)
      }
    }
  }

  private static func row(_ bounds: Range<Int>, line: Int, of fragment: SourceFragment) -> Row? {
    let bytes = fragment.bytes
    func trimmed(_ range: Range<Int>) -> Range<Int> {
      var (lower, upper) = (range.lowerBound, range.upperBound)
      while lower < upper, TranscriptPattern.isBlank(bytes[lower]) { lower += 1 }
      while upper > lower, TranscriptPattern.isBlank(bytes[upper - 1]) || bytes[upper - 1] == 0x0D {
        upper -= 1
      }
      return lower..<upper
    }
    var inner = trimmed(bounds)
    guard !inner.isEmpty else { return nil }
    let range = fragment.range(inner.lowerBound, inner.upperBound)
    if bytes[inner.lowerBound] == 0x7C { inner = inner.lowerBound + 1..<inner.upperBound }
    var cells: [Cell] = []
    var text: [UInt8] = []
    var start = inner.lowerBound
    var index = start
    func end(_ upper: Int) {
      let place = trimmed(start..<upper)
      var (lower, last) = (text.startIndex, text.endIndex)
      while lower < last, TranscriptPattern.isBlank(text[lower]) { lower += 1 }
      while last > lower, TranscriptPattern.isBlank(text[last - 1]) { last -= 1 }
      let letters = bytes[start..<upper].count { $0 & 0xC0 != 0x80 }
      cells.append(
        Cell(
          bytes: Array(text[lower..<last]),
          range: fragment.range(place.lowerBound, max(place.upperBound, place.lowerBound)),
          width: max(0, letters - 2)))
      text = []
    }
    while index < inner.upperBound {
      if bytes[index] == 0x5C, index + 1 < inner.upperBound, bytes[index + 1] == 0x7C {
        text.append(0x7C)
        index += 2
      } else if bytes[index] == 0x7C {
        end(index)
        index += 1
        start = index
      } else {
        text.append(bytes[index])
        index += 1
      }
    }
    if start < inner.upperBound { end(inner.upperBound) }
    return Row(cells: cells, line: line, range: range)
  }

  // MARK: Writing

  /// A row as it is written, its cells as wide as their columns.
  static func written(_ cells: [[UInt8]], widths: [Int], isRightAligned: [Bool] = []) -> [UInt8] {
    var out: [UInt8] = []
    for (column, cell) in cells.enumerated() {
      out += Array("| ".utf8)
      let letters = cell.count { $0 & 0xC0 != 0x80 }
      let width = widths.indices.contains(column) ? widths[column] : 0
      let space = repeatElement(UInt8(0x20), count: max(0, width - letters))
      let isRight = isRightAligned.indices.contains(column) && isRightAligned[column]
      out += isRight ? Array(space) + escaped(cell) : escaped(cell) + Array(space)
      out.append(0x20)
    }
    return out + [0x7C]
  }

  private static func escaped(_ cell: [UInt8]) -> [UInt8] {
    cell.flatMap { $0 == 0x7C ? [0x5C, 0x7C] : [$0] }
  }

  /// How wide the columns of a new table are made.
  static let widthLimit = 48
}
