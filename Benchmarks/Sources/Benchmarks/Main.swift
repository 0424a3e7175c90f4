import Claims
import Foundation
import Handout
import Kernel
import Lesson
import Program
import SourceText
import Trace

/// Measures and prints. Rates depend on the machine; the ratios to libcmark hardly do.
@main
struct Benchmarks {
  static func main() throws {
    print("Ringwalk's speed; each number is the best of several rounds.\n")
    #if DEBUG
      print("(a debug build: `make bench` or `swift run -c release` measure what users have)\n")
    #endif
    // One part alone: `BENCH=grading make bench`.
    switch ProcessInfo.processInfo.environment["BENCH"] {
    case "grading": return try grading()
    case "lsp": return try editing()
    case "serving": return try serving()
    case "rebuilding": return try rebuilding()
    case "parsing": return parsing()
    default: break
    }
    try simulation()
    try lessons()
    try editing()
    try startUp()
    try rebuilding()
    try serving()
    try grading()
    try prose()
    parsing()
  }

  // MARK: The kernel

  /// A program that calls the kernel all the time, and one that computes between two others.
  private static let scripts = [
    (
      "system calls",
      """
      program p { let i = 0
        while i < 30000 { i = i + getpid() } }
      start p
      run
      """
    ),
    (
      "context switches",
      """
      program p { let i = 0
        while i < 8000 { sched_yield()
          i = i + 1 } }
      start p named a
      start p named b
      run
      """
    ),
  ]

  private static func simulation() throws {
    print("simulated and recorded, one core:")
    var limits = RunLimits()
    limits.events = 10_000_000
    limits.steps = 1_000_000_000
    for (name, script) in scripts {
      let lesson = compile(script, name: "bench.walk", limits: limits)
      guard let scenario = lesson.scenarios.first?.scenario, !lesson.isBroken else {
        throw Command.Failure(words: "the script `\(name)` does not run")
      }
      var events = 0
      let time = best(of: 5) {
        events = ScenarioRun.run(scenario, limits: limits).trace.events.count
      }
      report(
        "  \(name), \(short(Double(events), "events"))", short(Double(events) / time, "events/s"))
      let trace = ScenarioRun.run(scenario, limits: limits).trace
      let claim = Claim.never(.pattern(EventPattern([.isKilled])))
      let judged = best(of: 5) {
        _ = ClaimJudge.judge([(claim: claim, eventCount: trace.events.count)], in: trace)
      }
      report("  the same, judging one claim", short(Double(events) / judged, "events/s"))
    }
    print("")
  }

  // MARK: Lessons

  private static func lessons() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "lessons/03-opening-a-file.md")
    let bytes = [UInt8](try Data(contentsOf: path))
    let time = best(of: 20) { _ = page(bytes, name: "lesson.md") }
    print("a lesson from source to page, in one process, one core:")
    report("  lessons/03-opening-a-file.md", short(1 / time, "lessons/s"))
    print("")
  }

  private static func startUp() throws {
    let command = try Command.find()
    let time = try best(of: 30) { try Command.run(command, ["--version"]) }
    let nothing = try best(of: 30) { try Command.run(URL(filePath: "/bin/sh"), ["-c", ":"]) }
    print("start-up (goal: 10 ms):")
    report("  ringwalk --version", short(time * 1_000, "ms"))
    report("  /bin/sh -c :, for comparison", short(nothing * 1_000, "ms"))
    print("")
  }

  // MARK: Prose

  private static func prose() throws {
    let chapters = Chapters.all
    print("\(chapters.count) chapters of prose, \(Chapters.byteCount / 1_000) kB, no fences:")
    let bare = best(of: 10) {
      var total = 0
      for chapter in chapters { total += BareCommonMark.htmlByteCount(chapter) }
      precondition(total > Chapters.byteCount)
    }
    report("  libcmark in one process", short(bare * 1_000, "ms"))
    let inProcess = best(of: 10) {
      for (number, chapter) in chapters.enumerated() { _ = page(chapter, name: "\(number).md") }
    }
    report("  Lesson and Handout in one process", ratio(inProcess, bare))
    let command = try Command.find()
    try withFolder { folder in
      let book = folder.appending(path: "book")
      try FileManager.default.createDirectory(at: book, withIntermediateDirectories: true)
      for (number, chapter) in chapters.enumerated() {
        let name = String(repeating: "0", count: 3 - String(number).count) + String(number)
        try Data(chapter).write(to: book.appending(path: "\(name).md"))
      }
      var round = 0
      let time = try best(of: 10) {
        // A new folder each time: files that are the same already are not written.
        round += 1
        try Command.run(
          command, ["build", book.path(), "-o", folder.appending(path: "site\(round)").path()])
      }
      report("  ringwalk build, with files and start-up (goal: 5 times)", ratio(time, bare))
    }
  }

  private static func ratio(_ time: Double, _ bare: Double) -> String {
    "\(short(time * 1_000, "ms")), \(short(time / bare, "times"))"
  }

  private static func compile(_ text: String, name: String, limits: RunLimits) -> Lesson {
    Lesson.compile(
      SourceFile(name: name, bytes: Array(text.utf8)),
      includes: { _ throws(IncludeFailure) in throw .unreadable("no files here") }, limits: limits)
  }

  private static func page(_ bytes: [UInt8], name: String) -> [HandoutFile] {
    let lesson = Lesson.compile(
      SourceFile(name: name, bytes: bytes),
      includes: { _ throws(IncludeFailure) in throw .unreadable("no files here") })
    return Handout.pages(of: lesson, format: .html, context: HandoutContext())
  }
}
