import Foundation

/// Reads `grammar/walk.ebnf` and makes sentences of it.
public struct Grammar: Sendable {
  /// What a rule is made of.
  public indirect enum Part: Sendable {
    /// A text in quotes.
    case text(String)
    /// One character of these ranges.
    case characters([ClosedRange<UInt32>])
    /// Another rule.
    case rule(String)
    /// One after another.
    case sequence([Part])
    /// One of them.
    case choice([Part])
    /// Several times; at most once if it is bounded.
    case repetition(Part, minimum: Int, isBounded: Bool)
  }

  /// The rules by name.
  public private(set) var rules: [String: Part] = [:]
  /// Their names as they stand in the file.
  public private(set) var order: [String] = []

  /// What is wrong with the file.
  public struct Misprint: Error, CustomStringConvertible {
    /// In words.
    public var description: String
  }

  /// The grammar of this checkout.
  public static func walk() throws -> Grammar {
    let url = Fixtures.directory.appending(path: "../../grammar/walk.ebnf")
    return try Grammar(String(contentsOf: url, encoding: .utf8))
  }

  /// Reads the rules.
  public init(_ text: String) throws {
    var reader = Reader(scalars: Array(text.unicodeScalars))
    while let name = try reader.ruleName() {
      guard rules[name] == nil else { throw Misprint(description: "\(name) is defined twice") }
      rules[name] = try reader.choice()
      order.append(name)
    }
  }

  /// Whether a rule makes a token, and not a row of tokens.
  public static func isLexical(_ name: String) -> Bool { name == name.uppercased() }

  /// Every part of a rule, with those inside it.
  public static func parts(_ part: Part) -> [Part] {
    switch part {
    case .text, .characters, .rule: [part]
    case .sequence(let inner), .choice(let inner): [part] + inner.flatMap(parts)
    case .repetition(let inner, _, _): [part] + parts(inner)
    }
  }

  /// The texts in quotes of some rules.
  public func literals(_ isWanted: (String) -> Bool) -> Set<String> {
    var found: Set<String> = []
    for (name, part) in rules where isWanted(name) {
      for case .text(let text) in Self.parts(part) { found.insert(text) }
    }
    return found
  }

  /// The rules that a rule leads to, itself among them.
  public func reachable(from roots: [String]) -> Set<String> {
    var found = Set(roots)
    var open = roots
    while let name = open.popLast(), let part = rules[name] {
      for case .rule(let next) in Self.parts(part) where found.insert(next).inserted {
        open.append(next)
      }
    }
    return found
  }

  // MARK: Reading

  private struct Reader {
    let scalars: [Unicode.Scalar]
    var position = 0

    private var here: Unicode.Scalar { position < scalars.count ? scalars[position] : "\0" }

    private mutating func skip() {
      while position < scalars.count {
        if here.properties.isWhitespace {
          position += 1
        } else if here == "/", position + 1 < scalars.count, scalars[position + 1] == "*" {
          position += 2
          while position + 1 < scalars.count, here != "*" || scalars[position + 1] != "/" {
            position += 1
          }
          position += 2
        } else {
          return
        }
      }
    }

    private mutating func name() -> String {
      var name = String.UnicodeScalarView()
      while here.properties.isAlphabetic || here == "-" {
        name.append(here)
        position += 1
      }
      return String(name)
    }

    private func startsRule(at start: Int) -> Bool {
      var copy = self
      copy.position = start
      _ = copy.name()
      copy.skip()
      return copy.here == ":"
    }

    mutating func ruleName() throws -> String? {
      skip()
      guard position < scalars.count else { return nil }
      let name = name()
      skip()
      for sign: Unicode.Scalar in [":", ":", "="] {
        guard here == sign else { throw Misprint(description: "no ::= behind \(name)") }
        position += 1
      }
      return name
    }

    mutating func choice() throws -> Part {
      var parts = [try sequence()]
      skip()
      while here == "|" {
        position += 1
        parts.append(try sequence())
        skip()
      }
      return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws -> Part {
      var parts: [Part] = []
      while true {
        skip()
        guard position < scalars.count, here != "|", here != ")" else { break }
        if here.properties.isAlphabetic, startsRule(at: position) { break }
        var part = try single()
        switch here {
        case "?": part = .repetition(part, minimum: 0, isBounded: true)
        case "*": part = .repetition(part, minimum: 0, isBounded: false)
        case "+": part = .repetition(part, minimum: 1, isBounded: false)
        default:
          parts.append(part)
          continue
        }
        position += 1
        parts.append(part)
      }
      return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func single() throws -> Part {
      switch here {
      case "\"", "'":
        let quote = here
        position += 1
        var text = String.UnicodeScalarView()
        while here != quote {
          guard position < scalars.count else { throw Misprint(description: "open quote") }
          text.append(here)
          position += 1
        }
        position += 1
        return .text(String(text))
      case "[":
        position += 1
        var ranges: [ClosedRange<UInt32>] = []
        while here != "]" {
          guard position < scalars.count else { throw Misprint(description: "open class") }
          let low = try member()
          if here == "-" {
            position += 1
            let high = try member()
            ranges.append(low...high)
          } else {
            ranges.append(low...low)
          }
        }
        position += 1
        return .characters(ranges)
      case "#":
        let value = try member()
        return .characters([value...value])
      case "(":
        position += 1
        let inner = try choice()
        skip()
        guard here == ")" else { throw Misprint(description: "open group") }
        position += 1
        return inner
      default:
        let name = name()
        guard !name.isEmpty else {
          throw Misprint(description: "\(here) at \(position) is no part of a rule")
        }
        return .rule(name)
      }
    }

    /// A character of a class, or its number.
    private mutating func member() throws -> UInt32 {
      if here == "#", position + 1 < scalars.count, scalars[position + 1] == "x" {
        position += 2
        var value: UInt32 = 0
        while let digit = Character(here).hexDigitValue {
          value = value * 16 + UInt32(digit)
          position += 1
        }
        return value
      }
      defer { position += 1 }
      return here.value
    }
  }
}

/// Makes random sentences of a grammar.
public struct SentenceMaker {
  private let grammar: Grammar
  /// Names that a `NAME` must not be, since they would act as a keyword or unit.
  private let reserved: Set<String>
  private let heights: [String: Int]
  /// Rules of which the grammar says in a comment that each of their forms stands at most once.
  private static let once = ["start-option", "mount-option"]
  private var random: SeededGenerator
  private var tokens: [String] = []
  /// The rules that some sentence went through.
  public private(set) var used: Set<String> = []

  /// Makes a maker.
  ///
  /// - Parameters:
  ///   - grammar: What the sentences are of.
  ///   - reserved: Words that no name may be, since they would be something else.
  ///   - seed: Where the random numbers begin.
  public init(_ grammar: Grammar, reserved: Set<String>, seed: UInt64) {
    self.grammar = grammar
    self.reserved = reserved
    random = SeededGenerator(seed: seed)
    var heights: [String: Int] = [:]
    var isChanged = true
    while isChanged {
      isChanged = false
      for (name, part) in grammar.rules {
        let height = Self.height(part, heights)
        if let height, height + 1 < heights[name] ?? Int.max {
          heights[name] = height + 1
          isChanged = true
        }
      }
    }
    self.heights = heights
  }

  /// The least nesting of rules that a part needs; `nil` while unknown.
  private static func height(_ part: Grammar.Part, _ heights: [String: Int]) -> Int? {
    switch part {
    case .text, .characters: return 0
    case .rule(let name): return heights[name]
    case .choice(let parts): return parts.compactMap { height($0, heights) }.min()
    case .sequence(let parts):
      var most = 0
      for part in parts {
        guard let height = height(part, heights) else { return nil }
        most = max(most, height)
      }
      return most
    case .repetition(let inner, let minimum, _): return minimum == 0 ? 0 : height(inner, heights)
    }
  }

  /// One sentence, with random space, comments and line feeds between its tokens.
  public mutating func sentence(_ rule: String, depth: Int) -> String {
    tokens = []
    make(.rule(rule), depth: depth, lexical: false)
    var text = ""
    for (index, token) in tokens.enumerated() {
      if index > 0 { text += spacing() }
      if token == "\n", Int.random(in: 0..<8, using: &random) == 0 {
        text += lexical(.rule("COMMENT"))
      }
      text += token
    }
    return text
  }

  private mutating func spacing() -> String {
    Int.random(in: 0..<6, using: &random) == 0 ? lexical(.rule("SPACE")) : " "
  }

  /// The text of a part that is made of characters.
  private mutating func lexical(_ part: Grammar.Part) -> String {
    switch part {
    case .text(let text): return text
    case .characters(let ranges):
      let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
      let value = UInt32.random(in: range, using: &random)
      return Unicode.Scalar(value).map { String(Character($0)) } ?? "?"
    case .rule(let name):
      guard let part = grammar.rules[name] else { return "" }
      used.insert(name)
      while true {
        let text = lexical(part)
        if name != "NAME" || !reserved.contains(text) { return text }
      }
    case .sequence(let parts):
      var text = ""
      for part in parts { text += lexical(part) }
      return text
    case .choice(let parts):
      return lexical(parts[Int.random(in: 0..<parts.count, using: &random)])
    case .repetition(let inner, let minimum, let isBounded):
      var text = ""
      for _ in 0..<Int.random(in: minimum...(isBounded ? 1 : 4), using: &random) {
        text += lexical(inner)
      }
      return text
    }
  }

  private mutating func make(_ part: Grammar.Part, depth: Int, lexical isLexical: Bool) {
    switch part {
    case .text(let text): tokens.append(text)
    case .characters: tokens.append(lexical(part))
    case .rule(let name):
      if Grammar.isLexical(name) {
        tokens.append(lexical(part))
      } else if let inner = grammar.rules[name] {
        used.insert(name)
        make(inner, depth: depth - 1, lexical: false)
      }
    case .sequence(let parts):
      for part in parts { make(part, depth: depth, lexical: false) }
    case .choice(let parts):
      let possible = parts.filter { (Self.height($0, heights) ?? 0) <= depth }
      if possible.isEmpty {
        let least = parts.min { Self.height($0, heights) ?? 0 < Self.height($1, heights) ?? 0 }
        if let least { make(least, depth: depth, lexical: false) }
      } else {
        let pick = possible[Int.random(in: 0..<possible.count, using: &random)]
        make(pick, depth: depth, lexical: false)
      }
    case .repetition(.rule(let name), _, _) where Self.once.contains(name):
      guard case .choice(let parts) = grammar.rules[name] else { return }
      used.insert(name)
      for part in parts.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)) {
        make(part, depth: depth - 1, lexical: false)
      }
    case .repetition(let inner, let minimum, let isBounded):
      var count = minimum
      let mayGrow = (Self.height(inner, heights) ?? 0) <= depth && tokens.count < 250
      while mayGrow, count < (isBounded ? 1 : 3),
        Int.random(in: 0..<(isBounded ? 2 : 3), using: &random) == 0
      {
        count += 1
      }
      for _ in 0..<count { make(inner, depth: depth, lexical: false) }
    }
  }
}
