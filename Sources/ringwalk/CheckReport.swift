#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SourceText

/// What `check` found, for other programs.
struct CheckReport: Encodable {
  /// The version of this form; another one when a member gets another meaning.
  let version = 1
  var files: [CheckedFile]

  /// One JSON document, the same bytes each time.
  func json() throws -> [UInt8] { try JSONEncoder.document(self) }

  /// The form in which code forges take what tools find (SARIF 2.1.0, OASIS).
  func sarif() throws -> [UInt8] {
    let found = files.flatMap(\.findings)
    let rules = Set(found.map(\.rule)).sorted()
    let run: JSONValue = [
      "tool": [
        "driver": [
          "name": "Ringwalk",
          "semanticVersion": .string(String(Tool.version.drop { !$0.isNumber })),
          "rules": .array(rules.map(Self.rule)),
        ]
      ],
      "columnKind": "unicodeCodePoints",
      "results": .array(found.map { Self.result($0, rules) }),
    ]
    return try JSONEncoder.document(
      [
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": .array([run]),
      ] as JSONValue)
  }

  // MARK: SARIF

  private static func rule(_ id: String) -> JSONValue {
    var title = "an expectation fails"
    var explanation = "What the lesson expects did not happen."
    if id == "vacuous" {
      title = "an expectation holds only because nothing matched"
      explanation = "What it speaks of does not happen at all; perhaps a name is misspelt."
    } else if let code = DiagnosticCode(id), let entry = Manual.entry(of: code) {
      title = entry.title
      explanation = entry.explanation
    }
    return [
      "id": .string(id), "shortDescription": ["text": .string(title)],
      "fullDescription": ["text": .string(explanation)],
    ]
  }

  private static func result(_ finding: CheckedFile.Finding, _ rules: [String]) -> JSONValue {
    var text = finding.message
    if let claim = finding.claim { text = "\(finding.rule): \(claim)\n\(text)" }
    if let step = finding.step { text += " (step \(step))" }
    for note in finding.notes { text += "\n\(note)" }
    var result: JSONValue = [
      "ruleId": .string(finding.rule),
      "ruleIndex": .integer(Int64(rules.firstIndex(of: finding.rule) ?? 0)),
      "level": .string(finding.level), "message": ["text": .string(text)],
    ]
    if let place = finding.place { result["locations"] = .array([location(place)]) }
    if !finding.related.isEmpty {
      result["relatedLocations"] = .array(
        finding.related.enumerated().map { index, related in
          var location = location(related.place)
          location["id"] = .integer(Int64(index + 1))
          if !related.message.isEmpty { location["message"] = ["text": .string(related.message)] }
          return location
        })
    }
    let fixes = finding.fixes.filter { !$0.edits.isEmpty }
    if !fixes.isEmpty { result["fixes"] = .array(fixes.map(fix)) }
    return result
  }

  private static func fix(_ fix: CheckedFile.Fix) -> JSONValue {
    var files: [(name: String, edits: [CheckedFile.Edit])] = []
    for edit in fix.edits {
      if let index = files.firstIndex(where: { $0.name == edit.place.file }) {
        files[index].edits.append(edit)
      } else {
        files.append((edit.place.file, [edit]))
      }
    }
    return [
      "description": ["text": .string(fix.message)],
      "artifactChanges": .array(
        files.map { file in
          [
            "artifactLocation": ["uri": .string(uri(file.name))],
            "replacements": .array(
              file.edits.map { edit in
                [
                  "deletedRegion": region(edit.place),
                  "insertedContent": ["text": .string(edit.text)],
                ]
              }),
          ]
        }),
    ]
  }

  private static func location(_ place: CheckedFile.Place) -> JSONValue {
    [
      "physicalLocation": [
        "artifactLocation": ["uri": .string(uri(place.file))], "region": region(place),
      ]
    ]
  }

  private static func region(_ place: CheckedFile.Place) -> JSONValue {
    [
      "startLine": .integer(Int64(place.line)), "startColumn": .integer(Int64(place.column)),
      "endLine": .integer(Int64(place.endLine)), "endColumn": .integer(Int64(place.endColumn)),
    ]
  }

  /// A path as a relative reference, or the address of a file where it is absolute (RFC 3986).
  static func uri(_ path: String) -> String {
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        bytes.append(byte)
      default:
        bytes += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return (path.hasPrefix("/") ? "file://" : "") + String(decoding: bytes, as: UTF8.self)
  }
}
