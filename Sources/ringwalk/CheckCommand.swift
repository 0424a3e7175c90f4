import ArgumentParser
import Claims
import Handout
import Lesson
import Program
import SourceText

/// `ringwalk check PATH…`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check lessons and scripts: verdicts only.",
    discussion: """
      A folder stands for all .md and .walk files below it. Claims that hold are counted; those that \
      fail or are vacuous (hold only because nothing matched) are shown. With --strict, a vacuous \
      claim counts as one that fails.

      --format json is one document with messages, their places and what would mend them, and with the \
      expectations that do not simply hold; --format sarif is the same for code forges (SARIF 2.1.0): \
      upload it, and they show it beside the changed lines. --watch checks again whenever a file has \
      changed, until Ctrl-C.

      --accept writes into the fences `output` and `table show=` what the runs give, where that is \
      something else: only lines that have changed, in place, and never in the place of an elision. It \
      prints what it has written as a diff. A lesson with other errors is left alone.

      --against DIR compares the handouts in DIR, which any version of ringwalk build has written, with \
      those that this version would write now, and lists which differ, are new or are not made any more: \
      with the lines that a reader would find changed. It writes nothing; its status is 1 when something \
      differs. The format is that of the files in DIR.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [String]

  @Flag(help: "Let vacuous claims fail.")
  var strict = false

  @Flag(help: "Say how long each file took; such output is never the same twice.")
  var timings = false

  /// How findings are written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif
  }

  @Option(help: "For people, for programs, or for code forges.")
  var format = Format.text

  @Flag(help: "Check again whenever a file has changed.")
  var watch = false

  @Flag(help: "Write what the runs give into output and table fences that say something else.")
  var accept = false

  @Option(
    help: ArgumentHelp(
      "Say how handouts that were built before differ from those of now.", valueName: "dir"))
  var against: String?

  @Option(help: "For --against: whom the handouts are for, student or instructor.")
  var edition = HandoutEdition.student

  @Option(help: ArgumentHelp("For --against: the theme of the handouts.", valueName: "dir"))
  var theme: String?

  @OptionGroup var input: InputOptions
  @OptionGroup var limits: LimitOptions

  func validate() throws {
    if watch, format != .text { throw ValidationError("--watch is for --format text") }
    if accept, watch { throw ValidationError("--accept writes files, --watch looks at them") }
    if accept, format != .text { throw ValidationError("--accept is for --format text") }
    if accept, paths.contains("-") {
      throw ValidationError("--accept writes files, and standard input is none")
    }
    if against == nil, edition != .student || theme != nil {
      throw ValidationError("--edition and --theme are for --against")
    }
    if against != nil, accept || watch || format != .text {
      throw ValidationError("--against stands alone")
    }
    if watch, paths.contains("-") { throw ValidationError("standard input cannot be watched") }
  }

  func run() async throws {
    if let against {
      let comparison = HandoutCheck(
        folder: against, edition: edition, theme: try ThemeFolder.named(theme),
        limits: limits.limits)
      return try await comparison.run(paths, standardInputName: input.name).end()
    }
    guard watch else { return try await check().end() }
    let watcher = FileWatcher()
    var seen: [String: FileStamp?]?
    while true {
      let stamps = stamps
      if stamps != seen {
        let isFirst = seen == nil
        seen = stamps
        if !isFirst { try Terminal.print("\n") }
        _ = try await check()
      }
      let folders = Set(
        stamps.keys.map(FileSystem.folder)
          + paths.filter { (try? FileSystem.kind(of: $0)) == .folder })
      // What has changed in a folder before it was watched is not told: so one more look.
      if await watcher.watch(folders) { continue }
      for await _ in watcher.hints { break }
      // One saving is several events.
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// What the system says of the files that are checked, and of the files in their folders that they may
  /// include.
  private var stamps: [String: FileStamp?] {
    var stamps: [String: FileStamp?] = [:]
    for input in Input.all(paths, standardInputName: nil, extensions: [".md", ".walk"]) {
      stamps[input.path] = FileStamp.ofTarget(input.path)
      let folder = FileSystem.folder(of: input.path)
      guard let names = try? FileSystem.files(in: folder) else { continue }
      for name in names where name.hasSuffix(".walk") || name.hasSuffix(".md") {
        stamps["\(folder)/\(name)"] = FileStamp.ofTarget("\(folder)/\(name)")
      }
    }
    return stamps
  }

  private func check() async throws -> ExitStatus {
    let limits = limits.limits
    let inputs = Input.all(
      paths, standardInputName: input.name, extensions: [".md", ".walk"])
    if accept {
      var status = ExitStatus.holds
      for input in inputs { status = max(status, try Acceptance.accept(input, limits: limits)) }
      // What is checked then is what stands there now.
      if status != .holds { return status }
    }
    // The cover is checked like any lesson, and besides the order that it names.
    let book = Book(inputs, paths: paths, limits: limits, wantsGlossary: false)
    let isText = format == .text
    if isText { Terminal.complain(book.renderedDiagnostics) }
    var files: [CheckedFile] = []
    var status = book.diagnostics.isEmpty ? ExitStatus.holds : .broken
    var lessons: [LinkedLesson] = []
    let (strict, timings) = (strict, timings)
    try await inOrder(inputs) { input in
      let start = ContinuousClock.now
      let lesson = input.compile(limits: limits)
      let linked = LinkedLesson(lesson)
      let time = timings ? ContinuousClock.now - start : nil
      let isTooEmpty =
        strict && lesson.scenarios.contains { $0.outcomes.contains(where: \.isVacuous) }
      return Report(
        linked: linked, text: isText ? VerdictReport.text(lesson, time: time) : "",
        diagnostics: isText ? lesson.renderedDiagnostics : "",
        findings: isText ? nil : CheckedFile(lesson, strict: strict),
        status: max(lesson.exitStatus, isTooEmpty ? .fails : .holds))
    } each: { report in
      if isText {
        Terminal.complain(report.diagnostics)
        try Terminal.print(report.text)
      }
      if let findings = report.findings { files.append(findings) }
      status = max(status, report.status)
      lessons.append(report.linked)
    }
    for (index, found) in LinkedLesson.problems(of: lessons).enumerated() {
      for (diagnostic, sources) in found {
        if isText { Terminal.complain(diagnostic, in: sources) }
        if diagnostic.severity == .error { status = .broken }
      }
      if !isText, files.indices.contains(index) {
        files[index].findings += found.map { CheckedFile.Finding($0.0, in: $0.1) }
      }
    }
    if !isText, !book.diagnostics.isEmpty {
      let name = book.sources.files.first?.name ?? "book.md"
      files.append(CheckedFile(name: name, book.diagnostics.map { ($0, book.sources) }))
    }
    switch format {
    case .text: break
    case .json: try Terminal.print(try CheckReport(files: files).json())
    case .sarif: try Terminal.print(try CheckReport(files: files).sarif())
    }
    return status
  }

  private struct Report: Sendable {
    let linked: LinkedLesson
    let text: String
    let diagnostics: String
    let findings: CheckedFile?
    let status: ExitStatus
  }
}
