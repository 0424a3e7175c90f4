/// Writes comma-separated values by RFC 4180; a line ends in LF alone, which every reader takes.
///
/// Text and numbers are told apart: a spreadsheet must not run text as a formula, and must be able to
/// add numbers up.
package struct CSVText {
  /// What was written.
  package private(set) var bytes: [UInt8] = []
  private let separator: UInt8

  /// A cell.
  package enum Cell {
    /// Text of others: what a spreadsheet takes for a formula gets an apostrophe before it.
    case text(String)
    /// A number as it is to be read, or nothing.
    case number(String)
  }

  /// Begins with nothing.
  package init(separator: UInt8 = UInt8(ascii: ",")) { self.separator = separator }

  /// Writes a row.
  package mutating func row(_ cells: [Cell]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(separator) }
      switch cell {
      case .text(let text): field(Self.neutralised(text))
      case .number(let number): field(number)
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Whether a spreadsheet would take a text for a formula.
  static func isFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    switch first {
    case "=", "+", "-", "@", "\t", "\r", "\n": return true
    // Full-width forms; spreadsheets of East Asia take these for the same.
    case "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": return true
    default: return false
    }
  }

  /// The text with an apostrophe before it where it would be a formula.
  static func neutralised(_ text: String) -> String { isFormula(text) ? "'\(text)" : text }

  private mutating func field(_ text: String) {
    guard needsQuotes(text) else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    let quote = UInt8(ascii: "\"")
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  /// Semicolons and tabs too: readers guess the separator.
  private func needsQuotes(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    let space = UInt8(ascii: " ")
    return first == space || last == space
      || text.utf8.contains { byte in
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), 0x09, 0x0A, 0x0D: true
        default: byte == separator
        }
      }
  }
}
