import CCommonMark

/// A node of libcmark's tree: the only place that calls the C library.
///
/// Nothing here owns anything. ``MarkdownDocument`` keeps every node alive for as long as anybody
/// holds a handle to it, so a `RawNode` inside a ``MarkdownNode`` is always valid. libcmark ends the
/// process when memory runs out, so the pointers that it returns from making something exist.
struct RawNode: Hashable {
  private let pointer: OpaquePointer

  private init(_ pointer: OpaquePointer) { self.pointer = pointer }

  private init?(_ pointer: OpaquePointer?) {
    guard let pointer else { return nil }
    self.pointer = pointer
  }

  // MARK: Making and freeing

  /// Parses bytes; the caller frees the tree.
  ///
  /// Ill-formed UTF-8 and NUL become U+FFFD, so that every text taken out later is well-formed.
  static func parse(_ bytes: ArraySlice<UInt8>) -> RawNode {
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return make(.document) }
      let text = base.assumingMemoryBound(to: CChar.self)
      return RawNode(cmark_parse_document(text, buffer.count, CMARK_OPT_VALIDATE_UTF8))
    }
  }

  /// The version of the library that is loaded.
  static var libraryVersion: String { String(cString: cmark_version_string()) }

  /// Makes a node without a parent; the caller frees it or gives it to a tree.
  static func make(_ kind: MarkdownNode.Kind) -> RawNode { RawNode(cmark_node_new(kind.cType)) }

  /// Frees the node and all below it, without recursion.
  func free() { cmark_node_free(pointer) }

  // MARK: Neighbours

  var parent: RawNode? { RawNode(cmark_node_parent(pointer)) }
  var next: RawNode? { RawNode(cmark_node_next(pointer)) }
  var previous: RawNode? { RawNode(cmark_node_previous(pointer)) }
  var firstChild: RawNode? { RawNode(cmark_node_first_child(pointer)) }
  var lastChild: RawNode? { RawNode(cmark_node_last_child(pointer)) }

  // MARK: Content

  var kind: MarkdownNode.Kind { MarkdownNode.Kind(cmark_node_get_type(pointer)) }

  var literal: UnsafePointer<CChar>? { cmark_node_get_literal(pointer) }
  var fenceInfo: UnsafePointer<CChar>? { cmark_node_get_fence_info(pointer) }
  var url: UnsafePointer<CChar>? { cmark_node_get_url(pointer) }
  var title: UnsafePointer<CChar>? { cmark_node_get_title(pointer) }
  var onEnter: UnsafePointer<CChar>? { cmark_node_get_on_enter(pointer) }
  var onExit: UnsafePointer<CChar>? { cmark_node_get_on_exit(pointer) }

  func setLiteral(_ text: String) -> Bool { cmark_node_set_literal(pointer, text) == 1 }
  func setFenceInfo(_ text: String) -> Bool { cmark_node_set_fence_info(pointer, text) == 1 }
  func setURL(_ text: String) -> Bool { cmark_node_set_url(pointer, text) == 1 }
  func setTitle(_ text: String) -> Bool { cmark_node_set_title(pointer, text) == 1 }
  func setOnEnter(_ text: String) -> Bool { cmark_node_set_on_enter(pointer, text) == 1 }
  func setOnExit(_ text: String) -> Bool { cmark_node_set_on_exit(pointer, text) == 1 }

  /// Sets the text of a custom node from bytes that end in NUL and hold none before.
  func setOnEnter(bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes {
      guard let base = $0.baseAddress else { return false }
      return cmark_node_set_on_enter(pointer, base.assumingMemoryBound(to: CChar.self)) == 1
    }
  }

  var headingLevel: Int { Int(cmark_node_get_heading_level(pointer)) }
  func setHeadingLevel(_ level: Int32) -> Bool {
    cmark_node_set_heading_level(pointer, level) == 1
  }

  var isOrderedList: Bool { cmark_node_get_list_type(pointer) == CMARK_ORDERED_LIST }
  var listStart: Int { Int(cmark_node_get_list_start(pointer)) }
  var isTightList: Bool { cmark_node_get_list_tight(pointer) != 0 }

  func setList(isOrdered: Bool, start: Int32, isTight: Bool) -> Bool {
    guard start >= 0, cmark_node_set_list_tight(pointer, isTight ? 1 : 0) == 1 else { return false }
    guard isOrdered else { return cmark_node_set_list_type(pointer, CMARK_BULLET_LIST) == 1 }
    return cmark_node_set_list_type(pointer, CMARK_ORDERED_LIST) == 1
      && cmark_node_set_list_delim(pointer, CMARK_PERIOD_DELIM) == 1
      && cmark_node_set_list_start(pointer, start) == 1
  }

  var startLine: Int { Int(cmark_node_get_start_line(pointer)) }
  var startColumn: Int { Int(cmark_node_get_start_column(pointer)) }
  var endLine: Int { Int(cmark_node_get_end_line(pointer)) }
  var endColumn: Int { Int(cmark_node_get_end_column(pointer)) }

  // MARK: Moving nodes; each takes the node out of where it is and returns whether it was allowed

  func unlink() { cmark_node_unlink(pointer) }
  func insertBefore(_ node: RawNode) -> Bool {
    cmark_node_insert_before(pointer, node.pointer) == 1
  }
  func insertAfter(_ node: RawNode) -> Bool { cmark_node_insert_after(pointer, node.pointer) == 1 }
  func append(_ node: RawNode) -> Bool { cmark_node_append_child(pointer, node.pointer) == 1 }
  func prepend(_ node: RawNode) -> Bool { cmark_node_prepend_child(pointer, node.pointer) == 1 }
  func replace(with node: RawNode) -> Bool { cmark_node_replace(pointer, node.pointer) == 1 }

  // MARK: Rendering

  /// Renders and hands the text, without its NUL, to `body`; the C string is freed afterwards.
  func render<Result>(
    _ format: MarkdownFormat, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let text: UnsafeMutablePointer<CChar> =
      switch format {
      case .html(let allowRaw):
        cmark_render_html(pointer, allowRaw ? CMARK_OPT_UNSAFE : CMARK_OPT_DEFAULT)
      case .commonMark(let width):
        cmark_render_commonmark(pointer, CMARK_OPT_DEFAULT, Int32(clamping: width))
      case .latex(let width):
        cmark_render_latex(pointer, CMARK_OPT_DEFAULT, Int32(clamping: width))
      case .man(let width):
        cmark_render_man(pointer, CMARK_OPT_DEFAULT, Int32(clamping: width))
      }
    defer { cmark_get_default_mem_allocator().pointee.free(text) }
    return withCBytes(text, body)
  }
}

/// The bytes of a C string, without its NUL.
func withCBytes<Result>(
  _ text: UnsafePointer<CChar>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  let count = ringwalk_text_length(text)
  return text.withMemoryRebound(to: UInt8.self, capacity: count) {
    body(UnsafeBufferPointer(start: $0, count: count))
  }
}

/// A text format that libcmark writes.
enum MarkdownFormat {
  case html(allowRaw: Bool)
  case commonMark(width: Int)
  case latex(width: Int)
  case man(width: Int)
}

extension MarkdownNode.Kind {
  fileprivate var cType: cmark_node_type {
    switch self {
    case .document: CMARK_NODE_DOCUMENT
    case .blockQuote: CMARK_NODE_BLOCK_QUOTE
    case .list: CMARK_NODE_LIST
    case .item: CMARK_NODE_ITEM
    case .codeBlock: CMARK_NODE_CODE_BLOCK
    case .htmlBlock: CMARK_NODE_HTML_BLOCK
    case .customBlock: CMARK_NODE_CUSTOM_BLOCK
    case .paragraph: CMARK_NODE_PARAGRAPH
    case .heading: CMARK_NODE_HEADING
    case .thematicBreak: CMARK_NODE_THEMATIC_BREAK
    case .text: CMARK_NODE_TEXT
    case .softBreak: CMARK_NODE_SOFTBREAK
    case .lineBreak: CMARK_NODE_LINEBREAK
    case .code: CMARK_NODE_CODE
    case .htmlInline: CMARK_NODE_HTML_INLINE
    case .customInline: CMARK_NODE_CUSTOM_INLINE
    case .emphasis: CMARK_NODE_EMPH
    case .strong: CMARK_NODE_STRONG
    case .link: CMARK_NODE_LINK
    case .image: CMARK_NODE_IMAGE
    }
  }

  fileprivate init(_ type: cmark_node_type) {
    self =
      switch type {
      case CMARK_NODE_DOCUMENT: .document
      case CMARK_NODE_BLOCK_QUOTE: .blockQuote
      case CMARK_NODE_LIST: .list
      case CMARK_NODE_ITEM: .item
      case CMARK_NODE_CODE_BLOCK: .codeBlock
      case CMARK_NODE_HTML_BLOCK: .htmlBlock
      case CMARK_NODE_PARAGRAPH: .paragraph
      case CMARK_NODE_HEADING: .heading
      case CMARK_NODE_THEMATIC_BREAK: .thematicBreak
      case CMARK_NODE_TEXT: .text
      case CMARK_NODE_SOFTBREAK: .softBreak
      case CMARK_NODE_LINEBREAK: .lineBreak
      case CMARK_NODE_CODE: .code
      case CMARK_NODE_HTML_INLINE: .htmlInline
      case CMARK_NODE_CUSTOM_INLINE: .customInline
      case CMARK_NODE_EMPH: .emphasis
      case CMARK_NODE_STRONG: .strong
      case CMARK_NODE_LINK: .link
      case CMARK_NODE_IMAGE: .image
      default: .customBlock
      }
  }
}
