import SourceText

/// What lexer and parser have to say, up to a bound.
///
/// A class, so that a message may be made from the state of the one who reports it, and only when
/// there is room for it.
final class DiagnosticList {
  private(set) var all: [Diagnostic] = []

  /// Adds a message, unless there are too many already: some more than are shown, since lexer and
  /// parser report in turn and the first ones by place are wanted.
  func add(_ diagnostic: () -> Diagnostic, limit: Int) {
    if all.count < limit { all.append(diagnostic()) }
  }
}
