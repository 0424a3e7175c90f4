import SourceText

extension Parser {
  /// The items between the braces of a declaration; the brace stands at hand.
  mutating func items() -> [ItemSyntax] {
    mark(.items)
    guard let block = openBlock(after: "the name") else { return [] }
    var items: [ItemSyntax] = []
    while true {
      continueLine()
      switch current.kind {
      case .rightBrace, .end:
        closeBlock(block)
        return items
      case .semicolon, .comma:
        takeSeparator()
        continue
      default: break
      }
      if leavesUnclosed(block) {
        closeBlock(block)
        return items
      }
      let start = position
      mark(.begins)
      if let item = item(inBlock: true) { items.append(item) }
      endItem(from: start)
    }
  }

  /// Items between a word and a colon: `with machine arm64, cpus 2:`.
  mutating func inlineItems() -> [ItemSyntax] {
    var items: [ItemSyntax] = []
    repeat {
      if let item = item(inBlock: false) { items.append(item) }
    } while accept(.comma)
    return items
  }

  /// Items of one configuration: `machine arm64 and cpus 2`.
  mutating func joinedItems() -> [ItemSyntax] {
    var items: [ItemSyntax] = []
    repeat {
      if let item = item(inBlock: false) { items.append(item) }
    } while accept(.and)
    return items
  }

  private mutating func item(inBlock: Bool) -> ItemSyntax? {
    let start = position
    guard !failed, kind == .name else {
      failExpected("an item such as `latency 5ms`")
      return nil
    }
    let holdsProgram = inBlock && word.holdsProgram
    // `interrupt sda { … }` names the device between word and block.
    let valuesBeforeBlock = word == .interrupt ? 1 : 0
    let key = takeName()
    if inBlock, kind == .assign || kind == .colon {
      let place = here
      note(.itemSign(text(of: current), at: place))
      advance()
    }
    var values: [ExpressionSyntax] = []
    while !failed {
      if !inBlock, word == .expect || word == .refute || word == .and { break }
      switch kind {
      case .number, .string, .name, .leftParenthesis, .leftBracket, .minus, .tilde:
        values.append(expression(.item))
      case .dots, .dot, .bad:
        failExpected("a value")
      default:
        guard current.kind == .leftBrace, inBlock, !failed else {
          return ItemSyntax(
            key: key, values: values, items: nil, body: nil, range: range(from: start))
        }
        if holdsProgram, values.count == valuesBeforeBlock {
          tokens[Int(lexemes[start].token)].kind = .keyword
          let body = programBlock(after: "`\(key.text)`")
          return ItemSyntax(
            key: key, values: values, items: nil, body: body, range: range(from: start))
        }
        let inner = items()
        return ItemSyntax(
          key: key, values: values, items: inner, body: nil, range: range(from: start))
      }
    }
    return failed
      ? nil : ItemSyntax(key: key, values: values, items: nil, body: nil, range: range(from: start))
  }

  private mutating func endItem(from start: Int) {
    if !failed {
      switch kind {
      case .lineEnd, .end, .rightBrace: return
      case .semicolon, .comma:
        takeSeparator()
        return
      default:
        if lexemes[max(0, position - 1)].kind == .rightBrace { return }
        failLeftover("item")
      }
    }
    recover(from: start, stopsAtComma: true)
    if position == start { advance() }
  }
}
