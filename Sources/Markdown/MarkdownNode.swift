/// A node of a CommonMark tree: a handle that keeps its document alive.
///
/// Two handles are equal when they mean the same node. Reading a property that a kind does not have
/// gives an empty value; setting one changes nothing. NUL characters in a text that is set become
/// U+FFFD, as they do when parsed.
public struct MarkdownNode: Hashable {
  /// What a node is.
  public enum Kind: Sendable, Hashable, CaseIterable {
    // Blocks.
    case document, blockQuote, list, item, codeBlock, htmlBlock, customBlock, paragraph, heading
    case thematicBreak
    // Inlines.
    case text, softBreak, lineBreak, code, htmlInline, customInline, emphasis, strong, link, image

    /// Whether it stands between blocks; else it stands within a line.
    public var isBlock: Bool {
      switch self {
      case .document, .blockQuote, .list, .item, .codeBlock, .htmlBlock, .customBlock, .paragraph,
        .heading, .thematicBreak:
        true
      case .text, .softBreak, .lineBreak, .code, .htmlInline, .customInline, .emphasis, .strong,
        .link, .image:
        false
      }
    }
  }

  /// How a list counts.
  public enum ListStyle: Sendable, Hashable {
    /// Bullets.
    case bullet
    /// Numbers from this one, which is at least 0.
    case ordered(start: Int)
  }

  /// The document that owns the node.
  public let document: MarkdownDocument
  let raw: RawNode

  init(_ document: MarkdownDocument, _ raw: RawNode) {
    self.document = document
    self.raw = raw
  }

  /// Whether both handles mean the same node.
  public static func == (left: MarkdownNode, right: MarkdownNode) -> Bool { left.raw == right.raw }

  /// Feeds the node's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(raw) }

  // MARK: Content

  /// What it is.
  public var kind: Kind { raw.kind }

  /// The text of a text, code, code block or HTML node.
  public var literal: String {
    get { text(raw.literal) }
    nonmutating set { _ = raw.setLiteral(Self.clean(newValue)) }
  }

  /// The bytes of ``literal``, without making a `String`.
  public var literalBytes: [UInt8] {
    guard let text = raw.literal else { return [] }
    return withCBytes(text) { Array($0) }
  }

  /// The words after the opening fence of a code block, escapes worked out.
  public var fenceInfo: String {
    get { text(raw.fenceInfo) }
    nonmutating set { _ = raw.setFenceInfo(Self.clean(newValue)) }
  }

  /// The level of a heading, 1...6; 0 for other kinds. Other levels are not set.
  public var headingLevel: Int {
    get { raw.headingLevel }
    nonmutating set { _ = raw.setHeadingLevel(Int32(clamping: newValue)) }
  }

  /// Where a link or image points.
  public var url: String {
    get { text(raw.url) }
    nonmutating set { _ = raw.setURL(Self.clean(newValue)) }
  }

  /// The title of a link or image.
  public var title: String {
    get { text(raw.title) }
    nonmutating set { _ = raw.setTitle(Self.clean(newValue)) }
  }

  /// What a custom node writes before its children, in the words of the output format.
  public var onEnter: String {
    get { text(raw.onEnter) }
    nonmutating set { _ = raw.setOnEnter(Self.clean(newValue)) }
  }

  /// What a custom node writes after its children, in the words of the output format.
  public var onExit: String {
    get { text(raw.onExit) }
    nonmutating set { _ = raw.setOnExit(Self.clean(newValue)) }
  }

  /// Sets ``onEnter`` from UTF-8 bytes, without making a `String`; NUL bytes become U+FFFD.
  public func setOnEnter(_ bytes: [UInt8]) {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + 1)
    if bytes.contains(0) {
      for byte in bytes {
        byte == 0 ? text.append(contentsOf: [0xEF, 0xBF, 0xBD]) : text.append(byte)
      }
    } else {
      text.append(contentsOf: bytes)
    }
    text.append(0)
    _ = raw.setOnEnter(bytes: text)
  }

  /// How a list counts; `nil` for other kinds.
  public var listStyle: ListStyle? {
    guard kind == .list else { return nil }
    return raw.isOrderedList ? .ordered(start: raw.listStart) : .bullet
  }

  /// Whether the items of a list stand without blank lines between them.
  public var isTightList: Bool { raw.isTightList }

  /// Makes a list count in a way; returns `false` when the node is no list or the start negative.
  @discardableResult
  public func setList(_ style: ListStyle, isTight: Bool) -> Bool {
    guard kind == .list else { return false }
    switch style {
    case .bullet: return raw.setList(isOrdered: false, start: 0, isTight: isTight)
    case .ordered(let start):
      return raw.setList(isOrdered: true, start: Int32(clamping: start), isTight: isTight)
    }
  }

  // MARK: Place in the source

  /// First line, from 1; 0 for a node that was made.
  public var startLine: Int { raw.startLine }
  /// First column, from 1, in bytes; 0 for a node that was made.
  public var startColumn: Int { raw.startColumn }
  /// Last line, from 1; 0 for a node that was made.
  public var endLine: Int { raw.endLine }
  /// Last column, from 1, in bytes; 0 for a node that was made.
  public var endColumn: Int { raw.endColumn }

  // MARK: Neighbours

  /// The node that holds this one; `nil` for the root and for detached nodes.
  public var parent: MarkdownNode? { raw.parent.map { MarkdownNode(document, $0) } }
  /// The next node of the same parent.
  public var next: MarkdownNode? { raw.next.map { MarkdownNode(document, $0) } }
  /// The previous node of the same parent.
  public var previous: MarkdownNode? { raw.previous.map { MarkdownNode(document, $0) } }
  /// The first node held.
  public var firstChild: MarkdownNode? { raw.firstChild.map { MarkdownNode(document, $0) } }
  /// The last node held.
  public var lastChild: MarkdownNode? { raw.lastChild.map { MarkdownNode(document, $0) } }

  /// The nodes held, in order.
  ///
  /// The next one is found before a node is handed out: the node may be replaced or taken away.
  public var children: some Sequence<MarkdownNode> {
    sequence(state: raw.firstChild) { [document] upcoming in
      guard let node = upcoming else { return nil }
      upcoming = node.next
      return MarkdownNode(document, node)
    }
  }

  /// All nodes below this one, each before those it holds, without recursion.
  ///
  /// A node handed out may be edited, replaced or taken away: then what it held and what replaced it
  /// are passed over, and the walk goes on after it.
  public var descendants: MarkdownWalk { MarkdownWalk(below: self, blocksOnly: false) }

  /// Like ``descendants``, but blocks only: does not look into paragraphs and headings.
  public var blocks: MarkdownWalk { MarkdownWalk(below: self, blocksOnly: true) }

  /// The text of all text and code nodes below this one; breaks become spaces.
  public var plainText: String {
    var out = ""
    for node in descendants {
      switch node.kind {
      case .text, .code: out += node.literal
      case .softBreak, .lineBreak: out += " "
      default: break
      }
    }
    return out
  }

  // MARK: Edits

  /// Puts a node in front of this one; see ``MarkdownDocument`` for what is refused.
  @discardableResult
  public func insertBefore(_ node: MarkdownNode) -> Bool {
    guard node != self else { return false }
    return document.attach(node, under: raw.parent) { raw.insertBefore(node.raw) }
  }

  /// Puts a node behind this one; see ``MarkdownDocument`` for what is refused.
  @discardableResult
  public func insertAfter(_ node: MarkdownNode) -> Bool {
    guard node != self else { return false }
    return document.attach(node, under: raw.parent) { raw.insertAfter(node.raw) }
  }

  /// Makes a node the last child; see ``MarkdownDocument`` for what is refused.
  @discardableResult
  public func append(_ node: MarkdownNode) -> Bool {
    document.attach(node, under: raw) { raw.append(node.raw) }
  }

  /// Makes a node the first child; see ``MarkdownDocument`` for what is refused.
  @discardableResult
  public func prepend(_ node: MarkdownNode) -> Bool {
    document.attach(node, under: raw) { raw.prepend(node.raw) }
  }

  /// Takes the node, with all it holds, out of its parent; `false` when it has none.
  ///
  /// The document goes on owning it: it may be put in again elsewhere.
  @discardableResult
  public func unlink() -> Bool {
    guard raw.parent != nil else { return false }
    raw.unlink()
    document.adopt(raw)
    return true
  }

  /// Puts a node in the place of this one, which becomes detached; see ``MarkdownDocument`` for what
  /// is refused. A node that this one holds may replace it.
  @discardableResult
  public func replace(with node: MarkdownNode) -> Bool {
    guard node != self,
      document.attach(node, under: raw.parent, { raw.replace(with: node.raw) })
    else { return false }
    document.adopt(raw)
    return true
  }

  // MARK: Parts

  private func text(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    return withCBytes(text) { String(decoding: $0, as: UTF8.self) }
  }

  private static func clean(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { out.append(scalar.value == 0 ? "\u{FFFD}" : scalar) }
    return String(out)
  }
}

/// The nodes below one, in the order in which they are written.
public struct MarkdownWalk: Sequence, IteratorProtocol {
  private let document: MarkdownDocument
  private let root: RawNode
  private let blocksOnly: Bool
  private var current: RawNode?
  private var parentOfCurrent: RawNode?
  /// Where to go on when `current` has been taken away; `nil`: behind its parent.
  private var siblingOfCurrent: RawNode?
  private var isFinished = false

  init(below node: MarkdownNode, blocksOnly: Bool) {
    document = node.document
    root = node.raw
    self.blocksOnly = blocksOnly
  }

  /// The next node.
  public mutating func next() -> MarkdownNode? {
    guard !isFinished, let found = successor() else {
      isFinished = true
      return nil
    }
    current = found
    parentOfCurrent = found.parent
    siblingOfCurrent = found.next
    return MarkdownNode(document, found)
  }

  private func successor() -> RawNode? {
    guard let current else { return firstChild(of: root) }
    if current.parent == parentOfCurrent { return firstChild(of: current) ?? following(current) }
    return siblingOfCurrent ?? parentOfCurrent.flatMap { following($0) }
  }

  private func firstChild(of node: RawNode) -> RawNode? {
    if blocksOnly {
      switch node.kind {
      case .paragraph, .heading: return nil
      default: break
      }
    }
    return node.firstChild
  }

  /// The node after one and all it holds, still below the root.
  private func following(_ node: RawNode) -> RawNode? {
    var place: RawNode? = node
    while let here = place, here != root {
      if let next = here.next { return next }
      place = here.parent
    }
    return nil
  }
}
