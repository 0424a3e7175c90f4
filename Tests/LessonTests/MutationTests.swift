import Catalogue
import Claims
import Lesson
import Program
import Testing

/// The book's expectations against a machine that is broken on purpose.
///
/// An expectation that nothing could make fail proves nothing. For each mechanism of the catalogue
/// there is a ``Sabotage`` that breaks it; the lessons which say that they cover the mechanism are run
/// on the broken machine, and at least three expectations that hold on the sound one must not hold
/// there.
@Suite("The book on a broken machine")
struct MutationTests {
  /// How many expectations must notice.
  private static let wanted = 3
  /// The expectations of a lesson, with whether each holds.
  private struct Outcome: Sendable {
    var place: String
    var holds: Bool
  }

  /// What a lesson covers and what comes of it on the sound machine.
  private struct Chapter: Sendable {
    var name: String
    var covers: Set<String>
    var outcomes: [Outcome]
  }

  private static let book: [Chapter] = BookTests.names.compactMap { name in
    guard let lesson = try? BookTests.lesson(name), !lesson.covers.isEmpty else { return nil }
    return Chapter(name: name, covers: Set(lesson.covers.map(\.id)), outcomes: outcomes(of: lesson))
  }

  private static func outcomes(of lesson: Lesson) -> [Outcome] {
    lesson.scenarios.flatMap { scenario in
      scenario.outcomes.map {
        Outcome(place: "\(scenario.name): \($0.text)", holds: $0.judgement.verdict == .holds)
      }
    }
  }

  /// A broken machine may run in circles: far less is allowed than the sound one needs at most.
  private static func limits(_ sabotage: Sabotage) -> RunLimits {
    var limits = RunLimits()
    limits.steps = 300_000
    limits.events = 100_000
    limits.sabotage = sabotage
    return limits
  }

  @Test func `there is a sabotage for each mechanism`() {
    #expect(Set(Sabotage.allCases.map(\.mechanism)) == Set(Mechanism.all.map(\.id)))
  }

  @Test(arguments: Sabotage.allCases)
  func `at least three expectations of the book notice`(_ sabotage: Sabotage) throws {
    var noticed: [String] = []
    let chapters = Self.book.filter { $0.covers.contains(sabotage.mechanism) }
    for chapter in chapters {
      let broken = Self.outcomes(
        of: try BookTests.lesson(chapter.name, limits: Self.limits(sabotage)))
      #expect(broken.map(\.place) == chapter.outcomes.map(\.place), "\(chapter.name)")
      for (sound, broken) in zip(chapter.outcomes, broken) where sound.holds && !broken.holds {
        noticed.append("\(chapter.name), \(sound.place)")
      }
    }
    #expect(
      noticed.count >= Self.wanted,
      """
      \(sabotage.mechanism) is broken (\(sabotage.rawValue)), and of \(chapters.map(\.name)) only \
      these notice: \(noticed)
      """)
  }
}
