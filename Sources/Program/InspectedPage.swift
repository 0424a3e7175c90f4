public import Trace

/// A page that a claim wants looked up in the page tables themselves.
public struct InspectedPage: Sendable, Hashable {
  /// Whose tables.
  public var task: TaskID
  /// The virtual address.
  public var address: Int64

  /// Makes a place to look at.
  public init(task: TaskID, address: Int64) {
    self.task = task
    self.address = address
  }
}

extension Claim {
  /// The pages that it speaks of, each once, in the order of the claim: they are looked up at the
  /// moment at which it is made.
  public var inspectedPages: [InspectedPage] {
    var pages: [InspectedPage] = []
    collect(&pages)
    return pages
  }

  private func collect(_ pages: inout [InspectedPage]) {
    switch self {
    case .occurs(let set), .never(let set), .count(_, _, let set): set.collect(&pages)
    case .sequence(let sets): for set in sets { set.collect(&pages) }
    case .before(let first, let second):
      first.collect(&pages)
      second.collect(&pages)
    case .always(let state), .eventually(let state), .atEnd(let state): state.collect(&pages)
    case .when(let set, let state):
      set.collect(&pages)
      state.collect(&pages)
    case .not(let inner): inner.collect(&pages)
    case .and(let left, let right), .or(let left, let right), .implies(let left, let right):
      left.collect(&pages)
      right.collect(&pages)
    }
  }
}

extension EventSet {
  fileprivate func collect(_ pages: inout [InspectedPage]) {
    switch self {
    case .pattern: break
    case .during(let inner, let state):
      inner.collect(&pages)
      state.collect(&pages)
    case .within(let left, _, let right), .because(let left, let right),
      .either(let left, let right):
      left.collect(&pages)
      right.collect(&pages)
    }
  }
}

extension StateExpression {
  fileprivate func collect(_ pages: inout [InspectedPage]) {
    switch self {
    case .constant, .query: break
    case .observable(.pageIsMapped(let page)), .observable(.pageFrame(let page)),
      .observable(.pageIsAccessible(let page)):
      if !pages.contains(page) { pages.append(page) }
    case .observable: break
    case .not(let inner), .negate(let inner): inner.collect(&pages)
    case .binary(_, let left, let right):
      left.collect(&pages)
      right.collect(&pages)
    }
  }
}
