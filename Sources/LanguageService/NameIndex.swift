import Lesson
public import SourceText
import WalkSemantics
import WalkSyntax

/// Something that a script gives a name.
public struct NamedThing: Hashable, Sendable {
  /// What it is.
  public enum Kind: String, Sendable, CaseIterable {
    case program, process, function, variable, parameter
    case memory = "data"
    case user
    case device
    case module
    case varied = "varied value"
    case check
    case answer
  }

  /// What it is.
  public var kind: Kind
  /// Its name.
  public var name: String
  /// The name where it is declared.
  public var declaration: SourceRange
  /// All of the declaration.
  public var whole: SourceRange
  /// What it stands in: the program of a variable.
  public var container: String?
}

/// One place at which a name stands.
struct NameUse: Hashable {
  /// Where.
  var range: SourceRange
  /// The position of the thing in ``NameIndex/things``.
  var thing: Int
  /// Whether it is declared there.
  var isDeclaration: Bool
}

/// What a word is that is no name of the script.
enum WordRole: Hashable, Sendable {
  /// A system call, or a function of libc: `open`, `libc.printf`.
  case call
  /// A function that is asked of a trace: `count`.
  case question
  /// A word of an event: a verb, a preposition.
  case event
  /// Something to be seen of something else: `mode` in `editor.mode`.
  case member
  /// The key of an item.
  case item
  /// A constant: `O_RDONLY`, `ENOENT`, `SIGINT`, `running`.
  case constant
  /// What is fixed by the machine: `cpu0`, `kernel`, an architecture, a file system.
  case machine
  /// A kernel routine.
  case routine
}

/// An event pattern that was understood.
struct ReadPattern {
  /// The position of its fence.
  var fence: Int
  var pattern: PatternSyntax
  var reading: PatternReading
}

/// All names of a lesson or script: where each is declared and used.
struct NameIndex {
  /// What has a name, in the order in which it was found.
  private(set) var things: [NamedThing] = []
  /// Where names stand, in order of place.
  private(set) var uses: [NameUse] = []
  /// What other words are, by the place of their first byte.
  private(set) var roles: [SourceRange: WordRole] = [:]
  /// Patterns as they were understood.
  private(set) var patterns: [ReadPattern] = []

  private var thingAt: [SourceRange: Int] = [:]
  private var seen: Set<Seen> = []

  /// A thing at a place, once: where it is declared it is not used as well.
  private struct Seen: Hashable {
    var range: SourceRange
    var thing: Int
  }

  private var seenPatterns: Set<SourceRange> = []

  /// No names yet.
  init() {}

  init(_ lesson: Lesson) {
    var resolver = NameResolver(lesson: lesson)
    for group in Self.groups(of: lesson) { resolver.resolve(group) }
    self = resolver.index
    uses.sort {
      ($0.range.file, $0.range.lower, $0.range.upper)
        < ($1.range.file, $1.range.lower, $1.range.upper)
    }
  }

  /// The fences that are one scenario, with the worlds before them; worlds that nothing follows are one, too.
  private static func groups(of lesson: Lesson) -> [[Int]] {
    let fences = lesson.fences
    func worlds(before index: Int) -> [Int] {
      fences.indices.prefix(index).filter { fences[$0].role == .world }
    }
    var groups: [[Int]] = []
    var positions: [Int: Int] = [:]
    for (index, fence) in fences.enumerated() where fence.role != .world {
      if let draft = fence.draft {
        if let position = positions[draft] {
          groups[position].append(index)
        } else {
          positions[draft] = groups.count
          groups.append(worlds(before: index) + [index])
        }
      } else {
        groups.append(worlds(before: index) + [index])
      }
    }
    let all = worlds(before: fences.count)
    if let last = all.last, !groups.contains(where: { $0.contains(last) }) { groups.append(all) }
    return groups
  }

  /// The thing that is declared somewhere, entered when it is new.
  mutating func declare(
    _ kind: NamedThing.Kind, _ name: String, at range: SourceRange, whole: SourceRange,
    in container: String? = nil
  ) -> Int {
    if let known = thingAt[range] { return known }
    let thing = things.count
    things.append(
      NamedThing(
        kind: kind, name: name, declaration: range, whole: whole, container: container))
    thingAt[range] = thing
    use(thing, at: range, isDeclaration: true)
    return thing
  }

  mutating func use(_ thing: Int, at range: SourceRange, isDeclaration: Bool = false) {
    let use = NameUse(range: range, thing: thing, isDeclaration: isDeclaration)
    if seen.insert(Seen(range: range, thing: thing)).inserted { uses.append(use) }
  }

  mutating func note(_ role: WordRole, at range: SourceRange) { roles[range] = role }

  mutating func note(_ pattern: PatternSyntax, _ reading: PatternReading, fence: Int) {
    guard seenPatterns.insert(pattern.range).inserted else { return }
    patterns.append(ReadPattern(fence: fence, pattern: pattern, reading: reading))
  }

  /// The name at an offset of the text; of two that meet there, the one that begins.
  func use(at offset: Int) -> NameUse? {
    let found = uses.filter { $0.range.file == LanguageDocument.id && $0.range.touches(offset) }
    return found.first { $0.range.lower == offset } ?? found.first
  }

  /// All places of a thing, in order.
  func uses(of thing: Int) -> [NameUse] { uses.filter { $0.thing == thing } }

  /// A pattern at an offset.
  func pattern(at offset: Int) -> ReadPattern? {
    patterns.last {
      $0.pattern.range.file == LanguageDocument.id && $0.pattern.range.touches(offset)
    }
  }
}
