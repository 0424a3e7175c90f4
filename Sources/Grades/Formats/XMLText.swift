/// Writes XML; nothing of others can be markup, and no character is one that XML forbids.
struct XMLText {
  private(set) var bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
  private var depth = 0

  /// An element; `content` writes what is in it.
  mutating func element(
    _ name: String, _ attributes: [(name: String, value: String)] = [],
    _ content: ((inout XMLText) -> Void)? = nil
  ) {
    begin(name, attributes)
    guard let content else {
      append("/>\n")
      return
    }
    append(">\n")
    depth += 1
    content(&self)
    depth -= 1
    indent()
    end(name)
  }

  /// An element of text. Its spaces matter, so that none are added.
  mutating func element(
    _ name: String, _ attributes: [(name: String, value: String)] = [], text: String
  ) {
    begin(name, attributes)
    append(">")
    escape(PlainText.lines(text), inAttribute: false)
    end(name)
  }

  private mutating func begin(_ name: String, _ attributes: [(name: String, value: String)]) {
    indent()
    append("<\(name)")
    for (name, value) in attributes {
      append(" \(name)=\"")
      escape(PlainText.lines(value), inAttribute: true)
      append("\"")
    }
  }

  private mutating func end(_ name: String) {
    bytes.append(UInt8(ascii: "<"))
    append("/\(name)>\n")
  }

  private mutating func indent() { for _ in 0..<depth { append(" ") } }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// What ``PlainText`` leaves is allowed in XML 1.0. Writing every `>` as an entity leaves no `]]>`.
  private mutating func escape(_ text: String, inAttribute: Bool) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): append("&amp;")
      case UInt8(ascii: "<"): append("&lt;")
      case UInt8(ascii: ">"): append("&gt;")
      case UInt8(ascii: "\""): append("&quot;")
      case 0x0A where inAttribute: append("&#10;")
      case 0x09 where inAttribute: append("&#9;")
      default: bytes.append(byte)
      }
    }
  }
}
