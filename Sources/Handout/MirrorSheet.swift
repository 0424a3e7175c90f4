/// What pages add that run from right to left: scripts, code, pictures and the controls that move along
/// a picture's time stay as they are. A sheet of its own, which other pages do not carry.
enum MirrorSheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-n0/B5htlZfayj0/8ciP2n7RUDiX+burjYUzarmrybXM="

  /// At most 1 KB.
  static let text: StaticString = """
    svg,pre,code,.bar,.timeline .scroll{direction:ltr}
    code{unicode-bidi:isolate}
    """
}
