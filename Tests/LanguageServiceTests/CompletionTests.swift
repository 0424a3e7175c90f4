import Catalogue
import LanguageService
import SourceText
import Testing
import WalkSyntax

@Suite("Completion")
struct CompletionTests {
  /// What may stand at the mark in a scenario of the sample's world.
  private func labels(_ scenario: String, isWorld: Bool = false) -> [String] {
    let fence = isWorld ? scenario : "start editor as ada\nstart counter named c2\n\(scenario)"
    let marked = MarkedText(
      """
      ```walk world
      machine x86_64 { cpus 2 }
      user ada { uid 1001 }
      disk sda { latency 5ms }
      mount "/" ext4 on sda
      program editor {
          bss buf 4KiB
          fn twice(a) { return a + a }
          let fd = open("foo", O_RDONLY)
          let n = read(fd, buf, 5)
      }
      program counter { compute 4ms }
      ```

      ```walk \(isWorld ? "example" : "scenario=s")
      \(fence)
      ```
      """)
    return open(marked.text).completions(at: marked[""]).entries.map(\.label)
  }

  @Test(arguments: [
    ("⟦⟧", ["start", "run", "expect", "program", "sda"]),
    ("st⟦⟧", ["start", "run"]),
    ("start ⟦⟧", ["editor", "counter"]),
    ("start editor named e as ⟦⟧", ["ada", "root"]),
    ("start editor ⟦⟧", ["named", "as", "in", "at"]),
    ("run ⟦⟧", ["until", "for"]),
    ("run until ⟦⟧", ["editor", "c2", "kernel", "sda", "never"]),
    ("run until editor ⟦⟧", ["calls", "sleeps", "exits", "is"]),
    ("run until editor calls ⟦⟧", ["open", "read"]),
    ("expect ⟦⟧", ["editor", "cpu1", "count", "page_fault", "always", "time"]),
    ("expect editor.⟦⟧", ["mode", "state", "faults.minor"]),
    ("expect editor.faults.⟦⟧", ["minor", "major"]),
    ("expect sda.⟦⟧", ["reads", "writes", "queue"]),
    ("expect cpu0.⟦⟧", ["current", "context"]),
    ("expect editor.mode == ⟦⟧", ["user", "kernel"]),
    ("expect editor sleeps on ⟦⟧", ["sda"]),
    ("expect editor sleeps ⟦⟧", ["on", "then", "because", "while"]),
    ("expect editor sleeps on sda then ⟦⟧", ["editor", "kernel", "sda"]),
    ("expect open by ⟦⟧", ["editor", "c2"]),
    ("expect open by editor fails with ⟦⟧", ["ENOENT", "EACCES"]),
    ("expect editor is killed by ⟦⟧", ["SIGSEGV", "SIGKILL"]),
    ("expect kernel copies from ⟦⟧", ["editor"]),
    ("expect page_fault by editor on ⟦⟧", ["buf"]),
    ("expect count(⟦⟧", ["editor", "open"]),
    ("expect never ⟦⟧", ["editor"]),
    ("expect exactly 2 of ⟦⟧", ["editor"]),
    ("at 5ms: signal ⟦⟧", ["SIGINT"]),
    ("at 5ms: signal SIGINT to ⟦⟧", ["editor", "c2"]),
    ("sda ⟦⟧", ["fails", "receives"]),
    ("claim \"x\" {\n  under ⟦⟧", ["isolation", "machine", "cpus"]),
    ("claim \"x\" {\n  under isolation ⟦⟧", ["kpti", "shared"]),
    ("claim \"x\" {\n  ⟦⟧", ["under", "expect", "refute"]),
    ("claim \"x\" {\n  under isolation kpti: expect editor ⟦⟧", ["calls", "sleeps"]),
    ("program p {\n  ⟦⟧", ["let", "while", "open", "libc"]),
    ("program p {\n  libc.⟦⟧", ["printf", "malloc"]),
    ("program p {\n  on ⟦⟧", ["SIGUSR1"]),
  ])
  func `what may stand at a place is offered`(_ text: String, _ wanted: [String]) {
    let found = labels(text)
    for label in wanted { #expect(found.contains(label), "\(label) in \(found.prefix(20))") }
  }

  @Test func `the constants of a parameter come first`() {
    #expect(labels("program p {\n  open(\"x\", ⟦⟧").first?.hasPrefix("O_") == true)
    #expect(labels("program p {\n  lseek(3, 0, ⟦⟧").first == "SEEK_SET")
  }

  @Test(arguments: [
    ("machine ⟦⟧", ["x86_64", "arm64", "riscv64"]),
    ("machine arm64 { ⟦⟧", ["cpus", "scheduler", "isolation", "costs"]),
    ("machine arm64 { cpus 1, scheduler ⟦⟧", ["round_robin", "fifo"]),
    ("machine arm64 { scheduler fifo { ⟦⟧", ["quantum"]),
    ("disk sdb { ⟦⟧", ["latency"]),
    ("file \"/x\" { ⟦⟧", ["owner", "mode", "text"]),
    ("file \"/x\" { owner ⟦⟧", ["ada", "root"]),
    ("mount \"/x\" ⟦⟧", ["ext4", "tmpfs"]),
    ("mount \"/x\" ext4 on ⟦⟧", ["sda"]),
    ("module m { ⟦⟧", ["init", "license"]),
  ])
  func `items and their values are offered`(_ text: String, _ wanted: [String]) {
    let found = labels(text, isWorld: true)
    for label in wanted { #expect(found.contains(label), "\(label) in \(found.prefix(20))") }
  }

  @Test func `the names of a program stand in its text alone`() {
    let marked = MarkedText(
      "program p {\n let mine = 1\n ⟦1⟧\n}\nprogram q {\n let other = 1\n ⟦2⟧\n}\n")
    let document = open(marked.text, name: "t.walk")
    let (first, second) = (
      document.completions(at: marked["1"]).entries.map(\.label),
      document.completions(at: marked["2"]).entries.map(\.label)
    )
    #expect(first.contains("mine") && !first.contains("other"))
    #expect(second.contains("other") && !second.contains("mine"))
  }

  @Test func `nothing is offered in comments and prose, and roles behind the word walk`() {
    #expect(labels("# editor ⟦⟧").isEmpty)
    let marked = MarkedText("# A ⟦1⟧ b\n\n```walk ⟦2⟧\nrun\n```\n\n```walk show=⟦3⟧\n```\n")
    let document = open(marked.text)
    #expect(document.completions(at: marked["1"]).entries.isEmpty)
    #expect(document.completions(at: marked["2"]).entries.map(\.label).contains("scenario"))
    #expect(document.completions(at: marked["3"]).entries.map(\.label).contains("timeline"))
  }

  @Test func `each system call has what it does beside it`() throws {
    let marked = MarkedText("program p {\n ⟦⟧\n}\n")
    let entries = open(marked.text, name: "t.walk").completions(at: marked[""]).entries
    for call in SystemCall.all {
      let entry = try #require(entries.first { $0.label == call.name }, "\(call.name)")
      #expect(!entry.documentation.isEmpty)
    }
    #expect(Set(entries.map(\.label)).count == entries.count)
    #expect(Set(Keywords.programs).isSubset(of: entries.map(\.label)))
  }
}
