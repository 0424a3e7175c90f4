/// A sentence's parts that differ from step to step, taken out of it.
enum SentenceTemplate {
  /// The sentence with a tab for each hole, and what stands in the holes: words with a digit in them,
  /// names, and quoted text.
  static func split(
    _ sentence: String, names: Set<String>
  ) -> (template: String, holes: [String]) {
    var template: [UInt8] = []
    var holes: [String] = []
    var word: [UInt8] = []
    func finish() {
      guard !word.isEmpty else { return }
      let text = String(decoding: word, as: UTF8.self)
      if word.contains(where: { (0x30...0x39).contains($0) }) || names.contains(text) {
        holes.append(text)
        template.append(0x09)
      } else {
        template += word
      }
      word = []
    }
    var rest = Array(sentence.utf8)[...]
    while let byte = rest.first {
      if byte == 0x22, let end = endOfQuote(rest) {
        finish()
        holes.append(String(decoding: rest[..<end], as: UTF8.self))
        template.append(0x09)
        rest = rest[end...]
        continue
      }
      rest = rest.dropFirst()
      if isPart(byte) {
        word.append(byte)
      } else {
        finish()
        // A tab of the sentence itself would be taken for a hole.
        template.append(byte == 0x09 ? 0x20 : byte)
      }
    }
    finish()
    return (String(decoding: template, as: UTF8.self), holes)
  }

  /// Whether a byte may be inside a word; those of characters beyond ASCII are.
  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2F, 0x2D, 0x80...0xFF: true
    default: false
    }
  }

  /// One past the quote's end; a quote that does not end is a character like others.
  private static func endOfQuote(_ text: ArraySlice<UInt8>) -> Int? {
    var index = text.startIndex + 1
    while index < text.endIndex {
      if text[index] == 0x5C {
        index += 2
      } else if text[index] == 0x22 {
        return index + 1
      } else {
        index += 1
      }
    }
    return nil
  }
}
