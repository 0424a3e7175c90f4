import Grades
import Lesson
import SourceText
import WalkSyntax

/// Judges the answer to a question.
struct AnswerJudge {
  let task: LessonTask
  let prediction: LessonPrediction
  let script: ScriptSyntax

  /// What is right comes to light only after the task is due.
  private static let visibility = Visibility(
    now: [.title, .verdict, .points], afterDue: CheckField.allCases)

  func grade(_ result: inout GradeResult) {
    for statement in script.statements {
      switch statement {
      case .answer(.some, _, _), .program: continue
      default:
        result.messages.append(
          SourceMessage(
            code: "W0434", isError: true, line: 1, column: 1,
            text: "a submission holds programs and answers, nothing else"))
        result = Grader.uncompiled(result)
        return
      }
    }
    let answers = script.statements.compactMap { statement -> ExpressionSyntax? in
      if case .answer(let name?, let value, _) = statement, name.text == task.name {
        value
      } else {
        nil
      }
    }
    result.status = .graded
    var check = CheckResult(
      number: 1, title: task.name, outcome: .failed, reason: .noAnswer, points: .zero,
      maximum: result.maximum, needed: prediction.right, visibility: Self.visibility)
    defer {
      result.points = check.points
      result.checks = [check]
    }
    guard let answer = answers.last else {
      check.seen = "There is no `answer \(task.name) = …`."
      return
    }
    let cells = Self.cells(answer, script)
    check.seen = "The answer is \(cells.joined(separator: ", "))."
    check.causes = [prediction.outcome]
    let (right, all) = count(cells)
    check.points = check.maximum.times(Int64(right), of: Int64(all))
    check.outcome = right == all ? .passed : right > 0 ? .partial : .failed
    check.reason = right == all ? .rightAnswer : right > 0 ? .partly : .wrongAnswer
    if all > 1 { check.seen += " \(right) of \(all) are right." }
  }

  /// How much is right, of how much.
  private func count(_ cells: [String]) -> (right: Int, all: Int) {
    let normal = cells.map(AnswerText.normal)
    switch prediction.form {
    case .typed(let answer):
      return (normal.count == 1 && answer.accepts(normal[0]) ? 1 : 0, 1)
    case .choice(let choices):
      let right = Set(choices.filter(\.isRight).map { Self.bare($0.text) })
      return (Set(cells.map(Self.bare)) == right ? 1 : 0, 1)
    case .order(let moments):
      // As far as the beginning is right.
      let right = moments.sorted { $0.step < $1.step }.map { Self.bare($0.text) }
      let given = cells.map(Self.bare)
      let prefix = zip(right, given).prefix { $0 == $1 }.count
      return (given.count > right.count ? 0 : prefix, right.count)
    case .table(_, let rows):
      let right = rows.flatMap(\.cells)
      let met = zip(right, normal).count { $0.accepts($1) }
      return (normal.count == right.count ? met : 0, right.count)
    }
  }

  /// Words without what only sets them apart on a page.
  private static func bare(_ text: String) -> String {
    AnswerText.normal(text.filter { $0 != "`" })
  }

  /// What is answered: one value, or those of a list, row after row.
  private static func cells(_ answer: ExpressionSyntax, _ script: ScriptSyntax) -> [String] {
    switch answer {
    case .list(let values, _): values.flatMap { cells($0, script) }
    case .string(let string): [string.text]
    default:
      [
        String(
          decoding: script.fragment.bytes[
            min(
              answer.range.lower, script.fragment.bytes.count)..<min(
                max(answer.range.lower, answer.range.upper), script.fragment.bytes.count)],
          as: UTF8.self)
      ]
    }
  }
}

extension LessonPrediction {
  /// What is right, in words.
  var right: String {
    switch form {
    case .typed(let answer): answer.text
    case .choice(let choices): choices.filter(\.isRight).map(\.text).joined(separator: ", ")
    case .order(let moments):
      moments.sorted { $0.step < $1.step }.map(\.text).joined(separator: ", ")
    case .table(_, let rows): rows.flatMap(\.cells).map(\.text).joined(separator: ", ")
    }
  }
}
