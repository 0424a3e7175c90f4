public import Catalogue
import Markdown
public import Program
public import SourceText
import WalkSemantics
public import WalkSyntax

extension Lesson {
  /// A page about one run, such as that of a submission, which no file says.
  ///
  /// - Parameters:
  ///   - scenario: What was run; its expectations are shown with their verdicts.
  ///   - name: What its file is called, without extension.
  ///   - title: Its title.
  ///   - prose: What stands above the script, CommonMark.
  ///   - script: The script that is shown; its ranges are places in `sources`.
  ///   - sources: The files that ranges are places in.
  ///   - limits: The limits of the run.
  ///   - language: What it is in.
  public static func about(
    _ scenario: Scenario, name: String, title: String, prose: [UInt8], script: ScriptSyntax,
    sources: SourceSet, limits: RunLimits, language: Language = .english
  ) -> Lesson {
    let document = MarkdownDocument(parsing: prose)
    let node = document.makeNode(.codeBlock)
    node.fenceInfo = "walk"
    node.literal = String(decoding: script.fragment.bytes, as: UTF8.self)
    document.root.append(node)
    let run = ScenarioRun.run(scenario, limits: limits, language: language)
    let count = script.fragment.bytes.count
    return Lesson(
      name: name, title: title, summary: "", language: language.rawValue, words: language,
      covers: [], sources: sources, document: document,
      fences: [
        LessonFence(
          node: node, role: .scenario, words: [:],
          range: SourceRange(file: script.fragment.file, lower: 0, upper: count), script: script,
          scenario: 0, statements: 0..<scenario.timeline.count)
      ],
      scenarios: [LessonScenario(name: "run", scenario: scenario, run: run, fences: [0])],
      diagnostics: [])
  }
}
