public import SourceText

/// The codes of messages about themes.
enum ThemeCode {
  static let themeFile = DiagnosticCode(60)
  static let template = DiagnosticCode(61)
  static let templateName = DiagnosticCode(62)
}

/// What can be wrong with a theme.
extension Diagnostic {
  /// A file of a theme that cannot be used.
  ///
  /// - Parameters:
  ///   - bytes: What is underlined.
  ///   - nearest: The name that was probably meant.
  static func themeFile(
    _ message: String, _ label: String, at file: FileID, _ bytes: Range<Int>,
    nearest: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      code: ThemeCode.themeFile, severity: .error, message: message,
      primary: Label(
        SourceRange(file: file, lower: bytes.lowerBound, upper: bytes.upperBound), label),
      fixIts: nearest.map { [FixIt("call it `\($0)`", edits: [])] } ?? [])
  }

  /// A folder that is no theme.
  public static func noTheme(_ folder: String, reason: String) -> Diagnostic {
    Diagnostic(
      code: ThemeCode.themeFile, severity: .error,
      message: "\(DiagnosticRenderer.printable(folder)) is no theme: \(reason)", primary: nil,
      notes: ["`ringwalk theme FOLDER` writes one to begin with"])
  }

  /// A mistake in a template.
  static func template(
    _ message: String, _ label: String, at range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      code: ThemeCode.template, severity: .error, message: message, primary: Label(range, label))
  }

  /// A name in a template that nothing has.
  ///
  /// - Parameters:
  ///   - nearest: The name that was probably meant.
  ///   - known: The names that are there.
  static func unknownTemplateName(
    _ message: String, at range: SourceRange, nearest: String?, known: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      code: ThemeCode.templateName, severity: .error, message: message,
      primary: Label(range, "pages have nothing of this name"),
      notes: known.isEmpty ? [] : ["there is \(known.joined(separator: ", "))"],
      fixIts: nearest.map { [FixIt("write `\($0)`", edits: [])] } ?? [])
  }
}
