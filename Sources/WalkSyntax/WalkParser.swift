public import SourceText

/// Reads Walk: text to tree.
public enum WalkParser {
  /// The most bytes a script may have; a larger one is not read, and W0115 says so.
  public static let maximumSourceBytes = 4 << 20
  /// How deeply blocks and brackets may stand in each other (W0116).
  public static let maximumNesting = 64
  /// How many operators an expression may have in one row (W0117); the height of a tree is at most
  /// this and twice the nesting.
  public static let maximumChain = 256
  /// How many errors are listed for one fragment; then one note (W0118) ends the list.
  public static let maximumDiagnostics = 100

  /// Parses a whole script or fence.
  ///
  /// It never fails: what could not be read is a `.missing` node with a diagnostic, and parsing goes
  /// on with the next statement. Every byte of the fragment is in exactly one token.
  ///
  /// - Parameters:
  ///   - fragment: The text.
  ///   - limit: How many bytes are read at most. Only who measures wants more than others may; places
  ///     have 32 bits, so 2 GiB is the end.
  /// - Complexity: O(*n*) in the bytes of the fragment.
  public static func parse(
    _ fragment: SourceFragment, limit: Int = maximumSourceBytes
  ) -> ScriptSyntax {
    guard var parser = Parser(fragment, limit: limit) else {
      let count = fragment.bytes.count
      return ScriptSyntax(
        fragment: fragment, tokens: [Token(.invalid, lower: 0, upper: count)], statements: [],
        diagnostics: [.sourceTooLarge(count, at: fragment.range(0, 0))])
    }
    let statements = parser.script()
    return ScriptSyntax(
      fragment: fragment, tokens: parser.tokens, statements: statements,
      diagnostics: parser.allDiagnostics())
  }

  /// Parses one value: the EXPR of an inline `{= EXPR}`, in which arguments of calls may be event
  /// sets. Line feeds are white space in it.
  public static func parseValue(
    _ fragment: SourceFragment
  ) -> (value: ExpressionSyntax, diagnostics: [Diagnostic]) {
    guard var parser = Parser(fragment) else {
      let range = fragment.range(0, 0)
      return (.missing(range), [.sourceTooLarge(fragment.bytes.count, at: range)])
    }
    let value = parser.wholeValue()
    return (value, parser.allDiagnostics())
  }
}
