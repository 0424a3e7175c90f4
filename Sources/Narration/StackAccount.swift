import Catalogue
public import Trace

/// A task's kernel stack at a moment, in words.
public struct StackAccount: Sendable {
  /// The task's name.
  public let task: String
  /// What it is doing: `sleeping, kernel mode, waiting for sda`.
  public let condition: String
  /// The frames, the top one first; empty in user mode.
  public let frames: [Frame]

  /// A frame: a routine that has begun and not ended.
  public struct Frame: Sendable {
    /// How many frames lie on the stack up to this one.
    public var depth: Int
    /// The routine's name.
    public var routine: String
    /// What it is for, as the end of a sentence that begins with its name.
    public var purpose: String
  }

  /// Why there are no frames.
  public let reason: String

  /// The stacks of all tasks that have begun and not ended, or of one task, after some events.
  public static func all(
    in trace: Trace, after eventCount: Int, of only: TaskID? = nil
  ) -> [StackAccount] {
    let state = trace.state(after: eventCount)
    return state.tasks.indices.compactMap { index in
      let id = TaskID(rawValue: UInt16(truncatingIfNeeded: index))
      let known = state.tasks[index]
      guard !trace.header.isIdle(id), only == nil || only == id,
        known.condition != .absent, known.condition != .zombie, known.condition != .gone
      else { return nil }
      return StackAccount(known, name: trace.header.task(id).name, trace.header)
    }
  }

  init(_ state: TaskState, name: String, _ header: TraceHeader) {
    task = name
    var words = [state.condition.name, state.mode == .user ? "user mode" : "kernel mode"]
    if state.condition == .sleeping, let object = state.waitsFor {
      words.append("waiting for \(header.text(object))")
    }
    condition = words.joined(separator: ", ")
    reason =
      switch state.condition {
      case .zombie, .gone: "empty: it has ended"
      case .running where state.mode == .kernel: "empty"
      default: state.mode == .user ? "empty: it is in user mode" : "empty: it has not run yet"
      }
    frames = state.frames.enumerated().reversed().map {
      Frame(
        depth: $0 + 1, routine: header.architecture.name(of: $1), purpose: $1.purpose)
    }
  }
}
