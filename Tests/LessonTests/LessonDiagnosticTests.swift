import Claims
@testable import Lesson
import Program
import SourceText
import Testing
import Trace

/// A broken lesson with what is said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  /// Each as `line:column code`.
  let places: [String]
  /// The text under the first one; `nil` is not looked at.
  let underlined: String?

  init(_ name: String, _ text: String, _ places: String..., under underlined: String? = nil) {
    self.name = name
    self.text = text
    self.places = places
    self.underlined = underlined
  }

  var testDescription: String { name }
}

@Suite("What is wrong with a lesson")
struct LessonDiagnosticTests {
  static let mistakes: [Mistake] = [
    // Front matter.
    Mistake("open front matter", "---\ntitle: x\n\nProse.\n", "1:1 W0005", under: "---"),
    Mistake("a colon in a title", "---\ntitle: open: a tour\n---\n", "2:12 W0006"),
    Mistake("a tab in front matter", "---\ntitle: x\n\tlang: en\n---\n", "3:1 W0006"),
    Mistake("a key twice", "---\ntitle: x\ntitle: y\n---\n", "2:1 W0006"),
    Mistake("a list as a title", "---\ntitle: [a, b]\n---\n", "2:8 W0007", under: "[a, b]"),
    Mistake("a mapping in covers", "---\ncovers: {a: b}\n---\n", "2:9 W0007"),
    Mistake("an unknown mechanism", "---\ncovers: [S4, S44]\n---\n", "2:14 W0030", under: "S44"),
    Mistake("a mechanism in small letters", "---\ncovers: s4\n---\n", "2:9 W0030", under: "s4"),
    Mistake("a mechanism twice", "---\ncovers:\n- S4\n- S4\n---\n", "4:3 W0030", under: "S4"),
    Mistake("an order that is no list", "---\norder: 01-one\n---\n", "2:8 W0007", under: "01-one"),
    Mistake("a language with a quote", "---\nlang: 'en\"x'\n---\n", "2:7 W0007"),
    Mistake("front matter without keys", "---\njust text\n---\n", "2:1 W0007", under: "just text"),
    Mistake(
      "an alias", "---\ntitle: &t x\nsummary: *t\n---\n", "3:10 W0008", under: "*t"),
    Mistake("a misspelt key", "---\ntitel: x\n---\n", "2:1 W0009", under: "titel"),

    // Info strings.
    Mistake("a misspelt role", "```walk wrold\n```\n", "1:9 W0010", under: "wrold"),
    Mistake("an unknown key", "```walk point=2\n```\n", "1:9 W0010", under: "point"),
    Mistake(
      "a picture without a name", hello + "\n```walk show\n```\n", "7:9 W0011", under: "show"),
    Mistake("a world with a name", "```walk world=a\n```\n", "1:9 W0011", under: "world=a"),
    Mistake("a strange name", "```walk scenario=a/b\n```\n", "1:18 W0011", under: "a/b"),
    Mistake(
      "half a point", "```walk predict=x points=0.5\nask \"?\"\nanswer 1\n```\n", "1:19 W0011",
      under: "points=0.5"),
    Mistake("an unknown code", "```walk error=W9999\n```\n", "1:15 W0011", under: "W9999"),
    Mistake("two roles", "```walk world scenario=a\n```\n", "1:15 W0012", under: "scenario=a"),
    Mistake(
      "points twice", "```walk predict=x points=1 points=2\nask \"?\"\nanswer 1\n```\n",
      "1:28 W0012"),
    Mistake("points of a world", "```walk world points=1\n```\n", "1:15 W0012", under: "points"),

    // Fences.
    Mistake("an open fence", "```walk\nrun\n\nProse.\n", "1:1 W0013", "4:1 W0106", under: "```"),
    Mistake(
      "a fence that its quote ends", "> ```walk\n> run\n\nProse.\n", "1:3 W0013", under: "```"),
    Mistake(
      "a fence that the next one seems to close", "> ~~~walk\n> run\n~~~\nrun\n~~~\n", "1:3 W0013",
      under: "~~~"),
    Mistake("nothing to continue", "```walk continue\nrun\n```\n", "1:9 W0014", under: "continue"),
    Mistake(
      "a name twice", "```walk scenario=a\n```\n```walk scenario=a\n```\n", "3:18 W0015", under: "a"
    ),
    Mistake(
      "an unknown picture", hello + "\n```walk show=timelien\n```\n", "7:14 W0016",
      under: "timelien"),
    Mistake("nothing to show", "```walk show=timeline\n```\n", "1:14 W0017"),
    Mistake(
      "a picture of an unknown scenario",
      "```walk scenario=first\n```\n```walk show=timeline of=frist\n```\n", "3:26 W0017",
      under: "frist"),
    Mistake(
      "a picture with statements", hello + "\n```walk show=timeline\nrun\n```\n", "8:1 W0018",
      under: "run"),
    Mistake(
      "an error that is none", "```walk error=W0204\nrun\n```\n", "1:15 W0019", under: "W0204"),

    Mistake(
      "an option of another picture", hello + "\n```walk show=timeline arch=x86_64\n```\n",
      "7:23 W0012", under: "arch"),
    Mistake(
      "an option of pictures in a scenario", "```walk scenario=a process=p\n```\n", "1:20 W0012"),
    Mistake(
      "an option without a value", hello + "\n```walk show=compare call=\n```\n", "7:22 W0011",
      under: "call="),
    Mistake(
      "a process that is not there", hello + "\n```walk show=maps process=helo\n```\n",
      "7:27 W0032", under: "helo"),
    Mistake(
      "an architecture that is none", hello + "\n```walk show=compare arch=x86_64,vax\n```\n",
      "7:27 W0032", under: "x86_64,vax"),
    Mistake(
      "a call that nobody makes", hello + "\n```walk show=compare call=openat\n```\n",
      "7:27 W0032", under: "openat"),

    Mistake(
      "an address that is none", hello + "\n```walk show=pagetable address=0xg\n```\n",
      "7:32 W0032", under: "0xg"),
    Mistake(
      "a moment that does not come",
      hello + "\n```walk show=kernel-stack at=\"hello sleeps\"\n```\n", "7:31 W0032",
      under: "hello sleeps"),
    Mistake(
      "a picture of nobody", hello + "\n```walk show=registers of=helo\n```\n", "7:27 W0032",
      under: "helo"),
    Mistake(
      "a moment of a picture that has none", hello + "\n```walk show=timeline at=now\n```\n",
      "7:23 W0012"),
    Mistake(
      "a machine that cannot be", hello + "\n```walk show=compare under=\"scheduler fifi\"\n```\n",
      "7:38 W0204", under: "fifi"),
    Mistake("a reference without a part", "```walk show=reference\n```\n", "1:14 W0032"),
    Mistake(
      "an unknown part", "```walk show=reference part=cals\n```\n", "1:29 W0032", under: "cals"),

    // Questions.
    Mistake(
      "a question that asks nothing", hello + "\n```walk predict=a\n```\n", "7:17 W0432", under: "a"
    ),
    Mistake("a question about nothing", "```walk predict=a\n```\n", "1:17 W0432", under: "a"),
    Mistake(
      "a question about an unknown scenario", "```walk predict=a of=b\nask \"?\"\nanswer 1\n```\n",
      "1:22 W0017", under: "b"),
    Mistake(
      "a question about another scenario that lets something happen",
      "```walk scenario=a\n```\n```walk predict=q of=a\nask \"?\"\nrun\nanswer 1\n```\n",
      "5:1 W0033", under: "run"),
    Mistake(
      "an answer without a value",
      hello + "\n```walk predict=a\nask \"?\"\nanswer time(hello sleeps)\n```\n", "9:8 W0033",
      under: "time(hello sleeps)"),
    Mistake(
      "no right choice",
      hello + "\n```walk predict=a\nask \"?\"\nchoice 1\nchoice 2\nanswer hello.exit\n```\n",
      "9:1 W0033", under: "choice 1"),
    Mistake(
      "no wrong choice",
      hello + "\n```walk predict=a\nask \"?\"\nchoice \"a\" if hello exits\n"
        + "choice \"b\" if hello runs\n```\n", "9:1 W0033", under: "choice \"a\" if hello exits"),
    Mistake(
      "a choice twice",
      hello + "\n```walk predict=a\nask \"?\"\nchoice 0\nchoice 00\nanswer hello.exit\n```\n",
      "10:1 W0033", under: "choice 00"),
    Mistake(
      "an order with an event that does not happen",
      hello + "\n```walk predict=a\nask \"?\"\norder hello runs, hello sleeps\n```\n", "9:19 W0033",
      under: "hello sleeps"),
    Mistake(
      "an order with a tie",
      hello + "\n```walk predict=a\nask \"?\"\norder hello exits, hello exits 0\n```\n",
      "9:20 W0033", under: "hello exits 0"),
    Mistake(
      "a table with a moment that does not come",
      hello + "\n```walk predict=a\nask \"?\"\ntable when hello sleeps: hello.mode\n```\n",
      "9:12 W0033", under: "hello sleeps"),
    Mistake(
      "a table with what has no value yet",
      hello + "\n```walk predict=a\nask \"?\"\ntable when hello runs: time(hello exits)\n```\n",
      "9:24 W0033", under: "time(hello exits)"),
    Mistake(
      "a table with a text",
      hello + "\n```walk predict=a\nask \"?\"\ntable when hello runs: \"a\"\n```\n", "9:24 W0033",
      under: "\"a\""),
    Mistake(
      "choices under a configuration that is none",
      hello + "\n```walk predict=a\nask \"?\"\nanswer hello.exit\nchoices under machine vax\n```\n",
      "10:23 W0211", under: "vax"),
    Mistake(
      "choices for what can only be one thing",
      "```walk predict=a\nask \"?\"\nanswer cpu0.current\nchoices\n```\n", "3:8 W0033",
      under: "cpu0.current"),

    // Values.
    Mistake(
      "a value before its scenario", "It took `{= time}`.\n\n" + hello, "1:10 W0020",
      under: "{= time}"),
    Mistake(
      "a value that is not there", hello + "\n\n`{= time(hello sleeps)}`", "8:2 W0021",
      under: "{= time(hello sleeps)}"),
    Mistake("an open value", hello + "\n\nSo `{= time`.", "8:5 W0022", under: "{= time"),

    // Runs.
    Mistake(
      "an endless program", "```walk\nprogram p { while 1 {} }\nstart p\nrun\n```\n", "4:1 W0501",
      under: "run"),
    Mistake(
      "a reader that nobody writes for",
      "```walk\nprogram p { bss b 8\n read(0, b, 8) }\nstart p\nrun\n```\n", "5:1 W0502",
      under: "run"),
    Mistake(
      "an event that never happens",
      "```walk\nprogram p { exit(0) }\nstart p\nrun until p sleeps\n```\n", "4:1 W0503",
      under: "run until p sleeps"),
    Mistake(
      "a state that is never reached",
      "```walk\nprogram p { exit(0) }\nstart p\nrun until p.exit == 7\n```\n", "4:1 W0503",
      under: "run until p.exit == 7"),
  ]

  @Test func `a deadlock tells who waits for what`() {
    let lesson = compile(
      "```walk\nprogram p { bss b 8\n read(0, b, 8) }\nstart p\nrun\nexpect p sleeps\n```\n")
    #expect(lesson.diagnostics.first?.notes == ["p waits for console"])
    #expect(lesson.diagnostics.first?.severity == .warning)
    #expect(!lesson.hasFailures)
  }

  @Test func `more messages than anybody would read are counted`() {
    let broken = String(repeating: "`{= time}`\n\n", count: 300)
    let lesson = compile(broken)
    #expect(lesson.diagnostics.count == LessonLimits.diagnostics + 1)
    #expect(lesson.places.last?.hasSuffix("W0029") == true)
  }

  @Test func `a fault of ours is told as ours`() {
    let lesson = compile("```walk\nprogram p { exit(0) }\nstart p\nrun\n```\n")
    guard var run = lesson.scenarios.first?.run, let scenario = lesson.scenarios.first?.scenario
    else {
      Issue.record("no scenario")
      return
    }
    run.stops = run.stops.map { $0.map { _ in .internalError("a frame too many") } }
    let found = run.diagnostics(of: scenario, limits: RunLimits())
    #expect(found.map(\.code) == [DiagnosticCode(599)])
    #expect(found.first?.message.contains("a frame too many") == true)
  }

  @Test(arguments: mistakes)
  func `each mistake has its code and place`(_ mistake: Mistake) {
    var limits = RunLimits()
    limits.steps = 10_000
    let lesson = compile(mistake.text, limits: limits)
    let places = lesson.places
    // Follow-up messages of other rooms are their matter; ours come as listed.
    for place in mistake.places where place.contains("W00") || place.contains("W05") {
      #expect(places.contains(place), "\(lesson.messages)")
    }
    #expect(
      places.filter { $0.contains("W00") || $0.contains("W05") }.count
        == mistake.places.filter { $0.contains("W00") || $0.contains("W05") }.count,
      "\(lesson.messages)")
    if let underlined = mistake.underlined { #expect(lesson.underlined == underlined) }
  }

  @Test func `too much front matter is refused`() {
    let lesson = compile("---\ntitle: x\n" + String(repeating: "a: b\n", count: 5_000) + "---\n")
    #expect(lesson.places == ["1:1 W0008"])
  }

  @Test func `front matter as deep as it is long ends in a message`() {
    for open in ["[", "{a: ", "- ", "? "] {
      let lesson = compile("---\ntitle: \(String(repeating: open, count: 3_000))\n---\n")
      #expect(lesson.diagnostics.count == 1, "\(open)")
    }
  }

  @Test func `aliases of aliases take no time`() {
    var text = "---\na0: &a0 [x, x]\n"
    for level in 1..<40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    let lesson = compile(text + "? *a39\n: x\n---\n")
    #expect(lesson.places.allSatisfy { $0.hasSuffix("W0008") } && lesson.places.count == 1)
  }

  @Test func `bytes that are no text`() {
    #expect(compile([0x61, 0x0A, 0x62, 0x00]).places == ["2:2 W0003"])
    #expect(compile([0x61, 0x0A, 0xC3, 0x28]).places == ["2:1 W0004"])
    #expect(compile([0xC3, 0xA9, 0xED, 0xA0, 0x80]).places == ["1:2 W0004"])
    #expect(compile([UInt8](repeating: 0x61, count: (16 << 20) + 1)).places == ["W0002"])
  }

  @Test func `an error fence teaches what it says`() {
    let good = compile("```walk error=W0204\nprogram a { reed(0) }\n```\n")
    #expect(good.places.isEmpty, "\(good.messages)")
    #expect(good.fences.first?.taught.map(\.code.description) == ["W0204"])
    let other = compile("```walk error=W0204\nexpect\n```\n")
    #expect(other.places == ["1:15 W0019"])
    #expect(other.messages.contains("does not fail with W0204"))
  }

  @Test func `a mistake in the world is not an error fence's`() {
    let lesson = compile(
      "```walk world\nprogram w { reed(0) }\n```\n```walk error=W0204\nprogram a { wriet(0) }\n```\n"
    )
    #expect(lesson.places == ["2:13 W0204"], "\(lesson.messages)")
  }

  @Test func `every code of this room is explained, once`() {
    let codes = LessonCatalogue.diagnostics.map(\.code)
    #expect(codes == Set(codes).sorted())
    for entry in LessonCatalogue.diagnostics {
      #expect(!entry.title.isEmpty && !entry.explanation.isEmpty)
      #expect(!entry.failing.isEmpty && !entry.mended.isEmpty, "\(entry.code)")
    }
  }

  @Test func `examples of fences and values fail as they say, and mended do not`() {
    let files = 1...4
    let others: Set<Int> = [23, 24, 25, 26, 27, 28, 29, 31, 42, 599]
    for entry in LessonCatalogue.diagnostics {
      let number = Int(entry.code.number)
      if files.contains(number) || others.contains(number) { continue }
      let wrap = { (text: String) in
        (40..<50).contains(number) || text.contains("```") || text.hasPrefix("---")
          ? text : "```walk\n\(text)\n```\n"
      }
      var limits = RunLimits()
      limits.steps = 10_000
      let failing = compile(wrap(entry.failing), limits: limits)
      #expect(failing.diagnostics.contains { $0.code == entry.code }, "\(entry.code)")
      let mended = compile(wrap(entry.mended), limits: limits)
      #expect(
        !mended.diagnostics.contains { $0.code == entry.code }, "\(entry.code): \(mended.messages)")
    }
  }
}

@Suite("Includes")
struct IncludeTests {
  @Test func `an included file stands where it is included`() {
    let lesson = compile(
      "include \"common/world.walk\"\nstart a\nrun\nexpect a exits 3\n", name: "course/x.walk",
      files: [
        "common/world.walk": "include \"a.walk\"\n", "common/a.walk": "program a { exit(3) }\n",
      ])
    #expect(lesson.messages == "")
    #expect(lesson.scenarios.first?.judgements.map(\.verdict) == [.holds])
    #expect(
      lesson.sources.files.map(\.name) == [
        "course/x.walk", "course/common/world.walk", "course/common/a.walk",
      ])
  }

  @Test func `mistakes in an included file have its name`() {
    let lesson = compile(
      "include \"w.walk\"\nstart a\nrun\n", name: "course/x.walk",
      files: ["w.walk": "\nprogram a { reed(0) }\n"])
    #expect(lesson.places == ["course/w.walk:2:13 W0204"], "\(lesson.messages)")
  }

  @Test(arguments: ["../x.walk", "/x.walk", "a/../../x.walk", "", "..", "a\\\\b.walk"])
  func `no path leads out of the folder`(_ path: String) {
    let lesson = compile("include \"\(path)\"\nrun\n", name: "course/x.walk")
    #expect(lesson.places.first == "1:9 W0023", "\(lesson.messages)")
    #expect(lesson.scenarios.isEmpty)
  }

  @Test func `a file that is not there`() {
    let lesson = compile("include \"no.walk\"\nrun\n", name: "course/x.walk")
    #expect(lesson.places == ["1:9 W0024"])
    #expect(lesson.messages.contains("no such file"))
  }

  @Test func `files that include each other in a circle`() {
    let lesson = compile(
      "include \"a.walk\"\nrun\n", name: "course/x.walk",
      files: ["a.walk": "include \"b.walk\"\n", "b.walk": "include \"a.walk\"\n"])
    #expect(lesson.places == ["course/b.walk:1:9 W0025"])
    #expect(lesson.messages.contains("a.walk includes b.walk includes a.walk"))
    #expect(compile("include \"x.walk\"\n", name: "course/x.walk").places == ["1:9 W0025"])
  }

  @Test func `files that double at each step`() {
    var files: [String: String] = [:]
    for level in 0..<15 {
      let next = "include \"f\(level + 1).walk\"\n"
      files["f\(level).walk"] = next + next
    }
    files["f15.walk"] = "user u { uid 1 }\n"
    let lesson = compile("include \"f0.walk\"\nrun\n", name: "course/x.walk", files: files)
    #expect(lesson.places.contains { $0.hasSuffix("W0026") })
    #expect(lesson.diagnostics.count <= 202)
  }

  @Test func `files deeper than the limit`() {
    var files: [String: String] = [:]
    for level in 0..<40 { files["f\(level).walk"] = "include \"f\(level + 1).walk\"\n" }
    let lesson = compile("include \"f0.walk\"\nrun\n", name: "course/x.walk", files: files)
    #expect(lesson.places == ["course/f15.walk:1:9 W0026"])
  }
}
