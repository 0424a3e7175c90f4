import ArgumentParser
import Catalogue
import Claims
import Lesson
import Program
import SourceText
import SystemPackage

/// How standard input is called.
struct InputOptions: ParsableArguments {
  @Option(
    name: .customLong("stdin-name"),
    help: ArgumentHelp(
      "What standard input is called.",
      discussion: """
        The name stands in messages, its ending says whether it is a lesson (.md) or a script \
        (.walk), and its folder is the one that includes are read from.
        """,
      valueName: "name"))
  var name: String?
}

/// Something to compile.
struct Input: Sendable {
  /// The path, `-` for standard input.
  var path: String
  /// What standard input is called, if the user said so.
  var standardInputName: String?
  /// Why it cannot be read, where that is known already.
  var problem: FileFailure?

  /// The file's name without folder and extension.
  var lessonName: String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return last }
    return String(last[..<dot])
  }

  /// Reads it.
  func read() throws(FileFailure) -> LessonText {
    if let problem { throw problem }
    guard path == "-" else {
      return LessonText(
        name: path, bytes: try FileSystem.read(path, limit: LessonLimits.fileBytes))
    }
    let bytes = try FileSystem.read(.standardInput, limit: LessonLimits.fileBytes)
    let looks = Self.looksLikeLesson(bytes) ? "stdin.md" : "stdin.walk"
    return LessonText(name: standardInputName ?? looks, bytes: bytes)
  }

  /// Reads and compiles it.
  ///
  /// Never fails: what cannot be read is a lesson with a diagnostic.
  func compile(limits: RunLimits, language: LanguageChoice = .english) -> Lesson {
    do throws(FileFailure) {
      return try read().compile(limits: limits, language: language)
    } catch {
      return unreadable(error)
    }
  }

  /// A lesson that says why the file cannot be read.
  func unreadable(_ failure: FileFailure) -> Lesson {
    .unreadable(path, .unreadableFile(path, reason: failure.reason))
  }

  /// Whether text without a name is a lesson: it begins with front matter, or has a `walk` fence.
  private static func looksLikeLesson(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "---".utf8) || hasFence(bytes)
  }

  /// Whether text has a `walk` fence.
  static func hasFence(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: 0x0A).contains { line in
      let text = line.drop { $0 == 0x20 || $0 == 0x3E }
      guard let mark = text.first, mark == 0x60 || mark == 0x7E else { return false }
      let info = text.drop { $0 == mark }
      return text.count - info.count >= 3 && info.drop { $0 == 0x20 }.starts(with: "walk".utf8)
    }
  }

  /// The inputs that paths mean: files as they are, folders with all lessons below them.
  static func all(
    _ paths: [String], standardInputName: String?, extensions: [String],
    excluding excluded: String? = nil
  ) -> [Input] {
    var inputs: [Input] = []
    for path in paths {
      do throws(FileFailure) {
        if path != "-", try FileSystem.kind(of: path) == .folder {
          inputs += try FileSystem.lessons(
            below: path, extensions: extensions, excluding: excluded
          ).map { Input(path: $0) }
        } else {
          inputs.append(Input(path: path, standardInputName: standardInputName))
        }
      } catch {
        inputs.append(Input(path: path, problem: error))
      }
    }
    return inputs
  }
}

extension Lesson {
  /// Writes the diagnostics to standard error.
  func complain() {
    let text = renderedDiagnostics
    if !text.isEmpty { Terminal.complain(text) }
  }

  /// The diagnostics as standard error shows them.
  var renderedDiagnostics: String {
    let renderer = DiagnosticRenderer(isColoured: Terminal.isColoured)
    return diagnostics.map { renderer.render($0, in: sources) + "\n" }.joined()
  }

  /// What the command's end tells about it.
  var exitStatus: ExitStatus { isBroken ? .broken : hasFailures ? .fails : .holds }
}
