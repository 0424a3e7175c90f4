import SourceText
import WalkSyntax

/// Parses text as a file of its own.
func parse(_ text: String) -> ScriptSyntax { parse(Array(text.utf8)) }

/// What is wrong, one line each: `2:5-9 W0104 message`.
func complaints(_ script: ScriptSyntax) -> [String] {
  let file = SourceFile(name: "test.walk", bytes: script.fragment.bytes)
  return script.diagnostics.map { diagnostic in
    guard let range = diagnostic.primary?.range else { return "\(diagnostic.code)" }
    let place = file.position(at: range.lower)
    return "\(place.line):\(place.column) \(diagnostic.code) \(diagnostic.message)"
  }
}

/// The first statement of a script that must be in order.
func first(_ text: String) -> StatementSyntax? {
  let script = parse(text)
  return script.diagnostics.isEmpty ? script.statements.first : nil
}
