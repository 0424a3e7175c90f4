public import Markdown
import SourceText

/// What a block quote is that begins with `[!NOTE]` on a line of its own, as code forges have it.
public enum LessonCallout: String, CaseIterable, Sendable {
  case note, tip, important, warning, caution
  /// What only the instructor's edition has.
  case instructor

  /// How it is written in all languages.
  public var mark: String { "[!\(rawValue.uppercased())]" }

  /// The first text of a block quote, where it stands alone on its line.
  public static func lead(of quote: MarkdownNode) -> MarkdownNode? {
    guard quote.kind == .blockQuote, let paragraph = quote.firstChild,
      paragraph.kind == .paragraph, let lead = paragraph.firstChild, lead.kind == .text,
      lead.next == nil || lead.next?.kind == .softBreak || lead.next?.kind == .lineBreak
    else { return nil }
    return lead
  }

  /// What is wrong with the marks of a document: words that are none of these.
  static func diagnostics(
    of document: MarkdownDocument, _ file: SourceFile, id: FileID
  ) -> [Diagnostic] {
    document.root.blocks.compactMap { quote in
      guard let text = lead(of: quote)?.literal, text.hasPrefix("[!"), text.hasSuffix("]"),
        !text.dropFirst(2).dropLast().isEmpty,
        text.dropFirst(2).dropLast().allSatisfy({ $0.isLetter }),
        !allCases.contains(where: { $0.mark == text }), let paragraph = quote.firstChild,
        document.lineStarts.indices.contains(paragraph.startLine - 1)
      else { return nil }
      let start = document.lineStarts[paragraph.startLine - 1]
      guard let place = file.bytes[start...].firstRange(of: Array(text.utf8)) else { return nil }
      return .unknownCallout(
        text, at: SourceRange(file: id, lower: place.lowerBound, upper: place.upperBound))
    }
  }
}
