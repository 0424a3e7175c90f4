import Program
import SourceText
import Testing
import WalkSyntax

@testable import WalkSemantics

@Suite("Tasks")
struct TaskCheckerTests {
  private static let head = """
    student program p
    starter { program p { exit(0) } }
    start p
    run

    """

  private func task(_ text: String) throws -> CheckedTask {
    let checked = check(Self.head + text, role: .task)
    #expect(checked.diagnostics.isEmpty, "\(checked.report)")
    return try #require(checked.result.task)
  }

  private func messages(_ text: String) -> [String] {
    check(Self.head + text, role: .task).diagnostics.map(\.message)
  }

  @Test func `a task says what is to be written and how it is judged`() throws {
    let task = try task(
      """
      reveal title
      limit steps 1000, time 2s, events 500
      require exit
      forbid nanosleep, while, libc.printf
      check "ends" 2 points: p exits
      hint "call exit" after 3 attempts
      hint "look at the end"
      hidden check "twice" 5 points in parts after "ends" with machine arm64, cpus 2: p exits 0 and never p sleeps
      check "alone": never p sleeps
      reveal verdict
      reveal nothing after due
      """)
    #expect(task.programs == ["p"])
    #expect(task.checks.map(\.title) == ["ends", "twice", "alone"])
    #expect(task.checks.map(\.points) == [2, 5, 0])
    #expect(task.checks[0].hints.map(\.attempts) == [0, 3])
    #expect(task.checks[1].dependencies == [0])
    #expect(task.checks[1].parts == ["p exits 0", "never p sleeps"])
    #expect(!task.checks[1].isSequence)
    #expect(task.configurations.map(\.name) == ["", "machine arm64, cpus 2"])
    #expect(task.checks.map(\.configuration) == [0, 1, 0])
    #expect(task.checks[0].revealed == nil)
    #expect(task.checks[1].revealed == ["title"])
    #expect(task.checks[2].revealed == ["verdict"] && task.checks[2].revealedAfterDue == [])
    #expect(
      task.demands.map(\.construct) == ["exit", "nanosleep", "while", "libc.printf"])
    #expect(task.demands.map(\.isForbidden) == [false, true, true, true])
    #expect(task.stepLimit == 1000 && task.timeLimit == 2_000_000_000 && task.eventLimit == 500)
  }

  @Test func `a sequence in parts is judged by its beginnings`() throws {
    let task = try task(
      "check \"order\" 3 points in parts: p enters kernel then p exits\n")
    #expect(task.checks[0].isSequence)
    #expect(task.checks[0].parts == ["p enters kernel", "p enters kernel then p exits"])
  }

  @Test(arguments: [
    ("check \"a\": p exits\ncheck \"a\": p exits\n", "two checks have the title \"a\""),
    ("check \"a\" after \"b\": p exits\n", "no check above has the title \"b\""),
    ("check \"a\" in parts: p exits\n", "this claim has no parts"),
    (
      "check \"a\" with seeds 3: p exits\n",
      "nothing varies in this task, so all seeds are alike"
    ),
    (
      "vary n in 1..3\ncheck \"a\" with seeds 0: p exits\n",
      "`seeds` wants a number between 1 and 100"
    ),
    ("hint \"x\"\n", "there is no check above that this hint could be for"),
    (
      "check \"a\": p exits\nhint \"x\" after 5000 attempts\n",
      "`after` wants a number of attempts, between 0 and 1000"
    ),
    ("forbid nanosleeep\n", "`nanosleeep` is nothing that a program could use"),
    ("forbid read\nrequire read\n", "`read` is forbidden already"),
    ("limit steps 5s\n", "the limit of steps is between 1 and 20000000"),
    ("limit pages 5\n", "`pages` is no limit"),
    ("reveal titel\n", "`titel` is nothing that could be seen of a check"),
  ])
  func `what cannot be graded is said`(_ text: String, _ message: String) {
    #expect(messages(text) == [message])
  }

  @Test func `what is wrong on a machine that a check asks for is said once`() {
    let wrong = check(
      Self.head + "check \"a\" with machine arm46: p exits\n", role: .task)
    #expect(wrong.codes.count == 1)
    let register = check(
      Self.head + "check \"a\" with cpus 2: cpu1.mode == user\n", role: .task)
    #expect(register.diagnostics.isEmpty == false || register.result.task != nil)
  }

  // MARK: Variants

  @Test func `values stand in the places of names that vary, wherever a value can`() throws {
    let checked = check(
      """
      vary n in 2..5
      vary path in ["/tmp/a", "/tmp/b"]
      student program p
      starter { program p { let m = n + 1 } }
      file path { mode 0644, text "x" }
      start p
      run for n * 1ms
      check "opens" n points: kernel copies path from p
      """, role: .task)
    #expect(checked.diagnostics.isEmpty, "\(checked.report)")
    let task = try #require(checked.result.task)
    #expect(task.varied.map(\.name) == ["n", "path"])
    #expect(task.varied[0].count == 4 && task.varied[1].count == 2)
    #expect(task.varied[0].literal(at: 3) == "5" && task.varied[0].literal(at: 4) == "2")
    #expect(task.varied[1].literal(at: 1) == "\"/tmp/b\"")
    #expect(task.checks[0].points == 2)
    #expect(task.checks[0].claim == "kernel copies \"/tmp/a\" from p")
  }

  @Test func `the text of a claim ends where the claim does, whatever stands in it`() throws {
    let task = try task(
      """
      vary n in [123456]
      vary word in ["abcdefgh", "x"]
      check "one" 1 point: p writes word
      hint "look"
      check "two" 1 point: (p exits 0 or p exits n) and (never p sleeps)
      check "three" 1 point: n == 3 implies p exits
      check "four" 2 points in parts: p exits n and p writes word

      """)
    #expect(
      task.checks.map(\.claim) == [
        "p writes \"abcdefgh\"", "(p exits 0 or p exits 123456) and (never p sleeps)",
        "123456 == 3 implies p exits", "p exits 123456 and p writes \"abcdefgh\"",
      ])
    #expect(task.checks[3].parts == ["p exits 123456", "p writes \"abcdefgh\""])
  }

  @Test func `a check may speak of children that a student has to make`() throws {
    #expect(try task("check \"child\" 1 point: p.child exits 0\n").checks.count == 1)
    let submission = try submit(
      "program p { exit(0) }\n",
      to: Self.head + "check \"child\" 1 point: p.child exits 0\n")
    #expect(submission.checked.scenario != nil && submission.expectations == [0: 0..<1])
  }

  @Test(arguments: [
    ("vary n in 5..2\n", "W0303"), ("vary n in []\n", "W0313"), ("vary n in [1 + 1]\n", "W0313"),
    ("vary n in 1..m\n", "W0314"), ("vary n in 1..2\nvary n in 1..2\n", "W0208"),
    ("vary n in 7\n", "W0313"),
  ])
  func `what cannot vary is said`(_ text: String, _ code: String) {
    #expect(check(Self.head + text, role: .task).codes == [code])
  }

  @Test func `places behind a value are those of the original`() throws {
    let text = "vary size in [1048576]\nstart p\nrun size\nexpect nobody exits\n"
    let file = SourceFile(name: "a", bytes: Array(text.utf8))
    let script = WalkParser.parse(SourceFragment(file, id: FileID(rawValue: 0)))
    let changed = script.replacing(["size": "1048576", "other": "2"])
    let bytes = String(decoding: changed.fragment.bytes, as: UTF8.self)
    #expect(bytes == "vary size in [1048576]\nstart p\nrun 1048576\nexpect nobody exits\n")
    let last = try #require(changed.statements.last)
    #expect(file.text(last.range.lower..<last.range.upper) == "expect nobody exits")
    #expect(script.replacing(["other": "2"]).fragment.bytes == file.bytes)
  }

  // MARK: Submissions

  private func submit(
    _ text: String, to task: String = head + "check \"ends\" 2 points: p exits 0\n",
    configuration: Int = 0
  ) throws -> CheckedSubmission {
    let checked = check(task, role: .task)
    let known = try #require(checked.result.task, "\(checked.report)")
    let parse = { (name: String, text: String, id: UInt32) in
      WalkParser.parse(
        SourceFragment(
          SourceFile(name: name, bytes: Array(text.utf8)), id: FileID(rawValue: id)))
    }
    return WalkChecker.world(
      of: known, in: [ScenarioPart(role: .task, script: parse("t", task, 0))], values: [:],
      configuration: configuration,
      checks: Set(known.checks.indices.filter { known.checks[$0].configuration == configuration })
    ).check(parse("s.walk", text, 1))
  }

  @Test func `a submission stands in the place of the starter`() throws {
    let submission = try submit("program p { exit(7) }\n")
    let scenario = try #require(submission.checked.scenario)
    #expect(scenario.programs.map(\.name) == ["p"])
    #expect(submission.expectations == [0: 0..<1])
    #expect(scenario.expectations.map(\.text) == ["p exits 0"])
  }

  @Test(arguments: [
    "machine arm64\n", "run\n", "start p\n", "expect p exits\n", "include \"x.walk\"\n",
    "file \"/etc/passwd\" { text \"x\" }\n", "check \"a\" 100 points: p exits\n",
    "load module m as root\n", "user root { uid 0 }\n", "answer 4\n",
  ])
  func `row 55: what is the task's cannot be handed in`(_ text: String) throws {
    let submission = try submit("program p { exit(0) }\n" + text)
    #expect(submission.checked.scenario == nil)
    #expect(submission.checked.diagnostics.map(\.code.description) == ["W0434"])
  }

  @Test func `row 55: a program of the task cannot be replaced`() throws {
    let task = """
      program other { exit(1) }
      student program p
      starter { program p { exit(0) } }
      start other
      start p
      run
      check "ends" 2 points: other exits 1

      """
    let submission = try submit(
      "program p { exit(0) }\nprogram other { exit(0) }\n", to: task)
    #expect(submission.checked.scenario == nil)
    #expect(submission.checked.diagnostics.map(\.code.description) == ["W0208"])
  }
}
