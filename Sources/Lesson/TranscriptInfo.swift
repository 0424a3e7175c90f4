import Markdown
import SourceText

/// The words behind `output` and `table`: `output of=first-half process=editor`.
struct TranscriptInfo {
  let kind: TranscriptKind
  private(set) var question: ExhibitQuestion
  private(set) var diagnostics: [Diagnostic] = []

  /// The words that may stand behind a kind.
  static func options(of kind: TranscriptKind) -> [String] {
    switch kind {
    case .output: ["of", "process", "at", "caption"]
    case .table:
      ["show", "of", "process", "at", "caption", "zoom", "call", "arch", "address"]
    }
  }

  /// What an info string holds against a run: `output`, or `table` with `show=`. Other tables are prose.
  static func kind(of info: String) -> TranscriptKind? {
    let bytes = Array(info.utf8)
    let words = InfoString.words(bytes, 0..<bytes.count)
    guard let first = words.first,
      let kind = TranscriptKind(rawValue: String(decoding: bytes[first], as: UTF8.self))
    else { return nil }
    switch kind {
    case .output: return kind
    case .table:
      let show = Array("show=".utf8)
      return words.contains { bytes[$0].starts(with: show) } ? kind : nil
    }
  }

  /// Reads the words in a range of a line, the first of which is the kind.
  init(_ kind: TranscriptKind, _ file: SourceFile, id: FileID, _ range: Range<Int>) {
    self.kind = kind
    let words = InfoString.words(file.bytes, range)
    let first = words.first ?? range
    question = ExhibitQuestion(
      words: [:], ranges: [:],
      place: SourceRange(file: id, lower: first.lowerBound, upper: first.upperBound))
    let options = Self.options(of: kind)
    for bounds in words.dropFirst() {
      let word = InfoString.Word(file, id: id, bounds)
      guard options.contains(word.key) else {
        diagnostics.append(
          .unknownWord(word.key, of: kind, at: word.keyRange, known: options))
        continue
      }
      guard question.words[word.key] == nil else {
        diagnostics.append(.repeatedWord(word.key, at: word.range))
        continue
      }
      question.words[word.key] = word.value ?? ""
      question.ranges[word.key] = word.valueRange
      if (word.value ?? "").isEmpty {
        let example = word.key == "show" ? "show=calls" : InfoString.example(of: word.key)
        diagnostics.append(.valueMissing(word.key, example: example, at: word.range))
      }
    }
  }
}

/// A fence of the machine's words as it was found, before anything is compared.
struct FoundTranscript {
  var node: MarkdownNode
  var info: TranscriptInfo
  /// How many `walk` fences stand before it.
  var fence: Int
  /// Its opening line, from its marks on.
  var opening: SourceRange
  /// From the opening fence to the end of the content.
  var range: SourceRange
  /// Its content.
  var fragment: SourceFragment
  /// Whether a line ends it.
  var isClosed: Bool
  /// What is wrong with its words.
  var diagnostics: [Diagnostic]
  /// What changes its lines; `nil` when it has none.
  var editor: FenceEditor?

  /// The lines of the content: each as a part of it, without its line end.
  var lines: [Range<Int>] {
    var lines: [Range<Int>] = []
    var lower = 0
    let bytes = fragment.bytes
    while lower < bytes.count {
      let upper = bytes[lower...].firstIndex(of: 0x0A) ?? bytes.count
      lines.append(lower..<upper)
      lower = upper + 1
    }
    return lines
  }
}
