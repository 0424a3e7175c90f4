public import Lesson
import Markdown

/// A block of a page, for document models of other programs.
public indirect enum HandoutBlock: Sendable, Hashable {
  case paragraph([HandoutInline])
  case heading(level: Int, [HandoutInline])
  /// Text as it is, with the words of its fence.
  case code(String, info: String)
  case quote([HandoutBlock])
  /// A list; numbered where it says from which number on.
  case list([[HandoutBlock]], start: Int?)
  case rule
}

/// A part of a line.
public indirect enum HandoutInline: Sendable, Hashable {
  case text(String)
  case code(String)
  case emphasis([HandoutInline])
  case strong([HandoutInline])
  case link([HandoutInline], address: String, title: String)
  /// A picture with its text alternative. An SVG file that belongs to the page stands in the address, as a
  /// data URI.
  case image(String, address: String, title: String)
  case space
  case lineBreak
}

extension Handout {
  /// The blocks of a lesson that is no more than the fences and values of a document which another
  /// program has read, with a thematic break before each of them: a list of blocks for each break.
  ///
  /// - Parameters:
  ///   - lesson: The lesson.
  ///   - drawsPictures: Whether pictures are SVG; else they are drawn in letters or told in words.
  ///   - context: Whom the page is for.
  public static func parts(
    of lesson: Lesson, drawsPictures: Bool, context: HandoutContext
  ) -> [[HandoutBlock]] {
    var view = LessonView(lesson)
    view.edition = context.edition
    return TextPage.withTree(
      view, format: drawsPictures ? .markdown : .latex, escapes: false,
      context: context
    ) { document, pictures in
      var parts: [[HandoutBlock]] = []
      let reader = BlockReader(pictures: pictures)
      for node in document.root.children {
        if node.kind == .thematicBreak {
          parts.append([])
        } else if !parts.isEmpty {
          // What stands before the first break is the lesson's own head.
          parts[parts.count - 1] += reader.blocks(node)
        }
      }
      return parts
    }
  }
}

/// Reads blocks off a lesson's tree.
private struct BlockReader {
  /// Pictures that lie beside the page.
  let pictures: [HandoutFile]

  /// The blocks that a node stands for: none for what only CommonMark needs, such as the comment that
  /// parts two lists.
  func blocks(_ node: MarkdownNode) -> [HandoutBlock] {
    switch node.kind {
    case .paragraph: [.paragraph(inlines(node))]
    case .heading: [.heading(level: node.headingLevel, inlines(node))]
    case .codeBlock: [.code(node.literal, info: node.fenceInfo)]
    case .blockQuote: [.quote(node.children.flatMap(blocks))]
    case .list: [list(node)]
    case .thematicBreak: [.rule]
    case .document, .item, .customBlock: node.children.flatMap(blocks)
    case .htmlBlock, .text, .softBreak, .lineBreak, .code, .htmlInline, .customInline, .emphasis,
      .strong, .link, .image:
      []
    }
  }

  private func list(_ node: MarkdownNode) -> HandoutBlock {
    var start: Int?
    if case .ordered(let first)? = node.listStyle { start = first }
    return .list(node.children.map { $0.children.flatMap(blocks) }, start: start)
  }

  private func inlines(_ node: MarkdownNode) -> [HandoutInline] {
    node.children.flatMap { child -> [HandoutInline] in
      switch child.kind {
      case .text: [.text(child.literal)]
      case .code: [.code(child.literal)]
      case .softBreak: [.space]
      case .lineBreak: [.lineBreak]
      case .emphasis: [.emphasis(inlines(child))]
      case .strong: [.strong(inlines(child))]
      case .link: [.link(inlines(child), address: child.url, title: child.title)]
      case .image: [.image(child.plainText, address: address(child.url), title: child.title)]
      case .customInline: inlines(child)
      default: []
      }
    }
  }

  private func address(_ url: String) -> String {
    guard let picture = pictures.first(where: { $0.address == url }) else { return url }
    return picture.dataURI
  }
}
