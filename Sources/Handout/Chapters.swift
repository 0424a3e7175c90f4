import Trace

/// A long run in parts that can be told apart by their first words.
struct Chapters {
  /// Of so many steps a run is told in one piece.
  static let pieceLimit = 1_000
  /// A chapter goes on for so many steps, and then to the next step of the overview,
  static let least = 250
  /// but for no more than so many.
  static let most = 750

  /// The chapters: places in the list of steps, one range behind the other.
  private(set) var ranges: [Range<Int>] = []

  /// - Parameters:
  ///   - steps: The steps of a page, in order.
  ///   - isOverview: Whether a step is one of the overview.
  init(_ steps: [Int], isOverview: (Int) -> Bool) {
    guard steps.count > Self.pieceLimit else { return }
    var start = 0
    for place in steps.indices {
      let count = place - start
      guard count >= Self.most || count >= Self.least && isOverview(steps[place]) else { continue }
      ranges.append(start..<place)
      start = place
    }
    // Too little for a chapter belongs to the one before.
    if steps.count - start < Self.least, let last = ranges.popLast() { start = last.lowerBound }
    ranges.append(start..<steps.count)
  }
}
