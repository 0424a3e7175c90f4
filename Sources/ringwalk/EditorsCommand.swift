import ArgumentParser
import Lesson
import SourceText

/// `ringwalk editors DIR`.
struct EditorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "editors",
    abstract: "Write the files by which editors know Walk into a folder.",
    discussion: """
      vscode/ is an extension for Visual Studio Code (colours in .walk files and in the walk fences of Markdown, \
      snippets, ringwalk lsp), vim/ has a syntax file, pygments/ a lexer for Sphinx and MkDocs, and diagnostics.md \
      all messages with their long forms. All of them are made of the tables that the parser itself reads. Files that are there already are written anew.
      """)

  @Argument(help: "The folder.")
  var folder: String

  func run() throws {
    let files = try EditorFiles.all()
    do throws(FileFailure) {
      for (path, text) in files {
        var place = folder
        var parts = path.split(separator: "/").map(String.init)
        let name = parts.removeLast()
        try FileSystem.makeFolder(place)
        for part in parts {
          place += "/" + part
          try FileSystem.makeFolder(place)
        }
        _ = try FileSystem.write(Array(text.utf8), to: name, in: place)
      }
    } catch {
      Terminal.complain(.unwritableFile(folder, reason: error.reason))
      try ExitStatus.broken.end()
    }
    for (path, _) in files {
      try Terminal.print(DiagnosticRenderer.printable("\(folder)/\(path)") + "\n")
    }
  }
}
