/// What somebody reads on a page of ours, whatever version made it: for telling how two pages differ.
///
/// This is no parser of HTML at large. It takes any bytes, and finds the words of pages whose elements are
/// closed, as ours are.
public struct ReaderText: Sendable, Hashable {
  /// The words: a line for each sentence, row or heading; lines of code as they are.
  public private(set) var lines: [String] = []
  /// All that is in the page's body but sheets and scripts: words, markup, pictures, and the data of steps.
  public private(set) var body: [UInt8] = []

  private var line: [UInt8] = []
  private var preDepth = 0

  /// Reads a page.
  ///
  /// - Complexity: O(*n*).
  public init(html: [UInt8]) {
    var index = 0
    var isBody = false
    while index < html.count {
      if html[index] != 0x3C {
        let end = html[index...].firstIndex(of: 0x3C) ?? html.count
        if isBody {
          body += html[index..<end]
          add(html[index..<end])
        }
        index = end
        continue
      }
      if html[index...].starts(with: "<!--".utf8) {
        index = Self.end(of: "-->", in: html, from: index + 4)
        continue
      }
      let tag = Tag(html, at: index)
      if tag.name == "body" { isBody = !tag.isClosing }
      var end = tag.end
      let isRaw = !tag.isClosing && (tag.name == "style" || tag.name == "script")
      let isHidden = isRaw || !tag.isClosing && (tag.name == "template" || tag.name == "head")
      if isHidden { end = Self.end(of: "</\(tag.name)>", in: html, from: end) }
      // Scripts with a type are data, which pages are stepped through with.
      let isLook = isRaw && !html[index..<tag.end].contains(0x3D)
      if isBody, !isLook { body += html[index..<end] }
      if isBody, !isHidden { read(tag) }
      index = max(end, index + 1)
    }
    flush()
  }

  /// Reads a text page: Markdown, LaTeX or a manual page.
  public init(text: [UInt8]) {
    lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    body = text
  }

  // MARK: Elements

  private struct Tag {
    var name = ""
    var isClosing = false
    var end: Int

    init(_ html: [UInt8], at start: Int) {
      var index = start + 1
      if index < html.count, html[index] == 0x2F {
        isClosing = true
        index += 1
      }
      let first = index
      while index < html.count, Self.isLetter(html[index]) { index += 1 }
      name = String(decoding: html[first..<index], as: UTF8.self).lowercased()
      // A `>` in quotes is part of a value.
      var quote: UInt8?
      while index < html.count {
        let byte = html[index]
        index += 1
        if let open = quote {
          if byte == open { quote = nil }
        } else if byte == 0x22 || byte == 0x27 {
          quote = byte
        } else if byte == 0x3E {
          break
        }
      }
      end = index
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }
  }

  /// The elements within a line; all others have lines of their own.
  private static let inline: Set<String> = [
    "a", "abbr", "b", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small", "span", "strong",
    "sub", "sup", "var", "img", "input", "label", "path", "rect", "circle", "g", "use",
  ]

  private mutating func read(_ tag: Tag) {
    switch tag.name {
    case "pre":
      flush()
      preDepth = max(0, preDepth + (tag.isClosing ? -1 : 1))
    case "td", "th":
      if !tag.isClosing, !line.isEmpty { line += Array(" | ".utf8) }
    case "text", "tspan":
      // The words of a picture follow each other.
      line.append(0x20)
    default: if !Self.inline.contains(tag.name) { flush() }
    }
  }

  private static func end(of mark: String, in html: [UInt8], from start: Int) -> Int {
    let mark = Array(mark.utf8)
    var index = min(start, html.count)
    while index < html.count {
      if html[index] == mark[0], html[index...].starts(with: mark) { return index + mark.count }
      index += 1
    }
    return html.count
  }

  // MARK: Words

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    let text = Self.decoded(bytes)
    guard preDepth == 0 else {
      for byte in text {
        if byte == 0x0A { flush() } else { line.append(byte) }
      }
      return
    }
    for byte in text {
      let isSpace = byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
      if !isSpace {
        line.append(byte)
      } else if line.last != 0x20, !line.isEmpty {
        line.append(0x20)
      }
    }
  }

  /// Ends a line; outside of code, each sentence becomes one of its own.
  private mutating func flush() {
    defer { line = [] }
    guard preDepth == 0 else {
      lines.append(String(decoding: line, as: UTF8.self))
      return
    }
    while line.last == 0x20 { line.removeLast() }
    var start = line.firstIndex { $0 != 0x20 } ?? line.count
    for index in line.indices where index > start && line[index] == 0x20 {
      guard [0x2E, 0x3F, 0x21].contains(line[index - 1]), index - start > 40 else { continue }
      lines.append(String(decoding: line[start..<index], as: UTF8.self))
      start = index + 1
    }
    if start < line.count { lines.append(String(decoding: line[start...], as: UTF8.self)) }
  }

  /// Text with its references resolved: those that pages of ours have.
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(0x26) else { return Array(bytes) }
    var out: [UInt8] = []
    var index = bytes.startIndex
    scan: while index < bytes.endIndex {
      if bytes[index] == 0x26 {
        for (name, text) in references where bytes[index...].starts(with: name) {
          out += text
          index += name.count
          continue scan
        }
      }
      out.append(bytes[index])
      index += 1
    }
    return out
  }

  private static let references: [(name: [UInt8], text: [UInt8])] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
}
