/// A sheet as authors write it and as pages carry it.
///
/// Pages carry no line breaks where they say nothing: after `{`, `;` and `}` and before `}`. Put in again they
/// make a sheet that can be read and changed, and it comes back as it was. A blank line stays a line break.
enum ThemeSheet {
  /// The sheet with a line for each declaration.
  static func readable(_ sheet: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var scanner = Scanner()
    var depth = 0
    func breakLine() {
      out.append(0x0A)
      out.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }
    for (index, byte) in sheet.enumerated() {
      guard scanner.isPlain(byte) else {
        out.append(byte)
        continue
      }
      switch byte {
      case 0x7B:
        out.append(byte)
        depth += 1
        breakLine()
      case 0x3B:
        out.append(byte)
        breakLine()
      case 0x7D:
        depth = max(0, depth - 1)
        breakLine()
        out.append(byte)
        let next = index + 1 < sheet.count ? sheet[index + 1] : 0x0A
        if next == 0x0A { out.append(0x0A) }
        if next != 0x0A, next != 0x7D { breakLine() }
      default: out.append(byte)
      }
    }
    return out
  }

  /// The sheet as pages carry it.
  static func compact(_ sheet: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var scanner = Scanner()
    var index = 0
    // The last byte that is neither in a string or remark nor a blank.
    var last: UInt8 = 0x7D
    while index < sheet.count {
      let byte = sheet[index]
      guard scanner.isPlain(byte) else {
        out.append(byte)
        last = 0
        index += 1
        continue
      }
      guard isBlank(byte) else {
        out.append(byte)
        last = byte
        index += 1
        continue
      }
      let start = index
      while index < sheet.count, isBlank(sheet[index]) { index += 1 }
      let next = index < sheet.count ? sheet[index] : 0x7D
      if next == 0x7D || last == 0x7B || last == 0x3B { continue }
      if last == 0x7D {
        if !out.isEmpty, sheet[start..<index].count(where: { $0 == 0x0A }) > 1 { out.append(0x0A) }
      } else {
        out += sheet[start..<index]
      }
    }
    return out
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// Knows what stands in strings, remarks and parentheses, where marks mean something else.
  private struct Scanner {
    private var quote: UInt8?
    private var isRemark = false
    private var parentheses = 0
    private var before: UInt8 = 0

    /// Whether a byte, the next one, is outside of all of them.
    mutating func isPlain(_ byte: UInt8) -> Bool {
      defer { before = byte }
      if isRemark {
        if before == 0x2A, byte == 0x2F {
          isRemark = false
          // A star and a slash that follow are a beginning.
          before = 0
        }
        return false
      }
      if let open = quote {
        // A string ends at the line's end at the latest.
        if byte == open && before != 0x5C || byte == 0x0A { quote = nil }
        return false
      }
      switch byte {
      case 0x22, 0x27: quote = byte
      case 0x28: parentheses += 1
      case 0x29: parentheses = max(0, parentheses - 1)
      case 0x2A where before == 0x2F: isRemark = true
      default: return parentheses == 0
      }
      return false
    }
  }
}
