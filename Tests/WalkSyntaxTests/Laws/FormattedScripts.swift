import SourceText

@testable import WalkSyntax

/// What a script says: its lexemes with what they were taken for, but for separators between
/// statements and items.
func shape(_ bytes: [UInt8]) -> [String] {
  let file = SourceFile(name: "test.walk", bytes: bytes)
  var sources = SourceSet()
  guard var parser = Parser(SourceFragment(file, id: sources.add(file))) else { return [] }
  _ = parser.script()
  return parser.lexemes.filter { !$0.roles.contains(.separates) }.map {
    let text = String(decoding: bytes[Int($0.lower)..<Int($0.upper)], as: UTF8.self)
    let kind =
      parser.tokens.indices.contains(Int($0.token)) ? parser.tokens[Int($0.token)].kind : nil
    return "\(text) \($0.roles.rawValue) \(kind.map { "\($0)" } ?? "")"
  }
}

/// The comments of a script, without space at their ends.
func comments(_ script: ScriptSyntax) -> [String] {
  script.tokens.filter { $0.kind == .comment }.map {
    var text = script.fragment.bytes[$0.lower..<$0.upper]
    while let last = text.last, last == 0x20 || (0x09...0x0D).contains(last) { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Formats bytes as a file of their own.
func format(_ bytes: [UInt8]) -> FormattedScript {
  var sources = SourceSet()
  let file = SourceFile(name: "test.walk", bytes: bytes)
  return WalkFormatter.format(SourceFragment(file, id: sources.add(file)))
}

/// What is wrong with how a script is formatted: `nil` when it says what it said, has all its comments
/// and would not be changed again.
func flaw(_ bytes: [UInt8]) -> String? {
  let formatted = format(bytes)
  guard formatted.diagnostics.isEmpty else {
    return formatted.bytes == bytes && !formatted.isChanged ? nil : "changed in spite of errors"
  }
  let again = format(formatted.bytes)
  if !again.diagnostics.isEmpty { return "it cannot be read any more" }
  if again.bytes != formatted.bytes {
    return "formatted again it differs:\n" + String(decoding: again.bytes, as: UTF8.self)
  }
  let (before, after) = (shape(bytes), shape(formatted.bytes))
  if before != after {
    let first = zip(before, after).first { $0 != $1 }
    return "it says something else: \(first.map { "\($0)" } ?? "\(before.count), \(after.count)")"
  }
  if comments(parse(bytes)) != comments(parse(formatted.bytes)) { return "comments differ" }
  var blank = 0
  for line in LineDifference.lines(of: formatted.bytes) {
    let text = line.filter { $0 != 0x0A && $0 != 0x0D }
    if text.last == 0x20 || text.last == 0x09 { return "a line ends with a space" }
    blank = text.isEmpty ? blank + 1 : 0
    if blank > 1 { return "two blank lines" }
  }
  return nil
}
