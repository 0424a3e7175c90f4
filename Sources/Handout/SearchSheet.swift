/// The look of the page that searches: a sheet that only this page has.
enum SearchSheet {
  /// The digest by which the page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-LDWETLARWejqANOJldfxk93owKeaAjUlEvIaGfM5G0Q="

  /// At most 1 KB; the colours are those of ``Stylesheet``.
  static let text: StaticString = """
    form label{display:block;font:600 .95rem system-ui,sans-serif;margin-bottom:.3rem}
    form input{width:100%;min-height:2.75rem;padding:.3rem .7rem;font:inherit;color:var(--ink);\
    background:var(--paper);border:1px solid var(--soft);border-radius:5px}
    #how{margin:.4rem 0 1.2rem}
    #found{min-height:1.6em;font:.95rem/1.6 system-ui,sans-serif}
    mark{background:none;color:inherit;font-weight:700;text-decoration:underline;\
    text-decoration-thickness:2px;text-underline-offset:.2em}
    .lessons .count{font-size:.86rem}
    .lessons a{display:inline-block;min-height:1.5rem}
    @media print{form{display:none}}
    """
}
