import Trace

/// Which steps of a trace a page shows.
///
/// A page shows the first ``overviewLimit`` overview steps, the first ``mechanismLimit`` mechanism
/// steps and the first ``hardwareLimit`` hardware steps, and besides each step that a verdict names.
/// How many it leaves out is always said.
struct StepSelection {
  static let overviewLimit = 1_000
  static let mechanismLimit = 2_000
  static let hardwareLimit = 400

  /// The steps shown, in order.
  private(set) var steps: [Int] = []
  /// How many steps of each zoom are left out.
  private(set) var omitted: [Zoom: Int] = [:]
  private var isShown: [Bool]

  init(_ trace: Trace, required: Set<Int>) {
    var room: [Zoom: Int] = [
      .overview: Self.overviewLimit, .mechanism: Self.mechanismLimit,
      .hardware: Self.hardwareLimit,
    ]
    isShown = [Bool](repeating: false, count: trace.events.count)
    for (step, event) in trace.events.enumerated() {
      let zoom = event.zoom
      if room[zoom, default: 0] > 0 {
        room[zoom, default: 0] -= 1
      } else if !required.contains(step) {
        omitted[zoom, default: 0] += 1
        continue
      }
      steps.append(step)
      isShown[step] = true
    }
  }

  /// Whether the page has an anchor for a step.
  func shows(_ step: Int) -> Bool { isShown.indices.contains(step) && isShown[step] }

  /// What is left out, as a sentence; `nil` when nothing is.
  var omissions: String? {
    let parts = Zoom.allCases.compactMap { zoom in
      omitted[zoom].map { "\(grouped($0)) further \(zoom.name) \($0 == 1 ? "step" : "steps")" }
    }
    guard let last = parts.last, let closest = Zoom.allCases.last(where: { omitted[$0] != nil })
    else { return nil }
    let list = parts.count > 1 ? parts.dropLast().joined(separator: ", ") + " and " + last : last
    return "\(list) are not shown here; `ringwalk run --detail \(closest.name)` prints them."
  }
}

/// One step with the closer steps that follow it.
struct StepGroup {
  /// The step itself.
  var step: Int
  /// Hardware steps that follow it directly.
  var hardware: [Int] = []
  /// Mechanism steps that follow it, each with its hardware steps; empty for a mechanism step.
  var mechanism: [StepGroup] = []

  /// Arranges steps below the overview steps that they follow.
  static func groups(_ steps: [Int], of trace: Trace) -> [StepGroup] {
    var groups: [StepGroup] = []
    for step in steps {
      guard let last = groups.indices.last else {
        groups.append(StepGroup(step: step))
        continue
      }
      switch trace.events[step].zoom {
      case .overview: groups.append(StepGroup(step: step))
      case .mechanism: groups[last].mechanism.append(StepGroup(step: step))
      case .hardware:
        if let inner = groups[last].mechanism.indices.last {
          groups[last].mechanism[inner].hardware.append(step)
        } else {
          groups[last].hardware.append(step)
        }
      }
    }
    return groups
  }
}

/// A count with commas between groups of three digits: `1,240`.
func grouped(_ count: Int) -> String {
  var digits = Array(String(count.magnitude))
  var place = digits.count - 3
  while place > 0 {
    digits.insert(",", at: place)
    place -= 3
  }
  return (count < 0 ? "-" : "") + String(digits)
}
