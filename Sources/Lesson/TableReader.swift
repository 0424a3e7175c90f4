import Markdown
import SourceText

/// Reads `table` fences.
struct TableReader {
  private let file: SourceFile
  private let id: FileID
  private(set) var tables: [LessonTable] = []
  private(set) var diagnostics: [Diagnostic] = []

  /// Reads all tables of a document but those that are transcripts.
  init(
    _ file: SourceFile, id: FileID, document: MarkdownDocument,
    transcripts: Set<MarkdownNode> = []
  ) {
    self.file = file
    self.id = id
    for node in document.root.blocks where node.kind == .codeBlock {
      let info = node.fenceInfo
      guard info.utf8.prefix(while: { $0 != 0x20 && $0 != 0x09 }).elementsEqual("table".utf8),
        // Those that a run gives are not prose.
        !transcripts.contains(node)
      else { continue }
      read(node, info: info, lineStarts: document.lineStarts)
    }
  }

  private mutating func read(_ node: MarkdownNode, info: String, lineStarts: [Int]) {
    let opening = line(of: node, lineStarts)
    guard let caption = Self.caption(info) else {
      diagnostics.append(
        .malformedTable("what stands behind `table` is not `caption=\"…\"`", at: opening))
      return
    }
    let fragment = node.fenceSegments(in: file, id: id)
    var problems: [Diagnostic] = []
    let rows = Self.rows(fragment) { problem, range in
      problems.append(.malformedTable(problem, at: range))
    }
    diagnostics += problems
    guard let rows else { return }
    guard let head = rows.first, rows.count > 1 else {
      diagnostics.append(
        .malformedTable(
          rows.isEmpty ? "the table is empty" : "the table has a head and no rows", at: opening))
      return
    }
    guard head.cells.count <= LessonTable.columnLimit, rows.count - 1 <= LessonTable.rowLimit else {
      diagnostics.append(
        .malformedTable(
          "the table is too large: \(LessonTable.columnLimit) columns and "
            + "\(LessonTable.rowLimit) rows are the most", at: opening))
      return
    }
    let uneven = rows.dropFirst().filter { $0.cells.count != head.cells.count }
    for row in uneven {
      diagnostics.append(
        .malformedTable(
          "this row has \(row.cells.count) \(row.cells.count == 1 ? "cell" : "cells"), the head "
            + "has \(head.cells.count)", at: row.range))
    }
    guard uneven.isEmpty else { return }
    tables.append(
      LessonTable(
        node: node, caption: caption, head: head.cells, rows: rows.dropFirst().map(\.cells)))
  }

  /// The line on which a fence begins, from its marks on.
  private func line(of node: MarkdownNode, _ lineStarts: [Int]) -> SourceRange {
    let index = node.startLine - 1
    guard lineStarts.indices.contains(index) else {
      return SourceRange(file: id, lower: 0, upper: 0)
    }
    let lower = min(lineStarts[index] + max(0, node.startColumn - 1), file.bytes.count)
    var upper = lower
    while upper < file.bytes.count, file.bytes[upper] != 0x0A, file.bytes[upper] != 0x0D {
      upper += 1
    }
    return SourceRange(file: id, lower: lower, upper: upper)
  }

  /// The caption that an info string has; empty when it has none, `nil` when something else stands
  /// there.
  private static func caption(_ info: String) -> String? {
    var rest = info.dropFirst("table".count).drop { $0 == " " || $0 == "\t" }
    if rest.isEmpty { return "" }
    let key = "caption="
    guard rest.hasPrefix(key) else { return nil }
    rest = rest.dropFirst(key.count)
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    guard rest.count >= 2, rest.first == "\"", rest.last == "\"" else { return nil }
    let caption = rest.dropFirst().dropLast()
    return caption.contains("\"") ? nil : String(caption)
  }

  // MARK: Comma-separated values

  private struct Row {
    var cells: [String]
    var range: SourceRange
  }

  /// The rows; `nil` when a quote is in the wrong place. Blank lines are left out, and blanks around a
  /// cell without quotes.
  private static func rows(
    _ fragment: SourceFragment, _ report: (String, SourceRange) -> Void
  ) -> [Row]? {
    let bytes = fragment.bytes
    var rows: [Row] = []
    var cells: [String] = []
    var index = 0
    var rowStart = 0
    while index < bytes.count {
      if cells.isEmpty { rowStart = index }
      // One cell, up to its comma or the line's end.
      var start = index
      while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
      var cell: [UInt8] = []
      var isQuoted = false
      if start < bytes.count, bytes[start] == 0x22 {
        isQuoted = true
        index = start + 1
        var isClosed = false
        while index < bytes.count, !isClosed {
          if bytes[index] != 0x22 {
            cell.append(bytes[index])
          } else if index + 1 < bytes.count, bytes[index + 1] == 0x22 {
            cell.append(0x22)
            index += 1
          } else {
            isClosed = true
          }
          index += 1
        }
        guard isClosed else {
          report("the quotation mark is not closed", fragment.range(start, start + 1))
          return nil
        }
        while index < bytes.count, [0x20, 0x09, 0x0D].contains(bytes[index]) { index += 1 }
        if index < bytes.count, bytes[index] != 0x2C, bytes[index] != 0x0A {
          report(
            "text stands behind the quotation mark that ends the cell",
            fragment.range(index, index + 1))
          return nil
        }
      } else {
        while index < bytes.count, bytes[index] != 0x2C, bytes[index] != 0x0A {
          if bytes[index] == 0x22 {
            report(
              "a cell with a quotation mark in it stands in quotation marks, and has it twice",
              fragment.range(index, index + 1))
            return nil
          }
          cell.append(bytes[index])
          index += 1
        }
      }
      let text = String(decoding: cell, as: UTF8.self)
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let isComma = index < bytes.count && bytes[index] == 0x2C
      // A line of blanks is no row.
      if !(words.isEmpty && !isQuoted && !isComma && cells.isEmpty) { cells.append(words) }
      if isComma {
        index += 1
        // A comma at the very end has an empty cell behind it.
        if index < bytes.count { continue }
        cells.append("")
      }
      if !cells.isEmpty {
        rows.append(Row(cells: cells, range: fragment.range(rowStart, max(index, rowStart + 1))))
        cells = []
      }
      index += 1
    }
    return rows
  }
}
