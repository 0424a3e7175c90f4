/// Looks whether a page's markup is in order, and whether it is all Ringwalk's.
enum Markup {
  /// Elements that have no end.
  private static let void: Set<String> = [
    "area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr",
  ]
  /// Elements that no page has: they would fetch or run something.
  private static let forbidden: Set<String> = [
    "iframe", "object", "embed", "base", "frame", "applet", "foreignobject", "audio",
    "video",
  ]

  /// What is wrong; `nil` when nothing is.
  static func flaw(_ page: [UInt8]) -> String? {
    var open: [String] = []
    var rest = page[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
      rest = rest[(start + 1)...]
      if rest.starts(with: "!--".utf8) {
        guard skip(&rest, to: "-->") else { return "a comment does not end" }
      } else if rest.first == UInt8(ascii: "!") {
        guard skip(&rest, to: ">") else { return "a declaration does not end" }
      } else {
        let isEnd = rest.first == UInt8(ascii: "/")
        if isEnd { rest.removeFirst() }
        let name = word(&rest)
        guard !name.isEmpty else { return "a bare < at \(start)" }
        guard let tag = attributes(&rest) else { return "the tag <\(name)> does not end" }
        if let flaw = tag.flaw { return "<\(name)> \(flaw)" }
        if isEnd {
          guard open.popLast() == name else { return "</\(name)> ends what is not open" }
        } else {
          guard !forbidden.contains(name) else { return "there is an element <\(name)>" }
          if name == "script" || name == "style" {
            guard skip(&rest, to: "</\(name)>") else { return "<\(name)> does not end" }
          } else if !tag.isClosed, !void.contains(name) {
            open.append(name)
          }
        }
      }
    }
    return open.isEmpty ? nil : "\(open.map { "<\($0)>" }.joined()) stay open"
  }

  /// Goes behind a text; `false` when it does not come.
  private static func skip(_ rest: inout ArraySlice<UInt8>, to end: String) -> Bool {
    let end = Array(end.utf8)
    while let next = rest.firstIndex(of: end[0]) {
      rest = rest[next...]
      if rest.starts(with: end) {
        rest = rest.dropFirst(end.count)
        return true
      }
      rest.removeFirst()
    }
    return false
  }

  /// Reads a name, in lower case.
  private static func word(_ rest: inout ArraySlice<UInt8>) -> String {
    let name = rest.prefix {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x3A
    }
    rest = rest[name.endIndex...]
    return String(decoding: name, as: UTF8.self).lowercased()
  }

  /// Reads what stands in a tag, up to its end; `nil` when that does not come.
  private static func attributes(
    _ rest: inout ArraySlice<UInt8>
  ) -> (isClosed: Bool, flaw: String?)? {
    var flaw: String?
    while let byte = rest.first {
      switch byte {
      case 0x20, 0x0A, 0x0D, 0x09: rest.removeFirst()
      case UInt8(ascii: ">"):
        rest.removeFirst()
        return (false, flaw)
      case UInt8(ascii: "/"):
        rest.removeFirst()
        guard rest.first == UInt8(ascii: ">") else {
          flaw = "has a stray slash"
          continue
        }
        rest.removeFirst()
        return (true, flaw)
      default:
        let name = word(&rest)
        guard !name.isEmpty else { return (false, "has a stray byte \(byte)") }
        if name.hasPrefix("on") { flaw = "has a handler \(name)" }
        // A question's form sends nothing to anybody.
        if name.hasSuffix("action") { flaw = "has \(name)" }
        guard rest.first == UInt8(ascii: "=") else { continue }
        rest.removeFirst()
        guard let quote = rest.first, quote == 0x22 || quote == 0x27 else {
          return (false, "has no quotes around \(name)")
        }
        rest.removeFirst()
        guard let end = rest.firstIndex(of: quote) else { return nil }
        let value = String(decoding: rest[..<end].prefix(11), as: UTF8.self).lowercased()
        if name == "href" || name == "src", value.hasPrefix("javascript:") {
          flaw = "has a script in \(name)"
        }
        rest = rest[(end + 1)...]
      }
    }
    return nil
  }
}
