import Lesson
import Program
import SourceText
import Testing
import Trace
import WalkSemantics
import WalkSyntax

/// Scripts as authors write them, for tests of language and kernel together.
enum Script {
  /// A scenario that checks without a word.
  static func scenario(_ text: String) throws -> Scenario {
    let file = SourceFile(name: "script.walk", bytes: Array(text.utf8))
    var sources = SourceSet()
    let script = WalkParser.parse(SourceFragment(file, id: sources.add(file)))
    let checked = WalkChecker.check([ScenarioPart(role: .scenario, script: script)])
    let found = (script.diagnostics + checked.diagnostics).map { "\($0.code) \($0.message)" }
    #expect(found == [], "\(text)")
    return try #require(checked.scenario)
  }

  /// What happens when it is run to its end.
  static func run(_ text: String) throws -> Trace {
    ScenarioRun.run(try scenario(text), limits: RunLimits()).trace
  }
}
