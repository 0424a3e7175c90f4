/// What became of a claim.
public enum Verdict: String, Sendable {
  /// The trace proves it.
  case holds
  /// The trace breaks it, or it has no value to speak of.
  case fails
  /// It holds, but only because nothing of the kind it speaks of was there to break it.
  case vacuous
}

/// The verdict on one claim, with the step that settles it.
public struct Judgement: Sendable, Hashable {
  /// The verdict.
  public var verdict: Verdict
  /// Index of the event that proves or breaks it; `nil` where no single event does.
  public var step: Int?
  /// Plain sentences with names and steps: what proves it, or what was expected and what happened.
  public var message: String

  /// Makes a judgement.
  public init(verdict: Verdict, step: Int?, message: String) {
    self.verdict = verdict
    self.step = step
    self.message = message
  }
}

/// Why an expression has no value at a moment.
public struct ValueError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason, lower case and without a full stop: "`open` by editor has not returned".
  public var message: String

  /// Makes an error from its reason.
  public init(message: String) { self.message = message }

  /// The reason.
  public var description: String { message }
}
