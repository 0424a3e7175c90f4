import Program
import SourceText
import TestSupport
import Testing
import Trace
import WalkSemantics

@Suite struct CompleteLessonTests {
  private func fences() throws -> [Fence] {
    walkFences(in: try Fixtures.text("WalkSemantics/complete-lesson.md"))
  }

  private func scenario() throws -> Checked {
    let fences = try fences()
    return check(fences.filter { [.world, .scenario, .continue].contains($0.role) })
  }

  @Test func `the complete lesson checks without a word`() throws {
    let checked = try scenario()
    #expect(checked.diagnostics.isEmpty, "\(checked.report)")
    let scenario = try #require(checked.scenario)
    #expect(scenario.users.map(\.name) == ["root", "student", "ada"])
    #expect(scenario.disks.map(\.latency) == [5_000_000])
    #expect(scenario.mounts.map(\.path) == ["/"])
    #expect(scenario.mounts[0].fileSystem == .ext4)
    #expect(scenario.processes.map(\.name) == ["editor", "counter"])
    #expect(scenario.processes.map(\.directory) == ["/home/ada", "/home/student"])
    let foo = try #require(scenario.nodes.first { $0.path == "/home/ada/foo" })
    #expect(foo.content == .bytes(Array("hello\n".utf8)))
    #expect((foo.uid, foo.gid, foo.mode) == (1000, 1000, 0o644))
    #expect(scenario.timeline.count == 12)
    #expect(scenario.timelineRanges.count == 12)
    #expect(
      scenario.expectations.map(\.text) == [
        "editor enters kernel by syscall", "kernel copies \"foo\" from editor",
        "editor sleeps on sda", "editor.mode == kernel", "counter runs before sda interrupts",
        "sda interrupts while counter runs",
        "sda interrupts then editor wakes then open by editor returns 3",
        "at end editor.exit == 0 and sda.reads >= 1",
      ])
  }

  @Test func `its task and its prediction are checked with the world`() throws {
    let fences = try fences()
    let world = fences.filter { $0.role == .world }
    for role in [FenceRole.task, .predict] {
      let checked = check(world + fences.filter { $0.role == role })
      #expect(checked.diagnostics.isEmpty, "\(role): \(checked.report)")
      #expect(checked.scenario != nil)
    }
  }

  @Test func `its inline values have types`() throws {
    let checked = try scenario()
    let result = value("result(open by editor)", in: checked)
    #expect(result.codes == [] && result.type == .result && result.expression != nil)
    let duration = value("duration(open by editor)", in: checked)
    #expect(duration.codes == [] && duration.type == .duration)
    let time = value("cputime(counter, until editor wakes)", in: checked)
    #expect(time.codes == [] && time.type == .duration)
    guard
      case .query(.cpuTime(let task, from: nil, until: .pattern(let pattern)))? = time.expression
    else {
      Issue.record("\(String(describing: time.expression))")
      return
    }
    #expect(task == TaskID(rawValue: 2))
    #expect(pattern.kinds == [.wakes] && pattern.task == TaskID(rawValue: 1))
  }

  @Test func `a misspelt process in any claim is an error with a suggestion`() throws {
    var fences = try fences().filter { [.world, .scenario, .continue].contains($0.role) }
    let originals = fences
    var tried = 0
    for (index, fence) in originals.enumerated() where fence.role != .world {
      let lines = fence.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() where line.hasPrefix("expect") {
        for name in ["editor", "counter"] where line.contains(name) {
          var changed = lines.map(String.init)
          changed[number] = String(line.replacing(name, with: name.dropLast() + "x"))
          fences[index].text = changed.joined(separator: "\n")
          let checked = check(fences)
          #expect(checked.scenario == nil)
          #expect(checked.codes == ["W0401"], "\(checked.report)")
          #expect(checked.diagnostics.first?.fixIts.first?.message == "write `\(name)`")
          tried += 1
        }
      }
      fences[index] = fence
    }
    #expect(tried == 8)
  }
}
