import CBareCommonMark

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// libcmark and nothing else: parse, render to HTML, free.
enum BareCommonMark {
  /// How many bytes of HTML a chapter becomes.
  static func htmlByteCount(_ chapter: [UInt8]) -> Int {
    chapter.withUnsafeBytes { bytes in
      guard
        let tree = cmark_parse_document(
          bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, CMARK_OPT_DEFAULT)
      else { return 0 }
      defer { cmark_node_free(tree) }
      guard let html = cmark_render_html(tree, CMARK_OPT_DEFAULT) else { return 0 }
      defer { free(html) }
      return strlen(html)
    }
  }
}
