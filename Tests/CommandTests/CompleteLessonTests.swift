import Foundation
import TestSupport
import Testing

/// The complete lesson of the language's description, as a user would check it.
@Suite("The complete lesson")
struct CompleteLessonTests {
  let folder: Folder
  let lines: [String]

  init() throws {
    folder = try Folder()
    lines = try Fixtures.text("Lesson/complete.md")
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The lines that hold an expectation, with the claim as written.
  private var expectations: [(line: Int, claim: String)] {
    lines.indices.compactMap { index in
      guard lines[index].hasPrefix("expect ") else { return nil }
      let claim = lines[index].dropFirst(7).prefix { $0 != "#" }
      return (index, claim.trimmingCharacters(in: .whitespaces))
    }
  }

  private func check(replacing line: Int, with text: String) throws -> Outcome {
    var changed = lines
    changed[line] = text
    try folder.write("lesson.md", changed.joined(separator: "\n"))
    return try folder.run("check", "lesson.md")
  }

  @Test func `passes`() throws {
    try folder.write("lesson.md", lines.joined(separator: "\n"))
    let outcome = try folder.run("check", "lesson.md")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output == "lesson.md: 8 hold\n")
  }

  @Test func `fails with each of its expectations negated, and names the step`() throws {
    #expect(expectations.count == 8)
    for (line, claim) in expectations {
      let outcome = try check(replacing: line, with: "expect not (\(claim))")
      #expect(outcome.status == 1, "\(claim)")
      // The lines of the report are folded at 80 columns.
      let words = outcome.output.split { $0.isWhitespace }.joined(separator: " ")
      #expect(words.contains("lesson.md:\(line + 1):8: fails: not (\(claim))"), "\(words)")
      #expect(words.contains(/step \d+/), "\(words)")
    }
  }

  @Test func `does not compile with a process misspelt in any claim, and suggests its name`() throws
  {
    var misspelt = 0
    for (line, claim) in expectations {
      for (name, wrong) in [("editor", "edtior"), ("counter", "countr"), ("sda", "sdaa")]
      where claim.contains(name) {
        misspelt += 1
        let text = "expect " + claim.replacing(name, with: wrong, maxReplacements: 1)
        let outcome = try check(replacing: line, with: text)
        #expect(outcome.status == 2, "\(text)")
        #expect(outcome.errors.contains("lesson.md:\(line + 1):"), "\(text)")
        #expect(outcome.errors.contains("write `\(name)`"), "\(text): \(outcome.errors)")
      }
    }
    #expect(misspelt >= 12)
  }

  @Test func `tells in its JSON what a call does, in order`() throws {
    try folder.write("lesson.md", lines.joined(separator: "\n"))
    let outcome = try folder.run("run", "lesson.md", "--format", "json")
    let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let scenarios = try #require((document as? [String: Any])?["scenarios"] as? [[String: Any]])
    let events = try #require(scenarios.first?["events"] as? [[String: Any]])

    /// What must come, in this order: kind, and other members with their values.
    let order: [[String: String]] = [
      ["kind": "returns_to_user", "task": "editor", "mode": "user"],
      ["kind": "executes_syscall", "task": "editor"],
      ["kind": "enters_kernel", "task": "editor", "mode": "kernel", "reason": "syscall"],
      ["kind": "saves_registers", "task": "editor"],
      ["kind": "copies_string", "task": "editor", "content": "foo"],
      ["kind": "starts_path_walk", "task": "editor"],
      ["kind": "submits_request", "task": "editor", "device": "sda"],
      ["kind": "sleeps", "task": "editor"],
      ["kind": "returns_to_user", "task": "counter", "mode": "user"],
      ["kind": "interrupts", "task": "counter", "mode": "user", "device": "sda"],
      ["kind": "wakes", "task": "editor"],
      ["kind": "runs", "task": "editor", "mode": "kernel"],
      ["kind": "checks_permission", "task": "editor"],
      ["kind": "installs_descriptor", "task": "editor", "fd": "3"],
      ["kind": "system_call_returns", "task": "editor", "result": "3"],
      ["kind": "restores_registers", "task": "editor"],
      ["kind": "executes_return", "task": "editor"],
      ["kind": "returns_to_user", "task": "editor", "mode": "user"],
    ]
    var remaining = events[...]
    var found: [[String: Any]] = []
    for wanted in order {
      let place = remaining.firstIndex { event in
        wanted.allSatisfy { key, value in event[key].map { "\($0)" } == value }
      }
      guard let place else {
        Issue.record("\(wanted) is missing after step \(found.last?["step"] ?? "none")")
        return
      }
      found.append(remaining[place])
      remaining = remaining[(place + 1)...]
    }
    let call = try #require(found.first { $0["kind"] as? String == "executes_syscall" })
    let back = try #require(found.last)
    #expect(call["return_pc"] as? String == back["pc"] as? String, "the next instruction")
    #expect(
      found.first { $0["kind"] as? String == "saves_registers" }?["at"] as? String
        == found.first { $0["kind"] as? String == "restores_registers" }?["at"] as? String)
  }

  @Test func `lists the stack of the sleeper, the frames that will go on`() throws {
    try folder.write("lesson.md", lines.joined(separator: "\n"))
    let story = try folder.run("run", "lesson.md").output
    let sleep = try #require(story.firstMatch(of: /(?m)^ *(\d+) .* editor sleeps/))
    let outcome = try folder.run("run", "lesson.md", "--stacks", String(sleep.1))
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("editor: sleeping, kernel mode, waiting for sda\n"))
    let frames = outcome.output.matches(of: /(?m)^ +\d+  (\w+)/).map { String($0.1) }
    #expect(
      frames.prefix(9) == [
        "io_schedule", "ext4_bread", "ext4_lookup", "link_path_walk", "path_openat",
        "do_sys_openat2", "sys_open", "do_syscall_64", "entry_SYSCALL_64",
      ])
    for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(try folder.run("run", "lesson.md", "--stacks", "-1").status == 64)
  }
}
