import Grades
import Grading
import Handout
import Lesson
import SourceText

/// What a student reads back, as files.
struct Feedback: Sendable {
  let grader: CourseGrader
  let situation: Situation

  /// A file, by its name in the student's folder.
  struct File: Sendable {
    let name: String
    let bytes: [UInt8]
  }

  /// The page on which students step through their own run, and the same without the run as Markdown and
  /// as text.
  func files(_ submission: Submission, _ result: GradeResult) -> [File] {
    let name = Self.fileName(submission.key)
    var text = FeedbackText(report: StudentReport(result, in: situation))
    var files: [File] = []
    if let run = grader.grader.seenRun(of: submission, in: situation) {
      var above = text
      above.page = ""
      let lesson = Lesson.about(
        run.scenario, name: name, title: "\(submission.key.task): \(text.total)",
        prose: Array(above.markdown.utf8), script: run.script, sources: run.sources,
        limits: run.limits, language: grader.grader.wordsLanguage)
      let page = Handout.singleFile(of: lesson, context: HandoutContext())
      files.append(File(name: "\(name).html", bytes: page))
      text.page = "\(name).html"
    }
    files.append(File(name: "\(name).md", bytes: Array(text.markdown.utf8)))
    files.append(File(name: "\(name).txt", bytes: Array(text.text.utf8)))
    return files
  }

  /// What the files of a submission are called, without extension: made of the task and the attempt, both
  /// of which are ours to name.
  static func fileName(_ key: SubmissionKey) -> String {
    let task = key.task.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D || byte == 0x5F
    }
    let name = task && !key.task.isEmpty ? key.task : "task-" + Self.folder(key.task, key: [])
    return key.attempt == 1 ? name : "\(name).\(key.attempt)"
  }

  /// What a student's folder is called: a keyed digest, so that nobody finds another's by guessing.
  static func folder(_ student: String, key: [UInt8]) -> String {
    String(
      Digest(of: Array("feedback:\(student)".utf8), key: key).rawValue.prefix(24))
  }
}
