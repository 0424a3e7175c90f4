import Lesson
import Trace

/// A drawing with the content of one moment, as SVG.
struct StillPicture {
  let drawing: Drawing
  let slots: [SlotContent]
  /// Whose picture it is and when: `editor, after step 41`.
  let moment: String
  /// Begins the ids of its title and description.
  let id: String

  /// Everything in the picture, in words: what a reader gets who does not see it.
  var description: String {
    var rows: [(y: Int, words: [String])] = []
    var slot = 0
    for mark in drawing.marks {
      let entry: (y: Int, text: String)?
      switch mark {
      case .label(_, let y, let text, _): entry = (y, text)
      case .line: entry = nil
      case .box(_, let y, _, _), .words(_, let y, _):
        let text = slots.indices.contains(slot) ? slots[slot].text : ""
        slot += 1
        // A box begins above its words.
        if case .box = mark { entry = (y + 15, text) } else { entry = (y, text) }
      }
      guard let entry, !entry.text.isEmpty else { continue }
      if let index = rows.firstIndex(where: { $0.y == entry.y }) {
        rows[index].words.append(entry.text)
      } else {
        rows.append((entry.y, [entry.text]))
      }
    }
    return rows.map { $0.words.joined(separator: " ") }.joined(separator: "; ") + "."
  }

  /// Writes a figure with the picture and its caption.
  func write(to html: inout HTML) {
    html.element("figure", .class("pics"), .id(id)) { html in
      writeSVG(to: &html)
      html.element("figcaption", text: "\(drawing.title): \(moment)")
    }
    html.raw("\n")
  }

  /// The picture as a file of its own.
  var file: [UInt8] {
    var html = HTML()
    writeSVG(isFile: true, to: &html)
    html.raw("\n")
    return html.bytes
  }

  /// Writes the picture alone.
  func writeSVG(isFile: Bool = false, to html: inout HTML) {
    let (width, height) = (drawing.width + 2, drawing.height + 2)
    let titleID = SingleFile.xmlName(id + "-title")
    let descriptionID = SingleFile.xmlName(id + "-desc")
    let attributes: [HTML.Attribute] = [
      .attribute("role", "img"), .attribute("viewBox", "-1 -1 \(width) \(height)"),
      .attribute("width", "\(width)"), .attribute("height", "\(height)"),
      .attribute("aria-labelledby", titleID), .attribute("aria-describedby", descriptionID),
    ]
    html.open("svg", (isFile ? [SVGFile.namespace, .class("still")] : []) + attributes)
    html.element("title", .id(titleID), text: "\(drawing.title): \(moment)")
    html.element("desc", .id(descriptionID), text: description)
    if isFile { SVGFile.writeHead(width: width, height: height, to: &html) }
    var slot = 0
    for mark in drawing.marks {
      switch mark {
      case .label(let x, let y, let text, _):
        html.open("text", .class("l"), .attribute("x", "\(x)"), .attribute("y", "\(y)"))
        html.text(text)
        html.raw("</text>")
      case .line(let x, let y, let toX, let toY):
        html.open("path", .attribute("d", "M\(x) \(y)L\(toX) \(toY)"))
        html.raw("</path>")
      case .box(let x, let y, let width, let height):
        let content = slots.indices.contains(slot) ? slots[slot] : .empty
        slot += 1
        guard !content.text.isEmpty else { continue }
        open(content.look, to: &html)
        html.open(
          "rect", .attribute("x", "\(x)"), .attribute("y", "\(y)"),
          .attribute("width", "\(width)"), .attribute("height", "\(height)"))
        html.raw("</rect>")
        html.open("text", .attribute("x", "\(x + 5)"), .attribute("y", "\(y + 15)"))
        html.text(content.text)
        html.raw("</text></g>")
      case .words(let x, let y, _):
        let content = slots.indices.contains(slot) ? slots[slot] : .empty
        slot += 1
        guard !content.text.isEmpty else { continue }
        html.open("text", .attribute("x", "\(x)"), .attribute("y", "\(y)"))
        html.text(content.text)
        html.raw("</text>")
      }
    }
    html.raw("</svg>")
  }

  private func open(_ look: SlotContent.Look, to html: inout HTML) {
    switch look {
    case .plain: html.raw("<g class=\"p\">")
    case .user: html.raw("<g class=\"u\">")
    case .kernel: html.raw("<g class=\"k\">")
    case .interrupt: html.raw("<g class=\"i\">")
    case .asleep: html.raw("<g class=\"z\">")
    case .runnable: html.raw("<g class=\"r\">")
    case .ended: html.raw("<g class=\"d\">")
    }
  }
}

extension Gallery.Subject {
  init(_ subject: LessonPicture.Subject) {
    self =
      switch subject {
      case .processes: .processes
      case .kernelStack: .stack
      case .registers: .registers
      case .descriptors: .descriptors
      case .diskQueue: .devices
      case .pageTableWalk: .walk
      case .addressSpace: .addressSpace
      case .processTree: .tree
      }
  }
}

extension ScenarioView {
  /// A picture of a moment; `nil` when the run has nothing of the kind.
  func still(_ picture: LessonPicture, id: String) -> StillPicture? {
    let still = Gallery.still(
      Gallery.Subject(picture.subject), of: trace, after: picture.eventCount,
      process: picture.process, words: words)
    guard let still else { return nil }
    let moment =
      picture.eventCount > 0
      ? words(.afterStep, "\(picture.eventCount - 1)") : words(.atTheBeginning)
    return StillPicture(drawing: still.drawing, slots: still.slots, moment: moment, id: id)
  }
}
