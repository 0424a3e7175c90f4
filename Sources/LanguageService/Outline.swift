import Lesson
import Markdown
public import SourceText
import WalkSemantics
import WalkSyntax

/// One entry of a document's outline.
public struct OutlineEntry: Sendable, Hashable {
  /// What it is.
  public enum Kind: Sendable, Hashable {
    case heading, fence, machine, device, user, file, module, program, function, process, claim,
      check, question
  }

  /// Its name.
  public var name: String
  /// A few more words; may be empty.
  public var detail: String
  /// What it is.
  public var kind: Kind
  /// All of it.
  public var range: SourceRange
  /// What is to be selected; lies in ``range``.
  public var selection: SourceRange
  /// What stands in it.
  public var children: [OutlineEntry]
}

extension LanguageDocument {
  /// The headings, fences and declarations, each within what it stands in.
  public var outline: [OutlineEntry] {
    let lesson = lesson
    if isScript { return lesson.fences.flatMap { entries($0.script.statements) } }
    var flat: [(level: Int, entry: OutlineEntry)] = []
    for node in lesson.document.root.blocks where node.kind == .heading {
      let line = lines.range(ofLine: node.startLine - 1)
      let range = SourceRange(file: Self.id, lower: line.lowerBound, upper: line.upperBound)
      let name = node.plainText
      flat.append(
        (
          node.headingLevel,
          OutlineEntry(
            name: name.isEmpty ? "heading" : name, detail: "", kind: .heading, range: range,
            selection: range, children: [])
        ))
    }
    for fence in lesson.fences {
      let line = lines.range(ofLine: lines.line(at: fence.range.lower))
      let opening = SourceRange(
        file: Self.id, lower: fence.range.lower,
        upper: max(fence.range.lower, min(line.upperBound, fence.range.upper)))
      let subject = fence.words[fence.role.rawValue] ?? ""
      flat.append(
        (
          7,
          OutlineEntry(
            name: subject.isEmpty ? fence.role.rawValue : "\(fence.role.rawValue) \(subject)",
            detail: "walk", kind: .fence, range: fence.range, selection: opening,
            children: entries(fence.script.statements))
        ))
    }
    for transcript in lesson.transcripts {
      let line = lines.range(ofLine: lines.line(at: transcript.range.lower))
      let selection = SourceRange(
        file: Self.id, lower: transcript.range.lower,
        upper: max(transcript.range.lower, min(line.upperBound, transcript.range.upper)))
      flat.append(
        (
          7,
          OutlineEntry(
            name: file.text(selection.lower..<selection.upper).filter { $0 != "`" && $0 != "~" },
            detail: "words of the machine", kind: .fence, range: transcript.range,
            selection: selection, children: [])
        ))
    }
    flat.sort { $0.entry.range.lower < $1.entry.range.lower }
    return Self.nested(flat, end: file.bytes.count)
  }

  /// Puts entries into those above them with a lower level; each reaches as far as what it holds.
  private static func nested(
    _ flat: [(level: Int, entry: OutlineEntry)], end: Int
  ) -> [OutlineEntry] {
    var stack: [(level: Int, entry: OutlineEntry)] = []
    var roots: [OutlineEntry] = []
    func close(_ level: Int, at place: Int) {
      while let last = stack.last, last.level >= level {
        stack.removeLast()
        var entry = last.entry
        if last.level < 7 { entry.range.upper = max(entry.range.upper, place) }
        if stack.isEmpty {
          roots.append(entry)
        } else {
          stack[stack.count - 1].entry.children.append(entry)
        }
      }
    }
    for item in flat {
      close(item.level, at: item.entry.range.lower)
      stack.append(item)
    }
    close(0, at: end)
    return roots
  }

  private func entries(_ statements: [StatementSyntax]) -> [OutlineEntry] {
    statements.flatMap { statement -> [OutlineEntry] in
      let range = statement.range
      guard range.file == Self.id else { return [] }
      func entry(
        _ name: String, _ detail: String, _ kind: OutlineEntry.Kind, _ selection: SourceRange,
        _ children: [OutlineEntry] = []
      ) -> [OutlineEntry] {
        [
          OutlineEntry(
            name: name.isEmpty ? detail : name, detail: detail, kind: kind,
            range: range.union(selection), selection: selection, children: children)
        ]
      }
      switch statement {
      case .machine(let name, _, _): return entry(name.text, "machine", .machine, name.range)
      case .entity(let keyword, let name, _, _):
        let kind: OutlineEntry.Kind =
          switch keyword.text {
          case "user": .user
          case "module": .module
          default: .device
          }
        return entry(name.text, keyword.text, kind, name.range)
      case .node(let keyword, let path, _, _):
        return entry(path.text, keyword.text, .file, path.range)
      case .program(let name, let body, _):
        return entry(name.text, "program", .program, name.range, functions(body))
      case .starter(let inner, _):
        return entry(
          "starter", "what students begin with", .program, range, entries(inner))
      case .studentProgram(let name, _):
        return entry(name.text, "student program", .program, name.range)
      case .start(let program, let options, _):
        for case .named(let name) in options {
          return entry(name.text, "a process of `\(program.text)`", .process, name.range)
        }
        return entry(program.text, "process", .process, program.range)
      case .claimBlock(let title, _, _, _): return entry(title.text, "claim", .claim, title.range)
      case .check(let check, _):
        return entry(
          check.title.text, check.isHidden ? "hidden check" : "check", .check, check.title.range)
      case .ask(let text, _): return entry(text.text, "question", .question, text.range)
      default: return []
      }
    }
  }

  private func functions(_ body: [ProgramStatementSyntax]) -> [OutlineEntry] {
    body.compactMap { statement in
      guard case .function(let name, _, _, let range) = statement else { return nil }
      return OutlineEntry(
        name: name.text, detail: "fn", kind: .function, range: range, selection: name.range,
        children: [])
    }
  }

  // MARK: Folding

  /// A run of lines that can be folded away, from 0; the first stays.
  public struct Fold: Sendable, Hashable {
    /// The line that stays.
    public var first: Int
    /// The last line that is hidden.
    public var last: Int
    /// Whether it is a comment.
    public var isComment: Bool
  }

  /// What can be folded: front matter, sections, fences, blocks in braces, comments of several lines.
  public var folds: [Fold] {
    var found: Set<Fold> = []
    func fold(_ first: Int, _ last: Int, isComment: Bool = false) {
      if last > first { found.insert(Fold(first: first, last: last, isComment: isComment)) }
    }
    for fence in lesson.fences {
      let fragment = fence.script.fragment
      if !isScript {
        fold(lines.line(at: fence.range.lower), lines.line(at: fence.range.upper))
      }
      var braces: [Int] = []
      var comments: Range<Int>?
      func endComments() {
        if let comments { fold(comments.lowerBound, comments.upperBound, isComment: true) }
        comments = nil
      }
      for token in fence.script.tokens {
        let line = lines.line(at: fragment.fileOffset(token.lower))
        switch token.kind {
        case .space, .newline: continue
        case .comment:
          if let known = comments, known.upperBound + 1 == line {
            comments = known.lowerBound..<line
          } else {
            endComments()
            comments = line..<line
          }
          continue
        case .punctuation where fragment.bytes[token.lower] == 0x7B: braces.append(line)
        case .punctuation where fragment.bytes[token.lower] == 0x7D:
          // The line of the closing brace stays.
          if let first = braces.popLast() { fold(first, line - 1) }
        default: break
        }
        endComments()
      }
      endComments()
    }
    for transcript in lesson.transcripts {
      fold(lines.line(at: transcript.range.lower), lines.line(at: transcript.range.upper))
    }
    func walk(_ entries: [OutlineEntry]) {
      for entry in entries where entry.kind == .heading {
        var last = lines.line(at: entry.range.upper)
        // A section ends before the next heading, and before the blank lines above that.
        if entry.range.upper < file.bytes.count { last -= 1 }
        while last > 0, lines.range(ofLine: last).isEmpty { last -= 1 }
        fold(lines.line(at: entry.range.lower), last)
        walk(entry.children)
      }
    }
    if !isScript { walk(outline) }
    if let last = frontMatterEnd { fold(0, last) }
    return found.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
  }

  /// The line of the second `---`, when the text begins with one.
  private var frontMatterEnd: Int? {
    let mark = Array("---".utf8)
    guard !isScript, Array(file.bytes[lines.range(ofLine: 0)]) == mark else { return nil }
    return (1..<max(1, lines.count)).first { Array(file.bytes[lines.range(ofLine: $0)]) == mark }
  }
}
