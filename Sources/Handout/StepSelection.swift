import Trace

/// Which steps of a trace a page shows.
///
/// A page carries the first ``overviewLimit`` overview steps, the first ``mechanismLimit`` mechanism
/// steps and the first ``hardwareLimit`` hardware steps, and besides each step that a verdict names.
/// How many it leaves out is always said. Of these the page itself tells the story, the first
/// ``storyLimit`` overview steps and those that verdicts name; the stepper and the page of all steps have the closer ones.
struct StepSelection {
  static let overviewLimit = 1_000
  static let mechanismLimit = 6_000
  static let hardwareLimit = 6_000
  /// How many overview steps the page itself tells in words.
  static let storyLimit = 400

  /// The steps shown, in order.
  private(set) var steps: [Int] = []
  /// The steps that the page tells in words, in order.
  private(set) var story: [Int] = []
  /// How many steps of each zoom are left out.
  private(set) var omitted: [Zoom: Int] = [:]
  private var isStory: [Bool]

  /// - Parameters:
  ///   - required: Steps that are kept in any case.
  ///   - closer: How many mechanism steps are kept, and how many hardware steps, at most.
  init(_ trace: Trace, required: Set<Int>, closer: Int = .max) {
    var room: [Zoom: Int] = [
      .overview: Self.overviewLimit, .mechanism: min(closer, Self.mechanismLimit),
      .hardware: min(closer, Self.hardwareLimit),
    ]
    isStory = [Bool](repeating: false, count: trace.events.count)
    for (step, event) in trace.events.enumerated() {
      let zoom = event.zoom
      if room[zoom, default: 0] > 0 {
        room[zoom, default: 0] -= 1
      } else if !required.contains(step) {
        omitted[zoom, default: 0] += 1
        continue
      }
      steps.append(step)
      if zoom == .overview && story.count < Self.storyLimit || required.contains(step) {
        story.append(step)
        isStory[step] = true
      }
    }
  }

  /// Whether the page tells a step in words, so that a link to it leads somewhere without a script.
  func tells(_ step: Int) -> Bool { isStory.indices.contains(step) && isStory[step] }

  /// How many steps the page carries besides those that it tells in words.
  var closerCount: Int { steps.count - story.count }

  /// What is left out, as a sentence; `nil` when nothing is.
  func omissions(_ words: InterfaceWords) -> String? {
    let parts = Zoom.allCases.compactMap { zoom in
      omitted[zoom].map { count in
        let phrase: Phrase =
          switch zoom {
          case .overview: .overviewSteps
          case .mechanism: .mechanismSteps
          case .hardware: .hardwareSteps
          }
        return words.count(phrase, count)
      }
    }
    guard !parts.isEmpty, let closest = Zoom.allCases.last(where: { omitted[$0] != nil }) else {
      return nil
    }
    return words(.notShownHere, words.list(parts), closest.name)
  }
}
