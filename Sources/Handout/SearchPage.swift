import Catalogue
import Lesson

/// The page that searches all lessons of a site: a field, and the index that its script looks into.
///
/// The index is part of the page, as data: so it is loaded when somebody searches, from the disk as well as
/// over a network, and the policy allows nothing but the script's own text.
enum SearchPage {
  /// The index may have a part of the text that it finds.
  static let textPerIndex = 4
  /// How many bytes of each section are shown at least, also where that is more than the part.
  static let leastLeadBytes = 40

  /// The text of one page of the site.
  struct Entry {
    var title: String
    var fileName: String
    var text: HandoutSearchText
  }

  static func html(_ entries: [Entry], context: HandoutContext) -> [UInt8] {
    let words = InterfaceWords(language: context.language.words)
    var page = Page(
      title: words(.search), description: "", site: context.site, language: context.language.tag,
      words: words, index: context.index, previous: nil, next: nil)
    page.hasSearch = true
    page.theme = context.theme
    var html = HTML()
    page.write(to: &html) { html in
      html.raw("<p id=\"instead\">")
      html.text(words(.noSearch))
      html.element(
        "a", .attribute("href", Page.address(context.index ?? "index.html")),
        text: words(.noSearchContents))
      html.text(".")
      html.raw("</p>\n<form id=\"search\" role=\"search\" hidden>\n<label for=\"for\">")
      html.text(words(.searchField))
      html.raw(
        "</label>\n<input id=\"for\" type=\"search\" maxlength=\"200\" autocomplete=\"off\" ")
      html.raw("aria-describedby=\"how\">\n")
      html.element("p", .id("how"), .class("count"), text: words(.searchHint))
      html.raw("\n</form>\n<p id=\"found\" role=\"status\"></p>\n")
      html.raw("<ol id=\"places\" class=\"lessons\"></ol>\n")
      html.raw("<script type=\"application/json\" id=\"index\">")
      html.json(index(entries, words))
      html.raw("</script>\n")
    }
    return html.bytes
  }

  /// The index: the sections of each page, and in which of them each word stands.
  static func index(_ entries: [Entry], _ words: InterfaceWords = .english) -> JSONText {
    let sectionCount = entries.reduce(0) { $0 + $1.text.sections.count }
    var places: [String: [Int]] = [:]
    var first = 0
    for entry in entries {
      let count = entry.text.sections.count
      entry.text.table.forEach(sectionCount: count) { word, sections in
        places[word, default: []] += sections.map { first + $0 }
      }
      first += count
    }
    let table = SearchTable(places, sectionCount: sectionCount)
    var rest = JSONText()
    rest.raw(",\"w\":")
    rest.string(table.words)
    rest.raw(",\"p\":")
    rest.string(table.places)
    rest.raw(",\"s\":{")
    // What the script says: nothing was found, one section, several, more than are shown.
    let results: [(name: StaticString, words: String)] = [
      ("none", words(.foundNone)), ("one", words(.foundOne)), ("many", words(.foundMany, "%")),
      ("first", words(.foundFirst, "%", "%")), ("also", words(.foundAlso)),
    ]
    for (number, result) in results.enumerated() {
      rest.raw(number > 0 ? ",\"" : "\"")
      rest.raw(result.name)
      rest.raw("\":")
      rest.string(result.words)
    }
    rest.raw("}}")
    let room = entries.reduce(0) { $0 + $1.text.byteCount } / textPerIndex - rest.bytes.count
    var json = sections(entries, room: room)
    json.append(rest)
    return json
  }

  /// The sections, with as much of the beginning of each as there is room for.
  private static func sections(_ entries: [Entry], room: Int) -> JSONText {
    let leads = entries.flatMap(\.text.sections).map { Array($0.lead.utf8) }
    let rest = room - sections(entries, leadBytes: 0).bytes.count
    var fitting = leastLeadBytes
    var tooMany = HandoutSearchText.leadByteLimit + 1
    while tooMany - fitting > 1 {
      let middle = (fitting + tooMany) / 2
      if leads.reduce(0, { $0 + byteCount(of: $1, upTo: middle) }) <= rest {
        fitting = middle
      } else {
        tooMany = middle
      }
    }
    var json = sections(entries, leadBytes: fitting)
    // A few characters take more room than was thought.
    while json.bytes.count > room, fitting > leastLeadBytes {
      fitting -= 1
      json = sections(entries, leadBytes: fitting)
    }
    return json
  }

  /// How many bytes the beginning of a text takes as JSON.
  private static func byteCount(of lead: [UInt8], upTo limit: Int) -> Int {
    let (end, isWhole) = cut(lead, byteLimit: limit)
    return lead[..<end].reduce(isWhole || end == 0 ? 0 : ellipsis.utf8CodeUnitCount) {
      count, byte in
      count + (byte == 0x22 || byte == 0x5C || byte == 0x09 ? 2 : byte == 0x3C ? 6 : 1)
    }
  }

  private static let ellipsis: StaticString = " …"

  /// Where a text is cut, whose words are separated by single spaces, and whether all of it is left.
  private static func cut(_ text: [UInt8], byteLimit: Int) -> (end: Int, isWhole: Bool) {
    guard text.count > byteLimit else { return (text.count, true) }
    return (text[...max(0, byteLimit)].lastIndex(of: 0x20) ?? 0, false)
  }

  /// The beginning of a text whose words are separated by single spaces.
  static func beginning(of lead: String, byteLimit: Int) -> String {
    let bytes = Array(lead.utf8)
    let (end, isWhole) = cut(bytes, byteLimit: byteLimit)
    guard !isWhole else { return lead }
    return end == 0 ? "" : String(decoding: bytes[..<end], as: UTF8.self) + "\(ellipsis)"
  }

  private static func sections(_ entries: [Entry], leadBytes: Int) -> JSONText {
    var json = JSONText()
    json.raw("{\"l\":[")
    for (number, entry) in entries.enumerated() {
      json.raw(number > 0 ? ",[" : "[")
      json.strings([entry.title, Page.address(entry.fileName)])
      for (position, section) in entry.text.sections.enumerated() {
        let lead = beginning(of: section.lead, byteLimit: leadBytes)
        // The first one has the title and no anchor.
        if position == 0 {
          json.raw(",")
          json.string(lead)
          continue
        }
        let hasPlainAnchor = section.anchor == plainAnchor(section.heading)
        json.raw(",")
        json.strings([hasPlainAnchor ? "" : section.anchor, section.heading, lead])
      }
      json.raw("]")
    }
    json.raw("]")
    return json
  }

  /// The anchor that the script gives a heading of ASCII: small letters, hyphens for spaces, no
  /// punctuation. Where the page has another one, the index says so.
  static func plainAnchor(_ heading: String) -> String? {
    guard heading.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
    var out: [UInt8] = []
    for byte in heading.utf8 {
      switch byte {
      case 0x20: out.append(0x2D)
      case 0x41...0x5A: out.append(byte | 0x20)
      case 0x61...0x7A, 0x30...0x39, 0x2D, 0x5F: out.append(byte)
      default: break
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
