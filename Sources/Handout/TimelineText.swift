import Trace

/// A timeline as lines of letters, for formats without pictures.
enum TimelineText {
  /// Letters in one row, at most; longer timelines go on in further bands.
  private static let bandWidth = 60

  /// The lanes, a legend line last; no line feed at the end.
  static func text(_ timeline: Timeline) -> String {
    var rows = timeline.lanes.map { lane in
      (name: name(lane.name), cells: [UInt8](repeating: 0x20, count: 0))
    }
    // The first letter of each column.
    var places = [0]
    for (begin, end) in zip(timeline.moments, timeline.moments.dropFirst()) {
      let digits = end > begin ? String(end - begin).utf8.count : 0
      places.append((places.last ?? 0) + 1 + digits / 2)
    }
    let total = places.last ?? 0
    for (index, lane) in timeline.lanes.enumerated() {
      rows[index].cells = [UInt8](repeating: 0x20, count: total)
      for span in lane.spans {
        let letter = letter(span.activity)
        for place in places[span.columns.lowerBound]..<places[span.columns.upperBound] {
          rows[index].cells[place] = letter
        }
      }
    }
    let margin = rows.map { $0.name.unicodeScalars.count }.max() ?? 0
    var lines: [String] = []
    var start = 0
    while start < total {
      let end = min(total, start + bandWidth)
      let column = places.lastIndex { $0 <= start } ?? 0
      let from = timeline.words(.from, timeline.words.duration(timeline.moments[column]))
      lines.append(pad("", margin) + " " + from)
      for row in rows {
        let cells = String(decoding: row.cells[start..<end], as: UTF8.self)
        lines.append(pad(row.name, margin) + " |" + cells + "|")
      }
      start = end
    }
    lines.append(
      Activity.drawn.map {
        String(UnicodeScalar(letter($0))) + " " + timeline.words($0.phrase)
      }.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }

  private static func letter(_ activity: Activity) -> UInt8 {
    switch activity {
    case .user: 0x55
    case .kernel: 0x4B
    case .interrupt: 0x49
    case .asleep: 0x5A
    case .runnable: 0x52
    case .idle: 0x2E
    case .absent, .ended: 0x20
    }
  }

  private static func name(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.prefix(16)))
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
  }
}
