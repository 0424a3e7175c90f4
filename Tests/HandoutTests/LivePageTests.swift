import Foundation
import SourceText
import Testing

@testable import Handout

@Suite("Pages as a server shows them")
struct LivePageTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The policy of a page.
  private func policy(_ page: [UInt8]) -> [String] {
    text(page).firstMatch(of: /Content-Security-Policy" content="([^"]*)"/)
      .map { $0.1.split(separator: "; ").map(String.init) } ?? []
  }

  private func page(_ policy: String) -> [UInt8] {
    Array(
      """
      <head><meta http-equiv="Content-Security-Policy" content="\(policy)">
      </head>
      <body class="a">
      text
      </body>

      """.utf8)
  }

  private var problem: LiveProblem {
    var sources = SourceSet()
    let file = sources.add(
      SourceFile(name: "</pre><script>.md", bytes: Array("one\n<script>\u{1B}[m".utf8)))
    return LiveProblem(
      Diagnostic(
        code: DiagnosticCode(1), severity: .error, message: "no `<b>` here",
        primary: Label(SourceRange(file: file, lower: 4, upper: 12), "<i>")), in: sources)
  }

  @Test func `a policy lets the server's own scripts in, and nothing else`() {
    let allowed = LivePage.allow(
      ["script-src", "form-action", "connect-src"],
      in: page("default-src 'none'; script-src 'sha256-x'; form-action 'none'; base-uri 'none'"))
    #expect(
      policy(allowed) == [
        "default-src 'none'", "script-src 'sha256-x' 'self'", "form-action 'self'",
        "base-uri 'none'", "connect-src 'self'",
      ])
    let without = Array("<body>no policy</body>".utf8)
    #expect(LivePage.allow(["script-src"], in: without) == without)
  }

  @Test func `a page keeps all its bytes around what is put in`() throws {
    let bytes = page("default-src 'none'")
    let live = text(
      LivePage.page(bytes, name: "a\"b.html", revision: "1-2", problems: [problem]))
    #expect(live.contains("<body class=\"a\"><section class=\"live-problems\""))
    #expect(live.contains("data-page=\"a&quot;b.html\" data-revision=\"1-2\""))
    let start = try #require(live.range(of: "<section"))
    let end = try #require(live.range(of: "</section>\n"))
    let nav = try #require(live.range(of: "<nav"))
    let script = try #require(live.range(of: "</script>\n"))
    let rest =
      live[..<start.lowerBound] + live[end.upperBound..<nav.lowerBound] + live[script.upperBound...]
    #expect(
      String(rest).replacing(
        "; script-src 'self'; style-src 'self'; connect-src 'self'", with: "") == text(bytes))
  }

  @Test func `messages are text, whatever they quote`() {
    for bytes in [
      LivePage.page(page("default-src 'none'"), name: "a", revision: "", problems: [problem]),
      LivePage.notice(title: "<b>", text: "<i>", problems: [problem], name: "<u>"),
      LivePage.result(page(""), problems: [problem]), PlaygroundPage.problems([problem]),
    ] {
      let live = text(bytes)
      #expect(live.contains("error[W0001]: no `&lt;b&gt;` here"))
      #expect(live.contains("&lt;/pre&gt;&lt;script&gt;.md:2:1"))
      #expect(live.contains("2 | &lt;script&gt;␛[m"))
      for markup in ["<b>no", "<i>", "<u>", "<script>"] { #expect(!live.contains(markup)) }
    }
  }

  @Test func `the playground's page has a label for everything and works without its script`() {
    let page = text(PlaygroundPage.html())
    for id in ["script", "address"] { #expect(page.contains("<label for=\"\(id)\"")) }
    #expect(page.contains("role=\"status\""))
    #expect(page.contains("<iframe name=\"result\" id=\"result\" title=\""))
    #expect(page.contains("<button type=\"submit\">"))
    // What needs the script is shown by the script.
    #expect(page.contains("id=\"share\" hidden"))
    for attribute in ["onclick", "onsubmit", "style="] { #expect(!page.contains(attribute)) }
    for id in ["playground", "script", "share", "state", "result", "address", "link"] {
      #expect(page.contains("id=\"\(id)\""))
      #expect(LiveAssets.playground.contains("\"\(id)\""))
    }
  }

  @Test func `the page of a lesson can be served whatever its policy becomes`() throws {
    let own = PlaygroundPage.html()
    let directives = policy(own)
    for wanted in ["script-src 'self'", "form-action 'self'", "frame-src 'self'"] {
      #expect(directives.contains(wanted), "\(directives)")
    }
    #expect(directives.contains("default-src 'none'"))
  }
}
