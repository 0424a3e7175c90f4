/// The look of all pages: one sheet, written into each page.
enum Stylesheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-Snr2mGG53QuYimZELirsTkVvXigxZd13EPuULNRNsSs="

  /// At most 8 KB. Light and dark, print, forced colours, from 320 px on; colours from the palette of
  /// Okabe and Ito, never alone in saying something.
  static let text: StaticString = """
    :root{color-scheme:light dark;--paper:#fffdf8;--ink:#211f1b;--soft:#5b554b;--line:#ddd5c5;\
    --well:#f7f3ea;--link:#0b4f8a;--key:#6b2c85;--str:#0a5c3a;--num:#8a3f00;--com:#655e52;\
    --good:#0a5c3a;--bad:#a30f0f;--void:#6a5000}
    @media(prefers-color-scheme:dark){:root{--paper:#181715;--ink:#ebe6db;--soft:#b5ad9d;\
    --line:#3d3932;--well:#22201d;--link:#93c8f5;--key:#d9b0f0;--str:#93d5ac;--num:#f5b77d;\
    --com:#aba292;--good:#93d5ac;--bad:#ff9d93;--void:#e6c65a}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
    body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:break-word;\
    font:1.125rem/1.62 Charter,"Bitstream Charter","Iowan Old Style","Palatino Linotype",Palatino,\
    Georgia,"DejaVu Serif",serif}
    header,main,footer{max-width:42rem;margin-inline:auto;padding-inline:1.25rem}
    header{padding-block:1.25rem 0}
    main{padding-block:1.5rem 3rem}
    footer{padding-block:1.5rem 3rem}
    h1,h2,h3,h4,h5,h6{line-height:1.22;margin:2.4em 0 .7em;font-weight:600;text-wrap:balance}
    h1{font-size:2.15rem;margin-top:.4em;letter-spacing:-.01em}
    h2{font-size:1.5rem}
    h3{font-size:1.22rem}
    h4,h5,h6{font-size:1.05rem}
    p,ul,ol,blockquote,pre,figure{margin:0 0 1.15em}
    a{color:var(--link);text-underline-offset:.16em;text-decoration-thickness:.06em}
    a:hover{text-decoration-thickness:.14em}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
    :target{scroll-margin-top:1rem;background:var(--well);outline:2px solid var(--link);\
    outline-offset:4px}
    blockquote{margin-inline:0;padding-inline-start:1.1em;border-inline-start:3px solid var(--line);\
    color:var(--soft)}
    hr{border:0;border-top:1px solid var(--line);margin:2.5em 0}
    img,svg{max-width:100%}
    code,pre{font:.84em/1.55 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",\
    "DejaVu Sans Mono",monospace}
    code{overflow-wrap:anywhere}
    p code,li code,dd code,h1 code,h2 code,h3 code,h4 code{background:var(--well);\
    padding:.08em .28em;border-radius:3px}
    pre{background:var(--well);border:1px solid var(--line);border-radius:6px;padding:.9rem 1.1rem;\
    font-size:.82rem;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}
    pre code{font:inherit;background:none;padding:0}
    .skip{position:absolute;inset-inline-start:-99rem}
    .skip:focus{inset-inline-start:1rem;top:.5rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
    nav,.lead,.meta,figcaption,.legend,.verdicts,table,summary,.steps small,.left,.count{\
    font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    nav{font-size:.9rem}
    nav a{display:inline-block;padding-block:.35rem}
    .lead{font-size:1.06rem;line-height:1.5;color:var(--soft);margin-bottom:2.2em}
    .turn{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem 2rem;\
    border-top:1px solid var(--line);padding-top:1rem}
    .turn a:last-child:not(:first-child){text-align:end}
    figure{margin-inline:0}
    figcaption{font-size:.82rem;line-height:1.45;color:var(--soft)}
    .script figcaption{margin-bottom:.35rem}
    .script pre{margin-bottom:.6rem}
    .script{margin-bottom:1.6em}
    .script:has(+.verdicts){margin-bottom:.2em}
    .k{color:var(--key);font-weight:600}
    .s{color:var(--str)}
    .n{color:var(--num)}
    .c{color:var(--com);font-style:italic}
    .x{color:var(--bad);text-decoration:underline wavy}
    .verdicts{list-style:none;padding:0;font-size:.86rem;line-height:1.5}
    .verdicts li{padding:.3rem 0 .3rem .8rem;border-inline-start:4px solid var(--good);\
    margin-bottom:.35rem}
    .verdicts .fails{border-inline-start-style:double;border-inline-start-color:var(--bad)}
    .verdicts .vacuous{border-inline-start-style:dotted;border-inline-start-color:var(--void)}
    .verdicts b{color:var(--good);margin-inline-end:.5em;white-space:nowrap}
    .fails b{color:var(--bad)}
    .vacuous b{color:var(--void)}
    .verdicts code,.steps small code{font-size:.95em}
    .verdicts span{display:block;color:var(--soft)}
    table{border-collapse:collapse;margin:0 0 1.2em;font-size:.86rem;line-height:1.45}
    caption{font-weight:600;text-align:start;padding-bottom:.3rem}
    th,td{text-align:start;vertical-align:top;padding:.35rem .6rem;border-block:1px solid var(--line);\
    min-width:7rem}
    td>b{display:block;color:var(--good)}
    td p{margin:0 0 .3em}
    td p code{background:none;padding:0}
    table code{overflow-wrap:normal;font-size:.95em}
    .wide table{margin-inline:auto}
    .wide th[scope=row]{position:sticky;inset-inline-start:0;background:var(--paper)}
    td small{display:block;color:var(--soft)}
    .task{border:1px solid var(--line);border-radius:6px;padding:1rem 1.2rem 0;margin-bottom:1.6em}
    .task>:first-child{margin-top:0}
    .task .script{margin-bottom:1em}
    .timeline,.wide{width:min(100vw - 2.5rem,70rem);\
    margin-inline:calc(50% - min(100vw - 2.5rem,70rem)/2);margin-block:2em}
    .scroll{overflow-x:auto;padding-bottom:.4rem}
    .scroll svg{display:block;max-width:none;margin-inline:auto}
    .pat{position:absolute}
    .timeline svg text{font:600 11px system-ui,sans-serif;fill:#000;text-anchor:middle;\
    paint-order:stroke;stroke:#fff9;stroke-width:2px}
    .timeline svg .n{fill:var(--ink);text-anchor:end;stroke:none}
    .timeline svg .o{font-weight:400;fill:var(--ink);text-anchor:start;stroke:none}
    path.o{stroke:var(--soft)}
    path.a{stroke:var(--line)}
    .timeline rect{stroke:var(--ink);stroke-width:.75}
    rect.u{fill:#56b4e9}
    rect.k{fill:#e69f00}
    rect.i{fill:#cc79a7}
    rect.z{fill:#c9c9c9}
    rect.r{fill:#fff}
    rect.d{fill:none;stroke-dasharray:2 3}
    .timeline svg rect.d+text{fill:var(--ink);stroke:none}
    pattern path{stroke:#0007;fill:none}
    pattern rect{stroke:none}
    pattern circle{fill:#0009}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;padding:0;margin:.3rem 0 .4rem;\
    font-size:.82rem;justify-content:center}
    .legend svg{vertical-align:-3px}
    .timeline figcaption{text-align:center}
    .steps,.steps ol{list-style:none;padding:0;margin:0}
    .steps{border-top:1px solid var(--line);margin-bottom:1.6em;font-size:1rem;line-height:1.5}
    .steps li{position:relative;padding:.5rem 0 .5rem 3.4rem;border-bottom:1px solid var(--line)}
    .steps li li{padding-block:.28rem;border:0;font-size:.93em}
    .steps li li li{font-size:1em}
    .steps li>a,.steps li>b{position:absolute;inset-inline-start:0;min-width:2.9rem;text-align:end;\
    font:.84rem/1.5rem system-ui,sans-serif;font-variant-numeric:tabular-nums}
    .steps small{display:block;font-size:.78rem;line-height:1.5;color:var(--soft);\
    font-variant-numeric:tabular-nums}
    summary{cursor:pointer;font-size:.82rem;color:var(--link);padding:.25rem 0;width:fit-content}
    .steps details ol{margin-inline-start:-2.6rem}
    .left,.meta{font-size:.86rem;color:var(--soft)}
    .where dt{font-weight:600;margin-top:.7em}
    dd{margin:0 0 0 1.2em}
    .lessons{list-style:none;padding:0}
    .lessons li{padding:1.1rem 0;border-top:1px solid var(--line)}
    .lessons h2,.lessons h3{font-size:1.22rem;margin:0 0 .25rem}
    .lessons p{margin:0 0 .3rem}
    .count{font-size:.84rem;color:var(--soft)}
    @media(max-width:30rem){body{font-size:1.03rem}h1{font-size:1.75rem}\
    .steps li{padding-inline-start:2.7rem}.steps li>a,.steps li>b{min-width:2.2rem}\
    .steps details ol{margin-inline-start:-2.2rem}.steps ol ol{margin-inline-start:-1.2rem}}
    @media(forced-colors:active){.timeline rect{stroke:CanvasText}.timeline svg text{fill:CanvasText;stroke:Canvas}\
    rect.u,rect.k,rect.i,rect.z,rect.r{fill:Canvas}pattern path{stroke:CanvasText}}
    @media print{body{font-size:10.5pt;background:none;color:#000}nav,.skip{display:none}\
    header,main,footer{max-width:none;padding:0}pre,.verdicts li,.timeline{break-inside:avoid}\
    h1,h2,h3,h4{break-after:avoid}.timeline,.wide{width:auto;margin-inline:0}.scroll{overflow:visible}\
    .scroll svg{max-width:100%;height:auto}details::details-content{display:block;\
    content-visibility:visible;height:auto}summary{list-style:none;color:#000}}
    """
}
