import Catalogue
import Claims
import Foundation
import Lesson
import Program
import SourceText
import TestSupport
import Testing
import WalkSemantics

/// The lessons that come with Ringwalk.
@Suite("The book")
struct BookTests {
  private static let folder = Fixtures.directory.appending(path: "../../lessons/")
    .standardizedFileURL

  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path())
    return (names ?? []).filter { $0.hasSuffix(".md") }.sorted()
  }()

  static func lesson(_ name: String, limits: RunLimits = RunLimits()) throws -> Lesson {
    let bytes = try Data(contentsOf: folder.appending(path: name))
    return Lesson.compile(
      SourceFile(name: "lessons/\(name)", bytes: Array(bytes)),
      includes: { path throws(IncludeFailure) in
        guard let data = try? Data(contentsOf: folder.appending(path: path)) else {
          throw .unreadable("no such file")
        }
        return Array(data)
      }, limits: limits)
  }

  @Test(arguments: names)
  func `every sentence of a lesson holds, and none for want of a counterexample`(
    _ name: String
  ) throws {
    let lesson = try Self.lesson(name)
    #expect(lesson.messages == "")
    #expect(lesson.title != lesson.name && !lesson.summary.isEmpty)
    for scenario in lesson.scenarios {
      for outcome in scenario.outcomes {
        #expect(
          outcome.judgement.verdict == .holds,
          "\(name), \(scenario.name): \(outcome.text): \(outcome.judgement.message)")
      }
    }
    let isReference = lesson.fences.contains { $0.words["show"] == "reference" }
    if !isReference, name != "book.md" { #expect(!lesson.covers.isEmpty, "\(name)") }
  }

  @Test func `each mechanism that is covered is backed by expectations`() throws {
    let lessons = try Self.names.map { try Self.lesson($0) }
    for mechanism in Mechanism.all {
      let covering = lessons.filter { $0.covers.contains(mechanism) }
      let count = covering.flatMap(\.scenarios).map(\.outcomes.count).reduce(0, +)
      #expect(
        count >= 3,
        "\(mechanism.id) has \(count) expectations in \(covering.map(\.name))")
    }
  }

  /// A lesson must not take longer than 100 ms; tests never look at a clock. What takes time is steps
  /// and events, of all runs together: see CONTRIBUTING.md for how many of them 100 ms are.
  private static let workOfTenthSecond: Int64 = 700_000

  @Test(arguments: names) func `no lesson takes more work than a tenth of a second`(
    _ name: String
  ) throws {
    let work = try Self.lesson(name).work
    #expect(work.steps + Int64(work.events) <= Self.workOfTenthSecond, "\(name): \(work)")
  }

  @Test func `each simplification is about a mechanism of the catalogue`() {
    for entry in Simplification.all {
      #expect(entry.mechanisms.allSatisfy { Mechanism.named($0) != nil }, "\(entry.title)")
    }
  }
}
