import SourceText
import TestSupport
import Testing
import WalkSemantics

@Suite struct RobustnessTests {
  @Test(arguments: [10, 60, 99, 150, 20_000])
  func `deep nesting is a diagnostic at worst`(_ depth: Int) {
    func nested(_ open: String, _ inner: String, _ close: String) -> String {
      String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
    }
    for body in [
      "exit(\(nested("(", "1", ")")))", "exit(\(nested("- ", "1", "")))",
      "let v = 1\nexit(\(nested("v + ", "v", "")))", "let v = 1\nexit(\(nested("!", "v", "")))",
      nested("if 1 { ", "exit(1)", " }"), nested("while 0 { ", "exit(1)", " }"),
      "fn f(x) { return x }\nexit(\(nested("f(", "1", ")")))",
      "exit(\(nested("nanosleep(", "1ms", ")")))",
      "if 0 { } \(nested("else if 0 { } ", "", ""))",
      "bss b \(nested("1 + ", "1", ""))",
    ] {
      let checked = check("program p {\n\(body)\n}\nstart p\nrun\n")
      if depth <= 10, !body.contains("nanosleep") {
        #expect(checked.scenario != nil, "\(checked.report)")
      }
      #expect((checked.scenario == nil) == checked.diagnostics.contains { $0.severity == .error })
    }
    for claim in [
      nested("not ", "p exits", ""), nested("(", "p exits", ")"),
      nested("p exits and ", "p exits", ""), nested("p exits then ", "p exits", ""),
      nested("p runs because ", "p runs", ""), "always \(nested("(", "p.exit == 0", ")"))",
      "at end \(nested("1 + ", "1", "")) == 3",
    ] {
      let checked = check("program p { exit(0) }\nstart p\nrun\nexpect \(claim)\n")
      #expect((checked.scenario == nil) == checked.diagnostics.contains { $0.severity == .error })
    }
  }

  @Test func `a program past every limit is refused in bounded time`() {
    let long = String(repeating: "getpid()\n", count: 40_000)
    let checked = check("program p {\n\(long)}\nstart p\n")
    #expect(checked.codes == ["W0311"], "\(checked.report.prefix(500))")
    let many = (0..<1_200).map { "let v\($0) = 1\n" }.joined()
    #expect(check("program p {\n\(many)}\nstart p\n").codes == ["W0311"])
    let starts = (0..<1_100).map { "start p named p\($0)\n" }.joined()
    #expect(check("program p { exit(0) }\n\(starts)").codes.first == "W0311")
  }

  @Test func `numbers at the edge do not trap`() {
    for number in [
      "0x8000000000000000", "-0x8000000000000000", "0xffffffffffffffff", "9223372036854775807",
    ] {
      for body in [
        "exit(\(number))", "exit(-\(number) / -1)", "bss b \(number)", "data d \(number)",
        "exit(1 << \(number))", "open(\"f\", O_CREAT, \(number))", "compute \(number) * 1ms",
      ] {
        _ = check("program p {\n\(body)\n}\nstart p\nrun\nexpect at end p.exit == -\(number)\n")
      }
      _ = check(
        "machine x86_64 { memory \(number), cpus \(number) }\nfile \"/f\" { size \(number) }\n")
      _ = check("program p { exit(0) }\nstart p\nexpect exactly \(number) of p runs\n")
      _ = check("program p { exit(0) }\nstart p\nexpect p faults at \(number)\n")
      _ = check("user a { uid \(number) }\nuser b\n")
    }
  }

  @Test func `broken text never crashes the checker`() throws {
    let seed: UInt64 = 7_777
    var generator = SeededGenerator(seed: seed)
    let pages = try [
      "Lesson/complete.md", "WalkSemantics/programs.md", "WalkSemantics/world.md",
      "WalkSemantics/claims.md",
    ].flatMap { walkFences(in: try Fixtures.text($0)) }
    let words = pages.flatMap { $0.text.split(separator: " ").map(String.init) }
    for round in 0..<600 {
      guard var fence = pages.randomElement(using: &generator) else { return }
      var pieces = fence.text.split(separator: " ", omittingEmptySubsequences: false)
        .map(String.init)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0..<pieces.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: pieces[index] = words.randomElement(using: &generator) ?? ""
        case 1: pieces[index] = ""
        default:
          pieces[index] += " " + (words.randomElement(using: &generator) ?? "")
        }
      }
      fence.text = pieces.joined(separator: " ")
      let checked = check([fence])
      // Nothing wrong, and something to run; or the other way round.
      #expect(
        (checked.scenario == nil) == checked.diagnostics.contains { $0.severity == .error },
        "seed \(seed), round \(round):\n\(fence.text)\n\(checked.report)")
    }
  }
}
