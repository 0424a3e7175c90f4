import SourceText
import WalkSyntax

/// Parses bytes as a file of their own.
func parse(_ bytes: [UInt8]) -> ScriptSyntax {
  var sources = SourceSet()
  let file = SourceFile(name: "test.walk", bytes: bytes)
  return WalkParser.parse(SourceFragment(file, id: sources.add(file)))
}

/// Whether the tokens follow each other without gap or overlap and cover all bytes.
func isLossless(_ script: ScriptSyntax) -> Bool {
  var position = 0
  for token in script.tokens {
    guard token.lower == position, token.upper > token.lower else { return false }
    position = token.upper
  }
  return position == script.fragment.bytes.count
}
