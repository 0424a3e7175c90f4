import Foundation
import Grades
import Grading
import Lesson
import SourceText
import TestSupport
import Testing

/// The solutions in `Tests/Solutions`: for each task of the book one that is right and some that are
/// wrong in the ways of students, each with the points that it should get.
@Suite("Solutions to the tasks of the book")
struct SolutionTests {
  private static let root = Fixtures.directory.appending(path: "../..").standardizedFileURL
  private static let folder = root.appending(path: "Tests/Solutions")

  /// What is in a folder, in order; nothing if there is no such folder.
  private static func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()
  }

  /// `LESSON/TASK` of all folders.
  static let tasks: [String] = names(in: folder).flatMap { lesson in
    names(in: folder.appending(path: lesson)).map { "\(lesson)/\($0)" }
  }

  /// The graders of the book's lessons by their names; each is compiled once for all tests.
  private static let graders: [String: Grader] = Dictionary(
    uniqueKeysWithValues: names(in: root.appending(path: "lessons/"))
      .filter { $0.hasSuffix(".md") && $0 != "book.md" }
      .map { (String($0.dropLast(3)), grader($0)) })

  private static func grader(_ name: String) -> Grader {
    let lessons = root.appending(path: "lessons/")
    // A lesson that cannot be read is one without tasks, which the tests notice.
    let bytes = (try? Data(contentsOf: lessons.appending(path: name))) ?? Data()
    let lesson = Lesson.compile(
      SourceFile(name: "lessons/\(name)", bytes: Array(bytes)),
      includes: { path throws(IncludeFailure) in
        guard let data = try? Data(contentsOf: lessons.appending(path: path)) else {
          throw .unreadable("no such file")
        }
        return Array(data)
      })
    return Grader(lesson, options: GradingOptions(version: "1"))
  }

  /// A solution with the points that its first line says: `# 3 of 10: never reads what it opens`.
  private struct Solution {
    var name: String
    var source: [UInt8]
    var points: Int64
    var maximum: Int64

    init(_ file: URL) throws {
      name = file.lastPathComponent
      source = Array(try Data(contentsOf: file))
      let line = String(decoding: source.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      let match = try #require(
        line.wholeMatch(of: /# ([0-9]+) of ([0-9]+)(: .+)?/), "\(name) begins with: \(line)")
      points = try #require(Int64(match.1))
      maximum = try #require(Int64(match.2))
      #expect((match.3 == nil) == (name == "right.walk"), "\(name) says what is wrong with it")
    }
  }

  @Test func `each task of the book has solutions, and there are fifteen at least`() {
    let asked = Self.graders.flatMap { name, grader in
      grader.tasks.compactMap { task in
        if case .programs = task.kind { "\(name)/\(task.name)" } else { nil }
      }
    }
    #expect(asked.sorted() == Self.tasks)
    #expect(asked.count >= 15)
    // Every mechanism of the book is asked for where it is taught; two lessons only collect.
    #expect(Set(asked.compactMap { $0.split(separator: "/").first }).count >= 10)
  }

  @Test(arguments: tasks)
  func `a right solution has all points, and a wrong one what it says`(_ path: String) throws {
    let parts = path.split(separator: "/").map(String.init)
    let grader = try #require(Self.graders[parts[0]])
    let folder = Self.folder.appending(path: path)
    let files = Self.names(in: folder).filter { $0 != "accepted" }
    #expect(files.contains("right.walk"))
    #expect(files.count { $0.hasPrefix("wrong-") && $0.hasSuffix(".walk") } >= 3)
    for file in files {
      let solution = try Solution(folder.appending(path: file))
      let submission = Submission(
        key: SubmissionKey(id: file, student: "reference", task: parts[1]),
        source: solution.source)
      let result = grader.grade(submission)
      #expect(result.status == .graded, "\(path)/\(file): \(result)")
      #expect(result.points == Points(whole: solution.points), "\(path)/\(file): \(result)")
      #expect(result.maximum == Points(whole: solution.maximum), "\(path)/\(file)")
      if file == "right.walk" {
        #expect(result.checks.allSatisfy { $0.outcome == .passed }, "\(path): \(result)")
        #expect(solution.points == solution.maximum)
      } else {
        #expect(solution.points < solution.maximum, "\(path)/\(file)")
      }
      #expect("\(grader.grade(submission))" == "\(result)", "\(path)/\(file), graded twice")
    }
  }
}
