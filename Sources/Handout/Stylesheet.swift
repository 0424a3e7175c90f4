/// The look of all pages: one sheet, written into each page.
enum Stylesheet {
  /// The digest by which a page's Content-Security-Policy knows the sheet; a test computes it.
  static let digest: StaticString = "sha256-xC481HxFz9dEnCdPBgyhR+EUTHGn/egi+znIyQrk7u8="

  /// At most 8 KB. Light and dark, print, forced colours, from 320 px on; colours from the palette of
  /// Okabe and Ito, never alone in saying something.
  static let text: StaticString = """
    :root{color-scheme:light dark;--paper:#fffdf8;--ink:#211f1b;--soft:#5b554b;--line:#ddd5c5;\
    --well:#f7f3ea;--link:#0b4f8a;--key:#6b2c85;--str:#0a5c3a;--num:#8a3f00;--com:#655e52;\
    --good:#0a5c3a;--bad:#a30f0f;--void:#6a5000}\
    @media screen and (prefers-color-scheme:dark){:root{--paper:#181715;--ink:#ebe6db;\
    --soft:#b5ad9d;\
    --line:#3d3932;--well:#22201d;--link:#93c8f5;--key:#d9b0f0;--str:#93d5ac;--num:#f5b77d;\
    --com:#aba292;--good:#93d5ac;--bad:#ff9d93;--void:#e6c65a}}\
    *{box-sizing:border-box}\
    html{scroll-padding-top:1rem}\
    body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:break-word;\
    font:1.125rem/1.62 Charter,"Bitstream Charter",Palatino,Georgia,serif}\
    header,main,footer{max-width:42rem;margin:auto;padding:1.25rem 1.25rem 2rem}\
    header{padding-block-end:0}\
    h1,h2,h3,h4,h5,h6{line-height:1.22;margin:2.4em 0 .7em;font-weight:600}\
    h1{font-size:2.15rem;margin-top:.4em}\
    h2{font-size:1.5rem}\
    h3{font-size:1.22rem}\
    p,ul,ol,blockquote,pre,figure{margin:0 0 1.15em}\
    a{color:var(--link);text-underline-offset:.16em}\
    :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}\
    :target{background:var(--well);outline:2px solid var(--link)}\
    blockquote{padding-inline-start:1.1em;\
    border-inline-start:3px solid var(--line);\
    color:var(--soft)}\
    img,svg{max-width:100%}\
    code,pre{font:.84em/1.55 ui-monospace,Menlo,Consolas,monospace}\
    code{overflow-wrap:anywhere}\
    :not(pre,td,th)>code{background:var(--well);\
    padding:.08em .28em;border-radius:3px}\
    pre{background:var(--well);border:1px solid var(--line);border-radius:6px;padding:.9rem 1.1rem;\
    font-size:.82rem;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}\
    pre code{font:inherit;background:none;padding:0}\
    .skip:not(:focus),output{position:absolute;width:1px;height:1px;overflow:hidden;\
    clip-path:inset(50%)}\
    nav,.lead,.meta,figcaption,.legend,.verdicts,table,summary,.steps small,.left,.count,.stepper,\
    .pics{\
    font-family:system-ui,sans-serif}\
    nav{font-size:.9rem}\
    nav a{display:inline-block;padding-block:.35rem}\
    .lead{font-size:1.06rem;line-height:1.5;color:var(--soft);margin-bottom:2.2em}\
    .turn{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem 2rem;\
    border-top:1px solid var(--line);padding-top:1rem}\
    figcaption{font-size:.82rem;line-height:1.45;color:var(--soft)}\
    .script figcaption,.script pre{margin-bottom:.4rem}\
    .script:has(+.verdicts){margin-bottom:.2em}\
    pre .k{color:var(--key);font-weight:600}\
    pre .s{color:var(--str)}\
    pre .n{color:var(--num)}\
    pre .c{color:var(--com);font-style:italic}\
    pre .x{color:var(--bad);text-decoration:underline wavy}\
    .verdicts{font-size:.86rem;line-height:1.5}\
    .verdicts li{padding:.3rem .8rem;border-inline-start:4px solid var(--good);\
    margin-bottom:.35rem}\
    .verdicts .fails{border-inline-start:4px double var(--bad)}\
    .verdicts .vacuous{border-inline-start:4px dotted var(--void)}\
    .verdicts b{color:var(--good);margin-inline-end:.5em;white-space:nowrap}\
    .fails b{color:var(--bad)}\
    .vacuous b{color:var(--void)}\
    .verdicts span{display:block;color:var(--soft)}\
    table{border-collapse:collapse;margin:0 0 1.2em;font-size:.86rem;line-height:1.45}\
    caption{font-weight:600;text-align:start;padding-bottom:.3rem}\
    th,td{text-align:start;vertical-align:top;padding:.35rem .6rem;\
    border-block:1px solid var(--line);\
    min-width:7rem}\
    td>b{display:block;color:var(--good)}\
    td p{margin:0 0 .3em}\
    table code{overflow-wrap:normal;font-size:.95em}\
    .wide table{margin-inline:auto}\
    .wide th[scope=row]{position:sticky;inset-inline-start:0;background:var(--paper)}\
    .task{border:1px solid var(--line);border-radius:6px;padding:1rem 1.2rem 0;margin-bottom:1.6em}\
    .timeline,.wide,.stepper,.compare{width:min(100vw - 2.5rem,70rem);\
    margin:1.6em calc(50% - min(100vw - 2.5rem,70rem)/2)}\
    .scroll{overflow-x:auto;padding-bottom:.4rem}\
    .scroll svg{display:block;max-width:none;margin-inline:auto}\
    .pat{position:absolute}\
    .timeline svg text{font:600 11px system-ui,sans-serif;fill:#000;text-anchor:middle;\
    paint-order:stroke;stroke:#fff9;stroke-width:2px}\
    .timeline svg .n{fill:var(--ink);text-anchor:end;stroke:none}\
    .timeline svg .o{font-weight:400;fill:var(--ink);text-anchor:start;stroke:none}\
    .timeline path{stroke:var(--ink);stroke-width:.75}\
    .timeline path.o{stroke:var(--soft)}\
    .timeline .a{stroke:var(--line)}\
    .timeline .w{stroke:var(--ink);stroke-width:1.5;fill:none}\
    .u{fill:#56b4e9}\
    .timeline .k{fill:url(#pat-k)}\
    .timeline .i{fill:url(#pat-i)}\
    .timeline .z{fill:url(#pat-z)}\
    .timeline .r{fill:url(#pat-r)}\
    rect.k{fill:#e69f00}\
    rect.i{fill:#dd4d57}\
    rect.z{fill:#a8a8a8}\
    rect.r{fill:#fff}\
    .timeline .d{fill:none;stroke-dasharray:2 3}\
    .timeline .f{fill:var(--ink);stroke:none}\
    pattern path{stroke:#0007;fill:none}\
    pattern circle{fill:#0009}\
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;margin:.3rem 0;font-size:.82rem;\
    justify-content:center}\
    .legend svg{vertical-align:-3px}\
    .steps,.near,.why,.legend,.lessons,.verdicts{list-style:none;padding:0;margin:0 0 1em}\
    .steps{font-size:1rem;line-height:1.5}\
    .steps li{position:relative;padding-block:.45rem;padding-inline-start:3.4rem;\
    border-bottom:1px solid var(--line)}\
    .steps .m,.steps .h{padding-block:.25rem;font-size:.93em;border:0}\
    .steps .m{margin-inline-start:1.2rem}\
    .steps .h{margin-inline-start:2.4rem}\
    .steps li>a:first-child{position:absolute;inset-inline-start:0;min-width:2.9rem;text-align:end;\
    font:.84rem/1.5rem system-ui,sans-serif}\
    .steps small,.now small,td small{display:block;font-size:.78rem;color:var(--soft)}\
    summary{cursor:pointer;font-size:.86rem;color:var(--link);padding:.4rem 0;width:fit-content}\
    .stepper{border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem}\
    .compare{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));\
    gap:1rem}\
    .compare .stepper{width:auto;margin:0}\
    .bar{display:flex;flex-wrap:wrap;gap:.4rem .6rem;align-items:center}\
    button,select{font:inherit;min-width:2.75rem;min-height:2.75rem;color:var(--ink);\
    background:var(--well);border:1px solid var(--soft);border-radius:5px;padding:.2rem .6rem}\
    .bar input{flex:1 1 9rem;min-height:1.6rem;accent-color:var(--link)}\
    .now{font-size:1.12rem;line-height:1.4;min-height:4.4em;margin:.7rem 0 .3rem}\
    .why,.near,.because,.bar *{font-size:.86rem}\
    .why li,.near li{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}\
    .near [aria-current]{font-weight:700;background:var(--well)}\
    .why a,.near a{display:inline-block;min-width:2.6rem;min-height:1.5rem}\
    div.pics{columns:18rem;column-gap:1.6rem;margin:1rem 0}\
    .pics figure{break-inside:avoid}\
    .pics figcaption{font-weight:600}\
    .pics svg{display:block;overflow:visible;width:100%;max-width:26rem;font-size:11px}\
    .pics text{fill:var(--ink)}\
    .pics .l{fill:var(--soft)}\
    .pics path,.pics rect{stroke:var(--soft);fill:none}\
    .pics rect+text{fill:#000}\
    .pics .p rect,.pics .r rect{fill:#fff}\
    .pics .u rect{fill:#a9d8f5}\
    .pics .k rect{fill:#f5c95c}\
    .pics .i rect{fill:#f3b8bb}\
    .pics .z rect{fill:#d3d3d3}\
    .pics .r rect{stroke-dasharray:5 2}\
    .pics .d rect{fill:none;stroke-dasharray:2 3}\
    .pics .d text{fill:var(--ink)}\
    .pics .new rect{stroke:var(--ink);stroke-width:2.5}\
    .gone *{stroke-dasharray:1 4}\
    .pics .o{display:none}\
    .cursor{stroke:var(--bad);stroke-width:3;fill:none}\
    .script{position:relative}\
    .script figcaption{padding-inline-end:5rem}\
    .copy{position:absolute;top:0;inset-inline-end:0;min-height:1.5rem;padding:0 .5rem;\
    font-size:.8rem}\
    .left,.meta,.count{font-size:.86rem;color:var(--soft)}\
    dt{font-weight:600}\
    dd{margin:0 1.2em .7em}\
    .lessons li{padding:1rem 0;border-top:1px solid var(--line)}\
    .lessons :is(h2,h3,p){font-size:1.1rem;margin:0 0 .25rem}\
    @media(max-width:30rem){body{font-size:1.03rem}h1{font-size:1.75rem}\
    .why li,.near li{white-space:normal}}\
    @media(forced-colors:active){:root{--ink:CanvasText;--soft:CanvasText}\
    .pics rect,.u,pattern rect{fill:Canvas !important}pattern path{stroke:CanvasText}\
    pattern circle,.pics text,.timeline text{fill:CanvasText!important}\
    .timeline text{stroke:Canvas !important}}\
    @media print{body{font-size:10.5pt;background:#fff;color:#000}nav,.turn,.skip,.stepper,.copy{\
    display:none}\
    header,main,footer{max-width:none;padding:0}pre,.verdicts li,figure{break-inside:avoid}\
    h1,h2,h3,h4{break-after:avoid}.timeline,.wide{width:auto;margin-inline:0}.scroll{\
    overflow:visible}\
    .scroll svg{max-width:100%;height:auto}details::details-content{display:block;\
    content-visibility:visible;height:auto}summary{list-style:none;color:#000}}
    """
}
