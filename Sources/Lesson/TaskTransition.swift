public import Trace

/// A step in a task's life: from one condition to the next.
public struct TaskTransition: Sendable, Hashable {
  /// Where the task was.
  public var from: TaskCondition
  /// Where it is now.
  public var to: TaskCondition

  /// Makes a transition.
  public init(from: TaskCondition, to: TaskCondition) {
    self.from = from
    self.to = to
  }

  /// All that a task of this kernel can go through, in the order of a life, with what each means.
  public static let all: [(transition: TaskTransition, summary: String)] = [
    (TaskTransition(from: .absent, to: .runnable), "it is started or forked"),
    (TaskTransition(from: .runnable, to: .running), "it gets a CPU"),
    (TaskTransition(from: .running, to: .runnable), "it is preempted, or yields"),
    (TaskTransition(from: .running, to: .sleeping), "it waits for something"),
    (TaskTransition(from: .sleeping, to: .runnable), "it is woken"),
    (TaskTransition(from: .sleeping, to: .running), "it is woken before it has left its CPU"),
    (TaskTransition(from: .running, to: .stopped), "a signal stops it"),
    (TaskTransition(from: .stopped, to: .runnable), "a signal lets it go on"),
    (
      TaskTransition(from: .stopped, to: .running),
      "a signal lets it go on before it has left its CPU"
    ),
    (TaskTransition(from: .running, to: .zombie), "it exits, or a signal kills it"),
    (TaskTransition(from: .zombie, to: .gone), "its status is fetched"),
  ]
}

extension Trace {
  /// How often tasks went from one condition to another; idle tasks have none.
  public var transitions: [TaskTransition: Int] {
    var counts: [TaskTransition: Int] = [:]
    var state = MachineState(header: header)
    var conditions = state.tasks.map(\.condition)
    for event in events {
      state.apply(event)
      switch event.kind {
      case .processStarts, .kernelThreadStarts, .runs, .idles, .sleeps, .wakes, .stops, .continues,
        .forks, .exits, .isKilled, .isReaped:
        break
      default: continue
      }
      while conditions.count < state.tasks.count { conditions.append(.absent) }
      for (index, task) in state.tasks.enumerated() where task.condition != conditions[index] {
        let transition = TaskTransition(from: conditions[index], to: task.condition)
        conditions[index] = task.condition
        if let id = UInt16(exactly: index), !header.isIdle(TaskID(rawValue: id)) {
          counts[transition, default: 0] += 1
        }
      }
    }
    return counts
  }
}
