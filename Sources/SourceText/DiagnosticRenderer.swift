/// Writes diagnostics the way a terminal shows them.
public struct DiagnosticRenderer: Sendable {
  /// Whether to colour with ANSI escapes; the caller knows whether it writes to a terminal.
  public var isColoured: Bool

  /// Makes a renderer.
  public init(isColoured: Bool = false) { self.isColoured = isColoured }

  /// The whole message: head line, place, source line with the range underlined, notes, fixes.
  public func render(_ diagnostic: Diagnostic, in sources: SourceSet) -> String {
    var out = ""
    let head = "\(diagnostic.severity.rawValue)[\(diagnostic.code)]"
    // Words of a script stand in messages too.
    let message = Self.printable(diagnostic.message)
    out += paint(head, severityColour(diagnostic.severity)) + paint(": \(message)", "1")
    out += "\n"
    var gutter = 1
    let labels = ([diagnostic.primary].compactMap { $0 } + diagnostic.related)
    for label in labels {
      if let file = sources[label.range.file] {
        gutter = max(gutter, String(file.position(at: label.range.lower).line).utf8.count)
      }
    }
    let margin = String(repeating: " ", count: gutter)
    for (index, label) in labels.enumerated() {
      guard let file = sources[label.range.file] else { continue }
      let place = file.position(at: label.range.lower)
      let arrow = index == 0 ? "-->" : ":::"
      let name = Self.printable(file.name)
      out += "\(margin)\(paint(arrow, "34")) \(name):\(place.line):\(place.column)\n"
      out += excerpt(label, of: file, at: place, margin: margin, isPrimary: index == 0)
    }
    let bar = labels.isEmpty ? "\(margin) " : "\(margin) "
    for note in diagnostic.notes {
      out += "\(bar)\(paint("=", "34")) note: \(Self.printable(note))\n"
    }
    for fix in diagnostic.fixIts {
      out += "\(bar)\(paint("=", "34")) fix: \(Self.printable(fix.message))\n"
    }
    out += "\(bar)\(paint("=", "34")) more: ringwalk explain \(diagnostic.code)\n"
    return out
  }

  /// The longest part of a source line that is shown; longer lines are cut around the range.
  private static let excerptScalars = 120

  private func excerpt(
    _ label: Label, of file: SourceFile, at place: SourcePosition, margin: String, isPrimary: Bool
  ) -> String {
    let lineIndex = place.line - 1
    let bytes = file.line(lineIndex)
    let lineStart = file.lineStarts[lineIndex]
    // Only the neighbourhood is decoded: a line of 50 MB costs no more than a short one.
    let reach = Self.excerptScalars
    var from = max(bytes.startIndex, label.range.lower - reach)
    while from > bytes.startIndex, from < bytes.endIndex, bytes[from] & 0xC0 == 0x80 { from -= 1 }
    var to = min(bytes.endIndex, max(label.range.lower, from) + reach)
    while to < bytes.endIndex, to > from, bytes[to] & 0xC0 == 0x80 { to -= 1 }
    let isCutBefore = from > lineStart
    let shown = Self.printable(file.text(from..<max(from, to)))
    let before = Self.printable(file.text(from..<min(max(from, label.range.lower), max(from, to))))
    let rangeEnd = min(label.range.upper, max(from, to))
    let under = Self.printable(file.text(min(label.range.lower, rangeEnd)..<rangeEnd))
    let prefix = isCutBefore ? "..." : ""
    let suffix = to < bytes.endIndex ? "..." : ""
    let pad = String(repeating: " ", count: prefix.count + before.unicodeScalars.count)
    let mark = String(
      repeating: isPrimary ? "^" : "-", count: max(1, under.unicodeScalars.count))
    let number = String(place.line)
    let numberPad = String(repeating: " ", count: margin.utf8.count - number.utf8.count)
    let bar = paint("|", "34")
    let text = label.text.isEmpty ? "" : " \(Self.printable(label.text))"
    var out = "\(margin) \(bar)\n"
    out += "\(numberPad)\(paint(number, "34")) \(bar) \(prefix)\(shown)\(suffix)\n"
    out += "\(margin) \(bar) \(pad)\(paint(mark + text, isPrimary ? "31" : "34"))\n"
    return out + (isPrimary ? "\(margin) \(bar)\n" : "")
  }

  /// Tabs become one space and control characters their pictures, so that columns line up and a
  /// terminal obeys no escape that stands in a script.
  public static func printable(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09: out.append(" ")
      case 0x00...0x1F: out.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
      case 0x7F: out.append("\u{2421}")
      case 0x80...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
        out.append("\u{FFFD}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  private func severityColour(_ severity: Severity) -> String {
    switch severity {
    case .error: "1;31"
    case .warning: "1;33"
    case .note: "1;36"
    }
  }

  private func paint(_ text: String, _ colour: String) -> String {
    isColoured ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
  }
}
