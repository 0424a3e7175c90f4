import ArgumentParser

/// `ringwalk doctor [DIR]`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look whether all that ringwalk needs is there and works.",
    discussion: """
      Says which program this is, runs a script and makes a page of it, looks at a folder, the terminal \
      and the network, and finds the other programs that some commands are for. A line begins with `ok`, \
      with `note` when only some commands miss what is not there, and with `bad` when something does not \
      work. The exit status is 2 when anything is bad.
      """)

  @Argument(help: "The folder with the lessons.")
  var folder = "."

  @Option(help: ArgumentHelp("A folder with a theme to look at.", valueName: "dir"))
  var theme: String?

  func run() throws {
    var doctor = Doctor()
    doctor.lookAtProgram()
    doctor.lookAtTheme(theme)
    doctor.lookAt(folder: folder)
    doctor.lookAtSurroundings()
    try Terminal.print(doctor.text)
    if doctor.isIll { try ExitStatus.broken.end() }
  }
}
