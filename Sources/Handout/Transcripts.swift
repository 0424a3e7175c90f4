import Lesson
import Markdown

/// Words of the machine.
extension LessonView {
  /// A transcript as HTML.
  func write(_ transcript: LessonTranscript, to html: inout HTML) {
    switch transcript.content {
    case .table(let table): write(table, to: &html)
    case .lines(let lines):
      html.element("figure", .class("printed")) { html in
        html.raw("<figcaption>")
        html.sentence(transcript.caption)
        html.raw("</figcaption>\n<pre><samp>")
        for (index, line) in lines.enumerated() {
          if index > 0 { html.raw("\n") }
          switch line {
          case .leftOut: writeElision(to: &html)
          case .parts(let parts):
            for part in parts {
              switch part {
              case .words(let words): html.text(words)
              case .leftOut: writeElision(to: &html)
              }
            }
          }
        }
        html.raw("</samp></pre>")
      }
      html.raw("\n")
    }
  }

  /// An ellipsis that says what it means to those who cannot see that it is none of the machine's.
  func writeElision(to html: inout HTML) {
    html.element("span", .attribute("role", "img"), .attribute("aria-label", words(.leftOut))) {
      $0.text("…")
    }
  }
}

/// The look of what the machine has printed.
/// A sheet of its own, which other pages do not carry.
enum TranscriptSheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-fgvczAjNK1HB7Oj8Rv0P3+d5usuxBDPrleYiPzpZcp4="

  /// The colours are those of ``Stylesheet``.
  static let text: StaticString = """
    .printed figcaption{margin-bottom:.4rem}
    .printed pre{background:none;border-inline-start:4px double var(--soft)}
    .printed samp{font:inherit}
    samp [role=img],td [role=img]{color:var(--soft)}
    """
}
