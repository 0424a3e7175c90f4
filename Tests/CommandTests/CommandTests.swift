import Foundation
import TestSupport
import Testing

@Suite("The command line")
struct CommandTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func `the exit status tells what became of the claims`() throws {
    try folder.write("holds.walk", holding)
    try folder.write("fails.walk", failing)
    try folder.write("broken.walk", broken)
    for command in ["run", "check"] {
      #expect(try folder.run(command, "holds.walk").status == 0)
      #expect(try folder.run(command, "fails.walk").status == 1)
      #expect(try folder.run(command, "broken.walk").status == 2)
      #expect(try folder.run(command, "--no-such-flag").status == 64)
      #expect(try folder.run(command).status == 64)
    }
    #expect(try folder.run("check", "holds.walk", "fails.walk").status == 1)
    #expect(try folder.run("check", "broken.walk", "fails.walk", "holds.walk").status == 2)
  }

  @Test func `a failed claim names its step and a misspelt name its neighbour`() throws {
    try folder.write("fails.walk", failing)
    try folder.write("broken.walk", broken)
    let failed = try folder.run("check", "fails.walk")
    #expect(failed.output.contains("fails.walk:4:8: fails: hello exits 1"))
    #expect(failed.output.contains("step "))
    #expect(failed.errors.isEmpty)
    let misspelt = try folder.run("check", "broken.walk")
    #expect(misspelt.errors.contains("broken.walk:4:8"))
    #expect(misspelt.errors.contains("write `hello`"))
  }

  @Test func `a vacuous claim holds but is shown`() throws {
    try folder.write(
      "vacuous.walk", "program p { exit(0) }\nstart p\nrun\nexpect never p calls read\n")
    let outcome = try folder.run("check", "vacuous.walk")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("1 vacuous"))
    #expect(outcome.output.contains("vacuous: never p calls read"))
  }

  @Test func `run tells the steps, the console and the verdicts within 80 columns`() throws {
    try folder.write("hello.walk", holding)
    for detail in ["overview", "mechanism", "hardware"] {
      let outcome = try folder.run("run", "hello.walk", "--detail", detail)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("console:\n  | hi\n"))
      #expect(outcome.output.contains("holds: expect hello exits 0"))
      for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }

  @Test func `a closer look shows more`() throws {
    try folder.write("hello.walk", holding)
    let lines = try ["overview", "mechanism", "hardware"].map {
      try folder.run("run", "hello.walk", "--detail", $0).output.split(separator: "\n").count
    }
    #expect(lines[0] < lines[1] && lines[1] < lines[2])
  }

  @Test func `JSON holds every event unless a zoom is asked for`() throws {
    try folder.write("hello.walk", holding)
    let all = try events(try folder.run("run", "hello.walk", "--format", "json"))
    let few = try events(
      try folder.run("run", "hello.walk", "--format", "json", "--detail", "overview"))
    #expect(all.count > few.count)
    #expect(all.map { $0["step"] as? Int } == all.indices.map { $0 })
    #expect(few.contains { $0["kind"] as? String == "exits" })
  }

  @Test func `Markdown output keeps a script's text from becoming markup`() throws {
    try folder.write("odd.walk", "program p { write(1, \"*a* <b>\\n\", 8) }\nstart p\nrun\n")
    let outcome = try folder.run("run", "odd.walk", "--format", "markdown")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("# odd\n\n## scenario-1\n\n  - step 0, 0 ns: "))
    for line in outcome.output.split(separator: "\n") where line.contains("<b>") {
      #expect(line.contains(#"\<b\>"#) || line.contains("`"), "\(line)")
    }
  }

  @Test func `verdicts on claims are a table, and one that differs fails`() throws {
    func lesson(_ word: String) -> String {
      """
      ```walk scenario=a
      program p { exit(0) }
      start p
      run
      claim "Everybody sleeps" from "answer 2" {
        under scheduler fifo, costs typical: \(word) p sleeps
      }
      ```
      """
    }
    try folder.write("right.md", lesson("refute"))
    try folder.write("wrong.md", lesson("expect"))
    let right = try folder.run("check", "right.md")
    #expect(right.status == 0, "\(right.errors)")
    #expect(right.output.hasPrefix("right.md: 2 hold\n"))
    #expect(right.output.contains("claim \"Everybody sleeps\", from answer 2\n"))
    #expect(right.output.contains("scheduler fifo"))
    #expect(right.output.contains("p sleeps  does not hold"))
    let wrong = try folder.run("check", "wrong.md")
    #expect(wrong.status == 1)
    #expect(wrong.output.contains("under costs typical: expect p sleeps"))
    #expect(wrong.output.contains("(said to hold)"))
    for format in ["text", "markdown"] {
      let story = try folder.run("run", "right.md", "--format", format)
      #expect(story.status == 0)
      #expect(story.output.contains("costs typical: "))
      #expect(story.output.split(separator: "\n").contains { $0.contains("does not hold") })
    }
    let json = try folder.run("run", "wrong.md", "--format", "json")
    #expect(json.status == 1)
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let scenario = try #require((document?["scenarios"] as? [[String: Any]])?.first)
    let claim = try #require((scenario["claims"] as? [[String: Any]])?.first)
    #expect(claim["from"] as? String == "answer 2")
    let verdicts = try #require(claim["verdicts"] as? [[String: Any]])
    #expect(verdicts.map { $0["under"] as? String } == ["scheduler fifo", "costs typical"])
    #expect(verdicts.allSatisfy { $0["said"] as? String == "holds" })
    #expect(verdicts.allSatisfy { $0["verdict"] as? String == "fails" })
  }

  @Test func `with several CPUs each step says on which of them it is`() throws {
    let script = "program p { compute 5ms }\nstart p\nstart p named q\nrun\n"
    try folder.write("two.walk", "machine x86_64 { cpus 2 }\n" + script)
    try folder.write("one.walk", script)
    let two = try folder.run("run", "two.walk").output.split(separator: "\n").map(String.init)
    #expect(two.contains { $0.hasPrefix("step ") && $0.hasSuffix(" us  cpu") })
    let computing = two.filter { $0.contains("computes for 5 ms") }
    #expect(computing.compactMap { $0.split(separator: " ").dropFirst(2).first } == ["0", "1"])
    let one = try folder.run("run", "one.walk").output.split(separator: "\n").map(String.init)
    #expect(one.contains { $0.hasPrefix("step ") && $0.hasSuffix(" us") })
  }

  @Test func `strict checks let vacuous claims fail`() throws {
    try folder.write("empty.walk", holding + "\nexpect never hello calls open\n")
    let lenient = try folder.run("check", "empty.walk")
    #expect(lenient.status == 0)
    #expect(lenient.output.contains("1 vacuous"))
    let strict = try folder.run("check", "--strict", "empty.walk")
    #expect(strict.status == 1)
    #expect(strict.output == lenient.output)
    try folder.write("full.walk", holding)
    #expect(try folder.run("check", "--strict", "full.walk").status == 0)
  }

  @Test func `timings are told when they are asked for`() throws {
    try folder.write("hello.walk", holding)
    #expect(try folder.run("check", "hello.walk").output == "hello.walk: 1 holds\n")
    let timed = try folder.run("check", "--timings", "hello.walk").output
    #expect(timed.contains(#/^hello\.walk: 1 holds \(\d+ ms\)\n$/#), "\(timed)")
  }

  @Test func `one scenario of several can be asked for`() throws {
    try folder.write(
      "two.md",
      "```walk scenario=good\n\(holding)\n```\n\n```walk scenario=bad\n\(failing)\n```\n")
    #expect(try folder.run("run", "two.md").status == 1)
    let good = try folder.run("run", "two.md", "--scenario", "good")
    #expect(good.status == 0)
    #expect(!good.output.contains("\nbad\n"))
    let unknown = try folder.run("run", "two.md", "--scenario", "goood")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("did you mean good?"))
  }

  @Test func `standard input is a script or a lesson by its looks or its name`() throws {
    #expect(try folder.run("run", "-", input: holding).output.contains("scenario-1"))
    let lesson = "Prose.\n\n```walk scenario=here\n\(holding)\n```\n"
    #expect(try folder.run("run", "-", input: lesson).output.contains("here"))
    let named = try folder.run("check", "-", "--stdin-name", "mine.walk", input: broken)
    #expect(named.status == 2)
    #expect(named.errors.contains("mine.walk:4:8"))
  }

  @Test func `messages are coloured only on a terminal`() throws {
    try folder.write("broken.walk", broken)
    #expect(!(try folder.run("check", "broken.walk").errors.contains("\u{1B}")))
    let forced = try folder.run(
      "check", "broken.walk", environment: ["TERM": "xterm-256color", "NO_COLOR": "1"])
    #expect(!forced.errors.contains("\u{1B}"))
  }

  #if os(Linux)
    @Test func `a terminal gets colours unless NO_COLOR is set`() throws {
      // script(1) gives its command a terminal.
      guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
      try folder.write("broken.walk", broken)
      let binary = try Folder.binary.path()
      func onTerminal(_ noColor: String?) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/script")
        process.arguments = [
          "-qec", "\(binary) check \(folder.path("broken.walk"))", folder.path("typescript"),
        ]
        var environment = ProcessInfo.processInfo.environment
        environment["TERM"] = "xterm"
        environment["NO_COLOR"] = noColor
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return try folder.text("typescript")
      }
      #expect(try onTerminal(nil).contains("\u{1B}[1;31merror"))
      #expect(!(try onTerminal("1").contains("\u{1B}[")))
    }
  #endif

  @Test func `a reader that goes away ends the output quietly`() throws {
    try folder.write("hello.walk", holding)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", "trap '' PIPE; '\(try Folder.binary.path())' run hello.walk --detail hardware | true",
    ]
    process.currentDirectoryURL = folder.url
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }

  @Test func `explain knows codes, events and system calls`() throws {
    let code = try folder.run("explain", "w0013")
    #expect(code.output.hasPrefix("W0013: a fence is not closed"))
    #expect(code.output.contains("mended:"))
    let call = try folder.run("explain", "openat")
    #expect(call.output.contains("x86_64"))
    #expect(call.output.contains("ENOENT (2)"))
    let event = try folder.run("explain", "enters kernel")
    #expect(event.output.hasPrefix("enters_kernel: an event"))
    #expect(event.output.contains("P enters kernel"))
    let verb = try folder.run("explain", "kernel", "kills")
    #expect(verb.output.hasPrefix("is_killed: an event"), "\(verb.output)\(verb.errors)")
    #expect(try folder.run("explain", "s13").output.hasPrefix("S13: a mechanism"))
    for subject in ["S10", "W0204", "W0501", "W0008", "sleeps", "open", "kernel copies"] {
      let page = try folder.run("explain", subject)
      #expect(page.status == 0)
      #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(page.output)")
    }
    let unknown = try folder.run("explain", "opne")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("did you mean open"))
  }

  private func events(_ outcome: Outcome) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let document = try #require(object as? [String: Any])
    let scenarios = try #require(document["scenarios"] as? [[String: Any]])
    return try #require(scenarios.first?["events"] as? [[String: Any]])
  }
}

@Suite("The README")
struct ReadmeTests {
  @Test func `its first script prints what it says`() throws {
    let readme = try String(
      contentsOf: Fixtures.directory.appending(path: "../../README.md"), encoding: .utf8)
    let blocks = readme.split(separator: "```\n").map(String.init)
    let script = try #require(blocks.first { $0.hasPrefix("program hello") })
    let printed = try #require(blocks.first { $0.hasPrefix("hello\n") })
    let folder = try Folder()
    try folder.write("hello.walk", script)
    let outcome = try folder.run("run", "hello.walk")
    #expect(outcome.output == printed)
    #expect(outcome.status == 0)
  }
}
