import Foundation
import Grades
import Grading
import Lesson
import SourceText
import TestSupport
import Testing

@Suite struct TemplateLessonTests {
  private static func grader() throws -> Grader {
    let text = try String(
      contentsOf: Fixtures.directory.appending(path: "../../templates/lesson.md"), encoding: .utf8)
    let file = SourceFile(name: "lesson.md", bytes: Array(text.utf8))
    let lesson = Lesson.compile(file, includes: { _ throws(IncludeFailure) in throw .outside })
    #expect(lesson.diagnostics.isEmpty, "\(lesson.diagnostics)")
    return Grader(lesson, options: GradingOptions(version: "1"))
  }

  @Test func `the lesson of the templates has a task that can be solved`() throws {
    let result = try Samples.grade(Samples.right, by: try Self.grader())
    #expect(result.points == Points(whole: 10), "\(result)")
    #expect(result.maximum == Points(whole: 10))
  }

  @Test func `the question of PrairieLearn begins with the starter`() throws {
    let url = Fixtures.directory.appending(
      path: "../../templates/prairielearn/questions/two_sleeps/two_sleeps.walk")
    let starter = try String(contentsOf: url, encoding: .utf8)
    let result = try Samples.grade(starter, by: try Self.grader())
    #expect(result.reason == .unchangedStarter, "\(result)")
  }
}
