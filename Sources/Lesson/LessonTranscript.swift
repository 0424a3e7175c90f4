public import Markdown
public import SourceText

/// What a fence holds against a run; the raw value is the first word of its info string.
public enum TranscriptKind: String, Sendable, CaseIterable {
  /// What processes printed.
  case output
  /// A table that is worked out from the run.
  case table
}

/// A fence with words of the machine: `output`, or `table` with `show=`. They are what the run gave, but for
/// what the author left out.
public struct LessonTranscript {
  /// The fence's code block.
  public var node: MarkdownNode
  /// What it holds against the run.
  public var kind: TranscriptKind
  /// What it shows; parts in backquotes are code.
  public var caption: String
  /// What a page shows of it.
  public var content: Content
  /// The position in ``Lesson/scenarios`` of the scenario that it speaks of; `nil` when that could not be run.
  public var scenario: Int?
  /// How many of ``Lesson/fences`` stand before it.
  public var fence: Int
  /// Where it stands, from the opening fence to the end of its content.
  public var range: SourceRange
  /// What makes it what the run gave; nothing when it is that already, or cannot be made that.
  public var edits: [SourceEdit] = []

  /// What a page shows.
  public enum Content {
    /// Lines that keep their places.
    case lines([Line])
    /// A table; a row without cells stands for rows that were left out.
    case table(LessonTable)
  }

  /// A line of an output.
  public enum Line: Hashable, Sendable {
    /// Lines were left out here.
    case leftOut
    /// One line.
    case parts([Part])
  }

  /// A part of a line.
  public enum Part: Hashable, Sendable {
    /// What was printed.
    case words(String)
    /// Some text was left out here.
    case leftOut
  }

  /// What `show=` may name behind `table`.
  public static let tables: [String] = RunTable.allCases.map(\.rawValue)

  /// The options of a kind.
  public static func options(of kind: TranscriptKind) -> [String] {
    TranscriptInfo.options(of: kind)
  }

  /// How many lines a fence may have.
  static let lineLimit = 1_000
  /// How many steps comparing all fences of a lesson may take, and one of them.
  static let stepLimit = 50_000_000
  static let stepLimitOfOne = 5_000_000
}

extension LessonTranscript.Line {
  /// A line of a pattern with the words that its holes have in the run.
  init(_ line: TranscriptPattern.Line, words: [String: [UInt8]]) {
    guard case .tokens(let tokens) = line else {
      self = .leftOut
      return
    }
    var parts: [LessonTranscript.Part] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { parts.append(.words(String(decoding: text, as: UTF8.self))) }
      text = []
    }
    for token in tokens {
      switch token {
      case .text(let bytes): text += bytes
      case .hole(let name): text += words[name] ?? Array("{\(name)}".utf8)
      case .elision:
        flush()
        parts.append(.leftOut)
      }
    }
    flush()
    self = .parts(parts)
  }

  /// The line in letters.
  public var text: String {
    switch self {
    case .leftOut: "…"
    case .parts(let parts):
      parts.map { part in if case .words(let words) = part { words } else { "…" } }.joined()
    }
  }
}
