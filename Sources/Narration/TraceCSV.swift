public import Trace

/// Traces as a table of comma-separated values: a row with the columns' names, then one row an event.
///
/// The form is that of RFC 4180: UTF-8 without a byte-order mark, rows end in CR LF, a cell with a
/// comma, a quote or a line's end stands in double quotes, in which a quote is doubled.
///
/// A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@` (or one of these in full width), a tab
/// or a line's end for a formula, or drops its beginning. Such a cell of text gets an apostrophe in front, and so does one that
/// begins with an apostrophe itself: who takes one apostrophe away from the front of a cell has what
/// was there. Cells with numbers are left alone.
public enum TraceCSV {
  /// The names of the columns, in order.
  public static let columns = [
    "scenario", "step", "time_ns", "cpu", "task", "pid", "mode", "kind", "zoom", "cause", "depth",
    "fields", "text",
  ]

  /// So much text is handed over at a time.
  private static let portion = 1 << 16

  /// The first row.
  public static var head: [UInt8] { Array((columns.joined(separator: ",") + "\r\n").utf8) }

  /// Writes the rows of one scenario.
  ///
  /// The column `fields` holds what the kind of event has of its own, as the catalogue names it:
  /// `fd=3; open_files=4`. Numbers, `true` and `false`, and addresses such as `0x401028` are written
  /// as in the JSON form; text that comes from a script or has a `;`, `=` or `"` in it stands in
  /// double quotes with C's escapes, and names of calls, devices and the like stand bare. `cause` is
  /// empty for an event that has none.
  ///
  /// - Parameters:
  ///   - zoom: Events that need a closer look are left out; steps keep their numbers.
  ///   - sink: Gets the next rows, now and then, so that a long trace never stands in memory as text.
  public static func write(
    scenario name: String, trace: Trace, zoom: Zoom, narrator: Narrator,
    to sink: ([UInt8]) throws -> Void
  ) rethrows {
    var out: [UInt8] = []
    for (step, event) in trace.events.enumerated() {
      let eventZoom = event.zoom
      guard eventZoom <= zoom else { continue }
      let facts = event.kind.facts
      let task = trace.header.task(event.taskID)
      let cells: [String] = [
        text(name), "\(step)", "\(event.time)", "\(event.cpu)", text(task.name), "\(task.pid)",
        event.mode == .user ? "user" : "kernel", facts.name, eventZoom.name,
        event.cause == TraceEvent.noCause ? "" : "\(event.cause)", "\(event.depth)",
        text(fields(of: event, facts, trace.header)), text(narrator.sentence(event, at: step)),
      ]
      for (index, cell) in cells.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        append(cell, to: &out)
      }
      out += [0x0D, 0x0A]
      if out.count > portion {
        try sink(out)
        out = []
      }
    }
    try sink(out)
  }

  /// The fields of an event on one line.
  private static func fields(
    of event: TraceEvent, _ facts: EventFacts, _ header: TraceHeader
  ) -> String {
    var parts: [String] = []
    for (field, value) in [
      (facts.object, Int64(event.object)), (facts.a, event.a), (facts.b, event.b),
    ] {
      guard let field else { continue }
      parts.append("\(field.name)=\(written(value, field.type, header))")
    }
    return parts.joined(separator: "; ")
  }

  private static func written(_ value: Int64, _ type: FieldType, _ header: TraceHeader) -> String {
    switch TraceJSON.shape(of: type) {
    case .number: return String(value)
    case .boolean: return value != 0 ? "true" : "false"
    case .hexadecimal: return Quantity.hexadecimal(value)
    case .text:
      if type == .string {
        let id = StringID(rawValue: UInt32(truncatingIfNeeded: value))
        let bytes = header.strings[bytes: id]
        return Quantity.quoted(bytes, limit: bytes.count)
      }
      let text = header.text(value, type)
      let isBare = text.utf8.allSatisfy {
        $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "=")
      }
      return isBare && !text.isEmpty ? text : Quantity.quoted(text, limit: text.utf8.count)
    }
  }

  /// Text that no spreadsheet takes for a formula.
  private static func text(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    return "'=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) ? "'" + text : text
  }

  private static func append(_ cell: String, to out: inout [UInt8]) {
    guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }) else {
      out += Array(cell.utf8)
      return
    }
    out.append(0x22)
    for byte in cell.utf8 {
      if byte == 0x22 { out.append(0x22) }
      out.append(byte)
    }
    out.append(0x22)
  }
}
