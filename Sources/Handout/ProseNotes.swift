import Lesson
import Markdown

/// Footnotes of the prose.
extension LessonView {
  /// Writes footnotes and what refers to them as a format has them.
  func editFootnotes(
    _ edits: inout TemporaryEdits, format: HandoutFormat, ids: inout Identifiers
  ) {
    guard let block = footnotes.first?.node.parent else { return }
    for note in footnotes {
      let id = ids.take("fn-\(note.name)")
      var returns: [String] = []
      for reference in note.references {
        let mark = document.makeNode(.customInline)
        switch format {
        case .html:
          let own = ids.take("fnref-\(note.name)")
          returns.append(own)
          var html = HTML()
          html.element("sup") { html in
            html.element(
              "a", .anchor(id), .id(own), .attribute("role", "doc-noteref"), text: "\(note.number)")
          }
          mark.setOnEnter(html.bytes)
        case .markdown: mark.onEnter = "[^\(note.name)]"
        case .latex: mark.onEnter = "\\textsuperscript{\(note.number)}"
        case .man: mark.onEnter = "[\(note.number)]"
        }
        edits.replace(reference, with: mark)
      }
      if format == .html {
        edits.wrap(note.node, in: item(id: id, number: note.number, returns: returns))
      } else {
        let label = document.makeNode(.customInline)
        label.onEnter = format == .markdown ? "[^\(note.name)]: " : "[\(note.number)] "
        edits.prepend(label, to: note.node)
      }
    }
    if format == .html {
      let section = document.makeNode(.customBlock)
      var html = HTML()
      html.open("section", .class("notes"), .attribute("aria-label", words(.notes)))
      html.raw("\n<ol>")
      section.setOnEnter(html.bytes)
      section.onExit = "</ol>\n</section>"
      edits.replace(block, keepingChildrenIn: section)
    }
  }

  /// The item of a footnote, with links back to where it is referred to.
  private func item(id: String, number: Int, returns: [String]) -> MarkdownNode {
    let item = document.makeNode(.customBlock)
    var html = HTML()
    html.open("li", .id(id))
    item.setOnEnter(html.bytes)
    html = HTML()
    html.raw("<p>")
    for (index, place) in returns.enumerated() {
      if index > 0 { html.raw(" ") }
      let label =
        returns.count > 1
        ? words(.backToNotePlace, "\(number)", "\(index + 1)") : words(.backToNote, "\(number)")
      html.element("a", .anchor(place), .attribute("aria-label", label), text: "↩")
    }
    html.raw("</p></li>")
    item.onExit = String(decoding: html.bytes, as: UTF8.self)
    return item
  }
}
