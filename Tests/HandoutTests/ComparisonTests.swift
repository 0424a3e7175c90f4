import Foundation
import Lesson
import SourceText
import Testing
import Trace

@testable import Handout

@Suite struct ComparisonTests {
  private static let lesson = """
    ```walk scenario=race
    program busy { repeat 3 { compute 8ms } }
    start busy named one
    start busy named two
    run
    ```

    ```walk show=compare under="scheduler fifo, cpus 2"
    ```
    """

  private func view(_ text: String = lesson) -> LessonView {
    let lesson = CompiledLessonTests.compile("a.md", text)
    #expect(lesson.diagnostics.isEmpty)
    return LessonView(lesson)
  }

  @Test func `runs of two schedulers part when one of them preempts`() throws {
    let view = view()
    let own = try #require(view.scenarios.first)
    let other = try #require(view.fences.last?.comparison.first)
    let steps = try #require(Divergence(own, other).steps)
    let (left, right) = (own.trace.events[steps.first], other.trace.events[steps.second])
    #expect(
      own.trace.events[..<steps.first].map(\.kind)
        == other.trace.events[..<steps.second].map(\.kind))
    #expect(left.kind != right.kind || left.task != right.task || left.object != right.object)
    #expect(Divergence(own, own).steps == nil)
    var shorter = own
    shorter.trace.events.removeLast()
    let count = shorter.trace.events.count
    #expect(try #require(Divergence(own, shorter).steps) == (count, count))
  }

  @Test func `a page has a stepper for each run and names where they part`() throws {
    let page = HandoutTests.html(view())
    HandoutTests.expectSound(page)
    #expect(page.components(separatedBy: "<div class=\"stepper\"").count == 5)
    #expect(page.contains("race, compared"))
    #expect(page.contains("<h3 id=\"race-scheduler-fifo\">scheduler fifo</h3>"))
    #expect(page.contains("Then it goes another way:"))
    let links = HandoutTests.values(of: "href", in: page).filter { $0.contains("race-as-written/") }
    #expect(!links.isEmpty)
  }

  @Test(arguments: [HandoutFormat.markdown, .latex, .man])
  func `text formats say where runs part`(_ format: HandoutFormat) throws {
    let files = Handout.render(view(), format: format, context: HandoutContext())
    let page = String(decoding: try #require(files.first).bytes, as: UTF8.self)
    #expect(page.contains("goes another way"))
    #expect(page.contains("scheduler fifo"))
  }

  @Test func `links reach the headings of a comparison`() throws {
    let links = "[all](#race-compared), [own](#race-as-written), [one](#race-scheduler-fifo)"
    let page = HandoutTests.html(view("\(links)\n\n\(Self.lesson)"))
    HandoutTests.expectSound(page)
    for id in ["race-compared", "race-as-written", "race-scheduler-fifo"] {
      #expect(page.contains("href=\"#\(id)\""))
      #expect(page.components(separatedBy: "id=\"\(id)\"").count == 2)
    }
    let dead = CompiledLessonTests.compile("a.md", "[all](#race-compares)\n\n\(Self.lesson)")
    #expect(dead.diagnostics.map(\.code) == [DiagnosticCode(40)])
  }

  @Test func `runs that are alike are said to be`() throws {
    let page = HandoutTests.html(
      view(Self.lesson.replacing("scheduler fifo, cpus 2", with: "memory 32MiB")))
    HandoutTests.expectSound(page)
    #expect(page.contains("the same happens, step by step"))
  }
}
