public import Catalogue
public import Program
public import SourceText
public import Trace

/// Tells the events of a trace as sentences.
///
/// One narrator serves all events of one trace. Which events are told at which zoom is the
/// catalogue's matter; the sentence of an event is the same at every zoom.
public struct Narrator: Sendable {
  private let words: any Phrasebook

  /// Makes the narrator of a trace.
  ///
  /// - Parameters:
  ///   - scenario: The scenario that ran; with it calls are told as the author wrote them.
  ///   - sources: The files that the scenario's ranges speak of.
  ///   - language: What the sentences are in.
  public init(
    trace header: TraceHeader, scenario: Scenario?, sources: SourceSet? = nil,
    language: Language = .english
  ) {
    words = language.phrasebook(
      EventNames(header: header, scenario: scenario, sources: sources))
  }

  /// What the sentences are in.
  public var language: Language { words.language }

  /// One sentence with a full stop, in plain text with `code` in backquotes.
  public func sentence(_ event: TraceEvent, at step: Int) -> String {
    words.sentence(event)
  }

  /// The system call of a ``EventKind/callsSystemCall`` as its author wrote it, else its name.
  public func callAsWritten(_ event: TraceEvent) -> String {
    words.names.callAsWritten(event) ?? words.unnamedCall
  }

  /// Why an event happened, as a clause with the number of the step and no full stop: "because the
  /// timer ran out (step 5)".
  ///
  /// - Returns: `nil` where the sentence before already says it: the event follows from the step
  ///   just before it in the same task, or from nothing.
  public func cause(of step: Int, in events: [TraceEvent]) -> String? {
    reason(of: step, in: events).map { "\($0) (\(words.step(Int(events[step].cause))))" }
  }

  /// The same clause without the number of the step.
  public func reason(of step: Int, in events: [TraceEvent]) -> String? {
    guard events.indices.contains(step) else { return nil }
    let event = events[step]
    guard event.cause != TraceEvent.noCause, Int(event.cause) < step else { return nil }
    let origin = events[Int(event.cause)]
    // A device's interrupt comes from what the device did, not from the task that it meets.
    guard
      origin.task != event.task || Int(event.cause) != step - 1 || event.kind == .interrupts
    else { return nil }
    return words.reason(origin, for: event).map(words.because)
  }
}
