/// Says whether a row of tokens is a sentence of a grammar (by Earley's algorithm, with the mending of
/// Aycock and Horspool for rules that can be empty).
public struct Recogniser: Sendable {
  /// A token, by its text and, where that may be anything, its kind.
  public struct Token: Sendable {
    /// The text.
    public var text: String
    /// The rules in capitals that make such a token, such as `NAME` and `CHILD`.
    public var kinds: Set<String>

    /// Makes a token.
    public init(_ text: String, kinds: Set<String> = []) {
      self.text = text
      self.kinds = kinds
    }
  }

  private enum Symbol {
    case rule(Int)
    case text(String)
    case kind(String)
  }

  private struct Item: Hashable {
    var production: Int
    var dot: Int
    var origin: Int
  }

  private var left: [Int] = []
  private var right: [[Symbol]] = []
  private var productionsOfRule: [[Int]] = []
  private var isNullable: [Bool] = []
  private var rules: [String: Int] = [:]

  /// Reads a grammar.
  public init(_ grammar: Grammar) {
    for name in grammar.order where !Grammar.isLexical(name) { rules[name] = newRule() }
    for name in grammar.order {
      guard let rule = rules[name], let part = grammar.rules[name] else { continue }
      add(part, to: rule)
    }
    isNullable = Array(repeating: false, count: productionsOfRule.count)
    var isChanged = true
    while isChanged {
      isChanged = false
      for (production, rule) in left.enumerated() where !isNullable[rule] {
        let canBeEmpty = right[production].allSatisfy {
          if case .rule(let inner) = $0 { isNullable[inner] } else { false }
        }
        if canBeEmpty {
          isNullable[rule] = true
          isChanged = true
        }
      }
    }
  }

  private mutating func newRule() -> Int {
    productionsOfRule.append([])
    return productionsOfRule.count - 1
  }

  private mutating func produce(_ rule: Int, _ symbols: [Symbol]) {
    productionsOfRule[rule].append(left.count)
    left.append(rule)
    right.append(symbols)
  }

  private mutating func add(_ part: Grammar.Part, to rule: Int) {
    switch part {
    case .choice(let parts): for part in parts { add(part, to: rule) }
    case .sequence(let parts): produce(rule, parts.map { symbol($0) })
    default: produce(rule, [symbol(part)])
    }
  }

  private mutating func symbol(_ part: Grammar.Part) -> Symbol {
    switch part {
    case .text(let text): return .text(text)
    case .rule(let name): return rules[name].map(Symbol.rule) ?? .kind(name)
    case .characters: return .kind("characters")
    case .sequence, .choice:
      let rule = newRule()
      add(part, to: rule)
      return .rule(rule)
    case .repetition(let inner, let minimum, let isBounded):
      let rule = newRule()
      let symbol = symbol(inner)
      produce(rule, minimum == 0 ? [] : [symbol])
      produce(rule, isBounded ? [symbol] : [.rule(rule), symbol])
      return .rule(rule)
    }
  }

  /// Whether tokens are made by a rule: `nil`, or how many of them could begin a sentence.
  public func failure(_ tokens: [Token], rule: String) -> Int? {
    guard let start = rules[rule] else { return 0 }
    var items: [[Item]] = [[]]
    var known: Set<Item> = []
    /// Of each position: the items that wait for a rule there.
    var waiting: [[Int: [Item]]] = [[:]]
    func add(_ item: Item) {
      if known.insert(item).inserted { items[items.count - 1].append(item) }
    }
    for production in productionsOfRule[start] {
      add(Item(production: production, dot: 0, origin: 0))
    }
    for position in 0...tokens.count {
      var next: [Item] = []
      var index = 0
      while index < items[position].count {
        let item = items[position][index]
        index += 1
        let symbols = right[item.production]
        guard item.dot < symbols.count else {
          let rule = left[item.production]
          for waiter in waiting[item.origin][rule] ?? [] {
            add(Item(production: waiter.production, dot: waiter.dot + 1, origin: waiter.origin))
          }
          continue
        }
        let advanced = Item(production: item.production, dot: item.dot + 1, origin: item.origin)
        switch symbols[item.dot] {
        case .rule(let rule):
          waiting[position][rule, default: []].append(item)
          for production in productionsOfRule[rule] {
            add(Item(production: production, dot: 0, origin: position))
          }
          if isNullable[rule] { add(advanced) }
        case .text(let text):
          if position < tokens.count, tokens[position].text == text { next.append(advanced) }
        case .kind(let kind):
          if position < tokens.count, tokens[position].kinds.contains(kind) {
            next.append(advanced)
          }
        }
      }
      if position == tokens.count {
        let isWhole = items[position].contains {
          left[$0.production] == start && $0.origin == 0 && $0.dot == right[$0.production].count
        }
        return isWhole ? nil : position
      }
      if next.isEmpty { return position }
      items.append([])
      waiting.append([:])
      known = []
      for item in next { add(item) }
    }
    return nil
  }
}
