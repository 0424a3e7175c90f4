import Handout
import Program
import SourceText
import Testing

@testable import ringwalk

@Suite("The cache's settings")
struct CacheSettingTests {
  @Test func `every option of a page is a setting of its own`() throws {
    func settings(
      _ format: HandoutFormat = .html, _ change: (inout RunLimits, inout HandoutContext) -> Void
    ) -> Digest? {
      var (limits, context) = (RunLimits(), HandoutContext())
      change(&limits, &context)
      return BuildCache.settings(format: format, limits: limits, context: context)
    }
    let usual = try #require(settings { _, _ in })
    #expect(settings { _, _ in } == usual)
    let others = [
      settings(.man) { _, _ in }, settings { limits, _ in limits.steps = 1 },
      settings { limits, _ in limits.time = 1 }, settings { limits, _ in limits.events = 1 },
      settings { limits, _ in limits.outputBytes = 1 },
      settings { _, context in context.site = "Other" },
      settings { _, context in context.index = nil },
      settings { _, context in context.next = HandoutLink(title: "a", fileName: "b") },
    ]
    #expect(Set(others + [usual]).count == others.count + 1)
  }
}
