import ArgumentParser
import Handout
import Lesson
import SourceText

/// `ringwalk theme DIR`.
struct ThemeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "theme",
    abstract: "Write the built-in look of pages into a folder, to be changed.",
    discussion: """
      The folder gets page.mustache (the frame of all pages), turns.mustache (the links to the lessons \
      before and after), lessons.mustache (the list of lessons) and theme.css. build and serve use it \
      with --theme DIR; a file that is not there is the built-in one, so keep only what you change. \
      ringwalk explain W0061 tells the language of templates, W0062 what they may say. A file that is \
      there already is left alone.
      """)

  @Argument(help: "The folder.")
  var folder: String

  func run() throws {
    do throws(FileFailure) {
      try FileSystem.makeFolder(folder)
      let names = try FileSystem.files(in: folder)
      for name in HandoutTheme.fileNames where names.contains(name) {
        throw FileFailure("\(name) is there already")
      }
      for name in HandoutTheme.fileNames {
        try FileSystem.write(HandoutTheme.builtInFile(name), to: name, in: folder)
      }
    } catch {
      Terminal.complain(.unwritableFile(folder, reason: error.reason))
      try ExitStatus.broken.end()
    }
    for name in HandoutTheme.fileNames {
      try Terminal.print(DiagnosticRenderer.printable("\(folder)/\(name)") + "\n")
    }
  }
}
