/// How a pattern that does not fit becomes one that does: as little as possible is changed, an elision never.
struct TranscriptAlignment {
  /// What happens to a line of the pattern, or comes between two.
  enum Step: Hashable {
    /// It stays, and stands for these lines.
    case keep(pattern: Int)
    /// Another line takes its place.
    case change(pattern: Int, to: TranscriptPattern.Line)
    /// It goes.
    case remove(pattern: Int)
    /// A line comes.
    case add(TranscriptPattern.Line)
  }

  /// The steps, in order; `nil` when there are too many lines to be compared with each other.
  let steps: [Step]?

  /// - Parameters:
  ///   - lines: The pattern.
  ///   - text: What a run gave.
  ///   - budget: How many steps may be taken; those that were are taken off.
  init(_ lines: [TranscriptPattern.Line], _ text: [[UInt8]], budget: inout Int) {
    let costs = LineCosts(lines: lines, text: text, budget: budget)
    let pairs = Self.align(lines.count, text.count, costs: costs)
    budget = costs.left
    guard let pairs else {
      steps = nil
      return
    }
    var steps: [Step] = []
    var known: [String: [UInt8]] = [:]
    for pair in pairs {
      switch pair {
      case .absorb: break
      case .gap(let index): steps.append(.keep(pattern: index))
      case .remove(let index): steps.append(.remove(pattern: index))
      case .add(let index): steps.append(.add(TranscriptPattern.Line(literal: text[index])))
      case .pair(let index, let other):
        // What holes stand for is settled from above; a line that says otherwise is one that changes.
        let matcher = TranscriptMatcher([lines[index]])
        if case .matches(let words) = matcher.match([text[other]], known: known, budget: &budget) {
          known = words
          steps.append(.keep(pattern: index))
          continue
        }
        let merged = TranscriptMerge(lines[index], text[other], known: known).line
        let again = TranscriptMatcher([merged])
        if case .matches(let words) = again.match([text[other]], known: known, budget: &budget) {
          known = words
        }
        steps.append(.change(pattern: index, to: merged))
      }
    }
    self.steps = steps
  }

  /// The alignment of nothing with lines that all come.
  init(adding lines: [TranscriptPattern.Line]) { steps = lines.map { .add($0) } }

  /// The pattern that the steps lead to.
  func result(of lines: [TranscriptPattern.Line]) -> [TranscriptPattern.Line] {
    (steps ?? []).compactMap { step in
      switch step {
      case .keep(let index): lines[index]
      case .change(_, let line), .add(let line): line
      case .remove: nil
      }
    }
  }

  // MARK: Alignment

  /// How two rows are put beside each other.
  enum Pair: Hashable {
    /// A gap of the first row, which stands for any number of the second.
    case gap(Int)
    /// One of the second row, for which the gap before it stands.
    case absorb(Int)
    /// One of each.
    case pair(Int, Int)
    /// One of the first row alone.
    case remove(Int)
    /// One of the second row alone.
    case add(Int)
  }

  /// How many cells a table of costs may have.
  static let cellLimit = 1 << 20

  /// Puts two rows beside each other at the least cost; of equal ones, pairs go first, then what goes, then
  /// what comes.
  ///
  /// - Complexity: O(*n* · *m*), less what is the same at both ends.
  static func align(_ count: Int, _ otherCount: Int, costs: some AlignmentCosts) -> [Pair]? {
    func isSame(_ index: Int, _ other: Int) -> Bool {
      !costs.isGap(index) && costs.pair(index, other) == 0
    }
    var start = 0
    while start < min(count, otherCount), isSame(start, start) { start += 1 }
    var end = 0
    while end < min(count, otherCount) - start,
      isSame(count - 1 - end, otherCount - 1 - end)
    {
      end += 1
    }
    let (rows, columns) = (count - start - end, otherCount - start - end)
    let (cells, overflow) = (rows + 1).multipliedReportingOverflow(by: columns + 1)
    guard !overflow, cells <= cellLimit else { return nil }
    let width = columns + 1
    var best = [Int32](repeating: 0, count: cells)
    var moves = [UInt8](repeating: 0, count: cells)
    for row in stride(from: rows, through: 0, by: -1) {
      for column in stride(from: columns, through: 0, by: -1) {
        guard row < rows || column < columns else { continue }
        let cell = row * width + column
        var (cost, move) = (Int32.max, UInt8(0))
        func consider(_ other: Int32, _ kind: UInt8) {
          if other < cost { (cost, move) = (other, kind) }
        }
        if row < rows, costs.isGap(start + row) {
          consider(best[cell + width], 1)
          if column < columns { consider(best[cell + 1], 2) }
        } else {
          if row < rows, column < columns, let pair = costs.pair(start + row, start + column) {
            consider(best[cell + width + 1] + pair, 3)
          }
          if row < rows { consider(best[cell + width] + costs.removal(start + row), 4) }
          if column < columns { consider(best[cell + 1] + costs.addition, 5) }
        }
        (best[cell], moves[cell]) = (cost, move)
      }
    }
    var pairs = (0..<start).map { Pair.pair($0, $0) }
    var (row, column) = (0, 0)
    while row < rows || column < columns {
      switch moves[row * width + column] {
      case 1:
        pairs.append(.gap(start + row))
        row += 1
      case 2:
        pairs.append(.absorb(start + column))
        column += 1
      case 3:
        pairs.append(.pair(start + row, start + column))
        (row, column) = (row + 1, column + 1)
      case 4:
        pairs.append(.remove(start + row))
        row += 1
      default:
        pairs.append(.add(start + column))
        column += 1
      }
    }
    return pairs + (0..<end).map { .pair(count - end + $0, otherCount - end + $0) }
  }
}

/// What it costs to put the lines of a pattern beside those of a run.
///
/// A line that is much like another one becomes it; where a line is like none, it goes, and an elision beside
/// it may stand for what is there instead.
private final class LineCosts: AlignmentCosts {
  private let lines: [TranscriptPattern.Line]
  private let text: [[UInt8]]
  private let matchers: [TranscriptMatcher?]
  /// The words of each line of the pattern.
  private let words: [[[UInt8]]]
  /// What is left of the steps that may be taken; when nothing is, lines are taken for unlike.
  private(set) var left: Int

  init(lines: [TranscriptPattern.Line], text: [[UInt8]], budget: Int) {
    self.lines = lines
    self.text = text
    matchers = lines.map { $0.isLiteral ? nil : TranscriptMatcher([$0]) }
    words = lines.map { line in
      guard case .tokens(let tokens) = line else { return [] }
      return tokens.flatMap { token -> [[UInt8]] in
        guard case .text(let text) = token else { return [] }
        return Self.words(of: text.prefix(Self.reach))
      }
    }
    left = budget
  }

  let addition: Int32 = 2

  func isGap(_ index: Int) -> Bool { lines[index] == .elision }

  func removal(_ index: Int) -> Int32 { 3 }

  func pair(_ index: Int, _ other: Int) -> Int32? {
    let line = text[other]
    guard left > 0, case .tokens(let tokens) = lines[index] else { return 4 }
    left -= 4
    if let matcher = matchers[index] {
      if case .matches = matcher.match([line], budget: &left) { return 0 }
    } else if tokens.isEmpty ? line.isEmpty : tokens == [.text(line)] {
      return 0
    }
    let isOpen = tokens.contains(.elision)
    // An elision stands for what is unlike, so its line does not become one that is.
    if isRow(line) ? isAlike(tokens, line) : isAlike(words[index], to: line) { return 2 }
    // The last line of the one becomes the last line of the other; else an elision before it would stand for
    // both. The first lines likewise.
    let isAtEnd =
      index == 0 && other == 0 || index == lines.count - 1 && other == text.count - 1
    return isOpen ? nil : isAtEnd ? 2 : 4
  }

  /// Whether half of the words of a line of the pattern, by their letters, stand in a line, in any order.
  private func isAlike(_ words: [[UInt8]], to line: [UInt8]) -> Bool {
    var rest: [[UInt8]: Int] = [:]
    let others = Self.words(of: line.prefix(Self.reach))
    for other in others { rest[other, default: 0] += 1 }
    left -= 2 * (words.count + others.count)
    var (whole, same) = (0, 0)
    for word in words {
      whole += word.count
      guard let count = rest[word], count > 0 else { continue }
      same += word.count
      rest[word] = count - 1
    }
    return same > 0 && 2 * same >= whole
  }

  private static func words(of text: ArraySlice<UInt8>) -> [[UInt8]] {
    let text = Array(text)
    var words: [[UInt8]] = []
    var index = 0
    while index < text.count {
      let count = max(1, TranscriptPattern.wordByteCount(text, at: index))
      if !TranscriptPattern.isBlank(text[index]) {
        words.append(Array(text[index..<index + count]))
      }
      index += count
    }
    return words
  }

  private func isRow(_ line: [UInt8]) -> Bool { line.contains(TranscriptPattern.separator) }

  /// Whether half of the cells of a row fit.
  private func isAlike(_ tokens: [TranscriptPattern.Token], _ line: [UInt8]) -> Bool {
    let cells = TranscriptMerge.cells(of: tokens)
    let texts = line.split(
      separator: TranscriptPattern.separator, omittingEmptySubsequences: false)
    guard cells.count == texts.count else { return false }
    let fitting = zip(cells, texts).count { cell, text in
      if case .matches = TranscriptMatcher([.tokens(cell)]).match([Array(text)], budget: &left) {
        return true
      }
      return false
    }
    return 2 * fitting >= cells.count
  }

  /// How many letters of a line are looked at.
  private static let reach = 512
}

/// What it costs to put two rows beside each other.
protocol AlignmentCosts {
  /// Whether one of the first row stands for any number of the second.
  func isGap(_ index: Int) -> Bool
  /// What a pair costs: nothing where they are the same; `nil` where they cannot be one.
  func pair(_ index: Int, _ other: Int) -> Int32?
  /// What it costs to leave one of the first row out.
  func removal(_ index: Int) -> Int32
  /// What it costs to put in one of the second row.
  var addition: Int32 { get }
}
