import Lesson
import Markdown

/// What a search finds in a lesson: its sections, with the words that stand in them.
///
/// Small enough to keep for all lessons of a site: of the text it has only how it begins.
public struct HandoutSearchText: Sendable, Hashable, Codable {
  /// The text before the first heading, which has the lesson's title and no anchor, and then a section
  /// for each heading.
  var sections: [Section] = []
  /// The words of the sections, without those of the headings.
  var table = SearchTable()
  /// How many bytes of text stand in headings and sections.
  var byteCount = 0

  /// A heading and what stands below it.
  struct Section: Sendable, Hashable, Codable {
    var heading: String
    /// The name by which links reach it.
    var anchor: String
    /// How its text begins.
    var lead: String
  }

  /// How many bytes of a section's beginning are kept at most; the index may have room for less.
  static let leadByteLimit = 160
  /// The same for sections of a reference, which are many and begin much alike.
  static let referenceLeadByteLimit = 40
}

extension HandoutSearchText {
  /// The text of a lesson as students see it: prose, tables, questions, code that is no script.
  ///
  /// Steps are left out. They say the same in each scenario, and would take more room than all the prose.
  init(_ view: LessonView, anchors: PageAnchors) {
    var reader = SearchTextReader(view, anchors: anchors)
    reader.read()
    self = reader.finished
  }
}

/// Collects the text of a lesson.
private struct SearchTextReader {
  private let view: LessonView
  private let anchors: PageAnchors
  private var text = HandoutSearchText()
  private var words: [String: [Int]] = [:]
  private var lead = ""
  private var leadByteLimit = HandoutSearchText.leadByteLimit

  init(_ view: LessonView, anchors: PageAnchors) {
    self.view = view
    self.anchors = anchors
  }

  /// The result, once everything was read.
  var finished: HandoutSearchText {
    var text = text
    text.table = SearchTable(words, sectionCount: text.sections.count)
    return text
  }

  mutating func read() {
    begin(view.title, anchor: "")
    add(SentencePart.plain(view.summary))
    var fenceOf: [MarkdownNode: Int] = [:]
    for (index, fence) in view.fences.enumerated() { fenceOf[fence.node] = index }
    for node in view.document.root.blocks where !isForOthers(node) {
      switch node.kind {
      case .heading:
        if let anchor = anchors.headings[node] { begin(node.plainText, anchor: anchor) }
      case .paragraph: add(text(of: node))
      case .codeBlock:
        if let fence = fenceOf[node] {
          add(fence: fence)
        } else if let table = view.tables.first(where: { $0.node == node }) {
          add(table)
        } else if let transcript = view.transcripts.first(where: { $0.node == node }) {
          add(transcript)
        } else {
          add(node.literal)
        }
      default: break
      }
    }
    end()
  }

  /// Whether a block stands in a note that this edition does not have.
  private func isForOthers(_ block: MarkdownNode) -> Bool {
    guard view.edition == .student else { return false }
    var place = block.parent
    while let node = place {
      if Callout.of(node, view.words)?.kind == .instructor { return true }
      place = node.parent
    }
    return false
  }

  /// The words of a paragraph, without the mark of a callout.
  private func text(of paragraph: MarkdownNode) -> String {
    let text = paragraph.plainText
    guard let quote = paragraph.parent, quote.firstChild == paragraph,
      let (kind, form) = Callout.of(quote, view.words), form == .mark
    else { return text }
    return kind.word(view.words) + ": "
      + text.drop { $0 != "]" }.dropFirst()
      .drop(while: \.isWhitespace)
  }

  private mutating func begin(_ heading: String, anchor: String) {
    end()
    text.byteCount += heading.utf8.count
    text.sections.append(.init(heading: heading, anchor: anchor, lead: ""))
  }

  private mutating func end() {
    guard !text.sections.isEmpty else { return }
    text.sections[text.sections.count - 1].lead = SearchWords.beginning(
      of: lead, byteLimit: leadByteLimit)
    lead = ""
    leadByteLimit = HandoutSearchText.leadByteLimit
  }

  private mutating func add(_ words: String) {
    text.byteCount += words.utf8.count
    if lead.utf8.count <= HandoutSearchText.leadByteLimit {
      if !lead.isEmpty { lead += " " }
      lead += words
    }
    let section = text.sections.count - 1
    for word in SearchWords.words(of: words) where self.words[word]?.last != section {
      self.words[word, default: []].append(section)
    }
  }

  private mutating func add(_ table: LessonTable) {
    for cell in [table.caption] + table.head + table.rows.joined() {
      add(SentencePart.plain(cell))
    }
  }

  private mutating func add(_ transcript: LessonTranscript) {
    switch transcript.content {
    case .table(let table): add(table)
    case .lines(let lines):
      add(SentencePart.plain(transcript.caption))
      for line in lines { add(line.text) }
    }
  }

  private mutating func add(fence index: Int) {
    let fence = view.fences[index]
    switch fence.style {
    case .script:
      for trial in fence.trials { add(trial.title) }
    case .task:
      for paragraph in Exercise(fence, view.words).paragraphs { add(SentencePart.plain(paragraph)) }
    case .question:
      for paragraph in fence.prediction?.questions ?? Exercise(fence, view.words).paragraphs {
        add(SentencePart.plain(paragraph))
      }
    case .exhibit:
      var ids = anchors.exhibits[index][...]
      for block in fence.exhibit {
        switch block {
        case .heading(_, let heading):
          begin(SentencePart.plain(heading), anchor: ids.popFirst() ?? "")
          leadByteLimit = HandoutSearchText.referenceLeadByteLimit
        case .paragraph(let words): add(SentencePart.plain(words))
        case .lines(let lines): for line in lines { add(line) }
        case .table(let table):
          add(SentencePart.plain(table.caption))
          for name in table.head { add(SentencePart.plain(name)) }
          for row in table.rows {
            add(SentencePart.plain(row.title))
            for cell in row.cells { for line in cell { add(SentencePart.plain(line)) } }
          }
        }
      }
    case .picture, .still, .comparison: break
    }
  }
}

/// Words as a search takes them.
enum SearchWords {
  /// Longer words are found by their beginning.
  static let scalarLimit = 64
  /// Longer numbers, such as addresses, are not found.
  static let digitLimit = 4

  /// The words of a text in small letters: runs of letters, marks, digits and underscores.
  ///
  /// Accents are left as they are: the page's script takes them off both sides.
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var count = 0
    func end() {
      if count > 0, count <= digitLimit || !("0"..."9").contains(word[word.startIndex]) {
        words.append(String(word))
      }
      word = String.UnicodeScalarView()
      count = 0
    }
    for scalar in text.unicodeScalars {
      if isPart(scalar) {
        count += 1
        if count > scalarLimit { continue }
        if scalar.isASCII {
          let isCapital = ("A"..."Z").contains(scalar)
          word.append(isCapital ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
        } else {
          word.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
      } else if count > 0 {
        end()
      }
    }
    end()
    return words
  }

  private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return scalar == "_" || ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar)
        || ("A"..."Z").contains(scalar)
    }
    if scalar.properties.isAlphabetic { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }

  /// How a text begins, on one line: whole words, and an ellipsis where something is left out.
  static func beginning(of text: String, byteLimit: Int) -> String {
    var out = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let count = out.utf8.count + word.utf8.count + (out.isEmpty ? 0 : 1)
      guard count <= byteLimit else { return out.isEmpty ? "" : out + " …" }
      if !out.isEmpty { out += " " }
      out += word
    }
    return out
  }
}
