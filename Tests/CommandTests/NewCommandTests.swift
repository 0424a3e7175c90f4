import Foundation
import Testing

@Suite struct NewCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func `new makes a course in which all that its README says can be typed`() throws {
    let made = try folder.run("new", "course")
    #expect(made.status == 0)
    #expect(made.errors == "")
    let listed = made.output.split(separator: "\n").filter { $0.hasPrefix("course/") }
    #expect(Set(listed.map(String.init)) == Set(try folder.content().keys))
    let readme = try folder.text("course/README.md")
    let commands = readme.split(separator: "\n").filter { $0.hasPrefix("    ringwalk ") }
    #expect(commands.count == 7)
    for command in commands {
      let words = command.split(separator: " ").dropFirst().map(String.init)
      guard words.first != "serve" else { continue }
      let outcome = try inCourse(words)
      #expect(outcome.status == 0, "\(command): \(outcome)")
      #expect(outcome.errors == "", "\(command)")
    }
    #expect(FileManager.default.fileExists(atPath: folder.path("course/site/index.html")))
    #expect(try inCourse(["check", "--strict", "lessons"]).status == 0)
    #expect(try inCourse(["fmt", "--check", "lessons", "solutions"]).output == "")
    let audit = try inCourse([
      "audit", "lessons/01-a-first-lesson.md", "--solutions", "solutions/01-a-first-lesson",
    ]).output
    #expect(audit.contains("the reference has 5 of 5 points"))
    #expect(!audit.contains("points instead of"))
  }

  /// Runs ringwalk in the course's folder.
  private func inCourse(_ arguments: [String]) throws -> Outcome {
    let script = "cd course && exec \"$@\""
    let binary = try Folder.binary
    return try Script.run(
      "/bin/sh", ["-c", script, "sh", binary.path()] + arguments, in: folder,
      ringwalk: binary.deletingLastPathComponent().path())
  }

  @Test func `new leaves a folder alone that has something in it`() throws {
    try folder.write("course/notes.txt", "mine")
    let outcome = try folder.run("new", "course")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0028"])
    #expect(try folder.content().keys.sorted() == ["course/notes.txt"])
    try folder.write("file", "")
    #expect(try folder.run("new", "file").status == 2)
    #expect(try folder.run("new", "course/deep/er").status == 0)
  }
}

@Suite struct DoctorTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// The finding about something: its first word, and the words behind its subject.
  private func finding(_ subject: String, _ output: String) -> (health: String, words: String)? {
    for line in output.split(separator: "\n") {
      guard let match = line.wholeMatch(of: /(ok|note|bad) +([^:]+): (.*)/),
        match.2 == subject
      else { continue }
      return (String(match.1), String(match.3))
    }
    return nil
  }

  @Test func `doctor runs a script and looks around`() throws {
    try folder.write("a/b.md", "# x\n")
    let outcome = try folder.run("doctor", "a")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let subjects = [
      "program", "libraries", "simulator", "pages", "theme", "folder", "writing",
    ]
    for subject in subjects {
      #expect(finding(subject, outcome.output)?.health == "ok", "\(subject)")
    }
    #expect(finding("folder", outcome.output)?.words == "a has 1 lesson or script below it")
    #expect(finding("terminal", outcome.output)?.health == "note")
    #expect(try folder.content().keys.sorted() == ["a/b.md"])
    for line in outcome.output.split(separator: "\n") {
      #expect(line.wholeMatch(of: /(ok   |note |bad  )[A-Za-z]+: .+/) != nil, "\(line)")
    }
  }

  @Test func `doctor finds the programs that some commands are for`() throws {
    try folder.write("bin/chromium-browser", "#!/bin/sh\n")
    try folder.write("bin/pandoc", "not to be executed")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/chromium-browser"))
    let outcome = try folder.run("doctor", environment: ["PATH": folder.path("bin")])
    #expect(outcome.status == 0)
    #expect(finding("Chromium", outcome.output)?.health == "ok")
    #expect(
      finding("Chromium", outcome.output)?.words.hasSuffix("bin/chromium-browser") == true)
    #expect(finding("Pandoc", outcome.output)?.health == "note")
    #expect(finding("mdBook", outcome.output)?.health == "note")
  }

  @Test func `doctor says what does not work`() throws {
    let missing = try folder.run("doctor", "nowhere")
    #expect(missing.status == 2)
    #expect(finding("folder", missing.output)?.health == "bad")
    try folder.write("theme/page.mustache", "{{#open}}")
    let theme = try folder.run("doctor", "--theme", "theme")
    #expect(theme.status == 2)
    #expect(finding("theme", theme.output)?.health == "bad")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self")))
  func `doctor notices that nothing can be written`() throws {
    let outcome = try folder.run("doctor", "/proc/self/fdinfo")
    #expect(outcome.status == 2)
    #expect(finding("writing", outcome.output)?.health == "bad")
  }
}

@Suite struct HelpTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// A command as argument-parser describes it to the generators of manuals.
  private struct Command: Decodable {
    struct Argument: Decodable {
      let valueName: String?
      let abstract: String?
      let shouldDisplay: Bool
    }

    let commandName: String
    let abstract: String?
    let arguments: [Argument]?
    let subcommands: [Command]?

    var all: [Command] { [self] + (subcommands ?? []).flatMap(\.all) }
  }

  private struct Description: Decodable { let command: Command }

  private func commands() throws -> Command {
    let outcome = try folder.run("--experimental-dump-help")
    return try JSONDecoder().decode(Description.self, from: Data(outcome.output.utf8)).command
  }

  @Test func `every command and every argument is explained in help and manual`() throws {
    let all = try commands().all
    #expect(all.count > 20)
    // Of its own `help` argument-parser has nothing to say.
    for command in all where command.commandName != "help" {
      #expect(command.abstract?.isEmpty == false, "\(command.commandName)")
      for argument in command.arguments ?? [] where argument.shouldDisplay {
        #expect(
          argument.abstract?.isEmpty == false,
          "\(command.commandName): \(argument.valueName ?? "")")
      }
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `there are completions for every command`(_ shell: String) throws {
    let outcome = try folder.run("--generate-completion-script", shell)
    #expect(outcome.status == 0)
    for command in try commands().all {
      #expect(outcome.output.contains(command.commandName), "\(command.commandName)")
    }
    guard shell == "bash" else { return }
    try folder.write("completion", outcome.output)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-n", folder.path("completion")]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
