import Catalogue
import Trace

extension Activity {
  /// The letter in the picture; empty where nothing is drawn.
  var letter: StaticString {
    switch self {
    case .absent, .ended: ""
    case .user: "U"
    case .kernel: "K"
    case .interrupt: "I"
    case .asleep: "Z"
    case .runnable: "R"
    case .idle: "–"
    }
  }

  /// What the legend says.
  var phrase: Phrase {
    switch self {
    case .absent: .notThere
    case .user: .userMode
    case .kernel: .kernelMode
    case .interrupt: .interrupt
    case .asleep: .asleep
    case .runnable: .waitingForCPU
    case .idle: .idle
    case .ended: .ended
    }
  }

  /// Those that are drawn and so stand in the legend.
  static let drawn: [Activity] = [.user, .kernel, .interrupt, .runnable, .asleep, .idle]
}

/// Who did what when: one lane for each CPU and each task that is not a CPU's idle task.
///
/// Tasks that never come to life have no lane. Time is cut where any lane changes. At most ``columnLimit`` such columns and ``laneLimit`` lanes
/// of a kind are kept; what is left out is counted.
struct Timeline {
  static let columnLimit = 200
  static let laneLimit = 24

  /// A row of the picture.
  struct Lane {
    var name: String
    var isCPU: Bool
    var spans: [Span] = []
  }

  /// A stretch in which a lane stays the same.
  struct Span: Equatable {
    var activity: Activity
    /// Who has the CPU; the lane's own task in a process's lane.
    var task: TaskID
    /// The columns: `lower` is the first, `upper` one past the last.
    var columns: Range<Int>
    /// The steps at which it begins and ends.
    var steps: Range<Int>
  }

  /// Somebody makes somebody else able to run: a wake-up or a fork.
  struct Arrow: Equatable {
    /// The column that begins with it.
    var column: Int
    /// The lane of the CPU on which it happens.
    var from: Int
    /// The lane of whom it is about.
    var to: Int
  }

  let words: InterfaceWords
  /// CPUs first, then processes.
  private(set) var lanes: [Lane] = []
  /// The names of those who may have a CPU.
  private var owners: [TaskID: String] = [:]
  /// When each column begins, and at last when the last one ends: one more than columns.
  private(set) var moments: [Int64] = []
  /// The first step of each column, and at last the step at which the last one ends.
  private(set) var firstSteps: [Int] = []
  /// Wake-ups and forks, in order.
  private(set) var arrows: [Arrow] = []
  /// Whether changes after the last column are left out.
  private(set) var isCut = false
  /// Processes that have no lane.
  private(set) var omittedProcesses = 0
  /// CPUs that have no lane.
  private(set) var omittedCPUs = 0

  /// How many columns there are.
  var columnCount: Int { max(0, moments.count - 1) }

  init(_ trace: Trace, words: InterfaceWords = .english) {
    self.words = words
    let header = trace.header
    let cpuCount = min(max(1, header.cpuCount), Self.laneLimit)
    let alive = Self.tasks(of: trace)
    let tasks = Array(alive.prefix(Self.laneLimit))
    omittedCPUs = max(1, header.cpuCount) - cpuCount
    omittedProcesses = alive.count - tasks.count
    var tracker = ActivityTracker(header: header)
    var current: [(Activity, TaskID)] = []
    var began: [(column: Int, step: Int)] = []

    lanes = (0..<cpuCount).map { Lane(name: "cpu\($0)", isCPU: true) }
    lanes += tasks.map { Lane(name: header.task($0).name, isCPU: false) }
    for task in Self.actors(of: trace) {
      owners[task] = header.isIdle(task) ? words(.idle) : header.task(task).name
    }
    guard let first = trace.events.first else { return }
    moments = [first.time]
    firstSteps = [0]

    for (step, event) in trace.events.enumerated() {
      tracker.apply(event)
      let now = Self.activities(tracker, cpuCount, tasks)
      if current.isEmpty {
        current = now
        began = now.map { _ in (0, step) }
        continue
      }
      guard zip(now, current).contains(where: { $0 != $1 }) else { continue }
      // Column 0 begins with the machine; a change at its very beginning makes no new column.
      if moments.count > Self.columnLimit {
        isCut = true
        break
      }
      moments.append(event.time)
      firstSteps.append(step)
      let subject: Int? =
        switch event.kind {
        case .wakes: Int(event.task)
        case .forks: Int(clamping: event.a)
        default: nil
        }
      if let subject, let lane = tasks.firstIndex(where: { Int($0.rawValue) == subject }),
        Int(event.cpu) < cpuCount
      {
        arrows.append(
          Arrow(column: moments.count - 1, from: Int(event.cpu), to: cpuCount + lane))
      }
      for lane in now.indices where now[lane] != current[lane] {
        close(lane, current[lane], from: began[lane], to: (moments.count - 1, step))
        current[lane] = now[lane]
        began[lane] = (moments.count - 1, step)
      }
    }
    let last = trace.events[trace.events.count - 1]
    if !isCut {
      moments.append(last.time)
      firstSteps.append(trace.events.count)
    }
    let end = (column: moments.count - 1, step: isCut ? tracker.state.step - 1 : trace.events.count)
    for lane in current.indices { close(lane, current[lane], from: began[lane], to: end) }
  }

  /// The tasks that have events, in order of their numbers.
  private static func actors(of trace: Trace) -> [TaskID] {
    var seen: Set<TaskID> = []
    for event in trace.events { seen.insert(event.taskID) }
    return seen.filter { Int($0.rawValue) < trace.header.tasks.count }.sorted()
  }

  /// Those that are no CPU's idle task and come to life.
  private static func tasks(of trace: Trace) -> [TaskID] {
    actors(of: trace).filter { !trace.header.isIdle($0) }
  }

  /// What the picture calls whoever has a CPU.
  func owner(_ task: TaskID) -> String { owners[task] ?? words(.another) }

  private mutating func close(
    _ lane: Int, _ what: (Activity, TaskID), from: (column: Int, step: Int),
    to: (column: Int, step: Int)
  ) {
    guard from.column < to.column else { return }
    lanes[lane].spans.append(
      Span(
        activity: what.0, task: what.1, columns: from.column..<to.column,
        steps: from.step..<max(from.step, to.step)))
  }

  /// What all lanes show in a state.
  private static func activities(
    _ tracker: ActivityTracker, _ cpuCount: Int, _ tasks: [TaskID]
  ) -> [(Activity, TaskID)] {
    (0..<cpuCount).map { tracker.activity(ofCPU: $0) }
      + tasks.map { (tracker.activity(of: $0), $0) }
  }

  /// How long each activity of a lane lasts, in nanoseconds.
  func durations(of lane: Lane) -> [Activity: Int64] {
    var sums: [Activity: Int64] = [:]
    for span in lane.spans {
      sums[span.activity, default: 0] +=
        moments[span.columns.upperBound]
        - moments[span.columns.lowerBound]
    }
    return sums
  }

  /// The lanes in words: how long each process was in which mode.
  var summary: String {
    var sentences: [String] = []
    for lane in lanes {
      let sums = durations(of: lane)
      let parts = Activity.drawn.compactMap { activity in
        sums[activity].map { "\(words(activity.phrase)) \(words.duration($0))" }
      }
      if !parts.isEmpty { sentences.append("\(lane.name): \(parts.joined(separator: ", ")).") }
    }
    return sentences.joined(separator: " ")
  }

  /// What the picture leaves out, as a sentence; `nil` when nothing is.
  var omissions: String? {
    var parts: [String] = []
    if isCut, let end = moments.last {
      parts.append(words(.pictureEnds, "\(Self.columnLimit)", words.duration(end)))
    }
    if omittedProcesses > 0 {
      parts.append(words(.processesWithoutLane, words.language.grouped(omittedProcesses)))
    }
    if omittedCPUs > 0 {
      parts.append(words(.cpusWithoutLane, words.language.grouped(omittedCPUs)))
    }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
}
