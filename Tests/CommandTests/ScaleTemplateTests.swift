import Foundation
import TestSupport
import Testing

/// The scripts of `templates/scale`, without the engines that they are for.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
struct ScaleTemplateTests {
  private static let templates = Fixtures.directory.appending(path: "../../templates")
  private let folder: Folder

  init() throws {
    folder = try Folder()
    for (name, place) in [
      ("lesson.md", "lesson.md"), ("shard.sh", "scale/shard.sh"),
      ("grade.sbatch", "scale/grade.sbatch"),
    ] {
      try FileManager.default.copyItem(
        at: Self.templates.appending(path: place), to: folder.url.appending(path: name))
    }
    // The last line is no submission: one part tells of it.
    let lines = (0..<12).map { number in
      #"{"id": "\#(number)", "student": "s\#(number)", "task": "two_sleeps", "attempt": 1, "#
        + #""source": "program reader {\n exit(\#(number % 2))\n}\n"}"#
    }
    try folder.write("lines.jsonl", (lines + ["no submission"]).joined(separator: "\n") + "\n")
  }

  private func whole() throws -> String {
    let run = try folder.run("grade", "lesson.md", "-", input: folder.text("lines.jsonl"))
    try folder.write("whole.jsonl", run.output)
    return try folder.run("merge", "whole.jsonl").output
  }

  private func merged(_ count: Int) throws -> String {
    let parts = (0..<count).map { "parts/part-\($0).jsonl" }
    for part in parts { #expect(!(try folder.text(part)).isEmpty) }
    return try folder.run(arguments: ["merge"] + parts.reversed()).output
  }

  @Test func `the tasks of a Slurm array grade together what one grader does`() throws {
    let ringwalk = try folder.link()
    for part in 0..<3 {
      let run = try Script.run(
        "/bin/bash", ["grade.sbatch"], in: folder, ringwalk: ringwalk,
        environment: ["SLURM_ARRAY_TASK_ID": "\(part)", "RINGWALK_SHARDS": "3"])
      #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
    }
    let whole = try whole()
    #expect(whole.split(separator: "\n").count == 13)
    #expect(try merged(3) == whole)
  }

  @Test func `a part that was interrupted goes on, and one of another lesson begins anew`() throws {
    let ringwalk = try folder.link()
    func grade(_ part: Int, shards: String? = "2") throws -> Outcome {
      try Script.run(
        "/bin/bash", ["shard.sh", "lesson.md", "lines.jsonl", "parts"], in: folder,
        ringwalk: ringwalk,
        environment: ["JOB_COMPLETION_INDEX": "\(part)"].merging(
          shards.map { ["RINGWALK_SHARDS": $0] } ?? [:]
        ) { $1 })
    }
    for part in 0..<2 { #expect(try grade(part).status == 0) }
    let whole = try whole()
    #expect(try merged(2) == whole)
    // What a killed run has left: a result that can be told from one made anew, and half a line.
    let lines = try folder.text("parts/part-0.jsonl").split(separator: "\n").map(String.init)
    let kept = lines[0].replacing(#""message":"""#, with: #""message":"kept""#)
    try #require(kept != lines[0])
    try folder.write("parts/part-0.jsonl.new", kept + "\n" + lines[1].prefix(50))
    try FileManager.default.removeItem(atPath: folder.path("parts/part-0.jsonl"))
    #expect(try grade(0).status == 0)
    let resumed = try folder.text("parts/part-0.jsonl")
    #expect(resumed == ([kept] + lines.dropFirst()).joined(separator: "\n") + "\n")
    // Of another lesson nothing is taken over.
    try folder.write("lesson.md", folder.text("lesson.md") + "\nMore.\n")
    #expect(try grade(0).status == 0)
    #expect(!(try folder.text("parts/part-0.jsonl")).contains("kept"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("parts"))
    #expect(names.sorted() == ["part-0.jsonl", "part-1.jsonl"])
    // Without a number of parts, nobody can tell which one this is.
    #expect(try grade(0, shards: nil).status != 0)
    #expect(try grade(2).status == 64)
  }

  @Test func `the manifest for Kubernetes names one number of parts, and files that are there`()
    throws
  {
    let text = try String(
      contentsOf: Self.templates.appending(path: "scale/job.yaml"), encoding: .utf8)
    let completions = try #require(text.firstMatch(of: /\n  completions: (\d+)\n/)).1
    let shards = try #require(
      text.firstMatch(of: /- name: RINGWALK_SHARDS\n +value: "(\d+)"\n/)
    ).1
    #expect(completions == shards)
    #expect(text.contains("\n  completionMode: Indexed\n"))
    let command = try #require(text.firstMatch(of: /command: \[sh, (.*)\]/)).1
    #expect(command == "/course/shard.sh, /course/lesson.md, /course/lines.jsonl, /course/parts")
    #expect(text.contains("mountPath: /course\n"))
    let batch = try folder.text("grade.sbatch")
    let last = try #require(batch.firstMatch(of: /#SBATCH --array=0-(\d+)\n/)).1
    let count = try #require(batch.firstMatch(of: /RINGWALK_SHARDS:-(\d+)/)).1
    #expect(Int(last).map { $0 + 1 } == Int(count))
  }
}
