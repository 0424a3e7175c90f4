/// Writes JSON text on one line; members keep the order in which they are written.
///
/// Whatever is written, the text has no line break, nothing that moves a terminal's cursor or turns the
/// order of what is read, and nothing that a build log takes for a command: all of these are escaped,
/// which to a reader of JSON is the same string.
struct JSONText {
  private(set) var bytes: [UInt8]
  /// Whether a comma is needed before the next value.
  private var needsComma = false

  init(continuing bytes: [UInt8] = []) { self.bytes = bytes }

  /// What was written, which is ASCII and the UTF-8 of whole characters.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func object(_ members: (inout JSONText) -> Void) {
    enclosed(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  mutating func array(_ elements: (inout JSONText) -> Void) {
    enclosed(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
  }

  mutating func array(_ strings: [String]) {
    array { json in for string in strings { json.string(string) } }
  }

  mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func string(_ text: String) {
    separate()
    quote(text)
    needsComma = true
  }

  mutating func number(_ value: Int64) { raw(String(value)) }

  mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  mutating func null() { raw("null") }

  /// Points as a decimal number.
  mutating func points(_ points: Points) { raw(points.text) }

  /// Text that is a JSON value already.
  mutating func raw(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  mutating func member(_ name: String, _ text: String) {
    key(name)
    string(text)
  }

  /// A string, or `null`.
  mutating func member(_ name: String, _ text: String?) {
    key(name)
    if let text { string(text) } else { null() }
  }

  mutating func member(_ name: String, _ value: Int) {
    key(name)
    number(Int64(value))
  }

  /// A number, or `null`.
  mutating func member(_ name: String, _ value: Int?) {
    key(name)
    if let value { number(Int64(value)) } else { null() }
  }

  mutating func member(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }

  mutating func member(_ name: String, _ strings: [String]) {
    key(name)
    array(strings)
  }

  /// Points as a decimal number.
  mutating func member(_ name: String, _ points: Points) {
    key(name)
    self.points(points)
  }

  private mutating func enclosed(
    _ opening: UInt8, _ closing: UInt8, _ content: (inout JSONText) -> Void
  ) {
    separate()
    bytes.append(opening)
    needsComma = false
    content(&self)
    bytes.append(closing)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  /// Whether a byte of a text stands for itself, whatever is beside it.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      && byte != UInt8(ascii: "#")
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    // Most texts have nothing that is to be escaped.
    let isWritten = text.utf8.withContiguousStorageIfAvailable { buffer in
      guard buffer.allSatisfy(Self.isPlain) else { return false }
      bytes.append(contentsOf: buffer)
      return true
    }
    if isWritten == true { return }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": bytes.append(contentsOf: "\\\"".utf8)
      case "\\": bytes.append(contentsOf: "\\\\".utf8)
      case "\n": bytes.append(contentsOf: "\\n".utf8)
      case "\r": bytes.append(contentsOf: "\\r".utf8)
      case "\t": bytes.append(contentsOf: "\\t".utf8)
      // `##[error]` and `##vso[…]` are commands to some build logs, wherever they stand in a line.
      case "#" where bytes.last == UInt8(ascii: "#"): escape(scalar)
      default:
        if scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F {
          bytes.append(UInt8(scalar.value))
        } else if PlainText.isDangerous(scalar) {
          escape(scalar)
        } else {
          bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
      }
    }
  }

  /// `\u001b`; all that is escaped is in the basic plane or made of two halves.
  private mutating func escape(_ scalar: Unicode.Scalar) {
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      bytes.append(contentsOf: "\\u".utf8)
      for _ in digits.count..<4 { bytes.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: digits.utf8)
    }
  }
}
