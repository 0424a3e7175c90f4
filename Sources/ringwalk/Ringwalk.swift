import ArgumentParser

/// The command line of Ringwalk.
@main
struct Ringwalk: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ringwalk",
    abstract: "Lessons about operating systems that are run, checked and told.",
    discussion: """
      A lesson is a CommonMark file whose `walk` fences describe a machine and its processes; a \
      script is the same statements in a bare .walk file. The exit status is 0 when all \
      expectations hold, 1 when one fails, 2 when something does not compile or cannot be read, \
      64 for a mistake in the command itself.
      """,
    version: Tool.version,
    subcommands: [
      RunCommand.self, CheckCommand.self, BuildCommand.self, ServeCommand.self,
      MdBookCommand.self, ExplainCommand.self,
    ])
}
