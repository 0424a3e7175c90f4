/// A picture as a file of its own, for formats that lay pictures beside their pages.
///
/// It brings its look along, on light paper whatever the page around it is like: places that show such
/// files give them no style.
enum SVGFile {
  /// Attributes of the root element.
  static let namespace = HTML.Attribute.attribute("xmlns", "http://www.w3.org/2000/svg")

  /// What stands in front of the picture: sheet, patterns and paper.
  static func writeHead(width: Int, height: Int, to html: inout HTML) {
    html.raw("<style>")
    html.raw(sheet)
    html.raw("</style>")
    TimelinePicture.writeDefinitions(to: &html)
    html.open(
      "rect", .class("paper"), .attribute("x", "-1"), .attribute("y", "-1"),
      .attribute("width", "\(width)"), .attribute("height", "\(height)"))
    html.raw("</rect>")
  }

  private static let sheet: StaticString = """
    text{font:600 11px system-ui,sans-serif;fill:#000;text-anchor:middle;paint-order:stroke;\
    stroke:#fff9;stroke-width:2px}\
    .n{text-anchor:end;stroke:none}\
    text.o,.still text{font-weight:400;text-anchor:start;stroke:none}\
    .f{stroke:none}\
    path{stroke:#211f1b;stroke-width:.75}\
    path.o{stroke:#5b554b}\
    .a{stroke:#ddd5c5}\
    .w{stroke-width:1.5;fill:none}\
    .u{fill:#56b4e9}\
    path.k{fill:url(#pat-k)}path.i{fill:url(#pat-i)}path.z{fill:url(#pat-z)}path.r{fill:url(#pat-r)}\
    rect.k{fill:#e69f00}rect.i{fill:#dd4d57}rect.z{fill:#a8a8a8}rect.r{fill:#fff}\
    .d{fill:none;stroke-dasharray:2 3}\
    pattern path{stroke:#0007;fill:none}pattern circle{fill:#0009}\
    .still rect,.still path{stroke:#5b554b}.still .l{fill:#5b554b}\
    .p rect,.r rect{fill:#fff}.u rect{fill:#a9d8f5}.k rect{fill:#f5c95c}.i rect{fill:#f3b8bb}\
    .z rect{fill:#d3d3d3}.r rect{stroke-dasharray:5 2}.d rect{fill:none}\
    .paper,.still .paper{fill:#fffdf8;stroke:none}
    """
}
