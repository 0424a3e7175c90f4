import Lesson
import Program
import SourceText

/// `ringwalk check --accept`.
enum Acceptance {
  /// Writes into a lesson what its runs give, and prints what has changed.
  ///
  /// - Returns: ``ExitStatus/broken`` when it cannot be written; what the lesson itself is worth, whoever
  ///   checks it says afterwards.
  static func accept(_ input: Input, limits: RunLimits) throws -> ExitStatus {
    guard input.problem == nil, !input.path.hasSuffix(".walk") else { return .holds }
    let difference: String
    do throws(FileFailure) {
      let text = try input.read()
      let lesson = text.compile(limits: limits)
      let accepted = lesson.accepted
      guard accepted != text.bytes else { return .holds }
      guard !lesson.hasOtherErrors else {
        Terminal.complain(
          "\(DiagnosticRenderer.printable(text.name)): nothing is written while there are other errors\n"
        )
        return .holds
      }
      // Somebody may have saved the lesson while its runs were made.
      guard try input.read().bytes == text.bytes else {
        throw FileFailure("it has changed in the meantime")
      }
      try FileSystem.replace(input.path, with: accepted)
      let name = DiagnosticRenderer.printable(text.name)
      difference = LineDifference.unified(
        from: text.bytes, to: accepted, oldName: name, newName: name)
    } catch {
      Terminal.complain(.unwritableFile(input.path, reason: error.reason))
      return .broken
    }
    try Terminal.print(difference)
    return .holds
  }
}
