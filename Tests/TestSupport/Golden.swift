public import Foundation
public import Testing

/// Files that tests read and compare with.
public enum Fixtures {
  /// `Tests/Fixtures` of this checkout.
  public static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  /// The text of a fixture, named by its path below `Tests/Fixtures`.
  public static func text(_ path: String) throws -> String {
    try String(contentsOf: directory.appending(path: path), encoding: .utf8)
  }
}

/// Compares what a reader would see with an accepted file.
///
/// `UPDATE_GOLDEN=1 make test` accepts what is there now: the files are rewritten, and the run
/// fails, so that nobody accepts by accident.
public func expectGolden(
  _ actual: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let url = Fixtures.directory.appending(path: path)
  let accepted = try? String(contentsOf: url, encoding: .utf8)
  guard accepted != actual else { return }
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try actual.write(to: url, atomically: true, encoding: .utf8)
    Issue.record("\(path) rewritten; review it as prose", sourceLocation: sourceLocation)
    return
  }
  let old = (accepted ?? "").split(separator: "\n", omittingEmptySubsequences: false)
  let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
  let line = zip(old, new).prefix { $0 == $1 }.count
  Issue.record(
    """
    \(path) differs from line \(line + 1) on (UPDATE_GOLDEN=1 accepts):
    accepted: \(old.indices.contains(line) ? String(old[line]) : "(end)")
    now:      \(new.indices.contains(line) ? String(new[line]) : "(end)")
    """, sourceLocation: sourceLocation)
}
