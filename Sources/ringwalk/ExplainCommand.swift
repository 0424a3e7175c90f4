import ArgumentParser
import Catalogue
import SourceText
import Trace

/// `ringwalk explain CODE|EVENT|SYSCALL`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a message's code, an event, a system call or a mechanism.",
    usage: "ringwalk explain <code|event|system call|mechanism>")

  @Argument(
    help:
      "A code (W0204), an event (sleeps, enters_kernel), a system call (open), a mechanism (S4).")
  var subject: [String]

  func validate() throws {
    if subject.isEmpty { throw ValidationError("say what to explain") }
  }

  func run() throws {
    let name = subject.joined(separator: " ")
    guard let text = Manual.explanation(of: name) else {
      let near = Manual.nearest(to: name).map { "; did you mean \($0)?" } ?? ""
      throw ValidationError(
        "`\(DiagnosticRenderer.printable(name))` is no code, event or system call\(near)")
    }
    try Terminal.print(text)
  }
}
