import Lesson
public import SourceText
import WalkSyntax

/// What kind of word a token is, for colours.
public enum WordKind: Int, Sendable, CaseIterable {
  case keyword, comment, string, number, `operator`
  case variable, parameter, function, property
  /// A program or a process.
  case program
  /// A constant.
  case constant
  /// A word of an event.
  case event
  /// What belongs to the machine: architectures, CPUs, file systems.
  case machine
  /// A kernel routine.
  case routine

  /// The name that the language server protocol has for it.
  public var name: String {
    switch self {
    case .keyword: "keyword"
    case .comment: "comment"
    case .string: "string"
    case .number: "number"
    case .operator: "operator"
    case .variable: "variable"
    case .parameter: "parameter"
    case .function: "function"
    case .property: "property"
    case .program: "class"
    case .constant: "enumMember"
    case .event: "event"
    case .machine: "type"
    case .routine: "method"
    }
  }
}

/// One coloured word.
public struct WordToken: Sendable, Hashable {
  /// Where; on one line.
  public var range: SourceRange
  /// What it is.
  public var kind: WordKind
  /// Whether a name is declared there.
  public var isDeclaration: Bool
  /// Whether it belongs to the system and not to the script.
  public var isOfSystem: Bool
}

extension LanguageDocument {
  /// The words of all fences with what they mean, in order of place.
  public var wordTokens: [WordToken] {
    let names = names
    var uses: [Int: NameUse] = [:]
    for use in names.uses where use.range.file == Self.id && uses[use.range.lower] == nil {
      uses[use.range.lower] = use
    }
    var roles: [Int: WordRole] = [:]
    for (range, role) in names.roles where range.file == Self.id { roles[range.lower] = role }
    var found: [WordToken] = []
    func add(_ kind: WordKind, _ range: SourceRange) {
      found.append(WordToken(range: range, kind: kind, isDeclaration: false, isOfSystem: false))
    }
    for fence in lesson.fences {
      for token in fence.script.tokens {
        let range = fence.script.fragment.range(token)
        switch token.kind {
        case .space, .newline, .invalid: continue
        case .comment: add(.comment, range)
        case .string: add(.string, range)
        case .number: add(.number, range)
        case .punctuation:
          if Self.isOperator(fence.script.fragment.bytes[token.lower]) { add(.operator, range) }
        case .name, .keyword:
          if let use = uses[range.lower], use.range.upper == range.upper {
            found.append(
              WordToken(
                range: range, kind: Self.kind(names.things[use.thing].kind),
                isDeclaration: use.isDeclaration, isOfSystem: false))
          } else if let role = roles[range.lower] {
            found.append(
              WordToken(
                range: range, kind: Self.kind(role), isDeclaration: false, isOfSystem: true))
          } else {
            add(token.kind == .keyword ? .keyword : .variable, range)
          }
        }
      }
    }
    return found
  }

  private static func isOperator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: ":"), UInt8(ascii: "."):
      false
    default: true
    }
  }

  private static func kind(_ kind: NamedThing.Kind) -> WordKind {
    switch kind {
    case .program, .process: .program
    case .function: .function
    case .variable, .memory, .varied, .answer: .variable
    case .parameter: .parameter
    case .user, .device, .module: .property
    case .check: .string
    }
  }

  private static func kind(_ role: WordRole) -> WordKind {
    switch role {
    case .call, .question: .function
    case .event: .event
    case .member, .item: .property
    case .constant: .constant
    case .machine: .machine
    case .routine: .routine
    }
  }
}
