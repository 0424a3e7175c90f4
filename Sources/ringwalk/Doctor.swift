import Handout
import Lesson
import Markdown
import Program
import SourceText
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Looks whether what ringwalk needs is there and works.
struct Doctor {
  /// How it is with something.
  enum Health: String {
    /// It works.
    case fine = "ok"
    /// It is not there, and only some commands miss it.
    case missing = "note"
    /// It does not work.
    case broken = "bad"
  }

  /// What was found of one thing.
  struct Finding {
    let health: Health
    /// What was looked at.
    let subject: String
    /// What was found, in words.
    let words: String
  }

  private(set) var findings: [Finding] = []

  /// Whether anything that every command needs does not work.
  var isIll: Bool { findings.contains { $0.health == .broken } }

  /// A line for each finding.
  var text: String {
    findings.map { finding in
      let word = finding.health.rawValue
      let gap = String(repeating: " ", count: max(1, 5 - word.utf8.count))
      return
        "\(word)\(gap)\(DiagnosticRenderer.printable("\(finding.subject): \(finding.words)"))\n"
    }.joined()
  }

  private mutating func add(_ health: Health, _ subject: String, _ words: String) {
    findings.append(Finding(health: health, subject: subject, words: words))
  }

  // MARK: The program

  /// Version, libraries, and a script that is run.
  mutating func lookAtProgram() {
    #if os(Linux)
      let place = FileSystem.realPath("/proc/self/exe") ?? "a program that the system does not name"
    #else
      let place = CommandLine.arguments.first ?? "a program without a name"
    #endif
    add(.fine, "program", "\(Tool.version), \(place)")
    add(.fine, "libraries", "libcmark \(MarkdownDocument.libraryVersion)")
    let lesson = Lesson.compile(
      SourceFile(name: "doctor.walk", bytes: Array(Self.script.utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside })
    let outcomes = lesson.scenarios.flatMap(\.outcomes)
    if lesson.isBroken || lesson.hasFailures || outcomes.isEmpty {
      add(.broken, "simulator", "a script does not do what it always does")
    } else {
      add(.fine, "simulator", "a script was run, and all that it expects holds")
    }
    let pages = Handout.pages(of: lesson, format: .html, context: HandoutContext())
    let size = pages.map(\.bytes.count).reduce(0, +)
    add(
      size > 0 ? .fine : .broken, "pages", "a handout of \(size) bytes was made of it")
  }

  private static let script = """
    program p { write(1, "hi\\n", 3) }
    start p
    run
    expect p enters kernel by syscall then p writes "hi\\n" then p exits 0
    """

  /// What pages look like: the built-in theme, which lies in no file, or one from a folder.
  mutating func lookAtTheme(_ folder: String?) {
    guard let folder else {
      return add(.fine, "theme", "the built-in one, which is part of the program")
    }
    let theme = ThemeFolder(folder)
    if theme.diagnostics.isEmpty {
      add(.fine, "theme", "\(folder) can be used")
    } else {
      let first = theme.diagnostics.first?.message ?? ""
      add(.broken, "theme", "\(folder) cannot be used: \(first)")
    }
  }

  // MARK: Surroundings

  /// Whether a folder has lessons, and can be written.
  mutating func lookAt(folder: String) {
    do throws(FileFailure) {
      guard try FileSystem.kind(of: folder) == .folder else { throw FileFailure("it is a file") }
      let lessons = try FileSystem.lessons(
        below: folder, extensions: [".md", ".walk"], excluding: nil)
      let files = lessons.count == 1 ? "1 lesson or script" : "\(lessons.count) lessons and scripts"
      add(.fine, "folder", "\(folder) has \(files) below it")
    } catch {
      return add(.broken, "folder", "\(folder) cannot be read: \(error.reason)")
    }
    let probe = ".ringwalk-doctor.\(getpid())"
    do throws(FileFailure) {
      try FileSystem.write([], to: probe, in: folder)
      guard unlink("\(folder)/\(probe)") == 0 else { throw FileFailure(errno: errno) }
      add(.fine, "writing", "files can be made in \(folder)")
    } catch {
      add(.broken, "writing", "no file can be made in \(folder): \(error.reason)")
    }
  }

  /// What the terminal can, and whether pages can be served on this machine.
  mutating func lookAtSurroundings() {
    let output = FileDescriptor.standardOutput.rawValue
    var size = winsize()
    if isatty(output) == 1, ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      let colour =
        Terminal.isDumb
        ? "no stepper" : Terminal.allowsColour ? "colours" : "no colours, as NO_COLOR says"
      add(.fine, "terminal", "\(size.ws_col) columns, \(size.ws_row) lines, \(colour)")
    } else {
      add(.missing, "terminal", "the output is none; run --tui needs one")
    }
    do throws(FileFailure) {
      let server = try LocalServer(address: "127.0.0.1", port: 0)
      _ = server.port
      add(.fine, "network", "pages can be served on this machine")
    } catch {
      add(.missing, "network", "serve cannot listen on 127.0.0.1: \(error.reason)")
    }
    look(
      for: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
      called: "Chromium", need: "make pdf, which prints handouts,")
    look(for: ["pandoc"], called: "Pandoc", need: "ringwalk pandoc, as its filter,")
    look(for: ["mdbook"], called: "mdBook", need: "ringwalk mdbook, as its preprocessor,")
  }

  /// Whether one of some programs can be started by its name.
  private mutating func look(for names: [String], called title: String, need: String) {
    let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
    for name in names {
      for folder in folders {
        let path = "\(folder)/\(name)"
        guard (try? FileSystem.kind(of: path)) == .file, access(path, X_OK) == 0 else { continue }
        return add(.fine, title, path)
      }
    }
    add(.missing, title, "not found; only \(need) needs it")
  }
}
