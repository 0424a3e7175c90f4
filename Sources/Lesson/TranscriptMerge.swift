/// A line of a pattern, changed so that it fits a line of a run: its elisions stay, and so do holes that are
/// beside a word.
struct TranscriptMerge {
  /// The line.
  let line: TranscriptPattern.Line

  /// - Parameters:
  ///   - line: A line that does not fit.
  ///   - text: The line that the run gave.
  ///   - known: What stands in the holes by now.
  init(_ line: TranscriptPattern.Line, _ text: [UInt8], known: [String: [UInt8]]) {
    guard case .tokens(let tokens) = line else {
      self.line = line
      return
    }
    var known = known
    let separator = TranscriptPattern.separator
    let cells = Self.cells(of: tokens)
    let texts = text.split(separator: separator, omittingEmptySubsequences: false).map(Array.init)
    guard cells.count == texts.count else {
      self.line = TranscriptPattern.Line(literal: text)
      return
    }
    var merged: [TranscriptPattern.Token] = []
    for (index, (cell, text)) in zip(cells, texts).enumerated() {
      if index > 0 { Self.append(.text([separator]), to: &merged) }
      for token in Self.merge(cell, text, known: &known) { Self.append(token, to: &merged) }
    }
    // Within one line an elision that is alone would stand for lines; it fits this one all the same.
    self.line = merged == [.elision] ? .elision : .tokens(merged)
  }

  /// The parts of each cell of a row; those of an output are one.
  static func cells(of tokens: [TranscriptPattern.Token]) -> [[TranscriptPattern.Token]] {
    var cells: [[TranscriptPattern.Token]] = [[]]
    for token in tokens {
      guard case .text(let text) = token else {
        cells[cells.count - 1].append(token)
        continue
      }
      let parts = text.split(
        separator: TranscriptPattern.separator, omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if index > 0 { cells.append([]) }
        if !part.isEmpty { cells[cells.count - 1].append(.text(Array(part))) }
      }
    }
    return cells
  }

  private static func append(
    _ token: TranscriptPattern.Token, to tokens: inout [TranscriptPattern.Token]
  ) {
    if case .text(let text) = token, case .text(let before)? = tokens.last {
      tokens[tokens.count - 1] = .text(before + text)
    } else {
      tokens.append(token)
    }
  }

  // MARK: One cell

  private static func merge(
    _ tokens: [TranscriptPattern.Token], _ text: [UInt8], known: inout [String: [UInt8]]
  ) -> [TranscriptPattern.Token] {
    if let words = words(of: tokens, in: text, known: known) {
      known = words
      return tokens
    }
    let literal: [TranscriptPattern.Token] = text.isEmpty ? [] : [.text(text)]
    let isOpen = tokens.contains { if case .text = $0 { false } else { true } }
    guard isOpen else { return literal }
    let merged = mergeAtoms(tokens, text, known: known)
    if let merged, let words = words(of: merged, in: text, known: known) {
      known = words
      return merged
    }
    return tokens.contains(.elision) ? [.elision] : literal
  }

  /// What the holes stand for when the parts fit; `nil` when they do not.
  private static func words(
    of tokens: [TranscriptPattern.Token], in text: [UInt8], known: [String: [UInt8]]
  ) -> [String: [UInt8]]? {
    var budget = 1 << 16
    let matcher = TranscriptMatcher([.tokens(tokens)])
    guard case .matches(let words) = matcher.match([text], known: known, budget: &budget) else {
      return nil
    }
    return words
  }

  /// The least that is parted: a word, or one other letter.
  private enum Atom: Hashable {
    case text([UInt8])
    case elision
    case hole(String)
  }

  private static func mergeAtoms(
    _ tokens: [TranscriptPattern.Token], _ text: [UInt8], known: [String: [UInt8]]
  ) -> [TranscriptPattern.Token]? {
    var pattern: [Atom] = []
    // `fd{n}` is beside `fd3` only when that is parted, too.
    var stems: [[UInt8]] = []
    for token in tokens {
      switch token {
      case .text(let text): pattern += atoms(of: text, stems: []).map(Atom.text)
      case .elision: pattern.append(.elision)
      case .hole(let name):
        if case .text(let stem)? = pattern.last { stems.append(stem) }
        pattern.append(.hole(name))
      }
    }
    let given = atoms(of: text, stems: stems)
    let costs = AtomCosts(pattern: pattern, given: given, known: known)
    guard let pairs = TranscriptAlignment.align(pattern.count, given.count, costs: costs) else {
      return nil
    }
    var known = known
    var merged: [TranscriptPattern.Token] = []
    for pair in pairs {
      switch pair {
      case .absorb, .remove: break
      case .gap: append(.elision, to: &merged)
      case .add(let index): append(.text(given[index]), to: &merged)
      case .pair(let index, let other):
        let word = given[other]
        if case .hole(let name) = pattern[index], known[name] == nil || known[name] == word {
          known[name] = word
          append(.hole(name), to: &merged)
        } else {
          append(.text(word), to: &merged)
        }
      }
    }
    return merged
  }

  private static func atoms(of text: [UInt8], stems: [[UInt8]]) -> [[UInt8]] {
    var atoms: [[UInt8]] = []
    var index = 0
    while index < text.count {
      let count = max(1, TranscriptPattern.wordByteCount(text, at: index))
      let atom = Array(text[index..<index + count])
      if let stem = stems.first(where: { $0.count < atom.count && atom.starts(with: $0) }) {
        atoms += [stem, Array(atom.dropFirst(stem.count))]
      } else {
        atoms.append(atom)
      }
      index += count
    }
    return atoms
  }

  private struct AtomCosts: AlignmentCosts {
    let pattern: [Atom]
    let given: [[UInt8]]
    let known: [String: [UInt8]]

    let addition: Int32 = 1

    func isGap(_ index: Int) -> Bool { pattern[index] == .elision }

    func removal(_ index: Int) -> Int32 { if case .hole = pattern[index] { 6 } else { 2 } }

    func pair(_ index: Int, _ other: Int) -> Int32? {
      let atom = given[other]
      switch pattern[index] {
      case .elision: return nil
      case .text(let text): return text == atom ? 0 : nil
      case .hole(let name):
        let isWord = TranscriptPattern.wordByteCount(atom, at: 0) == atom.count
        return isWord && (known[name] == nil || known[name] == atom) ? 0 : nil
      }
    }
  }
}
