import Claims
import Foundation
import Lesson
import Program
import Testing
import TestSupport
import Trace

/// Whole stories as a teacher would write them; each says itself what must come out.
@Suite struct StoryTests {
  static let stories: [String] = {
    let folder = Fixtures.directory.appending(path: "Kernel/stories")
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(".walk") }.sorted()
  }()

  @Test func `there are stories`() { #expect(Self.stories.count >= 15) }

  @Test(arguments: stories) func `every expectation of a story holds`(_ name: String) throws {
    let file = Fixtures.directory.appending(path: "Kernel/stories/\(name)")
    let scenario = try Script.scenario(String(contentsOf: file, encoding: .utf8))
    let run = ScenarioRun.run(scenario, limits: RunLimits())
    #expect(!run.judgements.isEmpty)
    for (expectation, judgement) in zip(scenario.expectations, run.judgements) {
      #expect(judgement.verdict == .holds, "\(expectation.text): \(judgement.message)")
    }
  }
}
