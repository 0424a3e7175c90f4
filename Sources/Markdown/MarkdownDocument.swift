/// A CommonMark document as libcmark's tree.
///
/// The document owns the tree and every node that was made for it or taken out of it, and frees each
/// exactly once, when the last handle to the document or to any of its nodes is gone. Nodes of
/// different documents do not mix.
///
/// Edits go through ``MarkdownNode``. Refused, with `false` and no change, is what would put a node
/// below itself, a node of another document anywhere, a document below anything, or a kind where
/// CommonMark does not allow it (a block in a paragraph, anything but an item in a list).
///
/// Not `Sendable`: one thread at a time.
public final class MarkdownDocument {
  /// Bytes that are parsed at most; what lies behind is ignored.
  ///
  /// libcmark counts in 32 bits and ends the process when an output grows past that. Callers refuse
  /// larger files long before.
  public static let byteLimit = 1 << 27

  /// The version of libcmark, which may differ from run to run: it is a library of the system.
  public static var libraryVersion: String { RawNode.libraryVersion }

  private let tree: RawNode
  /// Nodes without a parent, apart from the tree's root. Order never matters.
  private var detached: Set<RawNode> = []
  private let source: [UInt8]

  /// Parses UTF-8 bytes.
  ///
  /// Lines may end in LF, CRLF or CR; a byte-order mark is dropped; NUL and ill-formed UTF-8 become
  /// U+FFFD. Positions of nodes are lines and columns of these very bytes. Front matter is for the
  /// caller to blank out beforehand (each byte but the line ends replaced by a space), so that
  /// positions stay true of the file.
  /// - Complexity: O(*n*), except for a few inputs made to be slow.
  public init(parsing bytes: [UInt8]) {
    source = bytes
    tree = RawNode.parse(bytes.prefix(Self.byteLimit))
  }

  /// An empty document.
  public convenience init() { self.init(parsing: []) }

  deinit {
    for node in detached { node.free() }
    tree.free()
  }

  /// The document node.
  public var root: MarkdownNode { MarkdownNode(self, tree) }

  /// Makes a detached node.
  ///
  /// A ``MarkdownNode/Kind/document`` is made as well, but nothing can hold it.
  public func makeNode(_ kind: MarkdownNode.Kind) -> MarkdownNode {
    let node = RawNode.make(kind)
    detached.insert(node)
    return MarkdownNode(self, node)
  }

  /// How many detached trees the document keeps.
  var detachedCount: Int { detached.count }

  /// Where each line of the parsed bytes begins, by CommonMark's line ends: LF, CRLF and CR.
  public private(set) lazy var lineStarts: [Int] = {
    var starts = [0]
    var index = 0
    while index < source.count {
      let byte = source[index]
      index += 1
      if byte == 0x0D, index < source.count, source[index] == 0x0A { index += 1 }
      if byte == 0x0A || byte == 0x0D { starts.append(index) }
    }
    return starts
  }()

  // MARK: Rendering

  /// HTML; with `allowRaw` false, HTML written by the author is left out (a comment stands there)
  /// and links to `javascript:` and the like lose their address.
  public func html(allowRaw: Bool) -> String { text(.html(allowRaw: allowRaw)) }

  /// CommonMark, wrapped at a width; 0 does not wrap.
  ///
  /// Where a list is followed by a list or a code block, libcmark writes `<!-- end list -->` between
  /// them; see ``listSeams``.
  public func commonMark(width: Int) -> String { text(.commonMark(width: width)) }

  /// LaTeX without a preamble, wrapped at a width; 0 does not wrap.
  public func latex(width: Int) -> String { text(.latex(width: width)) }

  /// A manual page without its `.TH` line, wrapped at a width; 0 does not wrap.
  public func man(width: Int) -> String { text(.man(width: width)) }

  /// Appends what ``html(allowRaw:)`` gives, without making a `String`.
  public func appendHTML(allowRaw: Bool, to bytes: inout [UInt8]) {
    tree.render(.html(allowRaw: allowRaw)) { bytes.append(contentsOf: $0) }
  }

  private func text(_ format: MarkdownFormat) -> String {
    tree.render(format) { String(decoding: $0, as: UTF8.self) }
  }

  /// The lists after which ``commonMark(width:)`` writes `<!-- end list -->` of its own accord.
  ///
  /// Whoever wants tree and text to have the same blocks puts an HTML block with that comment behind
  /// each of them first.
  public var listSeams: [MarkdownNode] {
    root.blocks.filter { node in
      guard node.kind == .list, let next = node.next?.kind else { return false }
      return next == .list || next == .codeBlock
    }
  }

  // MARK: Ownership

  /// Takes over a node that has lost its parent.
  func adopt(_ node: RawNode) { detached.insert(node) }

  /// Gives a node a parent through `edit`, unless that cannot be.
  func attach(_ node: MarkdownNode, under parent: RawNode?, _ edit: () -> Bool) -> Bool {
    guard node.document === self, node.raw != tree, let parent else { return false }
    if node.raw == parent { return false }
    if node.raw.firstChild != nil {
      var ancestor: RawNode? = parent
      while let here = ancestor {
        if here == node.raw { return false }
        ancestor = here.parent
      }
    }
    guard edit() else { return false }
    detached.remove(node.raw)
    return true
  }
}
