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
}
