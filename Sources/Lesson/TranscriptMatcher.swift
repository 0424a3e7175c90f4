/// Holds a pattern against lines.
///
/// Elisions take as little as they can, and are tried longer when what follows does not fit. Without holes an
/// elision never has to be tried longer once the next one is reached: whatever would fit behind a longer one
/// fits behind a shorter one and a longer next one. So matching takes as long as text and pattern multiplied
/// at worst. Holes that stand twice can make it a hard problem (matching with back references is NP-complete),
/// hence a bound, and a third answer besides yes and no.
struct TranscriptMatcher {
  /// What became of it.
  enum Outcome: Hashable {
    /// It fits, with these words in the holes.
    case matches([String: [UInt8]])
    /// It does not.
    case differs
    /// There are more ways than were tried.
    case tooManyWays
  }

  private enum Part {
    case bytes([UInt8])
    case elision
    /// A hole by its number; behind an elision it does not begin within a word.
    case hole(Int, isBehindElision: Bool)
    case lineEnd
    case lines
  }

  /// A place to go back to: the elision there is to reach further.
  private struct Choice {
    var part: Int
    var line: Int
    var offset: Int
    /// How many holes were filled.
    var filledCount: Int
    /// Whether it stands for whole lines.
    var isOfLines: Bool
  }

  private var parts: [Part] = []
  private var names: [String] = []

  init(_ lines: [TranscriptPattern.Line]) {
    var numbers: [String: Int] = [:]
    for line in lines {
      guard case .tokens(let tokens) = line else {
        parts.append(.lines)
        continue
      }
      var isBehindElision = false
      for token in tokens {
        switch token {
        case .text(let text): parts.append(.bytes(text))
        case .elision: parts.append(.elision)
        case .hole(let name):
          let number = numbers[name] ?? names.count
          if number == names.count {
            numbers[name] = number
            names.append(name)
          }
          parts.append(.hole(number, isBehindElision: isBehindElision))
        }
        isBehindElision = token == .elision
      }
      parts.append(.lineEnd)
    }
  }

  /// Matches lines from the first to the last.
  ///
  /// - Parameters:
  ///   - known: Words that holes have already.
  ///   - budget: How many steps may be taken; those that were are taken off.
  /// - Complexity: O(*budget*).
  func match(
    _ text: [[UInt8]], known: [String: [UInt8]] = [:], budget: inout Int
  ) -> Outcome {
    var values: [[UInt8]?] = names.map { known[$0] }
    var filled: [Int] = []
    var choices: [Choice] = []
    var (part, line, offset) = (0, 0, 0)
    while true {
      budget -= 1
      guard budget >= 0 else { return .tooManyWays }
      var fits = false
      if part == parts.count {
        if line == text.count {
          var found = known
          for (name, value) in zip(names, values) { found[name] = value }
          return .matches(found)
        }
      } else {
        switch parts[part] {
        case .lines:
          while choices.last?.filledCount == filled.count { choices.removeLast() }
          if line < text.count {
            choices.append(
              Choice(
                part: part, line: line + 1, offset: 0, filledCount: filled.count, isOfLines: true))
          }
          part += 1
          fits = true
        case .elision where line < text.count:
          while let last = choices.last, !last.isOfLines, last.line == line,
            last.filledCount == filled.count
          {
            choices.removeLast()
          }
          if offset < text[line].count, text[line][offset] != TranscriptPattern.separator {
            choices.append(
              Choice(
                part: part, line: line, offset: offset + 1, filledCount: filled.count,
                isOfLines: false))
          }
          part += 1
          fits = true
        case .bytes(let bytes) where line < text.count:
          budget -= bytes.count >> 3
          if text[line].dropFirst(offset).starts(with: bytes) {
            offset += bytes.count
            part += 1
            fits = true
          }
        case .hole(let number, let isBehindElision) where line < text.count:
          let count = TranscriptPattern.wordByteCount(text[line], at: offset)
          budget -= count >> 3
          let isWithinWord =
            isBehindElision && offset > 0 && TranscriptPattern.isWordByte(text[line][offset - 1])
          guard count > 0, !isWithinWord else { break }
          let word = Array(text[line][offset..<offset + count])
          if values[number] == nil {
            values[number] = word
            filled.append(number)
          }
          if values[number] == word {
            offset += count
            part += 1
            fits = true
          }
        case .lineEnd where line < text.count && offset == text[line].count:
          (line, offset) = (line + 1, 0)
          part += 1
          fits = true
        case .elision, .bytes, .hole, .lineEnd: break
        }
      }
      guard !fits else { continue }
      guard let choice = choices.popLast() else { return .differs }
      while filled.count > choice.filledCount, let last = filled.popLast() { values[last] = nil }
      (part, line, offset) = (choice.part, choice.line, choice.offset)
    }
  }
}
