public import Markdown
import SourceText

/// A table of the prose: a fence `table` with comma-separated values (RFC 4180).
///
/// The first line names the columns. Cells are plain text, in which parts in backquotes are code.
public struct LessonTable {
  /// The fence's code block.
  public var node: MarkdownNode
  /// What it shows; may be empty.
  public var caption: String
  /// The names of the columns.
  public var head: [String]
  /// The rows, each of as many cells as there are columns; one without cells stands for rows that were left
  /// out.
  public var rows: [[String]]

  /// Makes a table.
  public init(node: MarkdownNode, caption: String, head: [String], rows: [[String]]) {
    self.node = node
    self.caption = caption
    self.head = head
    self.rows = rows
  }

  /// Whether each cell of a column is a number or empty, and one is a number.
  public func isNumeric(_ column: Int) -> Bool {
    let cells = rows.compactMap { $0.indices.contains(column) ? $0[column] : nil }
    // What was left out of a table of a run may be a number.
    let known = cells.filter { !$0.isEmpty && $0 != "…" }
    return !known.isEmpty && known.allSatisfy(Self.isNumber)
  }

  /// Whether the first column names the rows: no cell of it is empty, a number or there twice.
  public var hasRowNames: Bool {
    let names = rows.compactMap(\.first)
    return head.count > 1 && !names.isEmpty && Set(names).count == names.count
      && !names.contains { $0.isEmpty || Self.isNumber($0) }
  }

  /// Digits, with a sign in front, commas or a point between, and a unit or percent sign behind.
  private static func isNumber(_ text: String) -> Bool {
    var rest = text.unicodeScalars[...]
    if let first = rest.first, "+-−".unicodeScalars.contains(first) { rest.removeFirst() }
    guard let first = rest.first, ("0"..."9").contains(first) else { return false }
    rest = rest.drop { ("0"..."9").contains($0) || ".,".unicodeScalars.contains($0) }
    let unit = rest.drop { $0 == " " }
    return unit.count <= 4 && unit.allSatisfy { $0.properties.isAlphabetic || $0 == "%" }
  }

  /// The same in letters, without backquotes.
  public var text: TextTable {
    func plain(_ text: String) -> String { String(text.filter { $0 != "`" }) }
    return TextTable(
      head: head.map(plain), rows: rows.map { $0.isEmpty ? ["…"] : $0.map(plain) })
  }

  /// How large a table may be.
  static let columnLimit = 32
  static let rowLimit = 1_000
}
