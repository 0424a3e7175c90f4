public import Catalogue
import Claims

/// A table in letters: columns padded to their widest cell, long cells wrapped.
public struct TextTable: Sendable {
  /// The head, if there is one.
  public var head: [String]
  /// The rows; each has as many cells as the head.
  public var rows: [[String]]

  /// Makes a table.
  public init(head: [String], rows: [[String]]) {
    self.head = head
    self.rows = rows
  }

  /// The table's lines, none longer than `width` where its words allow it.
  ///
  /// When the columns do not fit beside each other, each row becomes a small list of its own.
  public func lines(width: Int) -> [String] {
    let count = max(head.count, rows.map(\.count).max() ?? 0)
    guard count > 0 else { return [] }
    let all = [head] + rows
    func cell(_ row: [String], _ column: Int) -> String {
      row.indices.contains(column) ? row[column] : ""
    }
    let natural = (0..<count).map { column in all.map { cell($0, column).count }.max() ?? 0 }
    let gaps = 2 * (count - 1)
    let others = natural.dropFirst().reduce(0, +)
    // The first column may be wrapped, the others only where that is not enough.
    let first = min(natural[0], max(width - gaps - others, min(natural[0], 24)))
    var widths = [first] + natural.dropFirst()
    if count > 1, first + gaps + others > width {
      let share = (width - gaps - first) / (count - 1)
      guard share >= 12 else { return stacked(width: width) }
      widths = [first] + natural.dropFirst().map { min($0, share) }
    }
    var out: [String] = []
    if !head.isEmpty {
      out += Self.lines(head, widths)
      out.append(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "))
    }
    for row in rows { out += Self.lines((0..<count).map { cell(row, $0) }, widths) }
    return out
  }

  private func stacked(width: Int) -> [String] {
    rows.flatMap { row in
      TextLayout.wrap(row.first ?? "", width: width)
        + zip(head.dropFirst(), row.dropFirst()).flatMap { name, cell -> [String] in
          guard !cell.isEmpty else { return [] }
          return TextLayout.wrap("\(name): \(cell)", width: width - 4).enumerated().map {
            ($0 == 0 ? "  " : "    ") + $1
          }
        }
    }
  }

  private static func lines(_ row: [String], _ widths: [Int]) -> [String] {
    let cells = zip(row, widths).map { TextLayout.wrap($0, width: $1) }
    return (0..<(cells.map(\.count).max() ?? 0)).map { line in
      var text = ""
      for (cell, width) in zip(cells, widths) {
        let part = line < cell.count ? cell[line] : ""
        text += part + String(repeating: " ", count: max(0, width - part.count) + 2)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
  }
}

extension LessonTrial {
  /// The verdicts as a table in letters: a row for each claim, a column for each configuration.
  public func table(in language: Language) -> TextTable {
    TextTable(
      head: [""] + configurations.map { Self.name(of: $0, in: language) },
      rows: claims.map { claim in
        [claim.text] + claim.verdicts.map { Self.cell($0, language) }
      })
  }

  private static func cell(_ verdict: Verdict?, _ language: Language) -> String {
    guard let verdict else { return "-" }
    let step = verdict.judgement.step.map { language(.tableStep, "\($0)") } ?? ""
    return verdict.words(in: language) + step
      + (verdict.surprise(in: language).map { " (\($0))" } ?? "")
  }
}
