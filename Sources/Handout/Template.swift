import SourceText

/// A template in the language of mustache, read and held against the names that it may use.
///
/// It may have what the language's manual calls variables, sections, inverted sections, comments and
/// partials; a tag of a section, comment or partial that stands alone on its line takes the line along. What
/// is text is always escaped and what is markup never: the other way round is a mistake that is told.
struct Template: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case text([UInt8])
    /// A value, which knows itself whether it is text or markup.
    case value(String)
    case section(String, [Part])
    case inverted(String, [Part])
    /// The place of something that may be put in later.
    case place
  }

  var parts: [Part] = []

  /// How large a template may be, with all that it includes.
  static let byteLimit = 1 << 18
  /// How deep sections and partials may be inside each other.
  static let depthLimit = 16
}

/// The names that a template may use.
struct TemplateNames: Sendable {
  enum Kind: Sendable {
    /// Text, which is escaped; as a section, whether there is any.
    case text
    /// Markup of ours, which stands as it is.
    case markup
    /// Whether something is so: only for sections.
    case flag
    /// Something with names of its own, or several of it: only for sections.
    indirect case group(TemplateNames)
  }

  var kinds: [String: Kind]
  /// The partial that is only a place; there may be one, outside of all sections.
  var place: String?
  /// What a template must not leave out.
  var required: [String] = []
}

/// What a template is filled with.
struct TemplateValues {
  enum Value {
    case text(String)
    case markup(HTML)
    case flag(Bool)
    case group([TemplateValues])
  }

  var values: [String: Value] = [:]
}

// MARK: Filling in

extension Template {
  /// Writes the template with values; returns where its place is.
  @discardableResult
  func write(_ values: TemplateValues, to html: inout HTML) -> Int? {
    var place: Int?
    Self.write(parts, [values], &place, to: &html)
    return place
  }

  private static func write(
    _ parts: [Part], _ stack: [TemplateValues], _ place: inout Int?, to html: inout HTML
  ) {
    for part in parts {
      switch part {
      case .text(let bytes): html.template(bytes)
      case .value(let name):
        switch value(name, stack) {
        case .text(let text): html.text(text)
        case .markup(let markup): html.raw(markup)
        case .flag, .group, nil: break
        }
      case .section(let name, let parts):
        switch value(name, stack) {
        case .group(let groups):
          for group in groups { write(parts, stack + [group], &place, to: &html) }
        case let value where isTrue(value): write(parts, stack, &place, to: &html)
        default: break
        }
      case .inverted(let name, let parts):
        if !isTrue(value(name, stack)) { write(parts, stack, &place, to: &html) }
      case .place: place = html.bytes.count
      }
    }
  }

  private static func value(_ name: String, _ stack: [TemplateValues]) -> TemplateValues.Value? {
    for values in stack.reversed() {
      if let value = values.values[name] { return value }
    }
    return nil
  }

  private static func isTrue(_ value: TemplateValues.Value?) -> Bool {
    switch value {
    case .text(let text): !text.isEmpty
    case .markup(let markup): !markup.bytes.isEmpty
    case .flag(let flag): flag
    case .group(let groups): !groups.isEmpty
    case nil: false
    }
  }
}

// MARK: Reading

/// Reads a template and the partials that it includes.
struct TemplateReader {
  /// All files of a theme, by their names.
  let files: [String: FileID]
  let sources: SourceSet
  private(set) var diagnostics: [Diagnostic] = []
  /// The files that were read.
  private(set) var used: Set<String> = []
  /// The names that the template uses.
  private var usedNames: Set<String> = []
  private var names = TemplateNames(kinds: [:])
  private var byteCount = 0
  private var hasPlace = false

  init(files: [String: FileID], sources: SourceSet) {
    self.files = files
    self.sources = sources
  }

  /// Reads a file of the theme, which may use some names.
  mutating func read(_ file: String, names: TemplateNames) -> Template {
    guard let id = files[file] else { return Template() }
    self.names = names
    (usedNames, byteCount, hasPlace) = ([], 0, false)
    used.insert(file)
    let parts = read(id, [names], depth: 0)
    for name in names.required where !usedNames.contains(name) {
      diagnostics.append(
        .template(
          "the template leaves out `\(name)`", "pages need it",
          at: SourceRange(file: id, lower: 0, upper: 0)))
    }
    if let place = names.place, !hasPlace {
      diagnostics.append(
        .template(
          "the template leaves out `{{>\(place)}}`", "pages need it",
          at: SourceRange(file: id, lower: 0, upper: 0)))
    }
    return Template(parts: parts)
  }

  /// An open section while its inside is read.
  private struct Section {
    var name = ""
    var isInverted = false
    var range: SourceRange
    var parts: [Template.Part] = []
    /// The names inside, the innermost last.
    var stack: [TemplateNames]
    /// Whether its name is one that may not be a section, so that it is left out.
    var isBroken = false
  }

  private mutating func read(_ id: FileID, _ stack: [TemplateNames], depth: Int) -> [Template.Part]
  {
    let start = SourceRange(file: id, lower: 0, upper: 0)
    guard let file = sources[id] else { return [] }
    byteCount += file.bytes.count
    guard byteCount <= Template.byteLimit else {
      diagnostics.append(
        .template(
          "the templates are too large", "at most 256 KiB, each time they are used", at: start))
      return []
    }
    var open = [Section(range: start, stack: stack)]
    for token in TemplateToken.all(in: file, id) {
      switch token.kind {
      case .text(let bytes): open[open.count - 1].parts.append(.text(Array(bytes)))
      case .comment: break
      case .value(let name, let isRaw): add(name, isRaw: isRaw, token.range, to: &open)
      case .open(let name, let isInverted):
        guard open.count + depth < Template.depthLimit else {
          diagnostics.append(.template("sections are too deep", "at most 16", at: token.range))
          return []
        }
        begin(name, isInverted: isInverted, token.range, &open)
      case .close(let name): end(name, token.range, &open)
      case .partial(let name):
        add(partial: name, token.range, isTop: open.count == 1 && depth == 0, depth, to: &open)
      case .mistake(let message, let label):
        diagnostics.append(.template(message, label, at: token.range))
      }
    }
    if open.count > 1, let last = open.last {
      diagnostics.append(
        .template(
          "the section `\(last.name)` does not end", "`{{/\(last.name)}}` is missing",
          at: last.range))
    }
    return open[0].parts
  }

  private func kind(_ name: String, _ stack: [TemplateNames]) -> TemplateNames.Kind? {
    for names in stack.reversed() {
      if let kind = names.kinds[name] { return kind }
    }
    return nil
  }

  private mutating func add(
    _ name: String, isRaw: Bool, _ range: SourceRange, to open: inout [Section]
  ) {
    let stack = open[open.count - 1].stack
    usedNames.insert(name)
    switch kind(name, stack) {
    case nil: diagnostics.append(unknown(name, stack, at: range))
    case .text where isRaw:
      diagnostics.append(
        .template("`\(name)` is text, which is escaped", "write `{{\(name)}}`", at: range))
    case .markup where !isRaw:
      diagnostics.append(
        .template("`\(name)` is markup, which is not escaped", "write `{{{\(name)}}}`", at: range))
    case .text, .markup: open[open.count - 1].parts.append(.value(name))
    case .flag, .group:
      diagnostics.append(
        .template(
          "`\(name)` is no text", "write `{{#\(name)}}…{{/\(name)}}`", at: range))
    }
  }

  private mutating func begin(
    _ name: String, isInverted: Bool, _ range: SourceRange, _ open: inout [Section]
  ) {
    var section = Section(
      name: name, isInverted: isInverted, range: range, stack: open[open.count - 1].stack)
    usedNames.insert(name)
    switch kind(name, section.stack) {
    case nil:
      diagnostics.append(unknown(name, section.stack, at: range))
      section.isBroken = true
    case .group(let names) where !isInverted: section.stack.append(names)
    case .group, .text, .markup, .flag: break
    }
    open.append(section)
  }

  private mutating func end(_ name: String, _ range: SourceRange, _ open: inout [Section]) {
    guard let section = open.last, open.count > 1, section.name == name else {
      let expected =
        open.count > 1 ? "`{{/\(open[open.count - 1].name)}}` is to come" : "none is open"
      diagnostics.append(.template("no section `\(name)` ends here", expected, at: range))
      return
    }
    open.removeLast()
    guard !section.isBroken else { return }
    open[open.count - 1].parts.append(
      section.isInverted ? .inverted(name, section.parts) : .section(name, section.parts))
  }

  private mutating func add(
    partial name: String, _ range: SourceRange, isTop: Bool, _ depth: Int, to open: inout [Section]
  ) {
    if name == names.place {
      if !isTop || hasPlace {
        diagnostics.append(
          .template(
            "`{{>\(name)}}` stands in another place", "once, outside of sections and partials",
            at: range))
      }
      hasPlace = true
      open[open.count - 1].parts.append(.place)
      return
    }
    guard let id = files["\(name).mustache"] else {
      let known = files.keys.filter { $0.hasSuffix(".mustache") }.map { String($0.dropLast(9)) }
      diagnostics.append(
        .unknownTemplateName(
          "there is no template `\(name).mustache`", at: range,
          nearest: Nearest.name(to: name, among: known.sorted())))
      return
    }
    guard depth + open.count < Template.depthLimit else {
      diagnostics.append(
        .template(
          "templates include each other too deeply", "at most 16 are inside each other", at: range))
      return
    }
    used.insert("\(name).mustache")
    let count = diagnostics.count
    open[open.count - 1].parts += read(id, open[open.count - 1].stack, depth: depth + open.count)
    // What goes round and round is told once.
    if diagnostics.count > count + 8 { diagnostics.removeSubrange((count + 8)...) }
  }

  private func unknown(_ name: String, _ stack: [TemplateNames], at range: SourceRange)
    -> Diagnostic
  {
    let known = Set(stack.flatMap(\.kinds.keys)).sorted()
    return .unknownTemplateName(
      "no value is called `\(name)` here", at: range, nearest: Nearest.name(to: name, among: known),
      known: known)
  }
}

/// A piece of a template: text, or a tag.
private struct TemplateToken {
  enum Kind {
    case text(ArraySlice<UInt8>)
    case comment
    case value(String, isRaw: Bool)
    case open(String, isInverted: Bool)
    case close(String)
    case partial(String)
    /// Something that is no tag: message and label.
    case mistake(String, String)

    /// Whether a tag that is alone on its line takes the line along.
    var takesLine: Bool {
      switch self {
      case .comment, .open, .close, .partial: true
      case .text, .value, .mistake: false
      }
    }
  }

  var kind: Kind
  var range: SourceRange

  /// The pieces of a file, in order.
  static func all(in file: SourceFile, _ id: FileID) -> [TemplateToken] {
    let bytes = file.bytes
    var tokens: [TemplateToken] = []
    var start = 0
    func text(to end: Int) {
      guard end > start else { return }
      tokens.append(
        TemplateToken(
          kind: .text(bytes[start..<end]), range: SourceRange(file: id, lower: start, upper: end)))
    }
    var index = 0
    while index + 1 < bytes.count {
      guard bytes[index] == 0x7B, bytes[index + 1] == 0x7B else {
        index += 1
        continue
      }
      let (kind, end) = tag(bytes, from: index)
      var lower = index
      var upper = end
      if kind.takesLine, let line = wholeLine(bytes, index..<end) {
        (lower, upper) = (max(line.lowerBound, start), line.upperBound)
      }
      text(to: lower)
      tokens.append(
        TemplateToken(kind: kind, range: SourceRange(file: id, lower: index, upper: end)))
      start = upper
      index = upper
    }
    text(to: bytes.count)
    return tokens
  }

  /// The tag that begins with two braces, and where it ends.
  private static func tag(_ bytes: [UInt8], from start: Int) -> (Kind, Int) {
    let isTriple = start + 2 < bytes.count && bytes[start + 2] == 0x7B
    let closing: [UInt8] = isTriple ? [0x7D, 0x7D, 0x7D] : [0x7D, 0x7D]
    let inside = bytes[(start + (isTriple ? 3 : 2))...]
    guard let found = inside.firstRange(of: closing) else {
      return (.mistake("a tag does not end", "`\(isTriple ? "}}}" : "}}")` is missing"), start + 2)
    }
    var words = inside[..<found.lowerBound]
    let sign = isTriple ? 0x26 : words.first ?? 0
    if !isTriple, [0x23, 0x5E, 0x2F, 0x21, 0x3E, 0x26].contains(sign) { words = words.dropFirst() }
    let name = String(decoding: words, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    let end = found.upperBound
    if sign == 0x21 { return (.comment, end) }
    guard !name.isEmpty, name.utf8.allSatisfy({ isNameByte($0) }) else {
      return (
        .mistake(
          "`\(DiagnosticRenderer.printable(name))` is no name",
          "names have letters, digits, hyphens and underscores"), end
      )
    }
    switch sign {
    case 0x23: return (.open(name, isInverted: false), end)
    case 0x5E: return (.open(name, isInverted: true), end)
    case 0x2F: return (.close(name), end)
    case 0x3E: return (.partial(name), end)
    case 0x26: return (.value(name, isRaw: true), end)
    default: return (.value(name, isRaw: false), end)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D
      || byte == 0x5F
  }

  /// The line of a tag, with its end, when there is nothing else on it but blanks.
  private static func wholeLine(_ bytes: [UInt8], _ tag: Range<Int>) -> Range<Int>? {
    var lower = tag.lowerBound
    while lower > 0, bytes[lower - 1] == 0x20 || bytes[lower - 1] == 0x09 { lower -= 1 }
    guard lower == 0 || bytes[lower - 1] == 0x0A else { return nil }
    var upper = tag.upperBound
    while upper < bytes.count, [0x20, 0x09, 0x0D].contains(bytes[upper]) { upper += 1 }
    guard upper < bytes.count else { return lower..<upper }
    return bytes[upper] == 0x0A ? lower..<upper + 1 : nil
  }
}
