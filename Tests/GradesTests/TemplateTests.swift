import Foundation
import Grades
import TestSupport
import Testing

/// What the scripts of the templates are written in.
enum Python {
  static let isThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/python3") }
}

/// The scripts of the templates, with a program in ringwalk's place that keeps what it is given.
@Suite(.enabled(if: Python.isThere)) struct TemplateTests {
  static let templates = Fixtures.directory.appending(path: "../../templates")

  /// A folder as a platform prepares it.
  struct Sandbox {
    let root: URL

    init() throws {
      root = FileManager.default.temporaryDirectory.appending(
        path: UUID().uuidString, directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    func write(_ bytes: [UInt8], _ path: String, isProgram: Bool = false) throws {
      let url = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
      if isProgram {
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o755], ofItemAtPath: url.path())
      }
    }

    func read(_ path: String) -> [UInt8]? {
      (try? Data(contentsOf: root.appending(path: path))).map { Array($0) }
    }

    /// Puts a program in ringwalk's place: it keeps the submissions and its arguments, and leaves `results`,
    /// if any, where ringwalk leaves those of a student.
    func installRingwalk(at path: String, results: [UInt8]?) throws {
      if let results { try write(results, "prepared.json") }
      let leave =
        results == nil
        ? "exit 2"
        : "mkdir -p \"$7/$5/ada\"; cp '\(root.path())prepared.json' \"$7/$5/ada/results.json\""
      try write(
        Array(
          """
          #!/bin/sh
          printf '%s\\n' "$@" > '\(root.path())arguments'
          cp -r "$3" '\(root.path())given'
          \(leave)
          """.utf8), path, isProgram: true)
    }

    /// The files that it was given, by their paths.
    func given() throws -> [String: [UInt8]] {
      var files: [String: [UInt8]] = [:]
      for path in try FileManager.default.subpathsOfDirectory(atPath: "\(root.path())given") {
        if path.hasSuffix(".walk") { files[path] = read("given/\(path)") }
      }
      return files
    }

    /// Runs a script of the templates; returns its status.
    func run(_ script: String, _ environment: [String: String]) throws -> Int32 {
      let process = Process()
      process.executableURL = TemplateTests.templates.appending(path: script)
      var all = ProcessInfo.processInfo.environment
      all.merge(environment) { $1 }
      process.environment = all
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }

    func remove() { try? FileManager.default.removeItem(at: root) }
  }

  private static let metadata = """
    {"id": 7, "users": [{"email": "zoe@x.org"}, {"email": "ada@x.org"}],
     "previous_submissions": [{"autograder_error": true}, {"autograder_error": false}]}
    """

  private static func gradescope(_ results: [UInt8]?, files: [String: [UInt8]]) throws -> (
    sandbox: Sandbox, status: Int32
  ) {
    let sandbox = try Sandbox()
    try sandbox.installRingwalk(at: "source/ringwalk", results: results)
    try sandbox.write(Array(metadata.utf8), "submission_metadata.json")
    try sandbox.write([], "submission/.keep")
    for (name, bytes) in files { try sandbox.write(bytes, "submission/\(name)") }
    let status = try sandbox.run("gradescope/run_autograder", ["AUTOGRADER": sandbox.root.path()])
    return (sandbox, status)
  }

  @Test func `Gradescope's script hands files over and puts the result in its place`() throws {
    let results = SubmissionFormat.gradescope.bytes(for: [Sample.result], in: .now)
    let (sandbox, status) = try Self.gradescope(
      results,
      files: ["b.walk": Array("x\n".utf8), "a b.walk": [0x22, 0xE9, 0x0A], "c.txt": [0x31]])
    defer { sandbox.remove() }
    #expect(status == 0)
    #expect(
      try sandbox.given() == [
        "ada@x.org/b.2.walk": Array("x\n".utf8), "ada@x.org/a b.2.walk": [0x22, 0xE9, 0x0A],
      ])
    let arguments = String(decoding: try #require(sandbox.read("arguments")), as: UTF8.self)
    #expect(arguments.hasPrefix("grade\n") && arguments.contains("\n--format\ngradescope\n-o\n"))
    #expect(!arguments.contains("--key"))
    let written =
      try JSONSerialization.jsonObject(
        with: Data(try #require(sandbox.read("results/results.json")))) as? NSDictionary
    let expected = try JSONSerialization.jsonObject(with: Data(results)) as? NSDictionary
    #expect(written == expected)
  }

  @Test func `row 57: without a result Gradescope gets none instead of zero points`() throws {
    let fault = SubmissionFormat.gradescope.bytes(for: [Sample.result, Sample.fault], in: .now)
    for results in [nil, fault] {
      let (sandbox, status) = try Self.gradescope(results, files: ["b.walk": [0x31]])
      defer { sandbox.remove() }
      #expect(status == 1)
      #expect(sandbox.read("results/results.json") == nil)
    }
  }

  @Test func `rows 17 and 22: nothing and links are no submissions`() throws {
    let (sandbox, _) = try Self.gradescope(nil, files: [:])
    defer { sandbox.remove() }
    try FileManager.default.createSymbolicLink(
      at: sandbox.root.appending(path: "submission/link.walk"),
      withDestinationURL: sandbox.root.appending(path: "submission_metadata.json"))
    let status = try sandbox.run("gradescope/run_autograder", ["AUTOGRADER": sandbox.root.path()])
    #expect(status == 0)
    #expect(sandbox.read("arguments") == nil)
    let text = String(decoding: try #require(sandbox.read("results/results.json")), as: UTF8.self)
    #expect(text.contains("No file TASK.walk was handed in."))
  }

  private static func prairieLearn(_ results: [UInt8]?, files: [String]) throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.installRingwalk(at: "bin/ringwalk", results: results)
    try sandbox.write(Array("{\"variant_seed\": 99}".utf8), "data/data.json")
    try sandbox.write([], "student/.keep")
    for name in files { try sandbox.write(Array("x\n".utf8), "student/\(name)") }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let status = try sandbox.run(
      "prairielearn/serverFilesCourse/ringwalk/grade.py",
      ["GRADE": sandbox.root.path(), "PATH": "\(sandbox.root.path())bin:\(path)"])
    // With another status PrairieLearn does not look at the result.
    #expect(status == 0)
    return sandbox
  }

  @Test func `PrairieLearn's script hands files over and puts the result in its place`() throws {
    let results = SubmissionFormat.prairielearn.bytes(for: [Sample.result], in: .now)
    let sandbox = try Self.prairieLearn(results, files: ["two_sleeps.walk"])
    defer { sandbox.remove() }
    #expect(try sandbox.given() == ["variant-99/two_sleeps.walk": Array("x\n".utf8)])
    #expect(sandbox.read("results/results.json") == results)
  }

  @Test func `without a result PrairieLearn takes no attempt`() throws {
    for files in [["two_sleeps.walk"], []] {
      let sandbox = try Self.prairieLearn(nil, files: files)
      defer { sandbox.remove() }
      let object = try JSONSerialization.jsonObject(
        with: Data(try #require(sandbox.read("results/results.json"))))
      let file = try #require(object as? [String: Any])
      #expect(file["gradable"] as? Bool == false)
      #expect((file["format_errors"] as? [String])?.count == 1)
    }
  }

  @Test func `a question of PrairieLearn names what is there`() throws {
    let url = Self.templates.appending(path: "prairielearn/questions/two_sleeps/info.json")
    let object = try JSONSerialization.jsonObject(with: try Data(contentsOf: url))
    let info = try #require(object as? [String: Any])
    #expect(info["gradingMethod"] as? String == "External")
    let options = try #require(info["externalGradingOptions"] as? [String: Any])
    let entry = try #require(options["entrypoint"] as? String)
    #expect(
      FileManager.default.isExecutableFile(
        atPath: Self.templates.appending(path: "prairielearn").path()
          + entry.dropFirst("/grade".count)))
    #expect(options["enableNetworking"] as? Bool == false)
  }

  @Test func `row 36: no script of the workflow has a value of others in its text`() throws {
    let text = try String(
      contentsOf: Self.templates.appending(path: "github/.github/workflows/classroom.yml"),
      encoding: .utf8)
    var scripts = 0
    var indent: Int?
    for line in text.split(separator: "\n") {
      let depth = line.prefix { $0 == " " }.count
      if let open = indent, depth <= open { indent = nil }
      let rest = line.dropFirst(depth)
      if rest.hasPrefix("run:") {
        indent = depth
        scripts += 1
      }
      if indent != nil { #expect(!line.contains("${{"), "\(line)") }
    }
    #expect(scripts == 2)
    #expect(text.contains("ringwalk grade course/lesson.md submissions"))
    #expect(text.contains("RINGWALK_RESULTS: ${{ steps.ringwalk.outputs.result }}"))
  }
}
