import ArgumentParser

/// What the command's end tells the shell; of several, the worst counts.
enum ExitStatus: Int32, Comparable, Codable {
  /// Everything compiled, and all expectations hold.
  case holds = 0
  /// Some expectation fails.
  case fails = 1
  /// Something does not compile, or cannot be read or written.
  case broken = 2
  /// The command itself was written wrong (EX_USAGE of sysexits.h); argument-parser uses it too.
  case usage = 64

  static func < (left: ExitStatus, right: ExitStatus) -> Bool { left.rawValue < right.rawValue }

  /// Ends the command with this status; does nothing for ``holds``.
  func end() throws {
    if self != .holds { throw ExitCode(rawValue) }
  }
}
