/// What an author says that a run gives: lines in which something may be left open.
///
/// `...` on a line of its own stands for any number of lines, within a line for any text of it, and `{name}`
/// for one word or number, the same one wherever the name stands. A backslash before any of them, or before
/// marks that would close the fence, takes the meaning away; elsewhere a backslash is a backslash. So two of
/// them before `...` are one and an elision, and whatever a program prints can be written.
struct TranscriptPattern: Hashable {
  /// A part of a line.
  enum Token: Hashable {
    /// Text as it is.
    case text([UInt8])
    /// Any text of the line.
    case elision
    /// A word, by the name of the hole.
    case hole(String)
  }

  /// A line.
  enum Line: Hashable {
    /// Any number of lines.
    case elision
    /// One line of these parts; two texts never follow each other.
    case tokens([Token])

    /// A line of text as a run gives it.
    init(literal text: [UInt8]) { self = .tokens(text.isEmpty ? [] : [.text(text)]) }

    /// A line as an author has written it; blanks at its end mean nothing.
    init(written bytes: ArraySlice<UInt8>) {
      let bytes = TranscriptPattern.trimmedEnd(bytes)
      if bytes.drop(while: TranscriptPattern.isBlank).elementsEqual(TranscriptPattern.dots) {
        self = .elision
      } else {
        self = .tokens(TranscriptPattern.tokens(of: bytes))
      }
    }

    /// The line as an author would write it.
    var written: [UInt8] {
      switch self {
      case .elision: TranscriptPattern.dots
      case .tokens(let tokens): TranscriptPattern.written(tokens)
      }
    }

    /// Whether it stands for a line of which all is known.
    var isLiteral: Bool {
      guard case .tokens(let tokens) = self else { return false }
      return tokens.allSatisfy { if case .text = $0 { true } else { false } }
    }
  }

  /// What stands between the cells of a row of a table; no output has it, nor does an elision cross it.
  static let separator: UInt8 = 0x1F
  /// What an elision is written as.
  static let dots = Array("...".utf8)

  var lines: [Line]

  // MARK: Reading

  /// The parts of a line, or of a cell of a table.
  static func tokens(of bytes: ArraySlice<UInt8>) -> [Token] {
    var tokens: [Token] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { tokens.append(.text(text)) }
      text = []
    }
    var index = bytes.startIndex
    while index < bytes.endIndex {
      var slashes = index
      while slashes < bytes.endIndex, bytes[slashes] == 0x5C { slashes += 1 }
      let count = slashes - index
      guard let special = special(bytes[slashes...], isFirst: isIndentation(bytes[..<index])) else {
        // Backslashes before anything else are themselves.
        text += bytes[index..<max(slashes, index + 1)]
        index = max(slashes, index + 1)
        continue
      }
      text += repeatElement(0x5C, count: count / 2)
      let end = slashes + special.byteCount
      if count % 2 == 1 {
        text += bytes[slashes..<end]
      } else if let token = special.token {
        flush()
        tokens.append(token)
      } else {
        text += bytes[slashes..<end]
      }
      index = end
    }
    flush()
    return tokens
  }

  /// Something at the beginning of a text that means more than its letters.
  ///
  /// - Parameter isFirst: Whether only blanks stand before it in its line.
  /// - Returns: How long it is, and what it means; marks of fences mean nothing but can be escaped.
  private static func special(
    _ bytes: ArraySlice<UInt8>, isFirst: Bool
  ) -> (byteCount: Int, token: Token?)? {
    guard let first = bytes.first else { return nil }
    switch first {
    case 0x2E:
      return bytes.starts(with: dots) ? (3, .elision) : nil
    case 0x60, 0x7E:
      return isFirst && bytes.starts(with: [first, first, first]) ? (3, nil) : nil
    case 0x7B:
      let name = bytes.dropFirst().prefix(holeNameLimit + 1).prefix {
        isLetter($0) || $0 == 0x5F || $0 == 0x2D || (0x30...0x39).contains($0)
      }
      guard let start = name.first, isLetter(start) || start == 0x5F, name.count <= holeNameLimit,
        name.endIndex < bytes.endIndex, bytes[name.endIndex] == 0x7D
      else { return nil }
      return (name.count + 2, .hole(String(decoding: name, as: UTF8.self)))
    default: return nil
    }
  }

  private static let holeNameLimit = 64

  // MARK: Writing

  /// Parts as an author would write them, so that they are read as what they are.
  static func written(_ tokens: [Token]) -> [UInt8] {
    var out: [UInt8] = []
    for (index, token) in tokens.enumerated() {
      switch token {
      case .elision: out += dots
      case .hole(let name): out += Array("{\(name)}".utf8)
      case .text(let text):
        var text = text
        // A point before an elision would be taken for one of its own, and the elision stands for it, too.
        let next = index + 1 < tokens.count ? tokens[index + 1] : nil
        if next == .elision { while text.last == 0x2E { text.removeLast() } }
        var written = escaped(text, isFirst: isIndentation(out[...]))
        if next != nil {
          // Backslashes before something open would take its meaning away.
          let slashes = written.reversed().prefix { $0 == 0x5C }.count
          written += repeatElement(0x5C, count: slashes)
        }
        out += written
      }
    }
    return out
  }

  /// Text with backslashes before what would mean more than its letters.
  private static func escaped(_ text: [UInt8], isFirst: Bool) -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    while index < text.count {
      var slashes = index
      while slashes < text.count, text[slashes] == 0x5C { slashes += 1 }
      let count = slashes - index
      let isFirst = isFirst && isIndentation(text[..<index])
      guard let special = special(text[slashes...], isFirst: isFirst) else {
        out += text[index..<max(slashes, index + 1)]
        index = max(slashes, index + 1)
        continue
      }
      out += repeatElement(0x5C, count: 2 * count + 1)
      out += text[slashes..<slashes + special.byteCount]
      index = slashes + special.byteCount
    }
    return out
  }

  // MARK: Words

  /// How many bytes the word has that begins at a place of a text; 0 where none does.
  ///
  /// A word is a run of letters, digits and `_`, with a sign before digits and points between them: `editor`,
  /// `-1`, `0x4010f0`, `1.5ms`. All that is not ASCII counts as letters.
  static func wordByteCount(_ text: [UInt8], at start: Int) -> Int {
    func isDigit(_ index: Int) -> Bool {
      text.indices.contains(index) && (0x30...0x39).contains(text[index])
    }
    var index = start
    guard text.indices.contains(index) else { return 0 }
    if text[index] == 0x2D || text[index] == 0x2B, isDigit(index + 1) { index += 1 }
    while index < text.count {
      let isPoint = text[index] == 0x2E && index > start && isDigit(index - 1) && isDigit(index + 1)
      guard isPoint || isWordByte(text[index]) else { break }
      index += 1
    }
    return index - start
  }

  /// Whether a byte may stand within a word.
  static func isWordByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x5F || byte >= 0x80
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isIndentation(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy(isBlank)
  }

  /// A line without blanks at its end, which nobody sees and many editors take away.
  static func trimmedEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let last = bytes.last, isBlank(last) || last == 0x0D { bytes.removeLast() }
    return bytes
  }
}
