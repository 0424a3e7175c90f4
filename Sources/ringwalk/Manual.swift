import Catalogue
import Handout
import LanguageService
import Lesson
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// The long texts behind `ringwalk explain`, read off the catalogues.
enum Manual {
  /// The page about a code, an event kind or a system call; `nil` when nothing has the name.
  ///
  /// A name that several things have (`open`) gets all their pages.
  static func explanation(of name: String) -> String? {
    let key = name.lowercased().split { $0 == " " || $0 == "_" || $0 == "-" }.joined(separator: "_")
    var pages: [String] = []
    if let code = DiagnosticCode(name), let entry = diagnostics.first(where: { $0.code == code }) {
      pages.append(ManualPage(entry).plainText)
    }
    if let mechanism = Mechanism.named(name.uppercased()) {
      pages.append(ManualPage(mechanism).plainText)
    }
    if let id = SystemCall.named(key), let call = SystemCall[id] {
      pages.append(ManualPage(call).plainText)
    }
    pages += EventKind.allCases.filter { $0.facts.name == key }.map { ManualPage($0).plainText }
    if pages.isEmpty {
      pages = kinds(withVerb: key.split(separator: "_")).map { ManualPage($0).plainText }
    }
    return pages.isEmpty ? nil : pages.joined(separator: "\n")
  }

  /// The kinds of events that are written with some words of the language: `kernel kills`, `copies`.
  private static func kinds(withVerb words: [Substring]) -> [EventKind] {
    let wanted = Set(words)
    guard !wanted.isEmpty else { return [] }
    let forms = EventPatternForm.all.filter { wanted.isSubset(of: verb($0)) }
    return EventKind.allCases.filter { kind in forms.contains { $0.kinds.contains(kind) } }
  }

  /// The words of a form that stand for themselves and cannot be left out.
  private static func verb(_ form: EventPatternForm) -> Set<Substring> {
    let needed = form.text.replacing(/\[[^\]]*\]/, with: "")
    return Set(needed.split { " |".contains($0) }.filter { $0.first?.isLowercase == true })
  }

  /// The name nearest to one that means nothing.
  static func nearest(to name: String) -> String? {
    Nearest.name(
      to: name,
      among: SystemCall.all.map(\.name) + EventKind.allCases.map(\.facts.name)
        + diagnostics.map(\.code.description))
  }

  /// The long form of a code; `nil` for one that is none.
  static func entry(of code: DiagnosticCode) -> DiagnosticEntry? {
    diagnostics.first { $0.code == code }
  }

  /// The codes of all phases, in order.
  static let diagnostics: [DiagnosticEntry] =
    (LessonCatalogue.diagnostics + ThemeCatalogue.diagnostics + SyntaxCatalogue.diagnostics
    + SemanticsCatalogue.diagnostics)
    .sorted { $0.code < $1.code }
}
