import Foundation
import TestSupport
import Testing

/// The files by which editors know Walk.
@Suite("ringwalk editors")
struct EditorsTests {
  private static let grammar = Fixtures.directory.appending(path: "../../grammar")
    .standardizedFileURL

  @Test func `the files in grammar are those that the tables give`() throws {
    let folder = try Folder()
    let outcome = try folder.run("editors", "out")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let paths = outcome.output.split(separator: "\n").map { String($0.dropFirst("out/".count)) }
    #expect(paths.count == 11 && paths == paths.sorted())
    for path in paths {
      let made = try folder.text("out/\(path)")
      let place = Self.grammar.appending(path: path)
      if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        try Data(made.utf8).write(to: place)
      }
      let kept = try String(contentsOf: place, encoding: .utf8)
      #expect(
        made == kept,
        "grammar/\(path) is not what `ringwalk editors` makes (UPDATE_GOLDEN=1 accepts)")
    }
    // What an older version left is written anew.
    try folder.write("out/vim/syntax/walk.vim", "old\n")
    #expect(try folder.run("editors", "out").status == 0)
    #expect(try folder.text("out/vim/syntax/walk.vim") != "old\n")
  }

  @Test func `a folder that cannot be written is told`() throws {
    let folder = try Folder()
    try folder.write("file", "")
    let outcome = try folder.run("editors", "file/out")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0028"])
  }
}
