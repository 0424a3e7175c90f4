/// Some lines of a text that others take the place of.
public struct LineChange: Hashable, Sendable {
  /// The lines that go, from 0.
  public var old: Range<Int>
  /// The lines that come, as positions in the other text.
  public var new: Range<Int>

  /// Makes a change.
  public init(old: Range<Int>, new: Range<Int>) {
    self.old = old
    self.new = new
  }
}

/// Where two texts differ, by lines.
public enum LineDifference {
  /// How far it is looked for two lines that are the same again.
  private static let reach = 64

  /// The lines of a text, each with its line feed; the last may have none.
  public static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var lower = 0
    while lower < bytes.count {
      let upper = bytes[lower...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
      lines.append(bytes[lower..<upper])
      lower = upper
    }
    return lines
  }

  /// What must be changed in a text to make another of it, in order.
  ///
  /// Not always the least that would do: behind lines that differ, the nearest two that are the same
  /// are taken for each other.
  ///
  /// - Complexity: O(*n*) in the number of lines, with 64 comparisons for each that differs.
  public static func changes(
    from old: [ArraySlice<UInt8>], to new: [ArraySlice<UInt8>]
  ) -> [LineChange] {
    var changes: [LineChange] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, right < new.count, old[left] == new[right] {
        left += 1
        right += 1
        continue
      }
      let (oldCount, newCount) = distance(old[left...], new[right...])
      if let last = changes.last, last.old.upperBound == left, last.new.upperBound == right {
        changes[changes.count - 1].old = last.old.lowerBound..<(left + oldCount)
        changes[changes.count - 1].new = last.new.lowerBound..<(right + newCount)
      } else {
        changes.append(
          LineChange(old: left..<(left + oldCount), new: right..<(right + newCount)))
      }
      left += oldCount
      right += newCount
    }
    return changes
  }

  /// How many lines of each differ before two are the same; as many as are looked at when none are.
  private static func distance(
    _ old: ArraySlice<ArraySlice<UInt8>>, _ new: ArraySlice<ArraySlice<UInt8>>
  ) -> (Int, Int) {
    let (most, other) = (min(reach, old.count), min(reach, new.count))
    for sum in 1..<max(2, most + other) {
      for skipped in max(0, sum - other)...min(sum, most) {
        let (left, right) = (old.startIndex + skipped, new.startIndex + sum - skipped)
        if left < old.endIndex, right < new.endIndex, old[left] == new[right] {
          return (skipped, sum - skipped)
        }
      }
    }
    return (most, other)
  }

  /// The difference of two texts as `diff -u` writes it; empty when they are the same.
  ///
  /// - Parameters:
  ///   - old: A text.
  ///   - new: Another.
  ///   - oldName: How the first is called.
  ///   - newName: How the second is called.
  public static func unified(
    from old: [UInt8], to new: [UInt8], oldName: String, newName: String
  ) -> String {
    let (old, new) = (lines(of: old), lines(of: new))
    let changes = changes(from: old, to: new)
    guard !changes.isEmpty else { return "" }
    let context = 3
    var out = "--- \(oldName)\n+++ \(newName)\n"
    var index = 0
    while index < changes.count {
      var last = index
      while last + 1 < changes.count,
        changes[last + 1].old.lowerBound - changes[last].old.upperBound <= 2 * context
      {
        last += 1
      }
      let before = min(context, changes[index].old.lowerBound)
      let after = min(context, old.count - changes[last].old.upperBound)
      let oldRange =
        (changes[index].old.lowerBound - before)..<(changes[last].old.upperBound + after)
      let newRange =
        (changes[index].new.lowerBound - before)..<(changes[last].new.upperBound + after)
      out += "@@ -\(place(oldRange)) +\(place(newRange)) @@\n"
      var line = oldRange.lowerBound
      for change in changes[index...last] {
        for kept in line..<change.old.lowerBound { out += written(" ", old[kept]) }
        for gone in change.old { out += written("-", old[gone]) }
        for come in change.new { out += written("+", new[come]) }
        line = change.old.upperBound
      }
      for kept in line..<oldRange.upperBound { out += written(" ", old[kept]) }
      index = last + 1
    }
    return out
  }

  /// Lines as `diff` counts them: from 1, and the line before where there are none.
  private static func place(_ lines: Range<Int>) -> String {
    if lines.isEmpty { return "\(lines.lowerBound),0" }
    return lines.count == 1 ? "\(lines.lowerBound + 1)" : "\(lines.lowerBound + 1),\(lines.count)"
  }

  private static func written(_ mark: String, _ line: ArraySlice<UInt8>) -> String {
    let text = mark + String(decoding: line, as: UTF8.self)
    return line.last == 0x0A ? text : text + "\n\\ No newline at end of file\n"
  }
}
