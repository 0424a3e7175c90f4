public import SourceText

/// A script in the house's style.
public struct FormattedScript: Sendable {
  /// The text; that of the fragment where it cannot be read.
  public var bytes: [UInt8]
  /// Whether the text is another one than the fragment's.
  public var isChanged: Bool
  /// What is wrong with the syntax; if anything is, nothing is changed.
  public var diagnostics: [Diagnostic]
}

/// Brings scripts into the house's style.
///
/// The style: a statement has a line of its own; blocks are indented by four columns; a block that was
/// written on one line stays there if the line has room for it; signs between operands, and braces,
/// have a space on both sides; items in a row are separated by `, `; at most one line is blank in a
/// row; a comment behind code stands one space behind it. Where a statement goes on in the next line
/// is the author's choice, and so is which items of a block share a line.
///
/// Only space, and `;` and `,` between statements and items, are changed: the script means what it
/// meant. Formatting a second time changes nothing.
public enum WalkFormatter {
  /// How long a line may become when a block is kept on it.
  public static let lineColumns = 100
  /// How far the statements of a block stand to the right of it.
  public static let indentColumns = 4

  /// The whole text of a fragment in the house's style.
  ///
  /// The text ends with a line feed unless it is empty. Lines end as most of them did.
  ///
  /// - Complexity: O(*n*) in the bytes of the fragment.
  public static func format(_ fragment: SourceFragment) -> FormattedScript {
    var diagnostics: [Diagnostic]
    if var parser = Parser(fragment) {
      _ = parser.script()
      diagnostics = parser.allDiagnostics()
      if diagnostics.isEmpty {
        var layout = ScriptLayout(parser)
        let bytes = layout.written()
        return FormattedScript(
          bytes: bytes, isChanged: bytes != fragment.bytes, diagnostics: diagnostics)
      }
    } else {
      diagnostics = WalkParser.parse(fragment).diagnostics
    }
    return FormattedScript(bytes: fragment.bytes, isChanged: false, diagnostics: diagnostics)
  }

  /// The edits that bring a whole file into the house's style, in order; none when it cannot be read.
  ///
  /// A fence of a lesson has a prefix on each line that only the lesson's room knows; this is for
  /// files that are scripts.
  public static func edits(_ file: SourceFile, id: FileID) -> [SourceEdit] {
    let formatted = format(SourceFragment(file, id: id))
    guard formatted.isChanged else { return [] }
    let old = LineDifference.lines(of: file.bytes)
    let new = LineDifference.lines(of: formatted.bytes)
    return LineDifference.changes(from: old, to: new).map { change in
      SourceEdit(
        range: SourceRange(
          file: id, lower: old.offset(of: change.old.lowerBound),
          upper: old.offset(of: change.old.upperBound)),
        replacement: String(decoding: new[change.new].joined(), as: UTF8.self))
    }
  }
}

extension [ArraySlice<UInt8>] {
  /// Where a line begins; the text's end for the one behind the last.
  fileprivate func offset(of line: Int) -> Int {
    line < count ? self[line].startIndex : last?.endIndex ?? 0
  }
}
