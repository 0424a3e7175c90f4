import Foundation

/// What the fuzzer has found, and what else is worth trying each time.
public enum FuzzFindings {
  /// The inputs of a target, by their names; `Tests/Fixtures/Fuzz` has a folder for each.
  public static func inputs(of target: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = Fixtures.directory.appending(path: "Fuzz/\(target)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
      .filter { !$0.hasPrefix(".") }
      .map { ($0, Array(try Data(contentsOf: folder.appending(path: $0)))) }
  }
}
