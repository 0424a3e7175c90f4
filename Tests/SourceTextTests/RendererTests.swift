import SourceText
import TestSupport
import Testing

/// Diagnostics as a terminal shows them.
@Suite struct RendererTests {
  /// A diagnostic about the text between ‹ and › of a source.
  private func render(
    _ marked: String, label: String = "here", coloured: Bool = false,
    related: String? = nil, notes: [String] = [], fixes: [String] = []
  ) -> String {
    let start = Array("‹".utf8)
    let stop = Array("›".utf8)
    var bytes: [UInt8] = []
    var lower = 0
    var upper = 0
    var rest = Array(marked.utf8)[...]
    while let byte = rest.first {
      if rest.starts(with: start) {
        lower = bytes.count
        rest = rest.dropFirst(start.count)
      } else if rest.starts(with: stop) {
        upper = bytes.count
        rest = rest.dropFirst(stop.count)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    var sources = SourceSet()
    let file = sources.add(SourceFile(name: "lessons/03.md", bytes: bytes))
    let diagnostic = Diagnostic(
      code: DiagnosticCode(204), severity: .error, message: "`reed` is not a system call",
      primary: Label(SourceRange(file: file, lower: lower, upper: upper), label),
      related: related.map { [Label(SourceRange(file: file, lower: 0, upper: 1), $0)] } ?? [],
      notes: notes, fixIts: fixes.map { FixIt($0, edits: []) })
    return DiagnosticRenderer(isColoured: coloured).render(diagnostic, in: sources)
  }

  @Test func `the range is underlined, whatever the line holds`() throws {
    let filler = String(repeating: "x", count: 300)
    let wide = String(repeating: "é", count: 300)
    let pages: [(String, String)] = [
      (
        "a usual one",
        render(
          "program p {\n  let n = ‹reed›(0, buf, 80)\n}\n", label: "no system call has this name",
          related: "in this program", notes: ["this kernel offers open, read"],
          fixes: ["write `read`"])
      ),
      ("no words beside the underline", render("‹run›\n", label: "")),
      ("an empty range", render("run‹›\n")),
      ("at the end of a file without newline", render("run‹›")),
      ("an empty file", render("‹›")),
      ("CRLF", render("a\r\n  ‹reed›(0)\r\nb\r\n")),
      ("tabs", render("\t\t‹reed›\t(0)\n")),
      ("several bytes a letter", render("# é😀 ‹größe› b\n")),
      ("over the end of its line", render("a ‹{\nb }› c\n")),
      ("a long line", render(filler + " ‹reed› " + filler + "\n")),
      ("a long line of long letters", render(wide + " ‹reed› " + wide + "\n")),
      ("a long range", render("‹" + filler + "›\n")),
      ("control characters", render("a\u{1B}[31m\u{0}\u{7F}\u{202E} ‹reed\u{1B}›\n")),
      ("line 100", render(String(repeating: "\n", count: 99) + "‹x›\n", related: "from line 1")),
      (
        "coloured",
        render("let n = ‹reed›(0)\n", coloured: true, notes: ["a note"], fixes: ["a fix"])
      ),
    ]
    let page = pages.map { "## \($0.0)\n\($0.1)" }.joined(separator: "\n")
      .split(separator: "\u{1B}", omittingEmptySubsequences: false).joined(separator: "<ESC>")
    try expectGolden(page, "SourceText/rendered.txt")
  }

  @Test func `a message about no place has none`() {
    let diagnostic = Diagnostic(
      code: DiagnosticCode(1), severity: .warning, message: "nothing to do", primary: nil)
    let text = DiagnosticRenderer().render(diagnostic, in: SourceSet())
    #expect(text == "warning[W0001]: nothing to do\n  = more: ringwalk explain W0001\n")
  }

  @Test func `ranges of a missing file and outside of a file are shown without a trap`() {
    var sources = SourceSet()
    let file = sources.add(SourceFile(name: "a", bytes: Array("ab\r\ncd".utf8)))
    for id in [file, FileID(rawValue: 7)] {
      for (lower, upper) in [(-9, -3), (-1, 99), (3, 3), (4, 99), (99, 120), (6, 6), (3, 5)] {
        let diagnostic = Diagnostic(
          code: DiagnosticCode(1), severity: .note, message: "x",
          primary: Label(SourceRange(file: id, lower: lower, upper: upper), "y"))
        #expect(!DiagnosticRenderer().render(diagnostic, in: sources).isEmpty)
      }
    }
  }

  @Test func `a line of millions of bytes costs no more than a short one`() {
    var sources = SourceSet()
    let bytes = [UInt8](repeating: 0xC3, count: 4_000_000)  // not even UTF-8
    let file = sources.add(SourceFile(name: "a", bytes: bytes))
    let diagnostic = Diagnostic(
      code: DiagnosticCode(1), severity: .error, message: "x",
      primary: Label(SourceRange(file: file, lower: 2_000_000, upper: 3_000_000), "y"))
    let text = DiagnosticRenderer().render(diagnostic, in: sources)
    #expect(text.utf8.count < 4_000)
  }

  @Test func `words of a script in a message do not reach the terminal as commands`() {
    let text = render(
      "‹x›", label: "a\u{1B}[31mb", related: "c\u{7}", notes: ["d\u{9B}e\nf"],
      fixes: ["write \u{202E}"])
    for part in ["a␛[31mb", "c␇", "d\u{FFFD}e␊f", "write \u{FFFD}"] {
      #expect(text.contains(part), "\(part)")
    }
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { DiagnosticRenderer.printable($0) == $0 })
  }
}
