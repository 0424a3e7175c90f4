import Foundation
import TestSupport
import Testing

@testable import Grades

@Suite struct ResultLineTests {
  @Test func `a result is the line that is on record`() throws {
    let lines = [Sample.result, Sample.notGradable, Sample.fault].map {
      String(decoding: $0.line, as: UTF8.self) + "\n"
    }
    try expectGolden(lines.joined(), "Grades/results.jsonl")
  }

  @Test(arguments: [Sample.result, Sample.notGradable, Sample.fault, Sample.hostile])
  func `what is read from a line is what was written`(_ result: GradeResult) throws {
    let read = try JSONDecoder().decode(GradeResult.self, from: Data(result.line))
    #expect(read == result)
    // Equality of strings does not tell é from e and an accent; bytes do.
    #expect(read.line == result.line)
  }

  @Test func `other encoders write what a line has`() throws {
    for result in [Sample.result, Sample.notGradable, Sample.hostile] {
      let encoded = try JSONEncoder().encode(result)
      // Within a check, encoders leave out what is null.
      func members(_ data: Data) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try #require(object).filter { $0.key != "checks" }
      }
      let ours = try members(Data(result.line))
      #expect(ours.count == 14)
      #expect(NSDictionary(dictionary: ours).isEqual(to: try members(encoded)))
      #expect(try JSONDecoder().decode(GradeResult.self, from: encoded).line == result.line)
    }
  }

  @Test func `members stand in their order`() throws {
    let text = String(decoding: Sample.notGradable.line, as: UTF8.self)
    let names = [
      "id", "student", "task", "attempt", "status", "reason", "message", "points", "maximum",
      "checks", "messages", "seed", "lesson", "source", "version",
    ]
    var rest = text[...]
    for name in names {
      let place = try #require(rest.range(of: "\"\(name)\":"), "\(name)")
      rest = rest[place.upperBound...]
    }
    #expect(text.contains(#""reason":"empty""#))
    let graded = String(decoding: Sample.result.line, as: UTF8.self)
    #expect(graded.contains(#""reason":null"#))
  }

  @Test func `rows 33, 40 and 49: no text of others breaks a line or is obeyed`() throws {
    for scalar in Sample.trouble {
      var result = Sample.notGradable
      result.message = "a\(scalar)b"
      let line = result.line
      #expect(!line.contains { $0 < 0x20 || $0 == 0x7F })
      let text = String(decoding: line, as: UTF8.self)
      #expect(!text.unicodeScalars.contains { $0 == scalar }, "\(scalar.value)")
      #expect(try JSONDecoder().decode(GradeResult.self, from: Data(line)) == result)
    }
    var forged = Sample.notGradable
    forged.message = "\n{\"status\":\"graded\",\"points\":100000}\n"
    #expect(!forged.line.contains(0x0A))
    #expect(try JSONDecoder().decode(GradeResult.self, from: Data(forged.line)) == forged)
  }

  @Test func `row 36: no line has a command for a build log`() throws {
    var result = Sample.notGradable
    result.message = "##[error]x ##vso[task.complete] ####"
    let text = String(decoding: result.line, as: UTF8.self)
    #expect(!text.contains("##"))
    #expect(try JSONDecoder().decode(GradeResult.self, from: Data(result.line)) == result)
  }

  @Test func `row 42: points that are no whole number are refused, too many are bounded`() throws {
    let text = String(decoding: Sample.result.line, as: UTF8.self)
    for wrong in ["8.5", "NaN", "1e400", "\"8\"", "99999999999999999999"] {
      let changed = text.replacing(#""points":8500,"#, with: #""points":\#(wrong),"#)
      #expect(changed != text)
      #expect(throws: (any Error).self, "\(wrong)") {
        try JSONDecoder().decode(GradeResult.self, from: Data(changed.utf8))
      }
    }
    let negative = text.replacing(#""points":8500,"#, with: #""points":-5,"#)
    let read = try JSONDecoder().decode(GradeResult.self, from: Data(negative.utf8))
    #expect(read.points == .zero)
  }

  @Test func `a random text is read as it was`() throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<Int.random(in: 0..<20, using: &random) {
        let value = UInt32.random(in: 0...0x10FFFF, using: &random) >> (random.next() % 21)
        if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      }
      var result = Sample.notGradable
      result.submission.id = text
      result.messages[0].text = text
      let read = try JSONDecoder().decode(GradeResult.self, from: Data(result.line))
      #expect(Array(read.submission.id.utf8) == Array(text.utf8))
      #expect(read.line == result.line)
    }
  }
}
