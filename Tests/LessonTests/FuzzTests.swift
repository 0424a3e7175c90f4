import TestSupport
import Testing

@Suite("What the fuzzer looks for: lessons")
struct FuzzTests {
  @Test func `of what it has found pages are made`() throws {
    let inputs = try FuzzFindings.inputs(of: "Lesson")
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(Laws.lessonFlaw(input.bytes) == nil, "\(input.name)")
    }
  }

  @Test(arguments: [
    ("<!doctype html><p class=\"a\">b<br>&lt;<svg><path d='M0'/></svg></p><!-- <b> -->", nil),
    ("<script>if (a < b) { \"<i>\" }</script>", nil),
    ("<p>a", "<p> stay open"), ("<p>a</b>", "</b> ends what is not open"),
    ("a < b", "a bare < at 2"), ("<p", "the tag <p> does not end"),
    ("<p onclick=\"x\"></p>", "<p> has a handler onclick"),
    ("<a href=\"JavaScript:x\"></a>", "<a> has a script in href"),
    ("<form action=\"x\"></form>", "<form> has action"),
    ("<iframe></iframe>", "there is an element <iframe>"),
    ("<p id=a></p>", "<p> has no quotes around id"), ("<!-- a", "a comment does not end"),
    ("<style>p {}", "<style> does not end"),
  ])
  func `markup that is not in order is noticed`(_ page: String, _ flaw: String?) {
    #expect(Markup.flaw(Array(page.utf8)) == flaw)
  }
}
