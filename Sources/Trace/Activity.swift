/// What a task or a CPU is doing, as a picture of its time tells it.
public enum Activity: UInt8, Sendable, CaseIterable {
  /// A task that does not exist yet.
  case absent
  case user
  case kernel
  /// Time that an interrupt has borrowed.
  case interrupt
  /// It waits for something, or a signal has stopped it.
  case asleep
  /// It could run and waits for a CPU.
  case runnable
  /// A CPU that has nobody to run.
  case idle
  /// A task that runs no more.
  case ended

  /// The name in other programs' files.
  public var name: String { "\(self)" }
}

/// Follows a trace and says what each task and each CPU is doing.
///
/// It adds to ``MachineState`` what pictures need: which CPUs are in an interrupt.
public struct ActivityTracker: Sendable {
  /// The machine after the events so far.
  public private(set) var state: MachineState
  private let header: TraceHeader
  private var isInterrupted: [Bool]

  /// Before the first event.
  public init(header: TraceHeader) {
    self.header = header
    state = MachineState(header: header)
    isInterrupted = [Bool](repeating: false, count: state.cpus.count)
  }

  /// Goes one event on.
  ///
  /// Only these can be doing something else afterwards: the event's CPU and task, who had that CPU
  /// before, and a child that was made.
  public mutating func apply(_ event: TraceEvent) {
    state.apply(event)
    let cpu = Int(event.cpu)
    guard isInterrupted.indices.contains(cpu) else { return }
    switch event.kind {
    case .interrupts: isInterrupted[cpu] = true
    case .interruptReturns, .runs, .idles, .switchesContext, .returnsToUser:
      isInterrupted[cpu] = false
    default: break
    }
  }

  /// What a CPU does, and who has it: ``TaskID/idle`` for the idle task of any CPU.
  ///
  /// A CPU that does not exist idles.
  public func activity(ofCPU cpu: Int) -> (activity: Activity, task: TaskID) {
    guard state.cpus.indices.contains(cpu) else { return (.idle, .idle) }
    let current = state.cpus[cpu].current
    let task = header.isIdle(current) ? TaskID.idle : current
    if isInterrupted[cpu] { return (.interrupt, task) }
    if task == .idle { return (.idle, task) }
    return (state.cpus[cpu].mode == .user ? .user : .kernel, task)
  }

  /// What a task does; one that is made later is ``Activity/absent``.
  public func activity(of task: TaskID) -> Activity {
    let index = Int(task.rawValue)
    guard state.tasks.indices.contains(index) else { return .absent }
    switch state.tasks[index].condition {
    case .absent: return .absent
    case .runnable: return .runnable
    case .sleeping, .stopped: return .asleep
    case .zombie, .gone: return .ended
    case .running:
      let isBorrowed = state.cpus.indices.contains {
        state.cpus[$0].current == task && isInterrupted[$0]
      }
      return isBorrowed ? .interrupt : state.tasks[index].mode == .user ? .user : .kernel
    }
  }
}
