import ArgumentParser
import Lesson
import SourceText

/// `ringwalk fmt FILE…`.
struct FmtCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Bring the Walk code of lessons and scripts into one style.",
    discussion: """
      Formats .walk files and the walk fences of .md files in place; a folder stands for all of them \
      below it, and - formats standard input to standard output. Only space and separators change, \
      so that a script means what it meant; prose is not touched. A file that has nothing to be \
      changed is not written. A file with syntax errors is left alone, the errors are told, and the \
      exit status is 2.

      A statement has a line of its own. Blocks are indented by four columns; one that was written on \
      one line stays there if the line has room for it, 100 columns. A space stands on both sides of \
      operators and braces, behind commas and colons, and before a comment behind code. At most one \
      line is blank in a row. Which items share a line, and where a long statement goes on in the \
      next line, is the author's choice. Lines end as most lines of the file do, LF or CRLF, and the \
      last line of a script ends like the others.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [String]

  @Flag(
    help: "Write nothing; name the files that would change, and exit with status 1 if any would.")
  var check = false

  @Flag(help: "Write nothing; print what would change as a unified diff.")
  var diff = false

  @OptionGroup var input: InputOptions

  func run() throws {
    let inputs = Input.all(
      paths, standardInputName: input.name, extensions: [".md", ".walk"])
    var status = ExitStatus.holds
    for input in inputs { status = max(status, try format(input)) }
    try status.end()
  }

  private func format(_ input: Input) throws -> ExitStatus {
    let text: LessonText
    do throws(FileFailure) {
      text = try input.read()
    } catch {
      Terminal.complain(.unreadableFile(input.path, reason: error.reason))
      return .broken
    }
    let result = LessonFormatter.format(SourceFile(name: text.name, bytes: text.bytes))
    for diagnostic in result.diagnostics { Terminal.complain(diagnostic, in: result.sources) }
    let isChanged = result.bytes != text.bytes
    if diff, isChanged {
      let name = DiagnosticRenderer.printable(text.name)
      try Terminal.print(
        LineDifference.unified(
          from: text.bytes, to: result.bytes, oldName: name, newName: name))
    } else if check, isChanged {
      try Terminal.print(DiagnosticRenderer.printable(text.name) + "\n")
    }
    if !check, !diff {
      // A filter hands on what it cannot format: an editor must not lose the text.
      if input.path == "-" {
        try Terminal.print(result.bytes)
      } else if isChanged {
        do throws(FileFailure) {
          try FileSystem.replace(input.path, with: result.bytes)
        } catch {
          Terminal.complain(.unwritableFile(input.path, reason: error.reason))
          return .broken
        }
      }
    }
    if !result.diagnostics.isEmpty { return .broken }
    return check && isChanged ? .fails : .holds
  }
}
