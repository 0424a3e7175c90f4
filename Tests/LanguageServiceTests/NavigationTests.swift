import LanguageService
import Lesson
import SourceText
import Testing
import Trace

@Suite("Names")
struct NavigationTests {
  static let marked = MarkedText(
    """
    ```walk world
    user ⟦ada⟧ada { uid 1001 }
    disk ⟦sda⟧sda { latency 5ms }
    mount "/" ext4 on ⟦sda1⟧sda
    file "/home/ada/foo" { owner ⟦ada1⟧ada, text "hello\\n" }
    program ⟦editor⟧editor {
        bss ⟦buf⟧buf 4KiB
        let ⟦fd⟧fd = open("⟦path⟧foo", O_RDONLY)
        if ⟦fd1⟧fd < 0 { let ⟦x⟧x = 1
            exit(⟦x1⟧x) }
        fn ⟦twice⟧twice(⟦a⟧a) { return ⟦a1⟧a + ⟦a2⟧a }
        let n = read(fd, ⟦buf1⟧buf, ⟦twice1⟧twice(2))
    }
    ```

    ```walk scenario=down
    start ⟦editor1⟧editor as ⟦ada2⟧ada in "/home/ada"
    start editor named ⟦second⟧second
    run
    expect ⟦editor2⟧editor.fds == 3 and ⟦second1⟧second sleeps on ⟦sda2⟧sda
    expect page_fault by editor on ⟦buf2⟧buf
    ```

    `{= ⟦editor3⟧editor.exit}`
    """)

  private let document = open(marked.text)

  private func uses(_ place: String) -> [Int] {
    document.references(at: Self.marked[place]).map(\.lower)
  }

  private func offsets(_ places: String...) -> [Int] { places.map { Self.marked[$0] } }

  @Test func `a program and the process of its name are one thing`() {
    #expect(uses("editor").count == 6)
    for place in ["editor1", "editor2", "editor3"] {
      #expect(uses(place) == uses("editor"))
      #expect(document.definition(at: Self.marked[place])?.lower == Self.marked["editor"])
    }
  }

  @Test(arguments: [
    (["ada", "ada1", "ada2"]), (["sda", "sda1", "sda2"]), (["buf", "buf1", "buf2"]),
    (["fd", "fd1"]), (["x", "x1"]), (["twice", "twice1"]), (["a", "a1", "a2"]),
    (["second", "second1"]),
  ])
  func `all places of a name are found from each of them`(_ places: [String]) {
    let offsets = places.map { Self.marked[$0] }
    for place in places {
      let found = uses(place)
      #expect(offsets.allSatisfy(found.contains), "\(place)")
      #expect(document.definition(at: Self.marked[place])?.lower == offsets[0], "\(place)")
    }
  }

  @Test func `a path leads to its file`() {
    let range = document.definition(at: Self.marked["path"])
    #expect(range.map(document.text) == "\"/home/ada/foo\"")
  }

  @Test func `a name of its own scenario is not that of another one`() {
    let marked = MarkedText(
      """
      ```walk scenario=a
      program ⟦1⟧p { exit(0) }
      start ⟦2⟧p
      run
      ```
      ```walk scenario=b
      program ⟦3⟧p { exit(1) }
      start ⟦4⟧p
      run
      ```
      """)
    let document = open(marked.text)
    #expect(document.references(at: marked["2"]).map(\.lower) == [marked["1"], marked["2"]])
    #expect(document.references(at: marked["3"]).map(\.lower) == [marked["3"], marked["4"]])
  }

  @Test func `what a world declares is one thing in all scenarios`() {
    let document = open(sample)
    let text = document.file.text(0..<document.file.bytes.count)
    let first = text.firstRange(of: "counter").map { text[..<$0.lowerBound].utf8.count } ?? 0
    #expect(
      document.references(at: first).count
        == text.ranges(of: "counter").count)
  }

  @Test func `a renamed text means the same`() throws {
    let document = open(Self.marked.text)
    document.finish()
    let before = document.lesson.scenarios[0].run.trace.events
    var text = Array(Self.marked.text.utf8)
    for range in try document.rename(at: Self.marked["editor2"], to: "vi").reversed() {
      text.replaceSubrange(range.lower..<range.upper, with: Array("vi".utf8))
    }
    let renamed = open(String(decoding: text, as: UTF8.self))
    renamed.finish()
    #expect(!renamed.file.text(0..<text.count).contains("editor"))
    #expect(renamed.lesson.diagnostics.isEmpty)
    #expect(renamed.lesson.scenarios[0].run.trace.events.count == before.count)
  }

  @Test func `a name that is no name, or is taken, is refused`() {
    #expect(throws: RenameRefusal.notAName("2x")) {
      try document.rename(at: Self.marked["fd"], to: "2x")
    }
    #expect(throws: RenameRefusal.taken("buf")) {
      try document.rename(at: Self.marked["fd"], to: "buf")
    }
    #expect(throws: RenameRefusal.taken("second")) {
      try document.rename(at: Self.marked["editor"], to: "second")
    }
    #expect(throws: RenameRefusal.noName) { try document.rename(at: 0, to: "x") }
  }
}
