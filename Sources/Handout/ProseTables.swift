import Lesson
import Markdown

/// Tables of the prose.
extension LessonView {
  /// A table as HTML.
  func write(_ table: LessonTable, to html: inout HTML) {
    html.element(
      "div", .class("scroll"), .attribute("tabindex", "0"), .attribute("role", "group"),
      .attribute(
        "aria-label", table.caption.isEmpty ? words(.table) : SentencePart.plain(table.caption))
    ) { html in
      html.raw("<table class=\"data\">\n")
      if !table.caption.isEmpty {
        html.raw("<caption>")
        html.sentence(table.caption)
        html.raw("</caption>\n")
      }
      let isNumeric = table.head.indices.map(table.isNumeric)
      html.raw("<thead><tr>")
      for (column, name) in table.head.enumerated() {
        if name.isEmpty {
          html.raw("<td></td>")
          continue
        }
        html.raw("<th scope=\"col\"")
        html.raw(isNumeric[column] ? " class=\"n\">" : ">")
        html.sentence(name)
        html.raw("</th>")
      }
      html.raw("</tr></thead>\n<tbody>\n")
      let hasNames = table.hasRowNames
      for row in table.rows {
        html.raw("<tr>")
        if row.isEmpty {
          html.raw("<td colspan=\"")
          html.number(table.head.count)
          html.raw("\">")
          writeElision(to: &html)
          html.raw("</td>")
        }
        for (column, cell) in row.enumerated() {
          let isName = column == 0 && hasNames
          html.raw(isName ? "<th scope=\"row\">" : isNumeric[column] ? "<td class=\"n\">" : "<td>")
          html.sentence(cell)
          html.raw(isName ? "</th>" : "</td>")
        }
        html.raw("</tr>\n")
      }
      html.raw("</tbody>\n</table>")
    }
    html.raw("\n")
  }

  /// A table as code forges have it.
  static func pipes(_ table: LessonTable) -> String {
    let rule = table.head.indices.map { table.isNumeric($0) ? "---:" : "---" }
    let rows = ([table.head] + table.rows).map { row in
      row.isEmpty ? ["…"] + table.head.dropFirst().map { _ in "" } : row.map(pipeCell)
    }
    return ([rows[0], rule] + rows.dropFirst()).map { "| " + $0.joined(separator: " | ") + " |\n" }
      .joined()
  }

  /// A cell that holds nothing but its text and code, and no bar that would end it.
  private static func pipeCell(_ cell: String) -> String {
    SentencePart.parts(of: cell).map { part in
      switch part {
      case .code(let code): "`\(code.replacing("|", with: "\\|"))`"
      case .words(let words):
        String(
          words.unicodeScalars.reduce(into: String.UnicodeScalarView()) { out, scalar in
            switch scalar {
            case "\u{0}"..."\u{1F}": out.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
            case "\u{7F}": out.append("\u{2421}")
            case "\\", "`", "*", "_", "[", "]", "<", ">", "&", "|", "~", "#", "!":
              out.append("\\")
              out.append(scalar)
            default: out.append(scalar)
            }
          })
      }
    }.joined()
  }
}
