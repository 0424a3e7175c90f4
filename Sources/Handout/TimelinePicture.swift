import Trace

/// Draws a timeline as SVG, with a legend in HTML.
///
/// Modes are told by colour, pattern and letter. The width of a column grows with the number of
/// digits of its nanoseconds, so that a disk access of milliseconds and a kernel step of nanoseconds
/// are both seen.
struct TimelinePicture {
  private static let blockHeight = 22
  private static let laneGap = 12
  private static let ownerHeight = 14
  private static let characterWidth = 7

  let timeline: Timeline
  private var words: InterfaceWords { timeline.words }
  let scenario: String
  let id: String
  private let edges: [Int]
  private let gutter: Int

  init(_ timeline: Timeline, scenario: String, id: String) {
    self.timeline = timeline
    self.scenario = scenario
    self.id = id
    let longest = timeline.lanes.map { Self.shortened($0.name).unicodeScalars.count }.max() ?? 0
    gutter = longest * Self.characterWidth + 12
    var x = gutter
    var edges = [x]
    for (begin, end) in zip(timeline.moments, timeline.moments.dropFirst()) {
      x += 10 + 6 * Self.digitCount(end - begin)
      edges.append(x)
    }
    self.edges = edges
  }

  /// The columns' first steps and places, and where the picture ends.
  var columns: [(step: Int, x: Int)] {
    zip(timeline.firstSteps, edges).map { (step: $0, x: $1) }
  }

  /// The patterns of all pictures of a page; stands once in front of them.
  static func writePatterns(to html: inout HTML) {
    html.raw("<svg class=\"pat\" width=\"0\" height=\"0\" aria-hidden=\"true\">")
    writeDefinitions(to: &html)
    html.raw("</svg>\n")
  }

  /// The patterns alone.
  static func writeDefinitions(to html: inout HTML) {
    html.raw(
      """
      <defs>\
      <pattern id="pat-k" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="k" width="6" height="6"/><path d="M0 6 6 0M-1 1 1-1M5 7 7 5"/></pattern>\
      <pattern id="pat-i" width="5" height="5" patternUnits="userSpaceOnUse">\
      <rect class="i" width="5" height="5"/><path d="M1 0V5"/></pattern>\
      <pattern id="pat-z" width="6" height="6" patternUnits="userSpaceOnUse">\
      <rect class="z" width="6" height="6"/><circle cx="3" cy="3" r=".9"/></pattern>\
      <pattern id="pat-r" width="5" height="5" patternUnits="userSpaceOnUse">\
      <rect class="r" width="5" height="5"/><path d="M0 1H5"/></pattern>\
      </defs>
      """)
  }

  /// Writes picture, legend and caption.
  func write(to html: inout HTML) {
    html.element("figure", .class("timeline"), .id(id)) { html in
      html.open(
        "div", .class("scroll"), .attribute("tabindex", "0"), .attribute("role", "group"),
        .attribute("aria-label", words(.timelineScrolls, scenario)))
      writeSVG(to: &html)
      html.close("div")
      writeZoom(to: &html)
      writeLegend(to: &html)
      html.element("figcaption") { html in
        html.text(words(.timelineCaption))
        if let omissions = timeline.omissions {
          html.text(" ")
          html.text(omissions)
        }
      }
    }
    html.raw("\n")
  }

  /// How large it is drawn, for the sheet to see: it works without a script.
  private func writeZoom(to html: inout HTML) {
    html.element("label", .class("zoom")) { html in
      html.text(words(.timelineZoom))
      html.raw(" <select autocomplete=\"off\">")
      html.element("option", .attribute("value", "fit"), text: words(.wholeWidth))
      html.raw("<option value=\"1\" selected>100 %</option><option value=\"2\">200 %</option>")
      html.raw("<option value=\"4\">400 %</option></select>")
    }
  }

  private func writeLegend(to html: inout HTML) {
    let used = Set(timeline.lanes.flatMap { $0.spans.map(\.activity) })
    html.element("ul", .class("legend")) { html in
      if !timeline.arrows.isEmpty {
        html.raw("<li><svg width=\"12\" height=\"16\" aria-hidden=\"true\">")
        html.raw("<path class=\"w\" d=\"M6 0v15m-4-6 4 6 4-6\"/></svg> ")
        html.text(words(.makesRunnable))
        html.raw("</li>")
      }
      for activity in Activity.drawn where used.contains(activity) {
        html.raw("<li><svg width=\"22\" height=\"16\" aria-hidden=\"true\"><path class=\"")
        html.raw(Self.fill(activity))
        html.raw("\" d=\"M.5.5h21v15h-21z\"/><text x=\"11\" y=\"12\"><tspan")
        if activity == .idle { html.raw(" class=\"f\"") }
        html.raw(">")
        html.raw(activity.letter)
        html.raw("</tspan></text></svg> ")
        html.text(words(activity.phrase))
        html.raw("</li>")
      }
    }
  }

  /// The picture as a file of its own, with its legend in it.
  var file: [UInt8] {
    var html = HTML()
    writeSVG(isFile: true, to: &html)
    html.raw("\n")
    return html.bytes
  }

  /// The legend in one line.
  private var legend: String {
    let used = Set(timeline.lanes.flatMap { $0.spans.map(\.activity) })
    var parts = Activity.drawn.filter(used.contains).map { "\($0.letter) \(words($0.phrase))" }
    if !timeline.arrows.isEmpty { parts.append("↓ \(words(.makesRunnable))") }
    return parts.joined(separator: ", ")
  }

  private func writeSVG(isFile: Bool = false, to html: inout HTML) {
    let picture = timeline.lanes.reduce(0) { $0 + Self.laneHeight($1) } + 14
    let height = picture + (isFile ? 22 : 0)
    let last = timeline.moments.last.map { words.duration($0).unicodeScalars.count } ?? 0
    let room = (edges.last ?? gutter) + max(70, last * Self.characterWidth + 8)
    let width = isFile ? max(room, legend.unicodeScalars.count * Self.characterWidth + 16) : room
    let titleID = SingleFile.xmlName(id + "-title")
    let descriptionID = SingleFile.xmlName(id + "-desc")
    let attributes: [HTML.Attribute] = [
      .attribute("role", "img"), .attribute("width", "\(width)"), .attribute("height", "\(height)"),
      .attribute("viewBox", "0 0 \(width) \(height)"), .attribute("aria-labelledby", titleID),
      .attribute("aria-describedby", descriptionID),
    ]
    html.open("svg", (isFile ? [SVGFile.namespace] : []) + attributes)
    html.element("title", .id(titleID), text: words(.timelineOf, scenario))
    html.element("desc", .id(descriptionID), text: timeline.summary)
    if isFile { SVGFile.writeHead(width: width + 1, height: height + 1, to: &html) }
    writeAxis(to: &html, height: picture)
    var y = 0
    for lane in timeline.lanes {
      if lane.isCPU { writeOwners(of: lane, y: y + Self.ownerHeight - 3, to: &html) }
      let top = y + (lane.isCPU ? Self.ownerHeight : 0)
      html.open("g", .attribute("transform", "translate(0 \(top))"))
      html.open("text", .class("n"), .attribute("x", "\(gutter - 8)"), .attribute("y", "15"))
      html.text(Self.shortened(lane.name))
      html.close("text")
      let spans = lane.spans.filter { $0.activity != .absent && $0.activity != .ended }
      for span in spans { write(span, to: &html) }
      html.raw("<text y=\"15\">")
      for span in spans { writeLetter(of: span, to: &html) }
      html.raw("</text></g>")
      y += Self.laneHeight(lane)
    }
    for arrow in timeline.arrows { write(arrow, to: &html) }
    if isFile {
      html.open("text", .class("o"), .attribute("x", "8"), .attribute("y", "\(height - 7)"))
      html.text(legend)
      html.close("text")
    }
    html.close("svg")
  }

  /// From the lane of the CPU on which it happens down to whom it concerns.
  private func write(_ arrow: Timeline.Arrow, to html: inout HTML) {
    html.raw("<path class=\"w\" d=\"M")
    html.number(edges[arrow.column])
    html.raw(" ")
    html.number(top(of: arrow.from) + Self.blockHeight)
    html.raw("V")
    html.number(top(of: arrow.to))
    html.raw("m-4-6 4 6 4-6\"/>")
  }

  /// Where the blocks of a lane begin.
  private func top(of lane: Int) -> Int {
    timeline.lanes[..<lane].reduce(0) { $0 + Self.laneHeight($1) }
      + (timeline.lanes[lane].isCPU ? Self.ownerHeight : 0)
  }

  /// One stretch of a lane.
  private func write(_ span: Timeline.Span, to html: inout HTML) {
    let left = edges[span.columns.lowerBound]
    let width = edges[span.columns.upperBound] - left
    html.raw("<path class=\"")
    html.raw(Self.fill(span.activity))
    html.raw("\" d=\"M")
    html.number(left)
    html.raw(" 0h")
    html.number(width)
    html.raw("v22h-")
    html.number(width)
    html.raw("z\"><title>")
    html.text(words(.from, words.duration(timeline.moments[span.columns.lowerBound])))
    html.raw("</title></path>")
  }

  private func writeLetter(of span: Timeline.Span, to html: inout HTML) {
    let (left, right) = (edges[span.columns.lowerBound], edges[span.columns.upperBound])
    html.raw(span.activity == .idle ? "<tspan class=\"f\" x=\"" : "<tspan x=\"")
    html.number((left + right) / 2)
    html.raw("\">")
    html.raw(span.activity.letter)
    html.raw("</tspan>")
  }

  /// The names of those who have a CPU, above its lane where there is room.
  private func writeOwners(of lane: Timeline.Lane, y: Int, to html: inout HTML) {
    var index = 0
    while index < lane.spans.count {
      let task = lane.spans[index].task
      var end = index
      while end + 1 < lane.spans.count, lane.spans[end + 1].task == task { end += 1 }
      let left = edges[lane.spans[index].columns.lowerBound]
      let right = edges[lane.spans[end].columns.upperBound]
      let name = timeline.owner(task)
      html.raw("<path class=\"o\" d=\"M")
      html.number(left)
      html.raw(" ")
      html.number(y + 2)
      html.raw("v-10\"/>")
      if name.unicodeScalars.count * Self.characterWidth <= right - left - 4 {
        html.open("text", .class("o"), .attribute("x", "\(left + 4)"), .attribute("y", "\(y)"))
        html.text(name)
        html.close("text")
      }
      index = end + 1
    }
  }

  /// Times below the lanes, where there is room for them.
  private func writeAxis(to html: inout HTML, height: Int) {
    var free = 0
    for (x, moment) in zip(edges, timeline.moments) where x >= free {
      let label = words.duration(moment)
      html.raw("<path class=\"a\" d=\"M")
      html.number(x)
      html.raw(" 4V")
      html.number(height - 16)
      html.raw("\"/>")
      html.open("text", .class("o"), .attribute("x", "\(x)"), .attribute("y", "\(height - 4)"))
      html.text(label)
      html.close("text")
      free = x + max(64, label.unicodeScalars.count * Self.characterWidth + 12)
    }
  }

  /// The class by which the sheet knows an activity.
  private static func fill(_ activity: Activity) -> StaticString {
    switch activity {
    case .user: "u"
    case .kernel: "k"
    case .interrupt: "i"
    case .asleep: "z"
    case .runnable: "r"
    case .idle, .absent, .ended: "d"
    }
  }

  private static func laneHeight(_ lane: Timeline.Lane) -> Int {
    blockHeight + laneGap + (lane.isCPU ? ownerHeight : 0)
  }

  private static func shortened(_ name: String) -> String {
    let scalars = name.unicodeScalars
    guard scalars.count > 20 else { return name }
    return String(String.UnicodeScalarView(scalars.prefix(19))) + "…"
  }

  private static func digitCount(_ number: Int64) -> Int {
    number <= 0 ? 0 : String(number).utf8.count
  }
}
