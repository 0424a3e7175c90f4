/// The look of what only some lessons have: tables of numbers, callouts, footnotes, captions of figures.
/// A sheet of its own, which other pages do not carry.
enum ProseSheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-+J1Vlm+qlA9cOcvADKa/gfRKgK+9qxDzCv+jie4pd58="

  /// At most 2 KB; the colours are those of ``Stylesheet``.
  static let text: StaticString = """
    .n{text-align:end;font-variant-numeric:tabular-nums}
    .data th,.data td{min-width:4rem}
    aside{--c:var(--link);border:1px solid var(--line);border-inline-start:5px solid var(--c);\
    border-radius:6px;background:var(--well);padding:.8rem 1.1rem 0;margin:0 0 1.3em;break-inside:avoid}
    .kind,aside>p:first-child>strong:first-child{font:600 .9rem system-ui,sans-serif;color:var(--c)}
    .kind{margin:0 0 .4em}
    .tip{--c:var(--good)}
    .important{--c:var(--key)}
    .warning{--c:var(--void);border-inline-start-style:dashed}
    .caution{--c:var(--bad);border-inline-start-style:double}
    .instructor{--c:var(--num);border-inline-start-style:dotted}
    aside code{background:var(--paper)}
    .figure{text-align:center}
    sup{line-height:0;font-family:system-ui,sans-serif}
    .notes{border-top:1px solid var(--line);margin-top:3em;padding-top:1em;font-size:.92rem}
    """
}
