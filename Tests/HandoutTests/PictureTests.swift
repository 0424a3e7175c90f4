import Foundation
import Lesson
import Testing
import Trace

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Handout

/// Pictures of moments, against what the scripts make happen.
@Suite struct PictureTests {
  private static let script = """
    machine x86_64 { cpus 1, tick 4ms, isolation kpti }
    disk sda { latency 5ms }
    mount "/" ext4 on sda
    file "/home/foo" { text "hello" }
    program editor {
      bss buf 4KiB
      let fd = open("/home/foo", O_RDWR)
      let again = dup(fd)
      let n = read(fd, buf, 5)
      let child = fork()
      if child == 0 { exit(7) }
      wait4(child, 0, 0, 0)
      exit(0)
    }
    start editor as root
    run
    """

  private func scenario() throws -> ScenarioView {
    let lesson = CompiledLessonTests.compile("a.walk", Self.script)
    #expect(lesson.diagnostics.isEmpty)
    return try #require(LessonView(lesson).scenarios.first)
  }

  /// A picture after the first event that is one.
  private func description(
    _ subject: LessonPicture.Subject, after isMoment: (TraceEvent) -> Bool,
    of process: TaskID? = nil
  ) throws -> String {
    let scenario = try scenario()
    let found = scenario.trace.events.firstIndex(where: isMoment)
    let step = try #require(found)
    let picture = LessonPicture(subject: subject, process: process, eventCount: step + 1)
    return try #require(scenario.still(picture, id: "x")).description
  }

  @Test func `a sleeping process waits in the picture of processes`() throws {
    let text = try description(.processes) { $0.kind == .sleeps }
    #expect(text.contains("asleep editor: sda"))
    let later = try description(.processes) { $0.kind == .wakes }
    #expect(later.contains("ready editor"))
    #expect(!later.contains("asleep editor"))
  }

  @Test func `the kernel stack has the innermost frame on top`() throws {
    let text = try description(.kernelStack, after: { $0.kind == .sleeps }, of: TaskID(rawValue: 1))
    let frames = text.components(separatedBy: "; ").dropFirst()
    #expect(frames.first?.contains("schedule") == true)
    #expect(frames.last?.hasPrefix("entry_SYSCALL_64") == true)
    #expect(frames.count > 8)
  }

  @Test func `two descriptors lead to one open file and one inode`() throws {
    let text = try description(.descriptors) {
      $0.kind == .installsDescriptor && $0.a == 4
    }
    let rows = text.components(separatedBy: "; ")
    let (three, four) = (
      try #require(rows.first { $0.hasPrefix("3 →") }),
      try #require(rows.first { $0.hasPrefix("4 →") })
    )
    #expect(three.dropFirst() == four.dropLast(four.hasSuffix(".") ? 1 : 0).dropFirst())
    #expect(three.contains("O_RDWR"))
    #expect(three.contains("foo"))
  }

  @Test func `registers lie saved while the process is in the kernel`() throws {
    let inside = try description(.registers) { $0.kind == .savesRegisters }
    #expect(inside.contains("mode ring 0"))
    let saved = try #require(inside.components(separatedBy: "; ").first { $0.hasPrefix("rdi") })
    #expect(saved.contains("0x"))
    let outside = try description(.registers) { $0.kind == .returnsToUser }
    #expect(outside.contains("mode ring 3"))
  }

  @Test func `under kpti user mode sees the trampoline alone`() throws {
    let user = try description(.addressSpace) { $0.kind == .returnsToUser }
    #expect(user.contains("only the trampoline is mapped"))
    let kernel = try description(.addressSpace) { $0.kind == .dispatches }
    #expect(kernel.contains("all of it is mapped"))
    #expect(kernel.contains("[stack] 0x7ff"))
  }

  @Test func `the disk has its requests until they are completed`() throws {
    let queued = try description(.diskQueue) { $0.kind == .startsRequest }
    #expect(queued.contains("sda reads block"))
    #expect(queued.contains("for editor"))
    let done = try description(.diskQueue) { $0.kind == .completesRequest }
    #expect(!done.contains("reads block"))
  }

  @Test func `a walk goes down the levels to a frame`() throws {
    let text = try description(.pageTableWalk) { $0.kind == .fillsTLB }
    for level in ["PML4 at 0x", "PDPT at 0x", "frame 0x"] { #expect(text.contains(level)) }
  }

  @Test func `the tree knows who was forked by whom`() throws {
    let text = try description(.processTree) { $0.kind == .forks }
    #expect(text.components(separatedBy: "editor").count == 3)
  }

  @Test func `a segment is as high as it is large, within reason`() throws {
    let scenario = try scenario()
    let still = try #require(
      Gallery.still(.addressSpace, of: scenario.trace, after: 300, process: TaskID(rawValue: 1)))
    let heights = still.drawing.marks.compactMap { mark -> Int? in
      if case .box(_, _, _, let height) = mark { height } else { nil }
    }
    // The stack of 132 KiB is five doublings above a page.
    #expect(heights.max() == Drawing.boxHeight + 30)
    #expect(heights.min() == Drawing.boxHeight)
  }

  @Test(arguments: LessonPicture.Subject.allCases)
  func `every picture is well-formed at every stage of a run`(
    _ subject: LessonPicture.Subject
  ) throws {
    let scenario = try scenario()
    let count = scenario.trace.events.count
    for eventCount in [0, 1, count / 3, count / 2, count, count + 5] {
      let picture = LessonPicture(subject: subject, process: nil, eventCount: eventCount)
      let still = try #require(scenario.still(picture, id: "x"))
      var html = HTML()
      still.writeSVG(to: &html)
      let parser = XMLParser(data: Data(html.bytes))
      #expect(parser.parse(), "\(subject) after \(eventCount)")
    }
  }
}
