import LanguageService
import Testing

@Suite("Places in a text")
struct TextPositionTests {
  static let text = Array("aé\u{1F600}b\r\nc\rd\n".utf8)

  @Test func `columns count in the units that were agreed on`() {
    let end = 8  // behind a, é (2 bytes), the emoji (4 bytes), b
    let columns = PositionEncoding.allCases.map {
      TextLines(Self.text, encoding: $0).position(at: end).character
    }
    #expect(columns == [8, 5, 4])
  }

  @Test func `lines end at LF, CRLF and CR`() {
    let lines = TextLines(Self.text, encoding: .utf8)
    #expect(lines.count == 4)
    #expect((0..<4).map { lines.range(ofLine: $0) } == [0..<8, 10..<11, 12..<13, 14..<14])
  }

  @Test(arguments: PositionEncoding.allCases)
  func `a place of an offset leads back to it`(_ encoding: PositionEncoding) {
    let lines = TextLines(Self.text, encoding: encoding)
    for offset in [0, 1, 3, 7, 8, 10, 11, 12, 13, 14] {
      #expect(lines.offset(of: lines.position(at: offset)) == offset)
    }
  }

  @Test func `a place outside of the text is moved into it`() {
    let lines = TextLines(Self.text, encoding: .utf16)
    #expect(lines.offset(of: TextPosition(line: 0, character: 99)) == 8)
    #expect(lines.offset(of: TextPosition(line: 99, character: 0)) == Self.text.count)
    #expect(lines.offset(of: TextPosition(line: -1, character: 3)) == 0)
    // Between the two halves of the emoji: before it.
    #expect(lines.offset(of: TextPosition(line: 0, character: 3)) == 3)
  }

  @Test func `bytes that are no UTF-8 are places as well`() {
    let lines = TextLines([0xFF, 0xE2, 0x82, 0x0A, 0x41], encoding: .utf16)
    #expect(lines.position(at: 3) == TextPosition(line: 0, character: 3))
    #expect(lines.offset(of: TextPosition(line: 1, character: 1)) == 5)
  }
}
