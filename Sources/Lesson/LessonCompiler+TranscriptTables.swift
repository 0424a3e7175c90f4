import Markdown
import SourceText

// `table` fences with `show=`, held against the runs.
extension LessonCompiler {
  mutating func readTable(
    _ found: FoundTranscript, of draft: Int, into transcript: inout LessonTranscript
  ) {
    guard let given = runTable(found, of: draft) else { return }
    if transcript.caption.isEmpty { transcript.caption = given.caption }
    let written = PipeTable(found)
    guard let head = written.head else { return write(given, into: found, &transcript) }
    guard let columns = columns(head, of: given), hasShape(written, head) else { return }
    let lines = written.rows.map { row in
      row.isElision
        ? TranscriptPattern.Line.elision
        : .tokens(
          TranscriptPattern.tokens(
            of: Array(row.cells.map(\.bytes).joined(separator: [TranscriptPattern.separator]))[...])
        )
    }
    let text = given.rows.map { row in
      Array(
        columns.map { row.indices.contains($0) ? Self.cell(row[$0]) : [] }
          .joined(separator: [TranscriptPattern.separator]))
    }
    transcriptSteps -= text.reduce(0) { $0 + $1.count }
    var known: [String: [UInt8]] = [:]
    switch compare(lines, text) {
    case .matches(let words): known = words
    case .differs(let alignment):
      let (widths, right) = (written.widths, written.isRightAligned)
      let mending = TranscriptMending(
        found, lines: lines, contentLines: written.rows.map(\.line),
        end: (written.rows.last?.line ?? written.rule?.line ?? head.line) + 1,
        alignment: alignment
      ) { line, old in
        // The author's own line, where it is one.
        if let old, line == lines[old] {
          return Array(found.fragment.bytes[found.lines[written.rows[old].line]])
        }
        guard line != .elision else { return line.written }
        return PipeTable.written(
          Self.cells(of: line).map(TranscriptPattern.written), widths: widths,
          isRightAligned: right)
      }
      transcript.edits = mending.edits
      diagnostics.append(.tableDiffers(mending))
    case .tooManyWays:
      diagnostics.append(.tooManyWays(at: found.opening))
      return
    }
    transcript.content = .table(
      LessonTable(
        node: found.node, caption: transcript.caption,
        head: columns.map { given.head[$0] },
        rows: lines.map { line in
          line == .elision
            ? []
            : Self.cells(of: line).map {
              LessonTranscript.Line(.tokens($0), words: known).text
            }
        }))
  }

  /// A cell of a run as it can stand in a line.
  private static func cell(_ text: String) -> [UInt8] {
    Array(
      DiagnosticRenderer.printable(text).split(separator: " ").joined(separator: " ").utf8)
  }

  /// The parts of each cell of a row.
  private static func cells(of line: TranscriptPattern.Line) -> [[TranscriptPattern.Token]] {
    guard case .tokens(let tokens) = line else { return [] }
    return TranscriptMerge.cells(of: tokens)
  }

  /// Which columns of a table a head names, in its order; `nil`, with a message, when it names another one.
  private mutating func columns(_ head: PipeTable.Row, of given: TranscriptTable) -> [Int]? {
    var columns: [Int] = []
    for cell in head.cells {
      let name = String(decoding: cell.bytes, as: UTF8.self)
      guard let column = given.head.firstIndex(where: { $0.lowercased() == name.lowercased() })
      else {
        diagnostics.append(
          .unfitTranscript(
            "the table has no column called `\(name)`", at: cell.range,
            notes: ["columns: \(given.head.joined(separator: ", "))"],
            nearest: Nearest.name(to: name, among: given.head)))
        return nil
      }
      guard !columns.contains(column) else {
        diagnostics.append(
          .unfitTranscript("the column `\(name)` stands here twice", at: cell.range))
        return nil
      }
      columns.append(column)
    }
    return columns
  }

  /// Whether a line of hyphens follows the head, and each row has as many cells; says what is not so.
  private mutating func hasShape(_ table: PipeTable, _ head: PipeTable.Row) -> Bool {
    let isRule =
      table.rule.map { rule in
        rule.cells.count == head.cells.count
          && rule.cells.allSatisfy { cell in
            cell.bytes.contains(0x2D) && cell.bytes.allSatisfy { $0 == 0x2D || $0 == 0x3A }
          }
      } ?? false
    guard isRule else {
      diagnostics.append(
        .unfitTranscript(
          "a line of hyphens follows the head of a table", at: (table.rule ?? head).range,
          notes: ["it has as many cells as the head: `| --- | --- |`"]))
      return false
    }
    let uneven = table.rows.filter { !$0.isElision && $0.cells.count != head.cells.count }
    for row in uneven {
      let count = row.cells.count
      diagnostics.append(
        .unfitTranscript(
          "this row has \(count) \(count == 1 ? "cell" : "cells"), the head has "
            + "\(head.cells.count)", at: row.range))
    }
    return uneven.isEmpty
  }

  /// Tells what would stand in a fence that is empty.
  private mutating func write(
    _ given: TranscriptTable, into found: FoundTranscript, _ transcript: inout LessonTranscript
  ) {
    let rows = given.rows.map { $0.map { TranscriptPattern.written([.text(Self.cell($0))]) } }
    let head = given.head.map(Self.cell)
    let isNumeric = LessonTable(
      node: found.node, caption: "", head: given.head, rows: given.rows)
    let right = head.indices.map(isNumeric.isNumeric)
    let widths = head.indices.map { column in
      ([head] + rows).map { $0[column].count { $0 & 0xC0 != 0x80 } }.max() ?? 0
    }.map { min(max($0, 4), PipeTable.widthLimit) }
    let rule = zip(widths, right).map { width, isRight in
      Array(String(repeating: "-", count: width - (isRight ? 1 : 0)).utf8) + (isRight ? [0x3A] : [])
    }
    let lines = ([head, rule] + rows).map {
      TranscriptPattern.Line(
        literal: PipeTable.written($0, widths: widths, isRightAligned: right))
    }
    let mending = TranscriptMending(
      found, lines: [], contentLines: [], end: found.lines.count,
      alignment: TranscriptAlignment(adding: lines)
    ) { line, _ in
      guard case .tokens(let tokens) = line, case .text(let text)? = tokens.first else { return [] }
      return text
    }
    transcript.edits = mending.edits
    diagnostics.append(.tableDiffers(mending))
  }
}
