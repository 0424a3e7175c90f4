/// Text of others, made fit to be shown as text.
enum PlainText {
  /// Whether a scalar does something besides being seen: moves a cursor, begins a terminal's command,
  /// ends a line, or turns the order in which a line is read.
  static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F: true  // C0, DEL, C1
    case 0x2028, 0x2029: true  // separators of lines and paragraphs
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // directions
    case 0xFEFF, 0xFFF9...0xFFFB: true  // byte order mark, interlinear annotation
    case 0xE0000...0xE007F: true  // tags, which nobody sees
    default: isNoncharacter(scalar)
    }
  }

  /// U+FFFE, U+FFFF and their like, which no document may have.
  static func isNoncharacter(_ scalar: Unicode.Scalar) -> Bool {
    (0xFDD0...0xFDEF).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
  }

  /// The same text, what is dangerous in it as `\u{1B}`; line breaks are kept, as `\n`, and tabs.
  static func lines(_ text: String) -> String {
    guard needsCleaning(text) else { return text }
    var cleaned = ""
    var followsReturn = false
    for scalar in text.unicodeScalars {
      defer { followsReturn = scalar == "\r" }
      switch scalar {
      case "\n":
        if !followsReturn { cleaned.unicodeScalars.append(scalar) }
      case "\r": cleaned.unicodeScalars.append("\n")
      case "\t": cleaned.unicodeScalars.append(scalar)
      default: append(scalar, to: &cleaned)
      }
    }
    return cleaned
  }

  /// The same text on one line: each run of line breaks, tabs and spaces is a space.
  static func line(_ text: String) -> String {
    var cleaned = ""
    var isSpace = true
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\r", "\t", " ":
        if !isSpace { cleaned.unicodeScalars.append(" ") }
        isSpace = true
      default:
        append(scalar, to: &cleaned)
        isSpace = false
      }
    }
    if cleaned.utf8.last == UInt8(ascii: " ") { cleaned.unicodeScalars.removeLast() }
    return cleaned
  }

  /// The same text on one line, also line breaks and tabs as `\u{A}`; spaces stay as they are.
  static func visible(_ text: String) -> String {
    var cleaned = ""
    for scalar in text.unicodeScalars { append(scalar, to: &cleaned) }
    return cleaned
  }

  private static func needsCleaning(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0 != "\n" && $0 != "\t" && isDangerous($0) }
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    if isDangerous(scalar) {
      text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      text.unicodeScalars.append(scalar)
    }
  }

  /// At most so many bytes of a text, whole characters, and how much was left out.
  static func cut(_ text: String, toBytes limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = 0
    for scalar in text.unicodeScalars {
      let size = UTF8.width(scalar)
      guard end + size <= limit else { break }
      end += size
    }
    let kept = String(decoding: text.utf8.prefix(end), as: UTF8.self)
    return "\(kept)… (\(text.utf8.count - end) bytes cut)"
  }
}
