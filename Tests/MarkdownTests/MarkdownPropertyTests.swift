import Markdown
import TestSupport
import Testing

/// A plain tree that follows the same rules; parents and children by position in one array.
private struct Model {
  var kinds: [MarkdownNode.Kind] = [.document]
  var parents: [Int?] = [nil]
  var children: [[Int]] = [[]]

  mutating func make(_ kind: MarkdownNode.Kind) {
    kinds.append(kind)
    parents.append(nil)
    children.append([])
  }

  func isAllowed(_ child: Int, under parent: Int?) -> Bool {
    guard let parent, kinds[child] != .document else { return false }
    var place: Int? = parent
    while let here = place {
      if here == child { return false }
      place = parents[here]
    }
    return switch kinds[parent] {
    case .document, .blockQuote, .item: kinds[child].isBlock && kinds[child] != .item
    case .list: kinds[child] == .item
    case .customBlock: true
    case .paragraph, .heading, .emphasis, .strong, .link, .image, .customInline:
      !kinds[child].isBlock
    default: false
    }
  }

  mutating func unlink(_ node: Int) {
    guard let parent = parents[node] else { return }
    children[parent].removeAll { $0 == node }
    parents[node] = nil
  }

  mutating func put(_ node: Int, under parent: Int, at place: (inout [Int]) -> Int) {
    unlink(node)
    let index = place(&children[parent])
    children[parent].insert(node, at: index)
    parents[node] = parent
  }

  mutating func insert(_ node: Int, beside other: Int, offset: Int) -> Bool {
    guard node != other, let parent = parents[other], isAllowed(node, under: parent) else {
      return false
    }
    put(node, under: parent) { ($0.firstIndex(of: other) ?? 0) + offset }
    return true
  }

  mutating func replace(_ old: Int, with node: Int) -> Bool {
    guard insert(node, beside: old, offset: 0) else { return false }
    unlink(old)
    return true
  }
}

@Suite struct MarkdownPropertyTests {
  @Test(arguments: 0..<30)
  func `random edits do to the tree what they do to a plain model`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let kinds = MarkdownNode.Kind.allCases
    // Everything is scoped so that the document is freed at the end: the sanitizers look on.
    let document = MarkdownDocument()
    var model = Model()
    var nodes = [document.root]
    for _ in 0..<400 {
      if nodes.count < 40, Int.random(in: 0..<4, using: &random) == 0 {
        let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
        nodes.append(document.makeNode(kind))
        model.make(kind)
        continue
      }
      let a = Int.random(in: 0..<nodes.count, using: &random)
      let b = Int.random(in: 0..<nodes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        let allowed = a != b && model.isAllowed(b, under: a)
        if allowed { model.put(b, under: a) { $0.count } }
        #expect(nodes[a].append(nodes[b]) == allowed, "seed \(seed)")
      case 1:
        let allowed = a != b && model.isAllowed(b, under: a)
        if allowed { model.put(b, under: a) { _ in 0 } }
        #expect(nodes[a].prepend(nodes[b]) == allowed, "seed \(seed)")
      case 2:
        let done = model.insert(b, beside: a, offset: 0)
        #expect(nodes[a].insertBefore(nodes[b]) == done, "seed \(seed)")
      case 3:
        let done = model.insert(b, beside: a, offset: 1)
        #expect(nodes[a].insertAfter(nodes[b]) == done, "seed \(seed)")
      case 4:
        let done = model.replace(a, with: b)
        #expect(nodes[a].replace(with: nodes[b]) == done, "seed \(seed)")
      default:
        let hadParent = model.parents[a] != nil
        model.unlink(a)
        #expect(nodes[a].unlink() == hadParent, "seed \(seed)")
      }
    }
    for (index, node) in nodes.enumerated() {
      #expect(node.kind == model.kinds[index])
      #expect(node.parent == model.parents[index].map { nodes[$0] }, "seed \(seed)")
      #expect(Array(node.children) == model.children[index].map { nodes[$0] }, "seed \(seed)")
    }
    _ = document.html(allowRaw: true)
    _ = document.commonMark(width: 20)
    _ = document.latex(width: 20)
    _ = document.man(width: 20)
  }

  @Test(arguments: 0..<20)
  func `random bytes are parsed and written`(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed) &+ 1_000)
    let alphabet = Array("\n\n\n  \t\r>-*1.`~#[]()!<&\\_ab\u{0}".utf8) + [0xC3, 0xFF]
    let bytes = (0..<3_000).map { _ in
      alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
    }
    let document = MarkdownDocument(parsing: bytes)
    for node in document.root.descendants where node.kind == .text {
      #expect(!node.literal.utf8.contains(0))
    }
    _ = document.commonMark(width: 0)
    #expect(document.html(allowRaw: false).utf8.count < 200_000, "seed \(seed)")
  }
}
