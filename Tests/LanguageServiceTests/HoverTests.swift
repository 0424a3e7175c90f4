import LanguageService
import Lesson
import SourceText
import Testing

@Suite("What is said of a place")
struct HoverTests {
  static let marked = MarkedText(
    """
    ```walk world
    machine x86_64 { cpus 1, ⟦item⟧isolation shared }
    user ada { uid 1001 }
    file "/home/ada/foo" { owner ada, text "hello\\n" }
    program editor {
        bss buf 4KiB
        let fd = ⟦open⟧open("foo", ⟦flag⟧O_RDONLY)
        let n = read(⟦fd⟧fd, buf, 5)
        libc.⟦printf⟧printf("%d", n)
        exit(n)
    }
    ```

    ```walk scenario=down
    start editor as ada in "/home/ada"
    run until editor ⟦calls⟧calls open
    ⟦expect⟧expect editor.⟦mode⟧mode == user
    expect editor.⟦fds⟧fds + 1 ⟦equal⟧== 4
    ```

    There are `{= editor.⟦inline⟧fds}` of them.

    ```walk continue
    run
    expect ⟦count⟧count(open by editor) == 1
    expect editor ⟦exits⟧exits 5
    expect editor becomes zombie ⟦because⟧because editor calls exit
    expect open by editor fails with ⟦error⟧ENOENT
    ```
    """)

  private let document: LanguageDocument = {
    let document = open(marked.text)
    document.finish()
    return document
  }()

  @Test(arguments: [
    ("item", ["isolation kpti", "Without it: shared"]),
    (
      "open",
      [
        "open(pathname, flags, [mode]): a system call", "`x86_64`: 2", "`ENOENT (2)`",
        "*parameters*",
      ]
    ),
    ("flag", ["**O_RDONLY** = 0, one of the flags of open"]),
    ("fd", ["**fd**: a variable of `editor`", "let fd = open(\"foo\", O_RDONLY)"]),
    ("printf", ["libc.printf(format", "It enters the kernel"]),
    ("calls", ["P calls CALL: an event", "Step ", "editor calls `open(\"foo\", O_RDONLY)`"]),
    ("expect", ["**holds (step"]),
    ("mode", ["`user`"]),
    ("fds", ["here, after step ", "at the end of the run: `0`"]),
    ("equal", ["here, after step ", "`yes`", "`no`"]),
    ("inline", ["here, after step ", "`3`"]),
    ("count", ["count(EVENT)", "at the end of the run: `1`"]),
    ("exits", ["P exits [N]", "editor exits with status 5"]),
    ("error", ["no such file or directory"]),
  ])
  func `a word is explained and an expression has its value`(_ place: String, _ wanted: [String]) {
    let found = document.hover(at: Self.marked[place])?.markdown ?? ""
    for words in wanted { #expect(found.contains(words), "\(words) in: \(found)") }
  }

  @Test func `nothing is said of what says nothing`() {
    #expect(document.hover(at: Self.marked["because"])?.markdown.contains("value") != true)
    #expect(document.hover(at: 0) == nil)
    #expect(document.hover(at: Self.marked.text.utf8.count) == nil)
  }

  @Test func `results of calls, times and values stand beside the text`() {
    let hints = Dictionary(
      document.hints.map { ($0.offset, $0.text) }, uniquingKeysWith: { first, _ in first })
    func behind(_ text: String) -> String? {
      guard let range = Self.marked.text.firstRange(of: text) else { return nil }
      return hints[Self.marked.text[..<range.upperBound].utf8.count]
    }
    #expect(behind("open(\"foo\", O_RDONLY)") == "= 3")
    #expect(behind("read(fd, buf, 5)") == "= 5")
    #expect(behind("run until editor calls open")?.contains(", to step ") == true)
    #expect(behind("{= editor.fds}") == "= 2" || behind("{= editor.fds}") == "= 3")
  }

  @Test func `a call that is made several times says so`() {
    let text = "program p { repeat 3 { getpid() }\n close(9) }\nstart p\nrun\n"
    let document = open(text, name: "t.walk")
    document.finish()
    #expect(document.hints.map(\.text).prefix(2) == ["= 100 (3 times)", "= EBADF"])
  }

  @Test func `a call tells what it takes and where one is`() throws {
    let marked = MarkedText(
      "program p {\n fn twice(a, b) { return a }\n read(3, ⟦1⟧buf, twice(1, ⟦2⟧2))\n libc.memset(⟦3⟧\n}\nexpect count(⟦4⟧"
    )
    let document = open(marked.text, name: "t.walk")
    let first = try #require(document.signature(at: marked["1"]))
    #expect(first.label == "read(fd, buf, count)" && first.active == 1)
    #expect(first.parameters.map(\.name) == ["fd", "buf", "count"])
    let second = try #require(document.signature(at: marked["2"]))
    #expect(second.label == "twice(a, b)" && second.active == 1)
    #expect(document.signature(at: marked["3"])?.label == "libc.memset(s, c, n)")
    #expect(document.signature(at: marked["4"])?.label == "count(EVENT)")
    #expect(document.signature(at: 0) == nil)
  }

  @Test func `the outline has headings, fences and declarations in each other`() {
    let document = open("# One\n\n## Two\n\n\(sample)\n## Three\n")
    func names(_ entries: [OutlineEntry], _ depth: Int = 0) -> [String] {
      entries.flatMap {
        [String(repeating: "-", count: depth) + $0.name] + names($0.children, depth + 1)
      }
    }
    #expect(
      names(document.outline) == [
        "One", "-Two", "A lesson", "-world", "--ada", "--/home/ada/foo", "--editor", "--counter",
        "-scenario down", "--editor", "--counter", "-continue", "-scenario other", "--one",
        "-Three",
      ])
    func check(_ entry: OutlineEntry) {
      #expect(
        entry.range.lower <= entry.selection.lower && entry.selection.upper <= entry.range.upper)
      for child in entry.children {
        #expect(entry.range.lower <= child.range.lower && child.range.upper <= entry.range.upper)
        check(child)
      }
    }
    document.outline.forEach(check)
  }

  @Test func `words are in order, on one line, and none is in another`() {
    var last = 0
    let document = open(sample)
    for token in document.wordTokens {
      #expect(token.range.lower >= last && token.range.upper > token.range.lower)
      #expect(!document.text(token.range).contains("\n"))
      last = token.range.upper
    }
    #expect(
      document.wordTokens.contains { document.text($0.range) == "exits" && $0.kind == .event })
  }

  @Test func `fixes mend what they are for`() throws {
    let text = sample.replacing("open(\"foo\"", with: "opne(\"foo\"")
    let document = open(text)
    let fix = try #require(document.fixes(from: 0, to: text.utf8.count).first)
    var bytes = Array(text.utf8)
    for edit in fix.edits {
      bytes.replaceSubrange(edit.range.lower..<edit.range.upper, with: Array(edit.replacement.utf8))
    }
    #expect(String(decoding: bytes, as: UTF8.self) == sample)
    #expect(document.fixes(from: 0, to: 1).isEmpty)
  }

  @Test func `what is included is known as well`() {
    let document = open(
      "```walk scenario=s\ninclude \"p.walk\"\nstart p\nrun\nexpect p exits 7\n```\n",
      files: ["p.walk": "program p { exit(7) }\n"])
    document.finish()
    #expect(document.lesson.diagnostics.isEmpty)
    #expect(document.verdicts.map(\.isAsSaid) == [true])
    let text = document.file.text(0..<999)
    let offset = text.firstRange(of: "start p").map { text[..<$0.upperBound].utf8.count } ?? 0
    let definition = document.definition(at: offset)
    #expect(definition.flatMap(document.location)?.file == "p.walk")
    #expect(throws: RenameRefusal.elsewhere) { try document.rename(at: offset, to: "q") }
  }
}
