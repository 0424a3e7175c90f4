import Markdown

/// HTML under construction.
///
/// Names of elements and attributes are written in this source (`StaticString`); whatever comes from
/// a lesson enters as text or as an attribute's value and is escaped here. So no script, name or
/// path can become markup.
struct HTML {
  /// What has been written, UTF-8.
  private(set) var bytes: [UInt8] = []

  /// An attribute: a name of ours and any value.
  struct Attribute {
    let name: StaticString
    let value: String

    /// An attribute with a value, which is escaped.
    static func attribute(_ name: StaticString, _ value: String) -> Attribute {
      Attribute(name: name, value: value)
    }
    static func id(_ value: String) -> Attribute { attribute("id", value) }
    static func `class`(_ value: StaticString) -> Attribute { attribute("class", "\(value)") }
    /// A link to a place on the same page.
    static func anchor(_ id: String) -> Attribute { attribute("href", "#" + id) }
  }

  init() {}

  /// Markup of ours that was made before: a sheet, a script.
  init(ours bytes: [UInt8]) { self.bytes = bytes }

  mutating func reserve(_ byteCount: Int) { bytes.reserveCapacity(byteCount) }

  /// Writes words and markup of ours as they are.
  mutating func raw(_ markup: StaticString) {
    markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Writes what another builder has made.
  mutating func raw(_ html: HTML) { bytes.append(contentsOf: html.bytes) }

  /// Writes what the author of a template wrote.
  mutating func template(_ markup: [UInt8]) { bytes.append(contentsOf: markup) }

  /// Puts what another builder has made in at a place.
  mutating func insert(_ html: HTML, at place: Int) {
    bytes.insert(contentsOf: html.bytes, at: place)
  }

  /// Writes a document, without the raw HTML that its author may have put in.
  mutating func document(_ document: MarkdownDocument) {
    let start = bytes.count
    document.appendHTML(allowRaw: false, to: &bytes)
    // libcmark lets control characters and what turns words around through.
    let first = bytes[start...].firstIndex { Self.isControl($0) || $0 == Directions.lead }
    guard let first else { return }
    let rest = Array(bytes[first...])
    bytes.removeSubrange(first...)
    for byte in rest {
      if Self.isControl(byte) {
        picture(byte)
      } else {
        bytes.append(byte)
        Directions.spellOut(endOf: &bytes)
      }
    }
  }

  /// Writes JSON, which cannot end the element that holds it.
  mutating func json(_ json: JSONText) { bytes.append(contentsOf: json.bytes) }

  /// Writes text, escaped.
  mutating func text(_ text: String) { escape(text.utf8) }

  /// Writes UTF-8 text, escaped.
  mutating func text(_ text: some Sequence<UInt8>) { escape(text) }

  /// Writes a number.
  mutating func number(_ number: Int) { bytes.append(contentsOf: String(number).utf8) }

  /// Writes a start tag.
  mutating func open(_ name: StaticString, _ attributes: Attribute...) {
    open(name, attributes)
  }

  /// Writes an end tag.
  mutating func close(_ name: StaticString) {
    raw("</")
    raw(name)
    raw(">")
  }

  /// Writes an element with what `content` writes inside.
  mutating func element(
    _ name: StaticString, _ attributes: Attribute..., content: (inout HTML) -> Void
  ) {
    open(name, attributes)
    content(&self)
    close(name)
  }

  /// Writes an element that holds nothing but text.
  mutating func element(_ name: StaticString, _ attributes: Attribute..., text: String) {
    open(name, attributes)
    self.text(text)
    close(name)
  }

  /// Writes a plain sentence whose parts in backquotes are code.
  mutating func sentence(_ sentence: String) {
    for part in SentencePart.parts(of: sentence) {
      switch part {
      case .words(let words): text(words)
      case .code(let code): element("code", text: code)
      }
    }
  }

  /// Writes a start tag.
  mutating func open(_ name: StaticString, _ attributes: [Attribute]) {
    raw("<")
    raw(name)
    for attribute in attributes {
      raw(" ")
      raw(attribute.name)
      raw("=\"")
      escape(attribute.value.utf8)
      raw("\"")
    }
    raw(">")
  }

  private mutating func escape(_ text: some Sequence<UInt8>) {
    for byte in text {
      switch byte {
      case 0x26: raw("&amp;")
      case 0x3C: raw("&lt;")
      case 0x3E: raw("&gt;")
      case 0x22: raw("&quot;")
      case 0x27: raw("&#39;")
      default:
        if Self.isControl(byte) {
          picture(byte)
        } else {
          bytes.append(byte)
          Directions.spellOut(endOf: &bytes)
        }
      }
    }
  }

  /// Whether HTML has no place for a byte.
  private static func isControl(_ byte: UInt8) -> Bool {
    (byte < 0x20 && byte != 0x09 && byte != 0x0A) || byte == 0x7F
  }

  /// Writes the picture (U+2400...) of a control character.
  private mutating func picture(_ control: UInt8) {
    bytes.append(contentsOf: [0xE2, 0x90, control == 0x7F ? 0xA1 : 0x80 | control])
  }
}

/// The characters that turn the words around them: U+202A to U+202E, U+2066 to U+2069.
///
/// In a name or script they would show a reader other words than the machine has; so they are spelt
/// out, as the narrator does. Letters that run from right to left need none of them.
enum Directions {
  /// The byte that all of them begin with.
  static let lead: UInt8 = 0xE2

  /// Replaces such a character at the end of UTF-8 by its number: `\u202e`.
  static func spellOut(endOf bytes: inout [UInt8]) {
    guard let last = bytes.last, last & 0xC0 == 0x80, bytes.count >= 3,
      bytes[bytes.count - 3] == lead
    else { return }
    let number: Int
    switch (bytes[bytes.count - 2], last) {
    case (0x80, 0xAA...0xAE), (0x81, 0xA6...0xA9):
      number = 0x2000 | Int(bytes[bytes.count - 2] & 0x3F) << 6 | Int(last & 0x3F)
    default: return
    }
    bytes.removeLast(3)
    bytes += Array("\\u\(String(number, radix: 16))".utf8)
  }
}

/// A piece of a narrator's or judge's sentence.
enum SentencePart: Equatable {
  case words(String)
  case code(String)

  /// The words alone, for places that have no code.
  static func plain(_ sentence: String) -> String {
    parts(of: sentence).map { part in
      switch part {
      case .words(let words), .code(let words): words
      }
    }.joined()
  }

  /// Splits at backquotes; one that has no partner is a character like others.
  static func parts(of sentence: String) -> [SentencePart] {
    var parts: [SentencePart] = []
    var rest = sentence.utf8[...]
    while let opening = rest.firstIndex(of: 0x60) {
      let inside = rest[rest.index(after: opening)...]
      guard let closing = inside.firstIndex(of: 0x60) else { break }
      if opening > rest.startIndex { parts.append(.words(String(rest[..<opening]) ?? "")) }
      if closing > inside.startIndex { parts.append(.code(String(inside[..<closing]) ?? "")) }
      rest = inside[inside.index(after: closing)...]
    }
    if !rest.isEmpty { parts.append(.words(String(rest) ?? "")) }
    return parts
  }
}
