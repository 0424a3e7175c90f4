import Foundation
import TestSupport

/// What a command did.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String

  /// The codes of the messages on standard error, in order.
  var codes: [String] {
    errors.matches(of: /(?:error|warning|note)\[(W\d{4})\]/).map { String($0.1) }
  }
}

/// A temporary folder that goes away with its last user.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "ringwalk-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in it.
  func path(_ name: String) -> String { url.appending(path: name).path() }

  /// Writes a file, with the folders above it.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return name
  }

  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appending(path: name), encoding: .utf8)
  }

  /// All files below it with their content.
  func content() throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: url.path()) {
      if let data = FileManager.default.contents(atPath: path(name)) { found[name] = data }
    }
    return found
  }

  /// Runs `ringwalk` here.
  ///
  /// Each run is bounded: a minute of processor time and 4 GiB of address space (of which a debug
  /// build maps a good part at its start). What is killed by them has another status than expected.
  func run(
    _ arguments: String..., input: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(arguments: arguments, input: input, environment: environment)
  }

  func run(
    arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments =
      [
        "-c", "ulimit -t 60; ulimit -v 4194304 2>/dev/null; exec \"$@\"", "sh",
        try Self.binary.path(),
      ]
      + arguments
    process.currentDirectoryURL = url
    process.environment = ["PATH": "/usr/bin:/bin"].merging(
      ProcessInfo.processInfo.environment.filter {
        ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH"].contains($0.key)
      }
    ) { $1 }.merging(environment) { $1 }
    // Files and not pipes: a full pipe would block the command.
    let streams = try Folder()
    try streams.write("in", input ?? "")
    try streams.write("out", "")
    try streams.write("err", "")
    process.standardInput = try FileHandle(forReadingFrom: streams.url.appending(path: "in"))
    process.standardOutput = try FileHandle(forWritingTo: streams.url.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: streams.url.appending(path: "err"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(
        decoding: try Data(contentsOf: streams.url.appending(path: "out")), as: UTF8.self),
      errors: String(
        decoding: try Data(contentsOf: streams.url.appending(path: "err")), as: UTF8.self))
  }

  struct NoBinary: Error {}

  /// The command as built with these tests.
  static var binary: URL {
    get throws {
      let places =
        [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()]
        + Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        + [Bundle.main.bundleURL]
      for place in places {
        let candidate = place.appending(path: "ringwalk")
        if FileManager.default.isExecutableFile(atPath: candidate.path()) { return candidate }
      }
      throw NoBinary()
    }
  }
}

/// A script whose claim holds.
let holding = """
  program hello { write(1, "hi\\n", 3) }
  start hello
  run
  expect hello exits 0
  """

/// A script whose claim fails.
let failing = holding.replacing("exits 0", with: "exits 1")

/// A script that does not compile.
let broken = holding.replacing("hello exits", with: "helo exits")
