import Foundation
import Testing

@testable import Grades

/// What is hidden from students is in no byte that they get.
@Suite struct LeakTests {
  /// The words of the hidden check that stand for a field, wherever they occur.
  private static let words: [CheckField: [String]] = [
    .title: ["xyzzy title"], .claim: ["xyzzy needed", "machine arm64"],
    .explanation: ["xyzzy seen", "xyzzy cause"], .hint: ["xyzzy hint"],
  ]

  /// All bytes of a format that reach a student, with what is encoded decoded.
  private static func given(
    _ format: SubmissionFormat, _ result: GradeResult, _ situation: Situation
  ) throws -> String {
    let bytes = format.bytes(for: [result], in: situation)
    var text = String(decoding: bytes, as: UTF8.self)
    switch format {
    case .gradescope:
      // Gradescope keeps the file, and shows what its rows let it show.
      let object = try JSONSerialization.jsonObject(with: Data(bytes))
      let file = try #require(object as? [String: Any])
      let tests = try #require(file["tests"] as? [[String: Any]])
      let shown = tests.filter { $0["visibility"] as? String == "visible" }
      text = "\(file["output"] ?? "") \(shown)"
    case .githubClassroom:
      text += String(decoding: GitHubClassroom.document(result, in: situation), as: UTF8.self)
      text += String(
        decoding: GitHubClassroom.annotations(for: [result], in: situation), as: UTF8.self)
    case .prairielearn, .autolab, .junit, .tap: break
    }
    return text
  }

  @Test(arguments: SubmissionFormat.allCases)
  func `row 28: no word of a hidden check is in any byte`(_ format: SubmissionFormat) throws {
    for visibility in [Visibility(now: [], afterDue: []), .hidden] {
      let result = Sample.result(showing: visibility)
      #expect(try !Self.given(format, result, .now).contains("xyzzy"))
    }
    // Of a check that is never shown also the file that Gradescope keeps has nothing.
    let never = Sample.result(showing: Visibility(now: [], afterDue: []))
    for situation in [Situation.now, .afterDue] {
      let bytes = format.bytes(for: [never], in: situation)
      #expect(!String(decoding: bytes, as: UTF8.self).contains("xyzzy"))
      #expect(!String(decoding: bytes, as: UTF8.self).contains("arm64"))
    }
  }

  @Test(arguments: SubmissionFormat.allCases)
  func `row 28: a field that is not shown is in no byte, whichever others are`(
    _ format: SubmissionFormat
  ) throws {
    for mask in 0..<64 {
      let fields = CheckField.allCases.enumerated().filter { mask >> $0.offset & 1 == 1 }
        .map(\.element)
      for (visibility, situation) in [
        (Visibility(now: fields, afterDue: []), Situation.now),
        (Visibility(now: [], afterDue: fields), .afterDue),
      ] {
        var result = Sample.result(showing: visibility)
        result.checks[2].outcome = .failed
        result.checks[2].reason = .doesNotHold
        let text = try Self.given(format, result, situation)
        for (field, words) in Self.words where !fields.contains(field) {
          for word in words { #expect(!text.contains(word), "\(word) with \(fields)") }
        }
        if !fields.contains(.verdict) { #expect(!text.contains("it does not hold")) }
      }
    }
  }

  @Test func `what is shown is there, so that the search for words can find some`() throws {
    for format in SubmissionFormat.allCases {
      var result = Sample.result(showing: .open)
      result.checks[2].outcome = .failed
      result.checks[2].reason = .doesNotHold
      let text = try Self.given(format, result, .now)
      for word in Self.words.values.joined() {
        #expect(text.contains(word), "\(format) \(word)")
      }
      #expect(text.contains("it does not hold"), "\(format)")
    }
  }
}
