import Foundation
import TestSupport
import Testing

/// What the scripts of the templates are written in.
private enum Python {
  static let isThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/python3") }
}

/// The templates for other tools, with ringwalk itself.
@Suite(.enabled(if: Python.isThere)) struct TemplateCommandTests {
  private static let templates = Fixtures.directory.appending(path: "../../templates")
  private let folder: Folder

  private static let half = """
    program reader {
        exit(0)
    }

    """

  init() throws { folder = try Folder() }

  private func run(_ script: String, _ environment: [String: String]) throws -> Int32 {
    let process = Process()
    process.executableURL = Self.templates.appending(path: script)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func results() throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(
      with: Data(try folder.text("results/results.json").utf8))
    return try #require(object as? [String: Any])
  }

  private func prepare(lesson: String, ringwalk: String) throws {
    let place = folder.url.appending(path: lesson)
    for url in [place, folder.url.appending(path: ringwalk)] {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(at: Self.templates.appending(path: "lesson.md"), to: place)
    try FileManager.default.createSymbolicLink(
      at: folder.url.appending(path: ringwalk), withDestinationURL: try Folder.binary)
  }

  @Test func `Gradescope has the points of a submission, and nothing of a hidden check`() throws {
    try prepare(lesson: "source/lesson.md", ringwalk: "source/ringwalk")
    try folder.write("submission/two_sleeps.walk", Self.half)
    try folder.write(
      "submission_metadata.json", #"{"id": 1, "users": [{"id": 5, "email": "ada@example.org"}]}"#)
    #expect(try run("gradescope/run_autograder", ["AUTOGRADER": folder.url.path()]) == 0)
    let results = try results()
    #expect(results["score"] as? Double == 2)
    let tests = try #require(results["tests"] as? [[String: Any]])
    #expect(tests.map { $0["visibility"] as? String } == ["visible", "visible", "after_due_date"])
    #expect(!(try folder.text("results/results.json")).contains("arm64: "))
  }

  @Test func `PrairieLearn has the share of a submission, and takes no attempt for a starter`()
    throws
  {
    try prepare(lesson: "tests/lesson.md", ringwalk: "bin/ringwalk")
    try folder.write("data/data.json", #"{"variant_seed": 17}"#)
    let environment = [
      "GRADE": folder.url.path(),
      "PATH":
        "\(folder.path("bin")):\(ProcessInfo.processInfo.environment["PATH"] ?? "")",
    ]
    let script = "prairielearn/serverFilesCourse/ringwalk/grade.py"
    try folder.write("student/two_sleeps.walk", Self.half)
    #expect(try run(script, environment) == 0)
    #expect(try results()["score"] as? Double == 0.2)
    let starter = try String(
      contentsOf: Self.templates.appending(
        path: "prairielearn/questions/two_sleeps/two_sleeps.walk"), encoding: .utf8)
    try folder.write("student/two_sleeps.walk", starter)
    #expect(try run(script, environment) == 0)
    #expect(try results()["gradable"] as? Bool == false)
  }
}
