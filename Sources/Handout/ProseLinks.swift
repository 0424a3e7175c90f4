import Lesson
import Markdown

/// Links and images of the prose, as the pages of a format have them.
extension LessonView {
  /// Gives each link the address that it has in a format. A link to what the format has no name for
  /// becomes its text.
  /// Says whether there are figures.
  func edit(
    _ edits: inout TemporaryEdits, format: HandoutFormat, context: HandoutContext
  ) -> Bool {
    var hasFigures = false
    for link in links {
      switch link.target {
      case .elsewhere: continue
      case .anchor:
        // LaTeX and manual pages have no names of headings.
        if format == .latex || format == .man { unwrap(link.node, &edits) }
        editFragment(link.node, &edits, context)
      case .step:
        if format != .html { unwrap(link.node, &edits) }
        editFragment(link.node, &edits, context)
      case .lesson(let path, let anchor):
        if let address = address(ofLesson: path, anchor: anchor, format: format, context) {
          edits.setAddress(address, of: link.node)
        } else {
          unwrap(link.node, &edits)
        }
      case .file(let path):
        if context.singleFile != nil {
          edits.replace(link.node, keepingChildrenIn: download(path))
        } else {
          edits.setAddress(Page.address(attachmentName(path)), of: link.node)
        }
      case .image(let path):
        let paragraph = link.node.parent
        let isFigure =
          !link.node.title.isEmpty && paragraph?.kind == .paragraph && link.node.previous == nil
          && link.node.next == nil
        if let paragraph, isFigure {
          hasFigures = true
          editFigure(paragraph, link.node, path, &edits, format: format)
        } else if format == .html {
          edits.replace(link.node, with: picture(link.node, path, isFigure: false, .customInline))
        } else {
          edits.setAddress(Page.address(attachmentName(path)), of: link.node)
        }
      }
    }
    return hasFigures
  }

  /// An image alone in its paragraph, with a title: a figure with a caption.
  private func editFigure(
    _ paragraph: MarkdownNode, _ image: MarkdownNode, _ path: String,
    _ edits: inout TemporaryEdits, format: HandoutFormat
  ) {
    if format == .html {
      edits.replace(paragraph, with: picture(image, path, isFigure: true, .customBlock))
      return
    }
    edits.setAddress(Page.address(attachmentName(path)), of: image)
    guard format != .markdown else { return }
    let text = document.makeNode(.text)
    text.literal = SentencePart.plain(image.title)
    let emphasis = document.makeNode(.emphasis)
    emphasis.append(text)
    let caption = document.makeNode(.paragraph)
    caption.append(emphasis)
    edits.insert(caption, after: paragraph)
  }

  private func unwrap(_ node: MarkdownNode, _ edits: inout TemporaryEdits) {
    edits.replace(node, keepingChildrenIn: document.makeNode(.customInline))
  }

  /// A link within the page: where the page has other lessons, its target has another name.
  private func editFragment(
    _ node: MarkdownNode, _ edits: inout TemporaryEdits, _ context: HandoutContext
  ) {
    guard let part = context.singleFile?.parts[name] else { return }
    let fragment = node.url.drop { $0 == "#" }
    edits.setAddress(fragment.isEmpty ? "#\(part)" : "#\(part)/\(fragment)", of: node)
  }

  /// The address of a lesson; `nil` when the file that is made has nothing beside it, nor that lesson in it.
  func address(
    ofLesson path: String, anchor: String?, format: HandoutFormat, _ context: HandoutContext
  ) -> String? {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let name = file.hasSuffix(".md") ? String(file.dropLast(3)) : file
    if let single = context.singleFile {
      return single.parts[name].map { part in "#" + part + (anchor.map { "/\($0)" } ?? "") }
    }
    let page = name == context.cover ? "index" : name
    return Page.address("\(page).\(format.fileExtension)") + (anchor.map { "#\($0)" } ?? "")
  }

  /// A picture that is part of the page, so that the page can be mailed.
  private func picture(
    _ node: MarkdownNode, _ path: String, isFigure: Bool, _ kind: MarkdownNode.Kind
  ) -> MarkdownNode {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    let type = LessonLink.imageType(ofEnding: ending) ?? "application/octet-stream"
    var html = HTML()
    var attributes: [HTML.Attribute] = [
      .attribute("src", "data:\(type);base64,\(Base64.text(files[path] ?? []))"),
      .attribute("alt", node.plainText),
    ]
    if !isFigure, !node.title.isEmpty { attributes.append(.attribute("title", node.title)) }
    if isFigure { html.raw("<figure class=\"figure\">") }
    html.open("img", attributes)
    if isFigure {
      html.element("figcaption") { $0.sentence(node.title) }
      html.raw("</figure>")
    }
    let custom = document.makeNode(kind)
    custom.setOnEnter(html.bytes)
    return custom
  }

  /// A link that saves a file, which is part of the page.
  private func download(_ path: String) -> MarkdownNode {
    var html = HTML()
    html.open(
      "a",
      .attribute(
        "href", "data:application/octet-stream;base64,\(Base64.text(files[path] ?? []))"),
      .attribute("download", path.split(separator: "/").last.map(String.init) ?? path))
    let custom = document.makeNode(.customInline)
    custom.setOnEnter(html.bytes)
    custom.onExit = "</a>"
    return custom
  }

  // MARK: Files beside the page

  /// The name under which a file that the prose links to lies beside the page: that of the lesson in
  /// front, so that files of different lessons do not meet.
  private func attachmentName(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." && $0 != ".." }
    let name = parts.joined(separator: "-")
    // Two paths may come to the same name; then the number of slashes and all tells them apart.
    let others = files.keys.filter {
      $0 != path
        && $0.split(separator: "/").filter { $0 != "." && $0 != ".." }
          .joined(separator: "-") == name
    }
    let number = others.count { $0 < path }
    return "\(self.name).file\(number == 0 ? "" : "-\(number)").\(name)"
  }

  /// The files that lie beside the page in a format.
  func attachments(_ format: HandoutFormat) -> [HandoutFile] {
    var found: [String: [UInt8]] = [:]
    for link in links {
      switch link.target {
      case .file(let path): found[attachmentName(path)] = files[path]
      case .image(let path):
        if format != .html { found[attachmentName(path)] = files[path] }
      case .elsewhere, .anchor, .step, .lesson: continue
      }
    }
    return found.keys.sorted().map { HandoutFile(name: $0, bytes: found[$0] ?? []) }
  }
}

/// Bytes as text (RFC 4648, section 4).
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let count = min(3, bytes.count - index)
      var group = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < count ? Int(bytes[index + offset]) : 0)
      }
      for place in 0..<4 {
        out.append(place <= count ? digits[group >> (18 - 6 * place) & 63] : 0x3D)
      }
      index += 3
    }
    return String(decoding: out, as: UTF8.self)
  }
}
