import Foundation
import TestSupport
import Testing

/// Documents as Pandoc 2.17 writes them, with what follows from pandoc-types' definition.
@Suite("ringwalk pandoc")
struct PandocTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// A fence as Pandoc tells it: classes and words.
  private func fence(_ text: String, _ classes: [String], _ words: [[String]] = []) -> [String: Any]
  {
    ["t": "CodeBlock", "c": [["", ["walk"] + classes, words] as [Any], text] as [Any]]
  }

  private func paragraph(_ inlines: [[String: Any]]) -> [String: Any] {
    ["t": "Para", "c": inlines]
  }

  private func word(_ text: String) -> [String: Any] { ["t": "Str", "c": text] }

  private func code(_ text: String) -> [String: Any] {
    ["t": "Code", "c": [["", [] as [String], [] as [String]] as [Any], text] as [Any]]
  }

  private func document(_ blocks: [Any], meta: [String: Any] = [:]) throws -> String {
    String(
      decoding: try JSONSerialization.data(
        withJSONObject: ["pandoc-api-version": [1, 22, 2], "meta": meta, "blocks": blocks]),
      as: UTF8.self)
  }

  private func blocks(_ outcome: Outcome) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let object = try #require(json as? [String: Any])
    #expect(object["pandoc-api-version"] as? [Int] == [1, 22, 2])
    return try #require(object["blocks"] as? [[String: Any]])
  }

  /// All text of a document, elements parted by nothing.
  private func text(_ value: Any?) -> String {
    switch value {
    case let list as [Any]: return list.map { text($0) }.joined()
    case let object as [String: Any]:
      switch object["t"] as? String {
      case "Space": return " "
      case "Code", "CodeBlock": return (object["c"] as? [Any])?.last as? String ?? ""
      case "Image", "Link": return text((object["c"] as? [Any])?[1])
      default: return text(object["c"])
      }
    case let text as String: return text
    default: return ""
    }
  }

  private func addresses(_ value: Any?) -> [String] {
    switch value {
    case let list as [Any]: return list.flatMap { addresses($0) }
    case let object as [String: Any]:
      guard object["t"] as? String == "Image", let content = object["c"] as? [Any],
        let target = content.last as? [String]
      else { return addresses(object["c"]) }
      return Array(target.prefix(1))
    default: return []
    }
  }

  private var story: [Any] {
    [
      ["t": "HorizontalRule"],
      paragraph([word("Before")]),
      [
        "t": "BulletList",
        "c": [[fence(holding, [], [["scenario", "a"]]), paragraph([word("In")])]],
      ],
      paragraph([word("It"), ["t": "Space"], code("{= time}"), code("x")]),
      ["t": "RawBlock", "c": ["html", "<hr>"]],
    ]
  }

  @Test func `fences are told, values are worked out, all else stays`() throws {
    let outcome = try folder.run("pandoc", "html", input: try document(story))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try blocks(outcome)
    #expect(found.count == 5)
    #expect(found[0] as NSDictionary == ["t": "HorizontalRule"] as NSDictionary)
    #expect(found[1] as NSDictionary == paragraph([word("Before")]) as NSDictionary)
    #expect(found[4]["t"] as? String == "RawBlock")
    let item = try #require((found[2]["c"] as? [[[String: Any]]])?.first)
    #expect(item.first?["t"] as? String == "CodeBlock")
    #expect(text(item.first) == holding)
    #expect(text(item.last) == "In")
    #expect(text(item).contains("What happens in a:"))
    #expect(addresses(item).count == 1)
    #expect(addresses(item).allSatisfy { $0.hasPrefix("data:image/svg+xml,%3Csvg%20xmlns") })
    let line = text(found[3])
    #expect(line.hasPrefix("It ") && line.hasSuffix("x") && !line.contains("{="), "\(line)")
  }

  @Test func `formats without SVG have pictures in letters`() throws {
    let outcome = try folder.run("pandoc", "latex", input: try document(story))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try blocks(outcome)
    #expect(addresses(found).isEmpty)
    #expect(text(found).contains("Timeline of a"))
    for format in ["epub3", "html5+smart", "revealjs"] {
      #expect(
        try !addresses(blocks(folder.run("pandoc", format, input: document(story)))).isEmpty,
        "\(format)")
    }
  }

  @Test func `a document without fences stays as it is, values and all`() throws {
    let given: [Any] = [
      paragraph([code("{= 1}")]), ["t": "CodeBlock", "c": [["", ["sh"], []], "x"]],
    ]
    let outcome = try folder.run("pandoc", input: try document(given))
    #expect(outcome.status == 0)
    #expect(try blocks(outcome) as NSArray == given as NSArray)
  }

  @Test func `words of the machine are compared with the run, and shown as it gave them`() throws {
    func block(_ text: String, _ name: String, _ words: [[String]] = []) -> [String: Any] {
      ["t": "CodeBlock", "c": [["", [name], words] as [Any], text] as [Any]]
    }
    let script = fence("program p { write(1, \"hi\\nfd 3\\n\", 8) }\nstart p\nrun", [])
    let calls = "| Call |\n| --- |\n| ... |"
    let input = try document([
      script, block("hi\nfd {n}", "output"), block(calls, "table", [["show", "calls"]]),
      block("a,b\n1,2", "table"),
    ])
    let outcome = try folder.run("pandoc", input: input)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let told = text(try blocks(outcome))
    #expect(told.contains("hi\nfd 3") && !told.contains("{n}"))
    #expect(told.contains("a,b\n1,2"))
    let wrong = try document([script, block("ho", "output")])
    let refused = try folder.run("pandoc", input: wrong)
    #expect(refused.status == 2)
    #expect(refused.codes == ["W0034"])
    // Where nothing is run, they are somebody else's.
    let others = try document([block("ho", "output")])
    #expect(text(try blocks(try folder.run("pandoc", input: others))) == "ho")
  }

  @Test func `words with spaces, tildes and backquotes reach the lesson`() throws {
    let given: [Any] = [
      fence(holding + "\n# ~~~~ ``` `", [], [["scenario", "a"]]),
      fence("", [], [["show", "processes"], ["at", "hello exits"]]),
    ]
    let outcome = try folder.run("pandoc", input: try document(given))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try blocks(outcome)
    #expect(text(found).contains("~~~~ ``` `"))
    #expect(addresses(found).count == 2)
  }

  @Test func `what does not compile or hold is not written`() throws {
    let broken = try folder.run(
      "pandoc", input: try document([fence("start nobody", [], [["scenario", "a"]])]))
    #expect(broken.status == 2)
    #expect(!broken.codes.isEmpty)
    #expect(broken.output.isEmpty)
    let lost = try folder.run(
      "pandoc",
      input: try document([fence(holding + "\nexpect never hello exits", [], [])]))
    #expect(lost.status == 1)
    #expect(lost.errors.contains("never"))
    #expect(lost.output.isEmpty)
  }

  @Test(arguments: [
    "", "{}", "[]", "{\"blocks\": []}", "{\"pandoc-api-version\": [1], \"blocks\": 1}",
  ])
  func `what is no document is refused`(_ input: String) throws {
    let outcome = try folder.run("pandoc", input: input)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("pandoc -t json"))
  }

  @Test func `under its own name it is a filter that Pandoc can call`() throws {
    let process = Process()
    let link = folder.url.appending(path: "ringwalk-pandoc")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: try Folder.binary)
    process.executableURL = link
    process.arguments = ["html"]
    let given = try document(story)
    try folder.write("in.json", given)
    process.standardInput = try FileHandle(forReadingFrom: folder.url.appending(path: "in.json"))
    try folder.write("out.json", "")
    process.standardOutput = try FileHandle(
      forWritingTo: folder.url.appending(path: "out.json"))
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try folder.text("out.json") == folder.run("pandoc", "html", input: given).output)
  }

  @Test func `the document's title is the lesson's, whatever it holds`() throws {
    let title: [String: Any] = [
      "title": ["t": "MetaInlines", "c": [word("\"A\""), ["t": "Space"], code("\\b\nc: d")]],
      "lang": ["t": "MetaString", "c": "en"],
    ]
    let outcome = try folder.run("pandoc", input: try document(story, meta: title))
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
