import SourceText

/// Text in the columns of a terminal.
///
/// Whatever comes from a script is made printable first: no escape reaches the terminal.
enum TerminalText {
  /// The text on one line, with pictures for control characters.
  static func clean(_ text: String) -> String { DiagnosticRenderer.printable(text) }

  /// How many columns a text takes.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// How many columns a scalar takes: none for marks on the one before and for invisible ones, two
  /// for those of East Asian scripts and most pictures.
  static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// The text, cut to so many columns; `…` stands for what is cut away.
  static func fit(_ text: String, _ columns: Int) -> String {
    guard columns > 0 else { return "" }
    guard width(text) > columns else { return text }
    return prefix(text, columns - 1) + "…"
  }

  /// The text, cut or filled up with blanks to exactly so many columns.
  static func pad(_ text: String, _ columns: Int) -> String {
    let fitted = fit(text, columns)
    return fitted + String(repeating: " ", count: max(0, columns - width(fitted)))
  }

  /// Breaks a text at blanks into lines of at most so many columns; a longer word is broken too.
  static func wrap(_ text: String, _ columns: Int) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    var taken = 0
    for part in text.split(separator: " ") {
      var word = String(part)
      if taken > 0, taken + 1 + width(word) > columns {
        lines.append(line)
        (line, taken) = ("", 0)
      }
      while width(word) > columns {
        // A scalar wider than the line is left out: there is no place for it.
        let head = prefix(word, columns)
        lines.append(head)
        let count = max(1, head.unicodeScalars.count)
        word = String(String.UnicodeScalarView(word.unicodeScalars.dropFirst(count)))
      }
      line += (taken > 0 ? " " : "") + word
      taken += (taken > 0 ? 1 : 0) + width(word)
    }
    if taken > 0 || lines.isEmpty { lines.append(line) }
    return lines
  }

  private static func prefix(_ text: String, _ columns: Int) -> String {
    var out = String.UnicodeScalarView()
    var taken = 0
    for scalar in text.unicodeScalars {
      taken += width(scalar)
      if taken > columns { break }
      out.append(scalar)
    }
    return String(out)
  }
}
