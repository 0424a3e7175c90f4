public import Lesson
import Markdown

/// The terms of a book: what the pages of its lessons link to where they use one for the first time.
public struct HandoutGlossary: Sendable, Hashable {
  /// A term.
  public struct Term: Sendable, Hashable {
    /// How it is written: each form in small letters, as its words.
    public var forms: [[String]]
    /// The name of its heading on the glossary's page.
    public var anchor: String
  }

  /// The name of the lesson that is the glossary.
  public var lesson: String
  /// The terms, in the glossary's order.
  public var terms: [Term]

  /// How many terms are linked at most.
  public static let termLimit = 1_000

  /// The terms of a lesson that is a glossary: its headings of the second level. A heading names several
  /// forms of a term, separated by commas; what stands in parentheses is no part of it.
  public init(_ lesson: Lesson) {
    self.lesson = lesson.name
    terms = []
    let anchors = lesson.anchors
    for node in lesson.document.root.blocks where node.headingLevel == 2 {
      guard let anchor = anchors.headings[node], terms.count < Self.termLimit else { continue }
      let title = node.plainText.prefix { $0 != "(" }
      let forms = title.split(separator: ",").map { form in
        GlossaryWords.words(of: Array(String(form).unicodeScalars)).map(\.text)
      }.filter { !$0.isEmpty }
      if !forms.isEmpty { terms.append(Term(forms: forms, anchor: anchor)) }
    }
  }
}

/// Words of a text.
enum GlossaryWords {
  struct Word {
    /// In small letters.
    var text: String
    /// Where it stands, in scalars.
    var range: Range<Int>
  }

  /// The words of a text: runs of letters, digits, hyphens, underscores and apostrophes.
  static func words(of scalars: [Unicode.Scalar]) -> [Word] {
    var words: [Word] = []
    var index = 0
    while index < scalars.count {
      guard isWordScalar(scalars[index]) else {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count, isWordScalar(scalars[index]) { index += 1 }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[start..<index])
      words.append(Word(text: String(text).lowercased(), range: start..<index))
    }
    return words
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || "-_'’".unicodeScalars.contains(scalar)
  }
}

extension LessonView {
  /// Links the first use of each term, where it is neither code nor part of a heading or a link.
  func editTerms(_ edits: inout TemporaryEdits, format: HandoutFormat, context: HandoutContext) {
    guard let glossary = context.glossary, glossary.lesson != name, !glossary.terms.isEmpty else {
      return
    }
    // By their first words; of several the longest form comes first.
    var forms: [String: [(words: [String], term: Int)]] = [:]
    for (index, term) in glossary.terms.enumerated() {
      for words in term.forms { forms[words[0], default: []].append((words, index)) }
    }
    for key in forms.keys { forms[key]?.sort { $0.words.count > $1.words.count } }
    var used: Set<Int> = []
    for node in Array(document.root.descendants) where node.kind == .text && isPlain(node) {
      let scalars = Array(node.literal.unicodeScalars)
      let words = GlossaryWords.words(of: scalars)
      var pieces: [MarkdownNode] = []
      var written = 0
      var index = 0
      while index < words.count {
        guard let (count, term) = match(words[index...], forms), used.insert(term).inserted else {
          index += 1
          continue
        }
        let range = words[index].range.lowerBound..<words[index + count - 1].range.upperBound
        pieces.append(text(scalars[written..<range.lowerBound]))
        let link = document.makeNode(.link)
        link.url =
          address(
            ofLesson: "\(glossary.lesson).md", anchor: glossary.terms[term].anchor,
            format: format, context) ?? ""
        link.append(text(scalars[range]))
        pieces.append(link)
        written = range.upperBound
        index += count
      }
      guard !pieces.isEmpty else { continue }
      pieces.append(text(scalars[written...]))
      let wrapper = document.makeNode(.customInline)
      for piece in pieces { wrapper.append(piece) }
      edits.replace(node, with: wrapper)
    }
  }

  /// The longest form of a term that begins here, as a count of words, and its term. The last word may
  /// be a plural with `s`.
  private func match(
    _ words: ArraySlice<GlossaryWords.Word>, _ forms: [String: [(words: [String], term: Int)]]
  ) -> (Int, Int)? {
    guard let first = words.first?.text else { return nil }
    var candidates = forms[first] ?? []
    if first.hasSuffix("s") {
      candidates += (forms[String(first.dropLast())] ?? []).filter { $0.words.count == 1 }
    }
    for (form, term) in candidates where form.count <= words.count {
      let isHere = zip(form, words).enumerated().allSatisfy { position, pair in
        pair.0 == pair.1.text || position == form.count - 1 && pair.0 + "s" == pair.1.text
      }
      if isHere { return (form.count, term) }
    }
    return nil
  }

  private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> MarkdownNode {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    let node = document.makeNode(.text)
    node.literal = String(text)
    return node
  }

  /// Whether a text is neither in a heading nor in a link or the words for a picture.
  private func isPlain(_ node: MarkdownNode) -> Bool {
    var here = node.parent
    while let parent = here {
      switch parent.kind {
      case .link, .image, .heading: return false
      default: here = parent.parent
      }
    }
    return true
  }
}
