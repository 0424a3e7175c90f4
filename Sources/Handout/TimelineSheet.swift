/// How large timelines are drawn: their readers choose, without a script.
/// A sheet of its own, which pages without timelines do not carry.
enum TimelineSheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-ZMNgSjuXDr0UOLgWYLiUBX6kBKanQkUPO0KQQXM9LDg="

  static let text: StaticString = """
    .zoom{display:block;text-align:center;font:.82rem system-ui,sans-serif}
    .zoom select{font:inherit;min-height:44px;margin-inline-start:.4em}
    .timeline:has([value=fit]:checked) .scroll svg{max-width:100%;height:auto}
    .timeline:has([value="2"]:checked) .scroll svg{zoom:2}
    .timeline:has([value="4"]:checked) .scroll svg{zoom:4}
    @media print{.zoom{display:none}.timeline .scroll svg{zoom:1}}
    """
}
