import Lesson
public import SourceText
import WalkSemantics
import WalkSyntax

/// Why a name cannot be changed.
public enum RenameRefusal: Error, Sendable, Hashable {
  /// There is no name of the script.
  case noName
  /// The new name is no name.
  case notAName(String)
  /// Something has the new name already.
  case taken(String)
  /// The name is used in a file that the text includes.
  case elsewhere
}

extension LanguageDocument {
  /// Where the name at an offset is declared; a path leads to its file or directory.
  public func definition(at offset: Int) -> SourceRange? {
    if let use = names.use(at: offset) { return names.things[use.thing].declaration }
    guard let (index, fence, inner) = fence(at: offset),
      let token = fence.script.tokens.first(where: { $0.lower <= inner && inner < $0.upper }),
      token.kind == .string
    else { return nil }
    var path = fence.script.fragment.text(token)
    path = String(path.dropFirst().dropLast())
    guard !path.isEmpty else { return nil }
    // What stands before counts first: worlds, then the fence itself.
    var nodes: [StringSyntax] = []
    for fence in lesson.fences[...index] {
      for part in fence.parts {
        for case .node(_, let place, _, _) in part.script.statements { nodes.append(place) }
        for case .symlink(let place, _, _) in part.script.statements { nodes.append(place) }
      }
    }
    let exact = nodes.last { $0.text == path }
    return (exact ?? nodes.last { !path.hasPrefix("/") && $0.text.hasSuffix("/" + path) })?.range
  }

  /// All places of the name at an offset, in order of place.
  public func references(at offset: Int, withDeclaration: Bool = true) -> [SourceRange] {
    guard let use = names.use(at: offset) else { return [] }
    return names.uses(of: use.thing).filter { withDeclaration || !$0.isDeclaration }.map(\.range)
  }

  /// The name at an offset that can be changed, with its text.
  public func renameable(at offset: Int) -> (range: SourceRange, name: String)? {
    guard let use = names.use(at: offset), names.things[use.thing].kind != .check else {
      return nil
    }
    return (use.range, names.things[use.thing].name)
  }

  /// The places that change when the name at an offset becomes another one.
  public func rename(
    at offset: Int, to name: String
  ) throws(RenameRefusal) -> [SourceRange] {
    guard let use = names.use(at: offset), names.things[use.thing].kind != .check else {
      throw .noName
    }
    guard Self.isName(name) else { throw .notAName(name) }
    let thing = names.things[use.thing]
    if name == thing.name { return [] }
    // Names of one kind must stay apart; so must those that claims speak of.
    let spoken: Set<NamedThing.Kind> = [.program, .process, .device, .user, .module]
    let isTaken = names.things.contains { other in
      other.name == name
        && (other.container == thing.container
          && (other.kind == thing.kind
            || thing.container == nil && spoken.contains(other.kind) && spoken.contains(thing.kind)
            || thing.container != nil))
    }
    if isTaken { throw .taken(name) }
    let places = names.uses(of: use.thing).map(\.range)
    guard places.allSatisfy({ $0.file == Self.id }) else { throw .elsewhere }
    return places
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first), text.utf8.count <= 64 else {
      return false
    }
    return text.utf8.allSatisfy(isWordByte)
  }
}

/// A change that mends something.
public struct TextFix: Sendable {
  /// What to do: "write `read`".
  public var message: String
  /// The changes.
  public var edits: [SourceEdit]
  /// Whether it is the first of its message.
  public var isPreferred: Bool
  /// What it mends.
  public var diagnostic: Diagnostic
}

extension LanguageDocument {
  /// The changes that bring the text into the house's style; `nil` when it cannot be read.
  public var formatting: [SourceEdit]? {
    let formatted = LessonFormatter.format(file)
    return formatted.diagnostics.isEmpty ? formatted.edits : nil
  }

  /// The changes that mend what is wrong between two offsets, as far as they are in the text itself.
  public func fixes(from lower: Int, to upper: Int) -> [TextFix] {
    lesson.diagnostics.flatMap { diagnostic -> [TextFix] in
      guard let range = diagnostic.primary?.range, range.file == Self.id, range.lower <= upper,
        range.upper >= lower
      else { return [] }
      return diagnostic.fixIts.enumerated().compactMap { index, fix in
        guard fix.edits.allSatisfy({ $0.range.file == Self.id }) else { return nil }
        return TextFix(
          message: fix.message, edits: fix.edits, isPreferred: index == 0, diagnostic: diagnostic)
      }
    }
  }
}
