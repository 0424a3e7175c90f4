import ArgumentParser
import Lesson
import SourceText

/// `ringwalk new DIR`.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Begin a course: a folder with a lesson, a task and its solutions.",
    discussion: """
      The folder gets lessons/ with a cover and a first lesson that has a task for students, solutions/ \
      with one that is right and one that is wrong, and a README.md with the commands that one uses \
      from there on. All of it can be built, checked and graded at once, and is there to be replaced. A \
      folder that has something in it is left alone.
      """)

  @Argument(help: "The folder; it is made if it is not there.")
  var folder: String

  func run() throws {
    do throws(FileFailure) {
      try FileSystem.makeFolder(folder)
      guard try FileSystem.entries(of: folder).isEmpty else {
        throw FileFailure("there is something in it already")
      }
      for file in CourseSkeleton.files {
        let path = "\(folder)/\(file.path)"
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        try FileSystem.makeFolder(String(path[..<slash]))
        try FileSystem.write(
          Array(file.text.utf8), to: String(path[path.index(after: slash)...]),
          in: String(path[..<slash]))
      }
    } catch {
      Terminal.complain(.unwritableFile(folder, reason: error.reason))
      try ExitStatus.broken.end()
    }
    let name = DiagnosticRenderer.printable(folder)
    for file in CourseSkeleton.files { try Terminal.print("\(name)/\(file.path)\n") }
    try Terminal.print("\nNow: ringwalk serve \(name)/lessons\n")
  }
}
