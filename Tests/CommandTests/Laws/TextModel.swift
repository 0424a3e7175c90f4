import LanguageService

/// A text as an editor has it, in the simplest way that could work.
struct TextModel {
  private(set) var scalars: [Unicode.Scalar]
  let encoding: PositionEncoding

  init(_ text: String, encoding: PositionEncoding) {
    scalars = Array(text.unicodeScalars)
    self.encoding = encoding
  }

  var bytes: [UInt8] {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return Array(String(text).utf8)
  }

  /// The lines without their ends: LF, CR LF or CR.
  var lines: [Range<Int>] {
    var lines: [Range<Int>] = []
    var (start, index) = (0, 0)
    while index < scalars.count {
      let isPair = scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      if scalars[index] == "\n" || scalars[index] == "\r" {
        lines.append(start..<index)
        index += isPair ? 1 : 0
        start = index + 1
      }
      index += 1
    }
    lines.append(start..<scalars.count)
    return lines
  }

  /// The units of some scalars.
  func width(_ range: Range<Int>) -> Int { scalars[range].reduce(0) { $0 + width($1) } }

  private func width(_ scalar: Unicode.Scalar) -> Int {
    switch encoding {
    case .utf8: UTF8.width(scalar)
    case .utf16: UTF16.width(scalar)
    case .utf32: 1
    }
  }

  /// Where a place is; one outside of the text, or within a character, is the next one before it.
  private func index(_ place: TextPosition) -> Int {
    let lines = lines
    guard place.line < lines.count else { return scalars.count }
    var units = 0
    for index in lines[place.line] {
      units += width(scalars[index])
      if units > place.character { return index }
    }
    return lines[place.line].upperBound
  }

  mutating func replace(_ start: TextPosition, _ end: TextPosition, with text: String) {
    let (a, b) = (index(start), index(end))
    scalars.replaceSubrange(min(a, b)..<max(a, b), with: text.unicodeScalars)
  }

  /// Whether a place is one of the text.
  func has(_ place: TextPosition) -> Bool {
    let lines = lines
    return lines.indices.contains(place.line) && place.character >= 0
      && place.character <= width(lines[place.line])
  }
}
