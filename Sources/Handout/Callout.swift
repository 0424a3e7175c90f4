import Lesson
import Markdown

/// A block quote that is a remark of the author: it begins with `**Note.**`, or with `[!NOTE]` as code
/// forges have it.
typealias Callout = LessonCallout

extension LessonCallout {
  /// The word for readers.
  func word(_ words: InterfaceWords) -> String {
    switch self {
    case .note: words(.note)
    case .tip: words(.tip)
    case .important: words(.important)
    case .warning: words(.warning)
    case .caution: words(.caution)
    case .instructor: words(.forInstructors)
    }
  }

  /// How it is written.
  enum Form {
    /// `**Note.**`, which stays part of the text.
    case word
    /// `[!NOTE]` on a line of its own.
    case mark
  }

  /// What a block quote is, if it is one.
  static func of(
    _ quote: MarkdownNode, _ words: InterfaceWords
  ) -> (kind: Callout, form: Form)? {
    guard quote.kind == .blockQuote, let paragraph = quote.firstChild,
      paragraph.kind == .paragraph, let lead = paragraph.firstChild
    else { return nil }
    switch lead.kind {
    case .strong:
      var word = lead.plainText
      guard let last = word.popLast(), last == "." || last == ":" else { return nil }
      return allCases.first { $0.word(words) == word || $0.word(.english) == word }.map {
        ($0, .word)
      }
    case .text:
      guard let lead = Self.lead(of: quote) else { return nil }
      return allCases.first { lead.literal == $0.mark }.map { ($0, .mark) }
    default: return nil
    }
  }
}

extension LessonView {
  /// Writes callouts as a format has them; says whether there are any.
  func editCallouts(_ edits: inout TemporaryEdits, format: HandoutFormat) -> Bool {
    var found = false
    for quote in document.root.blocks where quote.kind == .blockQuote {
      guard let (kind, form) = Callout.of(quote, words), let paragraph = quote.firstChild else {
        continue
      }
      if kind == .instructor, edition == .student {
        edits.replace(quote, with: document.makeNode(.customBlock))
        continue
      }
      found = true
      var block = quote
      if format == .html {
        var html = HTML()
        html.open(
          "aside", .attribute("class", kind.rawValue), .attribute("aria-label", kind.word(words)))
        html.raw("\n")
        block = document.makeNode(.customBlock)
        block.setOnEnter(html.bytes)
        block.onExit = "</aside>"
        edits.replace(quote, keepingChildrenIn: block)
      }
      guard form == .mark, let mark = paragraph.firstChild else { continue }
      if format == .markdown {
        // The tree's own renderer would write `\[`, which no forge takes for a callout.
        let custom = document.makeNode(.customInline)
        custom.onEnter = kind.mark
        edits.replace(mark, with: custom)
        continue
      }
      if mark.next == nil {
        edits.removeFirst(of: block)
      } else {
        edits.removeFirst(of: paragraph)
        edits.removeFirst(of: paragraph)
      }
      edits.prepend(title(kind, format), to: block)
    }
    return found
  }

  private func title(_ kind: Callout, _ format: HandoutFormat) -> MarkdownNode {
    if format == .html {
      var html = HTML()
      html.element("p", .class("kind"), text: kind.word(words))
      let title = document.makeNode(.customBlock)
      title.setOnEnter(html.bytes)
      return title
    }
    let text = document.makeNode(.text)
    text.literal = "\(kind.word(words))."
    let strong = document.makeNode(.strong)
    strong.append(text)
    let title = document.makeNode(.paragraph)
    title.append(strong)
    return title
  }
}
