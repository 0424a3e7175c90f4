public import Catalogue
public import Trace

/// Something of the catalogues that a run can show.
public enum CoveredFact: Sendable, Hashable {
  /// A system call is made.
  case systemCall(SystemCallID)
  /// It fails with an error.
  case error(SystemCallID, Errno)
  /// An instruction raises an exception.
  case exception(ExceptionKind)
  /// A page fault is resolved in some way.
  case pageFault(PageFaultKind)
  /// The kernel is entered from user mode.
  case entry(EntryReason)
  /// A task goes from one condition to another.
  case transition(TaskTransition)
  /// An event happens.
  case event(EventKind)
}

/// What the runs of lessons show of the kernel, and how often.
///
/// The runs are those of scenarios, and those on other machines that `show=compare` draws. What the
/// configurations of claim blocks and the solutions of tasks do is not seen by readers, and not counted.
public struct LessonCoverage: Sendable {
  /// How often each fact was seen; what was not seen is not there.
  public private(set) var counts: [CoveredFact: Int] = [:]

  /// Nothing yet.
  public init() {}

  /// What the runs of one lesson show.
  public init(of lesson: Lesson) {
    for scenario in lesson.scenarios { add(scenario.run.trace) }
    for scenario in lesson.fences.flatMap(\.comparison) { add(scenario.run.trace) }
  }

  private mutating func count(_ fact: CoveredFact, _ times: Int = 1) {
    counts[fact, default: 0] += times
  }

  /// Adds what happens in a trace.
  public mutating func add(_ trace: Trace) {
    for (transition, times) in trace.transitions { count(.transition(transition), times) }
    for event in trace.events {
      count(.event(event.kind))
      switch event.kind {
      case .callsSystemCall: count(.systemCall(SystemCallID(rawValue: event.object)))
      case .systemCallReturns:
        guard (-4095..<0).contains(event.a), let errno = Errno(rawValue: -event.a) else { continue }
        count(.error(SystemCallID(rawValue: event.object), errno))
      case .faults:
        guard let kind = ExceptionKind(rawValue: UInt8(truncatingIfNeeded: event.object)) else {
          continue
        }
        count(.exception(kind))
      case .resolvesPageFault:
        guard let kind = PageFaultKind(rawValue: event.object) else { continue }
        count(.pageFault(kind))
      case .entersKernel:
        guard let reason = EntryReason(rawValue: event.object) else { continue }
        count(.entry(reason))
      default: continue
      }
    }
  }
}
