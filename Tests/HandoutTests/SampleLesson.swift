import Catalogue
import Claims
import Markdown
import SourceText
import Trace
import WalkSyntax

@testable import Handout

/// A lesson put together by hand: the founding one in small, with a trace that could be.
enum SampleLesson {
  static let editor: UInt16 = 1
  static let counter: UInt16 = 2
  static let sda: UInt32 = 1

  static let header = TraceHeader(
    architecture: .x86_64, cpuCount: 1, frameCount: 4096,
    tasks: [
      TraceTask(name: "idle", pid: 0, program: -1), TraceTask(name: "editor", pid: 1, program: 0),
      TraceTask(name: "counter", pid: 2, program: 1),
    ],
    devices: [
      TraceDevice(name: "timer", kind: .timer), TraceDevice(name: "sda", kind: .disk),
      TraceDevice(name: "console", kind: .console),
    ])

  /// The call goes down, sleeps on the disk while `counter` computes, and comes back with 3.
  static let trace: Trace = {
    var events: [TraceEvent] = []
    func add(
      _ kind: EventKind, _ task: UInt16, _ time: Int64, _ mode: PrivilegeMode = .kernel,
      object: UInt32 = 0, a: Int64 = 0, b: Int64 = 0, cause: Int? = nil
    ) {
      events.append(
        TraceEvent(
          time: time, kind: kind, cpu: 0, task: task, mode: mode, depth: 1,
          cause: events.isEmpty ? TraceEvent.noCause : UInt32(cause ?? events.count - 1),
          object: object, a: a, b: b))
    }
    let device = WaitObject(.device, device: DeviceID(rawValue: sda)).rawValue
    add(.machineStarts, 0, 0, a: 16 << 20, b: 1)
    add(.processStarts, editor, 0, a: 1, b: 1000)
    add(.processStarts, counter, 0, a: 2, b: 1000)
    add(.runs, editor, 2, .user)
    add(.callsSystemCall, editor, 4, .user, a: 2)
    add(.loadsRegister, editor, 5, .user, object: 7, a: 0x403000)
    add(.executesSyscall, editor, 6, a: 0x401028)
    add(.entersKernel, editor, 7)
    add(.switchesStack, editor, 8)
    add(.savesRegisters, editor, 9, b: 21)
    add(.dispatches, editor, 10, a: 2)
    add(.callsRoutine, editor, 11)
    add(.copiesString, editor, 13, a: 0x403000, b: 3)
    add(.missesTLB, editor, 14, a: 0x403000)
    add(.startsPathWalk, editor, 15)
    add(.looksUpName, editor, 16)
    add(.submitsRequest, editor, 17, object: sda)
    add(.startsRequest, editor, 18, object: sda)
    add(.sleeps, editor, 20, object: device)
    add(.picksNext, editor, 21)
    add(.switchesContext, editor, 22, a: 1, b: 2)
    add(.runs, counter, 24)
    add(.returnsToUser, counter, 25, .user)
    add(.computes, counter, 25, .user, a: 1_000_000)
    add(.interrupts, counter, 4_000_000, object: 0)
    add(.accountsTick, counter, 4_000_002)
    add(.interruptReturns, counter, 4_000_003)
    add(.returnsToUser, counter, 4_000_004, .user)
    add(.interrupts, counter, 5_000_018, object: sda, cause: 17)
    add(.acknowledgesInterrupt, counter, 5_000_020, object: sda)
    add(.wakes, editor, 5_000_022, object: device, cause: 28)
    add(.interruptReturns, counter, 5_000_024)
    add(.returnsToUser, counter, 5_000_025, .user)
    add(.interrupts, counter, 8_000_000, object: 0)
    add(.setsNeedResched, counter, 8_000_001)
    add(.interruptReturns, counter, 8_000_002)
    add(.isPreempted, counter, 8_000_003)
    add(.picksNext, counter, 8_000_004)
    add(.runs, editor, 8_000_006)
    add(.checksPermission, editor, 8_000_008)
    add(.installsDescriptor, editor, 8_000_010, a: 3, b: 4)
    add(.systemCallReturns, editor, 8_000_012, a: 3, b: 4, cause: 4)
    add(.restoresRegisters, editor, 8_000_013, b: 21)
    add(.returnsToUser, editor, 8_000_014, .user)
    add(.exits, editor, 8_000_020, a: 0)
    add(.runs, counter, 8_000_022, .user)
    add(.exits, counter, 19_000_000, a: 0)
    return Trace(header: header, events: events)
  }()

  static func sentence(_ event: TraceEvent, _ step: Int) -> String {
    let name = header.task(event.taskID).name
    let kind = String(event.kind.facts.name.map { $0 == "_" ? " " : $0 })
    return "`\(name)` \(kind): \(event.kind.facts.meaning)."
  }

  static let text = """
    You said `open("foo", O_RDONLY)`, so the string is part of *your* program. The system call hands
    the kernel a pointer, not a string.

    ```walk world
    machine x86_64 { cpus 1, tick 4ms }   # one CPU is enough
    disk sda { latency 5ms }
    file "/home/ada/foo" { owner ada, mode 0644, text "hello\\n" }

    program editor {
        let fd = open("foo", O_RDONLY)
        if fd < 0 { exit(1) }
    }
    program counter { repeat 20 { compute 1ms } }
    ```

    ## Down into the kernel

    Follow one call all the way down. The file is not in memory yet, so the disk must be asked, and
    `editor` is taken off the CPU.

    > A pointer is a number. Whoever receives it must still go and look.

    ```walk scenario=first-half
    start editor as ada in "/home/ada"
    start counter
    run until editor sleeps

    expect editor enters kernel by syscall
    expect editor.mode == kernel          # asleep *inside* the kernel
    ```

    ## And back

    Later the answer comes in. Who is running when the interrupt arrives?

    ```walk continue
    run
    expect sda interrupts while counter runs
    expect never editor receives SIGINT
    expect open by editor returns 4
    claim "Kernel code is executed on behalf of the process" from "answer 2" {
        under isolation shared: expect sda interrupts while editor runs
        under isolation kpti: refute sda interrupts while editor runs
        under isolation kpti: expect editor.mode == kernel
    }
    ```

    - The descriptor is a small number.
    - The file is still on the disk.

    ```walk show=timeline
    ```

    ### Try it

    ```walk predict=fd points=2
    ask "A second `open` follows the first. Which descriptor does it return?"
    answer 4
    ```

    ```walk task=two_sleeps points=10
    student program reader               # the submission must define it
    starter {
        program reader { # open two files so that reader sleeps exactly twice
        }
    }
    start reader as ada in "/home/ada"
    run
    check "it ends cleanly"      2 points: reader exits 0
    hidden check "also on arm64" 3 points with machine arm64: exactly 2 of reader sleeps
    ```
    """

  /// The lesson; made anew each time, since its document is edited while it is rendered.
  static func view(_ text: String = text) -> LessonView {
    let file = SourceFile(name: "sample.md", bytes: Array(text.utf8))
    let document = MarkdownDocument(parsing: file.bytes)
    var fences: [FenceView] = []
    for node in document.root.blocks where node.fenceInfo.hasPrefix("walk") {
      let fragment = node.fenceSegments(in: file, id: FileID(rawValue: 0))
      let script = WalkParser.parse(fragment)
      var words: [String: String] = [:]
      var role = "scenario"
      for word in node.fenceInfo.split(separator: " ").dropFirst() {
        let parts = word.split(separator: "=", maxSplits: 1)
        words[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        if parts[0] != "points" { role = String(parts[0]) }
      }
      let style: FenceView.Style =
        switch role {
        case "task": .task
        case "predict": .question
        case "show": .picture
        default: .script
        }
      fences.append(
        FenceView(
          node: node, style: style, role: role, words: words, script: script,
          scenario: ["scenario", "continue", "show"].contains(role) ? 0 : nil))
    }
    if text == Self.text {
      fences[1].verdicts = [
        VerdictView(
          verdict: .holds, claim: "editor enters kernel by syscall",
          message: "`editor` enters the kernel.", step: 7),
        VerdictView(
          verdict: .holds, claim: "editor.mode == kernel",
          message: "`editor` is asleep in kernel mode.", step: 18),
      ]
      fences[2].verdicts = [
        VerdictView(
          verdict: .holds, claim: "sda interrupts while counter runs",
          message: "`sda` interrupts, and `counter` has the CPU.", step: 28),
        VerdictView(
          verdict: .vacuous, claim: "never editor receives SIGINT",
          message: "Nobody receives a signal at all, so there was nothing to break it.", step: nil),
        VerdictView(
          verdict: .fails, claim: "open by editor returns 4",
          message: "Expected was 4. `open` by `editor` returns 3.", step: 41),
      ]
    }
    if text == Self.text {
      fences[2].trials = [
        TrialView(
          title: "Kernel code is executed on behalf of the process", origin: "answer 2",
          configurations: ["isolation shared", "isolation kpti"],
          rows: [
            TrialView.Row(
              claim: "sda interrupts while editor runs",
              cells: [
                TrialView.Cell(
                  verdict: .fails, message: "Expected: `sda` interrupts. Nearest was step 28.",
                  step: 28, sentence: "`sda` interrupts `counter`.", surprise: "said to hold",
                  isLikeScenario: true),
                TrialView.Cell(
                  verdict: .fails, message: "It did not happen up to step 50.", step: nil,
                  sentence: nil, surprise: nil, isLikeScenario: false),
              ]),
            TrialView.Row(
              claim: "editor.mode == kernel",
              cells: [
                nil,
                TrialView.Cell(
                  verdict: .holds, message: "After step 57, `editor.mode` is kernel.", step: 57,
                  sentence: "The CPU is given `editor`'s kernel page table.", surprise: nil,
                  isLikeScenario: false),
              ]),
          ], totals: [.fails, .fails], text: ["claim    isolation shared", "---"])
      ]
    }
    return LessonView(
      name: "01-opening-a-file", title: "Opening a file",
      summary: "What happens between `open(\"foo\")` and the file descriptor.",
      covers: ["S2", "S10", "S14"].compactMap(Mechanism.named),
      document: document, fences: fences,
      scenarios: [
        ScenarioView(
          name: "first-half", trace: trace, stop: .finished, sentence: sentence)
      ])
  }

  static let context = HandoutContext(
    site: "Walks through the kernel",
    previous: HandoutLink(title: "User and kernel mode", fileName: "00-modes.html"),
    next: HandoutLink(title: "Reading & writing", fileName: "02 reading.html"))
}
