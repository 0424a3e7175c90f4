import Testing
import WalkSemantics

/// Mistakes that were told together with others that are none.
@Suite struct `A mistake is told once` {
  @Test(arguments: [
    ("program p { compute 1.5ms }", "W0110"),
    ("program p { }\nstart p\nrun\nexpect never p.exit == 0", "W0150"),
  ])
  func `and not a second time as something else`(_ script: String, _ code: String) {
    #expect(check([Fence(role: .scenario, text: script)]).codes == [code])
  }
}
