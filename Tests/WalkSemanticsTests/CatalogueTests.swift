import SourceText
import Testing

@testable import WalkSemantics

@Suite struct CatalogueTests {
  @Test(arguments: SemanticsCatalogue.diagnostics.map(\.code.number))
  func `each code is shown by its example, and is gone from the mended one`(_ number: UInt16)
    throws
  {
    let entry = try #require(
      SemanticsCatalogue.diagnostics.first { $0.code.number == number })
    let role: FenceRole =
      entry.failing.contains("starter")
      ? .task : entry.failing.contains("ask ") ? .predict : .scenario
    // Examples may wait for the kernel, except where that is what the code is about.
    let (failing, mended) = Gate.$areOpen.withValue(number != 213) {
      (
        check(entry.failing, role: role, isSubmission: number == 434),
        check(entry.mended, role: role, isSubmission: number == 434)
      )
    }
    #expect(failing.codes == [entry.code.description], "\(failing.report)")
    #expect(mended.diagnostics.isEmpty, "\(entry.code): \(mended.report)")
    #expect(mended.scenario != nil)
  }

  @Test func `codes are in order, each once, in the families of this room`() {
    let numbers = SemanticsCatalogue.diagnostics.map(\.code.number)
    #expect(numbers == numbers.sorted())
    #expect(Set(numbers).count == numbers.count)
    #expect(numbers.allSatisfy { (200..<500).contains($0) })
    #expect(numbers.count >= 54)
  }
}
