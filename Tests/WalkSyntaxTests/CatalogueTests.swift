import SourceText
import Testing
import WalkSyntax

@Suite struct `The catalogue of W01xx` {
  /// Codes whose failing example cannot be a string of reasonable size.
  static let withoutExample: Set<String> = ["W0103", "W0115"]

  @Test func `has each code once and in order`() {
    let codes = SyntaxCatalogue.diagnostics.map(\.code)
    #expect(codes == codes.sorted())
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { (100..<200).contains($0.number) })
  }

  @Test(arguments: SyntaxCatalogue.diagnostics.map { "\($0.code)" })
  func `fails and mends as it says`(_ code: String) throws {
    let entry = try #require(SyntaxCatalogue.diagnostics.first { "\($0.code)" == code })
    let found = parse(entry.failing).diagnostics.map { "\($0.code)" }
    switch code {
    case "W0118": #expect(found.count == WalkParser.maximumDiagnostics + 1 && found.last == code)
    case _ where Self.withoutExample.contains(code): #expect(found == [])
    default: #expect(found == [code])
    }
    #expect(complaints(parse(entry.mended)) == [])
  }

  @Test func `speaks in the voice of the house`() {
    for entry in SyntaxCatalogue.diagnostics {
      #expect(!entry.title.hasSuffix("."))
      #expect(entry.title.first?.isUppercase == false)
      #expect(entry.explanation.hasSuffix("."))
      for diagnostic in parse(entry.failing).diagnostics {
        #expect(!diagnostic.message.hasSuffix("."), "\(diagnostic.code)")
        #expect(diagnostic.message.first?.isUppercase == false, "\(diagnostic.code)")
      }
    }
  }

  @Test func `text that is not UTF-8 is told`() {
    let bytes: [UInt8] = Array("start editor # caf".utf8) + [0xE9] + Array("\n".utf8)
    #expect(complaints(parse(bytes)) == ["1:19 W0103 this is not UTF-8 text"])
  }

  @Test func `a script above the limit is told at once`() {
    let bytes = [UInt8](repeating: 0x61, count: 50_000_000)
    let fragment = SourceFragment(file: FileID(rawValue: 0), bytes: bytes, segments: [])
    let script = WalkParser.parse(fragment)
    #expect(script.diagnostics.map { "\($0.code)" } == ["W0115"])
    #expect(script.tokens == [Token(.invalid, lower: 0, upper: 50_000_000)])
    #expect(script.statements.isEmpty)
    let names = [UInt8](repeating: 0x61, count: WalkParser.maximumSourceBytes)
    let largest = SourceFragment(file: FileID(rawValue: 0), bytes: names, segments: [])
    #expect(WalkParser.parse(largest).diagnostics.map { "\($0.code)" } == ["W0130"])
  }
}
