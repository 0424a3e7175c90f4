import Handout

/// A document of Pandoc, as JSON (pandoc-types, "Text.Pandoc.Definition"), and what of it is a lesson's:
/// code blocks of the class `walk`, and code that is a value, `{= count(…) }`.
struct PandocDocument {
  private(set) var json: JSONValue
  /// The fences and values, in reading order, as a lesson of their own: each behind a thematic break.
  private(set) var lesson: String = ""
  /// Whether something in it is run; else it has no words of the machine.
  private var runs = false
  /// How many fences there are.
  private(set) var fenceCount = 0

  /// The document; `nil` if JSON is not one.
  init?(_ json: JSONValue) {
    guard json["pandoc-api-version"] != nil, json["blocks"]?.array != nil else { return nil }
    self.json = json
    var hasScripts = false
    visit { element in
      if case .fence = element { hasScripts = true }
      return nil
    }
    runs = hasScripts
    var text = frontMatter
    var fenceCount = 0
    visit { element in
      switch element {
      case .fence(let fence):
        text += "***\n\n\(fence)\n\n"
        fenceCount += 1
      case .value(let code): text += "***\n\n\(Self.span(code))\n\n"
      }
      return nil
    }
    lesson = text
    self.fenceCount = fenceCount
  }

  /// Puts parts of the finished lesson into the places of its fences and values.
  mutating func replace(by parts: [[HandoutBlock]]) {
    var rest = parts[...]
    visit { element in
      guard let part = rest.popFirst() else { return [] }
      switch element {
      case .fence: return part.map(Self.json)
      case .value:
        guard case .paragraph(let inlines)? = part.first else { return [] }
        return Self.json(inlines)
      }
    }
  }

  // MARK: - What is a lesson's

  private enum Element {
    /// A fence, with its marks and its words.
    case fence(String)
    /// A value, with its braces.
    case value(String)
  }

  /// Visits what is a lesson's in reading order, and puts elements that are given back into its place.
  private mutating func visit(_ body: (Element) -> [JSONValue]?) {
    guard var blocks = json["blocks"] else { return }
    Self.visit(&blocks, runs: runs, body)
    json["blocks"] = blocks
  }

  private static func visit(
    _ value: inout JSONValue, runs: Bool, _ body: (Element) -> [JSONValue]?
  ) {
    switch value {
    case .array(let values):
      var out: [JSONValue] = []
      out.reserveCapacity(values.count)
      for var value in values {
        if let element = element(value, runs: runs), let replacement = body(element) {
          out += replacement
        } else {
          visit(&value, runs: runs, body)
          out.append(value)
        }
      }
      value = .array(out)
    case .object:
      // What an element holds is in its content; its other member is its name.
      guard var content = value["c"] else { return }
      visit(&content, runs: runs, body)
      value["c"] = content
    case .null, .bool, .integer, .number, .string: break
    }
  }

  private static func element(_ value: JSONValue, runs: Bool) -> Element? {
    guard let content = value["c"]?.array, content.count == 2, let text = content[1].string else {
      return nil
    }
    switch value["t"]?.string {
    case "Code":
      return text.hasPrefix("{=") ? .value(text) : nil
    case "CodeBlock":
      guard let attributes = content[0].array, attributes.count == 3,
        let classes = attributes[1].array?.compactMap(\.string), let first = classes.first
      else { return nil }
      let keys = attributes[2].array?.compactMap { $0.array?.first?.string } ?? []
      // Of the fences with words of the machine, those of a document that runs something are a lesson's.
      guard
        first == "walk" || runs && (first == "output" || first == "table" && keys.contains("show"))
      else { return nil }
      let words = attributes[2].array?.compactMap { pair -> String? in
        guard let pair = pair.array, pair.count == 2, let key = pair[0].string,
          let value = pair[1].string
        else { return nil }
        let isQuoted = value.contains { $0.isWhitespace || $0 == "\"" }
        return isQuoted ? "\(key)=\"\(value)\"" : "\(key)=\(value)"
      }
      let info = (classes + (words ?? [])).map(oneLine).joined(separator: " ")
      // Between tildes, the words may hold backquotes.
      let marks = String(repeating: "~", count: max(3, longestRun(of: "~", in: text) + 1))
      return .fence("\(marks) \(info)\n\(text)\n\(marks)")
    default: return nil
    }
  }

  /// What the lesson says of itself, where the document's metadata say it as plain text.
  private var frontMatter: String {
    guard let meta = json["meta"] else { return "" }
    var lines = ""
    for key in ["title", "lang"] {
      guard let value = meta[key] else { continue }
      let text = Self.oneLine(Self.plain(value))
      let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      lines += "\(key): \"\(quoted)\"\n"
    }
    return lines.isEmpty ? "" : "---\n\(lines)---\n\n"
  }

  /// The words of a metadata value.
  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .array(let values): return values.map(plain).joined()
    case .object:
      switch value["t"]?.string {
      case "Space", "SoftBreak", "LineBreak": return " "
      case "Code": return value["c"]?.array?.last?.string ?? ""
      default: return value["c"].map(plain) ?? ""
      }
    case .string(let text): return text
    case .null, .bool, .integer, .number: return ""
    }
  }

  /// Code with marks around it that are longer than those in it.
  private static func span(_ code: String) -> String {
    let marks = String(repeating: "`", count: longestRun(of: "`", in: code) + 1)
    let space = marks.count > 1 ? " " : ""
    return marks + space + oneLine(code) + space + marks
  }

  private static func longestRun(of mark: Character, in text: String) -> Int {
    var (longest, run) = (0, 0)
    for character in text {
      run = character == mark ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }

  // MARK: - Pandoc's elements

  private static func element(_ name: String, _ content: JSONValue? = nil) -> JSONValue {
    var members = ["t": JSONValue.string(name)]
    members["c"] = content
    return .object(members)
  }

  private static func attributes(_ classes: [String] = []) -> JSONValue {
    .array([.string(""), .array(classes.map(JSONValue.string)), .array([])])
  }

  private static func json(_ block: HandoutBlock) -> JSONValue {
    switch block {
    case .paragraph(let inlines): element("Para", .array(json(inlines)))
    case .heading(let level, let inlines):
      element("Header", .array([.integer(Int64(level)), attributes(), .array(json(inlines))]))
    case .code(let text, let info):
      element(
        "CodeBlock",
        .array([
          attributes(info.split(separator: " ").prefix(1).map(String.init)),
          .string(text.hasSuffix("\n") ? String(text.dropLast()) : text),
        ]))
    case .quote(let blocks): element("BlockQuote", .array(blocks.map(json)))
    case .list(let items, let start):
      list(items.map { item in .array(item.map { tight(json($0)) }) }, start: start)
    case .rule: element("HorizontalRule")
    }
  }

  private static func list(_ items: [JSONValue], start: Int?) -> JSONValue {
    guard let start else { return element("BulletList", .array(items)) }
    return element(
      "OrderedList",
      .array([
        .array([.integer(Int64(start)), element("Decimal"), element("Period")]), .array(items),
      ]))
  }

  /// A paragraph without the space around it.
  private static func tight(_ block: JSONValue) -> JSONValue {
    guard block["t"] == .string("Para"), let content = block["c"] else { return block }
    return element("Plain", content)
  }

  private static func json(_ inlines: [HandoutInline]) -> [JSONValue] { inlines.flatMap(json) }

  private static func json(_ inline: HandoutInline) -> [JSONValue] {
    switch inline {
    case .text(let text): words(text)
    case .code(let text): [element("Code", .array([attributes(), .string(text)]))]
    case .emphasis(let inlines): [element("Emph", .array(json(inlines)))]
    case .strong(let inlines): [element("Strong", .array(json(inlines)))]
    case .link(let inlines, let address, let title):
      [target("Link", json(inlines), address: address, title: title)]
    case .image(let text, let address, let title):
      [target("Image", words(text), address: address, title: title)]
    case .space: [element("Space")]
    case .lineBreak: [element("LineBreak")]
    }
  }

  private static func target(
    _ name: String, _ inlines: [JSONValue], address: String, title: String
  ) -> JSONValue {
    element(
      name,
      .array([attributes(), .array(inlines), .array([.string(address), .string(title)])]))
  }

  /// Words and the spaces between them, each of its own.
  private static func words(_ text: String) -> [JSONValue] {
    var out: [JSONValue] = []
    for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      if index > 0, out.last != element("Space") { out.append(element("Space")) }
      if !word.isEmpty { out.append(element("Str", .string(String(word)))) }
    }
    return out
  }
}
