import Handout
import Lesson
import Program
import SourceText

/// Runs the scripts of the playground, one after the other.
actor Playground {
  private let limits: RunLimits
  private let places = Places(8)

  /// - Parameter limits: The limits of the command; those of the playground are narrower.
  init(limits: RunLimits) {
    var limits = limits
    limits.steps = min(limits.steps, 2_000_000)
    limits.events = min(limits.events, 100_000)
    limits.outputBytes = min(limits.outputBytes, 64 << 10)
    self.limits = limits
  }

  /// The answer to a script: what happened, as a page, or what is wrong with it.
  nonisolated func answer(_ script: String) async -> HTTPResponse {
    guard await places.take() else { return SiteRouter.busy }
    let response = await run(script)
    await places.give()
    return response
  }

  private func run(_ script: String) -> HTTPResponse {
    let lesson = Lesson.compile(
      SourceFile(name: "playground.walk", bytes: Array(script.utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside }, limits: limits)
    let problems = lesson.diagnostics.map { LiveProblem($0, in: lesson.sources) }
    guard !lesson.scenarios.isEmpty || !lesson.isBroken,
      let page = Handout.pages(
        of: lesson, format: .html, context: HandoutContext(site: "Playground", index: nil)
      ).first
    else { return HTTPResponse(.okay, body: PlaygroundPage.problems(problems)) }
    return HTTPResponse(.okay, body: LivePage.result(page.bytes, problems: problems))
  }
}
