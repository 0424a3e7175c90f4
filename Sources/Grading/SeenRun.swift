public import Grades
import Lesson
public import Program
public import SourceText
import WalkSemantics
public import WalkSyntax

/// The run of a submission as somebody may see it: with the checks that are shown, and no others.
public struct SeenRun: Sendable {
  /// What is to be run.
  public var scenario: Scenario
  /// The submission.
  public var script: ScriptSyntax
  /// The lesson's files, with the submission behind them.
  public var sources: SourceSet
  /// The limits of the run.
  public var limits: RunLimits
}

extension Grader {
  /// The run of a submission on the task's own machine; `nil` for answers and for what cannot be run.
  public func seenRun(of submission: Submission, in situation: Situation) -> SeenRun? {
    guard let examination = examination(of: submission),
      let scenario = examination.scenario(seenIn: situation)
    else { return nil }
    return SeenRun(
      scenario: scenario, script: examination.script, sources: examination.sources,
      limits: examination.limits)
  }

  /// The examination of a submission; `nil` for answers and for what is no text.
  func examination(of submission: Submission) -> Examination? {
    guard let task = tasks.first(where: { $0.name == submission.key.task }),
      case .programs(let checked) = task.kind,
      let text = try? SubmissionText(submission.source)
    else { return nil }
    var sources = sources
    let file = SourceFile(name: "submission.walk", bytes: text.bytes)
    let script = WalkParser.parse(SourceFragment(file, id: sources.add(file)))
    return Examination(
      grader: self, task: task, checked: checked, script: script, sources: sources,
      seed: seed(of: task, for: submission.key.student), attempt: submission.key.attempt)
  }
}
