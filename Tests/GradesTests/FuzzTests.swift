import TestSupport
import Testing

@Suite("What the fuzzer looks for: tables")
struct FuzzTests {
  @Test func `what it has found is read as a table`() throws {
    let inputs = try FuzzFindings.inputs(of: "Table")
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(Laws.tableFlaw(input.bytes) == nil, "\(input.name)")
    }
  }
}
