import Catalogue
import SourceText
import WalkSyntax

/// A script with one mistake in it, such as students make.
public struct Mutation: Sendable, Hashable {
  /// What was done: "drop `close(fd)`".
  public var words: String
  /// The line, from 1.
  public var line: Int
  /// The script.
  public var source: [UInt8]

  /// How many are made of one script at most.
  public static let limit = 2_000

  /// All mistakes, in the order of their places; none twice.
  ///
  /// A statement is dropped, done twice or changed for its neighbour; an `if` is always or never true, a loop
  /// runs once more or once less; a number is off by one; an operator, a flag or a call is another of its
  /// kind. Some of them change nothing that anybody could see.
  public static func all(of source: [UInt8]) -> [Mutation] {
    let file = SourceFile(name: "mutant", bytes: source)
    let script = WalkParser.parse(SourceFragment(file, id: FileID(rawValue: 0)))
    guard !script.diagnostics.contains(where: { $0.severity == .error }) else { return [] }
    var maker = Maker(file: file)
    for case .program(_, let body, _) in script.statements { maker.block(body) }
    maker.tokens(of: script)
    var seen: Set<[UInt8]> = [source]
    return maker.made.sorted { ($0.line, $0.words) < ($1.line, $1.words) }
      .filter { seen.insert($0.source).inserted }.prefix(limit).map(\.self)
  }

  private struct Maker {
    let file: SourceFile
    var made: [Mutation] = []

    private mutating func add(_ words: String, _ edits: [(range: Range<Int>, text: [UInt8])]) {
      guard let first = edits.first else { return }
      var bytes = file.bytes
      for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
        bytes.replaceSubrange(edit.range, with: edit.text)
      }
      made.append(
        Mutation(
          words: words, line: file.position(at: first.range.lowerBound).line, source: bytes))
    }

    private func range(_ range: SourceRange) -> Range<Int> {
      let upper = min(max(range.upper, range.lower), file.bytes.count)
      return min(range.lower, upper)..<upper
    }

    private func shown(_ place: Range<Int>) -> String {
      let words = file.text(place).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return "`" + (words.count > 40 ? words.prefix(37) + "…" : words[...]) + "`"
    }

    // MARK: Statements

    mutating func block(_ body: [ProgramStatementSyntax]) {
      for (index, statement) in body.enumerated() {
        let place = range(statement.range)
        guard !place.isEmpty else { continue }
        switch statement {
        case .letBinding(let name, _, _):
          // Without it its name would be unknown; what it is set to is another matter.
          if let start = file.bytes[place].firstIndex(of: 0x3D) {
            add("let \(name.text) be 0", [(start + 1..<place.upperBound, Array(" 0".utf8))])
          }
        case .data, .bss, .function, .missing: break
        default: add("drop \(shown(place))", [(place, [])])
        }
        switch statement {
        case .expression, .compute, .touch, .spawn, .lock, .privileged:
          let text = Array(file.bytes[place])
          add("do \(shown(place)) twice", [(place, text + [0x0A] + text)])
        default: break
        }
        if index + 1 < body.count {
          let next = range(body[index + 1].range)
          if next.lowerBound >= place.upperBound {
            add(
              "change \(shown(place)) for \(shown(next))",
              [(place, Array(file.bytes[next])), (next, Array(file.bytes[place]))])
          }
        }
        inside(statement)
      }
    }

    private mutating func inside(_ statement: ProgramStatementSyntax) {
      switch statement {
      case .ifElse(let condition, let body, let other, _):
        let place = range(condition.range)
        add("always take \(shown(place))", [(place, Array("1".utf8))])
        add("never take \(shown(place))", [(place, Array("0".utf8))])
        block(body)
        if let other { block(other) }
      case .whileLoop(let condition, let body, _):
        add("never loop", [(range(condition.range), Array("0".utf8))])
        block(body)
      case .repeatLoop(_, let body, _), .function(_, _, let body, _), .onSignal(_, _, let body, _):
        block(body)
      default: break
      }
    }

    // MARK: Tokens

    private static let operators: [String: [String]] = [
      "==": ["!="], "!=": ["=="], "<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"],
      ">=": [">", "<="], "+": ["-"], "-": ["+"], "*": ["+"], "&&": ["||"], "||": ["&&"],
    ]

    private static let names: [String: [String]] = [
      "O_RDONLY": ["O_WRONLY"], "O_WRONLY": ["O_RDONLY"], "O_RDWR": ["O_RDONLY"],
      "open": ["creat"], "read": ["write"], "write": ["read"], "lock": ["unlock"],
      "unlock": ["lock"], "fork": ["getpid"], "wait": ["getpid"], "PROT_READ": ["PROT_NONE"],
      "PROT_WRITE": ["PROT_READ"], "MAP_PRIVATE": ["MAP_SHARED"], "MAP_SHARED": ["MAP_PRIVATE"],
      "block": ["unblock"], "unblock": ["block"], "SIGUSR1": ["SIGUSR2"], "SIGINT": ["SIGTERM"],
      "SIGTERM": ["SIGINT"],
    ]

    mutating func tokens(of script: ScriptSyntax) {
      for token in script.tokens {
        let place = token.lower..<token.upper
        let text = file.text(place)
        switch token.kind {
        case .number:
          guard let number = Number(text) else { continue }
          for (value, words) in [(number.value &+ 1, "more"), (number.value &- 1, "less")]
          where value >= 0 {
            add(
              "one \(words) than \(shown(place))", [(place, Array("\(value)\(number.unit)".utf8))])
          }
        case .punctuation:
          for other in Self.operators[text] ?? [] {
            add("`\(other)` for `\(text)`", [(place, Array(other.utf8))])
          }
        case .name, .keyword:
          for other in Self.names[text] ?? [] {
            add("`\(other)` for `\(text)`", [(place, Array(other.utf8))])
          }
        case .string:
          // Another name, or another text.
          guard token.upper - token.lower > 2 else { continue }
          add("another text than \(shown(place))", [(token.upper - 1..<token.upper - 1, [0x78])])
        default: break
        }
      }
    }

    /// A decimal number with its unit.
    private struct Number {
      let value: Int64
      let unit: Substring

      init?(_ text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let value = Int64(digits), value < Int64.max,
          digits.count == 1 || digits.first != "0",
          text.dropFirst(digits.count).first.map({ $0 != "x" && $0 != "b" }) ?? true
        else { return nil }
        self.value = value
        unit = text.dropFirst(digits.count)
      }
    }
  }
}
