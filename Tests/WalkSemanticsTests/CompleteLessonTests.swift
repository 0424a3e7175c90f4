import Catalogue
import Program
import SourceText
import TestSupport
import Testing
import Trace
import WalkSemantics

@Suite struct CompleteLessonTests {
  private func fences() throws -> [Fence] {
    walkFences(in: try Fixtures.text("Lesson/complete.md"))
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

  @Test func `another architecture than the written one can be asked for`() throws {
    let script = [Fence(role: .scenario, text: "program p { exit(0) }\nstart p\nrun\n")]
    #expect(check(script, architecture: "x86_64").scenario?.machine.architecture.name == "x86_64")
    #expect(check(script, architecture: "arm64").scenario?.machine.architecture.name == "arm64")
    #expect(check(script, architecture: "pdp11").codes == ["W0211"])
    let arm = [Fence(role: .scenario, text: "machine arm64\n" + script[0].text)]
    #expect(check(arm).scenario?.machine.architecture.name == "arm64")
    #expect(
      check(arm, architecture: "x86_64").scenario?.machine.architecture.name == "x86_64")
  }

  @Test func `everything has a default, so that three lines are a script`() throws {
    let checked = check("program hello { write(1, \"hi\\n\", 3) }\nstart hello\nrun\n")
    let scenario = try #require(checked.scenario, "\(checked.report)")
    #expect(scenario.processes[0].directory == "/home/student")
    #expect(scenario.users[scenario.processes[0].user].name == "student")
    #expect(scenario.mounts.map(\.fileSystem) == [.tmpfs])
    #expect(
      scenario.nodes.map(\.path) == [
        "/", "/bin", "/bin/hello", "/dev", "/etc", "/home", "/home/student", "/lib", "/lib/libc.so",
        "/proc", "/root", "/tmp",
        "/usr", "/var",
      ])
    #expect(scenario.nodes.first { $0.path == "/tmp" }?.mode == 0o1777)
    #expect(scenario.nodes.first { $0.path == "/home/student" }?.uid == 1000)
  }

  @Test func `parents are made as needed, and belong to whose home they are in`() throws {
    let checked = check(
      """
      user ada { uid 1200, groups [staff, wheel] }
      user bob { uid 1201, groups [wheel] }
      file "/home/ada/src/c/a.c" { text "int" }
      file "/srv/www/index" { group wheel, size 5 }
      dir "/srv/www" { mode 0700 }
      symlink "/home/ada/here" to "src"
      program p { exit(0) }
      start p as ada in "/home/ada/here/c"
      """)
    let scenario = try #require(checked.scenario, "\(checked.report)")
    func node(_ path: String) -> NodeConfiguration? { scenario.nodes.first { $0.path == path } }
    #expect(node("/home/ada/src/c")?.uid == 1200 && node("/home/ada/src/c/a.c")?.uid == 1200)
    #expect(node("/srv")?.uid == 0 && node("/srv/www")?.mode == 0o700)
    #expect(node("/srv/www/index")?.content == .zeros(5) && node("/srv/www/index")?.gid == 2001)
    #expect(scenario.users.first { $0.name == "ada" }?.gids == [1200, 2000, 2001])
    #expect(scenario.users.first { $0.name == "bob" }?.gids == [1201, 2001])
  }

  @Test func `a machine in a scenario takes the place of the world's`() throws {
    let checked = check([
      Fence(role: .world, text: "machine x86_64 { tick 4ms, memory 32MiB }\n"),
      Fence(role: .scenario, text: "machine x86_64 { tick 1ms, scheduler fifo, costs typical }\n"),
    ])
    let machine = try #require(checked.scenario, "\(checked.report)").machine
    #expect(machine.tick == 1_000_000 && machine.policy == .fifo && machine.costs == .typical)
    #expect(machine.memoryBytes == 16 << 20)
  }

  @Test func `what happens at a time is in the timeline`() throws {
    let checked = check(
      """
      disk sda { latency 5ms }
      mount "/" ext4 on sda
      program p { exit(0) }
      start p at 2ms
      at 3ms: sda fails
      start p named q
      run for 10ms
      run until q exits
      run until p.state == zombie
      """)
    let scenario = try #require(checked.scenario, "\(checked.report)")
    #expect(scenario.timeline.count == 6)
    guard case .act(.start(process: 0), at: 2_000_000) = scenario.timeline[0],
      case .act(.fail(DeviceID(rawValue: 1)), at: 3_000_000) = scenario.timeline[1],
      case .act(.start(process: 1), at: nil) = scenario.timeline[2],
      case .run(.duration(10_000_000)) = scenario.timeline[3],
      case .run(.event) = scenario.timeline[4], case .run(.state) = scenario.timeline[5]
    else {
      Issue.record("\(scenario.timeline)")
      return
    }
  }
}
