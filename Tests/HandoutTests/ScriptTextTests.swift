import SourceText
import Testing
import WalkSyntax

@testable import Handout

@Suite struct ScriptTextTests {
  private func script(_ text: String, tokens: [Token]? = nil) -> ScriptSyntax {
    let file = SourceFile(name: "a.walk", bytes: Array(text.utf8))
    let fragment = SourceFragment(file, id: FileID(rawValue: 0))
    var script = WalkParser.parse(fragment)
    if let tokens { script.tokens = tokens }
    return script
  }

  private func html(_ text: ScriptText) -> String {
    var html = HTML()
    text.write(to: &html)
    return String(decoding: html.bytes, as: UTF8.self)
  }

  @Test func `tokens are coloured and all text is kept`() {
    let source = "start x in \"a<b\" # c & d\n"
    #expect(
      html(ScriptText(script(source)))
        == "<span class=\"k\">start</span> x <span class=\"k\">in</span> <span class=\"s\">&quot;a&lt;b&quot;</span> "
        + "<span class=\"c\"># c &amp; d</span>")
  }

  @Test func `a token that ends within a character does not break it`() {
    let text = ScriptText(
      script(
        "äö", tokens: [Token(.invalid, lower: 0, upper: 1), Token(.name, lower: 1, upper: 4)]))
    #expect(html(text) == "<span class=\"x\">ä</span>ö")
    let past = ScriptText(script("ab", tokens: [Token(.name, lower: -4, upper: 900)]))
    #expect(html(past) == "ab")
  }

  @Test func `a block is shown without its braces and indentation`() throws {
    let source = "starter {\n    program a {\n        exit(0)\n    }\n}\n"
    let script = script(source)
    let range = SourceRange(file: FileID(rawValue: 0), lower: 0, upper: source.utf8.count)
    let text = ScriptText(script, insideBracesOf: range)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "program a {\n    exit(0)\n}")
  }

  @Test func `a sentence's parts in backquotes are code`() {
    #expect(
      SentencePart.parts(of: "`a` b `c``d` e ` f") == [
        .code("a"), .words(" b "), .code("c"), .code("d"), .words(" e ` f"),
      ])
    #expect(SentencePart.parts(of: "") == [])
    #expect(SentencePart.parts(of: "`") == [.words("`")])
    #expect(SentencePart.parts(of: "``") == [])
  }

  @Test func `steps that a message names are found`() {
    #expect(
      StepMention.parts(of: "a at step 51, then `b` at step 7.") == [
        .words("a at "), .step(51, "step 51"), .words(", then `b` at "), .step(7, "step 7"),
        .words("."),
      ])
    #expect(
      StepMention.parts(of: "at steps 95, 101 and 218.") == [
        .words("at steps "), .step(95, "95"), .words(", "), .step(101, "101"), .words(" and "),
        .step(218, "218"), .words("."),
      ])
    #expect(
      StepMention.parts(of: "step by step, 3 of step 99999999999999999999") == [
        .words("step by step, 3 of step 99999999999999999999")
      ])
    #expect(StepMention.parts(of: "") == [])
  }
}
