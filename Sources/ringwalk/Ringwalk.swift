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
      RunCommand.self, CheckCommand.self, FmtCommand.self, CoverageCommand.self, BuildCommand.self,
      ServeCommand.self,
      ThemeCommand.self,
      GradeCommand.self,
      VariantCommand.self, AuditCommand.self, CompareCommand.self, MergeCommand.self,
      BookCommand.self, MdBookCommand.self,
      PandocCommand.self,
      LSPCommand.self, EditorsCommand.self, ExplainCommand.self, NewCommand.self,
      DoctorCommand.self,
    ])

  /// Pandoc runs filters by the name of a program, without room for a subcommand: under that name it is one.
  static func main() async {
    let name = CommandLine.arguments.first?.split(separator: "/").last
    let rest = CommandLine.arguments.dropFirst()
    await main(name == "ringwalk-pandoc" ? ["pandoc"] + rest : Array(rest))
  }
}
