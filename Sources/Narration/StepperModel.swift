public import Trace

/// Where a reader is in the stories of some scenarios, and what a key changes about it.
///
/// A pure value: the terminal is the command's business, and ``StepperScreen`` says how it looks.
public struct StepperModel: Sendable {
  /// One scenario to step through.
  public struct Story: Sendable {
    let name: String
    let trace: Trace
    let narrator: Narrator
    let snapshots: StateSnapshots

    /// Makes a story of a run.
    public init(name: String, trace: Trace, narrator: Narrator) {
      self.name = name
      self.trace = trace
      self.narrator = narrator
      snapshots = StateSnapshots(trace)
    }
  }

  /// So many steps are a page.
  static let pageSteps = 10
  /// A chain of causes is followed no further than this.
  static let causeLimit = 100_000

  let stories: [Story]
  private(set) var storyIndex = 0
  private(set) var zoom: Zoom
  private(set) var isHelpShown = false
  /// What the last key could not do.
  private(set) var notice: String?
  /// Whether the reader has asked for the end.
  public private(set) var isDone = false
  /// The steps that this zoom shows.
  private(set) var steps: [Int] = []
  /// The current one's position among them.
  private(set) var place = 0
  /// Where the reader was in each story.
  private var remembered: [Int]

  /// At the first step of the first story.
  public init(_ stories: [Story], zoom: Zoom) {
    self.stories = stories
    self.zoom = zoom
    remembered = [Int](repeating: 0, count: stories.count)
    show(0)
  }

  var story: Story? { stories.indices.contains(storyIndex) ? stories[storyIndex] : nil }

  /// The current step; `nil` when there is none.
  public var step: Int? { steps.indices.contains(place) ? steps[place] : nil }

  /// Does what a key asks for.
  public mutating func press(_ key: StepperKey) {
    notice = nil
    if isHelpShown, key != .quit {
      isHelpShown = false
      return
    }
    switch key {
    case .back: move(by: -1)
    case .forward: move(by: 1)
    case .pageBack: move(by: -Self.pageSteps)
    case .pageForward: move(by: Self.pageSteps)
    case .first: move(by: -steps.count)
    case .last: move(by: steps.count)
    case .closer: look(Zoom(rawValue: zoom.rawValue &+ 1), otherwise: "there is no closer look")
    case .away: look(Zoom(rawValue: zoom.rawValue &- 1), otherwise: "this is the overview already")
    case .nextStory: turn(by: 1)
    case .previousStory: turn(by: -1)
    case .cause: goToCause()
    case .help: isHelpShown = true
    case .quit: isDone = true
    }
  }

  /// The causes of the current step that this zoom shows, nearest first, at most so many.
  func causes(limit: Int) -> [Int] {
    guard let story, let step else { return [] }
    var found: [Int] = []
    var effect = step
    for _ in 0..<Self.causeLimit where found.count < limit {
      let cause = Int(story.trace.events[effect].cause)
      // A cause lies before its effect, and the first event has none.
      guard cause < effect else { break }
      if story.trace.events[cause].zoom <= zoom { found.append(cause) }
      effect = cause
    }
    return found
  }

  private mutating func move(by distance: Int) {
    guard !steps.isEmpty else { return }
    let target = min(max(0, place + distance), steps.count - 1)
    if target == place {
      notice = distance < 0 ? "this is the first step" : "this is the last step"
    }
    place = target
  }

  private mutating func look(_ wanted: Zoom?, otherwise words: String) {
    guard let wanted else {
      notice = words
      return
    }
    let current = step ?? 0
    zoom = wanted
    show(current)
  }

  private mutating func turn(by distance: Int) {
    guard stories.count > 1 else {
      notice = "there is no other scenario"
      return
    }
    remembered[storyIndex] = step ?? 0
    storyIndex = (storyIndex + distance + stories.count) % stories.count
    show(remembered[storyIndex])
  }

  private mutating func goToCause() {
    guard let cause = causes(limit: 1).first else {
      notice = "no step that is seen at this zoom made this one happen"
      return
    }
    show(cause)
  }

  /// Makes a step the current one, or the last before it that this zoom shows.
  private mutating func show(_ step: Int) {
    let events = story?.trace.events ?? []
    steps = events.indices.filter { events[$0].zoom <= zoom }
    let after = steps.firstIndex { $0 > step } ?? steps.count
    place = max(0, after - 1)
  }
}
