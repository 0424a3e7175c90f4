import Catalogue
import Trace

/// What a language must be able to say of a trace: a file such as `English.swift` conforms to it.
///
/// Each conforming type switches over all kinds of events without `default`, so that a kind without
/// its sentence does not compile in any language.
protocol Phrasebook: Sendable {
  /// The names behind the numbers of events.
  var names: EventNames { get }
  /// Which language it is.
  var language: Language { get }

  /// One sentence with a full stop, with `code` in backquotes.
  func sentence(_ event: TraceEvent) -> String

  /// What an event was the reason for, to be put into ``because(_:)``; `nil` where that says nothing.
  func reason(_ origin: TraceEvent, for event: TraceEvent) -> String?

  /// The clause about a reason: "because …".
  func because(_ reason: String) -> String

  /// The name of a step: "step 5".
  func step(_ number: Int) -> String

  /// What a system call is called whose name nobody knows.
  var unnamedCall: String { get }
}

extension Language {
  /// The words of this language for a trace.
  func phrasebook(_ names: EventNames) -> any Phrasebook {
    switch self {
    case .english: English(names: names)
    case .german: German(names: names)
    }
  }
}
