import Catalogue
import Handout
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
      pages.append(page(entry))
    }
    if let mechanism = Mechanism.named(name.uppercased()) { pages.append(page(mechanism)) }
    if let id = SystemCall.named(key), let call = SystemCall[id] { pages.append(page(call)) }
    pages += EventKind.allCases.filter { $0.facts.name == key }.map(page)
    if pages.isEmpty { pages = kinds(withVerb: key.split(separator: "_")).map(page) }
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

  /// The codes of all phases, in order.
  static let diagnostics: [DiagnosticEntry] =
    (LessonCatalogue.diagnostics + ThemeCatalogue.diagnostics + SyntaxCatalogue.diagnostics
    + SemanticsCatalogue.diagnostics)
    .sorted { $0.code < $1.code }

  private static func page(_ entry: DiagnosticEntry) -> String {
    """
    \(entry.code): \(entry.title)

    \(wrap(entry.explanation))

    fails:

    \(indent(entry.failing))

    mended:

    \(indent(entry.mended))

    """
  }

  private static func page(_ mechanism: Mechanism) -> String {
    "\(mechanism.id): a mechanism that lessons cover\n\n"
      + wrap(
        "\(capitalised(mechanism.title)). A lesson that explains it says so in its front matter: "
          + "covers: [\(mechanism.id)].") + "\n"
  }

  private static func page(_ call: SystemCall) -> String {
    let parameters = call.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
    var out = "\(call.name)(\(parameters.joined(separator: ", "))): a system call"
    out += call.isServed ? "\n\n" : " that this kernel does not serve yet\n\n"
    out += wrap("\(capitalised(call.summary)). Follows \(call.source).") + "\n"
    if !call.parameters.isEmpty {
      out += "\nparameters:\n\n"
      out += table(
        call.parameters.map { ($0.name, $0.type.words + ($0.isOptional ? " (optional)" : "")) })
    }
    out += "\nnumbers:\n\n"
    out += table(call.numbers.sorted { $0.key < $1.key }.map { ($0.key, String($0.value)) })
    if let replacement = call.replacement {
      out += "\n" + wrap("Where an architecture lacks it, libc calls \(replacement.call).") + "\n"
    }
    if !call.errors.isEmpty {
      out += "\nerrors:\n\n"
      let errors = call.errors.sorted { $0.errno.name < $1.errno.name }
      out += table(errors.map { ("\($0.errno.name) (\($0.errno.rawValue))", $0.when) })
    }
    return out
  }

  private static func page(_ kind: EventKind) -> String {
    let facts = kind.facts
    var out = "\(facts.name): an event, seen at zoom \(facts.zoom.name)\n\n"
    out += wrap("\(capitalised(facts.meaning)).") + "\n"
    let fields = [facts.object, facts.a, facts.b].compactMap { $0 }
    if !fields.isEmpty {
      out += "\nfields:\n\n" + table(fields.map { ($0.name, words($0.type)) })
    }
    let forms = EventPatternForm.all.filter { $0.kinds.contains(kind) }
    if !forms.isEmpty {
      out += "\nin claims:\n\n" + table(forms.map { ($0.text, $0.meaning) })
      let names = forms.flatMap { $0.text.split { " []|".contains($0) } }
      let used = EventPatternForm.placeholders.filter { names.contains(Substring($0.name)) }
      if !used.isEmpty { out += "\nwhere:\n\n" + table(used.map { ($0.name, $0.meaning) }) }
    }
    return out
  }

  /// What a field holds, for people.
  private static func words(_ type: FieldType) -> String {
    switch type {
    case .integer: "a number"
    case .bytes: "a number of bytes"
    case .nanoseconds: "a time span in nanoseconds"
    case .address: "a virtual address"
    case .physicalAddress: "a physical address"
    case .bits: "a register's content or a set of bits"
    case .octal: "bits, octal by custom"
    case .result: "a value, or a negated error number"
    case .flag: "yes or no"
    case .event: "another step"
    case .task: "a task"
    case .device: "a device"
    case .string: "text"
    case .protection: "the rights of a region, as `/proc/PID/maps` shows them"
    case .systemCall: "a system call"
    case .routine: "a routine of the kernel"
    case .register: "a register"
    case .signal: "a signal"
    case .signalCode: "a signal's reason (si_code)"
    case .entryReason: "why the kernel was entered"
    case .waitObject: "what is waited for"
    case .exception: "an exception"
    case .pageFaultKind: "how the page fault was settled"
    case .pageTableLevel: "a level of the page table"
    case .access: "read, write or execute"
    case .softirq: "a softirq"
    case .returnKind: "how the CPU went back"
    case .pageTableChange: "what another page table is for"
    case .privilegedEffect: "what a privileged instruction does"
    case .victimReason: "why this page and no other"
    case .interProcessorPurpose: "why a CPU interrupts another"
    }
  }

  private static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private static func indent(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
  }

  /// Two columns; the second is wrapped to what remains of 80.
  private static func table(_ rows: [(String, String)]) -> String {
    let width = rows.map { $0.0.count }.max() ?? 0
    var out = ""
    for (left, right) in rows {
      let lines = TextLayout.wrap(right, width: max(20, 80 - width - 6))
      for (index, line) in lines.enumerated() {
        let head = index == 0 ? left : ""
        out += "    " + head + String(repeating: " ", count: width - head.count + 2) + line + "\n"
      }
    }
    return out
  }

  /// Paragraphs, which blank lines part, for 80 columns.
  private static func wrap(_ text: String) -> String {
    text.split(separator: "\n\n").map {
      TextLayout.wrap(String($0).replacing("\n", with: " "), width: 80).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
