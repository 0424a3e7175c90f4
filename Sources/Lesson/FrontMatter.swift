import Catalogue
import SourceText
import WalkSemantics
import Yams

/// What stands between the two `---` lines at the beginning of a lesson.
struct FrontMatter {
  var title: String?
  var summary: String?
  /// The tag of the prose's language.
  var language: String?
  /// What the words besides the prose are in.
  var words: LanguageChoice?
  var covers: [Mechanism] = []
  var order: [Chapter] = []
  var diagnostics: [Diagnostic] = []
  /// The bytes from the first `---` to the end of the line that closes it; `nil` when there is none.
  var range: Range<Int>?

  /// The keys that mean something here; other tools' keys are theirs.
  static let keys = ["title", "summary", "language", "lang", "covers", "order"]

  /// Reads the front matter of a file that is text.
  static func read(_ file: SourceFile, id: FileID) -> FrontMatter {
    var matter = FrontMatter()
    let start = file.bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    guard isMarker(file.line(0).dropFirst(start)) else { return matter }
    let opening = SourceRange(file: id, lower: start, upper: start + 3)
    let lineLimit = file.lineIndex(at: LessonLimits.frontMatterBytes) + 1
    let closing = file.lineStarts.indices.dropFirst().prefix(lineLimit).first {
      isMarker(file.line($0)) || isEndMarker(file.line($0))
    }
    guard let closing else {
      let isLong = file.lineStarts.count > lineLimit
      matter.diagnostics.append(
        isLong
          ? .frontMatterTooLarge(at: opening, limit: LessonLimits.frontMatterBytes)
          : .unterminatedFrontMatter(at: opening))
      return matter
    }
    let content = min(file.lineStarts[1], file.bytes.count)..<file.lineStarts[closing]
    matter.range = start..<file.line(closing).endIndex
    guard content.count <= LessonLimits.frontMatterBytes else {
      matter.diagnostics.append(
        .frontMatterTooLarge(at: opening, limit: LessonLimits.frontMatterBytes))
      return matter
    }
    if let alias = alias(in: file.bytes, content) {
      matter.diagnostics.append(
        .frontMatterAlias(
          at: SourceRange(file: id, lower: alias.lowerBound, upper: alias.upperBound)))
      return matter
    }
    matter.parse(YAMLPlaces(file: file, id: id, content: content))
    return matter
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: [0x2D, 0x2D, 0x2D]) && isBlank(line.dropFirst(3))
  }

  private static func isEndMarker(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: [0x2E, 0x2E, 0x2E]) && isBlank(line.dropFirst(3))
  }

  private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }

  /// The first alias (`*name`) when there is an anchor (`&name`) too.
  ///
  /// Aliases of aliases make a few lines stand for more than memory holds, and front matter has no
  /// use for them; so they are refused before the YAML parser sees them.
  private static func alias(in bytes: [UInt8], _ content: Range<Int>) -> Range<Int>? {
    var found: Range<Int>?
    var hasAnchor = false
    for index in content where bytes[index] == 0x26 || bytes[index] == 0x2A {
      if index > content.lowerBound {
        guard [0x20, 0x09, 0x0A, 0x0D, 0x5B, 0x7B, 0x2C].contains(bytes[index - 1]) else {
          continue
        }
      }
      var end = index + 1
      while end < content.upperBound, bytes[end] > 0x20, ![0x2C, 0x5D, 0x7D].contains(bytes[end]) {
        end += 1
      }
      guard end > index + 1 else { continue }
      if bytes[index] == 0x26 { hasAnchor = true } else if found == nil { found = index..<end }
    }
    return hasAnchor ? found : nil
  }

  private mutating func parse(_ places: YAMLPlaces) {
    let root: Node?
    do {
      root = try compose(yaml: places.text, .basic, .default, .utf8)
    } catch {
      diagnostics.append(places.diagnostic(for: error))
      return
    }
    guard let root, !Self.isNothing(root) else { return }
    guard let mapping = root.mapping else {
      diagnostics.append(.frontMatterNotAMapping(at: places.range(root.mark, of: "")))
      return
    }
    for (key, value) in mapping {
      guard let name = key.scalar?.string else { continue }
      switch name {
      case "title": title = text(value, of: name, places)
      case "summary": summary = text(value, of: name, places)
      case "lang": language = tag(value, places)
      case "language": words = choice(value, of: name, places)
      case "order": order = chapters(value, of: name, places)
      case "covers": covers = mechanisms(value, of: name, places)
      default:
        if let near = Nearest.name(to: name, among: Self.keys) {
          diagnostics.append(
            .unknownFrontMatterKey(name, at: places.range(key.mark, of: name), nearest: near))
        }
      }
    }
  }

  /// A text on one line; `nil` and a diagnostic for anything else.
  private mutating func text(_ node: Node, of key: String, _ places: YAMLPlaces) -> String? {
    guard let scalar = node.scalar else {
      diagnostics.append(
        .frontMatterValue(key, wanted: "a text", at: places.range(node.mark, of: "")))
      return nil
    }
    let text = scalar.string.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text.isEmpty ? nil : text
  }

  /// Identifiers of mechanisms; one alone needs no brackets.
  private mutating func mechanisms(
    _ node: Node, of key: String, _ places: YAMLPlaces
  ) -> [Mechanism] {
    if Self.isNothing(node) { return [] }
    guard let elements = node.scalar == nil ? node.sequence.map(Array.init) : [node] else {
      diagnostics.append(
        .frontMatterValue(
          key, wanted: "a list of mechanisms, such as `[S4, S13]`",
          at: places.range(node.mark, of: "")))
      return []
    }
    var found: [Mechanism] = []
    for element in elements {
      guard let name = text(element, of: key, places) else { continue }
      let place = places.range(element.mark, of: name)
      guard let mechanism = Mechanism.named(name) else {
        let known = Mechanism.all.map(\.id)
        diagnostics.append(
          .unknownMechanism(
            name, at: place,
            nearest: known.first { $0 == name.uppercased() } ?? Nearest.name(to: name, among: known)
          ))
        continue
      }
      if found.contains(mechanism) {
        diagnostics.append(.repeatedMechanism(name, at: place))
      } else {
        found.append(mechanism)
      }
    }
    return found
  }

  /// Names of lessons; only the cover of a book has them.
  private mutating func chapters(_ node: Node, of key: String, _ places: YAMLPlaces) -> [Chapter] {
    if Self.isNothing(node) { return [] }
    guard let sequence = node.sequence else {
      diagnostics.append(
        .frontMatterValue(
          key, wanted: "a list of lessons, such as `[01-modes, 02-calls]`",
          at: places.range(node.mark, of: "")))
      return []
    }
    return sequence.compactMap { element in
      text(element, of: key, places).map {
        Chapter(name: $0, range: places.range(element.mark, of: $0))
      }
    }
  }

  /// A language that there are words in.
  private mutating func choice(
    _ node: Node, of key: String, _ places: YAMLPlaces
  ) -> LanguageChoice? {
    guard let name = text(node, of: key, places) else { return nil }
    let choice = LanguageChoice(name)
    if choice == nil {
      diagnostics.append(
        .unknownLanguage(
          name, at: places.range(node.mark, of: name),
          nearest: Nearest.name(to: name.lowercased(), among: LanguageChoice.names)))
    }
    return choice
  }

  /// A language tag: letters, digits and hyphens (BCP 47), since it becomes an attribute of a page.
  private mutating func tag(_ node: Node, _ places: YAMLPlaces) -> String? {
    let text = node.scalar?.string ?? ""
    guard LanguageChoice.isTag(text) else {
      diagnostics.append(
        .frontMatterValue(
          "lang", wanted: "a language tag such as `en` or `de-AT`",
          at: places.range(node.mark, of: text)))
      return nil
    }
    return text
  }

  private static func isNothing(_ node: Node) -> Bool {
    guard let scalar = node.scalar else { return false }
    return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
  }
}

/// Where the places of a YAML parser lie in the lesson.
private struct YAMLPlaces {
  let file: SourceFile
  let id: FileID
  let content: Range<Int>

  /// The YAML itself.
  ///
  /// The line ends behind it change nothing for YAML. They keep the string longer than the 15 bytes
  /// that Swift stores in place: the parser keeps a pointer to the bytes.
  var text: String { file.text(content) + String(repeating: "\n", count: 16) }

  /// The place of a mark; as long as `text` where that stands there, else to the end of the line.
  func range(_ mark: Mark?, of text: String) -> SourceRange {
    let first = file.lineIndex(at: content.lowerBound)
    let last = file.lineIndex(at: max(content.lowerBound, content.upperBound - 1))
    let line = min(first + max(0, (mark?.line ?? 1) - 1), last)
    let bytes = file.line(line)
    var offset = bytes.startIndex
    var scalars = max(0, (mark?.column ?? 1) - 1)
    while scalars > 0, offset < bytes.endIndex {
      offset += 1
      while offset < bytes.endIndex, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      scalars -= 1
    }
    let rest = bytes[offset...]
    let length = !text.isEmpty && rest.starts(with: text.utf8) ? text.utf8.count : rest.count
    return SourceRange(file: id, lower: offset, upper: offset + max(length, 1))
  }

  func diagnostic(for error: any Error) -> Diagnostic {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return .frontMatterSyntax(problem, at: range(mark, of: ""))
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "`\($0)`" }.joined(separator: ", ")
      return .frontMatterSyntax("\(names) stands there twice", at: range(context.mark, of: ""))
    case .reader(let problem, let offset, _, let yaml):
      let place = offset.map { yaml.prefix($0).utf8.count } ?? 0
      let lower = min(content.lowerBound + place, max(content.lowerBound, content.upperBound - 1))
      return .frontMatterSyntax(
        problem.lowercased(), at: SourceRange(file: id, lower: lower, upper: lower + 1))
    default:
      return .frontMatterSyntax("it cannot be read", at: range(nil, of: ""))
    }
  }
}
