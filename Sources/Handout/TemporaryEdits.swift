import Markdown

/// Edits of a lesson's tree that are undone when a page has been written.
///
/// The tree belongs to the lesson, and a lesson may be rendered many times and in many formats.
struct TemporaryEdits {
  private enum Edit {
    case replaced(MarkdownNode, by: MarkdownNode)
    case wrapped(MarkdownNode, in: MarkdownNode)
    case inserted(MarkdownNode)
    case removedFirst(MarkdownNode, of: MarkdownNode)
    case changedLiteral(MarkdownNode, from: String)
    case changedInfo(MarkdownNode, from: String)
    case changedLevel(MarkdownNode, from: Int)
    case changedAddress(MarkdownNode, from: String)
  }

  private var edits: [Edit] = []

  /// Puts `new` in the place of `old`.
  mutating func replace(_ old: MarkdownNode, with new: MarkdownNode) {
    if old.replace(with: new) { edits.append(.replaced(old, by: new)) }
  }

  /// Puts `wrapper` in the place of `node` and all that `node` held into it.
  mutating func replace(_ node: MarkdownNode, keepingChildrenIn wrapper: MarkdownNode) {
    guard node.replace(with: wrapper) else { return }
    for child in node.children { wrapper.append(child) }
    edits.append(.wrapped(node, in: wrapper))
  }

  /// Puts `wrapper` in the place of `node`, and `node` into it.
  mutating func wrap(_ node: MarkdownNode, in wrapper: MarkdownNode) {
    guard node.replace(with: wrapper) else { return }
    wrapper.append(node)
    edits.append(.replaced(node, by: wrapper))
  }

  /// Puts `new` behind `node`.
  mutating func insert(_ new: MarkdownNode, after node: MarkdownNode) {
    if node.insertAfter(new) { edits.append(.inserted(new)) }
  }

  /// Makes `new` the last child.
  mutating func append(_ new: MarkdownNode, to node: MarkdownNode) {
    if node.append(new) { edits.append(.inserted(new)) }
  }

  /// Makes `new` the first child.
  mutating func prepend(_ new: MarkdownNode, to node: MarkdownNode) {
    if node.prepend(new) { edits.append(.inserted(new)) }
  }

  /// Takes a node's first child away.
  mutating func removeFirst(of node: MarkdownNode) {
    guard let first = node.firstChild, first.unlink() else { return }
    edits.append(.removedFirst(first, of: node))
  }

  /// Takes away the heading of the first level with which a document begins, when it says what the
  /// page's own title says.
  mutating func removeTitle(_ title: String, of document: MarkdownDocument) {
    guard let first = document.root.firstChild, first.headingLevel == 1, first.plainText == title
    else { return }
    removeFirst(of: document.root)
  }

  mutating func setLiteral(_ text: String, of node: MarkdownNode) {
    edits.append(.changedLiteral(node, from: node.literal))
    node.literal = text
  }

  mutating func setInfo(_ text: String, of node: MarkdownNode) {
    edits.append(.changedInfo(node, from: node.fenceInfo))
    node.fenceInfo = text
  }

  mutating func setLevel(_ level: Int, of node: MarkdownNode) {
    edits.append(.changedLevel(node, from: node.headingLevel))
    node.headingLevel = level
  }

  mutating func setAddress(_ address: String, of node: MarkdownNode) {
    edits.append(.changedAddress(node, from: node.url))
    node.url = address
  }

  /// Makes the tree what it was.
  mutating func undo() {
    for edit in edits.reversed() {
      switch edit {
      case .replaced(let old, let new): new.replace(with: old)
      case .wrapped(let node, let wrapper):
        for child in wrapper.children { node.append(child) }
        wrapper.replace(with: node)
      case .inserted(let node): node.unlink()
      case .removedFirst(let node, let parent): parent.prepend(node)
      case .changedLiteral(let node, let text): node.literal = text
      case .changedInfo(let node, let text): node.fenceInfo = text
      case .changedLevel(let node, let level): node.headingLevel = level
      case .changedAddress(let node, let address): node.url = address
      }
    }
    edits = []
  }
}
