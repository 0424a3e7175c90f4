import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The best time of several rounds, in seconds: what disturbs a measurement only ever adds to it.
func best(of rounds: Int, _ work: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<rounds {
    let start = ContinuousClock.now
    try work()
    let time = (ContinuousClock.now - start).components
    best = min(best, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
  }
  return best
}

/// The least processor time of several rounds, in seconds: for what takes so long that other programs
/// are sure to get in between.
func leastProcessorTime(of rounds: Int, _ work: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<rounds {
    let start = clock()
    try work()
    best = min(best, Double(clock() - start) / Double(CLOCKS_PER_SEC))
  }
  return best
}

/// The command as `make bench` or `make handouts` built it.
enum Command {
  struct Failure: Error {
    let words: String
  }

  static func find() throws -> URL {
    if let path = ProcessInfo.processInfo.environment["RINGWALK"] { return URL(filePath: path) }
    let candidate = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: ".build/release/ringwalk")
    guard FileManager.default.isExecutableFile(atPath: candidate.path()) else {
      throw Failure(words: "build the command first: make build (or set RINGWALK to its path)")
    }
    return candidate
  }

  /// Runs it to its end with nothing to read and its output thrown away.
  ///
  /// Foundation's `Process` learns of an end only some 50 ms later; so this asks the system.
  static func run(_ command: URL, _ arguments: [String]) throws {
    var pointers = ([command.path()] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in Int32(0)...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var child = pid_t()
    guard posix_spawn(&child, command.path(), &actions, nil, &pointers, environ) == 0 else {
      throw Failure(words: "\(command.path()) cannot be started")
    }
    var status = Int32()
    guard waitpid(child, &status, 0) == child, status == 0 else {
      throw Failure(words: "\(arguments.first ?? "") ended with \(status)")
    }
  }
}

/// Calls `body` with a new folder, which is removed afterwards.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "ringwalk-bench-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// A line of the report.
func report(_ what: String, _ value: String) {
  let dots = String(repeating: ".", count: max(2, 62 - what.count))
  print("\(what) \(dots) \(value)")
}

/// A number with few digits, and separators for thousands.
func short(_ number: Double, _ unit: String) -> String {
  if number >= 1_000 {
    var digits = Array(String(Int(number.rounded())))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return String(digits) + " " + unit
  }
  let tenths = (number * 10).rounded() / 10
  return "\(tenths) \(unit)"
}
