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
}
