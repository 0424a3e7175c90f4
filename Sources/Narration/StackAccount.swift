public import Catalogue
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
    in trace: Trace, after eventCount: Int, of only: TaskID? = nil,
    language: Language = .english
  ) -> [StackAccount] {
    let state = trace.state(after: eventCount)
    return state.tasks.indices.compactMap { index in
      let id = TaskID(rawValue: UInt16(truncatingIfNeeded: index))
      let known = state.tasks[index]
      guard !trace.header.isIdle(id), only == nil || only == id,
        known.condition != .absent, known.condition != .zombie, known.condition != .gone
      else { return nil }
      return StackAccount(known, name: trace.header.task(id).name, trace.header, language)
    }
  }

  init(_ state: TaskState, name: String, _ header: TraceHeader, _ language: Language) {
    task = name
    var words = [state.condition.name(in: language), state.mode.name(in: language)]
    if state.condition == .sleeping, let object = state.waitsFor {
      let waiting =
        switch language {
        case .english: "waiting for"
        case .german: "wartet auf"
        }
      words.append("\(waiting) \(header.text(object, in: language))")
    }
    condition = words.joined(separator: ", ")
    reason = Self.reason(state, language)
    frames = state.frames.enumerated().reversed().map {
      Frame(
        depth: $0 + 1, routine: header.architecture.name(of: $1),
        purpose: $1.purpose(in: language))
    }
  }

  private static func reason(_ state: TaskState, _ language: Language) -> String {
    let isUser = state.mode == .user
    return switch (state.condition, language) {
    case (.zombie, .english), (.gone, .english): "empty: it has ended"
    case (.zombie, .german), (.gone, .german): "leer: der Prozess hat geendet"
    case (.running, .english) where !isUser: "empty"
    case (.running, .german) where !isUser: "leer"
    case (_, .english): isUser ? "empty: it is in user mode" : "empty: it has not run yet"
    case (_, .german):
      isUser
        ? "leer: der Prozess ist im Benutzermodus" : "leer: der Prozess ist noch nicht gelaufen"
    }
  }
}
