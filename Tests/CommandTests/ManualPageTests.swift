import Foundation
import TestSupport
import Testing

/// Runs what the pages of the manual say, as it stands there; boxes of a `console` are not run.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
struct ManualPageTests {
  private static let root = Fixtures.directory.appending(path: "../..").standardizedFileURL

  /// The pages, each with how many boxes of commands it has at least. Those in `manual` are lessons, too.
  private static let pages = [
    ("docs/grading.md", 7), ("docs/handouts.md", 7), ("docs/tutorial.md", 7),
    ("docs/writing.md", 7), ("manual/16-messages.md", 5), ("manual/20-bounds.md", 1),
  ]

  /// A fence of the page.
  private struct Fence {
    var line: Int
    var language: String
    var body: [String]
  }

  private func fences(of page: String) throws -> [Fence] {
    let page = Self.root.appending(path: page)
    let lines = try String(contentsOf: page, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var fences: [Fence] = []
    var open: (ticks: String, fence: Fence)?
    for (index, line) in lines.enumerated() {
      if let (ticks, fence) = open {
        if line == ticks {
          fences.append(fence)
          open = nil
        } else {
          open?.fence.body.append(line)
        }
      } else if line.hasPrefix("```") {
        let ticks = String(line.prefix { $0 == "`" })
        open = (
          ticks, Fence(line: index + 2, language: String(line.dropFirst(ticks.count)), body: [])
        )
      }
    }
    #expect(open == nil, "the page ends in a fence")
    return fences
  }

  /// Whether lines are what the page shows: `...` stands for any lines, or for anything in a line.
  private func agrees(_ found: ArraySlice<String>, _ shown: ArraySlice<String>) -> Bool {
    guard let first = shown.first else { return found.isEmpty }
    if first == "..." {
      return (found.startIndex...found.endIndex).contains {
        agrees(found[$0...], shown.dropFirst())
      }
    }
    guard let line = found.first, agrees(line, first) else { return false }
    return agrees(found.dropFirst(), shown.dropFirst())
  }

  private func agrees(_ line: String, _ shown: String) -> Bool {
    var rest = Substring(line)
    let parts = shown.split(separator: "...", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == 0 {
        guard rest.hasPrefix(part) else { return false }
        rest = rest.dropFirst(part.count)
      } else if index == parts.count - 1 {
        guard rest.hasSuffix(part) else { return false }
        rest = ""
      } else {
        guard let place = rest.range(of: part) else { return false }
        rest = rest[place.upperBound...]
      }
    }
    return rest.isEmpty
  }

  @Test func `each page with commands is known here`() throws {
    for folder in ["docs", "manual"] {
      let files = try FileManager.default.contentsOfDirectory(
        atPath: Self.root.appending(path: folder).path())
      for file in files.sorted() where file.hasSuffix(".md") {
        let page = "\(folder)/\(file)"
        let hasCommands = try fences(of: page).contains { $0.language == "sh" }
        #expect(hasCommands == Self.pages.contains { $0.0 == page }, "\(page)")
      }
    }
  }

  @Test(arguments: pages)
  func `each command of a page works as it stands, in order`(_ page: String, _ boxes: Int) throws {
    let fences = try fences(of: page)
    #expect(fences.count { $0.language == "sh" } >= boxes)
    if page.hasPrefix("docs/") {
      #expect(fences.allSatisfy { ["sh", "text", "console"].contains($0.language) })
    }
    // One shell for the whole page. Behind each fence stands a mark, and so does each command that fails.
    var script = "trap 'echo \"@failed $?: $BASH_COMMAND\"' ERR\n"
    for fence in fences where fence.language == "sh" {
      script += fence.body.joined(separator: "\n") + "\necho @end\n"
    }
    let folder = try Folder()
    try folder.write("page.sh", script)
    let run = try Script.run(
      "/bin/bash", [folder.path("page.sh")], in: folder, ringwalk: try folder.link())
    let outputs = run.output.components(separatedBy: "@end\n")
    var next = 0
    for (index, fence) in fences.enumerated() where fence.language == "sh" {
      try #require(next < outputs.count, "the page's script ends before line \(fence.line)")
      var lines = outputs[next].split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init)
      if lines.last == "" { lines.removeLast() }
      next += 1
      let failed = lines.filter { $0.hasPrefix("@failed") }
      let announced = fence.body.count { $0.hasSuffix("# exit status 1") }
      #expect(
        failed.count == announced && failed.allSatisfy { $0.hasPrefix("@failed 1:") },
        "line \(fence.line): \(failed) \(run.errors)")
      lines.removeAll { $0.hasPrefix("@failed") }
      guard index + 1 < fences.count, fences[index + 1].language == "text" else { continue }
      let shown = fences[index + 1].body
      #expect(
        agrees(lines[...], shown[...]),
        "line \(fence.line) prints\n\(lines.joined(separator: "\n"))")
    }
  }

  @Test func `each page of the manual has less than 200 KB`() throws {
    let folder = try Folder()
    let outcome = try folder.run(
      "build", Self.root.appending(path: "manual").path(), "-o", folder.path("site"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("site"))
    let pages = names.filter { $0.hasSuffix(".html") && !$0.hasSuffix(".steps.html") }
    #expect(pages.count > 20)
    for page in pages.sorted() {
      let bytes = try Data(contentsOf: folder.url.appending(path: "site/\(page)")).count
      #expect(bytes < 200_000, "\(page) has \(bytes) bytes")
    }
  }

  @Test func `what a page leaves out is anything, and all else is compared`() {
    func agree(_ found: [String], _ shown: [String]) -> Bool { agrees(found[...], shown[...]) }
    #expect(agree(["a", "b", "c"], ["a", "...", "c"]))
    #expect(agree(["a", "c"], ["a", "...", "c"]))
    #expect(agree(["seed 12 of 3", "x"], ["seed ... of 3", "..."]))
    #expect(!agree(["a", "b"], ["a"]))
    #expect(!agree(["a"], ["a", "b"]))
    #expect(!agree(["a", "b", "d"], ["a", "...", "c"]))
    #expect(!agree(["seed 12 of 4"], ["seed ... of 3"]))
    #expect(!agree(["seed"], ["seed...d"]))
  }
}

/// Scripts that call `ringwalk`.
enum Script {
  /// Runs a program in a folder, with the command that was built in front of the path.
  static func run(
    _ program: String, _ arguments: [String], in folder: Folder, ringwalk: String,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment
      .merging(["PATH": "\(ringwalk):/usr/bin:/bin"]) { $1 }.merging(environment) { $1 }
    let streams = try Folder()
    try streams.write("out", "")
    try streams.write("err", "")
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: streams.url.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: streams.url.appending(path: "err"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try streams.text("out"),
      errors: try streams.text("err"))
  }
}

extension Folder {
  /// A folder in this one that has `ringwalk` and nothing else.
  func link() throws -> String {
    let place = url.appending(path: "ringwalk-bin")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: place.appending(path: "ringwalk"), withDestinationURL: try Self.binary)
    return place.path()
  }
}
