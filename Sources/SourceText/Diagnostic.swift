/// The stable code of a message, such as `W0204`.
///
/// Families: W00xx lesson, W01xx syntax, W02xx names, W03xx units and limits, W04xx claims and
/// checks, W05xx run. A code is never given another meaning.
public struct DiagnosticCode: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number behind the `W`, 0...9999.
  public let number: UInt16

  /// Makes the code with a number.
  public init(_ number: UInt16) { self.number = number }

  /// Reads `W0204`, also in lower case; `nil` when the text is no code.
  public init?(_ text: String) {
    guard text.utf8.count == 5, let first = text.utf8.first, first | 0x20 == UInt8(ascii: "w"),
      // UInt16 alone would take a sign as well.
      text.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }),
      let number = UInt16(text.dropFirst())
    else { return nil }
    self.number = number
  }

  /// `W` and four digits.
  public var description: String {
    let digits = String(number)
    return "W" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// Codes compare by number.
  public static func < (left: DiagnosticCode, right: DiagnosticCode) -> Bool {
    left.number < right.number
  }
}

/// How bad it is.
public enum Severity: String, Sendable, Comparable {
  /// Worth knowing; nothing is wrong.
  case note
  /// Probably not what was meant; compilation goes on.
  case warning
  /// The text means nothing, or not one thing; it is not run.
  case error

  /// Notes come before warnings, warnings before errors.
  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// A place and a few words that are written under it.
public struct Label: Hashable, Sendable {
  /// What is underlined.
  public var range: SourceRange
  /// What is written beside the underline; may be empty.
  public var text: String

  /// Makes a label for a range.
  public init(_ range: SourceRange, _ text: String = "") {
    self.range = range
    self.text = text
  }
}

/// One replacement of text.
public struct SourceEdit: Hashable, Sendable {
  /// What is replaced; empty for an insertion.
  public var range: SourceRange
  /// What stands there afterwards.
  public var replacement: String

  /// Makes an edit.
  public init(range: SourceRange, replacement: String) {
    self.range = range
    self.replacement = replacement
  }
}

/// A change that would mend the text.
public struct FixIt: Hashable, Sendable {
  /// What to do, as an instruction: "write `read`".
  public var message: String
  /// The change itself.
  public var edits: [SourceEdit]

  /// Makes a fix-it.
  public init(_ message: String, edits: [SourceEdit]) {
    self.message = message
    self.edits = edits
  }
}

/// One message to the author: what, where, why, and how to mend it.
///
/// Made by a factory of the phase that found it; the words live there, beside the catalogue entry
/// with the long explanation.
public struct Diagnostic: Hashable, Sendable {
  /// The stable code.
  public var code: DiagnosticCode
  /// How bad it is.
  public var severity: Severity
  /// What is wrong: lower case, no full stop, no blame.
  public var message: String
  /// Where; `nil` when the message is about a whole file or a command.
  public var primary: Label?
  /// Other places involved.
  public var related: [Label]
  /// Why, in further sentences.
  public var notes: [String]
  /// Changes that would mend it, the best first.
  public var fixIts: [FixIt]

  /// Makes a diagnostic; call it from a factory, not from a call site.
  public init(
    code: DiagnosticCode, severity: Severity, message: String, primary: Label?,
    related: [Label] = [], notes: [String] = [], fixIts: [FixIt] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.primary = primary
    self.related = related
    self.notes = notes
    self.fixIts = fixIts
  }
}

/// What `ringwalk explain W0204` prints: the long form of a code.
public struct DiagnosticEntry: Sendable {
  /// The code explained.
  public let code: DiagnosticCode
  /// The message in general words, one line.
  public let title: String
  /// Why it is an error and what to do, one or more paragraphs of plain text.
  public let explanation: String
  /// A script (or lesson) that has the error.
  public let failing: String
  /// The same, mended.
  public let mended: String

  /// Makes an entry of a phase's catalogue.
  public init(
    _ code: DiagnosticCode, _ title: String, explanation: String, failing: String, mended: String
  ) {
    self.code = code
    self.title = title
    self.explanation = explanation
    self.failing = failing
    self.mended = mended
  }
}

/// A name near to a misspelt one.
public enum Nearest {
  /// The candidate with the smallest edit distance (insertions, deletions, replacements and swaps
  /// of neighbours) if that is within a third of the name's length; of equal ones the first. A
  /// single letter has no neighbours: all of them are near; a name of two may differ in one.
  public static func name(to name: String, among candidates: [String]) -> String? {
    let limit = name.count < 2 ? 0 : max(1, name.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = editDistance(Array(name.unicodeScalars), Array(candidate.unicodeScalars))
      if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
  }

  private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    // Names are short; anything longer cannot be within the limit in a useful way.
    guard left.count <= 64, right.count <= 64 else { return Int.max }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for (row, a) in left.enumerated() {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for (column, b) in right.enumerated() {
        var cost = min(last[column] + (a == b ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, a == right[column - 1], left[row - 1] == b {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
