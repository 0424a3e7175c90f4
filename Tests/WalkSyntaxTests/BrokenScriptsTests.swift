import SourceText
import TestSupport
import Testing
import WalkSyntax

/// A page of broken scripts that states what is wrong with each.
struct BrokenPage {
  struct Fence {
    var title: String
    /// The script without its `# error:` comments.
    var lines: [Substring]
    /// The diagnostics, found anew.
    var diagnostics: [Diagnostic]
  }

  private(set) var fences: [Fence] = []
  /// The page with its comments as they should be.
  private(set) var rewritten = ""

  init(_ text: String) {
    var title = ""
    var fence: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let lines = fence {
        let isComment = line.drop { $0 == " " }.hasPrefix("# error:")
        if line == "```" {
          add(title, lines)
          fence = nil
        } else if !isComment {
          fence = lines + [line]
        }
        if line != "```" { continue }
      } else if line.hasPrefix("```walk") {
        fence = []
      } else if line.hasPrefix("#") {
        title = String(line.drop { $0 == "#" || $0 == " " })
      }
      rewritten += "\(line)\n"
    }
  }

  private mutating func add(_ title: String, _ lines: [Substring]) {
    let bytes = Array(lines.joined(separator: "\n").utf8) + [0x0A]
    let file = SourceFile(name: title, bytes: bytes)
    var sources = SourceSet()
    let script = WalkParser.parse(SourceFragment(file, id: sources.add(file)))
    fences.append(Fence(title: title, lines: lines, diagnostics: script.diagnostics))
    for (index, line) in lines.enumerated() {
      for diagnostic in script.diagnostics {
        guard let range = diagnostic.primary?.range else { continue }
        let first = file.position(at: range.lower)
        guard first.line == index + 1 else { continue }
        var end = max(range.lower, range.upper - 1)
        while end > range.lower, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        let last = file.position(at: end)
        var place = "\(first.column)"
        if last.line != first.line {
          place += "-\(last.line):\(last.column)"
        } else if range.byteCount > 0 {
          place += "-\(last.column)"
        }
        let indent = line.prefix { $0 == " " }
        rewritten += "\(indent)# error: \(place) \(diagnostic.code) \(diagnostic.message)\n"
      }
      rewritten += "\(line)\n"
    }
  }
}

@Suite struct `Broken scripts` {
  let page: BrokenPage

  init() throws { page = BrokenPage(try Fixtures.text("WalkSyntax/broken.md")) }

  @Test func `say what the page says`() throws {
    try expectGolden(page.rewritten, "WalkSyntax/broken.md")
  }

  @Test func `are many and all different`() {
    #expect(page.fences.count >= 100)
    #expect(Set(page.fences.map { $0.lines.joined(separator: "\n") }).count == page.fences.count)
    for fence in page.fences {
      #expect(!fence.diagnostics.isEmpty, "\(fence.title)")
    }
  }

  @Test func `show every code but those of bounds`() {
    let shown = Set(page.fences.flatMap { $0.diagnostics.map(\.code) })
    let all = Set(SyntaxCatalogue.diagnostics.map(\.code))
    #expect(all.subtracting(shown).map(\.number).sorted() == [103, 115, 116, 117, 118])
  }

  @Test func `have fixes that mend something`() {
    // A fix must at least remove the complaint it was offered for.
    for fence in page.fences {
      let bytes = Array(fence.lines.joined(separator: "\n").utf8) + [0x0A]
      for diagnostic in fence.diagnostics {
        guard let fix = diagnostic.fixIts.first else { continue }
        var mended = bytes
        for edit in fix.edits.sorted(by: { $0.range.lower > $1.range.lower }) {
          mended.replaceSubrange(edit.range.lower..<edit.range.upper, with: edit.replacement.utf8)
        }
        let count = { (found: [Diagnostic]) in found.count { $0.code == diagnostic.code } }
        let left = count(parse(mended).diagnostics)
        #expect(left < count(fence.diagnostics), "\(fence.title): \(fix.message)")
      }
    }
  }
}
