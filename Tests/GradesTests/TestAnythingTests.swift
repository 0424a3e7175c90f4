import Foundation
import TestSupport
import Testing

@testable import Grades

@Suite struct TestAnythingTests {
  /// A line of tests, as a reader of the Test Anything Protocol sees it.
  struct Line: Equatable {
    var depth: Int
    var isPassed: Bool
    var number: Int
    var name: String
    var directive: String
    var facts: [String: String] = [:]
  }

  /// Reads version 14: plans, subtests, blocks of YAML, escapes.
  private static func read(_ bytes: [UInt8]) throws -> [Line] {
    let text = String(decoding: bytes, as: UTF8.self)
    var rows = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    #expect(rows.popFirst() == "TAP version 14")
    #expect(rows.popLast() == "")
    var lines: [Line] = []
    var plans: [Int: Int] = [:]
    var counts: [Int: Int] = [:]
    var isBlock = false
    for row in rows {
      let indent = row.prefix { $0 == " " }.count
      let rest = row.dropFirst(indent)
      if isBlock {
        if rest == "..." {
          isBlock = false
          continue
        }
        let parts = rest.split(separator: ":", maxSplits: 1)
        let value = try JSONDecoder().decode(String.self, from: Data(parts[1].utf8))
        lines[lines.count - 1].facts[String(parts[0])] = value
      } else if rest == "---" {
        isBlock = true
        #expect(indent == lines.last.map { $0.depth * 4 + 2 })
      } else if let plan = rest.wholeMatch(of: /1\.\.([0-9]+)/) {
        plans[indent / 4] = Int(plan.1)
        counts[indent / 4] = 0
      } else if let test = rest.wholeMatch(of: /(not )?ok ([0-9]+) - (.*)/) {
        let depth = indent / 4
        counts[depth, default: 0] += 1
        var name = ""
        var directive = ""
        var isEscaped = false
        for (offset, character) in test.3.enumerated() {
          if isEscaped {
            name.append(character)
            isEscaped = false
          } else if character == "\\" {
            isEscaped = true
          } else if character == "#" {
            directive = String(test.3.dropFirst(offset + 2))
            name.removeLast()
            break
          } else {
            name.append(character)
          }
        }
        lines.append(
          Line(
            depth: depth, isPassed: test.1 == nil, number: Int(test.2) ?? 0, name: name,
            directive: directive))
        #expect(lines.last?.number == counts[depth])
        if depth == 0, let planned = plans[1] {
          #expect(counts[1] == planned)
          plans[1] = nil
        }
      } else {
        #expect(rest.hasPrefix("# Subtest: "), "\(row)")
      }
    }
    #expect(!isBlock)
    #expect(counts[0, default: 0] == plans[0])
    return lines
  }

  private static func bytes(_ results: [GradeResult], _ situation: Situation = .now) -> [UInt8] {
    SubmissionFormat.tap.bytes(for: results, in: situation)
  }

  @Test func `the protocol has a test for each task and a subtest for each check`() throws {
    let bytes = Self.bytes([Sample.result, Sample.second, Sample.notGradable])
    try expectGolden(String(decoding: bytes, as: UTF8.self), "Grades/results.tap")
    let lines = try Self.read(bytes)
    #expect(
      lines.map { "\($0.depth) \($0.isPassed) \($0.name)\($0.directive)" } == [
        "1 true it ends cleanly", "1 false it sleeps twice", "0 false two_sleeps",
        "1 true the descriptor", "1 false the order", "1 false it ends",
        "1 true the orderSKIP a check that it depends on was not passed", "0 false answers",
        "0 false two_sleeps",
      ])
    #expect(lines.last?.facts["reason"] == "empty")
    #expect(lines[1].facts["points"] == "3.5")
  }

  @Test func `row 33: hostile names are names`() throws {
    let lines = try Self.read(Self.bytes([Sample.hostile], .staff))
    #expect(lines.map(\.isPassed) == [false, false])
    for line in lines {
      #expect(line.name == PlainText.line(Sample.attack))
      #expect(line.directive == "")
    }
    var skipped = Sample.second
    skipped.checks[1].title = "x # SKIP y\nok 2 - forged\nBail out! \\"
    let forged = try Self.read(Self.bytes([skipped]))
    #expect(forged.count == 5)
    #expect(forged[1].name == "x # SKIP y ok 2 - forged Bail out! \\")
    #expect(!forged[1].isPassed && forged[1].directive == "")
  }

  @Test func `a hidden check makes no difference before the task is due`() throws {
    func text(_ outcome: CheckResult.Outcome, _ points: Points) -> [UInt8] {
      var result = Sample.result
      result.checks = [Sample.ends, Sample.onOther]
      result.checks[1].outcome = outcome
      result.checks[1].points = points
      result.points = Points(whole: 2) + points
      result.maximum = Points(whole: 5)
      return Self.bytes([result])
    }
    #expect(text(.passed, Points(whole: 3)) == text(.failed, .zero))
  }

  @Test func `nothing and tasks without checks are valid`() throws {
    #expect(try Self.read(Self.bytes([])) == [])
    #expect(try Self.read(Self.bytes([Sample.worthless])).map(\.isPassed) == [true, true])
    #expect(try Self.read(Self.bytes([Sample.fault])).map(\.isPassed) == [false])
  }
}
