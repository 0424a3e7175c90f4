import LanguageService
import Lesson

extension Benchmarks {
  /// A lesson of 2,000 lines in an editor: from a letter to the messages about it.
  static func editing() throws {
    let text = EditedLesson.text
    let lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count
    print(
      "a lesson of \(lineCount) lines, \(EditedLesson.sectionCount) scenarios, in an editor (goal: 50 ms):"
    )
    let document = open(text)
    finish(document)
    guard document.lesson.diagnostics.isEmpty,
      document.lesson.scenarios.count == EditedLesson.sectionCount
    else { throw Command.Failure(words: "the lesson of the benchmark is wrong") }
    let whole = best(of: 3) {
      let fresh = open(text)
      finish(fresh)
    }
    report("  read, checked and run as a whole", short(whole * 1_000, "ms"))
    let read = best(of: 3) { _ = open(text).lesson }
    report("  read and checked as a whole, before runs", short(read * 1_000, "ms"))
    for (name, word) in [
      ("prose at the beginning", "Section 0"), ("a scenario in the middle", "repeat 25"),
      ("the last scenario", "repeat \(EditedLesson.sectionCount - 1)"), ("the world", "uid 1001"),
    ] {
      guard let found = text.firstRange(of: word) else { continue }
      let place = document.lines.position(at: text[..<found.upperBound].utf8.count)
      let behind = TextPosition(line: place.line, character: place.character + 1)
      // A letter that was never there, so that nothing knows the text; then it is taken away.
      var digit: UInt8 = 0x30
      let time = best(of: 9) {
        digit = digit == 0x39 ? 0x30 : digit + 1
        document.replace(place, place, with: [digit])
        _ = document.lesson
        document.replace(place, behind, with: [])
      }
      report(
        "  a letter in \(name)",
        "\(short(time * 1_000, "ms")), \(short(whole / time, "times")) less")
      finish(document)
    }
    let middle = text.firstRange(of: "repeat 25").map { text[..<$0.lowerBound].utf8.count } ?? 0
    var round: UInt8 = 0x30
    let place = TextPosition(line: 0, character: 2)
    let asked = best(of: 9) {
      round = round == 0x39 ? 0x30 : round + 1
      document.replace(place, TextPosition(line: 0, character: 3), with: [round])
      precondition(!document.completions(at: middle).entries.isEmpty)
    }
    report("  a letter, and completion", short(asked * 1_000, "ms"))
    let coloured = best(of: 9) {
      round = round == 0x39 ? 0x30 : round + 1
      document.replace(place, TextPosition(line: 0, character: 3), with: [round])
      precondition(!document.wordTokens.isEmpty)
    }
    report("  a letter, and all colours", short(coloured * 1_000, "ms"))
    print("")
  }

  private static func open(_ text: String) -> LanguageDocument {
    LanguageDocument(name: "lesson.md", bytes: Array(text.utf8), encoding: .utf16) {
      _ throws(IncludeFailure) in throw .unreadable("no files here")
    }
  }

  private static func finish(_ document: LanguageDocument) {
    while case let wanted = document.wantedRuns, !wanted.isEmpty {
      document.add(wanted.map { $0.make() })
    }
  }
}

/// The same lesson on every machine.
private enum EditedLesson {
  static let sectionCount = 59

  static let text: String = {
    var text = """
      # A long lesson

      ```walk world
      machine x86_64 { cpus 1, tick 4ms }
      disk sda { latency 5ms }
      mount "/" ext4 on sda
      user ada { uid 1001 }
      file "/home/ada/foo" { owner ada, mode 0644, text "hello\\n" }
      ```

      """
    for number in 0..<sectionCount {
      text += """

        ## Section \(number)

        The machine is the same, and the programs are new. What follows is a page of prose, as lessons have it,
        with a **word** here and `code` there, and a list:

        - a process makes a call,
        - it sleeps until the disk is done,
        - it goes on.

        ```walk scenario=part-\(number)
        program editor {
            bss buf 4KiB
            let fd = open("foo", O_RDONLY)
            if fd < 0 { exit(1) }
            let n = read(fd, buf, 5)
            exit(n)
        }
        program counter { repeat \(number) { compute 1ms } }
        start editor as ada in "/home/ada"
        start counter
        run until editor sleeps
        expect editor.mode == kernel
        expect kernel copies "foo" from editor then editor sleeps on sda
        ```

        There are `{= editor.stack.depth}` frames on its stack, and it has used `{= cputime(editor)}`.

        ```walk continue
        run
        expect editor exits 5
        expect editor sleeps before editor exits
        expect open by editor returns 3
        ```

        """
    }
    return text
  }()
}
