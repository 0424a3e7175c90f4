import Markdown
import SourceText

/// Works out where the links and images of a lesson's prose lead, and says which lead nowhere.
///
/// Links to other lessons are only read here: whoever knows all lessons checks them; see
/// ``BookLinks``.
struct LinkChecker {
  /// The links, in the order of the document.
  private(set) var links: [LessonLink] = []
  /// The files and pictures that links name, by their paths below the lesson's folder.
  private(set) var files: [String: [UInt8]] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  private let anchors: PageAnchors
  private let known: Set<String>
  private let scenarios: [LessonScenario]
  private let rootName: String
  private let reader: IncludeReader
  private var places: LinkPlaces
  private var steps: [Int: StepIndex] = [:]
  private var imageBytes = 0
  private var fileBytes = 0

  /// How large pictures may be that become part of a page.
  static let imageLimit = 512 << 10
  /// How large all of a lesson's together.
  static let imagesLimit = 4 << 20

  /// What browsers show as pictures.
  static let imageTypes: [String: String] = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "avif": "image/avif", "svg": "image/svg+xml",
  ]

  init(
    _ file: SourceFile, id: FileID, document: MarkdownDocument, anchors: PageAnchors,
    scenarios: [LessonScenario], lines: [MarkdownNode: ClosedRange<Int>],
    reader: @escaping IncludeReader
  ) {
    self.anchors = anchors
    known = Set(anchors.order + anchors.scenarios)
    self.scenarios = scenarios
    self.reader = reader
    rootName = file.name.split(separator: "/").last.map(String.init) ?? file.name
    places = LinkPlaces(file, id: id, document: document, lines: lines)
    for node in document.root.descendants where node.kind == .link || node.kind == .image {
      check(node)
    }
  }

  private mutating func check(_ node: MarkdownNode) {
    let range = places.range(of: node)
    let url = node.url
    let isImage = node.kind == .image
    let target: LinkTarget?
    if let scheme = Self.scheme(url) {
      target = absolute(scheme, isImage: isImage, at: range)
    } else if url.isEmpty {
      diagnostics.append(
        .refusedAddress(
          "the \(isImage ? "picture" : "link") has no address",
          note: "it stands in the parentheses: [text](address)", at: range))
      target = nil
    } else if url.utf8.first == 0x2F || url.utf8.first == 0x5C {
      diagnostics.append(
        .refusedAddress(
          "an address that begins with `/` leads out of the book",
          note: "write the path from the folder of this lesson", at: range))
      target = nil
    } else {
      let hash = url.firstIndex(of: "#")
      let path = Self.decoded(String(hash.map { url[..<$0] } ?? url[...]))
      let anchor = hash.map { Self.decoded(String(url[url.index(after: $0)...])) }
      if isImage {
        target = image(path, at: range)
      } else if path.isEmpty {
        target = self.anchor(anchor ?? "", at: range)
      } else if path.hasSuffix(".md") {
        target = lesson(path, anchor: anchor, at: range)
      } else if Self.isRun(path) {
        diagnostics.append(
          .refusedAddress(
            "files that browsers run are not copied into the book",
            note: "lessons are linked by their .md files, and pictures shown: ![words](x.svg)",
            at: range))
        target = nil
      } else {
        target = read(path, isImage: false, at: range) ? .file(path) : nil
      }
    }
    guard let target else { return }
    links.append(LessonLink(node: node, target: target, range: range))
  }

  // MARK: Addresses

  private mutating func absolute(
    _ scheme: String, isImage: Bool, at range: SourceRange
  ) -> LinkTarget? {
    switch scheme {
    case "http", "https":
      guard isImage else { return .elsewhere }
      diagnostics.append(
        .unfitImage(
          "a picture of another site is not shown", severity: .warning,
          note: "pages work without a network; put the picture into the lesson's folder", at: range)
      )
      return .elsewhere
    case "mailto" where !isImage: return .elsewhere
    default:
      diagnostics.append(
        .refusedAddress(
          "pages do not link to `\(scheme):` addresses",
          note: "a link leads to http:, https: or mailto:, into the book, or to a file beside it",
          at: range))
      return nil
    }
  }

  /// What stands before the first colon, if that can be a scheme (RFC 3986), in small letters.
  static func scheme(_ url: String) -> String? {
    guard let colon = url.utf8.firstIndex(of: 0x3A), colon > url.startIndex else { return nil }
    let bytes = url.utf8[..<colon]
    let isScheme = bytes.enumerated().allSatisfy { index, byte in
      (0x41...0x5A).contains(byte & 0xDF)
        || index > 0 && ((0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E].contains(byte))
    }
    return isScheme ? url[..<colon].lowercased() : nil
  }

  /// Whether a browser would run a file that a page links to, with the rights of the book's own pages.
  private static func isRun(_ path: String) -> Bool {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return ["html", "htm", "xhtml", "xht", "svg", "xml", "js", "mjs"].contains(ending)
  }

  /// A part of an address with `%C3%BC` as the letters that it stands for.
  static func decoded(_ text: String) -> String {
    guard text.utf8.contains(0x25) else { return text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x25, index + 2 < bytes.count,
        let high = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue,
        let low = Character(Unicode.Scalar(bytes[index + 2])).hexDigitValue
      {
        out.append(UInt8(high << 4 | low))
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A path as it can stand in a link of CommonMark.
  static func encoded(_ path: String) -> String {
    var out = ""
    for scalar in path.unicodeScalars {
      switch scalar {
      case " ": out += "%20"
      case "(": out += "%28"
      case ")": out += "%29"
      case "%": out += "%25"
      case "#": out += "%23"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  // MARK: Places in the book

  /// Whether to look for nearest names: among many names that takes time, and whoever has so many dead
  /// links has another problem.
  private var hasRoom: Bool { diagnostics.count < 32 }

  private mutating func anchor(_ anchor: String, at range: SourceRange) -> LinkTarget? {
    if let slash = anchor.firstIndex(of: "/") {
      return step(
        anchor, in: String(anchor[..<slash]), name: String(anchor[anchor.index(after: slash)...]),
        at: range)
    }
    if anchor.isEmpty || known.contains(anchor) { return .anchor(anchor) }
    let nearest =
      hasRoom
      ? BookLinks.nearest(to: anchor, among: anchors.order + anchors.scenarios).map { "#\($0)" }
      : nil
    diagnostics.append(.deadAnchor(anchor, of: nil, at: range, write: nearest))
    return nil
  }

  private mutating func step(
    _ anchor: String, in prefix: String, name: String, at range: SourceRange
  ) -> LinkTarget? {
    var nearest: String?
    if let scenario = anchors.scenarios.firstIndex(of: prefix) {
      let index = steps[scenario] ?? StepIndex(scenarios[scenario].run.trace)
      steps[scenario] = index
      if let step = index.step(name) { return .step(scenario: scenario, step: step) }
      if hasRoom {
        nearest = StepIndex.nearest(to: name, in: index.counts).map { "#\(prefix)/\($0)" }
      }
    } else if hasRoom {
      nearest = BookLinks.nearest(to: prefix, among: anchors.scenarios).map { "#\($0)/\(name)" }
    }
    diagnostics.append(
      .deadStep(anchor, of: nil, at: range, write: nearest, known: anchors.scenarios))
    return nil
  }

  private mutating func lesson(
    _ path: String, anchor: String?, at range: SourceRange
  ) -> LinkTarget? {
    guard path.utf8.count <= 1024, !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x5C }) else {
      diagnostics.append(.deadLesson(path, exists: false, at: range, write: nil))
      return nil
    }
    return .lesson(path: path, anchor: anchor)
  }

  // MARK: Files

  private mutating func image(_ path: String, at range: SourceRange) -> LinkTarget? {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard Self.imageTypes[ending] != nil else {
      diagnostics.append(
        .unfitImage(
          "browsers do not show `\(DiagnosticRenderer.printable(path))` as a picture",
          note: "pictures end in \(Self.imageTypes.keys.sorted().joined(separator: ", "))",
          at: range))
      return nil
    }
    let isNew = files[path] == nil
    guard read(path, isImage: true, at: range), let bytes = files[path] else { return nil }
    if isNew { imageBytes += bytes.count }
    guard bytes.count <= Self.imageLimit, imageBytes <= Self.imagesLimit else {
      let isOne = bytes.count > Self.imageLimit
      diagnostics.append(
        .unfitImage(
          isOne ? "the picture is too large" : "the pictures of this lesson are too large",
          note: isOne
            ? "a picture may have \(Self.imageLimit >> 10) KiB, since it becomes part of the page"
            : "together they may have \(Self.imagesLimit >> 20) MiB", at: range))
      return nil
    }
    return .image(path)
  }

  /// Reads a file, once; reports why it cannot be had.
  private mutating func read(_ path: String, isImage: Bool, at range: SourceRange) -> Bool {
    if files[path] != nil { return true }
    var reason = "only files below the lesson's own folder are linked"
    if let target = IncludeExpander.resolve(path, from: rootName) {
      do throws(IncludeFailure) {
        let bytes = try reader(target)
        fileBytes += bytes.count
        if bytes.count > LessonLimits.fileBytes {
          reason = "it is larger than \(LessonLimits.fileBytes >> 20) MiB"
        } else if fileBytes > LessonLimits.includedBytes {
          reason =
            "the files of this lesson are larger than \(LessonLimits.includedBytes >> 20) MiB"
        } else {
          files[path] = bytes
          return true
        }
      } catch {
        if case .unreadable(let words) = error { reason = words }
      }
    }
    diagnostics.append(
      .deadFile(path, isImage: isImage, reason: reason, at: range, write: neighbour(path)))
    return false
  }

  /// The file of the same folder that is called most like one that is not there.
  private func neighbour(_ path: String) -> String? {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let target =
      folder.isEmpty ? "" : IncludeExpander.resolve(folder, from: rootName).map { $0 + "/" }
    guard hasRoom, let target, let list = try? reader(target.isEmpty ? "./" : target) else {
      return nil
    }
    let names = String(decoding: list, as: UTF8.self).split(separator: "\n").map(String.init)
    return Nearest.name(to: String(path.dropFirst(folder.count)), among: names).map {
      Self.encoded(folder + $0)
    }
  }
}
