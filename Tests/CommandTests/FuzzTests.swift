import LanguageService
import TestSupport
import Testing

@Suite("What the fuzzer looks for: conversations with the language server")
struct FuzzTests {
  @Test func `what it has found is answered`() throws {
    let inputs = try FuzzFindings.inputs(of: "LanguageServer")
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(Laws.conversationFlaw(input.bytes) == nil, "\(input.name)")
    }
  }

  @Test(arguments: [
    (PositionEncoding.utf16, 1, 3, "a\r\n\u{1F600}x|\rc"),
    (.utf16, 1, 1, "a\r\n|\u{1F600}x\rc"), (.utf8, 1, 4, "a\r\n\u{1F600}|x\rc"),
    (.utf32, 1, 1, "a\r\n\u{1F600}|x\rc"), (.utf16, 0, 9, "a|\r\n\u{1F600}x\rc"),
    (.utf16, 2, 1, "a\r\n\u{1F600}x\rc|"), (.utf16, 7, 0, "a\r\n\u{1F600}x\rc|"),
  ])
  func `the editor's text has places as the protocol counts them`(
    _ encoding: PositionEncoding, _ line: Int, _ character: Int, _ marked: String
  ) {
    var text = TextModel("a\r\n\u{1F600}x\rc", encoding: encoding)
    let place = TextPosition(line: line, character: character)
    text.replace(place, place, with: "|")
    #expect(text.bytes == Array(marked.utf8))
  }
}
