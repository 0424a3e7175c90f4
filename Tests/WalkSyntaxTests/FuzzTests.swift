import TestSupport
import Testing

@Suite("What the fuzzer looks for: scripts")
struct FuzzTests {
  @Test func `what it has found is parsed`() throws {
    let inputs = try FuzzFindings.inputs(of: "Parser")
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(Laws.parsingFlaw(input.bytes) == nil, "\(input.name)")
    }
  }

  @Test func `what it has found is formatted`() throws {
    let inputs = try FuzzFindings.inputs(of: "Formatter")
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(Laws.formattingFlaw(input.bytes) == nil, "\(input.name)")
    }
  }
}
