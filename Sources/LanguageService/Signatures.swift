import Catalogue
import Lesson
import SourceText
import WalkSemantics
import WalkSyntax

/// What a call takes, with the argument at hand.
public struct SignatureText: Sendable, Hashable {
  /// The call as it is written: `open(path, flags, [mode])`.
  public var label: String
  /// What it does.
  public var documentation: String
  /// Its parameters as they stand in the label, with what each is.
  public var parameters: [(name: String, documentation: String)] {
    zip(names, meanings).map { ($0, $1) }
  }
  /// The argument at hand, from 0; may be one more than there are parameters.
  public var active: Int
  var names: [String]
  var meanings: [String]
}

extension LanguageDocument {
  /// What the call takes whose arguments stand around an offset; `nil` outside of calls.
  public func signature(at offset: Int) -> SignatureText? {
    guard let (_, fence, inner) = fence(at: offset) else { return nil }
    let fragment = fence.script.fragment
    var depth = 0
    var argument = 0
    let tokens = fence.script.tokens.filter {
      $0.upper <= inner && ![.space, .comment, .newline].contains($0.kind)
    }
    var open: Int?
    for position in tokens.indices.reversed() where tokens[position].kind == .punctuation {
      switch fragment.text(tokens[position]) {
      case ")", "]": depth += 1
      case "(", "[":
        if depth == 0 { open = position }
        depth -= 1
      case ",": if depth == 0 { argument += 1 }
      case "{", "}": return nil
      default: break
      }
      if open != nil { break }
    }
    guard let open, open > 0, fragment.text(tokens[open]) == "(" else { return nil }
    let name = fragment.text(tokens[open - 1])
    let isMember = open > 2 && fragment.text(tokens[open - 2]) == "."
    if isMember {
      guard
        let function = LibraryFunction.named(name, in: fragment.text(tokens[open - 3]))
      else { return nil }
      return Self.signature(
        "\(function.library).\(name)", function.parameters, function.summary, argument)
    }
    let place = fragment.range(tokens[open - 1])
    if let use = names.use(at: place.lower), case let thing = names.things[use.thing],
      thing.kind == .function
    {
      let parameters = names.things.filter {
        $0.kind == .parameter && thing.whole.holds($0.declaration)
      }.map(\.name)
      return SignatureText(
        label: "\(name)(\(parameters.joined(separator: ", ")))", documentation: "",
        active: argument, names: parameters, meanings: parameters.map { _ in "" })
    }
    if let function = ScenarioScope.functions.first(where: { $0.name == name }),
      names.roles[place] == .question || SystemCall.named(name) == nil
    {
      return SignatureText(
        label: function.form, documentation: "a question to the run", active: argument, names: [],
        meanings: [])
    }
    guard let id = SystemCall.named(name == "exit" ? "exit_group" : name), let call = SystemCall[id]
    else {
      return nil
    }
    return Self.signature(name, call.parameters, call.summary, argument)
  }

  private static func signature(
    _ name: String, _ parameters: [Parameter], _ summary: String, _ active: Int
  ) -> SignatureText {
    let names = parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
    return SignatureText(
      label: "\(name)(\(names.joined(separator: ", ")))",
      documentation: "\(ManualPage.capitalised(summary)).", active: active, names: names,
      meanings: parameters.map { $0.type.words + ($0.isOptional ? " (optional)" : "") })
  }
}
