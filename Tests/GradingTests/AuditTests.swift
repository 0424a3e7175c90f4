import Grades
import Grading
import Lesson
import SourceText
import Testing
import WalkSyntax

@Suite struct MutationTests {
  private static let source = """
    program p {
        let fd = open("foo", O_RDONLY)
        if fd < 0 { exit(1) }
        repeat 3 { read(fd, 0, 5) }
        exit(0)
    }

    """

  @Test func `mistakes are those that students make`() {
    let words = Set(Mutation.all(of: Array(Self.source.utf8)).map { "\($0.line): \($0.words)" })
    for expected in [
      "2: let fd be 0", "3: drop `if fd < 0 { exit(1) }`", "3: always take `fd < 0`",
      "3: never take `fd < 0`", "3: `<=` for `<`", "3: one more than `0`", "3: one less than `1`",
      "4: drop `repeat 3 { read(fd, 0, 5) }`", "4: drop `read(fd, 0, 5)`",
      "4: do `read(fd, 0, 5)` twice", "4: one more than `3`", "4: `write` for `read`",
      "5: drop `exit(0)`", "2: `O_WRONLY` for `O_RDONLY`", "2: another text than `\"foo\"`",
    ] {
      #expect(words.contains(expected), "\(expected): \(words.sorted())")
    }
  }

  @Test func `each mutant differs, and stays a script`() {
    let mutants = Mutation.all(of: Array(Self.source.utf8))
    #expect(Set(mutants.map(\.source)).count == mutants.count)
    #expect(!mutants.contains { $0.source == Array(Self.source.utf8) })
    for mutant in mutants {
      let file = SourceFile(name: "m", bytes: mutant.source)
      let script = WalkParser.parse(SourceFragment(file, id: FileID(rawValue: 0)))
      #expect(script.diagnostics.isEmpty, "\(mutant.words): \(script.diagnostics)")
    }
  }

  @Test func `what is no script has no mutants`() {
    #expect(Mutation.all(of: Array("program p {".utf8)).isEmpty)
    #expect(Mutation.all(of: []).isEmpty)
  }
}

@Suite struct RubricAuditTests {
  /// A task whose checks are as they are given.
  private func audit(
    _ checks: String, _ reference: String = "program reader { exit(3) }\n",
    others: [RubricAudit.Solution] = [], acceptances: [RubricAudit.Acceptance] = []
  ) async throws -> RubricAudit {
    let grader = try Samples.grader(
      """
      ```walk task=t
      student program reader
      starter { program reader { } }
      start reader as ada in "/home/ada"
      run
      \(checks)
      ```

      """)
    let task = try #require(grader.tasks.first)
    return await grader.audit(
      task, reference: RubricAudit.Solution(name: "right.walk", source: Array(reference.utf8)),
      others: others, acceptances: acceptances, student: "reference"
    ) { submissions in submissions.map(grader.grade) }
  }

  @Test func `a check that lets mistakes through is found`() async throws {
    let loose = try await audit("check \"ends\" 1 point: reader exits")
    #expect(loose.survivors.map(\.words).contains("one more than `3`"), "\(loose.survivors)")
    #expect(!loose.isClean)
    let tight = try await audit("check \"ends\" 1 point: reader exits 3")
    #expect(tight.survivors.isEmpty && tight.isClean, "\(tight)")
    #expect(tight.mutantCount > 1)
  }

  @Test func `a mutant that does the same is no hole`() async throws {
    let audit = try await audit(
      "check \"ends\" 1 point: reader exits 0", "program reader { let a = 5\n exit(0) }\n")
    #expect(audit.equivalentCount >= 1)
    #expect(!audit.survivors.contains { $0.words == "one more than `5`" })
  }

  @Test func `a mutant that only takes another time, or other memory, is no hole`() async throws {
    let audit = try await audit(
      "check \"ends\" 1 point: reader writes \"a\" then reader exits 0",
      """
      program reader {
          bss page 4KiB
          compute 5ms
          page[0] = 1
          write(1, "a", 1)
          exit(0)
      }

      """)
    #expect(!audit.survivors.contains { $0.words.contains("`4KiB`") }, "\(audit.survivors)")
    #expect(!audit.survivors.contains { $0.words.contains("`5ms`") }, "\(audit.survivors)")
    #expect(!audit.survivors.contains { $0.words == "drop `exit(0)`" }, "\(audit.survivors)")
    // What is printed, how often, and which page is touched are something else.
    #expect(audit.survivors.map(\.words).contains("do `write(1, \"a\", 1)` twice"))
    #expect(audit.survivors.map(\.words).contains("drop `page[0] = 1`"))
  }

  @Test func `what shows in some variants only is a hole`() async throws {
    let audit = try await audit(
      """
      vary status in [3, 4]
      check "ends" 1 point: reader exits 3 or reader exits 4
      """, "program reader { if status == 3 { exit(3) }\n exit(4) }\n")
    // In the student's own variant one of the two does nothing.
    let words = audit.survivors.map(\.words)
    #expect(
      words.contains("never take `3 == 3`") || words.contains("always take `4 == 3`"), "\(words)")
  }

  @Test func `what an author accepts is counted, and told when it is no mistake any more`()
    async throws
  {
    let checks = "check \"ends\" 1 point: reader exits"
    let audit = try await audit(
      checks,
      acceptances: [
        RubricAudit.Acceptance(words: "one more than `3`", reason: "any status will do"),
        RubricAudit.Acceptance(words: "one less than `3`", reason: "any status will do"),
      ])
    #expect(audit.survivors.isEmpty && audit.stale.isEmpty, "\(audit)")
    #expect(audit.accepted.count == 2)
    let stale = try await self.audit(
      "check \"ends\" 1 point: reader exits 3",
      acceptances: [RubricAudit.Acceptance(words: "one more than `3`", reason: "any")])
    #expect(stale.stale.map(\.words) == ["one more than `3`"] && !stale.isClean)
  }

  @Test func `an acceptance has a reason`() {
    let (found, wrong) = RubricAudit.Acceptance.read(
      "# comment\n\ndrop `exit(0)` -- it ends all the same\ndrop `exit(1)`\ndrop it -- \n")
    #expect(found.map(\.words) == ["drop `exit(0)`"])
    #expect(found.map(\.reason) == ["it ends all the same"])
    #expect(wrong == [4, 5])
  }

  @Test func `checks that say nothing are told`() async throws {
    let audit = try await audit(
      """
      check "status" 1 point: reader exits 3
      check "anything" 1 point: at end memory.free >= 0
      check "again" 1 point: reader exits 3
      """)
    #expect(audit.neverFailing == ["anything"])
    #expect(audit.implied.map(\.check) == ["again"] && audit.implied.map(\.by) == ["status"])
  }

  @Test func `a reference without all points is told, and so are surprising solutions`()
    async throws
  {
    let wrong = try await audit("check \"ends\" 1 point: reader exits 4")
    #expect(wrong.reference.points == .zero && !wrong.isClean)
    let kept = try await audit(
      "check \"ends\" 2 points: reader exits 3",
      others: [
        RubricAudit.Solution(
          name: "wrong-a.walk", source: Array("# 0 of 2: status\nprogram reader { exit(1) }\n".utf8)
        ),
        RubricAudit.Solution(
          name: "wrong-b.walk", source: Array("# 1 of 2\nprogram reader { exit(1) }\n".utf8)),
        RubricAudit.Solution(name: "c.walk", source: Array("program reader { exit(1) }\n".utf8)),
      ])
    #expect(kept.surprises.map(\.name) == ["wrong-b.walk"])
  }
}

@Suite struct SimilarityTests {
  private static let task = """
    ```walk task=t
    vary n in 10..99
    student program reader
    starter { program reader { let start = open("foo", O_RDONLY) } }
    start reader as ada in "/home/ada"
    run
    ```

    """

  private func pairs(_ sources: [(student: String, text: String)], least: Int = 500) throws
    -> [Similarity.Pair]
  {
    let grader = try Samples.grader(Self.task, key: "a key of the course")
    let prints = try sources.map { student, text in
      try #require(
        Similarity.fingerprint(
          Submission(
            key: SubmissionKey(id: student, student: student, task: "t"), source: Array(text.utf8)),
          by: grader))
    }
    return Similarity.pairs(prints, least: least)
  }

  private static let original = """
    program reader {
        let fd = open("bar", O_RDONLY)
        bss buf 64
        let n = read(fd, buf, 5)
        if n > 3 { compute 7us }
        exit(n)
    }

    """
  /// The same with other names, another order, other spaces and comments.
  private static let disguised = """
    # all mine
    program reader {
      bss area 64     # room
      let handle = open("bar", O_RDONLY)
      let count = read(handle, area, 5)
      if count > 3 {
        compute 7us
      }
      exit(count)
    }

    """
  private static let different = """
    program reader {
        write(1, "x", 1)
        repeat 4 { nanosleep(1ms) }
        exit(2)
    }

    """

  @Test func `names, spaces, comments and order are no disguise`() throws {
    let found = try pairs([
      ("ada", Self.original), ("bob", Self.disguised), ("eve", Self.different),
    ])
    #expect(found.count == 1)
    #expect(found.first?.structure == 1000 && found.first?.run == 1000, "\(found)")
    #expect(found.first?.lines.first?.first == "2: let fd = open(\"bar\", O_RDONLY)")
    #expect(found.first?.lines.first?.second == "4: let handle = open(\"bar\", O_RDONLY)")
  }

  @Test func `what the starter has, and one student's attempts, are no evidence`() throws {
    let starter = "program reader { let start = open(\"foo\", O_RDONLY)\n exit(1) }\n"
    let other = "program reader { let begin = open(\"foo\", O_RDONLY)\n write(1, \"a\", 1) }\n"
    #expect(try pairs([("ada", starter), ("bob", other)], least: 1).isEmpty)
    #expect(try pairs([("ada", Self.original), ("ada", Self.original)]).isEmpty)
  }

  @Test func `row 54: another student's values are found`() throws {
    let grader = try Samples.grader(Self.task, key: "a key of the course")
    let task = try #require(grader.tasks.first)
    let values = ["ada", "bob"].map { grader.variant(of: task, for: $0).values[0].literal }
    try #require(values[0] != values[1])
    func text(_ value: String) -> String {
      "program reader { bss b 8\n compute 3us\n exit(\(value)) }\n"
    }
    let own = try pairs([("ada", text(values[0])), ("bob", text(values[1]))], least: 1)
    #expect(own.flatMap(\.strangers).isEmpty)
    let copied = try pairs([("ada", text(values[1])), ("bob", text(values[1]))], least: 1)
    #expect(copied.first?.strangers == ["ada has \(values[1]), a value of bob"])
  }

  @Test func `what is no script is not compared`() throws {
    let grader = try Samples.grader(Self.task)
    let submission = Submission(
      key: SubmissionKey(id: "a", student: "a", task: "t"), source: Array("program {".utf8))
    #expect(Similarity.fingerprint(submission, by: grader) == nil)
  }
}

@Suite struct TaskVariantTests {
  private static let task = """
    ```walk task=t
    vary n in 10..99
    student program reader
    starter { program reader { exit(n) # n is yours
    } }
    start reader as ada in "/home/ada"
    run
    check "status" 1 point: reader exits n
    ```

    """

  @Test func `a student's starter has the student's values, and a solution can be fitted`() throws {
    let grader = try Samples.grader(Self.task, key: "k")
    let task = try #require(grader.tasks.first)
    for student in ["ada", "bob", "eve"] {
      let variant = grader.variant(of: task, for: student)
      let n = try #require(variant.values.first?.literal)
      let starter = String(decoding: try #require(variant.starters.first), as: UTF8.self)
      #expect(starter.contains("exit(\(n)) # n is yours"), "\(starter)")
      let fitted = grader.fitted(
        Array("program reader { let x = n\n exit(x) }\n".utf8), to: task, for: student)
      let result = grader.grade(
        Submission(
          key: SubmissionKey(id: student, student: student, task: "t"), source: fitted))
      #expect(result.points == Points(whole: 1), "\(result)")
      // A variable that is called like what varies is the solution's own.
      let own = grader.fitted(
        Array("program reader { let n = \(n)\n exit(n) }\n".utf8), to: task, for: student)
      #expect(String(decoding: own, as: UTF8.self).contains("let n = \(n)\n exit(n)"))
    }
  }
}
