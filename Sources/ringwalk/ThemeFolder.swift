import Handout
import Lesson
import SourceText

/// A theme as it lies in a folder.
struct ThemeFolder {
  /// What pages are made with; not to be used when something is wrong.
  let theme: HandoutTheme
  let diagnostics: [Diagnostic]
  let sources: SourceSet

  /// Reads the theme of a folder.
  ///
  /// Never fails: what cannot be read is told.
  init(_ folder: String) {
    var files: [SourceFile] = []
    var reason: String?
    do throws(FileFailure) {
      for name in try FileSystem.files(in: folder) where HandoutTheme.isPart(name) {
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        let bytes = try FileSystem.read(path, limit: HandoutTheme.byteLimit)
        files.append(SourceFile(name: path, bytes: bytes))
      }
      if files.isEmpty { reason = "it has neither templates nor a sheet" }
    } catch {
      reason = error.reason
    }
    let found = HandoutTheme.read(files) { Digest(of: $0).rawValue }
    theme = found.theme
    sources = found.sources
    diagnostics = (reason.map { [.noTheme(folder, reason: $0)] } ?? []) + found.diagnostics
  }

  /// What is wrong, as standard error shows it.
  var renderedDiagnostics: String {
    let renderer = DiagnosticRenderer(isColoured: Terminal.isColoured)
    return diagnostics.map { renderer.render($0, in: sources) + "\n" }.joined()
  }

  /// The theme of a command's option; what is wrong with it ends the command.
  static func named(_ folder: String?) throws -> HandoutTheme? {
    guard let folder else { return nil }
    let found = ThemeFolder(folder)
    guard found.diagnostics.isEmpty else {
      Terminal.complain(found.renderedDiagnostics)
      try ExitStatus.broken.end()
      return nil
    }
    return found.theme
  }
}
