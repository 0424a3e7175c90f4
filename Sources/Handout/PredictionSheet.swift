/// The look of questions: a second sheet, written only into pages that ask some.
enum PredictionSheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-9Wci+clf4Jgx6IN9KeMadH4K6J1sYzf5NTOQmWq9mTI="

  /// At most 2 KB.
  static let text: StaticString = """
    .task>:first-child{margin-top:0}
    .ask,.ask button,.ask input,.ask select{font-family:system-ui,sans-serif;font-size:.95rem}
    .ask fieldset{border:0;padding:0;margin:0 0 .6rem;min-width:0}
    .ask legend{padding:0;margin:0 0 .6rem;font:1.05rem/1.5 Charter,Palatino,Georgia,serif}
    .ask label{display:block;padding:.35rem 0}
    .ask [type=text]{display:block;width:min(100%,18rem);min-height:2.75rem;margin-top:.3rem;\
    padding:.2rem .6rem;color:var(--ink);background:var(--paper);border:1px solid var(--soft);\
    border-radius:5px}
    .ask td [type=text]{width:7rem;margin:0}
    .ask [type=radio],.ask [type=checkbox]{inline-size:1.15rem;block-size:1.15rem;margin:0;margin-inline-end:.6rem;\
    vertical-align:-.2rem;accent-color:var(--link)}
    .ask ol{list-style:none;padding:0;margin:0}
    .ask li{display:flex;align-items:center;gap:.4rem;padding:.25rem;padding-inline-start:.8rem;\
    margin:0 0 .35rem;border:1px solid var(--line);border-radius:5px;background:var(--well)}
    .ask li span{flex:1}
    .ask [draggable]{cursor:grab}
    .ask td b{display:inline;margin-inline-start:.4rem;white-space:nowrap;color:var(--ink)}
    .ask output{position:static;display:block;width:auto;height:auto;overflow:visible;clip-path:none;\
    line-height:1.5;margin:.6rem 0}
    .ask .yes,.ask .no{border-inline-start:4px solid var(--good);padding-inline-start:.8rem}
    .ask .no{border-inline-start-style:double;border-color:var(--bad)}
    .ask .bar{margin:0 0 .4rem}
    .ask small{display:block;color:var(--soft)}
    .ask>small{padding-bottom:.8rem}
    @media print{.ask button{display:none}}
    """
}
