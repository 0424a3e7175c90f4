import TestSupport
import Testing

@Suite("What the fuzzer looks for: archives")
struct FuzzTests {
  @Test func `what it has found is read as an archive or refused`() throws {
    let inputs = try FuzzFindings.inputs(of: "Archive")
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(Laws.archiveFlaw(input.bytes) == nil, "\(input.name)")
    }
  }
}
