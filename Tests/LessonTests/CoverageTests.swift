import Catalogue
import Foundation
import Lesson
import TestSupport
import Testing
import Trace

@Suite struct CoverageTests {
  private func coverage(_ script: String) -> [CoveredFact: Int] {
    let lesson = compile(script, name: "course/a.walk")
    #expect(lesson.messages == "")
    return LessonCoverage(of: lesson).counts
  }

  @Test func `a sleeping program shows the life of a sleeper, and no other`() throws {
    let counts = coverage("program p { nanosleep(1ms) }\nstart p\nrun\n")
    let nanosleep = try #require(SystemCall.named("nanosleep"))
    #expect(counts[.systemCall(nanosleep)] == 1)
    #expect(counts[.transition(TaskTransition(from: .absent, to: .runnable))] == 1)
    #expect(counts[.transition(TaskTransition(from: .running, to: .sleeping))] == 1)
    #expect(counts[.transition(TaskTransition(from: .sleeping, to: .runnable))] == 1)
    #expect(counts[.transition(TaskTransition(from: .runnable, to: .running))] == 2)
    #expect(counts[.transition(TaskTransition(from: .running, to: .zombie))] == 1)
    #expect(counts[.transition(TaskTransition(from: .running, to: .stopped))] == nil)
    #expect(counts[.exception(.pageFault)] == nil)
    #expect(counts[.event(.sleeps)] == 1)
  }

  @Test func `errors belong to their call`() throws {
    let counts = coverage("program p { open(\"/no\", O_RDONLY)\n close(9) }\nstart p\nrun\n")
    let open = try #require(SystemCall.named("open"))
    let close = try #require(SystemCall.named("close"))
    #expect(counts[.error(open, .ENOENT)] == 1)
    #expect(counts[.error(close, .EBADF)] == 1)
    #expect(counts[.error(close, .ENOENT)] == nil)
  }

  @Test func `no task goes a way that the table of transitions does not have`() throws {
    let folder = Fixtures.directory.appending(path: "Kernel/stories")
    var seen: Set<TaskTransition> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
    where name.hasSuffix(".walk") {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      for scenario in compile(text, name: "course/\(name)").scenarios {
        seen.formUnion(scenario.run.trace.transitions.keys)
      }
    }
    let known = Set(TaskTransition.all.map(\.transition))
    #expect(seen.subtracting(known) == [])
    #expect(seen.count > 6)
  }
}
