import Catalogue
import Claims
import Foundation
import Program
import SourceText
import TestSupport
import Testing
import Trace
import WalkSemantics
import WalkSyntax

@testable import Lesson

/// The manual that comes with Ringwalk: lessons that have to be true like all others, and complete.
@Suite("The manual")
struct ManualTests {
  private static let root = Fixtures.directory.appending(path: "../..").standardizedFileURL

  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "manual").path())
    return (names ?? []).filter { $0.hasSuffix(".md") }.sorted()
  }()

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: root.appending(path: "manual/\(name)"), encoding: .utf8)
  }

  private static func lesson(_ name: String) throws -> Lesson {
    let folder = root.appending(path: "manual")
    return Lesson.compile(
      SourceFile(name: "manual/\(name)", bytes: Array(try text(name).utf8)),
      includes: { path throws(IncludeFailure) in
        guard let data = try? Data(contentsOf: folder.appending(path: path)) else {
          throw .unreadable("no such file")
        }
        return Array(data)
      })
  }

  /// A fence: what stands behind its marks, and its lines.
  private struct Fence {
    var line: Int
    var info: String
    var body: String
  }

  private static func fences(of name: String) throws -> [Fence] {
    var found: [Fence] = []
    var open: (ticks: String, fence: Fence)?
    for (index, line) in try text(name).components(separatedBy: "\n").enumerated() {
      if let (ticks, fence) = open {
        if line == ticks {
          found.append(fence)
          open = nil
        } else {
          open?.fence.body += line + "\n"
        }
      } else if line.hasPrefix("```") {
        let ticks = String(line.prefix { $0 == "`" })
        open = (
          ticks, Fence(line: index + 1, info: String(line.dropFirst(ticks.count)), body: "")
        )
      }
    }
    return found
  }

  // MARK: True

  @Test(arguments: names) func `every sentence of a chapter holds, and says something`(
    _ name: String
  ) throws {
    let lesson = try Self.lesson(name)
    #expect(lesson.messages == "")
    #expect(!lesson.summary.isEmpty)
    for outcome in lesson.scenarios.flatMap(\.outcomes) {
      #expect(outcome.judgement.verdict == .holds, "\(name): \(outcome.text)")
    }
    // What a test may take: see BookTests.
    #expect(lesson.work.steps + Int64(lesson.work.events) <= 700_000)
  }

  @Test func `every lesson that is shown as its author types it is one`() throws {
    var count = 0
    for name in Self.names {
      for fence in try Self.fences(of: name) where fence.info == "markdown" {
        count += 1
        let lesson = compile(fence.body)
        #expect(lesson.messages == "", "\(name):\(fence.line)")
        #expect(
          lesson.scenarios.flatMap(\.outcomes).allSatisfy { $0.judgement.verdict == .holds },
          "\(name):\(fence.line)")
      }
    }
    #expect(count > 3)
  }

  @Test func `the cover names all chapters in their order`() throws {
    let cover = try Self.lesson("book.md")
    #expect(cover.order.map(\.name) + ["book"] == Self.names.map { String($0.dropLast(3)) })
  }

  // MARK: Complete

  /// The rules of a grammar by their names, with single spaces and without comments.
  private static func rules(_ grammar: String) -> [String: String] {
    let plain = grammar.replacing(/(?s)\/\*.*?\*\//, with: "")
    var rules: [String: String] = [:]
    var name: String?
    for line in plain.components(separatedBy: "\n") {
      if let match = line.firstMatch(of: #/^(\S+) +::= /#) {
        name = String(match.1)
        rules[String(match.1)] = ""
      }
      guard let name else { continue }
      rules[name, default: ""] += " " + line
    }
    return rules.mapValues { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test func `each rule of the grammar stands in one chapter, word for word`() throws {
    let grammar = Self.rules(
      try String(contentsOf: Self.root.appending(path: "grammar/walk.ebnf"), encoding: .utf8))
    var shown: [String: String] = [:]
    for name in Self.names {
      for fence in try Self.fences(of: name) where fence.info == "ebnf" {
        for (rule, text) in Self.rules(fence.body) {
          #expect(shown[rule] == nil, "\(name):\(fence.line): \(rule) stands in two places")
          shown[rule] = text
        }
      }
    }
    #expect(grammar.count >= 90)
    for (rule, text) in grammar.sorted(by: { $0.key < $1.key }) {
      #expect(shown[rule] == text, "\(rule)")
    }
    #expect(Set(shown.keys) == Set(grammar.keys))
  }

  /// All that stands in scripts of the manual, comments left out, and all that stands between backquotes.
  private static func code() throws -> (scripts: Set<String>, words: Set<String>) {
    func words(_ text: String) -> Set<String> {
      Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" }.map(String.init))
    }
    var scripts: Set<String> = []
    var spans: Set<String> = []
    for name in names {
      for fence in try fences(of: name) where fence.info.hasPrefix("walk") {
        scripts.formUnion(words(fence.body.replacing(/#[^\n]*/, with: "")))
      }
      for match in try text(name).matches(of: /`([^`\n]+)`/) {
        spans.formUnion(words(String(match.1)))
        spans.insert(String(match.1))
      }
    }
    return (scripts, spans)
  }

  @Test func `each keyword is at work in a script`() throws {
    let code = try Self.code()
    #expect(Set(Keywords.all).subtracting(code.scripts) == [])
  }

  @Test func `each role of a fence, picture, key of front matter, callout and unit is explained`()
    throws
  {
    let words = try Self.code().words
    #expect(Set(FenceRole.allCases.map(\.rawValue)).subtracting(words) == [])
    #expect(Set(Picture.allCases.map(\.rawValue)).subtracting(words) == [])
    #expect(Set(FrontMatter.keys).subtracting(words) == [])
    let all = try Self.names.map(Self.text).joined()
    #expect(LessonCallout.allCases.allSatisfy { all.contains($0.mark.dropFirst(2).dropLast()) })
    let scripts = try Self.names.flatMap(Self.fences).filter { $0.info.hasPrefix("walk") }
      .map(\.body).joined()
    for unit in Keywords.units {
      #expect(try scripts.contains(Regex("[0-9]\(unit)\\b")), "\(unit)")
    }
  }

  @Test func `each item of a declaration is explained`() throws {
    let (scripts, words) = try Self.code()
    for owner in [
      "machine", "scheduler", "costs", "disk", "nic", "swap", "user", "file", "dir", "module",
    ] {
      let items = BlockItems.names(of: owner)
      #expect(!items.isEmpty)
      #expect(Set(items).subtracting(scripts.union(words)) == [], "\(owner)")
    }
    #expect(
      Set(KernelService.allCases.compactMap(\.symbol)).subtracting(scripts.union(words)) == [])
  }

  /// What the checker knows is read off its own messages.
  @Test(arguments: [
    ("p", "p.zz"), ("cpu0", "cpu0.zz"), ("sda", "sda.zz"), ("eth0", "eth0.zz"), ("kbd", "kbd.zz"),
    ("memory", "memory.zz"), ("", "zz(p)"),
  ])
  func `each thing that can be seen, and each function, is explained`(
    _ owner: String, _ expression: String
  ) throws {
    let lesson = compile(
      """
      disk sda
      nic eth0
      keyboard kbd
      program p { }
      start p
      run
      expect \(expression) == 1
      """, name: "course/script.walk")
    let note = try #require(lesson.diagnostics.first?.notes.first)
    let known = note.split(separator: " ").drop { !["has", "is", "are"].contains($0) }.dropFirst()
      .map { $0.filter { $0 != "," } }
    #expect(known.count > 1, "\(note)")
    let text = try Self.text("11-states.md")
    for name in known {
      // Interrupts are the same for all devices, and explained once.
      let who = owner == "p" ? "P" : name == "interrupts" && owner != "cpu0" ? "sda" : owner
      let written = owner.isEmpty ? "`\(name)(" : "`\(who).\(name)`"
      #expect(text.contains(written), "\(written)")
    }
  }
}
