import Catalogue
import Lesson
import Testing
import Trace
import WalkSemantics

private let world = """
  ```walk world
  program p {
    let fd = open("/etc/nothing", O_RDONLY)
    nanosleep(4ms)
    exit(0)
  }
  ```

  """

extension Lesson {
  /// The exhibits of all `show` fences, in order.
  fileprivate var exhibits: [[ExhibitBlock]] { fences.filter { $0.role == .show }.map(\.exhibit) }
}

extension [ExhibitBlock] {
  fileprivate var tables: [ExhibitTable] {
    compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  fileprivate var paragraphs: [String] {
    compactMap { if case .paragraph(let text) = $0 { text } else { nil } }
  }

  fileprivate var lines: [String] {
    flatMap { block -> [String] in if case .lines(let lines) = block { lines } else { [] } }
  }
}

@Suite("Exhibits")
struct ExhibitTests {
  @Test(arguments: Architecture.all.map(\.name))
  func `a call is told from the registers of its run`(_ name: String) throws {
    let text = world + "```walk\nstart p\nrun\n```\n\n```walk show=compare arch=\(name)\n```\n"
    let lesson = compile(text)
    #expect(lesson.messages == "")
    let table = try #require(lesson.exhibits.first?.tables.first)
    let architecture = try #require(Architecture.named(name))
    #expect(table.head == ["", name])
    #expect(table.caption.contains("open(\"/etc/nothing\", O_RDONLY)"))
    let cells = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.title, $0.cells[0]) })
    for (title, cell) in cells { #expect(cell != ["–"], "\(name): \(title)") }
    let instruction = try #require(cells["Instruction"]?.first)
    #expect(instruction.hasPrefix("`\(architecture.syscallInstruction)"))
    let arguments = try #require(cells["Arguments"])
    let first = architecture.registers[Int(architecture.roles.arguments[0])]
    #expect(arguments[0].hasPrefix("`\(first)` = `0x"))
    #expect(arguments.count >= 2)
    #expect(cells["What the entry code does"]?.contains { $0.contains("kernel stack") } == true)
    #expect(cells["Result"]?.last?.contains("ENOENT") == true)
  }

  @Test func `one call is put side by side on all architectures`() throws {
    let text = world + "```walk\nstart p\nrun\n```\n\n```walk show=compare call=nanosleep\n```\n"
    let table = try #require(compile(text).exhibits.first?.tables.first)
    #expect(table.head == [""] + Architecture.all.map(\.name))
    #expect(table.caption.contains("nanosleep(4ms)"))
    for row in table.rows { #expect(row.cells.count == Architecture.all.count) }
  }

  @Test func `maps and stacks are those of the fence's place`() throws {
    let text =
      world + """
        ```walk scenario=a
        start p
        run until p sleeps
        ```

        ```walk show=maps
        ```

        ```walk show=stack
        ```

        ```walk show=pagetable address=0x401004
        ```

        ```walk show=pagetable address=0x7000
        ```

        ```walk continue
        run
        ```

        ```walk show=stack process=p
        ```

        ```walk show=maps of=a process=p
        ```

        """
    let lesson = compile(text)
    #expect(lesson.messages == "")
    let exhibits = lesson.exhibits
    try #require(exhibits.count == 6)
    #expect(exhibits[0].lines.contains { $0.hasSuffix(" [stack]") })
    #expect(exhibits[0].lines.allSatisfy { $0.contains(#/^[0-9a-f]{8,16}-[0-9a-f]{8,16} /#) })
    let stack = try #require(exhibits[1].tables.first)
    #expect(stack.caption.contains("sleeping, kernel mode, waiting for a timer"))
    #expect(stack.rows.first?.title.hasSuffix(", the top") == true)
    #expect(stack.rows.first?.cells.first == ["`do_nanosleep`"])
    #expect(stack.rows.last?.cells.first == ["`entry_SYSCALL_64`"])
    let walk = try #require(exhibits[2].tables.first?.rows.map { $0.cells[0][0] })
    #expect(walk.first?.contains("0x401000") == true)
    for (level, sentence) in zip(["PML4", "PDPT", "PD", "PT"], walk.dropFirst()) {
      #expect(sentence.contains("\(level)["))
    }
    #expect(walk.last?.contains("TLB keeps") == true)
    #expect(exhibits[3].paragraphs.first?.contains("has not walked") == true)
    #expect(exhibits[4].paragraphs.first?.contains("nobody is alive") == true)
    #expect(exhibits[5].paragraphs.first?.contains("has no memory map") == true)
  }

  @Test(arguments: [
    ("calls", "`open`"), ("errors", "`ENOENT`"), ("constants", "`O_CREAT`"),
    ("signals", "`SIGSEGV`"), ("events", "`enters_kernel`"), ("patterns", "`P exits [N]`"),
    ("architectures", "System call instruction"), ("exceptions", "x86_64"),
    ("routines", "`do_syscall_64`"), ("machine", "`isolation`"), ("mechanisms", "S17"),
    ("policies", "`round_robin`"), ("protections", "`smap`"),
    ("libraries", "`malloc(size)`"),
  ])
  func `the reference has what the catalogues have`(_ part: (name: String, row: String)) {
    let lesson = compile("```walk show=reference part=\(part.name)\n```\n")
    #expect(lesson.messages == "")
    let rows = lesson.exhibits.flatMap { $0.tables.flatMap(\.rows) }
    #expect(rows.contains { $0.title == part.row }, "\(rows.map(\.title).prefix(20))")
    for table in lesson.exhibits.flatMap(\.tables) {
      for row in table.rows {
        #expect(row.cells.count == table.head.count - 1, "\(table.caption): \(row.title)")
        #expect(row.cells.allSatisfy { !$0.joined().isEmpty }, "\(table.caption): \(row.title)")
      }
    }
  }

  @Test func `each call that is served has its page, with each of its errors`() {
    let blocks = compile("```walk show=reference part=calls\n```\n").exhibits[0]
    for call in SystemCall.all where call.isServed {
      let headings = blocks.filter {
        if case .heading(_, "`\(call.name)`") = $0 { true } else { false }
      }
      #expect(headings.count == 1, "\(call.name)")
      let errors = blocks.tables.first { $0.caption == "Errors of `\(call.name)`" }
      #expect(errors?.rows.count ?? 0 == call.errors.count, "\(call.name)")
    }
  }

  @Test func `each simplification says what Linux does and what is done here`() {
    let blocks = compile("```walk show=reference part=simplifications\n```\n").exhibits[0]
    #expect(blocks.paragraphs.count == 2 * Simplification.all.count)
    for entry in Simplification.all {
      #expect(blocks.paragraphs.contains { $0.contains(entry.linux) })
      #expect(
        !entry.mechanisms.isEmpty && entry.mechanisms.allSatisfy { Mechanism.named($0) != nil })
    }
    #expect(Set(Simplification.all.map(\.title)).count == Simplification.all.count)
  }

  @Test func `all verdicts above stand in one table`() throws {
    let text =
      world + """
        ```walk scenario=a
        start p
        run
        claim "It sleeps" from "answer 1" { expect p sleeps }
        claim "It fails" { under tick 1ms: refute p exits 1 }
        ```

        ```walk show=verdicts
        ```

        ```walk claim
        claim "Later" { expect p exits }
        ```

        """
    let lesson = compile(text)
    #expect(lesson.messages == "")
    let table = try #require(lesson.exhibits.first?.tables.first)
    #expect(table.head == ["Claim", "as written", "tick 1ms"])
    #expect(table.rows.map(\.title) == ["“It sleeps” (answer 1)", "“It fails”"])
    let trace = try #require(lesson.scenarios.first?.run.trace)
    let asleep = try #require(trace.events.firstIndex { $0.kind == .sleeps })
    #expect(table.rows[0].cells == [["✓ holds (step \(asleep))"], ["–"]])
    let second = try #require(lesson.scenarios.first?.trials.last?.steps(under: 0).first)
    #expect(table.rows[1].cells == [["–"], ["✗ does not hold (step \(second))"]])
    #expect(compile("```walk show=verdicts\n```\n").messages == "")
  }

  @Test func `a moment is named by its event`() throws {
    let text =
      world + """
        ```walk scenario=a
        start p
        run
        ```

        ```walk show=stack at="p sleeps"
        ```

        ```walk show=kernel-stack of=p at="p sleeps"
        ```

        ```walk show=kernel-stack of=a
        ```
        """
    let lesson = compile(text)
    #expect(lesson.messages == "")
    let events = try #require(lesson.scenarios.first?.run.trace.events)
    let sleep = try #require(events.firstIndex { $0.kind == .sleeps })
    let caption = try #require(lesson.exhibits.first?.tables.first?.caption)
    #expect(caption.contains("after step \(sleep) "))
    let pictures = lesson.fences.compactMap(\.picture)
    #expect(pictures.map(\.subject) == [.kernelStack, .kernelStack])
    #expect(pictures[0].eventCount == sleep + 1)
    #expect(pictures[0].process == TaskID(rawValue: 1))
    #expect(pictures[1].eventCount == events.count)
    #expect(pictures[1].process == nil)
  }

  @Test func `a scenario is run on other machines beside its own`() throws {
    let text =
      world + """
        ```walk scenario=a
        program busy { repeat 3 { compute 8ms } }
        start busy named one
        start busy named two
        run
        ```

        ```walk show=compare of=a under="scheduler fifo, isolation kpti"
        ```
        """
    let lesson = compile(text)
    #expect(lesson.messages == "")
    let fence = try #require(lesson.fences.last)
    #expect(fence.comparison.map(\.name) == ["scheduler fifo", "isolation kpti"])
    func preemptions(_ scenario: LessonScenario) -> Int {
      scenario.run.trace.events.count { $0.kind == .isPreempted }
    }
    #expect(preemptions(try #require(lesson.scenarios.first)) > 0)
    #expect(preemptions(fence.comparison[0]) == 0)
    #expect(fence.comparison[1].run.trace.events.contains { $0.kind == .writesPageTableBase })
    #expect(lesson.scenarios.count == 1)
  }
}
