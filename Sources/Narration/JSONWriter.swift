import Trace

/// Writes JSON text piece by piece: objects keep the order in which their members are written.
///
/// The caller closes what it opens; commas and indentation are the writer's business.
struct JSONWriter {
  private(set) var bytes: [UInt8]
  /// Whether the innermost open object or array has a member already.
  private var hasMember: [Bool] = []
  private var isAfterKey = false
  /// Levels below this one are written on one line.
  private let flatDepth: Int

  init(continuing bytes: [UInt8] = [], flatDepth: Int = .max) {
    self.bytes = bytes
    self.flatDepth = flatDepth
  }

  mutating func object(_ members: (inout JSONWriter) -> Void) {
    enclosed(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  mutating func array(_ elements: (inout JSONWriter) -> Void) {
    enclosed(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
  }

  mutating func key(_ name: String) {
    separate()
    quote(name.utf8)
    append(": ")
    isAfterKey = true
  }

  mutating func string(_ text: String) {
    separate()
    quote(text.utf8)
  }

  /// Any bytes as text; what is not UTF-8 becomes U+FFFD.
  mutating func string(_ text: ArraySlice<UInt8>) { string(String(decoding: text, as: UTF8.self)) }

  mutating func number(_ value: Int64) {
    separate()
    append(String(value))
  }

  /// Nanoseconds as a number of microseconds, exactly.
  mutating func microseconds(_ nanoseconds: Int64) {
    separate()
    append(Quantity.microseconds(nanoseconds))
  }

  mutating func bool(_ value: Bool) {
    separate()
    append(value ? "true" : "false")
  }

  mutating func null() {
    separate()
    append("null")
  }

  mutating func member(_ name: String, _ text: String) {
    key(name)
    string(text)
  }

  mutating func member(_ name: String, _ value: Int64) {
    key(name)
    number(value)
  }

  /// A number, or `null`.
  mutating func member(_ name: String, _ value: Int?) {
    key(name)
    if let value { number(Int64(value)) } else { null() }
  }

  private mutating func enclosed(
    _ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) -> Void
  ) {
    separate()
    bytes.append(opening)
    hasMember.append(false)
    content(&self)
    let wasFilled = hasMember.removeLast()
    if wasFilled, hasMember.count < flatDepth { newLine() }
    bytes.append(closing)
  }

  private mutating func separate() {
    if isAfterKey {
      isAfterKey = false
      return
    }
    guard let last = hasMember.last else { return }
    if last { bytes.append(UInt8(ascii: ",")) }
    hasMember[hasMember.count - 1] = true
    if hasMember.count <= flatDepth {
      newLine()
    } else if last {
      bytes.append(UInt8(ascii: " "))
    }
  }

  private mutating func newLine() {
    bytes.append(UInt8(ascii: "\n"))
    for _ in hasMember { append("  ") }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func quote(_ text: String.UTF8View) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0x00...0x1F, 0x7F:
        append("\\u00")
        append(byte < 0x10 ? "0" : "")
        append(String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
