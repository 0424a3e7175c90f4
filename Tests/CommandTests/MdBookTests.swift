import Foundation
import TestSupport
import Testing

@Suite("ringwalk mdbook")
struct MdBookTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func chapter(_ name: String, _ content: String, _ below: [Any] = []) -> [String: Any] {
    [
      "Chapter": [
        "name": name, "content": content, "number": [1, 2], "sub_items": below,
        "path": "\(name).md", "source_path": NSNull(), "parent_names": [] as [String],
      ] as [String: Any]
    ]
  }

  private func input(_ chapters: [Any], key: String = "sections") throws -> String {
    let context: [String: Any] = [
      "root": folder.path(""), "config": ["book": ["src": "text"]], "renderer": "html",
      "mdbook_version": "0.4.40",
    ]
    let book: [String: Any] = [key: chapters, "__non_exhaustive": NSNull()]
    return String(
      decoding: try JSONSerialization.data(withJSONObject: [context, book]), as: UTF8.self)
  }

  private func chapters(_ outcome: Outcome, key: String = "sections") throws -> [Any] {
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require((json as? [String: Any])?[key] as? [Any])
  }

  @Test func `every renderer is supported`() throws {
    #expect(try folder.run("mdbook", "supports", "html").status == 0)
    #expect(try folder.run("mdbook", "supports", "epub").status == 0)
    #expect(try folder.run("mdbook", "wants", "html").status == 64)
  }

  @Test(arguments: ["sections", "items"])
  func `chapters with fences are run, others stay as they are`(_ key: String) throws {
    let plain = "# Plain\n\nNo  fence here: `{= 1}` \\* &amp;\n"
    let text = "# Told\n\n```walk scenario=a\n\(holding)\n```\n\nIt took `{= time}`.\n"
    let given: [Any] = [
      chapter("plain", plain), "Separator", ["PartTitle": "Two"],
      chapter("outer", plain, [chapter("told", text)]),
    ]
    let outcome = try folder.run("mdbook", input: try input(given, key: key))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try chapters(outcome, key: key)
    #expect(found.count == 4)
    #expect(found[0] as? NSDictionary == chapter("plain", plain) as NSDictionary)
    #expect(found[1] as? String == "Separator")
    let outer = try #require((found[3] as? [String: Any])?["Chapter"] as? [String: Any])
    #expect(outer["content"] as? String == plain)
    let below = try #require(outer["sub_items"] as? [[String: Any]])
    let told = try #require(below.first?["Chapter"] as? [String: Any])
    let content = try #require(told["content"] as? String)
    #expect(content.hasPrefix("# Told\n"))
    #expect(content.contains("What happens in a:"))
    #expect(content.contains("](data:image/svg+xml,%3Csvg%20xmlns"))
    #expect(!content.contains("{="))
    #expect(told["number"] as? [Int] == [1, 2])
  }

  @Test func `links to chapters and files are mdBook's matter, those to headings ours`() throws {
    let links = "[a](deep/b.md#c) ![p](../img/p.png) [d](x.html) [e](/f.csv)"
    let script = "```walk\n\(holding)\n```\n"
    let text = "# X\n\n## Why\n\n\(links) [g](#why)\n\n\(script)"
    let outcome = try folder.run("mdbook", input: try input([chapter("x", text)]))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try #require(try chapters(outcome).first as? [String: Any])
    let content = try #require((found["Chapter"] as? [String: Any])?["content"] as? String)
    #expect(content.contains("\(links) [g](#why)"), "\(content)")
    let dead = text.replacing("(#why)", with: "(#wy)")
    #expect(try folder.run("mdbook", input: try input([chapter("x", dead)])).codes == ["W0040"])
  }

  @Test func `a chapter that does not compile or hold ends the book`() throws {
    for (script, status, words) in [(broken, 2, "text/x.md:"), (failing, 1, "fails: hello")] {
      let text = "# X\n\n```walk\n\(script)\n```\n"
      let outcome = try folder.run("mdbook", input: try input([chapter("x", text)]))
      #expect(outcome.status == status)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  @Test(arguments: ["", "{}", "[1]", "[{}, {}, {}]", "not json"])
  func `what mdBook never writes is refused`(_ text: String) throws {
    #expect(try folder.run("mdbook", input: text).status == 64)
  }
}
