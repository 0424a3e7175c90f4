import SourceText
import WalkSyntax

/// What holds of parsing and formatting any bytes at all: what the fuzzer looks for the opposite of.
package enum Laws {
  /// What is wrong with how some bytes are parsed; `nil` when nothing is.
  package static func parsingFlaw(_ bytes: [UInt8]) -> String? {
    let script = parse(bytes)
    if let flaw = scriptFlaw(of: script, fileBytes: bytes.count) { return flaw }
    let value = WalkParser.parseValue(fragment(bytes))
    if let flaw = placeFlaw(value.diagnostics, fileBytes: bytes.count) { return "a value: \(flaw)" }
    if case .missing = value.value, value.diagnostics.isEmpty {
      return "a value that cannot be read has no message"
    }
    if let flaw = fenceFlaw(bytes, script) { return flaw }
    return fixFlaw(bytes, script)
  }

  /// What is wrong with how some bytes are formatted; `nil` when nothing is.
  package static func formattingFlaw(_ bytes: [UInt8]) -> String? {
    if let flaw = flaw(bytes) { return flaw }
    let file = SourceFile(name: "test.walk", bytes: bytes)
    let edits = WalkFormatter.edits(file, id: FileID(rawValue: 0))
    guard let made = applied(edits, to: bytes) else { return "edits overlap or lie outside" }
    return made == format(bytes).bytes ? nil : "the edits make another text"
  }

  /// The text after some edits; `nil` when they are not in order within it.
  static func applied(_ edits: [SourceEdit], to bytes: [UInt8]) -> [UInt8]? {
    var text: [UInt8] = []
    var copied = 0
    for edit in edits {
      guard copied <= edit.range.lower, edit.range.upper <= bytes.count else { return nil }
      text += bytes[copied..<edit.range.lower]
      text += Array(edit.replacement.utf8)
      copied = edit.range.upper
    }
    return text + bytes[copied...]
  }

  private static func fragment(_ bytes: [UInt8]) -> SourceFragment {
    SourceFragment(SourceFile(name: "test.walk", bytes: bytes), id: FileID(rawValue: 0))
  }

  private static func scriptFlaw(of script: ScriptSyntax, fileBytes: Int) -> String? {
    guard isLossless(script) else { return "the tokens do not cover the text" }
    if let flaw = placeFlaw(script.diagnostics, fileBytes: fileBytes) { return flaw }
    var last = 0
    for lower in script.diagnostics.compactMap(\.primary?.range.lower) {
      guard lower >= last else { return "the messages are not in order" }
      last = lower
    }
    guard script.diagnostics.isEmpty else { return nil }
    for statement in script.statements {
      if case .missing = statement { return "a statement that cannot be read has no message" }
    }
    for token in script.tokens where token.kind == .invalid {
      return "the token at \(token.lower) means nothing and has no message"
    }
    return nil
  }

  /// Whether everything that messages point at lies in the text.
  private static func placeFlaw(_ diagnostics: [Diagnostic], fileBytes: Int) -> String? {
    guard diagnostics.count <= WalkParser.maximumDiagnostics + 1 else { return "too many messages" }
    for diagnostic in diagnostics {
      guard diagnostic.primary != nil else { return "\(diagnostic.code) has no place" }
      let labels = [diagnostic.primary].compactMap { $0 } + diagnostic.related
      let ranges = labels.map(\.range) + diagnostic.fixIts.flatMap { $0.edits.map(\.range) }
      for range in ranges where range.lower < 0 || range.upper > fileBytes {
        return "\(diagnostic.code) at \(range.lower)-\(range.upper) of \(fileBytes) bytes"
      }
      if diagnostic.message.isEmpty { return "\(diagnostic.code) says nothing" }
    }
    return nil
  }

  /// Whether the same text in a fence, with `> ` before each line, is parsed as it is on its own.
  private static func fenceFlaw(_ bytes: [UInt8], _ script: ScriptSyntax) -> String? {
    var segments: [SourceFragment.Segment] = []
    var (fragmentOffset, fileOffset) = (0, 0)
    for line in LineDifference.lines(of: bytes) {
      fileOffset += 2
      segments.append(
        SourceFragment.Segment(fragmentOffset: fragmentOffset, fileOffset: fileOffset))
      fragmentOffset += line.count
      fileOffset += line.count
    }
    let quoted = WalkParser.parse(
      SourceFragment(file: FileID(rawValue: 0), bytes: bytes, segments: segments))
    guard quoted.tokens == script.tokens, quoted.statements.count == script.statements.count,
      quoted.diagnostics.map(\.message) == script.diagnostics.map(\.message)
    else { return "in a fence it is parsed in another way" }
    return placeFlaw(quoted.diagnostics, fileBytes: max(2, fileOffset)).map { "in a fence: \($0)" }
  }

  /// Whether the text is still one after the first change that a message proposes.
  private static func fixFlaw(_ bytes: [UInt8], _ script: ScriptSyntax) -> String? {
    guard let fix = script.diagnostics.lazy.flatMap(\.fixIts).first else { return nil }
    guard let fixed = applied(fix.edits, to: bytes) else {
      return "\"\(fix.message)\" has edits that overlap or lie outside"
    }
    return scriptFlaw(of: parse(fixed), fileBytes: fixed.count).map { "\(fix.message): \($0)" }
  }
}
