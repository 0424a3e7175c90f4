public import Lesson
public import Program
public import SourceText
import WalkSyntax

/// A lesson or script that is open in an editor.
///
/// What it is asked for is an answer about the text as it is now. After each change the text is read and
/// checked, which takes as long as the change is large; runs are made elsewhere (``wantedRuns``), and what
/// hangs on them is there when they have been added.
public final class LanguageDocument {
  /// The path by which messages name it; a lesson unless it ends in `.walk`.
  public let name: String
  /// In what the columns of its positions count.
  public let encoding: PositionEncoding
  /// The text.
  public private(set) var file: SourceFile
  /// Its lines.
  public private(set) var lines: TextLines
  private let includes: IncludeReader
  private let limits: RunLimits
  private var memory = LessonMemory()
  private var known: Lesson?
  private var knownNames: NameIndex?

  /// Opens a text.
  ///
  /// - Parameters:
  ///   - name: The file's name; its ending says whether it is a lesson or a script.
  ///   - bytes: Its text.
  ///   - encoding: What the editor counts places in.
  ///   - includes: Reads the files that it includes and links to.
  ///   - limits: What a run may take.
  public init(
    name: String, bytes: [UInt8], encoding: PositionEncoding, limits: RunLimits = RunLimits(),
    includes: @escaping IncludeReader
  ) {
    self.name = name
    self.encoding = encoding
    self.includes = includes
    self.limits = limits
    file = SourceFile(name: name, bytes: bytes)
    lines = TextLines(bytes, encoding: encoding)
  }

  /// Whether it is a script and no lesson.
  public var isScript: Bool { name.hasSuffix(".walk") }

  // MARK: Changes

  /// Puts another text into its place.
  public func replace(with bytes: [UInt8]) {
    file = SourceFile(name: name, bytes: bytes)
    lines = TextLines(bytes, encoding: encoding)
    forget()
  }

  /// Replaces the text between two places; ends that are the wrong way round are swapped.
  public func replace(_ start: TextPosition, _ end: TextPosition, with text: [UInt8]) {
    let (a, b) = (lines.offset(of: start), lines.offset(of: end))
    var bytes = file.bytes
    bytes.replaceSubrange(min(a, b)..<max(a, b), with: text)
    replace(with: bytes)
  }

  /// Has everything read again: a file that it includes may have changed.
  public func forget() {
    known = nil
    knownNames = nil
  }

  /// Whether it includes a file, by the path that messages have for it; as far as that is known by now.
  public func includes(_ path: String) -> Bool {
    known?.sources.files.dropFirst().contains { $0.name == path } == true
  }

  // MARK: What is known of the text

  /// The text compiled, as far as runs are known.
  public var lesson: Lesson {
    if let known { return known }
    let lesson = Lesson.compile(file, includes: includes, limits: limits, memory: &memory)
    known = lesson
    return lesson
  }

  /// The names of the text.
  var names: NameIndex {
    if let knownNames { return knownNames }
    let names = NameIndex(lesson)
    knownNames = names
    return names
  }

  /// The runs that are missing; when there are none, all is said that can be said.
  public var wantedRuns: [LessonMemory.WantedRun] {
    _ = lesson
    return memory.wanted
  }

  /// How many scenarios were checked since the text changed last.
  public var checkCount: Int {
    _ = lesson
    return memory.checkCount
  }

  /// Takes runs that were made; they may be those of an earlier text.
  public func add(_ runs: [LessonMemory.MadeRun]) {
    for run in runs { memory.add(run) }
    forget()
  }

  /// The number of the text among the files of its compilation.
  static let id = FileID(rawValue: 0)

  // MARK: Places

  /// The places of a range of bytes of the text.
  public func span(_ range: SourceRange) -> TextSpan {
    TextSpan(start: lines.position(at: range.lower), end: lines.position(at: range.upper))
  }

  /// Where a range stands, also when it is in a file that the text includes.
  public func location(_ range: SourceRange) -> FileLocation? {
    guard let source = lesson.sources[range.file] else { return nil }
    if range.file == Self.id { return FileLocation(file: nil, span: span(range)) }
    let lines = TextLines(source.bytes, encoding: encoding)
    return FileLocation(
      file: source.name,
      span: TextSpan(
        start: lines.position(at: range.lower), end: lines.position(at: range.upper)))
  }

  /// The fence that holds an offset, with the offset in its text.
  func fence(at offset: Int) -> (index: Int, fence: LessonFence, offset: Int)? {
    for (index, fence) in lesson.fences.enumerated()
    where fence.range.touches(offset) || isScript {
      if let inner = fence.script.fragment.offset(ofFile: offset) { return (index, fence, inner) }
    }
    return nil
  }
}

/// A range of a text by the places of its ends.
public struct TextSpan: Hashable, Sendable {
  /// The place of its first byte.
  public var start: TextPosition
  /// The place behind its last byte.
  public var end: TextPosition

  /// Makes a range.
  public init(start: TextPosition, end: TextPosition) {
    self.start = start
    self.end = end
  }
}

/// A range of a file.
public struct FileLocation: Hashable, Sendable {
  /// The path of the file as messages name it; `nil` for the text that was asked.
  public var file: String?
  /// The range.
  public var span: TextSpan
}

extension SourceFragment {
  /// The place in the fragment of a place in its file, its end included; `nil` when it lies outside.
  func offset(ofFile offset: Int) -> Int? {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].fileOffset <= offset { low = middle } else { high = middle }
    }
    guard segments.indices.contains(low), offset >= segments[low].fileOffset else { return nil }
    let inner = segments[low].fragmentOffset + offset - segments[low].fileOffset
    let end = low + 1 < segments.count ? segments[low + 1].fragmentOffset : bytes.count
    return inner <= end ? inner : nil
  }

  /// The text of a token.
  func text(_ token: Token) -> String {
    String(decoding: bytes[token.lower..<token.upper], as: UTF8.self)
  }

  /// Where a token stands in the file.
  func range(_ token: Token) -> SourceRange { range(token.lower, token.upper) }
}
