/// The page on which a script is edited and run.
///
/// The form works without JavaScript: its answer is a page of its own in the frame. Only links that
/// carry a script need the page's script.
public enum PlaygroundPage {
  /// Where the page is.
  public static let path = "/playground"
  /// Where the form sends its field `script`.
  public static let runPath = "/playground/run"
  /// Where what a script did is, by an identifier and a slash.
  public static let resultsPath = "/playground/results/"
  /// Where the page's script is.
  public static let scriptPath = "/.ringwalk/playground.js"

  /// What stands in the field at first.
  static let starter = """
    program hello { write(1, "hi\\n", 3) }
    start hello
    run
    expect hello exits 0

    """

  /// The page.
  public static func html() -> [UInt8] {
    let page = Page(
      title: "Playground", description: "", site: "Lessons", index: nil, previous: nil, next: nil)
    var html = HTML()
    page.write(to: &html) { html in
      html.raw("<p class=\"lead\">Edit a script, run it, and step through what happens.</p>\n")
      html.open(
        "form", .id("playground"), .attribute("method", "post"), .attribute("action", runPath),
        .attribute("target", "result"))
      html.raw("\n<p>")
      html.element("label", .attribute("for", "script"), text: "Script")
      html.raw("</p>\n<textarea id=\"script\" name=\"script\" rows=\"16\" spellcheck=\"false\" ")
      html.raw("autocapitalize=\"off\" autocomplete=\"off\" aria-describedby=\"keys\">\n")
      html.text(starter)
      html.close("textarea")
      html.raw("\n<p id=\"keys\"><kbd>Ctrl</kbd>+<kbd>Enter</kbd> runs it.</p>\n")
      html.raw("<p><button type=\"submit\">Run</button>\n")
      html.raw("<button type=\"button\" id=\"share\" hidden>Copy a link with this script</button>")
      html.raw("</p>\n</form>\n<p id=\"state\" role=\"status\"></p>\n")
      html.raw("<p id=\"link\" hidden><label for=\"address\">Link</label>\n")
      html.raw("<input id=\"address\" type=\"text\" readonly></p>\n")
      html.raw("<h2 id=\"what\">What happens</h2>\n")
      html.raw("<iframe name=\"result\" id=\"result\" title=\"What happens\"></iframe>\n")
      LivePage.writeSheet(to: &html)
      html.open("script", .attribute("src", scriptPath))
      html.close("script")
      html.raw("\n")
      html.element("p") { html in
        html.element("a", .attribute("href", "/"), text: "To the lessons")
      }
      html.raw("\n")
    }
    return LivePage.allow(
      ["script-src", "style-src", "frame-src", "form-action"], in: html.bytes)
  }

  /// The answer when a script does not compile.
  public static func problems(_ problems: [LiveProblem]) -> [UInt8] {
    let page = Page(
      title: "The script does not compile", description: "", site: "Playground", index: nil,
      previous: nil, next: nil)
    var html = HTML()
    page.write(to: &html) { html in
      LivePage.write(problems, title: "What is wrong", to: &html)
      LivePage.writeSheet(to: &html)
    }
    return LivePage.allow(["style-src"], in: html.bytes)
  }
}
